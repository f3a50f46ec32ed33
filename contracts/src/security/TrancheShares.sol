// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICoverVault} from "../interfaces/ICoverVault.sol";
import {IHolderGate} from "../interfaces/IHolderGate.sol";
import {ITrancheShares} from "../interfaces/ITrancheShares.sol";
import {IVarSecurity} from "../interfaces/IVarSecurity.sol";
import {PremiumCurve} from "../libraries/PremiumCurve.sol";
import {TrancheBook} from "./TrancheBook.sol";

/// @notice What shares ask of their vault.
interface IVaultOfShares {
    /// @notice The first day to close later than `delay` seconds from now.
    function boundaryAfter(uint256 delay) external view returns (uint256 period);
    /// @notice Whether the index has ended and the vault has gone over all of its days.
    function isOver() external view returns (bool);
    /// @notice Pays what a class owes. The classes alone call it.
    function pay(address to, uint256 amount) external;
}

/// @notice Whoever is told where shares go, for rewards.
interface IShareHook {
    /// @notice `amount` of shares of the caller went from `from` to `to`. Zero stands for shares that the class made or burnt.
    function sharesMoved(address from, address to, uint256 amount) external;
}

/// @title Shares of a class of a cover vault
/// @notice See the interface. A request's number is the day at which it is executed, and 2^31 and more once the index has ended.
contract TrancheShares is ITrancheShares, TrancheBook, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    struct Redemption {
        uint128 shares;
        uint128 claimed;
        uint112 received;
    }

    event OperatorSet(address indexed controller, address indexed operator, bool approved);
    event Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares);
    event Withdraw(
        address indexed sender, address indexed receiver, address indexed owner, uint256 assets, uint256 shares
    );
    /// @notice Deposits that the class did not take, because it was wiped or the index ended, went back.
    event Reclaimed(address indexed controller, address indexed to, uint256 assets);

    error NotAllowed(address owner, address caller);
    error Nothing();
    error MoreThan(uint256 wanted, uint256 most);
    error HookGas(uint256 left);
    /// @notice Requests are executed later: nothing can be previewed.
    error NotPreviewed();

    /// @dev Gas that a hook gets. A caller cannot make it fail by bringing less.
    uint256 private constant HOOK_GAS = 300_000;

    /// @inheritdoc ITrancheShares
    address public immutable asset;
    address private immutable HOOK;
    address private immutable GATE;
    uint32 private immutable COOLDOWN;
    uint8 private immutable DECIMALS;

    /// @notice Whether an operator may request and claim for a controller.
    mapping(address controller => mapping(address operator => bool)) public isOperator;
    /// @dev Assets of deposits that are not claimed, and redemptions, by controller and number; and the numbers in order.
    mapping(address => mapping(uint256 => uint256)) private _deposited;
    mapping(address => mapping(uint256 => Redemption)) private _redeemed;
    mapping(address => uint32[]) private _depositIds;
    mapping(address => uint32[]) private _redeemIds;
    mapping(address => uint256[2]) private _heads;
    uint256 private _afterEnd = 2 ** 31;

    constructor(string memory name_, string memory symbol_, address asset_, uint32 cooldown, address hook, address gate)
        ERC20(name_, symbol_)
    {
        (asset, HOOK, GATE, COOLDOWN) = (asset_, hook, gate, cooldown);
        DECIMALS = IERC20Metadata(asset_).decimals() + 3;
    }

    /// @inheritdoc IERC20Metadata
    function decimals() public view override(ERC20, IERC20Metadata) returns (uint8) {
        return DECIMALS;
    }

    /// @notice Lets an operator request and claim for the caller.
    function setOperator(address operator, bool approved) external returns (bool) {
        isOperator[msg.sender][operator] = approved;
        emit OperatorSet(msg.sender, operator, approved);
        return true;
    }

    /// @inheritdoc ITrancheShares
    function requestDeposit(uint256 assets, address controller, address owner)
        external
        nonReentrant
        returns (uint256 requestId)
    {
        _checkCaller(owner);
        _checkController(controller);
        if (_book.closed || _vault().isOver()) revert Closed();
        if (assets == 0) revert Nothing();
        uint256 sum = assets + _pending + totalAssets();
        if (sum > PremiumCurve.MOST_ASSETS) revert MoreThan(sum, PremiumCurve.MOST_ASSETS);
        if (!_mayHold(controller)) revert IVarSecurity.Refused(controller);
        requestId = _vault().boundaryAfter(0);
        uint256 before = IERC20(asset).balanceOf(vault);
        IERC20(asset).safeTransferFrom(owner, vault, assets);
        uint256 received = IERC20(asset).balanceOf(vault) - before;
        if (received != assets) revert IVarSecurity.FeeOnTransfer(assets, received);
        _pending += assets;
        _deposits[requestId].assets += assets.toUint112();
        if (_deposited[controller][requestId] == 0) _note(_depositIds[controller], requestId);
        _deposited[controller][requestId] += assets;
        emit DepositRequest(controller, owner, requestId, msg.sender, assets);
    }

    /// @inheritdoc ITrancheShares
    function requestRedeem(uint256 shares, address controller, address owner)
        external
        nonReentrant
        returns (uint256 requestId)
    {
        if (msg.sender != owner && !isOperator[owner][msg.sender]) {
            _spendAllowance(owner, msg.sender, shares);
        }
        _checkController(controller);
        if (shares == 0) revert Nothing();
        bool over = _vault().isOver();
        requestId = over ? _afterEnd++ : _vault().boundaryAfter(COOLDOWN);
        _transfer(owner, address(this), shares);
        _exits[requestId].shares += shares.toUint128();
        if (_redeemed[controller][requestId].shares == 0) _note(_redeemIds[controller], requestId);
        _redeemed[controller][requestId].shares += shares.toUint128();
        emit RedeemRequest(controller, owner, requestId, msg.sender, shares);
    }

    /// @notice Executes a request's boundary once the index has ended, when the vault comes by no boundary any more. Anybody may
    /// call it.
    function wind(uint256 requestId) external nonReentrant {
        if (!_vault().isOver()) revert NotAllowed(vault, msg.sender);
        // Deposits go back: see `reclaim`.
        _cross(requestId, false);
        ICoverVault(vault).advance(0);
    }

    /// @inheritdoc ITrancheShares
    function deposit(uint256 assets, address receiver, address controller)
        public
        nonReentrant
        returns (uint256 shares)
    {
        _checkCaller(controller);
        (uint32[] storage ids, uint256 head) = (_depositIds[controller], _heads[controller][0]);
        uint256 wanted = assets;
        for (; wanted != 0 && head < ids.length; ++head) {
            Deposits memory batch = _deposits[ids[head]];
            if (!batch.executed) break;
            uint256 held = _deposited[controller][ids[head]];
            uint256 part = Math.min(held, wanted);
            shares += Math.mulDiv(part, batch.shares, batch.assets);
            _deposited[controller][ids[head]] = held - part;
            wanted -= part;
            if (part != held) break;
        }
        if (wanted != 0 || assets == 0) revert MoreThan(assets, assets - wanted);
        _heads[controller][0] = head;
        _transfer(address(this), receiver, shares);
        emit Deposit(controller, receiver, assets, shares);
    }

    /// @notice Claims the shares of the caller's own executed deposits.
    function deposit(uint256 assets, address receiver) external returns (uint256 shares) {
        return deposit(assets, receiver, msg.sender);
    }

    /// @inheritdoc ITrancheShares
    function redeem(uint256 shares, address receiver, address controller)
        external
        nonReentrant
        returns (uint256 assets)
    {
        _checkCaller(controller);
        (uint32[] storage ids, uint256 head) = (_redeemIds[controller], _heads[controller][1]);
        (uint256 wanted, uint256 number) = (shares, ids.length);
        for (uint256 i = head; wanted != 0 && i < number; ++i) {
            Redemption memory own = _redeemed[controller][ids[i]];
            (uint256 ready, uint256 entitled) = _ready(own, ids[i]);
            uint256 part = Math.min(ready, wanted);
            if (part != 0) {
                uint256 paid = Math.mulDiv(entitled, part, ready);
                (assets, wanted) = (assets + paid, wanted - part);
                (own.claimed, own.received) = (own.claimed + uint128(part), own.received + paid.toUint112());
                _redeemed[controller][ids[i]] = own;
            }
            if (i == head && own.claimed == own.shares) ++head;
        }
        if (wanted != 0 || shares == 0) revert MoreThan(shares, shares - wanted);
        _heads[controller][1] = head;
        if (assets != 0) _vault().pay(receiver, assets);
        emit Withdraw(msg.sender, receiver, controller, assets, shares);
    }

    /// @notice Pays back deposits of a controller that the class will never take, because it was wiped or the index ended.
    function reclaim(address receiver, address controller) external nonReentrant returns (uint256 assets) {
        _checkCaller(controller);
        if (!_book.closed && !_vault().isOver()) revert Nothing();
        uint32[] storage ids = _depositIds[controller];
        for (uint256 i = ids.length; i > _heads[controller][0]; --i) {
            uint256 id = ids[i - 1];
            if (_deposits[id].executed) break;
            assets += _deposited[controller][id];
            delete _deposited[controller][id];
            ids.pop();
        }
        if (assets == 0) revert Nothing();
        _vault().pay(receiver, assets);
        emit Reclaimed(controller, receiver, assets);
    }

    /// @inheritdoc ITrancheShares
    function totalAssets() public view returns (uint256) {
        return _book.active;
    }

    /// @inheritdoc ITrancheShares
    function convertToShares(uint256 assets) public view returns (uint256) {
        return Math.mulDiv(assets, totalSupply() + VIRTUAL, totalAssets() + 1);
    }

    /// @inheritdoc ITrancheShares
    function convertToAssets(uint256 shares) public view returns (uint256) {
        return Math.mulDiv(shares, totalAssets() + 1, totalSupply() + VIRTUAL);
    }

    /// @notice Assets of executed deposits that a controller can claim shares for.
    function maxDeposit(address controller) external view returns (uint256 assets) {
        uint32[] storage ids = _depositIds[controller];
        for (uint256 i = _heads[controller][0]; i < ids.length; ++i) {
            assets += claimableDepositRequest(ids[i], controller);
        }
    }

    /// @notice Shares of executed redemptions that a controller can claim assets for.
    function maxRedeem(address controller) external view returns (uint256 shares) {
        uint32[] storage ids = _redeemIds[controller];
        for (uint256 i = _heads[controller][1]; i < ids.length; ++i) {
            shares += claimableRedeemRequest(ids[i], controller);
        }
    }

    /// @notice Always refused, as ERC-7540 has it.
    function previewDeposit(uint256) external pure returns (uint256) {
        revert NotPreviewed();
    }

    /// @notice Always refused, as ERC-7540 has it.
    function previewRedeem(uint256) external pure returns (uint256) {
        revert NotPreviewed();
    }

    /// @notice The token of the shares: this contract.
    function share() external view returns (address) {
        return address(this);
    }

    /// @inheritdoc ITrancheShares
    function pendingDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets) {
        return _deposits[requestId].executed ? 0 : _deposited[controller][requestId];
    }

    /// @inheritdoc ITrancheShares
    function claimableDepositRequest(uint256 requestId, address controller) public view returns (uint256 assets) {
        return _deposits[requestId].executed ? _deposited[controller][requestId] : 0;
    }

    /// @inheritdoc ITrancheShares
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares) {
        Redemption memory own = _redeemed[controller][requestId];
        (uint256 ready,) = _ready(own, requestId);
        return own.shares - own.claimed - ready;
    }

    /// @inheritdoc ITrancheShares
    function claimableRedeemRequest(uint256 requestId, address controller) public view returns (uint256 shares) {
        (shares,) = _ready(_redeemed[controller][requestId], requestId);
    }

    /// @notice ERC-165: requests of both kinds and operators of ERC-7540.
    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0xe3bc4e65 || id == 0xce3bbe50 || id == 0x620ee8e4;
    }

    /// @dev Shares that can be claimed, and the assets that all of them get.
    function _ready(Redemption memory own, uint256 requestId) private view returns (uint256 ready, uint256 entitled) {
        Exits memory batch = _exits[requestId];
        if (!batch.executed) return (0, 0);
        ready = own.shares;
        if (batch.left != 0 && batch.place >= _queue.dropped) {
            ready = Math.mulDiv(ready, batch.units - batch.left, batch.units);
        }
        ready -= own.claimed;
        entitled = Math.mulDiv(batch.paid, own.shares, batch.shares) - own.received;
    }

    function _note(uint32[] storage ids, uint256 id) private {
        if (ids.length == 0 || ids[ids.length - 1] != id) ids.push(uint32(id));
    }

    function _vault() private view returns (IVaultOfShares) {
        return IVaultOfShares(vault);
    }

    function _checkCaller(address owner) private view {
        if (msg.sender != owner && !isOperator[owner][msg.sender]) revert NotAllowed(owner, msg.sender);
    }

    /// @dev A request is an entry of its controller's list, which claims go through: nobody else makes it longer.
    function _checkController(address controller) private view {
        _checkCaller(controller);
    }

    function _mayHold(address holder) private view returns (bool) {
        return GATE == address(0) || IHolderGate(GATE).mayHold(holder);
    }

    /// @dev Shares in this contract's own hands are neither anybody's nor refused: a holder that the gate refuses can leave.
    function _update(address from, address to, uint256 value) internal override {
        if (to != address(0) && to != address(this) && !_mayHold(to)) revert IVarSecurity.Refused(to);
        super._update(from, to, value);
        if (HOOK == address(0)) return;
        bool made = from == address(0) || from == address(this);
        bool burnt = to == address(0) || to == address(this);
        if (made != burnt) _tell(made ? address(0) : from, burnt ? address(0) : to, value);
    }

    /// @dev Calls the hook with all of its gas or not at all, and copies nothing of what it returns.
    function _tell(address from, address to, uint256 value) private {
        bytes memory data = abi.encodeCall(IShareHook.sharesMoved, (from, to, value));
        address hook = HOOK;
        // One part in 64 stays behind.
        if (gasleft() < HOOK_GAS + HOOK_GAS / 63 + 5_000) revert HookGas(gasleft());
        assembly ("memory-safe") {
            pop(call(HOOK_GAS, hook, 0, add(data, 0x20), mload(data), 0, 0))
        }
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IBookIndex} from "../../src/interfaces/IBookIndex.sol";
import {ICoverVault} from "../../src/interfaces/ICoverVault.sol";
import {IHolderGate} from "../../src/interfaces/IHolderGate.sol";
import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {BookIndex} from "../../src/security/BookIndex.sol";
import {BookState} from "../../src/security/BookState.sol";
import {CoverState} from "../../src/security/CoverState.sol";
import {CoverVault} from "../../src/security/CoverVault.sol";
import {IShareHook, TrancheShares} from "../../src/security/TrancheShares.sol";
import {VarSecurity} from "../../src/security/VarSecurity.sol";
import {VaultModel, cheats} from "./VaultModel.sol";

/// @notice A hook that keeps what it was told, and that can be told to fail, to burn its gas, or to call the class back.
contract Hook is IShareHook {
    uint256 public calls;
    address public from;
    address public to;
    uint256 public amount;
    bytes public call;
    bool public fails;
    bool public burns;
    bool public reached;
    uint256 public gasOfWork;

    /// @dev Makes every call cost so much.
    function work(uint256 gas_) external {
        gasOfWork = gas_;
    }

    function set(bool fails_, bool burns_, bytes calldata call_) external {
        (fails, burns, call) = (fails_, burns_, call_);
    }

    function sharesMoved(address from_, address to_, uint256 amount_) external {
        if (burns) while (true) {}
        require(!fails, "a failure");
        if (call.length != 0) {
            (bool ok,) = msg.sender.call(call);
            if (ok) reached = true;
            return;
        }
        (from, to, amount) = (from_, to_, amount_);
        uint256 left = gasleft();
        while (left - gasleft() < gasOfWork) {}
        ++calls;
    }
}

contract Gate is IHolderGate {
    mapping(address => bool) public refused;

    function refuse(address holder, bool yes) external {
        refused[holder] = yes;
    }

    function mayHold(address holder) external view returns (bool) {
        return !refused[holder];
    }
}

/// @notice A buyer that calls somebody when it takes its cover.
contract CallingBuyer {
    address public target;
    bytes public call;
    bool public ok;

    function set(address target_, bytes calldata call_) external {
        (target, call) = (target_, call_);
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external returns (bytes4) {
        (ok,) = target.call(call);
        return this.onERC1155Received.selector;
    }
}

/// @notice Re-entrancy, hooks and gates.
contract VaultAttackersTest is VaultModel {
    Hook private hook;
    Gate private gate;

    function setUp() public {
        (hook, gate) = (new Hook(), new Gate());
        makeVault();
        underwrite(200 * USD, 800 * USD);
    }

    function vaultSetup() internal view override returns (ICoverVault.Setup memory s) {
        s = super.vaultSetup();
        (s.hook, s.gate) = (address(hook), address(gate));
    }

    function reenters(address target, bytes memory call) private returns (bool refused) {
        token.attack(target, call);
        calmDays(1);
        fund(OTHER, address(vault), 10 * USD);
        cheats.prank(OTHER);
        vault.order(uint128(100 * USD), uint128(10 * USD));
        refused = token.failed() && isGuard();
        token.attack(address(0), "");
    }

    function isGuard() private view returns (bool) {
        return bytes4(token.fault()) == ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
    }

    function testTheTokenCannotReenterAnOrder() public {
        require(reenters(address(vault), abi.encodeCall(vault.order, (uint128(USD), uint128(USD)))), "order");
        require(reenters(address(vault), abi.encodeCall(vault.fill, (1))), "fill");
        require(reenters(address(vault), abi.encodeCall(vault.refund, (0))), "refund");
    }

    function testTheTokenCannotReenterTheBook() public {
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        calmDays(1);
        token.attack(address(book), abi.encodeCall(book.advance, (1)));
        vault.fill(1);
        require(token.failed() && isGuard(), "a day in the middle of a sale");
        token.attack(address(vault), abi.encodeCall(vault.refund, (id)));
        vault.refund(id);
        require(token.failed() && isGuard(), "twice the refund");
        token.attack(address(0), "");
        requestRedeem(junior, JUN, 1e9);
        calmDays(9);
        token.attack(address(junior), abi.encodeCall(junior.redeem, (1, JUN, JUN)));
        claimAssets(junior, JUN);
        require(token.failed() && isGuard(), "twice the claim");
        token.attack(address(junior), abi.encodeCall(junior.requestDeposit, (1, OTHER, address(token))));
        requestDeposit(junior, OTHER, USD);
        require(token.failed() && isGuard(), "a request in a request");
    }

    function testABuyerCannotReenterAClaim() public {
        CallingBuyer buyer = new CallingBuyer();
        order(address(buyer), 100 * USD, 100 * USD);
        order(OTHER, 100 * USD, 100 * USD);
        calmDays(1);
        vault.fill(2);
        order(address(buyer), 100 * USD, 10 * USD);
        order(address(buyer), 100 * USD, 10 * USD);
        calmDays(1);
        vault.fill(2);
        buyer.set(address(vault), abi.encodeCall(vault.claim, (0, address(buyer))));
        uint256 cover = claimCover(0);
        require(!buyer.ok(), "no claim in a claim");
        buyer.set(address(vault), abi.encodeCall(vault.refund, (2)));
        claimCover(2);
        require(!buyer.ok(), "no refund in a claim");
        buyer.set(address(vault), abi.encodeCall(vault.fill, (1)));
        claimCover(3);
        require(!buyer.ok(), "no fill in a claim");
        same(security.balanceOf(address(buyer), cover), 100 * USD, "its own face");
        same(security.balanceOf(address(book), cover), 100 * USD, "the other's stays");
    }

    function testTheHookIsToldOfEveryHolder() public {
        same(hook.calls(), 2, "each class tells");
        require(hook.from() == address(0) && hook.to() == SEN, "shares are made for a holder");
        requestRedeem(senior, SEN, 5);
        require(hook.from() == SEN && hook.to() == address(0) && hook.amount() == 5, "and taken from it");
        cheats.prank(SEN);
        senior.transfer(OTHER, 7);
        same(hook.amount(), 5, "a transfer is no hook's business");
    }

    function testAHookThatFailsStopsNobody() public {
        hook.set(true, false, "");
        requestRedeem(junior, JUN, 1e9);
        hook.set(false, true, "");
        requestRedeem(junior, JUN, 1e9);
        hook.set(true, true, "");
        calmDays(9);
        require(claimAssets(junior, JUN) != 0, "paid");
    }

    function testAHookCannotBeStarvedOfGas() public {
        requestDeposit(junior, OTHER, USD);
        calmDays(4);
        uint256 before = hook.calls();
        hook.work(250_000);
        bool ok;
        for (uint256 gas_ = 250_000; gas_ < 900_000 && !ok; gas_ += 500) {
            cheats.prank(OTHER);
            (ok,) = address(junior).call{gas: gas_}(abi.encodeWithSignature("deposit(uint256,address)", USD, OTHER));
        }
        require(ok && hook.calls() == before + 1, "whoever brings too little gas fails itself");
    }

    function testTheHookCannotReenter() public {
        requestDeposit(junior, OTHER, USD);
        calmDays(4);
        hook.set(false, false, abi.encodeCall(junior.redeem, (1, address(hook), address(hook))));
        claimShares(junior, OTHER);
        require(!hook.reached(), "no claim in a claim");
        hook.set(false, false, abi.encodeCall(junior.requestDeposit, (0, address(hook), address(hook))));
        requestRedeem(junior, OTHER, 5);
        require(!hook.reached(), "no request in a request");
    }

    function testTheGateSaysWhoHoldsShares() public {
        bytes memory fault = abi.encodeWithSelector(IVarSecurity.Refused.selector, OTHER);
        // It is not asked about the class, in whose hands requests are.
        gate.refuse(address(junior), true);
        gate.refuse(OTHER, true);
        fund(OTHER, address(junior), USD);
        cheats.prank(OTHER);
        cheats.expectRevert(fault);
        junior.requestDeposit(USD, OTHER, OTHER);
        cheats.prank(JUN);
        cheats.expectRevert(fault);
        junior.transfer(OTHER, 1);
        // It keeps nobody's money: who was refused later leaves.
        gate.refuse(JUN, true);
        requestRedeem(junior, JUN, junior.balanceOf(JUN));
        calmDays(9);
        same(claimAssets(junior, JUN), 200 * USD, "paid");
    }

    function testASetupOutOfRangeIsRefused() public {
        ICoverVault.Setup memory s = vaultSetup();
        for (uint256 i = 0; i < 14; ++i) {
            s = vaultSetup();
            if (i == 0) s.attachment = 0;
            if (i == 1) s.detachment = s.attachment;
            if (i == 2) s.detachment = 10_001;
            if (i == 3) s.life = 19;
            if (i == 4) s.life = 251;
            if (i == 5) s.waiting = 2 days - 1;
            if (i == 6) s.waiting = 30 days + 1;
            if (i == 7) s.cooldown = 365 days + 1;
            if (i == 8) s.leastFace = 0;
            if (i == 9) s.base = 0;
            if (i == 10) (s.base, s.slope) = (5_000_001, 5_000_000);
            if (i == 11) s.kink = 1_000_000;
            if (i == 12) s.juniorLeast = 1_000_000;
            if (i == 13) s.juniorPremium = 1_000_001;
            (bool ok, bytes memory fault) = address(this).call(abi.encodeCall(this.deploy, (s)));
            require(!ok && bytes4(fault) == CoverState.BadSetup.selector, cheats.toString(i));
        }
    }

    /// @dev Levels of an index that is not full are of some rows alone.
    function testAVaultOverAnIndexThatIsNotFullIsRefused() public {
        ICoverVault.Setup memory s = vaultSetup();
        (bool ok, bytes memory fault) = address(this).call(abi.encodeCall(this.deployOverNewIndex, (s)));
        require(!ok && bytes4(fault) == IBookIndex.NotMarked.selector, "not full");
    }

    /// @dev Of a calendar with few days a life has more rows than the index keeps: the book would count payouts that the security
    /// does not know any more.
    function testALifeThatTheIndexForgetsIsRefused() public {
        require(isDeployedOverCalendar(23), "460 periods and 50 more");
        require(!isDeployedOverCalendar(24), "480 and 50 more: of 512");
    }

    function isDeployedOverCalendar(uint256 every) private returns (bool ok) {
        bytes memory bitmap = new bytes(512);
        for (uint256 p = 0; p < 4096; p += every) {
            bitmap[p >> 3] |= bytes1(uint8(0x80 >> (p & 7)));
        }
        forget();
        makeBook(8, bitmap);
        bytes memory fault;
        (ok, fault) = address(this).call(abi.encodeCall(this.makeOverBook, ()));
        require(ok || bytes4(fault) == CoverState.BadSetup.selector, "its reason");
    }

    function makeOverBook() external {
        makeVaultOverBook();
    }

    function deployOverNewIndex(ICoverVault.Setup calldata s) external {
        ICoverVault.Setup memory over = s;
        BookState.Setup memory begins = bookSetupFrom(uint32(index.next()));
        over.security = new VarSecurity(
            new BookIndex(begins), IERC20(security.asset()), securityCap(), IHolderGate(address(0)), ""
        );
        deployVault(over);
    }

    function deploy(ICoverVault.Setup calldata s) external {
        deployVault(s);
    }
}

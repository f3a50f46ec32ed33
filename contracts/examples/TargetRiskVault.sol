// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {BookIndex} from "../src/security/BookIndex.sol";

/// @title Where the vault trades
interface IExchange {
    /// @notice Takes `amount` of `from`, for which it has an allowance, and gives `got` of `to`, at least `least`.
    function trade(IERC20 from, IERC20 to, uint256 amount, uint256 least) external returns (uint256 got);
}

/// @title A price that nobody moves within a block
interface IReference {
    /// @notice Cash for 10^18 units of the risky token.
    function price() external view returns (uint256);
}

/// @title Example: a vault that holds a book's token at a target risk, and cash
/// @notice It sells to cash as soon as the index's multiplier falls, and buys back slowly as it rises. Anybody may tell it to.
///
/// Deposits and redemptions are in kind: a share is a share of both tokens. So no price decides what a share is worth, and a
/// redemption waits for nothing. It is ERC-4626 with two assets.
/// @dev An example, not audited: it shows what a consumer of `BookIndex` has to do. A multiplier above 64 would need a loan, so
/// the vault is never more than fully invested.
contract TargetRiskVault is ERC20, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    event Deposited(address indexed receiver, uint256 shares, uint256 risky, uint256 cash);
    event Redeemed(address indexed owner, address receiver, uint256 shares, uint256 risky, uint256 cash);
    /// @notice The vault went from an exposure to another, in 64ths.
    event Rebalanced(uint256 from, uint256 to, uint256 given, uint256 got);

    /// @notice The exposure is what the index asks for, or was raised in this epoch already.
    error NothingToDo(uint256 exposure, uint256 epoch);
    error AboveMost(uint256 needed, uint256 most);
    /// @notice The exchange gave less than the reference price, less the slippage.
    error TooLittle(uint256 got, uint256 least);
    error BadSetup(string field, uint256 value);

    /// @notice An exposure of once the book.
    uint256 public constant FULL = 64;

    BookIndex public immutable index;
    IERC20 public immutable risky;
    IERC20 public immutable cash;
    IExchange public immutable exchange;
    IReference public immutable oracle;
    /// @notice Basis points that a trade may be worse than the reference price.
    uint256 public immutable slippage;
    /// @notice What the exposure rises by at most an epoch, in 64ths: as the index's multiplier.
    uint256 public immutable rise;

    /// @notice The exposure that was traded to, in 64ths, and the index's next epoch then.
    uint128 public exposure;
    uint128 public epoch;

    constructor(
        BookIndex index_,
        IERC20 risky_,
        IERC20 cash_,
        IExchange exchange_,
        IReference oracle_,
        uint256 slippage_
    ) ERC20("Target risk", "RISK") {
        if (slippage_ >= 10_000) revert BadSetup("slippage", slippage_);
        if (address(risky_) == address(cash_)) revert BadSetup("risky", uint160(address(risky_)));
        (index, risky, cash, exchange, oracle) = (index_, risky_, cash_, exchange_, oracle_);
        (slippage, rise) = (slippage_, index_.multiplierTerms().rise);
    }

    /// @notice Makes shares for their share of both tokens, rounded up. The first ones cost a unit of cash each.
    /// @param mostRisky The caller gives no more than this of the risky token, and `mostCash` of cash.
    function deposit(uint256 shares, uint256 mostRisky, uint256 mostCash, address receiver) external nonReentrant {
        uint256 supply = totalSupply();
        uint256 needed;
        uint256 neededCash = shares;
        if (supply == 0) {
            exposure = 0;
        } else {
            needed = Math.mulDiv(risky.balanceOf(address(this)), shares, supply, Math.Rounding.Ceil);
            neededCash = Math.mulDiv(cash.balanceOf(address(this)), shares, supply, Math.Rounding.Ceil);
        }
        if (needed > mostRisky) revert AboveMost(needed, mostRisky);
        if (neededCash > mostCash) revert AboveMost(neededCash, mostCash);
        risky.safeTransferFrom(msg.sender, address(this), needed);
        cash.safeTransferFrom(msg.sender, address(this), neededCash);
        _mint(receiver, shares);
        emit Deposited(receiver, shares, needed, neededCash);
    }

    /// @notice Burns shares of the caller for their share of both tokens, rounded down. Always possible.
    function redeem(uint256 shares, address receiver)
        external
        nonReentrant
        returns (uint256 riskyOut, uint256 cashOut)
    {
        uint256 supply = totalSupply();
        riskyOut = Math.mulDiv(risky.balanceOf(address(this)), shares, supply);
        cashOut = Math.mulDiv(cash.balanceOf(address(this)), shares, supply);
        _burn(msg.sender, shares);
        risky.safeTransfer(receiver, riskyOut);
        cash.safeTransfer(receiver, cashOut);
        emit Redeemed(msg.sender, receiver, shares, riskyOut, cashOut);
    }

    /// @notice The exposure that the index asks for, in 64ths: the lower of the next day's and of the day's after it, so that a
    /// fall counts at once and a rise a day later; nothing of an index that has ended, which says nothing any more.
    function wanted() public view returns (uint256) {
        if (index.lastDay() != type(uint256).max) return 0;
        (uint256 nextDay, uint256 dayAfter) = index.multipliers();
        return Math.min(FULL, Math.min(nextDay, dayAfter));
    }

    /// @notice Goes to the wanted exposure: down at once, up by at most `rise` an epoch. Anybody may call it.
    function rebalance() external nonReentrant {
        (uint256 from, uint256 to, uint256 now_) = (exposure, wanted(), index.next());
        if (to > from) to = now_ > epoch ? Math.min(to, from + rise) : from;
        if (to == from) revert NothingToDo(from, now_);
        (exposure, epoch) = (uint128(to), uint128(now_));
        uint256 price = oracle.price();
        uint256 given;
        uint256 got;
        if (to < from) {
            given = Math.mulDiv(risky.balanceOf(address(this)), from - to, from);
            got = _trade(risky, cash, given, Math.mulDiv(given, price, 1e18));
        } else {
            given = Math.mulDiv(cash.balanceOf(address(this)), to - from, FULL - from);
            got = _trade(cash, risky, given, Math.mulDiv(given, 1e18, price));
        }
        emit Rebalanced(from, to, given, got);
    }

    /// @dev Trades, and checks by balances that what came is at least what is fair, less the slippage.
    function _trade(IERC20 from, IERC20 to, uint256 amount, uint256 fair) private returns (uint256 got) {
        if (amount == 0) return 0;
        uint256 least = Math.mulDiv(fair, 10_000 - slippage, 10_000);
        uint256 before = to.balanceOf(address(this));
        from.forceApprove(address(exchange), amount);
        exchange.trade(from, to, amount, least);
        got = to.balanceOf(address(this)) - before;
        if (got < least) revert TooLittle(got, least);
    }
}

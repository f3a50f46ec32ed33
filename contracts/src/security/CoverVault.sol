// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBookIndex} from "../interfaces/IBookIndex.sol";
import {ICoverVault} from "../interfaces/ICoverVault.sol";
import {IVarSecurity} from "../interfaces/IVarSecurity.sol";
import {PremiumCurve} from "../libraries/PremiumCurve.sol";
import {VaultDays} from "./VaultDays.sol";
import {VaultState} from "./VaultState.sol";

/// @title Two classes of capital that sell one series of cover
/// @notice See the interface. Nobody administers this contract, and nothing in it counts what it was sent without a call.
contract CoverVault is VaultDays {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    error NoOrder(uint256 order);
    error FaceTooSmall(uint256 face, uint256 least);
    error FaceTooLarge(uint256 face, uint256 most);
    /// @notice The least premium that the face can cost is above the most that the order pays, so that it would never be filled.
    error MostTooSmall(uint256 most, uint256 least);
    /// @notice A row of the window waits to be marked.
    error Unmarked(uint256 next, uint256 rows);
    error IndexEnded(uint256 last);
    error SplitGas(uint256 left);

    /// @dev Gas that a split gets. A caller cannot make it fail by bringing less, and a buyer that burns it has its order returned.
    uint256 private constant SPLIT_GAS = 400_000;

    /// @param s See `ICoverVault.Setup`.
    constructor(Setup memory s) VaultState(s) {}

    /// @inheritdoc ICoverVault
    function order(uint128 face, uint128 most) external nonReentrant returns (uint256 id) {
        _checkOrder(face, most);
        (uint256 pricing, uint256 first, uint256 last, uint256 opens) = _days();
        id = _orders.length;
        Kept storage kept = _orders.push();
        (kept.buyer, kept.pricing, kept.first, kept.opens) =
            (msg.sender, uint32(pricing), uint32(first), opens.toUint32());
        (kept.face, kept.most) = (uint112(face), uint112(most));
        emit Ordered(id, msg.sender, face, most, uint32(pricing), uint32(first), uint32(last));
        uint256 before = ASSET.balanceOf(address(this));
        ASSET.safeTransferFrom(msg.sender, address(this), most);
        uint256 received = ASSET.balanceOf(address(this)) - before;
        if (received != most) revert IVarSecurity.FeeOnTransfer(most, received);
    }

    function _checkOrder(uint128 face, uint128 most) private view {
        if (face < LEAST_FACE) revert FaceTooSmall(face, LEAST_FACE);
        if (face > PremiumCurve.MOST_ASSETS) revert FaceTooLarge(face, PremiumCurve.MOST_ASSETS);
        if (most > type(uint112).max) revert FaceTooLarge(most, type(uint112).max);
        uint256 least = uint256(face) * BASE / PremiumCurve.ONE;
        if (most < least) revert MostTooSmall(most, least);
        if (index.lastDay() != GOES_ON) revert IndexEnded(index.lastDay());
    }

    /// @dev The days of an order that is made now. At least one day lies between the pricing row and the first day, so that there
    /// is time to fill it.
    function _days() private view returns (uint256 pricing, uint256 first, uint256 last, uint256 opens) {
        pricing = boundaryAfter(0);
        first = CALENDAR.firstOpening(block.timestamp + WAITING);
        uint256 eve = CALENDAR.dayBefore(first);
        if (eve == pricing) (eve, first) = (first, CALENDAR.dayAfter(first, 1));
        last = CALENDAR.dayAfter(first, LIFE - 1);
        opens = CALENDAR.closes(eve);
    }

    /// @inheritdoc ICoverVault
    function fill(uint256 count) external nonReentrant returns (uint256 done) {
        uint256 turn = _turn;
        uint256 number = _orders.length;
        Money memory m = _money;
        for (; done < count && turn < number; ++done) {
            Kept memory kept = _orders[turn];
            IBookIndex.Row memory row;
            string memory reason;
            if (index.lastDay() != GOES_ON) {
                reason = "index ended";
            } else if (block.timestamp >= kept.opens) {
                reason = "first day opened";
            } else {
                (uint256 next, uint256 rows) = (index.next(), _rows());
                if (next != rows && done == 0) revert Unmarked(next, rows);
                if (next != rows) break;
                bool found;
                (found, row) = _pricingRow(kept.pricing, next);
                if (!found) break;
                reason = _sell(turn, kept, row, m);
            }
            if (bytes(reason).length != 0) {
                _orders[turn].status = uint32(RETURNED);
                emit Returned(turn, reason);
            }
            ++turn;
        }
        (_turn, _money) = (turn, m);
    }

    /// @dev Number of the window's next row.
    function _rows() private view returns (uint256 rows) {
        (, rows) = index.window().groupOf(0);
    }

    /// @dev The row of a period, or the one behind it if the period has none; none is found while the period may have one yet.
    function _pricingRow(uint256 period, uint256 next) private view returns (bool found, IBookIndex.Row memory row) {
        for (uint256 epoch = next; epoch > _clock.cursor || epoch == next; --epoch) {
            if (epoch == 0) break;
            IBookIndex.Row memory older = index.row(epoch - 1);
            if (older.period < period) break;
            (found, row) = (true, older);
            if (older.period == period) break;
        }
    }

    /// @dev Sells an order, or says why not.
    function _sell(uint256 id, Kept memory kept, IBookIndex.Row memory row, Money memory m)
        private
        returns (string memory)
    {
        if (row.period != kept.pricing || !row.own || row.revoked) return "pricing day void";
        if (!row.calm) return "not calm";
        (uint256 junior,,) = JUNIOR.book();
        (uint256 senior,,) = SENIOR.book();
        uint256 all = junior + senior;
        if (all > PremiumCurve.MOST_ASSETS || m.locked + uint256(kept.face) > all) return "no capacity";
        if (junior * PremiumCurve.ONE < all * JUNIOR_LEAST) return "too little junior";
        uint256 daily = Math.ceilDiv(_premium(kept.face, m.locked, all, row.ratio), LIFE);
        if (daily * LIFE > kept.most) return "above its most";
        uint32 last = uint32(CALENDAR.dayAfter(kept.first, LIFE - 1));
        if (gasleft() < SPLIT_GAS + SPLIT_GAS / 63 + 150_000) revert SplitGas(gasleft());
        try security.split{gas: SPLIT_GAS}(_terms(kept.first, last), kept.face, kept.buyer, address(this)) returns (
            uint256 cover
        ) {
            _book(id, kept, daily);
            m.locked += kept.face;
            emit Filled(id, cover, uint128(daily * LIFE), row.ratio, m.locked);
            return "";
        } catch {
            return "refused by the security";
        }
    }

    function _premium(uint256 face, uint256 locked, uint256 all, uint256 ratio) private view returns (uint256) {
        return PremiumCurve.premium(PremiumCurve.Rates(BASE, SLOPE, STEEP, KINK), face, locked, all, ratio);
    }

    /// @dev Adds an order to the cover of its first day. First days never fall from order to order.
    function _book(uint256 id, Kept memory kept, uint256 daily) private {
        uint256 tail = _clock.tail;
        bool isNew = tail == _clock.begun || _covers[tail - 1].first != kept.first;
        Cover storage cover = _covers[isNew ? tail : tail - 1];
        if (isNew) {
            _clock.tail = uint32(tail + 1);
            (cover.face, cover.daily, cover.first) = (kept.face, daily.toUint112(), kept.first);
        } else {
            (cover.face, cover.daily) = (cover.face + kept.face, cover.daily + daily.toUint112());
        }
        Kept storage order_ = _orders[id];
        order_.status = uint32(FILLED + (isNew ? tail : tail - 1));
        order_.daily = daily.toUint112();
    }

    /// @inheritdoc ICoverVault
    function refund(uint256 id) external nonReentrant returns (uint256 paid) {
        if (id >= _orders.length) revert NoOrder(id);
        Kept memory kept = _orders[id];
        if (kept.status == 0) return 0;
        uint256 due = kept.most;
        if (kept.status != RETURNED) {
            Cover memory cover = coverOf(kept.status - FILLED);
            due -= uint256(kept.daily) * LIFE;
            due += Math.mulDiv(cover.returned, kept.daily, cover.daily);
        }
        paid = due - kept.claimed;
        if (paid == 0) return 0;
        _orders[id].claimed = due.toUint112();
        ASSET.safeTransfer(kept.buyer, paid);
    }

    /// @inheritdoc ICoverVault
    function orderOf(uint256 id) external view returns (Order memory) {
        if (id >= _orders.length) revert NoOrder(id);
        Kept memory kept = _orders[id];
        return Order({
            buyer: kept.buyer,
            face: kept.face,
            most: kept.most,
            premium: uint128(uint256(kept.daily) * LIFE),
            pricing: kept.pricing,
            first: kept.first,
            last: uint32(CALENDAR.dayAfter(kept.first, LIFE - 1)),
            closed: kept.status != 0
        });
    }

    /// @inheritdoc ICoverVault
    function quote(uint128 face) external view returns (uint256 premium, uint32 first, uint32 last) {
        (, uint256 from, uint256 to,) = _days();
        (uint256 junior,,) = JUNIOR.book();
        (uint256 senior,,) = SENIOR.book();
        uint256 all = junior + senior;
        uint256 locked = _money.locked;
        if (locked + face > all) revert FaceTooLarge(face, Math.saturatingSub(all, locked));
        uint256 ratio = index.row(index.next() - 1).ratio;
        premium = Math.ceilDiv(_premium(face, locked, all, ratio), LIFE) * LIFE;
        return (premium, uint32(from), uint32(to));
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBookIndex} from "../interfaces/IBookIndex.sol";
import {ICoverVault} from "../interfaces/ICoverVault.sol";
import {IVarSecurity} from "../interfaces/IVarSecurity.sol";
import {PremiumCurve} from "../libraries/PremiumCurve.sol";
import {CoverBook} from "./CoverBook.sol";
import {VaultSetup} from "./VaultSetup.sol";

/// @title Two classes of capital that sell one series of cover
/// @notice See the interface. This contract takes orders; its book has the money, and the covers that were sold. Nobody
/// administers either.
contract CoverVault is VaultSetup, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @dev An order as it is kept.
    struct Kept {
        address buyer;
        /// The first day; how many periods before it the pricing row closes, and how many after it the last day.
        uint32 first;
        uint16 back;
        uint16 span;
        /// Time at which the first day opens.
        uint32 opens;
        uint112 face;
        uint112 most;
        /// 0: open; 1: returned; from 2 on the number of its cover.
        uint32 status;
        /// Premium of a day.
        uint112 daily;
        /// What was paid back.
        uint112 refunded;
        /// Whether its COVER was taken.
        bool claimed;
    }

    error NoOrder(uint256 order);
    error FaceTooSmall(uint256 face, uint256 least);
    error FaceTooLarge(uint256 face, uint256 most);
    /// @notice The least premium that the face can cost is above the most that the order pays, so that it would never be filled.
    error MostTooSmall(uint256 most, uint256 least);
    error MostTooLarge(uint256 most, uint256 limit);
    /// @notice A row of the window waits to be marked.
    error Unmarked(uint256 next, uint256 rows);
    /// @notice A day after `day` is final, and the book has not settled it.
    error Unsettled(uint256 day);
    error IndexEnded(uint256 last);
    error NotTheBuyer(address caller);
    error WasClaimed(uint256 order);

    uint256 private constant RETURNED = 1;
    uint256 private constant FILLED = 2;
    uint256 private constant GOES_ON = type(uint256).max;

    /// @dev The next order to be filled or returned.
    uint256 private _turn;
    Kept[] private _orders;

    /// @param s See `ICoverVault.Setup`.
    /// @param book_ A book that was deployed with the same, for this address, which is known before: see `CoverBook`.
    constructor(Setup memory s, CoverBook book_) VaultSetup(s, book_) {}

    /// @inheritdoc ICoverVault
    function order(uint128 face, uint128 most) external nonReentrant returns (uint256 id) {
        _checkOrder(face, most);
        (uint256 pricing, uint256 first, uint256 last, uint256 opens) = _days();
        id = _orders.length;
        Kept storage kept = _orders.push();
        (kept.buyer, kept.first, kept.opens) = (msg.sender, uint32(first), opens.toUint32());
        (kept.back, kept.span) = ((first - pricing).toUint16(), (last - first).toUint16());
        (kept.face, kept.most) = (uint112(face), uint112(most));
        emit Ordered(id, msg.sender, face, most, uint32(pricing), uint32(first), uint32(last));
        uint256 before = ASSET.balanceOf(address(book));
        ASSET.safeTransferFrom(msg.sender, address(book), most);
        uint256 received = ASSET.balanceOf(address(book)) - before;
        if (received != most) revert IVarSecurity.FeeOnTransfer(most, received);
    }

    function _checkOrder(uint128 face, uint128 most) private view {
        if (face < LEAST_FACE) revert FaceTooSmall(face, LEAST_FACE);
        // An order above the cap would keep those behind it waiting in vain.
        if (face > MOST_FACE) revert FaceTooLarge(face, MOST_FACE);
        uint256 least = uint256(face) * BASE / PremiumCurve.ONE;
        if (most < least) revert MostTooSmall(most, least);
        if (most > type(uint112).max) revert MostTooLarge(most, type(uint112).max);
        uint256 last = INDEX.lastDay();
        if (last != GOES_ON) revert IndexEnded(last);
    }

    /// @dev The days of an order that is made now. At least one day lies between the pricing row and the first day, so that there
    /// is time to fill it.
    function _days() private view returns (uint256 pricing, uint256 first, uint256 last, uint256 opens) {
        pricing = CALENDAR.dayBefore(CALENDAR.firstOpening(block.timestamp + 1));
        first = CALENDAR.firstOpening(block.timestamp + WAITING);
        uint256 eve = CALENDAR.dayBefore(first);
        if (eve == pricing) (eve, first) = (first, CALENDAR.dayAfter(first, 1));
        last = CALENDAR.dayAfter(first, LIFE - 1);
        opens = CALENDAR.closes(eve);
    }

    /// @inheritdoc ICoverVault
    function fill(uint256 count) external nonReentrant returns (uint256 done) {
        (uint256 turn, uint256 number) = (_turn, _orders.length);
        for (; done < count && turn < number; ++done) {
            (bool waits, string memory reason) = _try(turn, done == 0);
            if (waits) break;
            if (bytes(reason).length != 0) {
                _orders[turn].status = uint32(RETURNED);
                emit Returned(turn, reason);
            }
            ++turn;
        }
        _turn = turn;
    }

    /// @dev Fills an order, or says why it is returned, or that it waits: for its pricing row, or for room in the security.
    function _try(uint256 id, bool isFirst) private returns (bool waits, string memory reason) {
        Kept memory kept = _orders[id];
        if (INDEX.lastDay() != GOES_ON) return (false, "index ended");
        if (block.timestamp >= kept.opens) return (false, "first day opened");
        uint256 next = INDEX.next();
        (, uint256 rows) = WINDOW.groupOf(0);
        if (next != rows && isFirst) revert Unmarked(next, rows);
        if (next != rows) return (true, "");
        if (book.isBehind()) revert Unsettled(book.day());
        (bool found, IBookIndex.Row memory row) = _pricingRow(kept.first - kept.back, next);
        if (!found) return (true, "");
        return _sell(id, kept, row);
    }

    /// @dev The row of a period, or the one behind it if it has none; not found while the period may have one yet. It is calm if it
    /// and all newer rows are: whoever fills late has seen those too.
    function _pricingRow(uint256 period, uint256 epoch) private view returns (bool found, IBookIndex.Row memory row) {
        // An order waits for days, so that few rows are newer than its pricing row.
        bool calm = true;
        while (epoch != 0) {
            IBookIndex.Row memory older = INDEX.row(--epoch);
            if (older.period < period) break;
            calm = calm && older.calm;
            (found, row) = (true, older);
            if (older.period == period) break;
        }
        row.calm = calm;
    }

    /// @dev Sells an order, or says why not. It waits where the security refuses to split, whatever the reason: anybody can fill
    /// its cap for a transaction, and whoever could have an order returned so would have a free option.
    function _sell(uint256 id, Kept memory kept, IBookIndex.Row memory row) private returns (bool, string memory) {
        if (row.period != kept.first - kept.back || !row.own || row.revoked) return (false, "pricing day void");
        if (!row.calm) return (false, "not calm");
        (uint256 locked, uint256 junior, uint256 senior) = book.capacity();
        uint256 all = junior + senior;
        if (all > PremiumCurve.MOST_ASSETS || locked + kept.face > all) return (false, "no capacity");
        if (junior * PremiumCurve.ONE < all * JUNIOR_LEAST) return (false, "too little junior");
        uint256 daily = Math.ceilDiv(_premium(kept.face, locked, all, row.ratio), LIFE);
        if (daily * LIFE > kept.most) return (false, "above its most");
        (uint256 number, uint256 cover) = book.sell(kept.first, kept.first + kept.span, kept.face, uint112(daily));
        if (cover == 0) return (true, "");
        _orders[id].status = uint32(FILLED + number);
        _orders[id].daily = uint112(daily);
        emit Filled(id, cover, uint128(daily * LIFE), row.ratio, locked + kept.face);
        return (false, "");
    }

    function _premium(uint256 face, uint256 locked, uint256 all, uint256 ratio) private view returns (uint256) {
        return PremiumCurve.premium(PremiumCurve.Rates(BASE, SLOPE, STEEP, KINK), face, locked, all, ratio);
    }

    /// @inheritdoc ICoverVault
    function claim(uint256 id, address to) external nonReentrant returns (uint256 cover) {
        Kept memory kept = _filled(id);
        if (msg.sender != kept.buyer) revert NotTheBuyer(msg.sender);
        if (kept.claimed) revert WasClaimed(id);
        _orders[id].claimed = true;
        (cover,) = SECURITY.idsOf(
            IVarSecurity.Terms(_setup.kind, _setup.attachment, _setup.detachment, kept.first, kept.first + kept.span)
        );
        emit Claimed(id, cover, to);
        IERC1155(address(SECURITY)).safeTransferFrom(address(book), to, cover, kept.face, "");
    }

    /// @inheritdoc ICoverVault
    function refund(uint256 id) external nonReentrant returns (uint256 paid) {
        Kept memory kept = _kept(id);
        if (kept.status == 0) return 0;
        uint256 due = kept.most;
        if (kept.status != RETURNED) {
            CoverBook.Cover memory cover = book.coverOf(kept.status - FILLED);
            due -= uint256(kept.daily) * LIFE;
            due += Math.mulDiv(cover.returned, kept.daily, cover.daily);
        }
        paid = due - kept.refunded;
        if (paid == 0) return 0;
        _orders[id].refunded = due.toUint112();
        book.pay(kept.buyer, paid);
    }

    function _kept(uint256 id) private view returns (Kept memory) {
        if (id >= _orders.length) revert NoOrder(id);
        return _orders[id];
    }

    function _filled(uint256 id) private view returns (Kept memory kept) {
        kept = _kept(id);
        if (kept.status < FILLED) revert NoOrder(id);
    }

    /// @notice Orders so far, and the first one that is neither filled nor returned.
    function orders() external view returns (uint256 number, uint256 turn) {
        return (_orders.length, _turn);
    }

    /// @inheritdoc ICoverVault
    function orderOf(uint256 id) external view returns (Order memory) {
        Kept memory kept = _kept(id);
        return Order({
            buyer: kept.buyer,
            face: kept.face,
            most: kept.most,
            premium: uint128(uint256(kept.daily) * LIFE),
            pricing: kept.first - kept.back,
            first: kept.first,
            last: kept.first + kept.span,
            closed: kept.status != 0
        });
    }

    /// @notice Number of an order's cover in the book.
    function coverOf(uint256 id) external view returns (uint256 number) {
        return _filled(id).status - FILLED;
    }

    /// @inheritdoc ICoverVault
    function quote(uint128 face) external view returns (uint256 premium, uint32 first, uint32 last) {
        (, uint256 from, uint256 to,) = _days();
        (uint256 locked, uint256 junior, uint256 senior) = book.capacity();
        uint256 all = junior + senior;
        if (locked + face > all) revert FaceTooLarge(face, Math.saturatingSub(all, locked));
        uint256 ratio = INDEX.row(INDEX.next() - 1).ratio;
        premium = Math.ceilDiv(_premium(face, locked, all, ratio), LIFE) * LIFE;
        return (premium, uint32(from), uint32(to));
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "../../src/interfaces/IBookIndex.sol";
import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {CoverIds} from "../../src/libraries/CoverIds.sol";
import {VarSecurity} from "../../src/security/VarSecurity.sol";
import {vm as cheats} from "../ledger/Cheats.sol";
import {Coin} from "./Coins.sol";
import {CoverWorld} from "./CoverWorld.sol";

/// @notice Four holders split, trade, merge, settle and redeem in any order while days of all kinds pass, and this contract keeps its
/// own books of what must follow.
contract CoverHandler is CoverWorld {
    uint256 private constant HOLDERS = 4;
    /// @dev Positions at most.
    uint256 private constant MOST = 24;

    /// @dev By this contract's own account.
    struct Book {
        uint256 split;
        uint256 merged;
        uint256[2] redeemed;
        uint256[2] paid;
        uint256[2] redemptions;
        /// The greatest loss of the days that were settled, from the model's prices.
        uint256 best;
        bool finished;
    }

    uint256[] public covers;
    mapping(uint256 cover => Book) private _books;
    /// @dev Whether a row's day counts, and its period, as this contract pushed it.
    bool[] private _counts;
    uint256[] private _periods;
    uint256 public donated;
    bool public ended;
    /// What must never happen, by its name.
    string public wrong;
    uint256 public voided;
    uint256 public paidOut;
    uint256 public refused;

    constructor() {
        makeWorld();
        for (uint256 i = 0; i < 8; ++i) {
            _counts.push(i == 7);
            _periods.push(i + 1);
        }
        for (uint256 i = 0; i < HOLDERS; ++i) {
            cheats.prank(holder(i));
            coin.approve(address(security), type(uint256).max);
        }
    }

    function parts() external view returns (VarSecurity, Coin) {
        return (security, coin);
    }

    function holder(uint256 seed) public pure returns (address) {
        return address(uint160(0xa000 + seed % HOLDERS));
    }

    function coverAt(uint256 seed) private view returns (uint256) {
        return covers[seed % covers.length];
    }

    function number() external view returns (uint256) {
        return covers.length;
    }

    function bookOf(uint256 cover) external view returns (Book memory) {
        return _books[cover];
    }

    /// @dev What the holders have of an identifier: nobody else has any.
    function supply(uint256 id) external view returns (uint256 sum) {
        for (uint256 i = 0; i < HOLDERS; ++i) {
            sum += security.balanceOf(holder(i), id);
        }
    }

    function check(bool right, string memory what) private {
        if (!right) wrong = what;
    }

    // --- days

    function pass(uint256 seed) external {
        if (ended) return;
        for (uint256 i = 0; i <= seed % 3; ++i) {
            row(uint256(keccak256(abi.encode(seed, i))));
        }
    }

    function row(uint256 random) private {
        int256 loss = [int256(0), 9_000, -12_000, 25_000, 31_000, 46_000, -40_000, 61_000][(random >> 8) % 8];
        if ((random >> 16) % 12 == 0) loss = 90_000;
        uint256 kind = random % 12;
        if (kind == 0) loseAfterAGap(loss, period + 2);
        else if (kind == 1) lose(loss, period + 2);
        else if (kind == 2) loseAndRevoke(loss);
        else lose(loss);
        _counts.push(kind != 1 && kind != 2);
        _periods.push(period);
        if (kind < 3) ++voided;
    }

    /// @notice Days without rows, which may end the index.
    function stall(uint256 seed) external {
        cheats.warp(block.timestamp + uint256(keccak256(abi.encode(seed))) % 4 days);
        if (seed % 32 != 1 || ended || covers.length == 0) return;
        cheats.warp(closesAt(period + 11) + 49 hours);
        index.end();
        ended = true;
    }

    // --- holders

    function split(uint256 who, uint256 seed, uint128 amount) external {
        amount %= 100_000;
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind(seed % 3));
        terms.attachment = uint16(200 + 100 * ((seed >> 8) % 3));
        uint256 cover = CoverIds.coverOf(terms);
        // Half of the time, more of a position that there is; and always once there are many.
        if (covers.length == MOST || ((seed >> 16) % 2 == 0 && covers.length != 0)) cover = coverAt(seed >> 24);
        (terms,) = CoverIds.termsOf(cover);
        coin.mint(holder(who), amount);
        cheats.prank(holder(who));
        try security.split(terms, amount, holder(who), holder(seed >> 64)) {
            check(!security.position(cover).finished, "split of a finished position");
            if (_books[cover].split == 0) covers.push(cover);
            _books[cover].split += amount;
        } catch {
            ++refused;
        }
    }

    function merge(uint256 who, uint256 seed, uint128 amount) external {
        if (covers.length == 0) return;
        uint256 cover = coverAt(seed);
        uint256 most = security.balanceOf(holder(who), cover);
        uint256 other = security.balanceOf(holder(who), cover | CoverIds.REST);
        if (other < most) most = other;
        amount = uint128(amount % (most + 1));
        cheats.prank(holder(who));
        try security.merge(cover, amount, holder(who)) {
            _books[cover].merged += amount;
        } catch {
            wrong = "a merge that was refused";
        }
    }

    function move(uint256 from, uint256 to, uint256 seed, uint256 amount) external {
        if (covers.length == 0) return;
        uint256 id = coverAt(seed) | (seed >> 255 == 0 ? 0 : CoverIds.REST);
        amount %= security.balanceOf(holder(from), id) + 1;
        cheats.prank(holder(from));
        security.safeTransferFrom(holder(from), holder(to), id, amount, "");
    }

    function donate(uint64 amount) external {
        coin.mint(address(security), amount);
        donated += amount;
    }

    function redeem(uint256 who, uint256 seed, uint128 amount) external {
        if (covers.length == 0) return;
        uint256 cover = coverAt(seed);
        uint256 leg = seed >> 255;
        uint256 id = cover | (leg == 0 ? 0 : CoverIds.REST);
        amount = uint128(amount % (security.balanceOf(holder(who), id) + 1));
        cheats.prank(holder(who));
        try security.redeem(id, amount, holder(who)) returns (uint256 paid) {
            Book storage book = _books[cover];
            check(book.finished, "a redemption before the end");
            (book.redeemed[leg], book.paid[leg]) = (book.redeemed[leg] + amount, book.paid[leg] + paid);
            ++book.redemptions[leg];
            if (paid != 0) ++paidOut;
        } catch {
            check(!_books[cover].finished, "a redemption that was refused");
        }
    }

    // --- settlement

    function settle(uint256 seed, uint256 most) external {
        if (covers.length == 0) return;
        uint256 cover = coverAt(seed);
        most %= 8;
        for (uint256 i = 0; i <= most; ++i) {
            step(cover);
        }
    }

    function startFor(uint256 first) private view returns (uint256 start) {
        while (start < _periods.length && _periods[start] < first) ++start;
    }

    /// @dev Settles one row, and compares with what this contract pushed.
    function step(uint256 cover) private {
        (IVarSecurity.Terms memory terms,) = CoverIds.termsOf(cover);
        IVarSecurity.Position memory before = security.position(cover);
        uint256 start = startFor(terms.first);
        if (start == _periods.length && !ended) return;
        IVarSecurity.Position memory after_ = security.settle(cover, start, 1);
        Book storage book = _books[cover];
        check(after_.best >= before.best, "best fell");
        check(after_.finished || !before.finished, "a finished position goes on");
        uint256 looked = before.cursor == 0 ? start : before.cursor;
        check(after_.cursor == looked || after_.cursor == looked + 1 || before.finished, "more than a row");
        if (after_.cursor == looked + 1) {
            check(index.isFinal(looked), "a row that is not final");
            bool counts = _counts[looked] && _periods[looked] <= terms.last;
            if (!counts) check(after_.best == before.best, "a void day moved something");
            if (counts && terms.kind != IVarSecurity.Kind.ValueAtRisk) take(book, terms.kind, looked);
            if (terms.kind != IVarSecurity.Kind.ValueAtRisk) check(after_.best == book.best, "the greatest loss");
        }
        book.finished = after_.finished;
    }

    function take(Book storage book, IVarSecurity.Kind kind, uint256 epoch_) private {
        if (losses[epoch_] <= 0) return;
        uint256 loss = uint256(losses[epoch_]);
        if (kind == IVarSecurity.Kind.Scaled) loss = loss * rowAt(epoch_).multiplier / 64;
        if (loss > book.best) book.best = loss;
    }
}

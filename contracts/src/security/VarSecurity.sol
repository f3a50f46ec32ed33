// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBookIndex} from "../interfaces/IBookIndex.sol";
import {IHolderGate} from "../interfaces/IHolderGate.sol";
import {ITradingCalendar} from "../interfaces/ITradingCalendar.sol";
import {IVarSecurity} from "../interfaces/IVarSecurity.sol";
import {CoverIds} from "../libraries/CoverIds.sol";
import {CoverSchedule} from "../libraries/CoverSchedule.sol";

/// @title A tradeable security on a public book's risk: one unit of collateral is one COVER and one REST
/// @notice Nobody administers it, and nobody is trusted with what the index is not trusted with already. It counts its collateral
/// itself: what is sent to it without `split` belongs to nobody.
contract VarSecurity is IVarSecurity, ERC1155, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice Days of life that a position has at least.
    uint256 public constant LEAST_LIFE = 20;
    /// @dev Rows that an index keeps at least.
    uint256 private constant KEPT = 256;

    /// @inheritdoc IVarSecurity
    IBookIndex public immutable index;
    /// @inheritdoc IVarSecurity
    address public immutable asset;
    /// @inheritdoc IVarSecurity
    uint256 public immutable cap;
    /// @notice Asked who may hold COVER and REST; zero for everybody.
    IHolderGate public immutable gate;
    /// @notice Days of the index.
    ITradingCalendar public immutable calendar;
    /// @dev Of the index's ladder, in basis points times 2^20.
    uint256 private immutable LOWEST;
    uint256 private immutable STEP;

    /// @dev `Position` in one slot. Faces are at most `cap`.
    struct Kept {
        uint48 best;
        uint48 eve;
        uint32 cursor;
        bool finished;
        uint120 faces;
    }

    mapping(uint256 cover => Kept) private _positions;
    uint128 private _live;
    uint128 private _held;

    /// @param cap_ At most 2^120 - 1.
    /// @param gate_ Zero for none.
    constructor(IBookIndex index_, IERC20 asset_, uint256 cap_, IHolderGate gate_, string memory uri_) ERC1155(uri_) {
        if (address(asset_).code.length == 0) revert BadTerms("asset", uint160(address(asset_)));
        if (cap_ == 0 || cap_ > type(uint120).max) revert BadTerms("cap", cap_);
        (index, asset, cap, gate) = (index_, address(asset_), cap_, gate_);
        calendar = index_.calendar();
        (uint256 lowest, uint256 step) = index_.ladder();
        (LOWEST, STEP) = (lowest << 20, step << 20);
    }

    /// @inheritdoc IVarSecurity
    function split(Terms calldata terms, uint128 amount, address coverTo, address restTo)
        external
        nonReentrant
        returns (uint256 cover)
    {
        cover = CoverIds.coverOf(terms);
        Kept storage kept = _positions[cover];
        (uint256 before, bool finished) = (kept.faces, kept.finished);
        if (finished) revert Finished(cover);
        if (amount == 0) revert BadTerms("amount", 0);
        // A position that has faces was asked for its days when it was first split.
        if (before == 0) _requireDays(terms);
        uint256 lastDay = index.lastDay();
        if (terms.last > lastDay) revert BadTerms("last", terms.last);
        uint256 live = uint256(_live) + amount;
        if (live > cap) revert OverCap(live, cap);
        (_live, _held) = (uint128(live), _held + amount);
        kept.faces = uint120(before + amount);
        _take(amount);
        emit Split(cover, msg.sender, coverTo, restTo, amount);
        _mint(coverTo, cover, amount, "");
        _mint(restTo, cover | CoverIds.REST, amount, "");
    }

    /// @inheritdoc IVarSecurity
    function merge(uint256 cover, uint128 amount, address to) external nonReentrant {
        _requireCover(cover);
        (uint256[] memory ids, uint256[] memory amounts) = (new uint256[](2), new uint256[](2));
        (ids[0], ids[1], amounts[0], amounts[1]) = (cover, cover | CoverIds.REST, amount, amount);
        _burnBatch(msg.sender, ids, amounts);
        Kept storage kept = _positions[cover];
        kept.faces -= uint120(amount);
        if (!kept.finished) _live -= amount;
        _held -= amount;
        emit Merged(cover, msg.sender, amount);
        IERC20(asset).safeTransfer(to, amount);
    }

    /// @inheritdoc IVarSecurity
    function settle(uint256 cover, uint256 start, uint256 most) external nonReentrant returns (Position memory) {
        Terms memory terms = _requireCover(cover);
        Kept memory kept = _positions[cover];
        if (kept.finished) return _position(kept);
        uint256 best = kept.best;
        uint256 rows = index.next();
        if (kept.cursor == 0) {
            uint256 eve = _start(terms, start, rows);
            (kept.eve, kept.cursor) = (uint48(eve), uint32(start));
        } else if (uint256(kept.cursor) + KEPT < rows && _isForgotten(kept.cursor)) {
            if (start <= kept.cursor || !_isForgotten(start - 1)) revert WrongStart(start);
            kept.cursor = uint32(start);
        }
        _walk(terms, kept, rows, most);
        _positions[cover] = kept;
        if (kept.finished) _live -= kept.faces;
        if (kept.finished || kept.best > best) {
            emit Settled(cover, kept.best, _share(terms, kept, true, kept.faces), kept.finished);
        }
        return _position(kept);
    }

    /// @inheritdoc IVarSecurity
    function redeem(uint256 id, uint128 amount, address to) external nonReentrant returns (uint256 paid) {
        (Terms memory terms, bool isCover) = CoverIds.termsOf(id);
        uint256 cover = isCover ? id : id ^ CoverIds.REST;
        Kept memory kept = _positions[cover];
        if (!kept.finished) revert NotFinished(cover);
        _burn(msg.sender, id, amount);
        paid = _share(terms, kept, isCover, amount);
        _held -= uint128(paid);
        emit Redeemed(id, msg.sender, to, amount, paid);
        IERC20(asset).safeTransfer(to, paid);
    }

    /// @inheritdoc IVarSecurity
    function faces() external view returns (uint256) {
        return _live;
    }

    /// @notice Collateral that was taken, and neither returned nor paid.
    function held() external view returns (uint256) {
        return _held;
    }

    /// @inheritdoc IVarSecurity
    function position(uint256 cover) external view returns (Position memory) {
        _requireCover(cover);
        return _position(_positions[cover]);
    }

    /// @inheritdoc IVarSecurity
    function owed(uint256 cover, uint256 amount) external view returns (uint256) {
        return _share(_requireCover(cover), _positions[cover], true, amount);
    }

    /// @inheritdoc IVarSecurity
    function idsOf(Terms calldata terms) external pure returns (uint256 cover, uint256 rest) {
        cover = CoverIds.coverOf(terms);
        rest = cover | CoverIds.REST;
    }

    /// @inheritdoc IVarSecurity
    function termsOf(uint256 id) external pure returns (Terms memory terms, bool isCover) {
        return CoverIds.termsOf(id);
    }

    function _requireCover(uint256 cover) private pure returns (Terms memory terms) {
        bool isCover;
        (terms, isCover) = CoverIds.termsOf(cover);
        if (!isCover) revert NotAnId(cover);
    }

    function _position(Kept memory kept) private pure returns (Position memory) {
        return Position(kept.best, kept.eve, kept.cursor, kept.finished, kept.faces);
    }

    function _requireDays(Terms calldata terms) private view {
        if (!calendar.isDay(terms.first)) revert BadTerms("first", terms.first);
        if (!calendar.isDay(terms.last)) revert BadTerms("last", terms.last);
        uint256 life = calendar.count(terms.first, terms.last) + 1;
        if (life < LEAST_LIFE) revert BadTerms("life", life);
        // A first day has an eve: this reverts for the calendar's first day.
        calendar.dayBefore(terms.first);
    }

    /// @dev Takes collateral from the caller.
    function _take(uint256 amount) private {
        IERC20 token = IERC20(asset);
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert FeeOnTransfer(amount, received);
    }

    /// @dev Whether the index has forgotten a row, or never had it. A row that is to come is neither.
    function _isForgotten(uint256 epoch) private view returns (bool) {
        (bool ok, bytes memory fault) = address(index).staticcall(abi.encodeCall(IBookIndex.row, (epoch)));
        // Not every error: a call may run out of gas.
        return !ok && bytes4(fault) == IBookIndex.Forgotten.selector;
    }

    function _row(uint256 epoch) private view returns (IBookIndex.Row memory) {
        return index.row(epoch);
    }

    function _indexOf(Kind kind, IBookIndex.Row memory row) private view returns (uint256) {
        return CoverSchedule.indexOf(kind, row, LOWEST, STEP);
    }

    /// @dev What `amount` of COVER, or of REST, is owed by the index so far.
    function _share(Terms memory terms, Kept memory kept, bool isCover, uint256 amount) private pure returns (uint256) {
        (uint256 part, uint256 whole) = CoverSchedule.payout(terms, kept.best, kept.eve);
        return amount * (isCover ? part : whole - part) / whole;
    }

    /// @dev Checks that `start` is the first row behind the eve, or the first one that is kept if those of the eve are not. Returns
    /// the index on the eve, for value at risk.
    function _start(Terms memory terms, uint256 start, uint256 rows) private view returns (uint256) {
        uint256 eve = calendar.dayBefore(terms.first);
        uint256 last = start;
        if (start != 0 && !_isForgotten(start - 1)) {
            last = start - 1;
            if (_row(last).period > eve) revert WrongStart(start);
        }
        // Behind an index that has ended, no row comes.
        if ((start != rows || !_isOver()) && _row(start).period <= eve) revert WrongStart(start);
        if (terms.kind != Kind.ValueAtRisk || last == rows) return 0;
        return _indexOf(terms.kind, _row(last));
    }

    /// @dev Goes over rows that are final.
    function _walk(Terms memory terms, Kept memory kept, uint256 rows, uint256 most) private view {
        (uint256 top, uint256 best, uint256 cursor) = (uint256(terms.detachment) << 20, kept.best, kept.cursor);
        bool finished = kept.eve >= top;
        for (; most != 0 && !finished && cursor < rows && index.isFinal(cursor); --most) {
            IBookIndex.Row memory row = _row(cursor++);
            // Own rows are of days, and the first day behind the eve is the position's first.
            if (row.own && !row.revoked && row.period <= terms.last) {
                uint256 found = _indexOf(terms.kind, row);
                if (found > best) best = found;
            }
            finished = row.period >= terms.last || best >= top;
        }
        if (!finished && cursor == rows) finished = _isOver();
        (kept.best, kept.cursor, kept.finished) = (uint48(best), uint32(cursor), finished);
    }

    /// @dev Whether no day is to come that the index has no row of.
    function _isOver() private view returns (bool) {
        return index.lastDay() != type(uint256).max;
    }

    /// @dev Asks the gate about a receiver. Nothing is asked when tokens are burnt.
    function _update(address from, address to, uint256[] memory ids, uint256[] memory values) internal override {
        if (to != address(0) && address(gate) != address(0) && !gate.mayHold(to)) revert Refused(to);
        super._update(from, to, ids, values);
    }
}

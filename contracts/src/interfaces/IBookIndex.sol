// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IPriceRow} from "./IPriceRow.sol";
import {IRollingWindow} from "./IRollingWindow.sol";
import {ITradingCalendar} from "./ITradingCalendar.sol";

/// @title Risk of a public book, from the window's own rows and without a proof
/// @notice The book's weights are basis points of its gross value and sum to 10,000 in magnitude. A loss is in basis points times
/// 2^20, positive for a loss: 4 % is 400 * 2^20. Rung k of 16 is `lowest + k * step` basis points. Value at risk reaches a rung
/// if more rows of the window than the tail lose at least that much.
///
/// A day is a period of the window that the calendar has. It has a row of its own if a row begins at the close of the calendar's
/// day before it and ends at its own. Every other day is *void*: no move of it is in the index, and none is netted into another
/// day. A row that is not a day's own counts in value at risk, as it does in the window's point.
///
/// The first rows that are marked, one less than the window has, are no day's own: value at risk says something once all rows of
/// a window are marked.
interface IBookIndex {
    /// @notice A row that was marked.
    struct Row {
        /// The book's loss, in basis points times 2^20.
        int48 loss;
        /// Rungs that the loss reaches, and that value at risk reaches with this row in the window.
        uint8 rungs;
        uint8 level;
        /// Whether it is its day's own row.
        bool own;
        /// Whether two rows of its period are attested: its day is void.
        bool revoked;
        /// Whether the loss is at most four deviations, as they were before this row.
        bool calm;
        /// Exposure multiplier of its day, in 64ths. It depends on no row but those that had closed when the day before opened.
        /// Rows whose period is no day move no multiplier.
        uint16 multiplier;
        /// EWMA deviation of the book's moves over its mean, with this row, in 256ths, and at most 65,535.
        uint16 ratio;
        uint32 period;
        uint32 previous;
        /// Block time at which it was pushed; zero for rows of the first window. Where the last of these is its day's own: at which
        /// it was marked.
        uint40 pushed;
    }

    event Marked(
        uint256 indexed epoch,
        uint256 indexed period,
        int256 loss,
        uint256 level,
        uint256 multiplier,
        uint256 ratio,
        bool own
    );
    /// @notice Two rows of the period are attested. Its day is void.
    event Revoked(uint256 indexed epoch, uint256 indexed period);
    /// @notice No day after `last` has a row: more than ten days had none.
    event Ended(uint256 last);

    error NotNext(uint256 epoch);
    error NotMarked(uint256 epoch, uint256 next);
    /// @notice The row is older than those that are kept.
    error Forgotten(uint256 epoch);
    error WrongShown(uint256 epoch);
    error Over(uint256 last);
    error NotOver(uint256 time, uint256 end);
    /// @notice The statements are not two different rows of one period of the window.
    error NoEquivocation(uint256 period);
    error TooLate(uint256 deadline, uint256 time);

    /// @notice Marks the next row. Anybody may call it, row after row in order.
    /// @param shown The entries of the row's group; digests of its slots in order, 32 bytes each; its xi; and what the row's slot
    /// digest is the hash of, 7 words.
    function mark(bytes calldata shown) external;

    /// @notice Shows that two rows of a marked row's period are attested, within 48 hours of its push. Its day becomes void.
    function revoke(
        uint256 epoch,
        IPriceRow.Statement calldata one,
        bytes calldata signaturesOfOne,
        IPriceRow.Statement calldata other,
        bytes calldata signaturesOfOther
    ) external;

    /// @notice Ends the index once eleven days after its last own row have closed, 48 hours have passed since, and all rows of the
    /// window are marked; or at once, if the next row left the window unmarked. An index that never had a day ends after twice as
    /// many periods as the window has rows, and 20.
    function end() external;

    /// @notice Number of the next row to be marked.
    function next() external view returns (uint256 epoch);
    /// @notice The last day that has a row of its own, once the index has ended; the greatest integer while it goes on.
    function lastDay() external view returns (uint256 period);
    /// @notice A marked row. As many are kept as the window has rows, and 512 if it has fewer than 256.
    function row(uint256 epoch) external view returns (Row memory);
    /// @notice Whether nothing changes the row any more: 48 hours have passed since its push and two later rows are marked, or the
    /// index has ended and 48 hours have passed.
    function isFinal(uint256 epoch) external view returns (bool);
    /// @notice Number of rungs that value at risk reaches, where `tail` rows may be beyond it. It reverts with `NotMarked`, as the
    /// next two do, until all rows of a window are marked.
    function index(uint256 tail) external view returns (uint256 rungs);
    /// @notice Value at risk at the index's own tail is at least `lower` basis points, and less than `upper`. `lower` is zero
    /// below the first rung; `upper` is the greatest integer where the last one is reached.
    function valueAtRisk() external view returns (uint256 lower, uint256 upper);
    /// @notice Expected shortfall at the index's own tail is at most this, in basis points times 2^20, rounded up: the least of
    /// rung + mean excess over it / tail share (Rockafellar and Uryasev 2000, theorem 1).
    function expectedShortfall() external view returns (uint256 most);
    function window() external view returns (IRollingWindow);
    function calendar() external view returns (ITradingCalendar);
    /// @notice Basis points of the lowest rung, and between rungs.
    function ladder() external view returns (uint256 lowest, uint256 step);
}

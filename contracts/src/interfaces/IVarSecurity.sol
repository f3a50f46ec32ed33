// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "./IBookIndex.sol";

/// @title A tradeable security on a public book's risk: one unit of collateral is one COVER and one REST
/// @notice COVER pays a share of its face by a public schedule; REST pays what is left. Both are ERC-1155 identifiers that spell
/// out their terms, so that nobody creates a series. Every unit of COVER has its unit of collateral in this contract until it is
/// redeemed: no price, no seller and no vault can change that.
///
/// The *index* of a position is the greatest index of its days that are final, and not void. The payout is
/// `(min(index, detachment) - attachment) / (detachment - attachment)` of the face, and zero below attachment. For value at risk,
/// what the index on the eve of the first day would pay is taken off.
interface IVarSecurity {
    enum Kind {
        /// Value at risk of the book over the window, to a rung.
        ValueAtRisk,
        /// The book's loss of a day.
        Realised,
        /// The loss of a day times the multiplier of that day.
        Scaled
    }

    /// @notice What an identifier spells out.
    struct Terms {
        Kind kind;
        /// Basis points.
        uint16 attachment;
        uint16 detachment;
        /// First and last day: periods of the calendar.
        uint32 first;
        uint32 last;
    }

    /// @notice How far a position is settled.
    struct Position {
        /// The greatest index so far, in basis points times 2^20. A scaled loss is rounded down.
        uint48 best;
        /// For value at risk, the index with the last row up to the eve.
        uint48 eve;
        /// The next row that settlement looks at; zero before the first.
        uint32 cursor;
        /// Whether no day is left that could raise what is paid: the last one is settled, detachment is reached, or the index
        /// has ended.
        bool finished;
        /// Units of COVER, and as many of REST, that were split and not merged. What is redeemed is still in it.
        uint128 faces;
    }

    event Split(uint256 indexed cover, address indexed by, address coverTo, address restTo, uint256 amount);
    event Merged(uint256 indexed cover, address indexed by, uint256 amount);
    /// @notice The position's index rose, or it is finished. `paid` is what all its faces are owed.
    event Settled(uint256 indexed cover, uint256 best, uint256 paid, bool finished);
    event Redeemed(uint256 indexed id, address indexed by, address to, uint256 amount, uint256 paid);

    error BadTerms(string field, uint256 value);
    error NotAnId(uint256 id);
    error OverCap(uint256 faces, uint256 cap);
    /// @notice The token kept some of what was sent.
    error FeeOnTransfer(uint256 sent, uint256 received);
    error NotFinished(uint256 cover);
    /// @notice Nothing is left to cover.
    error Finished(uint256 cover);
    /// @notice The row is not the first one behind the eve.
    error WrongStart(uint256 epoch);
    error Refused(address holder);

    /// @notice Takes `amount` of the collateral from the caller, and makes as much COVER and REST. First and last are days of the
    /// calendar, with at least 20 days of life; the position is not finished, and the index not ended before the last day.
    function split(Terms calldata terms, uint128 amount, address coverTo, address restTo)
        external
        returns (uint256 cover);
    /// @notice Burns COVER and REST of the caller, and returns the collateral. Always possible.
    function merge(uint256 cover, uint128 amount, address to) external;
    /// @notice Settles rows that are final, at most `most` of them, in order. Anybody may call it.
    ///
    /// The index keeps its newest rows, at least 256. Days whose rows it forgot before they were settled count as nothing, and
    /// settlement goes on with the oldest row that is kept, which takes the place of the eve's if that is forgotten too.
    /// @param start The first row whose period is after the eve. Looked at in the first call, and, as the oldest row that is kept,
    /// when the next one is forgotten.
    function settle(uint256 cover, uint256 start, uint256 most) external returns (Position memory);
    /// @notice Burns COVER or REST of the caller for its share, rounded down, once the position is finished: at once when the index
    /// has reached detachment, else when the last day is settled.
    function redeem(uint256 id, uint128 amount, address to) external returns (uint256 paid);

    function index() external view returns (IBookIndex);
    function asset() external view returns (address);
    /// @notice The most faces that are live at a time, which a majority of the seats could take.
    function cap() external view returns (uint256);
    /// @notice Faces of all positions that are not finished.
    function faces() external view returns (uint256);
    function position(uint256 cover) external view returns (Position memory);
    /// @notice What `amount` of COVER is owed by the index so far, rounded down.
    function owed(uint256 cover, uint256 amount) external view returns (uint256);
    function idsOf(Terms calldata terms) external pure returns (uint256 cover, uint256 rest);
    function termsOf(uint256 id) external pure returns (Terms memory terms, bool isCover);
}

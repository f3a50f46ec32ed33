// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IScenarioSource} from "./IScenarioSource.sol";

/// @title A window of the newest T rows of prices, as a scenario point
/// @notice Row number e, counted from the first that was loaded, is epoch e and stands in slot e mod T.
interface IRollingWindow is IScenarioSource {
    /// @notice When a row's move is of, and when it came.
    struct Stamp {
        /// Number of the row.
        uint32 epoch;
        /// Period of the price that the move ends with. The row closes when this period closes.
        uint32 period;
        /// Period of the price that the move begins with. The row opens when this period closes.
        uint32 previous;
        /// Block time at which the row was pushed; zero for rows that were there before the window was full.
        uint40 pushed;
    }

    /// @notice A row was pushed. `prices` are those that it closes with, 8 bytes a factor, big-endian.
    event Row(uint256 indexed epoch, uint256 indexed period, uint256 previous, uint256 x, uint256 y, bytes prices);
    /// @notice The row skips periods: no row has the moves between `last` and `previous`.
    event Gap(uint256 indexed epoch, uint256 last, uint256 previous);
    /// @notice The row begins with other prices than the last one closed with: it is the first one, or follows a gap, or prices
    /// were adjusted, such as after a split.
    event Adjusted(uint256 indexed epoch, bytes prices);
    /// @notice The window is full, and serves points from this epoch on.
    event Sealed(uint256 indexed epoch);

    /// @notice Appends a row that the price rows' source has attested. Anybody may call it.
    /// @param period The row's period: later than the last row's, and closed.
    /// @param row What the contract does not keep: see the documentation of the implementation.
    /// @param signatures For the price rows' source.
    function push(uint256 period, bytes calldata row, bytes calldata signatures) external;

    /// @notice The scenario point of one row alone, in its slot, with weight 1: what the loss of its period is proved over.
    /// @param shown What the contract does not keep: see the documentation of the implementation.
    function rowPoint(uint256 epoch, bytes calldata shown) external view returns (uint256 x, uint256 y, Stamp memory stamp);

    /// @notice Digest of the group of rows that a slot is in, and the number of the next epoch: what a public book's index
    /// checks shown entries against.
    function groupOf(uint256 slot) external view returns (bytes32 digest, uint256 nextEpoch);
}

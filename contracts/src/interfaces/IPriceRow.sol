// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Somebody who stands behind a row of prices
/// @notice A window asks it before it takes a row. It reverts unless the row is attested.
interface IPriceRow {
    /// @notice A row: the prices that a move begins and ends with.
    struct Statement {
        /// Identifier of the window: `keccak256(abi.encode(chain id, window))`.
        bytes32 source;
        /// Period that the row closes with.
        uint32 period;
        /// Period that it opens with.
        uint32 previous;
        /// `keccak256(abi.encode(hash of the prices that the last row closed with, its period))`, zero in a first row. So a row
        /// stands behind one row alone, also where prices did not move.
        bytes32 last;
        /// Hash of the prices that the move begins with: those of the last row, unless they are adjusted or a period was
        /// skipped. A price has 8 bytes, big-endian.
        bytes32 before;
        /// Hash of the prices that it ends with.
        bytes32 now_;
    }

    /// @notice Reverts unless `statement` is attested.
    function check(Statement calldata statement, bytes calldata signatures) external view;
}

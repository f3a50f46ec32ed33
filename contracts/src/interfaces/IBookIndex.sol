// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Value at risk of a public book, from the window's own rows and without a proof
/// @notice The interface alone: it has its place beside the window, which shows it the rows.
interface IBookIndex {
    /// @notice A row was marked: the book's loss in it in units of weight times 2^-20, how many rungs of the ladder the loss
    /// reaches, and for each rung how many rows of the window reach it.
    event Marked(uint256 indexed epoch, uint256 indexed period, int256 loss, uint256 rungs, uint256 counts);

    /// @notice Marks the next row. Anybody may call it, row after row in order.
    /// @param shown The entries of the row's group, and what the group's digest is over besides.
    function mark(bytes calldata shown) external;

    /// @notice Number of the next row to be marked.
    function next() external view returns (uint256 epoch);

    /// @notice Number of rungs that value at risk reaches, where `tail` rows may be beyond it.
    function index(uint256 tail) external view returns (uint256 rungs);
}

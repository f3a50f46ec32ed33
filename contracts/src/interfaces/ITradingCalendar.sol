// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Days of trade, fixed when the contract is deployed
/// @notice A day is the number of a period. It opens at the close of the day before it, and closes at the end of its period.
interface ITradingCalendar {
    error NotADay(uint256 period);
    /// @notice The calendar has no day that far.
    error Beyond(uint256 period);

    /// @notice SHA-256 of the bitmap that it was deployed with.
    function digest() external view returns (bytes32);
    function isDay(uint256 period) external view returns (bool);
    /// @notice The day before a day; reverts with `NotADay` for other periods and with `Beyond` for the first day.
    function dayBefore(uint256 period) external view returns (uint256);
    /// @notice The `count`-th day after a period, which need not be a day.
    function dayAfter(uint256 period, uint256 count) external view returns (uint256);
    /// @notice Days in (from, to].
    function count(uint256 from, uint256 to) external view returns (uint256);
    /// @notice Unix time at which a period closes.
    function closes(uint256 period) external view returns (uint256);
    /// @notice The first day whose opening is at `time` or later.
    function firstOpening(uint256 time) external view returns (uint256 period);
}

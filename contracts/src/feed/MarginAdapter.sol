// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBacktestLedger} from "../interfaces/IBacktestLedger.sol";
import {IRiskFeed} from "../interfaces/IRiskFeed.sol";

/// @title The margin that a lender asks for, from a proved bound
/// @notice margin = max(last bound, smoothed bound) x multiplier, rounded up. The smoothed bound follows a higher bound at once,
/// and a lower one at a capped rate: a bound that falls for a day does not free collateral. An expired bound has no margin.
///
/// The multiplier is that of the backtest's zone, and `unproved` where there is no zone.
contract MarginAdapter {
    event Smoothed(uint256 indexed epoch, uint256 bound, uint256 smoothed);

    error BadParameter(string name);

    uint256 private constant ONE = 1_000_000;

    /// @notice What it smooths, and where the multiplier is from; the second may be zero.
    IRiskFeed public immutable feed;
    IBacktestLedger public immutable backtest;
    address public immutable entity;
    bytes32 public immutable mandate;
    /// @notice Multiplier without a zone, in millionths.
    uint256 public immutable unproved;
    /// @notice By what share of itself the smoothed bound falls a day at most, in millionths.
    uint256 public immutable fall;

    uint128 private _smoothed;
    uint64 private _since;

    constructor(IRiskFeed feed_, IBacktestLedger backtest_, uint256 unproved_, uint256 fall_) {
        // A mandate without a zone is no better than the worst zone.
        if (unproved_ < 2 * ONE) revert BadParameter("unproved");
        if (fall_ == 0 || fall_ > ONE) revert BadParameter("fall");
        (feed, backtest, entity, mandate) = (feed_, backtest_, feed_.entity(), feed_.mandate());
        (unproved, fall) = (unproved_, fall_);
    }

    /// @notice Takes the feed's bound in. Anybody may call it; the more often, the slower the smoothed bound falls, by less than
    /// the square of the rate.
    function poke() external {
        IRiskFeed.Reading memory reading = feed.latest();
        uint256 bound = _after(reading);
        (_smoothed, _since) = (uint128(bound), uint64(block.timestamp));
        emit Smoothed(reading.epoch, reading.bound, bound);
    }

    /// @notice Margin in millionths of the mandate's currency. Reverts as the feed does once the bound is expired.
    function margin() external view returns (uint256) {
        IRiskFeed.Reading memory reading = feed.latest();
        uint256 bound = _after(reading);
        return (bound * multiplier() + ONE - 1) / ONE;
    }

    /// @notice The smoothed bound at this moment.
    function smoothed() external view returns (uint256) {
        return _after(feed.latest());
    }

    /// @notice Multiplier in millionths.
    function multiplier() public view returns (uint256) {
        if (address(backtest) == address(0)) return unproved;
        (IBacktestLedger.Zone zone, uint256 found) = backtest.zone(entity, mandate);
        return zone == IBacktestLedger.Zone.None ? unproved : found;
    }

    /// @dev The greatest of the last bound, of what is left of the smoothed one, and of the bound before the last if nobody was
    /// here since.
    function _after(IRiskFeed.Reading memory reading) private view returns (uint256) {
        uint256 fallen = fall * (block.timestamp - _since);
        uint256 left = fallen >= ONE * 1 days ? 0 : uint256(_smoothed) * (ONE * 1 days - fallen) / (ONE * 1 days);
        if (reading.time > _since && reading.previous > left) left = reading.previous;
        return reading.bound > left ? reading.bound : left;
    }
}

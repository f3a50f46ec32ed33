// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBacktestLedger} from "../interfaces/IBacktestLedger.sol";
import {IRiskFeed} from "../interfaces/IRiskFeed.sol";

/// @title The margin that a lender asks for, from a proved bound
/// @notice margin = max(last bound, smoothed bound) x multiplier, rounded up. The smoothed bound follows a higher bound at once,
/// and a lower one at a capped rate: a bound that falls for a day does not free collateral. An expired bound has no margin.
///
/// The multiplier is that of MAR32.9 where it is defined, for 250 proved rows at 99 %, and the lender's own for the zone elsewhere.
contract MarginAdapter {
    event Smoothed(uint256 indexed epoch, uint256 bound, uint256 smoothed);

    error BadParameter(string name);

    uint256 private constant ONE = 1_000_000;

    /// @notice What it smooths, and where the multiplier is from; the second may be zero.
    IRiskFeed public immutable feed;
    IBacktestLedger public immutable backtest;
    address public immutable entity;
    bytes32 public immutable mandate;
    /// @dev The lender's multipliers in millionths: without a zone, and in the green, yellow and red zone.
    uint256 private immutable _none;
    uint256 private immutable _green;
    uint256 private immutable _yellow;
    uint256 private immutable _red;
    /// @notice By what share of itself the smoothed bound falls a day at most, in millionths.
    uint256 public immutable fall;

    uint128 private _smoothed;
    uint64 private _since;

    /// @param multipliers_ Without a zone, and in the green, yellow and red zone. They rise from zone to zone, and a mandate
    /// without a zone is no better than one in the worst.
    constructor(IRiskFeed feed_, IBacktestLedger backtest_, uint256[4] memory multipliers_, uint256 fall_) {
        (uint256 none, uint256 green, uint256 yellow, uint256 red) =
            (multipliers_[0], multipliers_[1], multipliers_[2], multipliers_[3]);
        if (green < ONE || yellow < green || red < yellow || red < 2 * ONE || none < red) revert BadParameter("multipliers");
        if (fall_ == 0 || fall_ > ONE) revert BadParameter("fall");
        (feed, backtest, entity, mandate) = (feed_, backtest_, feed_.entity(), feed_.mandate());
        (_none, _green, _yellow, _red, fall) = (none, green, yellow, red, fall_);
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
        if (address(backtest) == address(0)) return _none;
        (IBacktestLedger.Zone zone, uint256 found) = backtest.zone(entity, mandate);
        if (found != 0) return found;
        if (zone == IBacktestLedger.Zone.None) return _none;
        if (zone == IBacktestLedger.Zone.Red) return _red;
        return zone == IBacktestLedger.Zone.Yellow ? _yellow : _green;
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

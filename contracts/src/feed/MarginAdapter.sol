// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBacktestLedger} from "../interfaces/IBacktestLedger.sol";
import {IRiskFeed} from "../interfaces/IRiskFeed.sol";
import {IScenarioSource} from "../interfaces/IScenarioSource.sol";

/// @title The margin that a lender asks for, from a proved bound
/// @notice margin = max(last bound, smoothed bound) x multiplier, rounded up. The smoothed bound follows a higher bound at once,
/// and a lower one at a capped rate: a bound that falls for a day does not free collateral. An expired bound has no margin.
///
/// The multiplier is the lender's own for the zone, or that of MAR32.9 where it is defined, for 250 proved rows at 99 %, and
/// higher. A zone is blind to silence: above `mostSilent` silent rows, or with more than `mostBehind` rows that nobody has
/// settled, the multiplier is that of no zone.
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
    /// @notice How many of the last 250 rows may be silent for a zone to count.
    uint256 public immutable mostSilent;
    /// @notice How many rows of the source, up to its newest, may not be settled yet for a zone to count.
    uint256 public immutable mostBehind;
    IScenarioSource private immutable _source;

    uint128 private _smoothed;
    uint64 private _since;

    /// @param multipliers_ Without a zone, and in the green, yellow and red zone. They rise from zone to zone, and a mandate
    /// without a zone is no better than one in the worst.
    /// @param mostBehind_ At least as many as close within the mandate's grace, and those that nobody marks at once.
    constructor(
        IRiskFeed feed_,
        IBacktestLedger backtest_,
        uint256[4] memory multipliers_,
        uint256 fall_,
        uint256 mostSilent_,
        uint256 mostBehind_
    ) {
        (uint256 none, uint256 green, uint256 yellow, uint256 red) =
            (multipliers_[0], multipliers_[1], multipliers_[2], multipliers_[3]);
        if (green < ONE || yellow < green || red < yellow || red < 2 * ONE || none < red) {
            revert BadParameter("multipliers");
        }
        if (fall_ == 0 || fall_ > ONE) revert BadParameter("fall");
        (feed, backtest, entity, mandate) = (feed_, backtest_, feed_.entity(), feed_.mandate());
        (_none, _green, _yellow, _red, fall) = (none, green, yellow, red, fall_);
        (mostSilent, mostBehind) = (mostSilent_, mostBehind_);
        if (address(backtest_) != address(0)) _source = backtest_.ledger().rulesOf(mandate).terms.source;
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
        if (zone == IBacktestLedger.Zone.None) return _none;
        if (backtest.counts(entity, mandate).silent > mostSilent) return _none;
        (uint256 newest,) = _source.newest();
        // Rows from the next one to the newest are not settled yet.
        if (newest >= mostBehind && newest - mostBehind >= backtest.next(entity, mandate)) return _none;
        uint256 own = _green;
        if (zone == IBacktestLedger.Zone.Yellow) own = _yellow;
        if (zone == IBacktestLedger.Zone.Red) own = _red;
        return found > own ? found : own;
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

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {MarginAdapter} from "../../src/feed/MarginAdapter.sol";
import {NavFeed} from "../../src/feed/NavFeed.sol";
import {RiskFeed} from "../../src/feed/RiskFeed.sol";
import {IBacktestLedger} from "../../src/interfaces/IBacktestLedger.sol";
import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {IRiskFeed} from "../../src/interfaces/IRiskFeed.sol";
import {World} from "./World.sol";
import {vm} from "./Cheats.sol";

contract Shares is ERC20("Shares", "S") {
    constructor() {
        _mint(msg.sender, 4_000e18);
    }
}

/// @notice Feed and margin over real records.
contract FeedTest is World {
    RiskFeed private feed;
    MarginAdapter private margin;
    NavFeed private nav;

    function setUp() public {
        deploy();
        feed = new RiskFeed(ledger, entity(0), mandates[0], "Value at risk, 99 %, one day");
        margin = new MarginAdapter(feed, backtest, multipliers(2_000_000), 100_000, 25, 3);
        nav = new NavFeed(ledger, entity(0), mandates[0], 1 days);
    }

    function multipliers(uint256 none) private pure returns (uint256[4] memory) {
        return [none, 1_500_000, 1_750_000, 2_000_000];
    }

    function day(uint256 epoch) private {
        push(epoch);
        submit(0, 0, epoch);
    }

    function testNoReadingBeforeARecord() public {
        vm.expectRevert(IRiskFeed.NoReading.selector);
        feed.latest();
        vm.expectRevert(IRiskFeed.NoReading.selector);
        feed.latestRoundData();
        vm.expectRevert(IRiskFeed.NoReading.selector);
        margin.margin();
    }

    /// @notice Value, time, epoch and record are of one record, whichever face is read, and the previous value is of the record
    /// before it: nothing is updated by halves.
    function testHalfUpdateOfTheFeed() public {
        for (uint256 epoch = 10; epoch < 13; ++epoch) {
            push(epoch);
            IMandateLedger.Submission memory s = submission(0, 0, epoch);
            hand(0, s);
            // Another entity's record, of another bound, at the same time.
            submit(0, 1, epoch);
            IRiskFeed.Reading memory found = feed.latest();
            require(
                found.bound == boundOf(epoch) && found.epoch == epoch && found.time == block.timestamp, "one record"
            );
            require(found.record == keccak256(abi.encode(recordOf(s, block.timestamp))), "its identifier");
            require(found.previous == (epoch == 10 ? 0 : boundOf(epoch - 1)), "the record before");
            (uint80 round, int256 answer, uint256 started, uint256 updated, uint80 answered) = feed.latestRoundData();
            require(round == epoch && answered == epoch && started == updated && updated == found.time, "the same");
            require(uint256(answer) == found.bound, "the same value");
            (, int256 again,,,) = feed.getRoundData(round);
            require(again == answer, "the round");
        }
        vm.expectRevert(IRiskFeed.NoReading.selector);
        feed.getRoundData(11);
        require(feed.decimals() == 6 && feed.version() == 1, "the face");
    }

    function testAnExpiredFeedRefuses() public {
        day(10);
        uint256 expires = feed.latest().expires;
        vm.warp(expires - 1);
        feed.latestRoundData();
        vm.warp(expires);
        bytes memory expired = abi.encodeWithSelector(IRiskFeed.Expired.selector, expires, expires);
        vm.expectRevert(expired);
        feed.latestRoundData();
        vm.expectRevert(expired);
        feed.latest();
        vm.expectRevert(expired);
        margin.margin();
        vm.expectRevert(expired);
        margin.poke();
    }

    function testASuspendedFeedRefuses() public {
        day(10);
        vm.prank(terms(0).guardian);
        ledger.suspend(mandates[0]);
        vm.expectRevert(IRiskFeed.Suspended.selector);
        feed.latestRoundData();
        vm.expectRevert(IRiskFeed.Suspended.selector);
        margin.margin();
    }

    function testAFeedOfAMandateWithoutTheClause() public {
        IMandateLedger.Terms memory t = terms(0);
        (t.varConfidence, t.varLimit) = (0, 0);
        bytes32 mandate = ledger.open(t);
        vm.expectRevert(IRiskFeed.NoReading.selector);
        new RiskFeed(ledger, entity(0), mandate, "");
    }

    /// @notice 100,000 falls to 90,000: the margin falls by a tenth a day at most, of what it was when it was looked at.
    function testMarginFallsSlowly() public {
        day(10);
        margin.poke();
        require(margin.margin() == 2 * uint256(boundOf(10)), "the worst multiplier without a zone");
        push(11);
        vm.warp(block.timestamp - 1 hours);
        uint256 pokedAt = vm.getBlockTimestamp();
        margin.poke();
        vm.warp(pokedAt + 1 hours);
        submit(0, 0, 11);
        // The record before the last counts until somebody has looked.
        require(margin.smoothed() == boundOf(10), "the record before");
        margin.poke();
        vm.warp(block.timestamp + 12 hours);
        require(margin.smoothed() == uint256(boundOf(10)) * 95 / 100, "a twentieth in half a day");
        vm.warp(block.timestamp + 17 hours);
        require(margin.smoothed() == boundOf(11), "never below the last bound");
    }

    /// @notice 75,000 rises to 240,000: the margin rises with the record, whether anybody calls or not.
    function testMarginRisesAtOnce() public {
        for (uint256 epoch = 12; epoch < 15; ++epoch) {
            push(epoch);
            submit(0, 0, epoch);
            margin.poke();
        }
        uint256 before = margin.margin();
        day(15);
        require(margin.margin() == 2 * uint256(boundOf(15)) && margin.margin() > before, "at once");
    }

    /// @notice A peak that nobody looked at: the next record does not hide it.
    function testAPeakBetweenTwoLooksCounts() public {
        day(10);
        day(11);
        require(margin.smoothed() == boundOf(10), "the record before");
        margin.poke();
        require(margin.smoothed() == boundOf(10), "and it is kept");
    }

    /// @notice A high bound, and after a day without a record two at once: the high one is still the one before the last.
    function testAHighBoundPushedOutByTwoRecordsAtOnce() public {
        day(10);
        push(11);
        push(12);
        submit(0, 0, 11);
        require(feed.latest().previous == boundOf(10), "the one before");
        submit(0, 0, 12);
        require(feed.latest().bound == boundOf(12) && boundOf(12) < boundOf(10), "lower");
        require(feed.latest().previous == boundOf(10) && margin.smoothed() == boundOf(10), "it still counts");
        day(13);
        require(feed.latest().previous == boundOf(12), "a period later it does not");
    }

    function testParametersOfMargin() public {
        uint256[4][5] memory bad = [
            multipliers(1_999_999),
            multipliers(2_000_000),
            multipliers(2_000_000),
            multipliers(2_000_000),
            multipliers(2_000_000)
        ];
        bad[1][1] = 999_999;
        bad[2][2] = bad[2][1] - 1;
        bad[3][3] = bad[3][2] - 1;
        (bad[4][0], bad[4][3]) = (2_000_000, 2_000_001);
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(MarginAdapter.BadParameter.selector, "multipliers"));
            new MarginAdapter(feed, backtest, bad[i], 1, 25, 3);
        }
        vm.expectRevert(abi.encodeWithSelector(MarginAdapter.BadParameter.selector, "fall"));
        new MarginAdapter(feed, backtest, multipliers(2_000_000), 0, 25, 3);
        MarginAdapter alone =
            new MarginAdapter(feed, IBacktestLedger(address(0)), multipliers(3_000_000), 1_000_000, 0, 0);
        require(alone.multiplier() == 3_000_000, "without a backtest");
    }

    /// @dev The margin of the mandate with rungs, whose ring is as rows have left it.
    function zoned(uint256 exceeded, uint256 silent, uint256 due, uint256 next) private returns (uint256) {
        uint256 base = uint256(keccak256(abi.encode(entity(0), keccak256(abi.encode(mandates[1], 0)))));
        vm.store(address(backtest), bytes32(base), bytes32(exceeded));
        vm.store(address(backtest), bytes32(base + 1), bytes32(silent));
        vm.store(address(backtest), bytes32(base + 2), bytes32(next | due << 64));
        require(backtest.next(entity(0), mandates[1]) == next, "the slots");
        RiskFeed of_ = new RiskFeed(ledger, entity(0), mandates[1], "");
        return new MarginAdapter(of_, backtest, [uint256(3_000_000), 1_600_000, 1_750_000, 2_500_000], 100_000, 25, 3)
            .multiplier();
    }

    /// @notice 100 good rows are proved, and 150 bad ones are silent: the zone is green, and the margin does not believe it.
    function testGoodRowsProvedAndBadOnesSilent() public {
        push(10);
        uint256 silent = (1 << 150) - 1;
        require(zoned(0, silent, 250, 11) == 3_000_000, "as without a zone");
        (IBacktestLedger.Zone zone,) = backtest.zone(entity(0), mandates[1]);
        require(zone == IBacktestLedger.Zone.Green, "the zone alone is blind to it");
        require(zoned(0, (1 << 26) - 1, 250, 11) == 3_000_000, "one above the most");
        require(zoned(0, (1 << 25) - 1, 250, 11) == 1_600_000, "as many as the lender allows");
    }

    /// @notice Nobody marks the rows that are past their deadline: the old zone does not stand for ever.
    function testAnOldZoneIsKeptByMarkingNothing() public {
        push(10);
        require(zoned(0, 0, 200, 7) == 3_000_000, "rows 7 to 10 are not settled: four");
        require(zoned(0, 0, 200, 8) == 1_600_000, "three");
        require(zoned(0, 0, 200, 12) == 1_600_000, "none");
    }

    /// @notice The multiplier of MAR32.9 is a least one: the lender's own counts where it is higher.
    function testTheLendersHigherMultiplierCounts() public {
        push(10);
        require(zoned(0, 0, 250, 11) == 1_600_000, "above 1.5");
        require(zoned(0x1f, 0, 250, 11) == 1_750_000, "above 1.7");
        require(zoned(0x1ff, 0, 250, 11) == 1_920_000, "below 1.92");
        require(zoned(0x3ff, 0, 250, 11) == 2_500_000, "above 2");
    }

    // Net asset value.

    function report(uint256 value, uint64 asOf, uint64 expires, uint256 key, uint256 epoch, uint256 time) private {
        IMandateLedger.Submission memory s = submission(0, 0, epoch);
        bytes memory signature = signed(key, nav.digestOf(s.commitment, value, asOf, expires));
        nav.report(value, asOf, expires, recordOf(s, time), signature);
    }

    function testANetAssetValueWithAHeartbeat() public {
        day(10);
        uint256 time = vm.getBlockTimestamp();
        uint64 asOf = uint64(time);
        vm.expectRevert(NavFeed.NoReading.selector);
        nav.latest();
        report(10_000_000e6, asOf, asOf + 2 days, SECOND_KEY, 10, time);
        (uint256 value, uint256 of_) = nav.latest();
        require(value == 10_000_000e6 && of_ == asOf, "the value");
        require(nav.perShare(new Shares(), 18) == 2_500e6, "of one share");
        (uint80 round, int256 answer, uint256 started,,) = nav.latestRoundData();
        require(round == 10 && answer == 10_000_000e6 && started == asOf, "the face");
        require(nav.decimals() == 6, "in millionths");
        vm.warp(asOf + 1 days);
        nav.latest();
        vm.warp(asOf + 1 days + 1);
        vm.expectRevert(abi.encodeWithSelector(NavFeed.HeartbeatMissed.selector, asOf, 1 days, block.timestamp));
        nav.latest();
    }

    function testANetAssetValueOfAnotherBookOrSigner() public {
        day(10);
        uint256 time = vm.getBlockTimestamp();
        uint64 asOf = uint64(time);
        IMandateLedger.Submission memory s = submission(0, 1, 10);
        IMandateLedger.Record memory record = recordOf(s, time);
        bytes memory signature = signed(CUSTODIAN_KEY, nav.digestOf(s.commitment, 1, asOf, asOf + 1));
        bytes32 kept = ledger.recordOf(entity(0), mandates[0], 10);
        vm.expectRevert(abi.encodeWithSelector(NavFeed.NotTheRecord.selector, keccak256(abi.encode(record)), kept));
        nav.report(1, asOf, asOf + 1, record, signature);
        s = submission(0, 0, 10);
        record = recordOf(s, time);
        signature = signed(entityKey(0), nav.digestOf(s.commitment, 1, asOf, asOf + 1));
        vm.expectRevert(abi.encodeWithSelector(NavFeed.NotAttested.selector, 1));
        nav.report(1, asOf, asOf + 1, record, signature);
        vm.expectRevert(abi.encodeWithSelector(NavFeed.NotInForce.selector, asOf + 1, asOf + 2, time));
        nav.report(1, asOf + 1, asOf + 2, record, signature);
    }

    function testANetAssetValueGoesWithItsRecord() public {
        day(10);
        uint64 asOf = uint64(vm.getBlockTimestamp());
        report(5e6, asOf, asOf + 5 days, CUSTODIAN_KEY, 10, asOf);
        bytes memory late = abi.encodeWithSelector(NavFeed.NotNewer.selector, asOf, asOf);
        IMandateLedger.Record memory record = recordOf(submission(0, 0, 10), asOf);
        vm.expectRevert(late);
        nav.report(6e6, asOf, asOf + 5 days, record, "");
        push(11);
        submit(0, 0, 11);
        vm.expectRevert(abi.encodeWithSelector(NavFeed.RecordGone.selector, 10, 11));
        nav.latest();
    }

    function testANavFeedNeedsTheBit() public {
        vm.expectRevert(abi.encodeWithSelector(NavFeed.BadParameter.selector, "mandate"));
        new NavFeed(ledger, entity(0), mandates[2], 1 days);
        vm.expectRevert(abi.encodeWithSelector(NavFeed.BadParameter.selector, "heartbeat"));
        new NavFeed(ledger, entity(0), mandates[0], 0);
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {TrafficLight} from "../../src/libraries/TrafficLight.sol";
import {IBacktestLedger} from "../../src/interfaces/IBacktestLedger.sol";
import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {IScenarioSource} from "../../src/interfaces/IScenarioSource.sol";
import {BacktestLedger} from "../../src/ledger/BacktestLedger.sol";
import {Rings} from "../../src/ledger/Rings.sol";
import {SeatWindow} from "./SeatWindow.sol";
import {World} from "./World.sol";
import {vm} from "./Cheats.sol";

/// @notice Rows settled by real proofs of realised losses, and attacks on them. In the demo's prices, row 15 is an exceedance.
contract BacktestTest is World {
    mapping(uint256 => mapping(uint256 => uint256)) private _times;
    IMandateLedger.Record[] private _none;
    /// Slot of the ledger's books.
    uint256 private constant BOOKS = 1;

    function setUp() public {
        deploy();
    }

    /// @dev Pushes an epoch and records its forecast at once.
    function day(uint256 which, uint256 epoch) private {
        push(epoch);
        submit(which, 0, epoch);
        _times[which][epoch] = block.timestamp;
    }

    function settlement(uint256 which, uint256 row) private view returns (IBacktestLedger.Settlement memory s) {
        (s.entity, s.mandate, s.epoch) = (entity(0), mandates[which], row);
        s.exceeded = row == 15;
        (s.proof,) = load(nameOf("r", which, 0, row));
        s.shown = shown(row, which == 1);
        IMandateLedger.Submission memory made = submission(which, 0, row - 1);
        s.forecast = recordOf(made, _times[which][row - 1]);
        s.rung = made.rung;
    }

    function realise(uint256 which, uint256 row) private {
        backtest.realise(settlement(which, row), _none);
    }

    function refused(bytes memory error_, IBacktestLedger.Settlement memory s) private {
        vm.expectRevert(error_);
        backtest.realise(s, _none);
    }

    function check(uint256 which, uint256 due, uint256 proved, uint256 exceedances, uint256 silent) private view {
        IBacktestLedger.Counts memory found = backtest.counts(entity(0), mandates[which]);
        require(found.due == due && found.proved == proved, "due and proved");
        require(found.exceedances == exceedances && found.silent == silent, "exceedances and silent");
    }

    /// @notice Days with an exceedance that is proved, under floors.
    function testAnExceedanceIsProved() public {
        for (uint256 epoch = 10; epoch < 18; ++epoch) {
            day(1, epoch);
            if (epoch > 10) realise(1, epoch);
        }
        check(1, 7, 7, 1, 0);
        require(backtest.next(entity(0), mandates[1]) == 18, "the next row");
        (IBacktestLedger.Zone zone, uint256 multiplier) = backtest.zone(entity(0), mandates[1]);
        require(zone == IBacktestLedger.Zone.None && multiplier == 0, "no zone before 250 rows");
    }

    /// @notice Without floors the same day cannot be proved either way: it is silent, and no exceedance.
    function testADayBeyondThePlainBoundIsSilent() public {
        for (uint256 epoch = 10; epoch < 16; ++epoch) {
            day(0, epoch);
            if (epoch > 10 && epoch < 15) realise(0, epoch);
        }
        IBacktestLedger.Settlement memory s = settlement(0, 14);
        (s.epoch, s.exceeded, s.shown) = (15, true, shown(15, false));
        IMandateLedger.Submission memory made = submission(0, 0, 14);
        s.forecast = recordOf(made, _times[0][14]);
        refused(abi.encodeWithSelector(IBacktestLedger.NoFloor.selector, mandates[0]), s);
        s.exceeded = false;
        refused(abi.encodeWithSelector(IBacktestLedger.NotRealised.selector, 15), s);
        uint256 deadline = vm.getBlockTimestamp() + 1 days;
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(IBacktestLedger.NotDue.selector, deadline, deadline));
        backtest.markSilent(entity(0), mandates[0], 15, shown(15, false), shown(12, false), _none);
        vm.warp(deadline + 1);
        backtest.markSilent(entity(0), mandates[0], 15, shown(15, false), shown(12, false), _none);
        check(0, 5, 4, 0, 1);
    }

    function testRowsAreSettledInOrderAndOnce() public {
        vm.expectRevert(abi.encodeWithSelector(IBacktestLedger.NoRecord.selector, entity(0), mandates[0]));
        backtest.markSilent(entity(0), mandates[0], 11, "", "", _none);
        day(0, 10);
        day(0, 11);
        day(0, 12);
        IBacktestLedger.Settlement memory s = settlement(0, 12);
        refused(abi.encodeWithSelector(IBacktestLedger.NotNext.selector, 12, 11), s);
        realise(0, 11);
        s = settlement(0, 11);
        refused(abi.encodeWithSelector(IBacktestLedger.NotNext.selector, 11, 12), s);
        realise(0, 12);
        check(0, 2, 2, 0, 0);
    }

    /// @notice The forecast is recorded seven hours after its day opened.
    function testAForecastRecordedAfterItsDayOpened() public {
        push(10);
        vm.warp(closes(10) + 7 hours);
        submit(0, 0, 10);
        _times[0][10] = block.timestamp;
        push(11);
        IBacktestLedger.Settlement memory s = settlement(0, 11);
        refused(
            abi.encodeWithSelector(IBacktestLedger.ForecastLate.selector, closes(10) + 7 hours, closes(10) + 6 hours), s
        );
    }

    /// @notice The exceedance of row 15 is hidden neither by a forecast after the crash nor by waiting: the day is silent.
    function testExceedanceHiddenBySubmittingLate() public {
        for (uint256 epoch = 10; epoch < 14; ++epoch) {
            day(1, epoch);
            if (epoch > 10) realise(1, epoch);
        }
        push(14);
        push(15);
        // The day is over: a forecast of it now, under the point before it.
        submit(1, 0, 14);
        _times[1][14] = block.timestamp;
        IBacktestLedger.Settlement memory s = settlement(1, 14);
        backtest.realise(s, _none);
        s = settlement(1, 15);
        refused(
            abi.encodeWithSelector(
                IBacktestLedger.ForecastLate.selector, closes(15) + 30 minutes, closes(14) + 6 hours
            ),
            s
        );
        // Nor by a forecast that was not the last one.
        s.forecast = settlement(1, 14).forecast;
        refused(abi.encodeWithSelector(IBacktestLedger.ForecastEarly.selector, closes(13) + 30 minutes, closes(14)), s);
        vm.warp(block.timestamp + 1 days + 1);
        backtest.markSilent(entity(0), mandates[1], 15, shown(15, true), shown(12, true), _none);
        check(1, 5, 4, 0, 1);
    }

    function testARecordOfAnotherTimeIsNoForecast() public {
        day(0, 10);
        push(11);
        IBacktestLedger.Settlement memory s = settlement(0, 11);
        s.forecast.time -= 1;
        refused(abi.encodeWithSelector(IBacktestLedger.ForecastMissing.selector, 10), s);
        s = settlement(0, 11);
        s.forecast.epoch = 11;
        refused(abi.encodeWithSelector(IBacktestLedger.ForecastMissing.selector, 11), s);
        s = settlement(0, 11);
        s.forecast.epoch = 7;
        refused(abi.encodeWithSelector(IBacktestLedger.ForecastMissing.selector, 7), s);
    }

    /// @notice The custodian vouches for the book of another hour than the day's opening.
    function testAForecastOfAnotherTimeThanTheOpening() public {
        push(10);
        IMandateLedger.Submission memory made = submission(0, 0, 10);
        attest(made, 0, CUSTODIAN_KEY, closes(10) - 1);
        hand(0, made);
        uint256 time = vm.getBlockTimestamp();
        push(11);
        _times[0][10] = time;
        IBacktestLedger.Settlement memory s = settlement(0, 11);
        s.forecast = recordOf(made, time);
        refused(abi.encodeWithSelector(IBacktestLedger.ForecastOfOtherTime.selector, closes(10) - 1, closes(10)), s);
    }

    /// @notice Of two forecasts of one day the last one counts: nobody chooses afterwards.
    function testTheLastForecastCounts() public {
        push(10);
        push(11);
        IMandateLedger.Submission memory made = submission(0, 0, 10);
        attest(made, 0, CUSTODIAN_KEY, closes(11));
        hand(0, made);
        IMandateLedger.Record memory first = recordOf(made, vm.getBlockTimestamp());
        submit(0, 0, 11);
        _times[0][11] = block.timestamp;
        push(12);
        // Row 11 is void: it opened before the first record.
        vm.warp(closes(11) + 30 minutes + 1 days + 1);
        IMandateLedger.Record[] memory later = new IMandateLedger.Record[](1);
        later[0] = first;
        backtest.markSilent(entity(0), mandates[0], 11, shown(11, false), shown(10, false), later);
        IBacktestLedger.Settlement memory s = settlement(0, 12);
        IMandateLedger.Record memory last = s.forecast;
        s.forecast = first;
        refused(abi.encodeWithSelector(IBacktestLedger.ForecastReplaced.selector, 10, 11), s);
        later[0] = last;
        vm.expectRevert(abi.encodeWithSelector(IBacktestLedger.ForecastReplaced.selector, 10, 11));
        backtest.realise(s, later);
        later[0] = first;
        vm.expectRevert(abi.encodeWithSelector(IBacktestLedger.ForecastMissing.selector, 11));
        backtest.realise(s, later);
        s.forecast = last;
        backtest.realise(s, _none);
        check(0, 1, 1, 0, 0);
    }

    /// @notice Two forecasts in time, and once the day is over the second is overwritten by the record of the eighth epoch after
    /// it: the first does not become the forecast.
    function testAForecastChosenByOverwriting() public {
        push(10);
        vm.warp(closes(11) + 10 minutes);
        IMandateLedger.Submission memory made = submission(1, 0, 10);
        attest(made, 0, CUSTODIAN_KEY, closes(11));
        hand(0, made);
        IMandateLedger.Record memory first = recordOf(made, vm.getBlockTimestamp());
        day(1, 11);
        for (uint256 epoch = 12; epoch < 19; ++epoch) {
            push(epoch);
        }
        IMandateLedger.Record memory over = recordOf(submission(1, 0, 11), _times[1][11]);
        over.epoch = 19;
        // As the ledger would keep the record of epoch 19, whose proof is not among the fixtures.
        uint256 base = uint256(keccak256(abi.encode(entity(0), keccak256(abi.encode(mandates[1], BOOKS)))));
        vm.store(address(ledger), bytes32(base + 2 + 3), keccak256(abi.encode(over)));
        require(ledger.recordOf(entity(0), mandates[1], 11) == keccak256(abi.encode(over)), "the slot");
        vm.warp(closes(12) + 1 hours);
        settledUpTo(1, 12);
        IBacktestLedger.Settlement memory s = settlement(1, 12);
        IMandateLedger.Record[] memory later = new IMandateLedger.Record[](1);
        (s.forecast, later[0]) = (first, over);
        vm.expectRevert(abi.encodeWithSelector(IBacktestLedger.ForecastMissing.selector, 11));
        backtest.realise(s, later);
    }

    /// @dev Rows before this one are settled, as void ones are.
    function settledUpTo(uint256 which, uint256 row) private {
        uint256 base = uint256(keccak256(abi.encode(entity(0), keccak256(abi.encode(mandates[which], 0)))));
        vm.store(address(backtest), bytes32(base + 2), bytes32(row));
    }

    /// @notice A forecast under yesterday's point, and a later record that came too late to be one.
    function testAForecastUnderALaggingPoint() public {
        push(10);
        vm.warp(closes(11) + 10 minutes);
        IMandateLedger.Submission memory made = submission(0, 0, 10);
        attest(made, 0, CUSTODIAN_KEY, closes(11));
        hand(0, made);
        IMandateLedger.Record memory forecast = recordOf(made, vm.getBlockTimestamp());
        vm.warp(closes(11) + 7 hours);
        pushNow(11);
        submit(0, 0, 11);
        IMandateLedger.Record[] memory later = new IMandateLedger.Record[](1);
        later[0] = recordOf(submission(0, 0, 11), vm.getBlockTimestamp());
        push(12);
        vm.warp(closes(11) + 7 hours + 1 days + 1);
        IMandateLedger.Record[] memory kept = new IMandateLedger.Record[](1);
        kept[0] = forecast;
        backtest.markSilent(entity(0), mandates[0], 11, shown(11, false), shown(10, false), kept);
        _times[0][11] = 0;
        IBacktestLedger.Settlement memory s = settlement(0, 12);
        s.forecast = forecast;
        // The proof is of the loss within another bound than this forecast's: it is refused as a proof, not as a forecast.
        vm.expectRevert(abi.encodeWithSelector(IBacktestLedger.NotRealised.selector, 12));
        backtest.realise(s, later);
    }

    function testARealisedLossOfAnotherRowBookOrBound() public {
        day(1, 10);
        day(1, 11);
        IBacktestLedger.Settlement memory s = settlement(1, 11);
        bytes memory notRealised = abi.encodeWithSelector(IBacktestLedger.NotRealised.selector, 11);
        (s.proof,) = load(nameOf("r", 1, 0, 12));
        refused(notRealised, s);
        // The forecast's own proof, and the other claim.
        (s.proof,) = load(nameOf("f", 1, 0, 10));
        refused(notRealised, s);
        s = settlement(1, 11);
        s.exceeded = true;
        refused(notRealised, s);
        s = settlement(1, 11);
        s.rung = rung(0);
        refused(
            abi.encodeWithSelector(IBacktestLedger.WrongRung.selector, keccak256(abi.encode(s.rung)), s.forecast.rung),
            s
        );
        s = settlement(1, 11);
        s.shown = shown(12, true);
        vm.expectRevert();
        backtest.realise(s, _none);
    }

    function testReplayInAnotherBacktest() public {
        day(1, 10);
        day(1, 11);
        BacktestLedger other = new BacktestLedger(ledger);
        IBacktestLedger.Settlement memory s = settlement(1, 11);
        vm.expectRevert(abi.encodeWithSelector(IBacktestLedger.NotRealised.selector, 11));
        other.realise(s, _none);
    }

    function testAfterTheDeadlineADayIsSilent() public {
        day(0, 10);
        day(0, 11);
        uint256 deadline = vm.getBlockTimestamp() + 1 days;
        IBacktestLedger.Settlement memory s = settlement(0, 11);
        vm.warp(deadline + 1);
        refused(abi.encodeWithSelector(IBacktestLedger.RealisedLate.selector, deadline, deadline + 1), s);
        vm.warp(deadline);
        backtest.realise(s, _none);
    }

    // Void rows.

    /// @notice No point within the lag was on chain for six hours when a forecast was due: nobody could have made one.
    function testARowWhosePointsCameTooLateIsVoid() public {
        day(0, 10);
        // Rows 11, 12, 13 and 14 come at once, after the fourth has closed.
        vm.warp(closes(14) + 1 hours);
        for (uint256 epoch = 11; epoch < 15; ++epoch) {
            pushNow(epoch);
        }
        vm.warp(block.timestamp + 1 days + 1);
        // Row 11: point 10 came half an hour after it opened, but it has a forecast. Rows 12 and 13: the point had been there
        // (the lag is two).
        markSilent(0, 11, 10, keptOf(0, 10));
        markSilent(0, 12, 10, _none);
        markSilent(0, 13, 10, _none);
        check(0, 3, 0, 0, 3);
        markSilent(0, 14, 11, _none);
        check(0, 3, 0, 0, 3);
        require(backtest.next(entity(0), mandates[0]) == 15, "void rows are settled");
    }

    function markSilent(uint256 which, uint256 row, uint256 oldest, IMandateLedger.Record[] memory kept) private {
        bool limits = which == 1;
        backtest.markSilent(entity(0), mandates[which], row, shown(row, limits), shown(oldest, limits), kept);
    }

    /// @dev The record of one epoch, as it was handed in.
    function keptOf(uint256 which, uint256 epoch) private view returns (IMandateLedger.Record[] memory kept) {
        kept = new IMandateLedger.Record[](1);
        kept[0] = recordOf(submission(which, 0, epoch), _times[which][epoch]);
    }

    /// @notice Points came late, and the entity made a timely forecast nevertheless: a bad row is silent, and not void, and nobody
    /// makes it void by not showing the record.
    function testARowWithAForecastLeftOutAsVoid() public {
        day(0, 10);
        push(11);
        vm.warp(block.timestamp + 1 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IBacktestLedger.ForecastMissing.selector, 10));
        this.markOutside(_none);
        IMandateLedger.Record[] memory kept = keptOf(0, 10);
        kept[0].time += 6 hours;
        vm.expectRevert(abi.encodeWithSelector(IBacktestLedger.ForecastMissing.selector, 10));
        this.markOutside(kept);
        kept[0].time -= 6 hours;
        this.markOutside(kept);
        check(0, 1, 0, 0, 1);
    }

    function markOutside(IMandateLedger.Record[] memory kept) external {
        markSilent(0, 11, 10, kept);
    }

    /// @notice A forecast in time, and a record of the eighth epoch after it in its place before the row is marked: not void either.
    function testAForecastOverwrittenToMakeItsRowVoid() public {
        day(0, 10);
        push(11);
        IMandateLedger.Record[] memory kept = keptOf(0, 10);
        kept[0].epoch = 18;
        uint256 base = uint256(keccak256(abi.encode(entity(0), keccak256(abi.encode(mandates[0], BOOKS)))));
        vm.store(address(ledger), bytes32(base + 2 + 2), keccak256(abi.encode(kept[0])));
        require(ledger.recordOf(entity(0), mandates[0], 10) == keccak256(abi.encode(kept[0])), "the slot");
        vm.warp(block.timestamp + 1 days + 1);
        markSilent(0, 11, 10, kept);
        check(0, 1, 0, 0, 1);
    }

    /// @notice Nobody settled a row for a whole window: it is silent without its point, and the ring goes on.
    function testARingThatIsFrozenByWaiting() public {
        day(0, 10);
        for (uint256 epoch = 11; epoch < 19; ++epoch) {
            push(epoch);
        }
        uint256[2] memory point;
        vm.warp(closes(18) + 2 days);
        vm.prank(DEPLOYER);
        source.post(19, point, IScenarioSource.Witness(0, periods[18] + 1, 0), point, periods[18]);
        vm.expectRevert("the row's own point");
        source.rowPoint(11, shown(11, false));
        backtest.markSilent(entity(0), mandates[0], 11, "", "", _none);
        // Row 12 is there, and the oldest point of its forecasts is not.
        backtest.markSilent(entity(0), mandates[0], 12, shown(12, false), "", _none);
        backtest.markSilent(entity(0), mandates[0], 13, shown(13, false), "", _none);
        markSilent(0, 14, 12, _none);
        check(0, 4, 0, 0, 4);
        require(backtest.next(entity(0), mandates[0]) == 15, "settled");
    }

    /// @notice Mandates under which a forecast's point cannot have been there in time, or a forecast is not kept for its grace.
    function testAMandateWithoutBacktests() public {
        push(10);
        IMandateLedger.Terms memory t = terms(0);
        t.lag = 0;
        refusesTerms("lag", t);
        (t.lag, t.grace) = (2, 5 days + 1);
        refusesTerms("grace", t);
        (t.lag, t.grace) = (7, 1 days);
        refusesTerms("grace", t);
        t = terms(0);
        IScenarioSource.Terms memory attested = sourceTerms(t.key);
        attested.kind = t.kind = 2;
        t.source = new SeatWindow(attested, DEPLOYER);
        refusesTerms("kind", t);
    }

    function refusesTerms(string memory field, IMandateLedger.Terms memory t) private {
        bytes32 mandate = ledger.open(t);
        // A record as if it had been proved: its epoch is 10.
        bytes32 base = keccak256(abi.encode(entity(0), keccak256(abi.encode(mandate, BOOKS))));
        vm.store(address(ledger), bytes32(uint256(base) + 1), bytes32(uint256(11)));
        require(ledger.firstRow(entity(0), mandate) == 11, "the slot");
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.BadTerms.selector, field));
        backtest.markSilent(entity(0), mandate, 11, "", "", _none);
        IBacktestLedger.Settlement memory s;
        (s.entity, s.mandate, s.epoch) = (entity(0), mandate, 11);
        refused(abi.encodeWithSelector(IMandateLedger.BadTerms.selector, field), s);
    }

    function testAStoppedKeyOrMandateMakesRowsVoid() public {
        day(0, 10);
        push(11);
        vm.warp(block.timestamp + 1 days + 1);
        bytes32 key = verifier.KEY_DIGEST();
        vm.prank(DEPLOYER);
        router.stop(key);
        backtest.markSilent(entity(0), mandates[0], 11, shown(11, false), shown(10, false), _none);
        check(0, 0, 0, 0, 0);
        require(backtest.next(entity(0), mandates[0]) == 12, "settled as void");
    }

    // Rings and zones.

    function testZonesAndMultipliersOfMar32() public view {
        uint256[11] memory expected = [
            uint256(1_500_000),
            1_500_000,
            1_500_000,
            1_500_000,
            1_500_000,
            1_700_000,
            1_760_000,
            1_830_000,
            1_880_000,
            1_920_000,
            2_000_000
        ];
        for (uint256 i = 0; i < 251; ++i) {
            TrafficLight.Zone zone = TrafficLight.zone(990_000, 250, i);
            uint256 multiplier = TrafficLight.multiplier(990_000, 250, i);
            require(multiplier == expected[i < 10 ? i : 10], "the multiplier");
            uint8 number = i < 5 ? 1 : i < 10 ? 2 : 3;
            require(uint8(zone) == number, "the zone");
        }
    }

    /// @dev A ring as 250 rows have left it.
    function ringOf(uint256 which, uint256 exceeded, uint256 silent, uint256 due) private {
        uint256 base = uint256(keccak256(abi.encode(entity(0), keccak256(abi.encode(mandates[which], 0)))));
        vm.store(address(backtest), bytes32(base), bytes32(exceeded));
        vm.store(address(backtest), bytes32(base + 1), bytes32(silent));
        vm.store(address(backtest), bytes32(base + 2), bytes32(uint256(300) | due << 64));
        require(backtest.counts(entity(0), mandates[which]).due == due, "the slots");
    }

    function zoneIs(uint256 which, IBacktestLedger.Zone zone, uint256 multiplier) private view {
        (IBacktestLedger.Zone found, uint256 times) = backtest.zone(entity(0), mandates[which]);
        require(found == zone && times == multiplier, "zone and multiplier");
    }

    /// @notice A zone takes floors and as many proved rows as one exceedance is expected in; MAR32.9 takes 250.
    function testAZoneTakesFloorsAndProvedRows() public {
        ringOf(1, 0xf, 0, 250);
        zoneIs(1, IBacktestLedger.Zone.Green, 1_500_000);
        ringOf(1, 0x1f, 0, 250);
        zoneIs(1, IBacktestLedger.Zone.Yellow, 1_700_000);
        ringOf(1, 0x3ff, 0, 250);
        zoneIs(1, IBacktestLedger.Zone.Red, 2_000_000);
        // The multiplier is defined for 250 proved rows alone: not with one silent row, nor with one row too few.
        ringOf(1, 0xf, 0x10, 250);
        zoneIs(1, IBacktestLedger.Zone.Green, 0);
        ringOf(1, 0xf, 0, 249);
        zoneIs(1, IBacktestLedger.Zone.Green, 0);
        // In 100 rows 3 exceedances are in the yellow zone, and 7 in the red one.
        ringOf(1, 0x7, 0, 100);
        zoneIs(1, IBacktestLedger.Zone.Yellow, 0);
        ringOf(1, 0x7f, 0, 100);
        zoneIs(1, IBacktestLedger.Zone.Red, 0);
        ringOf(1, 0, 0, 99);
        zoneIs(1, IBacktestLedger.Zone.None, 0);
        ringOf(0, 0, 0, 250);
        zoneIs(0, IBacktestLedger.Zone.None, 0);
    }
}

/// @notice Rings against lists.
contract RingsTest {
    using Rings for Rings.Ring;

    Rings.Ring private ring;
    uint8[] private list;

    function testFuzz_OnesAreCounted(uint256 word) public pure {
        word &= (1 << 250) - 1;
        uint256 count;
        for (uint256 i = 0; i < 250; ++i) {
            count += word >> i & 1;
        }
        require(Rings.ones(word) == count, "the number of ones");
        require(Rings.ones((1 << 250) - 1) == 250 && Rings.ones(0) == 0, "all and none");
    }

    /// @notice 600 rows: the ring has the last 250.
    function testARingHasTheLast250Rows() public {
        uint256 seed = 1;
        for (uint256 i = 0; i < 600; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint8 kind = uint8(seed % 3);
            list.push(kind);
            ring.settle(i, IBacktestLedger.Outcome(kind + 1));
            if (i % 50 != 49) continue;
            uint256[3] memory found;
            for (uint256 j = i < 250 ? 0 : i - 249; j <= i; ++j) {
                ++found[list[j]];
            }
            require(Rings.ones(ring.exceeded) == found[1] && Rings.ones(ring.silent) == found[2], "the counts");
            require(ring.due == (i < 250 ? i + 1 : 250), "rows in the ring");
        }
    }

    /// @notice Outcomes of rows from the seventh on, void ones among them: the last 64 are known, and no others.
    function testOutcomesOfTheLast64RowsAreKept() public {
        uint256 due;
        for (uint256 i = 0; i < 200; ++i) {
            uint8 kind = uint8(uint256(keccak256(abi.encode(i))) % 4) + 1;
            if (kind != 4) ++due;
            list.push(kind);
            ring.settle(7 + i, IBacktestLedger.Outcome(kind));
            for (uint256 j = 0; j < i + 9; ++j) {
                uint8 expected = j < 7 || j > 7 + i || j + 64 <= 7 + i ? 0 : list[j - 7];
                require(uint8(ring.outcomeOf(j)) == expected, "the outcome of the row");
            }
        }
        require(ring.next == 207 && ring.due == due, "void rows are settled, and not in the ring");
    }
}

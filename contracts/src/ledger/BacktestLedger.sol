// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ITailproofVerifier} from "../interfaces/ITailproofVerifier.sol";
import {IBacktestLedger} from "../interfaces/IBacktestLedger.sol";
import {IMandateLedger} from "../interfaces/IMandateLedger.sol";
import {IRollingWindow} from "../interfaces/IRollingWindow.sol";
import {HISTORICAL} from "../interfaces/IScenarioSource.sol";
import {IVerifierRouter} from "../interfaces/IVerifierRouter.sol";
import {Contexts} from "../libraries/Contexts.sol";
import {Packing} from "../libraries/Packing.sol";
import {TrafficLight} from "../libraries/TrafficLight.sol";
import {Rings} from "./Rings.sol";

/// @title Backtests of proved value at risk
/// @notice See the interface. Nobody administers this contract.
contract BacktestLedger is IBacktestLedger {
    using Rings for Rings.Ring;

    /// @dev A row that is settled without a proof.
    struct Unproved {
        IMandateLedger.Rules rules;
        /// The oldest epoch whose record may be its forecast.
        uint256 oldest;
        /// When it opened, and its period; zero once it has left the window.
        uint256 opens;
        uint32 period;
        /// Whether its key, mandate or entity is stopped, or its points came too late.
        bool isVoid;
        /// Whether the window still has both the row and the oldest one.
        bool isKept;
    }

    /// @dev How long a point must have been on chain when a forecast was due.
    uint256 private constant ON_CHAIN = 6 hours;
    /// @dev A record is kept until the eighth epoch after its own has one.
    uint256 private constant RECORDS = 8;

    /// @inheritdoc IBacktestLedger
    IMandateLedger public immutable ledger;
    IVerifierRouter private immutable _router;
    mapping(bytes32 mandate => mapping(address entity => Rings.Ring)) private _rings;

    constructor(IMandateLedger ledger_) {
        ledger = ledger_;
        _router = ledger_.router();
    }

    /// @inheritdoc IBacktestLedger
    function realise(Settlement calldata settlement, IMandateLedger.Record[] calldata later) external {
        uint256 first = _checkNext(settlement.entity, settlement.mandate, settlement.epoch);
        IMandateLedger.Rules memory rules = ledger.rulesOf(settlement.mandate);
        _checkRules(rules);
        (uint256 x, uint256 y, IRollingWindow.Stamp memory stamp) =
            IRollingWindow(address(rules.terms.source)).rowPoint(settlement.epoch, settlement.shown);
        uint256 deadline = _deadline(rules, stamp);
        if (block.timestamp > deadline) revert RealisedLate(deadline, block.timestamp);
        _checkForecast(rules, settlement, later, first, _closes(rules, stamp.previous));
        _verify(rules, settlement, [x, y]);
        _settle(settlement, stamp.period);
    }

    function _settle(Settlement calldata settlement, uint32 period) private {
        (address entity, bytes32 mandate, uint256 epoch) = (settlement.entity, settlement.mandate, settlement.epoch);
        Rings.Ring storage ring = _rings[mandate][entity];
        ring.settle(epoch, settlement.exceeded ? Outcome.Exceeded : Outcome.Within);
        emit Realised(entity, mandate, epoch, period, settlement.exceeded, settlement.forecast.varBound);
    }

    /// @inheritdoc IBacktestLedger
    function markSilent(
        address entity,
        bytes32 mandate,
        uint256 epoch,
        bytes calldata shown,
        bytes calldata shownOldest,
        IMandateLedger.Record[] calldata kept
    ) external {
        Unproved memory row = _unproved(entity, mandate, epoch, shown);
        if (row.isKept && !row.isVoid) {
            row.isVoid = _isLate(row, shownOldest) && !_hasForecast(entity, mandate, epoch, row, kept);
        }
        _rings[mandate][entity].settle(epoch, row.isVoid ? Outcome.Void : Outcome.Silent);
        if (row.isVoid) {
            emit Voided(entity, mandate, epoch, row.period);
        } else {
            emit Silent(entity, mandate, epoch, row.period);
        }
    }

    /// @dev The next row, which is past its deadline. One that has left the window needs no point: nobody can prove it any more.
    function _unproved(address entity, bytes32 mandate, uint256 epoch, bytes calldata shown)
        private
        view
        returns (Unproved memory row)
    {
        row.oldest = _checkNext(entity, mandate, epoch);
        IMandateLedger.Rules memory rules = ledger.rulesOf(mandate);
        _checkRules(rules);
        row.rules = rules;
        if (row.oldest + rules.terms.lag < epoch - 1) row.oldest = epoch - 1 - rules.terms.lag;
        row.isVoid = _router.isStopped(rules.terms.key) || ledger.isSuspended(entity, mandate);
        IRollingWindow window = IRollingWindow(address(rules.terms.source));
        (uint256 newest,) = window.newest();
        uint256 rows = window.terms().rows;
        if (epoch + rows <= newest) return row;
        (,, IRollingWindow.Stamp memory stamp) = window.rowPoint(epoch, shown);
        uint256 deadline = _deadline(rules, stamp);
        if (block.timestamp <= deadline) revert NotDue(deadline, block.timestamp);
        (row.opens, row.period, row.isKept) = (_closes(rules, stamp.previous), stamp.period, row.oldest + rows > newest);
    }

    /// @dev Whether no point that a forecast might have been over had been on chain for long enough when forecasts were due.
    function _isLate(Unproved memory row, bytes calldata shownOldest) private view returns (bool) {
        IRollingWindow window = IRollingWindow(address(row.rules.terms.source));
        (,, IRollingWindow.Stamp memory point) = window.rowPoint(row.oldest, shownOldest);
        return point.pushed + ON_CHAIN > row.opens + row.rules.terms.late;
    }

    /// @dev Whether a record is a forecast of the row, so that it could be proved: or whether it may have been one, and a later
    /// epoch's is in its place. Records that are older than their place say that none was made.
    function _hasForecast(
        address entity,
        bytes32 mandate,
        uint256 epoch,
        Unproved memory row,
        IMandateLedger.Record[] calldata kept
    ) private view returns (bool) {
        uint256 latest = row.opens + row.rules.terms.late;
        for (uint256 made = row.oldest; made < epoch; ++made) {
            bytes32 id = ledger.recordOf(entity, mandate, made);
            if (id == 0) continue;
            uint256 index = made - row.oldest;
            if (index >= kept.length || keccak256(abi.encode(kept[index])) != id) revert ForecastMissing(made);
            (uint256 of_, uint256 time) = (kept[index].epoch, kept[index].time);
            if (of_ > made || of_ == made && time >= row.opens && time <= latest) return true;
        }
        return false;
    }

    /// @dev Checks that rows can be settled: a forecast can be over a point that was there in time, and is kept until the
    /// deadline.
    function _checkRules(IMandateLedger.Rules memory rules) private pure {
        // Other sources have no rows of their own.
        if (rules.terms.kind != HISTORICAL) revert IMandateLedger.BadTerms("kind");
        (uint256 lag, uint256 length) = (rules.terms.lag, rules.periodLength);
        if (lag * length + rules.terms.late <= ON_CHAIN) revert IMandateLedger.BadTerms("lag");
        if (rules.terms.grace > (RECORDS - 1 - lag) * length) revert IMandateLedger.BadTerms("grace");
    }

    /// @dev The epoch of the entity's first record. The row must be the next one.
    function _checkNext(address entity, bytes32 mandate, uint256 epoch) private view returns (uint256) {
        uint256 first = ledger.firstRow(entity, mandate);
        if (first == 0) revert NoRecord(entity, mandate);
        uint256 due = _rings[mandate][entity].next;
        if (due == 0) due = first;
        if (epoch != due) revert NotNext(epoch, due);
        return first - 1;
    }

    /// @dev When a period closes.
    function _closes(IMandateLedger.Rules memory rules, uint256 period) private pure returns (uint256) {
        return rules.origin + period * rules.periodLength;
    }

    function _deadline(IMandateLedger.Rules memory rules, IRollingWindow.Stamp memory stamp)
        private
        pure
        returns (uint256)
    {
        uint256 closes = _closes(rules, stamp.period);
        return (closes > stamp.pushed ? closes : stamp.pushed) + rules.terms.grace;
    }

    /// @dev Checks that the record shown is the forecast of a row that opened at `opens`.
    function _checkForecast(
        IMandateLedger.Rules memory rules,
        Settlement calldata settlement,
        IMandateLedger.Record[] calldata later,
        uint256 first,
        uint256 opens
    ) private view {
        IMandateLedger.Record calldata forecast = settlement.forecast;
        (uint256 made, uint256 row) = (forecast.epoch, settlement.epoch);
        uint256 latest = opens + rules.terms.late;
        if (made < first || made >= row || made + rules.terms.lag + 1 < row) revert ForecastMissing(made);
        _checkKept(settlement, made, forecast);
        if (forecast.time < opens) revert ForecastEarly(forecast.time, opens);
        if (forecast.time > latest) revert ForecastLate(forecast.time, latest);
        if (rules.terms.custodian != address(0) && forecast.asOf != opens) {
            revert ForecastOfOtherTime(forecast.asOf, opens);
        }
        for (uint256 epoch = made + 1; epoch < row; ++epoch) {
            // What is kept in the epoch's place is nothing, or of an older epoch, or too late. If it is of a newer one, nobody
            // knows what was there before.
            if (ledger.recordOf(settlement.entity, settlement.mandate, epoch) == 0) continue;
            uint256 index = epoch - made - 1;
            if (index >= later.length) revert ForecastReplaced(made, epoch);
            _checkKept(settlement, epoch, later[index]);
            if (later[index].epoch > epoch) revert ForecastMissing(epoch);
            if (later[index].epoch == epoch && later[index].time <= latest) revert ForecastReplaced(made, epoch);
        }
    }

    function _checkKept(Settlement calldata settlement, uint256 epoch, IMandateLedger.Record calldata record)
        private
        view
    {
        bytes32 kept = ledger.recordOf(settlement.entity, settlement.mandate, epoch);
        if (keccak256(abi.encode(record)) != kept) revert ForecastMissing(epoch);
    }

    function _verify(IMandateLedger.Rules memory rules, Settlement calldata settlement, uint256[2] memory point)
        private
        view
    {
        uint256[] memory controls = new uint256[](4);
        controls[0] = settlement.forecast.commitment;
        controls[1] = contextOf(settlement.entity, settlement.mandate, settlement.epoch);
        (controls[2], controls[3]) = _claim(rules, settlement);
        ITailproofVerifier verifier = ITailproofVerifier(_router.running(rules.terms.key));
        if (!verifier.verifyProof(settlement.proof, point, controls)) revert NotRealised(settlement.epoch);
    }

    /// @dev The *tails* and *limits* controls of a loss in the row's one scenario, whose weight is 1: at most the bound is the
    /// worst loss, beyond which no weight may lie; above it is value at risk at the mandate's confidence, with a floor.
    function _claim(IMandateLedger.Rules memory rules, Settlement calldata settlement)
        private
        pure
        returns (uint256 tails, uint256 limits)
    {
        IMandateLedger.Terms memory terms = rules.terms;
        bool exceeded = settlement.exceeded;
        Packing.Clause memory loss = Packing.Clause(Packing.Tail.Worst, 0, false, settlement.forecast.varBound, 6);
        if (exceeded) (loss.tail, loss.confidence) = (Packing.Tail.Confidence, terms.varConfidence);
        Packing.Clause memory off;
        (tails, limits) = Packing.pack(rules.thresholds, terms.unit, 1, loss, off);
        if (terms.rungs == 0) {
            if (exceeded || terms.varConfidence == 0) revert NoFloor(settlement.mandate);
            return (tails, limits);
        }
        bytes32 rung = keccak256(abi.encode(settlement.rung));
        if (rung != settlement.forecast.rung) revert WrongRung(rung, settlement.forecast.rung);
        limits = exceeded ? settlement.rung.exceeded : settlement.rung.within;
    }

    /// @inheritdoc IBacktestLedger
    function contextOf(address entity, bytes32 mandate, uint256 epoch) public view returns (uint256) {
        return Contexts.context(address(this), bytes32(uint256(uint160(entity))), mandate, uint64(epoch));
    }

    /// @inheritdoc IBacktestLedger
    function next(address entity, bytes32 mandate) external view returns (uint256) {
        uint256 kept = _rings[mandate][entity].next;
        return kept == 0 ? ledger.firstRow(entity, mandate) : kept;
    }

    /// @inheritdoc IBacktestLedger
    function outcome(address entity, bytes32 mandate, uint256 epoch) external view returns (Outcome) {
        return _rings[mandate][entity].outcomeOf(epoch);
    }

    /// @inheritdoc IBacktestLedger
    function checkTerms(bytes32 mandate) external view {
        _checkRules(ledger.rulesOf(mandate));
    }

    /// @inheritdoc IBacktestLedger
    function counts(address entity, bytes32 mandate) public view returns (Counts memory) {
        Rings.Ring storage ring = _rings[mandate][entity];
        uint256 silent = Rings.ones(ring.silent);
        return Counts(ring.due, uint16(ring.due - silent), uint16(Rings.ones(ring.exceeded)), uint16(silent));
    }

    /// @inheritdoc IBacktestLedger
    function zone(address entity, bytes32 mandate) external view returns (Zone, uint256 multiplier) {
        IMandateLedger.Terms memory terms = ledger.rulesOf(mandate).terms;
        if (terms.rungs == 0) return (Zone.None, 0);
        Counts memory found = counts(entity, mandate);
        TrafficLight.Zone light = TrafficLight.zone(terms.varConfidence, found.proved, found.exceedances);
        multiplier = TrafficLight.multiplier(terms.varConfidence, found.proved, found.exceedances);
        return (Zone(uint8(light)), multiplier);
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IMandateLedger} from "./IMandateLedger.sol";

/// @title Backtests of proved value at risk
/// @notice Every row after an entity's first record of a mandate is settled once, in order: as proved within the bound, as a
/// proved exceedance, as silent, or as void. Silent rows are no exceedances and are never added to them; a void row counts
/// nowhere.
///
/// A row opens when the period closes that its move begins with. Its *forecast* is the last record of the epochs before it, at
/// most the mandate's lag back, whose time is at least the row's opening and at most `late` seconds after it. Where custodians
/// are named, the forecast's attestation is as of the opening itself.
///
/// The row's *deadline* is `grace` seconds after it has closed and has been pushed, whichever is later.
///
/// Some mandates have no backtests, and are refused with the ledger's `BadTerms`: `kind` over sources other than windows; `lag`
/// where a forecast's oldest point could not have been on chain for six hours when it was due (`lag * periodLength + late` is at
/// most six hours); and `grace` above `(7 - lag) * periodLength`, since the ledger keeps eight records.
interface IBacktestLedger {
    /// @notice The last 250 rows that are not void, or fewer while there are fewer. due = proved + silent.
    struct Counts {
        uint16 due;
        uint16 proved;
        /// Of the proved rows.
        uint16 exceedances;
        uint16 silent;
    }

    /// @notice What settles a row with a proof.
    struct Settlement {
        address entity;
        bytes32 mandate;
        uint256 epoch;
        /// Whether it is proved that the loss is above the bound, or that it is at most the bound.
        bool exceeded;
        uint256[8] proof;
        /// What the window needs for the row's own point.
        bytes shown;
        /// The forecast: the ledger keeps its identifier.
        IMandateLedger.Record forecast;
        /// The forecast's rung; empty for mandates without rungs.
        IMandateLedger.Rung rung;
    }

    /// @notice How a row was settled.
    enum Outcome {
        /// It is not settled, or was settled more than 64 rows ago.
        Unknown,
        Within,
        Exceeded,
        Silent,
        Void
    }

    enum Zone {
        /// The mandate has no floor, so that exceedances of the limit are all that is known; or fewer rows are proved than one
        /// exceedance is expected in; or the confidence is none of 99 %, 97.5 % and 95 %.
        None,
        Green,
        Yellow,
        Red
    }

    event Realised(
        address indexed entity,
        bytes32 indexed mandate,
        uint256 indexed epoch,
        uint32 period,
        bool exceeded,
        uint128 bound
    );
    event Silent(address indexed entity, bytes32 indexed mandate, uint256 indexed epoch, uint32 period);
    /// @notice Nobody could have proved the row in time: points came too late and there is no forecast, or the key, the mandate or
    /// the entity is stopped. Here and in `Silent`, the period is zero for a row that has left the window.
    event Voided(address indexed entity, bytes32 indexed mandate, uint256 indexed epoch, uint32 period);

    error NotNext(uint256 epoch, uint256 next);
    error NoRecord(address entity, bytes32 mandate);
    /// @notice The record shown is not kept, or is not of the epochs whose records may be the row's forecast; or the record of a
    /// newer epoch is in the place of one that may have been the forecast.
    error ForecastMissing(uint256 epoch);
    /// @notice A later record is the row's forecast.
    error ForecastReplaced(uint256 epoch, uint256 by);
    error ForecastEarly(uint256 time, uint256 opens);
    error ForecastLate(uint256 time, uint256 latest);
    /// @notice The custodian's attestation is as of another time than the row's opening.
    error ForecastOfOtherTime(uint256 asOf, uint256 opens);
    error NotRealised(uint256 epoch);
    error RealisedLate(uint256 deadline, uint256 time);
    error NotDue(uint256 deadline, uint256 time);
    error NoFloor(bytes32 mandate);
    error WrongRung(bytes32 hash, bytes32 recorded);

    /// @notice Proves the loss of a row of the book that was committed to in its forecast, by the row's deadline. Anybody may
    /// call it.
    /// @param later Records of later epochs before the row, which show that they came too late to be its forecast.
    function realise(Settlement calldata settlement, IMandateLedger.Record[] calldata later) external;

    /// @notice Settles the next row as silent once its deadline has passed, or as void. Anybody may call it. A row that has left
    /// the window is settled without points.
    /// @param shown What the window needs for the row's own point.
    /// @param shownOldest The same for the oldest row whose point a forecast might have been over: it decides whether a point
    /// was on chain for six hours before a forecast was due.
    /// @param kept What the ledger keeps in the places of the epochs from that oldest one to the one before the row, in order:
    /// a row that has a forecast is not void because points came late. Read only where they did; empty ones for places without
    /// a record.
    function markSilent(
        address entity,
        bytes32 mandate,
        uint256 epoch,
        bytes calldata shown,
        bytes calldata shownOldest,
        IMandateLedger.Record[] calldata kept
    ) external;

    /// @notice Where forecasts are recorded.
    function ledger() external view returns (IMandateLedger);
    /// @notice Context that the proof of a realised loss must be bound to.
    function contextOf(address entity, bytes32 mandate, uint256 epoch) external view returns (uint256);
    /// @notice The next row to be settled; zero before the entity's first record.
    function next(address entity, bytes32 mandate) external view returns (uint256 epoch);
    /// @notice How a row was settled, of the last 64 that were: void ones count among them.
    function outcome(address entity, bytes32 mandate, uint256 epoch) external view returns (Outcome);
    /// @notice Reverts with the ledger's `BadTerms` for a mandate that has no backtests.
    function checkTerms(bytes32 mandate) external view;
    function counts(address entity, bytes32 mandate) external view returns (Counts memory);
    /// @notice Zone of the Basel traffic light, by the proved exceedances of the proved rows among the last 250, of a mandate with
    /// floors: as `tailproof backtest` computes it for as many days. And the multiplier of MAR32.9 in millionths, which is
    /// defined for 250 proved rows at 99 % alone, and zero otherwise. The zone alone is blind to silence: whoever acts on it also
    /// reads the silent rows of `counts`, and how far `next` is behind the source.
    function zone(address entity, bytes32 mandate) external view returns (Zone zone_, uint256 multiplier);
}

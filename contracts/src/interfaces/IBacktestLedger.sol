// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IMandateLedger} from "./IMandateLedger.sol";

/// @title Backtests of proved value at risk
/// @notice Every period after an entity's first record of a mandate is settled once, in order: as proved within the bound, as
/// a proved exceedance, or as silent. Silent periods are no exceedances and are never added to them.
interface IBacktestLedger {
    /// @notice The last 250 periods, or fewer while there are fewer.
    struct Counts {
        uint16 due;
        uint16 proved;
        uint16 exceedances;
        uint16 silent;
    }

    enum Zone {
        /// The mandate has no floor, or fewer than 250 periods are proved: exceedances of the limit are all that is known.
        None,
        Green,
        Yellow,
        Red
    }

    event Realised(
        address indexed entity, bytes32 indexed mandate, uint256 indexed epoch, uint32 period, bool exceeded, uint128 bound
    );
    event Silent(address indexed entity, bytes32 indexed mandate, uint256 indexed epoch, uint32 period);

    error NotNext(uint256 epoch, uint256 next);
    error NoRecord(address entity, bytes32 mandate);
    error ForecastMissing(uint256 epoch);
    error ForecastLate(uint256 time, uint256 latest);
    error NotRealised(uint256 epoch);
    error NotDue(uint256 deadline, uint256 time);
    error NoFloor(bytes32 mandate);
    error WrongRung(bytes32 hash, bytes32 recorded);

    /// @notice Proves the loss of row `epoch` of the book that was committed to in the record of epoch - 1. Anybody may call it.
    /// @param exceeded Whether it is proved that the loss is above the bound, or that it is at most the bound.
    /// @param shown What the window needs for the row's own point.
    /// @param rung The forecast's rung; empty for mandates without rungs.
    function realise(
        address entity,
        bytes32 mandate,
        uint256 epoch,
        bool exceeded,
        uint256[8] calldata proof,
        bytes calldata shown,
        IMandateLedger.Rung calldata rung
    ) external;

    /// @notice Settles row `epoch` as silent, once its deadline has passed. Anybody may call it.
    function markSilent(address entity, bytes32 mandate, uint256 epoch, bytes calldata shown) external;

    /// @notice Context that the proof of a realised loss must be bound to.
    function contextOf(address entity, bytes32 mandate, uint256 epoch) external view returns (uint256);
    function next(address entity, bytes32 mandate) external view returns (uint256 epoch);
    function counts(address entity, bytes32 mandate) external view returns (Counts memory);
    /// @notice Zone of the Basel traffic light and multiplier in millionths (MAR32.9), by proved exceedances of 250 periods.
    function zone(address entity, bytes32 mandate) external view returns (Zone zone_, uint256 multiplier);
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @dev Kinds of sources. 0 is none.
uint8 constant HISTORICAL = 1;
uint8 constant ATTESTED = 2;

/// @title A source of scenario points
/// @notice A proof is verified over a scenario point. Whoever chooses the point freely can forge proofs, so a ledger takes it
/// from a source and never from the prover. A source is immutable and serves the points of one verifying key.
interface IScenarioSource {
    /// @notice What a source serves. All of it is fixed when the source is deployed.
    struct Terms {
        /// SHA-256 digest of the verifying key whose points these are.
        bytes32 key;
        /// SHA-256 of the factor names in order, as attestations state it (`terms`).
        bytes32 factors;
        /// Number of scenarios behind a point.
        uint32 rows;
        /// Sum of their weights.
        uint64 totalWeight;
        /// Periods of a scenario's move.
        uint32 horizon;
        /// Seconds of a period; a day has 86,400.
        uint32 periodLength;
        /// Unix time at which period 0 closes. Period p closes at `origin + p * periodLength`, and the next one opens.
        uint64 origin;
        /// `HISTORICAL` or `ATTESTED`.
        uint8 kind;
    }

    /// @notice What else an epoch's point is kept with. The caller shows it, and the source compares.
    struct Witness {
        /// Hash of the prices that the newest row closes with; of an attested set, its SHA-256 digest.
        bytes32 prices;
        /// The newest row's period.
        uint32 period;
        /// Rows behind the point whose move skips a period that has no row.
        uint16 gaps;
    }

    /// @notice No point is served yet.
    error NotFull(uint256 rows, uint256 needed);

    /// @notice Fixed terms.
    function terms() external view returns (Terms memory);

    /// @notice The newest epoch with a point, and when its point came on chain.
    /// @dev Reverts with `NotFull` before there is one.
    function newest() external view returns (uint256 epoch, uint256 since);

    /// @notice Whether (x, y) is the point of an epoch that is still kept, and `witness` belongs to it.
    function isPoint(uint256 epoch, uint256 x, uint256 y, Witness calldata witness) external view returns (bool);
}

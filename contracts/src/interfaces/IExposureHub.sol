// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Sums of proved expected shortfalls over chains
/// @notice Expected shortfall is subadditive, so the sum of bounds over one scenario set bounds the shortfall of the whole.
/// Value at risk is not, and is refused.
interface IExposureHub {
    /// @notice What makes bounds summable. All of it must be equal.
    struct Basis {
        /// Digest of the scenario set: `keccak256(abi.encode(key, point))` of the key's digest and the point (x, y).
        bytes32 scenarios;
        uint32 confidence;
        uint32 horizon;
        uint64 unit;
        /// What amounts are in: `keccak256` of the currency's ISO 4217 code, or of another name. The parts' deployers state it:
        /// the terms of a mandate have none.
        bytes32 currency;
    }

    /// @notice A bound that another chain's ledger recorded.
    struct Report {
        bytes32 part;
        Basis basis;
        uint128 shortfallBound;
        uint64 epoch;
        /// When the period of the record's newest row closed: what tells which of two parts' reports is newer. Epochs are
        /// numbers of rows, and windows count from different days.
        uint40 closed;
        uint40 expires;
    }

    event Reported(bytes32 indexed part, uint256 indexed epoch, bytes32 basis, uint128 shortfallBound, uint40 expires);

    error UnknownPart(bytes32 part, bytes sender);
    error OtherBasis(bytes32 basis, bytes32 expected);
    error EpochNotNewer(uint256 epoch, uint256 last);
    error PartMissing(bytes32 part);
    error PartExpired(bytes32 part, uint256 expires);

    /// @notice Bound on the whole: of the consolidated proof if one stands, unless the reports of all parts are newer; else the
    /// sum over all parts.
    /// @return bound In millionths of the currency.
    /// @return closed When the newest row behind it closed; of a sum, behind the oldest of its reports.
    function total() external view returns (uint256 bound, uint256 closed, bool consolidated);
}

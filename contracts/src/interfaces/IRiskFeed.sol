// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title A proved bound on value at risk, as protocols read numbers
/// @notice The face of Chainlink's AggregatorV3Interface, and a getter that says all.
interface IRiskFeed {
    /// @notice A bound with everything that it stands on.
    struct Reading {
        /// Bound in millionths of the mandate's currency.
        uint128 bound;
        /// Bound of the same entity's record before under the same mandate, zero if there is none; the highest where records came
        /// within one period, as the ledger's standing has it.
        uint128 previous;
        uint64 epoch;
        uint40 time;
        uint40 expires;
        /// Identifier of the record: of the proof, its commitment and everything else in the event `Proved`.
        bytes32 record;
    }

    error Expired(uint256 expires, uint256 time);
    /// @notice The mandate is suspended.
    error Suspended();
    /// @notice There is no record, or none of that round is kept.
    error NoReading();

    /// @notice Whose bound it is, and under which mandate.
    function entity() external view returns (address);
    function mandate() external view returns (bytes32);
    function decimals() external view returns (uint8);
    function description() external view returns (string memory);
    function version() external view returns (uint256);
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
    /// @notice The last record's round alone: the ledger keeps no other in clear.
    function getRoundData(uint80 roundId)
        external
        view
        returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
    /// @notice The last record. Reverts with `Expired` once it no longer stands.
    function latest() external view returns (Reading memory);
}

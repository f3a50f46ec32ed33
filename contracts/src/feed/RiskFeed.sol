// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IMandateLedger} from "../interfaces/IMandateLedger.sol";
import {IRiskFeed} from "../interfaces/IRiskFeed.sol";

/// @title The proved bound on an entity's value at risk, as protocols read numbers
/// @notice It keeps nothing: every reading is the ledger's one slot at that moment, so value, time and epoch move together.
contract RiskFeed is IRiskFeed {
    IMandateLedger public immutable ledger;
    /// @inheritdoc IRiskFeed
    address public immutable entity;
    /// @inheritdoc IRiskFeed
    bytes32 public immutable mandate;
    /// @inheritdoc IRiskFeed
    string public description;

    constructor(IMandateLedger ledger_, address entity_, bytes32 mandate_, string memory description_) {
        if (ledger_.rulesOf(mandate_).terms.varConfidence == 0) revert NoReading();
        (ledger, entity, mandate, description) = (ledger_, entity_, mandate_, description_);
    }

    /// @inheritdoc IRiskFeed
    function decimals() external pure returns (uint8) {
        return 6;
    }

    /// @inheritdoc IRiskFeed
    function version() external pure returns (uint256) {
        return 1;
    }

    /// @inheritdoc IRiskFeed
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        IMandateLedger.Standing memory last = _latest();
        uint80 round = uint80(last.epoch);
        return (round, int256(uint256(last.varBound)), last.time, last.time, round);
    }

    /// @inheritdoc IRiskFeed
    function getRoundData(uint80 round) external view returns (uint80, int256, uint256, uint256, uint80) {
        IMandateLedger.Standing memory last = _latest();
        if (round != last.epoch) revert NoReading();
        return (round, int256(uint256(last.varBound)), last.time, last.time, round);
    }

    /// @inheritdoc IRiskFeed
    function latest() external view returns (Reading memory) {
        IMandateLedger.Standing memory last = _latest();
        bytes32 record = ledger.recordOf(entity, mandate, last.epoch);
        return Reading(last.varBound, last.previous, last.epoch, last.time, last.expires, record);
    }

    /// @dev The last record, if it stands.
    function _latest() private view returns (IMandateLedger.Standing memory last) {
        last = ledger.standing(entity, mandate);
        if (last.stands) return last;
        if (last.expires == 0) revert NoReading();
        if (block.timestamp >= last.expires) revert Expired(last.expires, block.timestamp);
        revert Suspended();
    }
}

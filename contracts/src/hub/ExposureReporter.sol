// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {IExposureHub} from "../interfaces/IExposureHub.sol";
import {IMandateLedger} from "../interfaces/IMandateLedger.sol";
import {IScenarioSource} from "../interfaces/IScenarioSource.sol";

/// @title Reports an entity's proved expected shortfall to a hub on another chain
/// @notice Anybody may call it: everything that it says is of the ledger and of the mandate's source.
contract ExposureReporter {
    error NoShortfall(bytes32 mandate);
    error NotTheRecord(bytes32 record, bytes32 kept);
    error NotStanding(uint256 epoch, uint256 last);
    error WrongPoint(uint256 epoch, uint256 x, uint256 y);

    IMandateLedger public immutable ledger;
    IERC7786GatewaySource public immutable gateway;
    address public immutable entity;
    bytes32 public immutable mandate;
    /// @notice What the hub calls this part.
    bytes32 public immutable part;
    /// @notice What the mandate's amounts are in, as `Basis` has it.
    bytes32 public immutable currency;
    /// @notice The hub's interoperable address (ERC-7930).
    bytes public hub;

    constructor(
        IMandateLedger ledger_,
        IERC7786GatewaySource gateway_,
        address entity_,
        bytes32 mandate_,
        bytes32 part_,
        bytes32 currency_,
        bytes memory hub_
    ) {
        if (ledger_.rulesOf(mandate_).terms.shortfallConfidence == 0) revert NoShortfall(mandate_);
        (ledger, gateway, entity, mandate) = (ledger_, gateway_, entity_, mandate_);
        (part, currency, hub) = (part_, currency_, hub_);
    }

    /// @notice Sends the last record's bound. Value goes to the gateway.
    /// @param record The last record, which must stand.
    /// @param point The record's point, with its witness: the source must still keep it.
    function report(
        IMandateLedger.Record calldata record,
        uint256[2] calldata point,
        IScenarioSource.Witness calldata witness
    ) external payable returns (bytes32 sendId) {
        IMandateLedger.Standing memory last = ledger.standing(entity, mandate);
        if (!last.stands || record.epoch != last.epoch) revert NotStanding(record.epoch, last.epoch);
        bytes32 id = keccak256(abi.encode(record));
        bytes32 kept = ledger.recordOf(entity, mandate, record.epoch);
        if (id != kept) revert NotTheRecord(id, kept);
        IMandateLedger.Rules memory rules = ledger.rulesOf(mandate);
        IMandateLedger.Terms memory terms = rules.terms;
        if (!terms.source.isPoint(record.epoch, point[0], point[1], witness)) {
            revert WrongPoint(record.epoch, point[0], point[1]);
        }
        IExposureHub.Basis memory basis = IExposureHub.Basis({
            scenarios: keccak256(abi.encode(terms.key, point)),
            confidence: terms.shortfallConfidence,
            horizon: terms.horizon,
            unit: terms.unit,
            currency: currency
        });
        uint40 closed = uint40(rules.origin + uint256(record.period) * rules.periodLength);
        IExposureHub.Report memory made =
            IExposureHub.Report(part, basis, record.shortfallBound, record.epoch, closed, last.expires);
        return gateway.sendMessage{value: msg.value}(hub, abi.encode(made), new bytes[](0));
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IMandateLedger} from "../interfaces/IMandateLedger.sol";
import {IVerifierRouter} from "../interfaces/IVerifierRouter.sol";
import {CodeStore} from "../libraries/CodeStore.sol";
import {Contexts} from "../libraries/Contexts.sol";
import {MandateTerms} from "./MandateTerms.sol";

/// @title Mandates, what is kept of their records, and the reads
/// @notice A mandate's rules are kept as code, and what moves each day in two slots for each entity and mandate: the standing,
/// and the identifier of the epoch's record.
abstract contract Mandates is IMandateLedger {
    struct Mandate {
        /// Its rules, as code.
        address rules;
        uint32 grace;
        bool suspended;
    }

    /// @dev One slot, so that all of it moves together.
    struct Head {
        uint80 varBound;
        uint80 previous;
        uint32 epoch;
        uint40 expires;
        /// Seconds from the record's time to `expires`.
        uint24 life;
    }

    struct Book {
        Head head;
        uint64 firstRow;
        /// Who may hand in batches with the entity's records; zero for nobody.
        address operator;
        bytes32[8] records;
    }

    /// @dev The epoch of an entity that is suspended: no record is newer.
    uint32 internal constant SUSPENDED = type(uint32).max;
    /// @dev Bytes of encoded terms, and of what follows them in encoded rules.
    uint256 private constant TERMS = 22 * 32;
    uint256 private constant REST = 6 * 32;

    /// @inheritdoc IMandateLedger
    IVerifierRouter public immutable router;
    MandateTerms private immutable _checks = new MandateTerms();
    mapping(bytes32 mandate => Mandate) internal _mandates;
    mapping(bytes32 mandate => mapping(address entity => Book)) internal _books;

    constructor(IVerifierRouter router_) {
        router = router_;
    }

    /// @inheritdoc IMandateLedger
    function open(Terms calldata terms) external returns (bytes32 mandate) {
        mandate = keccak256(abi.encode(terms));
        if (_mandates[mandate].rules != address(0)) revert MandateIsOpen(mandate);
        _mandates[mandate] = Mandate(CodeStore.write(mandate, _checks.rules(terms, router)), terms.grace, false);
        emit MandateOpened(mandate, terms.document, msg.sender, terms);
    }

    /// @inheritdoc IMandateLedger
    function suspend(bytes32 mandate) external {
        Terms memory terms = rulesOf(mandate).terms;
        if (_mandates[mandate].suspended) revert MandateIsSuspended(mandate);
        if (!router.isStopped(terms.key) && (msg.sender != terms.guardian || msg.sender == address(0))) {
            revert NotGuardian(msg.sender, terms.guardian);
        }
        _mandates[mandate].suspended = true;
        emit MandateSuspended(mandate, msg.sender);
    }

    /// @inheritdoc IMandateLedger
    function contextOf(address entity, bytes32 mandate, uint256 epoch) public view returns (uint256) {
        return Contexts.context(address(this), _subject(entity), mandate, uint64(epoch));
    }

    /// @inheritdoc IMandateLedger
    function status(address entity, bytes32 mandate) external view returns (Status) {
        if (isSuspended(entity, mandate)) return Status.Suspended;
        Head memory head = _books[mandate][entity].head;
        if (head.life == 0) return Status.Unknown;
        if (block.timestamp < head.expires) return Status.Compliant;
        return block.timestamp < uint256(head.expires) + _mandates[mandate].grace ? Status.Late : Status.Lapsed;
    }

    /// @inheritdoc IMandateLedger
    function isCompliant(address entity, bytes32 mandate) external view returns (bool) {
        return block.timestamp < _books[mandate][entity].head.expires && !_mandates[mandate].suspended;
    }

    /// @inheritdoc IMandateLedger
    function standing(address entity, bytes32 mandate) external view returns (Standing memory last) {
        Head memory head = _books[mandate][entity].head;
        (last.epoch, last.expires) = (head.epoch, head.expires);
        (last.varBound, last.previous) = (head.varBound, head.previous);
        unchecked {
            // An entity that was suspended has no expiry.
            if (head.expires != 0) last.time = head.expires - head.life;
        }
        last.stands = block.timestamp < head.expires && !_mandates[mandate].suspended;
    }

    /// @inheritdoc IMandateLedger
    function recordOf(address entity, bytes32 mandate, uint256 epoch) external view returns (bytes32) {
        return _books[mandate][entity].records[epoch % 8];
    }

    /// @inheritdoc IMandateLedger
    function firstRow(address entity, bytes32 mandate) external view returns (uint256) {
        return _books[mandate][entity].firstRow;
    }

    /// @inheritdoc IMandateLedger
    function operatorOf(address entity, bytes32 mandate) external view returns (address) {
        return _books[mandate][entity].operator;
    }

    /// @inheritdoc IMandateLedger
    function isSuspended(address entity, bytes32 mandate) public view returns (bool) {
        return _mandates[mandate].suspended || _books[mandate][entity].head.epoch == SUSPENDED;
    }

    /// @inheritdoc IMandateLedger
    function rulesOf(bytes32 mandate) public view returns (Rules memory found) {
        address rules = _mandates[mandate].rules;
        if (rules == address(0)) revert UnknownMandate(mandate);
        // Encoded, the terms are so many words, and the rest of the rules follow; in memory each is as it is encoded. The
        // code is this contract's own, so no word need be checked.
        Terms memory terms = found.terms;
        uint256 place;
        assembly ("memory-safe") {
            place := terms
        }
        CodeStore.copy(rules, 0, place, TERMS);
        assembly ("memory-safe") {
            place := add(found, 0x20)
        }
        CodeStore.copy(rules, TERMS, place, REST);
    }

    function _subject(address entity) internal pure returns (bytes32) {
        return bytes32(uint256(uint160(entity)));
    }
}

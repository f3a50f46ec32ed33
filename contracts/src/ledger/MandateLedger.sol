// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ITailproofVerifier} from "../interfaces/ITailproofVerifier.sol";
import {IMandateLedger} from "../interfaces/IMandateLedger.sol";
import {IScenarioSource} from "../interfaces/IScenarioSource.sol";
import {IVerifierRouter} from "../interfaces/IVerifierRouter.sol";
import {Attestation, Attestations} from "../libraries/Attestations.sol";
import {BatchCall} from "../libraries/BatchCall.sol";
import {CodeStore} from "../libraries/CodeStore.sol";
import {Contexts} from "../libraries/Contexts.sol";
import {MandateTerms} from "./MandateTerms.sol";

/// @title Mandates, and records of proofs that books meet them
/// @notice See the interface. Nobody administers this contract. A mandate's rules are kept as code, and what moves each day in
/// two slots for each entity and mandate: the standing, and the identifier of the epoch's record.
contract MandateLedger is IMandateLedger {
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
        uint256 firstRow;
        bytes32[8] records;
    }

    /// @dev What a submission's record has besides what it says itself.
    struct Made {
        uint32 period;
        uint64 asOf;
        uint256 expires;
        bytes32 rung;
    }

    /// @dev The epoch of an entity that is suspended: no record is newer.
    uint32 private constant SUSPENDED = type(uint32).max;
    /// @dev Bytes of encoded terms, and of what follows them in encoded rules.
    uint256 private constant TERMS = 22 * 32;
    uint256 private constant REST = 6 * 32;
    bytes32 private constant RELAY_TYPE_HASH =
        keccak256("Relay(address entity,bytes32 mandate,uint64 epoch,uint256 commitment,uint256 deadline)");
    bytes32 private constant DOMAIN_TYPE_HASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    /// @inheritdoc IMandateLedger
    IVerifierRouter public immutable router;
    MandateTerms private immutable _checks = new MandateTerms();
    mapping(bytes32 mandate => Mandate) private _mandates;
    mapping(bytes32 mandate => mapping(address entity => Book)) private _books;

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
    function submit(Submission calldata submission) external {
        _submit(msg.sender, submission);
    }

    /// @inheritdoc IMandateLedger
    function submitFor(address entity, uint256 deadline, Submission calldata submission, bytes calldata entitySignature)
        external
    {
        _checkRelay(entity, deadline, submission, entitySignature);
        _submit(entity, submission);
    }

    /// @inheritdoc IMandateLedger
    function submitMany(
        address[] calldata entities,
        uint256[] calldata deadlines,
        Submission[] calldata submissions,
        bytes[] calldata entitySignatures
    ) external {
        uint256 number = submissions.length;
        if (number == 0) revert EmptyBatch();
        Submission calldata first = submissions[0];
        Rules memory rules = _rulesFor(first.mandate);
        _checkPoint(rules, first);
        BatchCall.Batch memory batch = BatchCall.create(number, first.point);
        for (uint256 i = 0; i < number; ++i) {
            uint256 free = BatchCall.mark();
            Submission calldata item = submissions[i];
            if (item.mandate != first.mandate || item.epoch != first.epoch) revert DifferentBatch(item.mandate, item.epoch);
            address entity = entities[i];
            if (entity != msg.sender) _checkRelay(entity, deadlines[i], item, entitySignatures[i]);
            BatchCall.put(batch, i, item.proof, _record(rules, entity, item, first.witness.period));
            BatchCall.release(free);
        }
        if (!BatchCall.verify(batch, router.running(rules.terms.key))) {
            revert NotProved(first.mandate, address(0), first.epoch);
        }
    }

    function _submit(address entity, Submission calldata submission) private {
        Rules memory rules = _rulesFor(submission.mandate);
        _checkPoint(rules, submission);
        uint256[4] memory claim = _record(rules, entity, submission, submission.witness.period);
        uint256[] memory controls = new uint256[](4);
        for (uint256 i = 0; i < 4; ++i) {
            controls[i] = claim[i];
        }
        ITailproofVerifier verifier = ITailproofVerifier(router.running(rules.terms.key));
        if (!verifier.verifyProof(submission.proof, submission.point, controls)) {
            revert NotProved(submission.mandate, entity, submission.epoch);
        }
    }

    /// @dev The rules of a mandate that is not suspended.
    function _rulesFor(bytes32 mandate) private view returns (Rules memory) {
        if (_mandates[mandate].suspended) revert MandateIsSuspended(mandate);
        return rulesOf(mandate);
    }

    /// @dev Checks that the point is the source's, and as fresh and whole as the mandate asks.
    function _checkPoint(Rules memory rules, Submission calldata submission) private view {
        Terms memory terms = rules.terms;
        uint256 epoch = submission.epoch;
        (uint256 newest,) = terms.source.newest();
        if (epoch + terms.lag < newest) revert PointTooOld(epoch, newest, terms.lag);
        IScenarioSource.Witness calldata witness = submission.witness;
        uint256 closed = rules.origin + uint256(witness.period) * rules.periodLength;
        if (closed > block.timestamp || block.timestamp - closed > terms.staleness) {
            revert SourceStale(closed, block.timestamp, terms.staleness);
        }
        if (witness.gaps > terms.mostGaps) revert TooManyGaps(witness.gaps, terms.mostGaps);
        (uint256 x, uint256 y) = (submission.point[0], submission.point[1]);
        if (!terms.source.isPoint(epoch, x, y, witness)) revert WrongPoint(epoch, x, y);
    }

    /// @dev Records a claim that is yet to be verified, and returns its controls. The caller verifies or reverts.
    function _record(Rules memory rules, address entity, Submission calldata item, uint32 period)
        private
        returns (uint256[4] memory controls)
    {
        controls[0] = item.commitment;
        controls[1] = contextOf(entity, item.mandate, item.epoch);
        controls[2] = rules.tails;
        Made memory made;
        made.period = period;
        (controls[3], made.rung) = _limits(rules.terms, item);
        made.expires = block.timestamp + rules.terms.validity;
        if (rules.terms.custodian != address(0)) {
            _checkAttestation(rules, entity, item);
            made.asOf = item.asOf;
            if (item.expires < made.expires) made.expires = item.expires;
        }
        _keep(entity, item, made);
        emit Proved(
            entity,
            item.mandate,
            item.epoch,
            item.commitment,
            period,
            made.asOf,
            item.varBound,
            item.shortfallBound,
            item.rung.floor,
            made.rung,
            uint40(made.expires)
        );
    }

    function _keep(address entity, Submission calldata item, Made memory made) private {
        Book storage book = _books[item.mandate][entity];
        Head memory head = book.head;
        uint256 epoch = item.epoch;
        if (head.epoch == SUSPENDED) revert EntityIsSuspended(entity, item.mandate);
        if (epoch >= SUSPENDED) revert EpochTooLarge(epoch);
        if (head.life == 0) {
            book.firstRow = epoch + 1;
        } else if (epoch <= head.epoch) {
            revert EpochNotNewer(epoch, head.epoch);
        }
        // Bounds are at most 10^24, and the life at most the validity: the terms say so.
        head.previous = head.varBound;
        head.varBound = uint80(item.varBound);
        head.epoch = uint32(epoch);
        head.expires = uint40(made.expires);
        head.life = uint24(made.expires - block.timestamp);
        book.head = head;
        // Slots of epochs without a record keep their old entries: a record says its epoch.
        book.records[epoch % 8] = keccak256(
            abi.encode(
                item.commitment,
                epoch,
                block.timestamp,
                made.period,
                made.asOf,
                item.varBound,
                item.shortfallBound,
                made.rung
            )
        );
    }

    /// @dev The *limits* control, and the hash of the rung.
    function _limits(Terms memory terms, Submission calldata item) private pure returns (uint256 control, bytes32 rung) {
        (uint256 bound, uint256 shortfall) = (item.varBound, item.shortfallBound);
        if (bound > terms.varLimit) revert BoundAboveLimit(bound, terms.varLimit);
        if (terms.rungs == 0) {
            if (shortfall > terms.shortfallLimit) revert BoundAboveLimit(shortfall, terms.shortfallLimit);
            if (item.rung.floor != 0) revert WrongRung(0, item.rung.index);
            return (_limit(terms.varConfidence, bound, terms) | _limit(terms.shortfallConfidence, shortfall, terms) << 100, 0);
        }
        if (bound != item.rung.limit) revert WrongBound(bound, item.rung.limit);
        if (shortfall != terms.shortfallLimit) revert WrongBound(shortfall, terms.shortfallLimit);
        rung = keccak256(abi.encode(item.rung));
        if (!MerkleProof.verifyCalldata(item.path, terms.rungs, keccak256(bytes.concat(rung)))) {
            revert WrongRung(terms.rungs, item.rung.index);
        }
        control = item.rung.forecast;
    }

    /// @dev A limit of a clause in loss units, as `Packing.limit` has it for an amount in millionths of at most 10^24; the
    /// shares of the net asset value behind it are zero.
    function _limit(uint256 confidence, uint256 amount, Terms memory terms) private pure returns (uint256 units) {
        units = type(uint64).max;
        if (confidence == 0) return units;
        uint256 exact = (amount << 20) / terms.unit;
        if (exact < units) units = exact;
    }

    function _checkAttestation(Rules memory rules, address entity, Submission calldata item) private view {
        if (item.asOf > block.timestamp || item.expires <= block.timestamp) {
            revert AttestationNotInForce(item.asOf, item.expires, block.timestamp);
        }
        if (!_hasScope(item.scope, rules.terms.scope)) revert ScopeMissing(item.scope, rules.terms.scope);
        bytes32 digest = _attestation(rules, entity, item.commitment, item.asOf, item.expires, item.scope);
        address second = rules.terms.secondCustodian;
        if (SignatureChecker.isValidSignatureNowCalldata(rules.terms.custodian, digest, item.signature)) return;
        if (second == address(0) || !SignatureChecker.isValidSignatureNowCalldata(second, digest, item.signature)) {
            revert NotAttested(item.commitment);
        }
    }

    /// @dev Whether an attestor said all that is needed, of BN254's value, and nothing that is undefined.
    function _hasScope(uint32 scope, uint32 needed) private pure returns (bool) {
        return scope & needed == needed && Attestations.isScope(scope);
    }

    function _attestation(
        Rules memory rules,
        address entity,
        uint256 commitment,
        uint64 asOf,
        uint64 expires,
        uint32 scope
    ) private pure returns (bytes32) {
        return Attestations.digest(
            Attestation(bytes32(commitment), _subject(entity), asOf, expires, scope, rules.factors)
        );
    }

    function _checkRelay(address entity, uint256 deadline, Submission calldata item, bytes calldata signature) private view {
        if (deadline < block.timestamp) revert RelayExpired(deadline, block.timestamp);
        bytes32 digest = relayDigest(entity, item.mandate, item.epoch, item.commitment, deadline);
        if (!SignatureChecker.isValidSignatureNowCalldata(entity, digest, signature)) revert NotSignedByEntity(entity);
    }

    /// @notice The EIP-712 digest that an entity signs so that others may hand in its proof.
    function relayDigest(address entity, bytes32 mandate, uint64 epoch, uint256 commitment, uint256 deadline)
        public
        view
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPE_HASH, keccak256("Tailproof"), keccak256("1"), block.chainid, address(this))
        );
        bytes32 relay = keccak256(abi.encode(RELAY_TYPE_HASH, entity, mandate, epoch, commitment, deadline));
        return keccak256(abi.encodePacked(hex"1901", domain, relay));
    }

    /// @inheritdoc IMandateLedger
    function suspendForEquivocation(
        bytes32 mandate,
        address entity,
        address custodian,
        uint256[2] calldata commitments,
        uint64 asOf,
        uint64[2] calldata expires,
        uint32 scope,
        bytes[2] calldata signatures
    ) external {
        Rules memory rules = rulesOf(mandate);
        bool named = custodian == rules.terms.custodian || custodian == rules.terms.secondCustodian;
        if (!named || custodian == address(0) || commitments[0] == commitments[1]) revert NoEquivocation();
        if (!_hasScope(scope, rules.terms.scope)) revert NoEquivocation();
        bytes32[2] memory digests;
        for (uint256 i = 0; i < 2; ++i) {
            digests[i] = _attestation(rules, entity, commitments[i], asOf, expires[i], scope);
            if (!SignatureChecker.isValidSignatureNowCalldata(custodian, digests[i], signatures[i])) {
                revert NotAttested(commitments[i]);
            }
        }
        Head storage head = _books[mandate][entity].head;
        if (head.epoch == SUSPENDED) revert EntityIsSuspended(entity, mandate);
        (head.epoch, head.expires) = (SUSPENDED, 0);
        emit Equivocated(entity, mandate, custodian, digests[0], digests[1]);
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

    function _subject(address entity) private pure returns (bytes32) {
        return bytes32(uint256(uint160(entity)));
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IMandateLedger} from "../interfaces/IMandateLedger.sol";
import {IScenarioSource} from "../interfaces/IScenarioSource.sol";
import {IVerifierRouter} from "../interfaces/IVerifierRouter.sol";
import {Attestations} from "../libraries/Attestations.sol";
import {BatchCall} from "../libraries/BatchCall.sol";
import {Contexts} from "../libraries/Contexts.sol";
import {Signers} from "./Signers.sol";

/// @title Mandates, and records of proofs that books meet them
/// @notice See the interface. Nobody administers this contract. Here is what records and suspends; `Mandates` has the terms and
/// the reads, and `Signers` who may hand in records.
contract MandateLedger is Signers {
    /// @dev A claim that is about to be recorded. The items of a batch are put into one after another: what they share is
    /// written once.
    struct Claim {
        address entity;
        bytes32 mandate;
        uint256 expires;
        uint256 floor;
        bool isOfBatch;
        Record record;
        uint256[4] controls;
        bytes32[6] context;
        bytes32[7] attestation;
    }

    constructor(IVerifierRouter router_) Signers(router_) {}

    /// @inheritdoc IMandateLedger
    function submit(Submission calldata submission) external {
        _submit(msg.sender, submission);
    }

    /// @inheritdoc IMandateLedger
    function submitFor(address entity, uint256 deadline, Submission calldata submission, bytes calldata entitySignature)
        external
    {
        _checkDeadline(deadline);
        bytes32 digest = relayDigest(entity, submission.mandate, submission.epoch, submission.commitment, deadline);
        if (!_isSigned(entity, digest, entitySignature)) revert NotSignedByEntity(entity);
        _submit(entity, submission);
    }

    /// @inheritdoc IMandateLedger
    function submitMany(Batch calldata batch, Item[] calldata items, Signature[] calldata relays) external {
        if (items.length == 0) revert EmptyBatch();
        if (relays.length != 0) {
            if (relays.length != items.length) revert LengthsDiffer(items.length, relays.length);
            _checkDeadline(batch.deadline);
        }
        Rules memory rules = rulesOf(batch.mandate);
        _checkPoint(rules, batch.mandate, batch.epoch, batch.point, batch.witness);
        Claim memory claim;
        (claim.mandate, claim.isOfBatch) = (batch.mandate, true);
        (claim.record.epoch, claim.record.period) = (batch.epoch, batch.witness.period);
        _begin(rules, claim, batch.asOf, batch.expires, batch.scope);
        bytes32[6] memory relay = _relayWords(batch);
        BatchCall.Batch memory call = BatchCall.create(items.length, batch.point);
        for (uint256 i = 0; i < items.length; ++i) {
            uint256 free = BatchCall.mark();
            Item calldata item = items[i];
            claim.entity = item.entity;
            claim.record.commitment = item.commitment;
            _checkHandedIn(batch, item, relay, relays, i);
            _bound(rules.terms, claim, item.varBound, item.shortfallBound);
            if (rules.terms.rungs != 0) _setRung(rules.terms, claim, batch.rungs[item.rung], batch.paths[item.rung]);
            if (rules.terms.custodian != address(0)) {
                _checkAttestedItem(rules.terms, claim, batch, item.attestation);
            }
            _record(rules, claim);
            BatchCall.put(call, i, item.proof, claim.controls);
            BatchCall.release(free);
        }
        if (!BatchCall.verify(call, router.running(rules.terms.key))) {
            revert NotProved(batch.mandate, address(0), batch.epoch);
        }
    }

    function _submit(address entity, Submission calldata submission) private {
        Rules memory rules = rulesOf(submission.mandate);
        _checkPoint(rules, submission.mandate, submission.epoch, submission.point, submission.witness);
        Claim memory claim;
        (claim.entity, claim.mandate) = (entity, submission.mandate);
        claim.record.commitment = submission.commitment;
        (claim.record.epoch, claim.record.period) = (submission.epoch, submission.witness.period);
        _begin(rules, claim, submission.asOf, submission.expires, submission.scope);
        _bound(rules.terms, claim, submission.varBound, submission.shortfallBound);
        if (rules.terms.rungs != 0) _setRung(rules.terms, claim, submission.rung, submission.path);
        else if (submission.rung.floor != 0) revert WrongRung(0, submission.rung.index);
        if (rules.terms.custodian != address(0)) {
            _checkAttested(rules.terms, claim, submission.signature);
        }
        _record(rules, claim);
        address verifier = router.running(rules.terms.key);
        if (!BatchCall.verifyOne(verifier, submission.proof, submission.point, claim.controls)) {
            revert NotProved(submission.mandate, entity, submission.epoch);
        }
    }

    /// @dev Checks that the mandate runs, and that the point is the source's, and as fresh and whole as the mandate asks.
    function _checkPoint(
        Rules memory rules,
        bytes32 mandate,
        uint256 epoch,
        uint256[2] calldata point,
        IScenarioSource.Witness calldata witness
    ) private view {
        if (_mandates[mandate].suspended) revert MandateIsSuspended(mandate);
        Terms memory terms = rules.terms;
        (uint256 newest,) = terms.source.newest();
        if (epoch + terms.lag < newest) revert PointTooOld(epoch, newest, terms.lag);
        uint256 closed = rules.origin + uint256(witness.period) * rules.periodLength;
        if (closed > block.timestamp || block.timestamp - closed > terms.staleness) {
            revert SourceStale(closed, block.timestamp, terms.staleness);
        }
        if (witness.gaps > terms.mostGaps) revert TooManyGaps(witness.gaps, terms.mostGaps);
        (uint256 x, uint256 y) = (point[0], point[1]);
        if (!terms.source.isPoint(epoch, x, y, witness)) revert WrongPoint(epoch, x, y);
    }

    /// @dev Writes what does not depend on the book: times, the hashed words, and the *tails* control.
    function _begin(Rules memory rules, Claim memory claim, uint64 asOf, uint64 expires, uint32 scope) private view {
        claim.record.time = uint40(block.timestamp);
        claim.controls[2] = rules.tails;
        claim.context = Contexts.words(address(this), claim.mandate, claim.record.epoch);
        claim.expires = block.timestamp + rules.terms.validity;
        if (rules.terms.custodian == address(0)) return;
        if (asOf > block.timestamp || expires <= block.timestamp) {
            revert AttestationNotInForce(asOf, expires, block.timestamp);
        }
        if (!_hasScope(scope, rules.terms.scope)) revert ScopeMissing(scope, rules.terms.scope);
        claim.record.asOf = asOf;
        if (expires < claim.expires) claim.expires = expires;
        claim.attestation = Attestations.words(asOf, expires, scope, rules.factors);
    }

    /// @dev Records a claim that is yet to be verified: the caller verifies or reverts.
    function _record(Rules memory rules, Claim memory claim) private {
        (address entity, Record memory record) = (claim.entity, claim.record);
        claim.controls[0] = record.commitment;
        claim.controls[1] = Contexts.context(claim.context, _subject(entity));
        if (!_keep(rules, claim)) return;
        emit Proved(
            entity,
            claim.mandate,
            record.epoch,
            record.commitment,
            record.period,
            record.asOf,
            record.varBound,
            record.shortfallBound,
            uint128(claim.floor),
            record.rung,
            uint40(claim.expires)
        );
    }

    /// @dev Keeps a record. In a batch one that is kept already is left as it is: somebody handed in the item alone before.
    function _keep(Rules memory rules, Claim memory claim) private returns (bool isNew) {
        Record memory record = claim.record;
        uint256 epoch = record.epoch;
        Book storage book = _books[claim.mandate][claim.entity];
        Head memory head = book.head;
        if (head.epoch == SUSPENDED) revert EntityIsSuspended(claim.entity, claim.mandate);
        if (epoch >= SUSPENDED) revert EpochTooLarge(epoch);
        uint256 last;
        unchecked {
            // An entity that is not suspended expires later than its record was made.
            last = uint256(head.expires) - head.life;
        }
        if (head.life == 0) {
            book.firstRow = uint64(epoch + 1);
        } else if (epoch <= head.epoch) {
            if (claim.isOfBatch && epoch == head.epoch && _idAt(record, last) == book.records[epoch % 8]) {
                return false;
            }
            revert EpochNotNewer(epoch, head.epoch);
        }
        // Bounds are at most 10^24, and the life at most the validity: the terms say so.
        // Of records within one period, the highest bound stays the one before: two in one call hide no third.
        unchecked {
            bool isSoon = block.timestamp < last + rules.periodLength;
            if (!isSoon || head.varBound > head.previous) head.previous = head.varBound;
            head.varBound = uint80(record.varBound);
            head.epoch = uint32(epoch);
            head.expires = uint40(claim.expires);
            head.life = uint24(claim.expires - block.timestamp);
        }
        book.head = head;
        // Slots of epochs without a record keep their old entries: a record says its epoch.
        book.records[epoch % 8] = _id(record);
        return true;
    }

    /// @dev The identifier of a record, which is in memory as it is encoded.
    function _id(Record memory record) private pure returns (bytes32 id) {
        assembly ("memory-safe") {
            id := keccak256(record, 0x100)
        }
    }

    /// @dev The identifier that a record had if it was made at `time`.
    function _idAt(Record memory record, uint256 time) private view returns (bytes32 id) {
        record.time = uint40(time);
        id = _id(record);
        record.time = uint40(block.timestamp);
    }

    /// @dev Checks the bounds against the limits, and writes them; without rungs, the *limits* control too.
    function _bound(Terms memory terms, Claim memory claim, uint128 bound, uint128 shortfall) private pure {
        if (bound > terms.varLimit) revert BoundAboveLimit(bound, terms.varLimit);
        (claim.record.varBound, claim.record.shortfallBound) = (bound, shortfall);
        if (terms.rungs != 0) {
            if (shortfall != terms.shortfallLimit) revert WrongBound(shortfall, terms.shortfallLimit);
            return;
        }
        if (shortfall > terms.shortfallLimit) revert BoundAboveLimit(shortfall, terms.shortfallLimit);
        claim.controls[3] = _limit(terms.varConfidence, bound, terms.unit)
            | _limit(terms.shortfallConfidence, shortfall, terms.unit) << 100;
    }

    /// @dev Checks that a rung is in the mandate's tree, and writes its hash, floor and *limits* control.
    function _setRung(Terms memory terms, Claim memory claim, Rung calldata rung, bytes32[] calldata path)
        private
        pure
    {
        if (claim.record.varBound != rung.limit) revert WrongBound(claim.record.varBound, rung.limit);
        bytes32 hash = keccak256(abi.encode(rung));
        if (!MerkleProof.verifyCalldata(path, terms.rungs, keccak256(bytes.concat(hash)))) {
            revert WrongRung(terms.rungs, rung.index);
        }
        (claim.record.rung, claim.floor, claim.controls[3]) = (hash, rung.floor, rung.forecast);
    }

    /// @dev A limit of a clause in loss units, as `Packing.limit` has it for an amount in millionths of at most 10^24; the
    /// shares of the net asset value behind it are zero.
    function _limit(uint256 confidence, uint256 amount, uint256 unit) private pure returns (uint256 units) {
        units = type(uint64).max;
        if (confidence == 0) return units;
        uint256 exact = (amount << 20) / unit;
        if (exact < units) units = exact;
    }

    /// @dev Whether an attestor said all that is needed, of BN254's value, and nothing that is undefined.
    function _hasScope(uint32 scope, uint32 needed) private pure returns (bool) {
        return scope & needed == needed && Attestations.isScope(scope);
    }

    /// @dev The digest of the attestation that a claim needs.
    function _attestation(Claim memory claim) private pure returns (bytes32) {
        return Attestations.digest(claim.attestation, bytes32(claim.record.commitment), _subject(claim.entity));
    }

    /// @dev Checks that one of the custodians signed a claim's attestation.
    function _checkAttested(Terms memory terms, Claim memory claim, bytes calldata signature) private view {
        bytes32 digest = _attestation(claim);
        if (_isSigned(terms.custodian, digest, signature)) return;
        address second = terms.secondCustodian;
        if (second == address(0) || !_isSigned(second, digest, signature)) {
            revert NotAttested(claim.record.commitment);
        }
    }

    /// @dev The same of an item of a batch.
    function _checkAttestedItem(
        Terms memory terms,
        Claim memory claim,
        Batch calldata batch,
        Signature calldata signature
    ) private view {
        if (signature.vs == 0) {
            return _checkAttested(terms, claim, _longSignature(batch, signature));
        }
        address signer = _signer(_attestation(claim), signature);
        if (signer == address(0) || signer != terms.custodian && signer != terms.secondCustodian) {
            revert NotAttested(claim.record.commitment);
        }
    }

    /// @inheritdoc IMandateLedger
    function suspendForEquivocation(
        bytes32 mandate,
        address entity,
        address custodian,
        uint256[2] calldata commitments,
        uint64 asOf,
        uint64[2] calldata expires,
        uint32[2] calldata scopes,
        bytes[2] calldata signatures
    ) external {
        Rules memory rules = rulesOf(mandate);
        bool named = custodian == rules.terms.custodian || custodian == rules.terms.secondCustodian;
        if (!named || custodian == address(0) || commitments[0] == commitments[1]) revert NoEquivocation();
        Claim memory claim;
        claim.entity = entity;
        bytes32[2] memory digests;
        for (uint256 i = 0; i < 2; ++i) {
            if (!_hasScope(scopes[i], rules.terms.scope)) revert NoEquivocation();
            claim.record.commitment = commitments[i];
            claim.attestation = Attestations.words(asOf, expires[i], scopes[i], rules.factors);
            digests[i] = _attestation(claim);
            if (!_isSigned(custodian, digests[i], signatures[i])) revert NotAttested(commitments[i]);
        }
        Head storage head = _books[mandate][entity].head;
        if (head.epoch == SUSPENDED) revert EntityIsSuspended(entity, mandate);
        (head.epoch, head.expires) = (SUSPENDED, 0);
        emit Equivocated(entity, mandate, custodian, digests[0], digests[1]);
    }
}

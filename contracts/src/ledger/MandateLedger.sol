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
import {Mandates} from "./Mandates.sol";

/// @title Mandates, and records of proofs that books meet them
/// @notice See the interface. Nobody administers this contract. Here is what records and suspends; `Mandates` has the terms and
/// the reads.
contract MandateLedger is Mandates {
    /// @dev What a submission's record has besides what it says itself.
    struct Made {
        uint32 period;
        uint64 asOf;
        uint256 expires;
        bytes32 rung;
        bool isOfBatch;
    }

    bytes32 private constant RELAY_TYPE_HASH =
        keccak256("Relay(address entity,bytes32 mandate,uint64 epoch,uint256 commitment,uint256 deadline)");
    bytes32 private constant DOMAIN_TYPE_HASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    constructor(IVerifierRouter router_) Mandates(router_) {}

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
            if (item.mandate != first.mandate || item.epoch != first.epoch) {
                revert DifferentBatch(item.mandate, item.epoch);
            }
            address entity = entities[i];
            if (entity != msg.sender) _checkRelay(entity, deadlines[i], item, entitySignatures[i]);
            BatchCall.put(batch, i, item.proof, _record(rules, entity, item, first.witness.period, true));
            BatchCall.release(free);
        }
        if (!BatchCall.verify(batch, router.running(rules.terms.key))) {
            revert NotProved(first.mandate, address(0), first.epoch);
        }
    }

    function _submit(address entity, Submission calldata submission) private {
        Rules memory rules = _rulesFor(submission.mandate);
        _checkPoint(rules, submission);
        uint256[4] memory claim = _record(rules, entity, submission, submission.witness.period, false);
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
    function _record(Rules memory rules, address entity, Submission calldata item, uint32 period, bool isOfBatch)
        private
        returns (uint256[4] memory controls)
    {
        controls[0] = item.commitment;
        controls[1] = contextOf(entity, item.mandate, item.epoch);
        controls[2] = rules.tails;
        Made memory made;
        (made.period, made.isOfBatch) = (period, isOfBatch);
        (controls[3], made.rung) = _limits(rules.terms, item);
        made.expires = block.timestamp + rules.terms.validity;
        if (rules.terms.custodian != address(0)) {
            _checkAttestation(rules, entity, item);
            made.asOf = item.asOf;
            if (item.expires < made.expires) made.expires = item.expires;
        }
        if (!_keep(rules, entity, item, made)) return controls;
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

    /// @dev Keeps a record. In a batch one that is kept already is left as it is: somebody handed in the item alone before.
    function _keep(Rules memory rules, address entity, Submission calldata item, Made memory made)
        private
        returns (bool isNew)
    {
        Book storage book = _books[item.mandate][entity];
        Head memory head = book.head;
        uint256 epoch = item.epoch;
        if (head.epoch == SUSPENDED) revert EntityIsSuspended(entity, item.mandate);
        if (epoch >= SUSPENDED) revert EpochTooLarge(epoch);
        if (head.life == 0) {
            book.firstRow = epoch + 1;
        } else if (epoch <= head.epoch) {
            uint256 time = uint256(head.expires) - head.life;
            if (made.isOfBatch && epoch == head.epoch && _id(item, made, time) == book.records[epoch % 8]) {
                return false;
            }
            revert EpochNotNewer(epoch, head.epoch);
        }
        // Bounds are at most 10^24, and the life at most the validity: the terms say so.
        // Of records within one period, the highest bound stays the one before: two in one call hide no third.
        bool isSoon = block.timestamp < uint256(head.expires) - head.life + rules.periodLength;
        if (!isSoon || head.varBound > head.previous) head.previous = head.varBound;
        head.varBound = uint80(item.varBound);
        head.epoch = uint32(epoch);
        head.expires = uint40(made.expires);
        head.life = uint24(made.expires - block.timestamp);
        book.head = head;
        // Slots of epochs without a record keep their old entries: a record says its epoch.
        book.records[epoch % 8] = _id(item, made, block.timestamp);
        return true;
    }

    /// @dev The identifier of a submission's record.
    function _id(Submission calldata item, Made memory made, uint256 time) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                item.commitment, item.epoch, time, made.period, made.asOf, item.varBound, item.shortfallBound, made.rung
            )
        );
    }

    /// @dev The *limits* control, and the hash of the rung.
    function _limits(Terms memory terms, Submission calldata item)
        private
        pure
        returns (uint256 control, bytes32 rung)
    {
        (uint256 bound, uint256 shortfall) = (item.varBound, item.shortfallBound);
        if (bound > terms.varLimit) revert BoundAboveLimit(bound, terms.varLimit);
        if (terms.rungs == 0) {
            if (shortfall > terms.shortfallLimit) revert BoundAboveLimit(shortfall, terms.shortfallLimit);
            if (item.rung.floor != 0) revert WrongRung(0, item.rung.index);
            return
                (
                    _limit(terms.varConfidence, bound, terms) | _limit(terms.shortfallConfidence, shortfall, terms)
                        << 100,
                    0
                );
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

    function _checkRelay(address entity, uint256 deadline, Submission calldata item, bytes calldata signature)
        private
        view
    {
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
        uint32[2] calldata scopes,
        bytes[2] calldata signatures
    ) external {
        Rules memory rules = rulesOf(mandate);
        bool named = custodian == rules.terms.custodian || custodian == rules.terms.secondCustodian;
        if (!named || custodian == address(0) || commitments[0] == commitments[1]) revert NoEquivocation();
        bytes32[2] memory digests;
        for (uint256 i = 0; i < 2; ++i) {
            if (!_hasScope(scopes[i], rules.terms.scope)) revert NoEquivocation();
            digests[i] = _attestation(rules, entity, commitments[i], asOf, expires[i], scopes[i]);
            if (!SignatureChecker.isValidSignatureNowCalldata(custodian, digests[i], signatures[i])) {
                revert NotAttested(commitments[i]);
            }
        }
        Head storage head = _books[mandate][entity].head;
        if (head.epoch == SUSPENDED) revert EntityIsSuspended(entity, mandate);
        (head.epoch, head.expires) = (SUSPENDED, 0);
        emit Equivocated(entity, mandate, custodian, digests[0], digests[1]);
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IScenarioSource} from "./IScenarioSource.sol";
import {IVerifierRouter} from "./IVerifierRouter.sol";

/// @title Mandates, and records of proofs that books meet them
/// @notice Anybody opens a mandate; its identifier is the hash of its terms, which never change. There is no record without a
/// verification in the same call. Every record expires.
///
/// The identifier, and not the document's digest, is the claim in the context of a proof: two sets of terms over one document
/// never share a context.
///
/// Amounts are integers in millionths of the mandate's currency. An entity is the account that controls it, padded to 32
/// bytes; it is the `subject` of its attestations.
interface IMandateLedger {
    /// @notice A mandate. Either `rungs` is zero and the contract packs the limits itself, or the limits of each rung are in
    /// the tree under `rungs`: keys with limits on the book hash them.
    struct Terms {
        /// SHA-256 digest of the document: of the mandate's file, or of the pool's deal.
        bytes32 document;
        /// Digest of the verifying key.
        bytes32 key;
        /// Where scenario points come from.
        IScenarioSource source;
        /// Kind of source that the mandate accepts, and periods of a scenario's move; compared with the source.
        uint8 kind;
        uint32 horizon;
        /// Least number of scenarios.
        uint32 leastRows;
        /// Largest number of gaps behind a point.
        uint16 mostGaps;
        /// How many epochs a point may lag behind the newest.
        uint16 lag;
        /// How many seconds ago the newest row behind a point may have closed.
        uint32 staleness;
        /// Seconds after a period opens within which a forecast of it counts; at most 6 hours, and less than a period.
        uint32 late;
        /// Seconds for which a record stands, and for which it is late rather than lapsed after that; grace is at least a day.
        uint32 validity;
        uint32 grace;
        /// Who vouches for commitments: accounts or contracts (ERC-1271). The second may be zero, and one of the two suffices.
        /// If both are zero, nobody vouches.
        address custodian;
        address secondCustodian;
        /// Bits that an attestation must have.
        uint32 scope;
        /// Who may suspend the mandate, and nothing else; may be zero.
        address guardian;
        /// Confidence of value at risk and of expected shortfall, in millionths; zero for a clause that is off.
        uint32 varConfidence;
        uint32 shortfallConfidence;
        /// Value of a book unit.
        uint64 unit;
        /// Limits, at most 10^18 units of currency; zero for a clause that is off. Under `rungs`, that of the highest rung, and
        /// the shortfall limit of every rung.
        uint128 varLimit;
        uint128 shortfallLimit;
        /// Root of the tree of rungs; zero for none. Whoever relies on the mandate recomputes it.
        bytes32 rungs;
    }

    /// @notice A rung of a ladder of limits, for keys whose limits are hashed: value at risk is at most `limit` and at least
    /// `floor`. Its leaf is `keccak256(bytes.concat(keccak256(abi.encode(rung))))`.
    struct Rung {
        uint32 index;
        uint128 limit;
        uint128 floor;
        /// *limits* control of the forecast.
        uint256 forecast;
        /// *limits* control of a realised loss of at most `limit`.
        uint256 within;
        /// *limits* control of a realised loss above `limit`.
        uint256 exceeded;
    }

    /// @notice A proof and what it is about.
    struct Submission {
        bytes32 mandate;
        uint64 epoch;
        uint256 commitment;
        uint256[8] proof;
        uint256[2] point;
        IScenarioSource.Witness witness;
        /// Bounds that are proved, at most the mandate's limits. Under `rungs` `varBound` is the rung's limit.
        uint128 varBound;
        uint128 shortfallBound;
        /// The rung and its path; empty without `rungs`.
        Rung rung;
        bytes32[] path;
        /// The custodian's attestation.
        uint64 asOf;
        uint64 expires;
        uint32 scope;
        bytes signature;
    }

    /// @notice What the items of a batch share.
    struct Batch {
        bytes32 mandate;
        uint64 epoch;
        uint256[2] point;
        IScenarioSource.Witness witness;
        /// Of the custodian's attestations; zero without custodians.
        uint64 asOf;
        uint64 expires;
        uint32 scope;
        /// Of the entities' signatures.
        uint256 deadline;
        /// Rungs of the mandate's ladder that items name, and their paths; empty without rungs.
        Rung[] rungs;
        bytes32[][] paths;
        /// Signatures of contracts (ERC-1271), which are not two words.
        bytes[] signatures;
    }

    /// @notice One entity's proof in a batch.
    struct Item {
        address entity;
        uint256 commitment;
        uint256[8] proof;
        uint128 varBound;
        uint128 shortfallBound;
        /// Place in the batch's list; zero without rungs.
        uint256 rung;
        /// The custodian's, of the attestation; two zeros without custodians.
        Signature attestation;
    }

    /// @notice A signature of a key in two words (ERC-2098): the highest bit of `vs` is the parity. With `vs` zero, that of a
    /// contract: `r` is its place in the batch's list, from 1 on.
    struct Signature {
        bytes32 r;
        bytes32 vs;
    }

    /// @notice A record of a verified proof. The ledger keeps its identifier, `keccak256(abi.encode(record))`, of the last
    /// eight epochs; all values are in the event `Proved`. Whoever needs one shows the record.
    struct Record {
        uint256 commitment;
        /// Period of the scenario source; on a window the epoch.
        uint64 epoch;
        uint40 time;
        /// Period of the newest row.
        uint32 period;
        /// Of the custodian's attestation; zero without custodians.
        uint64 asOf;
        uint128 varBound;
        uint128 shortfallBound;
        /// Hash of the rung, zero without rungs.
        bytes32 rung;
    }

    /// @notice What the ledger keeps in clear of an entity's last record. All of it moves together.
    struct Standing {
        uint64 epoch;
        uint40 time;
        /// The record stands before this time.
        uint40 expires;
        uint128 varBound;
        /// Bound of the record before, zero if there is none. If the last record came less than a period after that one, the
        /// highest of its bound and of what was `previous` then.
        uint128 previous;
        /// Whether it stands: not expired, and neither entity nor mandate suspended.
        bool stands;
    }

    /// @notice What a mandate's proofs are checked against: its terms, and what follows from them and the source's.
    struct Rules {
        Terms terms;
        /// The source's: digest of the factor names, its clock, and the sum of weights.
        bytes32 factors;
        uint64 origin;
        uint32 periodLength;
        uint64 totalWeight;
        /// Thresholds of the key's shape.
        uint8 thresholds;
        /// The *tails* control.
        uint256 tails;
    }

    enum Status {
        Unknown,
        Compliant,
        Late,
        Lapsed,
        Suspended
    }

    event MandateOpened(bytes32 indexed mandate, bytes32 indexed document, address indexed by, Terms terms);
    /// @notice A claim was proved. Every value of the record is here but its time, which is the block's.
    event Proved(
        address indexed entity,
        bytes32 indexed mandate,
        uint256 indexed epoch,
        uint256 commitment,
        uint32 period,
        uint64 asOf,
        uint128 varBound,
        uint128 shortfallBound,
        uint128 varFloor,
        bytes32 rung,
        uint40 expires
    );
    event OperatorSet(address indexed entity, bytes32 indexed mandate, address operator);
    /// @notice Two attestations of one custodian contradict each other: the entity is suspended under the mandate.
    event Equivocated(
        address indexed entity, bytes32 indexed mandate, address indexed custodian, bytes32 one, bytes32 other
    );
    event MandateSuspended(bytes32 indexed mandate, address by);

    error UnknownMandate(bytes32 mandate);
    error MandateIsOpen(bytes32 mandate);
    error MandateIsSuspended(bytes32 mandate);
    error EntityIsSuspended(address entity, bytes32 mandate);
    error BadTerms(string field);
    error EpochNotNewer(uint256 epoch, uint256 last);
    error PointTooOld(uint256 epoch, uint256 newest, uint256 lag);
    error SourceStale(uint256 closed, uint256 time, uint256 staleness);
    error TooManyGaps(uint256 gaps, uint256 most);
    error WrongPoint(uint256 epoch, uint256 x, uint256 y);
    error BoundAboveLimit(uint256 bound, uint256 limit);
    error WrongRung(bytes32 root, uint256 index);
    error NotProved(bytes32 mandate, address entity, uint256 epoch);
    error NotAttested(uint256 commitment);
    error AttestationNotInForce(uint256 asOf, uint256 expires, uint256 time);
    error ScopeMissing(uint256 scope, uint256 needed);
    error RelayExpired(uint256 deadline, uint256 time);
    error NotSignedByEntity(address entity);
    error NotGuardian(address caller, address guardian);
    error NoEquivocation();
    /// @notice The caller is neither the entity nor its operator, and shows no signature of it.
    error NotOperator(address caller, address entity);
    error LengthsDiffer(uint256 items, uint256 relays);
    error EmptyBatch();
    error EpochTooLarge(uint256 epoch);
    /// @notice The bound of a clause that is off, or of one that is fixed, is another.
    error WrongBound(uint256 bound, uint256 expected);

    /// @notice Where verifiers are found.
    function router() external view returns (IVerifierRouter);
    function open(Terms calldata terms) external returns (bytes32 mandate);

    /// @notice The caller proves that its book meets a mandate.
    function submit(Submission calldata submission) external;
    /// @notice Anybody hands in what the entity signed: (mandate, epoch, commitment, deadline).
    function submitFor(address entity, uint256 deadline, Submission calldata submission, bytes calldata entitySignature)
        external;
    /// @notice The caller says who may hand in batches with its records of a mandate, without a signature for each. An operator
    /// may replace a forecast by one that the custodian attested as well and that is proved; it can record nothing else. The
    /// newest call counts; zero is nobody.
    function setOperator(bytes32 mandate, address operator) external;
    /// @notice Several entities' proofs for one mandate and epoch, verified together. One bad item refuses all. An item is the
    /// caller's own, or of an entity whose operator is the caller, or it has its entity's signature in `relays`, which is empty
    /// or as long as the items; two zeros stand for none. An item whose record is kept already, of the same values, is verified
    /// and changes nothing: who hands in one item of a batch before it does not stop the batch.
    function submitMany(Batch calldata batch, Item[] calldata items, Signature[] calldata relays) external;

    /// @notice Suspends an entity under a mandate on two attestations of one custodian over different commitments with equal
    /// subject, terms and `asOf`, each with the bits of the mandate's scope. Their other bits may differ.
    function suspendForEquivocation(
        bytes32 mandate,
        address entity,
        address custodian,
        uint256[2] calldata commitments,
        uint64 asOf,
        uint64[2] calldata expires,
        uint32[2] calldata scopes,
        bytes[2] calldata signatures
    ) external;
    /// @notice Suspends a mandate: its guardian at will, or anybody once its key is stopped.
    function suspend(bytes32 mandate) external;

    /// @notice Context that a proof must be bound to.
    function contextOf(address entity, bytes32 mandate, uint256 epoch) external view returns (uint256);
    function status(address entity, bytes32 mandate) external view returns (Status);
    /// @notice Whether the last record stands. Constant cost, no external call, never reverts: fit for a transfer hook.
    function isCompliant(address entity, bytes32 mandate) external view returns (bool);
    /// @notice The last record's bound, time and expiry. Two storage slots, no external call, never reverts.
    function standing(address entity, bytes32 mandate) external view returns (Standing memory);
    /// @notice Identifier of the record of an epoch, as long as it is kept: the last eight are. Zero if there is none.
    function recordOf(address entity, bytes32 mandate, uint256 epoch) external view returns (bytes32 id);
    /// @notice The epoch after that of an entity's first record: the first row that a backtest settles. Zero if there is none.
    function firstRow(address entity, bytes32 mandate) external view returns (uint256 epoch);
    /// @notice Who may hand in batches with an entity's records of a mandate; zero for nobody.
    function operatorOf(address entity, bytes32 mandate) external view returns (address);
    function rulesOf(bytes32 mandate) external view returns (Rules memory);
    function isSuspended(address entity, bytes32 mandate) external view returns (bool);
}

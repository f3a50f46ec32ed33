// What the page reads of the contracts: events, calls, and the data of the transactions that hand in proofs.

import { parseAbi } from "viem";

const TERMS =
  "struct Terms { bytes32 document; bytes32 key; address source; uint8 kind; uint32 horizon; uint32 leastRows; " +
  "uint16 mostGaps; uint16 lag; uint32 staleness; uint32 late; uint32 validity; uint32 grace; address custodian; " +
  "address secondCustodian; uint32 scope; address guardian; uint32 varConfidence; uint32 shortfallConfidence; uint64 unit; " +
  "uint128 varLimit; uint128 shortfallLimit; bytes32 rungs; }";
const RULES =
  "struct Rules { Terms terms; bytes32 factors; uint64 origin; uint32 periodLength; uint64 totalWeight; uint8 thresholds; " +
  "uint256 tails; }";
const RUNG =
  "struct Rung { uint32 index; uint128 limit; uint128 floor; uint256 forecast; uint256 within; uint256 exceeded; }";
const WITNESS = "struct Witness { bytes32 prices; uint32 period; uint16 gaps; }";
const SUBMISSION =
  "struct Submission { bytes32 mandate; uint64 epoch; uint256 commitment; uint256[8] proof; uint256[2] point; " +
  "Witness witness; uint128 varBound; uint128 shortfallBound; Rung rung; bytes32[] path; uint64 asOf; uint64 expires; " +
  "uint32 scope; bytes signature; }";
const BATCH =
  "struct Batch { bytes32 mandate; uint64 epoch; uint256[2] point; Witness witness; uint64 asOf; uint64 expires; " +
  "uint32 scope; uint256 deadline; Rung[] rungs; bytes32[][] paths; bytes[] signatures; }";
const SIGNATURE = "struct Signature { bytes32 r; bytes32 vs; }";
const ITEM =
  "struct Item { address entity; uint256 commitment; uint256[8] proof; uint128 varBound; uint128 shortfallBound; " +
  "uint256 rung; Signature attestation; }";
const STANDING =
  "struct Standing { uint64 epoch; uint40 time; uint40 expires; uint128 varBound; uint128 previous; bool stands; }";

/** The mandate ledger. */
export const LEDGER = parseAbi([
  TERMS,
  RULES,
  RUNG,
  WITNESS,
  SUBMISSION,
  BATCH,
  SIGNATURE,
  ITEM,
  STANDING,
  "event MandateOpened(bytes32 indexed mandate, bytes32 indexed document, address indexed by, Terms terms)",
  "event Proved(address indexed entity, bytes32 indexed mandate, uint256 indexed epoch, uint256 commitment, uint32 period, uint64 asOf, uint128 varBound, uint128 shortfallBound, uint128 varFloor, bytes32 rung, uint40 expires)",
  "event Equivocated(address indexed entity, bytes32 indexed mandate, address indexed custodian, bytes32 one, bytes32 other)",
  "event MandateSuspended(bytes32 indexed mandate, address by)",
  "function open(Terms terms) returns (bytes32)",
  "function submit(Submission submission)",
  "function submitFor(address entity, uint256 deadline, Submission submission, bytes entitySignature)",
  "function submitMany(Batch batch, Item[] items, Signature[] relays)",
  "function suspend(bytes32 mandate)",
  "function router() view returns (address)",
  "function rulesOf(bytes32 mandate) view returns (Rules)",
  "function standing(address entity, bytes32 mandate) view returns (Standing)",
  "function isSuspended(address entity, bytes32 mandate) view returns (bool)",
  "function contextOf(address entity, bytes32 mandate, uint256 epoch) view returns (uint256)",
]);

/** Sources of scenario points: rolling windows and attested ones. */
export const SOURCE = parseAbi([
  "event Row(uint256 indexed epoch, uint256 indexed period, uint256 previous, uint256 x, uint256 y, bytes prices)",
  "event PointAttested(uint256 indexed epoch, uint256 indexed period, bytes32 indexed set, uint256 x, uint256 y)",
]);

/** The router from keys to verifiers. */
export const ROUTER = parseAbi([
  "event Added(bytes32 indexed key, address verifier)",
  "event Stopped(bytes32 indexed key, address by, bool byProof)",
]);

/** The backtest ledger. */
export const BACKTEST = parseAbi([
  "struct Counts { uint16 due; uint16 proved; uint16 exceedances; uint16 silent; }",
  "function counts(address entity, bytes32 mandate) view returns (Counts)",
  "function zone(address entity, bytes32 mandate) view returns (uint8 zone, uint256 multiplier)",
]);

/** Feeds of net asset values. */
export const NAV_FEED = parseAbi([
  "function ledger() view returns (address)",
  "function entity() view returns (address)",
  "function mandate() view returns (bytes32)",
  "function latest() view returns (uint256 nav, uint256 asOf)",
]);

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {TailproofVerifier} from "../../generated/TailproofVerifier.sol";
import {TailproofVerifier as LimitsVerifier} from "../../generated/limits/TailproofVerifier.sol";
import {VerifierRouter} from "../../src/VerifierRouter.sol";
import {HISTORICAL, IScenarioSource} from "../../src/interfaces/IScenarioSource.sol";
import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {BacktestLedger} from "../../src/ledger/BacktestLedger.sol";
import {MandateLedger} from "../../src/ledger/MandateLedger.sol";
import {Attestation, Attestations} from "../../src/libraries/Attestations.sol";
import {SeatWindow} from "./SeatWindow.sol";
import {vm} from "./Cheats.sol";

/// @notice Contracts at fixed addresses, so that the proofs in `generated/chain` are bound to them, and real points and days of
/// the demo's prices: epoch e is the window of eight rows that ends with row e.
abstract contract World {
    address internal constant DEPLOYER = address(0xDE9107E4);
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    uint256 internal constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    uint256 internal constant CUSTODIAN_KEY = 0xC0570D1A;
    uint256 internal constant SECOND_KEY = 0x5EC07D;
    uint32 internal constant SCOPE = 0x10009;
    /// Days close at 20:00.
    uint64 internal constant ORIGIN = 72_000;
    uint256 internal constant FIRST = 10;

    AccessManager internal manager;
    VerifierRouter internal router;
    TailproofVerifier internal verifier;
    LimitsVerifier internal limitsVerifier;
    SeatWindow internal source;
    SeatWindow internal limitsSource;
    MandateLedger internal ledger;
    BacktestLedger internal backtest;
    /// Plain with custodians; with rungs; without custodians.
    bytes32[3] internal mandates;
    uint32[32] internal periods;

    function deploy() internal {
        vm.startPrank(DEPLOYER);
        manager = new AccessManager(DEPLOYER);
        router = new VerifierRouter(address(manager));
        verifier = new TailproofVerifier();
        limitsVerifier = new LimitsVerifier();
        source = new SeatWindow(sourceTerms(verifier.KEY_DIGEST()), DEPLOYER);
        limitsSource = new SeatWindow(sourceTerms(limitsVerifier.KEY_DIGEST()), DEPLOYER);
        ledger = new MandateLedger(router);
        backtest = new BacktestLedger(ledger);
        // Calls after all creations: under isolation each is a transaction, and addresses are of the deployer's nonces.
        router.add(address(verifier));
        router.add(address(limitsVerifier));
        vm.stopPrank();
        vm.warp(ORIGIN);
        for (uint256 i = 0; i < 3; ++i) {
            mandates[i] = ledger.open(terms(i));
        }
        uint256[] memory found = vm.parseJsonUintArray(vm.readFile("generated/chain/periods.json"), ".periods");
        for (uint256 i = 0; i < found.length; ++i) {
            periods[i] = uint32(found[i]);
        }
    }

    function sourceTerms(bytes32 key) internal view returns (IScenarioSource.Terms memory) {
        bytes32 factors = vm.parseJsonBytes32(vm.readFile("generated/chain/rungs.json"), ".factors");
        return IScenarioSource.Terms({
            key: key,
            factors: factors,
            rows: 8,
            totalWeight: 8,
            horizon: 1,
            periodLength: 86_400,
            origin: ORIGIN,
            kind: HISTORICAL
        });
    }

    function terms(uint256 which) internal view returns (IMandateLedger.Terms memory t) {
        t.document = sha256("a mandate");
        t.key = which == 1 ? limitsVerifier.KEY_DIGEST() : verifier.KEY_DIGEST();
        t.source = which == 1 ? limitsSource : source;
        (t.kind, t.horizon, t.leastRows, t.mostGaps) = (HISTORICAL, 1, 8, 0);
        (t.lag, t.staleness, t.late, t.validity, t.grace) = (2, 6 days, 6 hours, 30 hours, 1 days);
        if (which != 2) {
            (t.custodian, t.secondCustodian) = (vm.addr(CUSTODIAN_KEY), vm.addr(SECOND_KEY));
            t.scope = SCOPE;
        }
        t.guardian = address(0x94A7D);
        (t.varConfidence, t.unit, t.varLimit) = (990_000, 10_000, 250_000e6);
        if (which == 1) {
            t.rungs = root();
        } else {
            (t.shortfallConfidence, t.shortfallLimit) = (975_000, 400_000e6);
        }
    }

    // The ladder of the mandate with rungs: four of them.

    function rung(uint256 index) internal view returns (IMandateLedger.Rung memory) {
        string memory json = vm.readFile("generated/chain/rungs.json");
        string memory path = string.concat(".rungs[", vm.toString(index), "]");
        uint256[] memory words = vm.parseJsonUintArray(json, path);
        return IMandateLedger.Rung(uint32(index), uint128(words[0]), uint128(words[1]), words[2], words[3], words[4]);
    }

    function leaf(uint256 index) internal view returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(rung(index)))));
    }

    function pair(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function root() internal view returns (bytes32) {
        return pair(pair(leaf(0), leaf(1)), pair(leaf(2), leaf(3)));
    }

    function pathOf(uint256 index) internal view returns (bytes32[] memory path) {
        path = new bytes32[](2);
        path[0] = leaf(index ^ 1);
        path[1] = index < 2 ? pair(leaf(2), leaf(3)) : pair(leaf(0), leaf(1));
    }

    // Time and points.

    function closes(uint256 epoch) internal view returns (uint256) {
        return ORIGIN + uint256(periods[epoch]) * 86_400;
    }

    function witness(uint256 epoch) internal view returns (IScenarioSource.Witness memory) {
        return IScenarioSource.Witness(keccak256(abi.encode("prices", epoch)), periods[epoch], 0);
    }

    function pointOf(string memory set, uint256 epoch, bool limits) internal view returns (uint256[2] memory point) {
        string memory name = string.concat(set, limits ? "l" : "p", vm.toString(epoch));
        uint256[] memory words =
            vm.parseJsonUintArray(vm.readFile("generated/chain/points.json"), string.concat(".", name));
        return [words[0], words[1]];
    }

    function shown(uint256 epoch, bool limits) internal view returns (bytes memory) {
        uint256[2] memory point = pointOf("r", epoch, limits);
        return abi.encode(point[0], point[1]);
    }

    function pointsOf(uint256 epoch) internal view virtual returns (uint256[2][4] memory) {
        return
            [
                pointOf("w", epoch, false),
                pointOf("r", epoch, false),
                pointOf("w", epoch, true),
                pointOf("r", epoch, true)
            ];
    }

    /// @dev The seat posts the row of an epoch, half an hour after it has closed, and its window.
    function push(uint256 epoch) internal {
        vm.warp(closes(epoch) + 30 minutes);
        pushNow(epoch);
    }

    function pushNow(uint256 epoch) internal {
        uint256[2][4] memory points = pointsOf(epoch);
        vm.startPrank(DEPLOYER);
        source.post(epoch, points[0], witness(epoch), points[1], periods[epoch - 1]);
        limitsSource.post(epoch, points[2], witness(epoch), points[3], periods[epoch - 1]);
        vm.stopPrank();
    }

    // Entities and their proofs.

    function entityKey(uint256 index) internal pure returns (uint256) {
        return 0xE00000 + index;
    }

    function entity(uint256 index) internal pure returns (address) {
        return vm.addr(entityKey(index));
    }

    function load(string memory name) internal view returns (uint256[8] memory proof, uint256[] memory controls) {
        string memory json = vm.readFile(string.concat("generated/chain/", name, ".json"));
        uint256[] memory words = vm.parseJsonUintArray(json, ".proof");
        for (uint256 i = 0; i < 8; ++i) {
            proof[i] = words[i];
        }
        controls = vm.parseJsonUintArray(json, ".controls");
    }

    function nameOf(string memory kind, uint256 which, uint256 who, uint256 epoch)
        internal
        pure
        returns (string memory)
    {
        return string.concat(kind, vm.toString(which), "-", vm.toString(who), "-", vm.toString(epoch));
    }

    /// @dev Bound of the plain mandates' proofs.
    function boundOf(uint256 epoch) internal pure returns (uint128) {
        if (epoch == 10) return 100_000e6;
        if (epoch == 14) return 75_000e6;
        return epoch < 14 ? 90_000e6 : 240_000e6;
    }

    /// @dev Rung of the forecasts of the mandate with rungs.
    function rungOf(uint256 epoch) internal pure returns (uint256) {
        if (epoch < 13) return 1;
        return epoch < 15 ? 0 : 3;
    }

    /// @dev What entity `who` hands in for an epoch, attested as of the close of the epoch's row.
    function submission(uint256 which, uint256 who, uint256 epoch)
        internal
        view
        returns (IMandateLedger.Submission memory s)
    {
        uint256[] memory controls;
        (s.proof, controls) = load(nameOf("f", which, who, epoch));
        (s.mandate, s.epoch, s.commitment) = (mandates[which], uint64(epoch), controls[0]);
        s.point = pointOf("w", epoch, which == 1);
        s.witness = witness(epoch);
        (s.varBound, s.shortfallBound) = (boundOf(epoch), boundOf(epoch));
        if (which == 1) {
            uint256 index = rungOf(epoch);
            (s.rung, s.path) = (rung(index), pathOf(index));
            (s.varBound, s.shortfallBound) = (s.rung.limit, 0);
        }
        if (which != 2) attest(s, who, CUSTODIAN_KEY, closes(epoch));
    }

    function attest(IMandateLedger.Submission memory s, uint256 who, uint256 key, uint256 asOf) internal view {
        (s.asOf, s.expires, s.scope) = (uint64(asOf), uint64(asOf + 7 days), SCOPE);
        s.signature = signed(key, attestationOf(s, who));
    }

    function attestationOf(IMandateLedger.Submission memory s, uint256 who) internal view returns (bytes32) {
        bytes32 subject = bytes32(uint256(uint160(entity(who))));
        bytes32 factors = source.terms().factors;
        return Attestations.digest(Attestation(bytes32(s.commitment), subject, s.asOf, s.expires, s.scope, factors));
    }

    function signed(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    // Batches.

    /// @dev What the items of a batch share, of one of their submissions.
    function batchOf(IMandateLedger.Submission memory s) internal view returns (IMandateLedger.Batch memory batch) {
        (batch.mandate, batch.epoch, batch.point, batch.witness) = (s.mandate, s.epoch, s.point, s.witness);
        (batch.asOf, batch.expires, batch.scope) = (s.asOf, s.expires, s.scope);
        batch.deadline = block.timestamp;
        if (s.path.length != 0) {
            (batch.rungs, batch.paths) = (new IMandateLedger.Rung[](1), new bytes32[][](1));
            (batch.rungs[0], batch.paths[0]) = (s.rung, s.path);
        }
    }

    function itemOf(uint256 who, IMandateLedger.Submission memory s)
        internal
        pure
        returns (IMandateLedger.Item memory)
    {
        IMandateLedger.Signature memory none;
        return IMandateLedger.Item({
            entity: entity(who),
            commitment: s.commitment,
            proof: s.proof,
            varBound: s.varBound,
            shortfallBound: s.shortfallBound,
            rung: 0,
            attestation: s.signature.length == 0 ? none : inTwoWords(s.signature)
        });
    }

    /// @dev An entity's signature of an item.
    function relayOf(uint256 who, IMandateLedger.Batch memory batch, uint256 commitment)
        internal
        view
        returns (bytes memory)
    {
        return signed(
            entityKey(who), ledger.relayDigest(entity(who), batch.mandate, batch.epoch, commitment, batch.deadline)
        );
    }

    function inTwoWords(bytes memory signature) internal pure returns (IMandateLedger.Signature memory two) {
        (bytes32 r, bytes32 s) = abi.decode(bytes.concat(signature, new bytes(31)), (bytes32, bytes32));
        bytes32 parity = bytes32(uint256(uint8(signature[64]) - 27) << 255);
        (two.r, two.vs) = (r, s | parity);
    }

    function submit(uint256 which, uint256 who, uint256 epoch) internal {
        hand(who, submission(which, who, epoch));
    }

    function hand(uint256 who, IMandateLedger.Submission memory s) internal {
        vm.prank(entity(who));
        ledger.submit(s);
    }

    /// @dev Hands in what must be refused with an error.
    function refused(bytes memory error_, uint256 who, IMandateLedger.Submission memory s) internal {
        vm.prank(entity(who));
        vm.expectRevert(error_);
        ledger.submit(s);
        require(!ledger.isCompliant(entity(who), s.mandate), "no record");
    }

    /// @dev The record of a submission.
    function recordOf(IMandateLedger.Submission memory s, uint256 time)
        internal
        pure
        returns (IMandateLedger.Record memory)
    {
        bytes32 hash = s.path.length == 0 ? bytes32(0) : keccak256(abi.encode(s.rung));
        bool vouched = s.signature.length != 0;
        return IMandateLedger.Record({
            commitment: s.commitment,
            epoch: s.epoch,
            time: uint40(time),
            period: s.witness.period,
            asOf: vouched ? s.asOf : 0,
            varBound: s.varBound,
            shortfallBound: s.shortfallBound,
            rung: hash
        });
    }
}

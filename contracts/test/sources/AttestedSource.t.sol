// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.26;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import {ATTESTED, IScenarioSource} from "../../src/interfaces/IScenarioSource.sol";
import {AttestedSource} from "../../src/sources/AttestedSource.sol";
import {vm} from "../Vm.sol";
import {Seats} from "./Seats.sol";

/// @notice A contract that signs what its owner signs.
contract Wallet is IERC1271 {
    address private immutable owner;

    constructor(address owner_) {
        owner = owner_;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (bytes32 r, bytes32 s, uint8 v) = abi.decode(signature, (bytes32, bytes32, uint8));
        return ecrecover(hash, v, r, s) == owner ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

contract AttestedSourceTest is Seats {
    uint256 private constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    uint64 private constant ORIGIN = 1_500_000_000;
    bytes32 private constant SET = bytes32("set");

    AttestedSource private source;
    bytes[] private signers;

    function terms() private pure returns (IScenarioSource.Terms memory) {
        return IScenarioSource.Terms(bytes32("key"), bytes32("factors"), 500, 500, 10, 86_400, ORIGIN, 0);
    }

    /// @dev Two accounts and a contract; two of them are needed.
    function setUp() public {
        signers = [accountOf(1), accountOf(2), abi.encodePacked(new Wallet(vm.addr(3)))];
        source = new AttestedSource(terms(), signers, 2);
        vm.warp(ORIGIN + 100 * 86_400);
    }

    function accountOf(uint256 key) private pure returns (bytes memory) {
        return abi.encodePacked(vm.addr(key));
    }

    function signatureOf(uint256 index, bytes32 digest) private view returns (bytes memory) {
        if (signers[index].length == 20 && address(bytes20(signers[index])).code.length != 0) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(index + 1, digest);
            return abi.encode(r, s, v);
        }
        return signature(index + 1, digest);
    }

    function signaturesOf(uint256 one, uint256 two, bytes32 digest) private view returns (bytes memory) {
        (bytes[] memory who, bytes[] memory signatures) = (new bytes[](2), new bytes[](2));
        (who[0], who[1]) = (signers[one], signers[two]);
        (signatures[0], signatures[1]) = (signatureOf(one, digest), signatureOf(two, digest));
        return abi.encode(who, signatures);
    }

    function attest(uint64 epoch, uint32 period, uint256 x, uint256 y) private {
        bytes32 digest = source.digest(epoch, period, SET, x, y);
        source.attest(epoch, period, SET, x, y, signaturesOf(0, 1, digest));
    }

    function refuses(bytes memory call, bytes memory fault) private returns (bool) {
        (bool ok, bytes memory data) = address(source).call(call);
        return !ok && keccak256(data) == keccak256(fault);
    }

    /// @dev Another point for each number.
    function point(uint256 s) private view returns (uint256 x, uint256 y) {
        (, bytes memory out) = address(7).staticcall(abi.encode(1, 2, s + 1));
        return abi.decode(out, (uint256, uint256));
    }

    function testTermsAreThoseOfTheConstructor() public view {
        IScenarioSource.Terms memory expected = terms();
        expected.kind = ATTESTED;
        require(keccak256(abi.encode(source.terms())) == keccak256(abi.encode(expected)), "terms");
    }

    function testTheLastEightPointsAreServed() public {
        bytes memory fault = abi.encodeWithSelector(IScenarioSource.NotFull.selector, 0, 1);
        require(refuses(abi.encodeCall(source.newest, ()), fault), "no point yet");
        for (uint64 epoch = 0; epoch < 11; ++epoch) {
            (uint256 x, uint256 y) = point(epoch);
            attest(epoch, uint32(epoch), x, y);
            (uint256 newest, uint256 since) = source.newest();
            require(newest == epoch && since == block.timestamp, "newest");
        }
        for (uint256 epoch = 0; epoch < 20; ++epoch) {
            (uint256 x, uint256 y) = point(epoch);
            IScenarioSource.Witness memory witness = IScenarioSource.Witness(SET, uint32(epoch), 0);
            require(source.isPoint(epoch, x, y, witness) == (epoch >= 3 && epoch < 11), "the last eight");
            require(!source.isPoint(epoch + 8, x, y, witness), "as another epoch's");
        }
    }

    function testEveryPartOfAPointIsBound() public {
        attest(0, 5, 1, 2);
        IScenarioSource.Witness memory witness = IScenarioSource.Witness(SET, 5, 0);
        require(source.isPoint(0, 1, 2, witness), "the point");
        require(source.source() == keccak256(abi.encode(block.chainid, address(source))), "what signers sign it for");
        require(!source.isPoint(0, 1, Q - 2, witness), "the negated point");
        require(!source.isPoint(0, 1, 2, IScenarioSource.Witness(bytes32("other"), 5, 0)), "another set");
        require(!source.isPoint(0, 1, 2, IScenarioSource.Witness(SET, 6, 0)), "another period");
        require(!source.isPoint(0, 1, 2, IScenarioSource.Witness(SET, 5, 1)), "gaps");
    }

    function testAnyTwoSignersAreEnough() public {
        (uint256 x, uint256 y) = point(1);
        bytes32 digest = source.digest(0, 1, SET, x, y);
        source.attest(0, 1, SET, x, y, signaturesOf(0, 2, digest));
        digest = source.digest(1, 2, SET, x, y);
        source.attest(1, 2, SET, x, y, signaturesOf(2, 1, digest));
        (uint256 newest,) = source.newest();
        require(newest == 1, "both came");
    }

    function testAPointWithoutQuorumIsRefused() public {
        bytes32 digest = source.digest(0, 1, SET, 1, 2);
        bytes memory fault = abi.encodeWithSelector(AttestedSource.NotAttested.selector, digest);
        bytes memory twice = signaturesOf(0, 0, digest);
        require(refuses(abi.encodeCall(source.attest, (0, 1, SET, 1, 2, twice)), fault), "one signer twice");
        (bytes[] memory who, bytes[] memory signatures) = (new bytes[](1), new bytes[](1));
        (who[0], signatures[0]) = (signers[0], signatureOf(0, digest));
        require(
            refuses(abi.encodeCall(source.attest, (0, 1, SET, 1, 2, abi.encode(who, signatures))), fault), "one alone"
        );
        bytes memory right = signaturesOf(0, 1, digest);
        signers[1] = accountOf(9);
        bytes memory stranger = signaturesOf(0, 1, digest);
        require(refuses(abi.encodeCall(source.attest, (0, 1, SET, 1, 2, stranger)), fault), "a stranger");
        require(refuses(abi.encodeCall(source.attest, (0, 1, SET, 1, 2, "")), fault), "nobody");
        source.attest(0, 1, SET, 1, 2, right);
    }

    function testEveryPartOfTheStatementIsSigned() public {
        bytes memory right = signaturesOf(0, 1, source.digest(0, 1, SET, 1, 2));
        AttestedSource other = new AttestedSource(terms(), signers, 2);
        (bool ok,) = address(other).call(abi.encodeCall(source.attest, (0, 1, SET, 1, 2, right)));
        require(!ok, "another source");
        vm.chainId(block.chainid + 1);
        (ok,) = address(source).call(abi.encodeCall(source.attest, (0, 1, SET, 1, 2, right)));
        require(!ok, "another chain");
        vm.chainId(block.chainid - 1);
        (ok,) = address(source).call(abi.encodeCall(source.attest, (0, 2, SET, 1, 2, right)));
        require(!ok, "another period");
        (ok,) = address(source).call(abi.encodeCall(source.attest, (0, 1, bytes32("x"), 1, 2, right)));
        require(!ok, "another set");
        (ok,) = address(source).call(abi.encodeCall(source.attest, (0, 1, SET, 1, Q - 2, right)));
        require(!ok, "another point");
        source.attest(0, 1, SET, 1, 2, right);
    }

    function testPointsThatAreNoneAreRefused() public {
        uint256[2][4] memory wrong = [[uint256(0), 0], [uint256(1), 3], [1 + Q, uint256(2)], [uint256(1), 2 + Q]];
        for (uint256 i = 0; i < 4; ++i) {
            (uint256 x, uint256 y) = (wrong[i][0], wrong[i][1]);
            bytes memory signatures = signaturesOf(0, 1, source.digest(0, 1, SET, x, y));
            bytes memory fault = abi.encodeWithSelector(AttestedSource.PointInvalid.selector, x, y);
            require(refuses(abi.encodeCall(source.attest, (0, 1, SET, x, y, signatures)), fault), "no point");
        }
    }

    function testEpochsAndPeriodsRiseByOne() public {
        attest(0, 5, 1, 2);
        bytes memory fault = abi.encodeWithSelector(AttestedSource.NotNext.selector, 0, 1);
        require(refuses(abi.encodeCall(source.attest, (0, 6, SET, 1, 2, "")), fault), "the same epoch");
        fault = abi.encodeWithSelector(AttestedSource.NotNext.selector, 2, 1);
        require(refuses(abi.encodeCall(source.attest, (2, 6, SET, 1, 2, "")), fault), "a jump");
        fault = abi.encodeWithSelector(AttestedSource.NotLater.selector, 5, 5);
        require(refuses(abi.encodeCall(source.attest, (1, 5, SET, 1, 2, "")), fault), "the same period");
        fault = abi.encodeWithSelector(AttestedSource.NotClosed.selector, ORIGIN + 101 * 86_400, block.timestamp);
        require(refuses(abi.encodeCall(source.attest, (1, 101, SET, 1, 2, "")), fault), "tomorrow");
    }

    function made(IScenarioSource.Terms memory terms_, bytes[] memory who, uint64 quorum)
        private
        returns (bytes memory)
    {
        try new AttestedSource(terms_, who, quorum) {
            return "";
        } catch (bytes memory data) {
            return data;
        }
    }

    function testAQuorumWithoutMajorityIsRefused() public {
        bytes memory fault = made(terms(), signers, 1);
        bytes memory expected = abi.encodeWithSelector(AttestedSource.QuorumTooSmall.selector, 1, 2);
        require(keccak256(fault) == keccak256(expected), "one of three");
        require(made(terms(), signers, 4).length != 0, "four of three");
        signers[1] = signers[0];
        require(made(terms(), signers, 2).length != 0, "a signer twice");
    }

    /// @notice The precompile that returns its input would answer with the magic value to any signature.
    function testAPrecompileIsNoVerifier() public {
        signers[2] = abi.encodePacked(address(4), "key");
        bytes memory expected = abi.encodeWithSelector(AttestedSource.VerifierWithoutCode.selector, signers[2]);
        require(keccak256(made(terms(), signers, 2)) == keccak256(expected), "the identity precompile");
        signers[2] = abi.encodePacked(new Wallet(vm.addr(3)), "key");
        require(made(terms(), signers, 2).length == 0, "a contract");
    }

    function testTermsOutOfRangeAreRefused() public {
        string[4] memory fields = ["rows", "totalWeight", "horizon", "periodLength"];
        for (uint256 i = 0; i < 4; ++i) {
            IScenarioSource.Terms memory wrong = terms();
            if (i == 0) wrong.rows = 0;
            if (i == 1) wrong.totalWeight = 0;
            if (i == 2) wrong.horizon = 0;
            if (i == 3) wrong.periodLength = 0;
            bytes memory expected = abi.encodeWithSelector(AttestedSource.BadTerms.selector, fields[i]);
            require(keccak256(made(wrong, signers, 2)) == keccak256(expected), fields[i]);
        }
    }
}

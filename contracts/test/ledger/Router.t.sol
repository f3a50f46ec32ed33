// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {TailproofVerifier as BrokenVerifier} from "../../generated/broken/TailproofVerifier.sol";
import {VerifierRouter} from "../../src/VerifierRouter.sol";
import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {IVerifierRouter} from "../../src/interfaces/IVerifierRouter.sol";
import {World} from "./World.sol";
import {vm} from "./Cheats.sol";

/// @notice Who adds, freezes and stops; and stops by proof, forged and true.
contract RouterTest is World {
    uint64 private constant ADDER = 1;
    uint64 private constant GUARDIAN = 2;
    address private constant ADDS = address(0xADD);
    address private constant STOPS = address(0x570B5);
    BrokenVerifier private broken;

    function setUp() public {
        deploy();
        broken = new BrokenVerifier();
        vm.startPrank(DEPLOYER);
        bytes4[] memory selectors = new bytes4[](2);
        (selectors[0], selectors[1]) = (router.add.selector, router.freeze.selector);
        manager.setTargetFunctionRole(address(router), selectors, ADDER);
        selectors = new bytes4[](1);
        selectors[0] = router.stop.selector;
        manager.setTargetFunctionRole(address(router), selectors, GUARDIAN);
        manager.grantRole(ADDER, ADDS, 2 days);
        manager.grantRole(GUARDIAN, STOPS, 0);
        vm.stopPrank();
    }

    function addBroken() private returns (bytes32) {
        bytes memory call = abi.encodeCall(router.add, (address(broken)));
        vm.prank(ADDS);
        manager.schedule(address(router), call, uint48(block.timestamp + 2 days));
        vm.warp(block.timestamp + 2 days);
        vm.prank(ADDS);
        return router.add(address(broken));
    }

    function impossible() private view returns (uint256[8] memory proof, uint256[] memory controls) {
        (proof, controls) = load("impossible");
    }

    function testAdditionsTakeTheDelay() public {
        bytes memory call = abi.encodeCall(router.add, (address(broken)));
        vm.prank(ADDS);
        vm.expectRevert();
        router.add(address(broken));
        vm.prank(ADDS);
        manager.schedule(address(router), call, 0);
        vm.warp(block.timestamp + 2 days - 1);
        bytes32 operation = manager.hashOperation(ADDS, address(router), call);
        vm.prank(ADDS);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, operation));
        router.add(address(broken));
        vm.warp(block.timestamp + 1);
        vm.prank(ADDS);
        bytes32 key = router.add(address(broken));
        require(key == broken.KEY_DIGEST() && router.verifierOf(key) == address(broken), "added");
    }

    function testOthersMayNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(this)));
        router.add(address(broken));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(this)));
        router.freeze();
        bytes32 key = verifier.KEY_DIGEST();
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(this)));
        router.stop(key);
        vm.prank(STOPS);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STOPS));
        router.add(address(broken));
    }

    /// @notice A manager whose administrator is a TimelockController: a proposal waits, and then anybody executes it.
    function testATimelockAdministers() public {
        address[] memory proposers = new address[](1);
        address[] memory executors = new address[](1);
        proposers[0] = ADDS;
        TimelockController timelock = new TimelockController(3 days, proposers, executors, address(0));
        vm.prank(DEPLOYER);
        manager.grantRole(0, address(timelock), 0);
        vm.prank(DEPLOYER);
        manager.renounceRole(0, DEPLOYER);
        bytes memory grant = abi.encodeCall(manager.grantRole, (GUARDIAN, address(0x9E3), 0));
        vm.prank(ADDS);
        timelock.schedule(address(manager), 0, grant, 0, 0, 3 days);
        vm.expectRevert();
        timelock.execute(address(manager), 0, grant, 0, 0);
        vm.warp(block.timestamp + 3 days);
        timelock.execute(address(manager), 0, grant, 0, 0);
        bytes32 key = verifier.KEY_DIGEST();
        vm.prank(address(0x9E3));
        router.stop(key);
    }

    function testFrozenForEver() public {
        bytes memory freeze = abi.encodeCall(router.freeze, ());
        bytes memory add = abi.encodeCall(router.add, (address(broken)));
        vm.startPrank(ADDS);
        manager.schedule(address(router), freeze, 0);
        manager.schedule(address(router), add, 0);
        vm.warp(block.timestamp + 2 days);
        router.freeze();
        vm.expectRevert(IVerifierRouter.RouterFrozen.selector);
        router.add(address(broken));
        vm.stopPrank();
    }

    function testAStoppedKeyCannotComeBack() public {
        bytes32 key = verifier.KEY_DIGEST();
        push(10);
        submit(0, 0, 10);
        vm.prank(STOPS);
        router.stop(key);
        require(router.isStopped(key) && router.verifierOf(key) == address(verifier), "stopped, and visible");
        (uint256[8] memory proof, uint256[] memory controls) = load("f0-0-10");
        vm.expectRevert(abi.encodeWithSelector(IVerifierRouter.KeyIsStopped.selector, key));
        router.verify(key, proof, pointOf("w", 10, false), controls);
        vm.prank(STOPS);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRouter.KeyIsStopped.selector, key));
        router.stop(key);
        vm.prank(ADDS);
        manager.schedule(address(router), abi.encodeCall(router.add, (address(verifier))), 0);
        vm.warp(block.timestamp + 2 days);
        vm.prank(ADDS);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRouter.AlreadyAdded.selector, key));
        router.add(address(verifier));
        // Anybody suspends its mandates, and nothing is recorded under it.
        IMandateLedger.Submission memory s = submission(0, 1, 10);
        refused(abi.encodeWithSelector(IVerifierRouter.KeyIsStopped.selector, key), 1, s);
        ledger.suspend(mandates[0]);
        require(!ledger.isCompliant(entity(0), mandates[0]), "suspended");
    }

    function testABatchThroughTheRouter() public view {
        uint256[8][] memory proofs = new uint256[8][](2);
        uint256[4][] memory controls = new uint256[4][](2);
        for (uint256 i = 0; i < 2; ++i) {
            uint256[] memory words;
            (proofs[i], words) = load(nameOf("f", 0, i, 10));
            controls[i] = [words[0], words[1], words[2], words[3]];
        }
        bytes32 key = verifier.KEY_DIGEST();
        require(router.verifyMany(key, proofs, pointOf("w", 10, false), controls), "both hold");
        controls[1][0] ^= 1;
        require(!router.verifyMany(key, proofs, pointOf("w", 10, false), controls), "one does not");
    }

    function testUnknownKeys() public {
        (uint256[8] memory proof, uint256[] memory controls) = load("f0-0-10");
        bytes memory unknown = abi.encodeWithSelector(IVerifierRouter.UnknownKey.selector, bytes32("key"));
        vm.expectRevert(unknown);
        router.verify("key", proof, [uint256(1), 2], controls);
        vm.expectRevert(unknown);
        router.stopByProof("key", proof);
        vm.prank(STOPS);
        vm.expectRevert(unknown);
        router.stop("key");
    }

    /// @notice Whoever knows a key's secrets, or has found a fault in its circuit, proves the impossible: anybody may stop it.
    function testAProofOfTheImpossibleStopsAKey() public {
        bytes32 key = addBroken();
        (uint256[8] memory proof, uint256[] memory controls) = impossible();
        uint256[2] memory point = [broken.FACTORS_X(), broken.FACTORS_Y()];
        require(broken.verifyProof(proof, point, controls), "it is proved");
        router.stopByProof(key, proof);
        require(router.isStopped(key), "stopped");
        vm.expectRevert(abi.encodeWithSelector(IVerifierRouter.KeyIsStopped.selector, key));
        router.verify(key, proof, point, controls);
    }

    /// @notice With a point of the caller's choosing any proof proves anything: take a true proof's sum of inputs, and let the
    /// point be that sum less the other inputs. The forgery does not stop a key, because the point is not the caller's.
    function testForgedStopOfAKey() public {
        (uint256[8] memory proof, uint256[] memory controls) = load("f0-0-10");
        (, uint256[] memory other) = impossible();
        // Sum = constant + controls IC + point. Only differences of controls matter: point' = point + (controls - other) IC.
        uint256[2] memory point = pointOf("w", 10, false);
        uint256[8] memory ic = controlPoints();
        for (uint256 i = 0; i < 4; ++i) {
            uint256 difference = addmod(controls[i], R - other[i], R);
            point = sum(point, multiple([ic[2 * i], ic[2 * i + 1]], difference));
        }
        require(verifier.verifyProof(proof, point, other), "the forgery verifies under a point of its own");
        bytes32 key = verifier.KEY_DIGEST();
        vm.expectRevert(IVerifierRouter.NotImpossible.selector);
        router.stopByProof(key, proof);
        require(!router.isStopped(key), "not stopped");
    }

    function testAProofOfAPossibleClaimStopsNothing() public {
        bytes32 key = addBroken();
        (uint256[8] memory proof,) = load("f0-0-10");
        vm.expectRevert(IVerifierRouter.NotImpossible.selector);
        router.stopByProof(key, proof);
        (proof,) = impossible();
        key = verifier.KEY_DIGEST();
        vm.expectRevert(IVerifierRouter.NotImpossible.selector);
        router.stopByProof(key, proof);
    }

    /// @dev IC1 to IC4 of the plain key.
    function controlPoints() private view returns (uint256[8] memory ic) {
        uint256[] memory words = vm.parseJsonUintArray(vm.readFile("generated/chain/points.json"), ".ic");
        for (uint256 i = 0; i < 8; ++i) {
            ic[i] = words[i];
        }
    }

    function sum(uint256[2] memory a, uint256[2] memory b) private view returns (uint256[2] memory c) {
        (, bytes memory out) = address(6).staticcall(abi.encode(a, b));
        c = abi.decode(out, (uint256[2]));
    }

    function multiple(uint256[2] memory a, uint256 k) private view returns (uint256[2] memory c) {
        (, bytes memory out) = address(7).staticcall(abi.encode(a, k));
        c = abi.decode(out, (uint256[2]));
    }
}

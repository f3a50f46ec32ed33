// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {TailproofVerifier} from "../generated/TailproofVerifier.sol";
import {ITailproofVerifier} from "../src/interfaces/ITailproofVerifier.sol";
import {vm} from "./Vm.sol";

/// @notice The generated verifier against a proof that the command line made: `generated/` is written by `tests/run`.
contract TailproofVerifierTest {
    uint256 private constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    /// @dev Enough for a verification, and little enough that a refusing precompile, which takes all it is given, costs little.
    uint256 private constant CALL_GAS = 400_000;

    ITailproofVerifier private verifier;
    uint256[8] private proof;
    uint256[2] private scenarioPoint;
    uint256[] private controls;

    function setUp() public {
        verifier = ITailproofVerifier(address(new TailproofVerifier()));
        string memory json = vm.readFile("generated/calldata.json");
        uint256[] memory words = vm.parseJsonUintArray(json, ".proof");
        require(words.length == 8, "eight words of proof");
        for (uint256 i = 0; i < 8; ++i) {
            proof[i] = words[i];
        }
        words = vm.parseJsonUintArray(json, ".scenario_point");
        (scenarioPoint[0], scenarioPoint[1]) = (words[0], words[1]);
        controls = vm.parseJsonUintArray(json, ".controls");
    }

    function accepts(uint256[8] memory p, uint256[2] memory s, uint256[] memory c) private view returns (bool) {
        return verifier.verifyProof{gas: CALL_GAS}(p, s, c);
    }

    function testAcceptsTheTrueProof() public view {
        require(verifier.CONTROLS() == 4 && controls.length == 4, "four controls");
        require(accepts(proof, scenarioPoint, controls), "the true proof");
    }

    function testRejectsTheProofWithAnyByteChanged() public view {
        for (uint256 word = 0; word < 8; ++word) {
            for (uint256 position = 0; position < 32; ++position) {
                uint256[8] memory changed = proof;
                changed[word] ^= uint256(1) << (8 * position + (word + position) % 8);
                require(!accepts(changed, scenarioPoint, controls), "a changed byte");
            }
        }
    }

    function testFuzz_RejectsChangedProofs(uint8 word, uint256 mask) public view {
        if (mask == 0) return;
        uint256[8] memory changed = proof;
        changed[word % 8] ^= mask;
        require(!accepts(changed, scenarioPoint, controls), "a changed proof");
    }

    function testFuzz_RejectsRandomProofs(uint256[8] memory random) public view {
        require(!accepts(random, scenarioPoint, controls), "a random proof");
    }

    function testFuzz_RejectsOtherControls(uint8 index, uint256 value) public view {
        value %= R;
        uint256[] memory other = controls;
        if (other[index % 4] == value) return;
        other[index % 4] = value;
        require(!accepts(proof, scenarioPoint, other), "another claim");
    }

    function testRejectsAliasesOfProofCoordinates() public view {
        for (uint256 word = 0; word < 8; ++word) {
            uint256[8] memory alias_ = proof;
            unchecked {
                alias_[word] += Q;
            }
            require(!accepts(alias_, scenarioPoint, controls), "a coordinate plus the modulus");
        }
    }

    function testRejectsThePointAtInfinity() public view {
        uint256[8] memory none;
        require(!accepts(none, scenarioPoint, controls), "all points at infinity");
    }

    function testRejectsTheNegatedProof() public view {
        uint256[8] memory negated = proof;
        negated[1] = Q - negated[1];
        require(!accepts(negated, scenarioPoint, controls), "A negated");
    }

    function testRejectsAnotherScenarioPoint() public view {
        // The generator is on the curve and is not this set's point.
        require(!accepts(proof, [uint256(1), uint256(2)], controls), "another point");
        require(!accepts(proof, [scenarioPoint[0], Q - scenarioPoint[1]], controls), "the negated point");
    }

    /// @notice The point of a contract that has not set it yet.
    function testRevertsOnAScenarioPointAtInfinity() public {
        vm.expectRevert(abi.encodeWithSelector(ITailproofVerifier.ScenarioPointAtInfinity.selector));
        verifier.verifyProof{gas: CALL_GAS}(proof, [uint256(0), uint256(0)], controls);
    }

    function testRevertsOnAControlOutsideTheField() public {
        for (uint256 index = 0; index < 4; ++index) {
            uint256[] memory other = controls;
            other[index] += R;
            vm.expectRevert(abi.encodeWithSelector(ITailproofVerifier.ControlOutOfField.selector, index, other[index]));
            verifier.verifyProof(proof, scenarioPoint, other);
        }
    }

    function testRevertsOnAWrongNumberOfControls() public {
        uint256[] memory three = new uint256[](3);
        vm.expectRevert(abi.encodeWithSelector(ITailproofVerifier.WrongNumberOfControls.selector, 3));
        verifier.verifyProof(proof, scenarioPoint, three);
        uint256[] memory five = new uint256[](5);
        vm.expectRevert(abi.encodeWithSelector(ITailproofVerifier.WrongNumberOfControls.selector, 5));
        verifier.verifyProof(proof, scenarioPoint, five);
    }

    function testRevertsOnAnInvalidScenarioPoint() public {
        uint256[2][3] memory invalid = [
            [scenarioPoint[0], addmod(scenarioPoint[1], 1, Q)],
            [scenarioPoint[0] + Q, scenarioPoint[1]],
            [scenarioPoint[0], scenarioPoint[1] + Q]
        ];
        for (uint256 i = 0; i < invalid.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    ITailproofVerifier.ScenarioPointInvalid.selector, invalid[i][0], invalid[i][1]
                )
            );
            verifier.verifyProof{gas: CALL_GAS}(proof, invalid[i], controls);
        }
    }

    /// @notice Whoever sets the gas cannot make a true proof look false: there is enough, or the call reverts.
    function testATrueProofIsNeverFalseForLackOfGas() public view {
        bytes memory data = abi.encodeCall(ITailproofVerifier.verifyProof, (proof, scenarioPoint, controls));
        uint256 accepted;
        for (uint256 allowance = 2_000; allowance < 260_000; allowance += 500) {
            (bool ok, bytes memory result) = address(verifier).staticcall{gas: allowance}(data);
            require(!ok || abi.decode(result, (bool)), "a true proof is true, or the call reverts");
            if (ok) ++accepted;
        }
        require(accepted > 0, "with enough gas it is accepted");
    }

    /// @notice What a transaction costs that does nothing but verify, with every byte of calldata counted as nonzero.
    function testGasOfAVerification() public {
        bytes memory data = abi.encodeCall(ITailproofVerifier.verifyProof, (proof, scenarioPoint, controls));
        address target = address(verifier);
        bool ok;
        uint256 warm;
        // The first call pays for the cold account, which a transaction's own target does not.
        (ok,) = target.staticcall(data);
        uint256 before = gasleft();
        assembly ("memory-safe") {
            ok := staticcall(gas(), target, add(data, 0x20), mload(data), 0, 0)
        }
        warm = before - gasleft();
        require(ok, "the call succeeds");
        uint256 total = 21_000 + 16 * data.length + warm;
        vm.snapshotValue("verifyProof transaction, at most", total);
        require(total <= 245_000, "245,000 gas");
    }
}

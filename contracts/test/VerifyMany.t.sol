// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {EqualWeights} from "../generated/EqualWeights.sol";
import {TailproofVerifier} from "../generated/TailproofVerifier.sol";
import {ITailproofVerifier} from "../src/interfaces/ITailproofVerifier.sol";
import {vm} from "./Vm.sol";

/// @notice Batches of proofs of sixteen books, which the command line made: `generated/` is written by `tests/run`.
contract VerifyManyTest {
    uint256 private constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    /// @dev Enough for a batch of four, and little enough that a refusing precompile, which takes all it is given, costs little.
    uint256 private constant CALL_GAS = 600_000;
    uint256 private constant BOOKS = 16;

    ITailproofVerifier private verifier;
    uint256[8][] private proofs;
    uint256[4][] private controls;
    uint256[2] private point;

    function setUp() public {
        verifier = ITailproofVerifier(address(new TailproofVerifier()));
        string memory json = vm.readFile("generated/batch.json");
        uint256[] memory words = vm.parseJsonUintArray(json, ".items[0].scenario_point");
        point = [words[0], words[1]];
        for (uint256 i = 0; i < BOOKS; ++i) {
            string memory path = string.concat(".items[", vm.toString(i), "]");
            words = vm.parseJsonUintArray(json, string.concat(path, ".proof"));
            proofs.push([words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7]]);
            words = vm.parseJsonUintArray(json, string.concat(path, ".controls"));
            controls.push([words[0], words[1], words[2], words[3]]);
        }
    }

    /// @dev So many items; those beyond the books are there again.
    function items(uint256 size) private view returns (uint256[8][] memory p, uint256[4][] memory c) {
        p = new uint256[8][](size);
        c = new uint256[4][](size);
        for (uint256 i = 0; i < size; ++i) {
            (p[i], c[i]) = (proofs[i % BOOKS], controls[i % BOOKS]);
        }
    }

    function accepts(uint256[8][] memory p, uint256[4][] memory c) private view returns (bool) {
        return verifier.verifyMany{gas: CALL_GAS}(p, point, c);
    }

    function addition(uint256 x1, uint256 y1, uint256 x2, uint256 y2) private view returns (uint256 x, uint256 y) {
        (bool ok, bytes memory sum) = address(6).staticcall(abi.encode(x1, y1, x2, y2));
        require(ok, "two points");
        return abi.decode(sum, (uint256, uint256));
    }

    function testAcceptsTrueBatches() public view {
        for (uint256 size = 1; size <= BOOKS; size += 5) {
            (uint256[8][] memory p, uint256[4][] memory c) = items(size);
            require(verifier.verifyMany(p, point, c), "a true batch");
        }
    }

    function testTheBooksDiffer() public view {
        for (uint256 i = 1; i < BOOKS; ++i) {
            require(controls[i][0] != controls[0][0] && proofs[i][0] != proofs[0][0], "another book");
        }
    }

    function testDuplicateItemsAreAccepted() public view {
        (uint256[8][] memory p, uint256[4][] memory c) = items(3);
        (p[1], c[1]) = (p[0], c[0]);
        (p[2], c[2]) = (p[0], c[0]);
        require(accepts(p, c), "one proof three times");
    }

    /// @notice With equal weights, C + G and C' - G pass together: the copy of the verifier whose weights are all 1 accepts them.
    function test_a_batch_that_cancels() public {
        (uint256[8][] memory p, uint256[4][] memory c) = items(2);
        (p[0][6], p[0][7]) = addition(p[0][6], p[0][7], 1, 2);
        (p[1][6], p[1][7]) = addition(p[1][6], p[1][7], 1, Q - 2);
        require(new EqualWeights().verifyMany(p, point, c), "the attack, against equal weights");
        require(!accepts(p, c), "the attack");
        (p, c) = items(4);
        (p[2][6], p[2][7]) = addition(p[2][6], p[2][7], 1, 2);
        (p[3][6], p[3][7]) = addition(p[3][6], p[3][7], 1, Q - 2);
        require(!accepts(p, c), "the attack behind others");
    }

    function testSwappedControlsAreRefused() public view {
        for (uint256 i = 1; i < 4; ++i) {
            (uint256[8][] memory p, uint256[4][] memory c) = items(4);
            (c[0], c[i]) = (c[i], c[0]);
            require(!accepts(p, c), "the claims of two books swapped");
        }
    }

    function testOneBadItemIsRefusedWhereverItIs() public view {
        for (uint256 bad = 0; bad < 4; ++bad) {
            for (uint256 word = 0; word < 8; ++word) {
                (uint256[8][] memory p, uint256[4][] memory c) = items(4);
                p[bad][word] ^= 1;
                require(!accepts(p, c), "a point off its curve");
                p[bad] = proofs[4];
                require(!accepts(p, c), "another book's proof");
            }
            for (uint256 index = 0; index < 4; ++index) {
                (uint256[8][] memory p, uint256[4][] memory c) = items(4);
                c[bad][index] ^= 1;
                require(!accepts(p, c), "another claim");
            }
        }
    }

    function testFuzz_RefusesChangedItems(uint8 item, uint8 word, uint256 mask) public view {
        if (mask == 0) return;
        (uint256[8][] memory p, uint256[4][] memory c) = items(2);
        p[item % 2][word % 8] ^= mask;
        require(!accepts(p, c), "a changed proof");
    }

    function testFuzz_RefusesOtherControls(uint8 item, uint8 index, uint256 value) public view {
        (uint256[8][] memory p, uint256[4][] memory c) = items(2);
        value %= R;
        if (c[item % 2][index % 4] == value) return;
        c[item % 2][index % 4] = value;
        require(!accepts(p, c), "another claim");
    }

    /// @notice Of one item and of several: the first is not multiplied by a weight.
    function testRefusesAliasesOfCoordinates() public view {
        for (uint256 size = 1; size <= 3; ++size) {
            for (uint256 item = 0; item < size; ++item) {
                for (uint256 word = 0; word < 8; ++word) {
                    (uint256[8][] memory p, uint256[4][] memory c) = items(size);
                    unchecked {
                        p[item][word] += Q;
                    }
                    require(!accepts(p, c), "a coordinate plus the modulus");
                }
            }
        }
    }

    function testRevertsOnAControlOutsideTheField() public {
        for (uint256 item = 0; item < 3; ++item) {
            for (uint256 index = 0; index < 4; ++index) {
                (uint256[8][] memory p, uint256[4][] memory c) = items(3);
                c[item][index] += R;
                vm.expectRevert(
                    abi.encodeWithSelector(
                        ITailproofVerifier.ControlOutOfField.selector, 4 * item + index, c[item][index]
                    )
                );
                verifier.verifyMany(p, point, c);
            }
        }
    }

    function testRevertsOnAnEmptyBatch() public {
        (uint256[8][] memory p, uint256[4][] memory c) = items(0);
        vm.expectRevert(abi.encodeWithSelector(ITailproofVerifier.EmptyBatch.selector));
        verifier.verifyMany(p, point, c);
    }

    function testRevertsOnLengthsThatDiffer() public {
        (uint256[8][] memory p,) = items(2);
        uint256[3] memory lengths = [uint256(0), 1, 3];
        for (uint256 i = 0; i < 3; ++i) {
            (, uint256[4][] memory c) = items(lengths[i]);
            vm.expectRevert(abi.encodeWithSelector(ITailproofVerifier.LengthsDiffer.selector, 2, lengths[i]));
            verifier.verifyMany(p, point, c);
        }
    }

    function testRevertsOnAScenarioPointThatIsNone() public {
        (uint256[8][] memory p, uint256[4][] memory c) = items(2);
        vm.expectRevert(abi.encodeWithSelector(ITailproofVerifier.ScenarioPointAtInfinity.selector));
        verifier.verifyMany(p, [uint256(0), uint256(0)], c);
        uint256[2][3] memory invalid =
            [[point[0], addmod(point[1], 1, Q)], [point[0] + Q, point[1]], [point[0], point[1] + Q]];
        for (uint256 i = 0; i < invalid.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(ITailproofVerifier.ScenarioPointInvalid.selector, invalid[i][0], invalid[i][1])
            );
            verifier.verifyMany(p, invalid[i], c);
        }
        require(!verifier.verifyMany{gas: CALL_GAS}(p, [point[0], Q - point[1]], c), "the negated point");
    }

    /// @notice On the twist and outside the subgroup: only the precompile can tell, and it does not say why it fails.
    function testAPointOutsideTheSubgroupReverts() public {
        uint256[4] memory outside = [
            1,
            2,
            19659275751359636165940301690575149581329631496732780143538578556285923319774,
            7292567877523311580221095596750716176434782432868683424513645834767876293070
        ];
        (uint256[8][] memory p, uint256[4][] memory c) = items(3);
        for (uint256 word = 0; word < 4; ++word) {
            p[1][2 + word] = outside[word];
        }
        vm.expectRevert(abi.encodeWithSelector(ITailproofVerifier.PrecompileFailed.selector));
        verifier.verifyMany{gas: CALL_GAS}(p, point, c);
        uint256[] memory claim = new uint256[](4);
        for (uint256 index = 0; index < 4; ++index) {
            claim[index] = c[1][index];
        }
        vm.expectRevert(abi.encodeWithSelector(ITailproofVerifier.PrecompileFailed.selector));
        verifier.verifyProof{gas: CALL_GAS}(p[1], point, claim);
    }

    /// @notice Whoever sets the gas cannot make a true batch look false: there is enough, or the call reverts.
    function testATrueBatchIsNeverFalseForLackOfGas() public view {
        for (uint256 size = 1; size <= 4; size += 3) {
            (uint256[8][] memory p, uint256[4][] memory c) = items(size);
            bytes memory data = abi.encodeCall(ITailproofVerifier.verifyMany, (p, point, c));
            uint256 accepted;
            for (uint256 allowance = 2_000; allowance < 240_000 + 60_000 * size; allowance += 1_000) {
                (bool ok, bytes memory result) = address(verifier).staticcall{gas: allowance}(data);
                require(!ok || abi.decode(result, (bool)), "a true batch is true, or the call reverts");
                if (ok) ++accepted;
            }
            require(accepted > 0, "with enough gas it is accepted");
        }
    }

    /// @notice A failed pairing leaves 1/64 of the gas, which suffices to look at every proof.
    function testABadItemIsFalseWithTheGasOfATrueBatch() public view {
        for (uint256 size = 1; size <= 64; size += 21) {
            (uint256[8][] memory p, uint256[4][] memory c) = items(size);
            uint256 enough = warm(abi.encodeCall(ITailproofVerifier.verifyMany, (p, point, c))) + 10_000 + 1_000 * size;
            require(verifier.verifyMany{gas: enough}(p, point, c), "a true batch");
            for (uint256 word = 0; word < 8; ++word) {
                p[size - 1] = proofs[(size - 1) % BOOKS];
                p[size - 1][word] ^= 1;
                require(!verifier.verifyMany{gas: enough}(p, point, c), "the last item is bad");
            }
        }
    }

    /// @notice What a transaction costs that does nothing but verify a batch, for each proof, with every byte of calldata
    /// counted as nonzero.
    function testGasOfBatches() public {
        uint256[4] memory sizes = [uint256(1), 4, 16, 64];
        uint256[4] memory most = [uint256(256_000), 104_500, 67_000, 57_500];
        for (uint256 i = 0; i < sizes.length; ++i) {
            (uint256[8][] memory p, uint256[4][] memory c) = items(sizes[i]);
            bytes memory data = abi.encodeCall(ITailproofVerifier.verifyMany, (p, point, c));
            uint256 each = (21_000 + 16 * data.length + warm(data)) / sizes[i];
            vm.snapshotValue(string.concat("verifyMany of ", vm.toString(sizes[i]), ", each, at most"), each);
            require(each <= most[i], "the gas of a batch");
        }
    }

    /// @dev The gas of a call to the verifier's warm account.
    function warm(bytes memory data) private view returns (uint256 used) {
        address target = address(verifier);
        (bool ok,) = target.staticcall(data);
        uint256 before = gasleft();
        assembly ("memory-safe") {
            ok := staticcall(gas(), target, add(data, 0x20), mload(data), 0, 0x20)
        }
        used = before - gasleft();
        require(ok, "the call succeeds");
    }

    function testTheContractIsAtMost16000Bytes() public {
        uint256 size = address(verifier).code.length;
        vm.snapshotValue("bytes of the contract", size);
        require(size <= 16_000, "16,000 bytes");
    }

    /// @notice What the contract states of its key, as other contracts read it.
    function testStatesItsKey() public view {
        require(verifier.SCENARIOS() == 8 && verifier.FACTORS() == 20 && verifier.SLOTS() == 4, "shape 8x20");
        require(verifier.THRESHOLDS() == 2 && !verifier.LIMITS() && verifier.DEVELOPMENT(), "and its kind");
        require(verifier.EXPOSURES_X() == 0 && verifier.EXPOSURES_Y() == 0, "no flags of exposures");
        string memory json = vm.readFile("generated/ic-row.json");
        string memory digest = string.concat("0x", vm.parseJsonString(json, ".verifying_key"));
        require(verifier.KEY_DIGEST() == vm.parseBytes32(digest), "the key's digest");
        bytes32 node = keccak256(abi.encodePacked(uint256(5), vm.parseJsonBytes(json, ".row")));
        for (uint256 height = 0; height < 3; ++height) {
            bytes32 sibling = vm.parseJsonBytes32(json, string.concat(".path[", vm.toString(height), "]"));
            node = 5 >> height & 1 == 0 ? keccak256(abi.encode(node, sibling)) : keccak256(abi.encode(sibling, node));
        }
        require(node == verifier.IC_ROOT(), "the key row of slot 5 leads to the root");
        bytes memory row = vm.parseJsonBytes(json, ".row");
        uint256[] memory weight = vm.parseJsonUintArray(json, ".weight");
        bytes32 last;
        assembly ("memory-safe") {
            last := mload(add(row, mload(row)))
        }
        require(row.length == 20 * 64 + 96 && last == keccak256(abi.encode(weight[0], weight[1])), "its weight's point");
        addition(verifier.FACTORS_X(), verifier.FACTORS_Y(), verifier.WEIGHTS_X(), verifier.WEIGHTS_Y());
    }
}

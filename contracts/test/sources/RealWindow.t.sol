// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {TailproofVerifier} from "../../generated/TailproofVerifier.sol";
import {IScenarioKey} from "../../src/interfaces/IScenarioKey.sol";
import {vm} from "../Vm.sol";
import {WindowModel} from "./WindowModel.sol";

/// @notice A window under the key of the generated verifier, over real prices: `tests/make-window` writes what it reads.
/// @dev The model multiplies points, which the contract does not do for entries.
contract RealWindowTest is WindowModel {
    /// Rows behind which the proof in `generated` is over the window: see tests/make-fixtures.
    uint256 private constant PROVED = 40;
    uint256 private constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;

    bytes[] private rowsOfKey;
    bytes[] private paths;
    uint256[] private weightsOfKey;
    mapping(uint256 slot => uint256[2]) private points;
    uint256[2] private kept;

    function makeKey() internal override {
        key = IScenarioKey(address(new TailproofVerifier()));
    }

    function leafRow(uint256 slot) internal view override returns (bytes memory) {
        return rowsOfKey[slot];
    }

    function path(uint256 slot) internal view override returns (bytes memory) {
        return paths[slot];
    }

    function rowPointOf(uint256 slot) internal view override returns (uint256[2] memory) {
        return points[slot];
    }

    function keptPoint() internal view override returns (uint256[2] memory) {
        return kept;
    }

    function xiPointOf(uint256 slot) internal view override returns (uint256[2] memory) {
        return keyPoint(slot, n);
    }

    function weightPointOf(uint256 slot) internal view override returns (uint256[2] memory) {
        return [weightsOfKey[2 * slot], weightsOfKey[2 * slot + 1]];
    }

    function replaced(uint256 slot, uint256 oldXi) internal override {
        uint256[2] memory sum;
        for (uint256 i = 0; i < n; ++i) {
            sum = add(sum, mul(keyPoint(slot, i), inField(entriesOf[slot][i])));
        }
        uint256[2] memory change = mul(keyPoint(slot, n), addmod(xiOf[slot / 4], R - oldXi, R));
        uint256[2] memory leaving = points[slot];
        leaving[1] = (Q - leaving[1]) % Q;
        kept = add(add(kept, sum), add(leaving, change));
        points[slot] = sum;
    }

    function keyPoint(uint256 slot, uint256 i) private view returns (uint256[2] memory p) {
        bytes memory row = rowsOfKey[slot];
        assembly ("memory-safe") {
            mcopy(p, add(row, add(0x20, shl(6, i))), 0x40)
        }
    }

    function add(uint256[2] memory a, uint256[2] memory b) private view returns (uint256[2] memory) {
        (bool ok, bytes memory out) = address(6).staticcall(abi.encode(a, b));
        require(ok, "points");
        return abi.decode(out, (uint256[2]));
    }

    function mul(uint256[2] memory a, uint256 s) private view returns (uint256[2] memory) {
        (bool ok, bytes memory out) = address(7).staticcall(abi.encode(a, s));
        require(ok, "a point");
        return abi.decode(out, (uint256[2]));
    }

    function begin(string memory json) private {
        rowsOfKey = vm.parseJsonBytesArray(json, ".key_rows");
        paths = vm.parseJsonBytesArray(json, ".paths");
        weightsOfKey = vm.parseJsonUintArray(json, ".weights");
        factorNames = vm.parseJsonBytes32(json, ".factors_digest");
        makeKey();
        make(key.FACTORS(), key.SCENARIOS(), 3);
        require(rowsOfKey.length == t && paths.length == t, "a key row for each slot");
        kept = mul([key.FACTORS_X(), key.FACTORS_Y()], uint256(factorNames) >> 8);
        kept = add(kept, [key.WEIGHTS_X(), key.WEIGHTS_Y()]);
        kept = add(kept, [key.EXPOSURES_X(), key.EXPOSURES_Y()]);
    }

    /// @notice The kept point, and that of the newest row alone, are those of `tailproof scenarios point` over the same prices in
    /// ring order, row after row.
    function testPointsAreThoseOfTheCommandLineOverRealPrices() public {
        string memory json = vm.readFile("generated/window.json");
        begin(json);
        uint256[] memory prices = vm.parseJsonUintArray(json, ".prices");
        uint256[] memory ofWindow = vm.parseJsonUintArray(json, ".points");
        uint256[] memory ofRow = vm.parseJsonUintArray(json, ".row_points");
        uint256 rows = prices.length / n - 1;
        require(rows > t && ofWindow.length == 2 * (rows - t + 1), "a point for each epoch of a full window");
        for (uint256 r = 0; r < rows; ++r) {
            pushDraft(draftOf(prices, r));
            if (epoch < t) continue;
            uint256 e = 2 * (epoch - t);
            require(window.isPoint(epoch - 1, ofWindow[e], ofWindow[e + 1], witness()), "the command line's point");
            (uint256 x, uint256 y,) = window.rowPoint(epoch - 1, shownOf((epoch - 1) % t));
            require(x == ofRow[e] && y == ofRow[e + 1], "the command line's point of one row");
        }
    }

    function draftOf(uint256[] memory prices, uint256 r) private view returns (Draft memory draft) {
        draft = Draft(r + 1, r, new uint256[](n), new uint256[](n));
        for (uint256 i = 0; i < n; ++i) {
            (draft.before[i], draft.now_[i]) = (prices[r * n + i], prices[(r + 1) * n + i]);
        }
    }

    /// @notice A proof over the window's rows is verified against the kept point, and against that of no other day.
    function testAProofOfAnotherDayIsRefused() public {
        string memory json = vm.readFile("generated/window.json");
        begin(json);
        uint256[] memory prices = vm.parseJsonUintArray(json, ".prices");
        uint256[2] memory yesterday;
        // There may be more rows than those that the proof is over.
        for (uint256 r = 0; r < PROVED; ++r) {
            yesterday = kept;
            pushDraft(draftOf(prices, r));
        }
        json = vm.readFile("generated/window-proof.json");
        require(window.isPoint(epoch - 1, kept[0], kept[1], witness()), "today's point");
        require(!window.isPoint(epoch - 1, yesterday[0], yesterday[1], witness()), "yesterday's is not today's");
        require(isProof(json, kept), "the proof over the kept point");
        require(!isProof(json, yesterday), "over yesterday's");
    }

    function isProof(string memory json, uint256[2] memory scenarioPoint) private view returns (bool) {
        uint256[] memory words = vm.parseJsonUintArray(json, ".proof");
        uint256[8] memory proof;
        for (uint256 i = 0; i < 8; ++i) {
            proof[i] = words[i];
        }
        uint256[] memory controls = vm.parseJsonUintArray(json, ".controls");
        return TailproofVerifier(address(key)).verifyProof(proof, scenarioPoint, controls);
    }
}

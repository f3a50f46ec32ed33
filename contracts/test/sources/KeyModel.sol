// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IScenarioKey} from "../../src/interfaces/IScenarioKey.sol";
import {KnownKey} from "./KnownKey.sol";
import {Seats} from "./Seats.sol";

/// @notice A key whose points are multiples of the generator by scalars that the tests know, and its tree.
abstract contract KeyModel is Seats {
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @dev Number of factors, and of slots.
    uint256 internal n;
    uint256 internal t;
    uint256 internal exposures;
    bytes32 internal factorNames = keccak256("factor names");
    IScenarioKey internal key;
    bytes32[][] private levels;
    mapping(uint256 slot => bytes) private keyRows;

    /// @dev Scalar of IC_(g,i); i = N is xi's.
    function scalar(uint256 group, uint256 i) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode("entry", group, i))) % R;
    }

    function weight(uint256 slot) internal pure virtual returns (uint256) {
        return uint256(keccak256(abi.encode("weight", slot))) % R;
    }

    /// @dev What every point has: the names of factors, and the flags of exposures.
    function base() internal view returns (uint256) {
        return addmod(mulmod(uint256(factorNames) >> 8, 12345, R), exposures, R);
    }

    function point(uint256 s) internal view returns (uint256 x, uint256 y) {
        (bool ok, bytes memory out) = address(7).staticcall(abi.encode(1, 2, s % R));
        require(ok, "a multiple of the generator");
        return abi.decode(out, (uint256, uint256));
    }

    function pointOf(uint256 s) internal view returns (uint256[2] memory p) {
        (p[0], p[1]) = point(s);
    }

    /// @dev 2^(63 j) mod R
    function place(uint256 slot) internal pure returns (uint256) {
        return (1 << (63 * (slot % 4))) % R;
    }

    function keyRow(uint256 slot) internal view returns (bytes memory row) {
        row = new bytes(64 * n + 96);
        for (uint256 i = 0; i <= n; ++i) {
            uint256 s = scalar(slot / 4, i);
            (uint256 x, uint256 y) = point(i < n ? mulmod(s, place(slot), R) : s);
            assembly ("memory-safe") {
                mstore(add(row, add(0x20, shl(6, i))), x)
                mstore(add(row, add(0x40, shl(6, i))), y)
            }
        }
        bytes32 ofWeight = keccak256(abi.encode(pointOf(weight(slot))));
        assembly ("memory-safe") {
            mstore(add(row, mload(row)), ofWeight)
        }
    }

    function path(uint256 slot) internal view virtual returns (bytes memory siblings) {
        for (uint256 d = 0; d + 1 < levels.length; ++d) {
            siblings = bytes.concat(siblings, levels[d][slot ^ 1]);
            slot >>= 1;
        }
    }

    function makeKey() internal virtual {
        uint256 width = 1;
        while (width < t) width *= 2;
        bytes32[] memory level = leaves(width);
        delete levels;
        levels.push(level);
        while (level.length > 1) {
            bytes32[] memory up = new bytes32[](level.length / 2);
            for (uint256 i = 0; i < up.length; ++i) {
                up[i] = keccak256(abi.encode(level[2 * i], level[2 * i + 1]));
            }
            level = up;
            levels.push(level);
        }
        KnownKey.Constants memory constants;
        (constants.scenarios, constants.factors, constants.slots, constants.root) = (t, n, 4, level[0]);
        constants.ofFactors = pointOf(12345);
        constants.ofWeights = pointOf(weights());
        key = new KnownKey(constants);
    }

    function leaves(uint256 width) internal virtual returns (bytes32[] memory level) {
        level = new bytes32[](width);
        for (uint256 s = 0; s < t; ++s) {
            keyRows[s] = keyRow(s);
            level[s] = keccak256(bytes.concat(abi.encode(s), keyRows[s]));
        }
    }

    /// @dev What a leaf is over besides its slot.
    function leafRow(uint256 slot) internal view virtual returns (bytes memory) {
        return keyRows[slot];
    }

    function weights() internal view virtual returns (uint256 sum) {
        for (uint256 s = 0; s < t; ++s) {
            sum = addmod(sum, weight(s), R);
        }
    }

    function scalarAt(uint256 slot, uint256 i) internal view virtual returns (uint256) {
        return scalar(slot / 4, i);
    }

    function inField(int256 value) internal pure returns (uint256) {
        return value < 0 ? R - uint256(-value) : uint256(value);
    }
}

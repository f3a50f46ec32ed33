// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IScenarioKey} from "../interfaces/IScenarioKey.sol";
import {PackedRow} from "./PackedRow.sol";

/// @title Points of a rolling window: the first one, the one after a push, and that of one row
library WindowPoints {
    /// @notice A precompile failed: too little gas, or a point off the curve.
    error PointInvalid();

    uint256 private constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @dev The point of a window without rows, and what the points of single rows have in common: all but the weights.
    function first(IScenarioKey key, uint256 factors)
        internal
        view
        returns (uint256 x, uint256 y, uint256 baseX, uint256 baseY)
    {
        (baseX, baseY) = mul(key.FACTORS_X(), key.FACTORS_Y(), factors);
        (baseX, baseY) = add(baseX, baseY, key.EXPOSURES_X(), key.EXPOSURES_Y());
        (x, y) = add(baseX, baseY, key.WEIGHTS_X(), key.WEIGHTS_Y());
    }

    /// @dev The kept point, plus the new row, less the leaving one, plus what xi has changed by, modulo R, times its point.
    function moved(PackedRow.Work memory work) internal view returns (uint256 x, uint256 y) {
        uint256 shown = work.shown;
        uint256 point = work.point;
        uint256 xiKey = work.keys + 64 * work.factors;
        uint256 xi = work.xi;
        bool ok;
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, add(shown, 0x100), 0x40)
            mcopy(add(free, 0x40), point, 0x40)
            ok := staticcall(gas(), 6, free, 0x80, free, 0x40)
            calldatacopy(add(free, 0x40), add(shown, 0x80), 0x40)
            let leaving := mload(add(free, 0x60))
            if leaving { mstore(add(free, 0x60), sub(Q, leaving)) }
            ok := and(ok, staticcall(gas(), 6, free, 0x80, free, 0x40))
            mcopy(add(free, 0x40), xiKey, 0x40)
            mstore(add(free, 0x80), addmod(xi, sub(R, calldataload(add(shown, 0x60))), R))
            ok := and(ok, staticcall(gas(), 7, add(free, 0x40), 0x60, add(free, 0x40), 0x40))
            ok := and(ok, staticcall(gas(), 6, free, 0x80, free, 0x40))
            x := mload(free)
            y := mload(add(free, 0x20))
        }
        if (!ok) revert PointInvalid();
    }

    /// @dev Digest of the group that is shown with one of its rows, and the row's stamp.
    function shownGroup(uint256 slot, bytes calldata shown) internal pure returns (bytes32 digest, uint256 stamp) {
        bytes32 own;
        uint256 others;
        assembly ("memory-safe") {
            let free := mload(0x40)
            others := add(shown.offset, 0x20)
            // The row's point and xi's, the hash of the weight's, own xi and stamp.
            calldatacopy(free, add(shown.offset, 0x120), 0x40)
            let weight := keccak256(free, 0x40)
            calldatacopy(free, add(shown.offset, 0x160), 0x40)
            stamp := mload(add(free, 0x20))
            mstore(add(free, 0xa0), mload(free))
            mstore(add(free, 0xc0), stamp)
            calldatacopy(free, add(shown.offset, 0xa0), 0x80)
            mstore(add(free, 0x80), weight)
            own := keccak256(free, 0xe0)
        }
        (bytes32 entries, uint256 xi) = (bytes32(shown[0:0x20]), uint256(bytes32(shown[0x80:0xa0])));
        digest = PackedRow.groupDigest(entries, slot, own, others, xi);
    }

    /// @dev The point of the set in which the shown row stands alone, in its slot and with weight 1.
    function rowPoint(uint256 slot, bytes calldata shown, uint256 baseX, uint256 baseY)
        internal
        view
        returns (uint256 x, uint256 y)
    {
        uint256[13] memory words = abi.decode(shown, (uint256[13]));
        // Own xi times 2^(126 j), modulo R. Its magnitude and 2^252 are below R.
        uint256 own = words[11];
        if (int256(own) < 0) {
            unchecked {
                own += R;
            }
        }
        if (slot & 1 != 0) own = mulmod(own, 1 << 126, R);
        if (slot & 2 != 0) own = mulmod(own, 1 << 252, R);
        (x, y) = mul(words[7], words[8], own);
        (x, y) = add(x, y, words[5], words[6]);
        (x, y) = add(x, y, words[9], words[10]);
        (x, y) = add(x, y, baseX, baseY);
    }

    function add(uint256 x0, uint256 y0, uint256 x1, uint256 y1) internal view returns (uint256 x, uint256 y) {
        bool ok;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, x0)
            mstore(add(free, 0x20), y0)
            mstore(add(free, 0x40), x1)
            mstore(add(free, 0x60), y1)
            ok := staticcall(gas(), 6, free, 0x80, free, 0x40)
            x := mload(free)
            y := mload(add(free, 0x20))
        }
        if (!ok) revert PointInvalid();
    }

    function mul(uint256 x0, uint256 y0, uint256 scalar) internal view returns (uint256 x, uint256 y) {
        bool ok;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, x0)
            mstore(add(free, 0x20), y0)
            mstore(add(free, 0x40), scalar)
            ok := staticcall(gas(), 7, free, 0x60, free, 0x40)
            x := mload(free)
            y := mload(add(free, 0x20))
        }
        if (!ok) revert PointInvalid();
    }
}

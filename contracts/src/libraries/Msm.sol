// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

// Written by contracts/scripts/msm.js.

/// @title Sums of small signed multiples of BN254 points
/// @notice The precompile that adds points costs 150, the one that multiplies 6,000. Entries are small, so additions alone are
/// several times cheaper: digits of a few bits, a bucket for each digit, and doublings that all points share.
/// @dev `sum` takes, in memory, `n` points of 64 bytes at `keys` and `n` signed words at `entries`. `n` is even.
/// `biggest` is at least every magnitude and below 2^24; the bitwise or of the magnitudes will do. No point, and no sum of a few
/// of them, is at infinity: of an honest key's points none is.
/// Returns where the sum is in memory: it and all scratch space begin at the free memory pointer, which does not move.
library Msm {
    /// @notice The precompile failed: too little gas, or a point off the curve.
    error AdditionFailed();

    uint256 private constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;

    /// @notice Returns where in memory the sum is.
    function sum(uint256 keys, uint256 entries, uint256 n, uint256 biggest) internal view returns (uint256) {
        return n > 32 ? _sum6(keys, entries, n, biggest, Q) : _sum4(keys, entries, n, biggest, Q);
    }

    /// @dev By digits of 4 bits: for at most 32 points. `q` is Q: on the stack it takes less code than as a constant.
    function _sum4(uint256 keys, uint256 entries, uint256 n, uint256 biggest, uint256 q)
        private
        view
        returns (uint256 total)
    {
        bool ok = true;
        assembly ("memory-safe") {
            // Digits from -8 to 7, the highest to 8: those of the entry plus 8 in every place, less 8.
            let shift := 4
            let bias := 8
            for {} iszero(lt(add(biggest, bias), add(shl(shift, 1), shl(sub(shift, 4), 1)))) {} {
                bias := or(bias, shl(shift, 8))
                shift := add(shift, 4)
            }
            let mask := 31
            // The total, an operand, the running sum, an operand, 17 times a bucket and an operand.
            total := mload(0x40)
            calldatacopy(total, calldatasize(), 0x40)
            n := add(entries, shl(5, n))
            for {} shift {} {
                shift := sub(shift, 4)
                let used := 0
                {
                    let key := keys
                    let buckets := add(total, 0x100)
                    for { let e := entries } lt(e, n) { e := add(e, 0x40) } {
                        {
                            let d := and(shr(shift, add(mload(e), bias)), mask)
                            if sub(d, 8) {
                                let bit := shl(d, 1)
                                d := add(buckets, shl(7, d))
                                switch and(used, bit)
                                case 0 {
                                    used := or(used, bit)
                                    mcopy(d, key, 0x40)
                                }
                                default {
                                    mcopy(add(d, 0x40), key, 0x40)
                                    ok := and(ok, staticcall(gas(), 6, d, 0x80, d, 0x40))
                                }
                            }
                        }
                        key := add(key, 0x40)
                        {
                            let d := and(shr(shift, add(mload(add(e, 0x20)), bias)), mask)
                            if sub(d, 8) {
                                let bit := shl(d, 1)
                                d := add(buckets, shl(7, d))
                                switch and(used, bit)
                                case 0 {
                                    used := or(used, bit)
                                    mcopy(d, key, 0x40)
                                }
                                default {
                                    mcopy(add(d, 0x40), key, 0x40)
                                    ok := and(ok, staticcall(gas(), 6, d, 0x80, d, 0x40))
                                }
                            }
                        }
                        key := add(key, 0x40)
                    }
                    mask := 15
                }
                if mload(add(total, 0x20)) {
                    mcopy(add(total, 0x40), total, 0x40)
                    ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    mcopy(add(total, 0x40), total, 0x40)
                    ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    mcopy(add(total, 0x40), total, 0x40)
                    ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    mcopy(add(total, 0x40), total, 0x40)
                    ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                }
                {
                    let run := add(total, 0x80)
                    let buckets := add(total, 0x100)
                    calldatacopy(run, calldatasize(), 0x40)
                    if and(used, 0x10000) {
                        mcopy(add(run, 0x40), add(buckets, 0x800), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x1) {
                        mcopy(add(run, 0x40), add(buckets, 0x0), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x8000) {
                        mcopy(add(run, 0x40), add(buckets, 0x780), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x2) {
                        mcopy(add(run, 0x40), add(buckets, 0x80), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x4000) {
                        mcopy(add(run, 0x40), add(buckets, 0x700), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x4) {
                        mcopy(add(run, 0x40), add(buckets, 0x100), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x2000) {
                        mcopy(add(run, 0x40), add(buckets, 0x680), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x8) {
                        mcopy(add(run, 0x40), add(buckets, 0x180), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x1000) {
                        mcopy(add(run, 0x40), add(buckets, 0x600), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x10) {
                        mcopy(add(run, 0x40), add(buckets, 0x200), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x800) {
                        mcopy(add(run, 0x40), add(buckets, 0x580), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x20) {
                        mcopy(add(run, 0x40), add(buckets, 0x280), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x400) {
                        mcopy(add(run, 0x40), add(buckets, 0x500), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x40) {
                        mcopy(add(run, 0x40), add(buckets, 0x300), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x200) {
                        mcopy(add(run, 0x40), add(buckets, 0x480), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x80) {
                        mcopy(add(run, 0x40), add(buckets, 0x380), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                }
            }
        }
        if (!ok) revert AdditionFailed();
    }

    /// @dev By digits of 6 bits: for more than 32 points. `q` is Q: on the stack it takes less code than as a constant.
    function _sum6(uint256 keys, uint256 entries, uint256 n, uint256 biggest, uint256 q)
        private
        view
        returns (uint256 total)
    {
        bool ok = true;
        assembly ("memory-safe") {
            // Digits from -32 to 31, the highest to 32: those of the entry plus 32 in every place, less 32.
            let shift := 6
            let bias := 32
            for {} iszero(lt(add(biggest, bias), add(shl(shift, 1), shl(sub(shift, 6), 1)))) {} {
                bias := or(bias, shl(shift, 32))
                shift := add(shift, 6)
            }
            let mask := 127
            // The total, an operand, the running sum, an operand, 65 times a bucket and an operand.
            total := mload(0x40)
            calldatacopy(total, calldatasize(), 0x40)
            n := add(entries, shl(5, n))
            for {} shift {} {
                shift := sub(shift, 6)
                let used := 0
                {
                    let key := keys
                    let buckets := add(total, 0x100)
                    for { let e := entries } lt(e, n) { e := add(e, 0x40) } {
                        {
                            let d := and(shr(shift, add(mload(e), bias)), mask)
                            if sub(d, 32) {
                                let bit := shl(d, 1)
                                d := add(buckets, shl(7, d))
                                switch and(used, bit)
                                case 0 {
                                    used := or(used, bit)
                                    mcopy(d, key, 0x40)
                                }
                                default {
                                    mcopy(add(d, 0x40), key, 0x40)
                                    ok := and(ok, staticcall(gas(), 6, d, 0x80, d, 0x40))
                                }
                            }
                        }
                        key := add(key, 0x40)
                        {
                            let d := and(shr(shift, add(mload(add(e, 0x20)), bias)), mask)
                            if sub(d, 32) {
                                let bit := shl(d, 1)
                                d := add(buckets, shl(7, d))
                                switch and(used, bit)
                                case 0 {
                                    used := or(used, bit)
                                    mcopy(d, key, 0x40)
                                }
                                default {
                                    mcopy(add(d, 0x40), key, 0x40)
                                    ok := and(ok, staticcall(gas(), 6, d, 0x80, d, 0x40))
                                }
                            }
                        }
                        key := add(key, 0x40)
                    }
                    mask := 63
                }
                if mload(add(total, 0x20)) {
                    mcopy(add(total, 0x40), total, 0x40)
                    ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    mcopy(add(total, 0x40), total, 0x40)
                    ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    mcopy(add(total, 0x40), total, 0x40)
                    ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    mcopy(add(total, 0x40), total, 0x40)
                    ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    mcopy(add(total, 0x40), total, 0x40)
                    ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    mcopy(add(total, 0x40), total, 0x40)
                    ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                }
                {
                    let run := add(total, 0x80)
                    let buckets := add(total, 0x100)
                    calldatacopy(run, calldatasize(), 0x40)
                    if and(used, 0x10000000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x2000), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x1) {
                        mcopy(add(run, 0x40), add(buckets, 0x0), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x8000000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1f80), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x2) {
                        mcopy(add(run, 0x40), add(buckets, 0x80), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x4000000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1f00), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x4) {
                        mcopy(add(run, 0x40), add(buckets, 0x100), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x2000000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1e80), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x8) {
                        mcopy(add(run, 0x40), add(buckets, 0x180), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x1000000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1e00), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x10) {
                        mcopy(add(run, 0x40), add(buckets, 0x200), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x800000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1d80), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x20) {
                        mcopy(add(run, 0x40), add(buckets, 0x280), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x400000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1d00), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x40) {
                        mcopy(add(run, 0x40), add(buckets, 0x300), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x200000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1c80), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x80) {
                        mcopy(add(run, 0x40), add(buckets, 0x380), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x100000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1c00), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x100) {
                        mcopy(add(run, 0x40), add(buckets, 0x400), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x80000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1b80), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x200) {
                        mcopy(add(run, 0x40), add(buckets, 0x480), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x40000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1b00), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x400) {
                        mcopy(add(run, 0x40), add(buckets, 0x500), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x20000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1a80), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x800) {
                        mcopy(add(run, 0x40), add(buckets, 0x580), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x10000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1a00), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x1000) {
                        mcopy(add(run, 0x40), add(buckets, 0x600), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x8000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1980), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x2000) {
                        mcopy(add(run, 0x40), add(buckets, 0x680), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x4000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1900), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x4000) {
                        mcopy(add(run, 0x40), add(buckets, 0x700), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x2000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1880), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x8000) {
                        mcopy(add(run, 0x40), add(buckets, 0x780), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x1000000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1800), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x10000) {
                        mcopy(add(run, 0x40), add(buckets, 0x800), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x800000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1780), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x20000) {
                        mcopy(add(run, 0x40), add(buckets, 0x880), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x400000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1700), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x40000) {
                        mcopy(add(run, 0x40), add(buckets, 0x900), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x200000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1680), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x80000) {
                        mcopy(add(run, 0x40), add(buckets, 0x980), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x100000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1600), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x100000) {
                        mcopy(add(run, 0x40), add(buckets, 0xa00), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x80000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1580), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x200000) {
                        mcopy(add(run, 0x40), add(buckets, 0xa80), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x40000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1500), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x400000) {
                        mcopy(add(run, 0x40), add(buckets, 0xb00), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x20000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1480), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x800000) {
                        mcopy(add(run, 0x40), add(buckets, 0xb80), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x10000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1400), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x1000000) {
                        mcopy(add(run, 0x40), add(buckets, 0xc00), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x8000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1380), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x2000000) {
                        mcopy(add(run, 0x40), add(buckets, 0xc80), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x4000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1300), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x4000000) {
                        mcopy(add(run, 0x40), add(buckets, 0xd00), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x2000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1280), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x8000000) {
                        mcopy(add(run, 0x40), add(buckets, 0xd80), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x1000000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1200), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x10000000) {
                        mcopy(add(run, 0x40), add(buckets, 0xe00), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x800000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1180), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x20000000) {
                        mcopy(add(run, 0x40), add(buckets, 0xe80), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x400000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1100), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x40000000) {
                        mcopy(add(run, 0x40), add(buckets, 0xf00), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                    if and(used, 0x200000000) {
                        mcopy(add(run, 0x40), add(buckets, 0x1080), 0x40)
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if and(used, 0x80000000) {
                        mcopy(add(run, 0x40), add(buckets, 0xf80), 0x40)
                        mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))
                        ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))
                    }
                    if mload(add(run, 0x20)) {
                        mcopy(add(total, 0x40), run, 0x40)
                        ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))
                    }
                }
            }
        }
        if (!ok) revert AdditionFailed();
    }
}

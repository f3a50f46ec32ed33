#!/usr/bin/env node
'use strict';
// Writes src/libraries/Msm.sol: sums of small signed multiples of points, with loops unrolled and
// constants folded.
//
// Usage: contracts/scripts/msm.js [--check]. With --check nothing is written, and the exit status
// says whether the file is as this script writes it.
const fs = require('node:fs');
const path = require('node:path');

const HEAD = `// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

// Written by contracts/scripts/msm.js.

/// @title Sums of small signed multiples of BN254 points
/// @notice The precompile that adds points costs 150, the one that multiplies 6,000. Entries are small, so additions alone are
/// several times cheaper: digits of a few bits, a bucket for each digit, and doublings that all points share.
/// @dev \`sum\` takes, in memory, \`n\` points of 64 bytes at \`keys\` and \`n\` signed words at \`entries\`. \`n\` is even.
/// \`biggest\` is at least every magnitude and below 2^24; the bitwise or of the magnitudes will do. No point, and no sum of a few
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
`;

const ADD_RUN = 'ok := and(ok, staticcall(gas(), 6, run, 0x80, run, 0x40))';
const ADD_TOTAL = 'ok := and(ok, staticcall(gas(), 6, total, 0x80, total, 0x40))';

/// Adds a point to the bucket of its entry's digit. Digit 0 has none.
const insertion = (entry, half) => `                        {
                            let d := and(shr(shift, add(mload(${entry}), bias)), mask)
                            if sub(d, ${half}) {
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
`;

/// Adds the buckets of digits v and -v to the running sum, and the running sum to the total.
function reduction(v, half) {
  const hex = (number) => `0x${number.toString(16)}`;
  // A bit for each bucket: up to 65 of them.
  const used = (digit) => hex(1n << BigInt(digit));
  return [
    `if and(used, ${used(half + v)}) {`,
    `    mcopy(add(run, 0x40), add(buckets, ${hex(128 * (half + v))}), 0x40)`,
    `    ${ADD_RUN}`,
    '}',
    `if and(used, ${used(half - v)}) {`,
    `    mcopy(add(run, 0x40), add(buckets, ${hex(128 * (half - v))}), 0x40)`,
    '    mstore(add(run, 0x60), sub(q, mload(add(run, 0x60))))',
    `    ${ADD_RUN}`,
    '}',
    'if mload(add(run, 0x20)) {',
    '    mcopy(add(total, 0x40), run, 0x40)',
    `    ${ADD_TOTAL}`,
    '}',
  ].map((line) => `                    ${line}\n`).join('');
}

function sum(c, use) {
  const half = 1 << (c - 1);
  const doubling = `                    mcopy(add(total, 0x40), total, 0x40)
                    ${ADD_TOTAL}
`;
  const reductions = Array.from({ length: half }, (_, i) => reduction(half - i, half));
  return `
    /// @dev By digits of ${c} bits: for ${use} points. \`q\` is Q: on the stack it takes less code than as a constant.
    function _sum${c}(uint256 keys, uint256 entries, uint256 n, uint256 biggest, uint256 q)
        private
        view
        returns (uint256 total)
    {
        bool ok = true;
        assembly ("memory-safe") {
            // Digits from -${half} to ${half - 1}, the highest to ${half}: those of the entry plus ${half} in every place, less ${half}.
            let shift := ${c}
            let bias := ${half}
            for {} iszero(lt(add(biggest, bias), add(shl(shift, 1), shl(sub(shift, ${c}), 1)))) {} {
                bias := or(bias, shl(shift, ${half}))
                shift := add(shift, ${c})
            }
            let mask := ${4 * half - 1}
            // The total, an operand, the running sum, an operand, ${2 * half + 1} times a bucket and an operand.
            total := mload(0x40)
            calldatacopy(total, calldatasize(), 0x40)
            n := add(entries, shl(5, n))
            for {} shift {} {
                shift := sub(shift, ${c})
                let used := 0
                {
                    let key := keys
                    let buckets := add(total, 0x100)
                    for { let e := entries } lt(e, n) { e := add(e, 0x40) } {
${insertion('e', half)}${insertion('add(e, 0x20)', half)}                    }
                    mask := ${2 * half - 1}
                }
                if mload(add(total, 0x20)) {
${doubling.repeat(c)}                }
                {
                    let run := add(total, 0x80)
                    let buckets := add(total, 0x100)
                    calldatacopy(run, calldatasize(), 0x40)
${reductions.join('')}                }
            }
        }
        if (!ok) revert AdditionFailed();
    }
`;
}

const file = path.join(__dirname, '..', 'src', 'libraries', 'Msm.sol');
const source = `${HEAD}${sum(4, 'at most 32')}${sum(6, 'more than 32')}}\n`;
if (!process.argv.includes('--check')) {
  fs.writeFileSync(file, source);
} else if (fs.readFileSync(file, 'utf8') !== source) {
  console.error(`${file} is not as contracts/scripts/msm.js writes it; run the script`);
  process.exit(1);
}

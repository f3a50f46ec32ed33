// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Msm} from "../../src/libraries/Msm.sol";

/// @notice Sums by additions alone against a sum of scalars: the points are multiples of the generator.
contract MsmTest {
    uint256 private constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
    int256 private constant MOST = 2 ** 23 - 1;

    function point(uint256 s) private view returns (uint256 x, uint256 y) {
        (, bytes memory out) = address(7).staticcall(abi.encode(1, 2, s % R));
        return abi.decode(out, (uint256, uint256));
    }

    function check(int256[] memory entries) private view {
        uint256 n = entries.length;
        uint256[] memory keys = new uint256[](2 * n);
        uint256 expected;
        uint256 biggest;
        for (uint256 i = 0; i < n; ++i) {
            uint256 s = uint256(keccak256(abi.encode(i))) % R;
            (keys[2 * i], keys[2 * i + 1]) = point(s);
            uint256 magnitude = uint256(entries[i] < 0 ? -entries[i] : entries[i]);
            biggest |= magnitude;
            uint256 term = mulmod(magnitude, s, R);
            expected = addmod(expected, entries[i] < 0 ? R - term : term, R);
        }
        (uint256 x, uint256 y) = point(expected);
        uint256 keysAt;
        uint256 entriesAt;
        assembly ("memory-safe") {
            keysAt := add(keys, 0x20)
            entriesAt := add(entries, 0x20)
        }
        uint256 sumAt = Msm.sum(keysAt, entriesAt, n, biggest);
        bool same;
        assembly ("memory-safe") {
            same := and(eq(mload(sumAt), x), eq(mload(add(sumAt, 0x20)), y))
        }
        require(same, "the sum");
    }

    /// forge-config: default.fuzz.runs = 40
    function testFuzz_SumsAreThoseOfScalars(uint256 seed) public view {
        // Up to 44 points, so with both widths of digits, and entries of every length.
        int256[] memory entries = new int256[](2 * (1 + seed % 22));
        for (uint256 i = 0; i < entries.length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            int256 magnitude = int256((random >> 8) % (1 << (random % 24)));
            entries[i] = random >> 255 == 0 ? magnitude : -magnitude;
        }
        check(entries);
    }

    /// @notice Every entry at which one more digit begins, and its neighbours, with both signs and both widths of digits.
    function testEntriesAtTheEdgesOfDigits() public view {
        for (uint256 wide = 0; wide < 2; ++wide) {
            uint256 bits = wide == 0 ? 4 : 6;
            int256 edge = int256(1 << (bits - 1));
            for (int256 reach = edge; reach <= MOST; reach = reach * int256(1 << bits) + edge) {
                int256[9] memory at_ = [reach - edge, reach - 1, reach, reach + 1, reach * 2, MOST - reach, MOST, 1, 0];
                for (uint256 i = 0; i < at_.length; ++i) {
                    if (at_[i] > MOST || at_[i] < 0) continue;
                    int256[] memory entries = new int256[](wide == 0 ? 2 : 34);
                    (entries[0], entries[1]) = (at_[i], -at_[i]);
                    check(entries);
                }
            }
        }
    }

    function testAPointOffTheCurveIsRefused() public {
        (bool ok, bytes memory data) = address(this).call{gas: 1_000_000}(abi.encodeCall(this.offCurve, ()));
        require(!ok && (data.length == 0 || bytes4(data) == Msm.AdditionFailed.selector), "refused");
    }

    function offCurve() external view {
        uint256[4] memory keys = [uint256(1), 3, 1, 3];
        uint256[2] memory entries = [uint256(5), 5];
        uint256 keysAt;
        uint256 entriesAt;
        assembly ("memory-safe") {
            keysAt := keys
            entriesAt := entries
        }
        Msm.sum(keysAt, entriesAt, 2, 5);
    }
}

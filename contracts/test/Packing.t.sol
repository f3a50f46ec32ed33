// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Packing} from "../src/libraries/Packing.sol";
import {vm} from "./Vm.sol";

/// @dev The library behind a call, whose reverts a test expects.
contract Packer {
    function pack(
        uint256 thresholds,
        uint256 unit,
        uint256 weight,
        Packing.Clause calldata first,
        Packing.Clause calldata second
    ) external pure returns (uint256 tails, uint256 limits) {
        return Packing.pack(thresholds, unit, weight, first, second);
    }
}

/// @notice Tails and limits against the vectors that Rust packs.
contract PackingTest {
    Packer private immutable packer = new Packer();

    function clause(string memory json, string memory path) private pure returns (Packing.Clause memory) {
        return Packing.Clause({
            tail: Packing.Tail(vm.parseJsonUint(json, string.concat(path, ".tail"))),
            confidence: uint32(vm.parseJsonUint(json, string.concat(path, ".confidence"))),
            ofNav: vm.parseJsonUint(json, string.concat(path, ".ofNav")) == 1,
            mantissa: uint128(vm.parseJsonUint(json, string.concat(path, ".mantissa"))),
            decimals: uint8(vm.parseJsonUint(json, string.concat(path, ".decimals")))
        });
    }

    function testTailsAndLimitsAreThoseOfTheVectors() public view {
        string memory json = vm.readFile("test/vectors/packing.json");
        for (uint256 i = 0; i < 16; ++i) {
            string memory path = string.concat(".claims[", vm.toString(i), "]");
            (uint256 tails, uint256 limits) = packer.pack(
                vm.parseJsonUint(json, string.concat(path, ".thresholds")),
                vm.parseJsonUint(json, string.concat(path, ".unit")),
                vm.parseJsonUint(json, string.concat(path, ".weight")),
                clause(json, string.concat(path, ".first")),
                clause(json, string.concat(path, ".second"))
            );
            require(tails == vm.parseJsonUint(json, string.concat(path, ".tails")), "tails");
            require(limits == vm.parseJsonUint(json, string.concat(path, ".limits")), "limits");
        }
    }

    function confident(uint32 confidence) private pure returns (Packing.Clause memory) {
        return Packing.Clause(Packing.Tail.Confidence, confidence, false, 5, 0);
    }

    function refused(
        uint256 thresholds,
        uint256 unit,
        uint256 weight,
        Packing.Clause memory first,
        Packing.Clause memory second,
        bytes memory why
    ) private {
        vm.expectRevert(why);
        packer.pack(thresholds, unit, weight, first, second);
    }

    function testTermsThatNoClaimHasAreRefused() public {
        Packing.Clause memory off;
        Packing.Clause memory good = confident(990_000);
        refused(2, 0, 500, good, off, abi.encodeWithSelector(Packing.UnitOutOfRange.selector, 0));
        refused(2, 1 << 40, 500, good, off, abi.encodeWithSelector(Packing.UnitOutOfRange.selector, 1 << 40));
        refused(2, 1, 0, good, off, abi.encodeWithSelector(Packing.WeightOutOfRange.selector, 0));
        refused(2, 1, 1 << 36, good, off, abi.encodeWithSelector(Packing.WeightOutOfRange.selector, 1 << 36));
        refused(0, 1, 500, good, off, abi.encodeWithSelector(Packing.ThresholdsOutOfRange.selector, 0));
        refused(3, 1, 500, good, off, abi.encodeWithSelector(Packing.ThresholdsOutOfRange.selector, 3));
        refused(2, 1, 500, confident(0), off, abi.encodeWithSelector(Packing.ConfidenceOutOfRange.selector, 0));
        refused(
            2,
            1,
            500,
            confident(1_000_000),
            off,
            abi.encodeWithSelector(Packing.ConfidenceOutOfRange.selector, 1_000_000)
        );
        bytes memory differ = abi.encodeWithSelector(Packing.ConfidencesDiffer.selector, 990_000, 975_000);
        refused(1, 1, 500, good, confident(975_000), differ);
    }

    function testLimitsOutOfRangeAreRefused() public {
        Packing.Clause memory off;
        Packing.Clause[4] memory bad = [
            Packing.Clause(Packing.Tail.Confidence, 990_000, false, 10 ** 18 + 1, 0),
            Packing.Clause(Packing.Tail.Confidence, 990_000, false, 1, 29),
            Packing.Clause(Packing.Tail.Confidence, 990_000, true, 68_000_000_001, 9),
            Packing.Clause(Packing.Tail.Worst, 0, true, 1, 10)
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            bytes memory why =
                abi.encodeWithSelector(Packing.LimitOutOfRange.selector, bad[i].mantissa, bad[i].decimals);
            refused(2, 1, 500, bad[i], off, why);
            refused(2, 1, 500, off, bad[i], why);
        }
    }

    /// @notice A limit is never looser than its decimal, and a tail is (1 - confidence) weight.
    function testFuzz_RoundsDownAndReducesToLowestTerms(
        uint128 mantissa,
        uint8 decimals,
        uint64 unit,
        uint32 confidence,
        uint64 weight
    ) public view {
        decimals %= 29;
        unit = unit % ((1 << 40) - 1) + 1;
        weight = weight % ((1 << 36) - 1) + 1;
        confidence = confidence % 999_999 + 1;
        if (mantissa > 10 ** 18 * 10 ** uint256(decimals)) return;
        Packing.Clause memory off;
        Packing.Clause memory first = Packing.Clause(Packing.Tail.Confidence, confidence, false, mantissa, decimals);
        (uint256 tails, uint256 limits) = packer.pack(2, unit, weight, first, off);
        uint256 absolute = limits & type(uint64).max;
        uint256 exact = uint256(mantissa) * 1_000_000 << 20;
        uint256 one = 10 ** uint256(decimals) * unit;
        require(absolute * one <= exact, "not looser");
        require(absolute == type(uint64).max || (absolute + 1) * one > exact, "not tighter than a loss unit");
        uint256 numerator = (tails & ((1 << 56) - 1)) + 1;
        uint256 denominator = (tails >> 56 & ((1 << 20) - 1)) + 1;
        require(numerator * 1_000_000 == denominator * (1_000_000 - confidence) * weight, "the tail");
        require(tails >> 76 & ((1 << 40) - 1) == unit, "the unit");
        for (uint256 p = 2; p <= 5; p += 3) {
            require(numerator % p != 0 || denominator % p != 0, "lowest terms");
        }
    }
}

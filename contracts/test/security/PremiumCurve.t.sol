// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {PremiumCurve} from "../../src/libraries/PremiumCurve.sol";

/// @notice The premium is the integral of the rate: by hand, and against a sum over small parts.
contract PremiumCurveTest {
    function price(uint256 face, uint256 locked, uint256 all, uint256 ratio) private pure returns (uint256) {
        return PremiumCurve.premium(PremiumCurve.Rates(20_000, 60_000, 300_000, 800_000), face, locked, all, ratio);
    }

    function testThePremiumOfTheExample() public pure {
        PremiumCurve.Rates memory rates = PremiumCurve.Rates(20_000, 60_000, 0, 0);
        require(PremiumCurve.premium(rates, 250e6, 0, 1_000e6, 256) == 6_875_000, "6.875");
        require(PremiumCurve.premium(rates, 250e6, 0, 1_000e6, 0) == 6_875_000, "a ratio below one is one");
        require(PremiumCurve.premium(rates, 250e6, 0, 1_000e6, 512) == 8 * 6_875_000, "twice the deviation: 8 times");
        require(PremiumCurve.premium(rates, 250e6, 0, 1_000e6, 257) == 6_955_882, "rounded up");
        require(PremiumCurve.premium(rates, 1, 0, 1_000e6, 256) == 1, "the least unit");
    }

    function testAboveTheKinkCoverIsDearer() public pure {
        // From 0 to 1: 2 % + 3 % + 30 % * 0.2 / 2.
        require(price(1_000e6, 0, 1_000e6, 256) == 80e6, "all of it");
        // From 0.8 to 1: 2 % + 6 % * 0.9 + 15 %.
        require(price(200e6, 800e6, 1_000e6, 256) == 44_800_000, "the last fifth");
        require(price(800e6, 0, 1_000e6, 256) == 35_200_000, "the rest");
    }

    function testPartsCostAsMuchAsTheWhole(uint256 seed) public pure {
        uint256 all = seed % 2 ** 92 + 1_000;
        uint256 locked = uint256(keccak256(abi.encode(seed, 1))) % (all - 100);
        uint256 face = uint256(keccak256(abi.encode(seed, 2))) % (all - locked) + 1;
        uint256 first = uint256(keccak256(abi.encode(seed, 3))) % face;
        uint256 ratio = uint256(keccak256(abi.encode(seed, 4))) % 65_536;
        uint256 whole = price(face, locked, all, ratio);
        uint256 parts = price(first, locked, all, ratio) + price(face - first, locked + first, all, ratio);
        require(parts >= whole && parts <= whole + 1, "the integral is additive, up to rounding");
    }

    function testNothingOverflows() public pure {
        uint256 most = PremiumCurve.MOST_ASSETS;
        PremiumCurve.Rates memory rates = PremiumCurve.Rates(1, 0, 9_999_999, 999_999);
        require(PremiumCurve.premium(rates, most, 0, most, 65_535) > most, "steep");
        rates = PremiumCurve.Rates(10_000_000, 0, 0, 0);
        require(PremiumCurve.premium(rates, most, 0, most, 65_535) > 10 * most, "base");
        rates = PremiumCurve.Rates(1, 9_999_999, 0, 0);
        require(PremiumCurve.premium(rates, 1, most - 1, most, 65_535) != 0, "slope");
        rates = PremiumCurve.Rates(1, 0, 9_999_999, 0);
        require(PremiumCurve.premium(rates, most / 2, most / 2, most, 65_535) != 0, "no kink");
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {TrafficLight} from "../src/libraries/TrafficLight.sol";

/// @notice Zones against the binomial distribution.
contract TrafficLightTest {
    uint256 private constant ONE = 1e30;

    function testNoMultiplierButForMar32() public pure {
        require(TrafficLight.multiplier(990_000, 250, 4) == 1_500_000, "250 days at 99 %");
        require(TrafficLight.multiplier(990_000, 249, 4) == 0, "a day less");
        require(TrafficLight.multiplier(975_000, 250, 4) == 0, "another confidence");
    }

    function testZonesAreThoseOfTheBinomialDistributionAt99() public pure {
        compare(990_000);
    }

    function testZonesAreThoseOfTheBinomialDistributionAt975() public pure {
        compare(975_000);
    }

    function testZonesAreThoseOfTheBinomialDistributionAt95() public pure {
        compare(950_000);
    }

    function testNoZoneOutsideTheTables() public pure {
        none(990_000, 251);
        none(990_000, 99);
        none(975_000, 39);
        none(950_000, 19);
        none(985_000, 250);
        none(1_000_000, 250);
        none(0, 250);
    }

    function none(uint256 confidence, uint256 numberOfDays) private pure {
        require(TrafficLight.zone(confidence, numberOfDays, 0) == TrafficLight.Zone.None, "a zone");
    }

    /// @dev Every number of days, and every number of exceedances in it that is below 40; more are red.
    function compare(uint256 confidence) private pure {
        uint256 chance = ONE / 1e6 * (1e6 - confidence);
        uint256[40] memory exactly;
        exactly[0] = ONE;
        for (uint256 numberOfDays = 1; numberOfDays <= 250; ++numberOfDays) {
            for (uint256 k = 39; k > 0; --k) {
                exactly[k] = (exactly[k] * (ONE - chance) + exactly[k - 1] * chance) / ONE;
            }
            exactly[0] = exactly[0] * (ONE - chance) / ONE;
            if (numberOfDays * chance < ONE) continue;
            uint256 atMost = 0;
            for (uint256 k = 0; k < 40; ++k) {
                atMost += exactly[k];
                // 1 green, 2 yellow, 3 red.
                uint8 zone = atMost >= ONE / 10_000 * 9_999 ? 3 : atMost >= ONE / 100 * 95 ? 2 : 1;
                // Each number of days truncates once: the sum is below the probability by at most 250 * 40 of 1e30.
                require(uint8(TrafficLight.zone(confidence, numberOfDays, k)) == zone, "the zone");
            }
        }
    }
}

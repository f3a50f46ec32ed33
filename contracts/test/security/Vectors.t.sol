// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {CoverSchedule} from "../../src/libraries/CoverSchedule.sol";
import {Deviation} from "../../src/libraries/Deviation.sol";
import {ExposureMultiplier} from "../../src/libraries/ExposureMultiplier.sol";
import {LossLadder} from "../../src/libraries/LossLadder.sol";
import {PremiumCurve} from "../../src/libraries/PremiumCurve.sol";
import {vm} from "../Vm.sol";

/// @notice The security's arithmetic against the vectors that Rust computes: quotes and backtests off chain are the contracts' own.
contract SecurityVectorsTest {
    uint256 private constant ROWS = 40;
    uint256 private constant TAIL = 2;
    string private json = vm.readFile("test/vectors/security.json");

    function column(string memory path) private view returns (uint256[] memory) {
        return vm.parseJsonUintArray(json, path);
    }

    function lossesOf() private view returns (int256[] memory losses) {
        uint256[] memory shifted = column(".index.lossesPlus2To40");
        losses = new int256[](shifted.length);
        for (uint256 i = 0; i < shifted.length; ++i) {
            losses[i] = int256(shifted[i]) - 2 ** 40;
        }
    }

    function testRungsAndLevelsAreThoseOfTheVectors() public view {
        int256[] memory losses = lossesOf();
        (uint256[] memory rungs, uint256[] memory levels) = (column(".index.rungs"), column(".index.levels"));
        uint256 counts;
        for (uint256 i = 0; i < losses.length; ++i) {
            uint256 reached = LossLadder.rungs(losses[i], 100, 50);
            require(reached == rungs[i], "rungs");
            counts = LossLadder.replaced(counts, reached, i < ROWS ? 0 : rungs[i - ROWS]);
            require(LossLadder.level(counts, TAIL) == levels[i], "level");
        }
        require(losses.length == 200, "as many as there are");
    }

    function testRatiosAndCalmAreThoseOfTheVectors() public view {
        int256[] memory losses = lossesOf();
        (uint256[] memory ratios, uint256[] memory calms) = (column(".index.ratios"), column(".index.calm"));
        (uint256 square, uint256 sum, uint256 ratio) = (0, 0, 0);
        for (uint256 i = 0; i < losses.length; ++i) {
            bool calm;
            (square, sum, ratio, calm) = Deviation.next(square, sum, i, losses[i]);
            require(ratio == ratios[i], "ratio");
            require((calm ? 1 : 0) == calms[i], "calm");
        }
    }

    function testMultipliersAreThoseOfTheVectors() public view {
        (uint256[] memory levels, uint256[] memory kept) = (column(".index.levels"), column(".index.multipliers"));
        (uint256 next, uint256 coming) = (64, 64);
        for (uint256 i = 0; i < levels.length; ++i) {
            require(next == kept[i], "multiplier");
            if (i + 1 < ROWS) continue;
            next = coming;
            uint256 upper = 100 + levels[i] * 50;
            uint256 moved = ExposureMultiplier.fallen(coming, 200, levels[i] == 0 ? 0 : upper - 50, 2);
            if (moved == coming && levels[i] != LossLadder.RUNGS) {
                moved = ExposureMultiplier.risen(coming, 200, upper, 128, 4, 2);
            }
            coming = moved;
        }
    }

    function testPayoutsAreThoseOfTheVectors() public view {
        (uint256[] memory from, uint256[] memory to) = (column(".payout.attachment"), column(".payout.detachment"));
        (uint256[] memory best, uint256[] memory eve) = (column(".payout.best"), column(".payout.eve"));
        (uint256[] memory parts, uint256[] memory wholes) = (column(".payout.part"), column(".payout.whole"));
        for (uint256 i = 0; i < from.length; ++i) {
            IVarSecurity.Terms memory terms =
                IVarSecurity.Terms(IVarSecurity.Kind.ValueAtRisk, uint16(from[i]), uint16(to[i]), 1, 20);
            (uint256 part, uint256 whole) = CoverSchedule.payout(terms, best[i], eve[i]);
            require(part == parts[i] && whole == wholes[i], "payout");
        }
        require(from.length == 40, "as many as there are");
    }

    function testPremiumsAreThoseOfTheVectors() public view {
        (uint256[] memory base, uint256[] memory slope) = (column(".premium.base"), column(".premium.slope"));
        (uint256[] memory steep, uint256[] memory kink) = (column(".premium.steep"), column(".premium.kink"));
        (uint256[] memory face, uint256[] memory locked) = (column(".premium.face"), column(".premium.locked"));
        (uint256[] memory assets, uint256[] memory ratio) = (column(".premium.assets"), column(".premium.ratio"));
        uint256[] memory premiums = column(".premium.premium");
        for (uint256 i = 0; i < base.length; ++i) {
            PremiumCurve.Rates memory rates =
                PremiumCurve.Rates(uint32(base[i]), uint32(slope[i]), uint32(steep[i]), uint32(kink[i]));
            require(
                PremiumCurve.premium(rates, face[i], locked[i], assets[i], ratio[i]) == premiums[i], "premium"
            );
        }
        require(base.length == 40, "as many as there are");
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {CoverIds} from "../../src/libraries/CoverIds.sol";
import {CoverWorld} from "./CoverWorld.sol";

/// @notice What is an index of a day: value at risk over the eve's, a loss, and a loss times the multiplier.
contract CoverIndexTest is CoverWorld {
    function setUp() public {
        makeWorld();
    }

    // --- rule 3: what the eve would pay

    /// @notice A window remembers a crash. Two of eight rows at 6 % put value at risk there before the first day: not paid.
    function testAWindowThatRemembersACrashPaysNothing() public {
        lose(60_001);
        lose(60_001);
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.ValueAtRisk);
        uint256 cover = split(terms, 1_000, ALICE);
        calm(20 + 1);
        becomeFinal();
        IVarSecurity.Position memory position = settle(cover);
        require(position.eve == 600 << 20 && position.best == 600 << 20 && position.finished, "as on the eve");
        require(redeem(cover, 1_000, ALICE) == 0, "a certain payout is none");
        require(redeem(cover | CoverIds.REST, 1_000, ALICE) == 1_000, "REST is whole");
    }

    function testValueAtRiskPaysWhatItAddsToTheEve() public {
        lose(60_001);
        lose(60_001);
        uint256 cover = split(termsOf(IVarSecurity.Kind.ValueAtRisk), 1_000, ALICE);
        calm(1);
        lose(70_001);
        lose(70_001);
        becomeFinal();
        settle(cover);
        require(security.owed(cover, 1_000) == 250, "from 6 % to 7 %, of 4 % to 8 %");
        lose(90_000);
        lose(90_000);
        becomeFinal();
        require(settle(cover).finished, "detachment");
        require(redeem(cover, 1_000, ALICE) == 500, "from 6 % to 8 %");
        require(redeem(cover | CoverIds.REST, 1_000, ALICE) == 500, "the rest");
    }

    function testAnEveAtDetachmentFinishesAPosition() public {
        lose(85_001);
        lose(85_001);
        uint256 cover = split(termsOf(IVarSecurity.Kind.ValueAtRisk), 1_000, ALICE);
        calm(1);
        calm(1);
        require(settle(cover).finished && security.faces() == 0, "nothing can be paid");
        require(redeem(cover | CoverIds.REST, 1_000, ALICE) == 1_000, "REST is whole");
    }

    /// @notice The eve is no matter of the realised loss: a day of 6 % before the first does not lower what is paid.
    function testTheEveOfARealisedLossIsNothing() public {
        uint256 cover = splitRealised(1_000);
        lose(60_001);
        lose(60_001);
        becomeFinal();
        settle(cover);
        require(security.owed(cover, 1_000) == 500 && security.position(cover).eve == 0, "6 %");
    }

    // --- rule 4, as far as it is the core's: the multiplier scales scaled series only

    function testTheMultiplierScalesScaledSeriesAlone() public {
        lose(40_001);
        lose(40_001);
        calm(1);
        uint256 realised = splitRealised(1_000);
        uint256 scaled = split(termsOf(IVarSecurity.Kind.Scaled), 1_000, ALICE);
        calm(1);
        lose(70_001);
        becomeFinal();
        uint256 multiplier = rowAt(12).multiplier;
        require(multiplier == 32, "value at risk of 4 % halves the exposure");
        require(settle(realised).best == lossAt(12), "as it is");
        require(settle(scaled).best == lossAt(12) * multiplier / 64, "times the multiplier, rounded down");
    }
}

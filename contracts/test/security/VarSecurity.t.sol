// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {CoverIds} from "../../src/libraries/CoverIds.sol";
import {vm as cheats} from "../ledger/Cheats.sol";
import {CoverWorld} from "./CoverWorld.sol";

/// @notice What a position pays, and when.
contract VarSecurityTest is CoverWorld {
    function setUp() public {
        makeWorld();
    }

    /// @notice The page's example, in tenths: 250 of face, day 5 void, days 6, 10 and 12 of 5 %, 7 % and 9 %.
    function testTheExampleByHand() public {
        uint256 cover = splitRealised(2_500);
        uint256[3] memory due = [uint256(625), 1_875, 2_500];
        calm(1 + 4);
        // Day 5 has no row of its own.
        loseAfterAGap(50_001, period + 2);
        becomeFinal();
        require(settle(cover).best == lossAt(13), "day 6");
        require(security.owed(cover, 2_500) == due[0], "a quarter");
        calm(1);
        lose(70_001);
        becomeFinal();
        settle(cover);
        require(security.owed(cover, 2_500) == due[1], "three quarters");
        require(redeemIsRefused(cover, ALICE) && redeemIsRefused(cover | CoverIds.REST, ALICE), "while it lives");
        lose(90_000);
        becomeFinal();
        require(settle(cover).finished, "at detachment nothing more can change");
        require(redeem(cover, 2_500, ALICE) == due[2] && coin.balanceOf(ALICE) == 2_500, "all of it");
        require(redeem(cover | CoverIds.REST, 2_500, ALICE) == 0, "and nothing for REST");
        require(security.faces() == 0 && security.held() == 0, "nothing is left");
    }

    function testARestIsPaidWhatCoverIsNot() public {
        uint256 cover = splitRealised(1_000);
        calm(1);
        lose(50_000);
        calm(19);
        becomeFinal();
        require(settle(cover).finished, "after the last day");
        uint256 part = lossAt(9) - (400 << 20);
        uint256 whole = 400 << 20;
        require(redeem(cover, 1_000, ALICE) == 1_000 * part / whole, "COVER, rounded down");
        require(redeem(cover | CoverIds.REST, 1_000, ALICE) == 1_000 * (whole - part) / whole, "REST, rounded down");
        require(security.held() == 1, "what rounding leaves");
    }
}

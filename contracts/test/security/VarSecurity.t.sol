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

    // --- rule 1: life

    function refusedTerms(IVarSecurity.Terms memory terms, bytes memory fault) private returns (bool) {
        return refuses(ALICE, abi.encodeCall(security.split, (terms, 1, ALICE, ALICE)), fault);
    }

    function badTerms(string memory field, uint256 value) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IVarSecurity.BadTerms.selector, field, value);
    }

    function testALifeOfNineteenDaysIsRefused() public {
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.Realised);
        terms.last -= 1;
        require(refusedTerms(terms, badTerms("life", 19)), "19 days");
        terms.last += 1;
        split(terms, 1, ALICE);
    }

    function testTermsOutOfRangeAreRefused() public {
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.Realised);
        terms.attachment = terms.detachment;
        require(refusedTerms(terms, badTerms("attachment", 800)), "attachment");
        (terms.attachment, terms.detachment) = (400, 10_001);
        require(refusedTerms(terms, badTerms("detachment", 10_001)), "detachment");
        (terms.detachment, terms.last) = (10_000, terms.first - 1);
        require(refusedTerms(terms, badTerms("first", terms.first)), "the last day before the first");
        terms = termsOf(IVarSecurity.Kind.Realised);
        require(
            refuses(ALICE, abi.encodeCall(security.split, (terms, 0, ALICE, ALICE)), badTerms("amount", 0)), "nothing"
        );
    }

    function testDaysOfNoCalendarAreRefused() public {
        makeBook(8, workdays(4096));
        security = newSecurity(coin);
        // Periods 7 k and 7 k + 6 are no days.
        IVarSecurity.Terms memory terms = IVarSecurity.Terms(IVarSecurity.Kind.Realised, 400, 800, 7, 50);
        require(refusedTerms(terms, badTerms("first", 7)), "the first is no day");
        (terms.first, terms.last) = (8, 49);
        require(refusedTerms(terms, badTerms("last", 49)), "the last is no day");
        terms.last = 32;
        require(refusedTerms(terms, badTerms("life", 19)), "19 days in 25 periods");
        terms.first = 1;
        terms.last = 40;
        require(refusedTerms(terms, abi.encodeWithSignature("Beyond(uint256)", 1)), "a first day without an eve");
        terms.first = 2;
        split(terms, 1, ALICE);
    }

    function workdays(uint256 periods) private pure returns (bytes memory bitmap) {
        bitmap = new bytes(periods / 8);
        for (uint256 p = 0; p < periods; ++p) {
            if (p % 7 != 0 && p % 7 != 6) bitmap[p / 8] |= bytes1(uint8(0x80 >> (p % 8)));
        }
    }

    function testALastDayBehindTheEndOfTheIndexIsRefused() public {
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.Realised);
        split(terms, 1, ALICE);
        endTheIndex();
        require(refusedTerms(terms, badTerms("last", terms.last)), "no day can come");
    }

    /// @dev No row comes until the index can be ended.
    function endTheIndex() private {
        cheats.warp(closesAt(period + 11) + 49 hours);
        index.end();
    }

    // --- rule 2: the greatest index, paid once

    /// @notice The attack: REST settles on the first small day, so that COVER is burnt for little. It is not burnt before the end.
    function testASellerSettlesOnTheFirstSmallDay() public {
        uint256 cover = splitRealised(1_000);
        calm(1);
        lose(43_600);
        becomeFinal();
        cheats.prank(BOB);
        security.settle(cover, startOf(cover), 1);
        require(security.owed(cover, 1_000) == 90, "0.09 so far");
        require(redeemIsRefused(cover, ALICE), "nothing is burnt for it");
        lose(80_001);
        becomeFinal();
        settle(cover);
        require(redeem(cover, 1_000, ALICE) == 1_000, "1.00 is paid, not 0.09");
    }

    function testASmallerDayAfterAGreaterOneTakesNothingBack() public {
        uint256 cover = splitRealised(1_000);
        calm(1);
        lose(60_001);
        lose(50_000);
        lose(-50_000);
        becomeFinal();
        require(settle(cover).best == lossAt(9) && security.owed(cover, 1_000) == 500, "the greatest");
    }

    function testDaysBeforeTheFirstAndAfterTheLastDoNotCount() public {
        uint256 cover = splitRealised(1_000);
        lose(90_000);
        calm(20);
        lose(90_000);
        becomeFinal();
        IVarSecurity.Position memory position = settle(cover);
        require(position.finished && position.best == 0, "neither");
        require(redeem(cover | CoverIds.REST, 1_000, ALICE) == 1_000, "all of it is REST's");
    }

    function testTheFirstAndTheLastDayCount() public {
        uint256 cover = splitRealised(1_000);
        calm(1);
        lose(50_000);
        calm(18);
        lose(60_000);
        becomeFinal();
        require(security.settle(cover, 9, 1).best == lossAt(9), "the first");
        IVarSecurity.Position memory position = settle(cover);
        require(position.best == lossAt(28) && position.finished, "the last");
    }

    // --- rule 7: collateral

    function testEveryUnitOfCoverHasItsCollateral() public {
        uint256 one = splitRealised(1_000);
        uint256 other = split(termsOf(IVarSecurity.Kind.ValueAtRisk), 500, BOB);
        require(security.faces() == 1_500 && security.held() == 1_500, "one to one");
        require(coin.balanceOf(address(security)) == 1_500, "and it is there");
        require(
            security.balanceOf(ALICE, one) == 1_000 && security.balanceOf(ALICE, one | CoverIds.REST) == 1_000, "ALICE"
        );
        require(security.position(other).faces == 500, "BOB");
        cheats.prank(ALICE);
        security.merge(one, 400, BOB);
        require(coin.balanceOf(BOB) == 400 && security.faces() == 1_100 && security.held() == 1_100, "merged");
        require(security.position(one).faces == 600 && security.balanceOf(ALICE, one) == 600, "burnt");
    }

    function testFacesOverTheCapAreRefused() public {
        splitRealised(uint128(CAP) - 5);
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.ValueAtRisk);
        bytes memory fault = abi.encodeWithSelector(IVarSecurity.OverCap.selector, CAP + 1, CAP);
        require(refuses(BOB, abi.encodeCall(security.split, (terms, 6, BOB, BOB)), fault), "of all positions");
        split(terms, 5, BOB);
    }

    /// @notice A finished position is no longer at stake: nobody's row can change what it pays.
    function testFinishedFacesLeaveTheCap() public {
        uint256 cover = splitRealised(uint128(CAP));
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.Realised);
        calm(1);
        lose(80_001);
        becomeFinal();
        require(settle(cover).finished && security.faces() == 0 && security.held() == CAP, "held, and not live");
        cheats.prank(ALICE);
        security.merge(cover, 10, ALICE);
        require(security.faces() == 0 && security.held() == CAP - 10, "a merge lowers the faces once");
        bytes memory fault = abi.encodeWithSelector(IVarSecurity.Finished.selector, cover);
        require(refuses(ALICE, abi.encodeCall(security.split, (terms, 1, ALICE, ALICE)), fault), "finished");
        split(termsOf(IVarSecurity.Kind.Realised), uint128(CAP), ALICE);
    }

    function testMergeIsPossibleAtAnyTime() public {
        uint256 cover = splitRealised(1_000);
        cheats.startPrank(ALICE);
        security.merge(cover, 100, ALICE);
        cheats.stopPrank();
        calm(1);
        lose(60_001);
        cheats.prank(ALICE);
        security.merge(cover, 100, ALICE);
        calm(19);
        becomeFinal();
        settle(cover);
        redeem(cover, 300, ALICE);
        cheats.prank(ALICE);
        security.merge(cover, 500, ALICE);
        require(coin.balanceOf(ALICE) == 100 + 100 + 150 + 500, "one for one, before the end and after it");
        require(redeem(cover | CoverIds.REST, 300, ALICE) == 149, "and REST is paid");
    }
}

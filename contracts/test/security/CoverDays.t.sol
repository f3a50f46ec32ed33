// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {CoverIds} from "../../src/libraries/CoverIds.sol";
import {VarSecurity} from "../../src/security/VarSecurity.sol";
import {vm as cheats} from "../ledger/Cheats.sol";
import {CoverWorld} from "./CoverWorld.sol";

/// @notice Rule 8: days that are void, not final, revoked, or that never come.
contract CoverDaysTest is CoverWorld {
    function setUp() public {
        makeWorld();
    }

    // --- void days

    /// @notice A row over two days swallows both: neither has a row of its own.
    function testAMoveOverTwoDaysIsNettedIntoNone() public {
        uint256 cover = splitRealised(1_000);
        calm(2);
        lose(90_000, period + 2);
        becomeFinal();
        IVarSecurity.Position memory position = settle(cover);
        require(lossAt(10) > 800 << 20 && position.cursor == 11, "the row was looked at");
        require(position.best == 0 && !position.finished, "both days are void");
    }

    function testADayAfterAVoidDayCounts() public {
        uint256 cover = splitRealised(1_000);
        calm(2);
        loseAfterAGap(60_001, period + 2);
        becomeFinal();
        settle(cover);
        require(security.owed(cover, 1_000) == 500, "its own move");
    }

    /// @notice The last day has no row. The row behind it finishes the position.
    function testAVoidLastDayFinishesWithTheRowBehindIt() public {
        uint256 cover = splitRealised(1_000);
        calm(20);
        loseAfterAGap(90_000, period + 2);
        require(!settle(cover).finished, "not final");
        becomeFinal();
        IVarSecurity.Position memory position = settle(cover);
        require(position.finished && position.best == 0, "the day behind the last is not in it");
    }

    /// @notice The eve has no row: what was before it is the eve.
    function testAVoidEve() public {
        lose(50_001);
        lose(50_001);
        uint256 cover = split(termsOf(IVarSecurity.Kind.ValueAtRisk), 1_000, ALICE);
        uint256 rows = index.next();
        loseAfterAGap(0, period + 2);
        calm(1);
        becomeFinal();
        require(security.settle(cover, rows, NEVER).eve == 500 << 20, "the last row up to the eve");
    }

    // --- 48 hours and two rows

    function testAPayoutWaits48Hours() public {
        uint256 cover = splitRealised(1_000);
        calm(1);
        lose(80_001);
        uint256 pushed = block.timestamp;
        calm(2);
        cheats.warp(pushed + 48 hours);
        require(settle(cover).best == 0 && redeemIsRefused(cover, ALICE), "not yet");
        cheats.warp(pushed + 48 hours + 1);
        require(settle(cover).finished, "48 hours");
    }

    function testAPayoutWaitsForTwoRows() public {
        uint256 cover = splitRealised(1_000);
        calm(1);
        lose(80_001);
        calm(1);
        cheats.warp(block.timestamp + 5 days);
        require(settle(cover).best == 0 && redeemIsRefused(cover, ALICE), "one row behind it");
        calm(1);
        require(settle(cover).finished, "two");
    }

    /// @notice The attack: REST leaves when the last day has closed, before the day's loss is settled.
    function testExitBetweenDeadlineAndSettlement() public {
        uint256 cover = splitRealised(1_000);
        calm(20);
        lose(70_001);
        calm(1);
        settle(cover);
        require(redeemIsRefused(cover | CoverIds.REST, ALICE), "the last day is not final");
        calm(1);
        cheats.warp(block.timestamp + 1);
        require(redeemIsRefused(cover | CoverIds.REST, ALICE), "the last day is not settled");
        settle(cover);
        require(redeem(cover | CoverIds.REST, 1_000, ALICE) == 249, "what COVER leaves");
    }

    // --- rule 9: days decide, not who settles or when

    /// @notice Of two securities over one index, one is settled by a stranger, row by row as they become final, and one by a holder at
    /// the end. Both pay the same.
    function testWhoeverSettlesWheneverPaysTheSame() public {
        VarSecurity first = security;
        uint256 cover = splitRealised(1_000);
        VarSecurity second = security = newSecurity(coin);
        split(termsOf(IVarSecurity.Kind.Realised), 1_000, ALICE);
        int256[6] memory days_ = [int256(0), 45_000, -20_000, 66_001, 50_000, 12_000];
        for (uint256 i = 0; i < 24; ++i) {
            lose(days_[i % 6]);
            if (i < 2) continue;
            cheats.prank(BOB);
            first.settle(cover, startOf(cover), 1);
        }
        becomeFinal();
        first.settle(cover, startOf(cover), NEVER);
        cheats.prank(ALICE);
        second.settle(cover, startOf(cover), NEVER);
        require(
            keccak256(abi.encode(first.position(cover))) == keccak256(abi.encode(second.position(cover))), "the same"
        );
        require(first.position(cover).finished && first.owed(cover, 1_000) == 650, "6.6 %");
        cheats.startPrank(ALICE);
        require(first.redeem(cover, 1_000, ALICE) == second.redeem(cover, 1_000, ALICE), "is paid");
        cheats.stopPrank();
    }

    // --- revoked days

    function testARevokedDayIsVoid() public {
        uint256 cover = splitRealised(1_000);
        calm(1);
        loseAndRevoke(80_001);
        lose(50_001);
        becomeFinal();
        settle(cover);
        require(security.owed(cover, 1_000) == 250, "the day behind it");
    }

    function testARevokedLastDayFinishes() public {
        uint256 cover = splitRealised(1_000);
        calm(20);
        loseAndRevoke(80_001);
        becomeFinal();
        IVarSecurity.Position memory position = settle(cover);
        require(position.finished && position.best == 0, "void, and the last");
    }

    // --- the end of the index

    function testAnEndedIndexFinishesEveryPosition() public {
        uint256 cover = splitRealised(1_000);
        calm(1);
        lose(50_001);
        cheats.warp(closesAt(period + 11) + 49 hours);
        require(!settle(cover).finished, "the index goes on");
        index.end();
        IVarSecurity.Position memory position = settle(cover);
        require(position.finished && position.best == lossAt(9), "what was before the end counts");
        require(redeem(cover, 1_000, ALICE) == 250, "COVER");
        require(redeem(cover | CoverIds.REST, 1_000, ALICE) == 749, "REST");
    }

    function testAnIndexThatEndsBeforeTheFirstDayReturnsAllToRest() public {
        uint256 cover = split(termsOf(IVarSecurity.Kind.ValueAtRisk), 1_000, ALICE);
        uint256 rows = index.next();
        cheats.warp(closesAt(period + 11) + 49 hours);
        index.end();
        bytes memory call = abi.encodeCall(security.settle, (cover, rows - 1, NEVER));
        require(
            refuses(BOB, call, abi.encodeWithSelector(IVarSecurity.WrongStart.selector, rows - 1)), "a row too early"
        );
        require(security.settle(cover, rows, NEVER).finished, "no row comes");
        require(redeem(cover | CoverIds.REST, 1_000, ALICE) == 1_000, "REST is whole");
    }

    /// @notice The row of the last day came late, and the index ends before that row is final. The position waits for it.
    function testAnEndedIndexWaitsForItsLastRows() public {
        uint256 cover = splitRealised(1_000);
        calm(1);
        cheats.warp(closesAt(period + 12) + 49 hours);
        lose(50_001);
        index.end();
        IVarSecurity.Position memory position = settle(cover);
        require(!position.finished && position.best == 0 && redeemIsRefused(cover, ALICE), "ended, and not final");
        cheats.warp(block.timestamp + 48 hours + 1);
        position = settle(cover);
        require(position.finished && position.best == lossAt(9), "final");
    }
}

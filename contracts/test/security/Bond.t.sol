// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IComplianceBond} from "../../src/interfaces/IComplianceBond.sol";
import {vm} from "../ledger/Cheats.sol";
import {BondWorld} from "./BondWorld.sol";

/// @notice Rules of the bond over real outcomes.
contract BondTest is BondWorld {
    IComplianceBond.Reason private constant X = IComplianceBond.Reason.Exceedance;
    IComplianceBond.Reason private constant L = IComplianceBond.Reason.Lapse;

    function setUp() public {
        start();
    }

    /// @notice "Bond." in the book's chapter, to the unit.
    function testTheExampleOfTheBook() public {
        uint256 x = buy(X, 30 * UNIT, OUTSIDER);
        uint256 l = buy(L, 20 * UNIT, OUTSIDER);
        is_(100 * UNIT, 50 * UNIT, 50 * UNIT);
        require(held() == 101_200_000, "premium of 30 periods: 0.9 and 0.3");
        proved(11, 15);
        require(bond.owed(x, 30 * UNIT) == 3 * UNIT && bond.owed(l, 20 * UNIT) == 0, "3 to exceedance cover");
        bond.release(x);
        bond.release(l);
        is_(92 * UNIT, 47 * UNIT, 45 * UNIT);
        // Rows 13, 14 and 15: 0.03 and 0.01 each.
        claimsAre(5 * UNIT, 120_000);
        silent(16);
        claimsAre(50 * UNIT, 120_000);
        require(redeem(x, OUTSIDER) == 30 * UNIT && redeem(l, OUTSIDER) == 20 * UNIT, "3 + 27, and 20");
        is_(0, 0, 0);
        require(bond.refund(x, OUTSIDER) == 810_000 && bond.refund(l, OUTSIDER) == 270_000, "27 periods");
        require(collect(BENEFICIARY) == 50 * UNIT && collect(entity(0)) == 120_000, "5 + 45, and premium");
        require(held() == 0, "all is paid");
    }

    /// @notice A cover's first period is the first to open a day after the purchase; row 13, of Monday, opens with Saturday.
    function testARowIsOfThePeriodThatItOpensWith() public {
        uint256 cover = buy(X, 2, 30 * UNIT, OUTSIDER);
        require(cover == uint256(18_650) << 32 | 18_651, "the identifier: Saturday and Sunday");
        uint256 next = buy(X, 5, 20 * UNIT, OUTSIDER);
        require(next == uint256(18_650) << 32 | 18_654, "five periods");
        proved(11, 12);
        vm.prank(OUTSIDER);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.NotOver.selector, cover, 18_649));
        bond.redeem(cover, 1, OUTSIDER);
        proved(13, 13);
        // Monday's row has earned its premium, and no row can be of Sunday any more.
        bond.release(cover);
        claimsAre(0, 30_000);
        is_(100 * UNIT, 20 * UNIT, 80 * UNIT);
        proved(14, 15);
        // The exceedance opened with Thursday, the last of the five periods.
        require(bond.owed(next, 20 * UNIT) == 2 * UNIT && bond.owed(cover, 30 * UNIT) == 0, "of its own periods");
    }

    function testCoverIsAtMostHalfOfTheBond() public {
        buy(L, 30 * UNIT, OUTSIDER);
        cannotBuy(
            abi.encodeWithSelector(IComplianceBond.AboveHalf.selector, 20 * UNIT + 1, 70 * UNIT, 30 * UNIT),
            20 * UNIT + 1
        );
        buy(L, 20 * UNIT, OUTSIDER);
        is_(100 * UNIT, 50 * UNIT, 50 * UNIT);
        cannotBuy(abi.encodeWithSelector(IComplianceBond.AboveHalf.selector, 1, 50 * UNIT, 50 * UNIT), 1);
        fund(2);
        buy(L, 1, OUTSIDER);
    }

    /// @notice After an exceedance the free half is less than before, and no cover is sold until it is made up.
    function testAfterAnExceedanceCoverWaitsForTheOtherHalf() public {
        uint256 x = buy(X, 30 * UNIT, OUTSIDER);
        buy(L, 20 * UNIT, OUTSIDER);
        proved(11, 15);
        bond.release(x);
        cannotBuy(abi.encodeWithSelector(IComplianceBond.AboveHalf.selector, 1, 45 * UNIT, 47 * UNIT), 1);
        fund(4 * UNIT);
        buy(L, UNIT, OUTSIDER);
        is_(96 * UNIT, 48 * UNIT, 48 * UNIT);
    }

    /// @notice Cover of both reasons is paid whole by silence; what had not begun gets its premium back, and its lock is lost.
    function testCoverThatHadNotBegunIsNotPaid() public {
        uint256 begun = buy(X, 20 * UNIT, OUTSIDER);
        proved(11, 14);
        uint256 late = buy(L, 30 * UNIT, OUTSIDER);
        silent(15);
        require(bond.owed(begun, 20 * UNIT) == 20 * UNIT && bond.owed(late, 30 * UNIT) == 0, "begun or not");
        require(bond.refund(late, OUTSIDER) == 450_000, "its whole premium");
        require(redeem(late, OUTSIDER) == 0 && redeem(begun, OUTSIDER) == 20 * UNIT, "the payouts");
        // The free half of 50, and the lock of 30; premium of the two proved rows.
        claimsAre(80 * UNIT, 40_000);
        is_(0, 0, 0);
    }

    /// @notice A cover that was over before the silent row is not paid by it, whenever its lock is released.
    function testCoverThatWasOverIsNotPaid() public {
        uint256 cover = buy(X, 5, 20 * UNIT, OUTSIDER);
        proved(11, 15);
        silent(16);
        require(redeem(cover, OUTSIDER) == 2 * UNIT, "one slice");
        // A slice of 80, what was left of them, and what was left of the lock: nothing returns.
        claimsAre(98 * UNIT, 60_000);
        require(collect(entity(0)) == 60_000, "premium of three rows");
    }

    function testLocksAreReleasedAfterTheLastPeriod() public {
        uint256 cover = buy(L, 5, 20 * UNIT, OUTSIDER);
        proved(11, 14);
        bond.release(cover);
        is_(100 * UNIT, 20 * UNIT, 80 * UNIT);
        vm.prank(OUTSIDER);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.NotOver.selector, cover, 18_653));
        bond.redeem(cover, 1, OUTSIDER);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.NotOver.selector, cover, 18_653));
        bond.refund(cover, OUTSIDER);
        proved(15, 15);
        bond.release(cover);
        // The exceedance took 8 of the 80 that were free.
        is_(92 * UNIT, 0, 92 * UNIT);
    }

    /// @notice The cover is bought of one identifier by two buyers, one of them twice: each gets its own premium back.
    function testTwoPurchasesOfOneCover() public {
        // Premium of a period is rounded up at each purchase: 1, 1 and 10,000.
        uint256 cover = buy(L, 5, 1, OUTSIDER);
        require(buy(L, 5, 1, OUTSIDER) == cover && buy(L, 5, 20 * UNIT, STRAW) == cover, "one identifier");
        proved(11, 15);
        bond.release(cover);
        claimsAre(8 * UNIT - 1, 3 * 10_002);
        require(bond.refund(cover, OUTSIDER) == 2 * 2 && bond.refund(cover, STRAW) == 2 * 10_000, "their own");
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.NothingBought.selector, cover, STRAW));
        bond.refund(cover, STRAW);
    }

    /// @notice Payouts of three holders of odd amounts are rounded down, and are at most what left the lock.
    function testPayoutsAreRoundedDown() public {
        uint256 cover = buy(X, 5, 29, OUTSIDER);
        vm.prank(OUTSIDER);
        bond.safeTransferFrom(OUTSIDER, STRAW, cover, 18, "");
        proved(11, 15);
        require(redeem(cover, OUTSIDER) == 1 && redeem(cover, STRAW) == 1, "1.1 and 1.8");
        is_(100 * UNIT - 2 - 9_999_997, 0, 100 * UNIT - 2 - 9_999_997);
    }

    function testWhatWasPaidIsNotPaidTwice() public {
        uint256 cover = buy(X, 30 * UNIT, OUTSIDER);
        proved(11, 15);
        bond.release(cover);
        bond.release(cover);
        is_(90 * UNIT, 27 * UNIT, 63 * UNIT);
        claimsAre(7 * UNIT, 90_000);
        silent(16);
        bond.release(cover);
        bond.release(cover);
        require(redeem(cover, OUTSIDER) == 30 * UNIT, "whole");
        is_(0, 0, 0);
        claimsAre(70 * UNIT, 90_000);
        vm.prank(OUTSIDER);
        vm.expectRevert();
        bond.redeem(cover, 1, OUTSIDER);
    }

    /// @notice Who marks and advances when changes nothing: rows are taken over in order, and only once they are settled.
    function testOnlySettledRowsCount() public {
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.NotSettled.selector, 11));
        bond.advance(shownOf(11));
        day(11);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.NotSettled.selector, 11));
        bond.advance(shownOf(11));
        realise(11);
        // The row must be shown as the window has it.
        bytes[] memory none = new bytes[](1);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.StillShown.selector, 11, 11));
        bond.advance(none);
        none[0] = shown(10, true);
        vm.expectRevert("the row's own point");
        bond.advance(none);
        bytes[] memory two = new bytes[](2);
        (two[0], two[1]) = (shown(11, true), shown(12, true));
        require(bond.advance(two) == 1, "one is settled");
        require(bond.course().next == 12 && bond.course().last == 18_648, "the course");
    }
}

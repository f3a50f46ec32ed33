// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ICoverVault} from "../../src/interfaces/ICoverVault.sol";
import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {TrancheBook} from "../../src/security/TrancheBook.sol";
import {IShareHook, TrancheShares} from "../../src/security/TrancheShares.sol";
import {VaultModel, cheats} from "./VaultModel.sol";

/// @notice Underwriters: rule 6 of the security, each test named after the attack.
contract VaultSharesTest is VaultModel {
    function setUp() public {
        makeVault();
        underwrite(200 * USD, 800 * USD);
    }

    /// @dev A day that everybody has seen and that has no row yet: its close has passed.
    function seen() private returns (uint256 day) {
        day = period + 1;
        cheats.warp(closesAt(day));
    }

    /// @notice What a wallet or another contract asks a class: its token, decimals, interfaces and prices.
    function testAClassSaysWhatItIs() public {
        require(
            address(vault.shares(true)) == address(junior) && address(vault.shares(false)) == address(senior), "whose"
        );
        require(junior.share() == address(junior), "a token of its own");
        same(junior.decimals(), token.decimals() + 3, "a thousandth of the collateral's smallest unit");
        bytes4[4] memory has = [bytes4(0x01ffc9a7), 0xe3bc4e65, 0xce3bbe50, 0x620ee8e4];
        for (uint256 i = 0; i < 4; ++i) {
            require(junior.supportsInterface(has[i]), "ERC-165, and operators, deposits and redemptions of ERC-7540");
        }
        require(!junior.supportsInterface(0xffffffff), "and no other");
        uint256 shares = junior.convertToShares(7 * USD);
        same(junior.convertToAssets(shares), 7 * USD, "there and back");
        cheats.expectRevert(TrancheShares.NotPreviewed.selector);
        junior.previewDeposit(1);
        cheats.expectRevert(TrancheShares.NotPreviewed.selector);
        junior.previewRedeem(1);
    }

    /// @notice The caller's own deposit, in the form of ERC-4626.
    function testADepositIsClaimedInTheFormOfErc4626() public {
        requestDeposit(junior, JUN, 10 * USD);
        calmDays(4);
        uint256 before = junior.balanceOf(JUN);
        uint256 assets = junior.maxDeposit(JUN);
        cheats.prank(JUN);
        uint256 shares = junior.deposit(assets, JUN);
        require(shares != 0 && junior.balanceOf(JUN) == before + shares, "the shares of all of it");
    }

    function testAnUnderwriterReadyToExitCannotLeaveBeforeADayThatItHasSeen() public {
        ICoverVault.Setup memory s = vaultSetup();
        s.life = 60;
        (book, vault) = deployVault(s);
        (junior, senior) = (book.junior(), book.senior());
        underwrite(400 * USD, 600 * USD);
        uint256 id = buy(BUYER, 500 * USD);
        toEve(id);
        uint256 part = junior.balanceOf(JUN) / 20;
        // Ten payout days. Before each row is pushed, somebody who has seen it asks to leave.
        uint256 caught;
        for (uint256 i = 0; i < 10; ++i) {
            uint256 before = price(junior);
            uint256 day = seen();
            uint256 request = requestRedeem(junior, JUN, part);
            require(request > day, "its boundary is behind the day");
            loseExactly(425 + 25 * i, day, day - 1);
            same(junior.pendingRedeemRequest(request, JUN), part, "and nothing has left");
            calmDays(3);
            require(vault.day() >= day && price(junior) < before, "all of them bear it");
            if (junior.pendingRedeemRequest(request, JUN) == part) ++caught;
        }
        same(caught, 10, "ten of ten");
    }

    function testARedemptionLeavesAtThePriceOfItsBoundary() public {
        uint256 id = buy(BUYER, 100 * USD);
        toEve(id);
        calmDays(3);
        uint256 amount = junior.balanceOf(JUN) / 2;
        uint256 boundary = requestRedeem(junior, JUN, amount);
        same(boundary, period + 6, "the first close after its cooldown");
        same(junior.balanceOf(JUN), amount, "the shares are gone");
        while (vault.day() + 1 < boundary) {
            calmDays(1);
        }
        same(junior.claimableRedeemRequest(boundary, JUN), 0, "not before");
        uint256 was = vault.assets(true);
        calmDays(1);
        same(vault.day(), boundary, "the boundary");
        same(junior.claimableRedeemRequest(boundary, JUN), amount, "by itself");
        uint256 left = vault.assets(true);
        uint256 paid = claimAssets(junior, JUN);
        uint256 earned = left + paid - was;
        require(earned != 0 && paid <= left && left - paid <= 2, "with the premium of the boundary, half of all");
        same(token.balanceOf(JUN), paid, "paid");
    }

    function testARedemptionEarnsNoPremiumAfterItsBoundary() public {
        buy(BUYER, 600 * USD);
        requestDeposit(senior, OTHER, 10 * USD);
        calmDays(4);
        claimShares(senior, OTHER);
        uint256 boundary = requestRedeem(senior, SEN, senior.balanceOf(SEN));
        while (vault.day() < boundary) {
            calmDays(1);
        }
        (, uint256 exiting,) = senior.book();
        require(exiting != 0, "a part waits");
        uint256 paid = claimAssets(senior, SEN);
        uint256 others = senior.convertToAssets(senior.balanceOf(OTHER));
        calmDays(5);
        (, uint256 still,) = senior.book();
        require(still < exiting, "it is paid as premium makes room");
        require(senior.convertToAssets(senior.balanceOf(OTHER)) > others, "and the others earn");
        while (vault.day() < vault.orderOf(0).last) {
            calmDays(1);
        }
        same(senior.pendingRedeemRequest(boundary, SEN), 0, "all has left with the cover");
        same(paid + claimAssets(senior, SEN), paid + exiting, "to the unit what it was at the boundary");
    }

    function testWhatWaitsBearsLosses() public {
        uint256 id = buy(BUYER, 900 * USD);
        requestRedeem(senior, SEN, senior.balanceOf(SEN) / 2);
        while (vault.day() + 1 < vault.orderOf(id).first + 4) {
            calmDays(1);
        }
        (uint256 active, uint256 exiting,) = senior.book();
        require(exiting > 200 * USD, "half of senior waits");
        claimAssets(senior, SEN);
        loseExactly(600);
        settleAll();
        (uint256 activeAfter, uint256 exitingAfter,) = senior.book();
        require(vault.assets(true) < 10 * USD, "junior is first");
        // Senior loses about 250 of 800: those that leave lose the same part.
        uint256 kept = (exitingAfter + claimAssets(senior, SEN)) * 1e6 / exiting;
        uint256 others = activeAfter * 1e6 / active;
        require(kept > 640_000 && kept < 670_000, "450 less 200 of 700");
        require(others > kept && others < kept + 100_000, "those that stay have the premium beside it");
    }

    function testWhatWaitsInAWipedClassIsDoneWith() public {
        buy(BUYER, 900 * USD);
        uint256 id = requestRedeem(junior, JUN, junior.balanceOf(JUN));
        calmDays(9);
        uint256 before = junior.claimableRedeemRequest(id, JUN);
        require(before != 0 && junior.pendingRedeemRequest(id, JUN) != 0, "a part waits");
        uint256 paid = claimAssets(junior, JUN);
        loseExactly(800);
        settleAll();
        (uint256 active, uint256 leaving, bool closed) = junior.book();
        require(closed && active + leaving == 0, "wiped");
        same(junior.pendingRedeemRequest(id, JUN), 0, "nothing waits");
        // What was paid on the days before stays.
        uint256 rest = claimAssets(junior, JUN);
        require(paid + rest < 130 * USD && token.balanceOf(JUN) == paid + rest, "what was left is worth nothing");
    }

    function testTheQueueIsPaidFromTheOldestOn() public {
        uint256 id = buy(BUYER, 900 * USD);
        uint256 first = requestRedeem(senior, SEN, senior.balanceOf(SEN) / 2);
        calmDays(1);
        uint256 second = requestRedeem(senior, SEN, senior.balanceOf(SEN) / 2);
        require(second > first, "two boundaries");
        calmDays(10);
        uint256 ofFirst = senior.claimableRedeemRequest(first, SEN);
        require(ofFirst != 0 && senior.pendingRedeemRequest(first, SEN) != 0, "a part of the first");
        same(senior.claimableRedeemRequest(second, SEN), 0, "nothing of the second");
        uint256 part = claimAssets(senior, SEN);
        while (vault.day() < vault.orderOf(id).last) {
            calmDays(1);
        }
        same(senior.pendingRedeemRequest(first, SEN) + senior.pendingRedeemRequest(second, SEN), 0, "all are paid");
        uint256 rest = claimAssets(senior, SEN);
        require(part + rest > 600 * USD, "three quarters of senior");
        same(token.balanceOf(SEN), part + rest, "paid");
        solvent();
    }

    function testAssetsStayAtTheFacesOfLiveCover() public {
        buy(BUYER, 700 * USD);
        requestRedeem(senior, SEN, senior.balanceOf(SEN));
        requestRedeem(junior, JUN, junior.balanceOf(JUN));
        calmDays(9);
        (, uint256 juniorLeaves,) = junior.book();
        (, uint256 seniorLeaves,) = senior.book();
        require(juniorLeaves + seniorLeaves >= vault.live(), "faces are covered");
        require(juniorLeaves + seniorLeaves <= vault.live() + USD, "and nothing more is held back");
        solvent();
    }

    function testJuniorStaysAtItsShareWhileCoverLives() public {
        uint256 id = buy(BUYER, 100 * USD);
        requestRedeem(junior, JUN, junior.balanceOf(JUN));
        calmDays(9);
        (uint256 active, uint256 leaves,) = junior.book();
        uint256 all = active + leaves + vault.assets(false);
        require((active + leaves) * 10 >= all && (active + leaves) * 10 < all + 20, "a tenth stays");
        while (vault.day() < vault.orderOf(id).last) {
            calmDays(1);
        }
        (, leaves,) = junior.book();
        same(leaves, 0, "and leaves with the cover");
    }

    function testTheFirstDepositorCannotTakeTheSecondsDeposit() public {
        (book, vault) = deployVault(vaultSetup());
        (junior, senior) = (book.junior(), book.senior());
        requestDeposit(junior, OTHER, 1);
        calmDays(4);
        claimShares(junior, OTHER);
        // It sends the book and the class what it likes.
        token.mint(address(book), 10_000 * USD);
        token.mint(address(junior), 10_000 * USD);
        requestDeposit(junior, JUN, 100 * USD);
        calmDays(4);
        claimShares(junior, JUN);
        require(junior.convertToAssets(junior.balanceOf(JUN)) >= 100 * USD - 1, "to the unit");
    }

    function testADonationMovesNoSharePrice() public {
        buy(BUYER, 100 * USD);
        (uint256 a, uint256 b) = (price(junior), price(senior));
        token.mint(address(book), 1_000 * USD);
        token.mint(address(junior), 1_000 * USD);
        fund(OTHER, address(security), 100 * USD);
        ICoverVault.Order memory o = vault.orderOf(0);
        ICoverVault.Setup memory s = vault.setup();
        // Nor does REST of its own series.
        cheats.prank(OTHER);
        security.split(
            IVarSecurity.Terms(s.kind, s.attachment, s.detachment, o.first, o.last),
            uint128(100 * USD),
            OTHER,
            address(book)
        );
        require(price(junior) == a && price(senior) == b, "at once");
        same(vault.live(), 100 * USD, "live");
        while (vault.day() < o.last) {
            calmDays(1);
        }
        same(vault.assets(true) + vault.assets(false), 1_000 * USD + o.premium, "deposits and premium alone");
    }

    function testADepositIsPricedAtItsBoundary() public {
        uint256 id = buy(BUYER, 500 * USD);
        toEve(id);
        // A day has closed with a loss. Who deposits now neither bears it nor dilutes those that do.
        uint256 day = seen();
        uint256 request = requestDeposit(junior, OTHER, 100 * USD);
        same(request, day + 1, "the next close");
        loseExactly(500, day, day - 1);
        calmDays(2);
        same(junior.claimableDepositRequest(request, OTHER), 0, "not yet");
        calmDays(3);
        same(junior.claimableDepositRequest(request, OTHER), 100 * USD, "executed");
        claimShares(junior, OTHER);
        uint256 worth = junior.convertToAssets(junior.balanceOf(OTHER));
        require(worth >= 100 * USD - 1 && worth < 101 * USD, "whole");
        require(junior.convertToAssets(junior.balanceOf(JUN)) < 80 * USD, "the others bore it");
    }

    function testAnOrderAndARedemptionInOneBlock() public {
        // Whoever has shares buys cover and asks to leave at once: what is sold first is covered by what leaves later.
        uint256 id = order(JUN, 900 * USD, 900 * USD);
        requestRedeem(senior, SEN, senior.balanceOf(SEN));
        requestRedeem(junior, JUN, junior.balanceOf(JUN));
        calmDays(1);
        vault.fill(1);
        require(vault.orderOf(id).premium != 0, "filled");
        toEve(id);
        calmDays(6);
        loseExactly(800);
        settleAll();
        security.settle(coverId(id), book.coverOf(0).start, FOREVER);
        same(security.owed(coverId(id), 900 * USD), 900 * USD, "paid in full");
        solvent();
    }

    function testAWipedClassIsClosed() public {
        uint256 id = buy(BUYER, 500 * USD);
        toEve(id);
        uint256 pending = requestDeposit(junior, OTHER, 50 * USD);
        calmDays(1);
        loseExactly(800);
        uint256 early = requestDeposit(junior, OTHER, 60 * USD);
        settleAll();
        calmDays(1);
        require(vault.day() >= early, "its boundary has passed");
        (uint256 active,, bool closed) = junior.book();
        require(closed && active == 0, "wiped");
        same(junior.convertToAssets(junior.balanceOf(JUN)), 0, "worth nothing");
        same(junior.claimableDepositRequest(pending, OTHER), 50 * USD, "who came before has lost it too");
        same(junior.pendingDepositRequest(early, OTHER), 60 * USD, "who came after has not");
        cheats.prank(OTHER);
        same(junior.reclaim(OTHER, OTHER), 60 * USD, "and gets it back");
        cheats.prank(OTHER);
        cheats.expectRevert(TrancheShares.Nothing.selector);
        junior.reclaim(OTHER, OTHER);
        fund(OTHER, address(junior), USD);
        cheats.prank(OTHER);
        cheats.expectRevert(TrancheBook.Closed.selector);
        junior.requestDeposit(USD, OTHER, OTHER);
        solvent();
    }

    function testNobodyReclaimsFromAnOpenClass() public {
        requestDeposit(junior, OTHER, 50 * USD);
        cheats.prank(OTHER);
        cheats.expectRevert(TrancheShares.Nothing.selector);
        junior.reclaim(OTHER, OTHER);
    }

    function testNobodyClaimsForAnother() public {
        requestDeposit(junior, OTHER, 50 * USD);
        calmDays(4);
        cheats.startPrank(BUYER);
        bytes memory fault = abi.encodeWithSelector(TrancheShares.NotAllowed.selector, OTHER, BUYER);
        cheats.expectRevert(fault);
        junior.deposit(50 * USD, BUYER, OTHER);
        cheats.expectRevert(fault);
        junior.redeem(1, BUYER, OTHER);
        cheats.expectRevert(fault);
        junior.reclaim(BUYER, OTHER);
        cheats.expectRevert(fault);
        junior.requestDeposit(1, BUYER, OTHER);
        cheats.expectRevert();
        junior.requestRedeem(1, BUYER, JUN);
        cheats.stopPrank();
        cheats.prank(OTHER);
        junior.setOperator(BUYER, true);
        cheats.prank(BUYER);
        require(junior.deposit(50 * USD, BUYER, OTHER) == 50 * USD * 1_000, "an operator may");
    }

    function testAStrangerCannotFillAControllersList() public {
        fund(BUYER, address(junior), 10 * USD);
        cheats.prank(JUN);
        junior.transfer(BUYER, 1e9);
        bytes memory fault = abi.encodeWithSelector(TrancheShares.NotAllowed.selector, OTHER, BUYER);
        cheats.startPrank(BUYER);
        cheats.expectRevert(fault);
        junior.requestDeposit(1, OTHER, BUYER);
        cheats.expectRevert(fault);
        junior.requestRedeem(1, OTHER, BUYER);
        cheats.stopPrank();
        // An allowance is no operator either: who may take shares takes them to its own list.
        cheats.prank(JUN);
        junior.approve(BUYER, 2);
        cheats.startPrank(BUYER);
        cheats.expectRevert(abi.encodeWithSelector(TrancheShares.NotAllowed.selector, JUN, BUYER));
        junior.requestRedeem(1, JUN, JUN);
        same(junior.pendingRedeemRequest(junior.requestRedeem(2, BUYER, JUN), BUYER), 2, "its own");
        cheats.stopPrank();
        cheats.prank(OTHER);
        junior.setOperator(BUYER, true);
        cheats.startPrank(BUYER);
        uint256 request = junior.requestDeposit(USD, OTHER, BUYER);
        same(junior.pendingDepositRequest(request, OTHER), USD, "an operator may");
        request = junior.requestRedeem(5, OTHER, BUYER);
        same(junior.pendingRedeemRequest(request, OTHER), 5, "of both kinds");
        junior.setOperator(OTHER, true);
        cheats.stopPrank();
        cheats.prank(OTHER);
        junior.setOperator(BUYER, false);
        // Once the index has ended, every redemption has a number of its own.
        cheats.warp(closesAt(period + 14) + 1);
        index.end();
        vault.advance(FOREVER);
        same(vault.day(), type(uint32).max, "over");
        cheats.prank(BUYER);
        cheats.expectRevert(fault);
        junior.requestRedeem(1, OTHER, BUYER);
        require(requestRedeem(junior, BUYER, 1) >= 2 ** 31, "its own list it may");
    }

    function testAClaimIsPaidOnce() public {
        uint256 all = junior.balanceOf(JUN);
        requestRedeem(junior, JUN, all);
        calmDays(9);
        same(junior.maxRedeem(JUN), all, "all of it");
        cheats.startPrank(JUN);
        uint256 half = junior.redeem(all / 2, JUN, JUN);
        uint256 rest = junior.redeem(all - all / 2, JUN, JUN);
        require(half + rest == 200 * USD, "in parts");
        cheats.expectRevert(abi.encodeWithSelector(TrancheShares.MoreThan.selector, 1, 0));
        junior.redeem(1, JUN, JUN);
        cheats.expectRevert(abi.encodeWithSelector(TrancheShares.MoreThan.selector, 0, 0));
        junior.redeem(0, JUN, JUN);
        cheats.expectRevert(abi.encodeWithSelector(TrancheShares.MoreThan.selector, 1, 0));
        junior.deposit(1, JUN, JUN);
        cheats.stopPrank();
    }

    function testDustWithoutSharesEarnsNothing() public {
        uint256 request = requestRedeem(junior, JUN, junior.balanceOf(JUN));
        cheats.startPrank(address(book));
        (uint256 active, uint256 exiting) = junior.cross(request);
        require(active == 0 && exiting == 200 * USD && junior.totalSupply() == 0, "all of them leave");
        // A loss leaves a unit of them: dust, which nobody has a share of.
        (uint256 taken, bool wiped) = junior.lose(exiting - 1);
        require(taken == exiting - 1 && !wiped, "all but a unit");
        bool closed;
        (active, exiting, closed) = junior.book();
        require(active == 1 && exiting == 0 && !closed, "and the class goes on");
        same(junior.earn(60 * USD, false), 0, "premium is somebody else's");
        cheats.stopPrank();
        // So nothing waits for the next depositor.
        request = requestDeposit(junior, OTHER, USD);
        cheats.startPrank(address(book));
        junior.cross(request);
        cheats.stopPrank();
        claimShares(junior, OTHER);
        uint256 worth = junior.convertToAssets(junior.balanceOf(OTHER));
        require(worth + 1 >= USD && worth <= USD + 1, "its own, and the unit at most");
        cheats.prank(address(book));
        same(junior.earn(USD, false), USD, "and from there on it earns");
    }

    function testPendingDepositsCountToTheMost() public {
        uint256 most = 2 ** 92 - 1;
        fund(OTHER, address(junior), 4 * USD);
        bytes memory fault = abi.encodeWithSelector(TrancheShares.MoreThan.selector, most + 1, most);
        // The class is full but for a unit as soon as both have asked, at boundaries of which none is settled.
        uint256 first = requestDeposit(junior, OTHER, most - junior.totalAssets() - USD - 1);
        seen();
        cheats.prank(OTHER);
        require(junior.requestDeposit(USD, OTHER, OTHER) > first, "two boundaries");
        cheats.startPrank(OTHER);
        cheats.expectRevert(fault);
        junior.requestDeposit(2, OTHER, OTHER);
        cheats.stopPrank();
        calmDays(6);
        claimShares(junior, OTHER);
        same(junior.totalAssets(), most - 1, "they count once");
        cheats.startPrank(OTHER);
        cheats.expectRevert(fault);
        junior.requestDeposit(2, OTHER, OTHER);
        junior.requestDeposit(1, OTHER, OTHER);
        cheats.stopPrank();
    }

    function testTheClassesAreTheBooksAlone() public {
        bytes memory fault = abi.encodeWithSelector(TrancheBook.NotTheVault.selector, address(this));
        cheats.expectRevert(fault);
        junior.earn(1, false);
        cheats.expectRevert(fault);
        junior.lose(1);
        cheats.expectRevert(fault);
        junior.cross(period + 1);
        cheats.expectRevert(fault);
        junior.pay(1);
    }

    function solvent() private view {
        require(token.balanceOf(address(book)) >= claims(), "solvent");
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ICoverVault} from "../../src/interfaces/ICoverVault.sol";
import {IPriceRow} from "../../src/interfaces/IPriceRow.sol";
import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {CoverState} from "../../src/security/CoverState.sol";
import {TrancheBook} from "../../src/security/TrancheBook.sol";
import {TrancheShares} from "../../src/security/TrancheShares.sol";
import {VaultModel, cheats} from "./VaultModel.sol";

/// @notice Days: premium, payouts, void days and silence, each test named after its rule or attack.
contract VaultDaysTest is VaultModel {
    IVarSecurity.Kind private kind = IVarSecurity.Kind.Realised;

    function setUp() public {
        makeVault();
        underwrite(200 * USD, 800 * USD);
    }

    function vaultSetup() internal view override returns (ICoverVault.Setup memory s) {
        s = super.vaultSetup();
        s.kind = kind;
        if (kind == IVarSecurity.Kind.ValueAtRisk) (s.attachment, s.detachment) = (300, 700);
    }

    function again(IVarSecurity.Kind kind_) private {
        kind = kind_;
        (book, vault) = deployVault(vaultSetup());
        (junior, senior) = (book.junior(), book.senior());
        underwrite(200 * USD, 800 * USD);
    }

    function prices() private view returns (bytes32) {
        (uint256 locked, uint256 ofJunior, uint256 ofSenior) = book.capacity();
        return keccak256(abi.encode(locked, ofJunior, ofSenior, price(junior), price(senior)));
    }

    function solvent() private view {
        require(token.balanceOf(address(book)) >= claims(), "solvent");
    }

    function testJuniorIsEmptyBeforeSeniorLoses() public {
        uint256 id = buy(BUYER, 500 * USD);
        toEve(id);
        calmDays(1);
        uint256 before = vault.assets(false);
        loseExactly(500);
        settleAll();
        require(vault.assets(true) > 0 && vault.assets(true) < 100 * USD, "junior pays 125");
        require(vault.assets(false) > before, "senior earns");
        before = vault.assets(false);
        loseExactly(800);
        settleAll();
        same(vault.assets(true), 0, "junior is empty");
        require(vault.assets(false) < before - 250 * USD, "then senior loses");
        solvent();
    }

    function testAVoidDayReturnsPremiumAndMovesNoSharePrice() public {
        uint256 id = buy(BUYER, 100 * USD);
        uint256 escrow = 100 * USD - vault.orderOf(id).premium;
        same(vault.refund(id), escrow, "what the premium left");
        toEve(id);
        calmDays(3);
        uint256 eve = period;
        // No row for a day; then a row of two days, which swallows a crash; then its own rows again.
        loseExactly(100, eve + 2, eve + 1);
        loseExactly(900, eve + 4, eve + 2);
        calm();
        calm();
        calm();
        vault.advance(2);
        same(vault.day(), eve - 1, "up to the day before");
        vault.advance(1);
        bytes32 before = prices();
        vault.advance(1);
        same(vault.day(), eve + 1, "the void day");
        require(prices() == before, "a day without a row");
        uint256 daily = vault.orderOf(id).premium / 20;
        same(vault.refund(id), daily, "its premium");
        vault.advance(1);
        require(prices() != before, "a day of its own");
        before = prices();
        vault.advance(1);
        vault.advance(1);
        same(vault.day(), eve + 4, "and a row of two days");
        require(prices() == before, "are two void days");
        same(vault.refund(id), 2 * daily, "their premium");
        same(vault.live(), 100 * USD, "nothing was paid");
        same(vault.refund(id), 0, "once");
    }

    function testARevokedDayIsVoid() public {
        uint256 id = buy(BUYER, 100 * USD);
        toEve(id);
        calmDays(3);
        Draft memory pushed = next(after_(90_000));
        Draft memory other = next(after_(80_000));
        IPriceRow.Statement memory one = statement(pushed);
        IPriceRow.Statement memory two = statement(other);
        (bytes memory signedOne, bytes memory signedTwo) = (signed(pushed), signed(other));
        pushRow(pushed);
        index.mark(shownToMark(index.next()));
        uint256 crash = period;
        index.revoke(index.next() - 1, one, signedOne, two, signedTwo);
        calm();
        calm();
        calm();
        while (vault.day() + 1 < crash) {
            vault.advance(1);
        }
        bytes32 before = prices();
        vault.advance(1);
        same(vault.day(), crash, "the day");
        require(prices() == before, "is worth nothing to either side");
        same(vault.refund(id), 100 * USD - 19 * vault.orderOf(id).premium / 20, "its premium goes back");
    }

    function testSilenceNeverMovesASharePrice() public {
        uint256 id = buy(BUYER, 500 * USD);
        toEve(id);
        calmDays(4);
        requestRedeem(junior, JUN, junior.balanceOf(JUN) / 2);
        // Rows that came before the silence become final.
        cheats.warp(block.timestamp + 2 days);
        vault.advance(FOREVER);
        bytes32 before = prices();
        for (uint256 i = 0; i < 10; ++i) {
            cheats.warp(block.timestamp + 1 days);
            vault.advance(FOREVER);
            require(prices() == before, "no row, no change");
        }
        // Even for ever.
        cheats.warp(closesAt(period + 14) + 1);
        index.end();
        uint256 earned = vault.assets(true) + vault.assets(false);
        vault.advance(FOREVER);
        // Rows that were pushed are settled as they are; nothing else is earned or paid.
        require(vault.assets(true) + vault.assets(false) <= earned + 2 * vault.orderOf(id).premium / 20, "two days");
        same(vault.live(), 0, "nothing is left to cover");
    }

    function testTheEndOfTheIndexReturnsEverything() public {
        uint256 begun = buy(BUYER, 300 * USD);
        toEve(begun);
        calmDays(5);
        uint256 coming = buy(OTHER, 200 * USD);
        uint256 late = requestDeposit(senior, OTHER, 50 * USD);
        uint256 request = requestRedeem(junior, JUN, junior.balanceOf(JUN) / 2);
        cheats.warp(closesAt(period + 14) + 1);
        index.end();
        while (vault.advance(1) != 0) {
            solvent();
        }
        same(vault.day(), type(uint32).max, "over");
        same(vault.live(), 0, "no cover lives");
        same(book.clock().head, 2, "both are done with");
        vault.refund(begun);
        vault.refund(coming);
        same(token.balanceOf(OTHER), 200 * USD, "what had not begun is returned whole");
        CoverState.Clock memory c = book.clock();
        uint256 earnedDays = 20 - book.coverOf(0).returned / (vault.orderOf(begun).premium / 20);
        require(earnedDays > 0 && c.number > earnedDays, "days of the first were earned");
        // Deposits that wait go back; redemptions leave, those of now at once.
        senior.wind(late);
        cheats.prank(OTHER);
        same(senior.reclaim(OTHER, OTHER), 50 * USD, "deposit");
        same(senior.claimableDepositRequest(late, OTHER), 0, "no shares for it");
        junior.wind(request);
        junior.wind(request);
        uint256 paid = claimAssets(junior, JUN);
        uint256 second = requestRedeem(junior, JUN, junior.balanceOf(JUN));
        junior.wind(second);
        paid += claimAssets(junior, JUN);
        second = requestRedeem(senior, SEN, senior.balanceOf(SEN));
        senior.wind(second);
        paid += claimAssets(senior, SEN);
        uint256 premium = earnedDays * (vault.orderOf(begun).premium / 20);
        require(paid <= 1_000 * USD + premium && paid + 10 >= 1_000 * USD + premium, "all of it");
        require(token.balanceOf(address(book)) < 10, "nothing stays");
        fund(OTHER, address(senior), USD);
        cheats.prank(OTHER);
        cheats.expectRevert(TrancheBook.Closed.selector);
        senior.requestDeposit(USD, OTHER, OTHER);
    }

    function testNobodyWindsBeforeTheEnd() public {
        uint256 request = requestRedeem(junior, JUN, 1e9);
        cheats.expectRevert();
        junior.wind(request);
    }

    function testPremiumIsEarnedInFullByWhatIsPaid() public {
        uint256 id = buy(BUYER, 500 * USD);
        toEve(id);
        calmDays(4);
        uint256 sum = vault.assets(true) + vault.assets(false);
        uint256 left = unearned(0, book.clock());
        loseExactly(800);
        settleAll();
        same(vault.assets(true) + vault.assets(false), sum + left - 500 * USD, "at once");
        same(unearned(0, book.clock()), 0, "nothing is left to earn");
        calmDays(20);
        same(vault.assets(true) + vault.assets(false), sum + left - 500 * USD, "nor later");
        same(vault.refund(id), 500 * USD - vault.orderOf(id).premium, "nor returned");
        same(token.balanceOf(address(book)), vault.assets(true) + vault.assets(false), "to the unit");
    }

    function testTheGreatestDayIsPaidAndNotTheFirst() public {
        uint256 id = buy(BUYER, 400 * USD);
        toEve(id);
        calmDays(1);
        loseExactly(425);
        loseExactly(700);
        loseExactly(600);
        settleAll();
        same(vault.live(), 100 * USD, "three quarters, whoever settled the first small day");
        uint256 start = book.coverOf(0).start;
        security.settle(coverId(id), start, FOREVER);
        same(security.owed(coverId(id), 400 * USD), 300 * USD, "as in the security");
    }

    function testSettlingTheSecurityEarlyMovesNothing() public {
        uint256 id = buy(BUYER, 400 * USD);
        toEve(id);
        calmDays(1);
        loseExactly(500);
        uint256 small = period;
        loseExactly(800);
        uint256 large = period;
        calm();
        calm();
        calm();
        // Both days are final. Somebody settles both in the security before the vault takes the first one.
        while (vault.day() + 1 < vault.orderOf(id).first) {
            vault.advance(1);
        }
        vault.advance(1);
        security.settle(coverId(id), book.coverOf(0).start, FOREVER);
        while (vault.day() < small) {
            vault.advance(1);
        }
        same(vault.live(), 300 * USD, "the first day alone");
        vault.advance(1);
        same(vault.day(), large, "the second");
        same(vault.live(), 0, "its own");
    }

    function testCoverThatBeganLaterIsNotPaidForEarlierDays() public {
        uint256 first = buy(BUYER, 100 * USD);
        toEve(first);
        calmDays(1);
        uint256 second = buy(OTHER, 100 * USD);
        require(vault.orderOf(second).first > period, "it begins later");
        loseExactly(600);
        while (vault.day() < vault.orderOf(second).first) {
            calmDays(1);
        }
        same(book.coverOf(0).best, 600 << 20, "paid");
        same(book.coverOf(1).best, 400 << 20, "not paid");
        same(vault.live(), 150 * USD, "live");
        while (vault.day() < vault.orderOf(second).last) {
            calmDays(1);
        }
        same(vault.live(), 0, "both ended");
        solvent();
    }

    function testValueAtRiskPaysAboveItsEveAlone() public {
        // Two large losses are in the window before cover of value at risk begins.
        loseExactly(400);
        loseExactly(400);
        again(IVarSecurity.Kind.ValueAtRisk);
        for (uint256 i = 0; i < 3; ++i) {
            loseExactly(400);
        }
        uint256 id = order(BUYER, 400 * USD, 400 * USD);
        loseExactly(400);
        vault.advance(FOREVER);
        vault.fill(1);
        require(vault.orderOf(id).premium != 0, "filled");
        while (vault.day() < vault.orderOf(id).first) {
            loseExactly(400);
            vault.advance(FOREVER);
        }
        same(book.coverOf(0).floor, 400 << 20, "the eve's index");
        same(vault.live(), 400 * USD, "and nothing is paid for it");
        for (uint256 i = 0; i < 3; ++i) {
            loseExactly(600);
        }
        calmDays(4);
        same(book.coverOf(0).best, 600 << 20, "a higher rung");
        same(vault.live(), 200 * USD, "half");
        while (vault.day() < vault.orderOf(id).last) {
            calmDays(1);
        }
        same(security.owed(coverId(id), 400 * USD), 200 * USD, "as in the security");
        solvent();
    }

    /// @dev More rows than the index keeps, and nobody settles any.
    function forgetRows() private {
        forgetRowsUpTo(index.next());
    }

    /// @dev This row is the newest one that is forgotten.
    function forgetRowsUpTo(uint256 row) private {
        while (index.next() <= row + 512) {
            calm();
        }
        (bool ok,) = address(index).staticcall(abi.encodeCall(index.row, (row)));
        require(!ok, "forgotten");
        index.row(row + 1);
    }

    function testForgottenRowsStopNoVaultOfValueAtRisk() public {
        again(IVarSecurity.Kind.ValueAtRisk);
        uint256 id = buy(BUYER, 400 * USD);
        uint256 first = vault.orderOf(id).first;
        require(first > period, "not begun");
        // Up to the eve of its first day. Every period has a row.
        uint256 eve = index.next() - 1 + (first - 1 - period);
        forgetRowsUpTo(eve);
        same(index.row(eve + 1).period, first, "its first day's row is the oldest");
        vault.advance(FOREVER);
        require(vault.day() >= vault.orderOf(id).last, "it goes on");
        same(vault.live(), 0, "the cover is done with");
        same(vault.refund(id), 400 * USD - vault.orderOf(id).premium, "its days are kept, its eve is not");
        claimCover(id);
        same(security.owed(coverId(id), 400 * USD), 0, "nothing is paid");
        solvent();
    }

    /// @dev Nobody settled the position in the security, in the first test; up to a day that is forgotten too, in the second.
    function testACoverWhoseStartIsForgottenEnds() public {
        uint256 id = buy(BUYER, 400 * USD);
        toEve(id);
        calmDays(6);
        same(book.clock().begun, 1, "begun");
        forgetRows();
        vault.advance(FOREVER);
        same(vault.live(), 0, "done with");
        require(claimCover(id) != 0 && vault.refund(id) != 0, "and its buyer has what is left");
        solvent();
    }

    function testACoverWhosePositionIsForgottenEnds() public {
        uint256 id = buy(BUYER, 400 * USD);
        toEve(id);
        calmDays(2);
        loseExactly(600);
        calmDays(4);
        security.settle(coverId(id), book.coverOf(0).start, FOREVER);
        same(security.owed(coverId(id), 400 * USD), 200 * USD, "half is owed");
        forgetRows();
        vault.advance(FOREVER);
        same(vault.live(), 0, "done with");
        uint256 cover = claimCover(id);
        cheats.prank(BUYER);
        same(security.redeem(cover, uint128(400 * USD), BUYER), 200 * USD, "and half is paid");
        solvent();
    }

    function testAScaledLossIsTheDaysMultipliersToo() public {
        again(IVarSecurity.Kind.Scaled);
        uint256 id = buy(BUYER, 400 * USD);
        toEve(id);
        calmDays(1);
        loseExactly(300);
        uint256 multiplier = index.row(index.next() - 1).multiplier;
        require(multiplier > 96 && multiplier < 192, "above 1.5");
        settleAll();
        uint256 best = uint256(300 << 20) * multiplier / 64;
        same(book.coverOf(0).best, best, "scaled");
        uint256 left = 400 * USD * ((800 << 20) - best) / (400 << 20);
        same(vault.live(), left, "paid");
        while (vault.day() < vault.orderOf(id).last) {
            calmDays(1);
        }
        same(
            security.owed(coverId(id), 400 * USD), 400 * USD * (best - (400 << 20)) / (400 << 20), "as in the security"
        );
        solvent();
    }

    function testRefundsOfOneIdAreShared() public {
        order(BUYER, 100 * USD, 100 * USD);
        order(OTHER, 300 * USD, 100 * USD);
        calmDays(1);
        vault.fill(2);
        same(vault.orderOf(0).first, vault.orderOf(1).first, "one id");
        toEve(1);
        calmDays(1);
        loseExactly(100, period + 2, period + 1);
        settleAll();
        (uint256 a, uint256 b) = (vault.orderOf(0).premium, vault.orderOf(1).premium);
        same(vault.refund(0), 100 * USD - a + a / 20, "the first's own");
        same(vault.refund(1), 100 * USD - b + b / 20, "the second's own");
        solvent();
    }

    function testAWipedClassEarnsNothing() public {
        uint256 first = buy(BUYER, 400 * USD);
        toEve(first);
        calmDays(1);
        uint256 second = buy(OTHER, 400 * USD);
        loseExactly(800);
        settleAll();
        require(vault.orderOf(second).first > period - 4, "the second was not hit");
        same(vault.assets(true), 0, "wiped");
        while (vault.day() < vault.orderOf(second).first) {
            calmDays(1);
        }
        uint256 before = vault.assets(false);
        calmDays(3);
        same(vault.assets(false), before + 3 * (vault.orderOf(second).premium / 20), "senior earns all");
    }

    function testWhoLeavesEarnsWhereNobodyStays() public {
        for (uint256 i = 0; i < 2; ++i) {
            ICoverVault.Setup memory s = vaultSetup();
            s.juniorLeast = 0;
            (book, vault) = deployVault(s);
            (junior, senior) = (book.junior(), book.senior());
            TrancheShares shares = i == 0 ? junior : senior;
            address who = i == 0 ? JUN : SEN;
            requestDeposit(shares, who, 1_000 * USD);
            calmDays(4);
            claimShares(shares, who);
            uint256 id = buy(BUYER, 900 * USD);
            requestRedeem(shares, who, shares.balanceOf(who));
            while (vault.day() < vault.orderOf(id).last) {
                calmDays(1);
            }
            uint256 before = token.balanceOf(who);
            claimAssets(shares, who);
            same(
                token.balanceOf(who) - before, 1_000 * USD + vault.orderOf(id).premium, "premium has an owner each day"
            );
            vault.refund(id);
            same(token.balanceOf(address(book)), 0, "and nothing stays");
        }
    }

    function testRowsThatWereForgottenStopNothing() public {
        uint256 id = buy(BUYER, 100 * USD);
        for (uint256 i = 0; i < 530; ++i) {
            calm();
        }
        // Nobody came by for so long that the index forgot the cover's rows. Anybody settles it from the oldest one on.
        security.settle(coverId(id), index.next() - 512, FOREVER);
        vault.advance(FOREVER);
        require(vault.day() + 4 > period, "the vault catches up");
        same(vault.live(), 0, "the cover has ended");
        same(vault.assets(true) + vault.assets(false), 1_000 * USD + earnedOf(id), "what was seen is earned");
        require(earnedOf(id) < vault.orderOf(id).premium, "and no more");
        vault.refund(id);
        same(token.balanceOf(address(book)), 1_000 * USD + earnedOf(id), "the rest is returned");
    }

    function earnedOf(uint256 id) private view returns (uint256) {
        return vault.orderOf(id).premium - book.coverOf(vault.coverOf(id)).returned;
    }
}

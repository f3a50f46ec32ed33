// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ICoverVault} from "../../src/interfaces/ICoverVault.sol";
import {IBookIndex} from "../../src/interfaces/IBookIndex.sol";
import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {CoverBook} from "../../src/security/CoverBook.sol";
import {CoverState} from "../../src/security/CoverState.sol";
import {CoverVault} from "../../src/security/CoverVault.sol";
import {VaultSetup} from "../../src/security/VaultSetup.sol";
import {PremiumCurve} from "../../src/libraries/PremiumCurve.sol";
import {VaultModel, cheats} from "./VaultModel.sol";

/// @notice A buyer that takes no COVER, at the price of all gas that it gets.
contract GasBurner {
    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external pure returns (bytes4) {
        while (true) {}
        return 0;
    }
}

/// @notice Orders: rules 1 and 5 of the security, each test named after the attack.
contract VaultOrdersTest is VaultModel {
    function setUp() public {
        makeVault();
        underwrite(200 * USD, 800 * USD);
    }

    function isReturned(uint256 id) private returns (bool) {
        ICoverVault.Order memory o = vault.orderOf(id);
        uint256 before = token.balanceOf(o.buyer);
        vault.refund(id);
        return o.closed && o.premium == 0 && token.balanceOf(o.buyer) == before + o.most;
    }

    function push() private {
        calm();
        vault.advance(FOREVER);
    }

    function testAnOrderAfterTheCloseBeforeItsRowDoesNotCoverThatDay() public {
        // The day has closed with a crash that everybody sees, and its row is held back.
        uint256 seen = period + 1;
        cheats.warp(closesAt(seen));
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        ICoverVault.Order memory o = vault.orderOf(id);
        same(o.pricing, seen + 1, "priced at the next close");
        require(closesAt(o.first - 1) >= block.timestamp + 2 days, "the first day opens two days later");
        loseExactly(800, seen, seen - 1);
        calm();
        vault.advance(FOREVER);
        vault.fill(1);
        require(vault.orderOf(id).premium > 10 * USD, "filled, at the price of the day after");
        toEve(id);
        calmDays(1);
        settleAll();
        security.settle(coverId(id), book.coverOf(0).start, FOREVER);
        same(security.position(coverId(id)).cursor, book.clock().cursor, "settled as far as rows are final");
        same(security.owed(coverId(id), 100 * USD), 0, "nothing is paid for the crash");
        same(vault.live(), 100 * USD, "and nothing was lost");
    }

    function testTheFirstDayLeavesTimeToFill() public {
        // An hour before a close, a waiting time of two days ends before a close too.
        for (uint256 hour = 0; hour < 24; ++hour) {
            cheats.warp(closesAt(period + 1) - 23 hours + hour * 1 hours - 1);
            (, uint32 first, uint32 last) = vault.quote(uint128(USD));
            uint256 id = order(BUYER, USD, USD);
            ICoverVault.Order memory o = vault.orderOf(id);
            require(o.first == first && o.last == last && last - first == 19, "as quoted");
            require(o.first > o.pricing + 1, "a day lies between");
            require(closesAt(o.first - 1) >= block.timestamp + 2 days, "waiting");
            require(closesAt(o.first - 2) < block.timestamp + 2 days, "and no longer");
        }
    }

    function testAWeekendLeavesTimeToFill() public {
        // Five days of seven are days of trade.
        bytes memory bitmap = new bytes(512);
        for (uint256 p = 0; p < 4096; ++p) {
            if (p % 7 < 5) bitmap[p >> 3] |= bytes1(uint8(0x80 >> (p & 7)));
        }
        forget();
        makeBook(8, bitmap);
        makeVaultOverBook();
        while (period % 7 != 4) {
            calm();
        }
        // After the last close of a week, the next one is also the first to open two days later.
        uint256 id = order(BUYER, USD, USD);
        ICoverVault.Order memory o = vault.orderOf(id);
        same(o.pricing, period + 3, "priced at the first close of the week");
        same(o.first, period + 5, "covered from the third day on, not from the second, which opens at that close");
    }

    function testAStalePriceIsNotUsed() public {
        // The order is priced at the row that closes after it: not at the quiet row before, and not at a quiet one behind it.
        (uint256 stale,,) = vault.quote(uint128(100 * USD));
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        lose(22_000);
        uint256 ratio = index.row(index.next() - 1).ratio;
        require(index.row(index.next() - 1).calm, "within four deviations");
        require(ratio > 256, "above the mean");
        (uint256 right,,) = vault.quote(uint128(100 * USD));
        calm();
        vault.advance(FOREVER);
        (uint256 later,,) = vault.quote(uint128(100 * USD));
        require(stale < right && later != right, "three prices");
        vault.fill(1);
        same(vault.orderOf(id).premium, right, "at its own row");
    }

    function testAnOrderAboveItsMostIsReturned() public {
        (uint256 premium,,) = vault.quote(uint128(100 * USD));
        uint256 tooLittle = order(BUYER, 100 * USD, premium - 1);
        uint256 enough = order(OTHER, 100 * USD, premium);
        push();
        vault.fill(2);
        require(isReturned(tooLittle), "returned");
        same(vault.orderOf(enough).premium, premium, "filled to the unit");
    }

    function testAnOrderIsReturnedOnceItsFirstDayHasOpened() public {
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        push();
        cheats.warp(closesAt(vault.orderOf(id).first - 1));
        vault.fill(1);
        require(isReturned(id), "at the opening");
        uint256 next_ = order(BUYER, 100 * USD, 100 * USD);
        while (period + 1 < vault.orderOf(next_).pricing) {
            push();
        }
        push();
        cheats.warp(closesAt(vault.orderOf(next_).first - 1) - 1);
        vault.fill(1);
        require(vault.orderOf(next_).premium != 0, "not a second before");
    }

    function testALateOrderIsReturnedThoughARowIsUnmarked() public {
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        pushLoss(0, period + 1);
        cheats.warp(closesAt(vault.orderOf(id).first - 1));
        vault.fill(1);
        require(isReturned(id), "nobody keeps the money by not marking");
    }

    function testNothingIsSoldOnARowThatIsNotCalm() public {
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        loseExactly(600);
        require(!index.row(index.next() - 1).calm, "more than four deviations");
        vault.advance(FOREVER);
        vault.fill(1);
        require(isReturned(id), "returned");
    }

    function testNothingIsSoldWhileARowIsUnmarked() public {
        order(BUYER, 100 * USD, 100 * USD);
        push();
        pushLoss(50_000, period + 1);
        cheats.expectRevert(abi.encodeWithSelector(CoverVault.Unmarked.selector, index.next(), index.next() + 1));
        vault.fill(1);
    }

    function testNothingIsSoldWhileAFinalDayIsUnsettled() public {
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        calm();
        cheats.expectRevert(abi.encodeWithSelector(CoverVault.Unsettled.selector, vault.day()));
        vault.fill(1);
        vault.advance(FOREVER);
        vault.fill(1);
        require(vault.orderOf(id).premium != 0, "filled");
    }

    function testAnOrderWhosePricingDayIsVoidIsReturned() public {
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        // The pricing day has no row; the next one has its own.
        Draft memory draft = next(after_(1_000));
        (draft.period, draft.previous) = (period + 2, period + 1);
        pushRow(draft);
        index.mark(shownToMark(index.next()));
        vault.advance(FOREVER);
        vault.fill(1);
        require(isReturned(id), "no row");
        // And one that spans two days is nobody's own.
        cheats.warp(closesAt(period + 1) + 1);
        id = order(BUYER, 100 * USD, 100 * USD);
        same(vault.orderOf(id).pricing, period + 2, "priced at the second");
        lose(1_000, period + 2);
        vault.advance(FOREVER);
        vault.fill(1);
        require(isReturned(id), "a row of two days");
    }

    function testAnOrderWaitsForItsRow() public {
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        same(vault.fill(1), 0, "no row yet");
        require(!vault.orderOf(id).closed, "open");
        same(vault.refund(id), 0, "and nothing to take back");
    }

    function testOrdersAreFilledInOrder() public {
        (uint256 cheap,,) = vault.quote(uint128(600 * USD));
        uint256 first = order(BUYER, 600 * USD, 100 * USD);
        uint256 second = order(OTHER, 600 * USD, 100 * USD);
        uint256 third = order(OTHER, 100 * USD, 100 * USD);
        push();
        same(vault.fill(10), 3, "three are done with");
        same(vault.orderOf(first).premium, cheap, "the first gets the lower price");
        require(isReturned(second), "capacity is missing");
        require(vault.orderOf(third).premium > 0, "and the next one fits");
        same(vault.live(), 700 * USD, "live");
    }

    function testCoverSoldInPartsCostsAsMuchAsInOne() public {
        (uint256 whole,,) = vault.quote(uint128(500 * USD));
        uint256 sum;
        for (uint256 i = 0; i < 5; ++i) {
            order(BUYER, 100 * USD, 100 * USD);
        }
        push();
        vault.fill(5);
        for (uint256 i = 0; i < 5; ++i) {
            sum += vault.orderOf(i).premium;
        }
        require(sum >= whole && sum <= whole + 5 * 20, "up to rounding");
    }

    function testWhatExitsIsNotSold() public {
        requestRedeem(senior, SEN, senior.balanceOf(SEN));
        buy(BUYER, 600 * USD);
        calmDays(9);
        (uint256 active, uint256 exiting,) = senior.book();
        same(active, 0, "all of senior leaves");
        same(exiting + vault.assets(true), 600 * USD, "and what is left is locked");
        uint256 id = order(OTHER, USD, USD);
        push();
        vault.fill(1);
        require(isReturned(id), "nothing is left to sell");
    }

    function testNothingIsSoldWithTooLittleJunior() public {
        requestDeposit(senior, OTHER, 1_001 * USD);
        calmDays(4);
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        push();
        vault.fill(1);
        require(isReturned(id), "junior is below a tenth");
        requestDeposit(junior, OTHER, USD);
        calmDays(4);
        id = order(BUYER, 100 * USD, 100 * USD);
        push();
        vault.fill(1);
        require(vault.orderOf(id).premium != 0, "filled");
    }

    function testAnOrderBelowTheLeastFaceIsRefused() public {
        fund(BUYER, address(vault), USD);
        cheats.prank(BUYER);
        cheats.expectRevert(abi.encodeWithSelector(CoverVault.FaceTooSmall.selector, USD - 1, USD));
        vault.order(uint128(USD - 1), uint128(USD));
    }

    function testAnOrderThatCanNeverBeFilledIsRefused() public {
        fund(BUYER, address(vault), 10 * USD);
        cheats.prank(BUYER);
        cheats.expectRevert(abi.encodeWithSelector(CoverVault.MostTooSmall.selector, 2 * USD - 1, 2 * USD));
        vault.order(uint128(100 * USD), uint128(2 * USD - 1));
    }

    /// @dev This contract takes no COVER: it had its order returned, once it knew that no crash had come.
    function testABuyerCannotRefuseItsOwnOrder() public {
        uint256 id = order(address(this), 100 * USD, 100 * USD);
        push();
        vault.fill(1);
        require(vault.orderOf(id).premium != 0, "filled");
        same(vault.live(), 100 * USD, "and bound");
        cheats.expectRevert();
        vault.claim(id, address(this));
        vault.claim(id, OTHER);
        same(security.balanceOf(OTHER, coverId(id)), 100 * USD, "it is sent to whoever takes it");
    }

    function testOrdersThatBurnGasDelayNobody() public {
        address burner = address(new GasBurner());
        for (uint256 i = 0; i < 4; ++i) {
            order(burner, 10 * USD, 10 * USD);
        }
        uint256 behind = order(OTHER, 100 * USD, 100 * USD);
        push();
        same(vault.fill{gas: 1_500_000}(5), 5, "all of them");
        require(vault.orderOf(behind).premium != 0, "in one call of little gas");
    }

    /// @dev The pricing row was calm. Nobody filled; then a crash came, and the buyer calls.
    function testALateFillSeesNewerRows() public {
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        push();
        require(index.row(index.next() - 1).period == vault.orderOf(id).pricing, "its row");
        loseExactly(600);
        require(!index.row(index.next() - 1).calm, "more than four deviations");
        vault.advance(FOREVER);
        require(block.timestamp < closesAt(vault.orderOf(id).first - 1), "before its first day opens");
        vault.fill(1);
        require(isReturned(id), "returned");
        calmDays(3);
        id = order(BUYER, 100 * USD, 100 * USD);
        push();
        vault.fill(1);
        require(vault.orderOf(id).premium != 0, "and an order of later is filled");
    }

    function testCoverIsClaimedByItsBuyerAndOnce() public {
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        uint256 second = order(BUYER, 50 * USD, 50 * USD);
        cheats.prank(BUYER);
        cheats.expectRevert(abi.encodeWithSelector(CoverVault.NoOrder.selector, id));
        vault.claim(id, BUYER);
        push();
        vault.fill(2);
        cheats.prank(OTHER);
        cheats.expectRevert(abi.encodeWithSelector(CoverVault.NotTheBuyer.selector, OTHER));
        vault.claim(id, OTHER);
        same(claimCover(id), coverId(id), "the id");
        same(security.balanceOf(BUYER, coverId(id)), 100 * USD, "its face");
        cheats.prank(BUYER);
        cheats.expectRevert(abi.encodeWithSelector(CoverVault.WasClaimed.selector, id));
        vault.claim(id, BUYER);
        claimCover(second);
        same(security.balanceOf(BUYER, coverId(id)), 150 * USD, "and the other's");
    }

    function testNobodyReturnsAnOrderByBringingLittleGas() public {
        order(BUYER, 100 * USD, 100 * USD);
        uint256 id = order(OTHER, 100 * USD, 100 * USD);
        push();
        vault.fill(1);
        for (uint256 gas_ = 50_000; gas_ < 900_000 && !vault.orderOf(id).closed; gas_ += 1_000) {
            (bool ok,) = address(vault).call{gas: gas_}(abi.encodeCall(vault.fill, (1)));
            ok;
        }
        require(vault.orderOf(id).premium != 0, "it stays open, or it is filled");
    }

    /// @dev In one transaction anybody fills the cap, has an order refused, and takes the collateral back.
    function testAFlashSplitReturnsNoOrder() public {
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        uint256 behind = order(OTHER, 100 * USD, 100 * USD);
        push();
        uint256 room = securityCap() - security.faces();
        fund(SEN, address(security), room);
        uint32 first = vault.orderOf(id).first;
        cheats.prank(SEN);
        uint256 cover = security.split(
            IVarSecurity.Terms(IVarSecurity.Kind.Realised, 100, 200, first, first + 19), uint128(room), SEN, SEN
        );
        same(vault.fill(2), 0, "no room");
        require(!vault.orderOf(id).closed && !vault.orderOf(behind).closed, "both wait");
        same(vault.refund(id), 0, "nothing to take back");
        cheats.prank(SEN);
        security.merge(cover, uint128(room), SEN);
        vault.fill(2);
        require(vault.orderOf(id).premium != 0 && vault.orderOf(behind).premium != 0, "filled");
    }

    function testAnOrderWithoutRoomEndsAtItsFirstDay() public {
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        push();
        uint256 room = securityCap() - security.faces();
        fund(SEN, address(security), room);
        uint32 first = vault.orderOf(id).first;
        cheats.prank(SEN);
        security.split(
            IVarSecurity.Terms(IVarSecurity.Kind.Realised, 100, 200, first, first + 19), uint128(room), SEN, SEN
        );
        same(vault.fill(1), 0, "it waits");
        cheats.warp(closesAt(first - 1));
        same(vault.fill(1), 1, "its first day has opened");
        require(isReturned(id), "returned");
    }

    function testAnOrderAboveTheSecuritysCapIsRefused() public {
        uint256 most = securityCap();
        fund(BUYER, address(vault), most);
        cheats.prank(BUYER);
        cheats.expectRevert(abi.encodeWithSelector(CoverVault.FaceTooLarge.selector, most + 1, most));
        vault.order(uint128(most + 1), uint128(most));
        cheats.prank(BUYER);
        vault.order(uint128(most), uint128(most));
    }

    function testAFeeOnTransferIsRefused() public {
        fund(BUYER, address(vault), 10 * USD);
        token.setFee(1);
        cheats.prank(BUYER);
        cheats.expectRevert();
        vault.order(uint128(100 * USD), uint128(10 * USD));
        fund(JUN, address(junior), 10 * USD);
        cheats.prank(JUN);
        cheats.expectRevert();
        junior.requestDeposit(10 * USD, JUN, JUN);
    }

    function testOrdersOfAnEndedIndexAreReturned() public {
        cheats.warp(closesAt(period + 14) + 1);
        uint256 id = order(BUYER, 100 * USD, 100 * USD);
        index.end();
        vault.fill(1);
        require(isReturned(id), "returned");
        fund(BUYER, address(vault), 10 * USD);
        cheats.prank(BUYER);
        cheats.expectRevert(abi.encodeWithSelector(CoverVault.IndexEnded.selector, index.lastDay()));
        vault.order(uint128(100 * USD), uint128(10 * USD));
    }

    function testTheBookIsItsVaultsAlone() public {
        cheats.expectRevert(abi.encodeWithSelector(CoverState.NotTheVault.selector, address(this)));
        book.sell(1, 20, 1, 1);
        cheats.expectRevert(abi.encodeWithSelector(CoverState.NotTheVault.selector, address(this)));
        book.pay(address(this), 1);
        ICoverVault.Setup memory s = vaultSetup();
        cheats.expectRevert(abi.encodeWithSelector(VaultSetup.NotOurs.selector, address(vault)));
        new CoverVault(s, book);
    }

    function testABookOfAnotherSetupIsRefused() public {
        address next_ = cheats.computeCreateAddress(address(this), cheats.getNonce(address(this)) + 1);
        ICoverVault.Setup memory s = vaultSetup();
        CoverBook other = new CoverBook(s, next_);
        s.waiting += 1;
        cheats.expectRevert(abi.encodeWithSelector(VaultSetup.NotOurs.selector, next_));
        new CoverVault(s, other);
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IBookIndex} from "../../src/interfaces/IBookIndex.sol";
import {IHolderGate} from "../../src/interfaces/IHolderGate.sol";
import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {CoverIds} from "../../src/libraries/CoverIds.sol";
import {VarSecurity} from "../../src/security/VarSecurity.sol";
import {vm as cheats} from "../ledger/Cheats.sol";
import {FeeCoin} from "./Coins.sol";
import {CoverWorld} from "./CoverWorld.sol";

/// @notice Attacks on the core, each refused.
contract CoverAttacksTest is CoverWorld {
    function setUp() public {
        makeWorld();
    }

    // --- the token

    function testAFeeOnTransferTokenIsRefused() public {
        FeeCoin fee = new FeeCoin();
        (coin, security) = (fee, newSecurity(fee));
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.Realised);
        uint256 cover = split(terms, 1_000, ALICE);
        fee.turnOn();
        coin.mint(ALICE, 1_000);
        cheats.prank(ALICE);
        coin.approve(address(security), 1_000);
        bytes memory fault = abi.encodeWithSelector(IVarSecurity.FeeOnTransfer.selector, 1_000, 990);
        require(refuses(ALICE, abi.encodeCall(security.split, (terms, 1_000, ALICE, ALICE)), fault), "990 of 1,000");
        require(security.held() == 1_000 && security.position(cover).faces == 1_000, "as before");
    }

    function testADonationDoesNothing() public {
        uint256 cover = splitRealised(1_000);
        coin.mint(address(security), 5_000);
        require(security.held() == 1_000 && security.faces() == 1_000, "not counted");
        split(termsOf(IVarSecurity.Kind.Realised), 10, BOB);
        calm(1);
        lose(60_001);
        calm(19);
        becomeFinal();
        settle(cover);
        require(redeem(cover, 1_000, ALICE) == 500 && redeem(cover | CoverIds.REST, 1_000, ALICE) == 499, "not paid");
        require(coin.balanceOf(address(security)) == 5_000 + security.held(), "and left where it is");
    }

    function testASetupOutOfRangeIsRefused() public {
        bytes memory fault = abi.encodeWithSelector(IVarSecurity.BadTerms.selector, "cap", 0);
        cheats.expectRevert(fault);
        new VarSecurity(index, coin, 0, IHolderGate(address(0)), "");
        fault = abi.encodeWithSelector(IVarSecurity.BadTerms.selector, "cap", uint256(1) << 120);
        cheats.expectRevert(fault);
        new VarSecurity(index, coin, uint256(1) << 120, IHolderGate(address(0)), "");
        fault = abi.encodeWithSelector(IVarSecurity.BadTerms.selector, "asset", uint256(uint160(ALICE)));
        cheats.expectRevert(fault);
        new VarSecurity(index, IERC20(ALICE), 1, IHolderGate(address(0)), "");
    }

    // --- replay

    function testADayIsSettledOnce() public {
        uint256 cover = splitRealised(1_000);
        calm(1);
        lose(50_001);
        lose(60_001);
        becomeFinal();
        require(security.settle(cover, 9, 1).cursor == 10, "the first day");
        require(security.settle(cover, 9, 1).cursor == 11, "the second one, whatever the start");
        uint256 owed = security.owed(cover, 1_000);
        require(security.settle(cover, 9, NEVER).cursor == 11 && security.owed(cover, 1_000) == owed, "no day twice");
    }

    function testARedemptionIsPaidOnce() public {
        uint256 cover = splitRealised(1_000);
        split(termsOf(IVarSecurity.Kind.Realised), 1_000, BOB);
        calm(1);
        lose(80_001);
        becomeFinal();
        settle(cover);
        redeem(cover, 1_000, ALICE);
        (bool ok,) = address(security).call(abi.encodeCall(security.redeem, (cover, 1, ALICE)));
        require(!ok, "burnt");
        cheats.prank(ALICE);
        (ok,) = address(security).call(abi.encodeCall(security.redeem, (cover, 1, ALICE)));
        require(!ok && coin.balanceOf(ALICE) == 1_000, "burnt");
    }

    function testAPositionThatIsFinishedIsNotSettledAgain() public {
        uint256 cover = splitRealised(1_000);
        calm(1);
        lose(80_001);
        lose(90_000);
        becomeFinal();
        require(settle(cover).best == lossAt(9) && security.faces() == 0, "detachment");
        uint256 other = split(termsOf(IVarSecurity.Kind.Realised), 500, BOB);
        require(settle(cover).cursor == 10 && security.faces() == 500, "nothing is looked at, or taken off twice");
        require(security.position(other).faces == 500, "another position");
    }

    // --- the start

    function wrongStart(uint256 cover, uint256 start) private returns (bool) {
        return refuses(
            BOB,
            abi.encodeCall(security.settle, (cover, start, NEVER)),
            abi.encodeWithSelector(IVarSecurity.WrongStart.selector, start)
        );
    }

    /// @notice The attack: a start behind the day that lost, so that it is never settled.
    function testASettlementThatSkipsADayIsRefused() public {
        uint256 cover = splitRealised(1_000);
        calm(1);
        lose(70_001);
        calm(4);
        require(wrongStart(cover, 10) && wrongStart(cover, 11), "behind the first day");
        require(
            refuses(
                BOB,
                abi.encodeCall(security.settle, (cover, index.next(), NEVER)),
                abi.encodeWithSelector(IVarSecurity.WrongStart.selector, index.next())
            ),
            "the next row"
        );
        bytes memory fault = abi.encodeWithSelector(IBookIndex.NotMarked.selector, 99, index.next());
        require(refuses(BOB, abi.encodeCall(security.settle, (cover, 100, NEVER)), fault), "a row that never was");
        require(settle(cover).best == lossAt(9), "the first day");
    }

    /// @notice The attack: a start before the eve, so that the index on the eve is that of a calm day.
    function testAStartBeforeTheEveIsRefused() public {
        calm(1);
        lose(60_001);
        lose(60_001);
        uint256 cover = split(termsOf(IVarSecurity.Kind.ValueAtRisk), 1_000, ALICE);
        calm(4);
        for (uint256 start = 0; start < startOf(cover); ++start) {
            require(wrongStart(cover, start), "a row up to the eve");
        }
        require(settle(cover).eve == 600 << 20, "as on the eve");
    }

    /// @notice The attack: so little gas that the index cannot answer, which must not pass for a forgotten row.
    function testASettlementWithLittleGasSkipsNothing() public {
        uint256 cover = splitRealised(1_000);
        calm(1);
        lose(80_001);
        calm(6);
        bytes memory call = abi.encodeCall(security.settle, (cover, 12, NEVER));
        for (uint256 gas_ = 5_000; gas_ < 120_000; gas_ += 1_000) {
            (bool ok,) = address(security).call{gas: gas_}(call);
            require(!ok, "refused");
        }
    }

    // --- identifiers

    function testAForeignIdIsRefused() public {
        uint256 cover = splitRealised(1_000);
        uint256[7] memory ids = [
            uint256(0),
            cover | (2 << 104),
            cover | (1 << 112),
            cover | (1 << 255),
            (cover & ~(uint256(0xff) << 96)) | (uint256(3) << 96),
            cover & ~(uint256(0xffff) << 64),
            cover & ~uint256(type(uint32).max)
        ];
        for (uint256 i = 0; i < ids.length; ++i) {
            bytes memory fault = abi.encodeWithSelector(IVarSecurity.NotAnId.selector, ids[i]);
            require(refuses(ALICE, abi.encodeCall(security.termsOf, (ids[i])), fault), "termsOf");
            requireRefused(ids[i], fault);
            require(refuses(ALICE, abi.encodeCall(security.redeem, (ids[i], 0, ALICE)), fault), "redeem");
        }
        requireRefused(
            cover | CoverIds.REST, abi.encodeWithSelector(IVarSecurity.NotAnId.selector, cover | CoverIds.REST)
        );
    }

    function requireRefused(uint256 id, bytes memory fault) private {
        require(refuses(ALICE, abi.encodeCall(security.merge, (id, 0, ALICE)), fault), "merge");
        require(refuses(ALICE, abi.encodeCall(security.settle, (id, 9, 1)), fault), "settle");
        require(refuses(ALICE, abi.encodeCall(security.position, (id)), fault), "position");
        require(refuses(ALICE, abi.encodeCall(security.owed, (id, 1)), fault), "owed");
    }

    /// @notice COVER of one life cannot be redeemed for another's loss.
    function testCoverOfAnotherPositionIsNotPaid() public {
        uint256 cover = splitRealised(1_000);
        calm(1);
        uint256 other = split(termsOf(IVarSecurity.Kind.Realised), 1_000, BOB);
        lose(80_001);
        becomeFinal();
        settle(cover);
        settle(other);
        require(security.position(cover).finished && redeemIsRefused(other, BOB), "it begins a day later");
        (bool ok,) = address(security).call(abi.encodeCall(security.redeem, (cover, 1, BOB)));
        require(!ok, "nobody has what is not theirs");
    }
}

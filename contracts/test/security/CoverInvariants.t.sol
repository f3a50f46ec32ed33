// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {CoverIds} from "../../src/libraries/CoverIds.sol";
import {CoverSchedule} from "../../src/libraries/CoverSchedule.sol";
import {VarSecurity} from "../../src/security/VarSecurity.sol";
import {Coin} from "./Coins.sol";
import {CoverHandler} from "./CoverHandler.sol";

/// @notice What holds of the security after any calls in any order.
contract CoverInvariants {
    CoverHandler private handler;
    VarSecurity private security;
    Coin private coin;

    function setUp() public {
        handler = new CoverHandler();
        (security, coin) = handler.parts();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @notice The handler comes to every outcome that the invariants are about.
    function testTheHandlerReachesEveryOutcome() public {
        for (uint256 i = 0; i < 60; ++i) {
            handler.split(i, uint256(keccak256(abi.encode(i))), 77_777);
            handler.pass(i);
            handler.settle(i, 7);
            handler.settle(i / 2, 7);
            handler.redeem(i, i / 2, 77 + uint128(i));
            handler.redeem(i, (i / 2) | (1 << 255), 77 + uint128(i));
            handler.merge(i, i / 3, 11);
            require(i < 3 || i > 20 || security.faces() != 0, "live positions");
            invariant_OfTheSecurity();
        }
        uint256 finished;
        for (uint256 i = 0; i < handler.number(); ++i) {
            if (handler.bookOf(handler.covers(i)).finished) ++finished;
        }
        require(finished > 3, "finished positions");
        require(handler.voided() > 10 && handler.paidOut() > 5, "void days and payouts");
        require(handler.refused() > 0, "splits that are refused");
        handler.stall(1);
        require(handler.ended(), "the end");
        for (uint256 i = 0; i < handler.number(); ++i) {
            for (uint256 j = 0; j < 20; ++j) {
                handler.settle(i, 7);
            }
        }
        invariant_OfTheSecurity();
        require(security.faces() == 0, "behind the end, everything is finished");
    }

    function invariant_OfTheSecurity() public view {
        require(bytes(handler.wrong()).length == 0, handler.wrong());
        (uint256 live, uint256 held, uint256 claims) = (0, 0, 0);
        for (uint256 i = 0; i < handler.number(); ++i) {
            uint256 cover = handler.covers(i);
            CoverHandler.Book memory book = handler.bookOf(cover);
            IVarSecurity.Position memory position = security.position(cover);
            require(position.faces == book.split - book.merged, "faces are what was split and not merged");
            require(position.finished == book.finished, "finished");
            uint256 ofCover = handler.supply(cover);
            uint256 ofRest = handler.supply(cover | CoverIds.REST);
            require(ofCover + book.redeemed[0] == position.faces, "COVER");
            require(ofRest + book.redeemed[1] == position.faces, "REST");
            uint256 left = position.faces - book.paid[0] - book.paid[1];
            held += left;
            if (!position.finished) {
                live += position.faces;
                require(book.redemptions[0] + book.redemptions[1] == 0, "paid before the end");
                continue;
            }
            claims += conserved(cover, book, position, ofCover, ofRest);
        }
        require(security.faces() == live && live <= security.cap(), "live faces");
        require(security.held() == held, "collateral is what was split, not merged and not paid");
        require(coin.balanceOf(address(security)) == held + handler.donated(), "and it is there");
        require(live + claims <= held, "claims and live faces are covered");
    }

    /// @dev A finished position paid each leg its share, less what rounding took. Returns what is still owed.
    function conserved(
        uint256 cover,
        CoverHandler.Book memory book,
        IVarSecurity.Position memory position,
        uint256 ofCover,
        uint256 ofRest
    ) private pure returns (uint256 claims) {
        (IVarSecurity.Terms memory terms,) = CoverIds.termsOf(cover);
        (uint256 part, uint256 whole) = CoverSchedule.payout(terms, position.best, position.eve);
        uint256[2] memory share = [part, whole - part];
        for (uint256 leg = 0; leg < 2; ++leg) {
            uint256 due = book.redeemed[leg] * share[leg];
            require(book.paid[leg] * whole <= due, "no more than its share");
            require(due <= (book.paid[leg] + book.redemptions[leg]) * whole, "no less, but for rounding");
        }
        claims = ofCover * part / whole + ofRest * (whole - part) / whole;
        require(claims + book.paid[0] + book.paid[1] <= position.faces, "payout conserves value");
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IHolderGate} from "../../src/interfaces/IHolderGate.sol";
import {IPriceRow} from "../../src/interfaces/IPriceRow.sol";
import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {CoverIds} from "../../src/libraries/CoverIds.sol";
import {VarSecurity} from "../../src/security/VarSecurity.sol";
import {vm as cheats} from "../ledger/Cheats.sol";
import {BookModel} from "./BookModel.sol";
import {Coin} from "./Coins.sol";

/// @notice A security over a real index, whose rows are signed by seats, and some who hold it. Periods are days, row number e is of
/// period e + 1 while no period is skipped.
abstract contract CoverWorld is BookModel {
    uint256 internal constant CAP = 1_000_000;
    uint256 internal constant NEVER = type(uint256).max;
    address internal constant ALICE = address(0xa11ce);
    address internal constant BOB = address(0xb0b);

    Coin internal coin;
    VarSecurity internal security;

    /// @dev Eight calm rows, so that the window is full.
    function makeWorld() internal {
        makeBook(8);
        calm(8);
        coin = new Coin();
        security = newSecurity(coin);
    }

    function newSecurity(Coin coin_) internal returns (VarSecurity) {
        return new VarSecurity(index, IERC20(address(coin_)), CAP, IHolderGate(address(0)), "uri");
    }

    // --- days

    function calm(uint256 rows) internal {
        for (uint256 i = 0; i < rows; ++i) {
            lose(0);
        }
    }

    /// @dev Two more rows, and a second more than 48 hours after the newest of the others.
    function becomeFinal() internal {
        calm(2);
        cheats.warp(block.timestamp + 1);
    }

    /// @dev Pushes and marks the next row, and has its day revoked.
    function loseAndRevoke(int256 millionths) internal {
        Draft memory draft = next(after_(millionths));
        IPriceRow.Statement memory one = statement(draft);
        pushRow(draft);
        uint256 marked = index.next();
        index.mark(shownToMark(marked));
        IPriceRow.Statement memory other = abi.decode(abi.encode(one), (IPriceRow.Statement));
        other.now_ = keccak256("other prices");
        index.revoke(marked, one, signedBy(quorum, seats.digest(one)), other, signedBy(quorum, seats.digest(other)));
    }

    // --- positions

    /// @dev From 4 % to 8 %, for 20 days, of which the first is the day after the next.
    function termsOf(IVarSecurity.Kind kind) internal view returns (IVarSecurity.Terms memory) {
        return IVarSecurity.Terms(kind, 400, 800, uint32(period + 2), uint32(period + 21));
    }

    /// @dev Collateral of its own becomes a holder's COVER and REST.
    function split(IVarSecurity.Terms memory terms, uint128 amount, address who) internal returns (uint256 cover) {
        coin.mint(who, amount);
        cheats.startPrank(who);
        coin.approve(address(security), amount);
        cover = security.split(terms, amount, who, who);
        cheats.stopPrank();
    }

    function splitRealised(uint128 amount) internal returns (uint256 cover) {
        return split(termsOf(IVarSecurity.Kind.Realised), amount, ALICE);
    }

    /// @dev The row of a position's first day, while no period is skipped.
    function startOf(uint256 cover) internal pure returns (uint256) {
        (IVarSecurity.Terms memory terms,) = CoverIds.termsOf(cover);
        return terms.first - 1;
    }

    function settle(uint256 cover) internal returns (IVarSecurity.Position memory) {
        return security.settle(cover, startOf(cover), NEVER);
    }

    function redeem(uint256 id, uint256 amount, address who) internal returns (uint256 paid) {
        cheats.prank(who);
        return security.redeem(id, uint128(amount), who);
    }

    function refuses(address who, bytes memory call, bytes memory fault) internal returns (bool) {
        cheats.prank(who);
        (bool ok, bytes memory data) = address(security).call(call);
        return !ok && keccak256(data) == keccak256(fault);
    }

    function redeemIsRefused(uint256 id, address who) internal returns (bool) {
        (IVarSecurity.Terms memory terms,) = CoverIds.termsOf(id);
        return refuses(
            who,
            abi.encodeCall(security.redeem, (id, 1, who)),
            abi.encodeWithSelector(IVarSecurity.NotFinished.selector, CoverIds.coverOf(terms))
        );
    }

    /// @dev A loss in basis points times 2^20, as the index has it.
    function lossAt(uint256 epoch_) internal view returns (uint256) {
        return uint256(losses[epoch_]);
    }
}

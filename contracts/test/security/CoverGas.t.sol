// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {CoverIds} from "../../src/libraries/CoverIds.sol";
import {vm as cheats} from "../ledger/Cheats.sol";
import {CoverWorld} from "./CoverWorld.sol";

/// @notice Gas of whole transactions, 21,000 and calldata included, against the targets; and the size of the contract.
/// forge-config: default.isolate = true
contract CoverGasTest is CoverWorld {
    uint256 private constant MOST = 150_000;

    function setUp() public {
        makeWorld();
        coin.mint(ALICE, 1_000_000);
        coin.mint(BOB, 1_000_000);
        cheats.prank(ALICE);
        coin.approve(address(security), type(uint256).max);
        cheats.prank(BOB);
        coin.approve(address(security), type(uint256).max);
    }

    function measured(string memory name, uint256 most) private {
        uint256 used = cheats.lastCallGas().gasTotalUsed;
        cheats.snapshotValue(name, used);
        require(used <= most, string.concat(name, ": ", cheats.toString(used)));
    }

    function splitNow(IVarSecurity.Terms memory terms, address who) private returns (uint256) {
        cheats.prank(who);
        return security.split(terms, 100, who, who);
    }

    function testGasOfSplitAndMerge() public {
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.Realised);
        splitNow(terms, ALICE);
        measured("split, the contract's first", 200_000);
        terms.attachment = 300;
        uint256 cover = splitNow(terms, BOB);
        measured("split, first of a position", MOST);
        splitNow(terms, ALICE);
        measured("split, first of a holder", MOST);
        splitNow(terms, ALICE);
        measured("split", MOST);
        cheats.prank(ALICE);
        security.merge(cover, 100, ALICE);
        measured("merge", MOST);
    }

    function settled(uint256 cover, string memory name) private {
        security.settle(cover, startOf(cover), 1);
        measured(name, MOST);
    }

    function testGasOfSettleAndRedeem() public {
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.Realised);
        uint256 cover = splitNow(terms, ALICE);
        splitNow(terms, BOB);
        (terms.kind, terms.attachment) = (IVarSecurity.Kind.ValueAtRisk, 100);
        uint256 other = splitNow(terms, ALICE);
        calm(1);
        lose(50_001);
        lose(50_001);
        lose(10_000);
        lose(80_001);
        becomeFinal();
        settled(cover, "settle of the first day, which pays");
        settled(other, "settle of the first day, value at risk");
        settled(cover, "settle of a day that pays no more");
        settled(other, "settle of a day, value at risk");
        settled(cover, "settle of a day that pays no more");
        settled(cover, "settle of a day that reaches detachment");
        redeem(cover, 50, ALICE);
        measured("redeem COVER", MOST);
        redeem(cover | CoverIds.REST, 50, BOB);
        measured("redeem REST, for nothing", MOST);
    }

    function testGasOf20Days() public {
        uint256 cover = splitNow(termsOf(IVarSecurity.Kind.Realised), ALICE);
        calm(21);
        becomeFinal();
        security.settle(cover, startOf(cover), NEVER);
        measured("settle of 20 days at once", 400_000);
    }

    function testSizes() public {
        cheats.snapshotValue("bytes of VarSecurity", address(security).code.length);
        require(address(security).code.length <= 16_000, "at most 16,000 bytes");
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IHolderGate} from "../../src/interfaces/IHolderGate.sol";
import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {CoverIds} from "../../src/libraries/CoverIds.sol";
import {VarSecurity} from "../../src/security/VarSecurity.sol";
import {vm as cheats} from "../ledger/Cheats.sol";
import {CoverWorld} from "./CoverWorld.sol";
import {TestPool} from "./TestPool.sol";

/// @notice Lets those hold that are on its list.
contract ListGate is IHolderGate {
    mapping(address => bool) public mayHold;

    function set(address holder, bool may) external {
        mayHold[holder] = may;
    }
}

/// @notice COVER trades as any ERC-1155 does, and a gate says who may hold it.
contract CoverMarketTest is CoverWorld {
    function setUp() public {
        makeWorld();
    }

    // --- a constant-product pool

    /// @dev ALICE provides 5,000 of COVER and 500 coins, and keeps 10,000 of REST and 5,000 of COVER.
    function makePool(uint256 cover) private returns (TestPool pool) {
        pool = new TestPool(IERC1155(address(security)), cover, coin, ALICE);
        coin.mint(ALICE, 500);
        cheats.startPrank(ALICE);
        security.setApprovalForAll(address(pool), true);
        coin.approve(address(pool), type(uint256).max);
        pool.provide(5_000, 500);
        cheats.stopPrank();
        cheats.startPrank(BOB);
        security.setApprovalForAll(address(pool), true);
        coin.approve(address(pool), type(uint256).max);
        cheats.stopPrank();
    }

    /// @notice BOB buys COVER in a pool, not of a seller, and is paid by the contract. Nothing is made or lost on the way.
    function testCoverIsBoughtInAConstantProductPool() public {
        uint256 cover = splitRealised(10_000);
        TestPool pool = makePool(cover);
        coin.mint(BOB, 100);
        cheats.prank(BOB);
        uint256 got = pool.buy(100);
        require(got == uint256(100) * 997 * 5_000 / (500 * 1_000 + 100 * 997), "by the product");
        cheats.prank(BOB);
        uint256 back = pool.sell(got / 2);
        uint256 expected = (got / 2) * 997 * 600 / ((5_000 - got) * 1_000 + (got / 2) * 997);
        require(back == expected && coin.balanceOf(BOB) == back, "and sold again");
        calm(1);
        lose(60_001);
        calm(19);
        becomeFinal();
        settle(cover);
        uint256 kept = got - got / 2;
        require(redeem(cover, kept, BOB) == kept / 2, "half of its face at 6 %");
        cheats.prank(ALICE);
        pool.withdraw();
        redeem(cover, security.balanceOf(ALICE, cover), ALICE);
        redeem(cover | CoverIds.REST, 10_000, ALICE);
        uint256 sum = coin.balanceOf(ALICE) + coin.balanceOf(BOB) + security.held();
        require(sum == 10_600 && security.held() < 4, "the sum of all balances is what was brought");
    }

    /// @notice The pool holds COVER through the days of its life, and nothing that has accrued to it is lost or can be skimmed: the
    /// pool's COVER is worth at the end what any other is.
    function testCoverInAPoolLosesNothingOfWhatAccrues() public {
        uint256 cover = splitRealised(10_000);
        TestPool pool = makePool(cover);
        calm(1);
        lose(80_001);
        becomeFinal();
        settle(cover);
        require(coin.balanceOf(address(pool)) == 500, "nothing is paid into the pool");
        coin.mint(BOB, 100);
        cheats.prank(BOB);
        uint256 got = pool.buy(100);
        require(redeem(cover, got, BOB) == got, "whoever buys it has all of it");
    }

    // --- a gate

    function gated() private returns (ListGate gate) {
        gate = new ListGate();
        security = new VarSecurity(index, IERC20(address(coin)), CAP, gate, "uri");
    }

    function refused(address who) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IVarSecurity.Refused.selector, who);
    }

    function testAGateRefusesReceivers() public {
        ListGate gate = gated();
        gate.set(ALICE, true);
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.Realised);
        uint256 cover = split(terms, 1_000, ALICE);
        bytes memory call = abi.encodeCall(security.safeTransferFrom, (ALICE, BOB, cover, 1, ""));
        require(refuses(ALICE, call, refused(BOB)), "a transfer");
        (uint256[] memory ids, uint256[] memory amounts) = (new uint256[](2), new uint256[](2));
        (ids[0], ids[1], amounts[0], amounts[1]) = (cover, cover | CoverIds.REST, 1, 1);
        call = abi.encodeCall(security.safeBatchTransferFrom, (ALICE, BOB, ids, amounts, ""));
        require(refuses(ALICE, call, refused(BOB)), "a batch");
        coin.mint(ALICE, 2);
        cheats.prank(ALICE);
        coin.approve(address(security), 2);
        require(refuses(ALICE, abi.encodeCall(security.split, (terms, 1, BOB, ALICE)), refused(BOB)), "new COVER");
        require(refuses(ALICE, abi.encodeCall(security.split, (terms, 1, ALICE, BOB)), refused(BOB)), "new REST");
        gate.set(BOB, true);
        cheats.prank(ALICE);
        security.safeTransferFrom(ALICE, BOB, cover, 400, "");
        require(security.balanceOf(BOB, cover) == 400, "once he may");
    }

    /// @notice The gate is asked who may receive, and keeps nobody's money: whoever holds is paid.
    function testAGateKeepsNobodysMoney() public {
        ListGate gate = gated();
        gate.set(ALICE, true);
        uint256 cover = splitRealised(1_000);
        gate.set(ALICE, false);
        cheats.prank(ALICE);
        security.merge(cover, 400, ALICE);
        calm(1);
        lose(80_001);
        becomeFinal();
        settle(cover);
        require(redeem(cover, 600, ALICE) == 600 && coin.balanceOf(ALICE) == 1_000, "merged and redeemed");
    }

    function testWithoutAGateAnybodyMayHold() public {
        uint256 cover = splitRealised(1_000);
        cheats.prank(ALICE);
        security.safeTransferFrom(ALICE, BOB, cover, 1_000, "");
        require(security.balanceOf(BOB, cover) == 1_000, "BOB");
    }
}

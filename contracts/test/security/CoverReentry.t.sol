// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {VarSecurity} from "../../src/security/VarSecurity.sol";
import {vm as cheats} from "../ledger/Cheats.sol";
import {CallingCoin} from "./Coins.sol";
import {CoverWorld} from "./CoverWorld.sol";

/// @notice Calls the security when it receives a token, and keeps what came of it.
contract CallingHolder is ERC1155Holder {
    VarSecurity private immutable SECURITY;
    bytes private _call;
    bool public called;
    bool public passed;
    bytes4 public fault;

    constructor(VarSecurity security) {
        SECURITY = security;
        IERC20(security.asset()).approve(address(security), type(uint256).max);
    }

    function arm(bytes calldata call_) external {
        (_call, called) = (call_, false);
    }

    function split(IVarSecurity.Terms calldata terms, uint128 amount) external returns (uint256) {
        return SECURITY.split(terms, amount, address(this), address(this));
    }

    function onERC1155Received(address operator, address from, uint256 id, uint256 value, bytes memory data)
        public
        override
        returns (bytes4)
    {
        if (_call.length != 0) {
            bytes memory answer;
            (passed, answer) = address(SECURITY).call(_call);
            (called, fault) = (true, bytes4(answer));
        }
        return super.onERC1155Received(operator, from, id, value, data);
    }
}

/// @notice Tokens and receivers that call the security in the middle of its own calls.
contract CoverReentryTest is CoverWorld {
    bytes4 private constant REENTERED = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;

    function setUp() public {
        makeWorld();
    }

    /// @dev What can be called in the middle of another call.
    function calls(IVarSecurity.Terms memory terms, uint256 cover) private view returns (bytes[4] memory) {
        return [
            abi.encodeCall(security.split, (terms, 1, ALICE, ALICE)),
            abi.encodeCall(security.merge, (cover, 1, ALICE)),
            abi.encodeCall(security.settle, (cover, startOf(cover), NEVER)),
            abi.encodeCall(security.redeem, (cover, 1, ALICE))
        ];
    }

    function testATokenThatReEntersASplit() public {
        CallingCoin calling = new CallingCoin();
        (coin, security) = (calling, newSecurity(calling));
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.Realised);
        uint256 cover = split(terms, 100, ALICE);
        for (uint256 i = 0; i < 4; ++i) {
            calling.arm(address(security), calls(terms, cover)[i]);
            split(terms, 100, ALICE);
            require(calling.called() && !calling.passed() && calling.fault() == REENTERED, "refused");
        }
        require(security.held() == 500 && security.faces() == 500, "and nothing else happened");
    }

    function testATokenThatReEntersAMerge() public {
        CallingCoin calling = new CallingCoin();
        (coin, security) = (calling, newSecurity(calling));
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.Realised);
        uint256 cover = split(terms, 100, ALICE);
        for (uint256 i = 0; i < 4; ++i) {
            calling.arm(address(security), calls(terms, cover)[i]);
            cheats.prank(ALICE);
            security.merge(cover, 10, ALICE);
            require(calling.called() && !calling.passed() && calling.fault() == REENTERED, "refused");
        }
        require(security.held() == 60 && coin.balanceOf(ALICE) == 40, "and nothing else happened");
    }

    function testATokenThatReEntersARedemption() public {
        CallingCoin calling = new CallingCoin();
        (coin, security) = (calling, newSecurity(calling));
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.Realised);
        uint256 cover = split(terms, 100, ALICE);
        calm(1);
        lose(80_001);
        becomeFinal();
        settle(cover);
        for (uint256 i = 0; i < 4; ++i) {
            calling.arm(address(security), calls(terms, cover)[i]);
            require(redeem(cover, 10, ALICE) == 10, "paid once");
            require(calling.called() && !calling.passed() && calling.fault() == REENTERED, "refused");
        }
        require(security.held() == 60 && coin.balanceOf(ALICE) == 40, "and nothing else happened");
    }

    function testAReceiverThatReEntersASplit() public {
        CallingHolder holder = new CallingHolder(security);
        coin.mint(address(holder), 1_000);
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.Realised);
        uint256 cover = holder.split(terms, 100);
        for (uint256 i = 0; i < 4; ++i) {
            holder.arm(calls(terms, cover)[i]);
            holder.split(terms, 100);
            require(holder.called() && !holder.passed() && holder.fault() == REENTERED, "refused");
        }
        require(security.held() == 500 && security.balanceOf(address(holder), cover) == 500, "one to one");
    }

    /// @notice A transfer is no call of the security's own: whoever receives COVER may split at once, and pays for it.
    function testAReceiverThatSplitsInATransfer() public {
        CallingHolder holder = new CallingHolder(security);
        coin.mint(address(holder), 100);
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.Realised);
        uint256 cover = split(terms, 100, ALICE);
        holder.arm(abi.encodeCall(security.split, (terms, 60, BOB, BOB)));
        cheats.prank(ALICE);
        security.safeTransferFrom(ALICE, address(holder), cover, 30, "");
        require(holder.passed() && coin.balanceOf(address(holder)) == 40, "it paid");
        require(security.held() == 160 && security.position(cover).faces == 160, "one to one");
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {vm} from "../ledger/Cheats.sol";
import {VaultModel, cheats} from "./VaultModel.sol";

/// @notice Gas of whole transactions, 21,000 and calldata included; and sizes of contracts.
/// forge-config: default.isolate = true
contract VaultGasTest is VaultModel {
    function setUp() public {
        makeVault();
        underwrite(2_000 * USD, 8_000 * USD);
    }

    function measured(string memory name, uint256 most) private {
        uint256 used = vm.lastCallGas().gasTotalUsed;
        vm.snapshotValue(name, used);
        require(used <= most, string.concat(name, ": ", vm.toString(used)));
    }

    function ordered(address who) private {
        fund(who, address(vault), 100 * USD);
        cheats.prank(who);
        vault.order(uint128(100 * USD), uint128(10 * USD));
    }

    function testGasOfBuying() public {
        ordered(BUYER);
        ordered(OTHER);
        measured("order", 150_000);
        calm();
        vault.advance(FOREVER);
        vault.fill(1);
        measured("fill, first of all", 400_000);
        vault.fill(1);
        measured("fill, the second of an id", 300_000);
        cheats.prank(BUYER);
        vault.claim(0, BUYER);
        measured("claim", 150_000);
        vault.refund(0);
        measured("refund", 150_000);
        ordered(BUYER);
        ordered(OTHER);
        calm();
        vault.advance(FOREVER);
        vault.fill(1);
        measured("fill, the first cover of a day", 300_000);
    }

    function testGasOfDays() public {
        buy(BUYER, 100 * USD);
        toEve(0);
        calmDays(4);
        calm();
        vault.advance(1);
        measured("advance, a calm day", 150_000);
        loseExactly(500);
        calm();
        vault.advance(FOREVER);
        calm();
        vault.advance(FOREVER);
        calm();
        vault.advance(1);
        measured("advance, a payout", 150_000);
        while (vault.day() + 1 < vault.orderOf(0).last) {
            calm();
            vault.advance(FOREVER);
        }
        calm();
        vault.advance(1);
        measured("advance, a cover ends", 400_000);
    }

    function testGasOfShares() public {
        fund(OTHER, address(junior), 100 * USD);
        cheats.prank(OTHER);
        junior.requestDeposit(100 * USD, OTHER, OTHER);
        measured("request a deposit", 200_000);
        calmDays(3);
        calm();
        vault.advance(1);
        measured("advance, a deposit", 250_000);
        cheats.prank(OTHER);
        junior.deposit(100 * USD, OTHER, OTHER);
        measured("claim shares", 150_000);
        cheats.prank(OTHER);
        junior.requestRedeem(1e9, OTHER, OTHER);
        measured("request a redemption", 200_000);
        calmDays(8);
        calm();
        vault.advance(1);
        measured("advance, a redemption", 250_000);
        cheats.prank(OTHER);
        junior.redeem(1e9, OTHER, OTHER);
        measured("claim assets", 150_000);
    }

    function testSizesOfContracts() public view {
        require(address(vault).code.length <= 16_000, "vault");
        require(address(book).code.length <= 16_000, "book");
        require(address(junior).code.length <= 16_000, "shares");
    }
}

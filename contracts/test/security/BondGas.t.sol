// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IComplianceBond} from "../../src/interfaces/IComplianceBond.sol";
import {vm} from "../ledger/Cheats.sol";
import {BondWorld} from "./BondWorld.sol";

/// @notice Gas of whole transactions, 21,000 and calldata included, and the contract's size. The window of these tests has
/// cheaper points than a rolling window, whose point costs 13,438 and 352 more bytes of calldata: `advance` has 20,000 to spare.
/// forge-config: default.isolate = true
contract BondGasTest is BondWorld {
    function setUp() public {
        start();
        give(OUTSIDER, 100 * UNIT);
        give(STRAW, 100 * UNIT);
    }

    function measured(string memory name, uint256 most) private {
        uint256 used = vm.lastCallGas().gasTotalUsed;
        vm.snapshotValue(name, used);
        require(used <= most, string.concat(name, ": ", vm.toString(used)));
    }

    function bought(IComplianceBond.Reason reason, address who, string memory name, uint256 most)
        private
        returns (uint256 cover)
    {
        vm.prank(who);
        (cover,) = bond.buy(reason, 5, 10 * UNIT, 1 * UNIT, who);
        measured(name, most);
    }

    function taken(uint256 row, string memory name) private {
        day(row);
        realise(row);
        bytes[] memory shown = shownOf(row);
        bond.advance(shown);
        measured(name, 130_000);
    }

    function testGasOfBonds() public {
        IComplianceBond.Reason x = IComplianceBond.Reason.Exceedance;
        uint256 cover = bought(x, OUTSIDER, "buy, the first of its identifier", 150_000);
        bought(x, STRAW, "buy, another of its identifier", 150_000);
        bought(x, STRAW, "buy, again by the same buyer", 150_000);
        taken(11, "advance, the first row");
        taken(12, "advance, a calm row");
        proved(13, 13);
        vm.prank(entity(0));
        bond.announce(10 * UNIT);
        measured("announce", 80_000);
        proved(14, 14);
        taken(15, "advance, the first exceedance");
        bond.release(cover);
        measured("release", 150_000);
        taken(16, "advance with a withdrawal");
        vm.prank(OUTSIDER);
        bond.redeem(cover, 10 * UNIT, OUTSIDER);
        measured("redeem", 150_000);
        bond.refund(cover, OUTSIDER);
        measured("refund", 100_000);
        missed(17);
        mark(17);
        bond.advance(shownOf(17));
        measured("advance, the silent row", 130_000);
        vm.prank(BENEFICIARY);
        bond.collect(BENEFICIARY);
        measured("collect", 80_000);
        vm.snapshotValue("bytes of ComplianceBond", address(bond).code.length);
        require(address(bond).code.length <= 16_000, "at most 16,000 bytes");
    }
}

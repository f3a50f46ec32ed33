// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {Packing} from "../../src/libraries/Packing.sol";
import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {World} from "./World.sol";

/// @notice What the ledger packs is what the library packs, and what the command line proved.
contract PackingOfLedgersTest is World {
    function setUp() public {
        deploy();
    }

    function testTailsAndLimitsAreThoseOfTheProofs() public view {
        for (uint256 epoch = 10; epoch < 19; ++epoch) {
            (, uint256[] memory controls) = load(nameOf("f", 0, 0, epoch));
            require(ledger.rulesOf(mandates[0]).tails == controls[2], "tails");
            uint256 units = (uint256(boundOf(epoch)) << 20) / 10_000;
            require(controls[3] == (units | units << 100), "limits");
            require(controls[1] == ledger.contextOf(entity(0), mandates[0], epoch), "the context");
            // Row 15 is beyond the plain bound, and has no proof.
            if (epoch == 10 || epoch > 14) continue;
            (, controls) = load(nameOf("r", 0, 0, epoch));
            require(controls[1] == backtest.contextOf(entity(0), mandates[0], epoch), "of its loss");
        }
        (, uint256[] memory other) = load(nameOf("f", 1, 0, 10));
        require(ledger.rulesOf(mandates[1]).tails == other[2], "tails of a clause that is alone");
    }

    function testFuzz_ALimitIsThatOfTheLibrary(uint128 amount, uint64 unit) public pure {
        unit = unit % (2 ** 40 - 1) + 1;
        amount = amount % (10 ** 24 + 1);
        uint256 exact = (uint256(amount) << 20) / unit;
        if (exact > type(uint64).max) exact = type(uint64).max;
        Packing.Clause memory clause = Packing.Clause(Packing.Tail.Worst, 0, false, amount, 6);
        require(Packing.limit(clause, unit) == exact, "loss units");
    }
}

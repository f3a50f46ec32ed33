// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {World} from "./World.sol";
import {vm} from "./Cheats.sol";

/// @notice Writes the contexts that the fixtures' proofs are bound to: the contracts stand at the addresses of the tests.
contract ContextsScript is World {
    function run() external {
        deploy();
        string memory json = "{";
        for (uint256 which = 0; which < 3; ++which) {
            for (uint256 who = 0; who < 64; ++who) {
                for (uint256 epoch = 10; epoch < (who < 4 ? 19 : 11); ++epoch) {
                    bytes32 f = bytes32(ledger.contextOf(entity(who), mandates[which], epoch));
                    bytes32 r = bytes32(backtest.contextOf(entity(who), mandates[which], epoch));
                    json = string.concat(
                        json, line(nameOf("f", which, who, epoch), f), line(nameOf("r", which, who, epoch), r)
                    );
                }
            }
        }
        json = string.concat(json, line("commitment", bytes32(router.IMPOSSIBLE_COMMITMENT())));
        json = string.concat(json, line("context", bytes32(router.IMPOSSIBLE_CONTEXT())));
        json = string.concat(json, line("tails", bytes32(router.IMPOSSIBLE_TAILS())));
        json = string.concat(json, '"limits": "', vm.toString(bytes32(router.IMPOSSIBLE_LIMITS())), '"}');
        vm.writeFile("generated/chain/contexts.json", json);
    }

    function line(string memory name, bytes32 value) private pure returns (string memory) {
        return string.concat('"', name, '": "', vm.toString(value), '", ');
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ICoverVault} from "../../src/interfaces/ICoverVault.sol";
import {CoverBook} from "../../src/security/CoverBook.sol";
import {VaultModel, cheats} from "./VaultModel.sol";

/// @notice The example by hand of docs/src/chain/security.md, to the unit. Its table is this test's.
contract VaultExampleTest is VaultModel {
    /// Junior assets, senior assets, faces of live cover, premium that is left, premium to return: after each day, in units.
    uint256[5][20] private table;

    function setUp() public {
        makeVault();
        table[0] = [uint256(200_206_250), 800_137_500, 250_000_000, 6_531_250, 0];
        table[1] = [uint256(200_412_500), 800_275_000, 250_000_000, 6_187_500, 0];
        table[2] = [uint256(200_618_750), 800_412_500, 250_000_000, 5_843_750, 0];
        table[3] = [uint256(200_825_000), 800_550_000, 250_000_000, 5_500_000, 0];
        table[4] = [uint256(200_825_000), 800_550_000, 250_000_000, 5_156_250, 343_750];
        table[5] = [uint256(139_253_129), 801_168_753, 187_500_000, 3_609_368, 343_750];
        table[6] = [uint256(139_407_816), 801_271_878, 187_500_000, 3_351_556, 343_750];
        table[7] = [uint256(139_562_503), 801_375_003, 187_500_000, 3_093_744, 343_750];
        table[8] = [uint256(139_717_190), 801_478_128, 187_500_000, 2_835_932, 343_750];
        table[9] = [uint256(15_903_127), 802_268_753, 62_500_000, 859_370, 343_750];
        table[10] = [uint256(15_954_689), 802_303_128, 62_500_000, 773_433, 343_750];
        for (uint256 i = 11; i < 20; ++i) {
            table[i] = [uint256(0), 756_531_250, 0, 0, 343_750];
        }
    }

    function check(uint256 day) private view {
        string memory when = string.concat("day ", cheats.toString(day));
        uint256[5] memory row = table[day - 1];
        same(vault.assets(true), row[0], string.concat(when, ": junior"));
        same(vault.assets(false), row[1], string.concat(when, ": senior"));
        same(vault.live(), row[2], string.concat(when, ": live"));
        CoverBook.Clock memory c = book.clock();
        same(day == 20 ? 0 : unearned(0, c), row[3], string.concat(when, ": premium left"));
        same(book.coverOf(0).returned, row[4], string.concat(when, ": premium to return"));
        (,, bool closed) = junior.book();
        require(closed == (day >= 12), string.concat(when, ": junior is closed once it is wiped"));
    }

    function testTheExampleByHand() public {
        underwrite(200 * USD, 800 * USD);
        uint256 id = order(BUYER, 250 * USD, 10 * USD);
        calm();
        vault.advance(FOREVER);
        vault.fill(1);
        ICoverVault.Order memory o = vault.orderOf(id);
        same(o.premium, 6_875_000, "premium");
        toEve(id);
        for (uint256 day = 1; day <= 20; ++day) {
            if (day == 6) loseExactly(500, o.first + 5, o.first + 4);
            else if (day == 10) loseExactly(700);
            else if (day == 12) loseExactly(900);
            else if (day != 5) calm();
        }
        for (uint256 i = 0; i < 3; ++i) {
            calm();
        }
        while (vault.day() + 1 < o.first) {
            require(vault.advance(1) == 1, "a day before the cover begins");
        }
        same(vault.assets(true) + vault.assets(false), 1_000 * USD, "nothing is earned before");
        for (uint256 day = 1; day <= 20; ++day) {
            require(vault.advance(1) == 1, "a day");
            check(day);
        }
        same(vault.refund(id), 10_000_000 - 6_875_000 + 343_750, "what the buyer gets back");
        uint256 cover = claimCover(id);
        cheats.prank(BUYER);
        same(security.redeem(cover, uint128(250 * USD), BUYER), 250 * USD, "cover");
        same(token.balanceOf(address(book)), 756_531_250, "what is left is senior's");
    }
}

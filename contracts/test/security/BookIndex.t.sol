// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "../../src/interfaces/IBookIndex.sol";
import {vm} from "../Vm.sol";
import {BookModel} from "./BookModel.sol";

/// @notice The index says what a recount of the window's rows says.
contract BookIndexTest is BookModel {
    function setUp() public {
        makeBook(8);
    }

    /// @dev A move between -9 % and +9 %, and a flat one at times.
    function move(uint256 seed, uint256 i) private pure returns (int256) {
        uint256 random = uint256(keccak256(abi.encode(seed, i)));
        return random % 5 == 0 ? int256(0) : int256(random % 180_000) - 90_000;
    }

    /// @dev The largest loss that more than `beyond` rows of the window have.
    function orderStatistic(uint256 beyond) private view returns (int256) {
        int256[] memory all = windowLosses();
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 larger;
            uint256 notSmaller;
            for (uint256 j = 0; j < all.length; ++j) {
                if (all[j] > all[i]) ++larger;
                if (all[j] >= all[i]) ++notSmaller;
            }
            if (larger <= beyond && notSmaller > beyond) return all[i];
        }
        revert("an order statistic");
    }

    function bound(uint256 share) private view returns (uint256 least) {
        int256[] memory all = windowLosses();
        least = type(uint256).max;
        for (uint256 k = 0; k < 16; ++k) {
            uint256 rung = (100 + 50 * k) << 20;
            uint256 excess;
            for (uint256 i = 0; i < all.length; ++i) {
                if (all[i] > int256(rung)) excess += uint256(all[i]) - rung;
            }
            uint256 divisor = t * share;
            uint256 most = rung + (1_000_000 * excess + divisor - 1) / divisor;
            if (most < least) least = most;
        }
    }

    /// forge-config: default.fuzz.runs = 8
    function testCountsEqualARecount(uint256 seed) public {
        for (uint256 i = 0; i < 20; ++i) {
            lose(move(seed, i));
            IBookIndex.Row memory row = rowAt(i);
            require(row.loss == losses[i], "the row's loss");
            uint256 level;
            for (uint256 k = 0; k < 16; ++k) {
                if (reaching(100 + 50 * k) > 1) ++level;
                require((row.rungs > k) == (losses[i] >= int256((100 + 50 * k) << 20)), "rungs of the row");
            }
            require(row.level == level, "level");
            if (i + 1 < t) continue;
            for (uint256 beyond = 0; beyond < 8; ++beyond) {
                uint256 k = index.index(beyond);
                int256 quantile = orderStatistic(beyond);
                require(k == 0 || quantile >= int256((50 + 50 * k) << 20), "value at risk reaches the rung");
                require(k == 16 || quantile < int256((100 + 50 * k) << 20), "and not the next one");
            }
            require(index.expectedShortfall() == bound(250_000), "expected shortfall");
        }
    }

    function testNothingIsSaidBeforeTheWindowIsMarked() public {
        for (uint256 i = 0; i < 7; ++i) {
            lose(31_000);
        }
        bytes memory fault = abi.encodeWithSelector(IBookIndex.NotMarked.selector, 7, 7);
        require(isRefused(abi.encodeCall(index.index, (1)), fault), "index");
        require(isRefused(abi.encodeCall(index.valueAtRisk, ()), fault), "value at risk");
        require(isRefused(abi.encodeCall(index.expectedShortfall, ()), fault), "expected shortfall");
        lose(31_000);
        (uint256 lower, uint256 upper) = index.valueAtRisk();
        require(lower == 300 && upper == 350, "3 %");
    }

    function testRowsOfTheFirstWindowAreNoDays() public {
        for (uint256 i = 0; i < 8; ++i) {
            lose(10_000);
            require(rowAt(i).own == (i == 7), "own once the window is full");
            require(rowAt(i).multiplier == 64, "the start");
        }
    }
}

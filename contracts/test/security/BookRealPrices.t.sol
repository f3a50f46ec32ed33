// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "../../src/interfaces/IBookIndex.sol";
import {BookIndex} from "../../src/security/BookIndex.sol";
import {BookState} from "../../src/security/BookState.sol";
import {TradingCalendar} from "../../src/security/TradingCalendar.sol";
import {vm} from "../Vm.sol";
import {BookModel} from "./BookModel.sol";

/// @notice Twenty American stocks through March 2020, on the days on which they traded: each day the index says what is computed
/// from the prices alone.
contract BookRealPricesTest is BookModel {
    /// @dev Periods are days; period 3 closes with 3 March 2020, a Tuesday.
    uint256 private constant FIRST_DAY = 3;
    uint256[] private prices;
    uint256[] private days_;

    /// @dev Long in twelve stocks and short in eight.
    function book() private pure returns (int16[] memory weights_) {
        weights_ = new int16[](20);
        for (uint256 i = 0; i < 20; ++i) {
            weights_[i] = i % 5 < 3 ? int16(700) : int16(-200);
        }
    }

    function bookSetup() internal view override returns (BookState.Setup memory setup_) {
        setup_ = super.bookSetup();
        setup_.weights = book();
        setup_.lowest = 50;
    }

    function setUp() public {
        prices = vm.parseJsonUintArray(vm.readFile("test/vectors/march2020.json"), ".prices");
        make(20, 8, 3);
        bytes memory bitmap = new bytes(8);
        for (uint256 p = 2; p < 64; ++p) {
            // 1 March 2020 was a Sunday.
            if (p % 7 == 1 || p % 7 == 0) continue;
            bitmap[p / 8] |= bytes1(uint8(0x80 >> (p % 8)));
            if (p >= FIRST_DAY) days_.push(p);
        }
        calendar = new TradingCalendar(bitmap, ORIGIN, DAY);
        index = new BookIndex(bookSetup());
    }

    function ofDay(uint256 day) private view returns (uint256[] memory out) {
        out = new uint256[](20);
        for (uint256 i = 0; i < 20; ++i) {
            out[i] = prices[100 * day + i];
        }
    }

    /// @dev The book's loss in basis points times 2^20, from prices: each entry is the move times 2^20, rounded to the nearest.
    function lossOfDay(uint256 day) private view returns (int256 loss) {
        int16[] memory weights_ = book();
        for (uint256 i = 0; i < 20; ++i) {
            int256 from = int256(prices[100 * day - 100 + i]);
            int256 twice = 2 * (int256(prices[100 * day + i]) - from) * 2 ** 20;
            loss -= weights_[i] * ((twice + (twice < 0 ? -from : from)) / (2 * from));
        }
    }

    /// @dev The loss that so many of the eight days up to one exceed.
    function lossOfRank(uint256 day, uint256 beyond) private view returns (int256) {
        int256[] memory sorted = new int256[](8);
        for (uint256 i = 0; i < 8; ++i) {
            sorted[i] = lossOfDay(day - i);
            for (uint256 j = i; j > 0 && sorted[j] > sorted[j - 1]; --j) {
                (sorted[j], sorted[j - 1]) = (sorted[j - 1], sorted[j]);
            }
        }
        return sorted[beyond];
    }

    function testMarch2020() public {
        int256 worst;
        for (uint256 day = 1; day < 21; ++day) {
            Draft memory draft = next(ofDay(day));
            if (epoch == 0) draft.before = ofDay(0);
            (draft.period, draft.previous) = (days_[day], days_[day - 1]);
            pushRow(draft);
            index.mark(shownToMark(epoch - 1));
            IBookIndex.Row memory row = rowAt(day - 1);
            require(row.loss == lossOfDay(day), "the day's loss");
            require(row.own == (day >= 8), "each day has its own row, over weekends too");
            if (row.loss > worst) worst = row.loss;
            if (day < 8) continue;
            (uint256 lower, uint256 upper) = index.valueAtRisk();
            int256 exact = lossOfRank(day, 1);
            require(exact >= int256(lower << 20), "value at risk reaches the lower bound");
            require(upper == type(uint256).max || exact < int256(upper << 20), "and not the upper one");
            require(upper == type(uint256).max || upper - lower == 50, "between two rungs");
        }
        require(worst > 200 << 20, "the crash is in it");
        (uint256 nextDay, uint256 dayAfter) = index.multipliers();
        require(nextDay < 64 && dayAfter < 64, "the exposure fell");
    }
}

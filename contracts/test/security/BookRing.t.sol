// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "../../src/interfaces/IBookIndex.sol";
import {vm} from "../Vm.sol";
import {BookModel} from "./BookModel.sol";

/// @notice A window of 256 rows: as many are kept, and the row that leaves is in the place of the one that enters.
contract BookRingTest is BookModel {
    uint256 private constant T = 256;

    /// @dev The kept point's scalar, from row to row.
    uint256 private sum;
    mapping(uint256 slot => uint256) private scalars;

    function total() internal view override returns (uint256) {
        return sum;
    }

    function replaced(uint256 slot, uint256 oldXi) internal override {
        uint256 change = addmod(rowScalar[slot], R - scalars[slot], R);
        scalars[slot] = rowScalar[slot];
        sum = addmod(addmod(sum, change, R), mulmod(addmod(xiOf[slot / 4], R - oldXi, R), scalarAt(slot, n), R), R);
    }

    function testTheRowThatLeavesIsInThePlaceOfTheOneThatEnters() public {
        makeBook(T);
        sum = addmod(base(), weights(), R);
        for (uint256 i = 0; i < T + 40; ++i) {
            // A crash among the first rows, which leaves behind the last one of the window.
            lose(i < 12 ? int256(30_000 + 1000 * i) : int256(i % 7 * 1900));
            if (i + 1 < T || i % 5 != 0) continue;
            for (uint256 tail = 0; tail < 24; tail += 3) {
                uint256 k = index.index(tail);
                require(k == 0 || reaching(50 + 50 * k) > tail, "value at risk reaches the rung");
                require(k == 16 || reaching(100 + 50 * k) <= tail, "and not the next one");
            }
        }
        require(index.row(40).loss == losses[40], "the oldest one");
        bytes memory fault = abi.encodeWithSelector(IBookIndex.Forgotten.selector, 39);
        require(isRefused(abi.encodeCall(index.row, (39)), fault), "its place is taken");
        (uint256 lower, uint256 upper) = index.valueAtRisk();
        require(lower == 100 && upper == 150, "the crash is forgotten");
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {PackedRow} from "../../src/libraries/PackedRow.sol";
import {WindowModel} from "./WindowModel.sol";

/// @notice Pushes rows of all kinds, and some that must be refused, in any order.
contract WindowHandler is WindowModel {
    uint256 private constant T = 6;

    constructor() {
        make(3, T, 1);
    }

    function push(uint256 seed) external {
        pushDraft(next(moved(seed)));
    }

    /// @notice A move over several periods, which is no gap.
    function pushLater(uint256 seed) external {
        Draft memory draft = next(moved(seed));
        draft.period += seed % 3;
        pushDraft(draft);
    }

    function pushAfterAGap(uint256 seed) external {
        Draft memory draft = next(moved(seed));
        draft.before = scaled(draft.now_, seed);
        (draft.period, draft.previous) = (draft.period + 1 + seed % 3, draft.period + seed % 2);
        if (draft.previous >= draft.period) draft.period = draft.previous + 1;
        pushDraft(draft);
    }

    function pushAdjusted(uint256 seed) external {
        Draft memory draft = next(moved(seed));
        draft.before = scaled(draft.now_, seed);
        pushDraft(draft);
    }

    function pushFlat() external {
        pushDraft(next(epoch == 0 ? ones() : closing));
    }

    /// @notice A row with a bit changed is refused, and changes nothing.
    function pushForged(uint256 seed) external {
        Draft memory draft = next(moved(seed));
        bytes memory row = bytesOf(draft);
        row[seed % row.length] ^= bytes1(uint8(1 << ((seed >> 128) % 8)));
        (bool ok,) = address(window).call(abi.encodeCall(window.push, (draft.period, row, signed(draft))));
        require(!ok, "a forged row");
    }

    /// @notice A row of an entry out of range is refused, and changes nothing.
    function pushTooFar(uint256 seed) external {
        Draft memory draft = next(moved(seed));
        draft.before = scaled(draft.now_, seed);
        draft.now_[seed % n] = 9 * draft.before[seed % n] + seed % 1000;
        (bool ok, bytes memory data) =
            address(window).call(abi.encodeCall(window.push, (draft.period, bytesOf(draft), signed(draft))));
        require(!ok && bytes4(data) == PackedRow.EntryOutOfRange.selector, "an entry out of range");
    }

    function scaled(uint256[] memory prices, uint256 seed) private view returns (uint256[] memory out) {
        out = new uint256[](n);
        for (uint256 i = 0; i < n; ++i) {
            out[i] = prices[i] - prices[i] * ((seed >> i) % 4) / 5;
        }
    }

    /// @notice The kept point is the sum over all rows of the window, computed anew from their entries.
    function isSumOfRows() external view returns (bool) {
        uint256 sum = addmod(base(), weights(), R);
        for (uint256 slot = 0; slot < T; ++slot) {
            for (uint256 i = 0; i < n; ++i) {
                uint256 term = mulmod(inField(entryOf(slot, i)), mulmod(scalarAt(slot, i), place(slot), R), R);
                sum = addmod(sum, term, R);
            }
            if (slot % 4 == 0) sum = addmod(sum, mulmod(groupXi(slot / 4), scalarAt(slot, n), R), R);
        }
        (uint256 x, uint256 y) = point(sum);
        if (epoch < T) return epoch == 0 || !window.isPoint(epoch - 1, x, y, witness());
        return window.isPoint(epoch - 1, x, y, witness());
    }

    /// @notice Gaps are those of the rows that are in the window.
    function isCountOfGaps() external view returns (bool) {
        uint256 count;
        for (uint256 slot = 0; slot < T; ++slot) {
            count += stampOf[slot] >> 136;
        }
        return count == gaps;
    }
}

contract WindowInvariants {
    WindowHandler private handler;

    function setUp() public {
        handler = new WindowHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// forge-config: default.invariant.runs = 10
    /// forge-config: default.invariant.depth = 500
    /// forge-config: default.invariant.fail-on-revert = true
    /// forge-config: nightly.invariant.runs = 200
    /// forge-config: nightly.invariant.depth = 500
    /// forge-config: nightly.invariant.fail-on-revert = true
    function invariant_TheKeptPointIsTheSumOfRows() public view {
        require(handler.isSumOfRows(), "sum of rows");
        require(handler.isCountOfGaps(), "count of gaps");
    }
}

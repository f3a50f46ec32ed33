// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ExposureMultiplier} from "../../src/libraries/ExposureMultiplier.sol";
import {BookIndex} from "../../src/security/BookIndex.sol";
import {BookState} from "../../src/security/BookState.sol";
import {TradingCalendar} from "../../src/security/TradingCalendar.sol";
import {vm} from "../Vm.sol";
import {BookModel} from "./BookModel.sol";

/// @notice Gas of whole transactions of `mark`, over real prices of March 2020, where the index and the window have 500 rows:
/// the ring is full, and every word that is written was written before.
/// forge-config: default.isolate = true
contract BookGasTest is BookModel {
    /// @dev Epochs that are jumped over after every four rows, so that a few slots are used again: see `WindowGasTest`.
    uint256 private constant JUMP = 496;
    uint256 private constant FILL = 8;
    bytes[4] private rowsOfKey;
    uint256[] private prices;
    bytes private lastShown;

    function leaves(uint256 width) internal view override returns (bytes32[] memory level) {
        level = new bytes32[](width);
        bytes[4] memory rows = rowsOfKey;
        for (uint256 j = 0; j < 4; ++j) {
            bytes memory leaf = bytes.concat(bytes32(0), rows[j]);
            for (uint256 slot = j; slot < t; slot += 4) {
                assembly ("memory-safe") {
                    mstore(add(leaf, 0x20), slot)
                }
                level[slot] = keccak256(leaf);
            }
        }
    }

    function leafRow(uint256 slot) internal view override returns (bytes memory) {
        return rowsOfKey[slot % 4];
    }

    function scalarAt(uint256 slot, uint256 i) internal pure override returns (uint256) {
        return scalar(slot - slot, i);
    }

    function weight(uint256 slot) internal pure override returns (uint256) {
        return super.weight(slot % 4);
    }

    function weights() internal pure override returns (uint256) {
        return 6789;
    }

    /// @dev Only the first slots are in use.
    function total() internal view override returns (uint256 sum) {
        sum = addmod(base(), weights(), R);
        for (uint256 s = 0; s < 24; ++s) {
            sum = addmod(sum, rowScalar[s], R);
            if (s % 4 == 0) sum = addmod(sum, mulmod(xiOf[s / 4], scalarAt(s, n), R), R);
        }
    }

    function begin(uint256 n_) private {
        prices = vm.parseJsonUintArray(vm.readFile("test/vectors/march2020.json"), ".prices");
        n = n_;
        for (uint256 j = 0; j < 4; ++j) {
            rowsOfKey[j] = keyRow(j);
        }
        make(n_, 500, 1);
        calendar = new TradingCalendar(everyDay(4096), ORIGIN, DAY);
        index = new BookIndex(bookSetup());
    }

    function bookSetup() internal view override returns (BookState.Setup memory setup_) {
        setup_ = super.bookSetup();
        (setup_.tail, setup_.share) = (5, 25_000);
    }

    /// @dev Lets the window, the index and the model believe that the epochs in between were pushed and marked, and that every
    /// kept row lost `loss` and reached `rungs`.
    function jump(uint256 loss, uint256 rungs) private {
        uint256 state = uint256(vm.load(address(window), 0));
        vm.store(address(window), 0, bytes32(state + JUMP));
        uint256 head = uint256(vm.load(address(index), 0));
        vm.store(address(index), 0, bytes32((head & ~(uint256(0x1f) << 201)) + JUMP + (6 << 201)));
        epoch += JUMP;
        uint256 counts;
        for (uint256 k = 0; k < 16; ++k) {
            // As many as a window with a crash has: 40 rows reach the lowest rung, and value at risk the sixth.
            counts |= (k < 6 ? 40 - 6 * k : 5) << (16 * k);
        }
        vm.store(address(index), bytes32(uint256(1)), bytes32(counts));
        for (uint256 i = 0; i < 4; ++i) {
            vm.store(address(index), bytes32(2 + i), bytes32(type(uint256).max / 1000 * 7));
        }
        for (uint256 i = 0; i < 8; ++i) {
            bytes32 word = bytes32(loss | (rungs << 48) | (uint256(1) << 100));
            vm.store(address(index), bytes32(6 + (epoch + i) % 500), word);
        }
    }

    /// @dev Pushes a draft, marks it and returns the gas of the transaction that marks.
    function gasOf(uint256[] memory now_) private returns (uint256) {
        Draft memory draft = next(now_);
        if (epoch == 0) draft.before = now_;
        pushDraft(draft);
        lastShown = shownToMark(epoch - 1);
        index.mark(lastShown);
        return vm.lastCallGas().gasTotalUsed;
    }

    /// @dev Least gas of a transaction by its calldata (EIP-7623).
    function floorOf(bytes memory data) private pure returns (uint256 gas_) {
        gas_ = 21_000;
        for (uint256 i = 0; i < data.length; ++i) {
            gas_ += data[i] == 0 ? 10 : 40;
        }
    }

    /// @dev Prices of a day of March 2020.
    function ofDay(uint256 day) private view returns (uint256[] memory out) {
        out = new uint256[](n);
        for (uint256 i = 0; i < n; ++i) {
            out[i] = prices[100 * day + i];
        }
    }

    /// @dev Moves of at most 0.9 %, each factor's own.
    function calm(uint256 day) private view returns (uint256[] memory out) {
        out = epoch == 0 ? ofDay(0) : closing;
        for (uint256 i = 0; i < n; ++i) {
            uint256 random = uint256(keccak256(abi.encode("calm", day, i))) % 180;
            out[i] = out[i] * (9910 + random) / 10_000;
        }
    }

    function crash(uint256 day) private view returns (uint256[] memory out) {
        out = calm(day);
        for (uint256 i = 0; i < n; ++i) {
            out[i] = out[i] * (day % 2 == 0 ? 80 : 125) / 100;
        }
    }

    enum Days {
        Calm,
        March,
        Crash
    }

    /// @param leaving Rungs of the rows that leave.
    function measure(uint256 n_, Days kind, uint256 leaving, string memory name, uint256 target) private {
        begin(n_);
        uint256 most;
        uint256 sum;
        uint256 number;
        for (uint256 day = 0; day < 21; ++day) {
            if (day >= FILL && day % 4 == 0) jump(((50 + 50 * leaving) << 20) + 12345, leaving);
            uint256 used = gasOf(kind == Days.Calm ? calm(day) : kind == Days.March ? ofDay(day) : crash(day));
            // The first row behind a jump is a few places further in the ring than others, and every row is alike.
            if (day < FILL) continue;
            (sum, number) = (sum + used, number + 1);
            if (used > most) most = used;
        }
        require(floorOf(abi.encodeCall(index.mark, (lastShown))) < most, "EIP-7623's floor is lower");
        vm.snapshotValue(name, most);
        vm.snapshotValue(string.concat(name, ", mean"), sum / number);
        require(most <= target, string.concat(name, ": ", vm.toString(most)));
    }

    function testGasOfACalmDay() public {
        measure(20, Days.Calm, 0, "mark, 20 factors, calm days", 60_000);
    }

    function testGasOfMarch2020() public {
        measure(20, Days.March, 0, "mark, 20 factors, March 2020", 70_000);
    }

    function testGasOfACrashThatReplacesACrash() public {
        measure(20, Days.Crash, 3, "mark, 20 factors, a crash replaces a crash", 80_000);
    }

    function testGasOf100Factors() public {
        measure(100, Days.March, 0, "mark, 100 factors, March 2020", 100_000);
    }

    /// @notice The first window's rows write words that were zero.
    function testGasOfTheFirstRound() public {
        begin(20);
        uint256 most;
        for (uint256 day = 0; day < 8; ++day) {
            uint256 used = gasOf(ofDay(day));
            if (used > most) most = used;
        }
        vm.snapshotValue("mark, 20 factors, first round", most);
    }

    function testSize() public {
        begin(20);
        vm.snapshotValue("bytes of BookIndex", address(index).code.length);
        vm.snapshotValue("bytes of TradingCalendar", address(calendar).code.length);
        require(address(index).code.length <= 16_000, "at most 16,000 bytes");
    }
}

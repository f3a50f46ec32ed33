// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {vm} from "../Vm.sol";
import {WindowModel} from "./WindowModel.sol";

/// @notice Gas of whole transactions over real prices of March 2020, on the second day of a window of 500 rows: the slot is taken,
/// and every word of storage that is written was written before.
/// forge-config: default.isolate = true
contract WindowGasTest is WindowModel {
    /// @dev Rows that fill the slots in use before anything is measured, and the epochs that are jumped over after every four
    /// rows. It is a multiple of 8, and four less than the slots: the head stays where it is, and the slots are used again.
    uint256 private constant FILL = 8;
    uint256 private constant JUMP = 496;

    bytes[4] private rowsOfKey;
    uint256 private sumOfWeights;
    uint256[] private prices;
    bytes private lastRow;

    /// @dev The same keys in all groups.
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

    function weights() internal view override returns (uint256) {
        return sumOfWeights;
    }

    /// @dev Only the first slots are in use.
    function total() internal view override returns (uint256 sum) {
        sum = addmod(base(), weights(), R);
        for (uint256 s = 0; s < 24; ++s) {
            sum = addmod(sum, rowScalar[s], R);
            if (s % 4 == 0) sum = addmod(sum, mulmod(xiOf[s / 4], scalarAt(s, n), R), R);
        }
    }

    function begin(uint256 n_, uint256 quorum_) private {
        n = n_;
        for (uint256 j = 0; j < 4; ++j) {
            rowsOfKey[j] = keyRow(j);
        }
        sumOfWeights = 6789;
        make(n_, 500, quorum_);
    }

    /// @dev Lets the window and the model believe that the epochs in between were pushed.
    function jump() private {
        uint256 state = uint256(vm.load(address(window), 0));
        vm.store(address(window), 0, bytes32(state + JUMP));
        epoch += JUMP;
    }

    /// @dev Pushes a draft and returns the gas of the transaction.
    function gasOf(uint256[] memory now_) private returns (uint256) {
        Draft memory draft = next(now_);
        if (epoch == 0) draft.before = now_;
        bytes memory row = bytesOf(draft);
        bytes memory signatures = signed(draft);
        lastRow = row;
        window.push(draft.period, row, signatures);
        uint256 used = vm.lastCallGas().gasTotalUsed;
        take(draft);
        return used;
    }

    /// @dev Least gas of a transaction by its calldata (EIP-7623).
    function floorOf(bytes memory data) private pure returns (uint256 gas_) {
        gas_ = 21_000;
        for (uint256 i = 0; i < data.length; ++i) {
            gas_ += data[i] == 0 ? 10 : 40;
        }
    }

    function ofDay(uint256 day) private view returns (uint256[] memory out) {
        out = new uint256[](n);
        for (uint256 i = 0; i < n; ++i) {
            out[i] = prices[100 * day + i];
        }
    }

    /// @dev Moves whose digits are dearest, up and back again, of prices whose bytes are hardly ever zero.
    function worst(uint256 day) private view returns (uint256[] memory out) {
        out = new uint256[](n);
        for (uint256 i = 0; i < n; ++i) {
            uint256 random = uint256(keccak256(abi.encode("worst", day, i)));
            if (day % 2 == 0) out[i] = 2 ** 59 + random % 2 ** 59;
            else out[i] = closing[i] + ((closing[i] * dearest(random, i == 0)) >> 20) + 1;
        }
    }

    /// @dev An entry a little below 2^23: its digits of 4 or 6 bits are the largest one, a negative one, and others that are not
    /// zero either. No entry has more of them.
    function dearest(uint256 random, bool least) private view returns (uint256) {
        (uint256 bits, uint256 places) = n > 32 ? (uint256(6), uint256(4)) : (uint256(4), uint256(6));
        int256 half = int256(1 << (bits - 1));
        int256 e = half;
        for (uint256 place_ = 1; place_ < places; ++place_) {
            int256 digit = int256((random >> (8 * place_)) % uint256(place_ == 1 ? half : 2 * half - 1)) - half;
            if (least) digit = -half;
            e = e * 2 * half + (digit < 0 ? digit : digit + 1);
        }
        return uint256(e);
    }

    function measure(uint256 n_, uint256 quorum_, bool isWorst, string memory name, uint256 target) private {
        prices = vm.parseJsonUintArray(vm.readFile("test/vectors/march2020.json"), ".prices");
        begin(n_, quorum_);
        uint256 most;
        for (uint256 day = 0; day < 21; ++day) {
            if (day >= FILL && day % 4 == 0) jump();
            uint256 used = gasOf(isWorst ? worst(day) : ofDay(day));
            if (day >= FILL && used > most) most = used;
        }
        require(isNewest(), "the point is that of the model");
        require(
            floorOf(abi.encodeCall(window.push, (period, lastRow, signedBy(quorum, 0)))) < most,
            "EIP-7623's floor is lower"
        );
        vm.snapshotValue(name, most);
        require(most <= target, name);
    }

    function testGas20OneSigner() public {
        measure(20, 1, false, "push, 20 factors, 1 signature, March 2020", 190_000);
    }

    function testGas20ThreeSigners() public {
        measure(20, 3, false, "push, 20 factors, 3 signatures, March 2020", 205_000);
    }

    function testGas20Worst() public {
        measure(20, 3, true, "push, 20 factors, 3 signatures, largest moves", 225_000);
    }

    function testGas100OneSigner() public {
        measure(100, 1, false, "push, 100 factors, 1 signature, March 2020", 490_000);
    }

    function testGas100ThreeSigners() public {
        measure(100, 3, false, "push, 100 factors, 3 signatures, March 2020", 505_000);
    }

    function testGas100Worst() public {
        measure(100, 3, true, "push, 100 factors, 3 signatures, largest moves", 565_000);
    }

    // --- loads of history, three signers

    function load(uint256 n_, uint256 count) private returns (uint256) {
        prices = vm.parseJsonUintArray(vm.readFile("test/vectors/march2020.json"), ".prices");
        begin(n_, 3);
        uint256[] memory periods = new uint256[](count);
        (bytes[] memory rows, bytes[] memory signatures) = (new bytes[](count), new bytes[](count));
        for (uint256 i = 0; i < count; ++i) {
            Draft memory draft = next(ofDay(i));
            if (epoch == 0) draft.before = draft.now_;
            (periods[i], rows[i], signatures[i]) = (draft.period, bytesOf(draft), signed(draft));
            take(draft);
        }
        window.load(0, periods, rows, signatures);
        return vm.lastCallGas().gasTotalUsed / count;
    }

    function testGasOfLoads() public {
        vm.snapshotValue("load of 20 rows, 20 factors, 3 signatures, each", load(20, 20));
        (epoch, period) = (0, 0);
        forget();
        vm.snapshotValue("load of 20 rows, 100 factors, 3 signatures, each", load(100, 20));
    }
}

/// @notice Gas of the calls that ledgers make, without the 2,600 of a cold account: storage is cold.
contract WindowViewsGasTest is WindowModel {
    function setUp() public {
        make(20, 8, 3);
        for (uint256 r = 0; r < 9; ++r) {
            pushDraft(next(moved(r)));
        }
    }

    function testGasOfIsPoint() public {
        require(isNewest(), "the point");
        uint256 used = vm.lastCallGas().gasTotalUsed;
        vm.snapshotValue("isPoint, call", used);
        require(used <= 6_000, "two words of storage");
    }

    function testGasOfNewest() public {
        window.newest();
        vm.snapshotValue("newest, call", vm.lastCallGas().gasTotalUsed);
    }

    function testGasOfRowPoint() public {
        bytes memory shown = shownOf(0);
        window.rowPoint(8, shown);
        uint256 used = vm.lastCallGas().gasTotalUsed;
        vm.snapshotValue("rowPoint, call", used);
        require(used <= 14_000, "a multiplication and a word of storage");
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IPriceRow} from "../interfaces/IPriceRow.sol";
import {IRollingWindow} from "../interfaces/IRollingWindow.sol";
import {IScenarioKey} from "../interfaces/IScenarioKey.sol";
import {HISTORICAL, IScenarioSource} from "../interfaces/IScenarioSource.sol";
import {PackedRow} from "../libraries/PackedRow.sol";
import {WindowPoints} from "../libraries/WindowPoints.sol";

/// @title What a rolling window keeps, and what can be read of it
/// @dev Kept: the hash of each group of four rows, the hash of each of the last eight points, and one word of state. Whoever
/// pushes shows the rest, which the events have.
abstract contract WindowState is IRollingWindow {
    /// @notice How a window is set up.
    struct Setup {
        /// The generated verifier of the key whose points these are.
        IScenarioKey key;
        /// Who stands behind rows of prices.
        IPriceRow rows;
        /// SHA-256 of the factor names in order. The public input is its first 31 bytes.
        bytes32 factors;
        /// Unix time at which period 0 closes, and seconds of a period.
        uint64 origin;
        uint32 periodLength;
        /// Bit i is set if the move of factor i is absolute, such as that of an implied volatility; and the price that is an
        /// absolute move of 1. Both are zero if all moves are relative.
        uint256 absolute;
        uint64 unit;
    }

    /// @notice A parameter or a constant of the key is out of range.
    error BadSetup(string field, uint256 value);
    /// @notice The point that a window begins with is at infinity: the key's constants are missing.
    error FirstPointAtInfinity();
    error WrongLength(uint256 length, uint256 needed);
    /// @notice The slot has the row of another epoch.
    error NotKept(uint256 epoch, uint256 kept);

    /// @notice Points of this many newest epochs are served.
    uint256 public constant KEPT = 8;

    uint256 internal immutable N;
    uint256 internal immutable T;
    uint256 internal immutable DEPTH;
    bytes32 internal immutable ROOT;
    bytes32 internal immutable KEY;
    bytes32 internal immutable FACTORS;
    uint256 internal immutable ORIGIN;
    uint256 internal immutable PERIOD;
    uint256 internal immutable ABSOLUTE;
    uint256 internal immutable UNIT;
    /// @dev What the points of all rows have in common: that of the factor names, and the flags of exposures.
    uint256 internal immutable BASE_X;
    uint256 internal immutable BASE_Y;
    /// @dev Digest of a group of empty slots.
    bytes32 internal immutable EMPTY;
    /// @notice Who stands behind rows of prices.
    IPriceRow public immutable rows;

    /// @dev From the lowest bit: next epoch 32, period of the newest row 32, gaps in the window 16, time of the newest push 40.
    uint256 internal _state;
    mapping(uint256 group => bytes32 digest) internal _groups;
    /// @dev Hash of the point and the witness of epoch e, at e mod 8.
    bytes32[KEPT] internal _heads;

    constructor(Setup memory setup) {
        IScenarioKey key = setup.key;
        (N, T) = (key.FACTORS(), key.SCENARIOS());
        if (key.SLOTS() != 4) revert BadSetup("SLOTS", key.SLOTS());
        if (N == 0 || N > 256) revert BadSetup("FACTORS", N);
        if (T == 0 || T > type(uint16).max) revert BadSetup("SCENARIOS", T);
        if (address(setup.rows).code.length == 0) revert BadSetup("rows", uint160(address(setup.rows)));
        if (setup.periodLength == 0) revert BadSetup("periodLength", 0);
        if (setup.absolute >> (N - 1) > 1) revert BadSetup("absolute", setup.absolute);
        if ((setup.absolute == 0) != (setup.unit == 0)) revert BadSetup("unit", setup.unit);
        // Factors with absolute moves are no exposures, but the key's point of flags says that all factors are.
        if (key.LIMITS() && setup.absolute != 0) revert BadSetup("absolute", setup.absolute);
        uint256 depth = 0;
        while (1 << depth < T) ++depth;
        DEPTH = depth;
        (ROOT, KEY, FACTORS, rows) = (key.IC_ROOT(), key.KEY_DIGEST(), setup.factors, setup.rows);
        (ORIGIN, PERIOD, ABSOLUTE, UNIT) = (setup.origin, setup.periodLength, setup.absolute, setup.unit);
        EMPTY = keccak256(abi.encode(keccak256(new bytes(12 * N)), uint256(0), uint256(0), uint256(0), uint256(0), 0));
        uint256 x;
        uint256 y;
        (x, y, BASE_X, BASE_Y) = WindowPoints.first(key, uint256(setup.factors) >> 8);
        if ((x | y) == 0 || (BASE_X | BASE_Y) == 0) revert FirstPointAtInfinity();
        _heads[KEPT - 1] = _head(x, y, bytes32(0), 0, 0);
    }

    /// @inheritdoc IScenarioSource
    function terms() external view returns (Terms memory) {
        return Terms({
            key: KEY,
            factors: FACTORS,
            rows: uint32(T),
            totalWeight: uint64(T),
            horizon: 1,
            periodLength: uint32(PERIOD),
            origin: uint64(ORIGIN),
            kind: HISTORICAL
        });
    }

    /// @inheritdoc IScenarioSource
    function newest() external view returns (uint256 epoch, uint256 since) {
        uint256 state = _state;
        uint256 next = uint32(state);
        if (next < T) revert NotFull(next, T);
        return (next - 1, uint40(state >> 80));
    }

    /// @inheritdoc IScenarioSource
    function isPoint(uint256 epoch, uint256 x, uint256 y, Witness calldata witness) external view returns (bool) {
        unchecked {
            uint256 next = uint32(_state);
            if (epoch >= next || next - epoch > KEPT || epoch + 1 < T) return false;
            return _heads[epoch % KEPT] == _head(x, y, witness.prices, witness.period, witness.gaps);
        }
    }

    /// @notice Which factors have absolute moves, and the price that is an absolute move of 1.
    function moves() external view returns (uint256 absolute, uint256 unit) {
        return (ABSOLUTE, UNIT);
    }

    /// @notice Identifier of this window, which price rows state.
    function source() external view returns (bytes32) {
        return _source();
    }

    /// @inheritdoc IRollingWindow
    function groupOf(uint256 slot) external view returns (bytes32 digest, uint256 nextEpoch) {
        digest = _groups[slot >> 2];
        return (digest == 0 ? EMPTY : digest, uint32(_state));
    }

    /// @inheritdoc IRollingWindow
    /// @param shown 13 words: hash of the group's entries, digests of the three other slots, xi, the row's point, xi's key point,
    /// the weight's point, the row's own xi, its stamp.
    function rowPoint(uint256 epoch, bytes calldata shown)
        external
        view
        returns (uint256 x, uint256 y, Stamp memory stamp)
    {
        if (shown.length != 416) revert WrongLength(shown.length, 416);
        uint256 slot = epoch % T;
        (bytes32 digest, uint256 word) = WindowPoints.shownGroup(slot, shown);
        if (digest != _groups[slot >> 2]) revert PackedRow.WrongGroup(slot >> 2);
        stamp = Stamp(uint32(word), uint32(word >> 32), uint32(word >> 64), uint40(word >> 96));
        if (stamp.epoch != epoch) revert NotKept(epoch, stamp.epoch);
        (x, y) = WindowPoints.rowPoint(slot, shown, BASE_X, BASE_Y);
    }

    function _head(uint256 x, uint256 y, bytes32 prices, uint256 period, uint256 gaps)
        internal
        pure
        returns (bytes32 head)
    {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, x)
            mstore(add(free, 0x20), y)
            mstore(add(free, 0x40), prices)
            mstore(add(free, 0x60), period)
            mstore(add(free, 0x80), gaps)
            head := keccak256(free, 0xa0)
        }
    }

    function _source() internal view returns (bytes32) {
        return _pair(bytes32(block.chainid), uint160(address(this)));
    }

    /// @dev keccak256(abi.encode(a, b))
    function _pair(bytes32 a, uint256 b) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(0, a)
            mstore(0x20, b)
            hash := keccak256(0, 0x40)
        }
    }
}

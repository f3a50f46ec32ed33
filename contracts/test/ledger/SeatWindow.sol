// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IRollingWindow} from "../../src/interfaces/IRollingWindow.sol";
import {IScenarioSource} from "../../src/interfaces/IScenarioSource.sol";

/// @notice A source whose one seat posts points and rows that the command line computed: it keeps the newest eight points.
contract SeatWindow is IRollingWindow {
    address public immutable seat;
    Terms private _terms;
    uint64 private _newest;
    uint64 private _since;
    mapping(uint256 => bytes32) private _points;
    mapping(uint256 => Stamp) private _stamps;
    mapping(uint256 => bytes32) private _rows;

    constructor(Terms memory terms_, address seat_) {
        (_terms, seat) = (terms_, seat_);
    }

    function post(
        uint256 epoch,
        uint256[2] calldata point,
        Witness calldata witness,
        uint256[2] calldata row,
        uint32 previous
    ) external {
        require(msg.sender == seat && epoch > _newest, "the seat, in order");
        (_newest, _since) = (uint64(epoch), uint64(block.timestamp));
        _points[epoch] = keccak256(abi.encode(point[0], point[1], witness));
        // The row takes the slot of the oldest one.
        if (epoch > 8) delete _rows[epoch - 8];
        _rows[epoch] = keccak256(abi.encode(row[0], row[1]));
        _stamps[epoch] = Stamp(uint32(epoch), witness.period, previous, uint40(block.timestamp));
    }

    function push(uint256, bytes calldata, bytes calldata) external pure {
        revert("posted by the seat");
    }

    function terms() external view returns (Terms memory) {
        return _terms;
    }

    function newest() external view returns (uint256, uint256) {
        if (_newest == 0) revert NotFull(0, _terms.rows);
        return (_newest, _since);
    }

    function isPoint(uint256 epoch, uint256 x, uint256 y, Witness calldata witness) external view returns (bool) {
        return epoch + 8 > _newest && _points[epoch] == keccak256(abi.encode(x, y, witness));
    }

    function rowPoint(uint256 epoch, bytes calldata shown)
        external
        view
        returns (uint256 x, uint256 y, Stamp memory stamp)
    {
        require(_rows[epoch] == keccak256(shown), "the row's own point");
        (x, y) = abi.decode(shown, (uint256, uint256));
        stamp = _stamps[epoch];
    }

    function groupOf(uint256) external pure returns (bytes32, uint256) {
        revert("no groups");
    }
}

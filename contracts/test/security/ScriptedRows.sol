// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBacktestLedger} from "../../src/interfaces/IBacktestLedger.sol";
import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {IRollingWindow} from "../../src/interfaces/IRollingWindow.sol";
import {IScenarioSource} from "../../src/interfaces/IScenarioSource.sol";

/// @notice Outcomes of a script in the place of both ledgers and the window, for arithmetic over more rows than there are proofs
/// of. No attack is tried on it.
contract ScriptedRows {
    uint64 public constant ORIGIN = 72_000;
    uint256 public newestRow;
    uint256 public pushed;
    uint256 private _settled;
    mapping(uint256 => IBacktestLedger.Outcome) private _outcomes;
    mapping(uint256 => IRollingWindow.Stamp) private _stamps;

    constructor(uint32 period) {
        _stamps[0].period = period;
        pushed = block.timestamp;
    }

    /// @dev A row that begins `gap` periods after the last one ended, and ends `length` periods later.
    function push(uint32 gap, uint32 length, IBacktestLedger.Outcome outcome_) external {
        IRollingWindow.Stamp memory last = _stamps[newestRow];
        uint32 previous = last.period + gap;
        ++newestRow;
        _stamps[newestRow] = IRollingWindow.Stamp(uint32(newestRow), previous + length, previous, 0);
        _outcomes[newestRow] = outcome_;
        pushed = block.timestamp;
    }

    function stampOf(uint256 epoch) external view returns (IRollingWindow.Stamp memory) {
        return _stamps[epoch];
    }

    function settle() external {
        ++_settled;
    }

    // The backtest.

    function ledger() external view returns (address) {
        return address(this);
    }

    function checkTerms(bytes32) external pure {}

    function next(address, bytes32) external view returns (uint256) {
        return _settled + 1;
    }

    function outcome(address, bytes32, uint256 epoch) external view returns (IBacktestLedger.Outcome) {
        return epoch > _settled ? IBacktestLedger.Outcome.Unknown : _outcomes[epoch];
    }

    // The mandate.

    function rulesOf(bytes32) external view returns (IMandateLedger.Rules memory rules) {
        rules.terms.source = IScenarioSource(address(this));
        rules.terms.rungs = bytes32(uint256(1));
        (rules.origin, rules.periodLength) = (ORIGIN, 86_400);
    }

    // The window.

    function terms() external pure returns (IScenarioSource.Terms memory t) {
        t.rows = 500;
    }

    function newest() external view returns (uint256, uint256) {
        return (newestRow, pushed);
    }

    function rowPoint(uint256 epoch, bytes calldata)
        external
        view
        returns (uint256, uint256, IRollingWindow.Stamp memory)
    {
        return (0, 0, _stamps[epoch]);
    }
}

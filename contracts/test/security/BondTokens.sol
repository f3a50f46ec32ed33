// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IComplianceBond} from "../../src/interfaces/IComplianceBond.sol";

/// @notice The asset of bonds in tests.
contract BondToken is ERC20("Asset", "A") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @notice Keeps a hundredth of what is sent.
contract BondFeeToken is BondToken {
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0)) super._update(to, address(0xFEE), value / 100);
    }
}

/// @notice Calls a bond back while it is paid or pays, and keeps whether any of those calls was let in.
contract BondHookToken is BondToken {
    IComplianceBond private _bond;
    bytes[] private _calls;
    uint256 public tried;
    uint256 public letIn;

    function arm(IComplianceBond bond, bytes[] calldata calls) external {
        _bond = bond;
        for (uint256 i = 0; i < calls.length; ++i) {
            _calls.push(calls[i]);
        }
    }

    function _update(address from, address to, uint256 value) internal override {
        if (from == address(_bond) || to == address(_bond)) {
            for (uint256 i = 0; i < _calls.length; ++i) {
                (bool done, bytes memory answer) = address(_bond).call(_calls[i]);
                ++tried;
                // Only the guard's refusal is one: other refusals come too late.
                if (done || bytes4(answer) != bytes4(keccak256("ReentrancyGuardReentrantCall()"))) ++letIn;
            }
        }
        super._update(from, to, value);
    }
}

/// @notice Lets one holder hold.
contract BondGate {
    address private immutable _only;

    constructor(address only) {
        _only = only;
    }

    function mayHold(address holder) external view returns (bool) {
        return holder == _only;
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A collateral token that anybody may make.
contract Coin is ERC20 {
    constructor() ERC20("Coin", "COIN") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @notice Keeps a hundredth of what is moved, once it is switched on.
contract FeeCoin is Coin {
    bool public on;

    function turnOn() external {
        on = true;
    }

    function _update(address from, address to, uint256 value) internal override {
        uint256 fee = on && from != address(0) && to != address(0) ? value / 100 : 0;
        if (fee != 0) super._update(from, address(0), fee);
        super._update(from, to, value - fee);
    }
}

/// @notice Calls somebody in the middle of a transfer, and keeps what came of it.
contract CallingCoin is Coin {
    address private _target;
    bytes private _call;
    bool public called;
    bool public passed;
    bytes4 public fault;

    function arm(address target, bytes calldata call_) external {
        (_target, _call, called) = (target, call_, false);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (_target == address(0) || from == address(0)) return;
        address target = _target;
        _target = address(0);
        bytes memory answer;
        (passed, answer) = target.call(_call);
        (called, fault) = (true, bytes4(answer));
    }
}

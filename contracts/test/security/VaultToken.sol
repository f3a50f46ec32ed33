// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A collateral of six decimals that can be told to keep a fee, and to call somebody on every transfer.
contract VaultToken is ERC20("Dollar", "USD") {
    uint256 public fee;
    address public target;
    bytes public call;
    bool public failed;
    bytes public fault;

    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setFee(uint256 fee_) external {
        fee = fee_;
    }

    /// @dev Calls `target_` in the middle of every transfer until it is told otherwise.
    function attack(address target_, bytes calldata call_) external {
        (target, call, failed) = (target_, call_, false);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from == address(0)) return;
        if (fee != 0) super._update(to, address(0xfee), fee);
        if (target == address(0)) return;
        address aim = target;
        target = address(0);
        (bool ok, bytes memory data) = aim.call(call);
        (failed, fault) = (!ok, data);
        target = aim;
    }
}

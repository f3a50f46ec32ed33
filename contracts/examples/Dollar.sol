// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token for development chains
/// @notice Anybody makes as much of it as they like.
contract Dollar is ERC20("Dollar of a development chain", "USD") {
    /// @inheritdoc ERC20
    function decimals() public pure override returns (uint8) {
        return 6;
    }

    /// @notice Makes `amount` for `to`.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

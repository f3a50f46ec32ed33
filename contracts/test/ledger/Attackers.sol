// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @notice A contract that signs (ERC-1271), and changes its mind when its owner says so.
contract Fickle {
    bool public says = true;

    function change() external {
        says = !says;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        return says ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

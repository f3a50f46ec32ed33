// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Who may hold a token
/// @notice Asked when a token is made for somebody or moved to somebody, never when it is burnt: a gate keeps nobody's money.
interface IHolderGate {
    function mayHold(address holder) external view returns (bool);
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title What a generated verifier says about its key, for whoever keeps scenario points
/// @notice Constants of the contract that `tailproof solidity` writes.
interface IScenarioKey {
    /// @notice SHA-256 digest of the verifying key.
    function KEY_DIGEST() external view returns (bytes32);
    /// @notice Scenarios of the shape, T, and factors, N.
    function SCENARIOS() external view returns (uint256);
    function FACTORS() external view returns (uint256);
    /// @notice Scenarios of a packed row of products.
    function SLOTS() external view returns (uint256);
    /// @notice Whether the shape has limits on the book, and its points the rows of them.
    function LIMITS() external view returns (bool);
    /// @notice Root of the tree over key rows. Leaf s = 4 g + j is the hash of s, the points 2^(63 j) IC_(g,i), IC_(g,xi) and
    /// the hash of the weight's point.
    function IC_ROOT() external view returns (bytes32);
    /// @notice The point of the digest of the factor names.
    function FACTORS_X() external view returns (uint256);
    function FACTORS_Y() external view returns (uint256);
    /// @notice The sum of the points of all weights.
    function WEIGHTS_X() external view returns (uint256);
    function WEIGHTS_Y() external view returns (uint256);
    /// @notice The sum of the points that say which factors are exposures, all of them; (0, 0) without limits on the book.
    function EXPOSURES_X() external view returns (uint256);
    function EXPOSURES_Y() external view returns (uint256);
}

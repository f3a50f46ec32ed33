// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title What every generated Tailproof verifier offers
/// @notice One verifier serves every book, mandate and scenario set of its shape.
interface ITailproofVerifier {
    /// @notice A control input is not below the order of the scalar field.
    error ControlOutOfField(uint256 index, uint256 value);
    /// @notice There must be exactly four control inputs.
    error WrongNumberOfControls(uint256 number);
    /// @notice The scenario point has a coordinate not below the field's modulus, or is not on the curve.
    error ScenarioPointInvalid(uint256 x, uint256 y);
    /// @notice The scenario point is the point at infinity, (0, 0), over which every book meets a claim.
    error ScenarioPointAtInfinity();
    /// @notice Too little gas for the pairing.
    error NotEnoughGas(uint256 gas, uint256 needed);

    /// @notice Number of control inputs: commitment, context, tails, limits.
    function CONTROLS() external view returns (uint256);
    /// @notice SHA-256 of the verifying key, which names the keys in proofs.
    function KEY_DIGEST() external view returns (bytes32);
    /// @notice Whether the statement has limits on the book itself; its limits are a hash then.
    function LIMITS() external view returns (bool);
    /// @notice Thresholds: 2 if each clause has its own confidence, 1 if they share one, 0 for a pool.
    function THRESHOLDS() external view returns (uint256);
    /// @notice The point that the digest of the factor names multiplies in a scenario point.
    function FACTORS_X() external view returns (uint256);
    function FACTORS_Y() external view returns (uint256);

    /// @notice Checks a proof that the book under a commitment is inside packed limits over a scenario set.
    /// @param proof A (x, y), B (x imaginary, x real, y imaginary, y real), C (x, y).
    /// @param scenarioPoint The scenario set's part of the inputs: recomputed, kept, or attested by someone who is not the
    /// prover. Whoever chooses it freely can forge proofs.
    /// @param controls commitment, context, tails, limits.
    /// @return valid True exactly if the proof proves the claim. (-A, -B, C) is a second proof of the same claim: keep records
    /// of claims, never of proofs.
    function verifyProof(uint256[8] calldata proof, uint256[2] calldata scenarioPoint, uint256[] calldata controls)
        external
        view
        returns (bool valid);

    /// @notice Checks a batch of proofs over one scenario point. True exactly if every proof proves its claim.
    function verifyMany(uint256[8][] calldata proofs, uint256[2] calldata scenarioPoint, uint256[4][] calldata controls)
        external
        view
        returns (bool valid);
}

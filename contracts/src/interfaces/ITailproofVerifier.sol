// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title What every generated Tailproof verifier offers
/// @notice One verifier serves every book, mandate and scenario set of its shape.
interface ITailproofVerifier {
    /// @notice A control input is not below the order of the scalar field. In a batch, the index counts the words of all
    /// controls.
    error ControlOutOfField(uint256 index, uint256 value);
    /// @notice There must be exactly four control inputs.
    error WrongNumberOfControls(uint256 number);
    /// @notice The scenario point has a coordinate not below the field's modulus, or is not on the curve.
    error ScenarioPointInvalid(uint256 x, uint256 y);
    /// @notice The scenario point is the point at infinity, (0, 0), over which every book meets a claim.
    error ScenarioPointAtInfinity();
    /// @notice Too little gas for the pairing.
    error NotEnoughGas(uint256 gas, uint256 needed);
    /// @notice A precompile refused points that are on their curves: B of a proof is outside its subgroup, or the gas did not
    /// suffice because the chain's prices have changed, or the chain lacks the precompile. Nothing is known of the proof.
    error PrecompileFailed();
    /// @notice A batch without proofs.
    error EmptyBatch();
    /// @notice As many proofs as lists of controls are needed.
    error LengthsDiffer(uint256 proofs, uint256 controls);
    /// @notice From the constructor: delta is gamma or its negation, and anybody proves anything.
    error GammaIsDelta();

    /// @notice Number of control inputs: commitment, context, tails, limits.
    function CONTROLS() external view returns (uint256);

    /// @notice SHA-256 of the verifying key, which names the keys in proofs.
    function KEY_DIGEST() external view returns (bytes32);

    /// @notice Whether one party may know the secrets behind the keys and could forge proofs: keys of one party, or keys over
    /// powers of tau that are not known to be of many.
    function DEVELOPMENT() external view returns (bool);

    /// @notice T, the scenarios of the shape; 0 for a pool without losses of tranches.
    function SCENARIOS() external view returns (uint256);

    /// @notice N, the factors of the shape.
    function FACTORS() external view returns (uint256);

    /// @notice Scenarios of a packed row: 4, 3 for a pool, 1 for a covariance.
    function SLOTS() external view returns (uint256);

    /// @notice Whether the statement has limits on the book itself. Its limits are a hash then, and its scenario points depend
    /// on the mandate.
    function LIMITS() external view returns (bool);

    /// @notice Thresholds: 2 if each clause has its own confidence, 1 if they share one, 0 for a pool.
    function THRESHOLDS() external view returns (uint256);

    /// @notice x of the point that the digest of the factor names multiplies in a scenario point.
    function FACTORS_X() external view returns (uint256);

    /// @notice y of that point.
    function FACTORS_Y() external view returns (uint256);

    /// @notice x of the weights' part of the point of a set that fills the shape with scenarios of weight 1.
    function WEIGHTS_X() external view returns (uint256);

    /// @notice y of that point.
    function WEIGHTS_Y() external view returns (uint256);

    /// @notice With limits on the book, x of the flags' part of the point of a set whose factors are all exposures; else 0.
    function EXPOSURES_X() external view returns (uint256);

    /// @notice y of that point.
    function EXPOSURES_Y() external view returns (uint256);

    /// @notice Root of the Merkle tree over the slots' key rows, as `tailproof ic-row` prints them; 0 without scenarios.
    function IC_ROOT() external view returns (bytes32);

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

    /// @notice Checks a batch of proofs over one scenario point.
    /// @param proofs As in `verifyProof`. One proof may be there twice.
    /// @param scenarioPoint As in `verifyProof`, for all of them.
    /// @param controls commitment, context, tails, limits of each proof.
    /// @return valid True exactly if every proof proves its claim, but for a probability below 2^-126; false if one does not,
    /// without saying which.
    function verifyMany(uint256[8][] calldata proofs, uint256[2] calldata scenarioPoint, uint256[4][] calldata controls)
        external
        view
        returns (bool valid);
}

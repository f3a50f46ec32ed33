// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title From the digest of a verifying key to its verifier
/// @notice An entry is added once and never changed. A stopped key stays stopped.
interface IVerifierRouter {
    event Added(bytes32 indexed key, address verifier);
    event Frozen();
    event Stopped(bytes32 indexed key, address by, bool byProof);

    error AlreadyAdded(bytes32 key);
    error UnknownKey(bytes32 key);
    error KeyIsStopped(bytes32 key);
    error RouterFrozen();
    /// @notice The proof is not one of the impossible claim.
    error NotImpossible();

    /// @notice The verifier of a key, zero if there is none. A stopped key's verifier stays visible.
    function verifierOf(bytes32 key) external view returns (address);
    function isStopped(bytes32 key) external view returns (bool);

    /// @notice Adds a verifier under the key that it states. Restricted, and delayed by the access manager's schedule. Nothing
    /// checks the statement: a contract that states a good key's digest and accepts anything takes its place for ever. Whoever
    /// watches the schedule compares the code with that of `tailproof solidity`.
    function add(address verifier) external returns (bytes32 key);
    /// @notice Ends additions for ever. Restricted.
    function freeze() external;
    /// @notice Stops a key. Restricted to the guardian, who can do nothing else.
    function stop(bytes32 key) external;
    /// @notice Stops a key by a proof of a claim that nobody can prove under a sound key: about a commitment that nobody can
    /// open. Anybody may call it. Every input of that claim is a constant of this contract.
    function stopByProof(bytes32 key, uint256[8] calldata proof) external;

    /// @notice The verifier of a key that is known and not stopped; reverts otherwise. Ledgers call it themselves: a batch is
    /// copied once less.
    function running(bytes32 key) external view returns (address verifier);
    /// @notice Verifies under a key that is known and not stopped; reverts otherwise.
    function verify(
        bytes32 key,
        uint256[8] calldata proof,
        uint256[2] calldata scenarioPoint,
        uint256[] calldata controls
    ) external view returns (bool);
    function verifyMany(
        bytes32 key,
        uint256[8][] calldata proofs,
        uint256[2] calldata scenarioPoint,
        uint256[4][] calldata controls
    ) external view returns (bool);
}

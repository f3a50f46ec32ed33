// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ITailproofVerifier} from "./interfaces/ITailproofVerifier.sol";
import {IVerifierRouter} from "./interfaces/IVerifierRouter.sol";

/// @title From the digest of a verifying key to its verifier
/// @notice The access manager decides who may add (with a delay), freeze, and stop. Nobody can change or remove an entry.
contract VerifierRouter is IVerifierRouter, AccessManaged {
    /// @dev What the impossible claim is about: hashes, so that nobody knows a book that they commit to, or chose them. The
    /// shift keeps them below the field's order.
    uint256 public constant IMPOSSIBLE_COMMITMENT = uint256(keccak256("tailproof/impossible/commitment/1")) >> 8;
    uint256 public constant IMPOSSIBLE_CONTEXT = uint256(keccak256("tailproof/impossible/context/1")) >> 8;
    /// @dev Half a scenario beyond either threshold, a book unit of 0.01.
    uint256 public constant IMPOSSIBLE_TAILS = uint256(1) << 56 | uint256(10_000) << 76 | uint256(1) << 172;
    /// @dev Losses of zero.
    uint256 public constant IMPOSSIBLE_LIMITS = 0;

    struct Entry {
        address verifier;
        bool stopped;
    }

    mapping(bytes32 key => Entry) private _entries;
    /// @notice Whether additions have ended for ever.
    bool public isFrozen;

    /// @param authority An AccessManager. Its administrator may be a TimelockController.
    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc IVerifierRouter
    function add(address verifier) external restricted returns (bytes32 key) {
        if (isFrozen) revert RouterFrozen();
        key = ITailproofVerifier(verifier).KEY_DIGEST();
        if (_entries[key].verifier != address(0)) revert AlreadyAdded(key);
        _entries[key].verifier = verifier;
        emit Added(key, verifier);
    }

    /// @inheritdoc IVerifierRouter
    function freeze() external restricted {
        isFrozen = true;
        emit Frozen();
    }

    /// @inheritdoc IVerifierRouter
    function stop(bytes32 key) external restricted {
        _stop(key, false);
    }

    /// @inheritdoc IVerifierRouter
    /// @dev The point is the verifier's own, of factors alone: whoever chose it could make the equation hold for any proof.
    function stopByProof(bytes32 key, uint256[8] calldata proof) external {
        ITailproofVerifier verifier = ITailproofVerifier(_entries[key].verifier);
        if (address(verifier) == address(0)) revert UnknownKey(key);
        uint256[] memory controls = new uint256[](4);
        controls[0] = IMPOSSIBLE_COMMITMENT;
        controls[1] = IMPOSSIBLE_CONTEXT;
        controls[2] = IMPOSSIBLE_TAILS;
        controls[3] = IMPOSSIBLE_LIMITS;
        if (!verifier.verifyProof(proof, [verifier.FACTORS_X(), verifier.FACTORS_Y()], controls)) {
            revert NotImpossible();
        }
        _stop(key, true);
    }

    function _stop(bytes32 key, bool byProof) private {
        running(key);
        _entries[key].stopped = true;
        emit Stopped(key, msg.sender, byProof);
    }

    /// @inheritdoc IVerifierRouter
    function verifierOf(bytes32 key) external view returns (address) {
        return _entries[key].verifier;
    }

    /// @inheritdoc IVerifierRouter
    function isStopped(bytes32 key) external view returns (bool) {
        return _entries[key].stopped;
    }

    /// @inheritdoc IVerifierRouter
    function verify(
        bytes32 key,
        uint256[8] calldata proof,
        uint256[2] calldata scenarioPoint,
        uint256[] calldata controls
    ) external view returns (bool) {
        return ITailproofVerifier(running(key)).verifyProof(proof, scenarioPoint, controls);
    }

    /// @inheritdoc IVerifierRouter
    function verifyMany(
        bytes32 key,
        uint256[8][] calldata proofs,
        uint256[2] calldata scenarioPoint,
        uint256[4][] calldata controls
    ) external view returns (bool) {
        return ITailproofVerifier(running(key)).verifyMany(proofs, scenarioPoint, controls);
    }

    /// @inheritdoc IVerifierRouter
    function running(bytes32 key) public view returns (address verifier) {
        Entry memory entry = _entries[key];
        verifier = entry.verifier;
        if (verifier == address(0)) revert UnknownKey(key);
        if (entry.stopped) revert KeyIsStopped(key);
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.26;

import {MultiSignerERC7913} from "@openzeppelin/contracts/utils/cryptography/signers/MultiSignerERC7913.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {ATTESTED, IScenarioSource} from "../interfaces/IScenarioSource.sol";

/// @title Scenario points that k of n signers attest
/// @notice For sets that no contract can keep: Monte Carlo, stressed windows, age weights, pools. The signers make the set and
/// its point, and sign both digests. A majority of them can name any point, and whoever knows a point's discrete logarithms can
/// forge proofs over it, so they are trusted as much as the key.
/// @dev Signers are accounts, contracts (ERC-1271), or keys behind a verifier (ERC-7913). They are fixed.
contract AttestedSource is IScenarioSource, MultiSignerERC7913 {
    error BadTerms(string field);
    /// @notice Fewer than a majority could attest.
    error QuorumTooSmall(uint256 quorum, uint256 least);
    /// @notice A signer's verifier has no code. A precompile would answer anything.
    error VerifierWithoutCode(bytes signer);
    error NotNext(uint256 epoch, uint256 next);
    error NotLater(uint256 period, uint256 last);
    error NotClosed(uint256 closes, uint256 time);
    error PointInvalid(uint256 x, uint256 y);
    error NotAttested(bytes32 digest);

    /// @notice A point was attested. `set` is the SHA-256 digest of the scenario set.
    event PointAttested(uint256 indexed epoch, uint256 indexed period, bytes32 indexed set, uint256 x, uint256 y);

    uint256 private constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    /// @notice Points of this many newest epochs are served.
    uint256 public constant KEPT = 8;

    bytes32 public constant POINT_TYPE =
        keccak256("ScenarioPoint(bytes32 source,uint64 epoch,uint32 period,bytes32 set,uint256 x,uint256 y)");
    bytes32 public constant DOMAIN = keccak256(
        abi.encode(keccak256("EIP712Domain(string name,string version)"), keccak256("Tailproof"), keccak256("1"))
    );

    Terms private _terms;
    /// @dev Number of the next epoch, period of the newest point, and when it came.
    uint64 private _next;
    uint32 private _period;
    uint40 private _since;
    /// @dev Hash of epoch, point and witness, at the epoch mod 8.
    bytes32[KEPT] private _heads;

    /// @param terms_ Fixed terms. `kind` is set to `ATTESTED`.
    /// @param signers As in ERC-7913: an address, or a verifier's address and a key.
    constructor(Terms memory terms_, bytes[] memory signers, uint64 quorum) MultiSignerERC7913(signers, quorum) {
        uint256 least = signers.length / 2 + 1;
        if (quorum < least) revert QuorumTooSmall(quorum, least);
        for (uint256 i = 0; i < signers.length; ++i) {
            bytes memory signer = signers[i];
            if (signer.length > 20 && address(bytes20(signer)).code.length == 0) revert VerifierWithoutCode(signer);
        }
        if (terms_.rows == 0) revert BadTerms("rows");
        if (terms_.totalWeight == 0) revert BadTerms("totalWeight");
        if (terms_.horizon == 0) revert BadTerms("horizon");
        if (terms_.periodLength == 0) revert BadTerms("periodLength");
        _terms = terms_;
        _terms.kind = ATTESTED;
    }

    /// @notice The EIP-712 digest that signers sign.
    function digest(uint64 epoch, uint32 period, bytes32 set, uint256 x, uint256 y) public view returns (bytes32) {
        bytes32 hash = keccak256(abi.encode(POINT_TYPE, source(), epoch, period, set, x, y));
        return MessageHashUtils.toTypedDataHash(DOMAIN, hash);
    }

    /// @notice Identifier of this source, which signers sign.
    function source() public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this)));
    }

    /// @notice Takes the next point. Anybody may call it.
    /// @param epoch The next epoch; the first is 0.
    /// @param period Period that the newest scenario closes with: later than the last point's, and closed.
    /// @param signatures `abi.encode(bytes[] signers, bytes[] signatures)`, best in ascending order of the signers' hashes.
    function attest(uint64 epoch, uint32 period, bytes32 set, uint256 x, uint256 y, bytes calldata signatures)
        external
    {
        if (epoch != _next) revert NotNext(epoch, _next);
        if (epoch != 0 && period <= _period) revert NotLater(period, _period);
        uint256 closes = uint256(_terms.origin) + uint256(period) * _terms.periodLength;
        if (closes > block.timestamp) revert NotClosed(closes, block.timestamp);
        if (!_isOnCurve(x, y)) revert PointInvalid(x, y);
        bytes32 hash = digest(epoch, period, set, x, y);
        if (!_rawSignatureValidation(hash, signatures)) revert NotAttested(hash);
        _heads[epoch % KEPT] = _head(epoch, x, y, set, period);
        (_next, _period, _since) = (epoch + 1, period, uint40(block.timestamp));
        emit PointAttested(epoch, period, set, x, y);
    }

    /// @inheritdoc IScenarioSource
    function terms() external view returns (Terms memory) {
        return _terms;
    }

    /// @inheritdoc IScenarioSource
    function newest() external view returns (uint256 epoch, uint256 since) {
        if (_next == 0) revert NotFull(0, 1);
        return (_next - 1, _since);
    }

    /// @inheritdoc IScenarioSource
    function isPoint(uint256 epoch, uint256 x, uint256 y, Witness calldata witness) external view returns (bool) {
        // A head holds its epoch, so one that is not kept has none.
        if (witness.gaps != 0) return false;
        return _heads[epoch % KEPT] == _head(epoch, x, y, witness.prices, witness.period);
    }

    function _head(uint256 epoch, uint256 x, uint256 y, bytes32 set, uint256 period) private pure returns (bytes32) {
        return keccak256(abi.encode(epoch, x, y, set, period));
    }

    /// @dev Not the point at infinity: that is of no scenarios.
    function _isOnCurve(uint256 x, uint256 y) private pure returns (bool) {
        return x < Q && y < Q && mulmod(y, y, Q) == addmod(mulmod(mulmod(x, x, Q), x, Q), 3, Q);
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IMandateLedger} from "../interfaces/IMandateLedger.sol";
import {IVerifierRouter} from "../interfaces/IVerifierRouter.sol";
import {Words} from "../libraries/Words.sol";
import {Mandates} from "./Mandates.sol";

/// @title Who may hand in a record, and whose signatures count
abstract contract Signers is Mandates {
    bytes32 private constant RELAY_TYPE_HASH =
        keccak256("Relay(address entity,bytes32 mandate,uint64 epoch,uint256 commitment,uint256 deadline)");
    bytes32 private constant DOMAIN_TYPE_HASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    uint256 private immutable _chain = block.chainid;
    bytes32 private immutable _domainOfChain;

    constructor(IVerifierRouter router_) Mandates(router_) {
        _domainOfChain = _makeDomain();
    }

    /// @inheritdoc IMandateLedger
    function setOperator(bytes32 mandate, address operator) external {
        _books[mandate][msg.sender].operator = operator;
        emit OperatorSet(msg.sender, mandate, operator);
    }

    /// @dev Whoever hands in a record for an entity could replace its forecast: so it is the entity, its operator, or
    /// somebody with its signature.
    function _checkHandedIn(
        Batch calldata batch,
        Item calldata item,
        bytes32[6] memory relay,
        Signature[] calldata relays,
        uint256 index
    ) internal view {
        address entity = item.entity;
        if (entity == msg.sender) return;
        if (relays.length == 0 || relays[index].r | relays[index].vs == 0) {
            if (_books[batch.mandate][entity].operator != msg.sender) revert NotOperator(msg.sender, entity);
            return;
        }
        Signature calldata signature = relays[index];
        (relay[1], relay[4]) = (_subject(entity), bytes32(item.commitment));
        bytes32 digest = MessageHashUtils.toTypedDataHash(_domain(), Words.hash(relay));
        bool signed = signature.vs == 0
            ? _isSigned(entity, digest, _longSignature(batch, signature))
            : entity != address(0) && _signer(digest, signature) == entity;
        if (!signed) revert NotSignedByEntity(entity);
    }

    /// @dev Whether an account's key, or a contract (ERC-1271), signed a digest. Only the latter's account is looked at.
    function _isSigned(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        (address found, ECDSA.RecoverError error_,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (error_ == ECDSA.RecoverError.NoError && found == signer) return true;
        return signer.code.length != 0 && SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature);
    }

    /// @dev Who signed a digest; zero for nobody.
    function _signer(bytes32 digest, Signature calldata signature) internal pure returns (address found) {
        (found,,) = ECDSA.tryRecover(digest, signature.r, signature.vs);
    }

    /// @dev A signature that is not two words: of a contract. Empty if the list has none at its place.
    function _longSignature(Batch calldata batch, Signature calldata signature) internal pure returns (bytes calldata) {
        uint256 place = uint256(signature.r);
        if (place == 0 || place > batch.signatures.length) return msg.data[:0];
        return batch.signatures[place - 1];
    }

    function _checkDeadline(uint256 deadline) internal view {
        if (deadline < block.timestamp) revert RelayExpired(deadline, block.timestamp);
    }

    /// @dev The words that an entity's signature of an item hashes, without entity and commitment.
    function _relayWords(Batch calldata batch) internal pure returns (bytes32[6] memory words) {
        (words[0], words[2]) = (RELAY_TYPE_HASH, batch.mandate);
        (words[3], words[5]) = (bytes32(uint256(batch.epoch)), bytes32(batch.deadline));
    }

    /// @notice The EIP-712 digest that an entity signs so that others may hand in its proof.
    function relayDigest(address entity, bytes32 mandate, uint64 epoch, uint256 commitment, uint256 deadline)
        public
        view
        returns (bytes32)
    {
        bytes32 relay = keccak256(abi.encode(RELAY_TYPE_HASH, entity, mandate, epoch, commitment, deadline));
        return MessageHashUtils.toTypedDataHash(_domain(), relay);
    }

    /// @dev The EIP-712 domain, made again on a chain that has split off.
    function _domain() private view returns (bytes32) {
        return block.chainid == _chain ? _domainOfChain : _makeDomain();
    }

    function _makeDomain() private view returns (bytes32) {
        return
            keccak256(
                abi.encode(DOMAIN_TYPE_HASH, keccak256("Tailproof"), keccak256("1"), block.chainid, address(this))
            );
    }
}

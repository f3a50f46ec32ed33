// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {IPriceRow} from "../interfaces/IPriceRow.sol";

/// @title Rows of prices that k of n seats sign
/// @notice n is odd and k is a majority, so that two rows of one period take a seat that signs both. Seats are fixed.
/// @dev The domain names no chain and no contract: the statement's source does.
contract SignedRow is IPriceRow {
    error EvenSeats(uint256 seats);
    error QuorumOutOfRange(uint256 quorum, uint256 least, uint256 most);
    error ZeroSeat(uint256 index);
    error DuplicateSeat(address seat);
    error TooFewSignatures(uint256 have, uint256 needed);
    /// @notice The signatures are not 65 bytes each.
    error WrongLength(uint256 length);
    /// @notice The signature with this index is malformed, or has the higher s.
    error BadSignature(uint256 index);
    error NotASeat(address signer);
    /// @notice Signatures are in ascending order of their signers, without duplicates.
    error OutOfOrder(address signer, address last);

    bytes32 public constant ROW_TYPE =
        keccak256("PriceRow(bytes32 source,uint32 period,uint32 previous,bytes32 last,bytes32 before,bytes32 now)");
    bytes32 public immutable DOMAIN = keccak256(
        abi.encode(keccak256("EIP712Domain(string name,string version)"), keccak256("Tailproof"), keccak256("1"))
    );

    /// @notice Signatures that a row needs, and number of seats.
    uint256 public immutable quorum;
    uint256 public immutable seats;
    mapping(address signer => bool) public isSeat;

    constructor(address[] memory seats_, uint256 quorum_) {
        uint256 number = seats_.length;
        if (number % 2 == 0) revert EvenSeats(number);
        if (quorum_ < (number + 1) / 2 || quorum_ > number) revert QuorumOutOfRange(quorum_, (number + 1) / 2, number);
        for (uint256 i = 0; i < number; ++i) {
            address seat = seats_[i];
            if (seat == address(0)) revert ZeroSeat(i);
            if (isSeat[seat]) revert DuplicateSeat(seat);
            isSeat[seat] = true;
        }
        (quorum, seats) = (quorum_, number);
    }

    /// @notice The EIP-712 digest that seats sign.
    function digest(Statement calldata statement) public view returns (bytes32 hash) {
        bytes32 rowType = ROW_TYPE;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, rowType)
            calldatacopy(add(free, 0x20), statement, 0xc0)
            hash := keccak256(free, 0xe0)
        }
        return MessageHashUtils.toTypedDataHash(DOMAIN, hash);
    }

    /// @inheritdoc IPriceRow
    /// @param signatures r, s, v of 65 bytes each, in ascending order of the signers.
    function check(Statement calldata statement, bytes calldata signatures) external view {
        uint256 have = signatures.length / 65;
        if (signatures.length % 65 != 0) revert WrongLength(signatures.length);
        if (have < quorum) revert TooFewSignatures(have, quorum);
        bytes32 hash = digest(statement);
        address last = address(0);
        for (uint256 i = 0; i < have; ++i) {
            address signer = _signer(hash, signatures, i);
            if (signer <= last) revert OutOfOrder(signer, last);
            if (!isSeat[signer]) revert NotASeat(signer);
            last = signer;
        }
    }

    function _signer(bytes32 hash, bytes calldata signatures, uint256 index) private pure returns (address signer) {
        bytes32 r;
        bytes32 s;
        uint8 v;
        assembly ("memory-safe") {
            let from := add(signatures.offset, mul(65, index))
            r := calldataload(from)
            s := calldataload(add(from, 0x20))
            v := shr(248, calldataload(add(from, 0x40)))
        }
        ECDSA.RecoverError fault;
        (signer, fault,) = ECDSA.tryRecover(hash, v, r, s);
        if (fault != ECDSA.RecoverError.NoError) revert BadSignature(index);
    }
}

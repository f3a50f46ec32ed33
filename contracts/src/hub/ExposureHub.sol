// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";
import {IExposureHub} from "../interfaces/IExposureHub.sol";

/// @title Sums of proved expected shortfalls over chains
/// @notice The parts, the gateway, confidence, horizon, unit and currency are fixed when it is deployed. Bounds are summed only over one
/// scenario set: where the parts' sets differ there is no sum.
contract ExposureHub is IExposureHub, ERC7786Recipient {
    /// @notice Who reports for a part: an interoperable address (ERC-7930), of a contract on another chain.
    struct Part {
        bytes32 part;
        bytes sender;
    }

    /// @notice What every report's basis must have.
    struct Measure {
        uint32 confidence;
        uint32 horizon;
        uint64 unit;
        bytes32 currency;
    }

    struct Kept {
        uint128 bound;
        uint64 epoch;
        uint40 closed;
        uint40 expires;
        bytes32 basis;
    }

    /// @notice The name of the whole: of the part that reports proofs about all books together.
    bytes32 public constant WHOLE = keccak256("tailproof/hub/whole");

    address public immutable gateway;
    uint32 public immutable confidence;
    uint32 public immutable horizon;
    uint64 public immutable unit;
    bytes32 public immutable currency;
    bytes32[] private _parts;
    mapping(bytes32 senderHash => bytes32 part) private _partOf;
    mapping(bytes32 part => Kept) private _kept;

    /// @param parts What a sum is over. One named `WHOLE` is not summed: it reports consolidated proofs.
    constructor(address gateway_, Measure memory measure, Part[] memory parts) {
        (gateway, confidence, horizon) = (gateway_, measure.confidence, measure.horizon);
        (unit, currency) = (measure.unit, measure.currency);
        for (uint256 i = 0; i < parts.length; ++i) {
            bytes32 part = parts[i].part;
            bytes32 sender = keccak256(parts[i].sender);
            if (part == 0 || _partOf[sender] != 0) revert UnknownPart(part, parts[i].sender);
            for (uint256 j = 0; j < i; ++j) {
                if (parts[j].part == part) revert UnknownPart(part, parts[i].sender);
            }
            _partOf[sender] = part;
            if (part != WHOLE) _parts.push(part);
        }
    }

    /// @notice The parts of a sum.
    function partsOf() external view returns (bytes32[] memory) {
        return _parts;
    }

    /// @inheritdoc IExposureHub
    function total() external view returns (uint256 bound, uint256 closed, bool consolidated) {
        Kept memory whole = _kept[WHOLE];
        bool stands = block.timestamp < whole.expires;
        // A consolidated proof takes precedence, unless every part is newer.
        if (stands && whole.closed >= _leastClosed()) return (whole.bound, whole.closed, true);
        bytes32 basis;
        closed = type(uint256).max;
        if (_parts.length == 0) revert PartMissing(WHOLE);
        for (uint256 i = 0; i < _parts.length; ++i) {
            bytes32 part = _parts[i];
            Kept memory kept = _kept[part];
            if (kept.expires == 0) revert PartMissing(part);
            if (block.timestamp >= kept.expires) revert PartExpired(part, kept.expires);
            if (i == 0) basis = kept.basis;
            if (kept.basis != basis) revert OtherBasis(kept.basis, basis);
            if (kept.closed < closed) closed = kept.closed;
            bound += kept.bound;
        }
    }

    function _leastClosed() private view returns (uint256 closed) {
        if (_parts.length == 0) return 0;
        closed = type(uint256).max;
        for (uint256 i = 0; i < _parts.length; ++i) {
            Kept storage kept = _kept[_parts[i]];
            uint256 found = block.timestamp < kept.expires ? kept.closed : 0;
            if (found < closed) closed = found;
        }
    }

    /// @dev The gateway is fixed, and speaks for the senders of the parts alone.
    function _isAuthorizedGateway(address gateway_, bytes calldata sender) internal view override returns (bool) {
        return gateway_ == gateway && _partOf[keccak256(sender)] != 0;
    }

    function _processMessage(address, bytes32, bytes calldata sender, bytes calldata payload) internal override {
        Report memory report = abi.decode(payload, (Report));
        bytes32 part = _partOf[keccak256(sender)];
        if (report.part != part) revert UnknownPart(report.part, sender);
        bytes32 basis = keccak256(abi.encode(report.basis));
        Basis memory expected = Basis(report.basis.scenarios, confidence, horizon, unit, currency);
        if (basis != keccak256(abi.encode(expected))) revert OtherBasis(basis, keccak256(abi.encode(expected)));
        Kept storage kept = _kept[part];
        if (kept.expires != 0 && report.epoch <= kept.epoch) revert EpochNotNewer(report.epoch, kept.epoch);
        if (report.expires <= block.timestamp) revert PartExpired(part, report.expires);
        _kept[part] = Kept(report.shortfallBound, report.epoch, report.closed, report.expires, basis);
        emit Reported(part, report.epoch, basis, report.shortfallBound, report.expires);
    }
}

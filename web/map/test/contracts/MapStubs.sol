// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

// Contracts that lie, for the tests of the map. They are deployed on a development chain of the tests alone.

/// @title A verifier that states a good key's digest and accepts everything
contract AcceptsAll {
    bytes32 public immutable KEY_DIGEST;
    uint256 public constant THRESHOLDS = 2;
    bool public constant LIMITS = false;

    constructor(bytes32 key) {
        KEY_DIGEST = key;
    }

    function verifyProof(uint256[8] calldata, uint256[2] calldata, uint256[] calldata) external pure returns (bool) {
        return true;
    }
}

/// @title Zones as the test wants them, in place of 250 settled days
contract ZonesByHand {
    struct Counts {
        uint16 due;
        uint16 proved;
        uint16 exceedances;
        uint16 silent;
    }

    mapping(bytes32 mandate => mapping(address entity => Counts)) private _counts;
    mapping(bytes32 mandate => mapping(address entity => uint8)) private _zones;

    function set(address entity, bytes32 mandate, uint8 zone_, Counts calldata counts_) external {
        (_zones[mandate][entity], _counts[mandate][entity]) = (zone_, counts_);
    }

    function counts(address entity, bytes32 mandate) external view returns (Counts memory) {
        return _counts[mandate][entity];
    }

    function zone(address entity, bytes32 mandate) external view returns (uint8, uint256) {
        return (_zones[mandate][entity], 0);
    }
}

/// @title A window that serves whatever point it is given, with the events of a rolling window
contract RowsByHand {
    struct Terms {
        bytes32 key;
        bytes32 factors;
        uint32 rows;
        uint64 totalWeight;
        uint32 horizon;
        uint32 periodLength;
        uint64 origin;
        uint8 kind;
    }

    struct Witness {
        bytes32 prices;
        uint32 period;
        uint16 gaps;
    }

    event Row(uint256 indexed epoch, uint256 indexed period, uint256 previous, uint256 x, uint256 y, bytes prices);

    Terms private _terms;
    uint256 private _next;

    constructor(Terms memory terms_) {
        _terms = terms_;
    }

    function push(uint256 period, uint256 x, uint256 y) external {
        emit Row(_next++, period, period - 1, x, y, "");
    }

    function terms() external view returns (Terms memory) {
        return _terms;
    }

    function newest() external view returns (uint256 epoch, uint256 since) {
        return (_next - 1, block.timestamp);
    }

    function isPoint(uint256, uint256, uint256, Witness calldata) external pure returns (bool) {
        return true;
    }
}

/// @title A custodian that is a contract, and signs whatever it is asked about
contract SignsAll {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignature.selector;
    }
}

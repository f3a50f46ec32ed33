// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title A public book: basis points of each factor, kept in code, and its loss on a row
abstract contract PublicBook {
    /// @notice A parameter is out of range, or does not fit the window.
    error BadSetup(string field, uint256 value);

    /// @notice The most factors that a book has, and the most basis points that one of them has.
    uint256 public constant MOST_FACTORS = 112;
    uint256 public constant MOST_WEIGHT = 1_500;

    /// @dev Number of factors.
    uint256 internal immutable N;
    /// @dev 16 weights in each, the first one highest.
    uint256 private immutable W0;
    uint256 private immutable W1;
    uint256 private immutable W2;
    uint256 private immutable W3;
    uint256 private immutable W4;
    uint256 private immutable W5;
    uint256 private immutable W6;

    /// @param weights_ Basis points of each factor. Their magnitudes sum to 10,000.
    constructor(int16[] memory weights_) {
        N = weights_.length;
        uint256[7] memory packed = _packed(weights_);
        (W0, W1, W2, W3, W4, W5, W6) = (packed[0], packed[1], packed[2], packed[3], packed[4], packed[5], packed[6]);
    }

    /// @notice Basis points of each factor, in the window's order.
    function weights() external view returns (int16[] memory out) {
        out = new int16[](N);
        uint256 at_ = _weights();
        for (uint256 i = 0; i < N; ++i) {
            int256 weight;
            assembly ("memory-safe") {
                weight := sar(240, mload(add(at_, shl(1, i))))
            }
            out[i] = int16(weight);
        }
    }

    /// @dev Weights, 16 in a word.
    function _packed(int16[] memory weights_) private pure returns (uint256[7] memory words) {
        uint256 number = weights_.length;
        if (number > MOST_FACTORS) revert BadSetup("weights", number);
        uint256 sum;
        for (uint256 i = 0; i < number; ++i) {
            int256 w = weights_[i];
            uint256 magnitude = uint256(w < 0 ? -w : w);
            if (magnitude > MOST_WEIGHT) revert BadSetup("weight", i);
            sum += magnitude;
            words[i >> 4] |= (uint256(w) & 0xffff) << (240 - 16 * (i & 15));
        }
        if (sum != 10_000) revert BadSetup("sum of weights", sum);
    }

    /// @dev Where the words of weights are in memory: the free memory, which is not taken.
    function _weights() private view returns (uint256 at_) {
        assembly ("memory-safe") {
            at_ := mload(0x40)
        }
        _put(at_, 0, W0);
        _put(at_, 32, W1);
        if (N <= 32) return at_;
        _put(at_, 64, W2);
        _put(at_, 96, W3);
        _put(at_, 128, W4);
        _put(at_, 160, W5);
        _put(at_, 192, W6);
    }

    function _put(uint256 at_, uint256 offset, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(at_, offset), word)
        }
    }

    /// @dev The book's loss: less the sum of weight times entry. An entry is the highest three bytes of a word, and the next
    /// factor's is 12 bytes on. Four factors are taken at a time: the weights behind the last one are zero.
    function _loss(uint256 from) internal view returns (int256 loss) {
        uint256 at_ = _weights();
        uint256 size = 12 * N;
        assembly ("memory-safe") {
            for { let end := add(from, size) } lt(from, end) { from := add(from, 48) } {
                let w := mload(at_)
                loss := sub(loss, mul(sar(240, w), sar(232, calldataload(from))))
                loss := sub(loss, mul(signextend(1, shr(224, w)), sar(232, calldataload(add(from, 12)))))
                loss := sub(loss, mul(signextend(1, shr(208, w)), sar(232, calldataload(add(from, 24)))))
                loss := sub(loss, mul(signextend(1, shr(192, w)), sar(232, calldataload(add(from, 36)))))
                at_ := add(at_, 8)
            }
        }
    }
}

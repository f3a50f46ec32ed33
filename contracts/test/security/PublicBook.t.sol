// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {PublicBook} from "../../src/security/PublicBook.sol";

/// @title A book whose loss is asked for with entries as a row has them
contract AskedBook is PublicBook {
    constructor(int16[] memory weights_) PublicBook(weights_) {}

    /// @param entries 12 bytes a factor, of which the first three are the entry.
    function loss(bytes calldata entries) external view returns (int256) {
        uint256 from;
        assembly ("memory-safe") {
            from := entries.offset
        }
        return _loss(from);
    }
}

/// @notice Books of more factors than two words of weights hold: a window may have 112 of them.
contract PublicBookTest {
    uint256 private constant MOST = 112;

    /// @notice Weights and losses of books of 1 word of weights to all 7, at each side of every border, are those of a plain sum.
    function testBooksOfEveryNumberOfWordsLoseWhatTheySum() public {
        uint256[11] memory numbers = [uint256(7), 16, 17, 32, 33, 48, 49, 64, 81, 100, MOST];
        for (uint256 i = 0; i < numbers.length; ++i) {
            check(numbers[i]);
        }
    }

    function check(uint256 number) private {
        int16[] memory weights = weightsOf(number);
        AskedBook book = new AskedBook(weights);
        int16[] memory kept = book.weights();
        require(kept.length == number, "all of them");
        bytes memory entries;
        int256 wanted;
        for (uint256 i = 0; i < number; ++i) {
            require(kept[i] == weights[i], "as they were given");
            int24 entry = int24(uint24(uint256(keccak256(abi.encode(number, i)))));
            // What stands behind an entry is of the row, and not of the entry.
            entries = bytes.concat(entries, bytes3(uint24(entry)), bytes9(keccak256(abi.encode(i))));
            wanted -= int256(weights[i]) * int256(entry);
        }
        require(book.loss(entries) == wanted, "less the sum of weight times entry");
        // Other bytes behind the last factor change nothing.
        require(book.loss(bytes.concat(entries, bytes32(type(uint256).max))) == wanted, "and of no other entry");
    }

    /// @dev Every third one is short. What does not divide is the last one's.
    function weightsOf(uint256 number) private pure returns (int16[] memory weights) {
        weights = new int16[](number);
        uint256 rest = 10_000;
        for (uint256 i = 0; i < number; ++i) {
            uint256 magnitude = i + 1 == number ? rest : 10_000 / number;
            rest -= magnitude;
            weights[i] = i % 3 == 2 ? -int16(uint16(magnitude)) : int16(uint16(magnitude));
        }
    }
}

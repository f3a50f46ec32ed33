// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {vm} from "../Vm.sol";

/// @notice Five seats whose keys the tests know.
abstract contract Seats {
    uint256 internal constant SEATS = 5;
    uint256[] private sorted;

    function seatAddresses() internal pure returns (address[] memory seats) {
        seats = new address[](SEATS);
        for (uint256 i = 0; i < SEATS; ++i) {
            seats[i] = vm.addr(seatKey(i));
        }
    }

    function seatKey(uint256 i) internal pure returns (uint256) {
        return [uint256(100), 101, 102, 103, 104][i];
    }

    /// @dev Keys of seats, in ascending order of their addresses.
    function sortedKeys() internal view returns (uint256[] memory) {
        return sorted;
    }

    function sortSeats() internal {
        uint256[] memory keys = new uint256[](SEATS);
        for (uint256 i = 0; i < SEATS; ++i) {
            keys[i] = seatKey(i);
            for (uint256 j = i; j > 0 && vm.addr(keys[j]) < vm.addr(keys[j - 1]); --j) {
                (keys[j], keys[j - 1]) = (keys[j - 1], keys[j]);
            }
        }
        sorted = keys;
    }

    /// @dev The first `count` seats sign, in order.
    function signedBy(uint256 count, bytes32 digest) internal view returns (bytes memory signatures) {
        uint256[] memory keys = sortedKeys();
        for (uint256 i = 0; i < count; ++i) {
            signatures = bytes.concat(signatures, signature(keys[i], digest));
        }
    }

    function signature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }
}

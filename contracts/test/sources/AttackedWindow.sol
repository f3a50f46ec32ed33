// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {SignedRow} from "../../src/sources/SignedRow.sol";
import {WindowModel} from "./WindowModel.sol";

/// @notice A full window of eight rows and four factors, which is attacked.
abstract contract AttackedWindow is WindowModel {
    uint256 internal constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    /// @dev Where the parts of a row begin: the path, the group's entries, what is behind them.
    uint256 internal constant PATH = 64 * 4 + 96;
    uint256 internal constant ENTRIES = PATH + 3 * 32;
    uint256 internal constant BEHIND = ENTRIES + 12 * 4;

    function setUp() public {
        make(4, 8, 3);
        for (uint256 r = 0; r < 11; ++r) {
            pushDraft(next(moved(r)));
        }
    }

    function pushCall(Draft memory draft) internal view returns (bytes memory) {
        return abi.encodeCall(window.push, (draft.period, bytesOf(draft), signed(draft)));
    }

    function refusesRow(Draft memory draft, bytes memory row, bytes memory fault) internal returns (bool) {
        return refuses(abi.encodeCall(window.push, (draft.period, row, signed(draft))), fault);
    }

    /// @dev Whether a row is refused because its signatures are not the seats': another digest has other signers.
    function isUnsigned(Draft memory draft, bytes memory signatures) internal returns (bool) {
        (bool ok, bytes memory data) =
            address(window).call(abi.encodeCall(window.push, (draft.period, bytesOf(draft), signatures)));
        return !ok && (bytes4(data) == SignedRow.NotASeat.selector || bytes4(data) == SignedRow.OutOfOrder.selector);
    }

    function overwrite(bytes memory row, uint256 from, bytes memory with) internal pure {
        for (uint256 i = 0; i < with.length; ++i) {
            row[from + i] = with[i];
        }
    }
}

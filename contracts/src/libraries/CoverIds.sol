// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IVarSecurity} from "../interfaces/IVarSecurity.sol";

/// @title Identifiers that spell out the terms of a cover
/// @notice From the highest bit: zero 144, leg 8, kind 8, attachment 16, detachment 16, first day 32, last day 32. The leg is 0 for
/// COVER and 1 for REST. An identifier with other terms than a position can have is none.
library CoverIds {
    /// @notice The bit that makes REST out of COVER.
    uint256 internal constant REST = 1 << 104;
    /// @notice Basis points of the whole book.
    uint256 internal constant WHOLE = 10_000;

    /// @notice Identifier of COVER.
    function coverOf(IVarSecurity.Terms memory terms) internal pure returns (uint256 id) {
        if (terms.detachment > WHOLE) revert IVarSecurity.BadTerms("detachment", terms.detachment);
        if (terms.attachment >= terms.detachment) revert IVarSecurity.BadTerms("attachment", terms.attachment);
        if (terms.first > terms.last) revert IVarSecurity.BadTerms("first", terms.first);
        return (uint256(terms.kind) << 96) | (uint256(terms.attachment) << 80) | (uint256(terms.detachment) << 64)
            | (uint256(terms.first) << 32) | terms.last;
    }

    /// @notice What an identifier spells out.
    function termsOf(uint256 id) internal pure returns (IVarSecurity.Terms memory terms, bool isCover) {
        uint256 kind = uint8(id >> 96);
        if (id >> 105 != 0 || kind > uint256(type(IVarSecurity.Kind).max)) revert IVarSecurity.NotAnId(id);
        terms.kind = IVarSecurity.Kind(kind);
        (terms.attachment, terms.detachment) = (uint16(id >> 80), uint16(id >> 64));
        (terms.first, terms.last) = (uint32(id >> 32), uint32(id));
        if (terms.detachment > WHOLE || terms.attachment >= terms.detachment || terms.first > terms.last) {
            revert IVarSecurity.NotAnId(id);
        }
        isCover = id & REST == 0;
    }
}

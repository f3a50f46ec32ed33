// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBookIndex} from "../../src/interfaces/IBookIndex.sol";
import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {CoverIds} from "../../src/libraries/CoverIds.sol";
import {CoverSchedule} from "../../src/libraries/CoverSchedule.sol";

/// @notice Identifiers and the schedule of payouts, for all values.
contract CoverIdsTest {
    function read(uint256 id) external pure returns (IVarSecurity.Terms memory terms, bool isCover) {
        return CoverIds.termsOf(id);
    }

    function write(IVarSecurity.Terms memory terms) external pure returns (uint256) {
        return CoverIds.coverOf(terms);
    }

    function testAnIdSpellsOutItsTerms() public view {
        IVarSecurity.Terms memory terms = IVarSecurity.Terms(IVarSecurity.Kind.Scaled, 400, 800, 17_000, 17_030);
        uint256 id = uint256(
            bytes32(abi.encodePacked(uint8(0), uint8(2), uint16(400), uint16(800), uint32(17_000), uint32(17_030)))
        ) >> 144;
        require(this.write(terms) == id, "leg, kind, attachment, detachment, first, last");
        (IVarSecurity.Terms memory found, bool isCover) = this.read(id | (1 << 104));
        require(!isCover && this.write(found) == id, "REST has the same terms");
    }

    /// @notice Every identifier is either refused or that of its own terms.
    function testAnIdIsThatOfItsTermsOrNone(uint256 id, uint256 shift) public view {
        // A random word is hardly ever one: 105 bits at most, with small limits.
        if (shift % 4 != 0) id &= ~(uint256(0xc000c000) << 64) & ((1 << 105) - 1) & ~(uint256(0xfc) << 96);
        try this.read(id) returns (IVarSecurity.Terms memory terms, bool isCover) {
            require(this.write(terms) | (isCover ? 0 : CoverIds.REST) == id, "its own");
            require(terms.attachment < terms.detachment && terms.detachment <= 10_000, "limits");
            require(terms.first <= terms.last, "days");
        } catch (bytes memory fault) {
            require(keccak256(fault) == keccak256(abi.encodeWithSelector(IVarSecurity.NotAnId.selector, id)), "none");
        }
    }

    function termsFrom(uint256 seed) private pure returns (IVarSecurity.Terms memory terms) {
        terms.kind = IVarSecurity.Kind(uint8(seed) % 3);
        terms.detachment = 1 + uint16(seed >> 8) % 10_000;
        terms.attachment = uint16(seed >> 24) % terms.detachment;
        (terms.first, terms.last) = (uint32(seed >> 40), uint32(seed >> 72));
        if (terms.first > terms.last) (terms.first, terms.last) = (terms.last, terms.first);
    }

    function testTermsAndIdsAreOneToOne(uint256 seed) public view {
        IVarSecurity.Terms memory terms = termsFrom(seed);
        (IVarSecurity.Terms memory found, bool isCover) = this.read(this.write(terms));
        require(isCover && keccak256(abi.encode(found)) == keccak256(abi.encode(terms)), "one to one");
    }

    /// @notice The share is between nothing and the whole, rises with the index and falls with the eve's.
    function testThePayoutIsMonotone(uint256 seed, uint48 best, uint48 more, uint48 eve) public pure {
        // Mostly about where the payout is neither nothing nor all.
        if (seed >> 255 == 0) (best, more, eve) = (best % 2 ** 34, more % 2 ** 32, eve % 2 ** 34);
        IVarSecurity.Terms memory terms = termsFrom(seed);
        (uint256 part, uint256 whole) = CoverSchedule.payout(terms, best, eve);
        require(part <= whole && whole == uint256(terms.detachment - terms.attachment) << 20, "a share");
        uint256 higher = uint256(best) + more;
        (uint256 risen,) = CoverSchedule.payout(terms, higher, eve);
        require(risen >= part, "rises with the index");
        (uint256 fallen,) = CoverSchedule.payout(terms, best, uint256(eve) + more);
        require(fallen <= part, "falls with the eve's");
        require(best > eve || part == 0, "what the window remembers is not paid");
    }

    function testThePayoutByHand() public pure {
        IVarSecurity.Terms memory terms = IVarSecurity.Terms(IVarSecurity.Kind.Realised, 400, 800, 1, 20);
        uint256[2][6] memory known = [
            [uint256(0), 0],
            [uint256(400), 0],
            [uint256(401), 1],
            [uint256(500), 100],
            [uint256(800), 400],
            [uint256(900), 400]
        ];
        for (uint256 i = 0; i < known.length; ++i) {
            (uint256 part, uint256 whole) = CoverSchedule.payout(terms, known[i][0] << 20, 0);
            require(part == known[i][1] << 20 && whole == 400 << 20, "without an eve");
        }
        (uint256 left,) = CoverSchedule.payout(terms, 700 << 20, 500 << 20);
        require(left == 200 << 20, "from 5 % to 7 %");
        (left,) = CoverSchedule.payout(terms, 900 << 20, 850 << 20);
        require(left == 0, "an eve above detachment");
    }

    /// @notice A loss times a multiplier is rounded down; a gain is an index of zero; no value stops settlement.
    function testTheIndexOfARow(int48 loss, uint16 multiplier, uint8 level) public pure {
        IBookIndex.Row memory row;
        (row.loss, row.multiplier, row.level) = (loss, multiplier, level);
        uint256 most = type(uint48).max;
        uint256 found = CoverSchedule.indexOf(IVarSecurity.Kind.Realised, row, 100 << 20, 50 << 20);
        require(found == (loss > 0 ? uint256(uint48(loss)) : 0), "realised");
        uint256 product = found * multiplier;
        uint256 scaled = CoverSchedule.indexOf(IVarSecurity.Kind.Scaled, row, 100 << 20, 50 << 20);
        require(scaled == most || (scaled * 64 <= product && product < (scaled + 1) * 64), "rounded down");
        require(scaled != most || product / 64 >= most, "at most 2^48 - 1");
        found = CoverSchedule.indexOf(IVarSecurity.Kind.ValueAtRisk, row, 100 << 20, 50 << 20);
        require(found == (level == 0 ? 0 : (100 + 50 * (uint256(level) - 1)) << 20), "the rung");
    }
}

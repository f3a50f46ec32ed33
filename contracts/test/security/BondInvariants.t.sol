// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBacktestLedger} from "../../src/interfaces/IBacktestLedger.sol";
import {IComplianceBond} from "../../src/interfaces/IComplianceBond.sol";
import {IRollingWindow} from "../../src/interfaces/IRollingWindow.sol";
import {ComplianceBond} from "../../src/security/ComplianceBond.sol";
import {vm} from "../ledger/Cheats.sol";
import {BondToken} from "./BondTokens.sol";
import {ScriptedRows} from "./ScriptedRows.sol";

/// @notice Calls a bond in any order over a script of outcomes, and keeps its own books, cover by cover and row by row.
contract BondHandler {
    struct Row {
        uint32 opens;
        IBacktestLedger.Outcome outcome;
    }

    struct Bought {
        uint256 cover;
        address buyer;
        uint256 face;
        uint256 premium;
        bool refunded;
    }

    address public constant ENTITY = address(0xE);
    address public constant BENEFICIARY = address(0xB);
    uint256 public constant SLICE = 130_000;
    ScriptedRows public rows;
    BondToken public token;
    ComplianceBond public bond;
    BondToken public otherToken;
    ComplianceBond public other;
    Row[] public taken;
    Bought[] public bought;
    uint256[] public covers;
    address[3] private _who = [address(0x101), address(0x102), ENTITY];

    /// What went in, and what every side got.
    uint256 public deposited;
    uint256 public premiums;
    uint256 public donated;
    uint256 public paidCover;
    uint256 public refunds;
    uint256 public collected;
    mapping(uint256 cover => uint256) public redeemed;
    mapping(uint256 cover => uint256) public paidOf;
    /// Exceedances since cover was last checked against the free half.
    uint256 public slicesSince;
    uint256 public wrong;
    uint256 public steps;
    uint256 public withdrawn;
    uint256[5] public outcomes;

    constructor() {
        vm.warp(72_000 + 18_000 * 86_400);
        rows = new ScriptedRows(18_000);
        (token, bond) = made();
        // Another entity's bond of the same rows' clock: nothing here moves it.
        (otherToken, other) = made();
        otherToken.mint(address(this), 1e9);
        otherToken.approve(address(other), 1e9);
        other.deposit(1e9);
    }

    function made() private returns (BondToken asset, ComplianceBond found) {
        asset = new BondToken();
        IComplianceBond.Setup memory s;
        (s.backtest, s.entity, s.mandate) = (IBacktestLedger(address(rows)), ENTITY, bytes32(uint256(1)));
        (s.asset, s.beneficiary, s.slice) = (address(asset), BENEFICIARY, uint32(SLICE));
        (s.exceedancePremium, s.lapsePremium) = (1_100, 570);
        (s.waiting, s.cooldown, s.least, s.most) = (1 days, 2 days, 1, 12);
        found = new ComplianceBond(s);
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(_who[i]);
            asset.approve(address(found), type(uint256).max);
        }
    }

    function numbers() external view returns (uint256, uint256, uint256) {
        return (covers.length, bought.length, taken.length);
    }

    modifier step() {
        ++steps;
        _;
    }

    function deposit(uint32 amount) external step {
        token.mint(ENTITY, amount);
        vm.prank(ENTITY);
        try bond.deposit(amount) {
            deposited += amount;
        } catch {}
    }

    function donate(uint32 amount) external step {
        token.mint(address(bond), amount);
        donated += amount;
    }

    function buy(uint8 who, bool lapse, uint8 life, uint32 face) external step {
        address buyer = _who[who % 3];
        (, uint256 locked, uint256 free) = bond.bond();
        uint128 amount = uint128(face % (uint256(free > locked ? free - locked : 1) + 2));
        token.mint(buyer, amount);
        uint256 before = token.balanceOf(buyer);
        vm.prank(buyer);
        try bond.buy(IComplianceBond.Reason(lapse ? 1 : 0), life % 12 + 1, amount, type(uint128).max, buyer) returns (
            uint256 cover, uint256 premium
        ) {
            if (before - token.balanceOf(buyer) != premium) ++wrong;
            premiums += premium;
            if (bond.coverOf(cover).face == amount) covers.push(cover);
            remember(cover, buyer, amount, premium);
            (, locked, free) = bond.bond();
            if (locked > free) ++wrong;
            slicesSince = 0;
        } catch {}
    }

    function remember(uint256 cover, address buyer, uint256 face, uint256 premium) private {
        for (uint256 i = 0; i < bought.length; ++i) {
            if (bought[i].cover != cover || bought[i].buyer != buyer) continue;
            (bought[i].face, bought[i].premium) = (bought[i].face + face, bought[i].premium + premium);
            return;
        }
        bought.push(Bought(cover, buyer, face, premium, false));
    }

    /// @dev A day or more passes, and perhaps a row comes; silence is rare, so that bonds live.
    function pass(uint8 kind, uint8 gap, uint8 length) external step {
        uint32 skipped = gap % 7 == 0 ? gap % 3 : 0;
        uint32 long = length % 5 == 0 ? 3 : 1;
        vm.warp(block.timestamp + uint256(skipped + long) * 1 days);
        IBacktestLedger.Outcome outcome = IBacktestLedger.Outcome.Within;
        if (kind % 32 == 1) outcome = IBacktestLedger.Outcome.Silent;
        if (kind % 4 == 2) outcome = IBacktestLedger.Outcome.Exceeded;
        if (kind % 8 == 3) outcome = IBacktestLedger.Outcome.Void;
        rows.push(skipped, long, outcome);
        rows.settle();
    }

    function hours_(uint8 time) external step {
        vm.warp(block.timestamp + uint256(time % 24) * 1 hours);
    }

    /// @dev Takes over one row, and checks what it moved.
    function advance() external step {
        uint256 row = bond.course().next;
        (,, uint256 free) = bond.bond();
        (uint256 claimed, uint256 own) = bond.claims();
        uint256 cover = bond.announced();
        bytes[] memory shown = new bytes[](1);
        shown[0] = hex"01";
        try bond.advance(shown) {
            IRollingWindow.Stamp memory stamp = rows.stampOf(row);
            IBacktestLedger.Outcome outcome = rows.outcome(ENTITY, 0, row);
            taken.push(Row(stamp.previous + 1, outcome));
            ++outcomes[uint256(outcome)];
            (uint256 now_, uint256 ownNow) = bond.claims();
            uint256 moved = 0;
            if (outcome == IBacktestLedger.Outcome.Exceeded) moved = free * SLICE / 1e6;
            if (outcome == IBacktestLedger.Outcome.Silent) moved = free;
            if (now_ - claimed != moved) ++wrong;
            if (outcome == IBacktestLedger.Outcome.Exceeded) ++slicesSince;
            // A withdrawal alone moves anything to the entity, and leaves twice the cover.
            if (ownNow != own) {
                withdrawn += ownNow - own;
                (, uint256 locked, uint256 left) = bond.bond();
                if (ownNow - own > cover || locked > left || outcome == IBacktestLedger.Outcome.Silent) ++wrong;
            }
        } catch {}
    }

    function release(uint8 which) external step {
        if (covers.length != 0) bond.release(covers[which % covers.length]);
    }

    function redeem(uint8 which, uint8 who, uint32 part) external step {
        if (covers.length == 0) return;
        (uint256 cover, address holder) = (covers[which % covers.length], _who[who % 3]);
        uint256 amount = part % (bond.balanceOf(holder, cover) + 1);
        vm.prank(holder);
        try bond.redeem(cover, amount, holder) returns (uint256 paid) {
            paidCover += paid;
            redeemed[cover] += amount;
            paidOf[cover] += paid;
        } catch {}
    }

    function move(uint8 which, uint8 from, uint8 to, uint32 part) external step {
        if (covers.length == 0) return;
        (uint256 cover, address holder) = (covers[which % covers.length], _who[from % 3]);
        uint256 amount = part % (bond.balanceOf(holder, cover) + 1);
        vm.prank(holder);
        bond.safeTransferFrom(holder, _who[to % 3], cover, amount, "");
    }

    function refund(uint8 which) external step {
        if (bought.length == 0) return;
        Bought storage found = bought[which % bought.length];
        try bond.refund(found.cover, found.buyer) returns (uint256 paid) {
            if (found.refunded || paid != found.premium - earnedBy(found.cover, found.premium)) ++wrong;
            found.refunded = true;
            refunds += paid;
        } catch {}
    }

    function announce(uint32 amount) external step {
        vm.prank(ENTITY);
        try bond.announce(amount) {} catch {}
    }

    function collect(bool entity) external step {
        address who = entity ? ENTITY : BENEFICIARY;
        vm.prank(who);
        collected += bond.collect(who);
    }

    // What follows from the rows that were taken over, by a loop over them.

    function over(uint256 cover) public view returns (uint256 count, uint256 exceedances, bool silent) {
        (uint256 first, uint256 last) = (uint32(cover >> 32), uint32(cover));
        for (uint256 i = 0; i < taken.length; ++i) {
            Row memory row = taken[i];
            if (row.opens < first || row.opens > last) continue;
            if (row.outcome == IBacktestLedger.Outcome.Exceeded) ++exceedances;
            if (row.outcome == IBacktestLedger.Outcome.Silent) silent = true;
            if (row.outcome == IBacktestLedger.Outcome.Within || row.outcome == IBacktestLedger.Outcome.Exceeded) {
                ++count;
            }
        }
    }

    function earnedBy(uint256 cover, uint256 premium) public view returns (uint256) {
        (uint256 count,,) = over(cover);
        return premium / (uint256(uint32(cover)) - uint32(cover >> 32) + 1) * count;
    }

    function paidSoFar(uint256 cover, uint256 face) public view returns (uint256) {
        (, uint256 exceedances, bool silent) = over(cover);
        if (silent) return face;
        if (cover >> 64 == 1) return 0;
        uint256 share = exceedances * SLICE;
        return face * (share > 1e6 ? 1e6 : share) / 1e6;
    }
}

contract BondInvariants {
    BondHandler private handler;
    ComplianceBond private bond;

    function setUp() public {
        handler = new BondHandler();
        bond = handler.bond();
        handler.deposit(2_000_000);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @notice The handler comes to every outcome that the invariants are about.
    function testTheHandlerReachesEveryOutcome() public {
        for (uint8 i = 0; i < 24; ++i) {
            handler.buy(i, i % 2 == 0, 5, 50_000);
            if (i == 10) handler.announce(300_000);
            handler.pass(i == 20 ? 1 : i % 8 == 1 ? 0 : i, i, i);
            handler.advance();
            handler.move(i, i, i + 1, 20_000);
            handler.release(i / 2);
            handler.redeem(i / 4, i, 10_000);
            handler.refund(i / 4);
            handler.collect(i % 2 == 0);
            invariant_OfBonds();
        }
        for (uint256 i = 1; i < 5; ++i) {
            require(handler.outcomes(i) > 0, "every outcome");
        }
        require(handler.paidCover() > 0 && handler.refunds() > 0 && handler.withdrawn() > 0, "every payment");
        require(bond.course().silent != 0, "the end");
    }

    function invariant_OfBonds() public view {
        require(handler.wrong() == 0, "a step moved something else");
        coverIsAtMostHalf();
        // What is wrong stays wrong: the books over all covers and rows are compared after every fourth call.
        if (handler.steps() % 4 == 0) whatIsHeldCoversWhatIsOwed(ofCovers());
        silencePaysFromThisBondAlone();
    }

    /// @notice Cover outstanding is at most half of the bond. Since cover was last bought or bond withdrawn, only slices make the
    /// free half less than the locks.
    function coverIsAtMostHalf() private view {
        (, uint256 locked, uint256 free) = bond.bond();
        if (bond.course().silent == 0) require(locked <= free || handler.slicesSince() > 0, "at most half");
    }

    /// @notice Each unit of cover has its lock; what a cover was paid is what a loop over the rows says, and holders got no more
    /// of it. Returns what has left the locks and is not paid yet, and premium that is not the entity's yet.
    function ofCovers() private view returns (uint256 sum) {
        uint256 faces;
        (uint256 number,,) = handler.numbers();
        for (uint256 i = 0; i < number; ++i) {
            uint256 cover = handler.covers(i);
            IComplianceBond.Cover memory kept = bond.coverOf(cover);
            uint256 paid = handler.paidSoFar(cover, kept.face);
            require(bond.owed(cover, kept.face) == paid, "by its rows");
            uint256 out = handler.paidOf(cover);
            require(out <= paid, "rounded down");
            if (!kept.released) faces += kept.face - paid;
            sum += (kept.released ? paid : movedOf(cover, kept)) - out;
            uint256 life = uint256(uint32(cover)) - uint32(cover >> 32) + 1;
            sum += uint256(kept.daily) * (life - kept.rows);
        }
        (, uint256 locked,) = bond.bond();
        require(faces <= locked, "each unit of cover has its lock");
    }

    /// @notice Held is bond, claims, what cover is yet to be paid and premium in escrow, and what was given: to the unit.
    function whatIsHeldCoversWhatIsOwed(uint256 sum) private view {
        (uint256 all,,) = bond.bond();
        (uint256 beneficiary, uint256 entity) = bond.claims();
        sum += all + beneficiary + entity + handler.donated();
        (, uint256 purchases,) = handler.numbers();
        // Of premium that a refund has returned, nothing is left in escrow.
        uint256 returned;
        for (uint256 i = 0; i < purchases; ++i) {
            (,,, uint256 premium, bool refunded) = handler.bought(i);
            if (refunded) returned += premium - handler.earnedBy(coverOfPurchase(i), premium);
        }
        require(handler.token().balanceOf(address(bond)) == sum - returned, "held");
    }

    function coverOfPurchase(uint256 i) private view returns (uint256 cover) {
        (cover,,,,) = handler.bought(i);
    }

    function movedOf(uint256 cover, IComplianceBond.Cover memory kept) private pure returns (uint256) {
        if (cover >> 64 == 1) return 0;
        uint256 share = uint256(kept.exceedances) * 130_000;
        return uint256(kept.face) * (share > 1e6 ? 1e6 : share) / 1e6;
    }

    /// @notice Nobody's capital but this bond's and its buyers' premium moves; another bond is as it was.
    function silencePaysFromThisBondAlone() private view {
        (uint256 all, uint256 locked, uint256 free) = handler.other().bond();
        require(all == 1e9 && locked == 0 && free == 1e9, "another entity's bond");
        uint256 paid = handler.paidCover() + handler.refunds() + handler.collected();
        require(paid <= handler.deposited() + handler.premiums(), "from this bond alone");
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBacktestLedger} from "../../src/interfaces/IBacktestLedger.sol";
import {IComplianceBond} from "../../src/interfaces/IComplianceBond.sol";
import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {ComplianceBond} from "../../src/security/ComplianceBond.sol";
import {World} from "../ledger/World.sol";
import {vm} from "../ledger/Cheats.sol";
import {BondToken} from "./BondTokens.sol";

/// @notice Bonds over the real ledgers: rows are settled by real proofs, or are really silent or void. Row 15 is an exceedance.
/// Days close at 20:00; row 13 follows a weekend.
abstract contract BondWorld is World {
    uint128 internal constant UNIT = 1e6;
    address internal constant OUTSIDER = address(0x0575);
    address internal constant STRAW = address(0x57AA3);
    address internal constant BENEFICIARY = address(0xBE9E);
    /// The plain mandate, and the one with floors.
    uint256 internal constant PLAIN = 0;
    uint256 internal constant RUNGS = 1;

    BondToken internal token;
    ComplianceBond internal bond;
    uint256 internal kind = RUNGS;
    mapping(uint256 => uint256) internal times;

    /// @dev The world on the evening of day 10, with the entity's first record and its bond of 100.
    function start() internal {
        deploy();
        day(10);
        token = new BondToken();
        bond = newBond();
        fund(100 * UNIT);
    }

    function setupOf() internal view returns (IComplianceBond.Setup memory s) {
        (s.backtest, s.entity, s.mandate) = (backtest, entity(0), mandates[kind]);
        (s.asset, s.beneficiary, s.slice) = (address(token), BENEFICIARY, 100_000);
        (s.exceedancePremium, s.lapsePremium) = (1_000, 500);
        (s.waiting, s.cooldown, s.least, s.most) = (1 days, 2 days, 2, 60);
    }

    function newBond() internal returns (ComplianceBond) {
        return new ComplianceBond(setupOf());
    }

    function give(address who, uint256 amount) internal {
        token.mint(who, amount);
        vm.prank(who);
        token.approve(address(bond), type(uint256).max);
    }

    function fund(uint256 amount) internal {
        give(entity(0), amount);
        vm.prank(entity(0));
        bond.deposit(amount);
    }

    function buy(IComplianceBond.Reason reason, uint128 face, address who) internal returns (uint256 cover) {
        return buy(reason, 30, face, who);
    }

    function buy(IComplianceBond.Reason reason, uint32 life, uint128 face, address who)
        internal
        returns (uint256 cover)
    {
        give(who, face + 1000);
        vm.prank(who);
        (cover,) = bond.buy(reason, life, face, face + 1000, who);
    }

    function cannotBuy(bytes memory error_, uint128 face) internal {
        give(OUTSIDER, face + 1000);
        vm.prank(OUTSIDER);
        vm.expectRevert(error_);
        bond.buy(IComplianceBond.Reason.Lapse, 30, face, face + 1000, OUTSIDER);
    }

    // Rows.

    /// @dev Pushes an epoch and records its forecast at once.
    function day(uint256 epoch) internal {
        push(epoch);
        submit(kind, 0, epoch);
        times[epoch] = block.timestamp;
    }

    function realise(uint256 row) internal {
        IBacktestLedger.Settlement memory s;
        (s.entity, s.mandate, s.epoch, s.exceeded) = (entity(0), mandates[kind], row, row == 15);
        (s.proof,) = load(nameOf("r", kind, 0, row));
        s.shown = shown(row, kind == RUNGS);
        IMandateLedger.Submission memory made = submission(kind, 0, row - 1);
        (s.forecast, s.rung) = (recordOf(made, times[row - 1]), made.rung);
        backtest.realise(s, new IMandateLedger.Record[](0));
    }

    /// @dev Settles a row without a proof, after its deadline.
    function mark(uint256 row) internal {
        uint256 oldest = row < 13 ? 10 : row - 3;
        IMandateLedger.Record[] memory kept = new IMandateLedger.Record[](row - oldest);
        for (uint256 i = 0; i < kept.length; ++i) {
            uint256 time = times[oldest + i];
            if (time != 0) kept[i] = recordOf(submission(kind, 0, oldest + i), time);
        }
        bool limits = kind == RUNGS;
        backtest.markSilent(entity(0), mandates[kind], row, shown(row, limits), shown(oldest, limits), kept);
    }

    /// @dev The day after a row, when its deadline is over; it is not marked.
    function missed(uint256 row) internal {
        push(row);
        vm.warp(block.timestamp + 1 days + 1);
    }

    function silent(uint256 row) internal {
        missed(row);
        mark(row);
        take(row);
    }

    /// @dev Rows up to this one are pushed, forecast, proved and taken over.
    function proved(uint256 from, uint256 to) internal {
        for (uint256 epoch = from; epoch <= to; ++epoch) {
            day(epoch);
            realise(epoch);
            take(epoch);
        }
    }

    function shownOf(uint256 row) internal view returns (bytes[] memory all) {
        all = new bytes[](1);
        all[0] = shown(row, kind == RUNGS);
    }

    function take(uint256 row) internal {
        require(bond.advance(shownOf(row)) == 1, "taken over");
    }

    // Money.

    function is_(uint256 all, uint256 locked, uint256 free) internal view {
        (uint256 a, uint256 l, uint256 f) = bond.bond();
        require(a == all && l == locked && f == free, "all, locked, free");
    }

    function claimsAre(uint256 beneficiary, uint256 entity_) internal view {
        (uint256 b, uint256 e) = bond.claims();
        require(b == beneficiary && e == entity_, "claims");
    }

    function collect(address who) internal returns (uint256) {
        vm.prank(who);
        return bond.collect(who);
    }

    function redeem(uint256 cover, address who) internal returns (uint256) {
        uint256 amount = bond.balanceOf(who, cover);
        vm.prank(who);
        return bond.redeem(cover, amount, who);
    }

    function held() internal view returns (uint256) {
        return token.balanceOf(address(bond));
    }
}

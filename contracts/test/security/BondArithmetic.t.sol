// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBacktestLedger} from "../../src/interfaces/IBacktestLedger.sol";
import {IComplianceBond} from "../../src/interfaces/IComplianceBond.sol";
import {BondCovers} from "../../src/libraries/BondCovers.sol";
import {ComplianceBond} from "../../src/security/ComplianceBond.sol";
import {vm} from "../ledger/Cheats.sol";
import {BondToken} from "./BondTokens.sol";
import {ScriptedRows} from "./ScriptedRows.sol";

/// @notice Arithmetic of the bond over more rows than there are proofs of, by a script of outcomes.
contract BondArithmeticTest {
    uint128 private constant UNIT = 1e6;
    uint32 private constant BEGIN = 18_000;
    ScriptedRows private rows;
    BondToken private token;
    ComplianceBond private bond;

    function setUp() public {
        open(100_000);
    }

    function open(uint32 slice) private {
        vm.warp(72_000 + uint256(BEGIN) * 86_400);
        rows = new ScriptedRows(BEGIN);
        token = new BondToken();
        IComplianceBond.Setup memory s;
        (s.backtest, s.entity, s.mandate) = (IBacktestLedger(address(rows)), address(0xE), bytes32(uint256(1)));
        (s.asset, s.beneficiary, s.slice) = (address(token), address(0xB), slice);
        (s.exceedancePremium, s.lapsePremium, s.cooldown, s.waiting) = (1_000, 500, 1 days, 1 days);
        (s.least, s.most) = (1, 600);
        bond = new ComplianceBond(s);
        token.mint(address(this), 1_000 * UNIT);
        token.approve(address(bond), type(uint256).max);
        bond.deposit(100 * UNIT);
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155Received.selector;
    }

    function day(IBacktestLedger.Outcome outcome) private {
        vm.warp(block.timestamp + 1 days);
        rows.push(0, 1, outcome);
        rows.settle();
        bytes[] memory shown = new bytes[](1);
        shown[0] = hex"01";
        require(bond.advance(shown) == 1, "taken over");
    }

    function buy(IComplianceBond.Reason reason, uint32 life, uint128 face) private returns (uint256 cover) {
        (cover,) = bond.buy(reason, life, face, type(uint128).max, address(this));
    }

    /// @notice Ten exceedances that the entity makes to drain its bond by its own cover: that cover is used up by its own lock,
    /// and what outsiders hold of the other reason is still paid whole.
    function testTenDeliberateExceedancesDrainNoOthersCover() public {
        uint256 x = buy(IComplianceBond.Reason.Exceedance, 60, 25 * UNIT);
        uint256 l = buy(IComplianceBond.Reason.Lapse, 60, 25 * UNIT);
        uint256 free = 50 * UNIT;
        for (uint256 i = 0; i < 10; ++i) {
            day(IBacktestLedger.Outcome.Exceeded);
            free -= free / 10;
        }
        // The first of the ten was before the cover began. With these two it has eleven, and ten use it up.
        for (uint256 i = 0; i < 2; ++i) {
            day(IBacktestLedger.Outcome.Exceeded);
            free -= free / 10;
        }
        require(bond.owed(x, 25 * UNIT) == 25 * UNIT, "its own lock, and no more");
        bond.release(x);
        (, uint256 locked, uint256 left) = bond.bond();
        require(locked == 25 * UNIT && left == free, "the lock of the lapse cover is whole");
        // Used up, it can be redeemed at once.
        require(bond.redeem(x, 25 * UNIT, address(this)) == 25 * UNIT, "whole");
        day(IBacktestLedger.Outcome.Silent);
        require(bond.redeem(l, 25 * UNIT, address(this)) == 25 * UNIT, "whole");
        (uint256 beneficiary,) = bond.claims();
        require(beneficiary == 50 * UNIT, "the free half");
    }

    /// @notice Slices that do not divide the face: the last one is what is left.
    function testTheLastSliceIsWhatIsLeft() public {
        open(300_000);
        uint256 x = buy(IComplianceBond.Reason.Exceedance, 60, 7);
        // The day before the cover begins.
        day(IBacktestLedger.Outcome.Within);
        uint256[5] memory paid = [uint256(2), 4, 6, 7, 7];
        for (uint256 i = 0; i < 5; ++i) {
            day(IBacktestLedger.Outcome.Exceeded);
            require(bond.owed(x, 7) == paid[i], "rounded down");
            bond.release(x);
            (, uint256 locked,) = bond.bond();
            require(locked == 7 - paid[i], "the lock");
        }
        for (uint256 i = 0; i < 60; ++i) {
            day(IBacktestLedger.Outcome.Within);
        }
        require(bond.redeem(x, 7, address(this)) == 7, "whole");
        bond.release(x);
        (uint256 all, uint256 left,) = bond.bond();
        (uint256 beneficiary, uint256 entity) = bond.claims();
        require(left == 0 && all == 100 * UNIT - 7 - beneficiary && entity == 60, "conserved");
    }

    /// @notice A proved row that has left the window could be of any period: it is of no cover.
    function testAProvedRowThatHasLeftTheWindow() public {
        uint256 x = buy(IComplianceBond.Reason.Exceedance, 600, 25 * UNIT);
        day(IBacktestLedger.Outcome.Within);
        rows.push(0, 1, IBacktestLedger.Outcome.Exceeded);
        rows.settle();
        for (uint256 i = 0; i < 500; ++i) {
            rows.push(0, 1, IBacktestLedger.Outcome.Within);
        }
        bytes[] memory none = new bytes[](1);
        require(bond.advance(none) == 1, "taken over");
        (uint256 beneficiary,) = bond.claims();
        require(bond.owed(x, 25 * UNIT) == 0 && beneficiary == 0, "as a void row");
    }

    function testFuzz_PeriodsOpenWhenTheOneBeforeCloses(uint32 time, uint32 origin, uint16 length) public pure {
        if (length == 0) return;
        uint256 period = BondCovers.firstPeriod(time, origin, length);
        uint256 opens = origin + (period - 1) * length;
        require(opens >= time && period >= 1, "at the time or later");
        require(period == 1 || opens - length < time, "the first");
    }

    function testFuzz_AnIdentifierSpellsOutItsTerms(uint32 first, uint32 last, bool lapse) public pure {
        IComplianceBond.Reason reason = IComplianceBond.Reason(lapse ? 1 : 0);
        uint256 cover = BondCovers.id(reason, first, last);
        (IComplianceBond.Reason r, uint32 f, uint32 l) = BondCovers.terms(cover);
        require(r == reason && f == first && l == last && cover < 1 << 65, "the terms");
    }
}

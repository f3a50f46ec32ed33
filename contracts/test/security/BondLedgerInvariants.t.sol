// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBacktestLedger} from "../../src/interfaces/IBacktestLedger.sol";
import {IComplianceBond} from "../../src/interfaces/IComplianceBond.sol";
import {ComplianceBond} from "../../src/security/ComplianceBond.sol";
import {vm} from "../ledger/Cheats.sol";
import {Handler} from "../ledger/Invariants.t.sol";
import {BondToken} from "./BondTokens.sol";

/// @notice The ledgers' handler, with real proofs and spoiled ones, and the bond of its entity behind the mandate with floors.
contract BondLedgerHandler is Handler {
    address private constant BUYER = address(0xB0B);
    BondToken public token;
    ComplianceBond public bond;
    uint256[5] public outcomes;
    uint256 public premiums;

    function openBond() public {
        // Before any row is settled, so that all rows are the bond's.
        if (address(bond) != address(0) || settled != 0 || backtest.next(entity(0), mandates[1]) == 0) return;
        IComplianceBond.Setup memory s;
        (s.backtest, s.entity, s.mandate) = (backtest, entity(0), mandates[1]);
        token = new BondToken();
        (s.asset, s.beneficiary, s.slice) = (address(token), address(0xBE9E), 100_000);
        (s.exceedancePremium, s.lapsePremium, s.cooldown, s.waiting, s.least, s.most) =
        (1_000, 500, 1 days, 1 days, 1, 30);
        bond = new ComplianceBond(s);
        token.mint(address(this), 100e6);
        token.approve(address(bond), 100e6);
        bond.deposit(100e6);
        vm.prank(BUYER);
        token.approve(address(bond), type(uint256).max);
    }

    function buyCover(bool lapse, uint8 life, uint32 face) external {
        if (address(bond) == address(0)) return;
        token.mint(BUYER, 100e6);
        vm.prank(BUYER);
        try bond.buy(IComplianceBond.Reason(lapse ? 1 : 0), life % 30 + 1, face % 20e6, 100e6, BUYER) returns (
            uint256, uint256 premium
        ) {
            premiums += premium;
        } catch {}
    }

    function advance() external {
        if (address(bond) == address(0)) return;
        uint256 row = bond.course().next;
        if (row > newest) return;
        bytes[] memory shown = new bytes[](1);
        uint256[2] memory point = pointsOf(row)[3];
        shown[0] = abi.encode(point[0], point[1]);
        try bond.advance(shown) {
            ++outcomes[uint256(backtest.outcome(entity(0), mandates[1], row))];
        } catch {}
    }
}

/// @notice A bond over the real ledgers: it takes over each row that they have settled, once, and as they settled it.
/// forge-config: default.invariant.runs = 50
/// forge-config: nightly.invariant.runs = 1000
contract BondLedgerInvariants {
    BondLedgerHandler private handler;

    function setUp() public {
        handler = new BondLedgerHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @notice The handler comes to void rows, proved ones, the exceedance and the end.
    function testTheHandlerTakesOverEveryOutcome() public {
        handler.record(1, 0, 0, 11);
        handler.openBond();
        handler.buyCover(false, 20, 10e6);
        for (uint256 epoch = 11; epoch < 18; ++epoch) {
            handler.pushNext(0);
            if (epoch < 17) handler.realise(5);
            if (epoch < 16) handler.record(1, 0, 0, 11);
            handler.advance();
            invariant_OfBondsOverLedgers();
        }
        handler.pushNext(0);
        for (uint256 i = 0; i < 4; ++i) {
            handler.pass(11 hours);
        }
        handler.markSilent();
        handler.advance();
        invariant_OfBondsOverLedgers();
        require(handler.outcomes(1) == 5 && handler.outcomes(2) == 1, "proved, and the exceedance");
        require(handler.outcomes(3) == 1 && handler.bond().course().silent != 0, "silent");
    }

    function invariant_OfBondsOverLedgers() public view {
        ComplianceBond bond = handler.bond();
        if (address(bond) == address(0)) return;
        (, IBacktestLedger backtest, bytes32[3] memory mandates) = handler.ledgers();
        address entity = vm.addr(0xE00000);
        IBacktestLedger.Counts memory counts = backtest.counts(entity, mandates[1]);
        require(counts.proved + counts.silent == counts.due, "the ledger's rows that are due");
        (uint256 proved, uint256 exceeded, uint256 silent) = taken();
        require(proved + exceeded <= counts.proved && exceeded <= counts.exceedances, "no row that is not proved");
        require(silent <= counts.silent && silent <= 1, "the first silent row is the last");
        require((silent == 1) == (bond.course().silent != 0), "which ends the bond, and nothing else does");
        uint256 behind = backtest.next(entity, mandates[1]) - bond.course().next;
        if (behind == 0) {
            require(proved + exceeded == counts.proved && silent == counts.silent, "every row once");
        }
        money(bond, exceeded, silent);
    }

    function taken() private view returns (uint256 proved, uint256 exceeded, uint256 silent) {
        return (handler.outcomes(1), handler.outcomes(2), handler.outcomes(3));
    }

    function money(ComplianceBond bond, uint256 exceeded, uint256 silent) private view {
        (uint256 all, uint256 locked, uint256 free) = bond.bond();
        (uint256 beneficiary, uint256 own) = bond.claims();
        require(all + beneficiary == 100e6 && own == 0, "nobody has released cover");
        require(handler.token().balanceOf(address(bond)) == 100e6 + handler.premiums(), "held: bond, claims, premium");
        if (exceeded == 0 && silent == 0) require(beneficiary == 0 && locked <= free, "nothing moves but by a row");
        if (silent == 1) require(free == 0, "nothing returns");
    }
}

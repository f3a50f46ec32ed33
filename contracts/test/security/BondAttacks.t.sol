// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBacktestLedger} from "../../src/interfaces/IBacktestLedger.sol";
import {IComplianceBond} from "../../src/interfaces/IComplianceBond.sol";
import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {IScenarioSource} from "../../src/interfaces/IScenarioSource.sol";
import {ComplianceBond} from "../../src/security/ComplianceBond.sol";
import {vm} from "../ledger/Cheats.sol";
import {BondFeeToken, BondGate, BondHookToken} from "./BondTokens.sol";
import {BondWorld} from "./BondWorld.sol";

/// @notice Attacks on bonds over the real ledgers.
contract BondAttacksTest is BondWorld {
    IComplianceBond.Reason private constant X = IComplianceBond.Reason.Exceedance;
    IComplianceBond.Reason private constant L = IComplianceBond.Reason.Lapse;

    /// @dev Cover of a bond: exceedance and lapse cover, of outsiders and of the entity by a straw man.
    struct Held {
        uint128 xOut;
        uint128 xOwn;
        uint128 lOut;
        uint128 lOwn;
    }

    /// @dev The table of the simulation, of a bond of 100: who holds the half of it that is covered.
    Held[6] private table;
    ComplianceBond[6] private bonds;

    function setUp() public {
        start();
    }

    // The entity.

    /// @dev A bond with its covers for each line of the table.
    function openTable() private {
        table[0] = Held(25 * UNIT, 0, 25 * UNIT, 0);
        table[1] = Held(25 * UNIT, 0, 0, 25 * UNIT);
        table[2] = Held(0, 25 * UNIT, 25 * UNIT, 0);
        table[3] = Held(0, 0, 0, 50 * UNIT);
        table[4] = Held(0, 25 * UNIT, 0, 25 * UNIT);
        for (uint256 i = 0; i < 6; ++i) {
            bonds[i] = bond = newBond();
            fund(100 * UNIT);
            hold(X, table[i].xOut, OUTSIDER);
            hold(X, table[i].xOwn, STRAW);
            hold(L, table[i].lOut, OUTSIDER);
            hold(L, table[i].lOwn, STRAW);
        }
    }

    function hold(IComplianceBond.Reason reason, uint128 face, address who) private {
        if (face != 0) buy(reason, face, who);
    }

    /// @dev What cover is worth to who holds it now, premium apart.
    function worth(address who) private view returns (uint256 sum) {
        for (uint256 reason = 0; reason < 2; ++reason) {
            uint256 cover = reason << 64 | uint256(18_650) << 32 | 18_679;
            uint256 amount = bond.balanceOf(who, cover);
            if (amount != 0) sum += bond.owed(cover, amount);
        }
    }

    /// @dev What the entity loses by a row, its own cover counted, against the simulation's figure; and what outsiders get.
    function costs(uint256 i, uint256 outsiders, uint256 cost) private {
        bond = bonds[i];
        for (uint256 reason = 0; reason < 2; ++reason) {
            uint256 cover = reason << 64 | uint256(18_650) << 32 | 18_679;
            if (bond.coverOf(cover).face != 0) bond.release(cover);
        }
        (uint256 all,,) = bond.bond();
        require(worth(OUTSIDER) == outsiders, "outsiders");
        require(100 * UNIT - all - worth(STRAW) == cost, "the entity's cost");
        (uint256 beneficiary,) = bond.claims();
        require(beneficiary == cost - outsiders, "what outsiders do not get is the beneficiary's");
    }

    /// @notice The entity has lost more than its forecast, and proves it: it loses a slice of the free half, and of outsiders'
    /// exceedance cover.
    function testTheEntityProvesItsBreach() public {
        openTable();
        breach();
        uint256[6] memory outsiders = [uint256(2_500_000), 2_500_000, 0, 0, 0, 0];
        uint256[6] memory cost = [uint256(7_500_000), 7_500_000, 5 * UNIT, 5 * UNIT, 5 * UNIT, 10 * UNIT];
        for (uint256 i = 0; i < 6; ++i) {
            costs(i, outsiders[i], cost[i]);
        }
    }

    function breach() private {
        for (uint256 row = 11; row < 16; ++row) {
            day(row);
            realise(row);
            takeAll(row);
        }
    }

    function takeAll(uint256 row) private {
        for (uint256 i = 0; i < 6; ++i) {
            bond = bonds[i];
            take(row);
        }
    }

    /// @notice The entity buys cover of its own lapse and goes silent instead: each line of the table costs it more.
    function testTheEntityBuysCoverOnItselfAndGoesSilent() public {
        openTable();
        for (uint256 row = 11; row < 15; ++row) {
            day(row);
            realise(row);
            takeAll(row);
        }
        missed(15);
        mark(15);
        takeAll(15);
        uint256[6] memory outsiders = [uint256(50 * UNIT), 25 * UNIT, 25 * UNIT, 0, 0, 0];
        uint256[6] memory cost = [uint256(100 * UNIT), 75 * UNIT, 75 * UNIT, 50 * UNIT, 50 * UNIT, 100 * UNIT];
        uint256[6] memory proving = [uint256(7_500_000), 7_500_000, 5 * UNIT, 5 * UNIT, 5 * UNIT, 10 * UNIT];
        for (uint256 i = 0; i < 6; ++i) {
            costs(i, outsiders[i], cost[i]);
            require(cost[i] > proving[i], "silence is never cheaper");
            is_(0, 0, 0);
        }
    }

    /// @notice The entity holds all exceedance cover that may be, and breaches: it gets from its own lock, and loses a slice.
    function testTheEntityBreachesOnPurpose() public {
        uint256 cover = buy(X, 50 * UNIT, STRAW);
        proved(11, 15);
        bond.release(cover);
        require(bond.owed(cover, 50 * UNIT) == 5 * UNIT, "its own cover");
        is_(90 * UNIT, 45 * UNIT, 45 * UNIT);
        claimsAre(5 * UNIT, 150_000);
    }

    /// @notice The entity's own cover ends, it keeps its lock from the free half, and goes silent: the lock is lost with the rest.
    function testALockKeptFromTheFreeHalf() public {
        uint256 cover = buy(L, 2, 50 * UNIT, STRAW);
        proved(11, 14);
        silent(15);
        require(redeem(cover, STRAW) == 0, "over before");
        claimsAre(100 * UNIT, 25_000);
    }

    // Protection after the fact.

    /// @notice Row 14 will be silent, as everybody knows: its deadline is over, and nobody has marked it. Cover bought now has not
    /// begun at that row, however late it is marked, and gets its premium back.
    function testProtectionBoughtAfterTheDeadline() public {
        proved(11, 13);
        missed(14);
        uint256 l = buy(L, 25 * UNIT, OUTSIDER);
        uint256 x = buy(X, 25 * UNIT, OUTSIDER);
        // The cover's first period opens, and another row comes, before somebody marks the silent one.
        push(15);
        push(16);
        push(17);
        push(18);
        mark(14);
        take(14);
        require(redeem(l, OUTSIDER) == 0 && redeem(x, OUTSIDER) == 0, "nothing but its premium");
        require(bond.refund(l, OUTSIDER) == 375_000 && bond.refund(x, OUTSIDER) == 750_000, "all of it");
        claimsAre(100 * UNIT, 0);
    }

    /// @notice Row 15 falls while it is open: cover bought then is not of it, though its proof comes a day later.
    function testProtectionBoughtWhileTheDayIsSeen() public {
        proved(11, 14);
        vm.warp(closes(14) + 12 hours);
        uint256 x = buy(X, 50 * UNIT, OUTSIDER);
        proved(15, 15);
        require(bond.owed(x, 50 * UNIT) == 0, "not of that day");
        is_(95 * UNIT, 50 * UNIT, 45 * UNIT);
    }

    // Withdrawals.

    function announce(uint256 amount) private {
        vm.prank(entity(0));
        bond.announce(amount);
    }

    /// @notice Row 14 is past its deadline and not marked: what was announced before is still there when it is taken over.
    function testAWithdrawalBetweenDeadlineAndSettlement() public {
        proved(11, 13);
        announce(100 * UNIT);
        missed(14);
        push(15);
        push(16);
        // The boundary is over by now, and only rows can execute it.
        require(block.timestamp > bond.course().boundary && bond.announced() == 100 * UNIT, "it waits");
        require(collect(entity(0)) == 0, "nothing yet");
        mark(14);
        take(14);
        claimsAre(100 * UNIT, 0);
        require(bond.announced() == 0 && bond.course().boundary == 0, "it is void");
    }

    /// @notice A withdrawal is executed with the first row that closes at its boundary, whether the entity still wants it or not:
    /// it is no option that is kept until a bad day.
    function testAWithdrawalIsNoOption() public {
        proved(11, 12);
        uint256 boundary = block.timestamp + 2 days;
        announce(60 * UNIT);
        vm.prank(entity(0));
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.AnnouncedAlready.selector, boundary));
        bond.announce(1);
        // Row 13, of Monday, is the first to close after it.
        proved(13, 13);
        is_(40 * UNIT, 0, 40 * UNIT);
        claimsAre(0, 60 * UNIT);
        proved(14, 14);
        silent(15);
        claimsAre(40 * UNIT, 60 * UNIT);
    }

    /// @notice As far as twice the cover stays, after the exceedance of the row itself; the rest must be announced again.
    function testAWithdrawalLeavesTwiceTheCover() public {
        buy(L, 20 * UNIT, OUTSIDER);
        proved(11, 13);
        announce(90 * UNIT);
        proved(14, 14);
        require(bond.announced() == 90 * UNIT, "the boundary is half an hour after row 15 closes");
        proved(15, 15);
        is_(92 * UNIT, 20 * UNIT, 72 * UNIT);
        proved(16, 16);
        is_(40 * UNIT, 20 * UNIT, 20 * UNIT);
        require(bond.announced() == 0 && bond.course().boundary == 0, "executed");
        require(collect(entity(0)) == 52 * UNIT, "withdrawn");
        announce(1);
    }

    /// @notice Cover is not sold against what is to be withdrawn.
    function testNoCoverIsSoldAgainstAWithdrawal() public {
        announce(60 * UNIT);
        cannotBuy(
            abi.encodeWithSelector(IComplianceBond.AboveHalf.selector, 20 * UNIT + 1, 100 * UNIT, 0), 20 * UNIT + 1
        );
        buy(L, 20 * UNIT, OUTSIDER);
        proved(11, 13);
        is_(40 * UNIT, 20 * UNIT, 20 * UNIT);
    }

    function testOnlyTheEntityWithdraws() public {
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.NotEntitled.selector, address(this)));
        bond.announce(1);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.NotEntitled.selector, address(this)));
        bond.collect(address(this));
        vm.prank(entity(0));
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.BadAmount.selector, 0));
        bond.announce(0);
    }

    // Void rows.

    /// @notice The key is stopped: rows are void, nothing moves, and their premium is returned.
    function testAVoidDayMovesNothing() public {
        uint256 cover = buy(X, 5, 50 * UNIT, OUTSIDER);
        proved(11, 13);
        bytes32 key = limitsVerifier.KEY_DIGEST();
        vm.prank(DEPLOYER);
        router.stop(key);
        for (uint256 row = 14; row < 16; ++row) {
            missed(row);
            mark(row);
            require(
                backtest.outcome(entity(0), mandates[kind], row) == IBacktestLedger.Outcome.Void, "void by the ledger"
            );
            take(row);
            is_(100 * UNIT, 50 * UNIT, 50 * UNIT);
        }
        require(redeem(cover, OUTSIDER) == 0, "nothing is paid");
        claimsAre(0, 50_000);
        require(bond.refund(cover, OUTSIDER) == 200_000, "premium of all but row 13");
        is_(100 * UNIT, 0, 100 * UNIT);
    }

    /// @dev The custodian vouches for two commitments as of one time.
    function suspendByEquivocation() private {
        IMandateLedger.Submission memory one = submission(kind, 0, 10);
        IMandateLedger.Submission memory other = submission(kind, 0, 10);
        other.commitment = one.commitment - 1;
        attest(other, 0, CUSTODIAN_KEY, closes(10));
        bytes[2] memory signatures = [one.signature, other.signature];
        ledger.suspendForEquivocation(
            mandates[kind],
            entity(0),
            vm.addr(CUSTODIAN_KEY),
            [one.commitment, other.commitment],
            one.asOf,
            [one.expires, other.expires],
            [one.scope, other.scope],
            signatures
        );
    }

    /// @notice A custodian cannot make an entity silent by contradicting itself: rows are void, premium is returned, cover ends
    /// worth what it was paid before, and the bond is withdrawn as ever.
    function testACustodianSuspendsTheEntity() public {
        uint256 cover = buy(X, 5, 50 * UNIT, OUTSIDER);
        proved(11, 13);
        suspendByEquivocation();
        for (uint256 row = 14; row < 19; ++row) {
            missed(row);
            mark(row);
            take(row);
            if (row != 15) continue;
            require(redeem(cover, OUTSIDER) == 0, "no exceedance before");
            require(bond.refund(cover, OUTSIDER) == 4 * 50_000, "premium of all but row 13");
            announce(100 * UNIT);
        }
        is_(0, 0, 0);
        claimsAre(0, 100 * UNIT + 50_000);
    }

    // The token.

    function testAFeeOnTransferTokenIsRefused() public {
        token = new BondFeeToken();
        bond = newBond();
        give(entity(0), 100 * UNIT);
        vm.prank(entity(0));
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.FeeOnTransfer.selector, 100 * UNIT, 99 * UNIT));
        bond.deposit(100 * UNIT);
    }

    /// @notice What is sent and not deposited backs no cover and is nobody's.
    function testADonationCountsNothing() public {
        token.mint(address(bond), 1_000 * UNIT);
        is_(100 * UNIT, 0, 100 * UNIT);
        cannotBuy(
            abi.encodeWithSelector(IComplianceBond.AboveHalf.selector, 50 * UNIT + 1, 100 * UNIT, 0), 50 * UNIT + 1
        );
        silent(11);
        claimsAre(100 * UNIT, 0);
        require(collect(BENEFICIARY) == 100 * UNIT && held() == 1_000 * UNIT, "the bond alone");
    }

    /// @notice The token calls every function of the bond back, at each of its transfers.
    function testReentrancyThroughTheToken() public {
        BondHookToken hook = new BondHookToken();
        token = hook;
        bond = newBond();
        uint256 cover = uint256(18_650) << 32 | 18_679;
        bytes[] memory calls = new bytes[](9);
        calls[0] = abi.encodeCall(IComplianceBond.deposit, (1));
        calls[1] = abi.encodeCall(IComplianceBond.buy, (X, 30, 1, 1, OUTSIDER));
        calls[2] = abi.encodeCall(IComplianceBond.advance, (shownOf(11)));
        calls[3] = abi.encodeCall(IComplianceBond.release, (cover));
        calls[4] = abi.encodeCall(IComplianceBond.redeem, (cover, 0, OUTSIDER));
        calls[5] = abi.encodeCall(IComplianceBond.refund, (cover, OUTSIDER));
        calls[6] = abi.encodeCall(IComplianceBond.announce, (1));
        calls[7] = abi.encodeCall(IComplianceBond.close, ());
        calls[8] = abi.encodeCall(IComplianceBond.collect, (OUTSIDER));
        hook.arm(bond, calls);
        fund(100 * UNIT);
        require(buy(X, 30 * UNIT, OUTSIDER) == cover, "the cover");
        proved(11, 15);
        silent(16);
        redeem(cover, OUTSIDER);
        bond.refund(cover, OUTSIDER);
        collect(BENEFICIARY);
        collect(entity(0));
        require(hook.tried() == 6 * 9 && hook.letIn() == 0, "each call back is refused");
        require(held() == 0, "all is paid");
    }

    // Ends.

    function testABondThatHasEndedTakesNothing() public {
        proved(11, 13);
        silent(14);
        bytes memory over = abi.encodeWithSelector(IComplianceBond.Over.selector);
        vm.expectRevert(over);
        bond.deposit(1);
        cannotBuy(over, 1);
        vm.prank(entity(0));
        vm.expectRevert(over);
        bond.announce(1);
        vm.expectRevert(over);
        bond.close();
        push(15);
        vm.warp(block.timestamp + 1 days + 1);
        mark(15);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.NotSettled.selector, 15));
        bond.advance(shownOf(15));
        claimsAre(100 * UNIT, 0);
    }

    /// @notice The window stops for good: after 30 days, and once its rows are taken over, the entity has its bond back.
    function testAWindowThatHasStopped() public {
        uint256 cover = buy(X, 50 * UNIT, OUTSIDER);
        proved(11, 15);
        uint256 since = block.timestamp;
        push(16);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.NotSettled.selector, 16));
        bond.close();
        times[15] = since;
        realise(16);
        take(16);
        uint256 last = block.timestamp;
        vm.warp(last + 30 days);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.NotQuiet.selector, last, last + 30 days));
        bond.close();
        vm.warp(last + 30 days + 1);
        bond.close();
        require(redeem(cover, OUTSIDER) == 5 * UNIT, "the exceedance before");
        require(bond.refund(cover, OUTSIDER) == 26 * 50_000, "four rows were proved");
        claimsAre(5 * UNIT, 45 * UNIT + 45 * UNIT + 4 * 50_000);
        is_(0, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.Over.selector));
        bond.deposit(1);
        // A row that comes after all counts no more.
        push(17);
        vm.warp(block.timestamp + 1 days + 1);
        mark(17);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.NotSettled.selector, 17));
        bond.advance(shownOf(17));
    }

    /// @dev Epochs whose rows carry nothing, posted at once behind row 18.
    function postTo(uint256 newest) private {
        uint256[2] memory point;
        vm.startPrank(DEPLOYER);
        for (uint256 epoch = 19; epoch <= newest; ++epoch) {
            uint32 period = uint32(periods[18] + epoch - 18);
            limitsSource.post(epoch, point, IScenarioSource.Witness(0, period, 0), point, period - 1);
        }
        vm.stopPrank();
    }

    /// @notice Nobody marks a silent row until it has left the window: the entity does not escape by that.
    function testASilentRowThatHasLeftTheWindow() public {
        proved(11, 12);
        uint256 cover = buy(X, 50 * UNIT, OUTSIDER);
        for (uint256 epoch = 13; epoch < 19; ++epoch) {
            push(epoch);
        }
        postTo(30);
        bytes[] memory none = new bytes[](1);
        for (uint256 row = 13; row < 17; ++row) {
            backtest.markSilent(entity(0), mandates[kind], row, "", "", new IMandateLedger.Record[](0));
        }
        bond.advance(none);
        // Row 13 opened with Saturday; the cover begins later.
        require(bond.course().silent == 18_650, "the period after the last one");
        require(bond.owed(cover, 50 * UNIT) == 0, "not begun");
        claimsAre(50 * UNIT, 0);
    }

    /// @notice Nobody takes over a silent row while 64 more are settled: the bond goes on, and the next one ends it.
    function testARowThatTheLedgerNoLongerKnows() public {
        proved(11, 12);
        for (uint256 epoch = 13; epoch < 19; ++epoch) {
            push(epoch);
        }
        postTo(90);
        for (uint256 row = 13; row < 78; ++row) {
            backtest.markSilent(entity(0), mandates[kind], row, "", "", new IMandateLedger.Record[](0));
        }
        require(backtest.outcome(entity(0), mandates[kind], 13) == IBacktestLedger.Outcome.Unknown, "forgotten");
        require(bond.advance(new bytes[](3)) == 2, "two rows, and the bond is over");
        require(bond.course().next == 15 && bond.course().silent == 18_651, "the second ends it");
        claimsAre(100 * UNIT, 0);
    }

    // Setups.

    function refusesSetup(string memory field, uint256 value, IComplianceBond.Setup memory s) private {
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.BadSetup.selector, field, value));
        new ComplianceBond(s);
    }

    function testBadSetupsAreRefused() public {
        IComplianceBond.Setup memory s = setupOf();
        s.beneficiary = s.entity;
        refusesSetup("beneficiary", uint160(s.entity), s);
        s.beneficiary = address(0);
        refusesSetup("beneficiary", 0, s);
        s = setupOf();
        s.entity = OUTSIDER;
        refusesSetup("entity", uint160(OUTSIDER), s);
        s = setupOf();
        s.asset = OUTSIDER;
        refusesSetup("asset", uint160(OUTSIDER), s);
        s = setupOf();
        s.slice = 0;
        refusesSetup("slice", 0, s);
        s.slice = 500_001;
        refusesSetup("slice", 500_001, s);
        s = setupOf();
        s.exceedancePremium = 1_000_001;
        refusesSetup("exceedancePremium", 1_000_001, s);
        s = setupOf();
        s.lapsePremium = 1_000_001;
        refusesSetup("lapsePremium", 1_000_001, s);
        s = setupOf();
        s.cooldown = 1 days - 1;
        refusesSetup("cooldown", 1 days - 1, s);
        s = setupOf();
        s.waiting = 1 days - 1;
        refusesSetup("waiting", 1 days - 1, s);
        s = setupOf();
        s.exceedancePremium = 0;
        refusesSetup("exceedancePremium", 0, s);
        s = setupOf();
        s.lapsePremium = 0;
        refusesSetup("lapsePremium", 0, s);
        s = setupOf();
        s.least = 0;
        refusesSetup("least", 0, s);
        s.least = 61;
        refusesSetup("least", 61, s);
        require(keccak256(bond.setup()) == keccak256(abi.encode(setupOf())), "as it was deployed");
    }

    /// @notice A mandate whose rows the backtest never settles would lock a bond for ever.
    function testABondBehindAMandateWithoutBacktests() public {
        IMandateLedger.Terms memory t = terms(kind);
        t.grace = 5 days + 1;
        IComplianceBond.Setup memory s = setupOf();
        s.mandate = ledger.open(t);
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.BadTerms.selector, "grace"));
        new ComplianceBond(s);
    }

    /// @notice Under a mandate without floors a bad day cannot be proved: no exceedance cover is sold.
    function testNoExceedanceCoverWithoutFloors() public {
        kind = PLAIN;
        submit(PLAIN, 0, 10);
        bond = newBond();
        fund(100 * UNIT);
        give(OUTSIDER, UNIT);
        vm.prank(OUTSIDER);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.NoExceedances.selector, mandates[PLAIN]));
        bond.buy(X, 30, UNIT, UNIT, OUTSIDER);
        buy(L, UNIT, OUTSIDER);
    }

    function testTermsOfAPurchaseAreRefused() public {
        give(OUTSIDER, 100 * UNIT);
        vm.startPrank(OUTSIDER);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.BadAmount.selector, 0));
        bond.buy(L, 30, 0, 0, OUTSIDER);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.BadLife.selector, 1, 2, 60));
        bond.buy(L, 1, UNIT, UNIT, OUTSIDER);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.BadLife.selector, 61, 2, 60));
        bond.buy(L, 61, UNIT, UNIT, OUTSIDER);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.PremiumAbove.selector, 15_000, 14_999));
        bond.buy(L, 30, UNIT, 14_999, OUTSIDER);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.UnknownCover.selector, 7));
        bond.release(7);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.UnknownCover.selector, 7));
        bond.owed(7, 1);
        vm.prank(OUTSIDER);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.BadAmount.selector, 0));
        bond.deposit(0);
    }

    function testOnlyWhoMayHoldGetsCover() public {
        IComplianceBond.Setup memory s = setupOf();
        s.gate = address(new BondGate(OUTSIDER));
        bond = new ComplianceBond(s);
        fund(100 * UNIT);
        uint256 cover = buy(L, UNIT, OUTSIDER);
        vm.prank(OUTSIDER);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.MayNotHold.selector, STRAW));
        bond.safeTransferFrom(OUTSIDER, STRAW, cover, 1, "");
        give(STRAW, UNIT);
        vm.prank(STRAW);
        vm.expectRevert(abi.encodeWithSelector(IComplianceBond.MayNotHold.selector, STRAW));
        bond.buy(L, 30, UNIT, UNIT, STRAW);
        // Who may hold no more is still paid.
        silent(11);
        require(redeem(cover, OUTSIDER) == 0, "not begun");
    }
}

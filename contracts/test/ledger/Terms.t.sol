// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {IScenarioSource} from "../../src/interfaces/IScenarioSource.sol";
import {SeatWindow} from "./SeatWindow.sol";
import {World} from "./World.sol";
import {vm} from "./Cheats.sol";

/// @notice Status through time, suspension, and the terms of mandates.
contract TermsTest is World {
    function setUp() public {
        deploy();
        push(10);
    }

    // Status.

    function testStatusThroughTheHours() public {
        address who = entity(0);
        bytes32 mandate = mandates[0];
        require(ledger.status(who, mandate) == IMandateLedger.Status.Unknown, "unknown");
        require(ledger.status(who, "nothing") == IMandateLedger.Status.Unknown, "no mandate");
        submit(0, 0, 10);
        uint256 expires = vm.getBlockTimestamp() + 30 hours;
        vm.warp(expires - 1);
        require(
            ledger.status(who, mandate) == IMandateLedger.Status.Compliant && ledger.isCompliant(who, mandate), "stands"
        );
        vm.warp(expires);
        require(ledger.status(who, mandate) == IMandateLedger.Status.Late && !ledger.isCompliant(who, mandate), "late");
        vm.warp(expires + 1 days);
        require(ledger.status(who, mandate) == IMandateLedger.Status.Lapsed, "lapsed");
    }

    /// @notice No block for 23 hours after the record ended: late, and the next proof makes it compliant again.
    function testSequencerDownLateIsNotLapsed() public {
        submit(0, 0, 10);
        push(11);
        vm.warp(ledger.standing(entity(0), mandates[0]).expires + 23 hours);
        require(ledger.status(entity(0), mandates[0]) == IMandateLedger.Status.Late, "late");
        submit(0, 0, 11);
        require(ledger.status(entity(0), mandates[0]) == IMandateLedger.Status.Compliant, "compliant");
    }

    function testTheGuardianSuspends() public {
        submit(0, 0, 10);
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.NotGuardian.selector, address(this), terms(0).guardian));
        ledger.suspend(mandates[0]);
        vm.prank(terms(0).guardian);
        ledger.suspend(mandates[0]);
        require(ledger.status(entity(0), mandates[0]) == IMandateLedger.Status.Suspended, "suspended");
        require(!ledger.isCompliant(entity(0), mandates[0]), "not compliant");
        IMandateLedger.Submission memory s = submission(0, 1, 10);
        refused(abi.encodeWithSelector(IMandateLedger.MandateIsSuspended.selector, s.mandate), 1, s);
        vm.prank(terms(0).guardian);
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.MandateIsSuspended.selector, s.mandate));
        ledger.suspend(mandates[0]);
    }

    function testFuzz_IsCompliantNeverReverts(address who, bytes32 mandate, uint40 time) public {
        vm.warp(time);
        require(!ledger.isCompliant(who, mandate), "nobody proved");
        require(!ledger.standing(who, mandate).stands, "nor stands");
        ledger.status(who, mandate);
    }

    // Terms.

    function testAMandateOpensOnce() public {
        require(mandates[0] == keccak256(abi.encode(terms(0))), "the identifier is the hash of the terms");
        require(keccak256(abi.encode(ledger.rulesOf(mandates[0]).terms)) == mandates[0], "the terms are kept");
        IMandateLedger.Terms memory t = terms(0);
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.MandateIsOpen.selector, mandates[0]));
        ledger.open(t);
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.UnknownMandate.selector, bytes32("nothing")));
        ledger.rulesOf("nothing");
    }

    function bad(string memory field, IMandateLedger.Terms memory t) private {
        vm.expectRevert(abi.encodeWithSelector(IMandateLedger.BadTerms.selector, field));
        ledger.open(t);
    }

    function testBadTermsNameTheField() public {
        IMandateLedger.Terms memory t = terms(0);
        t.document = 0;
        bad("document", t);
        t = terms(0);
        t.key = limitsVerifier.KEY_DIGEST();
        bad("key", t);
        t = terms(0);
        t.kind = 2;
        bad("kind", t);
        t = terms(0);
        t.horizon = 10;
        bad("horizon", t);
        t = terms(0);
        t.leastRows = 9;
        bad("leastRows", t);
        t = terms(0);
        t.lag = 8;
        bad("lag", t);
        t = terms(0);
        t.staleness = 0;
        bad("staleness", t);
        t = terms(0);
        t.late = 6 hours + 1;
        bad("late", t);
        t = terms(0);
        t.validity = 0;
        bad("validity", t);
        t = terms(0);
        t.grace = 1 days - 1;
        bad("grace", t);
    }

    /// @notice With periods of an hour, a forecast an hour after its row opened would come when the row has closed.
    function testAForecastAfterItsShortRowHasClosed() public {
        IScenarioSource.Terms memory hourly = sourceTerms(verifier.KEY_DIGEST());
        hourly.periodLength = 1 hours;
        IMandateLedger.Terms memory t = terms(0);
        t.source = new SeatWindow(hourly, DEPLOYER);
        t.late = 1 hours;
        bad("late", t);
        t.late = 1 hours - 1;
        ledger.open(t);
    }

    function testBadCustodiansAndClausesNameTheField() public {
        IMandateLedger.Terms memory t = terms(0);
        t.secondCustodian = t.custodian;
        bad("custodian", t);
        (t.custodian, t.secondCustodian) = (address(0), vm.addr(1));
        bad("custodian", t);
        uint32[4] memory scopes = [uint32(9), 0x10000, 0x30009, 0x10029];
        for (uint256 i = 0; i < 4; ++i) {
            t = terms(0);
            t.scope = scopes[i];
            bad("scope", t);
        }
        t = terms(2);
        t.scope = SCOPE;
        bad("scope", t);
        t = terms(0);
        t.varConfidence = 1_000_000;
        bad("varConfidence", t);
        (t.varConfidence, t.shortfallConfidence) = (0, 0);
        bad("varConfidence", t);
        t = terms(1);
        t.shortfallConfidence = 975_000;
        bad("shortfallConfidence", t);
        t = terms(0);
        t.unit = 1 << 40;
        bad("unit", t);
        t = terms(0);
        t.varLimit = 10 ** 24 + 1;
        bad("varLimit", t);
        t = terms(1);
        t.shortfallLimit = 1;
        bad("shortfallLimit", t);
        t = terms(0);
        t.rungs = root();
        bad("rungs", t);
        t = terms(1);
        t.rungs = 0;
        bad("rungs", t);
    }
}

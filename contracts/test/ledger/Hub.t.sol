// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";
import {ExposureHub} from "../../src/hub/ExposureHub.sol";
import {IExposureHub} from "../../src/interfaces/IExposureHub.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {ExposureReporter} from "../../src/hub/ExposureReporter.sol";
import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {World} from "./World.sol";
import {vm} from "./Cheats.sol";

/// @notice Sums over chains. This contract is the gateway.
contract HubTest {
    ExposureHub private hub;
    bytes private constant ONE = hex"00010000010114000000000000000000000000000000000000000001";
    bytes private constant TWO = hex"00010000010214000000000000000000000000000000000000000002";
    bytes private constant ALL = hex"00010000010314000000000000000000000000000000000000000003";
    bytes32 private WHOLE;

    function setUp() public {
        vm.warp(1_000_000);
        ExposureHub.Part[] memory parts = new ExposureHub.Part[](3);
        parts[0] = ExposureHub.Part("one", ONE);
        parts[1] = ExposureHub.Part("two", TWO);
        WHOLE = keccak256("tailproof/hub/whole");
        parts[2] = ExposureHub.Part(WHOLE, ALL);
        hub = new ExposureHub(address(this), ExposureHub.Measure(975_000, 1, 10_000, "USD"), parts);
        require(hub.partsOf().length == 2 && hub.WHOLE() == WHOLE, "what is summed");
    }

    function made(bytes32 part, uint64 epoch, uint128 bound) private view returns (IExposureHub.Report memory) {
        IExposureHub.Basis memory basis = IExposureHub.Basis(keccak256(abi.encode(epoch)), 975_000, 1, 10_000, "USD");
        return IExposureHub.Report(part, basis, bound, epoch, closedOf(epoch), uint40(block.timestamp + 1 days));
    }

    function closedOf(uint64 epoch) private pure returns (uint40) {
        return 500_000 + 1000 * uint40(epoch);
    }

    function send(bytes memory sender, IExposureHub.Report memory report) private {
        hub.receiveMessage("id", sender, abi.encode(report));
    }

    function refused(bytes memory error_, bytes memory sender, IExposureHub.Report memory report) private {
        vm.expectRevert(error_);
        hub.receiveMessage("id", sender, abi.encode(report));
    }

    function check(uint256 bound, uint64 epoch, bool consolidated) private view {
        (uint256 found, uint256 of_, bool whole) = hub.total();
        require(found == bound && of_ == closedOf(epoch) && whole == consolidated, "the total");
    }

    function testASumOverAllParts() public {
        vm.expectRevert(abi.encodeWithSelector(IExposureHub.PartMissing.selector, bytes32("one")));
        hub.total();
        send(ONE, made("one", 5, 100));
        vm.expectRevert(abi.encodeWithSelector(IExposureHub.PartMissing.selector, bytes32("two")));
        hub.total();
        send(TWO, made("two", 5, 70));
        check(170, 5, false);
    }

    function testOnlyEqualBasesAreSummed() public {
        send(ONE, made("one", 5, 100));
        send(TWO, made("two", 6, 70));
        bytes32 five = keccak256(abi.encode(made("one", 5, 0).basis));
        bytes32 six = keccak256(abi.encode(made("two", 6, 0).basis));
        vm.expectRevert(abi.encodeWithSelector(IExposureHub.OtherBasis.selector, six, five));
        hub.total();
        send(ONE, made("one", 6, 110));
        check(180, 6, false);
    }

    /// @notice Dollars and euros are not added up.
    function testAnotherConfidenceHorizonUnitOrCurrency() public {
        bytes32 expected = keccak256(abi.encode(made("one", 5, 1).basis));
        for (uint256 i = 0; i < 4; ++i) {
            IExposureHub.Report memory report = made("one", 5, 1);
            if (i == 0) report.basis.confidence = 990_000;
            if (i == 1) report.basis.horizon = 10;
            if (i == 2) report.basis.unit = 1;
            if (i == 3) report.basis.currency = "EUR";
            bytes32 found = keccak256(abi.encode(report.basis));
            refused(abi.encodeWithSelector(IExposureHub.OtherBasis.selector, found, expected), ONE, report);
        }
    }

    function testAnOldSessionOrAReplay() public {
        send(ONE, made("one", 5, 100));
        refused(abi.encodeWithSelector(IExposureHub.EpochNotNewer.selector, 5, 5), ONE, made("one", 5, 100));
        refused(abi.encodeWithSelector(IExposureHub.EpochNotNewer.selector, 4, 5), ONE, made("one", 4, 1));
        IExposureHub.Report memory report = made("one", 6, 1);
        report.expires = uint40(block.timestamp);
        refused(abi.encodeWithSelector(IExposureHub.PartExpired.selector, bytes32("one"), block.timestamp), ONE, report);
    }

    function testAnotherGatewayOrSender() public {
        IExposureHub.Report memory report = made("one", 5, 1);
        bytes memory payload = abi.encode(report);
        vm.prank(address(0xBAD));
        vm.expectRevert(
            abi.encodeWithSelector(ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector, address(0xBAD), ONE)
        );
        hub.receiveMessage("id", ONE, payload);
        bytes memory stranger = hex"0102";
        refused(
            abi.encodeWithSelector(
                ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector, address(this), stranger
            ),
            stranger,
            report
        );
        refused(abi.encodeWithSelector(IExposureHub.UnknownPart.selector, bytes32("one"), TWO), TWO, report);
    }

    function testAnExpiredPartEndsTheSum() public {
        send(ONE, made("one", 5, 100));
        uint256 expires = vm.getBlockTimestamp() + 1 days;
        vm.warp(block.timestamp + 1 hours);
        send(TWO, made("two", 5, 70));
        vm.warp(expires);
        vm.expectRevert(abi.encodeWithSelector(IExposureHub.PartExpired.selector, bytes32("one"), expires));
        hub.total();
    }

    function testAConsolidatedProofTakesPrecedence() public {
        send(ALL, made(WHOLE, 5, 120));
        check(120, 5, true);
        send(ONE, made("one", 5, 100));
        send(TWO, made("two", 5, 70));
        check(120, 5, true);
        send(ONE, made("one", 6, 100));
        check(120, 5, true);
        send(TWO, made("two", 6, 75));
        check(175, 6, false);
        send(ALL, made(WHOLE, 6, 130));
        check(130, 6, true);
        vm.warp(block.timestamp + 1 days);
        vm.expectRevert(abi.encodeWithSelector(IExposureHub.PartExpired.selector, bytes32("one"), block.timestamp));
        hub.total();
    }

    /// @notice The consolidated proof's window has counted 500 rows more than those of the parts: its old report has a higher epoch
    /// than their new ones, and does not take precedence.
    function testAnOldConsolidatedProofOfALongerWindow() public {
        IExposureHub.Report memory whole = made(WHOLE, 505, 120);
        whole.closed = closedOf(5);
        send(ALL, whole);
        send(ONE, made("one", 6, 100));
        send(TWO, made("two", 6, 75));
        check(175, 6, false);
        // And its new one does, over parts that count from an earlier day.
        whole.epoch = 506;
        whole.closed = closedOf(7);
        send(ALL, whole);
        check(120, 7, true);
    }

    function testPartsAreNamedOnce() public {
        ExposureHub.Part[] memory parts = new ExposureHub.Part[](2);
        (parts[0], parts[1]) = (ExposureHub.Part("one", ONE), ExposureHub.Part("one", TWO));
        vm.expectRevert(abi.encodeWithSelector(IExposureHub.UnknownPart.selector, bytes32("one"), TWO));
        new ExposureHub(address(this), ExposureHub.Measure(1, 1, 1, "USD"), parts);
        (parts[0], parts[1]) = (ExposureHub.Part("one", ONE), ExposureHub.Part("two", ONE));
        vm.expectRevert(abi.encodeWithSelector(IExposureHub.UnknownPart.selector, bytes32("two"), ONE));
        new ExposureHub(address(this), ExposureHub.Measure(1, 1, 1, "USD"), parts);
    }
}

/// @notice Reports of real records. This contract is the gateway between two chains, which here are one.
contract ReporterTest is World {
    ExposureHub private hub;
    ExposureReporter[2] private reporters;

    function setUp() public {
        deploy();
        push(10);
        ExposureHub.Part[] memory parts = new ExposureHub.Part[](2);
        for (uint256 i = 0; i < 2; ++i) {
            reporters[i] = new ExposureReporter(
                ledger, IERC7786GatewaySource(address(this)), entity(i), mandates[0], bytes32(i + 1), "USD", "hub"
            );
            bytes memory sender = InteroperableAddress.formatEvmV1(block.chainid, address(reporters[i]));
            parts[i] = ExposureHub.Part(bytes32(i + 1), sender);
        }
        hub = new ExposureHub(address(this), ExposureHub.Measure(975_000, 1, 10_000, "USD"), parts);
    }

    function sendMessage(bytes calldata to, bytes calldata payload, bytes[] calldata)
        external
        payable
        returns (bytes32)
    {
        require(keccak256(to) == keccak256("hub"), "to the hub");
        hub.receiveMessage("id", InteroperableAddress.formatEvmV1(block.chainid, msg.sender), payload);
        return 0;
    }

    function report(uint256 who, IMandateLedger.Submission memory s, uint256 time) private {
        reporters[who].report(recordOf(s, time), s.point, s.witness);
    }

    function testTwoEntitiesShortfallsAreSummed() public {
        for (uint256 who = 0; who < 2; ++who) {
            IMandateLedger.Submission memory s = submission(0, who, 10);
            hand(who, s);
            report(who, s, block.timestamp);
        }
        (uint256 bound, uint256 closed, bool consolidated) = hub.total();
        require(bound == 2 * uint256(boundOf(10)) && closed == closes(10) && !consolidated, "the sum");
        // The next day of one of them is of another scenario set.
        push(11);
        IMandateLedger.Submission memory next = submission(0, 0, 11);
        hand(0, next);
        report(0, next, block.timestamp);
        vm.expectRevert();
        hub.total();
    }

    function testAReportIsTheLastRecords() public {
        IMandateLedger.Submission memory s = submission(0, 0, 10);
        IMandateLedger.Record memory record = recordOf(s, block.timestamp);
        vm.expectRevert(abi.encodeWithSelector(ExposureReporter.NotStanding.selector, 10, 0));
        reporters[0].report(record, s.point, s.witness);
        hand(0, s);
        record.shortfallBound -= 1;
        bytes32 kept = ledger.recordOf(entity(0), mandates[0], 10);
        vm.expectRevert(
            abi.encodeWithSelector(ExposureReporter.NotTheRecord.selector, keccak256(abi.encode(record)), kept)
        );
        reporters[0].report(record, s.point, s.witness);
        record.shortfallBound += 1;
        uint256[2] memory other = pointOf("w", 11, false);
        vm.expectRevert(abi.encodeWithSelector(ExposureReporter.WrongPoint.selector, 10, other[0], other[1]));
        reporters[0].report(record, other, s.witness);
        vm.warp(block.timestamp + 30 hours);
        vm.expectRevert(abi.encodeWithSelector(ExposureReporter.NotStanding.selector, 10, 10));
        reporters[0].report(record, s.point, s.witness);
    }

    function testAMandateWithoutAShortfall() public {
        vm.expectRevert(abi.encodeWithSelector(ExposureReporter.NoShortfall.selector, mandates[1]));
        new ExposureReporter(ledger, IERC7786GatewaySource(address(this)), entity(0), mandates[1], "part", "USD", "hub");
    }
}

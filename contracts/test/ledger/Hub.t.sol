// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";
import {ExposureHub} from "../../src/hub/ExposureHub.sol";
import {IExposureHub} from "../../src/interfaces/IExposureHub.sol";
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
        hub = new ExposureHub(address(this), 975_000, 1, 10_000, parts);
        require(hub.partsOf().length == 2 && hub.WHOLE() == WHOLE, "what is summed");
    }

    function made(bytes32 part, uint64 epoch, uint128 bound) private view returns (IExposureHub.Report memory) {
        IExposureHub.Basis memory basis = IExposureHub.Basis(keccak256(abi.encode(epoch)), 975_000, 1, 10_000);
        return IExposureHub.Report(part, basis, bound, epoch, uint40(block.timestamp + 1 days));
    }

    function send(bytes memory sender, IExposureHub.Report memory report) private {
        hub.receiveMessage("id", sender, abi.encode(report));
    }

    function refused(bytes memory error_, bytes memory sender, IExposureHub.Report memory report) private {
        vm.expectRevert(error_);
        hub.receiveMessage("id", sender, abi.encode(report));
    }

    function check(uint256 bound, uint256 epoch, bool consolidated) private view {
        (uint256 found, uint256 of_, bool whole) = hub.total();
        require(found == bound && of_ == epoch && whole == consolidated, "the total");
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

    function testAnotherConfidenceHorizonOrUnit() public {
        bytes32 expected = keccak256(abi.encode(made("one", 5, 1).basis));
        for (uint256 i = 0; i < 3; ++i) {
            IExposureHub.Report memory report = made("one", 5, 1);
            if (i == 0) report.basis.confidence = 990_000;
            if (i == 1) report.basis.horizon = 10;
            if (i == 2) report.basis.unit = 1;
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
        uint256 expires = block.timestamp + 1 days;
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

    function testPartsAreNamedOnce() public {
        ExposureHub.Part[] memory parts = new ExposureHub.Part[](2);
        (parts[0], parts[1]) = (ExposureHub.Part("one", ONE), ExposureHub.Part("one", TWO));
        vm.expectRevert(abi.encodeWithSelector(IExposureHub.UnknownPart.selector, bytes32("one"), TWO));
        new ExposureHub(address(this), 1, 1, 1, parts);
        (parts[0], parts[1]) = (ExposureHub.Part("one", ONE), ExposureHub.Part("two", ONE));
        vm.expectRevert(abi.encodeWithSelector(IExposureHub.UnknownPart.selector, bytes32("two"), ONE));
        new ExposureHub(address(this), 1, 1, 1, parts);
    }
}

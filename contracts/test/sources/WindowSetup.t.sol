// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {AttestedSource} from "../../src/sources/AttestedSource.sol";
import {RollingWindow} from "../../src/sources/RollingWindow.sol";
import {SignedRow} from "../../src/sources/SignedRow.sol";
import {WindowState} from "../../src/sources/WindowState.sol";
import {vm} from "../Vm.sol";
import {KnownKey} from "./KnownKey.sol";
import {WindowModel} from "./WindowModel.sol";

/// @notice How a window is deployed, and how history is loaded.
contract WindowSetupTest is WindowModel {
    function setUp() public {
        sortSeats();
        seats = new SignedRow(seatAddresses(), 3);
    }

    function constants() private view returns (KnownKey.Constants memory out) {
        (out.scenarios, out.factors, out.slots, out.root) = (8, 4, 4, bytes32("root"));
        (out.ofFactors, out.ofWeights) = (pointOf(12345), pointOf(1));
    }

    function made(KnownKey.Constants memory key_, WindowState.Setup memory setup_) private returns (bytes memory) {
        setup_.key = new KnownKey(key_);
        try new RollingWindow(setup_) {
            return "";
        } catch (bytes memory data) {
            return data;
        }
    }

    function isBad(bytes memory fault, string memory field, uint256 value) private pure returns (bool) {
        return keccak256(fault) == keccak256(abi.encodeWithSelector(WindowState.BadSetup.selector, field, value));
    }

    function testKeysOutOfRangeAreRefused() public {
        KnownKey.Constants memory wrong = constants();
        require(made(wrong, setup()).length == 0, "a key in range");
        wrong.slots = 3;
        require(isBad(made(wrong, setup()), "SLOTS", 3), "a pool's key");
        wrong.slots = 1;
        require(isBad(made(wrong, setup()), "SLOTS", 1), "a parametric key");
        wrong = constants();
        for (uint256 i = 0; i < 2; ++i) {
            wrong.factors = i * 257;
            require(isBad(made(wrong, setup()), "FACTORS", i * 257), "factors");
        }
        wrong = constants();
        for (uint256 i = 0; i < 2; ++i) {
            wrong.scenarios = i * 65_536;
            require(isBad(made(wrong, setup()), "SCENARIOS", i * 65_536), "scenarios");
        }
    }

    function testParametersOutOfRangeAreRefused() public {
        WindowState.Setup memory wrong = setup();
        wrong.periodLength = 0;
        require(isBad(made(constants(), wrong), "periodLength", 0), "no seconds");
        wrong = setup();
        wrong.rows = SignedRow(address(7));
        require(isBad(made(constants(), wrong), "rows", 7), "nobody stands behind rows");
        wrong = setup();
        wrong.unit = 1;
        require(isBad(made(constants(), wrong), "unit", 1), "a unit of nothing");
        wrong.absolute = 16;
        require(isBad(made(constants(), wrong), "absolute", 16), "a fifth factor");
        (wrong.absolute, wrong.unit) = (8, 0);
        require(isBad(made(constants(), wrong), "unit", 0), "no unit");
        wrong.unit = 1e8;
        require(made(constants(), wrong).length == 0, "an absolute factor");
        KnownKey.Constants memory limits = constants();
        limits.limits = true;
        require(isBad(made(limits, wrong), "absolute", 8), "which is no exposure");
        (wrong.absolute, wrong.unit) = (0, 0);
        require(made(limits, wrong).length == 0, "limits on the book");
    }

    function testAFirstPointAtInfinityIsRefused() public {
        KnownKey.Constants memory wrong = constants();
        wrong.ofWeights = pointOf(R - base());
        bytes memory expected = abi.encodeWithSelector(WindowState.FirstPointAtInfinity.selector);
        require(keccak256(made(wrong, setup())) == keccak256(expected), "the weights cancel the names");
        (wrong.ofFactors, wrong.ofWeights) = ([uint256(0), 0], [uint256(0), 0]);
        require(keccak256(made(wrong, setup())) == keccak256(expected), "no constants");
        wrong.ofWeights = [uint256(1), 3];
        require(made(wrong, setup()).length != 0, "a point off the curve");
    }

    /// @notice With limits on the book, the flags of exposures are in every point.
    function testExposuresAreInThePoint() public {
        make(2, 1, 1);
        KnownKey.Constants memory ofKey = constants();
        (ofKey.scenarios, ofKey.factors, ofKey.root, ofKey.limits) = (1, 2, key.IC_ROOT(), true);
        (ofKey.ofWeights, ofKey.ofExposures) = (pointOf(weights()), pointOf(77));
        key = new KnownKey(ofKey);
        forget();
        exposures = 77;
        pushDraft(next(moved(1)));
        require(isNewest(), "the point has the flags");
        (uint256 x, uint256 y,) = window.rowPoint(0, shownOf(0));
        uint256[2] memory expected = pointOf(total());
        require(x == expected[0] && y == expected[1], "of one row, its own point is the window's");
    }

    function testContractsAreSmall() public {
        make(4, 8, 3);
        require(address(window).code.length <= 16_000, "RollingWindow");
        require(address(seats).code.length <= 16_000, "SignedRow");
        require(type(AttestedSource).runtimeCode.length <= 16_000, "AttestedSource");
    }

    // --- loads

    struct Batch {
        uint256 first;
        uint256[] periods;
        bytes[] rows;
        bytes[] signatures;
    }

    function batch(uint256 count) private returns (Batch memory out) {
        out = Batch(epoch, new uint256[](count), new bytes[](count), new bytes[](count));
        for (uint256 i = 0; i < count; ++i) {
            Draft memory draft = next(moved(epoch));
            (out.periods[i], out.rows[i], out.signatures[i]) = (draft.period, bytesOf(draft), signed(draft));
            take(draft);
        }
    }

    function call(Batch memory b) private view returns (bytes memory) {
        return abi.encodeCall(window.load, (b.first, b.periods, b.rows, b.signatures));
    }

    function testHistoryIsLoadedInFewTransactions() public {
        make(4, 10, 3);
        for (uint256 i = 0; i < 2; ++i) {
            Batch memory b = batch(5);
            window.load(b.first, b.periods, b.rows, b.signatures);
        }
        require(isNewest(), "full");
        bytes memory call_ = call(batch(1));
        require(
            refuses(call_, abi.encodeWithSelector(RollingWindow.AlreadyFull.selector, 10)), "a load of a full window"
        );
    }

    /// @notice Somebody pushes the first rows of a load before it. The load goes on behind them, in another block too.
    function testPushGriefingDoesNotStopALoad() public {
        make(4, 8, 3);
        Batch memory b = batch(6);
        vm.warp(block.timestamp + 12);
        window.push(b.periods[0], b.rows[0], b.signatures[0]);
        window.push(b.periods[1], b.rows[1], b.signatures[1]);
        vm.warp(block.timestamp + 12);
        window.load(b.first, b.periods, b.rows, b.signatures);
        b = batch(2);
        window.load(b.first, b.periods, b.rows, b.signatures);
        require(isNewest(), "full");
    }

    function testALoadHasNoHoleAndNoRowTwice() public {
        make(4, 8, 3);
        Batch memory b = batch(2);
        Batch memory later = batch(2);
        require(refuses(call(later), abi.encodeWithSelector(RollingWindow.NotNext.selector, 2, 0)), "a hole");
        window.load(b.first, b.periods, b.rows, b.signatures);
        window.load(b.first, b.periods, b.rows, b.signatures);
        b.signatures = new bytes[](1);
        require(refuses(call(b), abi.encodeWithSelector(RollingWindow.LengthsDiffer.selector, 2, 2, 1)), "lengths");
        (, uint256 next_) = window.groupOf(0);
        require(next_ == 2, "nothing came twice");
    }
}

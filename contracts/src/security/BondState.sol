// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IBacktestLedger} from "../interfaces/IBacktestLedger.sol";
import {IComplianceBond} from "../interfaces/IComplianceBond.sol";
import {IMandateLedger} from "../interfaces/IMandateLedger.sol";
import {IRollingWindow} from "../interfaces/IRollingWindow.sol";
import {CodeStore} from "../libraries/CodeStore.sol";
import {BondCovers} from "../libraries/BondCovers.sol";

/// @title Who is asked before cover moves
interface IHolderGate {
    /// @notice Whether somebody may be given cover.
    function mayHold(address holder) external view returns (bool);
}

/// @title What a bond keeps, and its reads
abstract contract BondState is IComplianceBond, ERC1155, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using BondCovers for Checkpoints.Trace224;

    /// @dev A window without a row for as long has stopped.
    uint256 internal constant QUIET = 30 days;
    /// @dev Bytes of an encoded setup.
    uint256 private constant SETUP = 13 * 32;

    /// @dev The setup as code, for whoever reads it.
    address private immutable _setup;

    IBacktestLedger internal immutable BACKTEST;
    IRollingWindow internal immutable WINDOW;
    IERC20 internal immutable ASSET;
    address internal immutable ENTITY;
    bytes32 internal immutable MANDATE;
    address internal immutable BENEFICIARY;
    address internal immutable GATE;
    uint256 internal immutable SLICE;
    uint256 internal immutable EXCEEDANCE_PREMIUM;
    uint256 internal immutable LAPSE_PREMIUM;
    uint256 internal immutable WAITING;
    uint256 internal immutable COOLDOWN;
    uint256 internal immutable LEAST;
    uint256 internal immutable MOST;
    /// Whether exceedances can be proved.
    bool internal immutable FLOORS;
    /// The window's clock, and its rows.
    uint256 internal immutable ORIGIN;
    uint256 internal immutable LENGTH;
    uint256 internal immutable ROWS;

    uint256 internal _free;
    uint256 internal _locked;
    uint256 internal _toBeneficiary;
    uint256 internal _toEntity;
    Course internal _course;
    uint256 internal _announced;
    mapping(uint256 cover => Cover) internal _covers;
    mapping(uint256 cover => mapping(address buyer => Purchase)) internal _purchases;
    /// @dev Proved rows, and exceedances among them, up to a period.
    Checkpoints.Trace224 internal _proved;

    constructor(Setup memory s) ERC1155("") {
        _check(s);
        IMandateLedger.Rules memory rules = s.backtest.ledger().rulesOf(s.mandate);
        (BACKTEST, ASSET, ENTITY, MANDATE) = (s.backtest, IERC20(s.asset), s.entity, s.mandate);
        (BENEFICIARY, GATE, SLICE) = (s.beneficiary, s.gate, s.slice);
        (EXCEEDANCE_PREMIUM, LAPSE_PREMIUM) = (s.exceedancePremium, s.lapsePremium);
        (WAITING, COOLDOWN, LEAST, MOST) = (s.waiting, s.cooldown, s.least, s.most);
        WINDOW = IRollingWindow(address(rules.terms.source));
        (ORIGIN, LENGTH, ROWS) = (rules.origin, rules.periodLength, WINDOW.terms().rows);
        FLOORS = rules.terms.rungs != 0;
        _setup = CodeStore.write(s.mandate, abi.encode(s));
        _course.next = s.backtest.next(s.entity, s.mandate).toUint64();
    }

    function _check(Setup memory s) private view {
        // Such a mandate's rows are never settled, and the bond would be locked for ever.
        s.backtest.checkTerms(s.mandate);
        if (s.backtest.next(s.entity, s.mandate) == 0) revert BadSetup("entity", uint160(s.entity));
        if (s.asset.code.length == 0) revert BadSetup("asset", uint160(s.asset));
        // Slices of the free half would cost the entity nothing.
        if (s.beneficiary == address(0) || s.beneficiary == s.entity) {
            revert BadSetup("beneficiary", uint160(s.beneficiary));
        }
        if (s.slice == 0 || s.slice > BondCovers.MILLION / 2) revert BadSetup("slice", s.slice);
        // Cover that costs nothing would be taken by whoever comes first.
        if (s.exceedancePremium == 0 || s.exceedancePremium > BondCovers.MILLION) {
            revert BadSetup("exceedancePremium", s.exceedancePremium);
        }
        if (s.lapsePremium == 0 || s.lapsePremium > BondCovers.MILLION) {
            revert BadSetup("lapsePremium", s.lapsePremium);
        }
        if (s.waiting < 1 days) revert BadSetup("waiting", s.waiting);
        if (s.cooldown < 1 days) revert BadSetup("cooldown", s.cooldown);
        if (s.least == 0 || s.least > s.most) revert BadSetup("least", s.least);
    }

    function _checkRunning() internal view {
        if (_course.silent != 0 || _course.closed) revert Over();
    }

    /// @dev The period that the next row opens with, and the one that it ends with.
    function _periods(Course memory course_, bytes calldata shown) internal view returns (uint32 opens, uint32 period) {
        if (shown.length != 0) {
            (,, IRollingWindow.Stamp memory stamp) = WINDOW.rowPoint(course_.next, shown);
            return (stamp.previous + 1, stamp.period);
        }
        (uint256 newest,) = WINDOW.newest();
        if (course_.next + ROWS > newest) revert StillShown(course_.next, newest);
        return (course_.last + 1, course_.last + 1);
    }

    /// @dev Whether no row can come any more that opens with a period up to `last`.
    function _isOver(uint32 last) internal view returns (bool) {
        return _course.silent != 0 || _course.closed || _course.last >= last;
    }

    /// @dev What is to be withdrawn.
    function _leaving() internal view returns (uint256) {
        return _course.boundary == 0 ? 0 : _announced;
    }

    /// @dev What a number of exceedances pays of a face.
    function _portion(uint256 face, uint256 exceedances) internal view returns (uint256) {
        return face * Math.min(SLICE * exceedances, BondCovers.MILLION) / BondCovers.MILLION;
    }

    /// @dev Share of its face that cover was paid so far, in millionths. Silence pays all of it if the cover had begun, and was
    /// not over.
    function _share(uint256 cover) internal view returns (uint256) {
        (Reason reason, uint32 first, uint32 last) = BondCovers.terms(cover);
        uint256 silent = _course.silent;
        if (silent != 0 && first <= silent && silent <= last) return BondCovers.MILLION;
        if (reason == Reason.Lapse) return 0;
        (, uint32 exceedances) = _proved.within(first, last);
        return Math.min(SLICE * exceedances, BondCovers.MILLION);
    }

    /// @dev Asks before cover moves to somebody.
    function _update(address from, address to, uint256[] memory ids, uint256[] memory values) internal override {
        if (GATE != address(0) && to != address(0) && !IHolderGate(GATE).mayHold(to)) revert MayNotHold(to);
        super._update(from, to, ids, values);
    }

    /// @dev Identifiers spell out their terms: there is nothing else to say of them.
    function uri(uint256) public pure override returns (string memory) {
        return "";
    }

    /// @inheritdoc IComplianceBond
    function bond() external view returns (uint256 all, uint256 locked, uint256 free) {
        return (_free + _locked, _locked, _free);
    }

    /// @inheritdoc IComplianceBond
    function claims() external view returns (uint256 beneficiary, uint256 entity) {
        return (_toBeneficiary, _toEntity);
    }

    /// @inheritdoc IComplianceBond
    function owed(uint256 cover, uint256 amount) public view returns (uint256) {
        if (_covers[cover].face == 0) revert UnknownCover(cover);
        return amount * _share(cover) / BondCovers.MILLION;
    }

    /// @inheritdoc IComplianceBond
    function setup() external view returns (bytes memory encoded) {
        encoded = new bytes(SETUP);
        uint256 place;
        assembly ("memory-safe") {
            place := add(encoded, 0x20)
        }
        CodeStore.copy(_setup, 0, place, SETUP);
    }

    /// @inheritdoc IComplianceBond
    function course() external view returns (Course memory) {
        return _course;
    }

    /// @inheritdoc IComplianceBond
    function announced() external view returns (uint256 amount) {
        return _leaving();
    }

    /// @inheritdoc IComplianceBond
    function coverOf(uint256 cover) external view returns (Cover memory) {
        return _covers[cover];
    }

    /// @inheritdoc IComplianceBond
    function purchaseOf(uint256 cover, address buyer) external view returns (Purchase memory) {
        return _purchases[cover][buyer];
    }
}

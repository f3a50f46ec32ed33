// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBacktestLedger} from "../interfaces/IBacktestLedger.sol";
import {IComplianceBond} from "../interfaces/IComplianceBond.sol";
import {BondCovers} from "../libraries/BondCovers.sol";
import {BondState} from "./BondState.sol";

/// @title An entity's bond behind its mandate, and cover on it
/// @notice See the interface. Nobody administers this contract. Here is what moves money; `BondState` has the setup and the reads.
contract ComplianceBond is BondState {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;
    using BondCovers for Checkpoints.Trace224;

    constructor(Setup memory setup_) BondState(setup_) {}

    /// @inheritdoc IComplianceBond
    function deposit(uint256 amount) external nonReentrant {
        _checkRunning();
        if (amount == 0) revert BadAmount(amount);
        _free += amount;
        _pull(amount);
        emit Deposited(msg.sender, amount);
    }

    /// @inheritdoc IComplianceBond
    function buy(Reason reason, uint32 periods, uint128 face, uint128 mostPremium, address to)
        external
        nonReentrant
        returns (uint256 cover, uint256 premium)
    {
        _checkRunning();
        if (face == 0) revert BadAmount(face);
        if (periods < LEAST || periods > MOST) revert BadLife(periods, LEAST, MOST);
        if (reason == Reason.Exceedance && !FLOORS) revert NoExceedances(MANDATE);
        uint256 rate = reason == Reason.Exceedance ? EXCEEDANCE_PREMIUM : LAPSE_PREMIUM;
        // Rates are at most a million: it is at most the face.
        uint128 daily = uint128((face * rate + BondCovers.MILLION - 1) / BondCovers.MILLION);
        premium = uint256(daily) * periods;
        if (premium > mostPremium) revert PremiumAbove(premium, mostPremium);
        _lock(face);
        cover = _firstCover(reason, periods);
        Cover storage kept = _covers[cover];
        (kept.face, kept.daily) = (kept.face + face, kept.daily + daily);
        Purchase storage bought = _purchases[cover][msg.sender];
        (bought.face, bought.daily) = (bought.face + face, bought.daily + daily);
        _pull(premium);
        emit Bought(cover, msg.sender, to, face, premium);
        _mint(to, cover, face, "");
    }

    function _firstCover(Reason reason, uint32 periods) private view returns (uint256) {
        uint256 first = BondCovers.firstPeriod(block.timestamp + WAITING, ORIGIN, LENGTH);
        return BondCovers.id(reason, uint32(first), (first + periods - 1).toUint32());
    }

    /// @dev Locks as much of the bond as the face of new cover. All cover stays at most half of what is not to be withdrawn.
    function _lock(uint128 face) private {
        (uint256 free, uint256 locked) = (_free, _locked);
        uint256 spare = Math.saturatingSub(free, _leaving());
        if (locked + 2 * uint256(face) > spare) revert AboveHalf(face, free, locked);
        (_free, _locked) = (free - face, locked + face);
    }

    /// @inheritdoc IComplianceBond
    function advance(bytes[] calldata shown) external nonReentrant returns (uint256 done) {
        Course memory course_ = _course;
        for (; done < shown.length && course_.silent == 0 && !course_.closed; ++done) {
            IBacktestLedger.Outcome outcome = BACKTEST.outcome(ENTITY, MANDATE, course_.next);
            if (outcome == IBacktestLedger.Outcome.Unknown) {
                if (BACKTEST.next(ENTITY, MANDATE) <= course_.next) break;
                outcome = IBacktestLedger.Outcome.Void;
            }
            (uint32 opens, uint32 period) = _periods(course_, shown[done]);
            // Nobody knows the periods of a row that has left the window: what was proved of it is of no cover.
            if (shown[done].length == 0 && outcome != IBacktestLedger.Outcome.Silent) {
                outcome = IBacktestLedger.Outcome.Void;
            }
            _take(course_, outcome, opens);
            (course_.next, course_.last) = (course_.next + 1, period);
            if (course_.boundary != 0 && ORIGIN + uint256(period) * LENGTH >= course_.boundary) _withdraw(course_);
        }
        if (done == 0) revert NotSettled(course_.next);
        _course = course_;
    }

    /// @dev What a row's outcome moves. What is paid to cover leaves its lock when it is released.
    function _take(Course memory course_, IBacktestLedger.Outcome outcome, uint32 opens) private {
        uint256 moved;
        if (outcome == IBacktestLedger.Outcome.Within) {
            _proved.put(opens, false);
        } else if (outcome == IBacktestLedger.Outcome.Exceeded) {
            _proved.put(opens, true);
            moved = _free * SLICE / BondCovers.MILLION;
        } else if (outcome == IBacktestLedger.Outcome.Silent) {
            moved = _free;
            (course_.silent, course_.boundary) = (opens, 0);
            emit Ended(course_.next, opens, moved);
        }
        if (moved != 0) (_free, _toBeneficiary) = (_free - moved, _toBeneficiary + moved);
        emit Day(course_.next, opens, outcome, moved);
    }

    /// @inheritdoc IComplianceBond
    function announce(uint256 amount) external nonReentrant {
        _checkRunning();
        if (msg.sender != ENTITY) revert NotEntitled(msg.sender);
        if (amount == 0) revert BadAmount(0);
        if (_course.boundary != 0) revert AnnouncedAlready(_course.boundary);
        uint256 boundary = block.timestamp + COOLDOWN;
        (_course.boundary, _announced) = (uint40(boundary), amount);
        emit WithdrawalAnnounced(amount, boundary);
    }

    /// @dev Executes the withdrawal that was announced. What would leave less than twice the cover stays.
    function _withdraw(Course memory course_) private {
        uint256 free = _free;
        uint256 amount = Math.min(_announced, Math.saturatingSub(free, _locked));
        course_.boundary = 0;
        _free = free - amount;
        _toEntity += amount;
        emit Withdrawn(amount);
    }

    /// @inheritdoc IComplianceBond
    function close() external nonReentrant {
        _checkRunning();
        (uint256 newest, uint256 since) = WINDOW.newest();
        if (_course.next <= newest) revert NotSettled(_course.next);
        if (block.timestamp <= since + QUIET) revert NotQuiet(since, block.timestamp);
        (_course.closed, _course.boundary) = (true, 0);
        emit Closed(_free);
        _toEntity += _free;
        _free = 0;
    }

    /// @inheritdoc IComplianceBond
    function release(uint256 cover) external nonReentrant {
        _release(cover);
    }

    function _release(uint256 cover) private {
        Cover storage kept = _covers[cover];
        uint256 face = kept.face;
        if (face == 0) revert UnknownCover(cover);
        (Reason reason, uint32 first, uint32 last) = BondCovers.terms(cover);
        (uint32 rows, uint32 exceedances) = _proved.within(first, last);
        uint256 earned = uint256(kept.daily) * (rows - kept.rows);
        uint256 paid;
        uint256 rest;
        if (!kept.released) {
            uint256 before = _portion(face, reason == Reason.Exceedance ? kept.exceedances : 0);
            uint256 share = _share(cover);
            paid = face * share / BondCovers.MILLION - before;
            if (share == BondCovers.MILLION || _isOver(last)) {
                kept.released = true;
                rest = face - before - paid;
            }
            _locked -= paid + rest;
            if (rest != 0) _giveBack(rest);
        }
        (kept.rows, kept.exceedances) = (rows, exceedances);
        if (earned != 0) _toEntity += earned;
        emit Released(cover, paid, rest, earned);
    }

    /// @dev Where the rest of a lock goes: nothing returns to an entity that was silent.
    function _giveBack(uint256 rest) private {
        if (_course.silent != 0) _toBeneficiary += rest;
        else if (_course.closed) _toEntity += rest;
        else _free += rest;
    }

    /// @inheritdoc IComplianceBond
    function redeem(uint256 cover, uint256 amount, address to) external nonReentrant returns (uint256 paid) {
        _release(cover);
        if (!_covers[cover].released) revert NotOver(cover, _course.last);
        paid = owed(cover, amount);
        _burn(msg.sender, cover, amount);
        emit Redeemed(cover, msg.sender, to, amount, paid);
        _push(to, paid);
    }

    /// @inheritdoc IComplianceBond
    function refund(uint256 cover, address buyer) external nonReentrant returns (uint256 paid) {
        uint256 daily = _purchases[cover][buyer].daily;
        if (_purchases[cover][buyer].face == 0) revert NothingBought(cover, buyer);
        (, uint32 first, uint32 last) = BondCovers.terms(cover);
        if (!_isOver(last)) revert NotOver(cover, _course.last);
        delete _purchases[cover][buyer];
        (uint32 rows,) = _proved.within(first, last);
        paid = daily * (uint256(last) - first + 1 - rows);
        emit Refunded(cover, buyer, paid);
        _push(buyer, paid);
    }

    /// @inheritdoc IComplianceBond
    function collect(address to) external nonReentrant returns (uint256 paid) {
        if (msg.sender == ENTITY) (paid, _toEntity) = (_toEntity, 0);
        else if (msg.sender == BENEFICIARY) (paid, _toBeneficiary) = (_toBeneficiary, 0);
        else revert NotEntitled(msg.sender);
        emit Collected(msg.sender, to, paid);
        _push(to, paid);
    }

    /// @dev Takes an amount from the caller, all of it: what else this contract is sent counts nowhere.
    function _pull(uint256 amount) private {
        uint256 before = ASSET.balanceOf(address(this));
        ASSET.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = ASSET.balanceOf(address(this)) - before;
        if (received != amount) revert FeeOnTransfer(amount, received);
    }

    function _push(address to, uint256 amount) private {
        if (amount != 0) ASSET.safeTransfer(to, amount);
    }
}

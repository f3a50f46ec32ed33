// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBookIndex} from "../interfaces/IBookIndex.sol";
import {ICoverVault} from "../interfaces/ICoverVault.sol";
import {IVarSecurity} from "../interfaces/IVarSecurity.sol";
import {CoverSchedule} from "../libraries/CoverSchedule.sol";
import {PremiumCurve} from "../libraries/PremiumCurve.sol";
import {IVaultOfShares} from "./TrancheShares.sol";
import {CoverState} from "./CoverState.sol";

/// @title The books of a vault: covers, money, and two classes of capital
/// @notice It holds all money of the vault, and counts nothing that it was sent without a call. Its clock is the order of final rows. A day is settled once: premium, payouts, covers that end, and then the requests
/// of its boundary.
contract CoverBook is CoverState, ERC1155Holder, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    error NotReadable(uint256 epoch);

    /// @param s See `ICoverVault.Setup`.
    /// @param vault_ The seller, which is deployed next: the address that a deployer's next contract gets follows from its nonce.
    constructor(ICoverVault.Setup memory s, address vault_) CoverState(s, vault_) {
        // The vault sends COVER to its buyers.
        IERC1155(address(s.security)).setApprovalForAll(vault_, true);
    }

    /// @notice See `ICoverVault`.
    /// @dev A row that closes no day counts as one.
    function advance(uint256 count) external nonReentrant returns (uint256 days_) {
        (Clock memory c, Money memory m) = (_clock, _money);
        while (days_ < count && c.day != OVER && _step(c, m)) {
            ++days_;
        }
        (_clock, _money) = (c, m);
        if (c.day == OVER) _letGo(m);
    }

    /// @notice Splits collateral, and keeps COVER and REST: no code of a buyer runs in a sale, which it could make fail once it knows
    /// more. The vault alone calls it, once it has priced an order and found capacity. First days never fall from sale to sale.
    /// @param daily Premium of a day.
    /// @return number The cover's number.
    /// @return id Its identifier in the security; zero if the security refused.
    function sell(uint32 first, uint32 last, uint112 face, uint112 daily)
        external
        nonReentrant
        returns (uint256 number, uint256 id)
    {
        if (msg.sender != vault) revert NotTheVault(msg.sender);
        try security.split(_terms(first, last), face, address(this), address(this)) returns (uint256 made) {
            id = made;
        } catch {
            return (0, 0);
        }
        _money.locked += face;
        Clock memory c = _clock;
        number = c.tail;
        if (number != c.begun && _covers[number - 1].first == first) {
            Cover storage cover = _covers[--number];
            (cover.face, cover.daily) = (cover.face + face, cover.daily + daily);
        } else {
            Cover storage cover = _covers[number];
            (cover.face, cover.daily, cover.first) = (face, daily, first);
            _clock.tail = uint32(number + 1);
        }
    }

    /// @inheritdoc IVaultOfShares
    function pay(address to, uint256 amount) external nonReentrant {
        if (msg.sender != vault && msg.sender != address(junior) && msg.sender != address(senior)) {
            revert NotTheVault(msg.sender);
        }
        ASSET.safeTransfer(to, amount);
    }

    /// @notice Whether a row is final that was not settled: nothing is sold then.
    function isBehind() external view returns (bool) {
        uint256 epoch = _clock.cursor;
        return epoch < index.next() && index.isFinal(epoch);
    }

    /// @dev Settles the next day, if it is final.
    function _step(Clock memory c, Money memory m) private returns (bool) {
        uint256 epoch = c.cursor;
        if (epoch >= index.next()) return index.lastDay() != GOES_ON && _stepAfterEnd(c, m);
        try index.isFinal(epoch) returns (bool isFinal) {
            if (!isFinal) return false;
        } catch (bytes memory fault) {
            // The index keeps rows for 512 days at least. Days of forgotten ones are void.
            if (bytes4(fault) != IBookIndex.Forgotten.selector) revert NotReadable(epoch);
            (c.cursor, c.behind) = (uint32(epoch + 1), uint32(epoch + 1));
            return true;
        }
        IBookIndex.Row memory row = index.row(epoch);
        uint256 period = row.period;
        if (!row.own || row.previous != c.day) {
            if (CALENDAR.count(c.day, period) == 0) {
                // The row closes no day that is not settled.
                c.cursor = uint32(epoch + 1);
                if (period <= c.day) c.behind = c.cursor;
                return true;
            }
            period = CALENDAR.dayAfter(c.day, 1);
        }
        bool isLast = period == row.period;
        bool isOwn = isLast && row.own && !row.revoked;
        _settle(c, m, period, isOwn, isOwn ? _indexOf(row) : 0);
        if (isLast) c.cursor = uint32(epoch + 1);
        c.behind = c.cursor;
        return true;
    }

    /// @dev Once the index has ended, nothing that was not settled is earned or paid: one cover after the other is done with.
    function _stepAfterEnd(Clock memory c, Money memory m) private returns (bool) {
        if (c.head == c.tail) {
            c.day = OVER;
            return true;
        }
        Cover storage cover = _covers[c.head];
        if (c.head == c.begun) {
            // None of its days was settled. Behind its eve there is no row, unless the eve was the last day.
            if (CALENDAR.dayBefore(cover.first) != c.day) c.behind = c.cursor;
            _begin(cover, c, m);
            cover.end = uint32(c.number + LIFE);
        }
        // The days that are left are void for this cover alone.
        uint256 left = cover.end - c.number;
        cover.returned += (_dailyOf(cover) * left).toUint112();
        _finish(cover, c, m, CALENDAR.dayAfter(cover.first, LIFE - 1));
        return true;
    }

    /// @dev What a row says, in basis points times 2^20.
    function _indexOf(IBookIndex.Row memory row) private view returns (uint256) {
        return CoverSchedule.indexOf(kind, row, LOWEST, STEP);
    }

    function _settle(Clock memory c, Money memory m, uint256 period, bool isOwn, uint256 reached) private {
        ++c.number;
        if (c.begun < c.tail && _covers[c.begun].first == period) _begin(_covers[c.begun], c, m);
        (uint256 earned, uint256 paid) = (0, 0);
        if (isOwn) {
            earned = m.daily;
            _earn(earned);
            if (reached > ATTACHMENT) {
                uint256 early;
                (paid, early) = _payOut(c, m, reached);
                _lose(paid);
                _earn(early);
                earned += early;
            }
        } else {
            ++c.voids;
        }
        if (c.head < c.begun && _covers[c.head].end == c.number) _finish(_covers[c.head], c, m, period);
        c.day = uint32(period);
        (uint256 ofJunior, uint256 juniorLeaves) = junior.cross(period);
        (uint256 ofSenior, uint256 seniorLeaves) = senior.cross(period);
        if (juniorLeaves | seniorLeaves != 0) _letGo(m);
        emit ICoverVault.Day(period, !isOwn, earned, paid, ofJunior, ofSenior);
    }

    /// @dev The first day of a cover.
    function _begin(Cover storage cover, Clock memory c, Money memory m) private {
        uint256 floor = ATTACHMENT;
        if (kind == IVarSecurity.Kind.ValueAtRisk) {
            floor = Math.max(floor, _indexOf(index.row(_oldestFrom(c.behind - 1))));
            floor = Math.min(floor, DETACHMENT);
        }
        (cover.floor, cover.best) = (uint48(floor), uint48(floor));
        (cover.end, cover.voids, cover.start) = (uint32(c.number + LIFE - 1), c.voids, c.behind);
        m.daily += cover.daily;
        ++c.begun;
    }

    /// @dev Raises the index of covers that live. Returns what is paid, and the premium that is earned by it.
    function _payOut(Clock memory c, Money memory m, uint256 reached) private returns (uint256 paid, uint256 earned) {
        for (uint256 i = c.head; i < c.begun; ++i) {
            Cover memory cover = _covers[i];
            if (reached <= cover.best) continue;
            (uint256 worth, uint256 daily) = (_worth(cover), _dailyOf(cover));
            cover.returned += (daily * (c.voids - cover.voids)).toUint112();
            (cover.voids, cover.best) = (c.voids, uint48(reached));
            paid += worth - _worth(cover);
            uint256 less = daily - _dailyOf(cover);
            earned += less * (cover.end - c.number);
            m.daily -= uint128(less);
            _covers[i] = cover;
        }
        m.locked -= uint128(paid);
    }

    /// @dev The last day of the oldest cover: REST becomes cash.
    function _finish(Cover storage kept, Clock memory c, Money memory m, uint256 last) private {
        Cover memory cover = kept;
        uint256 daily = _dailyOf(cover);
        kept.returned = (cover.returned + daily * (c.voids - cover.voids)).toUint112();
        m.daily -= uint128(daily);
        uint256 worth = _worth(cover);
        m.locked -= uint128(worth);
        ++c.head;
        (uint256 id, uint256 rest) = security.idsOf(_terms(cover.first, uint32(last)));
        security.settle(id, _oldestFrom(cover.start), type(uint256).max);
        uint256 paid = security.redeem(rest, cover.face, address(this));
        if (paid < worth) _lose(worth - paid);
        else if (paid > worth) _earn(paid - worth);
    }

    function _terms(uint32 first, uint32 last) internal view returns (IVarSecurity.Terms memory) {
        return IVarSecurity.Terms(kind, uint16(ATTACHMENT >> SCALE), uint16(DETACHMENT >> SCALE), first, last);
    }

    /// @dev Junior's share of premium, and senior's. A class that is empty or wiped leaves its own to the other; if both are, those
    /// who leave earn it, for they alone bear losses then.
    function _earn(uint256 amount) private {
        if (amount == 0) return;
        uint256 share = amount * JUNIOR_PREMIUM / PremiumCurve.ONE;
        uint256 left = amount - junior.earn(share, false);
        left -= senior.earn(left, false);
        if (left != 0) left -= junior.earn(left, false);
        if (left != 0) left -= junior.earn(left, true);
        if (left != 0) senior.earn(left, true);
    }

    /// @dev Junior first.
    function _lose(uint256 amount) private {
        if (amount == 0) return;
        (uint256 taken, bool wiped) = junior.lose(amount);
        if (wiped) emit ICoverVault.Wiped(true);
        if (taken == amount) return;
        (, wiped) = senior.lose(amount - taken);
        if (wiped) emit ICoverVault.Wiped(false);
    }

    /// @dev Pays those who leave: as far as assets stay at the faces of live cover, and junior at its share of all while there is
    /// any. Senior comes first, since junior is what protects it.
    function _letGo(Money memory m) private {
        (uint256 juniorActive, uint256 juniorLeaves,) = junior.book();
        (uint256 seniorActive, uint256 seniorLeaves,) = senior.book();
        uint256 ofJunior = juniorActive + juniorLeaves;
        uint256 all = ofJunior + seniorActive + seniorLeaves;
        uint256 free = all - m.locked;
        if (seniorLeaves != 0) {
            uint256 paid = senior.pay(Math.min(seniorLeaves, free));
            (all, free) = (all - paid, free - paid);
        }
        if (juniorLeaves == 0) return;
        uint256 most = Math.min(juniorLeaves, free);
        if (m.locked != 0) {
            uint256 above = Math.saturatingSub(ofJunior * PremiumCurve.ONE, JUNIOR_LEAST * all);
            most = Math.min(most, above / (PremiumCurve.ONE - JUNIOR_LEAST));
        }
        junior.pay(most);
    }
}

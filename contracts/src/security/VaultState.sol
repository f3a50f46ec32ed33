// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IBookIndex} from "../interfaces/IBookIndex.sol";
import {ICoverVault} from "../interfaces/ICoverVault.sol";
import {ITradingCalendar} from "../interfaces/ITradingCalendar.sol";
import {ITrancheShares} from "../interfaces/ITrancheShares.sol";
import {IVarSecurity} from "../interfaces/IVarSecurity.sol";
import {PremiumCurve} from "../libraries/PremiumCurve.sol";
import {IVaultOfShares, TrancheShares} from "./TrancheShares.sol";

/// @title What a vault keeps, and what can be read of it
abstract contract VaultState is ICoverVault, IVaultOfShares {
    using SafeERC20 for IERC20;

    /// @notice Cover of one first day, of all orders together.
    struct Cover {
        uint112 face;
        /// Premium of a day as it was sold.
        uint112 daily;
        /// Its first day.
        uint32 first;
        /// Index, in basis points times 2^20, from which it pays, and the greatest one so far.
        uint48 floor;
        uint48 best;
        /// The vault's number of its last day.
        uint32 end;
        /// Void days of the vault that its `returned` takes into account.
        uint32 voids;
        /// The first row behind the eve of its first day.
        uint32 start;
        /// Premium of void days, to be paid back.
        uint112 returned;
    }

    /// @dev How far the vault has gone. Covers are numbered in the order of their first days: they begin and end in that order.
    struct Clock {
        /// The last day that was settled: the greatest integer once the index has ended and every cover is done with.
        uint32 day;
        /// The next row to look at, and the first one behind the last day.
        uint32 cursor;
        uint32 behind;
        /// Days and void days so far.
        uint32 number;
        uint32 voids;
        /// The oldest cover that lives, the first one that has not begun, and the number of covers.
        uint32 head;
        uint32 begun;
        uint32 tail;
    }

    struct Money {
        /// Premium of a day of all covers that have begun and not ended.
        uint128 daily;
        /// What REST in the vault's hands is worth.
        uint128 locked;
    }

    /// @dev An order as it is kept.
    struct Kept {
        address buyer;
        uint32 pricing;
        uint32 first;
        /// Time at which the first day opens.
        uint32 opens;
        uint112 face;
        uint112 most;
        /// 0: open; 1: returned; from 2 on the number of its cover.
        uint32 status;
        uint112 daily;
        uint112 claimed;
    }

    /// @notice A parameter is out of range.
    error BadSetup(string field, uint256 value);
    error NotAClass(address caller);

    uint256 internal constant RETURNED = 1;
    uint256 internal constant FILLED = 2;
    /// @dev An index is in basis points times 2^20.
    uint256 internal constant SCALE = 20;
    uint256 internal constant GOES_ON = type(uint256).max;
    uint32 internal constant OVER = type(uint32).max;

    /// @notice The split core that the vault sells cover of.
    IVarSecurity public immutable security;
    IVarSecurity.Kind public immutable kind;
    IBookIndex public immutable index;
    ITradingCalendar internal immutable CALENDAR;
    IERC20 internal immutable ASSET;
    TrancheShares internal immutable JUNIOR;
    TrancheShares internal immutable SENIOR;
    uint16 internal immutable ATTACHMENT;
    uint16 internal immutable DETACHMENT;
    uint16 internal immutable LIFE;
    uint32 internal immutable WAITING;
    uint32 internal immutable COOLDOWN;
    uint128 internal immutable LEAST_FACE;
    uint32 internal immutable BASE;
    uint32 internal immutable SLOPE;
    uint32 internal immutable STEEP;
    uint32 internal immutable KINK;
    uint32 internal immutable JUNIOR_LEAST;
    uint32 internal immutable JUNIOR_PREMIUM;
    address private immutable HOOK;
    address private immutable GATE;

    Clock internal _clock;
    Money internal _money;
    /// @dev The next order to be filled or returned.
    uint256 internal _turn;
    Kept[] internal _orders;
    mapping(uint256 number => Cover) internal _covers;

    constructor(Setup memory s) {
        (security, kind, ATTACHMENT, DETACHMENT) = (s.security, s.kind, s.attachment, s.detachment);
        (index, ASSET) = (s.security.index(), IERC20(s.security.asset()));
        CALENDAR = index.calendar();
        (LIFE, WAITING, COOLDOWN, LEAST_FACE) = (s.life, s.waiting, s.cooldown, s.leastFace);
        (BASE, SLOPE, STEEP, KINK) = (s.base, s.slope, s.steep, s.kink);
        (JUNIOR_LEAST, JUNIOR_PREMIUM) = (s.juniorLeast, s.juniorPremium);
        (HOOK, GATE) = (s.hook, s.gate);
        _check(s);
        (JUNIOR, SENIOR) = (_class(s, true), _class(s, false));
        ASSET.forceApprove(address(s.security), type(uint256).max);
        uint32 start = uint32(index.next());
        (_clock.cursor, _clock.behind) = (start, start);
        _clock.day = uint32(CALENDAR.dayBefore(boundaryAfter(0)));
    }

    function _check(Setup memory s) private pure {
        if (s.attachment == 0) revert BadSetup("attachment", 0);
        if (s.detachment <= s.attachment || s.detachment > 10_000) revert BadSetup("detachment", s.detachment);
        if (s.life < 20 || s.life > 250) revert BadSetup("life", s.life);
        if (s.waiting < 2 days || s.waiting > 30 days) revert BadSetup("waiting", s.waiting);
        if (s.cooldown > 365 days) revert BadSetup("cooldown", s.cooldown);
        if (s.leastFace == 0 || s.leastFace > PremiumCurve.MOST_ASSETS) revert BadSetup("leastFace", s.leastFace);
        if (s.base == 0) revert BadSetup("base", 0);
        uint256 rate = uint256(s.base) + s.slope + s.steep;
        if (rate > PremiumCurve.MOST_RATE) revert BadSetup("base", rate);
        if (s.kink >= PremiumCurve.ONE) revert BadSetup("kink", s.kink);
        if (s.juniorLeast >= PremiumCurve.ONE) revert BadSetup("juniorLeast", s.juniorLeast);
        if (s.juniorPremium > PremiumCurve.ONE) revert BadSetup("juniorPremium", s.juniorPremium);
    }

    function _class(Setup memory s, bool junior) private returns (TrancheShares) {
        string memory symbol = IERC20Metadata(address(ASSET)).symbol();
        return new TrancheShares(
            string.concat(junior ? "Junior cover of " : "Senior cover of ", symbol),
            string.concat(junior ? "j" : "s", symbol),
            address(ASSET),
            s.cooldown,
            s.hook,
            s.gate
        );
    }

    /// @notice What the vault was deployed with.
    function setup() external view returns (Setup memory) {
        return Setup({
            security: security,
            kind: kind,
            attachment: ATTACHMENT,
            detachment: DETACHMENT,
            life: LIFE,
            waiting: WAITING,
            cooldown: COOLDOWN,
            leastFace: LEAST_FACE,
            base: BASE,
            slope: SLOPE,
            steep: STEEP,
            kink: KINK,
            juniorLeast: JUNIOR_LEAST,
            juniorPremium: JUNIOR_PREMIUM,
            hook: HOOK,
            gate: GATE
        });
    }

    /// @inheritdoc ICoverVault
    function shares(bool junior) external view returns (ITrancheShares) {
        return junior ? JUNIOR : SENIOR;
    }

    /// @inheritdoc ICoverVault
    function assets(bool junior) external view returns (uint256) {
        return (junior ? JUNIOR : SENIOR).totalAssets();
    }

    /// @inheritdoc ICoverVault
    function day() external view returns (uint256 period) {
        return _clock.day;
    }

    /// @inheritdoc ICoverVault
    function live() external view returns (uint256) {
        return _money.locked;
    }

    /// @notice Covers that were sold, the oldest that lives, and the first that has not begun.
    function covers() external view returns (uint256 number, uint256 head, uint256 begun) {
        return (_clock.tail, _clock.head, _clock.begun);
    }

    /// @notice A cover by its number; `returned` takes every void day into account.
    function coverOf(uint256 number) public view returns (Cover memory cover) {
        cover = _covers[number];
        cover.returned = uint112(_returned(number, cover, _clock));
    }

    /// @notice The orders so far, and the first one that is neither filled nor returned.
    function orders() external view returns (uint256 number, uint256 turn) {
        return (_orders.length, _turn);
    }

    /// @inheritdoc IVaultOfShares
    function boundaryAfter(uint256 delay) public view returns (uint256 period) {
        return CALENDAR.dayBefore(CALENDAR.firstOpening(block.timestamp + delay + 1));
    }

    /// @inheritdoc IVaultOfShares
    function isOver() external view returns (bool) {
        return _clock.day == OVER;
    }

    /// @dev Premium of void days of a cover.
    function _returned(uint256 number, Cover memory cover, Clock memory c) internal view returns (uint256) {
        if (number < c.head || number >= c.begun) return cover.returned;
        return cover.returned + _dailyOf(cover) * (c.voids - cover.voids);
    }

    /// @dev Premium of a day, after the part that is earned by what was paid.
    function _dailyOf(Cover memory cover) internal view returns (uint256) {
        (uint256 left, uint256 span) = _left(cover);
        return cover.daily * left / span;
    }

    /// @dev What REST of a cover is worth.
    function _worth(Cover memory cover) internal view returns (uint256) {
        (uint256 left, uint256 span) = _left(cover);
        return cover.face * left / span;
    }

    /// @dev The share of a face that is not paid, as a fraction.
    function _left(Cover memory cover) private view returns (uint256 left, uint256 span) {
        uint256 top = uint256(DETACHMENT) << SCALE;
        span = top - (uint256(ATTACHMENT) << SCALE);
        left = span - ((cover.best < top ? cover.best : top) - cover.floor);
    }
}

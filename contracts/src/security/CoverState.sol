// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IBookIndex} from "../interfaces/IBookIndex.sol";
import {ICoverVault} from "../interfaces/ICoverVault.sol";
import {ITradingCalendar} from "../interfaces/ITradingCalendar.sol";
import {IVarSecurity} from "../interfaces/IVarSecurity.sol";
import {PremiumCurve} from "../libraries/PremiumCurve.sol";
import {IVaultOfShares, TrancheShares} from "./TrancheShares.sol";

/// @title Covers that a vault sold, and how far it has gone
abstract contract CoverState is IVaultOfShares {
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

    /// @notice How far the vault has gone. Covers are numbered in the order of their first days: they begin and end in that order.
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

    /// @notice A parameter is out of range.
    error BadSetup(string field, uint256 value);
    error NotTheVault(address caller);

    /// @dev An index is in basis points times 2^20.
    uint256 internal constant SCALE = 20;
    uint256 internal constant GOES_ON = type(uint256).max;
    uint32 internal constant OVER = type(uint32).max;
    /// @dev Periods that the index keeps beside those of a life: for what is not final, for holidays, and for whoever settles late.
    uint256 private constant SPARE = 50;

    /// @notice The seller, whose book this is.
    address public immutable vault;
    /// @notice Hash of what it was deployed with.
    bytes32 public immutable digest;
    /// @notice The split core that the vault sells cover of.
    IVarSecurity public immutable security;
    IVarSecurity.Kind public immutable kind;
    IBookIndex public immutable index;
    ITradingCalendar internal immutable CALENDAR;
    IERC20 internal immutable ASSET;
    /// @notice The two classes.
    TrancheShares public immutable junior;
    TrancheShares public immutable senior;
    /// @dev In basis points times 2^20.
    uint256 internal immutable ATTACHMENT;
    uint256 internal immutable DETACHMENT;
    /// @dev Of the index's ladder, in the same.
    uint256 internal immutable LOWEST;
    uint256 internal immutable STEP;
    uint256 internal immutable LIFE;
    /// @dev Rows that the index keeps.
    uint256 internal immutable RING;
    uint256 internal immutable JUNIOR_LEAST;
    uint256 internal immutable JUNIOR_PREMIUM;

    Clock internal _clock;
    Money internal _money;
    mapping(uint256 number => Cover) internal _covers;

    constructor(ICoverVault.Setup memory s, address vault_) {
        _check(s);
        (vault, digest) = (vault_, keccak256(abi.encode(s)));
        (security, kind, index) = (s.security, s.kind, s.security.index());
        (CALENDAR, ASSET) = (index.calendar(), IERC20(s.security.asset()));
        (ATTACHMENT, DETACHMENT) = (uint256(s.attachment) << SCALE, uint256(s.detachment) << SCALE);
        (uint256 lowest, uint256 step) = index.ladder();
        (LOWEST, STEP) = (lowest << SCALE, step << SCALE);
        (LIFE, JUNIOR_LEAST, JUNIOR_PREMIUM) = (s.life, s.juniorLeast, s.juniorPremium);
        (junior, senior) = (_class(s, true), _class(s, false));
        ASSET.forceApprove(address(s.security), type(uint256).max);
        uint256 rows = index.window().terms().rows;
        RING = rows < 256 ? 512 : rows;
        uint32 start = uint32(index.next());
        (_clock.cursor, _clock.behind) = (start, start);
        // The index is over a full window, so that there is a row before every eve, and its level is that of all rows.
        index.valueAtRisk();
        uint256 today = CALENDAR.dayBefore(boundaryAfter(0));
        _clock.day = uint32(today);
        // Rows of a whole life and of SPARE periods more: whoever settles a cover at its end in the security finds all of its days.
        _refuse(CALENDAR.dayAfter(today, LIFE) - today + SPARE > RING, "life", s.life);
    }

    function _check(ICoverVault.Setup memory s) private pure {
        _refuse(s.attachment == 0, "attachment", 0);
        _refuse(s.detachment <= s.attachment || s.detachment > 10_000, "detachment", s.detachment);
        _refuse(s.life < 20 || s.life > 250, "life", s.life);
        _refuse(s.waiting < 2 days || s.waiting > 30 days, "waiting", s.waiting);
        _refuse(s.cooldown > 365 days, "cooldown", s.cooldown);
        _refuse(s.leastFace == 0 || s.leastFace > PremiumCurve.MOST_ASSETS, "leastFace", s.leastFace);
        uint256 rate = uint256(s.base) + s.slope + s.steep;
        _refuse(s.base == 0 || rate > PremiumCurve.MOST_RATE, "base", s.base);
        _refuse(s.kink >= PremiumCurve.ONE, "kink", s.kink);
        _refuse(s.juniorLeast >= PremiumCurve.ONE, "juniorLeast", s.juniorLeast);
        _refuse(s.juniorPremium > PremiumCurve.ONE, "juniorPremium", s.juniorPremium);
    }

    function _refuse(bool isBad, string memory field, uint256 value) private pure {
        if (isBad) revert BadSetup(field, value);
    }

    function _class(ICoverVault.Setup memory s, bool isJunior) private returns (TrancheShares) {
        string memory symbol = IERC20Metadata(address(ASSET)).symbol();
        return new TrancheShares(
            string.concat(isJunior ? "Junior cover of " : "Senior cover of ", symbol),
            string.concat(isJunior ? "j" : "s", symbol),
            address(ASSET),
            s.cooldown,
            s.hook,
            s.gate
        );
    }

    /// @notice The last day that was settled.
    function day() external view returns (uint256 period) {
        return _clock.day;
    }

    /// @notice Faces of live cover, and assets of both classes: all of them can be locked.
    function capacity() external view returns (uint256 locked, uint256 ofJunior, uint256 ofSenior) {
        return (_money.locked, junior.totalAssets(), senior.totalAssets());
    }

    /// @notice How far the book has gone.
    function clock() external view returns (Clock memory) {
        return _clock;
    }

    /// @notice A cover by its number; `returned` takes every void day into account.
    function coverOf(uint256 number) public view returns (Cover memory cover) {
        cover = _covers[number];
        cover.returned = uint112(_returned(number, cover, _clock));
    }

    /// @inheritdoc IVaultOfShares
    function boundaryAfter(uint256 delay) public view returns (uint256 period) {
        return CALENDAR.dayBefore(CALENDAR.firstOpening(block.timestamp + delay + 1));
    }

    /// @inheritdoc IVaultOfShares
    function isOver() external view returns (bool) {
        return _clock.day == OVER;
    }

    /// @dev A row, or the oldest one that the index keeps if it has forgotten that, as the security takes it.
    function _oldestFrom(uint256 epoch) internal view returns (uint256) {
        return Math.max(epoch, Math.saturatingSub(index.next(), RING));
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
        span = DETACHMENT - ATTACHMENT;
        left = span - (Math.min(cover.best, DETACHMENT) - cover.floor);
    }
}

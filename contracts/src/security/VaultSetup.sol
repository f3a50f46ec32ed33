// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IBookIndex} from "../interfaces/IBookIndex.sol";
import {ICoverVault} from "../interfaces/ICoverVault.sol";
import {IRollingWindow} from "../interfaces/IRollingWindow.sol";
import {ITradingCalendar} from "../interfaces/ITradingCalendar.sol";
import {ITrancheShares} from "../interfaces/ITrancheShares.sol";
import {IVarSecurity} from "../interfaces/IVarSecurity.sol";
import {PremiumCurve} from "../libraries/PremiumCurve.sol";
import {CoverBook} from "./CoverBook.sol";

/// @title What a vault was deployed with, and its views
abstract contract VaultSetup is ICoverVault {
    /// @notice The book was deployed for another seller, or with another setup.
    error NotOurs(address vault);

    /// @notice Where the money is: it settles days, and logs them.
    CoverBook public immutable book;
    IVarSecurity internal immutable SECURITY;
    IBookIndex internal immutable INDEX;
    IRollingWindow internal immutable WINDOW;
    ITradingCalendar internal immutable CALENDAR;
    IERC20 internal immutable ASSET;
    uint16 internal immutable LIFE;
    uint32 internal immutable WAITING;
    uint128 internal immutable LEAST_FACE;
    uint256 internal immutable MOST_FACE;
    uint32 internal immutable BASE;
    uint32 internal immutable SLOPE;
    uint32 internal immutable STEEP;
    uint32 internal immutable KINK;
    uint32 internal immutable JUNIOR_LEAST;

    Setup internal _setup;

    constructor(Setup memory s, CoverBook book_) {
        if (book_.vault() != address(this) || book_.digest() != keccak256(abi.encode(s))) {
            revert NotOurs(book_.vault());
        }
        _setup = s;
        (SECURITY, INDEX, ASSET) = (s.security, s.security.index(), IERC20(s.security.asset()));
        (WINDOW, CALENDAR) = (INDEX.window(), INDEX.calendar());
        (LIFE, WAITING, LEAST_FACE, JUNIOR_LEAST) = (s.life, s.waiting, s.leastFace, s.juniorLeast);
        (BASE, SLOPE, STEEP, KINK) = (s.base, s.slope, s.steep, s.kink);
        MOST_FACE = Math.min(s.security.cap(), PremiumCurve.MOST_ASSETS);
        book = book_;
    }

    /// @notice What the vault was deployed with.
    function setup() external view returns (Setup memory) {
        return _setup;
    }

    /// @inheritdoc ICoverVault
    function advance(uint256 count) external returns (uint256 days_) {
        return book.advance(count);
    }

    /// @inheritdoc ICoverVault
    function shares(bool junior) external view returns (ITrancheShares) {
        return junior ? book.junior() : book.senior();
    }

    /// @inheritdoc ICoverVault
    function assets(bool junior) external view returns (uint256) {
        (, uint256 ofJunior, uint256 ofSenior) = book.capacity();
        return junior ? ofJunior : ofSenior;
    }

    /// @inheritdoc ICoverVault
    function day() external view returns (uint256 period) {
        return book.day();
    }

    /// @inheritdoc ICoverVault
    function live() external view returns (uint256 locked) {
        (locked,,) = book.capacity();
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ITrancheShares} from "./ITrancheShares.sol";
import {IVarSecurity} from "./IVarSecurity.sol";

/// @title Two classes of capital that sell one series of cover
/// @notice The vault splits collateral in `IVarSecurity`, keeps COVER for its buyers, who paid a premium, and REST. Junior assets bear
/// what cover is paid until they are gone, senior assets bear the rest. A wiped class is closed.
///
/// The vault goes from day to day of the calendar, over days that are final. Deposits and redemptions are executed between two
/// days, at the price when every day before is settled: neither can be withdrawn, and neither party chooses the minute.
interface ICoverVault {
    /// @notice What a vault is deployed with, and never changes.
    struct Setup {
        IVarSecurity security;
        IVarSecurity.Kind kind;
        /// Basis points.
        uint16 attachment;
        uint16 detachment;
        /// Days of a cover, from 20 to 250. The index keeps the rows of as many days and of 50 periods more.
        uint16 life;
        /// Seconds between an order and the opening of its first day, from two to 30 days.
        uint32 waiting;
        /// Seconds between a request to redeem and the boundary at which it can be executed.
        uint32 cooldown;
        /// Faces that an order has at least.
        uint128 leastFace;
        /// Premium of a whole life as a share of face, in millionths, at no use of capacity and when deviations are at their mean;
        /// what it rises by, to full use; and what it rises by in addition from `kink` (in millionths) to full use.
        uint32 base;
        uint32 slope;
        uint32 steep;
        uint32 kink;
        /// Junior assets are at least this share of all, in millionths, after a sale and after a redemption.
        uint32 juniorLeast;
        /// Junior's share of earned premium, in millionths.
        uint32 juniorPremium;
        /// Called when shares are made or burnt, with bounded gas, its failure ignored; zero for none.
        address hook;
        /// Asked before shares move (`mayHold(address)`); zero for none.
        address gate;
    }

    /// @notice An order for cover. It is filled or returned, and nobody chooses which.
    struct Order {
        address buyer;
        uint128 face;
        /// Escrowed; the premium is at most this.
        uint128 most;
        /// What it was filled for; zero until then.
        uint128 premium;
        /// The row that it is priced at closes at this period, the first to close after the order.
        uint32 pricing;
        uint32 first;
        uint32 last;
        bool closed;
    }

    event Ordered(
        uint256 indexed order,
        address indexed buyer,
        uint128 face,
        uint128 most,
        uint32 pricing,
        uint32 first,
        uint32 last
    );
    event Filled(uint256 indexed order, uint256 indexed cover, uint128 premium, uint16 ratio, uint256 used);
    /// @notice The order is returned in full: `reason` says which rule refused it.
    event Returned(uint256 indexed order, string reason);
    /// @notice COVER of a filled order was taken.
    event Claimed(uint256 indexed order, uint256 indexed cover, address indexed to);
    /// @notice A day was settled. Amounts of collateral. This event and the next one come from where the vault's money is: see `book`
    /// of `CoverVault`.
    event Day(uint256 indexed period, bool isVoid, uint256 earned, uint256 paid, uint256 junior, uint256 senior);
    event Wiped(bool junior);

    /// @notice Orders `face` of cover whose first day is the first to open at least `waiting` seconds from now, and later than the
    /// close at which it is priced.
    function order(uint128 face, uint128 most) external returns (uint256 id);
    /// @notice Fills or returns the next orders whose pricing row is marked, in order, at most `count` of them. Anybody may call it.
    /// Nothing is sold while a row is not marked, or a final day not settled; nor where the pricing row, or a newer one, is not calm.
    /// An order that the security has no room for waits, and those behind it with it, until its first day opens; then it is
    /// returned. A premium is a whole number of units a day, rounded up. No code of a buyer runs in it.
    function fill(uint256 count) external returns (uint256 done);
    /// @notice Sends the COVER of a filled order to `to`, once. The order's buyer alone calls it, whenever it likes.
    function claim(uint256 order, address to) external returns (uint256 cover);
    /// @notice Pays the buyer of an order what is theirs: all of an order that was returned; what a filled one did not cost, and the
    /// premium of void days. Anybody may call it, and nobody is paid without it: a buyer cannot stop the orders behind its own.
    function refund(uint256 order) external returns (uint256 paid);
    /// @notice Goes over the next final days, at most `count`. Anybody may call it.
    function advance(uint256 count) external returns (uint256 days_);

    function orderOf(uint256 id) external view returns (Order memory);
    /// @notice Premium that `face` would cost now, at the last marked row.
    function quote(uint128 face) external view returns (uint256 premium, uint32 first, uint32 last);
    function shares(bool junior) external view returns (ITrancheShares);
    /// @notice Assets of a class, without deposits that wait and without what is owed to those who left.
    function assets(bool junior) external view returns (uint256);
    /// @notice The last day that was settled.
    function day() external view returns (uint256 period);
    /// @notice Faces of live cover.
    function live() external view returns (uint256);
}

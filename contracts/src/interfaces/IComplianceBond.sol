// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IBacktestLedger} from "./IBacktestLedger.sol";

/// @title An entity's bond behind its mandate, and cover on it
/// @notice Cover pays from the bond of the entity that it is about, and from nobody else's capital. Half of the bond at most is
/// locked behind cover; the other half is free.
///
/// A proved exceedance pays a fixed slice of face to *exceedance* cover of the day from its own lock, and the same slice of the
/// free half to the beneficiary. A silent day ends the bond: every cover that has begun pays its whole face, whatever its reason,
/// and the free half goes to the beneficiary. A void day moves nothing, and its premium is returned.
///
/// The bond goes over the rows of the backtest ledger in order.
interface IComplianceBond {
    enum Reason {
        Exceedance,
        Lapse
    }

    /// @notice What a bond is deployed with, and never changes.
    struct Setup {
        IBacktestLedger backtest;
        address entity;
        bytes32 mandate;
        address asset;
        /// Who gets slices of the free half, and the free half after silence.
        address beneficiary;
        /// Share of face that an exceedance pays, in millionths.
        uint32 slice;
        /// Premium of a day as a share of face, in millionths, of exceedance and of lapse cover.
        uint32 exceedancePremium;
        uint32 lapsePremium;
        /// Seconds between a purchase and the opening of the first day.
        uint32 waiting;
        /// Seconds between the announcement of a withdrawal and the boundary at which it can be executed.
        uint32 cooldown;
        /// Periods that a cover lasts, at least and at most.
        uint32 least;
        uint32 most;
        /// Asked before cover moves (`mayHold(address)`); zero for none.
        address gate;
    }

    /// @notice Cover that was bought at once.
    struct Purchase {
        address buyer;
        uint256 cover;
        uint128 face;
        uint128 premium;
        uint128 returned;
    }

    event Deposited(address indexed by, uint256 amount);
    event Bought(uint256 indexed purchase, uint256 indexed cover, address indexed buyer, uint128 face, uint128 premium);
    /// @notice A row of the backtest was taken over.
    event Day(uint256 indexed epoch, uint256 indexed period, IBacktestLedger.Outcome outcome, uint256 toBeneficiary);
    /// @notice The entity was silent: the bond has ended.
    event Ended(uint256 indexed epoch, uint256 indexed period, uint256 toBeneficiary);
    event WithdrawalAnnounced(uint256 amount, uint256 boundary);
    event Withdrawn(uint256 amount);

    /// @notice Adds to the bond. Anybody may.
    function deposit(uint256 amount) external;
    /// @notice Buys cover whose first period is the first to open at least `waiting` seconds from now. Half the bond bounds it.
    function buy(Reason reason, uint32 periods, uint128 face, uint128 mostPremium, address to)
        external
        returns (uint256 purchase, uint256 cover);
    /// @notice Takes over the next rows of the backtest, at most `count`. Anybody may call it.
    function advance(uint256 count) external returns (uint256 done);
    /// @notice Releases the locks of cover whose periods are over and settled.
    function release(uint256 cover) external;
    /// @notice Burns cover of the caller for what it is paid, rounded down, once it is whole or its periods are settled.
    function redeem(uint256 cover, uint128 amount, address to) external returns (uint256 paid);
    /// @notice Pays the premium of void rows back to the buyer.
    function refund(uint256 purchase) external returns (uint256 paid);
    /// @notice Announces that the entity takes from the free half. It cannot be taken back, and is executed once every row up to
    /// the boundary is taken over, as far as twice the cover stays.
    function announce(uint256 amount) external;
    function withdraw() external returns (uint256 amount);
    /// @notice Pays the beneficiary, or the entity its premium, what is theirs.
    function collect(address to) external returns (uint256 paid);

    /// @notice All of the bond, what is locked behind cover, and what is free.
    function bond() external view returns (uint256 all, uint256 locked, uint256 free);
    function owed(uint256 cover, uint256 amount) external view returns (uint256);
}

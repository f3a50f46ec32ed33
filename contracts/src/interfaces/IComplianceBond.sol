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
/// The bond goes over the rows of the backtest ledger in order. A row is of the period that it *opens* with: the one after the
/// period of the price that its move begins with. Cover is of the rows that open with one of its periods. Periods without a row
/// are as void rows are.
///
/// Rows of a suspended entity or mandate, and of a stopped key, are void by the ledger: nobody makes an entity silent by a
/// suspension. Premium is returned, cover ends worth what it was paid before, and the entity takes its bond as ever.
///
/// Cover is ERC-1155 of this contract, one unit for each unit of face. An identifier spells out reason, first and last period:
/// `reason << 64 | first << 32 | last`.
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
        /// Who gets slices of the free half, and the free half after silence. Not the entity.
        address beneficiary;
        /// Share of face that an exceedance pays, in millionths: at most a half, so that much is left for the next one.
        uint32 slice;
        /// Premium of a period as a share of face, in millionths, of exceedance and of lapse cover.
        uint32 exceedancePremium;
        uint32 lapsePremium;
        /// Seconds between a purchase and the opening of the first period, at least a day.
        uint32 waiting;
        /// Seconds between the announcement of a withdrawal and its boundary, at least a day.
        uint32 cooldown;
        /// Periods that a cover lasts, at least and at most.
        uint32 least;
        uint32 most;
        /// Asked before cover moves (`mayHold(address)`); zero for none.
        address gate;
    }

    /// @notice How far the rows of the backtest are taken over.
    struct Course {
        /// The next row.
        uint64 next;
        /// Period of the price that the last row ends with; zero before the first.
        uint32 last;
        /// The period that the silent row opened with; zero while there is none.
        uint32 silent;
        /// Whether the window has stopped for so long that no row counts any more.
        bool closed;
        /// When the announced withdrawal counts; zero while there is none.
        uint40 boundary;
    }

    /// @notice All cover of one identifier.
    struct Cover {
        /// Faces that were sold.
        uint128 face;
        /// Premium of a period.
        uint128 daily;
        /// Rows that have earned the entity their premium, and exceedances that have left the lock.
        uint32 rows;
        uint32 exceedances;
        /// Whether the lock is released, so that the cover can be redeemed.
        bool released;
    }

    /// @notice What a buyer bought of one identifier.
    struct Purchase {
        uint128 face;
        /// Premium of a period.
        uint128 daily;
    }

    event Deposited(address indexed by, uint256 amount);
    event Bought(uint256 indexed cover, address indexed buyer, address indexed to, uint128 face, uint256 premium);
    /// @notice A row of the backtest was taken over, of the period that it opens with.
    event Day(uint256 indexed epoch, uint256 indexed period, IBacktestLedger.Outcome outcome, uint256 toBeneficiary);
    /// @notice The entity was silent: the bond has ended.
    event Ended(uint256 indexed epoch, uint256 indexed period, uint256 toBeneficiary);
    /// @notice The window has stopped: the bond is over, and what is free is the entity's.
    event Closed(uint256 toEntity);
    /// @notice What left a cover's lock: to its holders, and elsewhere once it is over; and what its premium earned the entity.
    event Released(uint256 indexed cover, uint256 paid, uint256 returned, uint256 earned);
    event Redeemed(uint256 indexed cover, address indexed by, address to, uint256 amount, uint256 paid);
    event Refunded(uint256 indexed cover, address indexed buyer, uint256 paid);
    event WithdrawalAnnounced(uint256 amount, uint256 boundary);
    event Withdrawn(uint256 amount);
    event Collected(address indexed by, address to, uint256 paid);

    error BadSetup(string field, uint256 value);
    /// @notice The bond has ended or is closed.
    error Over();
    error NotEntitled(address caller);
    error BadAmount(uint256 amount);
    error BadLife(uint256 periods, uint256 least, uint256 most);
    /// @notice No exceedance can be proved under a mandate without floors.
    error NoExceedances(bytes32 mandate);
    /// @notice Cover would lock more than half of the bond, less what is to be withdrawn.
    error AboveHalf(uint256 face, uint256 free, uint256 locked);
    error PremiumAbove(uint256 premium, uint256 most);
    /// @notice The token kept some of what was sent.
    error FeeOnTransfer(uint256 sent, uint256 received);
    error MayNotHold(address holder);
    /// @notice The backtest has not settled the next row.
    error NotSettled(uint256 epoch);
    /// @notice The row is still in the window, which must be shown its point.
    error StillShown(uint256 epoch, uint256 newest);
    error UnknownCover(uint256 cover);
    error NotOver(uint256 cover, uint256 last);
    error NothingBought(uint256 cover, address buyer);
    error AnnouncedAlready(uint256 boundary);
    /// @notice The window had a row after this time.
    error NotQuiet(uint256 since, uint256 time);

    /// @notice Adds to the bond. Anybody may: what is added is the entity's.
    function deposit(uint256 amount) external;
    /// @notice Buys cover whose first period is the first to open at least `waiting` seconds from now. Half the bond bounds it,
    /// less what is to be withdrawn. The premium of a period is rounded up.
    function buy(Reason reason, uint32 periods, uint128 face, uint128 mostPremium, address to)
        external
        returns (uint256 cover, uint256 premium);
    /// @notice Takes over the next rows that the backtest has settled, and executes an announced withdrawal at its boundary.
    /// Anybody may call it.
    /// @param shown For each row, what the window needs for its point; empty for a row that has left the window, which is taken
    /// for one that follows the row before without a gap, and is as a void one unless it is silent. So is a row whose outcome the
    /// backtest no longer keeps.
    function advance(bytes[] calldata shown) external returns (uint256 done);
    /// @notice Moves out of a cover's lock what it was paid so far, and to the entity what its premium has earned. Once the
    /// cover is over, the rest of its lock goes to the free half; after silence it goes to the beneficiary. Anybody may call
    /// it.
    function release(uint256 cover) external;
    /// @notice Burns cover of the caller for what it is paid, rounded down, once it is whole or its periods are settled.
    function redeem(uint256 cover, uint256 amount, address to) external returns (uint256 paid);
    /// @notice Pays a buyer the premium of periods without a proved row, once the cover's periods are settled. Anybody may call
    /// it.
    function refund(uint256 cover, address buyer) external returns (uint256 paid);
    /// @notice Announces that the entity takes from the free half. It cannot be taken back. It is executed with the row that is
    /// the first to close at the boundary or later, after every row before it, as far as twice the cover stays: what is left must
    /// be announced again. Until then no cover is sold against it.
    function announce(uint256 amount) external;
    /// @notice Ends the bond in favour of the entity where the window has had no row for 30 days and each of its rows is taken
    /// over. Anybody may call it.
    function close() external;
    /// @notice Pays the beneficiary, or the entity, what is theirs: the caller's own.
    function collect(address to) external returns (uint256 paid);

    /// @notice All of the bond, what is locked behind cover, and what is free. What a cover was paid counts as locked until it is
    /// released.
    function bond() external view returns (uint256 all, uint256 locked, uint256 free);
    /// @notice What the beneficiary and the entity can collect.
    function claims() external view returns (uint256 beneficiary, uint256 entity);
    /// @notice What an amount of cover was paid so far.
    function owed(uint256 cover, uint256 amount) external view returns (uint256);
    /// @notice `abi.encode` of the setup.
    function setup() external view returns (bytes memory encoded);
    function course() external view returns (Course memory);
    /// @notice What the entity has announced to withdraw.
    function announced() external view returns (uint256 amount);
    function coverOf(uint256 cover) external view returns (Cover memory);
    function purchaseOf(uint256 cover, address buyer) external view returns (Purchase memory);
}

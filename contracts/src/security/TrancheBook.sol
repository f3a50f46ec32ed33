// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {PremiumCurve} from "../libraries/PremiumCurve.sol";

/// @title The books of a class: its assets, those that leave it, and the requests of a boundary
/// @notice The vault alone writes them. It holds the money.
///
/// Redemptions of one boundary leave as one batch: their assets earn nothing from there on and bear losses until they are paid,
/// from the oldest batch on. What leaves is counted in units, of which each batch has its own: a loss makes units worth less.
abstract contract TrancheBook is ERC20 {
    using SafeCast for uint256;

    struct Book {
        /// Assets that shares stand for.
        uint112 active;
        /// Assets of batches that are not paid.
        uint112 exiting;
        /// Whether the class was wiped: it takes no deposit and earns nothing.
        bool closed;
    }

    struct Queue {
        /// Units of all batches that are not paid.
        uint128 units;
        /// Places of the oldest batch that is not paid, and of the next one to come.
        uint32 head;
        uint32 tail;
        /// Batches before this place will be paid no more than they were.
        uint32 dropped;
    }

    struct Deposits {
        uint112 assets;
        uint128 shares;
        bool executed;
    }

    struct Exits {
        uint128 shares;
        /// Units at the boundary, and those that are not paid.
        uint128 units;
        uint128 left;
        uint112 paid;
        bool executed;
        uint32 place;
    }

    error NotTheVault(address caller);
    error Closed();

    /// @notice Shares that nobody has stand beside one unit of the asset: a first deposit cannot be made worthless by what is
    /// earned after it.
    uint256 internal constant VIRTUAL = 1_000;
    /// @dev A class whose share is worth less than a millionth of its first price is wiped. So shares stay below 2^128.
    uint256 private constant DUST = 1_000_000;
    /// @dev Batches that are paid on a day, at most.
    uint256 private constant BATCHES = 16;

    address public immutable vault;
    Book internal _book;
    Queue internal _queue;
    /// @dev Assets of deposits that wait for their boundary.
    uint256 internal _pending;
    mapping(uint256 place => uint256 boundary) private _places;
    mapping(uint256 boundary => Deposits) internal _deposits;
    mapping(uint256 boundary => Exits) internal _exits;

    modifier onlyVault() {
        if (msg.sender != vault) revert NotTheVault(msg.sender);
        _;
    }

    constructor() {
        vault = msg.sender;
    }

    /// @notice Assets that shares stand for, assets that leave, and whether the class was wiped.
    function book() external view returns (uint256 active, uint256 exiting, bool closed) {
        Book memory b = _book;
        return (b.active, b.exiting, b.closed);
    }

    /// @notice The vault adds premium. A class that is wiped or empty takes none, nor one without shares: all left, and a
    /// loss made dust of what had not been paid.
    /// @param leaving Whether it is for those that leave, when no class has anybody else.
    function earn(uint256 amount, bool leaving) external onlyVault returns (uint256 taken) {
        Book memory b = _book;
        if (leaving ? b.exiting == 0 : (b.closed || b.active == 0 || totalSupply() == 0)) return 0;
        if (leaving) b.exiting += amount.toUint112();
        else b.active += amount.toUint112();
        _book = b;
        return amount;
    }

    /// @notice The vault takes a loss, as far as the class has assets: of those that stay and those that leave alike.
    function lose(uint256 amount) external onlyVault returns (uint256 taken, bool wiped) {
        Book memory b = _book;
        taken = Math.min(amount, uint256(b.active) + b.exiting);
        if (taken == 0) return (0, false);
        uint256 ofLeaving = Math.mulDiv(taken, b.exiting, uint256(b.active) + b.exiting);
        b.active -= (taken - ofLeaving).toUint112();
        b.exiting -= ofLeaving.toUint112();
        if (_queue.units != 0) _dropDust(b);
        if (!b.closed && uint256(b.active) * VIRTUAL * DUST <= totalSupply()) {
            wiped = totalSupply() != 0 || b.exiting == 0;
            b.closed = wiped;
        }
        _book = b;
    }

    /// @dev Batches that have lost all but a millionth are done with. What is left of them stays in the class.
    function _dropDust(Book memory b) private {
        Queue memory q = _queue;
        if (uint256(b.exiting) * DUST > q.units) return;
        (b.active, b.exiting) = (b.active + b.exiting, 0);
        (q.units, q.head, q.dropped) = (0, q.tail, q.tail);
        _queue = q;
    }

    /// @notice The vault has settled the day of a boundary: its redemptions leave, its deposits enter, at one price.
    function cross(uint256 boundary) external onlyVault returns (uint256 active, uint256 exiting) {
        _cross(boundary, true);
        Book memory b = _book;
        return (b.active, b.exiting);
    }

    /// @param take Whether deposits enter: none does once the index has ended.
    function _cross(uint256 boundary, bool take) internal {
        Exits storage exits = _exits[boundary];
        Deposits storage deposits = _deposits[boundary];
        (uint256 leaving, uint256 entering) = (exits.shares, deposits.assets);
        if (leaving | entering == 0) return;
        (uint256 supply, Book memory b) = (totalSupply(), _book);
        (uint256 top, uint256 bottom) = (uint256(b.active) + 1, supply + VIRTUAL);
        if (leaving != 0 && !exits.executed) {
            // The last ones leave nothing behind that would earn for nobody.
            uint256 assets = leaving == supply ? b.active : Math.mulDiv(leaving, top, bottom);
            b.active -= assets.toUint112();
            _enqueue(exits, boundary, assets, b);
            _burn(address(this), leaving);
        }
        if (entering != 0 && take && !b.closed) {
            uint256 shares = Math.mulDiv(entering, bottom, top);
            (deposits.shares, deposits.executed) = (shares.toUint128(), true);
            b.active += uint112(entering);
            _pending -= entering;
            _mint(address(this), shares);
        }
        _book = b;
    }

    function _enqueue(Exits storage exits, uint256 boundary, uint256 assets, Book memory b) private {
        exits.executed = true;
        if (assets == 0) return;
        Queue memory q = _queue;
        uint256 units = q.units == 0 ? assets : Math.mulDiv(assets, q.units, b.exiting);
        (exits.units, exits.left, exits.place) = (units.toUint128(), units.toUint128(), q.tail);
        _places[q.tail] = boundary;
        (q.units, q.tail) = (q.units + units.toUint128(), q.tail + 1);
        b.exiting += assets.toUint112();
        _queue = q;
    }

    /// @notice The vault lets assets leave, at most `most`, the oldest batch first. What was paid can be claimed.
    function pay(uint256 most) external onlyVault returns (uint256 paid) {
        (Book memory b, Queue memory q) = (_book, _queue);
        for (uint256 i = 0; i < BATCHES && q.head < q.tail && paid < most; ++i) {
            Exits storage exits = _exits[_places[q.head]];
            uint256 left = exits.left;
            uint256 worth = Math.mulDiv(left, b.exiting, q.units);
            uint256 part = Math.min(worth, most - paid);
            uint256 units = part == worth ? left : Math.mulDiv(left, part, worth);
            exits.left = (left - units).toUint128();
            exits.paid += part.toUint112();
            b.exiting -= part.toUint112();
            q.units -= units.toUint128();
            paid += part;
            if (units != left) break;
            ++q.head;
        }
        (_book, _queue) = (b, q);
    }
}

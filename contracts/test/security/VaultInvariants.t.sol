// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ICoverVault} from "../../src/interfaces/ICoverVault.sol";
import {TrancheShares} from "../../src/security/TrancheShares.sol";
import {VaultModel, cheats} from "./VaultModel.sol";

/// @notice Underwriters, buyers and days in any order, over a real window, index and security. It keeps books of its own.
contract VaultHandler is VaultModel {
    struct Request {
        TrancheShares shares;
        address who;
        uint256 id;
        bool isDeposit;
    }

    Request[] private _requests;
    mapping(bytes32 => bool) private _known;
    address[4] private _people = [JUN, SEN, BUYER, OTHER];
    /// @dev Rules that did not hold.
    string[] public wrong;
    uint256 public donated;
    uint256 public filled;
    uint256 public crashes;
    uint256 public voids;
    uint256 public settled;
    mapping(uint256 order => bool) private _claimed;

    constructor() {
        makeVault();
        underwrite(2_000 * USD, 8_000 * USD);
    }

    function fails() external view returns (uint256) {
        return wrong.length;
    }

    /// @dev Share prices move on no call but `advance`.
    modifier keepsPrices() {
        (uint256 a, uint256 b) = (price(junior), price(senior));
        _;
        if (price(junior) != a || price(senior) != b) wrong.push("a share price moved without a day");
        _checkBooks();
    }

    function _checkBooks() private {
        _checkCover();
        try this.books() returns (uint256 owed) {
            if (token.balanceOf(address(book)) < owed) wrong.push("claims above what is held");
        } catch {
            wrong.push("faces above assets");
        }
    }

    /// @dev What everybody can have, but for redemptions that were paid and not claimed.
    function books() external view returns (uint256) {
        return claims() + _escrow() + _pending();
    }

    /// @dev What orders can have back.
    function _escrow() private view returns (uint256 sum) {
        (uint256 number, uint256 turn) = vault.orders();
        for (uint256 i = turn; i < number; ++i) {
            sum += vault.orderOf(i).most;
        }
    }

    function _pending() private view returns (uint256 sum) {
        uint256 day_ = vault.day();
        for (uint256 i = 0; i < _requests.length; ++i) {
            Request storage r = _requests[i];
            if (r.isDeposit && r.id > day_) sum += r.shares.pendingDepositRequest(r.id, r.who);
        }
    }

    function class(uint256 seed) private view returns (TrancheShares) {
        return seed % 2 == 0 ? junior : senior;
    }

    // --- what may happen

    function day(uint256 seed) external keepsPrices {
        uint256 what = seed % 8;
        uint256 next_ = period + 1;
        if (what < 5) {
            calm();
        } else if (what < 7) {
            loseExactly(400 + 25 * (seed / 8 % 14), next_, period);
            ++crashes;
        } else {
            // A day without a row.
            loseExactly(25 * (seed / 8 % 30), next_ + 1, next_);
        }
    }

    function settle(uint256 steps) external {
        for (uint256 i = 0; i < steps % 4 + 1; ++i) {
            (uint256 a, uint256 b, uint256 before) = (price(junior), price(senior), vault.day());
            uint256 voidsBefore = book.clock().voids;
            if (vault.advance(1) == 0) break;
            ++settled;
            (uint256 active, uint256 leaving,) = junior.book();
            bool held = junior.totalSupply() != 0 && senior.totalSupply() != 0;
            if (held && price(senior) < b && active + leaving != 0) wrong.push("senior lost before junior was empty");
            if (book.clock().voids != voidsBefore) {
                ++voids;
                // Rounding favours those that stay.
                bool same_ = price(junior) - a <= a / 1e6 && price(senior) - b <= b / 1e6;
                if (held && !same_) wrong.push("a void day moved a share price");
            }
            if (vault.day() <= before) wrong.push("a day was settled twice");
        }
        for (uint256 i = 0; i < _requests.length; ++i) {
            Request storage r = _requests[i];
            if (r.isDeposit || r.id <= vault.day()) continue;
            if (r.shares.claimableRedeemRequest(r.id, r.who) != 0) wrong.push("an exit before its day was settled");
        }
        _checkBooks();
    }

    function enter(uint256 seed, uint64 amount) external keepsPrices {
        TrancheShares shares = class(seed);
        (,, bool closed) = shares.book();
        if (closed) return;
        address who = _people[seed / 2 % 4];
        uint256 id = requestDeposit(shares, who, 10 * USD + amount % (3_000 * USD));
        _keep(Request(shares, who, id, true));
    }

    function leave(uint256 seed, uint256 part) external keepsPrices {
        TrancheShares shares = class(seed);
        address who = _people[seed / 2 % 4];
        uint256 amount = shares.balanceOf(who);
        if (seed / 8 % 2 == 0) amount = amount * (part % 1e6) / 1e6;
        if (amount == 0) return;
        uint256 id = requestRedeem(shares, who, amount);
        if (id <= vault.day()) wrong.push("a boundary that was settled");
        _keep(Request(shares, who, id, false));
    }

    /// @dev Requests of one person and boundary are one.
    function _keep(Request memory r) private {
        bytes32 key_ = keccak256(abi.encode(r));
        if (!_known[key_]) _requests.push(r);
        _known[key_] = true;
    }

    function claim(uint256 seed) external keepsPrices {
        TrancheShares shares = class(seed);
        address who = _people[seed / 2 % 4];
        if (shares.maxDeposit(who) != 0) claimShares(shares, who);
        if (shares.maxRedeem(who) != 0) claimAssets(shares, who);
    }

    function buyCover(uint256 seed, uint64 face) external keepsPrices {
        uint256 amount = USD + face % (4_000 * USD);
        order(_people[seed % 4], amount, amount / 10 + amount * (seed / 4 % 4) / 4);
    }

    function fillOrders(uint256 count) external keepsPrices {
        (uint256 number, uint256 turn) = vault.orders();
        try vault.fill(count % 4 + 1) {} catch {}
        (, uint256 now_) = vault.orders();
        for (uint256 i = turn; i < now_ && i < number; ++i) {
            if (vault.orderOf(i).premium != 0) ++filled;
            if (vault.orderOf(i).premium > vault.orderOf(i).most) wrong.push("a premium above its most");
        }
    }

    /// @dev Money, COVER or both: a buyer asks for either at any time.
    function refund(uint256 seed) external keepsPrices {
        (uint256 number,) = vault.orders();
        if (number == 0) return;
        if (seed % 3 != 0) vault.refund(seed / 3 % number);
        if (seed % 3 != 1) _take(seed / 3 % number);
    }

    function _take(uint256 id) private {
        if (_claimed[id] || vault.orderOf(id).premium == 0) return;
        _claimed[id] = true;
        claimCover(id);
    }

    /// @dev The book has the COVER of all orders that were filled and not claimed.
    function _checkCover() private {
        (, uint256 turn) = vault.orders();
        uint256 i = turn;
        uint256 kept;
        uint256 cover;
        // Of the newest id.
        while (i != 0) {
            if (vault.orderOf(--i).premium == 0) continue;
            if (cover == 0) cover = coverId(i);
            if (cover != coverId(i)) break;
            if (!_claimed[i]) kept += vault.orderOf(i).face;
        }
        if (cover != 0 && security.balanceOf(address(book), cover) != kept) wrong.push("COVER that is nobody's");
    }

    function donate(uint32 amount) external keepsPrices {
        token.mint(address(book), amount);
        donated += amount;
    }

    // --- at the end

    /// @dev The index ends, everybody takes what is theirs, and nothing but rounding stays.
    function allLeave() external returns (string memory) {
        cheats.warp(closesAt(period + 14) + 1);
        index.end();
        uint256 number;
        while (vault.advance(8) != 0) {}
        if (vault.day() != type(uint32).max) return "not over";
        vault.fill(FOREVER);
        (number,) = vault.orders();
        for (uint256 i = 0; i < number; ++i) {
            vault.refund(i);
            if (vault.orderOf(i).premium == 0) continue;
            _take(i);
            uint256 cover = coverId(i);
            address buyer = vault.orderOf(i).buyer;
            uint256 amount = security.balanceOf(buyer, cover);
            cheats.prank(buyer);
            if (amount != 0) security.redeem(cover, uint128(amount), buyer);
        }
        if (security.held() > 4 * number) return "collateral stays";
        _leaveAll(junior);
        _leaveAll(senior);
        uint256 left = token.balanceOf(address(book)) - donated;
        return left <= 100 + 10 * (number + _requests.length) ? "" : "money stays";
    }

    function _leaveAll(TrancheShares shares) private {
        uint256 number = _requests.length;
        for (uint256 i = 0; i < number; ++i) {
            Request memory r = _requests[i];
            if (r.shares == shares && !r.isDeposit) shares.wind(r.id);
        }
        for (uint256 i = 0; i < 4; ++i) {
            address who = _people[i];
            if (shares.maxDeposit(who) != 0) claimShares(shares, who);
            cheats.prank(who);
            try shares.reclaim(who, who) {} catch {}
            if (shares.balanceOf(who) != 0) shares.wind(requestRedeem(shares, who, shares.balanceOf(who)));
        }
        for (uint256 i = 0; i < 4; ++i) {
            if (shares.maxRedeem(_people[i]) != 0) claimAssets(shares, _people[i]);
        }
    }
}

/// @notice What holds after every call.
contract VaultInvariantsTest {
    VaultHandler private handler;

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function setUp() public {
        handler = new VaultHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev Days and their settlement come more often than anything else.
    function targetSelectors() external view returns (FuzzSelector[] memory out) {
        out = new FuzzSelector[](1);
        bytes4[] memory s = new bytes4[](16);
        for (uint256 i = 0; i < 4; ++i) {
            (s[i], s[4 + i]) = (handler.day.selector, handler.settle.selector);
        }
        (s[8], s[9], s[10], s[11]) =
        (handler.enter.selector, handler.leave.selector, handler.claim.selector, handler.buyCover.selector);
        (s[12], s[13], s[14], s[15]) =
        (handler.fillOrders.selector, handler.fillOrders.selector, handler.refund.selector, handler.donate.selector);
        out[0] = FuzzSelector(address(handler), s);
    }

    function invariantEveryRuleHolds() external view {
        require(handler.fails() == 0, handler.fails() == 0 ? "" : handler.wrong(0));
    }

    /// @notice Calls of the handler reach sales, crashes and void days.
    function testTheHandlerReachesEverything() external {
        for (uint256 i = 0; i < 300; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            uint256 what = seed % 16;
            seed >>= 8;
            if (what < 4) handler.day(seed);
            else if (what < 8) handler.settle(seed);
            else if (what == 8) handler.enter(seed, uint64(seed >> 64));
            else if (what == 9) handler.leave(seed, seed >> 64);
            else if (what == 10) handler.claim(seed);
            else if (what < 13) handler.buyCover(seed, uint64(seed >> 64));
            else if (what < 15) handler.fillOrders(seed);
            else handler.refund(seed);
        }
        require(handler.filled() > 3, "sales");
        require(handler.crashes() > 3 && handler.voids() > 3 && handler.settled() > 30, "days");
        require(handler.fails() == 0, handler.fails() == 0 ? "" : handler.wrong(0));
        string memory fault = handler.allLeave();
        require(bytes(fault).length == 0, fault);
    }

    function afterInvariant() external {
        string memory fault = handler.allLeave();
        require(bytes(fault).length == 0, fault);
    }
}

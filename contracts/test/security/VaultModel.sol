// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ICoverVault} from "../../src/interfaces/ICoverVault.sol";
import {IHolderGate} from "../../src/interfaces/IHolderGate.sol";
import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {BookState} from "../../src/security/BookState.sol";
import {CoverBook} from "../../src/security/CoverBook.sol";
import {CoverVault} from "../../src/security/CoverVault.sol";
import {TrancheShares} from "../../src/security/TrancheShares.sol";
import {VarSecurity} from "../../src/security/VarSecurity.sol";
import {BookModel} from "./BookModel.sol";
import {VaultToken} from "./VaultToken.sol";

/// @notice The test runner's cheat codes that the vault's tests use beside the others.
interface VaultVm {
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function getNonce(address account) external view returns (uint64);
    function warp(uint256 time) external;
    function prank(address caller) external;
    function startPrank(address caller) external;
    function stopPrank() external;
    function expectRevert(bytes calldata data) external;
    function expectRevert(bytes4 selector) external;
    function expectRevert() external;
    function toString(uint256 value) external pure returns (string memory);
}

VaultVm constant cheats = VaultVm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @notice A vault over a real security, index and window. Every period is a day, and rows come an hour after their close.
abstract contract VaultModel is BookModel {
    uint256 internal constant USD = 1e6;
    uint256 internal constant FOREVER = type(uint256).max;
    address internal constant JUN = address(0x1111);
    address internal constant SEN = address(0x2222);
    address internal constant BUYER = address(0x3333);
    address internal constant OTHER = address(0x4444);

    VaultToken internal token;
    VarSecurity internal security;
    CoverBook internal book;
    CoverVault internal vault;
    TrancheShares internal junior;
    TrancheShares internal senior;

    /// @dev A window of eight rows, whose moves are smaller than their mean at the end: the ratio is below one.
    function makeVault() internal {
        makeBook(8);
        makeVaultOverBook();
    }

    function makeVaultOverBook() internal {
        for (uint256 i = 0; i < 8; ++i) {
            lose(i % 2 == 0 ? int256(12_000) : int256(-12_000));
        }
        for (uint256 i = 0; i < 12; ++i) {
            calm();
        }
        token = new VaultToken();
        security = new VarSecurity(index, IERC20(token), securityCap(), IHolderGate(address(0)), "");
        (book, vault) = deployVault(vaultSetup());
        (junior, senior) = (book.junior(), book.senior());
    }

    function securityCap() internal pure virtual returns (uint256) {
        return 1_000_000 * USD;
    }

    function deployVault(ICoverVault.Setup memory s) internal returns (CoverBook book_, CoverVault vault_) {
        address next_ = cheats.computeCreateAddress(address(this), cheats.getNonce(address(this)) + 1);
        book_ = new CoverBook(s, next_);
        vault_ = new CoverVault(s, book_);
    }

    /// @dev The vault of the example in docs/src/chain/security.md.
    function vaultSetup() internal view virtual returns (ICoverVault.Setup memory) {
        return ICoverVault.Setup({
            security: security,
            kind: IVarSecurity.Kind.Realised,
            attachment: 400,
            detachment: 800,
            life: 20,
            waiting: 2 days,
            cooldown: 5 days,
            leastFace: uint128(USD),
            base: 20_000,
            slope: 60_000,
            steep: 0,
            kink: 0,
            juniorLeast: 100_000,
            juniorPremium: 600_000,
            hook: address(0),
            gate: address(0)
        });
    }

    /// @dev Weights that let a day lose a whole number of basis points exactly.
    function bookSetup() internal view virtual override returns (BookState.Setup memory s) {
        s = super.bookSetup();
        for (uint256 i = 0; i < 8; ++i) {
            s.weights[i] = i < 4 ? int16(1_300) : int16(1_200);
        }
    }

    // --- days

    /// @dev A day that loses exactly so many basis points.
    function loseExactly(uint256 bp) internal {
        loseExactly(bp, period + 1, period);
    }

    function loseExactly(uint256 bp, uint256 period_, uint256 previous) internal {
        // 13 x + 12 y units of a hundredth, beside the same entry for every factor.
        uint256 loss = bp << 20;
        uint256 entry_ = loss / 10_000;
        int256 rest = int256((loss - entry_ * 10_000) / 100);
        int256 x = rest % 12;
        int256 y = (rest - 13 * x) / 12;
        uint256[] memory prices = closing;
        for (uint256 i = 0; i < n; ++i) {
            int256 e = int256(entry_) + (i == 0 ? x : i == 4 ? y : int256(0));
            prices[i] -= (uint256(e) * prices[i] + (1 << 19)) >> 20;
        }
        Draft memory draft = next(prices);
        (draft.period, draft.previous) = (period_, previous);
        pushRow(draft);
        index.mark(shownToMark(index.next()));
        require(index.row(index.next() - 1).loss == int256(loss), "exactly");
    }

    /// @dev A day with a small gain or loss.
    function calm() internal {
        lose(epoch % 2 == 0 ? int256(2_000) : int256(-2_000));
    }

    /// @dev So many calm days, each pushed and marked an hour after its close, and settled as far as rows are final.
    function calmDays(uint256 number) internal {
        for (uint256 i = 0; i < number; ++i) {
            calm();
            vault.advance(FOREVER);
        }
    }

    /// @dev Settles everything up to the newest row, with calm days behind it.
    function settleAll() internal returns (uint256 last) {
        last = period;
        calmDays(3);
        require(vault.day() >= last, "settled");
    }

    // --- people

    function fund(address who, address spender, uint256 amount) internal {
        token.mint(who, amount);
        cheats.prank(who);
        token.approve(spender, type(uint256).max);
    }

    function requestDeposit(TrancheShares shares, address who, uint256 amount) internal returns (uint256 id) {
        fund(who, address(shares), amount);
        cheats.prank(who);
        return shares.requestDeposit(amount, who, who);
    }

    function requestRedeem(TrancheShares shares, address who, uint256 amount) internal returns (uint256 id) {
        cheats.prank(who);
        return shares.requestRedeem(amount, who, who);
    }

    function claimShares(TrancheShares shares, address who) internal returns (uint256) {
        uint256 amount = shares.maxDeposit(who);
        cheats.prank(who);
        return shares.deposit(amount, who, who);
    }

    function claimAssets(TrancheShares shares, address who) internal returns (uint256) {
        uint256 amount = shares.maxRedeem(who);
        cheats.prank(who);
        return shares.redeem(amount, who, who);
    }

    /// @dev Both classes deposit, and have their shares.
    function underwrite(uint256 ofJunior, uint256 ofSenior) internal {
        requestDeposit(junior, JUN, ofJunior);
        requestDeposit(senior, SEN, ofSenior);
        calmDays(4);
        claimShares(junior, JUN);
        claimShares(senior, SEN);
    }

    function order(address who, uint256 face, uint256 most) internal returns (uint256 id) {
        fund(who, address(vault), most);
        cheats.prank(who);
        return vault.order(uint128(face), uint128(most));
    }

    /// @dev An order and its fill, behind a calm pricing row.
    function buy(address who, uint256 face) internal returns (uint256 id) {
        id = order(who, face, face);
        calm();
        vault.advance(FOREVER);
        vault.fill(1);
        require(vault.orderOf(id).premium != 0, "filled");
    }

    /// @dev A filled order's COVER goes to its buyer.
    function claimCover(uint256 id) internal returns (uint256) {
        address buyer = vault.orderOf(id).buyer;
        cheats.prank(buyer);
        return vault.claim(id, buyer);
    }

    function coverId(uint256 id) internal view returns (uint256 cover) {
        ICoverVault.Order memory o = vault.orderOf(id);
        ICoverVault.Setup memory s = vault.setup();
        (cover,) = security.idsOf(IVarSecurity.Terms(s.kind, s.attachment, s.detachment, o.first, o.last));
    }

    /// @dev Calm days until the day before an order's first one has been pushed.
    function toEve(uint256 id) internal {
        uint256 first = vault.orderOf(id).first;
        while (period + 1 < first) {
            calm();
            vault.advance(FOREVER);
        }
    }

    // --- figures

    /// @dev Price of a million shares.
    function price(TrancheShares shares) internal view returns (uint256) {
        return shares.convertToAssets(1e24);
    }

    function same(uint256 left, uint256 right, string memory what) internal pure {
        require(left == right, string.concat(what, ": ", cheats.toString(left), " is not ", cheats.toString(right)));
    }

    /// @dev What the book owes to everybody, by its own accounts.
    function claims() internal view returns (uint256 sum) {
        (sum,,) = accounts();
    }

    /// @dev The same; assets of both classes, with those that leave; and faces of live cover.
    function accounts() internal view returns (uint256 sum, uint256 all, uint256 locked) {
        (locked,,) = book.capacity();
        (uint256 stays, uint256 leaves,) = junior.book();
        all = stays + leaves;
        (stays, leaves,) = senior.book();
        all += stays + leaves;
        require(locked <= all, "faces above assets");
        sum = all - locked;
        CoverBook.Clock memory c = book.clock();
        for (uint256 i = c.head; i < c.tail; ++i) {
            sum += unearned(i, c);
        }
    }

    /// @dev Premium of a cover that is neither earned nor returned.
    function unearned(uint256 i, CoverBook.Clock memory c) internal view returns (uint256) {
        CoverBook.Cover memory cover = book.coverOf(i);
        if (i >= c.begun) return uint256(cover.daily) * 20;
        uint256 whole = 400 << 20;
        uint256 top = cover.best > 800 << 20 ? 800 << 20 : cover.best;
        return cover.daily * (whole - (top - cover.floor)) / whole * (cover.end - c.number);
    }
}

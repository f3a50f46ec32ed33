// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IExchange, IReference, TargetRiskVault} from "../../examples/TargetRiskVault.sol";
import {vm} from "../Vm.sol";
import {BookModel} from "./BookModel.sol";

contract Token is ERC20 {
    constructor() ERC20("Token", "T") {
        _mint(msg.sender, 1e30);
    }
}

/// @notice A plain constant-product pool without a fee, which also quotes a price that a test fixes.
contract VaultPool is IExchange, IReference {
    IERC20 private immutable risky;
    IERC20 private immutable cash;
    uint256 public price = 1e18;
    bool private stingy;

    constructor(IERC20 risky_, IERC20 cash_) {
        (risky, cash) = (risky_, cash_);
    }

    function quote(uint256 price_) external {
        price = price_;
    }

    /// @notice From now on it keeps half of what a trade should give, and ignores `least`.
    function cheat() external {
        stingy = true;
    }

    function spot() public view returns (uint256) {
        return cash.balanceOf(address(this)) * 1e18 / risky.balanceOf(address(this));
    }

    function trade(IERC20 from, IERC20 to, uint256 amount, uint256 least) external returns (uint256 got) {
        uint256 reserve = from.balanceOf(address(this));
        got = to.balanceOf(address(this)) * amount / (reserve + amount);
        if (stingy) got /= 2;
        require(stingy || got >= least, "slippage");
        from.transferFrom(msg.sender, address(this), amount);
        to.transfer(msg.sender, got);
    }
}

/// @notice The example vault over a real index and a pool.
contract TargetRiskVaultTest is BookModel {
    Token private risky;
    Token private cash;
    VaultPool private pool;
    TargetRiskVault private vault;

    function setUp() public {
        makeBook(8);
        for (uint256 i = 0; i < 8; ++i) {
            lose(21_000);
        }
        (risky, cash) = (new Token(), new Token());
        pool = new VaultPool(risky, cash);
        risky.transfer(address(pool), 1e26);
        cash.transfer(address(pool), 1e26);
        vault = new TargetRiskVault(index, risky, cash, pool, pool, 100);
        risky.approve(address(vault), type(uint256).max);
        cash.approve(address(vault), type(uint256).max);
        vault.deposit(1e21, 0, 1e21, address(this));
    }

    /// @dev Days on which value at risk stays between 2 % and 2.5 %, until the vault is fully invested.
    function invest() private {
        while (vault.exposure() < 64) {
            lose(21_000);
            vault.rebalance();
        }
    }

    function held() private view returns (uint256, uint256) {
        return (risky.balanceOf(address(vault)), cash.balanceOf(address(vault)));
    }

    function fails(bytes memory call, bytes memory fault) private returns (bool) {
        (bool ok, bytes memory data) = address(vault).call(call);
        return !ok && keccak256(data) == keccak256(fault);
    }

    function nothingToDo() private returns (bool) {
        bytes memory fault =
            abi.encodeWithSelector(TargetRiskVault.NothingToDo.selector, vault.exposure(), index.next());
        return fails(abi.encodeCall(vault.rebalance, ()), fault);
    }

    function testItBuysSlowly() public {
        uint256 rows;
        while (vault.exposure() < 64) {
            uint256 before = vault.exposure();
            vault.rebalance();
            require(vault.exposure() == before + 4, "four 64ths a row");
            require(nothingToDo(), "once a row");
            lose(21_000);
            ++rows;
        }
        (uint256 r, uint256 c) = held();
        require(rows == 16 && c == 0, "fully invested after 16 rows");
        require(r > 99e19 && r <= 1e21, "for the pool's price");
    }

    function testItSellsAtOnceWhenTheMultiplierFalls() public {
        invest();
        (uint256 before,) = held();
        lose(41_000);
        lose(41_000);
        require(vault.wanted() == 32, "value at risk is 4 %");
        vault.rebalance();
        (uint256 r, uint256 c) = held();
        require(vault.exposure() == 32 && r == before - before / 2, "half of it");
        require(c > before / 2 * 99 / 100, "for cash");
        require(nothingToDo(), "no more");
    }

    /// @notice After a fall it follows the multiplier up, by at most four 64ths a row, though value at risk is below the target.
    function testItBuysBackSlowlyAfterAFall() public {
        invest();
        lose(41_000);
        lose(41_000);
        vault.rebalance();
        uint256 last = vault.exposure();
        for (uint256 i = 0; i < 20; ++i) {
            lose(0);
            if (vault.wanted() <= last) continue;
            vault.rebalance();
            require(vault.exposure() <= last + 4, "at most four a row");
            require(i >= 7, "not before the window forgets the crash, and a day later");
            last = vault.exposure();
        }
        require(last == 64, "fully invested again");
    }

    function testATradeBelowTheReferenceIsRefused() public {
        invest();
        lose(41_000);
        lose(41_000);
        pool.quote(1.02e18);
        (bool ok,) = address(vault).call(abi.encodeCall(vault.rebalance, ()));
        require(!ok, "the pool is 2 % below the reference");
        pool.quote(1e18);
        pool.cheat();
        bytes memory data;
        (ok, data) = address(vault).call(abi.encodeCall(vault.rebalance, ()));
        require(!ok && bytes4(data) == TargetRiskVault.TooLittle.selector, "balances decide, not the exchange's word");
        require(vault.exposure() == 64, "nothing has changed");
    }

    /// @notice Who owns a share can take it whatever prices, index and exchange say.
    function testARedemptionNeedsNoPrice() public {
        invest();
        pool.quote(0);
        pool.cheat();
        (uint256 r, uint256 c) = held();
        (uint256 rOut, uint256 cOut) = vault.redeem(25e19, address(1));
        require(rOut == r / 4 && cOut == c / 4 && risky.balanceOf(address(1)) == rOut, "a quarter of both");
        vault.redeem(75e19, address(this));
        (r, c) = held();
        require(r == 0 && c == 0 && vault.totalSupply() == 0, "all of it");
        vault.deposit(1e20, 0, 1e20, address(this));
        require(vault.exposure() == 0, "a new beginning, in cash");
    }

    /// @notice A depositor states the shares and pays for them: a donation before costs the donor.
    function testADonationDoesNotInflateADeposit() public {
        vault.redeem(1e21 - 1, address(this));
        cash.transfer(address(vault), 1e24);
        bytes memory call = abi.encodeCall(vault.deposit, (1e18, 0, 1e18, address(2)));
        bytes memory fault =
            abi.encodeWithSelector(TargetRiskVault.AboveMost.selector, (1e24 + 1) * uint256(1e18), uint256(1e18));
        require(fails(call, fault), "it costs more than is offered");
    }

    function testADepositIsInTheVaultsProportions() public {
        invest();
        lose(41_000);
        lose(41_000);
        vault.rebalance();
        (uint256 r, uint256 c) = held();
        bytes memory call = abi.encodeCall(vault.deposit, (1e21, r - 1, c, address(2)));
        bytes memory fault = abi.encodeWithSelector(TargetRiskVault.AboveMost.selector, r, r - 1);
        require(fails(call, fault), "the risky token");
        vault.deposit(1e21, r, c, address(2));
        (uint256 r2, uint256 c2) = held();
        require(r2 == 2 * r && c2 == 2 * c, "as much again for as many shares");
    }

    function testAVaultOfAnEndedIndexGoesToCash() public {
        invest();
        vm.warp(closesAt(period + 11) + 48 hours);
        index.end();
        vault.rebalance();
        (uint256 r, uint256 c) = held();
        require(r == 0 && c > 99e19 && vault.exposure() == 0, "cash");
        require(nothingToDo(), "for good");
    }
}

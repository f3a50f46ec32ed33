// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";

/// @notice A plain constant-product pool of one ERC-1155 identifier and an ERC-20, with a fee of 0.3 %. For tests alone: it has one
/// provider and looks at balances.
contract TestPool is ERC1155Holder {
    IERC1155 public immutable cover;
    uint256 public immutable id;
    IERC20 public immutable coin;
    address public immutable provider;

    constructor(IERC1155 cover_, uint256 id_, IERC20 coin_, address provider_) {
        (cover, id, coin, provider) = (cover_, id_, coin_, provider_);
    }

    function reserves() public view returns (uint256 ofCover, uint256 ofCoin) {
        return (cover.balanceOf(address(this), id), coin.balanceOf(address(this)));
    }

    function provide(uint256 ofCover, uint256 ofCoin) external {
        cover.safeTransferFrom(msg.sender, address(this), id, ofCover, "");
        coin.transferFrom(msg.sender, address(this), ofCoin);
    }

    function withdraw() external {
        require(msg.sender == provider, "the provider");
        (uint256 ofCover, uint256 ofCoin) = reserves();
        cover.safeTransferFrom(address(this), provider, id, ofCover, "");
        coin.transfer(provider, ofCoin);
    }

    /// @notice Buys COVER for coins.
    function buy(uint256 paid) external returns (uint256 got) {
        (uint256 ofCover, uint256 ofCoin) = reserves();
        got = out(paid, ofCoin, ofCover);
        coin.transferFrom(msg.sender, address(this), paid);
        cover.safeTransferFrom(address(this), msg.sender, id, got, "");
        requireProduct(ofCover * ofCoin);
    }

    /// @notice Sells COVER for coins.
    function sell(uint256 amount) external returns (uint256 got) {
        (uint256 ofCover, uint256 ofCoin) = reserves();
        got = out(amount, ofCover, ofCoin);
        cover.safeTransferFrom(msg.sender, address(this), id, amount, "");
        coin.transfer(msg.sender, got);
        requireProduct(ofCover * ofCoin);
    }

    function out(uint256 into, uint256 reserveIn, uint256 reserveOut) private pure returns (uint256) {
        return into * 997 * reserveOut / (reserveIn * 1_000 + into * 997);
    }

    function requireProduct(uint256 before) private view {
        (uint256 ofCover, uint256 ofCoin) = reserves();
        require(ofCover * ofCoin >= before, "the product");
    }
}

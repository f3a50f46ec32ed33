// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

/// @title Shares of a class of a cover vault: ERC-4626 with the requests of ERC-7540
/// @notice `requestDeposit` and `requestRedeem` are executed by the vault between two days; `deposit` and `redeem` claim what was
/// executed. Prices have virtual shares and assets, and count no donations.
interface ITrancheShares is IERC20Metadata {
    event DepositRequest(
        address indexed controller, address indexed owner, uint256 indexed requestId, address sender, uint256 assets
    );
    event RedeemRequest(
        address indexed controller, address indexed owner, uint256 indexed requestId, address sender, uint256 shares
    );

    function asset() external view returns (address);
    function totalAssets() external view returns (uint256);
    function convertToShares(uint256 assets) external view returns (uint256);
    function convertToAssets(uint256 shares) external view returns (uint256);
    /// @notice Asks for shares, for a controller that the caller is or is an operator of: nobody fills another's list of
    /// requests.
    function requestDeposit(uint256 assets, address controller, address owner) external returns (uint256 requestId);
    /// @notice Asks for assets, for a controller as above; the owner's allowance is enough to bring its shares.
    function requestRedeem(uint256 shares, address controller, address owner) external returns (uint256 requestId);
    function pendingDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets);
    function claimableDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets);
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);
    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);
    /// @notice Claims the shares of an executed deposit.
    function deposit(uint256 assets, address receiver, address controller) external returns (uint256 shares);
    /// @notice Claims the assets of an executed redemption.
    function redeem(uint256 shares, address receiver, address controller) external returns (uint256 assets);
}

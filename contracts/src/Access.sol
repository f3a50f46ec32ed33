// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

// The manager of the router's roles is deployed with the contracts, so its code is built with theirs.
// forge-lint: disable-next-line(unused-import)
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

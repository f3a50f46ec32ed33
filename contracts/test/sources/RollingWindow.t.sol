// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {WindowModel} from "./WindowModel.sol";

contract RollingWindowTest is WindowModel {
    function testQuick() public {
        make(5, 10, 3);
        for (uint256 r = 0; r < 24; ++r) {
            pushDraft(next(moved(r)));
            require(isNewest() == (epoch >= t), "point");
        }
    }
}

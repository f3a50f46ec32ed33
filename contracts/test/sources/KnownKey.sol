// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IScenarioKey} from "../../src/interfaces/IScenarioKey.sol";

/// @notice The constants of a generated verifier, for a key whose points have scalars that the tests know.
contract KnownKey is IScenarioKey {
    struct Constants {
        uint256 scenarios;
        uint256 factors;
        uint256 slots;
        bool limits;
        bytes32 root;
        uint256[2] ofFactors;
        uint256[2] ofWeights;
        uint256[2] ofExposures;
    }

    bytes32 public constant KEY_DIGEST = keccak256("a key of the tests");
    Constants private constants;

    constructor(Constants memory constants_) {
        constants = constants_;
    }

    function SCENARIOS() external view returns (uint256) {
        return constants.scenarios;
    }

    function FACTORS() external view returns (uint256) {
        return constants.factors;
    }

    function SLOTS() external view returns (uint256) {
        return constants.slots;
    }

    function LIMITS() external view returns (bool) {
        return constants.limits;
    }

    function IC_ROOT() external view returns (bytes32) {
        return constants.root;
    }

    function FACTORS_X() external view returns (uint256) {
        return constants.ofFactors[0];
    }

    function FACTORS_Y() external view returns (uint256) {
        return constants.ofFactors[1];
    }

    function WEIGHTS_X() external view returns (uint256) {
        return constants.ofWeights[0];
    }

    function WEIGHTS_Y() external view returns (uint256) {
        return constants.ofWeights[1];
    }

    function EXPOSURES_X() external view returns (uint256) {
        return constants.ofExposures[0];
    }

    function EXPOSURES_Y() external view returns (uint256) {
        return constants.ofExposures[1];
    }
}

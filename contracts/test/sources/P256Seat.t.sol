// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.26;

import {ERC7913P256Verifier} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol";

import {IScenarioSource} from "../../src/interfaces/IScenarioSource.sol";
import {AttestedSource} from "../../src/sources/AttestedSource.sol";
import {vm} from "../Vm.sol";

/// @notice A signer on another curve than Ethereum's, through OpenZeppelin's verifier. @dev In a
/// file of its own: that verifier compiles with the optimiser alone, and the build for coverage has
/// none.
contract P256SeatTest {
    function testAKeyOfAnotherCurveIsASigner() public {
        bytes[] memory signers = new bytes[](3);
        (signers[0], signers[1]) = (abi.encodePacked(vm.addr(1)), abi.encodePacked(vm.addr(2)));
        signers[2] = abi.encodePacked(new ERC7913P256Verifier(), bytes32("x"), bytes32("y"));
        IScenarioSource.Terms memory terms =
            IScenarioSource.Terms(bytes32("key"), bytes32("factors"), 500, 500, 10, 86_400, 0, 0);
        require(new AttestedSource(terms, signers, 2).isSigner(signers[2]), "a signer");
    }
}

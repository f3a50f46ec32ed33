// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IVarSecurity} from "../../src/interfaces/IVarSecurity.sol";
import {CoverIds} from "../../src/libraries/CoverIds.sol";
import {CoverWorld} from "./CoverWorld.sol";

/// @notice Rows that the index forgot before they were settled: of a window of eight rows it keeps 512.
contract CoverForgottenTest is CoverWorld {
    uint256 private constant OLDEST = 15;
    /// @dev Of 20 days, and not settled; of 600 days, settled up to its first; of 600 days of value at risk, and not settled.
    uint256 private short;
    uint256 private long;
    uint256 private risk;

    /// @dev Rows 9 and 12 to 14 lose 5 %, 8 %, 6 % and 6 %, and are forgotten.
    function setUp() public {
        makeWorld();
        short = splitRealised(1_000);
        IVarSecurity.Terms memory terms = termsOf(IVarSecurity.Kind.Realised);
        terms.last = terms.first + 599;
        long = split(terms, 1_000, ALICE);
        terms.kind = IVarSecurity.Kind.ValueAtRisk;
        risk = split(terms, 1_000, ALICE);
        calm(1);
        lose(50_001);
        becomeFinal();
        require(settle(long).cursor == 10, "the first day");
        lose(80_001);
        lose(60_001);
        lose(60_001);
        calm(512);
        require(index.next() - 512 == OLDEST, "the oldest row that is kept");
    }

    function wrongStart(uint256 cover, uint256 start) private returns (bool) {
        return refuses(
            BOB,
            abi.encodeCall(security.settle, (cover, start, NEVER)),
            abi.encodeWithSelector(IVarSecurity.WrongStart.selector, start)
        );
    }

    function testDaysThatWereForgottenCountAsNothing() public {
        require(wrongStart(short, OLDEST + 1), "a row too far");
        IVarSecurity.Position memory position = security.settle(short, OLDEST, NEVER);
        require(position.finished && position.best == 0, "the rows that are kept finish it");
        require(redeem(short | CoverIds.REST, 1_000, ALICE) == 1_000, "REST is whole");
    }

    function testARowThatWasForgottenIsNoStart() public {
        bytes memory fault = abi.encodeWithSignature("Forgotten(uint256)", OLDEST - 1);
        bytes memory call = abi.encodeCall(security.settle, (short, OLDEST - 1, NEVER));
        require(refuses(BOB, call, fault), "in the first call");
        call = abi.encodeCall(security.settle, (long, OLDEST - 1, NEVER));
        require(refuses(BOB, call, fault), "in a later one");
    }

    function testSettlementGoesOnBehindForgottenRows() public {
        require(wrongStart(long, OLDEST + 1), "a row too far");
        require(wrongStart(long, 9) && wrongStart(long, 0), "a row that was settled");
        IVarSecurity.Position memory position = security.settle(long, OLDEST, NEVER);
        require(position.best == lossAt(9) && !position.finished, "what was settled stays, and 8 % was not");
        lose(60_001);
        becomeFinal();
        require(security.settle(long, 0, NEVER).best == lossAt(index.next() - 3), "and it goes on");
    }

    /// @notice The eve is forgotten too: what the window remembers on the oldest day that is kept is not paid.
    function testTheOldestKeptRowTakesThePlaceOfAForgottenEve() public {
        IVarSecurity.Position memory position = security.settle(risk, OLDEST, NEVER);
        require(position.eve == 600 << 20 && position.best == 600 << 20, "as on the oldest day");
        require(security.owed(risk, 1_000) == 0, "nothing is added to it");
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IPriceRow} from "../../src/interfaces/IPriceRow.sol";
import {SignedRow} from "../../src/sources/SignedRow.sol";
import {vm} from "../Vm.sol";
import {Seats} from "./Seats.sol";

contract SignedRowTest is Seats {
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    SignedRow private rows;

    function setUp() public {
        sortSeats();
        rows = new SignedRow(seatAddresses(), 3);
    }

    function statement() private pure returns (IPriceRow.Statement memory) {
        return IPriceRow.Statement(bytes32("source"), 7, 6, bytes32("last"), bytes32("before"), bytes32("now"));
    }

    function refuses(bytes memory signatures, bytes memory fault) private view returns (bool) {
        (bool ok, bytes memory data) = address(rows).staticcall(abi.encodeCall(rows.check, (statement(), signatures)));
        return !ok && keccak256(data) == keccak256(fault);
    }

    function testTheDigestIsThatOfEip712() public view {
        bytes32 domain = keccak256(
            abi.encode(keccak256("EIP712Domain(string name,string version)"), keccak256("Tailproof"), keccak256("1"))
        );
        bytes32 rowType =
            keccak256("PriceRow(bytes32 source,uint32 period,uint32 previous,bytes32 last,bytes32 before,bytes32 now)");
        bytes32 row =
            keccak256(abi.encode(rowType, bytes32("source"), 7, 6, bytes32("last"), bytes32("before"), bytes32("now")));
        require(rows.digest(statement()) == keccak256(abi.encodePacked(hex"1901", domain, row)), "digest");
    }

    function testAQuorumOrMoreIsEnough() public view {
        for (uint256 count = 3; count <= SEATS; ++count) {
            rows.check(statement(), signedBy(count, rows.digest(statement())));
        }
    }

    function testFewerThanTheQuorumAreRefused() public view {
        for (uint256 count = 0; count < 3; ++count) {
            bytes memory signatures = signedBy(count, rows.digest(statement()));
            require(
                refuses(signatures, abi.encodeWithSelector(SignedRow.TooFewSignatures.selector, count, 3)), "too few"
            );
        }
    }

    function testASeatCountsOnce() public view {
        bytes32 digest = rows.digest(statement());
        uint256[] memory keys = sortedKeys();
        bytes memory one = signature(keys[0], digest);
        bytes memory two = signature(keys[1], digest);
        address first = vm.addr(keys[0]);
        bytes memory fault = abi.encodeWithSelector(SignedRow.OutOfOrder.selector, first, first);
        require(refuses(bytes.concat(one, one, two), fault), "twice in a row");
        fault = abi.encodeWithSelector(SignedRow.OutOfOrder.selector, first, vm.addr(keys[1]));
        require(refuses(bytes.concat(one, two, one), fault), "again at the end");
    }

    function testASignerThatIsNoSeatIsRefused() public view {
        bytes32 digest = rows.digest(statement());
        uint256 stranger = 7;
        while (vm.addr(stranger) < vm.addr(sortedKeys()[1])) ++stranger;
        bytes memory signatures = bytes.concat(signedBy(2, digest), signature(stranger, digest));
        require(
            refuses(signatures, abi.encodeWithSelector(SignedRow.NotASeat.selector, vm.addr(stranger))), "a stranger"
        );
    }

    function testMalleatedSignaturesAreRefused() public view {
        bytes memory signatures = signedBy(3, rows.digest(statement()));
        bytes memory high = bytes.concat(signatures);
        uint256 s;
        assembly ("memory-safe") {
            s := mload(add(high, 0x40))
        }
        s = ORDER - s;
        assembly ("memory-safe") {
            mstore(add(high, 0x40), s)
        }
        high[64] = high[64] == 0x1b ? bytes1(0x1c) : bytes1(0x1b);
        require(refuses(high, abi.encodeWithSelector(SignedRow.BadSignature.selector, 0)), "the higher s");
        signatures[129] = 0x01;
        require(refuses(signatures, abi.encodeWithSelector(SignedRow.BadSignature.selector, 1)), "v of 1");
    }

    function testSignaturesOfAnotherLengthAreRefused() public view {
        bytes memory signatures = signedBy(3, rows.digest(statement()));
        bytes memory longer = bytes.concat(signatures, hex"00");
        require(refuses(longer, abi.encodeWithSelector(SignedRow.WrongLength.selector, 196)), "a byte more");
    }

    function made(address[] memory seats, uint256 quorum) private returns (bytes memory fault) {
        try new SignedRow(seats, quorum) {
            return "";
        } catch (bytes memory data) {
            return data;
        }
    }

    function isFault(bytes memory fault, bytes memory expected) private pure returns (bool) {
        return keccak256(fault) == keccak256(expected);
    }

    function testAnEvenNumberOfSeatsIsRefused() public {
        for (uint256 seats = 0; seats <= 4; seats += 2) {
            bytes memory fault = made(new address[](seats), seats / 2 + 1);
            require(isFault(fault, abi.encodeWithSelector(SignedRow.EvenSeats.selector, seats)), "an even number");
        }
    }

    function testAQuorumWithoutMajorityIsRefused() public {
        for (uint256 quorum = 0; quorum <= 6; ++quorum) {
            bytes memory fault = made(seatAddresses(), quorum);
            bool majority = quorum >= 3 && quorum <= 5;
            bytes memory expected = abi.encodeWithSelector(SignedRow.QuorumOutOfRange.selector, quorum, 3, 5);
            require(majority ? fault.length == 0 : isFault(fault, expected), "from three to five of five");
        }
    }

    function testADuplicateSeatIsRefused() public {
        address[] memory seats = seatAddresses();
        seats[4] = seats[1];
        require(
            isFault(made(seats, 3), abi.encodeWithSelector(SignedRow.DuplicateSeat.selector, seats[1])), "duplicate"
        );
        seats[4] = address(0);
        require(isFault(made(seats, 3), abi.encodeWithSelector(SignedRow.ZeroSeat.selector, 4)), "zero");
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {RiskFeed} from "../../src/feed/RiskFeed.sol";
import {MarginAdapter} from "../../src/feed/MarginAdapter.sol";
import {NavFeed} from "../../src/feed/NavFeed.sol";
import {ExposureHub} from "../../src/hub/ExposureHub.sol";
import {IBacktestLedger} from "../../src/interfaces/IBacktestLedger.sol";
import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {World} from "./World.sol";
import {vm} from "./Cheats.sol";

/// @notice Gas of whole transactions, 21,000 and calldata included, against the targets; and sizes of contracts. Every byte of
/// proofs, commitments and signatures, which are random, is counted as nonzero, so that a figure is the same each time.
/// forge-config: default.isolate = true
contract LedgerGasTest is World {
    address private constant OPERATOR = address(uint160(uint256(keccak256("operator"))));

    function setUp() public {
        deploy();
    }

    function measured(string memory name, uint256 used, uint256 most) private {
        vm.snapshotValue(name, used);
        require(used <= most, string.concat(name, ": ", vm.toString(used)));
    }

    /// @dev What the zero bytes of random calldata were cheaper.
    function zeros(bytes memory random) private pure returns (uint256 gas) {
        for (uint256 i = 0; i < random.length; ++i) {
            if (random[i] == 0) gas += 12;
        }
    }

    function zerosOf(IMandateLedger.Submission memory s) private pure returns (uint256) {
        return zeros(abi.encodePacked(s.proof, s.commitment, s.signature));
    }

    function submitted(uint256 which, uint256 epoch, string memory name, uint256 most) private {
        push(epoch);
        IMandateLedger.Submission memory s = submission(which, 0, epoch);
        vm.prank(entity(0));
        ledger.submit(s);
        measured(name, vm.lastCallGas().gasTotalUsed + zerosOf(s), most);
    }

    /// @notice With the custodian's signature, record and event.
    function testGasOfSubmit() public {
        submitted(0, 10, "submit, first record", 349_000);
        submitted(0, 11, "submit, second record", 309_000);
        for (uint256 epoch = 12; epoch < 18; ++epoch) {
            push(epoch);
            submit(0, 0, epoch);
        }
        submitted(0, 18, "submit, ninth record: the ring is full", 292_000);
    }

    function testGasOfSubmitUnderARung() public {
        submitted(1, 10, "submit under a rung, first record", 353_000);
        submitted(1, 11, "submit under a rung, second record", 313_000);
    }

    function batch(uint256 number, bool full, bool isRelayed, string memory name, uint256 most) private {
        push(10);
        IMandateLedger.Batch memory shared = batchOf(submission(0, 0, 10));
        IMandateLedger.Item[] memory items = new IMandateLedger.Item[](number);
        IMandateLedger.Signature[] memory relays = new IMandateLedger.Signature[](isRelayed ? number : 0);
        uint256 cheaper;
        for (uint256 i = 0; i < number; ++i) {
            items[i] = itemOf(i, submission(0, i, 10));
            cheaper += zeros(abi.encode(items[i].commitment, items[i].proof, items[i].attestation));
            recordedBefore(entity(i), full, isRelayed ? address(0) : OPERATOR);
            if (!isRelayed) continue;
            relays[i] = inTwoWords(relayOf(i, shared, items[i].commitment));
            cheaper += zeros(abi.encode(relays[i]));
        }
        vm.prank(OPERATOR);
        ledger.submitMany(shared, items, relays);
        measured(name, (vm.lastCallGas().gasTotalUsed + cheaper) / number, most);
    }

    /// @dev Puts an entity where a record of epoch 9 has left it, and with `full` one of epoch 2 in the place of 10's.
    function recordedBefore(address who, bool full, address operator) private {
        vm.prank(who);
        ledger.setOperator(mandates[0], operator);
        uint256 base = uint256(keccak256(abi.encode(who, keccak256(abi.encode(mandates[0], 1)))));
        uint256 head = uint256(1) | uint256(9) << 160 | block.timestamp << 192 | uint256(1) << 232;
        vm.store(address(ledger), bytes32(base), bytes32(head));
        vm.store(address(ledger), bytes32(base + 1), bytes32(uint256(3) | uint256(uint160(operator)) << 64));
        if (full) vm.store(address(ledger), bytes32(base + 4), keccak256("record"));
        require(ledger.standing(who, mandates[0]).epoch == 9 && ledger.firstRow(who, mandates[0]) == 3, "the slots");
        require((ledger.recordOf(who, mandates[0], 10) != 0) == full, "the record's slot");
    }

    function testGasOfABatchOf16() public {
        batch(16, true, false, "submitMany of 16, each, ring full", 94_000);
    }

    function testGasOfABatchOf16OnTheSecondDay() public {
        batch(16, false, false, "submitMany of 16, each, second record", 111_000);
    }

    function testGasOfABatchOf16OfSignedItems() public {
        batch(16, true, true, "submitMany of 16, each, signed by entities, ring full", 97_000);
    }

    function testGasOfABatchOf64() public {
        batch(64, true, false, "submitMany of 64, each, ring full", 83_000);
    }

    function settled(uint256 row, string memory name, uint256 most) private {
        push(row);
        IBacktestLedger.Settlement memory s;
        (s.entity, s.mandate, s.epoch, s.exceeded) = (entity(0), mandates[1], row, row == 15);
        (s.proof,) = load(nameOf("r", 1, 0, row));
        s.shown = shown(row, true);
        IMandateLedger.Submission memory made = submission(1, 0, row - 1);
        s.forecast = recordOf(made, closes(row - 1) + 30 minutes);
        s.rung = made.rung;
        submit(1, 0, row);
        backtest.realise(s, new IMandateLedger.Record[](0));
        uint256 cheaper = zeros(abi.encodePacked(s.proof, s.forecast.commitment));
        measured(name, vm.lastCallGas().gasTotalUsed + cheaper, most);
    }

    function testGasOfRealisedDays() public {
        push(10);
        submit(1, 0, 10);
        settled(11, "realise, first row", 325_000);
        settled(12, "realise, second row", 310_000);
        settled(13, "realise, third row", 310_000);
        settled(14, "realise, fourth row", 310_000);
        settled(15, "realise, the first exceedance", 330_000);
    }

    function testSizes() public {
        RiskFeed feed = new RiskFeed(ledger, entity(0), mandates[0], "VaR");
        MarginAdapter margin =
            new MarginAdapter(feed, backtest, [uint256(2_000_000), 1_500_000, 1_750_000, 2_000_000], 100_000, 25, 3);
        NavFeed nav = new NavFeed(ledger, entity(0), mandates[0], 1 days);
        ExposureHub hub =
            new ExposureHub(address(1), ExposureHub.Measure(975_000, 1, 10_000, "USD"), new ExposureHub.Part[](0));
        address[7] memory all = [
            address(router),
            address(ledger),
            address(backtest),
            address(feed),
            address(margin),
            address(nav),
            address(hub)
        ];
        for (uint256 i = 0; i < all.length; ++i) {
            require(all[i].code.length <= 16_000, "at most 16,000 bytes");
        }
        vm.snapshotValue("bytes of MandateLedger", address(ledger).code.length);
        vm.snapshotValue("bytes of BacktestLedger", address(backtest).code.length);
    }
}

/// @notice Gas of reads: of the call alone, with every slot and every contract behind the first cold.
contract LedgerReadGasTest is World {
    RiskFeed private feed;

    function setUp() public {
        deploy();
        push(10);
        submit(0, 0, 10);
        feed = new RiskFeed(ledger, entity(0), mandates[0], "VaR");
    }

    function measured(string memory name, uint256 most) private {
        uint256 used = vm.lastCallGas().gasTotalUsed;
        vm.snapshotValue(name, used);
        require(used <= most, string.concat(name, ": ", vm.toString(used)));
    }

    function testGasOfIsCompliant() public {
        vm.cool(address(ledger));
        require(ledger.isCompliant(entity(0), mandates[0]), "compliant");
        measured("isCompliant, cold", 8_000);
    }

    function testGasOfLatestRoundData() public {
        vm.cool(address(ledger));
        vm.cool(address(feed));
        feed.latestRoundData();
        measured("latestRoundData, cold", 10_000);
    }

    function testGasOfStatus() public {
        vm.cool(address(ledger));
        ledger.status(entity(0), mandates[0]);
        measured("status, cold", 10_000);
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {RiskFeed} from "../../src/feed/RiskFeed.sol";
import {ExposureHub} from "../../src/hub/ExposureHub.sol";
import {IBacktestLedger} from "../../src/interfaces/IBacktestLedger.sol";
import {IExposureHub} from "../../src/interfaces/IExposureHub.sol";
import {IMandateLedger} from "../../src/interfaces/IMandateLedger.sol";
import {World} from "./World.sol";
import {vm} from "./Cheats.sol";

/// @notice Calls the ledgers in any order, with real proofs and with spoiled ones, and keeps its own books of what must follow.
contract Handler is World {
    RiskFeed public feed;
    uint256 public newest;
    /// What was recorded, by this contract's own account: the last epoch and bound of each entity.
    mapping(address => uint256) public lastEpoch;
    mapping(address => uint256) public lastBound;
    mapping(uint256 => mapping(uint256 => uint256)) private _times;
    uint256 public recorded;
    uint256 public refused;
    uint256 public wrong;
    uint256 public proved;
    uint256 public exceeded;
    uint256 public silent;
    uint256 public voided;
    uint256 public settled;
    IMandateLedger.Submission[] private _made;
    mapping(bytes32 => uint256) private _index;
    mapping(uint256 => bytes) private _shown;
    mapping(uint256 => uint256[8]) private _proofs;
    mapping(uint256 => uint256[2][4]) private _points;

    constructor() {
        deploy();
        feed = new RiskFeed(ledger, entity(0), mandates[0], "VaR");
        for (uint256 which = 0; which < 2; ++which) {
            for (uint256 epoch = 10; epoch < 19; ++epoch) {
                keep(which, 0, epoch);
                if (which == 0 && epoch < 13) keep(0, 1, epoch);
            }
        }
        for (uint256 epoch = 10; epoch < 19; ++epoch) {
            _shown[epoch] = shown(epoch, true);
            for (uint256 i = 0; i < 4; ++i) {
                _points[epoch][i] = pointOf(i % 2 == 0 ? "w" : "r", epoch, i > 1);
            }
            if (epoch > 10) (_proofs[epoch],) = load(nameOf("r", 1, 0, epoch));
        }
        push(10);
        newest = 10;
    }

    /// @dev From memory: files are read once.
    function pointsOf(uint256 epoch) internal view override returns (uint256[2][4] memory) {
        return _points[epoch];
    }

    function keep(uint256 which, uint256 who, uint256 epoch) private {
        _made.push(submission(which, who, epoch));
        _index[keccak256(abi.encode(which, who, epoch))] = _made.length;
    }

    function ledgers() external view returns (IMandateLedger, IBacktestLedger, bytes32[3] memory) {
        return (ledger, backtest, mandates);
    }

    function pushNext(uint16 delay) external {
        if (newest == 18) return;
        uint256 time = closes(newest + 1) + uint256(delay) % 3 hours;
        if (time > block.timestamp) vm.warp(time);
        pushNow(++newest);
    }

    function pass(uint16 time) external {
        vm.warp(block.timestamp + uint256(time) % 12 hours);
    }

    /// @dev Hands in the proof of an epoch, perhaps spoiled. A spoiled one must be refused.
    function record(uint8 which, uint8 who, uint8 back, uint8 spoil) external {
        (uint256 m, uint256 index) = (which % 2, which % 2 == 1 ? 0 : who % 2);
        uint256 epoch = newest - (back % 4 > newest - 10 ? 0 : back % 4);
        uint256 found = _index[keccak256(abi.encode(m, index, epoch))];
        if (found == 0) return;
        IMandateLedger.Submission memory s = _made[found - 1];
        spoil %= 12;
        if (spoil == 0) s.commitment ^= 1;
        if (spoil == 1) s.proof[6] ^= 1;
        if (spoil == 2) s.epoch += 1;
        if (spoil == 3) s.varBound -= 1;
        if (spoil == 4) s.point = _points[epoch == 18 ? 17 : epoch + 1][2 * m];
        if (spoil == 5) s.signature[9] ^= 0x01;
        if (spoil == 6) s.asOf += 1;
        bytes32 before = keccak256(abi.encode(ledger.standing(entity(index), mandates[m])));
        vm.prank(entity(index));
        // A precompile that refuses takes all gas that it is given.
        try ledger.submit{gas: 1_000_000}(s) {
            if (spoil < 7) ++wrong;
            if (epoch <= lastEpoch[entity(index)] && m == 0) ++wrong;
            ++recorded;
            if (m == 0) (lastEpoch[entity(index)], lastBound[entity(index)]) = (epoch, s.varBound);
            if (index == 0) _times[m][epoch] = block.timestamp;
        } catch {
            ++refused;
            if (before != keccak256(abi.encode(ledger.standing(entity(index), mandates[m])))) ++wrong;
        }
    }

    /// @dev Settles the next row of the mandate with rungs, by its proof or perhaps another's.
    function realise(uint8 spoil) external {
        uint256 row = backtest.next(entity(0), mandates[1]);
        if (row == 0 || row > newest) return;
        uint256 time = _times[1][row - 1];
        if (time == 0) return;
        IMandateLedger.Submission memory made = _made[_index[keccak256(abi.encode(1, 0, row - 1))] - 1];
        IBacktestLedger.Settlement memory s;
        (s.entity, s.mandate, s.epoch, s.exceeded) = (entity(0), mandates[1], row, row == 15);
        (s.proof, s.shown) = (_proofs[row], _shown[row]);
        (s.forecast, s.rung) = (recordOf(made, time), made.rung);
        spoil %= 6;
        if (spoil == 0) s.exceeded = !s.exceeded;
        if (spoil == 1) s.proof[6] ^= 1;
        if (spoil == 2) s.forecast.commitment ^= 1;
        try backtest.realise{gas: 1_000_000}(s, new IMandateLedger.Record[](0)) {
            if (spoil < 3) ++wrong;
            ++proved;
            ++settled;
            if (s.exceeded) ++exceeded;
        } catch {}
    }

    function markSilent() external {
        uint256 row = backtest.next(entity(0), mandates[1]);
        if (row == 0 || row > newest) return;
        uint256 first = ledger.firstRow(entity(0), mandates[1]) - 1;
        uint256 oldest = row - 3 > first ? row - 3 : first;
        uint256 due = backtest.counts(entity(0), mandates[1]).due;
        IMandateLedger.Record[] memory kept = new IMandateLedger.Record[](row - oldest);
        for (uint256 i = 0; i < kept.length; ++i) {
            // The record of the eighth epoch after one takes its place.
            uint256 epoch = _times[1][oldest + i + 8] == 0 ? oldest + i : oldest + i + 8;
            if (_times[1][epoch] == 0) continue;
            kept[i] = recordOf(_made[_index[keccak256(abi.encode(1, 0, epoch))] - 1], _times[1][epoch]);
        }
        try backtest.markSilent(entity(0), mandates[1], row, _shown[row], _shown[oldest], kept) {
            ++settled;
            if (backtest.counts(entity(0), mandates[1]).due > due) ++silent;
            else ++voided;
        } catch {}
    }
}

contract LedgerInvariants {
    Handler private handler;
    IMandateLedger private ledger;
    IBacktestLedger private backtest;
    bytes32[3] private mandates;

    function setUp() public {
        handler = new Handler();
        (ledger, backtest, mandates) = handler.ledgers();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @notice The handler comes to every outcome that the invariants are about.
    function testTheHandlerReachesEveryOutcome() public {
        // Void, since no forecast was made in time and the point came late; silent; then proved, and an exceedance.
        handler.pass(7 hours);
        handler.record(1, 0, 0, 11);
        for (uint256 epoch = 11; epoch < 14; ++epoch) {
            handler.pushNext(0);
        }
        handler.pass(1 hours);
        for (uint256 row = 11; row < 14; ++row) {
            handler.markSilent();
        }
        for (uint256 epoch = 14; epoch < 18; ++epoch) {
            handler.pushNext(0);
            handler.pass(1 hours);
            handler.markSilent();
            handler.markSilent();
            handler.realise(0);
            handler.realise(5);
            handler.record(0, 0, 0, 0);
            handler.record(0, 0, 0, 11);
            handler.record(1, 0, 0, 11);
        }
        invariant_OfLedgers();
        require(handler.recorded() > 4 && handler.refused() > 3, "records and refusals");
        require(handler.voided() > 0 && handler.silent() > 0, "void and silent");
        require(handler.proved() > 1 && handler.exceeded() == 1, "proved and exceeded");
    }

    /// @notice One campaign for all three: each call is a pairing.
    function invariant_OfLedgers() public view {
        noRecordWithoutAVerification();
        rowsAreCountedOnce();
        theFeedIsNotBelowTheLastProvedBound();
    }

    /// @notice No record without a verification in the same call: what is kept is what true submissions left, and nothing else.
    function noRecordWithoutAVerification() private view {
        require(handler.wrong() == 0, "a spoiled submission was taken, or left a trace");
        for (uint256 i = 0; i < 2; ++i) {
            address who = vm.addr(0xE00000 + i);
            IMandateLedger.Standing memory last = ledger.standing(who, mandates[0]);
            require(
                last.epoch == handler.lastEpoch(who) && last.varBound == handler.lastBound(who), "the last true one"
            );
        }
    }

    /// @notice proved + silent = due, exceedances are of proved, and with the void ones they are all rows that were settled.
    function rowsAreCountedOnce() private view {
        address who = vm.addr(0xE00000);
        IBacktestLedger.Counts memory found = backtest.counts(who, mandates[1]);
        require(found.proved + found.silent == found.due && found.exceedances <= found.proved, "due");
        require(found.proved == handler.proved() && found.silent == handler.silent(), "proved and silent");
        require(found.exceedances == handler.exceeded(), "exceedances");
        uint256 next = backtest.next(who, mandates[1]);
        if (next != 0) {
            require(next - ledger.firstRow(who, mandates[1]) == handler.settled(), "rows in order, each once");
            require(found.due + handler.voided() == handler.settled(), "void rows count nowhere");
        }
    }

    /// @notice The feed shows the last proved bound, or it refuses because the record has expired.
    function theFeedIsNotBelowTheLastProvedBound() private view {
        address who = vm.addr(0xE00000);
        try handler.feed().latestRoundData() returns (uint80 round, int256 answer, uint256, uint256, uint80) {
            require(uint256(answer) >= handler.lastBound(who) && round == handler.lastEpoch(who), "the last bound");
        } catch {
            require(block.timestamp >= ledger.standing(who, mandates[0]).expires, "it refuses only what has expired");
        }
    }
}

/// @notice Reports of three parts in any order, of two scenario sets.
contract HubHandler {
    ExposureHub public hub;
    mapping(uint256 => IExposureHub.Report) private _last;

    constructor() {
        vm.warp(1_000_000);
        ExposureHub.Part[] memory parts = new ExposureHub.Part[](4);
        for (uint256 i = 0; i < 4; ++i) {
            parts[i] = ExposureHub.Part(name(i), abi.encode(i));
        }
        hub = new ExposureHub(address(this), ExposureHub.Measure(975_000, 1, 10_000, "USD"), parts);
    }

    function name(uint256 i) public pure returns (bytes32) {
        return i == 3 ? keccak256("tailproof/hub/whole") : bytes32(i + 1);
    }

    function report(uint8 who, uint8 set, uint8 epoch, uint64 bound, uint16 life) external {
        uint256 i = who % 4;
        IExposureHub.Basis memory basis =
            IExposureHub.Basis(bytes32(uint256(set % 2)), set == 9 ? 1 : 975_000, 1, 10_000, "USD");
        IExposureHub.Report memory made =
            IExposureHub.Report(name(i), basis, bound, epoch, uint40(epoch) * 100, uint40(block.timestamp + life));
        try hub.receiveMessage("", abi.encode(i), abi.encode(made)) {
            _last[i] = made;
        } catch {}
    }

    function pass(uint16 time) external {
        vm.warp(block.timestamp + time % 1 hours);
    }

    function last(uint256 i) external view returns (IExposureHub.Report memory) {
        return _last[i];
    }
}

contract HubInvariants {
    HubHandler private handler;

    function setUp() public {
        handler = new HubHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @notice A total is the consolidated bound, or the sum of all parts over one scenario set.
    function invariant_TheHubSumsEqualDigestsOnly() public view {
        try handler.hub().total() returns (uint256 bound, uint256, bool consolidated) {
            IExposureHub.Report memory whole = handler.last(3);
            if (consolidated) {
                require(bound == whole.shortfallBound && block.timestamp < whole.expires, "the consolidated proof");
                return;
            }
            uint256 sum;
            for (uint256 i = 0; i < 3; ++i) {
                IExposureHub.Report memory part = handler.last(i);
                require(block.timestamp < part.expires, "no part has expired");
                require(part.basis.scenarios == handler.last(0).basis.scenarios, "one scenario set");
                require(part.basis.confidence == 975_000, "one confidence");
                sum += part.shortfallBound;
            }
            require(bound == sum, "the sum");
        } catch {}
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IMandateLedger} from "../interfaces/IMandateLedger.sol";

/// @title An attested net asset value with a heartbeat, for ERC-4626 and ERC-7540 vaults over assets off chain
/// @notice A custodian of the mandate signs the net asset value of the committed book. The value counts while the book's record
/// stands, while the statement is in force, and for at most the heartbeat after its `asOf`. Nothing proves that the value is
/// the one inside the commitment: that is the custodian's word, as the NAV bit of the record's attestation is.
contract NavFeed {
    event Reported(uint256 indexed epoch, uint256 nav, uint64 asOf, uint64 expires, uint256 commitment);

    error BadParameter(string name);
    error NotTheRecord(bytes32 record, bytes32 kept);
    error NotAttested(uint256 nav);
    error NotInForce(uint256 asOf, uint256 expires, uint256 time);
    error NotNewer(uint256 asOf, uint256 last);
    error HeartbeatMissed(uint256 asOf, uint256 heartbeat, uint256 time);
    /// @notice The record that the value is of no longer stands, or another has taken its place.
    error RecordGone(uint256 epoch, uint256 last);
    error NoReading();

    uint256 private constant NAV_BIT = 1 << 3;
    bytes32 private constant TYPE_HASH = keccak256(
        "NetAssetValue(bytes32 commitment,bytes32 subject,bytes32 mandate,uint256 nav,uint64 asOf,uint64 expires)"
    );
    bytes32 private constant DOMAIN_TYPE_HASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    IMandateLedger public immutable ledger;
    address public immutable entity;
    bytes32 public immutable mandate;
    /// @notice Seconds from `asOf` for which a value counts.
    uint256 public immutable heartbeat;
    address private immutable _first;
    address private immutable _second;

    /// @dev One slot, so that all of it moves together.
    struct Value {
        uint104 nav;
        uint40 asOf;
        uint40 expires;
        uint40 time;
        uint32 epoch;
    }

    Value private _value;

    constructor(IMandateLedger ledger_, address entity_, bytes32 mandate_, uint256 heartbeat_) {
        IMandateLedger.Terms memory terms = ledger_.rulesOf(mandate_).terms;
        if (terms.scope & NAV_BIT == 0) revert BadParameter("mandate");
        if (heartbeat_ == 0) revert BadParameter("heartbeat");
        (ledger, entity, mandate, heartbeat) = (ledger_, entity_, mandate_, heartbeat_);
        (_first, _second) = (terms.custodian, terms.secondCustodian);
    }

    /// @notice Takes a value that a custodian signed. Anybody may call it.
    /// @param nav In millionths of the mandate's currency.
    /// @param record The entity's last record, whose book the value is of.
    function report(
        uint256 nav,
        uint64 asOf,
        uint64 expires,
        IMandateLedger.Record calldata record,
        bytes calldata signature
    ) external {
        if (asOf > block.timestamp || expires <= block.timestamp || expires >> 40 != 0 || nav >> 104 != 0) {
            revert NotInForce(asOf, expires, block.timestamp);
        }
        if (asOf <= _value.asOf) revert NotNewer(asOf, _value.asOf);
        uint256 last = _standing(record.epoch);
        bytes32 kept = ledger.recordOf(entity, mandate, last);
        bytes32 id = keccak256(abi.encode(record));
        if (id != kept) revert NotTheRecord(id, kept);
        bytes32 digest = digestOf(record.commitment, nav, asOf, expires);
        bool signed = SignatureChecker.isValidSignatureNowCalldata(_first, digest, signature) || _second != address(0)
            && SignatureChecker.isValidSignatureNowCalldata(_second, digest, signature);
        if (!signed) revert NotAttested(nav);
        _value = Value(uint104(nav), uint40(asOf), uint40(expires), uint40(block.timestamp), uint32(last));
        emit Reported(last, nav, asOf, expires, record.commitment);
    }

    /// @notice The digest that a custodian signs: EIP-712, with this contract as its domain.
    function digestOf(uint256 commitment, uint256 nav, uint64 asOf, uint64 expires) public view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPE_HASH, keccak256("Tailproof"), keccak256("1"), block.chainid, address(this))
        );
        bytes32 subject = bytes32(uint256(uint160(entity)));
        bytes32 statement = keccak256(abi.encode(TYPE_HASH, commitment, subject, mandate, nav, asOf, expires));
        return keccak256(abi.encodePacked(hex"1901", domain, statement));
    }

    /// @notice Net asset value in millionths of the mandate's currency, and the time of which it is.
    function latest() public view returns (uint256 nav, uint256 asOf) {
        Value memory value = _value;
        if (value.time == 0) revert NoReading();
        if (block.timestamp >= value.expires) revert NotInForce(value.asOf, value.expires, block.timestamp);
        if (block.timestamp > value.asOf + heartbeat) revert HeartbeatMissed(value.asOf, heartbeat, block.timestamp);
        _standing(value.epoch);
        return (value.nav, value.asOf);
    }

    /// @notice The face of Chainlink's AggregatorV3Interface.
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        (uint256 nav, uint256 asOf) = latest();
        uint80 round = _value.epoch;
        return (round, int256(nav), asOf, _value.time, round);
    }

    function decimals() external pure returns (uint8) {
        return 6;
    }

    /// @notice Net asset value of one whole share, in millionths of the currency, rounded down. `share` is the vault's token: the
    /// vault itself under ERC-4626, and its `share()` under ERC-7540.
    function perShare(IERC20 share, uint8 shareDecimals) external view returns (uint256) {
        (uint256 nav,) = latest();
        uint256 supply = share.totalSupply();
        if (supply == 0) revert NoReading();
        return nav * 10 ** shareDecimals / supply;
    }

    /// @dev The last record's epoch. It must stand and be of `epoch`.
    function _standing(uint256 epoch) private view returns (uint256) {
        IMandateLedger.Standing memory last = ledger.standing(entity, mandate);
        if (!last.stands || last.epoch != epoch) revert RecordGone(epoch, last.epoch);
        return last.epoch;
    }
}

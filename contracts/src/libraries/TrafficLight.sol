// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Zones of the Basel traffic light, for up to 250 days
/// @notice Basel Committee 1996: the zone is yellow if so few exceedances, or fewer, have a probability of 95 % or more under a
/// right model, and red from 99.99 % on. For 250 days at 99 % that is 5 and 10 exceedances.
/// @dev The probability of at most k exceedances falls with the number of days. So byte k of a table, from the left, is the
/// largest number of days, at most 250, at which k exceedances are in the zone. Tests compare all of it with the binomial
/// distribution.
library TrafficLight {
    enum Zone {
        None,
        Green,
        Yellow,
        Red
    }

    bytes32 private constant YELLOW_99 = 0x05235289c6fafafafafafafafafafafafafafafafafafafafafafafafafafafa;
    bytes32 private constant RED_99 = 0x000209182e49698db4dffafafafafafafafafafafafafafafafafafafafafafa;
    bytes32 private constant YELLOW_975 = 0x020e21374f6984a0bddaf8fafafafafafafafafafafafafafafafafafafafafa;
    bytes32 private constant RED_975 = 0x0001040a131e2b3a4a5b6d8094a8bdd3e9fafafafafafafafafafafafafafafa;
    bytes32 private constant YELLOW_95 = 0x0107101c283543515f6e7d8c9babbbcbdbebfafafafafafafafafafafafafafa;
    bytes32 private constant RED_95 = 0x000102060a10171e262f38424c56616c77838e9aa6b3bfccd8e5f2fafafafafa;

    /// @notice The zone of some exceedances in some days, at a confidence in millionths.
    /// @return None at another confidence than 99 %, 97.5 % and 95 %, in more than 250 days, and in fewer days than one
    /// exceedance is expected in (100, 40, 20): there, a record without exceedances says nothing.
    function zone(uint256 confidence, uint256 numberOfDays, uint256 exceedances) internal pure returns (Zone) {
        if (confidence >= 1_000_000 || numberOfDays > 250 || numberOfDays * (1_000_000 - confidence) < 1_000_000) {
            return Zone.None;
        }
        bytes32 yellow;
        bytes32 red;
        if (confidence == 990_000) (yellow, red) = (YELLOW_99, RED_99);
        else if (confidence == 975_000) (yellow, red) = (YELLOW_975, RED_975);
        else if (confidence == 950_000) (yellow, red) = (YELLOW_95, RED_95);
        else return Zone.None;
        if (exceedances > 31 || numberOfDays <= uint8(red[exceedances])) return Zone.Red;
        return numberOfDays <= uint8(yellow[exceedances]) ? Zone.Yellow : Zone.Green;
    }

    /// @notice The multiplier of MAR32.9 in millionths, for 250 days at 99 %; zero for other records, for which there is none.
    function multiplier(uint256 confidence, uint256 numberOfDays, uint256 exceedances) internal pure returns (uint256) {
        if (confidence != 990_000 || numberOfDays != 250) return 0;
        if (exceedances < 5) return 1_500_000;
        if (exceedances > 9) return 2_000_000;
        return [1_700_000, 1_760_000, 1_830_000, 1_880_000, 1_920_000][exceedances - 5];
    }
}

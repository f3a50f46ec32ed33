//! The collateral of cover and bonds: its decimals, and allowances.

use alloy::primitives::{Address, U256};
use alloy::sol;

use super::session::Session;
use crate::error::Failure;
use crate::journal::Journal;
use crate::ladder::millionths;
use crate::node::{Call, Sender};

sol! {
    /// ERC-20
    interface Erc20 {
        function decimals() external view returns (uint8);
        function allowance(address owner, address spender) external view returns (uint256);
        function balanceOf(address account) external view returns (uint256);
        function approve(address spender, uint256 amount) external returns (bool);
    }
}

/// A token.
#[derive(Debug, Clone, Copy)]
pub struct Token {
    pub address: Address,
    decimals: u8,
}

impl Token {
    /// Asks a token for its decimals.
    pub async fn open(session: &Session, address: Address) -> Result<Self, Failure> {
        let decimals = session.node.view("asset", address, &Erc20::decimalsCall {}).await?;
        Ok(Self { address, decimals })
    }

    /// Returns an amount in the token's smallest units.
    pub fn units(&self, text: &str) -> Result<u128, Failure> {
        units(text, self.decimals)
    }

    /// Returns an amount as people read it.
    pub fn shown(&self, units: U256) -> String {
        shown(units, self.decimals)
    }

    /// Lets `spender` take `amount`, unless it may already.
    pub async fn allow(
        &self,
        session: &Session,
        (sender, journal): (&Sender, &mut Journal),
        spender: Address,
        amount: u128,
    ) -> Result<(), Failure> {
        let owner = sender.signer.address();
        let (wanted, allowed) = (U256::from(amount), Erc20::allowanceCall { owner, spender });
        if session.node.view("asset", self.address, &allowed).await? >= wanted {
            return Ok(());
        }
        let step = journal.step(&format!("approve/{}/{spender}/{amount}", self.address), session.node.newest().await?);
        let call = Call::function("asset", self.address, &Erc20::approveCall { spender, amount: wanted });
        session.node.send_once(sender, journal, &step, &call).await?;
        journal.settle(&step)
    }
}

/// Returns an amount in units of 10^-`decimals`.
///
/// # Errors
/// It is no decimal of at most six places, or does not fit 128 bits.
pub fn units(text: &str, decimals: u8) -> Result<u128, Failure> {
    let micro = U256::from(millionths(text)?);
    let ten = U256::from(10);
    let exact = if decimals >= 6 {
        micro.checked_mul(ten.pow(U256::from(decimals - 6)))
    } else {
        let divisor = ten.pow(U256::from(6 - decimals));
        (micro % divisor).is_zero().then(|| micro / divisor)
    };
    exact.and_then(|units| u128::try_from(units).ok()).ok_or_else(|| {
        Failure::Usage(format!("\"{text}\" is no amount of a token of {decimals} decimals, or is too large"))
    })
}

/// Returns an amount of units of 10^-`decimals` as a decimal.
pub fn shown(units: U256, decimals: u8) -> String {
    let text = format!("{units:0>width$}", width = usize::from(decimals) + 1);
    let (whole, fraction) = text.split_at(text.len() - usize::from(decimals));
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_in_units_of_the_token() {
        assert_eq!(units("1.5", 6).unwrap(), 1_500_000);
        assert_eq!(units("1.5", 18).unwrap(), 1_500_000_000_000_000_000);
        assert_eq!(units("150", 2).unwrap(), 15_000);
        for (text, decimals) in [("0.001", 2), ("1e3", 6), ("1000000000000000000000000", 18)] {
            assert!(units(text, decimals).is_err(), "{text}");
        }
    }

    #[test]
    fn amounts_are_shown_without_trailing_zeros() {
        for (units, decimals, text) in [(1_500_000u64, 6, "1.5"), (5, 6, "0.000005"), (7, 0, "7"), (2_000_000, 6, "2")]
        {
            assert_eq!(shown(U256::from(units), decimals), text);
        }
    }
}

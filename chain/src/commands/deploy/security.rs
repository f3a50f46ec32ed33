//! The part of `tailproof chain deploy` that makes cover on a public book, and bonds.

use std::path::Path;

use alloy::primitives::{Address, Bytes};
use alloy::sol_types::SolValue;
use tailproof::csv;

use super::Deploying;
use crate::commands::token::{self, Erc20};
use crate::commands::window;
use crate::config::Config;
use crate::config::security::{self, BondConfig, CalendarConfig, IndexConfig, Kind, SecurityConfig, VaultConfig};
use crate::contracts::bond::IComplianceBond::Setup as BondSetup;
use crate::contracts::index::BookState::Setup as IndexSetup;
use crate::contracts::index::ExposureMultiplier::Terms as Multiplier;
use crate::contracts::vault::ICoverVault::Setup as VaultSetup;
use crate::contracts::{BacktestLedger, BookIndex};
use crate::error::Failure;
use crate::files;
use crate::ladder::millionths;
use crate::output::progress;

impl Deploying<'_> {
    /// Deploys everything that the configuration has of it, in the order in which parts need each other.
    pub(super) async fn cover(&mut self, config: &Config) -> Result<(), Failure> {
        for calendar in &config.calendar {
            self.calendar(calendar, config).await?;
        }
        for index in &config.index {
            self.index(index, config).await?;
        }
        for security in &config.security {
            self.security(security).await?;
        }
        for vault in &config.vault {
            self.vault(vault, config).await?;
        }
        for bond in &config.bond {
            self.bond(bond).await?;
        }
        Ok(())
    }

    async fn calendar(&mut self, calendar: &CalendarConfig, all: &Config) -> Result<(), Failure> {
        let window = all.window.iter().find(|window| window.name == calendar.window);
        let window = window.expect("checked when the configuration was read");
        let bitmap = Bytes::from(security::bitmap(&days_of(calendar)?));
        let arguments = (bitmap, window.origin, window.period).abi_encode_params();
        self.contract(&calendar.name, "TradingCalendar", arguments).await?;
        Ok(())
    }

    async fn index(&mut self, index: &IndexConfig, all: &Config) -> Result<(), Failure> {
        let window = all.window.iter().find(|window| window.name == index.window);
        let prices = window::history(&window.expect("checked when the configuration was read").prices)?;
        let multiplier = &index.multiplier;
        let setup = IndexSetup {
            window: self.deployment.contract(&index.window)?.address,
            calendar: self.deployment.contract(&index.calendar)?.address,
            first: index.first_row,
            weights: weights(&index.book, prices.factors())?,
            lowest: index.lowest,
            step: index.step,
            tail: index.tail,
            share: share("index", &index.name, "share", &index.share)?,
            multiplier: Multiplier {
                target: multiplier.target,
                cap: multiplier.most,
                rise: multiplier.rise,
                step: multiplier.step,
            },
        };
        self.contract(&index.name, "BookIndex", (setup,).abi_encode_params()).await?;
        Ok(())
    }

    async fn security(&mut self, security: &SecurityConfig) -> Result<(), Failure> {
        let index = self.deployment.contract(&security.index)?.address;
        let cap = self.units(security.asset, &security.cap).await?;
        let arguments = (index, security.asset, cap, security.gate, String::new()).abi_encode_params();
        self.contract(&security.name, "VarSecurity", arguments).await?;
        Ok(())
    }

    async fn vault(&mut self, vault: &VaultConfig, all: &Config) -> Result<(), Failure> {
        let name = &vault.name;
        let security = all.security.iter().find(|security| security.name == vault.security);
        let security = security.expect("checked when the configuration was read");
        let index = self.deployment.contract(&security.index)?.address;
        match self.node.view(&security.index, index, &BookIndex::valueAtRiskCall {}).await {
            Ok(_) => {}
            Err(Failure::Refused { .. }) => {
                progress(&format!(
                    "note: vault \"{name}\" is not deployed yet, since index \"{}\" has not marked a full window: `push`, \
                     `mark`, and then `deploy` again",
                    security.index
                ));
                return Ok(());
            }
            Err(failure) => return Err(failure),
        }
        let setup = self.vault_setup(vault, security.asset).await?;
        // The book is made for the vault's address, which follows from the deployer's nonce. If another transaction has
        // taken that nonce, the book is nobody's, and another one is made.
        let (own, book_name) = (self.sender.signer.address(), format!("{name}.book"));
        loop {
            let meant = self.vault_of(&book_name).await?;
            let book = self.contract(&book_name, "CoverBook", (setup.clone(), meant).abi_encode_params()).await?;
            let step = format!("deploy/{name}");
            let nonce = match self.journal.pending(&step) {
                Some(pending) => pending.nonce,
                None => self.node.nonce(own).await?,
            };
            if self.deployment.contracts.contains_key(name) || own.create(nonce) == meant {
                self.contract(name, "CoverVault", (setup, book).abi_encode_params()).await?;
                return Ok(());
            }
            progress(&format!("{book_name} at {book} is left unused: another transaction took the nonce of its vault"));
            self.deployment.contracts.remove(&book_name);
        }
    }

    /// Returns the vault that a book is for: as it was deployed, or is being deployed, or will be.
    async fn vault_of(&self, book: &str) -> Result<Address, Failure> {
        if let Some(there) = self.deployment.contracts.get(book) {
            let word = there.arguments.last_chunk::<20>().copied().unwrap_or_default();
            return Ok(Address::from(word));
        }
        let own = self.sender.signer.address();
        Ok(match self.journal.pending(&format!("deploy/{book}")) {
            Some(pending) => pending.from.create(pending.nonce + 1),
            None => own.create(self.node.nonce(own).await? + 1),
        })
    }

    async fn vault_setup(&self, vault: &VaultConfig, asset: Address) -> Result<VaultSetup, Failure> {
        let part = |field: &str, text: &String| share("vault", &vault.name, field, text);
        Ok(VaultSetup {
            security: self.deployment.contract(&vault.security)?.address,
            kind: match vault.kind {
                Kind::ValueAtRisk => 0,
                Kind::Realised => 1,
                Kind::Scaled => 2,
            },
            attachment: vault.attachment,
            detachment: vault.detachment,
            life: vault.life,
            waiting: vault.waiting,
            cooldown: vault.cooldown,
            leastFace: self.units(asset, &vault.least_face).await?,
            base: part("premium.base", &vault.premium.base)?,
            slope: part("premium.slope", &vault.premium.slope)?,
            steep: part("premium.steep", &vault.premium.steep)?,
            kink: part("premium.kink", &vault.premium.kink)?,
            juniorLeast: part("junior_least", &vault.junior_least)?,
            juniorPremium: part("junior_premium", &vault.junior_premium)?,
            hook: vault.hook,
            gate: vault.gate,
        })
    }

    async fn bond(&mut self, bond: &BondConfig) -> Result<(), Failure> {
        let mandate = self.deployment.mandate(&bond.mandate)?;
        let backtest = self.deployment.contract(&mandate.backtest)?.address;
        let begun = BacktestLedger::nextCall { entity: bond.entity, mandate: mandate.id };
        if self.node.view(&mandate.backtest, backtest, &begun).await?.is_zero() {
            progress(&format!(
                "note: bond \"{}\" is not deployed yet, since {} has no record under \"{}\": `submit`, and then `deploy` again",
                bond.name, bond.entity, bond.mandate
            ));
            return Ok(());
        }
        let part = |field: &str, text: &String| share("bond", &bond.name, field, text);
        let setup = BondSetup {
            backtest,
            entity: bond.entity,
            mandate: mandate.id,
            asset: bond.asset,
            beneficiary: bond.beneficiary,
            slice: part("slice", &bond.slice)?,
            exceedancePremium: part("exceedance_premium", &bond.exceedance_premium)?,
            lapsePremium: part("lapse_premium", &bond.lapse_premium)?,
            waiting: bond.waiting,
            cooldown: bond.cooldown,
            least: bond.least,
            most: bond.most,
            gate: bond.gate,
        };
        self.contract(&bond.name, "ComplianceBond", (setup,).abi_encode_params()).await?;
        Ok(())
    }

    /// Returns an amount of a token in its smallest units.
    async fn units(&self, asset: Address, text: &str) -> Result<u128, Failure> {
        let decimals = self.node.view("asset", asset, &Erc20::decimalsCall {}).await?;
        token::units(text, decimals)
    }
}

/// Reads a share, as millionths.
fn share(kind: &str, name: &str, field: &str, text: &str) -> Result<u32, Failure> {
    let millionths = millionths(text)?;
    u32::try_from(millionths)
        .map_err(|_| Failure::Usage(format!("{kind} \"{name}\": {field} = \"{text}\" is no share")))
}

/// Reads a calendar's days, as periods.
pub fn days_of(calendar: &CalendarConfig) -> Result<Vec<u32>, Failure> {
    let bytes = files::read(&calendar.days)?;
    let text = std::str::from_utf8(&bytes).map_err(Failure::malformed(&calendar.days))?;
    security::days(&calendar.days, text).map_err(Failure::Usage)
}

/// Reads a public book's weights, in the order of the window's factors.
pub fn weights(path: &Path, factors: &[String]) -> Result<Vec<i16>, Failure> {
    let book =
        csv::read_book(&path.display().to_string(), &files::read(path)?[..]).map_err(Failure::malformed(path))?;
    let mut weights = vec![0i16; factors.len()];
    let mut sum = 0;
    for (factor, exposure) in book.book().exposures_as_stated() {
        let refuse = |problem: String| Failure::malformed(path)(format!("{factor}: {problem}"));
        let place = factors.iter().position(|known| known == factor);
        let place = place.ok_or_else(|| refuse("the window has no such factor".to_owned()))?;
        let basis_points =
            exposure.filter(|exposure| exposure.is_integer()).and_then(|exposure| i16::try_from(exposure).ok());
        let basis_points = basis_points.filter(|weight| weight.unsigned_abs() <= 1_500).ok_or_else(|| {
            refuse("a weight is an exposure of whole basis points, at most 1,500 in magnitude".to_owned())
        })?;
        sum += i32::from(basis_points.unsigned_abs());
        weights[place] = basis_points;
    }
    if sum != 10_000 {
        return Err(Failure::malformed(path)(format!(
            "its weights sum to {sum} basis points in magnitude, not to 10,000"
        )));
    }
    Ok(weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_whole_basis_points_that_sum_to_ten_thousand() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("book.csv");
        let factors: Vec<String> = ('A'..='G').map(String::from).collect();
        let read = |rows: &str| {
            std::fs::write(&path, format!("factor,exposure\n{rows}")).unwrap();
            weights(&path, &factors)
        };
        let rows = "A,1500\nB,1500\nC,-1500\nD,1500\nE,1500\nG,1500\nF,1000\n";
        assert_eq!(read(rows).unwrap(), [1500, 1500, -1500, 1500, 1500, 1000, 1500]);
        for (from, to, words) in [
            ("F,1000", "F,999", "sum to 9999"),
            ("F,1000", "F,999.5", "F: a weight is"),
            ("A,1500", "A,1501", "A: a weight is"),
            ("F,1000", "H,1000", "H: the window has no such factor"),
        ] {
            let refused = read(&rows.replace(from, to)).unwrap_err().to_string();
            assert!(refused.contains(words), "{refused}");
        }
    }
}

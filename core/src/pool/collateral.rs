//! The terms of loans against assets that the market prices: what a grade loses by a move.
//!
//! The book's chapter "Loans against market collateral" has the formula and the lines of the digest.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use crate::error::{CollateralProblem, Problem};
use crate::fixed_point::FRACTION_BITS;
use crate::pool::bands::Bands;
use crate::pool::columns::{Category, Field, quoted};
use crate::pool::schema::TapeSchema;
use crate::text::whole;

/// Most days from the price to the sale.
pub const MOST_HORIZON: usize = 365;
/// Decimals of a haircut.
const PLACES: u32 = 6;
/// A haircut of 100 %.
const ALL: i64 = 10i64.pow(PLACES);
/// A loss of everything, in steps.
const ONE: i64 = 1 << FRACTION_BITS;

/// The loss of a grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GradeLoss {
    /// what a sale of the asset does not bring
    Sale {
        /// name of the asset
        asset: String,
        /// LTV at the top of the band, in basis points, above 0
        top: u32,
        /// costs and discount of the sale, in millionths of the price, below a million
        haircut: u32,
    },
    /// of loans in default: the same in every scenario, in steps of 2^-20
    Defaulted {
        /// the loss
        steps: u32,
    },
}

/// The terms of a deal's `[collateral]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollateralTerms {
    horizon: usize,
    grades: Vec<GradeLoss>,
}

impl CollateralTerms {
    /// Returns the terms of a deal with this schema: days from price to sale, a haircut of each asset
    /// as a fraction, and what loans in default lose.
    ///
    /// # Errors
    /// A schema whose grades have no assets, or whose bands are not of LTV or end at 0; a horizon
    /// outside 1 to [`MOST_HORIZON`]; a haircut that is missing, of no asset or not from 0 to below 1;
    /// a loss of loans in default that is missing, or of a schema without that grade.
    pub fn new(
        schema: &TapeSchema,
        horizon: usize,
        haircuts: &BTreeMap<String, Decimal>,
        defaulted: Option<f64>,
    ) -> Result<Self, Problem> {
        let terms = schema.terms();
        let banded = terms.and_then(|terms| Some((terms.bands.as_ref()?, terms.assets.as_ref()?)));
        let (bands, assets) = banded.ok_or(CollateralProblem::NoAssets)?;
        let Bands::Number { number: Field::Ltv, limits } = bands else {
            return Err(CollateralProblem::NotLtv(bands.over(schema.numbers())).into());
        };
        if !(1..=MOST_HORIZON).contains(&horizon) {
            return Err(CollateralProblem::Horizon(horizon).into());
        }
        if let Some(asset) = haircuts.keys().find(|asset| !assets.names().contains(asset.as_str())) {
            return Err(CollateralProblem::UnknownAsset(asset.clone()).into());
        }
        match (schema.defaulted(), defaulted) {
            (Some(_), None) => return Err(CollateralProblem::NoLossOfDefaulted.into()),
            (None, Some(_)) => return Err(CollateralProblem::Assumptions("lgd").into()),
            _ => {}
        }
        let grade = |(grade, ends): (&String, (usize, &Option<[u64; 2]>))| {
            let (code, Some([_, top])) = ends else {
                return Ok(GradeLoss::Defaulted { steps: steps_above(defaulted.unwrap_or(1.0)) });
            };
            let top = u32::try_from(*top).unwrap_or(u32::MAX);
            if top == 0 {
                return Err(CollateralProblem::ZeroTop(grade.clone()).into());
            }
            let asset = assets.of(code).ok_or(CollateralProblem::NoAssets)?.to_owned();
            let haircut = haircuts.get(&asset).ok_or_else(|| CollateralProblem::NoHaircut(asset.clone()))?;
            Ok(GradeLoss::Sale { haircut: millionths(&asset, *haircut)?, asset, top })
        };
        let names = schema.names(Category::Grade);
        let grades = names.iter().zip(limits.iter().enumerate()).map(grade).collect::<Result<_, Problem>>()?;
        Ok(Self { horizon, grades })
    }

    /// Returns the days from the price to the sale.
    pub fn horizon(&self) -> usize {
        self.horizon
    }

    /// Returns the loss of each grade, in the order of their codes.
    pub fn grades(&self) -> &[GradeLoss] {
        &self.grades
    }

    /// Returns every asset once, in the order of their names: the factors of the market's scenarios.
    pub fn assets(&self) -> Vec<String> {
        let asset = |grade: &GradeLoss| match grade {
            GradeLoss::Sale { asset, .. } => Some(asset.clone()),
            GradeLoss::Defaulted { .. } => None,
        };
        let mut assets: Vec<String> = self.grades.iter().filter_map(asset).collect();
        assets.sort_unstable();
        assets.dedup();
        assets
    }

    /// SHA-256 over `tailproof/collateral/v1` and a line for the horizon and for each grade, whose
    /// names are `grades`.
    pub fn digest(&self, grades: &[String]) -> [u8; 32] {
        let mut lines = vec!["tailproof/collateral/v1".to_owned(), format!("horizon {}", self.horizon)];
        lines.extend(grades.iter().zip(&self.grades).map(|(name, grade)| match grade {
            GradeLoss::Sale { asset, top, haircut } => {
                let haircut = Decimal::new(i64::from(*haircut), PLACES).normalize();
                format!("grade {} {} {top} {haircut}", quoted(name), quoted(asset))
            }
            GradeLoss::Defaulted { steps } => format!("defaulted {steps}"),
        }));
        Sha256::digest(lines.join("\n")).into()
    }
}

/// Returns a haircut in millionths.
fn millionths(asset: &str, haircut: Decimal) -> Result<u32, Problem> {
    let of_asset = || CollateralProblem::Haircut { asset: asset.to_owned(), found: haircut };
    let found = whole("a haircut", haircut, PLACES, ALL.unsigned_abs() - 1).map_err(|_| of_asset())?;
    u32::try_from(found).map_err(|_| of_asset().into())
}

/// Returns a share from 0 to 1 in steps of 2^-20, rounded up: a product with a power of two is exact.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn steps_above(share: f64) -> u32 {
    (share * ONE as f64).ceil() as u32
}

/// Returns the share of a balance that is lost after the sale of what secures it, in steps of 2^-20,
/// rounded up. `entry` is the move in the same steps, rounded to the nearest: the loss is that of the
/// lowest move that rounds to it. `haircut` is in millionths of the price, and `top` the LTV in basis
/// points, above 0.
pub fn loss(entry: i32, haircut: u32, top: u32) -> u32 {
    // Twice the asset's value afterwards: 1 + r less half a step.
    let worth = (2 * ONE + 2 * i64::from(entry) - 1).max(0);
    let brings = (ALL - i64::from(haircut)) * worth / (200 * i64::from(top));
    u32::try_from((ONE - brings).max(0)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::Deal;

    /// A fraction of big integers: the formula of the chapter, without a step of rounding.
    fn exact(twice: i128, haircut: u32, top: u32) -> (i128, i128) {
        // 1 - (1 - h) m / L, for m = twice / 2^21
        let whole = 1_000_000 * (1i128 << 21) * i128::from(top);
        let brings = (1_000_000 - i128::from(haircut)) * twice.max(0) * 10_000;
        ((whole - brings).max(0), whole)
    }

    #[test]
    fn losses_are_at_least_the_exact_ones_and_less_than_a_step_above() {
        let entries = (-1_048_576..=1_048_576).step_by(4_099).chain([-1_048_576, -1_048_575, -1, 0, 1, 8_388_607]);
        for entry in entries.chain([-8_388_607, -2_000_000]) {
            for haircut in [0, 1, 50_000, 333_333, 999_999] {
                for top in [1, 37, 5_000, 7_777, 10_000, 16_383] {
                    let found = i128::from(loss(entry, haircut, top));
                    let below = |twice: i128, add: i128| {
                        let (lost, whole) = exact(twice, haircut, top);
                        // found + add steps against the exact loss
                        ((found + add) * whole).cmp(&(lost << 20))
                    };
                    let middle = (2i128 << 20) + 2 * i128::from(entry);
                    // For every move that rounds to the entry, and so for the lowest.
                    for twice in [middle - 1, middle, middle + 1] {
                        assert!(below(twice, 0).is_ge(), "{entry} {haircut} {top}: {found}");
                    }
                    assert!(below(middle - 1, -1).is_lt(), "{entry} {haircut} {top}: {found}");
                    assert!(found <= 1 << 20);
                }
            }
        }
    }

    /// 40 % down, 5 % of costs: 0.57 of the price is left. At an LTV of 75 % that is 76 % of the loan.
    #[test]
    fn losses_by_hand() {
        let fall = -419_430; // -0.4, rounded to the nearest
        assert_eq!(loss(fall, 50_000, 7_500), 251_659); // 0.24 is 251,658.24 steps
        assert_eq!(loss(fall, 50_000, 5_700), 1, "exactly covered, but for the half step that the move may be lower");
        assert_eq!(loss(fall, 50_000, 5_600), 0);
        assert_eq!(loss(0, 0, 10_000), 1);
        assert_eq!(loss(1, 0, 10_000), 0);
        assert_eq!(loss(-(1 << 20), 0, 1), 1 << 20, "nothing is left, whatever the LTV");
        assert_eq!(loss(0, 0, 12_500), 209_716, "under water before any move: a fifth, and 0.4 steps");
    }

    const DEAL: &str = r#"
name = "d"
[tape]
version = 2
cut_off = "2021-07-06"
currency = "USD"
columns = ["ltv", "grade", "status"]
grades = ["BTC 50", "ETH 60", "BTC 75", "defaulted"]
[tape.scale]
ltv = "percent"
[tape.status]
default = ["bad"]
[tape.bands.grade]
number = "ltv"
limits = { "BTC 50" = [0, 50], "BTC 75" = [50.01, 75], "ETH 60" = [0, 60] }
assets = { "BTC 50" = "BTC", "BTC 75" = "BTC", "ETH 60" = "ETH" }
[claims]
loans_min = 2
[collateral]
horizon = 3
[collateral.haircut]
BTC = 0.05
ETH = 0.080
[lgd]
defaulted = 0.3
"#;

    #[test]
    fn terms_are_read_and_named_by_their_lines() {
        let deal = Deal::from_toml("d.toml", DEAL).unwrap();
        let terms = deal.collateral().unwrap();
        assert_eq!((terms.horizon(), terms.assets()), (3, vec!["BTC".to_owned(), "ETH".to_owned()]));
        let sale = |asset: &str, top, haircut| GradeLoss::Sale { asset: asset.into(), top, haircut };
        let grades = [sale("BTC", 5_000, 50_000), sale("ETH", 6_000, 80_000), sale("BTC", 7_500, 50_000)];
        assert_eq!(terms.grades()[..3], grades);
        // 0.3 is 314,572.8 steps
        assert_eq!(terms.grades()[3], GradeLoss::Defaulted { steps: 314_573 });
        let lines = "tailproof/collateral/v1\nhorizon 3\ngrade \"BTC 50\" \"BTC\" 5000 0.05\n\
                     grade \"ETH 60\" \"ETH\" 6000 0.08\ngrade \"BTC 75\" \"BTC\" 7500 0.05\ndefaulted 314573";
        let names = deal.schema().unwrap().names(Category::Grade);
        assert_eq!(terms.digest(names), <[u8; 32]>::from(Sha256::digest(lines)));
        let mut digests = vec![terms.digest(names)];
        for (from, to) in [
            ("horizon = 3", "horizon = 4"),
            ("BTC = 0.05", "BTC = 0.04"),
            ("[50.01, 75]", "[50.01, 74]"),
            ("ETH", "ADA"),
            ("defaulted = 0.3", "defaulted = 0.4"),
        ] {
            let text = if from == "ETH" {
                DEAL.replace("\"ETH\"", "\"ADA\"").replace("ETH = 0.080", "ADA = 0.080")
            } else {
                DEAL.replacen(from, to, 1)
            };
            let deal = Deal::from_toml("d.toml", &text).unwrap();
            digests.push(deal.collateral().unwrap().digest(names));
        }
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), 6);
    }

    #[test]
    fn terms_that_mean_nothing_are_refused() {
        for (from, to, said) in [
            ("horizon = 3", "horizon = 0", "1 to 365 days"),
            ("horizon = 3", "horizon = 366", "1 to 365 days"),
            ("BTC = 0.05", "BTC = 1", "from 0 to below 1"),
            ("BTC = 0.05", "BTC = -0.01", "from 0 to below 1"),
            ("BTC = 0.05", "BTC = 0.0000001", "six decimals"),
            ("BTC = 0.05\n", "", "no haircut of 'BTC'"),
            ("BTC = 0.05", "BTC = 0.05\nLTC = 0.1", "'LTC'"),
            ("\"ETH 60\" = [0, 60]", "\"ETH 60\" = [0, 0]", "'ETH 60' ends at 0"),
            ("\"BTC 75\" = [50.01, 75]", "\"BTC 75\" = [49, 75]", "overlap, and both are of 'BTC'"),
            ("assets = { \"BTC 50\" = \"BTC\", ", "assets = { ", "'BTC 50' has no asset"),
            ("[lgd]\ndefaulted = 0.3", "", "what loans in default lose"),
            ("[lgd]", "[lgd]\nother = 0.5", "[collateral], or [pd] and [lgd]"),
            ("[lgd]", "[pd]\nother = 0.5\n[lgd]", "[collateral], or [pd] and [lgd]"),
            ("horizon = 3", "horizon = 3\nhaircuts = 1", "haircuts"),
            ("[lgd]", "[scenarios]\nmodel = \"gaussian\"\nrho = 0.1\nnodes = 64\n[lgd]", "'model'"),
            ("[lgd]", "[scenarios]\nkind = \"covariance\"\n[lgd]", "'covariance'"),
            ("[lgd]", "[scenarios]\nhorizon = 3\n[lgd]", "'horizon'"),
            ("[lgd]", "[scenarios]\n[lgd]", "says nothing"),
        ] {
            assert!(DEAL.contains(from), "{from}");
            let error = Deal::from_toml("d.toml", &DEAL.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(said), "{to}: {error}");
        }
        let of_rate =
            DEAL.replace("[\"ltv\", ", "[\"rate\", \"ltv\", ").replace("ltv = \"p", "rate = \"percent\"\nltv = \"p");
        let error = Deal::from_toml("d.toml", &of_rate.replace("number = \"ltv\"", "number = \"rate\"")).unwrap_err();
        assert!(error.to_string().contains("are of 'rate'"), "{error}");
        let assets = DEAL.lines().find(|line| line.starts_with("assets")).unwrap();
        let error = Deal::from_toml("d.toml", &DEAL.replace(assets, "")).unwrap_err().to_string();
        assert!(error.contains("overlap; only bands of grades with different assets may"), "{error}");
        let apart = DEAL.replace(assets, "").replace("[0, 60]", "[80, 90]");
        let error = Deal::from_toml("d.toml", &apart).unwrap_err().to_string();
        assert!(error.contains("[tape.bands.grade] with 'assets'"), "{error}");
    }
}

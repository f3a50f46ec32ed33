//! Openings of books. The context is the list of factor names, or the source and the days of a P&L
//! vector; the file keeps the unit and the net asset value.

use ark_bn254::Fr;
use halo2_proofs::pasta::Fp;
use serde::{Deserialize, Serialize};
use tailproof_core::scenarios::factors::factors_digest;
use tailproof_core::{Positions, Unit};
use tailproof_verifier::MalformedError;
use tailproof_verifier::commitment::{BookCommitment, commit};
use tailproof_verifier::encoding::{digest_from_hex, from_hex, to_hex};
use tailproof_verifier::field::CommitmentField;
use tailproof_verifier::json_file::{VERSION, check_format, parse, parse_unit, pretty};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{Committable, OpenError, Opening, sealed};

const FORMAT: &str = "tailproof-opening";
const WARNING: &str = "SECRET: with the book this opens the commitment; keep it with the book and never publish it";

/// The part of a book that an opening file keeps. Zeroized when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct KeptOfBook {
    #[zeroize(skip)]
    unit: Unit,
    nav: u64,
}

impl std::fmt::Debug for KeptOfBook {
    /// Shows the public unit alone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptOfBook").field("unit", &self.unit).finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct OpeningJson {
    format: String,
    version: u16,
    warning: String,
    commitment: String,
    factors_digest: String,
    unit: String,
    nav_units: String,
    blinding: String,
}

impl Committable for Positions {
    type Context = [String];
    type Commitment = BookCommitment;
}

impl sealed::Committable for Positions {
    type Kept = KeptOfBook;

    fn digest(factors: &[String]) -> [u8; 32] {
        factors_digest(factors)
    }

    fn unit(&self, _: &[String]) -> Unit {
        self.unit()
    }

    fn kept(&self) -> KeptOfBook {
        KeptOfBook { unit: self.unit(), nav: self.nav() }
    }

    fn value<F: CommitmentField>(&self, digest: &[u8; 32], blinding: Fr) -> F {
        commit(digest, self, blinding)
    }

    fn publish(&self, factors: &[String], (commitment, halo2): (Fr, Fp)) -> BookCommitment {
        let halo2_commitment = Some(halo2);
        let (factors, unit, is_pnl) = (factors.to_vec(), self.unit(), self.is_pnl());
        BookCommitment { commitment, halo2_commitment, factors, unit, is_pnl }
    }

    fn check(&self, opening: &Opening<Self>, factors: &[String]) -> Result<(), OpenError> {
        let (committed, found) = (opening.context, factors_digest(factors));
        if committed != found {
            return Err(OpenError::OtherFactors { committed, found });
        }
        // A commitment does not tell a missing exposure from a zero at the end. The first name of a P&L
        // vector is its source.
        let (exposures, factors) = match self.is_pnl() {
            true => (self.gains().len(), factors.len().saturating_sub(1)),
            false => (self.exposures().len(), factors.len()),
        };
        if exposures != factors {
            return Err(OpenError::ExposureCount { exposures, factors });
        }
        let (committed, found) = (opening.kept.unit, self.unit());
        if committed == found { Ok(()) } else { Err(OpenError::OtherUnit { committed, found }) }
    }

    fn other(commitment: String) -> OpenError {
        OpenError::OtherBook { commitment }
    }

    fn write(opening: &Opening<Self>) -> Zeroizing<String> {
        Zeroizing::new(pretty(&OpeningJson {
            format: FORMAT.into(),
            version: VERSION,
            warning: WARNING.into(),
            commitment: to_hex(&opening.commitment),
            factors_digest: hex::encode(opening.context),
            unit: opening.kept.unit.to_string(),
            nav_units: opening.kept.nav.to_string(),
            blinding: to_hex(&opening.blinding),
        }))
    }

    fn read(text: &str) -> Result<Opening<Self>, MalformedError> {
        let json: OpeningJson = parse(text, FORMAT)?;
        check_format(&json.format, json.version, FORMAT)?;
        let nav = json.nav_units.parse::<u64>().ok().filter(|nav| nav.to_string() == json.nav_units);
        let not_shown = MalformedError::Unexpected {
            field: "nav_units",
            found: "(not shown)".into(),
            expected: "a whole number".into(),
        };
        Ok(Opening {
            commitment: from_hex("commitment", &json.commitment)?,
            context: digest_from_hex("factors_digest", &json.factors_digest)?,
            kept: KeptOfBook { unit: parse_unit(&json.unit)?, nav: nav.ok_or(not_shown)? },
            blinding: from_hex("blinding", &json.blinding)?,
        })
    }
}

impl Opening<Positions> {
    /// Returns the value of a book unit.
    pub fn unit(&self) -> Unit {
        self.kept.unit
    }

    /// Returns the net asset value in book units.
    pub fn nav(&self) -> u64 {
        self.kept.nav
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factors() -> Vec<String> {
        vec!["SPY".into(), "AGG".into()]
    }

    fn book(exposures: &[i64], unit: Unit, nav: u64) -> Positions {
        Positions::new(unit, exposures.to_vec(), nav).expect("in range")
    }

    fn committed() -> (BookCommitment, Opening<Positions>) {
        super::super::commit(&book(&[7, -3], Unit::CENT, 77), &factors()[..], &mut rand::rngs::OsRng)
    }

    fn text() -> String {
        format!(
            "{{\n  \"format\": \"tailproof-opening\",\n  \"version\": 1,\n  \"warning\": \"{WARNING}\",\n  \
             \"commitment\": \"0x{:064x}\",\n  \"factors_digest\": \"{}\",\n  \"unit\": \"0.01\",\n  \"nav_units\": \"77\",\n  \
             \"blinding\": \"0x{:064x}\"\n}}\n",
            4,
            "0a".repeat(32),
            9
        )
    }

    #[test]
    fn the_file_is_read_and_written_byte_for_byte() {
        let opening = Opening::<Positions>::from_json(&text()).expect("an opening file");
        assert_eq!(*opening.to_json(), text());
        assert_eq!((opening.unit(), opening.nav(), opening.context()), (Unit::CENT, 77, [10; 32]));
        assert_eq!((opening.commitment(), opening.blinding), (Fr::from(4u64), Fr::from(9u64)));
    }

    #[test]
    fn other_forms_of_the_file_are_refused() {
        for (from, to) in [
            ("\"version\": 1", "\"version\": 2"),
            ("-opening", "-pool-opening"),
            ("0x", "0X"),
            ("0a0a", "0A0A"),
            ("0.01", "0.010"),
            ("\"77\"", "\"077\""),
            ("\"77\"", "\"-7\""),
            ("\"version\": 1,", ""),
            ("\"version\": 1", "\"version\": 1, \"more\": 2"),
        ] {
            let changed = text().replacen(from, to, 1);
            assert_ne!(changed, text());
            assert!(Opening::<Positions>::from_json(&changed).is_err(), "{to}");
        }
        let secret = text().replacen("\"77\"", "\"987654321x\"", 1);
        let error = Opening::<Positions>::from_json(&secret).expect_err("not a number");
        assert!(!error.to_string().contains("987654321"), "{error}");
    }

    #[test]
    fn a_commitment_opens_to_its_book_over_its_factors_alone() {
        let (commitment, opening) = committed();
        let again = || Opening::<Positions>::from_json(&opening.to_json()).expect("its own encoding");
        let opened = again().open(book(&[7, -3], Unit::CENT, 77), &factors()).expect("the same book");
        assert_eq!(opened.commitment::<Fr>(), commitment.commitment);
        assert_eq!(Some(opened.commitment::<Fp>()), commitment.halo2_commitment);
        assert_eq!((opened.unit(), opened.secret().nav(), opened.blinding()), (Unit::CENT, 77, opening.blinding));

        let same = book(&[7, -3], Unit::CENT, 77);
        let mut swapped = factors();
        swapped.swap(0, 1);
        assert!(matches!(again().open(same, &swapped), Err(OpenError::OtherFactors { .. })));
        for (exposures, nav) in [([7, -2], 77), ([-3, 7], 77), ([7, -3], 78)] {
            let error = again().open(book(&exposures, Unit::CENT, nav), &factors()).expect_err("another book");
            assert_eq!(error, OpenError::OtherBook { commitment: to_hex(&commitment.commitment) });
        }
        let error = again().open(book(&[7, -3, 0], Unit::CENT, 77), &factors()).expect_err("a zero more");
        assert_eq!(error, OpenError::ExposureCount { exposures: 3, factors: 2 });
        let finer = book(&[7, -3], Unit::FINEST, 77);
        assert!(matches!(again().open(finer, &factors()), Err(OpenError::OtherUnit { .. })));
    }

    /// Over its days, in their order; one day less is refused, though a gain of zero hashes as none.
    #[test]
    fn a_pnl_vector_opens_over_its_days_alone() {
        let days = ["Desk", "2024-01-02", "2024-01-03"].map(str::to_owned);
        let vector = |gains: &[i64]| Positions::pnl(Unit::CENT, gains.to_vec(), 77).expect("in range");
        let (commitment, opening) = super::super::commit(&vector(&[7, 0]), &days[..], &mut rand::rngs::OsRng);
        assert!(commitment.is_pnl && commitment.factors == days);
        let again = || Opening::<Positions>::from_json(&opening.to_json()).expect("its own encoding");
        let opened = again().open(vector(&[7, 0]), &days).expect("the same vector");
        assert!(opened.compare(&commitment).iter().all(super::super::Part::is_same));
        let mut other = days.clone();
        other[0] = "Another desk".into();
        assert!(matches!(again().open(vector(&[7, 0]), &other), Err(OpenError::OtherFactors { .. })));
        let error = again().open(vector(&[7]), &days).expect_err("a day less");
        assert_eq!(error, OpenError::ExposureCount { exposures: 1, factors: 2 });
        assert!(matches!(again().open(vector(&[7, 1]), &days), Err(OpenError::OtherBook { .. })));
        assert!(again().open(book(&[7, 0], Unit::CENT, 77), &days[..2]).is_err(), "exposures");
    }

    #[test]
    fn debug_output_has_no_secret() {
        let opening = Opening::<Positions>::from_json(&text()).expect("an opening file");
        let shown = format!("{opening:?} {:?}", opening.kept);
        assert!(!shown.contains("77") && !shown.contains('9'), "{shown}");
        let (_, opening) = committed();
        let blinding = to_hex(&opening.blinding);
        let opened = opening.open(book(&[7, -3], Unit::CENT, 77), &factors()).expect("the same book");
        assert!(!format!("{opened:?}").contains(&blinding) && !format!("{opened:?}").contains("-3"));
    }

    /// Drop calls nothing but this.
    #[test]
    fn zeroizing_leaves_nothing_private() {
        let (_, mut opening) = committed();
        opening.zeroize();
        assert_eq!((opening.nav(), opening.blinding), (0, Fr::from(0u64)));
    }
}

//! Where the rows of a historical set stand among the rows of a shape.
//!
//! A set is in date order, and its rows are usually the first of the shape. A contract that keeps a
//! rolling window of T rows overwrites the oldest row by the newest: the row of epoch e (0 for the
//! window's first) is in slot e mod T, and all others stay. A scenario point depends on that order,
//! no figure does. So the header of a set may say where its rows stand:
//!
//! * [`Place::Ring`]: the set is the whole window, and its newest row is in this slot;
//! * [`Place::Slot`]: the set is one row of the window, in this slot; all other slots are empty and
//!   weigh nothing.
//!
//! The file of a set stays in date order under either.

use crate::error::{Problem, SetProblem};
use crate::fixed_point::MAX_SCENARIOS;
use crate::scenarios::generator::{Generator, Variant};
use crate::scenarios::set::ScenarioSet;

/// Where the rows of a set stand among the rows of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A whole window; the newest row is in this slot, the next older one in the slot before, and
    /// before slot 0 comes the last.
    Ring(usize),
    /// One row, in this slot.
    Slot(usize),
}

impl Place {
    /// Returns the slot of row `row` of a set of `rows` rows in date order.
    pub fn slot_of(self, row: usize, rows: usize) -> usize {
        match self {
            Place::Ring(newest) => (newest + 1 + row) % rows,
            Place::Slot(slot) => slot,
        }
    }

    /// Returns the place in a few words, behind a comma.
    pub fn sentence(self) -> String {
        match self {
            Place::Ring(newest) => format!(", in a ring with the newest in slot {newest}"),
            Place::Slot(slot) => format!(", in slot {slot} of the ring"),
        }
    }

    /// Checks that `variant` makes rows that stay as they are while the window rolls.
    ///
    /// # Errors
    /// A variant whose rows or weights are others every day, or whose window does not roll.
    pub fn check_variant(self, variant: &Variant) -> Result<(), SetProblem> {
        let refused = [
            (variant.age_weighted.is_some(), "under weights that decay, every weight is another one each day"),
            (variant.stressed.is_some(), "a stressed window does not end with the newest row"),
            (variant.volatility_scaled.is_some(), "scaled to today's volatility, every row is another one each day"),
            (variant.linear_weights && matches!(self, Place::Slot(_)), "one row alone has no weight by its age"),
        ];
        match refused.into_iter().find(|(is_so, _)| *is_so) {
            Some((_, why)) => Err(SetProblem::NotRolling(why)),
            None => Ok(()),
        }
    }

    /// Checks that a set of `rows` rows can stand here.
    fn check(self, rows: usize) -> Result<(), Problem> {
        let (what, slot, slots) = match self {
            Place::Ring(newest) => ("the slot of the newest row", newest, rows),
            Place::Slot(_) if rows != 1 => return Err(SetProblem::SlotRows(rows).into()),
            Place::Slot(slot) => ("the slot", slot, MAX_SCENARIOS),
        };
        if slot < slots {
            return Ok(());
        }
        Err(Problem::OutOfRange { what: what.into(), value: slot.to_string(), range: format!("0 to {}", slots - 1) })
    }
}

impl Generator {
    /// Returns where the rows of the set stand; `None` where they are the first of a shape.
    pub fn place(&self) -> Option<Place> {
        match self {
            Generator::Historical { ring: Some(newest), .. } => Some(Place::Ring(*newest)),
            Generator::Historical { slot: Some(slot), .. } => Some(Place::Slot(*slot)),
            _ => None,
        }
    }

    /// Checks that the header of a set of `rows` rows says at most one place, and one that the set
    /// can have.
    pub(super) fn check_place(&self, rows: usize) -> Result<(), Problem> {
        if matches!(self, Generator::Historical { ring: Some(_), slot: Some(_), .. }) {
            return Err(SetProblem::RingAndSlot.into());
        }
        let (Some(place), Generator::Historical { variant, .. }) = (self.place(), self) else { return Ok(()) };
        place.check(rows)?;
        Ok(variant.as_ref().map_or(Ok(()), |variant| place.check_variant(variant))?)
    }
}

impl ScenarioSet {
    /// Returns the same scenarios with their place in the header: as given, or none.
    ///
    /// # Errors
    /// A place of a set that is not historical, that this number of rows cannot have, or that does
    /// not go with the variant.
    pub fn placed(self, place: Option<Place>) -> Result<Self, Problem> {
        let mut generator = self.generator().clone();
        match (&mut generator, place) {
            (Generator::Historical { ring, slot, .. }, place) => {
                (*ring, *slot) = match place {
                    Some(Place::Ring(newest)) => (Some(newest), None),
                    Some(Place::Slot(row)) => (None, Some(row)),
                    None => (None, None),
                };
            }
            (_, None) => {}
            (other, Some(_)) => return Err(SetProblem::NoPlace(other.kind()).into()),
        }
        let last_prices = self.last_prices().map(<[String]>::to_vec);
        let (factors, labels) = (self.factors().to_vec(), self.labels().to_vec());
        ScenarioSet::new(generator, factors, labels, last_prices, self.weights().to_vec(), self.entries().to_vec())
    }

    /// Returns the number of rows of the smallest shape that the set fits.
    pub fn least_rows(&self) -> usize {
        match self.generator().place() {
            Some(Place::Slot(slot)) => slot + 1,
            _ => self.scenarios(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::file::{decode, digest, encode};
    use crate::scenarios::historical::historical;
    use crate::scenarios::regenerate::{Comparison, Recomputed, Regenerate, Sources};

    const PRICES: &str = "date,A,B\n2024-01-02,100,3\n2024-01-03,110,2\n2024-01-04,99,2.5\n2024-01-05,99,4\n";

    fn window(rows: usize) -> ScenarioSet {
        historical(&crate::testing::prices(PRICES), 1, Some(rows)).unwrap()
    }

    fn header(set: &ScenarioSet) -> String {
        serde_json::to_string(set.generator()).unwrap()
    }

    /// Epoch e is in slot e mod T: written out for a window of three rows, day after day.
    #[test]
    fn the_row_of_an_epoch_is_in_the_slot_of_its_number() {
        let rows = 3;
        for newest in 2..20 {
            let slots: Vec<usize> = (0..rows).map(|row| Place::Ring(newest % rows).slot_of(row, rows)).collect();
            let epochs = newest + 1 - rows..=newest;
            assert_eq!(slots, epochs.map(|epoch| epoch % rows).collect::<Vec<_>>(), "epoch {newest}");
        }
        assert_eq!(Place::Slot(7).slot_of(0, 1), 7);
    }

    #[test]
    fn a_place_is_in_the_header_and_nothing_else_changes() {
        let plain = window(3);
        assert!(!header(&plain).contains("ring") && !header(&plain).contains("slot"), "{}", header(&plain));
        let ring = plain.clone().placed(Some(Place::Ring(1))).unwrap();
        assert!(header(&ring).contains("\"ring\":1,\"prices"), "{}", header(&ring));
        assert_eq!((ring.entries(), ring.labels(), ring.weights()), (plain.entries(), plain.labels(), plain.weights()));
        assert_ne!(digest(&ring), digest(&plain));
        assert_eq!(decode("r.scn", &encode(&ring)).unwrap().0, ring);
        assert_eq!(ring.clone().placed(None).unwrap(), plain);
        let slot = window(1).placed(Some(Place::Slot(5))).unwrap();
        assert!(header(&slot).contains("\"slot\":5,\"prices"), "{}", header(&slot));
        assert_eq!((slot.least_rows(), ring.least_rows()), (6, 3));
        assert!(slot.sentence().contains("1-day returns, in slot 5 of the ring)"), "{}", slot.sentence());
        assert!(ring.sentence().contains("newest in slot 1"), "{}", ring.sentence());
    }

    /// The place is no moves: a set is made again in the place that its header names, and is another
    /// set in every other.
    #[test]
    fn a_set_in_its_place_is_made_again() {
        let prices = crate::testing::prices(PRICES);
        for set in [window(3).placed(Some(Place::Ring(2))), window(1).placed(Some(Place::Slot(9)))] {
            let remade = Recomputed.regenerate(&set.unwrap(), &Sources::prices(&prices)).unwrap();
            assert_eq!(remade.comparison, Comparison::Identical);
        }
        let other = window(3).placed(Some(Place::Ring(0))).unwrap();
        let ring = window(3).placed(Some(Place::Ring(2))).unwrap();
        let remade = crate::scenarios::regenerate::Remade::new;
        assert_eq!(
            remade(&ring, other, crate::scenarios::regenerate::Source::Prices, 0).comparison,
            Comparison::OtherSet
        );
    }

    #[test]
    fn a_place_that_a_set_cannot_have_is_refused() {
        let refused = |rows: usize, place| window(rows).placed(Some(place)).unwrap_err().to_string();
        assert!(refused(3, Place::Ring(3)).contains("0 to 2"));
        assert!(refused(1, Place::Slot(MAX_SCENARIOS)).contains("0 to 65535"));
        assert!(refused(2, Place::Slot(0)).contains("2 rows"));
        let both = header(&window(1)).replace("\"prices", "\"ring\":0,\"slot\":0,\"prices");
        let both: Generator = serde_json::from_str(&both).unwrap();
        assert_eq!(both.check_place(1), Err(SetProblem::RingAndSlot.into()));
        let stress = Generator::Stress { table_sha256: String::new() };
        let set = ScenarioSet::new(stress, vec!["A".into()], vec!["x".into()], None, vec![1], vec![0]).unwrap();
        assert_eq!(set.clone().placed(Some(Place::Ring(0))), Err(SetProblem::NoPlace("stress").into()));
        assert_eq!(set.clone().placed(None), Ok(set));
    }

    /// A ring under weights that a window on chain cannot keep, or of moves that change every day.
    #[test]
    fn variants_that_do_not_roll_have_no_place() {
        let of = |variant: Variant, place: Place| {
            let generator = Generator::Historical {
                horizon: 1,
                variant: Some(variant.clone()),
                ring: None,
                slot: None,
                treatment: None,
                prices_sha256: String::new(),
            };
            let (factors, labels) = (vec!["A".into()], vec!["2024-01-03".into()]);
            let weights = variant.weights(1).unwrap();
            ScenarioSet::new(generator, factors, labels, None, weights, vec![0]).unwrap().placed(Some(place))
        };
        let decay = || Some("0.9".to_owned());
        for variant in [
            Variant { age_weighted: decay(), ..Variant::default() },
            Variant { volatility_scaled: decay(), ..Variant::default() },
            Variant { stressed: Some(vec!["1".into()]), ..Variant::default() },
        ] {
            for place in [Place::Ring(0), Place::Slot(0)] {
                let refused = of(variant.clone(), place).unwrap_err();
                assert!(matches!(refused, Problem::Set(SetProblem::NotRolling(_))), "{variant:?}: {refused}");
            }
        }
        let linear = || Variant { linear_weights: true, ..Variant::default() };
        assert!(of(linear(), Place::Ring(0)).is_ok());
        assert!(of(linear(), Place::Slot(0)).is_err());
        let stretched = Variant { gamma: true, liquidity_horizons: Some(vec![10]), ..Variant::default() };
        assert!(of(stretched.clone(), Place::Ring(0)).is_ok() && of(stretched, Place::Slot(3)).is_ok());
    }
}

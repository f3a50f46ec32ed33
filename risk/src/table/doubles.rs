//! Columns of doubles: as exact decimals at once, and as texts where somebody asks for one.

use std::sync::OnceLock;

use rust_decimal::Decimal;

use super::double::{decimal, push_shortest};

/// The values of some columns, row by row. Each stands for the shortest decimal that reads back as it.
#[derive(Debug, Default)]
pub(crate) struct Doubles {
    /// any value where there is none
    values: Vec<f64>,
    /// for each value, whether there is one; empty if there are all
    present: Vec<bool>,
    /// whether a value is infinite or no number
    not_finite: bool,
    /// for each column, the texts of its rows once there are some
    texts: Vec<OnceLock<Texts>>,
}

/// The texts of the rows of a column, one behind the other.
#[derive(Debug)]
struct Texts {
    text: String,
    ends: Vec<usize>,
}

/// A column in some rows: the values that there are, and for each row, whether there is one; empty if
/// there are all.
pub(crate) type Column = (Vec<f64>, Vec<bool>);

/// Rows that are written at once: columns are read one cache line of eight doubles at a time.
const BLOCK: usize = 8;

impl Doubles {
    /// Returns no rows of some columns.
    pub fn new(columns: usize) -> Self {
        Self { texts: (0..columns).map(|_| OnceLock::new()).collect(), ..Self::default() }
    }

    /// Adds rows, of which each column has a part.
    pub fn append(&mut self, rows: usize, mut columns: Vec<Column>) {
        let (before, width) = (self.values.len(), self.texts.len());
        let after = before + rows * width;
        if !self.present.is_empty() || columns.iter().any(|(_, present)| !present.is_empty()) {
            self.present.resize(before, true);
            self.present.resize(after, true);
        }
        for (place, (values, present)) in columns.iter_mut().enumerate() {
            self.not_finite |= values.iter().any(|value| !value.is_finite());
            if !present.is_empty() {
                let mut found = std::mem::take(values).into_iter();
                let of_row = |present: &bool| if *present { found.next().unwrap_or_default() } else { 0.0 };
                *values = present.iter().map(of_row).collect();
                for (row, present) in present.iter().enumerate().take(rows) {
                    self.present[before + row * width + place] = *present;
                }
            }
        }
        self.values.resize(after, 0.0);
        for first in (0..rows).step_by(BLOCK) {
            for (place, (values, _)) in columns.iter().enumerate() {
                for (row, value) in values.iter().enumerate().take(rows).skip(first).take(BLOCK) {
                    self.values[before + row * width + place] = *value;
                }
            }
        }
    }

    fn place(&self, row: usize, column: usize) -> usize {
        row * self.texts.len() + column
    }

    fn has_value(&self, place: usize) -> bool {
        self.present.get(place).is_none_or(|present| *present)
    }

    /// Returns the decimal of a cell; `None` where it has no value, or one that only its text tells.
    #[inline]
    pub fn number(&self, row: usize, column: usize) -> Option<Decimal> {
        let place = self.place(row, column);
        decimal(*self.values.get(place)?).filter(|_| self.has_value(place))
    }

    /// Whether the text of a cell has no characters but those of a number, or none at all.
    pub fn is_plain(&self, row: usize, column: usize) -> bool {
        let place = self.place(row, column);
        !self.not_finite || !self.has_value(place) || self.values[place].is_finite()
    }

    /// Returns the text of a cell; one without a value has an empty one. The texts of a column are made
    /// with its first.
    pub fn text(&self, row: usize, column: usize) -> &str {
        let Texts { text, ends } = self.texts[column].get_or_init(|| self.texts(column));
        let start = row.checked_sub(1).map_or(0, |before| ends[before]);
        &text[start..ends[row]]
    }

    fn texts(&self, column: usize) -> Texts {
        let (mut text, mut ends) = (String::new(), Vec::with_capacity(self.values.len() / self.texts.len()));
        for place in (column..self.values.len()).step_by(self.texts.len()) {
            if self.has_value(place) {
                push_shortest(self.values[place], &mut text);
            }
            ends.push(text.len());
        }
        Texts { text, ends }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_rows_with_and_without_values_stand_in_order() {
        let mut doubles = Doubles::new(2);
        let all = |values: &[f64]| (values.to_vec(), Vec::new());
        doubles.append(2, vec![all(&[1.5, -2.0]), all(&[10.0, 20.0])]);
        doubles.append(2, vec![(vec![0.25], vec![false, true]), all(&[30.0, f64::INFINITY])]);
        doubles.append(2, vec![all(&[f64::NAN, 4.0]), (vec![50.0], vec![true, false])]);
        let column = |column| (0..6).map(|row| doubles.text(row, column)).collect::<Vec<_>>();
        assert_eq!(column(0), ["1.5", "-2", "", "0.25", "NaN", "4"]);
        assert_eq!(column(1), ["10", "20", "30", "inf", "50", ""]);
        for (row, column) in (0..6).flat_map(|row| [(row, 0), (row, 1)]) {
            let text = doubles.text(row, column);
            assert_eq!(
                doubles.number(row, column).map(|number| number.to_string()),
                text.parse::<Decimal>().ok().map(|_| text.to_owned())
            );
            assert_eq!(doubles.is_plain(row, column), super::super::number::is_plain(text), "{text}");
        }
    }

    #[test]
    fn rows_of_any_number_are_written_at_their_places() {
        let mut doubles = Doubles::new(3);
        for rows in [1, 8, 19, 0, 7] {
            let first = doubles.values.len() / 3;
            let value = |row: usize, column: usize| f64::from(u32::try_from((first + row) * 10 + column).unwrap());
            let columns = (0..3).map(|column| ((0..rows).map(|row| value(row, column)).collect(), Vec::new()));
            doubles.append(rows, columns.collect());
        }
        for (row, column) in (0..35).flat_map(|row| (0..3).map(move |column| (row, column))) {
            assert_eq!(doubles.text(row, column), (row * 10 + column).to_string());
        }
    }
}

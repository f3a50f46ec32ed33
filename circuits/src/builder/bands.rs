//! A number in the band that a code selects, where a flag is set.

use ethnum::I256;

use super::{Builder, Num, NumOf};
use crate::bound::{BoundError, Interval};
use crate::error::{Built, SynthesisError};
use crate::instructions::{Instructions, Label};

/// Labels of numbers in bands.
#[derive(Debug, Clone, Copy)]
pub struct BandLabels {
    /// At most one number is selected.
    pub select: Label,
    /// The packed limits of a code.
    pub word: Label,
    /// A number, if it is the selected one.
    pub number: Label,
    /// The limits that a code's bits select.
    pub selected: Label,
    /// The bits of the distance from the lower limit.
    pub above: Label,
    /// The bits of the distance to the upper limit.
    pub below: Label,
    /// Both distances are right where the flag is set.
    pub band: Label,
}

/// Public bands by code: see [`Builder::bands`].
#[derive(Debug, Clone)]
pub struct Bands<E> {
    /// Bits of which at most one is set, one for each number.
    select: Vec<Num<E>>,
    /// Lower limit plus upper limit times a power of two, by code.
    words: Vec<Num<E>>,
    width: u32,
    shift: u32,
}

impl<B: Instructions> Builder<'_, B> {
    /// Returns bands of a number of `width` bits: of the one that a bit selects, and of 0 if none
    /// is set. Limits are by code, and `shift` bits apart in a packed word.
    ///
    /// # Errors
    /// If there are not as many upper as lower limits, a limit is wider than the number, or `shift`
    /// is at most `width`: two terms of a word could then make up for each other.
    pub fn bands(
        &mut self,
        labels: BandLabels,
        select: &[NumOf<B>],
        (lows, highs): (&[NumOf<B>], &[NumOf<B>]),
        width: u32,
        shift: u32,
    ) -> Built<B, Bands<B::Integer>> {
        if highs.len() != lows.len() {
            return Err(SynthesisError::Length { list: "upper limits", expected: lows.len(), found: highs.len() });
        }
        // The term of a lower limit is at least 0 - (2^width - 1) - (2^width - 1).
        let furthest = (I256::ONE << (width + 1)) - 2;
        if furthest >> shift != I256::ZERO {
            return Err(BoundError::TooWide { high: furthest, bits: shift }.into());
        }
        let mut words = Vec::with_capacity(lows.len());
        for (low, high) in lows.iter().zip(highs) {
            for limit in [low, high] {
                if limit.interval.unsigned_bits()? > width {
                    return Err(BoundError::TooWide { high: limit.interval.high(), bits: width }.into());
                }
            }
            let word = self.combine(&[(low, I256::ONE), (high, I256::ONE << shift)])?;
            words.push(self.named(labels.word, &word)?);
        }
        let (sum, one, zero) = (self.sum(select)?, self.constant(I256::ONE)?, self.constant(I256::ZERO)?);
        let rest = self.sub(&one, &sum)?;
        self.assert_product(labels.select, &sum, &rest, &zero)?;
        Ok(Bands { select: select.to_vec(), words, width, shift })
    }

    /// Constrains the selected number to the band of a code where a flag (0 or 1) is set. The code
    /// is given by its bits, the lowest first.
    ///
    /// Let f be the number, a and b the distances from both limits, which are in range, and W the
    /// word of the code. The constraint is `flag ((f - a) + 2^shift (f + b) - W) = 0`. The first
    /// term less the lower limit is smaller in magnitude than 2^shift, so for 1 both terms are the
    /// limits.
    ///
    /// # Errors
    /// If there are not as many numbers as bits that select one, or not as many words as codes; if
    /// a number is wider than the bands are.
    pub fn in_band_where(
        &mut self,
        labels: BandLabels,
        flag: &NumOf<B>,
        code_bits: &[NumOf<B>],
        numbers: &[NumOf<B>],
        bands: &Bands<B::Integer>,
    ) -> Built<B, ()> {
        let (expected, found) = (bands.select.len(), numbers.len());
        if found != expected {
            return Err(SynthesisError::Length { list: "numbers of a band", expected, found });
        }
        let number = self.selected_number(labels, numbers, bands)?;
        let word = self.selected_word(labels, code_bits, bands)?;
        let is_set = self.value(flag) == I256::ONE;
        let (limits, value) = (self.value(&word), self.value(&number));
        let low = limits & ((I256::ONE << bands.shift) - 1);
        let high = limits >> bands.shift;
        let distance = |from: I256, to: I256| if is_set { to - from } else { I256::ZERO };
        let above = self.range(labels.above, distance(low, value), bands.width)?;
        let below = self.range(labels.below, distance(value, high), bands.width)?;
        let upper = I256::ONE << bands.shift;
        let minus = I256::MINUS_ONE;
        let terms = [(&number, I256::ONE + upper), (&above, minus), (&below, upper), (&word, minus)];
        let (off, zero) = (self.combine(&terms)?, self.constant(I256::ZERO)?);
        self.assert_product(labels.band, flag, &off, &zero)
    }

    /// Returns the selected number.
    fn selected_number(
        &mut self,
        labels: BandLabels,
        numbers: &[NumOf<B>],
        bands: &Bands<B::Integer>,
    ) -> Built<B, NumOf<B>> {
        let mut products = Vec::with_capacity(numbers.len());
        for (number, select) in numbers.iter().zip(&bands.select) {
            if number.interval.unsigned_bits()? > bands.width {
                return Err(BoundError::TooWide { high: number.interval.high(), bits: bands.width }.into());
            }
            products.push(self.product(labels.number, select, number)?);
        }
        // At most one of them is selected, so their intervals do not add up.
        Ok(Num { interval: Interval::unsigned(bands.width)?, ..self.sum(&products)? })
    }

    /// Returns the word of a code, by a tree of choices between two.
    fn selected_word(
        &mut self,
        labels: BandLabels,
        code_bits: &[NumOf<B>],
        bands: &Bands<B::Integer>,
    ) -> Built<B, NumOf<B>> {
        let mut level = bands.words.clone();
        for bit in code_bits {
            let (low, high) = (bit.interval.low(), bit.interval.high());
            if low != I256::ZERO || high != I256::ONE {
                return Err(BoundError::TooWide { high, bits: 1 }.into());
            }
            let mut next = Vec::with_capacity(level.len() / 2);
            for pair in level.chunks(2) {
                let [zeroth, first] = pair else {
                    return Err(SynthesisError::Length { list: "bands by code", expected: 2, found: pair.len() });
                };
                let difference = self.sub(first, zeroth)?;
                let chosen = self.product(labels.selected, bit, &difference)?;
                let chosen = self.add(zeroth, &chosen)?;
                // The bit chooses one of the two, and words are alike in range.
                next.push(Num { interval: zeroth.interval, ..chosen });
            }
            level = next;
        }
        let found = level.len();
        match level.pop() {
            Some(word) if found == 1 => Ok(word),
            _ => Err(SynthesisError::Length { list: "bands by code", expected: 1 << code_bits.len(), found }),
        }
    }
}

#[cfg(test)]
mod tests {
    use ark_bn254::Fr;
    use tailproof_verifier::inputs::ScenarioInputs;
    use tailproof_verifier::inputs::controls::CONTROLS;

    use super::*;
    use crate::plain::Plain;

    const LABELS: BandLabels = BandLabels {
        select: "select",
        word: "word",
        number: "number",
        selected: "selected",
        above: "above",
        below: "below",
        band: "band",
    };

    /// Calls a test with a builder, and returns the constraints that it violates.
    fn violations(test: impl FnOnce(&mut Builder<'_, Plain<'_>>)) -> Vec<Label> {
        let scenarios = ScenarioInputs::zero("2x2/1".parse().unwrap());
        let mut backend = Plain::new(&[Fr::from(0u64); CONTROLS], &scenarios);
        test(&mut Builder::new(&mut backend));
        backend.violations().to_vec()
    }

    /// Numbers outside their band whose distances from both limits are in range, with limits `shift`
    /// bits apart, of a number of 4 bits.
    fn forgeries(shift: u32) -> usize {
        let range = || 0..16i64;
        let mut found = 0;
        for (low, high) in range().flat_map(|low| (low..16).map(move |high| (low, high))) {
            for number in range().filter(|number| !(low..=high).contains(number)) {
                // (f - a - low) + 2^shift (f + b - high) = 0
                let holds = |above: i64, below: i64| (number - above - low) + ((number + below - high) << shift) == 0;
                found += range().filter(|above| range().any(|below| holds(*above, below))).count();
            }
        }
        found
    }

    #[test]
    fn limits_that_are_as_far_apart_as_they_are_wide_could_make_up_for_each_other() {
        assert_eq!([4, 5, 6].map(forgeries), [665, 0, 0]);
        let built = |shift: u32| {
            let mut result = Ok(());
            violations(|builder| {
                let limit = builder.range("limit", I256::ONE, 4).unwrap();
                let limits = [limit.clone(), limit];
                result = builder.bands(LABELS, &[], (&limits, &limits), 4, shift).map(|_| ());
            });
            result
        };
        assert_eq!(built(4), Err(BoundError::TooWide { high: I256::from(30), bits: 4 }.into()));
        assert_eq!([built(5), built(6)], [Ok(()), Ok(())]);
    }

    #[test]
    fn limits_numbers_and_codes_that_do_not_fit_are_refused() {
        let found = violations(|builder| {
            let [wide, fits] = [5, 4].map(|bits| builder.range("limit", I256::ONE, bits).unwrap());
            let [bit, other] = [I256::ONE, I256::ZERO].map(|bit| builder.range("bit", bit, 1).unwrap());
            let (two, four) = (vec![fits.clone(); 2], vec![fits.clone(); 4]);
            let too_wide: SynthesisError<_> = BoundError::TooWide { high: I256::from(31), bits: 4 }.into();
            let wide_limits = [fits.clone(), wide.clone()];
            assert_eq!(builder.bands(LABELS, &[], (&two, &wide_limits), 4, 6).unwrap_err(), too_wide);
            assert!(builder.bands(LABELS, &[], (&two, &four), 4, 6).is_err());
            let bands = builder.bands(LABELS, std::slice::from_ref(&bit), (&two, &two), 4, 6).unwrap();
            let mut refused = |bits: &[NumOf<Plain<'_>>], numbers: &[NumOf<Plain<'_>>]| {
                builder.in_band_where(LABELS, &bit, bits, numbers, &bands).is_err()
            };
            assert!(refused(std::slice::from_ref(&bit), &[wide]));
            assert!(refused(std::slice::from_ref(&bit), &[]));
            assert!(refused(&[], std::slice::from_ref(&fits)));
            assert!(refused(&[bit.clone(), other.clone()], std::slice::from_ref(&fits)));
            assert!(refused(std::slice::from_ref(&fits), std::slice::from_ref(&fits)));
            assert!(!refused(std::slice::from_ref(&other), std::slice::from_ref(&fits)));
        });
        assert_eq!(found, Vec::<Label>::new());
    }
}

//! Windows of signed digits, and the width of the digits that costs least.

use std::ops::Range;

use rayon::prelude::*;
use zeroize::Zeroizing;

use super::kernel::SIGN;
use super::near::Near;
use super::scalar::Packed;
use super::sums::Groups;

/// The widths of digits in question.
const WIDTHS: std::ops::RangeInclusive<usize> = 2..=15;

/// Scalars whose digits are counted, to choose a width.
const SAMPLE: usize = 96;

/// How many of the scalars that reach a window have a digit there, in a sample.
struct Density(Vec<(usize, usize)>);

impl Density {
    fn new(sample: &[&Near], width: usize, windows: usize) -> Self {
        let mut counts = vec![(0, 0); windows + 1];
        for near in sample {
            near.digits(width, |window, _, _| counts[window].0 += 1);
            let reached = near.bits().div_ceil(width);
            counts[..reached].iter_mut().for_each(|(_, reached)| *reached += 1);
        }
        Self(counts)
    }

    /// Returns how many digits are not zero among so many.
    fn of(&self, window: usize, digits: usize) -> usize {
        match self.0[window] {
            (_, 0) => digits,
            (full, reached) => (digits * full).div_ceil(reached).min(digits),
        }
    }
}

/// How scalars are cut into windows of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// Bits of a digit.
    pub width: usize,
    /// Number of windows.
    pub count: usize,
    /// Of packed numbers: how many windows a number has, and the bits from one to the next.
    pub places: Option<(usize, usize)>,
}

impl Windows {
    /// Returns the windows with the fewest additions: one for each digit that is not zero, and about
    /// two for each bucket that is not empty. A sample of the scalars says how many digits of a
    /// window are zero: packed numbers have many, at widths that divide their places.
    pub fn cheapest(scalars: &[Near]) -> Self {
        let longer = longer(scalars);
        let bits = longer.iter().rposition(|count| *count > 0).unwrap_or(0);
        let sample: Vec<&Near> = scalars.iter().step_by((scalars.len() / SAMPLE).max(1)).collect();
        let cost = |width: usize| -> usize {
            let buckets = 1usize << (width - 1);
            let density = Density::new(&sample, width, bits / width + 1);
            let window = |window: usize| {
                let digits = density.of(window, longer[(window * width).max(1)]);
                // A bucket costs a little even if it is empty.
                digits + 2 * digits.min(buckets) + buckets / 16 + 8 * width
            };
            (0..=bits / width).map(window).sum()
        };
        let width = WIDTHS.min_by_key(|width| cost(*width)).expect("a width");
        Self { width, count: bits / width + 1, places: None }
    }

    /// Returns the windows with the fewest additions for packed numbers that are `bits` apart. Each
    /// number has as many, which no carry leaves.
    pub fn of_packed(scalars: &[Packed], bits: usize) -> Self {
        let numbers = || scalars.iter().flat_map(|scalar| &scalar.digits);
        let longest = numbers().map(|number| number.unsigned_abs()).max().unwrap_or(0);
        let longest = (u64::BITS - longest.leading_zeros()) as usize;
        assert!(longest < bits, "packed numbers are below 2^(bits - 1)");
        // The highest digit of a magnitude below 2^(n width - 1) is at most 2^(width - 1).
        let each = |width: usize| (longest + 1).div_ceil(width);
        let cost = |width: usize| {
            let buckets = 1usize << (width - 1);
            each(width) * (scalars.len() + 2 * scalars.len().min(buckets) + buckets / 16 + 8 * width)
        };
        let width = WIDTHS.filter(|width| each(*width) * width <= bits).min_by_key(|width| cost(*width));
        let width = width.expect("a width");
        Self { width, count: each(width) * Packed::slots(scalars).max(1), places: Some((each(width), bits)) }
    }

    /// Returns how far the next bit above a bit of the windows is above it.
    pub fn doublings(&self, bit: usize) -> usize {
        match self.places {
            Some((windows, bits)) if (bit + 1).is_multiple_of(windows * self.width) => bits - windows * self.width + 1,
            _ => 1,
        }
    }

    /// Returns the number of buckets of a window.
    pub fn buckets(&self) -> usize {
        1 << (self.width - 1)
    }

    /// Returns ranges of windows, in order, with about so many digits at least.
    pub fn tasks(&self, scalars: &[Near], digits: usize) -> Vec<Range<usize>> {
        let longer = longer(scalars);
        let (mut tasks, mut first, mut sum) = (Vec::new(), 0, 0);
        for window in 0..self.count {
            sum += longer[(window * self.width).max(1)];
            if sum >= digits || window + 1 == self.count {
                tasks.push(first..window + 1);
                (first, sum) = (window + 1, 0);
            }
        }
        tasks
    }
}

/// Returns, for each number of bits, how many scalars have at least so many.
fn longer(scalars: &[Near]) -> [usize; 256] {
    let mut longer = [0usize; 256];
    for scalar in scalars {
        longer[scalar.bits()] += 1;
    }
    for bits in (0..255).rev() {
        longer[bits] += longer[bits + 1];
    }
    longer
}

/// Scalars whose digits are side by side.
const BLOCK: usize = 1 << 9;

/// The digits of all windows: block after block of scalars, and in each block window after window.
pub struct Digits {
    windows: Windows,
    scalars: usize,
    values: Zeroizing<Vec<i16>>,
}

impl Digits {
    /// Returns the digits of scalars.
    pub fn new(windows: Windows, scalars: &[Near]) -> Self {
        Self::by(windows, scalars, |_, scalar, put| scalar.digits(windows.width, put))
    }

    /// Returns the digits of packed numbers, without those at indices that do not count.
    pub fn of_packed(windows: Windows, scalars: &[Packed], counts: impl Fn(usize) -> bool + Sync) -> Self {
        let (each, _) = windows.places.expect("windows of packed numbers");
        Self::by(windows, scalars, |index, scalar, put| {
            if counts(index) {
                for (slot, number) in scalar.digits.iter().enumerate() {
                    let put = &mut *put;
                    Near::from(number).digits(windows.width, |window, bucket, sign| {
                        assert!(window < each, "a carry leaves its number");
                        put(slot * each + window, bucket, sign);
                    });
                }
            }
        })
    }

    /// Returns the digits that a function puts for each scalar: window, bucket and sign of each.
    fn by<S: Sync>(
        windows: Windows,
        scalars: &[S],
        digits: impl Fn(usize, &S, &mut dyn FnMut(usize, u32, u32)) + Sync,
    ) -> Self {
        let mut values = Zeroizing::new(vec![0i16; windows.count * scalars.len()]);
        let blocks = values.par_chunks_mut(windows.count * BLOCK).zip(scalars.par_chunks(BLOCK));
        blocks.enumerate().for_each(|(block, (values, scalars))| {
            for (index, scalar) in scalars.iter().enumerate() {
                digits(block * BLOCK + index, scalar, &mut |window, bucket, sign| {
                    let digit = i16::try_from(bucket + 1).expect("digits of 15 bits at most");
                    values[window * scalars.len() + index] = if sign == SIGN { -digit } else { digit };
                });
            }
        });
        Self { windows, scalars: scalars.len(), values }
    }

    /// Returns the windows that the digits are of.
    pub fn windows(&self) -> Windows {
        self.windows
    }

    /// Calls `each` with every digit of a window that is not zero: the scalar's place, the bucket,
    /// and whether the digit is negative.
    #[inline]
    fn each(&self, window: usize, mut each: impl FnMut(usize, usize, bool)) {
        for (block, values) in self.values.chunks(self.windows.count * BLOCK).enumerate() {
            let length = (self.scalars - block * BLOCK).min(BLOCK);
            for (index, digit) in values[window * length..(window + 1) * length].iter().enumerate() {
                if *digit != 0 {
                    each(block * BLOCK + index, usize::from(digit.unsigned_abs()) - 1, *digit < 0);
                }
            }
        }
    }

    /// Returns the entries of the buckets of some windows, sorted by counting.
    pub fn sorted(&self, windows: Range<usize>) -> Groups {
        assert!(self.scalars < SIGN as usize, "fewer than 2^31 points");
        let buckets = self.windows.buckets();
        let mut ends = Zeroizing::new(vec![0u32; windows.len() * buckets]);
        for (ends, window) in ends.chunks_exact_mut(buckets).zip(windows.clone()) {
            self.each(window, |_, bucket, _| ends[bucket] += 1);
        }
        let mut total = 0;
        for end in ends.iter_mut() {
            // First where each begins; it moves to its end while entries are written.
            total += std::mem::replace(end, total);
        }
        let mut entries = Zeroizing::new(vec![0u32; total as usize]);
        for (ends, window) in ends.chunks_exact_mut(buckets).zip(windows) {
            self.each(window, |place, bucket, negative| {
                let at = &mut ends[bucket];
                #[expect(clippy::cast_possible_truncation, reason = "fewer than 2^31 scalars")]
                let entry = place as u32 | if negative { SIGN } else { 0 };
                entries[*at as usize] = entry;
                *at += 1;
            });
        }
        Groups { entries, ends }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::msm::near::HALF;
    use ark_bn254::Fr;
    use ark_ff::Field;

    #[test]
    fn digits_add_up_to_the_scalar() {
        let scalars = [0i64, 1, -1, 2, -2, 127, 128, -129, i64::MAX, i64::MIN].map(Fr::from).into_iter().chain([
            Fr::from(HALF),
            Fr::from(HALF) + Fr::from(1u64),
            Fr::from(u128::MAX),
            Fr::from(3u64).pow([999]),
        ]);
        for scalar in scalars {
            let near = Near::from(&scalar);
            for width in WIDTHS {
                let mut sum = Fr::from(0u64);
                near.digits(width, |window, bucket, sign| {
                    assert!(window <= near.bits() / width && bucket < 1 << (width - 1));
                    let term = Fr::from(2u64).pow([(window * width) as u64]) * Fr::from(bucket + 1);
                    sum += if sign == SIGN { -term } else { term };
                });
                assert_eq!(sum, scalar, "width {width}");
            }
        }
        assert_eq!(Near::from(&i64::MIN), Near::from(&Fr::from(i64::MIN)));
    }

    /// Numbers of 23 bits at places of 63: at widths that divide 63 most windows are empty.
    #[test]
    fn packed_scalars_have_windows_that_fit_their_places() {
        let digits = |i: i64| [0, 1, 2, 3].map(|slot| (i * 7_919 + slot * 104_729) % (1 << 24) - (1 << 23));
        let scalars: Vec<Near> = (0..5000).map(|i| Near::from(&Packed { digits: digits(i) }.to_field(63))).collect();
        let width = Windows::cheapest(&scalars).width;
        assert!(width == 7 || width == 9, "{width}");
    }

    #[test]
    fn tasks_cover_all_windows_once() {
        let mut scalars = vec![Near::from(&Fr::from(HALF)); 100];
        scalars.extend([Near::from(&5i64); 1000]);
        let windows = Windows { width: 6, count: 43, places: None };
        for digits in [0, 1, 1000, 1500, 1 << 20] {
            let tasks = windows.tasks(&scalars, digits);
            assert!(tasks.iter().cloned().flatten().eq(0..43), "{digits}: {tasks:?}");
        }
        assert_eq!(windows.tasks(&scalars, 0).len(), 43);
        assert_eq!(windows.tasks(&scalars, 1 << 20).len(), 1);
    }

    #[test]
    fn sorted_digits_are_those_of_the_scalars() {
        let scalars: Vec<Near> = (0..1300u64).map(|i| Near::from(&(Fr::from(i).pow([9]) - Fr::from(5u64)))).collect();
        let windows = Windows { width: 5, count: 52, places: None };
        let groups = Digits::new(windows, &scalars).sorted(0..52);
        let mut expected = vec![Vec::new(); 52 * windows.buckets()];
        for (index, scalar) in scalars.iter().enumerate() {
            scalar.digits(5, |window, bucket, sign| {
                expected[window * windows.buckets() + bucket as usize].push(u32::try_from(index).unwrap() | sign);
            });
        }
        let starts = std::iter::once(0).chain(groups.ends.iter().copied());
        for ((start, end), expected) in starts.zip(groups.ends.iter()).zip(&expected) {
            assert_eq!(groups.entries[start as usize..*end as usize], expected[..]);
        }
    }

    #[test]
    fn small_scalars_have_few_windows() {
        assert_eq!(Windows::cheapest(&[]).count, 1);
        assert_eq!(Windows::cheapest(&[Near::from(&-1); 50]).count, 1);
        let full = vec![Near::from(&Fr::from(HALF)); 1 << 14];
        let windows = Windows::cheapest(&full);
        assert!(windows.width >= 9 && windows.count * windows.width > 253);
    }
}

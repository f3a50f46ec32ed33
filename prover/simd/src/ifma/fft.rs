//! Transforms of eight lanes.
//!
//! Values stay in arkworks' form: transforms are linear, and only their factors are in the form of
//! the products here. A transform inwards takes values in order and leaves them in the plan's
//! order; one outwards takes them so and leaves them in order.

use std::arch::x86_64::*;

use ark_bn254::Fr;
use ark_ff::{Field as _, One};
use rayon::prelude::*;
use zeroize::Zeroizing;

use super::Ifma;
use super::butterflies::{Position, inwards, outwards};
use super::field::Field;
use super::lanes::{V, all_lanes};
use super::memory::{Words, get, put, store};
use super::transpose::transpose;
use crate::fft::plan::{LANES, Plan, form};
use crate::limbs::Scalars;

/// Positions that a thread takes at a time.
const CHUNK: usize = 1 << 9;

/// The plans of a size for its root of unity and for the inverse.
#[derive(Debug, Clone)]
pub struct Plans {
    ifma: Ifma,
    size: usize,
    forward: Plan,
    backward: Plan,
}

/// Factors of the layers across the lanes.
struct Across {
    /// Factors of the layers between lanes 4 and 2 apart.
    apart: [V; 2],
    /// The plan's root, to the power of each lane's bit-reversed number.
    root: Fr,
    /// The factor of each lane.
    scale: [Fr; LANES],
}

/// The bit-reversed number of a lane.
fn reversed(lane: usize) -> usize {
    [0, 4, 2, 6, 1, 5, 3, 7][lane]
}

/// Returns elements, one a lane.
#[inline]
#[target_feature(enable = "avx512f")]
fn lanes(values: [Fr; LANES]) -> V {
    let mut words = [Words::default(); 5];
    for (lane, value) in values.into_iter().enumerate() {
        for (words, limb) in words.iter_mut().zip(form(value)) {
            words.0[lane] = limb;
        }
    }
    get(&words)
}

impl Across {
    #[target_feature(enable = "avx512f")]
    fn new(plan: &Plan, scale: [Fr; LANES]) -> Self {
        let eighth = plan.root.pow([plan.order.len() as u64]);
        let power = |lane: usize, bit: usize, step: u64| {
            if lane & bit == 0 { Fr::one() } else { eighth.pow([step * (lane & (bit - 1)) as u64]) }
        };
        let apart = [
            lanes(std::array::from_fn(|lane| power(lane, 4, 1))),
            lanes(std::array::from_fn(|lane| power(lane, 2, 2))),
        ];
        Self { apart, root: plan.root, scale }
    }

    /// Returns the factors of position q: the root to the power q times the reversed lane, scaled.
    #[target_feature(enable = "avx512f")]
    fn position(&self, q: usize) -> V {
        lanes(std::array::from_fn(|lane| self.scale[lane] * self.root.pow([(q * reversed(lane)) as u64])))
    }

    /// Returns the factors between positions and the next.
    #[target_feature(enable = "avx512f")]
    fn step(&self) -> V {
        lanes(std::array::from_fn(|lane| self.root.pow([reversed(lane) as u64])))
    }
}

/// Sums and differences of lanes at a distance of 4, 2 or 1: the lower lane gets `u + v`, the upper
/// one `u - v + 2 p`, carried, below 4 p for values below 2 p.
#[inline]
#[target_feature(enable = "avx512f")]
fn pair<const APART: usize>(f: &Field<Scalars>, v: &V, two: &V) -> V {
    let upper = match APART {
        4 => 0xf0,
        2 => 0xcc,
        _ => 0xaa,
    };
    let mut result = *v;
    for j in 0..5 {
        let other = match APART {
            4 => _mm512_shuffle_i64x2::<0x4e>(v[j], v[j]),
            2 => _mm512_permutex_epi64::<0x4e>(v[j]),
            _ => _mm512_permutex_epi64::<0xb1>(v[j]),
        };
        let sum = _mm512_add_epi64(v[j], other);
        result[j] = _mm512_mask_sub_epi64(sum, upper, _mm512_add_epi64(other, two[j]), v[j]);
    }
    f.carry(result)
}

/// Returns the values of two positions: those of lane l are `values[l m + q]` and the next.
#[inline]
#[target_feature(enable = "avx512f")]
fn gather(f: &Field<Scalars>, values: &[Fr], q: usize) -> [V; 2] {
    let positions = values.len() / LANES;
    let mut rows = [_mm512_setzero_si512(); 8];
    for (lane, row) in rows.iter_mut().enumerate() {
        let at = lane * positions + q;
        let ([a, b, c, d], [e, g, h, i]) = (values[at].0.0, values[at + 1].0.0);
        *row = super::memory::load(&Words([a, b, c, d, e, g, h, i]));
    }
    let [a, b, c, d, e, g, h, i] = transpose(rows);
    [f.unpack(&[a, b, c, d]), f.unpack(&[e, g, h, i])]
}

/// Returns the canonical values of two positions below 8 p, lane by lane.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn scatter(f: &Field<Scalars>, both: [&V; 2]) -> [[Fr; 2]; LANES] {
    let [[a, b, c, d], [e, g, h, i]] = both.map(|v| f.pack(&f.canonical(&f.reduce(*v))));
    let rows = transpose([a, b, c, d, e, g, h, i]);
    let mut values = [[Fr::default(); 2]; LANES];
    for (values, row) in values.iter_mut().zip(rows) {
        let mut words = Words::default();
        store(&mut words, row);
        let [a, b, c, d, e, f, g, h] = words.0;
        *values = [[a, b, c, d], [e, f, g, h]].map(|words| Fr::new_unchecked(ark_ff::BigInt(words)));
    }
    values
}

/// Takes values in order through the layers across lanes and inwards.
#[target_feature(enable = "avx512f,avx512ifma")]
fn into_positions(plan: &Plan, values: &[Fr]) -> Zeroizing<Vec<Position>> {
    let across = Across::new(plan, [Fr::one(); LANES]);
    let step = across.step();
    let mut positions = Zeroizing::new(vec![Position::default(); values.len() / LANES]);
    positions.par_chunks_mut(CHUNK).enumerate().for_each(|(index, chunk)| {
        let f = Field::<Scalars>::new();
        let two = f.multiple(2);
        let mut factor = across.position(index * CHUNK);
        for (pair_index, positions) in chunk.chunks_exact_mut(2).enumerate() {
            let both = gather(&f, values, index * CHUNK + 2 * pair_index);
            for (position, v) in positions.iter_mut().zip(both) {
                let v = f.mul(&pair::<4>(&f, &v, &two), &across.apart[0]);
                let v = f.mul(&pair::<2>(&f, &v, &two), &across.apart[1]);
                put(position, &f.mul(&pair::<1>(&f, &v, &two), &factor));
                factor = f.mul(&factor, &step);
            }
        }
    });
    inwards(&mut positions, plan, 0, 2);
    positions
}

/// Takes positions in the plan's order outwards and through the layers across lanes.
#[target_feature(enable = "avx512f,avx512ifma")]
fn from_positions(plan: &Plan, mut positions: Zeroizing<Vec<Position>>, scale: [Fr; LANES], values: &mut [Fr]) {
    outwards(&mut positions, plan, 0);
    let across = Across::new(plan, scale);
    let step = across.step();
    let count = positions.len();
    let mut outputs: Vec<Vec<&mut [Fr]>> = (0..count.div_ceil(CHUNK)).map(|_| Vec::with_capacity(LANES)).collect();
    for lane in values.chunks_exact_mut(count) {
        lane.chunks_mut(CHUNK).zip(&mut outputs).for_each(|(chunk, lanes)| lanes.push(chunk));
    }
    positions.par_chunks(CHUNK).zip(outputs).enumerate().for_each(|(index, (chunk, mut outputs))| {
        let f = Field::<Scalars>::new();
        let two = f.multiple(2);
        let mut factor = across.position(index * CHUNK);
        for (pair_index, positions) in chunk.chunks_exact(2).enumerate() {
            let mut both = [factor; 2];
            for (v, position) in both.iter_mut().zip(positions) {
                *v = f.mul(&get(position), &factor);
                factor = f.mul(&factor, &step);
                *v = f.mul(&pair::<1>(&f, v, &two), &across.apart[1]);
                *v = f.mul(&pair::<2>(&f, v, &two), &across.apart[0]);
                *v = pair::<4>(&f, v, &two);
            }
            for (output, values) in outputs.iter_mut().zip(scatter(&f, [&both[0], &both[1]])) {
                output[2 * pair_index..2 * pair_index + 2].copy_from_slice(&values);
            }
        }
    });
}

/// Writes positions in the plan's order as values in order, multiplied by `scale`.
#[target_feature(enable = "avx512f,avx512ifma")]
fn in_order(plan: &Plan, positions: &[Position], scale: Fr, values: &mut [Fr]) {
    let mut place = vec![0u32; positions.len()];
    for (q, at) in plan.order.iter().enumerate() {
        place[*at as usize] = u32::try_from(q).expect("positions have numbers of 32 bits");
    }
    let scale = form(scale);
    values.par_chunks_mut(2 * LANES).zip(place.par_chunks(2)).with_min_len(CHUNK).for_each(|(values, places)| {
        let f = Field::<Scalars>::new();
        let scale = all_lanes(scale);
        let mut both = [scale; 2];
        for (v, place) in both.iter_mut().zip(places) {
            *v = f.mul(&get(&positions[*place as usize]), &scale);
        }
        for (lane, pair) in scatter(&f, [&both[0], &both[1]]).into_iter().enumerate() {
            values[reversed(lane)] = pair[0];
            values[LANES + reversed(lane)] = pair[1];
        }
    });
}

/// Multiplies position q by the power of `base` that is its place in order.
#[target_feature(enable = "avx512f,avx512ifma")]
fn multiply(plan: &Plan, positions: &mut [Position], powers: &[[u64; 5]]) {
    positions.par_chunks_mut(CHUNK).zip(plan.order.par_chunks(CHUNK)).for_each(|(positions, order)| {
        let f = Field::<Scalars>::new();
        for (position, at) in positions.iter_mut().zip(order) {
            let v = f.mul(&get(position), &all_lanes(powers[*at as usize]));
            put(position, &v);
        }
    });
}

impl Plans {
    /// Returns the plans of a size; `None` if it is too large.
    pub fn new(ifma: Ifma, size: usize, root: Fr) -> Option<Self> {
        let [forward, backward] = [Plan::new(size, root)?, Plan::new(size, root.inverse()?)?];
        Some(Self { ifma, size, forward, backward })
    }

    fn inverse_size(&self) -> Fr {
        Fr::from(self.size as u64).inverse().expect("sizes are below the modulus")
    }

    /// Turns coefficients into values.
    pub fn fft(&self, values: &mut [Fr]) {
        let Ifma(()) = self.ifma;
        // SAFETY: `self` holds the proof that the processor has the instructions.
        unsafe { in_order(&self.forward, &into_positions(&self.forward, values), Fr::one(), values) }
    }

    /// Turns values into coefficients.
    pub fn ifft(&self, values: &mut [Fr]) {
        let Ifma(()) = self.ifma;
        // SAFETY: `self` holds the proof that the processor has the instructions.
        unsafe { in_order(&self.backward, &into_positions(&self.backward, values), self.inverse_size(), values) }
    }

    /// Turns values on the domain into values on the domain times `shift`, in each column.
    pub fn move_to_coset(&self, columns: &mut [&mut [Fr]], shift: Fr) {
        let Ifma(()) = self.ifma;
        let eighth = shift.pow([LANES as u64]);
        let mut power = Fr::from(1u64);
        let powers: Vec<[u64; 5]> = (0..self.size / LANES)
            .map(|_| {
                let next = form(power);
                power *= eighth;
                next
            })
            .collect();
        let scale = std::array::from_fn(|lane| self.inverse_size() * shift.pow([reversed(lane) as u64]));
        columns.par_iter_mut().for_each(|column| {
            // SAFETY: `self` holds the proof that the processor has the instructions.
            unsafe {
                let mut positions = into_positions(&self.backward, column);
                multiply(&self.backward, &mut positions, &powers);
                from_positions(&self.forward, positions, scale, column);
            }
        });
    }
}

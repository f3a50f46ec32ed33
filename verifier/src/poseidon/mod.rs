//! circomlib's Poseidon over the scalar field of BN254: S-boxes `x^5`, 8 full rounds, one element
//! of the state for capacity.
//!
//! The constants are those of the reference script `generate_parameters_grain.sage` of Grassi,
//! Khovratovich, Rechberger, Roy and Schofnegger ("Poseidon", USENIX Security 2021, section 5 and
//! appendix F): `grain` draws them, so that no table of them is kept. A test compares every width
//! with the tables of `light-poseidon`.

mod grain;

use std::sync::OnceLock;

use ark_bn254::Fr;
use ark_ff::{BigInt, Field, PrimeField, Zero};

use grain::Grain;

/// Most inputs of a hash.
pub const MOST_INPUTS: usize = 12;
/// Rounds with an S-box for each element.
const FULL_ROUNDS: usize = 8;
/// Rounds with one S-box, for each number of inputs from 1 on.
const PARTIAL_ROUNDS: [usize; MOST_INPUTS] = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65];

/// The constants of the hash of one number of inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// Rounds with an S-box for each element, half of them before and half after the others.
    pub full_rounds: usize,
    /// Rounds with an S-box for the first element alone.
    pub partial_rounds: usize,
    /// The constants that are added, a row for each round.
    pub constants: Vec<Vec<Fr>>,
    /// The matrix that mixes the elements, by rows.
    pub matrix: Vec<Vec<Fr>>,
}

impl Parameters {
    fn draw(inputs: usize) -> Self {
        let (width, partial_rounds) = (inputs + 1, PARTIAL_ROUNDS[inputs - 1]);
        let mut grain = Grain::new(Fr::MODULUS_BIT_SIZE, width, FULL_ROUNDS, partial_rounds);
        // A number at or above the modulus is drawn again.
        let mut constant = || loop {
            if let Some(element) = Fr::from_bigint(BigInt::new(grain.number())) {
                break element;
            }
        };
        let constants = (0..FULL_ROUNDS + partial_rounds).map(|_| (0..width).map(|_| constant()).collect()).collect();
        // A Cauchy matrix: the inverse of x_i + y_j. Here, numbers are reduced.
        let mut element = || Fr::from_le_bytes_mod_order(&grain.number().map(u64::to_le_bytes).concat());
        let drawn: Vec<Fr> = (0..2 * width).map(|_| element()).collect();
        let (x, y) = drawn.split_at(width);
        let entry = |x: &Fr, y: &Fr| (*x + y).inverse().expect("x_i + y_j is zero for no width");
        let matrix = x.iter().map(|x| y.iter().map(|y| entry(x, y)).collect()).collect();
        Self { full_rounds: FULL_ROUNDS, partial_rounds, constants, matrix }
    }
}

/// Returns the constants of the hash of so many inputs, which are drawn once.
///
/// # Panics
/// If there is no input, or more than [`MOST_INPUTS`].
pub fn parameters(inputs: usize) -> &'static Parameters {
    static DRAWN: [OnceLock<Parameters>; MOST_INPUTS] = [const { OnceLock::new() }; MOST_INPUTS];
    assert!((1..=MOST_INPUTS).contains(&inputs), "one to twelve inputs have constants, not {inputs}");
    DRAWN[inputs - 1].get_or_init(|| Parameters::draw(inputs))
}

/// Returns the hash of 1 to 12 elements.
///
/// # Panics
/// If there is no input, or more than [`MOST_INPUTS`].
pub fn hash(inputs: &[Fr]) -> Fr {
    let Parameters { full_rounds, partial_rounds, constants, matrix } = parameters(inputs.len());
    let partial = full_rounds / 2..full_rounds / 2 + partial_rounds;
    let mut state = vec![Fr::zero()];
    state.extend_from_slice(inputs);
    for (round, constants) in constants.iter().enumerate() {
        state.iter_mut().zip(constants).for_each(|(element, constant)| *element += constant);
        let boxes = if partial.contains(&round) { 1 } else { state.len() };
        for element in &mut state[..boxes] {
            *element *= element.square().square();
        }
        state =
            matrix.iter().map(|row| row.iter().zip(&state).map(|(factor, element)| *factor * element).sum()).collect();
    }
    state[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use light_poseidon::PoseidonHasher;
    use light_poseidon::parameters::bn254_x5::get_poseidon_parameters;

    /// The second opinion: tables that were made by the reference script.
    #[test]
    fn the_constants_are_those_of_the_tables() {
        for inputs in 1..=MOST_INPUTS {
            let tables = get_poseidon_parameters::<Fr>(u8::try_from(inputs + 1).unwrap()).unwrap();
            let drawn = parameters(inputs);
            assert_eq!((drawn.full_rounds, drawn.partial_rounds), (tables.full_rounds, tables.partial_rounds));
            assert_eq!(drawn.constants.concat(), tables.ark, "{inputs} inputs");
            assert_eq!(drawn.matrix, tables.mds, "{inputs} inputs");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_hash_is_that_of_the_tables(seed: [u8; 32]) {
            let mut element = Fr::from_le_bytes_mod_order(&seed);
            for number in 1..=MOST_INPUTS {
                let inputs: Vec<Fr> = (0..number).map(|_| {
                    element = element.square() + Fr::from(7u64);
                    element
                }).collect();
                let expected = light_poseidon::Poseidon::<Fr>::new_circom(number).unwrap().hash(&inputs).unwrap();
                proptest::prop_assert_eq!(hash(&inputs), expected);
            }
        }
    }

    #[test]
    #[should_panic(expected = "not 13")]
    fn there_is_no_hash_of_thirteen() {
        hash(&[Fr::zero(); 13]);
    }
}

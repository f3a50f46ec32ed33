//! Powers of tau, the first phase of every Groth16 setup, in the `.ptau` format of snarkjs.
//!
//! For a secret tau, alpha, beta and a file of power `p`:
//!
//! | section | content |
//! | --- | --- |
//! | 1 | bytes of a base field element, its modulus, `p`, `p` of the ceremony |
//! | 2 | `tau^i` in G1, `i < 2^(p+1) - 1` |
//! | 3 | `tau^i` in G2, `i < 2^p` |
//! | 4, 5 | `alpha tau^i`, `beta tau^i` in G1, `i < 2^p` |
//! | 6 | beta in G2 |
//! | 7 | contributions |
//! | 12 | Lagrange basis at tau in G1, of the domains of 1, 2, 4, .., 2^(p+1) points in turn |
//! | 13 | the same in G2, up to 2^p points |
//! | 14, 15 | the same in G1 times alpha, times beta, up to 2^p points |
//!
//! Points are encoded as in [`crate::raw_points`]. The last domain in section 12 needs one power
//! more than section 2 holds. In a file truncated from a larger one
//! (`snarkjs powersoftau truncate`; Hermez's files are) its basis is complete all the same; in a
//! file prepared at its own power, the basis polynomials lack the top coefficient. Both are
//! accepted: the chapter "Lean QAP" of the book says why. Domains of 3 2^k and 9 2^k points are
//! transformed from sections 2 to 5, which have all powers that they take.
//!
//! Everything read is checked: every point is on its curve and in its subgroup, the powers are
//! those of one tau, alpha and beta are the same in all places, and the Lagrange bases belong to
//! the powers. The last three use random linear combinations with coefficients of 128 bits. *Who*
//! contributed, and that one of them forgot their secret, does not follow from the file's numbers:
//! compare the file's digest with the one its makers publish. A list of contributions can be copied
//! from another file.

mod chain;
mod checks;
mod development;
mod domain;

use std::io::{Read, Seek};

use ark_bn254::{Fq, G1Affine, G2Affine};
use rand::{CryptoRng, RngCore};

use super::FileError;
use super::sections::Sections;
use crate::raw_points::{FIELD_BYTES, RawPoint, modulus_bytes};

pub use chain::Chain;
pub(crate) use checks::{challenges, combination, same_ratio};
pub use development::write_development_powers;
pub use domain::DomainPowers;

const WHAT: &str = "powers-of-tau file";
const MAGIC: &[u8; 4] = b"ptau";
const VERSION: u32 = 1;
/// The largest power of a file for BN254.
pub const MAX_POWER: u32 = 28;

/// Numbers of the sections.
mod section {
    pub const HEADER: u32 = 1;
    pub const TAU_G1: u32 = 2;
    pub const TAU_G2: u32 = 3;
    pub const ALPHA_TAU_G1: u32 = 4;
    pub const BETA_TAU_G1: u32 = 5;
    pub const BETA_G2: u32 = 6;
    pub const CONTRIBUTIONS: u32 = 7;
    pub const LAGRANGE_G1: u32 = 12;
    pub const LAGRANGE_G2: u32 = 13;
    pub const LAGRANGE_ALPHA: u32 = 14;
    pub const LAGRANGE_BETA: u32 = 15;
}

/// A file of powers of tau.
#[derive(Debug)]
pub struct PowersOfTau<R> {
    sections: Sections<R>,
    power: u32,
    /// power of the ceremony that the file is cut from
    ceremony_power: u32,
    contributions: u32,
    /// places of the records in the list of contributions
    records: Vec<u64>,
}

impl<R: Read + Seek> PowersOfTau<R> {
    /// Returns a file after reading its header.
    ///
    /// # Errors
    /// Errors on another kind of file, another curve, and sections whose lengths do not fit the
    /// power.
    pub fn open(reader: R) -> Result<Self, FileError> {
        let mut sections = Sections::open(reader, WHAT, MAGIC, VERSION)?;
        let damaged = |why: String| FileError::Damaged { what: WHAT, why };
        let header = sections.read(section::HEADER, 0, 12 + FIELD_BYTES as u64)?;
        let word = |at: usize| u32::from_le_bytes(header[at..at + 4].try_into().expect("4 bytes"));
        if word(0) as usize != FIELD_BYTES || header[4..4 + FIELD_BYTES] != modulus_bytes::<Fq>()[..] {
            return Err(FileError::OtherCurve);
        }
        let power = word(4 + FIELD_BYTES);
        if power > MAX_POWER {
            return Err(damaged(format!("it claims a power of {power}")));
        }
        let points = 1u64 << power;
        let [g1, g2] = [<G1Affine as RawPoint>::BYTES as u64, <G2Affine as RawPoint>::BYTES as u64];
        let expected = [
            (section::TAU_G1, (2 * points - 1) * g1),
            (section::TAU_G2, points * g2),
            (section::ALPHA_TAU_G1, points * g1),
            (section::BETA_TAU_G1, points * g1),
            (section::BETA_G2, g2),
            (section::LAGRANGE_G1, (4 * points - 1) * g1),
            (section::LAGRANGE_G2, (2 * points - 1) * g2),
            (section::LAGRANGE_ALPHA, (2 * points - 1) * g1),
            (section::LAGRANGE_BETA, (2 * points - 1) * g1),
        ];
        for (id, length) in expected {
            match sections.length(id) {
                Some(found) if found == length => {}
                None if id >= section::LAGRANGE_G1 => return Err(FileError::NotPrepared),
                None => return Err(FileError::NoSection { what: WHAT, section: id }),
                _ => return Err(damaged(format!("its section {id} has another length than a power of {power} gives"))),
            }
        }
        let (contributions, records) = find_contributions(&mut sections)?;
        Ok(Self { sections, power, ceremony_power: word(8 + FIELD_BYTES), contributions, records })
    }

    /// Returns the power: the file holds bases for domains of up to 2^power points.
    pub fn power(&self) -> u32 {
        self.power
    }

    /// Returns the number of contributions that the file lists, without beacons. A file with none
    /// was made by one party. The list proves nothing: see the module's last paragraph.
    pub fn contributions(&self) -> u32 {
        self.contributions
    }

    /// Checks that each record of the list of contributions follows from the one before: see
    /// [`Chain`]. This shows nobody's part.
    ///
    /// # Errors
    /// Errors on a record that does not.
    pub fn chain(&mut self, rng: &mut (impl RngCore + CryptoRng)) -> Result<Chain, FileError> {
        chain::check(&mut self.sections, &self.records, self.ceremony_power, rng)
    }
}

/// Size of a contribution in section 7 before its parameters: powers after it, public key, hash
/// states, type and length.
const CONTRIBUTION_BYTES: u64 = 3 * 64 + 2 * 128 + (6 * 64 + 3 * 128) + 216 + 64 + 4 + 4;

/// Checks that the powers are those after the last contribution or beacon in section 7: tau, alpha
/// and beta, in both groups. This finds a file that was put together from two. It shows nothing
/// about who contributed: anybody can write the record.
fn check_last_record<R: Read + Seek>(sections: &mut Sections<R>, last_record: Option<u64>) -> Result<(), FileError> {
    let Some(mut place) = last_record else { return Ok(()) };
    let [g1, g2] = [<G1Affine as RawPoint>::BYTES as u64, <G2Affine as RawPoint>::BYTES as u64];
    // tau stands behind the generator in its sections; alpha and beta are the first of theirs.
    for (id, offset, length) in [
        (section::TAU_G1, g1, g1),
        (section::TAU_G2, g2, g2),
        (section::ALPHA_TAU_G1, 0, g1),
        (section::BETA_TAU_G1, 0, g1),
        (section::BETA_G2, 0, g2),
    ] {
        if sections.read(section::CONTRIBUTIONS, place, length)? != sections.read(id, offset, length)? {
            return Err(FileError::NotPowers("the last record of the list of contributions is about other powers"));
        }
        place += length;
    }
    Ok(())
}

/// Returns the number of contributions in section 7 that are not beacons, and the places of all
/// records.
fn find_contributions<R: Read + Seek>(sections: &mut Sections<R>) -> Result<(u32, Vec<u64>), FileError> {
    let word = |sections: &mut Sections<R>, at: u64| -> Result<u32, FileError> {
        let bytes = sections.read(section::CONTRIBUTIONS, at, 4)?;
        Ok(u32::from_le_bytes(bytes.try_into().expect("4 bytes")))
    };
    let listed = word(sections, 0)?;
    let (mut position, mut contributions, mut records) = (4, 0, Vec::new());
    for _ in 0..listed {
        let kind = word(sections, position + CONTRIBUTION_BYTES - 8)?;
        let parameters = word(sections, position + CONTRIBUTION_BYTES - 4)?;
        records.push(position);
        position += CONTRIBUTION_BYTES + u64::from(parameters);
        contributions += u32::from(kind == 0);
    }
    if sections.length(section::CONTRIBUTIONS) != Some(position) {
        return Err(FileError::Damaged { what: WHAT, why: "its list of contributions has another length".into() });
    }
    Ok((contributions, records))
}

#[cfg(test)]
mod tests {
    use super::super::sections::{write_head, write_section};
    use super::checks::check_powers;
    use super::*;
    use crate::point_transform::fold;
    use ark_bn254::{Fr, G1Projective, G2Affine, G2Projective};
    use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
    use ark_ff::UniformRand;
    use ark_poly::EvaluationDomain;
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;
    use std::io::Cursor;

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::seed_from_u64(3)
    }

    fn file(power: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_development_powers(&mut bytes, power, &mut rng()).unwrap();
        bytes
    }

    fn domain(bytes: &[u8], size: usize) -> Result<DomainPowers, FileError> {
        PowersOfTau::open(Cursor::new(bytes))?.domain(size, &mut rng())
    }

    #[test]
    fn powers_of_one_tau_are_accepted_for_every_domain_up_to_their_power() {
        let bytes = file(4);
        for size in [2, 3, 4, 6, 8, 9, 12, 16] {
            let powers = domain(&bytes, size).unwrap();
            assert_eq!(powers.odd_lagrange.len(), size);
            // Both bases sum to 1 (the double one on odd and even points together).
            let sum: G1Projective = powers.lagrange_g1.iter().map(|point| point.into_group()).sum();
            assert_eq!(sum.into_affine(), G1Affine::generator());
            let sum: G2Projective = powers.lagrange_g2.iter().map(|point| point.into_group()).sum();
            assert_eq!(sum.into_affine(), G2Affine::generator());
        }
        for size in [18, 24, 32] {
            assert!(matches!(domain(&bytes, size), Err(FileError::TooFewPowers { power: 4, needed: 5 })));
        }
    }

    /// The Lagrange bases of every domain at the tau that the file was made with, and the part of C
    /// as the key's own H gives it, with the top power and without.
    #[test]
    fn bases_are_those_of_tau_and_rows_fold_by_h() {
        let bytes = file(4);
        let mut secrets = rng();
        let [tau, alpha, beta]: [Fr; 3] = std::array::from_fn(|_| Fr::rand(&mut secrets));
        let g1 = |scalar: Fr| (G1Projective::generator() * scalar).into_affine();
        let g2 = |scalar: Fr| (G2Projective::generator() * scalar).into_affine();
        for size in [3, 4, 6, 8, 9, 12, 16] {
            let powers = domain(&bytes, size).unwrap();
            let lagrange = crate::lean_qap::domain(size).unwrap().evaluate_all_lagrange_coefficients(tau);
            for (row, value) in lagrange.into_iter().enumerate() {
                assert_eq!(powers.lagrange_g1[row], g1(value));
                assert_eq!(powers.lagrange_g2[row], g2(value));
                assert_eq!(powers.lagrange_alpha[row], g1(value * alpha));
                assert_eq!(powers.lagrange_beta[row], g1(value * beta));
            }
            let double = crate::lean_qap::domain(2 * size).unwrap().evaluate_all_lagrange_coefficients(tau);
            let odd: Vec<G1Affine> = double.into_iter().skip(1).step_by(2).map(g1).collect();
            assert_eq!(powers.odd_lagrange == odd, size < 16, "a domain of the file's power lacks the last one");
            assert_eq!(powers.folded_rows, fold(&powers.odd_lagrange).unwrap(), "{size}");
        }
    }

    #[test]
    fn a_point_exchanged_for_another_valid_one_is_found_in_every_section() {
        let bytes = file(3);
        let sections = Sections::open(Cursor::new(&bytes[..]), WHAT, MAGIC, VERSION).unwrap();
        let g1 = (G1Projective::generator() * Fr::from(5u64)).into_affine();
        let g2 = (G2Projective::generator() * Fr::from(5u64)).into_affine();
        for (id, point_bytes, first) in [
            (section::TAU_G1, 64, 0),
            (section::TAU_G2, 128, 0),
            (section::ALPHA_TAU_G1, 64, 0),
            (section::BETA_TAU_G1, 64, 0),
            (section::BETA_G2, 128, 0),
            (section::LAGRANGE_G1, 64, 7),
            (section::LAGRANGE_G2, 128, 7),
            (section::LAGRANGE_ALPHA, 64, 7),
            (section::LAGRANGE_BETA, 64, 7),
        ] {
            let start = usize::try_from(sections.start(id)).unwrap();
            let count = usize::try_from(sections.length(id).unwrap()).unwrap() / point_bytes;
            for index in first..count {
                let mut changed = bytes.clone();
                let mut point = Vec::new();
                if point_bytes == 64 {
                    g1.write(&mut point)
                } else {
                    g2.write(&mut point)
                }
                changed[start + index * point_bytes..][..point_bytes].copy_from_slice(&point);
                assert!(matches!(domain(&changed, 8), Err(FileError::NotPowers(_))), "section {id}, point {index}");
            }
        }
    }

    #[test]
    fn powers_that_nobody_contributed_to_are_refused() {
        // `snarkjs powersoftau new` starts with tau = alpha = beta = 1.
        let ones = vec![G1Affine::generator(); 8];
        let ones_g2 = vec![G2Affine::generator(); 4];
        let refused = check_powers(&ones, &ones_g2, &ones[..4], &ones[..4], ones_g2[0], &mut rng());
        assert!(matches!(refused, Err(FileError::NotPowers(why)) if why.contains("nobody contributed")));
    }

    #[test]
    fn files_without_the_prepared_sections_say_what_to_do() {
        let bytes = file(2);
        let mut raw = Vec::new();
        write_head(&mut raw, MAGIC, VERSION, 7).unwrap();
        let mut sections = Sections::open(Cursor::new(&bytes[..]), WHAT, MAGIC, VERSION).unwrap();
        for id in 1..=7 {
            let content = sections.read(id, 0, sections.length(id).unwrap()).unwrap();
            write_section(&mut raw, id, &content).unwrap();
        }
        assert!(matches!(PowersOfTau::open(Cursor::new(&raw[..])), Err(FileError::NotPrepared)));
        // Without the header or the list of contributions a file is incomplete, and not damaged.
        for missing in [section::HEADER, section::CONTRIBUTIONS] {
            let mut cut = Vec::new();
            write_head(&mut cut, MAGIC, VERSION, 10).unwrap();
            for id in [1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15].into_iter().filter(|id| *id != missing) {
                let content = sections.read(id, 0, sections.length(id).unwrap()).unwrap();
                write_section(&mut cut, id, &content).unwrap();
            }
            let refused = PowersOfTau::open(Cursor::new(&cut[..])).unwrap_err();
            assert!(matches!(refused, FileError::NoSection { section, .. } if section == missing), "{refused}");
        }
    }

    /// Returns a file cut as by `snarkjs powersoftau truncate`: every section has the length of the
    /// smaller power.
    fn truncated(bytes: &[u8], power: u32) -> Vec<u8> {
        let mut sections = Sections::open(Cursor::new(bytes), WHAT, MAGIC, VERSION).unwrap();
        let points = 1u64 << power;
        let mut cut = Vec::new();
        write_head(&mut cut, MAGIC, VERSION, 11).unwrap();
        for (id, length) in [
            (section::HEADER, sections.length(section::HEADER).unwrap()),
            (section::TAU_G1, (2 * points - 1) * 64),
            (section::TAU_G2, points * 128),
            (section::ALPHA_TAU_G1, points * 64),
            (section::BETA_TAU_G1, points * 64),
            (section::BETA_G2, 128),
            (section::CONTRIBUTIONS, sections.length(section::CONTRIBUTIONS).unwrap()),
            (section::LAGRANGE_G1, (4 * points - 1) * 64),
            (section::LAGRANGE_G2, (2 * points - 1) * 128),
            (section::LAGRANGE_ALPHA, (2 * points - 1) * 64),
            (section::LAGRANGE_BETA, (2 * points - 1) * 64),
        ] {
            let mut content = sections.read(id, 0, length).unwrap();
            if id == section::HEADER {
                content[36..40].copy_from_slice(&power.to_le_bytes());
            }
            write_section(&mut cut, id, &content).unwrap();
        }
        cut
    }

    #[test]
    fn files_cut_off_from_larger_ones_give_the_same_points() {
        let larger = file(4);
        let cut = truncated(&larger, 3);
        assert_eq!(domain(&cut, 8).unwrap(), domain(&larger, 8).unwrap());
        assert_eq!(domain(&cut, 4).unwrap(), domain(&larger, 4).unwrap());
        // A top power that is another one's.
        let sections = Sections::open(Cursor::new(&cut[..]), WHAT, MAGIC, VERSION).unwrap();
        let start = usize::try_from(sections.start(section::LAGRANGE_G1)).unwrap();
        for index in 15..31 {
            let mut changed = cut.clone();
            let mut point = Vec::new();
            (G1Projective::generator() * Fr::from(5u64)).into_affine().write(&mut point);
            changed[start + index * 64..][..64].copy_from_slice(&point);
            assert!(matches!(domain(&changed, 8), Err(FileError::NotPowers(_))), "point {index}");
        }
    }

    #[test]
    fn beacons_are_no_contributions() {
        let bytes = file(2);
        let mut sections = Sections::open(Cursor::new(&bytes[..]), WHAT, MAGIC, VERSION).unwrap();
        let with = |list: &[u8], sections: &mut Sections<Cursor<&[u8]>>| {
            let mut made = Vec::new();
            write_head(&mut made, MAGIC, VERSION, 11).unwrap();
            for id in [1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15] {
                let content = sections.read(id, 0, sections.length(id).unwrap()).unwrap();
                write_section(&mut made, id, if id == 7 { list } else { &content }).unwrap();
            }
            PowersOfTau::open(Cursor::new(made)).map(|file| file.contributions())
        };
        let entry = |kind: u32, parameters: &[u8]| {
            let mut bytes = vec![0; usize::try_from(CONTRIBUTION_BYTES).unwrap() - 8];
            bytes.extend(kind.to_le_bytes());
            bytes.extend(u32::try_from(parameters.len()).unwrap().to_le_bytes());
            bytes.extend_from_slice(parameters);
            bytes
        };
        let list = |entries: &[Vec<u8>]| {
            [&u32::try_from(entries.len()).unwrap().to_le_bytes()[..], &entries.concat()].concat()
        };
        assert_eq!(with(&list(&[entry(0, b"abc"), entry(1, b"x")]), &mut sections).unwrap(), 1);
        assert_eq!(with(&list(&[entry(1, b"x")]), &mut sections).unwrap(), 0);
        // Refuse a count without its entries, and entries without a count.
        assert!(with(&1u32.to_le_bytes(), &mut sections).is_err());
        let uncounted = [&0u32.to_le_bytes()[..], &entry(0, b"")].concat();
        assert!(with(&uncounted, &mut sections).is_err());
    }
}

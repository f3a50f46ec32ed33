//! The scope of a statement: what the attestor vouches for, and over which field the commitment is.

use std::fmt;

use crate::backend::{Backend, Groth16, Halo2};

/// A fact that an attestor can vouch for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum About {
    /// Every position or loan under the commitment exists and is the subject's.
    Assets = 1,
    /// The liabilities under the commitment are the subject's.
    Liabilities = 1 << 1,
    /// No position, loan or liability of the subject is missing.
    Completeness = 1 << 2,
    /// The net asset value under the commitment is the subject's.
    Nav = 1 << 3,
    /// The positions or loans are eligible under the subject's documents.
    Eligibility = 1 << 4,
}

impl About {
    /// All facts, in the order of their bits.
    pub const ALL: [Self; 5] = [Self::Assets, Self::Liabilities, Self::Completeness, Self::Nav, Self::Eligibility];

    /// Returns the name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            About::Assets => "assets",
            About::Liabilities => "liabilities",
            About::Completeness => "completeness",
            About::Nav => "nav",
            About::Eligibility => "eligibility",
        }
    }

    /// Returns the fact of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|about| about.name() == name)
    }
}

/// Returns the names of all facts.
pub(super) fn names() -> String {
    About::ALL.map(About::name).join(", ")
}

/// The bit of a commitment that Groth16 proofs are about.
const GROTH16: u32 = 1 << 16;
/// The bit of a commitment that halo2 proofs are about.
const HALO2: u32 = 1 << 17;

/// The facts that a statement is about, and the proof system whose commitment it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope(u32);

impl Scope {
    /// Returns the scope of some facts about a commitment of the backend of a name; `None` for a
    /// name that no backend has.
    pub fn new(about: &[About], backend: &str) -> Option<Self> {
        let value = match backend {
            _ if backend == Groth16::NAME => GROTH16,
            _ if backend == Halo2::NAME => HALO2,
            _ => return None,
        };
        Some(Self(about.iter().fold(value, |bits, about| bits | *about as u32)))
    }

    /// Returns the scope of some bits; `None` if a bit has no meaning, or none or both of the
    /// backends' bits are set.
    pub fn from_bits(bits: u32) -> Option<Self> {
        let known = About::ALL.into_iter().fold(0, |known, about| known | about as u32);
        let backend = bits & !known;
        (backend == GROTH16 || backend == HALO2).then_some(Self(bits))
    }

    /// Returns the bits, as they are signed.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Returns the facts, in the order of their bits.
    pub fn about(self) -> impl Iterator<Item = About> {
        About::ALL.into_iter().filter(move |about| self.0 & *about as u32 != 0)
    }

    /// Returns whether the scope includes a fact.
    pub fn includes(self, about: About) -> bool {
        self.0 & about as u32 != 0
    }

    /// Returns the name of the backend whose commitment the statement names.
    pub fn backend(self) -> &'static str {
        if self.0 & GROTH16 != 0 { Groth16::NAME } else { Halo2::NAME }
    }

    /// Returns the facts in words.
    pub fn words(self) -> String {
        self.about().map(About::name).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words())
    }
}

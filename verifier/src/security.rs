//! The security level of each proof system, for verdicts.

/// An estimate of the work that breaks a proof system's curves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Security {
    /// Base-2 logarithm of the work, about.
    pub bits: u16,
    /// The estimate in a sentence.
    pub sentence: &'static str,
}

/// BN254, which Groth16 proofs use: about 100 bits since the number field sieve of Kim and
/// Barbulescu (CRYPTO 2016), as Barbulescu and Duquesne count it (Journal of Cryptology 32, 2019).
pub const GROTH16: Security = Security {
    bits: 100,
    sentence: "about 100 bits (BN254): below the 112 that NIST SP 800-57 asks for until 2030 and the 120 of BSI \
               TR-02102-1; a halo2 proof of the same claim has about 126",
};

/// The Pasta curves, which halo2 proofs use: Pollard's rho with the curves' six automorphisms takes
/// about sqrt(pi 2^254 / 12), that is 2^126, additions.
pub const HALO2: Security = Security {
    bits: 126,
    sentence: "about 126 bits (Pallas and Vesta): above the 112 that NIST SP 800-57 asks for until 2030 and the 120 of \
               BSI TR-02102-1, below the 128 that NIST asks for from 2031",
};

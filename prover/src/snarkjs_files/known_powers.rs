//! Digests of public files of powers of tau.
//!
//! Sources: for Hermez's files, the table of prepared files in the README of snarkjs 0.7.6. These
//! are the Perpetual Powers of Tau with 54 contributions and a beacon, truncated at each power, by
//! the BLAKE2b-512 of the file. They can no longer be downloaded from where they were. The prepared
//! files of contribution 80, `ppot_0080_NN.ptau`, follow them, and are named by SHA-256. Power 11
//! was hashed from the files themselves. The others are the digests that several projects state of
//! the file that they got from its makers; powers of which only one does are not here, and the
//! caller names them.

use tailproof_verifier::keys::header::PowersOrigin;

/// Power and digest of each file.
const HERMEZ: [(u32, &str); 21] = [
    (
        8,
        "d6a8fb3a04feb600096c3b791f936a578c4e664d262e4aa24beed1b7a9a96aa5eb72864d628db247e9293384b74b36ffb52ca8d148d6e1b8b51e279fdf57b583",
    ),
    (
        9,
        "94f108a80e81b5d932d8e8c9e8fd7f46cf32457e31462deeeef37af1b71c2c1b3c71fb0d9b59c654ec266b042735f50311f9fd1d4cadce47ab234ad163157cb5",
    ),
    (
        10,
        "6cfeb8cda92453099d20120bdd0e8a5c4e7706c2da9a8f09ccc157ed2464d921fd0437fb70db42104769efd7d6f3c1f964bcf448c455eab6f6c7d863e88a5849",
    ),
    (
        11,
        "47c282116b892e5ac92ca238578006e31a47e7c7e70f0baa8b687f0a5203e28ea07bbbec765a98dcd654bad618475d4661bfaec3bd9ad2ed12e7abc251d94d33",
    ),
    (
        12,
        "ded2694169b7b08e898f736d5de95af87c3f1a64594013351b1a796dbee393bd825f88f9468c84505ddd11eb0b1465ac9b43b9064aa8ec97f2b73e04758b8a4a",
    ),
    (
        13,
        "58efc8bf2834d04768a3d7ffcd8e1e23d461561729beaac4e3e7a47829a1c9066d5320241e124a1a8e8aa6c75be0ba66f65bc8239a0542ed38e11276f6fdb4d9",
    ),
    (
        14,
        "eeefbcf7c3803b523c94112023c7ff89558f9b8e0cf5d6cdcba3ade60f168af4a181c9c21774b94fbae6c90411995f7d854d02ebd93fb66043dbb06f17a831c1",
    ),
    (
        15,
        "982372c867d229c236091f767e703253249a9b432c1710b4f326306bfa2428a17b06240359606cfe4d580b10a5a1f63fbed499527069c18ae17060472969ae6e",
    ),
    (
        16,
        "6a6277a2f74e1073601b4f9fed6e1e55226917efb0f0db8a07d98ab01df1ccf43eb0e8c3159432acd4960e2f29fe84a4198501fa54c8dad9e43297453efec125",
    ),
    (
        17,
        "6247a3433948b35fbfae414fa5a9355bfb45f56efa7ab4929e669264a0258976741dfbe3288bfb49828e5df02c2e633df38d2245e30162ae7e3bcca5b8b49345",
    ),
    (
        18,
        "7e6a9c2e5f05179ddfc923f38f917c9e6831d16922a902b0b4758b8e79c2ab8a81bb5f29952e16ee6c5067ed044d7857b5de120a90704c1d3b637fd94b95b13e",
    ),
    (
        19,
        "bca9d8b04242f175189872c42ceaa21e2951e0f0f272a0cc54fc37193ff6648600eaf1c555c70cdedfaf9fb74927de7aa1d33dc1e2a7f1a50619484989da0887",
    ),
    (
        20,
        "89a66eb5590a1c94e3f1ee0e72acf49b1669e050bb5f93c73b066b564dca4e0c7556a52b323178269d64af325d8fdddb33da3a27c34409b821de82aa2bf1a27b",
    ),
    (
        21,
        "9aef0573cef4ded9c4a75f148709056bf989f80dad96876aadeb6f1c6d062391f07a394a9e756d16f7eb233198d5b69407cca44594c763ab4a5b67ae73254678",
    ),
    (
        22,
        "0d64f63dba1a6f11139df765cb690da69d9b2f469a1ddd0de5e4aa628abb28f787f04c6a5fb84a235ec5ea7f41d0548746653ecab0559add658a83502d1cb21b",
    ),
    (
        23,
        "3063a0bd81d68711197c8820a92466d51aeac93e915f5136d74f63c394ee6d88c5e8016231ea6580bec02e25d491f319d92e77f5c7f46a9caa8f3b53c0ea544f",
    ),
    (
        24,
        "fa404d140d5819d39984833ca5ec3632cd4995f81e82db402371a4de7c2eae8687c62bc632a95b0c6aadba3fb02680a94e09174b7233ccd26d78baca2647c733",
    ),
    (
        25,
        "0377d860cdb09a8a31ea1b0b8c04335614c8206357181573bf294c25d5ca7dff72387224fbd868897e6769f7805b3dab02854aec6d69d7492883b5e4e5f35eeb",
    ),
    (
        26,
        "418dee4a74b9592198bd8fd02ad1aea76f9cf3085f206dfd7d594c9e264ae919611b1459a1cc920c2f143417744ba9edd7b8d51e44be9452344a225ff7eead19",
    ),
    (
        27,
        "10ffd99837c512ef99752436a54b9810d1ac8878d368fb4b806267bdd664b4abf276c9cd3c4b9039a1fa4315a0c326c0e8e9e8fe0eb588ffd4f9021bf7eae1a1",
    ),
    (
        28,
        "55c77ce8562366c91e7cda394cf7b7c15a06c12d8c905e8b36ba9cf5e13eb37d1a429c589e8eaba4c591bc4b88a0e2828745a53e170eac300236f5c1a326f41a",
    ),
];

/// SHA-256 of those of Hermez's files that were hashed here.
const HERMEZ_SHA256: [(u32, &str); 1] = [(11, "6889b966c9e47248e37c7346f6d6aad81980bc7ed69aa9d55ce9e3ac5ad37f96")];

/// Power and SHA-256 of prepared files of the Perpetual Powers of Tau, contribution 80 and a beacon.
const PERPETUAL_80: [(u32, &str); 9] = [
    (11, "e6569fe93a6a3ba25b1d0aee9e314fee91820e4989b6b0eb34518b0149862284"),
    (12, "35e163120e724a60853d0dd76ec54037f7c7b00584392255f71a4341d5a05c50"),
    (13, "ccee28086e4b81d81a6e16fdee054d1dbd5276362e2662d4205d31de45cb930f"),
    (14, "3ca1149e9349b22b0ee0649399cfb787677129b7b1189d1899fc0d615d9583db"),
    (16, "ed3622a7c79b0b49aadd134ebbc5b77df8c8c59bccebdfd0d9bf2c1a51561cf9"),
    (17, "f807e065fde53f72f4bf4d57140fab85b26daa6cc95bdfec7cce93622b3a367c"),
    (18, "9693220206afab749e3d88d4ab5fdf5d36120ea102e7e587ccea0e7a5208e711"),
    (20, "560412532a1205145d5f21585274fb2cef61273496ddc7186aec855aab01a8cd"),
    (24, "d21a509863a643b8fd15af9b2f6f8af9b5928b3138af591edc2b7a731b8c2938"),
];

/// BLAKE2b-512 of those of them that were hashed here.
const PERPETUAL_80_BLAKE2B: [(u32, &str); 1] = [(
    11,
    "cd089dca31bc23eb5fd89fda700c3ca97a48a04d5be3e03f3e6e377b38aa9f0950d27fce6b73a41a0fdfd70a147854d5d7a6b665d8a6ddf8ba584adcfbd079cf",
)];

/// Returns the name of the file with a digest of either kind, if it is a known one.
pub fn known_powers(digest: &[u8]) -> Option<String> {
    let digest = hex::encode(digest);
    let power = |files: &[(u32, &str)]| files.iter().find(|(_, known)| *known == digest).map(|(power, _)| *power);
    if let Some(power) = power(&PERPETUAL_80).or_else(|| power(&PERPETUAL_80_BLAKE2B)) {
        return Some(format!("the Perpetual Powers of Tau, contribution 80 with a beacon, power {power}"));
    }
    let power = power(&HERMEZ).or_else(|| power(&HERMEZ_SHA256))?;
    Some(format!("Hermez's selection of the Perpetual Powers of Tau, power {power}"))
}

/// The digests by which makers of powers of tau name a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PowersDigest {
    /// BLAKE2b-512 of the file.
    pub blake2b: [u8; 64],
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
}

impl PowersDigest {
    /// Returns the name of the file, if it is a known one.
    pub fn name(&self) -> Option<String> {
        known_powers(&self.blake2b).or_else(|| known_powers(&self.sha256))
    }

    /// Returns the ground on which the file is taken for that of many parties: the program knows its
    /// digest, or the caller names it. `named` is a digest in bytes, of either kind. Nothing in a
    /// file itself shows who contributed to it.
    pub fn origin(&self, named: Option<&[u8]>) -> PowersOrigin {
        if self.name().is_some() {
            PowersOrigin::Known
        } else if named.is_some_and(|named| self.is(named)) {
            PowersOrigin::Named
        } else {
            PowersOrigin::Unknown
        }
    }

    /// Whether `digest` is one of the two digests.
    pub fn is(&self, digest: &[u8]) -> bool {
        digest == self.blake2b || digest == self.sha256
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_found_and_others_are_not() {
        let known = HERMEZ.into_iter().chain(HERMEZ_SHA256).chain(PERPETUAL_80).chain(PERPETUAL_80_BLAKE2B);
        for (power, digest) in known {
            let digest = hex::decode(digest).unwrap();
            assert!(matches!(digest.len(), 32 | 64));
            assert!(known_powers(&digest).unwrap().ends_with(&format!("power {power}")));
        }
        assert_eq!(known_powers(&[0; 64]), None);
        assert_eq!(known_powers(&[]), None);
    }

    #[test]
    fn powers_are_trusted_by_a_digest_that_is_known_or_named_and_by_nothing_else() {
        use PowersOrigin::{Known, Named, Unknown};
        let other = PowersDigest { blake2b: [1; 64], sha256: [2; 32] };
        assert!([None, Some(&[][..]), Some(&[1; 32])].into_iter().all(|named| other.origin(named) == Unknown));
        assert!([&[1; 64][..], &[2; 32]].into_iter().all(|named| other.origin(Some(named)) == Named));
        let hermez = hex::decode(HERMEZ[3].1).unwrap().try_into().unwrap();
        assert_eq!(PowersDigest { blake2b: hermez, sha256: [0; 32] }.origin(None), Known);
        let perpetual = hex::decode(PERPETUAL_80[8].1).unwrap().try_into().unwrap();
        assert_eq!(PowersDigest { blake2b: [0; 64], sha256: perpetual }.origin(Some(&[2; 64])), Known);
    }
}

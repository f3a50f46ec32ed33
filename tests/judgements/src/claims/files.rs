//! From a desk in which a claim was proved to the folder of the cases.

use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tailproof_test_support::Desk;

use super::{Attested, Claim};
use crate::case::Question;

/// A claim in a desk, and how to prove it.
pub struct Proved {
    pub name: &'static str,
    pub desk: Desk,
    /// The folder of keys in the desk.
    pub keys: String,
    /// The other folder of keys of the same shape.
    pub other_keys: Option<String>,
    /// `--mandate` or `--deal`, and the file.
    pub terms: (&'static str, &'static str),
    pub other_terms: Vec<(&'static str, &'static str)>,
    /// The files of groups, caps and liquidity costs that the mandate names.
    pub groups: Option<&'static str>,
    pub caps: Option<&'static str>,
    pub impact: Option<&'static str>,
    /// The assumptions that the deal names.
    pub assumptions: Option<&'static str>,
    pub scenarios: Option<&'static str>,
    pub other_set: Option<&'static str>,
    /// The options of `prove` that name books or a pool with their openings.
    pub held: String,
    pub commitments: Vec<&'static str>,
    pub other_commitment: &'static str,
    pub context: Option<String>,
    pub seed: Option<String>,
    pub backend: &'static str,
}

impl Proved {
    /// Proves the claim twice, and copies everything public about it into a folder of the cases.
    pub fn into_claim(self, root: &Path) -> Claim {
        let Self { name, desk, .. } = &self;
        let (option, terms) = self.terms;
        let set = self.scenarios.map(|set| format!("--scenarios {set}")).unwrap_or_default();
        let context = self.context.as_ref().map(|context| format!("--context {context}")).unwrap_or_default();
        let assumptions = self.assumptions.map(|file| format!("--assumptions {file}")).unwrap_or_default();
        let claim = format!("{option} {terms} {assumptions} {set} --keys {}", self.keys);
        let backend = if self.backend == "halo2" { "--backend halo2" } else { "" };
        for proof in ["p.json", "again.json"] {
            desk.run(format!("prove {} {claim} {context} {backend} -o {proof}", self.held)).expect(0);
        }
        let known = self.commitments.iter().map(|file| format!("--commitment {file} ")).collect::<String>();
        let bundle = format!("bundle --proof p.json {claim} {known} {context} -o b.tailproof --json");
        let digests = desk.run(bundle).expect(0).json();
        let digest = |of: &str| digests[of].as_str().map(str::to_owned);

        let folder = root.join(name);
        std::fs::create_dir(&folder).unwrap();
        let copied = |file: &str| {
            let base = Path::new(file).file_name().unwrap().to_str().unwrap();
            std::fs::copy(desk.path(file), folder.join(base)).unwrap();
            format!("{name}/{base}")
        };
        let key_file = if self.backend == "halo2" { "halo2.key" } else { "verifying.key" };
        let keys = |from: &str, to: &str| {
            std::fs::create_dir(folder.join(to)).unwrap();
            std::fs::copy(desk.path(&format!("{from}/{key_file}")), folder.join(to).join(key_file)).unwrap();
            format!("{name}/{to}")
        };
        let is_market = option == "--mandate";
        let terms_file = copied(terms);
        let question = Question {
            proof: Some(copied("p.json")),
            mandate: is_market.then(|| terms_file.clone()),
            groups: self.groups.map(copied),
            caps: self.caps.map(copied),
            impact: self.impact.map(copied),
            deal: (!is_market).then_some(terms_file),
            assumptions: self.assumptions.map(copied),
            scenarios: self.scenarios.map(copied),
            keys: Some(keys(&self.keys, "keys")),
            key_file: Some(key_file.to_owned()),
            keys_digest: digest("keys_digest").unwrap(),
            context: self.context.clone(),
            ..Question::default()
        };
        let attested = if self.commitments.len() == 1 && self.backend == "groth16" && is_market {
            ["ed25519", "p256", "secp256k1"].map(|kind| attested(desk, kind, self.commitments[0], &copied)).into()
        } else {
            Vec::new()
        };
        Claim {
            name,
            proof: desk.json("p.json"),
            again: desk.json("again.json"),
            terms: desk.read(terms),
            other_terms: self.other_terms.clone(),
            commitments: self.commitments.iter().map(|file| copied(file)).collect(),
            other_commitment: copied(self.other_commitment),
            other_set: self.other_set.map(copied),
            other_keys: self.other_keys.as_ref().map(|from| keys(from, "other-keys")),
            bundle: copied("b.tailproof"),
            digests: (digest("mandate_digest").unwrap(), digest("scenarios_digest")),
            attested,
            seed: self.seed.clone(),
            question,
        }
    }
}

/// Signs a statement about a commitment.
fn attested(desk: &Desk, kind: &str, commitment: &str, copied: &impl Fn(&str) -> String) -> Attested {
    let subject = format!("0x{}", "11".repeat(32));
    let key: Value = desk.run(format!("attest keygen --kind {kind} -o {kind}.key --json")).expect(0).json();
    let statement = format!("--commitment {commitment} --as-of 1790000000 --expires 1800000000 --scope assets,nav");
    desk.run(format!("attest sign {statement} --subject {subject} --key {kind}.key -o {kind}.json")).expect(0);
    let shown = desk.run(format!("attest show {kind}.json --json")).expect(0).json();
    Attested {
        key: key["key"].as_str().unwrap().to_owned(),
        file: copied(&format!("{kind}.json")),
        digest: shown["digest"].as_str().unwrap().to_owned(),
        subject,
    }
}

/// Returns SHA-256 of bytes in hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

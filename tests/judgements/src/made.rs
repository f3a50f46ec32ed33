//! The folder of cases.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use tailproof_test_support::{build, made_once};

use crate::call::call;
use crate::case::{Case, Index, Outcome, Question};
use crate::claims::{self, Claim};
use crate::draw::Draw;
use crate::good;
use crate::spoiled;

/// How many cases there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 20 about one claim.
    Few,
    /// 200 about every kind of claim.
    All,
}

/// The cases in their folder.
pub struct Cases {
    /// The folder, with `index.json`.
    pub folder: PathBuf,
    /// The cases.
    pub cases: Vec<Case>,
}

impl Cases {
    /// Makes the cases, once for each build of the command and of this crate: half of them good, half of
    /// them spoiled.
    ///
    /// # Panics
    ///
    /// If a command fails.
    pub fn make(size: Size) -> Self {
        let own = std::fs::metadata(std::env::current_exe().unwrap()).unwrap().modified().unwrap();
        let own = own.duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let name = format!("{}-{}-{own}", if size == Size::All { "all" } else { "few" }, build());
        let folder = made_once("judgements", &name, |folder| {
            let index = Index { cases: cases(folder, size) };
            std::fs::write(folder.join("index.json"), serde_json::to_string_pretty(&index).unwrap()).unwrap();
        });
        let index: Index = serde_json::from_slice(&std::fs::read(folder.join("index.json")).unwrap()).unwrap();
        Self { folder, cases: index.cases }
    }
}

/// A question with the outcome that it must have.
pub struct Made {
    pub question: Question,
    pub expected: Outcome,
    /// Whether a contract sees what was changed.
    pub on_chain: bool,
}

/// A way to make a question about a claim; `None` if the claim has nothing to do it with.
pub type Way = fn(&Work, &Claim) -> Option<Made>;

/// The folder in which cases are made.
pub struct Work<'w> {
    root: &'w Path,
    pub draw: Draw,
    /// All claims, to take parts of others from.
    pub claims: &'w [Claim],
    last: Cell<usize>,
}

impl Work<'_> {
    /// Writes a file beside those of a claim, and returns its path.
    pub fn file(&self, claim: &Claim, name: &str, bytes: impl AsRef<[u8]>) -> String {
        self.last.set(self.last.get() + 1);
        let path = format!("{}/{:03}-{name}", claim.name, self.last.get());
        std::fs::write(self.root.join(&path), bytes).unwrap();
        path
    }

    /// Returns the bytes of a file.
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.root.join(path)).unwrap()
    }

    /// Returns the text of a file.
    pub fn text(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path)).unwrap()
    }

    /// Writes a key into a folder of its own, and returns the folder.
    pub fn key(&self, claim: &Claim, bytes: impl AsRef<[u8]>) -> String {
        self.last.set(self.last.get() + 1);
        let path = format!("{}/{:03}-keys", claim.name, self.last.get());
        let folder = self.root.join(&path);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join(claim.question.key_file.as_ref().unwrap()), bytes).unwrap();
        path
    }
}

fn cases(root: &Path, size: Size) -> Vec<Case> {
    let claims = if size == Size::All { claims::all(root) } else { claims::first(root) };
    let work = Work { root, draw: Draw::new(2_026), claims: &claims, last: Cell::new(0) };
    let (good, bad) = (good::ways(), spoiled::ways());
    let mut cases = Vec::new();
    for (ways, most) in [(good, 10), (bad, 10)].map(|(ways, few)| (ways, if size == Size::All { 100 } else { few })) {
        let chosen = spread(&work, &ways, most, size);
        assert_eq!(chosen.len(), most, "there are ways for {} of {most} cases", chosen.len());
        let unused = ways.iter().map(|(says, _)| *says).find(|says| chosen.iter().all(|(_, used, _)| used != says));
        assert!(size == Size::Few || unused.is_none(), "{unused:?} is no case: there are too many ways");
        for (claim, says, made) in chosen {
            let question = made.question;
            cases.push(Case {
                id: format!("{:03}-{}", cases.len() + 1, claim.name),
                says: says.to_owned(),
                expected: made.expected,
                backend: if claim.is_groth16() { "groth16" } else { "halo2" }.to_owned(),
                call: made.on_chain.then(|| call(&work, &question)).flatten(),
                question,
            });
        }
    }
    cases
}

/// Takes each way for one claim, then for another one, until there are enough.
fn spread<'w>(
    work: &Work<'w>,
    ways: &[(&'static str, Way)],
    most: usize,
    size: Size,
) -> Vec<(&'w Claim, &'static str, Made)> {
    let claims = work.claims;
    let mut chosen = Vec::new();
    // A few of many: every one so far, and then those between, since the claim may have nothing for some.
    let steps = if size == Size::All { 1..=1 } else { 1..=(ways.len() / most).max(1) };
    for (step, round) in steps.rev().flat_map(|step| (0..claims.len()).map(move |round| (step, round))) {
        for (index, (says, way)) in ways.iter().enumerate().filter(|(index, _)| index % step == 0) {
            // The first claim that the way is for, beginning elsewhere in each round and for each way.
            let start = index + round * 5;
            let found = (0..claims.len())
                .map(|next| &claims[(start + next) % claims.len()])
                .filter(|claim| {
                    chosen.iter().all(|(taken, what, _): &(&Claim, _, _)| taken.name != claim.name || what != says)
                })
                .find_map(|claim| way(work, claim).map(|made| (claim, made)));
            if let Some((claim, made)) = found {
                chosen.push((claim, *says, made));
            }
            if chosen.len() == most {
                return chosen;
            }
        }
    }
    chosen
}

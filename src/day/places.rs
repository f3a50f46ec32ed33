//! The names of the files that a day writes.

use std::path::{Path, PathBuf};

use super::Config;

/// The files of one day, by the day's date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Scenario set of the forecast.
    pub set: PathBuf,
    /// Mandate of the forecast.
    pub mandate: PathBuf,
    /// Proof of the forecast.
    pub forecast: PathBuf,
    /// Scenario set of the realised loss.
    pub day: PathBuf,
    /// Mandate of the realised loss.
    pub realised: PathBuf,
    /// Proof of the realised loss.
    pub loss: PathBuf,
    /// Commitment, if the day made one.
    pub commitment: PathBuf,
    /// Its opening: secret.
    pub opening: PathBuf,
    /// The book that it opens, factor by factor: secret.
    pub book: PathBuf,
}

impl Places {
    /// Returns the files of a day.
    pub fn of(config: &Config, date: &str) -> Self {
        let (proofs, private) = (config.path(&config.proofs), config.path(&config.private));
        let public = |ending: &str| proofs.join(format!("{date}{ending}"));
        let secret = |ending: &str| private.join(format!("{date}{ending}"));
        Self {
            set: public(".scn"),
            mandate: public("-forecast.toml"),
            forecast: public("-forecast.json"),
            day: public("-day.scn"),
            realised: public("-loss.toml"),
            loss: public("-loss.json"),
            commitment: public("-commitment.json"),
            opening: secret(".opening"),
            book: secret("-book.csv"),
        }
    }

    /// Returns every file of the day.
    pub fn all(&self) -> [&Path; 9] {
        let Self { set, mandate, forecast, day, realised, loss, commitment, opening, book } = self;
        [set, mandate, forecast, day, realised, loss, commitment, opening, book].map(|path| &**path)
    }

    /// Returns the place of a file that the mandate names, beside it: that of every day whose mandate
    /// names it. Names of its kind end in `end`.
    pub fn named(&self, digest: &[u8; 32], end: &str) -> PathBuf {
        self.mandate.with_file_name(format!("{}-{end}", hex::encode(&digest[..8])))
    }

    /// Returns the files of the day's commitment, which are written together.
    pub fn kept(&self) -> [&Path; 3] {
        [&self.opening, &self.book, &self.commitment]
    }
}

/// The order of the names of commitments: by date, and by the number of a later one of the same date.
pub fn order(name: &str) -> (&str, u32) {
    let parts = name.get(..10).zip(name.get(10..).and_then(|rest| rest.strip_prefix('-')));
    let numbered = parts.and_then(|(date, number)| Some((date, number.parse().ok()?)));
    numbered.unwrap_or((name, 1))
}

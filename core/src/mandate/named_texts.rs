//! The texts of the public files that a mandate names by their digests.

use crate::error::{InputError, Problem};
use crate::mandate::caps::Caps;
use crate::mandate::file::Mandate;
use crate::mandate::groups::Groups;
use crate::mandate::impact::Impact;

/// End of the names of files of groups.
pub const GROUPS_FILE: &str = "groups.toml";
/// End of the names of files of caps.
pub const CAPS_FILE: &str = "caps.csv";
/// End of the names of files of liquidity costs.
pub const IMPACT_FILE: &str = "impact.csv";

/// The texts of the files that a mandate names by their digests, as far as they are at hand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamedTexts {
    /// groups of factors
    pub groups: Option<String>,
    /// caps on the magnitude of each exposure
    pub caps: Option<String>,
    /// liquidity costs
    pub impact: Option<String>,
}

impl NamedTexts {
    /// Returns each text with the digest by which `mandate` names its file, and the end of the names
    /// of such files.
    pub fn of<'t>(&'t self, mandate: &Mandate) -> Vec<(&'t str, [u8; 32], &'static str)> {
        let of = |text: &'t Option<String>, digest: Option<[u8; 32]>, end| Some((text.as_deref()?, digest?, end));
        [
            of(&self.groups, mandate.groups_digest(), GROUPS_FILE),
            of(&self.caps, mandate.caps_digest(), CAPS_FILE),
            of(&self.impact, mandate.impact_digest(), IMPACT_FILE),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Returns whether a text is the file of a digest, of the kind whose names end in `end`.
    pub fn is_file(end: &str, text: &str, digest: &[u8; 32]) -> bool {
        let found = match end {
            GROUPS_FILE => Groups::from_toml("", text).ok().map(|file| file.digest()),
            CAPS_FILE => Caps::from_csv("", text).ok().map(|file| file.digest()),
            IMPACT_FILE => Impact::from_csv("", text).ok().map(|file| file.digest()),
            _ => None,
        };
        found.as_ref() == Some(digest)
    }

    /// Returns a mandate over those of the files that it names and does not have yet. A file of
    /// another digest is left out: without its own, no claim is made of the mandate. `name` names the
    /// source in errors.
    ///
    /// # Errors
    /// A malformed file; a clause on a group that its file does not have.
    pub fn complete(&self, name: &str, mut mandate: Mandate) -> Result<Mandate, InputError> {
        let in_file = |problem: Problem| InputError::in_file(name, problem);
        if let (Some(text), Some(wanted), None) = (&self.groups, mandate.groups_digest(), mandate.groups()) {
            let file = Groups::from_toml(name, text)?;
            if file.digest() == wanted {
                mandate = mandate.under(file).map_err(in_file)?;
            }
        }
        if let (Some(text), Some(wanted), None) = (&self.caps, mandate.caps_digest(), mandate.caps()) {
            let file = Caps::from_csv(name, text)?;
            if file.digest() == wanted {
                mandate = mandate.under_caps(file).map_err(in_file)?;
            }
        }
        if let (Some(text), Some(wanted), None) = (&self.impact, mandate.impact_digest(), mandate.impact()) {
            let file = Impact::from_csv(name, text)?;
            if file.digest() == wanted {
                mandate = mandate.under_impact(file).map_err(in_file)?;
            }
        }
        Ok(mandate)
    }
}

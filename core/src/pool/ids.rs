//! Canonical forms of the ids of loans, collateral and obligors, and the digits of ids.

use sha2::{Digest, Sha256};

/// The canonical form of ids: what is done to an id before it is compared with another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IdForm {
    /// whether the letters a to z become capitals
    pub upper_case: bool,
    /// whether white space is removed
    pub without_spaces: bool,
    /// whether dashes are removed: U+002D, U+2010 to U+2015, U+2212
    pub without_dashes: bool,
    /// whether zeros at the front are removed, up to the last character
    pub without_leading_zeros: bool,
}

/// The kinds of ids that have a root in the header of a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdKind {
    /// of a loan
    Loan,
    /// of what secures it
    Collateral,
}

impl IdKind {
    /// Both, in the order of the header.
    pub const ALL: [IdKind; 2] = [IdKind::Loan, IdKind::Collateral];

    /// Returns the name under the hash.
    fn name(self) -> &'static str {
        match self {
            IdKind::Loan => "loan",
            IdKind::Collateral => "collateral",
        }
    }

    /// Returns what has such ids, as a deal names it.
    pub fn bearers(self) -> &'static str {
        match self {
            IdKind::Loan => "loans",
            IdKind::Collateral => "collateral",
        }
    }
}

fn is_dash(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

impl IdForm {
    /// Returns the canonical form of an id.
    pub fn canonical(&self, id: &str) -> String {
        let kept = |character: &char| {
            !(self.without_spaces && character.is_whitespace() || self.without_dashes && is_dash(*character))
        };
        let mut canonical: String = id.chars().filter(kept).collect();
        if self.upper_case {
            canonical.make_ascii_uppercase();
        }
        if self.without_leading_zeros {
            let zeros = canonical.len() - canonical.trim_start_matches('0').len();
            canonical.drain(..zeros.min(canonical.len().saturating_sub(1)));
        }
        canonical
    }

    /// Returns the line of a schema's digest.
    pub(super) fn line(&self) -> String {
        let or_keep = |does: bool, what: &'static str| if does { what } else { "keep" };
        let [case, spaces, dashes, zeros] = [
            or_keep(self.upper_case, "upper"),
            or_keep(self.without_spaces, "remove"),
            or_keep(self.without_dashes, "remove"),
            or_keep(self.without_leading_zeros, "remove"),
        ];
        format!("ids {case} {spaces} {dashes} {zeros}")
    }
}

/// Returns the digit of a canonical id: the first 8 bytes, most significant first, of SHA-256 over
/// `tailproof/id/v1`, a line feed, the kind, a line feed, and the id.
pub fn id_digit(kind: IdKind, canonical: &str) -> u64 {
    let hash = Sha256::new()
        .chain_update("tailproof/id/v1\n")
        .chain_update(kind.name())
        .chain_update("\n")
        .chain_update(canonical)
        .finalize();
    hash[..8].iter().fold(0, |digit, byte| digit << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_differ_in_form_alone_are_one() {
        let form = IdForm { upper_case: true, without_spaces: true, without_dashes: true, without_leading_zeros: true };
        for id in ["TW-01", "tw 01", "0tw\u{2013}01", "\u{a0}TW\u{2212}0 1 "] {
            assert_eq!(form.canonical(id), "TW01", "{id}");
        }
        assert_eq!(form.canonical("000"), "0");
        assert_eq!(form.canonical(" - "), "");
        assert_eq!(form.canonical("Müller-é"), "MüLLERé", "letters beyond a to z stay");
        assert_eq!(IdForm::default().canonical("0 tw-1"), "0 tw-1");
        assert_eq!(form.line(), "ids upper remove remove remove");
        assert_eq!(IdForm::default().line(), "ids keep keep keep keep");
    }

    /// The first 16 hexadecimal digits of `printf 'tailproof/id/v1\nloan\nTW01' | sha256sum`, and of
    /// the same with `collateral`.
    #[test]
    fn digits_are_those_of_sha256() {
        assert_eq!(id_digit(IdKind::Loan, "TW01"), LOAN_DIGIT);
        assert_eq!(id_digit(IdKind::Collateral, "TW01"), COLLATERAL_DIGIT);
    }

    const LOAN_DIGIT: u64 = 0x6d48_2d5b_44df_4e12;
    const COLLATERAL_DIGIT: u64 = 0xc1f9_aabb_e43c_ea70;
}

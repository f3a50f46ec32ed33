//! Sizes of a market statement with the rules of a mandate.

/// Maximum number of clauses on groups of factors of one proof.
pub const MAX_GROUPS: usize = 64;

/// Sizes of what a market statement with rules has besides limits on the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RuleSizes {
    /// Maximum number of clauses on groups of factors.
    pub groups: usize,
}

impl RuleSizes {
    pub(super) fn is_in_range(self) -> bool {
        self.groups <= MAX_GROUPS
    }
}

//! Sizes of a market statement with the rules of a mandate.

use std::fmt;

/// Maximum number of clauses on groups of factors of one proof.
pub const MAX_GROUPS: usize = 64;

/// Sizes of what a market statement with rules has besides limits on the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RuleSizes {
    /// Maximum number of clauses on groups of factors.
    pub groups: usize,
    /// Whether each exposure has a cap.
    pub caps: bool,
    /// Whether the liquidity cost grows with the size of exposures.
    pub impact: bool,
}

impl RuleSizes {
    pub(super) fn is_in_range(self) -> bool {
        self.groups <= MAX_GROUPS
    }

    /// Returns whether these hold all that others hold.
    pub(crate) fn hold(self, others: Self) -> bool {
        self.groups >= others.groups && self.caps >= others.caps && self.impact >= others.impact
    }

    /// Returns the sizes of a text that stands behind the number of scenarios and factors, and the rest of
    /// the text before it. `None` for a number of groups that is none.
    pub(super) fn split(text: &str) -> Option<(&str, Self)> {
        let strip =
            |text: &'_ str, flag: &str| text.strip_suffix(flag).map_or((text.len(), false), |rest| (rest.len(), true));
        let (end, impact) = strip(text, "+impact");
        let text = &text[..end];
        let (end, caps) = strip(text, "+caps");
        let text = &text[..end];
        let (rest, groups) = match text.strip_suffix("groups").and_then(|rest| rest.rsplit_once('+')) {
            Some((rest, groups)) => {
                (rest, groups.parse().ok().filter(|_| groups.bytes().all(|byte| byte.is_ascii_digit()))?)
            }
            None => (text, 0),
        };
        Some((rest, Self { groups, caps, impact }))
    }
}

impl fmt::Display for RuleSizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("+rules")?;
        if self.groups > 0 {
            write!(f, "+{}groups", self.groups)?;
        }
        f.write_str(if self.caps { "+caps" } else { "" })?;
        f.write_str(if self.impact { "+impact" } else { "" })
    }
}

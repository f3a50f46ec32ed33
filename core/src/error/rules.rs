//! Errors about cash, net asset values that are sums, and groups of factors.

use crate::echo::{clipped, echo};

/// A problem of columns of cash, or of a net asset value that is the sum of a book's values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CashProblem {
    /// A column of cash that the set does not have.
    #[error(
        "'{}' is called cash, and the scenario set has no such column: make the set with it, or take the name out of 'cash'",
        echo(.0)
    )]
    NoColumn(String),
    /// A column of cash that moves.
    #[error(
        "'{}' is called cash, and moves in a scenario: what is cash moves in none; take the name out of 'cash'", echo(.0)
    )]
    Moves(String),
    /// A column of cash whose price is not 1.
    #[error("'{}' is called cash, and has another price than 1: make the set again with it as a column of cash", echo(.0))]
    Price(String),
    /// A set of nothing but cash.
    #[error("every factor of the set is cash: add one that moves")]
    NothingElse,
    /// A set whose columns are no moves of a market.
    #[error(
        "sets of this kind have no columns of cash: historical, Monte Carlo, stress, event, imported and custom sets have them"
    )]
    NotOfThisKind,
    /// A name of cash that the prices have too.
    #[error("'{}' is called cash, and the prices have a column of that name: give the cash another name", echo(.0))]
    Priced(String),
    /// A source of the net asset value that there is not.
    #[error("'nav' is \"stated\" (the prover's number, or that of whoever signs the book) or \"sum\", not '{}'", echo(.0))]
    UnknownNav(String),
    /// A name that is listed twice.
    #[error("'cash' lists '{}' twice", echo(.0))]
    Twice(String),
    /// A book whose net asset value is not the sum of its values.
    #[error(
        "the book's net asset value is not the sum of its values, which the mandate asks for: commit without a net asset value, or \
         with the sum"
    )]
    NotTheSum,
    /// A book whose values sum to less than zero.
    #[error(
        "the values of the book sum to less than zero, which no net asset value is; state one for a part of a book, whose sum over \
         all parts counts"
    )]
    Negative,
}

/// A problem of groups of factors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GroupProblem {
    /// A mandate with clauses on groups that names no file of groups.
    #[error(
        "clauses are on groups, and 'groups' is missing: write the digest of the file of groups there ('tailproof groups FILE' prints it)"
    )]
    NoFile,
    /// A mandate that names a file of groups, and has no clause on a group.
    #[error("'groups' names a file of groups, and no clause is on a group: leave it out")]
    Unused,
    /// A digest that is none.
    #[error("'groups' is the digest of a file of groups, 64 digits in hex ('tailproof groups FILE' prints it)")]
    Digest,
    /// Clauses on groups without the file of groups.
    #[error(
        "the mandate's clauses are on groups of the file with the digest {0}, which is needed too: put it beside the mandate, under \
         a name that ends in groups.toml"
    )]
    Missing(String),
    /// Another file of groups.
    #[error(
        "the mandate is about the file of groups with the digest {wanted}; take that file, or write the digest of this one in \
         'groups': {found}"
    )]
    OtherFile {
        /// digest in the mandate
        wanted: String,
        /// digest of the file
        found: String,
    },
    /// A file of groups for a mandate without clauses on groups.
    #[error("no clause of the mandate is on a group: leave the file of groups out")]
    NotWanted,
    /// One of a classification and a group alone.
    #[error("a clause on a group needs both 'classification' and 'group'; group = \"each\" is for every group of it")]
    OneOfBoth,
    /// A measure that groups do not have.
    #[error("groups are for \"gross\" and \"net\" clauses, not for \"{0}\"")]
    Measure(&'static str),
    /// A floor under each group.
    #[error(
        "a clause on each group has a limit and no floor: a group that the book does not hold would break the floor"
    )]
    FloorOfEach,
    /// A classification that the file does not have.
    #[error("the file of groups has no classification '{}'; it has {}", echo(.name), clipped(.known))]
    UnknownClassification {
        /// the name
        name: String,
        /// those of the file
        known: String,
    },
    /// A group that the classification does not have.
    #[error("'{}' has no group '{}'; it has {}", echo(.classification), echo(.name), clipped(.known))]
    UnknownGroup {
        /// the classification
        classification: String,
        /// the name
        name: String,
        /// its groups
        known: String,
    },
    /// A factor in two groups of a classification.
    #[error("'{}' is in two groups of '{}': list it once", echo(.factor), echo(.classification))]
    InTwo {
        /// the factor
        factor: String,
        /// the classification
        classification: String,
    },
    /// A factor in no group.
    #[error(
        "'{}' is in no group of '{}'; list it, or write rest = \"NAME\" there for the group of every factor that is not listed",
        echo(.factor), echo(.classification)
    )]
    InNone {
        /// the factor
        factor: String,
        /// the classification
        classification: String,
    },
    /// A clause on a group that the set has no factor of.
    #[error(
        "no factor of the scenario set is in the group '{}' of '{}', so that the clause would say nothing: look for a name that is \
         spelled otherwise", echo(.group), echo(.classification)
    )]
    NoMember {
        /// the group
        group: String,
        /// the classification
        classification: String,
    },
    /// A clause on a group without its mandate.
    #[error("the figure of a clause on a group takes the whole mandate, with its file of groups")]
    NeedsMandate,
    /// A group of a reserved name.
    #[error("\"each\" stands for every group of a classification, so that no group has that name")]
    NamedEach,
    /// A group without factors.
    #[error("the group '{}' of '{}' lists no factor: list one, or leave the group out", echo(.group), echo(.classification))]
    Empty {
        /// the group
        group: String,
        /// the classification
        classification: String,
    },
    /// More clauses on groups than a proof holds.
    #[error(
        "the mandate has {found} clauses on groups, each group of \"each\" counted; a proof holds at most {most}: write two mandates"
    )]
    TooMany {
        /// clauses of the mandate
        found: usize,
        /// most of a proof
        most: usize,
    },
}

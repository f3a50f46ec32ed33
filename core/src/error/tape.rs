//! Problems of a tape under a schema.

use rust_decimal::Decimal;

/// Parts of a `[tape]` that do not go together, or a tape that its schema does not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TapeProblem {
    /// A schema of version 1 where a commitment or a claim needs version 2. The text has the lines
    /// to add.
    #[error(
        "[tape] is of version 1, which leaves the meaning of the tape's words and numbers to a private mapping; add to the \
         deal, as it is true of the tape:\n\n{0}"
    )]
    Version1(String),
    /// Another version than 2.
    #[error("[tape] has version {0}; this program reads version 2, and deals without a version")]
    Version(u64),
    /// A field of version 2 in a table without a version.
    #[error("'{0}' is a field of version 2: write version = 2 in [tape]")]
    NeedsVersion(&'static str),
    /// A field that version 2 needs.
    #[error("version 2 of [tape] needs '{0}'")]
    NoField(&'static str),
    /// A currency that is none.
    #[error("'{0}' is not a currency; write three capital letters, for example EUR")]
    Currency(String),
    /// A scale that is missing, or has no column.
    #[error("[tape.scale] says percent or fraction for '{0}' exactly where it is among the columns")]
    Scale(&'static str),
    /// A column of statuses that are not defined, or are defined twice.
    #[error(
        "a column 'status' needs [tape.status], which lists the words of each status, or [tape.days_past_due]; not both"
    )]
    StatusTerms,
    /// Statuses of a tape under a schema that does not define them.
    #[error("the tape has a status, and the deal's [tape] does not say what its words mean: give it [tape.status]")]
    NoStatusTerms,
    /// A word under two statuses.
    #[error("the word '{0}' stands under two statuses")]
    TwoStatuses(String),
    /// Day counts that do not rise.
    #[error("[tape.days_past_due] rises from grace to delinquent to default, each at least 1")]
    Days,
    /// Bands that do not fit the grades.
    #[error("[tape.bands.grade]: {0}")]
    Bands(String),
    /// Assets that do not fit the grades.
    #[error("[tape.bands.grade.assets]: {0}")]
    Assets(String),
    /// A loan of which nothing says what secures it.
    #[error("the loan has neither a grade nor an asset: the tape needs a column 'grade' or 'asset'")]
    NoAsset,
    /// A number in no band of the loan's asset.
    #[error("{number} is in no band of the asset '{asset}' in [tape.bands.grade]")]
    NoBandOfAsset {
        /// the number, with its name
        number: String,
        /// the loan's asset
        asset: String,
    },
    /// A number outside the band of the loan's grade.
    #[error("the grade is '{grade}', and {number} is not in its band")]
    OutsideBand {
        /// grade of the tape
        grade: String,
        /// the number, with its name
        number: String,
    },
    /// A number in no band.
    #[error("{number} is in no band of [tape.bands.grade]")]
    NoBand {
        /// the number, with its name
        number: String,
    },
    /// A grade that is not the band's.
    #[error("the grade is '{grade}', and {number} is in the band of '{band}'")]
    OtherBand {
        /// grade of the tape
        grade: String,
        /// the number, with its name
        number: String,
        /// grade of its band
        band: String,
    },
    /// A name that a spare number cannot have.
    #[error("'{0}' is not a name of a spare number: letters a to z, digits and _, not the name of a column, once")]
    NumberName(String),
    /// More spare numbers than there are.
    #[error("[[tape.numbers]] has {0} numbers; there are two")]
    ManyNumbers(usize),
    /// A step that is not above zero.
    #[error("the step {0} is not above 0")]
    Step(Decimal),
    /// A number that is not whole in its steps.
    #[error(
        "the {what} {value} is not a whole number of steps of {step}: nothing is rounded unless the deal's [tape] names a \
         'rounding'"
    )]
    NotWhole {
        /// name of the number
        what: String,
        /// the number as it is written
        value: String,
        /// its step
        step: Decimal,
    },
    /// Collateral without a form of ids.
    #[error("a column 'collateral' needs [tape.ids], the canonical form of its ids")]
    CollateralIds,
    /// Two loans with one canonical id.
    #[error("loans '{0}' and '{1}' have one id in the canonical form of [tape.ids]")]
    SameId(String, String),
    /// An id of which the canonical form leaves nothing.
    #[error("nothing is left of the id '{0}' in the canonical form of [tape.ids]")]
    EmptyId(String),
    /// A name that is reserved.
    #[error(
        "the loan's grade is '{0}', which is reserved for loans in default, and its status is another; give it another grade"
    )]
    Reserved(&'static str),
    /// The grade of loans in default without statuses.
    #[error(
        "the grade 'defaulted' needs the column 'status': it is for loans whose status is default, and without statuses \
         there are none"
    )]
    DefaultedStatus,
    /// A second limit on the share of loans in default.
    #[error("[shares.grade] has 'defaulted': write 'default_max' under [claims] in its place")]
    DefaultedShare,
    /// A claim about loans in default in a pool that has none.
    #[error(
        "'default_max' needs the grade 'defaulted' among the grades of [tape], version 2: without it, loans in default are \
         not of the pool"
    )]
    NoDefaulted,
    /// A bound of the share that is 90 days or more past due or in default, of a pool without loans in
    /// default.
    #[error(
        "'w_max' needs the grade 'defaulted' among the grades of [tape], version 2: without it, loans in default are not of \
         the pool, and W counts them"
    )]
    NoDefaultedInW,
    /// The same, where delinquency begins too late.
    #[error(
        "'w_max' counts loans from day 90 past due, and by [tape.days_past_due] a loan is delinquent from day {0}: let it be \
         delinquent from day 90 or earlier"
    )]
    LateDelinquency(u32),
    /// A grade without a risk weight.
    #[error("there is no risk weight of grade '{}': [sec_sa.risk_weights] has one for each grade of the tape", crate::echo::echo(.0))]
    NoRiskWeight(String),
    /// Estimates of the losses of a pool with loans in default.
    #[error(
        "the pool has loans in default, which the deal keeps under the grade 'defaulted': their losses are certain, and \
         no estimate has them; make credit scenarios of the deal, whose claims do"
    )]
    LossesOfDefaults,
    /// An assumption about loans in default.
    #[error("[{0}] has the grade 'defaulted': its loans count for nothing, and all of them are in default")]
    OfDefaulted(&'static str),
    /// A row in another currency.
    #[error(
        "the currency is {found}, and the deal's is {expected}; amounts of two currencies are not added up: take the row out, \
         or write other_currencies = \"leave-out\" in [tape]"
    )]
    OtherCurrency {
        /// currency of the row
        found: String,
        /// currency of the schema
        expected: String,
    },
    /// A date of the tape that is not the schema's.
    #[error("the date {found} is not {expected}, the cut_off of the deal's [tape]")]
    OtherCutOff {
        /// date of the row, or of the mapping
        found: String,
        /// date of the schema
        expected: String,
    },
    /// A mapping that defines what a word of the schema means.
    #[error("the mapping calls the status '{word}' {found}, and the deal's [tape] {expected}; the deal decides")]
    OtherStatus {
        /// word of the tape
        word: String,
        /// status of the mapping
        found: &'static str,
        /// status of the schema, in words
        expected: String,
    },
    /// A status that the schema does not have.
    #[error("the status '{0}' is not among the words of [tape.status]; the deal says what it means")]
    UnknownStatus(String),
    /// Bands of a mapping, under a schema of version 2.
    #[error(
        "the mapping has [bands.{0}]; bands decide what a name means, so they belong to the deal, under [tape.bands.grade]"
    )]
    MappingBands(String),
    /// A constant of a mapping in place of a column of the file.
    #[error(
        "the mapping has a constant '{value}' for the column '{column}', which the file has: take it out of [constants], \
         or read no such column"
    )]
    MappingConstant {
        /// column of the tape
        column: String,
        /// its constant
        value: String,
    },
    /// A suffix of a mapping that is a part of numbers or of words.
    #[error(
        "the mapping takes the suffix '{suffix}' off the column '{column}': suffixes are units behind numbers, without \
         digits, signs and points"
    )]
    MappingSuffix {
        /// column of the tape
        column: String,
        /// its suffix
        suffix: String,
    },
    /// A spare number of a mapping that the schema does not have.
    #[error("the mapping has a number '{0}', which the deal's [[tape.numbers]] does not list")]
    UnknownNumber(String),
    /// A tape whose words and numbers were read otherwise than the schema says.
    #[error("the tape was not read by the deal's [tape]: its words and numbers may mean something else there")]
    OtherReading,
}

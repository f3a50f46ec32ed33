//! The public terms of notes. Amounts are whole units, rates and shares are parts: percent times
//! 10^6.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

/// A rate a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rate {
    /// the same in every month
    Fixed(i64),
    /// a public vector's, with a margin, and within a floor and a cap
    Index {
        /// the vector
        name: String,
        /// what is added to it
        margin: i64,
        /// least rate
        floor: Option<i64>,
        /// greatest rate
        cap: Option<i64>,
    },
}

impl Rate {
    /// Returns the rate of a month, from 1 on; zero where there is no such vector.
    pub fn of_month(&self, indices: &BTreeMap<String, Vec<i64>>, month: u32) -> i64 {
        match self {
            Rate::Fixed(rate) => *rate,
            Rate::Index { name, margin, floor, cap } => {
                let values = indices.get(name).map_or(&[][..], Vec::as_slice);
                let at = (month.max(1) as usize - 1).min(values.len().saturating_sub(1));
                let rate = values.get(at).copied().unwrap_or(0).saturating_add(*margin);
                let rate = floor.map_or(rate, |floor| rate.max(floor));
                cap.map_or(rate, |cap| rate.min(cap))
            }
        }
    }
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// its name
    pub name: String,
    /// its balance at the cut-off
    pub balance: u64,
    /// its coupon, never below zero in a month
    pub coupon: Rate,
}

/// What a fee is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeeAmount {
    /// a rate a year, on what performs at the start of a month
    Rate(u64),
    /// an amount each month
    Amount(u64),
    /// the fee of the matrix
    Servicing,
}

/// A fee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fee {
    /// its name
    pub name: String,
    /// what it is
    pub amount: FeeAmount,
}

/// An account that is filled to a target, and whose money is part of the interest funds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserve {
    /// what is in it at the cut-off
    pub initial: u64,
    /// its target, as a share of the notes' balance
    pub target: u64,
    /// its least target while notes are owed
    pub floor: u64,
}

/// A swap of two rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swap {
    /// index of the note whose balance it is on; `None` for the pool's
    pub note: Option<usize>,
    /// the rate that is paid
    pub pay: Rate,
    /// the rate that is received
    pub receive: Rate,
}

/// A line that pays what funds do not, and is paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Liquidity {
    /// most that is drawn at a time
    pub limit: u64,
    /// rate a year on what is drawn
    pub rate: u64,
}

/// What a trigger measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TriggerMeasure {
    /// the pool over the notes up to one
    Overcollateralisation(usize),
    /// interest over what the notes up to one are due
    InterestCoverage(usize),
    /// defaults since the cut-off
    CumulativeDefaults,
    /// defaults less recoveries since the cut-off
    CumulativeLosses,
    /// what performs
    PoolFactor,
    /// an average of a number of the schema, by its index among fields
    Average(usize, Decimal),
    /// the share of loans that are late at the cut-off
    Delinquent,
}

/// The side on which a trigger is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// above its limit
    Above,
    /// below its limit
    Below,
}

/// A test that turns steps on and off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// its name
    pub name: String,
    /// what it measures
    pub measure: TriggerMeasure,
    /// where it is on
    pub side: Side,
    /// the limit, in parts of percent (millionths of the number, for averages)
    pub limit: u64,
    /// whether it is never off again
    pub stays: bool,
}

/// How funds are divided among notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// in order
    Sequential,
    /// by what is due, or by balance
    ProRata,
}

/// External flows that pay what funds do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// the liquidity line
    Liquidity,
    /// the guarantee
    Guarantee,
}

/// The most that a step of principal pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpTo {
    /// what is owed
    Repaid,
    /// until notes are not above the pool less a share of it
    Deficiency(u64),
    /// until the overcollateralisation trigger of this index is at its limit
    Cure(usize),
}

/// What a step pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pay {
    /// fees, by index
    Fees(Vec<usize>),
    /// interest of notes, by index
    Interest(Vec<usize>, Split),
    /// principal of notes, by index
    Principal(Vec<usize>, Split, UpTo),
    /// the swap's other side
    Swap,
    /// the reserve
    Reserve,
    /// the liquidity line
    Liquidity,
    /// the principal waterfall
    Transfer,
    /// a party, by name
    Residual(String),
}

/// A step of a waterfall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// what it pays
    pub pay: Pay,
    /// the trigger that must be on, or off
    pub when: Option<(usize, bool)>,
    /// who pays what funds do not
    pub support: Vec<Support>,
}

/// The funds that an amount goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Funds {
    /// those of the interest waterfall
    Interest,
    /// those of the principal waterfall
    Principal,
}

/// The terms of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotesTerms {
    /// their name
    pub name: String,
    /// the last month in which anything is paid
    pub legal_final: u32,
    /// share of the balance at which the pool is sold
    pub clean_up_call: Option<u64>,
    /// price of that, as a share of what performs
    pub call_price: u64,
    /// the funds that recoveries go to
    pub recoveries: Funds,
    /// the notes, in the order of the file
    pub notes: Vec<Note>,
    /// the fees; that of the matrix is the first
    pub fees: Vec<Fee>,
    /// the reserve
    pub reserve: Option<Reserve>,
    /// the swap
    pub swap: Option<Swap>,
    /// the liquidity line
    pub liquidity: Option<Liquidity>,
    /// most that the guarantee pays in all
    pub guarantee: Option<u64>,
    /// the triggers
    pub triggers: Vec<Trigger>,
    /// the interest waterfall
    pub interest: Vec<Step>,
    /// the principal waterfall
    pub principal: Vec<Step>,
}

/// Name of the fee of the matrix.
pub const SERVICING: &str = "servicing";

impl NotesTerms {
    /// Returns the steps of both waterfalls.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.interest.iter().chain(&self.principal)
    }

    /// Returns the names of public vectors that rates name, with their places.
    pub fn indices(&self) -> Vec<(String, &str)> {
        let notes = self.notes.iter().map(|note| (format!("note '{}'", note.name), &note.coupon));
        let legs = self.swap.iter().flat_map(|swap| [&swap.pay, &swap.receive]);
        let named = |(place, rate)| match rate {
            &Rate::Fixed(_) => None,
            Rate::Index { name, .. } => Some((place, &name[..])),
        };
        notes.chain(legs.map(|rate| ("[swap]".to_owned(), rate))).filter_map(named).collect()
    }

    /// Returns the parties that have residuals, each once.
    pub fn parties(&self) -> Vec<&str> {
        let mut parties = Vec::new();
        for step in self.steps() {
            if let Pay::Residual(party) = &step.pay
                && !parties.contains(&&party[..])
            {
                parties.push(&party[..]);
            }
        }
        parties
    }
}

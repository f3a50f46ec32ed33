//! The figures of a month, in exact integers.

/// Sums over the loans of two pools. Amounts are in units.
#[derive(Clone, PartialEq, Eq)]
pub struct MonthFigures {
    /// total balance before
    pub opening: u64,
    /// total balance after
    pub closing: u64,
    /// by how much balances fell as paid, and balances of loans gone as paid
    pub collected: u64,
    /// what was written off, and balances of loans gone as charged off
    pub charged_off: u64,
    /// balances of loans gone as repurchased
    pub repurchased: u64,
    /// by how much balances rose as capitalised
    pub capitalised: u64,
    /// by how much balances rose as advanced
    pub advanced: u64,
    /// closing balances of carried loans that are delinquent and were not
    pub newly_delinquent: u64,
    /// closing balances of additions
    pub added: u64,
    /// total balance before, by code of the grade then
    pub opening_by_grade: Vec<u64>,
    /// by code of the grade before: what was charged or written off, and closing balances of carried
    /// loans that are in default now
    pub defaults: Vec<u64>,
    /// closing balances of additions by code, in the order of [`crate::pool::Category::ALL`]
    pub added_by_code: [Vec<u64>; 3],
    /// least and greatest number of an addition, in the order of [`crate::pool::Field::ALL`]; `None` without
    /// additions
    pub added_extremes: Option<[(u32, u32); 6]>,
    /// number of additions that are delinquent
    pub added_delinquent: u64,
}

impl std::fmt::Debug for MonthFigures {
    /// Shows no figure: errors that hold them end in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MonthFigures").finish_non_exhaustive()
    }
}

//! Claims that every pool meets, which say nothing and read like a promise.

use crate::error::{DealProblem, Problem};
use crate::pool::claims::{AVERAGE_SCALE, PoolClaim};
use crate::pool::loan_pool::{MAX_LOANS, TOTAL_BITS};
use crate::pool::schema::{TapeSchema, WHOLE};

/// Refuses a deal with a claim that every pool meets.
///
/// # Errors
/// The first such claim, in words.
pub(super) fn refuse(claims: &[PoolClaim], schema: &TapeSchema) -> Result<(), Problem> {
    match claims.iter().find(|claim| is_met_by_every_pool(claim, claims, schema)) {
        Some(claim) => Err(DealProblem::Tautology(claim.sentence(schema)).into()),
        None => Ok(()),
    }
}

/// Returns whether every pool meets a claim beside others.
pub(super) fn is_met_by_every_pool(claim: &PoolClaim, all: &[PoolClaim], schema: &TapeSchema) -> bool {
    match claim {
        PoolClaim::LoansAtLeast(limit) | PoolClaim::BalanceAtLeast(limit) => *limit == 0,
        // A number that is claimed exactly has both limits.
        PoolClaim::LoansAtMost(limit) => *limit >= MAX_LOANS as u64 && !all.contains(&PoolClaim::LoansAtLeast(*limit)),
        PoolClaim::BalanceAtMost(limit) => {
            *limit >= (1 << TOTAL_BITS) - 1 && !all.contains(&PoolClaim::BalanceAtLeast(*limit))
        }
        PoolClaim::AverageAtLeast(_, limit) | PoolClaim::EachAtLeast(_, limit) => *limit == 0,
        PoolClaim::AverageAtMost(field, limit) => *limit >= field.most() * AVERAGE_SCALE,
        PoolClaim::EachAtMost(field, limit) => *limit >= field.most(),
        PoolClaim::EveryShareAtMost(_, limit)
        | PoolClaim::ObligorAtMost(limit)
        | PoolClaim::TopObligorsAtMost(_, limit)
        | PoolClaim::HerfindahlAtMost(limit)
        | PoolClaim::DelinquentAtMost(limit) => *limit >= WHOLE,
        // Beside a limit for every name, all of the balance is an exception from it.
        PoolClaim::ShareAtMost(category, _, limit) => {
            let of_every = |claim: &PoolClaim| matches!(claim, PoolClaim::EveryShareAtMost(of, _) if of == category);
            *limit >= WHOLE && !all.iter().any(of_every)
        }
        PoolClaim::Only(category, codes) => {
            (0..schema.names(*category).len()).all(|code| codes.iter().any(|only| usize::from(*only) == code))
        }
        PoolClaim::PastDueAtMost(_, limit) => *limit >= WHOLE,
        PoolClaim::CapitalAtMost(charge) => charge.limit >= charge.largest(),
        PoolClaim::Overcollateralisation(_)
        | PoolClaim::InterestCoverage(_)
        | PoolClaim::Distinct(_)
        | PoolClaim::ValueAtLeast(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::pool::Deal;

    fn deal(claims: &str) -> Result<Deal, String> {
        let tape = "[tape]\ncolumns = [\"rate\", \"term\", \"grade\", \"status\"]\ngrades = [\"A\", \"B\"]\n";
        Deal::from_toml("d.toml", &format!("name = \"d\"\n{tape}{claims}")).map_err(|error| error.to_string())
    }

    /// A deal reads as a promise: "at most 100 % of the balance is delinquent" is none.
    #[test]
    fn claims_that_every_pool_meets_are_refused() {
        for (claims, said) in [
            ("[claims]\nloans_min = 0", "at least 0 loans"),
            ("[claims]\nbalance_min = 0", "total balance at least 0"),
            ("[claims]\naverage_rate_min = 0", "average rate"),
            ("[claims]\naverage_rate_max = 163.83", "average rate"),
            ("[claims]\nobligor_max = 1", "owes at most 100 %"),
            ("[claims]\nherfindahl_max = 1", "Herfindahl"),
            ("[top_obligors]\ncount = 10\nshare_max = 1", "the 10 largest loans"),
            ("[claims]\ndelinquent_max = 1.0", "100 % of the balance is delinquent"),
            ("[claims]\nloans_min = 2\nexpected_loss_max = 1", "expected_loss_max"),
            ("[shares.grade]\nA = 1", "grade A"),
            ("[shares.grade]\nevery = 1", "every grade"),
            ("[eligible]\nrate_min = 0", "every loan's rate"),
            ("[eligible]\nterm_max = 511", "every loan's term"),
            ("[eligible]\ngrade = [\"B\", \"A\"]", "one of B, A"),
        ] {
            let refused = deal(claims).unwrap_err();
            assert!(refused.contains("every pool meets") && refused.contains(said), "{claims}: {refused}");
        }
        for limit in ["expected_loss = 1", "hit = 1", "cvar = 1\nconfidence = 0.9"] {
            let tranche = "[claims]\nloans_min = 2\n[[tranche]]\nname = \"t\"\nattachment = 0.1\ndetachment = 1\n";
            let refused = deal(&format!("{tranche}{limit}\n")).unwrap_err();
            assert!(refused.contains("every pool meets") && refused.contains("tranche 't'"), "{limit}: {refused}");
        }
    }

    #[test]
    fn claims_that_say_something_are_read() {
        for claims in [
            "[claims]\nloans_min = 1\ndelinquent_max = 0.999999999",
            "[shares.grade]\nevery = 0.5\nA = 1",
            "[eligible]\nrate_min = 0.01\nterm_max = 510\ngrade = [\"A\"]",
        ] {
            deal(claims).unwrap();
        }
    }
}

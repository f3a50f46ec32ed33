//! Scenario sets in one line, for people.

use crate::scenarios::generator::{Generator, Variant};
use crate::scenarios::set::ScenarioSet;

impl ScenarioSet {
    /// Returns the set in one line: its size, how it was made, and its first and last label.
    pub fn sentence(&self) -> String {
        let kind = self.generator().sentence();
        let (scenarios, factors) = (self.scenarios(), self.factors().len());
        if self.generator().covariance_scale().is_some() {
            return format!("{kind}, {factors} factors");
        }
        let labels = self.labels();
        let unseen = match self.unseen() {
            0 => String::new(),
            count => format!(", {count} of them of weight 0, in no figure and not in the worst loss"),
        };
        let (first, last) = (&labels[0], &labels[labels.len() - 1]);
        format!("{scenarios} scenarios x {factors} factors ({kind}), {first} to {last}{unseen}")
    }
}

impl Generator {
    /// Returns how a set was made, in a few words.
    fn sentence(&self) -> String {
        match self {
            Generator::Historical { horizon, variant, .. } => {
                let variants = variant.as_ref().map(Variant::sentence).unwrap_or_default();
                format!("historical, {horizon}-day returns{variants}")
            }
            Generator::Covariance { covariance, horizon, returns, .. } => {
                format!("mean and {covariance} covariance of {returns} returns, over {horizon} day(s)")
            }
            Generator::CovarianceTable { .. } => "mean and covariance of a table".to_owned(),
            Generator::MonteCarlo { model, covariance, horizon, .. } => {
                format!("Monte Carlo, {model}, {covariance} covariance, {horizon}-day returns")
            }
            Generator::Credit { model, degrees_of_freedom, rho, slots, .. } => {
                let what = if slots.is_some() { "defaults of single loans" } else { "losses of buckets" };
                let degrees = degrees_of_freedom.as_ref().map(|degrees| format!(" of {degrees} degrees of freedom"));
                format!("credit, {model}{}, correlation {rho}, {what}", degrees.unwrap_or_default())
            }
            Generator::Stress { .. } => "stress table".to_owned(),
            Generator::Custom { description } => description.clone(),
        }
    }
}

impl Variant {
    /// Returns how a set differs from plain historical simulation, each difference after a comma.
    fn sentence(&self) -> String {
        let differences = [
            (self.stressed.is_some(), ", stressed window"),
            (self.age_weighted.is_some(), ", age-weighted"),
            (self.volatility_scaled.is_some(), ", scaled to today's volatility"),
            (self.liquidity_horizons.is_some(), ", liquidity horizons"),
            (self.gamma || self.cross_gamma, ", with gammas"),
            (self.volatilities_sha256.is_some(), ", with implied volatilities"),
        ];
        differences.into_iter().filter_map(|(is_so, text)| is_so.then_some(text)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::historical::historical;

    #[test]
    fn sets_are_told_in_one_line() {
        let prices = crate::testing::prices("date,A\n2024-01-02,1\n2024-01-03,2\n2024-01-04,1\n");
        let set = historical(&prices, 1, None).unwrap();
        assert_eq!(set.sentence(), "2 scenarios x 1 factors (historical, 1-day returns), 2024-01-03 to 2024-01-04");
        let variant = Variant { gamma: true, age_weighted: Some("0.98".into()), ..Variant::default() };
        assert_eq!(variant.sentence(), ", age-weighted, with gammas");
    }
}

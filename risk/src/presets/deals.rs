//! Deals that ship with the program, each a TOML file: two about public loan pools, with a mapping of
//! the same pool beside it, and one about loans that are made up, secured by coins.

/// Names of the deals, with their texts.
pub const DEALS: [(&str, &str); 3] = [
    ("consumer-2018", include_str!("../../data/deals/consumer-2018.toml")),
    ("cdx-na-ig-s7", include_str!("../../data/deals/cdx-na-ig-s7.toml")),
    ("crypto-2021", include_str!("../../data/deals/crypto-2021.toml")),
];

/// Returns the text of a deal, by its name.
pub fn deal(name: &str) -> Option<&'static str> {
    DEALS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::pool::Deal;
    use tailproof_core::pool::assumptions::{CreditParameters, FactorSource};
    use tailproof_core::scenarios::{credit, file};

    #[test]
    fn every_deal_is_read() {
        for (name, text) in DEALS {
            let read = Deal::from_toml(name, text).unwrap();
            assert!(!read.claims().is_empty() || !read.tranches().is_empty(), "{name}");
            assert_eq!(deal(name), Some(text));
        }
        assert_eq!(deal("none"), None);
    }

    /// Quadratures of a Gaussian copula are made as version 0.1.0 made them, and bounds of today.
    #[test]
    fn the_scenarios_of_a_deal_are_known() {
        let deal = Deal::from_toml("deal", deal("cdx-na-ig-s7").unwrap()).unwrap();
        let digest = |source| {
            let parameters = CreditParameters { rho: "0.1".to_owned(), degrees: None, source, slots: None };
            hex::encode(file::digest(&credit::credit_scenarios(&deal, &parameters).unwrap()))
        };
        let known = "e7c5509b5079ae7f610891cf76417223e03dc163c9503ea9d36259c15e73c614";
        assert_eq!(digest(FactorSource::Quadrature(64)), known);
        assert_eq!(digest(FactorSource::Nodes(64)), "1419b619578f9820434a17c56e42d43d1f02018053e56e86a04571d0920c5986");
    }
}

//! Deals about public loan pools, each a TOML file with a mapping of the same pool beside it.

/// Names of the deals, with their texts.
pub const DEALS: [(&str, &str); 2] = [
    ("consumer-2018", include_str!("../../data/deals/consumer-2018.toml")),
    ("cdx-na-ig-s7", include_str!("../../data/deals/cdx-na-ig-s7.toml")),
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

    /// Gaussian sets have kept version 1 of their generator, and so their bytes.
    #[test]
    fn the_scenarios_of_a_deal_are_known() {
        let deal = Deal::from_toml("deal", deal("cdx-na-ig-s7").unwrap()).unwrap();
        let (rho, source) = ("0.1".to_owned(), FactorSource::Nodes(64));
        let parameters = CreditParameters { rho, degrees: None, source, slots: None };
        let set = credit::credit_scenarios(&deal, &parameters).unwrap();
        let digest = "e7c5509b5079ae7f610891cf76417223e03dc163c9503ea9d36259c15e73c614";
        assert_eq!(hex::encode(file::digest(&set)), digest);
    }
}

//! Command lines about a pool of loans.

use crate::desk::{DEAL, Desk, Run};

/// The demo's deal without its table `[scenarios]`, so that any credit scenarios will do.
pub fn any_scenarios() -> String {
    DEAL[..DEAL.find("[scenarios]").unwrap()].to_owned()
}

impl Desk {
    /// A desk with a tape `loans.csv`, a deal `deal.toml`, credit scenarios `c.scn`, and the
    /// commitment `c.json` with its opening `o.json`.
    pub fn with_pool(tape: &str, deal: &str) -> Self {
        let desk = Self::new();
        desk.write("loans.csv", tape);
        desk.write("deal.toml", deal);
        desk.credit("deal.toml", "0.1", 32, "c.scn").expect(0);
        desk.commit_pool("loans.csv").expect(0);
        desk
    }

    /// Makes credit scenarios from a Gaussian copula.
    pub fn credit(&self, deal: &str, rho: &str, nodes: usize, output: &str) -> Run {
        self.run(format!("scenarios credit --deal {deal} --model gaussian --rho={rho} --nodes {nodes} -o {output}"))
    }

    /// Commits to a tape under `deal.toml`: `c.json` and `o.json`.
    pub fn commit_pool(&self, tape: &str) -> Run {
        self.run(format!("pool commit {tape} --deal deal.toml -o c.json --opening o.json --force"))
    }

    /// Proves a deal about a tape: `p.json`. `more` are further options, such as
    /// `--scenarios c.scn`.
    pub fn prove_pool(&self, tape: &str, deal: &str, keys: &str, more: &str) -> Run {
        self.run(format!("prove --pool {tape} --deal {deal} --opening o.json --keys {keys} -o p.json {more}"))
    }

    /// Verifies `p.json` under a deal, with the commitment `c.json`.
    pub fn verify_pool(&self, deal: &str, keys: &str, more: &str) -> Run {
        self.run(format!("verify --deal {deal} --proof p.json --keys {keys} --commitment c.json {more}"))
    }
}

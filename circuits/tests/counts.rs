//! Constraint counts.
use tailproof_circuits::r1cs::market::market_system;

#[test]
fn print() {
    for s in ["500x100/1", "500x100", "500x20", "500x20/1", "4x3","512x128"] {
        let t = std::time::Instant::now();
        let sys = market_system(s.parse().unwrap()).unwrap();
        println!("{s} constraints {} vars {} inst {} nnz {:?} {:?}", sys.constraints(), sys.variables(), sys.instances(), sys.matrices().each_ref().map(|m| m.terms().len()), t.elapsed());
        let mut counts = std::collections::BTreeMap::new();
        for l in sys.row_labels() { *counts.entry(*l).or_insert(0) += 1; }
        if s.starts_with("500x100/1") { println!("{counts:?}"); }
    }
}

//! Set points that `prove` keeps beside a scenario file, and what can be wrong with them.

use sha2::{Digest, Sha256};
use tailproof_test_support::{BOOK, Desk, PRICES, Run, mandate};

use crate::batch_commands::{desk, line};

/// The one file of set points on a desk.
fn cache(desk: &Desk, of: &str) -> String {
    let start = format!("{of}.points-");
    let names: Vec<String> = desk.files().into_iter().filter(|name| name.starts_with(&start)).collect();
    let [name] = &names[..] else { panic!("{names:?}") };
    name.clone()
}

/// Proves a mandate that the book meets over all scenarios here.
fn prove(desk: &Desk, more: &str) -> Run {
    desk.write("loose.toml", mandate("var", "0.9", "limit_nav = 1"));
    desk.run(format!(
        "prove --book {BOOK} --opening o.json --scenarios s.scn --mandate loose.toml --keys given/keys-8x20 -o p.json {more}"
    ))
}

/// Set B's file under set A's name, its digests patched to A's. A proof over it would be one for
/// nobody's scenarios.
#[test]
fn set_points_of_set_b_under_the_name_of_set_a_are_found_out_and_made_again() {
    let desk = desk(&["a"]);
    prove(&desk, "").expect(0);
    let name = cache(&desk, "s.scn");
    // The digest in the key's header.
    let key = std::fs::read(desk.path("given/keys-8x20/proving.key")).unwrap();
    assert_eq!(name, format!("s.scn.points-{}", hex::encode(&key[168..176])));
    let good = desk.bytes(&name);
    // Set B: other days.
    desk.copy("s.scn", "a.scn");
    let other = format!("scenarios historical --prices {PRICES} --horizon 2 --window 8 -o s.scn");
    desk.run(other).expect(0);
    let noted = prove(&desk, "").expect(0);
    assert!(noted.stderr.contains("other scenarios or half-spreads; set points are made again"), "{noted:?}");
    let mut forged = desk.bytes(&name);
    assert_ne!(forged, good);
    desk.copy("a.scn", "s.scn");
    forged[42..74].copy_from_slice(&good[42..74]);
    let digest = Sha256::digest(&forged[..forged.len() - 32]);
    let end = forged.len() - 32;
    forged[end..].copy_from_slice(&digest);
    for batch in [false, true] {
        desk.write(&name, &forged);
        let run = if batch { desk.run(line("loose.toml")) } else { prove(&desk, "") }.expect(0);
        assert!(run.stderr.contains("its points are not those of the scenarios"), "{run:?}");
        assert!(desk.bytes(&name) == good, "made again");
        let proof = if batch { "proofs/a.proof.json" } else { "p.json" };
        // The verifier reads no set points.
        desk.write(&name, &forged);
        let verified = desk.verify(proof, "loose.toml", "given/keys-8x20").expect(0);
        assert!(!verified.stderr.contains("points"), "{verified:?}");
        assert!(desk.bytes(&name) == forged);
    }
}

#[test]
fn set_points_that_cannot_be_read_or_kept_are_no_failure() {
    let desk = desk(&[]);
    prove(&desk, "--no-cache").expect(0);
    assert!(desk.files().iter().all(|name| !name.contains(".points-")), "{:?}", desk.files());
    prove(&desk, "").expect(0);
    let name = cache(&desk, "s.scn");
    let good = desk.bytes(&name);
    let silent = prove(&desk, "").expect(0);
    assert!(!silent.stderr.contains("points"), "{silent:?}");
    let mut damaged = good.clone();
    damaged[100] ^= 1;
    desk.write(&name, &damaged);
    let noted = prove(&desk, "").expect(0);
    assert!(noted.stderr.contains("its digest does not match its content; set points are made again"), "{noted:?}");
    assert!(desk.bytes(&name) == good);
    // Somebody's own file of that name is not replaced, nor is a folder.
    desk.write(&name, "notes");
    let noted = prove(&desk, "").expect(0);
    assert!(noted.stderr.contains("set points are not kept"), "{noted:?}");
    assert_eq!(desk.read(&name), "notes");
    std::fs::remove_file(desk.path(&name)).unwrap();
    std::fs::create_dir(desk.path(&name)).unwrap();
    prove(&desk, "").expect(0);
    desk.verify("p.json", "loose.toml", "given/keys-8x20").expect(0);
}

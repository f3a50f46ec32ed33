//! What keys and ceremonies do with many points: checks, and one multiple of all.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::UniformRand;
use tailproof_simd::Engine;

use crate::support::rng;
use crate::turns::{Limits, in_turn, row, work};

/// Prints the times of every engine over those of arkworks, point by point.
pub fn points() {
    let rng = &mut rng();
    let scalars: Vec<Fr> = (0..1 << 14).map(|_| Fr::rand(rng)).collect();
    let g1 = Engine::current().g1_multiples(G1Affine::generator(), &scalars);
    let g2 = Engine::current().g2_multiples(G2Affine::generator(), &scalars);
    let (g1, g2, scalar) = (&g1, &g2, Fr::rand(rng));

    let mut works = vec![work("arkworks", || g1.iter().all(G1Affine::is_on_curve))];
    works.extend(Engine::all().into_iter().map(|engine| work(engine.name(), move || engine.g1_on_curve(g1))));
    row("curve checks of 16,384 points in G1", Limits::NONE, &in_turn(31, works));

    let mut works = vec![work("arkworks", || g2.iter().all(G2Affine::is_on_curve))];
    works.extend(Engine::all().into_iter().map(|engine| work(engine.name(), move || engine.g2_on_curve(g2))));
    row("curve checks of 16,384 points in G2", Limits::NONE, &in_turn(31, works));

    let few = &g1[..1 << 11];
    let mut works = vec![work("arkworks", || {
        let multiples: Vec<G1Projective> = few.iter().map(|point| *point * scalar).collect();
        G1Projective::normalize_batch(&multiples)
    })];
    works.extend(Engine::all().into_iter().map(|engine| work(engine.name(), move || engine.g1_times(few, &scalar))));
    row("one multiple of 2,048 points in G1", Limits::NONE, &in_turn(9, works));
}

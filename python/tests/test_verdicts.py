"""Proofs, and what makes them invalid."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from conftest import run

import tailproof as tp


def test_a_verdict_says_what_it_rests_on(desk: Any) -> None:
    verdict = desk.verify(prices=desk.prices)
    assert verdict.claims == ["95 % VaR <= 50,000"]
    how = {thing.what: thing.how for thing in verdict.rests_on}
    assert how["scenarios"] == "made again"
    assert how["commitment"] == "compared"
    assert how["keys"] == "as given" and verdict.keys == "development" and not verdict.is_strict
    assert desk.verify(commitment=None).to_dict()["commitment"] == "the proof's own"


def test_other_terms_commitments_contexts_and_proofs_are_not_valid(desk: Any) -> None:
    other = tp.Book({"AAPL": 1}).commit(desk.market)[0]
    looser = tp.Mandate("Desk", unit="USD", clauses=[tp.var(0.95, limit=50_001)])
    cases: list[dict[str, Any]] = [{"commitment": other}, {"context": "0x" + "00" * 31 + "07"}]
    for options in cases:
        with pytest.raises(tp.NotValid):
            desk.verify(**options)
    with pytest.raises(tp.NotValid):
        desk.proof.verify(desk.keys.verifying, desk.market, looser, commitment=desk.commitment)
    spoiled = json.loads(desk.proof.to_json())
    a, b = spoiled["proof"]["a"], spoiled["proof"]["c"]
    spoiled["proof"]["a"], spoiled["proof"]["c"] = b, a
    with pytest.raises(tp.NotValid):
        tp.Proof.from_json(json.dumps(spoiled, indent=2) + "\n").verify(desk.keys.verifying, desk.market, desk.mandate)


def test_keys_that_are_not_pinned_or_not_those_of_the_proof_give_no_verdict(desk: Any) -> None:
    key = desk.keys.verifying
    assert tp.VerifyingKey.from_bytes(key.to_bytes(), digest=key.digest).digest == key.digest
    with pytest.raises(tp.WrongKeys, match="is pinned"):
        tp.VerifyingKey.from_bytes(key.to_bytes(), digest="00" * 32)
    others = tp.Keys.insecure_development(key.shape)
    with pytest.raises(tp.WrongKeys, match="was made with keys"):
        desk.proof.verify(others.verifying, desk.market, desk.mandate)


def test_keys_of_a_ceremony_are_no_single_party_s(desk: Any, command: Path, tmp_path: Path) -> None:
    powers, begun, contributed = (tmp_path / name for name in ("p.ptau", "0.ceremony", "1.ceremony"))
    run(command, "ceremony", "powers", "--power", 11, "--insecure-dev", "-o", powers)
    # The digest that the makers of the powers publish.
    published = ["--ptau-digest", hashlib.sha256(powers.read_bytes()).hexdigest()]
    run(command, "ceremony", "new", "--ptau", powers, *published, "--shape", "4x3/1", "-o", begun)
    run(command, "ceremony", "contribute", begun, "--name", "Ada", "-o", contributed)
    market = tp.Scenarios.historical(desk.prices, window=4, factors=["AAPL", "KO", "XOM"])
    mandate = tp.Mandate("Desk", unit="USD", clauses=[tp.var(0.75, limit=100_000)])
    commitment, opening = desk.book.commit(market, mandate)
    finished: list[tuple[str, list[str]]] = [("ceremony", published), ("unknown powers", [])]
    for kind, named in finished:
        folder = tmp_path / kind
        run(command, "ceremony", "finish", contributed, "--ptau", powers, *named, "-o", folder)
        key = tp.VerifyingKey.read(folder / "verifying.key")
        assert (key.kind, key.shape, key.backend) == (kind, "4x3/1", "groth16")
        assert tp.VerifyingKey.read(folder, digest=key.digest).to_bytes() == key.to_bytes()
        keys = tp.Keys.read(folder, digest=key.digest)
        assert (keys.verifying.kind, keys.verifying.digest) == (kind, key.digest)
        with pytest.raises(tp.WrongKeys, match="is pinned"):
            tp.Keys.read(folder, digest=desk.keys.verifying.digest)
        proof = keys.prove(desk.book, opening, market, mandate)
        verdict = proof.verify(key, market, mandate, commitment=commitment)
        assert (verdict.keys, verdict.is_strict) == (kind, kind == "ceremony")
        # A commitment that nobody named is the proof's own word.
        assert not proof.verify(key, market, mandate).is_strict


def test_sources_that_are_others_are_not_valid(desk: Any) -> None:
    prices = {name: list(column) for name, column in desk.prices.items()}
    prices["KO"][-3] = "50"
    with pytest.raises(tp.NotValid):
        desk.verify(prices=prices)


def test_halo2_proves_the_same(desk: Any) -> None:
    keys = tp.Keys.halo2(desk.keys.verifying.shape)
    proof = keys.prove(desk.book, desk.opening, desk.market, desk.mandate)
    verdict = proof.verify(keys.verifying, desk.market, desk.mandate, commitment=desk.commitment)
    assert (verdict.keys, verdict.is_strict, proof.backend) == ("derived", True, "halo2")
    with pytest.raises(tp.WrongKeys, match="two proof systems"):
        proof.verify(desk.keys.verifying, desk.market, desk.mandate)


def test_several_books_are_proved_as_their_sum(desk: Any) -> None:
    keys = tp.Keys.insecure_development(desk.mandate.smallest_shape(desk.market, books=2))
    books = [tp.Book({"AAPL": 100_000}), tp.Book({"XOM": 50_000})]
    pairs = [book.commit(desk.market) for book in books]
    proof = keys.prove(books, [opening for _, opening in pairs], desk.market, desk.mandate)
    commitments = [commitment for commitment, _ in pairs]
    assert len(proof.verify(keys.verifying, desk.market, desk.mandate, commitment=commitments).claims) == 1
    with pytest.raises(tp.InputError):
        proof.verify(keys.verifying, desk.market, desk.mandate, commitment=commitments[:1])


def bundle_of(desk: Any, command: Path, folder: Path) -> tuple[tp.Bundle, dict[str, Any]]:
    """Returns a bundle of the desk's proof, and the digests of what is in it."""
    desk.keys.write(folder / "keys")
    desk.market.write(folder / "market.scn")
    desk.mandate.write(folder / "mandate.toml")
    desk.proof.write(folder / "proof.json")
    terms = ["--scenarios", folder / "market.scn", "--mandate", folder / "mandate.toml", "--keys", folder / "keys"]
    said = run(command, "bundle", "--proof", folder / "proof.json", *terms, "-o", folder / "b.tailproof", "--json")
    digests = json.loads(said)
    known = {
        "keys": digests["keys_digest"],
        "terms": digests["mandate_digest"],
        "scenarios": digests["scenarios_digest"],
    }
    return tp.Bundle.read(folder / "b.tailproof"), known


def test_a_bundle_is_valid_only_with_what_the_caller_knows(desk: Any, command: Path, tmp_path: Path) -> None:
    bundle, known = bundle_of(desk, command, tmp_path)
    assert bundle.verify(**known, commitment=desk.commitment).claims == ["95 % VaR <= 50,000"]
    for name in ("terms", "scenarios"):
        some = {key: digest for key, digest in known.items() if key != name}
        with pytest.raises(tp.NotValid, match="from the bundle alone") as refused:
            bundle.verify(**some)
        assert refused.value.code == "from-bundle"
    for name in known:
        with pytest.raises(tp.NotValid) as refused:
            bundle.verify(**{**known, name: "ab" * 32})
        assert refused.value.code == "other-digest"
    with pytest.raises(TypeError):
        bundle.verify(terms=known["terms"])  # type: ignore[call-arg]
    content = (tmp_path / "b.tailproof").read_bytes()
    with pytest.raises(tp.InputError, match="was changed or cut off"):
        tp.Bundle.from_bytes(content[:-1])


def test_attestors_and_withdrawn_keys(desk: Any, command: Path, tmp_path: Path) -> None:
    commitment, key, attestation = tmp_path / "c.json", tmp_path / "a.key", tmp_path / "a.json"
    desk.commitment.write(commitment)
    attestor = json.loads(run(command, "attest", "keygen", "-o", key, "--json"))["key"]
    subject = "0x" + "11" * 32
    statement = ["--commitment", commitment, "--as-of", 1_790_000_000, "--expires", 1_800_000_000, "--scope", "assets"]
    run(command, "attest", "sign", *statement, "--subject", subject, "--key", key, "-o", attestation)
    vouched = desk.verify(attestors=tp.Attestors([attestor], [attestation], subject=subject, at=1_795_000_000))
    assert {thing.what: thing.how for thing in vouched.rests_on}["attestation"] == "compared"
    digest = json.loads(run(command, "attest", "show", attestation, "--json"))["digest"]
    revoked = tmp_path / "revoked.txt"
    revoked.write_text(f"{digest}\n")
    cases = [
        tp.Attestors([attestor], [attestation], at=1_800_000_001),
        tp.Attestors([attestor], [attestation], at=1_795_000_000, revoked=revoked),
        tp.Attestors([attestor], [attestation], at=1_795_000_000, subject="0x" + "22" * 32),
        tp.Attestors([attestor]),
    ]
    for attestors in cases:
        with pytest.raises(tp.NotValid) as refused:
            desk.verify(attestors=attestors)
        assert refused.value.code == "not-attested"
    with pytest.raises(tp.InputError):
        tp.Attestors([])

    withdrawn = tmp_path / "withdrawn.txt"
    withdrawn.write_text(f"# lost\n{desk.keys.verifying.digest}\n")
    with pytest.raises(tp.NotValid) as refused:
        desk.verify(withdrawn=withdrawn)
    assert refused.value.code == "withdrawn-keys"
    withdrawn.write_text("ab\n")
    with pytest.raises(tp.InputError):
        desk.verify(withdrawn=withdrawn)


def test_a_file_that_is_no_text_is_bad_input(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_bytes(b'name = "\xff"\n')
    with pytest.raises(tp.InputError, match="it is no text in UTF-8") as refused:
        tp.Mandate.read(file)
    assert refused.value.file == str(file)

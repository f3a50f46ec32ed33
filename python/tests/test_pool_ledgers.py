"""A ledger of months of a pool, by the package and by the command."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import months_of_a_pool as months
import tailproof as tp
from conftest import run

NAME = "Notes 2018"


class Notes:
    """Three tapes of a pool with their commitments, and a ledger of the two months between them."""

    def __init__(self, keys: tp.Keys, folder: Path) -> None:
        self.keys, self.folder = keys, folder
        keys.write(folder / "keys")
        (folder / "k").mkdir()
        self.deals: list[tp.Deal] = []
        self.pools: list[tp.Pool] = []
        self.commitments: list[tp.Commitment] = []
        self.openings: list[tp.PoolOpening] = []
        for month, tape in enumerate(months.TAPES):
            (folder / f"t{month}.csv").write_text(tape)
            (folder / f"r{month}.csv").write_text(months.reasons(month))
            deal = tp.Deal.from_toml(months.deal(month))
            deal.write(folder / "k" / f"d{month}.toml")
            pool = tp.Pool.read(folder / f"t{month}.csv", deal)
            commitment, opening = pool.commit()
            commitment.write(folder / f"t{month}.json")
            opening.write(folder / f"t{month}.opening")
            self.deals.append(deal)
            self.pools.append(pool)
            self.commitments.append(commitment)
            self.openings.append(opening)
        self.ledger = self.begun()
        # The ledger after each number of steps, and the head.
        self.texts, self.heads = [self.ledger.to_json()], [self.ledger.head]
        self.proofs: list[tp.Proof] = []
        for month in (1, 2):
            context = self.ledger.context(self.deals[month])
            proof = self.proved(month, context)
            self.verdict = self.ledger.add(proof, self.deals[month], keys.verifying)
            proof.write(folder / "k" / f"p{month}.json")
            self.proofs.append(proof)
            self.texts.append(self.ledger.to_json())
            self.heads.append(self.ledger.head)

    def begun(self, name: str = NAME) -> tp.PoolLedger:
        return tp.PoolLedger(name, self.deals[0], self.commitments[0])

    def proved(self, month: int, context: str | None = None) -> tp.Proof:
        before = month - 1
        return self.keys.prove_pool(
            self.pools[month], self.openings[month], self.deals[month], context=context, before=self.pools[before],
            before_opening=self.openings[before], reasons=months.REASONS[month],
        )  # fmt: skip

    def verify(self, ledger: tp.PoolLedger, **options: Any) -> dict[str, Any]:
        return ledger.verify([self.keys.verifying], self.proofs, self.deals, **options)


@pytest.fixture(scope="module")
def notes(roll_keys: tp.Keys, tmp_path_factory: pytest.TempPathFactory) -> Notes:
    return Notes(roll_keys, tmp_path_factory.mktemp("notes"))


def test_two_months_are_a_ledger_that_anybody_verifies(notes: Notes) -> None:
    ledger = notes.ledger
    assert (ledger.name, ledger.backend, ledger.cut_off, len(ledger)) == (NAME, "groth16", "2018-04-30", 2)
    assert repr(ledger) == "PoolLedger(\"Notes 2018\", 2 steps, not verified)"
    assert [date for date, _ in ledger.commitments] == months.DATES
    assert [value for _, value in ledger.commitments] == [known.value for known in notes.commitments]
    assert [(step["kind"], step["from"], step["cut_off"]) for step in ledger.steps] == [
        ("month", "2018-02-28", "2018-03-31"),
        ("month", "2018-03-31", "2018-04-30"),
    ]
    known = [notes.commitments[0], notes.commitments[2]]
    audit = notes.verify(ledger, heads=[notes.heads[1]], commitments=known)
    assert (audit["months"], audit["heads_compared"]) == (2, [1])
    assert audit["commitments_compared"] == ["2018-02-28", "2018-04-30"]
    # 350 and 260; 11.2 % and nothing; what may have grown to 1.0045 over 0.91.
    figures = audit["figures"]
    assert (figures["collected_min"], figures["charged_off_max"]) == ("610", "0.112")
    assert (figures["repurchased_max"], figures["last_balance_max"]) == ("0", "1.103846154")
    assert any("balances fell by at least 610 EUR" in said for said in figures["sentences"])
    assert audit["unbounded"] == []
    assert [verdict.name for verdict in audit["steps"]] == ["d", "d"]
    # A verdict of a step is that of its proof, when it was added.
    assert notes.verdict.claims and audit["steps"][1].to_dict() == notes.verdict.to_dict()
    assert {thing.what: thing.how for thing in notes.verdict.rests_on}["context"] == "compared"


def test_the_command_makes_and_verifies_the_same_ledger(notes: Notes, command: Path, tmp_path: Path) -> None:
    folder, made = notes.folder, tmp_path / "made.json"
    deals = [folder / "k" / f"d{month}.toml" for month in range(3)]
    keys = ["--keys", folder / "keys"]
    run(command, "pool", "ledger", "new", "--name", NAME, "--deal", deals[0], "--commitment", folder / "t0.json",
        "-o", made)  # fmt: skip
    assert made.read_text() == notes.texts[0]
    for month in (1, 2):
        place = run(command, "pool", "ledger", "context", made, "--deal", deals[month]).strip()
        assert place == tp.PoolLedger.read(made).context(notes.deals[month])
        proof = folder / "k" / f"p{month}.json"
        run(command, "pool", "ledger", "add", made, "--proof", proof, "--deal", deals[month], *keys)
        assert made.read_text() == notes.texts[month]
    # The ledger of the package, as the command judges it.
    path = tmp_path / "ledger.json"
    notes.ledger.write(path)
    known = ["--head", notes.heads[1], "--commitment", folder / "t0.json"]
    said = json.loads(run(command, "pool", "ledger", "verify", path, "--files", folder / "k", *keys, *known, "--json"))
    audit = notes.verify(tp.PoolLedger.read(path), heads=[notes.heads[1]], commitments=notes.commitments[:1])
    assert said["valid"] and said["head"] == notes.ledger.head
    for name in ("months", "figures", "heads_compared", "commitments_compared"):
        assert said[name] == audit[name], name
    for theirs, verdict in zip(said["steps"], audit["steps"], strict=True):
        ours = verdict.to_dict()
        assert {name: theirs[name] for name in ("claims", "keys", "rests_on")} == {
            name: ours[name] for name in ("claims", "keys", "rests_on")
        }


def test_a_month_that_the_command_proves_is_verified(notes: Notes, command: Path, tmp_path: Path) -> None:
    path, folder, new = tmp_path / "ledger.json", notes.folder, tmp_path / "k"
    path.write_text(notes.texts[1])
    new.mkdir()
    shutil.copy(folder / "k" / "d2.toml", tmp_path / "deal.toml")
    run(
        command, "pool", "month", "--ledger", path, "--pool", folder / "t2.csv", "--opening", folder / "t2.opening",
        "--before", folder / "t1.csv", "--before-opening", folder / "t1.opening", "--reasons", folder / "r2.csv",
        "--deal", tmp_path / "deal.toml", "--keys", folder / "keys", "--files", new,
    )  # fmt: skip
    ledger = tp.PoolLedger.read(path)
    assert ledger.commitments == notes.ledger.commitments and ledger.head != notes.ledger.head
    proofs = [notes.proofs[0], tp.Proof.read(new / "2018-04-30.proof.json")]
    audit = ledger.verify([notes.keys.verifying], proofs, notes.deals, heads=[notes.heads[1]])
    assert audit["figures"] == notes.verify(notes.ledger)["figures"]


def test_steps_out_of_place_are_refused(notes: Notes, desk: Any) -> None:
    key = notes.keys.verifying
    (first, second), (february, march, april) = notes.proofs, notes.deals
    ledger = tp.PoolLedger.from_json(notes.texts[1])
    with pytest.raises(tp.InputError, match="in the ledger already, for 2018-03-31"):
        ledger.add(first, march, key)
    with pytest.raises(tp.InputError, match="about 2018-02-28, and the ledger goes to 2018-03-31"):
        ledger.context(february)
    with pytest.raises(tp.InputError, match="2018-03-31 is not after 2018-04-30"):
        notes.ledger.context(march)
    with pytest.raises(tp.WrongKeys, match="none of the keys is"):
        ledger.add(second, april, desk.keys.verifying)
    # Another limit than the one that was proved, and a proof that is bound to no place.
    other = tp.Deal.from_toml(april.toml.replace("collected_min = 260", "collected_min = 259"))
    for proof, deal in ((second, other), (notes.proved(2), april)):
        with pytest.raises(tp.NotValid):
            ledger.add(proof, deal, key)
    assert ledger.to_json() == notes.texts[1]

    ledger = notes.begun("Another")
    with pytest.raises(tp.NotValid):
        ledger.add(first, march, key)
    with pytest.raises(tp.InputError, match="a month begins at the last cut-off") as refused:
        ledger.add(second, april, key)
    assert refused.value.file == "ledger"
    schema = tp.Deal.from_toml(march.toml.replace('"B", "defaulted"', '"C", "defaulted"'))
    with pytest.raises(tp.InputError, match="more than cut_off"):
        ledger.context(schema)
    assert len(ledger) == 0


def test_ledgers_that_are_changed_or_lack_something_have_no_verdict_that_they_are_valid(notes: Notes) -> None:
    cut = tp.PoolLedger.from_json(notes.texts[1])
    assert notes.verify(cut)["months"] == 1
    with pytest.raises(tp.NotValid, match="changed, or cut off"):
        notes.verify(cut, heads=[notes.ledger.head])
    with pytest.raises(tp.NotValid, match="at none of the ledger's cut-offs"):
        notes.verify(cut, commitments=[notes.commitments[2]])
    with pytest.raises(tp.NotValid, match="no months"):
        notes.verify(notes.begun())
    key = notes.keys.verifying
    for proofs, deals, missing in (
        (notes.proofs[1:], notes.deals, "no proof with digest"),
        (notes.proofs, notes.deals[:2], "no deal with digest"),
    ):
        with pytest.raises(tp.InputError, match=missing):
            notes.ledger.verify([key], proofs, deals)
    with pytest.raises(tp.InputError, match="none of the keys is"):
        notes.ledger.verify([], notes.proofs, notes.deals)
    with pytest.raises(tp.InputError):
        tp.PoolLedger.from_json(notes.texts[2].replace(notes.ledger.head, "00" * 32))


def test_a_ledger_begins_with_a_commitment_to_the_loans_of_its_deal(notes: Notes, desk: Any) -> None:
    with pytest.raises(tp.InputError, match="commitment to a book") as refused:
        tp.PoolLedger(NAME, notes.deals[0], desk.commitment)
    assert refused.value.file == "commitment"
    with pytest.raises(tp.InputError, match="other columns, names or unit"):
        tp.PoolLedger(NAME, notes.deals[1], notes.commitments[0])
    with pytest.raises(tp.InputError, match="name"):
        notes.begun("")
    with pytest.raises(tp.InputError, match="neither groth16 nor halo2"):
        tp.PoolLedger(NAME, notes.deals[0], notes.commitments[0], backend="snark")  # type: ignore[arg-type]
    halo2 = tp.PoolLedger(NAME, notes.deals[0], notes.commitments[0], backend="halo2")
    assert (halo2.backend, halo2.commitments) == ("halo2", [("2018-02-28", notes.commitments[0].halo2_value)])
    with pytest.raises(tp.InputError, match="all proofs of a ledger are of one proof system"):
        halo2.add(notes.proofs[0], notes.deals[1], notes.keys.verifying)

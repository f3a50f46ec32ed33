"""Pools of loans, from a tape to a verified proof."""

from __future__ import annotations

import csv
import pickle
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from conftest import run

import tailproof as tp

DEMO = Path(__file__).parents[2] / "src" / "demo"


@pytest.fixture(scope="module")
def deal() -> tp.Deal:
    return tp.Deal.read(DEMO / "deal.toml")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (DEMO / "loans.csv").open() as file:
        return list(csv.DictReader(file))


def test_a_frame_and_a_file_are_one_pool(deal: tp.Deal, rows: list[dict[str, str]]) -> None:
    pools = [tp.Pool.read(DEMO / "loans.csv", deal), tp.Pool.read(pd.read_csv(DEMO / "loans.csv"), deal)]
    pools.append(tp.Pool.read(pl.read_csv(DEMO / "loans.csv"), deal))
    market = deal.scenarios()
    first, *others = [pool.figures(deal, market) for pool in pools]
    assert first and all(figure["holds"] for figure in first)
    assert others == [first, first]
    assert {len(pool) for pool in pools} == {sum(row["status"] != "paid" for row in rows)}


def test_a_pool_is_proved_and_verified(deal: tp.Deal) -> None:
    pool = tp.Pool.read(DEMO / "loans.csv", deal)
    market = deal.scenarios()
    commitment, opening = pool.commit()
    keys = tp.Keys.insecure_development(deal.smallest_shape(len(pool), market))
    proof = keys.prove_pool(pool, opening, deal, market)
    verdict = proof.verify(keys.verifying, market, deal, commitment=commitment)
    assert verdict.claims and verdict.to_dict()["commitment"] == "compared"
    other = tp.Deal.from_toml(deal.toml.replace(f'name = "{deal.name}"', 'name = "Another"'))
    with pytest.raises(tp.NotValid):
        proof.verify(keys.verifying, market, other, commitment=commitment)


def test_a_loan_that_changed_is_refused(deal: tp.Deal) -> None:
    pool = tp.Pool.read(DEMO / "loans.csv", deal)
    _, opening = pool.commit()
    changed = pd.read_csv(DEMO / "loans.csv")
    changed["balance"] = changed["balance"] + 1
    market = deal.scenarios()
    keys = tp.Keys.insecure_development(deal.smallest_shape(len(pool), market))
    with pytest.raises(tp.InputError, match="a loan changed"):
        keys.prove_pool(tp.Pool.read(changed, deal), opening, deal, market)


def test_a_tape_that_cannot_be_read_is_refused_by_row_and_column(deal: tp.Deal) -> None:
    broken = pd.read_csv(DEMO / "loans.csv", dtype=str)
    broken.loc[3, "balance"] = "n/a"
    with pytest.raises(tp.InputError) as refused:
        tp.Pool.read(broken, deal)
    assert (refused.value.row, refused.value.column) == ("5", "balance")


def test_pools_and_openings_are_private(deal: tp.Deal) -> None:
    pool = tp.Pool.read(DEMO / "loans.csv", deal)
    commitment, opening = pool.commit()
    assert (repr(pool), repr(opening)) == ("Pool(private)", "PoolOpening(secret)")
    for value in (pool, opening):
        with pytest.raises(TypeError, match="private|secret"):
            pickle.dumps(value)
    assert pickle.loads(pickle.dumps(commitment)) == commitment
    assert pickle.loads(pickle.dumps(deal)) == deal


def test_the_command_commits_to_the_same_pool(deal: tp.Deal, command: Path, tmp_path: Path) -> None:
    public, secret = tmp_path / "pool.json", tmp_path / "pool.opening"
    run(
        command, "pool", "commit", DEMO / "loans.csv", "--deal", DEMO / "deal.toml",
        "-o", public, "--opening", secret,
    )  # fmt: skip
    pool = tp.Pool.read(DEMO / "loans.csv", deal)
    market = deal.scenarios()
    keys = tp.Keys.insecure_development(deal.smallest_shape(len(pool), market))
    proof = keys.prove_pool(pool, tp.PoolOpening.read(secret), deal, market)
    assert proof.verify(keys.verifying, market, deal, commitment=tp.Commitment.read(public)).claims

"""Pools of loans, from a tape to a verified proof."""

from __future__ import annotations

import csv
import hashlib
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


def test_bad_debt_of_loans_against_coins_is_that_of_their_prices() -> None:
    deal = tp.Deal.named("crypto-2021")
    prices = DEMO / "crypto-prices.csv"
    coins = ["BTC", "ETH", "LTC", "XRP"]
    market = tp.Scenarios.historical(prices, factors=coins, window=500, horizon=3)
    debt = deal.bad_debt(market)
    pool = tp.Pool.read(DEMO / "crypto-loans.csv", deal)
    figures = pool.figures(deal, debt)
    assert len(pool) == 100 and figures and all(figure["holds"] for figure in figures)
    assert deal.smallest_shape(100, debt) == "100loans+pool+bands+500x8/2tranches"
    for wrong in (
        tp.Scenarios.historical(prices, factors=coins[::-1], window=500, horizon=3),
        tp.Scenarios.historical(prices, factors=coins, window=500),
    ):
        with pytest.raises(tp.InputError, match=r"assets are BTC, ETH, LTC, XRP|horizon is 3 day"):
            deal.bad_debt(wrong)
    with pytest.raises(tp.InputError, match="collateral"):
        deal.scenarios(rho=0.1)


BEFORE = """id,balance,rate,ltv,term,grade,status
L1,1000,5,60,24,A,current
L2,500,6,70,12,B,current
L3,250,7,80,36,B,current
L4,300,5,50,1,A,current
"""
AFTER = """id,balance,rate,ltv,term,grade,status
L1,950,5,58,23,A,current
L2,510,6,70,11,B,default
L4,0,5,50,0,A,paid
"""
MONTH = """
[month]
from = "2018-02-28"
moves = ["ltv"]
collected_min = 350
charged_off_max = 0.13
"""


def month_of(cut_off: str, rest: str) -> tp.Deal:
    return tp.Deal.from_toml(
        f"""name = "d"
[tape]
version = 2
cut_off = "{cut_off}"
currency = "EUR"
columns = ["rate", "ltv", "term", "grade", "status"]
grades = ["A", "B", "defaulted"]
[tape.scale]
rate = "percent"
ltv = "percent"
[tape.status]
current = ["current"]
default = ["default"]
paid = ["paid"]
[tape.ids]
[claims]
loans_min = 1
{rest}"""
    )


def test_a_month_is_proved_with_the_reasons_of_its_loans(tmp_path: Path) -> None:
    for name, text in [("before.csv", BEFORE), ("after.csv", AFTER)]:
        (tmp_path / name).write_text(text)
    february, march = month_of("2018-02-28", ""), month_of("2018-03-31", MONTH)
    before, after = tp.Pool.read(tmp_path / "before.csv", february), tp.Pool.read(tmp_path / "after.csv", march)
    (earlier, first), (later, second) = before.commit(), after.commit()
    keys = tp.Keys.insecure_development(march.smallest_shape(len(before)))
    reasons = {"L3": "charged-off", "L2": "capitalised"}
    file = tmp_path / "reasons.csv"
    file.write_text("id,reason\nL3,charged-off\nL2,capitalised\n")

    def proved(named: dict[str, str] | Path, opening: tp.PoolOpening = first) -> tp.Proof:
        return keys.prove_pool(after, second, march, before=before, before_opening=opening, reasons=named)

    for proof in (proved(reasons), proved(file)):
        for commitments in ([earlier, later], [later, earlier]):
            verdict = proof.verify(keys.verifying, None, march, commitment=commitments)
            assert any("balances fell by at least 350" in claim for claim in verdict.claims)
        with pytest.raises(tp.NotValid):
            proof.verify(keys.verifying, None, march, commitment=[later, later])
    wrong: list[tuple[dict[str, str], str]] = [
        ({"L2": "capitalised"}, "loan 'L3'.*nothing says why"),
        (reasons | {"L33": "paid"}, "reasons, row L33, column 'id'"),
        (reasons | {"L3": "lost"}, "row L3, column 'reason'"),
    ]
    for named, said in wrong:
        with pytest.raises(tp.InputError, match=said):
            proved(named)
    with pytest.raises(tp.InputError, match="before_opening"):
        keys.prove_pool(after, second, march, reasons=reasons)
    with pytest.raises(tp.InputError, match="opening"):
        proved(reasons, second)


TAPE = {
    "id": ["1", "2"],
    "balance": ["6000", "4000"],
    "rate": ["5.1", "7"],
    "grade": ["A", "B"],
}
ASSUMPTIONS = """version = 1
name = "spring"
[[repline]]
code = "A"
rate = 5
term = 24
kind = "level-pay"
[[repline]]
code = "B"
rate = 7
term = 30
kind = "bullet"
[[block]]
name = "base"
[discount]
flat = 4
"""


def test_a_value_is_verified_with_its_assumptions_alone(tmp_path: Path) -> None:
    assumptions = tmp_path / "a.toml"
    assumptions.write_text(ASSUMPTIONS)
    tape = '[tape]\nversion = 2\ncut_off = "2024-03-31"\ncurrency = "EUR"\ncolumns = ["rate", "grade"]\n'
    tape += 'grades = ["A", "B"]\n[tape.scale]\nrate = "percent"\n'
    lines = ["tailproof/cashflow/v1", 'name "spring"', 'repline "A" rate 5 term 24 age 0 level-pay']
    lines += ['repline "B" rate 7 term 30 age 0 bullet']
    lines += ["block base prepayment none; default none; severity 100; lag 0; fee 0", "discount 1 4"]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    cashflow = f'[cashflow]\nreplines = "grade"\nassumptions_sha256 = "{digest}"\nnpv_min = 10000\nnpv_block = "base"\n'
    bare = tp.Deal.from_toml(f'name = "d"\n{tape}{cashflow}')
    deal = bare.under(assumptions)
    pool = tp.Pool.read(pd.DataFrame(TAPE), deal)
    commitment, opening = pool.commit()
    keys = tp.Keys.insecure_development(deal.smallest_shape(2))
    assert deal.smallest_shape(2) == "2loans+pool+value"
    proof = keys.prove_pool(pool, opening, deal)
    verdict = proof.verify(keys.verifying, None, deal, commitment=commitment)
    assert any("net present value of representative loans" in claim for claim in verdict.claims)
    with pytest.raises(tp.TailproofError, match=f"{digest}.*give their file"):
        proof.verify(keys.verifying, None, bare, commitment=commitment)
    assumptions.write_text(ASSUMPTIONS.replace("flat = 4", "flat = 3"))
    with pytest.raises(tp.InputError, match="the deal names the assumptions"):
        bare.under(assumptions)

"""Pools of loans, from a tape to a verified proof."""

from __future__ import annotations

import csv
import hashlib
import math
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from conftest import run

import months_of_a_pool
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


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_in_a_frame_is_refused_by_row_and_column(value: float, deal: tp.Deal) -> None:
    broken = pd.read_csv(DEMO / "loans.csv", dtype=str).astype(object)
    broken.at[3, "balance"] = value
    tapes: list[Any] = [broken, broken.to_dict("list")]
    for tape in tapes:
        with pytest.raises(tp.InputError) as refused:
            tp.Pool.read(tape, deal)
        assert (refused.value.file, refused.value.row, refused.value.column) == ("tape", "5", "balance")
    broken.at[3, "balance"], broken.at[3, "rate"] = 1_000, math.inf
    with pytest.raises(tp.InputError) as refused:
        tp.Pool.read(broken, deal)
    assert (refused.value.row, refused.value.column) == ("5", "rate")


def test_a_loan_that_occurs_twice_in_a_frame_is_refused_by_row_and_column(deal: tp.Deal) -> None:
    doubled = pd.read_csv(DEMO / "loans.csv", dtype=str)
    doubled.at[3, "id"] = str(doubled.at[1, "id"])
    with pytest.raises(tp.InputError) as refused:
        tp.Pool.read(doubled, deal)
    assert (refused.value.file, refused.value.row, refused.value.column) == ("tape", "5", "id")


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


def test_losses_of_the_command_are_those_of_the_package(command: Path, tmp_path: Path) -> None:
    # Without its [scenarios], which are its last lines, the deal is under whatever model.
    free = tmp_path / "free.toml"
    free.write_text((DEMO / "deal.toml").read_text().split("\n[scenarios]\n")[0] + "\n")
    deal = tp.Deal.read(free)
    file, market, made = tmp_path / "deal.toml", tmp_path / "market.scn", tmp_path / "made.scn"
    coins = tp.Deal.named("crypto-2021")
    coins.write(file)
    moves = tp.Scenarios.historical(
        DEMO / "crypto-prices.csv", factors=["BTC", "ETH", "LTC", "XRP"], window=500, horizon=3
    )
    moves.write(market)
    of_deal = ["credit", "--deal", free, "--rho", "0.1"]
    cases: list[tuple[list[Any], tp.Scenarios]] = [
        ([*of_deal, "--model", "gaussian", "--nodes", 40], deal.scenarios(rho=0.1, nodes=40)),
        (
            [*of_deal, "--model", "student-t", "--degrees", 5, "--nodes", 256],
            deal.scenarios(rho=0.1, degrees=5, nodes=256),
        ),
        (
            [*of_deal, "--model", "gaussian", "--paths", 30, "--seed", "07" * 32],
            deal.scenarios(rho=0.1, paths=30, seed="07" * 32),
        ),
        (["collateral", "--deal", file, "--market", market], coins.bad_debt(moves)),
    ]
    for arguments, expected in cases:
        run(command, "scenarios", *arguments, "-o", made)
        assert made.read_bytes() == expected.to_bytes(), arguments
    for _, losses in cases[:-1]:
        assert losses.regenerate(deal=deal)["identical"]
    prices = DEMO / "crypto-prices.csv"
    assert cases[-1][1].regenerate(prices=prices, deal=coins)["identical"]
    with pytest.raises(tp.InputError):
        cases[-1][1].regenerate(prices=prices)
    dearer = tp.Deal.from_toml(deal.toml.replace("other = 0.877", "other = 0.876"))
    assert dearer != deal and not cases[0][1].regenerate(deal=dearer)["identical"]


COINS = """name = "coins"
[tape]
version = 2
cut_off = "2020-03-15"
currency = "USD"
columns = ["ltv", "grade"]
grades = ["BTC to 70", "ETH to 60"]
[tape.scale]
ltv = "percent"
[tape.bands.grade]
number = "ltv"
limits = { "BTC to 70" = [0, 70], "ETH to 60" = [0, 60] }
assets = { "BTC to 70" = "BTC", "ETH to 60" = "ETH" }
[collateral]
horizon = 3
[collateral.haircut]
BTC = 0.1
ETH = 0.1
[[tranche]]
name = "fund"
attachment = 0
detachment = 0.1
[[tranche]]
name = "lenders"
attachment = 0.1
detachment = 1
hit = 0.25
[claims]
loans_min = 3
expected_loss_max = 0.06
"""


def test_bad_debt_is_proved_and_made_again_from_prices() -> None:
    lines = (DEMO / "crypto-prices.csv").read_text().splitlines()
    names, *rows = [line.split(",") for line in lines if line.startswith("date") or line[:10] <= "2020-03-15"]
    prices = {name: [row[names.index(name)] for row in rows] for name in ("date", "BTC", "ETH")}
    deal = tp.Deal.from_toml(COINS)
    debt = deal.bad_debt(tp.Scenarios.historical(prices, factors=["BTC", "ETH"], window=12, horizon=3))
    loans: dict[str, list[Any]] = {"id": ["1", "2", "3"], "balance": [1000, 2000, 500], "ltv": [70, 60, 12.5]}
    pool = tp.Pool.read(pd.DataFrame({**loans, "asset": ["BTC", "ETH", "ETH"]}), deal)
    commitment, opening = pool.commit()
    shape = deal.smallest_shape(3, debt)
    assert shape == "3loans+pool+bands+12x2/2tranches"
    keys = tp.Keys.insecure_development(shape)
    proof = keys.prove_pool(pool, opening, deal, debt)
    verdict = proof.verify(keys.verifying, debt, deal, commitment=commitment, prices=prices)
    assert any("probability of a first unit of loss at most 25 %, as bad debt" in claim for claim in verdict.claims)
    assert {thing.what: thing.how for thing in verdict.rests_on}["scenarios"] == "made again"
    # Other prices, another haircut, and a limit that does not hold.
    moved = {**prices, "BTC": [*prices["BTC"][:-3], "5070.7879", *prices["BTC"][-2:]]}
    with pytest.raises(tp.NotValid):
        proof.verify(keys.verifying, debt, deal, commitment=commitment, prices=moved)
    with pytest.raises(tp.TailproofError, match="haircuts or another horizon than the deal's"):
        proof.verify(keys.verifying, debt, tp.Deal.from_toml(COINS.replace("ETH = 0.1", "ETH = 0.05")))
    tight = tp.Deal.from_toml(COINS.replace("expected_loss_max = 0.06", "expected_loss_max = 0.0001"))
    with pytest.raises(tp.ClaimRefused) as refused:
        keys.prove_pool(pool, opening, tight, debt)
    assert not all(figure["holds"] for figure in refused.value.figures)
    with pytest.raises(tp.NotValid):
        proof.verify(keys.verifying, debt, tight, commitment=commitment)


# Every claim is met at its last unit: a and b owe 70 % of 1,000, the balance-weighted debt to income is 30 %, a
# tenth is past due, and the charge is 8 % of 35 % of 650 and of 350.
CRITERIA = """name = "Criteria"
[tape]
version = 2
cut_off = "2024-03-31"
currency = "EUR"
columns = ["grade", "obligor", "status", "collateral"]
grades = ["A", "B", "defaulted"]
[tape.status]
current = ["current"]
delinquent = ["late"]
default = ["default"]
[tape.ids]
case = "upper"
dashes = "remove"
[[tape.numbers]]
name = "seasoning"
step = 1
[[tape.numbers]]
name = "dti"
step = 0.01
[claims]
average_dti_max = 30
distinct = ["loans", "collateral"]
[eligible]
seasoning_min = 6
dti_max = 40
[top_obligors]
count = 2
share_max = 0.7
[sec_sa]
w_max = 0.1
ksa_max = 0.0462
[sec_sa.risk_weights]
A = 0.35
B = 1
defaulted = 1.5
[[tranche]]
name = "first"
attachment = 0
detachment = 0.3
[[tranche]]
name = "senior"
attachment = 0.3
detachment = 1
"""
LOANS: dict[str, list[Any]] = {
    "id": ["1", "2", "3", "4", "5"],
    "balance": [250, 300, 150, 200, 100],
    "grade": ["A", "A", "B", "B", "A"],
    "obligor": ["a", "b", "a", "c", "d"],
    "status": ["current", "current", "current", "current", "late"],
    "collateral": ["H1", "H2", "H3", "H4", "H5"],
    "seasoning": [6, 7, 60, 6, 12],
    "dti": [40, 35, 20, 25, 15],
}


def test_criteria_obligors_distinct_loans_and_sec_sa_are_proved_to_the_last_unit() -> None:
    deal = tp.Deal.from_toml(CRITERIA)
    pool = tp.Pool.read(pd.DataFrame(LOANS), deal)
    figures = pool.figures(deal)
    assert figures and all(figure["holds"] for figure in figures)
    commitment, opening = pool.commit()
    shape = deal.smallest_shape(5)
    assert shape == "5loans+pool+numbers+distinct+collateral+value+top"
    keys = tp.Keys.insecure_development(shape)
    proof = keys.prove_pool(pool, opening, deal)
    verdict = proof.verify(keys.verifying, None, deal, commitment=commitment)
    for claim in (
        "average dti, weighted by balance, at most 30",
        "every loan's dti at most 40",
        "every loan's seasoning at least 6",
        "the 2 largest obligors together owe at most 70 % of the balance",
        "committed digests of ids of loans are distinct",
        "committed digests of ids of collateral are distinct",
        "at most 10 % of the balance is delinquent or in default, which bounds W of SEC-SA",
        "average capital charge at most 4.62 % of the balance, which bounds K_SA of SEC-SA",
        "tranche senior: risk weight at most ",
    ):
        assert any(said.startswith(claim) for said in verdict.claims), claim
    rests_on = {thing.what for thing in verdict.rests_on}
    assert {"distinct loans", "distinct collateral", "SEC-SA"} <= rests_on
    # One unit tighter, each of them is false.
    for limit, tighter in (
        ("average_dti_max = 30", "average_dti_max = 29.999999"),
        ("seasoning_min = 6", "seasoning_min = 7"),
        ("dti_max = 40\n", "dti_max = 39.99\n"),
        ("share_max = 0.7", "share_max = 0.699999999"),
        ("w_max = 0.1", "w_max = 0.099999999"),
        ("ksa_max = 0.0462", "ksa_max = 0.046199999"),
    ):
        assert CRITERIA.count(limit) == 1, limit
        false = tp.Deal.from_toml(CRITERIA.replace(limit, tighter))
        with pytest.raises(tp.ClaimRefused) as refused:
            keys.prove_pool(pool, opening, false)
        assert [figure["holds"] for figure in refused.value.figures].count(False) == 1, limit
        with pytest.raises(tp.NotValid):
            proof.verify(keys.verifying, None, false, commitment=commitment)
    # Two loans on one house.
    copied = tp.Pool.read(pd.DataFrame({**LOANS, "collateral": ["H1", "H2", "H3", "H4", "H1"]}), deal)
    other, its_opening = copied.commit()
    with pytest.raises(tp.ClaimRefused) as refused:
        keys.prove_pool(copied, its_opening, deal)
    [false_claim] = [figure["claim"] for figure in refused.value.figures if not figure["holds"]]
    assert "ids of collateral are distinct" in false_claim
    with pytest.raises(tp.NotValid):
        proof.verify(keys.verifying, None, deal, commitment=other)


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
    return tp.Deal.from_toml(months_of_a_pool.text_of(cut_off, rest))


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


def test_payments_by_month_are_those_of_the_command(command: Path, tmp_path: Path) -> None:
    tape = '[tape]\nversion = 2\ncut_off = "2024-03-31"\ncurrency = "EUR"\ncolumns = ["rate", "grade"]\n'
    tape += 'grades = ["A", "B"]\n[tape.scale]\nrate = "percent"\n[claims]\nloans_min = 1\n'
    file, assumptions, made = tmp_path / "deal.toml", tmp_path / "a.toml", tmp_path / "made.scn"
    assumptions.write_text(ASSUMPTIONS)
    deal = tp.Deal.from_toml(f'name = "d"\n{tape}[cashflow]\nreplines = "grade"\n')
    deal.write(file)
    payments = deal.cashflow(assumptions)
    flows = ["interest", "principal", "defaults", "recoveries", "fees"]
    assert payments.factors == [f"{flow}:{code}" for code in "AB" for flow in flows]
    # A bullet of 30 months pays its balance in the last one.
    assert len(payments) == 30 and payments.labels[0] == "base 1"
    assert payments.to_frame()["principal:B"].tolist() == pytest.approx([0.0] * 29 + [1.0], abs=1e-5)
    run(command, "scenarios", "cashflow", "--deal", file, "--assumptions", assumptions, "-o", made)
    assert made.read_bytes() == payments.to_bytes()
    assert payments.regenerate(deal=deal, assumptions=assumptions)["identical"]
    with pytest.raises(tp.InputError):
        payments.regenerate(deal=deal)

    with pytest.raises(tp.InputError, match=r"no \[cashflow\] table") as refused:
        tp.Deal.from_toml(f'name = "d"\n{tape}').cashflow(assumptions)
    assert refused.value.file == "deal"
    digest = "ab" * 32
    other = tp.Deal.from_toml(f'{deal.toml}assumptions_sha256 = "{digest}"\n')
    with pytest.raises(tp.InputError, match=digest) as refused:
        other.cashflow(assumptions)
    assert refused.value.file == str(assumptions)
    assumptions.write_text(ASSUMPTIONS.replace('code = "B"', 'code = "C"'))
    with pytest.raises(tp.InputError, match="'C'") as refused:
        deal.cashflow(assumptions)
    assert refused.value.file == str(assumptions)
    with pytest.raises(FileNotFoundError):
        deal.cashflow(tmp_path / "none.toml")

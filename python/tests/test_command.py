"""The package and the command line: the same bytes, and the same verdicts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from conftest import run

import tailproof as tp


SEED = "07" * 32
# Options of the command, and the set that the package makes.
Cases = list[tuple[list[Any], tp.Scenarios]]


def write_table(table: Mapping[str, Sequence[object]], path: Path) -> Path:
    rows = zip(*table.values())
    path.write_text("\n".join([",".join(table), *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def same_sets(command: Path, made: Path, cases: Cases) -> None:
    for arguments, expected in cases:
        run(command, "scenarios", *arguments, "-o", made)
        assert tp.Scenarios.read(made).digest == expected.digest, arguments
        assert made.read_bytes() == expected.to_bytes(), arguments


def test_sets_of_the_command_are_those_of_the_package(desk: Any, command: Path, tmp_path: Path) -> None:
    sample = desk.prices
    prices = ["--prices", write_table(sample, tmp_path / "prices.csv")]
    cases: Cases = [
        (["historical", "--window", 100], tp.Scenarios.historical(sample, window=100)),
        (
            ["historical", "--horizon", 10, "--age-weighted", "0.97"],
            tp.Scenarios.historical(sample, horizon=10, age_weighted=0.97),
        ),
        (
            ["historical", "--window", 100, "--stressed", "equal"],
            tp.Scenarios.historical(sample, window=100, stressed="equal"),
        ),
        (
            ["historical", "--factors", "KO,AAPL,NEW", "--proxy", "NEW=KO"],
            tp.Scenarios.historical(sample, factors=["KO", "AAPL", "NEW"], proxies={"NEW": "KO"}),
        ),
        (
            ["historical", "--window", 50, "--linear-weights"],
            tp.Scenarios.historical(sample, window=50, linear_weights=True),
        ),
        (
            ["historical", "--window", 50, "--volatility-scaled", "0.97"],
            tp.Scenarios.historical(sample, window=50, volatility_scaled=0.97),
        ),
        (["covariance", "--covariance", "sample"], tp.Scenarios.covariance(sample)),
        (
            ["covariance", "--covariance", "ledoit-wolf", "--zero-mean", "--horizon", 5, "--window", 200],
            tp.Scenarios.covariance(sample, estimator="ledoit-wolf", zero_mean=True, horizon=5, window=200),
        ),
    ]
    same_sets(command, tmp_path / "made.scn", [([kind, *prices, *rest], made) for (kind, *rest), made in cases])


def test_sets_beside_other_tables_are_those_of_the_package(desk: Any, command: Path, tmp_path: Path) -> None:
    sample = {name: desk.prices[name] for name in ["date", "AAPL", "AMD", "BAC"]}
    days = range(len(sample["date"]))
    volatilities: dict[str, list[str]] = {
        "date": sample["date"],
        "AAPL": [f"0.{200 + day * 37 % 50}" for day in days],
        "AMD": [f"0.{300 + day * 53 % 90}" for day in days],
    }
    rates = {"date": sample["date"], "USD": [f"0.{80 + day * 7 % 19}" for day in days]}
    currencies = {"AAPL": "USD", "AMD": "USD", "BAC": "EUR"}
    liquidity = {"AAPL": 10, "AMD": 20, "BAC": 40}

    def written(name: str, table: Mapping[str, Sequence[object]]) -> Path:
        return write_table(table, tmp_path / name)

    choices = {
        "currencies": written("c.csv", {"factor": list(currencies), "currency": list(currencies.values())}),
        "days": written("d.csv", {"factor": list(liquidity), "days": list(liquidity.values())}),
        "moves": written("m.csv", {"factor": ["AAPL", "BAC"], "move": ["log", "absolute"], "step": ["", "10"]}),
    }
    prices = ["historical", "--prices", written("prices.csv", sample)]
    cases: Cases = [
        (
            [*prices, "--window", 60, "--currencies", choices["currencies"], "--rates", written("fx.csv", rates),
             "--base", "EUR"],
            tp.Scenarios.historical(sample, window=60, currencies=currencies, rates=rates, base="EUR"),
        ),
        (
            [*prices, "--window", 60, "--gamma", "--cross-gamma"],
            tp.Scenarios.historical(sample, window=60, gamma=True, cross_gamma=True),
        ),
        (
            [*prices, "--window", 60, "--implied-volatility", written("v.csv", volatilities)],
            tp.Scenarios.historical(sample, window=60, implied_volatilities=volatilities),
        ),
        (
            [*prices, "--window", 60, "--liquidity-horizons", choices["days"]],
            tp.Scenarios.historical(sample, window=60, liquidity_horizons=liquidity),
        ),
        (
            [*prices, "--window", 60, "--moves", choices["moves"]],
            tp.Scenarios.historical(sample, window=60, moves={"AAPL": "log", "BAC": 10}),
        ),
    ]  # fmt: skip
    same_sets(command, tmp_path / "made.scn", cases)


def test_paths_of_the_command_are_those_of_the_package(desk: Any, command: Path, tmp_path: Path) -> None:
    sample = {name: desk.prices[name] for name in ["date", "AAPL", "AMD", "BAC"]}
    drawn = ["montecarlo", "--prices", write_table(sample, tmp_path / "prices.csv"), "--paths", 50, "--seed", SEED]

    def paths(model: Any, **options: Any) -> tp.Scenarios:
        return tp.Scenarios.monte_carlo(sample, paths=50, seed=SEED, model=model, **options)

    cases: Cases = [
        ([*drawn, "--model", "normal"], paths("normal")),
        (
            [*drawn, "--model", "normal", "--covariance", "ewma", "--horizon", 10, "--zero-drift"],
            paths("normal", covariance="ewma", horizon=10, zero_drift=True),
        ),
        ([*drawn, "--model", "student-t", "--degrees", "4.5"], paths("student-t", degrees=4.5)),
        (
            [*drawn, "--model", "student-t", "--degrees", "fitted", "--antithetic"],
            paths("student-t", degrees="fitted", antithetic=True),
        ),
        ([*drawn, "--model", "jump"], paths("jump")),
        (
            [*drawn, "--model", "jump", "--jump-intensity", "0.2", "--jump-mean=-0.05", "--jump-volatility", "0.02"],
            paths("jump", jump_intensity=0.2, jump_mean=-0.05, jump_volatility=0.02),
        ),
    ]
    same_sets(command, tmp_path / "made.scn", cases)


# A margin by rule: two buckets.
RULE = """
across = 0.15
within = 0.25
[[bucket]]
name = "consumer"
factors = ["KO", "PG"]
weights = 0.3
[[bucket]]
name = "technology"
factors = ["AAPL"]
weights = 0.5
"""


def test_sets_of_tables_and_ranges_are_those_of_the_package(desk: Any, command: Path, tmp_path: Path) -> None:
    crises: dict[str, list[Any]] = {"name": ["Crash", "Rally"], "AAPL": [-0.2, 0.1], "KO": [-0.155, 0.08]}
    model: dict[str, list[Any]] = {**crises, "weight": [0.25, 0.75]}
    weights: dict[str, list[Any]] = {"factor": ["weight", "AAPL", "KO"], "AAPL": [0.5, 1, 0.25], "KO": [0.3, 0.25, 1]}
    covariances: dict[str, list[Any]] = {"factor": ["AAPL", "KO"], "AAPL": [0.0004, 0.0001], "KO": [0.0001, 0.0009]}
    days = [("First days", "2021-01-04", "2021-01-07"), ("Half a year", "2022-01-01", "2022-06-30")]
    rule, events = tmp_path / "rule.toml", tmp_path / "events.toml"
    rule.write_text(RULE)
    events.write_text("".join(f'[[event]]\nname = "{name}"\nfrom = "{a}"\nto = "{b}"\n' for name, a, b in days))

    def written(name: str, table: Mapping[str, Sequence[object]]) -> Path:
        return write_table(table, tmp_path / name)

    prices = written("prices.csv", desk.prices)
    cases: Cases = [
        (["stress", "--table", written("s.csv", crises)], tp.Scenarios.stress(crises)),
        (
            ["import", written("i.csv", model), "--weights", "weight", "--description", "a model of ours"],
            tp.Scenarios.imported(model, weights="weight", description="a model of ours"),
        ),
        (["import", written("j.csv", crises)], tp.Scenarios.imported(crises)),
        (["covariance", "--table", written("c.csv", covariances)], tp.Scenarios.covariance(table=covariances)),
        (["margin", "--table", written("m.csv", weights)], tp.Scenarios.margin(weights)),
        (["margin", "--table", rule, "--correlations", "high"], tp.Scenarios.margin(rule, correlations="high")),
        (
            ["scan", "--underlying", "AAPL", "--price-range", "0.15", "--extreme", 2, "--cover", "0.35"],
            tp.Scenarios.scan("AAPL", price_range=0.15, extreme=2, cover=0.35),
        ),
        (
            ["scan", "--underlying", "AAPL", "--price-range", "0.15", "--extreme", 2, "--cover", "0.35",
             "--volatility-range", "0.05", "--gamma"],
            tp.Scenarios.scan("AAPL", price_range=0.15, extreme=2, cover=0.35, volatility_range=0.05, gamma=True),
        ),
        (
            ["events", "--prices", prices, "--events", events, "--no-row", "before"],
            tp.Scenarios.events(desk.prices, days, without_row="before"),
        ),
    ]  # fmt: skip
    same_sets(command, tmp_path / "made.scn", cases)
    with pytest.raises(tp.InputError, match="'Half a year'.*2022-01-01") as refused:
        tp.Scenarios.events(desk.prices, days)
    assert refused.value.file == "prices"
    known = tp.Scenarios.known_events()
    assert len(known) == 10 and all(start < end for _, start, end in known)


def test_files_of_the_package_are_used_by_the_command(desk: Any, command: Path, tmp_path: Path) -> None:
    keys, market, mandate = tmp_path / "keys", tmp_path / "market.scn", tmp_path / "mandate.toml"
    commitment, proof = tmp_path / "c.json", tmp_path / "proof.json"
    desk.keys.write(keys)
    desk.market.write(market)
    desk.mandate.write(mandate)
    desk.commitment.write(commitment)
    desk.proof.write(proof)
    public = ["--scenarios", market, "--mandate", mandate, "--keys", keys]
    said = run(command, "verify", "--proof", proof, *public, "--commitment", commitment, "--json")
    command_says = json.loads(said)
    package_says = desk.verify().to_dict()
    # The command says besides how it read its tables.
    assert package_says == {key: value for key, value in command_says.items() if key != "read_as"}

    # And the other way round: the command commits and proves, the package verifies.
    book = tmp_path / "book.csv"
    book.write_text("factor,exposure\n" + "".join(f"{name},{value}\n" for name, value in desk.exposures.items()))
    theirs, opening = tmp_path / "theirs.json", tmp_path / "theirs.opening"
    run(command, "commit", "--book", book, "--scenarios", market, "--nav", 1_000_000, "-o", theirs, "--opening", opening)
    made = tmp_path / "theirs.proof"
    run(command, "prove", "--book", book, "--opening", opening, *public, "-o", made)
    verdict = tp.Proof.read(made).verify(
        tp.VerifyingKey.read(keys), desk.market, desk.mandate, commitment=tp.Commitment.read(theirs)
    )
    assert verdict.claims == package_says["claims"]
    # Its opening opens in the package too.
    again = tp.Keys.read(keys).prove(tp.Book.read(book), tp.Opening.read(opening), desk.market, desk.mandate)
    assert again.commitment == verdict.commitment


def test_figures_are_those_of_the_command(desk: Any, command: Path, tmp_path: Path) -> None:
    market, book = tmp_path / "market.scn", tmp_path / "book.csv"
    desk.market.write(market)
    book.write_text("factor,exposure\n" + "".join(f"{name},{value}\n" for name, value in desk.exposures.items()))
    said = json.loads(run(command, "risk", "--book", book, "--scenarios", market, "--confidence", "0.95", "--json"))
    [row] = desk.book.risk(desk.market, confidences=[0.95]).rows
    assert (float(row["var"]), float(row["cvar"])) == (said["var"], said["cvar"])

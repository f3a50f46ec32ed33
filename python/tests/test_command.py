"""The package and the command line: the same bytes, and the same verdicts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from conftest import run

import tailproof as tp


def write_prices(prices: dict[str, list[str]], path: Path) -> None:
    names = list(prices)
    rows = zip(*prices.values())
    path.write_text("\n".join([",".join(names), *(",".join(row) for row in rows)]) + "\n")


def test_sets_of_the_command_are_those_of_the_package(desk: Any, command: Path, tmp_path: Path) -> None:
    prices, made = tmp_path / "prices.csv", tmp_path / "market.scn"
    write_prices(desk.prices, prices)
    seed = "07" * 32
    cases: list[tuple[list[Any], tp.Scenarios]] = [
        (["historical", "--window", 100], tp.Scenarios.historical(desk.prices, window=100)),
        (
            ["historical", "--horizon", 10, "--age-weighted", "0.97"],
            tp.Scenarios.historical(desk.prices, horizon=10, age_weighted=0.97),
        ),
        (
            ["historical", "--window", 100, "--stressed", "equal"],
            tp.Scenarios.historical(desk.prices, window=100, stressed="equal"),
        ),
        (
            ["historical", "--factors", "KO,AAPL,NEW", "--proxy", "NEW=KO"],
            tp.Scenarios.historical(desk.prices, factors=["KO", "AAPL", "NEW"], proxies={"NEW": "KO"}),
        ),
        (
            ["montecarlo", "--model", "normal", "--paths", 50, "--seed", seed],
            tp.Scenarios.monte_carlo(desk.prices, paths=50, seed=seed),
        ),
        (["covariance", "--covariance", "sample"], tp.Scenarios.covariance(desk.prices)),
    ]
    for arguments, expected in cases:
        kind, *options = arguments
        run(command, "scenarios", kind, "--prices", prices, *options, "-o", made)
        assert tp.Scenarios.read(made).digest == expected.digest, arguments
        assert made.read_bytes() == expected.to_bytes(), arguments


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

"""P&L vectors: days and gains from every kind of table, as the command reads them from a file."""

from __future__ import annotations

import datetime
import decimal
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from conftest import run

import tailproof as tp

SOURCE = "Equity desk, full revaluation"
DAYS = ["2022-12-21", "2022-12-22", "2022-12-23", "2022-12-27", "2022-12-28"]
GAINS = [12_500.25, -41_250.75, 0.1 + 0.2, -18_903.1, 7_000.0]


def days_of(gains: Any) -> tp.Scenarios:
    return tp.Scenarios.pnl(gains, source=SOURCE)


@pytest.fixture
def vector(tmp_path: Path) -> Path:
    path = tmp_path / "pnl.csv"
    path.write_text("date,pnl\n" + "".join(f"{day},{gain!r}\n" for day, gain in zip(DAYS, GAINS)))
    return path


def tables() -> dict[str, Any]:
    dates = [datetime.date.fromisoformat(day) for day in DAYS]
    return {
        "lists": {"date": DAYS, "pnl": GAINS},
        "numpy arrays": {"date": np.array(DAYS, dtype="datetime64[D]"), "pnl": np.array(GAINS)},
        "numpy with names": np.array(list(zip(DAYS, GAINS)), dtype=[("date", "U10"), ("pnl", "f8")]),
        "pandas, series": pd.Series(GAINS, index=pd.to_datetime(DAYS)),
        "pandas, frame": pd.DataFrame({"day": pd.to_datetime(DAYS), "pnl": GAINS}),
        "polars": pl.DataFrame({"date": dates, "pnl": GAINS}),
        "pyarrow": pa.table({"date": dates, "pnl": GAINS}),
        "decimals": {"date": dates, "pnl": [decimal.Decimal(repr(gain)) for gain in GAINS]},
    }


@pytest.mark.parametrize("kind", tables())
def test_every_kind_of_table_makes_the_set_and_the_figures_of_the_file(kind: str, vector: Path) -> None:
    given, days = tables()[kind], days_of(vector)
    assert days_of(given).to_bytes() == days.to_bytes()
    book = tp.Book.pnl(given, nav=1_000_000)
    assert len(book) == len(DAYS)
    of_file = tp.Book.pnl(vector, nav=1_000_000).risk(days, confidences=[0.8])
    assert book.risk(days, confidences=[0.8]).rows == of_file.rows
    assert of_file.totals["worst"] == decimal.Decimal("41250.75")
    assert "gross" not in of_file.totals


def test_files_are_those_of_the_command(vector: Path, command: Path, tmp_path: Path) -> None:
    made, opened = tmp_path / "days.scn", ["--commitment", tmp_path / "c.json", "--opening", tmp_path / "o.json"]
    run(command, "scenarios", "pnl", "--pnl", vector, "--source", SOURCE, "-o", made)
    days = days_of(tables()["polars"])
    assert made.read_bytes() == days.to_bytes()
    assert days.sentence == f'the committed P&L vector of "{SOURCE}", 5 days from 2022-12-21 to 2022-12-28'

    book = tp.Book.pnl(tables()["pandas, series"], nav=1_000_000)
    said = run(command, "risk", "--pnl", vector, "--scenarios", made, "--nav", 1_000_000, "--confidence", 0.8, "--json")
    figures, theirs = book.risk(days, confidences=[0.8]).rows[0], json.loads(said, parse_float=decimal.Decimal)
    assert [figures[name] for name in ("var", "cvar")] == [theirs[name] for name in ("var", "cvar")]

    commitment, opening = book.commit(days)
    assert commitment.is_pnl
    assert not tp.Book({"AAPL": 1}).commit(tp.Scenarios.historical(tp.sample.prices(), window=5))[0].is_pnl
    commitment.write(tmp_path / "c.json")
    opening.write(tmp_path / "o.json")
    run(command, "book", "check", "--pnl", vector, "--scenarios", made, *opened)


def test_desks_are_proved_together_at_their_figure_and_refused_below() -> None:
    desks = pd.DataFrame(
        {"Rates": GAINS, "Credit": [gain / -4 for gain in GAINS]}, index=pd.to_datetime(DAYS)
    ).round(2)
    days = days_of(desks)
    with pytest.raises(tp.InputError, match="name one of the columns of gains: 'Rates', 'Credit'"):
        tp.Book.pnl(desks, nav=0)
    with pytest.raises(tp.InputError, match="no column of gains has this name: 'Rates', 'Credit'"):
        tp.Book.pnl(desks, nav=0, desk="Equity")
    rates = tp.Book.pnl(desks, nav=1_000_000, desk="Rates", currency="USD")
    credit = tp.Book.pnl(desks, nav=0, desk="Credit", currency="USD")
    worst = -desks.sum(axis=1).min()

    def mandate(limit: float) -> tp.Mandate:
        return tp.Mandate("Desks", currency="USD", clauses=[tp.stress(limit=limit)], scenarios={"kind": "pnl"})

    exact, below = mandate(round(worst, 2)), mandate(round(worst - 0.01, 2))
    pairs = [book.commit(days, exact) for book in (rates, credit)]
    commitments, openings = [list(part) for part in zip(*pairs)]
    shape = exact.smallest_shape(days, books=2)
    assert shape == "5pnl/1+2books"
    keys = tp.Keys.insecure_development(shape)
    proof = keys.prove([rates, credit], openings, days, exact)
    verified = proof.verify(keys.verifying, days, exact, commitment=commitments)
    assert verified.over is not None and SOURCE in verified.over
    with pytest.raises(tp.ClaimRefused):
        keys.prove([rates, credit], openings, days, below)
    with pytest.raises(tp.InputError, match="EUR"):
        tp.Book.pnl(desks, nav=0, desk="Credit", currency="EUR").commit(days, exact)


def changed(row: int, value: Any) -> dict[str, Any]:
    return {"date": DAYS, "Rates": GAINS, "Credit": [*GAINS[:row], value, *GAINS[row + 1 :]]}


@pytest.mark.parametrize("value", [math.nan, None, pd.NA, math.inf, -math.inf, True, "n/a", "1,5", object()])
def test_a_cell_without_a_gain_is_refused_by_day_and_desk(value: Any) -> None:
    table = changed(2, value)
    for make in (days_of, lambda gains: tp.Book.pnl(gains, nav=1, desk="Rates")):
        with pytest.raises(tp.InputError) as refused:
            make(table)
        assert (refused.value.file, refused.value.row, refused.value.column) == ("gains", "2022-12-23", "Credit")
        assert "row 2022-12-23, column 'Credit'" in str(refused.value)


@pytest.mark.parametrize(
    ("days", "row", "words"),
    [
        ([*DAYS[:2], DAYS[1], *DAYS[3:]], DAYS[1], "occurs twice"),
        ([DAYS[1], DAYS[0], *DAYS[2:]], DAYS[0], "sort the rows by date"),
        (["21/12/2022", *DAYS[1:]], "21/12/2022", "write YYYY-MM-DD"),
        (["2022-12-21T17:30:00", *DAYS[1:]], "2022-12-21T17:30:00", "midnight"),
    ],
)
def test_an_index_that_is_doubled_unsorted_or_no_days_is_refused(days: list[str], row: str, words: str) -> None:
    for table in ({"date": days, "pnl": GAINS}, pd.DataFrame({"pnl": GAINS}, index=days)):
        with pytest.raises(tp.InputError, match=words) as refused:
            days_of(table)
        assert (refused.value.row, refused.value.column) == (row, "date")


def test_what_is_no_vector_is_refused(vector: Path, tmp_path: Path) -> None:
    tables: list[Any] = [GAINS, {"pnl": GAINS}, {"date": DAYS}, {"date": [], "pnl": []}, {"date": DAYS, "pnl": GAINS[:2]}]
    for value in tables:
        with pytest.raises(tp.InputError):
            days_of(value)
    for source in ("", "a\u200bb", "x" * 201):
        with pytest.raises(tp.InputError, match="source"):
            tp.Scenarios.pnl(vector, source=source)
    with pytest.raises(tp.InputError, match="a file has one vector"):
        tp.Book.pnl(vector, nav=1, desk="pnl")
    with pytest.raises(FileNotFoundError):
        days_of(tmp_path / "none.csv")
    days, book = days_of(vector), tp.Book.pnl(vector, nav=1_000_000)
    with pytest.raises(tp.InputError, match="takes positions"):
        book.contributions(days, 0.8)
    with pytest.raises(tp.InputError, match="trade"):
        book.after({DAYS[0]: 5}).risk(days)
    with pytest.raises(tp.TailproofError, match="2022-12-21"):
        book.commit(days_of({"date": DAYS[1:], "pnl": GAINS[1:]}))

"""Tables from pandas, polars, pyarrow, numpy and mappings: the same sets, and the same refusals."""

from __future__ import annotations

import datetime
import decimal
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import tailproof as tp

DAYS = ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"]
A = [185.1, 184.25, 182.68, 0.1 + 0.2]
B = [59.0, 60.0, 58.99, 1e-05]


def of(prices: Any, **options: Any) -> tp.Scenarios:
    return tp.Scenarios.historical(prices, **options)


@pytest.fixture
def reference(tmp_path: Path) -> tp.Scenarios:
    """The set of the CSV that holds the shortest decimals."""
    path = tmp_path / "prices.csv"
    rows = "".join(f"{day},{a!r},{b!r}\n" for day, a, b in zip(DAYS, A, B))
    path.write_text(f"date,A,B\n{rows}")
    return of(path)


def frames() -> dict[str, Any]:
    dates = [datetime.date.fromisoformat(day) for day in DAYS]
    return {
        "mapping": {"date": DAYS, "A": A, "B": B},
        "pandas, index of dates": pd.DataFrame({"A": A, "B": B}, index=pd.to_datetime(DAYS)),
        "pandas, index with a zone": pd.DataFrame({"A": A, "B": B}, index=pd.to_datetime(DAYS).tz_localize("UTC")),
        "pandas, column of dates": pd.DataFrame({"Date": pd.to_datetime(DAYS), "A": A, "B": B}),
        "pandas, column of texts": pd.DataFrame({"date": DAYS, "A": A, "B": B}),
        "pandas, nullable": pd.DataFrame({"A": A, "B": B}, index=pd.to_datetime(DAYS), dtype="Float64"),
        "polars": pl.DataFrame({"date": dates, "A": A, "B": B}),
        "pyarrow": pa.table({"date": dates, "A": A, "B": B}),
        "numpy with names": np.array(
            list(zip(DAYS, A, B)), dtype=[("date", "U10"), ("A", "f8"), ("B", "f8")]
        ),
        "decimals": {"date": DAYS, "A": [decimal.Decimal(repr(a)) for a in A], "B": [repr(b) for b in B]},
    }


@pytest.mark.parametrize("kind", frames())
def test_every_kind_of_table_makes_the_set_of_the_csv(kind: str, reference: tp.Scenarios) -> None:
    made = of(frames()[kind])
    assert made.digest == reference.digest
    assert made.to_bytes() == reference.to_bytes()


def test_a_float_is_the_shortest_decimal_that_reads_back() -> None:
    """0.1 is a tenth: 0.1 to 0.2 is a move of exactly 100 %."""
    frame = of({"date": DAYS[:2], "A": [0.1, 0.2]}).to_frame()
    assert frame["A"].tolist() == [1.0]
    as_text = of({"date": DAYS[:2], "A": ["0.1", "0.2"]})
    assert of({"date": DAYS[:2], "A": [np.float64(0.1), 0.2]}) == as_text


def test_a_single_is_the_shortest_decimal_of_its_own_precision() -> None:
    as_text = of({"date": DAYS[:2], "A": ["0.1", "0.3"]})
    singles = np.array([0.1, 0.3], dtype=np.float32)
    dates = [datetime.date.fromisoformat(day) for day in DAYS[:2]]
    assert of({"date": DAYS[:2], "A": singles}) == as_text
    assert of(pd.DataFrame({"A": singles}, index=pd.to_datetime(DAYS[:2]))) == as_text
    assert of(pl.DataFrame({"date": dates, "A": singles})) == as_text
    assert of(pa.table({"date": dates, "A": pa.array(singles)})) == as_text


def changed(row: int, value: Any) -> dict[str, Any]:
    return {"date": DAYS, "A": A, "B": [*B[:row], value, *B[row + 1 :]]}


@pytest.mark.parametrize("value", [math.nan, None, pd.NA, float("inf"), -math.inf, True, "n/a", "1,5", object()])
def test_a_cell_without_a_price_is_refused_by_row_and_column(value: Any) -> None:
    with pytest.raises(tp.InputError) as refused:
        of(changed(2, value))
    assert (refused.value.file, refused.value.row, refused.value.column) == ("prices", "2024-01-04", "B")
    assert "row 2024-01-04, column 'B'" in str(refused.value)


def test_missing_prices_are_dealt_with_where_that_is_asked_for() -> None:
    holes = changed(1, math.nan)
    assert len(of(holes, missing="drop-day")) == 2
    assert len(of(holes, missing="carry")) == 3
    assert of(holes, missing="drop-factor").factors == ["A"]
    # Above all, not an infinity.
    with pytest.raises(tp.InputError):
        of(changed(1, math.inf), missing="carry")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([DAYS[0], DAYS[1], DAYS[1], DAYS[3]], "occurs twice"),
        ([DAYS[1], DAYS[0], DAYS[2], DAYS[3]], "sort the rows by date"),
        (["02/01/2024", *DAYS[1:]], "write YYYY-MM-DD"),
        (["2024-01-02T09:30:00", *DAYS[1:]], "midnight"),
    ],
)
def test_an_index_that_is_doubled_unsorted_or_no_days_is_refused(days: list[str], words: str) -> None:
    for table in ({"date": days, "A": A}, pd.DataFrame({"A": A}, index=days)):
        with pytest.raises(tp.InputError, match=words) as refused:
            of(table)
        assert refused.value.column == "date"


def test_columns_that_are_doubled_or_levels_are_refused() -> None:
    doubled = pd.DataFrame([[1.0, 2.0], [1.0, 2.0]], columns=["A", "A"], index=pd.to_datetime(DAYS[:2]))
    with pytest.raises(tp.InputError, match="occurs twice"):
        of(doubled)
    levels = pd.DataFrame(
        [[1.0, 2.0], [1.0, 2.0]],
        columns=pd.MultiIndex.from_tuples([("Close", "A"), ("Open", "A")]),
        index=pd.to_datetime(DAYS[:2]),
    )
    with pytest.raises(tp.InputError, match="several levels"):
        of(levels)
    assert of(levels["Close"]).factors == ["A"]


def test_what_is_no_table_is_refused() -> None:
    for value in (1, [1, 2], {"A": [1.0, 2.0]}, {"date": DAYS, "A": A[:2]}, pd.DataFrame({"A": A})):
        with pytest.raises(tp.InputError):
            of(value)


@pytest.mark.parametrize(
    "holdings",
    [
        {"AAPL": 512_345.67, "KO": -98_765.43},
        pd.Series({"AAPL": 512_345.67, "KO": -98_765.43}),
        pd.DataFrame({"factor": ["AAPL", "KO"], "exposure": [512_345.67, -98_765.43]}),
        pd.DataFrame({"exposure": [512_345.67, -98_765.43]}, index=["AAPL", "KO"]),
        pl.DataFrame({"factor": ["AAPL", "KO"], "exposure": [512_345.67, -98_765.43]}),
        {"factor": ["AAPL", "KO"], "exposure": ["512345.67", "-98765.43"]},
    ],
)
def test_every_kind_of_book_has_the_same_figures(holdings: Any, desk: Any) -> None:
    expected = tp.Book({"AAPL": "512345.67", "KO": "-98765.43"}).risk(desk.market)
    assert tp.Book(holdings).risk(desk.market).rows == expected.rows


@pytest.mark.parametrize(
    ("holdings", "row", "column"),
    [
        ({"AAPL": math.nan}, "AAPL", "exposure"),
        ({"AAPL": math.inf}, "AAPL", "exposure"),
        ({"AAPL": 1, "KO": -math.inf}, "KO", "exposure"),
        ({"AAPL": True}, "AAPL", "exposure"),
        ({"NO SUCH": 1}, "NO SUCH", "factor"),
        ({}, None, None),
        (pd.Series([1.0, math.nan], index=["AAPL", "KO"]), "KO", "exposure"),
        (pd.Series([1.0, 2.0], index=["AAPL", "AAPL"]), "AAPL", "factor"),
        (pd.DataFrame({"factor": ["KO", "AAPL", "KO"], "exposure": [1.0, 2.0, 3.0]}), "KO", "factor"),
        (pd.DataFrame({"exposure": [1.0, 2.0]}, index=["AAPL", "AAPL"]), "AAPL", "factor"),
        (pl.DataFrame({"factor": ["AAPL", "KO"], "exposure": [1.0, math.inf]}), "KO", "exposure"),
        (pd.DataFrame({"factor": ["AAPL", "KO"], "quantity": [1.0, math.nan]}), "KO", "quantity"),
        (pd.DataFrame({"factor": ["AAPL"], "weight": [-math.inf]}), "AAPL", "weight"),
        (pd.DataFrame({"factor": ["AAPL"], "exposure": [1.0], "gamma": [math.inf]}), "AAPL", "gamma"),
        (pd.DataFrame({"factor": ["AAPL"], "price": [1.0]}), None, None),
        (pd.DataFrame({"factor": ["AAPL"], "exposure": [1.0], "weight": [1.0]}), None, None),
    ],
)
def test_a_book_that_cannot_be_used_is_refused_by_factor_and_column(
    holdings: Any, row: str | None, column: str | None, desk: Any
) -> None:
    with pytest.raises(tp.InputError) as refused:
        tp.Book(holdings).risk(desk.market)
    assert (refused.value.file, refused.value.row, refused.value.column) == ("book", row, column)


def tables_of_moves(value: Any) -> dict[str, tuple[Any, Any, tuple[str, str]]]:
    """For each set that is made of a table: how it is made, the table with a value in one of its cells, and
    that cell."""
    crises: dict[str, Any] = {"name": ["Crash", "Rally"], "AAPL": [-0.2, 0.1], "KO": [value, 0.08]}
    weighted: dict[str, Any] = {**crises, "KO": [-0.15, 0.08], "weight": [1, value]}
    rule: dict[str, Any] = {"factor": ["weight", "AAPL", "KO"], "AAPL": [0.5, 1, value], "KO": [0.3, 0.25, 1]}
    return {
        "stress": (tp.Scenarios.stress, crises, ("Crash", "KO")),
        "stress, pandas": (tp.Scenarios.stress, pd.DataFrame(crises), ("Crash", "KO")),
        "imported": (tp.Scenarios.imported, crises, ("Crash", "KO")),
        "imported, polars": (tp.Scenarios.imported, pl.DataFrame(crises, strict=False), ("Crash", "KO")),
        "weights": (lambda table: tp.Scenarios.imported(table, weights="weight"), weighted, ("Rally", "weight")),
        "margin": (tp.Scenarios.margin, rule, ("KO", "AAPL")),
        "margin, pandas": (tp.Scenarios.margin, pd.DataFrame(rule).set_index("factor"), ("KO", "AAPL")),
        "covariance": (lambda table: tp.Scenarios.covariance(table=table), rule, ("KO", "AAPL")),
    }


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("kind", tables_of_moves(0.0))
def test_a_cell_without_a_number_in_a_table_is_refused_by_row_and_column(kind: str, value: float) -> None:
    make, table, cell = tables_of_moves(value)[kind]
    with pytest.raises(tp.InputError) as refused:
        make(table)
    assert (refused.value.file, refused.value.row, refused.value.column) == ("table", *cell)


@pytest.mark.parametrize(
    ("make", "table", "row", "column"),
    [
        (tp.Scenarios.stress, {"name": ["Crash", "Crash"], "AAPL": [-0.2, 0.1]}, "Crash", "scenario"),
        (tp.Scenarios.imported, {"scenario": ["1", "2", "1"], "AAPL": [0.1, 0.2, 0.3]}, "1", "scenario"),
        (tp.Scenarios.margin, {"factor": ["weight", "KO", "KO"], "KO": [0.5, 1, 1]}, "KO", "factor"),
    ],
)
def test_a_row_that_occurs_twice_in_a_table_is_refused_by_its_name(
    make: Any, table: Any, row: str, column: str
) -> None:
    with pytest.raises(tp.InputError, match="twice") as refused:
        make(table)
    assert (refused.value.file, refused.value.row, refused.value.column) == ("table", row, column)


def test_a_frame_has_thetas() -> None:
    days = tp.Scenarios.historical(tp.sample.prices(), window=8, factors=["AAPL", "KO"], theta=True)
    assert days.factors == ["AAPL", "KO", "theta:AAPL", "theta:KO"]
    frame = pd.DataFrame({"factor": ["AAPL", "KO"], "delta": [1000.0, -500.0], "theta": [-25.5, 0.0]})
    written = {"AAPL": 1000, "KO": -500, "theta:AAPL": "-25.5"}
    still = {"AAPL": 1000, "KO": -500}
    rows = [tp.Book(book, nav=10_000).risk(days).rows for book in (frame, written, still)]
    assert rows[0] == rows[1]
    assert rows[0] != rows[2]

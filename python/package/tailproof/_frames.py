"""Tables of pandas, polars, pyarrow and numpy, and mappings, as names, labels and columns.

None of these libraries is imported unless the caller's object is one of its own.
"""

from __future__ import annotations

import datetime
import decimal
import struct
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeGuard

from ._errors import InputError

DATE_NAMES = ("date", "datetime", "timestamp", "time", "day")
LABEL_NAMES = ("scenario", "factor", "name")
NUMBERS = ("exposure", "delta", "quantity", "weight")


def _module(value: object) -> str:
    return type(value).__module__.partition(".")[0]


def _text(argument: str, text: str) -> InputError:
    return InputError(f"{argument}: {text}", file=argument)


def _label(value: object) -> str:
    """The text of a row's label: dates and times in ISO 8601."""
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if type(value).__name__ == "datetime64":
        return str(value).removesuffix("T00:00:00.000000000")
    return str(value)


def _column(values: Any) -> bytes | list[Any]:
    """Doubles as bytes, and everything else as a list."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(values, numpy.ndarray):
        if values.dtype == numpy.float64:
            doubles: bytes = values.astype("<f8").tobytes()
            return doubles
        return list(values)
    cells: list[Any] = list(values)
    if cells and all(type(cell) is float for cell in cells):
        return struct.pack(f"<{len(cells)}d", *cells)
    return cells


def _names(argument: str, names: Iterable[object]) -> list[str]:
    found: list[str] = []
    for name in names:
        if not isinstance(name, str):
            raise _text(argument, f"the name of a column is {name!r}, and must be a text")
        found.append(name)
    doubled = {name for name in found if found.count(name) > 1}
    if doubled:
        raise _text(argument, f"the column {sorted(doubled)[0]!r} occurs twice")
    return found


def _columns_of(value: Any, argument: str) -> tuple[list[str], list[Any], list[Any] | None]:
    """Names, columns, and the index if it says more than the number of the row."""
    library, kind = _module(value), type(value).__name__
    if library == "pandas" and kind == "DataFrame":
        if value.columns.nlevels > 1:
            raise _text(argument, "its columns have several levels; choose one, such as frame['Close']")
        names = _names(argument, value.columns)
        index = None if type(value.index).__name__ == "RangeIndex" else list(value.index)
        return names, [value[name].to_numpy() for name in names], index
    if library == "pandas" and kind == "Series":
        name = value.name if isinstance(value.name, str) else "value"
        return [name], [value.to_numpy()], list(value.index)
    if library == "polars" and kind == "DataFrame":
        names = _names(argument, value.columns)
        return names, [_of_polars(value.get_column(name)) for name in names], None
    if library == "pyarrow" and kind in ("Table", "RecordBatch"):
        names = _names(argument, value.schema.names)
        return names, [_of_arrow(value.column(name)) for name in names], None
    if library == "numpy" and getattr(getattr(value, "dtype", None), "names", None):
        names = _names(argument, value.dtype.names)
        return names, [value[name] for name in names], None
    if _is_mapping(value):
        names = _names(argument, value.keys())
        return names, [value[name] for name in names], None
    raise _text(
        argument,
        f"a {kind} of {library} is no table; give a path, a frame of pandas or polars, a table of pyarrow,"
        " a structured array of numpy or a mapping of columns",
    )


def _is_mapping(value: Any) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


def _of_polars(column: Any) -> Any:
    # As Python floats, singles would get the digits of doubles.
    return column.to_numpy() if str(column.dtype) == "Float32" else column.to_list()


def _of_arrow(column: Any) -> Any:
    return column.to_numpy() if str(column.type) == "float" else column.to_pylist()


def _is_labels(name: str, column: Any, wanted: Sequence[str]) -> bool:
    if name.lower() in wanted:
        return True
    first = next((value for value in column if value is not None), None)
    return isinstance(first, datetime.date) or type(first).__name__ == "datetime64"


def table_of(value: Any, argument: str) -> tuple[list[str], list[str], list[bytes | list[Any]]]:
    """Returns the names of the columns, the labels of the rows and the columns."""
    names, columns, index = _columns_of(value, argument)
    if index is None:
        wanted = DATE_NAMES + LABEL_NAMES
        places = [place for place, name in enumerate(names) if _is_labels(name, columns[place], wanted)]
        if not places:
            raise _text(argument, "it has no column of dates or names for its rows, such as 'date'")
        index = list(columns[places[0]])
        names = names[: places[0]] + names[places[0] + 1 :]
        columns = columns[: places[0]] + columns[places[0] + 1 :]
    for name, column in zip(names, columns):
        if len(column) != len(index):
            raise _text(argument, f"the column {name!r} has {len(column)} rows, and there are {len(index)}")
    return names, [_label(label) for label in index], [_column(column) for column in columns]


def texts_of(value: Any, argument: str) -> tuple[list[str], list[list[str]]]:
    """Returns the names of the columns and the cells of the rows, as texts; missing ones are empty."""
    names, columns, index = _columns_of(value, argument)
    if index is not None:
        raise _text(argument, "its index is not read; make it a column: frame.reset_index()")
    cells = [[_cell(cell) for cell in column] for column in columns]
    return names, [list(row) for row in zip(*cells)]


def _cell(value: Any) -> str:
    if value is None or value != value or type(value).__name__ in ("NAType", "NaTType"):
        return ""
    if isinstance(value, float):
        # The shortest decimal, without an exponent.
        return format(decimal.Decimal(repr(float(value))), "f")
    return _label(value)


#: Columns of Greeks of a book.
GREEKS = ("gamma", "vega", "theta")


def holdings_of(value: Any) -> tuple[str, list[tuple[Any, Any, list[Any]]]]:
    """Returns the kind of number of a book, and its rows: factor, number, and the Greeks in the order of GREEKS."""
    library, kind = _module(value), type(value).__name__
    if library == "pandas" and kind == "Series":
        if value.index.nlevels > 1:
            raise _text("book", "its index has several levels; name each factor once")
        value = dict(_pairs(value.index, value.to_numpy()))
    if _is_mapping(value) and not _is_frame(value):
        none = [None] * len(GREEKS)
        return "exposure", [(factor, number, none) for factor, number in value.items()]
    names, columns, index = _columns_of(value, "book")
    lower = [name.lower() for name in names]
    unknown = [name for name in lower if name not in ("factor", *GREEKS, *NUMBERS)]
    numbers = [name for name in lower if name in NUMBERS]
    if unknown or len(numbers) != 1:
        raise _text(
            "book",
            "a frame has the columns factor and one of exposure, delta, quantity and weight, and perhaps gamma, vega"
            f" and theta; this one has {', '.join(names) or 'none'}",
        )
    if "factor" in lower:
        factors = list(columns[lower.index("factor")])
    elif index is not None:
        factors = index
    else:
        raise _text("book", "it has no column 'factor'")
    blank = [None] * len(factors)
    greeks = [list(columns[lower.index(name)]) if name in lower else blank for name in GREEKS]
    rows = zip(factors, columns[lower.index(numbers[0])], *greeks)
    return numbers[0], [(factor, number, list(amounts)) for factor, number, *amounts in rows]


def _pairs(index: Iterable[Any], values: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    seen: set[Any] = set()
    for factor, number in zip(index, values):
        if factor in seen:
            raise InputError(
                f"book, row {factor}: the factor occurs twice", file="book", row=str(factor), column="factor"
            )
        seen.add(factor)
        yield factor, number


def _is_frame(mapping: Mapping[Any, Any]) -> bool:
    """Whether a mapping is one of columns, and not of factors."""
    lower = {name.lower() for name in mapping if isinstance(name, str)}
    return "factor" in lower and bool(lower.intersection(NUMBERS))


def frame(label: str, labels: list[str], columns: dict[str, Any], library: str) -> Any:
    """Returns a frame with a label for each row."""
    if library == "pandas":
        import pandas

        return pandas.DataFrame(columns, index=pandas.Index(labels, name=label))
    if library == "polars":
        import polars

        return polars.DataFrame({label: labels, **columns})
    raise InputError(f"library: '{library}' is neither pandas nor polars", file="library")


def frame_of_rows(rows: list[dict[str, Any]], library: str) -> Any:
    """Returns a frame of rows; amounts become doubles."""
    plain = [
        {key: float(cell) if isinstance(cell, decimal.Decimal) else cell for key, cell in row.items()} for row in rows
    ]
    if library == "pandas":
        import pandas

        return pandas.DataFrame(plain)
    if library == "polars":
        import polars

        return polars.DataFrame(plain)
    raise InputError(f"library: '{library}' is neither pandas nor polars", file="library")

"""Real prices and a made-up book, for examples: those of `tailproof demo`."""

from __future__ import annotations

import decimal

from ._native import SAMPLE_BOOK, SAMPLE_PRICES

__all__ = ["book", "prices"]


def _rows(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.splitlines()]


def prices() -> dict[str, list[str]]:
    """Daily closes of 20 stocks of the S&P 500 in 2021 and 2022, USD: a column for each, and `date`.

    Their source is in the file `src/demo/SOURCES.md` of the project.

    >>> len(prices()["date"])
    501
    """
    header, *rows = _rows(SAMPLE_PRICES)
    return {name: [row[place] for row in rows] for place, name in enumerate(header)}


def book() -> dict[str, decimal.Decimal]:
    """A long book over these stocks: exposures in USD.

    >>> sorted(book())[:3]
    ['AAPL', 'AMD', 'BAC']
    """
    _, *rows = _rows(SAMPLE_BOOK)
    return {factor: decimal.Decimal(exposure) for factor, exposure in rows}

"""Forty books over real stocks: eight rules of practice at five dates, from the sample's real prices.

Nobody's holdings are public with their prices, so the positions are computed; prices, factors and dates are
real.
"""

from __future__ import annotations

import csv
import io
import math

import tailproof as tp

# Rows of the sample at which books are formed, the newest last; each rule looks back over the year before.
DATES = (300, 350, 400, 450, 500)
YEAR = 250
VALUE = 10_000_000


def _prices() -> tuple[list[str], list[list[float]]]:
    names, *rows = csv.reader(io.StringIO(tp._native.SAMPLE_PRICES))
    return names[1:], [[float(cell) for cell in row[1:]] for row in rows]


def _moments(prices: list[list[float]], at: int) -> tuple[list[float], list[float], list[float]]:
    """Returns volatility, gain over the year, and gain over the last month, of each stock."""
    days = prices[at - YEAR : at + 1]
    columns = list(zip(*days, strict=True))
    moves = [[math.log(b / a) for a, b in zip(column, column[1:])] for column in columns]
    means = [sum(column) / YEAR for column in moves]
    volatility = [
        math.sqrt(sum((move - mean) ** 2 for move in column) / (YEAR - 1))
        for column, mean in zip(moves, means, strict=True)
    ]
    return volatility, [c[-1] / c[0] - 1 for c in columns], [c[-1] / c[-22] - 1 for c in columns]


def books() -> dict[str, dict[str, str]]:
    """Returns exposures in USD by the name of each book."""
    names, prices = _prices()
    found = {}
    for at in DATES:
        at = min(at, len(prices) - 1)
        volatility, year, month = _moments(prices, at)
        best = sorted(range(len(names)), key=lambda stock: -year[stock])
        calm = sorted(range(len(names)), key=lambda stock: volatility[stock])
        inverse = [1 / value for value in volatility]
        rules = {
            "equal": [1.0] * len(names),
            "price": list(prices[at]),
            "risk-parity": inverse,
            "least-variance": [value**2 for value in inverse],
            "momentum": [1.0 if stock in best[:7] else 0.0 for stock in range(len(names))],
            "low-volatility": [1.0 if stock in calm[:7] else 0.0 for stock in range(len(names))],
            "reversal": [max(0.0, -gain) + 0.01 for gain in month],
            "130-30": [1.3 / 14 if stock in best[:14] else -0.3 / 6 for stock in range(len(names))],
        }
        for rule, weights in rules.items():
            total = sum(weights)
            amounts = {name: VALUE * weight / total for name, weight in zip(names, weights, strict=True)}
            found[f"{rule}-{at}"] = {name: f"{amount:.2f}" for name, amount in amounts.items() if amount}
    return found

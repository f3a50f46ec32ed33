"""Clauses of mandates, and the TOML that they make."""

from __future__ import annotations

import decimal
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Union, cast

Number = Union[int, float, str, decimal.Decimal]

__all__ = ["Clause", "Number", "caps", "concentration", "cvar", "gross", "large_exposures", "margin", "net", "stress", "var"]


@dataclass(frozen=True)
class Clause:
    """One limit of a mandate. Made by `var`, `cvar`, `stress` and their kin."""

    measure: str
    keys: Mapping[str, Any] = field(default_factory=lambda: dict[str, Any]())


def _clause(measure: str, **keys: Any) -> Clause:
    return Clause(measure, {key: value for key, value in keys.items() if value is not None and value is not False})


def var(
    confidence: Number,
    *,
    limit: Number | None = None,
    limit_nav: Number | None = None,
    floor: Number | None = None,
    floor_nav: Number | None = None,
    liquidity: bool = False,
    method: str | None = None,
    degrees: Number | None = None,
) -> Clause:
    """Value at risk at a confidence is at most a limit.

    limit, floor: currency; limit_nav, floor_nav: fractions of the net asset value
    liquidity: adds the cost of closing the book at the mandate's half-spreads
    method: "normal" or "student-t" (with `degrees`), over a covariance

    >>> var(0.99, limit_nav=0.04).measure
    'var'
    """
    return _clause(
        "var",
        confidence=confidence,
        limit=limit,
        limit_nav=limit_nav,
        floor=floor,
        floor_nav=floor_nav,
        liquidity=liquidity,
        method=method,
        degrees=degrees,
    )


def cvar(
    confidence: Number,
    *,
    limit: Number | None = None,
    limit_nav: Number | None = None,
    liquidity: bool = False,
    method: str | None = None,
    degrees: Number | None = None,
) -> Clause:
    """Expected shortfall at a confidence is at most a limit. Arguments are those of `var`."""
    return _clause(
        "cvar",
        confidence=confidence,
        limit=limit,
        limit_nav=limit_nav,
        liquidity=liquidity,
        method=method,
        degrees=degrees,
    )


def stress(*, limit: Number | None = None, limit_nav: Number | None = None) -> Clause:
    """The worst loss of the set is at most a limit."""
    return _clause("stress", limit=limit, limit_nav=limit_nav)


def margin(*, limit: Number | None = None, limit_nav: Number | None = None) -> Clause:
    """The margin over a matrix of weights and correlations is at most a limit: see `Scenarios.margin`."""
    return _clause("margin", limit=limit, limit_nav=limit_nav)


def gross(
    *,
    limit: Number | None = None,
    limit_nav: Number | None = None,
    floor: Number | None = None,
    floor_nav: Number | None = None,
    classification: str | None = None,
    group: str | None = None,
) -> Clause:
    """The sum of the magnitudes of exposures is at most a limit.

    classification, group: a group of factors, of the mandate's file of groups; "each" for every group.
        A clause on one group may have a floor, and needs no limit then

    >>> gross(classification="sector", group="each", limit_nav=0.25).keys["group"]
    'each'
    """
    return _clause(
        "gross",
        limit=limit,
        limit_nav=limit_nav,
        floor=floor,
        floor_nav=floor_nav,
        classification=classification,
        group=group,
    )


def net(
    *,
    limit: Number | None = None,
    limit_nav: Number | None = None,
    floor: Number | None = None,
    floor_nav: Number | None = None,
    classification: str | None = None,
    group: str | None = None,
) -> Clause:
    """The sum of exposures is at most a limit, and at least a floor if there is one.

    classification, group: as in `gross`
    """
    return _clause(
        "net",
        limit=limit,
        limit_nav=limit_nav,
        floor=floor,
        floor_nav=floor_nav,
        classification=classification,
        group=group,
    )


def concentration(*, limit: Number | None = None, limit_nav: Number | None = None) -> Clause:
    """The largest magnitude of an exposure is at most a limit."""
    return _clause("concentration", limit=limit, limit_nav=limit_nav)


def large_exposures(
    *,
    threshold: Number | None = None,
    threshold_nav: Number | None = None,
    limit: Number | None = None,
    limit_nav: Number | None = None,
) -> Clause:
    """The magnitudes of exposures above a threshold sum to at most a limit."""
    return _clause(
        "large-exposures", threshold=threshold, threshold_nav=threshold_nav, limit=limit, limit_nav=limit_nav
    )


def caps() -> Clause:
    """The magnitude of every exposure is within its cap, of the mandate's file of caps.

    >>> caps().measure
    'caps'
    """
    return _clause("caps")


def _toml(value: Any) -> str:
    """Returns a value of TOML. Numbers become texts of decimals, which mandates read exactly."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        # A double of numpy is a float whose repr names its type.
        return f'"{decimal.Decimal(repr(float(value))):f}"'
    if isinstance(value, decimal.Decimal):
        return f'"{value:f}"'
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(item) for item in cast("Sequence[Any]", value)) + "]"
    # Numbers of numpy.
    return _toml(value.item())


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def mandate_toml(
    name: str,
    clauses: Sequence[Clause],
    unit: Number | None,
    currency: str | None,
    half_spreads: Mapping[str, Number] | Number | None,
    scenarios: Mapping[str, Any] | None,
    nav: str | None = None,
    cash: Sequence[str] | None = None,
    groups: str | None = None,
    caps: str | None = None,
    cap_days: int | None = None,
    cap_participation: Number | None = None,
    impact: str | None = None,
) -> str:
    """Returns the text of a mandate's file."""
    lines = [f"name = {_toml(name)}"]
    if unit is not None:
        # A number as such: as a text, it would be a currency.
        lines.append(f"unit = {_toml(unit) if isinstance(unit, str) else _toml(unit).strip(chr(34))}")
    if currency is not None:
        lines.append(f"currency = {_toml(currency)}")
    if nav is not None:
        lines.append(f"nav = {_toml(nav)}")
    if cash is not None:
        lines.append(f"cash = {_toml(list(cash))}")
    if groups is not None:
        lines.append(f"groups = {_toml(groups)}")
    sizes = {"caps": caps, "cap_days": cap_days, "cap_participation": cap_participation, "impact": impact}
    lines += [f"{key} = {_toml(value)}" for key, value in sizes.items() if value is not None]
    for clause in clauses:
        lines += ["", "[[clause]]", f"measure = {_toml(clause.measure)}"]
        lines += [f"{key} = {_toml(value)}" for key, value in clause.keys.items()]
    if isinstance(half_spreads, Mapping):
        spreads = ", ".join(f"{_key(factor)} = {_toml(spread)}" for factor, spread in half_spreads.items())
        lines += ["", "[liquidity]", f"half_spreads = {{ {spreads} }}"]
    elif half_spreads is not None:
        lines += ["", "[liquidity]", f"half_spread = {_toml(half_spreads)}"]
    if scenarios is not None:
        lines += ["", "[scenarios]", *(f"{key} = {_toml(value)}" for key, value in scenarios.items())]
    return "\n".join(lines) + "\n"

"""A ledger of daily proofs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import run

import tailproof as tp

FACTORS = ["AAPL", "KO"]


class Days:
    """A book over some days: a forecast of each, and its loss."""

    def __init__(self, count: int) -> None:
        sample = tp.sample.prices()
        self.prices = {name: sample[name] for name in ["date", *FACTORS]}
        self.book = tp.Book({"AAPL": 500_000, "KO": 250_000}, nav=1_000_000)
        # A floor, so that the limit says something.
        self.mandate = tp.Mandate("Fund", clauses=[tp.var(0.95, limit=60_000, floor=1)])
        self.ledger = tp.Ledger("Fund", confidence=0.95)
        self.proofs: list[tp.Proof] = []
        self.sets: list[tp.Scenarios] = []
        self.mandates = [self.mandate]
        self.keys: dict[str, tp.Keys] = {}
        self.opening: tp.Opening | None = None
        for day in range(60, 60 + count):
            self.forecast(day)
            self.realise(day)

    def until(self, day: int) -> dict[str, list[str]]:
        return {name: column[:day] for name, column in self.prices.items()}

    def made_with(self, mandate: tp.Mandate, market: tp.Scenarios) -> tp.Keys:
        shape = mandate.smallest_shape(market)
        if shape not in self.keys:
            self.keys[shape] = tp.Keys.insecure_development(shape)
        return self.keys[shape]

    def proved(self, mandate: tp.Mandate, market: tp.Scenarios, context: str) -> tuple[tp.Proof, tp.Keys]:
        keys = self.made_with(mandate, market)
        # One commitment, to the book of all days.
        if self.opening is None:
            _, self.opening = self.book.commit(market)
        proof = keys.prove(self.book, self.opening, market, mandate, context=context)
        self.proofs.append(proof)
        self.sets.append(market)
        return proof, keys

    def forecast(self, day: int) -> tp.Verified:
        date = self.prices["date"][day]
        market = tp.Scenarios.historical(self.until(day), window=50)
        proof, keys = self.proved(self.mandate, market, self.ledger.context(date))
        return self.ledger.forecast(date, proof, market, self.mandate, keys.verifying, prices=self.until(day))

    def realise(self, day: int) -> tp.Verified:
        market = tp.Scenarios.historical(self.until(day + 1), window=1)
        mandate = tp.Mandate("Loss", clauses=[tp.stress(limit=60_000)])
        self.mandates.append(mandate)
        proof, keys = self.proved(mandate, market, self.ledger.context())
        return self.ledger.realise(proof, market, mandate, keys.verifying)

    def verify(self, **options: Any) -> dict[str, Any]:
        keys = [keys.verifying for keys in self.keys.values()]
        return self.ledger.verify(keys, self.proofs, self.sets, self.mandates, **options)


@pytest.fixture(scope="module")
def days() -> Days:
    return Days(3)


def test_days_are_forecast_realised_and_audited(days: Days) -> None:
    audit = days.verify(prices=days.until(63))
    assert (audit["days"], audit["exceedances"], audit["open"]) == (3, 0, None)
    assert audit["not_compared"] == [] and audit["stale"] == [] and len(audit["steps"]) == 6
    assert [exceeded for _, exceeded in days.ledger.days] == [False] * 3
    assert days.ledger.backtest()["exceedances"] == 0


def test_a_day_that_is_left_out_is_found(days: Days) -> None:
    # A Sunday between the second and the third day.
    dates = days.prices["date"][:63]
    assert dates[61:63] == ["2021-04-01", "2021-04-05"]
    more = {name: [*column[:62], column[61], column[62]] for name, column in days.prices.items()}
    more["date"] = [*dates[:62], "2021-04-04", dates[62]]
    with pytest.raises(tp.NotValid, match="2021-04-0"):
        days.verify(prices=more)


def test_a_missing_artefact_gives_no_verdict(days: Days) -> None:
    keys = [keys.verifying for keys in days.keys.values()]
    with pytest.raises(tp.InputError, match="no proof with digest"):
        days.ledger.verify(keys, days.proofs[1:], days.sets, days.mandates)


def test_a_proof_in_another_place_is_not_valid(days: Days) -> None:
    ledger = tp.Ledger("Fund", confidence=0.95)
    date = days.prices["date"][60]
    [forecast, *_] = days.proofs
    keys = days.made_with(days.mandate, days.sets[0]).verifying
    other = tp.Ledger("Another", confidence=0.95)
    ledger.forecast(date, forecast, days.sets[0], days.mandate, keys)
    with pytest.raises(tp.NotValid):
        other.forecast(date, forecast, days.sets[0], days.mandate, keys)
    assert len(other) == 0


def test_the_command_reads_the_ledger(days: Days, command: Path, tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    days.ledger.write(path)
    assert run(command, "ledger", "head", path).strip() == days.ledger.head
    assert tp.Ledger.read(path).to_json() == days.ledger.to_json()

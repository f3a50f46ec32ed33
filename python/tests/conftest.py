"""What tests share: a small desk, with keys that are made once."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import months_of_a_pool
import tailproof as tp


# `tests/nightly farm` runs them; a commit does not wait for them.
collect_ignore = [] if os.environ.get("TAILPROOF_NIGHTLY") else ["test_nightly_farm.py"]


class Desk:
    """Public terms, a private book, and everything between them."""

    def __init__(self) -> None:
        self.prices = tp.sample.prices()
        self.market = tp.Scenarios.historical(self.prices, window=60, factors=["AAPL", "KO", "XOM"])
        self.mandate = tp.Mandate("Desk", unit="USD", clauses=[tp.var(0.95, limit=50_000)])
        self.exposures = {"AAPL": 512_345.67, "KO": -98_765.43, "XOM": 250_000}
        self.book = tp.Book(self.exposures, nav=1_000_000)
        self.commitment, self.opening = self.book.commit(self.market, self.mandate)
        self.keys = tp.Keys.insecure_development(self.mandate.smallest_shape(self.market))
        self.proof = self.keys.prove(self.book, self.opening, self.market, self.mandate)

    def verify(self, **options: Any) -> tp.Verified:
        options = {"commitment": self.commitment, **options}
        return self.proof.verify(self.keys.verifying, self.market, self.mandate, **options)


@pytest.fixture(scope="session")
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="session")
def roll_keys() -> tp.Keys:
    """Keys of a month of a pool."""
    return tp.Keys.insecure_development(months_of_a_pool.SHAPE)


@pytest.fixture(scope="session")
def command() -> Path:
    """The command line of the same build; tests that compare with it are skipped without one."""
    path = os.environ.get("TAILPROOF_BIN") or shutil.which("tailproof")
    if path is None:
        pytest.skip("TAILPROOF_BIN names no command to compare with")
    return Path(path)


def run(command: Path, *arguments: object, status: int = 0) -> str:
    words = [str(command), *map(str, arguments)]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    return done.stdout

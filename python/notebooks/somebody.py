"""The other party of the notebook `somebody-elses-proof`: a fund that sends a proof."""

from __future__ import annotations

import tempfile
from pathlib import Path

import tailproof as tp

_FOLDER = Path(tempfile.mkdtemp(prefix="received-"))
_KEYS: list[tp.Keys] = []


def send() -> Path:
    """Makes a proof about a private book, and returns the folder of the public files about it."""
    market = tp.Scenarios.historical(tp.sample.prices(), window=250)
    mandate = tp.Mandate("Global equity", unit="USD", clauses=[tp.var(0.99, limit_nav=0.04)])
    book = tp.Book(tp.sample.book(), nav=10_000_000)
    commitment, opening = book.commit(market, mandate)
    keys = tp.Keys.insecure_development(mandate.smallest_shape(market))
    _KEYS.append(keys)
    market.write(_FOLDER / "market.scn")
    mandate.write(_FOLDER / "mandate.toml", force=True)
    commitment.write(_FOLDER / "commitment.json", force=True)
    keys.prove(book, opening, market, mandate).write(_FOLDER / "proof.json")
    (_FOLDER / "verifying.key").write_bytes(keys.verifying.to_bytes())
    return _FOLDER


def published_digest() -> str:
    """The digest of the keys, as a page that you trust would have it."""
    return _KEYS[-1].verifying.digest

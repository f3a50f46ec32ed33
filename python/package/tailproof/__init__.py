"""Zero-knowledge risk proofs: prove that a private book meets a public risk mandate.

>>> import tailproof as tp
>>> prices = {
...     "date": ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08"],
...     "AAPL": [185, 184, 182, 181, 185],
...     "MSFT": [370, 371, 368, 368, 375],
... }
>>> market = tp.Scenarios.historical(prices)
>>> mandate = tp.Mandate("Desk", clauses=[tp.var(0.75, limit=2000)])
>>> book = tp.Book({"AAPL": 120_000, "MSFT": -40_000})
>>> book.risk(market, mandate).holds
True
"""

from . import sample
from ._clauses import Clause, caps, concentration, cvar, gross, large_exposures, margin, net, stress, var
from ._errors import ClaimRefused, InputError, NotValid, ReadingWarning, TailproofError, WrongKeys
from ._native import (
    VERSION as __version__,
    Attestors,
    Book,
    Bundle,
    Commitment,
    Deal,
    Keys,
    Ledger,
    Mandate,
    Opening,
    Pool,
    PoolLedger,
    PoolOpening,
    Prepared,
    Proof,
    RestsOn,
    Risk,
    Scenarios,
    Verified,
    VerifyingKey,
)

__all__ = [
    "Attestors",
    "Book",
    "Bundle",
    "ClaimRefused",
    "Clause",
    "Commitment",
    "Deal",
    "InputError",
    "Keys",
    "Ledger",
    "Mandate",
    "NotValid",
    "Opening",
    "Pool",
    "PoolLedger",
    "PoolOpening",
    "Prepared",
    "Proof",
    "ReadingWarning",
    "RestsOn",
    "Risk",
    "Scenarios",
    "TailproofError",
    "Verified",
    "VerifyingKey",
    "WrongKeys",
    "__version__",
    "caps",
    "concentration",
    "cvar",
    "gross",
    "large_exposures",
    "margin",
    "net",
    "sample",
    "stress",
    "var",
]

"""Types of the native module."""

import os
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, TypeAlias, final

from ._clauses import Clause, Number

__all__ = [
    "Attestors",
    "Book",
    "Bundle",
    "Commitment",
    "Deal",
    "Hold",
    "JobTerms",
    "Keys",
    "Ledger",
    "Mandate",
    "NOT_MET",
    "Opening",
    "Plan",
    "Pool",
    "PoolLedger",
    "PoolOpening",
    "Prepared",
    "Proof",
    "RestsOn",
    "Risk",
    "Row",
    "SAMPLE_BOOK",
    "SAMPLE_PRICES",
    "Scenarios",
    "Summary",
    "VERSION",
    "Verified",
    "VerifyingKey",
    "doubled_by_case",
    "listed",
    "name_problem",
    "read_results",
    "standing",
    "tidy",
    "write_results",
]
VERSION: str
SAMPLE_PRICES: str
SAMPLE_BOOK: str
NOT_MET: str

_Path: TypeAlias = str | os.PathLike[str]
# A path, a frame of pandas or polars, a table of pyarrow, a structured array, or a mapping of columns.
_Table: TypeAlias = Any
_Digest: TypeAlias = str | bytes
_Status: TypeAlias = Literal["proved", "kept", "false", "bad-input", "set-aside", "pending"]
_Library: TypeAlias = Literal["pandas", "polars"]

@final
class Scenarios:
    @staticmethod
    def historical(
        prices: _Table,
        *,
        window: int | None = None,
        horizon: int = 1,
        missing: Literal["refuse", "drop-day", "carry", "drop-factor"] = "refuse",
        factors: Sequence[str] | None = None,
        proxies: Mapping[str, str] | None = None,
        returns: bool = False,
        moves: Mapping[str, str | Number] | None = None,
        currencies: Mapping[str, str] | None = None,
        rates: _Table | None = None,
        base: str | None = None,
        age_weighted: Number | None = None,
        volatility_scaled: Number | None = None,
        linear_weights: bool = False,
        stressed: Literal["equal"] | Book | None = None,
        gamma: bool = False,
        cross_gamma: bool = False,
        implied_volatilities: _Table | None = None,
        liquidity_horizons: Mapping[str, int] | None = None,
        theta: bool = False,
    ) -> Scenarios: ...
    @staticmethod
    def monte_carlo(
        prices: _Table,
        *,
        paths: int,
        seed: _Digest,
        model: Literal["normal", "student-t", "jump"] = "normal",
        degrees: Number | None = None,
        horizon: int = 1,
        covariance: Literal["sample", "ewma", "ledoit-wolf"] = "sample",
        repair: Literal["clip"] | None = None,
        zero_drift: bool = False,
        antithetic: bool = False,
        jump_intensity: Number | None = None,
        jump_mean: Number | None = None,
        jump_volatility: Number | None = None,
    ) -> Scenarios: ...
    @staticmethod
    def covariance(
        prices: _Table | None = None,
        *,
        table: _Table | None = None,
        estimator: Literal["sample", "ewma", "ledoit-wolf"] = "sample",
        repair: Literal["clip"] | None = None,
        zero_mean: bool = False,
        horizon: int = 1,
        window: int | None = None,
    ) -> Scenarios: ...
    @staticmethod
    def margin(table: _Table, *, correlations: Literal["low", "medium", "high"] = "medium") -> Scenarios: ...
    @staticmethod
    def scan(
        underlying: str,
        *,
        price_range: Number,
        extreme: Number,
        cover: Number,
        volatility_range: Number | None = None,
        gamma: bool = False,
    ) -> Scenarios: ...
    @staticmethod
    def stress(table: _Table, *, percent: bool = False) -> Scenarios: ...
    @staticmethod
    def imported(
        table: _Table, *, weights: str | None = None, description: str | None = None, percent: bool = False
    ) -> Scenarios: ...
    @staticmethod
    def pnl(gains: _Table, *, source: str) -> Scenarios: ...
    @staticmethod
    def events(
        prices: _Table,
        events: Sequence[tuple[str, str, str]],
        *,
        without_row: Literal["refuse", "before"] = "refuse",
    ) -> Scenarios: ...
    @staticmethod
    def known_events() -> list[tuple[str, str, str]]: ...
    @staticmethod
    def read(path: _Path, *, digest: _Digest | None = None) -> Scenarios: ...
    @staticmethod
    def from_bytes(content: bytes, *, digest: _Digest | None = None) -> Scenarios: ...
    def with_cash(self, names: Sequence[str]) -> Scenarios: ...
    def to_bytes(self) -> bytes: ...
    def write(self, path: _Path) -> None: ...
    @property
    def digest(self) -> str: ...
    @property
    def factors(self) -> list[str]: ...
    @property
    def labels(self) -> list[str]: ...
    @property
    def weights(self) -> list[int]: ...
    @property
    def generator(self) -> Any: ...
    @property
    def sentence(self) -> str: ...
    @property
    def suspicions(self) -> list[str]: ...
    def to_frame(self, library: _Library = "pandas") -> Any: ...
    def regenerate(
        self,
        *,
        prices: _Table | None = None,
        rates: _Table | None = None,
        implied_volatilities: _Table | None = None,
        table: _Table | None = None,
        percent: bool = False,
        deal: Deal | None = None,
        assumptions: _Path | None = None,
        tolerance: int = 0,
    ) -> dict[str, Any]: ...
    def __len__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Mandate:
    def __new__(
        cls,
        name: str,
        *,
        clauses: Sequence[Clause],
        unit: Number | None = None,
        currency: str | None = None,
        half_spreads: Mapping[str, Number] | Number | None = None,
        scenarios: Mapping[str, Any] | None = None,
        nav: Literal["stated", "sum"] | None = None,
        cash: Sequence[str] | None = None,
        groups: _Digest | None = None,
        caps: _Digest | None = None,
        cap_days: int | None = None,
        cap_participation: Number | None = None,
        impact: _Digest | None = None,
    ) -> Mandate: ...
    @staticmethod
    def read(path: _Path) -> Mandate: ...
    @staticmethod
    def from_toml(text: str) -> Mandate: ...
    def under(self, groups: _Path) -> Mandate: ...
    def under_caps(self, caps: _Path) -> Mandate: ...
    def under_impact(self, impact: _Path) -> Mandate: ...
    @staticmethod
    def preset(
        rule: Literal[
            "ucits-absolute",
            "ucits-relative",
            "sec-18f4-relative",
            "frtb-es",
            "solvency2",
            "crr-large-exposures",
            "aifmd-gross",
            "aifmd-commitment",
            "sec-2a7",
            "eu-mmf-vnav",
            "eu-mmf-lvnav",
            "mica-reserve",
            "runway",
            "frtb-sba",
            "simm-delta",
            "span-scan",
        ],
        *,
        limit: Number | None = None,
        limit_nav: Number | None = None,
        reference: Book | None = None,
        scenarios: Scenarios | None = None,
        groups: _Path | None = None,
        amount: Number | None = None,
        unit: Number | None = None,
        diversification: bool = False,
    ) -> Mandate: ...
    def write(self, path: _Path, *, force: bool = False) -> None: ...
    @property
    def name(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def toml(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def sentences(self) -> list[str]: ...
    def smallest_shape(self, scenarios: Scenarios, *, books: int = 1) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Book:
    def __new__(
        cls, holdings: Any, *, nav: Number | None = None, unit: Number | None = None, currency: str | None = None
    ) -> Book: ...
    @staticmethod
    def read(path: _Path, *, nav: Number | None = None, unit: Number | None = None) -> Book: ...
    @staticmethod
    def pnl(
        gains: _Table,
        *,
        nav: Number,
        desk: str | None = None,
        unit: Number | None = None,
        currency: str | None = None,
    ) -> Book: ...
    def risk(
        self, scenarios: Scenarios, mandate: Mandate | None = None, *, confidences: Sequence[Number] | None = None
    ) -> Risk: ...
    def contributions(self, scenarios: Scenarios, confidence: Number) -> Risk: ...
    def after(self, trades: Mapping[str, Number]) -> Book: ...
    def commit(self, scenarios: Scenarios, mandate: Mandate | None = None) -> tuple[Commitment, Opening]: ...
    def __len__(self) -> int: ...

@final
class Risk:
    @property
    def rows(self) -> list[dict[str, Any]]: ...
    @property
    def totals(self) -> dict[str, Decimal]: ...
    @property
    def holds(self) -> bool | None: ...
    def to_frame(self, library: _Library = "pandas") -> Any: ...
    def __len__(self) -> int: ...

@final
class Commitment:
    @staticmethod
    def read(path: _Path) -> Commitment: ...
    @staticmethod
    def from_json(text: str) -> Commitment: ...
    def to_json(self) -> str: ...
    def write(self, path: _Path, *, force: bool = False) -> None: ...
    @property
    def value(self) -> str: ...
    @property
    def halo2_value(self) -> str | None: ...
    @property
    def is_pnl(self) -> bool:
        """Whether the file says that it is to a P&L vector: no proof binds its factors."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Opening:
    @staticmethod
    def read(path: _Path) -> Opening: ...
    def write(self, path: _Path, *, force: bool = False) -> None: ...
    @property
    def commitment(self) -> str: ...

@final
class VerifyingKey:
    @staticmethod
    def read(path: _Path, *, digest: _Digest | None = None) -> VerifyingKey: ...
    @staticmethod
    def from_bytes(content: bytes, *, digest: _Digest | None = None) -> VerifyingKey: ...
    def to_bytes(self) -> bytes: ...
    @property
    def digest(self) -> str: ...
    @property
    def shape(self) -> str: ...
    @property
    def backend(self) -> Literal["groth16", "halo2"]: ...
    @property
    def kind(self) -> Literal["development", "unknown powers", "ceremony", "derived"]: ...

@final
class Keys:
    @staticmethod
    def insecure_development(shape: str) -> Keys: ...
    @staticmethod
    def halo2(shape: str) -> Keys: ...
    @staticmethod
    def read(folder: _Path, *, digest: _Digest | None = None) -> Keys: ...
    def write(self, folder: _Path, *, force: bool = False) -> None: ...
    @property
    def verifying(self) -> VerifyingKey: ...
    def prepare(self, scenarios: Scenarios, mandate: Mandate) -> Prepared: ...
    def prove_pool(
        self,
        pool: Pool,
        opening: PoolOpening,
        deal: Deal,
        scenarios: Scenarios | None = None,
        *,
        context: str | None = None,
        before: Pool | None = None,
        before_opening: PoolOpening | None = None,
        reasons: Mapping[str, str] | _Path | None = None,
    ) -> Proof: ...
    def prove(
        self,
        book: Book | Iterable[Book],
        opening: Opening | Iterable[Opening],
        scenarios: Scenarios,
        mandate: Mandate,
        *,
        context: str | None = None,
    ) -> Proof: ...

@final
class Prepared:
    def prove(self, book: Book, opening: Opening, *, context: str | None = None) -> Proof: ...
    def settle(
        self, book: Book, opening: Opening, *, earlier: str | None = None, context: str | None = None
    ) -> tuple[Literal["proved", "kept"], str, str | None]: ...

@final
class Proof:
    @staticmethod
    def read(path: _Path) -> Proof: ...
    @staticmethod
    def from_json(text: str) -> Proof: ...
    def to_json(self) -> str: ...
    def write(self, path: _Path) -> None: ...
    def verify(
        self,
        keys: VerifyingKey,
        scenarios: Scenarios | None,
        terms: Mandate | Deal,
        *,
        commitment: Commitment | Iterable[Commitment] | None = None,
        prices: _Table | None = None,
        rates: _Table | None = None,
        implied_volatilities: _Table | None = None,
        table: _Table | None = None,
        percent: bool = False,
        seed: _Digest | None = None,
        context: str | None = None,
        withdrawn: _Path | None = None,
        attestors: Attestors | None = None,
    ) -> Verified: ...
    @property
    def backend(self) -> Literal["groth16", "halo2"]: ...
    @property
    def commitment(self) -> str: ...
    @property
    def keys_digest(self) -> str: ...

@final
class Bundle:
    @staticmethod
    def read(path: _Path) -> Bundle: ...
    @staticmethod
    def from_bytes(content: bytes) -> Bundle: ...
    def verify(
        self,
        *,
        keys: _Digest,
        terms: _Digest | None = None,
        scenarios: _Digest | None = None,
        commitment: Commitment | Iterable[Commitment] | None = None,
        seed: _Digest | None = None,
        context: str | None = None,
        withdrawn: _Path | None = None,
        attestors: Attestors | None = None,
    ) -> Verified: ...

@final
class Attestors:
    def __new__(
        cls,
        keys: Sequence[str],
        attestations: Sequence[_Path] = ...,
        *,
        subject: _Digest | None = None,
        at: int | None = None,
        revoked: _Path | None = None,
    ) -> Attestors: ...

@final
class Verified:
    @property
    def claims(self) -> list[str]: ...
    @property
    def name(self) -> str: ...
    @property
    def over(self) -> str | None: ...
    @property
    def commitment(self) -> str: ...
    @property
    def keys(self) -> Literal["development", "unknown powers", "ceremony", "derived"]: ...
    @property
    def is_strict(self) -> bool: ...
    @property
    def rests_on(self) -> list[RestsOn]: ...
    def to_dict(self) -> dict[str, Any]: ...

@final
class RestsOn:
    @property
    def what(self) -> str: ...
    @property
    def how(self) -> str: ...
    @property
    def digest(self) -> str | None: ...
    @property
    def note(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...

@final
class Deal:
    @staticmethod
    def read(path: _Path) -> Deal: ...
    @staticmethod
    def from_toml(text: str) -> Deal: ...
    @staticmethod
    def named(name: Literal["consumer-2018", "cdx-na-ig-s7", "crypto-2021"]) -> Deal: ...
    def under(self, assumptions: _Path) -> Deal: ...
    def scenarios(
        self,
        *,
        rho: Number | None = None,
        degrees: Number | None = None,
        nodes: int | None = None,
        finite: Number | None = None,
        paths: int | None = None,
        seed: _Digest | None = None,
        slots: int | None = None,
    ) -> Scenarios: ...
    def bad_debt(self, market: Scenarios) -> Scenarios: ...
    def cashflow(self, assumptions: _Path) -> Scenarios: ...
    def write(self, path: _Path, *, force: bool = False) -> None: ...
    @property
    def name(self) -> str: ...
    @property
    def toml(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def sentences(self) -> list[str]: ...
    def smallest_shape(self, loans: int, scenarios: Scenarios | None = None) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Pool:
    @staticmethod
    def read(tape: _Table, deal: Deal, *, mapping: str | None = None, period: str | None = None) -> Pool: ...
    @property
    def notes(self) -> list[str]: ...
    def commit(self) -> tuple[Commitment, PoolOpening]: ...
    def figures(self, deal: Deal, scenarios: Scenarios | None = None) -> list[dict[str, Any]]: ...
    def __len__(self) -> int: ...

@final
class PoolOpening:
    @staticmethod
    def read(path: _Path) -> PoolOpening: ...
    def write(self, path: _Path, *, force: bool = False) -> None: ...
    @property
    def commitment(self) -> str: ...

@final
class Ledger:
    def __new__(cls, name: str, *, confidence: Number) -> Ledger: ...
    @staticmethod
    def read(path: _Path) -> Ledger: ...
    @staticmethod
    def from_json(text: str) -> Ledger: ...
    def to_json(self) -> str: ...
    def write(self, path: _Path) -> None: ...
    def context(self, date: str | None = None) -> str: ...
    def forecast(
        self,
        date: str,
        proof: Proof,
        scenarios: Scenarios,
        mandate: Mandate,
        keys: VerifyingKey,
        *,
        prices: _Table | None = None,
    ) -> Verified: ...
    def realise(
        self,
        proof: Proof,
        scenarios: Scenarios,
        mandate: Mandate,
        keys: VerifyingKey,
        *,
        prices: _Table | None = None,
    ) -> Verified: ...
    def verify(
        self,
        keys: Sequence[VerifyingKey],
        proofs: Sequence[Proof],
        scenarios: Sequence[Scenarios],
        mandates: Sequence[Mandate],
        *,
        prices: _Table | None = None,
        rates: _Table | None = None,
    ) -> dict[str, Any]: ...
    @property
    def days(self) -> list[tuple[str, bool]]: ...
    @property
    def open(self) -> str | None: ...
    @property
    def head(self) -> str: ...
    def backtest(self) -> dict[str, Any]: ...
    def __len__(self) -> int: ...

@final
class PoolLedger:
    def __new__(
        cls, name: str, deal: Deal, commitment: Commitment, *, backend: Literal["groth16", "halo2"] = "groth16"
    ) -> PoolLedger: ...
    @staticmethod
    def read(path: _Path) -> PoolLedger: ...
    @staticmethod
    def from_json(text: str) -> PoolLedger: ...
    def to_json(self) -> str: ...
    def write(self, path: _Path) -> None: ...
    def context(self, deal: Deal, scenarios: Scenarios | None = None) -> str: ...
    def add(
        self, proof: Proof, deal: Deal, keys: VerifyingKey, *, scenarios: Scenarios | None = None
    ) -> Verified: ...
    def verify(
        self,
        keys: Sequence[VerifyingKey],
        proofs: Sequence[Proof],
        deals: Sequence[Deal],
        scenarios: Sequence[Scenarios] = ...,
        *,
        heads: Sequence[_Digest] = ...,
        commitments: Sequence[Commitment] = ...,
    ) -> dict[str, Any]: ...
    @property
    def name(self) -> str: ...
    @property
    def backend(self) -> Literal["groth16", "halo2"]: ...
    @property
    def cut_off(self) -> str: ...
    @property
    def commitments(self) -> list[tuple[str, str]]: ...
    @property
    def steps(self) -> list[dict[str, Any]]: ...
    @property
    def head(self) -> str: ...
    def __len__(self) -> int: ...

@final
class JobTerms:
    def __new__(
        cls, mandate: Mandate, scenarios: Scenarios, keys: VerifyingKey, *, context: str | None = None
    ) -> JobTerms: ...
    def job(self, name: str, opening: Opening) -> str: ...

@final
class Plan:
    def __new__(cls, done: Sequence[bool], *, seconds: float, workers: int) -> Plan: ...
    def take(self) -> list[int]: ...
    def put_back(self, jobs: Sequence[int]) -> None: ...
    def measure(self, jobs: int, seconds: float) -> None: ...
    def __len__(self) -> int: ...

@final
class Row:
    def __new__(
        cls,
        name: str,
        status: str,
        *,
        digest: str | None = None,
        seconds: float | None = None,
        reason: str = "",
        job: str | None = None,
    ) -> Row: ...
    @staticmethod
    def from_json(text: str) -> Row | None: ...
    def to_json(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def status(self) -> _Status: ...
    @property
    def digest(self) -> str | None: ...
    @property
    def seconds(self) -> float | None: ...
    @property
    def reason(self) -> str: ...
    @property
    def job(self) -> str | None: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class Summary:
    def __new__(cls, rows: Sequence[Row]) -> Summary: ...
    @property
    def exit_status(self) -> int: ...
    def advice(self, results: str) -> str | None: ...
    def counts(self) -> dict[str, int]: ...

@final
class Hold:
    def __new__(cls, folder: _Path) -> Hold: ...
    def release(self) -> None: ...

def standing(name: str, job: str, rows: Sequence[Row], proof: str | None) -> Row: ...
def read_results(text: str) -> list[Row]: ...
def write_results(path: _Path, rows: Sequence[Row]) -> None: ...
def name_problem(name: str) -> str | None: ...
def doubled_by_case(names: Sequence[str]) -> list[str]: ...
def listed(entries: Sequence[tuple[str, bool]]) -> list[tuple[str, str | None]]: ...
def tidy(paths: Sequence[_Path]) -> None: ...

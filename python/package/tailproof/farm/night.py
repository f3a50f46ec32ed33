"""A night: the jobs, and the terms that they share."""

from __future__ import annotations

import csv
import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import Commitment, InputError, Keys, Mandate, Opening, Scenarios, VerifyingKey

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover
    import tomli as tomllib

_DOMAIN = b"tailproof/farm-job/v1"
_COLUMNS = ("id", "book", "opening", "commitment")
_KEYS = {
    "jobs", "output", "scenarios", "scenarios_digest", "mandate", "keys", "keys_digest", "context", "engine",
    "workers", "shard_seconds", "ray_address",
}  # fmt: skip


@dataclass(frozen=True)
class Job:
    """A book to prove: paths of its file, of its opening and of the commitment.

    name: the job's id in the table
    digest: SHA-256 of the name, the commitment and the public terms, in hex: it names the results
    """

    name: str
    book: Path
    opening: Path
    commitment: Path
    digest: str


@dataclass(frozen=True)
class Night:
    """A file of a night. Paths in it are relative to it."""

    path: Path
    output: Path
    scenarios: Path
    mandate: Path
    keys: Path
    keys_digest: str
    scenarios_digest: str | None
    context: str | None
    engine: str
    workers: int
    shard_seconds: float
    ray_address: str | None
    jobs_table: Path

    @staticmethod
    def read(path: str | os.PathLike[str]) -> Night:
        """Reads the file of a night.

        Raises InputError for a key that is missing or unknown.
        """
        file = Path(path)
        try:
            found: dict[str, Any] = tomllib.loads(file.read_text())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{file}: {error}", file=str(file)) from None

        def refuse(text: str, key: str | None = None) -> InputError:
            return InputError(f"{file}: {text}", file=str(file), column=key)

        unknown = sorted(set(found) - _KEYS)
        if unknown:
            raise refuse(f"the key '{unknown[0]}' is none of {', '.join(sorted(_KEYS))}", unknown[0])
        for key in ("jobs", "output", "scenarios", "mandate", "keys", "keys_digest"):
            if not isinstance(found.get(key), str):
                raise refuse(f"the key '{key}' is missing, or is no text", key)

        def number(key: str, value: Any, least: float) -> float:
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value < least:
                raise refuse(f"'{key}' is a number of at least {least:g}", key)
            return float(value)

        engine = found.get("engine", "local")
        if engine not in ("local", "ray"):
            raise refuse(f"the engine '{engine}' is neither local nor ray", "engine")
        folder = file.parent
        return Night(
            path=file,
            jobs_table=folder / found["jobs"],
            output=folder / found["output"],
            scenarios=folder / found["scenarios"],
            mandate=folder / found["mandate"],
            keys=folder / found["keys"],
            keys_digest=found["keys_digest"],
            scenarios_digest=found.get("scenarios_digest"),
            context=found.get("context"),
            engine=engine,
            workers=int(number("workers", found.get("workers", os.cpu_count() or 1), 1)),
            shard_seconds=number("shard_seconds", found.get("shard_seconds", 60), 0.1),
            ray_address=found.get("ray_address"),
        )

    def market(self) -> Scenarios:
        """Reads the scenario set; another than the one that is pinned is refused."""
        return Scenarios.read(self.scenarios, digest=self.scenarios_digest)

    def terms(self) -> Mandate:
        """Reads the mandate."""
        return Mandate.read(self.mandate)

    def proving_keys(self) -> Keys:
        """Reads the keys; others than those that are pinned raise WrongKeys."""
        return Keys.read(self.keys, digest=self.keys_digest)

    def reader(self) -> JobReader:
        """Returns the reader of the table of jobs."""
        return JobReader(self)

    def jobs(self) -> list[Job]:
        """Reads the table of jobs, and checks all of it: that ids differ, that each file can be read, and
        that each opening is of the commitment beside it. Nothing is proved.

        Raises InputError with the row of the first problem.
        """
        reader = self.reader()
        if not reader.names:
            raise InputError(f"{self.jobs_table}: there is no job in it", file=str(self.jobs_table))
        return [reader.job(name) for name in reader.names]


class JobReader:
    """The rows of a table of jobs, each checked when it is asked for.

    Raises InputError for a table that cannot be read, and for an id that is none or occurs twice.
    """

    def __init__(self, night: Night) -> None:
        self._table = night.jobs_table
        mandate, market = night.terms().digest, night.market().digest
        VerifyingKey.read(night.keys, digest=night.keys_digest)
        self._shared = [mandate, market, night.keys_digest.lower().removeprefix("0x"), night.context or ""]
        self._rows: dict[str, tuple[int, dict[str, str]]] = {}
        for line, row in enumerate(_rows(self._table), start=2):
            name = row["id"].strip()
            if not name or not name.isprintable():
                raise self._refuse(line, "id", "an id is a text that can be printed")
            if name in self._rows:
                raise self._refuse(line, "id", f"the id '{name}' occurs twice")
            self._rows[name] = (line, row)

    @property
    def names(self) -> list[str]:
        """The ids, in the order of the table."""
        return list(self._rows)

    def job(self, name: str) -> Job:
        """Returns a job.

        Raises InputError for a file that is not there, and an opening of another commitment.
        """
        line, row = self._rows[name]
        book, opening, commitment = (self._table.parent / row[column] for column in _COLUMNS[1:])
        if not book.is_file():
            raise self._refuse(line, "book", f"there is no file {book}")
        try:
            opened, committed = Opening.read(opening).commitment, Commitment.read(commitment).value
        except (OSError, InputError) as error:
            raise self._refuse(line, "opening", str(error)) from None
        if opened != committed:
            raise self._refuse(line, "opening", f"it is of another commitment than the one in {commitment}")
        return Job(name, book, opening, commitment, _digest([name, committed, *self._shared]))

    def _refuse(self, line: int, column: str, text: str) -> InputError:
        place = f"{self._table}, row {line}, column '{column}'"
        return InputError(f"{place}: {text}", file=str(self._table), row=str(line), column=column)


def _digest(texts: list[str]) -> str:
    """Returns the SHA-256 of texts, each behind its length."""
    hashed = hashlib.sha256(_DOMAIN)
    for text in texts:
        content = text.encode()
        hashed.update(len(content).to_bytes(8, "big") + content)
    return hashed.hexdigest()


def _rows(path: Path) -> list[dict[str, str]]:
    """Reads a table of jobs from CSV or Parquet."""
    if path.suffix == ".parquet":
        import pyarrow.parquet

        table = pyarrow.parquet.read_table(path)
        names, rows = table.column_names, table.to_pylist()
    else:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
            names = list(reader.fieldnames or [])
    missing = [column for column in _COLUMNS if column not in names]
    if missing:
        text = f"{path}: it has no column '{missing[0]}'; it needs {', '.join(_COLUMNS)}"
        raise InputError(text, file=str(path), column=missing[0])
    return [{column: str(row[column] or "") for column in _COLUMNS} for row in rows]

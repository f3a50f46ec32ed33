"""A night: the jobs, and the terms that they share."""

from __future__ import annotations

import contextlib
import csv
import difflib
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import Commitment, InputError, Keys, Mandate, Opening, Scenarios, VerifyingKey, WrongKeys
from .._native import JobTerms, doubled_by_case, listed, name_problem

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover
    import tomli as tomllib

_COLUMNS = ("id", "book", "opening", "commitment")
_KEYS = {
    "jobs", "books", "output", "scenarios", "scenarios_digest", "mandate", "keys", "keys_digest", "context", "engine",
    "workers", "shard_seconds", "ray_address",
}  # fmt: skip


@dataclass(frozen=True)
class Job:
    """A book to prove: paths of its file, of its opening and of the commitment.

    name: the job's id, which names the file of its proof
    commitment: None if the opening alone says which it is
    digest: SHA-256 of the name, the commitment and the public terms, in hex
    """

    name: str
    book: Path
    opening: Path
    commitment: Path | None
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
    books: Path | None

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
            near = difflib.get_close_matches(unknown[0], _KEYS, n=1)
            meant = f"; '{near[0]}' may be meant" if near else ""
            raise refuse(f"the key '{unknown[0]}' is none of {', '.join(sorted(_KEYS))}{meant}", unknown[0])
        needed = ("output", "scenarios", "mandate", "keys", "keys_digest")
        for key in sorted(_KEYS - {"workers", "shard_seconds"}):
            if key in needed and key not in found:
                raise refuse(f"the key '{key}' is missing", key)
            if not isinstance(found.get(key, ""), str):
                raise refuse(f"the key '{key}' is no text: write it in quotation marks", key)
        if ("jobs" in found) == ("books" in found):
            raise refuse("give one of 'jobs', a table, and 'books', a folder", "jobs")

        def number(key: str, value: Any, least: float) -> float:
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= least:
                raise refuse(f"'{key}' is a number of at least {least:g}", key)
            return float(value)

        for key in ("keys_digest", "scenarios_digest"):
            if key in found and not re.fullmatch("(0x)?[0-9a-fA-F]{64}", found[key]):
                raise refuse(f"'{key}' is no digest: give its 64 digits in hex", key)
        engine = found.get("engine", "local")
        if engine not in ("local", "ray"):
            raise refuse(f"the engine '{engine}' is neither local nor ray", "engine")
        folder = file.parent
        if "books" in found and (folder / found["books"]).resolve() == (folder / found["output"]).resolve():
            raise refuse("'output' is the folder of the books; name another folder for the proofs", "output")
        return Night(
            path=file,
            jobs_table=folder / found.get("jobs", ""),
            books=folder / found["books"] if "books" in found else None,
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

    @contextlib.contextmanager
    def _about(self, key: str) -> Iterator[None]:
        """Says in errors which key of the file they are about."""
        try:
            yield
        except WrongKeys as error:
            raise WrongKeys(f"{self.path}, '{key}': {error}") from None
        except (InputError, OSError) as error:
            raise InputError(f"{self.path}, '{key}': {error}", file=str(self.path), column=key) from None

    def market(self) -> Scenarios:
        """Reads the scenario set; another than the one that is pinned is refused."""
        with self._about("scenarios"):
            return Scenarios.read(self.scenarios, digest=self.scenarios_digest)

    def terms(self) -> Mandate:
        """Reads the mandate."""
        with self._about("mandate"):
            return Mandate.read(self.mandate)

    def proving_keys(self) -> Keys:
        """Reads the keys; others than those that are pinned raise WrongKeys."""
        with self._about("keys"):
            return Keys.read(self.keys, digest=self.keys_digest)

    def verifying_key(self) -> VerifyingKey:
        """Reads the verifying key; another than the one that is pinned raises WrongKeys."""
        with self._about("keys"):
            return VerifyingKey.read(self.keys, digest=self.keys_digest)

    def reader(self, market: Scenarios, mandate: Mandate, verifying: VerifyingKey) -> JobReader:
        """Returns the reader of the jobs, under terms that were read."""
        return JobReader(self, JobTerms(mandate, market, verifying, context=self.context))

    def jobs(self) -> list[Job]:
        """Finds all jobs, and checks all of it: that ids can name files and differ, that each file can be
        read, that each opening is of the commitment beside it, and that keys are those that are pinned and
        fit the mandate. Nothing is proved.

        Raises InputError with the row of the first problem; WrongKeys.
        """
        reader = self.reader(self.market(), self.terms(), self.verifying_key())
        return [reader.job(name) for name in reader.names]


class JobReader:
    """The jobs of a night, each checked when it is asked for.

    Raises InputError for a table or a folder that cannot be read, or that names no job, and for an id that
    is none or occurs twice.
    """

    def __init__(self, night: Night, terms: JobTerms) -> None:
        self._terms = terms
        self._sources = _of_folder(night.books) if night.books else _of_table(night.jobs_table)
        doubled = set(doubled_by_case(list(self._sources)))
        for name, source in self._sources.items():
            if name in doubled:
                raise source.refuse("id", f"another id differs from '{name}' only by case; some disks take both for one")

    @property
    def names(self) -> list[str]:
        """The ids, in the order of the table, or of the names in the folder."""
        return list(self._sources)

    def job(self, name: str) -> Job:
        """Returns a job.

        Raises InputError for a file that is not there, and an opening of another commitment.
        """
        source = self._sources[name]
        if not source.book.is_file():
            raise source.refuse("book", f"there is no file {source.book}")
        try:
            opening = Opening.read(source.opening)
        except (OSError, InputError) as error:
            raise source.refuse("opening", str(error)) from None
        if source.commitment is not None:
            try:
                committed = Commitment.read(source.commitment).value
            except (OSError, InputError) as error:
                raise source.refuse("commitment", str(error)) from None
            if opening.commitment != committed:
                raise source.refuse("opening", f"it is of another commitment than the one in {source.commitment}")
        return Job(name, source.book, source.opening, source.commitment, self._terms.job(name, opening))


@dataclass(frozen=True)
class _Source:
    """The files of a job, and where that was said: a row of a table, or none for a folder."""

    said: Path
    row: int | None
    book: Path
    opening: Path
    commitment: Path | None

    def refuse(self, column: str, text: str) -> InputError:
        if self.row is None:
            return InputError(f"{self.said}: {text}", file=str(self.said))
        place = f"{self.said}, row {self.row}, column '{column}'"
        return InputError(f"{place}: {text}", file=str(self.said), row=str(self.row), column=column)


def _of_table(path: Path) -> dict[str, _Source]:
    """Returns the jobs of a table."""
    found: dict[str, _Source] = {}
    for line, row in enumerate(_rows(path), start=2):
        name = row["id"].strip()
        source = _Source(path, line, *(path.parent / row[column] for column in _COLUMNS[1:]))
        problem = name_problem(name)
        if problem:
            raise source.refuse("id", f"'{name}' is no id: {problem}")
        if name in found:
            raise source.refuse("id", f"the id '{name}' occurs twice")
        for column in _COLUMNS[1:]:
            if not row[column]:
                raise source.refuse(column, "it is empty: give the path of the file")
        found[name] = source
    if not found:
        raise InputError(f"{path}: there is no job in it", file=str(path))
    return found


def _of_folder(path: Path) -> dict[str, _Source]:
    """Returns the jobs of a folder of books, as `tailproof prove --batch` takes them."""
    found: dict[str, _Source] = {}
    for name, problem in listed([(entry.name, entry.is_file()) for entry in os.scandir(path)]):
        source = _Source(path, None, path / f"{name}.csv", path / f"{name}.opening", None)
        if problem:
            raise source.refuse("id", f"{name}: {problem}")
        found[name] = source
    if not found:
        text = f"{path}: there is no book in it: put each as NAME.csv beside its NAME.opening"
        raise InputError(text, file=str(path))
    return found


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

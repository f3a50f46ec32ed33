"""The folder of results: a proof and a record for each job, and the table that is rebuilt from them.

Records have mode 0600: a reason may quote a cell of a book.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from .. import Proof
from .night import Job

# Workers that a book may kill before it is set aside.
MOST_KILLED = 3


class Status(str, Enum):
    """What became of a job."""

    PROVED = "proved"
    FALSE = "false"
    BAD_INPUT = "bad-input"
    SET_ASIDE = "set-aside"
    PENDING = "pending"


@dataclass(frozen=True)
class Row:
    """A row of the table.

    sha256: of the proof's file, in hex; empty without a proof
    """

    id: str
    status: Status
    job: str
    sha256: str = ""
    seconds: float | None = None
    reason: str = ""


class Folder:
    """A folder of results."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        """Makes the folder, if it is not there."""
        for part in ("proofs", "records", "begun"):
            (self.path / part).mkdir(parents=True, exist_ok=True)

    def hold(self) -> Any:
        """Takes the lock of the folder, and returns it. Raises RuntimeError if another run has it."""
        lock = (self.path / ".lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise RuntimeError(f"{self.path}: {lock.read().strip() or 'another run'} is proving into it") from None
        lock.seek(0)
        lock.truncate()
        lock.write(f"process {os.getpid()}")
        lock.flush()
        return lock

    def proof(self, job: Job) -> Path:
        """The path of a job's proof."""
        return self.path / "proofs" / f"{job.digest}.json"

    def record(self, job: Job) -> Path:
        """The path of a job's record."""
        return self.path / "records" / f"{job.digest}.json"

    def begun(self, job: Job) -> Path:
        """The path of the note that a worker has begun a job: a line for each time, with its process."""
        return self.path / "begun" / job.digest

    def begin(self, job: Job) -> int:
        """Takes note that this process begins a job. Returns how often one was begun before and not ended:
        each time, the worker was lost."""
        note = self.begun(job)
        before = len(note.read_text().split()) if note.exists() else 0
        with note.open("a") as file:
            file.write(f"{os.getpid()}\n")
            file.flush()
            os.fsync(file.fileno())
        return before

    def end(self, job: Job, row: Row) -> None:
        """Writes a job's record, whole or not at all, and removes the note that it was begun."""
        target = self.record(job)
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(row) | {"status": row.status.value}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
        self.begun(job).unlink(missing_ok=True)

    def row(self, job: Job) -> Row:
        """Returns what the folder has of a job. A record of a proof counts if the proof is the one that was
        written: one that is missing, cut short or another is pending."""
        pending = Row(job.name, Status.PENDING, job.digest)
        try:
            found = json.loads(self.record(job).read_text())
            row = Row(**(found | {"status": Status(found["status"])}))
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return pending
        if row.job != job.digest or row.id != job.name:
            return pending
        if row.status is Status.PROVED:
            try:
                content = self.proof(job).read_bytes()
            except FileNotFoundError:
                return pending
            if hashlib.sha256(content).hexdigest() != row.sha256:
                return pending
        return row

    def write_table(self, rows: Iterable[Row]) -> Path:
        """Writes `results.csv`, and returns its path."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["id", "status", "job", "sha256", "seconds", "reason"])
        for row in rows:
            seconds = "" if row.seconds is None else f"{row.seconds:.3f}"
            writer.writerow([_cell(row.id), row.status.value, row.job, row.sha256, seconds, _cell(row.reason)])
        target = self.path / "results.csv"
        temporary = self.path / f".results.csv.{os.getpid()}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text.getvalue())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
        return target


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def table(folder: Folder, jobs: Iterable[Job]) -> list[Row]:
    """Returns a row for each job, from what is in the folder."""
    return [folder.row(job) for job in jobs]


def read_proof(path: Path) -> Proof | None:
    """Reads a proof of an earlier run; None if there is none that can be read."""
    try:
        return Proof.read(path)
    except (OSError, ValueError):
        return None

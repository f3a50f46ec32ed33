"""The folder of proofs: a proof for each book that has one, and the table of results.

Proofs and table are those of `tailproof prove --batch`, which goes on where a farm stopped, and the other
way round. During a run, each worker writes the rows of its books as files of their own, of mode 0600: a
reason may quote a cell of a book. They go into the table at the end, or when the next run begins.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from .._native import Hold, Row, read_results, standing, tidy, write_results
from .night import Job

# Workers that a book may cost in a run before it is set aside.
MOST_KILLED = 3


class Folder:
    """A folder of proofs."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        """Makes the folder, if it is not there."""
        for part in ("records", "begun"):
            (self.path / part).mkdir(parents=True, exist_ok=True)

    def hold(self) -> Hold:
        """Takes the lock of the folder. Raises BlockingIOError if another run has it."""
        return Hold(self.path)

    @property
    def table(self) -> Path:
        """The path of the table of results."""
        return self.path / "results.csv"

    def proof(self, job: Job) -> Path:
        """The path of a job's proof."""
        return self.path / f"{job.name}.proof.json"

    def record(self, job: Job) -> Path:
        """The path of a job's row, before it is in the table."""
        return self.path / "records" / f"{job.digest}.json"

    def begun(self, job: Job) -> Path:
        """The path of the note that a worker has begun a job: a line for each time, with run and process."""
        return self.path / "begun" / job.digest

    def begin(self, job: Job, run: str) -> int:
        """Takes note that this process begins a job. Returns how often one of the same run began it and did
        not end it: each time, the worker was lost. Those of other runs may have been ended with their
        driver."""
        note = self.begun(job)
        lines = note.read_text().splitlines() if note.exists() else []
        with note.open("a") as file:
            file.write(f"{run} {os.getpid()}\n")
            file.flush()
            os.fsync(file.fileno())
        return sum(line.split()[:1] == [run] for line in lines)

    def end(self, job: Job, row: Row) -> None:
        """Writes a job's row, whole or not at all, and removes the note that it was begun."""
        target = self.record(job)
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(row.to_json())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
        self.begun(job).unlink(missing_ok=True)

    def rows(self, jobs: Iterable[Job]) -> list[Row]:
        """Returns what the folder has of each job. A row that says that there is a proof counts if the proof
        is the one that was written then: a job whose proof is missing, cut short or another is pending."""
        table = {row.job: row for row in read_results(_text(self.table) or "")}
        return [self._row(job, table.get(job.digest)) for job in jobs]

    def _row(self, job: Job, in_table: Row | None) -> Row:
        record = Row.from_json(_text(self.record(job)) or "")
        rows = [row for row in (record, in_table) if row is not None]
        proof = None
        if any(row.digest for row in rows):
            try:
                proof = hashlib.sha256(self.proof(job).read_bytes()).hexdigest()
            except FileNotFoundError:
                pass
        return standing(job.name, job.digest, rows, proof)

    def write_table(self, rows: list[Row]) -> None:
        """Writes the table. It replaces such a table, and no other file."""
        write_results(self.table, rows)

    def settle(self, jobs: Iterable[Job]) -> list[Row]:
        """Writes the rows of all jobs into the table, removes what stood for them until then, and returns
        them. No worker may be at work."""
        jobs = list(jobs)
        rows = self.rows(jobs)
        self.write_table(rows)
        for part in ("records", "begun"):
            for entry in os.scandir(self.path / part):
                if len(entry.name.strip(".").split(".")[0]) == 64:
                    os.unlink(entry.path)
        tidy([self.proof(job) for job, row in zip(jobs, rows, strict=True) if row.status == "kept"])
        return rows


def _text(path: Path) -> str | None:
    """Returns the text of a file; None if there is none, or it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def read_earlier(path: Path) -> str | None:
    """Returns the text in the place of a proof, whatever it is; None if there is no file.

    Raises OSError for a file that cannot be read.
    """
    try:
        # Byte for byte: no line end is translated.
        return path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None

"""The work of one process: keys and scenarios once, then shards of jobs."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable

from .. import Book, ClaimRefused, InputError, Opening
from .night import Job, Night
from .results import MOST_KILLED, Folder, Row, Status, read_proof


class Worker:
    """Reads the keys, the scenarios and the jobs of a night once.

    Only ids of jobs go in, and only ids and counts come out: whatever carries them sees nothing private.
    """

    def __init__(self, night: str) -> None:
        self.night = Night.read(night)
        self.folder = Folder(self.night.output)
        self.jobs = self.night.reader()
        keys = self.night.proving_keys()
        self.prepared = keys.prepare(self.night.market(), self.night.terms())

    def prove_shard(self, names: Iterable[str]) -> list[tuple[str, float]]:
        """Proves jobs, and returns the id of each with the seconds that it took."""
        done: list[tuple[str, float]] = []
        for name in names:
            begun = time.perf_counter()
            self.prove(self.jobs.job(name))
            done.append((name, time.perf_counter() - begun))
        return done

    def prove(self, job: Job) -> None:
        """Proves a job, or keeps its proof, and writes its record."""
        begun = time.perf_counter()
        killed = self.folder.begin(job)

        def end(status: Status, *, sha256: str = "", reason: str = "") -> None:
            seconds = time.perf_counter() - begun
            self.folder.end(job, Row(job.name, status, job.digest, sha256, seconds, reason))

        if killed >= MOST_KILLED:
            return end(Status.SET_ASIDE, reason=f"{killed} workers were lost while they proved it")
        try:
            try:
                book, opening = Book.read(job.book), Opening.read(job.opening)
            except OSError as error:
                return end(Status.BAD_INPUT, reason=str(error))
            path = self.folder.proof(job)
            proof = read_proof(path)
            if proof is None or not self.prepared.proves(proof, book, opening, context=self.night.context):
                path.unlink(missing_ok=True)
                self.prepared.prove(book, opening, context=self.night.context).write(path)
        except ClaimRefused:
            return end(Status.FALSE, reason="the book does not meet the mandate")
        except InputError as error:
            return end(Status.BAD_INPUT, reason=str(error))
        except Exception:
            # The disk or the keys: no fault of the book, and a reason to stop.
            self.folder.begun(job).unlink(missing_ok=True)
            raise
        end(Status.PROVED, sha256=hashlib.sha256(path.read_bytes()).hexdigest())

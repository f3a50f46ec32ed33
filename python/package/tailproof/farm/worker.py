"""The work of one process: keys and scenarios once, then shards of jobs."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable

from .. import Book, ClaimRefused, InputError, Opening, Proof
from .._native import NOT_MET, Row
from .night import Job, Night
from .results import MOST_KILLED, Folder, read_earlier


class Worker:
    """Reads the keys, the scenarios and the jobs of a night once.

    Only ids of jobs go in, and only ids and seconds come out: whatever carries them sees nothing private.

    run: names the run, so that jobs that another one began are not taken for lost in this one
    """

    def __init__(self, night: str, run: str) -> None:
        # Guesses about a book would quote its cells in a log.
        warnings.simplefilter("ignore")
        self.night = Night.read(night)
        self.run = run
        self.folder = Folder(self.night.output)
        keys = self.night.proving_keys()
        market, mandate = self.night.market(), self.night.terms()
        self.jobs = self.night.reader(market, mandate, keys.verifying)
        self.prepared = keys.prepare(market, mandate)

    def prove_shard(self, names: Iterable[str]) -> list[tuple[str, float]]:
        """Proves jobs, and returns the id of each with the seconds that it took."""
        done: list[tuple[str, float]] = []
        for name in names:
            begun = time.perf_counter()
            job = self.jobs.job(name)
            # A worker that was lost leaves the rows of its shard that it ended.
            if not self.folder.record(job).exists():
                self.prove(job)
            done.append((name, time.perf_counter() - begun))
        return done

    def prove(self, job: Job) -> None:
        """Proves a job, or keeps its proof, and writes its row."""
        begun = time.perf_counter()
        killed = self.folder.begin(job, self.run)

        def end(status: str, *, digest: str | None = None, reason: str = "") -> None:
            seconds = time.perf_counter() - begun
            row = Row(job.name, status, digest=digest, seconds=seconds, reason=reason, job=job.digest)
            self.folder.end(job, row)

        if killed >= MOST_KILLED:
            return end("set-aside", reason=f"{killed} workers were lost while they proved it")
        try:
            book, opening = Book.read(job.book), Opening.read(job.opening)
            earlier = read_earlier(self.folder.proof(job))
        except (InputError, OSError) as error:
            return end("bad-input", reason=str(error))
        try:
            status, digest, text = self.prepared.settle(book, opening, earlier=earlier, context=self.night.context)
            if text is not None:
                Proof.from_json(text).write(self.folder.proof(job))
        except ClaimRefused:
            return end("false", reason=NOT_MET)
        except (InputError, FileExistsError, BlockingIOError) as error:
            return end("bad-input", reason=str(error))
        # Anything else is of the disk or the keys, no fault of the book, and stops the night.
        end(status, digest=digest)

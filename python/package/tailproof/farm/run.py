"""A night from its file to its table of results."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable

from .._native import Row
from . import local, on_ray
from .night import Night
from .results import Folder
from .shards import Shards


def run(night: Night, progress: Callable[[int, int], None] = lambda done, all: None) -> list[Row]:
    """Proves every job of a night that has no proof yet, and returns a row for each.

    A proof of an earlier run, of a farm or of `tailproof prove --batch`, is kept only if it verifies. Jobs
    whose claim was false or whose input was bad are tried again: their files may have changed.

    Raises InputError before anything is proved, for a night that cannot be run; BlockingIOError if another
    run has the folder; RuntimeError or OSError for what stopped the night. What was proved stays.
    """
    jobs = night.jobs()
    folder = Folder(night.output)
    folder.make()
    hold = folder.hold()
    try:
        # With the rows of a run that was killed.
        before = folder.settle(jobs)
        workers = min(night.workers, len(jobs))
        shards = Shards(
            [job.name for job in jobs],
            [row.digest is not None for row in before],
            seconds=night.shard_seconds,
            workers=workers,
        )
        done = 0

        def ended(names: list[str]) -> None:
            nonlocal done
            done += len(names)
            progress(done, len(jobs))

        progress(0, len(jobs))
        task = (str(night.path.resolve()), secrets.token_hex(8))
        try:
            if night.engine == "ray":
                on_ray.run(task, shards, workers, ended, night.ray_address)
            else:
                local.run(task, shards, workers, ended)
        except BaseException:
            # A full disk may be the reason why there is no table.
            with contextlib.suppress(OSError):
                folder.settle(jobs)
            raise
        return folder.settle(jobs)
    finally:
        hold.release()

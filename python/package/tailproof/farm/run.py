"""A night from its file to its table of results."""

from __future__ import annotations

from collections.abc import Callable

from . import local, on_ray
from .night import Night
from .plan import Plan
from .results import Folder, Row, Status, table


def run(night: Night, progress: Callable[[int, int], None] = lambda done, all: None) -> list[Row]:
    """Proves every job of a night that has no proof yet, and returns a row for each.

    A proof of an earlier run is kept only if it verifies. Jobs whose claim was false or whose input was
    bad are tried again: their files may have changed.

    Raises InputError before anything is proved, for a night that cannot be run; RuntimeError if another
    run has the folder.
    """
    jobs = night.jobs()
    folder = Folder(night.output)
    folder.make()
    with folder.hold():
        # Those that are not done, first; a kept proof takes little.
        rows = {row.id: row for row in table(folder, jobs)}
        order = sorted((job.name for job in jobs), key=lambda name: rows[name].status is Status.PROVED)
        done = 0

        def ended(names: list[str]) -> None:
            nonlocal done
            done += len(names)
            progress(done, len(jobs))

        progress(0, len(jobs))
        try:
            workers = min(night.workers, len(jobs))
            plan = Plan(order, seconds=night.shard_seconds, workers=workers)
            if night.engine == "ray":
                on_ray.run(str(night.path.resolve()), plan, workers, ended, night.ray_address)
            else:
                local.run(str(night.path.resolve()), plan, workers, ended)
        finally:
            found = table(folder, jobs)
            folder.write_table(found)
    return found

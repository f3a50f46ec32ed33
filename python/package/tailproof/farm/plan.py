"""Shards of jobs, of about so many seconds by measured cost."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from math import ceil

# Books of the first shards, before anything has been measured.
_FIRST = 2


class Plan:
    """The jobs that are left, handed out in shards.

    seconds: what a shard should take
    workers: number of workers, so that the last jobs are shared among them
    """

    def __init__(self, jobs: Iterable[str], *, seconds: float, workers: int) -> None:
        self._left = deque(jobs)
        self._seconds = seconds
        self._workers = max(1, workers)
        self._measured = (0, 0.0)

    def measured(self, jobs: int, seconds: float) -> None:
        """Takes note of what some jobs took."""
        done, spent = self._measured
        self._measured = (done + jobs, spent + seconds)

    def size(self) -> int:
        """Returns the number of jobs of the next shard."""
        done, spent = self._measured
        by_cost = _FIRST if done == 0 or spent <= 0 else int(self._seconds / (spent / done))
        fair = ceil(len(self._left) / (2 * self._workers))
        return max(1, min(by_cost, fair))

    def next(self) -> list[str]:
        """Takes the next shard; an empty one if no job is left."""
        return [self._left.popleft() for _ in range(min(self.size(), len(self._left)))]

    def again(self, jobs: Iterable[str]) -> None:
        """Puts back the jobs of a shard whose worker was lost."""
        self._left.extendleft(reversed(list(jobs)))

    def __len__(self) -> int:
        return len(self._left)

"""Jobs by their names, handed out as the library plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .._native import Plan


class Shards:
    """The jobs that are left.

    names: the jobs
    done: whether each is done, so that its proof is only verified: those come last
    seconds: what a shard should take, by measured cost
    workers: number of workers, among whom the last jobs are shared
    """

    def __init__(self, names: Sequence[str], done: Sequence[bool], *, seconds: float, workers: int) -> None:
        self._names = names
        self._index = {name: index for index, name in enumerate(names)}
        self._plan = Plan(done, seconds=seconds, workers=workers)

    def next(self) -> list[str]:
        """Takes the next shard; an empty one if no job is left."""
        return [self._names[index] for index in self._plan.take()]

    def again(self, names: Iterable[str]) -> None:
        """Puts back the jobs of a shard whose worker was lost."""
        self._plan.put_back([self._index[name] for name in names])

    def measured(self, jobs: int, seconds: float) -> None:
        """Takes note of what some jobs took."""
        self._plan.measure(jobs, seconds)

    def __len__(self) -> int:
        return len(self._plan)

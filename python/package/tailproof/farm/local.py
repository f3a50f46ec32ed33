"""Workers as processes of this machine. One that is lost is replaced, and its shard is handed out again."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from .plan import Plan


def _work(night: str, pipe: Connection) -> None:
    """Proves the shards that come through a pipe."""
    from .worker import Worker

    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    try:
        worker = Worker(night)
        pipe.send([])
        while True:
            pipe.send(worker.prove_shard(pipe.recv()))
    except EOFError:
        return
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {error}")


def _end_with_the_parent() -> None:
    """Ends this process when the one that started it has ended, so that the next run is alone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


class _Process:
    """A worker, with the shard that it has."""

    def __init__(self, night: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_work, args=(night, theirs), daemon=True)
        # A process proves one book at a time: its threads would only wait for those of the others.
        before = os.environ.get("RAYON_NUM_THREADS")
        os.environ["RAYON_NUM_THREADS"] = "1"
        try:
            self.process.start()
        finally:
            if before is None:
                del os.environ["RAYON_NUM_THREADS"]
            else:
                os.environ["RAYON_NUM_THREADS"] = before
        theirs.close()
        self.shard: list[str] = []


def run(night: str, plan: Plan, workers: int, progress: Callable[[list[str]], None]) -> None:
    """Hands out all shards, and returns when every job has ended.

    Raises RuntimeError for what stopped a worker, such as a full disk, and if workers are lost before they
    prove anything, several times in a row.
    """
    processes = [_Process(night) for _ in range(workers)]
    lost_in_a_row = 0
    try:
        while len(plan) or any(process.shard for process in processes):
            for process in _ready(processes):
                message = _received(process)
                if isinstance(message, str):
                    raise RuntimeError(message)
                if message is None:
                    lost_in_a_row += not process.shard
                    if lost_in_a_row > 2 * workers:
                        raise RuntimeError("workers end before they begin; what they said is above")
                    plan.again(process.shard)
                    processes[processes.index(process)] = _Process(night)
                    continue
                if message:
                    lost_in_a_row = 0
                    plan.measured(len(message), sum(seconds for _, seconds in message))
                    progress([name for name, _ in message])
                process.shard = plan.next()
                if process.shard:
                    process.pipe.send(process.shard)
    finally:
        for process in processes:
            process.process.kill()
        for process in processes:
            process.process.join()


def _ready(processes: list[_Process]) -> list[_Process]:
    """Waits for workers that have said something or ended, and returns them."""
    found: list[Any] = wait([process.pipe for process in processes])
    return [process for process in processes if process.pipe in found]


def _received(process: _Process) -> list[tuple[str, float]] | str | None:
    """Returns what a worker said: jobs that ended, or what stopped it; None if it was lost."""
    try:
        message: list[tuple[str, float]] | str = process.pipe.recv()
        return message
    except (EOFError, OSError):
        return None

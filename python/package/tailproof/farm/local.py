"""Workers as processes of this machine. One that is lost is replaced, and its shard is handed out again."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from .. import TailproofError
from .shards import Shards


def _work(task: tuple[str, str], pipe: Connection) -> None:
    """Proves the shards that come through a pipe."""
    from .worker import Worker

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    try:
        worker = Worker(*task)
        pipe.send([])
        while True:
            pipe.send(worker.prove_shard(pipe.recv()))
    except EOFError:
        return
    except (TailproofError, OSError) as error:
        _say(pipe, f"a worker stopped: {error}")
    except Exception as error:
        _say(pipe, f"a worker stopped: {type(error).__name__}: {error}")


def _say(pipe: Connection, text: str) -> None:
    """Says what stopped this process, if the driver still listens."""
    with contextlib.suppress(OSError):
        pipe.send(text)


def _end_with_the_parent() -> None:
    """Ends this process when the one that started it has ended, so that the next run is alone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


class _Process:
    """A worker, with the shard that it has."""

    def __init__(self, task: tuple[str, str]) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_work, args=(task, theirs), daemon=True)
        # A process proves one book at a time: its threads would only wait for those of the others.
        before = os.environ.get("RAYON_NUM_THREADS")
        os.environ["RAYON_NUM_THREADS"] = "1"
        # Ctrl-C goes to all processes of a terminal. The driver ends its workers itself.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            if before is None:
                del os.environ["RAYON_NUM_THREADS"]
            else:
                os.environ["RAYON_NUM_THREADS"] = before
        theirs.close()
        self.shard: list[str] = []


def run(task: tuple[str, str], shards: Shards, workers: int, progress: Callable[[list[str]], None]) -> None:
    """Hands out all shards, and returns when every job has ended.

    task: the path of the night, and the name of the run

    Raises RuntimeError for what stopped a worker, such as a full disk, and if workers are lost before they
    prove anything, several times in a row.
    """
    processes = [_Process(task) for _ in range(workers)]
    lost_in_a_row = 0
    try:
        while len(shards) or any(process.shard for process in processes):
            for process in _ready(processes):
                message = _received(process)
                if isinstance(message, str):
                    raise RuntimeError(message)
                if message is None:
                    lost_in_a_row += not process.shard
                    if lost_in_a_row > 2 * workers:
                        raise RuntimeError("workers end before they begin; what they said is above")
                    shards.again(process.shard)
                    processes[processes.index(process)] = _Process(task)
                    continue
                if message:
                    lost_in_a_row = 0
                    shards.measured(len(message), sum(seconds for _, seconds in message))
                    progress([name for name, _ in message])
                process.shard = shards.next()
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

"""Workers as actors of a Ray cluster. Ray restarts one that is lost, and hands its shard out again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .shards import Shards


def run(
    task: tuple[str, str], shards: Shards, workers: int, progress: Callable[[list[str]], None], address: str | None
) -> None:
    """Hands out all shards, and returns when every job has ended.

    Ids of jobs are all that goes through Ray: its store spills to disk.

    task: the path of the night, and the name of the run

    Raises RuntimeError for what stopped a worker, such as a full disk.
    """
    import ray

    from .worker import Worker

    ours = not ray.is_initialized()
    if ours:
        ray.init(address=address, num_cpus=None if address else workers, include_dashboard=False, log_to_driver=False)
    actors: list[Any] = []
    try:
        # Each actor proves one book at a time.
        environment = {"env_vars": {"RAYON_NUM_THREADS": "1"}}
        actor: Any = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=-1, runtime_env=environment)(Worker)
        actors += [actor.remote(*task) for _ in range(workers)]
        running: dict[Any, Any] = {}

        def hand_out(to: Any) -> None:
            shard = shards.next()
            if shard:
                running[to.prove_shard.remote(shard)] = to

        for each in actors:
            hand_out(each)
        while running:
            [done], _ = ray.wait(list(running), num_returns=1)
            to = running.pop(done)
            try:
                message: list[tuple[str, float]] = ray.get(done)
            except ray.exceptions.RayTaskError as error:
                raise RuntimeError(f"a worker stopped: {error.cause}") from None
            shards.measured(len(message), sum(seconds for _, seconds in message))
            progress([name for name, _ in message])
            hand_out(to)
    finally:
        for each in actors:
            ray.kill(each)
        if ours:
            ray.shutdown()

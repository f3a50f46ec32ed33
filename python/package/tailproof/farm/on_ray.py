"""Workers as actors of a Ray cluster. Ray restarts one that is lost, and hands its shard out again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .plan import Plan


def run(night: str, plan: Plan, workers: int, progress: Callable[[list[str]], None], address: str | None) -> None:
    """Hands out all shards, and returns when every job has ended.

    Ids of jobs are all that goes through Ray: its store spills to disk.
    """
    import ray

    from .worker import Worker

    ours = not ray.is_initialized()
    if ours:
        ray.init(address=address, num_cpus=None if address else workers, include_dashboard=False, log_to_driver=False)
    try:
        # Each actor proves one book at a time.
        environment = {"env_vars": {"RAYON_NUM_THREADS": "1"}}
        actor: Any = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=-1, runtime_env=environment)(Worker)
        actors = [actor.remote(night) for _ in range(workers)]
        running: dict[Any, Any] = {}

        def hand_out(to: Any) -> None:
            shard = plan.next()
            if shard:
                running[to.prove_shard.remote(shard)] = to

        for each in actors:
            hand_out(each)
        while running:
            [done], _ = ray.wait(list(running), num_returns=1)
            to = running.pop(done)
            message: list[tuple[str, float]] = ray.get(done)
            plan.measured(len(message), sum(seconds for _, seconds in message))
            progress([name for name, _ in message])
            hand_out(to)
    finally:
        if ours:
            ray.shutdown()

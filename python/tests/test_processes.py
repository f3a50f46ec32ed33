"""Threads and processes."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from typing import Any

import tailproof as tp


def test_a_forked_child_is_told_and_does_not_hang(desk: Any) -> None:
    desk.verify()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            desk.verify()
            said = "verified"
        except RuntimeError as error:
            said = str(error)
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    assert f"was forked from process {os.getpid()}" in said
    assert "spawn" in said


def verify_again(texts: tuple[str, bytes, bytes, str]) -> bool:
    proof, keys, market, mandate = texts
    key = tp.VerifyingKey.from_bytes(keys)
    verdict = tp.Proof.from_json(proof).verify(key, tp.Scenarios.from_bytes(market), tp.Mandate.from_toml(mandate))
    return len(verdict.claims) == 1


def test_a_spawned_child_verifies(desk: Any) -> None:
    texts = (desk.proof.to_json(), desk.keys.verifying.to_bytes(), desk.market.to_bytes(), desk.mandate.toml)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(verify_again, (texts,))


def test_other_threads_run_while_a_proof_is_made(desk: Any) -> None:
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    tp.Keys.insecure_development("64x8")
    done.set()
    thread.join()
    assert ticks > 5

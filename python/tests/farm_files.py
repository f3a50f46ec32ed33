"""What tests of the farm share: the files of a night, and hands that kill its processes."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tailproof as tp
from tailproof.farm import Folder, Night

FACTORS = ["AAPL", "KO", "XOM", "JPM"]


class Farm:
    """The files of a night: books over the sample's prices. Book and opening lie in `books` as
    `tailproof prove --batch` takes them, the commitment beside the folder."""

    def __init__(
        self,
        folder: Path,
        books: int = 0,
        engine: str = "local",
        *,
        market: tp.Scenarios | None = None,
        mandate: tp.Mandate | None = None,
    ) -> None:
        self.folder = folder
        self.market = market or tp.Scenarios.historical(tp.sample.prices(), window=60, factors=FACTORS)
        self.mandate = mandate or tp.Mandate("Desk", clauses=[tp.var(0.95, limit_nav=0.2)])
        self.keys = tp.Keys.insecure_development(self.mandate.smallest_shape(self.market))
        self.market.write(folder / "market.scn")
        self.mandate.write(folder / "mandate.toml")
        self.keys.write(folder / "keys")
        (folder / "books").mkdir()
        self.rows: list[dict[str, str]] = []
        for number in range(books):
            self.add(f"book-{number:02}", {"AAPL": f"{100_000 + number}.5", "KO": "50000"})
        self.engine = engine
        self.write()

    def add(
        self,
        name: str,
        exposures: Mapping[str, str],
        *,
        nav: int | None = None,
        instead: Mapping[str, str] | None = None,
    ) -> None:
        """Adds a book with its commitment. `instead` is what its file says in the end."""
        path = self.folder / "books" / f"{name}.csv"

        def write(rows: Mapping[str, str]) -> None:
            path.write_text("factor,exposure\n" + "".join(f"{factor},{value}\n" for factor, value in rows.items()))

        write(exposures)
        commitment, opening = tp.Book(exposures, nav=nav).commit(self.market)
        commitment.write(self.folder / f"{name}.json")
        opening.write(self.folder / "books" / f"{name}.opening")
        if instead is not None:
            write(instead)
        self.rows.append(
            {
                "id": name,
                "book": f"books/{name}.csv",
                "opening": f"books/{name}.opening",
                "commitment": f"{name}.json",
            }
        )

    def write(self, **changed: str) -> None:
        """Writes the table of jobs and the file of the night, with some of its keys changed."""
        with (self.folder / "jobs.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, ["id", "book", "opening", "commitment"])
            writer.writeheader()
            writer.writerows(self.rows)
        keys = {
            "jobs": '"jobs.csv"',
            "output": '"night"',
            "scenarios": '"market.scn"',
            "mandate": '"mandate.toml"',
            "keys": '"keys"',
            "keys_digest": f'"{self.keys.verifying.digest}"',
            "engine": f'"{self.engine}"',
            "workers": "2",
            "shard_seconds": "1",
        }
        lines = {**keys, **changed}.items()
        self.night_file.write_text("".join(f"{key} = {value}\n" for key, value in lines if value))

    @property
    def night_file(self) -> Path:
        return self.folder / "night.toml"

    @property
    def night(self) -> Night:
        return Night.read(self.night_file)

    def start(self) -> subprocess.Popen[str]:
        """Begins a run in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "tailproof.farm", "run", self.night_file],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def say(self, *words: str) -> tuple[int, str, str]:
        """Runs a command of the farm over the night. Returns its exit status and what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "tailproof.farm", words[0], self.night_file, *words[1:]],
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout, done.stderr

    def batch_line(self) -> list[str]:
        """The arguments of `tailproof prove --batch` over the same books."""
        here = self.folder
        return [
            "prove", "--batch", str(here / "books"), "--scenarios", str(here / "market.scn"), "--mandate",
            str(here / "mandate.toml"), "--keys", str(here / "keys"), "-o", str(here / "night"),
        ]  # fmt: skip

    def proofs(self) -> int:
        return len(list((self.folder / "night").glob("*.proof.json")))

    def table(self) -> list[dict[str, str]]:
        with (self.folder / "night" / "results.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    def check(self, statuses: Mapping[Any, int]) -> None:
        """Every id once, with these statuses; every proof that is said to be there verifies; nothing of a
        run is left beside."""
        night, rows = self.night, self.table()
        assert [row["name"] for row in rows] == [row["id"] for row in self.rows]
        assert Counter(row["status"] for row in rows) == statuses
        folder = Folder(night.output)
        jobs = night.jobs()
        for job, row in zip(jobs, rows, strict=True):
            assert row["job"] == job.digest
            if row["status"] in ("proved", "kept"):
                proof = tp.Proof.read(folder.proof(job))
                commitment = tp.Commitment.read(self.folder / f"{job.name}.json")
                verdict = proof.verify(self.keys.verifying, self.market, self.mandate, commitment=commitment)
                assert verdict.to_dict()["commitment"] == "compared"
        for part in ("records", "begun"):
            assert not list((night.output / part).iterdir())
        names = {path.name for path in night.output.iterdir() if not path.name.startswith(".tailproof-")}
        proved = {f"{row['name']}.proof.json" for row in rows if row["status"] in ("proved", "kept")}
        assert names >= proved | {"results.csv", "records", "begun"}


class Killer(threading.Thread):
    """Kills a process that has begun a job, each time that so many proofs are there."""

    def __init__(self, farm: Farm, at: list[int]) -> None:
        super().__init__()
        self.farm, self.at = farm, at
        self.killed: list[int] = []
        self.stop = threading.Event()

    def run(self) -> None:
        for proofs in self.at:
            while not self.stop.is_set():
                victims = [victim for victim in working(self.farm) if victim not in self.killed]
                if self.farm.proofs() >= proofs and victims:
                    try:
                        os.kill(victims[0], signal.SIGKILL)
                    except ProcessLookupError:
                        continue
                    self.killed.append(victims[0])
                    break
                time.sleep(0.0005)

    def __enter__(self) -> Killer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.join()


class Poison(threading.Thread):
    """Kills every worker that begins one book, as the book itself would."""

    def __init__(self, farm: Farm, name: str) -> None:
        super().__init__()
        poison = next(job for job in farm.night.jobs() if job.name == name)
        self.note = farm.folder / "night" / "begun" / poison.digest
        self.killed: set[str] = set()
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                text = self.note.read_text().split()
            except FileNotFoundError:
                text = []
            # The fourth that comes to it sets it aside.
            if text and text[-1] not in self.killed and len(self.killed) < 3:
                self.killed.add(text[-1])
                os.kill(int(text[-1]), signal.SIGKILL)
            time.sleep(0.0005)

    def __enter__(self) -> Poison:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.join()


def working(farm: Farm) -> list[int]:
    """Processes that have begun a job."""
    found = []
    for note in (farm.folder / "night" / "begun").glob("*"):
        try:
            found.append(int(note.read_text().split()[-1]))
        except (FileNotFoundError, IndexError):
            continue
    return found

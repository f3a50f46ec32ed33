"""A night of many books: whatever is killed, every id is there once, and every proof verifies."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import tailproof as tp
from tailproof.farm import Night, Status, run
from tailproof.farm.plan import Plan
from tailproof.farm.results import Folder

FACTORS = ["AAPL", "KO", "XOM", "JPM"]
# An exposure that is looked for in everything that a farm leaves behind.
CANARY = "4567891.23"


class Farm:
    """The files of a night: books over the sample's prices."""

    def __init__(self, folder: Path, books: int, engine: str = "local") -> None:
        self.folder = folder
        self.market = tp.Scenarios.historical(tp.sample.prices(), window=60, factors=FACTORS)
        self.mandate = tp.Mandate("Desk", clauses=[tp.var(0.95, limit_nav=0.2)])
        self.keys = tp.Keys.insecure_development(self.mandate.smallest_shape(self.market))
        self.market.write(folder / "market.scn")
        self.mandate.write(folder / "mandate.toml")
        self.keys.write(folder / "keys")
        self.rows: list[dict[str, str]] = []
        for number in range(books):
            self.add(f"book-{number:02}", f"{100_000 + number}.5")
        self.write()
        self.night_file = folder / "night.toml"
        self.night_file.write_text(
            'jobs = "jobs.csv"\noutput = "night"\nscenarios = "market.scn"\nmandate = "mandate.toml"\nkeys = "keys"\n'
            f'keys_digest = "{self.keys.verifying.digest}"\nengine = "{engine}"\nworkers = 2\nshard_seconds = 1\n'
        )

    def add(self, name: str, exposure: str) -> None:
        path = self.folder / f"{name}.csv"
        path.write_text(f"factor,exposure\nAAPL,{exposure}\nKO,50000\n")
        commitment, opening = tp.Book.read(path).commit(self.market)
        commitment.write(self.folder / f"{name}.json")
        opening.write(self.folder / f"{name}.opening")
        self.rows.append(
            {"id": name, "book": path.name, "opening": f"{name}.opening", "commitment": f"{name}.json"}
        )

    def write(self) -> None:
        with (self.folder / "jobs.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, ["id", "book", "opening", "commitment"])
            writer.writeheader()
            writer.writerows(self.rows)

    @property
    def night(self) -> Night:
        return Night.read(self.night_file)

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tailproof.farm", "run", self.night_file],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def records(self) -> int:
        return len(list((self.folder / "night" / "records").glob("*.json")))

    def check(self, statuses: dict[Status, int]) -> None:
        """Every id once, with these statuses; every proof that is said to be there verifies."""
        night = self.night
        with (night.output / "results.csv").open() as file:
            rows = list(csv.DictReader(file))
        assert [row["id"] for row in rows] == [row["id"] for row in self.rows]
        assert Counter(Status(row["status"]) for row in rows) == statuses
        folder = Folder(night.output)
        for job in night.jobs():
            if folder.row(job).status is Status.PROVED:
                proof = tp.Proof.read(folder.proof(job))
                verdict = proof.verify(
                    self.keys.verifying, self.market, self.mandate, commitment=tp.Commitment.read(job.commitment)
                )
                assert verdict.to_dict()["commitment"] == "compared"
        assert not list((night.output / "begun").iterdir())


class Killer(threading.Thread):
    """Kills a process that has begun a job, each time that so many records are there."""

    def __init__(self, farm: Farm, at: list[int]) -> None:
        super().__init__()
        self.farm, self.at = farm, at
        self.killed: list[int] = []
        self.stop = threading.Event()

    def run(self) -> None:
        for records in self.at:
            while not self.stop.is_set():
                victims = [victim for victim in working(self.farm) if victim not in self.killed]
                if self.farm.records() >= records and victims:
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


def working(farm: Farm) -> list[int]:
    """Processes that have begun a job."""
    notes = (farm.folder / "night" / "begun").glob("*")
    found = []
    for note in notes:
        try:
            found.append(int(note.read_text().split()[-1]))
        except (FileNotFoundError, IndexError):
            continue
    return found


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Farm:
    return Farm(tmp_path_factory.mktemp("farm"), 8)


def test_a_night_is_proved_once_and_kept(farm: Farm) -> None:
    assert Counter(row.status for row in run(farm.night)) == {Status.PROVED: 8}
    farm.check({Status.PROVED: 8})
    before = {path: path.read_bytes() for path in (farm.folder / "night" / "proofs").iterdir()}
    run(farm.night)
    assert before == {path: path.read_bytes() for path in (farm.folder / "night" / "proofs").iterdir()}


def test_a_proof_that_was_cut_short_or_changed_is_made_again(farm: Farm) -> None:
    run(farm.night)
    first, second, *_ = sorted((farm.folder / "night" / "proofs").iterdir())
    first.write_bytes(first.read_bytes()[:100])
    other = second.read_bytes()
    second.write_bytes(other.replace(b'"99', b'"98') if b'"99' in other else other + b"\n")
    assert Counter(Folder(farm.night.output).row(job).status for job in farm.night.jobs())[Status.PENDING] == 2
    run(farm.night)
    farm.check({Status.PROVED: 8})


def test_false_claims_and_bad_books_are_rows(tmp_path: Path) -> None:
    farm = Farm(tmp_path, 2)
    farm.add("changed", "1000")
    (tmp_path / "changed.csv").write_text("factor,exposure\nAAPL,1001\n")
    path = tmp_path / "false.csv"
    path.write_text("factor,exposure\nAAPL,100\n")
    commitment, opening = tp.Book({"AAPL": 1_000_000, "KO": -999_900}).commit(farm.market)
    path.write_text("factor,exposure\nAAPL,1000000\nKO,-999900\n")
    commitment.write(tmp_path / "false.json")
    opening.write(tmp_path / "false.opening")
    farm.rows.append({"id": "false", "book": "false.csv", "opening": "false.opening", "commitment": "false.json"})
    farm.write()
    run(farm.night)
    farm.check({Status.PROVED: 2, Status.BAD_INPUT: 1, Status.FALSE: 1})
    done = subprocess.run(
        [sys.executable, "-m", "tailproof.farm", "status", farm.night_file, "--json"], capture_output=True, text=True
    )
    assert (done.returncode, '"proved": 2' in done.stdout) == (2, True)


def test_a_worker_that_is_killed_is_replaced(tmp_path: Path) -> None:
    farm = Farm(tmp_path, 12)
    with Killer(farm, [1, 4, 8]) as killer:
        run(farm.night)
    assert len(killer.killed) == 3
    farm.check({Status.PROVED: 12})


def test_a_driver_that_is_killed_goes_on(tmp_path: Path) -> None:
    farm = Farm(tmp_path, 12)
    for most in (1, 4, 8):
        driver = farm.start()
        while farm.records() < most and driver.poll() is None:
            time.sleep(0.005)
        driver.kill()
        driver.communicate()
    rows = run(farm.night)
    assert Counter(row.status for row in rows) == {Status.PROVED: 12}
    farm.check({Status.PROVED: 12})


def test_a_book_that_kills_its_workers_is_set_aside(tmp_path: Path) -> None:
    farm = Farm(tmp_path, 5)
    poison = next(job for job in farm.night.jobs() if job.name == "book-02")
    note = farm.folder / "night" / "begun" / poison.digest
    stop = threading.Event()

    def watch() -> None:
        killed: set[str] = set()
        while not stop.is_set():
            text = note.read_text().split() if note.exists() else []
            if text and text[-1] not in killed and len(killed) < 3:
                killed.add(text[-1])
                os.kill(int(text[-1]), signal.SIGKILL)
            time.sleep(0.0005)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        run(farm.night)
    finally:
        stop.set()
        thread.join()
    farm.check({Status.PROVED: 4, Status.SET_ASIDE: 1})


def test_two_runs_at_once_are_refused(farm: Farm) -> None:
    folder = Folder(farm.night.output)
    folder.make()
    with folder.hold(), pytest.raises(RuntimeError, match=f"process {os.getpid()} is proving into it"):
        run(farm.night)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("engine =", "motor ="), "'motor' is none of"),
        (('"local"', '"dask"'), "neither local nor ray"),
        (("workers = 2", "workers = 0"), "at least 1"),
        (('keys_digest = "', 'keys_digest = "00'), "32 bytes"),
        (('jobs = "jobs.csv"', ""), "'jobs' is missing"),
    ],
)
def test_a_night_with_a_mistake_is_refused(farm: Farm, change: tuple[str, str], words: str) -> None:
    path = farm.folder / "mistake.toml"
    path.write_text(farm.night_file.read_text().replace(*change))
    with pytest.raises(tp.InputError, match=words):
        run(Night.read(path))


def test_other_keys_and_doubled_ids_are_refused_before_anything_is_proved(tmp_path: Path) -> None:
    farm = Farm(tmp_path, 2)
    path = farm.folder / "other.toml"
    path.write_text(farm.night_file.read_text().replace(farm.keys.verifying.digest, "00" * 32))
    with pytest.raises(tp.WrongKeys, match="is pinned"):
        run(Night.read(path))
    farm.rows.append(farm.rows[0])
    farm.write()
    with pytest.raises(tp.InputError, match="row 4.*occurs twice"):
        run(farm.night)
    farm.rows[-1] = farm.rows[0] | {"id": "other", "opening": "book-01.opening"}
    farm.write()
    with pytest.raises(tp.InputError, match="of another commitment"):
        run(farm.night)
    assert farm.records() == 0


def test_shards_are_of_the_wanted_time_and_the_last_ones_are_shared() -> None:
    plan = Plan([str(number) for number in range(100)], seconds=10, workers=2)
    assert plan.next() == ["0", "1"]
    plan.measured(2, 2.0)
    assert len(plan.next()) == 10
    plan.measured(10, 1.0)
    assert len(plan.next()) == 22
    left = len(plan)
    plan.again(["2", "3"])
    assert (len(plan), plan.next()[:2]) == (left + 2, ["2", "3"])
    while len(plan):
        assert plan.next()
    assert plan.next() == []


def test_an_actor_of_ray_that_is_killed_is_replaced(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    farm = Farm(tmp_path, 12, engine="ray")
    with Killer(farm, [1, 6]) as killer:
        run(farm.night)
    assert len(killer.killed) == 2
    farm.check({Status.PROVED: 12})


def test_nothing_private_is_in_results_or_in_the_store_of_ray(tmp_path: Path) -> None:
    ray = pytest.importorskip("ray")
    farm = Farm(tmp_path, 3, engine="ray")
    farm.add("canary", CANARY)
    farm.write()
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, _temp_dir="/tmp/tailproof-ray")
    try:
        session = Path(ray._private.worker._global_node.get_session_dir_path())
        run(farm.night)
        farm.check({Status.PROVED: 4})
        blinding = (tmp_path / "canary.opening").read_text().split('"blinding": "')[1].split('"')[0]
        secrets = [CANARY.encode(), CANARY.replace(".", "").encode(), blinding.encode(), blinding[2:].encode()]
        places = [session, farm.night.output, Path("/dev/shm")]
        looked_at = 0
        for place in places:
            for path in place.rglob("*"):
                if path.is_file() and not path.is_symlink():
                    try:
                        content = path.read_bytes()
                    except OSError:
                        continue
                    looked_at += 1
                    assert not any(secret in content for secret in secrets), path
        assert looked_at > 5
    finally:
        ray.shutdown()

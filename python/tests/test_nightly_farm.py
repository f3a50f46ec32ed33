"""Forty real books, two workers, and everything that can be killed: `tests/nightly farm`."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

import real_books
import tailproof as tp
from conftest import run as run_command
from farm_files import Farm, Killer, Poison, working
from tailproof.farm import Folder, run

MANDATE = [tp.var(0.99, limit_nav=0.08), tp.cvar(0.975, limit_nav=0.08)]


@pytest.fixture
def farm(tmp_path: Path, request: pytest.FixtureRequest) -> Farm:
    market = tp.Scenarios.historical(tp.sample.prices(), window=250)
    mandate = tp.Mandate("Forty books", unit="USD", clauses=MANDATE)
    engine = getattr(request, "param", "local")
    farm = Farm(tmp_path, engine=engine, market=market, mandate=mandate)
    for name, exposures in real_books.books().items():
        farm.add(name, exposures, nav=real_books.VALUE)
    farm.write()
    assert len(farm.rows) == 40
    return farm


def all_verify(farm: Farm, command: Path, left_out: frozenset[str] = frozenset()) -> None:
    """Verifies each proof with the command, and that every id is there once."""
    names = [row["name"] for row in farm.table()]
    assert sorted(names) == sorted(row["id"] for row in farm.rows)
    for name in set(names) - left_out:
        run_command(
            command, "verify", "--proof", farm.folder / "night" / f"{name}.proof.json", "--scenarios",
            farm.folder / "market.scn", "--mandate", farm.folder / "mandate.toml", "--keys", farm.folder / "keys",
            "--commitment", farm.folder / f"{name}.json",
        )  # fmt: skip


@pytest.mark.parametrize("farm", ["local", "ray"], indirect=True)
def test_a_night_of_forty_books_of_which_everything_is_killed(farm: Farm, command: Path) -> None:
    if farm.engine == "ray":
        pytest.importorskip("ray")
    # The driver, at three points, with a worker before it.
    for proofs in (5, 12, 20):
        driver = farm.start()
        while farm.proofs() < proofs and driver.poll() is None:
            time.sleep(0.002)
        workers = working(farm)
        driver.kill()
        driver.communicate()
        while any(Path(f"/proc/{worker}").exists() for worker in workers):
            time.sleep(0.002)
        assert proofs <= farm.proofs() < 40
    # A file that was cut short, and one that was changed.
    first, second, *_ = sorted((farm.folder / "night").glob("*.proof.json"))
    first.write_bytes(first.read_bytes()[:300])
    text = second.read_text()
    second.write_text(text.replace('"keys": "', '"keys": "00', 1))
    before = farm.proofs() - 2
    # Workers, at three points.
    with Killer(farm, [22, 27, 33]) as killer:
        rows = run(farm.night)
    assert len(killer.killed) == 3
    statuses = Counter(row.status for row in rows)
    assert statuses["kept"] >= before and statuses["kept"] + statuses["proved"] == 40
    farm.check(statuses)
    all_verify(farm, command)
    # And the command takes them as they are.
    farm.write(jobs="", books='"books"')
    said = run_command(command, *farm.batch_line())
    assert said.startswith("40 books: 0 proved, 40 kept, 0 false, 0 bad input\n")


@pytest.mark.parametrize("farm", ["local", "ray"], indirect=True)
def test_a_poison_book_among_forty(farm: Farm, command: Path) -> None:
    if farm.engine == "ray":
        pytest.importorskip("ray")
    with Poison(farm, "momentum-400") as poison:
        rows = {row.name: row for row in run(farm.night)}
    assert len(poison.killed) == 3
    assert rows["momentum-400"].status == "set-aside"
    statuses = Counter(row.status for row in rows.values())
    assert statuses["proved"] + statuses["kept"] == 39
    farm.check(statuses)
    all_verify(farm, command, frozenset({"momentum-400"}))
    assert not Folder(farm.night.output).proof(next(j for j in farm.night.jobs() if j.name == "momentum-400")).exists()


@pytest.mark.parametrize("farm", ["ray"], indirect=True)
def test_actors_are_killed_among_forty(farm: Farm, command: Path) -> None:
    pytest.importorskip("ray")
    with Killer(farm, [3, 15, 30]) as killer:
        rows = run(farm.night)
    assert len(killer.killed) == 3
    statuses = Counter(row.status for row in rows)
    assert statuses["proved"] + statuses["kept"] == 40
    farm.check(statuses)
    all_verify(farm, command)


def test_a_night_that_the_command_began_and_the_farm_ended(farm: Farm, command: Path) -> None:
    farm.write(jobs="", books='"books"')
    done = 0
    for number, proofs in enumerate((8, 16, 24)):
        line = [command, *farm.batch_line()] if number % 2 == 0 else None
        process = (
            subprocess.Popen([str(word) for word in line], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) if line else farm.start()
        )
        while farm.proofs() < proofs and process.poll() is None:
            time.sleep(0.002)
        workers = working(farm)
        process.kill()
        process.communicate()
        while line is None and any(Path(f"/proc/{worker}").exists() for worker in workers):
            time.sleep(0.002)
        assert farm.proofs() > done
        done = farm.proofs()
    rows = run(farm.night)
    assert Counter(row.status for row in rows) == {"kept": done, "proved": 40 - done}
    all_verify(farm, command)

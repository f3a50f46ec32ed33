"""The farm and `tailproof prove --batch` are two doors: one goes on where the other stopped."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from conftest import run as run_command
from farm_files import Farm, working
from tailproof.farm import Folder, run


@pytest.fixture
def farm(tmp_path: Path) -> Farm:
    """A night over a folder of books."""
    farm = Farm(tmp_path, 8)
    farm.write(jobs="", books='"books"')
    return farm


def stopped_after(farm: Farm, proofs: int, process: subprocess.Popen[str]) -> int:
    """Kills a process once so many proofs are there. Returns how many are there then."""
    while farm.proofs() < proofs and process.poll() is None:
        time.sleep(0.002)
    workers = working(farm)
    process.kill()
    process.communicate()
    # Workers of a farm end a moment after their driver.
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        time.sleep(0.002)
    found = farm.proofs()
    assert proofs <= found < len(farm.rows)
    return found


def test_the_farm_goes_on_where_the_command_was_killed(farm: Farm, command: Path) -> None:
    process = subprocess.Popen(
        [command, *farm.batch_line()], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    done = stopped_after(farm, 2, process)
    before = {path: path.read_bytes() for path in (farm.folder / "night").glob("*.proof.json")}
    run(farm.night)
    farm.check({"kept": done, "proved": 8 - done})
    assert all(path.read_bytes() == content for path, content in before.items())


def test_the_command_goes_on_where_the_farm_was_killed(farm: Farm, command: Path) -> None:
    done = stopped_after(farm, 2, farm.start())
    said = run_command(command, *farm.batch_line())
    assert said.startswith(f"8 books: {8 - done} proved, {done} kept, 0 false, 0 bad input\n")
    farm.check({"kept": done, "proved": 8 - done})
    # The farm says of it what the command said.
    assert farm.say("status")[:2] == (0, f"8 books: {8 - done} proved, {done} kept, 0 false, 0 bad input\n")
    rows = Folder(farm.night.output).rows(farm.night.jobs())
    assert [row.digest for row in rows] == [row["digest"] for row in farm.table()]


def test_both_doors_write_the_same_rows(farm: Farm, command: Path) -> None:
    farm.add("changed", {"AAPL": "1000"}, instead={"AAPL": "1001"})
    farm.add("false", {"AAPL": "1000000", "KO": "-999900"})
    farm.add("no-number", {"AAPL": "1000"}, instead={"AAPL": "NaN"})
    tables: list[list[dict[str, str]]] = []
    for _ in range(2):
        # Proved, then kept.
        run_command(command, *farm.batch_line(), status=2)
        first = farm.table()
        for proof in (farm.folder / "night").glob("*.proof.json"):
            if not tables:
                proof.unlink()
        status, said, errors = farm.say("run")
        second = farm.table()
        assert list(first[0]) == list(second[0]) == ["name", "status", "digest", "seconds", "reason", "job"]
        for one, other in zip(first, second, strict=True):
            assert {key: one[key] for key in ("name", "status", "job")} == {
                key: other[key] for key in ("name", "status", "job")
            }
        tables += [first, second]
        assert status == 2 and "2 of 11 books cannot be proved as they are: see" in errors
    assert Counter(row["status"] for row in tables[0]) == {"proved": 8, "bad-input": 2, "false": 1}
    assert Counter(row["status"] for row in tables[2]) == {"kept": 8, "bad-input": 2, "false": 1}
    assert [row["digest"] for row in tables[1]] == [row["digest"] for row in tables[3]]


def test_neither_runs_beside_the_other(farm: Farm, command: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAILPROOF_PATIENCE", "0")
    folder = Folder(farm.night.output)
    folder.make()
    hold = folder.hold()
    try:
        done = subprocess.run([command, *farm.batch_line()], capture_output=True, text=True)
        assert done.returncode == 2 and "is in use by process" in done.stderr and "(tailproof.farm)" in done.stderr
    finally:
        hold.release()
    assert not folder.table.exists()
    run_command(command, *farm.batch_line())


def test_a_folder_with_a_book_without_its_opening_is_refused(farm: Farm) -> None:
    (farm.folder / "books" / "lone.csv").write_text("factor,exposure\nAAPL,1\n")
    status, _, said = farm.say("run")
    assert status == 2 and "lone: there is no lone.opening beside it" in said
    assert not (farm.folder / "night").exists()

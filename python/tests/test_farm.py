"""A night of many books: whatever is killed, every id is there once, and every proof verifies."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

import tailproof as tp
from farm_files import Farm, Killer, Poison
from tailproof.farm import Folder, Night, run

# An exposure that is looked for in everything that a farm leaves behind.
CANARY = "4567891.23"


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Farm:
    return Farm(tmp_path_factory.mktemp("farm"), 8)


def test_a_night_is_proved_once_and_kept(farm: Farm) -> None:
    rows = run(farm.night)
    assert Counter(row.status for row in rows) == {"proved": 8}
    farm.check({"proved": 8})
    before = {path: path.read_bytes() for path in (farm.folder / "night").glob("*.proof.json")}
    assert len(before) == 8
    run(farm.night)
    farm.check({"kept": 8})
    assert before == {path: path.read_bytes() for path in (farm.folder / "night").glob("*.proof.json")}
    assert (farm.folder / "night" / "results.csv").stat().st_mode & 0o777 == 0o600


def test_a_job_is_a_digest_of_book_and_terms(farm: Farm) -> None:
    terms = [farm.mandate.digest, farm.market.digest, farm.keys.verifying.digest, ""]
    for job in farm.night.jobs():
        assert job.commitment is not None
        hashed = hashlib.sha256(b"tailproof/farm-job/v1")
        for text in [job.name, tp.Commitment.read(job.commitment).value, *terms]:
            hashed.update(len(text).to_bytes(8, "big") + text.encode())
        assert job.digest == hashed.hexdigest()


def test_a_proof_that_was_cut_short_or_changed_is_made_again(farm: Farm) -> None:
    run(farm.night)
    first, second, *_ = sorted((farm.folder / "night").glob("*.proof.json"))
    first.write_bytes(first.read_bytes()[:100])
    second.write_bytes(second.read_bytes().rstrip() + b"\n\n")
    folder = Folder(farm.night.output)
    assert Counter(row.status for row in folder.rows(farm.night.jobs()))["pending"] == 2
    status, said, _ = farm.say("status")
    assert (status, said) == (2, "8 books: 0 proved, 6 kept, 0 false, 0 bad input, 2 pending\n")
    run(farm.night)
    farm.check({"kept": 6, "proved": 2})


def test_proofs_of_other_terms_are_not_taken_for_those_of_these(farm: Farm) -> None:
    run(farm.night)
    farm.write(context=f'"0x{7:064x}"')
    try:
        assert {row.status for row in Folder(farm.night.output).rows(farm.night.jobs())} == {"pending"}
        assert {row.status for row in run(farm.night)} == {"proved"}
    finally:
        farm.write()
    assert {row.status for row in run(farm.night)} == {"proved"}


def test_false_claims_and_bad_books_are_rows(tmp_path: Path) -> None:
    farm = Farm(tmp_path, 2)
    farm.add("changed", {"AAPL": "1000"}, instead={"AAPL": "1001"})
    farm.add("false", {"AAPL": "1000000", "KO": "-999900"})
    farm.add("not-a-number", {"AAPL": "1000"}, instead={"AAPL": "NaN"})
    farm.add("no-proof-there", {"AAPL": "1000"})
    farm.write()
    (tmp_path / "night").mkdir()
    (tmp_path / "night" / "no-proof-there.proof.json").write_text("what a person wrote")
    rows = {row.name: row for row in run(farm.night)}
    farm.check({"proved": 2, "bad-input": 3, "false": 1})
    assert rows["false"].reason == "the book does not meet the mandate"
    assert "not-a-number.csv" in rows["not-a-number"].reason and "exposure" in rows["not-a-number"].reason
    assert (tmp_path / "night" / "no-proof-there.proof.json").read_text() == "what a person wrote"
    status, said, errors = farm.say("status", "--json")
    assert status == 2 and '"proved": 2' in said and '"bad_input": 3' in said
    assert "3 of 6 books cannot be proved as they are: see" in errors


def test_a_worker_that_is_killed_is_replaced(tmp_path: Path) -> None:
    farm = Farm(tmp_path, 12)
    with Killer(farm, [1, 4, 8]) as killer:
        run(farm.night)
    assert len(killer.killed) == 3
    # The proof of a worker that was killed after it wrote it is kept.
    statuses = Counter(row["status"] for row in farm.table())
    assert statuses["proved"] + statuses["kept"] == 12 and statuses["proved"] >= 9
    farm.check(statuses)


def test_a_driver_that_is_killed_goes_on(tmp_path: Path) -> None:
    farm = Farm(tmp_path, 12)
    before = 0
    for most in (1, 4, 8):
        driver = farm.start()
        while farm.proofs() < most and driver.poll() is None:
            time.sleep(0.005)
        driver.kill()
        driver.communicate()
        before = farm.proofs()
        assert before >= most
    rows = run(farm.night)
    statuses = Counter(row.status for row in rows)
    assert statuses["kept"] >= before and statuses["kept"] + statuses["proved"] == 12
    farm.check(statuses)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_driver_that_is_told_to_stop_writes_the_table(tmp_path: Path, number: signal.Signals) -> None:
    farm = Farm(tmp_path, 12)
    driver = farm.start()
    while farm.proofs() < 2 and driver.poll() is None:
        time.sleep(0.005)
    driver.send_signal(number)
    _, said = driver.communicate()
    assert driver.returncode == 128 + number
    assert said.endswith("stopped: run the same command again to go on\n") and "Traceback" not in said
    # A proof whose row the driver has not seen yet is pending, and is kept by the next run.
    statuses = Counter(row["status"] for row in farm.table())
    assert statuses["pending"] >= 1
    # What was begun was not lost by its own fault.
    farm.check(statuses)
    assert run(farm.night)
    assert set(Counter(row["status"] for row in farm.table())) == {"kept", "proved"}


def test_a_book_that_kills_its_workers_is_set_aside(tmp_path: Path) -> None:
    farm = Farm(tmp_path, 5)
    with Poison(farm, "book-02") as poison:
        rows = {row.name: row for row in run(farm.night)}
    assert len(poison.killed) == 3
    assert rows["book-02"].status == "set-aside"
    assert rows["book-02"].reason == "3 workers were lost while they proved it"
    statuses = Counter(row.status for row in rows.values())
    assert statuses["proved"] + statuses["kept"] == 4
    farm.check(statuses)
    # It is tried again.
    assert {row.status for row in run(farm.night)} == {"kept", "proved"}


def test_two_runs_at_once_are_refused(farm: Farm) -> None:
    folder = Folder(farm.night.output)
    folder.make()
    hold = folder.hold()
    try:
        with pytest.raises(BlockingIOError, match=f"is in use by process {os.getpid()}"):
            run(farm.night)
    finally:
        hold.release()
    folder.hold().release()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"engine": "", "engin": '"local"'}, "'engin' is none of.*'engine' may be meant"),
        ({"engine": '"dask"'}, "neither local nor ray"),
        ({"workers": "0"}, "at least 1"),
        ({"shard_seconds": "nan"}, "at least 0.1"),
        ({"keys_digest": '"00ff"'}, "'keys_digest' is no digest: give its 64 digits"),
        ({"keys": '"nowhere"'}, "night.toml, 'keys': .*No such file or directory: '.*nowhere"),
        ({"mandate": '"keys/proving.key"'}, "night.toml, 'mandate': "),
        ({"keys_digest": "7"}, "'keys_digest' is no text"),
        ({"scenarios": ""}, "'scenarios' is missing"),
        ({"jobs": ""}, "one of 'jobs', a table, and 'books'"),
        ({"jobs": "", "books": '"books"', "output": '"./books"'}, "is the folder of the books"),
        ({"context": '"7"'}, "context"),
        ({"scenarios_digest": f'"{0:064}"'}, "is expected"),
    ],
)
def test_a_night_with_a_mistake_is_refused(farm: Farm, changes: dict[str, str], words: str) -> None:
    farm.write(**changes)
    try:
        with pytest.raises(tp.InputError, match=words):
            run(Night.read(farm.night_file))
    finally:
        farm.write()


def test_mistakes_in_jobs_are_refused_before_anything_is_proved(tmp_path: Path) -> None:
    farm = Farm(tmp_path, 2)
    farm.write(keys_digest=f'"{0:064}"')
    with pytest.raises(tp.WrongKeys, match="is pinned"):
        run(farm.night)
    row = farm.rows[0]
    for other, words in [
        (row, "row 4.*occurs twice"),
        (row | {"id": "other", "opening": "books/book-01.opening"}, "of another commitment"),
        (row | {"id": "other", "book": "books/gone.csv"}, "row 4, column 'book': there is no file"),
        (row | {"id": "other", "opening": ""}, "row 4, column 'opening': it is empty"),
        (row | {"id": "a/b"}, "has a slash"),
        (row | {"id": ""}, "it is empty"),
        (row | {"id": "BOOK-00"}, "only by case"),
    ]:
        farm.rows[2:] = [other]
        farm.write()
        with pytest.raises(tp.InputError, match=words):
            run(farm.night)
    farm.rows.clear()
    farm.write()
    with pytest.raises(tp.InputError, match="there is no job in it"):
        run(farm.night)
    assert not (tmp_path / "night").exists()


def test_keys_that_do_not_fit_the_mandate_are_refused(tmp_path: Path) -> None:
    farm = Farm(tmp_path, 1)
    two = [tp.var(0.95, limit_nav=0.2), tp.cvar(0.975, limit_nav=0.2)]
    tp.Mandate("Two", clauses=two).write(tmp_path / "two.toml")
    farm.write(mandate='"two.toml"')
    with pytest.raises(tp.InputError, match="confidences"):
        run(farm.night)
    assert not (tmp_path / "night").exists()


def test_an_actor_of_ray_that_is_killed_is_replaced(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    farm = Farm(tmp_path, 12, engine="ray")
    with Killer(farm, [1, 6]) as killer:
        run(farm.night)
    assert len(killer.killed) == 2
    statuses = Counter(row["status"] for row in farm.table())
    assert statuses["proved"] + statuses["kept"] == 12
    farm.check(statuses)


def test_nothing_private_is_in_results_or_in_the_store_of_ray(tmp_path: Path) -> None:
    ray = pytest.importorskip("ray")
    farm = Farm(tmp_path, 3, engine="ray")
    farm.add("canary", {"AAPL": CANARY, "KO": "50000"})
    farm.write()
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, _temp_dir="/tmp/tailproof-ray")
    try:
        session = Path(ray._private.worker._global_node.get_session_dir_path())
        run(farm.night)
        farm.check({"proved": 4})
        blinding = (tmp_path / "books" / "canary.opening").read_text().split('"blinding": "')[1].split('"')[0]
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

"""Throughput of a farm with one and with two workers, and a model of a night of a million books.

    PYTHONPATH=python/package python python/benches/farm_throughput.py [ROUNDS] [--module TEXT]

Both are run in turn, in an order that changes with each round, over the same forty books (see
`python/tests/real_books.py`) and a fresh folder of proofs. CPU time is that of the driver and all its
workers. Times on the clock mean something only if nothing else runs: the load is printed beside them.

ROUNDS: how often each is run; 3 without it
--module: how the native module was built, for the heading
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import real_books
import tailproof as tp
from farm_files import Farm
from tailproof.farm import Folder, Row, local

MANDATE = [tp.var(0.99, limit_nav=0.08), tp.cvar(0.975, limit_nav=0.08)]
# Jobs over which the driver's own work is measured, and shards over which handing out is.
MANY = 1000


def night(folder: Path, books: int) -> Farm:
    market = tp.Scenarios.historical(tp.sample.prices(), window=250)
    farm = Farm(folder, market=market, mandate=tp.Mandate("Forty books", unit="USD", clauses=MANDATE))
    for name, exposures in list(real_books.books().items())[:books]:
        farm.add(name, exposures, nav=real_books.VALUE)
    farm.write()
    return farm


def spent(farm: Farm, workers: int) -> tuple[float, float]:
    """Runs a night into a fresh folder. Returns seconds on the clock and of CPU time."""
    shutil.rmtree(farm.folder / "night", ignore_errors=True)
    farm.write(workers=str(workers))
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    line = [sys.executable, "-m", "tailproof.farm", "run", str(farm.night_file)]
    done = subprocess.run(line, capture_output=True, text=True)
    clock, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def of_a_worker(farm: Farm) -> tuple[float, float]:
    """Returns CPU seconds: of a worker from its start until it is ready, and of a shard, to hand it out and to
    take its answer in both processes."""
    farm.write(workers="1")
    process = local._Process((str(farm.night_file), "bench"))
    process.pipe.recv()
    stat = Path(f"/proc/{process.process.pid}/stat")

    def of_the_process() -> float:
        fields = stat.read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    started = of_the_process()
    before = time.process_time() + started
    for _ in range(10 * MANY):
        process.pipe.send([])
        process.pipe.recv()
    shard = (time.process_time() + of_the_process() - before) / (10 * MANY)
    process.process.kill()
    process.process.join()
    return started, shard


def of_a_job(farm: Farm) -> tuple[float, float, float]:
    """Returns CPU seconds for a job beside its proof: of each worker, to read its row of the table of jobs; of
    the driver, to check it, and to bring its row into the table of results."""
    shutil.rmtree(farm.folder / "night", ignore_errors=True)
    first = farm.rows[0]
    rows, farm.rows = farm.rows, [first | {"id": f"job-{number}"} for number in range(MANY)]
    farm.write()
    night = farm.night
    market, mandate, key = night.market(), night.terms(), night.verifying_key()
    begun = time.process_time()
    reader = night.reader(market, mandate, key)
    read = time.process_time() - begun
    jobs = [reader.job(name) for name in reader.names]
    checked = time.process_time() - begun
    folder = Folder(farm.night.output)
    folder.make()
    for job in jobs:
        folder.proof(job).write_text("{}" + " " * 4000)
    digest = hashlib.sha256(b"{}" + b" " * 4000).hexdigest()
    for job in jobs:
        folder.end(job, Row(job.name, "proved", digest=digest, seconds=1.0, job=job.digest))
    begun = time.process_time()
    found = folder.settle(jobs)
    settled = time.process_time() - begun
    assert all(row.status == "proved" for row in found)
    farm.rows = rows
    farm.write()
    return read / MANY, checked / MANY, settled / MANY


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=3)
    parser.add_argument("--module", default="not said")
    arguments = parser.parse_args()
    processor = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        "not known",
    )
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as forty:
        farm, single = night(Path(forty), 40), night(Path(one), 1)
        books = len(farm.rows)
        print(f"processor: {processor}, {os.cpu_count()} threads; module: {arguments.module}")
        print(f"{books} books, shape {farm.mandate.smallest_shape(farm.market)}, {arguments.rounds} rounds")
        times: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
        starts = []
        for number in range(arguments.rounds):
            for workers in (1, 2) if number % 2 == 0 else (2, 1):
                times[workers].append(spent(farm, workers))
                load = os.getloadavg()[0]
                print(f"  round {number + 1}, {workers} workers: {times[workers][-1]}, load {load:.1f}", file=sys.stderr)
            starts.append(spent(single, 1)[1])
        print("| workers | books per minute | CPU s per book |\n| --- | --- | --- |")
        for workers, found in times.items():
            clock, cpu = (statistics.median(values) for values in zip(*found, strict=True))
            print(f"| {workers} | {60 * books / clock:.1f} | {cpu / books:.3f} |")
        pairs = [one[0] / two[0] for one, two in zip(times[1], times[2], strict=True)]
        print(f"books per minute, 2 workers over 1, in each round: {', '.join(f'{pair:.2f}' for pair in pairs)}")
        print(f"load average of the last minute: {os.getloadavg()[0]:.1f}")
        cpu_of = {workers: statistics.median(cpu for _, cpu in found) for workers, found in times.items()}
        book = (cpu_of[1] - statistics.median(starts)) / (books - 1)
        measured = [of_a_worker(farm) for _ in range(3)]
        start, shard = (statistics.median(values) for values in zip(*measured, strict=True))
        read, check, row = of_a_job(farm)
        print("\nCPU seconds:")
        print(f"  b, a book {book:.4f}; s, the start of a worker {start:.3f}; h, handing out a shard {shard:.6f}")
        print(f"  for each job: t, a worker reads it {read:.6f}; c, the driver checks it {check:.6f}; r, its row {row:.6f}")
        print("\nModel of N = 1,000,000 books with W workers (no measurement):")
        print("  clock = N (c + 2 r) + (N b / 60) h + s + N t + N b / W")
        print("  CPU   = N (c + 2 r) + (N b / 60) h + W (s + N t) + N b")
        for workers in (2, 16, 64, 256):
            many = 1_000_000
            driver = many * (check + 2 * row) + many * book / 60 * shard
            clock = (driver + start + many * read + many * book / workers) / 3600
            cpu = (driver + workers * (start + many * read) + many * book) / 3600
            print(f"  {workers} workers: {clock:.1f} h, of which the driver alone {driver / 3600:.2f} h; {cpu:.0f} CPU h")


if __name__ == "__main__":
    main()

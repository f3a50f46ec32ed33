"""The snippets of the front page and of its chapter run as they are printed."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import months_of_a_pool
import tailproof as tp
from conftest import run

PROJECT = Path(__file__).parents[2]


def test_the_front_page_runs_as_printed() -> None:
    snippet = Path(__file__).with_name("front_page.py")
    done = subprocess.run([sys.executable, snippet], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    holds, verdict, *claims = done.stdout.splitlines()
    assert holds == "True"
    assert verdict.startswith("VALID: commitment 0x")
    assert claims[:2] == ["  99 % VaR <= 4 % of NAV", "  97.5 % CVaR <= 450,000"]


def test_the_pages_have_the_snippet() -> None:
    snippet = Path(__file__).with_name("front_page.py").read_text().strip()
    for page in ("python/README.md", "docs/src/doors/python.md"):
        assert f"```python\n{snippet}\n```" in (PROJECT / page).read_text(), page


def snippets() -> dict[str, list[str]]:
    """The blocks of Python of the chapter, by the heading above them."""
    chapter = (PROJECT / "docs/src/doors/python.md").read_text()
    sections = (section.partition("\n") for section in chapter.split("\n## ")[1:])
    found = {title: re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) for title, _, text in sections}
    return {title: blocks for title, blocks in found.items() if blocks}


def snippet(heading: str) -> str:
    """The blocks below a heading, one after the other."""
    return "\n".join(snippets()[heading])


def test_every_snippet_of_the_chapter_has_a_test() -> None:
    assert list(snippets()) == [
        "From prices to a verified proof",
        "A pool of loans",
        "P&L vectors",
        "A ledger",
        "A ledger of a pool",
        "What a verifier knows besides",
    ]


def shown(text: str, folder: Path) -> str:
    done = subprocess.run([sys.executable, "-c", text], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_snippet_of_a_pool_runs_as_printed(tmp_path: Path) -> None:
    for name in ("deal.toml", "loans.csv"):
        shutil.copy(PROJECT / "src/demo" / name, tmp_path)
    deal = tp.Deal.read(tmp_path / "deal.toml")
    loans = len(tp.Pool.read(tmp_path / "loans.csv", deal))
    keys = tp.Keys.insecure_development(deal.smallest_shape(loans, deal.scenarios()))
    keys.write(tmp_path / "keys")
    (tmp_path / "keys.digest").write_text(f"{keys.verifying.digest}\n")
    assert shown(snippet("A pool of loans"), tmp_path).startswith("VALID: commitment 0x")
    (tmp_path / "keys.digest").write_text("00" * 32)
    other = subprocess.run(
        [sys.executable, "-c", snippet("A pool of loans")], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert other.returncode == 1 and "WrongKeys" in other.stderr


def test_the_snippet_of_gains_runs_as_printed(tmp_path: Path) -> None:
    said = shown(snippet("P&L vectors") + "print(days.sentence, commitment.is_pnl)\n", tmp_path)
    assert said.startswith('the committed P&L vector of "Trading desks, full revaluation", 2 days') and "True" in said


def test_the_snippet_of_a_ledger_runs_as_printed(tmp_path: Path) -> None:
    for name in ("prices.csv", "book.csv"):
        shutil.copy(PROJECT / "src/demo" / name, tmp_path)
    market = tp.Scenarios.historical(tmp_path / "prices.csv", window=60)
    mandate = tp.Mandate("Forecast", clauses=[tp.var(0.99, limit=600_000)])
    mandate.write(tmp_path / "forecast.toml")
    book = tp.Book.read(tmp_path / "book.csv", nav=10_000_000)
    _, opening = book.commit(market)
    opening.write(tmp_path / "book.opening")
    tp.Keys.insecure_development(mandate.smallest_shape(market)).write(tmp_path / "keys")
    tp.Ledger("Fund A", confidence=0.99).write(tmp_path / "ledger.json")
    assert shown(snippet("A ledger"), tmp_path) == ""
    assert "2022-12-29" in (tmp_path / "ledger.json").read_text()


def test_the_snippet_of_a_ledger_of_a_pool_runs_as_printed(roll_keys: tp.Keys, tmp_path: Path) -> None:
    for month, name in enumerate(["february", "march"]):
        (tmp_path / f"{name}.csv").write_text(months_of_a_pool.TAPES[month])
        (tmp_path / f"{name}.toml").write_text(months_of_a_pool.deal(month))
    (tmp_path / "reasons.csv").write_text(months_of_a_pool.reasons(1))
    deal = tp.Deal.read(tmp_path / "february.toml")
    commitment, opening = tp.Pool.read(tmp_path / "february.csv", deal).commit()
    opening.write(tmp_path / "february.opening")
    roll_keys.write(tmp_path / "keys")
    tp.PoolLedger("Notes", deal, commitment).write(tmp_path / "notes.json")
    said = shown(snippet("A ledger of a pool"), tmp_path)
    assert "balances fell by at least 350 EUR" in said
    ledger = tp.PoolLedger.read(tmp_path / "notes.json")
    assert (ledger.cut_off, len(ledger)) == ("2018-03-31", 1)
    assert tp.Commitment.read(tmp_path / "march.json").value == ledger.commitments[1][1]


def test_the_snippets_of_a_verifier_run_as_printed(desk: Any, command: Path, tmp_path: Path) -> None:
    desk.keys.write(tmp_path / "keys")
    desk.market.write(tmp_path / "market.scn")
    desk.mandate.write(tmp_path / "mandate.toml")
    desk.commitment.write(tmp_path / "commitment.json")
    desk.proof.write(tmp_path / "proof.json")
    shutil.copy(PROJECT / "src/demo/prices.csv", tmp_path)
    (tmp_path / "withdrawn.txt").write_text("ab" * 32 + "\n")
    subject, now = "0x" + "11" * 32, int(time.time())
    key, attestation = tmp_path / "custodian.secret", tmp_path / "custodian.json"
    attestor = json.loads(run(command, "attest", "keygen", "-o", key, "--json"))["key"]
    run(
        command, "attest", "sign", "--commitment", tmp_path / "commitment.json", "--subject", subject, "--as-of",
        now - 60, "--expires", now + 86_400, "--scope", "assets", "--key", key, "-o", attestation,
    )  # fmt: skip
    run(
        command, "bundle", "--proof", tmp_path / "proof.json", "--scenarios", tmp_path / "market.scn", "--mandate",
        tmp_path / "mandate.toml", "--keys", tmp_path / "keys", "-o", tmp_path / "may.tailproof",
    )  # fmt: skip
    known = {
        "custodian": attestor,
        "fund": subject,
        "keys": desk.keys.verifying.digest,
        "mandate": desk.mandate.digest,
        "market": desk.market.digest,
    }
    (tmp_path / "known").mkdir()
    for name, text in known.items():
        (tmp_path / "known" / f"{name}.txt").write_text(f"{text}\n")
    text = snippet("What a verifier knows besides")
    said = shown(text, tmp_path)
    assert said.count("VALID: commitment 0x") == 2
    assert "made again" in said and "attestation" in said
    # Each thing that is known is compared: another one gives no verdict that the proof is valid.
    stranger = json.loads(run(command, "attest", "keygen", "-o", tmp_path / "stranger.secret", "--json"))["key"]
    for name in known:
        file = tmp_path / "known" / f"{name}.txt"
        file.write_text(stranger if name == "custodian" else "22" * 32)
        done = subprocess.run([sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 1 and "VALID: commitment" not in done.stdout, name
        file.write_text(known[name])


def test_the_night_of_the_farms_page_runs_as_printed(tmp_path: Path) -> None:
    page = (PROJECT / "docs/src/doors/farm.md").read_text()
    blocks = re.findall(r"^```(toml|sh)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    settings = next(text for kind, text in blocks if kind == "toml" and "keys_digest" in text)
    lines = next(text for kind, text in blocks if kind == "sh" and "tailproof.farm run" in text)
    made = Path(__file__).with_name("night_of_the_page.py")
    digest = subprocess.run([sys.executable, made], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    # The digest is the reader's own.
    settings = re.sub(r'keys_digest = "[^"]*"', f'keys_digest = "{digest.strip()}"', settings)
    (tmp_path / "night.toml").write_text(settings)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-ec", lines], cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    # Every book is proved.
    assert done.returncode == 0, done.stderr
    with (tmp_path / "night/results.csv").open() as file:
        _, *rows = csv.reader(file)
    assert [row[0] for row in rows] == [f"book-{number}" for number in range(4)]

"""The snippets of the front page and of its chapter run as they are printed."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import tailproof as tp

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


def snippet(heading: str) -> str:
    """The only block of Python below a heading of the chapter."""
    chapter = (PROJECT / "docs/src/doors/python.md").read_text()
    section = chapter.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    (text,) = re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return str(text)


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

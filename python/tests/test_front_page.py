"""The snippet of the front page runs as it is printed."""

import subprocess
import sys
from pathlib import Path


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
    project = Path(__file__).parents[2]
    for page in ("python/README.md", "docs/src/doors/python.md"):
        assert f"```python\n{snippet}\n```" in (project / page).read_text(), page

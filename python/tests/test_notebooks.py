"""Both notebooks run from top to bottom, and come out as they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"


def stored(name: str) -> Any:
    read: Any = nbformat.read
    return read(FOLDER / name, as_version=4)


def run(name: str) -> list[str]:
    """Returns what each cell of code shows."""
    notebook = stored(name)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(FOLDER)}}).execute()
    shown = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
            shown.append("\n".join(texts))
    return shown


def test_a_funds_month() -> None:
    shown = run("a-funds-month.ipynb")
    audit = next(text for text in shown if "'not_compared'" in text)
    assert "'days': 21" in audit and "'exceedances': 0" in audit and "'not_compared': []" in audit


def test_somebody_elses_proof() -> None:
    shown = run("somebody-elses-proof.ipynb")
    assert "['99 % VaR <= 4 % of NAV']" in shown
    assert any("'made_again': True" in text for text in shown)
    assert any("InputError" in text or "NotValid" in text for text in shown)


@pytest.mark.parametrize("name", ["a-funds-month.ipynb", "somebody-elses-proof.ipynb"])
def test_notebooks_are_stored_without_outputs(name: str) -> None:
    notebook = stored(name)
    assert all(not cell.get("outputs") for cell in notebook.cells)

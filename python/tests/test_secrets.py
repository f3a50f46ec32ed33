"""Nothing private leaves an object except where its owner asks for it."""

from __future__ import annotations

import copy
import logging
import pickle
import stat
import traceback
from pathlib import Path
from typing import Any

import pytest

import tailproof as tp

# An exposure that is looked for in everything that is shown.
CANARY = 7_654_321.09


@pytest.fixture
def private() -> tp.Book:
    return tp.Book({"AAPL": CANARY, "KO": 1}, nav=CANARY)


def shown(value: object) -> str:
    return f"{value!r} {value} {value:}"


def test_objects_show_nothing_private(private: tp.Book, desk: Any) -> None:
    commitment, opening = private.commit(desk.market)
    figures = private.risk(desk.market)
    for value in (private, opening, figures, commitment, desk.keys, desk.proof, desk.verify()):
        assert "7654321" not in shown(value).replace(",", "").replace("_", "")
    assert (repr(private), repr(opening), repr(figures)) == ("Book(private)", "Opening(secret)", "Risk(private)")


def test_private_objects_cannot_be_pickled_or_copied(private: tp.Book, desk: Any) -> None:
    _, opening = private.commit(desk.market)
    for value in (private, opening, private.risk(desk.market)):
        for take in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="private|secret"):
                take(value)


def test_public_objects_can_be_pickled(desk: Any) -> None:
    for value in (desk.market, desk.mandate, desk.commitment):
        assert pickle.loads(pickle.dumps(value)) == value
    again = pickle.loads(pickle.dumps(desk.proof))
    assert again.to_json() == desk.proof.to_json()


def test_a_refused_claim_has_its_figures_and_does_not_show_them(private: tp.Book, desk: Any, caplog: Any) -> None:
    tight = tp.Mandate("Tight", clauses=[tp.var(0.95, limit=1)])
    _, opening = private.commit(desk.market)
    with pytest.raises(tp.ClaimRefused) as refused:
        desk.keys.prove(private, opening, desk.market, tight)
    [figure] = refused.value.figures
    assert figure["measure"] == "var" and not figure["holds"] and figure["figure"] > 1
    with caplog.at_level(logging.ERROR):
        logging.getLogger("desk").error("no proof", exc_info=refused.value)
    text = caplog.text + "".join(traceback.format_exception(refused.value)) + repr(refused.value)
    assert str(figure["figure"]) not in text and "7654321" not in text
    assert str(figure["figure"]).encode() not in pickle.dumps(refused.value)


def test_an_opening_is_written_for_its_owner_and_replaces_none(private: tp.Book, desk: Any, tmp_path: Path) -> None:
    _, opening = private.commit(desk.market)
    path = tmp_path / "book.opening"
    opening.write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        private.commit(desk.market)[1].write(path)
    assert tp.Opening.read(path).commitment == opening.commitment


def test_a_book_that_changed_is_refused(desk: Any) -> None:
    other = tp.Book({**desk.exposures, "KO": -98_765.44}, nav=1_000_000)
    with pytest.raises(tp.InputError, match="changed after it was committed to"):
        desk.keys.prove(other, desk.opening, desk.market, desk.mandate)

"""Examples in docstrings of the native module. doctest finds none of its static methods by itself: they do
not say which module they are of."""

from __future__ import annotations

import doctest
from collections.abc import Iterator

from tailproof import _native


def docstrings() -> Iterator[tuple[str, str]]:
    """The docstrings of the module, of its functions and classes, and of everything in these, by name."""
    yield "_native", _native.__doc__ or ""
    for name in _native.__all__:
        thing = getattr(_native, name)
        if not callable(thing):
            continue
        yield name, thing.__doc__ or ""
        if isinstance(thing, type):
            for member in vars(thing):
                text = getattr(thing, member).__doc__
                yield f"{name}.{member}", text if isinstance(text, str) else ""


def test_every_example_of_the_native_module_runs_and_shows_what_it_says() -> None:
    shown = {name: text for name, text in docstrings() if ">>>" in text}
    # A class, a method, and static methods.
    static = {f"Scenarios.{name}" for name in ("events", "imported", "pnl", "scan", "stress")}
    assert {"PoolLedger", "Scenarios.with_cash", "Book.pnl", *static} <= shown.keys()
    parser = doctest.DocTestParser()
    for name, text in shown.items():
        # Examples have no names from elsewhere: a reader copies them as they stand.
        test = parser.get_doctest(text, {}, name, None, None)
        assert len(test.examples) == text.count(">>> "), name
        said: list[str] = []
        outcome = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
        assert (outcome.failed, outcome.attempted) == (0, text.count(">>> ")), "".join(said)


def test_every_public_class_and_method_says_what_it_does() -> None:
    texts = dict(docstrings())
    own = [name for name in texts if not name.rpartition(".")[2].startswith("_")]
    assert "PoolLedger.verify" in own
    assert not [name for name in own if not texts[name].strip()]

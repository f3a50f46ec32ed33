"""Net asset values that are sums, cash, and groups of factors."""

from __future__ import annotations

from pathlib import Path

import pytest

import tailproof as tp

GROUPS = """
[sector]
rest = "other"
[sector.groups]
technology = ["AAPL"]
[liquidity.groups]
daily = ["cash"]
shares = ["AAPL", "KO", "XOM"]
"""
EXPOSURES = {"AAPL": 512_345, "KO": -98_765, "XOM": 250_000, "cash": 100_000, "loan": -300_000}


@pytest.fixture(scope="module")
def market() -> tp.Scenarios:
    plain = tp.Scenarios.historical(tp.sample.prices(), window=8, factors=["AAPL", "KO", "XOM"])
    return plain.with_cash(["cash", "loan"])


def mandate(digest: str, technology: float) -> tp.Mandate:
    clauses = [
        tp.gross(limit_nav=2),
        tp.gross(classification="sector", group="technology", limit=technology),
        tp.net(classification="liquidity", group="daily", floor=100_000),
    ]
    return tp.Mandate("Rules", clauses=clauses, nav="sum", cash=["cash", "loan"], groups=digest)


def digest_of(refused: pytest.ExceptionInfo[Exception]) -> str:
    """The digest of the file, from the refusal of another one."""
    return str(refused.value).rsplit(" ", 1)[1]


def test_a_mandate_on_groups_is_proved_at_its_figure_and_refused_below(market: tp.Scenarios, tmp_path: Path) -> None:
    path = tmp_path / "groups.toml"
    path.write_text(GROUPS)
    with pytest.raises(tp.InputError, match="about the file of groups with the digest") as refused:
        mandate("00" * 32, 1).under(path)
    digest = digest_of(refused)
    exact, below = (mandate(digest, limit).under(path) for limit in (512_345, 512_344.99))
    assert exact.sentences[1:4] == [
        'gross exposure of group "technology" of "sector" <= 512,345',
        '100,000 <= net exposure of group "daily" of "liquidity"',
        "NAV = sum of the committed exposures and cash",
    ]
    book = tp.Book(EXPOSURES)
    rows = book.risk(market, exact).rows
    assert [row["holds"] for row in rows] == [True] * 3
    assert rows[2]["limit"] is None
    commitment, opening = book.commit(market)
    keys = tp.Keys.insecure_development(exact.smallest_shape(market))
    assert exact.smallest_shape(market) == "8x5+rules+2groups"
    proof = keys.prove(book, opening, market, exact)
    verified = proof.verify(keys.verifying, market, exact, commitment=commitment)
    assert verified.claims == exact.sentences
    assert "groups" in [line.what for line in verified.rests_on]
    with pytest.raises(tp.ClaimRefused):
        keys.prove(book, opening, market, below)
    with pytest.raises(tp.TailproofError, match="beside the mandate"):
        keys.prove(book, opening, market, mandate(digest, 512_345))


def test_a_book_states_the_sum_of_its_values(market: tp.Scenarios) -> None:
    terms = tp.Mandate("Sum", clauses=[tp.gross(limit_nav=2)], nav="sum", cash=["cash", "loan"])
    keys = tp.Keys.insecure_development(terms.smallest_shape(market))
    stated = tp.Book(EXPOSURES, nav=1_000_000)
    _, opening = stated.commit(market)
    with pytest.raises(tp.TailproofError, match="not the sum of its values"):
        keys.prove(stated, opening, market, terms)


def test_what_moves_is_no_cash(market: tp.Scenarios) -> None:
    terms = tp.Mandate("Cash", clauses=[tp.gross(limit_nav=2)], cash=["KO"])
    with pytest.raises(tp.TailproofError, match="'KO' is called cash, and moves"):
        tp.Book(EXPOSURES).risk(market, terms)
    with pytest.raises(tp.InputError, match="KO"):
        market.with_cash(["KO"])

"""Net asset values that are sums, cash, groups of factors, caps, and costs that grow."""

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


CAPS = "factor,cap,volume\nAAPL,512345,\nKO,,500000\nrest,250000,\n"
COSTS = "factor,rate,above_1,rate_1,above_2,rate_2\nAAPL,0.0002,100000,0.001,500000,0.004\nrest,0.0005,,,,\n"


def sized(files: dict[str, str], participation: float, limit: float = 1e9) -> tp.Mandate:
    clauses = [tp.caps(), tp.var(0.75, limit=limit, liquidity=True)]
    return tp.Mandate(
        "Sizes",
        clauses=clauses,
        cash=["cash", "loan"],
        caps=files["caps"],
        cap_days=2,
        cap_participation=participation,
        impact=files["impact"],
    )


def test_caps_and_costs_are_proved_at_their_figures_and_refused_below(market: tp.Scenarios, tmp_path: Path) -> None:
    paths = {"caps": tmp_path / "caps.csv", "impact": tmp_path / "impact.csv"}
    paths["caps"].write_text(CAPS)
    paths["impact"].write_text(COSTS)
    digests = dict.fromkeys(paths, "00" * 32)
    with pytest.raises(tp.InputError, match="about the file of caps with the digest") as refused:
        sized(digests, 0.1).under_caps(paths["caps"])
    digests["caps"] = digest_of(refused)
    with pytest.raises(tp.InputError, match="about the file of costs with the digest") as refused:
        sized(digests, 0.1).under_impact(paths["impact"])
    digests["impact"] = digest_of(refused)

    def over(participation: float, limit: float = 1e9) -> tp.Mandate:
        return sized(digests, participation, limit).under_caps(paths["caps"]).under_impact(paths["impact"])

    book = tp.Book(EXPOSURES)
    exact = over(0.1)
    rows = book.risk(market, exact).rows
    assert [row["holds"] for row in rows] == [True] * 2
    # KO may be 2 days at 9 % of 500,000, and is 98,765.
    assert [row["holds"] for row in book.risk(market, over(0.09)).rows] == [False, True]
    figure = float(rows[1]["figure"])
    commitment, opening = book.commit(market)
    keys = tp.Keys.insecure_development(exact.smallest_shape(market))
    assert exact.smallest_shape(market) == "8x5+rules+caps+impact"
    at = over(0.1, figure)
    proof = keys.prove(book, opening, market, at)
    verified = proof.verify(keys.verifying, market, at, commitment=commitment)
    assert verified.claims == at.sentences
    assert {"caps", "liquidity costs"} <= {line.what for line in verified.rests_on}
    for refused_terms in (over(0.09), over(0.1, figure - 1e-6)):
        with pytest.raises(tp.ClaimRefused):
            keys.prove(book, opening, market, refused_terms)
    with pytest.raises(tp.TailproofError, match="beside the mandate"):
        keys.prove(book, opening, market, sized(digests, 0.1))


def test_presets_on_groups_are_met_at_their_floors(market: tp.Scenarios, tmp_path: Path) -> None:
    path = tmp_path / "funds.groups.toml"
    path.write_text(
        "\n".join(
            f'[{of}]\nrest = "other"\n[{of}.groups]\n"{group}" = [{listed}]'
            for of, group, listed in [
                ("daily", "daily liquid assets", '"cash"'),
                ("weekly", "weekly liquid assets", '"cash", "KO"'),
                ("owed", "budget", '"loan"'),
            ]
        )
    )
    terms = tp.Mandate.preset("sec-2a7", groups=path, unit=1)
    assert terms.name == "SEC 2a-7 daily and weekly liquid assets"
    # The first column of cash takes the difference of values and exposures.
    plain = tp.Scenarios.historical(tp.sample.prices(), window=8, factors=["AAPL", "KO", "XOM"])
    two_columns = plain.with_cash(["difference", "cash"])
    for cash, holds in [(250_000, True), (249_999, False)]:
        book = tp.Book({"AAPL": 500_000, "KO": 500_000 - cash, "cash": cash}, unit=1)
        assert all(row["holds"] for row in book.risk(two_columns, terms).rows) is holds
        assert book.risk(two_columns, terms).holds is holds
        assert book.risk(market, terms).holds is False
    runway = tp.Mandate.preset("runway", groups=path, amount=300_000)
    assert '300,000 <= gross exposure of group "budget" of "owed"' in runway.sentences
    with pytest.raises(tp.TailproofError, match="takes groups"):
        tp.Mandate.preset("sec-2a7")
    with pytest.raises(tp.TailproofError, match="the budget takes an amount"):
        tp.Mandate.preset("runway", groups=path)
    assert tp.Mandate.preset("ucits-absolute", unit=1).name == "UCITS absolute VaR"
    with pytest.raises(tp.InputError, match="at most 1"):
        tp.Mandate.preset("ucits-absolute", unit=2)
    with pytest.raises(tp.InputError, match="at most 1"):
        tp.Mandate("AIFMD", unit=2, clauses=[tp.gross(limit_nav=3)])
    with pytest.raises(tp.TailproofError, match="no groups and no amount"):
        tp.Mandate.preset("solvency2", amount=5)
    with pytest.raises(tp.TailproofError, match="at least 720"):
        tp.Mandate.preset(
            "sec-18f4-relative",
            reference=tp.Book({"AAPL": 100}),
            scenarios=tp.Scenarios.historical(tp.sample.prices(), horizon=20, window=250),
        )
    assert tp.Mandate.preset("aifmd-commitment", limit_nav=2).sentences == ["gross exposure <= 200 % of NAV"]


def test_a_mandate_in_another_currency_than_that_of_the_prices_does_not_hold() -> None:
    dates = ["2024-01-02", "2024-01-03", "2024-01-04"]
    converted = tp.Scenarios.historical(
        {"date": dates, "ALFA": ["100", "110", "121"], "BRAV": ["50", "50", "50"]},
        currencies={"ALFA": "USD", "BRAV": "EUR"},
        rates={"date": dates, "USD": ["0.9", "0.99", "0.99"]},
        base="EUR",
    )
    book = tp.Book({"ALFA": 100, "BRAV": 50})
    for currency, holds in [("EUR", True), ("USD", False)]:
        terms = tp.Mandate("Desk", currency=currency, clauses=[tp.stress(limit=1000)])
        risk = book.risk(converted, terms)
        assert [row["holds"] for row in risk.rows] == [True]
        assert risk.holds is holds

"""Burdens side by side: each by its own measure, held against size, and never summed."""

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from foedus.briefing.burden import (
    burden_sentences,
    burden_table,
    defence_usd_bn,
    key_shares,
    measures_table,
    most_owing,
    payers,
    rank_correlation,
    sent_persons,
)
from foedus.briefing.findings import Findings
from foedus.runs import make_request
from foedus.scenario import Scenario

Find = Callable[..., Findings]

GDP = {"ALD": 2000, "BRK": 300, "CST": 1200, "DUN": 400, "ELM": 100}
HEADS = {"ALD": 60, "BRK": 15, "CST": 40, "DUN": 6, "ELM": 3}


def found_of(scenario: Scenario) -> Findings:
    return Findings(scenario, make_request(scenario, draws=30, seed=1))


def spending(*shares: float) -> dict[str, float]:
    """Return the cells with which nations spend these shares of GDP."""
    return {f"budgets/{c}/defence_share": x for c, x in zip(GDP, shares, strict=True)}


def test_keys_are_parts_by_size_among_contributors(find: Find) -> None:
    found = find()
    keys = key_shares(found)
    assert payers(found) == tuple(GDP)
    assert list(keys) == ["gdp", "population", "mix"]
    gdp, heads = (np.array(list(size.values())) for size in (GDP, HEADS))
    np.testing.assert_allclose(keys["gdp"], gdp / 4000)
    np.testing.assert_allclose(keys["population"], heads / 124)
    np.testing.assert_allclose(keys["mix"], (gdp / 4000 + heads / 124) / 2)


def test_a_key_that_one_has_no_size_in_is_left_out(minimal: Scenario) -> None:
    rows = tuple(row for row in minimal.share_keys if row.key != "gdp:ELM")
    without = minimal.replace(share_keys=rows, payers=minimal.payers[:2], positions=())
    found = found_of(without)
    assert list(key_shares(found)) == ["population"]
    assert "owes_persons" not in burden_table(found).columns
    assert burden_sentences(found) == ()


def test_a_row_has_what_the_files_and_the_runs_have(find: Find) -> None:
    found = find()
    result, forces = found.spending.result, found.forces
    table = burden_table(found)
    assert table["defence_usd_bn"].is_sorted(descending=True)
    rows = {row["delegation"]: row for row in table.to_dicts()}
    assert set(rows) == set(GDP)
    for n, code in enumerate(result.codes[:5]):
        sent = forces.sent_persons[:, forces.codes.index(code)].sum(axis=1)
        assert rows[code]["expected_persons"] == pytest.approx(sent.mean())
        assert rows[code]["force_yearly_usd_bn"] == pytest.approx(
            result.force_yearly_usd_bn[:, n].mean()
        )
        assert rows[code]["programmes_yearly_usd_bn"] == pytest.approx(
            result.programme_yearly_usd_bn[:, n].sum(axis=1).mean()
        )
        assert rows[code]["gdp_key_share"] == pytest.approx(GDP[code] / 4000)
    assert (rows["BRK"]["adversary_border_km"], rows["ALD"]["adversary_border_km"]) == (180, 0)


def test_who_has_no_row_in_hosting_hosts_a_number_nobody_knows(
    find: Find, minimal: Scenario
) -> None:
    hosts = dict(burden_table(find()).select("delegation", "hosted_persons").iter_rows())
    assert hosts == {"BRK": 1500, "ELM": 120, "ALD": None, "CST": None, "DUN": None}
    nobody = burden_table(found_of(minimal.replace(hosting=())))
    assert nobody["hosted_persons"].null_count() == 5
    assert nobody.schema["hosted_persons"].is_numeric()


def test_what_is_owed_and_what_is_carried_beyond_it_are_the_same(find: Find) -> None:
    table = burden_table(find())
    assert table["owes_persons"].sum() == pytest.approx(0, abs=1e-6)
    assert table["owes_defence_usd_bn"].sum() == pytest.approx(0, abs=1e-9)
    total = table["defence_usd_bn"].sum()
    expected = table["gdp_key_share"] * total - table["defence_usd_bn"]
    np.testing.assert_allclose(table["owes_defence_usd_bn"], expected)


def test_who_spends_one_share_of_gdp_owes_nothing(find: Find) -> None:
    # Growth is of each nation's own; the key is of 2029, as the sums are.
    found = find(set=spending(*[0.02] * 5), draws=10)
    assert burden_table(found)["owes_defence_usd_bn"].to_list() == pytest.approx([0] * 5, abs=1e-9)
    row = measures_table(found).row(0, named=True)
    assert (row["burden"], row["share_key"]) == ("defence spending", "gdp")
    assert row["hoover_share"] == pytest.approx(0, abs=1e-12)
    assert row["kakwani_ratio"] == pytest.approx(0, abs=1e-12)
    assert "in money" not in " ".join(burden_sentences(found))


def test_measures_by_hand(find: Find) -> None:
    found = find()
    spent, gdp = defence_usd_bn(found), np.array(list(GDP.values())) / 4000
    row = measures_table(found).row(0, named=True)
    assert row["hoover_share"] == pytest.approx(abs(spent / spent.sum() - gdp).sum() / 2)
    apart = abs(spent[:, None] - spent[None, :]).mean() / (2 * spent.mean())
    assert row["gini_ratio"] == pytest.approx(apart)
    # By GDP: Aldmark, Castria, Dunmere, Brekland, Elmland; by share of it Brekland, Elmland, ...
    ranks = np.array([5, 2, 4, 3, 1]) - np.array([3, 5, 2, 1, 4])
    assert row["rank_correlation"] == pytest.approx(1 - 6 * (ranks**2).sum() / (5 * 24))


def test_where_nobody_sends_only_money_is_measured(find: Find) -> None:
    nobody = find(set={"consent/*/level": 0}, draws=20)
    assert set(measures_table(nobody)["burden"]) == {"defence spending"}
    assert sent_persons(nobody).tolist() == [0] * 5
    assert "in troops" not in " ".join(burden_sentences(nobody))


def test_one_nation_has_no_rank() -> None:
    assert rank_correlation(np.array([3.0]), np.array([1.0])) is None
    assert rank_correlation(np.array([3.0, 1.0]), np.array([1.0, 0.0])) is None


@pytest.mark.parametrize(
    ("shares", "says"),
    [
        ((0.03, 0.01, 0.025, 0.02, 0.005), "the larger economies spend the larger share of it"),
        ((0.01, 0.03, 0.015, 0.02, 0.04), "the smaller economies spend the larger share of it"),
        ((0.02, 0.03, 0.01, 0.04, 0.015), "large and small economies spend much the same share"),
    ],
)
def test_whether_the_great_spend_more_is_told_by_rank(
    find: Find, shares: tuple[float, ...], says: str
) -> None:
    found = find(set=spending(*shares), draws=5)
    first = burden_sentences(found)[0]
    assert first.startswith(f"Ranked by GDP, {says}")
    assert first.endswith(" over 5 contributors).")


def test_who_is_furthest_below_is_named_as_the_table_has_it(find: Find) -> None:
    found = find()
    table = burden_table(found)
    said = burden_sentences(found)[-1]
    for column, shown in (("owes_defence_usd_bn", "in money "), ("owes_persons", "in troops ")):
        most = table.sort(column, descending=True)["title"].to_list()
        assert f"{shown}{most[0]} (" in said
        owed = table.filter(pl.col(column) > 5 if "persons" in column else pl.col(column) > 0.01)
        assert len(most_owing(table, column, 0.01)) == min(3, len(owed))


def test_what_would_print_as_none_is_not_named() -> None:
    table = pl.DataFrame({"delegation": ["A", "B"], "owes_persons": [3.0, -3.0]})
    assert most_owing(table, "owes_persons", 5.0) == []
    assert [row["owes_persons"] for row in most_owing(table, "owes_persons", 1.0)] == [3.0]

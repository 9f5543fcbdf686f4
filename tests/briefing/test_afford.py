"""Whether nations can afford more, and have the troops: what is said is what was found."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.kept import FEW
from tests.shipped import load

from foedus.briefing import Answer
from foedus.briefing.afford import (
    HEADLINE_TARGET,
    active_persons,
    afford_headline,
    answer_afford,
    count_in_middle,
    deficit_flags,
    force_of_defence,
    points_of_gdp,
    sent_by_contributors,
    share_of,
    targets_table,
)
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import percent, persons, usd_bn
from foedus.engines.spending.engine import SpendingResult
from foedus.quantities import show_number, suffix_of
from foedus.runs import make_request
from foedus.scenario import Scenario
from foedus.scenario.delegations import ShareKey

Find = Callable[..., Findings]
Asked = Callable[..., Answer]

SHIPPED = ("minimal", "paris-2025")
OPTIONS = [(name, row.option) for name in SHIPPED for row in load(name).options]
NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})+|-?\d+(?:\.\d+)?")
IN_TABLES = ("afford_targets", "headline_numbers")
NOBODY = {"consent/*/level": 0}
ALONE = {**NOBODY, "options/*/us_enablers_share": 0}


def answer_of(scenario: Scenario, draws: int = 40, option: str | None = None) -> Answer:
    """Return the answer by itself."""
    found = Findings(scenario, make_request(scenario, option=option, draws=draws, seed=1))
    return answer_afford(found, "Can they?")


def sentence(answer: Answer, words: str) -> str:
    """Return the one sentence that has these words."""
    (found,) = [text for text in answer.more if words in text]
    return found


def own_money(result: SpendingResult, name: str, target: str = HEADLINE_TARGET) -> Any:
    """Return a sum over contributors on the path to a target, shape (draw,)."""
    t = result.targets.index(target)
    return getattr(result, name)[:, result.contributes, t].sum(axis=1)


def printed(value: float, name: str) -> Iterator[str]:
    """Yield how sentences print a number of a column with this name."""
    match suffix_of(name):
        case "bn":
            yield usd_bn(value)
        case "share":
            yield from (percent(value), share_of(value), show_number(value, "target_share"))
            yield f"{100 * value:.1f}"
        case "persons":
            yield persons(value)
        case "correlation":
            yield f"{value:.2f}"
        case _:
            yield f"{value:.0f}"


def numbers_of(tables: Mapping[str, pl.DataFrame], *names: str) -> set[str]:
    """Return every number that a sentence may print of these tables."""
    found: set[str] = set()
    for name in names:
        for column in tables[name].columns:
            if tables[name].schema[column].is_numeric():
                values = tables[name][column].drop_nulls()
                texts = [text for value in values for text in printed(value, column)]
                found.update(number for text in texts for number in NUMBER.findall(text))
    return found


@pytest.mark.parametrize("draws", [1, FEW])
@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_every_option_is_answered_in_whole_sentences(
    find: Find, name: str, option: str, draws: int
) -> None:
    found = find(name, option=option, draws=draws)
    answer = answer_afford(found, "Can they?")
    assert answer.run == found.spending.run_id
    assert (answer.low is None) == (draws == 1)
    for text in (answer.headline, *answer.more, *answer.assumes):
        assert text.endswith(".")
        assert not re.search(r"\bnan\b|\binf\b|None|  |\.\.|-0\b(?!\.)|\(\)", text), text
    assert all(table.width for table in answer.tables.values())


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("draws", [1, FEW])
def test_each_number_of_the_headline_is_in_a_table(find: Find, name: str, draws: int) -> None:
    answer = answer_afford(find(name, draws=draws), "Can they?")
    said = set(NUMBER.findall(answer.headline.replace("90 %:", "")))
    assert len(said) >= 6
    assert said <= numbers_of(answer.tables, *IN_TABLES)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("draws", [1, FEW])
def test_each_number_of_a_sentence_is_in_a_table(find: Find, name: str, draws: int) -> None:
    found = find(name, draws=draws)
    answer = answer_afford(found, "Can they?")
    known = numbers_of(answer.tables, *answer.tables)
    known |= {f"{found.spending.result.years[-1]}", "90", "0.01", "0.1"}
    known |= {"2", "2.5", "3", "3.5", "5"}
    binds = found.forces.binding_shares(found.forces.binding)
    known |= {number for share in binds for number in NUMBER.findall(percent(float(share)))}
    for text in answer.more:
        assert set(NUMBER.findall(text)) <= known, text


@pytest.mark.parametrize("draws", [1, FEW])
def test_the_value_is_the_median_of_what_contributors_need_in_the_year(
    find: Find, draws: int
) -> None:
    found = find(draws=draws)
    result, answer = found.spending.result, answer_afford(found, "Can they?")
    needed = own_money(result, "needed_usd_bn")
    assert answer.value == np.median(needed)
    assert answer.kind == "number"
    assert answer.unit == "bn US dollars of 2030 more in 2035 than at today's shares"
    if draws > 1:
        assert (answer.low, answer.high) == tuple(np.quantile(needed, [0.05, 0.95]))
    else:
        assert (answer.low, answer.high) == (None, None)


def test_a_row_of_targets_is_the_sum_over_contributors_that_have_it(find: Find) -> None:
    result = find().spending.result
    table = targets_table(result)
    assert table["target"].to_list() == list(result.target_titles)
    for t, row in enumerate(table.iter_rows(named=True)):
        who = result.contributes & result.has_target[:, t]
        assert row["asked_count"] == who.sum()
        for name in ("needed_usd_bn", "extra_usd_bn", "total_usd_bn"):
            assert row[name] == pytest.approx(
                np.median(getattr(result, name)[:, who, t].sum(axis=1))
            )
        assert row["extra_usd_bn"] <= row["needed_usd_bn"] + 1e-9
        assert row["met_count"] <= row["in_time_count"] <= row["asked_count"]


def test_counts_in_the_middle_are_whole() -> None:
    flags = np.array([[True, False, False], [True, True, False]])
    assert count_in_middle(flags) == 1
    assert np.median(flags.sum(axis=1)) == 1.5


def test_who_has_furthest_to_go_comes_first(asked: Asked, find: Find) -> None:
    table = asked("afford").tables["targets_by_nation"]
    headline = table.filter(pl.col("target") == "3.5 %")
    assert headline["needed_usd_bn"].is_sorted(descending=True)
    assert headline["title"][0] == "Aldmark"
    # All targets of a nation stay together.
    order = list(dict.fromkeys(table["delegation"]))
    assert table["delegation"].to_list() == sorted(table["delegation"], key=order.index)
    assert set(order) == set(find().spending.result.codes)


def test_means_of_the_force_add_up_to_that_of_all(find: Find) -> None:
    found = find()
    table = answer_afford(found, "Can they?").tables["force_cost_by_nation"]
    own = table.filter(pl.col("delegation") != "PTN")["expected_usd_bn"].sum()
    result = found.spending.result
    assert own == pytest.approx(result.force_usd_bn[:, result.contributes].sum(axis=1).mean())
    assert table.columns[:3] == ["title", "delegation", "expected_usd_bn"]


def test_who_pays_most_is_named_with_its_mean(find: Find) -> None:
    answer = answer_afford(find(), "Can they?")
    table = answer.tables["force_cost_by_nation"].filter(pl.col("delegation") != "PTN")
    first = table.sort("expected_usd_bn", descending=True).row(0, named=True)
    said = sentence(answer, "most is paid by")
    assert f"most is paid by {first['title']} ({usd_bn(first['expected_usd_bn'])})" in said
    assert "(0 bn)" not in said
    assert "The guarantor's own part comes to " in said


def test_the_programmes_are_told_as_their_table_has_them(find: Find) -> None:
    found = find()
    answer = answer_afford(found, "Can they?")
    table = answer.tables["programmes"]
    assert table["title"].to_list() == ["Rebuilding Hovany's forces", "Rebuilding Hovany"]
    result = found.spending.result
    for p, row in enumerate(table.iter_rows(named=True)):
        own = result.programme_yearly_usd_bn[:, result.contributes, p].sum(axis=1)
        assert row["contributors_yearly_usd_bn"] == pytest.approx(np.median(own))
        assert 0 < row["open_share"] < 1
        text = f"{usd_bn(row['contributors_yearly_usd_bn'])} a year over {row['over_years_count']}"
        assert text in sentence(answer, "Programmes beside the force")


@pytest.mark.parametrize(("cells", "adds"), [(NOBODY, "1 %"), (ALONE, "0")])
def test_where_all_refuse_the_force_adds_nothing(
    find: Find, cells: dict[str, int], adds: str
) -> None:
    found = find(set=cells, draws=30)
    answer = answer_afford(found, "Can they?")
    assert not sent_by_contributors(found).any()
    assert answer.headline.endswith(
        " Contributors send nobody in any future drawn, so the force adds nothing."
    )
    assert not any("Over the mission" in text for text in answer.more)
    said = sentence(answer, "Sent in full")
    assert ("guarantor's own part" in said) == (adds != "0")
    assert not any("the force and" in text for text in answer.more)


def test_a_force_without_land_costs_and_binds_nothing(find: Find) -> None:
    answer = answer_afford(find(option="air-sea-backed"), "Can they?")
    assert "The force itself adds " in answer.headline
    assert not any("what is short" in text for text in answer.more)


WITHOUT: dict[str, tuple[dict[str, Any], str, str]] = {
    "targets": ({"targets": ()}, "No contributor has a target of its own.", "more likely late"),
    "payers": (
        {"payers": ()},
        "No part of the programmes beside the force falls",
        "programmes tog",
    ),
    "finances": ({"finances": ()}, "debt over GDP by 2039.", "bound by a limit"),
    "hosting": ({"hosting": ()}, "Hosting and the front", "hosted"),
}


@pytest.mark.parametrize("table", WITHOUT)
def test_without_a_table_less_is_said(minimal: Scenario, table: str) -> None:
    rows, says, not_said = WITHOUT[table]
    answer = answer_of(minimal.replace(**rows))
    assert any(says in text for text in answer.more)
    assert not any(not_said in text for text in answer.more)


def test_without_programmes_none_is_told(minimal: Scenario) -> None:
    costs = tuple(row for row in minimal.costs if row.kind != "programme")
    answer = answer_of(minimal.replace(costs=costs, payers=()))
    assert not any("rogramme" in text for text in answer.more)
    assert answer.tables["programmes"].is_empty()


def test_a_programme_that_costs_nothing_divides_nothing(minimal: Scenario) -> None:
    none = dict.fromkeys(("cost_value", "cost_value_low", "cost_value_high"), 0.0)
    costs = tuple(
        row.model_copy(update=none if row.kind == "programme" else {}) for row in minimal.costs
    )
    answer = answer_of(minimal.replace(costs=costs))
    assert answer.tables["programmes"]["open_share"].to_list() == [0, 0]
    assert sentence(answer, "No part of the programmes")


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        (("ALD",), "1 contributor has a target of its own, which would cost "),
        (("ELM",), "1 contributor has a target of its own, and today's share meets all of it."),
        (("ALD", "CST"), "2 contributors have targets of their own, which together would cost "),
    ],
)
def test_own_targets_are_told_in_one_and_in_many(
    minimal: Scenario, codes: tuple[str, ...], says: str
) -> None:
    rows = tuple(row for row in minimal.targets if row.delegation in codes)
    (said,) = [
        x for x in answer_of(minimal.replace(targets=rows)).more if x[2:].startswith("contri")
    ]
    assert said.startswith(says)


def test_who_is_late_for_its_own_is_named(find: Find) -> None:
    found = find()
    result = found.spending.result
    late = result.in_time[:, :, result.targets.index("own")].mean(axis=0) < 0.5
    named = {found.titles[c] for c, is_late in zip(result.codes, late, strict=True) if is_late}
    said = sentence(answer_afford(found, "Can they?"), "more likely late than in time: ")
    listed = re.split(r", | and ", said.rpartition(": ")[2].removesuffix("."))
    assert set(listed) == named - {"Patronia"}
    assert 0 < len(listed) < 5


def limited(scenario: Scenario, *codes: str) -> Scenario:
    """Return a scenario in which a limit on deficits binds some nations only."""
    free = {"deficit_limit_share": None}
    rows = [r.model_copy(update={} if r.delegation in codes else free) for r in scenario.budgets]
    return scenario.replace(budgets=tuple(rows))


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        (("ELM",), "of 1 contributor bound by a limit on deficits 0 are above it now and 0 would"),
        (("ALD",), "of 1 contributor bound by a limit on deficits 1 is above it now and 1 would"),
        (("ALD", "BRK", "CST"), "of 3 contributors bound by a limit on deficits 2 are above it"),
    ],
)
def test_limits_on_deficits_are_counted_among_those_they_bind(
    minimal: Scenario, codes: tuple[str, ...], says: str
) -> None:
    assert says in sentence(answer_of(limited(minimal, *codes)), "Borrowed, ")


def test_a_bound_nation_whose_balance_is_unknown_is_not_counted(minimal: Scenario) -> None:
    rows = tuple(row for row in minimal.finances if row.delegation != "BRK")
    scenario = limited(minimal, "ALD", "BRK").replace(finances=rows)
    found = Findings(scenario, make_request(scenario, draws=5))
    assert deficit_flags(found.spending.result, 3) == (1, 1, 1)


def test_a_year_of_the_force_is_compared_with_what_is_spent_today(find: Find) -> None:
    result = find().spending.result
    spent = (result.today_share * result.gdp_usd_bn)[:, :5].sum(axis=1)
    yearly = result.force_yearly_usd_bn[:, :5].sum(axis=1)
    assert force_of_defence(result) == pytest.approx(np.median(yearly / spent))


def test_who_spends_nothing_has_nothing_to_compare_with(minimal: Scenario) -> None:
    none = {"defence_share": 0.0, "defence_usd_bn": 0.0}
    scenario = minimal.replace(
        budgets=tuple(row.model_copy(update=none) for row in minimal.budgets)
    )
    answer = answer_of(scenario)
    assert "0 of 5 contributors are there." in answer.headline
    assert not any("of what they spend" in text for text in answer.more)
    assert answer.tables["headline_numbers"]["force_of_defence_share"].to_list() == [None]


def with_active(scenario: Scenario, **sizes: float) -> Scenario:
    """Return a scenario with people under arms by delegation."""
    rows = [
        ShareKey(
            share_key="active",
            delegation=code,
            size_weight=size,
            unit="persons",
            source=("assumed",),
        )
        for code, size in sizes.items()
    ]
    return scenario.replace(share_keys=(*scenario.share_keys, *rows))


ARMED = {"ALD": 100_000.0, "BRK": 40_000.0, "CST": 80_000.0, "DUN": 10_000.0, "ELM": 5_000.0}


def test_the_troops_are_held_against_those_under_arms(minimal: Scenario) -> None:
    scenario = with_active(minimal, **ARMED, PTN=1e6)
    found = Findings(scenario, make_request(scenario, draws=60, seed=1))
    assert active_persons(found) == 235_000
    sent = float(np.median(sent_by_contributors(found)))
    said = sentence(answer_afford(found, "Can they?"), "Have they the troops?")
    assert f"have 235,000 people under arms and send {persons(sent)}, " in said
    assert f"{share_of(sent / 235_000)} of them; what is short is not heads but " in said


def test_where_most_are_sent_heads_may_be_short(minimal: Scenario) -> None:
    few = {code: size / 40 for code, size in ARMED.items()}
    said = sentence(answer_of(with_active(minimal, **few)), "Have they the troops?")
    assert "not heads" not in said


def test_those_under_arms_are_not_told_for_a_part_of_the_nations(minimal: Scenario) -> None:
    some = {code: size for code, size in ARMED.items() if code != "ELM"}
    scenario = with_active(minimal, **some)
    assert active_persons(Findings(scenario, make_request(scenario, draws=1))) is None
    assert not any("Have they the troops?" in text for text in answer_of(scenario).more)


def test_a_target_beside_the_usual_ones_is_told_too(find: Find) -> None:
    found = find(set={"engines/spending/further_share": 0.04}, draws=20)
    answer = answer_afford(found, "Can they?")
    assert " for 4 % (" in sentence(answer, "Beyond today's shares")
    assert " for 3.5 % (" not in sentence(answer, "Beyond today's shares")
    assert answer.headline == afford_headline(
        found, found.spending.result, found.spending.result.targets.index(HEADLINE_TARGET)
    )


def test_costs_in_common_are_an_assumption_where_they_are_set(find: Find) -> None:
    common = answer_afford(find(set={"engines/spending/common_share": 0.5}, draws=5), "Can they?")
    alone = answer_afford(find(draws=5), "Can they?")
    assert any("a part of it is paid in common" in text for text in common.assumes)
    assert any("costs lie where they fall" in text for text in alone.assumes)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([0.0004], "under 0.1 points"),
        ([0.0], "0.0 points"),
        ([0.01, 0.02, 0.03], "2.0 points (90 %: 1.1 to 2.9)"),
        ([0.2], "20 points"),
    ],
)
def test_points_of_gdp_have_a_decimal_where_they_are_few(values: list[float], text: str) -> None:
    assert points_of_gdp(np.array(values)) == text


def test_the_other_numbers_of_the_headline_are_medians_of_the_run(find: Find) -> None:
    found = find()
    result = found.spending.result
    row = answer_afford(found, "Can they?").tables["headline_numbers"].row(0, named=True)
    guarantor = result.codes.index("PTN")
    expected = {
        "target_year": 2035,
        "target_share": 0.035,
        "within_reach_usd_bn": np.median(own_money(result, "extra_usd_bn")),
        "contributors_count": 5,
        "force_yearly_usd_bn": np.median(result.force_yearly_usd_bn[:, :guarantor].sum(axis=1)),
        "force_usd_bn_high": np.quantile(result.force_usd_bn[:, :guarantor].sum(axis=1), 0.95),
        "full_usd_bn": np.median(result.full_usd_bn.sum(axis=1)),
        "guarantor_usd_bn": np.median(result.force_usd_bn[:, guarantor]),
        "sent_persons": np.median(sent_by_contributors(found)),
        "limit_bound_count": 4,
    }
    assert {name: row[name] for name in expected} == pytest.approx(expected)
    # Of the four that a limit binds only Elmland keeps below it throughout.
    assert row["over_limit_now_count"] == 2
    assert row["over_limit_then_count"] == 3

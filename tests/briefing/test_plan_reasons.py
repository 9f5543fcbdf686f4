"""The reasons of a plan's gap as tables and sentences: each number is that of the re-solve."""

import re
from dataclasses import replace

import polars as pl
import pytest
from tests.shipped import load

import foedus as fd
from foedus.briefing.plan_reasons import (
    Reasons,
    alternatives_sentences,
    alternatives_table,
    frontier_table,
    ledger_sentences,
    lines_table,
    one_more_table,
    providers_sentence,
    providers_table,
    rules_table,
)
from foedus.chain import likely_levels, run_plan
from foedus.coalitions import Coalitions
from foedus.runs import make_request

MINIMAL = load("minimal")
TITLES = MINIMAL.titles("delegations") | MINIMAL.titles("capabilities")


@pytest.fixture(scope="module")
def reasons() -> Reasons:
    request = make_request(MINIMAL, draws=200)
    levels = likely_levels(MINIMAL, Coalitions(MINIMAL).of(request))
    result = run_plan(MINIMAL, request, levels).result
    return Reasons(MINIMAL, request, result, levels, titles=TITLES)


def test_the_lines_add_up_to_the_shortfall_of_the_plan(reasons: Reasons) -> None:
    table = lines_table(reasons)
    assert table["short_points"].sum() == pytest.approx(100 - reasons.result.filled_points)
    assert table["short_points"].is_sorted(descending=True)
    plan = reasons.result.tables()["plan_lines"]
    short = dict(zip(plan["line"], plan["short_unit_months"], strict=True))
    assert all(
        row["short_unit_months"] == pytest.approx(short[row["line"]]) for row in table.to_dicts()
    )


def test_floors_and_those_who_stay_away_are_among_the_rules(reasons: Reasons) -> None:
    assert set(reasons.relaxed()) == {"home floors", "those who do not join"}
    tried = {relaxed.rule for relaxed in reasons.ledger.rules} | set(reasons.ledger.buys_nothing)
    assert {"home floors", "those who do not join"} <= tried
    everybody = Reasons(MINIMAL, reasons.request, reasons.result, coalition=None, titles=TITLES)
    assert set(everybody.relaxed()) == {"home floors"}


def test_the_relaxed_problem_asks_for_the_same(reasons: Reasons) -> None:
    for problem in reasons.relaxed().values():
        assert [line.name for line in problem.lines] == [
            line.name for line in reasons.problem.lines
        ]
        assert sum(c.count for c in problem.classes) >= sum(
            c.count for c in reasons.problem.classes
        )


def test_the_rule_that_buys_most_is_named_first_with_its_points(reasons: Reasons) -> None:
    table = rules_table(reasons)
    best = max(reasons.ledger.rules, key=lambda one: one.gain_points)
    assert table["gain_points"][0] == best.gain_points
    assert reasons.words(best.rule) in ledger_sentences(reasons)[0]
    assert table.filter(pl.col("lines_helped") == "").is_empty()


def test_codes_are_printed_as_names(reasons: Reasons) -> None:
    assert reasons.words("mandate of ALD: ceiling of land soldiers") == (
        "mandate of Aldmark: ceiling of land soldiers"
    )
    assert reasons.words("number of division_hq (one more)") == (
        "number of division headquarters (one more)"
    )
    codes = {code for code in TITLES if code.isupper()}
    said = " ".join(ledger_sentences(reasons))
    assert codes.isdisjoint(re.findall(r"[A-Za-z_]+", said))


def test_what_a_provider_is_worth_is_lost_without_it(reasons: Reasons) -> None:
    table = providers_table(reasons)
    assert (table["lost_points"] > 0).all()
    assert (table["lost_unit_months"] <= table["filled_unit_months"] + 1e-6).all()
    enablers = {row.capability for row in MINIMAL.capabilities if row.is_enabler}
    sent = reasons.result.tables()["plan_tours"].filter(pl.col("capability").is_in(enablers))
    assert set(table["delegation"]) <= set(sent["delegation"])
    assert providers_sentence(reasons).startswith("With fractions of units")


def test_one_more_is_never_worth_less_for_certain_than_at_most(reasons: Reasons) -> None:
    table = one_more_table(reasons)
    assert len(table) == len(reasons.one_more) > 0
    assert (table["certain_points"] <= table["at_most_points"] + 1e-9).all()


def test_the_frontier_runs_from_full_to_fair(reasons: Reasons) -> None:
    table = frontier_table(reasons)
    assert table["filled_points"][0] == pytest.approx(reasons.result.filled_points)
    assert table["filled_points"].is_sorted(descending=True)
    assert table["excess_person_months"].is_sorted(descending=True)
    assert table["excess_person_months"][-1] == 0


def test_alternatives_name_who_is_in_all_and_who_in_some(reasons: Reasons) -> None:
    table = alternatives_table(reasons)
    assert (table["least_person_months"] <= table["most_person_months"]).all()
    said = " ".join(alternatives_sentences(reasons))
    for row in table.to_dicts():
        if row["least_person_months"] == 0:
            assert TITLES[row["delegation"]] in said.partition("Sends nothing")[2]


def test_without_fair_shares_there_is_no_frontier() -> None:
    request = make_request(MINIMAL, draws=0)
    result = run_plan(MINIMAL, request).result
    bare = replace(
        result,
        inputs=replace(result.inputs, problem=replace(result.problem, target_person_months=())),
    )
    with pytest.raises(fd.SettingsError, match="fair shares"):
        _ = Reasons(MINIMAL, request, bare, None).frontier

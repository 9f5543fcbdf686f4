"""Sentences about a force plan say what its numbers say."""

from dataclasses import replace

import numpy as np
import pytest
from tests.shipped import load

from foedus.briefing.findings import Findings
from foedus.briefing.plan_answers import ADDS, with_plan
from foedus.briefing.planned import (
    away_sentence,
    balance_periods,
    coalition_sentence,
    contributions_sentence,
    duration_sentences,
    excess_sentence,
    fill_periods,
    gap_sentence,
    land_means,
    lead_sentences,
    nation_periods,
    off_sentence,
    stop_sentence,
    strength_sentence,
    thin_sentence,
)
from foedus.briefing.questions import QUESTIONS
from foedus.engines.forces.plan.result import PlanResult
from foedus.runs import make_request
from foedus.scenario.scenario import Scenario

MINIMAL = load("minimal")


def found(**asked: object) -> Findings:
    return Findings(MINIMAL, make_request(MINIMAL, **{"draws": 60, "seed": 1, **asked}))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def findings() -> Findings:
    return found()


@pytest.fixture(scope="module")
def result(findings: Findings) -> PlanResult:
    assert findings.plan is not None
    return findings.plan.result


def test_a_proved_plan_says_so_and_another_says_its_gap(result: PlanResult) -> None:
    assert result.planned.gap_points == 0
    assert "proved that no plan fills more" in gap_sentence(result)
    loose = replace(result, planned=replace(result.planned, gap_points=1.5))
    assert f"more than {result.filled_points + 1.5:.3g}" in gap_sentence(loose)
    assert "gap: 1.5 points" in gap_sentence(loose)


def test_a_search_that_was_broken_off_says_so(result: PlanResult) -> None:
    assert stop_sentence(result) == ()
    by_clock = replace(result, planned=replace(result.planned, repeatable=False))
    by_hand = replace(result, planned=replace(result.planned, interrupted=True, repeatable=False))
    assert "the clock" in stop_sentence(by_clock)[0]
    assert "by hand" in stop_sentence(by_hand)[0]


def test_the_coalition_is_named_by_what_it_gives() -> None:
    joins = found(set={"consent/*/level": 2, "consent/ALD/level": 4})
    assert joins.plan is not None
    said = coalition_sentence(joins.plan.result, joins.titles, "rear")
    assert "soldiers on land from Aldmark;" in said
    assert "aircraft and their like from Brekland" in said
    at_sea = coalition_sentence(joins.plan.result, joins.titles, "air_sea")
    assert "soldiers on land" not in at_sea


def test_nobody_who_joins_sends_nobody() -> None:
    none = found(set={"consent/*/level": 0})
    assert none.plan is not None
    result = none.plan.result
    assert coalition_sentence(result, none.titles, "rear").endswith("from nobody.")
    assert strength_sentence(result) == "It puts no soldier on land."
    assert contributions_sentence(result, none.titles) == (
        "In the plan nobody sends soldiers on land."
    )
    assert excess_sentence(result, none.titles) == ()
    assert away_sentence(result, ["ALD"], none.titles) == (
        "The plan takes no soldier on land from a state at the border.",
    )
    assert "nobody leads" in lead_sentences(result, none.titles)[0]


def test_strength_is_that_of_the_last_period_and_the_peak_where_it_differs(
    result: PlanResult,
) -> None:
    end = float(result.land_persons[-1])
    assert f"{round(end, -2):,.0f} soldiers stand at the end" in strength_sentence(result)
    falling = result.land_persons.copy()
    falling[0] = falling.max() * 2
    object.__setattr__(higher := replace(result), "land_persons", falling)
    assert "at the peak (months 0 to 3)" in strength_sentence(higher)


def test_how_far_the_closed_form_is_off_is_the_difference(
    findings: Findings, result: PlanResult
) -> None:
    sustained = findings.sustained.result
    said = off_sentence(result, sustained)
    gross = float(sustained.gross_persons[0, -1])
    off = gross - float(result.land_persons[-1])
    word = "as in the plan" if abs(off) < 5 else f"{abs(off):,.0f}"[:1]
    assert word in said
    assert sustained.gross_persons.shape[0] == 1


def test_means_by_nation_add_up(result: PlanResult) -> None:
    assert sum(mean for _, mean in land_means(result)) == pytest.approx(result.land_persons.mean())


def test_tables_by_period_hold_what_is_in_place(result: PlanResult) -> None:
    table = nation_periods(result)
    columns = table.columns[1:]
    assert len(columns) == result.problem.periods
    assert np.allclose(table.select(columns).sum().row(0), result.land_persons)
    fill = fill_periods(result)
    assert fill["capability"].n_unique() == len(fill)
    numbers = fill.select(columns := fill.columns[2:]).to_numpy()
    assert len(columns) == result.problem.periods
    assert np.nanmin(numbers) >= 0
    assert np.nanmax(numbers) <= 1
    balance = balance_periods(result)
    assert balance["land_persons"].to_list() == result.land_persons.tolist()


def test_spells_of_the_same_balance_are_told_as_one(result: PlanResult) -> None:
    (said,) = duration_sentences(result)
    assert "months 0 to" in said
    months = result.problem.periods * result.problem.period_months
    assert f"to {months}" in said


def test_points_that_are_short_add_up_to_the_shortfall(result: PlanResult) -> None:
    lines = result.tables()["plan_lines"]
    assert lines["short_points"].sum() == pytest.approx(100 - result.filled_points)
    assert thin_sentence(result, {})[0].startswith("Most short, in points: ")


@pytest.mark.parametrize("question", sorted(ADDS))
def test_an_answer_keeps_all_it_had_and_gains(question: str, findings: Findings) -> None:
    by_id = {about.id: about for about in QUESTIONS}
    before = by_id[question].answer(findings)
    after = with_plan(before, findings)
    assert after.more[: len(before.more)] == before.more
    assert after.headline == before.headline
    assert len(after.more) > len(before.more)
    assert set(before.rows) <= set(after.rows)
    assert set(before.tables) <= set(after.tables)
    assert any(row.startswith("partnerships/") for row in after.rows)
    assert any("one proposal" in said for said in after.assumes)


def test_other_answers_are_left_alone(findings: Findings) -> None:
    by_id = {about.id: about for about in QUESTIONS}
    others = {"afford", "consent"}
    assert others <= set(by_id) - set(ADDS)
    for question in others:
        before = by_id[question].answer(findings)
        assert with_plan(before, findings) is before


def without(*tables: str) -> Scenario:
    return MINIMAL.model_copy(update=dict.fromkeys(tables, ()))


def test_where_the_tables_of_command_are_missing_there_is_no_plan_and_still_an_answer() -> None:
    bare = without("headquarters", "partnerships")
    findings = Findings(bare, make_request(bare, draws=60))
    assert findings.plan is None
    answer = next(about for about in QUESTIONS if about.id == "size").answer(findings)
    assert with_plan(answer, findings) is answer

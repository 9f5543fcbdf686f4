"""A broken ceasefire: what follows sums to one, and months go with how often such peace broke."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from foedus.briefing.answer import Answer
from foedus.briefing.breach import answer_breach, rungs
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import percent
from foedus.engines.deterrence.inputs import WITH, WITHOUT
from foedus.engines.deterrence.result import HORIZON_MONTHS
from foedus.scenario.deterrence import TARGETS

Find = Callable[..., Findings]

PARIS = "paris-2025"


def answer(find: Find, name: str = "minimal", **words: Any) -> Answer:
    return answer_breach(find(name, **words), "Are they at war?")


@pytest.mark.parametrize("name", ["minimal", PARIS])
def test_the_value_is_the_chance_of_direct_war_once_it_is_violated(find: Find, name: str) -> None:
    found, result = answer(find, name), find(name).guarantee.result
    war = float(result.war_given_violation_prob[:, *result.own, WITH].mean())
    assert found.kind == "probability"
    assert found.value == pytest.approx(war)
    assert f"directly at war with a chance of {percent(war)};" in found.headline


@pytest.mark.parametrize("situation", [WITH, WITHOUT])
def test_what_follows_a_violation_sums_to_one(find: Find, situation: int) -> None:
    after = rungs(find(PARIS).guarantee.result, situation)
    assert sum(after.values()) == pytest.approx(1)
    assert min(after.values()) >= 0


def test_the_ladder_sums_to_one_at_every_mission_and_place(find: Find) -> None:
    table = answer(find, PARIS).tables["breach_ladder"]
    steps = ["unanswered", "stopped", "war_backed", "war_alone"]
    total = table.select(f"{step}_given_violation_prob" for step in steps).sum_horizontal()
    assert total.to_list() == pytest.approx([1] * table.height)
    both = table["war_backed_given_violation_prob"] + table["war_alone_given_violation_prob"]
    assert both.to_list() == pytest.approx(table["war_given_violation_prob"].to_list())
    assert table["is_option"].to_list()[:2] == [True, True]
    assert table["guarantor"].to_list()[:2] == ["with", "without"]


def test_months_are_the_baseline_times_the_ratio_of_the_game(find: Find) -> None:
    found, result = answer(find), find().guarantee.result
    prob = result.violation_prob[:, *result.own, WITH]
    ratio = prob.mean() / result.no_force_violation_prob.mean()
    for months in HORIZON_MONTHS:
        within = 1 - (1 - result.baseline_prob * ratio) ** months
        row = found.tables["breach_months"].row(0, named=True)
        name = f"violation_in_{months}_months_prob"
        assert row[name] == pytest.approx(np.median(within))
        assert row[f"{name}_low"] == pytest.approx(np.quantile(within, 0.05))
    numbers = found.tables["headline_numbers"].row(0, named=True)
    assert numbers["violation_in_24_months_prob"] == row_of(found)["violation_in_24_months_prob"]
    assert percent(numbers["direct_war_in_24_months_prob"]) in found.headline


def row_of(found: Answer) -> dict[str, Any]:
    """Return the option's own row of the table on months."""
    return found.tables["breach_months"].row(0, named=True)


def test_with_neither_force_nor_guarantor_it_breaks_as_often_as_was_counted(find: Find) -> None:
    found, result = answer(find), find().guarantee.result
    table = found.tables["breach_months"]
    (none,) = [row for row in table.iter_rows(named=True) if row["mission"] == "no force"]
    counted = np.median(1 - (1 - result.baseline_prob) ** 12)
    assert none["violation_in_12_months_prob"] == pytest.approx(counted)
    assert none["direct_war_in_12_months_prob"] is None
    assert none["deterred_prob"] is None


def test_war_is_never_likelier_than_a_violation_and_both_grow_with_months(find: Find) -> None:
    table = answer(find, PARIS).tables["breach_months"]
    for row in table.iter_rows(named=True):
        violated = [row[f"violation_in_{months}_months_prob"] for months in HORIZON_MONTHS]
        war = [row[f"direct_war_in_{months}_months_prob"] for months in HORIZON_MONTHS]
        assert violated == sorted(violated)
        if row["mission"] != "no force":
            assert war == sorted(war)
            assert all(w <= v for w, v in zip(war, violated, strict=True))


def test_peacekeepers_stand_beside_and_are_not_multiplied_in(find: Find) -> None:
    found = answer(find)
    assert any("never multiplied into it" in text for text in found.more)
    cells = {"base_rates/peacekeepers/rate_value": 0.35}
    other = answer(find, set=cells)
    assert other.headline == found.headline
    assert other.tables["breach_months"].equals(found.tables["breach_months"])
    reach = next(row.reach for row in find().as_set.base_rates if row.rate == "peacekeepers")
    assert any(reach in text for text in found.cannot_say)


def test_what_it_would_plan_for_sums_to_one(find: Find) -> None:
    found, result = answer(find, PARIS), find(PARIS).guarantee.result
    planned = result.of("target")
    (said,) = [text for text in found.more if text.startswith("It would plan for")]
    often = float((planned == TARGETS.index("line")).mean())
    assert f"an attack on the line in {percent(often)}" in said
    table = found.tables["breach_targets"]
    assert table.filter(guarantor="with")["planned_prob"].sum() == pytest.approx(1)


def test_without_a_baseline_no_months_are_told(find: Find) -> None:
    findings = find(draws=20)
    rates = tuple(row for row in findings.scenario.base_rates if row.role != "baseline")
    bare = findings.scenario.model_copy(update={"base_rates": rates})
    found = answer_breach(Findings(bare, findings.request), "Are they at war?")
    assert "within 24 months" not in found.headline
    assert found.tables["breach_months"].is_empty()
    assert any(text.startswith("How likely a violation") for text in found.more)
    json.dumps(found.to_json(), allow_nan=False)


def test_it_holds_at_a_single_draw(find: Find) -> None:
    found = answer(find, draws=1)
    assert "90 %" not in found.headline
    json.dumps(found.to_json(), allow_nan=False)

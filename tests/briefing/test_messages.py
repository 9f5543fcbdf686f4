"""Three messages: each is a quantity of its own run, and they are never combined."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from foedus.briefing.answer import Answer
from foedus.briefing.findings import Findings
from foedus.briefing.guaranteed import both
from foedus.briefing.messages import (
    NO_MONEY,
    answer_messages,
    asked_share,
    effort_of,
    enablers_share,
    services_share,
)
from foedus.briefing.sentences import percent
from foedus.engines.deterrence.inputs import WITH, WITHOUT

Find = Callable[..., Findings]

PARIS = "paris-2025"
JUDGING = ("score", "rank", "index", "total", "overall", "combined", "best")


def answer(find: Find, name: str = "minimal", **words: Any) -> Answer:
    return answer_messages(find(name, **words), "What does it say?")


@pytest.mark.parametrize("name", ["minimal", PARIS])
def test_the_three_are_those_of_the_runs(find: Find, name: str) -> None:
    found, findings = answer(find, name), find(name)
    result = findings.guarantee.result
    fights = float(result.fight_given_violation_prob[:, *result.own, WITH].mean())
    assert found.kind == "table"
    assert found.value["fight_given_violation_prob"] == pytest.approx(fights)
    assert found.value["deterred_prob"] == both(result).deterred_prob
    assert found.value["direct_war_prob"] == both(result).direct_war_prob
    assert f"with a chance of {percent(fights)} if the ceasefire is violated" in found.headline
    assert found.headline.endswith(f"it is {both(result).words}.")


def test_nothing_is_combined(find: Find) -> None:
    for table in answer(find).tables.values():
        names = [word for name in table.columns for word in name.split("_")]
        assert not [word for word in JUDGING if word in names]


def test_without_the_guarantor_host_and_adversary_hear_what_is_then_so(find: Find) -> None:
    found, result = answer(find), find().guarantee.result
    row = found.tables["messages"].row(1, named=True)
    assert row["guarantor"] == "without"
    assert row["deterred_prob"] == both(result, WITHOUT).deterred_prob
    assert row["direct_war_prob"] == both(result, WITHOUT).direct_war_prob
    assert row["own_share"] is None


def test_what_is_not_the_guarantor_s_is_counted_in_people_sent(find: Find) -> None:
    findings = find(PARIS)
    forces = findings.forces
    effort = effort_of(findings, None)
    own = np.array([role != "guarantor" for role in forces.roles])
    sent = forces.sent_persons.sum(axis=2)
    there = sent.sum(axis=1) > 0
    part = sent[:, own].sum(axis=1)[there] / sent.sum(axis=1)[there]
    assert effort.own_share == pytest.approx(np.median(part))
    assert effort.own_cost_share is None
    enablers = enablers_share(findings)
    assert enablers is not None
    assert effort.own_share is not None
    assert enablers < effort.own_share


def test_services_alone_are_the_part_that_others_supply(find: Find) -> None:
    forces = find().forces
    needed = forces.service_need_share > 0
    alone = forces.service_alone_share[:, needed].sum(axis=1)
    filled = forces.service_fill_share[:, needed].sum(axis=1)
    assert services_share(forces) == pytest.approx(np.median(alone / filled))


def test_spending_is_held_against_what_the_guarantor_asks_for(find: Find) -> None:
    findings = find(PARIS)
    assert asked_share(findings) == 0.05
    assert "5 % being asked" in answer(find, PARIS).headline
    cells = {"positions/spending:USA:USA/position_value": 3.0}
    assert asked_share(find(PARIS, set=cells)) == 0.03
    assert "5 % being the highest share looked at" in answer(find).headline


def test_what_is_missing_is_each_one_s_gap_and_no_one_s_surplus(find: Find) -> None:
    findings = find()
    money = findings.spending_if_any
    assert money is not None
    who = money.contributes
    gaps = (
        np.clip(0.05 - money.today_share[:, who], 0, None) * money.gdp_by_year[:, who, money.seen]
    )
    effort = effort_of(findings, money)
    assert effort.missing_usd_bn == pytest.approx(np.median(gaps.sum(axis=1)))
    target = money.target_titles.index("5 %")
    assert effort.missing_usd_bn == pytest.approx(
        np.median(money.needed_usd_bn[:, who, target].sum(axis=1))
    )


def test_without_money_the_rest_is_told_and_it_is_said(find: Find) -> None:
    findings = find(draws=20)
    kept = tuple(row for row in findings.scenario.uncertainties if row.table != "budgets")
    bare = findings.scenario.model_copy(update={"budgets": (), "uncertainties": kept})
    found = answer_messages(Findings(bare, findings.request), "What does it say?")
    assert NO_MONEY in found.more
    assert "of GDP" not in found.headline
    assert found.value["own_cost_share"] is None
    json.dumps(found.to_json(), allow_nan=False)


def test_where_nobody_is_sent_no_part_is_made_up(find: Find) -> None:
    found = answer(find, set={"consent/*/level": 0, "options/*/us_enablers_share": 0}, draws=20)
    assert "contributors send nobody" in found.headline
    assert found.value["own_share"] is None
    json.dumps(found.to_json(), allow_nan=False)

"""What stands if the guarantor says no, and how the loss comes apart."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.kept import FEW

from foedus.briefing import Answer, ask
from foedus.briefing.alone import (
    answer_alone,
    blessed_pools,
    dependence_table,
    service_table,
)
from foedus.briefing.findings import Findings
from foedus.briefing.guaranteed import both
from foedus.briefing.sentences import percent, persons, points
from foedus.engines import SustainedForce
from foedus.engines.deterrence.inputs import WITH, WITHOUT
from foedus.runs import run
from foedus.scenario import Scenario

Find = Callable[..., Findings]
Asked = Callable[..., Answer]

ADDS_NOTHING = "The guarantor adds nothing to the strength of the option as it is."


def test_the_force_alone_is_the_force_of_the_option_without_the_guarantor(asked: Asked) -> None:
    alone, same = asked("alone"), asked("size", option="rear-8k-alone")
    assert alone.value == same.value
    assert (alone.low, alone.high) == (same.low, same.high)
    assert persons(alone.value) in alone.headline
    assert f"against {persons(asked('size').value)} under the option as it is" in alone.headline


def test_an_option_that_asks_nothing_of_the_guarantor_loses_nothing(asked: Asked) -> None:
    answer = asked("alone", option="rear-8k-alone")
    assert ADDS_NOTHING in answer.more
    assert ", as under the option as it is; " in answer.headline
    assert answer.headline.endswith("as many as with it.")


@pytest.mark.parametrize("option", ["rear-8k-backed", "air-sea-backed"])
def test_what_is_lost_is_units_that_are_not_lent_and_nations_that_do_not_join(
    asked: Asked, find: Find, option: str
) -> None:
    found = find(option=option)
    results = (found.forces, found.coalition_alone.result, found.alone.forces.result)
    if found.asks_land:
        means = [float(result.standing_balanced_persons.mean()) for result in results]
    else:
        asked_for = found.asked_groups
        means = [float(result.fill_share[:, asked_for].mean()) for result in results]
    helped, same, alone = means
    assert helped > same > alone
    show = persons if found.asks_land else points
    assert asked("alone", option=option).more[0] == (
        f"On average {show(helped - alone)} fewer: {show(helped - same)} for want of its units, "
        f"and {show(same - alone)} for want of those who do not join without it."
    )


def test_the_first_part_is_what_the_same_coalition_lacks_without_enablers(
    find: Find, minimal: Scenario
) -> None:
    coalition = {f"consent/{code}/level": 5 for code in ("ALD", "CST", "ELM")}
    settings: dict[str, Any] = {"consent/*/level": 0, **coalition}
    same = find(set=settings).coalition_alone.result
    without = {**settings, "options/*/us_enablers_share": 0}
    other = run(minimal, SustainedForce(), draws=FEW, set=without).result
    np.testing.assert_allclose(same.standing_balanced_persons, other.standing_balanced_persons)


def test_a_loss_of_one_kind_only_is_said_as_one(asked: Asked) -> None:
    forced = asked("alone", set={"consent/*/level": 5}).more[0]
    assert forced.endswith(" for want of its units.")
    lent = asked("alone", set={"options/*/us_enablers_share": 0}).more[0]
    assert lent.endswith(" for want of those who do not join without it.")
    assert "its units" not in lent


def test_pools_that_a_blessing_frees_are_told_apart_where_they_count(find: Find) -> None:
    assert not blessed_pools(find())
    assert not blessed_pools(find(option="air-sea-backed"))
    freed = find(option="air-sea-backed", set={"delegations/AIRPOOL/freed_by": "blessing"})
    assert blessed_pools(freed)


def test_how_often_there_is_none_at_all_is_counted(asked: Asked, find: Find) -> None:
    final = find().alone.forces.result.standing_balanced_persons
    none = percent(float((final < 1).mean()))
    assert f"and none at all in {none} of futures" in asked("alone").headline
    willing = asked("alone", set={"consent/*/level": 5})
    assert "none at all" not in willing.headline


@pytest.mark.parametrize(("share", "thinnest"), [(0.1, 0.9), (0.6, 0.4)])
def test_services_left_follow_the_guarantors_share(
    asked: Asked, share: float, thinnest: float
) -> None:
    answer = asked("alone", set={"dependence/isr_space:us_share/dependence_value": share})
    table = answer.tables["alone_services"].rows_by_key("service", named=True)
    assert table["space_pictures"][0]["alone_share"] == pytest.approx(thinnest)
    (says,) = [text for text in answer.more if text.startswith("Services left")]
    assert f"pictures from space ({percent(thinnest)})" in says
    assert answer.tables["alone_services"]["alone_share"].is_sorted()


@pytest.mark.parametrize(("name", "service"), [("minimal", "sead"), ("sfor-1998", "surveillance")])
def test_what_is_filled_of_a_service_is_filled_with_the_guarantor(
    find: Find, name: str, service: str
) -> None:
    findings = find(name, draws=40)
    (row,) = service_table(findings).filter(service=service).to_dicts()
    forces = findings.forces
    helped = np.median(forces.service_fill_share[:, forces.services.index(service)])
    assert row["fill_share"] == helped == 1
    assert row["alone_share_high"] < 1


def test_every_option_is_looked_at_without_the_guarantors_units(
    asked: Asked, minimal: Scenario
) -> None:
    table = asked("alone").tables["alone_options"]
    assert table["option"].to_list() == [option.option for option in minimal.options]
    for row in table.iter_rows(named=True):
        assert row["alone_persons"] <= row["balanced_persons"] + 1e-6
        assert (row["fails_first"] == "") == (row["fails_first_share"] is None)


def test_dependence_is_a_row_a_nation_and_a_column_an_indicator(find: Find) -> None:
    found = find()
    table = dependence_table(found.as_set, found.titles)
    assert table.to_dicts() == [
        {"title": "Aldmark", "delegation": "ALD", "us_intelligence_integration": 0.6},
        {"title": "Castria", "delegation": "CST", "us_intelligence_integration": 0.5},
    ]


def test_an_indicator_that_became_known_later_is_marked(paris: Scenario) -> None:
    table = dependence_table(paris, paris.titles("delegations"))
    marked = {name.removesuffix(" †") for name in table.columns if name.endswith(" †")}
    for name in {row.indicator for row in paris.dependence if row.scope_kind == "nation"}:
        rows = [r for r in paris.dependence if (r.scope_kind, r.indicator) == ("nation", name)]
        assert (name in marked) == all(row.later for row in rows)
    assert marked
    strict = ask(paris, "alone", draws=5, strict=True)["alone"]
    assert not any("†" in name for name in strict.tables["dependence_by_nation"].columns)


def test_deterrence_is_told_with_direct_war_and_what_it_would_take(
    asked: Asked, find: Find
) -> None:
    answer, result = asked("alone"), find().guarantee.result
    said = next(text for text in answer.more if text.startswith("Without the guarantor the adv"))
    assert said == (
        f"Without the guarantor the adversary is {both(result, WITHOUT).words}; under the option "
        f"as it is {both(result, WITH).words}."
    )
    table = answer.tables["alone_deterrence"]
    assert table["guarantor"].to_list() == ["with", "without"]
    assert table["force_persons"].to_list() == np.median(result.force_persons, axis=0).tolist()
    backing = result.needed_backing_prob[:, *result.own]
    assert table["no_backing_enough_prob"].to_list() == [None, np.isinf(backing).mean()]
    force = result.needed_force_persons[:, *result.own, WITHOUT]
    assert table["no_force_enough_prob"][1] == np.isinf(force).mean()
    assert f"disputes/{result.rows[0].key}" in answer.rows


def test_without_the_game_the_rest_is_answered(find: Find, minimal: Scenario) -> None:
    names = ("disputes", "base_rates")
    kept = tuple(row for row in minimal.uncertainties if row.table not in names)
    bare = minimal.replace(**dict.fromkeys(names, ()), uncertainties=kept)
    answer = answer_alone(Findings(bare, find(draws=20).request), "What then?")
    assert "alone_deterrence" not in answer.tables
    assert not any("deterred" in text for text in (*answer.more, *answer.assumes))

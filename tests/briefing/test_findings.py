"""The runs behind the answers: which coalition, which option, which cells."""

from collections.abc import Callable

import numpy as np
import pytest

from foedus.briefing.findings import FEWEST_DRAWS, Findings, long_enough
from foedus.runs import make_request
from foedus.scenario import Scenario

Find = Callable[..., Findings]


def test_the_option_is_the_one_that_was_set(find: Find, minimal: Scenario) -> None:
    found = find(set={"options/*/location": "line", "units/ALD:brigade/held_count": 9})
    assert found.option.location == "line"
    assert found.as_set.row("units", "ALD:brigade").held_count == 9
    assert found.scenario == minimal
    assert find().as_set == minimal


def test_runs_are_made_once(find: Find) -> None:
    found = find()
    assert found.headline is found.headline
    assert found.everyone is found.everyone
    assert found.options is found.options


def test_everyone_joins_at_every_level_even_who_was_set_aside(find: Find) -> None:
    aside = find(set={"consent/ALD/level": 0}).everyone.result
    everyone = find().everyone.result
    np.testing.assert_array_equal(aside.standing_persons, everyone.standing_persons)
    contributors = [i for i, role in enumerate(everyone.roles) if role == "contributor"]
    assert (everyone.standing_persons[:, contributors].sum(axis=(0, 2)) > 0).all()


def test_a_delegation_is_in_or_out_in_every_draw_even_where_a_level_was_set(find: Find) -> None:
    for settings in ({}, {"consent/ALD/level": 0}, {"consent/ALD/level": 5}):
        found = find(set=settings)
        inside, outside = (found.force_with("ALD", level) for level in (5, 0))
        place = inside.codes.index("ALD")
        assert (outside.sent_persons[:, place] == 0).all()
        assert (inside.standing_persons[:, place].sum(axis=1) > 0).all()


def test_what_is_asked_for_is_counted_on_land_or_else_elsewhere(find: Find) -> None:
    land = find()
    groups = land.forces.groups
    assert land.asks_land
    assert set(np.array(groups.domains)[land.asked_groups]) == {"land"}
    assert land.asked_persons == 1 * 4000 + 2 * 1000 + 3 * 120 + 2 * 700 + 2 * 150 + 300
    air = find(option="air-sea-backed")
    assert not air.asks_land
    assert set(np.array(groups.domains)[air.asked_groups]) == {"air"}
    assert air.asked_persons == 2 * 200 + 3 * 40


def test_alone_nobody_is_backed_and_nothing_is_lent(find: Find) -> None:
    found = find()
    assert not found.alone.consent.result.backing.any()
    for result in (found.alone.forces.result, found.coalition_alone.result):
        guarantor = result.codes.index("PTN")
        assert (result.standing_persons[:, guarantor] == 0).all()


def test_the_same_coalition_alone_sends_at_least_what_those_who_join_alone_do(find: Find) -> None:
    found = find()
    same, alone = found.coalition_alone.result, found.alone.forces.result
    helped = found.forces
    assert (same.standing_persons >= alone.standing_persons - 1e-9).all()
    assert (helped.standing_persons >= same.standing_persons - 1e-9).all()


def test_without_floors_the_same_coalition_stands_with_at_least_as_many(find: Find) -> None:
    found = find()
    free = found.without_floors.result
    assert (free.standing_persons >= found.forces.standing_persons - 1e-9).all()
    assert free.standing_persons.sum() > found.forces.standing_persons.sum()


def test_all_options_are_run_and_the_headline_option_not_twice(
    find: Find, minimal: Scenario
) -> None:
    found = find()
    assert [runs.option for runs in found.options] == [o.option for o in minimal.options]
    assert found.options[0] is found.headline


@pytest.mark.parametrize(
    ("draws", "fewer"), [(1, 1), (150, 150), (400, FEWEST_DRAWS), (4000, 1000)]
)
def test_what_ifs_are_run_on_fewer_draws(minimal: Scenario, draws: int, fewer: int) -> None:
    assert Findings(minimal, make_request(minimal, draws=draws)).less_deep.draws == fewer


def test_a_force_is_found_by_month_and_for_the_whole_mission(minimal: Scenario) -> None:
    short = {"engines/forces/longest_months": 3, "engines/forces/by_month": False}
    found = Findings(minimal, make_request(minimal, draws=2, set=short))
    assert found.forces.months.tolist() == list(range(25))
    assert found.forces.durations.tolist() == list(range(1, 25))


def test_a_request_that_is_long_enough_is_left_alone(minimal: Scenario) -> None:
    request = make_request(minimal, draws=2, set={"engines/forces/longest_months": 30})
    assert long_enough(minimal, request) is request

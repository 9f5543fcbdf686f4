"""Draws are solved a few at a time, and nobody can tell."""

from dataclasses import fields
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import few
from tests.shipped import load

from foedus.engines.forces.engine import SustainedForce
from foedus.engines.forces.inputs import ForcesInputs
from foedus.engines.forces.result import ForceResult
from foedus.engines.forces.solution import PART, course_of, places, solved
from foedus.scenario.addresses import LEVEL, Cell
from foedus.scenario.draws import Draws, draw_block
from foedus.scenario.scenario import Scenario

MINIMAL: Final = load("minimal")
PARIS: Final = load("paris-2025")
ENGINE: Final = SustainedForce()


def inputs_of(scenario: Scenario, n: int) -> ForcesInputs:
    """Return inputs in which nations join at levels that differ from draw to draw."""
    option = scenario.headline_option
    rng = np.random.default_rng(n)
    levels = {
        Cell(LEVEL[0], code, LEVEL[1]): rng.integers(0, 6, n).astype(np.float64)
        for code in scenario.of_role("contributor")
    }
    draws = draw_block(scenario, option, seed=3, block=0, n=n, fixed={}).with_links(levels)
    return ENGINE.inputs(scenario.in_key_order, draws)


def assert_same(one: ForceResult, other: ForceResult) -> None:
    for about in fields(one):
        found, expected = (getattr(result, about.name) for result in (one, other))
        if isinstance(found, np.ndarray):
            np.testing.assert_array_equal(found, expected, err_msg=about.name, strict=True)
        elif about.name != "groups":
            assert found == expected


@few
@given(st.integers(1, 40), st.integers(3, 40), st.sampled_from([0, 1, 30]), st.booleans())
def test_the_size_of_a_part_is_not_seen_in_any_bit(
    n: int, part: int, longest: int, by_month: bool
) -> None:
    inputs = inputs_of(MINIMAL, n)
    whole = solved(inputs, longest, by_month=by_month, part=n + 1)
    assert_same(solved(inputs, longest, by_month=by_month, part=part), whole)


def test_nor_is_it_in_a_summit_of_forty_delegations() -> None:
    n = PART + 7
    inputs = inputs_of(PARIS, n)
    whole = solved(inputs, 12, by_month=True, part=n)
    assert np.ptp(whole.balanced_persons[:, -1]) > 0
    assert_same(solved(inputs, 12, by_month=True), whole)
    assert_same(solved(inputs, 12, by_month=True, part=31), whole)


def test_what_does_not_depend_on_the_draw_is_the_same_in_all_parts() -> None:
    option = MINIMAL.headline_option
    inputs = ENGINE.inputs(MINIMAL.in_key_order, Draws(option, n=9))
    point = ENGINE.inputs(MINIMAL.in_key_order, Draws(option))
    found, expected = (solved(each, 3, by_month=True, part=4) for each in (inputs, point))
    assert found.sent_persons.shape[0] == 9
    for name in ("sent_persons", "balanced_persons", "binding", "duration_fill"):
        values = getattr(found, name)
        assert (values == getattr(expected, name)).all()


@given(st.integers(1, 500), st.integers(3, 60))
def test_parts_cover_all_draws_once_and_none_is_a_single_draw(n: int, part: int) -> None:
    found = list(places(n, part))
    assert [i for place in found for i in range(place.start, place.stop)] == list(range(n))
    sizes = [place.stop - place.start for place in found]
    assert max(sizes) <= part
    assert n == 1 or min(sizes) > 1


def test_a_part_of_the_inputs_is_its_draws() -> None:
    inputs = inputs_of(MINIMAL, 12)
    part = inputs.part(slice(3, 8))
    assert part.n == 5
    for name in ("available_count", "pool_count", "giving_share", "strength_ratio"):
        whole, some = (getattr(each.contingents, name) for each in (inputs, part))
        assert np.ptp(whole, axis=0).any()
        assert some.tolist() == whole[3:8].tolist()
    assert part.contingents.tour_months.tolist() == inputs.contingents.tour_months.tolist()
    assert part.required_persons.tolist() == inputs.required_persons[3:8].tolist()


@pytest.mark.parametrize("by_month", [True, False])
def test_strength_is_found_anew_only_where_units_or_ceilings_change(by_month: bool) -> None:
    course = course_of(inputs_of(MINIMAL, 1), 48, by_month=by_month)
    # Notice is a month or two, and the later of two ceilings holds from the eighth month.
    assert course.changes.tolist() == ([0, 1, 2, 8] if by_month else [8])
    assert course.months.tolist() == (list(range(25)) if by_month else [24])
    assert len(course.in_place) == len(course.changes)
    assert len(course.distinct) < len(course.durations) == 48
    assert [course.distinct[place] for place in course.place] == sorted(
        course.distinct[place] for place in course.place
    )


def test_units_that_come_after_the_mission_still_stand_at_its_end() -> None:
    late = MINIMAL.replace(
        units=tuple(
            row.model_copy(update={"notice_days": 900}) if row.delegation == "CST" else row
            for row in MINIMAL.units
        )
    )
    inputs = ENGINE.inputs(late.in_key_order, Draws(late.headline_option))
    course = course_of(inputs, 0, by_month=True)
    assert course.in_place[-1].all()
    assert len(course.in_place) == len(course.changes) + 1
    result = solved(inputs, 0, by_month=True)
    castria = result.codes.index("CST")
    assert result.standing_persons[0, castria].any()
    without = ENGINE.inputs(MINIMAL.in_key_order, Draws(MINIMAL.headline_option))
    assert result.gross_persons[0, -1] < solved(without, 0, by_month=True).gross_persons[0, -1]

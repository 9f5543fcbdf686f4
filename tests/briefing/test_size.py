"""How large the force can be: the sentence follows the number, the number follows the inputs."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.briefing import Answer
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import percent, persons
from foedus.briefing.size import (
    BY_MONTHS,
    SIZES_PERSONS,
    WIDE,
    at_least_table,
    chances_sentence,
    front_of,
    is_said_as_one,
    settled_month,
)
from foedus.scenario import Scenario

Find = Callable[..., Findings]
Asked = Callable[..., Answer]


@pytest.mark.parametrize(
    ("settings", "way"),
    [
        ({"options/*/us_backing_prob": 1}, 1),
        ({"options/*/us_backing_prob": 0}, -1),
        ({"units/*/available_count": 0}, -1),
        ({"stances/*/willingness_score": 100}, 1),
        ({"consent/*/level": 5}, 1),
        ({"consent/ALD/level": 0}, -1),
        ({"options/*/us_enablers_share": 0}, -1),
    ],
    ids=str,
)
def test_the_headline_follows_what_is_set(asked: Asked, settings: dict[str, Any], way: int) -> None:
    before, after = asked("size"), asked("size", set=settings)
    assert way * (after.value - before.value) > 0
    assert after.headline != before.headline
    assert persons(after.value) in after.headline


def test_home_floors_up_to_all_leave_no_army_to_send(asked: Asked, minimal: Scenario) -> None:
    everything = {
        f"units/{row.key}/home_floor_count": row.held_count
        for row in minimal.units
        if row.delegation == "ALD"
    } | {"engines/forces/home_floor_ratio": 1.0}
    before, after = asked("size"), asked("size", set=everything)
    assert after.value < before.value
    assert persons(after.value) in after.headline


def test_the_value_is_the_median_and_the_range_is_that_of_the_draws(
    asked: Asked, find: Find
) -> None:
    answer, final = asked("size"), find().forces.balanced_persons[:, -1]
    assert answer.value == np.median(final)
    assert (answer.low, answer.high) == tuple(np.quantile(final, [0.05, 0.95]))
    for number in np.quantile(final, [0.05, 0.5, 0.95]):
        assert persons(number) in answer.headline


def test_what_the_answer_hangs_on_is_its_first_driver(asked: Asked) -> None:
    answer = asked("size", draws=120, plan=True)
    assert answer.drivers
    assert answer.headline.endswith(f"hangs most on {answer.drivers[0].subject}.")


def test_chances_by_month_are_shares_of_the_draws(find: Find) -> None:
    result = find("paris-2025").forces
    table = at_least_table(result)
    assert table["at_least_persons"].to_list() == list(SIZES_PERSONS)
    for row in table.iter_rows(named=True):
        for month in BY_MONTHS:
            strong = [draw[month] >= row["at_least_persons"] for draw in result.balanced_persons]
            assert row[f"by_month_{month}_prob"] == sum(strong) / len(strong)


def test_months_beyond_the_mission_are_left_out(find: Find) -> None:
    short = at_least_table(find(set={"options/*/duration_months": 6}).forces)
    assert short.columns[1:] == ["by_month_1_prob", "by_month_3_prob", "by_month_6_prob"]
    shortest = at_least_table(find(set={"options/*/duration_months": 0.5}).forces)
    assert shortest.columns[1:] == ["by_month_1_prob"]


def test_sizes_are_named_up_to_the_first_that_is_never_met() -> None:
    final = np.array([5_000.0, 15_000.0, 25_000.0, 9_999.0])
    assert chances_sentence(final) == (
        "In balance there are at least 10,000 with probability 50 % and at least 30,000 in no "
        "future drawn."
    )
    assert "100,000 with probability 100 %" in chances_sentence(np.array([2e5]))


@given(st.floats(1, 1e5), st.floats(0, 1e6))
def test_a_wide_range_is_said_as_a_range(low: float, more: float) -> None:
    high = low + more
    assert is_said_as_one(low, high) == (high <= WIDE * low or persons(low) == persons(high))


def test_a_range_from_nothing_is_wide_unless_it_prints_as_nothing() -> None:
    assert not is_said_as_one(0.0, 500.0)
    assert is_said_as_one(0.0, 4.0)


def test_the_force_is_in_place_from_the_first_month_after_which_it_is_never_smaller(
    find: Find,
) -> None:
    result = find().forces
    median = np.median(result.balanced_persons, axis=0)
    month = settled_month(result)
    assert (median[month:] >= median[-1] - 0.5).all()
    assert month == 0 or median[month - 1] < median[-1] - 0.5


def test_a_force_that_dips_is_in_place_only_after_the_dip(find: Find) -> None:
    result = find().forces
    course = np.zeros(result.months.size)
    course[2:5], course[7:] = 900.0, 800.0
    dipping = replace(result, balanced_persons=np.tile(course, (3, 1)))
    assert settled_month(dipping) == 7


def test_how_often_there_is_none_at_all_is_counted(asked: Asked, find: Find) -> None:
    final = find().forces.balanced_persons[:, -1]
    none = percent(float(np.mean(final < 1)))
    assert f"In {none} of futures there is none at all in balance" in " ".join(asked("size").more)
    full = asked("size", set={"consent/*/level": 5})
    assert not any("none at all" in sentence for sentence in full.more)


def test_the_force_is_spread_over_the_line_that_has_a_range(paris: Scenario, find: Find) -> None:
    (line,) = front_of(find("paris-2025"))
    assert line == paris.row("sites", "front_range")


@pytest.mark.parametrize("location", ["reserve", "air_sea"])
def test_a_force_outside_the_host_country_stands_along_no_line(find: Find, location: str) -> None:
    assert front_of(find(set={"options/*/location": location}, draws=5)) == ()


def test_soldiers_a_kilometre_are_the_median_over_the_length(asked: Asked) -> None:
    answer = asked("size")
    expected = f"comes to {answer.value / 300:.0f} soldiers a kilometre"
    assert any(expected in sentence for sentence in answer.more)


def test_headquarters_are_counted_apart(asked: Asked, find: Find) -> None:
    result = find().forces
    enough = percent(float((result.hq_sent_count >= result.hq_needed_count).mean()))
    assert (
        f"Enough headquarters stand: division headquarters (1 needed) in {enough} of futures."
        in (asked("size").more)
    )


def test_an_option_without_land_speaks_of_no_balance(asked: Asked) -> None:
    answer = asked("size", option="air-sea-backed", plan=True, draws=120)
    assert "balance" not in " ".join([answer.headline, *answer.more])
    assert set(answer.tables) == {"capabilities", "services", "headline_numbers", "plan_fill"}
    assert percent(answer.value) in answer.headline
    assert answer.unit == "share of what is asked for"

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.command.turns import Bench, take_turns

MONTHS = st.integers(0, 6)
TOURS = st.integers(1, 12)
RATIOS = st.integers(0, 3)
ONE = tuple[int, int, int, bool]
"""Notice, tour and dwell ratio in months, and whether it goes first."""
BENCHES = st.lists(st.tuples(MONTHS, TOURS, RATIOS, st.booleans()), max_size=5)


def bench(them: list[ONE], draws: int = 1, **changes: Any) -> Bench:
    """Return headquarters, each under a lead of its own."""

    def column(place: int) -> Any:
        return np.tile(np.array([[one[place] for one in them]], dtype=np.float64), (draws, 1))

    fields: dict[str, Any] = {
        "there": np.ones((draws, len(them)), dtype=np.bool_),
        "goes_first": np.array([one[3] for one in them], dtype=np.bool_),
        "lead": np.arange(len(them)),
        "notice_months": column(0),
        "tour_months": column(1),
        "dwell_ratio": column(2),
    }
    return Bench(**{**fields, **changes})


def turns(them: list[ONE], duration: float, places: int = 1, **changes: Any) -> tuple[float, int]:
    filled, handovers = take_turns(bench(them, **changes), places, np.array([float(duration)]))
    return float(filled[0]), int(handovers[0])


def month_by_month(them: list[ONE], duration: int) -> tuple[int, int]:
    """Fill one place month after month, straight from the rule; slow."""
    ready = [one[0] for one in them]
    until, last, filled, handovers = 0, -1, 0, 0
    must_go_first = any(one[3] for one in them)
    for month in range(duration):
        if until <= month:
            able = [i for i in range(len(them)) if ready[i] <= month]
            able = [i for i in able if them[i][3] or not must_go_first]
            if able:
                must_go_first = False
                who = min(able, key=lambda i: (not them[i][3], ready[i], i))
                _, tour, ratio, _ = them[who]
                handovers += last not in (-1, who)
                last, until, ready[who] = who, month + tour, month + tour * (1 + ratio)
        filled += until > month
    return filled, handovers


def test_twelve_months_away_and_twenty_four_at_home_by_hand() -> None:
    year = (0, 12, 2, False)
    assert turns([year], 24) == (12, 0)
    assert turns([year], 48) == (24, 0)
    assert turns([year] * 2, 24) == (24, 1)
    assert turns([year] * 2, 48) == (36, 2)
    assert turns([year] * 3, 48) == (48, 3)
    assert turns([year] * 3, 24, 3) == (36, 0)
    assert turns([], 24) == (0, 0)
    assert turns([(1, 12, 2, False)], 6) == (5, 0)


def test_the_lead_takes_the_first_turn_though_another_could_come_sooner() -> None:
    soon, late = (0, 12, 2, False), (2, 12, 2, True)
    assert turns([soon, late], 24) == (22, 1)
    assert turns([soon, (2, 12, 2, False)], 24) == (24, 1)


def test_relief_under_one_lead_is_no_hand_over() -> None:
    assert turns([(0, 12, 2, False)] * 2, 24, lead=np.array([7, 7])) == (24, 0)
    assert turns([(0, 6, 0, False)], 24) == (24, 0)


def test_who_is_not_there_serves_nobody() -> None:
    there = np.array([[True, False], [False, False]])
    filled, handovers = take_turns(
        bench([(0, 12, 2, False)] * 2, 2, there=there), 1, np.array([24.0])
    )
    assert filled.tolist() == [12.0, 0.0]
    assert handovers.tolist() == [0, 0]


@given(BENCHES, st.integers(0, 40))
def test_it_is_the_rule_played_month_by_month(them: list[ONE], duration: int) -> None:
    assert turns(them, duration) == month_by_month(them, duration)


@given(st.integers(1, 5), TOURS, RATIOS, st.integers(0, 60))
def test_alike_ones_fill_a_part_of_each_cycle_until_there_are_enough(
    count: int, tour: int, ratio: int, duration: int
) -> None:
    cycles, rest = divmod(duration, tour * (1 + ratio))
    served = min(count, 1 + ratio) * tour
    filled, handovers = turns([(0, tour, ratio, False)] * count, duration)
    assert filled == cycles * served + min(rest, served)
    assert handovers == (max(-(-int(filled) // tour) - 1, 0) if count > 1 else 0)


@given(st.integers(1, 5), TOURS, RATIOS, st.integers(1, 3), st.integers(0, 60))
def test_nobody_serves_more_than_its_rest_allows(
    count: int, tour: int, ratio: int, places: int, duration: int
) -> None:
    cycles, rest = divmod(duration, tour * (1 + ratio))
    filled, _ = turns([(0, tour, ratio, False)] * count, duration, places)
    assert filled <= count * (cycles * tour + min(rest, tour))


@given(st.integers(1, 5), TOURS, RATIOS, st.integers(1, 3), st.integers(0, 60))
def test_one_more_of_the_same_kind_never_fills_less(
    count: int, tour: int, ratio: int, places: int, duration: int
) -> None:
    one = (0, tour, ratio, False)
    fewer, more = (turns([one] * n, duration, places)[0] for n in (count, count + 1))
    assert more >= fewer


@given(BENCHES, st.integers(0, 40), st.integers(1, 3))
def test_no_more_is_filled_than_places_and_no_longer_mission_fills_less(
    them: list[ONE], duration: int, places: int
) -> None:
    short, handed = turns(them, duration, places)
    longer, more = turns(them, duration + 3, places)
    assert short <= places * duration
    assert short <= longer <= short + 3 * places
    assert handed <= more


@given(BENCHES, st.integers(0, 40), st.integers(2, 4))
def test_draws_know_nothing_of_each_other(them: list[ONE], duration: int, draws: int) -> None:
    months = np.array([float(duration + draw) for draw in range(draws)])
    filled, handovers = take_turns(bench(them, draws), 1, months)
    for draw, length in enumerate(months):
        assert (filled[draw], handovers[draw]) == turns(them, length)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"tour_months": np.zeros((1, 1))}, "tour_months holds 0"),
        ({"notice_months": -np.ones((1, 1))}, "notice_months holds -1"),
        ({"dwell_ratio": -np.ones((1, 1))}, "dwell_ratio holds -1"),
    ],
)
def test_numbers_out_of_range_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        turns([(0, 12, 2, False)], 24, **changes)


def test_no_place_to_fill_is_refused() -> None:
    with pytest.raises(ValueError, match="places is 0"):
        turns([(0, 12, 2, False)], 24, 0)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.forces.rotation import (
    in_place,
    notice_months,
    standing_units,
    troops_tied_up,
    units_per_slot,
)

MONTHS = st.floats(0.25, 60)
RATIO = st.floats(0, 8)
TENTHS = st.integers(-20, 500).map(lambda tenths: tenths / 10)


def units_by_schedule(starts: list[int], tour: int, dwell: int) -> int:
    """Fill every start with a rested unit, or with a fresh one if none is rested."""
    rested_from: list[int] = []
    for start in sorted(starts):
        rested = [unit for unit, month in enumerate(rested_from) if month <= start]
        if rested:
            rested_from[rested[0]] = start + tour + dwell
        else:
            rested_from.append(start + tour + dwell)
    return len(rested_from)


class TestPublishedValues:
    @pytest.mark.parametrize(
        ("tour", "home", "units"),
        [(6, 18, 4), (12, 24, 3), (8, 24, 4), (12, 36, 4), (6, 24, 5)],
    )
    def test_months_out_and_home_give_units_per_slot(
        self, tour: int, home: int, units: int
    ) -> None:
        assert units_per_slot(np.inf, tour, home / tour) == units

    def test_64_000_deployed_tie_up_256_000_over_two_years(self) -> None:
        assert troops_tied_up(64_000, 24, 6, 3) == 256_000

    def test_10_000_british_tie_up_30_000_to_40_000(self) -> None:
        assert troops_tied_up(10_000, 24, 6, [2, 3]).tolist() == [30_000, 40_000]

    def test_25_000_at_five_per_slot_need_125_000(self) -> None:
        assert troops_tied_up(25_000, np.inf, 6, 4) == 125_000


@given(st.integers(1, 90), st.integers(1, 12), st.integers(0, 6))
def test_whole_ratios_agree_with_a_schedule_of_named_units(
    duration: int, tour: int, ratio: int
) -> None:
    starts = list(range(0, duration, tour))
    expected = units_by_schedule(starts, tour, ratio * tour)
    assert units_per_slot(duration, tour, ratio) == expected


@given(st.integers(1, 8), st.integers(0, 30))
def test_other_ratios_are_the_average_of_places_that_change_in_different_months(
    tour: int, dwell: int
) -> None:
    starts = [first + tour * turn for first in range(tour) for turn in range(dwell + 2)]
    assert units_by_schedule(starts, tour, dwell) / tour == pytest.approx(
        float(units_per_slot(np.inf, tour, dwell / tour))
    )


@given(st.integers(1, 8), st.integers(0, 30))
def test_other_ratios_are_rounded_up_where_all_places_change_on_one_day(
    tour: int, dwell: int
) -> None:
    starts = [tour * turn for turn in range(dwell + 2)]
    steady = float(units_per_slot(np.inf, tour, dwell / tour))
    assert units_by_schedule(starts, tour, dwell) == np.ceil(steady - 1e-9)


@given(st.integers(1, 12), st.integers(0, 40), st.integers(0, 3))
def test_steady_state_overlap_is_the_mean_count_of_units_in_hand(
    tour: int, dwell: int, overlap: int
) -> None:
    """Count who is early in theatre, on tour or resting in each month of one late tour."""
    starts = range(0, 100 * tour, tour)
    first = 90 * tour
    busy = [
        sum(start - overlap <= month < start + tour + dwell for start in starts)
        for month in range(first, first + tour)
    ]
    expected = sum(busy) / tour
    assert units_per_slot(np.inf, tour, dwell / tour, overlap) == pytest.approx(expected)


@given(MONTHS, MONTHS, MONTHS, RATIO, st.floats(0, 2))
def test_a_longer_mission_never_needs_fewer_units(
    one: float, other: float, tour: float, ratio: float, overlap: float
) -> None:
    short, long = units_per_slot(sorted([one, other]), tour, ratio, overlap)
    assert short <= long


@given(MONTHS, MONTHS, RATIO, st.floats(0, 2))
def test_the_steady_state_is_the_limit_and_is_reached(
    duration: float, tour: float, ratio: float, overlap: float
) -> None:
    steady = units_per_slot(np.inf, tour, ratio, overlap)
    assert units_per_slot(duration, tour, ratio, overlap) <= steady
    assert units_per_slot(tour * (1.001 + np.ceil(ratio)), tour, ratio, overlap) == steady
    assert steady == pytest.approx(1 + ratio + overlap / tour)


@given(MONTHS, RATIO, st.floats(0, 2))
def test_a_single_tour_has_no_relief_in_place(tour: float, ratio: float, overlap: float) -> None:
    assert units_per_slot(tour, tour, ratio, overlap) == 1
    assert units_per_slot(1.01 * tour, tour, 1 + ratio, overlap) == pytest.approx(
        2 + overlap / tour
    )


@pytest.mark.parametrize(("duration", "tour", "tours"), [(0.3, 0.1, 3), (0.1 + 0.2, 0.1, 3)])
def test_rounding_of_decimals_adds_no_tour(duration: float, tour: float, tours: int) -> None:
    assert units_per_slot(duration, tour, 9) == tours


def test_shapes_broadcast_with_the_draw_axis_first() -> None:
    duration = np.array([6.0, 24.0])[:, None]
    tour = np.array([6.0, 12.0, 4.0])
    assert units_per_slot(duration, tour, 3).tolist() == [[1, 1, 2], [4, 2, 4]]


@given(TENTHS, TENTHS, st.floats(1, 8))
def test_standing_units_keep_to_both_limits_and_reach_one(
    available: float, pool: float, per_slot: float
) -> None:
    standing = float(standing_units(available, pool, per_slot))
    if min(available, pool) <= 0:
        assert standing == 0
    else:
        assert standing <= available
        assert standing * per_slot <= pool * (1 + 1e-12)
        assert standing == available or standing * per_slot == pytest.approx(pool)


@given(st.integers(0, 2000))
def test_a_unit_is_in_place_from_the_first_month_that_begins_after_its_notice(
    days: int,
) -> None:
    months = np.arange(70)
    begun = months * 365.25 / 12 >= days
    assert in_place(days, months).tolist() == begun.tolist()
    assert notice_months(days) == np.argmax(begun)


def test_notices_in_use_fall_into_the_months_a_planner_expects() -> None:
    assert notice_months([0, 1, 10, 30, 31, 60, 90, 180]).tolist() == [0, 1, 1, 1, 2, 2, 3, 6]


def test_a_year_of_notice_is_twelve_months() -> None:
    assert notice_months(365.25) == 12


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((0, 6, 3, 0), "duration_months holds 0: it must be more than 0"),
        ((24, 0, 3, 0), "tour_months holds 0: it must be more than 0"),
        ((24, -6, 3, 0), "tour_months holds -6"),
        ((24, 6, [3, -1], 0), "dwell_ratio holds -1: it must be at least 0"),
        ((24, 6, 3, -0.5), "overlap_months holds -0.5"),
        ((np.nan, 6, 3, 0), "duration_months holds nan"),
        ((24, 6, np.nan, 0), "dwell_ratio holds nan"),
        ((24, np.inf, 3, 0), "tour_months holds inf"),
    ],
)
def test_numbers_out_of_range_are_refused(
    arguments: tuple[float, float, float, float], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        units_per_slot(*arguments)


def test_other_functions_refuse_numbers_out_of_range_too() -> None:
    with pytest.raises(ValueError, match="per_slot holds 0"):
        standing_units(1, 1, 0)
    with pytest.raises(ValueError, match="pool holds nan"):
        standing_units(1, np.nan, 4)
    with pytest.raises(ValueError, match="notice_days holds -1"):
        notice_months([3, -1])
    with pytest.raises(ValueError, match="standing_persons holds -5"):
        troops_tied_up(-5, 24, 6, 3)

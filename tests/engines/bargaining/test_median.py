from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.bargaining.median import Ties, weighted_median
from foedus.engines.bargaining.zone import take_zone

NAN = float("nan")
Row = list[tuple[int, int]]
"""Position and weight of each actor, both whole, so that a slow answer can be exact."""

ROWS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), min_size=1, max_size=8).filter(
    lambda row: any(w for _, w in row)
)


def median(row: Row, ties: Ties = "lower", unit: float = 1.0) -> float:
    position = [[float(x) if w else NAN for x, w in row]]
    return float(weighted_median(position, [[unit * w for _, w in row]], ties=ties).item())


def distances(row: Row, y: Fraction) -> Fraction:
    return sum((w * abs(x - y) for x, w in row), Fraction(0))


def for_first(row: Row, first: Fraction, second: Fraction) -> Fraction:
    """Return the weight of those that are nearer to the first of two outcomes, less the others."""
    votes = Fraction(0)
    for x, w in row:
        gap = abs(x - second) - abs(x - first)
        votes += w * ((gap > 0) - (gap < 0))
    return votes


def test_the_emission_case_has_the_published_median() -> None:
    capability = [0.08, 0.08, 0.03, 0.16, 0.16, 0.16, 0.16, 0.05, 0.05, 0.08]
    salience = [0.8, 0.4, 0.2, 0.8, 0.6, 0.6, 0.9, 0.1, 1.0, 0.7]
    position = [[4, 7, 4, 4, 10, 10, 10, 7, 4, 7]]
    assert weighted_median(position, np.array([capability]) * salience).tolist() == [7.0]


@pytest.mark.parametrize(("ties", "outcome"), [("lower", 2.0), ("upper", 8.0), ("midpoint", 5.0)])
def test_a_tie_is_settled_by_the_rule(ties: Ties, outcome: float) -> None:
    assert median([(8, 2), (2, 1), (0, 1), (9, 0)], ties) == outcome


def test_a_tie_that_sums_miss_by_rounding_is_a_tie_in_any_order() -> None:
    assert 0.1 + 0.2 != 0.3
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        position, weight = np.array([[1.0, 2.0, 3.0]]), np.array([[0.1, 0.2, 0.3]])
        ends = [
            weighted_median(position[:, order], weight[:, order], ties=ties).item()
            for ties in ("lower", "upper")
        ]
        assert ends == [2.0, 3.0]


@given(ROWS)
def test_lower_and_upper_are_the_ends_of_what_has_the_least_sum_of_distances(row: Row) -> None:
    # The sum has its kinks at the positions, so these and what lies between decide.
    places = sorted({Fraction(x) for x, w in row if w})
    places += [(a + b) / 2 for a, b in pairwise(places)]
    least = min(distances(row, y) for y in places)
    best = [y for y in places if distances(row, y) == least]
    assert median(row) == min(best)
    assert median(row, "upper") == max(best)
    assert median(row, "midpoint") == (min(best) + max(best)) / 2


@given(ROWS)
def test_no_position_beats_it_in_a_vote_by_weight(row: Row) -> None:
    for ties in ("lower", "upper"):
        winner = Fraction(median(row, ties))
        assert all(for_first(row, Fraction(x), winner) <= 0 for x, w in row if w)


@given(ROWS)
def test_a_pairwise_vote_by_weighted_gains_over_rising_positions_ends_on_the_lower(
    row: Row,
) -> None:
    places = sorted({x for x, w in row if w})
    holder = places[0]
    for challenger in places[1:]:
        votes = sum(w * (abs(x - holder) - abs(x - challenger)) for x, w in row)
        if votes > 0:
            holder = challenger
    assert median(row) == holder


@given(ROWS, st.sampled_from([0.1, 1 / 3, 7.0]))
def test_the_unit_of_the_weights_plays_no_part(row: Row, unit: float) -> None:
    assert median(row, "lower", unit) == median(row)
    assert median(row, "upper", unit) == median(row, "upper")


@given(ROWS)
def test_the_order_of_actors_plays_no_part(row: Row) -> None:
    assert median(sorted(row)) == median(row) == median(row[::-1])


@given(ROWS, st.integers(-30, 30), st.integers(1, 4))
def test_a_moved_and_stretched_axis_moves_and_stretches_the_outcome(
    row: Row, shift: int, factor: int
) -> None:
    assert median([(shift + factor * x, w) for x, w in row]) == shift + factor * median(row)


@given(ROWS)
def test_in_a_mirror_lower_and_upper_change_places(row: Row) -> None:
    assert median([(-x, w) for x, w in row]) == -median(row, "upper")


@given(ROWS, st.integers(0, 20))
def test_who_has_more_than_half_of_the_weight_decides(row: Row, place: int) -> None:
    more = 1 + sum(w for _, w in row)
    assert median([*row, (place, more)]) == median([*row, (place, more)], "upper") == place


@given(ROWS, st.integers(0, 20), st.integers(0, 20))
def test_within_a_zone_no_outcome_has_a_smaller_sum_of_distances(
    row: Row, one: int, other: int
) -> None:
    low, high = sorted((one, other))
    position = [[float(x) for x, _ in row]]
    weight = [[float(w) for _, w in row]]
    found = weighted_median(position, weight, zone=take_zone(low, high)).item()
    assert low <= found <= high
    least = distances(row, Fraction(found))
    assert all(least <= distances(row, Fraction(y)) for y in range(low, high + 1))


def test_an_unknown_rule_for_ties_is_refused() -> None:
    with pytest.raises(ValueError, match="'middle': it must be one of lower, upper, midpoint"):
        weighted_median([[1.0]], [[1.0]], ties="middle")  # type: ignore[arg-type]


def test_draws_go_their_own_ways_and_one_row_serves_all() -> None:
    weight = [[1.0, 1.0, 3.0], [3.0, 1.0, 1.0], [1.0, 0.0, 0.0]]
    assert weighted_median([[7.0, 5.0, 1.0]], weight).tolist() == [1.0, 7.0, 7.0]

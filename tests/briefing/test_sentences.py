"""Pieces of sentences say what the numbers are, and no more."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foedus.briefing import sentences
from foedus.briefing.sentences import (
    LAST_BITS,
    Spread,
    count_of,
    in_a_sentence,
    listed,
    months,
    percent,
    percent_range,
    persons,
    persons_range,
    points_range,
    range_note,
    rounded,
    spread,
    spread_of_counts,
)

SIZES = st.floats(min_value=0, max_value=1e7)
SHARES = st.floats(min_value=0, max_value=1)
COUNTS = st.lists(st.integers(min_value=0, max_value=40), min_size=2, max_size=60)


@given(SIZES)
def test_soldiers_are_rounded_to_tens_below_a_thousand_and_to_hundreds_above(size: float) -> None:
    step = 100 if size >= 1000 else 10
    assert abs(rounded(size) - size) <= step / 2
    assert rounded(size) % step == 0
    assert persons(size) == f"{rounded(size):,.0f}"


@given(SHARES)
@example(0.005)
@example(0.995)
@example(1e-13)
@example(1 - 1e-11)
def test_a_share_is_never_printed_as_none_or_all_unless_it_is(share: float) -> None:
    assert (percent(share) == "0 %") == (share <= LAST_BITS)
    assert (percent(share) == "100 %") == (share >= 1 - LAST_BITS)


@given(COUNTS)
def test_ranges_of_counts_are_counts_that_were_drawn(counts: list[int]) -> None:
    middle, low, high = spread_of_counts(np.array(counts, dtype=np.float64))
    assert low is not None
    assert high is not None
    assert {low, middle, high} <= {float(count) for count in counts}
    assert low <= middle <= high


@given(st.lists(SIZES, min_size=2, max_size=60))
def test_at_most_a_twentieth_of_the_draws_lies_outside_each_end_of_a_range(
    sizes: list[float],
) -> None:
    values = np.array(sizes)
    middle, low, high = spread(values)
    assert low is not None
    assert high is not None
    assert low <= middle <= high
    most = 1 + (values.size - 1) / 20
    assert (values < low).sum() <= most
    assert (values > high).sum() <= most


def test_one_draw_has_no_range() -> None:
    one = np.array([1234.0])
    assert spread(one) == spread_of_counts(one) == Spread(1234.0, None, None)
    assert persons_range(one) == "1,200"
    assert percent_range(np.array([0.25])) == "25 %"
    assert points_range(np.array([0.25])) == "25 points"


@pytest.mark.parametrize(
    ("draws", "says"),
    [
        (0, "No range: there are no such draws."),
        (1, "No range: there is one such draw."),
        (2, "5 % and 95 % points over draws."),
    ],
)
def test_the_note_on_a_range_says_why_there_is_none(draws: int, says: str) -> None:
    assert range_note(draws) == says


def test_the_note_on_a_range_says_over_which_draws_it_is() -> None:
    assert range_note(30, "the draws in which it rains").endswith(
        "over the draws in which it rains."
    )


def test_names_are_joined_by_commas_and_one_and() -> None:
    assert listed([]) == ""
    assert listed(["France"]) == "France"
    assert listed(["France", "Spain"]) == "France and Spain"
    assert listed(["France", "Spain", "Italy"]) == "France, Spain and Italy"


def test_one_thing_is_not_many() -> None:
    assert count_of(0, "draw") == "0 draws"
    assert count_of(1, "draw") == "1 draw"
    assert count_of(1234, "draw") == "1,234 draws"
    assert months(1) == "1 month"
    assert months(1.5) == "1.5 months"


def test_letters_that_stand_for_words_stay_capitals_within_a_sentence() -> None:
    assert in_a_sentence("Short-range air defence battery") == "short-range air defence battery"
    assert in_a_sentence("CBRN company") == "CBRN company"
    assert in_a_sentence("") == ""


def test_a_negative_difference_keeps_its_sign() -> None:
    assert sentences.points(-0.05) == "-5 points"

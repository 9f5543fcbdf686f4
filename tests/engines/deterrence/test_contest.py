"""The contest of strengths: by hand, and the laws that a chance of winning should keep."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.deterrence.contest import war_payoffs, win_prob

strengths = st.floats(0.01, 1e6)
powers = st.floats(0.1, 5)


@given(strengths, strengths, powers)
def test_one_of_the_two_wins(own: float, other: float, power: float) -> None:
    both = win_prob(own, other, power) + win_prob(other, own, power)
    assert float(both) == pytest.approx(1.0)


@given(strengths, strengths, strengths, powers)
def test_more_against_it_never_helps(own: float, one: float, other: float, power: float) -> None:
    few, many = sorted((one, other))
    assert win_prob(own, many, power) <= win_prob(own, few, power)


@given(strengths, strengths, powers, st.floats(0.01, 100))
def test_only_the_ratio_of_strengths_counts(
    own: float, other: float, power: float, times: float
) -> None:
    scaled = float(win_prob(times * own, times * other, power))
    assert scaled == pytest.approx(float(win_prob(own, other, power)), abs=1e-9)


def test_the_extremes_are_certain() -> None:
    assert win_prob(1.0, 0.0, 2.0) == 1.0
    assert win_prob(1e-300, 1e300, 5.0) == 0.0
    assert win_prob(2.0, 1.0, 1.0) == pytest.approx(2 / 3)


def test_war_is_worth_its_chances_less_its_cost() -> None:
    war = war_payoffs([0.5, 1.0], 100, 80, (60, 90), (20, 50))
    np.testing.assert_allclose(war.adversary_hard, [-10, 40])
    np.testing.assert_allclose(war.adversary_soft, [-40, 10])
    np.testing.assert_allclose(war.governments_hard, [-60, -100])
    np.testing.assert_allclose(war.governments_soft, [-90, -130])


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ((0.0, 1.0, 1.0), "adversary_strength must be above 0"),
        ((1.0, -1.0, 1.0), "other_strength must be at least 0"),
        ((1.0, 1.0, 0.0), "decisiveness_ratio must be above 0"),
        ((1.0, np.nan, 1.0), "other_strength"),
    ],
)
def test_what_is_no_strength_is_refused(numbers: tuple[float, float, float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        win_prob(*numbers)

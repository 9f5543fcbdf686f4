import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.compromise import compromise_mean
from foedus.engines.bargaining.influence import (
    forecast_without,
    mean_without,
    median_without,
    model_spread,
)
from foedus.engines.bargaining.median import Ties, weighted_median
from foedus.engines.bargaining.nash import nash_outcome
from foedus.engines.bargaining.stances import take_stances

NAN = float("nan")
Case = tuple[FloatArray, FloatArray]


@st.composite
def stances(draw: st.DrawFn) -> Case:
    """Draw a few rows of positions and weights; who is absent has no position."""
    draws, n = draw(st.integers(1, 3)), draw(st.integers(1, 6))
    places = st.lists(st.integers(0, 20).map(float), min_size=n, max_size=n)
    masses = st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.3, 1.0]), min_size=n, max_size=n)
    weight = np.array([draw(masses.filter(any)) for _ in range(draws)])
    position = np.array([draw(places) for _ in range(draws)])
    return np.where(weight > 0, position, NAN), weight


def slow_without(case: Case, ties: Ties | None) -> FloatArray:
    """Return the influence of each by its definition, one draw and one actor at a time."""
    position, weight = case
    moved = np.zeros(weight.shape)

    def forecast(x: FloatArray, w: FloatArray) -> float:
        if not w.size:
            return NAN
        outcome = (
            compromise_mean(x[None], w[None])
            if ties is None
            else weighted_median(x[None], w[None], ties=ties)
        )
        return float(outcome.item())

    for d, i in np.argwhere(weight > 0):
        there = weight[d] > 0
        others = there & (np.arange(len(there)) != i)
        moved[d, i] = forecast(position[d, others], weight[d, others]) - forecast(
            position[d, there], weight[d, there]
        )
    return moved


@given(stances())
def test_influence_on_the_mean_is_its_definition(case: Case) -> None:
    slow = slow_without(case, None)
    assert mean_without(*case) == pytest.approx(slow, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("ties", ["lower", "upper", "midpoint"])
@given(case=stances())
def test_influence_on_the_median_is_its_definition(ties: Ties, case: Case) -> None:
    slow = slow_without(case, ties)
    assert median_without(*case, ties=ties) == pytest.approx(slow, nan_ok=True)


@given(stances())
def test_any_model_that_is_handed_in_gives_the_same_as_the_short_way(case: Case) -> None:
    by_mean = forecast_without(compromise_mean, *case)
    assert by_mean == pytest.approx(mean_without(*case), abs=1e-9, nan_ok=True)
    by_median = forecast_without(weighted_median, *case)
    assert by_median == pytest.approx(median_without(*case), nan_ok=True)


def test_a_model_with_settings_of_its_own_can_be_handed_in() -> None:
    def bargain(position: FloatArray, weight: FloatArray) -> FloatArray:
        return nash_outcome(position, weight, (0, 100)).outcome_score

    found = forecast_without(bargain, [[0.0, 100.0]], [[1.0, 3.0]])
    assert found == pytest.approx(np.array([[25.0, -75.0]]))


@given(stances())
def test_influences_on_the_mean_balance_by_what_the_others_weigh(case: Case) -> None:
    """The sum of (W - w) times influence is that of w (m - x), which is 0 at the mean."""
    weight = case[1]
    moved = mean_without(*case)
    others = weight.sum(axis=1, keepdims=True) - weight
    balance = np.nansum(np.where(others > 1e-9, others * moved, 0.0), axis=1)
    assert balance == pytest.approx(0, abs=1e-9)


def test_one_alone_has_no_measurable_influence_and_one_absent_has_none() -> None:
    for found in (
        mean_without([[5.0, NAN]], [[1.0, 0.0]]),
        median_without([[5.0, NAN]], [[1.0, 0.0]]),
        forecast_without(compromise_mean, [[5.0, NAN]], [[1.0, 0.0]]),
    ):
        assert np.isnan(found[0, 0])
        assert found[0, 1] == 0.0


def test_what_is_left_without_a_giant_keeps_its_digits() -> None:
    found = mean_without([[50.0, 0.0, 100.0]], [[1e17, 1.0, 3.0]])
    assert found[0, 0] == pytest.approx(25)


def test_equal_influence_is_salience_alone() -> None:
    position, salience = [[0.0, 100.0]], [[1.0, 0.5]]
    strong = take_stances(position, salience, [[9.0, 1.0]])
    equal = take_stances(position, salience)
    assert compromise_mean(*strong).item() == pytest.approx(100 * 0.5 / 9.5)
    assert compromise_mean(*equal).item() == pytest.approx(100 * 0.5 / 1.5)
    assert mean_without(*equal)[0] == pytest.approx([200 / 3, -100 / 3])


class TestModelSpread:
    def test_spread_between_is_of_medians_and_within_is_the_mean_of_intervals(self) -> None:
        draws = np.linspace(0, 100, 101)
        found = model_spread([draws, 40 + draws / 2], 0.0)
        assert found.between_score == pytest.approx(65 - 50)
        assert found.within_score == pytest.approx((90 + 45) / 2)
        assert not found.rests_on_choice_of_model

    def test_opposed_are_draws_with_models_on_either_side_and_not_on_the_point(self) -> None:
        found = model_spread([[1.0, 1.0, 0.0, NAN, 2.0], [2.0, -1.0, -1.0, 1.0, -2.0]], 0.0)
        assert found.opposed_share == pytest.approx(2 / 4)

    def test_the_reference_may_differ_by_draw(self) -> None:
        assert model_spread([[1.0, 1.0], [3.0, 3.0]], [2.0, 4.0]).opposed_share == 0.5

    def test_one_model_that_stands_apart_is_named(self) -> None:
        found = model_spread([[50.0, 54.0], [10.0, 14.0], [51.0, 55.0]], 0.0)
        assert found.outlier == 1
        assert found.without_score.tolist() == [41.0, 1.0, 40.0]
        assert found.rests_on_one_model

    def test_models_that_all_stand_apart_rest_on_the_choice_but_not_on_one(self) -> None:
        found = model_spread([[0.0, 1.0], [50.0, 51.0], [100.0, 101.0]], 0.0)
        assert found.rests_on_choice_of_model
        assert not found.rests_on_one_model

    def test_of_two_models_neither_is_the_one(self) -> None:
        found = model_spread([[0.0, 1.0], [50.0, 51.0]], 0.0)
        assert found.rests_on_choice_of_model
        assert not found.rests_on_one_model

    def test_without_two_forecasts_in_a_draw_nothing_is_compared(self) -> None:
        assert np.isnan(model_spread([[1.0, NAN], [NAN, 1.0]], 0.0).opposed_share)

    @given(st.lists(st.floats(0, 100), min_size=3, max_size=9))
    def test_models_that_agree_in_every_draw_are_never_opposed(self, draws: list[float]) -> None:
        found = model_spread([draws] * 3, 50.0)
        assert found.between_score == 0
        assert found.opposed_share == 0
        assert not found.rests_on_choice_of_model

    def test_faults_are_named_at_once(self) -> None:
        with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is looked at below
            model_spread([[NAN, NAN]], [1.0, 2.0, NAN])
        assert str(caught.value).split("; ") == [
            "forecast_score has 1 model: at least 2 are needed to differ",
            "model 0 gives no forecast in any draw",
            "reference_score has shape (3,): it must be (2,)",
            "reference_score holds a number that is not finite",
        ]
        with pytest.raises(ValueError, match="infinite"):
            model_spread([[np.inf], [1.0]], 0.0)
        with pytest.raises(ValueError, match=r"must be \(model, draw\)"):
            model_spread([1.0, 2.0], 0.0)

from math import inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.compromise import compromise_mean
from foedus.engines.bargaining.median import weighted_median
from foedus.engines.bargaining.nash import NashOutcome, Utility, nash_outcome
from foedus.engines.bargaining.zone import take_zone

NAN = float("nan")
SCALE = (0.0, 100.0)
UTILITIES: list[Utility] = ["linear", "quadratic"]

Case = tuple[FloatArray, FloatArray]


@st.composite
def stances(draw: st.DrawFn, most: int = 6) -> Case:
    n = draw(st.integers(1, most))
    position = draw(st.lists(st.integers(0, 100).map(float), min_size=n, max_size=n))
    weight = draw(
        st.lists(st.sampled_from([0.0, 0.2, 1.0, 2.5]), min_size=n, max_size=n).filter(any)
    )
    mass = np.array([weight])
    return np.where(mass > 0, position, NAN), mass


def costs(n: int) -> st.SearchStrategy[FloatArray]:
    """Draw costs of no deal, from hardly any to far more than a scale."""
    some = st.sampled_from([0.05, 0.2, 0.4, 0.7, 1.0, 3.0])
    return st.lists(some, min_size=n, max_size=n).map(lambda row: np.array([row]))


def slow_sum(x: float, case: Case, utility: Utility, fallback: list[float]) -> float:
    """Return the sum of weighted logs of gains at x, by the definition."""
    total = 0.0
    for p, w, least in zip(case[0][0], case[1][0], fallback, strict=True):
        if w > 0:
            d = abs(x - p) / 100
            gain = (1 - d if utility == "linear" else 1 - d * d) - least
            if gain <= 0:
                return -inf
            total += w * log(gain)
    return total


def slow_sums(grid: FloatArray, case: Case, utility: Utility, fallback: list[float]) -> FloatArray:
    """Return what `slow_sum` does at many points."""
    present = case[1][0] > 0
    d = abs(grid[:, None] - case[0][0][present]) / 100
    gain = (1 - d if utility == "linear" else 1 - d * d) - np.array(fallback)[present]
    logs = np.log(np.where(gain > 0, gain, 1.0)) @ case[1][0][present]
    return np.where((gain > 0).all(axis=1), logs, -inf)


def assert_best(
    found: NashOutcome,
    case: Case,
    utility: Utility,
    fallback: list[float],
    ends: tuple[float, float],
) -> None:
    """Hold an outcome against a fine grid, and against a search that starts from its best point."""
    grid = np.linspace(*ends, 2001)
    sums = slow_sums(grid, case, utility, fallback)
    best = int(np.argmax(sums))
    if sums[best] == -inf:
        # What lies between two points of the grid may be missed by it, but is then narrow.
        assert (
            found.is_empty.item()
            or slow_sum(found.outcome_score.item(), case, utility, fallback) > -inf
        )
        return
    assert not found.is_empty.item()
    outcome = found.outcome_score.item()
    assert ends[0] <= outcome <= ends[1]
    at_outcome = slow_sum(outcome, case, utility, fallback)
    assert at_outcome >= sums[best] - 1e-9
    around = (grid[max(best - 1, 0)], grid[min(best + 1, 2000)])
    if around[0] < around[1]:
        fine = minimize_scalar(
            lambda x: -max(slow_sum(x, case, utility, fallback), -1e9),
            bounds=around,
            method="bounded",
            options={"xatol": 1e-9},
        )
        assert at_outcome >= -fine.fun - 1e-9


class TestHandWorkedValues:
    def test_two_at_the_ends_share_the_scale_by_weight_if_no_deal_is_worth_nothing(self) -> None:
        found = nash_outcome([[0.0, 100.0]], [[1.0, 4.0]], SCALE)
        assert found.outcome_score.item() == pytest.approx(80, abs=1e-10)

    def test_a_point_of_no_deal_below_two(self) -> None:
        # (120 - x) x^2 is largest where 2 (120 - x) = x.
        found = nash_outcome([[60.0, 100.0]], [[1.0, 2.0]], SCALE, no_deal_score=0.0)
        assert found.outcome_score.item() == pytest.approx(80, abs=1e-10)

    def test_two_of_one_weight_settle_on_the_position_of_the_nearer(self) -> None:
        found = nash_outcome([[60.0, 100.0]], [[1.0, 1.0]], SCALE, no_deal_score=0.0)
        assert found.outcome_score.tolist() == [60.0]

    def test_costs_of_no_deal_that_leave_a_narrow_room(self) -> None:
        # 3 / (60 - x) = 1 / (x - 40).
        found = nash_outcome([[0.0, 100.0]], [[3.0, 1.0]], SCALE, cost_share=[[0.6, 0.6]])
        assert found.outcome_score.item() == pytest.approx(45, abs=1e-10)

    def test_quadratic_at_the_ends_with_one_weight_meets_in_the_middle(self) -> None:
        found = nash_outcome([[0.0, 100.0]], [[1.0, 1.0]], SCALE, utility="quadratic")
        assert found.outcome_score.item() == pytest.approx(50, abs=1e-10)

    def test_one_alone_gets_what_it_wants(self) -> None:
        for utility in UTILITIES:
            found = nash_outcome([[30.0, NAN]], [[1.0, 0.0]], SCALE, utility=utility)
            assert found.outcome_score.item() == pytest.approx(30, abs=1e-10)


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_two_at_the_ends_get_the_weighted_mean(one: float, other: float) -> None:
    case = np.array([[0.0, 100.0]]), np.array([[one, other]])
    found = nash_outcome(*case, SCALE).outcome_score
    assert found == pytest.approx(compromise_mean(*case), abs=1e-9)


@pytest.mark.parametrize("utility", UTILITIES)
@given(case=stances(), q=st.integers(0, 100))
def test_with_some_on_either_side_no_deal_is_what_is_left(
    utility: Utility, case: Case, q: int
) -> None:
    found = nash_outcome(*case, SCALE, utility=utility, no_deal_score=q)
    present = case[0][case[1] > 0]
    on_one_side = bool((present > q).all() or (present < q).all())
    assert found.is_empty.item() is not on_one_side
    if not on_one_side:
        assert found.outcome_score.tolist() == [q]


@pytest.mark.parametrize("utility", UTILITIES)
@given(case=stances(), q=st.integers(0, 100))
def test_against_a_point_of_no_deal_no_outcome_is_better(
    utility: Utility, case: Case, q: int
) -> None:
    found = nash_outcome(*case, SCALE, utility=utility, no_deal_score=q)
    away = abs(case[0][0] - q) / 100
    fallback = 1 - (away if utility == "linear" else away**2)
    assert_best(found, case, utility, fallback.tolist(), SCALE)


@pytest.mark.parametrize("utility", UTILITIES)
@given(case=stances(), data=st.data())
def test_against_a_cost_of_no_deal_no_outcome_is_better(
    utility: Utility, case: Case, data: st.DataObject
) -> None:
    cost = data.draw(costs(case[0].shape[1]))
    found = nash_outcome(*case, SCALE, utility=utility, cost_share=cost)
    assert_best(found, case, utility, (1 - cost[0]).tolist(), SCALE)
    assert np.isnan(found.outcome_score.item()) == found.is_empty.item()


@pytest.mark.parametrize("utility", UTILITIES)
@given(case=stances(), ends=st.tuples(st.integers(0, 100), st.integers(0, 100)))
def test_within_a_zone_no_outcome_is_better(
    utility: Utility, case: Case, ends: tuple[int, int]
) -> None:
    low, high = sorted(map(float, ends))
    found = nash_outcome(*case, SCALE, utility=utility, zone=take_zone(low, high))
    assert_best(found, case, utility, [0.0] * case[0].shape[1], (low, high))


@pytest.mark.parametrize("utility", UTILITIES)
@given(case=stances())
def test_no_cost_given_is_a_cost_of_one(utility: Utility, case: Case) -> None:
    free = nash_outcome(*case, SCALE, utility=utility)
    one = nash_outcome(*case, SCALE, utility=utility, cost_share=np.ones(case[0].shape))
    assert free.outcome_score.tolist() == one.outcome_score.tolist()
    assert not free.is_empty.any()


@given(stances())
def test_quadratic_tends_to_the_weighted_mean_as_no_deal_gets_very_bad(case: Case) -> None:
    cost = np.full(case[0].shape, 1e7)
    found = nash_outcome(*case, SCALE, utility="quadratic", cost_share=cost).outcome_score
    assert found == pytest.approx(compromise_mean(*case), abs=1e-3)


@given(stances())
def test_linear_tends_to_the_weighted_median_as_no_deal_gets_very_bad(case: Case) -> None:
    found = nash_outcome(*case, SCALE, cost_share=np.full(case[0].shape, 1e7)).outcome_score.item()
    lower, upper = (weighted_median(*case, ties=ties).item() for ties in ("lower", "upper"))
    assert lower - 1e-3 <= found <= upper + 1e-3


@pytest.mark.parametrize("utility", UTILITIES)
@given(case=stances(), data=st.data(), factor=st.sampled_from([0.01, 3.0, 400.0]))
def test_order_mirror_and_units_play_no_part(
    utility: Utility, case: Case, data: st.DataObject, factor: float
) -> None:
    position, weight = case
    cost = data.draw(costs(position.shape[1]))
    order = data.draw(st.permutations(range(position.shape[1])))
    as_it_is = nash_outcome(*case, SCALE, utility=utility, cost_share=cost).outcome_score

    def again(x: FloatArray, w: FloatArray, scale: tuple[float, float]) -> FloatArray:
        return nash_outcome(x, w, scale, utility=utility, cost_share=cost).outcome_score

    close = pytest.approx(as_it_is, abs=1e-6, nan_ok=True)
    assert again(position, factor * weight, SCALE) == close
    assert 100 - again(100 - position, weight, SCALE) == close
    assert (again(7 + factor * position, weight, (7, 7 + factor * 100)) - 7) / factor == close
    shuffled = nash_outcome(
        position[:, order], weight[:, order], SCALE, utility=utility, cost_share=cost[:, order]
    )
    assert shuffled.outcome_score == close


def test_an_outcome_that_is_a_position_is_that_position_to_the_last_bit() -> None:
    place = 100 / 3
    found = nash_outcome([[0.0, place, 100.0]], [[1.0, 5.0, 1.0]], SCALE)
    assert found.outcome_score.tolist() == [place]


def test_reaches_that_only_touch_leave_nothing_to_gain() -> None:
    found = nash_outcome([[0.0, 100.0]], [[1.0, 1.0]], SCALE, cost_share=[[0.3, 0.7]])
    assert found.is_empty.item()
    assert np.isnan(found.outcome_score.item())


def test_a_zone_beyond_what_gives_gains_leaves_nothing() -> None:
    zone = take_zone([65.0, 70.0, 50.0], [90.0, 90.0, 45.0])
    found = nash_outcome([[50.0]], [[1.0]], SCALE, cost_share=[[0.2]], zone=zone)
    assert found.is_empty.tolist() == [False, True, True]
    assert found.outcome_score[0] == 65.0


def test_draws_go_their_own_ways_and_one_row_serves_all() -> None:
    weight = np.array([[1.0, 1.0], [1.0, 3.0], [1.0, 0.0]])
    found = nash_outcome([[0.0, 100.0]], weight, SCALE)
    assert found.outcome_score == pytest.approx(np.array([50.0, 75.0, 0.0]), abs=1e-9)
    points = nash_outcome([[60.0, 100.0]], [[1.0, 2.0]], SCALE, no_deal_score=[0.0, 70.0])
    assert points.outcome_score == pytest.approx(np.array([80.0, 70.0]))
    assert points.is_empty.tolist() == [False, True]


def test_faults_of_the_settings_are_named_at_once() -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is looked at below
        nash_outcome(
            [[1.0]],
            [[1.0]],
            (5, 5),
            utility="cubic",  # type: ignore[arg-type]
            no_deal_score=1.0,
            cost_share=[[1.0]],
        )
    assert str(caught.value).split("; ") == [
        "utility is 'cubic': it must be one of linear, quadratic",
        "no_deal_score and cost_share are both given: no deal means one of them",
        "the scale runs from 5 to 5: both ends must be finite, the first lower",
    ]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"no_deal_score": 101.0}, "no_deal_score holds a number off the scale, 0 to 100"),
        ({"no_deal_score": NAN}, "no_deal_score holds a number off the scale"),
        ({"cost_share": [[-0.1, 1.0]]}, "cost_share holds a number that is not finite"),
        ({"cost_share": [[1.0, inf]]}, "cost_share holds a number that is not finite"),
        ({"cost_share": [[1.0]]}, "cost_share has 1 actors"),
        ({"zone": take_zone([0.0] * 3, 9.0)}, "count of draws"),
    ],
)
def test_what_no_deal_cannot_mean_is_refused(more: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        nash_outcome([[10.0, 20.0]], [[1.0, 1.0]] * 2, SCALE, **more)  # type: ignore[arg-type]


def test_a_position_off_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="it must be on the scale, 0 to 100"):
        nash_outcome([[10.0, 120.0]], [[1.0, 1.0]], SCALE)

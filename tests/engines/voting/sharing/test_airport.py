import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.voting.sharing.airport import (
    airport_game,
    airport_nucleolus,
    airport_shapley,
)
from foedus.engines.voting.sharing.least_core import is_in_core
from foedus.engines.voting.sharing.nucleolus import nucleolus
from foedus.engines.voting.sharing.shapley import shapley_value

COSTS = st.lists(st.sampled_from([0.0, 1.0, 1.0, 1.5, 2.0, 4.0, 7.3, 40.0]), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("costs", "paid"),
    [
        ([1, 2, 3, 4, 5, 6], [0.5, 0.75, 0.875, 0.9375, 0.96875, 1.96875]),
        ([1, 1.5, 4, 4, 10], [0.5, 0.5, 1, 1, 7]),
        ([3, 3, 3], [1, 1, 1]),
        ([9, 1, 1, 9, 1], [4.125, 0.25, 0.25, 4.125, 0.25]),
        ([0, 5, 0], [0, 5, 0]),
        ([2, 7, 7, 7.5, 8, 20, 20], [1, 1.4, 1.4, 1.4, 1.4, 6.7, 6.7]),
        ([6, 8], [3, 5]),
        ([4], [4]),
        (list(range(1, 16)), [1 - 0.5**k for k in range(1, 15)] + [15 - 13 - 0.5**14]),
    ],
)
def test_the_nucleolus_of_profiles_is_as_worked_out_and_as_solved(
    costs: list[float], paid: list[float]
) -> None:
    assert airport_nucleolus([costs])[0] == pytest.approx(paid, abs=1e-12)
    assert -nucleolus(-airport_game([costs])[0]) == pytest.approx(paid, abs=1e-9)


@given(COSTS)
def test_the_nucleolus_is_that_of_any_game(costs: list[float]) -> None:
    solved = -nucleolus(-airport_game([costs])[0])
    assert airport_nucleolus([costs])[0] == pytest.approx(solved, abs=1e-7)


@given(COSTS)
def test_the_shapley_value_is_that_of_any_game(costs: list[float]) -> None:
    assert airport_shapley([costs]) == pytest.approx(
        shapley_value(airport_game([costs])), abs=1e-12
    )


@given(COSTS)
def test_users_of_higher_cost_pay_no_less_and_all_is_paid_and_nobody_leaves(
    costs: list[float],
) -> None:
    game = airport_game([costs])[0]
    order = np.argsort(costs, kind="stable")
    for share in (airport_shapley, airport_nucleolus):
        paid = share([costs])[0]
        assert paid.sum() == pytest.approx(max(costs))
        assert (np.diff(paid[order]) >= -1e-12).all()
        assert is_in_core(-game, -paid)


def test_three_users_share_each_step_of_the_cost() -> None:
    assert airport_shapley([[1, 2, 3]])[0] == pytest.approx([1 / 3, 1 / 3 + 1 / 2, 11 / 6])
    assert airport_game([[3, 1, 2]]).tolist() == [[0, 3, 1, 3, 2, 3, 2, 3]]


def test_draws_are_shared_one_by_one_and_many_users_have_closed_forms() -> None:
    costs = np.random.default_rng(2).integers(0, 9, (6, 40)).astype(float)
    for share in (airport_shapley, airport_nucleolus):
        each = np.vstack([share(row[None]) for row in costs])
        assert share(costs) == pytest.approx(each)
        assert share(costs).sum(axis=1) == pytest.approx(costs.max(axis=1))


def test_costs_that_are_none_are_refused() -> None:
    for costs in ([[-1.0]], [[np.inf]], [[np.nan, 1]]):
        with pytest.raises(ValueError, match="negative or not finite"):
            airport_shapley(costs)
    with pytest.raises(ValueError, match="axes draw and player"):
        airport_nucleolus([1.0])
    with pytest.raises(ValueError, match="at least one player"):
        airport_nucleolus(np.zeros((1, 0)))
    with pytest.raises(ValueError, match="16 players"):
        airport_game(np.zeros((1, 16)))

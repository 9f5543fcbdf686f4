import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.extensive import Branch, Chance, Decision, follow, take_profile
from foedus.engines.deterrence.war_bargaining import (
    WarBargaining,
    bargaining_range,
    solve,
    tree,
)

shares = st.integers(0, 100).map(lambda percent: percent / 100)


def grid_payoff(wins: float, cost: float, most: float, demand: FloatArray) -> FloatArray:
    """Return what A expects of demands, B's cost going through a fine grid of equal shares."""
    b_cost = most * (np.arange(2_000) + 0.5) / 2_000
    accepts = 1 - demand[:, None] >= 1 - wins - b_cost[None, :]
    payoff: FloatArray = np.where(accepts, demand[:, None], wins - cost).mean(axis=1)
    return payoff


@pytest.mark.parametrize(
    ("wins", "cost", "most", "demand", "war"),
    [
        (0.5, 0.1, 0.3, 0.6, 1 / 3),
        (0.5, 0.0, 0.4, 0.7, 0.5),
        (0.2, 0.3, 0.5, 0.3, 0.2),
        (0.5, 0.4, 0.4, 0.5, 0.0),
        (0.5, 0.6, 0.4, 0.5, 0.0),
        (0.9, 0.0, 0.8, 1.0, 0.125),
    ],
)
def test_six_demands_are_as_worked_by_hand_and_best_on_a_grid(
    wins: float, cost: float, most: float, demand: float, war: float
) -> None:
    found = solve(WarBargaining(wins, cost, most))
    assert found.demand_share[0] == pytest.approx(demand)
    assert found.war_prob[0] == pytest.approx(war)
    grid = np.linspace(0, 1, 501)
    payoff = grid_payoff(wins, cost, most, grid)
    assert found.a_payoff_share[0] == pytest.approx(payoff.max(), abs=2e-3)
    assert grid[payoff.argmax()] == pytest.approx(demand, abs=0.01)


@given(shares, shares, shares)
def test_no_other_demand_is_worth_more(wins: float, cost: float, most: float) -> None:
    found = solve(WarBargaining(wins, cost, most))
    for other in np.linspace(0, 1, 41):
        refused = np.clip((other - wins) / most, 0, 1) if most else float(other > wins)
        payoff = (1 - refused) * other + refused * (wins - cost)
        assert found.a_payoff_share[0] >= payoff - 1e-12
    assert 0 <= found.war_prob[0] <= 0.5
    assert wins <= found.demand_share[0] <= 1


@given(shares, shares, shares)
def test_there_is_always_a_share_that_both_prefer_to_war(
    wins: float, a_cost: float, b_cost: float
) -> None:
    low, high = bargaining_range(wins, a_cost, b_cost)
    assert 0 <= low[0] <= wins <= high[0] <= 1
    for share in (low[0], high[0]):
        assert share >= wins - a_cost - 1e-12
        assert 1 - share >= 1 - wins - b_cost - 1e-12


@given(shares, shares)
def test_war_gets_rarer_the_more_it_costs_the_one_who_demands(wins: float, most: float) -> None:
    found = solve(WarBargaining(wins, np.linspace(0, 1.5, 31), most))
    assert (np.diff(found.war_prob) <= 1e-15).all()


@pytest.mark.parametrize(("wins", "cost", "most"), [(0.5, 0.1, 0.4), (0.3, 0.0, 0.6)])
def test_in_the_tree_too_the_best_of_a_list_is_the_demand_nearest_the_formula(
    wins: float, cost: float, most: float
) -> None:
    game = WarBargaining(wins, cost, most)
    demands = wins + np.linspace(0, most, 9)
    whole = tree(game, demands=demands, b_types=40)
    assert isinstance(whole.root, Chance)
    payoffs = []
    for way in range(demands.size):
        play = {"A: demand": np.eye(demands.size)[way]}
        for branch in whole.root.branches:
            assert isinstance(branch, Branch)
            assert isinstance(branch.node, Decision)
            for move in branch.node.moves:
                assert isinstance(move.node, Decision)
                accept, fight = (end.node.payoffs[1] for end in move.node.moves)  # type: ignore[union-attr]
                play[move.node.information] = np.eye(2)[int(fight > accept)]
        payoffs.append(follow(whole, take_profile(whole, play)).payoffs[0])
    best = demands[int(np.argmax(payoffs))]
    assert best == pytest.approx(solve(game).demand_share[0], abs=most / 8)


def test_wrong_numbers_are_refused_by_name_and_draw() -> None:
    with pytest.raises(ValueError, match=r"a_wins_prob must be from 0 to 1: draw 1 has 1\.5"):
        solve(WarBargaining([0.5, 1.5], 0.1, 0.2))
    with pytest.raises(ValueError, match="b_cost_share must be at least 0 and finite"):
        bargaining_range(0.5, 0.1, -0.2)
    with pytest.raises(ValueError, match="demands: at least two"):
        tree(WarBargaining(0.5, 0.1, 0.2), demands=[0.5])
    with pytest.raises(ValueError, match="b_types is 0"):
        tree(WarBargaining(0.5, 0.1, 0.2), demands=[0.5, 0.6], b_types=0)

"""Leverage against the asymmetric game it is, and the laws that offers should keep."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.deterrence import asymmetric
from foedus.engines.deterrence.leverage import LeverageGame, offer_sets, solve

EXAMPLE = LeverageGame(
    saved_points=30,
    help_worth_points=10,
    withholding_cost_points=20,
    unseated_loss_points=30,
    shock_points=15,
    offer_worth_points=[[50, 20]],
    offer_cost_points=[[10, 40]],
)
points = st.floats(0.1, 100)


@given(points, points, points, points, points)
def test_without_offers_it_is_the_asymmetric_game(
    saved: float, worth: float, cost: float, unseated: float, shock: float
) -> None:
    game = EXAMPLE._replace(
        saved_points=saved,
        help_worth_points=worth,
        withholding_cost_points=cost,
        unseated_loss_points=unseated,
        shock_points=shock,
    )
    found = solve(game, [[0, 0]])
    credible = float(found.credible_prob[0, 0])
    twin = asymmetric.AsymmetricGame(
        saved,
        0.0,
        -worth,
        b_sq=0.0,
        b_dd_hard=-unseated / 2,
        b_dc=-unseated,
        b_dd_soft=-2 * unseated,
        hard_prob=credible,
    )
    play = asymmetric.solve(twin)
    assert found.needed_prob[0, 0] == pytest.approx(float(play.least_hard_prob[0]))
    assert found.is_seated[0, 0] == play.is_deterred[0]
    outcome = [found.is_seated[0, 0], found.helps_unseated_prob[0, 0], found.withheld_prob[0, 0]]
    assert outcome == pytest.approx(play.outcome_prob[0].tolist())
    expected = found.helps_unseated_prob * saved - found.withheld_prob * worth
    assert found.guarantor_points == pytest.approx(expected)


def test_the_example_is_worked_by_hand() -> None:
    found = solve(EXAMPLE, [[0, 0], [1, 0], [0, 1], [1, 1]])
    assert found.needed_prob[0] == pytest.approx([30 / 40, 30 / 90, 30 / 60, 30 / 110])
    odds = np.exp(np.array([-10, 0, 30, 40]) / 15)
    assert found.credible_prob[0] == pytest.approx(1 / (1 + odds))
    assert found.is_seated[0].tolist() == [False, True, False, False]
    assert found.margin_prob[0, 1] == pytest.approx(0.5 - 1 / 3)
    credible = found.credible_prob[0, 0]
    assert found.governments_points[0, 0] == pytest.approx(-(1 - credible) * 30 - credible * 20)
    assert found.governments_points[0, 1] == 0


@given(points, points)
def test_an_offer_lowers_what_is_needed_and_what_is_believed(worth: float, cost: float) -> None:
    game = EXAMPLE._replace(offer_worth_points=[[worth]], offer_cost_points=[[cost]])
    found = solve(game, [[0], [1]])
    assert found.needed_prob[0, 1] < found.needed_prob[0, 0]
    assert found.credible_prob[0, 1] < found.credible_prob[0, 0]


def test_sets_are_none_each_alone_all_but_each_and_all() -> None:
    sets = offer_sets(3)
    assert sets.sum(axis=1).tolist() == [0, 1, 1, 1, 2, 2, 2, 3]
    assert len({tuple(row) for row in sets.tolist()}) == 8
    assert solve(EXAMPLE._replace(saved_points=[30, 40, 50]), offer_sets(2)).margin_prob.shape == (
        3,
        6,
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"saved_points": [30, 0]}, "saved_points must be above 0: draw 1"),
        ({"shock_points": 0}, "shock_points must be above 0"),
        ({"offer_cost_points": [[10, -1]]}, "offer_cost_points must be at least 0: draw 0, target"),
        ({"unseated_loss_points": [[1, 2]]}, "unseated_loss_points: one number, or one a draw"),
    ],
)
def test_numbers_out_of_their_range_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        solve(EXAMPLE._replace(**changes), [[0, 0]])


@pytest.mark.parametrize("sets", [[0, 1], [[0, 1, 1]], [[0, 2]]])
def test_sets_that_do_not_fit_the_offers_are_refused(sets: Any) -> None:
    with pytest.raises(ValueError, match="sets must hold truth values"):
        solve(EXAMPLE, sets)

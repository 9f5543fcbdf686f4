import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.deterrence.extensive import agent_regret, follow, regret, take_profile
from foedus.engines.deterrence.tied_hands import TiedHandsGame, solve, tree

# Half is needed; untied, Defender stands one time in four.
EXAMPLE = TiedHandsGame(1, 0, -1, 0, -2, -5, -1)

costs = st.integers(0, 80).map(lambda tenths: tenths / 10)
widths = st.integers(1, 50).map(lambda tenths: tenths / 10)


@st.composite
def games(draw: st.DrawFn) -> TiedHandsGame:
    gain, loss, below, top, width = (draw(widths) for _ in range(5))
    return TiedHandsGame(
        gain, 0, -loss, 1, 1 - below, 1 - top - width, 1 - top, draw(costs), draw(costs)
    )


def test_the_example_is_as_worked_by_hand() -> None:
    found = solve(EXAMPLE._replace(tied_cost=[0, 1, 3], sunk_cost=[0, 0, 2]))
    assert found.stands_prob.tolist() == [0.25, 0.5, 1.0]
    assert found.least_tied_cost.tolist() == [1.0, 1.0, 1.0]
    assert found.is_deterred.tolist() == [False, True, True]
    # Challenged, Defender fights at -1.5 on average one time in four and concedes else.
    assert found.d_payoff.tolist() == pytest.approx([-1.5 / 4 - 2 * 3 / 4, 0, -2])


@given(games())
def test_a_sunk_cost_changes_nothing_but_what_is_paid(game: TiedHandsGame) -> None:
    found = solve(game._replace(sunk_cost=[0, 1.5, 7]))
    assert len(set(found.stands_prob.tolist())) == 1
    assert len(set(found.is_deterred.tolist())) == 1
    np.testing.assert_allclose(found.d_payoff[0] - found.d_payoff, [0, 1.5, 7])


@given(games())
def test_a_tied_cost_never_makes_defender_stand_less_often(game: TiedHandsGame) -> None:
    found = solve(game._replace(tied_cost=np.linspace(0, 12, 61)))
    assert (np.diff(found.stands_prob) >= 0).all()
    assert (np.diff(found.is_deterred.astype(int)) >= 0).all()


@given(games())
def test_the_least_tied_cost_just_deters(game: TiedHandsGame) -> None:
    least = float(solve(game).least_tied_cost[0])
    assert solve(game._replace(tied_cost=least)).is_deterred[0]
    if least > 0.01:
        assert not solve(game._replace(tied_cost=least - 0.01)).is_deterred[0]


@given(games())
def test_a_tree_of_many_types_has_nearly_the_same_play_and_payoff(game: TiedHandsGame) -> None:
    types = 50
    whole = tree(game, d_types=types)
    found = solve(game)
    at = {name: float(np.min(value)) for name, value in game._asdict().items()}
    kept = float(found.is_deterred[0])
    play = {"Challenger: challenge": [kept, 1 - kept]}
    for members in whole.sets:
        if members.player == 1:
            worth = float(members.name.split()[2].rstrip(":"))
            fights = worth >= at["d_dc"] - at["tied_cost"]
            play[members.name] = [1.0 - fights, float(fights)]
    profile = take_profile(whole, play)
    slice_payoff = (at["fight_high"] - at["fight_low"]) / types
    assert regret(whole, profile)[1] < 1e-5
    assert follow(whole, profile).payoffs[1] == pytest.approx(
        found.d_payoff[0], abs=slice_payoff + 1e-4
    )
    # At most the type at the edge decides whether a challenge pays.
    at_stake = (at["c_dc"] - at["c_dd"]) / types
    assert agent_regret(whole, profile)[0] < at_stake + 1e-9


def test_wrong_numbers_are_refused_by_name_and_draw() -> None:
    with pytest.raises(ValueError, match="fight_high must be above fight_low: draw 0"):
        solve(EXAMPLE._replace(fight_low=0.0, fight_high=-1.0))
    with pytest.raises(ValueError, match="tied_cost must be at least 0 and finite: draw 1 has -1"):
        solve(EXAMPLE._replace(tied_cost=[0, -1]))
    with pytest.raises(ValueError, match="d_types is 0"):
        tree(EXAMPLE, d_types=0)

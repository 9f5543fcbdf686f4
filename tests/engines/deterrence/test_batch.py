"""Games in compiled code: that they are those of a dispute is tested with the engine."""

import numpy as np
import pytest

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.batch import Batch, as_game, empty_grid, rules_of
from foedus.engines.deterrence.dispute import Dispute, game_at
from foedus.engines.deterrence.guarantee import solve
from foedus.engines.deterrence.situations import dispute_at
from foedus.engines.deterrence.thresholds import least_backing, least_force
from foedus.scenario.deterrence import LOCATIONS, MISSIONS

NUMBERS = {
    "prize_points": [[20, 100, 40]],
    "loss_points": [[8, 40, 30]],
    "war_prize_points": [[30, 120, 120]],
    "war_loss_points": [[30, 90, 90]],
    "half_force_persons": [2000],
    "stop_cost_points": [30],
    "clash_cost_points": [5],
    "adversary_backed_cost_points": [20],
    "adversary_hard_prob": [0.5],
    "governments_hard_prob": [0.5],
    "adversary_strength_persons": [60_000],
    "host_strength_persons": [50_000],
    "guarantor_strength_persons": [30_000],
    "decisiveness_ratio": [1.2],
    "adversary_hard_cost_points": [80],
    "adversary_soft_cost_points": [120],
    "governments_hard_cost_points": [20],
    "governments_soft_cost_points": [45],
    "needs_force": [[0, 0, 1]],
    "is_open": [[1, 1, 1]],
    "is_open/reserve": [[1, 1, 0]],
}


def columns(**changes: object) -> dict[str, FloatArray]:
    """Return the numbers of a grid with forces from none to many, 200 draws."""
    rng = np.random.default_rng(3)
    found: dict[str, object] = dict(NUMBERS)
    for place, mission in enumerate(MISSIONS):
        clear = np.array([[2.0, 5.0, 10.0]]) * place
        found[f"tied_clear_points/{mission}"] = clear
        found[f"tied_contact_points/{mission}"] = clear + 20.0
    for place, location in enumerate(LOCATIONS):
        found[f"contact_prob/{location}"] = [[0.1 * place, 0.2 * place, 1.0]]
        found[f"presence_ratio/{location}"] = [0.5 * place]
    for name in ("with", "without"):
        found[f"force_persons/{name}"] = np.where(
            rng.random(200) < 0.2, 0.0, rng.uniform(0, 40_000, 200)
        )
        backing = rng.random(200) if name == "with" else [0.0]
        for field in ("adversary_belief_prob", "governments_belief_prob", "backing_prob"):
            found[f"{field}/{name}"] = backing
        for mission in MISSIONS:
            found[f"authorise_prob/{mission}.{name}"] = rng.uniform(0.5, 1, 200)
    return {name: np.asarray(v, dtype=np.float64) for name, v in (found | changes).items()}


BY_TARGET = {"host_strength_persons": [[20_000, 50_000, 80_000]]}
"""A contest of its own at every target."""


@pytest.mark.parametrize("changes", [{}, BY_TARGET])
@pytest.mark.parametrize("location", LOCATIONS)
def test_games_plays_and_thresholds_are_those_of_the_dispute(
    location: str, changes: dict[str, object]
) -> None:
    numbers = columns(**changes)
    batch = Batch(numbers)
    cells = [batch.places(mission, location, "with") for mission in MISSIONS]
    played, backing = empty_grid((len(MISSIONS), 200)), np.full((len(MISSIONS), 200), np.nan)
    batch.play(cells, played, backing)
    for m, mission in enumerate(MISSIONS):
        games = batch.games(cells[m])
        dispute = dispute_at(numbers, mission, location, "with")
        game = game_at(dispute, numbers["force_persons/with"])
        for name, values in as_game(games)._asdict().items():
            one: FloatArray = np.asarray(getattr(game, name), dtype=np.float64)
            field = np.broadcast_to(one if one.ndim == 2 else one[:, None], games.shape[:2])
            np.testing.assert_allclose(
                np.asarray(values, dtype=np.float64), field, rtol=1e-12, atol=1e-12, err_msg=name
            )
        theirs = solve(game)
        by_name = theirs._asdict() | {
            "holds": theirs.is_deterred,
            "steadfast": theirs.is_steadfast,
            "violation_prob": 1 - theirs.outcome_prob[:, 0],
        }
        for name, ours in played._asdict().items():
            np.testing.assert_allclose(ours[m], by_name[name], rtol=1e-9, atol=1e-9, err_msg=name)
        np.testing.assert_allclose(backing[m], least_backing(game).least, rtol=1e-9)
        least = least_force(dispute, 500_000.0).least
        np.testing.assert_allclose(batch.least_force(cells[m], 200, 500_000.0), least, atol=1.01)


def test_missions_are_played_alike_alone_and_together_and_backing_is_looked_for_if_asked() -> None:
    batch = Batch(columns())
    cells = [batch.places(mission, "line", "with") for mission in MISSIONS]
    together, backing = empty_grid((3, 200)), np.full((3, 200), np.nan)
    batch.play(cells, together, backing[:1])
    assert np.isnan(backing[1:]).all()
    assert not np.isnan(backing[0]).any()
    for m, cell in enumerate(cells):
        alone = empty_grid((1, 200))
        batch.play([cell], alone, backing[:0])
        for name, one in alone._asdict().items():
            np.testing.assert_array_equal(one[0], getattr(together, name)[m])
    assert not np.array_equal(together.violation_prob[0], together.violation_prob[2])


def test_a_least_force_deters_and_a_smaller_one_does_not() -> None:
    numbers = columns()
    batch = Batch(numbers)
    places = batch.places("fight_back", "line", "with")
    least = batch.least_force(places, 200, 500_000.0)
    some = np.flatnonzero(np.isfinite(least) & (least > 0))
    assert some.size > 20
    dispute = Dispute(
        *(
            np.asarray(field)[some] if len(np.asarray(field)) > 1 else field
            for field in dispute_at(numbers, "fight_back", "line", "with")
        )
    )
    assert solve(game_at(dispute, least[some])).is_deterred.all()
    assert not solve(game_at(dispute, least[some] - 1.0)).is_deterred.any()


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("prize_points", [[20, 0, 40]], "prize_points must be above 0: draw 0, target 1"),
        ("clash_cost_points", [20], "governments_hard_cost_points must be above clash_cost"),
        ("adversary_soft_cost_points", [70], "adversary_soft_cost_points must be at least"),
        ("authorise_prob/observe.with", [1.2], "authorise_prob/observe.with must be at most 1"),
        ("tied_contact_points/observe", [[0, -1, 0]], "tied_contact_points/observe must be at"),
        ("decisiveness_ratio", [0], "decisiveness_ratio must be above 0"),
        ("loss_points", [[8, np.inf, 30]], "loss_points must be finite"),
    ],
)
def test_numbers_that_make_no_game_are_refused(column: str, value: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Batch(columns(**{column: value}))


def test_every_column_has_a_rule() -> None:
    names = set(columns())
    told = {side.removeprefix("-") for r in rules_of(columns()) for side in (r.above, r.below)}
    assert names <= told

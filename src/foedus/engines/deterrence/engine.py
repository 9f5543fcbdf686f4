"""The guarantee: whether the force deters, what follows if not, and what it would take.

Every mission at every location is played with the same people, so that cells of the grid differ in
nothing else; that of the option is one of them. Each is played with the guarantor as the option
counts on it, and without.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.backing import kept_beta
from foedus.engines.deterrence.batch import Batch, GridPlay, as_game, empty_grid
from foedus.engines.deterrence.dispute import game_at
from foedus.engines.deterrence.guarantee import AUTHORISE, OPEN, GuaranteeGame
from foedus.engines.deterrence.inputs import SITUATIONS, WITH, GuaranteeInputs, read_inputs
from foedus.engines.deterrence.leverage import LeverageGame, offer_sets
from foedus.engines.deterrence.leverage import solve as solve_leverage
from foedus.engines.deterrence.noisy import noisy_play
from foedus.engines.deterrence.result import HORIZON_MONTHS, GuaranteeResult
from foedus.engines.deterrence.situations import (
    FORCE,
    Rule,
    Situation,
    columns_of,
    dispute_at,
    situation,
)
from foedus.engines.protocol import Outcome
from foedus.errors import MissingDataError
from foedus.scenario.deterrence import ALL, LOCATIONS, MISSIONS, OFFERS, BaseRate
from foedus.scenario.draws import Draws
from foedus.scenario.scenario import Scenario

__all__ = ["Guarantee", "GuaranteeResult"]

GRID: Final = (len(LOCATIONS), len(SITUATIONS), len(MISSIONS))
"""As cells are played: missions of one place together, draws of one cell next to each other."""
NOISY: Final = ("fight_given_violation_prob", "war_given_violation_prob")
COMPLIED: Final = 0
BURDEN: Final = {
    "share_today": "burden_share",
    "slope_points": "abandoning_slope_points",
    "shock_points": "backing_shock_points",
}
LEVERAGE: Final = ("needed_prob", "credible_prob", "guarantor_points", "governments_points")


@dataclass(frozen=True, kw_only=True)
class Guarantee:
    """Does the force deter, and what follows if the ceasefire breaks."""

    name: ClassVar[str] = "deterrence"
    title: ClassVar[str] = "The guarantee"
    needs: ClassVar[tuple[str, ...]] = ("disputes",)
    follows: ClassVar[tuple[Outcome, ...]] = (
        Outcome("deterred_prob", "Deterred", True),
        Outcome("violation_prob", "The ceasefire is violated", False),
        Outcome("direct_war_prob", "Direct war", False),
        Outcome("war_given_violation_prob", "Direct war if it is violated", None),
        Outcome("fight_given_violation_prob", "Somebody fights beside the host if it is", True),
        Outcome("needed_backing_prob", "Backing that it takes to deter, 1 if none does", False),
        Outcome("no_backing_enough_prob", "No backing is enough to deter", False),
        Outcome("governments_points", "What the governments expect", True),
        Outcome("alone_deterred_prob", "Deterred without the guarantor", True),
        Outcome("alone_violation_prob", "Violated without the guarantor", False),
        Outcome("alone_direct_war_prob", "Direct war without the guarantor", False),
        *(
            Outcome(f"{what}_in_{months}_months_prob", f"{title} within {months} months", False)
            for what, title in (("violation", "Violated"), ("direct_war", "Direct war"))
            for months in HORIZON_MONTHS
        ),
    )

    authorisation: Rule = "lead"
    """Who lets the force fight: the nation with most soldiers in it (`lead`), more than half of the
    nations or of the soldiers (`heads`, `persons`), all nations (`consensus`), or nobody need be
    asked (`always`)."""
    lambda_ratio: Annotated[float, Ge(0)] = 0.0
    """How closely choices follow payoffs, per point; 0 stands for exactly, the closed form."""
    largest_force_persons: Annotated[float, Gt(0)] = 1_000_000.0
    """Largest force that is looked at for the least that deters."""
    searched_count: Annotated[int, Ge(1)] = 256
    """Draws of each block of 4,096 in which the least force is searched for, and which are told
    apart by their inputs."""

    def inputs(self, scenario: Scenario, draws: Draws, /) -> GuaranteeInputs:
        """Gather the numbers of the games and the force as they stand in each draw."""
        return read_inputs(scenario, draws)

    def solve(self, inputs: GuaranteeInputs, rng: np.random.Generator, /) -> GuaranteeResult:
        """Play every mission at every location, and find what it would take."""
        n, searched = inputs.n, min(inputs.n, self.searched_count)
        prior_prob = prior_draws(inputs, rng)
        situations = tuple(
            situation(inputs, place, self.authorisation) for place in range(len(SITUATIONS))
        )
        batch = Batch(columns_of(inputs, situations))
        found = empty_grid((*GRID, n))
        needed_backing = np.empty((GRID[0], 1, GRID[2], n))
        needed_force = np.empty((*GRID, searched))
        for where, s in np.ndindex(GRID[:2]):
            cells = [batch.places(mission, LOCATIONS[where], SITUATIONS[s]) for mission in MISSIONS]
            here = GridPlay._make(values[where, s] for values in found)
            batch.play(cells, here, needed_backing[where, 0, : len(cells) if s == WITH else 0])
            for m, cell in enumerate(cells):
                needed_force[where, s, m] = batch.least_force(
                    cell, searched, self.largest_force_persons
                )
                if self.lambda_ratio:
                    for name, values in self.loosely(batch.games(cell)).items():
                        getattr(here, name)[m] = values

        def wide(values: FloatArray) -> FloatArray:
            """Return an array with n draws; one draw stands for all."""
            return np.broadcast_to(values, (n, *values.shape[1:]))

        def by_situation(name: str) -> FloatArray:
            return np.stack([wide(getattr(about, name)) for about in situations], axis=-1)

        uncertain = watched(inputs, situations)
        columns: dict[str, Any] = {
            **{name: by_draw(v) for name, v in found._asdict().items()},
            **{name: wide(inputs.number(row)) for name, row in BURDEN.items()},
            **{f"leverage_{name}": wide(v) for name, v in leverage(inputs).items()},
        }
        return GuaranteeResult(
            mission=inputs.mission,
            location=inputs.location,
            authorisation=self.authorisation,
            lambda_ratio=self.lambda_ratio,
            largest_force_persons=self.largest_force_persons,
            rows=inputs.rows,
            base_rates=inputs.base_rates,
            input_names=tuple(uncertain),
            force_persons=by_situation("force_persons"),
            belief_prob=by_situation("adversary_belief_prob"),
            backing_prob=by_situation("backing_prob"),
            authorise_prob=by_situation("authorise_prob"),
            **columns,
            no_force_violation_prob=wide(
                self.without_force(batch.games(cells[0])) if self.lambda_ratio else np.ones(1)
            ),
            needed_backing_prob=by_draw(needed_backing)[..., 0],
            prior_prob=prior_prob,
            baseline_prob=wide(
                np.full(1, np.nan) if inputs.baseline_prob is None else inputs.baseline_prob
            ),
            is_searched=np.arange(n) < searched,
            needed_force_persons=by_draw(needed_force),
            input_values=np.stack([wide(v)[:searched] for v in uncertain.values()], axis=1),
        )

    def loosely(self, games: FloatArray) -> dict[str, FloatArray]:
        """Return violation, fighting and war as they come about where choices are not exact.

        Which equilibrium it is, and payoffs, are always those of the closed form.

        Parameters
        ----------
        games
            Shape (draw, target, field).

        Returns
        -------
        shape (draw,) each
        """
        noisy = noisy_play(as_game(games), self.lambda_ratio)
        return {
            "violation_prob": 1.0 - noisy.outcome_prob[:, COMPLIED],
            **{name: getattr(noisy, name) for name in NOISY},
        }

    def without_force(self, games: FloatArray) -> FloatArray:
        """Return how likely a violation is that nobody answers, shape (draw,).

        Parameters
        ----------
        games
            Of any cell; which does not matter.
        """
        nobody = games.copy()
        nobody[:, :, AUTHORISE] = 0.0
        nobody[:, FORCE, OPEN] = 0.0
        return self.loosely(nobody)["violation_prob"]


def by_draw(values: NDArray[Any]) -> NDArray[Any]:
    """Return what was played as it is told, shape (draw, mission, location, situation)."""
    return values.transpose(3, 2, 0, 1)


def prior_draws(inputs: GuaranteeInputs, rng: np.random.Generator) -> FloatArray:
    """Draw how likely backing is by how such promises were kept, shape (draw,).

    The mean where the assumptions are a single point; NaN where no base rate says it.

    Raises
    ------
    MissingDataError
        If the base rate does not have a value between two ends.
    """
    if inputs.prior is None:
        return np.full(inputs.n, np.nan)
    middle, low, high = ends_of(inputs.prior)
    if inputs.is_point:
        return np.full(inputs.n, middle)
    return rng.beta(*kept_beta(middle, low, high), inputs.n)


def ends_of(rate: BaseRate) -> tuple[float, float, float]:
    """Return value, low and high of a base rate."""
    ends = rate.rate_value, rate.rate_value_low, rate.rate_value_high
    if ends[0] is None or ends[1] is None or ends[2] is None:
        raise MissingDataError(
            f"base_rates: {rate.rate} is the prior and needs a value between a low and a high."
        )
    return ends[0], ends[1], ends[2]


def leverage(inputs: GuaranteeInputs) -> dict[str, FloatArray]:
    """Return what each set of offers brings, shape (draw or 1, set); no sets without the game."""
    if not inputs.plays_leverage:
        return dict.fromkeys(LEVERAGE, np.zeros((1, 0)))

    def number(name: str) -> FloatArray:
        return inputs.number(name, ALL, "leverage")

    game = LeverageGame(
        saved_points=number("saved_points"),
        help_worth_points=number("help_worth_points"),
        withholding_cost_points=number("withholding_cost_points"),
        unseated_loss_points=number("unseated_loss_points"),
        shock_points=number("leverage_shock_points"),
        offer_worth_points=inputs.side_by_side("help_worth_points", OFFERS, "leverage"),
        offer_cost_points=inputs.side_by_side("withholding_cost_points", OFFERS, "leverage"),
    )
    found = solve_leverage(game, offer_sets(len(OFFERS)))
    return {name: getattr(found, name) for name in LEVERAGE}


def watched(inputs: GuaranteeInputs, situations: Sequence[Situation]) -> dict[str, FloatArray]:
    """Return the inputs by which draws are told apart: drawn rows of the ceasefire, and links."""
    helped = situations[WITH]
    linked = {
        "force_persons": helped.force_persons,
        **{
            f"authorise_prob/{mission}": helped.authorise_prob[:, m]
            for m, mission in enumerate(MISSIONS)
        },
    }
    own = {k: v for k, v in inputs.uncertain.items() if k.startswith("disputes/ceasefire:")}
    return own | linked


def point_game(
    inputs: GuaranteeInputs, force_persons: float, let_fight_prob: float
) -> GuaranteeGame:
    """Return the game of the option at a point, with the guarantor.

    Parameters
    ----------
    inputs
        Of a single point.
    force_persons
        The force in place.
    let_fight_prob
        How likely the chain of command lets it fight; no rule is asked.
    """
    about = situation(inputs, WITH, "always")._replace(
        force_persons=np.array([force_persons]),
        authorise_prob=np.full((1, len(MISSIONS)), let_fight_prob),
    )
    columns = columns_of(inputs, (about, about))
    return game_at(
        dispute_at(columns, inputs.mission, inputs.location, SITUATIONS[WITH]), force_persons
    )

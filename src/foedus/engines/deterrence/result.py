"""What the guarantee finds: a grid of missions and locations, its outcomes and tables.

P(deterred) never stands without P(direct war): a promise to fight that deters more often also leads
to war more often where it does not.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import ceil, isfinite
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.deterrence.backing import advantage_at, least_share
from foedus.engines.deterrence.backing import backing_prob as prob_at_share
from foedus.engines.deterrence.guarantee import FAMILIES, READINGS
from foedus.engines.deterrence.hazard import monthly_hazard, risk_ratio, within_prob
from foedus.engines.deterrence.inputs import SITUATIONS, WITH, WITHOUT
from foedus.engines.deterrence.telling_apart import rank_auc, strongest
from foedus.engines.protocol import drawn
from foedus.errors import SettingsError
from foedus.scenario.deterrence import (
    ELSEWHERE,
    HIT,
    LOCATIONS,
    MISSIONS,
    OFFERS,
    TARGETS,
    BaseRate,
    DisputeRow,
    places,
)

HORIZON_MONTHS: Final = (12, 24, 60)
"""Times over which one decision is spread; outcomes are named by them."""
SHARES: Final = tuple(tenth / 10 for tenth in range(11))
"""Shares of the burden for which backing is told."""
MOST_TOLD_APART: Final = 5
"""Inputs that are named for each cell."""
EQUALLY_GOOD_POINTS: Final = 1e-9
RANGE: Final = (0.05, 0.5, 0.95)
SELECTED: Final = "D1"
STEADFAST: Final = "steadfast"
NO_FORCE: Final = "none"
VIOLATED, WAR = "violation_prob", "direct_war_prob"
OFFERS_MADE: Final = ("none", *OFFERS, *(f"all but {offer}" for offer in OFFERS), "all")
"""Sets of offers that are compared, in the order of `leverage.offer_sets`."""

Cell = tuple[int, int, int]
"""Places of mission, location and situation."""


@dataclass(frozen=True)
class GuaranteeResult:
    """How every mission fares at every location, draw by draw, with the guarantor and without.

    The axes of the grid are missions, locations and situations, in the order of `MISSIONS`,
    `LOCATIONS` and `SITUATIONS`.
    """

    mission: str
    """That of the option."""
    location: str
    """That of the option."""
    authorisation: str
    """The rule by which the force is let fight."""
    lambda_ratio: float
    """Precision of choices; 0 for the closed form."""
    largest_force_persons: float
    rows: tuple[DisputeRow, ...]
    """Every number that the games were played with."""
    base_rates: tuple[BaseRate, ...]
    input_names: tuple[str, ...]
    """Inputs that differ from draw to draw: addresses of rows, and what links brought."""
    force_persons: FloatArray = drawn()
    """Shape (draw, situation): soldiers in place, the guarantor's own not counted."""
    belief_prob: FloatArray = drawn()
    """Shape (draw, situation): backing, as the adversary believes."""
    backing_prob: FloatArray = drawn()
    """Shape (draw, situation): backing as it is."""
    authorise_prob: FloatArray = drawn()
    """Shape (draw, mission, situation): that the force is let fight."""
    holds: BoolArray = drawn()
    """Shape (draw, mission, location, situation): whether nobody violates, in the closed form."""
    steadfast: BoolArray = drawn()
    """The same shape: whether it would hold if everybody believed it, and does not."""
    family: NDArray[np.int8] = drawn()
    """The same shape: the equilibrium at the target planned for, a place in `FAMILIES`."""
    target: NDArray[np.int8] = drawn()
    """The same shape: place in `TARGETS`."""
    violation_prob: FloatArray = drawn()
    """The same shape."""
    fight_given_violation_prob: FloatArray = drawn()
    """The same shape: that the governments fight beside the host, also off the path of play."""
    war_given_violation_prob: FloatArray = drawn()
    """The same shape: that it comes to war between the adversary and the governments."""
    adversary_points: FloatArray = drawn()
    """The same shape, in the closed form."""
    governments_points: FloatArray = drawn()
    """The same shape, in the closed form: expected, the price of not acting taken off."""
    no_force_violation_prob: FloatArray = drawn()
    """Shape (draw,): with neither force nor guarantor; 1 in the closed form."""
    needed_backing_prob: FloatArray = drawn()
    """Shape (draw, mission, location): u*, the least backing that deters, both sides believing in
    it; infinite where none does."""
    prior_prob: FloatArray = drawn()
    """Shape (draw,): backing, as promises of its kind were kept; NaN where nothing says how."""
    share_today: FloatArray = drawn()
    """Shape (draw,): part of the burden that the governments carry."""
    slope_points: FloatArray = drawn()
    """Shape (draw,): how much dearer it gets to abandon them as they carry all and not nothing."""
    shock_points: FloatArray = drawn()
    """Shape (draw,)."""
    baseline_prob: FloatArray = drawn()
    """Shape (draw,): chance a month that it breaks with neither force nor guarantor; NaN where
    nothing says how often."""
    leverage_needed_prob: FloatArray = drawn()
    """Shape (draw, set of offers): credibility that it takes to be seated; no sets where the
    scenario has no such game."""
    leverage_credible_prob: FloatArray = drawn()
    """The same shape: that the threat to withhold is meant."""
    leverage_guarantor_points: FloatArray = drawn()
    """The same shape."""
    leverage_governments_points: FloatArray = drawn()
    """The same shape."""
    is_searched: BoolArray = drawn()
    """Shape (draw,): whether the least force was searched for in this draw."""
    needed_force_persons: FloatArray = drawn()
    """Shape (searched draw, mission, location, situation): F*, infinite where the largest force
    looked at does not deter."""
    input_values: FloatArray = drawn()
    """Shape (searched draw, input)."""

    @property
    def draws(self) -> int:
        """Count of draws."""
        return len(self.violation_prob)

    @property
    def own(self) -> tuple[int, int]:
        """Mission and location of the option, as places."""
        return MISSIONS.index(self.mission), LOCATIONS.index(self.location)

    @property
    def deterred_prob(self) -> FloatArray:
        """Shape (draw, mission, location, situation).

        1 or 0 in the closed form, in which an adversary that only sometimes violates is not
        deterred; where choices follow payoffs loosely, the chance that nobody violates.
        """
        if self.lambda_ratio:
            complied: FloatArray = 1.0 - self.violation_prob
            return complied
        return self.holds.astype(np.float64)

    @property
    def direct_war_prob(self) -> FloatArray:
        """Shape (draw, mission, location, situation): violated, fought and pressed."""
        war: FloatArray = self.violation_prob * self.war_given_violation_prob
        return war

    @property
    def has_leverage(self) -> bool:
        """Whether the scenario has the game of leverage."""
        return bool(self.leverage_needed_prob.shape[1])

    @property
    def has_hazard(self) -> bool:
        """Whether anything says how often such a ceasefire breaks."""
        return not bool(np.isnan(self.baseline_prob).any())

    @property
    def has_prior(self) -> bool:
        """Whether anything says how such promises were kept."""
        return not bool(np.isnan(self.prior_prob).any())

    def of(self, name: str, situation: int = WITH, cell: tuple[int, int] | None = None) -> Any:
        """Return an array of the grid in one cell, shape (draw,).

        Parameters
        ----------
        name
            Of an array of this result with the axes of the grid.
        cell
            Places of mission and location; those of the option if None.
        """
        return getattr(self, name)[:, *(cell or self.own), situation]

    def outcomes(self) -> dict[str, FloatArray]:
        """Return what comes of the option, with the guarantor and without.

        What happens within so many months is told from a ratio of means over all draws, so that it
        ranges with the baseline alone.
        """
        least = self.needed_backing_prob[:, *self.own]
        found = {
            name: self.of(name)
            for name in (
                "deterred_prob",
                "violation_prob",
                "direct_war_prob",
                "war_given_violation_prob",
                "fight_given_violation_prob",
            )
        }
        found |= {
            "needed_backing_prob": np.minimum(least, 1.0),
            "no_backing_enough_prob": np.isinf(least).astype(np.float64),
            "governments_points": self.of("governments_points"),
        }
        for name in ("deterred_prob", "violation_prob", "direct_war_prob"):
            found[f"alone_{name}"] = self.of(name, WITHOUT)
        for what in ("violation", "direct_war"):
            within = self.within_months(f"{what}_prob", (*self.own, WITH))
            for place, months in enumerate(HORIZON_MONTHS):
                found[f"{what}_in_{months}_months_prob"] = within[:, place]
        return found

    def within_months(self, name: str, cell: Cell) -> FloatArray:
        """Return the chance that it happens within each horizon, shape (draw, horizon).

        NaN where nothing says how often such a ceasefire breaks.

        Parameters
        ----------
        name
            `violation_prob` or `direct_war_prob`.

        Raises
        ------
        SettingsError
            If the baseline times the ratio is past 1 in some draw.
        """
        if not self.has_hazard:
            return np.full((self.draws, len(HORIZON_MONTHS)), np.nan)
        return self.within(self.baseline_prob, self.ratio(name, cell))

    def ratio(self, name: str, cell: Cell) -> float:
        """Return a mean chance over that of a violation with neither force nor guarantor."""
        prob = self.direct_war_prob_of(cell) if name == WAR else self.violation_prob[:, *cell]
        return risk_ratio(prob, self.no_force_violation_prob)

    @staticmethod
    def within(baseline_prob: FloatArray, ratio: float) -> FloatArray:
        """Return the chance within each horizon, shape (draw, horizon), by baseline and ratio."""
        try:
            hazard = monthly_hazard(baseline_prob, ratio)
        except ValueError as error:
            raise SettingsError(
                f"base_rates: {error}. Lower the baseline, or take a larger lambda_ratio."
            ) from None
        return within_prob(hazard, HORIZON_MONTHS)

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return every table; most have a row a mission, location and situation."""
        return {name: make() for name, make in self.makers().items()}

    def makers(self) -> dict[str, Callable[[], pl.DataFrame]]:
        """Return what makes each table, for those who want some of them."""
        return {
            "grid": self.grid_table,
            "thresholds": self.threshold_table,
            "ladder": self.ladder_table,
            "months": self.month_table,
            "targets": self.target_table,
            "equilibria": self.equilibrium_table,
            "regret": self.regret_table,
            "best_when": self.best_when_table,
            "burden": self.burden_table,
            "leverage": self.leverage_table,
            "offers": self.offer_table,
            "base_rates": self.base_rate_table,
            "cells": self.cell_table,
        }

    def cells(self) -> Iterator[tuple[Cell, dict[str, Any]]]:
        """Yield every cell of the grid, and the columns that name it."""
        for mission, where, situation in product(*map(range, self.violation_prob.shape[1:])):
            yield (
                (mission, where, situation),
                {
                    "mission": MISSIONS[mission],
                    "location": LOCATIONS[where],
                    "guarantor": SITUATIONS[situation],
                    "is_option": (mission, where) == self.own,
                },
            )

    def grid_table(self) -> pl.DataFrame:
        """Return deterrence, violation and war in every cell: means, with ranges over draws."""
        force = [middle_range("force_persons", each) for each in self.force_persons.T]
        backing = [mean_range("backing_prob", each) for each in self.backing_prob.T]
        authority = [
            [mean_range("authorise_prob", each) for each in of_mission.T]
            for of_mission in self.authorise_prob.transpose(1, 0, 2)
        ]
        rows = []
        for cell, key in self.cells():
            mission, _, s = cell
            row: dict[str, Any] = {
                **key,
                "deterred_prob": float(self.deterred_prob_of(cell).mean()),
                "direct_war_prob": float(self.direct_war_prob_of(cell).mean()),
                "steadfast_prob": float(self.steadfast[:, *cell].mean()),
                **force[s],
                **backing[s],
                **authority[mission][s],
            }
            for name in (VIOLATED, *GIVEN, "governments_points", "adversary_points"):
                row |= mean_range(name, getattr(self, name)[:, *cell])
            rows.append(row)
        return pl.DataFrame(rows, schema=GRID_SCHEMA)

    def deterred_prob_of(self, cell: Cell) -> FloatArray:
        """Return `deterred_prob` in one cell, shape (draw,)."""
        if self.lambda_ratio:
            complied: FloatArray = 1.0 - self.violation_prob[:, *cell]
            return complied
        return self.holds[:, *cell].astype(np.float64)

    def direct_war_prob_of(self, cell: Cell) -> FloatArray:
        """Return `direct_war_prob` in one cell, shape (draw,)."""
        war: FloatArray = self.violation_prob[:, *cell] * self.war_given_violation_prob[:, *cell]
        return war

    def threshold_table(self) -> pl.DataFrame:
        """Return what it would take in each cell: backing, a force, a share of the burden.

        Medians over all draws, in which a threshold that is never met is the largest: None where
        the median or an end of the range is one.
        """
        rows = []
        for cell, key in self.cells():
            if cell[2] != WITH:
                continue
            backing = self.needed_backing_prob[:, *cell[:2]]
            force, alone = self.needed_force_persons[:, *cell[:2]].T
            share = self.needed_share(backing)
            rows.append(
                {
                    **{name: key[name] for name in ("mission", "location", "is_option")},
                    "deterred_prob": float(self.deterred_prob_of(cell).mean()),
                    "direct_war_prob": float(self.direct_war_prob_of(cell).mean()),
                    **middle_range("needed_backing_prob", backing),
                    **met("backing", backing),
                    "kept_enough_prob": float((self.prior_prob >= backing).mean())
                    if self.has_prior
                    else None,
                    **middle_range("needed_force_persons", force),
                    **met("force", force),
                    **middle_range("alone_needed_force_persons", alone),
                    **met("alone_force", alone),
                    **(
                        {**middle_range("needed_share", share), **met("share", share)}
                        if share is not None
                        else {}
                    ),
                }
            )
        return pl.DataFrame(rows, schema=THRESHOLD_SCHEMA)

    def needed_share(self, backing: FloatArray) -> FloatArray | None:
        """Return s*, the least share at which the guarantor backs often enough, shape (draw,).

        None where nothing says how such promises were kept. Today's share goes with that.
        """
        if not self.has_prior:
            return None
        return least_share(backing, self.advantage_points, self.slope_points, self.shock_points)

    @cached_property
    def advantage_points(self) -> FloatArray:
        """Shape (draw,): what abandoning costs more than backing while nothing is carried."""
        return advantage_at(self.share_today, self.prior_prob, self.slope_points, self.shock_points)

    def ladder_table(self) -> pl.DataFrame:
        """Return what follows: outcomes on the path of play, and given that it is violated."""
        rows = []
        for cell, key in self.cells():
            violated = self.violation_prob[:, *cell]
            fought = self.fight_given_violation_prob[:, *cell]
            war = self.war_given_violation_prob[:, *cell]
            backed = self.backing_prob[:, cell[2]]
            given = {
                "unanswered": 1.0 - fought,
                "stopped": fought - war,
                "war_backed": war * backed,
                "war_alone": war * (1.0 - backed),
            }
            rows.append(
                {
                    **key,
                    "deterred_prob": float(self.deterred_prob_of(cell).mean()),
                    "direct_war_prob": float(self.direct_war_prob_of(cell).mean()),
                    "complied_prob": float(1.0 - violated.mean()),
                    **{f"{n}_prob": float((violated * v).mean()) for n, v in given.items()},
                    **{f"{n}_given_violation_prob": float(v.mean()) for n, v in given.items()},
                }
            )
        return pl.DataFrame(rows, schema=LADDER_SCHEMA)

    def month_table(self) -> pl.DataFrame:
        """Return violation and war within months: medians, and ranges with the baseline.

        The row of neither force nor guarantor has the mission `none`.
        """
        if not self.has_hazard:
            return pl.DataFrame(schema=MONTH_SCHEMA)
        nobody = dict.fromkeys(("mission", "location", "guarantor"), NO_FORCE) | {
            "is_option": False
        }
        # Chances within months rise with the baseline: their points are those of its points.
        points = np.array(points_of(self.baseline_prob), dtype=np.float64)
        rows = []
        for key, ratios in [
            (nobody, (1.0, 0.0)),
            *(
                (key, (self.ratio(VIOLATED, cell), self.ratio(WAR, cell)))
                for cell, key in self.cells()
            ),
        ]:
            within = [self.within(points, ratio) for ratio in ratios]
            for place, months in enumerate(HORIZON_MONTHS):
                row = {**key, "horizon_months": months}
                for name, values in zip((VIOLATED, WAR), within, strict=True):
                    row |= as_range(name, values[:, place].tolist())
                rows.append(row)
        return pl.DataFrame(rows, schema=MONTH_SCHEMA)

    def target_table(self) -> pl.DataFrame:
        """Return what the adversary plans for, and how often it then violates."""
        rows = []
        for cell, key in self.cells():
            planned, violated = self.target[:, *cell], self.violation_prob[:, *cell]
            for place, target in enumerate(TARGETS):
                chosen = planned == place
                rows.append(
                    {
                        **key,
                        "target": target,
                        "planned_prob": float(chosen.mean()),
                        "violation_prob": float((violated * chosen).mean()),
                        "direct_war_prob": float((self.direct_war_prob_of(cell) * chosen).mean()),
                    }
                )
        return pl.DataFrame(rows, schema=TARGET_SCHEMA)

    def equilibrium_table(self) -> pl.DataFrame:
        """Return in which part of the draws each equilibrium holds, and what selects it."""
        rows = []
        for cell, key in self.cells():
            counts = np.bincount(self.family[:, *cell], minlength=len(FAMILIES)) / self.draws
            found = [(name, counts[i], True) for i, name in enumerate(FAMILIES)]
            found.append((STEADFAST, self.steadfast[:, *cell].mean(), False))
            rows += [
                {
                    **key,
                    "equilibrium": name,
                    "reading": READINGS[name],
                    "refinement": SELECTED,
                    "is_selected": is_selected,
                    "draws_share": float(share),
                }
                for name, share, is_selected in found
            ]
        return pl.DataFrame(rows, schema=EQUILIBRIUM_SCHEMA)

    def regret_table(self) -> pl.DataFrame:
        """Return what each choice costs the governments against the best of each draw.

        Against the other missions at the same location, and against every other cell.
        """
        rows = []
        best_here = self.governments_points.max(axis=1, keepdims=True)
        best_of_all = self.governments_points.max(axis=(1, 2), keepdims=True)
        for cell, key in self.cells():
            own = self.governments_points[:, *cell]
            here = best_here[:, 0, cell[1], cell[2]] - own
            anywhere = best_of_all[:, 0, 0, cell[2]] - own
            rows.append(
                {
                    **key,
                    "deterred_prob": float(self.deterred_prob_of(cell).mean()),
                    "direct_war_prob": float(self.direct_war_prob_of(cell).mean()),
                    **mean_range("governments_points", own),
                    **mean_range("regret_points", here),
                    "best_share": float((here <= EQUALLY_GOOD_POINTS).mean()),
                    **mean_range("grid_regret_points", anywhere),
                    "best_of_grid_share": float((anywhere <= EQUALLY_GOOD_POINTS).mean()),
                }
            )
        return pl.DataFrame(rows, schema=REGRET_SCHEMA)

    def best_when_table(self) -> pl.DataFrame:
        """Return which inputs tell the draws in which a cell is best from the others.

        Best for the governments, of all cells with the guarantor, also where others are as good. An
        input is the better at it the further from a half the chance is that it is larger in a draw
        of the one kind than in one of the other.
        """
        points = self.governments_points[self.is_searched, :, :, WITH]
        best = points >= points.max(axis=(1, 2), keepdims=True) - EQUALLY_GOOD_POINTS
        rows = []
        ahead = rank_auc(self.input_values, best.reshape(len(best), -1))
        for place, (mission, where) in enumerate(np.ndindex(best.shape[1:])):
            is_best = best[:, mission, where]
            for i in strongest(ahead[place], MOST_TOLD_APART):
                values = self.input_values[:, i]
                rows.append(
                    {
                        "mission": MISSIONS[mission],
                        "location": LOCATIONS[where],
                        "is_option": (mission, where) == self.own,
                        "best_of_grid_share": float(is_best.mean()),
                        "input": self.input_names[i],
                        "larger_when_best_prob": float(ahead[place, i]),
                        "when_best_value": float(np.median(values[is_best])),
                        "otherwise_value": float(np.median(values[~is_best])),
                    }
                )
        return pl.DataFrame(rows, schema=BEST_WHEN_SCHEMA)

    def burden_table(self) -> pl.DataFrame:
        """Return backing by the share of the burden carried, and how often that deters.

        Of the option. The first row is today's share.
        """
        if not self.has_prior:
            return pl.DataFrame(schema=BURDEN_SCHEMA)
        rows = []
        needed = self.needed_backing_prob[:, *self.own]
        for share in (None, *SHARES):
            carried = self.share_today if share is None else np.full(self.draws, share)
            found = prob_at_share(
                carried, self.advantage_points, self.slope_points, self.shock_points
            )
            rows.append(
                {
                    "is_today": share is None,
                    **middle_range("burden_share", carried),
                    **middle_range("backing_prob", found),
                    "backing_enough_prob": float((found >= needed).mean()),
                }
            )
        return pl.DataFrame(rows, schema=BURDEN_SCHEMA)

    def leverage_table(self) -> pl.DataFrame:
        """Return what each set of offers brings; none where there is no such game."""
        rows = [
            {
                "offers": made,
                **middle_range("needed_prob", self.leverage_needed_prob[:, place]),
                **middle_range("credible_prob", self.leverage_credible_prob[:, place]),
                "seated_prob": float(self.is_seated[:, place].mean()),
                **mean_range("guarantor_points", self.leverage_guarantor_points[:, place]),
                **mean_range("governments_points", self.leverage_governments_points[:, place]),
            }
            for place, made in enumerate(OFFERS_MADE)
            if self.has_leverage
        ]
        return pl.DataFrame(rows, schema=LEVERAGE_SCHEMA)

    @property
    def is_seated(self) -> BoolArray:
        """Shape (draw, set of offers): whether the guarantor seats the governments."""
        seated: BoolArray = self.leverage_credible_prob >= self.leverage_needed_prob
        return seated

    def offer_table(self) -> pl.DataFrame:
        """Return what each offer adds: made alone, and last of all."""
        last = len(OFFERS_MADE) - 1
        rows = []
        for place, offer in enumerate(OFFERS) if self.has_leverage else ():
            alone, all_but = 1 + place, 1 + len(OFFERS) + place
            row: dict[str, Any] = {"offer": offer}
            for way, after, before in (("alone", alone, 0), ("last", last, all_but)):
                for what in ("needed", "credible"):
                    values = getattr(self, f"leverage_{what}_prob")
                    change = values[:, after] - values[:, before]
                    row |= middle_range(f"{way}_{what}_added_prob", change)
                change = self.is_seated[:, after].mean() - self.is_seated[:, before].mean()
                row[f"{way}_seated_added_prob"] = float(change)
            rows.append(row)
        return pl.DataFrame(rows, schema=OFFER_SCHEMA)

    def base_rate_table(self) -> pl.DataFrame:
        """Return the base rates as they stand, with what they must not be stretched beyond."""
        return pl.DataFrame(
            [{name: getattr(row, name) for name in BASE_RATE_SCHEMA} for row in self.base_rates],
            schema=BASE_RATE_SCHEMA,
        )

    def cell_table(self) -> pl.DataFrame:
        """Return every number that each mission at each location is played with, with its row.

        Numbers that no row holds, the force and backing, stand in the grid.
        """
        rows = [
            {
                "mission": mission,
                "location": where,
                "is_option": (mission, where) == (self.mission, self.location),
                "row": f"disputes/{row.key}",
                **{name: getattr(row, name) for name in CELL_FIELDS},
                "source": ";".join(row.source),
            }
            for mission, where in product(MISSIONS, LOCATIONS)
            for row in self.rows
            if row.dispute == "ceasefire" and is_read(row, mission, where)
        ]
        return pl.DataFrame(rows, schema=CELL_SCHEMA)


GIVEN: Final = ("fight_given_violation_prob", "war_given_violation_prob")
CELL_FIELDS: Final = (
    "parameter",
    "at",
    "parameter_value",
    "parameter_value_low",
    "parameter_value_high",
    "unit",
    "basis",
    "note",
)


def is_read(row: DisputeRow, mission: str, location: str) -> bool:
    """Tell whether a mission at a location is played with a number."""
    own = {
        "presence_ratio": (location,),
        "contact_prob": places((location,), ELSEWHERE),
        "tied_points": (*places((mission,), ELSEWHERE, HIT), f"{mission}.force.contact"),
        "authorise_prob": places((mission,), LOCATIONS),
    }
    return row.at in own.get(row.parameter, (row.at,))


def mean_range(name: str, values: FloatArray) -> dict[str, float | None]:
    """Return the mean over draws with the 5 % and 95 % points as columns."""
    low, _, high = points_of(values)
    return as_range(name, (low, float(values.mean()), high))


def middle_range(name: str, values: FloatArray) -> dict[str, float | None]:
    """Return the median with the 5 % and 95 % points as columns; None for an infinite one."""
    return as_range(name, points_of(values))


def as_range(name: str, points: Sequence[float | None]) -> dict[str, float | None]:
    """Return low, middle and high as columns."""
    low, middle, high = points
    return {name: middle, f"{name}_low": low, f"{name}_high": high}


def points_of(values: FloatArray) -> list[float | None]:
    """Return the 5 %, 50 % and 95 % points, each a value that occurs; None for an infinite one.

    >>> points_of(np.array([0.25, np.inf, 0.5]))
    [0.25, 0.5, None]
    """
    ordered = np.sort(values)
    points = [float(ordered[max(ceil(share * values.size) - 1, 0)]) for share in RANGE]
    return [point if isfinite(point) else None for point in points]


def met(name: str, values: FloatArray) -> dict[str, float]:
    """Return how often nothing is needed, and how often nothing is enough."""
    return {
        f"no_{name}_needed_prob": float((values <= 0).mean()),
        f"no_{name}_enough_prob": float(np.isinf(values).mean()),
    }


def ranged(*names: str) -> dict[str, type[pl.Float64]]:
    """Return the columns of numbers with their ranges."""
    return {
        column: pl.Float64 for name in names for column in (name, f"{name}_low", f"{name}_high")
    }


def numbers(*names: str) -> dict[str, type[pl.Float64]]:
    """Return columns of numbers."""
    return dict.fromkeys(names, pl.Float64)


PLACE: Final = {"mission": pl.String, "location": pl.String}
KEY: Final[dict[str, Any]] = {**PLACE, "guarantor": pl.String, "is_option": pl.Boolean}
BOTH: Final = numbers("deterred_prob", "direct_war_prob")
"""The two that always stand together."""
GRID_SCHEMA: Final = {
    **KEY,
    **BOTH,
    **numbers("steadfast_prob"),
    **ranged("violation_prob", *GIVEN, "force_persons", "backing_prob", "authorise_prob"),
    **ranged("governments_points", "adversary_points"),
}
THRESHOLD_SCHEMA: Final[dict[str, Any]] = {
    **PLACE,
    "is_option": pl.Boolean,
    **BOTH,
    **ranged("needed_backing_prob"),
    **numbers("no_backing_needed_prob", "no_backing_enough_prob", "kept_enough_prob"),
    **ranged("needed_force_persons"),
    **numbers("no_force_needed_prob", "no_force_enough_prob"),
    **ranged("alone_needed_force_persons"),
    **numbers("no_alone_force_needed_prob", "no_alone_force_enough_prob"),
    **ranged("needed_share"),
    **numbers("no_share_needed_prob", "no_share_enough_prob"),
}
LADDER_SCHEMA: Final = {
    **KEY,
    **BOTH,
    **numbers("complied_prob"),
    **numbers(*(f"{n}_prob" for n in ("unanswered", "stopped", "war_backed", "war_alone"))),
    **numbers(
        *(f"{n}_given_violation_prob" for n in ("unanswered", "stopped", "war_backed", "war_alone"))
    ),
}
MONTH_SCHEMA: Final[dict[str, Any]] = {
    **KEY,
    "horizon_months": pl.Int64,
    **ranged("violation_prob", "direct_war_prob"),
}
TARGET_SCHEMA: Final[dict[str, Any]] = {
    **KEY,
    "target": pl.String,
    **numbers("planned_prob", "violation_prob", "direct_war_prob"),
}
EQUILIBRIUM_SCHEMA: Final[dict[str, Any]] = {
    **KEY,
    **dict.fromkeys(("equilibrium", "reading", "refinement"), pl.String),
    "is_selected": pl.Boolean,
    "draws_share": pl.Float64,
}
REGRET_SCHEMA: Final = {
    **KEY,
    **BOTH,
    **ranged("governments_points", "regret_points"),
    **numbers("best_share"),
    **ranged("grid_regret_points"),
    **numbers("best_of_grid_share"),
}
BEST_WHEN_SCHEMA: Final[dict[str, Any]] = {
    **PLACE,
    "is_option": pl.Boolean,
    "best_of_grid_share": pl.Float64,
    "input": pl.String,
    **numbers("larger_when_best_prob", "when_best_value", "otherwise_value"),
}
BURDEN_SCHEMA: Final[dict[str, Any]] = {
    "is_today": pl.Boolean,
    **ranged("burden_share", "backing_prob"),
    **numbers("backing_enough_prob"),
}
LEVERAGE_SCHEMA: Final[dict[str, Any]] = {
    "offers": pl.String,
    **ranged("needed_prob", "credible_prob"),
    **numbers("seated_prob"),
    **ranged("guarantor_points", "governments_points"),
}
OFFER_SCHEMA: Final[dict[str, Any]] = {
    "offer": pl.String,
    **{
        column: pl.Float64
        for way in ("alone", "last")
        for column in (
            *ranged(f"{way}_needed_added_prob", f"{way}_credible_added_prob"),
            f"{way}_seated_added_prob",
        )
    },
}
BASE_RATE_SCHEMA: Final[dict[str, Any]] = {
    "rate": pl.String,
    "title": pl.String,
    "quantity": pl.String,
    **ranged("rate_value"),
    **dict.fromkeys(("unit", "population", "role", "reach", "note"), pl.String),
}
CELL_SCHEMA: Final[dict[str, Any]] = {
    **PLACE,
    "is_option": pl.Boolean,
    "row": pl.String,
    **{name: pl.Float64 if "value" in name else pl.String for name in CELL_FIELDS},
    "source": pl.String,
}

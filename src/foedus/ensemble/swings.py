"""One at a time through the chain: how far each strong input alone moves an outcome's mean."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtri

from foedus.ensemble.design import blocks
from foedus.ensemble.sampled import GROUP, Sampled, is_grouped
from foedus.ensemble.screening import moves, strongest
from foedus.ensemble.sensitivity import SCREENING_BLOCK, Model, Report, Runs, at_least_two
from foedus.ensemble.tornado import Tornado, tornado
from foedus.scenario.addresses import Cell
from foedus.scenario.draws import BLOCK, group_factor
from foedus.scenario.uncertainties import quantiles

FloatArray = NDArray[np.float64]

DRAWS: Final = 1024
MOST_INPUTS: Final = 12
LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
LEVEL_SHARE: Final = 0.9


@dataclass(frozen=True)
class Swings:
    """Bars of a tornado of one outcome, over common draws."""

    outcome: str
    inputs: tuple[str, ...]
    """Addresses of cells, and `group/NAME` for what a group has in common."""
    values: FloatArray
    """Shape (input, 3): 5 %, 50 % and 95 % point of a cell; NaN for a group."""
    bars: Tornado
    """Of the mean over draws; its one outcome is this one."""
    change: FloatArray
    """Shape (input,): mean at the high point less mean at the low one."""
    change_low: FloatArray
    change_high: FloatArray
    """What chance in the draws leaves open of it, at 90 %."""
    draws: int
    runs_count: int

    def table(self) -> pl.DataFrame:
        """Return a row an input, the widest bar first."""
        order = self.bars.order[0]
        columns = {
            "input": [self.inputs[place] for place in order],
            **{
                f"{name}_input_value": self.values[order, column]
                for column, name in enumerate(("low", "middle", "high"))
            },
            "at_low_value": self.bars.at_low[0][order],
            "base_value": np.full(len(order), self.bars.base[0]),
            "at_high_value": self.bars.at_high[0][order],
            "change_value": self.change[order],
            "change_value_low": self.change_low[order],
            "change_value_high": self.change_high[order],
        }
        return pl.DataFrame(columns).with_columns(pl.selectors.float().fill_nan(None))


def swings(
    sampled: Sampled,
    model: Model,
    outcome: str,
    *,
    seed: int,
    draws: int = DRAWS,
    most_inputs: int = MOST_INPUTS,
    report: Report | None = None,
) -> Swings:
    """Return how far each of the strongest inputs alone moves the mean of an outcome.

    Parameters
    ----------
    sampled, model, outcome, seed, report
        As for `sensitivity.decompose`.
    draws
        Futures that all runs share.
    most_inputs
        How many inputs are moved, as a screening orders them; all where there are no more.

    Notes
    -----
    The inputs that are moved stand at their 50 % points, and one at a time goes to its 5 % and to
    its 95 % point. Everything else, and the engines' own chance, varies as ever, in the same
    futures for every bar: the difference of two bars is no chance of different draws. Of a group
    what its cells have in common is moved; their own parts vary.
    """
    at_least_two(draws)
    runs = Runs(model, (outcome,), report)
    chosen = chosen_inputs(sampled, runs, seed, most_inputs)
    runs.expect(draws * (2 * len(chosen) + 1))
    parts = []
    for block, n in blocks(draws):
        own, normal = sampled.independent(seed, block, n, "")
        moved = {
            (name, prob): moved_to(sampled, own, name, prob)
            for name in chosen
            for prob in (LOW, MIDDLE, HIGH)
        }
        drawn = sampled.drawn(own, normal)
        middles = {cell: v for name in chosen for cell, v in moved[name, MIDDLE].items()}
        base = replace(drawn, drawn={**drawn.drawn, **middles})
        found = [runs.of(base, block, block, "the base")]
        for name in chosen:
            for prob in (LOW, HIGH):
                one = replace(base, drawn={**base.drawn, **moved[name, prob]})
                found.append(runs.of(one, block, block, name))
        parts.append(np.concatenate(found, axis=1))
    outcomes = np.concatenate(parts)
    fine = ~np.isnan(outcomes).any(axis=1)  # all bars over the same draws
    outcomes = outcomes[fine]
    used = len(outcomes)
    means = outcomes.mean(axis=0) if used else np.full(outcomes.shape[1], np.nan)
    steps = outcomes[:, 2::2] - outcomes[:, 1::2]
    spread = steps.std(axis=0, ddof=1) if used > 1 else np.full(len(chosen), np.nan)
    change = means[2::2] - means[1::2]
    reach = float(ndtri((1 + LEVEL_SHARE) / 2)) * spread / np.sqrt(max(used, 1))
    return Swings(
        outcome=outcome,
        inputs=tuple(chosen),
        values=points_of(sampled, chosen),
        bars=tornado(means[:, np.newaxis]),
        change=change,
        change_low=change - reach,
        change_high=change + reach,
        draws=draws,
        runs_count=runs.done,
    )


def chosen_inputs(sampled: Sampled, runs: Runs, seed: int, most: int) -> list[str]:
    """Return the inputs to be moved: cells of no group and what groups have in common."""
    free = [one.cell for one in sampled.cells if not is_grouped(one)]
    names = [*map(str, free), *(f"{GROUP}{group}" for group in sampled.groups)]
    if len(names) <= most:
        return names
    block = SCREENING_BLOCK
    draws = sampled.sample("monte-carlo", seed=seed, block=block, n=BLOCK)
    outcome = runs.of(draws, block, block, "screening")[:, 0]
    columns = [draws.drawn[cell] for cell in free]
    columns += [group_factor(seed, block, group, BLOCK) for group in sampled.groups]
    found = moves(np.stack(columns, axis=1), outcome)
    places = strongest(found.alone_share[np.newaxis], found.stands_out[np.newaxis], most)
    return [names[place] for place in places]


def moved_to(sampled: Sampled, own: FloatArray, name: str, prob: float) -> dict[Cell, FloatArray]:
    """Return the cells of an input with it at one of its points, shape (draw,) each."""
    n = len(own)
    if name.startswith(GROUP):
        group = name.removeprefix(GROUP)
        places = [
            p for p, one in enumerate(sampled.cells) if is_grouped(one) and one.group == group
        ]
        members = replace(sampled, cells=tuple(sampled.cells[place] for place in places))
        common = np.full((n, 1), ndtri(prob))
        return dict(members.drawn(own[:, places], common).drawn)
    (about,) = (one for one in sampled.cells if str(one.cell) == name)
    at = quantiles(about.distribution, np.array(prob), about.low, about.mode, about.high)
    return {about.cell: np.full(n, float(at))}


def points_of(sampled: Sampled, names: Sequence[str]) -> FloatArray:
    """Return 5 %, 50 % and 95 % point of each cell, shape (input, 3); NaN for a group."""
    by_name = {str(one.cell): one for one in sampled.cells}
    points = np.full((len(names), 3), np.nan)
    for row, name in enumerate(names):
        if (one := by_name.get(name)) is not None:
            at = np.array([LOW, MIDDLE, HIGH])
            points[row] = quantiles(one.distribution, at, one.low, one.mode, one.high)
    return points

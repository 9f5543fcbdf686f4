"""What an outcome of the whole chain hangs on: shares of its variance, factor by factor.

A scenario may have thousands of uncertain cells. Runs are spent on factors instead: each cell that
a screening picks out, each correlation group, of every table what is left, and the chance inside
the engines. Together they hold everything that varies, so the indices account for all of the
variance.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import add
from typing import Final, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.ensemble.design import Kind, blocks, stream
from foedus.ensemble.factors import (
    CHANCE,
    Factor,
    cells_and_tables,
    fine_factors,
    put_together,
)
from foedus.ensemble.morris import Screening, screening
from foedus.ensemble.sampled import Sampled, exchanged, is_grouped
from foedus.ensemble.screening import moves, strongest
from foedus.ensemble.sobol_indices import (
    RESAMPLES,
    SobolIndices,
    Sums,
    add_up,
    indices_of,
    middle_of,
    resampling,
)
from foedus.errors import SettingsError
from foedus.scenario.addresses import Cell
from foedus.scenario.draws import BLOCK, Draws, group_factor
from foedus.scenario.scenario import unknown

FloatArray = NDArray[np.float64]

DRAWS: Final = 4096
"""Base draws, unless asked otherwise."""
TRAJECTORIES: Final = 64
"""Draws of a Morris screening, unless asked otherwise."""
LEVEL_SHARE: Final = 0.9
MOST_CELLS: Final = 12
"""Cells that are told apart at most, unless asked otherwise."""
PILOT_DRAWS: Final = 256
SCREENING_BLOCK: Final = 2**20
SECOND_CHANCE: Final = 2**21
"""Blocks that no ordinary run reaches: the screening is drawn in one of its own, so that what it
picks is not what chance made large in the samples of the indices; and the second sample has chance
of its own."""
FIFTH: Final = 0.2

Report = Callable[[str, float], None]
"""Called with what is done, and the part of all work that is behind."""


class Model(Protocol):
    """Anything that has outcomes over draws, such as the chain of an option."""

    def __call__(
        self, draws: Draws, *, block: int, chance_block: int | None = None
    ) -> Mapping[str, FloatArray]:
        """Return outcomes by name, shape (draw,) each; NaN where a run failed.

        The model's own chance is that of `chance_block`, or of `block` where it is None.
        """


@dataclass(frozen=True)
class Sensitivity:
    """Sobol' indices of the factors of a scenario, outcome by outcome."""

    outcomes: tuple[str, ...]
    factors: tuple[Factor, ...]
    indices: SobolIndices
    """Of each outcome and factor."""
    fifths: FloatArray
    """Shape (outcome, factor): mean of the outcome where a cell, or what a group has in common, is
    in its upper fifth, less that where it is in its lower fifth. NaN for other factors."""
    draws: int
    """Base draws."""
    runs_count: int
    """Draws for which the model was run, all in all."""
    level_share: float
    """Of the intervals."""
    screened_count: int
    """Cells that were screened; 0 where they are few enough to be told apart without."""

    def table(self, outcome: str) -> pl.DataFrame:
        """Return the factors of an outcome, that with the largest total index first."""
        row = self.outcomes.index(outcome)
        found = self.indices
        columns = {
            "factor": [factor.name for factor in self.factors],
            "kind": [factor.kind for factor in self.factors],
            "cells_count": [len(factor.cells) for factor in self.factors],
            "first_share": found.first[row],
            "first_share_low": found.first_low[row],
            "first_share_high": found.first_high[row],
            "total_share": found.total[row],
            "total_share_low": found.total_low[row],
            "total_share_high": found.total_high[row],
            "fifths_value": self.fifths[row],
        }
        table = pl.DataFrame(columns).with_columns(pl.selectors.float().fill_nan(None))
        return table.sort("total_share", descending=True, nulls_last=True, maintain_order=True)

    @cached_property
    def first_sum(self) -> FloatArray:
        """Part of the variance that factors make each by itself, shape (outcome,)."""
        total: FloatArray = self.indices.first.sum(axis=1)
        return total


@dataclass(frozen=True)
class Effects:
    """What each of many factors does to an outcome when it is drawn anew, all else held."""

    outcomes: tuple[str, ...]
    factors: tuple[Factor, ...]
    screening: Screening
    """Of changes of the outcome, in its own unit."""
    mu_star_low: FloatArray
    mu_star_high: FloatArray
    """Shape (outcome, factor): bootstrap interval of the mean size."""
    draws: int
    runs_count: int
    level_share: float

    def table(self, outcome: str) -> pl.DataFrame:
        """Return the factors of an outcome, that with the largest effect first."""
        row = self.outcomes.index(outcome)
        columns = {
            "factor": [factor.name for factor in self.factors],
            "kind": [factor.kind for factor in self.factors],
            "cells_count": [len(factor.cells) for factor in self.factors],
            "change_value": self.screening.mu_star[row],
            "change_value_low": self.mu_star_low[row],
            "change_value_high": self.mu_star_high[row],
            "spread_value": self.screening.sigma[row],
        }
        table = pl.DataFrame(columns).with_columns(pl.selectors.float().fill_nan(None))
        return table.sort("change_value", descending=True, nulls_last=True, maintain_order=True)


def decompose(  # noqa: PLR0913 - what an analysis is decided by
    sampled: Sampled,
    model: Model,
    outcomes: Sequence[str],
    *,
    seed: int,
    draws: int = DRAWS,
    kind: Kind = "monte-carlo",
    most_cells: int = MOST_CELLS,
    resamples: int = RESAMPLES,
    level_share: float = LEVEL_SHARE,
    report: Report | None = None,
) -> Sensitivity:
    """Return first and total Sobol' indices of everything that varies.

    Parameters
    ----------
    sampled
        The inputs.
    model
        What is run on them.
    outcomes
        Names of outcomes, as the model returns them; one arrangement of runs serves all.
    seed
        Explains every number.
    draws
        Base draws: the model is run on so many draws twice, and once more for each factor.
    kind
        Design of the base draws. Of `monte-carlo` the first sample is an ordinary run, and
        intervals are as wide as they say.
    most_cells
        Cells to be told apart, at most. Where there are no more outside the groups, each is a
        factor; else a screening picks them.
    resamples, level_share
        Of the bootstrap intervals.
    report
        Is told how far the work is.

    Raises
    ------
    SettingsError
        If there is no such outcome, or too few draws are asked for.

    Notes
    -----
    Factors are: each cell that is picked; each correlation group, with all of its cells and what
    they have in common; of each table the cells that are left; and the engines' own chance. A
    correlation group is one factor since a cell of it cannot be drawn anew by itself. Of groups and
    tables, those that changed no outcome in any draw of a pilot are put together as one factor: it
    is measured like any other, and its index tells whether the pilot overlooked something.

    A first index is the part of the variance that goes if the factor alone is known; a total index
    the part that stays if all others are. First indices add to 1 where factors do not act on each
    other, and to less where they do; total indices add to 1 or more.
    """
    at_least_two(draws)
    names = tuple(outcomes)
    runs = Runs(model, names, report)
    picked, screened = picked_cells(sampled, runs, seed, most_cells)
    factors = told_apart(sampled, runs, seed, cells_and_tables(sampled, picked))
    runs.expect(draws * (len(factors) + 2))
    arranged = Arranged(sampled, factors, kind, seed, resamples)
    parts: list[Sums] = []
    fifths: list[FloatArray] = []
    for block, n in blocks(draws):
        centre = parts[0].centre if parts else None
        sums, moved = block_sums(arranged, runs, block, n, centre)
        parts.append(sums)
        fifths.append(moved * n / draws)
    return Sensitivity(
        outcomes=names,
        factors=factors,
        indices=indices_of(reduce(add, parts), level_share=level_share),
        fifths=np.sum(fifths, axis=0),
        draws=draws,
        runs_count=runs.done,
        level_share=level_share,
        screened_count=screened,
    )


def effects(  # noqa: PLR0913 - what a screening is decided by
    sampled: Sampled,
    model: Model,
    outcomes: Sequence[str],
    *,
    seed: int,
    draws: int = TRAJECTORIES,
    resamples: int = RESAMPLES,
    level_share: float = LEVEL_SHARE,
    report: Report | None = None,
) -> Effects:
    """Return what each of many factors does when it is drawn anew: Morris's screening.

    Parameters
    ----------
    sampled, model, outcomes, seed, resamples, level_share, report
        As for `decompose`.
    draws
        Places from which each factor is moved, one at a time.

    Notes
    -----
    Morris's elementary effects in the radial form of Campolongo, Saltelli and Cariboni (2011),
    "From screening to quantitative sensitivity analysis. A unified approach", *Computer Physics
    Communications* 182(4), doi:10.1016/j.cpc.2010.12.039 (recalled, not checked): every factor is
    moved from the same place. A factor of many cells has no one step to divide by, so an effect is
    the change itself, in the unit of the outcome.
    """
    at_least_two(draws)
    names, factors = tuple(outcomes), fine_factors(sampled)
    runs = Runs(model, names, report)
    runs.expect(draws * (len(factors) + 1))
    parts = []
    for block, n in blocks(draws):
        first, second = sampled.samples("monte-carlo", seed=seed, block=block, n=n)
        base = runs.of(first, block, block, "the base")
        parts.append(
            np.stack([one - base for one in runs.mixtures(first, second, block, factors)], axis=2)
        )
    changes = np.concatenate(parts)
    weight = resampling(draws, resamples, stream(seed, 0, "resampling"))[1:]
    fine = ~np.isnan(changes)
    sizes = np.where(fine, np.abs(changes), 0.0).reshape(draws, -1)
    with np.errstate(invalid="ignore"):
        means = (weight @ sizes) / (weight @ fine.reshape(draws, -1))
    ends = [(1 - level_share) / 2, (1 + level_share) / 2]
    low, high = np.quantile(means, ends, axis=0).reshape(2, *changes.shape[1:])
    return Effects(
        outcomes=names,
        factors=factors,
        screening=screening(changes),
        mu_star_low=low,
        mu_star_high=high,
        draws=draws,
        runs_count=runs.done,
        level_share=level_share,
    )


class Runs:
    """Runs of a model, counted and reported."""

    def __init__(self, model: Model, names: tuple[str, ...], report: Report | None) -> None:
        self.model = model
        self.names = names
        self.report = report
        self.done = 0
        """Draws that were run."""
        self.begun = 0
        self.expected = 0
        """Draws that had been run when the rest was known, and how many the rest is."""

    def expect(self, draws: int) -> None:
        """Say how many draws are still to be run, so that it can be told how far the work is."""
        self.begun, self.expected = self.done, draws

    @property
    def fraction(self) -> float:
        """Part of the work that is behind; 0 while it is not known how much there is."""
        return (self.done - self.begun) / self.expected if self.expected else 0.0

    def of(self, draws: Draws, block: int, chance_block: int, what: str) -> FloatArray:
        """Return the outcomes, shape (draw, outcome), NaN where a run failed or has no end."""
        found = self.model(draws, block=block, chance_block=chance_block)
        for name in self.names:
            if name not in found:
                raise SettingsError(unknown("there is no outcome", name, found))
        self.done += draws.n
        if self.report is not None:
            self.report(what, self.fraction)
        outcomes = np.stack(
            [np.broadcast_to(found[name], draws.n) for name in self.names], axis=1
        ).astype(np.float64)
        return np.where(np.isfinite(outcomes), outcomes, np.nan)

    def mixtures(
        self, first: Draws, second: Draws, block: int, factors: Sequence[Factor]
    ) -> Iterator[FloatArray]:
        """Yield the outcomes of the first sample with each factor of the second in turn."""
        for factor in factors:
            is_chance = factor.name == CHANCE
            yield self.of(
                exchanged(first, second, factor.cells),
                block,
                SECOND_CHANCE + block if is_chance else block,
                factor.name,
            )


def at_least_two(draws: int) -> None:
    """Raise SettingsError for draws of which nothing could be compared."""
    if draws < 2:
        raise SettingsError(f"draws: {draws} show no spread. Write 2 or more.")


def picked_cells(
    sampled: Sampled, runs: Runs, seed: int, most_cells: int
) -> tuple[list[Cell], int]:
    """Return the cells to be told apart, and how many were screened for that."""
    free = [one.cell for one in sampled.cells if not is_grouped(one)]
    if len(free) <= most_cells:
        return free, 0
    draws = sampled.sample("monte-carlo", seed=seed, block=SCREENING_BLOCK, n=BLOCK)
    found = runs.of(draws, SCREENING_BLOCK, SCREENING_BLOCK, "screening")
    x = np.stack([draws.drawn[cell] for cell in free], axis=1)
    by_outcome = [moves(x, outcome) for outcome in found.T]
    places = strongest(
        np.stack([one.alone_share for one in by_outcome]),
        np.stack([one.stands_out for one in by_outcome]),
        most_cells,
    )
    return [free[place] for place in places], len(free)


def told_apart(
    sampled: Sampled, runs: Runs, seed: int, factors: tuple[Factor, ...]
) -> tuple[Factor, ...]:
    """Return factors, with the groups and tables that moved nothing in a pilot put together."""
    many = [factor for factor in factors if factor.kind in ("group", "table")]
    if len(many) < 2:
        return factors
    block = SCREENING_BLOCK
    first, second = sampled.samples("monte-carlo", seed=seed, block=block, n=PILOT_DRAWS)
    base = runs.of(first, block, block, "pilot")
    unmoved = {
        factor.name
        for factor, mixture in zip(many, runs.mixtures(first, second, block, many), strict=True)
        if np.array_equal(mixture, base, equal_nan=True)
    }
    return put_together(factors, unmoved) if len(unmoved) > 1 else factors


@dataclass(frozen=True)
class Arranged:
    """What the runs of all blocks share."""

    sampled: Sampled
    factors: tuple[Factor, ...]
    kind: Kind
    seed: int
    resamples: int


def block_sums(
    arranged: Arranged, runs: Runs, block: int, n: int, centre: FloatArray | None
) -> tuple[Sums, FloatArray]:
    """Return the sums of one block, and how far outcomes lie apart between fifths of factors."""
    factors, kind, seed = arranged.factors, arranged.kind, arranged.seed
    first, second = arranged.sampled.samples(kind, seed=seed, block=block, n=n)
    a = runs.of(first, block, block, "the first sample")
    b = runs.of(second, block, SECOND_CHANCE + block, "the second sample")
    mixture = np.stack(list(runs.mixtures(first, second, block, factors)), axis=1)
    weight = resampling(n, arranged.resamples, stream(seed, block, "resampling"))
    middle = middle_of(a) if centre is None else centre
    sums = add_up(a, b, mixture, weight=weight, centre=middle)
    moved = np.full((len(runs.names), len(factors)), np.nan)
    for place, factor in enumerate(factors):
        if factor.kind == "cell":
            moved[:, place] = between_fifths(first.drawn[factor.cells[0]], a)
        elif factor.kind == "group" and kind == "monte-carlo":
            group = factor.name.partition("/")[2]
            moved[:, place] = between_fifths(group_factor(seed, block, group, n), a)
    return sums, moved


def between_fifths(values: FloatArray, outcomes: FloatArray) -> FloatArray:
    """Return how much larger outcomes are in the upper fifth of an input than in the lower.

    Parameters
    ----------
    values : shape (draw,)
    outcomes : shape (draw, outcome)

    Examples
    --------
    >>> x = np.arange(10.0)
    >>> between_fifths(x, 2 * x[:, np.newaxis]).tolist()
    [16.0]
    """
    low, high = np.quantile(values, [FIFTH, 1 - FIFTH])
    if low == high:
        return np.full(outcomes.shape[1], np.nan)
    upper, lower = outcomes[values >= high], outcomes[values <= low]
    with np.errstate(invalid="ignore"):
        apart: FloatArray = mean_of(upper) - mean_of(lower)
    return apart


def mean_of(outcomes: FloatArray) -> FloatArray:
    """Return the mean of each outcome where it is a number, NaN where it never is."""
    fine = ~np.isnan(outcomes)
    with np.errstate(invalid="ignore"):
        means: FloatArray = np.where(fine, outcomes, 0.0).sum(axis=0) / fine.sum(axis=0)
    return means


def ordinary(
    sampled: Sampled, model: Model, *, seed: int, draws: int, report: Report | None = None
) -> tuple[Draws, dict[str, FloatArray]]:
    """Return the draws of an ordinary run, and its outcomes.

    Parameters
    ----------
    sampled, model, seed, report
        As for `decompose`.
    draws
        How many.
    """
    parts = []
    for block, n in blocks(draws):
        some = sampled.sample("monte-carlo", seed=seed, block=block, n=n)
        parts.append((some, model(some, block=block)))
        if report is not None:
            report("an ordinary run", min((block * BLOCK + n) / draws, 1.0))
    cells = {
        cell: np.concatenate([some.drawn[cell] for some, _ in parts]) for cell in parts[0][0].drawn
    }
    outcomes = {
        name: np.concatenate([np.broadcast_to(found[name], some.n) for some, found in parts])
        for name in parts[0][1]
    }
    return replace(parts[0][0], n=draws, drawn=cells), outcomes

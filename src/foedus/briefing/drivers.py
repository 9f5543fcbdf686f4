"""What an answer hangs on: which inputs and events move its number, over the draws that were made.

A plain reading of the Monte Carlo sample, not a variance decomposition: for each input, the mean of
the number where the input is in its upper fifth, less that where it is in its lower fifth; for each
event, the mean where it happens less that where it does not. Only what stands out from chance is
named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from foedus.briefing.answer import Driver
from foedus.engines.consent.engine import ConsentResult
from foedus.runs import Request
from foedus.scenario.cells import ENGINES_TABLE, Cell
from foedus.scenario.draws import draw_block, group_factor, uncertain_cells
from foedus.scenario.scenario import Scenario

FloatArray = NDArray[np.float64]

MOST: Final = 3
CELL_WORDS: Final = {
    "available_count": "units available at once",
    "ceiling_persons": "ceiling on land",
    "needed_count": "units required",
    "committed_count": "units promised elsewhere",
    "in_office_prob": "chance of office",
    "gov_seats_share": "seats of the government",
    "support_seats_share": "seats of outside support",
    "us_reliance_score": "reliance on the guarantor",
    "dependence_value": "guarantor's share",
}
"""Columns whose names do not say in a sentence what they hold."""
FIFTH: Final = 0.2
NOISE_SIGMAS: Final = 4.0
"""A rank correlation below this many standard errors under independence, 1 / sqrt(n - 1), is not
told from chance: with a thousand inputs, 4 lets through less than one in ten briefs by luck."""
FEWEST_DRAWS: Final = 100
RAREST_SHARE: Final = 0.02
"""An event that happens, or fails to, in fewer draws than this is not compared."""


@dataclass(frozen=True)
class Candidate:
    """Something that may drive an answer."""

    cell: str
    title: str
    values: FloatArray
    """Shape (draw,)."""
    is_event: bool = False


def ranks(values: FloatArray) -> FloatArray:
    """Return ranks from 0, ties sharing their mean rank."""
    order = np.argsort(values, kind="stable")
    unique, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    if unique.size == values.size:
        ranked = np.empty(values.size)
        ranked[order] = np.arange(values.size)
        return ranked
    ends = np.cumsum(counts)
    middle = ends - (counts + 1) / 2
    shared: FloatArray = middle[inverse]
    return shared


def standardised(values: FloatArray) -> FloatArray:
    """Return ranks with mean 0 and length 1: their products are Spearman's rank correlations.

    >>> x, y = np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 90.0])
    >>> round(float(standardised(x) @ standardised(y)), 12)
    1.0
    """
    centred = ranks(values) - (values.size - 1) / 2
    length = np.sqrt(np.square(centred).sum())
    scaled: FloatArray = centred / length if length > 0 else centred
    return scaled


def effect(candidate: Candidate, outcome: FloatArray) -> tuple[float, str] | None:
    """Return how far the outcome's mean moves with the candidate, and what was compared."""
    if candidate.is_event:
        happens = candidate.values > 0
        if not RAREST_SHARE <= happens.mean() <= 1 - RAREST_SHARE:
            return None
        return float(outcome[happens].mean() - outcome[~happens].mean()), "if so against if not"
    low, high = np.quantile(candidate.values, [FIFTH, 1 - FIFTH])
    below, above = candidate.values <= low, candidate.values >= high
    if low == high:
        return None
    difference = float(outcome[above].mean() - outcome[below].mean())
    return difference, "its upper fifth against its lower fifth"


class DriverSearch:
    """Candidates over one set of draws, ranked once and compared with many outcomes."""

    def __init__(self, candidates: list[Candidate]) -> None:
        moving = [candidate for candidate in candidates if np.ptp(candidate.values) > 0]
        self.candidates = tuple(moving)
        self.ranks = np.stack([standardised(c.values) for c in moving]) if moving else None

    def strongest(self, outcome: FloatArray, outcome_name: str) -> tuple[Driver, ...]:
        """Return up to three drivers of an outcome, the closest rank correlation first.

        Parameters
        ----------
        outcome : shape (draw,)
            The number that the answer gives, over the same draws as the candidates.
        outcome_name
            Its name; the ending is its unit.
        """
        if outcome.size < FEWEST_DRAWS or np.ptp(outcome) == 0 or self.ranks is None:
            return ()
        correlations = self.ranks @ standardised(outcome)
        stands_out = np.abs(correlations) >= NOISE_SIGMAS / np.sqrt(outcome.size - 1)
        found: list[Driver] = []
        for place in np.flatnonzero(stands_out):
            candidate = self.candidates[place]
            moved = effect(candidate, outcome)
            if moved is not None:
                size, compares = moved
                found.append(
                    Driver(
                        cell=candidate.cell,
                        title=candidate.title,
                        is_event=candidate.is_event,
                        effect=size,
                        effect_name=outcome_name,
                        compares=compares,
                        rank_correlation=round(float(correlations[place]), 12),
                    )
                )
        found.sort(key=lambda driver: (-abs(driver.rank_correlation), driver.cell))
        return tuple(found[:MOST])


def drawn_inputs(scenario: Scenario, request: Request) -> list[Candidate]:
    """Return every uncertain cell and the common factor of every correlation group, as drawn."""
    columns: dict[Cell, list[FloatArray]] = {}
    factors: dict[str, list[FloatArray]] = {}
    groups: dict[str, list[str]] = {}
    for about in uncertain_cells(scenario):
        if about.group and about.correlation > 0 and about.cell not in request.fixed:
            tables = groups.setdefault(about.group, [])
            if f"{about.cell.table}/*/{about.cell.field}" not in tables:
                tables.append(f"{about.cell.table}/*/{about.cell.field}")
    for block, n in request.blocks():
        draws = draw_block(
            scenario, request.option, seed=request.seed, block=block, n=n, fixed=request.fixed
        )
        for cell, values in draws.drawn.items():
            columns.setdefault(cell, []).append(values)
        for group in groups:
            factors.setdefault(group, []).append(group_factor(request.seed, block, group, n))
    cells = [
        Candidate(str(cell), cell_title(scenario, cell), np.concatenate(parts))
        for cell, parts in columns.items()
    ]
    common = [
        Candidate(
            groups[group][0],
            f"all of {' and '.join(groups[group])} together (group '{group}')",
            np.concatenate(parts),
        )
        for group, parts in factors.items()
    ]
    return [*common, *cells]


def cell_title(scenario: Scenario, cell: Cell) -> str:
    """Return a cell in words: its column and the printed names of its row."""
    words = CELL_WORDS.get(cell.field, cell.field.rsplit("_", 1)[0].replace("_", " "))
    if cell.table == ENGINES_TABLE:
        return f"{words} (assumption of {cell.key})"
    names: dict[str, str] = {}
    for table in ("delegations", "capabilities", "options"):
        names |= scenario.titles(table)
    parts = [names.get(part, part) for part in cell.key.split(":")]
    unique = list(dict.fromkeys(parts))
    return f"{', '.join(unique)}: {words}"


def backing_event(result: ConsentResult) -> Candidate:
    """Return whether the guarantor stands behind the force, as an event."""
    title = "the guarantor stands behind the force"
    return Candidate("consent/backing", title, result.backing.astype(np.float64), is_event=True)


def joining_events(result: ConsentResult, titles: Mapping[str, str]) -> list[Candidate]:
    """Return who joins, as events."""
    return [
        Candidate(
            f"consent/{code}/level",
            f"{titles[code]} joins",
            result.joins[:, i].astype(np.float64),
            is_event=True,
        )
        for i, code in enumerate(result.codes)
    ]

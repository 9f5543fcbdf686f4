"""What an answer hangs on: which inputs and events move its number, over the draws that were made.

A plain reading of the Monte Carlo sample, not a variance decomposition: for each input, the mean of
the number where the input is in its upper fifth, less that where it is in its lower fifth; for each
event, the mean where it happens less that where it does not. Only what stands out from chance is
named, and correlation is all that is seen: an input may be named for what moves with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from foedus.briefing.answer import Driver
from foedus.briefing.dispute_words import dispute_title
from foedus.briefing.sentences import listed
from foedus.engines.consent.engine import ConsentResult
from foedus.runs import Request
from foedus.scenario.cells import ENGINES_TABLE, Cell
from foedus.scenario.draws import draw_block, group_factor, uncertain_cells
from foedus.scenario.scenario import Scenario

FloatArray = NDArray[np.float64]

MOST: Final = 3
CELL_WORDS: Final = {
    "available_count": "units available at once",
    "held_count": "units held",
    "home_floor_count": "units kept at home",
    "strength_persons": "soldiers in a unit",
    "ceiling_persons": "ceiling on land",
    "needed_count": "units required",
    "committed_count": "units promised elsewhere",
    "n_persons": "interviews",
    "span_count": "brigades commanded",
    "strength_share": "habit of serving",
    "ties/strength_share": "strength of the tie",
    "weight_share": "how much a kind of tie counts",
    "strained_share": "what a strained tie still carries",
    "in_office_prob": "chance of office",
    "gov_seats_share": "seats of the government",
    "support_seats_share": "seats of outside support",
    "us_reliance_score": "reliance on the guarantor",
    "dependence_value": "guarantor's share",
    "growth_share": "growth of GDP",
    "ramp_share": "fastest rise of defence spending",
    "paid_share": "part that is paid",
    "cost_value": "cost",
    "rate_value": "base rate",
}
"""Columns whose names do not say in a sentence what they hold; with the table before it where two
tables have one of the same name."""
FIFTH: Final = 0.2
NOISE_SIGMAS: Final = 4.0
"""A rank correlation below this many standard errors under independence, 1 / sqrt(n - 1), is not
told from chance: with a thousand inputs, 4 lets something through by luck in less than one answer
in ten."""
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

    @cached_property
    def ranks(self) -> FloatArray:
        """Shape (draw,): its values as `standardised` ranks, found once for all searches."""
        return standardised(self.values)


def ranks(values: FloatArray) -> FloatArray:
    """Return ranks from 0, ties sharing their mean rank."""
    order = np.argsort(values)  # how ties are ordered does not count, so any sort will do
    in_order = values[order]
    begins = np.ones(values.size, dtype=np.bool_)
    # What is not a number stands last, and is one tie.
    begins[1:] = (in_order[1:] != in_order[:-1]) & ~np.isnan(in_order[:-1])
    ranked = np.empty(values.size)
    if begins.all():
        ranked[order] = np.arange(values.size)
        return ranked
    ends = np.append(np.flatnonzero(begins)[1:], values.size)
    middle = ends - (np.diff(ends, prepend=0) + 1) / 2
    ranked[order] = middle[np.cumsum(begins) - 1]
    return ranked


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
    """Return how far the outcome's mean moves with the candidate, and what was compared.

    Nothing is returned where fewer than `RAREST_SHARE` of the draws would stand on one side.
    """
    values = candidate.values
    low, high = np.quantile(values, [FIFTH, 1 - FIFTH])
    above, below, compares = (
        values >= high,
        values <= low,
        "its upper fifth against its lower fifth",
    )
    if candidate.is_event:
        above, below, compares = values > 0, values <= 0, "if so against if not"
    elif low == high:
        # Most draws share one value: what lies beyond it is compared with the rest.
        higher, lower = values > high, values < low
        above = higher if higher.mean() >= lower.mean() else ~lower
        below, compares = ~above, "its higher values against its lower ones"
    if min(above.mean(), below.mean()) < RAREST_SHARE:
        return None
    return float(outcome[above].mean() - outcome[below].mean()), compares


class DriverSearch:
    """Candidates over one set of draws, ranked once and compared with many outcomes."""

    def __init__(self, candidates: list[Candidate]) -> None:
        moving = [candidate for candidate in candidates if np.ptp(candidate.values) > 0]
        self.candidates = tuple(moving)
        self.ranks = np.stack([candidate.ranks for candidate in moving]) if moving else None

    def strongest(
        self, outcome: FloatArray, outcome_name: str, moves: str = ""
    ) -> tuple[Driver, ...]:
        """Return up to three drivers of an outcome, the closest rank correlation first.

        Parameters
        ----------
        outcome : shape (draw,)
            The number that the answer gives, over the same draws as the candidates.
        outcome_name
            Its name; the ending is its unit.
        moves
            What moves, in words, where it is not the number of the answer's headline.
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
                        compares=f"{moves}; {compares}" if moves else compares,
                        rank_correlation=round(float(correlations[place]), 12),
                    )
                )
        found.sort(key=lambda driver: (-abs(driver.rank_correlation), driver.cell))
        return tuple(found[:MOST])


def drawn_inputs(
    scenario: Scenario, request: Request, known: Sequence[Candidate] = ()
) -> list[Candidate]:
    """Return every uncertain cell and the common factor of every correlation group, as drawn.

    Parameters
    ----------
    known
        What was drawn of the same scenario for another request: where the values are the same, it
        is returned itself, so that it is ranked once.
    """
    columns: dict[Cell, list[FloatArray]] = {}
    factors: dict[str, list[FloatArray]] = {}
    groups = correlated_columns(scenario, request)
    for block, n in request.blocks():
        draws = draw_block(
            scenario, request.option, seed=request.seed, block=block, n=n, fixed=request.fixed
        )
        for cell, values in draws.drawn.items():
            columns.setdefault(cell, []).append(values)
        for group in groups:
            factors.setdefault(group, []).append(group_factor(request.seed, block, group, n))
    names = printed_names(scenario)
    cells = [
        Candidate(str(cell), cell_title(cell, names), np.concatenate(parts))
        for cell, parts in columns.items()
    ]
    common = [
        Candidate(str(groups[group][0]), together(groups[group]), np.concatenate(parts))
        for group, parts in factors.items()
    ]
    kept = {one.cell: one for one in known}
    return [same_or(one, kept.get(one.cell)) for one in (*common, *cells)]


def same_or(candidate: Candidate, known: Candidate | None) -> Candidate:
    """Return a candidate that is known already, if it says the same; else the candidate."""
    if known is None or known.title != candidate.title:
        return candidate
    return known if np.array_equal(known.values, candidate.values) else candidate


def correlated_columns(scenario: Scenario, request: Request) -> dict[str, list[Cell]]:
    """Return the columns whose cells are drawn together, by correlation group."""
    groups: dict[str, list[Cell]] = {}
    for about in uncertain_cells(scenario):
        if about.group and about.correlation > 0 and about.cell not in request.fixed:
            column = Cell(about.cell.table, "*", about.cell.field)
            columns = groups.setdefault(about.group, [])
            if column not in columns:
                columns.append(column)
    return groups


def together(columns: list[Cell]) -> str:
    """Return the common movement of columns in words."""
    return f"{listed([column_words(column.field) for column in columns])}, everywhere at once"


def column_words(field: str) -> str:
    """Return what a column holds, in words.

    >>> column_words("available_count"), column_words("drift_score")
    ('units available at once', 'drift')
    """
    return CELL_WORDS.get(field, field.rsplit("_", 1)[0].replace("_", " "))


def printed_names(scenario: Scenario) -> dict[str, str]:
    """Return what to print for the parts of a cell's key."""
    nations = scenario.titles("delegations")
    lines = {
        line.line: f"{scenario.row('capabilities', line.capability).title}, line {line.line}"
        for line in scenario.requirement
    }
    governments = {row.principal: row.title for row in scenario.principals}
    return (
        governments
        | scenario.titles("issues")
        | nations
        | scenario.titles("capabilities")
        | scenario.titles("options")
        | scenario.titles("tie_kinds")
        | scenario.titles("base_rates")
        | lines
    )


def cell_title(cell: Cell, names: Mapping[str, str]) -> str:
    """Return a cell in words: its column and the printed names of its row.

    >>> cell_title(Cell("units", "FRA:fires", "available_count"), {"FRA": "France"})
    'units available at once (France, fires)'
    >>> cell_title(Cell("disputes", "ceasefire:loss_points:line", "parameter_value"), {})
    'what an unanswered violation costs the governments (an attack on the line)'
    """
    if cell.table == "disputes":
        return dispute_title(cell.key)
    words = CELL_WORDS.get(f"{cell.table}/{cell.field}") or column_words(cell.field)
    if cell.table == ENGINES_TABLE:
        return f"{words} (assumption of {cell.key})"
    named = [names.get(part, part) for part in cell.key.split(":")]
    return f"{words} ({', '.join(dict.fromkeys(named))})"


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

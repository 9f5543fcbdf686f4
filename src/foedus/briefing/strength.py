"""What the answers on the force share: the number they give, its words and its limits."""

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.findings import Findings
from foedus.briefing.sentences import (
    in_a_sentence,
    listed,
    percent,
    percent_range,
    persons,
    persons_range,
    range_note,
    spread,
)
from foedus.engines.forces.engine import ForceResult
from foedus.scenario.cells import ENGINES_TABLE, Cell
from foedus.scenario.draws import uncertain_cells

FloatArray = NDArray[np.float64]

NOTHING_ASKED = "No unit is asked for."
FORCE_ASSUMPTIONS = (
    (
        "Units that turn about stand in theatre as min(available, (held - home floor - "
        "commitments) / units per slot), fractions of a unit allowed."
    ),
    (
        "Balanced strength is in the requirement's proportion: no more soldiers than every "
        "critical capability carries. It is not capped at the requirement."
    ),
    "Who joins is drawn anew in each future; nobody is replaced or persuaded later.",
)
FORCE_LIMITS = (
    "Losses, and what fighting would ask for.",
    "Whether units of different nations work together: interoperability is not in this number.",
    "Transport: notice to move is counted, the journey and lift are not.",
)


def force_number(findings: Findings, result: ForceResult) -> FloatArray:
    """Return the number that tells the size of a force once all are in place, shape (draw,).

    Soldiers in balance; where no land force is asked for, the mean fill of what is asked for.
    """
    if findings.asks_land:
        return result.standing_balanced_persons
    fill: FloatArray = result.fill_share[:, findings.asked_groups]
    mean: FloatArray = fill.mean(axis=1) if fill.shape[1] else np.ones(fill.shape[0])
    return mean


def force_unit(findings: Findings, *, more: str = "") -> str:
    """Return the unit of that number."""
    unit = "soldiers in balance" if findings.asks_land else "share of what is asked for"
    return f"{unit}{more}"


def force_name(findings: Findings, of: str) -> str:
    """Return a name for numbers of this unit, such as `cost_persons` or `cost_share`."""
    return f"{of}_{'persons' if findings.asks_land else 'share'}"


class Told(NamedTuple):
    """The number of an answer on the force, with its range and what that is over."""

    value: float | None
    """None where nothing is asked for."""
    low: float | None
    high: float | None
    note: str


def tell(findings: Findings, values: FloatArray, over: str = "draws") -> Told:
    """Return the median and range of a number that is the size of a force, or part of it."""
    if not findings.asked_groups.any():
        return Told(None, None, None, NOTHING_ASKED)
    return Told(*spread(values), range_note(values.size, over))


def show_force(findings: Findings, value: float) -> str:
    """Print the size of a force."""
    return persons(value) if findings.asks_land else percent(value)


def show_force_range(findings: Findings, values: FloatArray) -> str:
    """Print the size of a force with its 90 % range."""
    return persons_range(values) if findings.asks_land else percent_range(values)


def binding_words(result: ForceResult, shares: FloatArray) -> str:
    """Name the groups that bind most often, with how often."""
    order = np.argsort(-shares, kind="stable")
    often = [
        f"{in_a_sentence(result.groups.titles[i])} ({percent(float(shares[i]))} of futures)"
        for i in order[:2]
        if shares[i] > 0.05
    ]
    return listed(often)


def within_range(findings: Findings, setting: str) -> str:
    """Say between which values a setting of the force engine is drawn; nothing if it is not.

    Such as `between 0.85 and 1.15 times`.
    """
    cell = Cell(ENGINES_TABLE, "forces", setting)
    drawn = {about.cell: about for about in uncertain_cells(findings.scenario)}
    if cell not in drawn or cell in findings.request.fixed:
        return ""
    return f"between {drawn[cell].low:g} and {drawn[cell].high:g} times"


def named(table: pl.DataFrame, findings: Findings, column: str = "capability") -> pl.DataFrame:
    """Return a table with the printed names of one column in front."""
    groups = findings.forces.groups
    titles = findings.titles | dict(zip(groups.names, groups.titles, strict=True))
    return table.with_columns(
        title=pl.col(column).replace_strict(titles, default=pl.col(column), return_dtype=pl.String)
    ).select("title", pl.exclude("title"))


def one_row(**numbers: float | None) -> pl.DataFrame:
    """Return the numbers of a headline as a table of one row."""
    return pl.DataFrame([numbers], schema=dict.fromkeys(numbers, pl.Float64))

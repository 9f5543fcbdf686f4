"""What an outcome of the chain hangs on: numbers, and what they rest on, to be printed or drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.evidence import Evidence, gather
from foedus.briefing.factor_words import FactorWords, with_unit
from foedus.briefing.histogram import bins
from foedus.briefing.sentences import percent, spread
from foedus.documents import plain
from foedus.engines.protocol import Outcome
from foedus.ensemble.across_options import AcrossOptions
from foedus.ensemble.boxes import Discovery
from foedus.ensemble.events import EventShares
from foedus.ensemble.factors import UNMOVED
from foedus.ensemble.sampled import GROUP, is_grouped
from foedus.ensemble.sensitivity import Effects, Sensitivity
from foedus.ensemble.swings import LEVEL_SHARE, Swings
from foedus.provenance import foedus_version
from foedus.runs import Request
from foedus.scenario.addresses import ENGINES_TABLE, Cell, expand
from foedus.scenario.scenario import Scenario
from foedus.scenario.uncertainties import Uncertainty

FloatArray = NDArray[np.float64]

Method = Literal["sobol", "morris", "tornado"]

MOST_EVENTS: Final = 8
"""Events that are told; all are in the table."""
LEAST_SHARE: Final = 0.005
"""What makes less than this of the variance is counted, not told."""


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What an outcome of the whole chain hangs on, as `foedus.sensitivity` finds it."""

    scenario: Scenario
    """As it was used: without later rows if `strict`."""
    request: Request
    """Option, draws, seed, and the cells that were set."""
    outcome: str
    """Engine and name, such as `forces/balanced_persons`."""
    about: Outcome
    """Its title, and whether more of it is better."""
    top: int
    """Factors that are told, at most."""
    result: Sensitivity | Effects | Swings
    """What the method found: `sobol`, `morris` and `tornado` in this order."""
    sample: FloatArray
    """The outcome over an ordinary run, shape (draw,); NaN where the run failed."""
    events: EventShares
    discovery: Discovery | None
    """When it is so; None where nothing was asked."""
    across: AcrossOptions | None
    """All options on the same futures; None where that was not asked."""
    warnings: tuple[str, ...]
    """What a reader must know before using the numbers."""

    @property
    def method(self) -> Method:
        """Name of the method."""
        match self.result:
            case Sensitivity():
                return "sobol"
            case Effects():
                return "morris"
            case Swings():
                return "tornado"

    @cached_property
    def numbers(self) -> FloatArray:
        """The outcome where it is a number."""
        return self.sample[np.isfinite(self.sample)]

    @property
    def is_flat(self) -> bool:
        """Whether the outcome is the same in all draws."""
        return not self.numbers.size or float(np.ptp(self.numbers)) == 0

    @property
    def is_yes_or_no(self) -> bool:
        """Whether the outcome is an event: 1 or 0 in every draw."""
        return bool(np.isin(self.numbers, (0.0, 1.0)).all())

    @property
    def runs_count(self) -> int:
        """How many runs of the chain it took, all in all."""
        options = 0 if self.across is None else self.across.draws * len(self.across.options)
        return self.result.runs_count + self.sample.size + options

    @property
    def level_share(self) -> float:
        """Of the intervals."""
        return LEVEL_SHARE if isinstance(self.result, Swings) else self.result.level_share

    @property
    def first_sum(self) -> float | None:
        """Part of the variance that factors make each by itself; None for other methods."""
        return float(self.result.first_sum[0]) if isinstance(self.result, Sensitivity) else None

    @cached_property
    def words(self) -> FactorWords:
        """Factors, inputs and events in words."""
        return FactorWords(self.scenario, self.request)

    @cached_property
    def factors(self) -> pl.DataFrame:
        """Factors or inputs, the strongest first, with their titles."""
        result = self.result
        table = result.table() if isinstance(result, Swings) else result.table(self.outcome)
        counts = table["cells_count"] if "cells_count" in table.columns else [1] * len(table)
        names = table[table.columns[0]]
        titles = [self.words.title(n, c) for n, c in zip(names, counts, strict=True)]
        return table.insert_column(0, pl.Series("title", titles, dtype=pl.String))

    @cached_property
    def leading_factors(self) -> pl.DataFrame:
        """The few of them that are told: a line or a bar each."""
        match self.result:
            case Sensitivity():
                return self.factors.filter(pl.col("total_share") >= LEAST_SHARE).head(self.top)
            case Effects():
                return self.factors.filter(pl.col("change_value") > 0).head(self.top)
            case Swings():
                return self.factors

    @cached_property
    def leading_events(self) -> pl.DataFrame:
        """The few events that are told."""
        table = self.titled(self.events.table(), "event")
        return table.filter(pl.col("known_share_low") >= LEAST_SHARE).head(MOST_EVENTS)

    @property
    def bins(self) -> pl.DataFrame:
        """How often the outcome takes which value; its histogram is drawn from it."""
        return bins(self.numbers, self.outcome.partition("/")[2])

    @cached_property
    def moving(self) -> frozenset[Cell]:
        """Cells in factors that move the outcome."""
        if isinstance(self.result, Swings):
            moved = set(self.result.inputs)
            return frozenset(
                one.cell
                for one in self.words.drawn
                if str(one.cell) in moved or (is_grouped(one) and f"{GROUP}{one.group}" in moved)
            )
        factors = {factor.name: factor for factor in self.result.factors}
        size = "total_share" if isinstance(self.result, Sensitivity) else "change_value"
        moves = (pl.col(size) > 0) & ((pl.col("kind") != UNMOVED) | (pl.col(size) > LEAST_SHARE))
        some = self.factors.filter(moves)["factor"]
        return frozenset(cell for name in some for cell in factors[name].cells)

    @cached_property
    def evidence(self) -> Evidence:
        """The rows in which inputs stand that move the outcome, and how they are drawn."""
        cells = self.moving
        keys: dict[str, set[str]] = {}
        for cell in cells:
            keys.setdefault(cell.table, set()).add(cell.key)
        settings = {(cell.key, cell.field) for cell in cells if cell.table == ENGINES_TABLE}

        def is_drawn(about: Uncertainty) -> bool:
            if about.table == ENGINES_TABLE:
                return (about.cell_key, about.field) in settings
            drawn = Cell(about.table, about.cell_key, about.field)
            return not cells.isdisjoint(expand(self.scenario, drawn))

        rows = {
            table: lambda row, known=known: row.key in known
            for table, known in keys.items()
            if table != ENGINES_TABLE
        }
        return gather(self.scenario, {**rows, "uncertainties": is_drawn})

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return all tables by name: `factors`, `events`, and `boxes` and `options` if asked."""
        found = {"factors": self.factors, "events": self.titled(self.events.table(), "event")}
        if self.discovery is not None:
            found["boxes"] = self.titled(self.discovery.table(), "input")
        if self.across is not None:
            found["options"] = self.across.table()
        return found

    def titled(self, table: pl.DataFrame, column: str) -> pl.DataFrame:
        """Return a table with what a column names in words."""
        titles = [self.words.title(name) for name in table[column]]
        return table.insert_column(0, pl.Series("title", titles, dtype=pl.String))

    def sized(self, value: float) -> str:
        """Return a value of the outcome with its unit."""
        return with_unit(value, self.outcome)

    def to_json(self) -> dict[str, Any]:
        """Return the analysis in the shape of the published schema."""
        titles = {source.source: source.model_dump(mode="json") for source in self.scenario.sources}
        is_known = bool(self.numbers.size)
        middle, low, high = spread(self.numbers) if is_known else (None, None, None)
        document: dict[str, Any] = plain(
            {
                "foedus": foedus_version(),
                "scenario": {"name": self.scenario.name, "digest": self.scenario.digest},
                "option": self.request.option,
                "set": dict(self.request.asked),
                "seed": self.request.seed,
                "draws": self.request.draws,
                "method": self.method,
                "runs_count": self.runs_count,
                "level_share": self.level_share,
                "outcome": self.outcome,
                "title": self.about.title,
                "mean": self.numbers.mean() if is_known else None,
                "median": middle,
                "low": low,
                "high": high,
                "first_sum_share": self.first_sum,
                "question": None if self.discovery is None else question_json(self.discovery),
                "named": None if self.across is None else self.across.named,
                "tables": self.tables(),
                "sources": [titles[key] for key in self.evidence.sources if key in titles],
                "warnings": self.warnings,
            }
        )
        return document


def names_of_tables(*, discover: bool, across: bool) -> tuple[str, ...]:
    """Return the tables that an analysis will have, by what it is asked for."""
    more = [name for name, asked in (("boxes", discover), ("options", across)) if asked]
    return ("factors", "events", *more)


def question_json(discovery: Discovery) -> dict[str, Any]:
    """Return what was asked, and how well the boxes tell its cases apart."""
    return {
        "asks": str(discovery.question),
        "draws": discovery.draws_count,
        "cases_share": discovery.cases_share,
        "coverage_share": discovery.coverage_share,
        "density_share": discovery.density_share,
        "says": discovery.says,
    }


def most_comes_from(row: Mapping[str, Any]) -> str:
    """Say how much of the variance a factor makes, given its row.

    >>> most_comes_from({"title": "cost (FRA)", "first_share": 0.2, "total_share": 0.8})
    'Most hangs on cost (FRA): 20 % of the variance by itself, 80 % together with others.'
    """
    first, total = (percent(held(row[name]) or 0.0) for name in ("first_share", "total_share"))
    if first == total:
        return f"Most hangs on {row['title']}: {first} of the variance."
    return (
        f"Most hangs on {row['title']}: {first} of the variance by itself, {total} together "
        "with others."
    )


def held(share: float | None) -> float | None:
    """Return an estimate of a share within 0 and 1, as chance can carry it beyond."""
    return None if share is None else min(max(share, 0.0), 1.0)

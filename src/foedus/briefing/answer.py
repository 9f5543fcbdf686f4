"""One question answered: a sentence with the number, and all that a reader needs to question it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from foedus.briefing.sentences import points
from foedus.quantities import quantity, show_number

Kind = Literal["number", "probability", "choice", "threshold", "curve", "table"]
"""`number` and `probability`: a value with its range; `choice`: a name, with the share of draws in
which each is best; `threshold`: a value given that one exists, and how often none does; `curve` and
`table`: the headline row in `value`."""


@dataclass(frozen=True)
class Driver:
    """An input or event on which an answer hangs."""

    cell: str
    """Address of the cell, such as `stances/FRA:FRA/us_reliance_score`; for what a run itself
    decides, the engine's cell, such as `consent/FRA/level`."""
    title: str
    """What it is, in words."""
    is_event: bool
    """Whether it is something that happens or not, rather than a number."""
    effect: float
    """How far the answer's number moves: see `compares`."""
    effect_name: str
    """The number that moves; its ending is its unit."""
    compares: str
    """Between which draws the effect is taken."""
    rank_correlation: float
    """Spearman's rank correlation with the number over draws."""

    @property
    def subject(self) -> str:
        """What the answer hangs on, to stand behind `hangs on`."""
        return f"whether {self.title}" if self.is_event else self.title

    @property
    def says(self) -> str:
        """The driver as a line of text."""
        sign = "+" if self.effect >= 0 else "\N{MINUS SIGN}"
        size = show_number(abs(self.effect), self.effect_name, unit=True)
        if quantity(self.effect_name).rule == "percent":
            size = points(abs(self.effect))
        return f"{self.title}: {sign}{size} ({self.compares})"

    def to_json(self) -> dict[str, Any]:
        """Return the driver as JSON."""
        return {
            "cell": self.cell,
            "title": self.title,
            "is_event": self.is_event,
            "effect": self.effect,
            "effect_of": self.effect_name,
            "compares": self.compares,
            "rank_correlation": self.rank_correlation,
            "says": self.says,
        }


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one question of the brief."""

    id: str
    question: str
    kind: Kind
    headline: str
    """One sentence, written from the result."""
    value: Any
    """A number, a name, or the headline row of the table, by `kind`."""
    unit: str
    low: float | None = None
    """5 % point over draws; None where only a point was found."""
    high: float | None = None
    """95 % point over draws."""
    interval_note: str = ""
    """What the range is over, or why there is none."""
    shares: Mapping[str, float] = field(default_factory=dict)
    """For a choice: share of draws in which each is best."""
    never_prob: float | None = None
    """For a threshold: chance that there is none because it is never reached."""
    always_prob: float | None = None
    """For a threshold: chance that there is none because it always holds."""
    more: tuple[str, ...] = ()
    """Further sentences, each written from the result."""
    drivers: tuple[Driver, ...] = ()
    """Closest rank correlation first; empty where nothing stands out from chance."""
    assumes: tuple[str, ...]
    cannot_say: tuple[str, ...]
    sources: tuple[str, ...]
    """Keys into the scenario's `sources.csv`, sorted."""
    rows: tuple[str, ...]
    """Addresses `table/key` of the rows it rests on, sorted."""
    tables: Mapping[str, pl.DataFrame]
    """Its tables, by name, most telling first."""
    run: str
    """Id of the run that the headline comes from."""

    def to_json(self) -> dict[str, Any]:
        """Return the answer in the shape of the published schema."""
        return {
            "id": self.id,
            "question": self.question,
            "kind": self.kind,
            "headline": self.headline,
            "more": list(self.more),
            "value": self.value,
            "unit": self.unit,
            "low": self.low,
            "high": self.high,
            "interval_note": self.interval_note,
            "shares": dict(self.shares),
            "never_prob": self.never_prob,
            "always_prob": self.always_prob,
            "drivers": [driver.to_json() for driver in self.drivers],
            "assumes": list(self.assumes),
            "cannot_say": list(self.cannot_say),
            "sources": list(self.sources),
            "rows": list(self.rows),
            "tables": {name: table.to_dicts() for name, table in self.tables.items()},
            "run": self.run,
        }

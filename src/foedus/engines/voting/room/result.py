"""What rooms were found: the smallest, what formats lack and could spare, what each seat adds."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.protocol import drawn
from foedus.engines.voting.room.covering import HAIR, Cover, Rooms
from foedus.engines.voting.room.inputs import FORCE, LEAST_PERSONS, Measure, Seating
from foedus.engines.voting.room.judging import Verdict


class BestRoom(NamedTuple):
    """The room of so many seats, or fewer, whose least share carried is largest."""

    seats_count: int
    seated: BoolArray
    """Shape (nation,)."""
    least_share: float


class CurvePoint(NamedTuple):
    """How many seats it takes to carry one share of everything that counts."""

    wanted_share: float
    seats_count: int
    alone_count: int
    """The same if nobody speaks for another."""


class JudgedFormat(NamedTuple):
    """A format held against what is wanted."""

    seating: Seating
    verdict: Verdict
    """As it is: with those for whom members speak there, unless representation is off."""
    alone: Verdict
    """If nobody speaks for another; of choices that would mend it only one is listed."""
    best: BestRoom
    """The best room of as many seats."""
    best_alone: BestRoom


class Players(NamedTuple):
    """What each is worth to groups of contributors."""

    prevent_share: FloatArray
    """Shape (nation,): part of the groups that send enough soldiers and without it would not."""
    pivot_share: FloatArray
    """Shape (nation,): how often it makes a group send enough, over all orders of joining."""
    added_persons: FloatArray
    """Shape (nation,): balanced strength it adds on average over all orders; NaN where it is none
    of the largest."""
    largest_persons: float
    """Balanced strength of the largest contributors together."""
    all_persons: float
    """Balanced strength of all."""


@dataclass(frozen=True)
class RoomResult:
    """The smallest rooms, at what each sends on average, and how they do draw by draw.

    A *measure* is the force, a group of capabilities, GDP or population; one *counts* if a share of
    it is wanted and it is there at all.
    """

    codes: tuple[str, ...]
    """Contributors, sorted."""
    measures: tuple[Measure, ...]
    amount: FloatArray
    """Shape (measure, nation): soldiers sent on average, or size."""
    share: FloatArray
    """Shape (measure, nation): parts of the whole."""
    counted: IntArray
    """Shape (counted measure,): places of the measures that count."""
    left_out: tuple[str, ...]
    """Titles of what a share is wanted of and is not there."""
    cover: Cover
    """What is wanted of the measures that count, and who speaks for whom."""
    smallest: Rooms
    is_needed: BoolArray
    """Shape (nation,): who sits in every smallest room."""
    is_in_one: BoolArray
    """Shape (nation,): who sits in any."""
    seats_alone: tuple[int, ...]
    """By measure that counts: fewest seats for it alone."""
    seats_without: tuple[int, ...]
    """By measure that counts: fewest seats if it were not asked for."""
    seats_if_alone: int
    """Fewest seats if nobody speaks for another."""
    curve: tuple[CurvePoint, ...]
    best: tuple[BestRoom, ...]
    """By count of seats, from 1."""
    formats: tuple[JudgedFormat, ...]
    """In the order of their rounds."""
    looked_at: int
    """Place of the format that is looked at; -1 where there is none."""
    players: Players
    sent_persons: FloatArray = drawn()
    """Shape (draw, nation, sent measure): of the measures that are made of soldiers."""

    @property
    def draws(self) -> int:
        """Number of draws; 1 at a point."""
        return len(self.sent_persons)

    @property
    def format(self) -> JudgedFormat | None:
        """The format that is looked at."""
        return self.formats[self.looked_at] if self.looked_at >= 0 else None

    @property
    def capabilities(self) -> tuple[Measure, ...]:
        """Capabilities of which a share is wanted and something is sent; behind the force."""
        return tuple(about for about in self.measures[FORCE + 1 :] if about.is_sent)

    @cached_property
    def anybody(self) -> BoolArray:
        """Shape (draw,): whether anybody sends a soldier."""
        return np.asarray(self.sent_persons[:, :, FORCE].sum(axis=1) > LEAST_PERSONS)

    @cached_property
    def is_fed(self) -> bool:
        """Whether a force is sent in any draw."""
        return bool(self.anybody.any())

    def carried_by_draw(self, carried: BoolArray) -> FloatArray:
        """Return what some carry of every measure that counts, shape (draw, counted measure).

        All of what nobody sends in a draw; sizes are the same in every draw.
        """
        total = self.sent_persons.sum(axis=1)
        part = self.sent_persons[:, carried].sum(axis=1)
        by_draw = np.divide(part, total, out=np.ones_like(part), where=total > LEAST_PERSONS)
        sent = by_draw.shape[1]
        columns = [
            by_draw[:, m] if m < sent else np.full(self.draws, self.share[m, carried].sum())
            for m in self.counted
        ]
        return np.stack(columns, axis=1)

    def carried_prob(self, carried: BoolArray) -> float | None:
        """Return how often some carry every wanted share, over draws in which anybody sends.

        None at a point, and where nobody ever does.
        """
        if self.draws == 1 or not self.is_fed:
            return None
        enough = self.carried_by_draw(carried)[self.anybody] >= self.cover.wanted_share - HAIR
        return float(enough.all(axis=1).mean())

    def outcomes(self) -> dict[str, FloatArray]:
        """Return what the format looked at and the first smallest room carry.

        0 in draws in which nobody sends anybody, and where there is no format.
        """
        found: dict[str, FloatArray] = {}
        about = self.format
        rooms = {
            "format": about.verdict.carried if about else None,
            "smallest": self.cover.spoken_for(self.smallest.seated[0]),
        }
        for name, carried in rooms.items():
            nothing = np.zeros(self.draws)
            if carried is None:
                found |= dict.fromkeys([f"{name}_force_share", f"{name}_least_share"], nothing)
                continue
            total = self.sent_persons[:, :, FORCE].sum(axis=1)
            part = self.sent_persons[:, carried, FORCE].sum(axis=1)
            found[f"{name}_force_share"] = np.divide(
                part, total, out=nothing.copy(), where=self.anybody
            )
            least = self.carried_by_draw(carried).min(axis=1)
            found[f"{name}_least_share"] = np.where(self.anybody, least, 0.0)
        return found

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return rooms, what makes them large, formats, and what each seat adds."""
        return {
            "rooms": self.room_table(),
            "measures": self.measure_table(),
            "curve": self.curve_table(),
            "best": self.best_table(),
            "formats": self.format_table(),
            "format_shares": self.format_share_table(),
            "mends": self.mend_table(),
            "spares": self.spare_table(),
            "seats": self.seat_table(),
            "seat_shares": self.seat_share_table(),
        }

    def names(self, nations: BoolArray) -> str:
        """Return codes as one word, who sends most first."""
        force = self.amount[FORCE]
        places = sorted(np.flatnonzero(nations), key=lambda n: (-force[n], n))
        return ";".join(self.codes[n] for n in places)

    def shares_row(self, carried: BoolArray) -> dict[str, Any]:
        """Return what some carry: of the force, of sizes, and of the capability they carry least.

        None of the force and the capabilities where nobody sends any.
        """
        parts = self.share[:, carried].sum(axis=1)
        by_name = dict(zip([about.name for about in self.measures], parts.tolist(), strict=True))
        sent = [(by_name[about.name], about.name) for about in self.capabilities]
        least, name = min(sent, default=(None, None))
        return {
            "force_share": by_name["force"] if self.amount[FORCE].sum() > 0 else None,
            "least_capability": name,
            "least_capability_share": least,
            "gdp_share": by_name["gdp"],
            "population_share": by_name["population"],
        }

    def room_table(self) -> pl.DataFrame:
        """Return every smallest room that is listed, what it carries and how often it is enough."""
        rows = []
        for number, seated in enumerate(self.smallest.seated, start=1):
            carried = self.cover.spoken_for(seated)
            rows.append(
                {
                    "room": number,
                    "seats_count": int(seated.sum()),
                    "members": self.names(seated),
                    "spoken_for": self.names(carried & ~seated),
                    **self.shares_row(carried),
                    "carried_prob": self.carried_prob(carried),
                }
            )
        return pl.DataFrame(rows, schema=ROOM_SCHEMA)

    def measure_table(self) -> pl.DataFrame:
        """Return what is wanted of each measure that counts, and how many seats it makes."""
        rows = [
            {
                "measure": self.measures[m].name,
                "title": self.measures[m].title,
                "wanted_share": self.measures[m].wanted_share,
                "sent_persons": float(self.amount[m].sum()) if self.measures[m].is_sent else None,
                "seats_alone_count": alone,
                "seats_without_count": without,
            }
            for m, alone, without in zip(
                self.counted, self.seats_alone, self.seats_without, strict=True
            )
        ]
        return pl.DataFrame(rows, schema=MEASURE_SCHEMA)

    def curve_table(self) -> pl.DataFrame:
        """Return how many seats each share of everything takes."""
        return pl.DataFrame([point._asdict() for point in self.curve], schema=CURVE_SCHEMA)

    def best_table(self) -> pl.DataFrame:
        """Return the best room of so many seats: largest least share of all that counts."""
        rows = []
        for best in self.best:
            parts = self.cover.carried_share(best.seated)
            least = int(np.argmin(parts))
            rows.append(
                {
                    "seats_count": best.seats_count,
                    "least_share": best.least_share,
                    "least_measure": self.measures[self.counted[least]].name
                    if best.least_share < 1 - HAIR
                    else "",
                    "members": self.names(best.seated),
                }
            )
        return pl.DataFrame(rows, schema=BEST_SCHEMA)

    def judged(self) -> Iterator[tuple[JudgedFormat, bool, Verdict, BestRoom]]:
        """Yield every format with representation and without it."""
        for about in self.formats:
            yield about, True, about.verdict, about.best
            yield about, False, about.alone, about.best_alone

    def format_table(self) -> pl.DataFrame:
        """Return a row a format with representation, and one without: what it carries and lacks."""
        rows = [
            {
                "format": about.seating.format,
                "is_represented": is_represented,
                "seats_count": int(verdict.seated.sum()),
                "is_carried": verdict.is_carried,
                **self.shares_row(verdict.carried),
                "least_share": verdict.least_share,
                "short": ";".join(self.short_of(verdict)),
                "added_count": verdict.added.seats_count,
                "spare_count": int(verdict.spared_together.sum()),
                "best_least_share": best.least_share,
                "carried_prob": self.carried_prob(verdict.carried),
            }
            for about, is_represented, verdict, best in self.judged()
        ]
        return pl.DataFrame(rows, schema=FORMAT_SCHEMA)

    def short_of(self, verdict: Verdict) -> list[str]:
        """Return the names of the measures of which a format carries too little."""
        return [
            self.measures[m].name
            for m, short in zip(self.counted, verdict.short_share, strict=True)
            if short > 0
        ]

    def format_share_table(self) -> pl.DataFrame:
        """Return what each format carries of each measure that counts, and what is short."""
        rows = [
            {
                "format": about.seating.format,
                "is_represented": is_represented,
                "measure": self.measures[m].name,
                "title": self.measures[m].title,
                "wanted_share": self.measures[m].wanted_share,
                "carried_share": float(verdict.carried_share[k]),
                "short_share": float(verdict.short_share[k]),
            }
            for about, is_represented, verdict, _ in self.judged()
            for k, m in enumerate(self.counted)
        ]
        return pl.DataFrame(rows, schema=FORMAT_SHARE_SCHEMA)

    def mend_table(self) -> pl.DataFrame:
        """Return choices of fewest seats that would mend a format that falls short."""
        rows = [
            {
                "format": about.seating.format,
                "added_count": int(seated.sum()),
                "added": self.names(seated),
            }
            for about in self.formats
            for seated in about.verdict.added.seated
            if seated.any()
        ]
        return pl.DataFrame(rows, schema=MEND_SCHEMA)

    def spare_table(self) -> pl.DataFrame:
        """Return who could leave each format without making anything short that is not."""
        rows = [
            {
                "format": about.seating.format,
                "is_represented": is_represented,
                "one_at_a_time": self.names(verdict.spared),
                "together": self.names(verdict.spared_together),
                "together_count": int(verdict.spared_together.sum()),
                "is_only_choice": verdict.is_only_choice,
            }
            for about, is_represented, verdict, _ in self.judged()
        ]
        return pl.DataFrame(rows, schema=SPARE_SCHEMA)

    def seat_table(self) -> pl.DataFrame:
        """Return what is lost when a delegation is left out, and whether rooms need it.

        Who sends most comes first.
        """
        rows = []
        for n in np.argsort(-self.amount[FORCE], kind="stable"):
            own = np.arange(len(self.codes)) == n
            sent = [
                (float(self.share[m, n]), about.name)
                for m, about in enumerate(self.capabilities, start=FORCE + 1)
            ]
            largest, name = max(sent, key=lambda part: part[0], default=(0.0, ""))
            row = self.shares_row(own)
            added = float(self.players.added_persons[n])
            rows.append(
                {
                    "delegation": self.codes[n],
                    "expected_persons": float(self.amount[FORCE, n]),
                    "force_share": row["force_share"],
                    "gdp_share": row["gdp_share"],
                    "population_share": row["population_share"],
                    "most_capability": name if largest > 0 else "",
                    "most_capability_share": largest,
                    "place": self.place(int(n)),
                    "prevent_share": float(self.players.prevent_share[n]),
                    "pivot_share": float(self.players.pivot_share[n]),
                    "balanced_added_persons": None if np.isnan(added) else added,
                }
            )
        return pl.DataFrame(rows, schema=SEAT_SCHEMA)

    def place(self, nation: int) -> str:
        """Return in how many of the smallest rooms a nation sits: `all`, `some` or `none`."""
        if self.is_needed[nation]:
            return "all"
        return "some" if self.is_in_one[nation] else "none"

    def seat_share_table(self) -> pl.DataFrame:
        """Return each delegation's part of every measure, where it has any."""
        rows = [
            {
                "delegation": code,
                "measure": about.name,
                "title": about.title,
                "lost_share": float(self.share[m, n]),
            }
            for n, code in enumerate(self.codes)
            for m, about in enumerate(self.measures)
            if self.share[m, n] > 0
        ]
        return pl.DataFrame(rows, schema=SEAT_SHARE_SCHEMA)


SHARES: Final[dict[str, Any]] = {
    "force_share": pl.Float64,
    "least_capability": pl.String,
    "least_capability_share": pl.Float64,
    "gdp_share": pl.Float64,
    "population_share": pl.Float64,
}
FORMAT_KEY: Final[dict[str, Any]] = {"format": pl.String, "is_represented": pl.Boolean}
ROOM_SCHEMA: Final[dict[str, Any]] = {
    "room": pl.Int64,
    "seats_count": pl.Int64,
    "members": pl.String,
    "spoken_for": pl.String,
    **SHARES,
    "carried_prob": pl.Float64,
}
MEASURE_SCHEMA: Final[dict[str, Any]] = {
    "measure": pl.String,
    "title": pl.String,
    "wanted_share": pl.Float64,
    "sent_persons": pl.Float64,
    "seats_alone_count": pl.Int64,
    "seats_without_count": pl.Int64,
}
CURVE_SCHEMA: Final[dict[str, Any]] = {
    "wanted_share": pl.Float64,
    "seats_count": pl.Int64,
    "alone_count": pl.Int64,
}
BEST_SCHEMA: Final[dict[str, Any]] = {
    "seats_count": pl.Int64,
    "least_share": pl.Float64,
    "least_measure": pl.String,
    "members": pl.String,
}
FORMAT_SCHEMA: Final[dict[str, Any]] = {
    **FORMAT_KEY,
    "seats_count": pl.Int64,
    "is_carried": pl.Boolean,
    **SHARES,
    "least_share": pl.Float64,
    "short": pl.String,
    "added_count": pl.Int64,
    "spare_count": pl.Int64,
    "best_least_share": pl.Float64,
    "carried_prob": pl.Float64,
}
FORMAT_SHARE_SCHEMA: Final[dict[str, Any]] = {
    **FORMAT_KEY,
    "measure": pl.String,
    "title": pl.String,
    "wanted_share": pl.Float64,
    "carried_share": pl.Float64,
    "short_share": pl.Float64,
}
MEND_SCHEMA: Final[dict[str, Any]] = {
    "format": pl.String,
    "added_count": pl.Int64,
    "added": pl.String,
}
SPARE_SCHEMA: Final[dict[str, Any]] = {
    **FORMAT_KEY,
    "one_at_a_time": pl.String,
    "together": pl.String,
    "together_count": pl.Int64,
    "is_only_choice": pl.Boolean,
}
SEAT_SCHEMA: Final[dict[str, Any]] = {
    "delegation": pl.String,
    "expected_persons": pl.Float64,
    "force_share": pl.Float64,
    "gdp_share": pl.Float64,
    "population_share": pl.Float64,
    "most_capability": pl.String,
    "most_capability_share": pl.Float64,
    "place": pl.String,
    "prevent_share": pl.Float64,
    "pivot_share": pl.Float64,
    "balanced_added_persons": pl.Float64,
}
SEAT_SHARE_SCHEMA: Final[dict[str, Any]] = {
    "delegation": pl.String,
    "measure": pl.String,
    "title": pl.String,
    "lost_share": pl.Float64,
}

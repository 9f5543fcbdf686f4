"""What brokerage found: what hangs on each candidate, and why."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.brokerage.centrality import Standing
from foedus.engines.brokerage.conductance import NOBODY
from foedus.engines.brokerage.inputs import TieAbout
from foedus.engines.brokerage.roles import ROLES
from foedus.engines.protocol import drawn


class Carrier(NamedTuple):
    """A tie of a contender, and what flows over it where the assumptions stand."""

    candidate: int
    partner: int
    """Place among the nodes."""
    kind: str
    weight: float
    """What it carries."""
    current_share: float
    """Part of all that flows from the other senders to those addressed: above 0 where it flows away
    from the contender, below 0 where it flows to it."""


class Raised(NamedTuple):
    """A tie that, at its high end, makes another the best."""

    first: int
    second: int
    kind: str
    from_weight: float
    to_weight: float
    best: int
    """Place among the candidates; `NOBODY` for none."""


class LeftOut(NamedTuple):
    """Who is best where ties of one kind do not count."""

    kind: str
    best: int
    """Place among the candidates; `NOBODY` for none."""
    hangs_share: float


@dataclass(frozen=True, kw_only=True)
class BrokerageResult:
    """Who could be the bridge, draw by draw."""

    codes: tuple[str, ...]
    """The nodes."""
    candidates: IntArray
    """Shape (candidate,): places among the nodes."""
    sides: tuple[str, ...]
    """Camps that send, and all of them together."""
    side: int
    """Place of the side that is looked at."""
    addressed_camp: str
    camp_members: BoolArray
    """Shape (side, node)."""
    group: IntArray
    """Shape (node,): number of the camp; below 0 for none."""
    without_ties: tuple[str, ...]
    """Members of camps of whom no tie is known."""
    hangs_share: FloatArray = drawn()
    """Shape (draw, side, candidate): part of the link between a side and those addressed that is
    lost without the candidate; NaN where it cannot be asked."""
    link_weight: FloatArray = drawn()
    """Shape (draw, side): conductance between them, the candidates being where they are."""
    addressed_weight: FloatArray = drawn()
    """Shape (draw, candidate): what ties it to those addressed."""
    senders_weight: FloatArray = drawn()
    """Shape (draw, candidate): what ties it to those who send, on the side looked at."""
    hostile_weight: FloatArray = drawn()
    """Shape (draw, candidate): what ties it to the adversary."""
    contenders: IntArray
    """Shape (contender,): places among the candidates, most first."""
    stronger: tuple[TieAbout | None, ...]
    """By contender the tie that is raised."""
    best_as_it_is: IntArray = drawn()
    """Shape (what-if draw,): who is best in the draws in which the two below are asked."""
    best_if_stronger: IntArray = drawn()
    """Shape (what-if draw, contender): who is best if that tie is at its high end."""
    best_if_gone: IntArray = drawn()
    """Shape (what-if draw, contender): who is best if its personal ties are gone."""
    standing: Standing
    """Of every node, where the assumptions stand."""
    roles_count: IntArray
    """Shape (node, role)."""
    carriers: tuple[Carrier, ...]
    raised: tuple[Raised, ...]
    left_out: tuple[LeftOut, ...]

    @cached_property
    def candidate_codes(self) -> tuple[str, ...]:
        """Codes of those who could be sent."""
        return tuple(self.codes[place] for place in self.candidates)

    @cached_property
    def best(self) -> IntArray:
        """Shape (draw, side): on whom most hangs; the first of equals, `NOBODY` for none."""
        return first_of(self.known_share)

    @property
    def often_as_it_is(self) -> FloatArray:
        """Shape (candidate,): share of the what-if draws in which each is best."""
        return shares(self.best_as_it_is, len(self.candidates))

    @cached_property
    def second(self) -> IntArray:
        """Shape (draw, side): on whom second most hangs."""
        rest = self.known_share.copy()
        np.put_along_axis(rest, np.maximum(self.best, 0)[:, :, np.newaxis], 0.0, axis=2)
        return first_of(rest)

    @property
    def known_share(self) -> FloatArray:
        """What hangs on each; 0 where it cannot be asked."""
        return np.nan_to_num(self.hangs_share, nan=0.0)

    def best_share(self, side: int) -> FloatArray:
        """Return the share of draws in which each candidate is best, shape (candidate,)."""
        return shares(self.best[:, side], len(self.candidates))

    def second_share(self, side: int) -> FloatArray:
        """Return the share of draws in which each candidate is second, shape (candidate,)."""
        return shares(self.second[:, side], len(self.candidates))

    def order(self, side: int) -> list[int]:
        """Return the candidates of a side: most often best, then the most that hangs on it.

        Without those of whom it cannot be asked, and those on whom nothing ever hangs.
        """
        often, hangs = self.best_share(side), self.median_share(side)
        ever = self.known_share[:, side].max(axis=0)
        places = [place for place in range(len(self.candidates)) if ever[place] > 0]
        return sorted(places, key=lambda place: (-often[place], -hangs[place], place))

    def median_share(self, side: int) -> FloatArray:
        """Return what hangs on each in the median, shape (candidate,); 0 where not asked."""
        middle: FloatArray = np.median(self.known_share[:, side], axis=0)
        return middle

    @cached_property
    def closest_share(self) -> FloatArray:
        """Share of draws in which each has the strongest ties to those addressed, (candidate,)."""
        return shares(first_of(self.addressed_weight), len(self.candidates))

    def outcomes(self) -> dict[str, FloatArray]:
        """Return what hangs on the best and the second, and the lead of the envoy chosen."""
        share = self.known_share[:, self.side]
        ranked = np.sort(share, axis=1)
        runner_up = ranked[:, -2] if share.shape[1] > 1 else np.zeros(len(share))
        chosen = self.order(self.side)[0]
        others = np.delete(share, chosen, axis=1).max(axis=1, initial=0.0)
        return {
            "bridge_share": ranked[:, -1],
            "runner_up_share": runner_up,
            "lead_share": share[:, chosen] - others,
            "link_weight": self.link_weight[:, self.side],
        }

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return who is best for whom, where each stands, and what would change it."""
        return {
            "envoys": self.envoy_table(),
            "carriers": self.carrier_table(),
            "standing": self.standing_table(),
            "roles": self.role_table(),
            "stronger": self.stronger_table(),
            "gone": self.gone_table(),
            "raised": self.raised_table(),
            "kinds": self.kind_table(),
        }

    def envoy_table(self) -> pl.DataFrame:
        """Return a row a side and candidate: how often it is best, and what hangs on it."""
        rows = []
        for side, camp in enumerate(self.sides):
            often, second = self.best_share(side), self.second_share(side)
            for place in self.order(side):
                known = self.hangs_share[:, side, place]
                rows.append(
                    {
                        "camp": camp,
                        "delegation": self.candidate_codes[place],
                        "best_share": float(often[place]),
                        "second_share": float(second[place]),
                        **spread("hangs_share", known[~np.isnan(known)]),
                    }
                )
        return pl.DataFrame(rows, schema=ENVOY_SCHEMA)

    def standing_table(self) -> pl.DataFrame:
        """Return a row a candidate: what ties it to whom, and measures of its place."""
        rows = []
        for place in self.order(self.side):
            node = int(self.candidates[place])
            rows.append(
                {
                    "delegation": self.codes[node],
                    "closest_share": float(self.closest_share[place]),
                    **spread("addressed_weight", self.addressed_weight[:, place]),
                    **spread("senders_weight", self.senders_weight[:, place]),
                    **spread("hostile_weight", self.hostile_weight[:, place]),
                    **{
                        name: None if np.isnan(values[node]) else float(values[node])
                        for name, values in self.standing._asdict().items()
                    },
                }
            )
        return pl.DataFrame(rows, schema=STANDING_SCHEMA)

    def role_table(self) -> pl.DataFrame:
        """Return a row a candidate: how often it stands in each role of a broker."""
        rows = [
            {
                "delegation": self.candidate_codes[place],
                **{
                    f"{role}_count": int(count)
                    for role, count in zip(
                        ROLES, self.roles_count[self.candidates[place]], strict=True
                    )
                },
            }
            for place in self.order(self.side)
        ]
        return pl.DataFrame(rows, schema=ROLE_SCHEMA)

    def carrier_table(self) -> pl.DataFrame:
        """Return a row a contender and tie: what flows over it, most first."""
        rows = []
        for who in self.contenders.tolist():
            own = [carrier for carrier in self.carriers if carrier.candidate == who]
            rows += [
                {
                    "delegation": self.candidate_codes[who],
                    "partner": self.codes[carrier.partner],
                    "tie_kind": carrier.kind,
                    "flow": "from it" if carrier.current_share > 0 else "to it",
                    "current_share": abs(carrier.current_share),
                    "tie_weight": carrier.weight,
                }
                for carrier in sorted(own, key=lambda one: -abs(one.current_share))
            ]
        return pl.DataFrame(rows, schema=CARRIER_SCHEMA)

    def stronger_table(self) -> pl.DataFrame:
        """Return a row a contender: how often it is best if one of its ties is stronger."""
        often = self.often_as_it_is
        rows = []
        for at, (who, tie) in enumerate(zip(self.contenders.tolist(), self.stronger, strict=True)):
            if tie is None:
                continue
            after = shares(self.best_if_stronger[:, at], len(self.candidates))
            rows.append(
                {
                    "delegation": self.candidate_codes[who],
                    "partner": tie.partner
                    if tie.delegation == self.candidate_codes[who]
                    else tie.delegation,
                    "tie_kind": tie.kind,
                    "best_share": float(often[who]),
                    "best_if_stronger_share": float(after[who]),
                }
            )
        return pl.DataFrame(rows, schema=STRONGER_SCHEMA)

    def gone_table(self) -> pl.DataFrame:
        """Return a row for each leader gone and each who is then best, the likeliest first."""
        often = self.often_as_it_is
        rows = []
        for at, who in enumerate(self.contenders.tolist()):
            after = shares(self.best_if_gone[:, at], len(self.candidates))
            rows += [
                {
                    "leader_gone": self.candidate_codes[who],
                    "delegation": self.candidate_codes[place],
                    "best_share": float(often[place]),
                    "best_if_gone_share": float(after[place]),
                }
                for place in np.argsort(-after, kind="stable").tolist()
                if after[place] > 0
            ]
        return pl.DataFrame(rows, schema=GONE_SCHEMA)

    def raised_table(self) -> pl.DataFrame:
        """Return the single ties that change who is best at the point, if at their high end."""
        rows = [
            {
                "first": self.codes[one.first],
                "second": self.codes[one.second],
                "tie_kind": one.kind,
                "from_weight": one.from_weight,
                "to_weight": one.to_weight,
                "delegation": "" if one.best == NOBODY else self.candidate_codes[one.best],
            }
            for one in self.raised
        ]
        return pl.DataFrame(rows, schema=RAISED_SCHEMA)

    def kind_table(self) -> pl.DataFrame:
        """Return a row a kind of tie: who is best at the point if it does not count."""
        rows = [
            {
                "tie_kind": one.kind,
                "delegation": "" if one.best == NOBODY else self.candidate_codes[one.best],
                "hangs_share": one.hangs_share,
            }
            for one in self.left_out
        ]
        return pl.DataFrame(rows, schema=KIND_SCHEMA)


def first_of(share: FloatArray) -> IntArray:
    """Return the place of the largest on the last axis; `NOBODY` where none is above 0."""
    most = share.max(axis=-1, initial=0.0)
    found: IntArray = np.where(most > 0, share.argmax(axis=-1), NOBODY)
    return found


def shares(places: IntArray, count: int) -> FloatArray:
    """Return in which share of draws each place comes up, shape (count,).

    >>> shares(np.array([0, 2, 2, -1]), 3).tolist()
    [0.25, 0.0, 0.5]
    """
    counts = np.bincount(places[places >= 0], minlength=count)
    found: FloatArray = counts / max(len(places), 1)
    return found


def ranged(name: str) -> dict[str, type[pl.Float64]]:
    """Return the columns of a number with its range."""
    return dict.fromkeys([name, f"{name}_low", f"{name}_high"], pl.Float64)


def spread(name: str, values: FloatArray) -> dict[str, float | None]:
    """Return the median and the 90 % range over draws as columns; None where there is no draw."""
    if not values.size:
        return dict.fromkeys(ranged(name))
    low, median, high = np.quantile(values, [0.05, 0.5, 0.95])
    return {name: float(median), f"{name}_low": float(low), f"{name}_high": float(high)}


ENVOY_SCHEMA: Final[dict[str, Any]] = {
    "camp": pl.String,
    "delegation": pl.String,
    "best_share": pl.Float64,
    "second_share": pl.Float64,
    **ranged("hangs_share"),
}
STANDING_SCHEMA: Final[dict[str, Any]] = {
    "delegation": pl.String,
    "closest_share": pl.Float64,
    **ranged("addressed_weight"),
    **ranged("senders_weight"),
    **ranged("hostile_weight"),
    **dict.fromkeys(Standing._fields, pl.Float64),
}
ROLE_SCHEMA: Final[dict[str, Any]] = {
    "delegation": pl.String,
    **dict.fromkeys([f"{role}_count" for role in ROLES], pl.Int64),
}
CARRIER_SCHEMA: Final[dict[str, Any]] = {
    "delegation": pl.String,
    "partner": pl.String,
    "tie_kind": pl.String,
    "flow": pl.String,
    "current_share": pl.Float64,
    "tie_weight": pl.Float64,
}
STRONGER_SCHEMA: Final[dict[str, Any]] = {
    "delegation": pl.String,
    "partner": pl.String,
    "tie_kind": pl.String,
    "best_share": pl.Float64,
    "best_if_stronger_share": pl.Float64,
}
GONE_SCHEMA: Final[dict[str, Any]] = {
    "leader_gone": pl.String,
    "delegation": pl.String,
    "best_share": pl.Float64,
    "best_if_gone_share": pl.Float64,
}
KIND_SCHEMA: Final[dict[str, Any]] = {
    "tie_kind": pl.String,
    "delegation": pl.String,
    "hangs_share": pl.Float64,
}
RAISED_SCHEMA: Final[dict[str, Any]] = {
    "first": pl.String,
    "second": pl.String,
    "tie_kind": pl.String,
    "from_weight": pl.Float64,
    "to_weight": pl.Float64,
    "delegation": pl.String,
}

"""What command finds: criteria of every chain and lead side by side, its outcomes and tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.command.acceptance import weighted_share
from foedus.engines.command.inputs import USUAL_CHAINS, Lead
from foedus.engines.protocol import drawn
from foedus.scenario.command import Headquarters

CRITERIA: Final = (
    "headquarters_share",
    "capacity_share",
    "acceptance_share",
    "interoperability_share",
    "filled_months",
    "handovers_count",
)
"""Criteria that are followed for each chain. They are printed side by side and never summed."""
MORE_THAN_HALF: Final = 0.5


@dataclass(frozen=True)
class CommandResult:
    """How chains and leads compare, draw by draw.

    A pair is a chain and who may lead the highest headquarters asked for in it. Where a lead is
    not there, because its headquarters is not free or it does not join, its criteria stand for
    nothing: see `is_there`.
    """

    codes: tuple[str, ...]
    """Contributors, sorted."""
    echelons: tuple[str, ...]
    """Echelons of which a headquarters is asked for, the highest first."""
    needed_count: IntArray
    """Shape (echelon,)."""
    every: tuple[Headquarters, ...]
    """Every headquarters of the scenario, sorted by key."""
    candidates: IntArray
    """Shape (candidate,): places in `every` of those of the echelons asked for."""
    lead_of: IntArray
    """Shape (candidate,): place in `leads`."""
    chains: tuple[str, ...]
    leads: tuple[Lead, ...]
    pairs: tuple[tuple[int, int], ...]
    """Chain and lead of each option compared."""
    own_chain: str
    """Chain that the option names."""
    needs_consent: tuple[bool | None, ...]
    """By chain: whether the guarantor sits where it is decided by consensus."""
    formation: tuple[tuple[str, ...], ...]
    """By nation and lead: where the strongest habit comes from; empty for none."""
    stated_share: FloatArray
    """Shape (nation, lead): how strong that habit is as the rows stand; 1 under its own lead."""
    in_body: BoolArray
    """Shape (chain, nation): who is a member of the body of the chain."""
    lead_in_body: BoolArray
    """Shape (chain, lead): whose lead its members accept."""
    is_there: BoolArray = drawn()
    """Shape (draw, pair): whether a highest headquarters of the lead is free and all who lead it
    join."""
    fields_all: BoolArray = drawn()
    """Shape (draw, pair): whether as many headquarters as are asked for of every echelon are at
    hand."""
    headquarters_share: FloatArray = drawn()
    """Shape (draw, pair): those at hand over those asked for."""
    capacity_share: FloatArray = drawn()
    """Shape (draw, pair): brigades that can be commanded over those asked for; may pass 1."""
    acceptance_share: FloatArray = drawn()
    """Shape (draw, pair): part of the joiners' soldiers whose nations serve under the lead."""
    interoperability_share: FloatArray = drawn()
    """Shape (draw, pair): how used the joiners are to the lead, by soldiers."""
    own_months: FloatArray = drawn()
    """Shape (draw, pair): months for which the lead fills the highest place by itself."""
    filled_months: FloatArray = drawn()
    """Shape (draw, pair): months for which places are filled when others of the chain take turns:
    the mean over the places of an echelon, and of several echelons the least."""
    handovers_count: FloatArray = drawn()
    """Shape (draw, pair): times that the lead goes to another in the mission."""
    notice_days: FloatArray = drawn()
    """Shape (draw, pair): days until the lead's first highest headquarters is in place."""
    chosen: IntArray = drawn()
    """Shape (draw, chain): the pair that stands for the chain; -1 where none is there."""
    us_share: FloatArray = drawn()
    """Shape (draw, echelon): the guarantor's share of what such headquarters work with."""
    blessing: FloatArray = drawn()
    """Shape (draw,): whether the option has the guarantor's consent."""
    duration_months: FloatArray = drawn()
    """Shape (draw,)."""
    weight: FloatArray = drawn()
    """Shape (draw, nation): part of the joiners' soldiers that each sends."""
    joins: BoolArray = drawn()
    """Shape (draw, nation)."""
    serves: BoolArray = drawn()
    """Shape (draw, nation, lead): who serves under whom by habit, whatever the chain."""
    free: BoolArray = drawn()
    """Shape (draw, headquarters): which are free."""
    led: BoolArray = drawn()
    """Shape (draw, candidate): whether all who lead it join."""
    span_count: FloatArray = drawn()
    """Shape (draw, headquarters)."""

    @property
    def asks(self) -> bool:
        """Whether a headquarters is asked for at all."""
        return bool(self.echelons)

    @cached_property
    def lead_titles(self) -> tuple[str, ...]:
        """Codes of each lead as one word."""
        return tuple(";".join(lead) for lead in self.leads)

    def pairs_of(self, chain: str) -> list[int]:
        """Return the places of a chain's pairs."""
        return [i for i, (c, _) in enumerate(self.pairs) if self.chains[c] == chain]

    def has_lead(self, chain: str) -> BoolArray:
        """Return whether any lead of a chain is there, shape (draw,)."""
        return np.asarray(self.is_there[:, self.pairs_of(chain)].any(axis=1))

    def fields(self, chain: str) -> BoolArray:
        """Return whether a chain can field every headquarters asked for, shape (draw,)."""
        if not self.asks:
            return np.ones(len(self.blessing), dtype=np.bool_)
        return np.asarray(self.fields_all[:, self.pairs_of(chain)].any(axis=1))

    def of_chain(self, chain: str, criterion: str) -> FloatArray:
        """Return a criterion of the pair that stands for a chain, shape (draw,).

        0 where no lead is there, and as if met in full where no headquarters is asked for.
        """
        if not self.asks:
            return self.met_in_full(criterion)
        if chain not in self.chains:
            return np.zeros(len(self.blessing))
        chosen = self.chosen[:, self.chains.index(chain)]
        values: FloatArray = getattr(self, criterion)
        if not self.pairs:
            return np.zeros(len(chosen))
        found = np.take_along_axis(values, np.maximum(chosen, 0)[:, None], axis=1)[:, 0]
        return np.where(chosen >= 0, found, 0.0)

    def met_in_full(self, criterion: str) -> FloatArray:
        """Return what a criterion is where nothing is asked for."""
        if criterion == "filled_months":
            return self.duration_months
        return np.full(len(self.blessing), float(criterion != "handovers_count"))

    def outcomes(self) -> dict[str, FloatArray]:
        """Return each criterion of each of the three usual chains; none is added to another."""
        return {
            f"{chain}_{criterion}": self.of_chain(chain, criterion)
            for chain in USUAL_CHAINS
            for criterion in CRITERIA
        }

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return options compared, candidates, and who serves under whom."""
        return {
            "options": self.option_table(),
            "headquarters": self.headquarters_table(),
            "acceptance": self.acceptance_table(),
        }

    def option_table(self) -> pl.DataFrame:
        """Return a row a chain, and beneath it one a lead: criteria over draws in which it leads.

        The row of a chain has no lead of its own: it is that of whoever stands for it in each draw.
        """
        rows = []
        for place, chain in enumerate(self.chains):
            if not self.asks:
                break
            rows.append(
                self.option_row(
                    place,
                    "",
                    self.has_lead(chain),
                    self.fields(chain),
                    {name: self.of_chain(chain, name) for name in ROW_CRITERIA},
                )
            )
            rows += [
                self.option_row(
                    place,
                    self.lead_titles[self.pairs[pair][1]],
                    self.is_there[:, pair],
                    self.fields_all[:, pair],
                    {name: getattr(self, name)[:, pair] for name in ROW_CRITERIA},
                )
                for pair in self.by_chance(chain)
            ]
        return pl.DataFrame(rows, schema=OPTION_SCHEMA)

    def by_chance(self, chain: str) -> list[int]:
        """Return a chain's pairs, the likeliest to lead first."""
        return sorted(self.pairs_of(chain), key=lambda pair: -float(self.is_there[:, pair].mean()))

    def option_row(
        self,
        chain: int,
        lead: str,
        there: BoolArray,
        fields: BoolArray,
        criteria: dict[str, FloatArray],
    ) -> dict[str, Any]:
        """Return one option: chances over all draws, the rest over those in which it leads."""
        needs = self.needs_consent[chain]
        row: dict[str, Any] = {
            "chain": self.chains[chain],
            "lead": lead,
            "lead_prob": float(there.mean()),
            "fields_prob": float(fields.mean()),
            "needs_us_consent": needs,
            "open_prob": None
            if needs is None
            else float((self.blessing > 0).mean())
            if needs
            else 1.0,
        }
        for name, values in (*criteria.items(), ("us_share", self.most_us_share)):
            row |= spread(name, values[there])
        return row

    @property
    def most_us_share(self) -> FloatArray:
        """Shape (draw,): the guarantor's share where it is largest among the echelons asked for."""
        most: FloatArray = self.us_share.max(axis=1, initial=0.0)
        return most

    def headquarters_table(self) -> pl.DataFrame:
        """Return every headquarters: what it is, whether it is at hand, and who serves under it."""
        place_of = {int(place): i for i, place in enumerate(self.candidates)}
        serving = self.serving_share
        rows = []
        for place, about in enumerate(self.every):
            i = place_of.get(place)
            led = None if i is None else self.led[:, i]
            lead = None if i is None else int(self.lead_of[i])
            there = None if led is None else float((led & self.free[:, place]).mean())
            rows.append(
                {
                    "headquarters": about.headquarters,
                    "title": about.title,
                    "framework": ";".join(about.framework),
                    "echelon": about.echelon,
                    "chains": ";".join(about.chains),
                    "authority": about.authority,
                    "is_asked_for": i is not None,
                    **spread("span_count", self.span_count[:, place]),
                    "notice_days": about.notice_days,
                    "free_prob": float(self.free[:, place].mean()),
                    "led_prob": None if led is None else float(led.mean()),
                    "there_prob": there,
                    "accepted_by": "" if lead is None else ";".join(self.accepted_by(lead)),
                    "acceptance_share": None if lead is None else float(serving[lead]),
                }
            )
        return pl.DataFrame(rows, schema=HEADQUARTERS_SCHEMA)

    @cached_property
    def own_place(self) -> int | None:
        """Place of the chain that the option names; None where no headquarters stands in it."""
        return self.chains.index(self.own_chain) if self.own_chain in self.chains else None

    def by_rule(self, chain: int | None) -> BoolArray:
        """Return who serves under whom in a chain by membership, shape (nation, lead)."""
        if chain is None:
            return np.zeros((len(self.codes), len(self.leads)), dtype=np.bool_)
        found: BoolArray = self.in_body[chain][:, None] & self.lead_in_body[chain][None, :]
        return found

    @cached_property
    def serving_share(self) -> FloatArray:
        """Shape (lead,): mean part of the joiners' soldiers that serve under each, own chain."""
        serves = self.serves | self.by_rule(self.own_place)
        mean: FloatArray = weighted_share(serves, self.weight).mean(axis=0)
        return mean

    def accepted_by(self, lead: int) -> Iterator[str]:
        """Yield who serves under a lead in more than half of the draws, in the option's chain."""
        chance = np.maximum(
            self.serves[:, :, lead].mean(axis=0), self.by_rule(self.own_place)[:, lead]
        )
        for code, often in zip(self.codes, chance, strict=True):
            if often > MORE_THAN_HALF and code not in self.leads[lead]:
                yield code

    def acceptance_table(self) -> pl.DataFrame:
        """Return a row a nation and lead with a habit of serving there, or a common body."""
        chances = self.serves.mean(axis=0)
        joins = self.joins.mean(axis=0)
        rows = []
        for lead, who in enumerate(self.leads):
            for nation, code in enumerate(self.codes):
                shared = [
                    chain
                    for c, chain in enumerate(self.chains)
                    if self.in_body[c, nation] and self.lead_in_body[c, lead]
                ]
                if code in who or not (self.formation[nation][lead] or shared):
                    continue
                rows.append(
                    {
                        "lead": self.lead_titles[lead],
                        "delegation": code,
                        "formation": self.formation[nation][lead],
                        "strength_share": float(self.stated_share[nation, lead]),
                        "serves_prob": float(chances[nation, lead]),
                        "accepts_in": ";".join(shared),
                        "join_prob": float(joins[nation]),
                    }
                )
        return pl.DataFrame(rows, schema=ACCEPTANCE_SCHEMA)


ROW_CRITERIA: Final = (
    "headquarters_share",
    "capacity_share",
    "acceptance_share",
    "interoperability_share",
    "own_months",
    "filled_months",
    "handovers_count",
    "notice_days",
)
"""Criteria that a row of the table of options has, in this order."""


def ranged(name: str) -> dict[str, type[pl.Float64]]:
    """Return the columns of a number with its range."""
    return dict.fromkeys([name, f"{name}_low", f"{name}_high"], pl.Float64)


def spread(name: str, values: FloatArray) -> dict[str, float | None]:
    """Return the median and the 90 % range over draws as columns; None where there is no draw.

    Counts stay whole numbers.
    """
    if not values.size:
        return dict.fromkeys(ranged(name))
    points = [0.05, 0.5, 0.95]
    if name.startswith("handovers"):
        low, median, high = np.quantile(values, points, method="inverted_cdf")
    else:
        low, median, high = np.quantile(values, points)
    return {name: float(median), f"{name}_low": float(low), f"{name}_high": float(high)}


OPTION_SCHEMA: Final[dict[str, Any]] = {
    "chain": pl.String,
    "lead": pl.String,
    "lead_prob": pl.Float64,
    "fields_prob": pl.Float64,
    "needs_us_consent": pl.Boolean,
    "open_prob": pl.Float64,
    **{column: kind for name in ROW_CRITERIA for column, kind in ranged(name).items()},
    **ranged("us_share"),
}
HEADQUARTERS_SCHEMA: Final[dict[str, Any]] = {
    "headquarters": pl.String,
    "title": pl.String,
    "framework": pl.String,
    "echelon": pl.String,
    "chains": pl.String,
    "authority": pl.String,
    "is_asked_for": pl.Boolean,
    **ranged("span_count"),
    "notice_days": pl.Float64,
    "free_prob": pl.Float64,
    "led_prob": pl.Float64,
    "there_prob": pl.Float64,
    "accepted_by": pl.String,
    "acceptance_share": pl.Float64,
}
ACCEPTANCE_SCHEMA: Final[dict[str, Any]] = {
    "lead": pl.String,
    "delegation": pl.String,
    "formation": pl.String,
    "strength_share": pl.Float64,
    "serves_prob": pl.Float64,
    "accepts_in": pl.String,
    "join_prob": pl.Float64,
}

"""What sustained force finds: the arrays of a run, its outcomes and its tables."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from foedus.engines.arrays import FloatArray, IntArray
from foedus.engines.forces.inputs import Groups
from foedus.engines.protocol import drawn

HALF: Final = 0.5
ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class ForceResult:
    """What can be kept in place, draw by draw.

    Groups are capabilities that may stand in for each other.
    """

    codes: tuple[str, ...]
    """Nations, pools and the guarantor, sorted."""
    roles: tuple[str, ...]
    groups: Groups
    headquarters: tuple[str, ...]
    services: tuple[str, ...]
    months: IntArray
    """Shape (month,): 0 to the option's duration."""
    durations: IntArray
    """Shape (duration,): lengths of mission, in months, for which strength was also found."""
    key_share: FloatArray
    """Shape (nation,): fair share among all contributors."""
    service_need_share: FloatArray
    """Shape (service,)."""
    asked_persons: FloatArray = drawn()
    """Shape (draw, month): the part of the requirement on land that is needed by then."""
    gross_persons: FloatArray = drawn()
    """Shape (draw, month): soldiers on land under each nation's ceiling, whatever they can do."""
    balanced_share: FloatArray = drawn()
    """Shape (draw, month): share of the requirement, every critical capability in proportion."""
    balanced_persons: FloatArray = drawn()
    """Shape (draw, month): soldiers of a force in proportion: the balanced share of every critical
    capability, and of the others what there is up to it; 0 where no land force is asked for."""
    binding: IntArray = drawn()
    """Shape (draw,): the groups that limit it at the end of the mission, a bit for each group."""
    alone_share: FloatArray = drawn()
    """Shape (draw,): the balanced share at the end, without the guarantor's units."""
    alone_persons: FloatArray = drawn()
    """Shape (draw,): balanced strength at the end, without the guarantor's units."""
    alone_binding: IntArray = drawn()
    duration_share: FloatArray = drawn()
    """Shape (draw, duration): the balanced share of a mission of each length."""
    duration_persons: FloatArray = drawn()
    """Shape (draw, duration): balanced strength of a mission of each length."""
    duration_binding: IntArray = drawn()
    """Shape (draw, duration)."""
    duration_fill: FloatArray = drawn()
    """Shape (draw, duration, group): supply over requirement, ceilings set aside."""
    required_persons: FloatArray = drawn()
    """Shape (draw, group): the requirement at reference strength."""
    standing_persons: FloatArray = drawn()
    """Shape (draw, nation, group): what stands for the option's duration, ceilings set aside."""
    rotation_persons: FloatArray = drawn()
    """Shape (draw, nation, group): what more would stand if nobody had to take turns; 0 where
    strength by duration was left out."""
    ceiling_persons: FloatArray = drawn()
    """Shape (draw, nation): the lowest ceiling on land over the mission."""
    sent_persons: FloatArray = drawn()
    """Shape (draw, nation, group): the requirement shared out by priority and fair share."""
    hq_needed_count: FloatArray = drawn()
    """Shape (draw, headquarters)."""
    hq_sent_count: FloatArray = drawn()
    service_fill_share: FloatArray = drawn()
    """Shape (draw, service): what is supplied of what is needed, at most 1."""
    service_alone_share: FloatArray = drawn()
    """The same without the guarantor."""

    @property
    def required_land_persons(self) -> FloatArray:
        """Shape (draw,): the requirement on land."""
        required: FloatArray = self.required_persons[:, self.groups.on_land].sum(axis=1)
        return required

    @property
    def standing_balanced_persons(self) -> FloatArray:
        """Shape (draw,): balanced strength once all are in place, at the end of the mission."""
        return self.balanced_persons[:, -1]

    @property
    def sent_land_persons(self) -> FloatArray:
        """Shape (draw, nation): soldiers on land that each sends."""
        sent: FloatArray = self.sent_persons[:, :, self.groups.on_land].sum(axis=2)
        return sent

    @property
    def fill_share(self) -> FloatArray:
        """Shape (draw, group): what is sent over what is required; 1 where nothing is."""
        sent = self.sent_persons.sum(axis=1)
        full = np.ones_like(sent)
        fill: FloatArray = np.divide(
            sent, self.required_persons, out=full, where=self.required_persons > 0
        )
        return fill

    def outcomes(self) -> dict[str, FloatArray]:
        """Return strengths once all are in place, and what the guarantor adds."""
        land = self.sent_land_persons
        guarantor = np.array([role == "guarantor" for role in self.roles])
        total = np.maximum(self.sent_persons.sum(axis=(1, 2)), ROUNDING)
        return {
            "gross_persons": self.gross_persons[:, -1],
            "balanced_persons": self.standing_balanced_persons,
            "balanced_share": finite(self.balanced_share[:, -1]),
            "alone_persons": self.alone_persons,
            "filled_persons": land.sum(axis=1),
            "own_share": 1 - self.sent_persons[:, guarantor].sum(axis=(1, 2)) / total,
        }

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return strength by month and by duration, capabilities, services, and who sends what."""
        return {
            "strength": self.strength_table(),
            "duration": self.duration_table(),
            "capabilities": self.capability_table(),
            "sent": self.sent_table(),
            "services": self.service_table(),
        }

    def strength_table(self) -> pl.DataFrame:
        """Return gross and balanced strength by month, with 90 % ranges."""
        gross, balanced = ranges(self.gross_persons), ranges(self.balanced_persons)
        return pl.DataFrame(
            {
                "mission_month": self.months,
                "asked_persons": np.median(self.asked_persons, axis=0),
                "gross_persons": gross[1],
                "gross_persons_low": gross[0],
                "gross_persons_high": gross[2],
                "balanced_persons": balanced[1],
                "balanced_persons_low": balanced[0],
                "balanced_persons_high": balanced[2],
            }
        )

    def duration_table(self) -> pl.DataFrame:
        """Return balanced strength by length of mission, and the group that binds most often."""
        persons = self.duration_persons
        low, middle, high = ranges(persons)
        most = [self.binding_shares(self.duration_binding[:, k]) for k in range(persons.shape[1])]
        return pl.DataFrame(
            {
                "duration_months": self.durations,
                "balanced_persons": middle,
                "balanced_persons_low": low,
                "balanced_persons_high": high,
                "binding": [self.groups.names[int(np.argmax(shares))] for shares in most],
                "binding_share": [float(np.max(shares)) for shares in most],
            },
            schema_overrides={"binding": pl.String, "binding_share": pl.Float64},
        )

    def capability_table(self) -> pl.DataFrame:
        """Return requirement, supply and fill of each group that is required."""
        supply = self.standing_persons.sum(axis=1)
        fill = ranges(self.fill_share)
        binds = self.binding_shares(self.binding)
        groups = pl.DataFrame(
            {
                "capability": self.groups.names,
                "domain": self.groups.domains,
                "is_critical": self.groups.is_critical,
                "required_persons": np.median(self.required_persons, axis=0),
                "standing_persons": np.median(supply, axis=0),
                "fill_share": fill[1],
                "fill_share_low": fill[0],
                "fill_share_high": fill[2],
                "binding_share": binds,
            }
        )
        return groups.filter(pl.col("required_persons") > 0)

    def sent_table(self) -> pl.DataFrame:
        """Return what each nation sends of each group, where it sends anything."""
        low, middle, high = ranges(self.sent_persons)
        rows = [
            (code, group, middle[i, j], low[i, j], high[i, j])
            for i, code in enumerate(self.codes)
            for j, group in enumerate(self.groups.names)
            if high[i, j] > HALF
        ]
        columns = ["delegation", "capability", "sent_persons", "sent_persons_low"]
        return pl.DataFrame(
            rows, schema=[*columns, "sent_persons_high"], orient="row", infer_schema_length=None
        )

    def service_table(self) -> pl.DataFrame:
        """Return what is supplied of each service that the option needs, with and without help."""
        with_help, alone = ranges(self.service_fill_share), ranges(self.service_alone_share)
        return pl.DataFrame(
            {
                "service": self.services,
                "need_share": self.service_need_share,
                "fill_share": with_help[1],
                "alone_share": alone[1],
                "alone_share_low": alone[0],
                "alone_share_high": alone[2],
            },
            schema_overrides={"service": pl.String},
        ).filter(pl.col("need_share") > 0)

    def binding_shares(self, binding: IntArray) -> FloatArray:
        """Return how often each group is among those that bind, shape (group,)."""
        bits = (binding[:, None] >> np.arange(len(self.groups.names))) & 1
        shares: FloatArray = bits.mean(axis=0)
        return shares


def finite(share: FloatArray) -> FloatArray:
    """Return a balanced share with 0 where no land force is asked for."""
    return np.where(np.isfinite(share), share, 0.0)


def ranges(values: FloatArray) -> FloatArray:
    """Return the 5 %, 50 % and 95 % points over draws."""
    points: FloatArray = np.quantile(values, [0.05, 0.5, 0.95], axis=0)
    return points

"""Sustained force: what a coalition can keep in place, month by month and for how long.

A closed form, so that it can be drawn a million times: units that stay standing when they take
turns, the strength they add up to, the largest force in which every critical capability is in
proportion, and who would send what if it were shared out fairly.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeVar

import numpy as np
import polars as pl
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from foedus.engines.forces.balanced import balanced_share, land_strength
from foedus.engines.forces.inputs import ForcesInputs, Groups, read_inputs
from foedus.engines.forces.rotation import units_per_slot
from foedus.engines.forces.sharing import share_out
from foedus.engines.forces.standing import stand
from foedus.engines.protocol import BoolArray, FloatArray, IntArray, Outcome, drawn
from foedus.scenario.draws import Draws
from foedus.scenario.scenario import Scenario

HALF: float = 0.5
ROUNDING = 1e-9

NumberT = TypeVar("NumberT", np.float64, np.int64)


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


@dataclass(frozen=True, kw_only=True)
class SustainedForce:
    """What a coalition can keep in place, month by month and for how long."""

    name: ClassVar[str] = "forces"
    title: ClassVar[str] = "Sustained force"
    needs: ClassVar[tuple[str, ...]] = ("capabilities", "units", "requirement", "share_keys")
    follows: ClassVar[tuple[Outcome, ...]] = (
        Outcome("gross_persons", "Gross strength on land", True),
        Outcome("balanced_persons", "Balanced strength on land", True),
        Outcome("balanced_share", "Share of the requirement in proportion", True),
        Outcome("alone_persons", "Balanced strength without the guarantor's enablers", True),
        Outcome("filled_persons", "Requirement on land that is filled", True),
        Outcome("own_share", "Share of the force that is not the guarantor's"),
    )

    share_key: str = "mix"
    """Measure of fair shares: a key of `share_keys.csv`, or `mix` of GDP and population."""
    overlap_months: Annotated[float, Ge(0)] = 0.75
    """Length of a relief in place, when the old unit and the new one are both there."""
    home_floor_ratio: Annotated[float, Ge(0)] = 1.0
    """Multiplies every home floor."""
    strength_ratio: Annotated[float, Gt(0)] = 1.0
    """Multiplies the strength of every unit."""
    dwell_scale_ratio: Annotated[float, Ge(0)] = 1.0
    """Multiplies every dwell ratio: below 1, rest rules are waived."""
    longest_months: Annotated[int, Ge(0)] = 48
    """Longest mission for which strength is found by duration; 0 leaves it out."""
    by_month: bool = True
    """Whether strength is found month by month, or only once all units are in place."""

    def inputs(self, scenario: Scenario, draws: Draws, /) -> ForcesInputs:
        """Gather units, floors, ceilings and the requirement as they stand in each draw."""
        return read_inputs(self, scenario, draws)

    def solve(self, inputs: ForcesInputs, _rng: np.random.Generator, /) -> ForceResult:
        """Find strength by month and by duration, and share the requirement out, without chance."""
        required = inputs.required_persons
        duration = inputs.duration_months
        months = np.arange(int(np.ceil(duration)) + 1)[None if self.by_month else -1 :]
        at_end = in_month(inputs, int(months[-1]))
        strength = strength_by_month(inputs, required, months, at_end)
        alone = strength_alone(inputs, required, *at_end)
        all_there = bool((inputs.notice_months <= months[-1]).all())
        persons = at_end[0] if all_there else persons_of(inputs, duration)
        lowest = inputs.ceiling_persons[:, :, inputs.epoch_month < duration].min(axis=2)
        durations = np.arange(1, self.longest_months + 1)
        by_duration, duration_fill = strength_by_duration(inputs, required, durations)
        sent = share_out(
            inputs.step_persons,
            inputs.step_group,
            persons,
            lowest,
            inputs.key_share[None, :],
            inputs.groups.on_land,
        )
        once = persons_of(inputs, 1.0) if durations.size else persons
        wide = Widener(inputs.n)
        return ForceResult(
            codes=inputs.codes,
            roles=inputs.roles,
            groups=inputs.groups,
            headquarters=tuple(inputs.capabilities[i] for i in inputs.hq_index),
            services=inputs.services,
            months=months,
            durations=durations,
            key_share=inputs.key_share,
            service_need_share=inputs.service_need_share,
            asked_persons=wide(asked_by_month(inputs, months)),
            gross_persons=wide(strength.gross_persons),
            balanced_share=wide(strength.share),
            balanced_persons=wide(strength.persons),
            binding=wide(strength.binding[:, -1]),
            alone_share=wide(alone.share[:, 0]),
            alone_persons=wide(alone.persons[:, 0]),
            alone_binding=wide(alone.binding[:, 0]),
            duration_share=wide(by_duration.share),
            duration_persons=wide(by_duration.persons),
            duration_binding=wide(by_duration.binding),
            duration_fill=wide(duration_fill),
            required_persons=wide(required),
            standing_persons=wide(persons),
            rotation_persons=wide(np.maximum(once - persons, 0.0)),
            ceiling_persons=wide(lowest),
            sent_persons=wide(sent),
            hq_needed_count=wide(inputs.hq_needed_count),
            hq_sent_count=wide(headquarters_sent(inputs)),
            service_fill_share=wide(service_fill(inputs, inputs.us_enablers_share)),
            service_alone_share=wide(service_fill(inputs, np.zeros(1))),
        )


class Widener:
    """Repeats what does not depend on the draw, so that every array has all draws."""

    def __init__(self, n: int) -> None:
        self.n = n

    def __call__(self, values: NDArray[NumberT]) -> NDArray[NumberT]:
        """Return the array with n draws."""
        return np.broadcast_to(values, (self.n, *values.shape[1:]))


def persons_of(
    inputs: ForcesInputs, duration_months: float, in_place: BoolArray | None = None
) -> FloatArray:
    """Return the soldiers that stand for a mission of some length, shape (draw, nation, group)."""
    return stand(inputs.contingents, duration_months, in_place, len(inputs.groups.names))


def in_month(inputs: ForcesInputs, month: int) -> tuple[FloatArray, FloatArray]:
    """Return the soldiers that have arrived by a month, and the ceilings that hold in it.

    Returns
    -------
    persons : shape (draw, nation, group)
    ceiling : shape (draw, nation)
    """
    epoch = int(np.searchsorted(inputs.epoch_month, month, side="right")) - 1
    persons = persons_of(inputs, inputs.duration_months, inputs.notice_months <= month)
    return persons, inputs.ceiling_persons[:, :, epoch]


@dataclass(frozen=True)
class Strength:
    """Gross and balanced strength over months or durations."""

    gross_persons: FloatArray
    """Shape (draw, month)."""
    share: FloatArray
    """Shape (draw, month): the balanced share."""
    persons: FloatArray
    """Shape (draw, month): balanced strength."""
    binding: IntArray
    """Shape (draw, month): the groups that bind, as bits of all groups."""

    def at(self, places: IntArray) -> "Strength":
        """Return the strength at some of the months, in the order asked for."""
        return Strength(
            self.gross_persons[:, places],
            self.share[:, places],
            self.persons[:, places],
            self.binding[:, places],
        )


def strength_of(
    inputs: ForcesInputs, persons: FloatArray, required: FloatArray, ceiling: FloatArray
) -> Strength:
    """Return gross and balanced strength of what stands at one time, with a single month.

    A nation's ceiling is shared between critical groups and the rest of the land force in the
    requirement's proportion, so that a share of 1 leaves room for all lines and not only for the
    critical ones. Balanced strength counts the balanced share of the critical groups, and of the
    others what there is, up to the same share: it is never more than gross strength.
    """
    land, critical = inputs.groups.on_land, inputs.groups.is_critical
    asked = required[:, critical].sum(axis=1)
    whole = required[:, land].sum(axis=1)
    # Where nothing critical is asked for there is nothing to leave room beside.
    part = np.divide(asked, whole, out=np.ones_like(whole), where=asked > 0)[:, None]
    share, bits = balanced_share(
        np.ascontiguousarray(persons[:, :, critical]),
        ceiling * part,
        np.ascontiguousarray(required[:, critical]),
    )
    binding = np.zeros(bits.shape, dtype=np.int64)
    for place, group in enumerate(np.flatnonzero(critical)):
        binding |= ((bits >> place) & 1) << group
    gross, balanced = land_strength(persons, ceiling, required, share, critical, land)
    columns = np.broadcast_arrays(gross, share, balanced, binding)
    return Strength(*(column[:, None] for column in columns))


def side_by_side(parts: list[Strength]) -> Strength:
    """Put strengths at several times next to each other."""
    columns = zip(*((p.gross_persons, p.share, p.persons, p.binding) for p in parts), strict=True)
    return Strength(*(np.concatenate(np.broadcast_arrays(*column), axis=1) for column in columns))


def strength_alone(
    inputs: ForcesInputs, required: FloatArray, persons: FloatArray, ceiling: FloatArray
) -> Strength:
    """Return the strength of what stands at one time without the guarantor's units."""
    own = np.array([role != "guarantor" for role in inputs.roles])
    return strength_of(inputs, persons * own[None, :, None], required, ceiling)


def strength_by_month(
    inputs: ForcesInputs,
    required: FloatArray,
    months: IntArray,
    at_end: tuple[FloatArray, FloatArray],
) -> Strength:
    """Return strength in each month of one mission; it changes only when units or ceilings do.

    `at_end` is `in_month` of the last month, which is found already.
    """
    changes = np.unique(np.concatenate([[0], inputs.notice_months.ravel(), inputs.epoch_month]))
    changes = changes[np.unique(np.searchsorted(changes, months, side="right") - 1)]
    found = [
        strength_of(inputs, persons, required, ceiling)
        for persons, ceiling in (
            *(in_month(inputs, int(month)) for month in changes[:-1]),
            at_end,
        )
    ]
    return side_by_side(found).at(np.searchsorted(changes, months, side="right") - 1)


def asked_by_month(inputs: ForcesInputs, months: IntArray) -> FloatArray:
    """Return the requirement on land that is needed by each month, shape (draw, month)."""
    started = inputs.start_month[:, None] <= months[None, :]
    asked: FloatArray = inputs.start_persons @ started.astype(np.float64)
    return asked


def strength_by_duration(
    inputs: ForcesInputs, required: FloatArray, durations: IntArray
) -> tuple[Strength, FloatArray]:
    """Return strength of missions of each length, and supply over requirement by group.

    Returns
    -------
    strength : with a duration in the place of the month
    fill : shape (draw, duration, group)
    """
    lengths = [turns_of(inputs, float(duration)) for duration in durations]
    distinct = list(dict.fromkeys(lengths))
    found: list[Strength] = []
    fills: list[FloatArray] = []
    for turns in distinct:
        duration = float(durations[lengths.index(turns)])
        persons = persons_of(inputs, duration)
        ceiling = inputs.ceiling_persons[:, :, inputs.epoch_month < duration].min(axis=2)
        found.append(strength_of(inputs, persons, required, ceiling))
        total = persons.sum(axis=1)
        full = np.full(np.broadcast_shapes(total.shape, required.shape), np.inf)
        fills.append(np.divide(total, required, out=full, where=required > 0))
    if not found:
        none = np.zeros((1, 0))
        no_fill = np.zeros((1, 0, required.shape[1]))
        return Strength(none, none, none, none.astype(np.int64)), no_fill
    places = np.array([distinct.index(turns) for turns in lengths], dtype=np.int64)
    return side_by_side(found).at(places), np.stack(fills, axis=1)[:, places]


def turns_of(inputs: ForcesInputs, duration: float) -> tuple[float, ...]:
    """Return what a mission's length decides: the turns of each tour length, and the ceilings.

    Two lengths with the same turns have the same strength, so that it is found once.
    """
    # More turns than two change nothing where nobody rests; the second brings a relief.
    units = inputs.contingents
    most = max(np.ceil(1 + units.dwell_ratio.max() * units.dwell_scale_ratio.max()), 2.0)
    tours = np.unique(units.tour_months)
    turns = np.minimum(np.ceil(duration / tours * (1 - ROUNDING)), most)
    return (*turns.tolist(), float((inputs.epoch_month < duration).sum()))


def headquarters_sent(inputs: ForcesInputs) -> FloatArray:
    """Return how many headquarters of each kind stand: yes or no, so whole numbers.

    Nations that have one ready take turns with those of the others, as a force headquarters hands
    over after its tour; no time is charged for the relief.

    Returns
    -------
    shape (draw, headquarters)
    """
    index, units = inputs.hq_index, inputs.contingents
    ready = np.floor(units.available_count[:, :, index] * units.giving_share[:, :, index] + HALF)
    per_slot = units_per_slot(
        inputs.duration_months,
        units.tour_months[:, :, index],
        units.dwell_ratio[:, :, index] * units.dwell_scale_ratio[:, None, None],
    )
    turns = np.where(ready > 0, units.pool_count[:, :, index] / per_slot, 0.0).sum(axis=1)
    sent: FloatArray = np.minimum(
        np.minimum(ready.sum(axis=1), np.floor(turns + ROUNDING)), inputs.hq_needed_count
    )
    return sent


def service_fill(inputs: ForcesInputs, lent_share: FloatArray) -> FloatArray:
    """Return what is supplied of each service that is needed, at most 1, shape (draw, service)."""
    supplied = 1 - inputs.service_us_share * (1 - lent_share[:, None])
    need = inputs.service_need_share[None, :]
    wide = np.ones(np.broadcast_shapes(supplied.shape, need.shape))
    fill: FloatArray = np.minimum(np.divide(supplied, need, out=wide, where=need > 0), 1.0)
    return fill


def finite(share: FloatArray) -> FloatArray:
    """Return a balanced share with 0 where no land force is asked for."""
    return np.where(np.isfinite(share), share, 0.0)


def ranges(values: FloatArray) -> FloatArray:
    """Return the 5 %, 50 % and 95 % points over draws."""
    points: FloatArray = np.quantile(values, [0.05, 0.5, 0.95], axis=0)
    return points

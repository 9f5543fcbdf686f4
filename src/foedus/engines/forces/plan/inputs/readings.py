"""How rows are read where a plan leaves a choice: every choice is a field with its default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

import numpy as np

from foedus.engines.forces.plan.inputs.rounding import HAIR
from foedus.engines.forces.plan.problem import NO_LIMIT
from foedus.errors import SettingsError
from foedus.scenario.command import PartnershipKind
from foedus.scenario.forces import Capability
from foedus.scenario.scenario import unknown

SERVING_KINDS: Final[tuple[PartnershipKind, ...]] = tuple(
    kind for kind in get_args(PartnershipKind) if kind != "pool"
)
"""Kinds of partnership in which somebody serves under somebody's command."""


@dataclass(frozen=True, kw_only=True)
class Readings:
    """How rows are read where a plan leaves a choice. Every default is a judgement."""

    parts_count: int = 2
    """Equal parts in which a unit on land may be sent: a class counts parts. Half a unit is what
    tables of availability speak of; whole units, 1, would make nothing or one of each half.
    Headquarters, aircraft, squadrons and ships are never parted."""
    home_floor_ratio: float = 1.0
    """Multiplies every home floor, as in the sustained force."""
    dwell_scale_ratio: float = 1.0
    """Multiplies every dwell ratio, as in the sustained force."""
    overlap_months: float = 0.75
    """Length of a relief in place. Headquarters hand over without one, as in the sustained
    force."""
    dwell_grace_months: float | None = None
    """By how much the grid may shorten a time at home; a quarter of a period if None. It undoes
    what rounding up makes of a relief of some weeks."""
    dates: Literal["nearest", "later"] = "nearest"
    """Whether notices and first months of lines go to the nearest start of a period, or to the
    next."""
    tour_ratios: tuple[float, ...] = (1.0,)
    """Tours to choose from, over the tour of the row. Rules of rest are made for that one, so
    nothing else is offered unless it is asked for. Each is rounded to whole periods, half up."""
    hq_tour_ratios: tuple[float, ...] = (0.5, 0.75, 1.0)
    """The same for headquarters. With their full tour alone, one that comes a period into a phase
    could not hand over when the lead does."""
    detached: Literal["larger", "units", "detached"] = "larger"
    """Which of a nation's brigades and the battlegroups made of their soldiers it may send: those
    of which more soldiers could stand under its ceiling, in the parts that a plan sends, or one
    kind for all nations. The sustained force takes the larger too."""
    substitute_worth: Literal["strength", "weight", "none"] = "strength"
    """Worth of a unit of the same group to a line: reference strength over that of what is asked
    for; the ratio of group weights; or no substitutes."""
    substitute_ratio: float = 1.0
    """Multiplies the worth of a substitute; below 1 it is a penalty."""
    worth_steps_count: int = 20
    """Worths are rounded to so many steps to the unit, so that a shortfall has a step by which a
    bound can be raised. What rounds to none is no substitute."""
    weight: Literal["strength", "unit"] = "strength"
    """What one unit short for a month counts: its reference strength over the power of its
    priority, so that 100 points are the soldiers asked for; or 1000 over it, whatever its size."""
    priority_power: float = 2.0
    """A line of priority p weighs p to this power less than one of priority 1."""
    whole_needs: bool = True
    """Whether an option's scale is rounded to whole units: the total of each capability half up,
    shared among its lines by largest remainder, and among equals by priority and name. Otherwise
    a plan would be short of six hundredths of a brigade whatever it did."""
    with_command: bool = True
    """Whether nothing stands on land unless a framework nation leads. Without it the tables of
    headquarters and partnerships are not needed."""
    join_sectors: bool = True
    """Whether a sector on land for which no headquarters is asked stands under that of another;
    see `areas`. Otherwise it needs no lead."""
    least_available_prob: float = 0.2
    """Least chance that a headquarters is free for it to count."""
    framework_joins: bool = True
    """Whether a headquarters counts only if all contributors that lead it join, each at the level
    that the location asks of land units."""
    hq_of_echelon: Mapping[str, str] = field(
        default_factory=lambda: {
            "brigade": "brigade_hq",
            "division": "division_hq",
            "corps": "corps_hq",
        }
    )
    """Capability that a headquarters of each echelon is."""
    least_acceptance_share: float = 0.5
    """Strength of a partnership from which a nation serves under another's command."""
    acceptance_kinds: tuple[PartnershipKind, ...] = SERVING_KINDS
    """Kinds of partnership that count for it. All but pools: who owns or flies aircraft together
    with others has not served under their command on land."""
    body_of_chain: Mapping[str, str] = field(default_factory=lambda: {"nato": "NATO", "eu": "EU"})
    """Body of each chain of command: in its chain, its members accept each other's lead."""
    lent_accept_all: bool = True
    """Whether what pools own and the guarantor lends serves under any lead."""
    hq_under_ceiling: bool = False
    """Whether soldiers of headquarters count towards a ceiling; the sustained force leaves them
    out."""
    share_among: Literal["all", "joined"] = "all"
    """Whose fair shares sum to one: those of all contributors, or of those whose level frees any
    unit."""
    deployed_cost: Mapping[str, float] | None = None
    """Cost of a person in theatre for a year, in thousands, by domain: land, air, sea. From the
    rows of kind `deployed` in costs.csv if None, in the currency and prices of the rows; where
    there are none every person-month counts 1."""
    lead_changes_most: int = NO_LIMIT
    """Most changes of lead in an area; -1 for no limit."""
    least_contribution_persons: int = 0
    """Fewest soldiers in place of a contributor that has any there."""
    lift_persons_per_month: float | None = None
    """Most soldiers on land that can be moved in each month; no limit if None."""

    def parts_of(self, row: Capability) -> int:
        """Return in how many parts a unit may be sent."""
        return self.parts_count if row.domain == "land" else 1

    def overlap_of(self, row: Capability) -> float:
        """Return the length of a relief in place, months."""
        return 0.0 if row.domain == "hq" else self.overlap_months

    def period_of(self, month: float, period_months: int) -> int:
        """Return the period at whose start something is there, or needed."""
        shift = 0.5 if self.dates == "nearest" else 1.0 - HAIR
        return int(np.floor(month / period_months + shift))

    def refuse_wrong(self) -> None:
        """Raise SettingsError if a reading cannot be taken."""
        for name in ("parts_count", "worth_steps_count"):
            number = getattr(self, name)
            if number < 1:
                raise SettingsError(f"setting plan.{name}: {number}. Write 1 or more.")
        for name in ("tour_ratios", "hq_tour_ratios"):
            ratios = getattr(self, name)
            if not ratios or min(ratios) <= 0:
                raise SettingsError(f"setting plan.{name}: {ratios}. Write numbers above 0.")
        for name in (
            "home_floor_ratio",
            "dwell_scale_ratio",
            "overlap_months",
            "dwell_grace_months",
            "substitute_ratio",
            "priority_power",
            "least_contribution_persons",
            "lift_persons_per_month",
        ):
            number = getattr(self, name)
            if number is not None and not 0 <= number < np.inf:
                raise SettingsError(f"setting plan.{name}: {number}. Write a number of at least 0.")
        for kind in self.acceptance_kinds:
            if kind not in (kinds := get_args(PartnershipKind)):
                raise SettingsError(unknown("setting plan.acceptance_kinds: no kind", kind, kinds))

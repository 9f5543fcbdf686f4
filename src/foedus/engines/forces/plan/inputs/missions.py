"""Options that are planned together, each with its own calendar, areas of command and lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from foedus.engines.forces.engine import SustainedForce
from foedus.engines.forces.inputs import DAYS_PER_MONTH, ForcesInputs
from foedus.engines.forces.plan.inputs.commands import Area, areas_of, leading_of
from foedus.engines.forces.plan.inputs.readings import Readings
from foedus.engines.forces.plan.inputs.requirement import (
    asks_of,
    needed_units,
    reference_persons,
    unit_kinds,
    weight_of,
)
from foedus.engines.forces.plan.inputs.rounding import next_whole
from foedus.engines.forces.plan.problem import Line
from foedus.errors import SettingsError
from foedus.scenario.addresses import LEVEL
from foedus.scenario.cells import Cell
from foedus.scenario.command import Headquarters
from foedus.scenario.draws import point
from foedus.scenario.forces import Capability
from foedus.scenario.scenario import Scenario, near_names


@dataclass(frozen=True, kw_only=True)
class Mission:
    """One option, read."""

    number: int
    """0 for the first, whose decision is month 0 of the plan."""
    option: str
    scenario: Scenario
    inputs: ForcesInputs
    """As the sustained force reads them."""
    areas: tuple[Area, ...]
    leading: Mapping[tuple[str, str], tuple[Headquarters, ...]]
    needed_units: Mapping[str, float]
    """By key of the line."""
    start_month: float
    """Month of the plan in which it is ordered."""
    end_month: float
    """Month of the plan in which it ends."""
    period_months: int
    first_sector: int
    """Place of its first area among the sectors of the plan."""
    readings: Readings

    def named(self, name: str) -> str:
        """Return a name of the mission's own as it stands in the plan."""
        return name if self.number == 0 else f"{self.option}:{name}"

    def period_of(self, month: float) -> int:
        """Return the period of the plan in which a month of the mission counts."""
        return self.readings.period_of(self.start_month + month, self.period_months)

    @property
    def end(self) -> int:
        """First period of the plan in which it has ended."""
        return next_whole(self.end_month / self.period_months)

    @property
    def sectors(self) -> dict[int, Area]:
        """Its areas by their place among the sectors of the plan."""
        return dict(enumerate(self.areas, start=self.first_sector))

    @cached_property
    def kinds(self) -> tuple[Capability, ...]:
        """The capabilities of units."""
        return unit_kinds(self.scenario)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines that ask for anything before the mission ends."""
        return tuple(line for line, _ in self.asked)

    @cached_property
    def asked(self) -> tuple[tuple[Line, float], ...]:
        """The same, each with the reference strength of a unit of it."""
        requirement = self.scenario.requirement
        place = self.scenario.row_numbers["requirement"]
        kinds = self.kinds
        place_of_kind = {row.capability: i for i, row in enumerate(kinds)}
        found = []
        for sector, area in self.sectors.items():
            for key in area.lines:
                row = requirement[place[key]]
                start = self.period_of(row.start_month)
                if not (self.needed_units[key] > 0 and start < self.end):
                    continue
                kind = place_of_kind[row.capability]
                line = Line(
                    name=self.named(key),
                    sector=sector,
                    asks=asks_of(kind, kinds, self.readings),
                    start=start,
                    end=self.end,
                    needed_units=self.needed_units[key],
                    weight=weight_of(kinds[kind], row.fill_priority, self.readings),
                    priority=row.fill_priority,
                    mission=self.number,
                )
                found.append((line, reference_persons(kinds[kind])))
        return tuple(found)

    @property
    def required_person_months(self) -> float:
        """What the lines ask for, at reference strength."""
        return sum(
            line.needed_units * (line.end - line.start) * self.period_months * strength
            for line, strength in self.asked
        )


def read_missions(
    scenario: Scenario,
    options: Sequence[str],
    *,
    levels: Mapping[str, int],
    period_months: int,
    horizon_months: float | None,
    share_key: str,
    readings: Readings,
) -> tuple[Mission, ...]:
    """Read options of a scenario in key order that run beside each other.

    Raises
    ------
    SettingsError
        If an option stands twice, or begins only when the plan is over.
    """
    refuse_twice(scenario, options)
    engine = SustainedForce(
        share_key=share_key,
        overlap_months=readings.overlap_months,
        home_floor_ratio=readings.home_floor_ratio,
        dwell_scale_ratio=readings.dwell_scale_ratio,
    )
    cells = {Cell(LEVEL[0], code, LEVEL[1]): level for code, level in levels.items()}
    first_day = scenario.option(options[0]).decision_date
    found: list[Mission] = []
    first_sector = 0
    for number, option in enumerate(options):
        draws = point(option, cells)
        inputs = engine.inputs(scenario, draws)
        start = max(0.0, months_between(first_day, scenario.option(option).decision_date))
        if horizon_months is not None and start >= horizon_months:
            raise SettingsError(
                f"setting plan.horizon_months: {option} is ordered in month {start:g}, when the "
                f"plan is over. Write more than {start:g}, or nothing for the length of its option."
            )
        areas = areas_of(scenario, draws, readings)
        found.append(
            Mission(
                number=number,
                option=option,
                scenario=scenario,
                inputs=inputs,
                areas=areas,
                leading=leading_of(scenario, option, levels, readings),
                needed_units=needed_units(scenario, draws, unit_kinds(scenario), readings),
                start_month=start,
                end_month=(
                    start + inputs.duration_months if horizon_months is None else horizon_months
                ),
                period_months=period_months,
                first_sector=first_sector,
                readings=readings,
            )
        )
        first_sector += len(areas)
    return tuple(found)


def refuse_twice(scenario: Scenario, options: Sequence[str]) -> None:
    """Raise SettingsError if an option stands twice."""
    for place, option in enumerate(options):
        if option in options[:place]:
            others = [row.option for row in scenario.options if row.option not in options]
            rest = near_names(option, others) if others else "The scenario has no other option."
            raise SettingsError(
                f"setting plan.also: {option!r} is planned already, and an option is one mission. "
                f"{rest}"
            )


def months_between(day: date, other: date) -> float:
    """Return the months from one day to another, whole where the days of the month are the same.

    >>> months_between(date(2025, 6, 17), date(2025, 9, 17))
    3.0
    >>> months_between(date(2025, 6, 17), date(2025, 3, 17))
    -3.0
    """
    months = 12 * (other.year - day.year) + other.month - day.month
    return months + (other.day - day.day) / DAYS_PER_MONTH

"""What a force plan comes to: numbers to compare it by, and tables of who, when, where and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from foedus.engines.arrays import FloatArray
from foedus.engines.forces.plan.kept import kept
from foedus.engines.forces.plan.problem import NO_LIMIT, PlanProblem, UnitClass
from foedus.engines.forces.plan.schedule import Posting, schedule
from foedus.engines.forces.plan.tours import NOBODY
from foedus.scenario.command import Headquarters
from foedus.scenario.forces import Capability

if TYPE_CHECKING:  # loads the solver
    from foedus.engines.forces.plan.stages import Planned

LAND: Final = "land"
PARTS: Final = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, kw_only=True)
class PlanInputs:
    """What is asked for, and what is needed to speak of it."""

    option: str
    problem: PlanProblem
    levels: Mapping[str, int]
    """Level of consent at which contributors join, as far as it was linked or set."""
    echelons: tuple[str, ...]
    """By sector of the problem: the capability that leads it; empty where none is needed."""
    headquarters: tuple[Mapping[str, tuple[Headquarters, ...]], ...]
    """By sector: headquarters with which each nation may lead, the widest span first."""
    capabilities: tuple[Capability, ...]
    """One for each capability of the problem."""
    line_capability: Mapping[str, str]
    """The capability that each line asks for, by its name."""
    parts_count: int
    """Equal parts in which the problem counts units on land; others are never parted."""


@dataclass(frozen=True)
class PlanResult:
    """A plan with its bounds, as numbers and tables.

    Persons on land are those of units that count towards a ceiling; staffs of headquarters are
    counted apart, as everywhere.
    """

    inputs: PlanInputs
    planned: "Planned"
    left_out: tuple[str, ...] = ()
    """Names in the plan it began from that this problem does not know."""

    @property
    def problem(self) -> PlanProblem:
        """What was asked for."""
        return self.inputs.problem

    @cached_property
    def there_persons(self) -> FloatArray:
        """Shape (class, sector, period): people in place."""
        problem = self.problem
        shape = (len(problem.classes), len(problem.sectors), problem.periods)
        there = np.zeros(shape)
        for tour in self.planned.plan.tours:
            persons = tour.count * problem.classes[tour.unit_class].strength_persons
            there[tour.unit_class, tour.sector, tour.start : tour.start + tour.length] += persons
        return there

    @cached_property
    def nation_persons(self) -> dict[str, FloatArray]:
        """People in place by domain, each of shape (nation, period)."""
        problem = self.problem
        found: dict[str, FloatArray] = {
            row.domain: np.zeros((len(problem.nations), problem.periods))
            for row in self.inputs.capabilities
        }
        for place, persons in enumerate(self.there_persons.sum(axis=1)):
            unit_class = problem.classes[place]
            domain = self.inputs.capabilities[unit_class.capability].domain
            found[domain][unit_class.nation] += persons
        return found

    @cached_property
    def land_persons(self) -> FloatArray:
        """Shape (period,): soldiers on land, without staffs of headquarters."""
        by_nation = self.nation_persons.get(LAND)
        return np.zeros(self.problem.periods) if by_nation is None else by_nation.sum(axis=0)

    @cached_property
    def served_units(self) -> FloatArray:
        """Shape (line, period): worth of the units that serve a line, at most what it needs."""
        problem = self.problem
        served = np.zeros((len(problem.lines), problem.periods))
        for fill in self.planned.plan.fills:
            worth = dict(problem.lines[fill.line].asks)[fill.capability]
            served[fill.line, fill.period] += worth * fill.units
        return np.minimum(served, self.needed_units)

    @cached_property
    def needed_units(self) -> FloatArray:
        """Shape (line, period): units that a line needs."""
        problem = self.problem
        needed = np.zeros((len(problem.lines), problem.periods))
        for place, line in enumerate(problem.lines):
            needed[place, line.start : line.end] = line.needed_units
        return needed

    @cached_property
    def line_capability(self) -> tuple[int, ...]:
        """The place of the capability that each line asks for; others are substitutes."""
        place = {kind.name: at for at, kind in enumerate(self.problem.capabilities)}
        named = self.inputs.line_capability
        return tuple(place[named[line.name]] for line in self.problem.lines)

    def reference_persons(self, line: int) -> float:
        """Return the strength at which a unit of a line is counted."""
        row = self.inputs.capabilities[self.line_capability[line]]
        return float(row.reference_strength_persons or 0.0)

    @cached_property
    def balanced_share(self) -> FloatArray:
        """Shape (period,): what is filled of the critical group on land of which least is filled.

        What is not asked for yet holds nobody back; 0 where no critical line on land is asked for.
        """
        groups: dict[str, list[int]] = {}
        for line, kind in enumerate(self.line_capability):
            row = self.inputs.capabilities[kind]
            if row.domain == LAND and row.is_critical:
                groups.setdefault(row.substitution_group or row.capability, []).append(line)
        share = np.ones(self.problem.periods)
        asked = np.zeros(self.problem.periods, dtype=np.bool_)
        for lines in groups.values():
            persons = np.array([self.reference_persons(line) for line in lines])
            needed = persons @ self.needed_units[lines]
            served = persons @ self.served_units[lines]
            own = np.divide(served, needed, out=np.ones_like(served), where=needed > 0)
            share = np.minimum(share, own)
            asked |= needed > 0
        return np.where(asked, share, 0.0)

    @cached_property
    def required_persons(self) -> FloatArray:
        """Shape (period,): what is asked for on land, at reference strength."""
        required = np.zeros(self.problem.periods)
        for line, kind in enumerate(self.line_capability):
            if self.inputs.capabilities[kind].domain == LAND:
                required += self.reference_persons(line) * self.needed_units[line]
        return required

    @property
    def balanced_persons(self) -> FloatArray:
        """Shape (period,): soldiers of a force in which every critical capability has its part."""
        persons: FloatArray = self.balanced_share * self.required_persons
        return persons

    @property
    def filled_points(self) -> float:
        """Per cent of the weighted requirement that the plan fills."""
        return 100.0 - self.problem.points(self.planned.verdict.shortfall)

    def kept(self, **about: Any) -> str:
        """Return the plan as text, from which another can begin.

        Parameters
        ----------
        about
            What else is written down, such as the id of the run.
        """
        told = {"option": self.inputs.option, "filled_points": self.filled_points}
        return kept(self.problem, self.planned.plan, told | about)

    def outcomes(self) -> dict[str, FloatArray]:
        """Return the outcomes, one draw each."""
        filled, gap = self.filled_points, self.planned.gap_points
        numbers = {
            "filled_points": filled,
            "most_filled_points": filled + gap,
            "gap_points": gap,
            "end_persons": self.land_persons[-1],
            "peak_persons": self.land_persons.max(),
            "balanced_persons": self.balanced_persons[-1],
            "excess_person_months": self.planned.verdict.excess_person_months,
        }
        return {name: np.array([float(number)]) for name, number in numbers.items()}

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return the tables; months are counted from the order."""
        return {
            "plan_stages": _frame(self._stages(), STAGES),
            "plan_leads": _frame(self._leads(), LEADS),
            "plan_by_nation": _frame(self._by_nation(), BY_NATION),
            "plan_fill": _frame(self._fill(), FILL),
            "plan_lines": _frame(self._lines(), LINES),
            "plan_burden": _frame(self._burden(), BURDEN),
            "plan_tours": _frame(self._tours(), TOURS),
            "plan_units": _frame(self._units(), UNITS),
        }

    def months_of(self, period: int) -> tuple[int, int]:
        """Return the first month of a period and the first after it."""
        return period * self.problem.period_months, (period + 1) * self.problem.period_months

    def units_of(self, unit_class: UnitClass, parts: int) -> float:
        """Return whole units from parts of them."""
        return parts / self.parts_of(unit_class.capability)

    def parts_of(self, capability: int) -> int:
        """Return in how many parts units of a capability are counted."""
        on_land = self.inputs.capabilities[capability].domain == LAND
        return self.inputs.parts_count if on_land else 1

    def unit_name(self, posting: Posting) -> str:
        """Return the name of a unit: nation, capability, number, and the part where it has some.

        The third half of the French light brigades is half a of the second brigade.
        """
        return self._named(posting.unit_class, posting.number)

    def _named(self, place: int, number: int) -> str:
        parts = self.parts_of(self.problem.classes[place].capability)
        whole, part = divmod(number - 1, parts)
        letter = PARTS[part] if 1 < parts <= len(PARTS) else (f"/{part + 1}" if parts > 1 else "")
        return f"{self.problem.classes[place].name}:{whole + 1}{letter}"

    @cached_property
    def postings(self) -> tuple[Posting, ...]:
        """Tours of named units, month by month."""
        return schedule(self.problem, self.planned.plan)

    def leading(self, nation: int, area: int) -> Headquarters | None:
        """Return the headquarters with which a nation leads in an area."""
        rows = self.inputs.headquarters[area].get(self.problem.nations[nation], ())
        return next(iter(rows), None)

    def _stages(self) -> Iterator[dict[str, Any]]:
        for stage in self.planned.stages:
            is_first = stage.name.startswith("shortfall")
            yield {
                "stage": stage.name,
                "found_value": stage.value,
                "bound_value": stage.bound,
                "gap_points": self.problem.points(stage.value - stage.bound) if is_first else None,
                "tolerance_value": stage.tolerance,
                "is_proved": stage.proved,
                "stopped": stage.stopped,
            }

    def _leads(self) -> Iterator[dict[str, Any]]:
        """Yield who leads where and when; phases in which nothing changes are told as one."""
        problem = self.problem
        for area in problem.lead_sectors:
            begin = 0
            row = self.planned.plan.leads[area]
            for nation, after, end in zip(
                row, (*row[1:], None), accumulate(problem.phases), strict=True
            ):
                if after != nation:
                    yield self._lead(area, nation, begin, end)
                    begin = end

    def _lead(self, area: int, nation: int, begin: int, end: int) -> dict[str, Any]:
        problem = self.problem
        found = self.leading(nation, area) if nation != NOBODY else None
        there = self.there_persons[:, area, begin:end]
        serving = sorted(
            {
                problem.nations[problem.classes[place].nation]
                for place in np.flatnonzero(there.sum(axis=1) > 0)
            }
        )
        load = np.zeros(end - begin)
        headquarters = np.zeros(end - begin, dtype=np.bool_)
        for place, unit_class in enumerate(problem.classes):
            kind = problem.capabilities[unit_class.capability]
            load += kind.span_load * there[place] / unit_class.strength_persons
            if kind.is_headquarters:
                headquarters |= there[place] > 0
        refuse = [
            code
            for place, code in enumerate(problem.nations)
            if nation != NOBODY
            and not problem.accepts_lead(place, nation)
            and any(c.nation == place and area in c.sectors for c in problem.classes)
        ]
        return {
            "area": problem.sectors[area],
            "echelon": self.inputs.echelons[area],
            "from_month": begin * problem.period_months,
            "to_month": end * problem.period_months,
            "delegation": problem.nations[nation] if nation != NOBODY else None,
            "headquarters": found.title if found else None,
            "authority": found.authority if found else None,
            "span_count": float(found.span_count) if found else None,
            "asked_under_it_count": self._asked_under(area),
            "most_under_it_count": float(load.max()),
            "in_place_months": float(headquarters.sum() * problem.period_months),
            "serving": ", ".join(serving),
            "do_not_serve_under_it": ", ".join(refuse),
        }

    def _asked_under(self, area: int) -> float:
        """Return the brigades that lines of an area ask for."""
        problem = self.problem
        return sum(
            line.needed_units * problem.capabilities[kind].span_load * self.parts_of(kind)
            for line, kind in zip(problem.lines, self.line_capability, strict=True)
            if line.sector == area
        )

    def _by_nation(self) -> Iterator[dict[str, Any]]:
        problem = self.problem
        domains = self.nation_persons
        for place, code in enumerate(problem.nations):
            if not any(persons[place].any() for persons in domains.values()):
                continue
            for period in range(problem.periods):
                first, after = self.months_of(period)
                yield {
                    "delegation": code,
                    "from_month": first,
                    "to_month": after,
                    **{
                        f"{domain}_persons": float(persons[place, period])
                        for domain, persons in sorted(domains.items())
                    },
                    "ceiling_persons": _limit(problem.ceiling(place, period)),
                }

    def _fill(self) -> Iterator[dict[str, Any]]:
        problem = self.problem
        by_kind: dict[int, list[int]] = {}
        for line, kind in enumerate(self.line_capability):
            by_kind.setdefault(kind, []).append(line)
        for kind in sorted(by_kind):
            needed = self.needed_units[by_kind[kind]].sum(axis=0)
            served = self.served_units[by_kind[kind]].sum(axis=0)
            for period in np.flatnonzero(needed > 0).tolist():
                first, after = self.months_of(period)
                yield {
                    "capability": problem.capabilities[kind].name,
                    "from_month": first,
                    "to_month": after,
                    "needed_count": float(needed[period]),
                    "filled_count": float(served[period]),
                    "fill_share": float(served[period] / needed[period]),
                }

    def _lines(self) -> Iterator[dict[str, Any]]:
        problem = self.problem
        months = problem.period_months
        for place, line in enumerate(problem.lines):
            needed = self.needed_units[place].sum() * months
            short = self.planned.verdict.shortfall_by_line[place]
            yield {
                "line": line.name,
                "area": problem.sectors[line.sector],
                "capability": problem.capabilities[self.line_capability[place]].name,
                "fill_priority": line.priority,
                "needed_count": line.needed_units,
                "from_month": line.start * months,
                "fill_share": float(1.0 - short / needed) if needed > 0 else None,
                "short_unit_months": float(short),
                "short_points": problem.points(line.weight * short),
            }

    def _burden(self) -> Iterator[dict[str, Any]]:
        problem = self.problem
        for place, code in enumerate(problem.nations):
            sent = self.planned.verdict.burden_person_months[place]
            target = problem.target_person_months[place] if problem.target_person_months else -1
            if not sent and target in {NO_LIMIT, 0}:
                continue
            fair = None if target == NO_LIMIT else float(target)
            yield {
                "delegation": code,
                "level": self.inputs.levels.get(code),
                "sent_person_months": float(sent),
                "fair_person_months": fair,
                "excess_person_months": max(0.0, sent - fair) if fair is not None else None,
                "burden_ratio": sent / fair if fair else None,
            }

    def _tours(self) -> Iterator[dict[str, Any]]:
        problem = self.problem
        for tour in self.planned.plan.tours:
            unit_class = problem.classes[tour.unit_class]
            yield {
                "delegation": problem.nations[unit_class.nation],
                "capability": problem.capabilities[unit_class.capability].name,
                "area": problem.sectors[tour.sector],
                "from_month": tour.start * problem.period_months,
                "to_month": min(tour.start + tour.length, problem.periods) * problem.period_months,
                "tour_months": float(tour.length * problem.period_months),
                "units_count": self.units_of(unit_class, tour.count),
                "sent_persons": float(tour.count * unit_class.strength_persons),
            }

    def _units(self) -> Iterator[dict[str, Any]]:
        numbers = {posting.unit: self.unit_name(posting) for posting in self.postings}
        for posting in self.postings:
            unit_class = self.problem.classes[posting.unit_class]
            yield {
                "unit": self.unit_name(posting),
                "delegation": posting.nation,
                "capability": posting.capability,
                "area": posting.sector,
                "from_month": posting.from_month,
                "to_month": posting.to_month,
                "home_until_month": posting.home_until_month,
                "strength_persons": float(unit_class.strength_persons),
                "relieves": numbers.get(posting.relieves, posting.relieves),
                "overlap_months": posting.overlap_months,
            }


def _limit(persons: int) -> float | None:
    return None if persons == NO_LIMIT else float(persons)


STAGES: Final = {
    "stage": pl.String,
    "found_value": pl.Float64,
    "bound_value": pl.Float64,
    "gap_points": pl.Float64,
    "tolerance_value": pl.Float64,
    "is_proved": pl.Boolean,
    "stopped": pl.String,
}
LEADS: Final = {
    "area": pl.String,
    "echelon": pl.String,
    "from_month": pl.Int64,
    "to_month": pl.Int64,
    "delegation": pl.String,
    "headquarters": pl.String,
    "authority": pl.String,
    "span_count": pl.Float64,
    "asked_under_it_count": pl.Float64,
    "most_under_it_count": pl.Float64,
    "in_place_months": pl.Float64,
    "serving": pl.String,
    "do_not_serve_under_it": pl.String,
}
BY_NATION: Final = {
    "delegation": pl.String,
    "from_month": pl.Int64,
    "to_month": pl.Int64,
    "air_persons": pl.Float64,
    "hq_persons": pl.Float64,
    "land_persons": pl.Float64,
    "sea_persons": pl.Float64,
    "ceiling_persons": pl.Float64,
}
FILL: Final = {
    "capability": pl.String,
    "from_month": pl.Int64,
    "to_month": pl.Int64,
    "needed_count": pl.Float64,
    "filled_count": pl.Float64,
    "fill_share": pl.Float64,
}
LINES: Final = {
    "line": pl.String,
    "area": pl.String,
    "capability": pl.String,
    "fill_priority": pl.Int64,
    "needed_count": pl.Float64,
    "from_month": pl.Int64,
    "fill_share": pl.Float64,
    "short_unit_months": pl.Float64,
    "short_points": pl.Float64,
}
BURDEN: Final = {
    "delegation": pl.String,
    "level": pl.Int64,
    "sent_person_months": pl.Float64,
    "fair_person_months": pl.Float64,
    "excess_person_months": pl.Float64,
    "burden_ratio": pl.Float64,
}
TOURS: Final = {
    "delegation": pl.String,
    "capability": pl.String,
    "area": pl.String,
    "from_month": pl.Int64,
    "to_month": pl.Int64,
    "tour_months": pl.Float64,
    "units_count": pl.Float64,
    "sent_persons": pl.Float64,
}
UNITS: Final = {
    "unit": pl.String,
    "delegation": pl.String,
    "capability": pl.String,
    "area": pl.String,
    "from_month": pl.Int64,
    "to_month": pl.Int64,
    "home_until_month": pl.Int64,
    "strength_persons": pl.Float64,
    "relieves": pl.String,
    "overlap_months": pl.Float64,
}


def _frame(rows: Iterator[dict[str, Any]], columns: Mapping[str, Any]) -> pl.DataFrame:
    """Return rows as a table; a cell that a row lacks is empty."""
    return pl.DataFrame(list(rows), schema=dict(columns))

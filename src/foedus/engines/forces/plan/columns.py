"""What a plan decides, a column each: tours begun, who leads, who serves what, what is short."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy import sparse

from foedus.engines.forces.blocks import BoolArray, FloatArray, IntArray
from foedus.engines.forces.plan.pool import Pool, held_persons, pool_of
from foedus.engines.forces.plan.problem import NO_LIMIT, PlanProblem
from foedus.engines.forces.plan.starts import ROUNDING, Places, Starts, coverage, every_start

Form: TypeAlias = Literal["window", "state"]


@dataclass(frozen=True)
class Columns:
    """Where each kind of variable stands among the columns."""

    starts: slice
    in_place: slice
    leads: slice
    serves: slice
    short: slice
    excess: slice
    changes: slice
    takes_part: slice

    @property
    def count(self) -> int:
        """How many columns there are."""
        return int(self.takes_part.stop)


@dataclass(frozen=True)
class Variables:
    """All that a plan decides, and which column each of it is."""

    problem: PlanProblem
    form: Form
    columns: Columns
    pool: Pool
    starts: Starts
    places: Places
    covers: sparse.csr_matrix
    """By place and start: 1 where a tour has its unit in place."""
    leads: tuple[tuple[int, int, int], ...]
    """Sector, phase, nation."""
    serves: tuple[tuple[int, int, int], ...]
    """Line, period, capability, where a capability is asked for by more than one line."""
    needs: tuple[tuple[int, int], ...]
    """Line, period."""

    @property
    def place_nation(self) -> IntArray:
        """The nation of the units at each place."""
        return self.pool.nation[self.places.unit_class]

    @property
    def place_capability(self) -> IntArray:
        """The capability of the units at each place."""
        return self.pool.capability[self.places.unit_class]

    @property
    def place_persons(self) -> IntArray:
        """The strength of one unit at each place."""
        return self.pool.strength_persons[self.places.unit_class]


def variables_of(problem: PlanProblem, form: Form) -> Variables:
    """Return what is to be decided, in the order of the columns."""
    starts = every_start(problem)
    places, covers = coverage(starts, problem)
    leads = _possible_leads(problem)
    serves = _shared_service(problem)
    needs = tuple(
        (place, period)
        for place, line in enumerate(problem.lines)
        if line.needed_units > 0
        for period in range(line.start, line.end)
    )
    nations = len(problem.nations)
    counts_changes = problem.lead_changes_most != NO_LIMIT
    sizes = (
        starts.start.size,
        places.period.size if form == "state" else 0,
        len(leads),
        len(serves),
        len(needs),
        nations if problem.target_person_months else 0,
        len(problem.lead_sectors) * max(0, len(problem.phases) - 1) if counts_changes else 0,
        nations * problem.periods if any(problem.least_contribution_persons) else 0,
    )
    ends = np.cumsum(sizes)
    slices = [slice(int(end) - size, int(end)) for size, end in zip(sizes, ends, strict=True)]
    return Variables(
        problem=problem,
        form=form,
        columns=Columns(*slices),
        pool=pool_of(problem),
        starts=starts,
        places=places,
        covers=covers,
        leads=leads,
        serves=serves,
        needs=needs,
    )


def largest_values(variables: Variables) -> FloatArray:
    """Return the upper bound of every column.

    Every variable has an end, so that any set of prices proves a bound.
    """
    problem, columns, pool = variables.problem, variables.columns, variables.pool
    most = np.full(columns.count, np.inf)
    most[columns.starts] = pool.count[variables.starts.unit_class]
    if variables.form == "state":
        most[columns.in_place] = pool.count[variables.places.unit_class]
    most[columns.leads] = 1.0
    for place, (line, _, _) in enumerate(variables.serves):
        needed = problem.lines[line].needed_units
        worth = min(part for _, part in problem.lines[line].asks)
        most[columns.serves.start + place] = math.ceil(needed / worth - ROUNDING)
    for place, (line, _) in enumerate(variables.needs):
        most[columns.short.start + place] = problem.lines[line].needed_units
    if problem.target_person_months:
        most[columns.excess] = problem.periods * problem.period_months * held_persons(problem)
    most[columns.changes] = 1.0
    most[columns.takes_part] = 1.0
    return most


def whole_columns(columns: Columns) -> BoolArray:
    """Return which columns must be whole numbers; all others then follow from these."""
    whole = np.zeros(columns.count, dtype=np.bool_)
    for kind in (columns.starts, columns.leads, columns.serves, columns.takes_part):
        whole[kind] = True
    return whole


def _possible_leads(problem: PlanProblem) -> tuple[tuple[int, int, int], ...]:
    """Return sector, phase and nation of every lead that a headquarters could take."""
    return tuple(
        (sector, phase, nation)
        for sector in problem.lead_sectors
        for phase in range(len(problem.phases))
        for nation in sorted(
            {
                problem.classes[candidate.unit_class].nation
                for candidate in problem.candidates
                if candidate.sector == sector
            }
        )
    )


def _shared_service(problem: PlanProblem) -> tuple[tuple[int, int, int], ...]:
    """Return line, period and capability where a capability is asked for by several lines."""
    askers: dict[tuple[int, int, int], list[int]] = {}
    for place, line in enumerate(problem.lines):
        if line.needed_units <= 0:
            continue
        for capability, _ in line.asks:
            for period in range(line.start, line.end):
                askers.setdefault((line.sector, capability, period), []).append(place)
    return tuple(
        sorted(
            (line, period, capability)
            for (_, capability, period), lines in askers.items()
            if len(lines) > 1
            for line in lines
        )
    )

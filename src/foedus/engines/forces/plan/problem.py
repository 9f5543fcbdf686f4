"""What a force plan is asked for: units, needs, rules of rotation, limits and commands, checked.

Everything is counted in whole periods of one length (a month or a quarter), from 0. Nations,
sectors, capabilities and classes are named by their place in the tuples of `PlanProblem`.
"""

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

NO_LIMIT: Final = -1
"""Stands where a whole number is asked for and there is no limit."""


@dataclass(frozen=True)
class Capability:
    """A kind of unit that a statement of requirements can ask for."""

    name: str
    is_headquarters: bool = False
    span_load: float = 0.0
    """Formations that a unit counts for in a headquarters' span of control: 1 for a brigade, less
    for a battlegroup, 0 for what is not a manoeuvre unit."""
    echelon: str = ""
    under_ceiling: bool = True
    """Whether its soldiers count towards the nation's ceiling and towards the lift."""

    @property
    def is_manoeuvre(self) -> bool:
        """Whether the unit takes up span of control."""
        return self.span_load > 0


@dataclass(frozen=True)
class UnitClass:
    """Units of one nation that are alike in all that the plan looks at."""

    name: str
    nation: int
    capability: int
    count: int
    strength_persons: int
    tours: tuple[int, ...]
    """Lengths in periods that a tour may have."""
    dwell_ratio: float
    """Time at home over time away."""
    sectors: tuple[int, ...]
    """Where the unit may serve; caveats are applied already."""
    earliest: int = 0
    """First period in which it can be in place: its notice to move."""
    latest: int = NO_LIMIT
    """Period by whose start every unit must be out again."""
    overlap_months: float = 0.0
    """Relief in place: how long a unit is there beside the one it relieves, before its tour. It
    lengthens the time away and fills no need. It does not count towards the ceiling."""
    cost_per_tour: int = 0
    """Thousand euros."""
    cost_per_period: int = 0
    """Thousand euros for each period in place."""


@dataclass(frozen=True)
class Line:
    """One line of the statement of requirements."""

    name: str
    sector: int
    asks: tuple[tuple[int, float], ...]
    """Capabilities that fill the line and what a unit of each is worth to it. A worth below 1 is
    the penalty for a substitute."""
    start: int
    end: int
    """First period in which nothing is needed any more."""
    needed_units: float
    weight: int = 1
    """What one unit short for one month counts."""
    priority: int = 1
    """Class of priority, 1 the first. It matters only where priorities are strict."""
    mission: int = 0


@dataclass(frozen=True)
class Candidate:
    """A headquarters class whose nation may lead in a sector."""

    sector: int
    unit_class: int
    span_brigades: float
    """Formations that one headquarters can command."""


@dataclass(frozen=True)
class PlanProblem:
    """All that a plan must keep to and is measured by.

    Raises
    ------
    ValueError
        If a number is out of range or a place in a tuple does not exist; the message names it.

    Examples
    --------
    One nation, one battalion, one line for a year in quarters:

    >>> problem = PlanProblem(
    ...     period_months=3,
    ...     phases=(4,),
    ...     nations=("Arland",),
    ...     sectors=("centre",),
    ...     capabilities=(Capability("engineers"),),
    ...     classes=(UnitClass("Arland engineers", 0, 0, 1, 800, (2,), 3.0, (0,)),),
    ...     lines=(Line("eng-1", 0, ((0, 1.0),), 0, 4, 1.0),),
    ... )
    >>> problem.periods, problem.required_weight
    (4, 12.0)
    """

    period_months: int
    phases: tuple[int, ...]
    """Length of each phase in periods; the lead may change from one to the next."""
    nations: tuple[str, ...]
    sectors: tuple[str, ...]
    capabilities: tuple[Capability, ...]
    classes: tuple[UnitClass, ...]
    lines: tuple[Line, ...]
    lead_sectors: tuple[int, ...] = ()
    """Sectors in which nothing stands unless a framework nation leads."""
    candidates: tuple[Candidate, ...] = ()
    accepts: tuple[tuple[bool, ...], ...] = ()
    """By nation and framework nation: whose command it serves under. Empty for everybody's; a
    nation always accepts its own."""
    ceilings: tuple[tuple[int, ...], ...] = ()
    """By nation and period: most soldiers in place; -1 for no ceiling. Empty for none at all."""
    floors: tuple[tuple[int, int, int], ...] = ()
    """Nation, capability, units that are never in place at the same time as the rest."""
    target_person_months: tuple[int, ...] = ()
    """By nation: fair share of the required person-months; -1 for none. Empty for none at all."""
    lead_changes_most: int = NO_LIMIT
    """Most changes of lead in a sector: phases in which a nation leads that did not lead in the
    phase before. The first phase is no change."""
    least_contribution_persons: tuple[int, ...] = ()
    """By nation: fewest soldiers in place in any period in which it has any there. Empty for 0."""
    lift_persons: tuple[int, ...] = ()
    """By period: most soldiers that can be moved in; -1 for no limit. Empty for none."""
    dwell_grace_months: float = 0.0
    """By how much the grid of periods may shorten a time at home."""

    def __post_init__(self) -> None:
        _check_calendar(self)
        for place, unit_class in enumerate(self.classes):
            _check_class(self, place, unit_class)
        for place, line in enumerate(self.lines):
            _check_line(self, place, line)
        _check_commands(self)
        _check_limits(self)

    @property
    def periods(self) -> int:
        """Length of the plan in periods."""
        return sum(self.phases)

    @property
    def phase_of(self) -> tuple[int, ...]:
        """The phase of each period."""
        return tuple(phase for phase, length in enumerate(self.phases) for _ in range(length))

    @property
    def required_weight(self) -> float:
        """Weighted unit-months that are asked for in all: what 100 points stand for."""
        return sum(
            line.weight * line.needed_units * (line.end - line.start) * self.period_months
            for line in self.lines
        )

    def points(self, weighted_unit_months: float) -> float:
        """Return a weighted shortfall, or a gap, in points: per cent of what is asked for."""
        required = self.required_weight
        return 100.0 * weighted_unit_months / required if required > 0 else 0.0

    def accepts_lead(self, nation: int, lead: int) -> bool:
        """Tell whether a nation serves under a framework nation."""
        return nation == lead or not self.accepts or self.accepts[nation][lead]

    def ceiling(self, nation: int, period: int) -> int:
        """Return a nation's ceiling in a period; -1 for none."""
        return self.ceilings[nation][period] if self.ceilings else NO_LIMIT


def to_json(problem: PlanProblem) -> str:
    """Return a problem as JSON text that `from_json` reads back without a loss.

    Examples
    --------
    >>> small = PlanProblem(1, (2,), ("A",), ("s",), (Capability("c"),), (), ())
    >>> from_json(to_json(small)) == small
    True
    """
    return json.dumps(asdict(problem), separators=(",", ":"), ensure_ascii=False)


def from_json(text: str) -> PlanProblem:
    """Return the problem that `to_json` wrote.

    Raises
    ------
    ValueError
        If the text is no JSON, lacks a field or has one too many, or tells of no sound problem.
    """
    told = json.loads(text)
    if not isinstance(told, dict):
        raise ValueError("a problem is a JSON object")
    rows = {
        "capabilities": Capability,
        "classes": UnitClass,
        "lines": Line,
        "candidates": Candidate,
    }
    known = {field.name for field in fields(PlanProblem)}
    unknown = sorted(set(told) - known)
    if unknown:
        raise ValueError(f"a problem has no field {unknown[0]}")
    cells: dict[str, Any] = {}
    try:
        for name, cell in told.items():
            cells[name] = (
                tuple(
                    rows[name](**{key: _tupled(part) for key, part in row.items()}) for row in cell
                )
                if name in rows
                else _tupled(cell)
            )
        return PlanProblem(**cells)
    except TypeError as error:
        raise ValueError(f"the problem cannot be read: {error}") from error


def _tupled(cell: Any) -> Any:
    """Return JSON lists as tuples, all the way down."""
    return tuple(_tupled(part) for part in cell) if isinstance(cell, list) else cell


def _check_calendar(problem: PlanProblem) -> None:
    _refuse(problem.period_months < 1, f"period_months is {problem.period_months}: at least 1")
    _refuse(not problem.phases, "phases is empty: a plan has at least one")
    for phase, length in enumerate(problem.phases):
        _refuse(length < 1, f"phase {phase} is {length} periods long: at least 1")
    for name in ("nations", "sectors"):
        names = getattr(problem, name)
        _refuse(len(set(names)) < len(names), f"{name} names one twice")
    kinds = [capability.name for capability in problem.capabilities]
    _refuse(len(set(kinds)) < len(kinds), "capabilities names one twice")
    for capability in problem.capabilities:
        _refuse(
            not 0 <= capability.span_load < math.inf,
            f"capability {capability.name}: span_load is {capability.span_load}: at least 0",
        )
    _refuse(
        not 0 <= problem.dwell_grace_months < math.inf,
        f"dwell_grace_months is {problem.dwell_grace_months}: at least 0",
    )


def _check_class(problem: PlanProblem, place: int, unit_class: UnitClass) -> None:
    at = f"class {place} ({unit_class.name})"
    _refuse_place(unit_class.nation, len(problem.nations), f"{at}: nation")
    _refuse_place(unit_class.capability, len(problem.capabilities), f"{at}: capability")
    for sector in unit_class.sectors:
        _refuse_place(sector, len(problem.sectors), f"{at}: sector")
    _refuse(len(set(unit_class.sectors)) < len(unit_class.sectors), f"{at} names a sector twice")
    _refuse(unit_class.count < 0, f"{at}: count is {unit_class.count}: at least 0")
    _refuse(
        unit_class.strength_persons < 1,
        f"{at}: strength_persons is {unit_class.strength_persons}: at least 1",
    )
    _refuse(not unit_class.tours, f"{at} has no length of tour")
    _refuse(min(unit_class.tours) < 1, f"{at} has a tour of less than one period")
    _refuse(len(set(unit_class.tours)) < len(unit_class.tours), f"{at} names a tour twice")
    for name in ("dwell_ratio", "overlap_months", "cost_per_tour", "cost_per_period"):
        number = getattr(unit_class, name)
        _refuse(not 0 <= number < math.inf, f"{at}: {name} is {number}: finite and at least 0")
    _refuse(unit_class.earliest < 0, f"{at}: earliest is {unit_class.earliest}: at least 0")
    _refuse(unit_class.latest < NO_LIMIT, f"{at}: latest is {unit_class.latest}: at least 0 or -1")


def _check_line(problem: PlanProblem, place: int, line: Line) -> None:
    at = f"line {place} ({line.name})"
    _refuse_place(line.sector, len(problem.sectors), f"{at}: sector")
    _refuse(not line.asks, f"{at} asks for no capability")
    for capability, worth in line.asks:
        _refuse_place(capability, len(problem.capabilities), f"{at}: capability")
        _refuse(not 0 < worth < math.inf, f"{at}: a unit is worth {worth}: more than 0")
    asked = [capability for capability, _ in line.asks]
    _refuse(len(set(asked)) < len(asked), f"{at} names a capability twice")
    _refuse(
        not 0 <= line.start <= line.end <= problem.periods,
        f"{at} runs from {line.start} to {line.end}: it must lie in 0 to {problem.periods}",
    )
    _refuse(
        not 0 <= line.needed_units < math.inf,
        f"{at}: needed_units is {line.needed_units}: finite and at least 0",
    )
    _refuse(line.weight < 0, f"{at}: weight is {line.weight}: at least 0")
    _refuse(line.mission < 0, f"{at}: mission is {line.mission}: at least 0")


def _check_commands(problem: PlanProblem) -> None:
    for sector in problem.lead_sectors:
        _refuse_place(sector, len(problem.sectors), "lead_sectors: sector")
    seen = set()
    for place, candidate in enumerate(problem.candidates):
        at = f"candidate {place}"
        _refuse_place(candidate.unit_class, len(problem.classes), f"{at}: unit_class")
        _refuse(
            candidate.sector not in problem.lead_sectors,
            f"{at}: sector {candidate.sector} is none that needs a lead",
        )
        unit_class = problem.classes[candidate.unit_class]
        _refuse(
            not problem.capabilities[unit_class.capability].is_headquarters,
            f"{at}: {unit_class.name} is no headquarters",
        )
        _refuse(
            not 0 <= candidate.span_brigades < math.inf,
            f"{at}: span_brigades is {candidate.span_brigades}: at least 0",
        )
        key = (candidate.sector, candidate.unit_class)
        _refuse(key in seen, f"{at} stands there twice")
        seen.add(key)
    nations = len(problem.nations)
    _refuse(
        bool(problem.accepts)
        and (len(problem.accepts) != nations or {len(row) for row in problem.accepts} != {nations}),
        f"accepts is not {nations} by {nations}",
    )
    _refuse(
        problem.lead_changes_most < NO_LIMIT,
        f"lead_changes_most is {problem.lead_changes_most}: at least 0, or -1 for no limit",
    )


def _check_limits(problem: PlanProblem) -> None:
    nations, periods = len(problem.nations), problem.periods
    _refuse(
        bool(problem.ceilings)
        and (
            len(problem.ceilings) != nations or {len(row) for row in problem.ceilings} != {periods}
        ),
        f"ceilings is not {nations} nations by {periods} periods",
    )
    for nation, row in enumerate(problem.ceilings):
        _refuse(min(row) < NO_LIMIT, f"ceilings: nation {nation} has one below 0")
    for nation, capability, units in problem.floors:
        _refuse_place(nation, nations, "floors: nation")
        _refuse_place(capability, len(problem.capabilities), "floors: capability")
        _refuse(units < 0, f"floors: nation {nation} keeps {units} units: at least 0")
    pairs = [(nation, capability) for nation, capability, _ in problem.floors]
    _refuse(len(set(pairs)) < len(pairs), "floors names a nation and capability twice")
    for name, size, least in (
        ("target_person_months", nations, NO_LIMIT),
        ("least_contribution_persons", nations, 0),
        ("lift_persons", periods, NO_LIMIT),
    ):
        numbers = getattr(problem, name)
        _refuse(bool(numbers) and len(numbers) != size, f"{name} has not {size} numbers")
        _refuse(bool(numbers) and min(numbers, default=0) < least, f"{name} has one below {least}")


def _refuse(broken: bool, message: str) -> None:
    """Raise ValueError where a rule is broken."""
    if broken:
        raise ValueError(message)


def _refuse_place(place: int, size: int, at: str) -> None:
    """Raise ValueError unless a place is one of a tuple."""
    if not 0 <= place < size:
        raise ValueError(f"{at} {place} does not exist: there are {size}, from 0")

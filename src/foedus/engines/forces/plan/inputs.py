"""The inputs of a force plan: rows of the scenario and an option as a `PlanProblem`.

Units, floors, commitments, what consent frees, ceilings and fair shares are read by the sustained
force's own reader, at the values of the cells as they stand, so that plan and closed form speak of
the same units. What the plan needs beside it, a grid of periods, whole units, commands and weights,
is chosen here, and every choice is a field of `Readings`.

Two limits on a class, the pool that takes turns and what may be in theatre at once, become:

- its `count`, the pool: held less home floor less commitments, times the share that is given;
- a floor of `count` less what may be there at once. In a plan a floor keeps back units that are in
  place at the same time as the rest and lets all of them take turns. So it says just this:
  availability is a cap on who is there together, and dwell is not applied to it again.

The home floor itself is out of the count already. To ask what it costs, read the problem again with
`home_floor_ratio=0`; to relax the floors of the problem frees availability instead.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal, NamedTuple

import numpy as np

from foedus.engines.forces.engine import SustainedForce
from foedus.engines.forces.inputs import LAND_LEVEL, MOST_LEVEL, ForcesInputs, lines_of_option
from foedus.engines.forces.plan.problem import (
    NO_LIMIT,
    Candidate,
    Capability,
    Line,
    PlanProblem,
    UnitClass,
)
from foedus.engines.forces.rotation import units_per_slot
from foedus.errors import MissingDataError, SettingsError
from foedus.scenario import forces as rows
from foedus.scenario.addresses import LEVEL
from foedus.scenario.cells import Cell
from foedus.scenario.command import Headquarters
from foedus.scenario.draws import Draws, point
from foedus.scenario.scenario import Scenario, unknown

REAR_LEVEL: Final = LAND_LEVEL["rear"]
HAIR: Final = 1e-9
MONTHS_PER_YEAR: Final = 12


@dataclass(frozen=True, kw_only=True)
class Readings:
    """How rows are read where a plan leaves a choice. Every default is a judgement."""

    parts_count: int = 2
    """Equal parts in which a unit may be sent: a class counts parts. Half a unit is what tables of
    availability speak of; whole units, 1, would make nothing or one of each half. Headquarters are
    never parted."""
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


class Area(NamedTuple):
    """Sectors of the requirement that stand under one command: a sector of the plan."""

    name: str
    headquarters: str
    """Capability that leads; empty where no lead is needed."""
    lines: tuple[str, ...]
    """Keys of the lines of the requirement."""


def plan_problem(  # noqa: PLR0913 - the grid, the key and the levels are what a caller varies
    scenario: Scenario,
    option: str,
    *,
    levels: Mapping[str, int] | None = None,
    period_months: int = 3,
    horizon_months: float | None = None,
    phase_months: int = 12,
    share_key: str = "mix",
    readings: Readings | None = None,
) -> PlanProblem:
    """Return what an option asks of the nations that join, as a problem to plan.

    Parameters
    ----------
    scenario
        Cells are read as they stand.
    option
        Its key.
    levels
        Level of consent at which contributors join, 0 to 5, by code. Those that are not named join
        at the level of a force behind the line, or on it where the option stands there.
    period_months
        Length of a period.
    horizon_months
        Length of the plan, rounded up to whole periods; that of the option if None. Lines run to
        its end.
    phase_months
        Length of a phase, whole periods; the last is shorter where the plan is no multiple of it.
    share_key
        Measure of fair shares: a key of `share_keys.csv`, or `mix` of GDP and population.
    readings
        Choices of reading; the defaults if None.

    Returns
    -------
    PlanProblem
        Nations are codes, sectors names of areas, classes keys of `units.csv`, lines keys of
        `requirement.csv`. A class counts parts of units, as `Readings.parts_count` has it, and the
        worth of a part to a line is as much smaller. A unit is a unit whatever its strength, where
        the sustained force counts soldiers. Month 0 is that of the order, on the decision date.

    Raises
    ------
    MissingDataError
        If a table that is needed is absent or empty.
    SettingsError
        If there is no such option, code or level, or a setting is out of range.

    Examples
    --------
    >>> from foedus import load
    >>> problem = plan_problem(load("minimal"), "rear-8k-backed")
    >>> problem.periods, problem.phases, problem.sectors
    (8, (4, 4), ('north+rear+south', 'air'))
    """
    chosen = readings or Readings()
    scenario.option(option)
    _refuse_missing(scenario, *SustainedForce.needs)
    _refuse_settings(chosen, period_months, phase_months, horizon_months)
    ordered = scenario.in_key_order
    reader = _Reader(ordered, option, _levels(ordered, option, levels), period_months, chosen)
    return reader.problem(horizon_months, phase_months, share_key)


def areas(scenario: Scenario, option: str, readings: Readings | None = None) -> tuple[Area, ...]:
    """Return the areas of command of an option.

    The lowest headquarters asked for in a sector leads it; a higher one beside it has an area of
    its own, as a plan knows one lead for each area. A sector on land for which none is asked joins
    one: with manoeuvre units the first area of the lowest headquarters there are, without any the
    first of the highest. First is by echelon and then by name. Sectors in the air and at sea have
    no headquarters and need no lead.

    A unit may serve any line of its area, in one sector and then another. Nothing ties a lower
    headquarters to the nation that leads the higher one.

    Examples
    --------
    >>> from foedus import load
    >>> [(area.name, area.headquarters) for area in areas(load("minimal"), "rear-8k-alone")]
    [('north+rear+south', 'division_hq'), ('air', '')]
    """
    chosen = readings or Readings()
    _refuse_missing(scenario, "capabilities", "requirement")
    scenario.option(option)
    return _areas(scenario.in_key_order, point(option, {}), chosen)


def leading_headquarters(
    scenario: Scenario,
    option: str,
    *,
    levels: Mapping[str, int] | None = None,
    readings: Readings | None = None,
) -> dict[tuple[str, str], tuple[Headquarters, ...]]:
    """Return the headquarters with which each nation may lead, by code and capability.

    One counts that stands in the option's chain, is free with a fair chance, and is led by
    contributors that join; a body's is no nation's. Those of the largest span come first.

    Examples
    --------
    >>> from foedus import load
    >>> found = leading_headquarters(load("minimal"), "rear-8k-backed")
    >>> [row.title for row in found["ALD", "division_hq"]]
    ['1st Aldmark Division']
    """
    chosen = readings or Readings()
    ordered = scenario.in_key_order
    ordered.option(option)
    return _leading(ordered, option, _levels(ordered, option, levels), chosen)


def _levels(scenario: Scenario, option: str, given: Mapping[str, int] | None) -> dict[str, int]:
    """Return the level at which each contributor joins."""
    contributors = scenario.of_role("contributor")
    location = scenario.option(option).location
    here = LAND_LEVEL[location]
    default = max(REAR_LEVEL, here) if here <= MOST_LEVEL else REAR_LEVEL
    for code, level in (given or {}).items():
        if code not in contributors:
            raise SettingsError(unknown("setting plan.levels: no contributor", code, contributors))
        if not 0 <= level <= MOST_LEVEL:
            raise SettingsError(
                f"setting plan.levels: {code} joins at {level}. Write a level from 0 to "
                f"{MOST_LEVEL}."
            )
    return dict.fromkeys(contributors, default) | dict(given or {})


def _leading(
    scenario: Scenario, option: str, levels: Mapping[str, int], readings: Readings
) -> dict[tuple[str, str], tuple[Headquarters, ...]]:
    chain = scenario.option(option).command
    least = LAND_LEVEL[scenario.option(option).location]
    joined = {code for code, level in levels.items() if level >= least}
    found: dict[tuple[str, str], list[Headquarters]] = {}
    for row in scenario.headquarters:
        kind = readings.hq_of_echelon.get(row.echelon)
        leaders = [code for code in row.framework if code in levels]
        is_whole = joined.issuperset(leaders) or not readings.framework_joins
        is_free = row.available_prob >= readings.least_available_prob
        if kind is None or not is_free or not is_whole or chain not in row.chains:
            continue
        for code in leaders:
            found.setdefault((code, kind), []).append(row)
    return {
        key: tuple(sorted(able, key=lambda row: (-row.span_count, row.headquarters)))
        for key, able in sorted(found.items())
    }


def _areas(scenario: Scenario, draws: Draws, readings: Readings) -> tuple[Area, ...]:
    kinds = {row.capability: row for row in scenario.capabilities if row.domain != "service"}
    ladder = list(readings.hq_of_echelon.values())
    lines: dict[str, list[rows.RequirementLine]] = {}
    for i in lines_of_option(scenario, draws):
        line = scenario.requirement[i]
        if line.capability in kinds:
            lines.setdefault(line.sector, []).append(line)
    if not readings.with_command:
        return tuple(
            Area(sector, "", tuple(line.line for line in own))
            for sector, own in sorted(lines.items())
        )

    def rank(kind: str) -> int:
        return ladder.index(kind) if kind in ladder else len(ladder)

    led: dict[tuple[int, str, str], list[str]] = {}
    left: list[tuple[str, list[rows.RequirementLine]]] = []
    joined: dict[tuple[int, str, str], list[str]] = {}
    for sector, own in sorted(lines.items()):
        asked = sorted(
            {line.capability for line in own if kinds[line.capability].domain == "hq"}, key=rank
        )
        if not asked:
            left.append((sector, own))
            continue
        lowest, *higher = asked
        for kind in asked:
            led[rank(kind), sector, kind] = [
                line.line
                for line in own
                if line.capability == kind or (kind == lowest and line.capability not in higher)
            ]
            joined[rank(kind), sector, kind] = [sector if kind == lowest else f"{sector}/{kind}"]
    apart = []
    for sector, own in left:
        on_land = any(kinds[line.capability].domain == "land" for line in own)
        if not (on_land and led and readings.join_sectors):
            apart.append(Area(sector, "", tuple(line.line for line in own)))
            continue
        fights = any(_span_load(kinds[line.capability]) > 0 for line in own)
        first = min(led) if fights else min(led, key=lambda key: (-key[0], *key[1:]))
        led[first] += [line.line for line in own]
        joined[first].append(sector)
    under = [
        Area("+".join(sorted(joined[key])), key[2], tuple(sorted(led[key]))) for key in sorted(led)
    ]
    return (*under, *apart)


def _span_load(row: rows.Capability) -> float:
    """Return formations that a unit counts for: manoeuvre is what fights on land."""
    return row.group_weight_ratio if row.domain == "land" and not row.is_enabler else 0.0


@dataclass(frozen=True)
class _Holding:
    """Units of one nation and capability, in parts."""

    nation: int
    capability: int
    count: int
    at_once: int
    part_persons: int
    per_slot: float


class _Reader:
    """Reads one option."""

    def __init__(
        self,
        scenario: Scenario,
        option: str,
        levels: dict[str, int],
        period_months: int,
        readings: Readings,
    ) -> None:
        self.scenario = scenario
        self.option = option
        self.levels = levels
        self.months = period_months
        self.readings = readings
        self.draws = point(option, {Cell(LEVEL[0], c, LEVEL[1]): v for c, v in levels.items()})
        self.kinds = [row for row in scenario.capabilities if row.domain != "service"]

    def problem(
        self, horizon_months: float | None, phase_months: int, share_key: str
    ) -> PlanProblem:
        readings, scenario = self.readings, self.scenario
        self.inputs = inputs = SustainedForce(
            share_key=share_key,
            overlap_months=readings.overlap_months,
            home_floor_ratio=readings.home_floor_ratio,
            dwell_scale_ratio=readings.dwell_scale_ratio,
        ).inputs(scenario, self.draws)
        self.horizon = inputs.duration_months if horizon_months is None else horizon_months
        self.periods = int(np.ceil(self.horizon / self.months - HAIR))
        self.areas = _areas(scenario, self.draws, readings)
        lead_sectors = tuple(place for place, area in enumerate(self.areas) if area.headquarters)
        if lead_sectors:
            _refuse_missing(scenario, "headquarters", "partnerships")
        self.leading = _leading(scenario, self.option, self.levels, readings)
        lines = self._lines()
        held = list(self._holdings(lines))
        classes = tuple(self._class(one, lines) for one in held)
        required = self._required_person_months(lines)
        phases = self._phases(phase_months)
        return PlanProblem(
            period_months=self.months,
            phases=phases,
            nations=inputs.codes,
            sectors=tuple(area.name for area in self.areas),
            capabilities=tuple(self._capability(row) for row in self.kinds),
            classes=classes,
            lines=lines,
            lead_sectors=lead_sectors,
            candidates=self._candidates(classes, lead_sectors),
            accepts=self._accepts() if lead_sectors else (),
            ceilings=self._ceilings(),
            floors=tuple(
                (one.nation, one.capability, one.count - one.at_once)
                for one in held
                if one.count > one.at_once
            ),
            target_person_months=self._targets(required),
            lead_changes_most=readings.lead_changes_most,
            least_contribution_persons=self._least_contributions(),
            lift_persons=self._lift(),
            dwell_grace_months=(
                self.months / 4
                if readings.dwell_grace_months is None
                else readings.dwell_grace_months
            ),
        )

    def _phases(self, phase_months: int) -> tuple[int, ...]:
        whole, rest = divmod(self.periods, phase_months // self.months)
        return (phase_months // self.months,) * whole + ((rest,) if rest else ())

    def _period(self, month: float) -> int:
        """Return the period at whose start something is there, or needed."""
        shift = 0.5 if self.readings.dates == "nearest" else 1.0 - HAIR
        return int(np.floor(month / self.months + shift))

    def _parts(self, row: rows.Capability) -> int:
        return 1 if row.domain == "hq" else self.readings.parts_count

    def _capability(self, row: rows.Capability) -> Capability:
        echelon = {kind: name for name, kind in self.readings.hq_of_echelon.items()}
        return Capability(
            name=row.capability,
            is_headquarters=row.domain == "hq",
            span_load=_span_load(row) / self._parts(row),
            echelon=echelon.get(row.capability, ""),
            under_ceiling=row.domain == "land"
            or (row.domain == "hq" and self.readings.hq_under_ceiling),
        )

    def _lines(self) -> tuple[Line, ...]:
        """Return the lines that ask for anything within the plan."""
        scenario = self.scenario
        place = scenario.positions["requirement"]
        capability = {row.capability: i for i, row in enumerate(self.kinds)}
        needed = self._needed(capability)
        found = []
        for sector, area in enumerate(self.areas):
            for key in area.lines:
                row = scenario.requirement[place[key]]
                start = self._period(row.start_month)
                if needed[key] > 0 and start < self.periods:
                    kind = capability[row.capability]
                    found.append(
                        Line(
                            name=key,
                            sector=sector,
                            asks=self._asks(kind),
                            start=start,
                            end=self.periods,
                            needed_units=needed[key],
                            weight=self._weight(kind, row.fill_priority),
                            priority=row.fill_priority,
                        )
                    )
        return tuple(found)

    def _needed(self, capability: Mapping[str, int]) -> dict[str, float]:
        """Return the units that each line asks for."""
        scale = self.scenario.option(self.option).scale_ratio
        own = [self.scenario.requirement[i] for i in lines_of_option(self.scenario, self.draws)]
        needed: dict[str, float] = {}
        by_kind: dict[str, list[rows.RequirementLine]] = {}
        for row in own:
            if row.capability not in capability:
                continue
            if self.kinds[capability[row.capability]].domain == "hq":
                needed[row.line] = float(_half_up(row.needed_count))
                continue
            needed[row.line] = row.needed_count * scale
            by_kind.setdefault(row.capability, []).append(row)
        if self.readings.whole_needs:
            for alike in by_kind.values():
                alike.sort(key=lambda row: (row.fill_priority, row.line))
                whole = _rounded([needed[row.line] for row in alike])
                needed |= {row.line: float(n) for row, n in zip(alike, whole, strict=True)}
        return needed

    def _asks(self, kind: int) -> tuple[tuple[int, float], ...]:
        """Return what fills a line and the worth of a part of it."""
        row, readings = self.kinds[kind], self.readings
        asks = []
        for place, other in enumerate(self.kinds):
            if place == kind:
                worth = 1.0
            elif (
                readings.substitute_worth == "none"
                or not row.substitution_group
                or other.substitution_group != row.substitution_group
                or "hq" in (row.domain, other.domain)
            ):
                continue
            elif readings.substitute_worth == "weight":
                worth = readings.substitute_ratio * other.group_weight_ratio
                worth /= row.group_weight_ratio
            else:
                worth = readings.substitute_ratio * _reference(other) / _reference(row)
            steps = _half_up(worth * readings.worth_steps_count)
            if steps:
                part = Fraction(steps, readings.worth_steps_count * self._parts(other))
                asks.append((place, float(part)))
        return tuple(asks)

    def _weight(self, kind: int, priority: int) -> int:
        size = _reference(self.kinds[kind]) if self.readings.weight == "strength" else 1000.0
        return max(1, _half_up(size / priority**self.readings.priority_power))

    def _holdings(self, lines: tuple[Line, ...]) -> Iterator[_Holding]:
        """Yield units that are given and asked for, of detached units and others only one."""
        inputs = self.inputs
        units = inputs.contingents
        asked = {kind for line in lines for kind, _ in line.asks}
        by_group: dict[tuple[int, int], dict[bool, list[_Holding]]] = {}
        for nation in range(len(inputs.codes)):
            for kind, row in enumerate(self.kinds):
                given = float(units.giving_share[0, nation, kind])
                parts = self._parts(row)
                count = _half_up(float(units.pool_count[0, nation, kind]) * given * parts)
                at_once = _half_up(float(units.available_count[0, nation, kind]) * given * parts)
                persons = _half_up(float(units.strength_persons[0, nation, kind]) / parts)
                if kind not in asked or min(count, at_once, persons) < 1:
                    continue
                one = _Holding(
                    nation,
                    kind,
                    count,
                    min(count, at_once),
                    persons,
                    float(
                        units_per_slot(
                            self.horizon,
                            units.tour_months[0, nation, kind],
                            self._dwell(nation, kind),
                            self._overlap(kind),
                        )
                    ),
                )
                group = int(inputs.groups.of_capability[kind])
                if group < 0:
                    yield one
                    continue
                sides = by_group.setdefault((nation, group), {False: [], True: []})
                sides[bool(units.is_detached[nation, kind])].append(one)
        for sides in by_group.values():
            yield from self._either(sides)

    def _either(self, sides: dict[bool, list[_Holding]]) -> list[_Holding]:
        """Return detached units or the others of their group."""
        own, apart = sides[False], sides[True]
        if not own or not apart:
            return own or apart
        if self.readings.detached != "larger":
            return apart if self.readings.detached == "detached" else own
        return apart if self._persons(apart) > self._persons(own) else own

    def _persons(self, held: list[_Holding]) -> float:
        """Return soldiers that could stand under the highest ceiling of the mission."""
        room = float(self.inputs.ceiling_persons[0, held[0].nation].max())
        total = 0.0
        for one in sorted(held, key=lambda one: -one.part_persons):
            if not self._on_land(one.capability):
                total += min(one.at_once, one.count / one.per_slot) * one.part_persons
                continue
            fit = one.at_once if np.isinf(room) else min(one.at_once, int(room // one.part_persons))
            room -= fit * one.part_persons
            total += min(fit, one.count / one.per_slot) * one.part_persons
        return total

    def _on_land(self, kind: int) -> bool:
        return self.kinds[kind].domain == "land"

    def _dwell(self, nation: int, kind: int) -> float:
        units = self.inputs.contingents
        return float(units.dwell_ratio[0, nation, kind]) * self.readings.dwell_scale_ratio

    def _overlap(self, kind: int) -> float:
        return 0.0 if self.kinds[kind].domain == "hq" else self.readings.overlap_months

    def _class(self, one: _Holding, lines: tuple[Line, ...]) -> UnitClass:
        inputs, row = self.inputs, self.kinds[one.capability]
        tour = float(inputs.contingents.tour_months[0, one.nation, one.capability])
        is_hq = row.domain == "hq"
        ratios = self.readings.hq_tour_ratios if is_hq else self.readings.tour_ratios
        months = float(inputs.notice_months[one.nation, one.capability])
        code = inputs.codes[one.nation]
        yearly = self._yearly_cost(row.domain)
        return UnitClass(
            name=f"{code}:{row.capability}",
            nation=one.nation,
            capability=one.capability,
            count=one.count,
            strength_persons=one.part_persons,
            tours=tuple(sorted({max(1, _half_up(tour * r / self.months)) for r in ratios})),
            dwell_ratio=self._dwell(one.nation, one.capability),
            sectors=tuple(
                sector
                for sector, area in enumerate(self.areas)
                if any(
                    line.sector == sector and one.capability in dict(line.asks) for line in lines
                )
                and not (is_hq and area.headquarters and not self._may_lead(one, area))
            ),
            earliest=self._period(months),
            overlap_months=self._overlap(one.capability),
            cost_per_period=_half_up(yearly * one.part_persons * self.months / MONTHS_PER_YEAR),
        )

    def _may_lead(self, one: _Holding, area: Area) -> bool:
        kind = self.kinds[one.capability].capability
        key = (self.inputs.codes[one.nation], kind)
        return area.headquarters == kind and key in self.leading

    def _yearly_cost(self, domain: str) -> float:
        """Return the cost of a person in theatre for a year, in thousands."""
        of = "land" if domain == "hq" else domain
        given = self.readings.deployed_cost
        if given is not None:
            if of not in given:
                raise SettingsError(
                    f"setting plan.deployed_cost: there is no cost for {of}. Write one for each "
                    "of land, air and sea."
                )
            return given[of]
        costs = [row for row in self.scenario.costs if row.kind == "deployed"]
        if not costs:
            return float(MONTHS_PER_YEAR)
        if len({(row.currency, row.price_year) for row in costs}) > 1:
            raise SettingsError(
                "setting plan.deployed_cost: the rows of kind deployed in costs.csv are in several "
                "currencies or prices. Write one cost for each of land, air and sea."
            )
        own = [row.cost_value for row in costs if row.domain == of]
        # Who has no row of his own costs what the dearest does, so that nobody is sent for the gap.
        return max(own or [row.cost_value for row in costs]) / 1000.0

    def _candidates(
        self, classes: tuple[UnitClass, ...], lead_sectors: tuple[int, ...]
    ) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(sector, place, self._span(one))
            for sector in lead_sectors
            for place, one in enumerate(classes)
            if sector in one.sectors and self.kinds[one.capability].domain == "hq"
        )

    def _span(self, one: UnitClass) -> float:
        """Return the largest span of the headquarters that a class may be."""
        key = self.inputs.codes[one.nation], self.kinds[one.capability].capability
        return max(row.span_count for row in self.leading[key])

    def _accepts(self) -> tuple[tuple[bool, ...], ...]:
        """Return who serves under whom: the strongest of the partnerships with it or led by it."""
        scenario, readings, codes = self.scenario, self.readings, self.inputs.codes
        strongest: dict[tuple[str, str], float] = {}
        for row in scenario.partnerships:
            for lead in {row.partner, *row.framework}:
                key = (row.delegation, lead)
                strongest[key] = max(strongest.get(key, 0.0), row.strength_share)
        body = readings.body_of_chain.get(scenario.option(self.option).command)
        members: set[str] = set()
        for about in scenario.delegations:
            if about.delegation == body:
                members = set(about.members)
        lent = {
            code
            for code, role in zip(codes, self.inputs.roles, strict=True)
            if role != "contributor" and readings.lent_accept_all
        }

        def accepts(code: str, lead: str) -> bool:
            return (
                code == lead
                or code in lent
                or {code, lead} <= members
                or strongest.get((code, lead), 0.0) >= readings.least_acceptance_share - HAIR
            )

        return tuple(tuple(accepts(code, lead) for lead in codes) for code in codes)

    def _ceilings(self) -> tuple[tuple[int, ...], ...]:
        """Return the lowest ceiling of each period."""
        most, epochs = self.inputs.ceiling_persons[0], self.inputs.epoch_month
        if np.isinf(most).all():
            return ()
        ends = (*epochs[1:].tolist(), np.inf)
        found = []
        for nation in range(len(self.inputs.codes)):
            row = []
            for period in range(self.periods):
                begin, end = period * self.months, (period + 1) * self.months
                lowest = min(
                    float(most[nation, i])
                    for i, (first, last) in enumerate(zip(epochs.tolist(), ends, strict=True))
                    if first < end and last > begin
                )
                row.append(NO_LIMIT if np.isinf(lowest) else int(lowest))
            found.append(tuple(row))
        return tuple(found)

    def _required_person_months(self, lines: tuple[Line, ...]) -> float:
        """Return what the lines ask for, at reference strength."""
        place = self.scenario.positions["requirement"]
        strength = {row.capability: _reference(row) for row in self.kinds}
        return sum(
            line.needed_units
            * (line.end - line.start)
            * self.months
            * strength[self.scenario.requirement[place[line.name]].capability]
            for line in lines
        )

    def _targets(self, required: float) -> tuple[int, ...]:
        """Return fair shares of what is required; pools and the guarantor have none."""
        inputs: ForcesInputs = self.inputs
        share = inputs.key_share.copy()
        if self.readings.share_among == "joined":
            share[~inputs.contingents.giving_share[0].any(axis=1)] = 0.0
            share = share / share.sum() if share.sum() > 0 else share
        return tuple(
            _half_up(float(part) * required) if role == "contributor" else NO_LIMIT
            for part, role in zip(share, inputs.roles, strict=True)
        )

    def _least_contributions(self) -> tuple[int, ...]:
        least = self.readings.least_contribution_persons
        if not least:
            return ()
        return tuple(least if role == "contributor" else 0 for role in self.inputs.roles)

    def _lift(self) -> tuple[int, ...]:
        monthly = self.readings.lift_persons_per_month
        return () if monthly is None else (int(monthly * self.months),) * self.periods


def _reference(row: rows.Capability) -> float:
    """Return the strength at which a unit is counted."""
    return float(row.reference_strength_persons or 0.0)


def _half_up(number: float) -> int:
    """Round half up, whatever binary fractions do to the half.

    >>> _half_up(0.5), _half_up(2.5), _half_up(0.49)
    (1, 3, 0)
    """
    return int(np.floor(number + 0.5 + HAIR))


def _rounded(numbers: list[float]) -> list[int]:
    """Round numbers so that they sum to their rounded sum; among equal remainders the first grows.

    >>> _rounded([2.6, 3.9, 2.6]), _rounded([1.06, 1.06])
    ([3, 4, 2], [1, 1])
    """
    whole = [int(np.floor(number + HAIR)) for number in numbers]
    more = _half_up(sum(numbers)) - sum(whole)
    order = sorted(range(len(numbers)), key=lambda i: (round(whole[i] - numbers[i], 9), i))
    for i in order[:more]:
        whole[i] += 1
    return whole


def _refuse_missing(scenario: Scenario, *tables: str) -> None:
    """Raise MissingDataError if a table is absent or empty."""
    missing = [name for name in tables if not scenario.table(name)]
    if missing:
        files = ", ".join(f"{name}.csv" for name in missing)
        them = "the table" if len(missing) == 1 else "the tables"
        raise MissingDataError(f"{scenario.name}: a plan needs {files}. Add {them}.")


def _refuse_settings(
    readings: Readings, period_months: int, phase_months: int, horizon_months: float | None
) -> None:
    """Raise SettingsError if a setting cannot be taken."""
    if period_months < 1:
        raise SettingsError(f"setting plan.period_months: {period_months}. Write 1 or more.")
    if phase_months < period_months or phase_months % period_months:
        raise SettingsError(
            f"setting plan.phase_months: {phase_months} is not whole periods of {period_months} "
            "months. Write a multiple of it."
        )
    if horizon_months is not None and not 0 < horizon_months < np.inf:
        raise SettingsError(
            f"setting plan.horizon_months: {horizon_months:g}. Write more than 0, or nothing for "
            "the length of the option."
        )
    for name in ("parts_count", "worth_steps_count"):
        number = getattr(readings, name)
        if number < 1:
            raise SettingsError(f"setting plan.{name}: {number}. Write 1 or more.")
    for name in ("tour_ratios", "hq_tour_ratios"):
        ratios = getattr(readings, name)
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
        number = getattr(readings, name)
        if number is not None and not 0 <= number < np.inf:
            raise SettingsError(f"setting plan.{name}: {number}. Write a number of at least 0.")

"""Whether a plan keeps every rule, worked out again from problem and plan by plain loops.

Nothing of the model is used here: a mistake in the one is not repeated in the other. It is slow on
purpose, and says in words what is broken.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from foedus.engines.forces.plan.problem import NO_LIMIT, PlanProblem
from foedus.engines.forces.plan.tours import NOBODY, ForcePlan

HAIR: Final = 1e-6
"""Months or units by which binary fractions may be off."""


@dataclass(frozen=True)
class Verdict:
    """What a plan breaks, and what it comes to."""

    violations: tuple[str, ...]
    shortfall: float
    """Weighted unit-months."""
    shortfall_by_line: tuple[float, ...]
    """Unit-months short, by line, not weighted."""
    excess_person_months: float
    cost: int
    """Thousand euros."""
    burden_person_months: tuple[int, ...]
    """By nation."""

    @property
    def holds(self) -> bool:
        """Whether no rule is broken."""
        return not self.violations


def check(problem: PlanProblem, plan: ForcePlan) -> Verdict:
    """Return what a plan breaks and what it comes to.

    Parameters
    ----------
    problem
        The rules.
    plan
        Any plan; it may be nonsense.

    Returns
    -------
    Verdict
        Every violation in words. Where a plan names what does not exist, only that is said and the
        numbers are those of the empty plan.

    Examples
    --------
    >>> from foedus.engines.forces.plan.instances import instance
    >>> from foedus.engines.forces.plan.tours import empty_plan
    >>> tiny = instance("tiny")
    >>> verdict = check(tiny, empty_plan(len(tiny.sectors), len(tiny.phases)))
    >>> verdict.holds, verdict.shortfall == tiny.required_weight
    (True, True)
    """
    unknown = _names(problem, plan)
    if unknown:
        nothing = ForcePlan((), ((NOBODY,) * len(problem.phases),) * len(problem.sectors), ())
        return _measured(problem, nothing, unknown)
    there = _in_place(problem, plan)
    broken = [
        *_tours(problem, plan),
        *_rests(problem, plan),
        *_ceilings(problem, there),
        *_floors(problem, there),
        *_commands(problem, plan, there),
        *_spans(problem, there),
        *_changes(problem, plan),
        *_least(problem, there),
        *_lift(problem, plan),
        *_service(problem, plan, there),
    ]
    return _measured(problem, plan, broken)


Presence = dict[tuple[int, int, int], int]


def _names(problem: PlanProblem, plan: ForcePlan) -> list[str]:
    """Whatever a plan names exists, and no number is out of its range."""
    broken = []
    for tour in plan.tours:
        if not 0 <= tour.unit_class < len(problem.classes):
            broken.append(f"{tour}: there is no class {tour.unit_class}")
        if not 0 <= tour.sector < len(problem.sectors):
            broken.append(f"{tour}: there is no sector {tour.sector}")
        if not 0 <= tour.start < problem.periods:
            broken.append(f"{tour}: period {tour.start} is not in the plan")
        if tour.count < 1:
            broken.append(f"{tour}: a tour is of at least one unit")
        if tour.length < 1:
            broken.append(f"{tour}: a tour is of at least one period")
    keys = [(tour.unit_class, tour.sector, tour.start, tour.length) for tour in plan.tours]
    if len(set(keys)) < len(keys):
        broken.append("a tour stands in the plan twice")
    return [*broken, *_lead_names(problem, plan), *_fill_names(problem, plan)]


def _lead_names(problem: PlanProblem, plan: ForcePlan) -> list[str]:
    """Look at the table of leads."""
    broken = []
    if len(plan.leads) != len(problem.sectors):
        broken.append("leads has not one row for each sector")
    for sector, row in enumerate(plan.leads):
        if len(row) != len(problem.phases):
            broken.append(f"leads of sector {sector} has not one nation for each phase")
        broken += [
            f"leads of sector {sector}: there is no nation {nation}"
            for nation in row
            if nation != NOBODY and not 0 <= nation < len(problem.nations)
        ]
    return broken


def _fill_names(problem: PlanProblem, plan: ForcePlan) -> list[str]:
    """Look at what the fills name."""
    broken = []
    for fill in plan.fills:
        if not 0 <= fill.line < len(problem.lines):
            broken.append(f"{fill}: there is no line {fill.line}")
        if not 0 <= fill.capability < len(problem.capabilities):
            broken.append(f"{fill}: there is no capability {fill.capability}")
        if not 0 <= fill.period < problem.periods:
            broken.append(f"{fill}: period {fill.period} is not in the plan")
        if fill.units < 1:
            broken.append(f"{fill}: a line is served by at least one unit")
    served = [(fill.line, fill.period, fill.capability) for fill in plan.fills]
    if len(set(served)) < len(served):
        broken.append("a line is served twice by one capability in one period")
    return broken


def _in_place(problem: PlanProblem, plan: ForcePlan) -> Presence:
    """Return units in place by class, sector and period."""
    there: Presence = defaultdict(int)
    for tour in plan.tours:
        for period in range(tour.start, min(tour.start + tour.length, problem.periods)):
            there[tour.unit_class, tour.sector, period] += tour.count
    return there


def _tours(problem: PlanProblem, plan: ForcePlan) -> list[str]:
    """Each tour is of an allowed length, in an allowed sector, neither too early nor too late."""
    broken = []
    for tour in plan.tours:
        unit_class = problem.classes[tour.unit_class]
        name = f"{unit_class.name}, period {tour.start}"
        if tour.length not in unit_class.tours:
            broken.append(f"{name}: a tour of {tour.length} periods is none of {unit_class.tours}")
        if tour.sector not in unit_class.sectors:
            broken.append(f"{name}: may not serve in {problem.sectors[tour.sector]}")
        if tour.start < unit_class.earliest:
            broken.append(f"{name}: is not there before period {unit_class.earliest}")
        if unit_class.latest != NO_LIMIT and tour.start + tour.length > unit_class.latest:
            broken.append(f"{name}: must be out by period {unit_class.latest}")
    return broken


def _rests(problem: PlanProblem, plan: ForcePlan) -> list[str]:
    """Named units, one by one, month by month: nobody goes before he has had his time at home."""
    broken = []
    for place, unit_class in enumerate(problem.classes):
        home_from = [0.0] * unit_class.count
        going = sorted(
            (tour.start, tour.length, tour.count) for tour in plan.tours if tour.unit_class == place
        )
        for start, length, count in going:
            month = start * problem.period_months
            for _ in range(count):
                ready = [unit for unit, since in enumerate(home_from) if since <= month + HAIR]
                if not ready:
                    broken.append(
                        f"{unit_class.name}, period {start}: none of {unit_class.count} is ready"
                    )
                    break
                away_months = length * problem.period_months
                home_from[ready[0]] = (
                    month
                    + away_months
                    + max(
                        0.0,
                        away_months * unit_class.dwell_ratio
                        + unit_class.overlap_months
                        - problem.dwell_grace_months,
                    )
                )
    return broken


def _ceilings(problem: PlanProblem, there: Presence) -> list[str]:
    """No nation has more soldiers in place than its ceiling."""
    if not problem.ceilings:
        return []
    broken = []
    for nation, name in enumerate(problem.nations):
        for period in range(problem.periods):
            most = problem.ceilings[nation][period]
            persons = _persons(problem, there, nation, period, all_kinds=False)
            if most != NO_LIMIT and persons > most:
                broken.append(f"{name}, period {period}: {persons} soldiers, ceiling {most}")
    return broken


def _persons(
    problem: PlanProblem, there: Presence, nation: int, period: int, *, all_kinds: bool
) -> int:
    """Return the soldiers of a nation in place."""
    persons = 0
    for (place, _, when), units in there.items():
        unit_class = problem.classes[place]
        counted = all_kinds or problem.capabilities[unit_class.capability].under_ceiling
        if when == period and unit_class.nation == nation and counted:
            persons += units * unit_class.strength_persons
    return persons


def _floors(problem: PlanProblem, there: Presence) -> list[str]:
    """Look at what must stay at home."""
    broken = []
    for nation, kind, kept in problem.floors:
        held = sum(c.count for c in problem.classes if c.nation == nation and c.capability == kind)
        for period in range(problem.periods):
            away = 0
            for (place, _, when), units in there.items():
                unit_class = problem.classes[place]
                if when == period and unit_class.nation == nation and unit_class.capability == kind:
                    away += units
            # A nation that holds less than its floor sends none.
            if away > max(0, held - kept):
                broken.append(
                    f"{problem.nations[nation]}, period {period}: {away} of {held} "
                    f"{problem.capabilities[kind].name} away, {kept} must stay"
                )
    return broken


def _commands(problem: PlanProblem, plan: ForcePlan, there: Presence) -> list[str]:
    """Everybody in a sector with a lead serves under a nation that leads and that he accepts."""
    broken = []
    phase_of = [phase for phase, length in enumerate(problem.phases) for _ in range(length)]
    for sector, row in enumerate(plan.leads):
        may_lead = {
            problem.classes[candidate.unit_class].nation
            for candidate in problem.candidates
            if candidate.sector == sector
        }
        broken += [
            f"{problem.sectors[sector]}: {problem.nations[nation]} is no candidate for the lead"
            for nation in row
            if nation != NOBODY and nation not in may_lead
        ]
    headquarters: dict[tuple[int, int, int], int] = defaultdict(int)
    for (place, sector, period), units in sorted(there.items()):
        if sector not in problem.lead_sectors:
            continue
        unit_class = problem.classes[place]
        lead = plan.leads[sector][phase_of[period]]
        at = f"{unit_class.name} in {problem.sectors[sector]}, period {period}"
        if lead == NOBODY:
            broken.append(f"{at}: nobody leads there")
        elif problem.capabilities[unit_class.capability].is_headquarters:
            candidate = any(
                c.sector == sector and c.unit_class == place for c in problem.candidates
            )
            if not candidate:
                broken.append(f"{at}: is no candidate there")
            if unit_class.nation != lead:
                broken.append(f"{at}: {problem.nations[lead]} leads")
            headquarters[unit_class.nation, sector, period] += units
        elif (
            unit_class.nation != lead
            and problem.accepts
            and not problem.accepts[unit_class.nation][lead]
        ):
            broken.append(f"{at}: does not serve under {problem.nations[lead]}")
    broken += [
        f"{problem.sectors[sector]}, period {period}: {units} headquarters of one lead"
        for (_, sector, period), units in headquarters.items()
        if units > 1
    ]
    return broken


def _spans(problem: PlanProblem, there: Presence) -> list[str]:
    """No headquarters has more formations than it can command."""
    broken = []
    for sector in problem.lead_sectors:
        for period in range(problem.periods):
            load = span = 0.0
            for (place, where, when), units in there.items():
                if where != sector or when != period:
                    continue
                load += units * problem.capabilities[problem.classes[place].capability].span_load
                for candidate in problem.candidates:
                    if candidate.sector == sector and candidate.unit_class == place:
                        span += units * candidate.span_brigades
            if load > span + HAIR:
                broken.append(
                    f"{problem.sectors[sector]}, period {period}: {load:g} formations, "
                    f"headquarters for {span:g}"
                )
    return broken


def _changes(problem: PlanProblem, plan: ForcePlan) -> list[str]:
    """Count the changes of lead."""
    broken = []
    if problem.lead_changes_most == NO_LIMIT:
        return []
    for sector in problem.lead_sectors:
        row = plan.leads[sector]
        changes = sum(now not in {NOBODY, before} for before, now in pairwise(row))
        if changes > problem.lead_changes_most:
            broken.append(
                f"{problem.sectors[sector]}: {changes} changes of lead, at most "
                f"{problem.lead_changes_most}"
            )
    return broken


def _least(problem: PlanProblem, there: Presence) -> list[str]:
    """Look at nations that are there with less than their least contribution."""
    broken = []
    for nation, least in enumerate(problem.least_contribution_persons):
        for period in range(problem.periods):
            persons = _persons(problem, there, nation, period, all_kinds=True)
            if 0 < persons < least:
                broken.append(
                    f"{problem.nations[nation]}, period {period}: {persons} soldiers, "
                    f"at least {least} or none"
                )
    return broken


def _lift(problem: PlanProblem, plan: ForcePlan) -> list[str]:
    """No more soldiers are moved in than can be carried."""
    broken = []
    for period, most in enumerate(problem.lift_persons):
        moved = 0
        for tour in plan.tours:
            unit_class = problem.classes[tour.unit_class]
            if tour.start == period and problem.capabilities[unit_class.capability].under_ceiling:
                moved += tour.count * unit_class.strength_persons
        if most != NO_LIMIT and moved > most:
            broken.append(f"period {period}: {moved} soldiers to move in, lift for {most}")
    return broken


def _service(problem: PlanProblem, plan: ForcePlan, there: Presence) -> list[str]:
    """Whoever serves a line is there, is what it asks for, and serves no other line."""
    broken = []
    serving: dict[tuple[int, int, int], int] = defaultdict(int)
    for fill in plan.fills:
        line = problem.lines[fill.line]
        if fill.capability not in {kind for kind, _ in line.asks}:
            broken.append(
                f"{line.name}: does not ask for {problem.capabilities[fill.capability].name}"
            )
        if not line.start <= fill.period < line.end:
            broken.append(f"{line.name}: asks for nothing in period {fill.period}")
        serving[line.sector, fill.capability, fill.period] += fill.units
    for (sector, kind, period), units in serving.items():
        present = sum(
            count
            for (place, where, when), count in there.items()
            if where == sector and when == period and problem.classes[place].capability == kind
        )
        if units > present:
            broken.append(
                f"{problem.sectors[sector]}, period {period}: {units} "
                f"{problem.capabilities[kind].name} serve, {present} are there"
            )
    return broken


def _measured(problem: PlanProblem, plan: ForcePlan, broken: list[str]) -> Verdict:
    """Return the verdict with all that a plan comes to."""
    served: dict[tuple[int, int], float] = defaultdict(float)
    for fill in plan.fills:
        for kind, worth in problem.lines[fill.line].asks:
            if kind == fill.capability:
                served[fill.line, fill.period] += worth * fill.units
    by_line = []
    shortfall = 0.0
    for place, line in enumerate(problem.lines):
        short = 0.0
        for period in range(line.start, line.end):
            short += max(0.0, line.needed_units - served[place, period]) * problem.period_months
        by_line.append(short)
        shortfall += line.weight * short
    burden = [0] * len(problem.nations)
    cost = 0
    for tour in plan.tours:
        unit_class = problem.classes[tour.unit_class]
        inside = min(tour.length, problem.periods - tour.start)
        burden[unit_class.nation] += (
            tour.count * inside * problem.period_months * unit_class.strength_persons
        )
        cost += tour.count * (unit_class.cost_per_tour + inside * unit_class.cost_per_period)
    excess = 0.0
    for nation, target in enumerate(problem.target_person_months):
        if target != NO_LIMIT:
            excess += max(0, burden[nation] - target)
    return Verdict(
        violations=tuple(broken),
        shortfall=shortfall,
        shortfall_by_line=tuple(by_line),
        excess_person_months=excess,
        cost=cost,
        burden_person_months=tuple(burden),
    )

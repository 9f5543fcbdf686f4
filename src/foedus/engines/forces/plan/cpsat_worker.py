"""The second solver in a process of its own: the plan as a model of OR-Tools' CP-SAT.

Run as `python -m foedus.engines.forces.plan.cpsat_worker`: one JSON object comes in, and after each
stage a JSON line goes out. The libraries of CP-SAT and of HiGHS cannot share a process, so nothing
here may import the other solver; `foedus.engines.forces.plan.cpsat` is the other end.

The model is written from the rules and shares no row with the programme of the first solver. Only
whole numbers are known to CP-SAT, so fractions of units and of formations are scaled.
"""

import json
import math
import sys
import time
from collections import defaultdict
from dataclasses import asdict
from fractions import Fraction
from typing import Any, Final, TextIO

from foedus.engines.forces.plan.problem import NO_LIMIT, PlanProblem, from_json
from foedus.engines.forces.plan.tours import NOBODY, Fill, ForcePlan, Tour

MOST_DENOMINATOR: Final = 1000
"""Fractions of units finer than that cannot be told to a solver of whole numbers."""

Key = tuple[int, int, int, int]
"""Class, sector, first period, length."""


def plan_from_cells(cells: dict[str, Any]) -> ForcePlan:
    """Return the plan whose fields `dataclasses.asdict` wrote and JSON carried.

    Examples
    --------
    >>> plan = ForcePlan((Tour(0, 0, 1, 2, 1),), ((-1,),), (Fill(0, 1, 0, 1),))
    >>> plan_from_cells(json.loads(json.dumps(asdict(plan)))) == plan
    True
    """
    return ForcePlan(
        tuple(Tour(**row) for row in cells["tours"]),
        tuple(tuple(row) for row in cells["leads"]),
        tuple(Fill(**row) for row in cells["fills"]),
    )


def scale_of(numbers: list[float], what: str) -> int:
    """Return by what to multiply numbers to make all of them whole.

    Raises
    ------
    ValueError
        If one is no fraction of small whole numbers.

    Examples
    --------
    >>> scale_of([1.0, 0.75, 0.5], "worths")
    4
    """
    scale = 1
    for number in numbers:
        exact = Fraction(number).limit_denominator(MOST_DENOMINATOR)
        if abs(float(exact) - number) > 1e-12:
            raise ValueError(f"{what}: {number} is no fraction with a small denominator")
        scale = math.lcm(scale, exact.denominator)
    return scale


class PlanModel:
    """Variables, rules and goals of one problem."""

    def __init__(self, problem: PlanProblem, cp_model: Any) -> None:
        self.problem = problem
        self.cp_model = cp_model
        self.model = cp_model.CpModel()
        self.begun: dict[Key, Any] = {}
        self.there: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
        self.leads: dict[tuple[int, int, int], Any] = {}
        self.serves: dict[tuple[int, int, int], Any] = {}
        self.cost: list[Any] = []
        self._tours()
        self._leads()
        self._under_command()
        self._ceilings_and_floors()
        self._needs()
        self._options()

    def goals(self) -> tuple[tuple[str, Any, int], ...]:
        """Return name, what to make small and what one unit of the goal counts, in order."""
        goals = [("shortfall", sum(self.short), self.scale)]
        if self.problem.target_person_months:
            goals.append(("excess", sum(self._excess()), 1))
        return (*goals, ("cost", sum(self.cost), 1))

    def hint(self, plan: ForcePlan) -> None:
        """Tell the solver of a plan to begin with."""
        counts: dict[Key, int] = defaultdict(int)
        for tour in plan.tours:
            counts[tour.unit_class, tour.sector, tour.start, tour.length] += tour.count
        for key, begun in self.begun.items():
            self.model.add_hint(begun, counts.get(key, 0))
        for (sector, phase, nation), lead in self.leads.items():
            self.model.add_hint(lead, plan.leads[sector][phase] == nation)
        served = {(fill.line, fill.period, fill.capability): fill.units for fill in plan.fills}
        for serve, units in self.serves.items():
            self.model.add_hint(units, served.get(serve, 0))

    def plan(self, solver: Any) -> ForcePlan:
        """Return the plan of the solver's best point."""
        tours = tuple(
            Tour(*key, int(solver.value(begun)))
            for key, begun in sorted(self.begun.items())
            if solver.value(begun)
        )
        leads = [[NOBODY] * len(self.problem.phases) for _ in self.problem.sectors]
        for (sector, phase, nation), lead in self.leads.items():
            if solver.value(lead):
                leads[sector][phase] = nation
        return ForcePlan(tours, tuple(tuple(row) for row in leads), self._fills(solver))

    def _fills(self, solver: Any) -> tuple[Fill, ...]:
        """Return which units serve which line, the worthier first and none that is not needed."""
        fills = []
        for at, line in enumerate(self.problem.lines):
            for period in range(line.start, line.end):
                left = line.needed_units
                for kind, worth in sorted(line.asks, key=lambda ask: (-ask[1], ask[0])):
                    units = int(solver.value(self.serves[at, period, kind]))
                    units = min(units, math.ceil(left / worth - 1e-9))
                    if units > 0:
                        fills.append(Fill(at, period, kind, units))
                        left = max(0.0, left - units * worth)
        return tuple(sorted(fills))

    def _tours(self) -> None:
        """Make a variable of every tour; no unit goes before its last rest is over."""
        problem, model = self.problem, self.model
        periods, months = problem.periods, problem.period_months
        may_lead = {(one.sector, one.unit_class) for one in problem.candidates}
        for place, unit_class in enumerate(problem.classes):
            headquarters = problem.capabilities[unit_class.capability].is_headquarters
            busy: dict[int, list[Any]] = defaultdict(list)
            for sector in unit_class.sectors:
                led = sector in problem.lead_sectors
                if headquarters and led and (sector, place) not in may_lead:
                    continue
                for start in range(unit_class.earliest, periods):
                    for length in sorted(unit_class.tours):
                        if unit_class.latest != NO_LIMIT and start + length > unit_class.latest:
                            break
                        begun = model.new_int_var(0, unit_class.count, "")
                        self.begun[place, sector, start, length] = begun
                        end = min(start + length, periods)
                        for period in range(start, end):
                            self.there[place, sector, period].append(begun)
                        away = length * months
                        tied = away * (1 + unit_class.dwell_ratio) + unit_class.overlap_months
                        tied = max(away, tied - problem.dwell_grace_months)
                        back = start + math.ceil(tied / months - 1e-9)
                        for period in range(start, min(back, periods)):
                            busy[period].append(begun)
                        price = unit_class.cost_per_tour
                        price += unit_class.cost_per_period * (end - start)
                        self.cost.append(price * begun)
                        if end == periods:
                            # A longer one would be the same tour.
                            break
            for tied_up in busy.values():
                model.add(sum(tied_up) <= unit_class.count)

    def _leads(self) -> None:
        """Let at most one nation lead in a sector and phase."""
        problem, model = self.problem, self.model
        for sector in problem.lead_sectors:
            nations = sorted(
                {
                    problem.classes[one.unit_class].nation
                    for one in problem.candidates
                    if one.sector == sector
                }
            )
            for phase in range(len(problem.phases)):
                here = [model.new_bool_var("") for _ in nations]
                for nation, lead in zip(nations, here, strict=True):
                    self.leads[sector, phase, nation] = lead
                model.add_at_most_one(here)

    def _under_command(self) -> None:
        """Let units stand under a lead they accept, and formations within a headquarters' span."""
        problem, model = self.problem, self.model
        phase_of = problem.phase_of
        span = {(one.sector, one.unit_class): one.span_brigades for one in problem.candidates}
        loads = [kind.span_load for kind in problem.capabilities]
        scale = scale_of([*loads, *span.values()], "span of control")
        own: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
        load: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for (place, sector, period), units in self.there.items():
            if sector not in problem.lead_sectors:
                continue
            unit_class = problem.classes[place]
            kind = problem.capabilities[unit_class.capability]
            if kind.is_headquarters:
                own[sector, period, unit_class.nation] += units
            else:
                accepted = [
                    lead
                    for (where, phase, nation), lead in self.leads.items()
                    if (where, phase) == (sector, phase_of[period])
                    and problem.accepts_lead(unit_class.nation, nation)
                ]
                model.add(sum(units) <= unit_class.count * sum(accepted))
            weight = kind.span_load - span.get((sector, place), 0.0)
            if weight:
                load[sector, period].append(round(weight * scale) * sum(units))
        for (sector, period, nation), units in own.items():
            model.add(sum(units) <= self.leads[sector, phase_of[period], nation])
        for loaded in load.values():
            model.add(sum(loaded) <= 0)

    def _ceilings_and_floors(self) -> None:
        problem, model = self.problem, self.model
        soldiers: dict[tuple[int, int], list[Any]] = defaultdict(list)
        units_there: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
        for (place, _, period), units in self.there.items():
            unit_class = problem.classes[place]
            if problem.capabilities[unit_class.capability].under_ceiling:
                soldiers[unit_class.nation, period].append(unit_class.strength_persons * sum(units))
            units_there[unit_class.nation, unit_class.capability, period] += units
        for (nation, period), persons in soldiers.items():
            if problem.ceiling(nation, period) != NO_LIMIT:
                model.add(sum(persons) <= problem.ceiling(nation, period))
        for nation, kind, kept in problem.floors:
            held = sum(
                one.count
                for one in problem.classes
                if one.nation == nation and one.capability == kind
            )
            for period in range(problem.periods):
                model.add(sum(units_there[nation, kind, period]) <= max(0, held - kept))

    def _needs(self) -> None:
        """Make a need up of what serves it and what is short; a unit serves one line."""
        problem, model = self.problem, self.model
        self.scale = scale_of(
            [n for line in problem.lines for n in (line.needed_units, *dict(line.asks).values())],
            "needs",
        )
        present: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
        for (place, sector, period), units in self.there.items():
            present[sector, problem.classes[place].capability, period] += units
        asked: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
        self.short: list[Any] = []
        for at, line in enumerate(problem.lines):
            needed = round(line.needed_units * self.scale)
            for period in range(line.start, line.end):
                filled = []
                for kind, worth in line.asks:
                    most = math.ceil(line.needed_units / worth - 1e-9)
                    units = model.new_int_var(0, most, "")
                    self.serves[at, period, kind] = units
                    asked[line.sector, kind, period].append(units)
                    filled.append(round(worth * self.scale) * units)
                short = model.new_int_var(0, needed, "")
                model.add(short + sum(filled) >= needed)
                self.short.append(short * line.weight * problem.period_months)
        for key, serving in asked.items():
            model.add(sum(serving) <= sum(present[key]))

    def _excess(self) -> list[Any]:
        """Return the burden of each nation above its fair share."""
        problem, model = self.problem, self.model
        burden: dict[int, list[Any]] = defaultdict(list)
        for (place, _, _), units in self.there.items():
            one = problem.classes[place]
            burden[one.nation].append(one.strength_persons * problem.period_months * sum(units))
        excess = []
        for nation, target in enumerate(problem.target_person_months):
            if target != NO_LIMIT and burden[nation]:
                above = model.new_int_var(0, 10**12, "")
                model.add(above >= sum(burden[nation]) - target)
                excess.append(above)
        return excess

    def _options(self) -> None:
        """Keep to the rules that are there on request: changes of lead, contributions, lift."""
        problem, model = self.problem, self.model
        if problem.lead_changes_most != NO_LIMIT:
            for sector in problem.lead_sectors:
                changes = []
                for phase in range(1, len(problem.phases)):
                    change = model.new_bool_var("")
                    changes.append(change)
                    for (where, when, nation), lead in self.leads.items():
                        if (where, when) == (sector, phase):
                            model.add(change >= lead - self.leads[sector, phase - 1, nation])
                model.add(sum(changes) <= problem.lead_changes_most)
        if any(problem.least_contribution_persons):
            self._least_contributions()
        for period, limit in enumerate(problem.lift_persons):
            if limit != NO_LIMIT:
                moved = [
                    problem.classes[place].strength_persons * begun
                    for (place, _, start, _), begun in self.begun.items()
                    if start == period
                    and problem.capabilities[problem.classes[place].capability].under_ceiling
                ]
                model.add(sum(moved) <= limit)

    def _least_contributions(self) -> None:
        problem, model = self.problem, self.model
        persons: dict[tuple[int, int], list[Any]] = defaultdict(list)
        most = [0] * len(problem.nations)
        for one in problem.classes:
            most[one.nation] += one.strength_persons * one.count
        for (place, _, period), units in self.there.items():
            one = problem.classes[place]
            persons[one.nation, period].append(one.strength_persons * sum(units))
        for (nation, _), soldiers in persons.items():
            least = problem.least_contribution_persons[nation]
            if least > 0:
                takes_part = model.new_bool_var("")
                model.add(sum(soldiers) >= least * takes_part)
                model.add(sum(soldiers) <= most[nation] * takes_part)


def solve(asked: dict[str, Any], cp_model: Any, out: TextIO) -> None:
    """Solve stage by stage; write a line after each.

    Parameters
    ----------
    asked
        `problem` as JSON text, `start` as cells of a plan or None, and the limits.
    cp_model
        The module of OR-Tools.
    out
        Where lines go.
    """
    problem = from_json(asked["problem"])
    plan_model = PlanModel(problem, cp_model)
    if asked["start"] is not None:
        plan_model.hint(plan_from_cells(asked["start"]))
    started = time.monotonic()
    for name, goal, scale in plan_model.goals()[: asked["stages"]]:
        plan_model.model.minimize(goal)
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.num_workers = asked["workers"]
        parameters.random_seed = asked["seed"]
        if asked["workers"] > 1:
            # Otherwise the order in which threads find things would show in the plan.
            parameters.interleave_search = True
        if asked["work"] is not None:
            parameters.max_deterministic_time = asked["work"]
        if asked["seconds"] is not None:
            left = asked["seconds"] - (time.monotonic() - started)
            parameters.max_time_in_seconds = max(0.1, left)
        status = solver.solve(plan_model.model)
        found = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
        told: dict[str, Any] = {
            "name": name,
            "status": solver.status_name(status).lower(),
            "value": solver.objective_value / scale if found else None,
            "bound": solver.best_objective_bound / scale,
            "work": solver.deterministic_time
            if hasattr(solver, "deterministic_time")
            else solver.response_proto.deterministic_time,
            "plan": None,
        }
        if found:
            plan = plan_model.plan(solver)
            told["plan"] = asdict(plan)
        out.write(json.dumps(told) + "\n")
        out.flush()
        if not found:
            break
        plan_model.model.add(goal <= round(solver.objective_value))
        plan_model.model.clear_hints()
        plan_model.hint(plan)


def main() -> None:
    """Read what is asked, solve it, write what is found."""
    from ortools.sat.python import cp_model  # noqa: PLC0415  not everybody has it installed

    solve(json.load(sys.stdin), cp_model, sys.stdout)


if __name__ == "__main__":
    main()

"""Why there is a gap: which rule, relaxed alone, buys how much; and what one more unit is worth."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from foedus.engines.forces.plan.formulation import Formulation, formulate
from foedus.engines.forces.plan.problem import NO_LIMIT, PlanProblem
from foedus.engines.forces.plan.search import without_burden
from foedus.engines.forces.plan.solve import Outcome, solve_relaxed
from foedus.engines.forces.plan.stages import Planned, Settings, make_plan

HAIR: Final = 1e-4
"""Weighted unit-months below which nothing is gained: an interior method is no more exact."""


@dataclass(frozen=True)
class Relaxed:
    """What relaxing one rule alone would buy, in the relaxation with fractions of units."""

    rule: str
    gain: float
    """Weighted unit-months by which the shortfall falls."""
    gain_points: float
    by_line: tuple[float, ...]
    """Unit-months by which each line's own shortfall falls. Where several plans are equally good
    the share of a line is one of several; the sum is not."""


@dataclass(frozen=True)
class OneMore:
    """What one more unit of a class would be worth."""

    unit_class: int
    name: str
    gain: float
    """Weighted unit-months that the best plan found gets better by; 0 if below resolution."""
    gain_least: float
    """What it is worth for certain; not above 0 if below resolution."""
    gain_most: float
    """What it can be worth at most."""

    @property
    def below_resolution(self) -> bool:
        """Whether there may be an effect that the gap of the plans hides."""
        return self.gain_least <= 0 and self.gain_most > HAIR


def gap_ledger(problem: PlanProblem) -> tuple[Relaxed, ...]:
    """Return what relaxing each rule alone buys, the best first.

    Parameters
    ----------
    problem
        What is asked for.

    Returns
    -------
    tuple of Relaxed
        One for each rule that buys anything. The effects do not add up: two rules may each be
        worthless to relax alone and worth much together.

    Notes
    -----
    Each is a re-solve of the relaxation, whose prices are known to be near the optimum; a plan in
    whole units may gain more or less.
    """
    base, base_lines = _shortfall(problem)
    found = []
    for rule, change in rules(problem):
        value, lines = _shortfall(change(problem))
        gain = base - value
        if gain > HAIR * max(1.0, base):
            found.append(
                Relaxed(
                    rule,
                    gain,
                    problem.points(gain),
                    tuple(float(part) for part in base_lines - lines),
                )
            )
    return tuple(sorted(found, key=lambda one: (-one.gain, one.rule)))


Change = Callable[[PlanProblem], PlanProblem]


def rules(problem: PlanProblem) -> tuple[tuple[str, Change], ...]:
    """Return every rule of a problem that can be relaxed alone: its name, and how.

    Examples
    --------
    >>> from foedus.engines.forces.plan.instances import instance
    >>> [name for name, _ in rules(instance("tiny"))][:3]
    ['ceiling of N01', 'ceiling of N02', 'ceiling of N03']
    """
    found: list[tuple[str, Change]] = [
        (f"ceiling of {name}", _without_ceiling(nation))
        for nation, name in enumerate(problem.nations)
        if problem.ceilings and max(problem.ceilings[nation]) != NO_LIMIT
    ]
    if problem.floors:
        found.append(("home floors", lambda given: replace(given, floors=())))
    if problem.accepts:
        found.append(("acceptance of commands", lambda given: replace(given, accepts=())))
    if problem.lift_persons:
        found.append(("lift", lambda given: replace(given, lift_persons=())))
    if problem.lead_changes_most != NO_LIMIT:
        found.append(("changes of lead", lambda given: replace(given, lead_changes_most=NO_LIMIT)))
    if any(problem.least_contribution_persons):
        found.append(
            ("least contribution", lambda given: replace(given, least_contribution_persons=()))
        )
    found += [
        ("dwell", lambda given: _each_class(given, dwell_ratio=0.0)),
        ("notice to move", lambda given: _each_class(given, earliest=0)),
        ("relief in place", lambda given: _each_class(given, overlap_months=0.0)),
        (
            "caveats",
            lambda given: _each_class(given, sectors=tuple(range(len(given.sectors)))),
        ),
        (
            "span of control",
            lambda given: replace(
                given,
                capabilities=tuple(replace(kind, span_load=0.0) for kind in given.capabilities),
            ),
        ),
    ]
    return tuple(found)


def without_units(
    problem: PlanProblem, nation: int, capabilities: tuple[int, ...] = ()
) -> PlanProblem:
    """Return a problem without a nation's units of some capabilities, or of all of them.

    Examples
    --------
    >>> from foedus.engines.forces.plan.instances import instance
    >>> sum(c.count for c in without_units(instance("tiny"), 0).classes)
    8
    """
    return replace(
        problem,
        classes=tuple(
            replace(unit_class, count=0)
            if unit_class.nation == nation
            and (not capabilities or unit_class.capability in capabilities)
            else unit_class
            for unit_class in problem.classes
        ),
    )


def one_more(
    problem: PlanProblem,
    planned: Planned,
    settings: Settings | None = None,
    *,
    tried: int = 5,
) -> tuple[OneMore, ...]:
    """Return what one more unit of the most promising classes is worth, the best first.

    Parameters
    ----------
    problem
        What is asked for.
    planned
        A plan of it.
    settings
        How to plan again; only the first stage is done.
    tried
        How many classes to try: those that the prices of the relaxation rank first.

    Returns
    -------
    tuple of OneMore
        The effect is certain only as far as it is larger than the gap of the two plans.
    """
    chosen = replace(settings or Settings(), stages=1)
    before = planned.verdict.shortfall
    floor = before - planned.gap_points * problem.required_weight / 100.0
    found = []
    for place in _ranked(problem)[:tried]:
        unit_class = problem.classes[place]
        richer = replace(
            problem,
            classes=tuple(
                replace(other, count=other.count + 1) if at == place else other
                for at, other in enumerate(problem.classes)
            ),
        )
        again = make_plan(richer, chosen, start=planned.plan)
        after = again.verdict.shortfall
        after_floor = after - again.gap_points * richer.required_weight / 100.0
        least = floor - after
        found.append(
            OneMore(
                unit_class=place,
                name=unit_class.name,
                gain=before - after if least > HAIR else 0.0,
                gain_least=max(0.0, least) if least > HAIR else 0.0,
                gain_most=before - after_floor,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.gain, one.unit_class)))


def _ranked(problem: PlanProblem) -> list[int]:
    """Return the classes by what the relaxation would pay for one more unit."""
    model, outcome = _relaxed(problem)
    assert outcome.prices is not None
    prices = np.maximum(-outcome.prices, 0.0)
    pay = np.zeros(len(problem.classes))
    turns = model.row_kind == "rotation"
    np.add.at(pay, model.row_entity[turns], prices[turns])
    kinds = len(problem.capabilities)
    floors = np.zeros(len(problem.nations) * kinds)
    kept = model.row_kind == "floor"
    np.add.at(floors, model.row_entity[kept], prices[kept])
    for place, unit_class in enumerate(problem.classes):
        pay[place] += floors[unit_class.nation * kinds + unit_class.capability]
    return [int(place) for place in np.argsort(-pay, kind="stable")]


def _relaxed(problem: PlanProblem) -> tuple[Formulation, Outcome]:
    model = formulate(problem, "state")
    return model, solve_relaxed(without_burden(model, model.rows), model.shortfall)


def _shortfall(problem: PlanProblem) -> tuple[float, np.ndarray]:
    """Return the relaxation's shortfall, and unit-months short by line."""
    model, outcome = _relaxed(problem)
    lines = np.zeros(len(problem.lines))
    if outcome.values is not None:
        short = outcome.values[model.columns.short] * problem.period_months
        np.add.at(lines, [line for line, _ in model.needs], short)
    return max(0.0, outcome.objective), lines


def _without_ceiling(nation: int) -> Change:
    def change(problem: PlanProblem) -> PlanProblem:
        free = (NO_LIMIT,) * problem.periods
        return replace(
            problem,
            ceilings=tuple(
                free if at == nation else row for at, row in enumerate(problem.ceilings)
            ),
        )

    return change


def _each_class(problem: PlanProblem, **cells: object) -> PlanProblem:
    return replace(
        problem,
        classes=tuple(replace(unit_class, **cells) for unit_class in problem.classes),  # type: ignore[arg-type]
    )

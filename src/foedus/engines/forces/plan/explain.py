"""Why there is a gap: what each rule, relaxed alone, buys for each line, and one more unit's worth.

Relaxing is worked out with fractions of units: the relaxation of the plan is solved again without
the rule. So a ledger takes seconds, and a plan in whole units may gain more or less.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import reduce
from itertools import combinations
from typing import Any, Final

import numpy as np

from foedus.engines.forces.blocks import BoolArray, FloatArray
from foedus.engines.forces.plan.formulation import Formulation, formulate
from foedus.engines.forces.plan.goal import LITTLE_WORK
from foedus.engines.forces.plan.problem import NO_LIMIT, PlanProblem
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.search import without_burden
from foedus.engines.forces.plan.solve import Outcome, bound_from_prices, solve_relaxed
from foedus.engines.forces.plan.stages import Planned, Settings, make_plan
from foedus.engines.forces.plan.starts import every_start

HAIR: Final = 1e-4
"""Weighted unit-months below which nothing is gained: an interior method is no more exact."""
RESOLUTION_POINTS: Final = 0.01
"""Points below which a ledger says that a rule buys nothing."""
EVEN: Final = 1e-4
"""By how much the last line weighs less than the first where a ledger is worked out, as a share.
It settles which of several equally good plans is looked at, everywhere alike."""
QUICK_BY_CORNERS: Final = 4_000
"""Most tours for which the simplex method is the quicker one."""

Told = Callable[[str, int], None]
"""Called with what was finished and how many re-solves there were. If it raises KeyboardInterrupt,
what is finished comes out."""


@dataclass(frozen=True)
class Relaxed:
    """What relaxing one rule, or two, would buy, in fractions of units."""

    rules: tuple[str, ...]
    gain_points: float
    """By how much the weighted shortfall falls; the sum over lines."""
    by_line_points: tuple[float, ...]
    """A line may lose a little where units go to one that weighs more."""
    by_line_unit_months: tuple[float, ...]

    @property
    def rule(self) -> str:
        """The rule's name, or both."""
        return " and ".join(self.rules)


@dataclass(frozen=True)
class Bought:
    """What relaxing a rule, or two, buys for one line, in fractions of units."""

    rule: str
    unit_months: float
    points: float
    in_all_points: float
    """What the same buys in all lines together."""


@dataclass(frozen=True)
class LineGap:
    """One line of the requirement: what is unfilled, and what would fill it."""

    line: int
    name: str
    needed_unit_months: float
    unfilled_unit_months: float
    """In the plan, in whole units."""
    unfilled_points: float
    unfilled_in_fractions_unit_months: float
    """In the relaxation. What the plan is short of beyond it is due to whole units, or to the plan
    not being the best."""
    bought: tuple[Bought, ...]
    """Rules that relaxed alone fill some of it, the best first. Their effects do not add up."""
    bought_by_pairs: tuple[Bought, ...]
    """Pairs of rules, where no rule alone fills anything."""


@dataclass(frozen=True)
class Ledger:
    """Why there is a gap, line by line and rule by rule."""

    lines: tuple[LineGap, ...]
    """Lines with a shortfall in the plan, the largest in points first."""
    rules: tuple[Relaxed, ...]
    """Rules that relaxed alone buy anything, in fractions of units, the best first."""
    pairs: tuple[Relaxed, ...]
    """Pairs of rules that fill a line which no rule alone does."""
    buys_nothing: tuple[str, ...]
    """Rules that were relaxed, or whose prices prove it, and buy less than the resolution."""
    pairs_left: int
    """Pairs that were not tried because the number of re-solves was used up."""
    unfilled_points: float
    """Of the plan; the sum over its lines."""
    unfilled_in_fractions_points: float
    """Of the relaxation."""
    solves: int
    """How often the relaxation was solved."""
    interrupted: bool


Change = Callable[[PlanProblem], PlanProblem]


@dataclass(frozen=True)
class Rule:
    """A rule that can be relaxed: its name, how, and what of the model it is about."""

    name: str
    change: Change
    rows: Callable[[Formulation], BoolArray] | None = None
    """Rows outside of which relaxing changes nothing; None where it changes columns too."""
    tours: bool = False
    """Whether relaxing changes nothing but the tours to choose from and how long they tie up."""
    drops: bool = False
    """Whether relaxing takes the rows away and changes nothing else."""


def gap_ledger(
    problem: PlanProblem,
    planned: Planned,
    *,
    more: Mapping[str, PlanProblem] | None = None,
    pairs_most: int = 8,
    report: Told | None = None,
) -> Ledger:
    """Return what is unfilled, line by line, and what relaxing each rule alone would fill.

    Parameters
    ----------
    problem
        What is asked for.
    planned
        A plan of it.
    more
        Other problems with the same lines, by the name of the rule that they relax: without home
        floors, or with the nations that did not join.
    pairs_most
        Most re-solves for pairs of rules.
    report
        Called after each re-solve.

    Returns
    -------
    Ledger
        Effects do not add up: two rules may each be worthless to relax alone and worth much
        together. Pairs are tried only for lines that are short, that no rule alone fills, and that
        all rules relaxed together would.

    Raises
    ------
    ValueError
        If another problem does not ask for the same.

    Notes
    -----
    *Who need not be tried.* Prices of the rows prove a bound whatever they are. With the prices of
    a rule's own rows set to nought they prove one of the problem without the rule, as long as
    nothing but these rows changes. If that bound is as high as the shortfall, the rule buys nothing
    and is not solved for. In particular, where all rows of a rule have no price at the optimum,
    relaxing it changes nothing. The reverse does not hold: a rule with a price may buy nothing.
    Mandates are tried one by one only if all together buy something.

    *Which plan is looked at.* Where several plans are equally good, the earlier line is filled
    first, in every re-solve alike; otherwise a line's share would be that of any of them. It costs
    at most a ten-thousandth of the shortfall, which is below the resolution.
    """
    return _Ledgering(problem, planned, more or {}, pairs_most, report).ledger()


def rules(problem: PlanProblem) -> tuple[Rule, ...]:
    """Return every rule of a problem that can be relaxed alone, all mandates as one.

    The home floors of a scenario are out of the counts of its units already; what a problem calls
    floors says how many may be in place at once.

    Examples
    --------
    >>> from foedus.engines.forces.plan.instances import instance
    >>> [rule.name for rule in rules(instance("tiny"))][:3]
    ['all mandates: ceilings of land soldiers', 'acceptance of commands', 'dwell']
    """
    found: list[Rule] = []
    if problem.ceilings:
        found.append(
            Rule(
                "all mandates: ceilings of land soldiers",
                lambda given: replace(given, ceilings=()),
                _of_kinds("ceiling"),
                drops=True,
            )
        )
    if problem.floors:
        found.append(
            Rule(
                "availability at once",
                lambda given: replace(given, floors=()),
                _of_kinds("floor", "acceptance", "led"),
            )
        )
    if problem.accepts:
        found.append(
            Rule(
                "acceptance of commands",
                lambda given: replace(given, accepts=()),
                _of_kinds("acceptance", "led"),
            )
        )
    if problem.lift_persons:
        found.append(Rule("lift", lambda given: replace(given, lift_persons=()), _of_kinds("lift")))
    if problem.lead_changes_most != NO_LIMIT:
        found.append(
            Rule(
                "changes of lead",
                lambda given: replace(given, lead_changes_most=NO_LIMIT),
                _of_kinds("changes"),
            )
        )
    if any(problem.least_contribution_persons):
        found.append(
            Rule(
                "least contribution",
                lambda given: replace(given, least_contribution_persons=()),
                _of_kinds("least"),
            )
        )
    found += [
        Rule(
            "dwell",
            lambda given: _each_class(given, dwell_ratio=0.0),
            _of_kinds("rotation"),
            tours=True,
        ),
        Rule("notice to move", lambda given: _each_class(given, earliest=0), tours=True),
        Rule(
            "relief in place",
            lambda given: _each_class(given, overlap_months=0.0),
            _of_kinds("rotation"),
            tours=True,
        ),
        Rule(
            "caveats",
            lambda given: _each_class(given, sectors=tuple(range(len(given.sectors)))),
            tours=True,
        ),
    ]
    if problem.candidates:
        found.append(Rule("span of control", _without_span, _of_kinds("span", "led")))
    found += [
        Rule(
            f"number of {kind.name} (one more in each nation that has one)",
            _one_more_of(capability),
        )
        for capability, kind in enumerate(problem.capabilities)
        if kind.is_headquarters
        and any(c.capability == capability and c.count for c in problem.classes)
    ]
    return tuple(found)


def mandates(problem: PlanProblem) -> tuple[Rule, ...]:
    """Return the ceiling of each nation that has one, as a rule.

    Examples
    --------
    >>> from foedus.engines.forces.plan.instances import instance
    >>> mandates(instance("tiny"))[0].name
    'mandate of N01: ceiling of land soldiers'
    """
    return tuple(
        Rule(
            f"mandate of {name}: ceiling of land soldiers",
            _without_ceiling(nation),
            _of_mandate(nation),
            drops=True,
        )
        for nation, name in enumerate(problem.nations)
        if problem.ceilings and max(problem.ceilings[nation]) != NO_LIMIT
    )


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


def short_in_fractions(problem: PlanProblem) -> FloatArray:
    """Return unit-months short by line in the relaxation, with fractions of units.

    Where several plans are equally good the earlier line is filled first, but for a
    ten-thousandth of the shortfall.

    Returns
    -------
    shape (line,)
    """
    model = formulate(problem, "state")
    limits = without_burden(model, model.rows)
    return _by_line(model, _solved(model, limits, _even_cost(model)))


class _Ledgering:
    """Works a ledger out."""

    def __init__(
        self,
        problem: PlanProblem,
        planned: Planned,
        more: Mapping[str, PlanProblem],
        pairs_most: int,
        report: Told | None,
    ) -> None:
        for name, other in more.items():
            if other.lines != problem.lines or other.period_months != problem.period_months:
                raise ValueError(f"{name}: the other problem does not ask for the same lines")
        self.problem = problem
        self.planned = planned
        self.more = more
        self.pairs_most = pairs_most
        self.report = report
        self.solves = 0
        self.weights = np.array([line.weight for line in problem.lines], dtype=np.float64)
        self.found: list[Relaxed] = []
        self.pairs: list[Relaxed] = []
        self.nothing: list[str] = []
        self.pairs_left = 0

    def ledger(self) -> Ledger:
        self.model = formulate(self.problem, "state")
        self.limits = without_burden(self.model, self.model.rows)
        self.cost = _even_cost(self.model)
        self.outcome = _solved(self.model, self.limits, self.cost)
        self.solves = 1
        self.base = _by_line(self.model, self.outcome)
        interrupted = False
        try:
            self._tell("as it stands")
            self._alone()
            self._together()
        except KeyboardInterrupt:
            interrupted = True
        self.found.sort(key=lambda one: (-one.gain_points, one.rules))
        self.pairs.sort(key=lambda one: (-one.gain_points, one.rules))
        problem = self.problem
        lines = [self._line(line) for line in range(len(problem.lines))]
        short = [line for line in lines if line.unfilled_unit_months > HAIR]
        return Ledger(
            lines=tuple(sorted(short, key=lambda line: (-line.unfilled_points, line.line))),
            rules=tuple(self.found),
            pairs=tuple(self.pairs),
            buys_nothing=tuple(self.nothing),
            pairs_left=self.pairs_left,
            unfilled_points=problem.points(self.planned.verdict.shortfall),
            unfilled_in_fractions_points=problem.points(float(self.weights @ self.base)),
            solves=self.solves,
            interrupted=interrupted,
        )

    def _alone(self) -> None:
        """Relax every rule alone, and single mandates where all of them buy something."""
        for rule in rules(self.problem):
            if self._try(rule) and rule.name.startswith("all mandates"):
                for mandate in mandates(self.problem):
                    self._try(mandate)
        for name, other in self.more.items():
            self._keep(name, self._relax((name,), other))

    def _together(self) -> None:
        """Relax pairs of rules for lines that no rule alone fills."""
        changes: dict[str, Change] = {rule.name: rule.change for rule in rules(self.problem)}
        left = self.problem.points(1.0) * self.weights * self.base > RESOLUTION_POINTS
        for alone in self.found:
            left &= ~self._filled(alone)
        if self.pairs_most < 1 or not left.any():
            return
        could = np.zeros(left.size, dtype=np.bool_)
        for names, begun in (
            ((), self.problem),
            *(((name,), one) for name, one in self.more.items()),
        ):
            every = reduce(lambda given, change: change(given), changes.values(), begun)
            could |= self._filled(self._relax(("all rules", *names), every))
        left &= could
        # Rules that buy much elsewhere come first: they are what binds.
        worth = {one.rule: one.gain_points for one in self.found}
        pairs = sorted(
            [
                *combinations(changes, 2),
                *((other, name) for other in self.more for name in changes),
            ],
            key=lambda pair: -worth.get(pair[0], 0.0) - worth.get(pair[1], 0.0),
        )
        for place, (first, second) in enumerate(pairs):
            if not left.any():
                break
            if place >= self.pairs_most:
                self.pairs_left = len(pairs) - place
                break
            one = self.more[first] if first in self.more else changes[first](self.problem)
            both = self._relax((first, second), changes[second](one))
            if np.any(self._filled(both) & left):
                self.pairs.append(both)
                left &= ~self._filled(both)

    def _try(self, rule: Rule) -> bool:
        """Relax a rule unless it is known to buy nothing, and tell whether it buys anything."""
        if self._proved_worthless(rule):
            self.nothing.append(rule.name)
            return False
        if rule.drops and rule.rows is not None:
            return self._keep(rule.name, self._dropped(rule.name, rule.rows(self.model)))
        return self._keep(rule.name, self._relax((rule.name,), rule.change(self.problem)))

    def _proved_worthless(self, rule: Rule) -> bool:
        """Tell whether it is known without a re-solve that a rule buys nothing to speak of."""
        if rule.tours:
            ours, theirs = every_start(self.problem), every_start(rule.change(self.problem))
            if all(
                np.array_equal(getattr(ours, field.name), getattr(theirs, field.name))
                for field in fields(ours)
            ):
                return True
        if rule.rows is None:
            return False
        assert self.outcome.prices is not None
        prices = np.where(rule.rows(self.model), 0.0, self.outcome.prices)
        floor = bound_from_prices(self.limits, self.cost, prices)
        return self.problem.points(self.outcome.objective - floor) < RESOLUTION_POINTS

    def _keep(self, name: str, one: Relaxed) -> bool:
        if one.gain_points < RESOLUTION_POINTS:
            self.nothing.append(name)
            return False
        self.found.append(one)
        return True

    def _dropped(self, name: str, dropped: BoolArray) -> Relaxed:
        """Relax a rule by taking its rows away."""
        upper = np.where(dropped, np.inf, self.limits.upper)
        outcome = _solved(self.model, self.limits._replace(upper=upper), self.cost)
        return self._gained((name,), _by_line(self.model, outcome))

    def _relax(self, names: tuple[str, ...], problem: PlanProblem) -> Relaxed:
        return self._gained(names, short_in_fractions(problem))

    def _gained(self, names: tuple[str, ...], short: FloatArray) -> Relaxed:
        gain = self.base - short
        self.solves += 1
        self._tell(" and ".join(names))
        points = self.problem.points(1.0) * self.weights * gain
        return Relaxed(
            names,
            float(points.sum()),
            tuple(float(part) for part in points),
            tuple(float(part) for part in gain),
        )

    def _filled(self, one: Relaxed) -> BoolArray:
        """Return which lines a relaxed rule fills."""
        return np.asarray(np.array(one.by_line_points) > RESOLUTION_POINTS, dtype=np.bool_)

    def _line(self, line: int) -> LineGap:
        problem = self.problem
        asked = problem.lines[line]
        bought = _bought(self.found, line)
        short = self.planned.verdict.shortfall_by_line[line]
        return LineGap(
            line=line,
            name=asked.name,
            needed_unit_months=asked.needed_units
            * (asked.end - asked.start)
            * problem.period_months,
            unfilled_unit_months=short,
            unfilled_points=problem.points(asked.weight * short),
            unfilled_in_fractions_unit_months=float(self.base[line]),
            bought=bought,
            bought_by_pairs=() if bought else _bought(self.pairs, line),
        )

    def _tell(self, what: str) -> None:
        if self.report is not None:
            self.report(what, self.solves)


def _bought(found: list[Relaxed], line: int) -> tuple[Bought, ...]:
    """Return what was bought for a line, the most first."""
    own = [
        Bought(one.rule, one.by_line_unit_months[line], one.by_line_points[line], one.gain_points)
        for one in found
        if one.by_line_points[line] > RESOLUTION_POINTS
    ]
    return tuple(sorted(own, key=lambda one: (-one.points, one.rule)))


@dataclass(frozen=True)
class OneMore:
    """What one more unit of a class would be worth."""

    unit_class: int
    name: str
    nation: str
    capability: str
    gain: float
    """Weighted unit-months that the best plan found gets better by; 0 if below resolution."""
    gain_least: float
    """What it is worth for certain; not above 0 if below resolution."""
    gain_most: float
    """What it can be worth at most."""
    gain_points: float
    nodes: int
    """Counted work of the new plan."""
    iterations: int

    @property
    def below_resolution(self) -> bool:
        """Whether there may be an effect that the gap of the plans hides."""
        return self.gain_least <= 0 and self.gain_most > HAIR


def one_more(
    problem: PlanProblem,
    planned: Planned,
    settings: Settings | None = None,
    *,
    tried: int = 5,
    report: Told | None = None,
) -> tuple[OneMore, ...]:
    """Return what one more unit of the most promising classes is worth, the best first.

    Parameters
    ----------
    problem
        What is asked for.
    planned
        A plan of it.
    settings
        How to plan again; only the first stage is done. Little, counted work if None.
    tried
        How many classes to try: those that the prices of the relaxation rank first. All that were
        tried come out.
    report
        Called after each new plan.

    Returns
    -------
    tuple of OneMore
        The effect is told only where it is certain: where the new plan is better than the bound of
        the present problem, that is where it is larger than the certified gap. Otherwise it is 0.
    """
    chosen = replace(settings or LITTLE_WORK, stages=1)
    before = planned.verdict.shortfall
    floor = before - planned.gap_points * problem.required_weight / 100.0
    found: list[OneMore] = []
    try:
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
            if again.interrupted:
                break
            after = again.verdict.shortfall
            after_floor = after - again.gap_points * richer.required_weight / 100.0
            least = floor - after
            gain = before - after if least > HAIR else 0.0
            found.append(
                OneMore(
                    unit_class=place,
                    name=unit_class.name,
                    nation=problem.nations[unit_class.nation],
                    capability=problem.capabilities[unit_class.capability].name,
                    gain=gain,
                    gain_least=least if least > HAIR else 0.0,
                    gain_most=before - after_floor,
                    gain_points=problem.points(gain),
                    nodes=sum(stage.nodes for stage in again.stages),
                    iterations=sum(stage.iterations for stage in again.stages),
                )
            )
            if report is not None:
                report(unit_class.name, len(found))
    except KeyboardInterrupt:
        pass  # What is finished comes out.
    return tuple(sorted(found, key=lambda one: (-one.gain, one.unit_class)))


def _ranked(problem: PlanProblem) -> list[int]:
    """Return the classes by what the relaxation would pay for one more unit."""
    model = formulate(problem, "state")
    outcome = _solved(model, without_burden(model, model.rows), model.shortfall)
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


def _solved(model: Formulation, rows: Rows, cost: FloatArray) -> Outcome:
    """Return the relaxation solved by the method that is quicker at its size."""
    exact = model.starts.start.size <= QUICK_BY_CORNERS
    return solve_relaxed(rows, cost, exact=exact)


def _even_cost(model: Formulation) -> FloatArray:
    """Return the shortfall with later lines a hair lighter, so that no two weigh the same."""
    cost = model.shortfall.copy()
    lines = np.array([line for line, _ in model.needs], dtype=np.float64)
    cost[model.columns.short] *= 1.0 - EVEN * lines / max(1, len(model.problem.lines))
    return cost


def _by_line(model: Formulation, outcome: Outcome) -> FloatArray:
    """Return unit-months short by line."""
    lines = np.zeros(len(model.problem.lines))
    if outcome.values is not None:
        short = np.maximum(outcome.values[model.columns.short], 0.0) * model.problem.period_months
        np.add.at(lines, [line for line, _ in model.needs], short)
    return lines


def _of_kinds(*kinds: str) -> Callable[[Formulation], BoolArray]:
    return lambda model: np.isin(model.row_kind, kinds)


def _of_mandate(nation: int) -> Callable[[Formulation], BoolArray]:
    return lambda model: (model.row_kind == "ceiling") & (model.row_nation == nation)


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


def _without_span(problem: PlanProblem) -> PlanProblem:
    """Let one headquarters command all formations there are; it must still be in place."""
    every = sum(c.count * problem.capabilities[c.capability].span_load for c in problem.classes)
    return replace(
        problem,
        candidates=tuple(
            replace(candidate, span_brigades=max(candidate.span_brigades, every))
            for candidate in problem.candidates
        ),
    )


def _one_more_of(capability: int) -> Change:
    def change(problem: PlanProblem) -> PlanProblem:
        return replace(
            problem,
            classes=tuple(
                replace(one, count=one.count + 1)
                if one.capability == capability and one.count
                else one
                for one in problem.classes
            ),
        )

    return change


def _each_class(problem: PlanProblem, **cells: Any) -> PlanProblem:
    return replace(
        problem, classes=tuple(replace(unit_class, **cells) for unit_class in problem.classes)
    )

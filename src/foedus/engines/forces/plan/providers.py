"""With and without each provider's enablers: what is filled less, capability by capability.

A provider is a nation, a pool or the guarantor that lends: whoever sends enablers in the plan. The
answer is never one number, as losing what moves and what sees a force are not the same loss.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from foedus.engines.forces.blocks import FloatArray
from foedus.engines.forces.plan.alternatives import unit_months
from foedus.engines.forces.plan.explain import (
    RESOLUTION_POINTS,
    short_in_fractions,
    without_units,
)
from foedus.engines.forces.plan.goal import LITTLE_WORK
from foedus.engines.forces.plan.problem import PlanProblem
from foedus.engines.forces.plan.stages import Planned, Settings, make_plan
from foedus.engines.forces.plan.tours import ForcePlan

RESOLUTION_UNIT_MONTHS: Final = 0.1
"""Unit-months up to which nothing is lost, unless it is points: a relaxation is no more exact."""

Told = Callable[[str, int], None]
"""Called with what was finished and how many providers there were."""


@dataclass(frozen=True)
class CapabilityLoss:
    """What is filled less of one capability."""

    capability: str
    needed_unit_months: float
    filled_unit_months: float
    """With the provider's enablers."""
    lost_unit_months: float
    """Below 0 where others are sent that were not before."""
    lost_points: float
    """Of the whole weighted requirement."""

    @property
    def lost_share(self) -> float:
        """Lost unit-months over those needed of this capability."""
        return self.lost_unit_months / self.needed_unit_months if self.needed_unit_months else 0.0


@dataclass(frozen=True)
class WithoutProvider:
    """What a plan comes to without the enablers of one provider."""

    nation: int
    name: str
    sent_unit_months: tuple[tuple[str, int], ...]
    """Enablers that it sends in the plan, by capability."""
    losses: tuple[CapabilityLoss, ...]
    """Capabilities of which the fill changes, the largest loss in points first."""
    loss_by_line_unit_months: tuple[float, ...]
    in_fractions: bool
    """Whether both fills are of the relaxation, in fractions of units, and not of plans."""
    gap_points: float
    """How far from the best the plan with it may be; 0 in fractions."""
    gap_without_points: float
    plan: ForcePlan | None
    """The plan without it; None in fractions."""

    @property
    def below_resolution(self) -> bool:
        """Whether all losses together could be due to the gap of the plan without it."""
        lost = sum(loss.lost_points for loss in self.losses)
        return lost <= self.gap_without_points + 1e-9


@dataclass(frozen=True)
class Providers:
    """Every provider of enablers in a plan, each taken away alone."""

    providers: tuple[WithoutProvider, ...]
    """The largest loss in any one capability first."""
    interrupted: bool


def without_provider(
    problem: PlanProblem,
    planned: Planned,
    nation: int,
    *,
    capabilities: Sequence[str],
    line_capability: Sequence[int] | None = None,
    in_fractions: bool = False,
    settings: Settings | None = None,
) -> WithoutProvider:
    """Return what is filled less without a provider's enablers.

    Parameters
    ----------
    problem
        What is asked for.
    planned
        A plan of it.
    nation
        The provider.
    capabilities
        Names of the capabilities that are enablers; those the problem does not know are passed by.
    line_capability : length line
        The capability that a line asks for, all others being substitutes; the first it names if
        None.
    in_fractions
        True for the relaxation with and without, which takes a second or less. Otherwise it is
        planned again from the present plan.
    settings
        How to plan again; only the first stage is done. Little, counted work if None.

    Raises
    ------
    ValueError
        If there is no such nation, or `line_capability` has not one place for each line.
    KeyboardInterrupt
        If planning again is interrupted: half a search would show a loss that is none.
    """
    asked = _Asked.of(problem, planned, capabilities, line_capability)
    if not 0 <= nation < len(problem.nations):
        raise ValueError(f"nation is {nation}: there are {len(problem.nations)}")
    if in_fractions:
        return asked.in_fractions(nation, short_in_fractions(problem))
    return asked.planned_again(nation, settings or LITTLE_WORK)


def providers(
    problem: PlanProblem,
    planned: Planned,
    *,
    capabilities: Sequence[str],
    line_capability: Sequence[int] | None = None,
    in_fractions: bool = True,
    settings: Settings | None = None,
    report: Told | None = None,
) -> Providers:
    """Return what is filled less without the enablers of each who sends any in the plan.

    Parameters
    ----------
    problem, planned, capabilities, line_capability, in_fractions, settings
        As for `without_provider`. With many providers the relaxation is the quick way; name those
        that matter to `without_provider` for plans in whole units.
    report
        Called after each provider. Where it raises KeyboardInterrupt, what is finished comes out.
    """
    asked = _Asked.of(problem, planned, capabilities, line_capability)
    sent = enablers_sent(problem, planned.plan, asked.kinds)
    found: list[WithoutProvider] = []
    interrupted = False
    try:
        before = short_in_fractions(problem) if in_fractions else None
        for nation in np.flatnonzero(sent.any(axis=1)).tolist():
            if before is None:
                one = asked.planned_again(nation, settings or LITTLE_WORK)
            else:
                one = asked.in_fractions(nation, before)
            found.append(one)
            if report is not None:
                report(one.name, len(found))
    except KeyboardInterrupt:
        interrupted = True

    def worst(one: WithoutProvider) -> tuple[float, int]:
        return (-max((loss.lost_points for loss in one.losses), default=0.0), one.nation)

    return Providers(tuple(sorted(found, key=worst)), interrupted)


def enablers_sent(problem: PlanProblem, plan: ForcePlan, kinds: Sequence[int]) -> FloatArray:
    """Return unit-months that a plan has of some capabilities, within its time.

    Returns
    -------
    shape (nation, capability)
        0 for capabilities that are not among `kinds`.
    """
    sent = unit_months(problem, plan)
    others = np.ones(len(problem.capabilities), dtype=np.bool_)
    others[list(kinds)] = False
    sent[:, others] = 0.0
    return sent


@dataclass(frozen=True)
class _Asked:
    """What the fill without a provider is compared with."""

    problem: PlanProblem
    planned: Planned
    kinds: tuple[int, ...]
    """Capabilities that are enablers."""
    of_line: tuple[int, ...]
    """The capability that each line asks for."""

    @classmethod
    def of(
        cls,
        problem: PlanProblem,
        planned: Planned,
        capabilities: Sequence[str],
        line_capability: Sequence[int] | None,
    ) -> "_Asked":
        if line_capability is None:
            of_line = tuple(line.asks[0][0] for line in problem.lines)
        else:
            of_line = tuple(line_capability)
        if len(of_line) != len(problem.lines):
            raise ValueError(
                f"line_capability has {len(of_line)} places for {len(problem.lines)} lines"
            )
        named = set(capabilities)
        kinds = tuple(
            place for place, kind in enumerate(problem.capabilities) if kind.name in named
        )
        return cls(problem, planned, kinds, of_line)

    def in_fractions(self, nation: int, before: FloatArray) -> WithoutProvider:
        """Compare relaxations."""
        return self._result(nation, before, short_in_fractions(self._without(nation)), None)

    def planned_again(self, nation: int, settings: Settings) -> WithoutProvider:
        """Compare plans."""
        chosen = replace(settings, stages=1)
        again = make_plan(self._without(nation), chosen, start=self.planned.plan)
        if again.interrupted:
            raise KeyboardInterrupt
        before = np.array(self.planned.verdict.shortfall_by_line)
        return self._result(nation, before, np.array(again.verdict.shortfall_by_line), again)

    def _without(self, nation: int) -> PlanProblem:
        # No capability at all would stand for every one of them.
        return without_units(self.problem, nation, self.kinds) if self.kinds else self.problem

    def _result(
        self, nation: int, before: FloatArray, after: FloatArray, again: Planned | None
    ) -> WithoutProvider:
        problem = self.problem
        sent = enablers_sent(problem, self.planned.plan, self.kinds)[nation]
        losses = [self._loss(kind, before, after) for kind in sorted(set(self.of_line))]
        lost = [
            loss
            for loss in losses
            if abs(loss.lost_unit_months) > RESOLUTION_UNIT_MONTHS
            or abs(loss.lost_points) > RESOLUTION_POINTS
        ]
        return WithoutProvider(
            nation=nation,
            name=problem.nations[nation],
            sent_unit_months=tuple(
                (problem.capabilities[kind].name, int(sent[kind])) for kind in np.flatnonzero(sent)
            ),
            losses=tuple(sorted(lost, key=lambda loss: (-loss.lost_points, loss.capability))),
            loss_by_line_unit_months=tuple(float(part) for part in after - before),
            in_fractions=again is None,
            gap_points=0.0 if again is None else self.planned.gap_points,
            gap_without_points=0.0 if again is None else again.gap_points,
            plan=None if again is None else again.plan,
        )

    def _loss(self, kind: int, before: FloatArray, after: FloatArray) -> CapabilityLoss:
        problem = self.problem
        needed = filled = lost = weighted = 0.0
        for place, line in enumerate(problem.lines):
            if self.of_line[place] == kind:
                months = (line.end - line.start) * problem.period_months
                change = float(after[place] - before[place])
                needed += line.needed_units * months
                filled += line.needed_units * months - float(before[place])
                lost += change
                weighted += line.weight * change
        return CapabilityLoss(
            capability=problem.capabilities[kind].name,
            needed_unit_months=needed,
            filled_unit_months=filled,
            lost_unit_months=lost,
            lost_points=problem.points(weighted),
        )

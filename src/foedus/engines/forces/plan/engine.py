"""The force plan as an engine: who sends which units when, under whose lead, with a proved gap.

A plan is made at a point, on the values of the cells as they stand: whole units have no median. It
is the one engine whose result also depends on how much work it may do, so work is a setting.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt, Le

from foedus.engines.forces.inputs import MIX
from foedus.engines.forces.plan.inputs import (
    Readings,
    areas,
    leading_headquarters,
    plan_problem,
)
from foedus.engines.forces.plan.kept import taken_up
from foedus.engines.forces.plan.problem import NO_LIMIT
from foedus.engines.forces.plan.result import PlanInputs, PlanResult
from foedus.engines.forces.plan.tours import ForcePlan
from foedus.engines.protocol import Outcome
from foedus.errors import SettingsError
from foedus.scenario.draws import Draws
from foedus.scenario.scenario import Scenario

if TYPE_CHECKING:
    from foedus.engines.forces.plan.stages import Report, Settings

__all__ = ["PlanResult", "PlannedForce"]


@dataclass(frozen=True, kw_only=True)
class PlannedForce:
    """Who sends which units when, in which sector, and under whose lead."""

    name: ClassVar[str] = "plan"
    title: ClassVar[str] = "Force plan"
    needs: ClassVar[tuple[str, ...]] = ("capabilities", "units", "requirement", "share_keys")
    follows: ClassVar[tuple[Outcome, ...]] = (
        Outcome("filled_points", "Weighted requirement that the plan fills", True),
        Outcome("most_filled_points", "What no plan could go beyond", True),
        Outcome("gap_points", "Between the plan and the bound", False),
        Outcome("end_persons", "Soldiers on land in the last period", True),
        Outcome("peak_persons", "Soldiers on land at the peak", True),
        Outcome("balanced_persons", "Balanced strength in the last period", True),
        Outcome("excess_person_months", "Person-months beyond fair shares", False),
    )

    work: Literal["quick", "usual", "thorough"] = "quick"
    """How much is searched. It is counted, so that the same plan is made again."""
    stop_seconds: Annotated[float, Gt(0)] = 600.0
    """Safety stop. A plan that it ends is told as one that may not come out the same again."""
    period_months: Annotated[int, Ge(1), Le(12)] = 3
    """Length of a period of the plan."""
    phase_months: Annotated[int, Ge(1)] = 12
    """Length of a phase, at whose end the lead may change; whole periods."""
    horizon_months: Annotated[float, Ge(0)] = 0.0
    """Length of the plan; 0 for that of the option."""
    also: str = ""
    """Other options that run beside it and draw on the same units; names parted by `;`."""
    share_key: str = MIX
    """Measure of fair shares: a key of `share_keys.csv`, or `mix` of GDP and population."""
    overlap_months: Annotated[float, Ge(0)] = 0.75
    """Length of a relief in place."""
    home_floor_ratio: Annotated[float, Ge(0)] = 1.0
    """Multiplies every home floor."""
    dwell_scale_ratio: Annotated[float, Ge(0)] = 1.0
    """Multiplies every dwell ratio: below 1, rest rules are waived."""
    substitute_ratio: Annotated[float, Ge(0), Le(1)] = 1.0
    """Multiplies the worth of a substitute; below 1 it is a penalty."""
    least_acceptance_share: Annotated[float, Ge(0), Le(1)] = 0.5
    """Strength of a partnership from which a nation serves under another's lead."""
    most_lead_changes_count: Annotated[int, Ge(NO_LIMIT)] = NO_LIMIT
    """Most changes of lead in an area; -1 for no limit."""
    least_contribution_persons: Annotated[int, Ge(0)] = 0
    """Fewest soldiers in place of a contributor that has any there."""
    lift_persons_per_month: Annotated[float, Ge(0)] = 0.0
    """Most soldiers on land that can be moved in a month; 0 for no limit."""
    shortfall_tolerance_points: Annotated[float, Ge(0), Le(100)] = 0.0
    """Shortfall that may be given away for a fairer or cheaper plan."""
    excess_tolerance_person_months: Annotated[float, Ge(0)] = 0.0
    """Unfair burden that may be given away for a cheaper plan."""
    strict_priorities: bool = False
    """Whether no line of a lower priority may gain at the cost of a higher one."""
    stages: Annotated[int, Ge(1), Le(3)] = 3
    """1 for the shortfall alone, 2 with fairness, 3 with cost."""

    @property
    def readings(self) -> Readings:
        """How rows are read."""
        return Readings(
            overlap_months=self.overlap_months,
            home_floor_ratio=self.home_floor_ratio,
            dwell_scale_ratio=self.dwell_scale_ratio,
            substitute_ratio=self.substitute_ratio,
            least_acceptance_share=self.least_acceptance_share,
            lead_changes_most=self.most_lead_changes_count,
            least_contribution_persons=self.least_contribution_persons,
            lift_persons_per_month=self.lift_persons_per_month or None,
        )

    @property
    def search(self) -> "Settings":
        """How the plan is searched."""
        # The solver is loaded where a plan is made, and not where a setting is checked.
        from foedus.engines.forces.plan.stages import Settings  # noqa: PLC0415

        made = {"quick": Settings.quick, "usual": Settings.usual, "thorough": Settings.thorough}
        settings = made[self.work]()
        return replace(
            settings,
            effort=replace(settings.effort, seconds=self.stop_seconds),
            search=replace(settings.search, seconds=self.stop_seconds),
            shortfall_tolerance_points=self.shortfall_tolerance_points,
            excess_tolerance_person_months=self.excess_tolerance_person_months,
            strict_priorities=self.strict_priorities,
            stages=self.stages,
        )

    def inputs(self, scenario: Scenario, draws: Draws, /) -> PlanInputs:
        """Read the problem of the option at the values of the cells.

        Raises
        ------
        SettingsError
            If futures are drawn, or a setting cannot be taken.
        MissingDataError
            If a table that is needed is absent.
        """
        if draws.n != 1:
            raise SettingsError(
                f"draws: {draws.n}. A plan of whole units is made at a point: write 0."
            )
        levels = self.levels(scenario, draws)
        readings = self.readings
        options = (draws.option, *self.other_options)
        problem = plan_problem(
            scenario,
            draws.option,
            also=self.other_options,
            levels=levels,
            period_months=self.period_months,
            horizon_months=self.horizon_months or None,
            phase_months=self.phase_months,
            share_key=self.share_key,
            readings=readings,
        )
        found = [
            (
                area.headquarters,
                leading_headquarters(scenario, name, levels=levels, readings=readings),
            )
            for name in options
            for area in areas(scenario, name, readings)
        ]
        asked = {row.line: row.capability for row in scenario.requirement}
        return PlanInputs(
            option=draws.option,
            problem=problem,
            levels=levels,
            echelons=tuple(kind for kind, _ in found),
            headquarters=tuple(
                {code: rows for (code, of), rows in leading.items() if of == kind}
                for kind, leading in found
            ),
            capabilities=tuple(
                row for row in scenario.in_key_order.capabilities if row.domain != "service"
            ),
            line_capability={
                line.name: asked[line.name.removeprefix(f"{options[line.mission]}:")]
                for line in problem.lines
            },
            parts_count=readings.parts_count,
        )

    @property
    def other_options(self) -> tuple[str, ...]:
        """The options that run beside the one that is planned."""
        return tuple(name.strip() for name in self.also.split(";") if name.strip())

    @staticmethod
    def levels(scenario: Scenario, draws: Draws) -> dict[str, int]:
        """Return the level at which each contributor joins: as linked or set, or all of them."""
        codes = scenario.of_role("contributor")
        linked = draws.levels(codes, -1)[0]
        return {code: int(level) for code, level in zip(codes, linked, strict=True) if level >= 0}

    def solve(self, inputs: PlanInputs, _rng: np.random.Generator, /) -> PlanResult:
        """Make the plan, from nothing."""
        return self.planned(inputs)

    def planned(
        self,
        inputs: PlanInputs,
        *,
        begin: str | None = None,
        report: "Report | None" = None,
    ) -> PlanResult:
        """Make the plan, with another to begin from and somebody to tell.

        Parameters
        ----------
        inputs
            The problem.
        begin
            A plan to begin with, as `PlanResult.kept` wrote it. What this problem does not know is
            left out of it, and what breaks a rule is taken out.
        report
            Called with the name of the stage, the best value and the best bound so far.

        Raises
        ------
        SettingsError
            If `begin` cannot be read.
        """
        from foedus.engines.forces.plan.stages import make_plan  # noqa: PLC0415 - as above

        start: ForcePlan | None = None
        unknown: tuple[str, ...] = ()
        if begin is not None:
            try:
                start, unknown = taken_up(inputs.problem, begin)
            except ValueError as error:
                raise SettingsError(f"the plan to begin from: {error}.") from error
        planned = make_plan(inputs.problem, self.search, start=start, report=report)
        return PlanResult(inputs, planned, unknown)

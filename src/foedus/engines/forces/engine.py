"""Sustained force: what a coalition can keep in place, month by month and for how long.

A closed form, so that it can be drawn a million times: units that stay standing when they take
turns, the strength they add up to, the largest force in which every critical capability is in
proportion, and who would send what if it were shared out fairly.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Gt

from foedus.engines.forces.inputs import ForcesInputs, read_inputs
from foedus.engines.forces.result import ForceResult
from foedus.engines.forces.solution import solved
from foedus.engines.protocol import Outcome
from foedus.scenario.draws import Draws
from foedus.scenario.scenario import Scenario

__all__ = ["ForceResult", "SustainedForce"]


@dataclass(frozen=True, kw_only=True)
class SustainedForce:
    """What a coalition can keep in place, month by month and for how long."""

    name: ClassVar[str] = "forces"
    title: ClassVar[str] = "Sustained force"
    needs: ClassVar[tuple[str, ...]] = ("capabilities", "units", "requirement", "share_keys")
    follows: ClassVar[tuple[Outcome, ...]] = (
        Outcome("gross_persons", "Gross strength on land", True),
        Outcome("balanced_persons", "Balanced strength on land", True),
        Outcome("balanced_share", "Share of the requirement in proportion", True),
        Outcome("alone_persons", "Balanced strength without the guarantor's enablers", True),
        Outcome("filled_persons", "Requirement on land that is filled", True),
        Outcome("own_share", "Share of the force that is not the guarantor's"),
    )

    share_key: str = "mix"
    """Measure of fair shares: a key of `share_keys.csv`, or `mix` of GDP and population."""
    overlap_months: Annotated[float, Ge(0)] = 0.75
    """Length of a relief in place, when the old unit and the new one are both there."""
    home_floor_ratio: Annotated[float, Ge(0)] = 1.0
    """Multiplies every home floor."""
    strength_ratio: Annotated[float, Gt(0)] = 1.0
    """Multiplies the strength of every unit."""
    dwell_scale_ratio: Annotated[float, Ge(0)] = 1.0
    """Multiplies every dwell ratio: below 1, rest rules are waived."""
    longest_months: Annotated[int, Ge(0)] = 48
    """Longest mission for which strength is found by duration; 0 leaves it out."""
    by_month: bool = True
    """Whether strength is found month by month, or only once all units are in place."""

    def inputs(self, scenario: Scenario, draws: Draws, /) -> ForcesInputs:
        """Gather units, floors, ceilings and the requirement as they stand in each draw."""
        return read_inputs(self, scenario, draws)

    def solve(self, inputs: ForcesInputs, _rng: np.random.Generator, /) -> ForceResult:
        """Find strength by month and by duration, and share the requirement out, without chance."""
        return solved(inputs, self.longest_months, by_month=self.by_month)

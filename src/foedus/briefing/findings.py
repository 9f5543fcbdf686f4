"""The runs that answers share: each is made once, when the first answer asks for it."""

from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from foedus.briefing.drivers import (
    Candidate,
    DriverSearch,
    backing_event,
    drawn_inputs,
    joining_events,
)
from foedus.chain import OptionRuns, levels_link, run_option, without_guarantor
from foedus.engines import Consent, SustainedForce
from foedus.engines.consent.engine import ConsentResult
from foedus.engines.forces.engine import ForceResult
from foedus.runs import Request, Run, run_request
from foedus.scenario.cells import LEVEL, Cell
from foedus.scenario.options import Option
from foedus.scenario.scenario import Scenario

FloatArray = NDArray[np.float64]

LESS_DEPTH: Final = 4
"""What-ifs, such as one delegation in or out, are run on a quarter of the draws."""
FEWEST_DRAWS: Final = 200

AT_ONCE: Final = SustainedForce(longest_months=0, by_month=False)
"""Strength once all are in place, and nothing else."""


class Findings:
    """Runs of one brief, by what they say."""

    def __init__(self, scenario: Scenario, request: Request) -> None:
        self.scenario = scenario
        self.request = request

    @property
    def option(self) -> Option:
        """The headline option as it stands in the file."""
        return self.scenario.option(self.request.option)

    @cached_property
    def titles(self) -> dict[str, str]:
        """Printed names of delegations and capabilities by code."""
        return self.scenario.titles("delegations") | self.scenario.titles("capabilities")

    @cached_property
    def headline(self) -> OptionRuns:
        """The headline option through the chain."""
        return run_option(self.scenario, self.request)

    @property
    def consent(self) -> ConsentResult:
        """Who joins the headline option."""
        return self.headline.consent.result

    @property
    def forces(self) -> ForceResult:
        """What those who join can keep in place."""
        return self.headline.forces.result

    @cached_property
    def everyone(self) -> Run[ForceResult]:
        """What stands if every contributor joins at every level."""
        return run_request(self.scenario, AT_ONCE, self.request)

    @cached_property
    def without_floors(self) -> Run[ForceResult]:
        """What the same coalition could keep in place if nobody kept a home floor."""
        engine = replace(AT_ONCE, home_floor_ratio=0.0)
        return self.forces_of_coalition(engine)

    @cached_property
    def alone(self) -> OptionRuns:
        """The headline option when the guarantor says no to everything."""
        return run_option(
            self.scenario, without_guarantor(self.scenario, self.request), forces=AT_ONCE
        )

    @cached_property
    def options(self) -> tuple[OptionRuns, ...]:
        """Every option, on the same draws; by month, but not by duration."""
        engine = replace(AT_ONCE, by_month=True)
        return tuple(
            self.headline
            if option.option == self.request.option
            else run_option(
                self.scenario, replace(self.request, option=option.option), forces=engine
            )
            for option in self.scenario.options
        )

    @property
    def less_deep(self) -> Request:
        """The same request with fewer draws."""
        fewer = max(self.request.draws // LESS_DEPTH, min(FEWEST_DRAWS, self.request.draws))
        return replace(self.request, draws=fewer)

    @cached_property
    def asked_persons(self) -> float:
        """Soldiers on land that the headline option asks for, as its requirement stands."""
        point = run_request(self.scenario, AT_ONCE, replace(self.request, draws=0))
        return float(point.result.required_land_persons[0])

    @cached_property
    def drivers(self) -> DriverSearch:
        """Inputs, backing and who joins: what may drive an answer on the force."""
        joining = joining_events(self.consent, self.titles)
        return DriverSearch([*joining, *self.inputs_and_backing])

    @cached_property
    def consent_drivers(self) -> DriverSearch:
        """Inputs and backing: what may drive who joins."""
        return DriverSearch(self.inputs_and_backing)

    @cached_property
    def inputs_and_backing(self) -> list[Candidate]:
        """What is drawn before anybody decides."""
        return [backing_event(self.consent), *drawn_inputs(self.scenario, self.request)]

    def forces_of_coalition(self, engine: SustainedForce) -> Run[ForceResult]:
        """Run another force engine on the coalition of the headline option."""
        links = levels_link(self.scenario, self.headline.consent)
        fed_by = (self.headline.consent.run_id,)
        return run_request(self.scenario, engine, self.request, links=links, fed_by=fed_by)

    @cached_property
    def small_coalition(self) -> Run[ConsentResult]:
        """Who joins the headline option, on fewer draws."""
        return run_request(self.scenario, Consent(), self.less_deep)

    def force_with(self, code: str, level: float) -> ForceResult:
        """Return the force, on fewer draws, when one delegation is put at a level in every draw."""
        links = levels_link(self.scenario, self.small_coalition)
        cell = Cell(LEVEL[0], code, LEVEL[1])
        links[cell] = np.full_like(links[cell], level)
        return run_request(self.scenario, AT_ONCE, self.less_deep, links=links).result

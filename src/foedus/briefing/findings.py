"""The runs that answers share: each is made once, when the first answer asks for it."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from foedus.briefing.drivers import (
    Candidate,
    DriverSearch,
    backing_event,
    drawn_inputs,
    joining_events,
)
from foedus.chain import (
    OptionRuns,
    changed,
    levels_link,
    likely_levels,
    run_bargaining,
    run_brokerage,
    run_command,
    run_guarantee,
    run_option,
    run_plan,
    run_room,
    run_spending,
    run_voting,
    without_guarantor,
)
from foedus.coalitions import Coalitions
from foedus.engines import (
    Bargaining,
    Brokerage,
    Consent,
    Guarantee,
    PlannedForce,
    Room,
    Spending,
    SustainedForce,
    Voting,
)
from foedus.engines.bargaining.result import BargainingResult
from foedus.engines.brokerage.result import BrokerageResult
from foedus.engines.command.result import CommandResult
from foedus.engines.consent.engine import ConsentResult
from foedus.engines.deterrence.result import GuaranteeResult
from foedus.engines.forces.engine import ForceResult
from foedus.engines.forces.plan.result import PlanResult
from foedus.engines.settings import configured
from foedus.engines.spending.engine import SpendingResult
from foedus.engines.voting.result import VotingResult
from foedus.engines.voting.room.result import RoomResult
from foedus.errors import MissingDataError, SettingsError
from foedus.runs import Request, Run, RunRecord, run_request
from foedus.scenario.cells import ENGINES_TABLE, LEVEL, Cell, with_cells
from foedus.scenario.options import Option
from foedus.scenario.scenario import TOPICS, Scenario
from foedus.scenario.voting_rules import counts_pledges, rules_of

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

LESS_DEPTH: Final = 4
"""What-ifs, such as one delegation in or out, are run on a quarter of the draws."""
FEWEST_DRAWS: Final = 200

FOR_A_FORCE: Final = (*Consent.needs, *SustainedForce.needs)
"""Tables without which nobody can be told to send anything."""
BESIDE_THE_FORCE: Final = ("bargaining", "voting", "brokerage", "deterrence")
"""Topics, and the engines of their names, of which nothing feeds a force."""

AT_A_TIME: Final = 2
"""Options that are run side by side; each takes some ten megabytes while it is."""

Plans = tuple[Run[PlanResult] | None, Run[PlanResult] | None]
"""The plan of an option, and that without the guarantor."""
T = TypeVar("T")
Report = Callable[[str, float, float], None]
"""Called with the stage of a plan, the best value and the best bound."""

AT_ONCE: Final = SustainedForce(longest_months=0, by_month=False)
"""Strength once all are in place, and nothing else."""


class Findings:
    """Runs of one brief, by what they say."""

    _plans: Plans | None = None

    def __init__(self, scenario: Scenario, request: Request) -> None:
        self.scenario = scenario
        """As it stands in the files; what was set is in the request."""
        self.request = long_enough(scenario, request)
        self.coalitions = Coalitions(scenario)
        """Who joins; options on which the same is decided share the draws of it."""

    @cached_property
    def as_set(self) -> Scenario:
        """The scenario with the cells that were set: what the answers speak of."""
        return with_cells(self.scenario, self.request.fixed)

    @property
    def option(self) -> Option:
        """The headline option, as it was set."""
        return self.as_set.option(self.request.option)

    @cached_property
    def titles(self) -> dict[str, str]:
        """Printed names of delegations and capabilities by code."""
        return self.as_set.titles("delegations") | self.as_set.titles("capabilities")

    @cached_property
    def headline(self) -> OptionRuns:
        """The headline option through the chain."""
        return run_option(self.scenario, self.request, consent=self.coalitions)

    @property
    def consent(self) -> ConsentResult:
        """Who joins the headline option."""
        return self.headline.consent.result

    @property
    def forces(self) -> ForceResult:
        """What those who join can keep in place."""
        return self.headline.forces.result

    @property
    def settings(self) -> Mapping[str, Any]:
        """Settings of the force engine, as they were set."""
        return self.headline.forces.provenance.identity.settings

    @cached_property
    def asks_land(self) -> bool:
        """Whether the headline option asks for soldiers on land, in any draw."""
        return bool(self.forces.required_land_persons.max() > 0)

    @cached_property
    def asked_groups(self) -> BoolArray:
        """Shape (group,): groups that are asked for, on land or, if none is, elsewhere."""
        groups = self.forces.groups
        asked: BoolArray = self.forces.required_persons.max(axis=0) > 0
        return asked & groups.on_land if self.asks_land else asked

    @cached_property
    def counted_groups(self) -> BoolArray:
        """Shape (group,): groups whose people are counted as contributed.

        All on land; those asked for in the air and at sea where no land force is asked for.
        """
        return self.forces.groups.on_land if self.asks_land else self.asked_groups

    @cached_property
    def asked_persons(self) -> float:
        """Soldiers that the headline option asks for, as its requirement stands.

        On land; in the air and at sea where no land force is asked for.
        """
        point = run_request(self.scenario, AT_ONCE, replace(self.request, draws=0))
        return float(point.result.required_persons[0, self.asked_groups].sum())

    @cached_property
    def everyone(self) -> Run[ForceResult]:
        """What stands if every contributor joins at every level, also where a level was set."""
        codes = self.scenario.of_role("contributor")
        request = unset(self.request, *(level_cell(code) for code in codes))
        return run_request(self.scenario, AT_ONCE, request)

    @cached_property
    def without_floors(self) -> Run[ForceResult]:
        """What the same coalition could keep in place if nobody kept a home floor."""
        engine = replace(AT_ONCE, home_floor_ratio=0.0)
        return self.forces_of_coalition(engine, self.request)

    @cached_property
    def alone(self) -> OptionRuns:
        """The headline option when the guarantor says no to everything."""
        return run_option(
            self.scenario, self.request_alone, consent=self.coalitions, forces=AT_ONCE
        )

    @cached_property
    def request_alone(self) -> Request:
        """The same request when the guarantor says no to everything."""
        return without_guarantor(self.scenario, self.request)

    @cached_property
    def coalition_alone(self) -> Run[ForceResult]:
        """What the coalition of the headline option could do alone if all of it still joined."""
        return self.forces_of_coalition(AT_ONCE, self.request_alone)

    @cached_property
    def options(self) -> tuple[OptionRuns, ...]:
        """Every option, on the same draws; by month, but not by duration.

        Two at a time: options know nothing of each other, and kernels let go of the interpreter.
        """
        engine = replace(AT_ONCE, by_month=True)

        def run_one(option: Option) -> OptionRuns:
            if option.option == self.request.option:
                return self.headline
            request = replace(self.request, option=option.option)
            return run_option(self.scenario, request, consent=self.coalitions, forces=engine)

        _ = self.headline  # the draws are made once, before two threads ask for them
        with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
            return tuple(pool.map(run_one, self.scenario.options))

    @cached_property
    def spending(self) -> Run[SpendingResult]:
        """What targets cost, and what the headline option adds."""
        return run_spending(self.scenario, self.request, self.headline.forces)

    @property
    def spending_if_any(self) -> SpendingResult | None:
        """The same, if there is any."""
        run = self.if_any(Spending.needs, lambda: self.spending)
        return None if run is None else run.result

    @cached_property
    def command(self) -> Run[CommandResult]:
        """Who could command those who join the headline option."""
        return run_command(self.scenario, self.request, self.headline)

    @cached_property
    def bargaining(self) -> Run[BargainingResult]:
        """What can be agreed on; one run serves all questions and all options."""
        return run_bargaining(self.scenario, self.request)

    @property
    def bargaining_if_any(self) -> BargainingResult | None:
        """The same; None where tables or parties are missing."""
        run = self.if_any(Bargaining.needs, lambda: self.bargaining)
        return None if run is None else run.result

    def if_any(self, tables: Iterable[str], make: Callable[[], T]) -> T | None:
        """Return a run; None where tables are missing, or it cannot be made as cells were set.

        For answers that have other sentences without it; why it is missing is said where a
        question that is about it is left out.
        """
        if not all(self.scenario.table(name) for name in tables):
            return None
        try:
            return make()
        except (MissingDataError, SettingsError):
            return None

    @cached_property
    def brokerage(self) -> Run[BrokerageResult]:
        """Who can be the bridge; one run serves all options."""
        return run_brokerage(self.scenario, self.request)

    @cached_property
    def voting(self) -> Run[VotingResult]:
        """What would pass as views lie."""
        rules = rules_of(self.as_set.ballots)
        return run_voting(self.scenario, self.request, self.pledges_for(rules))

    def pledges_for(self, rules: Iterable[str]) -> Run[ForceResult] | None:
        """Return what each would send, where a rule counts it; None where it cannot be found."""
        if not counts_pledges(self.as_set, rules):
            return None
        # Where it cannot be found nobody pledges anything, which the result tells.
        return self.if_any(FOR_A_FORCE, lambda: self.headline.forces)

    @property
    def voting_if_any(self) -> Run[VotingResult] | None:
        """The same, if there is any."""
        return self.if_any((*Voting.needs, "ballots"), lambda: self.voting)

    @cached_property
    def room(self) -> Run[RoomResult]:
        """Who must be in the room, so that what the headline option asks for can be carried."""
        return run_room(self.scenario, self.request, self.headline.forces)

    @property
    def room_if_any(self) -> Run[RoomResult] | None:
        """The same, if there is any."""
        return self.if_any((*FOR_A_FORCE, *Room.needs), lambda: self.room)

    @cached_property
    def guarantee(self) -> Run[GuaranteeResult]:
        """Whether the force of the headline option deters, and what follows if not."""
        return run_guarantee(self.scenario, self.request, self.headline, self.alone)

    @property
    def guarantee_if_any(self) -> Run[GuaranteeResult] | None:
        """The same, if there is any."""
        return self.if_any((*FOR_A_FORCE, *Guarantee.needs), lambda: self.guarantee)

    @cached_property
    def guarantee_by_option(self) -> tuple[Run[GuaranteeResult], ...] | None:
        """The same for every option, on the same draws; None where it cannot be found.

        Only with the guarantor as each option counts on it, and without the search for the least
        force, but for the headline option.
        """
        if self.guarantee_if_any is None:
            return None
        engine = Guarantee(searched_count=1)

        def run_one(runs: OptionRuns) -> Run[GuaranteeResult]:
            if runs.option == self.request.option:
                return self.guarantee
            request = replace(self.request, option=runs.option)
            return run_guarantee(self.scenario, request, runs, engine=engine)

        try:
            with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
                return tuple(pool.map(run_one, self.options))
        except (MissingDataError, SettingsError):  # said where the questions are left out
            return None

    @cached_property
    def spending_by_option(self) -> tuple[Run[SpendingResult], ...] | None:
        """The same for every option, on the same draws; None where tables or rows are missing."""
        if not all(self.scenario.table(name) for name in Spending.needs):
            return None

        def run_one(runs: OptionRuns) -> Run[SpendingResult]:
            if runs.option == self.request.option:
                return self.spending
            request = replace(self.request, option=runs.option)
            return run_spending(self.scenario, request, runs.forces)

        try:
            _ = self.spending  # what all threads would ask for
            with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
                return tuple(pool.map(run_one, self.options))
        except MissingDataError:  # what is missing is said where the question is left out
            return None

    @cached_property
    def likely(self) -> dict[Cell, FloatArray]:
        """The coalition that plans count on: each contributor at its likely level."""
        return likely_levels(self.scenario, self.headline.consent)

    @property
    def plan(self) -> Run[PlanResult] | None:
        """Who sends which units when, in the likely coalition; None where tables are missing."""
        return self.make_plans()[0]

    @property
    def plan_alone(self) -> Run[PlanResult] | None:
        """The same coalition planned again, from that plan, when the guarantor gives nothing."""
        return self.make_plans()[1]

    def make_plans(self, report: Report | None = None) -> Plans:
        """Make both plans, if that was not done before.

        Parameters
        ----------
        report
            Told how far it is; KeyboardInterrupt in it ends the search.
        """
        if self._plans is None:
            first = self.planned(self.request, report=report)
            alone = None if first is None else self.planned(self.request_alone, first, report)
            self._plans = (first, alone)
        return self._plans

    def planned(
        self,
        request: Request,
        begin: Run[PlanResult] | None = None,
        report: Report | None = None,
    ) -> Run[PlanResult] | None:
        """Plan a request for the likely coalition; None where tables are missing."""
        fed_by = [self.headline.consent.run_id, *([begin.run_id] if begin else [])]
        try:
            return run_plan(
                self.scenario,
                request,
                self.likely,
                fed_by=tuple(fed_by),
                # What is begun from another is only asked for what it fills.
                engine=PlannedForce(stages=1) if begin else None,
                begin=begin.result.kept() if begin else None,
                report=report,
            )
        except MissingDataError:  # an answer has its other sentences
            return None

    @cached_property
    def sustained(self) -> Run[ForceResult]:
        """What the likely coalition can keep in place by the closed form, at the point."""
        return run_request(
            self.scenario,
            AT_ONCE,
            replace(self.request, draws=0),
            links=self.likely,
            fed_by=(self.headline.consent.run_id,),
        )

    @property
    def less_deep(self) -> Request:
        """The same request with fewer draws."""
        fewer = max(self.request.draws // LESS_DEPTH, min(FEWEST_DRAWS, self.request.draws))
        return replace(self.request, draws=fewer)

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
    def bargaining_drivers(self) -> DriverSearch:
        """What is drawn of what is wanted: what may drive an answer on bargaining."""
        return DriverSearch([one for one in self.all_inputs if is_of_bargaining(one)])

    @cached_property
    def brokerage_drivers(self) -> DriverSearch:
        """What is drawn of ties, and of who governs: what may drive who is the bridge."""
        return DriverSearch(
            [
                one
                for one in self.all_inputs
                if is_only_of([Brokerage.name], one) or table_of(one) == "principals"
            ]
        )

    @cached_property
    def voting_drivers(self) -> DriverSearch:
        """What is drawn of what is wanted and voted on: what may drive an answer on votes."""
        tables = {"positions", "ballots", "principals"}
        return DriverSearch([one for one in self.all_inputs if table_of(one) in tables])

    @cached_property
    def guarantee_drivers(self) -> DriverSearch:
        """What is drawn of the dispute, and who joins: what may drive whether the force deters."""
        joining = joining_events(self.consent, self.titles)
        disputed = [one for one in self.all_inputs if is_only_of([Guarantee.name], one)]
        return DriverSearch([*joining, *disputed])

    @cached_property
    def inputs_and_backing(self) -> list[Candidate]:
        """What is drawn before anybody decides on a force.

        What is bargained over or voted on feeds no force, and nor do ties between leaders: they
        would be found to drive one by chance alone.
        """
        inputs = [one for one in self.all_inputs if not beside_the_force(one)]
        return [backing_event(self.consent), *inputs]

    @cached_property
    def all_inputs(self) -> list[Candidate]:
        """Every uncertain cell."""
        return drawn_inputs(self.scenario, self.request)

    def forces_of_coalition(self, engine: SustainedForce, request: Request) -> Run[ForceResult]:
        """Run the forces on the coalition of the headline option, as another request asks."""
        links = levels_link(self.scenario, self.headline.consent)
        fed_by = (self.headline.consent.run_id,)
        return run_request(self.scenario, engine, request, links=links, fed_by=fed_by)

    @cached_property
    def small_coalition(self) -> Run[ConsentResult]:
        """Who joins the headline option, on fewer draws."""
        return self.coalitions.of(self.less_deep)

    def force_with(self, code: str, level: float) -> ForceResult:
        """Return the force, on fewer draws, when one delegation is put at a level in every draw."""
        cell = level_cell(code)
        links = levels_link(self.scenario, self.small_coalition)
        links[cell] = np.full_like(links[cell], level)
        request = unset(self.less_deep, cell)
        return run_request(self.scenario, AT_ONCE, request, links=links).result

    def made(self) -> dict[str, RunRecord]:
        """Return the outcomes of every run that is kept here, by id, in the order they were made.

        What-ifs on one delegation are not kept: their numbers stand in the answers.
        """
        runs = [run for found in vars(self).values() for run in runs_in(found)]
        return {run.run_id: run.record for run in runs}


def runs_in(found: object) -> list[Run[Any]]:
    """Return the runs that a finding is, or consists of."""
    match found:
        case Run():
            return [found]
        case OptionRuns():
            parts = [getattr(found, about.name) for about in fields(found)]
            return [part for part in parts if isinstance(part, Run)]
        case tuple():
            return [run for part in found for run in runs_in(part)]
        case _:
            return []


def long_enough(scenario: Scenario, request: Request) -> Request:
    """Return a request in which the force is found month by month and for the whole mission.

    The settings `by_month` and `longest_months` save time where a run is made by itself; an answer
    cannot do without what they leave out.
    """
    engine = configured(SustainedForce(), scenario, request.fixed)
    option = with_cells(scenario, request.fixed).option(request.option)
    least = int(np.ceil(option.duration_months))
    cells: dict[str, Any] = {}
    if not engine.by_month:
        cells[f"engines/{engine.name}/by_month"] = True
    if engine.longest_months < least:
        cells[f"engines/{engine.name}/longest_months"] = least
    return changed(scenario, request, cells) if cells else request


def table_of(candidate: Candidate) -> str:
    """Return the table of a cell."""
    return candidate.cell.split("/")[0]


def is_only_of(topics: Iterable[str], candidate: Candidate) -> bool:
    """Tell whether no other topic than these reads a cell."""
    table, key, _ = candidate.cell.split("/")
    return any(table in TOPICS[topic] or (table, key) == (ENGINES_TABLE, topic) for topic in topics)


def beside_the_force(candidate: Candidate) -> bool:
    """Tell whether nothing that feeds a force reads a cell."""
    return is_only_of(BESIDE_THE_FORCE, candidate)


def is_of_bargaining(candidate: Candidate) -> bool:
    """Tell whether bargaining reads a cell."""
    return is_only_of([Bargaining.name], candidate) or table_of(candidate) in (
        "principals",
        "share_keys",
    )


def level_cell(code: str) -> Cell:
    """Return the cell that holds the level at which a contributor joins."""
    return Cell(LEVEL[0], code, LEVEL[1])


def unset(request: Request, *cells: Cell) -> Request:
    """Return a request in which some cells are as the files have them."""
    return replace(request, fixed={c: v for c, v in request.fixed.items() if c not in cells})

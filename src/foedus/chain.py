"""The links between engines, in the open: one option from consent to what it fields and costs.

A link turns one engine's outcomes into cells that the next one reads. There is no way back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from foedus.coalitions import Coalitions
from foedus.engines import (
    Bargaining,
    Brokerage,
    Command,
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
from foedus.engines.deterrence.engine import point_game
from foedus.engines.deterrence.guarantee import GuaranteeGame
from foedus.engines.deterrence.inputs import WITH, alone_cells, counted_domains, senders
from foedus.engines.deterrence.result import GuaranteeResult
from foedus.engines.forces.engine import ForceResult
from foedus.engines.forces.plan.problem import PlanProblem
from foedus.engines.forces.plan.result import PlanInputs, PlanResult
from foedus.engines.settings import configured
from foedus.engines.spending.engine import SpendingResult
from foedus.engines.voting.result import VotingResult
from foedus.engines.voting.room.inputs import mean_field, required_cell, sent_field
from foedus.engines.voting.room.result import RoomResult
from foedus.errors import SettingsError
from foedus.runs import Request, Run, Seen, in_order, run_request
from foedus.scenario.addresses import DOMAINS, FAIR, SENT
from foedus.scenario.cells import LEVEL, Cell, read_settings
from foedus.scenario.draws import point, stream
from foedus.scenario.scenario import Scenario

if TYPE_CHECKING:  # loads the solver
    from foedus.engines.forces.plan.stages import Report

FloatArray = NDArray[np.float64]


PLANS_KEPT: Final = 8
_MADE: dict[tuple[PlannedForce, PlanProblem, str | None], PlanResult] = {}


@dataclass(frozen=True)
class OptionRuns:
    """One option through the chain."""

    option: str
    consent: Run[ConsentResult]
    """Who joins."""
    forces: Run[ForceResult]
    """What those who join can keep in place."""


def levels_link(scenario: Scenario, consent: Run[ConsentResult]) -> dict[Cell, FloatArray]:
    """Consent to forces: the level at which each contributor joins, draw by draw.

    A contributor whose stance is not known gives nothing.
    """
    result = consent.result
    nothing = np.zeros(result.level.shape[0])
    levels = {code: result.level[:, i].astype(np.float64) for i, code in enumerate(result.codes)}
    return {
        Cell(LEVEL[0], code, LEVEL[1]): levels.get(code, nothing)
        for code in scenario.of_role("contributor")
    }


def sent_link(forces: Run[ForceResult]) -> dict[Cell, FloatArray]:
    """Link forces to spending: how many people each delegation sends, by domain, draw by draw.

    Beside them goes each one's fair share of the whole requirement. Staffs of headquarters are
    counted in no domain: the force engine tells their number, and not who sends them.
    """
    result = forces.result
    domains = np.array(result.groups.domains)
    links: dict[Cell, FloatArray] = {}
    for domain in DOMAINS:
        sent = result.sent_persons[:, :, domains == domain].sum(axis=2)
        asked = result.required_persons[:, domains == domain].sum(axis=1)
        for i, code in enumerate(result.codes):
            links[Cell(SENT[domain][0], code, SENT[domain][1])] = sent[:, i]
            fair = asked * result.key_share[i]
            links[Cell(FAIR[domain][0], code, FAIR[domain][1])] = fair
    return links


def run_spending(
    scenario: Scenario,
    request: Request,
    forces: Run[ForceResult],
    spending: Spending | None = None,
) -> Run[SpendingResult]:
    """Find what a force costs whom, beside what nations spend and mean to spend anyway.

    Parameters
    ----------
    scenario, request
        As for the forces.
    forces
        What is sent; its run is named as the one that fed this.
    spending
        Engine with settings of its own; the defaults if None.

    Raises
    ------
    MissingDataError
        If the scenario lacks a table that spending needs.
    """
    engine = spending or Spending()
    return run_request(scenario, engine, request, links=sent_link(forces), fed_by=(forces.run_id,))


def run_command(
    scenario: Scenario,
    request: Request,
    runs: OptionRuns,
    command: Command | None = None,
) -> Run[CommandResult]:
    """Find who could command those who join, each counted by the soldiers on land it sends.

    Parameters
    ----------
    scenario, request
        As for the option.
    runs
        Who joins, and what is sent; both runs are named as those that fed this.
    command
        Engine with settings of its own; the defaults if None.

    Raises
    ------
    MissingDataError
        If the scenario lacks a table that command needs.
    """
    links = levels_link(scenario, runs.consent) | sent_link(runs.forces)
    fed_by = (runs.consent.run_id, runs.forces.run_id)
    return run_request(scenario, command or Command(), request, links=links, fed_by=fed_by)


def run_bargaining(
    scenario: Scenario, request: Request, bargaining: Bargaining | None = None
) -> Run[BargainingResult]:
    """Find what can be agreed on, issue by issue and room by room.

    Nothing feeds it: who wants what is in the tables, and whether a force then comes about is for
    consent to say.

    Parameters
    ----------
    scenario, request
        What to run; the option decides only which thresholds are followed.
    bargaining
        Engine with settings of its own; the defaults if None.

    Raises
    ------
    MissingDataError
        If the scenario lacks a table or the parties that bargaining needs.
    SettingsError
        If a setting cannot be taken, such as the room that is looked at.
    """
    return run_request(scenario, bargaining or Bargaining(), request)


def pledges_link(forces: Run[ForceResult]) -> dict[Cell, FloatArray]:
    """Link forces to voting: the soldiers on land that each sends, at their mean over the draws.

    A rule that counts them is then one rule, and not another in every future.
    """
    table, field = SENT["land"]
    return {
        cell: np.full_like(values, values.mean())
        for cell, values in sent_link(forces).items()
        if (cell.table, cell.field) == (table, field)
    }


def run_voting(
    scenario: Scenario,
    request: Request,
    forces: Run[ForceResult] | None = None,
    voting: Voting | None = None,
) -> Run[VotingResult]:
    """Find who decides under the rules, and what would pass as views lie.

    Parameters
    ----------
    scenario, request
        What to run; the option decides only what is pledged.
    forces
        What each would send, for rules that count it; its run is named as the one that fed this.
        Where it is left out nobody pledges anything.
    voting
        Engine with settings of its own; the defaults if None.

    Raises
    ------
    MissingDataError
        If the scenario lacks a table that voting needs.
    SettingsError
        If there is no rule of the name that is asked for.
    """
    links = {} if forces is None else pledges_link(forces)
    fed_by = () if forces is None else (forces.run_id,)
    return run_request(scenario, voting or Voting(), request, links=links, fed_by=fed_by)


def groups_link(scenario: Scenario, forces: Run[ForceResult]) -> dict[Cell, FloatArray]:
    """Link forces to rooms: how many people each contributor sends, by group of capabilities.

    Draw by draw, and beside it the mean over all draws, which rooms are found for; of the
    requirement the mean alone.
    """
    result = forces.result
    draws = result.sent_persons.shape[0]
    mean = result.sent_persons.mean(axis=0)
    required = result.required_persons.mean(axis=0)
    place = {code: i for i, code in enumerate(result.codes)}
    links: dict[Cell, FloatArray] = {}
    for g, group in enumerate(result.groups.names):
        links[required_cell(group)] = np.full(draws, required[g])
        (table, sent), (_, average) = sent_field(group), mean_field(group)
        for code in scenario.of_role("contributor"):
            n = place[code]
            links[Cell(table, code, sent)] = result.sent_persons[:, n, g]
            links[Cell(table, code, average)] = np.full(draws, mean[n, g])
    return links


def run_room(
    scenario: Scenario,
    request: Request,
    forces: Run[ForceResult],
    room: Room | None = None,
) -> Run[RoomResult]:
    """Find the smallest rooms that carry a force, and hold every format against them.

    Parameters
    ----------
    scenario, request
        As for the forces.
    forces
        What each would send; its run is named as the one that fed this.
    room
        Engine with settings of its own; the defaults if None.

    Raises
    ------
    MissingDataError
        If the scenario lacks a table that rooms need, or nothing is there to be carried.
    SettingsError
        If a setting or a cell that was set cannot be taken.
    """
    links = groups_link(scenario, forces)
    return run_request(scenario, room or Room(), request, links=links, fed_by=(forces.run_id,))


def run_brokerage(
    scenario: Scenario, request: Request, brokerage: Brokerage | None = None
) -> Run[BrokerageResult]:
    """Find who can be the bridge to those who are addressed.

    Nothing feeds it, and it feeds nothing: the option does not count.

    Parameters
    ----------
    scenario, request
        What to run.
    brokerage
        Engine with settings of its own; the defaults if None.

    Raises
    ------
    MissingDataError
        If the scenario lacks a table that brokerage needs, or ties that lead there.
    SettingsError
        If a setting cannot be taken, such as the camp that is looked at.
    """
    return run_request(scenario, brokerage or Brokerage(), request)


@dataclass(frozen=True)
class Repeated:
    """An outcome of a run of fewer draws, as a link over more: its draws come again and again."""

    values: FloatArray
    """Shape (draw of the shorter run,)."""
    places: NDArray[np.int64]
    """Shape (draw,): which of them each draw takes."""

    def __getitem__(self, draws: slice) -> FloatArray:
        """Return the values of some draws."""
        found: FloatArray = self.values.take(self.places[draws])
        return found


def repeated_places(seed: int, fewer: int, draws: int) -> NDArray[np.int64]:
    """Return which of fewer draws each draw takes, so that every one is taken equally often.

    First as they are; whenever all were taken they come again in another order, which the seed
    decides. So a shorter run is the beginning of a longer one.

    >>> repeated_places(0, 3, 3).tolist(), sorted(repeated_places(0, 3, 6).tolist())
    ([0, 1, 2], [0, 0, 1, 1, 2, 2])
    """
    rounds = -(-draws // fewer)
    orders = [
        stream(seed, again, "links/repeated").permutation(fewer) if again else np.arange(fewer)
        for again in range(rounds)
    ]
    return np.concatenate(orders)[:draws]


def force_link(
    scenario: Scenario, request: Request, runs: OptionRuns, alone: OptionRuns | None
) -> dict[Cell, Repeated]:
    """Link consent and forces to the guarantee: who joins at which level, and what each sends.

    Only soldiers of the domains that are counted are linked.

    Parameters
    ----------
    request
        Its draws are those of the guarantee, of which there may be more than the force was found
        for: the force of each of those draws is then taken again and again.
    alone
        The same option without the guarantor; the same force if None.
    """
    codes, _ = senders(scenario)
    seen = in_order(Seen(scenario, request.fixed))
    domains = counted_domains(seen, point(request.option, request.fixed))
    fewer = len(runs.consent.result.level)
    places = repeated_places(request.seed, fewer, request.draws)
    helped, left = (
        levels_link(scenario, each.consent) | sent_link(each.forces)
        for each in (runs, alone or runs)
    )
    links = {}
    for cell, other in (pair for code in codes for pair in alone_cells(code, domains).items()):
        # What is set holds without the guarantor too.
        is_set = cell in request.fixed
        without = np.full(fewer, float(request.fixed[cell])) if is_set else left.get(cell)
        for name, values in ((cell, helped.get(cell)), (other, without)):
            # Who sends nothing needs no cell to say so.
            if values is not None and (cell.table == LEVEL[0] or values.any()):
                links[name] = Repeated(values, places)
    return links


READ_BY_GUARANTEE: Final = frozenset({"disputes", "base_rates", "options"})
"""Tables of which the guarantee reads drawn cells. A test watches it read."""


BLOCKS_AT_A_TIME: Final = 2


def run_guarantee(
    scenario: Scenario,
    request: Request,
    runs: OptionRuns,
    alone: OptionRuns | None = None,
    engine: Guarantee | None = None,
) -> Run[GuaranteeResult]:
    """Find whether the force of an option deters, and what follows if the ceasefire breaks.

    Parameters
    ----------
    scenario, request
        What to run. It may ask for more draws than the force was found for: what is judged of the
        dispute is drawn anew for each, and the draws of the force come again in another order.
    runs
        Who joins, and what is sent.
    alone
        The same without the guarantor, as `without_guarantor` asks; the same force if None. All
        these runs are named as those that fed this.
    engine
        With settings of its own; the defaults if None.

    Raises
    ------
    MissingDataError
        If the scenario lacks a number that the game needs.
    SettingsError
        If a setting cannot be taken, no draws are asked for, or hazards multiply past one.
    """
    if request.draws < 1:
        raise SettingsError("draws: 0 draws no future in which a force is sent. Write 1 or more.")
    fed = (runs, alone) if alone else (runs,)
    run_ids = [run.run_id for each in fed for run in (each.consent, each.forces)]
    return run_request(
        scenario,
        engine or Guarantee(),
        request,
        links=force_link(scenario, request, runs, alone),
        fed_by=tuple(dict.fromkeys(run_ids)),
        tables=READ_BY_GUARANTEE,
        at_a_time=BLOCKS_AT_A_TIME,
    )


def point_game_of(scenario: Scenario, request: Request, run: Run[GuaranteeResult]) -> GuaranteeGame:
    """Return the game of an option at a point: numbers as they stand, the force at its median.

    Parameters
    ----------
    request
        Of the run.
    run
        It says how large the force is, and how likely it is let fight: the mean.
    """
    engine = configured(Guarantee(), scenario, request.fixed)
    result = run.result
    inputs = engine.inputs(
        in_order(Seen(scenario, request.fixed)), point(request.option, request.fixed)
    )
    let_fight = result.authorise_prob[:, result.own[0], WITH].mean()
    force = np.median(result.force_persons[:, WITH])
    return point_game(inputs, float(force), float(let_fight))


def run_option(
    scenario: Scenario,
    request: Request,
    *,
    consent: Consent | Coalitions | None = None,
    forces: SustainedForce | None = None,
) -> OptionRuns:
    """Run one option through the chain: the force is found for the coalition of each draw.

    Parameters
    ----------
    scenario, request
        What to run; `request.draws` must be at least 1, as a point has no future of its own.
    consent
        Engine with settings of its own, or the coalitions that options share; the default engine
        if None.
    forces
        Engine with settings of its own; the default if None.

    Raises
    ------
    SettingsError
        If no draws are asked for, or a setting cannot be taken.
    MissingDataError
        If the scenario lacks a table that one of the engines needs.
    """
    if request.draws < 1:
        raise SettingsError("draws: 0 draws no future in which to join. Write 1 or more.")
    joined = (
        consent.of(request)
        if isinstance(consent, Coalitions)
        else run_request(scenario, consent or Consent(), request)
    )
    found = run_request(
        scenario,
        forces or SustainedForce(),
        request,
        links=levels_link(scenario, joined),
        fed_by=(joined.run_id,),
    )
    return OptionRuns(request.option, joined, found)


def likely_levels(
    scenario: Scenario, consent: Run[ConsentResult], least_prob: float = 0.5
) -> dict[Cell, FloatArray]:
    """Consent to a plan: for each contributor the highest level that it reaches often enough.

    Parameters
    ----------
    least_prob
        Share of futures in which it joins at that level or a higher one; at 0.5 the level is the
        median.

    Returns
    -------
    dict
        One value a cell. The coalition is one of nations each looked at by itself: that all of them
        join in the same future can be less likely.
    """
    level = consent.result.level
    reached = {
        code: float(sum((level[:, i] >= step).mean() >= least_prob for step in range(1, 6)))
        for i, code in enumerate(consent.result.codes)
    }
    return {
        Cell(LEVEL[0], code, LEVEL[1]): np.array([reached.get(code, 0.0)])
        for code in scenario.of_role("contributor")
    }


def run_plan(
    scenario: Scenario,
    request: Request,
    coalition: Mapping[Cell, FloatArray] | None = None,
    *,
    fed_by: tuple[str, ...] = (),
    engine: PlannedForce | None = None,
    begin: str | None = None,
    report: "Report | None" = None,
) -> Run[PlanResult]:
    """Plan an option: who sends which units when, and under whose lead.

    Parameters
    ----------
    scenario, request
        What to plan. The plan is made at a point, whatever number of draws is asked for.
    coalition
        Level at which each contributor joins, as `likely_levels` gives it; all join if None.
    fed_by
        Ids of the runs that coalition and first plan came from.
    engine
        With settings of its own; the defaults if None.
    begin
        A plan to begin with, such as that of another option, as `PlanResult.kept` wrote it.
    report
        Called with stage, best value and best bound so far; KeyboardInterrupt in it brings out the
        best plan so far.

    Raises
    ------
    MissingDataError
        If the scenario lacks a table that a plan needs.
    SettingsError
        If a setting cannot be taken.
    """

    def solve(ready: PlannedForce, inputs: PlanInputs, _rng: np.random.Generator) -> PlanResult:
        # The same call makes the same plan, so one process makes it once.
        key = (ready, inputs.problem, begin)
        made = _MADE.get(key)
        if made is None:
            made = ready.planned(inputs, begin=begin, report=report)
            if made.planned.repeatable:
                _MADE[key] = made
                while len(_MADE) > PLANS_KEPT:
                    _MADE.pop(next(iter(_MADE)))
        return replace(made, inputs=inputs)

    return run_request(
        scenario,
        as_the_force_is_set(engine or PlannedForce(), scenario, request),
        replace(request, draws=0),
        links=coalition,
        fed_by=fed_by,
        solve=solve,
    )


def plan_inputs(
    scenario: Scenario,
    request: Request,
    coalition: Mapping[Cell, FloatArray] | None = None,
    engine: PlannedForce | None = None,
) -> PlanInputs:
    """Return what a plan would be asked, without making it; arguments as for `run_plan`."""
    set_as_asked = as_the_force_is_set(engine or PlannedForce(), scenario, request)
    ready = configured(set_as_asked, scenario, request.fixed)
    draws = point(request.option, request.fixed).with_links(coalition or {})
    return ready.inputs(in_order(Seen(scenario, request.fixed)), draws)


def as_the_force_is_set(engine: PlannedForce, scenario: Scenario, request: Request) -> PlannedForce:
    """Return a planner that rests and shares as the sustained force does, where it is set to.

    A setting that both have and that is given for the force alone holds for the plan too, so that
    the two speak of the same rules.
    """
    forces = configured(SustainedForce(), scenario, request.fixed)
    plan = configured(engine, scenario, request.fixed)
    default, usual = PlannedForce(), SustainedForce()
    shared = {
        name: getattr(forces, name)
        for name in ("share_key", "overlap_months", "home_floor_ratio", "dwell_scale_ratio")
        if getattr(forces, name) != getattr(usual, name)
        and getattr(plan, name) == getattr(default, name)
    }
    return replace(engine, **shared)


def changed(scenario: Scenario, request: Request, cells: Mapping[str, Any]) -> Request:
    """Return a request in which further cells are set; the same draws and seed."""
    return replace(
        request,
        fixed={**request.fixed, **read_settings(scenario, cells)},
        asked={**request.asked, **cells},
    )


def without_guarantor(scenario: Scenario, request: Request) -> Request:
    """Return the same option when the guarantor says no: no backing, no blessing, no enablers."""
    return changed(
        scenario,
        request,
        {
            f"options/{request.option}/us_enablers_share": 0.0,
            f"options/{request.option}/us_backing_prob": 0.0,
            f"options/{request.option}/us_blessing": 0,
        },
    )

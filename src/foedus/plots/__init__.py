"""Charts of what was found: one definition for notebook, report and web page."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.brief import Brief
from foedus.plots import (
    alone,
    bargaining,
    brokerage,
    command,
    consent,
    deterrence,
    exposure,
    forces,
    map,  # noqa: A004 - a map is a map
    options,
    schedule,
    spending,
    voting,
)
from foedus.plots.figure import NARROW, WIDE, Figure
from foedus.plots.style import broken

if TYPE_CHECKING:
    from foedus.briefing.analysis import Analysis

__all__ = [
    "MAKERS",
    "NARROW",
    "WIDE",
    "Figure",
    "of_answer",
    "of_map",
    "of_options",
    "of_sensitivity",
]

Maker = Callable[[Answer, Brief], Figure | None]
"""Makes a figure of an answer; None where the answer lacks what is drawn."""


def of_table(name: str, make: Callable[[pl.DataFrame], Figure]) -> Maker:
    """Return the maker of a figure of one table: None where it is absent or has no rows."""

    def maker(answer: Answer, brief: Brief) -> Figure | None:  # noqa: ARG001 - the same for all
        table = answer.tables.get(name)
        return make(table) if table is not None and table.height else None

    return maker


def strength(answer: Answer, brief: Brief) -> Figure | None:  # noqa: ARG001 - the same for all
    """Chart strength by month, with lines at the numbers of which chances are told."""
    table, chances = answer.tables.get("strength"), answer.tables.get("at_least")
    if table is None or not table.height:
        return None
    return forces.strength(table, [] if chances is None else chances["at_least_persons"].to_list())


def by_duration(answer: Answer, brief: Brief) -> Figure | None:  # noqa: ARG001 - the same for all
    """Chart strength by the length of the mission, with what is asked for."""
    table = answer.tables.get("duration")
    if table is None or not table.height:
        return None
    return forces.by_duration(table, answer.tables.get("headline_numbers"))


def paths(answer: Answer, brief: Brief) -> Figure | None:  # noqa: ARG001 - the same for all
    """Chart each nation's way to the target of the headline."""
    table, numbers = answer.tables.get("targets_by_nation"), answer.tables.get("headline_numbers")
    if table is None or numbers is None or not numbers.height:
        return None
    wanted = numbers["target_share"][0]
    rows = table.filter((pl.col("target_share") - wanted).abs() < 1e-9)
    named = [target for target in rows["target"].unique(maintain_order=True) if target != "own"]
    return spending.paths(table, named[0]) if named else None


MAKERS: Final[dict[str, tuple[Maker, ...]]] = {
    "size": (
        strength,
        of_table("at_least", forces.at_least),
        of_table("capabilities", forces.capabilities),
        of_table("plan_fill", schedule.fill),
    ),
    "contributions": (
        of_table("contributions", forces.burden),
        of_table("plan_land", schedule.land),
    ),
    "duration": (
        by_duration,
        of_table("first_short", forces.first_short),
        of_table("rotation", forces.turns),
        of_table("plan_balance", schedule.balance),
        schedule.units_of,
    ),
    "command": (of_table("command_options", command.ways), schedule.leads_of),
    "afford": (
        of_table("afford_targets", spending.targets),
        paths,
        of_table("force_cost_by_nation", spending.force_cost),
        of_table("burden", spending.burdens),
    ),
    "consent": (
        of_table("consent", consent.joining),
        of_table("consent", consent.levels),
        of_table("unlocks", consent.unlocks),
        of_table("coalition", consent.coalition),
    ),
    "exposure": (of_table("exposure", exposure.kept),),
    "agreement": (
        bargaining.forecasts_of,
        bargaining.positions_of,
        of_table("agreement_by_option", bargaining.by_option),
    ),
    "spending-pledge": (
        bargaining.pledge_rooms_of,
        of_table("pledge_forecasts", partial(bargaining.by_model, name="pledge_forecasts")),
    ),
    "sanctions": (
        of_table("sanctions_ballots", voting.ballots),
        of_table("sanctions_opposed", voting.opposed),
        of_table("sanctions_rooms", partial(bargaining.rooms, name="sanctions_rooms")),
    ),
    "seat": (
        of_table("seat_rooms", partial(bargaining.no_deal, name="seat_rooms")),
        of_table("seat_formats", voting.formats),
        of_table("seat_members", voting.members),
    ),
    "leverage": (of_table("leverage_offers", deterrence.offers),),
    "bridge": (
        of_table("bridge_envoys", brokerage.envoys),
        brokerage.network_of,
        of_table("bridge_gone", brokerage.gone),
    ),
    "mission": (
        of_table("mission_here", deterrence.here),
        of_table("mission_grid", deterrence.grid),
    ),
    "breach": (
        of_table("breach_ladder", deterrence.ladder),
        of_table("breach_months", deterrence.months),
        of_table("breach_ladder", deterrence.with_and_without),
    ),
    "backstop": (
        of_table("backstop_thresholds", deterrence.thresholds),
        of_table("backstop_thresholds", deterrence.needed),
        of_table("backstop_thresholds", partial(deterrence.thresholds, of="alone_force")),
        of_table("backstop_burden", deterrence.burden),
    ),
    "alone": (
        alone.strength_of,
        of_table("alone_services", alone.services),
        of_table("alone_deterrence", deterrence.alone),
        of_table("plan_alone", alone.planned),
    ),
    "messages": (of_table("messages", deterrence.messages),),
}
"""By question, what draws its figures, the most telling first."""


def of_answer(answer: Answer, brief: Brief) -> tuple[Figure, ...]:
    """Return the figures of an answer, each named after it; without those whose table is absent."""
    made = [make(answer, brief) for make in MAKERS.get(answer.id, ())]
    return tuple(
        replace(figure, name=f"{answer.id}-{figure.name}") for figure in made if figure is not None
    )


def of_options(brief: Brief) -> tuple[Figure, ...]:
    """Return the figures of all options side by side; none where there is no option."""
    if "option" not in brief.options.columns or not brief.options.height:
        return ()
    return (options.outcomes(brief.options, brief.option),)


def of_sensitivity(found: "Analysis") -> tuple[Figure, ...]:
    """Return the figures of what an outcome hangs on, in the order in which it is printed.

    The outcome over draws, its factors by the method of the analysis, events, and options where
    they were asked for; without those that have nothing to tell. The table of the first is
    `found.bins`, those of the others are in `found.tables()`.
    """
    from foedus.plots.sensitivity import CHARTS  # noqa: PLC0415 - no brief needs ensembles

    made = (draw(found) for draw in CHARTS)
    return tuple(figure for figure in made if figure is not None)


def of_map(brief: Brief) -> Figure | None:
    """Return the map of contributions; None where no delegation of the scenario is on the map."""
    for answer in brief.answers:
        table = answer.tables.get("contributions")
        if answer.id == "contributions" and table is not None:
            figure = map.contributions(table, roles_of(brief))
            return None if figure is None else replace(figure, name=f"{answer.id}-{figure.name}")
    return None


def roles_of(brief: Brief) -> dict[str, str]:
    """Return the delegations that are not asked for soldiers but are what the map is about."""
    return {
        row.delegation: f"{broken(row.title, 24, 1)}\n({row.role})"
        for row in brief.scenario.delegations
        if row.role in ("host", "adversary")
    }

"""The problem of an option, or of several that share their units."""

from collections.abc import Mapping

import numpy as np

from foedus.engines.forces.engine import SustainedForce
from foedus.engines.forces.plan.inputs.holdings import candidates_of, class_of, holdings_of
from foedus.engines.forces.plan.inputs.limits import (
    acceptance,
    ceilings_of,
    least_contributions,
    lift_of,
    targets_of,
)
from foedus.engines.forces.plan.inputs.missions import read_missions
from foedus.engines.forces.plan.inputs.needs import levels_of, refuse_missing
from foedus.engines.forces.plan.inputs.readings import Readings
from foedus.engines.forces.plan.inputs.requirement import capability_of
from foedus.engines.forces.plan.problem import PlanProblem
from foedus.errors import SettingsError
from foedus.scenario.scenario import Scenario


def plan_problem(  # noqa: PLR0913 - the grid, the key and the levels are what a caller varies
    scenario: Scenario,
    option: str,
    *,
    also: tuple[str, ...] = (),
    levels: Mapping[str, int] | None = None,
    period_months: int = 3,
    horizon_months: float | None = None,
    phase_months: int = 12,
    share_key: str = "mix",
    readings: Readings | None = None,
) -> PlanProblem:
    """Return what an option asks of the nations that join, as a problem to plan.

    Parameters
    ----------
    scenario
        Cells are read as they stand, also those that a run has set.
    option
        Its key. Month 0 of the plan is that of its order, on its decision date.
    also
        Further options that run beside it and draw on the same units, under the same ceilings. Each
        is a mission with lines and sectors of its own, named `OPTION:NAME`; it has its own chain of
        command and priorities, is ordered on its own decision date, or in month 0 if that is
        earlier, and lasts as long as its option says.
    levels
        Level of consent at which contributors join, 0 to 5, by code: the same for every mission.
        Those that are not named join at the level of a force behind the line, or on it where an
        option stands there.
    period_months
        Length of a period.
    horizon_months
        Length of the plan, rounded up to whole periods; lines of all missions then run to its end.
        If None, lines run as long as their option, and the plan ends with the last.
    phase_months
        Length of a phase, whole periods; the last is shorter where the plan is no multiple of it.
    share_key
        Measure of fair shares: a key of `share_keys.csv`, or `mix` of GDP and population.
    readings
        Choices of reading; the defaults if None.

    Returns
    -------
    PlanProblem
        Nations are codes, sectors names of areas, classes keys of `units.csv`, lines keys of
        `requirement.csv`. A class counts parts of units, as `Readings.parts_count` has it, and the
        worth of a part to a line is as much smaller. A unit is a unit whatever its strength, where
        the sustained force counts soldiers. Fair shares are those of all that the missions require
        together.

    Raises
    ------
    MissingDataError
        If a table that is needed is absent or empty.
    SettingsError
        If there is no such option, code or level, an option stands twice, or a setting is out of
        range.

    Examples
    --------
    >>> from foedus import load
    >>> problem = plan_problem(load("minimal"), "rear-8k-backed")
    >>> problem.periods, problem.phases, problem.sectors
    (8, (4, 4), ('north+rear+south', 'air'))
    >>> both = plan_problem(load("minimal"), "rear-8k-backed", also=("air-sea-backed",))
    >>> both.sectors
    ('north+rear+south', 'air', 'air-sea-backed:air')
    >>> [line.name for line in both.lines if line.mission == 1]
    ['air-sea-backed:s-08', 'air-sea-backed:s-09']
    """
    chosen = readings or Readings()
    options = (option, *also)
    for name in options:
        scenario.option(name)
    refuse_missing(scenario, *SustainedForce.needs)
    refuse_wrong_grid(period_months, phase_months, horizon_months)
    chosen.refuse_wrong()
    ordered = scenario.in_key_order
    missions = read_missions(
        ordered,
        options,
        levels=levels_of(ordered, options, levels),
        period_months=period_months,
        horizon_months=horizon_months,
        share_key=share_key,
        readings=chosen,
    )
    first = missions[0]
    sectors = {place: area for mission in missions for place, area in mission.sectors.items()}
    lead_sectors = tuple(place for place, area in sectors.items() if area.headquarters)
    if lead_sectors:
        refuse_missing(scenario, "headquarters", "partnerships")
    periods = max(mission.end for mission in missions)
    held = holdings_of(missions)
    classes = tuple(class_of(one, missions) for one in held)
    candidates = candidates_of(classes, missions)
    codes = first.inputs.codes
    leaders = [
        {codes[classes[one.unit_class].nation] for one in candidates if one.sector in own.sectors}
        for own in missions
    ]
    return PlanProblem(
        period_months=period_months,
        phases=phases_of(periods, phase_months // period_months),
        nations=codes,
        sectors=tuple(own.named(area.name) for own in missions for area in own.areas),
        capabilities=tuple(capability_of(row, chosen) for row in first.kinds),
        classes=classes,
        lines=tuple(line for mission in missions for line in mission.lines),
        lead_sectors=lead_sectors,
        candidates=candidates,
        accepts=acceptance(missions, leaders) if lead_sectors else (),
        ceilings=ceilings_of(first, periods),
        floors=tuple(
            (one.nation, one.capability, one.count - one.at_once)
            for one in held
            if one.count > one.at_once
        ),
        target_person_months=targets_of(missions, chosen),
        lead_changes_most=chosen.lead_changes_most,
        least_contribution_persons=least_contributions(first.inputs.roles, chosen),
        lift_persons=lift_of(periods, period_months, chosen),
        dwell_grace_months=(
            period_months / 4 if chosen.dwell_grace_months is None else chosen.dwell_grace_months
        ),
    )


def phases_of(periods: int, length: int) -> tuple[int, ...]:
    """Return the length of each phase in periods; the last has what is left.

    >>> phases_of(11, 4)
    (4, 4, 3)
    """
    whole, rest = divmod(periods, length)
    return (length,) * whole + ((rest,) if rest else ())


def refuse_wrong_grid(period_months: int, phase_months: int, horizon_months: float | None) -> None:
    """Raise SettingsError if periods, phases and length do not go together."""
    if period_months < 1:
        raise SettingsError(f"setting plan.period_months: {period_months}. Write 1 or more.")
    if phase_months < period_months or phase_months % period_months:
        raise SettingsError(
            f"setting plan.phase_months: {phase_months} is not whole periods of {period_months} "
            "months. Write a multiple of it."
        )
    if horizon_months is not None and not 0 < horizon_months < np.inf:
        raise SettingsError(
            f"setting plan.horizon_months: {horizon_months:g}. Write more than 0, or nothing for "
            "the length of the option."
        )

"""What holds for all missions of a plan together: ceilings, fair shares, acceptance, lift."""

from collections.abc import Collection, Sequence

import numpy as np

from foedus.engines.forces.plan.inputs.commands import accepted_leads
from foedus.engines.forces.plan.inputs.missions import Mission
from foedus.engines.forces.plan.inputs.readings import Readings
from foedus.engines.forces.plan.inputs.rounding import half_up
from foedus.engines.forces.plan.problem import NO_LIMIT


def acceptance(
    missions: Sequence[Mission], leaders: Sequence[Collection[str]]
) -> tuple[tuple[bool, ...], ...]:
    """Return who serves under whose command, by nation and framework nation.

    A plan knows one answer for all its missions. Where they stand in different chains, a nation
    serves under a lead only if it does so in every mission in which that one may lead.

    Parameters
    ----------
    leaders
        Codes of those that may lead, by mission.
    """
    codes = missions[0].inputs.codes
    accepted = [
        accepted_leads(mission.scenario, mission.option, codes, mission.readings)
        for mission in missions
    ]
    asked = {
        lead: [place for place, able in enumerate(leaders) if lead in able] or [0] for lead in codes
    }
    return tuple(
        tuple(all((code, lead) in accepted[place] for place in asked[lead]) for lead in codes)
        for code in codes
    )


def ceilings_of(first: Mission, periods: int) -> tuple[tuple[int, ...], ...]:
    """Return the lowest ceiling of each period, by nation; empty if there are none."""
    most, epochs = first.inputs.ceiling_persons[0], first.inputs.epoch_month
    if np.isinf(most).all():
        return ()
    ends = (*epochs[1:].tolist(), np.inf)
    found = []
    for nation in range(len(first.inputs.codes)):
        row = []
        for period in range(periods):
            begin, end = period * first.period_months, (period + 1) * first.period_months
            lowest = min(
                float(most[nation, i])
                for i, (since, last) in enumerate(zip(epochs.tolist(), ends, strict=True))
                if since < end and last > begin
            )
            row.append(NO_LIMIT if np.isinf(lowest) else int(lowest))
        found.append(tuple(row))
    return tuple(found)


def targets_of(missions: Sequence[Mission], readings: Readings) -> tuple[int, ...]:
    """Return fair shares, in person-months, of what all missions require together.

    Pools and the guarantor have none.
    """
    inputs = missions[0].inputs
    required = sum(mission.required_person_months for mission in missions)
    share = inputs.key_share.copy()
    if readings.share_among == "joined":
        gives = [mission.inputs.contingents.giving_share[0].any(axis=1) for mission in missions]
        share[~np.any(gives, axis=0)] = 0.0
        share = share / share.sum() if share.sum() > 0 else share
    return tuple(
        half_up(float(part) * required) if role == "contributor" else NO_LIMIT
        for part, role in zip(share, inputs.roles, strict=True)
    )


def least_contributions(roles: Sequence[str], readings: Readings) -> tuple[int, ...]:
    """Return the fewest soldiers in place of who has any there; only of contributors."""
    least = readings.least_contribution_persons
    return tuple(least if role == "contributor" else 0 for role in roles) if least else ()


def lift_of(periods: int, period_months: int, readings: Readings) -> tuple[int, ...]:
    """Return the most soldiers that can be moved in each period."""
    monthly = readings.lift_persons_per_month
    return () if monthly is None else (int(monthly * period_months),) * periods

"""Which units are given to the missions, as classes of a plan that share one pool."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from foedus.engines.forces.plan.inputs.missions import Mission
from foedus.engines.forces.plan.inputs.readings import Readings
from foedus.engines.forces.plan.inputs.rounding import half_up
from foedus.engines.forces.plan.problem import Candidate, UnitClass
from foedus.engines.forces.rotation import units_per_slot
from foedus.errors import SettingsError
from foedus.scenario.scenario import Scenario

MONTHS_PER_YEAR: Final = 12


@dataclass(frozen=True)
class Holding:
    """Units of one nation and capability, in parts."""

    nation: int
    capability: int
    count: int
    at_once: int
    part_persons: int
    missions: tuple[int, ...]
    """Missions to which they are given and that ask for them."""


def holdings_of(missions: Sequence[Mission]) -> list[Holding]:
    """Return the units that are given to any of the missions and asked for by it.

    Where missions are given different numbers of the same units, as when a guarantor lends to one
    half of what it lends to another, the least is given to all that are given any: a plan knows
    one pool. Of detached units and the brigades of the same soldiers the first mission that can use
    either decides.
    """
    found: dict[tuple[int, int], Holding] = {}
    detached: dict[tuple[int, int], bool] = {}
    for mission in missions:
        for one in of_mission(mission, detached):
            key = (one.nation, one.capability)
            other = found.get(key, one)
            found[key] = replace(
                one,
                count=min(one.count, other.count),
                at_once=min(one.at_once, other.at_once),
                missions=tuple(dict.fromkeys((*other.missions, mission.number))),
            )
    return list(found.values())


def of_mission(mission: Mission, detached: dict[tuple[int, int], bool]) -> Iterator[Holding]:
    """Yield what one mission is given and asks for.

    Parameters
    ----------
    detached
        By nation and group: whether the detached units go. What is not decided yet is decided here.
    """
    inputs, readings = mission.inputs, mission.readings
    units = inputs.contingents
    asked = {kind for line in mission.lines for kind, _ in line.asks}
    by_group: dict[tuple[int, int], dict[bool, list[Holding]]] = {}
    for nation in range(len(inputs.codes)):
        for kind, row in enumerate(mission.kinds):
            given = float(units.giving_share[0, nation, kind])
            parts = readings.parts_of(row)
            count = half_up(float(units.pool_count[0, nation, kind]) * given * parts)
            at_once = half_up(float(units.available_count[0, nation, kind]) * given * parts)
            persons = half_up(float(units.strength_persons[0, nation, kind]) / parts)
            if kind not in asked or min(count, at_once, persons) < 1:
                continue
            one = Holding(nation, kind, count, min(count, at_once), persons, (mission.number,))
            group = int(inputs.groups.of_capability[kind])
            if group < 0:
                yield one
                continue
            sides = by_group.setdefault((nation, group), {False: [], True: []})
            sides[bool(units.is_detached[nation, kind])].append(one)
    for key, sides in by_group.items():
        if key not in detached:
            detached[key] = prefers_detached(mission, sides)
        yield from sides[detached[key]]


def prefers_detached(mission: Mission, sides: Mapping[bool, list[Holding]]) -> bool:
    """Tell whether detached units go, rather than the others of their group."""
    if not all(sides.values()):
        return bool(sides[True])
    if mission.readings.detached != "larger":
        return mission.readings.detached == "detached"
    return could_stand_persons(mission, sides[True]) > could_stand_persons(mission, sides[False])


def could_stand_persons(mission: Mission, held: Sequence[Holding]) -> float:
    """Return soldiers that could stand under the highest ceiling of the mission."""
    inputs, readings = mission.inputs, mission.readings
    room = float(inputs.ceiling_persons[0, held[0].nation].max())
    total = 0.0
    for one in sorted(held, key=lambda one: -one.part_persons):
        row = mission.kinds[one.capability]
        per_slot = float(
            units_per_slot(
                mission.end_month - mission.start_month,
                inputs.contingents.tour_months[0, one.nation, one.capability],
                dwell_ratio(mission, one),
                readings.overlap_of(row),
            )
        )
        if row.domain != "land":
            total += min(one.at_once, one.count / per_slot) * one.part_persons
            continue
        fit = one.at_once if np.isinf(room) else min(one.at_once, int(room // one.part_persons))
        room -= fit * one.part_persons
        total += min(fit, one.count / per_slot) * one.part_persons
    return total


def dwell_ratio(mission: Mission, one: Holding) -> float:
    """Return time at home over time away."""
    units = mission.inputs.contingents
    ratio = float(units.dwell_ratio[0, one.nation, one.capability])
    return ratio * mission.readings.dwell_scale_ratio


def class_of(one: Holding, missions: Sequence[Mission]) -> UnitClass:
    """Return units as a class of the plan.

    They may serve wherever a mission that is given them asks for them; a headquarters leads only
    where its nation may. Notice runs from the first order by any of these missions: who is called
    for one is ready for the other too.
    """
    mission = missions[one.missions[0]]
    inputs, readings = mission.inputs, mission.readings
    row = mission.kinds[one.capability]
    tour = float(inputs.contingents.tour_months[0, one.nation, one.capability])
    ratios = readings.hq_tour_ratios if row.domain == "hq" else readings.tour_ratios
    months = float(inputs.notice_months[one.nation, one.capability])
    yearly = yearly_cost(mission.scenario, row.domain, readings)
    period = mission.period_months
    return UnitClass(
        name=f"{inputs.codes[one.nation]}:{row.capability}",
        nation=one.nation,
        capability=one.capability,
        count=one.count,
        strength_persons=one.part_persons,
        tours=tuple(sorted({max(1, half_up(tour * ratio / period)) for ratio in ratios})),
        dwell_ratio=dwell_ratio(mission, one),
        sectors=tuple(
            sector for number in one.missions for sector in sectors_of(one, missions[number])
        ),
        earliest=min(missions[number].period_of(months) for number in one.missions),
        overlap_months=readings.overlap_of(row),
        cost_per_period=half_up(yearly * one.part_persons * period / MONTHS_PER_YEAR),
    )


def sectors_of(one: Holding, mission: Mission) -> Iterator[int]:
    """Yield the sectors of a mission in which units may serve."""
    row = mission.kinds[one.capability]
    key = (mission.inputs.codes[one.nation], row.capability)
    asked = {line.sector for line in mission.lines if one.capability in dict(line.asks)}
    for sector, area in mission.sectors.items():
        may_lead = area.headquarters == row.capability and key in mission.leading
        if sector in asked and (row.domain != "hq" or not area.headquarters or may_lead):
            yield sector


def yearly_cost(scenario: Scenario, domain: str, readings: Readings) -> float:
    """Return the cost of a person in theatre for a year, in thousands.

    Raises
    ------
    SettingsError
        If no cost is named for a domain, or the rows cannot be added up.
    """
    of = "land" if domain == "hq" else domain
    given = readings.deployed_cost
    if given is not None:
        if of not in given:
            raise SettingsError(
                f"setting plan.deployed_cost: there is no cost for {of}. Write one for each "
                "of land, air and sea."
            )
        return given[of]
    costs = [row for row in scenario.costs if row.kind == "deployed"]
    if not costs:
        return float(MONTHS_PER_YEAR)
    if len({(row.currency, row.price_year) for row in costs}) > 1:
        raise SettingsError(
            "setting plan.deployed_cost: the rows of kind deployed in costs.csv are in several "
            "currencies or prices. Write one cost for each of land, air and sea."
        )
    own = [row.cost_value for row in costs if row.domain == of]
    # Who has no row of his own costs what the dearest does, so that nobody is sent for the gap.
    return max(own or [row.cost_value for row in costs]) / 1000.0


def candidates_of(
    classes: Sequence[UnitClass], missions: Sequence[Mission]
) -> tuple[Candidate, ...]:
    """Return the headquarters that may lead, each with the largest span of what it may be."""
    found = []
    for mission in missions:
        for sector, area in mission.sectors.items():
            if not area.headquarters:
                continue
            for place, one in enumerate(classes):
                row = mission.kinds[one.capability]
                if sector in one.sectors and row.domain == "hq":
                    able = mission.leading[mission.inputs.codes[one.nation], row.capability]
                    span = max(headquarters.span_count for headquarters in able)
                    found.append(Candidate(sector, place, span))
    return tuple(found)

"""The inputs of sustained strength: cells of the scenario as arrays with a leading draw axis."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from foedus.engines.forces.balanced import MOST_CAPABILITIES
from foedus.engines.forces.blocks import packed
from foedus.engines.forces.rotation import notice_months
from foedus.engines.forces.standing import Contingents
from foedus.engines.forces.units import Giving, UnitColumn, Units, part_of
from foedus.errors import Problem, ScenarioError, SettingsError
from foedus.scenario.draws import Draws
from foedus.scenario.forces import Capability
from foedus.scenario.scenario import Scenario

if TYPE_CHECKING:
    from foedus.engines.forces.engine import SustainedForce

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

DAYS_PER_MONTH: Final = 365.25 / 12

AIR_AND_SEA_LEVEL: Final = 2
LAND_LEVEL: Final = {"air_sea": 6, "reserve": 3, "rear": 4, "line": 5}
"""Level of consent from which a nation gives land units to a force at a location; 6 is never."""
MOST_LEVEL: Final = 5
MIX: Final = "mix"


@dataclass(frozen=True, kw_only=True)
class Groups:
    """Capabilities that may stand in for each other count as one group."""

    names: tuple[str, ...]
    titles: tuple[str, ...]
    domains: tuple[str, ...]
    is_critical: BoolArray
    """Shape (group,)."""
    of_capability: IntArray
    """Shape (capability,): the group of each capability of the units; -1 for headquarters."""

    @property
    def on_land(self) -> BoolArray:
        """Shape (group,): whether the group falls under the ceiling."""
        return np.array([domain == "land" for domain in self.domains], dtype=np.bool_)


@dataclass(frozen=True, kw_only=True)
class ForcesInputs:
    """All that sustained strength needs. `draw` may be 1 where nothing is drawn."""

    n: int
    """Number of draws."""
    codes: tuple[str, ...]
    """Nations, pools and the guarantor, sorted."""
    roles: tuple[str, ...]
    capabilities: tuple[str, ...]
    """Capabilities of units, in the scenario's order."""
    groups: Groups
    units: Units
    """What each nation has, owes and gives."""
    notice_months: IntArray
    """Shape (nation, capability)."""
    ceiling_persons: FloatArray
    """Shape (draw, nation, epoch): on land; infinite for pools and the guarantor."""
    epoch_month: IntArray
    """Shape (epoch,): month from which each set of ceilings holds; the first is 0."""
    duration_months: float
    step_group: IntArray
    """Shape (step,): the group that each step of the share-out fills, in order of priority."""
    step_persons: FloatArray
    """Shape (draw, step): what it asks for, at reference strength."""
    start_month: IntArray
    """Shape (start,): months of the mission in which lines on land are first needed."""
    start_persons: FloatArray
    """Shape (draw, start): soldiers on land that are first needed in each."""
    hq_index: IntArray
    """Shape (headquarters,): which capabilities are headquarters."""
    hq_needed_count: FloatArray
    """Shape (draw, headquarters)."""
    key_share: FloatArray
    """Shape (nation,): fair share of each contributor among all; 0 for pools and the guarantor."""
    services: tuple[str, ...]
    service_need_share: FloatArray
    """Shape (service,): share of the service that the option needs; 0 for none."""
    service_us_share: FloatArray
    """Shape (draw, service): the guarantor's share of what would be used."""
    us_enablers_share: FloatArray
    """Shape (draw,): share of them that it lends."""

    @property
    def required_persons(self) -> FloatArray:
        """Shape (draw, group): the whole requirement at reference strength."""
        required = np.zeros((self.step_persons.shape[0], len(self.groups.names)))
        for step, group in enumerate(self.step_group):
            required[:, group] += self.step_persons[:, step]
        return required

    @cached_property
    def contingents(self) -> Contingents:
        """Units by nation and capability; floors, commitments and what consent gives are in."""
        return self.units.contingents

    def part(self, place: slice) -> "ForcesInputs":
        """Return the inputs of some of the draws."""
        return replace(
            self,
            n=len(range(self.n)[place]),
            units=self.units.part(place),
            ceiling_persons=part_of(self.ceiling_persons, place),
            step_persons=part_of(self.step_persons, place),
            start_persons=part_of(self.start_persons, place),
            hq_needed_count=part_of(self.hq_needed_count, place),
            service_us_share=part_of(self.service_us_share, place),
            us_enablers_share=part_of(self.us_enablers_share, place),
        )


def read_inputs(engine: "SustainedForce", scenario: Scenario, draws: Draws) -> ForcesInputs:
    """Gather the cells of the scenario as they stand in each draw."""
    rows = list(scenario.capabilities)
    units = [row for row in rows if row.domain != "service"]
    capabilities = tuple(row.capability for row in units)
    with_units = {row.delegation for row in scenario.units}
    codes = tuple(
        code
        for code in scenario.of_role("contributor", "pool", "guarantor")
        if code in with_units or code in scenario.of_role("contributor")
    )
    role_of = {row.delegation: row.role for row in scenario.delegations}
    fold = UnitFolder(scenario, draws, codes, capabilities)
    groups = group_capabilities(units)
    refuse_too_many(scenario, groups)
    ratios = {
        name: packed(
            draws.setting(engine.name, name, getattr(engine, name)),
            1,
            name,
            "finite and at least 0",
        )
        for name in ("home_floor_ratio", "strength_ratio", "dwell_scale_ratio", "overlap_months")
    }
    step_group, step_persons = steps(scenario, draws, groups, capabilities)
    start_month, start_persons = land_starts(scenario, draws, groups, capabilities)
    ceiling, epochs = ceilings(scenario, draws, codes)
    need, us_share, services = services_of(
        scenario, draws, land_persons(scenario, draws, groups, capabilities)
    )
    hq = [i for i, row in enumerate(units) if row.domain == "hq"]
    owned = Units(
        available_count=fold("available_count"),
        held_count=fold("held_count"),
        home_floor_count=fold("home_floor_count"),
        committed_count=commitments(scenario, draws, codes, capabilities),
        strength_persons=fold("strength_persons"),
        tour_months=fold("tour_months", empty=1.0),
        dwell_ratio=fold("dwell_ratio"),
        giving=giving_of(scenario, draws, codes, units),
        is_detached=fold.settled("is_detached") > 0,
        group_of=groups.of_capability,
        **ratios,
    )
    owned.refuse_wrong()
    return ForcesInputs(
        n=draws.n,
        codes=codes,
        roles=tuple(role_of[code] for code in codes),
        capabilities=capabilities,
        groups=groups,
        units=owned,
        notice_months=notice_months(fold.settled("notice_days")),
        ceiling_persons=ceiling,
        epoch_month=epochs,
        duration_months=float(
            settled(scenario, draws, "options", "duration_months", keys=(draws.option,))[0]
        ),
        step_group=step_group,
        step_persons=step_persons,
        start_month=start_month,
        start_persons=start_persons,
        hq_index=np.array(hq, dtype=np.int64),
        hq_needed_count=hq_needed(scenario, draws, [capabilities[i] for i in hq]),
        key_share=key_share(scenario, draws, codes, engine.share_key),
        services=services,
        service_need_share=need,
        service_us_share=us_share,
        us_enablers_share=draws.number_of_option(scenario, "us_enablers_share"),
    )


class UnitFolder:
    """Columns of `units.csv` as arrays by nation and capability."""

    def __init__(
        self,
        scenario: Scenario,
        draws: Draws,
        codes: tuple[str, ...],
        capabilities: tuple[str, ...],
    ) -> None:
        self.scenario = scenario
        self.draws = draws
        self.shape = (len(codes), len(capabilities))
        place = {(c, k): (i, j) for i, c in enumerate(codes) for j, k in enumerate(capabilities)}
        where = [place.get((row.delegation, row.capability)) for row in scenario.units]
        self.spot_of = {i: spot for i, spot in enumerate(where) if spot is not None}
        self.rows = list(self.spot_of)
        spots = self.spot_of.values()
        self.nation = np.array([spot[0] for spot in spots], dtype=np.int64)
        self.capability = np.array([spot[1] for spot in spots], dtype=np.int64)

    def __call__(self, column: str, empty: float = 0.0) -> UnitColumn:
        """Return a column by nation and capability."""
        row, places, drawn = self.draws.settled_and_drawn(self.scenario, "units", column)
        folded = np.full(self.shape, empty)
        folded[self.nation, self.capability] = row[self.rows]
        seen = [i for i, place in enumerate(places) if place in self.spot_of]
        spots = np.array([self.spot_of[places[i]] for i in seen], dtype=np.int64).reshape(-1, 2)
        return UnitColumn(folded, spots[:, 0], spots[:, 1], drawn[seen])

    def settled(self, column: str) -> FloatArray:
        """Return a column that must not be drawn, shape (nation, capability)."""
        values = settled(self.scenario, self.draws, "units", column)[self.rows]
        folded = np.zeros(self.shape)
        folded[self.nation, self.capability] = values
        return folded


def settled(
    scenario: Scenario,
    draws: Draws,
    table: str,
    column: str,
    keys: Collection[str] | None = None,
) -> FloatArray:
    """Return a column of one value for all draws, shape (row,), of some rows or of all.

    Raises
    ------
    SettingsError
        If one of its cells is drawn.
    """
    places = scenario.row_numbers[table]
    wanted = places if keys is None else keys
    for cell in draws.drawn:
        if (cell.table, cell.field) == (table, column) and cell.key in wanted:
            raise SettingsError(
                f"{cell} is uncertain, and strength is found for one value of it. Take it out of "
                "uncertainties.csv, or set it."
            )
    values: FloatArray = draws.numbers(scenario, table, column)[0]
    return values if keys is None else values[[places[key] for key in keys]]


def group_capabilities(units: list[Capability]) -> Groups:
    """Gather the capabilities of units into groups, in the scenario's order."""
    members: dict[str, list[int]] = {}
    for i, row in enumerate(units):
        if row.domain != "hq":
            members.setdefault(row.substitution_group or row.capability, []).append(i)
    of_capability = np.full(len(units), -1, dtype=np.int64)
    for group, indices in enumerate(members.values()):
        of_capability[indices] = group
    firsts = [units[indices[0]] for indices in members.values()]
    titles = [
        units[indices[0]].title if len(indices) == 1 else name.replace("_", " ").capitalize()
        for name, indices in members.items()
    ]
    return Groups(
        names=tuple(members),
        titles=tuple(titles),
        domains=tuple(row.domain for row in firsts),
        is_critical=np.array([row.is_critical for row in firsts], dtype=np.bool_),
        of_capability=of_capability,
    )


def refuse_too_many(scenario: Scenario, groups: Groups) -> None:
    """Raise ScenarioError if more groups are critical than can be kept in proportion."""
    count = int(groups.is_critical.sum())
    if count > MOST_CAPABILITIES:
        says = f"{count} groups of capabilities are critical; at most {MOST_CAPABILITIES} can be"
        fix = "write 0 for those that bind least, or join them in a substitution_group"
        path = f"{scenario.name}/capabilities.csv"
        raise ScenarioError([Problem(path, None, "is_critical", says, fix)])


def commitments(
    scenario: Scenario, draws: Draws, codes: tuple[str, ...], capabilities: tuple[str, ...]
) -> UnitColumn:
    """Return what is promised elsewhere on the day."""
    row, places, drawn = draws.settled_and_drawn(scenario, "commitments", "committed_count")
    day = draws.of_option(scenario, "decision_date")
    until = draws.values(scenario, "commitments", "until")
    nation_of, capability_of = (
        {name: i for i, name in enumerate(names)} for names in (codes, capabilities)
    )
    folded = np.zeros((len(codes), len(capabilities)))
    moving: dict[tuple[int, int], FloatArray] = {}
    by_row = dict(zip(places, drawn, strict=True))
    spots = {
        i: (nation_of[about.delegation], capability_of[about.capability])
        for i, about in enumerate(scenario.commitments)
        if about.delegation in nation_of
        and about.capability in capability_of
        and not (until[i] is not None and until[i] < day)
    }
    for i, spot in spots.items():
        if i in by_row:
            moving[spot] = np.zeros(drawn.shape[1])
    for i, spot in spots.items():
        if spot in moving:
            moving[spot] += by_row.get(i, row[i])
        else:
            folded[spot] += row[i]
    nation, capability = np.array(list(moving), dtype=np.int64).reshape(-1, 2).T
    none = np.zeros((0, drawn.shape[1]))
    return UnitColumn(folded, nation, capability, np.stack([*moving.values()]) if moving else none)


def lines_of_option(scenario: Scenario, draws: Draws) -> list[int]:
    """Return which lines of `requirement.csv` the option asks for."""
    statement = draws.of_option(scenario, "requirement")
    sectors = draws.of_option(scenario, "sectors")
    return [
        i
        for i, line in enumerate(scenario.requirement)
        if line.requirement == statement and ("all" in sectors or line.sector in sectors)
    ]


def unit_lines(
    scenario: Scenario, draws: Draws, groups: Groups, capabilities: tuple[str, ...]
) -> Iterator[tuple[int, int, FloatArray]]:
    """Yield each line of the option that asks for units: its place, its group and its soldiers."""
    needed = draws.numbers(scenario, "requirement", "needed_count")
    scale = draws.number_of_option(scenario, "scale_ratio")
    reference = draws.numbers(scenario, "capabilities", "reference_strength_persons")
    place = scenario.row_numbers["capabilities"]
    for i in lines_of_option(scenario, draws):
        name = scenario.requirement[i].capability
        group = int(groups.of_capability[capabilities.index(name)]) if name in capabilities else -1
        if group >= 0:
            yield i, group, needed[:, i] * scale * reference[:, place[name]]


def steps(
    scenario: Scenario, draws: Draws, groups: Groups, capabilities: tuple[str, ...]
) -> tuple[IntArray, FloatArray]:
    """Return the steps of the share-out: by priority, and critical groups first within each."""
    priorities = draws.values(scenario, "requirement", "fill_priority")
    persons: dict[tuple[int, bool, int], FloatArray] = {}
    for i, group, asked in unit_lines(scenario, draws, groups, capabilities):
        key = (priorities[i], not bool(groups.is_critical[group]), group)
        persons[key] = persons.get(key, np.zeros(1)) + asked
    order = sorted(persons)
    group_of_step = np.array([group for _, _, group in order], dtype=np.int64)
    if not order:
        return group_of_step, np.zeros((1, 0))
    return group_of_step, np.stack(np.broadcast_arrays(*(persons[key] for key in order)), axis=1)


def land_starts(
    scenario: Scenario, draws: Draws, groups: Groups, capabilities: tuple[str, ...]
) -> tuple[IntArray, FloatArray]:
    """Return the months in which lines on land start, and the soldiers of the lines of each."""
    months = draws.values(scenario, "requirement", "start_month")
    persons: dict[int, FloatArray] = {}
    for i, group, asked in unit_lines(scenario, draws, groups, capabilities):
        if groups.on_land[group]:
            persons[months[i]] = persons.get(months[i], np.zeros(1)) + asked
    order = sorted(persons)
    if not order:
        return np.zeros(0, dtype=np.int64), np.zeros((1, 0))
    columns = np.broadcast_arrays(*(persons[month] for month in order))
    return np.array(order, dtype=np.int64), np.stack(columns, axis=1)


def land_persons(
    scenario: Scenario, draws: Draws, groups: Groups, capabilities: tuple[str, ...]
) -> float:
    """Return the soldiers on land that the option asks for, by its numbers as they stand."""
    as_they_stand = replace(draws, n=1, drawn={})
    group_of_step, persons = steps(scenario, as_they_stand, groups, capabilities)
    return float(persons[0, groups.on_land[group_of_step]].sum())


def hq_needed(scenario: Scenario, draws: Draws, headquarters: list[str]) -> FloatArray:
    """Return how many headquarters of each kind are asked for: whole numbers, never scaled."""
    needed = np.round(draws.numbers(scenario, "requirement", "needed_count"))
    lines = lines_of_option(scenario, draws)
    totals = [
        sum(
            (needed[:, i] for i in lines if scenario.requirement[i].capability == name),
            start=np.zeros(needed.shape[0]),
        )
        for name in headquarters
    ]
    return np.stack(totals, axis=1) if totals else np.zeros((1, 0))


def giving_of(
    scenario: Scenario, draws: Draws, codes: tuple[str, ...], units: list[Capability]
) -> Giving:
    """Return what share of its units each gives.

    A contributor gives land units and headquarters from the option's level, air and sea units from
    the level of air and sea. A pool gives what its rule frees. The guarantor lends its share of
    enablers, and never land combat.
    """
    contributors = scenario.of_role("contributor")
    level = draws.levels(contributors, default=MOST_LEVEL)
    land_level = LAND_LEVEL[draws.of_option(scenario, "location")]
    goes_ashore = land_level <= MOST_LEVEL
    lent = draws.number_of_option(scenario, "us_enablers_share")
    blessing = draws.number_of_option(scenario, "us_blessing")
    by_code = {row.delegation: row for row in scenario.delegations}
    flies = level >= AIR_AND_SEA_LEVEL
    n = max(level.shape[0], lent.shape[0], blessing.shape[0])
    on_land = np.array([row.domain in ("land", "hq") for row in units])
    enabler = np.array([row.is_enabler for row in units])
    land_units = np.zeros((n, len(codes)))
    other_units = np.zeros((n, len(codes)))
    lends = np.zeros(len(codes), dtype=np.bool_)
    for nation, code in enumerate(codes):
        row = by_code[code]
        match row.role:
            case "contributor":
                own = level[:, contributors.index(code)]
                land_units[:, nation] = own >= land_level
                other_units[:, nation] = own >= AIR_AND_SEA_LEVEL
            case "pool":
                owners = [contributors.index(m) for m in row.members if m in contributors]
                by_owners = flies[:, owners].mean(axis=1) if owners else np.zeros(1)
                freed = blessing if row.freed_by == "blessing" else by_owners
                land_units[:, nation] = freed * goes_ashore
                other_units[:, nation] = freed
            case _:
                lends[nation] = True
                land_units[:, nation] = lent * goes_ashore
                other_units[:, nation] = lent
    return Giving(
        land_share=land_units,
        other_share=other_units,
        on_land=on_land,
        is_lent=enabler[None, :] | ~lends[:, None],
    )


def ceilings(
    scenario: Scenario, draws: Draws, codes: tuple[str, ...]
) -> tuple[FloatArray, IntArray]:
    """Return ceilings by epoch of the mission, and the month in which each epoch begins."""
    persons = draws.numbers(scenario, "ceilings", "ceiling_persons")
    day = draws.of_option(scenario, "decision_date")
    starts = [months_after(day, row.valid_from) for row in scenario.ceilings]
    epochs = sorted({0, *starts})
    ceiling = np.full((persons.shape[0], len(codes), len(epochs)), np.inf)
    rows = sorted(range(len(starts)), key=lambda i: scenario.ceilings[i].valid_from)
    for i in rows:
        code = scenario.ceilings[i].delegation
        if code in codes:
            ceiling[:, codes.index(code), epochs.index(starts[i]) :] = persons[:, i, None]
    return ceiling, np.array(epochs, dtype=np.int64)


def months_after(day: date, other: date) -> int:
    """Return the month of the mission in which another day falls; 0 for any day before it."""
    return max(0, int(np.ceil((other - day).days / DAYS_PER_MONTH)))


def key_share(scenario: Scenario, draws: Draws, codes: tuple[str, ...], measure: str) -> FloatArray:
    """Return each contributor's fair share by a measure, summing to one; `mix` is half and half.

    Raises
    ------
    SettingsError
        If there is no such measure, or no contributor has a size by it.
    """
    sizes = settled(scenario, draws, "share_keys", "size_weight")
    place = scenario.row_numbers["share_keys"]
    contributors = scenario.of_role("contributor")

    def by(name: str) -> FloatArray:
        weights = np.array(
            [
                sizes[place[f"{name}:{code}"]]
                if code in contributors and f"{name}:{code}" in place
                else 0.0
                for code in codes
            ]
        )
        if not weights.sum() > 0:
            there = sorted({row.share_key for row in scenario.share_keys})
            raise SettingsError(
                f"setting forces.share_key: {measure!r} needs sizes of contributors by {name!r} in "
                f"share_keys.csv. Keys there are: {', '.join(there)}; mix is half gdp and half "
                "population."
            )
        share: FloatArray = weights / weights.sum()
        return share

    return (by("gdp") + by("population")) / 2 if measure == MIX else by(measure)


def services_of(
    scenario: Scenario, draws: Draws, on_land_persons: float
) -> tuple[FloatArray, FloatArray, tuple[str, ...]]:
    """Return need and guarantor's share of each service, and the services' names."""
    rows = [row for row in scenario.capabilities if row.domain == "service"]
    fights = draws.of_option(scenario, "mission") == "fight_back"
    shares = draws.numbers(scenario, "dependence", "dependence_value")
    place = scenario.row_numbers["dependence"]
    need = [
        (row.fight_back_need_share if fights else row.need_share)
        * float(on_land_persons >= row.needed_from_persons)
        for row in rows
    ]
    us_share = [
        shares[:, place[f"{row.us_dependence}:us_share"]] if row.us_dependence else np.zeros(1)
        for row in rows
    ]
    stacked = np.stack(np.broadcast_arrays(*us_share), axis=1) if rows else np.zeros((1, 0))
    return np.array(need), stacked, tuple(row.capability for row in rows)

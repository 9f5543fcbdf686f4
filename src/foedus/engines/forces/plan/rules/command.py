"""Command: a framework nation with its headquarters, who serves under it, and how many it leads."""

import numpy as np
from scipy import sparse

from foedus.engines.forces.blocks import BoolArray
from foedus.engines.forces.plan.columns import Variables
from foedus.engines.forces.plan.pool import releasable_units, whole_numbers
from foedus.engines.forces.plan.problem import NO_LIMIT, PlanProblem
from foedus.engines.forces.plan.rules.rows import (
    Entry,
    RuleRows,
    over_all_columns,
    rule_rows,
    summed_by_group,
    table_of,
)


def one_lead(variables: Variables) -> RuleRows:
    """Give a sector at most one framework nation in a phase."""
    phases = len(variables.problem.phases)
    group = whole_numbers(sector * phases + phase for sector, phase, _ in variables.leads)
    names, row = np.unique(group, return_inverse=True)
    rows = sparse.csr_matrix(
        (np.ones(row.size), (row, np.arange(row.size))), (names.size, row.size)
    )
    return rule_rows("lead", over_all_columns(variables, leads=rows), -np.inf, 1.0)


def headquarters(variables: Variables) -> RuleRows:
    """In a sector with a lead only the lead's headquarters stand, one at a time."""
    problem, places = variables.problem, variables.places
    of_lead = _is_headquarters(problem)[variables.place_capability] & _in_lead_sector(variables)
    shape = (len(problem.sectors), len(problem.nations), problem.periods)
    key = np.ravel_multi_index((places.sector, variables.place_nation, places.period), shape)
    names, group = np.unique(key[of_lead], return_inverse=True)
    full = np.full(key.size, -1, dtype=np.int64)
    full[of_lead] = group
    sector, nation, period = np.unravel_index(names, shape)
    phase = np.asarray(problem.phase_of)[period]
    lead_column = {key: column for column, key in enumerate(variables.leads)}
    column = whole_numbers(
        lead_column[key]
        for key in zip(sector.tolist(), phase.tolist(), nation.tolist(), strict=True)
    )
    led = sparse.csr_matrix(
        (np.ones(names.size), (np.arange(names.size), column)),
        (names.size, len(variables.leads)),
    )
    return rule_rows(
        "headquarters",
        over_all_columns(variables, in_place=summed_by_group(full, names.size), leads=-led),
        -np.inf,
        0.0,
        nations=nation,
        entities=sector * len(problem.nations) + nation,
        periods=period,
    )


def acceptance(variables: Variables) -> RuleRows:
    """Units stand only under a framework nation that their own nation accepts."""
    problem, places = variables.problem, variables.places
    under = _in_lead_sector(variables) & ~_is_headquarters(problem)[variables.place_capability]
    nations, capabilities = len(problem.nations), len(problem.capabilities)
    shape = (len(problem.sectors), nations, capabilities, problem.periods)
    key = np.ravel_multi_index(
        (places.sector, variables.place_nation, variables.place_capability, places.period), shape
    )
    names, group = np.unique(key[under], return_inverse=True)
    full = np.full(key.size, -1, dtype=np.int64)
    full[under] = group
    rows = summed_by_group(full, names.size)
    about = np.unravel_index(names, shape)
    most = releasable_units(problem)
    leads, commanding = leads_by_phase(variables), commanding_places(variables)
    phase_of = problem.phase_of
    by_lead: list[Entry] = []
    by_presence: list[Entry] = []
    for row, (sector, nation, capability, period) in enumerate(
        zip(*(axis.tolist() for axis in about), strict=True)
    ):
        room = float(most[nation, capability])
        if problem.capabilities[capability].is_manoeuvre:
            # A manoeuvre unit needs the headquarters itself to be there, and there is at most
            # one in a sector: tighter than the lead, which may be there in name only.
            by_presence += [
                (row, place, -room)
                for place, lead in commanding.get((sector, period), ())
                if problem.accepts_lead(nation, lead)
            ]
        else:
            by_lead += [
                (row, column, -room)
                for lead, column in leads.get((sector, phase_of[period]), ())
                if problem.accepts_lead(nation, lead)
            ]
    sector_of, nation_of, capability_of, period_of = about
    return rule_rows(
        "acceptance",
        over_all_columns(
            variables,
            in_place=rows + table_of(by_presence, names.size, places.period.size),
            leads=table_of(by_lead, names.size, len(variables.leads)),
        ),
        -np.inf,
        0.0,
        nations=nation_of,
        entities=(sector_of * nations + nation_of) * capabilities + capability_of,
        periods=period_of,
    )


def span_of_control(variables: Variables) -> RuleRows:
    """Manoeuvre units stand only as far as headquarters can command them."""
    problem, places = variables.problem, variables.places
    load = np.array([c.span_load for c in problem.capabilities])[variables.place_capability]
    span = np.zeros((len(problem.classes), len(problem.sectors)))
    for candidate in problem.candidates:
        span[candidate.unit_class, candidate.sector] = candidate.span_brigades
    weight = load - span[places.unit_class, places.sector]
    key = places.sector * problem.periods + places.period
    # Where no manoeuvre unit can be there is nothing to command.
    loaded = np.unique(key[(load > 0) & _in_lead_sector(variables)])
    where = np.searchsorted(loaded, key)
    inside = where < loaded.size
    inside[inside] = loaded[where[inside]] == key[inside]
    rows = summed_by_group(np.where(inside & (weight != 0), where, -1), loaded.size, weight)
    return rule_rows(
        "span",
        over_all_columns(variables, in_place=rows),
        -np.inf,
        0.0,
        entities=loaded // problem.periods,
        periods=loaded % problem.periods,
    )


def lead_changes(variables: Variables) -> tuple[RuleRows, ...]:
    """Count as a change a nation that leads and did not lead in the phase before."""
    problem = variables.problem
    later = len(problem.phases) - 1
    if problem.lead_changes_most == NO_LIMIT or later < 1:
        return ()
    at_sector = {sector: place for place, sector in enumerate(problem.lead_sectors)}
    column_of = {key: column for column, key in enumerate(variables.leads)}
    turned: list[Entry] = []
    counted: list[Entry] = []
    for sector, phase, nation in variables.leads:
        if phase == 0:
            continue
        row = len(counted)
        turned += [
            (row, column_of[sector, phase, nation], 1.0),
            (row, column_of[sector, phase - 1, nation], -1.0),
        ]
        counted.append((row, at_sector[sector] * later + phase - 1, -1.0))
    changes = len(problem.lead_sectors) * later
    total = sparse.csr_matrix(
        (np.ones(changes), (np.arange(changes) // later, np.arange(changes))),
        (len(problem.lead_sectors), changes),
    )
    return (
        rule_rows(
            "changes",
            over_all_columns(
                variables,
                leads=table_of(turned, len(counted), len(variables.leads)),
                changes=table_of(counted, len(counted), changes),
            ),
            -np.inf,
            0.0,
        ),
        rule_rows(
            "changes",
            over_all_columns(variables, changes=total),
            -np.inf,
            problem.lead_changes_most,
        ),
    )


def leads_by_phase(variables: Variables) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Return nation and column among the leads, by sector and phase."""
    table: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for column, (sector, phase, nation) in enumerate(variables.leads):
        table.setdefault((sector, phase), []).append((nation, column))
    return table


def commanding_places(variables: Variables) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Return place and nation of headquarters that can be there, by lead sector and period."""
    places, nation = variables.places, variables.place_nation
    is_headquarters = _is_headquarters(variables.problem)[variables.place_capability]
    table: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place in np.flatnonzero(is_headquarters & _in_lead_sector(variables)).tolist():
        key = (int(places.sector[place]), int(places.period[place]))
        table.setdefault(key, []).append((place, int(nation[place])))
    return table


def _in_lead_sector(variables: Variables) -> BoolArray:
    """Return by place whether a framework nation must lead there."""
    return np.isin(variables.places.sector, variables.problem.lead_sectors)


def _is_headquarters(problem: PlanProblem) -> BoolArray:
    """Return by capability whether it is a headquarters."""
    return np.array([c.is_headquarters for c in problem.capabilities], dtype=np.bool_)

"""The requirement: a need is what serves it and what it is short of, and a unit serves one line."""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from foedus.engines.forces.blocks import BoolArray, IntArray
from foedus.engines.forces.plan.columns import Variables
from foedus.engines.forces.plan.pool import releasable_units
from foedus.engines.forces.plan.problem import Line, PlanProblem
from foedus.engines.forces.plan.rules.command import commanding_places, leads_by_phase
from foedus.engines.forces.plan.rules.rows import (
    Entry,
    RuleRows,
    over_all_columns,
    rule_rows,
    table_of,
)


def needs(variables: Variables) -> RuleRows:
    """Make a need up of what serves it and what it is short of."""
    problem = variables.problem
    at_serve = {key: column for column, key in enumerate(variables.serves)}
    found = _PlacesByCapability.of(variables)
    in_place: list[Entry] = []
    serves: list[Entry] = []
    for row, (line_at, period) in enumerate(variables.needs):
        line = problem.lines[line_at]
        for capability, worth in line.asks:
            column = at_serve.get((line_at, period, capability))
            if column is None:
                # Nobody else asks for the unit, so being there is serving.
                in_place += [
                    (row, place, worth) for place in found.at(line.sector, capability, period)
                ]
            else:
                serves.append((row, column, worth))
    count = len(variables.needs)
    return rule_rows(
        "need",
        over_all_columns(
            variables,
            in_place=table_of(in_place, count, variables.places.period.size),
            serves=table_of(serves, count, len(variables.serves)),
            short=sparse.identity(count, format="csr"),
        ),
        [problem.lines[line].needed_units for line, _ in variables.needs],
        np.inf,
        lines=[line for line, _ in variables.needs],
        entities=[line for line, _ in variables.needs],
        periods=[period for _, period in variables.needs],
    )


def service(variables: Variables) -> RuleRows:
    """Let a unit that several lines ask for serve one of them."""
    problem = variables.problem
    asked = [
        (problem.lines[line].sector, capability, period)
        for line, period, capability in variables.serves
    ]
    shared = sorted(set(asked))
    row_of = {key: row for row, key in enumerate(shared)}
    found = _PlacesByCapability.of(variables)
    there = [(row_of[key], place, -1.0) for key in shared for place in found.at(*key)]
    serving = [(row_of[key], column, 1.0) for column, key in enumerate(asked)]
    return rule_rows(
        "service",
        over_all_columns(
            variables,
            in_place=table_of(there, len(shared), variables.places.period.size),
            serves=table_of(serving, len(shared), len(serving)),
        ),
        -np.inf,
        0.0,
        entities=[
            sector * len(problem.capabilities) + capability for sector, capability, _ in shared
        ],
        periods=[period for _, _, period in shared],
    )


def needs_under_a_lead(variables: Variables) -> RuleRows:
    """Say for each need what each lead could fill of it at most.

    The rows follow from the others for whole leads. With fractions of leads they are tighter:
    half a lead that half of all nations accept fills no more than half of the need.
    """
    problem, places = variables.problem, variables.places
    leads, commanding = leads_by_phase(variables), commanding_places(variables)
    phase_of, most = problem.phase_of, _most_in_place(variables)
    nations = range(len(problem.nations))
    accepted_by = np.array(
        [[problem.accepts_lead(nation, lead) for nation in nations] for lead in nations],
        dtype=np.bool_,
    )
    span = {(c.sector, c.unit_class): c.span_brigades for c in problem.candidates}
    by_lead: list[Entry] = []
    by_presence: list[Entry] = []
    kept: list[int] = []
    for place, (line_at, period) in enumerate(variables.needs):
        line = problem.lines[line_at]
        if line.sector not in problem.lead_sectors:
            continue
        row = len(kept)
        kept.append(place)
        asked = [problem.capabilities[capability] for capability, _ in line.asks]
        if all(capability.is_manoeuvre for capability in asked):
            # Worth of the formations that fill most for the span they take up.
            per_span = max(worth / problem.capabilities[at].span_load for at, worth in line.asks)
            for at, lead in commanding.get((line.sector, period), ()):
                room = span.get((line.sector, int(places.unit_class[at])), 0.0)
                amount = min(_most_filled(line, period, accepted_by[lead], most), room * per_span)
                by_presence.append((row, at, min(amount, line.needed_units)))
            continue
        for lead, column in leads.get((line.sector, phase_of[period]), ()):
            if all(capability.is_headquarters for capability in asked):
                # Only the lead's own headquarters stand there, one at a time.
                alone = np.arange(len(problem.nations)) == lead
                amount = _most_filled(line, period, alone, most)
                amount = min(amount, max(worth for _, worth in line.asks))
            else:
                amount = _most_filled(line, period, accepted_by[lead], most)
            by_lead.append((row, column, min(amount, line.needed_units)))
    short = sparse.csr_matrix(
        (np.ones(len(kept)), (np.arange(len(kept)), kept)), (len(kept), len(variables.needs))
    )
    led = [variables.needs[place] for place in kept]
    return rule_rows(
        "led",
        over_all_columns(
            variables,
            short=short,
            in_place=table_of(by_presence, len(kept), places.period.size),
            leads=table_of(by_lead, len(kept), len(variables.leads)),
        ),
        [problem.lines[line].needed_units for line, _ in led],
        np.inf,
        lines=[line for line, _ in led],
        entities=[line for line, _ in led],
        periods=[period for _, period in led],
    )


class _PlacesByCapability(NamedTuple):
    """Places sorted by sector, capability and period, so that those of one key lie together."""

    problem: PlanProblem
    order: IntArray
    keys: IntArray
    """In the same order."""

    @classmethod
    def of(cls, variables: Variables) -> "_PlacesByCapability":
        """Return the places of a problem, sorted."""
        problem, places = variables.problem, variables.places
        pair = places.sector * len(problem.capabilities) + variables.place_capability
        key = pair * problem.periods + places.period
        order = np.argsort(key, kind="stable")
        return cls(problem, order, key[order])

    def at(self, sector: int, capability: int, period: int) -> list[int]:
        """Return the places where units of a capability can be in a sector and period."""
        pair = sector * len(self.problem.capabilities) + capability
        key = pair * self.problem.periods + period
        first, end = np.searchsorted(self.keys, [key, key + 1])
        return [int(place) for place in self.order[first:end]]


def _most_filled(line: Line, period: int, by: BoolArray, most: IntArray) -> float:
    """Return what some nations together could fill of a line."""
    return sum(
        worth * float(most[line.sector, capability, period][by].sum())
        for capability, worth in line.asks
    )


def _most_in_place(variables: Variables) -> IntArray:
    """Return by sector, capability, period and nation how many units could be there."""
    problem, places = variables.problem, variables.places
    shape = (
        len(problem.sectors),
        len(problem.capabilities),
        problem.periods,
        len(problem.nations),
    )
    held = np.zeros(shape, dtype=np.int64)
    where = (places.sector, variables.place_capability, places.period, variables.place_nation)
    np.add.at(held, where, variables.pool.count[places.unit_class])
    released = releasable_units(problem).T[np.newaxis, :, np.newaxis, :]
    most: IntArray = np.minimum(held, released)
    return most

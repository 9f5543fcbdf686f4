"""Who could lead where, and who serves under whom: areas of command, headquarters, acceptance."""

from collections.abc import Mapping
from typing import NamedTuple

from foedus.engines.forces.inputs import LAND_LEVEL, lines_of_option
from foedus.engines.forces.plan.inputs.needs import levels_of, refuse_missing
from foedus.engines.forces.plan.inputs.readings import Readings
from foedus.engines.forces.plan.inputs.rounding import HAIR
from foedus.scenario import forces as rows
from foedus.scenario.command import Headquarters
from foedus.scenario.draws import Draws, point
from foedus.scenario.scenario import Scenario


class Area(NamedTuple):
    """Sectors of the requirement that stand under one command: a sector of the plan."""

    name: str
    headquarters: str
    """Capability that leads; empty where no lead is needed."""
    lines: tuple[str, ...]
    """Keys of the lines of the requirement."""


def areas(scenario: Scenario, option: str, readings: Readings | None = None) -> tuple[Area, ...]:
    """Return the areas of command of an option.

    The lowest headquarters asked for in a sector leads it; a higher one beside it has an area of
    its own, as a plan knows one lead for each area. A sector on land for which none is asked joins
    one: with manoeuvre units the first area of the lowest headquarters there are, without any the
    first of the highest. First is by echelon and then by name. Sectors in the air and at sea have
    no headquarters and need no lead.

    A unit may serve any line of its area, in one sector and then another. Nothing ties a lower
    headquarters to the nation that leads the higher one.

    Examples
    --------
    >>> from foedus import load
    >>> [(area.name, area.headquarters) for area in areas(load("minimal"), "rear-8k-alone")]
    [('north+rear+south', 'division_hq'), ('air', '')]
    """
    chosen = readings or Readings()
    refuse_missing(scenario, "capabilities", "requirement")
    scenario.option(option)
    return areas_of(scenario.in_key_order, point(option, {}), chosen)


def leading_headquarters(
    scenario: Scenario,
    option: str,
    *,
    levels: Mapping[str, int] | None = None,
    readings: Readings | None = None,
) -> dict[tuple[str, str], tuple[Headquarters, ...]]:
    """Return the headquarters with which each nation may lead, by code and capability.

    One counts that stands in the option's chain, is free with a fair chance, and is led by
    contributors that join; a body's is no nation's. Those of the largest span come first.

    Examples
    --------
    >>> from foedus import load
    >>> found = leading_headquarters(load("minimal"), "rear-8k-backed")
    >>> [row.title for row in found["ALD", "division_hq"]]
    ['1st Aldmark Division']
    """
    chosen = readings or Readings()
    ordered = scenario.in_key_order
    ordered.option(option)
    return leading_of(ordered, option, levels_of(ordered, (option,), levels), chosen)


def leading_of(
    scenario: Scenario, option: str, levels: Mapping[str, int], readings: Readings
) -> dict[tuple[str, str], tuple[Headquarters, ...]]:
    """Return the headquarters with which each may lead, at the levels at which all join."""
    chain = scenario.option(option).command
    least = LAND_LEVEL[scenario.option(option).location]
    joined = {code for code, level in levels.items() if level >= least}
    found: dict[tuple[str, str], list[Headquarters]] = {}
    for row in scenario.headquarters:
        kind = readings.hq_of_echelon.get(row.echelon)
        leaders = [code for code in row.framework if code in levels]
        is_whole = joined.issuperset(leaders) or not readings.framework_joins
        is_free = row.available_prob >= readings.least_available_prob
        if kind is None or not is_free or not is_whole or chain not in row.chains:
            continue
        for code in leaders:
            found.setdefault((code, kind), []).append(row)
    return {
        key: tuple(sorted(able, key=lambda row: (-row.span_count, row.headquarters)))
        for key, able in sorted(found.items())
    }


def areas_of(scenario: Scenario, draws: Draws, readings: Readings) -> tuple[Area, ...]:
    """Return the areas of command of the option that is run."""
    kinds = {row.capability: row for row in scenario.capabilities if row.domain != "service"}
    ladder = list(readings.hq_of_echelon.values())
    lines: dict[str, list[rows.RequirementLine]] = {}
    for i in lines_of_option(scenario, draws):
        line = scenario.requirement[i]
        if line.capability in kinds:
            lines.setdefault(line.sector, []).append(line)
    if not readings.with_command:
        return tuple(
            Area(sector, "", tuple(line.line for line in own))
            for sector, own in sorted(lines.items())
        )

    def rank(kind: str) -> int:
        return ladder.index(kind) if kind in ladder else len(ladder)

    led: dict[tuple[int, str, str], list[str]] = {}
    left: list[tuple[str, list[rows.RequirementLine]]] = []
    joined: dict[tuple[int, str, str], list[str]] = {}
    for sector, own in sorted(lines.items()):
        asked = sorted(
            {line.capability for line in own if kinds[line.capability].domain == "hq"}, key=rank
        )
        if not asked:
            left.append((sector, own))
            continue
        lowest, *higher = asked
        for kind in asked:
            led[rank(kind), sector, kind] = [
                line.line
                for line in own
                if line.capability == kind or (kind == lowest and line.capability not in higher)
            ]
            joined[rank(kind), sector, kind] = [sector if kind == lowest else f"{sector}/{kind}"]
    apart = []
    for sector, own in left:
        on_land = any(kinds[line.capability].domain == "land" for line in own)
        if not (on_land and led and readings.join_sectors):
            apart.append(Area(sector, "", tuple(line.line for line in own)))
            continue
        fights = any(span_load(kinds[line.capability]) > 0 for line in own)
        first = min(led) if fights else min(led, key=lambda key: (-key[0], *key[1:]))
        led[first] += [line.line for line in own]
        joined[first].append(sector)
    under = [
        Area("+".join(sorted(joined[key])), key[2], tuple(sorted(led[key]))) for key in sorted(led)
    ]
    return (*under, *apart)


def span_load(row: rows.Capability) -> float:
    """Return formations that a unit counts for: manoeuvre is what fights on land."""
    return row.group_weight_ratio if row.domain == "land" and not row.is_enabler else 0.0


def accepted_leads(
    scenario: Scenario, option: str, codes: tuple[str, ...], readings: Readings
) -> frozenset[tuple[str, str]]:
    """Return who serves under whom in an option's chain: pairs of a code and that of its lead.

    A nation serves under its own lead; under one with whom, or under whose lead, it has a
    partnership that is strong enough; and in the chain of a body of which both are members.
    """
    strongest: dict[tuple[str, str], float] = {}
    for row in scenario.partnerships:
        if row.kind not in readings.acceptance_kinds:
            continue
        for lead in {row.partner, *row.framework}:
            key = (row.delegation, lead)
            strongest[key] = max(strongest.get(key, 0.0), row.strength_share)
    body = readings.body_of_chain.get(scenario.option(option).command)
    members: set[str] = set()
    lent: set[str] = set()
    for about in scenario.delegations:
        if about.delegation == body:
            members = set(about.members)
        if about.role != "contributor" and readings.lent_accept_all:
            lent.add(about.delegation)

    def accepts(code: str, lead: str) -> bool:
        return (
            code == lead
            or code in lent
            or {code, lead} <= members
            or strongest.get((code, lead), 0.0) >= readings.least_acceptance_share - HAIR
        )

    return frozenset((code, lead) for code in codes for lead in codes if accepts(code, lead))

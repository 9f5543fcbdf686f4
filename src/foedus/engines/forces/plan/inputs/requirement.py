"""What an option asks for, as lines of a plan: units needed, substitutes and weights."""

from collections.abc import Sequence
from fractions import Fraction

from foedus.engines.forces.inputs import lines_of_option
from foedus.engines.forces.plan.inputs.commands import span_load
from foedus.engines.forces.plan.inputs.readings import Readings
from foedus.engines.forces.plan.inputs.rounding import half_up, rounded_together
from foedus.engines.forces.plan.problem import Capability
from foedus.scenario import forces as rows
from foedus.scenario.draws import Draws
from foedus.scenario.scenario import Scenario


def unit_kinds(scenario: Scenario) -> tuple[rows.Capability, ...]:
    """Return the capabilities of units, in the scenario's order; services are none."""
    return tuple(row for row in scenario.capabilities if row.domain != "service")


def capability_of(row: rows.Capability, readings: Readings) -> Capability:
    """Return a capability as a plan knows it."""
    echelon = {kind: name for name, kind in readings.hq_of_echelon.items()}
    return Capability(
        name=row.capability,
        is_headquarters=row.domain == "hq",
        span_load=span_load(row) / readings.parts_of(row),
        echelon=echelon.get(row.capability, ""),
        under_ceiling=row.domain == "land" or (row.domain == "hq" and readings.hq_under_ceiling),
    )


def needed_units(
    scenario: Scenario, draws: Draws, kinds: Sequence[rows.Capability], readings: Readings
) -> dict[str, float]:
    """Return the units that each line of the option asks for, by key."""
    domain = {row.capability: row.domain for row in kinds}
    scale = scenario.option(draws.option).scale_ratio
    needed: dict[str, float] = {}
    by_kind: dict[str, list[rows.RequirementLine]] = {}
    for row in (scenario.requirement[i] for i in lines_of_option(scenario, draws)):
        if row.capability not in domain:
            continue
        if domain[row.capability] == "hq":
            needed[row.line] = float(half_up(row.needed_count))
            continue
        needed[row.line] = row.needed_count * scale
        by_kind.setdefault(row.capability, []).append(row)
    if readings.whole_needs:
        for alike in by_kind.values():
            alike.sort(key=lambda row: (row.fill_priority, row.line))
            whole = rounded_together([needed[row.line] for row in alike])
            needed |= {row.line: float(n) for row, n in zip(alike, whole, strict=True)}
    return needed


def asks_of(
    kind: int, kinds: Sequence[rows.Capability], readings: Readings
) -> tuple[tuple[int, float], ...]:
    """Return what fills a line that asks for a capability, and the worth of a part of each."""
    row = kinds[kind]
    asks = []
    for place, other in enumerate(kinds):
        if place == kind:
            worth = 1.0
        elif (
            readings.substitute_worth == "none"
            or not row.substitution_group
            or other.substitution_group != row.substitution_group
            or "hq" in (row.domain, other.domain)
        ):
            continue
        elif readings.substitute_worth == "weight":
            worth = readings.substitute_ratio * other.group_weight_ratio
            worth /= row.group_weight_ratio
        else:
            worth = readings.substitute_ratio * reference_persons(other) / reference_persons(row)
        steps = half_up(worth * readings.worth_steps_count)
        if steps:
            part = Fraction(steps, readings.worth_steps_count * readings.parts_of(other))
            asks.append((place, float(part)))
    return tuple(asks)


def weight_of(row: rows.Capability, priority: int, readings: Readings) -> int:
    """Return what one unit short for a month counts."""
    size = reference_persons(row) if readings.weight == "strength" else 1000.0
    return max(1, half_up(size / priority**readings.priority_power))


def reference_persons(row: rows.Capability) -> float:
    """Return the strength at which a unit is counted."""
    return float(row.reference_strength_persons or 0.0)

"""Made-up problems of named sizes, drawn from a seed: to test and to measure the planner with.

Nations, units and numbers are invented. They have the shape of a real case: few nations can field
a headquarters, large nations have more of everything and a ceiling above which their parliament
does not go, units rest three times as long as they serve, and the need is more than can be met.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from foedus.engines.forces.plan.problem import (
    Candidate,
    Capability,
    Line,
    PlanProblem,
    UnitClass,
)


@dataclass(frozen=True)
class Size:
    """How large a made-up problem is."""

    nations: int
    units: int
    months: int
    sectors: int
    period_months: int
    phase_months: int
    seed: int


SIZES: Final[dict[str, Size]] = {
    "tiny": Size(5, 14, 12, 2, 1, 6, 11),
    "small": Size(6, 24, 12, 2, 1, 6, 12),
    "medium": Size(7, 30, 18, 2, 1, 6, 33),
    "mid": Size(12, 60, 36, 3, 3, 12, 14),
    "reference": Size(35, 180, 60, 5, 3, 12, 15),
    "wide": Size(70, 360, 60, 9, 3, 12, 16),
    "long": Size(35, 180, 120, 5, 3, 12, 17),
}
"""The published sizes; the seed is part of the size, so that a name means one problem."""

HQ, HEAVY, LIGHT, FIRES, ENGINEERS, DEFENCE, LOGISTICS, MEDICAL = range(8)
KINDS: Final = (
    Capability("division_hq", is_headquarters=True, echelon="division"),
    Capability("manoeuvre_heavy", span_load=1.0, echelon="brigade"),
    Capability("manoeuvre_light", span_load=1.0, echelon="brigade"),
    Capability("fires", echelon="regiment"),
    Capability("engineers", echelon="regiment"),
    Capability("air_defence", echelon="battery"),
    Capability("logistics", echelon="regiment"),
    Capability("medical_role2", echelon="hospital"),
)
STRENGTH_PERSONS: Final = (700, 4500, 3200, 600, 700, 300, 800, 350)
OFTEN_SHARE: Final = (0.0, 0.19, 0.22, 0.12, 0.13, 0.1, 0.14, 0.1)
WEIGHTS: Final = (10, 8, 6, 3, 3, 5, 4, 4)
NEEDED_UNITS: Final = (1, 2, 2, 1, 1, 2, 2, 1)


def instance(name: str, *, times: int = 1) -> PlanProblem:
    """Return the published problem of a name; `times` multiplies units and need.

    Raises
    ------
    ValueError
        If there is no such size.

    Examples
    --------
    >>> problem = instance("tiny")
    >>> len(problem.nations), sum(c.count for c in problem.classes), problem.periods
    (5, 14, 12)
    """
    if name not in SIZES:
        raise ValueError(f"there is no size {name}: one of {', '.join(SIZES)}")
    return draw(SIZES[name], times=times)


def draw(size: Size, *, times: int = 1) -> PlanProblem:
    """Return the problem that a size and its seed stand for.

    Parameters
    ----------
    size
        Counts of everything, and the seed.
    times
        Multiplies units, need, ceilings and targets and leaves the rest alone.
    """
    rng = np.random.default_rng(size.seed)
    months = size.period_months
    periods = size.months // months
    wealth = 1.0 / np.arange(1, size.nations + 1) ** 0.7
    share = wealth / wealth.sum()
    units = _units_by_nation(rng, size, share)
    classes = tuple(
        UnitClass(
            name=f"N{nation + 1:02d} {KINDS[kind].name}",
            nation=nation,
            capability=kind,
            count=int(units[nation, kind]) * times,
            strength_persons=int(STRENGTH_PERSONS[kind] * rng.uniform(0.8, 1.1)) // 10 * 10,
            tours=_tours(kind, months, size.phase_months),
            dwell_ratio=1.0 if kind == HQ else (3.0 if rng.random() < 0.7 else 2.0),
            sectors=_sectors(rng, kind, size.sectors),
            earliest=int(rng.integers(0, 1 + max(1, 3 // months))),
            overlap_months=0.5,
            cost_per_tour=int(rng.integers(10, 40)) * (1 + STRENGTH_PERSONS[kind] // 100),
            cost_per_period=int(rng.integers(2, 8)) * months * (1 + STRENGTH_PERSONS[kind] // 100),
        )
        for nation in range(size.nations)
        for kind in range(len(KINDS))
        if units[nation, kind] > 0
    )
    lines = _lines(rng, size, periods, times)
    required = sum(
        line.needed_units * (line.end - line.start) * months * STRENGTH_PERSONS[line.asks[0][0]]
        for line in lines
    )
    return PlanProblem(
        period_months=months,
        phases=(size.phase_months // months,) * (size.months // size.phase_months),
        nations=tuple(f"N{nation + 1:02d}" for nation in range(size.nations)),
        sectors=tuple(f"sector {sector + 1}" for sector in range(size.sectors)),
        capabilities=KINDS,
        classes=classes,
        lines=lines,
        lead_sectors=tuple(range(size.sectors)),
        candidates=tuple(
            Candidate(sector, place, float(4 + (unit_class.count > times)) * times)
            for place, unit_class in enumerate(classes)
            if unit_class.capability == HQ
            for sector in unit_class.sectors
        ),
        accepts=_accepts(rng, size.nations),
        ceilings=_ceilings(rng, classes, size.nations, periods),
        floors=_floors(rng, units, times),
        target_person_months=tuple(int(part * required * 0.75) for part in share),
        dwell_grace_months=0.5,
    )


def _units_by_nation(rng: np.random.Generator, size: Size, share: np.ndarray) -> np.ndarray:
    """Return units by nation and capability; the first nations have the headquarters."""
    units = np.zeros((size.nations, len(KINDS)), dtype=np.int64)
    leaders = max(2, round(size.nations / 5))
    units[:leaders, HQ] = 1
    units[0, HQ] = 2
    for _ in range(size.units - int(units.sum())):
        nation = int(rng.choice(size.nations, p=share))
        units[nation, int(rng.choice(len(KINDS), p=OFTEN_SHARE))] += 1
    return units


def _tours(kind: int, months: int, phase_months: int) -> tuple[int, ...]:
    """Return tour lengths in periods: half a phase or a whole one for a headquarters."""
    if kind == HQ:
        return tuple(sorted({max(1, phase_months // months // 2), phase_months // months}))
    return (4, 6) if months == 1 else tuple(length // months for length in (3, 6, 9))


def _sectors(rng: np.random.Generator, kind: int, sectors: int) -> tuple[int, ...]:
    """Return where units may serve: everywhere, or by caveat in all sectors but some."""
    if kind == HQ or rng.random() < 0.6:
        return tuple(range(sectors))
    kept = rng.permutation(sectors)[: max(1, sectors - 2)]
    return tuple(int(sector) for sector in np.sort(kept))


def _lines(rng: np.random.Generator, size: Size, periods: int, times: int) -> tuple[Line, ...]:
    """Return a division's worth of lines for each sector, scaled to what the pool can keep up."""
    months = size.period_months
    # A quarter of the pool stands when everybody rests three times as long as he serves; the need
    # is somewhat more, so that not everything can be filled.
    scale = size.units * 0.24 / (size.sectors * sum(NEEDED_UNITS))
    lines = []
    for sector in range(size.sectors):
        start = min(sector * max(1, 3 // months), periods // 3)
        for kind in range(len(KINDS)):
            needed = 1 if kind == HQ else int(NEEDED_UNITS[kind] * scale + rng.random())
            asks: tuple[tuple[int, float], ...] = ((kind, 1.0),)
            if kind == HEAVY:
                asks = ((HEAVY, 1.0), (LIGHT, 0.75))
            if needed:
                lines.append(
                    Line(
                        name=f"s{sector + 1}-{KINDS[kind].name}",
                        sector=sector,
                        asks=asks,
                        start=start,
                        end=periods,
                        needed_units=float(needed * (1 if kind == HQ else times)),
                        weight=WEIGHTS[kind],
                        priority=1 if kind in {HQ, HEAVY, LIGHT, DEFENCE} else 2,
                    )
                )
    return tuple(lines)


def _accepts(rng: np.random.Generator, nations: int) -> tuple[tuple[bool, ...], ...]:
    """Return who serves under whom: most under the largest, fewer under the others."""
    chance = np.linspace(0.9, 0.5, nations)
    accepted = rng.random((nations, nations)) < chance
    np.fill_diagonal(accepted, True)
    return tuple(tuple(bool(cell) for cell in row) for row in accepted)


def _ceilings(
    rng: np.random.Generator, classes: tuple[UnitClass, ...], nations: int, periods: int
) -> tuple[tuple[int, ...], ...]:
    """Return ceilings: two fifths of all soldiers or so and the largest unit, less at first."""
    held = np.zeros(nations)
    largest = np.full(nations, 500.0)
    for unit_class in classes:
        nation = unit_class.nation
        held[nation] += unit_class.count * unit_class.strength_persons
        largest[nation] = max(largest[nation], unit_class.strength_persons * 1.1)
    most = np.maximum(held * rng.uniform(0.25, 0.55, nations), largest)
    early = periods // 6
    return tuple(
        tuple(int(most[nation] * (0.6 if period < early else 1.0)) for period in range(periods))
        for nation in range(nations)
    )


def _floors(
    rng: np.random.Generator, units: np.ndarray, times: int
) -> tuple[tuple[int, int, int], ...]:
    """Return home floors: some nations keep one of two or more brigades back."""
    return tuple(
        (int(nation), int(kind), times)
        for nation, kind in np.argwhere(units >= 2)
        if kind in {HEAVY, LIGHT} and rng.random() < 0.4
    )

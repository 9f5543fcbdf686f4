"""The monthly schedule: which named unit is where from which month to which, and whom it relieves.

The plan counts units of a class; here they get numbers. Tours with their rests are intervals of
which never more overlap than there are units, so going through them by start and handing each to a
unit that is ready always works out.
"""

from dataclasses import dataclass, replace
from typing import Final

from foedus.engines.forces.plan.problem import PlanProblem
from foedus.engines.forces.plan.starts import occupied_periods
from foedus.engines.forces.plan.tours import ForcePlan

RESTING: Final = "rest"


@dataclass(frozen=True)
class Posting:
    """One tour of one named unit."""

    unit: str
    unit_class: int
    number: int
    nation: str
    capability: str
    sector: str
    from_month: int
    to_month: int
    """First month in which it is no longer there; not after the end of the plan."""
    home_until_month: int
    """First month in which it could be in place again."""
    relieves: str
    """The unit whose place it takes; empty where nobody leaves at that time."""
    overlap_months: float
    """How long before `from_month` it is there beside the unit it relieves."""


def schedule(problem: PlanProblem, plan: ForcePlan) -> tuple[Posting, ...]:
    """Return the tours of named units in order of time.

    Of the units that are ready, the one that has been home longest goes.

    Raises
    ------
    ValueError
        If the plan has more tours than the units of a class can serve.

    Examples
    --------
    >>> from foedus.engines.forces.plan.instances import instance
    >>> from foedus.engines.forces.plan.stages import make_plan
    >>> tiny = instance("tiny")
    >>> first = schedule(tiny, make_plan(tiny).plan)[0]
    >>> first.to_month > first.from_month
    True
    """
    months = problem.period_months
    postings: list[Posting] = []
    for place, unit_class in enumerate(problem.classes):
        ready_at = dict.fromkeys(range(1, unit_class.count + 1), 0)
        tours = sorted(
            (tour.start, tour.length, tour.sector, tour.count)
            for tour in plan.tours
            if tour.unit_class == place
        )
        for start, length, sector, count in tours:
            for _ in range(count):
                number = min(ready_at, key=lambda unit: (ready_at[unit], unit), default=0)
                if not number or ready_at[number] > start:
                    raise ValueError(f"{unit_class.name}: nobody is ready in period {start}")
                back = start + occupied_periods(problem, unit_class, length)
                ready_at[number] = back
                postings.append(
                    Posting(
                        unit=f"{unit_class.name} {number}",
                        unit_class=place,
                        number=number,
                        nation=problem.nations[unit_class.nation],
                        capability=problem.capabilities[unit_class.capability].name,
                        sector=problem.sectors[sector],
                        from_month=start * months,
                        to_month=min(start + length, problem.periods) * months,
                        home_until_month=back * months,
                        relieves="",
                        overlap_months=0.0,
                    )
                )
    postings.sort(key=lambda posting: (posting.from_month, posting.unit_class, posting.number))
    return _with_reliefs(problem, postings)


def gantt(problem: PlanProblem, postings: tuple[Posting, ...]) -> tuple[tuple[str, ...], ...]:
    """Return a row for each unit that serves: its name, then for each month where it is.

    A cell is the sector, `rest` while the unit may not go again, or empty while it is ready.

    Examples
    --------
    >>> from foedus.engines.forces.plan.instances import instance
    >>> gantt(instance("tiny"), ())
    ()
    """
    months = problem.periods * problem.period_months
    rows: dict[tuple[int, int], list[str]] = {}
    for posting in postings:
        key = (posting.unit_class, posting.number)
        row = rows.setdefault(key, [posting.unit, *[""] * months])
        for month in range(posting.from_month, min(posting.home_until_month, months)):
            row[month + 1] = posting.sector if month < posting.to_month else RESTING
    return tuple(tuple(rows[key]) for key in sorted(rows))


def _with_reliefs(problem: PlanProblem, postings: list[Posting]) -> tuple[Posting, ...]:
    """Return the postings with the name of the unit that each relieves, its own nation's first."""
    end = problem.periods * problem.period_months
    leaving: dict[tuple[str, str, int], list[Posting]] = {}
    for posting in postings:
        if posting.to_month < end:
            key = (posting.capability, posting.sector, posting.to_month)
            leaving.setdefault(key, []).append(posting)
    named = []
    for posting in postings:
        others = leaving.get((posting.capability, posting.sector, posting.from_month), [])
        if not others:
            named.append(posting)
            continue
        relieved = next((one for one in others if one.nation == posting.nation), others[0])
        others.remove(relieved)
        overlap = problem.classes[posting.unit_class].overlap_months
        named.append(replace(posting, relieves=relieved.unit, overlap_months=overlap))
    return tuple(named)

"""A plan as text that outlives its problem: names in the place of numbers.

A plan is kept to begin the next one from it, when the problem has changed a little: a nation less,
an option more. What the new problem does not know is left out and told.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from foedus.engines.forces.plan.problem import PlanProblem
from foedus.engines.forces.plan.tours import NOBODY, ForcePlan, Tour

VERSION: Final = 1
TOUR: Final = ("units", "sector", "start", "length", "count")


def kept(problem: PlanProblem, plan: ForcePlan, about: Mapping[str, Any]) -> str:
    """Return a plan as JSON text.

    Parameters
    ----------
    problem
        That of the plan.
    plan
        Its tours and leads; which unit serves which line is found again.
    about
        What else is written down, such as where the plan comes from.
    """
    return json.dumps(
        {
            "version": VERSION,
            "about": dict(about),
            "period_months": problem.period_months,
            "tours": [
                dict(
                    zip(
                        TOUR,
                        (
                            problem.classes[tour.unit_class].name,
                            problem.sectors[tour.sector],
                            tour.start,
                            tour.length,
                            tour.count,
                        ),
                        strict=True,
                    )
                )
                for tour in plan.tours
            ],
            "leads": {
                problem.sectors[sector]: [
                    None if nation == NOBODY else problem.nations[nation] for nation in row
                ]
                for sector, row in enumerate(plan.leads)
            },
        },
        indent=1,
        ensure_ascii=False,
    )


def about_kept(text: str) -> dict[str, Any]:
    """Return what was written down beside a plan.

    Raises
    ------
    ValueError
        If the text is no plan that was kept.
    """
    return dict(_told(text)["about"])


def taken_up(problem: PlanProblem, text: str) -> tuple[ForcePlan, tuple[str, ...]]:
    """Return as much of a kept plan as a problem knows, and what was left out.

    The plan may break rules of the problem: `make_plan` takes out what does.

    Raises
    ------
    ValueError
        If the text is no plan that was kept, or its periods are of another length.
    """
    told = _told(text)
    if told["period_months"] != problem.period_months:
        raise ValueError(
            f"the plan has periods of {told['period_months']} months, and "
            f"{problem.period_months} are asked for"
        )
    classes = {one.name: place for place, one in enumerate(problem.classes)}
    sectors = {name: place for place, name in enumerate(problem.sectors)}
    nations = {name: place for place, name in enumerate(problem.nations)}
    unknown: list[str] = []
    tours = []
    for row in told["tours"]:
        missing = [
            row[cell]
            for cell, names in (("units", classes), ("sector", sectors))
            if row[cell] not in names
        ]
        unknown += missing
        if not missing and row["start"] < problem.periods:
            tours.append(
                Tour(
                    classes[row["units"]],
                    sectors[row["sector"]],
                    row["start"],
                    row["length"],
                    row["count"],
                )
            )
    leads = [[NOBODY] * len(problem.phases) for _ in problem.sectors]
    for name, row in told["leads"].items():
        if name not in sectors:
            unknown.append(name)
            continue
        for phase, nation in enumerate(row[: len(problem.phases)]):
            if nation is not None and nation not in nations:
                unknown.append(nation)
            leads[sectors[name]][phase] = nations.get(nation, NOBODY)
    plan = ForcePlan(tuple(sorted(tours)), tuple(tuple(row) for row in leads), ())
    return plan, tuple(dict.fromkeys(unknown))


def _told(text: str) -> dict[str, Any]:
    """Return the JSON object of a kept plan, with all cells of the kinds that they must be."""
    try:
        told = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON: {error}") from error
    if not isinstance(told, dict) or told.get("version") != VERSION:
        raise ValueError(f"it is no plan of version {VERSION}")
    kinds: dict[str, type] = {"about": dict, "period_months": int, "tours": list, "leads": dict}
    for name, kind in kinds.items():
        if not isinstance(told.get(name), kind):
            raise ValueError(f"{name} is missing or is not what a plan has there")
    for place, row in enumerate(told["tours"]):
        if not isinstance(row, dict) or set(row) != set(TOUR):
            raise ValueError(f"tour {place + 1} has not the cells {', '.join(TOUR)}")
        whole = [row[cell] for cell in ("start", "length", "count")]
        if not all(type(number) is int for number in whole) or min(whole) < 0 or 0 in whole[1:]:
            raise ValueError(f"tour {place + 1}: start, length and count are whole numbers")
        if not isinstance(row["units"], str) or not isinstance(row["sector"], str):
            raise ValueError(f"tour {place + 1}: units and sector are names")
    for name, row in told["leads"].items():
        if not isinstance(row, list) or not all(
            nation is None or isinstance(nation, str) for nation in row
        ):
            raise ValueError(f"leads of {name} are not a list of nations")
    return told

"""The model: two forms with one optimum, and rows that break just where the checker objects."""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.forces.plan.checker import check
from foedus.engines.forces.plan.formulation import Formulation, formulate
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.points import values_of
from foedus.engines.forces.plan.solve import largest_violation, solve_relaxed
from foedus.engines.forces.plan.tours import NOBODY, ForcePlan, Tour, empty_plan

TINY: Final = instance("tiny")
LIMITED: Final = replace(
    TINY,
    floors=((0, 1, 1), (2, 1, 9), (2, 2, 9), (4, 4, 9)),
    lead_changes_most=0,
    least_contribution_persons=(800, 0, 400, 0, 900),
    lift_persons=(3000,) * 12,
)
COMMANDED: Final = {
    "led": LIMITED,
    "not led": replace(LIMITED, lead_sectors=(), candidates=()),
}
MODELS: Final = {
    name: (formulate(problem), formulate(problem, "state")) for name, problem in COMMANDED.items()
}
# What the checker says where the rows of a kind are broken.
WORDS: Final = {
    "rotation": "is ready",
    "ceiling": "soldiers, ceiling",
    "floor": "must stay",
    "span": "formations, headquarters for",
    "changes": "changes of lead",
    "least": "or none",
    "lift": "soldiers to move in",
}


@st.composite
def plans(draw: st.DrawFn, model: Formulation) -> ForcePlan:
    """Draw a plan that the model has variables for; it may break any rule."""
    problem, starts = model.problem, model.starts
    tours = []
    for at in draw(st.sets(st.integers(0, starts.start.size - 1), max_size=5)):
        unit_class = int(starts.unit_class[at])
        count = draw(st.integers(1, problem.classes[unit_class].count))
        where, start, length = (
            int(axis[at]) for axis in (starts.sector, starts.start, starts.length)
        )
        tours.append(Tour(unit_class, where, start, length, count))
    leads = tuple(
        tuple(
            draw(st.sampled_from([NOBODY, *(n for s, p, n in model.leads if (s, p) == key)]))
            for key in ((sector, phase) for phase in range(len(problem.phases)))
        )
        for sector in range(len(problem.sectors))
    )
    return ForcePlan(tuple(sorted(tours)), leads, ())


def broken_kinds(model: Formulation, plan: ForcePlan) -> set[str]:
    """Return the kinds of rows that a plan breaks."""
    activity = model.rows.matrix @ values_of(model, plan)
    off = (activity > model.rows.upper + 1e-6) | (activity < model.rows.lower - 1e-6)
    return {str(kind) for kind in model.row_kind[off]}


@pytest.mark.parametrize("name", sorted(COMMANDED))
@given(st.data())
def test_the_rows_of_each_rule_break_just_where_the_checker_objects(
    name: str, data: st.DataObject
) -> None:
    problem = COMMANDED[name]
    model, state = MODELS[name]
    plan = data.draw(plans(model))
    verdict = check(problem, plan)
    broken = broken_kinds(model, plan)
    objected = {
        kind for kind, words in WORDS.items() if any(words in said for said in verdict.violations)
    }
    assert (not broken) == verdict.holds
    assert broken_kinds(state, plan) == broken
    assert ("rotation" in broken) == ("rotation" in objected)
    # Rows of other rules count on there being no more units than there are.
    if "rotation" not in broken:
        assert broken & set(WORDS) == objected


@pytest.mark.parametrize("name", ["tiny", "small", "medium"])
def test_both_forms_have_the_same_relaxation(name: str) -> None:
    values = []
    for form in ("window", "state"):
        model = formulate(instance(name), form)
        values.append(solve_relaxed(model.rows, model.shortfall, exact=True).objective)
    assert values[0] == pytest.approx(values[1])


def test_the_empty_plan_is_short_of_everything_and_costs_nothing() -> None:
    problem = instance("mid")
    model = formulate(problem)
    point = values_of(model, empty_plan(len(problem.sectors), len(problem.phases)))
    assert largest_violation(model.rows, point) == 0.0
    assert model.shortfall @ point == problem.required_weight
    assert float(model.excess @ point) == float(model.cost @ point) == 0.0

"""Rosters of a dive: whole, by the rules, and a bound for what stands under them."""

import numpy as np
import pytest

from foedus.engines.forces.plan.checker import check
from foedus.engines.forces.plan.formulation import formulate
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.points import plan_of
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.rosters import Roster, dive, led_by, with_roster
from foedus.engines.forces.plan.search import without_burden
from foedus.engines.forces.plan.solve import Outcome, largest_violation, solve_relaxed, solve_whole


def dived(name: str, worst: float = float("inf")) -> tuple[Roster | None, float]:
    """Return the roster that a dive finds, and the bound where it began."""
    state = formulate(instance(name), "state")
    rows = without_burden(state, state.rows)

    def relax(limits: Rows) -> Outcome:
        return solve_relaxed(limits, state.shortfall)

    root = relax(rows)
    return dive(state, rows, root, relax, worst), root.bound


@pytest.mark.parametrize("name", ["tiny", "small", "mid"])
def test_a_roster_keeps_every_rule_and_its_bound_holds_for_the_plans_under_it(name: str) -> None:
    found, root = dived(name)
    assert found is not None
    assert np.array_equal(found.begun, np.rint(found.begun))
    assert found.bound >= root - 1e-6
    problem = instance(name)
    model = formulate(problem)
    rows = without_burden(model, model.rows)
    led = led_by(model, found.begun)
    assert led[model.columns.leads].sum() > 0
    assert largest_violation(rows, led) < 1e-6
    assert check(problem, plan_of(model, led)).holds
    if name == "tiny":
        under_it = solve_whole(with_roster(model, rows, found.begun), model.shortfall, known=led)
        assert found.bound <= under_it.objective + 1e-6
        assert under_it.values is not None
        # Under the roster headquarters do what it says, and no other.
        begun = under_it.values[model.columns.starts]
        leading = found.begun > 0
        assert np.array_equal(begun[leading], found.begun[leading])


def test_a_dive_is_given_up_where_nothing_better_can_come_of_it() -> None:
    found, root = dived("small", worst=0.0)
    assert found is None
    assert root > 0.0

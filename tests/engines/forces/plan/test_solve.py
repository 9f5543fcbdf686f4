"""Solving: bounds that hold whatever the solver says, and points that are what they claim."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from foedus.engines.forces.blocks import FloatArray
from foedus.engines.forces.plan import solve
from foedus.engines.forces.plan.formulation import Formulation, formulate
from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.points import values_of
from foedus.engines.forces.plan.programme import Rows
from foedus.engines.forces.plan.solve import (
    Effort,
    Outcome,
    bound_from_prices,
    largest_violation,
    solve_relaxed,
    solve_whole,
    with_row,
)
from foedus.engines.forces.plan.tours import empty_plan


def tiny() -> tuple[Formulation, FloatArray]:
    model = formulate(instance("tiny"))
    return model, values_of(model, empty_plan(2, 2))


@given(
    hnp.arrays(np.float64, (3, 4), elements=st.integers(-3, 3)),
    hnp.arrays(np.float64, 3, elements=st.integers(0, 4)),
    hnp.arrays(np.float64, 4, elements=st.integers(-3, 3)),
    hnp.arrays(np.float64, 3, elements=st.floats(-3, 3)),
)
def test_any_prices_prove_a_bound_below_every_point(
    matrix: FloatArray, upper: FloatArray, cost: FloatArray, prices: FloatArray
) -> None:
    rows = Rows(
        sparse.csr_matrix(matrix),
        np.full(3, -np.inf),
        upper,
        np.zeros(4),
        np.full(4, 2.0),
        np.ones(4, dtype=np.bool_),
    )
    bound = bound_from_prices(rows, cost, prices)
    corners = np.stack(np.meshgrid(*[[0.0, 1.0, 2.0]] * 4), axis=-1).reshape(-1, 4)
    feasible = corners[(corners @ matrix.T <= upper + 1e-9).all(axis=1)]
    assert bound <= (feasible @ cost).min() + 1e-9


def test_the_interior_method_proves_what_the_simplex_method_finds() -> None:
    model, _ = tiny()
    quick = solve_relaxed(model.rows, model.shortfall)
    exact = solve_relaxed(model.rows, model.shortfall, exact=True)
    assert quick.bound == pytest.approx(exact.objective, rel=1e-4)
    assert exact.bound == pytest.approx(exact.objective)


def test_a_whole_solution_is_feasible_and_not_below_its_bound() -> None:
    model, known = tiny()
    outcome = solve_whole(model.rows, model.shortfall, known=known)
    assert outcome.values is not None
    assert largest_violation(model.rows, outcome.values) < 1e-6
    assert outcome.bound <= outcome.objective + 1e-9
    assert outcome.repeatable


def test_without_work_the_known_point_comes_out_with_a_bound() -> None:
    model, known = tiny()
    outcome = solve_whole(model.rows, model.shortfall, known=known, effort=Effort(checks=0))
    assert outcome.values is not None
    assert outcome.bound <= outcome.objective <= model.shortfall @ known
    assert outcome.stopped == "work"


def test_a_known_point_that_breaks_a_row_is_refused() -> None:
    model, known = tiny()
    with pytest.raises(ValueError, match="breaks a row or a bound by"):
        solve_whole(model.rows, model.shortfall, known=known + 1.0)


def test_a_false_claim_that_nothing_is_feasible_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model, known = tiny()
    asked: list[bool] = []

    def claims(*_: object, presolve: bool) -> Outcome:
        asked.append(presolve)
        return Outcome(None, np.inf, -np.inf, 0, 0, "failed")

    monkeypatch.setattr(solve, "_run_whole", claims)
    outcome = solve_whole(model.rows, model.shortfall, known=known)
    assert asked == [True, False]
    assert outcome.values is known
    assert 0 < outcome.bound < outcome.objective
    assert outcome.stopped == "failed"
    assert not outcome.repeatable


def test_an_infeasible_programme_without_a_known_point_has_none() -> None:
    rows = Rows(
        sparse.csr_matrix([[1.0]]),
        np.array([2.0]),
        np.array([np.inf]),
        np.zeros(1),
        np.ones(1),
        np.ones(1, dtype=np.bool_),
    )
    outcome = solve_whole(rows, np.ones(1))
    assert outcome.values is None
    assert outcome.stopped == "failed"


def test_one_more_row_is_kept() -> None:
    model, known = tiny()
    free = solve_whole(model.rows, model.cost, known=known)
    assert free.objective == 0
    limit = instance("tiny").required_weight * 0.5
    rows = with_row(model.rows, model.shortfall, limit)
    outcome = solve_whole(rows, model.cost)
    assert outcome.values is not None
    assert model.shortfall @ outcome.values <= limit + 1e-6
    assert outcome.objective > 0


def test_a_programme_without_whole_numbers_is_solved_as_it_is() -> None:
    model, known = tiny()
    rows = model.rows._replace(whole=np.zeros_like(model.rows.whole))
    outcome = solve_whole(rows, model.shortfall, known=known)
    assert outcome.bound == pytest.approx(outcome.objective)

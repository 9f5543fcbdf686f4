from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.linked import (
    LinkedCompromise,
    LinkedFeasibility,
    Links,
    linked_compromise,
    linked_feasible,
)

INF = float("inf")


class Case(NamedTuple):
    """One draw: everything but the last two has shape (issue,)."""

    centre: FloatArray
    pull: FloatArray
    low: FloatArray
    high: FloatArray
    amount: FloatArray
    price: FloatArray
    need: float
    budget: float

    def links(self) -> Links:
        return Links(
            self.amount[None], np.array([self.need]), self.price[None], np.array([self.budget])
        )

    def feasible(self) -> LinkedFeasibility:
        return linked_feasible(self.low[None], self.high[None], self.links())

    def nearest(self) -> LinkedCompromise:
        zones = self.low[None], self.high[None]
        return linked_compromise(self.centre[None], self.pull[None], *zones, self.links())

    def squares(self, x: FloatArray) -> float:
        return float((self.pull * (x - self.centre) ** 2).sum())


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw whole numbers, so that needs and budgets are often met exactly."""
    n = draw(st.integers(1, 5))

    def row(least: int, most: int) -> FloatArray:
        return np.array(
            draw(st.lists(st.integers(least, most), min_size=n, max_size=n)), dtype=np.float64
        )

    low = row(0, 6)
    return Case(
        centre=row(-2, 14),
        pull=row(1, 4),
        low=low,
        high=low + row(0, 6),
        amount=row(0, 3),
        price=row(0, 3),
        need=draw(st.sampled_from([-INF, *map(float, range(0, 60, 4))])),
        budget=draw(st.sampled_from([INF, *map(float, range(0, 60, 4))])),
    )


def slow_least_cost(case: Case) -> float | None:
    """Return the least cost of the need, by linear programming; None if it cannot be reached."""
    solved = linprog(
        case.price,
        A_ub=-case.amount[None] if case.need > -INF else None,
        b_ub=[-case.need] if case.need > -INF else None,
        bounds=list(zip(case.low, case.high, strict=True)),
    )
    return float(solved.fun) if solved.status == 0 else None


class TestHandWorkedValues:
    def test_what_is_missing_is_shared_by_how_firmly_issues_are_held(self) -> None:
        two = np.array([2.0, 1.0])
        case = Case(
            np.array([20.0, 10.0]), two, np.zeros(2), np.full(2, 90.0), np.ones(2), two, 36.0, INF
        )
        found = case.nearest()
        assert found.outcome_score[0] == pytest.approx([22, 14])
        assert found.need_price.item() == pytest.approx(4)
        assert found.budget_price.item() == 0.0

    def test_one_that_is_at_the_top_of_its_zone_leaves_the_rest_to_the_other(self) -> None:
        zones = np.zeros(2), np.array([11.0, 90.0])
        case = Case(np.array([10.0, 10.0]), np.ones(2), *zones, np.ones(2), np.ones(2), 30.0, INF)
        assert case.nearest().outcome_score[0] == pytest.approx([11, 19])

    def test_a_budget_is_cut_most_where_a_point_is_dear(self) -> None:
        price = np.array([1.0, 2.0])
        zones = np.zeros(2), np.full(2, 90.0)
        case = Case(np.array([10.0, 10.0]), np.ones(2), *zones, np.ones(2), price, -INF, 20.0)
        found = case.nearest()
        assert found.outcome_score[0] == pytest.approx([8, 6])
        assert found.budget_price.item() == pytest.approx(2)

    def test_need_and_budget_together_leave_one_outcome(self) -> None:
        price = np.array([1.0, 2.0])
        zones = np.zeros(2), np.full(2, 20.0)
        case = Case(np.array([5.0, 15.0]), np.ones(2), *zones, np.ones(2), price, 30.0, 40.0)
        assert case.nearest().outcome_score[0] == pytest.approx([20, 10])

    def test_need_and_budget_that_only_the_cheapest_way_meets(self) -> None:
        price = np.array([1.0, 3.0])
        zones = np.zeros(2), np.array([10.0, 10.0])
        case = Case(np.array([0.0, 10.0]), np.ones(2), *zones, np.ones(2), price, 15.0, 25.0)
        assert case.feasible().least_cost.tolist() == [25.0]
        assert case.nearest().outcome_score[0] == pytest.approx([10, 5])

    def test_zones_that_each_leave_room_may_leave_none_together(self) -> None:
        zones = np.zeros(2), np.array([10.0, 10.0])
        case = Case(np.ones(2), np.ones(2), *zones, np.ones(2), np.ones(2), 15.0, 14.0)
        found = case.feasible()
        assert [found.meets_need.item(), found.meets_budget.item()] == [True, True]
        assert not found.meets_both.item()
        assert np.isnan(case.nearest().outcome_score).all()
        assert not case.nearest().has_deal.item()


@given(cases())
def test_feasibility_is_what_linear_programming_says(case: Case) -> None:
    found, slow = case.feasible(), slow_least_cost(case)
    assert found.meets_need.item() == (slow is not None)
    assert found.meets_budget.item() == (float(case.price @ case.low) <= case.budget)
    if slow is None:
        assert np.isnan(found.least_cost.item())
        assert not found.meets_both.item()
    else:
        assert found.least_cost.item() == pytest.approx(slow, abs=1e-7)
        if abs(slow - case.budget) > 1e-6 or case.budget == INF:
            assert found.meets_both.item() == (slow < case.budget)
        else:
            assert found.meets_both.item()


@given(cases())
def test_the_nearest_outcome_keeps_all_conditions(case: Case) -> None:
    found = case.nearest()
    assert found.has_deal.item() == case.feasible().meets_both.item()
    if found.has_deal.item():
        x = found.outcome_score[0]
        assert ((case.low <= x) & (x <= case.high)).all()
        assert case.amount @ x >= case.need - 1e-9
        assert case.price @ x <= case.budget + 1e-9


@given(cases())
def test_at_its_prices_every_issue_is_where_it_should_be(case: Case) -> None:
    """The conditions of Kuhn and Tucker: with a convex sum they prove that nothing is nearer."""
    found = case.nearest()
    price_of_budget = found.budget_price.item()
    # Where the budget leaves one outcome only, prices have no bound and are not looked at.
    if not found.has_deal.item() or case.feasible().least_cost.item() > case.budget - 1e-6:
        return
    x = found.outcome_score[0]
    wish = (
        case.centre
        + (found.need_price.item() * case.amount - price_of_budget * case.price) / case.pull
    )
    assert x == pytest.approx(np.clip(wish, case.low, case.high), abs=1e-7)
    assert found.need_price.item() >= 0
    assert price_of_budget >= 0
    if found.need_price.item() > 0:
        assert case.amount @ x == pytest.approx(case.need, abs=1e-7)
    if price_of_budget > 0:
        assert case.price @ x == pytest.approx(case.budget, abs=1e-7)


@given(cases())
def test_a_general_solver_finds_nothing_nearer(case: Case) -> None:
    found = case.nearest()
    if not found.has_deal.item():
        return
    conditions = []
    if case.need > -INF:
        conditions.append({"type": "ineq", "fun": lambda x: case.amount @ x - case.need})
    if case.budget < INF:
        conditions.append({"type": "ineq", "fun": lambda x: case.budget - case.price @ x})
    solved = minimize(
        case.squares,
        (case.low + case.high) / 2,
        jac=lambda x: 2 * case.pull * (x - case.centre),
        bounds=list(zip(case.low, case.high, strict=True)),
        constraints=conditions,
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 500},
    )
    own = case.squares(found.outcome_score[0])
    assert not solved.success or own <= solved.fun + 1e-4 * max(1.0, abs(solved.fun))


@given(cases(), st.data())
def test_the_order_of_issues_plays_no_part(case: Case, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(case.low))))
    other = case._replace(
        centre=case.centre[order],
        pull=case.pull[order],
        low=case.low[order],
        high=case.high[order],
        amount=case.amount[order],
        price=case.price[order],
    )
    # Of outcomes that are equally near there is only one: the sum is strictly convex.
    assert other.nearest().outcome_score == pytest.approx(
        case.nearest().outcome_score[:, order], abs=1e-6, nan_ok=True
    )


@given(cases())
def test_what_meets_all_conditions_already_is_not_moved(case: Case) -> None:
    inside = case._replace(centre=case.nearest().outcome_score[0])
    if case.nearest().has_deal.item():
        assert inside.nearest().outcome_score[0] == pytest.approx(inside.centre, abs=1e-9)


def test_draws_go_their_own_ways_and_one_row_serves_all() -> None:
    links = Links(np.ones((1, 2)), np.array([10.0, 30.0, 50.0]), np.zeros((1, 2)), np.array([INF]))
    centre, zones = [[10.0, 10.0]], ([[0.0, 0.0]], [[20.0, 20.0]])
    found = linked_compromise(centre, [[1.0, 1.0]], *zones, links)
    assert found.has_deal.tolist() == [True, True, False]
    assert found.outcome_score[:2] == pytest.approx(np.array([[10.0, 10.0], [15.0, 15.0]]))


def test_an_empty_zone_leaves_nothing() -> None:
    links = Links(np.ones((1, 1)), np.array([-INF]), np.ones((1, 1)), np.array([INF]))
    found = linked_feasible([[5.0]], [[4.0]], links)
    assert not any(part.item() for part in found[:3])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"amount": np.array([-1.0])}, "amount holds -1 in draw 0: it must be finite and at least"),
        ({"price": np.array([INF])}, "price holds inf in draw 0"),
        ({"low": np.array([-INF])}, "low_score holds -inf in draw 0: it must be finite"),
        ({"need": float("nan")}, "need is NaN in draw 0"),
        ({"pull": np.array([0.0])}, "pull holds a number that is not finite and above 0"),
        ({"centre": np.array([np.nan])}, "centre_score holds a number that is not finite"),
        ({"amount": np.ones(2)}, r"amount has shape \(1, 2\)"),
        ({"centre": np.ones(2)}, r"centre_score has shape \(1, 2\)"),
    ],
)
def test_what_cannot_be_linked_is_refused(change: dict[str, FloatArray], says: str) -> None:
    one = np.ones(1)
    case = Case(one, one, one, one, one, one, 0.0, 1.0)
    with pytest.raises(ValueError, match=says):
        case._replace(**change).nearest()  # type: ignore[arg-type]

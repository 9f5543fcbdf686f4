"""Ceilings: lowered to what units can reach, and divided so that fractions of units break them."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.forces.plan.columns import variables_of
from foedus.engines.forces.plan.problem import Capability, Line, PlanProblem, UnitClass
from foedus.engines.forces.plan.rules.ceilings import ceilings, reachable_sum


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 3)), max_size=4), st.integers(0, 150))
def test_a_ceiling_is_lowered_to_the_largest_sum_that_units_reach(
    held: list[tuple[int, int]], most: int
) -> None:
    sums = {
        sum(strength * taken for (strength, _), taken in zip(held, counts, strict=True))
        for counts in product(*(range(count + 1) for _, count in held))
    }
    strengths, counts = [one for one, _ in held], [count for _, count in held]
    assert reachable_sum(strengths, counts, most) == max(one for one in sums if one <= most)


def test_a_ceiling_says_in_soldiers_and_in_units_what_may_be_in_place() -> None:
    # 7000 soldiers are one brigade and three battalions, 6700 in all, of which one brigade.
    problem = PlanProblem(
        period_months=3,
        phases=(1,),
        nations=("A",),
        sectors=("s",),
        capabilities=(Capability("brigade"), Capability("battalion"), Capability("staff")),
        classes=(
            UnitClass("brigade", 0, 0, 2, 4000, (1,), 0.0, (0,)),
            UnitClass("battalion", 0, 1, 3, 900, (1,), 0.0, (0,)),
        ),
        lines=(Line("l", 0, ((0, 1.0), (1, 0.25)), 0, 1, 2.0),),
        ceilings=((7000,),),
    )
    plain, rounded = ceilings(variables_of(problem, "state"))
    in_place = variables_of(problem, "state").columns.in_place
    assert plain.entries[:, in_place].toarray().tolist() == [[4000.0, 900.0]]
    assert plain.upper.tolist() == [6700.0]
    assert rounded.entries[:, in_place].toarray().tolist() == [[4.0, 1.0], [1.0, 0.0]]
    assert rounded.upper.tolist() == [7.0, 1.0]

"""Made-up problems: one name is one problem, of the size that it says."""

from dataclasses import replace

import pytest

from foedus.engines.forces.plan.instances import SIZES, draw, instance


@pytest.mark.parametrize("name", sorted(SIZES))
def test_a_problem_has_the_size_that_its_name_stands_for(name: str) -> None:
    size, problem = SIZES[name], instance(name)
    assert len(problem.nations) == size.nations
    assert sum(one.count for one in problem.classes) == size.units
    assert problem.periods * problem.period_months == size.months
    assert len(problem.sectors) == size.sectors


def test_a_seed_is_one_problem_and_another_seed_another() -> None:
    size = SIZES["tiny"]
    assert draw(size) == draw(size)
    assert draw(size) != draw(replace(size, seed=size.seed + 1))


def test_units_and_need_multiply_and_the_count_of_classes_does_not() -> None:
    one, ten = instance("mid"), instance("mid", times=10)
    assert len(ten.classes) == len(one.classes)
    assert sum(c.count for c in ten.classes) == 10 * sum(c.count for c in one.classes)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="no size huge"):
        instance("huge")

"""The pool: what each nation holds, and what it can release."""

from dataclasses import replace

from foedus.engines.forces.plan.instances import instance
from foedus.engines.forces.plan.pool import held_persons, releasable_units


def test_a_nation_holds_the_soldiers_of_all_its_units() -> None:
    tiny = instance("tiny")
    assert held_persons(tiny).tolist() == [
        sum(c.count * c.strength_persons for c in tiny.classes if c.nation == nation)
        for nation in range(len(tiny.nations))
    ]


def test_what_a_floor_keeps_is_not_released_and_nothing_below_zero() -> None:
    tiny = replace(instance("tiny"), floors=())
    held = releasable_units(tiny)
    assert held.sum() == sum(one.count for one in tiny.classes)
    kept = releasable_units(replace(tiny, floors=((0, 1, 1), (0, 2, 99))))
    assert kept[0, 1] == held[0, 1] - 1
    assert kept[0, 2] == 0
    assert kept.sum() == held.sum() - 1 - held[0, 2]

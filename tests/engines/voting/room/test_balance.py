"""Balanced strength of groups: the kernel of the sustained force says the same."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.forces.balanced import balanced_share, land_strength
from foedus.engines.voting.room.balance import balanced_persons, strength_of_groups
from foedus.engines.voting.sharing.shapley import shapley_value

CRITICAL = np.array([True, True, False, True, False])
number = st.integers(0, 50).map(float)


def by_the_kernel(supply: Any, required: Any, critical: Any) -> float:
    """Return balanced strength as the sustained force finds it, nobody having a ceiling."""
    persons = np.asarray(supply)[np.newaxis]
    ceiling = np.full((1, persons.shape[1]), np.inf)
    need = np.where(critical, required, 0.0)[np.newaxis]
    share, _ = balanced_share(persons, ceiling, need)
    on_land = np.ones(len(required), dtype=np.bool_)
    _, balanced = land_strength(
        persons, ceiling, np.asarray(required)[np.newaxis], share, critical, on_land
    )
    return float(balanced[0])


@given(
    st.lists(st.lists(number, min_size=5, max_size=5), min_size=1, max_size=4),
    st.lists(number, min_size=5, max_size=5),
)
def test_every_group_is_as_strong_as_the_force_kernel_finds_it(supply: Any, need: Any) -> None:
    rows, required = np.array(supply), np.array(need)
    values = strength_of_groups(rows, required, CRITICAL)
    assert len(values) == 2 ** len(rows)
    for mask, found in enumerate(values):
        members = [n for n in range(len(rows)) if mask >> n & 1]
        wanted = by_the_kernel(rows[members], required, CRITICAL) if members else 0.0
        assert found == pytest.approx(wanted)


def test_nothing_critical_asked_for_is_no_force() -> None:
    need = np.array([0.0, 0.0, 90.0, 0.0, 0.0])
    assert balanced_persons(np.full(5, 100.0), need, CRITICAL) == 0


def test_who_sends_more_never_makes_a_group_weaker() -> None:
    rng = np.random.default_rng(1)
    rows, need = rng.random((5, 5)) * 100, rng.random(5) * 100
    more = rows.copy()
    more[2] += rng.random(5) * 50
    before, after = (strength_of_groups(r, need, CRITICAL) for r in (rows, more))
    assert (after >= before - 1e-9).all()
    assert (after > before).any()


def test_what_all_add_is_the_strength_of_all() -> None:
    rng = np.random.default_rng(2)
    rows, need = rng.random((6, 5)) * 100, rng.random(5) * 300
    values = strength_of_groups(rows, need, CRITICAL)
    added = shapley_value(values[np.newaxis])[0]
    assert added.sum() == pytest.approx(balanced_persons(rows.sum(axis=0), need, CRITICAL))

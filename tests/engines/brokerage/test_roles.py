"""Roles of brokers: each by hand, symmetry, and a plain count of all triples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from foedus.engines.arrays import BoolArray
from foedus.engines.brokerage.roles import ROLES, brokerage_counts

NODES = 7
ties = arrays(np.bool_, (NODES, NODES))
groupings = st.lists(st.integers(0, 2), min_size=NODES, max_size=NODES)


def counted(tied: BoolArray, group: list[int]) -> list[list[int]]:
    """Count every triple by the definition, in words."""
    found = [[0] * len(ROLES) for _ in group]
    for a in range(len(group)):
        for b in range(len(group)):
            for c in range(len(group)):
                if len({a, b, c}) < 3 or not (tied[a, b] and tied[b, c]) or tied[a, c]:
                    continue
                match (group[a] == group[b], group[b] == group[c], group[a] == group[c]):
                    case True, True, True:
                        role = "coordinator"
                    case False, False, True:
                        role = "itinerant"
                    case False, True, False:
                        role = "gatekeeper"
                    case True, False, False:
                        role = "representative"
                    case _:
                        role = "liaison"
                found[b][ROLES.index(role)] += 1
    return found


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        ([0, 0, 0], "coordinator"),
        ([0, 1, 0], "itinerant"),
        ([1, 0, 0], "gatekeeper"),
        ([0, 0, 1], "representative"),
        ([0, 1, 2], "liaison"),
    ],
)
def test_in_a_chain_of_three_the_middle_has_one_role(groups: list[int], role: str) -> None:
    chain = np.diag(np.ones(2, dtype=np.bool_), 1)
    found = brokerage_counts(chain, groups)
    assert dict(zip(ROLES, found[1].tolist(), strict=True)) == {
        name: int(name == role) for name in ROLES
    }
    assert not found[[0, 2]].any()


def test_who_is_tied_needs_no_broker() -> None:
    assert not brokerage_counts(np.ones((4, 4), dtype=np.bool_), [0, 0, 1, 2]).any()


def test_the_centre_of_a_star_brokers_every_pair_both_ways_round() -> None:
    star = np.zeros((5, 5), dtype=np.bool_)
    star[0, 1:] = star[1:, 0] = True
    assert brokerage_counts(star, [0, 0, 0, 1, 1])[0].tolist() == [2, 2, 4, 4, 0]


@given(ties, groupings)
def test_it_is_the_count_of_all_triples(tied: BoolArray, group: list[int]) -> None:
    assert brokerage_counts(tied, group).tolist() == counted(tied, group)


@given(ties, groupings)
def test_without_directions_a_gatekeeper_is_as_often_a_representative(
    tied: BoolArray, group: list[int]
) -> None:
    found = brokerage_counts(tied | tied.T, group)
    assert found[:, 2].tolist() == found[:, 3].tolist()


@given(ties, groupings)
def test_turning_all_ties_round_swaps_the_two(tied: BoolArray, group: list[int]) -> None:
    there, back = brokerage_counts(tied, group), brokerage_counts(tied.T, group)
    assert back.tolist() == there[:, [0, 1, 3, 2, 4]].tolist()


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="there are 2 groups"):
        brokerage_counts(np.zeros((3, 3), dtype=np.bool_), [0, 1])

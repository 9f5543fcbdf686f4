import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.command.acceptance import joiner_weights, serves, weighted_share

SHAPE = (3, 4)
SHARES = arrays(np.float64, (3, 4, 2), elements=st.floats(0, 1))
FLAGS = arrays(np.bool_, SHAPE)
PERSONS = arrays(np.float64, SHAPE, elements=st.floats(0, 1e5))
MEMBERS = arrays(np.bool_, 4)


@given(SHARES, st.floats(0, 1), st.floats(0, 1), MEMBERS, arrays(np.bool_, 2))
def test_who_asks_for_more_has_fewer_who_serve(
    strength: FloatArray, one: float, other: float, members: BoolArray, leads: BoolArray
) -> None:
    lax, strict = (
        serves(strength, np.array([least]), members, leads) for least in sorted([one, other])
    )
    assert (strict <= lax).all()


@given(SHARES, st.floats(0, 1), MEMBERS, arrays(np.bool_, 2))
def test_it_is_the_rule_written_out(
    strength: FloatArray, least: float, members: BoolArray, leads: BoolArray
) -> None:
    found = serves(strength, np.array([least]), members, leads)
    for draw, nation, lead in np.ndindex(strength.shape):
        is_used = strength[draw, nation, lead] >= least - 1e-9
        assert found[draw, nation, lead] == (is_used or (members[nation] and leads[lead]))


@given(PERSONS, FLAGS)
def test_weights_sum_to_one_where_anybody_joins(persons: FloatArray, joins: BoolArray) -> None:
    weight = joiner_weights(persons, joins)
    np.testing.assert_allclose(weight.sum(axis=1), joins.any(axis=1), atol=1e-12)
    assert not weight[~joins].any()


@given(PERSONS, FLAGS, st.floats(0.01, 100))
def test_weights_do_not_hang_on_the_size_of_the_force(
    persons: FloatArray, joins: BoolArray, times: float
) -> None:
    persons = np.round(persons)
    np.testing.assert_allclose(
        joiner_weights(persons * times, joins), joiner_weights(persons, joins), atol=1e-9
    )


@given(SHARES, PERSONS, FLAGS)
def test_a_mean_over_nations_lies_between_the_least_and_the_most_of_them(
    values: FloatArray, persons: FloatArray, joins: BoolArray
) -> None:
    weight = joiner_weights(persons, joins)
    share = weighted_share(values, weight)
    for draw in np.flatnonzero(joins.any(axis=1)):
        among = values[draw, joins[draw]]
        assert (share[draw] >= among.min(axis=0) - 1e-9).all()
        assert (share[draw] <= among.max(axis=0) + 1e-9).all()


def test_one_draw_of_one_array_serves_all_draws_of_the_other() -> None:
    values = np.array([[[1.0], [0.0]]])
    weight = np.array([[0.25, 0.75], [1.0, 0.0]])
    assert weighted_share(values, weight).tolist() == [[0.25], [1.0]]
    assert weighted_share(np.repeat(values, 2, axis=0), weight[:1]).tolist() == [[0.25], [0.25]]


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="persons holds -1"):
        joiner_weights(np.array([[-1.0]]), np.array([[True]]))
    with pytest.raises(ValueError, match="count of draws"):
        joiner_weights(np.ones((2, 1)), np.ones((3, 1), dtype=np.bool_))

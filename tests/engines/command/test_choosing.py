import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.command.choosing import first_by

MAY = arrays(np.bool_, (3, 4))
SCORES = arrays(np.float64, (3, 4), elements=st.sampled_from([0.0, 0.5, 1.0]))


@given(MAY, SCORES, SCORES)
def test_it_is_the_first_in_the_order_of_tuples(
    may: BoolArray, one: FloatArray, two: FloatArray
) -> None:
    found = first_by(may, one, two)
    for draw in range(3):
        able = np.flatnonzero(may[draw]).tolist()
        best = min(able, key=lambda i: (-one[draw, i], -two[draw, i], i)) if able else -1
        assert found[draw] == best


@given(MAY, SCORES, SCORES)
def test_a_later_criterion_makes_up_for_nothing(
    may: BoolArray, one: FloatArray, two: FloatArray
) -> None:
    found = first_by(may, one, 1000 * two)
    for draw in np.flatnonzero(found >= 0):
        assert one[draw, found[draw]] == one[draw, may[draw]].max()


def test_of_none_none_is_chosen() -> None:
    assert first_by(np.zeros((2, 0), dtype=np.bool_), np.zeros((2, 0))).tolist() == [-1, -1]

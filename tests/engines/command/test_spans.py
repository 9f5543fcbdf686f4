import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.command.spans import brigades_commanded

SPANS = arrays(np.float64, (3, 5), elements=st.floats(0, 24))
THERE = arrays(np.bool_, (3, 5))
NOBODY = np.zeros(5, dtype=np.bool_)


def one(spans: list[float], there: list[int], first: list[int], needed: int) -> tuple[float, int]:
    brigades, taken = brigades_commanded(
        np.array([spans]), np.array([there]) > 0, np.array(first) > 0, needed
    )
    return float(brigades[0]), int(taken[0])


def test_a_corps_and_three_divisions_by_hand() -> None:
    # One corps of nine brigades; of four divisions one is not there and three are asked for.
    assert one([9.0], [1], [0], 1) == (9.0, 1)
    assert one([4.0, 4.0, 5.0, 3.0], [1, 0, 1, 1], [0, 0, 0, 0], 3) == (12.0, 3)
    assert one([4.0, 4.0, 5.0, 3.0], [1, 1, 1, 1], [0, 0, 0, 1], 1) == (3.0, 1)
    assert one([4.0, 4.0], [0, 0], [1, 0], 2) == (0.0, 0)


@given(SPANS, THERE, st.integers(1, 6))
def test_without_precedence_the_largest_are_taken(
    spans: FloatArray, there: BoolArray, needed: int
) -> None:
    brigades, taken = brigades_commanded(spans, there, NOBODY, needed)
    for draw in range(3):
        largest = sorted(spans[draw, there[draw]], reverse=True)[:needed]
        assert brigades[draw] == pytest.approx(sum(largest))
        assert taken[draw] == len(largest)


@given(SPANS, THERE, arrays(np.bool_, 5), st.integers(1, 6))
def test_precedence_never_adds_and_never_leaves_one_out(
    spans: FloatArray, there: BoolArray, first: BoolArray, needed: int
) -> None:
    free, count = brigades_commanded(spans, there, NOBODY, needed)
    bound, same = brigades_commanded(spans, there, first, needed)
    assert (bound <= free + 1e-9).all()
    assert same.tolist() == count.tolist()
    for draw in range(3):
        ahead = int((there[draw] & first).sum())
        if ahead >= needed:
            assert bound[draw] <= spans[draw, there[draw] & first].sum() + 1e-9


@given(SPANS, THERE, st.integers(1, 5), st.integers(0, 4))
def test_one_more_at_hand_never_commands_less(
    spans: FloatArray, there: BoolArray, needed: int, which: int
) -> None:
    more = there.copy()
    more[:, which] = True
    before, after = (brigades_commanded(spans, t, NOBODY, needed)[0] for t in (there, more))
    assert (after >= before - 1e-9).all()


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="needed_count is 0"):
        one([1.0], [1], [0], 0)
    with pytest.raises(ValueError, match="span_count holds -1"):
        one([-1.0], [1], [0], 1)

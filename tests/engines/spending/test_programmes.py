import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.spending.programmes import key_parts, programme_shares, years_paid

SIZES = st.lists(st.floats(0, 1e4), min_size=1, max_size=8).filter(lambda sizes: sum(sizes) > 1e-3)


def test_a_body_splits_its_part_and_the_rest_stays_open() -> None:
    # Of the first programme the body pays 40 %, of which a quarter falls to a state outside.
    parts = np.array([[0.5, 0.25], [0.0, 1.0], [0.0, 0.0]])
    paid = np.array([[0.4, 0.1, 0.2]])
    found = programme_shares(paid, np.array([0, 1, 1]), parts, 2)
    assert found.nations[0, 0] == pytest.approx([0.2, 0.0])
    assert found.nations[0, 1] == pytest.approx([0.1, 0.1])
    assert found.others[0] == pytest.approx([0.1, 0.2])
    assert found.open[0] == pytest.approx([0.6, 0.7])


@given(SIZES)
def test_keys_sum_to_one(sizes: list[float]) -> None:
    assert key_parts(np.array(sizes)).sum() == pytest.approx(1)


@given(SIZES, st.lists(st.floats(0, 1), min_size=1, max_size=5), st.data())
def test_nothing_is_lost_and_nothing_paid_twice(
    sizes: list[float], paid: list[float], data: st.DataObject
) -> None:
    count = 2
    of = [data.draw(st.integers(0, count - 1)) for _ in paid]
    # The last member is a state that is none of the nations.
    parts = np.tile(key_parts(np.array(sizes))[:-1], (len(paid), 1))
    found = programme_shares(np.array([paid]), np.array(of), parts, count)
    whole = found.nations.sum(axis=1) + found.others + found.open
    assert whole == pytest.approx(np.ones((1, count)))
    for part in found:
        assert (part >= 0).all()
    for programme in range(count):
        named = sum(share for share, which in zip(paid, of, strict=True) if which == programme)
        assert found.open[0, programme] == pytest.approx(max(1 - named, 0), abs=1e-12)


def test_parts_that_pass_the_whole_are_scaled_down_together() -> None:
    found = programme_shares(np.array([[0.9, 0.6]]), np.array([0, 0]), np.eye(2), 1)
    assert found.nations[0, :, 0] == pytest.approx([0.6, 0.4])
    assert found.open[0, 0] == pytest.approx(0)


def test_there_may_be_no_programme_and_no_payer() -> None:
    none = programme_shares(np.zeros((1, 0)), np.zeros(0, dtype=np.int64), np.zeros((0, 3)), 0)
    assert none.nations.shape == (1, 3, 0)
    open_ = programme_shares(np.zeros((1, 0)), np.zeros(0, dtype=np.int64), np.zeros((0, 3)), 1)
    assert open_.open.tolist() == [[1.0]]


def test_a_programme_is_paid_in_its_years_only() -> None:
    years = np.arange(2025, 2035)
    paid = years_paid(np.array([2026, 2020, 2034]), np.array([3, 6, 10]), years)
    assert [years[row].tolist() for row in paid] == [[2026, 2027, 2028], [2025], [2034]]


@pytest.mark.parametrize("sizes", [[0.0, 0.0], [-1.0, 2.0], [np.nan]])
def test_sizes_that_nothing_can_be_shared_by_are_refused(sizes: list[float]) -> None:
    with pytest.raises(ValueError, match="sizes to share by"):
        key_parts(np.array(sizes))


def test_parts_that_cannot_be_are_refused() -> None:
    one = np.array([0])
    with pytest.raises(ValueError, match="negative or NaN"):
        programme_shares(np.array([[-0.1]]), one, np.ones((1, 1)), 1)
    with pytest.raises(ValueError, match="sum to 2, more than 1"):
        programme_shares(np.array([[0.1]]), one, np.ones((1, 2)), 1)

"""Screening by a sample: it finds what moves, straight or bent, and little else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import few

from foedus.ensemble.screening import PARTS, moves, strongest, untied


def plain_ratio(x: np.ndarray, y: np.ndarray) -> float:
    """Part of the variance between ten equal parts, as it is defined."""
    parts = np.array_split(y[np.argsort(x, kind="stable")], PARTS)
    between = sum(part.size * (part.mean() - y.mean()) ** 2 for part in parts)
    return float(between / y.size / y.var())


@given(seed=st.integers(0, 10_000), tens=st.integers(10, 40))
def test_the_part_between_parts_is_that_of_the_plain_definition(seed: int, tens: int) -> None:
    chance = np.random.default_rng(seed)
    x, noise = chance.random((10 * tens, 3)), chance.standard_normal(10 * tens)
    y = x[:, 0] + noise
    found = moves(x, y)
    for column in range(3):
        assert found.parts_share[column] == pytest.approx(plain_ratio(x[:, column], y))
    assert (found.trend_share <= found.parts_share + 1e-12).all()


def test_the_part_that_is_told_is_the_first_index_of_a_straight_and_of_a_bent_input() -> None:
    x = np.random.default_rng(1).random((4096, 3))
    y = 3 * x[:, 0] + 12 * (x[:, 1] - 0.5) ** 2
    line, bent = 9 / 12, 144 * (1 / 80 - 1 / 144)
    found = moves(x, y)
    expected = np.array([line, bent, 0]) / (line + bent)  # less what is lost within a tenth
    assert found.alone_share == pytest.approx(expected, abs=0.05)
    assert found.stands_out.tolist() == [True, True, False]
    assert found.trend_share[1] < 0.02


def test_of_inputs_that_do_nothing_almost_none_stands_out() -> None:
    chance = np.random.default_rng(2)
    x, y = chance.random((1000, 2000)), chance.standard_normal(1000)
    assert moves(x, y).stands_out.sum() <= 2


@given(seed=st.integers(0, 1000))
@few
def test_only_the_order_of_an_input_counts(seed: int) -> None:
    chance = np.random.default_rng(seed)
    x = chance.random((300, 2))
    y = x[:, 0] + chance.standard_normal(300)
    plain, bent = moves(x, y), moves(np.exp(5 * x), y)
    assert bent.parts_share == pytest.approx(plain.parts_share)


@given(order=st.permutations(range(120)))
@few
def test_which_of_tied_draws_comes_first_is_of_no_account(order: list[int]) -> None:
    x = (np.arange(120) % 3)[:, np.newaxis].astype(float)
    y = np.random.default_rng(0).standard_normal(120) + x[:, 0]
    plain, mixed = moves(x, y), moves(x[order], y[order])
    assert mixed.parts_share == pytest.approx(plain.parts_share)
    assert mixed.trend_share == pytest.approx(plain.trend_share)


def test_ties_are_put_at_their_mean() -> None:
    values = np.array([1.0, 1.0, 2.0, 2.0, 2.0])
    found = untied(np.array([0.0, 2.0, 1.0, 2.0, 6.0]), values)
    assert found.tolist() == [1.0, 1.0, 3.0, 3.0, 3.0]


def test_nothing_stands_out_where_nothing_varies_or_too_little_was_drawn() -> None:
    x = np.random.default_rng(1).random((500, 1))
    assert not moves(x, np.full(500, 2.0)).stands_out.any()
    assert not moves(np.ones((500, 1)), x[:, 0]).stands_out.any()
    assert not moves(x[:50], x[:50, 0]).stands_out.any()
    assert not moves(x, np.full(500, np.nan)).stands_out.any()


def test_draws_that_failed_are_left_out() -> None:
    chance = np.random.default_rng(4)
    x = chance.random((600, 2))
    y = x[:, 0] + chance.standard_normal(600)
    spoilt = np.concatenate([y, np.full(30, np.nan)])
    found = moves(np.concatenate([x, chance.random((30, 2))]), spoilt)
    assert found.parts_share == pytest.approx(moves(x, y).parts_share)


def test_the_strongest_of_any_outcome_come_first_and_the_rest_is_left() -> None:
    share = np.array([[0.1, 0.0, 0.9], [0.2, 0.5, 0.0]])
    out = share > 0
    assert strongest(share, out, 2) == [2, 1]
    assert strongest(share, out, 9) == [2, 1, 0]
    assert strongest(share, np.zeros_like(out), 9) == []


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        moves(np.zeros((3, 1)), np.zeros(4))

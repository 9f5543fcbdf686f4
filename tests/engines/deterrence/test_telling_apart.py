"""Inputs that tell draws apart: by counting pairs, and in the plain cases."""

import numpy as np
import pytest

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.deterrence.telling_apart import mean_ranks, rank_auc, strongest


def by_pairs(values: FloatArray, kind: BoolArray) -> float:
    """Count how often a value of the kind is above one of the others, ties half."""
    own, other = values[kind][:, None], values[~kind][None, :]
    return float((own > other).mean() + 0.5 * (own == other).mean())


def test_the_area_is_the_share_of_pairs() -> None:
    rng = np.random.default_rng(1)
    kinds = np.stack([rng.random(200) < 0.3, rng.random(200) < 0.7], axis=1)
    # The first is told apart by all three inputs, whole numbers that tie among them.
    values = np.stack(
        [rng.random(200), rng.integers(0, 4, 200).astype(float), -rng.random(200)], axis=1
    ) + kinds[:, :1] * np.array([0.5, 2.0, -0.5])
    found = rank_auc(values, kinds)
    for i in range(3):
        assert found[0, i] == pytest.approx(by_pairs(values[:, i], kinds[:, 0]))


def test_what_is_no_more_than_chance_is_one_half() -> None:
    rng = np.random.default_rng(2)
    kinds = (np.arange(400) < 150)[:, None]
    found = rank_auc(rng.random((400, 50)), kinds)
    assert (found == 0.5).all()


def test_nothing_is_told_where_all_draws_are_of_one_kind() -> None:
    found = rank_auc(np.random.default_rng(0).random((20, 2)), np.ones((20, 1), dtype=np.bool_))
    assert np.isnan(found).all()
    assert list(strongest(found[0], 5)) == []


def test_an_order_turned_round_is_told_as_well() -> None:
    values = np.arange(100.0)[:, None]
    kinds = (np.arange(100) >= 50)[:, None]
    assert rank_auc(values, kinds).tolist() == [[1.0]]
    assert rank_auc(-values, kinds).tolist() == [[0.0]]
    assert list(strongest(np.array([0.9, 0.0, 0.6]), 2)) == [1, 0]


def test_equal_values_share_their_ranks() -> None:
    assert mean_ranks(np.array([2.0, 1.0, 2.0, 2.0])).tolist() == [3.0, 1.0, 3.0, 3.0]

"""Events: the part of variance that each tells, as it is defined."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.ensemble.events import event_shares
from foedus.ensemble.sobol_indices import resampling

ONCE = np.ones((1, 200))


@given(seed=st.integers(0, 1000), shift=st.floats(-1e6, 1e6))
def test_shares_are_those_of_the_plain_definition(seed: int, shift: float) -> None:
    chance = np.random.default_rng(seed)
    events = {str(i): chance.random(200) < 0.3 for i in range(3)}
    y = chance.standard_normal(200) + events["0"] + shift
    found = event_shares(events, y, ONCE)
    for place, happens in enumerate(events.values()):
        means = np.where(happens, y[happens].mean(), y[~happens].mean())
        assert found.share[place] == pytest.approx(means.var() / y.var(), abs=1e-6)
        assert found.if_so[place] == pytest.approx(y[happens].mean())
        assert found.if_not[place] == pytest.approx(y[~happens].mean())
        assert found.happens_share[place] == pytest.approx(happens.mean())


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """Of y = 2 e + noise with e in half of all draws: 1 of 2 parts."""
    held = []
    for seed in range(120):
        chance = np.random.default_rng(seed)
        happens = chance.random(200) < 0.5
        y = 2 * happens + chance.standard_normal(200)
        found = event_shares({"it": happens}, y, resampling(200, 120, chance))
        held.append(found.share_low[0] <= 0.5 <= found.share_high[0])
    assert 0.84 < np.mean(held) < 0.96


def test_an_event_that_never_or_always_happens_tells_nothing() -> None:
    y = np.arange(200.0)
    events = {"never": np.zeros(200, dtype=bool), "always": np.ones(200, dtype=bool)}
    found = event_shares(events, y, ONCE)
    assert found.share.tolist() == [0, 0]
    rows = {row["event"]: row for row in found.table().to_dicts()}
    assert rows["never"]["if_so_value"] is None
    assert rows["always"]["if_not_value"] is None
    assert rows["always"]["known_share_low"] is None


def test_draws_that_failed_are_left_out() -> None:
    happens = np.arange(200) % 2 == 0
    y = np.where(np.arange(200) < 100, np.nan, happens.astype(float))
    found = event_shares({"it": happens}, y, ONCE)
    assert found.share.tolist() == [1.0]


def test_the_event_that_tells_most_comes_first() -> None:
    chance = np.random.default_rng(1)
    events = {"a": chance.random(200) < 0.5, "b": chance.random(200) < 0.5}
    y = events["a"] + 3.0 * events["b"]
    assert event_shares(events, y, ONCE).table()["event"].to_list() == ["b", "a"]

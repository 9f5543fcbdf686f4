"""Scenario discovery: planted boxes, laws, and every peel by its plain definition."""

from math import comb

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from foedus.ensemble.discovery import Box, Trajectory, fit, paste, peel, quasi_p


@st.composite
def samples(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Return a small sample with many ties, and at least one case."""
    draws, inputs = draw(st.integers(1, 40)), draw(st.integers(1, 4))
    x = draw(arrays(np.int64, (draws, inputs), elements=st.integers(0, draw(st.integers(1, 50)))))
    cases = draw(arrays(np.bool_, draws))
    assume(cases.any())
    return x.astype(float), cases


def plain_peels(
    x: np.ndarray, cases: np.ndarray, peel_share: float, least: int
) -> list[tuple[int, bool, float, int, int]]:
    """Return input, side, limit, draws and cases of each step, by looking at every value."""
    inside = np.ones(len(x), dtype=bool)
    steps: list[tuple[int, bool, float, int, int]] = []
    while True:
        n, hits = int(inside.sum()), int(cases[inside].sum())
        want = max(1, int(peel_share * n + 1e-9))
        best: tuple[float, int, bool, float, np.ndarray] | None = None
        for place in range(x.shape[1]):
            for is_low in (True, False):
                column = x[:, place] if is_low else -x[:, place]
                values = np.unique(column[inside])
                # Limits that a value can set; the first takes off least.
                sizes = {v: int((column[inside] < v).sum()) for v in values[1:].tolist()}
                if not sizes:
                    continue
                allowed = [v for v, size in sizes.items() if size <= want]
                limit = max(allowed) if allowed else min(sizes)
                off = inside & (column < limit)
                rest = n - int(off.sum())
                if rest < least:
                    continue
                left = hits - int(cases[off].sum())
                gain = (left / rest - hits / n) / (n - rest)
                if best is None or gain > best[0]:
                    best = gain, place, is_low, limit if is_low else -limit, off
        if best is None or hits == n:
            return steps
        inside &= ~best[4]
        steps.append((*best[1:4], int(inside.sum()), int(cases[inside].sum())))


def in_rows(found: Trajectory) -> list[tuple[int, bool, float, int, int]]:
    columns = (
        found.peeled, found.is_low, found.limit, found.inside_count, found.inside_cases_count
    )  # fmt: skip
    return list(zip(*(column[1:].tolist() for column in columns), strict=True))


def planted(seed: int = 1, draws: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Return six inputs, and cases where the first is high and the third is low."""
    x = np.random.default_rng(seed).random((draws, 6))
    return x, (x[:, 0] > 0.7) & (x[:, 2] < 0.4)


@given(sample=samples(), share=st.sampled_from([0.05, 0.1, 0.3]), least=st.floats(0.01, 0.6))
def test_every_step_is_the_one_that_the_definition_takes(
    sample: tuple[np.ndarray, np.ndarray], share: float, least: float
) -> None:
    x, cases = sample
    found = peel(x, cases, peel_share=share, least_mass_share=least)
    fewest = max(1, int(np.ceil(least * len(x) - 1e-9)))
    assert in_rows(found) == plain_peels(x, cases, share, fewest)


@given(sample=samples())
def test_every_box_holds_what_its_step_says(sample: tuple[np.ndarray, np.ndarray]) -> None:
    x, cases = sample
    found = peel(x, cases)
    assert found.coverage_share[0] == found.mass_share[0] == 1
    for step in range(found.peeled.size):
        box = found.box(step)
        held = fit(x, cases, box)
        assert held.inside_count == found.inside_count[step]
        assert held.coverage_share == found.coverage_share[step]
        assert held.density_share == found.density_share[step]
        assert held.mass_share == found.mass_share[step]
        assert box.restricted.sum() == found.restricted_count[step]


@given(sample=samples(), least=st.floats(0.01, 0.9))
def test_boxes_shrink_and_none_is_smaller_than_allowed(
    sample: tuple[np.ndarray, np.ndarray], least: float
) -> None:
    found = peel(*sample, least_mass_share=least)
    assert (np.diff(found.inside_count) < 0).all()
    assert (np.diff(found.coverage_share) <= 0).all()
    assert (found.mass_share >= least - 1e-9).all()


def test_a_planted_box_is_found() -> None:
    x, cases = planted()
    found = peel(x, cases)
    step = found.first_as_dense_as(0.95)
    assert step is not None
    box = found.box(step)
    assert np.flatnonzero(box.restricted).tolist() == [0, 2]
    assert (box.low[0], box.high[2]) == pytest.approx((0.7, 0.4), abs=0.03)
    assert np.isinf([box.high[0], box.low[2]]).all()
    fresh = fit(*planted(seed=2), box)
    assert fresh.coverage_share > 0.9
    assert fresh.density_share > 0.9


def test_pasting_gives_a_planted_box_its_whole_size_back() -> None:
    x, cases = planted()
    narrow = Box(
        np.array([0.8, -np.inf, 0.1, -np.inf, -np.inf, 0.2]),
        np.array([np.inf, np.inf, 0.3, np.inf, 0.9, np.inf]),
    )
    box = paste(x, cases, narrow)
    found = fit(x, cases, box)
    assert found.coverage_share == found.density_share == 1
    assert np.flatnonzero(box.restricted).tolist() == [0, 2]
    assert np.isinf(box.low[2])


@given(sample=samples(), share=st.sampled_from([0.01, 0.2]), at=st.integers(0, 30))
def test_pasting_keeps_what_is_inside_and_makes_no_box_less_dense(
    sample: tuple[np.ndarray, np.ndarray], share: float, at: int
) -> None:
    x, cases = sample
    found = peel(x, cases, least_mass_share=0.01)
    before = found.box(min(at, found.peeled.size - 1))
    after = paste(x, cases, before, paste_share=share)
    assert (after.holds(x) >= before.holds(x)).all()
    assert fit(x, cases, after).density_share >= fit(x, cases, before).density_share
    # No open side could be had for nothing, and no restriction is idle.
    for place in np.flatnonzero(after.restricted):
        low, high = after.low.copy(), after.high.copy()
        low[place], high[place] = -np.inf, np.inf
        assert Box(low, high).holds(x).sum() > after.holds(x).sum()


@given(sample=samples())
def test_no_peel_depends_on_the_scale_of_an_input(sample: tuple[np.ndarray, np.ndarray]) -> None:
    x, cases = sample
    plain, bent = peel(x, cases), peel(np.exp(x / 10), cases)
    assert np.array_equal(plain.peeled, bent.peeled)
    assert np.array_equal(plain.inside_cases_count, bent.inside_cases_count)
    assert np.exp(plain.limit / 10) == pytest.approx(bent.limit, nan_ok=True)


def test_an_event_does_not_win_only_because_it_takes_off_half_of_all() -> None:
    chance = np.random.default_rng(1)
    x = np.stack([chance.integers(2, size=5000), chance.random(5000)], axis=1).astype(float)
    cases = chance.random(5000) < 0.1 + 0.1 * x[:, 0] + 0.6 * (x[:, 1] > 0.5)
    found = peel(x, cases)
    assert found.peeled[1:6].tolist() == [1] * 5
    halved = [cases[x[:, 0] == 1].mean(), cases[x[:, 1] >= np.quantile(x[:, 1], 0.05)].mean()]
    assert halved[0] > halved[1]


def test_an_event_that_decides_is_taken_whole() -> None:
    x = np.random.default_rng(1).random((500, 2))
    x[:, 1] = x[:, 1] < 0.3
    found = peel(x, x[:, 1] == 1)
    assert (found.peeled[1], found.limit[1], found.density_share[1]) == (1, 1.0, 1.0)
    assert found.peeled.size == 2


def test_inputs_that_never_vary_end_the_peeling() -> None:
    found = peel(np.zeros((20, 3)), np.arange(20) < 5)
    assert found.peeled.tolist() == [-1]
    assert found.first_as_dense_as(0.5) is None


def test_a_restriction_that_counts_has_a_small_quasi_p_and_an_idle_one_a_large_one() -> None:
    x, cases = planted()
    low, high = np.full(6, -np.inf), np.full(6, np.inf)
    low[0], high[2], low[4] = 0.65, 0.45, 0.05
    found = quasi_p(x, cases, Box(low, high))
    assert (found[[0, 2]] < 1e-9).all()
    assert found[4] > 0.05
    assert np.isnan(found[[1, 3, 5]]).all()


@given(sample=samples(), limit=st.floats(0, 30))
def test_a_quasi_p_is_the_tail_of_a_binomial(
    sample: tuple[np.ndarray, np.ndarray], limit: float
) -> None:
    x, cases = sample
    low = np.full(x.shape[1], -np.inf)
    low[0] = limit
    inside = x[:, 0] >= limit
    assume(inside.any())
    n, hits, share = int(inside.sum()), int(cases[inside].sum()), cases.mean()
    tail = sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(hits, n + 1))
    found = quasi_p(x, cases, Box(low, np.full(x.shape[1], np.inf)))
    assert found[0] == pytest.approx(tail)


def test_a_sample_without_cases_has_no_coverage() -> None:
    everything = Box(np.array([-np.inf]), np.array([np.inf]))
    found = fit(np.zeros((3, 1)), np.zeros(3, dtype=np.bool_), everything)
    assert np.isnan(found.coverage_share)
    assert found.density_share == 0


def test_what_is_no_sample_or_no_box_is_refused() -> None:
    x, cases = planted(draws=50)
    nowhere = Box(np.full(6, 2.0), np.full(6, 3.0))
    with pytest.raises(ValueError, match="shape"):
        peel(x[:, 0], cases)
    with pytest.raises(ValueError, match="bool"):
        peel(x, cases.astype(float))
    with pytest.raises(ValueError, match="finite"):
        peel(np.where(x > 0.9, np.nan, x), cases)
    with pytest.raises(ValueError, match="no draw is a case"):
        peel(x, np.zeros(50, dtype=np.bool_))
    with pytest.raises(ValueError, match="peel_share"):
        peel(x, cases, peel_share=1)
    with pytest.raises(ValueError, match="paste_share"):
        paste(x, cases, peel(x, cases).box(0), paste_share=0)
    with pytest.raises(ValueError, match="holds no draw"):
        paste(x, cases, nowhere)
    with pytest.raises(ValueError, match="holds no draw"):
        quasi_p(x, cases, nowhere)
    with pytest.raises(ValueError, match="step 99"):
        peel(x, cases).box(99)

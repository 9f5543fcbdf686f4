"""Sobol' indices: closed forms, the plain definition, other packages, laws, and true intervals."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import sobol_indices as scipy_indices
from tests.examples import few

from foedus.ensemble.design import BLOCK, Arrangement, mixed, stream, two_samples
from foedus.ensemble.sobol_indices import (
    Estimator,
    SobolIndices,
    add_up,
    indices_of,
    indices_of_model,
    middle_of,
    resampling,
)

Function = Callable[[np.ndarray], np.ndarray]
Runs = tuple[np.ndarray, np.ndarray, np.ndarray]

ESTIMATORS: tuple[Estimator, ...] = ("saltelli", "jansen", "janon")
WEIGHTS = np.array([0, 1, 4.5, 9, 99, 99])


def ishigami(points: np.ndarray) -> np.ndarray:
    """Ishigami and Homma (1990), doi:10.1109/ISUMA.1990.151285, with 7 and 0.1."""
    x = np.pi * (2 * points - 1)
    return np.asarray(
        np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    )


def ishigami_indices() -> tuple[np.ndarray, np.ndarray, float]:
    """First and total indices and the variance, by integrals done by hand."""
    one = (1 + 0.1 * np.pi**4 / 5) ** 2 / 2
    two = 7**2 / 8
    both = 0.1**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = one + two + both
    return (
        np.array([one, two, 0]) / variance,
        np.array([one + both, two, both]) / variance,
        variance,
    )


def sobol_g(points: np.ndarray) -> np.ndarray:
    """The G function of Archer, Saltelli and Sobol' (1997), doi:10.1080/00949659708811825."""
    return np.asarray(((np.abs(4 * points - 2) + WEIGHTS) / (1 + WEIGHTS)).prod(axis=1))


def sobol_g_indices() -> tuple[np.ndarray, np.ndarray, float]:
    """First and total indices and the variance: a product of independent factors."""
    alone = 1 / (3 * (1 + WEIGHTS) ** 2)
    variance = np.prod(1 + alone) - 1
    total = alone * np.prod(1 + alone) / (1 + alone)
    return alone / variance, total / variance, float(variance)


KNOWN = [
    pytest.param(ishigami, ishigami_indices(), id="ishigami"),
    pytest.param(sobol_g, sobol_g_indices(), id="sobol-g"),
]


def names_of(count: int) -> list[str]:
    return [f"x{place}" for place in range(count)]


def runs(function: Function, count: int, n: int) -> Runs:
    """Return outcomes of an arrangement of independent points, each with an axis of one outcome."""
    first, second = two_samples("monte-carlo", names_of(count), seed=7, block=0, n=n)
    mixture = [function(mixed(first, second, [place])) for place in range(count)]
    return (
        function(first)[:, None],
        function(second)[:, None],
        np.stack(mixture, axis=1)[:, :, None],
    )


def indices(
    a: np.ndarray,
    b: np.ndarray,
    m: np.ndarray,
    weight: np.ndarray | None = None,
    estimator: Estimator = "saltelli",
) -> SobolIndices:
    counts = resampling(len(a), 0, np.random.default_rng(0)) if weight is None else weight
    return indices_of(add_up(a, b, m, weight=counts, centre=middle_of(a)), estimator=estimator)


def plainly(
    a: np.ndarray, b: np.ndarray, m: np.ndarray, estimator: Estimator
) -> tuple[float, float]:
    """Return first and total index of one factor as they are defined, draw by draw."""
    both = np.concatenate([a, b])
    variance = both.var()
    if estimator == "janon":
        pairs = []
        for x in (b, a):
            middle = np.concatenate([x, m]).mean()
            spread = ((x - middle) ** 2 + (m - middle) ** 2).mean() / 2
            pairs.append(((x - middle) * (m - middle)).mean() / spread)
        return pairs[0], 1 - pairs[1]
    total = ((a - m) ** 2).mean() / 2 / variance
    if estimator == "jansen":
        return 1 - ((b - m) ** 2).mean() / 2 / variance, total
    return ((b - both.mean()) * (m - a)).mean() / variance, total


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(("function", "truth"), KNOWN)
def test_indices_of_known_functions(
    function: Function, truth: tuple[np.ndarray, np.ndarray, float], estimator: Estimator
) -> None:
    first, total, variance = truth
    found = indices_of_model(
        lambda points, _: function(points)[:, None],
        Arrangement(names_of(first.size), draws=2**13, seed=1),
        estimator=estimator,
        resamples=0,
    )
    assert found.first[0] == pytest.approx(first, abs=0.01)
    assert found.total[0] == pytest.approx(total, abs=0.01)
    assert found.variance[0] == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_estimates_and_resamples_are_those_of_the_plain_definition(estimator: Estimator) -> None:
    a, b, m = runs(sobol_g, 6, 100)
    weight = resampling(100, 40, np.random.default_rng(3))
    found = indices(a, b, m, weight, estimator)
    for factor in range(6):
        once = plainly(a[:, 0], b[:, 0], m[:, factor, 0], estimator)
        assert (found.first[0, factor], found.total[0, factor]) == pytest.approx(once)
        again = []
        for counts in weight[1:]:
            picked = np.repeat(np.arange(100), counts.astype(int))
            again.append(plainly(a[picked, 0], b[picked, 0], m[picked, factor, 0], estimator))
        low, high = np.quantile(again, [0.025, 0.975], axis=0)
        ends = [found.first_low[0, factor], found.total_low[0, factor]]
        assert ends == pytest.approx(low)
        ends = [found.first_high[0, factor], found.total_high[0, factor]]
        assert ends == pytest.approx(high)


def test_indices_are_those_of_scipy_on_the_same_runs() -> None:
    for function, count in ((ishigami, 3), (sobol_g, 6)):
        a, b, m = runs(function, count, 256)
        runs_of = {"f_A": a.T, "f_B": b.T, "f_AB": m.transpose(1, 2, 0)}
        theirs = scipy_indices(func=runs_of, n=256)
        found = indices(a, b, m)
        assert found.first == pytest.approx(theirs.first_order[None], abs=1e-12)
        assert found.total == pytest.approx(theirs.total_order[None], abs=1e-12)


def salib_first(a: np.ndarray, b: np.ndarray, m: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return a first index about the mean of all runs, which SALib takes off in place of ours."""
    ours, theirs = np.concatenate([a, b]).mean(), np.concatenate([a, b, m[:, :, 0]], axis=1).mean()
    shift = (ours - theirs) * (m - a[:, :, None]).mean(axis=0)[:, 0]
    return np.asarray(found + shift / np.concatenate([a, b]).var())


@pytest.mark.parametrize(("name", "function"), [("ishigami", ishigami), ("sobol_g", sobol_g)])
def test_indices_are_those_that_salib_printed(name: str, function: Function) -> None:
    with (Path(__file__).parent / "salib.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["function"] == name]
    a, b, m = runs(function, len(rows), 512)
    found = indices(a, b, m)
    printed = [float(row["first"]) for row in rows]
    assert salib_first(a, b, m, found.first[0]) == pytest.approx(printed, abs=1e-10)
    assert found.total[0] == pytest.approx([float(row["total"]) for row in rows], abs=1e-10)


def test_intervals_are_as_wide_as_those_of_salib() -> None:
    salib: Any = pytest.importorskip("SALib.analyze.sobol")
    a, b, m = runs(ishigami, 3, 512)
    problem = {"num_vars": 3, "names": names_of(3), "bounds": [[0, 1]] * 3}
    in_order = np.concatenate([a, m[:, :, 0], b], axis=1).ravel()
    theirs = salib.analyze(problem, in_order, calc_second_order=False, num_resamples=2000, seed=1)
    found = indices(a, b, m, resampling(512, 2000, np.random.default_rng(1)))
    assert salib_first(a, b, m, found.first[0]) == pytest.approx(theirs["S1"], abs=1e-10)
    assert found.total[0] == pytest.approx(theirs["ST"], abs=1e-10)
    for low, high, half in (
        (found.first_low, found.first_high, theirs["S1_conf"]),
        (found.total_low, found.total_high, theirs["ST_conf"]),
    ):
        assert (high - low)[0] / 2 == pytest.approx(half, rel=0.1)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Two hundred samples of independent points; 95 in a hundred are promised."""
    first, total, _ = ishigami_indices()
    held = []
    for seed in range(200):
        found = indices_of_model(
            lambda points, _: ishigami(points)[:, None],
            Arrangement(names_of(3), draws=256, seed=seed, kind="monte-carlo"),
            resamples=200,
        )
        held.append(
            [
                (found.first_low[0] <= first) & (first <= found.first_high[0]),
                (found.total_low[0] <= total) & (total <= found.total_high[0]),
            ]
        )
    shares = np.mean(held, axis=0)
    assert shares.min() > 0.89
    assert 0.92 < shares.mean() < 0.97


def test_intervals_of_a_sobol_sequence_are_rather_too_wide() -> None:
    first, total, _ = ishigami_indices()
    misses = 0
    for seed in range(30):
        found = indices_of_model(
            lambda points, _: ishigami(points)[:, None],
            Arrangement(names_of(3), draws=512, seed=seed),
            resamples=100,
        )
        misses += int(((first < found.first_low) | (first > found.first_high)).sum())
        misses += int(((total < found.total_low) | (total > found.total_high)).sum())
    assert misses <= 0.05 * 30 * 6


COEFFICIENTS = st.lists(st.integers(-3, 3), min_size=6, max_size=6)


def polynomial(points: np.ndarray, coefficients: list[int]) -> np.ndarray:
    x, y, z = (points[:, place] - 0.5 for place in range(3))
    terms = np.stack([x, y, z, 4 * x * y, 4 * y * z, 4 * x * z], axis=1)
    return np.asarray(terms @ np.array(coefficients, dtype=float))


@given(coefficients=COEFFICIENTS)
def test_first_indices_sum_to_1_at_most_and_none_is_above_its_total(
    coefficients: list[int],
) -> None:
    assume(any(coefficients))
    found = indices_of_model(
        lambda points, _: polynomial(points, coefficients)[:, None],
        Arrangement(names_of(3), draws=1024, seed=2),
        resamples=0,
    )
    assert found.first.sum() <= 1.02
    assert found.total.sum() >= 0.98
    assert (found.total >= found.first - 0.02).all()
    if not any(coefficients[3:]):
        assert found.first == pytest.approx(found.total, abs=0.02)
        weights = np.square(coefficients[:3]) / np.square(coefficients).sum()
        assert found.first[0] == pytest.approx(weights, abs=0.02)


@given(order=st.permutations(range(6)), estimator=st.sampled_from(ESTIMATORS))
@few
def test_indices_go_with_their_factors(order: list[int], estimator: Estimator) -> None:
    a, b, m = runs(sobol_g, 6, 64)
    straight, turned = (indices(a, b, one, estimator=estimator) for one in (m, m[:, order]))
    assert turned.first == pytest.approx(straight.first[:, order], abs=1e-12)
    assert turned.total == pytest.approx(straight.total[:, order], abs=1e-12)


@given(scale=st.floats(0.01, 100), shift=st.floats(-1000, 1000))
def test_no_index_depends_on_the_unit_or_the_origin_of_the_outcome(
    scale: float, shift: float
) -> None:
    a, b, m = runs(ishigami, 3, 64)
    plain = indices(a, b, m)
    found = indices(scale * a + shift, scale * b + shift, scale * m + shift)
    assert found.first == pytest.approx(plain.first, abs=1e-6)
    assert found.total == pytest.approx(plain.total, abs=1e-6)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_an_input_that_does_nothing_has_a_total_index_of_exactly_nothing(
    estimator: Estimator,
) -> None:
    a, b, m = runs(lambda points: ishigami(points[:, [0, 2, 3]]), 4, 300)
    found = indices(a, b, m, resampling(300, 20, np.random.default_rng(1)), estimator)
    assert found.total[0, 1] == found.total_low[0, 1] == found.total_high[0, 1] == 0


def test_outcomes_are_told_apart() -> None:
    one, other = (runs(function, 3, 128) for function in (ishigami, lambda p: p @ [1.0, 2.0, 3.0]))
    a, b, m = (np.concatenate(pair, axis=-1) for pair in zip(one, other, strict=True))
    both = indices(a, b, m)
    for outcome, (a, b, m) in enumerate((one, other)):
        alone = indices(a, b, m)
        assert both.first[outcome] == pytest.approx(alone.first[0], abs=1e-12)
        assert both.total[outcome] == pytest.approx(alone.total[0], abs=1e-12)


def test_columns_that_hang_together_have_one_index() -> None:
    """A product of two centred inputs: nothing from either alone, all of it from both."""
    found = indices_of_model(
        lambda points, _: (12 * (points[:, 0] - 0.5) * (points[:, 1] - 0.5) + points[:, 2])[
            :, None
        ],
        Arrangement(names_of(3), draws=4096, seed=1, factors=[[0, 1], [2]]),
        resamples=0,
    )
    assert found.first[0] == pytest.approx([12 / 13, 1 / 13], abs=0.02)
    assert found.total[0] == pytest.approx([12 / 13, 1 / 13], abs=0.02)


def test_chance_in_the_model_adds_to_the_variance_and_to_no_first_index() -> None:
    """Of x + e and x e with e uniform: 1/2 and 3/7 first, 1/2 and 4/7 in total."""

    def noisy(points: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        x, e = points[:, 0], chance.random(len(points))
        return np.stack([x + e, x * e], axis=1)

    found = indices_of_model(
        noisy, Arrangement(names_of(2), draws=2**14, seed=1, kind="monte-carlo"), resamples=0
    )
    assert found.first == pytest.approx(np.array([[1 / 2, 0], [3 / 7, 0]]), abs=0.03)
    assert found.total == pytest.approx(np.array([[1 / 2, 0], [4 / 7, 0]]), abs=0.03)


def test_blocks_add_up_to_the_whole_and_no_block_is_larger() -> None:
    sizes = []

    def seen(points: np.ndarray, _: np.random.Generator) -> np.ndarray:
        sizes.append(len(points))
        return ishigami(points)[:, None]

    draws = 2 * BLOCK
    found = indices_of_model(seen, Arrangement(names_of(3), draws=draws, seed=4), resamples=3)
    assert set(sizes) == {BLOCK}
    samples = [two_samples("sobol", names_of(3), seed=4, block=b, n=BLOCK) for b in (0, 1)]
    first, second = (np.concatenate(parts) for parts in zip(*samples, strict=True))
    mixture = [ishigami(mixed(first, second, [place])) for place in range(3)]
    whole = indices(
        ishigami(first)[:, None], ishigami(second)[:, None], np.stack(mixture, axis=1)[:, :, None]
    )
    assert found.used_count.tolist() == [draws]
    assert found.first == pytest.approx(whole.first, abs=1e-12)
    assert found.total == pytest.approx(whole.total, abs=1e-12)
    assert found.mean == pytest.approx(whole.mean)


def test_draws_that_failed_are_left_out_and_counted_outcome_by_outcome() -> None:
    a, b, m = (np.repeat(one, 2, axis=-1) for one in runs(ishigami, 3, 50))
    a[3, 1], b[3, 1], b[5, 1], m[7, 2, 1], m[9, 0, 1] = (np.nan,) * 5
    found = indices(a, b, m, resampling(50, 30, np.random.default_rng(1)))
    fine = np.setdiff1d(np.arange(50), [3, 5, 7, 9])
    kept = indices(a[fine, 1:], b[fine, 1:], m[fine, :, 1:])
    assert found.used_count.tolist() == [50, 46]
    assert found.failed_count.tolist() == [0, 4]
    assert found.first[1] == pytest.approx(kept.first[0])
    assert found.total[1] == pytest.approx(kept.total[0])
    assert np.isfinite(found.first_high).all()


def test_an_outcome_that_does_not_vary_or_never_came_has_no_index() -> None:
    a, b, m = np.full((9, 2), 0.1), np.full((9, 2), 0.1), np.full((9, 3, 2), 0.1)
    a[:, 1] = np.nan
    for estimator in ESTIMATORS:
        found = indices(a, b, m, estimator=estimator)
        assert np.isnan(found.first).all()
        assert np.isnan(found.total).all()
        assert found.used_count.tolist() == [9, 0]
        assert found.variance[0] == 0
        assert np.isnan(found.variance[1])


def test_no_interval_is_made_up_where_nothing_was_resampled() -> None:
    a, b, m = runs(ishigami, 3, 20)
    found = indices(a, b, m)
    assert np.isnan(found.first_low).all()
    assert np.isnan(found.total_high).all()


def test_each_resample_has_as_many_draws_and_the_first_has_each_once() -> None:
    weight = resampling(30, 5, stream(1, 0, "resampling"))
    assert (weight[0] == 1).all()
    assert (weight.sum(axis=1) == 30).all()
    assert weight[1:].max() > 1


def test_arrays_that_do_not_fit_are_refused() -> None:
    a, b, m = runs(ishigami, 3, 10)
    weight, centre = np.ones((1, 10)), np.zeros(1)
    with pytest.raises(ValueError, match="shapes"):
        add_up(a[:5], b, m, weight=weight, centre=centre)
    with pytest.raises(ValueError, match="shapes"):
        add_up(a, b, m[:, :, 0], weight=weight, centre=centre)
    with pytest.raises(ValueError, match="weight"):
        add_up(a, b, m, weight=weight[:, :5], centre=centre)
    with pytest.raises(ValueError, match="infinite"):
        add_up(a, np.full_like(b, np.inf), m, weight=weight, centre=centre)
    sums = add_up(a, b, m, weight=weight, centre=centre)
    with pytest.raises(ValueError, match="centres"):
        sums + add_up(a, b, m, weight=weight, centre=centre + 1)
    with pytest.raises(ValueError, match="level_share"):
        indices_of(sums, level_share=1.5)

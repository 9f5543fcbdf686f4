"""Designs: they fill the cube as they say, block by block, with the numbers of ordinary draws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri
from scipy.stats import qmc
from tests.shipped import load

from foedus.ensemble import design
from foedus.ensemble.design import (
    BLOCK,
    Arrangement,
    Kind,
    blocks,
    correlated,
    mixed,
    moved_together,
    stream,
    two_samples,
    unit_cube,
)
from foedus.scenario import draws
from foedus.scenario.uncertainties import quantiles

KINDS: tuple[Kind, ...] = ("monte-carlo", "latin-hypercube", "sobol")


@given(n=st.integers(1, 300), inputs=st.integers(1, 5), seed=st.integers(0, 1000))
def test_each_input_of_a_latin_hypercube_has_one_number_in_each_stratum(
    n: int, inputs: int, seed: int
) -> None:
    names = [f"x{place}" for place in range(inputs)]
    points = unit_cube("latin-hypercube", names, seed=seed, block=0, n=n)
    for column in points.T:
        assert np.array_equal(np.sort(np.floor(n * column)), np.arange(n))


def test_the_columns_of_a_latin_hypercube_are_in_no_common_order() -> None:
    points = unit_cube("latin-hypercube", ["a", "b"], seed=3, block=0, n=2000)
    assert abs(float(np.corrcoef(points[:, 0], points[:, 1])[0, 1])) < 0.08


def test_a_sobol_sequence_has_one_point_in_each_elementary_box() -> None:
    """Of its first two inputs, all boxes of 64 parts, whatever their shape."""
    points = unit_cube("sobol", ["a", "b", "c"], seed=5, block=0, n=64)
    for power in range(7):
        across, along = 2**power, 64 // 2**power
        box = np.floor(points[:, 0] * across) * along + np.floor(points[:, 1] * along)
        assert np.array_equal(np.sort(box), np.arange(64))
    assert np.array_equal(np.sort(np.floor(points[:, 2] * 64)), np.arange(64))


def test_a_sobol_sequence_runs_on_from_block_to_block() -> None:
    found = [unit_cube("sobol", ["a", "b"], seed=9, block=block, n=BLOCK) for block in (0, 1)]
    whole = qmc.Sobol(2, scramble=True, bits=30, rng=stream(9, 0, "sobol sequence"))
    assert np.array_equal(np.concatenate(found), whole.random(2 * BLOCK) + 2.0**-31)


@pytest.mark.parametrize("kind", KINDS)
def test_no_number_is_0_or_1(kind: Kind) -> None:
    points = unit_cube(kind, ["a", "b", "c"], seed=1, block=0, n=BLOCK)
    assert points.min() > 0
    assert points.max() < 1
    assert np.isfinite(ndtri(points)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_has_the_same_points_and_another_seed_others(kind: Kind) -> None:
    first, again, other = (unit_cube(kind, ["a"], seed=s, block=0, n=64) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.isin(first, other).any()


@pytest.mark.parametrize("kind", ["monte-carlo", "latin-hypercube"])
def test_an_input_more_leaves_the_others_as_they_were(kind: Kind) -> None:
    fewer = unit_cube(kind, ["a", "c"], seed=1, block=2, n=100)
    more = unit_cube(kind, ["a", "b", "c"], seed=1, block=2, n=100)
    assert np.array_equal(more[:, [0, 2]], fewer)


def test_a_shorter_block_of_independent_points_is_the_beginning_of_a_longer_one() -> None:
    long, short = (unit_cube("monte-carlo", ["a"], seed=1, block=0, n=n) for n in (100, 40))
    assert np.array_equal(long[:40], short)


@pytest.mark.parametrize("kind", KINDS)
def test_two_samples_do_not_know_each_other(kind: Kind) -> None:
    first, second = two_samples(kind, ["a", "b"], seed=1, block=0, n=2048)
    together = np.corrcoef(np.concatenate([first, second], axis=1).T)
    assert np.abs(together - np.eye(4)).max() < 0.08


@pytest.mark.parametrize("kind", ["monte-carlo", "latin-hypercube"])
def test_the_first_sample_is_the_ordinary_design(kind: Kind) -> None:
    first, _ = two_samples(kind, ["a", "b"], seed=1, block=1, n=50)
    assert np.array_equal(first, unit_cube(kind, ["a", "b"], seed=1, block=1, n=50))


def test_a_mixture_has_the_named_columns_of_the_second_sample_and_no_others() -> None:
    first, second = two_samples("monte-carlo", ["a", "b", "c"], seed=1, block=0, n=20)
    kept = first.copy()
    points = mixed(first, second, [0, 2])
    assert np.array_equal(points[:, [0, 2]], second[:, [0, 2]])
    assert np.array_equal(points[:, 1], first[:, 1])
    assert np.array_equal(first, kept)


def test_each_input_is_a_factor_unless_factors_are_named() -> None:
    assert Arrangement(["a", "b"], 8, 1).columns == [[0], [1]]
    assert Arrangement(["a", "b"], 8, 1, factors=[[0, 1]]).columns == [[0, 1]]


@given(total=st.integers(1, 5 * BLOCK))
def test_blocks_hold_all_draws_once(total: int) -> None:
    found = blocks(total)
    assert sum(n for _, n in found) == total
    assert [block for block, _ in found] == list(range(len(found)))
    assert all(n == BLOCK for _, n in found[:-1])


def test_blocks_and_their_chance_are_those_of_a_scenario() -> None:
    assert BLOCK == draws.BLOCK
    mine, theirs = (module.stream(4, 2, "units/FRA") for module in (design, draws))
    assert np.array_equal(mine.random(9), theirs.random(9))


def test_a_monte_carlo_design_is_what_a_scenario_draws() -> None:
    """With quantiles, and with the groups that move together."""
    scenario = load("minimal")
    about = draws.uncertain_cells(scenario)
    names = [str(one.cell) for one in about]
    is_grouped = np.array([bool(one.group and one.correlation > 0) for one in about])
    groups = sorted({one.group for one, grouped in zip(about, is_grouped, strict=True) if grouped})
    assert groups
    common = np.stack([ndtr(draws.group_factor(6, 1, group, 64)) for group in groups], axis=1)
    place = [
        groups.index(one.group) if grouped else -1
        for one, grouped in zip(about, is_grouped, strict=True)
    ]
    points = correlated(
        unit_cube("monte-carlo", names, seed=6, block=1, n=64),
        common,
        np.array(place),
        np.array([one.correlation for one in about]),
    )
    drawn = draws.draw_cells(scenario, 6, 1, 64)
    for one, column in zip(about, points.T, strict=True):
        values = quantiles(one.distribution, column, one.low, one.mode, one.high)
        assert values == pytest.approx(drawn[one.cell], rel=1e-9, abs=1e-9)


@given(correlation=st.floats(0, 1), seed=st.integers(0, 100))
def test_inputs_of_a_group_correlate_as_asked_and_stay_uniform(
    correlation: float, seed: int
) -> None:
    points = unit_cube("latin-hypercube", ["a", "b", "common"], seed=seed, block=0, n=BLOCK)
    moved = correlated(
        points[:, :2], points[:, 2:], np.array([0, 0]), np.array([correlation, correlation])
    )
    normal = ndtri(moved)
    assert np.corrcoef(normal[:, 0], normal[:, 1])[0, 1] == pytest.approx(correlation, abs=0.06)
    assert normal.mean(axis=0) == pytest.approx([0, 0], abs=0.06)
    assert normal.std(axis=0) == pytest.approx([1, 1], abs=0.06)


def test_inputs_without_a_group_stay_as_they_are() -> None:
    own = unit_cube("monte-carlo", ["a", "b"], seed=1, block=0, n=10)
    common = np.full((10, 1), 0.9)
    moved = correlated(own, common, np.array([-1, 0]), np.array([0.8, 0.0]))
    assert np.array_equal(moved, own)


def test_what_makes_no_design_is_refused() -> None:
    with pytest.raises(ValueError, match="one name"):
        unit_cube("monte-carlo", ["a", "a"], seed=1, block=0, n=4)
    with pytest.raises(ValueError, match="0 points"):
        unit_cube("monte-carlo", ["a"], seed=1, block=0, n=0)
    with pytest.raises(ValueError, match="power of two"):
        unit_cube("sobol", ["a"], seed=1, block=0, n=100)
    with pytest.raises(ValueError, match="4096"):
        unit_cube("sobol", ["a"], seed=1, block=1, n=64)
    with pytest.raises(ValueError, match="0 points"):
        blocks(0)
    with pytest.raises(ValueError, match="shapes"):
        mixed(np.zeros((2, 2)), np.zeros((3, 2)), [0])


@pytest.mark.parametrize(
    ("group", "correlation", "says"),
    [([0], [0.5], "one entry"), ([0, 1], [0.5, 0.5], "none of"), ([0, 0], [0.5, 1.5], "0 and 1")],
)
def test_groups_that_do_not_fit_are_refused(
    group: list[int], correlation: list[float], says: str
) -> None:
    half = np.full((3, 2), 0.5)
    with pytest.raises(ValueError, match=says):
        correlated(half, half[:, :1], np.array(group), np.array(correlation))
    with pytest.raises(ValueError, match="shape"):
        correlated(half, half[:2, :1], np.array(group), np.array(correlation))


def test_factors_that_are_normal_already_make_the_numbers_of_the_draws() -> None:
    own = np.random.default_rng(1).random((50, 1))
    normal = np.random.default_rng(2).standard_normal((50, 1))
    found = moved_together(own, normal, np.array([0]), np.array([0.3]))
    plain = ndtr(np.sqrt(0.3) * normal[:, 0] + np.sqrt(1 - 0.3) * ndtri(own[:, 0]))
    assert np.array_equal(found[:, 0], plain)
    uniform = correlated(own, ndtr(normal), np.array([0]), np.array([0.3]))
    assert found == pytest.approx(uniform, abs=1e-9)

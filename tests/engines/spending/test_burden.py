from collections.abc import Callable
from itertools import pairwise, permutations
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import rankdata, spearmanr

from foedus.engines.spending.burden import (
    FloatArray,
    concentration,
    fair_key,
    gini,
    hoover,
    kakwani,
    owed,
    shares,
    spearman,
)

# Ties are frequent, and sizes lie from 0.1 to beyond a million.
SIZES = st.sampled_from([0.0, 0.0, 0.1, 1.0, 1.0, 2.0, 2.5, 3.0, 3.0, 7.7, 412.0, 3e4, 8.1e6])
SOME = st.lists(SIZES, min_size=2, max_size=6).filter(any)
PAIRS = st.lists(st.tuples(SIZES, SIZES), min_size=2, max_size=6).filter(
    lambda pairs: all(map(any, zip(*pairs, strict=True)))
)


def near(number: object) -> Any:
    """Expect a number but for its last bits; NaN where it is NaN."""
    return pytest.approx(float(number), rel=1e-9, abs=1e-9, nan_ok=True)  # type: ignore[arg-type]


def columns(pairs: list[tuple[float, float]]) -> tuple[FloatArray, FloatArray]:
    first, second = np.array(pairs).T
    return first, second


def slow_gini(x: list[float]) -> float:
    """Half the mean distance of all pairs, each nation with itself too, over the mean."""
    apart = [abs(one - other) for one in x for other in x]
    return sum(apart) / len(x) ** 2 / 2 / (sum(x) / len(x))


def slow_concentration(amounts: FloatArray, ability: FloatArray) -> float:
    """1 less twice the area below the concentration curve, over every order that ability allows."""
    count, areas = len(amounts), []
    for order in permutations(range(count)):
        if any(ability[one] > ability[after] for one, after in pairwise(order)):
            continue
        curve = np.concatenate([[0.0], np.cumsum(amounts[list(order)])]) / amounts.sum()
        areas.append(np.sum((curve[1:] + curve[:-1]) / 2) / count)
    return 1 - 2 * float(np.mean(areas))


class TestPublishedAndHandWorkedValues:
    def test_shares_are_parts_of_the_total(self) -> None:
        np.testing.assert_allclose(shares([22000, 11500, 7800]), [220 / 413, 115 / 413, 78 / 413])

    @pytest.mark.parametrize(
        ("amounts", "index"),
        [
            ([1, 2, 3], 2 / 9),  # distances 1, 1, 2, each twice: 8 / 9 / 2 / 2
            ([1, 2, 3, 4], 0.25),
            ([15, 15, 30, 40], 0.225),  # two populations that are known to have one index
            ([10, 20, 35, 35], 0.225),
            ([0, 0, 0, 8], 0.75),  # (n - 1) / n
            ([5], 0),
        ],
    )
    def test_gini_by_hand(self, amounts: list[float], index: float) -> None:
        assert float(gini(amounts)) == pytest.approx(index)

    def test_hoover_by_hand(self) -> None:
        assert float(hoover([0.5, 0.3, 0.2], [0.2, 0.4, 0.4])) == pytest.approx(0.3)
        assert float(hoover([1, 0], [0, 1])) == 1

    def test_concentration_shares_the_rank_of_equals(self) -> None:
        """Ranks 1.5, 1.5, 3: weights -1, -1, 2 of shares 1/2, 1/4, 1/4, over 3."""
        assert float(concentration([2, 1, 1], [5, 5, 9])) == pytest.approx(-1 / 12)

    def test_kakwani_of_a_flat_and_of_a_head_tax(self) -> None:
        """A flat tax is neutral; one of so much a head is as regressive as incomes are unequal."""
        income = [1.0, 2.0, 3.0, 4.0]
        assert float(kakwani([0.1, 0.2, 0.3, 0.4], income)) == pytest.approx(0, abs=1e-12)
        assert float(kakwani([1, 1, 1, 1], income)) == pytest.approx(-0.25)
        assert float(kakwani([0, 0, 0, 1], income)) == pytest.approx(0.75 - 0.25)

    def test_kakwani_can_fall_below_minus_1(self) -> None:
        assert float(kakwani([1, 0, 0, 0, 0], [0, 1e-9, 2e-9, 3e-9, 1])) == pytest.approx(-1.6)

    def test_spearman_of_iq_and_television(self) -> None:
        """The example of many textbooks: rho = -29 / 165."""
        iq = [106, 86, 100, 101, 99, 103, 97, 113, 112, 110]
        hours = [7, 0, 27, 50, 28, 29, 20, 12, 6, 17]
        assert float(spearman(iq, hours)) == pytest.approx(-29 / 165)

    def test_owed_is_the_key_less_what_is_carried(self) -> None:
        found = owed(200, [0.5, 0.3, 0.2], [80, 80, 40])
        np.testing.assert_allclose(found, [20, -20, 0], atol=1e-12)

    def test_half_and_half_is_the_mean_of_two_shares(self) -> None:
        sizes = {"gdp": [3, 1], "population": [2, 3], "unread": [-1, 0]}
        key = fair_key(sizes, {"gdp": 2, "population": 2})
        np.testing.assert_allclose(key, [(0.75 + 0.4) / 2, (0.25 + 0.6) / 2])

    def test_without_a_mix_all_sizes_weigh_the_same(self) -> None:
        sizes = {"gdp": [3, 1], "population": [2, 3]}
        np.testing.assert_array_equal(fair_key(sizes), fair_key(sizes, {"gdp": 1, "population": 1}))


class TestAgainstSlowDefinitions:
    @given(SOME)
    def test_gini_is_the_mean_difference(self, amounts: list[float]) -> None:
        assert float(gini(amounts)) == near(slow_gini(amounts))

    @given(st.lists(st.tuples(SIZES, st.integers(0, 2)), min_size=1, max_size=4))
    def test_concentration_is_the_mean_over_all_orders_of_equals(
        self, pairs: list[tuple[float, float]]
    ) -> None:
        amounts, ability = columns(pairs)
        assume(amounts.any())
        wanted = slow_concentration(amounts, ability)
        assert float(concentration(amounts, ability)) == near(wanted)

    @given(PAIRS)
    def test_hoover_is_what_those_above_their_key_carry_too_much(
        self, pairs: list[tuple[float, float]]
    ) -> None:
        actual, key = map(shares, columns(pairs))
        too_much = sum(max(one - fair, 0) for one, fair in zip(actual, key, strict=True))
        assert float(hoover(actual, key)) == near(too_much)

    @given(PAIRS)
    def test_spearman_is_that_of_scipy(self, pairs: list[tuple[float, float]]) -> None:
        x, y = columns(pairs)
        assume(len(set(x)) > 1 and len(set(y)) > 1)
        assert float(spearman(x, y)) == near(spearmanr(x, y).statistic)

    @given(PAIRS)
    def test_concentration_is_a_covariance_with_ranks(
        self, pairs: list[tuple[float, float]]
    ) -> None:
        """2 cov(a, r) / (n mean): the form that most of the literature uses."""
        amounts, ability = columns(pairs)
        ranks = rankdata(ability)
        covariance = np.mean((amounts - amounts.mean()) * (ranks - ranks.mean()))
        wanted = 2 * covariance / (len(pairs) * amounts.mean())
        assert float(concentration(amounts, ability)) == near(wanted)


class TestLaws:
    @given(PAIRS, st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
    def test_no_measure_depends_on_the_unit(
        self, pairs: list[tuple[float, float]], one: float, other: float
    ) -> None:
        x, y = columns(pairs)
        # A power of two changes no order of numbers that lie a last bit apart.
        one, other = 2.0 ** round(np.log2(one)), 2.0 ** round(np.log2(other))
        for measure in (concentration, kakwani, spearman):
            scaled = float(measure(one * x, other * y))
            assert scaled == near(measure(x, y))
        assert float(gini(one * x)) == near(gini(x))

    @given(PAIRS, st.randoms(use_true_random=False))
    def test_no_measure_depends_on_the_order_of_nations(
        self, pairs: list[tuple[float, float]], chance: Random
    ) -> None:
        x, y = columns(pairs)
        order = sorted(range(len(x)), key=lambda _: chance.random())
        for measure in (concentration, kakwani, spearman):
            moved = float(measure(x[order], y[order]))
            assert moved == near(measure(x, y))
        assert float(gini(x[order])) == near(gini(x))
        assert float(hoover(shares(x)[order], shares(y)[order])) == near(
            hoover(shares(x), shares(y))
        )

    @given(SOME)
    def test_bounds(self, amounts: list[float]) -> None:
        count = len(amounts)
        assert 0 <= float(gini(amounts)) <= (count - 1) / count + 1e-12

    @given(st.integers(1, 40), st.floats(1e-300, 1e300))
    def test_gini_of_equal_amounts_is_0(self, count: int, amount: float) -> None:
        assert float(gini(np.full(count, amount))) == pytest.approx(0, abs=1e-15)

    @given(SOME, st.data())
    def test_a_transfer_to_one_that_stays_smaller_lowers_gini(
        self, amounts: list[float], data: st.DataObject
    ) -> None:
        """The principle of Pigou and Dalton."""
        assume(max(amounts) > 1.001 * min(amounts))
        rich, poor = int(np.argmax(amounts)), int(np.argmin(amounts))
        gift = data.draw(st.floats(0.01, 0.49)) * (amounts[rich] - amounts[poor])
        after = list(amounts)
        after[rich] -= gift
        after[poor] += gift
        assert float(gini(after)) < float(gini(amounts))

    @given(PAIRS)
    def test_concentration_lies_between_minus_and_plus_gini(
        self, pairs: list[tuple[float, float]]
    ) -> None:
        amounts, ability = columns(pairs)
        assert abs(float(concentration(amounts, ability))) <= float(gini(amounts)) + 1e-12

    @given(SOME)
    def test_concentration_lined_up_by_itself_is_gini(self, amounts: list[float]) -> None:
        found = float(concentration(amounts, amounts))
        assert found == near(gini(amounts))

    @given(PAIRS)
    def test_concentration_changes_its_sign_with_the_order(
        self, pairs: list[tuple[float, float]]
    ) -> None:
        amounts, ability = columns(pairs)
        turned = -float(concentration(amounts, -ability))
        assert turned == near(concentration(amounts, ability))

    @given(SOME)
    def test_a_burden_in_proportion_is_neither_progressive_nor_regressive(
        self, ability: list[float]
    ) -> None:
        found = float(kakwani(0.25 * np.array(ability), ability))
        assert found == pytest.approx(0, abs=1e-9)

    @given(PAIRS)
    def test_owed_sums_to_what_nobody_carries_yet(self, pairs: list[tuple[float, float]]) -> None:
        actual, key = columns(pairs)
        total = actual.sum()
        assert owed(total, shares(key), actual).sum() == pytest.approx(0, abs=1e-9 * total)
        assert owed(2 * total, shares(key), actual).sum() == pytest.approx(total)

    @given(PAIRS)
    def test_who_carries_the_key_owes_nothing(self, pairs: list[tuple[float, float]]) -> None:
        actual, _ = columns(pairs)
        found = owed(actual.sum(), shares(actual), actual)
        np.testing.assert_allclose(found, 0, atol=1e-9 * actual.sum())

    @given(PAIRS)
    def test_half_of_what_is_owed_either_way_is_hoover_of_the_total(
        self, pairs: list[tuple[float, float]]
    ) -> None:
        actual, key = columns(pairs)
        either = np.abs(owed(actual.sum(), shares(key), actual)).sum() / 2
        wanted = float(hoover(shares(actual), shares(key)))
        assert either / actual.sum() == near(wanted)

    @given(PAIRS, st.floats(0.01, 100))
    def test_one_more_that_carries_nothing_never_makes_a_key_fit_better(
        self, pairs: list[tuple[float, float]], size: float
    ) -> None:
        actual, sizes = columns(pairs)
        without = float(hoover(shares(actual), shares(sizes)))
        beside = float(hoover(shares([*actual, 0.0]), shares([*sizes, size])))
        assert beside >= without - 1e-12

    @given(PAIRS, st.floats(0, 1))
    def test_a_mixed_key_lies_between_its_parts(
        self, pairs: list[tuple[float, float]], weight: float
    ) -> None:
        gdp, population = columns(pairs)
        key = fair_key(
            {"gdp": gdp, "population": population}, {"gdp": weight, "population": 1 - weight}
        )
        parts = np.stack([shares(gdp), shares(population)])
        assert key.sum() == pytest.approx(1)
        assert np.all(key >= parts.min(axis=0) - 1e-12)
        assert np.all(key <= parts.max(axis=0) + 1e-12)

    @given(PAIRS)
    def test_spearman_sees_the_order_alone(self, pairs: list[tuple[float, float]]) -> None:
        x, y = columns(pairs)
        once = float(spearman(x, y))
        assert float(spearman(rankdata(x) ** 3, y)) == pytest.approx(once, nan_ok=True)
        assert float(spearman(y, x)) == pytest.approx(once, nan_ok=True)
        assert float(spearman(x, -y)) == pytest.approx(-once, nan_ok=True)


def test_one_order_gives_exactly_1_and_its_opposite_exactly_minus_1() -> None:
    x = np.array([0.1, 5.0, 5.0, 7.0, 1e9])
    assert float(spearman(x, x)) == 1
    assert float(spearman(x, -x)) == -1


def test_what_is_all_alike_has_no_order() -> None:
    found = spearman([[1, 1, 1], [1, 2, 3]], [4, 5, 6])
    assert np.isnan(found[0])
    assert found[1] == 1


@given(st.lists(PAIRS.filter(lambda pairs: len(pairs) >= 3), min_size=1, max_size=4))
def test_every_draw_is_judged_by_itself(draws: list[list[tuple[float, float]]]) -> None:
    blocks = np.array([pairs[:3] for pairs in draws])
    assume(blocks.any(axis=1).all())
    x, y = blocks[..., 0], blocks[..., 1]
    both = [concentration, kakwani, spearman]
    for measure in both:
        together = measure(x, y)
        assert together.shape == (len(draws),)
        apart = [float(measure(one, other)) for one, other in zip(x, y, strict=True)]
        np.testing.assert_allclose(together, apart, atol=1e-12)
    np.testing.assert_allclose(gini(x), [float(gini(one)) for one in x], atol=1e-12)
    key = fair_key({"gdp": x, "population": y})
    debts = owed(x.sum(axis=-1), key, x)
    for place, one in enumerate(x):
        np.testing.assert_array_equal(debts[place], owed(one.sum(), key[place], one))
    np.testing.assert_allclose(
        hoover(shares(x), key),
        [float(hoover(shares(one), fair)) for one, fair in zip(x, key, strict=True)],
    )


def test_one_key_serves_every_draw() -> None:
    draws = np.array([[3.0, 1.0], [1.0, 3.0]])
    key = shares([1.0, 1.0])
    np.testing.assert_allclose(hoover(shares(draws), key), [0.25, 0.25])
    np.testing.assert_allclose(owed([4, 8], key, draws), [[-1, 1], [3, 1]])
    np.testing.assert_allclose(concentration(draws, [1.0, 2.0]), [-0.25, 0.25])
    mixed = fair_key({"gdp": draws, "population": [1.0, 1.0]})
    np.testing.assert_allclose(mixed, [[0.625, 0.375], [0.375, 0.625]])


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("amounts", "why"),
        [
            ([1.0, -0.5], "at least 0"),
            ([1.0, np.nan], "NaN"),
            ([1.0, np.inf], "infinite"),
            ([0.0, 0.0], "all 0"),
            ([[1.0, 2.0], [0.0, 0.0]], "all 0"),
            ([], "no nation"),
            (3.0, "no nation"),
        ],
    )
    def test_amounts_that_cannot_be_shared(self, amounts: Any, why: str) -> None:
        other = [1.0, 2.0]
        calls: tuple[Callable[[], FloatArray], ...] = (
            lambda: shares(amounts),
            lambda: gini(amounts),
            lambda: concentration(amounts, other),
            lambda: kakwani(other, amounts),
            lambda: fair_key({"gdp": amounts}),
        )
        for call in calls:
            with pytest.raises(ValueError, match=why):
                call()

    def test_shares_that_do_not_sum_to_1(self) -> None:
        with pytest.raises(ValueError, match=r"key_share sums to 0\.9"):
            hoover([0.5, 0.5], [0.5, 0.4])
        with pytest.raises(ValueError, match=r"key_share sums to 2"):
            owed(1, [1.0, 1.0], [1.0, 1.0])

    def test_arrays_of_different_nations(self) -> None:
        two, three = [0.5, 0.5], [0.25, 0.25, 0.5]
        calls: tuple[Callable[[], FloatArray], ...] = (
            lambda: hoover(two, three),
            lambda: owed(1, two, three),
            lambda: concentration(two, three),
            lambda: kakwani(two, three),
            lambda: spearman(two, three),
            lambda: fair_key({"gdp": two, "population": three}),
        )
        for call in calls:
            with pytest.raises(ValueError, match="count of nations"):
                call()

    def test_one_nation_is_not_taken_for_every_nation(self) -> None:
        with pytest.raises(ValueError, match="count of nations"):
            hoover([1.0], [0.5, 0.5])

    def test_an_order_of_one_nation(self) -> None:
        with pytest.raises(ValueError, match="takes two"):
            spearman([1.0], [1.0])

    def test_a_rank_of_what_is_not_a_number(self) -> None:
        with pytest.raises(ValueError, match="x holds"):
            spearman([1.0, np.nan], [1.0, 2.0])
        with pytest.raises(ValueError, match="ability holds"):
            concentration([1.0, 2.0], [np.inf, 1.0])

    @pytest.mark.parametrize("total", [-1.0, np.nan, np.inf])
    def test_a_total_that_is_none(self, total: float) -> None:
        with pytest.raises(ValueError, match="total"):
            owed(total, [0.5, 0.5], [1.0, 1.0])

    @pytest.mark.parametrize("mix", [{"wealth": 1.0}, {}, {"gdp": 0.0}, {"gdp": -1.0}])
    def test_a_mix_of_nothing(self, mix: dict[str, float]) -> None:
        with pytest.raises(ValueError, match=r"mix names|amounts"):
            fair_key({"gdp": [1.0, 2.0]}, mix)

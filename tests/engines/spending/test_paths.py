"""Paths of spending against hand values, laws, and a loop straight from the definitions."""

import math
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import few

from foedus.engines.spending.paths import (
    Economies,
    PathSums,
    gdp_path,
    is_reached,
    rise_ratio,
    share_path,
    sum_paths,
)
from foedus.scenario.uncertainties import quantiles

ROUNDING = 1e-9


class Nation(NamedTuple):
    """One nation in one draw, and a target."""

    gdp: float = 1000.0
    growth: float = 0.0
    today: float = 0.02
    ramp: float = 0.1
    target: float = 0.03
    due: int = 5
    spread: float = 0.0

    def change(self, **changes: Any) -> "Nation":
        return self._replace(**changes)


NATIONS = st.builds(
    Nation,
    gdp=st.floats(1, 1e5),
    growth=st.floats(-0.3, 0.3),
    today=st.one_of(st.just(0.0), st.floats(1e-4, 0.1)),
    ramp=st.floats(-1.5, 1.0),
    target=st.floats(0, 0.1),
    due=st.integers(1, 15),
    spread=st.floats(-0.05, 0.05),
)


def found(nation: Nation, seen: int = 5, years: int = 10) -> dict[str, float]:
    sums = sum_paths(
        economies([nation]), [[[nation.target]]], [[nation.due]], [nation.spread], seen, years
    )
    return {name: float(values.item()) for name, values in sums._asdict().items()}


def economies(nations: list[Nation]) -> Economies:
    """Return each as a draw of one nation."""
    columns = ([getattr(n, name) for n in nations] for name in ("gdp", "growth", "today", "ramp"))
    return Economies(*(np.array(column)[:, None] for column in columns))


def slowly(nation: Nation, seen: int, years: int) -> dict[str, float]:
    """Walk from year to year in money, as the definitions have it."""
    gdp = nation.gdp
    spending = limit = nation.today * gdp
    extra = total = owed = 0.0
    earliest = 0.0 if nation.target <= nation.today else math.inf
    for year in range(1, years + 1):
        gdp *= 1 + nation.growth
        kept = nation.today * gdp
        part = min(year / nation.due, 1.0)
        goal = max(nation.target, nation.today)
        plan = (nation.today + (goal - nation.today) * part) * gdp
        spending = max(kept, min(plan, (1 + nation.ramp) * spending))
        limit = max(kept, (1 + nation.ramp) * limit)
        if math.isinf(earliest) and limit >= nation.target * gdp * (1 - 1e-12):
            earliest = year
        more = spending - kept
        if year == seen:
            extra = more
        total += more
        owed = owed * (1 + nation.growth + nation.spread) + more
    return {
        "extra_usd_bn": extra,
        "total_usd_bn": total,
        "earliest_count": earliest,
        "debt_share": owed / gdp,
    }


class TestByHand:
    def test_a_plan_that_the_ramp_does_not_bind(self) -> None:
        # From 2 to 3 % of 1,000 in five years: 2, 4, 6, 8, 10 and then 10 a year.
        nation = Nation(ramp=1.0)
        assert found(nation)["extra_usd_bn"] == pytest.approx(10)
        assert found(nation, seen=2)["extra_usd_bn"] == pytest.approx(4)
        assert found(nation)["total_usd_bn"] == pytest.approx(80)
        assert found(nation)["debt_share"] == pytest.approx(0.08)
        assert found(nation)["earliest_count"] == 1

    def test_a_ramp_that_binds(self) -> None:
        # 20 bn that grow by 10 % a year: 22, 24.2, 26.62, 29.28, 32.21; 30 are asked at once.
        nation = Nation(due=1)
        shares = share_path([[0.02]], [[0.03]], [1], [[1.1]], 6)[0, 0]
        assert shares * 1000 == pytest.approx([22, 24.2, 26.62, 29.282, 30, 30])
        assert found(nation, seen=4)["extra_usd_bn"] == pytest.approx(9.282)
        assert found(nation)["earliest_count"] == 5

    def test_growth_of_the_economy_moves_the_mark(self) -> None:
        # 1.05 / 1.02 is 1.0294 a year: half as much again takes 14 years, and without growth 9.
        assert found(Nation(growth=0.02, ramp=0.05), years=20)["earliest_count"] == 14
        assert found(Nation(growth=0.0, ramp=0.05), years=20)["earliest_count"] == 9
        assert math.log(1.5) / math.log(1.05 / 1.02) == pytest.approx(13.99, abs=0.01)

    def test_a_ramp_below_growth_never_reaches_and_never_cuts(self) -> None:
        slow = found(Nation(growth=0.03, ramp=0.02))
        assert slow["earliest_count"] == math.inf
        assert slow["extra_usd_bn"] == slow["total_usd_bn"] == slow["debt_share"] == 0

    def test_what_is_spent_on_nothing_cannot_grow(self) -> None:
        nothing = found(Nation(today=0.0))
        assert nothing["earliest_count"] == math.inf
        assert nothing["total_usd_bn"] == 0
        assert found(Nation(today=0.0, target=0.0))["earliest_count"] == 0

    def test_gdp_grows_from_the_base_year_on(self) -> None:
        assert gdp_path([[100.0]], [[-0.5]], 3)[0, 0].tolist() == [50, 25, 12.5]

    def test_a_ramp_below_minus_one_is_no_more_than_none(self) -> None:
        assert rise_ratio([[-3.0]], [[-0.5]]).tolist() == [[1.0]]
        assert found(Nation(ramp=-3.0))["earliest_count"] == math.inf

    def test_a_target_just_reached_counts_in_spite_of_rounding(self) -> None:
        nation = Nation(today=0.02, target=0.02 * 1.1**3, ramp=0.1)
        assert found(nation)["earliest_count"] == 3
        due = np.array([[3], [2]])
        reached = is_reached(
            np.full((1, 2), 0.02), np.full((1, 2, 1), nation.target), np.full((1, 2), 1.1), due
        )
        assert reached.ravel().tolist() == [True, False]


class TestAgainstASlowLoop:
    @given(NATIONS, st.integers(1, 12), st.integers(0, 4))
    def test_sums_are_those_of_the_definitions(self, nation: Nation, seen: int, more: int) -> None:
        expected = slowly(nation, seen, seen + more)
        quick = found(nation, seen, seen + more)
        for name, value in expected.items():
            assert quick[name] == pytest.approx(value, rel=1e-9, abs=1e-9 * max(nation.gdp, 1))

    @given(st.lists(NATIONS, min_size=1, max_size=5))
    def test_years_are_what_the_sums_are_of(self, nations: list[Nation]) -> None:
        shared = [n.change(due=nations[0].due, spread=0.0) for n in nations]
        them = economies(shared)
        target = np.array([[n.target] for n in shared])
        sums = sum_paths(them, target[:, :, None], [[nations[0].due]], [0.0], 3, 7)
        rise = rise_ratio(them.ramp_share, them.growth_share)
        shares = share_path(them.today_share, target, [nations[0].due], rise, 7)
        gdp = gdp_path(them.gdp_usd_bn, them.growth_share, 7)
        extra = (shares - them.today_share[:, :, None]) * gdp
        scale = 1e-9 * them.gdp_usd_bn.max()
        assert sums.extra_usd_bn[:, :, 0] == pytest.approx(extra[:, :, 2], abs=scale)
        assert sums.total_usd_bn[:, :, 0] == pytest.approx(extra.sum(axis=2), abs=scale)

    def test_draws_and_nations_do_not_mix(self) -> None:
        rng = np.random.default_rng(5)
        shape = (6, 4)
        them = Economies(
            rng.uniform(10, 5000, shape),
            rng.uniform(-0.02, 0.05, shape),
            rng.uniform(0.0, 0.04, shape),
            rng.uniform(-0.05, 0.3, shape),
        )
        target = rng.uniform(0, 0.05, (*shape, 3))
        due = rng.integers(1, 12, (4, 3))
        spread = rng.uniform(-0.01, 0.02, 6)
        whole = sum_paths(them, target, due, spread, 4, 9)
        for draw, nation, goal in np.ndindex(6, 4, 3):
            gdp, growth, today, ramp = (float(part[draw, nation]) for part in them)
            asked = float(target[draw, nation, goal]), int(due[nation, goal])
            one = Nation(gdp, growth, today, ramp, *asked, float(spread[draw]))
            for name, value in slowly(one, 4, 9).items():
                quick = getattr(whole, name)[draw, nation, goal]
                assert quick == pytest.approx(value, rel=1e-9, abs=1e-9)

    def test_one_draw_serves_all(self) -> None:
        them = economies([Nation(), Nation(growth=0.01)])
        narrow = them._replace(ramp_share=them.ramp_share[:1], today_share=them.today_share[:1])
        for one, other in zip(
            sum_paths(narrow, [[[0.03]]], [[3]], [0.0], 2, 5),
            sum_paths(them, [[[0.03]], [[0.03]]], [[3]], [0.0, 0.0], 2, 5),
            strict=True,
        ):
            assert one.tolist() == other.tolist()


class TestLaws:
    @given(NATIONS, st.floats(0, 0.1))
    def test_a_higher_target_never_costs_less(self, nation: Nation, other: float) -> None:
        low, high = sorted((nation.target, other))
        cheap, dear = found(nation.change(target=low)), found(nation.change(target=high))
        for name in ("extra_usd_bn", "total_usd_bn", "earliest_count"):
            assert cheap[name] <= dear[name] * (1 + ROUNDING) + ROUNDING

    @given(NATIONS)
    def test_a_target_that_is_met_costs_nothing_and_cuts_nothing(self, nation: Nation) -> None:
        met = found(nation.change(target=nation.today * 0.9))
        assert set(met.values()) == {0.0}

    @given(NATIONS)
    def test_extra_spending_is_never_negative(self, nation: Nation) -> None:
        assert min(found(nation).values()) >= 0

    @given(NATIONS, st.floats(-1.5, 1.0))
    def test_a_faster_ramp_is_never_later_and_never_spends_less(
        self, nation: Nation, other: float
    ) -> None:
        slow, fast = (found(nation.change(ramp=ramp)) for ramp in sorted((nation.ramp, other)))
        assert fast["earliest_count"] <= slow["earliest_count"]
        assert fast["total_usd_bn"] >= slow["total_usd_bn"] * (1 - ROUNDING)

    @given(NATIONS, st.floats(0.01, 100))
    def test_costs_scale_with_gdp_and_nothing_else_does(self, nation: Nation, times: float) -> None:
        one, other = found(nation), found(nation.change(gdp=nation.gdp * times))
        for name in ("extra_usd_bn", "total_usd_bn"):
            assert other[name] == pytest.approx(one[name] * times, rel=1e-9)
        assert other["earliest_count"] == one["earliest_count"]
        assert other["debt_share"] == one["debt_share"]

    @given(NATIONS)
    def test_an_earlier_due_year_never_costs_less(self, nation: Nation) -> None:
        later = found(nation.change(due=nation.due + 3))
        assert later["total_usd_bn"] <= found(nation)["total_usd_bn"] * (1 + ROUNDING)

    @given(NATIONS)
    def test_the_path_stays_between_today_and_the_target(self, nation: Nation) -> None:
        rise = rise_ratio([[nation.ramp]], [[nation.growth]])
        path = share_path([[nation.today]], [[nation.target]], [nation.due], rise, 12)[0, 0]
        high = max(nation.target, nation.today)
        assert (path >= nation.today * (1 - ROUNDING)).all()
        assert (path <= high * (1 + ROUNDING)).all()
        assert (np.diff(path) >= -ROUNDING).all()

    @given(NATIONS, st.integers(0, 12))
    def test_what_is_reached_in_time_is_reached_by_its_earliest_year(
        self, nation: Nation, due: int
    ) -> None:
        rise = rise_ratio([[nation.ramp]], [[nation.growth]])
        in_time = is_reached(
            np.array([[nation.today]]), np.array([[[nation.target]]]), rise, np.array([[due]])
        ).item()
        assert in_time == (found(nation, seen=1, years=12)["earliest_count"] <= due)


class TestExpectations:
    """A million draws against means that are known."""

    def test_one_year_ahead_extra_follows_the_mean_of_growth(self) -> None:
        n = 1_000_000
        low, mode, high = -0.03, 0.01, 0.04
        uniform = np.random.default_rng(11).random(n)
        growth = quantiles("triangular", uniform, low, mode, high)[:, None]
        base = [np.array([[value]]) for value in (2000.0, 0.02, 10.0)]
        them = Economies(base[0], growth, base[1], base[2])
        extra = sum_paths(them, [[[0.03]]], [[1]], [0.0], 1, 1).extra_usd_bn.ravel()
        expected = 0.01 * 2000 * (1 + (low + mode + high) / 3)
        assert abs(extra.mean() - expected) < 3 * extra.std() / math.sqrt(n)
        variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18
        assert extra.std() == pytest.approx(20 * math.sqrt(variance), rel=0.01)

    def test_the_chance_to_be_in_time_is_that_of_the_ramp(self) -> None:
        # In two years from 2 to 2.42 % takes 10 % a year, and the ramp is even on 0 to 40 %.
        n = 1_000_000
        ramp = np.random.default_rng(12).uniform(0, 0.4, (n, 1))
        gdp, growth, today = (np.array([[value]]) for value in (2000.0, 0.0, 0.02))
        sums = sum_paths(Economies(gdp, growth, today, ramp), [[[0.0242]]], [[2]], [0.0], 1, 9)
        in_time = (sums.earliest_count <= 2).mean()
        assert abs(in_time - 0.75) < 3 * math.sqrt(0.75 * 0.25 / n)


class TestRefusals:
    def refuse(self, match: str, **changes: Any) -> None:
        with pytest.raises(ValueError, match=match):
            found(Nation().change(**changes))

    @pytest.mark.parametrize("growth", [-1.0, -1.5, math.nan])
    def test_an_economy_that_vanishes_is_refused(self, growth: float) -> None:
        self.refuse("growth_share holds", growth=growth)
        with pytest.raises(ValueError, match="growth_share holds"):
            gdp_path([[1.0]], [[growth]], 1)
        with pytest.raises(ValueError, match="growth_share holds"):
            rise_ratio([[0.1]], [[growth]])

    def test_numbers_out_of_range_are_refused(self) -> None:
        self.refuse("gdp_usd_bn holds -1", gdp=-1.0)
        self.refuse("today_share holds -0.1", today=-0.1)
        self.refuse("target_share holds -0.1", target=-0.1)
        self.refuse("due_count holds 0: it must be at least 1", due=0)
        with pytest.raises(ValueError, match="due_count holds 0"):
            share_path([[0.02]], [[0.03]], [0], [[1.1]], 1)

    def test_a_year_outside_is_refused(self) -> None:
        with pytest.raises(ValueError, match="seen_count is 11: it must be 1 to 10"):
            found(Nation(), seen=11)

    def test_shapes_that_do_not_fit_are_refused(self) -> None:
        them = economies([Nation()])
        with pytest.raises(ValueError, match="gdp_usd_bn has 1 nations: target_share has 2"):
            sum_paths(them, [[[0.03], [0.03]]], [[1], [1]], [0.0], 1, 1)
        with pytest.raises(ValueError, match=r"due_count has shape \(1,\): it must have \(1, 1\)"):
            sum_paths(them, [[[0.03]]], [1], [0.0], 1, 1)


@few
@given(st.integers(0, 3))
def test_there_may_be_no_draw_nation_or_target(axis: int) -> None:
    shape = tuple(0 if place == axis else 2 for place in range(3))
    them = Economies(*(np.full(shape[:2], x) for x in (100.0, 0.0, 0.02, 0.1)))
    spread = np.zeros(shape[0])
    sums: PathSums = sum_paths(them, np.full(shape, 0.03), np.ones(shape[1:]), spread, 1, 2)
    assert sums.extra_usd_bn.shape == shape

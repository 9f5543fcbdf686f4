from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from foedus.engines.consent.waiting import (
    BoolArray,
    IntArray,
    greatest_coalition,
    least_coalition,
    needs_met,
)


@dataclass(frozen=True)
class Waits:
    """Who waits for whom, and one row of who is willing."""

    willing: BoolArray
    needs_count: IntArray
    needs_named: BoolArray
    counts: BoolArray

    @property
    def size(self) -> int:
        return len(self.counts)

    def rules(self) -> tuple[IntArray, BoolArray, BoolArray]:
        return self.needs_count, self.needs_named, self.counts

    def least(self) -> BoolArray:
        joined: BoolArray = least_coalition(self.willing[None], *self.rules())[0]
        return joined

    def greatest(self) -> BoolArray:
        joined: BoolArray = greatest_coalition(self.willing[None], *self.rules())[0]
        return joined

    def would_join(self, i: int, coalition: tuple[bool, ...]) -> bool:
        """Tell by the definition whether i joins beside the others of a coalition."""
        others = [j for j in range(self.size) if coalition[j] and j != i]
        partners = sum(bool(self.counts[j]) for j in others)
        named = [j for j in range(self.size) if self.needs_named[i, j]]
        enough = partners >= self.needs_count[i] and set(named) <= set(others)
        return bool(self.willing[i]) and enough

    def coalitions_that_last(self) -> BoolArray:
        """Try every subset: all members would join again, and nobody else would."""
        lasting = [
            coalition
            for coalition in product([False, True], repeat=self.size)
            if all(self.would_join(i, coalition) == coalition[i] for i in range(self.size))
        ]
        return np.array(lasting)


@st.composite
def waits(draw: st.DrawFn, most: int = 6) -> Waits:
    n = draw(st.integers(1, most))
    flags = st.lists(st.booleans(), min_size=n, max_size=n)
    # Few names, as in life; with many, hardly anybody ever joins.
    rare = st.lists(st.sampled_from([False] * 5 + [True]), min_size=n, max_size=n)
    named = np.array([draw(rare) for _ in range(n)])
    np.fill_diagonal(named, val=False)
    return Waits(
        np.array(draw(flags)),
        np.array(draw(st.lists(st.integers(0, n), min_size=n, max_size=n))),
        named,
        np.array(draw(flags)),
    )


def nobody_named(n: int) -> BoolArray:
    return np.zeros((n, n), dtype=np.bool_)


class TestHandWorkedValues:
    """Granovetter's crowd of 100 with thresholds 0, 1, ..., 99, and his changed one."""

    CROWD = np.arange(100)
    ALL = np.ones((1, 100), dtype=np.bool_)

    def test_each_sets_off_the_next(self) -> None:
        assert least_coalition(self.ALL, self.CROWD, nobody_named(100), self.ALL[0]).all()

    def test_one_changed_threshold_leaves_a_single_rioter(self) -> None:
        needs = np.where(self.CROWD == 1, 2, self.CROWD)
        joined = least_coalition(self.ALL, needs, nobody_named(100), self.ALL[0])
        assert np.flatnonzero(joined).tolist() == [0]

    def test_the_same_crowd_holds_if_it_starts_together(self) -> None:
        needs = np.where(self.CROWD == 1, 2, self.CROWD)
        assert greatest_coalition(self.ALL, needs, nobody_named(100), self.ALL[0]).all()

    def test_two_that_wait_for_each_other_by_name(self) -> None:
        named = np.array([[False, True], [True, False]])
        pair = Waits(np.ones(2, np.bool_), np.zeros(2, np.int64), named, np.ones(2, np.bool_))
        assert pair.least().tolist() == [False, False]
        assert pair.greatest().tolist() == [True, True]

    def test_one_that_does_not_count_serves_by_name_but_not_in_number(self) -> None:
        willing, counts = np.ones((1, 3), np.bool_), np.array([False, True, True])
        named = np.array([[False] * 3, [True, False, False], [False] * 3])
        joined = least_coalition(willing, np.array([0, 0, 2]), named, counts)
        assert joined.tolist() == [[True, True, False]]

    def test_joining_does_not_meet_its_own_need(self) -> None:
        alone = Waits(
            np.ones(1, np.bool_), np.ones(1, np.int64), nobody_named(1), np.ones(1, np.bool_)
        )
        assert not alone.greatest().any()
        assert needs_met(np.ones((1, 1), np.bool_), *alone.rules()).tolist() == [[False]]


@given(waits())
def test_least_and_greatest_are_the_ends_of_all_that_can_last(case: Waits) -> None:
    lasting = case.coalitions_that_last()
    assert case.least().tolist() == lasting.all(axis=0).tolist()
    assert case.greatest().tolist() == lasting.any(axis=0).tolist()
    # The ends can themselves last: each is one of the subsets found.
    assert case.least().tolist() in lasting.tolist()
    assert case.greatest().tolist() in lasting.tolist()


@given(waits())
def test_needs_met_is_the_definition(case: Waits) -> None:
    everyone = Waits(np.ones(case.size, np.bool_), *case.rules())
    coalitions = np.array(list(product([False, True], repeat=case.size)))
    slow = [[everyone.would_join(i, tuple(c)) for i in range(case.size)] for c in coalitions]
    assert needs_met(coalitions, *case.rules()).tolist() == slow


@given(waits(most=12), st.data())
def test_more_willing_never_shrinks_either(case: Waits, data: st.DataObject) -> None:
    more = np.array(data.draw(st.lists(st.booleans(), min_size=case.size, max_size=case.size)))
    wider = Waits(case.willing | more, *case.rules())
    assert (case.least() <= wider.least()).all()
    assert (case.greatest() <= wider.greatest()).all()


@given(waits(most=12))
def test_the_least_is_within_the_greatest_and_that_within_the_willing(case: Waits) -> None:
    assert (case.least() <= case.greatest()).all()
    assert (case.greatest() <= case.willing).all()


@given(waits(most=12))
def test_who_needs_nobody_joins_if_and_only_if_willing(case: Waits) -> None:
    free = (case.needs_count == 0) & ~case.needs_named.any(axis=1)
    assert case.least()[free].tolist() == case.willing[free].tolist()
    assert case.greatest()[free].tolist() == case.willing[free].tolist()


@given(waits(most=12), st.data())
def test_the_order_of_delegations_does_not_matter(case: Waits, data: st.DataObject) -> None:
    order = np.array(data.draw(st.permutations(range(case.size))))
    shuffled = Waits(
        case.willing[order],
        case.needs_count[order],
        case.needs_named[np.ix_(order, order)],
        case.counts[order],
    )
    assert shuffled.least().tolist() == case.least()[order].tolist()
    assert shuffled.greatest().tolist() == case.greatest()[order].tolist()


def test_many_draws_are_as_one_at_a_time_also_with_needs_by_draw() -> None:
    rng = np.random.default_rng(3)
    draws, n = 64, 7
    willing, counts = rng.random((draws, n)) < 0.7, rng.random(n) < 0.8
    needs, named = rng.integers(0, 4, (draws, n)), rng.random((n, n)) < 0.1
    np.fill_diagonal(named, val=False)
    for settle in (least_coalition, greatest_coalition, needs_met):
        together = settle(willing, needs, named, counts)
        apart = [settle(willing[d : d + 1], needs[d], named, counts)[0] for d in range(draws)]
        assert together.tolist() == np.array(apart).tolist()


def join_prob(willing_prob: NDArray[np.float64], needs_count: IntArray) -> list[float]:
    """Return each one's exact chance to be in the least coalition, counts only.

    Sort by need. A group of one need moves if at least that many of the groups below
    it moved; once a group is held up, so is every one above it. Follow the number of
    movers from group to group (a Poisson-binomial count), dropping what is held up.
    """
    chance = dict.fromkeys(range(len(needs_count)), 0.0)
    movers = np.array([1.0])
    for need in np.unique(needs_count):
        movers[: min(int(need), len(movers))] = 0.0
        for i in np.flatnonzero(needs_count == need):
            chance[int(i)] = float(willing_prob[i] * movers.sum())
        for i in np.flatnonzero(needs_count == need):
            movers = np.convolve(movers, [1 - willing_prob[i], willing_prob[i]])
    return [chance[i] for i in range(len(needs_count))]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shares_agree_with_the_exact_chance_to_four_standard_errors(seed: int) -> None:
    rng = np.random.default_rng(seed)
    draws, n = 100_000, 12
    willing_prob, needs = rng.uniform(0.2, 1, n), rng.integers(0, 7, n)
    needs[:2] = 0
    joined = least_coalition(
        rng.random((draws, n)) < willing_prob, needs, nobody_named(n), np.ones(n, np.bool_)
    )
    exact = np.array(join_prob(willing_prob, needs))
    error = np.sqrt(exact * (1 - exact) / draws)
    assert (np.abs(joined.mean(axis=0) - exact) <= 4 * error).all()
    # The case is worth its while: waiting costs somebody a visible part of the chance.
    assert (exact < 0.95 * willing_prob).any()


def test_the_exact_chance_is_that_of_two_of_three_by_hand() -> None:
    """A third that wants both others joins with 0.5 · 0.5 · 0.8; one that wants one, 0.75 · 0.8."""
    assert join_prob(np.array([0.5, 0.5, 0.8]), np.array([0, 0, 2])) == [0.5, 0.5, 0.2]
    assert join_prob(np.array([0.5, 0.5, 0.8]), np.array([0, 0, 1]))[2] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("willing", "needs_count", "needs_named", "counts", "says"),
    [
        (np.ones(2, bool), np.zeros(2, int), nobody_named(2), np.ones(2, bool), "a coalition has"),
        (np.ones((1, 2), bool), np.zeros(3, int), nobody_named(2), np.ones(2, bool), "needs_count"),
        (
            np.ones((3, 2), bool),
            np.zeros((2, 2), int),
            nobody_named(2),
            np.ones(2, bool),
            "needs_count",
        ),
        (np.ones((1, 2), bool), np.zeros(2, int), nobody_named(3), np.ones(2, bool), "needs_named"),
        (np.ones((1, 2), bool), np.zeros(2, int), nobody_named(2), np.ones(3, bool), "counts"),
        (np.ones((1, 2), bool), np.array([0, -1]), nobody_named(2), np.ones(2, bool), "negative"),
        (np.ones((1, 2), bool), np.zeros(2, int), np.eye(2) > 0, np.ones(2, bool), "for itself"),
    ],
)
def test_waits_that_make_no_sense_are_refused(
    willing: BoolArray, needs_count: IntArray, needs_named: BoolArray, counts: BoolArray, says: str
) -> None:
    for settle in (least_coalition, greatest_coalition, needs_met):
        with pytest.raises(ValueError, match=says):
            settle(willing, needs_count, needs_named, counts)

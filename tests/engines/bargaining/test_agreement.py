from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.agreement import (
    Agreement,
    Limits,
    Rule,
    agree,
    limits_within,
    majority_zone,
    unanimity_zone,
)
from foedus.engines.bargaining.zone import Zone, take_zone

NAN, INF = float("nan"), float("inf")
ALL = take_zone(0.0, 100.0)
UNANIMITY = Rule(kind="unanimity")


class Actor(NamedTuple):
    """An actor in whole numbers, so that a slow answer can be exact."""

    position: int
    reach: int
    weight: int

    def accepts(self, x: Fraction) -> bool:
        return abs(x - self.position) <= self.reach


ACTORS = st.lists(
    st.builds(Actor, st.integers(0, 20), st.integers(0, 12), st.integers(0, 4)),
    min_size=1,
    max_size=6,
).filter(lambda actors: any(a.weight for a in actors))
QUOTAS = st.sampled_from([Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(1)])


def ends(zone: Zone) -> tuple[float, float]:
    """Return both ends of a zone of one draw."""
    return zone.low_score.item(), zone.high_score.item()


def arrays(actors: list[Actor]) -> tuple[FloatArray, FloatArray, Limits]:
    position, reach, weight = np.array(actors, dtype=np.float64).T[:, np.newaxis]
    position = np.where(weight > 0, position, NAN)
    return position, weight, limits_within(position, reach)


def slow_pieces(
    actors: list[Actor], quota: Fraction, *, passed: bool, low: int = 0, high: int = 20
) -> list[tuple[Fraction, Fraction]]:
    """Return the pieces that enough of the weight accepts, by looking at every end and gap."""
    total = sum(a.weight for a in actors)
    reaches = {Fraction(a.position + side * a.reach) for a in actors for side in (-1, 1)}
    places = sorted({Fraction(low), Fraction(high), *(e for e in reaches if low < e < high)})
    steps = [(x, x) for x in places] + list(pairwise(places))
    pieces: list[tuple[Fraction, Fraction]] = []
    for start, stop in sorted(steps):
        x = (start + stop) / 2
        accepting = Fraction(sum(a.weight for a in actors if a.accepts(x)))
        if accepting > quota * total or (accepting == quota * total and not passed):
            if pieces and pieces[-1][1] == start:
                pieces[-1] = (pieces[-1][0], stop)
            else:
                pieces.append((start, stop))
    return pieces


class TestHandWorkedValues:
    POSITION, WEIGHT = [[20.0, 60.0, 90.0]], [[2.0, 1.0, 1.0]]
    LIMITS = limits_within(POSITION, [[30.0, 20.0, 15.0]])

    def agreed(self, rule: Rule, feasible: Zone = ALL) -> Agreement:
        return agree(self.POSITION, self.WEIGHT, self.LIMITS, rule, feasible)

    def test_all_three_share_nothing(self) -> None:
        found = self.agreed(UNANIMITY)
        assert found.has_deal.tolist() == [False]
        assert found.no_deal_prob == 1.0
        assert found.mean_score.tolist() == [47.5]
        assert np.isnan(found.deal_mean_score).all()
        assert found.width_score.tolist() == [0.0]

    def test_the_first_two_can_agree_if_only_they_must(self) -> None:
        found = self.agreed(Rule(kind="unanimity", named=np.array([True, True, False])))
        assert ends(found.zone) == (40.0, 50.0)
        assert found.deal_mean_score.tolist() == [47.5]
        assert found.deal_median_score.tolist() == [40.0]
        assert found.median_score.tolist() == [20.0]

    def test_two_heads_of_three_can_meet_in_two_places(self) -> None:
        found = self.agreed(Rule(kind="heads", needs_more=True))
        assert ends(found.zone) == (40.0, 50.0)
        assert found.width_score.tolist() == [15.0]

    def test_half_of_the_weight_is_the_first_alone_or_the_other_two(self) -> None:
        found = self.agreed(Rule(kind="weight"))
        assert ends(found.zone) == (0.0, 50.0)
        assert found.width_score.tolist() == [55.0]

    def test_a_majority_still_needs_who_is_named(self) -> None:
        rule = Rule(kind="heads", needs_more=True, named=np.array([False, False, True]))
        assert ends(self.agreed(rule).zone) == (75.0, 80.0)

    def test_what_is_not_feasible_cannot_be_agreed(self) -> None:
        rule = Rule(kind="heads", needs_more=True)
        assert ends(self.agreed(rule, take_zone(45.0, 70.0)).zone) == (45.0, 50.0)
        assert self.agreed(rule, take_zone(51.0, 70.0)).no_deal_prob == 1.0

    def test_a_single_point_is_a_deal(self) -> None:
        limits = limits_within([[20.0, 60.0]], [[10.0, 30.0]])
        found = agree([[20.0, 60.0]], [[1.0, 1.0]], limits, UNANIMITY, ALL)
        assert found.deal_mean_score.tolist() == [30.0]
        assert found.width_score.tolist() == [0.0]
        assert found.has_deal.all()


def test_of_two_pieces_as_near_the_lower_is_taken() -> None:
    limits = limits_within([[10.0, 90.0]], [[10.0, 10.0]])
    found = majority_zone(limits, [[1.0, 1.0]], Rule(kind="heads"), ALL, [50.0])
    assert found.piece_count.tolist() == [2]
    assert ends(found.zone) == (0.0, 20.0)


@given(ACTORS, QUOTAS, st.booleans(), st.integers(0, 20), st.integers(0, 20))
def test_a_majority_finds_every_piece(
    actors: list[Actor], quota: Fraction, passed: bool, one: int, other: int
) -> None:
    passed = passed and quota < 1
    low, high = sorted((one, other))
    _, weight, limits = arrays(actors)
    rule = Rule(kind="weight", quota_share=float(quota), needs_more=passed)
    found = majority_zone(limits, weight, rule, take_zone(low, high), [7.0])
    slow = slow_pieces([a for a in actors if a.weight], quota, passed=passed, low=low, high=high)
    assert found.piece_count.item() == len(slow)
    assert found.width_score.item() == sum(stop - start for start, stop in slow)
    if slow:
        nearest = min(slow, key=lambda piece: (max(piece[0] - 7, 7 - piece[1], 0), piece[0]))
        assert found.zone.low_score.item() == nearest[0]
        assert found.zone.high_score.item() == nearest[1]
    else:
        assert found.zone.is_empty.all()


@given(ACTORS)
def test_unanimity_is_a_majority_of_all(actors: list[Actor]) -> None:
    position, weight, limits = arrays(actors)
    all_of_weight = agree(position, weight, limits, Rule(kind="weight", quota_share=1.0), ALL)
    all_heads = agree(position, weight, limits, Rule(kind="heads", quota_share=1.0), ALL)
    unanimous = agree(position, weight, limits, UNANIMITY, ALL)
    for found in (all_of_weight, all_heads):
        assert found.has_deal.tolist() == unanimous.has_deal.tolist()
        assert found.width_score.tolist() == unanimous.width_score.tolist()
        if found.has_deal.all():
            assert ends(found.zone) == ends(unanimous.zone)


@given(ACTORS, st.integers(0, 5), st.sampled_from(["unanimity", "weight", "heads"]))
def test_who_would_go_further_never_destroys_a_deal(
    actors: list[Actor], more: int, kind: str
) -> None:
    rule = Rule(kind=kind)  # type: ignore[arg-type]
    wider = [a._replace(reach=a.reach + more) for a in actors]
    before, after = (agree(*arrays(row), rule, ALL) for row in (actors, wider))
    assert after.has_deal.item() >= before.has_deal.item()
    assert after.width_score.item() >= before.width_score.item()


@given(ACTORS, QUOTAS, QUOTAS)
def test_a_higher_quota_never_makes_a_deal(
    actors: list[Actor], one: Fraction, other: Fraction
) -> None:
    easy, hard = (
        agree(*arrays(actors), Rule(kind="weight", quota_share=float(quota)), ALL)
        for quota in sorted((one, other))
    )
    assert easy.has_deal.item() >= hard.has_deal.item()
    assert easy.width_score.item() >= hard.width_score.item()


@given(ACTORS)
def test_a_deal_is_the_best_that_all_accept(actors: list[Actor]) -> None:
    found = agree(*arrays(actors), UNANIMITY, ALL)
    present = [a for a in actors if a.weight]
    grid = [Fraction(x, 8) for x in range(161)]
    accepted = [float(x) for x in grid if all(a.accepts(x) for a in present)]
    # All limits are whole numbers, so the grid misses no deal.
    assert found.has_deal.item() == bool(accepted)
    if accepted:
        mean, median = found.deal_mean_score.item(), found.deal_median_score.item()
        assert min(accepted) <= mean <= max(accepted)
        assert min(accepted) <= median <= max(accepted)
        for x in accepted:
            assert sum(a.weight * (mean - a.position) ** 2 for a in present) <= (
                sum(a.weight * (x - a.position) ** 2 for a in present) + 1e-9
            )
            assert sum(a.weight * abs(median - a.position) for a in present) <= (
                sum(a.weight * abs(x - a.position) for a in present) + 1e-9
            )


@given(ACTORS, st.integers(-9, 9), st.integers(1, 3), st.sampled_from(["weight", "heads"]))
def test_a_moved_and_stretched_axis_and_another_order_change_nothing_else(
    actors: list[Actor], shift: int, factor: int, kind: str
) -> None:
    rule = Rule(kind=kind, needs_more=True)  # type: ignore[arg-type]
    moved = [
        Actor(shift + factor * a.position, factor * a.reach, a.weight) for a in reversed(actors)
    ]
    before = agree(*arrays(actors), rule, take_zone(0.0, 20.0))
    after = agree(*arrays(moved), rule, take_zone(shift, shift + factor * 20.0))
    assert after.has_deal.item() == before.has_deal.item()
    assert after.width_score.item() == factor * before.width_score.item()
    assert after.deal_mean_score == pytest.approx(
        shift + factor * before.deal_mean_score, nan_ok=True
    )


def test_who_accepts_anything_stands_in_nobodys_way() -> None:
    limits = limits_within([[10.0, 90.0]], [[5.0, INF]])
    assert ends(unanimity_zone(limits, np.array([True, True]), ALL)) == (5.0, 15.0)


def test_where_nobody_is_named_all_that_is_feasible_is_left() -> None:
    limits = limits_within([[10.0, 90.0]], [[5.0, 5.0]])
    assert ends(unanimity_zone(limits, np.array([False, False]), ALL)) == (0.0, 100.0)


def test_the_chance_of_no_deal_is_the_share_of_draws_without() -> None:
    limits = limits_within([[0.0, 50.0]], [[30.0, 25.0], [30.0, 15.0], [20.0, 40.0], [9.0, 9.0]])
    found = agree([[0.0, 50.0]], [[1.0, 1.0]], limits, UNANIMITY, ALL)
    assert found.has_deal.tolist() == [True, False, True, False]
    assert found.no_deal_prob == 0.5
    assert found.mean_score.tolist() == [25.0] * 4
    assert found.deal_mean_score[[0, 2]].tolist() == [25.0, 20.0]


def test_who_is_absent_does_not_vote_and_is_not_asked() -> None:
    position = [[10.0, NAN, 90.0]]
    limits = limits_within(position, [[50.0, 1.0, 50.0]])
    for rule in (UNANIMITY, Rule(kind="heads", quota_share=1.0)):
        assert ends(agree(position, [[1.0, 0.0, 1.0]], limits, rule, ALL).zone) == (40.0, 60.0)


def test_limits_that_are_needed_and_not_known_are_refused() -> None:
    limits = limits_within([[10.0, NAN]], [[5.0, 5.0]])
    with pytest.raises(ValueError, match="limits of an actor whose consent is needed"):
        unanimity_zone(limits, np.array([True, True]), ALL)
    with pytest.raises(ValueError, match="limits of an actor that votes"):
        majority_zone(limits, [[1.0, 1.0]], Rule(kind="heads"), ALL, [0.0])


def test_a_reach_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="reach_score is negative or NaN in draw 1"):
        limits_within([[10.0], [20.0]], [[1.0], [-1.0]])


def test_faults_of_a_rule_are_named_at_once() -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is looked at below
        Rule(kind="lot", quota_share=1.5)  # type: ignore[arg-type]
    assert str(caught.value).split("; ") == [
        "the rule is 'lot': it must be one of unanimity, weight, heads",
        "quota_share is 1.5: it must be above 0 and up to 1",
    ]
    with pytest.raises(ValueError, match="that can never be"):
        Rule(kind="heads", quota_share=1.0, needs_more=True)

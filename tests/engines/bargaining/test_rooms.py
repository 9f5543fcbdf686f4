from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.agreement import Limits, Rule, agree, limits_within
from foedus.engines.bargaining.compromise import compromise_mean, weighted_spread
from foedus.engines.bargaining.rooms import Room, answer_alone, hold_rooms, weight_in_room
from foedus.engines.bargaining.zone import take_zone

NAN = float("nan")
ALL = take_zone(0.0, 100.0)
UNANIMITY = Rule(kind="unanimity")
Case = tuple[FloatArray, FloatArray, Limits]


def members(*flags: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array(flags, dtype=np.bool_)


def speaks(actors: int, **shares: float) -> FloatArray:
    """Return a matrix from shares by name: `by_1_for_2=0.5`."""
    matrix = np.zeros((actors, actors))
    for name, share in shares.items():
        _, i, _, j = name.split("_")
        matrix[int(i), int(j)] = share
    return matrix


@st.composite
def cases(draw: st.DrawFn) -> Case:
    n = draw(st.integers(2, 5))

    def row(least: int, most: int) -> FloatArray:
        return np.array(
            [draw(st.lists(st.integers(least, most), min_size=n, max_size=n))], dtype=np.float64
        )

    position, weight = row(0, 100), row(1, 4)
    return position, weight, limits_within(position, row(0, 60))


class TestOnAForm:
    @given(cases())
    def test_pairs_are_counted_by_their_definition(self, case: Case) -> None:
        position, _, limits = case
        low, high = limits.low_score[0], limits.high_score[0]
        pairs = list(combinations(range(position.shape[1]), 2))
        near = [
            low[i] <= position[0, j] <= high[i] and low[j] <= position[0, i] <= high[j]
            for i, j in pairs
        ]
        found = answer_alone(*case)
        assert found.pair_share.item() == pytest.approx(sum(near) / len(pairs))
        assert found.spread_score.tolist() == weighted_spread(*case[:2]).tolist()

    def test_who_is_not_asked_makes_no_pair(self) -> None:
        position = [[10.0, 20.0, NAN]]
        limits = limits_within(position, [[10.0, 10.0, 10.0]])
        assert answer_alone(position, [[1.0, 1.0, 0.0]], limits).pair_share.tolist() == [1.0]

    def test_limits_that_are_not_known_are_refused(self) -> None:
        limits = limits_within([[10.0, NAN]], [[10.0, 10.0]])
        with pytest.raises(ValueError, match="the limits of an actor that answers are not known"):
            answer_alone([[10.0, 20.0]], [[1.0, 1.0]], limits)

    def test_one_alone_makes_no_pair(self) -> None:
        position = [[10.0, 20.0]]
        limits = limits_within(position, [[10.0, 10.0]])
        assert np.isnan(answer_alone(position, [[1.0, 0.0]], limits).pair_share).all()

    def test_limits_that_vary_make_draws_of_one_row_of_answers(self) -> None:
        position = [[10.0, 20.0]]
        found = answer_alone(
            position, [[1.0, 1.0]], limits_within(position, np.array([[5.0, 9.0], [10.0, 12.0]]))
        )
        assert found.pair_share.tolist() == [0.0, 1.0]
        assert found.spread_score.tolist() == [5.0, 5.0]


class TestWeightInARoom:
    def test_what_is_spoken_for_is_added_to_the_speaker(self) -> None:
        share = speaks(4, by_0_for_2=0.25, by_1_for_2=0.75, by_1_for_3=0.5)
        room = Room(members=members(1, 1, 0, 0), rule=UNANIMITY, speaks_for_share=share)
        assert weight_in_room([[1.0, 2.0, 4.0, 8.0]], room).tolist() == [[2.0, 9.0, 0.0, 0.0]]

    def test_a_member_that_is_absent_speaks_for_nobody(self) -> None:
        room = Room(
            members=members(1, 1, 0), rule=UNANIMITY, speaks_for_share=speaks(3, by_0_for_2=1.0)
        )
        assert weight_in_room([[0.0, 2.0, 4.0]], room).tolist() == [[0.0, 2.0, 0.0]]

    def test_the_outcome_is_as_if_the_absent_stood_where_the_speaker_does(self) -> None:
        share = speaks(3, by_1_for_2=0.5)
        room = Room(members=members(1, 1, 0), rule=UNANIMITY, speaks_for_share=share)
        position, weight = np.array([[10.0, 40.0, 90.0]]), np.array([[1.0, 1.0, 4.0]])
        found = hold_rooms(position, weight, limits_within(position, weight * 99), [room], ALL)[0]
        assert found.agreement.mean_score.item() == pytest.approx((10 + 40 + 2 * 40) / 4)

    def test_who_speaks_for_others_still_has_one_head(self) -> None:
        share = speaks(4, by_0_for_3=1.0)
        position = np.array([[10.0, 60.0, 70.0, 0.0]])
        weight = np.array([[1.0, 1.0, 1.0, 9.0]])
        limits = limits_within(position, np.full((1, 4), 8.0))
        found = [
            hold_rooms(
                position,
                weight,
                limits,
                [Room(members=members(1, 1, 1, 0), rule=rule, speaks_for_share=share)],
                ALL,
            )[0].agreement.deal_mean_score.item()
            for rule in (Rule(kind="heads", needs_more=True), Rule(kind="weight", needs_more=True))
        ]
        assert found == [62.0, 18.0]


class TestOneRoomAfterTheOther:
    @given(cases())
    def test_by_default_nobody_is_moved_and_each_room_is_its_own(self, case: Case) -> None:
        position, weight, limits = case
        n = position.shape[1]
        first = Room(members=np.arange(n) < 1, rule=UNANIMITY)
        second = Room(members=np.arange(n) >= 1, rule=Rule(kind="heads"))
        rounds = hold_rooms(*case, [first, second], ALL)
        for room, found in zip((first, second), rounds, strict=True):
            inside = np.where(room.members, weight, 0.0)
            alone = agree(position, inside, limits, room.rule, ALL)
            assert found.agreement.has_deal.tolist() == alone.has_deal.tolist()
            assert found.agreement.width_score.tolist() == alone.width_score.tolist()
            for own, other in (
                (found.agreement.deal_mean_score, alone.deal_mean_score),
                (found.agreement.deal_median_score, alone.deal_median_score),
                (found.agreement.median_score, alone.median_score),
            ):
                assert np.array_equal(own, other, equal_nan=True)
            assert found.spread_score.tolist() == weighted_spread(position, inside).tolist()
            assert found.position_score.tolist() == position.tolist()

    @given(cases(), st.floats(0, 1))
    def test_members_go_part_of_the_way_and_nobody_else_does(self, case: Case, pull: float) -> None:
        position, weight, _ = case
        wide = limits_within(position, np.full(position.shape, 200.0))
        room = Room(members=np.arange(position.shape[1]) > 0, rule=UNANIMITY)
        found = hold_rooms(position, weight, wide, [room], ALL, pull_share=pull)[0]
        outcome = compromise_mean(position, np.where(room.members, weight, 0.0)).item()
        expected = np.where(room.members, position + pull * (outcome - position), position)
        assert found.position_score == pytest.approx(expected)

    @given(cases(), st.floats(0, 1))
    def test_a_room_that_pulls_its_members_narrows_its_spread_by_that_share(
        self, case: Case, pull: float
    ) -> None:
        position, weight, _ = case
        wide = limits_within(position, np.full(position.shape, 200.0))
        room = Room(members=np.ones(position.shape[1], dtype=np.bool_), rule=UNANIMITY)
        one, two = hold_rooms(position, weight, wide, [room, room], ALL, pull_share=pull)
        assert two.spread_score == pytest.approx((1 - pull) * one.spread_score, abs=1e-9)
        assert two.agreement.mean_score == pytest.approx(one.agreement.mean_score)

    def test_without_a_deal_nobody_moves(self) -> None:
        position = np.array([[10.0, 90.0], [10.0, 20.0]])
        weight = np.ones((1, 2))
        room = Room(members=members(1, 1), rule=UNANIMITY)
        limits = limits_within(position, np.full((1, 2), 20.0))
        found = hold_rooms(position, weight, limits, [room], ALL, pull_share=1.0)[0]
        assert found.agreement.has_deal.tolist() == [False, True]
        assert found.position_score.tolist() == [[10.0, 90.0], [15.0, 15.0]]

    def test_red_lines_stay_where_they_are_while_positions_move(self) -> None:
        position = np.array([[0.0, 40.0, 80.0]])
        limits = limits_within(position, [[30.0, 40.0, 30.0]])
        two = Room(members=members(1, 1, 0), rule=UNANIMITY)
        all_three = Room(members=members(1, 1, 1), rule=UNANIMITY)
        one = np.ones((1, 3))
        rounds = hold_rooms(position, one, limits, [two, all_three], ALL, pull_share=1.0)
        # The first moved to 20; with a reach of 30 from there it would meet the third at 50.
        assert rounds[0].position_score.tolist() == [[20.0, 20.0, 80.0]]
        assert rounds[1].agreement.no_deal_prob == 1.0

    def test_the_pull_may_differ_by_draw(self) -> None:
        position = np.array([[10.0, 30.0]])
        limits = limits_within(position, np.full((1, 2), 50.0))
        room = Room(members=members(1, 1), rule=UNANIMITY)
        found = hold_rooms(position, np.ones((1, 2)), limits, [room], ALL, pull_share=[0.0, 0.5])
        assert found[0].position_score.tolist() == [[10.0, 30.0], [15.0, 25.0]]

    def test_one_outside_the_room_may_have_to_consent(self) -> None:
        position = np.array([[10.0, 30.0, 60.0]])
        limits = limits_within(position, np.full((1, 3), 25.0))
        rule = Rule(kind="unanimity", named=members(1, 1, 1))
        found = hold_rooms(
            position, np.ones((1, 3)), limits, [Room(members=members(1, 1, 0), rule=rule)], ALL
        )[0]
        assert found.agreement.deal_mean_score.tolist() == [35.0]


def test_faults_of_a_room_are_named_at_once() -> None:
    share = speaks(3, by_0_for_1=0.5, by_2_for_2=2.0)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is looked at below
        Room(members=members(1, 1, 0), rule=UNANIMITY, speaks_for_share=share)
    assert str(caught.value).split("; ") == [
        "more than the whole of an actor's weight is spoken for",
        "an actor that is not in the room speaks for another",
        "an actor that is in the room is spoken for by another",
    ]


@pytest.mark.parametrize(
    ("flags", "share", "says"),
    [
        ((0, 0), None, "a room has no members"),
        ((1, 0), np.zeros((3, 3)), r"speaks_for_share has shape \(3, 3\)"),
        ((1, 0), np.array([[0.0, -0.5], [0.0, 0.0]]), "not at least 0"),
        ((1, 0), np.array([[0.0, NAN], [0.0, 0.0]]), "not at least 0"),
    ],
)
def test_a_room_that_cannot_be_is_refused(
    flags: tuple[int, ...], share: FloatArray | None, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        Room(members=members(*flags), rule=UNANIMITY, speaks_for_share=share)


def test_rooms_and_pulls_that_cannot_be_are_refused() -> None:
    position = np.array([[10.0, 30.0]])
    limits = limits_within(position, position)
    room = Room(members=members(1, 1), rule=UNANIMITY)
    with pytest.raises(ValueError, match="there is no room; pull_share holds a number"):
        hold_rooms(position, np.ones((1, 2)), limits, [], ALL, pull_share=1.5)
    with pytest.raises(ValueError, match=r"weight has shape \(1, 3\): it must be \(draw, 2\)"):
        weight_in_room(np.ones((1, 3)), room)
    with pytest.raises(ValueError, match="the weights are all 0 in draw 0"):
        hold_rooms(
            position, [[0.0, 1.0]], limits, [Room(members=members(1, 0), rule=UNANIMITY)], ALL
        )

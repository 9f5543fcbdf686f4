import numpy as np
import pytest

from foedus.engines.bargaining.stances import checked, take_stances

NAN = float("nan")


def test_weight_is_capability_times_salience() -> None:
    stances = take_stances([[10.0, 60.0]], [[0.5, 0.25]], [[4.0, 8.0]])
    assert stances.weight.tolist() == [[2.0, 2.0]]


def test_equal_influence_leaves_the_salience_alone() -> None:
    stances = take_stances([[10.0, 60.0]], [[0.5, 0.25]])
    assert stances.weight.tolist() == [[0.5, 0.25]]


def test_who_has_no_position_has_no_weight_and_its_salience_is_not_looked_at() -> None:
    stances = take_stances([[10.0, NAN], [NAN, 20.0]], [[0.5, 0.25], [9.0, 1.0]])
    assert stances.weight.tolist() == [[0.5, 0.0], [0.0, 1.0]]


def test_a_mask_of_who_is_present_goes_before_the_positions() -> None:
    stances = take_stances([[10.0, 60.0]], [[0.5, 0.25]], present=[[True, False]])
    assert stances.weight.tolist() == [[0.5, 0.0]]


def test_who_is_present_must_have_a_position_even_if_it_does_not_care() -> None:
    with pytest.raises(ValueError, match="none for an actor that is present in draw 0"):
        take_stances([[10.0, NAN]], [[0.5, 0.0]], present=[[True, True]])


def test_one_draw_of_salience_serves_every_draw_of_positions() -> None:
    stances = take_stances([[10.0, 1.0], [20.0, 2.0], [NAN, 3.0]], [[0.5, 1.0]])
    assert stances.draws == 3
    assert stances.weight.tolist() == [[0.5, 1.0], [0.5, 1.0], [0.0, 1.0]]


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is looked at below
        take_stances(
            [[50.0, 120.0, 10.0], [50.0, 50.0, 10.0], [50.0, NAN, NAN]],
            [[0.5, 0.5, 1.2], [0.0, 0.0, 0.0], [0.5, 0.5, 0.5]],
            [[1.0, 1.0, -3.0]],
            scale=(0, 100),
            least_count=2,
        )
    assert str(caught.value).split("; ") == [
        "salience_share holds 1.2: it must be 0 to 1",
        "capability_weight holds -3: it must be finite and at least 0",
        "position_score holds 120: it must be on the scale, 0 to 100",
        "the weights are all 0 in draw 1",
        "only 1 of at least 2 actors have a weight in draw 2",
    ]


@pytest.mark.parametrize(
    ("position", "weight", "says"),
    [
        ([[1.0, 2.0]], [[1.0, -1.0]], "weight holds -1 in draw 0"),
        ([[1.0, 2.0]], [[1.0, NAN]], "weight holds nan in draw 0"),
        ([[1.0, 2.0]], [[1.0, np.inf]], "weight holds inf in draw 0"),
        ([[1.0, 2.0]], [[1e308, 1e308]], "no finite sum in draw 0"),
        ([[1.0, NAN]], [[1.0, 1.0]], "none for an actor that is present in draw 0"),
        ([[1.0, np.inf]], [[1.0, 1.0]], "none for an actor that is present in draw 0"),
        ([[1.0, 2.0]] * 2, [[1.0, 1.0], [0.0, 0.0]], "all 0 in draw 1"),
        ([[1.0, 2.0]], [[0.0, 0.0]] * 9, "draws 0, 1, 2, 3, 4 and 4 more"),
        ([[1.0, 2.0]], [[1.0]], "weight has 1 actors: position_score has 2"),
        ([1.0, 2.0], [1.0, 2.0], "position_score has 1 axes"),
        ([[1.0, 2.0]] * 2, [[1.0, 1.0]] * 3, "differ in their count of draws"),
    ],
)
def test_what_a_model_cannot_take_is_refused(
    position: list[list[float]], weight: list[list[float]], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        checked(position, weight)


def test_a_lone_actor_is_refused_where_two_are_wanted() -> None:
    assert checked([[1.0, 2.0]], [[1.0, 0.0]]).draws == 1
    with pytest.raises(ValueError, match="only 1 of at least 2 actors"):
        checked([[1.0, 2.0]], [[1.0, 0.0]], least_count=2)


def test_a_scale_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValueError, match="the scale runs from 100 to 0"):
        checked([[1.0]], [[1.0]], scale=(100, 0))

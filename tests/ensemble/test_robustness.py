"""Robustness: each criterion by its definition, and none weighed against another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from foedus.ensemble.robustness import Robustness, choose, regret, robustness

OUTCOMES = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.integers(-20, 20).map(float),
)
# Three choices over three states: the safe one, the bold one, the one between.
TABLE = np.array([[4.0, 9.0, 6.0], [4.0, 1.0, 3.0], [4.0, 5.0, 6.0]])


def of(outcomes: np.ndarray, *, more_is_better: bool = True) -> Robustness:
    return robustness(outcomes, outcomes >= 4, more_is_better=more_is_better)


def test_a_small_table_by_hand() -> None:
    assert regret(TABLE, more_is_better=True).tolist() == [[5, 0, 3], [0, 3, 1], [2, 1, 0]]
    found = of(TABLE)
    assert found.worst.tolist() == [4, 1, 3]
    assert found.regret_worst.tolist() == [5, 3, 3]
    assert found.regret_mean == pytest.approx([7 / 3, 4 / 3, 4 / 3])
    assert found.best_share == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert found.satisficing_share == pytest.approx([1, 2 / 3, 2 / 3])
    assert found.mean == pytest.approx([4, 5, 5])


def test_criteria_that_disagree_are_all_told_with_their_ties() -> None:
    named = choose(of(TABLE), more_is_better=True)
    assert named["worst"] == named["satisficing_share"] == (0,)
    assert named["mean"] == named["regret_worst"] == (1, 2)
    assert named["best_share"] == (0, 1, 2)


@given(outcomes=OUTCOMES, more=st.booleans())
def test_every_criterion_is_what_a_plain_loop_finds(outcomes: np.ndarray, more: bool) -> None:
    found = of(outcomes, more_is_better=more)
    for lever in range(outcomes.shape[1]):
        short, best, met = [], 0, 0
        for row in outcomes.tolist():
            top = max(row) if more else min(row)
            short.append(abs(top - row[lever]))
            best += row[lever] == top
            met += row[lever] >= 4
        assert found.regret_worst[lever] == max(short)
        assert found.regret_mean[lever] == pytest.approx(sum(short) / len(short))
        assert found.best_share[lever] == best / len(short)
        assert found.satisficing_share[lever] == met / len(short)
        assert found.worst[lever] == (min if more else max)(outcomes[:, lever])


@given(outcomes=OUTCOMES, good=st.integers(-50, 50))
def test_what_helps_every_lever_alike_changes_no_regret(outcomes: np.ndarray, good: int) -> None:
    luck = good * np.arange(float(len(outcomes)))[:, np.newaxis]
    before, after = (regret(one, more_is_better=True) for one in (outcomes, outcomes + luck))
    assert np.array_equal(before, after)


@given(outcomes=OUTCOMES)
def test_a_lever_that_is_never_better_than_another_changes_no_regret(outcomes: np.ndarray) -> None:
    worse = outcomes.min(axis=1, keepdims=True) - 1
    more = regret(np.concatenate([outcomes, worse], axis=1), more_is_better=True)
    assert np.array_equal(more[:, :-1], regret(outcomes, more_is_better=True))
    assert (more[:, -1] >= 1).all()


@given(outcomes=OUTCOMES)
def test_some_lever_has_no_regret_in_each_draw(outcomes: np.ndarray) -> None:
    short = regret(outcomes, more_is_better=False)
    assert (short >= 0).all()
    assert (short.min(axis=1) == 0).all()


@given(outcomes=OUTCOMES)
def test_less_is_better_is_more_is_better_turned_round(outcomes: np.ndarray) -> None:
    more, less = of(outcomes), of(-outcomes, more_is_better=False)
    assert np.array_equal(more.regret_worst, less.regret_worst)
    assert np.array_equal(more.worst, -less.worst)
    assert np.array_equal(more.best_share, less.best_share)


@given(outcomes=OUTCOMES)
def test_a_high_quantile_of_the_regret_lies_between_none_and_the_greatest(
    outcomes: np.ndarray,
) -> None:
    found = of(outcomes)
    assert (found.regret_high <= found.regret_worst).all()
    assert (found.regret_high >= np.median(regret(outcomes, more_is_better=True), axis=0)).all()


def test_levers_are_compared_on_draws_in_which_none_failed() -> None:
    failing = np.concatenate([TABLE, [[100.0, np.nan, -100.0]]])
    found = of(failing)
    assert (found.used_count, found.failed_count) == (3, 1)
    assert np.array_equal(found.regret_worst, of(TABLE).regret_worst)
    assert np.array_equal(found.satisficing_share, of(TABLE).satisficing_share)


def test_nothing_is_said_where_every_draw_failed() -> None:
    found = of(np.array([[1.0, np.nan]]))
    assert (found.used_count, found.failed_count) == (0, 1)
    assert np.isnan(found.regret_worst).all()
    assert set(choose(found, more_is_better=True).values()) == {()}


def test_arrays_that_are_no_outcomes_are_refused() -> None:
    with pytest.raises(ValueError, match="draw, lever"):
        regret(np.zeros(3), more_is_better=True)
    with pytest.raises(ValueError, match="infinite"):
        regret(np.array([[np.inf, 0.0]]), more_is_better=True)
    with pytest.raises(ValueError, match="met"):
        robustness(TABLE, TABLE[:2] > 0, more_is_better=True)
    with pytest.raises(ValueError, match="high_share"):
        robustness(TABLE, TABLE > 0, more_is_better=True, high_share=2)

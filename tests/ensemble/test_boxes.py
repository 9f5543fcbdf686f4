"""Questions and boxes: a planted box is found, and chance is not mistaken for one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import few

from foedus.ensemble.boxes import Question, discover, is_denser, parse_question
from foedus.errors import SettingsError

BELOW_HALF = Question("y", "<", 0.5)


def inputs(n: int, count: int, seed: int = 1) -> dict[str, np.ndarray]:
    x = np.random.default_rng(seed).random((n, count))
    return {f"x{i}": x[:, i] for i in range(count)}


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("forces/balanced_persons < 30000", Question("forces/balanced_persons", "<", 30000.0)),
        ("balanced_persons>=1e4", Question("balanced_persons", ">=", 10000.0)),
        (" a/b <= -1.5 ", Question("a/b", "<=", -1.5)),
        ("deterred_prob > 20%", Question("deterred_prob", ">", 0.2)),
    ],
)
def test_questions_are_read_as_they_are_written(text: str, question: Question) -> None:
    assert parse_question(text) == question
    assert parse_question(str(question)) == question


@given(limit=st.floats(-1e9, 1e9), sign=st.sampled_from(["<", "<=", ">", ">="]))
def test_a_question_is_printed_as_it_can_be_read_again(limit: float, sign: str) -> None:
    question = parse_question(f"a/b {sign} {limit!r}")
    assert question.limit == limit
    assert parse_question(str(question)) == question


@pytest.mark.parametrize(
    "text", ["", "strength", "a < ", "a = 3", "a < b", "a < 1 < 2", "a < 1..2"]
)
def test_what_is_no_question_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"is no question about an outcome\. Write such as"):
        parse_question(text)


def test_a_draw_without_a_number_is_no_case() -> None:
    values = np.array([1.0, 2.0, 3.0, np.nan])
    for sign, cases in (("<", [0]), ("<=", [0, 1]), (">", [2]), (">=", [1, 2])):
        found = parse_question(f"y {sign} 2").cases(values)
        assert np.flatnonzero(found).tolist() == cases


def test_a_planted_box_is_found_with_its_limits_and_no_other() -> None:
    x = inputs(4000, 30)
    y = 1 - ((x["x4"] > 0.6) & (x["x9"] < 0.5)).astype(float)
    found = discover(BELOW_HALF, y, x)
    (box,) = found.boxes
    limits = {one.name: one for one in box.limits}
    assert limits.keys() == {"x4", "x9"}
    assert limits["x4"].low == pytest.approx(0.6, abs=0.02)
    assert limits["x9"].high == pytest.approx(0.5, abs=0.02)
    assert limits["x4"].high is limits["x9"].low is None
    assert box.fit.coverage_share > 0.95
    assert box.fit.density_share > 0.95
    assert max(one.quasi_p for one in box.limits) < 1e-6
    assert found.cases_share == pytest.approx(0.2, abs=0.03)


def test_a_second_box_holds_cases_that_the_first_does_not() -> None:
    x = inputs(6000, 6)
    y = 1 - ((x["x0"] > 0.7) | ((x["x1"] > 0.8) & (x["x2"] < 0.5))).astype(float)
    found = discover(BELOW_HALF, y, x)
    assert len(found.boxes) >= 2
    assert {one.name for one in found.boxes[0].limits} == {"x0"}
    assert {one.name for one in found.boxes[1].limits} == {"x1", "x2"}
    assert found.coverage_share > 0.9
    assert found.density_share > 0.9
    assert found.coverage_share >= sum(box.fit.coverage_share for box in found.boxes) - 1e-9


def test_an_event_is_limited_to_one_of_its_sides() -> None:
    chance = np.random.default_rng(3)
    x = inputs(2000, 3) | {"event": (chance.random(2000) < 0.4).astype(float)}
    y = np.where(x["event"] > 0, 0.0, chance.random(2000) + 0.2)
    (limit,) = discover(BELOW_HALF, y, x).boxes[0].limits
    assert (limit.name, limit.low, limit.high) == ("event", 1.0, None)


def test_what_is_said_of_a_box_is_counted_on_draws_that_did_not_choose_it() -> None:
    x = inputs(1200, 8)
    often = np.where((x["x0"] > 0.5) & (x["x1"] > 0.3), 0.8, 0.2)
    y = (np.random.default_rng(9).random(1200) >= often).astype(float)
    box = discover(BELOW_HALF, y, x).boxes[0]
    between = np.arange(1200) % 2 == 1
    inside = between.copy()
    for limit in box.limits:
        low, high = limit.low or -np.inf, np.inf if limit.high is None else limit.high
        inside &= (x[limit.name] >= low) & (x[limit.name] <= high)
    cases = y < 0.5
    assert box.fit.inside_count == inside.sum()
    assert box.fit.inside_cases_count == (inside & cases).sum()
    assert (box.fit.draws_count, box.fit.cases_count) == (600, (between & cases).sum())


@given(seed=st.integers(0, 200))
@few
def test_chance_alone_makes_no_box(seed: int) -> None:
    y = np.random.default_rng(seed + 1).random(600)
    found = discover(BELOW_HALF, y, inputs(600, 10, seed))
    assert found.boxes == ()
    assert found.says == "No input by itself changes how often it is so."


@pytest.mark.parametrize(
    ("y", "says"),
    [
        (np.ones(300), "nothing to tell apart"),
        (np.zeros(300), "nothing to tell apart"),
        ((np.arange(300) > 9).astype(float), "Too few of these"),
        ((np.arange(300) < 9).astype(float), "Too few others"),
        (np.full(300, np.nan), "nothing to tell apart"),
    ],
)
def test_where_there_is_nothing_to_tell_it_is_said(y: np.ndarray, says: str) -> None:
    found = discover(BELOW_HALF, y, inputs(300, 2))
    assert says in found.says
    assert found.boxes == ()
    assert found.table().is_empty()


def test_draws_that_failed_are_in_no_box() -> None:
    x = inputs(3000, 3)
    y = (x["x1"] < 0.5).astype(float)
    y[x["x2"] > 0.9] = np.nan
    found = discover(BELOW_HALF, y, x)
    assert found.draws_count == int((x["x2"] <= 0.9).sum())
    assert {one.name for one in found.boxes[0].limits} == {"x1"}


def test_a_box_that_is_hardly_denser_is_not_told() -> None:
    assert is_denser(0.3, 0.2)
    assert is_denser(0.95, 0.9)
    assert not is_denser(0.92, 0.91)
    assert not is_denser(0.2, 0.3)


def test_the_table_has_a_row_for_each_limit() -> None:
    x = inputs(3000, 3)
    table = discover(BELOW_HALF, 1 - (x["x1"] > 0.7).astype(float), x).table()
    assert table["input"].to_list() == ["x1"]
    assert table["high_value"].to_list() == [None]

"""Values read as their units ask, and bars lie where the numbers are."""

import math
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus import Answer
from foedus.briefing import Driver
from foedus.report import numbers

Make = Callable[..., Answer]

FINITE = st.floats(-1e9, 1e9, allow_nan=False)


@pytest.mark.parametrize(
    ("kind", "unit", "value", "text"),
    [
        ("number", "soldiers in balance", 21_639.1, "21,600"),
        ("probability", "", 0.004, "under 1 %"),
        ("number", "share of the force", 0.25, "25 %"),
        ("number", "delegations", 12.0, "12"),
        ("number", "delegations", 15.04, "15"),
        ("number", "months", 8.5, "8.5"),
        ("threshold", "", 0.5532, "0.553"),
        ("choice", "", "Aldmark", "Aldmark"),
        ("choice", "", ("Aldmark", "Castria"), "Aldmark; Castria"),
        ("number", "soldiers", None, "\N{EN DASH}"),
        ("number", "soldiers", math.nan, "\N{EN DASH}"),
    ],
)
def test_a_value_is_printed_as_its_unit_asks(
    answer: Make, kind: str, unit: str, value: Any, text: str
) -> None:
    assert numbers.show_value(answer(kind, unit=unit), value) == text


@given(low=FINITE, width=st.floats(0, 1e9), part=st.floats(0, 1))
def test_a_bar_holds_its_value_and_keeps_to_its_line(low: float, width: float, part: float) -> None:
    bar = bar_of(value=low + part * width, low=low, high=low + width)
    if bar is None:
        assert low == width == 0
        return
    slack = 0.02
    assert -slack <= bar.start <= bar.at + slack
    assert bar.at <= bar.start + bar.length + slack
    assert bar.start + bar.length <= 100 + slack


def bar_of(value: float, low: float, high: float) -> numbers.RangeBar | None:
    fields: dict[str, Any] = {
        "id": "x",
        "question": "",
        "kind": "number",
        "headline": "",
        "unit": "",
    }
    empty: dict[str, Any] = {
        "assumes": (),
        "cannot_say": (),
        "sources": (),
        "rows": (),
        "tables": {},
    }
    return numbers.range_bar(Answer(**fields, **empty, run="", value=value, low=low, high=high))


def test_a_value_outside_its_range_still_lies_on_the_line() -> None:
    bar = bar_of(value=50.0, low=1.0, high=10.0)
    assert bar is not None
    assert bar.at == 100


def test_probabilities_share_one_line(answer: Make) -> None:
    bar = numbers.range_bar(answer("probability", value=0.1, low=0.05, high=0.2))
    assert bar is not None
    assert (bar.start, bar.length, bar.at, bar.high_end) == (5, 15, 10, "100 %")


@pytest.mark.parametrize(
    "fields",
    [
        {"value": 1.0},
        {"value": "Aldmark", "low": 0.0, "high": 1.0},
        {"value": None, "low": 0.0, "high": 1.0},
        {"value": 1.0, "low": 0.0, "high": math.inf},
        {"value": 0.0, "low": 0.0, "high": 0.0},
    ],
)
def test_no_bar_is_made_up(answer: Make, fields: dict[str, Any]) -> None:
    assert numbers.range_bar(answer("number", **fields)) is None


@given(st.floats(1e-6, 1e9))
def test_the_end_of_a_line_is_round_and_near(number: float) -> None:
    end = numbers.round_above(number)
    assert number <= end <= 1.6 * number
    assert float(f"{end:.2g}") == end


def test_a_threshold_that_is_seldom_there_says_so_first(answer: Make) -> None:
    fields = {"unit": "months", "low": 8.0, "high": 11.6, "never_prob": 0.996, "always_prob": 0.0}
    printed = numbers.printed_value(answer("threshold", value=8.0, **fields))
    assert (printed.text, printed.unit) == ("never", "in over 99 % of draws")
    assert printed.lines == ["else 8 months (90 % range 8 to 11.6)", "always: 0 % of draws"]
    assert printed.bar is None
    none = numbers.printed_value(answer("threshold", value=None, never_prob=1.0, always_prob=0.0))
    assert (none.text, none.lines) == ("never", ["always: 0 % of draws"])


def test_the_number_of_a_headline_row_is_the_one_its_range_is_about(answer: Make) -> None:
    row = {"title": "Aldmark", "other_persons": 5.0, "sent_persons": 812.0}
    ends = {"sent_persons_low": 700.0, "sent_persons_high": 900.0}
    found = answer("table", value={**row, **ends}, low=700.0, high=900.0, unit="soldiers")
    assert numbers.number_of(found) == 812.0
    assert numbers.number_of(answer("table", value=row)) is None
    printed = numbers.printed_value(found)
    assert (printed.of, printed.text) == ("Aldmark", "810")
    assert [entry.text for entry in printed.entries] == ["Aldmark", "5", "812 (700 to 900)"]


def drivers_of(*effects: float) -> list[Driver]:
    about: dict[str, Any] = {"cell": "a/b/c", "title": "", "is_event": False, "compares": ""}
    number: dict[str, Any] = {"effect_name": "x_persons", "rank_correlation": 0.0}
    return [Driver(**about, **number, effect=effect) for effect in effects]


def test_bars_of_drivers_run_from_the_middle_where_they_differ_in_sign() -> None:
    raises, lowers = numbers.driver_bars(drivers_of(10.0, -5.0))
    assert (raises.start, raises.length, raises.axis) == (50, 50, 50)
    assert (lowers.start, lowers.length, lowers.axis) == (25, 25, 50)
    assert (raises.raises, lowers.raises) == (True, False)


def test_bars_of_drivers_run_from_the_left_where_they_agree() -> None:
    first, second = numbers.driver_bars(drivers_of(-10.0, -5.0))
    assert (first.start, first.length, second.start, second.length) == (0, 100, 0, 50)
    assert not first.raises


@given(st.lists(st.floats(allow_nan=True), max_size=4))
def test_bars_of_drivers_keep_within_their_picture(effects: list[float]) -> None:
    for bar in numbers.driver_bars(drivers_of(*effects)):
        assert -0.01 <= bar.start <= bar.start + bar.length <= 100.01


def test_a_code_gives_way_to_the_name_beside_it() -> None:
    both = pl.DataFrame({"title": ["A"], "delegation": ["X"], "capability": ["c"]})
    assert numbers.without_codes(both).columns == ["title", "capability"]
    named = pl.DataFrame({"delegation": ["X"], "nation": ["A"], "capability": ["c"]})
    assert numbers.without_codes(named).columns == ["nation", "capability"]
    alone = pl.DataFrame({"delegation": ["X"], "x": [1]})
    assert numbers.without_codes(alone).columns == ["delegation", "x"]

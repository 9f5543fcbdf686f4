"""Charts of what draws come to."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plots.drawn import HOSTILE, assert_sound, numbers_drawn, rows_drawn

from foedus import Brief
from foedus.briefing.answer import Driver
from foedus.plots import ensemble
from foedus.plots.figure import Figure


def driver(title: str, effect: float, name: str = "sent_persons") -> Driver:
    return Driver(
        cell="units/ALD:fires/available_count",
        title=title,
        is_event=False,
        effect=effect,
        effect_name=name,
        compares="its upper fifth against its lower fifth",
        rank_correlation=0.5,
    )


def tornado(*drivers: Driver) -> tuple[Figure, dict[str, pl.DataFrame]]:
    table = ensemble.drivers_table(drivers)
    figure = Figure(
        "drivers",
        "What moves it",
        lambda width: ensemble.drivers_chart(table, width),
        "; ".join(table["says"]),
        "drivers",
    )
    return figure, {"drivers": table}


def test_drivers_of_an_answer_are_drawn_as_the_answer_tells_them(brief: Brief) -> None:
    found = [answer for answer in brief.answers if answer.drivers]
    for answer in found:
        figure = ensemble.drivers(answer)
        assert figure is not None
        assert_sound(figure, {"drivers": ensemble.drivers_table(answer.drivers)})
        assert all(one.says in figure.says for one in answer.drivers)
    for answer in brief.answers:
        assert (ensemble.drivers(answer) is None) == (not answer.drivers)


def test_what_lowers_a_number_points_the_other_way() -> None:
    figure, tables = tornado(driver("up", 1200.0), driver("down", -300.0))
    assert_sound(figure, tables)
    ways = {row["label"]: (row["way"], row["arrow"]) for row in rows_drawn(figure.chart.to_dict())}
    assert ways == {"up": (ensemble.UP, "▲"), "down": (ensemble.DOWN, "▼")}
    assert numbers_drawn(figure) == {1200.0, -300.0}


def test_hostile_names_of_drivers_stay_text() -> None:
    hostile = [driver(name, 0.25, "x_share") for name in HOSTILE]
    figure, tables = tornado(*hostile)
    assert_sound(figure, tables)


def test_a_range_is_one_line_high_and_says_its_numbers() -> None:
    numbers = pl.DataFrame({"x_persons": [7000.0], "low": [0.0], "high": [15000.0]})
    figure = ensemble.range_line(
        7000.0, 0.0, 15000.0, "balanced_persons", ends=(0.0, 20000.0), table="headline_numbers"
    )
    assert_sound(figure, {"headline_numbers": numbers})
    assert figure.draw(340).to_dict()["height"] == ensemble.LINE_HEIGHT
    assert figure.says == "7,000 (0 to 15,000), on a line from 0 to 20,000."


def test_a_range_of_no_number_is_drawn_without_one() -> None:
    nan = float("nan")
    figure = ensemble.range_line(nan, nan, nan, "join_prob", ends=(0.0, 1.0))
    assert_sound(figure, {"headline_numbers": pl.DataFrame()})


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60))
def test_every_draw_stands_in_one_step_of_a_histogram(values: list[float]) -> None:
    table = ensemble.bins(np.array(values), "x_value")
    assert table["draws_count"].sum() == len(values)
    assert table["draws_share"].sum() == pytest.approx(1.0)
    assert table["from_x_value"][0] <= min(values)
    assert table["to_x_value"][-1] >= max(values)
    assert table.height <= 2 * ensemble.BINS


def test_a_histogram_draws_its_bins_and_says_where_most_draws_are() -> None:
    values = np.array([1.0, 1.0, 1.0, 4.0, np.nan])
    figure = ensemble.histogram(values, "extra_usd_bn", title="Extra")
    assert_sound(figure, {"bins": ensemble.bins(values, "extra_usd_bn")})
    assert "Median 1" in figure.says
    assert "(75 % of draws)" in figure.says


@pytest.mark.parametrize("values", [[], [float("nan")], [3.0], [3.0, 3.0]])
def test_a_histogram_of_nothing_or_of_one_value_is_drawn_too(values: list[float]) -> None:
    found = np.array(values, dtype=float)
    figure = ensemble.histogram(found, "x_persons")
    assert_sound(figure, {"bins": ensemble.bins(found, "x_persons")})

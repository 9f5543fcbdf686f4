"""Charts of whether a force deters, and what follows if not."""

from collections.abc import Callable

import polars as pl
import pytest
from tests.plots.drawn import HOSTILE, assert_sound, numbers_drawn, rows_drawn

from foedus import Brief
from foedus.plots import deterrence, of_answer
from foedus.plots.figure import Figure

MAKERS: dict[str, Callable[[pl.DataFrame], Figure]] = {
    "mission_grid": deterrence.grid,
    "mission_here": deterrence.here,
    "breach_ladder": deterrence.ladder,
    "breach_months": deterrence.months,
    "backstop_thresholds": deterrence.thresholds,
    "backstop_burden": deterrence.burden,
    "leverage_offers": deterrence.offers,
    "alone_deterrence": deterrence.alone,
    "messages": deterrence.messages,
}
QUESTIONS = ("mission", "breach", "backstop", "leverage", "messages")


def tables_of(brief: Brief) -> dict[str, pl.DataFrame]:
    names = (*QUESTIONS, "alone")
    return {key: table for name in names for key, table in brief[name].tables.items()}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_brief_has_charts_of_every_question(brief: Brief, question: str) -> None:
    assert of_answer(brief[question], brief)


def test_what_is_deterred_is_never_drawn_without_the_chance_of_war(brief: Brief) -> None:
    tables = tables_of(brief)
    for name in ("mission_grid", "mission_here", "alone_deterrence", "messages"):
        table, figure = tables[name], MAKERS[name](tables[name])
        drawn = numbers_drawn(figure)
        for column in deterrence.BOTH:
            assert set(table[column].drop_nulls()) <= drawn, f"{name} lacks {column}"
        assert "direct war" in figure.says.lower()
    both = deterrence.with_and_without(tables["breach_ladder"])
    for column in deterrence.BOTH:
        assert set(tables["breach_ladder"][column].drop_nulls()) <= numbers_drawn(both)


def test_the_ladder_has_the_parts_of_the_options_place_and_they_are_all_there_is(
    brief: Brief,
) -> None:
    table = tables_of(brief)["breach_ladder"]
    place = table.filter(pl.col("is_option"))["location"].item(0)
    figure = deterrence.ladder(table)
    ends: dict[str, float] = {}
    for row in rows_drawn(figure.chart.to_dict()):
        ends[row["label"]] = max(ends.get(row["label"], 0.0), row["place_to"])
    assert len(ends) == table.filter(pl.col("location") == place).height
    assert all(end == pytest.approx(1.0) for end in ends.values())


def test_months_are_drawn_for_the_option_with_and_without_and_for_no_force(brief: Brief) -> None:
    table = tables_of(brief)["breach_months"]
    drawn = {row["who"] for row in rows_drawn(deterrence.months(table).chart.to_dict())}
    assert drawn == {"with the guarantor", "without the guarantor", "no force"}
    for span in deterrence.MONTHS:
        own = table.filter(pl.col("is_option"))[f"direct_war_in_{span}_months_prob"]
        assert set(own) <= numbers_drawn(deterrence.months(table))


def thresholds() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "mission": ["watch", "fight"],
            "location": ["rear", "rear"],
            "is_option": [True, False],
            "needed_backing_prob": [None, 0.5],
            "needed_backing_prob_low": [0.75, 0.25],
            "needed_backing_prob_high": [None, 0.875],
            "no_backing_needed_prob": [0.0, 0.125],
            "no_backing_enough_prob": [0.9375, 0.03125],
        }
    )


def test_never_begins_right_and_always_begins_left() -> None:
    figure = deterrence.thresholds(thresholds())
    assert_sound(figure, {"backstop_thresholds": thresholds()})
    fight = {
        row["part"]: (row["place_from"], row["place_to"])
        for row in rows_drawn(figure.chart.to_dict())
        if row["label"].startswith("fight")
    }
    assert fight == {"none is needed": (0.0, 0.125), "none is enough": (0.96875, 1.0)}
    assert "No backing is enough in 3 % of futures for fight, rear" in figure.says


def test_a_range_without_an_end_is_open_to_the_right() -> None:
    figure = deterrence.needed(thresholds())
    assert_sound(figure, {"backstop_thresholds": thresholds()})
    rows = {row["label"]: row for row in rows_drawn(figure.chart.to_dict()) if "is_open" in row}
    watch, fight = rows["▸ watch, rear"], rows["fight, rear"]
    assert (watch["is_open"], watch["place_to"]) == (True, 1.0)
    assert (fight["is_open"], fight["place_to"]) == (False, 0.875)
    assert "25 %, for fight, rear" in figure.says


def test_the_guarantors_part_stands_beside_that_without_it() -> None:
    table = pl.DataFrame(
        {
            "mission": ["watch", "watch"],
            "location": ["rear", "rear"],
            "guarantor": ["with", "without"],
            "is_option": [True, True],
            "deterred_prob": [0.5, 0.25],
            "direct_war_prob": [0.125, 0.0625],
        }
    )
    figure = deterrence.with_and_without(table)
    assert_sound(figure, {"breach_ladder": table})
    assert figure.says == (
        "watch rear: deterred 50 % with the guarantor and 25 % without, "
        "direct war 12 % with the guarantor and 6 % without."
    )


@pytest.mark.parametrize(
    "key", ["mission_grid", "mission_here", "breach_ladder", "backstop_thresholds"]
)
def test_hostile_names_stay_text(key: str, brief: Brief) -> None:
    first = tables_of(brief)[key].head(1)
    table = pl.concat([first.with_columns(mission=pl.lit(name)) for name in HOSTILE])
    assert_sound(MAKERS[key](table), {key: table})


@pytest.mark.parametrize("key", MAKERS)
def test_one_row_no_row_and_no_number_are_drawn_too(key: str, brief: Brief) -> None:
    table = tables_of(brief)[key]
    gaps = table.head(2).with_columns(
        pl.lit(float("nan")).alias(name)
        for name in table.columns
        if table[name].dtype == pl.Float64
    )
    for poor in (gaps.head(1), table.head(0)):
        assert_sound(MAKERS[key](poor), {key: poor})

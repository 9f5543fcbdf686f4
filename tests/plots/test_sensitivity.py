"""Charts of what an outcome hangs on draw the numbers that its tables hold."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from altair import TopLevelMixin
from tests import kept
from tests.plots.drawn import HOSTILE, assert_sound, numbers_drawn, parsed, rows_drawn, texts_of

from foedus.briefing.analysis import Analysis
from foedus.ensemble.swings import Swings
from foedus.plots import of_sensitivity, sensitivity
from foedus.plots.figure import Figure

WHOLE: dict[str, Any] = {"discover": "balanced_persons < 3000", "across": True}


def tables(found: Analysis) -> dict[str, pl.DataFrame]:
    return {**found.tables(), "bins": found.bins}


def figure_of(found: Analysis, name: str) -> Figure:
    (figure,) = [one for one in of_sensitivity(found) if one.name == f"sensitivity-{name}"]
    return figure


def test_an_analysis_is_drawn_in_the_order_in_which_it_is_told() -> None:
    found = kept.analysis(**WHOLE)
    figures = of_sensitivity(found)
    names = ["spread", "factors", "events", "options"]
    assert [figure.name for figure in figures] == [f"sensitivity-{name}" for name in names]
    for figure in figures:
        assert figure.title.startswith("Balanced strength on land")
        assert_sound(figure, tables(found))
    assert "options" not in {figure.table for figure in of_sensitivity(kept.analysis())}


@pytest.mark.parametrize(
    "asked",
    [{"method": "morris", "outcome": "agreed_mean_prob"}, {"method": "tornado"}],
    ids=str,
)
def test_each_method_has_a_chart_of_its_factors(asked: dict[str, Any]) -> None:
    found = kept.analysis(**asked)
    figure = figure_of(found, "factors")
    assert_sound(figure, tables(found))
    assert found.leading_factors["title"][0] in figure.says


def test_a_factor_has_two_bars_and_each_its_interval() -> None:
    found = kept.analysis(**WHOLE)
    rows = list(rows_drawn(figure_of(found, "factors").chart.to_dict()))
    drawn = {(row["series"], row["value"], row["low"], row["high"]) for row in rows}
    wanted = {
        (words, *(row[f"{name}{end}"] for end in ("", "_low", "_high")))
        for row in found.leading_factors.to_dicts()
        for name, words in (("first_share", "Alone"), ("total_share", "With others"))
    }
    assert drawn == wanted


def test_a_share_below_nothing_is_drawn_at_nothing() -> None:
    found = kept.analysis()
    low = found.leading_factors.with_columns(first_share=pl.lit(-0.2))
    chart = sensitivity.shares_chart(low, 720).to_dict()
    scales = [layer["encoding"]["x"]["scale"] for layer in chart["layer"]]
    assert all(scale["clamp"] and scale["domain"][0] == 0 for scale in scales)


def test_bars_of_one_input_at_a_time_go_from_the_base_to_either_end() -> None:
    found = kept.analysis(method="tornado")
    assert isinstance(found.result, Swings)
    figure = figure_of(found, "factors")
    rows = list(rows_drawn(figure.chart.to_dict()))
    assert {row["base"] for row in rows} == {found.result.bars.base[0]}
    ends = {(row["end"], row["value"]) for row in rows}
    table = found.leading_factors
    low, high = sensitivity.ENDS.values()
    assert ends == {
        *((low, value) for value in table["at_low_value"]),
        *((high, value) for value in table["at_high_value"]),
    }
    assert any(" ratio" in row["says"] or "(" in row["says"] for row in rows)


def test_regret_is_drawn_for_every_option_beside_what_was_asked() -> None:
    found = kept.analysis(**WHOLE)
    assert found.across is not None
    figure = figure_of(found, "options")
    regret = {float(v) for v in found.across.table()["regret_worst_value"]}
    assert regret <= numbers_drawn(figure)
    text = " ".join(texts_of(parsed(figure)).split())
    assert "Is at or above 3,000 persons" in text
    assert all(words in text for words in sensitivity.REGRETS.values())


def test_what_has_nothing_to_tell_is_not_drawn() -> None:
    found = kept.analysis(**WHOLE)
    flat = replace(found, sample=np.full_like(found.sample, 7.0))
    assert [figure.name for figure in of_sensitivity(flat)] == ["sensitivity-options"]
    event = replace(found, sample=np.where(found.sample > 3000, 1.0, 0.0), across=None)
    names = [figure.name for figure in of_sensitivity(event)]
    assert names == ["sensitivity-factors", "sensitivity-events"]


def test_the_spread_says_where_most_draws_are_and_how_many_are_left_out() -> None:
    found = kept.analysis()
    values = np.array([1.0, 1.0, 1.0, 4.0, np.nan])
    figure = figure_of(replace(found, sample=values), "spread")
    assert figure.says == "Median 1, 90 % of draws from 1 to 4; most often 1 (75 % of draws)."
    assert figure.note == "4 draws. 1 draw without a number left out."


@pytest.mark.parametrize(
    ("asked", "chart"),
    [
        ({}, sensitivity.shares_chart),
        (
            {"method": "tornado"},
            lambda table, width: sensitivity.swings_chart(
                table, "balanced_persons", HOSTILE[0], width
            ),
        ),
    ],
    ids=["shares", "swings"],
)
def test_hostile_names_stay_text_and_what_is_no_number_is_left_out(
    asked: dict[str, Any], chart: Callable[[pl.DataFrame, int], TopLevelMixin]
) -> None:
    row = kept.analysis(**asked).leading_factors.head(1)
    table = pl.concat([row.with_columns(title=pl.lit(name)) for name in HOSTILE])
    is_first = pl.int_range(pl.len()) == 0
    sizes = pl.selectors.float()
    table = table.with_columns(pl.when(is_first).then(None).otherwise(sizes).name.keep())
    figure = Figure("hostile", "Hostile", lambda width: chart(table, width), "x", "factors")
    assert_sound(figure, {"factors": table})

from collections.abc import Mapping

import polars as pl
import pytest
from tests.plots.drawn import HOSTILE, assert_sound, numbers_drawn, parsed, texts_of

from foedus import Brief
from foedus.plots import forces, of_answer
from foedus.plots.figure import Figure


def tables(brief: Brief, question: str) -> Mapping[str, pl.DataFrame]:
    return brief[question].tables


def figures(brief: Brief, question: str) -> list[Figure]:
    size, sent, long = (tables(brief, name) for name in ("size", "contributions", "duration"))
    levels = size["at_least"]["at_least_persons"].to_list()
    return {
        "size": [
            forces.strength(size["strength"], levels),
            forces.at_least(size["at_least"]),
            forces.capabilities(size["capabilities"]),
        ],
        "contributions": [forces.burden(sent["contributions"])],
        "duration": [
            forces.by_duration(long["duration"], long["headline_numbers"]),
            forces.first_short(long["first_short"]),
            forces.turns(long["rotation"]),
        ],
    }[question]


@pytest.mark.parametrize("question", ["size", "contributions", "duration"])
def test_a_brief_has_these_charts_of_the_force(brief: Brief, question: str) -> None:
    found = [(figure.name, figure.says) for figure in of_answer(brief[question], brief)]
    wanted = figures(brief, question)
    assert found == [(f"{question}-{figure.name}", figure.says) for figure in wanted]


def test_strength_says_what_stands_at_the_end(brief: Brief) -> None:
    table = tables(brief, "size")["strength"]
    changed = table.with_columns(balanced_persons=pl.lit(7_777.0))
    assert "7,800 soldiers stand in balance" in forces.strength(changed).says


def test_levels_that_are_not_drawn_are_told(brief: Brief) -> None:
    table = tables(brief, "size")["strength"]
    figure = forces.strength(table, [5_000, 1_000_000])
    assert 5_000.0 in numbers_drawn(figure)
    assert 1_000_000.0 not in numbers_drawn(figure)
    assert "1,000,000 soldiers" in figure.note


def test_all_months_of_the_table_of_chances_are_columns(brief: Brief) -> None:
    table = tables(brief, "size")["at_least"]
    text = texts_of(parsed(forces.at_least(table))).split("\n")
    months = [name.split("_")[2] for name in table.columns[1:]]
    assert set(months) <= set(text)
    assert {"10,000", "30,000", "100,000"} <= set(text)


def test_who_sends_more_than_a_fair_share_is_counted() -> None:
    table = pl.DataFrame(
        {
            "title": ["A", "B", "C"],
            "expected_persons": [300.0, 200.0, 0.0],
            "sent_persons": [500.0, 400.0, 0.0],
            "fair_persons": [100.0, 200.0, 300.0],
            "burden_ratio": [5.0, 2.0, None],
        }
    )
    assert (
        "2 nations send more than a fair share, of 3; A most, 5.0 times"
        in forces.burden(table).says
    )
    none = forces.burden(table.with_columns(burden_ratio=0.5))
    assert "0 nations send more than a fair share, of 3." in none.says


def test_hostile_and_missing_values_are_drawn() -> None:
    table = pl.DataFrame(
        {
            "title": HOSTILE,
            "expected_persons": [float("nan")] * len(HOSTILE),
            "sent_persons": [float("inf")] * len(HOSTILE),
            "fair_persons": [1.0] * len(HOSTILE),
            "burden_ratio": [None] * len(HOSTILE),
        },
        schema_overrides={"burden_ratio": pl.Float64},
    )
    assert_sound(forces.burden(table), {"contributions": table})


@pytest.mark.parametrize("rows", [0, 1])
def test_short_tables_are_drawn(brief: Brief, rows: int) -> None:
    size, long = tables(brief, "size"), tables(brief, "duration")
    sent = tables(brief, "contributions")["contributions"]
    made = [
        forces.strength(size["strength"].head(rows), [1]),
        forces.at_least(size["at_least"].head(rows)),
        forces.capabilities(size["capabilities"].head(rows)),
        forces.burden(sent.head(rows)),
        forces.by_duration(long["duration"].head(rows)),
    ]
    for figure in made:
        assert figure.says
        assert parsed(figure) is not None

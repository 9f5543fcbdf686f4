import polars as pl
import pytest
from tests.plots.drawn import HOSTILE, assert_sound, numbers_drawn, parsed

from foedus import Brief
from foedus.plots import of_answer, spending
from foedus.plots.figure import Figure


def figures(brief: Brief, rows: int = 999) -> list[Figure]:
    tables = brief["afford"].tables
    paths = tables["targets_by_nation"].filter(pl.col("target") == "3.5 %")
    return [
        spending.targets(tables["afford_targets"].head(rows)),
        spending.paths(paths.head(rows), "3.5 %"),
        spending.force_cost(tables["force_cost_by_nation"].head(rows)),
        spending.burdens(tables["burden"].head(rows)),
    ]


def test_a_brief_has_these_charts_of_money(brief: Brief) -> None:
    found = [(figure.name, figure.table) for figure in of_answer(brief["afford"], brief)]
    assert found == [(f"afford-{figure.name}", figure.table) for figure in figures(brief)]


@pytest.mark.parametrize("rows", [0, 1])
def test_short_tables_are_drawn(brief: Brief, rows: int) -> None:
    for figure in figures(brief, rows):
        assert figure.says
        assert parsed(figure) is not None


def test_a_way_to_a_target_draws_that_target_only(brief: Brief) -> None:
    table = brief["afford"].tables["targets_by_nation"]
    drawn = numbers_drawn(spending.paths(table, "2 %"))
    assert 0.02 in drawn
    assert 0.035 not in drawn


def test_who_is_never_there_is_counted() -> None:
    table = pl.DataFrame(
        {
            "title": ["A", "B", "C"],
            "target": ["3 %", "3 %", "2 %"],
            "today_share": [0.01, 0.02, 0.03],
            "target_share": [0.03, 0.03, 0.02],
            "needed_usd_bn": [5.0, 1.0, 0.0],
            "extra_usd_bn": [1.0, 1.0, 0.0],
            "earliest_year": [None, 2029, 2025],
        }
    )
    says = spending.paths(table, "3 %").says
    assert "1 of 2 are not there" in says
    assert "most is needed by A (5.0 bn US dollars)" in says


def test_those_who_pay_most_come_first(brief: Brief) -> None:
    table = brief["afford"].tables["force_cost_by_nation"]
    most = table.sort("expected_usd_bn", descending=True)["title"][0]
    assert f"the force costs most to {most}" in spending.force_cost(table).says


def test_hostile_names_are_drawn(brief: Brief) -> None:
    one = brief["afford"].tables["burden"].head(1)
    table = pl.concat([one.with_columns(title=pl.lit(name)) for name in HOSTILE])
    assert_sound(spending.burdens(table), {"burden": table})

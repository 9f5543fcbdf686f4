"""Charts of under whose command."""

import polars as pl
from tests.plots.drawn import assert_sound, numbers_drawn, of_hostile

from foedus import Brief
from foedus.plots import command, of_answer


def table(name: str = "The coalition") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "title": [name, "Under Aland", "Under Bland"],
            "lead": ["", "ALD", "BLD"],
            "lead_prob": [0.75, 0.5, 0.03125],
            "fields_prob": [0.625, 0.25, 0.0],
            "headquarters_share": [1.0, 0.5, 0.125],
            "acceptance_share": [0.875, None, 0.0625],
        }
    )


def test_a_brief_has_a_chart_of_its_ways(brief: Brief) -> None:
    names = [figure.name for figure in of_answer(brief["command"], brief)]
    assert names == ["command-ways"]


def test_who_seldom_leads_is_left_to_the_table_and_that_is_said() -> None:
    figure = command.ways(table())
    assert 0.125 not in numbers_drawn(figure)
    assert "1 more that seldom lead" in figure.note
    assert figure.says == (
        "Fields every headquarters: most for The coalition (62 %), least for Under Aland (25 %)."
    )


def test_where_all_lead_seldom_all_are_drawn() -> None:
    seldom = table().tail(1)
    assert_sound(command.ways(seldom), {"command_options": seldom})
    assert 0.125 in numbers_drawn(command.ways(seldom))


def test_hostile_names_stay_text() -> None:
    rows = of_hostile(table)
    assert_sound(command.ways(rows), {"command_options": rows})

import json

import polars as pl
import pytest
from tests.plots.drawn import HOSTILE, assert_sound, numbers_drawn, parsed, texts_of

from foedus import Brief
from foedus.plots import options
from foedus.plots.figure import NARROW, WIDE
from foedus.plots.render import spec


def test_deterrence_never_stands_without_war() -> None:
    columns = [panel.series[0].column for panel in options.PANELS]
    assert columns.index("direct_war_prob") == columns.index("deterred_prob") + 1


def test_every_panel_is_drawn(brief: Brief) -> None:
    drawn = numbers_drawn(options.outcomes(brief.options))
    for panel in options.PANELS:
        series = panel.series[0]
        for column in (series.column, *series.ends):
            if column in brief.options.columns:
                assert set(brief.options[column].drop_nulls()) <= drawn


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_pointer_marks_the_option_of_the_brief(brief: Brief, width: int) -> None:
    keys = brief.options["option"].to_list()
    assert "▸" in texts_of(parsed(options.outcomes(brief.options, keys[1]), width))
    unmarked = spec(options.outcomes(brief.options, "none"), width=width)
    assert "▸" not in json.dumps(unmarked, ensure_ascii=False)


def test_a_quantity_that_the_table_lacks_has_no_panel(brief: Brief) -> None:
    table = brief.options.drop("agreed_prob", "deterred_prob", "direct_war_prob")
    assert "Agreed" in json.dumps(spec(options.outcomes(brief.options)))
    assert "Agreed" not in json.dumps(spec(options.outcomes(table)))
    assert "Agreed" not in options.outcomes(table).says


def test_a_single_option_is_drawn(brief: Brief) -> None:
    figure = options.outcomes(brief.options.head(1), brief.option)
    assert_sound(figure, {"options": brief.options})


def test_no_option_is_drawn(brief: Brief) -> None:
    assert parsed(options.outcomes(brief.options.clear())) is not None


def test_hostile_titles_are_drawn(brief: Brief) -> None:
    one = brief.options.head(1)
    table = pl.concat([one.with_columns(title=pl.lit(name)) for name in HOSTILE])
    assert_sound(options.outcomes(table), {"options": table})

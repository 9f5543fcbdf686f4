import altair as alt
import pytest

from foedus.plots.figure import NARROW, WIDE, Figure
from foedus.plots.style import data


def draw(width: int) -> alt.TopLevelMixin:
    chart: alt.Chart = alt.Chart(data([]), width=width).mark_bar()
    return chart


def figure(name: str) -> Figure:
    return Figure(name, "Title", draw, "Says.", "table")


@pytest.mark.parametrize("name", ["", "Upper", "a b", "a/b", "-a", "1a", "a\n", "ä", 'a"', "a_b"])
def test_a_name_that_would_break_an_id_or_a_file_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="lower case letters, digits and hyphens"):
        figure(name)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_figure_is_drawn_anew_for_each_width(width: int) -> None:
    assert figure("a-1").draw(width).to_dict()["width"] == width


def test_a_notebook_shows_the_chart_with_the_style_of_all_charts() -> None:
    shown = figure("a").chart.to_dict()
    assert shown["width"] == WIDE
    assert shown["config"]["font"].startswith("system-ui")

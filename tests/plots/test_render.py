import json
import re
from typing import Any

import altair as alt
import pytest
from tests.plots.drawn import HOSTILE, assert_still, parsed, texts_of

from foedus.plots.figure import NARROW, WIDE, Figure
from foedus.plots.render import spec, svg, vegalite
from foedus.plots.style import BLUE, INK, ON_PAGE, data


def bars(names: tuple[str, ...], *, name: str = "bars", says: str = "Bars.") -> Figure:
    """Return a figure of a maker that does nothing about hostile names."""
    rows = [{"name": n, "value": 1.0 + i, "says": n} for i, n in enumerate(names)]

    axis = alt.Axis(labelLimit=0, labelOverlap=False)

    def draw(width: int) -> alt.TopLevelMixin:
        chart: alt.Chart = (
            alt.Chart(data(rows), width=width - 200)
            .mark_bar(color=BLUE, clip=True)
            .encode(alt.X("value:Q"), alt.Y("name:N", sort=None, axis=axis), tooltip="says:N")
        )
        return chart

    return Figure(name, "Bars", draw, says, "bars")


def test_hostile_names_stay_text() -> None:
    root = parsed(bars(HOSTILE))
    assert_still(root, bars(HOSTILE))
    text = texts_of(root)
    assert HOSTILE[0] in text
    assert HOSTILE[1] in text
    assert "right[U+202E]left" in text
    assert "nul[U+0000]bell[U+0007]" in text


def test_half_a_character_is_written_out() -> None:
    assert "a[U+D800]b" in texts_of(parsed(bars(("a\ud800b",))))


def test_a_hostile_text_alternative_stays_text() -> None:
    says = "".join(HOSTILE[:5])
    picture = svg(bars(("a",), says=says))
    assert "<script" not in picture
    assert "<img" not in picture
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&gt;&lt;img" in picture


def test_a_name_that_is_a_colour_stays_a_name() -> None:
    assert INK in texts_of(parsed(bars((INK,))))


def test_a_page_gives_its_colours_and_a_print_has_its_own() -> None:
    page, paper = svg(bars(("a",))), svg(bars(("a",)), mode="print")
    assert "var(--plot-blue, #0072B2)" in page
    assert "var(--" not in paper
    assert f'fill="{BLUE}"' in paper


def test_a_page_gives_its_font_and_a_print_names_its_own() -> None:
    assert "font-family" not in svg(bars(("a",)))
    assert "font-family" in svg(bars(("a",)), mode="print")


def test_ids_of_two_figures_differ_and_references_follow() -> None:
    pictures = [svg(bars(("a",), name=name)) for name in ("one", "two")]
    ids = [set(re.findall(r' id="([^"]+)"', picture)) for picture in pictures]
    assert ids[0]
    assert ids[0].isdisjoint(ids[1])
    for picture, own in zip(pictures, ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", picture)) <= own


def test_the_same_figure_gives_the_same_bytes() -> None:
    assert svg(bars(("a", "b"))) == svg(bars(("a", "b")))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_spec_is_json_with_its_data_and_without_addresses(width: int) -> None:
    text = json.dumps(spec(bars(HOSTILE), width=width), allow_nan=False)
    addresses = set(re.findall(r"https?://[^\"]+", text))
    assert addresses <= {"https://vega.github.io/schema/vega-lite/v6.4.1.json"} or all(
        address.startswith("https://vega.github.io/schema/") for address in addresses
    )
    assert '"url"' not in text
    assert "\u202e" not in text
    assert len(text) < 20_000


def test_a_page_has_a_variable_for_every_colour_that_a_theme_changes() -> None:
    config: Any = spec(bars(("a",)))["config"]
    literal = re.findall(r"#[0-9a-fA-F]{6}", re.sub(r"var\([^)]*\)", "", json.dumps(config)))
    assert literal == []
    assert all(value.startswith(("var(--", "color-mix(")) for value in ON_PAGE.values())


def test_charts_are_drawn_by_the_vegalite_that_altair_writes() -> None:
    assert vegalite().split(".")[0] == alt.SCHEMA_VERSION.removeprefix("v").split(".")[0]

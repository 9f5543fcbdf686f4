import polars as pl
import pytest
from tests.plots.drawn import HOSTILE, assert_sound, numbers_drawn, parsed, texts_of

from foedus import Brief
from foedus.plots import consent, of_answer
from foedus.plots.figure import Figure


def figures(brief: Brief, rows: int | None = None) -> list[Figure]:
    tables = {name: table.head(rows or 99) for name, table in brief["consent"].tables.items()}
    if rows == 0:
        tables = {name: table.clear() for name, table in tables.items()}
    return [
        consent.joining(tables["consent"]),
        consent.levels(tables["consent"]),
        consent.unlocks(tables["unlocks"]),
        consent.coalition(tables["coalition"]),
    ]


def test_a_brief_has_these_charts_of_consent(brief: Brief) -> None:
    found = {figure.name for figure in of_answer(brief["consent"], brief)}
    assert found == {f"consent-{figure.name}" for figure in figures(brief)}


@pytest.mark.parametrize("rows", [0, 1])
def test_short_tables_are_drawn(brief: Brief, rows: int) -> None:
    for figure in figures(brief, rows):
        assert figure.says
        assert parsed(figure) is not None


def test_joining_is_drawn_backed_and_unbacked(brief: Brief) -> None:
    table = brief["consent"].tables["consent"]
    drawn = numbers_drawn(consent.joining(table))
    for column in ("join_prob", "backed_prob", "unbacked_prob", "join_prob_low", "join_prob_high"):
        assert set(table[column]) <= drawn


def test_it_is_said_to_whom_backing_matters_most() -> None:
    table = pl.DataFrame(
        {
            "title": ["A", "B"],
            "join_prob": [0.9, 0.4],
            "backed_prob": [0.95, 0.8],
            "unbacked_prob": [0.85, 0.1],
        }
    )
    says = consent.joining(table).says
    assert "1 nation joins more likely than not" in says
    assert "Backing matters most to B: 80 % with it, 10 % without." in says


def test_every_level_is_named_and_has_a_depth_of_its_own(brief: Brief) -> None:
    root = parsed(consent.levels(brief["consent"].tables["consent"]))
    assert set(consent.LEVELS.values()) <= set(texts_of(root).split("\n"))
    fills = {e.attrib["fill"] for e in root.iter() if "color-mix" in e.attrib.get("fill", "")}
    assert len(fills) == len(consent.LEVELS) - 1  # no part has the page's colour


def test_hostile_names_are_drawn(brief: Brief) -> None:
    one = brief["consent"].tables["consent"].head(1)
    table = pl.concat([one.with_columns(title=pl.lit(name)) for name in HOSTILE])
    for figure in (consent.joining(table), consent.levels(table)):
        assert_sound(figure, {"consent": table})

"""An answer is printed with all that a reader needs to question it, and no more in a brief."""

from dataclasses import replace

import polars as pl

import foedus as fd
from foedus.briefing import Answer, Driver
from foedus.cli.page import Page
from foedus.cli.sections import (
    put_answer,
    put_answer_in_brief,
    readable,
    rests_on_later,
    source_line,
)

MINIMAL = fd.load("minimal")


def answer(rows: int, *, columns: int = 1) -> Answer:
    table = pl.DataFrame(
        {
            "title": [f"Nation {i}" for i in range(rows)],
            "delegation": [f"N{i}" for i in range(rows)],
            **{f"number{i}_persons": [1e6 + i] * rows for i in range(columns)},
        }
    )
    return Answer(
        id="size",
        question="How large?",
        kind="choice",
        headline="Very large.",
        value="A",
        unit="",
        interval_note="over draws",
        shares={"A": 0.7, "B": 0.3},
        more=("And lasting.",),
        drivers=(
            Driver(
                cell="a/b/c",
                title="the weather",
                is_event=True,
                effect=-12.0,
                effect_name="balanced_persons",
                compares="if so against if not",
                rank_correlation=-0.3,
            ),
        ),
        assumes=("that it holds",),
        cannot_say=("what comes",),
        sources=("invented",),
        rows=("polls/elm-2030-07:ELM", "units/ALD:brigade"),
        tables={"first": table, "second": table, "empty": table.head(0)},
        run="0123456789ab",
    )


def text_of(page: Page) -> str:
    return "\n".join(line.plain for line in page.lines)


def in_brief(found: Answer, said: set[str]) -> str:
    page = Page(80)
    put_answer_in_brief(page, MINIMAL, found, said, "foedus ask minimal size")
    return text_of(page)


def test_an_answer_in_full_has_every_part() -> None:
    page = Page(80)
    put_answer(page, MINIMAL, answer(40))
    text = text_of(page)
    for part in (
        "size: How large?",
        "Very large.",
        "And lasting.",
        "Ranges: over draws",
        "the weather: \N{MINUS SIGN}12 persons",
        "  - that it holds",
        "  - what comes",
        "2 rows; run 0123456789ab",
        "Invented for teaching",
        "no rows",
    ):
        assert part in text
    assert text.count("Nation 39") == 2
    assert "70 %" in text


def test_a_brief_prints_twelve_rows_of_the_first_table_and_says_how_many_are_left() -> None:
    text = in_brief(answer(40), set())
    assert "Nation 11" in text
    assert "Nation 12" not in text
    assert "28 more rows: foedus ask minimal size" in text
    assert "Second" not in text


def test_a_table_that_fits_leaves_nothing_out() -> None:
    assert "more" not in in_brief(answer(12), set()).replace("And lasting.", "")


def test_columns_that_do_not_fit_are_counted() -> None:
    text = in_brief(answer(3, columns=12), set())
    shown = next(line for line in text.splitlines() if "Nation 0" in line)
    left = 12 - shown.count("1,000,0")
    assert f"{left} more columns" in text


def test_what_was_said_above_is_counted_and_not_repeated() -> None:
    said: set[str] = set()
    in_brief(answer(1), said)
    text = in_brief(answer(1), said)
    assert "that it holds" not in text
    assert text.count("- and 1 said above") == 2


def test_a_brief_names_five_sources_and_an_answer_in_full_names_all() -> None:
    known = MINIMAL.sources[0]
    more = [known.model_copy(update={"source": f"s{i}", "title": f"Page {i}"}) for i in range(8)]
    scenario = MINIMAL.replace(sources=(known, *more))
    found = replace(answer(1), sources=tuple(source.source for source in more))
    short, full = Page(80), Page(80)
    put_answer_in_brief(short, scenario, found, set(), "foedus ask minimal size")
    put_answer(full, scenario, found)
    assert [i for i in range(8) if f"Page {i}," in text_of(short)] == [0, 1, 2, 3, 4]
    assert "3 more sources: foedus ask minimal size" in text_of(short)
    assert [i for i in range(8) if f"Page {i}," in text_of(full)] == list(range(8))


def test_rows_known_later_are_counted() -> None:
    assert rests_on_later(MINIMAL, answer(1)) == 1
    assert rests_on_later(MINIMAL.strict(), answer(1)) == 0


def test_a_title_stands_for_its_code() -> None:
    columns = readable(answer(2).tables["first"], {})
    assert columns[0].heading == "Delegation"
    assert columns[0].cells == ["Nation 0", "Nation 1"]
    assert len(columns) == 2


def test_a_source_is_named_by_its_title() -> None:
    line = source_line(MINIMAL, "invented")
    assert line.startswith(MINIMAL.row("sources", "invented").title)
    assert line.endswith("[invented]")


def test_a_source_that_was_recalled_and_not_read_is_marked() -> None:
    (source,) = MINIMAL.sources
    recalled = MINIMAL.replace(sources=(source.model_copy(update={"verified": "memory"}),))
    assert source_line(recalled, "invented").endswith("[invented, recalled]")

"""The pages are whole and safe, and say what the brief says."""

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

import polars as pl
import pytest
from pypdf import PdfReader
from tests import kept

from foedus import Answer, Brief, SettingsError
from foedus.report.annex import collect
from foedus.report.pdf import MAY_BREAK, MOST_COLUMNS, MOST_LINES, pages, render_pdf, shown
from foedus.report.sections import report_of

HOSTILE: Final = (
    "#set page(fill: red)",
    '"); #panic("x")',
    "$ sum_(i=1)^n $ *bold* _x_ `raw` <answer-size> @size",
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
)


def words(made: bytes) -> str:
    """Return the text of all pages, spaces and places to break a word taken out."""
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    return packed(text)


def missing(wanted: Iterable[str], made: bytes, *, backwards: bool = False) -> list[str]:
    """Return what stands on no page; pages are read one by one until nothing is wanted.

    Reading takes long. Hyphens do not count: at the end of a line they are the typesetter's, and
    read as those of the text.
    """
    pages = list(PdfReader(io.BytesIO(made)).pages)
    left, text = [unhyphened(packed(one)) for one in wanted], ""
    for page in reversed(pages) if backwards else pages:
        more = unhyphened(packed(page.extract_text()))
        text = more + text if backwards else text + more
        left = [one for one in left if one not in text]
        if not left:
            break
    return left


def unhyphened(text: str) -> str:
    """Return text without hyphens."""
    return text.replace("-", "").replace("\N{HYPHEN}", "")


def packed(text: str) -> str:
    """Return text without spaces: lines may be broken anywhere."""
    return "".join(text.replace(MAY_BREAK, "").replace("\N{SOFT HYPHEN}", "").split())


@pytest.fixture(scope="module")
def minimal() -> Brief:
    return kept.brief()


@pytest.fixture
def bare(brief: Brief) -> Brief:
    """Return the brief made by hand, with no options to compare."""
    return replace(brief, options=pl.DataFrame())


@pytest.fixture(scope="module")
def made() -> bytes:
    return render_pdf(kept.report())


def test_every_headline_is_on_the_pages(made: bytes, minimal: Brief) -> None:
    assert missing([answer.headline for answer in minimal.answers], made) == []


def test_every_run_and_source_is_on_the_pages(made: bytes, minimal: Brief) -> None:
    runs = [answer.run for answer in minimal.answers]
    assert missing([*runs, *collect(minimal).sources], made, backwards=True) == []


def test_the_same_brief_gives_the_same_bytes(made: bytes, minimal: Brief) -> None:
    assert render_pdf(kept.report()) == made
    short = replace(minimal, answers=minimal.answers[:1])
    first, again = (render_pdf(report_of(short, collect(short))) for _ in range(2))
    assert first == again


def test_it_is_tagged_and_names_itself(made: bytes, minimal: Brief) -> None:
    read = PdfReader(io.BytesIO(made))
    assert "/StructTreeRoot" in read.root_object
    assert read.metadata is not None
    assert minimal.scenario.about.title in (read.metadata.title or "")
    assert read.metadata.creation_date is None


def test_every_figure_has_its_words() -> None:
    printed = pages(kept.report())
    figures = [one for answer in printed["answers"] for one in answer["figures"]]
    assert figures
    assert all(one["says"] and one["svg"].startswith("<svg") for one in figures)


def test_what_reads_like_markup_is_text(bare: Brief, answer: Callable[..., Answer]) -> None:
    answers = [
        answer(
            "number",
            id=f"a-{place}",
            value=1.0,
            headline=text,
            question=text,
            tables={"strength": pl.DataFrame({"title": [text], "sent_persons": [1.0]})},
        )
        for place, text in enumerate(HOSTILE)
    ]
    hostile = replace(bare, answers=tuple(answers), warnings=HOSTILE)
    found = words(render_pdf(report_of(hostile, collect(hostile))))
    for text in HOSTILE:
        # As a warning, and as question, headline and cell; the first two stand in two places.
        assert found.count(packed(text)) >= 5


def test_marks_that_turn_the_writing_are_written_out(
    bare: Brief, answer: Callable[..., Answer]
) -> None:
    turned = replace(bare, answers=(answer("number", value=1.0, headline="abc\u202edef"),))
    assert "abc[U+202E]def" in words(render_pdf(report_of(turned, collect(turned))))


def test_a_word_of_ten_thousand_letters_is_broken_into_lines(
    bare: Brief, answer: Callable[..., Answer]
) -> None:
    one = answer("number", value=1.0, headline="x" * 10_000)
    endless = replace(bare, answers=(one,))
    assert words(render_pdf(report_of(endless, collect(endless)))).count("x") >= 20_000


def test_a_long_table_says_where_the_rest_is(bare: Brief, answer: Callable[..., Answer]) -> None:
    table = pl.DataFrame({"title": [f"row {n}" for n in range(MOST_LINES + 5)]})
    long = replace(bare, answers=(answer("number", value=1.0, tables={"strength": table}),))
    found = words(render_pdf(report_of(long, collect(long))))
    assert packed(f"The first {MOST_LINES} of {MOST_LINES + 5} lines") in found
    assert packed("row 5") in found
    assert packed(f"row {MOST_LINES}") not in found


def test_a_table_wider_than_a_page_is_left_to_its_file(
    bare: Brief, answer: Callable[..., Answer]
) -> None:
    columns = {f"n{i}_persons": [float(i)] for i in range(MOST_COLUMNS + 1)}
    wide = answer("number", value=1.0, tables={"strength": pl.DataFrame(columns)})
    broad = replace(bare, answers=(wide,))
    assert packed("more than fit on a page") in words(render_pdf(report_of(broad, collect(broad))))


def test_what_is_put_to_the_typesetter_is_plain_data() -> None:
    data = shown(pages(kept.report()))
    assert json.loads(json.dumps(data)) == data


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_name: str) -> Any:
        return None

    monkeypatch.setattr("importlib.util.find_spec", nothing)
    with pytest.raises(SettingsError, match=r"Install foedus\[pdf\]"):
        render_pdf(kept.report())

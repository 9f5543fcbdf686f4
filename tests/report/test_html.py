"""The page is whole, safe, and leads from every number to its sources."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Final

import polars as pl
import pytest
from tests import kept
from tests.report.charts import without_charts

from foedus import Answer, Brief
from foedus.report.annex import collect
from foedus.report.html import TEMPLATES, data, render
from foedus.report.printed_tables import linked, options_tables
from foedus.report.sections import Report, ask_command, brief_command, report_of
from foedus.report.tables import csv_files
from foedus.report.words import day, visible, web_address
from foedus.scenario.sources import Source

VOID: Final = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """What a browser would find: tags with attributes, ids, links and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html, self.text = html, ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        self.ids = [attrs["id"] for _, attrs in self.tags if "id" in attrs]
        self.links = [attrs.get("href") or "" for tag, attrs in self.tags if tag == "a"]
        self.said = " ".join(self.text.split())

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if not {"script", "style", "svg", "title"} & set(self.open):
            self.text += data


HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
TURNED = "safe \u202eevil"


def html_of(brief: Brief) -> str:
    annex = collect(brief)
    return render(report_of(brief, annex), files=frozenset(csv_files(brief, annex)))


@pytest.fixture(scope="module")
def page(brief: Brief) -> Page:
    return Page(html_of(brief))


def page_of(report: Report) -> Page:
    return Page(render(report, files=frozenset(csv_files(report.brief, report.annex))))


@pytest.fixture(scope="module")
def real() -> tuple[Brief, Page]:
    return kept.brief(), page_of(kept.report())


@pytest.fixture(scope="module")
def planned() -> tuple[Brief, Page]:
    """Return a brief that holds a plan, and its page without charts."""
    report = kept.report(plan=True)
    return report.brief, page_of(without_charts(report))


@pytest.fixture
def bare(brief: Brief) -> Brief:
    """Return the brief made by hand, without options and so without a chart."""
    return replace(brief, options=pl.DataFrame())


def test_every_number_of_a_headline_is_on_the_page(
    real: tuple[Brief, Page], planned: tuple[Brief, Page]
) -> None:
    for brief, page in (real, planned):
        for answer in brief.to_json()["answers"]:
            numbers = re.findall(r"\d[\d,.]*\d|\d", answer["headline"])
            assert numbers
            assert [number for number in numbers if number not in page.said] == []
            assert " ".join(answer["headline"].split()) in page.said


def test_headline_values_and_ranges_of_every_kind_are_printed(page: Page) -> None:
    for words in (
        "4,300 soldiers in balance",
        "90 % range 1,200 to 6,800",
        "37 %",
        "90 % range 11 % to 64 %",
        "best in 62 % of draws",
        "0.55",
        "never: 25 % of draws",
        "always: 10 % of draws",
        "Aldmark: 810 soldiers",
        "90 % range 700 to 900",
        "Mission month 6",
        "Balanced strength (persons) 1,500",
    ):
        assert words in page.said, words


def test_ids_are_unique_and_every_link_inside_leads_somewhere(
    page: Page, real: tuple[Brief, Page], planned: tuple[Brief, Page]
) -> None:
    for one in (page, real[1], planned[1]):
        assert len(one.ids) == len(set(one.ids))
        inside = {link for link in one.links if link.startswith("#")}
        assert len(inside) >= 20
        assert sorted(inside - {f"#{name}" for name in one.ids}) == []


def test_links_out_of_the_page_are_its_own_tables_or_sources(page: Page, brief: Brief) -> None:
    files = csv_files(brief, collect(brief))
    outside = {link for link in page.links if not link.startswith("#")}
    assert outside == {f"tables/{name}" for name in files if name not in NOT_LINKED}


NOT_LINKED = {"answers.csv", "contents.csv"}


def test_from_a_number_to_its_table_rows_and_sources_is_a_chain_of_links(
    planned: tuple[Brief, Page],
) -> None:
    brief, page = planned
    annex = collect(brief)
    assert any(name.startswith("plan_") for answer in brief.answers for name in answer.tables)
    for answer in brief.answers:
        assert f"#answer-{answer.id}" in page.links
        for name in answer.tables:
            assert f"table-{answer.id}.{name}" in page.ids
        for address in answer.rows:
            assert address in annex.rows
            assert set(annex.rows[address].row.source) <= set(annex.sources)
        for key in answer.sources:
            assert f"#source-{key}" in page.links


def test_nothing_is_loaded_from_anywhere(page: Page) -> None:
    loading = {
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "video",
        "audio",
        "base",
        "form",
    }
    assert loading.isdisjoint(tag for tag, _ in page.tags)
    attributes = {name for _, attrs in page.tags for name in attrs}
    assert attributes.isdisjoint(
        {"src", "srcset", "style", "action", "data", "poster", "background", "xlink:href"}
    )
    assert [name for name in attributes if name.startswith("on")] == []
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    assert re.findall(r"url\(|@import|expression", style) == []


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_this_style_these_scripts_and_nothing_else(
    real: tuple[Brief, Page],
) -> None:
    page = real[1]
    (policy,) = [
        attrs["content"]
        for tag, attrs in page.tags
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    (style,) = re.findall(r"<style>(.*?)</style>", page.html, flags=re.DOTALL)
    scripts = re.findall(r"<script>(.*?)</script>", page.html, flags=re.DOTALL)
    assert len(scripts) == 2
    assert (policy or "").split("; ") == [
        "default-src 'none'",
        f"style-src {hash_of(style)}",
        f"script-src {hash_of(scripts[0])} {hash_of(scripts[1])}",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    policy_first = page.html.index("Content-Security-Policy")
    assert policy_first < page.html.index("<style>")


def test_markup_can_be_walked_by_ear(page: Page) -> None:
    tags = [tag for tag, _ in page.tags]
    assert page.open == []
    assert ("html", {"lang": "en"}) in page.tags
    assert tags.count("h1") == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert [b - a for a, b in pairwise(levels) if b - a > 1] == []
    assert tags.count("caption") == tags.count("table")
    assert [attrs for tag, attrs in page.tags if tag == "th" and "scope" not in attrs] == []
    pictures = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert pictures
    assert all(attrs["role"] == "img" and attrs["aria-label"] for attrs in pictures)
    assert next(attrs for tag, attrs in page.tags if tag == "a") == {
        "class": "skip",
        "href": "#answers",
    }


def test_a_range_is_told_in_words_beside_its_picture(page: Page) -> None:
    labels = {attrs["aria-label"] for tag, attrs in page.tags if tag == "svg"}
    assert "4,300, 90 % range 1,200 to 6,800, on a line from 0 to 8,000" in labels
    assert "37 %, 90 % range 11 % to 64 %, on a line from 0 to 100 %" in labels


def test_a_row_known_only_later_is_marked_wherever_it_stands(page: Page) -> None:
    assert "polls/elm-2030-07:ELM† known only later" in page.said
    assert page.said.count("polls/elm-2030-07:ELM† known only later") >= 3


def test_long_tables_are_folded_and_short_ones_are_not(bare: Brief) -> None:
    tables = {
        "long_one": pl.DataFrame({"x": range(13)}),
        "short_one": pl.DataFrame({"x": range(12)}),
    }
    page = Page(html_of(replace(bare, answers=(replace(bare.answers[0], tables=tables),))))
    assert "Long one (13 rows)" in page.said
    assert "Short one (12 rows)" not in page.said


def test_hostile_text_stays_text(brief: Brief, answer: Callable[..., Answer]) -> None:
    long = "x" * 10_000
    scenario = brief.scenario
    sources = (
        *scenario.sources,
        Source(source="evil", title=HOSTILE, publisher=long, reference="javascript:alert(1)"),
        Source(source="turned", title="t", reference=f"https://example.org/{TURNED}"),
        Source(source="good", title="t", reference="https://example.org/a?b=1&c=%3C"),
    )
    stances = tuple(
        row.model_copy(
            update={"note": HOSTILE, "evidence": TURNED, "source": ("evil", "turned", "good")}
        )
        for row in scenario.stances
    )
    hostile = answer(
        "number",
        question=HOSTILE,
        headline=f"{HOSTILE} {TURNED}",
        unit=HOSTILE,
        value=1.0,
        assumes=(HOSTILE,),
        run=HOSTILE,
        tables={
            HOSTILE: pl.DataFrame({HOSTILE: [HOSTILE, TURNED, long, '=HYPERLINK("http://x")']})
        },
    )
    made = replace(
        brief,
        scenario=scenario.model_copy(update={"sources": sources, "stances": stances}),
        answers=(hostile,),
        warnings=(HOSTILE, "\x00\x1b[31m"),
    )
    page = Page(html_of(made))
    tags = [tag for tag, _ in page.tags]
    assert "img" not in tags
    assert tags.count("script") == tags.count("figure") + 2
    assert page.said.count(HOSTILE) >= 8
    assert "safe [U+202E]evil" in page.said
    assert "\u202e" not in page.html
    assert "\x00" not in page.html
    assert "[U+0000][U+001B][31m" in page.said
    assert long in page.said
    assert '=HYPERLINK("http://x")' in page.said
    outside = {link for link in page.links if not link.startswith(("#", "tables/"))}
    assert outside == {"https://example.org/a?b=1&c=%3C"}
    (good,) = [attrs for tag, attrs in page.tags if attrs.get("href") in outside and tag == "a"]
    assert good["rel"] == "noreferrer"
    assert len(page.ids) == len(set(page.ids))


def test_cells_that_were_set_are_named_and_the_command_repeats_the_brief(bare: Brief) -> None:
    cells = {"options/rear-8k-backed/us_backing_prob": 0.9, "consent/ALD/level": "0"}
    made = replace(bare, set=cells, strict=True)
    page = Page(html_of(made))
    assert "Set for this brief: Guarantor's backing, probability 90 %" in page.said
    assert "consent/ALD/level is set to 0" in page.said
    command = (
        "foedus brief minimal --option rear-8k-backed --draws 500 --seed 7 "
        "--set options/rear-8k-backed/us_backing_prob=0.9 --set consent/ALD/level=0 "
        "--strict --no-plan --out out"
    )
    assert brief_command(made) == command
    assert command in page.said
    (answer, *_) = made.answers
    asked = command.replace("foedus brief minimal", f"foedus ask minimal {answer.id}")
    assert ask_command(answer, made) == asked.removesuffix(" --out out")
    assert ask_command(answer, made) in page.said


def test_words_that_a_shell_would_read_are_quoted(brief: Brief) -> None:
    made = replace(brief, set={"units/*/home_floor_count": "1; rm -rf x"})
    assert "--set 'units/*/home_floor_count=1; rm -rf x'" in brief_command(made)


def test_a_brief_without_answers_or_options_is_still_a_page(brief: Brief) -> None:
    page = Page(html_of(replace(brief, answers=(), options=pl.DataFrame(), draws=0)))
    assert "no tables from which a question could be answered" in page.said
    assert "There is nothing to compare." in page.said
    assert {f"#{name}" for name in page.ids} >= {link for link in page.links if link[0] == "#"}


def test_what_options_cost_stands_in_a_table_of_its_own(brief: Brief) -> None:
    costs = (pl.lit(4.0).alias("force_usd_bn"), pl.lit("Aldmark").alias("pays_most"))
    made = replace(brief, options=brief.options.with_columns(*costs))
    what, cost = options_tables(made, collect(made))
    assert (what.id, cost.id) == ("options-table", "options-costs")
    assert [column.heading for column in cost.columns[1:]] == [
        "Force over the mission (bn USD)",
        "Pays most",
    ]
    assert what.columns == options_tables(brief, collect(brief))[0].columns
    assert [row[0] for row in what.rows] == [row[0] for row in cost.rows]
    assert what.file == cost.file == "options.csv"


def test_without_costs_there_is_one_table_of_options(brief: Brief) -> None:
    assert [table.id for table in options_tables(brief, collect(brief))] == ["options-table"]


def test_every_figure_is_drawn_and_leads_to_its_numbers(
    real: tuple[Brief, Page],
) -> None:
    page = real[1]
    figures = kept.report().figures
    assert len(figures) >= 10
    assert len({figure.id for figure in figures}) == len(figures)
    drawn = re.findall(r'<figure class="chart" id="([^"]+)">(.*?)</figure>', page.html, re.DOTALL)
    assert [name for name, _ in drawn] == [figure.id for figure in figures]
    for placed, (_, html) in zip(figures, drawn, strict=True):
        assert html.count("<svg") == 1
        assert f'href="#{placed.table_id}"' in html
        assert placed.table_id in page.ids
        (spec,) = re.findall(
            r'<script type="application/json">(.*?)</script>', html, flags=re.DOTALL
        )
        assert set(json.loads(spec)) == {"wide", "narrow"}
        assert visible(placed.figure.says) in page.said


def test_data_in_the_page_cannot_end_their_element() -> None:
    evil = {"</script><!--<script>": ["]]>&", "\u2028"]}
    text = data(evil)
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == evil


def test_parts_stand_in_the_order_of_a_reader(real: tuple[Brief, Page]) -> None:
    brief, page = real
    ids = ["what-this-is", "answers", "options", "claims", "questions"]
    ids += [f"answer-{answer.id}" for answer in brief.answers]
    ids += ["rows", "sources", "repeat"]
    places = [page.ids.index(name) for name in ids]
    assert places == sorted(places)


def test_the_same_brief_gives_the_same_page(brief: Brief, page: Page) -> None:
    assert html_of(brief) == page.html


def test_an_address_in_a_sentence_leads_to_its_row(brief: Brief) -> None:
    annex = collect(brief)
    pieces = linked("See stances/ALD:ALD/us_reliance_score, stances/NOBODY:X.", annex)
    assert [(piece.text, piece.address) for piece in pieces] == [
        ("See ", ""),
        ("stances/ALD:ALD/us_reliance_score", "stances/ALD:ALD"),
        (", stances/NOBODY:X.", ""),
    ]


@pytest.mark.parametrize(
    "reference",
    [
        "javascript:alert(1)",
        "javascript://example.org/%0aalert(1)",
        "ftp://example.org/a",
        "data:text/html,x",
        "file:///etc/passwd",
        "//example.org",
        "https://",
        "https://exa mple.org",
        "https://example.org/\u202e",
        "https://[",
        "p. 12",
        "",
    ],
)
def test_only_a_whole_web_address_becomes_a_link(reference: str) -> None:
    assert web_address(reference) == ""


def test_unseen_characters_are_written_out_and_seen_ones_left() -> None:
    for code in (0x00, 0x07, 0x1B, 0x85, 0x200B, 0x200F, 0x202A, 0x2066, 0xFEFF, 0xDC80, 0xE0041):
        assert visible(f"a{chr(code)}b") == f"a[U+{code:04X}]b"
    seen = "Türkiye, Ελλάς, Україна, ישראל, 日本\n\t 30 %"
    assert visible(seen) == seen
    assert visible(None) is None


def test_a_day_is_written_in_words() -> None:
    assert day(kept.scenario("minimal").about.date) == "1 June 2030"
    assert day(None) == ""


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_the_guidelines_do() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1])
def test_text_has_contrast_enough_in_light_and_dark(scheme: int) -> None:
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, flags=re.DOTALL)
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", blocks[scheme]))
    for ground in ("page", "panel", "marked"):
        for text in ("text", "quiet", "link", "warn"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for ground in ("page", "panel"):
        for mark in ("tick", "lowers"):
            assert contrast(colours[mark], colours[ground]) >= 3, (mark, ground)
    assert contrast(colours["tick"], colours["span"]) >= 3

"""The report as a document of fixed pages, to be printed and handed on.

Typst sets it: the words and numbers are those of the page, put to it as data, so that no text of a
scenario is ever read as markup. What a screen can fold away stands in the annexes here.
"""

import importlib.util
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from textwrap import shorten
from typing import Any, Final

from foedus.briefing.brief import Brief
from foedus.errors import SettingsError
from foedus.plots import render as drawing
from foedus.provenance import foedus_version
from foedus.report.numbers import PrintedValue
from foedus.report.printed_tables import PrintedTable
from foedus.report.sections import (
    CHECKED,
    WHAT_IT_IS_NOT,
    AnswerSection,
    PlacedFigure,
    Report,
)
from foedus.report.words import day, visible, web_address

TEMPLATE: Final = Path(__file__).parent / "templates" / "report.typ"
DATA: Final = "report"
"""Under this name the template finds what it prints."""
MOST_LINES: Final = 40
"""Lines of a table that are printed; the rest stands in its file."""
MOST_COLUMNS: Final = 14
"""Columns of a table that fit on a page laid across; one with more is left to its file."""


WIDE_LETTERS: Final = 34
"""Letters beyond which the text of a column is broken into lines."""
MOST_ENTRIES: Final = 3
ENTRY_LETTERS: Final = 70
"""Of a headline row: entries that stand beside the headline, and letters of each."""
MOST_HEIGHT: Final = 1.25
"""Height of a drawing that a page holds beside its words, in widths of the page's text."""
SIZES: Final = re.compile(r'<svg[^>]*?width="([\d.]+)"[^>]*?height="([\d.]+)"')
LONG_WORD: Final = re.compile(r"\S{40,}")
BREAKS: Final = re.compile(r"[^/_:;,.=-]{1,24}[/_:;,.=-]*|[/_:;,.=-]{1,24}")
"""Parts of a long word, between which it may be broken: after a sign, or where it is too long."""
AS_THEY_ARE: Final = ("svg", "address")
"""Fields that nobody reads: drawings, whose words are made visible where they are drawn, and where
a link leads."""
IN_ONE_PIECE: Final = ("command", "key")
"""Fields that are copied, or that links find: long as they may be, they are not broken."""
MAY_BREAK: Final = "\N{ZERO WIDTH SPACE}"


def has_typesetter() -> bool:
    """Return whether the extra is installed that sets the pages."""
    return importlib.util.find_spec("typst") is not None


def render_pdf(report: Report) -> bytes:
    """Return the report as PDF: tagged, and the same bytes for the same brief.

    Parameters
    ----------
    report
        All parts, as `report_of` returns them.

    Raises
    ------
    SettingsError
        If the extra `pdf` is not installed.
    """
    if not has_typesetter():
        raise SettingsError(
            "report.pdf: the extra that sets pages is not installed. Install foedus[pdf]."
        )
    import typst  # noqa: PLC0415 - an extra

    data = shown(pages(report))
    found: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        # The same pages on every machine, whatever fonts it has.
        ignore_system_fonts=True,
        sys_inputs={DATA: json.dumps(data, ensure_ascii=False)},
        timestamp=0,
    )
    return found


def pages(report: Report) -> dict[str, Any]:
    """Return what the pages print, as plain data."""
    brief, about = report.brief, report.brief.scenario.about
    return {
        "version": foedus_version(),
        "title": about.title,
        "invented": about.invented,
        "summary": about.summary,
        "option": report.option.title,
        "dates": dates_of(brief),
        "frames": list(WHAT_IT_IS_NOT),
        "warnings": list(brief.warnings),
        "changed": [f"{address} is set to {value}" for address, value in brief.set.items()],
        "answers": [section(one) for one in report.answers],
        "map": None if report.map is None else figure(report.map),
        "options": [table(one) for one in report.options],
        "option_figures": [figure(one) for one in report.option_figures],
        "claims": [claim(one) for one in report.claims],
        "sources": [
            {
                "key": source.source,
                "title": source.title,
                "about": ", ".join(part for part in (source.publisher, str(source.date)) if part),
                "reference": source.reference,
                "address": web_address(source.reference),
                "checked": CHECKED[source.verified][0],
            }
            for source in report.sources
        ],
        "checked": [[word, meaning] for word, meaning in CHECKED.values()],
        "command": report.command,
        "repeat": repeat_lines(brief),
        "runs": [[one.answer.id, one.answer.run] for one in report.answers],
        "rows_count": len(report.annex.rows),
    }


def dates_of(brief: Brief) -> str:
    """Say of when it is, on how many draws."""
    about = brief.scenario.about
    said = f"As of {day(about.date)}; evidence to {day(about.evidence_until)}."
    if brief.strict:
        said += " Only what was known then is used."
    draws = f"{brief.draws:,} draws of what is uncertain, seed {brief.seed}."
    return f"{said} {draws}"


def repeat_lines(brief: Brief) -> list[list[str]]:
    """Return what decides the numbers, by name."""
    return [
        ["foedus", foedus_version()],
        ["Scenario", brief.scenario.name],
        ["Digest of its values", brief.scenario.digest],
        ["Option", brief.option],
        ["Draws", f"{brief.draws:,}"],
        ["Seed", str(brief.seed)],
        ["Rows known only later", "left out" if brief.strict else "used, and marked"],
        *(["Set", f"{address}={value}"] for address, value in brief.set.items()),
    ]


def section(one: AnswerSection) -> dict[str, Any]:
    """Return what is printed of an answer."""
    answer = one.answer
    return {
        "id": answer.id,
        "question": answer.question,
        "headline": answer.headline,
        "is_later": one.is_later,
        "value": value(one.value),
        "note": answer.interval_note,
        "more": list(answer.more),
        "figures": [figure(each) for each in one.figures],
        "shares": [[name, round(100 * share)] for name, share in one.shares],
        "drivers": [
            {"says": each.driver.says, "cell": each.driver.cell, "bar": asdict(each.bar)}
            for each in one.drivers
        ],
        "tables": [table(each) for each in one.tables],
        "assumes": list(answer.assumes),
        "cannot_say": list(answer.cannot_say),
        "sources": [{"key": key} for key in answer.sources],
        "rows_count": len(answer.rows),
        "command": one.command,
        "run": answer.run,
    }


def value(printed: PrintedValue) -> dict[str, Any]:
    """Return what is printed of a value; the first of a row's own where there is no number."""
    return {
        "of": printed.of if printed.text else "",
        "text": printed.text,
        "unit": printed.unit if printed.text else "",
        "lines": printed.lines or ["no range"],
        "bar": None if printed.bar is None else asdict(printed.bar),
        "entries": [
            [entry.heading, shorten(entry.text, ENTRY_LETTERS, placeholder=" …")]
            for entry in printed.entries[:MOST_ENTRIES]
        ],
    }


def figure(placed: PlacedFigure) -> dict[str, Any]:
    """Return a figure: drawn, with its words."""
    drawn = placed.figure
    svg = drawing.printed(placed.svg)
    return {
        "svg": svg,
        "width_share": width_share(svg),
        "title": drawn.title,
        "says": drawn.says,
        "note": drawn.note,
        "table": placed.table_title,
    }


def width_share(svg: str) -> float:
    """Return how much of a page's width a drawing takes, so that it is not taller than the page.

    >>> (
    ...     width_share('<svg width="720" height="360">'),
    ...     width_share('<svg width="600" height="1500">'),
    ... )
    (1.0, 0.5)
    """
    sizes = SIZES.search(svg)
    if sizes is None:
        return 1.0
    width, height = map(float, sizes.groups())
    return round(min(1.0, MOST_HEIGHT * width / height), 3)


def table(printed: PrintedTable) -> dict[str, Any]:
    """Return a table as text."""
    return {
        "title": printed.title,
        "file": printed.file,
        "has_ranges": printed.has_ranges,
        "columns": [
            {"heading": column.heading, "is_numeric": column.is_numeric, "weight": weight}
            for column, weight in zip(printed.columns, column_weights(printed), strict=True)
        ],
        "rows": [
            [["".join(part.text for part in cell.segments), cell.ends] for cell in row]
            for row in printed.rows[:MOST_LINES]
        ],
        "lines_count": len(printed.rows),
        "fits": len(printed.columns) <= MOST_COLUMNS,
    }


def column_weights(printed: PrintedTable) -> list[int]:
    """Return how wide each column is to the others: by its longest words and most of its cells."""
    weights = []
    for place, column in enumerate(printed.columns):
        cells = [row[place] for row in printed.rows[:MOST_LINES]]
        letters = sorted(sum(len(part.text) for part in cell.segments) for cell in cells)
        most = letters[int(0.9 * (len(letters) - 1))] if letters else 0
        ends = max((len(cell.ends) for cell in cells), default=0)
        word = max(map(len, column.heading.split()), default=0)
        weights.append(min(max(word + 1, ends, min(most, WIDE_LETTERS), 4), WIDE_LETTERS))
    return weights


def claim(printed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is printed of a claim."""
    verdict, stated = printed["verdict"], printed["claim"]
    return {
        "key": stated.claim,
        "statement": stated.statement,
        "who": stated.who,
        "says": verdict.says,
        "asks": stated.asks or "",
        "verdict": verdict.verdict,
        "number": verdict.number or "",
        "compared": verdict.compared or "",
        "is_later": verdict.is_later,
        "rests_on": printed["grounds"].says,
    }


def shown(found: Any) -> Any:
    """Return data in which what cannot be seen is written out, and long words may be broken."""
    match found:
        case str():
            return LONG_WORD.sub(lambda word: breakable(word[0]), visible(found))
        case Mapping():
            return {name: shown_field(name, part) for name, part in found.items()}
        case Iterable():
            return [shown(part) for part in found]
        case _:
            return found


def shown_field(name: str, part: Any) -> Any:
    """Return a field of data as it is printed."""
    if name in AS_THEY_ARE:
        return part
    return visible(part) if name in IN_ONE_PIECE else shown(part)


def breakable(word: str) -> str:
    """Return a long word with places at which it may be broken.

    >>> breakable("units/FRA:fires").split(MAY_BREAK)
    ['units/', 'FRA:', 'fires']
    >>> len(breakable("a" * 60).split(MAY_BREAK))
    3
    """
    return MAY_BREAK.join(BREAKS.findall(word))

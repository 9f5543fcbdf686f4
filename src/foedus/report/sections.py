"""What a report says and in which order, whatever it is written as.

A first part with every answer in one line, the map, the options and the claims; a section for each
question; annexes with rows, sources and how to repeat it. The page and the document of fixed pages
print these same words and numbers.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from foedus import plots
from foedus.briefing.answer import Answer, Driver
from foedus.briefing.brief import Brief
from foedus.briefing.wording import table_title
from foedus.plots import render as drawing
from foedus.plots.figure import NARROW, Figure
from foedus.report import anchors, numbers
from foedus.report.annex import Annex, row_of_cell
from foedus.report.claims import printed_claim
from foedus.report.printed_tables import (
    OPTIONS_TABLE,
    PrintedTable,
    column_titles,
    option_keys,
    options_tables,
    printed_table,
)
from foedus.report.tables import table_files
from foedus.scenario.options import Option
from foedus.scenario.sources import Source

CHECKED: Final[Mapping[str, tuple[str, str]]] = {
    "found": ("found", "read in a public page"),
    "found-rounded": ("found, rounded", "the public page gives a rounded figure"),
    "memory": ("recalled", "from a public source that was not read again"),
    "calc": ("computed", "from other rows"),
    "judgement": ("judged", "nobody has published it; a stated rule was followed"),
    "assumed": ("assumed", "a choice of the authors"),
}
"""How far a row was checked: in a word, and in words."""

WHAT_IT_IS_NOT: Final = (
    (
        "This brief shows what follows from stated assumptions, and how far they carry. It is no "
        "prophecy, and its numbers are a model's, not the world's."
    ),
    (
        "No number stands here without a source or the word assumed: each answer leads to its "
        "tables, its rows and their sources."
    ),
    (
        "Units are counted, not commanded: this is no tool for fighting a war. No single score "
        "says which option is best; what weighs more is for the reader to say."
    ),
)
"""Sentences of the first page."""


@dataclass(frozen=True)
class PlacedFigure:
    """A figure, and the place of its numbers: a table, or the list of what drives an answer."""

    figure: Figure
    table_id: str
    table_title: str

    @property
    def id(self) -> str:
        """The figure's own id."""
        return anchors.figure_id(self.figure.name)

    @cached_property
    def spec(self) -> dict[str, Any]:
        """The figure as Vega-Lite JSON, as wide as a page."""
        return drawing.spec(self.figure)

    @cached_property
    def narrow_spec(self) -> dict[str, Any]:
        """The figure as Vega-Lite JSON, as wide as a telephone."""
        return drawing.spec(self.figure, width=NARROW)

    @cached_property
    def svg(self) -> str:
        """The figure drawn for a page, once for all forms of the report."""
        return drawing.picture(self.spec, self.figure)


@dataclass(frozen=True)
class PlacedDriver:
    """A driver, its bar, and the address of the row that holds its cell, if there is one."""

    driver: Driver
    bar: numbers.DriverBar
    address: str


@dataclass(frozen=True)
class RowGroup:
    """Rows of one table that an answer rests on."""

    title: str
    rows: list[tuple[str, str, bool]]
    """Address, key, and whether the row was known only later."""


@dataclass(frozen=True)
class AnswerSection:
    """All that is printed of an answer."""

    answer: Answer
    id: str
    value: numbers.PrintedValue
    figures: tuple[PlacedFigure, ...]
    shares: list[tuple[str, float]]
    """For a choice: names and shares of draws in which each is best, most often first."""
    drivers: list[PlacedDriver]
    tables: list[PrintedTable]
    groups: list[RowGroup]
    is_later: bool
    """Whether it rests on a row that was known only later."""
    command: str
    """Command that answers this question again."""


@dataclass(frozen=True)
class Report:
    """All parts of a report, in their order."""

    brief: Brief
    option: Option
    annex: Annex
    answers: tuple[AnswerSection, ...]
    map: PlacedFigure | None
    """What each nation would send, on a map."""
    options: list[PrintedTable]
    option_keys: list[str]
    option_figures: tuple[PlacedFigure, ...]
    claims: list[dict[str, Any]]
    sources: list[Source]
    command: str
    """Command that makes the brief again."""

    @property
    def figures(self) -> list[PlacedFigure]:
        """Every figure, in the order of the pages."""
        first = [*([self.map] if self.map else []), *self.option_figures]
        return [*first, *(figure for section in self.answers for figure in section.figures)]


def report_of(brief: Brief, annex: Annex) -> Report:
    """Return all parts of the report of a brief.

    Parameters
    ----------
    brief
        What it reports.
    annex
        What the brief rests on, as `collect` returns it.
    """
    options = options_tables(brief, annex)
    named = {table.id: table.title for table in options}
    return Report(
        brief=brief,
        option=brief.scenario.option(brief.option),
        annex=annex,
        answers=tuple(answer_section(answer, brief, annex) for answer in brief.answers),
        map=map_of(brief),
        options=options,
        option_keys=[str(key) for key in option_keys(brief)],
        option_figures=tuple(
            PlacedFigure(figure, OPTIONS_TABLE, named[OPTIONS_TABLE])
            for figure in plots.of_options(brief)
            if OPTIONS_TABLE in named
        ),
        claims=[printed_claim(verdict, brief) for verdict in brief.claims],
        sources=list(annex.sources.values()),
        command=brief_command(brief),
    )


def map_of(brief: Brief) -> PlacedFigure | None:
    """Return the map of what each nation would send, if the scenario lies on it."""
    figure = plots.of_map(brief)
    of = [answer for answer in brief.answers if figure and figure.table in answer.tables]
    return placed(figure, of[0]) if figure and of else None


def answer_section(answer: Answer, brief: Brief, annex: Annex) -> AnswerSection:
    """Return what is printed of an answer."""
    bars = numbers.driver_bars(answer.drivers)
    rows = [row_of_cell(brief.scenario, driver.cell) for driver in answer.drivers]
    files = table_files(answer)
    titles = column_titles(brief)
    return AnswerSection(
        answer=answer,
        id=anchors.answer_id(answer.id),
        value=numbers.printed_value(answer),
        figures=tuple(placed(figure, answer) for figure in plots.of_answer(answer, brief)),
        shares=sorted(answer.shares.items(), key=lambda item: (-item[1], item[0])),
        drivers=[
            PlacedDriver(driver, bar, address if address and address in annex.rows else "")
            for driver, bar, address in zip(answer.drivers, bars, rows, strict=True)
        ],
        tables=[
            printed_table(
                table,
                titles=titles,
                annex=annex,
                place=(anchors.table_id(answer.id, name), table_title(name), files[name]),
            )
            for name, table in answer.tables.items()
        ],
        groups=row_groups(answer, annex),
        is_later=not annex.later_rows.isdisjoint(answer.rows),
        command=ask_command(answer, brief),
    )


def placed(figure: Figure, answer: Answer) -> PlacedFigure:
    """Return a figure of an answer with the place of its numbers."""
    if figure.table not in answer.tables:
        return PlacedFigure(figure, anchors.drivers_id(answer.id), "What it hangs on")
    table = anchors.table_id(answer.id, figure.table)
    return PlacedFigure(figure, table, table_title(figure.table))


def row_groups(answer: Answer, annex: Annex) -> list[RowGroup]:
    """Return the rows that an answer rests on, by table in the order of the addresses."""
    groups: dict[str, list[tuple[str, str, bool]]] = {}
    for address in answer.rows:
        table, _, key = address.partition("/")
        groups.setdefault(table, []).append((address, key, address in annex.later_rows))
    return [RowGroup(table, rows) for table, rows in groups.items()]


def brief_command(brief: Brief) -> str:
    """Return the command that makes the brief again."""
    words = ["foedus", "brief", brief.scenario.name, *settings_of(brief)]
    return shlex.join([*words, "--out", "out"])


def ask_command(answer: Answer, brief: Brief) -> str:
    """Return the command that answers one question again."""
    return shlex.join(["foedus", "ask", brief.scenario.name, answer.id, *settings_of(brief)])


def settings_of(brief: Brief) -> list[str]:
    """Return the words of a command that set it as the brief was set."""
    words = ["--option", brief.option, "--draws", str(brief.draws), "--seed", str(brief.seed)]
    for address, value in brief.set.items():
        shown = int(value) if isinstance(value, bool) else value
        words += ["--set", f"{address}={shown}"]
    return [*words, *["--strict"] * brief.strict, *["--no-plan"] * (not brief.plan)]

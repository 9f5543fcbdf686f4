"""A brief as sections of a page: the head, the answers in short and at length, the options."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from foedus.briefing import QUESTIONS, Answer, Brief
from foedus.briefing.claims import Verdict
from foedus.briefing.evidence import UNCHECKED_WORDS, Evidence
from foedus.briefing.wording import Column, fold_ranges, heading, table_title
from foedus.cli.options import Asked, counted
from foedus.cli.page import FAINT, STRONG, WARNING, Page
from foedus.provenance import foedus_version
from foedus.scenario import Scenario

MOST_ROWS: Final = 12
"""Rows of a table that a brief prints."""
MOST_SOURCES: Final = 5
"""Titles of sources that a brief prints for an answer."""
DIGEST_DIGITS: Final = 12
LATER_MARK: Final = "†"

CODES: Final[dict[str, str]] = {
    "delegation": "delegations",
    "capability": "capabilities",
    "binding": "capabilities",
    "service": "capabilities",
}
"""Columns that hold keys, and the table that has their printed names."""


def printed_names(scenario: Scenario) -> dict[str, dict[str, str]]:
    """Return what to print for keys, by column."""
    groups = {row.substitution_group for row in scenario.capabilities}
    named = {column: scenario.titles(table) for column, table in CODES.items()}
    words = {group: group.replace("_", " ").capitalize() for group in groups if group}
    return {
        column: words | titles if CODES[column] == "capabilities" else titles
        for column, titles in named.items()
    }


def readable(table: pl.DataFrame, names: Mapping[str, Mapping[str, str]]) -> list[Column]:
    """Return a table's columns for readers.

    Where a row's title stands beside its code, the title stands for both, under the code's heading.
    """
    if "title" in table.columns:
        for code in ("delegation", "capability", "service", "programme"):
            if code in table.columns:
                return [
                    column._replace(heading=heading(code)) if i == 0 else column
                    for i, column in enumerate(
                        fold_ranges(table.drop(code).select("title", pl.exclude("title")), names)
                    )
                ]
    return fold_ranges(table, names)


def put_head(page: Page, scenario: Scenario, remarks: Sequence[str]) -> None:
    """Put title, date and digest, and what the numbers are for."""
    about = scenario.about
    page.title(about.title)
    digest = scenario.digest[:DIGEST_DIGITS]
    page.paragraph(
        f"{about.date}, evidence until {about.evidence_until}. Scenario {scenario.name}, digest "
        f"{digest}. foedus {foedus_version()}.",
        FAINT,
    )
    for remark in remarks:
        page.paragraph(remark)


def put_warnings(page: Page, warnings: Sequence[str]) -> None:
    """Put what a reader must know before using the numbers."""
    if warnings:
        page.gap()
    for warning in warnings:
        mark = "" if warning.startswith(LATER_MARK) else "! "
        page.paragraph(mark + warning, WARNING, indent=2)


def rests_on_later(scenario: Scenario, answer: Answer) -> int:
    """Return how many rows of an answer became known only after the scenario's date."""
    later = {f"{table}/{key}" for table, key in scenario.later_rows}
    return len(later.intersection(answer.rows))


def put_brief(page: Page, brief: Brief, asked: Asked) -> None:
    """Put a whole brief on a page, as it was asked for."""
    scenario = brief.scenario
    option = scenario.option(brief.option)
    remarks = [f"Option {option.option}: {option.title}."]
    if scenario.about.summary:
        remarks.append(scenario.about.summary)
    put_head(page, scenario, remarks)
    put_warnings(page, brief.warnings)
    page.heading("The answers in short")
    marks = [f" {LATER_MARK}" if rests_on_later(scenario, a) else "" for a in brief.answers]
    ids = [f"{a.id}{mark}" for a, mark in zip(brief.answers, marks, strict=True)]
    headlines = [answer.headline for answer in brief.answers]
    page.table([Column("Question", ids, False), Column("Answer", headlines, False)])
    said: set[str] = set()
    for answer in brief.answers:
        put_answer_in_brief(
            page, scenario, answer, said, f"foedus ask {asked.scenario} {answer.id}"
        )
    put_options(page, scenario, brief.options)
    if brief.claims:
        put_claims(page, brief.claims, f"foedus claims {asked.scenario}")
    put_repeat(
        page, brief, asked.again("brief", brief.option, *([] if brief.plan else ["--no-plan"]))
    )


def put_answer(page: Page, scenario: Scenario, answer: Answer) -> None:
    """Put one answer with every table, row and source."""
    put_findings(page, answer)
    names = printed_names(scenario)
    for name, table in answer.tables.items():
        page.label(table_title(name))
        if table.is_empty():
            page.put("  no rows", FAINT)
        else:
            page.table(readable(table, names))
    put_list(page, "What drives it", [driver.says for driver in answer.drivers])
    put_list(page, "What it assumes", answer.assumes)
    put_list(page, "What it cannot say", answer.cannot_say)
    put_sources(page, scenario, answer)


def put_answer_in_brief(
    page: Page, scenario: Scenario, answer: Answer, said: set[str], in_full: str
) -> None:
    """Put one answer among others: its first table, and what no answer before it has said.

    Parameters
    ----------
    said
        Assumptions and limits that stand above already; those of this answer are added.
    in_full
        The command that prints all of it.
    """
    put_findings(page, answer)
    names = printed_names(scenario)
    for name, table in list(answer.tables.items())[:1]:
        if not table.is_empty():
            page.label(table_title(name))
            put_beginning(page, table, names, in_full)
    put_list(page, "What drives it", [driver.says for driver in answer.drivers])
    put_unsaid(page, "What it assumes", answer.assumes, said)
    put_unsaid(page, "What it cannot say", answer.cannot_say, said)
    put_sources(page, scenario, answer, MOST_SOURCES, in_full)


def put_findings(page: Page, answer: Answer) -> None:
    """Put question, headline and further sentences."""
    page.heading(f"{answer.id}: {answer.question}")
    page.paragraph(answer.headline, STRONG)
    for sentence in answer.more:
        page.paragraph(sentence)
    if answer.interval_note:
        page.paragraph(f"Ranges: {answer.interval_note}", FAINT)
    if answer.shares:
        choices = {"choice": list(answer.shares), "best_in_share": list(answer.shares.values())}
        page.label("Best in how many draws")
        page.table(fold_ranges(pl.DataFrame(choices)))


def put_beginning(
    page: Page, table: pl.DataFrame, names: Mapping[str, Mapping[str, str]], in_full: str
) -> None:
    """Put the first rows of a table and the columns that fit, and say what is left."""
    left_columns = page.table_in_brief(readable(table.head(MOST_ROWS), names))
    left_rows = max(0, len(table) - MOST_ROWS)
    left = [
        counted(number, f"more {thing}")
        for number, thing in ((left_rows, "row"), (left_columns, "column"))
        if number
    ]
    if left:
        page.put(f"  {' and '.join(left)}: {in_full}", FAINT)


def put_list(page: Page, label: str, items: Sequence[str]) -> None:
    """Put a labelled list, if there is anything in it."""
    if items:
        page.label(label)
        page.bullets(items)


def put_unsaid(page: Page, label: str, items: Sequence[str], said: set[str]) -> None:
    """Put a labelled list without what stands above already, and say how much of it does."""
    fresh = [item for item in items if item not in said]
    above = len(items) - len(fresh)
    said.update(items)
    put_list(page, label, [*fresh, *([f"and {above} said above"] if above else [])])


def put_sources(
    page: Page, scenario: Scenario, answer: Answer, most: int | None = None, in_full: str = ""
) -> None:
    """Put the titles of the sources, and on how many rows the answer rests."""
    titles = [source_line(scenario, key) for key in answer.sources]
    page.label(f"Sources ({counted(len(answer.rows), 'row')}; run {answer.run})")
    put_titles(page, titles, most, in_full)


def put_titles(page: Page, titles: Sequence[str], most: int | None, in_full: str) -> None:
    """Put the titles of sources, and where the rest of them are named."""
    page.bullets(titles[:most] or ["none: every row is assumed"])
    if rest := len(titles) - len(titles[:most]):
        page.put(f"  {counted(rest, 'more source')}: {in_full}", FAINT)


def source_line(scenario: Scenario, key: str) -> str:
    """Return a source as a line: title, publisher and date, with its key.

    Nobody should quote a page as read that was recalled, so it says which is.
    """
    source = scenario.row("sources", key)
    parts = [source.title, source.publisher, source.date]
    mark = f", {UNCHECKED_WORDS['memory']}" if source.verified == "memory" else ""
    return f"{', '.join(part for part in parts if part)} [{key}{mark}]"


def put_options(page: Page, scenario: Scenario, options: pl.DataFrame) -> None:
    """Put all options side by side, measured quantities beside each other."""
    if options.is_empty():
        return
    page.heading("The options side by side")
    page.bullets(f"{option.option}: {option.title}" for option in scenario.options)
    page.gap()
    page.table(fold_ranges(options.drop("title", strict=False)))


def put_claims(page: Page, verdicts: Sequence[Verdict], in_full: str) -> None:
    """Put what was claimed: a table of verdicts, and the sentence of each that was measured."""
    page.heading("What was claimed")
    told = [verdict for verdict in verdicts if verdict.claim.measure]
    put_verdicts(page, told)
    if told:
        page.gap()
        page.bullets(
            f"{verdict.claim.claim}: {verdict.says}{later_mark(verdict)}" for verdict in told
        )
        page.put(f"  What each rests on: {in_full}", FAINT)
    put_unmeasured(page, verdicts)


def put_claims_in_full(
    page: Page, scenario: Scenario, verdicts: Sequence[Verdict], most: int | None, in_full: str
) -> None:
    """Put what was claimed with all that each verdict rests on.

    Parameters
    ----------
    most
        Sources that are printed of each; all if None.
    in_full
        The command that prints all of them, to which the claim's name is added.
    """
    page.heading("What was claimed")
    told = [verdict for verdict in verdicts if verdict.claim.measure]
    put_verdicts(page, told)
    for verdict in told:
        claim, grounds = verdict.claim, verdict.grounds
        page.heading(f"{claim.claim}: {claim.statement}")
        page.paragraph(f"{verdict.says}{later_mark(verdict)}", STRONG)
        if claim.asks:
            page.paragraph(f"Asked: {claim.asks}")
        if claim.note:
            page.paragraph(f"Note: {claim.note}")
        if grounds.says:
            page.paragraph(grounds.says)
        page.label(f"Claimed by: {claim.who}")
        page.bullets(source_lines(scenario, claim.source))
        if grounds.says:
            page.label("Sources of the number")
            titles = source_lines(scenario, grounds.sources)
            put_titles(page, titles, most, f"{in_full} --claim {claim.claim}")
    put_unmeasured(page, verdicts)


def put_verdicts(page: Page, verdicts: Sequence[Verdict]) -> None:
    """Put a table of verdicts, a row a claim."""
    if not verdicts:
        return
    columns = {
        "Claim": [verdict.claim.claim for verdict in verdicts],
        "Who": [verdict.claim.who for verdict in verdicts],
        "Verdict": [f"{verdict.verdict}{later_mark(verdict)}" for verdict in verdicts],
        "Number behind it": [verdict.number for verdict in verdicts],
    }
    page.table([Column(name, cells, False) for name, cells in columns.items()])


def later_mark(verdict: Verdict) -> str:
    """Return the mark of a verdict that rests on what was known only later."""
    return f" {LATER_MARK}" if verdict.is_later else ""


def put_unmeasured(page: Page, verdicts: Sequence[Verdict]) -> None:
    """Put the claims that nothing measures, each with the question that would speak to it."""
    claims = [verdict.claim for verdict in verdicts if not verdict.claim.measure]
    if not claims:
        return
    page.label("Cannot tell: nothing here measures these")
    page.bullets(f"{c.claim} ({c.who}): {c.statement} [{c.checked_by}]" for c in claims)
    answered = {question.id for question in QUESTIONS}
    open_ = [c.checked_by for c in claims if c.checked_by not in answered]
    rest = f" Not answered by this version: {', '.join(dict.fromkeys(open_))}." if open_ else ""
    page.paragraph(f"In brackets the question that speaks to it.{rest}", FAINT, indent=2)


def source_lines(scenario: Scenario, keys: Sequence[str]) -> list[str]:
    """Return sources as lines; a choice of the authors has no source to name."""
    return [source_line(scenario, key) for key in keys if key in scenario.row_numbers["sources"]]


def put_rests_on(page: Page, evidence: Evidence, in_full: str) -> None:
    """Put on how many rows and sources a run rests, and where they are named."""
    rows, sources = counted(len(evidence.rows), "row"), counted(len(evidence.sources), "source")
    page.gap()
    page.paragraph(f"Rests on {rows} from {sources}, named by {in_full} and by --json.", FAINT)


def put_repeat(page: Page, brief: Brief, command: str) -> None:
    """Put what it takes to do a brief again."""
    put_command(page, command, list(dict.fromkeys(answer.run for answer in brief.answers)))


def put_command(page: Page, command: str, run_ids: Sequence[str]) -> None:
    """Put the command line that does it again, and the ids of the runs."""
    page.heading("To repeat this")
    page.paragraph(command, indent=2)
    if run_ids:
        page.paragraph(f"{'Run' if len(run_ids) == 1 else 'Runs'}: {', '.join(run_ids)}.", FAINT)

"""The force plan as sections of a page: who, when, under whom, what is filled."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from foedus.briefing.findings import Findings
from foedus.briefing.plan_reasons import (
    Reasons,
    alternatives_sentences,
    alternatives_table,
    frontier_table,
    ledger_sentences,
    lines_table,
    one_more_table,
    providers_sentence,
    providers_table,
    rules_table,
)
from foedus.briefing.planned import (
    area_words,
    coalition_sentence,
    excess_sentence,
    fill_periods,
    gap_sentence,
    lead_sentences,
    nation_periods,
    off_sentence,
    points,
    strength_sentence,
    thin_sentence,
)
from foedus.briefing.wording import NOTHING, Column
from foedus.cli.page import FAINT, STRONG, Page
from foedus.cli.sections import printed_names, readable
from foedus.engines.forces.plan.result import PlanResult
from foedus.engines.forces.result import ForceResult
from foedus.quantities import show_number

RESTS: Final = "."
"""Stands in a month in which a unit is at home and may not go again."""
DOMAINS: Final = {
    "land": "Soldiers on land by nation, from the month that heads the column",
    "hq": "Staffs of headquarters and their signals",
    "air": "People with aircraft",
    "sea": "People with ships",
}


def put_plan(
    page: Page,
    findings: Findings,
    result: PlanResult,
    sustained: ForceResult,
    *,
    began_at_points: float | None,
    units: bool,
) -> None:
    """Put what the plan comes to, who leads, who sends what and what is filled.

    Parameters
    ----------
    sustained
        What the closed form finds for the same coalition, at the point.
    began_at_points
        What the plan that it began from fills; None if there was none.
    units
        Whether to put the chart of named units.
    """
    titles = findings.titles
    page.heading("The plan")
    page.paragraph(gap_sentence(result), STRONG)
    if began_at_points is not None:
        page.paragraph(
            f"It began from a plan that fills {points(began_at_points)} points of what was asked "
            "for there."
        )
    page.paragraph(coalition_sentence(result, titles, findings.option.location))
    page.paragraph(strength_sentence(result))
    if result.required_persons.any():
        page.paragraph(off_sentence(result, sustained))
    for sentence in (*excess_sentence(result, titles), *thin_sentence(result, titles)):
        page.paragraph(sentence)
    put_leads(page, result, titles)
    for domain, label in DOMAINS.items():
        table = nation_periods(result, domain)
        if not table.is_empty():
            page.label(label)
            page.table(by_period(table, titles))
    fill = fill_periods(result)
    if not fill.is_empty():
        page.label("Filled of each capability, from the month that heads the column")
        page.table(by_period(fill, titles))
    put_burden(page, findings, result)
    put_stages(page, result)
    if units:
        put_chart(page, result, titles)


def by_period(table: pl.DataFrame, titles: dict[str, str]) -> list[Column]:
    """Return a table with a column a period for print: months over whole numbers."""
    code = table.columns[0]
    names = [titles.get(key, key) for key in table[code].to_list()]
    columns = [Column("Nation" if code == "delegation" else "Capability", names, False)]
    empty = "" if code == "delegation" else NOTHING
    for name in table.columns[1:]:
        printed = [
            empty if cell is None or (cell == 0 and not empty) else show_number(cell, name)
            for cell in table[name].to_list()
        ]
        heading = "Needed" if name == "needed_count" else name.split("_")[2]
        columns.append(Column(heading, [text.removesuffix(" %") for text in printed], True))
    return columns


def put_leads(page: Page, result: PlanResult, titles: dict[str, str]) -> None:
    """Put who leads where, with which headquarters and authority, and who does not serve there."""
    if not result.problem.lead_sectors:
        return
    page.label("Command: framework nation by area and phase")
    page.bullets(lead_sentences(result, titles))
    page.paragraph(
        "OPCON: operational control. Full command stays national. Span: brigades under it at most, "
        "of those it can command: " + span_words(result),
        FAINT,
        indent=2,
    )


def span_words(result: PlanResult) -> str:
    """Say how much of each lead's span of control is taken up."""
    said = [
        f"{area_words(row['area'])} {show_number(row['most_under_it_count'], 'any_count')} of "
        f"{show_number(row['span_count'], 'any_count')}"
        for row in result.tables()["plan_leads"].to_dicts()
        if row["span_count"] is not None and row["asked_under_it_count"] > 0
    ]
    return f"{'; '.join(said) or 'no brigade is asked for'}."


def put_burden(page: Page, findings: Findings, result: PlanResult) -> None:
    """Put person-months of each nation against its fair share."""
    burden = result.tables()["plan_burden"].filter(pl.col("sent_person_months") > 0)
    if burden.is_empty():
        return
    page.label("Burden against fair share of what is asked for")
    shown = burden.sort("sent_person_months", descending=True).drop("level")
    page.table(readable(shown, printed_names(findings.scenario)))


def put_stages(page: Page, result: PlanResult) -> None:
    """Put how far each goal was taken, one after the other."""
    page.label("Goals, one after the other; a later one gives nothing of an earlier one away")
    columns = readable(result.tables()["plan_stages"], {})
    page.table(columns)


@dataclass(frozen=True)
class Told:
    """A part of the reasons: what is said and shown of it."""

    label: str
    sentences: tuple[str, ...]
    tables: dict[str, pl.DataFrame]


def told_reasons(reasons: Reasons, asked: Collection[str]) -> list[Told]:
    """Find the reasons that are asked for: the ledger always, the others by name."""
    told = [
        Told(
            "Why there is a gap",
            ledger_sentences(reasons),
            {"gap_rules": rules_table(reasons), "gap_lines": lines_table(reasons)},
        )
    ]
    if "enablers" in asked:
        told.append(
            Told(
                "Without each provider's enablers",
                (providers_sentence(reasons),),
                {"without_enablers": providers_table(reasons)},
            )
        )
    if "one-more" in asked:
        said = (
            "Planned again in whole units with one more; worth less than the gaps of both plans "
            "cannot be told."
        )
        told.append(
            Told("What one more unit is worth", (said,), {"one_more": one_more_table(reasons)})
        )
    if "frontier" in asked:
        said = (
            "From the fullest plan to the fairest: who fills more asks more of some than their "
            "fair share."
        )
        told.append(Told("What fairness costs", (said,), {"frontier": frontier_table(reasons)}))
    if "alternatives" in asked:
        told.append(
            Told(
                "Plans as good that differ most",
                alternatives_sentences(reasons),
                {"alternatives": alternatives_table(reasons)},
            )
        )
    return told


def put_reasons(page: Page, findings: Findings, told: Sequence[Told]) -> None:
    """Put why there is a gap, and what else could be done."""
    names = printed_names(findings.scenario)
    for part in told:
        page.heading(part.label)
        for sentence in part.sentences:
            page.paragraph(sentence)
        for table in part.tables.values():
            if not table.is_empty():
                page.gap()
                page.table(readable(table, names))


def put_chart(page: Page, result: PlanResult, titles: dict[str, str]) -> None:
    """Put which named unit is where in each period: a letter an area, a point for its rest."""
    problem = result.problem
    letters = {name: chr(ord("A") + place) for place, name in enumerate(problem.sectors)}
    page.label("Named units: where each is from the month that heads the column")
    page.paragraph(
        ", ".join(f"{letter} {area_words(name)}" for name, letter in letters.items())
        + f"; {RESTS} at home after a tour. By months: --out, plan_gantt.csv.",
        FAINT,
        indent=2,
    )
    rows = unit_rows(result, letters)
    names = [
        f"{titles.get(nation, nation)}, {titles.get(kind, kind)} {number}"
        for nation, kind, number in rows
    ]
    columns = [Column("Unit", names, False)]
    for period in range(problem.periods):
        heading = str(result.months_of(period)[0])
        columns.append(Column(heading, [row[period] for row in rows.values()], True))
    page.table(columns)


def unit_rows(result: PlanResult, letters: dict[str, str]) -> dict[tuple[str, str, str], list[str]]:
    """Return by nation, capability and number of each unit where it is in each period."""
    problem = result.problem
    rows: dict[tuple[str, str, str], list[str]] = {}
    for posting in result.postings:
        number = result.unit_name(posting).rsplit(":", 1)[-1]
        row = rows.setdefault((posting.nation, posting.capability, number), [""] * problem.periods)
        for period in range(problem.periods):
            first, _ = result.months_of(period)
            if posting.from_month <= first < posting.to_month:
                row[period] = letters[posting.sector]
            elif posting.to_month <= first < posting.home_until_month:
                row[period] = RESTS
    return dict(sorted(rows.items()))

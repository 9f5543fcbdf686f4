"""What the force plan adds to the answers of a brief: sentences, tables and what they rest on.

Answers are written from all futures; the plan is one proposal for one coalition. It is set beside
them here, in one place, so that an answer reads the same with and without it.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from typing import Final

import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.exposure import at_border, exposure_table
from foedus.briefing.findings import Findings
from foedus.briefing.planned import (
    PLAN_ASSUMPTIONS,
    PLAN_LIMITS,
    away_sentence,
    balance_periods,
    coalition_sentence,
    contributions_sentence,
    duration_sentences,
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
from foedus.briefing.reads import plan_evidence
from foedus.briefing.sentences import persons
from foedus.briefing.strength import named
from foedus.engines.forces.plan.result import PlanResult
from foedus.errors import MissingDataError

Tables = dict[str, pl.DataFrame]
Sentences = tuple[str, ...]


@contextmanager
def plan_beside(findings: Findings) -> Iterator[None]:
    """Make the plans of a brief while its other answers are written, on another core.

    Afterwards they are there, or it is known that there are none. Where the work beside it is
    broken off, the search ends soon after.
    """
    try:
        _ = findings.likely  # what both would ask for
    except MissingDataError:  # the questions themselves say what is missing
        yield
        return
    stopped = Event()

    def plan() -> None:
        def told(*_news: object) -> None:
            if stopped.is_set():
                raise KeyboardInterrupt

        findings.make_plans(told)

    with ThreadPoolExecutor(max_workers=1) as pool:
        made = pool.submit(plan)
        try:
            yield
        except BaseException:
            stopped.set()
            raise
        made.result()


def with_plan(answer: Answer, findings: Findings) -> Answer:
    """Return an answer with what the plan says to its question, if it says anything."""
    if answer.id not in ADDS or findings.plan is None:
        return answer
    sentences, tables = ADDS[answer.id]
    evidence = plan_evidence(findings)
    result = findings.plan.result
    return replace(
        answer,
        more=(*answer.more, *sentences(findings, result)),
        assumes=(*answer.assumes, *PLAN_ASSUMPTIONS),
        cannot_say=(*answer.cannot_say, *PLAN_LIMITS),
        sources=tuple(sorted({*answer.sources, *evidence.sources})),
        rows=tuple(sorted({*answer.rows, *evidence.rows})),
        tables={**answer.tables, **tables(findings, result)},
    )


def of_size(findings: Findings, result: PlanResult) -> Sentences:
    """Say what the plan fills, with how many soldiers, and how far the closed form is off."""
    said = [
        gap_sentence(result),
        coalition_sentence(result, findings.titles, findings.option.location),
    ]
    if findings.asks_land:
        said += [strength_sentence(result), off_sentence(result, findings.sustained.result)]
    return (*said, *thin_sentence(result, findings.titles))


def fill_table(findings: Findings, result: PlanResult) -> Tables:
    """Return what is filled of each capability, period by period."""
    return {"plan_fill": named(fill_periods(result), findings)}


def of_contributions(findings: Findings, result: PlanResult) -> Sentences:
    """Say who sends how many in the plan, and who more than its fair share."""
    return (
        contributions_sentence(result, findings.titles),
        *excess_sentence(result, findings.titles),
    )


def nations_table(findings: Findings, result: PlanResult) -> Tables:
    """Return soldiers on land by nation, period by period, and burdens."""
    return {
        "plan_land": named(nation_periods(result), findings, "delegation"),
        "plan_burden": named(result.tables()["plan_burden"], findings, "delegation"),
    }


def of_duration(_findings: Findings, result: PlanResult) -> Sentences:
    """Say what stands in balance over time."""
    return duration_sentences(result)


def turns_tables(findings: Findings, result: PlanResult) -> Tables:
    """Return strength in the plan, period by period, and which unit is where and when at home."""
    return {
        "plan_balance": balance_periods(result),
        "plan_units": named(result.tables()["plan_units"], findings, "delegation"),
    }


def of_command(findings: Findings, result: PlanResult) -> Sentences:
    """Say who leads where and when."""
    return tuple(f"In the plan: {said}" for said in lead_sentences(result, findings.titles))


def leads_table(_findings: Findings, result: PlanResult) -> Tables:
    """Return who leads where and when."""
    return {"plan_leads": result.tables()["plan_leads"]}


def of_exposure(findings: Findings, result: PlanResult) -> Sentences:
    """Say what the plan takes from states at the border."""
    codes = at_border(exposure_table(findings))["delegation"].to_list()
    return away_sentence(result, codes, findings.titles)


def no_tables(_findings: Findings, _result: PlanResult) -> Tables:
    """Return no table."""
    return {}


def of_alone(findings: Findings, result: PlanResult) -> Sentences:
    """Say what the same coalition fills if the guarantor gives nothing."""
    if findings.plan_alone is None:
        return ()
    alone = findings.plan_alone.result
    lost = result.filled_points - alone.filled_points
    # Both plans have a gap: what is lost for certain is what no plan without help could fill.
    certain = lost - alone.planned.gap_points
    said = (
        f"Planned again without the guarantor, the same coalition fills "
        f"{points(alone.filled_points)} of 100 points in the place of "
        f"{points(result.filled_points)}"
    )
    if certain > 0.005:
        said += f"; at least {points(certain)} points of that are lost for certain"
    elif lost > 0.005:
        said += "; the gaps of the plans are wider than the loss, so none of it is certain"
    stands = ""
    if findings.asks_land:
        end, helped = float(alone.land_persons[-1]), float(result.land_persons[-1])
        stands = (
            f" On land {persons(end)} soldiers stand at the end, {persons(helped)} with its help."
        )
    return (f"{said}.{stands}",)


def alone_table(findings: Findings, result: PlanResult) -> Tables:
    """Return what is filled of each capability with the guarantor and without."""
    if findings.plan_alone is None:
        return {}
    both = mean_fill(result).join(
        mean_fill(findings.plan_alone.result), on="capability", suffix="_alone", how="left"
    )
    table = both.select(
        "capability",
        "fill_share",
        alone_share=pl.col("fill_share_alone"),
        lost_share=pl.col("fill_share") - pl.col("fill_share_alone"),
    )
    return {"plan_alone": named(table.sort("lost_share", descending=True), findings)}


def mean_fill(result: PlanResult) -> pl.DataFrame:
    """Return what is filled of each capability over the whole plan."""
    fill = result.tables()["plan_fill"].group_by("capability", maintain_order=True)
    return fill.agg(fill_share=pl.col("filled_count").sum() / pl.col("needed_count").sum())


ADDS: Final[
    Mapping[
        str,
        tuple[
            Callable[[Findings, PlanResult], Sentences], Callable[[Findings, PlanResult], Tables]
        ],
    ]
] = {
    "size": (of_size, fill_table),
    "contributions": (of_contributions, nations_table),
    "duration": (of_duration, turns_tables),
    "command": (of_command, leads_table),
    "exposure": (of_exposure, no_tables),
    "alone": (of_alone, alone_table),
}
"""What the plan adds to which question."""

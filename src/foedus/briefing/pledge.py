"""More money, or better coordination: what the room and all allies would promise."""

from typing import Final

import numpy as np

from foedus.briefing.answer import Answer
from foedus.briefing.bargained import (
    ALONE,
    CANNOT_SAY,
    assumptions,
    bargaining_evidence,
    fails_words,
    issue_title,
    room_title,
    sized_range,
    with_titles,
)
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import listed, range_note, spread
from foedus.briefing.strength import one_row
from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.result import BargainingResult
from foedus.errors import MissingDataError

PLEDGES: Final = ("spending", "coordination", "reconstruction")
"""Issues that the answer speaks of, as far as the scenario has them."""


def answer_pledge(findings: Findings, question: str) -> Answer:
    """Answer what would be promised on spending, coordination and reconstruction."""
    result = findings.bargaining.result
    issues = [issue for issue in PLEDGES if issue in result.issues]
    if not issues:
        raise MissingDataError(
            f"{findings.scenario.name}: positions.csv has no two parties on any of "
            f"{listed(PLEDGES)}. Add rows."
        )
    first = issues[0]
    places = [result.room, widest(result, first)]
    values = room_mean(result, result.room, first)
    found = spread(values) if values is not None else None
    evidence = bargaining_evidence(findings)
    here = result.room_table()
    drivers = (
        findings.bargaining_drivers.strongest(values, "pledge_value") if values is not None else ()
    )
    return Answer(
        id="spending-pledge",
        question=question,
        kind="number",
        headline=pledge_headline(findings, result, first, places),
        value=found.middle if found else None,
        unit=result.units[result.issues.index(first)],
        low=found.low if found else None,
        high=found.high if found else None,
        interval_note=range_note(result.draws),
        more=tuple(pledge_headline(findings, result, issue, places) for issue in issues[1:]),
        drivers=drivers,
        assumes=(*assumptions(findings), *evidence.remarks),
        cannot_say=(
            *CANNOT_SAY,
            "What a promise costs whom: see the question 'afford'.",
            "How much more a euro buys if it is spent together.",
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "pledge_rooms": with_titles(findings, here.filter(here["issue"].is_in(issues))),
            "pledge_forecasts": with_titles(
                findings,
                result.forecast_table().filter(result.forecast_table()["issue"].is_in(issues)),
            ),
            "headline_numbers": one_row(
                **{
                    name: number
                    for issue in issues
                    for place in dict.fromkeys(places)
                    for name, number in pledge_numbers(result, issue, place).items()
                }
            ),
        },
        run=findings.bargaining.run_id,
    )


def widest(result: BargainingResult, issue: str) -> int:
    """Return the format in which most are asked for their consent on an issue."""
    at = result.issues.index(issue)
    asked = [
        -1 if ALONE in result.rules[place] else int(result.consents[place, at].sum())
        for place in range(len(result.formats))
    ]
    return int(np.argmax(asked))


def room_mean(result: BargainingResult, place: int, issue: str) -> FloatArray | None:
    """Return the compromise mean of a format on an issue; None if it does not deal with it."""
    at = result.issues.index(issue)
    return result.room_mean_value[:, place, at] if result.is_dealt[place, at] else None


def pledge_numbers(result: BargainingResult, issue: str, place: int) -> dict[str, float | None]:
    """Return what one format would settle on, with its range, and how often it would not."""
    values = room_mean(result, place, issue)
    found = spread(values) if values is not None else None
    where = f"{issue}_{result.formats[place]}"
    return {
        f"{where}_value": found.middle if found else None,
        f"{where}_value_low": found.low if found else None,
        f"{where}_value_high": found.high if found else None,
        f"{where}_no_deal_prob": result.no_deal_prob(result.formats[place], issue),
    }


def pledge_words(
    findings: Findings, result: BargainingResult, issue: str, place: int
) -> str | None:
    """Say what one format would settle on, and how often it would not."""
    values = room_mean(result, place, issue)
    if values is None:
        return None
    name = result.formats[place]
    unit = result.units[result.issues.index(issue)]
    fails = fails_words(result, name, issue)
    return f"{sized_range(values, unit)} in {room_title(findings, name)}, with {fails}"


def pledge_headline(
    findings: Findings, result: BargainingResult, issue: str, places: list[int]
) -> str:
    """Say what one pledge would be in the room and among all."""
    said = [pledge_words(findings, result, issue, place) for place in dict.fromkeys(places)]
    title = issue_title(findings, issue)
    told = [words for words in said if words]
    if not told:
        return f"No format that is looked at deals with {title}."
    return f"The compromise mean on {title} is {'; '.join(told)}."

"""What those asked would write on a form: each nation by itself, all together, and what differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from foedus.briefing.alone import dependence_table
from foedus.briefing.answer import Answer
from foedus.briefing.contributions import sent_persons
from foedus.briefing.evidence import Evidence, Pick, every
from foedus.briefing.findings import Findings
from foedus.briefing.guaranteed import CANNOT_SAY, assumptions
from foedus.briefing.reads import BEFORE_MONEY, merged, rests_on
from foedus.briefing.reply_meetings import (
    Agreement,
    agreement,
    meeting_sentences,
    meetings,
    meetings_table,
    some,
    who,
)
from foedus.briefing.reply_points import FILL, LIKELY, Filled, Number, chances
from foedus.briefing.sentences import count_of, listed, percent
from foedus.briefing.strength import one_row
from foedus.engines import Guarantee, Voting
from foedus.errors import MissingDataError
from foedus.scenario.questionnaire import Point
from foedus.scenario.questionnaire_checks import members_of

GUARANTEE: Final = "guarantee"
SUPPORT: Final = "us-support"
PRESSURE: Final = "capabilities-sanctions"
GUARANTEE_ASSUMES: Final = (
    "The guarantee that a nation would put its name to is looked for among all options: of those "
    "that it would join, the one nearest to the line; of these one without the guarantor before "
    "one with it. On every other point a nation answers for the one option."
)
TEXTS: Final = ("signed_option", "most_left_in")
"""Columns of the table of numbers that hold names."""
FLOAT: Final = pl.Float64
BALLOT_ASSUMES: Final = (
    "On sanctions, who has a vote is for a proposal where it lies nearer to its position than what "
    "holds without it; who has none decides for itself by the same rule."
)


@dataclass(frozen=True)
class Entry:
    """A point of the form with all that is written on it."""

    point: Point
    filled: Filled
    alike: Agreement

    @property
    def title(self) -> str:
        """Its topic in words.

        Such as `capabilities and sanctions`.
        """
        return topic_words(self.point.topic)

    @property
    def answers(self) -> dict[str, str]:
        """What each answers, by code."""
        return {code: one.answer for code, one in self.filled.written.items()}


def topic_words(topic: str) -> str:
    """Return a topic as it stands in a sentence.

    >>> topic_words("us-support"), topic_words("capabilities-sanctions"), topic_words("force")
    ("the guarantor's support", 'capabilities and sanctions', 'force')
    """
    return "the guarantor's support" if topic == SUPPORT else topic.replace("-", " and ")


def answer_reply(findings: Findings, question: str) -> Answer:
    """Answer what the nations asked would write on each point, by themselves and together."""
    entries = filled_in(findings)
    codes = list(dict.fromkeys(code for entry in entries for code in entry.answers))
    table = together_table(entries)
    evidence = reply_evidence(findings, entries)
    answers = {entry.title: entry.answers for entry in entries}
    found = meetings(findings, answers)
    people = sent_persons(findings).mean(axis=0)
    sent = dict(zip(findings.forces.codes, people.tolist(), strict=True))
    joins = findings.consent.joins[:, [findings.consent.codes.index(code) for code in codes]]
    return Answer(
        id="reply",
        question=question,
        kind="table",
        headline=reply_headline(entries, len(codes)),
        value=table.row(0, named=True),
        unit="points of the form, filled in",
        interval_note="No range: chances are over all futures drawn, and shares count nations.",
        more=(
            *hidden_sentences(findings, entries, len(codes)),
            *meeting_sentences(findings, found, sent, len(entries)),
        ),
        drivers=findings.consent_drivers.strongest(
            joins.sum(axis=1).astype(np.float64),
            "joiners_count",
            moves="how many of those asked would send soldiers",
        ),
        assumes=(*assumed(findings, entries, len(codes)), *evidence.remarks),
        cannot_say=cannot_say(entries),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "reply_together": table,
            "reply_agreement": agreement_table(entries),
            "reply_by_nation": words_table(findings, entries, codes),
            "reply_numbers": numbers_table(findings, entries, codes),
            "reply_meetings": meetings_table(found, sent),
            **dependence(findings, entries, codes),
            "headline_numbers": headline_numbers(entries, len(codes)),
        },
        run=findings.headline.forces.run_id,
    )


def filled_in(findings: Findings) -> list[Entry]:
    """Return every point of the form with what is written on it.

    Raises
    ------
    MissingDataError
        If nobody who is asked has a known stance.
    """
    joins = chances(findings)
    order = sorted(joins, key=lambda code: (-joins[code], code))
    entries = []
    done: dict[tuple[str, tuple[str, ...]], Filled] = {}
    for point in sorted(findings.as_set.questionnaire, key=lambda row: int(row.point)):
        asked = asked_of(findings, point, order)
        if not asked:
            raise MissingDataError(
                f"{findings.scenario.name}: no stance of anybody asked on point {point.point} of "
                "questionnaire.csv is known. Add stances, or mend asked_of."
            )
        key = (point.topic, asked)
        if key not in done:
            done[key] = FILL[point.topic](findings, asked)
        filled = done[key]
        given = {code: one.answer for code, one in filled.written.items()}
        entries.append(Entry(point, filled, agreement(given)))
    return entries


def asked_of(findings: Findings, point: Point, codes: Sequence[str]) -> tuple[str, ...]:
    """Return who of some contributors is asked, in their order."""
    if not point.asked_of:
        return tuple(codes)
    members = members_of(findings.as_set, point.asked_of)
    return tuple(code for code in codes if code in members)


def reply_evidence(findings: Findings, entries: Sequence[Entry]) -> Evidence:
    """Return the rows that the points rest on, with the form and the meetings."""
    picks: dict[str, Pick] = dict.fromkeys(["questionnaire", "formats", "attendance"], every)
    engines: dict[str, None] = dict.fromkeys(BEFORE_MONEY)
    for entry in entries:
        picks = merged(picks, dict(entry.filled.picks))
        engines |= dict.fromkeys(entry.filled.engines)
    return rests_on(findings, picks, engines=tuple(engines))


def reply_headline(entries: Sequence[Entry], asked_count: int) -> str:
    """Say what all could write point by point, and on which their own forms differ most."""
    whom = "one nation" if asked_count == 1 else f"{asked_count} nations"
    told = [entry.filled.in_short for entry in entries if entry.filled.in_short]
    said = (
        f"Together the {whom} asked could write: {'; '.join(told)}"
        if told
        else f"Nothing can be filled in for the {whom} asked"
    )
    ends = most_and_least(entries)
    if ends is None:
        return f"{said}."
    most, least = ends
    if least.alike.same_share == 1:
        return f"{said}; each by itself, all would answer alike on every point."
    beside = (
        f" and most alike on {most.title} ({percent(share_of(most))} '{most.alike.answer}')"
        if most is not least
        else ""
    )
    return (
        f"{said}; each by itself, they differ most on {least.title} ({percent(share_of(least))} "
        f"answer '{least.alike.answer}', {percent(least.alike.next_share or 0.0)} "
        f"'{least.alike.next_answer}'){beside}."
    )


def most_and_least(entries: Sequence[Entry]) -> tuple[Entry, Entry] | None:
    """Return the points on which most and fewest give the common answer; None if none is told.

    Of equal ones the first.
    """
    told = [entry for entry in entries if entry.alike.same_share is not None]
    if not told:
        return None
    return max(told, key=share_of), min(told, key=share_of)


def share_of(entry: Entry) -> float:
    """Return the share of those that answer who give the common answer; 0 where none do."""
    return entry.alike.same_share or 0.0


def headline_numbers(entries: Sequence[Entry], asked_count: int) -> pl.DataFrame:
    """Return the numbers of the headline; those of a point by its place on the form."""
    numbers: dict[str, float | None] = {"asked_count": float(asked_count)}
    for entry in entries:
        numbers |= {
            f"point_{entry.point.point}_{name}": number
            for name, number in entry.filled.numbers.items()
        }
        alike = entry.alike
        numbers |= {
            f"point_{entry.point.point}_same_share": alike.same_share,
            f"point_{entry.point.point}_next_share": alike.next_share,
        }
    return one_row(**numbers)


def hidden_sentences(
    findings: Findings, entries: Sequence[Entry], asked_count: int
) -> tuple[str, ...]:
    """Say what one form hides: how many answer otherwise, and into which camps they fall."""
    ends = most_and_least(entries)
    if ends is None:
        return ("No nation's own answer is told on any point, so nothing is hidden or shown.",)
    told = [entry for entry in entries if entry.alike.same_share is not None]
    parts = [
        f"{entry.title} {otherwise_count(entry)} of {entry.alike.told_count} "
        f"('{entry.alike.answer}' {percent(share_of(entry))})"
        for entry in told
    ]
    said = [
        (
            "What one form hides: so many of those asked would by themselves answer otherwise than "
            f"the common line: {'; '.join(parts)}."
        ),
        (
            f"{everywhere_words(told, asked_count)} the common answer on every point of which "
            "any is told."
        ),
    ]
    widest = ends[1]
    if widest.alike.next_answer:
        answers = widest.answers
        camps = [
            f"'{answer}' {some(findings, who(answers, answer))}"
            for answer in (widest.alike.answer, widest.alike.next_answer)
        ]
        rest = widest.alike.answers_count - len(camps)
        others = f"; {count_of(rest, 'other answer')} beside them" if rest else ""
        said.append(f"The widest split, on {widest.title}: {'; '.join(camps)}{others}.")
    return tuple(said)


def otherwise_count(entry: Entry) -> int:
    """Return how many of those that answer give another than the common answer."""
    return entry.alike.told_count - len(who(entry.answers, entry.alike.answer))


def everywhere_words(entries: Sequence[Entry], asked_count: int) -> str:
    """Say how many give the common answer on every point on which any is told."""
    codes = {code for entry in entries for code in entry.answers}
    alike = sum(
        all(entry.answers.get(code) == entry.alike.answer for entry in entries) for code in codes
    )
    if not alike:
        return f"Nobody of the {count_of(asked_count, 'nation')} gives"
    return f"{alike} of the {count_of(asked_count, 'nation')} {'gives' if alike == 1 else 'give'}"


def assumed(findings: Findings, entries: Sequence[Entry], asked_count: int) -> tuple[str, ...]:
    """Say how answers are read off the runs, and what those take for granted."""
    engines = {name for entry in entries for name in entry.filled.engines}
    run = findings.guarantee_if_any if Guarantee.name in engines else None
    contributors = findings.as_set.of_role("contributor")
    asked = {code for entry in entries for code in asked_of(findings, entry.point, contributors)}
    silent = len(asked) - asked_count
    whom = count_of(len(asked), "contributor")
    if silent:
        whom += f", {silent} of which without a known stance: their forms stay empty"
    askers = listed(list(dict.fromkeys(findings.titles[e.point.asked_by] for e in entries)))
    return (
        (
            "A nation would write, candidly, what is at least as likely as not: "
            f"{percent(LIKELY)}. {askers} {'ask' if ' and ' in askers else 'asks'} {whom}; the "
            "force counts all who would join, those who were not asked among them."
        ),
        *((GUARANTEE_ASSUMES,) if GUARANTEE in {e.point.topic for e in entries} else ()),
        (
            f"The option is '{findings.option.option}'. No number is found for the form alone: all "
            "are those of the runs behind the other answers."
        ),
        *(assumptions(run.result) if run else ()),
        *((BALLOT_ASSUMES,) if Voting.name in engines else ()),
    )


def cannot_say(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Say what the form cannot tell."""
    topics = {entry.point.topic for entry in entries}
    games = any(Guarantee.name in entry.filled.engines for entry in entries)
    return (
        "What a government would rather not write: forms are read, and answers are bargained over.",
        "What is worked out between those who talk: a form that is filled in alone holds no deal.",
        *(
            ("Equipment, ammunition and upkeep: what is left to give is counted in people only.",)
            if PRESSURE in topics
            else ()
        ),
        *(CANNOT_SAY if games else ()),
    )


def together_table(entries: Sequence[Entry]) -> pl.DataFrame:
    """Return a row a point: what all could write, and how many would write the common answer."""
    rows = [
        {
            "point": entry.point.point,
            "topic": entry.title,
            "together_says": entry.filled.together,
            "same_share": entry.alike.same_share,
        }
        for entry in entries
    ]
    return pl.DataFrame(
        rows,
        schema={
            **dict.fromkeys(("point", "topic", "together_says"), pl.String),
            "same_share": FLOAT,
        },
    )


def agreement_table(entries: Sequence[Entry]) -> pl.DataFrame:
    """Return a row a point: the common answer and the one next to it, and how many give each."""
    rows = [
        {
            "point": entry.point.point,
            "topic": entry.title,
            **entry.alike._asdict(),
            "otherwise_count": otherwise_count(entry),
        }
        for entry in entries
    ]
    texts = ("point", "topic", "answer", "next_answer")
    names = ("point", "topic", *Agreement._fields, "otherwise_count")
    return pl.DataFrame(rows, schema={n: pl.String if n in texts else FLOAT for n in names})


def words_table(findings: Findings, entries: Sequence[Entry], codes: Sequence[str]) -> pl.DataFrame:
    """Return a row a nation, a column a point: what it would write, in words with their number."""
    columns = {
        column_of(entry.point): [
            entry.filled.written[code].says if code in entry.filled.written else ""
            for code in codes
        ]
        for entry in entries
    }
    titles = [findings.titles[code] for code in codes]
    return pl.DataFrame({"title": titles, "delegation": list(codes), **columns})


def column_of(point: Point) -> str:
    """Return the column of a point in the table of nations.

    Such as `point_5_us_support`.
    """
    return f"point_{point.point}_{point.topic.replace('-', '_')}"


def numbers_table(
    findings: Findings, entries: Sequence[Entry], codes: Sequence[str]
) -> pl.DataFrame:
    """Return a row a nation: the numbers of all that it would write."""
    rows = []
    for code in codes:
        numbers: dict[str, Number] = {"title": findings.titles[code], "delegation": code}
        for entry in entries:
            if code in entry.filled.written:
                numbers |= entry.filled.written[code].numbers
        rows.append(numbers)
    names = list(dict.fromkeys(name for row in rows for name in row))
    texts = [name for name in names if name in TEXTS]
    schema = {
        **dict.fromkeys(("title", "delegation"), pl.String),
        **{name: FLOAT for name in names if name not in (*TEXTS, "title", "delegation")},
        **dict.fromkeys(texts, pl.String),
    }
    return pl.DataFrame(rows, schema=schema)


def dependence(
    findings: Findings, entries: Sequence[Entry], codes: Sequence[str]
) -> dict[str, pl.DataFrame]:
    """Return how far each nation depends on the guarantor, where the form asks for it."""
    if SUPPORT not in {entry.point.topic for entry in entries}:
        return {}
    table = dependence_table(findings.as_set, findings.titles)
    return {"reply_dependence": table.filter(pl.col("delegation").is_in(list(codes)))}

"""What one form hides and what meetings change: how far answers differ, and who is in the room."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from foedus.briefing.bargained import ALONE
from foedus.briefing.findings import Findings
from foedus.briefing.rooms import some_of
from foedus.briefing.sentences import count_of, listed, percent
from foedus.scenario.bargaining import Format


class Agreement(NamedTuple):
    """How far the answers of many on one point are alike."""

    answer: str
    """The one that most give; of equally many the first by the alphabet. Empty if none is told."""
    same_share: float | None
    """Share of those that answer who give it."""
    next_answer: str
    next_share: float | None
    answers_count: int
    """Different answers."""
    told_count: int
    """Those of whom an answer is told."""


def agreement(answers: Mapping[str, str]) -> Agreement:
    """Return how far answers are alike, by code; an empty one is none.

    >>> agreement({"A": "yes", "B": "no", "C": "yes", "D": ""})[:4]
    ('yes', 0.6666666666666666, 'no', 0.3333333333333333)
    """
    counts = Counter(answer for answer in answers.values() if answer)
    told = counts.total()
    order = sorted(counts, key=lambda answer: (-counts[answer], answer))
    first, second = [*order, "", ""][:2]
    return Agreement(
        first,
        counts[first] / told if told else None,
        second,
        counts[second] / told if second else None,
        len(counts),
        told,
    )


def who(answers: Mapping[str, str], answer: str) -> list[str]:
    """Return the codes of those who give an answer, in the order of all."""
    return [code for code, given in answers.items() if given == answer]


def some(findings: Findings, codes: Sequence[str]) -> str:
    """Return printed names in a sentence; of many the first."""
    return some_of([findings.titles[code] for code in codes])


class Meeting(NamedTuple):
    """A meeting, and what of the answers it has in the room."""

    format: str
    title: str
    rounds_before_count: int
    seated: tuple[str, ...]
    """Of those who answer, who is a member."""
    spoken_for: tuple[str, ...]
    """Of the others, for whom one of them speaks."""
    new: tuple[str, ...]
    """Of those seated, who sat in no meeting before."""
    missing: tuple[str, ...]
    """Who is neither there nor spoken for."""
    otherwise: tuple[str, ...]
    """Points on which the common answer of all is not the most common one there."""


def meetings(findings: Findings, answers: Mapping[str, Mapping[str, str]]) -> list[Meeting]:
    """Return the meetings in which any of those who answer are members, in their order.

    Rooms that nobody held are left out, and those in which each answers alone: they are the form.

    Parameters
    ----------
    answers
        By point, and by code of those who answer.
    """
    codes = list(dict.fromkeys(code for given in answers.values() for code in given))
    found: list[Meeting] = []
    seen: set[str] = set()
    for row in sorted(findings.as_set.formats, key=lambda row: row.rounds_before_count):
        if row.is_hypothetical or row.rule == ALONE:
            continue
        meeting = meeting_of(findings, row, codes, answers, seen)
        if meeting.seated:
            found.append(meeting)
            seen.update(meeting.seated)
    return found


def meeting_of(
    findings: Findings,
    row: Format,
    codes: Sequence[str],
    answers: Mapping[str, Mapping[str, str]],
    seen: set[str],
) -> Meeting:
    """Return one meeting.

    Parameters
    ----------
    seen
        Who sat in a meeting before.
    """
    rows = [
        one
        for one in findings.as_set.attendance
        if one.format == row.format and one.part == "member"
    ]
    members = {one.delegation for one in rows}
    voices = {code for one in rows for code in one.speaks_for} - members
    seated = [code for code in codes if code in members]
    otherwise = []
    for point, given in answers.items():
        common = agreement(given).answer
        here = Counter(given[code] for code in seated if given.get(code))
        if here and common and here[common] < max(here.values()):
            otherwise.append(point)
    return Meeting(
        format=row.format,
        title=row.title,
        rounds_before_count=row.rounds_before_count,
        seated=tuple(seated),
        spoken_for=tuple(code for code in codes if code in voices),
        new=tuple(code for code in seated if code not in seen),
        missing=tuple(code for code in codes if code not in members | voices),
        otherwise=tuple(otherwise),
    )


def meetings_table(found: Sequence[Meeting], sent: Mapping[str, float]) -> pl.DataFrame:
    """Return a row a meeting: how many of those who answer it has, and what it would say otherwise.

    Parameters
    ----------
    sent
        People that each sends on average, by code.
    """
    schema = {
        "format": pl.String,
        **dict.fromkeys(
            (
                *("rounds_before_count", "seated_count", "spoken_for_count", "new_count"),
                *("missing_count", "missing_force_share", "otherwise_count"),
            ),
            pl.Float64,
        ),
        "otherwise_points": pl.String,
    }
    rows = [
        {
            "format": one.title,
            "rounds_before_count": float(one.rounds_before_count),
            "seated_count": float(len(one.seated)),
            "spoken_for_count": float(len(one.spoken_for)),
            "new_count": float(len(one.new)),
            "missing_count": float(len(one.missing)),
            "missing_force_share": force_share(one, one.missing, sent),
            "otherwise_count": float(len(one.otherwise)),
            "otherwise_points": "; ".join(one.otherwise),
        }
        for one in found
    ]
    return pl.DataFrame(rows, schema=schema)


def force_share(meeting: Meeting, codes: Sequence[str], sent: Mapping[str, float]) -> float | None:
    """Return which share of what all who answer send some of them send; None where nobody does."""
    everybody = (*meeting.seated, *meeting.spoken_for, *meeting.missing)
    total = sum(sent.get(code, 0.0) for code in everybody)
    return sum(sent.get(code, 0.0) for code in codes) / total if total > 0 else None


def meeting_sentences(
    findings: Findings, found: Sequence[Meeting], sent: Mapping[str, float], points_count: int
) -> tuple[str, ...]:
    """Say whose answers are not in the first room, and whom later meetings bring in."""
    if not found:
        return ("No meeting of those asked stands in formats.csv, so each form stands alone.",)
    first, *later = found
    share = force_share(first, first.missing, sent)
    weight = f", and with them {percent(share)} of what those asked would send" if share else ""
    spoken = (
        f", {len(first.spoken_for)} more {'is' if len(first.spoken_for) == 1 else 'are'} spoken for"
        if first.spoken_for
        else ""
    )
    out = len(first.missing)
    missing = (
        f"{', and' if not spoken else ' and'} the {'form' if out == 1 else 'forms'} of "
        f"{count_of(out, 'other')} {'is' if out == 1 else 'are'} not in the room "
        f"({some(findings, first.missing)}){weight}"
        if out
        else ", and nobody's form is missing"
    )
    said = [
        (
            f"What meetings change: at the first, {first.title}, {len(first.seated)} of those "
            f"asked sit{spoken}{missing}. {otherwise_words(first, points_count)}"
        )
    ]
    parts = [
        f"{one.title} brings in {len(one.new)} who sat in none before ({some(findings, one.new)})"
        for one in later
        if one.new
    ]
    rest = [code for code in first.missing if not any(code in one.seated for one in later)]
    if parts:
        never = f"; in no meeting listed: {some(findings, rest)}" if rest else ""
        said.append(f"Later, {'; '.join(parts)}{never}.")
    else:
        said.append("No later meeting that is listed brings in anybody who was not there.")
    return tuple(said)


def otherwise_words(meeting: Meeting, points_count: int) -> str:
    """Say on which points the room would say otherwise than all."""
    if not meeting.otherwise:
        return "On no point would those in the room mostly say otherwise than all."
    which = listed(list(meeting.otherwise))
    return (
        f"On {len(meeting.otherwise)} of {count_of(points_count, 'point')} those in the room would "
        f"mostly say otherwise than all: {which}."
    )

"""Who must be in the room: the smallest rooms, and what a format lacks or could spare, in words."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from foedus.briefing.evidence import Pick, every
from foedus.briefing.findings import Findings
from foedus.briefing.reads import ALL_BESIDE, consent_picks, force_picks, merged
from foedus.briefing.sentences import count_of, in_a_sentence, listed, percent, persons
from foedus.engines.voting.room.inputs import FORCE, SIZES, Measure
from foedus.engines.voting.room.judging import Verdict
from foedus.engines.voting.room.result import JudgedFormat, RoomResult

Titles = Mapping[str, str]

MOST_SHORT: Final = 3
MOST_CHOICES: Final = 4
MOST_NAMED: Final = 6
"""Measures, choices and names that a sentence tells; the tables have all of them."""
ASSUMED: Final = (
    (
        "The shares that a room must carry are a choice, assumed and not drawn; rooms are found "
        "for what each contributor sends on average, as whole seats have no median."
    ),
    (
        "What pools and the guarantor lend is nobody's to carry and stands outside the shares. "
        "Members alone carry: guests and observers commit to nothing."
    ),
    (
        "Whoever speaks for another in any format of attendance.csv does so wherever it sits: a "
        "voice, and no signature."
    ),
)
CANNOT_SAY: Final = "Whether those in the room would deliver what they would send on average."


def names_of(codes: str, titles: Titles) -> str:
    """Return codes between semicolons as names in a sentence.

    >>> names_of("FRA;SWE", {"FRA": "France", "SWE": "Sweden"})
    'France and Sweden'
    """
    return listed([titles.get(code, code) for code in codes.split(";") if code])


def some_of(names: list[str], most: int = MOST_NAMED) -> str:
    """Return names in a sentence, of many the first.

    >>> some_of(["a", "b", "c", "d"], 2)
    'a, b and 2 others'
    """
    if len(names) <= most + 1:
        return listed(names)
    return listed([*names[:most], f"{len(names) - most} others"])


def measure_words(measure: Measure) -> str:
    """Return a measure as it stands in a sentence."""
    return measure.title if measure.title == SIZES["gdp"] else in_a_sentence(measure.title)


def wanted_sentence(result: RoomResult) -> str:
    """Say what a room must carry, and of what."""
    counted = [result.measures[m] for m in result.counted]
    capabilities = [measure for measure in counted if measure in result.capabilities]
    parts = [
        f"{percent(measure.wanted_share)} of {measure_words(measure)}"
        for measure in counted
        if measure not in capabilities
    ]
    if capabilities:
        share = percent(capabilities[0].wanted_share)
        one = f"the one needed capability, {measure_words(capabilities[0])}"
        each = one if len(capabilities) == 1 else f"each of {len(capabilities)} needed capabilities"
        parts.insert(int(result.measures[FORCE] in counted), f"{share} of {each}")
    force = f"{persons(float(result.amount[FORCE].sum()))} people" if result.is_fed else "nobody"
    left = listed([in_a_sentence(title) for title in result.left_out])
    missing = f" Left out, as no contributor sends or has any: {left}." if left else ""
    return (
        f"A room must carry {listed(parts)}, of what "
        f"{count_of(len(result.codes), 'contributor')} send on average ({force}) or have.{missing}"
    )


def smallest_sentences(result: RoomResult, titles: Titles) -> list[str]:
    """Say how small such a room can be, who must sit there, and what makes it so large."""
    rooms = result.smallest
    seats = rooms.seats_count or 0
    many = len(rooms.seated)
    more = "" if rooms.is_complete else "at least "
    needed = names_of(result.names(result.is_needed), titles)
    others = result.names(result.is_in_one & ~result.is_needed).split(";")
    sits = "sits" if result.is_needed.sum() == 1 else "sit"
    every_one = f"{needed} {sits} in every one of them" if needed else "Nobody sits in all of them"
    some = some_of([titles.get(code, code) for code in others if code])
    if many == 1:
        said = [f"The one smallest room that carries it has {count_of(seats, 'seat')}: {needed}."]
    else:
        size = f"{more}{count_of(many, 'room')} of {count_of(seats, 'seat')}"
        beside = f"; in some of them {some}" if some else ""
        said = [f"The smallest that carry it are {size}: {every_one}{beside}."]
    saved = [
        (without, measure_words(result.measures[m]))
        for m, without in zip(result.counted, result.seats_without, strict=True)
        if without < seats
    ]
    said += [
        f"Were it not for {what}, {count_of(fewer, 'seat')} would do."
        for fewer, what in sorted(saved)[:MOST_SHORT]
    ]
    if result.seats_if_alone != seats:
        more_seats = count_of(result.seats_if_alone, "seat")
        said.append(f"If nobody spoke for another, it would take {more_seats}.")
    return said


def short_words(result: RoomResult, verdict: Verdict) -> str:
    """Say of what a format carries too little, the widest gap first."""
    gaps = sorted(
        (
            (-float(short), float(carried), result.measures[m])
            for m, short, carried in zip(
                result.counted, verdict.short_share, verdict.carried_share, strict=True
            )
            if short > 0
        ),
        key=lambda gap: gap[:2],
    )
    told = [
        f"{measure_words(measure)} ({percent(carried)}, wanted {percent(measure.wanted_share)})"
        for _, carried, measure in gaps
    ]
    more = len(told) - MOST_SHORT
    if more > 1:
        told = [*told[:MOST_SHORT], f"{more} others by less"]
    return listed(told)


def format_sentences(result: RoomResult, titles: Titles, formats: Titles) -> list[str]:
    """Say what the format looked at carries, lacks and could spare."""
    about = result.format
    if about is None:
        return []
    verdict = about.verdict
    name = formats.get(about.seating.format, about.seating.format)
    row = result.shares_row(verdict.carried)
    force = f"{percent(row['force_share'])} of the force and " if result.is_fed else ""
    spoken = int((verdict.carried & ~verdict.seated).sum())
    with_others = f" and {count_of(spoken, 'other')} spoken for" if spoken else ""
    said = [
        f"{name}, {count_of(int(verdict.seated.sum()), 'contributor')} at the table{with_others}, "
        f"carries {force}{percent(row['gdp_share'])} of GDP"
        + (
            ": all that is wanted."
            if verdict.is_carried
            else f". It falls short of {short_words(result, verdict)}."
        )
    ]
    return [*said, *mend_sentence(result, verdict, titles), spare_sentence(result, verdict, titles)]


def mend_sentence(result: RoomResult, verdict: Verdict, titles: Titles) -> list[str]:
    """Say which fewest seats more would mend a format that falls short."""
    added = verdict.added
    if verdict.is_carried or not len(added.seated):
        return []
    choices = [names_of(result.names(seats), titles) for seats in added.seated]
    more = len(choices) - MOST_CHOICES
    rest = "" if more <= 0 and added.is_complete else "; and others"
    many = count_of(added.seats_count or 0, "seat")
    return [f"{many} more would mend it: {'; or '.join(choices[:MOST_CHOICES])}{rest}."]


def spare_sentence(result: RoomResult, verdict: Verdict, titles: Titles) -> str:
    """Say who of a format could leave without making anything short, or shorter."""
    lost = "anything wanted falling short" if verdict.is_carried else "it falling shorter"
    if not verdict.spared.any():
        return f"None of its members could leave without {lost}."
    one = result.names(verdict.spared).split(";")
    together = int(verdict.spared_together.sum())
    alone = some_of([titles.get(code, code) for code in one])
    if together == len(one):
        at_once = " and all at once" if together > 1 else ""
        return f"Could leave by itself{at_once}, without {lost}: {alone}."
    return f"Could leave by itself, without {lost}: {alone}; at most {together} of them at once."


def chance_sentence(result: RoomResult, formats: Titles) -> list[str]:
    """Say how often the first smallest room and the format looked at carry what is wanted."""
    first = result.carried_prob(result.cover.spoken_for(result.smallest.seated[0]))
    if first is None:
        return []
    about = result.format
    often = result.carried_prob(about.verdict.carried) if about else None
    beside = (
        f", and {formats.get(about.seating.format, about.seating.format)} in {percent(often)}"
        if about and often is not None
        else ""
    )
    return [
        (
            "What each sends differs from future to future: of those in which anybody does, the "
            f"smallest room that carries most of the force is enough in {percent(first)}{beside}."
        )
    ]


def room_sentences(findings: Findings, result: RoomResult) -> tuple[str, ...]:
    """Say who must be in the room for the headline option."""
    titles, formats = findings.titles, findings.as_set.titles("formats")
    return (
        f"Who must be in the room: {in_a_sentence(wanted_sentence(result))}",
        *smallest_sentences(result, titles),
        *format_sentences(result, titles, formats),
        *chance_sentence(result, formats),
    )


def with_names(result: RoomResult, table: pl.DataFrame, titles: Titles) -> pl.DataFrame:
    """Return a table with names in the place of codes, and of names of measures."""
    measures = {measure.name: measure.title for measure in result.measures}
    joined = [name for name in ("members", "spoken_for", "added") if name in table.columns]
    words = [name for name in ("least_capability", "most_capability") if name in table.columns]
    return table.with_columns(
        *(
            pl.Series(
                name, [", ".join(titles.get(c, c) for c in cell.split(";")) for cell in table[name]]
            )
            for name in joined
        ),
        *(pl.col(name).replace(measures) for name in words),
    )


def rooms_table(result: RoomResult, titles: Titles) -> pl.DataFrame:
    """Return the smallest rooms with names."""
    return with_names(result, result.room_table().drop("room"), titles)


def formats_table(result: RoomResult, titles: Titles, formats: Titles) -> pl.DataFrame:
    """Return every format by its printed name: what it carries, lacks and could spare.

    A second row where it carries less if nobody speaks for another.
    """
    table = result.format_table().drop("short", "least_share", "best_least_share")
    differs = {about.seating.format for about in result.formats if speaks(about)}
    kept = table.filter(pl.col("is_represented") | pl.col("format").is_in(list(differs)))
    return with_names(result, kept, titles).with_columns(pl.col("format").replace(formats))


def speaks(about: JudgedFormat) -> bool:
    """Tell whether anybody in a format carries another's part."""
    return bool((about.verdict.carried != about.alone.carried).any())


def members_table(result: RoomResult, titles: Titles) -> pl.DataFrame:
    """Return what each seat adds, of contributors that send anybody or sit in a smallest room."""
    table = result.seat_table().filter(
        (pl.col("expected_persons") > 0) | (pl.col("place") != "none")
    )
    names = pl.col("delegation").replace(titles).alias("title")
    return with_names(result, table, titles).select(names, pl.all())


def room_picks(findings: Findings) -> dict[str, Pick]:
    """Return the rows that rooms rest on: who would send what, sizes, and who sits where."""
    contributors = set(findings.as_set.of_role("contributor"))
    more: dict[str, Pick] = {
        **dict.fromkeys(["formats", "attendance"], every),
        "share_keys": lambda row: row.share_key in SIZES and row.delegation in contributors,
    }
    return merged(consent_picks(findings) | force_picks(findings, ALL_BESIDE), more)

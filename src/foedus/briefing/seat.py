"""What is a seat worth, and who must be in the room.

The same issues in one room after another, and who changes them; beside it the smallest rooms that
carry the force, where the scenario has the tables to find them.
"""

from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.answer import Answer
from foedus.briefing.bargained import (
    ALONE,
    CANNOT_SAY,
    assumptions,
    bare,
    bargaining_picks,
    issue_title,
    room_title,
    sized,
    with_titles,
)
from foedus.briefing.evidence import Evidence
from foedus.briefing.findings import Findings
from foedus.briefing.reads import BEFORE_MONEY, merged, rests_on
from foedus.briefing.rooms import ASSUMED as ASSUMED_OF_ROOMS
from foedus.briefing.rooms import CANNOT_SAY as ROOMS_CANNOT_SAY
from foedus.briefing.rooms import (
    formats_table,
    members_table,
    room_picks,
    room_sentences,
    rooms_table,
)
from foedus.briefing.sentences import count_of, listed, percent, range_note, spread
from foedus.briefing.strength import one_row
from foedus.engines import Bargaining, Room
from foedus.engines.bargaining.result import BargainingResult
from foedus.engines.voting.room.result import RoomResult

FloatArray = NDArray[np.float64]

MOST_NAMED: Final = 3
NO_ROOM: Final = (
    "Who must be in the room so that a force can be carried is not told: the tables of who joins "
    "and what each can send are missing, or cells were set that rooms cannot read."
)


class Seat(NamedTuple):
    """Two formats of which the larger holds all of the smaller, and what they change."""

    smaller: int
    larger: int
    worth_share: FloatArray
    """Shape (draw,): how far outcomes move, as part of their scales, mean over issues."""


def answer_seat(findings: Findings, question: str) -> Answer:
    """Answer how far a seat at the table moves what comes out."""
    result = findings.bargaining.result
    seats = seats_of(result)
    best = seats[0] if seats else None
    worth = spread(best.worth_share) if best else None
    run = findings.room_if_any
    room = run.result if run else None
    evidence = seat_evidence(findings, room)
    drivers = findings.bargaining_drivers.strongest(best.worth_share, "worth_share") if best else ()
    return Answer(
        id="seat",
        question=question,
        kind="number",
        headline=seat_headline(findings, result, best),
        value=worth.middle if worth else None,
        unit="part of the scale by which outcomes move, mean over issues",
        low=worth.low if worth else None,
        high=worth.high if worth else None,
        interval_note=range_note(result.draws) if best else "No format holds all of another's.",
        more=(
            *other_seats(findings, result, seats[1:]),
            *form_sentence(findings, result),
            *order_sentence(findings, result),
            *(room_sentences(findings, room) if room else (NO_ROOM,)),
        ),
        drivers=drivers,
        assumes=(
            *assumptions(findings),
            "Whoever sits down wants what it wanted before: a room moves nobody by itself.",
            *(ASSUMED_OF_ROOMS if room else ()),
            *evidence.remarks,
        ),
        cannot_say=(
            *CANNOT_SAY,
            ROOMS_CANNOT_SAY
            if room
            else "Which is the smallest format that could carry the force.",
            "Whether those inside would let others in.",
        ),
        sources=evidence.sources,
        rows=evidence.rows,
        tables={
            "seat_pairs": with_titles(findings, result.seat_table()),
            "seat_rooms": with_titles(findings, result.room_table()),
            **(room_tables(findings, room) if room else {}),
            "headline_numbers": one_row(
                worth_share=worth.middle if worth else None,
                **(most_moved(result, best) if best else {}),
                **{
                    f"{result.formats[seat.smaller]}_to_{result.formats[seat.larger]}_share": float(
                        np.median(seat.worth_share)
                    )
                    for seat in seats
                },
            ),
        },
        run=findings.bargaining.run_id,
    )


def seat_evidence(findings: Findings, room: RoomResult | None) -> Evidence:
    """Return the rows that bargaining reads, and those that rooms rest on where any are found."""
    picks = bargaining_picks(findings)
    if room is None:
        return rests_on(findings, picks, engines=(Bargaining.name,))
    engines = (*BEFORE_MONEY, Bargaining.name, Room.name)
    return rests_on(findings, merged(picks, room_picks(findings)), engines=engines)


def room_tables(findings: Findings, room: RoomResult) -> dict[str, pl.DataFrame]:
    """Return the smallest rooms, formats and members as tables for readers."""
    titles = findings.titles
    return {
        "seat_smallest_rooms": rooms_table(room, titles),
        "seat_formats": formats_table(room, titles, findings.as_set.titles("formats")),
        "seat_members": members_table(room, titles),
    }


def seats_of(result: BargainingResult) -> list[Seat]:
    """Return the pairs of formats of which one holds the other, what changes most first.

    Without those in which everybody answers alone: there nothing is settled that a seat could move.
    """
    found = []
    for small in range(len(result.formats)):
        for large in range(len(result.formats)):
            both = result.is_dealt[small] & result.is_dealt[large]
            talks = ALONE not in {*result.rules[small], *result.rules[large]}
            if not (result.at_table(small) < result.at_table(large) and both.any() and talks):
                continue
            moved = result.room_mean_value[:, large] - result.room_mean_value[:, small]
            worth = (np.abs(moved) / result.width_value)[:, both].mean(axis=1)
            found.append(Seat(small, large, worth))
    return sorted(found, key=lambda seat: -float(np.median(seat.worth_share)))


def added(findings: Findings, result: BargainingResult, seat: Seat) -> str:
    """Say who sits in the larger format and not in the smaller."""
    more = result.at_table(seat.larger) - result.at_table(seat.smaller)
    names = sorted(findings.titles[code] for code in more)
    if len(names) > MOST_NAMED + 1:
        return f"{listed([*names[:MOST_NAMED], f'{len(names) - MOST_NAMED} others'])}"
    return listed(names)


def most_moved_issue(result: BargainingResult, seat: Seat) -> int:
    """Return the issue that a seat moves furthest of its scale, in the median."""
    mean = result.room_mean_value
    moved = np.median(mean[:, seat.larger] - mean[:, seat.smaller], axis=0)
    return int(np.nanargmax(np.abs(moved) / result.width_value))


def most_moved(result: BargainingResult, seat: Seat) -> dict[str, float]:
    """Return from where to where a seat moves that issue, and how many more are heard."""
    at = most_moved_issue(result, seat)
    start, end = (
        float(np.median(result.room_mean_value[:, place, at]))
        for place in (seat.smaller, seat.larger)
    )
    more = result.at_table(seat.larger) - result.at_table(seat.smaller)
    return {
        "from_value": start,
        "to_value": end,
        "added_count": float(len(more)),
        "others_count": float(max(len(more) - MOST_NAMED, 0)),
    }


def seat_headline(findings: Findings, result: BargainingResult, seat: Seat | None) -> str:
    """Say which seat moves outcomes most, and on which issue."""
    if seat is None:
        return "No format holds all of another's parties and more, so no seat can be compared."
    at = most_moved_issue(result, seat)
    issue, unit = result.issues[at], result.units[at]
    numbers = most_moved(result, seat)
    start, end = numbers["from_value"], numbers["to_value"]
    return (
        f"Most is moved by seats for {added(findings, result, seat)}: from "
        f"{room_title(findings, result.formats[seat.smaller])} to "
        f"{room_title(findings, result.formats[seat.larger])} outcomes shift by "
        f"{percent(float(np.median(seat.worth_share)))} of their scale on average, most on "
        f"{issue_title(findings, issue)}, from {bare(start)} to {sized(end, unit)}."
    )


def other_seats(findings: Findings, result: BargainingResult, seats: list[Seat]) -> tuple[str, ...]:
    """Say how far other seats move outcomes."""
    return tuple(
        f"{room_title(findings, result.formats[seat.larger])} in the place of "
        f"{room_title(findings, result.formats[seat.smaller])} (with "
        f"{added(findings, result, seat)}) moves them by "
        f"{percent(float(np.median(seat.worth_share)))}."
        for seat in seats[:MOST_NAMED]
    )


def form_sentence(findings: Findings, result: BargainingResult) -> tuple[str, ...]:
    """Say what the room that is looked at gains over answers that each gives alone."""
    forms = [
        place
        for place, rules in enumerate(result.rules)
        if set(rules) == {ALONE} and result.is_dealt[place].any()
    ]
    if not forms:
        return ()
    near = float(np.nanmean(result.pair_share[:, forms[0]]))
    deals = result.outcomes()["deal_share"] * result.is_dealt[result.room].sum()
    return (
        (
            f"Where all answer alone ({room_title(findings, result.formats[forms[0]])}) "
            f"{percent(near)} of pairs already accept what the other wants and nothing is agreed; "
            f"{room_title(findings, result.format)} finds a deal on "
            f"{count_of(float(deals.mean()), 'issue')} of "
            f"{result.is_dealt[result.room].sum()} on average."
        ),
    )


def order_sentence(findings: Findings, result: BargainingResult) -> tuple[str, ...]:
    """Say, in the order of rounds, on how many of its issues each format finds a deal."""
    parts = []
    for place, name in enumerate(result.formats):
        dealt = result.is_dealt[place]
        if not dealt.any() or ALONE in result.rules[place]:
            continue
        often = float(result.has_deal[:, place, dealt].mean())
        parts.append(f"{room_title(findings, name)} {percent(often)} of {dealt.sum()}")
    if not parts:
        return ()
    return (f"Issues on which each format finds a deal, on average: {'; '.join(parts)}.",)

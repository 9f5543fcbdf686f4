"""Who must be in the room, in words: every number is that of the result."""

from collections.abc import Callable
from typing import Any

import pytest

from foedus.briefing.findings import Findings
from foedus.briefing.rooms import (
    chance_sentence,
    format_sentences,
    formats_table,
    members_table,
    names_of,
    room_sentences,
    rooms_table,
    smallest_sentences,
    some_of,
    wanted_sentence,
)
from foedus.briefing.seat import answer_seat
from foedus.briefing.sentences import percent
from foedus.engines.voting.room.result import RoomResult
from foedus.runs import make_request
from foedus.scenario.scenario import TOPICS

Find = Callable[..., Findings]

PARIS = "paris-2025"


def rooms(find: Find, name: str = "minimal", **words: Any) -> RoomResult:
    return find(name, **words).room.result


def titles(find: Find, name: str = "minimal") -> dict[str, str]:
    return find(name).titles


def test_what_is_wanted_is_said_with_its_shares(find: Find) -> None:
    said = wanted_sentence(rooms(find))
    assert "80 % of soldiers on land, 80 % of each of 4 needed capabilities and 67 % of GDP" in said
    assert "5 contributors" in said


def test_the_smallest_rooms_are_counted_and_those_needed_named(find: Find) -> None:
    result = rooms(find, PARIS)
    said, *more = smallest_sentences(result, titles(find, PARIS))
    assert f"{len(result.smallest.seated)} rooms of {result.smallest.seats_count} seats" in said
    for n, code in enumerate(result.codes):
        if result.is_needed[n]:
            assert titles(find, PARIS)[code] in said
    fewer = min(result.seats_without)
    assert f"{fewer} seats would do" in more[0]


def test_a_single_smallest_room_is_named(find: Find) -> None:
    said = smallest_sentences(rooms(find), titles(find))[0]
    assert said == "The one smallest room that carries it has 2 seats: Aldmark and Castria."


def test_what_the_format_lacks_and_who_would_mend_it(find: Find) -> None:
    result, findings = rooms(find, PARIS), find(PARIS)
    about = result.format
    assert about is not None
    said = " ".join(format_sentences(result, findings.titles, findings.as_set.titles("formats")))
    row = result.shares_row(about.verdict.carried)
    assert (
        f"carries {percent(row['force_share'])} of the force and {percent(row['gdp_share'])}"
        in (said)
    )
    assert f"{about.verdict.added.seats_count} seats more would mend it" in said
    first = result.names(about.verdict.added.seated[0])
    assert names_of(first, findings.titles) in said


def test_whom_a_format_could_spare(find: Find) -> None:
    result, findings = rooms(find), find()
    said = format_sentences(result, findings.titles, findings.as_set.titles("formats"))
    assert said[-1].startswith("Could leave by itself and all at once")
    assert "Brekland" in said[-1]


def test_chances_are_those_of_the_result(find: Find) -> None:
    result = rooms(find, PARIS)
    often = result.carried_prob(result.cover.spoken_for(result.smallest.seated[0]))
    assert often is not None
    assert f"enough in {percent(often)}" in chance_sentence(result, {})[0]


def test_tables_have_names_in_the_place_of_codes(find: Find) -> None:
    result, findings = rooms(find), find()
    assert rooms_table(result, findings.titles)["members"].to_list() == ["Aldmark, Castria"]
    formats = formats_table(result, findings.titles, findings.as_set.titles("formats"))
    # The summit has a second row, as one speaks for another there.
    assert formats["format"].to_list() == [
        "The summit in Hovan",
        "The summit in Hovan",
        "The summit with Patronia and the host",
    ]
    members = members_table(result, findings.titles)
    assert members["title"][0] == "Aldmark"
    assert "DUN" not in members["delegation"].to_list()


def test_the_answer_tells_who_must_be_in_the_room(find: Find) -> None:
    found = answer_seat(find(), "Who?")
    assert set(room_sentences(find(), rooms(find))) <= set(found.more)
    assert {"seat_smallest_rooms", "seat_formats", "seat_members"} <= set(found.tables)
    assert any(row.startswith("units/") for row in found.rows)


NOT_OF_BARGAINING = [
    table
    for topic, tables in TOPICS.items()
    for table in (*tables, "claims", "uncertainties")
    if topic not in ("all", "bargaining")
]


@pytest.mark.parametrize("tables", [NOT_OF_BARGAINING, ["stances"]])
def test_a_scenario_of_bargaining_alone_is_answered(find: Find, tables: list[str]) -> None:
    scenario = find().scenario.model_copy(update=dict.fromkeys(tables, ()))
    findings = Findings(scenario, make_request(scenario, draws=20))
    assert findings.room_if_any is None
    found = answer_seat(findings, "Who?")
    assert found.value is not None
    assert any(said.startswith("Who must be in the room") for said in found.more)
    assert "seat_smallest_rooms" not in found.tables
    assert "Which is the smallest format that could carry the force." in found.cannot_say


def test_cells_that_rooms_cannot_read_leave_the_rest_of_the_answer(find: Find) -> None:
    found = answer_seat(find(set={"forces/ALD/sent_land_persons": 5}), "Who?")
    assert found.value is not None
    assert "seat_formats" not in found.tables


def test_of_many_names_some_are_told() -> None:
    assert some_of(["a", "b", "c"], 2) == "a, b and c"
    assert some_of(["a", "b", "c", "d"], 2) == "a, b and 2 others"

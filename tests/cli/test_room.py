"""`foedus room` prints who must be in the room, what formats lack, and what each seat adds."""

import csv
import io
import json
import shlex
from collections.abc import Callable

import pytest
from click.testing import Result

from foedus.cli.room import words_of

Foedus = Callable[..., Result]

QUICK = ("--draws", 40)


def page_of(outcome: Result) -> str:
    assert outcome.exit_code == 0, outcome.stderr
    return outcome.stdout


def told(outcome: Result) -> str:
    return " ".join(outcome.stderr.split())


def test_the_page_tells_rooms_sizes_formats_and_seats(foedus: Foedus) -> None:
    page = page_of(foedus("room", "minimal", *QUICK))
    headings = [
        "The smallest rooms",
        "How many seats",
        "The format: The summit with Patronia and the host",
        "Every format",
        "What each seat adds",
        "To repeat this",
    ]
    places = [page.index(f"\n{heading}\n") for heading in headings]
    assert places == sorted(places)
    assert "The one smallest room that carries it has 2 seats: Aldmark and Castria." in page
    assert len(page.splitlines()) < 150


def test_shares_that_are_wanted_change_the_rooms(foedus: Foedus) -> None:
    page = " ".join(page_of(foedus("room", "minimal", *QUICK, "--gdp-share", 0.9)).split())
    assert "90 % of GDP" in page
    assert "Brekland speaks for Elmland" in page
    assert "2 rooms of 3 seats: Aldmark and Castria sit in every one" in page


def test_without_representation_nobody_speaks_for_another(foedus: Foedus) -> None:
    page = page_of(foedus("room", "minimal", *QUICK, "--gdp-share", 0.9, "--no-representation"))
    assert "speaks for Elmland" not in page
    assert "Aldmark, Castria and Dunmere" in page


def test_another_format_is_looked_at(foedus: Foedus) -> None:
    page = page_of(foedus("room", "minimal", *QUICK, "--format", "summit"))
    assert "\nThe format: The summit in Hovan\n" in page


def test_the_document_has_every_table_and_setting(foedus: Foedus) -> None:
    words = ("room", "minimal", *QUICK, "--force-share", 0.7, "--seats", 2, "--json")
    document = json.loads(page_of(foedus(*words)))
    assert document["engine"] == "room"
    assert document["settings"]["force_share"] == 0.7
    assert [row["seats_count"] for row in document["tables"]["best"]] == [1, 2]
    assert set(document["outcomes"]) == {
        *("format_force_share", "format_least_share"),
        *("smallest_force_share", "smallest_least_share"),
    }
    assert len(document["fed_by"]) == 1
    assert document["sources"]


def test_a_table_is_printed_as_csv_and_nothing_else(foedus: Foedus) -> None:
    rows = list(
        csv.DictReader(io.StringIO(page_of(foedus("room", "minimal", *QUICK, "--csv", "rooms"))))
    )
    assert [row["members"] for row in rows] == ["ALD;CST"]


def test_a_table_that_is_not_there_is_refused_with_those_there_are(foedus: Foedus) -> None:
    outcome = foedus("room", "minimal", *QUICK, "--csv", "room")
    assert outcome.exit_code == 1
    assert "there is no table 'room'" in told(outcome)
    assert "rooms" in told(outcome)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--force-share", "1.2"), "force_share"),
        (("--seats", "0"), "most_seats_count"),
        (("--format", "sumit"), "there is no format 'sumit'"),
        (("--draws", "0"), "draws: 0"),
    ],
)
def test_what_cannot_be_is_refused(foedus: Foedus, words: tuple[str, ...], says: str) -> None:
    outcome = foedus("room", "minimal", *words)
    assert outcome.exit_code == 1
    assert says in told(outcome)
    assert "Traceback" not in outcome.output


def test_the_command_that_repeats_it_prints_the_same(foedus: Foedus) -> None:
    words = ("--gdp-share", 0.9, "--no-representation", "--seats", 3, "--format", "summit")
    page = page_of(foedus("room", "minimal", *QUICK, *words))
    lines = page[page.index("To repeat this") :].splitlines()[2:]
    command = " ".join(line.strip() for line in lines if not line.startswith("Runs"))
    assert page_of(foedus(*shlex.split(command)[1:])) == page


def test_settings_are_written_as_they_stand_on_the_command_line() -> None:
    assert words_of({"format": "a b", "most_seats_count": 3, "gdp_share": None}) == [
        *("--format", "a b", "--seats", "3")
    ]

"""Addresses of cells, and what they match."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.errors import SettingsError
from foedus.scenario.addresses import (
    FAIR,
    SENT,
    Cell,
    as_value,
    expand,
    key_matches,
    named_parts,
    parse_address,
)
from foedus.scenario.scenario import TABLES, Scenario

PARTS = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1)
KEYS = st.lists(PARTS, min_size=1, max_size=3)


@given(PARTS, KEYS, PARTS)
def test_an_address_that_is_printed_is_read_as_it_was(
    table: str, key: list[str], field: str
) -> None:
    cell = Cell(table, ":".join(key), field)
    assert parse_address(str(cell)) == cell
    assert parse_address(f"  {cell} ") == cell


@pytest.mark.parametrize("text", ["", "units", "units/ALD", "a/b/c/d", "/b/c", "a//c", "a/b/"])
def test_an_address_has_three_parts(text: str) -> None:
    with pytest.raises(SettingsError, match=r"is not a cell. Write TABLE/KEY/FIELD"):
        parse_address(text)


@given(KEYS)
def test_a_star_stands_for_any_part(parts: list[str]) -> None:
    key = ":".join(parts)
    assert key_matches(key, key)
    assert key_matches("*", key)
    assert key_matches(":".join("*" for _ in parts), key)
    assert named_parts(key) == len(parts)
    for place in range(len(parts)):
        pattern = [*parts[:place], "*", *parts[place + 1 :]]
        assert key_matches(":".join(pattern), key)
        assert not key_matches(":".join([*pattern[:place], "-", *pattern[place + 1 :]]), key)
        assert named_parts(":".join(pattern)) == len(parts) - 1


def test_a_pattern_has_as_many_parts_as_the_key() -> None:
    assert not key_matches("GBR:*", "GBR")
    assert not key_matches("*:*", "GBR")
    assert not key_matches("GBR", "GBR:fires")
    assert not key_matches("GB*", "GBR")


@pytest.mark.parametrize("table", [name for name in TABLES if name != "sources"])
def test_a_star_names_every_row_in_the_order_of_the_table(minimal: Scenario, table: str) -> None:
    if table == "uncertainties":
        return
    cells = expand(minimal, Cell(table, "*", "note"))
    assert [cell.key for cell in cells] == [row.key for row in minimal.table(table)]


def test_a_part_names_the_rows_that_share_it(minimal: Scenario) -> None:
    cells = expand(minimal, parse_address("units/*:brigade/held_count"))
    assert [cell.key for cell in cells] == ["ALD:brigade", "BRK:brigade", "CST:brigade"]


def test_a_level_is_a_cell_of_every_contributor(minimal: Scenario) -> None:
    cells = expand(minimal, parse_address("consent/*/level"))
    assert [cell.key for cell in cells] == ["ALD", "BRK", "CST", "DUN", "ELM"]
    assert expand(minimal, parse_address("consent/DUN/level")) == [Cell("consent", "DUN", "level")]


def test_a_setting_of_an_engine_is_left_to_the_engines(minimal: Scenario) -> None:
    cell = Cell("engines", "nobody", "nothing")
    assert expand(minimal, cell) == [cell]
    assert as_value(cell, "as it is") == "as it is"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("unit/ALD:brigade/held_count", "there is no table 'unit'. Did you mean units?"),
        ("consnt/ALD/level", "there is no table 'consnt'. Did you mean consent"),
        ("consent/ALD/levels", "consent has no field 'levels'. Did you mean level?"),
        ("forces/ALD/sent_persons", "forces has no field 'sent_persons'. Did you mean sent_"),
        ("forces/HOV/sent_air_persons", "there is no delegation with units 'HOV'."),
        ("consent/HOV/level", "there is no contributor 'HOV'. There are: ALD, BRK, CST, DUN, ELM."),
        ("units/ALD:brigade/held", "units.csv has no column 'held'. Did you mean held_count?"),
        ("units/ALD/held_count", "units.csv has no row 'ALD'."),
        ("units/XXX:*/held_count", "units.csv has no row 'XXX:*'."),
        ("units/ALD:brigade/delegation", "delegation names the row. Change it in the file."),
        ("units/ALD:brigade/available_count_high", "it says how available_count is drawn."),
        ("stances/ALD:ALD/willingness_score_low", "it says how willingness_score is drawn."),
        ("uncertainties/*/low_value", "uncertainties.csv says how cells are drawn."),
        ("sources/invented/title", "sources.csv says where rows come from."),
        ("polls/*/support", "polls.csv has no column 'support'. Did you mean support_share?"),
    ],
)
def test_an_address_that_names_nothing_is_refused_with_what_is_near(
    minimal: Scenario, address: str, says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        expand(minimal, parse_address(address))
    assert says in str(caught.value)


def test_soldiers_sent_are_cells_of_all_who_have_units(minimal: Scenario) -> None:
    for domain, (table, field) in SENT.items():
        cells = expand(minimal, parse_address(f"{table}/*/{field}"))
        assert field == f"sent_{domain}_persons"
        assert [cell.key for cell in cells] == [
            *("AIRPOOL", "ALD", "BRK", "CST", "DUN", "ELM", "PTN")
        ]


@pytest.mark.parametrize(("value", "persons"), [(0, 0.0), ("1200", 1200.0), (3.5, 3.5)])
def test_soldiers_sent_are_a_number_from_0_up(value: object, persons: float) -> None:
    found = as_value(Cell("forces", "ALD", "sent_sea_persons"), value)
    assert found == persons
    assert isinstance(found, float)


@pytest.mark.parametrize("value", [-1, "many", "nan", "inf", None, True])
def test_what_is_no_number_of_soldiers_is_refused(value: object) -> None:
    with pytest.raises(SettingsError, match=r"is not a number of soldiers\. Write a number"):
        as_value(Cell("forces", "ALD", "sent_land_persons"), value)


@pytest.mark.parametrize(("value", "level"), [(0, 0), ("5", 5), (3, 3), (" 2", 2)])
def test_a_level_is_a_whole_number_from_0_to_5(value: object, level: int) -> None:
    assert as_value(Cell("consent", "ALD", "level"), value) == level


@pytest.mark.parametrize("value", [-1, 6, "line", 2.5, None, "", True])
def test_what_is_no_level_is_refused_with_the_levels(value: object) -> None:
    with pytest.raises(SettingsError, match=r"is not a level\. Write 0 none, 1 support outside"):
        as_value(Cell("consent", "ALD", "level"), value)


def test_fair_shares_are_cells_beside_the_soldiers_sent(minimal: Scenario) -> None:
    assert list(FAIR) == list(SENT) == ["land", "air", "sea"]
    for domain, (table, field) in FAIR.items():
        assert (table, field) == ("forces", f"fair_{domain}_persons")
        cells = expand(minimal, parse_address(f"{table}/*/{field}"))
        sent = expand(minimal, Cell(table, "*", SENT[domain][1]))
        assert [cell.key for cell in cells] == [cell.key for cell in sent]
    assert as_value(Cell("forces", "ALD", "fair_air_persons"), "12") == 12.0
    with pytest.raises(SettingsError, match=r"is not a number of soldiers"):
        as_value(Cell("forces", "ALD", "fair_air_persons"), "-12")
    with pytest.raises(SettingsError, match="Did you mean"):
        expand(minimal, parse_address("forces/ALD/fair_persons"))

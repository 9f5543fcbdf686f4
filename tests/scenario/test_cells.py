"""What is set for a run: read as a file would be, checked as a whole, seen by all who read."""

from datetime import date
from functools import cache
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shipped import load

from foedus.errors import SettingsError
from foedus.scenario import Scenario
from foedus.scenario.cells import Cell, read_settings, with_cells

OPTION = "options/rear-8k-backed"


@cache
def small() -> Scenario:
    """Return the small scenario, for a test that is handed its examples and no fixture."""
    return load("minimal")


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("us_backing_prob", "0.25", 0.25),
        ("us_backing_prob", 1, 1.0),
        ("us_blessing", "0", False),
        ("us_blessing", True, True),
        ("us_blessing", 1, True),
        ("decision_date", "2031-02", date(2031, 2, 28)),
        ("decision_date", 2031, date(2031, 12, 31)),
        ("decision_date", date(2031, 5, 1), date(2031, 5, 1)),
        ("sectors", "air;north", ("air", "north")),
        ("sectors", ["air", "north"], ("air", "north")),
        ("location", "line", "line"),
        ("title", "Another", "Another"),
    ],
)
def test_a_value_is_read_as_its_column_is(
    minimal: Scenario, field: str, value: object, read: object
) -> None:
    cells = read_settings(minimal, {f"{OPTION}/{field}": value})
    assert cells == {Cell("options", "rear-8k-backed", field): read}
    assert type(next(iter(cells.values()))) is type(read)


def test_an_empty_cell_may_be_set_where_one_may_stand(minimal: Scenario) -> None:
    address = "commitments/island-watch/until"
    assert list(read_settings(minimal, {address: None}).values()) == [None]
    with pytest.raises(SettingsError, match="None is not a number"):
        read_settings(minimal, {f"{OPTION}/us_backing_prob": None})


@pytest.mark.parametrize(
    ("address", "value", "says"),
    [
        (f"{OPTION}/us_backing_prob", 50, ("50 is more than 1. Fix: shares and probabilities are "
         "fractions: write 0.5.")),
        (f"{OPTION}/us_backing_prob", "50%", "'50%' is not a number. Fix: write 0.5."),
        (f"{OPTION}/us_backing_prob", "half", "'half' is not a number. Fix: see `us_backing_prob`"),
        (f"{OPTION}/us_backing_prob", float("nan"), "nan is not a number."),
        (f"{OPTION}/us_blessing", "yes", "'yes' is neither 0 nor 1."),
        (f"{OPTION}/us_blessing", 2, "2 is not true or false."),
        (f"{OPTION}/location", "reer", ("'reer' is not one of 'air_sea', 'reserve', 'rear' or "
         "'line'. Fix: did you mean rear?")),
        (f"{OPTION}/decision_date", "1.3.2031", "'1.3.2031' is not a date like"),
        (f"{OPTION}/decision_date", "2030-05", "2030-05-31 is before the scenario's date"),
        (f"{OPTION}/title", 3, "3 is not text."),
        ("units/ALD:brigade/held_count", -1, "-1 is less than 0. Fix: write 0 or more."),
        ("units/ALD:brigade/held_count", 1, "home_floor_count: 2 is more than the 1 held."),
        ("units/ALD:brigade/home_floor_count", 7, "7 is more than the 6 held. Fix: write 6 or"),
        ("requirement/s-01/fill_priority", 1.5, "1.5 is not a whole number."),
        ("approvals/ALD:ALD/support_seats_share", 0.6, "government and support hold 1.15"),
        (f"{OPTION}/requirement", "large", "'large' is no statement of requirement.csv."),
        ("stances/BRK:BRK/conditions", "good_weather", "'good_weather' is not a condition"),
        ("stances/ALD:ALD/needs_partners", "DUN", "ALD waits for DUN waits for ALD"),
        ("units/ALD:brigade/source", "press", "'press' is not in sources.csv."),
        ("delegations/ALD/role", "host", "units/ALD:brigade/delegation: ALD is host"),
    ],
)  # fmt: skip
def test_a_value_that_a_file_could_not_hold_is_refused_in_the_same_words(
    minimal: Scenario, address: str, value: object, says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(minimal, {address: value})
    assert says in str(caught.value)


def test_every_fault_is_told_at_once(minimal: Scenario) -> None:
    asked = {
        "units": 1,
        "unit/ALD:brigade/held_count": 1,
        f"{OPTION}/us_backing_prob": 2,
        f"{OPTION}/us_blessing": "no",
        "consent/ALD/level": 9,
        "units/ALD:brigade/held_count": 3,
    }
    with pytest.raises(SettingsError) as caught:
        read_settings(minimal, asked)
    assert len(str(caught.value).splitlines()) == 5


def test_two_faults_of_rows_are_told_at_once(minimal: Scenario) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(minimal, {"units/*:brigade/home_floor_count": 5})
    assert [line.split("/")[1] for line in str(caught.value).splitlines()] == [
        *("BRK:brigade", "CST:brigade")
    ]


def test_two_changes_of_a_row_are_judged_together(minimal: Scenario) -> None:
    asked = {"units/ALD:brigade/held_count": 9, "units/ALD:brigade/home_floor_count": 8}
    assert sorted(read_settings(minimal, asked).values()) == [8.0, 9.0]


def test_a_value_outside_its_own_range_may_be_set(minimal: Scenario) -> None:
    """The range says how the cell is drawn; a cell that is set is not drawn."""
    read = read_settings(minimal, {"units/ALD:brigade/available_count": 4})
    assert list(read.values()) == [4.0]


@pytest.mark.parametrize(
    ("address", "value", "says"),
    [
        ("costs/reconstruction/price_year", 1990, "deflators.csv has no row of"),
        ("budgets/ALD/data_year", 2040, "deflators.csv has no row of USD in 2040"),
        ("deflators/USD:2030/usd_value", 2, "one US dollar is said to buy 2 US dollars"),
        ("payers/reconstruction:*/paid_share", 0.9, "may be paid, more than 1"),
        ("targets/*/target_year", 2029, "2029 is before the scenario's date"),
        ("share_keys/gdp:*/size_weight", 0, "the gdp of all members of"),
        ("claims/*/tolerance_value", 3, "a tolerance has no meaning for the comparison"),
    ],
)
def test_a_number_that_no_longer_agrees_with_other_rows_is_refused(
    minimal: Scenario, address: str, value: float, says: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(minimal, {address: value})
    assert says in str(refused.value)
    assert "Fix: " in str(refused.value)
    assert str(refused.value).partition("/")[0] in (
        "costs",
        "budgets",
        "deflators",
        "payers",
        "targets",
        "claims",
    )


@pytest.mark.parametrize("more", [{}, {f"{OPTION}/title": "Another"}])
def test_a_share_may_be_set_without_the_dollars_beside_it(
    minimal: Scenario, more: dict[str, str]
) -> None:
    cells = read_settings(minimal, {"budgets/ALD/defence_share": 0.2, **more})
    assert cells[Cell("budgets", "ALD", "defence_share")] == 0.2


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_more_exact_address_is_meant_whatever_the_order(
    minimal: Scenario, order: tuple[int, ...]
) -> None:
    asked = [
        ("units/*/home_floor_count", 0.0),
        ("units/ALD:*/home_floor_count", 1.0),
        ("units/ALD:brigade/home_floor_count", 2.0),
    ]
    read = read_settings(minimal, dict(asked[place] for place in order))
    floors = {cell.key: value for cell, value in read.items()}
    assert floors.pop("ALD:brigade") == 2
    assert {value for key, value in floors.items() if key.startswith("ALD:")} == {1.0}
    assert {value for key, value in floors.items() if not key.startswith("ALD:")} == {0.0}


def test_two_addresses_that_are_equally_exact_must_agree(minimal: Scenario) -> None:
    asked = {"units/ALD:*/dwell_ratio": 1, "units/*:brigade/dwell_ratio": 2}
    with pytest.raises(SettingsError) as caught:
        read_settings(minimal, asked)
    assert str(caught.value) == (
        "units/ALD:brigade/dwell_ratio is set to 2.0 by the key *:brigade and to 1.0 by ALD:*. "
        "Name the cell itself."
    )
    assert read_settings(minimal, dict.fromkeys(asked, 2))


def test_levels_and_settings_of_engines_are_cells_too(minimal: Scenario) -> None:
    read = read_settings(minimal, {"consent/*/level": "3", "engines/consent/drift_score": 4})
    assert read[Cell("consent", "ELM", "level")] == 3
    assert read[Cell("engines", "consent", "drift_score")] == 4
    assert with_cells(minimal, read) is minimal


def test_soldiers_sent_are_cells_that_no_row_holds(minimal: Scenario) -> None:
    read = read_settings(minimal, {"forces/*/sent_air_persons": "30"})
    assert read[Cell("forces", "AIRPOOL", "sent_air_persons")] == 30
    assert len(read) == 7
    assert with_cells(minimal, read) is minimal


class TestWithCells:
    def test_only_the_cells_that_are_set_change(self, minimal: Scenario) -> None:
        asked = {"units/ALD:brigade/held_count": 9, f"{OPTION}/mission": "observe"}
        changed = with_cells(minimal, read_settings(minimal, asked))
        assert changed.row("units", "ALD:brigade").held_count == 9
        assert changed.option("rear-8k-backed").mission == "observe"
        assert minimal.row("units", "ALD:brigade").held_count == 6
        for table in ("delegations", "stances", "polls", "capabilities", "about"):
            assert getattr(changed, table) is getattr(minimal, table)
        others = [row for row in changed.units if row.key != "ALD:brigade"]
        assert others == [row for row in minimal.units if row.key != "ALD:brigade"]

    def test_a_number_that_is_set_has_no_range_beside_it(self, minimal: Scenario) -> None:
        changed = with_cells(minimal, {Cell("units", "ALD:brigade", "available_count"): 4.0})
        row = changed.row("units", "ALD:brigade")
        assert (row.available_count, row.available_count_low, row.available_count_high) == (
            *(4.0, None),
            None,
        )

    def test_nothing_that_is_set_leaves_the_scenario_as_it_is(self, minimal: Scenario) -> None:
        assert with_cells(minimal, {}) is minimal

    def test_a_scenario_with_cells_is_the_one_whose_file_says_so(self, minimal: Scenario) -> None:
        changed = with_cells(minimal, {Cell("polls", "brek-2030-04:BRK", "support_share"): 0.2})
        row = minimal.row("polls", "brek-2030-04:BRK").model_copy(update={"support_share": 0.2})
        polls = tuple(row if poll.key == row.key else poll for poll in minimal.polls)
        assert changed == minimal.replace(polls=polls)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "units/*/held_count",
                "units/ALD:*/home_floor_count",
                "units/*:brigade/dwell_ratio",
                f"{OPTION}/us_backing_prob",
                "consent/*/level",
                "units/ALD/x",
                "engines/forces/overlap_months",
            ]
        ),
        st.one_of(st.floats(), st.integers(), st.text(), st.none(), st.booleans()),
    )
)
def test_whatever_is_asked_is_taken_or_refused_in_words(asked: dict[str, Any]) -> None:
    scenario = small()
    try:
        read = read_settings(scenario, asked)
    except SettingsError:
        read = None  # anything else would be a bug
    assert read is None or len(read) >= len(asked)

"""What must hold of a negotiation: a broken one of each is found, and said once."""

import pytest
from tests.scenario.broken import Change, changed, told, with_table, without_where

from foedus.errors import SettingsError
from foedus.scenario import Scenario
from foedus.scenario.bargaining import EQUAL, STATED
from foedus.scenario.bargaining_checks import BARGAINING_CHECKS, influence_of
from foedus.scenario.cells import read_settings
from foedus.scenario.checks import Places, faults
from foedus.scenario.spending_checks import sizes_by_key

ALD = "force:ALD:ALD"
OPPOSITION = "force:CST:CST_OPP"
GUARANTOR = "force:PTN:PTN"
SPEAKER = "summit:BRK"
BACKED = "force:rear-8k-backed"
NOTHING = "nothing is feasible: the lowest outcome, 12.5, is above the highest"
IN_UNIT = "write it in the issue's unit, thousand soldiers, and cut it at the end"


def indifferent(scenario: Scenario) -> Scenario:
    """Return a scenario in which nobody cares for the size of the force."""
    none = {f"salience_share{end}": 0.0 for end in ("", "_low", "_high")}
    rows = tuple(
        row.model_copy(update=none) if row.issue == "force" else row for row in scenario.positions
    )
    return with_table(scenario, "positions", rows)


BROKEN: dict[str, list[tuple[Change, str, str, str, str, str]]] = {
    "scales_are_whole": [
        (changed("issues", "force", scale_from_value=20.0), "issues", "force", "scale_to_value",
         "the scale runs from 20 to 20",
         "write a lower end in scale_from_value than in scale_to_value"),
        (changed("issues", "seat", reference_value=-1.0), "issues", "seat", "reference_value",
         "-1 lies off the scale, 0 to 100", "mend it, or widen the scale"),
        (changed("issues", "force", feasible_to_value=20.5), "issues", "force",
         "feasible_to_value", "20.5 lies off the scale, 0 to 20", "mend it, or widen the scale"),
        (changed("issues", "force", feasible_from_value=12.5), "issues", "force",
         "feasible_from_value", NOTHING, "write 12 or less"),
    ],
    "values_lie_on_their_scale": [
        (changed("positions", ALD, position_value_high=21.0), "positions", ALD,
         "position_value_high", "21 lies off the scale of force, 0 to 20", IN_UNIT),
        (changed("positions", ALD, position_value=25.0, position_value_low=None,
                 position_value_high=None), "positions", ALD,
         "position_value", "25 lies off the scale of force, 0 to 20", IN_UNIT),
        (changed("thresholds", BACKED, threshold_value_low=-1.0), "thresholds", BACKED,
         "threshold_value_low", "-1 lies off the scale of force, 0 to 20", IN_UNIT),
    ],
    "parties_have_views": [
        (changed("positions", "seat:ALD:ALD", delegation="AIRPOOL", principal="AIRPOOL"),
         "positions", "seat:AIRPOOL:AIRPOOL", "delegation",
         "AIRPOOL is pool and wants nothing of its own", "take the row out"),
        (changed("attendance", "summit:LEAGUE", delegation="AIRPOOL"), "attendance",
         "summit:AIRPOOL", "delegation", "AIRPOOL is pool and wants nothing of its own",
         "take the row out"),
    ],
    "sitting_governments_have_positions": [
        (without_where("positions", issue="force", principal="CST"), "positions", OPPOSITION,
         "principal", "the sitting government of CST has no position on force",
         "add a row with the principal CST, or take this one out"),
    ],
    "issues_have_parties": [
        (without_where("positions", issue="seat"), "issues", "seat", "issue",
         "nobody has a position on seat", "add rows to positions.csv, or take the issue out"),
        (lambda s: with_table(s, "positions", tuple(
            row for row in s.positions if row.issue == "force" or row.delegation == "ALD")),
         "issues", "seat", "issue", "one delegation alone has a position on seat",
         "add rows to positions.csv, or take the issue out"),
    ],
    "influence_is_known": [
        (changed("issues", "force", influence_key="populatian"), "issues", "force",
         "influence_key", "share_keys.csv has no measure 'populatian'",
         "Did you mean population?"),
        (changed("positions", GUARANTOR, influence_score=None, influence_score_low=None,
                 influence_score_high=None), "positions", GUARANTOR, "influence_score",
         "nothing says how much influence PTN has on force",
         "write its influence_score, or add its gdp to share_keys.csv"),
        (indifferent, "issues", "force", "influence_key",
         "nobody who cares has influence on force: all weights are 0",
         "mend salience_share or influence_score, or name another measure"),
    ],
    "formats_have_members": [
        (without_where("attendance", format="summit", part="member"), "formats", "summit", "format",
         "summit has no members",
         "add rows to attendance.csv with the part member, or take the format out"),
    ],
    "voices_are_heard_once": [
        (changed("attendance", "summit:LEAGUE", speaks_for=("DUN",)), "attendance",
         "summit:LEAGUE", "speaks_for", "LEAGUE is an observer and speaks for nobody",
         "leave it empty, or write member or guest in the column 'part'"),
        (changed("attendance", SPEAKER, speaks_for=("BRK",)), "attendance", SPEAKER,
         "speaks_for", "BRK is said to speak for itself", "take it out: it does anyhow"),
        (changed("attendance", SPEAKER, speaks_for=("ELM", "ALD")), "attendance", SPEAKER,
         "speaks_for", "ALD is in summit and speaks for itself", "take one out"),
        (changed("attendance", SPEAKER, speaks_for=("DUN", "DUN")), "attendance", SPEAKER,
         "speaks_for", "DUN is named 2 times", "name it once"),
        (changed("attendance", "summit:CST", speaks_for=("ELM",)), "attendance", "summit:CST",
         "speaks_for", "BRK speaks for ELM in summit too", "take one out"),
    ],
}  # fmt: skip
CASES = [(check, *case) for check, cases in BROKEN.items() for case in cases]


@pytest.mark.parametrize(("check", "break_it", "table", "key", "field", "says", "fix"), CASES)
def test_what_does_not_hold_is_told_once_with_its_place_and_its_mending(
    minimal: Scenario,
    check: str,
    break_it: Change,
    table: str,
    key: str,
    field: str,
    says: str,
    fix: str,
) -> None:
    broken = break_it(minimal)
    found = [place for place in told(broken) if place[3] == says]
    assert found == [(table, key, field, says, fix)]
    assert check in [each.__name__ for each in BARGAINING_CHECKS if list(each(broken))]


def test_every_check_has_a_case() -> None:
    assert list(BROKEN) == [check.__name__ for check in BARGAINING_CHECKS]
    assert all(BROKEN.values())


def test_all_faults_are_told_at_once(minimal: Scenario) -> None:
    changes = [
        changed("issues", "seat", reference_value=101.0),
        changed("positions", ALD, position_value_high=21.0),
        changed("thresholds", BACKED, threshold_value_high=21.0),
        changed("positions", GUARANTOR, delegation="AIRPOOL", principal="AIRPOOL"),
        without_where("positions", issue="force", principal="CST"),
        without_where("attendance", format="with-patronia"),
        changed("attendance", SPEAKER, speaks_for=("ALD",)),
    ]
    broken = minimal
    for change in changes:
        broken = change(broken)
    assert len(told(broken)) == len(changes)


@pytest.mark.parametrize(
    ("table", "key", "column", "target"),
    [
        ("positions", "seat:ALD:ALD", "issue", "issues"),
        ("positions", "seat:ALD:ALD", "delegation", "delegations"),
        ("thresholds", BACKED, "issue", "issues"),
        ("thresholds", BACKED, "option", "options"),
        ("attendance", "summit:LEAGUE", "format", "formats"),
        ("attendance", "summit:LEAGUE", "delegation", "delegations"),
    ],
)
def test_a_name_that_nobody_has_is_told(
    minimal: Scenario, table: str, key: str, column: str, target: str
) -> None:
    broken = changed(table, key, **{column: "ZZZ"})(minimal)
    assert (column, f"'ZZZ' is not in {target}.csv") in [place[2:4] for place in told(broken)]


def test_who_is_spoken_for_must_be_known(minimal: Scenario) -> None:
    broken = changed("attendance", SPEAKER, speaks_for=("ELN",))(minimal)
    assert [place[:4] for place in told(broken)] == [
        ("attendance", SPEAKER, "speaks_for", "'ELN' is not in delegations.csv")
    ]


def test_a_principal_speaks_for_its_own_delegation(minimal: Scenario) -> None:
    broken = changed("positions", "seat:ALD:ALD", principal="CST_OPP")(minimal)
    says = "CST_OPP speaks for CST, not for ALD"
    assert ("positions", "seat:ALD:CST_OPP", "principal", says) in [p[:4] for p in told(broken)]


def test_a_position_outside_its_own_range_is_told(minimal: Scenario) -> None:
    broken = changed("positions", ALD, position_value=13.0)(minimal)
    assert [place[2:4] for place in told(broken)] == [
        ("position_value", "13 lies outside its range, 8 to 12")
    ]


@pytest.mark.parametrize("end", ["scale_from_value", "scale_to_value"])
def test_the_ends_of_a_scale_lie_on_it(minimal: Scenario, end: str) -> None:
    value = getattr(minimal.row("issues", "force"), end)
    cells = {f"position_value{part}": value for part in ("", "_low", "_high")}
    assert told(changed("positions", ALD, **cells)(minimal)) == []
    assert (
        told(changed("issues", "force", feasible_from_value=value, feasible_to_value=None)(minimal))
        == []
    )


def test_issues_may_wait_for_positions(minimal: Scenario) -> None:
    bare = with_table(minimal, "positions", ())
    assert told(bare) == []


def test_an_issue_without_thresholds_asks_nothing_of_any_option(minimal: Scenario) -> None:
    assert told(with_table(minimal, "thresholds", ())) == []


class TestInfluence:
    def test_it_is_a_size_over_the_largest_of_its_measure(self, minimal: Scenario) -> None:
        sizes = sizes_by_key(minimal)
        issue = minimal.row("issues", "force")
        found = {
            row.delegation: influence_of(row, issue, sizes)
            for row in minimal.positions
            if row.issue == "force"
        }
        # ALD has the largest GDP, 2000; BRK has 300, CST 1200, ELM 100; PTN's is written.
        assert found == {"ALD": 100, "BRK": 15, "CST": 60, "ELM": 5, "PTN": 100}

    def test_what_is_written_goes_before_the_measure(self, minimal: Scenario) -> None:
        row = minimal.row("positions", ALD).model_copy(update={"influence_score": 30.0})
        assert influence_of(row, minimal.row("issues", "force"), sizes_by_key(minimal)) == 30

    def test_where_all_are_equal_nothing_written_counts(self, minimal: Scenario) -> None:
        issue = minimal.row("issues", "force").model_copy(update={"influence_key": EQUAL})
        rows = [row for row in minimal.positions if row.issue == "force"]
        assert {influence_of(row, issue, sizes_by_key(minimal)) for row in rows} == {1}

    def test_where_it_is_stated_every_party_needs_a_number(self, minimal: Scenario) -> None:
        broken = changed("issues", "force", influence_key=STATED)(minimal)
        found = told(broken)
        assert {place[1] for place in found} == {
            row.key for row in minimal.positions if row.issue == "force" and row.key != GUARANTOR
        }
        assert {place[4] for place in found} == {"write its influence_score"}

    def test_a_measure_in_which_all_are_nothing_weighs_nobody(self, minimal: Scenario) -> None:
        rows = tuple(
            row.model_copy(update={"size_weight": 0.0}) if row.share_key == "population" else row
            for row in minimal.share_keys
        )
        none = with_table(minimal, "share_keys", rows)
        broken = without_where("positions", issue="force", delegation="PTN")(
            changed("issues", "force", influence_key="population")(none)
        )
        says = "nobody who cares has influence on force: all weights are 0"
        assert says in [place[3] for place in told(broken)]


@pytest.mark.parametrize(
    ("break_it", "table"),
    [
        (without_where("issues", issue="seat"), "issues"),
        (without_where("positions", issue="seat"), "positions"),
        (without_where("positions", issue="force", principal="CST"), "positions"),
        (without_where("attendance", format="summit"), "attendance"),
        (without_where("formats", format="summit"), "formats"),
    ],
)
def test_what_a_missing_row_would_explain_is_not_said_of_a_table_read_in_part(
    minimal: Scenario, break_it: Change, table: str
) -> None:
    broken = break_it(minimal)
    assert faults(broken, Places("x"))
    assert faults(broken, Places("x", incomplete=frozenset({table}))) == []


def test_a_strict_reading_may_lose_the_parties_to_an_issue(minimal: Scenario) -> None:
    late = tuple(
        row.model_copy(update={"later": True, "known_from": None}) if row.issue == "seat" else row
        for row in minimal.positions
    )
    strict = minimal.replace(positions=late).strict()
    assert {row.issue for row in strict.positions} == {"force"}
    assert {row.issue for row in strict.issues} == {"force", "seat"}


@pytest.mark.parametrize(
    ("address", "value", "says"),
    [
        (f"positions/{ALD}/position_value", 21, "21 lies off the scale of force, 0 to 20"),
        (f"thresholds/{BACKED}/threshold_value", -1, "-1 lies off the scale of force, 0 to 20"),
        ("issues/seat/reference_value", 101, "101 lies off the scale, 0 to 100"),
        ("positions/force:*:*/salience_share", 0, "nobody who cares has influence on force"),
    ],
)
def test_a_cell_that_is_set_must_fit_too(
    minimal: Scenario, address: str, value: float, says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        read_settings(minimal, {address: value})


def test_a_cell_that_fits_can_be_set(minimal: Scenario) -> None:
    cells = read_settings(minimal, {f"positions/{ALD}/position_value": 20})
    assert list(cells.values()) == [20]

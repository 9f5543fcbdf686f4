"""What must hold of headquarters and partnerships: a broken one of each is found, and said once."""

import pytest
from tests.scenario.broken import Change, changed, told

from foedus.scenario import Scenario
from foedus.scenario.checks import Places, faults
from foedus.scenario.command_checks import COMMAND_CHECKS, SPAN_COUNTS, spans_fit_echelons
from foedus.scenario.scenario import ABOUT

STAFF = "peace-staff"
CORPS = "league-corps"
FIRST, SECOND = "ALD:CST:league-corps", "CST:ALD:league-corps"
WATCH = "DUN:BRK:coast-watch"
ROLES = "name delegations of the roles contributor, guarantor, body"


BROKEN: dict[str, list[tuple[Change, str, str, str, str, str]]] = {
    "leaders_may_lead": [
        (changed("headquarters", STAFF, framework=("DUN", "HOV")), "headquarters", STAFF,
         "framework", "HOV is host and leads nobody", ROLES),
        (changed("headquarters", STAFF, framework=("AIRPOOL",)), "headquarters", STAFF,
         "framework", "AIRPOOL is pool and leads nobody", ROLES),
        (changed("partnerships", WATCH, framework=("VRG",)), "partnerships", WATCH,
         "framework", "VRG is adversary and leads nobody", ROLES),
        (changed("headquarters", STAFF, framework=("DUN", "DUN")), "headquarters", STAFF,
         "framework", "DUN is named 2 times", "name it once"),
    ],
    "participants_stand_once": [
        (changed("headquarters", CORPS, participants=("BRK", "CST")), "headquarters", CORPS,
         "participants", "CST leads league-corps and is listed among the others too",
         "take it out of one"),
        (changed("headquarters", CORPS, participants=("BRK", "ELM", "BRK", "BRK")),
         "headquarters", CORPS, "participants", "BRK is named 3 times", "name it once"),
    ],
    "chains_are_known": [
        (changed("headquarters", CORPS, chains=("coalition", "nation", "un")), "headquarters",
         CORPS, "chains", "'nation' is no chain of command",
         "Did you mean national or nato or coalition?"),
    ],
    "spans_fit_echelons": [
        (changed("headquarters", "ald-division", span_count=9.0, span_count_high=9.0),
         "headquarters", "ald-division", "span_count",
         "a span of 9 is not that of a division headquarters",
         "write a number from 1 to 8, or another echelon"),
        (changed("headquarters", CORPS, echelon="brigade"), "headquarters", CORPS, "span_count",
         "a span of 9 is not that of a brigade headquarters",
         "write a number from 0 to 2, or another echelon"),
        (changed("headquarters", STAFF, echelon="corps"), "headquarters", STAFF, "span_count",
         "a span of 1 is not that of a corps headquarters",
         "write a number from 2 to 24, or another echelon"),
    ],
    "nobody_is_its_own_partner": [
        (changed("partnerships", WATCH, partner="DUN"), "partnerships", "DUN:DUN:coast-watch",
         "partner", "DUN is said to be its own partner", "name the other"),
    ],
    "partnerships_have_begun": [
        (changed("partnerships", "BRK:PTN:border-exercises", since_year=2031), "partnerships",
         "BRK:PTN:border-exercises", "since_year",
         "2031 is after the scenario's date, 2030-06-01",
         "mend the year, or write 1 in the column 'later'"),
    ],
    "formations_are_told_alike": [
        (changed("partnerships", SECOND, title="Corps of the League"), "partnerships", SECOND,
         "title", "league-corps is called 'League Corps' in an earlier row",
         "call it the same in both"),
        (changed("partnerships", SECOND, framework=("ALD",)), "partnerships", SECOND,
         "framework", "league-corps is led by ALD, CST in an earlier row",
         "name the same in both"),
        (changed("partnerships", WATCH, formation="elm-battalion",
                 title="Elmland's battalion in Aldmark's division"),
         "partnerships", "DUN:BRK:elm-battalion", "framework",
         "elm-battalion is led by ALD in an earlier row", "name the same in both"),
    ],
}  # fmt: skip
"""By check: how the scenario is broken, and the table, row, column, clause and fix that tell it."""

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
    assert told(broken) == [(table, key, field, says, fix)]
    (found_by,) = [each for each in COMMAND_CHECKS if list(each(broken))]
    assert found_by.__name__ == check


def test_every_check_has_a_case() -> None:
    assert list(BROKEN) == [check.__name__ for check in COMMAND_CHECKS]
    assert all(BROKEN.values())


def test_all_faults_are_told_at_once(minimal: Scenario) -> None:
    broken = minimal
    # The last case of each check, but of two that break one formation only the last.
    changes = [
        cases[-1][0] for check, cases in BROKEN.items() if check != "nobody_is_its_own_partner"
    ]
    for change in changes:
        broken = change(broken)
    assert len(told(broken)) == len(changes)


@pytest.mark.parametrize(
    ("table", "key", "column"),
    [
        ("headquarters", STAFF, "framework"),
        ("headquarters", CORPS, "participants"),
        ("partnerships", WATCH, "framework"),
    ],
)
def test_a_list_of_codes_that_nobody_has_is_told_once_a_code(
    minimal: Scenario, table: str, key: str, column: str
) -> None:
    broken = changed(table, key, **{column: ("ELN", "BRK")})(minimal)
    assert [place[:4] for place in told(broken)] == [
        (table, key, column, "'ELN' is not in delegations.csv")
    ]


@pytest.mark.parametrize("column", ["delegation", "partner"])
def test_a_partner_that_nobody_knows_is_told(minimal: Scenario, column: str) -> None:
    broken = changed("partnerships", WATCH, **{column: "BRL"})(minimal)
    (place,) = told(broken)
    assert place[2:4] == (column, "'BRL' is not in delegations.csv")
    assert "BRK" in place[4]


@pytest.mark.parametrize(
    ("table", "key", "field", "end"),
    [
        ("headquarters", CORPS, "span_count", 12.5),
        ("partnerships", FIRST, "strength_share", 0.8),
    ],
)
def test_a_range_whose_ends_are_swapped_is_told(
    minimal: Scenario, table: str, key: str, field: str, end: float
) -> None:
    broken = changed(table, key, **{f"{field}_low": end})(minimal)
    ((*place, says, _),) = told(broken)
    assert place == [table, key, f"{field}_low"]
    assert says.startswith(f"low {end:g} is above high")


@pytest.mark.parametrize("echelon", SPAN_COUNTS)
def test_the_bounds_of_a_span_are_taken_themselves(minimal: Scenario, echelon: str) -> None:
    fewest, most = SPAN_COUNTS[echelon]
    spans = (fewest - 0.5, fewest, most, most + 0.5)
    fitting = [
        list(spans_fit_echelons(change(minimal))) == []
        for span in spans
        for change in [changed("headquarters", CORPS, echelon=echelon, span_count=span)]
    ]
    assert fitting == [False, True, True, False]


@pytest.mark.parametrize("echelon", ["joint_command", "operation_hq", "component", "other"])
@pytest.mark.parametrize("span", [0.0, 40.0])
def test_other_headquarters_command_as_many_brigades_as_they_say(
    minimal: Scenario, echelon: str, span: float
) -> None:
    change = changed(
        "headquarters",
        CORPS,
        echelon=echelon,
        span_count=span,
        span_count_low=None,
        span_count_high=None,
    )
    assert told(change(minimal)) == []


def test_a_body_and_the_guarantor_may_lead(minimal: Scenario) -> None:
    for code in ("LEAGUE", "PTN"):
        assert told(changed("headquarters", STAFF, framework=(code,))(minimal)) == []


def test_who_leads_may_stand_in_any_order(minimal: Scenario) -> None:
    change = changed("partnerships", SECOND, framework=("CST", "ALD"))
    assert told(change(minimal)) == []


def test_a_partnership_of_this_year_has_begun(minimal: Scenario) -> None:
    assert told(changed("partnerships", WATCH, since_year=2030)(minimal)) == []


def test_a_partnership_known_later_may_begin_later(minimal: Scenario) -> None:
    assert told(changed("partnerships", WATCH, since_year=2031, later=True)(minimal)) == []


def test_a_year_is_not_held_against_a_date_that_could_not_be_read(minimal: Scenario) -> None:
    broken = changed("partnerships", WATCH, since_year=2031)(minimal)
    assert faults(broken, Places("x"))
    assert faults(broken, Places("x", incomplete=frozenset({ABOUT}))) == []

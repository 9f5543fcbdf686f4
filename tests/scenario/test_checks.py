"""What must hold within a row, between rows and between tables: a broken one of each is found."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scenario.broken import with_table, without

from foedus.errors import ScenarioError
from foedus.scenario.bargaining_checks import BARGAINING_CHECKS
from foedus.scenario.brokerage_checks import BROKERAGE_CHECKS
from foedus.scenario.checks import (
    CHECKS,
    Places,
    all_faults,
    faults,
    find_circle,
    refuse_faults,
)
from foedus.scenario.command_checks import COMMAND_CHECKS
from foedus.scenario.deterrence_checks import DETERRENCE_CHECKS
from foedus.scenario.questionnaire_checks import QUESTIONNAIRE_CHECKS
from foedus.scenario.scenario import TABLES, Scenario
from foedus.scenario.spending_checks import SPENDING_CHECKS
from foedus.scenario.uncertainties import Uncertainty
from foedus.scenario.voting_checks import VOTING_CHECKS

Found = tuple[str, str, str, str]
ASSUMED = {"source": ("assumed",)}


def with_row(scenario: Scenario, table: str, key: str, **values: Any) -> Scenario:
    """Return a scenario in which one row has other values; nothing is checked."""
    rows = tuple(
        row.model_copy(update=values) if row.key == key else row for row in scenario.table(table)
    )
    assert rows != scenario.table(table)
    return with_table(scenario, table, rows)


def found(scenario: Scenario) -> list[Found]:
    """Return table, key, field and clause of everything that is wrong."""
    return [
        (
            fault.table,
            "" if fault.number is None else scenario.table(fault.table)[fault.number].key,
            fault.field,
            fault.says,
        )
        for fault in all_faults(scenario)
    ]


@pytest.mark.parametrize("name", ["minimal", "paris"])
def test_the_shipped_scenarios_are_sound(name: str, request: pytest.FixtureRequest) -> None:
    assert found(request.getfixturevalue(name)) == []


CHANGED_ROWS: list[tuple[str, str, dict[str, Any], Found]] = [
    ("units", "ALD:brigade", {"available_count_low": None},
     ("units", "ALD:brigade", "available_count_low", "one end of the range is missing")),
    ("units", "ALD:brigade", {"available_count_high": None},
     ("units", "ALD:brigade", "available_count_high", "one end of the range is missing")),
    ("units", "ALD:brigade", {"available_count_low": 2.0},
     ("units", "ALD:brigade", "available_count_low", "low 2 is above high 1")),
    ("units", "ALD:brigade", {"available_count": 1.5},
     ("units", "ALD:brigade", "available_count", "1.5 lies outside its range, 0 to 1")),
    ("approvals", "BRK:BRK", {"gov_seats_share": None},
     ("approvals", "BRK:BRK", "gov_seats_share", "there is a range and no value")),
    ("units", "ALD:brigade", {"home_floor_count": 7.0},
     ("units", "ALD:brigade", "home_floor_count", "7 is more than the 6 held")),
    ("units", "ALD:brigade", {"available_count_high": 6.5},
     ("units", "ALD:brigade", "available_count_high", "6.5 is more than the 6 held")),
    ("polls", "brek-2030-04:BRK", {"support_share": 0.24},
     ("polls", "brek-2030-04:BRK", "support_share", "the shares sum to 1.02, more than 1")),
    ("approvals", "ALD:ALD", {"support_seats_share": 0.5},
     ("approvals", "ALD:ALD", "support_seats_share",
      "government and support hold 1.05 of the seats, more than 1")),
    ("options", "air-sea-backed", {"requirement": "smal"},
     ("options", "air-sea-backed", "requirement", "'smal' is no statement of requirement.csv")),
    ("options", "air-sea-backed", {"sectors": ("air", "moon")},
     ("options", "air-sea-backed", "sectors",
      "no line of requirement.csv has the sector 'moon'")),
    ("units", "ALD:brigade", {"source": ("invented", "press")},
     ("units", "ALD:brigade", "source", "'press' is not in sources.csv")),
    ("stances", "BRK:BRK", {"known_from": date(2030, 6, 6)},
     ("stances", "BRK:BRK", "known_from",
      "2030-06-06 is after the scenario's evidence_until, 2030-06-05")),
    ("stances", "BRK:BRK", {"later": True},
     ("stances", "BRK:BRK", "later", "the row is marked later, but was known on 2030-06-01")),
    ("polls", "elm-2030-07:ELM", {"later": False, "known_from": None},
     ("polls", "elm-2030-07:ELM", "fieldwork_end",
      "fieldwork ended on 2030-07-03, after evidence_until, 2030-06-05")),
    ("polls", "brek-2030-04:BRK", {"fieldwork_start": date(2030, 4, 23)},
     ("polls", "brek-2030-04:BRK", "fieldwork_start",
      "fieldwork starts on 2030-04-23, after its end")),
    ("options", "air-sea-backed", {"decision_date": date(2030, 5, 31)},
     ("options", "air-sea-backed", "decision_date",
      "2030-05-31 is before the scenario's date, 2030-06-01")),
    ("delegations", "AIRPOOL", {"freed_by": None},
     ("delegations", "AIRPOOL", "freed_by", "a pool needs a rule that frees it")),
    ("delegations", "AIRPOOL", {"members": ()},
     ("delegations", "AIRPOOL", "members", "a pool that its members free has no members")),
    ("delegations", "PTN", {"members": ("ALD",)},
     ("delegations", "PTN", "members", "a guarantor has no members")),
    ("delegations", "LEAGUE", {"freed_by": "members"},
     ("delegations", "LEAGUE", "freed_by", "a body is no pool")),
    ("delegations", "PTN", {"freed_by": "blessing"},
     ("delegations", "PTN", "freed_by", "a guarantor is no pool")),
    ("units", "ELM:signals", {"delegation": "HOV"},
     ("units", "HOV:signals", "delegation", "HOV is host and gives no units")),
    ("commitments", "island-watch", {"delegation": "LEAGUE"},
     ("commitments", "island-watch", "delegation", "LEAGUE is body and gives no units")),
    ("principals", "CST_OPP", {"in_office_prob": 0.5},
     ("principals", "CST_OPP", "in_office_prob", "the chances of CST sum to 1.1, not to 1")),
    ("principals", "CST_OPP", {"in_office_prob": 0.35},
     ("principals", "CST_OPP", "in_office_prob", "the chances of CST sum to 0.95, not to 1")),
    ("approvals", "ELM:ELM", {"principal": "ELM_OPP"},
     ("approvals", "ELM:ELM_OPP", "principal",
      "'ELM_OPP' is neither in principals.csv nor a delegation")),
    ("approvals", "ELM:ELM", {"principal": "DUN"},
     ("approvals", "ELM:DUN", "principal", "DUN speaks for DUN, not for ELM")),
    ("stances", "CST:CST", {"conditions": ("clear_mission", "good_weather")},
     ("stances", "CST:CST", "conditions",
      "'good_weather' is not a condition that the model knows")),
    ("stances", "ALD:ALD", {"needs_partners": ("DUN",)},
     ("stances", "ALD:ALD", "needs_partners",
      "ALD waits for DUN waits for ALD: none of them would ever join first")),
    ("capabilities", "signals", {"reference_strength_persons": None},
     ("capabilities", "signals", "reference_strength_persons",
      "a unit needs the strength at which it is counted")),
    ("capabilities", "tanker_aircraft", {"is_critical": True},
     ("capabilities", "tanker_aircraft", "is_critical",
      "only land capabilities bound the balanced strength, and this is air")),
    ("capabilities", "sead", {"us_dependence": "radar"},
     ("capabilities", "sead", "us_dependence", "dependence.csv has no us_share of 'radar'")),
    ("units", "ELM:signals", {"capability": "sead"},
     ("units", "ELM:sead", "capability", "sead is a service and has no units")),
    ("requirement", "s-07", {"capability": "sead"},
     ("requirement", "s-07", "capability", "sead is a service and has no units")),
    ("options", "air-sea-backed", {"is_headline": True},
     ("options", "air-sea-backed", "is_headline", "another option is the headline too")),
    ("sources", "invented", {"source": "a/b"},
     ("sources", "a/b", "source", "'a/b' holds /, which addresses of cells are made of")),
    ("polls", "brek-2030-04:BRK", {"poll": "brek:*"},
     ("polls", "brek:*:BRK", "poll",
      "'brek:*' holds * :, which addresses of cells are made of")),
]  # fmt: skip


@pytest.mark.parametrize(("table", "key", "values", "fault"), CHANGED_ROWS)
def test_a_broken_row_is_found(
    minimal: Scenario, table: str, key: str, values: dict[str, Any], fault: Found
) -> None:
    assert fault in found(with_row(minimal, table, key, **values))


@pytest.mark.parametrize(
    ("table", "key", "values"),
    [case[:3] for case in CHANGED_ROWS if case[0] not in ("sources", "capabilities")],
)
def test_one_broken_cell_is_one_fault(
    minimal: Scenario, table: str, key: str, values: dict[str, Any]
) -> None:
    assert len(found(with_row(minimal, table, key, **values))) == 1


@pytest.mark.parametrize(
    ("table", "field", "target"),
    [
        ("principals", "delegation", "delegations"),
        ("share_keys", "delegation", "delegations"),
        ("stances", "delegation", "delegations"),
        ("polls", "delegation", "delegations"),
        ("approvals", "delegation", "delegations"),
        ("units", "delegation", "delegations"),
        ("units", "capability", "capabilities"),
        ("commitments", "delegation", "delegations"),
        ("commitments", "capability", "capabilities"),
        ("ceilings", "delegation", "delegations"),
        ("requirement", "capability", "capabilities"),
        ("budgets", "delegation", "delegations"),
        ("finances", "delegation", "delegations"),
        ("targets", "delegation", "delegations"),
        ("payers", "delegation", "delegations"),
        ("payers", "cost", "costs"),
        ("hosting", "delegation", "delegations"),
    ],
)
def test_a_code_that_points_nowhere_is_found(
    minimal: Scenario, table: str, field: str, target: str
) -> None:
    row = minimal.table(table)[-1]
    broken = with_row(minimal, table, row.key, **{field: "nowhere"})
    says = [f[3] for f in found(broken) if f[:1] + f[2:3] == (table, field)]
    assert says == [f"'nowhere' is not in {target}.csv"]


def test_a_partner_and_a_member_that_point_nowhere_are_found(minimal: Scenario) -> None:
    broken = with_row(minimal, "stances", "ELM:ELM", needs_partners=("ALD", "ALB"))
    assert found(broken) == [
        ("stances", "ELM:ELM", "needs_partners", "'ALB' is not in delegations.csv")
    ]
    broken = with_row(minimal, "delegations", "AIRPOOL", members=("CST", "NLD"))
    assert found(broken) == [
        ("delegations", "AIRPOOL", "members", "'NLD' is not in delegations.csv")
    ]
    broken = with_row(minimal, "delegations", "PTN", role="body", members=("ALD", "NLD"))
    told = [fault for fault in found(broken) if fault[2] == "members"]
    assert told == [("delegations", "PTN", "members", "'NLD' is not in delegations.csv")]


def test_the_nearest_name_is_offered_even_if_the_name_holds_a_stop(minimal: Scenario) -> None:
    broken = with_row(minimal, "units", "ALD:brigade", source=("inv. ented",))
    (fault,) = all_faults(broken)
    assert fault.fix == "Did you mean invented?"


@pytest.mark.parametrize("table", [name for name in TABLES if name != "principals"])
def test_a_key_that_stands_twice_is_found_at_the_second(minimal: Scenario, table: str) -> None:
    rows = minimal.table(table)
    twice = with_table(minimal, table, (*rows, rows[0]))
    doubled = [f for f in all_faults(twice) if f.says.endswith("stands in an earlier row too")]
    assert [(f.table, f.number) for f in doubled] == [(table, len(rows))]
    assert doubled[0].field == ", ".join(TABLES[table].key_fields)


def test_a_principal_that_stands_twice_is_found(minimal: Scenario) -> None:
    twice = with_table(minimal, "principals", (*minimal.principals, minimal.principals[0]))
    assert [place[2] for place in found(twice)] == ["principal", "in_office_prob"]


def test_printed_shares_may_sum_to_one_point_too_many(minimal: Scenario) -> None:
    assert found(with_row(minimal, "polls", "brek-2030-04:BRK", support_share=0.23)) == []


def test_a_poll_above_a_hundred_is_found_whatever_is_empty(minimal: Scenario) -> None:
    poll = minimal.polls[0].model_copy(
        update={"support_share": 0.8, "oppose_share": None, "undecided_share": 0.3}
    )
    assert [f[2] for f in found(with_table(minimal, "polls", (poll,)))] == ["support_share"]


def test_a_poll_marked_later_without_a_day_is_taken(minimal: Scenario) -> None:
    assert found(with_row(minimal, "polls", "elm-2030-07:ELM", known_from=None)) == []


def test_only_a_contributor_has_a_stance(minimal: Scenario) -> None:
    stance = minimal.stances[0].model_copy(update={"delegation": "PTN", "principal": "PTN"})
    broken = with_table(minimal, "stances", (*minimal.stances, stance))
    says = "PTN is guarantor; only a contributor has a stance on joining"
    assert found(broken) == [("stances", "PTN:PTN", "delegation", says)]


def test_whoever_may_govern_needs_a_stance(minimal: Scenario) -> None:
    says = "CST_OPP may hold office but has no stance"
    broken = without("stances", "CST:CST_OPP")(minimal)
    assert found(broken) == [("principals", "CST_OPP", "principal", says)]


def test_whoever_may_govern_needs_none_where_nobody_spoke(minimal: Scenario) -> None:
    silent = tuple(row for row in minimal.stances if row.delegation != "CST")
    assert found(with_table(minimal, "stances", silent)) == []


def test_a_scenario_without_options_is_found(minimal: Scenario) -> None:
    assert ("options", "", "", "there is no option") in found(with_table(minimal, "options", ()))


def test_a_scenario_without_requirement_names_none_that_is_missing(minimal: Scenario) -> None:
    bare = with_table(minimal, "requirement", ())
    bare = with_table(
        bare, "uncertainties", tuple(r for r in bare.uncertainties if r.table != "requirement")
    )
    assert found(bare) == []


class TestCircles:
    def waiting(self, scenario: Scenario, waits: dict[str, str]) -> list[Found]:
        rows = tuple(
            row.model_copy(update={"needs_partners": tuple(waits.get(row.delegation, "").split())})
            for row in scenario.stances
        )
        return [f for f in found(with_table(scenario, "stances", rows)) if "wait" in f[3]]

    def test_three_who_wait_for_each_other_are_told_once(self, minimal: Scenario) -> None:
        (fault,) = self.waiting(minimal, {"ALD": "BRK", "BRK": "DUN", "DUN": "ALD", "ELM": "ALD"})
        assert fault[1:3] == ("ALD:ALD", "needs_partners")
        assert fault[3].startswith("ALD waits for BRK waits for DUN waits for ALD: none of them")

    def test_two_circles_are_two_faults(self, minimal: Scenario) -> None:
        told = self.waiting(minimal, {"ALD": "BRK", "BRK": "ALD", "DUN": "ELM", "ELM": "DUN"})
        assert [fault[1] for fault in told] == ["ALD:ALD", "DUN:DUN"]

    def test_one_who_waits_for_itself_is_told(self, minimal: Scenario) -> None:
        (fault,) = self.waiting(minimal, {"ELM": "ELM"})
        assert fault[3].startswith("ELM waits for ELM: ")

    def test_waiting_without_a_circle_is_no_fault(self, minimal: Scenario) -> None:
        assert self.waiting(minimal, {"BRK": "ALD", "DUN": "ALD BRK", "ELM": "ALD BRK DUN"}) == []

    def test_the_fault_stands_at_the_row_that_waits(self, minimal: Scenario) -> None:
        rows = tuple(
            row.model_copy(
                update={"needs_partners": ("CST",) if row.principal == "CST_OPP" else ()}
            )
            for row in minimal.stances
        )
        (fault,) = found(with_table(minimal, "stances", rows))
        assert fault[1] == "CST:CST_OPP"

    @given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14))
    def test_a_circle_is_found_where_there_is_one(self, pairs: list[tuple[int, int]]) -> None:
        """Compare with powers of the relation: a code lies on a circle if it reaches itself."""
        waits: dict[str, set[str]] = {}
        for one, other in pairs:
            waits.setdefault(f"N{one}", set()).add(f"N{other}")
        reached = {code: set(others) for code, others in waits.items()}
        for _ in range(7):
            for those in reached.values():
                those.update(*(waits.get(code, set()) for code in list(those)))
        for start in waits:
            circle = find_circle(start, waits)
            assert bool(circle) == (start in reached[start])
            steps = zip(circle, [*circle[1:], *circle[:1]], strict=True)
            assert all(after in waits[code] for code, after in steps)


def uncertain(minimal: Scenario, *rows: dict[str, Any]) -> list[Found]:
    """Return what is wrong if these are the only uncertain cells."""
    made = tuple(Uncertainty.model_validate({**ASSUMED, **row}) for row in rows)
    return found(with_table(minimal, "uncertainties", made))


def a_row(cell: str, distribution: str, *values: float | None) -> dict[str, Any]:
    table, key, field = cell.split("/")
    ends = dict(zip(("low_value", "mode_value", "high_value"), values, strict=False))
    row = {"table": table, "cell_key": key, "field": field, "distribution": distribution}
    return {**row, **ends}


HELD = "units/ALD:brigade/held_count"
UNFIT: list[tuple[dict[str, Any], str, str]] = [
    (a_row("unit/*/held_count", "uniform", 1, None, 2), "cell_key",
     "there is no table 'unit'. Did you mean units?"),
    (a_row("units/*/held", "uniform", 1, None, 2), "cell_key",
     "units.csv has no column 'held'. Did you mean held_count?"),
    (a_row("units/ALD:brigad/held_count", "uniform", 1, None, 2), "cell_key",
     "units.csv has no row 'ALD:brigad'. Did you mean ALD:brigade or CST:brigade or BRK:brigade?"),
    (a_row("units/ALD:brigade/unit_kind", "uniform", 1, None, 2), "field",
     "units/ALD:brigade/unit_kind holds 'brigade', not a number"),
    (a_row("units/ALD:brigade/capability", "uniform", 1, None, 2), "cell_key",
     "units/ALD:brigade/capability: capability names the row. Change it in the file"),
    (a_row("units/*/available_count_low", "uniform", 0, None, 1), "cell_key",
     ("units/*/available_count_low: it says how available_count is drawn. Name available_count "
     "itself, or change the range in the file")),
    (a_row("consent/ALD/level", "uniform", 0, None, 5), "cell_key",
     "level of consent follows from an engine and is not drawn"),
    (a_row("sources/invented/title", "uniform", 0, None, 5), "cell_key",
     "sources/invented/title: sources.csv says where rows come from. Change it in the file"),
    (a_row("polls/cst-2030-03:CST/n_persons", "uniform", 1, None, 2), "field",
     "polls/cst-2030-03:CST/n_persons holds None, not a number"),
    (a_row(HELD, "triangular", 3, 2, 4), "distribution", "low 3, mode 2, high 4 are not in order"),
    (a_row(HELD, "pert", 1, 5, 4), "distribution", "low 1, mode 5, high 4 are not in order"),
    (a_row(HELD, "normal", 1, 2), "distribution",
     "a normal needs low_value, mode_value and high_value"),
    (a_row(HELD, "uniform", 3, None, 2), "distribution", "low 3 is above high 2"),
    (a_row(HELD, "uniform", 3, 4), "distribution", "a uniform needs low_value and high_value"),
    (a_row(HELD, "lognormal", 0, 1, 2), "distribution",
     "a lognormal needs low_value above 0 (got 0)"),
    (a_row(HELD, "bernoulli", None, 1.5), "distribution",
     "a bernoulli needs mode_value between 0 and 1 (got 1.5)"),
    (a_row(HELD, "bernoulli"), "distribution",
     "a bernoulli needs mode_value between 0 and 1 (got None)"),
    (a_row("units/*/available_count", "range", 1, 2, 3), "distribution",
     "a range takes no numbers of its own"),
    (a_row(HELD, "range"), "distribution",
     "units.csv has no held_count_low and held_count_high"),
    (a_row("engines/consent/drift_score", "range"), "distribution",
     "an engine's drift_score has no drift_score_low and drift_score_high"),
    (a_row("stances/*/willingness_score", "range"), "distribution",
     "the engine draws willingness_score around the value of the row"),
    (a_row("options/*/us_backing_prob", "uniform", 0.2, None, 1.2), "high_value",
     ("options/rear-8k-backed/us_backing_prob: 1.2 is more than 1. Fix: shares and "
     "probabilities are fractions: write 0.012")),
    (a_row(HELD, "triangular", -1, 2, 4), "low_value",
     f"{HELD}: -1.0 is less than 0. Fix: write 0 or more"),
]  # fmt: skip


class TestUncertainCells:
    @pytest.mark.parametrize(("row", "field", "says"), UNFIT)
    def test_what_cannot_be_drawn_is_found(
        self, minimal: Scenario, row: dict[str, Any], field: str, says: str
    ) -> None:
        key = f"{row['table']}:{row['cell_key']}:{row['field']}"
        assert uncertain(minimal, row) == [("uncertainties", key, field, says)]

    @pytest.mark.parametrize(
        "row",
        [
            a_row(HELD, "uniform", 1, None, 2),
            a_row("units/ALD:*/held_count", "triangular", 1, 2, 3),
            a_row("units/*/available_count", "range"),
            a_row("options/rear-8k-backed/us_blessing", "bernoulli", None, 0.5),
            a_row("engines/consent/drift_score", "lognormal", 1, 2, 3),
            a_row("options/rear-8k-backed/us_backing_prob", "uniform", 0, None, 1),
        ],
    )
    def test_what_can_be_drawn_is_taken(self, minimal: Scenario, row: dict[str, Any]) -> None:
        assert uncertain(minimal, row) == []

    def test_two_rows_that_name_a_cell_equally_well_are_found(self, minimal: Scenario) -> None:
        rows = [
            a_row("units/ALD:*/held_count", "uniform", 1, None, 2),
            a_row("units/*:brigade/held_count", "uniform", 1, None, 3),
        ]
        says = f"{HELD} is named by the key ALD:* just as exactly"
        assert uncertain(minimal, *rows) == [
            ("uncertainties", "units:*:brigade:held_count", "cell_key", says)
        ]

    def test_a_row_for_all_and_one_for_a_cell_go_together(self, minimal: Scenario) -> None:
        general = a_row("units/*/held_count", "uniform", 1, None, 2)
        exact = a_row(HELD, "uniform", 1, None, 3)
        assert uncertain(minimal, general, exact) == uncertain(minimal, exact, general) == []

    def test_one_key_twice_is_told_once(self, minimal: Scenario) -> None:
        row = a_row(HELD, "uniform", 1, None, 2)
        (fault,) = uncertain(minimal, row, row)
        assert fault[3].endswith("stands in an earlier row too")


def test_faults_get_their_lines(minimal: Scenario) -> None:
    broken = with_row(minimal, "units", "ALD:brigade", home_floor_count=7.0)
    number = [row.key for row in minimal.units].index("ALD:brigade")
    lines = {"units": [10 * place for place in range(len(minimal.units))]}
    (problem,) = faults(broken, Places("my/summit", lines))
    assert (problem.path, problem.line) == ("my/summit/units.csv", 10 * number)
    (problem,) = faults(broken, Places("my/summit"))
    assert problem.line is None


@pytest.mark.parametrize(
    ("break_it", "table"),
    [
        (without("delegations", "ELM"), "delegations"),
        (without("sources", "invented"), "sources"),
        (without("capabilities", "medical"), "capabilities"),
        (lambda s: with_table(s, "requirement", s.requirement[:1]), "requirement"),
        (lambda s: with_table(s, "options", ()), "options"),
        (without("stances", "CST:CST_OPP"), "stances"),
        (without("principals", "CST_OPP"), "principals"),
        (without("dependence", "sead:us_share"), "dependence"),
        (lambda s: with_table(s, "ceilings", ()), "ceilings"),
    ],
)
def test_what_a_missing_row_would_explain_is_not_said_of_a_table_read_in_part(
    minimal: Scenario, break_it: Callable[[Scenario], Scenario], table: str
) -> None:
    broken = break_it(minimal)
    assert faults(broken, Places("x"))
    assert faults(broken, Places("x", incomplete=frozenset({table}))) == []


def test_a_scenario_that_was_made_in_memory_is_refused_with_its_name(minimal: Scenario) -> None:
    broken = with_row(minimal, "units", "ALD:brigade", home_floor_count=7.0)
    with pytest.raises(ScenarioError, match=r"minimal/units\.csv: home_floor_count: 7 is more"):
        refuse_faults(broken)


def test_every_check_finds_something_in_one_of_these_tests() -> None:
    """A check that is added without a case here is noticed."""
    covered = {
        *("one_row_a_key", "within_rows", "references_resolve", "sources_resolve"),
        *("later_rows_are_marked", "dates_in_order", "roles_fit", "principals_fit"),
        *("conditions_are_known", "nobody_waits_in_a_circle", "capabilities_fit"),
        *("one_headline", "uncertainties_fit"),
    }
    tables = (
        *(*COMMAND_CHECKS, *SPENDING_CHECKS, *BARGAINING_CHECKS),
        *(*VOTING_CHECKS, *BROKERAGE_CHECKS, *DETERRENCE_CHECKS, *QUESTIONNAIRE_CHECKS),
    )
    elsewhere = {check.__name__ for check in tables} | {"claims_fit"}
    assert {check.__name__ for check in CHECKS} == covered | elsewhere

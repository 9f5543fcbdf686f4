"""The data of Paris: what the reference page says of them holds in the tables.

The page is docs/reference/paris-2025.md; sums are those that were published with the requirement.
"""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from scipy.stats import norm

from foedus.engines import ENGINES
from foedus.runs import make_request, run_request
from foedus.scenario import TABLES, Scenario, load
from foedus.scenario.draws import Draws, FloatArray, uncertain_cells
from foedus.scenario.rows import Row

STATEMENTS = {
    "brigade": (8_100, 10_940, 13_940),
    "division": (15_570, 28_340, 34_670),
    "corps": (47_000, 76_910, 93_820),
}
"""Persons on land, headquarters included, at the low ends, the values and the high ends."""

KNOWN_STANCES = {
    *("BGR", "CZE", "DNK", "FRA", "DEU", "DEU_CDU", "HUN", "IRL", "ITA", "LVA", "NLD"),
    *("NZL", "NOR", "POL", "SVK", "ESP", "SWE", "GBR"),
}


@pytest.fixture(scope="module")
def paris() -> Scenario:
    return load("paris-2025")


@pytest.fixture(scope="module")
def strict(paris: Scenario) -> Scenario:
    return paris.strict()


def at_end(row: Row, field: str, end: str) -> float:
    """Return an end of a range, or the value where there is none."""
    value = getattr(row, f"{field}{end}")
    return float(getattr(row, field) if value is None else value)


def codes(rows: tuple[Row, ...], wanted: Callable[[Row], bool], field: str) -> set[str]:
    return {getattr(row, field) for row in rows if wanted(row)}


class TestForces:
    @pytest.mark.parametrize("statement", STATEMENTS)
    def test_the_statements_have_their_published_strength(
        self, paris: Scenario, statement: str
    ) -> None:
        lines = [line for line in paris.requirement if line.requirement == statement]
        about = {line.line: paris.row("capabilities", line.capability) for line in lines}
        sums = tuple(
            sum(
                at_end(line, "needed_count", end) * about[line.line].reference_strength_persons
                for line in lines
                if about[line.line].domain in ("hq", "land")
            )
            for end in ("_low", "", "_high")
        )
        assert sums == STATEMENTS[statement]

    def test_options_scale_them_to_about_their_titles(self, paris: Scenario) -> None:
        asked = {
            option.option: STATEMENTS[option.requirement][1] * option.scale_ratio
            for option in paris.options
        }
        assert asked["rear-30k-us"] == pytest.approx(30_000, rel=0.01)
        assert asked["rear-100k-us"] == pytest.approx(100_000, rel=0.01)
        assert asked["tripwire-10k-us"] == pytest.approx(10_940)

    def test_ceilings_sum_to_the_published_range(self, paris: Scenario) -> None:
        sums = [
            sum(at_end(row, "ceiling_persons", end) for row in paris.ceilings)
            for end in ("_low", "", "_high")
        ]
        assert 32_000 <= sums[0] < sums[1] < sums[2] <= 81_000
        assert [round(total, -3) for total in (sums[0], sums[2])] == [34_000, 81_000]

    def test_what_is_promised_is_there_beside_the_home_floor(self, paris: Scenario) -> None:
        assert len(paris.commitments) == 5
        for promise in paris.commitments:
            unit = paris.row("units", f"{promise.delegation}:{promise.capability}")
            pool = unit.held_count - unit.home_floor_count
            assert pool - at_end(promise, "committed_count", "_high") >= 0, promise.key

    def test_nobody_makes_more_available_than_is_held_beyond_the_floor(
        self, paris: Scenario
    ) -> None:
        for unit in paris.units:
            pool = unit.held_count - unit.home_floor_count
            assert unit.available_count <= pool, unit.key

    def test_the_guarantor_has_no_troops_to_lend(self, paris: Scenario) -> None:
        """It said on 12 February that no American soldiers would go."""
        combat = {row.capability for row in paris.capabilities if row.substitution_group}
        brigades = [u for u in paris.units if u.delegation == "USA" and u.capability in combat]
        assert len(brigades) == 3
        assert all(at_end(unit, "available_count", "_high") == 0 for unit in brigades)

    def test_only_the_black_sea_has_ships_to_send(self, paris: Scenario) -> None:
        ships = {row.capability for row in paris.capabilities if row.domain == "sea"}
        sending = codes(
            paris.units,
            lambda u: u.capability in ships and at_end(u, "available_count", "_high") > 0,  # type: ignore[attr-defined]
            "delegation",
        )
        assert sending == {"BGR", "ROU", "TUR"}

    def test_neighbours_of_russia_keep_most_of_their_brigades(self, paris: Scenario) -> None:
        for code in ("EST", "FIN", "LTU", "LVA", "NOR", "POL"):
            assert paris.row("delegations", code).adversary_border_km > 0
            mine = [
                unit
                for unit in paris.units
                if unit.delegation == code and unit.capability.startswith("manoeuvre")
            ]
            brigades = [unit for unit in mine if not unit.is_detached]
            held = sum(unit.held_count for unit in brigades)
            assert sum(unit.home_floor_count for unit in brigades) >= 0.66 * held, code

    def test_kinds_of_unit_and_services(self, paris: Scenario) -> None:
        services = [row for row in paris.capabilities if row.domain == "service"]
        assert (len(paris.capabilities) - len(services), len(services)) == (24, 5)
        assert {row.capability: row.need_share for row in services if row.need_share != 1} == {
            "sead": 0.5
        }
        assert {row.capability: row.needed_from_persons for row in services}["theatre_c2"] == 15_000


class TestConsent:
    def test_the_chances_of_office_sum_to_one(self, paris: Scenario) -> None:
        chances = {row.principal: row.in_office_prob for row in paris.principals}
        assert chances == {"DEU": 0.1, "DEU_CDU": 0.9}

    def test_ranges_of_stances_are_their_confidence(self, paris: Scenario) -> None:
        """Score plus and minus 1.645 standard errors of 10, 15 or 25 points, cut at 0 and 100."""
        error = {"high": 10.0, "medium": 15.0, "low": 25.0}
        for row in paris.stances:
            width = norm.ppf(0.95) * error[row.confidence]
            ends = np.clip([row.willingness_score - width, row.willingness_score + width], 0, 100)
            printed = np.array([row.willingness_score_low, row.willingness_score_high], float)
            np.testing.assert_allclose(printed, ends, atol=0.06, err_msg=row.key)

    def test_conditions_are_those_of_the_page(self, paris: Scenario) -> None:
        found: dict[str, set[str]] = {}
        for row in paris.stances:
            for word in row.conditions:
                found.setdefault(word, set()).add(row.principal)
        assert found == {
            "un_mandate": {"AUT", "CHE", "IRL", "SVN"},
            "international_mandate": {"BEL", "BGR", "DEU_CDU", "ESP", "LUX"},
            "clear_mission": {"CZE", "NLD", "SWE"},
            "nato_command": {"LVA"},
        }
        waits = {row.principal: row.needs_partners_count for row in paris.stances}
        assert {code: count for code, count in waits.items() if count} == {
            "DEU": 3,
            "CZE": 3,
            "LVA": 3,
            "EST": 3,
            "LTU": 4,
        }
        assert not any(row.needs_partners for row in paris.stances)

    def test_every_stance_of_a_government_has_an_approval(self, paris: Scenario) -> None:
        stances = {row.key for row in paris.stances}
        assert {row.key for row in paris.approvals} == stances

    def test_who_asks_parliament_without_the_un(self, paris: Scenario) -> None:
        changes = {row.delegation for row in paris.approvals if row.decides_without_un}
        assert changes == {"FIN", "ROU", "SWE"}
        assert [r.delegation for r in paris.approvals if r.decides == "triple_lock"] == ["IRL"]
        assert {r.delegation for r in paris.approvals if r.majority_share != 0.5} == {"HRV", "HUN"}
        support = {r.principal for r in paris.approvals if r.support_seats_share > 0}
        assert support == {"DEU", "DEU_CDU", "DNK", "SWE", "ESP", "BGR"}


class TestWhoIsThere:
    def test_eight_states_and_two_bodies_sat_at_the_table(self, paris: Scenario) -> None:
        at_table = {row.delegation: row.role for row in paris.delegations if row.at_table}
        states = {code for code, role in at_table.items() if role == "contributor"}
        assert states == {"DEU", "DNK", "ESP", "FRA", "GBR", "ITA", "NLD", "POL"}
        assert set(at_table) - states == {"EU", "NATO"}

    def test_roles(self, paris: Scenario) -> None:
        assert paris.of_role("host") == ("UKR",)
        assert paris.of_role("adversary") == ("RUS",)
        assert paris.of_role("guarantor") == ("USA",)
        assert paris.of_role("pool") == ("MMF", "NATO_POOL", "SAC")
        assert paris.of_role("body") == ("EU", "NATO")
        stated = {row.delegation for row in paris.stances}
        assert set(paris.of_role("contributor")) == stated

    def test_nato_aircraft_hang_on_the_guarantor_and_the_others_on_their_owners(
        self, paris: Scenario
    ) -> None:
        rules = {row.delegation: row.freed_by for row in paris.delegations if row.role == "pool"}
        assert rules == {"MMF": "members", "NATO_POOL": "blessing", "SAC": "members"}

    def test_every_contributor_has_a_size(self, paris: Scenario) -> None:
        for measure in ("gdp", "population", "active", "defence"):
            for code in paris.of_role("contributor"):
                assert f"{measure}:{code}" in paris.positions["share_keys"]


class TestSources:
    def test_every_source_of_every_row_is_listed(self, paris: Scenario) -> None:
        known = {row.source for row in paris.sources} | {"assumed"}
        for table in TABLES:
            if table != "sources":
                for row in paris.table(table):
                    assert set(row.source) <= known, row.key

    def test_every_listed_source_is_named_by_a_row(self, paris: Scenario) -> None:
        named = {
            name
            for table in TABLES
            if table != "sources"
            for row in paris.table(table)
            for name in row.source
        }
        assert {row.source for row in paris.sources} - named == set()

    def test_what_was_found_says_where(self, paris: Scenario) -> None:
        bare = [
            row.source
            for row in paris.sources
            if row.verified.startswith("found") and not row.reference
        ]
        assert bare == []


class TestWhatCameLater:
    def test_the_week_ends_on_its_friday(self, paris: Scenario) -> None:
        assert paris.about.date == date(2025, 2, 17)
        assert paris.about.evidence_until == date(2025, 2, 21)

    def test_these_stances_were_known(self, paris: Scenario, strict: Scenario) -> None:
        assert {row.principal for row in strict.stances} == KNOWN_STANCES
        assert len({row.delegation for row in strict.stances}) == 17
        assert all(row.known_from is not None for row in paris.stances)

    def test_three_polls_on_a_peace_force_were_known(self, strict: Scenario) -> None:
        polls = {row.key for row in strict.polls if row.topic == "troops"}
        assert polls == {
            *("yougov-gb-2025-01:GBR", "frontal-2025-02:DEU"),
            "forsa-2025-02:DEU",
        }

    def test_what_else_came_later_is_what_the_page_says(self, paris: Scenario) -> None:
        later: dict[str, set[str]] = {}
        for table, key in paris.later_rows:
            later.setdefault(table, set()).add(key)
        assert set(later) == {"share_keys", "stances", "polls", "sites", "dependence"}
        assert {key.split(":")[0] for key in later["share_keys"]} == {"defence"}
        assert len(later["share_keys"]) == 10
        assert {"site_kyiv", "site_lviv"} <= later["sites"]
        shares = {key for key in later["dependence"] if key.endswith(":us_share")}
        assert shares == {"personnel_for_major_war_in_europe:us_share"}
        assert {"us_arms_import_share_2020_24" in key for key in later["dependence"] - shares} == {
            *(True, False)
        }

    def test_a_strict_reading_holds_nothing_later(self, paris: Scenario, strict: Scenario) -> None:
        assert strict.later_rows == ()
        until = paris.about.evidence_until
        for table in TABLES:
            for row in strict.table(table):
                assert getattr(row, "known_from", None) is None or row.known_from <= until
        left = sum(len(paris.table(t)) - len(strict.table(t)) for t in TABLES)
        assert left == len(paris.later_rows) > 0

    def test_a_strict_reading_can_be_run(self, strict: Scenario) -> None:
        for engine in ENGINES.values():
            outcomes = run_request(strict, engine(), make_request(strict)).result.outcomes()
            assert all(np.isfinite(values).all() for values in outcomes.values())


def test_every_uncertain_cell_is_read_by_an_engine(
    paris: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell that is drawn and read by nobody would look like an uncertainty and be none."""
    read: set[tuple[str, str, str]] = set()
    numbers, setting = Draws.numbers, Draws.setting

    def noted_numbers(self: Draws, scenario: Scenario, table: str, column: str) -> FloatArray:
        read.add((table, "", column))
        return numbers(self, scenario, table, column)

    def noted_setting(self: Draws, engine: str, name: str, value: float) -> FloatArray:
        read.add(("engines", engine, name))
        return setting(self, engine, name, value)

    monkeypatch.setattr(Draws, "numbers", noted_numbers)
    monkeypatch.setattr(Draws, "setting", noted_setting)
    for option in ("rear-30k-us", "line-100k-us", "monitor-10k-us"):
        for engine in ENGINES.values():
            run_request(paris, engine(), make_request(paris, option=option))
    drawn = {
        (about.cell.table, about.cell.key * (about.cell.table == "engines"), about.cell.field)
        for about in uncertain_cells(paris)
    }
    # Lengths of lines on the map are printed, and no model uses them.
    assert drawn - read == {("sites", "", "length_km")}

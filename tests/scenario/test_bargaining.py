"""The rows of a negotiation: what a cell takes, and what the two shipped scenarios have in them."""

import shutil
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from tests.scenario.broken import told_of_cell

from foedus.scenario import TOPICS, Scenario, load
from foedus.scenario.bargaining import EQUAL, ConsentRule, Part, Position, Threshold
from foedus.scenario.bargaining_checks import influence_of
from foedus.scenario.draws import uncertain_cells
from foedus.scenario.load import SHIPPED
from foedus.scenario.spending_checks import sizes_by_key

BARGAINING = ("issues", "positions", "thresholds", "formats", "attendance")

BAD_CELLS = [
    ("issues", "force", "influence_key", "GDP", "'GDP' is not of the form", "see `influence_key`"),
    ("issues", "force", "rule", "unanimity", "'unanimity' is not one of", "see `rule`"),
    ("issues", "force", "scale_to_value", "many", "'many' is not a number", "see `scale_to_value`"),
    ("positions", "force:ALD:ALD", "position_value", "", "the cell is empty", "`position_value`"),
    ("positions", "force:ALD:ALD", "salience_share", "80", "80 is more than 1", "write 0.8"),
    ("positions", "force:ALD:ALD", "salience_share_low", "-0.1", "-0.1 is less than 0",
     "write 0 or more"),
    ("positions", "force:PTN:PTN", "influence_score", "-5", "-5 is less than 0",
     "write 0 or more"),
    ("positions", "force:ALD:ALD", "walk_away_score", "101", "101 is more than 100",
     "write 100 or less"),
    ("formats", "summit", "rounds_before_count", "-1", "-1 is less than 0", "write 0 or more"),
    ("formats", "summit", "rule", "Consensus", "'Consensus' is not one of", "mean consensus?"),
    ("attendance", "summit:ALD", "part", "members", "'members' is not one of", "mean member?"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "key", "column", "value", "says", "fix"), BAD_CELLS)
def test_a_bad_cell_is_named_with_its_place_its_fault_and_its_mending(
    tmp_path: Path, table: str, key: str, column: str, value: str, says: str, fix: str
) -> None:
    problem = told_of_cell(tmp_path, table, key, column, value)
    assert says in problem.says
    assert fix in problem.fix


def test_they_are_the_tables_of_bargaining_and_a_scenario_may_leave_them_out(
    minimal: Scenario, tmp_path: Path
) -> None:
    assert TOPICS["bargaining"] == BARGAINING
    folder = tmp_path / "bare"
    shutil.copytree(SHIPPED / "minimal", folder)
    for name in (*BARGAINING, "ballots"):  # what is put to the vote is an issue too
        (folder / f"{name}.csv").unlink()
    assert load(folder) == minimal.replace(**dict.fromkeys((*BARGAINING, "ballots"), ()))


def test_their_ranges_are_drawn(minimal: Scenario) -> None:
    assert Position.ranged_fields() == (
        *("position_value", "salience_share", "influence_score", "walk_away_score"),
    )
    assert Threshold.ranged_fields() == ("threshold_value",)
    drawn = {about.cell.table for about in uncertain_cells(minimal)}
    assert drawn & set(BARGAINING) == {"positions", "thresholds"}


def test_the_row_of_a_table_is_found_by_its_number(minimal: Scenario) -> None:
    number = minimal.row_numbers["positions"]["seat:HOV:HOV"]
    assert minimal.positions[number].delegation == "HOV"


class TestTheInventedSummit:
    def test_it_has_one_of_everything(self, minimal: Scenario) -> None:
        assert {row.part for row in minimal.attendance} == set(get_args(Part))
        assert {row.rule for row in minimal.formats} == {"consensus", "majority"}
        assert {row.rule for row in minimal.issues} == {None, "consensus"}
        assert {row.influence_key for row in minimal.issues} == {"gdp", EQUAL}
        assert {row.is_hypothetical for row in minimal.formats} == {False, True}
        assert [row.delegation for row in minimal.attendance if row.speaks_for] == ["BRK"]
        assert {row.walk_away_score is None for row in minimal.positions} == {False, True}
        assert [row.principal for row in minimal.positions if row.principal != row.delegation] == [
            "CST_OPP"
        ]


class TestParis:
    def test_the_issues_are_those_of_the_summit(self, paris: Scenario) -> None:
        assert [row.issue for row in paris.issues] == [
            *("troops", "us_backstop", "spending", "coordination", "reconstruction"),
            *("sanctions", "ukraine_seat", "flank_posture", "uk_eu_trade"),
        ]
        assert len(paris.positions) == 306

    def test_each_issue_has_as_many_parties_as_have_spoken_or_are_bound(
        self, paris: Scenario
    ) -> None:
        parties = {
            issue.issue: len({r.delegation for r in paris.positions if r.issue == issue.issue})
            for issue in paris.issues
        }
        # 42 states, the EU and NATO; where the target is the alliance's, its 32 and both bodies.
        assert parties == {
            **dict.fromkeys(("troops", "us_backstop", "sanctions", "ukraine_seat"), 44),
            "spending": 34,
            "coordination": 31,
            "reconstruction": 11,
            "flank_posture": 19,
            "uk_eu_trade": 29,
        }

    def test_both_governments_of_germany_have_positions(self, paris: Scenario) -> None:
        issues = {row.issue for row in paris.positions if row.principal == "DEU_CDU"}
        assert issues == {
            *("troops", "us_backstop", "spending", "sanctions", "ukraine_seat", "uk_eu_trade"),
        }

    def test_scores_of_troops_follow_the_willingness_of_stances(self, paris: Scenario) -> None:
        own = {"GBR", "FRA", "POL"}  # who said more than a score of willingness holds
        for stance in paris.stances:
            if stance.principal not in own:
                row = paris.row("positions", f"troops:{stance.key}")
                willing = stance.willingness_score
                assert abs(row.position_value - (5 + 0.65 * willing) * (willing > 0)) <= 0.5

    def test_the_backstop_is_the_reliance_of_stances(self, paris: Scenario) -> None:
        for stance in paris.stances:
            row = paris.row("positions", f"us_backstop:{stance.key}")
            assert row.position_value == stance.us_reliance_score
            assert (row.later, row.known_from) == (stance.later, stance.known_from)

    def test_spending_is_no_promise_that_came_later(self, paris: Scenario) -> None:
        rows = [row for row in paris.positions if row.issue == "spending"]
        assert not any(row.later for row in rows)
        later = {(t.delegation, 100 * t.target_share) for t in paris.targets if t.later}
        assert later.isdisjoint(
            (row.delegation, row.position_value)
            for row in rows
            if row.delegation != "GBR"  # whose target was known, without its year
        )

    def test_the_compromise_means_of_the_table_are_near_those_of_the_facts(
        self, paris: Scenario
    ) -> None:
        """Weighed by one measure an issue here, by a mean of three measures there."""
        there = {"troops": 42.9, "us_backstop": 86.2, "sanctions": 83.1, "ukraine_seat": 88.2}
        sizes = sizes_by_key(paris)
        table = {row.delegation for row in paris.attendance if row.format == "paris-table"}
        for name, mean in {**there, "uk_eu_trade": 54.8}.items():
            issue = paris.row("issues", name)
            rows = [r for r in paris.positions if r.issue == name and r.delegation in table]
            rows = [row for row in rows if row.principal == row.delegation]
            weights = [row.salience_share * (influence_of(row, issue, sizes) or 0) for row in rows]
            found = sum(
                weight * row.position_value for weight, row in zip(weights, rows, strict=True)
            ) / sum(weights)
            assert found == pytest.approx(mean, abs=2)

    def test_a_strict_reading_keeps_the_whole_table(self, paris: Scenario) -> None:
        table = {row.delegation for row in paris.attendance if row.format == "paris-table"}

        def of_table(scenario: Scenario) -> set[str]:
            rows = (row for row in scenario.positions if row.delegation in table)
            return {row.key for row in rows if row.principal == row.delegation}

        strict = paris.strict()
        assert of_table(strict) == of_table(paris)
        assert strict.attendance == paris.attendance
        assert Counter(row.issue for row in paris.positions if row.later) == {
            **dict.fromkeys(("troops", "us_backstop", "ukraine_seat"), 22),
            "sanctions": 1,
            "uk_eu_trade": 1,
        }

    def test_nobody_judged_when_they_would_walk_away(self, paris: Scenario) -> None:
        assert {row.walk_away_score for row in paris.positions} == {None}

    def test_each_option_asks_for_as_much_as_its_size_and_place(self, paris: Scenario) -> None:
        asked = {row.option: row.threshold_value for row in paris.thresholds}
        assert set(asked) == {option.option for option in paris.options}
        kinds = [
            *("reserve-30k-us", "air-sea-us", "monitor-10k-us", "tripwire-10k-us"),
            *("rear-30k-us", "rear-100k-us", "line-100k-us"),
        ]
        values = [asked[kind] for kind in kinds]
        assert values == sorted(set(values))
        assert asked["rear-30k-us"] == asked["rear-30k-alone"] == 60

    def test_formats_are_held_one_after_another(self, paris: Scenario) -> None:
        rounds = {row.format: row.rounds_before_count for row in paris.formats}
        assert [rounds[name] for name in ("form", "paris-table", "paris-follow-up")] == [0, 1, 2]
        assert {row.rule for row in paris.formats} <= set(get_args(ConsentRule))
        assert [row.format for row in paris.formats if row.rule == "alone"] == ["form"]

    def test_who_sat_in_paris(self, paris: Scenario) -> None:
        present = {
            name: {r.delegation for r in paris.attendance if r.format == name}
            for name in ("paris-table", "paris-follow-up", "paris-both")
        }
        assert present["paris-table"] == {r.delegation for r in paris.delegations if r.at_table}
        assert len(present["paris-follow-up"]) == 20
        assert present["paris-table"] & present["paris-follow-up"] == {"FRA"}
        assert present["paris-both"] == present["paris-table"] | present["paris-follow-up"]
        (speaker,) = [r for r in paris.attendance if r.format == "paris-table" and r.speaks_for]
        assert speaker.delegation == "DNK"
        assert set(speaker.speaks_for) == {"EST", "FIN", "ISL", "LTU", "LVA", "NOR", "SWE"}

    def test_bodies_sit_as_guests_beside_their_members(self, paris: Scenario) -> None:
        bodies = paris.of_role("body")
        rows = [row for row in paris.attendance if row.delegation in bodies]
        assert {row.part for row in rows} == {"guest"}
        for name, body in (("eu27", "EU"), ("nato32", "NATO")):
            members = {r.delegation for r in paris.attendance if r.format == name} - set(bodies)
            assert members == set(paris.row("delegations", body).members)

    def test_the_talks_differ_by_who_is_there(self, paris: Scenario) -> None:
        talks = {
            row.format: {r.delegation for r in paris.attendance if r.format == row.format}
            for row in paris.formats
            if row.format.startswith("us-russia")
        }
        assert len(talks) == 4
        assert all({"USA", "RUS"} <= those for those in talks.values())
        assert {name for name, those in talks.items() if "UKR" in those} == {
            *("us-russia-ukraine", "us-russia-ukraine-europe"),
        }
        europe = talks["us-russia-europe"] - {"USA", "RUS"}
        assert "EU" in europe
        assert talks["us-russia-ukraine-europe"] == europe | {"USA", "RUS", "UKR"}

"""The rows of a vote: what a cell takes, and what the two shipped scenarios have in them."""

import shutil
from pathlib import Path
from typing import get_args

import pytest
from tests.scenario.broken import told_of_cell

from foedus.scenario import TOPICS, Scenario, load
from foedus.scenario.draws import uncertain_cells
from foedus.scenario.load import SHIPPED
from foedus.scenario.voting import HEADS, PLEDGED, SHARES, STRICT, Ballot, QuotaKind, RuleGame

VOTING = ("rules", "rule_games", "ballots")
DRAWN = ("proposal_value", "default_value", "stop_when_opposed_prob")
GAME = "league-majority:all-but-one:heads"

BAD_CELLS = [
    ("rules", "league-majority", "voters", "", "the cell is empty", "see `voters`"),
    ("rules", "league-unanimity", "against_stops_count", "0", "0 is less than 1",
     "write 1 or more"),
    ("rules", "league-unanimity", "against_stops_count", "1.5", "'1.5' is not a whole number",
     "see `against_stops_count`"),
    ("rule_games", GAME, "weight", "budgets/gdp_usd_bn", "is not of the form", "see `weight`"),
    ("rule_games", GAME, "quota_kind", "at least", "'at least' is not one of",
     "mean at_least?"),
    ("rule_games", GAME, "quota_value", "all", "'all' is not a number", "see `quota_value`"),
    ("ballots", "raise", "proposal_value", "", "the cell is empty", "see `proposal_value`"),
    ("ballots", "raise", "means_passed", "", "the cell is empty", "see `means_passed`"),
    ("ballots", "raise", "stop_when_opposed_prob", "10", "10 is more than 1", "write 0.1"),
    ("ballots", "raise", "stop_when_opposed_prob_low", "-0.1", "-0.1 is less than 0",
     "write 0 or more"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "key", "column", "value", "says", "fix"), BAD_CELLS)
def test_a_bad_cell_is_named_with_its_place_its_fault_and_its_mending(
    tmp_path: Path, table: str, key: str, column: str, value: str, says: str, fix: str
) -> None:
    problem = told_of_cell(tmp_path, table, key, column, value)
    assert says in problem.says
    assert fix in problem.fix


def test_they_are_the_tables_of_voting_and_a_scenario_may_leave_them_out(
    minimal: Scenario, tmp_path: Path
) -> None:
    assert TOPICS["voting"] == VOTING
    folder = tmp_path / "bare"
    shutil.copytree(SHIPPED / "minimal", folder)
    for name in VOTING:
        (folder / f"{name}.csv").unlink()
    assert load(folder) == minimal.replace(**dict.fromkeys(VOTING, ()))


def test_every_kind_of_quota_is_a_share_or_a_weight_reached_or_passed() -> None:
    kinds = get_args(QuotaKind)
    assert set(SHARES) == {kind for kind in kinds if kind.endswith("_share")}
    assert set(STRICT) == {kind for kind in kinds if kind.startswith("more_than")}
    assert [kind for kind in kinds if kind not in (*SHARES, *STRICT)] == ["at_least", "all_but"]


def test_what_may_have_a_range() -> None:
    assert Ballot.ranged_fields() == DRAWN
    assert RuleGame.ranged_fields() == ()


def test_what_is_put_to_the_vote_is_drawn_between_its_low_and_high(minimal: Scenario) -> None:
    drawn = {str(each.cell) for each in uncertain_cells(minimal)}
    assert {f"ballots/{ballot}/{name}" for ballot in ("raise", "keep") for name in DRAWN} <= drawn
    assert not [cell for cell in drawn if cell.startswith("rule")]


class TestTheInventedSummit:
    def test_its_rules_are_of_every_sort(self, minimal: Scenario) -> None:
        weights = {row.weight for row in minimal.rule_games}
        assert weights == {HEADS, PLEDGED, "budgets.gdp_usd_bn"}
        assert {row.against_stops_count for row in minimal.rules} == {None, 1}
        assert {len(row.voters) for row in minimal.rules} == {1, 5}
        clauses = {row.clause for row in minimal.rule_games if row.rule == "league-majority"}
        assert clauses == {"double-majority", "all-but-one"}

    def test_one_ballot_fails_to_what_is_there_and_the_other_to_almost_nothing(
        self, minimal: Scenario
    ) -> None:
        more, on = minimal.ballots
        assert (more.ballot, on.ballot) == ("raise", "keep")
        assert more.default_value == on.proposal_value == 8
        assert on.default_value == 2
        assert more.rule == on.rule == "league-unanimity"

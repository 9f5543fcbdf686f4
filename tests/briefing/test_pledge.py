"""What would be promised: in the room that is looked at and among all allies."""

from collections.abc import Callable

import numpy as np
import pytest

from foedus.briefing import ask
from foedus.briefing.bargained import sized_range
from foedus.briefing.findings import Findings
from foedus.briefing.pledge import answer_pledge, widest
from foedus.briefing.questions import QUESTIONS, answerable, missing_of, why_unanswered
from foedus.briefing.sentences import percent
from foedus.errors import MissingDataError
from foedus.scenario import Scenario

Find = Callable[..., Findings]

PARIS = "paris-2025"


def test_the_value_is_the_mean_of_the_room_on_spending(find: Find) -> None:
    found = answer_pledge(find(PARIS), "?")
    result = find(PARIS).bargaining.result
    at = result.issues.index("spending")
    values = result.room_mean_value[:, result.room, at]
    assert found.value == pytest.approx(np.median(values))
    assert found.unit == "percent of GDP"
    assert sized_range(values, found.unit) in found.headline


def test_all_allies_are_told_beside_it(find: Find) -> None:
    found = answer_pledge(find(PARIS), "?")
    result = find(PARIS).bargaining.result
    allies = result.formats.index("nato32")
    assert widest(result, "spending") == allies
    for sentence, issue in zip(
        [found.headline, *found.more], ("spending", "coordination", "reconstruction"), strict=True
    ):
        at = result.issues.index(issue)
        assert "All NATO allies" in sentence
        assert sized_range(result.room_mean_value[:, allies, at], result.units[at]) in sentence
        fails = percent(result.no_deal_prob("nato32", issue) or 0)
        assert sentence.endswith(f"no deal in {fails} of futures.")


def test_only_pledges_stand_in_its_tables(find: Find) -> None:
    tables = answer_pledge(find(PARIS), "?").tables
    assert set(tables["pledge_rooms"]["issue"]) == {
        "Defence spending",
        "Coordination",
        "Reconstruction",
    }
    assert tables["headline_numbers"]["spending_paris-table_value"].item() == pytest.approx(
        answer_pledge(find(PARIS), "?").value
    )


def test_a_scenario_without_such_issues_is_told_so(minimal: Scenario, paris: Scenario) -> None:
    asked = {question.id for question in answerable(minimal)}
    assert {"agreement", "seat"} <= asked
    assert asked.isdisjoint({"spending-pledge", "sanctions"})
    assert why_unanswered("spending-pledge", minimal).endswith("spending in positions.csv")
    with pytest.raises(MissingDataError, match=r"'spending-pledge' needs positions.*spending"):
        ask(minimal, "spending-pledge", draws=2)
    assert {"spending-pledge", "sanctions"} <= {question.id for question in answerable(paris)}
    assert [missing_of(question, paris) for question in QUESTIONS] == [[]] * len(QUESTIONS)

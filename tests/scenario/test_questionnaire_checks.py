"""What must hold of a form: a broken one of each sort is found, and said once."""

from datetime import date

import pytest
from tests.scenario.broken import Change, changed, told, with_table, without

from foedus.errors import ScenarioError
from foedus.scenario import Scenario
from foedus.scenario.questionnaire_checks import QUESTIONNAIRE_CHECKS

TOPICS = "There are: capabilities-sanctions, force, guarantee, participants, response, us-support."


BROKEN: dict[str, list[tuple[Change, str, str, str, str]]] = {
    "points_are_counted": [
        (without("questionnaire", "1"), "2", "point", "point 1 is missing before it",
         "write 1 for this one, or add what is missing"),
        (without("questionnaire", "2", "3"), "4", "point", "point 2 to 3 are missing before it",
         "write 2 for this one, or add what is missing"),
    ],
    "topics_can_be_filled_in": [
        (changed("questionnaire", "1", topic="participant"), "1", "topic",
         "'participant' is no topic that can be filled in",
         "Did you mean participants or guarantee?"),
        (changed("questionnaire", "4", topic="weather"), "4", "topic",
         "'weather' is no topic that can be filled in", TOPICS),
    ],
    "somebody_asks": [
        (changed("questionnaire", "1", asked_by="PTM"), "1", "asked_by",
         "'PTM' is not in delegations.csv", "Did you mean PTN?"),
        (changed("questionnaire", "3", asked_by="AIRPOOL"), "3", "asked_by",
         "AIRPOOL is pool and asks nobody", "name who sent the form"),
    ],
    "somebody_is_asked": [
        (changed("questionnaire", "2", asked_of="sumit"), "2", "asked_of",
         "'sumit' is not in formats.csv", "Did you mean summit?"),
    ],
    "asked_in_time": [
        (changed("questionnaire", "4", asked_on=date(2030, 6, 30)), "4", "asked_on",
         "it was asked on 2030-06-30, after evidence_until, 2030-06-05",
         "write 1 in the column 'later', or mend the day"),
    ],
}  # fmt: skip
"""By check: how the form is broken, and the row, column, clause and fix that tell it."""

CASES = [(check, *case) for check, cases in BROKEN.items() for case in cases]


@pytest.mark.parametrize(("check", "break_it", "key", "field", "says", "fix"), CASES)
def test_what_does_not_hold_is_told_once_with_its_place_and_its_mending(
    minimal: Scenario, check: str, break_it: Change, key: str, field: str, says: str, fix: str
) -> None:
    broken = break_it(minimal)
    assert told(broken) == [("questionnaire", key, field, says, fix)]
    (found_by,) = [each for each in QUESTIONNAIRE_CHECKS if list(each(broken))]
    assert found_by.__name__ == check


def test_every_check_has_a_case() -> None:
    assert list(BROKEN) == [check.__name__ for check in QUESTIONNAIRE_CHECKS]


def test_a_point_that_stands_twice_is_found(minimal: Scenario) -> None:
    twice = with_table(minimal, "questionnaire", (*minimal.questionnaire, minimal.questionnaire[0]))
    assert [(fault[1], fault[3]) for fault in told(twice)] == [
        ("1", "'1' stands in an earlier row too")
    ]


def test_a_format_with_no_contributor_in_it_asks_nobody(minimal: Scenario) -> None:
    asked = changed("questionnaire", "1", asked_of="with-patronia")(minimal)
    assert told(asked) == []
    rows = tuple(row for row in minimal.attendance if row.format != "with-patronia")
    nobody = with_table(asked, "attendance", rows)
    assert ("questionnaire", "1", "asked_of") in [fault[:3] for fault in told(nobody)]


def test_everything_that_is_wrong_is_said_at_once(minimal: Scenario) -> None:
    row = minimal.questionnaire[0]
    rows = (
        row.model_copy(update={"topic": "weather", "asked_by": "XYZ", "asked_of": "nowhere"}),
        row.model_copy(update={"point": "3", "asked_on": date(2031, 1, 1)}),
    )
    with pytest.raises(ScenarioError) as caught:
        minimal.replace(questionnaire=rows)
    fields = [problem.field for problem in caught.value.problems]
    assert sorted(fields) == ["asked_by", "asked_of", "asked_on", "point", "topic"]


def test_a_scenario_without_a_form_is_sound(minimal: Scenario) -> None:
    assert told(with_table(minimal, "questionnaire", ())) == []

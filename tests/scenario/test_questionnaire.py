"""The form as it is read: points, topics, who asks whom, and the shipped ones."""

import re
from datetime import date
from pathlib import Path

import pytest
from tests.scenario.broken import told_of_cell

from foedus.scenario import TOPICS, Scenario, load, save
from foedus.scenario.questionnaire import TOPICS_OF_POINTS, Point
from foedus.scenario.questionnaire_checks import members_of


def test_the_table_is_a_topic_of_its_own() -> None:
    assert TOPICS["reply"] == ("questionnaire",)


def test_the_invented_form_has_four_points_and_the_other_one_of_every_topic(
    minimal: Scenario, paris: Scenario
) -> None:
    assert [row.point for row in minimal.questionnaire] == ["1", "2", "3", "4"]
    assert [row.topic for row in paris.questionnaire] == list(TOPICS_OF_POINTS)


def test_the_form_of_paris_is_from_its_guarantor_to_its_allies(paris: Scenario) -> None:
    assert {row.asked_by for row in paris.questionnaire} == set(paris.of_role("guarantor"))
    for row in paris.questionnaire:
        assert paris.about.date > row.asked_on >= date(2025, 2, 10)
        assert members_of(paris, row.asked_of) <= set(paris.of_role("contributor"))
        assert row.verified == "found"
        assert not row.later
        assert len(row.source) > 2


def test_every_topic_is_named_where_its_column_is_explained() -> None:
    named = re.findall(r"`([a-z-]+)`", str(Point.model_fields["topic"].description))
    assert set(named) == set(TOPICS_OF_POINTS)


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("point", "0", "'0' is not of the form ^[1-9][0-9]*$"),
        ("point", "two", "'two' is not of the form ^[1-9][0-9]*$"),
        ("point", "1.0", "'1.0' is not of the form ^[1-9][0-9]*$"),
        ("topic", "", "the cell is empty"),
        ("question", "", "the cell is empty"),
        ("asked_on", "spring", "'spring' is not a date like 2025, 2025-02 or 2025-02-17"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told(
    tmp_path: Path, column: str, value: str, says: str
) -> None:
    problem = told_of_cell(tmp_path, "questionnaire", "2", column, value)
    assert problem.says == says
    assert problem.fix


def test_a_form_comes_back_from_a_folder_as_it_was(minimal: Scenario, tmp_path: Path) -> None:
    fewer = minimal.replace(questionnaire=minimal.questionnaire[:2])
    save(fewer, tmp_path / "copy")
    assert load(tmp_path / "copy").questionnaire == fewer.questionnaire

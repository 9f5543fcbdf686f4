"""The annex holds what the brief rests on, and says what was changed."""

from dataclasses import replace

from foedus import Brief
from foedus.report.annex import collect, row_of_cell, sources_of


def test_every_row_and_source_that_is_named_is_there(brief: Brief) -> None:
    annex = collect(brief)
    for answer in brief.answers:
        assert set(answer.rows) <= set(annex.rows)
        assert set(answer.sources) <= set(annex.sources)
    assert {f"options/{option.option}" for option in brief.scenario.options} <= set(annex.rows)


def test_rows_name_the_answers_that_rest_on_them(brief: Brief) -> None:
    annex = collect(brief)
    assert annex.rows["stances/ALD:ALD"].answers == tuple(a.id for a in brief.answers)
    assert annex.rows[f"options/{brief.option}"].answers == ()


def test_rows_stand_in_the_order_of_the_scenario(brief: Brief) -> None:
    assert list(collect(brief).by_table) == ["options", "stances", "polls"]


def test_a_row_is_told_in_words_with_its_ranges(brief: Brief) -> None:
    row = collect(brief).rows["stances/ALD:ALD"]
    said = {field.heading: field.text for field in row.fields}
    assert row.title == "Aldmark"
    assert said["Willingness, score"] == "85.0 (68.5 to 100.0)"
    assert "Delegation" not in said
    assert "Needs partners (number)" not in said


def test_a_row_that_the_scenario_lacks_is_left_out(brief: Brief) -> None:
    answers = (replace(brief.answers[0], rows=("stances/NOBODY:X", "nothing/at:all")),)
    annex = collect(replace(brief, answers=answers))
    assert not {"stances/NOBODY:X", "nothing/at:all"} & set(annex.rows)


def test_set_cells_are_told_at_their_rows(brief: Brief) -> None:
    annex = collect(replace(brief, set={"stances/*:*/us_reliance_score": "10"}))
    changed = [row for row in annex.rows.values() if row.changed]
    assert len(changed) == len(brief.scenario.stances)
    assert {row.changed[0].text for row in changed} == {"10"}


def test_a_cell_leads_to_its_row_or_to_how_it_is_drawn(brief: Brief) -> None:
    scenario = brief.scenario
    assert row_of_cell(scenario, "stances/ALD:ALD/us_reliance_score") == "stances/ALD:ALD"
    drawn = "uncertainties/engines:consent:drift_score"
    assert row_of_cell(scenario, "engines/consent/drift_score") == drawn
    assert row_of_cell(scenario, "consent/ALD/level") is None


def test_a_source_without_a_row_stands_for_itself(brief: Brief) -> None:
    found = sources_of(brief.scenario, {"invented", "assumed", "lost"})
    assert list(found) == ["assumed", "invented", "lost"]
    assert found["assumed"].verified == "assumed"
    assert found["lost"].title == "lost (not in sources.csv)"

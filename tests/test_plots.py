"""Every figure of a brief, whoever makes it."""

import subprocess
import sys
from dataclasses import replace

import pytest
from tests import kept
from tests.plots.drawn import assert_sound

from foedus import Brief, plots
from foedus.briefing.questions import QUESTIONS
from foedus.plots.figure import Figure


@pytest.fixture(scope="module")
def brief() -> Brief:
    return kept.brief()


def figures(brief: Brief) -> list[Figure]:
    made = [figure for answer in brief.answers for figure in plots.of_answer(answer, brief)]
    return [*made, *plots.of_options(brief)]


def test_every_figure_of_a_brief_is_sound_and_drawn_again_the_same(brief: Brief) -> None:
    report = kept.report()
    assert len(report.figures) >= 40
    for section in report.answers:
        again = plots.of_answer(section.answer, brief)
        for figure, placed in zip(again, section.figures, strict=True):
            assert_sound(figure, section.answer.tables, placed)
    (options,), (placed,) = plots.of_options(brief), report.option_figures
    assert_sound(options, {"options": brief.options}, placed)


def test_every_figure_has_a_name_of_its_own_that_begins_with_its_answer(brief: Brief) -> None:
    names = [figure.name for figure in figures(brief)]
    assert len(set(names)) == len(names)
    for answer in brief.answers:
        for figure in plots.of_answer(answer, brief):
            assert figure.name.startswith(f"{answer.id}-")


def test_makers_are_those_of_questions() -> None:
    assert set(plots.MAKERS) <= {question.id for question in QUESTIONS}


def test_without_its_tables_an_answer_has_no_figure(brief: Brief) -> None:
    for answer in brief.answers:
        assert plots.of_answer(replace(answer, tables={}), brief) == ()


def test_tables_without_rows_make_no_figure_and_no_fault(brief: Brief) -> None:
    for answer in brief.answers:
        empty = {name: table.clear() for name, table in answer.tables.items()}
        assert plots.of_answer(replace(answer, tables=empty), brief) == ()


def test_a_scenario_that_is_nowhere_in_europe_has_no_map(brief: Brief) -> None:
    assert plots.of_map(brief) is None


def test_without_options_there_is_no_figure_of_them(brief: Brief) -> None:
    assert plots.of_options(replace(brief, options=brief.options.clear())) == ()


def test_the_package_loads_no_charts_by_itself() -> None:
    code = "import sys, foedus; sys.exit('altair' in sys.modules or 'vl_convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

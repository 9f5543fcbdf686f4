"""A report without its charts, for what is not about them: drawing takes the most time of all."""

from dataclasses import replace

from foedus.report.sections import Report


def without_charts(report: Report) -> Report:
    """Return a report of which no chart is drawn."""
    answers = tuple(replace(section, figures=()) for section in report.answers)
    return replace(report, answers=answers, map=None, option_figures=())

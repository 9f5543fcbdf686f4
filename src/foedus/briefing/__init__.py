"""Answers: the questions of a summit, answered from the runs of the engines."""

from foedus.briefing.answer import Answer, Driver
from foedus.briefing.brief import Brief
from foedus.briefing.questions import QUESTIONS, ask, brief

__all__ = ["QUESTIONS", "Answer", "Brief", "Driver", "ask", "brief"]

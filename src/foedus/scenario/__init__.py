"""Scenarios: the sourced tables of one summit, and the draws in which their cells vary."""

from foedus.scenario.imports import with_tables
from foedus.scenario.load import load, shipped
from foedus.scenario.save import save
from foedus.scenario.scenario import TABLES, TOPICS, Scenario

__all__ = ["TABLES", "TOPICS", "Scenario", "load", "save", "shipped", "with_tables"]

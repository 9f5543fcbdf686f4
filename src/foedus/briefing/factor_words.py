"""Factors, inputs and limits of a sensitivity analysis in words."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from foedus.briefing.drivers import cell_title, correlated_columns, printed_names, together
from foedus.briefing.wording import show_cell
from foedus.engines.consent.engine import Consent
from foedus.ensemble.chain_model import BACKING
from foedus.ensemble.factors import CHANCE, UNMOVED
from foedus.ensemble.sampled import GROUP
from foedus.quantities import SUFFIXES, quantity, suffix_of
from foedus.runs import Request
from foedus.scenario.addresses import ENGINES_TABLE, LEVEL, Cell, parse_address
from foedus.scenario.draws import Drawn, uncertain_cells
from foedus.scenario.scenario import Scenario

CHANCE_WORDS: Final = "chance inside the models: who governs, who says yes"
UNMOVED_WORDS: Final = "all else that is uncertain"


class FactorWords:
    """Words for what moves the outcomes of a scenario."""

    def __init__(self, scenario: Scenario, request: Request) -> None:
        self.scenario = scenario
        self.request = request

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What is printed for the parts of a key."""
        return printed_names(self.scenario)

    @cached_property
    def groups(self) -> Mapping[str, list[Cell]]:
        """Columns of the cells of each correlation group."""
        return correlated_columns(self.scenario, self.request)

    @property
    def drawn(self) -> list[Drawn]:
        """Every cell that is drawn."""
        known = uncertain_cells(self.scenario)
        return [one for one in known if one.cell not in self.request.fixed]

    def title(self, name: str, cells_count: int = 0) -> str:
        """Return a factor, an input or an event in words.

        Parameters
        ----------
        name
            As `Factor` names it, or as events are named.
        cells_count
            Cells in it, for those of many.
        """
        if name == CHANCE:
            return CHANCE_WORDS
        if name == UNMOVED:
            return f"{UNMOVED_WORDS}{count_words(cells_count)}"
        if name == BACKING:
            return "the guarantor stands behind the force"
        if name.startswith(GROUP):
            return together(self.groups[name.removeprefix(GROUP)])
        if name.endswith("/*"):
            return table_words(name.removesuffix("/*"), cells_count)
        cell = parse_address(name)
        if (cell.table, cell.field) == LEVEL:
            return f"{self.names.get(cell.key, cell.key)} joins"
        if cell.key == "*":
            return cell_title(cell, {"*": "all"})
        return cell_title(cell, self.names)

    def running(self, what: str) -> str:
        """Return what is being run in words: a factor, or something that has no other name."""
        return self.title(what) if "/" in what or what in (CHANCE, UNMOVED) else what

    def limit(self, name: str, low: float | None, high: float | None) -> str:
        """Return what a box asks of an input, as a phrase.

        Parameters
        ----------
        low, high
            None where it is open. Of a group they are parts of its draws, from 0 to 1.
        """
        title = self.title(name)
        if is_event(name):
            return title if low is not None else denied(title)
        if name.startswith(GROUP):
            return f"{title}: {part_words(low, high)}"
        unit = unit_name(name)
        if low is not None and high is not None:
            return f"{title}: {with_unit(low, unit, False)} to {with_unit(high, unit)}"
        if low is not None:
            return f"{title}: {with_unit(low, unit)} or more"
        assert high is not None
        return f"{title}: {with_unit(high, unit)} or less"


def denied(event: str) -> str:
    """Return the words of an event that does not happen.

    >>> denied("Estonia joins"), denied("the guarantor stands behind the force")
    ('Estonia does not join', 'the guarantor does not stand behind the force')
    """
    for verb in ("joins", "stands"):
        event = event.replace(f" {verb}", f" does not {verb.removesuffix('s')}")
    return event


def is_event(name: str) -> bool:
    """Tell whether an input is an event that the model decides.

    >>> is_event("consent/backing"), is_event("consent/FRA/level"), is_event("units/a:b/held_count")
    (True, True, False)
    """
    return name.startswith(f"{Consent.name}/")


def table_words(table: str, cells_count: int) -> str:
    """Return what is left of a table in words.

    >>> table_words("tie_kinds", 17), table_words("engines", 1)
    ('the rest of tie kinds (17 cells)', 'the rest of the settings of models (1 cell)')
    """
    words = "the settings of models" if table == ENGINES_TABLE else table.replace("_", " ")
    return f"the rest of {words}{count_words(cells_count)}"


def count_words(cells_count: int) -> str:
    """Return how many cells there are, to be put behind a title; nothing for none.

    >>> count_words(1), count_words(1550), count_words(0)
    (' (1 cell)', ' (1,550 cells)', '')
    """
    return f" ({cells_count:,} cell{'' if cells_count == 1 else 's'})" if cells_count else ""


def part_words(low: float | None, high: float | None) -> str:
    """Return a part of the draws of a group in words.

    >>> part_words(None, 0.3), part_words(0.8, None), part_words(0.2, 0.6)
    ('in the lowest 30 % of its draws', 'in the highest 20 % of its draws', \
'between 20 % and 60 % of its draws')
    """
    if low is None:
        return f"in the lowest {100 * (high or 0):.0f} % of its draws"
    if high is None:
        return f"in the highest {100 * (1 - low):.0f} % of its draws"
    return f"between {100 * low:.0f} % and {100 * high:.0f} % of its draws"


def unit_name(name: str) -> str:
    """Return a name whose ending is the unit of a cell.

    >>> unit_name("disputes/ceasefire:war_prize_points:line/parameter_value")
    'war_prize_points'
    >>> unit_name("units/FRA:fires/available_count")
    'available_count'
    """
    cell = parse_address(name)
    if cell.table == "disputes":
        return cell.key.split(":")[1]
    return cell.field


def with_unit(value: float, name: str, unit: bool = True) -> str:
    """Return a value of a cell with its unit; small values keep three figures.

    >>> with_unit(0.256, "growth_share"), with_unit(1250, "strength_persons"), with_unit(0.05, "x")
    ('25.6 %', '1,250 persons', '0.05')
    """
    about = quantity(name) if suffix_of(name) in SUFFIXES else None
    if about is not None and about.rule == "whole":
        text = show_cell(value, name)
    elif about is not None and about.rule in ("percent", "fine_percent"):
        text = f"{100 * value:.3g} %"
    else:
        text = f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{text} {about.unit}" if unit and about is not None and about.unit else text

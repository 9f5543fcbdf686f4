"""What a report rests on: the rows, the sources and the cells that were set."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from foedus.briefing.brief import Brief
from foedus.briefing.wording import heading, show_cell, show_range
from foedus.scenario.cells import expand, parse_address
from foedus.scenario.rows import Row
from foedus.scenario.scenario import TABLES, Scenario
from foedus.scenario.sources import ASSUMED, Source

OF_EVERY_ROW: Final = tuple(Row.model_fields)
LONG_TEXT: Final = 40
"""Longer text is set as a paragraph of its own."""


@dataclass(frozen=True)
class Field:
    """A field of a row as it is printed."""

    heading: str
    text: str

    @property
    def is_long(self) -> bool:
        """Whether it is prose."""
        return len(self.text) > LONG_TEXT


@dataclass(frozen=True)
class AnnexRow:
    """A row that answers rest on."""

    address: str
    """`table/key`."""
    table: str
    row: Row
    title: str
    """The row in words; empty where its key says all."""
    answers: tuple[str, ...]
    """Ids of the answers that rest on it."""
    changed: tuple[Field, ...]
    """Fields that were set for this brief, with what they were set to."""

    @property
    def key(self) -> str:
        """The row's key within its table."""
        return self.row.key

    @cached_property
    def fields(self) -> list[Field]:
        """The row's own fields that hold anything beyond their default, ranges folded in."""
        model = type(self.row)
        ranged = model.ranged_fields()
        ends = {f"{name}_{end}" for name in ranged for end in ("low", "high")}
        found = []
        for name, about in model.model_fields.items():
            value = getattr(self.row, name)
            hidden = name in OF_EVERY_ROW or name in ends or name in model.key_fields
            if hidden or name == "title" or (not about.is_required() and value == about.default):
                continue
            if name in ranged:
                low, high = (getattr(self.row, f"{name}_{end}") for end in ("low", "high"))
                text = show_range(value, low, high, name)
            else:
                text = show_cell(value, name)
            found.append(Field(heading(name), text))
        return found


@dataclass(frozen=True)
class Annex:
    """Rows by address, tables in the scenario's order; and sources by key, sorted."""

    rows: dict[str, AnnexRow]
    sources: dict[str, Source]
    later_rows: frozenset[str]
    """Addresses of the scenario's rows known only later."""

    @cached_property
    def by_table(self) -> dict[str, list[AnnexRow]]:
        """The rows of each table that has any."""
        tables: dict[str, list[AnnexRow]] = {}
        for row in self.rows.values():
            tables.setdefault(row.table, []).append(row)
        return tables


def collect(brief: Brief) -> Annex:
    """Gather every row that an answer, a driver, a claim or the options name, and their sources."""
    scenario = brief.scenario
    used: dict[str, list[str]] = {}
    for answer in brief.answers:
        of_drivers = (row_of_cell(scenario, driver.cell) for driver in answer.drivers)
        for address in dict.fromkeys([*answer.rows, *filter(None, of_drivers)]):
            used.setdefault(address, []).append(answer.id)
    changed = changed_cells(brief)
    of_claims = [row for v in brief.claims for row in (f"claims/{v.claim.key}", *v.grounds.rows)]
    of_changes = (f"{table}/{key}" for table, key in changed)
    for address in [*option_rows(brief), *of_changes, *of_claims]:
        used.setdefault(address, [])
    titles = titles_by_code(scenario)
    rows = {}
    for table in TABLES:
        for row in scenario.table(table):
            address = f"{table}/{row.key}"
            if address in used and isinstance(row, Row):
                rows[address] = AnnexRow(
                    address=address,
                    table=table,
                    row=row,
                    title=row_title(row, titles),
                    answers=tuple(used[address]),
                    changed=tuple(
                        Field(heading(name), show_cell(value, name))
                        for name, value in changed.get((table, row.key), [])
                    ),
                )
    keys = {key for answer in brief.answers for key in answer.sources}
    keys |= {key for row in rows.values() for key in row.row.source}
    keys |= {key for verdict in brief.claims for key in verdict.named_sources}
    return Annex(rows, sources_of(scenario, keys), frozenset(map("/".join, scenario.later_rows)))


def row_of_cell(scenario: Scenario, cell: str) -> str | None:
    """Return the address of the row that holds a cell, or that says how it is drawn; else None."""
    table, _, rest = cell.partition("/")
    key, _, field = rest.rpartition("/")
    for place, name in ((table, key), ("uncertainties", f"{table}:{key}:{field}")):
        if name in scenario.row_numbers.get(place, {}):
            return f"{place}/{name}"
    return None


def option_rows(brief: Brief) -> Iterable[str]:
    """Return the addresses of the options that the brief compares, and of its own."""
    keys = [brief.option]
    if "option" in brief.options.columns:
        keys += map(str, brief.options["option"])
    return (f"options/{key}" for key in keys)


def changed_cells(brief: Brief) -> dict[tuple[str, str], list[tuple[str, Any]]]:
    """Return the cells that were set for the brief, by table and key of their row."""
    changed: dict[tuple[str, str], list[tuple[str, Any]]] = {}
    for address, value in brief.set.items():
        for cell in expand(brief.scenario, parse_address(address)):
            changed.setdefault((cell.table, cell.key), []).append((cell.field, value))
    return changed


def titles_by_code(scenario: Scenario) -> dict[str, str]:
    """Return the printed names of delegations, principals, capabilities and options."""
    tables = ("options", "capabilities", "principals", "delegations")
    return {key: title for table in tables for key, title in scenario.titles(table).items()}


def row_title(row: Row, titles: dict[str, str]) -> str:
    """Return a row in words: its own title, or the names of the parts of its key."""
    own = getattr(row, "title", "")
    if own:
        return str(own)
    parts = [str(getattr(row, field)) for field in type(row).key_fields]
    named = [titles.get(part, part.replace("_", " ")) for part in parts if part != "*"]
    return ", ".join(dict.fromkeys(named))


def sources_of(scenario: Scenario, keys: set[str]) -> dict[str, Source]:
    """Return the sources of these keys; a key without a row stands for itself."""
    known = {source.source: source for source in scenario.sources}
    assumed = Source(
        source=ASSUMED,
        title="Assumed: a choice of the scenario's authors, with no publication behind it",
        verified="assumed",
    )
    return {
        key: known.get(key)
        or (assumed if key == ASSUMED else Source(source=key, title=f"{key} (not in sources.csv)"))
        for key in sorted(keys, key=lambda key: (key != ASSUMED, key))
    }

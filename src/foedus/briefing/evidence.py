"""What an answer rests on: its rows, their sources, and how far they are judgement."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from foedus.scenario.scenario import Scenario
from foedus.scenario.sources import ASSUMED

Pick = Callable[[Any], bool]

CHECKED: Final = ("found", "found-rounded", "calc")
UNCHECKED_WORDS: Final = {
    "judgement": "judgement by a stated rule",
    "memory": "recalled and not checked again",
    "assumed": "assumed",
}


@dataclass(frozen=True)
class Evidence:
    """Rows and sources of an answer."""

    rows: tuple[str, ...]
    """Addresses `table/key`, sorted."""
    sources: tuple[str, ...]
    """Keys of sources, sorted."""
    remarks: tuple[str, ...]
    """How many rows of each table are not found facts, and how many were known only later."""


def gather(scenario: Scenario, picks: Mapping[str, Pick]) -> Evidence:
    """Collect the rows that an answer reads, table by table."""
    rows: set[str] = set()
    sources: set[str] = set()
    remarks: list[str] = []
    for table, pick in picks.items():
        chosen = [row for row in scenario.table(table) if pick(row)]
        rows |= {f"{table}/{row.key}" for row in chosen}
        sources |= {key for row in chosen for key in row.source if key != ASSUMED}
        remarks += list(remarks_on(table, chosen))
    return Evidence(tuple(sorted(rows)), tuple(sorted(sources)), tuple(remarks))


def remarks_on(table: str, rows: list[Any]) -> list[str]:
    """Say how the rows of a table were come by."""
    remarks = []
    counts = Counter(row.verified for row in rows)
    unchecked = [f"{counts[word]} {UNCHECKED_WORDS[word]}" for word in UNCHECKED_WORDS if counts[word]]
    if unchecked:
        remarks.append(f"Of {len(rows)} rows of {table}.csv, {', '.join(unchecked)}.")
    later = sum(row.later for row in rows)
    if later:
        remarks.append(f"† {later} of the {len(rows)} rows of {table}.csv became known only later.")
    return remarks


def every(_row: Any) -> bool:
    """Pick every row."""
    return True

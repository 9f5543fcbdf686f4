"""What an answer rests on: its rows, their sources, and how far they are judgement."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from foedus.scenario.scenario import Scenario
from foedus.scenario.sources import ASSUMED

Pick = Callable[[Any], bool]

UNCHECKED_WORDS: Final = {
    "judgement": "judged",
    "memory": "recalled",
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
    """How many rows are not found facts, and how many were known only later, table by table."""


def gather(scenario: Scenario, picks: Mapping[str, Pick]) -> Evidence:
    """Collect the rows that an answer reads, table by table."""
    chosen = {
        table: [row for row in scenario.table(table) if pick(row)] for table, pick in picks.items()
    }
    rows = {f"{table}/{row.key}" for table, picked in chosen.items() for row in picked}
    sources = {key for picked in chosen.values() for row in picked for key in row.source}
    remarks = tuple(filter(None, (judged_remark(chosen), later_remark(chosen))))
    return Evidence(tuple(sorted(rows)), tuple(sorted(sources - {ASSUMED})), remarks)


def judged_remark(chosen: Mapping[str, list[Any]]) -> str:
    """Say how many rows of each table were not found in a public page."""
    parts = []
    for table, rows in chosen.items():
        counts = Counter(row.verified for row in rows)
        kinds = [f"{counts[word]} {said}" for word, said in UNCHECKED_WORDS.items() if counts[word]]
        if kinds:
            parts.append(f"{table} ({', '.join(kinds)} of {len(rows)})")
    return f"Rows that are not found facts: {'; '.join(parts)}." if parts else ""


def later_remark(chosen: Mapping[str, list[Any]]) -> str:
    """Say how many rows of each table became known only later."""
    later = {table: sum(row.later for row in rows) for table, rows in chosen.items()}
    parts = [
        f"{count} of {len(chosen[table])} in {table}" for table, count in later.items() if count
    ]
    return f"† Rows that became known only later: {', '.join(parts)}." if parts else ""


def every(_row: Any) -> bool:
    """Pick every row."""
    return True

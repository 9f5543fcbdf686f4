"""Bridges as sections of a page: whom to send, which ties carry it, and what would change it."""

from typing import Final

import polars as pl

from foedus.briefing.bridge import Names, bridge_tables, headline, sentences
from foedus.briefing.wording import fold_ranges, table_title
from foedus.cli.page import FAINT, STRONG, Page
from foedus.engines.brokerage.result import BrokerageResult

MOST: Final = 12
"""Candidates that are printed."""
EACH: Final[dict[str, tuple[str, int]]] = {
    "bridge_envoys": ("camp", 5),
    "bridge_carriers": ("delegation", 6),
}
"""Tables of which some rows are printed for each camp or contender."""


def put_bridge(page: Page, result: BrokerageResult, names: Names) -> None:
    """Put sentences, and of each table as many rows as a reader takes in."""
    page.heading(f"The bridge from {names.side(result.side)} to {names.addressed}")
    page.paragraph(headline(result, names), STRONG)
    for sentence in sentences(result, names):
        page.paragraph(sentence)
    for name, table in bridge_tables(result, names).items():
        shown = first_rows(name, table)
        if shown.is_empty():
            continue
        page.label(table_title(name))
        page.table(fold_ranges(shown))
        if left := len(table) - len(shown):
            page.put(f"  {left} more: --csv {name.removeprefix('bridge_')}", FAINT)


def first_rows(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a table that are printed."""
    if name in EACH:
        column, count = EACH[name]
        return table.group_by(column, maintain_order=True).head(count)
    return table.head(MOST)

"""Charts of under whose command: what each way can field, and who serves under it."""

from typing import Final

import polars as pl

from foedus.plots.figure import Figure
from foedus.plots.panels import Panel, Series, one, panel_chart
from foedus.plots.words import ends_of, first_rows

SELDOM: Final = 0.1
"""Who leads in fewer draws than this is left to the table."""


def ways(table: pl.DataFrame) -> Figure:
    """Draw for each chain and lead how often it fields all headquarters, and who serves under it.

    Parameters
    ----------
    table
        A row a chain, and one each nation that could lead in it.
    """
    often = (pl.col("lead") == "") | (pl.col("lead_prob") >= SELDOM)
    shown = first_rows(table.filter(often))
    if shown.is_empty():
        shown = first_rows(table)
    panels = [
        one("fields_prob", "Fields every headquarters, probability"),
        Panel((Series("headquarters_share"),), "Headquarters at hand, share", domain=(0.0, 1.0)),
        Panel((Series("acceptance_share"),), "Soldiers who serve under it, share", domain=(0, 1)),
    ]
    others = table.height - shown.height
    return Figure(
        name="ways",
        title="Under whose command",
        draw=lambda width: panel_chart(shown, "title", panels, width),
        says=f"Fields every headquarters: {ends_of(shown, 'title', 'fields_prob')}.",
        table="command_options",
        note="Ranges are 90 % over draws."
        + (f" {others} more that seldom lead are in the table." if others else ""),
    )

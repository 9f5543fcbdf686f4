"""Charts of who bares its own flank: what each holds, keeps at home and sends."""

import polars as pl

from foedus.plots.figure import Figure
from foedus.plots.panels import Panel, Series, one, panel_chart
from foedus.plots.words import ends_of, first_rows, left_out


def kept(table: pl.DataFrame) -> Figure:
    """Draw what each nation holds and keeps at home, and what it sends on average.

    Parameters
    ----------
    table
        A row a nation, those with the longest border with the adversary first.
    """
    shown = first_rows(table, 16)
    panels = [
        Panel(
            (
                Series("held_persons", label="held", mark="bar"),
                Series("kept_persons", label="kept at home"),
            ),
            title="Soldiers on land (persons)",
        ),
        Panel((Series("kept_share"),), title="Kept at home, share", domain=(0.0, 1.0)),
        one("expected_persons", "Sends on average (persons)"),
    ]
    return Figure(
        name="kept",
        title="What each nation keeps at home",
        draw=lambda width: panel_chart(shown, "title", panels, width),
        says=f"Kept at home, share of what is held: {ends_of(shown, 'title', 'kept_share')}."
        f"{left_out(table, shown)}",
        table="exposure",
        note="Those with the longest border with the adversary first.",
    )

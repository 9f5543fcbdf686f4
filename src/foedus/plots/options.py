"""The chart of options: what each comes to, measured quantities side by side, never one score."""

from typing import Final

import polars as pl
from altair import TopLevelMixin

from foedus.plots.figure import Figure
from foedus.plots.panels import Panel, Series, one, panel_chart
from foedus.plots.words import ends_of

PANELS: Final = (
    one("joiners_count"),
    one("balanced_persons"),
    one("filled_share"),
    one("own_share"),
    Panel((Series("agreed_prob", low="agreed_least_prob", high="agreed_most_prob"),)),
    one("force_usd_bn"),
    one("deterred_prob"),
    one("direct_war_prob"),
    one("direct_war_in_24_months_prob"),
)
"""In the order of the chain: who joins, what stands, whose it is, whether it is agreed, what it
costs, whether it holds. Deterrence and war always stand beside each other."""


def outcomes(table: pl.DataFrame, option: str = "") -> Figure:
    """Chart every option against every measured quantity that the table has.

    Parameters
    ----------
    table
        The options of a brief.
    option
        Key of the option that the brief is about: a pointer marks it.
    """
    panels = [panel for panel in PANELS if panel.series[0].column in table.columns]
    marked = [key == option for key in table["option"].to_list()]
    told = {
        "balanced_persons": "In balance",
        "agreed_prob": "Agreed",
        "deterred_prob": "Deterred",
        "direct_war_prob": "Direct war",
    }
    says = " ".join(
        f"{word}: {ends_of(table, 'title', name)}."
        for name, word in told.items()
        if name in table.columns
    )

    def draw(width: int) -> TopLevelMixin:
        return panel_chart(table, "title", panels, width, marked=marked)

    note = (
        "Ranges hold 90 % of futures; those of being agreed run from the least to the most of all "
        "models. A pointer marks the option that the answers are about."
    )
    return Figure("options", "Options side by side", draw, says, "options", note=note)

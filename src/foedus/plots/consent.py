"""Charts of consent: who joins, at which level, and what would bring in more."""

from typing import Final

import altair as alt
import polars as pl
from altair import TopLevelMixin

from foedus.briefing.sentences import count_of
from foedus.briefing.wording import show_cell
from foedus.plots.figure import WIDE, Figure
from foedus.plots.panels import Panel, Series, names_axis, one, panel_chart
from foedus.plots.style import (
    BLUE,
    DEPTHS,
    LETTER,
    QUIET,
    data,
    labels_of,
    number,
    width_of,
    x_axis,
)
from foedus.plots.words import ends_of, first_rows, leaders, left_out, size_of

LEVELS: Final = {
    "level_none_prob": "No part",
    "level_support_outside_prob": "Support from outside",
    "level_air_and_sea_prob": "Air and sea",
    "level_reserve_prob": "Reserve",
    "level_rear_prob": "Behind the line",
    "level_line_prob": "On the line",
}
"""Columns of the chances of levels, from no part to all, and what the legend calls them."""


def joining(table: pl.DataFrame) -> Figure:
    """Chart how likely each nation joins, with a backstop and without.

    Parameters
    ----------
    table
        `consent` of the answer of that name.
    """
    shown = first_rows(table, 40)
    panels = (
        Panel(
            (
                Series("join_prob", "As the option is"),
                Series("unbacked_prob", "If not backed"),
                Series("backed_prob", "If backed"),
            ),
            "Joins, probability",
        ),
    )
    likely = table.filter(pl.col("join_prob") > 0.5).height
    gains = (pl.col("backed_prob") - pl.col("unbacked_prob")).alias("gain_share")
    moved = table.with_columns(gains).sort("gain_share", descending=True, nulls_last=True)
    says = (
        f"Joining is {ends_of(table, 'title', 'join_prob')}; "
        f"{count_of(likely, 'nation joins', 'nations join')} more likely than not."
    )
    if moved.height:
        first = moved.row(0, named=True)
        says += (
            f" Backing matters most to {first['title']}: "
            f"{size_of(first['backed_prob'], 'x_prob')} with it, "
            f"{size_of(first['unbacked_prob'], 'x_prob')} without."
        )

    def draw(width: int) -> TopLevelMixin:
        return panel_chart(shown, "title", panels, width)

    note = "Ranges hold 90 % of what is uncertain about a nation's own mind." + left_out(
        table, shown
    )
    title = "Who joins, with a backstop and without"
    return Figure("joining", title, draw, says, "consent", note=note)


def levels(table: pl.DataFrame) -> Figure:
    """Chart at which level each nation takes part, as parts of all futures.

    Parameters
    ----------
    table
        `consent` of the answer of that name.
    """
    shown = first_rows(table, 40)
    columns = [name for name in LEVELS if name in table.columns]
    says = "; ".join(
        f"{LEVELS[name].lower()} {ends_of(table, 'title', name)}"
        for name in columns[:1] + columns[-1:]
    )

    def draw(width: int) -> TopLevelMixin:
        return level_bars(shown, columns, width)

    note = "The stronger the colour, the closer to the line." + left_out(table, shown)
    title = "At which level each nation takes part"
    return Figure("levels", title, draw, f"Most and least likely: {says}.", "consent", note=note)


def level_bars(table: pl.DataFrame, columns: list[str], width: int) -> alt.Chart:
    """Return a bar a nation, cut by the chance of each level."""
    labels = labels_of(table["title"].to_list(), int(0.36 * width / LETTER), 1)
    left = width_of(labels)
    room = width - left - 32
    rows = [
        {
            "label": label,
            "level": LEVELS[name],
            "place_level": place,
            "value": number(row[name]),
            "says": f"{label}: {LEVELS[name].lower()} {show_cell(row[name], name)}",
        }
        for label, row in zip(labels, table.to_dicts(), strict=True)
        for place, name in enumerate(columns)
    ]
    words = [LEVELS[name] for name in columns]
    shades = [DEPTHS[list(LEVELS).index(name)] for name in columns]
    legend = alt.Legend(title=None, orient="top", columns=3 if width >= WIDE else 1)
    bars: alt.Chart = (
        alt.Chart(data(rows), width=room, height=alt.Step(17))
        .mark_bar(stroke=QUIET, strokeWidth=0.5, height={"band": 0.8})
        .encode(
            alt.X(
                "value:Q",
                axis=x_axis(columns[0], room, title="Probability", orient="top"),
                scale=alt.Scale(domain=[0, 1]),
                stack="zero",
            ),
            alt.Y("label:N", scale=alt.Scale(domain=labels), axis=names_axis(left, grid=False)),
            alt.Color("level:N", scale=alt.Scale(domain=words, range=shades), legend=legend),
            alt.Order("place_level:Q"),
            tooltip=alt.Tooltip("says:N"),
        )
    )
    return bars


def unlocks(table: pl.DataFrame) -> Figure:
    """Chart what each single change of the option would add.

    Parameters
    ----------
    table
        `unlocks` of the answer `consent`.
    """
    panels = (one("added_joiners_count", mark="bar"), one("added_gdp_share", mark="bar"))
    says = f"What would add most nations: {leaders(table, 'condition', 'added_joiners_count')}."

    def draw(width: int) -> TopLevelMixin:
        return panel_chart(table, "condition", panels, width)

    return Figure("unlocks", "What each single change would add", draw, says, "unlocks")


def coalition(table: pl.DataFrame) -> Figure:
    """Chart how likely it is that so many nations join.

    Parameters
    ----------
    table
        `coalition` of the answer `consent`: a row for each number of nations.
    """
    column = "least_prob"
    says = "No number of nations is drawn."
    if table.height:
        top = table.sort(column, descending=True, nulls_last=True).row(0, named=True)
        says = (
            f"Most often {count_of(top['joiners_count'], 'nation joins', 'nations join')}, with "
            f"{size_of(top[column], column)}; none does with "
            f"{size_of(table[column].to_list()[0], column)}."
        )
    rows = [
        {
            "joiners": number(row["joiners_count"]),
            "value": number(row[column]),
            "says": f"{count_of(row['joiners_count'], 'nation')}: {show_cell(row[column], column)}",
        }
        for row in table.to_dicts()
    ]
    least = min((row["joiners"] for row in rows), default=0)
    most = max((row["joiners"] for row in rows if row["value"]), default=0)

    def draw(width: int) -> TopLevelMixin:
        room = width - 70
        ends = [least - 0.5, max(most, least) + 0.5]
        axis = x_axis("joiners_count", room, tickMinStep=1, grid=False)
        chances = alt.Axis(
            title=None, labelExpr="format(100 * datum.value, '.3~g') + ' %'", tickCount=4
        )
        bars: alt.Chart = (
            alt.Chart(data([row for row in rows if row["joiners"] <= most]))
            .properties(width=room, height=180)
            .mark_bar(color=BLUE, width=max(2, min(24, room / (ends[1] - ends[0]) - 3)))
            .encode(
                alt.X("joiners:Q", axis=axis, scale=alt.Scale(domain=ends, nice=False)),
                alt.Y("value:Q", axis=chances),
                tooltip=alt.Tooltip("says:N"),
            )
        )
        return bars

    title = "How many nations join, probability"
    return Figure("coalition", title, draw, says, "coalition")

"""Charts of who decides: what passes in which ballot, who is opposed, what a format carries."""

from typing import Final

import polars as pl

from foedus.briefing.sentences import listed, percent
from foedus.plots.figure import Figure
from foedus.plots.matrix import words_of
from foedus.plots.panels import Panel, Series, one, panel_chart
from foedus.plots.style import rows_of
from foedus.plots.words import first_rows, left_out

USED: Final = "as votes were used"
VIEWS: Final = "as views lie"


def ballots(table: pl.DataFrame) -> Figure:
    """Draw how likely each ballot passes under each rule, and how many are for and against it.

    Parameters
    ----------
    table
        A row a ballot and rule.
    """
    named = table.with_columns(label=pl.concat_str("ballot", "rule", separator=": "))
    panels = [
        Panel(
            (Series("pass_used_prob", label=USED), Series("pass_views_prob", label=VIEWS)),
            title="Passes, probability",
        ),
        Panel(
            (Series("favour_count", label="for it"), Series("opposed_count", label="opposed")),
            title="Members, mean number",
        ),
    ]
    decides = [bool(value) for value in table["decides"].to_list()]
    rows = rows_of(named, ["label", "pass_used_prob", "pass_views_prob"])
    said = []
    for row in rows:
        chances = [
            f"{percent(row[name])} {words}"
            for name, words in (("pass_used_prob", USED), ("pass_views_prob", VIEWS))
            if row[name] is not None
        ]
        said.append(
            f"{row['label']} passes in {listed(chances) or 'nobody knows how many futures'}"
        )
    return Figure(
        name="ballots",
        title="What passes, by ballot and rule",
        draw=lambda width: panel_chart(named, "label", panels, width, marked=decides),
        says=f"Of futures: {'; '.join(said)}.",
        table="sanctions_ballots",
        note="▸ the rule that decides; the other is what would hold under it.",
    )


def opposed(table: pl.DataFrame) -> Figure:
    """Draw who is opposed in each ballot, and how often its vote would be against.

    Parameters
    ----------
    table
        A row a ballot and delegation.
    """
    shown = first_rows(table)
    named = shown.with_columns(label=pl.concat_str("delegation", "ballot", separator=", "))
    panel = Panel(
        (
            Series("opposed_prob", label="opposed"),
            Series("against_prob", label="votes against"),
        ),
        title="Probability",
    )
    rows = [row for row in rows_of(named, ["label", "opposed_prob"]) if row["opposed_prob"]]
    certain = [row["label"] for row in rows if row["opposed_prob"] == 1]
    most = max(rows, key=lambda row: row["opposed_prob"], default=None)
    said = "Nobody is opposed."
    if certain:
        said = f"Opposed in every future: {'; '.join(certain)}."
    elif most:
        said = f"Opposed most often: {most['label']} ({percent(most['opposed_prob'])} of futures)."
    return Figure(
        name="opposed",
        title="Who is opposed, and who would vote against",
        draw=lambda width: panel_chart(named, "label", [panel], width),
        says=f"{said}{left_out(table, shown)}",
        table="sanctions_opposed",
        note="Opposed by its view; votes against as often as those opposed did before.",
    )


def formats(table: pl.DataFrame) -> Figure:
    """Draw what part of the force, of its thinnest capability and of GDP is in each format.

    Parameters
    ----------
    table
        A row a format, with those spoken for and without.
    """
    alone = pl.when(pl.col("is_represented")).then(pl.lit("")).otherwise(pl.lit(", members alone"))
    named = table.with_columns(label=pl.concat_str(pl.col("format"), alone))
    panels = [
        one("force_share", "Force, share"),
        one("least_capability_share", "Capability it carries least of, share"),
        one("gdp_share", "GDP, share"),
    ]
    panels = [Panel(panel.series, panel.title, domain=(0.0, 1.0)) for panel in panels]
    carried = [bool(value) for value in table["is_carried"].to_list()]
    enough = [name for name, is_carried in zip(named["label"], carried, strict=True) if is_carried]
    rows = [row for row in rows_of(named, ["label", "force_share"]) if row["force_share"]]
    most = max(rows, key=lambda row: row["force_share"], default=None)
    said = (
        f"Carries all that is wanted: {'; '.join(enough)}."
        if enough
        else ("No format carries all that is wanted.")
    )
    if most:
        said += f" The largest part of the force is in {most['label']} ("
        said += f"{percent(most['force_share'])})."
    return Figure(
        name="formats",
        title="What each format carries",
        draw=lambda width: panel_chart(named, "label", panels, width, marked=carried),
        says=said,
        table="seat_formats",
        note="▸ carries all that is wanted. With those spoken for, unless members stand alone.",
    )


def members(table: pl.DataFrame) -> Figure:
    """Draw what each seat adds: its part of the force, and how often it makes a group enough.

    Parameters
    ----------
    table
        A row a delegation, the most soldiers first.
    """
    shown = first_rows(table, 16)
    panels = [
        one("force_share", "Force, share", "bar"),
        one("gdp_share", "GDP, share", "bar"),
        one("pivot_share", mark="bar"),
    ]
    rows = rows_of(shown, ["title", "force_share", "pivot_share"])
    said = [
        f"{row['title']} ({words_of(row['force_share'], 'force_share')} of the force, makes a "
        f"group enough in {words_of(row['pivot_share'], 'pivot_share')})"
        for row in rows[:3]
    ]
    return Figure(
        name="members",
        title="What each seat adds",
        draw=lambda width: panel_chart(shown, "title", panels, width),
        says=f"Most is added by {listed(said)}.{left_out(table, shown)}",
        table="seat_members",
    )

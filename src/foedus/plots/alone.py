"""Charts of what falls away without the guarantor: services, strength, what a plan fills."""

from collections.abc import Mapping

import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.brief import Brief
from foedus.plots.figure import Figure
from foedus.plots.panels import Panel, Series, panel_chart
from foedus.plots.words import first_rows, left_out, size_of


def services(table: pl.DataFrame) -> Figure:
    """Draw what is needed of each service, and what of it there is without the guarantor.

    Parameters
    ----------
    table
        A row a service.
    """
    panel = Panel(
        (
            Series("alone_share", label="there without the guarantor"),
            Series("need_share", label="needed"),
        ),
        title="Share of a full supply",
        domain=(0.0, 1.0),
    )
    return Figure(
        name="services",
        title="Services without the guarantor",
        draw=lambda width: panel_chart(table, "title", [panel], width),
        says=gaps_say(table, "title", "need_share", "alone_share", "needed"),
        table="alone_services",
        note="Ranges are 90 % over draws.",
    )


def gaps_say(table: pl.DataFrame, name: str, whole: str, part: str, words: str) -> str:
    """Say where most falls away between two columns, and where least.

    >>> table = pl.DataFrame({"title": ["A", "B"], "x_share": [1.0, 0.5], "y_share": [0.2, 0.4]})
    >>> gaps_say(table, "title", "x_share", "y_share", "needed")
    'The gap is widest for A: 100 % needed, 20 % there; narrowest for B: 50 % and 40 %.'
    """
    rows = [
        (row[whole] - row[part], row)
        for row in table.fill_nan(None).select(name, whole, part).to_dicts()
        if row[whole] is not None and row[part] is not None
    ]
    if not rows:
        return "Nothing is known of what falls away."
    rows.sort(key=lambda pair: -pair[0])
    most, least = rows[0][1], rows[-1][1]
    first = (
        f"The gap is widest for {most[name]}: {size_of(most[whole], whole)} {words}, "
        f"{size_of(most[part], part)} there"
    )
    if len(rows) == 1:
        return f"{first}."
    return (
        f"{first}; narrowest for {least[name]}: {size_of(least[whole], whole)} and "
        f"{size_of(least[part], part)}."
    )


def strength(table: pl.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Draw the strength of every option with the guarantor's units and without.

    Parameters
    ----------
    table
        A row an option.
    titles
        Of the options, by key.
    """
    named = table.with_columns(label=pl.col("option").replace(dict(titles)))
    panel = Panel(
        (
            Series("balanced_persons", label="as the option is"),
            Series("alone_persons", label="without the guarantor"),
        )
    )
    return Figure(
        name="strength",
        title="Strength of every option without the guarantor's units and services",
        draw=lambda width: panel_chart(named, "label", [panel], width),
        says=gaps_say(named, "label", "balanced_persons", "alone_persons", "as it is"),
        table="alone_options",
    )


def planned(table: pl.DataFrame) -> Figure:
    """Draw what the plan fills of each capability with the guarantor and without.

    Parameters
    ----------
    table
        A row a capability, the largest loss first.
    """
    shown = first_rows(table)
    panel = Panel(
        (
            Series("fill_share", label="with the guarantor"),
            Series("alone_share", label="without"),
        ),
        title="Filled over the whole plan, share",
        domain=(0.0, 1.0),
    )
    said = gaps_say(table, "title", "fill_share", "alone_share", "with it")
    return Figure(
        name="planned",
        title="The plan without the guarantor",
        draw=lambda width: panel_chart(shown, "title", [panel], width),
        says=f"{said.replace(' there', ' without')}{left_out(table, shown)}",
        table="plan_alone",
    )


def strength_of(answer: Answer, brief: Brief) -> Figure | None:
    """Draw the strength of every option without the guarantor; None where no option is known."""
    table = answer.tables.get("alone_options")
    if table is None or table.is_empty():
        return None
    return strength(table, brief.scenario.titles("options"))

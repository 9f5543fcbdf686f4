"""Charts of the force: its strength by month, what each nation sends, and what it is short of."""

from collections.abc import Sequence
from typing import Final

import polars as pl
from altair import TopLevelMixin

from foedus.briefing.sentences import count_of, listed, months
from foedus.briefing.wording import show_cell
from foedus.plots.figure import Figure
from foedus.plots.grid import grid_chart
from foedus.plots.lines import Line, is_near, line_chart
from foedus.plots.panels import Panel, Series, one, panel_chart
from foedus.plots.words import ends_of, first_rows, leaders, left_out, ranked, size_of

BAND: Final = "The line is the median, the band holds 90 % of futures."
BY_MONTH: Final = ("by_month_", "_prob")
"""What a column of chances by month begins and ends with."""


def strength(table: pl.DataFrame, levels: Sequence[float] = ()) -> Figure:
    """Chart strength month by month, in balance and gross, beside what is asked for.

    Parameters
    ----------
    table
        `strength` of the answer `size`.
    levels
        Numbers of soldiers at which lines are drawn, as far as they are near the force.
    """
    lines = (
        Line("balanced_persons", "In balance", band=True),
        Line("gross_persons", "Gross"),
        Line("asked_persons", "Asked for on land"),
    )
    drawn = ["balanced_persons_high", "gross_persons", "asked_persons"]
    near = [level for level in levels if is_near(level, table, drawn)]
    far = [size_of(level, "level_persons") for level in levels if level not in near]
    note = f"{BAND} Too far above to be drawn: {listed(far)} soldiers." if far else BAND
    says = "No month is drawn."
    if table.height:
        last = table.row(-1, named=True)
        size = {name: size_of(value, name) for name, value in last.items()}
        says = (
            f"In month {last['mission_month']}, {size['balanced_persons']} soldiers stand in "
            f"balance (90 %: {size['balanced_persons_low']} to {size['balanced_persons_high']}) "
            f"and {size['gross_persons']} gross; {size['asked_persons']} are asked for on land."
        )

    def draw(width: int) -> TopLevelMixin:
        return line_chart(table, "mission_month", lines, width, levels=near, title="Soldiers")

    title = "Strength month by month"
    return Figure("strength", title, draw, says, "strength", also=("at_least",), note=note)


def at_least(table: pl.DataFrame) -> Figure:
    """Chart how likely the force has at least so many soldiers in balance, by month.

    Parameters
    ----------
    table
        `at_least` of the answer `size`: a row for each number of soldiers, a column for each month.
    """
    start, end = BY_MONTH
    columns = [
        (name, name.removeprefix(start).removesuffix(end))
        for name in table.columns
        if name.startswith(start)
    ]
    names = [show_cell(level, "level_persons") for level in table["at_least_persons"].to_list()]
    says = "Nothing is drawn."
    if columns and names:
        name, month = columns[-1]
        chances = [show_cell(chance, name) for chance in table[name].to_list()]
        parts = [f"{n} with {c}" for n, c in zip(names, chances, strict=True)]
        says = f"By month {month} there are at least {listed(parts)}."

    def draw(width: int) -> TopLevelMixin:
        return grid_chart(table, names, columns, width, title="Probability by month")

    title = "Chance of at least so many soldiers in balance"
    return Figure("at-least", title, draw, says, "at_least")


def capabilities(table: pl.DataFrame) -> Figure:
    """Chart how much of each capability stands, and how often it is what binds.

    Parameters
    ----------
    table
        `capabilities` of the answer `size` or `alone`.
    """
    panels = (one("fill_share"), one("binding_share", mark="bar"))
    critical = table["is_critical"].to_list()
    bind = leaders(table, "title", "binding_share", 2)
    says = (
        f"Filled {ends_of(table, 'title', 'fill_share')}. What binds, by share of futures: {bind}."
    )
    note = "Ranges hold 90 % of futures. A pointer marks what is critical: only that can bind."

    def draw(width: int) -> TopLevelMixin:
        return panel_chart(table, "title", panels, width, marked=critical)

    title = "What stands of each capability, and which binds"
    return Figure("capabilities", title, draw, says, "capabilities", note=note)


def burden(table: pl.DataFrame) -> Figure:
    """Chart what each nation sends beside its fair share.

    Parameters
    ----------
    table
        `contributions` of the answer of that name.
    """
    shown = first_rows(table)
    panels = (
        Panel(
            (
                Series("expected_persons", "On average over all futures", mark="bar"),
                Series("sent_persons", "If it joins"),
                Series("fair_persons", "Fair share"),
            ),
            "Soldiers on land",
        ),
    )
    above = table.filter(pl.col("burden_ratio") > 1)
    says = (
        "On average over all futures most are sent by "
        f"{leaders(table, 'title', 'expected_persons')}. If it joins, "
        f"{count_of(above.height, 'nation sends', 'nations send')} more than a fair share, of "
        f"{table.height}"
    )
    times = ranked(above, "title", "burden_ratio")
    says += f"; {times[0][0]} most, {times[0][1]:.1f} times as many." if times else "."
    note = "Ranges hold 90 % of the futures in which a nation joins." + left_out(table, shown)

    def draw(width: int) -> TopLevelMixin:
        return panel_chart(shown, "title", panels, width)

    title = "What each nation sends, against its fair share"
    return Figure("burden", title, draw, says, "contributions", note=note)


def by_duration(table: pl.DataFrame, asked: pl.DataFrame | None = None) -> Figure:
    """Chart the strength that can be kept in place by the length of the mission.

    Parameters
    ----------
    table
        `duration` of the answer of that name.
    asked
        Its headline numbers: what is asked for is drawn as a level where it is near.
    """
    levels = [] if asked is None else [*asked["asked_persons"].to_list()]
    near = [level for level in levels if is_near(level, table, ["balanced_persons_high"])]
    lines = (Line("balanced_persons", "In balance", band=True),)
    says = "No length is drawn."
    if table.height:
        first, last = table.row(0, named=True), table.row(-1, named=True)
        says = (
            f"For {months(first['duration_months'])} "
            f"{size_of(first['balanced_persons'], 'x_persons')} soldiers in balance can be kept in "
            f"place, for {months(last['duration_months'])} "
            f"{size_of(last['balanced_persons'], 'x_persons')} (90 %: "
            f"{size_of(last['balanced_persons_low'], 'x_persons')} to "
            f"{size_of(last['balanced_persons_high'], 'x_persons')})."
        )
    far = [size_of(level, "x_persons") for level in levels if level not in near]
    note = f"{BAND} Too far above to be drawn: {far[0]} soldiers asked for." if far else BAND

    def draw(width: int) -> TopLevelMixin:
        return line_chart(
            table,
            "duration_months",
            lines,
            width,
            levels=near,
            stepped=False,
            title="Soldiers in balance",
        )

    title = "Strength by length of the mission"
    return Figure("strength", title, draw, says, "duration", ("headline_numbers",), note)


def first_short(table: pl.DataFrame) -> Figure:
    """Chart which capability is short first, and whose turns cost most.

    Parameters
    ----------
    table
        `first_short` of the answer `duration`.
    """
    panels = (one("first_short_share", mark="bar"),)
    says = f"Short first, by share of futures: {leaders(table, 'title', 'first_short_share')}."

    def draw(width: int) -> TopLevelMixin:
        return panel_chart(table, "title", panels, width)

    return Figure("first-short", "Which capability is short first", draw, says, "first_short")


def turns(table: pl.DataFrame) -> Figure:
    """Chart what each nation could hold for one tour, and what taking turns leaves of it.

    Parameters
    ----------
    table
        `rotation` of the answer `duration`.
    """
    shown = first_rows(table)
    panels = (
        Panel(
            (
                Series("one_tour_persons", "For one tour"),
                Series("standing_persons", "Kept in place by taking turns"),
            ),
            "Soldiers",
        ),
    )
    says = f"Taking turns costs most soldiers: {leaders(table, 'title', 'turns_cost_persons')}."

    def draw(width: int) -> TopLevelMixin:
        return panel_chart(shown, "title", panels, width)

    title = "What taking turns costs each nation"
    note = left_out(table, shown).strip()
    return Figure("turns", title, draw, says, "rotation", note=note)

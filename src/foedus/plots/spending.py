"""Charts of money: what targets ask, nation by nation, and what the force costs each."""

import polars as pl
from altair import TopLevelMixin

from foedus.briefing.wording import show_cell
from foedus.plots.figure import Figure
from foedus.plots.panels import Panel, Series, one, panel_chart
from foedus.plots.words import ends_of, first_rows, leaders, left_out


def targets(table: pl.DataFrame) -> Figure:
    """Chart what each target asks of all contributors, and what of it is within reach.

    Parameters
    ----------
    table
        `afford_targets` of the answer `afford`.
    """
    panels = (
        Panel(
            (
                Series("needed_usd_bn", "Needed"),
                Series("extra_usd_bn", "Within reach in time"),
            ),
            "Beyond today's shares (bn USD a year)",
        ),
        Panel(
            (
                Series("asked_count", "Asked"),
                Series("in_time_count", "There in time"),
                Series("met_count", "There today"),
            ),
            "Contributors",
        ),
    )
    parts = [
        f"{row['target']} needs {show_cell(row['needed_usd_bn'], 'x_usd_bn')}, of which "
        f"{show_cell(row['extra_usd_bn'], 'x_usd_bn')} within reach"
        for row in table.to_dicts()
    ]
    says = f"In bn US dollars a year beyond today's shares of GDP: {'; '.join(parts)}."

    def draw(width: int) -> TopLevelMixin:
        return panel_chart(table, "target", panels, width)

    note = "Ranges hold 90 % of futures. Own: the targets that nations have set themselves."
    title = "What shares of GDP cost all contributors"
    return Figure("targets", title, draw, says, "afford_targets", note=note)


def paths(table: pl.DataFrame, target: str) -> Figure:
    """Chart each nation's way to one target: from where, for how much, and when it could be there.

    Parameters
    ----------
    table
        `targets_by_nation` of the answer `afford`.
    target
        As its column `target` names it.
    """
    rows = table.filter(pl.col("target") == target)
    shown = first_rows(rows)
    panels = (
        Panel((Series("today_share", "Today"), Series("target_share", "Target"))),
        Panel(
            (
                Series("needed_usd_bn", "Needed"),
                Series("extra_usd_bn", "Within reach"),
            ),
            "Beyond today's share (bn USD a year)",
        ),
        Panel((Series("earliest_year"),), "First year in reach", zero=False),
    )
    never = rows.filter(pl.col("earliest_year").is_null()).height
    says = (
        f"Of today's shares of GDP the highest and lowest: {ends_of(rows, 'title', 'today_share')}."
        f" For {target} most is needed by {leaders(rows, 'title', 'needed_usd_bn')}; {never} of "
        f"{rows.height} are not there in any year looked at, in the median."
    )
    note = (
        "Ranges hold 90 % of futures; a range without an end within the years looked at is left "
        "out, and where the median has none, so is its dot."
    ) + left_out(rows, shown)

    def draw(width: int) -> TopLevelMixin:
        return panel_chart(shown, "title", panels, width)

    title = f"Each nation's way to {target} of GDP"
    return Figure("paths", title, draw, says, "targets_by_nation", note=note)


def force_cost(table: pl.DataFrame) -> Figure:
    """Chart what the force costs each nation over the mission.

    Parameters
    ----------
    table
        `force_cost_by_nation` of the answer `afford`.
    """
    ordered = table.sort("expected_usd_bn", descending=True, nulls_last=True)
    shown = first_rows(ordered)
    panels = (
        Panel(
            (
                Series("expected_usd_bn", "On average over all futures", mark="bar"),
                Series("full_usd_bn", "If sent in full, by fair shares"),
            ),
            "Over the mission (bn USD)",
        ),
    )
    says = (
        "Over the mission, on average over all futures, the force costs most to "
        f"{leaders(table, 'title', 'expected_usd_bn')}."
    )

    def draw(width: int) -> TopLevelMixin:
        return panel_chart(shown, "title", panels, width)

    note = left_out(table, shown).strip()
    title = "What the force costs each nation"
    return Figure("force-cost", title, draw, says, "force_cost_by_nation", note=note)


def burdens(table: pl.DataFrame) -> Figure:
    """Chart burdens side by side: defence spending, troops, the force's cost and the programmes'.

    Parameters
    ----------
    table
        `burden` of the answer `afford`.
    """
    shown = first_rows(table)
    panels = (
        one("today_share", mark="bar"),
        one("expected_persons", mark="bar"),
        one("force_yearly_usd_bn", mark="bar"),
        one("programmes_yearly_usd_bn", mark="bar"),
    )
    says = (
        f"Spends on defence today: {ends_of(table, 'title', 'today_share')}. Troops come most from "
        f"{leaders(table, 'title', 'expected_persons')}; programmes cost most to "
        f"{leaders(table, 'title', 'programmes_yearly_usd_bn')}."
    )

    def draw(width: int) -> TopLevelMixin:
        return panel_chart(shown, "title", panels, width)

    note = left_out(table, shown).strip()
    return Figure("burdens", "Burdens side by side", draw, says, "burden", note=note)

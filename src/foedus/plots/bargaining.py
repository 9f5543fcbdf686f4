"""Charts of what could be agreed: who wants what, what each model forecasts, in which room."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.brief import Brief
from foedus.briefing.pledge import PLEDGES
from foedus.briefing.sentences import count_of, listed, percent
from foedus.briefing.wording import show_cell
from foedus.plots.figure import Figure
from foedus.plots.layers import layered
from foedus.plots.matrix import Matrix, depth_of, matrix_chart
from foedus.plots.panels import Panel, Series, panel_chart
from foedus.plots.style import (
    INK,
    LETTER,
    LINE,
    QUIET,
    VERMILLION,
    broken,
    data,
    labels_of,
    look_of,
    number,
    printed,
    rows_of,
    width_of,
)
from foedus.scenario.bargaining import Issue

FAMILIES: Final = (
    "mean",
    "median",
    "nash_zero",
    "challenge_paper",
    "spatial_expected",
    "exchange",
)
"""One reading of each kind of model; the table has the others."""
LANE: Final = 9
"""Height of one model's range within the band of an issue."""
POSITIONS: Final = 16
"""Height of the positions above them."""
HEAD: Final = 18
SCALE_LINE: Final = 14
GAP: Final = 16
CONSENTS_TALL: Final = 13
HEARD_TALL: Final = 6
BOLD_LETTER: Final = 1.25 * LETTER
"""Mean width of a letter of an issue's name."""
POINTS: Final = "points"
WIDE_SCALE: Final = 20
"""On a scale at least so wide, tenths do not count."""
VALUES: Final = ("forecast_value", "forecast_value_low", "forecast_value_high")


def forecasts(
    forecast_table: pl.DataFrame, party_table: pl.DataFrame, issues: Sequence[Issue]
) -> Figure:
    """Draw the positions of the parties on each issue and what each kind of model makes of them.

    Each issue has a line from one end of its scale to the other, so that issues of different units
    stand under each other.

    Parameters
    ----------
    forecast_table
        Of the answer on agreement: a row an issue and model.
    party_table
        Of the same answer: a row an issue and party; may be empty.
    issues
        Of the scenario, for the ends of their scales.
    """
    scales = {issue.title: issue for issue in issues}
    shown = forecast_table.filter(pl.col("model").is_in(FAMILIES))
    names = [name for name in shown["issue"].unique(maintain_order=True) if name in scales]
    return Figure(
        name="forecasts",
        title="Forecasts by issue, model beside model",
        draw=lambda width: Strips(shown, party_table, [scales[name] for name in names]).draw(width),
        says=forecasts_say(shown, names),
        table="agreement_forecasts",
        also=("agreement_parties",),
        note=(
            "Marks on the line are what the parties want, tall where their consent counts; below, "
            "one line a model: its median and the 90 % range over draws."
        ),
    )


class Strips:
    """A band for each issue: its scale, the positions on it, and a lane for each model."""

    def __init__(
        self, forecast_table: pl.DataFrame, party_table: pl.DataFrame, issues: Sequence[Issue]
    ) -> None:
        self.forecasts = rows_of(forecast_table, ["issue", "model", "title", *VALUES])
        self.parties = rows_of(party_table, ["issue", "delegation", "consents", "position_value"])
        self.issues = issues
        self.models = {row["model"]: row["title"] for row in self.forecasts}

    def draw(self, width: int) -> alt.TopLevelMixin:
        """Draw all bands, one under the other."""
        scale_lines = {
            issue.title: broken(scale_words(issue), int(width / LETTER), 3).split("\n")
            for issue in self.issues
        }
        lanes = [key for key in FAMILIES if key in self.models]
        models = short_names({key: self.models[key] for key in lanes})
        heads: list[dict[str, Any]] = []
        lines: list[dict[str, Any]] = []
        marks: list[dict[str, Any]] = []
        ranges: list[dict[str, Any]] = []
        top = 0.0
        for issue in self.issues:
            words = scale_lines[issue.title]
            title = broken(issue.title, int(width / BOLD_LETTER), 1)
            heads.append({"text": title, "is_title": True, "place_y": top + HEAD / 2})
            heads += [
                {
                    "text": line,
                    "is_title": False,
                    "place_y": top + HEAD + SCALE_LINE * (at + 0.5),
                }
                for at, line in enumerate(words)
            ]
            line_y = top + HEAD + SCALE_LINE * len(words) + POSITIONS
            foot = line_y + LANE * (len(lanes) + 0.5)
            lines += [
                {"place_x": x, "place_y": line_y - POSITIONS + 2, "place_y_to": foot}
                for x in (0, 25, 50, 75, 100)
            ]
            marks += [
                {
                    **{key: row[key] for key in ("delegation", "position_value")},
                    "text": f"{row['delegation']} wants {show_value(row['position_value'], issue)}"
                    + (", and must consent" if row["consents"] else ""),
                    "place_x": placed(row["position_value"], issue),
                    "place_y": line_y,
                    "place_y_to": line_y - (CONSENTS_TALL if row["consents"] else HEARD_TALL),
                }
                for row in self.parties
                if row["issue"] == issue.title and row["position_value"] is not None
            ]
            lines.append({"place_x": 0, "place_x_to": 100, "place_y": line_y})
            ranges += [
                {
                    **{key: row[key] for key in VALUES},
                    "model": models[row["model"]],
                    "text": f"{row['title']}: {show_range(row, issue)}",
                    "place_x": placed(row["forecast_value"], issue),
                    "place_x_from": placed(row["forecast_value_low"], issue),
                    "place_x_to": placed(row["forecast_value_high"], issue),
                    "place_y": line_y + LANE * (lanes.index(row["model"]) + 0.9),
                }
                for row in self.forecasts
                if row["issue"] == issue.title and row["forecast_value"] is not None
            ]
            top = foot + GAP
        height = max(top - GAP, 1.0)
        x = alt.Scale(domain=[0, 100], nice=False, zero=False)
        y = alt.Scale(domain=[0, height], reverse=True, nice=False, zero=False)
        across = alt.X("place_x:Q", scale=x, axis=None)
        down = alt.Y("place_y:Q", scale=y, axis=None)
        looks = [look_of(at) for at in range(len(lanes))]
        key = alt.Legend(
            title=None,
            orient="top",
            columns=max(1, int(width // (width_of(list(models.values())) + 36))),
            symbolSize=60,
            symbolOpacity=1,
            columnPadding=30,
        )
        legend = key if lanes else None  # one without entries would have no end
        colour = alt.Color(
            "model:N",
            scale=alt.Scale(domain=list(models.values()), range=[look.colour for look in looks]),
            legend=legend,
        )
        shape = alt.Shape(
            "model:N",
            scale=alt.Scale(domain=list(models.values()), range=[look.shape for look in looks]),
            legend=legend,
        )
        rule = alt.Chart(data(lines)).encode(across, down)
        head = alt.Chart(data(heads)).encode(down, text=alt.Text("text:N"))
        spread = alt.Chart(data(ranges)).encode(down)
        return layered(
            rule.transform_filter("isValid(datum.place_y_to)")
            .mark_rule(color=LINE)
            .encode(y2=alt.Y2("place_y_to:Q")),
            rule.transform_filter("isValid(datum.place_x_to)")
            .mark_rule(color=QUIET)
            .encode(x2=alt.X2("place_x_to:Q")),
            head.transform_filter("datum.is_title")
            .mark_text(align="left", fontWeight="bold", color=INK, fontSize=13)
            .encode(x=alt.value(0)),
            head.transform_filter("!datum.is_title")
            .mark_text(align="left", color=QUIET)
            .encode(x=alt.value(0)),
            alt.Chart(data(marks))
            .mark_rule(color=INK, strokeWidth=1.5, opacity=0.75)
            .encode(
                across,
                down,
                y2=alt.Y2("place_y_to:Q"),
                tooltip=alt.Tooltip("text:N", title="Wants"),
            ),
            spread.mark_rule(strokeWidth=2.5, opacity=0.45).encode(
                alt.X("place_x_from:Q", scale=x, axis=None), colour, x2=alt.X2("place_x_to:Q")
            ),
            spread.mark_point(filled=True, size=46, opacity=1).encode(
                across, colour, shape, tooltip=alt.Tooltip("text:N", title="Forecast")
            ),
        ).properties(width=width - 12, height=height)


def short_names(titles: Mapping[str, str]) -> dict[str, str]:
    """Return titles of models without their readings, where one reading of each is shown.

    >>> short_names({"a": "Nash bargaining, no deal worth nothing", "b": "weighted median"})
    {'a': 'Nash bargaining', 'b': 'weighted median'}
    """
    short = labels_of([title.split(",")[0] for title in titles.values()], 24, 1)
    return dict(zip(titles, short, strict=True))


def placed(value: float | None, issue: Issue) -> float | None:
    """Return where a value lies on the scale of its issue, 0 to 100; within it in any case."""
    if value is None:
        return None
    width = issue.scale_to_value - issue.scale_from_value
    if width == 0:
        return 50.0
    return min(100.0, max(0.0, 100.0 * (value - issue.scale_from_value) / width))


def scale_words(issue: Issue) -> str:
    """Say what the ends of a scale are."""
    unit = "" if issue.unit == POINTS else f" {issue.unit}"
    return (
        f"{issue.scale_from_value:g}: {issue.scale_from_means} \N{EM DASH} "
        f"{issue.scale_to_value:g}{unit}: {issue.scale_to_means}"
    )


def show_value(value: float | None, issue: Issue) -> str:
    """Return a value with the unit of its issue."""
    return f"{show_cell(number(value), 'any_value')} {issue.unit}"


def show_range(row: Mapping[str, Any], issue: Issue) -> str:
    """Return a forecast with its range and the unit of its issue."""
    return f"{printed(row, 'forecast_value')} {issue.unit}"


def forecasts_say(shown: pl.DataFrame, names: Sequence[str]) -> str:
    """Say for each issue between which values the models lie."""
    said = []
    for name in names:
        of_issue = shown.filter(pl.col("issue") == name)
        values = [v for v in map(number, of_issue["forecast_value"].to_list()) if v is not None]
        if not values:
            continue
        low, high = (show_cell(end, "any_value") for end in (min(values), max(values)))
        unit = of_issue["unit"].item(0)
        said.append(f"{name} {low if low == high else f'{low} to {high}'} {unit}")
    if not said:
        return "No model has a forecast."
    models = count_of(shown["model"].n_unique(), "model")
    return f"Medians of {models}, from the lowest to the highest: {'; '.join(said)}."


def positions(table: pl.DataFrame, issues: Sequence[Issue]) -> Figure:
    """Draw who wants what, party by issue, each value on the scale of its issue.

    Parameters
    ----------
    table
        A row an issue and party.
    issues
        Of the scenario, for the ends of their scales.
    """
    scales = {issue.title: issue for issue in issues}
    rows = rows_of(table, ["issue", "delegation", "consents", "position_value"])
    rows = [row for row in rows if row["position_value"] is not None and row["issue"] in scales]
    names = list(dict.fromkeys(row["issue"] for row in rows))
    parties = sorted(dict.fromkeys(row["delegation"] for row in rows))
    spots = {(parties.index(row["delegation"]), names.index(row["issue"])): row for row in rows}
    matrix = Matrix(
        rows=parties,
        columns=names,
        cells={place: {"position_value": row["position_value"]} for place, row in spots.items()},
        name="position_value",
        depths={
            place: (placed(row["position_value"], scales[row["issue"]]) or 0.0) / 100
            for place, row in spots.items()
        },
        texts={
            place: short_value(row["position_value"], scales[row["issue"]])
            for place, row in spots.items()
        },
        bold=frozenset(place for place, row in spots.items() if row["consents"]),
    )
    return Figure(
        name="positions",
        title="Who wants what",
        draw=lambda width: matrix_chart(matrix, width),
        says=positions_say(rows, names, scales),
        table="agreement_parties",
        note=(
            "In the unit of each issue; the stronger the colour, the nearer to the upper end of "
            "its scale. Bold: its consent counts. Empty: no party to the issue."
        ),
    )


def short_value(value: float, issue: Issue) -> str:
    """Return a value as finely as the width of its scale is worth.

    >>> troops = Issue.model_construct(scale_from_value=0, scale_to_value=100)
    >>> spending = Issue.model_construct(scale_from_value=1, scale_to_value=5.5)
    >>> short_value(26.4, troops), short_value(2.02, spending)
    ('26', '2.0')
    """
    width = abs(issue.scale_to_value - issue.scale_from_value)
    return f"{value:z.0f}" if width >= WIDE_SCALE else f"{value:z.1f}"


def positions_say(
    rows: Sequence[Mapping[str, Any]], names: Sequence[str], scales: Mapping[str, Issue]
) -> str:
    """Say for each issue who wants least and who most."""
    said = []
    for name in names:
        own = sorted(
            (row for row in rows if row["issue"] == name), key=lambda row: row["position_value"]
        )
        ends = [
            f"{row['delegation']} {show_cell(row['position_value'], 'any_value')}"
            for row in (own[0], own[-1])
        ]
        unit = scales[name].unit
        said.append(
            f"{name} from {ends[0]} to {ends[1]} {unit}"
            if len(own) > 1
            else f"{name} {ends[0]} {unit}"
        )
    return f"Lowest and highest wish: {'; '.join(said)}." if said else "Nobody wants anything."


def by_option(table: pl.DataFrame) -> Figure:
    """Draw how often each option is agreed, one dot a kind of model, and how often there is a deal.

    Parameters
    ----------
    table
        A row an option and model.
    """
    shown = table.filter(pl.col("model").is_in(FAMILIES))
    models = short_names(dict(shown.select("model", "title").iter_rows()))
    wide = shown.select("option").unique(maintain_order=True)
    for key in models:
        own = shown.filter(pl.col("model") == key)
        wide = wide.join(
            own.select("option", pl.col("agreed_prob").alias(f"{key}_agreed_prob")),
            on="option",
            how="left",
        )
    panel = Panel(
        tuple(Series(f"{key}_agreed_prob", label=label) for key, label in models.items()),
        title="Agreed, probability",
    )
    return Figure(
        name="by-option",
        title="How often the room agrees on each option, by model",
        draw=lambda width: panel_chart(wide, "option", [panel], width),
        says=options_say(shown),
        table="agreement_by_option",
    )


def options_say(shown: pl.DataFrame) -> str:
    """Say which option is agreed most often, which least, and how far models differ."""
    spans = []
    for (option,), own in shown.group_by("option", maintain_order=True):
        values = [v for v in map(number, own["agreed_prob"].to_list()) if v is not None]
        if values:
            spans.append((str(option), min(values), max(values)))
    if not spans:
        return "Of no option is it known how often it is agreed."
    most, least = max(spans, key=lambda s: s[1] + s[2]), min(spans, key=lambda s: s[1] + s[2])
    said = [
        f"{word} is {option} ({percent(low)} to {percent(high)} of futures by model)"
        for word, (option, low, high) in (("Agreed most often", most), ("least often", least))
    ]
    return f"{said[0]}; {said[1]}." if most != least else f"{said[0]}."


def no_deal(table: pl.DataFrame, *, name: str, title: str = "No deal, room by room") -> Figure:
    """Draw the chance of no deal on each issue in each room.

    Parameters
    ----------
    table
        A row a format and issue.
    name
        Of the table.
    """
    rows = rows_of(table, ["format", "issue", "no_deal_prob"])
    formats = list(dict.fromkeys(row["format"] for row in rows))
    names = list(dict.fromkeys(row["issue"] for row in rows))
    cells = {
        (formats.index(row["format"]), names.index(row["issue"])): row["no_deal_prob"]
        for row in rows
    }
    matrix = Matrix(
        rows=formats,
        columns=names,
        cells={place: {"no_deal_prob": value} for place, value in cells.items()},
        name="no_deal_prob",
        depths={place: depth_of(value, 1.0) for place, value in cells.items()},
        colour=VERMILLION,
        bare=True,
    )
    return Figure(
        name="no-deal",
        title=f"{title}: share of futures, %",
        draw=lambda width: matrix_chart(matrix, width, letters=26),
        says=no_deal_say(rows),
        table=name,
        note="Empty: the issue is not dealt with there.",
    )


def no_deal_say(rows: Sequence[Mapping[str, Any]]) -> str:
    """Say where a deal is always possible and where never."""
    means = []
    for room in dict.fromkeys(row["format"] for row in rows):
        own = [
            row["no_deal_prob"]
            for row in rows
            if row["format"] == room and row["no_deal_prob"] is not None
        ]
        if own:
            means.append((sum(own) / len(own), room))
    if not means:
        return "Of no room is it known how often there is a deal."
    (least, easy), (most, hard) = min(means), max(means)
    if easy == hard:
        return f"{easy}: no deal on an issue in {percent(least)} of futures on average."
    return (
        f"No deal on an issue comes least often in {easy} ({percent(least)} of futures, mean over "
        f"its issues) and most often in {hard} ({percent(most)})."
    )


def by_model(table: pl.DataFrame, *, name: str) -> Figure:
    """Draw what every model forecasts, issue under issue, with ranges.

    Parameters
    ----------
    table
        A row an issue and model.
    name
        Of the table.
    """
    issues = {str(issue): own for (issue,), own in table.group_by("issue", maintain_order=True)}

    def draw(width: int) -> alt.TopLevelMixin:
        parts = []
        for issue, own in issues.items():
            title = f"Forecast, {own['unit'].item(0)}"
            panel = Panel((Series("forecast_value"),), title=title, zero=False)
            heads = broken(issue, int(width / LETTER)).split("\n")
            parts.append(panel_chart(own, "title", [panel], width).properties(title=heads))
        return alt.vconcat(*parts, spacing=20)

    return Figure(
        name="by-model",
        title="Forecast of every model",
        draw=draw,
        says=" ".join(model_say(own, issue) for issue, own in issues.items()),
        table=name,
        note="Medians and 90 % ranges over draws.",
    )


def model_say(own: pl.DataFrame, issue: str) -> str:
    """Say which model forecasts least and which most."""
    rows = [row for row in rows_of(own, ["title", *VALUES]) if row["forecast_value"] is not None]
    if not rows:
        return f"{issue}: no model has a forecast."
    low, high = (end(rows, key=lambda row: float(row["forecast_value"])) for end in (min, max))
    unit = own["unit"].item(0)
    if len(rows) == 1:
        return f"{issue}: {low['title']} {printed(low, 'forecast_value')} {unit}."
    return (
        f"{issue}: lowest by {low['title']}, {printed(low, 'forecast_value')} {unit}; highest by "
        f"{high['title']}, {printed(high, 'forecast_value')} {unit}."
    )


def rooms(table: pl.DataFrame, *, name: str, of: str = "") -> Figure:
    """Draw what one issue comes to in each room, with the chance of no deal there.

    Parameters
    ----------
    table
        A row a format and issue.
    name
        Of the table.
    of
        The issue, as printed; the first of the table where nothing is said or none is so called.
    """
    issue = of if of in table["issue"] else str(table["issue"].first())
    own = table.filter(pl.col("issue") == issue)
    unit = str(own["unit"].first())
    panels = [
        Panel((Series("mean_value"),), title=f"Compromise mean, {unit}", zero=False),
        Panel((Series("no_deal_prob", mark="bar"),)),
    ]
    return Figure(
        name="rooms",
        title=f"{issue}, room by room",
        draw=lambda width: panel_chart(own, "format", panels, width),
        says=rooms_say(own),
        table=name,
        note="The compromise mean is what the room would settle on if nobody could walk away.",
    )


def rooms_say(own: pl.DataFrame) -> str:
    """Say where the forecast is lowest and highest, and in which rooms there is never a deal."""
    names = ["format", "unit", "mean_value", "mean_value_low", "mean_value_high", "no_deal_prob"]
    rows = [row for row in rows_of(own, names) if row["mean_value"] is not None]
    if not rows:
        return "No room has a forecast."
    said = [
        f"{row['format']} {printed(row, 'mean_value')} {row['unit']}, no deal "
        + ("not known" if row["no_deal_prob"] is None else f"in {percent(row['no_deal_prob'])}")
        for row in (
            min(rows, key=lambda row: row["mean_value"]),
            max(rows, key=lambda row: row["mean_value"]),
        )
    ]
    never = [row["format"] for row in rows if row["no_deal_prob"] == 1]
    closing = f" In no future is there a deal in {listed(never)}." if never else ""
    return f"From {said[0]}, to {said[1]} of futures.{closing}"


def forecasts_of(answer: Answer, brief: Brief) -> Figure | None:
    """Draw the forecasts of an answer on agreement; None where it has none."""
    table, parties = (answer.tables.get(f"agreement_{name}") for name in ("forecasts", "parties"))
    if table is None or table.is_empty() or parties is None:
        return None
    return forecasts(table, parties, brief.scenario.issues)


def positions_of(answer: Answer, brief: Brief) -> Figure | None:
    """Draw who wants what of an answer on agreement; None where nobody wants anything."""
    table = answer.tables.get("agreement_parties")
    if table is None or table.is_empty():
        return None
    return positions(table, brief.scenario.issues)


def pledge_rooms_of(answer: Answer, brief: Brief) -> Figure | None:
    """Draw what the first of the pledges comes to in each room; None where there is no room."""
    table = answer.tables.get("pledge_rooms")
    if table is None or table.is_empty():
        return None
    titles = brief.scenario.titles("issues")
    named = [titles[key] for key in PLEDGES if titles.get(key) in table["issue"]]
    return rooms(table, name="pledge_rooms", of=next(iter(named), ""))

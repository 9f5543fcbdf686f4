"""Charts of who can be the bridge: whom to send, and the ties on which that rests."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.brief import Brief
from foedus.briefing.sentences import count_of, percent
from foedus.briefing.wording import show_cell
from foedus.plots.figure import WIDE, Figure
from foedus.plots.layers import layered
from foedus.plots.panels import one, panel_chart
from foedus.plots.style import (
    FONT_SIZE,
    INK,
    LETTER,
    PAGE,
    QUIET,
    broken,
    data,
    labels_of,
    look_of,
    printed,
    rows_of,
    width_of,
)
from foedus.plots.words import first_rows, left_out

MOST_ENVOYS: Final = 12
MOST_TIES: Final = 48
"""More lines than that cannot be told apart."""
NODE_ROW: Final = 17
"""Pixels between two names of a column."""
LEAST_HEIGHT: Final = 240
WIDEST: Final = 7
"""Width of the line of the strongest tie, in pixels."""
THINNEST: Final = 0.8
NAME_SIZE: Final = 11
NAME_LETTER: Final = LETTER * NAME_SIZE / FONT_SIZE
ELSEWHERE: Final = "in no camp"


def envoys(table: pl.DataFrame) -> Figure:
    """Draw what hangs on each who could be sent by all together, and how often each is best.

    Parameters
    ----------
    table
        A row a camp and candidate, those of all together first.
    """
    own = table.filter(pl.col("camp") == table["camp"].first())
    shown = first_rows(own, MOST_ENVOYS)
    panels = [
        one("hangs_share", "Of the link hangs on it"),
        one("best_share", "Best, share of draws", "bar"),
    ]
    rows = rows_of(shown, ["delegation", "hangs_share", "hangs_share_low", "hangs_share_high"])
    said = [f"{row['delegation']} {printed(row, 'hangs_share')}" for row in rows[:3]]
    return Figure(
        name="envoys",
        title="Whom to send",
        draw=lambda width: panel_chart(shown, "delegation", panels, width),
        says=f"Of the link between them hangs on {', on '.join(said)}.{left_out(own, shown)}",
        table="bridge_envoys",
        note="Sent by all together; camp by camp in the table. Ranges are 90 % over draws.",
    )


@dataclass(frozen=True)
class Tie:
    """What ties two to each other, all kinds together."""

    first: str
    second: str
    weight: float
    """Sum of what its kinds carry."""
    kinds: tuple[str, ...]
    is_strained: bool


def ties_of(table: pl.DataFrame, strained: frozenset[frozenset[str]]) -> list[Tie]:
    """Return the ties between each two, the strongest first; each pair once.

    Parameters
    ----------
    table
        A row a contender, partner and kind of tie.
    strained
        Pairs between whom a tie is strained.
    """
    found: dict[frozenset[str], dict[str, float]] = {}
    named: dict[frozenset[str], tuple[str, str]] = {}
    for row in rows_of(table, ["delegation", "partner", "tie_kind", "tie_weight"]):
        pair = frozenset((row["delegation"], row["partner"]))
        if row["tie_weight"] is None or len(pair) == 1:
            continue
        named.setdefault(pair, (row["delegation"], row["partner"]))
        found.setdefault(pair, {})[row["tie_kind"]] = row["tie_weight"]
    ties = [
        Tie(*named[pair], sum(kinds.values()), tuple(kinds), pair in strained)
        for pair, kinds in found.items()
    ]
    return sorted(ties, key=lambda tie: (-tie.weight, tie.first, tie.second))


def network(
    table: pl.DataFrame,
    camps: Mapping[str, str],
    addressed: str,
    strained: frozenset[frozenset[str]],
) -> Figure:
    """Draw the ties of those who could be sent: who sends on the left, who is addressed right.

    Parameters
    ----------
    table
        A row a contender, partner and kind of tie that carries something.
    camps
        Printed name of the camp of each delegation, by printed name.
    addressed
        Printed name of the camp that is addressed.
    strained
        Pairs, by printed name, between whom a tie is strained.
    """
    every = ties_of(table, strained)
    shown = every[:MOST_TIES]
    contenders = list(dict.fromkeys(table["delegation"].to_list()))
    nodes = columns_of(shown, contenders, camps, addressed)
    more = len(every) - len(shown)
    note = (
        "The wider a line, the more the ties between two carry, all kinds together; dashed: one "
        "of them is strained."
    )
    if more:
        note += f" The {len(shown)} strongest are drawn; {more} more are in the table."
    return Figure(
        name="network",
        title="The ties on which it rests",
        draw=lambda width: network_chart(shown, nodes, camps, width),
        says=network_says(shown, contenders),
        table="bridge_carriers",
        note=note,
    )


def columns_of(
    ties: Sequence[Tie], contenders: Sequence[str], camps: Mapping[str, str], addressed: str
) -> tuple[list[str], ...]:
    """Return who stands in which of four columns, from the left, top down.

    Who sends, by camp and strength; contenders; who stands in no camp; who is addressed.
    """
    strength: dict[str, float] = {}
    for tie in ties:
        for name in (tie.first, tie.second):
            strength[name] = strength.get(name, 0.0) + tie.weight
    middle = [name for name in contenders if name in strength]
    others = [name for name in strength if name not in middle]
    order = list(dict.fromkeys(camps.values()))
    senders = sorted(
        (name for name in others if camps.get(name, addressed) != addressed),
        key=lambda name: (order.index(camps[name]), -strength[name], name),
    )
    around = sorted((name for name in others if name not in camps), key=lambda n: (-strength[n], n))
    goal = sorted(name for name in others if camps.get(name) == addressed)
    return senders, middle, around, goal


def network_chart(
    ties: Sequence[Tie],
    columns: tuple[list[str], ...],
    camps: Mapping[str, str],
    width: int,
) -> alt.TopLevelMixin:
    """Draw nodes in columns and ties as lines between them."""
    senders, middle, around, goal = columns
    letters, short = (int(share * width / NAME_LETTER) for share in (0.34, 0.26))
    left = width_of(labels_of(senders, letters, 1)) if senders else 12.0
    right = width_of(labels_of(goal, short, 1)) if goal else 12.0
    height = max(LEAST_HEIGHT, NODE_ROW * max(map(len, columns), default=1))
    span = width - left - right - 16
    bulge = 0.12 * span
    places: dict[str, tuple[float, float]] = {}
    for names, share in ((senders, 0.0), (middle, 0.42), (around, 0.76), (goal, 1.0)):
        for at, name in enumerate(names):
            below = height * (at + 0.5) / len(names)
            # On an arc, so that ties between contenders do not run through those in between.
            out = bulge * math.sin(math.pi * (at + 0.5) / len(names)) if names is middle else 0.0
            places[name] = (left + span * share + out, below)
    most = max((tie.weight for tie in ties), default=1.0) or 1.0
    lines = [
        {
            "text": f"{tie.first} and {tie.second}: {', '.join(tie.kinds)}",
            "is_strained": tie.is_strained,
            "place_x": places[tie.first][0],
            "place_y": places[tie.first][1],
            "place_x_to": places[tie.second][0],
            "place_y_to": places[tie.second][1],
            "place_weight": tie.weight,
            "place_width": max(THINNEST, WIDEST * tie.weight / most),
        }
        for tie in reversed(ties)
    ]
    found = {camps.get(name, ELSEWHERE) for name in places}
    there = [camp for camp in dict.fromkeys([*camps.values(), ELSEWHERE]) if camp in found]
    camp_words = dict(zip(there, labels_of(there, 40, 1), strict=True))
    dots = [
        {
            "name": broken(name, letters if name in senders else short, 1),
            "full": name,
            "camp": camp_words[camps.get(name, ELSEWHERE)],
            "side": "left" if name in senders else "right" if name in goal else "over",
            "place_x": x,
            "place_y": y,
        }
        for name, (x, y) in places.items()
    ]
    wide = alt.Scale(domain=[0, width - 8], nice=False, zero=False)
    high = alt.Scale(domain=[0, height], reverse=True, nice=False, zero=False)
    across = alt.X("place_x:Q", scale=wide, axis=None)
    down = alt.Y("place_y:Q", scale=high, axis=None)
    looks = [look_of(at) for at in range(len(there))]
    domain = [camp_words[camp] for camp in there]
    # An empty legend has no end: the picture would be endless too.
    key = alt.Legend(title=None, orient="top", symbolSize=70, columns=2 if width < WIDE else 0)
    legend = key if domain else None
    drawn = alt.Chart(data(lines)).encode(
        across,
        down,
        x2=alt.X2("place_x_to:Q"),
        y2=alt.Y2("place_y_to:Q"),
        strokeWidth=alt.StrokeWidth("place_width:Q", scale=None),
        tooltip=alt.Tooltip("text:N", title="Ties"),
    )
    node = alt.Chart(data(dots)).encode(across, down)
    return layered(
        drawn.transform_filter("!datum.is_strained").mark_rule(color=QUIET, opacity=0.4),
        drawn.transform_filter("datum.is_strained").mark_rule(
            color=QUIET, opacity=0.7, strokeDash=[6, 4]
        ),
        node.mark_point(filled=True, size=70, opacity=1, stroke=PAGE, strokeWidth=1).encode(
            color=alt.Color(
                "camp:N",
                scale=alt.Scale(domain=domain, range=[look.colour for look in looks]),
                legend=legend,
            ),
            shape=alt.Shape(
                "camp:N",
                scale=alt.Scale(domain=domain, range=[look.shape for look in looks]),
                legend=legend,
            ),
            tooltip=alt.Tooltip("full:N", title="Name"),
        ),
        node.transform_filter("datum.side === 'left'")
        .mark_text(align="right", dx=-8, color=INK, fontSize=NAME_SIZE)
        .encode(text=alt.Text("name:N")),
        node.transform_filter("datum.side === 'right'")
        .mark_text(align="left", dx=8, color=INK, fontSize=NAME_SIZE)
        .encode(text=alt.Text("name:N")),
        node.transform_filter("datum.side === 'over'")
        .mark_text(
            dy=-11, fontWeight="bold", stroke=PAGE, strokeWidth=3, color=INK, fontSize=NAME_SIZE
        )
        .encode(text=alt.Text("name:N")),
        node.transform_filter("datum.side === 'over'")
        .mark_text(dy=-11, fontWeight="bold", color=INK, fontSize=NAME_SIZE)
        .encode(text=alt.Text("name:N")),
    ).properties(width=width - 8, height=height)


def network_says(ties: Sequence[Tie], contenders: Sequence[str]) -> str:
    """Say which ties are the strongest, and which are strained."""
    if not ties:
        return "No tie carries anything."
    said = [
        f"{tie.first} and {tie.second} ({show_cell(tie.weight, 'tie_weight')}"
        f"{', strained' if tie.is_strained else ''})"
        for tie in ties[:3]
    ]
    strained = sum(tie.is_strained for tie in ties)
    return (
        f"Ties of {count_of(len(contenders), 'contender')}. The strongest: {'; '.join(said)}; "
        f"{strained} of {len(ties)} drawn are strained."
    )


def gone(table: pl.DataFrame) -> Figure:
    """Draw who is best to send before and after the ties of one leader are gone.

    Parameters
    ----------
    table
        A row a leader and who is then best.
    """
    shown = first_rows(table)
    named = shown.with_columns(
        label=pl.concat_str(
            pl.col("delegation"), pl.lit(", without the leader of "), pl.col("leader_gone")
        )
    )
    panels: list[Any] = [one("best_share", mark="bar"), one("best_if_gone_share", mark="bar")]
    rows = [r for r in rows_of(named, ["label", "best_if_gone_share"]) if r["best_if_gone_share"]]
    most = max(rows, key=lambda row: row["best_if_gone_share"], default=None)
    said = "Nobody is best then."
    if most:
        said = f"Best most often: {most['label']} ({percent(most['best_if_gone_share'])} of draws)."
    return Figure(
        name="gone",
        title="If the personal ties of one leader were gone",
        draw=lambda width: panel_chart(named, "label", panels, width),
        says=f"{said}{left_out(table, shown)}",
        table="bridge_gone",
    )


def network_of(answer: Answer, brief: Brief) -> Figure | None:
    """Draw the ties of an answer on who can be the bridge; None where none carries anything."""
    table = answer.tables.get("bridge_carriers")
    if table is None or table.is_empty():
        return None
    scenario = brief.scenario
    names = scenario.titles("delegations")
    camps = {names.get(c, c): camp.title for camp in scenario.camps for c in camp.members}
    strained = frozenset(
        frozenset((names.get(row.delegation, ""), names.get(row.partner, "")))
        for row in scenario.ties
        if row.valence == "strained"
    )
    addressed = next((camp.title for camp in scenario.camps if camp.part == "addressed"), "")
    return network(table, camps, addressed, strained)

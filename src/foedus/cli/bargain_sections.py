"""Negotiations as sections of a page: issues, rooms, who matters, trades, and what is agreed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from foedus.briefing.sentences import count_of, listed, percent
from foedus.briefing.wording import Column, fold_ranges, show_cell
from foedus.cli.page import FAINT, STRONG, WARNING, Page
from foedus.cli.sections import printed_names
from foedus.engines.bargaining.challenge.play import Offer
from foedus.engines.bargaining.result import (
    BASELINE,
    CHALLENGE_MODELS,
    FAMILIES,
    FOLLOWED_MODELS,
    MODELS,
    BargainingResult,
)
from foedus.scenario import Scenario

ALONE: Final = "alone"
PLAINEST_READING: Final = "challenge_paper"
"""Reading of the challenge model whose moves are told if no other is asked for."""
FEW: Final = 6
"""Rows of parties and moves that are printed of an issue unless it was asked for."""
MOST_BLOCKERS: Final = 3
HALF: Final = 0.5
LEAST_BLOCKING: Final = 0.005
MOST_TRADES: Final = 12

ROOM_COLUMNS: Final = (
    *("format", "rounds_before_count", "rule", "no_deal_prob"),
    *(f"{name}{end}" for name in ("mean_value", "deal_value") for end in ("", "_low", "_high")),
    "spread_value",
)
"""Columns of rooms that are printed, so that they stand side by side."""

RULE_WORDS: Final = {
    "alone": "each answers alone",
    "consensus": "by consensus",
    "majority": "by majority",
}


@dataclass(frozen=True)
class Shown:
    """What is printed of a run."""

    scenario: Scenario
    result: BargainingResult
    issues: tuple[str, ...]
    """Issues that are printed."""
    formats: tuple[str, ...]
    """Formats that are printed."""
    models: tuple[str, ...]
    """Models that are printed; the baseline always is."""
    at_length: bool
    """Whether issues were asked for by name, so that every party is printed."""

    @cached_property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Tables of the run, by name; `parties` with the influence that all would share."""
        tables = self.result.tables()
        return tables | {"parties": with_equal_influence(tables["parties"])}

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """Printed names by column."""
        delegations, formats, issues = (
            self.scenario.titles(table) for table in ("delegations", "formats", "issues")
        )
        models = {name: capital(words) for name, words in MODELS.items()}
        return printed_names(self.scenario) | {
            **dict.fromkeys(["format", "smaller", "larger"], formats),
            **dict.fromkeys(["issue", "first_issue", "second_issue"], issues),
            **dict.fromkeys(["mover", "challenger", "most_hurt"], delegations),
            **dict.fromkeys(["first_party", "second_party"], delegations),
            **dict.fromkeys(["model", "outlier"], models),
            "rule": {name: capital(name) for name in RULE_WORDS},
            "offer": {offer.name.lower(): capital(offer.name.lower()) for offer in Offer},
        }

    @property
    def room(self) -> int:
        """Place of the room among the formats."""
        return self.result.room

    def title(self, column: str, key: str) -> str:
        """Return the printed name of a key."""
        return self.names[column].get(key, key)

    def titles(self, column: str, keys: str) -> str:
        """Return printed names of keys between semicolons, as in a sentence."""
        return listed([self.title(column, key) for key in keys.split(";") if key])

    def columns(self, table: pl.DataFrame) -> list[Column]:
        """Return a table's columns for readers."""
        return fold_ranges(table, self.names)


def capital(words: str) -> str:
    """Return words that begin with a capital letter."""
    return words[:1].upper() + words[1:]


def with_equal_influence(parties: pl.DataFrame) -> pl.DataFrame:
    """Return parties with `equal_shift_value`: what leaving each out does if all are as strong.

    How far the mean of the positions, by salience alone, would move without it, at mean positions
    and mean salience. None where nobody else cares.
    """
    care, wants = pl.col("salience_share"), pl.col("position_value")
    total, sum_ = care.sum().over("issue"), (care * wants).sum().over("issue")
    rest = total - care
    without = pl.when(rest > 0).then((sum_ - care * wants) / rest)
    after = parties.columns.index("median_shift_value") + 1
    return parties.with_columns(
        pl.when(total > 0).then(without - sum_ / total).alias("equal_shift_value")
    ).select(*parties.columns[:after], "equal_shift_value", *parties.columns[after:])


def model_warnings(shown: Shown) -> list[str]:
    """Return where a forecast rests on the choice of model, on one model, or on how it is coded."""
    table = shown.tables["model_spread"].filter(pl.col("issue").is_in(shown.issues))
    families = table.filter(pl.col("among") == "families")
    readings = table.filter((pl.col("among") == "readings") & pl.col("rests_on_choice"))
    by_choice = families.filter(pl.col("rests_on_choice") & ~pl.col("rests_on_one"))
    found = []
    if len(by_choice):
        found.append(
            f"The forecast rests on which model one believes: {issues_in(shown, by_choice)}. "
            "Models lie further apart than the range of any one of them."
        )
    for (outlier,), part in families.filter("rests_on_one").group_by(
        "outlier", maintain_order=True
    ):
        found.append(
            f"The forecast rests on one model, the {MODELS[str(outlier)]}, without which the "
            f"others are close: {issues_in(shown, part)}."
        )
    if len(readings):
        found.append(
            "The challenge model rests on an accident of how it is coded, as its readings lie "
            f"further apart than the range of one: {issues_in(shown, readings)}."
        )
    return found


def issues_in(shown: Shown, table: pl.DataFrame) -> str:
    """Return the issues of a table in words."""
    return listed([shown.title("issue", name) for name in table["issue"].to_list()])


def put_room(page: Page, shown: Shown) -> None:
    """Put who is in the room that is looked at, and all its issues side by side."""
    result = shown.result
    room = shown.room
    who = [shown.title("delegation", code) for code in sorted(result.at_table(room))]
    rules = dict.fromkeys(result.rules[room][at] for at, _ in result.dealt_issues())
    page.heading(f"The room: {shown.title('format', result.format)}")
    page.paragraph(
        f"{capital(listed([RULE_WORDS[rule] for rule in rules]))}; "
        f"{count_of(len(who), 'delegation')} heard: {listed(who)}."
    )
    absent = [name for name in shown.issues if not result.is_dealt[room, result.issues.index(name)]]
    if absent:
        names = listed([shown.title("issue", name) for name in absent])
        page.paragraph(f"Not dealt with there, as fewer than two have a view: {names}.")
    page.gap()
    page.table(shown.columns(short_table(shown)))
    page.paragraph(
        "Medians with 90 % ranges, in the unit of each issue; models: one of each family.", FAINT
    )


def short_table(shown: Shown) -> pl.DataFrame:
    """Return a row an issue of the room: no deal, the baseline, and how far apart models are.

    `issue`, `no_deal_prob`; `mean_value` as if nobody could walk away and `deal_value`
    within the zone, with their ranges; `models_low_value` and `models_high_value`: lowest and
    highest median of the families of models.
    """
    result = shown.result
    rooms = shown.tables["rooms"].filter(pl.col("format") == result.format)
    families = (
        shown.tables["forecasts"]
        .filter(pl.col("model").is_in(FAMILIES))
        .group_by("issue", maintain_order=True)
        .agg(
            pl.col("forecast_value").min().alias("models_low_value"),
            pl.col("forecast_value").max().alias("models_high_value"),
        )
    )
    ends = [
        f"{name}{end}" for name in ("mean_value", "deal_value") for end in ("", "_low", "_high")
    ]
    return (
        rooms.filter(pl.col("issue").is_in(shown.issues))
        .join(families, on="issue", maintain_order="left")
        .select("issue", "no_deal_prob", *ends, "models_low_value", "models_high_value")
    )


def put_issues(page: Page, shown: Shown) -> None:
    """Put every issue that the room deals with: all models, who matters, who gives way."""
    for at, issue in shown.result.dealt_issues():
        if issue in shown.issues:
            put_issue(page, shown, at, issue)


def put_issue(page: Page, shown: Shown, at: int, issue: str) -> None:
    """Put one issue."""
    result = shown.result
    row = shown.scenario.row("issues", issue)
    page.heading(f"{row.title} ({row.unit})")
    page.paragraph(row.question)
    page.paragraph(
        f"{show_cell(row.scale_from_value, 'end_value')}: {row.scale_from_means}; "
        f"{show_cell(row.scale_to_value, 'end_value')}: {row.scale_to_means}.",
        FAINT,
    )
    page.paragraph(deal_sentence(result, at), STRONG)
    forecasts = shown.tables["forecasts"].filter(
        (pl.col("issue") == issue) & pl.col("model").is_in(shown.models)
    )
    page.gap()
    values = [
        f"{name}{end}" for name in ("forecast_value", "deal_value") for end in ("", "_low", "_high")
    ]
    page.table(shown.columns(forecasts.select("model", *values)))
    fewer = forecasts.filter(pl.col("draws_count") < result.draws)
    if len(fewer):
        counts = ", ".join(
            f"{MODELS[name]} {count:,}"
            for name, count in fewer.select("model", "draws_count").iter_rows()
        )
        page.paragraph(f"In fewer than the {result.draws:,} draws: {counts}.", FAINT)
    for warning in spread_sentences(shown, issue):
        page.paragraph(f"! {warning}", WARNING)
    put_parties(page, shown, issue)
    put_moves(page, shown, issue)


def deal_sentence(result: BargainingResult, at: int) -> str:
    """Return the chance of no deal in the room, and within which outcomes there is one."""
    room, unit = result.room, result.units[at]
    reference = result.reference_value[at]
    stays = (
        "what holds without a deal is not known"
        if np.isnan(reference)
        else f"without a deal: {show_cell(float(reference), 'reference_value')} {unit}"
    )
    if result.rules[room][at] == ALONE:
        return f"Each answers alone, so nothing is agreed; {stays}."
    has_deal = result.has_deal[:, room, at]
    said = f"No deal in {percent(float(1 - has_deal.mean()))} of draws; {stays}."
    if not has_deal.any():
        return said
    low, high = (
        show_cell(float(np.median(ends[has_deal, room, at])), "zone_value")
        for ends in (result.zone_low_value, result.zone_high_value)
    )
    return f"{said} With a deal, what is acceptable reaches from {low} to {high} (medians)."


def spread_sentences(shown: Shown, issue: str) -> Iterator[str]:
    """Yield how far models disagree on an issue, where it decides the forecast."""
    for row in shown.tables["model_spread"].filter(pl.col("issue") == issue).iter_rows(named=True):
        apart, within = (show_cell(row[name], name) for name in ("between_value", "within_value"))
        if row["rests_on_choice"] and row["among"] == "families":
            close = f"; without the {MODELS[row['outlier']]} they would not" * row["rests_on_one"]
            yield (
                f"Families of models lie {apart} apart, more than the range of one ({within})"
                f"{close}."
            )
        elif row["rests_on_choice"]:
            yield (
                f"Readings of the challenge model lie {apart} apart, more than the range of one "
                f"({within}): an accident of how it is coded."
            )
        opposed = row["opposed_share"]
        if row["among"] == "families" and opposed is not None and opposed > HALF:
            yield (
                f"In {percent(opposed)} of draws models point to opposite sides of what holds "
                "today."
            )


def put_parties(page: Page, shown: Shown, issue: str) -> None:
    """Put who matters on an issue, and whose consent stands in the way."""
    parties = shown.tables["parties"].filter(pl.col("issue") == issue)
    order = parties.sort(pl.col("mean_shift_value").abs(), descending=True, nulls_last=True)
    some = order if shown.at_length else order.head(FEW)
    page.label("Who matters: how the compromise mean would move without it")
    page.table(
        shown.columns(
            some.select(
                *("delegation", "position_value", "salience_share", "weight_share"),
                *("mean_shift_value", "equal_shift_value", "median_shift_value", "distance_value"),
            )
        )
    )
    put_rest(page, issue, len(order) - len(some))
    blockers = (
        shown.tables["blockers"]
        .filter(
            (pl.col("format") == shown.result.format)
            & (pl.col("issue") == issue)
            & (pl.col("freed_prob") > LEAST_BLOCKING)
        )
        .head(MOST_BLOCKERS)
    )
    if len(blockers):
        parts = [
            f"{shown.title('delegation', code)} in {percent(chance)} of draws"
            for code, chance in blockers.select("delegation", "freed_prob").iter_rows()
        ]
        page.paragraph(f"Stands alone in the way of a deal: {listed(parts)}.")


def put_moves(page: Page, shown: Shown, issue: str) -> None:
    """Put who gives way to whom in the first round, in the readings that are printed."""
    asked = [name for name in shown.models if name in CHALLENGE_MODELS]
    everything = len(asked) == len(CHALLENGE_MODELS)
    readings = [PLAINEST_READING] if everything else asked
    for reading in readings:
        moves = shown.tables["moves"].filter(
            (pl.col("issue") == issue) & (pl.col("model") == reading) & (pl.col("round_count") == 1)
        )
        page.label(f"Who gives way to whom: {MODELS[reading]}, first round, at the assumptions")
        if moves.is_empty():
            page.put("  nobody", FAINT)
        else:
            some = moves if shown.at_length else moves.head(FEW)
            columns = ("mover", "challenger", "offer", "from_value", "to_value")
            page.table(shown.columns(some.select(columns)))
            put_rest(page, issue, len(moves) - len(some))


def put_rest(page: Page, issue: str, left: int) -> None:
    """Put how many rows of an issue are left out, and how they are printed."""
    if left:
        page.put(f"  {left} more: --issue {issue}", FAINT)


def put_rooms(page: Page, shown: Shown) -> None:
    """Put all formats side by side, an issue at a time, and what seats change."""
    rooms = shown.tables["rooms"].filter(pl.col("format").is_in(shown.formats))
    page.heading("Rooms and rounds")
    page.paragraph(
        "The compromise mean and how far apart the room is, as if nobody could walk away; beside "
        "them the mean where there is a deal.",
        FAINT,
    )
    for sentence in gains_over_forms(shown):
        page.paragraph(sentence)
    for issue in shown.issues:
        table = rooms.filter(pl.col("issue") == issue)
        if table.is_empty():
            continue
        unit = table["unit"][0]
        page.label(f"{shown.title('issue', issue)} ({unit})")
        page.table(shown.columns(table.select(ROOM_COLUMNS)))
    put_seats(page, shown)


def gains_over_forms(shown: Shown) -> Iterator[str]:
    """Yield what the room finds that formats cannot in which everybody answers alone."""
    result, room = shown.result, shown.room
    dealt = [at for at, issue in result.dealt_issues() if issue in shown.issues]
    deals = result.has_deal[:, room, dealt]
    for place, name in enumerate(result.formats):
        alone = [result.rules[place][at] == ALONE for at in dealt]
        if place == room or name not in shown.formats or not dealt or not all(alone):
            continue
        often = int((deals.mean(axis=0) > HALF).sum())
        of_many = (
            f"a deal in more than half of the draws on {often} of {len(dealt)} issues, and on all "
            "of them at once in "
        )
        yield (
            f"{shown.title('format', name)}: each answers alone, so nothing is agreed. "
            f"{shown.title('format', result.format)}: "
            f"{of_many if len(dealt) > 1 else 'a deal in '}"
            f"{percent(float(deals.all(axis=1).mean()))}."
        )


def put_seats(page: Page, shown: Shown) -> None:
    """Put what a larger room changes against the smaller one within it."""
    seats = shown.tables["seats"].filter(pl.col("issue").is_in(shown.issues))
    pairs = nearest_pairs(seats)
    page.heading("What seats change")
    # A single format that is asked for is compared with all others.
    needed = min(len(shown.formats), 2)
    wanted = [pair for pair in pairs if len(set(pair) & set(shown.formats)) == needed]
    if not wanted:
        page.paragraph("No room that is printed holds all of another and more.")
    for smaller, larger in wanted:
        table = seats.filter((pl.col("smaller") == smaller) & (pl.col("larger") == larger))
        page.label(
            f"{shown.title('format', smaller)} \N{RIGHTWARDS ARROW} {shown.title('format', larger)}"
        )
        page.paragraph(f"Added: {shown.titles('delegation', table['added'][0])}.")
        page.table(shown.columns(table.drop("smaller", "larger", "added", "unit")))


def nearest_pairs(seats: pl.DataFrame) -> list[tuple[str, str]]:
    """Return pairs of formats between which no third lies, in the order of the table."""
    pairs = list(seats.select("smaller", "larger").unique(maintain_order=True).iter_rows())
    known = set(pairs)
    middles = {name for pair in pairs for name in pair}
    return [
        (small, large)
        for small, large in pairs
        if not any((small, third) in known and (third, large) in known for third in middles)
    ]


def put_trades(page: Page, shown: Shown) -> None:
    """Put what pairs could trade across the issues that are printed."""
    trades = shown.tables["trades"].filter(
        pl.col("first_issue").is_in(shown.issues) | pl.col("second_issue").is_in(shown.issues)
    )
    page.heading("What could be traded")
    if trades.is_empty():
        page.paragraph("Nothing: no two stand on opposite sides of two issues and gain by it.")
        return
    page.paragraph(
        "Best trade of each pair by itself, at the assumptions: each side gives way on one issue "
        "and both gain as much. Points are hundredths of a scale times salience.",
        FAINT,
    )
    page.gap()
    some = trades.head(MOST_TRADES).rename({"first": "first_party", "second": "second_party"})
    page.table(shown.columns(some))
    if len(trades) > MOST_TRADES:
        page.put(f"  {len(trades) - MOST_TRADES} more: --json", FAINT)


def put_agreed(page: Page, shown: Shown) -> None:
    """Put whether each option is agreed on in the room."""
    page.heading("Is an option agreed on?")
    table = agreed_in_short(shown.tables["agreed_by_option"])
    if table.is_empty():
        page.paragraph("No option needs an outcome on any issue.")
        return
    page.paragraph(
        "Chance that there is a deal on every issue that the option needs, and that the forecast "
        "reaches what it needs: by the compromise mean, and by the model that sees the least and "
        "the most of it.",
        FAINT,
    )
    page.gap()
    shown_issues = {row: shown.titles("issue", row) for row in table["issues"].unique().to_list()}
    columns = fold_ranges(table, shown.names | {"issues": shown_issues})
    page.table(columns)


def agreed_in_short(agreed: pl.DataFrame) -> pl.DataFrame:
    """Return a row an option that needs an outcome: by the baseline, least and most of models.

    `option`, `issues`, `deal_prob`, `agreed_prob` by the compromise mean; `agreed_least_prob` and
    `agreed_most_prob` over the models that are run on every draw.
    """
    needed = agreed.filter(pl.col("agreed_prob").is_not_null())
    span = (
        needed.filter(pl.col("model").is_in(FOLLOWED_MODELS))
        .group_by("option", maintain_order=True)
        .agg(
            pl.col("agreed_prob").min().alias("agreed_least_prob"),
            pl.col("agreed_prob").max().alias("agreed_most_prob"),
        )
    )
    return (
        needed.filter(pl.col("model") == BASELINE)
        .select("option", "issues", "deal_prob", "agreed_prob")
        .join(span, on="option", maintain_order="left")
    )


def with_baseline(models: Sequence[str]) -> tuple[str, ...]:
    """Return models in their order, the baseline among them; all if none is named.

    >>> with_baseline(["median"])
    ('mean', 'median')
    """
    return tuple(name for name in MODELS if not models or name in (*models, BASELINE))

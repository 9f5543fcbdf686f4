"""Sensitivity as sections of a page: factors, events, boxes, and options side by side."""

from typing import Any, Final

import numpy as np
import polars as pl

from foedus.briefing.analysis import Analysis, held, most_comes_from
from foedus.briefing.factor_words import unit_name, with_unit
from foedus.briefing.sentences import count_of, listed, middle_and_range, percent
from foedus.briefing.wording import Column, show_cell, show_range
from foedus.cli.page import FAINT, STRONG, Page
from foedus.ensemble.across_options import AcrossOptions
from foedus.ensemble.boxes import Discovery, FoundBox
from foedus.ensemble.chain_model import outcome_named
from foedus.ensemble.sensitivity import Effects, Sensitivity
from foedus.ensemble.swings import Swings
from foedus.quantities import SUFFIXES, quantity, suffix_of

BAR_WIDTH: Final = 10
ALONE, TOGETHER = "#", "+"
MUCH_SHARE: Final = 0.1
"""A rest that makes more than this of the variance is worth taking apart."""
CRITERIA: Final = {
    "mean": "the best mean",
    "worst": "the best of worst draws",
    "regret_mean": "the least regret on average",
    "regret_high": "the least regret at its 90 % point",
    "regret_worst": "the least greatest regret",
    "best_share": "best in most draws",
    "satisficing_share": "gives what is asked for most often",
}


def put_analysis(page: Page, found: Analysis) -> None:
    """Put everything that was found."""
    put_outcome(page, found)
    if not found.is_flat:
        match found.result:
            case Sensitivity():
                put_factors(page, found, found.result)
            case Effects():
                put_effects(page, found, found.result)
            case Swings():
                put_swings(page, found, found.result)
        put_events(page, found)
    if found.discovery is not None:
        put_boxes(page, found, found.discovery)
    if found.across is not None:
        put_across(page, found, found.across)


def put_outcome(page: Page, found: Analysis) -> None:
    """Put what is looked at, and how it is spread."""
    name = f"{found.about.title} ({found.outcome})"
    if not found.numbers.size:
        page.paragraph(f"{name}: no draw has a number.", STRONG)
        return
    if found.is_flat:
        value = found.sized(float(found.numbers[0]))
        page.paragraph(
            f"{name}: {value} in every draw. Nothing that is uncertain moves it.", STRONG
        )
        return
    failed = found.sample.size - found.numbers.size
    if found.is_yes_or_no:
        drawn = count_of(found.numbers.size, "draw")
        page.paragraph(f"{name}: in {percent(float(found.numbers.mean()))} of {drawn}.", STRONG)
        put_failed(page, failed)
        return
    _, low, high = middle_and_range(found.numbers)
    page.paragraph(
        f"{name}: {found.sized(float(found.numbers.mean()))} on average over "
        f"{count_of(found.numbers.size, 'draw')}, from {found.sized(low)} to "
        f"{found.sized(high)} in nine of ten.",
        STRONG,
    )
    put_failed(page, failed)


def put_failed(page: Page, failed: int) -> None:
    """Say how many draws have no number, if any."""
    if failed:
        page.paragraph(f"{count_of(failed, 'draw')} without a number left out.", FAINT)


def put_factors(page: Page, found: Analysis, result: Sensitivity) -> None:
    """Put shares of variance."""
    table = found.factors
    page.heading("What its variance comes from")
    page.paragraph(most_comes_from(table.row(0, named=True)))
    page.gap()
    shown = found.leading_factors
    page.table(
        [
            Column("Factor", shown["title"].to_list(), False),
            shares(shown, "first_share", "Alone"),
            shares(shown, "total_share", "With others"),
            Column("", [bar(row) for row in shown.to_dicts()], False),
            sizes(found, shown, "fifths_value", "Upper less lower fifth", plus=True),
        ]
    )
    left = table.slice(len(shown))
    if len(left):
        most = max((share or 0.0 for share in left["total_share"]), default=0.0)
        what = "1 factor more, not" if len(left) == 1 else f"{len(left)} factors more, none of them"
        page.put(f"  {what} above {percent(ceiling(most))} with others: --csv factors", FAINT)
    page.gap()
    addresses = [row for row in shown.to_dicts() if row["kind"] == "cell"]
    if addresses:
        page.label("Cells to set")
        page.bullets(f"{row['title']}: {row['factor']}" for row in addresses)
        page.gap()
    for paragraph in remarks(result, table):
        page.paragraph(paragraph, FAINT)


def remarks(result: Sensitivity, table: pl.DataFrame) -> list[str]:
    """Return what it takes to read the table of factors."""
    alone = min(max(float(result.first_sum[0]), 0.0), 1.0)
    widest = table.select(
        (pl.col("first_share_high") - pl.col("first_share_low")).max(),
        (pl.col("total_share_high") - pl.col("total_share_low")).max().alias("total"),
    ).row(0)
    meaning = (
        f"Alone ({ALONE}): the part of the variance that would go if the factor were known. With "
        f"others ({ALONE} and {TOGETHER}): what would stay if all else were. Factors by themselves "
        f"make {percent(alone)}; the rest comes from factors acting together, and counts for each "
        f"of them. In brackets {percent(result.level_share)} intervals; the widest spans "
        f"{100 * max(filter(None, widest), default=0.0):.0f} points. Upper less lower fifth: how "
        "far the mean moves."
    )
    said = [meaning, grouping(result)]
    rest = table.filter(pl.col("kind").is_in(["table", "unmoved"]))["total_share"]
    if any(share is not None and share >= MUCH_SHARE for share in rest):
        said.append(
            "Much lies in cells that are counted together: --method morris takes them apart as far "
            "as it can, and a larger --top lets more be picked."
        )
    if any(factor.kind == "group" for factor in result.factors):
        said.append(
            "Cells that are drawn together count as one, since none of them moves by itself; the "
            "last column is then what they have in common."
        )
    return said


def grouping(result: Sensitivity) -> str:
    """Say which cells are told apart, and which are counted together."""
    picked = sum(factor.kind == "cell" for factor in result.factors)
    unmoved = next((f for f in result.factors if f.kind == "unmoved"), None)
    text = f"{count_of(result.draws, 'base draw')}, {result.runs_count:,} runs of the chain."
    if not result.screened_count:
        return f"{text} Every cell that is drawn by itself is a factor."
    text += (
        f" Of {count_of(result.screened_count, 'cell')} drawn by themselves a screening picked "
        f"{picked or 'none'}; the others are counted together, table by table."
    )
    if unmoved is not None:
        text += (
            f" {count_of(len(unmoved.cells), 'cell')} that moved nothing in a pilot are one factor."
        )
    return text


def put_effects(page: Page, found: Analysis, result: Effects) -> None:
    """Put the changes that factors make when they are drawn anew."""
    page.heading("What moves it: inputs drawn anew, one at a time")
    shown = found.leading_factors
    page.table(
        [
            Column("Input", shown["title"].to_list(), False),
            sizes(found, shown, "change_value", "Change, whatever its sign"),
            sizes(found, shown, "spread_value", "Spread of changes"),
        ]
    )
    left = found.factors.filter(pl.col("change_value") > 0).height - len(shown)
    still = found.factors.filter(pl.col("change_value") == 0).height
    if left:
        page.put(f"  {left} more that move it: --csv factors", FAINT)
    page.gap()
    page.paragraph(
        f"Morris's screening: from {count_of(result.draws, 'place')}, each of "
        f"{len(result.factors)} inputs is drawn anew by itself; {still} moved nothing. Tables of "
        "many uncertain cells are taken by column. A spread as large as the change says that it "
        "hangs on the other inputs. In brackets 90 % intervals.",
        FAINT,
    )


def put_swings(page: Page, found: Analysis, result: Swings) -> None:
    """Put bars of one input at a time."""
    page.heading("One at a time: the mean at the low and the high point of each input")
    shown = found.leading_factors
    if shown.is_empty():
        page.paragraph("No input by itself stands out from chance.")
        return
    base = float(result.bars.base[0])
    page.paragraph(f"With all of them at their 50 % points: {found.sized(base)}.")
    page.gap()
    inputs = [points(row) for row in shown.to_dicts()]
    page.table(
        [
            Column("Input", shown["title"].to_list(), False),
            Column("From its 5 % to its 95 % point", inputs, False),
            sizes(found, shown, "at_low_value", "Mean at low"),
            sizes(found, shown, "at_high_value", "Mean at high"),
            sizes(found, shown, "change_value", "Change", plus=True),
        ]
    )
    page.gap()
    page.paragraph(
        f"All bars over the same {count_of(result.draws, 'draw')}, in which everything else "
        "varies; what inputs do only together is not seen. Inputs are those that stand out from "
        "chance by themselves. Of cells that are "
        "drawn together, what they have in common is moved. In brackets 90 % intervals.",
        FAINT,
    )


def points(row: dict[str, Any]) -> str:
    """Return the points between which an input is moved."""
    if row["low_input_value"] is None:
        return "5 % to 95 % point"
    unit = unit_name(row["input"])
    low, high = row["low_input_value"], row["high_input_value"]
    return f"{with_unit(low, unit, False)} to {with_unit(high, unit)}"


def put_events(page: Page, found: Analysis) -> None:
    """Put how much is known once an event is."""
    shown = found.leading_events
    if shown.is_empty():
        return
    page.heading("What hangs on events that chance decides")
    page.table(
        [
            Column("Event", [capital(title) for title in shown["title"]], False),
            Column("Happens in", [percent(p) for p in shown["happens_share"]], True),
            sizes(found, shown, "if_so_value", "If so"),
            sizes(found, shown, "if_not_value", "If not"),
            shares(shown, "known_share", "Part of the variance"),
        ]
    )
    page.gap()
    page.paragraph(
        "Read off the same draws: the part of the variance that goes once the event is known. "
        "Events hang together, so these parts overlap and do not add up.",
        FAINT,
    )


def put_boxes(page: Page, found: Analysis, discovery: Discovery) -> None:
    """Put in which part of the inputs the cases of a question lie."""
    question = discovery.question
    sign = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}[question.sign]
    limit = with_unit(question.limit, question.outcome)
    title = outcome_named(question.outcome)[1].title
    page.heading(f"When: {title[:1].lower()}{title[1:]} {sign} {limit}")
    cases = round(discovery.cases_share * discovery.draws_count) if discovery.draws_count else 0
    part = f" ({percent(discovery.cases_share)})" if 0 < cases < discovery.draws_count else ""
    page.paragraph(f"It is so in {cases:,} of {count_of(discovery.draws_count, 'draw')}{part}.")
    if discovery.says:
        page.paragraph(discovery.says)
        return
    for number, box in enumerate(discovery.boxes, start=1):
        page.label(box_title(number, box))
        page.bullets(
            capital(found.words.limit(one.name, one.low, one.high))
            + f" ({chance_words(one.quasi_p)})"
            for one in box.limits
        )
    page.gap()
    together = ""
    if len(discovery.boxes) > 1:
        together = (
            f"The boxes together hold {percent(discovery.coverage_share)} of the cases; "
            f"{percent(discovery.density_share)} of what they hold are cases. "
        )
    page.paragraph(
        f"{together}Found on every other draw and measured on those between; a later box only "
        "holds what is in none before it. Quasi p: how easily chance would make the box as dense "
        f"without this limit. Limits were sought on {count_of(len(discovery.looked_at), 'input')} "
        "that by themselves change how often it is so.",
        FAINT,
    )


def box_title(number: int, box: FoundBox) -> str:
    """Return what a box holds."""
    fit = box.fit
    return (
        f"Box {number}: holds {percent(fit.coverage_share)} of the cases, and "
        f"{percent(fit.density_share)} of what it holds are cases"
    )


def chance_words(quasi_p: float) -> str:
    """Return a quasi-p value as text.

    >>> chance_words(1e-20), chance_words(0.0312)
    ('quasi p < 0.001', 'quasi p 0.031')
    """
    return "quasi p < 0.001" if quasi_p < 0.001 else f"quasi p {quasi_p:.3f}"


def put_across(page: Page, found: Analysis, across: AcrossOptions) -> None:
    """Put options side by side."""
    page.heading("Options on the same futures")
    table = across.table()
    columns = [
        Column("Option", table["option"].to_list(), False),
        *(
            sizes(found, table, name, title)
            for name, title in (
                ("mean_value", "Mean"),
                ("regret_mean_value", "Regret, mean"),
                ("regret_high_value", "Regret, 90 % point"),
                ("regret_worst_value", "Greatest regret"),
            )
        ),
        Column("Best in", [show_cell(v, "best_share") for v in table["best_share"]], True),
    ]
    if across.question is not None:
        met = [show_cell(v, "any_share") for v in table["satisficing_share"]]
        columns.append(Column("Gives what is asked for", met, True))
    page.table(columns)
    page.gap()
    page.bullets(named_sentences(across))
    page.gap()
    asked = ""
    if across.question is not None:
        side = "at or above" if across.more_is_better else "below"
        limit = with_unit(across.question.limit, across.outcome)
        asked = f" Asked for: {side} {limit}."
    page.paragraph(
        f"{count_of(across.draws, 'draw')}, the same for all. Regret: how far an option stays "
        "behind the best of each draw; ties count as best for each. No criterion is weighed "
        f"against another, and no other outcome is looked at here.{asked}",
        FAINT,
    )


def named_sentences(across: AcrossOptions) -> list[str]:
    """Say which option each criterion names, where it is not nearly all of them."""
    by_options: dict[tuple[str, ...], list[str]] = {}
    for criterion, options in across.named.items():
        if len(options) <= len(across.options) // 2:
            by_options.setdefault(options, []).append(CRITERIA[criterion])
    return [f"{listed(options)}: {listed(what)}." for options, what in by_options.items()]


def bar(row: dict[str, Any]) -> str:
    """Return a bar of the total index: what the factor makes alone, and what with others.

    >>> bar({"first_share": 0.5, "total_share": 0.8})
    '#####+++'
    >>> bar({"first_share": -0.01, "total_share": 0.001})
    ''
    """
    first, total = (min(max(row[name] or 0.0, 0.0), 1.0) for name in ("first_share", "total_share"))
    alone = round(BAR_WIDTH * first)
    return ALONE * alone + TOGETHER * max(round(BAR_WIDTH * total) - alone, 0)


def shares(table: pl.DataFrame, name: str, title: str) -> Column:
    """Return a column of shares with their intervals, none below nothing."""
    rows = table.select(name, f"{name}_low", f"{name}_high").rows()
    cells = [show_range(held(mid), held(low), held(high), name) for mid, low, high in rows]
    return Column(title, cells, True)


def sizes(
    found: Analysis, table: pl.DataFrame, name: str, title: str, *, plus: bool = False
) -> Column:
    """Return a column of values of the outcome, with their intervals where there are any."""
    cells = [signed(found, value, plus) for value in table[name]]
    if f"{name}_low" in table.columns:
        ends = table.select(f"{name}_low", f"{name}_high").rows()
        cells = [
            f"{cell} ({signed(found, low, plus)} to {signed(found, high, plus)})"
            for cell, (low, high) in zip(cells, ends, strict=True)
        ]
    unit = unit_of(found.outcome, is_change=plus)
    return Column(f"{title} ({unit})" if unit else title, cells, True)


def unit_of(name: str, *, is_change: bool = False) -> str:
    """Return the unit of an outcome, empty where its numbers say it.

    >>> unit_of("forces/balanced_persons"), unit_of("deterrence/deterred_prob")
    ('persons', '')
    >>> unit_of("deterrence/deterred_prob", is_change=True)
    'points'
    """
    if is_change and is_percent(name):
        return "points"
    return quantity(name).unit if suffix_of(name) in SUFFIXES else ""


def is_percent(name: str) -> bool:
    """Tell whether a number is printed as a part of a hundred."""
    return suffix_of(name) in SUFFIXES and quantity(name).rule in ("percent", "fine_percent")


def signed(found: Analysis, value: float | None, is_change: bool) -> str:
    """Return a value of the outcome without its unit; a change with its sign, of a share in points.

    A share of a hundred is printed with its %.
    """
    if value is None or np.isnan(value):
        return show_cell(None, "")
    if not is_change:
        return with_unit(value, found.outcome, False)
    if is_percent(found.outcome):
        return f"{100 * value:+z.1f}" if value else "0"
    text = with_unit(value, found.outcome, False)
    return f"+{text}" if value > 0 else text


def ceiling(share: float) -> float:
    """Return a share rounded up to a whole hundredth, 1 % at least."""
    return max(float(np.ceil(100 * share)) / 100, 0.01)


def capital(text: str) -> str:
    """Return text with a capital letter in front."""
    return text[:1].upper() + text[1:]

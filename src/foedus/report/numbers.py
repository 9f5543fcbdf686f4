"""Values as they are printed, and the small pictures beside them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import polars as pl

from foedus.briefing.answer import Answer, Driver
from foedus.briefing.sentences import percent, persons
from foedus.briefing.wording import NOTHING, fold_ranges, show_cell
from foedus.quantities import SUFFIXES

SOLDIERS: Final = ("soldiers", "persons", "people", "troops")
HALF: Final = 0.5
NAMED: Final = {"nation": "delegation", "capability_title": "capability"}
"""Columns of printed names, and the codes that they stand for."""


@dataclass(frozen=True)
class RangeBar:
    """A value and its range on a line, in per cent of the line's length from its left end."""

    start: float
    length: float
    at: float
    low_end: str
    """Label of the line's left end."""
    high_end: str
    says: str
    """The picture in words."""


@dataclass(frozen=True)
class DriverBar:
    """How far a driver moves the number, beside the others; in per cent of the picture's width."""

    start: float
    length: float
    axis: float
    """Where no effect lies."""
    raises: bool


@dataclass(frozen=True)
class Entry:
    """One named value of a headline row."""

    heading: str
    text: str


def show_value(answer: Answer, value: Any) -> str:
    """Return a value of an answer as text, without its unit.

    Soldiers are rounded as in the headlines; what counts whole things is whole where it is.
    """
    match value:
        case None:
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case int() | float() if not math.isfinite(value):
            return NOTHING
        case int() | float():
            return show_of_unit(value, answer.kind, answer.unit)
        case Mapping():
            return "; ".join(f"{entry.heading}: {entry.text}" for entry in entries(value))
        case str():
            return value
        case Sequence():
            return "; ".join(show_value(answer, part) for part in value)
        case _:
            return str(value)


def show_of_unit(value: float, kind: str, unit: str) -> str:
    """Return a number as its unit asks.

    >>> show_of_unit(21639.1, "number", "soldiers in balance")
    '21,600'
    >>> show_of_unit(0.25, "probability", ""), show_of_unit(12.0, "number", "delegations")
    ('25 %', '12')
    """
    word = unit.split(" ", maxsplit=1)[0]
    if kind == "probability" or word in ("share", "probability", "prob"):
        return percent(value)
    if word in SOLDIERS:
        return persons(value)
    if word in SUFFIXES:
        return show_cell(value, f"x_{word}")
    if value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}".removesuffix(".0") if abs(value) >= 10 else f"{value:.3g}"


def entries(row: Mapping[str, Any]) -> list[Entry]:
    """Return a headline row as named values, ranges folded in."""
    try:
        table = pl.DataFrame([dict(row)], strict=False)
    except (TypeError, pl.exceptions.PolarsError):  # a row of values that no table can hold
        return [Entry(str(name), str(value)) for name, value in row.items()]
    columns = fold_ranges(without_codes(table))
    return [Entry(column.heading, column.cells[0]) for column in columns]


def without_codes(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table without the columns of codes whose printed names stand beside them.

    >>> without_codes(pl.DataFrame({"title": ["France"], "delegation": ["FRA"], "x": [1]})).columns
    ['title', 'x']
    """
    columns = table.columns
    for name, code in pairwise(columns):
        if name == "title" and code in ("delegation", "capability", "service", "principal"):
            return table.drop(code)
    named = [code for name, code in NAMED.items() if name in columns and code in columns]
    if "title" in columns and columns[0] == "option":
        named.append("option")
    return table.drop(named)


def range_words(answer: Answer) -> str:
    """Return the 90 % range in words; empty where only a point was found."""
    if answer.low is None or answer.high is None:
        return ""
    low, high = show_value(answer, answer.low), show_value(answer, answer.high)
    return f"90 % range {low} to {high}"


def range_bar(answer: Answer) -> RangeBar | None:
    """Return the value of an answer on a line from nothing to a round number, or None without one.

    A probability's line runs to 100 %, so that probabilities can be told apart by eye.
    """
    value, low, high = number_of(answer), answer.low, answer.high
    if value is None or low is None or high is None or seldom(answer):
        return None
    if not all(map(math.isfinite, (value, low, high))):
        return None
    is_share = show_value(answer, 0.5) == percent(0.5)
    left = 0.0 if low >= 0 else -round_above(-low)
    right = 1.0 if is_share and high <= 1 else round_above(max(high, value, 0.0))
    width = right - left
    if width <= 0:
        return None

    def place(number: float) -> float:
        return round(100 * (number - left) / width, 2)

    ends = show_end(answer, left), show_end(answer, right)
    says = (
        f"{show_value(answer, value)}, {range_words(answer)}, on a line from {ends[0]} to {ends[1]}"
    )
    start = place(low)
    return RangeBar(start, round(place(high) - start, 2), place(value), *ends, says)


def number_of(answer: Answer) -> float | None:
    """Return the number that an answer's range is about; None where there is none.

    In a headline row it is the one whose low end is the answer's.
    """
    value = answer.value
    if isinstance(value, Mapping):
        for name, number in value.items():
            ends = value.get(f"{name}_low"), value.get(f"{name}_high")
            if answer.low is not None and ends == (answer.low, answer.high):
                value = number
                break
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def seldom(answer: Answer) -> str:
    """Return `never` or `always` where a threshold is so in most draws, else nothing."""
    for word, chance in (("never", answer.never_prob), ("always", answer.always_prob)):
        if chance is not None and chance > HALF:
            return word
    return ""


def show_end(answer: Answer, value: float) -> str:
    """Return the label of an end of a line."""
    return "0" if value == 0 else show_value(answer, value)


def round_above(number: float) -> float:
    """Return the next number of one figure, or 1.5 or 2.5, that is not below.

    >>> round_above(37_000), round_above(0.12), round_above(12), round_above(0)
    (40000.0, 0.15, 15.0, 0.0)
    """
    if number <= 0:
        return 0.0
    power = math.floor(math.log10(number))
    for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10):
        candidate = float(f"{step}e{power}")
        if candidate >= number:
            return candidate
    return float(f"1e{power + 1}")


def driver_bars(drivers: Sequence[Driver]) -> list[DriverBar]:
    """Return a bar for each driver, the longest for the largest effect.

    Where some raise the number and some lower it, bars run from the middle; else from the left.
    """
    effects = [d.effect if math.isfinite(d.effect) else 0.0 for d in drivers]
    largest = max(map(abs, effects), default=0.0) or 1.0
    both_ways = min(effects, default=0.0) < 0 < max(effects, default=0.0)
    axis, room = (50.0, 50.0) if both_ways else (0.0, 100.0)
    bars = []
    for effect in effects:
        length = round(room * abs(effect) / largest, 2)
        to_left = both_ways and effect < 0
        bars.append(DriverBar(axis - length if to_left else axis, length, axis, effect >= 0))
    return bars


@dataclass(frozen=True)
class PrintedValue:
    """The value of an answer as it is printed."""

    of: str
    """What it is the value of, where the headline row names it."""
    text: str
    unit: str
    lines: list[str]
    """Range, and how often a threshold is never or always reached."""
    bar: RangeBar | None
    entries: list[Entry]
    """The headline row, where the value is one."""


def printed_value(answer: Answer) -> PrintedValue:
    """Return what is printed of an answer's value."""
    row = answer.value if isinstance(answer.value, Mapping) else {}
    number = number_of(answer)
    word = seldom(answer)
    value = answer.value if number is None else number
    text = "" if row and number is None else show_value(answer, value)
    return PrintedValue(
        of=first_name(row),
        text=word or text,
        unit=f"in {percent(chance_of(answer, word))} of draws" if word else answer.unit,
        lines=lines(answer),
        bar=range_bar(answer),
        entries=entries(row),
    )


def chance_of(answer: Answer, word: str) -> float:
    """Return how often a threshold is never, or always, reached."""
    return (answer.never_prob if word == "never" else answer.always_prob) or 0.0


def first_name(row: Mapping[str, Any]) -> str:
    """Return the first text of a headline row: what the row is about."""
    return next((value for value in row.values() if isinstance(value, str)), "")


def lines(answer: Answer) -> list[str]:
    """Return what stands under the value: its range, or what takes its place."""
    word, said = seldom(answer), []
    if word and answer.value is not None:
        ends = range_words(answer)
        said.append(
            f"else {show_value(answer, answer.value)} {answer.unit}{f' ({ends})' if ends else ''}"
        )
    elif range_words(answer):
        said.append(range_words(answer))
    if isinstance(answer.value, str) and answer.value in answer.shares:
        said.append(f"best in {percent(answer.shares[answer.value])} of draws")
    for other, chance in (("never", answer.never_prob), ("always", answer.always_prob)):
        if chance is not None and other != word:
            said.append(f"{other}: {percent(chance)} of draws")
    return said

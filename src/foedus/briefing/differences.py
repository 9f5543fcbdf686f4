"""How far two numbers with their ranges lie apart: a measure across units, and sentences.

**Size.** The mean of the differences between the sides of three numbers: value, low and high end of
the range. Shares and probabilities count as they are, so 6 points are 0.06; the mean of any other
number is divided by the largest magnitude that stands on either side, range included, so that a
number over a wide range has to move far to count. What has no range is as wide as its value. Words
that differ are 1 apart, and so are something and nothing. The size does not tell the sides apart.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from foedus.briefing.wording import NOTHING, show_cell, show_range
from foedus.quantities import SUFFIXES, suffix_of

WHOLE: Final = 1.0
"""Size of a difference between words, and between something and nothing."""
UNCOUNTED: Final = ("%", "share", "usd", "dollar", "bn", "score", "ratio", "chance", "percent")
"""Words of units of which there is less, and not fewer."""
MINUS: Final = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Figure:
    """A value on one side, with its range where it has one."""

    value: Any
    low: float | None = None
    high: float | None = None

    @property
    def ends(self) -> tuple[float, float, float] | None:
        """Value, low and high; what has no range is as wide as its value. None for a word."""
        if not is_number(self.value):
            return None
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        return float(self.value), float(low), float(high)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is not the same on both sides."""

    place: str
    """What it is: the address of a cell, the id of a question, `option/column`."""
    name: str
    """Name of the number; its ending is its unit."""
    a: Figure
    b: Figure
    size: float
    """As above, the same in every unit."""

    @property
    def difference(self) -> float | None:
        """B less A; None where one of them is no number."""
        if is_number(self.a.value) and is_number(self.b.value):
            return float(self.b.value) - float(self.a.value)
        return None

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "place": self.place,
            "name": self.name,
            **{
                f"{side}{end}": getattr(figure, part)
                for side, figure in (("a", self.a), ("b", self.b))
                for part, end in (("value", ""), ("low", "_low"), ("high", "_high"))
            },
            "difference": self.difference,
            "size": self.size,
        }


def between(place: str, name: str, a: Figure, b: Figure) -> Difference | None:
    """Return the difference of two figures; None if there is none."""
    size = size_of(a, b, is_fraction=is_fraction(name))
    return None if size == 0 else Difference(place=place, name=name, a=a, b=b, size=size)


def size_of(a: Figure, b: Figure, *, is_fraction: bool) -> float:
    """Return how far two figures lie apart.

    >>> size_of(Figure(12_000.0), Figure(9_000.0), is_fraction=False)
    0.25
    >>> size_of(Figure(0.5, 0.25, 1.0), Figure(0.5, 0.25, 0.625), is_fraction=True)
    0.125
    >>> size_of(Figure("FRA"), Figure("GBR"), is_fraction=False)
    1.0
    """
    one, other = a.ends, b.ends
    if one is None or other is None:
        return 0.0 if (a.value, a.low, a.high) == (b.value, b.low, b.high) else WHOLE
    apart = sum(abs(right - left) for left, right in zip(one, other, strict=True)) / len(one)
    if apart == 0 or is_fraction:
        return apart
    return apart / max(map(abs, (*one, *other)))


def is_fraction(name: str) -> bool:
    """Tell whether a number of this name is a share or probability, and told apart in points.

    >>> is_fraction("join_prob"), is_fraction("balanced_persons"), is_fraction("share of GDP")
    (True, False, True)
    """
    about = SUFFIXES.get(suffix_of(name))
    return (about is not None and about.rule == "percent") or name.startswith("share of ")


def is_number(value: Any) -> bool:
    """Tell whether a value is a number that can be taken from another."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def by_size(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """Return differences, the biggest first; of two alike the one whose place comes first."""
    return tuple(sorted(differences, key=lambda each: (-each.size, each.place, each.name)))


def figures_of(row: Mapping[str, Any]) -> dict[str, Figure]:
    """Return the cells of a row by name, `x_low` and `x_high` folded into `x`.

    >>> figures_of({"a_count": 2.0, "a_count_low": 1.0, "a_count_high": 3.0, "b": "x"})
    {'a_count': Figure(value=2.0, low=1.0, high=3.0), 'b': Figure(value='x', low=None, high=None)}
    """
    ends = {f"{name}_{end}" for name in row for end in ("low", "high") if f"{name}_{end}" in row}
    return {
        name: Figure(value, row.get(f"{name}_low"), row.get(f"{name}_high"))
        for name, value in row.items()
        if name not in ends
    }


def row_differences(
    place: str, a: Mapping[str, Any], b: Mapping[str, Any], names: Sequence[str] | None = None
) -> list[Difference]:
    """Return what differs between two rows, cell by cell; `place` is that of the row."""
    one, other = figures_of(a), figures_of(b)
    nothing = Figure(None)
    found = [
        between(f"{place}/{name}", name, one.get(name, nothing), other.get(name, nothing))
        for name in (names if names is not None else dict.fromkeys([*one, *other]))
    ]
    return [each for each in found if each is not None]


def show(figure: Figure, name: str) -> str:
    """Return a figure as text, with its range.

    >>> show(Figure(7765.5, 0.0, 15438.9), "balanced_persons"), show(Figure(0.5), "join_prob")
    ('7,766 (0 to 15,439)', '50 %')
    >>> show(Figure(15438.9, 0.0, 20000.0), "soldiers in balance"), show(Figure(9.0), "months")
    ('15,400 (0 to 20,000)', '9')
    """
    if suffix_of(name) in SUFFIXES:
        return show_range(figure.value, figure.low, figure.high, name)
    middle, low, high = (
        in_three_figures(part, name) for part in (figure.value, figure.low, figure.high)
    )
    return middle if {low, high} <= {middle, NOTHING} else f"{middle} ({low} to {high})"


def in_three_figures(value: Any, name: str) -> str:
    """Return a value whose unit is a phrase as text, with no more figures than it deserves.

    >>> in_three_figures(15438.9, "soldiers"), in_three_figures(7.0, "delegations")
    ('15,400', '7')
    """
    if not is_number(value):
        return show_cell(value, "")
    if is_fraction(name):
        return show_cell(float(value), "any_share")
    rounded = significant(value)
    return f"{rounded:,.0f}" if rounded == round(rounded) else f"{rounded:,.10g}"


def show_value(figure: Figure, name: str) -> str:
    """Return a figure's value as text, without its range."""
    return show(Figure(figure.value), name)


def significant(value: Any) -> Any:
    """Round a number to three figures, to two below ten; what is no number stays as it is.

    >>> significant(15438.9), significant(17.12), significant(7.35), significant("x")
    (15400.0, 17.1, 7.3, 'x')
    """
    if not is_number(value) or value == 0:
        return value
    figures = 3 if abs(value) >= 10 else 2
    return round(float(value), figures - 1 - math.floor(math.log10(abs(value))))


def apart(found: Difference) -> str:
    """Say how much more or less there is in B than in A; empty where that cannot be said.

    >>> two = Difference(place="size", name="soldiers", a=Figure(12300.0), b=Figure(8900.0), size=1)
    >>> apart(two)
    '3,400 fewer'
    """
    difference = found.difference
    if difference is None:
        return ""
    if difference == 0:
        return "the same value over another range"
    if is_fraction(found.name):
        return f"{points(difference)} {'more' if difference > 0 else 'less'}"
    size = show_value(Figure(abs(difference)), found.name)
    if size.strip("0.,") == "":  # it rounds to nothing, and is something
        size = f"{abs(difference):.2g}"
    return f"{size} {'more' if difference > 0 else less(found.name)}"


def points(difference: float) -> str:
    """Return a difference of shares in points of a hundred, without its sign.

    >>> points(-0.01), points(0.125)
    ('1 point', '12.5 points')
    """
    text = in_three_figures(abs(100 * difference), "")
    return f"{text} {'point' if text == '1' else 'points'}"


def less(name: str) -> str:
    """Return the word for fewer or less of a unit.

    >>> less("balanced_persons"), less("gap_usd_bn")
    ('fewer', 'less')
    """
    words = name.lower()
    return "less" if any(unit in words for unit in UNCOUNTED) else "fewer"


def signed(found: Difference) -> str:
    """Return B less A as text with its sign; empty where one is no number.

    >>> signed(Difference(place="p", name="join_prob", a=Figure(0.25), b=Figure(0.5), size=0.25))
    '+25 points'
    """
    difference = found.difference
    if difference is None:
        return NOTHING
    sign = "+" if difference > 0 else MINUS
    if is_fraction(found.name):
        text = points(difference)
    else:
        text = show_value(Figure(abs(difference)), found.name)
    return text if difference == 0 else f"{sign}{text}"

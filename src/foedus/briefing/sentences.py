"""Pieces of sentences: numbers with their ranges, lists of names, words in one and in many."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from foedus.quantities import LEAST_FIGURE, show_number

FloatArray = NDArray[np.float64]

LAST_BITS: Final = 1e-12
"""What adding shares up may take from their sum."""


class Spread(NamedTuple):
    """A number over draws: its median, and its range where there are draws to range over."""

    middle: float
    low: float | None
    """5 % point over draws; None where there is but one draw."""
    high: float | None
    """95 % point."""


def spread(values: FloatArray) -> Spread:
    """Return median and 90 % range over draws; one draw has no range.

    >>> spread(np.array([3.0]))
    Spread(middle=3.0, low=None, high=None)
    """
    middle, low, high = middle_and_range(values)
    return Spread(middle, low, high) if values.size > 1 else Spread(middle, None, None)


def spread_of_counts(values: FloatArray) -> Spread:
    """Return median and 90 % range of whole numbers, in whole numbers.

    >>> spread_of_counts(np.array([1.0, 2.0, 3.0, 9.0]))
    Spread(middle=2.0, low=1.0, high=9.0)
    """
    points = np.quantile(values, [0.05, 0.5, 0.95], method="inverted_cdf")
    low, middle, high = (float(point) for point in points)
    return Spread(middle, low, high) if values.size > 1 else Spread(middle, None, None)


def range_note(draws: int, over: str = "draws") -> str:
    """Say what a range is over, or why there is none.

    >>> range_note(2000)
    '5 % and 95 % points over draws.'
    """
    if draws == 0:
        return "No range: there are no such draws."
    return (
        "No range: there is one such draw." if draws == 1 else f"5 % and 95 % points over {over}."
    )


def rounded(persons: float) -> float:
    """Round soldiers to what the inputs carry: hundreds above a thousand, else tens.

    >>> rounded(21639.1), rounded(437.2)
    (21600.0, 440.0)
    """
    return float(round(persons, -2 if abs(persons) >= 1000 else -1))


def middle_and_range(values: FloatArray) -> tuple[float, float, float]:
    """Return the median and the 5 % and 95 % points over draws."""
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return float(middle), float(low), float(high)


def persons(value: float) -> str:
    """Print soldiers, rounded.

    >>> persons(21639.1)
    '21,600'
    """
    return show_number(rounded(value), "rounded_persons")


def persons_range(values: FloatArray) -> str:
    """Print a median of soldiers with its 90 % range.

    >>> persons_range(np.array([1000.0, 1100.0, 1200.0])), persons_range(np.array([40.0]))
    ('1,100 (90 %: 1,000 to 1,200)', '40')
    """
    middle, low, high = spread(values)
    if low is None or high is None:
        return persons(middle)
    return f"{persons(middle)} (90 %: {persons(low)} to {persons(high)})"


def percent(share: float) -> str:
    """Print a share or probability; what rounds to none or all is said so.

    >>> percent(0.256), percent(0.0004), percent(0.9996), percent(0.0)
    ('26 %', 'under 1 %', 'over 99 %', '0 %')

    A sum of shares that is all but for the last bits of its numbers is all:

    >>> percent(0.7 + 0.2 + 0.1)
    '100 %'
    """
    if LAST_BITS < share <= 0.005:
        return "under 1 %"
    if 0.995 <= share < 1 - LAST_BITS:
        return "over 99 %"
    return show_number(share, "any_share")


def percent_range(values: FloatArray) -> str:
    """Print a median share with its 90 % range.

    >>> percent_range(np.array([0.2, 0.3, 0.4])), percent_range(np.array([0.5]))
    ('30 % (90 %: 21 % to 39 %)', '50 %')
    """
    middle, low, high = spread(values)
    if low is None or high is None:
        return percent(middle)
    return f"{percent(middle)} (90 %: {percent(low)} to {percent(high)})"


def usd_bn(value: float) -> str:
    """Print thousand millions of dollars, rounded to what the inputs carry.

    >>> usd_bn(243.698), usd_bn(10.647), usd_bn(9.97), usd_bn(1.0), usd_bn(0.0451)
    ('244 bn', '11 bn', '10 bn', '1.0 bn', '0.05 bn')
    >>> usd_bn(0.004), usd_bn(0.0)
    ('under 0.01 bn', '0 bn')
    """
    size = abs(value)
    if 0 < value < LEAST_FIGURE:
        return "under 0.01 bn"
    places = 0 if size < LEAST_FIGURE or size >= 9.95 else 2 if size < 0.995 else 1
    return f"{value:z,.{places}f} bn"


def usd_bn_range(values: FloatArray) -> str:
    """Print a median of dollars with its 90 % range.

    >>> usd_bn_range(np.array([10.0, 11.0, 12.0])), usd_bn_range(np.array([5.0]))
    ('11 bn (90 %: 10 to 12)', '5.0 bn')
    """
    middle, low, high = spread(values)
    if low is None or high is None:
        return usd_bn(middle)
    start, end = (usd_bn(value).removesuffix(" bn") for value in (low, high))
    return f"{usd_bn(middle)} (90 %: {start} to {end})"


def points(share: float) -> str:
    """Print a difference of shares in points of a hundred.

    >>> points(0.0626), points(0.01)
    ('6 points', '1 point')
    """
    return count_of(100 * share, "point")


def points_range(values: FloatArray) -> str:
    """Print a median difference of shares with its 90 % range, in points.

    >>> points_range(np.array([0.0, 0.1, 0.2]))
    '10 points (90 %: 1 to 19)'
    """
    middle, low, high = spread(values)
    if low is None or high is None:
        return points(middle)
    return f"{points(middle)} (90 %: {100 * low:.0f} to {100 * high:.0f})"


def listed(names: Sequence[str]) -> str:
    """Join names as in a sentence.

    >>> listed(["France", "Sweden", "Canada"])
    'France, Sweden and Canada'
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def count_of(number: float, one: str, many: str | None = None) -> str:
    """Print a whole number of things.

    >>> count_of(1, "soldier"), count_of(3, "country", "countries")
    ('1 soldier', '3 countries')
    """
    return f"{number:z,.0f} {one if round(number) == 1 else many or one + 's'}"


def months(length: float) -> str:
    """Print a length of time in months.

    >>> months(24), months(1.0), months(0.5)
    ('24 months', '1 month', '0.5 months')
    """
    return f"{length:g} month{'' if length == 1 else 's'}"


def in_a_sentence(title: str) -> str:
    """Return a title as it stands within a sentence; letters that stand for words stay capitals.

    >>> in_a_sentence("Field hospital"), in_a_sentence("ISR regiment")
    ('field hospital', 'ISR regiment')
    """
    return title if title[:2].isupper() else f"{title[:1].lower()}{title[1:]}"

"""Pieces of sentences: numbers with their ranges, and lists of names."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from foedus.quantities import show_number

FloatArray = NDArray[np.float64]


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
    """Print a median of soldiers with its 90 % range."""
    middle, low, high = middle_and_range(values)
    return f"{persons(middle)} (90 %: {persons(low)} to {persons(high)})"


def percent(share: float) -> str:
    """Print a share or probability; what rounds to none or all is said so.

    >>> percent(0.256), percent(0.0004), percent(0.9996), percent(0.0)
    ('26 %', 'under 1 %', 'over 99 %', '0 %')
    """
    if 0 < share < 0.005:
        return "under 1 %"
    if 0.995 < share < 1:
        return "over 99 %"
    return show_number(share, "any_share")


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
    return f"{number:,.0f} {one if round(number) == 1 else many or one + 's'}"

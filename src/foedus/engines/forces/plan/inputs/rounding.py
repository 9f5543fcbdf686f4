"""Rounding to whole units, persons and periods, the same on every machine."""

from typing import Final

import numpy as np

HAIR: Final = 1e-9
"""What binary fractions may lack of a whole number, or of a half."""


def half_up(number: float) -> int:
    """Round half up, whatever binary fractions do to the half.

    >>> half_up(0.5), half_up(2.5), half_up(0.49)
    (1, 3, 0)
    """
    return int(np.floor(number + 0.5 + HAIR))


def next_whole(number: float) -> int:
    """Round up, but not for a hair.

    >>> next_whole(2.0000000001), next_whole(2.1)
    (2, 3)
    """
    return int(np.ceil(number - HAIR))


def rounded_together(numbers: list[float]) -> list[int]:
    """Round numbers so that they sum to their rounded sum; among equal remainders the first grows.

    >>> rounded_together([2.6, 3.9, 2.6]), rounded_together([1.06, 1.06])
    ([3, 4, 2], [1, 1])
    """
    whole = [int(np.floor(number + HAIR)) for number in numbers]
    more = half_up(sum(numbers)) - sum(whole)
    order = sorted(range(len(numbers)), key=lambda i: (round(whole[i] - numbers[i], 9), i))
    for i in order[:more]:
        whole[i] += 1
    return whole

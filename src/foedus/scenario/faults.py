"""What a check finds, before it has a file and a line."""

from collections.abc import Iterable
from typing import NamedTuple

from foedus.scenario.scenario import near_names


class Fault(NamedTuple):
    """Something that does not hold."""

    table: str
    number: int | None
    """Place of the row in its table, from 0; None where the whole table is meant."""
    field: str
    says: str
    fix: str
    because: tuple[str, ...] = ()
    """Tables a missing row of which would explain it: if one of them could not be read in full, it
    is not said."""


RowFault = tuple[str, str, str]
"""Field, what is wrong, what to write instead."""


def nearest(name: str, known: Iterable[str], table: str) -> str:
    """Say which known name was probably meant.

    >>> nearest("smal", ["small", "large"], "requirement"), nearest("small", [], "requirement")
    ('Did you mean small?', 'add a row to requirement.csv')
    """
    names = set(known)
    return near_names(name, names) if names else f"add a row to {table}.csv"

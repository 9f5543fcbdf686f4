"""Where links within the report lead: one id for each answer, table, figure, row and source."""

import hashlib
import re
from typing import Final

LONGEST: Final = 120
"""A longer name is shortened to a hash."""

UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]")


def slug(text: str) -> str:
    """Return text as part of an id; different texts give different slugs.

    What an address cannot hold as it is becomes a point and the character's number.

    >>> slug("GBR:GBR"), slug("isr_space"), slug("a b")
    ('GBR.3a.GBR', 'isr_space', 'a.20.b')
    """
    safe = UNSAFE.sub(lambda match: f".{ord(match[0]):x}.", text)
    if len(safe) <= LONGEST:
        return safe
    return f".h.{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def answer_id(question: str) -> str:
    """Return the id of an answer's section."""
    return f"answer-{slug(question)}"


def table_id(question: str, table: str) -> str:
    """Return the id of a table of an answer."""
    return f"table-{slug(question)}.{slug(table)}"


def drivers_id(question: str) -> str:
    """Return the id of the list of what drives an answer."""
    return f"drivers-{slug(question)}"


def figure_id(name: str) -> str:
    """Return the id of a figure."""
    return f"figure-{slug(name)}"


def row_id(address: str) -> str:
    """Return the id of a row in the annex, from its address `table/key`."""
    return f"row-{slug(address)}"


def source_id(key: str) -> str:
    """Return the id of a source in the list of sources."""
    return f"source-{slug(key)}"

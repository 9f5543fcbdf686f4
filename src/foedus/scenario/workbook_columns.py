"""What the cells of a column hold, read off the declaration of its field.

The writer makes formats, drop-downs and the sheet `guide` of it; the reader takes a true date only
where one belongs.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel

from foedus.quantities import SUFFIXES, suffix_of
from foedus.scenario.checks import REFERENCES
from foedus.scenario.scenario import TABLES

GUIDE: Final = "guide"
"""Name of the sheet that explains the others; it is not read."""
SETTING_HEADER: Final = ("setting", "value", "what it means")
"""First row of the sheet of settings; the first two columns are read."""

CSV_NAME: Final = re.compile(rf"\b({'|'.join(TABLES)})\.csv\b")

Kind = Literal["text", "code", "key", "number", "whole", "date", "flag", "list", "choice"]


@dataclass(frozen=True)
class Holds:
    """What the cells of a column hold."""

    kind: Kind
    choices: tuple[str, ...] = ()
    """The words of a `choice`."""
    bounds: str = ""
    """Limits of a number in words, such as `0 to 1`."""

    @property
    def is_text(self) -> bool:
        """Tell whether a spreadsheet must leave its cells alone."""
        return self.kind not in ("number", "whole", "flag")

    def __str__(self) -> str:
        match self.kind:
            case "choice":
                return f"one of {', '.join(self.choices)}"
            case "flag":
                return "0 or 1"
            case "list":
                return "words separated by ;"
            case "date":
                return "date: 2025, 2025-02 or 2025-02-17"
            case "number" | "whole":
                word = "whole number" if self.kind == "whole" else "number"
                return f"{word}, {self.bounds}" if self.bounds else word
            case "code":
                return "code in capitals: A to Z, 0 to 9 and _"
            case "key":
                return "name in small letters"
            case _:
                return "text"


@cache
def holds(model: type[BaseModel], name: str) -> Holds:
    """Return what a column holds.

    >>> from foedus.scenario.scenario import TABLES
    >>> str(holds(TABLES["polls"], "support_share")), str(holds(TABLES["polls"], "fieldwork_end"))
    ('number, 0 to 1', 'date: 2025, 2025-02 or 2025-02-17')
    """
    about = model.model_fields[name]
    kind, said = unwrapped(about.annotation, list(about.metadata))
    if get_origin(kind) is Literal:
        return Holds("choice", choices=get_args(kind))
    if get_origin(kind) is tuple:
        return Holds("list")
    if kind in (int, float):
        return Holds("whole" if kind is int else "number", bounds=bounds_of(said))
    if kind is bool:
        return Holds("flag")
    if kind is date:
        return Holds("date")
    pattern = next((found for item in said if (found := getattr(item, "pattern", None))), "")
    if kind is str and pattern.startswith("^[A-Z]"):
        return Holds("code")
    return Holds("key" if kind is str and pattern else "text")


def unwrapped(annotation: Any, said: list[Any]) -> tuple[Any, list[Any]]:
    """Return a type without `| None` and `Annotated`, and what was said of it."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            said = said + [part for item in more for part in getattr(item, "metadata", [item])]
        elif get_origin(annotation) in (Union, UnionType):
            annotation = next(part for part in get_args(annotation) if part is not type(None))
        else:
            return annotation, said


def bounds_of(said: list[Any]) -> str:
    """Return the limits of a number in words."""
    low = high = None
    words = []
    for item in said:
        if isinstance(item, Ge):
            low = item.ge
            words.append(f"{low} or more")
        elif isinstance(item, Gt):
            words.append(f"more than {item.gt}")
        elif isinstance(item, Le):
            high = item.le
            words.append(f"{high} or less")
        elif isinstance(item, Lt):
            words.append(f"less than {item.lt}")
    return ", ".join(words) if low is None or high is None else f"{low} to {high}"


def unit_of(model: type[BaseModel], name: str) -> str:
    """Return the unit of a column of numbers; empty where it has none.

    >>> from foedus.scenario.scenario import TABLES
    >>> unit_of(TABLES["units"], "notice_days"), unit_of(TABLES["units"], "unit_kind")
    ('calendar days', '')
    """
    is_number = holds(model, name).kind in ("number", "whole")
    about = SUFFIXES.get(suffix_of(name)) if is_number else None
    return about.meaning if about else ""


def of_sheets(text: str) -> str:
    """Return words about files as they are meant of a workbook.

    >>> of_sheets("'XYZ' is not in delegations.csv")
    "'XYZ' is not in the sheet delegations"
    """
    return CSV_NAME.sub(r"the sheet \1", text)


def meaning_of(model: type[BaseModel], name: str) -> str:
    """Return what a column means, in one line; an end of a range is explained by its number."""
    about = model.model_fields[name]
    if about.description:
        return plain(about.description)
    for end, word in (("_low", "Low"), ("_high", "High")):
        if name.endswith(end) and (of := name.removesuffix(end)) in model.model_fields:
            return f"{word} end of the range of {of}."
    return "Name as printed." if name == "title" else ""


def plain(text: str) -> str:
    r"""Return the text of a docstring as a cell has it: one line, without marks of code.

    >>> plain("Keys into `sources.csv`,\n separated.")
    'Keys into the sheet sources, separated.'
    """
    return of_sheets(" ".join(text.replace("`", "").split()))


def points_to(table: str, name: str) -> str | None:
    """Return the table whose keys the cells of a column are, if each cell is one such key."""
    for of, column, target in REFERENCES:
        if (of, column) == (table, name) and holds(TABLES[table], name).kind != "list":
            return target
    return None

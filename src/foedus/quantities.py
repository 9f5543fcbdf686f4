"""What the last word of a name says: its unit, its label and how it is printed.

A number's name ends in its unit (`notice_days`, `us_backing_prob`). This table is the one place
that knows what each ending means; tables, report and docs take labels and printing rules from it,
and a test refuses a numeric field whose ending is not listed.
"""

from dataclasses import dataclass
from typing import Final, Literal

Rule = Literal["whole", "percent", "decimal", "fine", "plain"]


@dataclass(frozen=True)
class Quantity:
    """A unit of measure."""

    unit: str
    """As printed behind a number; empty for a bare number."""
    meaning: str
    rule: Rule
    """`whole`: thousands separated; `percent`: 0.25 prints as 25 %; `decimal`: one place;
    `fine`: three significant figures, whole from a thousand; `plain`: whole, nothing separated."""


LONG: Final = 999.5
"""From here on three significant figures would be printed with an exponent."""

SUFFIXES: Final[dict[str, Quantity]] = {
    "persons": Quantity("persons", "people, soldiers unless the table says otherwise", "whole"),
    "count": Quantity("", "things that are counted, such as brigades or delegations", "decimal"),
    "share": Quantity("", "a fraction of 1", "percent"),
    "prob": Quantity("", "a probability, 0 to 1", "percent"),
    "score": Quantity(
        "points", "a stated scale, 0 to 100 unless the field says otherwise", "decimal"
    ),
    "ratio": Quantity("", "one quantity over another of the same kind", "fine"),
    "days": Quantity("days", "calendar days", "whole"),
    "month": Quantity("", "a month counted from the start of the mission", "whole"),
    "months": Quantity("months", "calendar months", "decimal"),
    "km": Quantity("km", "kilometres", "whole"),
    "deg": Quantity("°", "degrees of latitude or longitude", "fine"),
    "year": Quantity("", "a calendar year", "plain"),
    "priority": Quantity("", "1 is filled first", "whole"),
    "weight": Quantity("", "a size in the unit that the row names", "fine"),
    "value": Quantity("", "a size in the unit that the row names", "fine"),
    "correlation": Quantity("", "a correlation, 0 to 1", "fine"),
}


def suffix_of(name: str) -> str:
    """Return the unit word of a name, `_low` and `_high` set aside.

    >>> suffix_of("available_count_low")
    'count'
    """
    return name.removesuffix("_low").removesuffix("_high").rsplit("_", 1)[-1]


def quantity(name: str) -> Quantity:
    """Return what the ending of a name means.

    Raises
    ------
    KeyError
        If the ending is not in `SUFFIXES`.
    """
    return SUFFIXES[suffix_of(name)]


def show_number(value: float, name: str, *, unit: bool = False) -> str:
    """Print a number as its name asks.

    >>> show_number(28340.4, "balanced_persons", unit=True)
    '28,340 persons'
    >>> show_number(0.256, "join_prob")
    '26 %'
    >>> show_number(3.0, "units_per_slot_ratio"), show_number(2024, "price_year")
    ('3', '2024')
    """
    about = quantity(name)
    match about.rule:
        case "whole":
            text = f"{value:z,.0f}"
        case "percent":
            text = f"{100 * value:z.0f} %"
        case "decimal":
            text = f"{value:z,.1f}"
        case "fine":
            text = f"{value:z.3g}" if abs(value) < LONG else f"{value:z,.0f}"
        case "plain":
            text = f"{value:z.0f}"
    return f"{text} {about.unit}" if unit and about.unit else text

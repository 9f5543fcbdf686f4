"""What the last word of a name says: its unit, its label and how it is printed.

A number's name ends in its unit (`notice_days`, `us_backing_prob`). This table is the one place
that knows what each ending means; tables, report and docs take labels and printing rules from it,
and a test refuses a numeric field whose ending is not listed.
"""

from dataclasses import dataclass
from typing import Final, Literal

Rule = Literal["whole", "percent", "fine_percent", "decimal", "fine", "money", "plain"]


@dataclass(frozen=True)
class Quantity:
    """A unit of measure."""

    unit: str
    """As printed behind a number; empty for a bare number."""
    meaning: str
    rule: Rule
    """`whole`: thousands separated; `percent`: 0.25 prints as 25 %; `fine_percent`: 0.0233 prints
    as 2.33 %, and 0.035 as 3.5 %; `decimal`: one place; `fine`: three significant figures, whole
    from a thousand; `money`: three figures, but no more than two places; `plain`: whole, nothing
    separated."""


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
    "points": Quantity(
        "points",
        "of the weighted requirement of a force plan, or of what a game is about: hundredths",
        "fine",
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
    "usd": Quantity("US dollars", "constant US dollars of the scenario's price year", "whole"),
    "bn": Quantity("bn US dollars", "thousand millions of US dollars", "money"),
    "correlation": Quantity("", "a correlation, -1 to 1", "fine"),
}

FINE: Final = Quantity("", "a fraction of 1, mostly of GDP or of power", "fine_percent")
FINE_SHARES: Final = frozenset(
    {
        *("defence_share", "target_share", "today_share", "spending_share", "growth_share"),
        *("ramp_share", "balance_share", "deficit_after_share", "debt_added_share"),
        *("debt_added_all_share", "budget_share", "budget_all_share", "gdp_key_share"),
        *("shapley_shubik_share", "banzhaf_share", "banzhaf_prob", "prevent_share"),
        *("initiate_share", "pass_if_yes_prob", "pass_if_no_prob", "act_prob"),
        *("deegan_packel_share", "holler_packel_share", "johnston_share", "of_all_share"),
        *("deficit_limit_share", "force_of_defence_share", "paid_share", "sent_of_active_share"),
    }
)
"""Shares of which hundredths of a point count, as in 2.33 % of GDP."""
LEAST_FIGURE: Final = 0.005
"""Numbers below this would print as none, so they print as less than a hundredth."""


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
    if name.removesuffix("_low").removesuffix("_high") in FINE_SHARES:
        return FINE
    return SUFFIXES[suffix_of(name)]


def show_number(value: float, name: str, *, unit: bool = False) -> str:
    """Print a number as its name asks.

    >>> show_number(28340.4, "balanced_persons", unit=True)
    '28,340 persons'
    >>> show_number(0.256, "join_prob")
    '26 %'
    >>> show_number(3.0, "units_per_slot_ratio"), show_number(2024, "price_year")
    ('3', '2024')
    >>> [show_number(share, "defence_share") for share in (0.0233, 0.035, 0.02, 0.1, 0.00002)]
    ['2.33 %', '3.5 %', '2 %', '10 %', '<0.01 %']
    >>> [show_number(bn, "extra_usd_bn") for bn in (1234.5, 243.7, 24.37, 2.437, 0.0004, 0.0)]
    ['1,234', '244', '24.4', '2.44', '<0.01', '0']
    """
    about = quantity(name)
    match about.rule:
        case "whole":
            text = f"{value:z,.0f}"
        case "percent":
            text = f"{100 * value:z.0f} %"
        case "fine_percent":
            text = f"{without_zeros(show_figures(100 * value))} %"
        case "money":
            text = show_figures(value)
        case "decimal":
            text = f"{value:z,.1f}"
        case "fine":
            text = f"{value:z.3g}" if abs(value) < LONG else f"{value:z,.0f}"
        case "plain":
            text = f"{value:z.0f}"
    return f"{text} {about.unit}" if unit and about.unit else text


def show_figures(value: float) -> str:
    """Print a number with three figures, and no more than two places.

    >>> show_figures(1234.5), show_figures(24.37), show_figures(-9.19), show_figures(-0.001)
    ('1,234', '24.4', '-9.19', '>-0.01')
    """
    size = abs(value)
    if 0 < size < LEAST_FIGURE:
        return "<0.01" if value > 0 else ">-0.01"
    places = 2 if size < 9.995 else 1 if size < 99.95 else 0
    return f"{value:z,.{places}f}" if size else "0"


def without_zeros(text: str) -> str:
    """Return a printed number without zeros at the end of its places.

    >>> without_zeros("3.50"), without_zeros("2.00"), without_zeros("100"), without_zeros("<0.01")
    ('3.5', '2', '100', '<0.01')
    """
    return text.rstrip("0").removesuffix(".") if "." in text else text

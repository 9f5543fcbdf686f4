"""What was claimed, and what would show it."""

from typing import Final, Literal

from pydantic import Field

from foedus.scenario.rows import Name, Number, Row, Size, Words

Comparison = Literal["about", "at_least", "at_most", "above", "below"]
Statistic = Literal["each", "median", "mean", "sum", "least", "most"]

QUESTION_IDS: Final = (
    *("size", "contributions", "duration", "command", "afford", "consent", "exposure"),
    *("agreement", "spending-pledge", "sanctions", "seat", "leverage", "bridge", "mission"),
    *("breach", "backstop", "alone", "messages", "reply"),
)
"""Ids of all questions that a claim may be checked by, also of those that are not answered yet."""


class Claim(Row):
    """A claim of the article or its experts, and the measure that it is held against.

    The verdict is computed; no column holds it.
    """

    key_fields = ("claim",)

    claim: Name
    """Key of the claim."""
    who: str
    """Who claims it."""
    kind: Literal["figure", "judgement", "question"]
    """A number that may be right or wrong, an opinion, or what is left open."""
    statement: str
    """The claim, paraphrased."""
    checked_by: Name
    """Question of the brief that speaks to it."""
    asks: str = ""
    """What the measure tells of the claim, as a question."""
    subject: str = ""
    """The measure in words, as a sentence begins with it: `the gap between the two`. Empty: made
    of the names of column and row."""
    measure: Words = ()
    """What it is held against: a cell, `budgets/GBR/defence_share`, `*` in a key for several; or a
    number of an answer, `answers/size/value` or `answers/size/TABLE/ROW/COLUMN`. Several are
    separated by `;`. Empty where nothing here measures it: such a claim cannot be told."""
    option: str = ""
    """Option whose answers are meant, where the claim speaks of one; empty: that of the brief."""
    statistic: Statistic = "each"
    """How several numbers become one; `each` must hold for every one of them."""
    comparison: Comparison | None = None
    """How the measure must compare for the claim to hold."""
    claimed_value: Number | None = None
    """The number it is compared with."""
    claimed_of: str = ""
    """Another measure that it is compared with, in the place of a number."""
    tolerance_value: Size = Field(default=0)
    """For `about`: how far from the number still counts as the same."""

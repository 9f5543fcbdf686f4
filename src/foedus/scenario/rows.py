"""What every row of every table has: where it comes from, how sure it is, when it was known."""

from calendar import monthrange
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from foedus.scenario.wording import quoted

Verified = Literal["found", "found-rounded", "memory", "calc", "judgement", "assumed"]
"""How far a row was checked: `found` in a public page; `found-rounded`: the page shows it rounded;
`memory`: recalled with a public source, not checked again; `calc`: computed from other rows;
`judgement`: nobody published it, a stated rule was followed; `assumed`: a choice of the authors."""


def parse_partial_date(value: object) -> object:
    """Read `2025`, `2025-02` or `2025-02-17`; a partial date counts as its last day.

    >>> parse_partial_date("2025-02")
    datetime.date(2025, 2, 28)
    """
    if isinstance(value, date) or value is None:
        return value
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{quoted(value)} is not a date like 2025, 2025-02 or 2025-02-17")
    parts = str(value).strip().split("-")
    are_numbers = all(part.isascii() and part.isdecimal() for part in parts)
    if not are_numbers or [len(part) for part in parts] not in ([4], [4, 2], [4, 2, 2]):
        raise ValueError(f"{quoted(value)} is not a date like 2025, 2025-02 or 2025-02-17")
    numbers = [int(part) for part in parts]
    year, month = numbers[0], numbers[1] if len(numbers) > 1 else 12
    if not 1 <= month <= 12:
        raise ValueError(f"{quoted(value)} is not a date: there is no month {month}")
    try:
        day = numbers[2] if len(numbers) > 2 else monthrange(year, month)[1]
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{quoted(value)} is not a date of the calendar") from None


def split_list(value: object) -> object:
    """Read `a;b` as two words, an empty cell as none."""
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(";") if word.strip())
    return value


def read_flag(value: object) -> object:
    """Read 0 or 1; words for yes and no differ between languages and spreadsheets."""
    if isinstance(value, str):
        if value in ("0", "1"):
            return value == "1"
        raise ValueError(f"{quoted(value)} is neither 0 nor 1")
    return value


PartialDate = Annotated[date, BeforeValidator(parse_partial_date)]
Words = Annotated[
    tuple[str, ...],
    BeforeValidator(split_list),
    PlainSerializer(";".join, return_type=str, when_used="json"),
]
Flag = Annotated[bool, BeforeValidator(read_flag)]
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,15}$")]
"""ISO 3166-1 alpha-3 for a state, another upper-case word for a body, pool or principal."""
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
"""A lower-case key of the scenario's own, such as an option or a capability."""
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Score = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Size = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Row(BaseModel):
    """A row of a table."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    key_fields: ClassVar[tuple[str, ...]]
    """Fields that together name the row."""
    latent_fields: ClassVar[frozenset[str]] = frozenset()
    """Fields whose `_low` and `_high` inform a reader; an engine draws them itself."""

    verified: Verified = "assumed"
    """How far the row was checked."""
    known_from: PartialDate | None = None
    """Day on which the row was public. Empty for what has no date: law, geography, orders of
    battle."""
    later: Flag = False
    """1 where the row became known only after the scenario's `evidence_until`: used with a visible
    mark, left out by `--strict` and by every score."""
    note: str = ""
    """What a reader should know of the row."""
    source: Words = Field(min_length=1)
    """Keys into `sources.csv`, separated by `;`. `assumed` stands for a choice of the authors."""

    @property
    def key(self) -> str:
        """The row's name within its table; parts joined by `:`."""
        if len(self.key_fields) == 1:  # most rows, and keys are asked for very often
            return key_part(getattr(self, self.key_fields[0]))
        return ":".join([key_part(getattr(self, field)) for field in self.key_fields])

    @classmethod
    @cache
    def ranged_fields(cls) -> tuple[str, ...]:
        """Return the fields that may have a `_low` and a `_high` beside them."""
        return tuple(field for field in cls.model_fields if f"{field}_low" in cls.model_fields)


def key_part(value: Any) -> str:
    """Return one part of a row's key as text."""
    if isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)

"""Words for what is wrong with a value, and for what to write."""

import pytest
from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from foedus.scenario.wording import advice, fix, fix_of_number, quoted, says


class Sheet(BaseModel):
    """Fields of every kind that rows and settings have."""

    support_share: float = Field(0.5, ge=0, le=1)
    in_office_prob_high: float = Field(0.5, ge=0, le=1)
    held_count: float = Field(1, ge=0)
    length_km: float = 1.0
    n_persons: int = Field(1, gt=0)
    is_asked: bool = False
    title: str = ""


def fault(**values: object) -> ErrorDetails:
    with pytest.raises(ValidationError) as caught:
        Sheet.model_validate(values, extra="forbid")
    (error,) = caught.value.errors()
    return error


@pytest.mark.parametrize(
    ("values", "clause", "hint"),
    [
        ({"support_share": 52}, "52 is more than 1", "write 0.52"),
        ({"in_office_prob_high": "75"}, "75 is more than 1", "write 0.75"),
        ({"support_share": 101}, "101 is more than 1", "write 1 or less"),
        ({"held_count": -2.5}, "-2.5 is less than 0", "write 0 or more"),
        ({"n_persons": 0}, "0 is not more than 0", "write more than 0"),
        ({"n_persons": 2.5}, "2.5 is not a whole number", "see `n_persons`"),
        ({"length_km": "12 %"}, "'12 %' is not a number", "write 12"),
        ({"length_km": "10,940"}, "'10,940' is not a number", "write 10940"),
        ({"length_km": "10,9"}, "'10,9' is not a number", "write 10.9"),
        ({"length_km": []}, "[] is not a number", "see `length_km`"),
        ({"is_asked": "maybe"}, "'maybe' is not true or false", "see `is_asked`"),
        ({"title": 3}, "3 is not text", "see `title`"),
        ({"titel": "x"}, "no such setting is known", "did you mean title?"),
        ({"zzz": "x"}, "no such setting is known", "take it out"),
    ],
)
def test_a_fault_is_said_in_one_clause_with_what_to_write(
    values: dict[str, object], clause: str, hint: str
) -> None:
    error = fault(**values)
    assert says(error) == clause
    assert fix(error, Sheet.model_fields).split(": ")[-1].startswith(hint)


def test_no_word_of_what_pydantic_calls_a_valid_input_is_left() -> None:
    assert "valid" not in says(fault(length_km=None))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("0,525", "numbers have a decimal point: write 0.525"),
        ("-1,5", "numbers have a decimal point: write -1.5"),
        ("1,000,000", "write 1000000, without a separator of thousands"),
        ("1,000.5", "write 1000.5, without a separator of thousands"),
        ("3.5 %", "write 0.035"),
        ("3,5\u00a0%", "write 0.035"),
        ("three", None),
        ("1.000,5", None),
    ],
)
def test_numbers_of_people_and_spreadsheets_are_understood(text: str, hint: str | None) -> None:
    assert fix_of_number(text, is_fraction=True) == hint


def test_a_long_value_is_cut() -> None:
    assert len(quoted("x" * 1_000)) < 70
    assert len(quoted(list(range(1_000)))) < 70
    assert quoted("short") == "'short'"


def test_advice_ends_in_one_mark() -> None:
    assert advice("a is b", "write c") == "a is b. Fix: write c."
    assert advice("a is b", "There are: c.") == "a is b. Fix: There are: c."

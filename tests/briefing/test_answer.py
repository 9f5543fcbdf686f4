"""An answer and its drivers, by themselves."""

import json

import polars as pl
import pytest

from foedus.briefing import Answer, Driver


def driver(effect: float = 1234.0, name: str = "strength_persons", *, event: bool = True) -> Driver:
    return Driver(
        cell="consent/FRA/level",
        title="France joins",
        is_event=event,
        effect=effect,
        effect_name=name,
        compares="if so against if not",
        rank_correlation=0.5,
    )


def answer(**changes: object) -> Answer:
    fields: dict[str, object] = {
        "id": "size",
        "question": "How large?",
        "kind": "number",
        "headline": "None.",
        "value": 1.0,
        "unit": "soldiers",
        "assumes": (),
        "cannot_say": (),
        "sources": (),
        "rows": (),
        "tables": {"one": pl.DataFrame({"x_count": [1.0]})},
        "run": "0" * 12,
    }
    return Answer(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("effect", "name", "says"),
    [
        (1234.0, "strength_persons", "+1,234 persons"),
        (-1234.0, "strength_persons", "\N{MINUS SIGN}1,234 persons"),
        (0.126, "strength_share", "+13 points"),
        (-0.01, "joined_prob", "\N{MINUS SIGN}1 point"),
        (2.345, "joiners_count", "+2.3"),
    ],
)
def test_a_driver_says_sign_size_and_unit(effect: float, name: str, says: str) -> None:
    assert driver(effect, name).says == f"France joins: {says} (if so against if not)"


def test_an_event_is_asked_about_and_a_number_is_not() -> None:
    assert driver().subject == "whether France joins"
    assert driver(event=False).subject == "France joins"


def test_an_answer_is_json_in_the_shape_of_its_contract() -> None:
    found = answer(drivers=(driver(),)).to_json()
    assert list(found) == [
        "id",
        "question",
        "kind",
        "headline",
        "more",
        "value",
        "unit",
        "low",
        "high",
        "interval_note",
        "shares",
        "never_prob",
        "always_prob",
        "drivers",
        "assumes",
        "cannot_say",
        "sources",
        "rows",
        "tables",
        "run",
    ]
    assert list(found["drivers"][0]) == [
        "cell",
        "title",
        "is_event",
        "effect",
        "effect_of",
        "compares",
        "rank_correlation",
        "says",
    ]
    assert found["tables"] == {"one": [{"x_count": 1.0}]}
    json.dumps(found, allow_nan=False)

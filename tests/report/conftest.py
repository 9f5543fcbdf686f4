"""A brief made by hand, with an answer of each kind."""

from collections.abc import Callable
from typing import Any, Final

import polars as pl
import pytest

import foedus
from foedus import Answer, Brief
from foedus.briefing import Driver

STRENGTH: Final = pl.DataFrame(
    {
        "mission_month": range(20),
        "balanced_persons": [250.0 * month for month in range(20)],
        "balanced_persons_low": [100.0 * month for month in range(20)],
        "balanced_persons_high": [400.0 * month for month in range(20)],
    }
)
ROW: Final = {"title": "Aldmark", "sent_persons": 812.0}
ENDS: Final = {"sent_persons_low": 700.0, "sent_persons_high": 900.0}


def make_answer(kind: str, **changes: Any) -> Answer:
    """Return an answer to a question named for its kind, with the fields that are given."""
    fields: dict[str, Any] = {
        "id": f"a-{kind}",
        "question": f"What is the {kind}?",
        "kind": kind,
        "headline": f"The {kind} is so.",
        "value": None,
        "unit": "",
        "interval_note": "over draws",
        "assumes": ("Rests on stances/ALD:ALD.",),
        "cannot_say": ("The rest.",),
        "sources": ("invented",),
        "rows": ("polls/elm-2030-07:ELM", "stances/ALD:ALD"),
        "tables": {"strength": STRENGTH},
        "run": "0123456789ab",
    }
    return Answer(**(fields | changes))


def make_driver(effect: float, cell: str = "stances/ALD:ALD/us_reliance_score") -> Driver:
    about: dict[str, Any] = {"cell": cell, "title": f"{cell} is so", "is_event": False}
    number: dict[str, Any] = {"effect_name": "x_persons", "compares": "so", "rank_correlation": 0.5}
    return Driver(**about, **number, effect=effect)


@pytest.fixture
def answer() -> Callable[..., Answer]:
    return make_answer


@pytest.fixture(scope="session")
def brief() -> Brief:
    drivers = (make_driver(900.0), make_driver(-300.0, "consent/CST/level"))
    ends: dict[str, Any] = {"value": 4321.0, "low": 1234.0, "high": 6789.0, "drivers": drivers}
    scenario = foedus.load("minimal")
    names = [option.option for option in scenario.options]
    return Brief(
        scenario=scenario,
        option=scenario.headline_option,
        draws=500,
        seed=7,
        set={},
        strict=False,
        answers=(
            make_answer("number", headline="4,300 stand.", unit="soldiers in balance", **ends),
            make_answer("probability", headline="It is 37 %.", value=0.37, low=0.11, high=0.64),
            make_answer("choice", value="Aldmark", shares={"Aldmark": 0.62, "Castria": 0.38}),
            make_answer("threshold", value=0.55, low=0.4, never_prob=0.25, always_prob=0.1),
            make_answer("table", value=ROW | ENDS, unit="soldiers", low=700.0, high=900.0),
            make_answer("curve", value={"mission_month": 6, "balanced_persons": 1500.0}),
        ),
        options=pl.DataFrame({"option": names, "x_share": [0.1, 0.5, 1.0]}),
        warnings=("† 1 row became known only later.",),
    )

"""Answers made by hand, of each kind."""

from typing import Any, Final

import polars as pl

from foedus import Answer
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

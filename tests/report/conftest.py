"""A brief made by hand, with an answer of each kind."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from tests import kept
from tests.report.answers import ENDS, ROW, make_answer, make_driver

from foedus import Answer, Brief


@pytest.fixture
def answer() -> Callable[..., Answer]:
    return make_answer


@pytest.fixture(scope="session")
def brief() -> Brief:
    drivers = (make_driver(900.0), make_driver(-300.0, "consent/CST/level"))
    ends: dict[str, Any] = {"value": 4321.0, "low": 1234.0, "high": 6789.0, "drivers": drivers}
    scenario = kept.scenario("minimal")
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
        options=pl.DataFrame(
            {
                "option": names,
                "title": ["One", "Two", "Three"],
                "balanced_persons": [8000.0, 4000.0, 0.0],
            }
        ),
        warnings=("† 1 row became known only later.",),
    )

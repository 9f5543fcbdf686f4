"""A name says its unit, and numbers are printed as their names ask."""

from dataclasses import fields
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines import ENGINES
from foedus.engines.protocol import AnyEngine
from foedus.quantities import SUFFIXES, quantity, show_number, suffix_of
from foedus.scenario.rows import Row
from foedus.scenario.scenario import TABLES, About


def is_number(annotation: Any) -> bool:
    """Tell whether values are numbers, whatever is annotated or may be empty."""
    parts = {part for part in get_args(annotation) if part is not NoneType} or {annotation}
    if hasattr(annotation, "__metadata__"):
        return is_number(annotation.__origin__)
    return any(
        part in (int, float) or (hasattr(part, "__metadata__") and is_number(part))
        for part in parts
    )


def test_a_number_is_known_when_seen() -> None:
    hints = get_type_hints(TABLES["units"], include_extras=True)
    assert is_number(hints["held_count"])
    assert is_number(hints["available_count_low"])
    assert not is_number(hints["unit_kind"])
    assert not is_number(hints["is_detached"])
    assert not is_number(hints["known_from"])


@pytest.mark.parametrize(("table", "model"), [*TABLES.items(), ("scenario", About)])
def test_every_number_of_a_table_ends_in_its_unit(table: str, model: type[Row]) -> None:
    hints = get_type_hints(model, include_extras=True)
    named = [name for name in model.model_fields if is_number(hints[name])]
    assert [f"{table}.{name}" for name in named if suffix_of(name) not in SUFFIXES] == []


@pytest.mark.parametrize("engine", ENGINES.values())
def test_every_number_of_an_engine_ends_in_its_unit(engine: type[AnyEngine]) -> None:
    hints = get_type_hints(engine, include_extras=True)
    counted = {"least_futures"}  # how much an engine computes is no quantity of the world
    settings = {
        about.name
        for about in fields(engine)  # type: ignore[arg-type]
        if is_number(hints[about.name])
    }
    assert settings
    assert {name for name in settings - counted if suffix_of(name) not in SUFFIXES} == set()
    assert {o.name for o in engine.follows if suffix_of(o.name) not in SUFFIXES} == set()


def test_an_unknown_ending_is_refused() -> None:
    with pytest.raises(KeyError, match="furlongs"):
        quantity("length_furlongs")


@pytest.mark.parametrize(
    ("value", "name", "bare", "with_unit"),
    [
        (28340.4, "balanced_persons", "28,340", "28,340 persons"),
        (0.256, "join_prob", "26 %", "26 %"),
        (-0.256, "margin_share", "-26 %", "-26 %"),
        (3.04, "needed_count_high", "3.0", "3.0"),
        (1234.56, "tour_months", "1,234.6", "1,234.6 months"),
        (72.5, "willingness_score_low", "72.5", "72.5 points"),
        (2024, "price_year", "2024", "2024"),
        (0.30001, "shock_correlation", "0.3", "0.3"),
        (27720.7, "size_weight", "27,721", "27,721"),
        (999.4, "size_weight", "999", "999"),
        (999.6, "size_weight", "1,000", "1,000"),
        (-1234.5, "dependence_value", "-1,234", "-1,234"),
        (50.45, "latitude_deg", "50.5", "50.5 °"),
    ],
)
def test_a_number_is_printed_as_its_name_asks(
    value: float, name: str, bare: str, with_unit: str
) -> None:
    assert show_number(value, name) == bare
    assert show_number(value, name, unit=True) == with_unit


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_nothing_is_printed_as_less_than_nothing(suffix: str) -> None:
    assert not show_number(-1e-9, f"some_{suffix}").startswith("-0")
    assert not show_number(-0.0, f"some_{suffix}").startswith("-0")


@given(st.sampled_from(sorted(SUFFIXES)), st.floats(-1e6, 1e6))
def test_what_is_printed_is_near_the_number(suffix: str, value: float) -> None:
    text = show_number(value, f"some_{suffix}").replace(",", "")
    printed = float(text.removesuffix(" %")) / (100 if text.endswith("%") else 1)
    rule = SUFFIXES[suffix].rule
    slack = {"whole": 0.5, "plain": 0.5, "percent": 0.005, "decimal": 0.05, "fine": 0.5}[rule]
    if rule == "fine" and abs(value) < 999.5:
        slack = 0.005 * abs(value)
    assert abs(printed - value) <= slack * (1 + 1e-9) + 1e-9

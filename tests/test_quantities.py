"""A name says its unit, and numbers are printed as their names ask."""

from dataclasses import fields
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foedus import load
from foedus.briefing.afford import answer_afford
from foedus.briefing.findings import Findings
from foedus.briefing.options import options_table
from foedus.engines import ENGINES
from foedus.engines.protocol import AnyEngine
from foedus.quantities import FINE_SHARES, SUFFIXES, quantity, show_number, suffix_of
from foedus.runs import make_request
from foedus.scenario.rows import Row
from foedus.scenario.scenario import TABLES, About

FINE = "defence_share"
"""One of the shares of which hundredths of a point count."""


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
    # How much an engine computes is no quantity of the world.
    counted = {"least_futures", "stages", "stop_seconds"}
    counted |= {f"{model}_draws_most" for model in ("challenge", "exchange", "spatial")}
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


def slack_of(rule: str, value: float) -> float:
    """Return how far what is printed may lie from the number."""
    size = abs(value)
    match rule:
        case "money":
            return 0.005 if size < 9.995 else 0.05 if size < 99.95 else 0.5
        case "fine_percent":
            return slack_of("money", 100 * value) / 100
        case "fine" if size < 999.5:
            return 0.005 * size
        case _:
            return {"percent": 0.005, "decimal": 0.05}.get(rule, 0.5)


def read_back(text: str) -> float:
    """Return the number that a printed one stands for; the bound of one that is only below it."""
    bare = text.replace(",", "").removesuffix(" %").lstrip("<>")
    return float(bare) / (100 if text.endswith("%") else 1)


@given(st.sampled_from([*sorted(SUFFIXES), FINE]), st.floats(-1e6, 1e6))
@example(FINE, 0.035)
@example(FINE, -0.00001)
@example("bn", 0.004)
def test_what_is_printed_is_near_the_number(suffix: str, value: float) -> None:
    name = suffix if suffix == FINE else f"some_{suffix}"
    text = show_number(value, name)
    printed, slack = read_back(text), slack_of(quantity(name).rule, value)
    if text[0] in "<>":
        # As much as nothing, but on its own side of it.
        assert text[0] == ("<" if value > 0 else ">")
        assert 0 < abs(value) < abs(printed)
        assert value * printed > 0
    else:
        assert abs(printed - value) <= slack * (1 + 1e-9) + 1e-9


@given(st.sampled_from(["bn", FINE]), st.floats(-1e4, 1e4))
def test_an_amount_is_printed_as_none_only_where_it_is_none(suffix: str, value: float) -> None:
    name = suffix if suffix == FINE else f"some_{suffix}"
    assert (show_number(value, name).removesuffix(" %") == "0") == (value == 0)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.035, "3.5 %"),
        (0.02, "2 %"),
        (0.0233, "2.33 %"),
        (0.1, "10 %"),
        (0.1004, "10 %"),
        (0.157, "15.7 %"),
        (1.0, "100 %"),
        (0.005, "0.5 %"),
        (0.0001, "0.01 %"),
        (0.00002, "<0.01 %"),
        (-0.00002, ">-0.01 %"),
        (-0.0077, "-0.77 %"),
        (-0.12, "-12 %"),
        (0.0, "0 %"),
        (12.5, "1,250 %"),
    ],
)
def test_a_share_of_gdp_has_no_zeros_behind_its_places(share: float, text: str) -> None:
    assert show_number(share, "defence_share") == text
    assert show_number(share, "ramp_share_low") == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1234.5, "1,234"),
        (99.96, "100"),
        (99.94, "99.9"),
        (9.996, "10.0"),
        (9.99, "9.99"),
        (2.0, "2.00"),
        (0.005, "0.01"),
        (0.0049, "<0.01"),
        (-0.0049, ">-0.01"),
        (0.0, "0"),
        (-0.0, "0"),
    ],
)
def test_money_has_three_figures_and_no_more_than_two_places(amount: float, text: str) -> None:
    assert show_number(amount, "extra_usd_bn") == text
    assert show_number(amount, "extra_usd_bn", unit=True) == f"{text} bn US dollars"


def names_in_tables() -> set[str]:
    """Return every column of a row type, of engines' tables and of the briefing's on money."""
    minimal = load("minimal")
    request = make_request(minimal, draws=2)
    found = Findings(minimal, request)
    answer = answer_afford(found, "Can they?")
    engines = (found.spending.result, found.voting.result)
    of_engines = [table for result in engines for table in result.tables().values()]
    tables = [*of_engines, *answer.tables.values()]
    names = {column for table in [*tables, options_table(found)] for column in table.columns}
    return names.union(*(model.model_fields for model in TABLES.values()))


def test_every_fine_share_is_a_column_of_some_table() -> None:
    assert names_in_tables() >= FINE_SHARES
    assert {suffix_of(name) for name in FINE_SHARES} == {"share", "prob"}

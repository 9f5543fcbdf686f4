"""What a column holds is said of every field of every table, in words of a sheet."""

from itertools import product

import pytest

from foedus.quantities import SUFFIXES
from foedus.scenario.checks import REFERENCES
from foedus.scenario.rows import Row
from foedus.scenario.scenario import TABLES, About
from foedus.scenario.workbook_columns import (
    holds,
    meaning_of,
    of_sheets,
    points_to,
    unit_of,
)


@pytest.mark.parametrize(
    ("table", "field", "kind", "words"),
    [
        ("units", "delegation", "code", "code in capitals: A to Z, 0 to 9 and _"),
        ("units", "capability", "key", "name in small letters"),
        ("units", "unit_kind", "text", "text"),
        ("units", "held_count", "number", "number, 0 or more"),
        ("units", "strength_persons", "number", "number, more than 0"),
        ("units", "is_detached", "flag", "0 or 1"),
        ("units", "source", "list", "words separated by ;"),
        ("polls", "support_share", "number", "number, 0 to 1"),
        ("polls", "n_persons", "whole", "whole number, more than 0"),
        ("polls", "fieldwork_start", "date", "date: 2025, 2025-02 or 2025-02-17"),
        ("requirement", "fill_priority", "whole", "whole number, 1 to 9"),
        ("delegations", "freed_by", "choice", "one of members, blessing"),
        ("stances", "conditions", "list", "words separated by ;"),
        ("stances", "needs_partners", "list", "words separated by ;"),
    ],
)
def test_a_column_holds_what_its_field_declares(
    table: str, field: str, kind: str, words: str
) -> None:
    about = holds(TABLES[table], field)
    assert about.kind == kind
    assert str(about) == words


@pytest.mark.parametrize("table", TABLES)
def test_every_column_can_be_described_without_marks_of_code(table: str) -> None:
    model = TABLES[table]
    for field in model.model_fields:
        text = f"{holds(model, field)} {unit_of(model, field)} {meaning_of(model, field)}"
        assert not {"`", "\n"} & set(text), field
        assert ".csv" not in text, field


@pytest.mark.parametrize("table", TABLES)
def test_a_number_has_a_unit_and_words_have_none(table: str) -> None:
    model = TABLES[table]
    for field in model.model_fields:
        is_number = holds(model, field).kind in ("number", "whole")
        assert bool(unit_of(model, field)) == is_number, field
        assert unit_of(model, field) in {"", *(about.meaning for about in SUFFIXES.values())}


def test_the_settings_are_described_too() -> None:
    assert holds(About, "date").kind == "date"
    assert holds(About, "invented").kind == "flag"
    assert meaning_of(About, "date") == "The day the scenario speaks of."


def test_columns_point_where_the_checks_resolve_them_lists_left_out() -> None:
    points = {
        (table, field, target)
        for table, field in product(TABLES, Row.model_fields | {"delegation": None})
        if (target := points_to(table, field))
    }
    assert points <= set(REFERENCES)
    assert points_to("units", "capability") == "capabilities"
    assert points_to("stances", "needs_partners") is None
    assert points_to("delegations", "delegation") is None


def test_only_tables_are_renamed_in_words() -> None:
    assert of_sheets("see sources.csv, or budget.csv") == "see the sheet sources, or budget.csv"

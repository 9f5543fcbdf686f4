"""Cells of every kind, and what all rows share."""

from calendar import monthrange
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from foedus.scenario.delegations import Delegation
from foedus.scenario.forces import Ceiling, Unit
from foedus.scenario.rows import (
    Code,
    Flag,
    Name,
    PartialDate,
    Row,
    Share,
    Words,
    key_part,
    parse_partial_date,
)
from foedus.scenario.scenario import TABLES

MODELS = sorted(TABLES.items())


class TestPartialDates:
    @given(st.dates())
    def test_a_whole_date_is_itself(self, day: date) -> None:
        assert parse_partial_date(day.isoformat()) == day

    @given(st.dates())
    def test_a_month_is_its_last_day(self, day: date) -> None:
        last = monthrange(day.year, day.month)[1]
        assert parse_partial_date(f"{day:%Y-%m}".zfill(7)) == day.replace(day=last)

    @given(st.integers(1, 9999))
    def test_a_year_is_its_last_day(self, year: int) -> None:
        assert parse_partial_date(f"{year:04}") == date(year, 12, 31)
        assert year < 1000 or parse_partial_date(year) == date(year, 12, 31)

    @pytest.mark.parametrize(
        "text",
        [
            *("", "25", "2025-2", "2025-02-1", "2025-02-", "-2025", "17.02.2025", "02/17/2025"),
            *("2025-02-17 12:00", "2025-Feb", "202²", "٢٠٢٥", "2025-13", "2025-00", "2025-02-30"),
            *("2025-02-00", "0000", "0000-01", "99999", "soon", True, 2025.0, 20250217, -1),
            b"2025",
        ],
    )
    def test_anything_else_is_refused(self, text: object) -> None:
        with pytest.raises(ValidationError):
            TypeAdapter(PartialDate).validate_python(text)

    def test_days_of_python_and_toml_pass(self) -> None:
        adapter = TypeAdapter(PartialDate)
        assert adapter.validate_python(date(2025, 2, 17)) == date(2025, 2, 17)
        assert adapter.validate_python(datetime(2025, 2, 17)) == date(2025, 2, 17)  # noqa: DTZ001
        with pytest.raises(ValidationError):
            adapter.validate_python(datetime(2025, 2, 17, 12))  # noqa: DTZ001


def test_a_list_is_separated_by_semicolons_and_empty_parts_do_not_count() -> None:
    words = TypeAdapter(Words)
    assert words.validate_python(" a ; b;;") == ("a", "b")
    assert words.validate_python("") == ()
    assert words.dump_json(("a", "b")) == b'"a;b"'


@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters=" ;\t\n\r\x0b\x0c"))))
def test_a_list_that_is_written_is_read_as_it_was(words: list[str]) -> None:
    kept = tuple(word for word in words if word.strip())
    adapter = TypeAdapter(Words)
    written = adapter.dump_python(kept, mode="json")
    assert adapter.validate_python(written) == tuple(word.strip() for word in kept)


@pytest.mark.parametrize("text", ["yes", "no", "true", "WAHR", "2", "", "1.0"])
def test_a_flag_in_words_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="neither 0 nor 1"):
        TypeAdapter(Flag).validate_python(text)


def test_a_flag_is_0_or_1() -> None:
    assert [TypeAdapter(Flag).validate_python(v) for v in ("0", "1", False, True)] == [
        *(False, True),
        *(False, True),
    ]


@pytest.mark.parametrize("text", ["nan", "inf", "-0.01", "1.01", "", "a"])
def test_a_share_is_between_0_and_1(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Share).validate_python(text)


@pytest.mark.parametrize("code", ["gbr", "G", "1AB", "G-R", "GBR ", "A" * 17, "GÖR", "GBR\n"])
def test_a_code_is_upper_case(code: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Code).validate_python(code)


@pytest.mark.parametrize("name", ["Rear", "rear 30", "-a", "a/b", "a:b", "a*", "", "a\n"])
def test_a_name_holds_nothing_of_which_addresses_are_made(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Name).validate_python(name)


@pytest.mark.parametrize(("name", "model"), MODELS)
def test_every_row_names_its_source_and_how_far_it_was_checked(name: str, model: type[Row]) -> None:
    assert {"source", "verified"} <= set(model.model_fields), name
    assert model.model_fields["source"].is_required()
    assert model.model_config["frozen"]
    assert model.model_config["extra"] == "forbid"


@pytest.mark.parametrize(("name", "model"), MODELS)
def test_keys_are_fields_that_every_row_has(name: str, model: type[Row]) -> None:
    assert model.key_fields, name
    assert all(model.model_fields[field].is_required() for field in model.key_fields)


@pytest.mark.parametrize(("name", "model"), MODELS)
def test_a_range_has_two_ends_and_a_value_of_one_kind(name: str, model: type[Row]) -> None:
    ends = {field for field in model.model_fields if field.endswith(("_low", "_high"))}
    ranged = {f"{field}{end}" for field in model.ranged_fields() for end in ("_low", "_high")}
    assert ends == ranged, name
    assert model.latent_fields <= set(model.ranged_fields())


def test_a_row_cannot_be_changed() -> None:
    row = Delegation(delegation="ALD", title="Aldmark", role="host", source=("assumed",))
    with pytest.raises(ValidationError, match="frozen"):
        row.title = "Other"


def test_a_row_without_a_source_is_refused() -> None:
    with pytest.raises(ValidationError):
        Delegation(delegation="ALD", title="Aldmark", role="host", source=())


def test_a_key_joins_its_parts_and_a_day_stands_in_full() -> None:
    row = Ceiling.model_validate(
        {"delegation": "ALD", "valid_from": "2030", "ceiling_persons": 5, "source": "assumed"}
    )
    assert row.key == "ALD:2030-12-31"
    assert key_part(date(2030, 1, 2)) == "2030-01-02"


def test_ranged_fields_are_those_with_two_ends() -> None:
    assert Unit.ranged_fields() == ("available_count",)
    assert Delegation.ranged_fields() == ()

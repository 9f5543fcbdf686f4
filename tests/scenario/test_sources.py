"""Sources are rows without numbers, named by the others."""

import pytest
from pydantic import ValidationError

from foedus.scenario.scenario import TABLES, Scenario
from foedus.scenario.sources import ASSUMED, Source


def test_a_source_is_its_own_key_and_has_no_range() -> None:
    source = Source(source="press", title="A newspaper")
    assert source.key == "press"
    assert source.ranged_fields() == ()
    assert source.verified == "memory"


def test_a_source_has_no_further_columns() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Source.model_validate({"source": "press", "title": "A newspaper", "page": "3"})


def test_assumed_needs_no_row(minimal: Scenario) -> None:
    used = {
        name for t in TABLES if t != "sources" for row in minimal.table(t) for name in row.source
    }
    assert ASSUMED in used
    assert ASSUMED not in {source.source for source in minimal.sources}

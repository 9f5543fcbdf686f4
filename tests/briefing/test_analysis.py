"""An analysis tells what it found in words and numbers, also where there is nothing to tell."""

from dataclasses import replace

import numpy as np
import pytest
from tests import kept

from foedus.briefing.analysis import LEAST_SHARE, Analysis, names_of_tables


def without_numbers(found: Analysis) -> Analysis:
    return replace(found, sample=np.full_like(found.sample, np.nan))


def test_the_bins_hold_every_draw_under_the_name_of_the_outcome() -> None:
    found = kept.analysis()
    assert found.bins["draws_count"].sum() == found.request.draws
    assert found.bins.columns[0] == "from_balanced_persons"


def test_few_are_told_and_all_are_in_the_table() -> None:
    found = replace(kept.analysis(), top=2)
    shares = found.leading_factors["total_share"].to_list()
    assert shares == found.factors["total_share"].head(2).to_list()
    assert min(shares) >= LEAST_SHARE
    assert found.tables()["factors"].height > 2


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("asks", [None, "balanced_persons < 3000"])
def test_tables_are_those_that_were_announced(asks: str | None, across: bool) -> None:
    found = kept.analysis(method="tornado", draws=20, discover=asks, across=across)
    assert tuple(found.tables()) == names_of_tables(discover=asks is not None, across=across)


def test_rows_are_named_where_something_that_moves_it_stands() -> None:
    found = kept.analysis()
    moving = {f"{cell.table}/{cell.key}" for cell in found.moving}
    rows = {row for row in found.evidence.rows if not row.startswith("uncertainties/")}
    assert rows
    assert rows == {row for row in moving if not row.startswith("engines/")}


@pytest.mark.filterwarnings("error")
def test_where_no_draw_has_a_number_the_document_has_none() -> None:
    found = without_numbers(kept.analysis())
    document = found.to_json()
    assert [document[name] for name in ("mean", "median", "low", "high")] == [None] * 4
    assert found.is_flat


def test_an_outcome_of_ones_and_noughts_is_yes_or_no() -> None:
    found = kept.analysis()
    event = replace(found, sample=np.where(found.sample > 3000, 1.0, 0.0))
    assert event.is_yes_or_no
    assert not event.is_flat
    assert not found.is_yes_or_no

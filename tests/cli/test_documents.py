"""What goes out as JSON is JSON."""

import json
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.cli.documents import plain, print_json

LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates())
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=10,
)


@given(DOCUMENTS)
def test_whatever_is_plain_is_strict_json(value: Any) -> None:
    text = json.dumps(plain(value), allow_nan=False)
    assert plain(json.loads(text)) == plain(value)


def test_numbers_of_arrays_and_tables_are_plain() -> None:
    table = pl.DataFrame({"a_prob": [0.5, float("nan")], "day": [date(2025, 2, 17), None]})
    assert plain({"n": np.int64(3), "x": np.array([1.0, np.inf]), "t": table}) == {
        "n": 3,
        "x": [1.0, None],
        "t": [{"a_prob": 0.5, "day": "2025-02-17"}, {"a_prob": None, "day": None}],
    }


def test_what_json_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no place"):
        plain({"a": {1, 2}})


def test_a_document_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": "\x1b[31m\u202e é"})
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == {"a": "\x1b[31m\u202e é"}

import numpy as np
import pytest

from foedus.engines.deterrence.ordering import (
    cost_faults,
    order_faults,
    refuse,
    share_faults,
    take_columns,
)

NAN = float("nan")


def test_numbers_and_one_a_draw_go_together() -> None:
    columns, draws = take_columns({"a": 1, "b": [1, 2, 3]})
    assert draws == 3
    assert columns["a"].shape == (1,)
    assert columns["b"].dtype == np.float64


def test_two_counts_of_draws_are_refused() -> None:
    with pytest.raises(ValueError, match="count of draws: a 2, b 3"):
        take_columns({"a": [1, 2], "b": [1, 2, 3]})


def test_more_axes_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="b: one number"):
        take_columns({"a": 1, "b": [[1, 2]]})


def test_every_inequality_that_fails_is_named_with_its_first_draw() -> None:
    columns, _ = take_columns({"a": [3, 3, 1], "b": 2, "c": [1, 2, 1]})
    assert order_faults(columns, ["a", "b", "c"]) == [
        "a must be above b: draw 2 has 1 and 2",
        "b must be above c: draw 1 has 2 and 2",
    ]


@pytest.mark.parametrize("value", [NAN, float("inf")])
def test_an_end_that_is_no_number_is_a_fault(value: float) -> None:
    columns, _ = take_columns({"a": [5, value], "b": 2})
    assert "a must be finite" in order_faults(columns, ["a", "b"])[-1]


def test_probabilities_and_costs_are_named_with_their_first_draw() -> None:
    columns, _ = take_columns({"p": [0, 1, 1.5, NAN], "c": [0, 3, -1, NAN]})
    assert share_faults(columns, ["p"]) == ["p must be from 0 to 1: draw 2 has 1.5 (2 draws fail)"]
    assert cost_faults(columns, ["c"]) == [
        "c must be at least 0 and finite: draw 2 has -1 (2 draws fail)"
    ]


def test_all_faults_are_told_at_once_and_none_is_silent() -> None:
    refuse([])
    with pytest.raises(ValueError, match=r"^one; two$"):
        refuse(["one", "two"])

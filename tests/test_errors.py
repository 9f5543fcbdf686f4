"""Everything raised on purpose is one tree, and a problem reads as place, fault and fix."""

import pytest

from foedus import errors
from foedus.errors import FoedusError, Problem, ScenarioError

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, Exception) and kind is not FoedusError
]


def problem(line: int | None, field: str) -> Problem:
    return Problem("my-summit/units.csv", line, field, "-1 is less than 0", "write 0 or more")


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_caught_as_one_and_stands_in_the_drawing(kind: type[Exception]) -> None:
    assert kind.__bases__ == (FoedusError,)
    assert errors.__doc__ is not None
    assert f"── {kind.__name__} " in errors.__doc__


@pytest.mark.parametrize(
    ("line", "field", "place"),
    [
        (3, "held_count", "my-summit/units.csv:3: held_count: -1"),
        (3, "", "my-summit/units.csv:3: -1"),
        (None, "held_count", "my-summit/units.csv: held_count: -1"),
        (None, "", "my-summit/units.csv: -1"),
    ],
)
def test_a_problem_names_its_place_as_editors_do(line: int | None, field: str, place: str) -> None:
    assert str(problem(line, field)) == f"{place} is less than 0\n    fix: write 0 or more"


@pytest.mark.parametrize(
    ("line", "field", "cell", "place"),
    [
        (14, "held_count", "D14", "book.xlsx, sheet units, cell D14 (held_count): -1"),
        (14, "", "D14", "book.xlsx, sheet units, cell D14: -1"),
        (14, "held_count", "", "book.xlsx, sheet units, row 14 (held_count): -1"),
        (None, "", "A2:A5", "book.xlsx, sheet units, cells A2:A5: -1"),
        (None, "held_count", "", "book.xlsx, sheet units (held_count): -1"),
        (None, "", "", "book.xlsx, sheet units: -1"),
    ],
)
def test_a_problem_of_a_workbook_names_its_sheet_and_cell(
    line: int | None, field: str, cell: str, place: str
) -> None:
    says = "-1 is less than 0", "write 0 or more"
    found = Problem("book.xlsx", line, field, *says, sheet="units", cell=cell)
    assert str(found) == f"{place} is less than 0\n    fix: write 0 or more"


def test_a_scenario_error_lists_every_problem_in_order() -> None:
    first, second = problem(3, "held_count"), problem(4, "held_count")
    error = ScenarioError([first, second])
    assert error.problems == (first, second)
    assert str(error) == f"2 problems in the scenario\n{first}\n{second}"
    assert str(ScenarioError([first])).startswith("1 problem in the scenario\n")

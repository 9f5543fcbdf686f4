"""The rows of command: what a cell takes, what it refuses, and what the message says instead."""

import csv
import shutil
from pathlib import Path
from typing import get_args

import pytest

from foedus.errors import ScenarioError
from foedus.scenario import TABLES, TOPICS, Scenario, load
from foedus.scenario.checks import REFERENCES
from foedus.scenario.command import Authority, Chain, Echelon, Headquarters, Partnership
from foedus.scenario.draws import uncertain_cells
from foedus.scenario.load import SHIPPED

BAD_CELLS = [
    ("headquarters", "league-corps", "framework", "", "the cell is empty", "`framework`"),
    ("headquarters", "league-corps", "echelon", "Corps", "'Corps' is not one of", "mean corps?"),
    ("headquarters", "league-corps", "authority", "opcon", "'opcon' is not one of",
     "see `authority`"),
    ("headquarters", "league-corps", "span_count", "-1", "-1 is less than 0", "write 0 or more"),
    ("headquarters", "league-corps", "staff_persons", "few", "'few' is not a number",
     "see `staff_persons`"),
    ("headquarters", "league-corps", "notice_days", "-5", "-5 is less than 0", "write 0 or more"),
    ("headquarters", "league-corps", "chains", "", "the cell is empty", "`chains`"),
    ("headquarters", "league-corps", "available_prob", "50", "50 is more than 1", "write 0.5"),
    ("headquarters", "league-corps", "latitude_deg", "91", "91 is more than 90",
     "write 90 or less"),
    ("headquarters", "league-corps", "longitude_deg", "-181", "-181 is less than -180",
     "write -180 or more"),
    ("partnerships", "ELM:ALD:elm-battalion", "strength_share", "90", "90 is more than 1",
     "write 0.9"),
    ("partnerships", "ELM:ALD:elm-battalion", "strength_share_low", "-0.1",
     "-0.1 is less than 0", "write 0 or more"),
    ("partnerships", "ELM:ALD:elm-battalion", "kind", "integrated", "'integrated' is not one of",
     "mean integration?"),
    ("partnerships", "ELM:ALD:elm-battalion", "since_year", "21", "21 is less than 1900",
     "write 1900 or more"),
    ("partnerships", "ELM:ALD:elm-battalion", "formation", "Elm battalion",
     "'Elm battalion' is not of the form", "see `formation`"),
    ("partnerships", "ELM:ALD:elm-battalion", "partner", "Aldmark",
     "'Aldmark' is not of the form", "see `partner`"),
]  # fmt: skip


def with_cell(folder: Path, table: str, key: str, column: str, value: str) -> int:
    """Write one cell of a table; return its line."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    place = [row.key for row in load("minimal").table(table)].index(key)
    rows[place][header.index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return place + 2


@pytest.mark.parametrize(("table", "key", "column", "value", "says", "fix"), BAD_CELLS)
def test_a_bad_cell_is_named_with_its_place_its_fault_and_its_mending(
    tmp_path: Path, table: str, key: str, column: str, value: str, says: str, fix: str
) -> None:
    folder = tmp_path / "minimal-2"
    shutil.copytree(SHIPPED / "minimal", folder)
    line = with_cell(folder, table, key, column, value)
    with pytest.raises(ScenarioError) as caught:
        load(folder)
    (problem,) = [p for p in caught.value.problems if p.field == column]
    assert (problem.path, problem.line) == (f"{folder}/{table}.csv", line)
    assert says in problem.says
    assert fix in problem.fix


def test_keys_name_what_the_tables_are_read_by(minimal: Scenario) -> None:
    assert minimal.headquarters[0].key == "league-corps"
    assert minimal.partnerships[0].key == "ALD:CST:league-corps"


def test_lists_are_read_in_their_order(minimal: Scenario) -> None:
    corps = minimal.row("headquarters", "league-corps")
    assert corps.framework == ("ALD", "CST")
    assert corps.participants == ("BRK", "ELM")
    assert minimal.row("headquarters", "ald-division").chains == ("national", "coalition")
    assert minimal.row("partnerships", "DUN:BRK:coast-watch").framework == ()


def test_they_are_tables_of_the_force_that_a_scenario_may_leave_out(
    minimal: Scenario, tmp_path: Path
) -> None:
    names = list(TABLES)
    place = names.index("dependence")
    assert names[place + 1 : place + 3] == ["headquarters", "partnerships"]
    assert {"headquarters", "partnerships"} <= set(TOPICS["forces"])
    folder = tmp_path / "bare"
    shutil.copytree(SHIPPED / "minimal", folder)
    for name in ("headquarters", "partnerships"):
        (folder / f"{name}.csv").unlink()
    assert load(folder) == minimal.replace(headquarters=(), partnerships=())


def test_their_ranges_are_drawn(minimal: Scenario) -> None:
    assert Headquarters.ranged_fields() == ("span_count",)
    assert Partnership.ranged_fields() == ("strength_share",)
    drawn = {(about.cell.table, about.cell.field) for about in uncertain_cells(minimal)}
    assert {("headquarters", "span_count"), ("partnerships", "strength_share")} <= drawn


def test_every_code_in_them_is_one_of_a_delegation() -> None:
    columns = {(table, column) for table, column, target in REFERENCES if target == "delegations"}
    for table, model in (("headquarters", Headquarters), ("partnerships", Partnership)):
        codes = {"framework", "participants", "delegation", "partner"} & set(model.model_fields)
        assert {(table, column) for column in codes} <= columns


def test_the_words_are_those_of_the_trade() -> None:
    assert get_args(Authority) == ("OPCOM", "OPCON", "TACOM", "TACON")
    assert set(get_args(Chain)) == {"nato", "eu", "coalition", "national", "un"}
    assert get_args(Echelon)[:3] == ("brigade", "division", "corps")

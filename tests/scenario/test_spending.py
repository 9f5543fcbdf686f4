"""The rows of money: what a cell takes, what it refuses, and what the message says instead."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foedus.errors import ScenarioError, SettingsError
from foedus.scenario import Scenario, load
from foedus.scenario.cells import read_settings
from foedus.scenario.draws import draw_block, uncertain_cells
from foedus.scenario.load import SHIPPED

BAD_CELLS = [
    ("budgets", "ALD", "gdp_usd_bn", "0", "0 is not more than 0", "write more than 0"),
    ("budgets", "ALD", "gdp_usd_bn", "-5", "-5 is not more than 0", "write more than 0"),
    ("budgets", "ALD", "gdp_usd_bn", "nan", "'nan' is not a number", "see `gdp_usd_bn`"),
    ("budgets", "ALD", "gdp_usd_bn", '"2,000"', "'2,000' is not a number",
     "write 2000, without a separator of thousands"),
    ("budgets", "ALD", "growth_share", "1.2", "1.2 is more than 0.5", "write 0.012"),
    ("budgets", "ALD", "growth_share", "-0.6", "-0.6 is less than -0.5", "write -0.5 or more"),
    ("budgets", "ALD", "ramp_share", "4", "4 is more than 2", "write 0.04"),
    ("budgets", "ALD", "ramp_share", "-0.1", "-0.1 is less than 0", "write 0 or more"),
    ("budgets", "ALD", "ramp_share_low", "-1.2", "-1.2 is less than 0", "write 0 or more"),
    ("budgets", "ALD", "defence_share", "1.8", "1.8 is more than 1", "write 0.018"),
    ("budgets", "ALD", "defence_share", "1.8 %", "'1.8 %' is not a number", "write 0.018"),
    ("budgets", "ALD", "deficit_limit_share", "3", "3 is more than 1", "write 0.03"),
    ("budgets", "ALD", "debt_limit_share", "60", "60 is more than 10", "write 0.6"),
    ("budgets", "ALD", "definition", "nat", "'nat' is not one of", "did you mean nato?"),
    ("budgets", "ALD", "data_year", "29", "29 is less than 1900", "write 1900 or more"),
    ("finances", "ALD:2029", "debt_share", "74", "74 is more than 10", "write 0.74"),
    ("finances", "ALD:2029", "balance_share", "-3.4", "-3.4 is less than -1", "write -1 or more"),
    ("finances", "ALD:2029", "outlays_share", "45.2", "45.2 is more than 1", "write 0.452"),
    ("targets", "ALD:defence-act", "target_share", "2.2", "2.2 is more than 1", "write 0.022"),
    ("targets", "ALD:defence-act", "status", "lawful", "'lawful' is not one of", "mean law?"),
    ("costs", "deployed_land", "currency", "euro", "'euro' is not of the form", "see `currency`"),
    ("costs", "deployed_land", "cost_value", "-1", "-1 is less than 0", "write 0 or more"),
    ("costs", "deployed_land", "kind", "deploy", "'deploy' is not one of", "mean deployed?"),
    ("costs", "hovany_forces", "over_years_count", "0", "0 is less than 1", "write 1 or more"),
    ("payers", "reconstruction:PTN", "paid_share", "10", "10 is more than 1", "write 0.1"),
    ("payers", "reconstruction:PTN", "share_key", "GDP", "'GDP' is not of the form",
     "see `share_key`"),
    ("deflators", "ALC:2028", "deflator_value", "0", "0 is not more than 0", "write more than 0"),
    ("deflators", "ALC:2028", "usd_value", "0", "0 is not more than 0", "write more than 0"),
    ("hosting", "BRK", "hosted_persons", "-1", "-1 is less than 0", "write 0 or more"),
    ("hosting", "BRK", "as_of", "spring", "'spring' is not a date like", "see `as_of`"),
    ("estimates", "institute-size", "quantity", "Force size", "'Force size' is not of the form",
     "see `quantity`"),
    ("estimates", "institute-size", "estimate_value", "many", "'many' is not a number",
     "see `estimate_value`"),
]  # fmt: skip


def with_cell(folder: Path, table: str, key: str, column: str, value: str) -> int:
    """Write one cell of a table whose cells hold no commas; return its line."""
    path = folder / f"{table}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    keys = [row.key for row in load("minimal").table(table)]
    line = keys.index(key) + 1
    cells = lines[line].split(",")
    if len(cells) > len(header):  # a title in quotes holds the one comma
        cells[1:3] = [",".join(cells[1:3])]
    assert len(cells) == len(header)
    cells[header.index(column)] = value
    lines[line] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return line + 1


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


@pytest.mark.parametrize(
    ("address", "value", "says"),
    [
        ("budgets/ALD/gdp_usd_bn", 0, "0 is not more than 0"),
        ("budgets/*/growth_share", 2, "2 is more than 0.5"),
        ("budgets/ALD/ramp_share", -0.01, "-0.01 is less than 0"),
        ("finances/CST:2029/balance_share", -2.8, "-2.8 is less than -1"),
        ("costs/deployed_land/currency", "GBP", "deflators.csv has no row of GBP in 2028"),
    ],
)
def test_a_changed_cell_is_checked_as_a_file_is(
    minimal: Scenario, address: str, value: Any, says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(minimal, {address: value})
    assert says in str(caught.value)


def test_keys_name_what_the_tables_are_read_by(minimal: Scenario) -> None:
    keys = {
        table: next(row.key for row in minimal.table(table))
        for table in ("budgets", "finances", "targets", "costs", "payers", "deflators")
    }
    assert keys == {
        "budgets": "ALD",
        "finances": "ALD:2028",
        "targets": "ALD:defence-act",
        "costs": "deployed_land",
        "payers": "hovany_forces:LEAGUE",
        "deflators": "ALC:2028",
    }


def test_an_empty_share_key_is_gdp(minimal: Scenario) -> None:
    assert {row.key: row.share_key for row in minimal.payers if row.delegation == "PTN"} == {
        "hovany_forces:PTN": "gdp",
        "reconstruction:PTN": "gdp",
    }


def test_a_ramp_is_drawn_from_its_value_upwards(minimal: Scenario) -> None:
    """Low and value are the same: a triangle that falls from there, of mean (2 low + high) / 3."""
    about = {drawn.cell: drawn for drawn in uncertain_cells(minimal)}
    (cell,) = [cell for cell in about if str(cell) == "budgets/CST/ramp_share"]
    assert (about[cell].low, about[cell].mode, about[cell].high) == (0.03, 0.03, 0.06)
    draws = draw_block(minimal, "rear-8k-backed", seed=1, block=0, n=20_000, fixed={})
    values = draws.drawn[cell]
    assert 0.03 <= values.min() < values.max() <= 0.06
    error = (0.06 - 0.03) / np.sqrt(18 * 20_000)
    assert abs(values.mean() - 0.04) < 4 * error

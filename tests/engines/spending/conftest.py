"""A small summit with money: the tables are made here, so that each number can be followed."""

from typing import Any

import pytest
from tests.shipped import load

from foedus.scenario.scenario import TABLES, Scenario

MONEY = """
budgets delegation gdp_usd_bn growth_share defence_share ramp_share defence_usd_bn
ALD 2000 0.01 0.02 0.08 40
BRK 300 0.03 0.04 0.15 12
CST 1200 0 0.015 0.1 18
DUN 400 0.02 0.008 0.01 3.2
ELM 100 0.01 0 0.1 0
PTN 20000 0.02 0.033 0.05 660

finances delegation data_year debt_share balance_share outlays_share
ALD 2028 0.7 -0.05 -
ALD 2029 0.58 -0.025 0.5
DUN 2029 1 -0.1 -

targets delegation target target_share target_year status
ALD wish 0.05 - ambition
ALD act 0.025 2032 law
CST plan 0.02 2045 announced

costs cost kind domain cost_value unit currency price_year start_year over_years_count
land-year deployed land 150000 person_year USD 2030 - -
air-year deployed air 200000 person_year USD 2030 - -
sea-year deployed sea 250000 person_year USD 2030 - -
land-start set_up land 10000 person EUR 2030 - -
rebuild programme - 400 bn EUR 2028 2031 10

payers cost delegation paid_share
rebuild LEAGUE 0.5
rebuild PTN 0.1

deflators currency data_year deflator_value usd_value
USD 2029 100 1
USD 2030 100 1
EUR 2028 80 1.25
EUR 2030 100 1.1

uncertainties table cell_key field distribution low_value mode_value high_value
engines spending ramp_ratio triangular 0.8 1 1.2
budgets ALD growth_share triangular 0 0.01 0.03
"""
OF_ALL: dict[str, dict[str, Any]] = {
    "budgets": {"data_year": 2029, "defence_year": 2029, "definition": "nato"},
    "costs": {"title": "a cost"},
}
BOUND = {"debt_limit_share": 0.6, "deficit_limit_share": 0.03}


def read(text: str) -> dict[str, Any]:
    """Read tables that are written with spaces; `-` is an empty cell."""
    found: dict[str, Any] = {"claims": (), "hosting": (), "estimates": ()}
    for block in text.strip().split("\n\n"):
        (table, *names), *lines = (line.split() for line in block.splitlines())
        cells = [{n: v for n, v in zip(names, line, strict=True) if v != "-"} for line in lines]
        bound = [BOUND if c.get("delegation") in ("ALD", "CST") else {} for c in cells]
        more = {"source": "assumed", **OF_ALL.get(table, {})}
        found[table] = tuple(
            TABLES[table].model_validate({**more, **(b if table == "budgets" else {}), **c})
            for b, c in zip(bound, cells, strict=True)
        )
    return found


@pytest.fixture(scope="session")
def league() -> Scenario:
    """Return the small scenario with tables of money: years from 2030 on, prices of 2030."""
    minimal, rows = load("minimal"), read(MONEY)
    about = minimal.about.model_copy(update={"price_year": 2030, "engines": {}})
    union = {"members": ("ALD", "CST", "ELM")}
    all_ = [d.model_copy(update=union) if d.role == "body" else d for d in minimal.delegations]
    return minimal.replace(**rows, about=about, delegations=tuple(all_))

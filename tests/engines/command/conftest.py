"""A small summit with two echelons and a body, so that each number can be followed."""

from typing import Any

import pytest
from tests.shipped import load

from foedus.scenario.scenario import TABLES, Scenario

COMMAND = """
delegations delegation title role members
NATO The-Pact body ALD;BRK;CST;PTN

capabilities capability title domain is_enabler is_critical us_dependence reference_strength_persons
corps_hq Corps hq 0 0 c2 1000

dependence scope scope_kind indicator dependence_value unit
c2 capability us_share 0.4 share

units delegation capability unit_kind held_count strength_persons notice_days tour_months dwell_ratio home_floor_count available_count
CST corps_hq staff 1 1000 60 12 2 0 1

requirement line requirement capability needed_count fill_priority sector
s-10 small corps_hq 1 1 rear

headquarters headquarters title framework echelon span_count staff_persons notice_days authority chains available_prob
cst-corps Castrian-Corps CST corps 8 300 60 OPCON coalition;nato 1
ptn-corps Patronian-Corps PTN corps 9 300 30 OPCON nato 1
brk-division Brek-Division BRK division 3 200 10 OPCON nato 1
pact-brigade Pact-Brigade NATO brigade 1 100 10 TACON nato 1
"""  # noqa: E501 - a header stands on one line


def rows_of(text: str) -> dict[str, tuple[Any, ...]]:
    """Read tables that are written with spaces, a hyphen in a title being one."""
    found: dict[str, tuple[Any, ...]] = {}
    for block in text.strip().split("\n\n"):
        (table, *names), *lines = (line.split() for line in block.splitlines())
        found[table] = tuple(
            TABLES[table].model_validate(
                {"source": "assumed", **dict(zip(names, line, strict=True))}
            )
            for line in lines
        )
    return found


@pytest.fixture(scope="session")
def league() -> Scenario:
    """Return the small scenario in which a corps and a division headquarters are asked for."""
    minimal = load("minimal")
    more = rows_of(COMMAND)
    return minimal.replace(**{table: (*minimal.table(table), *more[table]) for table in more})


@pytest.fixture(scope="session")
def paris() -> Scenario:
    """Return the scenario of Paris, 17 February 2025."""
    return load("paris-2025")

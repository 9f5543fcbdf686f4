"""Every number of a dispute has words, and no key is left in them."""

import pytest
from tests.shipped import load

from foedus.briefing.dispute_words import PARAMETER_NAMES, dispute_title
from foedus.scenario.deterrence import PARAMETERS


def test_every_parameter_of_every_game_has_words() -> None:
    known = {name for parameters in PARAMETERS.values() for name in parameters}
    assert set(PARAMETER_NAMES) == known


def test_every_place_of_every_parameter_is_told_apart_and_in_words() -> None:
    for dispute, parameters in PARAMETERS.items():
        for name, about in parameters.items():
            titles = [dispute_title(f"{dispute}:{name}:{at}") for at in about.at]
            assert len(set(titles)) == len(about.at)
            assert not [title for title in titles if "_" in title or "." in title]


@pytest.mark.parametrize("name", ["minimal", "paris-2025"])
def test_every_row_of_a_scenario_has_a_title(name: str) -> None:
    rows = load(name).disputes
    assert len({dispute_title(row.key) for row in rows}) == len(rows)

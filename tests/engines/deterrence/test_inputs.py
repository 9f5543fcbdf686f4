"""What the guarantee reads: the force of the option, numbers by row, and base rates."""

import numpy as np
import pytest
from tests.shipped import load

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.inputs import alone_cells, asks_land, read_inputs, senders
from foedus.scenario import Scenario
from foedus.scenario.addresses import Cell
from foedus.scenario.draws import Draws, draw_block, point

MINIMAL = load("minimal").in_key_order
PARIS = load("paris-2025").in_key_order


def sent(code: str, domain: str, persons: float) -> dict[Cell, FloatArray]:
    return {Cell("forces", code, f"sent_{domain}_persons"): np.array([persons])}


def test_soldiers_on_land_count_and_those_of_the_guarantor_do_not() -> None:
    (guarantor,) = PARIS.of_role("guarantor")
    links = sent("FRA", "land", 800) | sent("FRA", "air", 50) | sent(guarantor, "land", 100)
    inputs = read_inputs(PARIS, Draws("rear-30k-us").with_links(links))
    assert inputs.force_persons[0].tolist() == [800]
    assert guarantor not in inputs.codes


def test_where_no_land_force_is_asked_for_those_in_the_air_and_at_sea_count() -> None:
    links = sent("FRA", "land", 800) | sent("FRA", "air", 50) | sent("DEU", "sea", 7)
    inputs = read_inputs(PARIS, Draws("air-sea-us").with_links(links))
    assert inputs.force_persons[0].tolist() == [57]
    assert not asks_land(PARIS, Draws("air-sea-us"))
    assert asks_land(PARIS, Draws("rear-30k-us"))


def test_the_force_without_the_guarantor_is_linked_apart() -> None:
    cells = alone_cells("FRA")
    assert len(cells) == len(set(cells.values())) == 4
    alone = cells[Cell("forces", "FRA", "sent_land_persons")]
    inputs = read_inputs(PARIS, Draws("rear-30k-us").with_links({alone: np.array([300.0])}))
    assert [force.tolist() for force in inputs.force_persons] == [[0], [300]]


def test_who_may_send_decides_unless_it_is_a_pool() -> None:
    codes, contributes = senders(PARIS)
    assert list(codes) == sorted(codes)
    decide = {code for code, own in zip(codes, contributes, strict=True) if own}
    assert decide == set(PARIS.of_role("contributor"))
    assert set(codes) - decide == set(PARIS.of_role("pool"))


def test_numbers_are_drawn_between_their_ends_and_settled_ones_are_not() -> None:
    drawn = draw_block(MINIMAL, MINIMAL.headline_option, seed=1, block=0, n=50, fixed={})
    inputs = read_inputs(MINIMAL, drawn)
    hard = inputs.number("adversary_hard_prob")
    assert 0.3 <= hard.min() < hard.max() <= 0.7
    assert "disputes/ceasefire:adversary_hard_prob:all" in inputs.uncertain
    assert "disputes/ceasefire:prize_points:line" not in inputs.uncertain
    assert inputs.baseline_prob is not None
    assert 0.01 <= inputs.baseline_prob.min() < inputs.baseline_prob.max() <= 0.08


@pytest.mark.parametrize("scenario", [MINIMAL, PARIS])
def test_a_point_has_the_numbers_of_the_rows(scenario: Scenario) -> None:
    inputs = read_inputs(scenario, point(scenario.headline_option, {}))
    for row in inputs.rows:
        assert inputs.number(row.parameter, row.at, row.dispute).tolist() == [row.parameter_value]
    assert inputs.prior is not None
    assert inputs.prior.quantity == "kept_prob"
    assert inputs.uncertain == {}

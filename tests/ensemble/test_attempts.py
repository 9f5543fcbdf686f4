"""Draws that cannot be taken fail alone: the others keep their numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shipped import load

from foedus.engines.arrays import FloatArray
from foedus.ensemble.attempts import PartOfChance, part_of_draws, tried
from foedus.ensemble.chained import Chance, chain_of
from foedus.errors import MissingDataError, SettingsError
from foedus.runs import make_request
from foedus.scenario.addresses import Cell
from foedus.scenario.draws import Draws, draw_block, stream

CELL = Cell("units", "A:b", "available_count")


def chance(name: str) -> np.random.Generator:
    return stream(3, 0, name)


def draws_of(values: list[float]) -> Draws:
    return Draws(option="x", n=len(values), drawn={CELL: np.array(values)})


def model(draws: Draws, chance: Chance) -> dict[str, FloatArray]:
    """Return a cell and a number of chance; a negative cell cannot be taken."""
    values = draws.drawn[CELL]
    if (values < 0).any():
        raise ValueError("available_count is negative\nin a draw")
    own = chance("consent").random((draws.n, 3))
    return {"forces/x": values, "forces/y": own[:, 1]}


@given(failed=st.sets(st.integers(0, 199), max_size=10))
def test_only_the_draws_that_cannot_be_taken_fail(failed: set[int]) -> None:
    bad = np.isin(np.arange(200), list(failed))
    found = tried(model, draws_of(np.where(bad, -1.0, np.arange(200.0)).tolist()), chance)
    whole = model(draws_of(np.arange(200.0).tolist()), chance)
    assert found.failed_count == len(failed)
    assert np.array_equal(found.status != "ok", bad)
    for name, values in whole.items():
        assert np.array_equal(found.outcomes[name], np.where(bad, np.nan, values), equal_nan=True)


def test_the_status_says_what_was_wrong_in_one_line() -> None:
    found = tried(model, draws_of([1.0] * 39 + [-1.0]), chance)
    assert found.status[-1] == "ValueError: available_count is negative in a draw"


@pytest.mark.parametrize("failed", [11, 40, 200])
def test_more_than_one_in_twenty_stops_the_run(failed: int) -> None:
    values = [-1.0] * failed + [1.0] * (200 - failed)
    with pytest.raises(SettingsError, match=r"more than 5%.*available_count is negative"):
        tried(model, draws_of(values), chance)


def test_one_in_twenty_does_not() -> None:
    assert tried(model, draws_of([-1.0] * 10 + [1.0] * 190), chance).failed_count == 10


def test_a_single_draw_that_fails_is_all_of_them() -> None:
    with pytest.raises(SettingsError, match="1 of 1 draws failed"):
        tried(model, draws_of([-1.0]), chance)


def test_missing_tables_are_no_fault_of_a_draw() -> None:
    def without_tables(_draws: Draws, _chance: Chance) -> dict[str, FloatArray]:
        raise MissingDataError("no units.csv")

    with pytest.raises(MissingDataError):
        tried(without_tables, draws_of([1.0]), chance)


def test_a_bug_is_no_fault_of_a_draw_either() -> None:
    def broken(_draws: Draws, _chance: Chance) -> dict[str, FloatArray]:
        raise KeyError("forces")

    with pytest.raises(KeyError):
        tried(broken, draws_of([1.0]), chance)


@given(start=st.integers(0, 9), size=st.integers(1, 9))
def test_a_part_has_the_chance_it_has_in_the_whole(start: int, size: int) -> None:
    rows = slice(start, start + size)
    whole = stream(1, 2, "consent")
    part = PartOfChance(stream(1, 2, "consent"), 20, rows)
    assert np.array_equal(part.random((size, 4)), whole.random((20, 4))[rows])
    assert np.array_equal(part.standard_normal(size), whole.standard_normal(20)[rows])
    assert np.array_equal(part.beta(2.0, 3.0, size), whole.beta(2.0, 3.0, 20)[rows])


def test_in_the_chain_one_draw_fails_and_the_rest_is_as_if_it_had_not() -> None:
    scenario = load("minimal")
    request = make_request(scenario, draws=20, seed=4)
    draws = draw_block(scenario, request.option, seed=4, block=0, n=20, fixed={})
    strength = next(cell for cell in draws.drawn if "adversary_strength" in cell.key)
    spoiled = np.array(draws.drawn[strength])
    spoiled[17] = -1.0
    chain = chain_of(scenario, request)
    sound = chain.outcomes(draws, chance)
    found = tried(chain.outcomes, replace(draws, drawn={**draws.drawn, strength: spoiled}), chance)
    assert np.flatnonzero(found.status != "ok").tolist() == [17]
    assert "adversary_strength_persons" in found.status[17]
    others = np.arange(20) != 17
    for name, values in sound.items():
        assert np.isnan(found.outcomes[name][17])
        np.testing.assert_allclose(
            found.outcomes[name][others], values[others], rtol=1e-13, err_msg=name
        )


def test_a_part_of_the_draws_has_their_cells() -> None:
    part = part_of_draws(draws_of([1.0, 2.0, 3.0, 4.0]), slice(1, 3))
    assert part.n == 2
    assert part.drawn[CELL].tolist() == [2.0, 3.0]

"""Drivers: what moves a number is named, what does not is not, and luck is kept out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.stats import rankdata, spearmanr

from foedus.briefing.drivers import (
    FEWEST_DRAWS,
    MOST,
    Candidate,
    DriverSearch,
    cell_title,
    column_words,
    drawn_inputs,
    effect,
    printed_names,
    ranks,
    standardised,
)
from foedus.runs import make_request
from foedus.scenario import Scenario
from foedus.scenario.cells import Cell

FloatArray = NDArray[np.float64]

DRAWS = 1000
FEW_VALUES = st.integers(min_value=0, max_value=6).map(float)


def numbers(seed: int, draws: int = DRAWS) -> FloatArray:
    return np.random.default_rng(seed).standard_normal(draws)


def candidate(name: str, values: FloatArray, *, event: bool = False) -> Candidate:
    return Candidate(f"units/{name}/available_count", name, values, is_event=event)


def names(search: DriverSearch, outcome: FloatArray) -> list[str]:
    return [driver.title for driver in search.strongest(outcome, "size_persons")]


@given(arrays(np.float64, st.integers(1, 50), elements=FEW_VALUES))
def test_ranks_are_those_of_scipy_from_0_and_ties_share_their_mean(values: FloatArray) -> None:
    np.testing.assert_allclose(ranks(values), rankdata(values) - 1)


@given(arrays(np.float64, (2, 30), elements=FEW_VALUES))
def test_products_of_standardised_ranks_are_rank_correlations(values: FloatArray) -> None:
    one, other = values
    product = float(standardised(one) @ standardised(other))
    if np.ptp(one) > 0 and np.ptp(other) > 0:
        assert product == pytest.approx(float(spearmanr(one, other).statistic))
    else:
        assert product == 0


def test_what_drives_is_named_and_noise_is_not() -> None:
    cause, noise, outcome = numbers(1), numbers(2), numbers(3)
    search = DriverSearch([candidate("noise", noise), candidate("cause", cause)])
    (found,) = search.strongest(outcome + cause, "size_persons")
    assert (found.title, found.effect_name) == ("cause", "size_persons")
    above, below = cause >= np.quantile(cause, 0.8), cause <= np.quantile(cause, 0.2)
    total = outcome + cause
    assert found.effect == pytest.approx(total[above].mean() - total[below].mean())
    assert found.rank_correlation == pytest.approx(float(spearmanr(cause, total).statistic))


def test_what_lowers_the_number_has_a_negative_effect() -> None:
    cause = numbers(1)
    (found,) = DriverSearch([candidate("cause", cause)]).strongest(-cause, "size_persons")
    assert found.effect < 0
    assert found.rank_correlation == pytest.approx(-1)


def test_the_closest_comes_first_and_no_more_than_three_are_named() -> None:
    causes = [numbers(seed) for seed in range(5)]
    outcome = sum((weight * cause for weight, cause in enumerate(causes, 3)), start=np.zeros(DRAWS))
    search = DriverSearch([candidate(f"cause {i}", cause) for i, cause in enumerate(causes)])
    assert names(search, outcome) == ["cause 4", "cause 3", "cause 2"]
    assert len(search.strongest(outcome, "size_persons")) == MOST


def test_equally_close_causes_come_in_the_order_of_their_cells() -> None:
    cause = numbers(1)
    search = DriverSearch([candidate("b", cause), candidate("a", cause)])
    assert names(search, cause) == ["a", "b"]


def test_an_event_is_compared_between_happening_and_not() -> None:
    happens = (numbers(1) > 0.5).astype(np.float64)
    outcome = numbers(2) + 3 * happens
    (found,) = DriverSearch([candidate("rain", happens, event=True)]).strongest(outcome, "x_share")
    assert found.effect == pytest.approx(outcome[happens > 0].mean() - outcome[happens == 0].mean())
    assert found.compares == "if so against if not"


@pytest.mark.parametrize("share", [0.0, 0.01, 0.99, 1.0])
def test_an_event_that_hardly_ever_happens_or_fails_to_is_not_named(share: float) -> None:
    happens = (np.arange(DRAWS) < share * DRAWS).astype(np.float64)
    search = DriverSearch([candidate("flood", happens, event=True)])
    assert names(search, numbers(2) * 0.01 + happens) == []


def test_an_input_of_two_values_is_compared_between_them() -> None:
    switch = (np.arange(DRAWS) % 10 == 0).astype(np.float64)
    low_is_rare = candidate("low is rare", 1 - switch)
    found = effect(candidate("high is rare", switch), 5 * switch)
    assert found == (5.0, "its higher values against its lower ones")
    assert effect(low_is_rare, 5 * (1 - switch)) == (
        5.0,
        "its higher values against its lower ones",
    )


def test_an_input_that_hardly_ever_differs_is_not_named() -> None:
    switch = (np.arange(DRAWS) % 100 == 0).astype(np.float64)
    assert effect(candidate("switch", switch), 5 * switch) is None


def test_inputs_that_do_not_move_are_no_candidates() -> None:
    search = DriverSearch([candidate("still", np.ones(DRAWS))])
    assert search.candidates == ()
    assert search.strongest(numbers(1), "size_persons") == ()


def test_a_number_that_does_not_move_hangs_on_nothing() -> None:
    search = DriverSearch([candidate("cause", numbers(1))])
    assert search.strongest(np.full(DRAWS, 7.0), "size_persons") == ()


def test_too_few_draws_name_nothing() -> None:
    cause = numbers(1, FEWEST_DRAWS - 1)
    assert DriverSearch([candidate("cause", cause)]).strongest(cause, "size_persons") == ()
    enough = numbers(1, FEWEST_DRAWS)
    assert names(DriverSearch([candidate("cause", enough)]), enough) == ["cause"]


def test_a_thousand_inputs_without_effect_are_rarely_named_by_luck() -> None:
    generator = np.random.default_rng(2025)
    draws, inputs, tries = 400, 1000, 200
    noise = generator.standard_normal((inputs, draws))
    search = DriverSearch([candidate(f"noise {i}", row) for i, row in enumerate(noise)])
    fooled = sum(bool(names(search, generator.standard_normal(draws))) for _ in range(tries))
    assert fooled <= 0.1 * tries


def test_what_moves_is_said_where_it_is_not_the_headline() -> None:
    cause = numbers(1)
    search = DriverSearch([candidate("cause", cause)])
    (found,) = search.strongest(cause, "size_persons", moves="lost at sea")
    assert found.compares == "lost at sea; its upper fifth against its lower fifth"


def test_every_drawn_cell_and_every_group_is_a_candidate(minimal: Scenario) -> None:
    request = make_request(minimal, draws=50, set={"ceilings/ALD:2030-06-01/ceiling_persons": 5000})
    found = drawn_inputs(minimal, request)
    cells = [each.cell for each in found]
    assert len(cells) == len(set(cells))
    assert "units/ALD:brigade/available_count" in cells
    assert "engines/consent/drift_score" in cells
    assert "requirement/*/needed_count" in cells
    assert "ceilings/ALD:2030-06-01/ceiling_persons" not in cells
    assert "ceilings/CST:2030-06-01/ceiling_persons" in cells
    assert {each.values.shape for each in found} == {(50,)}
    assert all(np.isfinite(each.values).all() for each in found)


def test_what_was_drawn_before_is_taken_from_there_and_nothing_else_is(minimal: Scenario) -> None:
    known = drawn_inputs(minimal, make_request(minimal, draws=50))
    cells = {"ceilings/ALD:2030-06-01/ceiling_persons": 5000}
    for seed, shares in ((0, True), (1, False)):
        request = make_request(minimal, draws=50, seed=seed, set=cells)
        plain, again = drawn_inputs(minimal, request), drawn_inputs(minimal, request, known)
        assert [(one.cell, one.title) for one in again] == [(one.cell, one.title) for one in plain]
        np.testing.assert_equal([one.values for one in again], [one.values for one in plain])
        moving = [one for one in again if np.ptp(one.values) > 0]
        assert {any(one is other for other in known) for one in moving} == {shares}


def test_a_group_moves_with_its_cells(minimal: Scenario) -> None:
    found = {each.cell: each for each in drawn_inputs(minimal, make_request(minimal, draws=2000))}
    common = found["requirement/*/needed_count"]
    member = found["requirement/s-05/needed_count"]
    assert common.title == "units required, everywhere at once"
    assert float(spearmanr(common.values, member.values).statistic) > 0.5


def test_a_cell_is_named_by_its_column_and_the_names_of_its_row(minimal: Scenario) -> None:
    known = printed_names(minimal)
    said = {
        Cell("units", "ALD:air_defence", "available_count"): (
            "units available at once (Aldmark, Air defence battery)"
        ),
        Cell("stances", "ALD:ALD", "us_reliance_score"): "reliance on the guarantor (Aldmark)",
        Cell("requirement", "s-05", "needed_count"): (
            "units required (Logistic battalion, line s-05)"
        ),
        Cell("engines", "consent", "drift_score"): "drift (assumption of consent)",
        Cell("approvals", "CST:CST_OPP", "gov_seats_share"): (
            "seats of the government (Castria, Opposition front)"
        ),
    }
    assert {cell: cell_title(cell, known) for cell in said} == said


@pytest.mark.parametrize("scenario", ["minimal", "paris"])
def test_every_column_that_is_drawn_has_words(
    scenario: str, request: pytest.FixtureRequest
) -> None:
    read: Scenario = request.getfixturevalue(scenario)
    cells = [each.cell.split("/") for each in drawn_inputs(read, make_request(read, draws=2))]
    words = {field: column_words(field) for _, _, field in cells}
    assert all(len(text) > 1 and "_" not in text for text in words.values()), words

"""The compromise model of a room in arrays: deals and agreement as the engine finds them."""

from dataclasses import replace

import numpy as np
import pytest
from tests.shipped import load

from foedus.engines import Bargaining
from foedus.engines.bargaining.inputs import BargainingInputs
from foedus.ensemble.compromise import agreed, compromise_outcomes
from foedus.runs import make_request
from foedus.scenario.draws import draw_block, stream

N = 40


def inputs_of(engine: Bargaining) -> BargainingInputs:
    scenario = load("minimal")
    request = make_request(scenario, draws=N, seed=2)
    draws = draw_block(scenario, request.option, seed=2, block=0, n=N, fixed={})
    return engine.inputs(scenario.in_key_order, draws)


@pytest.mark.parametrize("room", [row.format for row in load("minimal").formats])
def test_every_room_has_the_deals_that_the_engine_finds(room: str) -> None:
    few = {"challenge_draws_most": 1, "spatial_draws_most": 1, "exchange_draws_most": 1}
    engine = Bargaining(format=room, **few)
    inputs = inputs_of(engine)
    whole = engine.solve(inputs, stream(2, 0, "bargaining")).outcomes()
    found = compromise_outcomes(inputs, stream(2, 0, "bargaining"))
    assert all(np.array_equal(found[name], whole[name]) for name in found)


def test_a_room_that_can_deal_with_nothing_has_no_numbers() -> None:
    inputs = inputs_of(Bargaining())
    seating = inputs.seating
    deaf = replace(
        inputs,
        seating=replace(
            seating,
            heard_share=np.zeros_like(seating.heard_share),
            consents=np.zeros_like(seating.consents),
        ),
    )
    found = compromise_outcomes(deaf, stream(2, 0, "bargaining"))
    assert found.keys() == compromise_outcomes(inputs, stream(2, 0, "bargaining")).keys()
    assert all(np.isnan(values).all() and len(values) == N for values in found.values())


def test_an_option_is_agreed_on_where_the_outcome_reaches_every_threshold() -> None:
    inputs = replace(
        inputs_of(Bargaining()),
        thresholds=(("a", "x"), ("b", "x"), ("a", "y")),
        threshold_value=np.array([[10.0, 5.0, 99.0]]),
        option="x",
        issues=("a", "b"),
        scale_from_value=np.zeros(2),
        scale_to_value=np.full(2, 100.0),
        n=4,
    )
    inside = {0: np.array([10.0, 9.0, 20.0, 20.0]), 1: np.array([5.0, 5.0, 4.0, np.nan])}
    assert agreed(inputs, inside).tolist() == [True, False, False, False]
    assert not agreed(inputs, {0: inside[0]}).any()  # nothing is agreed on an issue not dealt with
    assert agreed(replace(inputs, option="free of thresholds"), inside).all()

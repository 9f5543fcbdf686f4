"""A seat by leverage: the credibility needed, that at hand, and what offers do to both."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from foedus.briefing.answer import Answer
from foedus.briefing.findings import Findings
from foedus.briefing.leverage import answer_leverage
from foedus.briefing.sentences import percent, points
from foedus.engines.deterrence.result import OFFERS_MADE
from foedus.errors import MissingDataError
from foedus.scenario.deterrence import OFFERS

Find = Callable[..., Findings]

PARIS = "paris-2025"


def answer(find: Find, name: str = "minimal", **words: Any) -> Answer:
    return answer_leverage(find(name, **words), "Can they force a seat?")


@pytest.mark.parametrize("name", ["minimal", PARIS])
def test_they_are_seated_where_the_threat_is_believed_as_often_as_needed(
    find: Find, name: str
) -> None:
    found, result = answer(find, name), find(name).guarantee.result
    is_seated = result.leverage_credible_prob[:, 0] >= result.leverage_needed_prob[:, 0]
    assert found.kind == "probability"
    assert found.value == pytest.approx(is_seated.mean())
    assert f"in {percent(float(is_seated.mean()))} of futures" in found.headline
    needed = float(np.median(result.leverage_needed_prob[:, 0]))
    assert f"must be believed with {percent(needed)} (90 %:" in found.headline


def test_the_offer_named_is_the_one_that_seats_most_often(find: Find) -> None:
    found, result = answer(find, PARIS), find(PARIS).guarantee.result
    often = {offer: result.is_seated[:, OFFERS_MADE.index(offer)].mean() for offer in OFFERS}
    best = max(often, key=lambda offer: often[offer])
    assert f"an offer of {best} alone makes it {percent(float(often[best]))}" in found.headline


def test_each_offer_is_told_by_what_it_takes_from_both_sides(find: Find) -> None:
    found, result = answer(find), find().guarantee.result
    (said,) = [text for text in found.more if text.startswith("Each offer alone")]
    for offer in OFFERS:
        place = OFFERS_MADE.index(offer)
        needed, credible = (
            float(np.median(values[:, 0] - values[:, place]))
            for values in (result.leverage_needed_prob, result.leverage_credible_prob)
        )
        assert needed > 0
        assert credible > 0
        assert f"{offer} by {points(needed)} and by {points(credible)}" in said


def test_it_rests_on_the_numbers_of_that_game_alone(find: Find) -> None:
    found = answer(find, PARIS)
    rows = [row for row in find(PARIS).as_set.disputes if row.dispute == "leverage"]
    assert list(found.rows) == sorted(f"disputes/{row.key}" for row in rows)
    drivers = answer(find, PARIS, draws=120).drivers
    assert drivers
    for driver in drivers:
        assert driver.cell.startswith("disputes/leverage:")
        assert "_" not in driver.title


def test_what_is_saved_by_leaving_them_out_raises_what_is_needed(find: Find) -> None:
    dear = {"disputes/leverage:saved_points:all/parameter_value": 39}
    cheap = {"disputes/leverage:saved_points:all/parameter_value": 21}
    numbers = [
        answer(find, set=cells).tables["headline_numbers"]["needed_prob"].item()
        for cells in (cheap, dear)
    ]
    assert numbers[0] < numbers[1]


def test_a_scenario_without_that_game_says_what_is_missing(find: Find) -> None:
    findings = find(draws=10)
    rows = tuple(row for row in findings.scenario.disputes if row.dispute == "ceasefire")
    kept = {"disputes": rows}
    bare = findings.scenario.model_copy(update=kept)
    with pytest.raises(MissingDataError, match="leverage"):
        answer_leverage(Findings(bare, findings.request), "Can they force a seat?")


def test_it_holds_at_a_single_draw(find: Find) -> None:
    found = answer(find, draws=1)
    assert "90 %" not in found.headline
    json.dumps(found.to_json(), allow_nan=False)

"""What can they agree on: each number that of the run, models side by side, nothing added up."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from foedus.briefing.agreement import answer_agreement, exchange_shifts, hardest
from foedus.briefing.answer import Answer
from foedus.briefing.bargained import bare, sized, sized_range
from foedus.briefing.findings import Findings
from foedus.briefing.options import options_table
from foedus.briefing.sentences import percent
from foedus.engines.bargaining.result import EQUAL_MODELS, MODELS

Find = Callable[..., Findings]

PARIS = "paris-2025"
QUESTION = "What can they agree on?"


def answer(find: Find, name: str = "minimal", **words: Any) -> Answer:
    return answer_agreement(find(name, **words), QUESTION)


@pytest.mark.parametrize("name", ["minimal", PARIS])
def test_the_value_is_how_often_all_issues_have_a_deal(find: Find, name: str) -> None:
    found, result = answer(find, name), find(name).bargaining.result
    dealt = result.is_dealt[result.room]
    assert found.value == result.has_deal[:, result.room, dealt].all(axis=1).mean()
    assert f"of {dealt.sum()} issues in {percent(found.value)} of futures" in found.headline
    assert found.run == find(name).bargaining.run_id
    json.dumps(found.to_json(), allow_nan=False)


def test_the_hardest_issues_are_named_first(find: Find) -> None:
    result = find(PARIS).bargaining.result
    fails = hardest(result)
    assert [often for often, _ in fails] == sorted((o for o, _ in fails), reverse=True)
    headline = answer(find, PARIS).headline
    title = find(PARIS).scenario.titles("issues")[fails[0][1]]
    assert f"hardest: {title} (no deal in {percent(fails[0][0])})" in headline


def test_every_model_stands_beside_every_other(find: Find) -> None:
    tables = answer(find).tables
    assert set(tables["agreement_forecasts"]["model"]) == set(MODELS)
    assert tables["agreement_forecasts"]["issue"].unique().sort().to_list() == [
        "Hovany's seat",
        "Size of the force",
    ]
    said = " ".join(answer(find).more)
    assert "Forecasts that rest on which model is believed: Hovany's seat" in said


def test_the_option_is_told_with_the_range_of_models(find: Find) -> None:
    result = find().bargaining.result
    table = result.agreed_table().filter(option="rear-8k-backed")
    chances = dict(zip(table["model"], table["agreed_prob"], strict=True))
    given = {model: chance for model, chance in chances.items() if model not in EQUAL_MODELS}
    said = next(s for s in answer(find).more if s.startswith("What the option needs"))
    assert f"in {percent(chances['mean'])} of futures by the compromise mean" in said
    assert f"from {percent(min(given.values()))}" in said
    assert f"to {percent(max(given.values()))}" in said


def test_an_option_that_needs_no_agreement_is_not_spoken_of(find: Find) -> None:
    scenario = find().scenario.replace(thresholds=())
    more = answer_agreement(Findings(scenario, find().request), QUESTION).more
    assert not any(sentence.startswith("What the option needs") for sentence in more)


def test_trades_are_told_with_what_they_move(find: Find) -> None:
    found, result = answer(find), find().bargaining.result
    best = result.trades[0]
    names = find().titles
    said = next(s for s in found.more if s.startswith("The trade that gains"))
    assert f"{names[best.second]} gives way" in said
    assert ("all others together lose" in said) == (best.others_gain_score < 0)
    shifts = exchange_shifts(result)
    assert [part for part, _, _ in shifts] == sorted((p for p, _, _ in shifts), reverse=True)


def test_what_nobody_wants_otherwise_is_agreed_and_not_traded(find: Find) -> None:
    cells = {f"positions/{row.key}/position_value": 9.0 for row in find().scenario.positions}
    found = answer(find, set=cells, draws=20)
    assert found.value == 1
    assert "hardest" not in found.headline
    assert "No pair has anything to trade" in " ".join(found.more)


def test_the_drivers_are_of_what_is_wanted_and_not_of_the_force(find: Find) -> None:
    # Models that are slow are played in a few of the draws: who agrees does not hang on them.
    slow = {f"engines/bargaining/{name}_draws_most": 5 for name in ("spatial", "exchange")}
    asked = {"draws": 300, "set": slow}
    found = answer(find, PARIS, **asked)
    assert found.drivers
    tables = {driver.cell.split("/")[0] for driver in found.drivers}
    assert tables <= {"positions", "thresholds", "principals", "share_keys", "engines"}
    force = {one.cell.split("/")[0] for one in find(PARIS, **asked).inputs_and_backing}
    assert force.isdisjoint({"positions", "thresholds"})


def test_options_are_told_how_often_they_are_agreed(find: Find) -> None:
    table = options_table(find())
    result = find().bargaining.result
    for row in table.iter_rows(named=True):
        if not result.issues_of(row["option"]):
            assert row["agreed_prob"] is None
            continue
        assert row["agreed_prob"] == result.agreed(row["option"], "mean").mean()
        assert row["agreed_least_prob"] <= row["agreed_prob"] <= row["agreed_most_prob"]


def test_outcomes_are_printed_with_their_units() -> None:
    assert sized(2.04, "percent of GDP") == "2 % of GDP"
    assert sized(31.4, "thousand soldiers") == "31 thousand soldiers"
    assert bare(-0.04) == "0"
    assert sized_range(np.array([3.0, np.nan]), "points") == "3 points"

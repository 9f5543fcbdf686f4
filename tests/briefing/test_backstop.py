"""How sure backing must be: the threshold of the game, and never deterrence without its war."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from foedus.briefing.answer import Answer
from foedus.briefing.backstop import (
    answer_backstop,
    burden_sentences,
    force_sentences,
    needed_words,
)
from foedus.briefing.findings import Findings
from foedus.briefing.guaranteed import both
from foedus.briefing.sentences import percent, persons
from foedus.engines.deterrence.inputs import WITH, WITHOUT
from foedus.engines.deterrence.result import GuaranteeResult

Find = Callable[..., Findings]

PARIS = "paris-2025"
FIGHTS = {"options/rear-8k-backed/mission": "fight_back"}


def answer(find: Find, name: str = "minimal", **words: Any) -> Answer:
    return answer_backstop(find(name, **words), "How sure must it be?")


def with_needed(result: GuaranteeResult, *needed: float) -> GuaranteeResult:
    """Return a result in which the option needs such backing, in equal parts of the draws."""
    values = result.needed_backing_prob.copy()
    values[:, *result.own] = np.resize(np.array(needed), result.draws)
    return replace(result, needed_backing_prob=values)


@pytest.mark.parametrize(("name", "words"), [(PARIS, {}), ("minimal", {"set": FIGHTS})])
def test_the_value_is_the_median_over_draws_in_which_a_threshold_exists(
    find: Find, name: str, words: dict[str, Any]
) -> None:
    found, result = answer(find, name, **words), find(name, **words).guarantee.result
    needed = result.needed_backing_prob[:, *result.own]
    there = needed[np.isfinite(needed) & (needed > 0)]
    assert found.kind == "threshold"
    assert found.value == pytest.approx(np.median(there))
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(there, [0.05, 0.95])))
    assert found.never_prob == pytest.approx(np.isinf(needed).mean())
    assert found.always_prob == pytest.approx((needed <= 0).mean())
    assert f"In {percent(float(np.isinf(needed).mean()))} of futures no backing" in found.headline


def test_it_speaks_of_never_of_always_and_of_a_threshold(find: Find) -> None:
    result = find().guarantee.result
    force = "a force that is to defend itself behind the line"
    never = needed_words(with_needed(result, np.inf))
    assert never == [f"In no future is any backing, however sure, enough for {force} to deter"]
    always = needed_words(with_needed(result, 0.0))
    assert always == [f"In every future {force} deters without any backing"]
    mixed = needed_words(with_needed(result, np.inf, 0.0, 0.5))
    assert mixed[1] == "in 33 % none is needed"
    assert mixed[2].startswith("in the others it must be believed with a chance of 50 %")


def test_what_is_counted_on_and_what_was_kept_stand_beside_it(find: Find) -> None:
    found = answer(find, PARIS)
    prior = next(row for row in find(PARIS).as_set.base_rates if row.role == "prior")
    assert prior.rate_value is not None
    assert "the option counts on 50 %" in found.headline
    assert (
        f"to have been kept in {percent(prior.rate_value)} of cases (22 % to 75 % by count)"
        in found.headline
    )
    cells = {"options/rear-30k-us/us_backing_prob": 0.8}
    assert "the option counts on 80 %" in answer(find, PARIS, set=cells).headline


def test_deterrence_is_told_with_direct_war_with_and_without_the_guarantor(find: Find) -> None:
    found, result = answer(find), find().guarantee.result
    said = next(text for text in found.more if text.startswith("With the backing"))
    assert both(result, WITH).words in said
    assert f"without the guarantor {both(result, WITHOUT).words}" in said
    for text in (found.headline, *found.more):
        assert ("deterred" in text) <= ("direct war" in text)


def test_the_force_it_takes_is_the_median_where_one_is_enough(find: Find) -> None:
    result = find(set=FIGHTS).guarantee.result
    helped, alone = force_sentences(result)
    for said, situation in ((helped, WITH), (alone, WITHOUT)):
        needed = result.needed_force_persons[:, *result.own, situation]
        there = needed[np.isfinite(needed) & (needed > 0)]
        assert there.size
        assert f"takes {persons(float(np.median(there)))} soldiers" in said
        assert percent(float(np.isinf(needed).mean())) in said
        in_place = float(np.median(result.force_persons[:, situation]))
        assert said.endswith(f"{persons(in_place)} are in place.")


def test_backing_rises_with_the_burden_that_is_carried(find: Find) -> None:
    found = answer(find, PARIS).tables["backstop_burden"]
    by_share = found.filter(~found["is_today"])["backing_prob"].to_list()
    assert by_share == sorted(by_share)
    (said,) = burden_sentences(find(PARIS).guarantee.result)
    assert said.startswith("The governments carry ")


def test_without_a_prior_nothing_is_told_of_the_burden(find: Find) -> None:
    findings = find(draws=20)
    rates = tuple(row for row in findings.scenario.base_rates if row.role != "prior")
    bare = findings.scenario.model_copy(update={"base_rates": rates})
    found = answer_backstop(Findings(bare, findings.request), "How sure must it be?")
    assert "kept" not in found.headline
    assert found.tables["backstop_burden"].is_empty()
    assert any("no base rate says how often such promises" in text for text in found.more)
    json.dumps(found.to_json(), allow_nan=False)


def test_the_option_s_own_thresholds_come_first(find: Find) -> None:
    table = answer(find).tables["backstop_thresholds"]
    assert table.row(0, named=True)["mission"] == "defend itself"
    assert table["is_option"].to_list() == [True, *[False] * (table.height - 1)]


def test_it_holds_where_no_threshold_exists_in_a_single_draw(find: Find) -> None:
    for seed_draws in (1, 2):
        found = answer(find, draws=seed_draws)
        assert found.never_prob is not None
        assert found.always_prob is not None
        assert (found.value is None) == (found.never_prob + found.always_prob == 1)
        json.dumps(found.to_json(), allow_nan=False)

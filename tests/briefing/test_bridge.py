"""Whom to send: each sentence is that of the run, and what is told of a choice is a choice."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from foedus.briefing.answer import Answer
from foedus.briefing.bridge import Names, answer_bridge, kind_sentence, raised_words, sentences
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import percent
from foedus.engines import Brokerage
from foedus.engines.brokerage.conductance import NOBODY
from foedus.engines.brokerage.result import LeftOut, Raised

Find = Callable[..., Findings]

PARIS = "paris-2025"
QUESTION = "Whom to send?"


def answer(find: Find, name: str = "minimal", **words: Any) -> Answer:
    return answer_bridge(find(name, **words), QUESTION)


@pytest.mark.parametrize("name", ["minimal", PARIS])
def test_it_is_a_choice_with_the_share_of_draws_in_which_each_is_best(
    find: Find, name: str
) -> None:
    found, result = answer(find, name), find(name).brokerage.result
    titles = find(name).titles
    best = result.best[:, result.side]
    often = {
        titles[code]: float((best == place).mean())
        for place, code in enumerate(result.candidate_codes)
        if (best == place).any()
    }
    assert found.kind == "choice"
    assert dict(found.shares) == pytest.approx(often)
    assert found.value == max(often, key=lambda who: often[who])
    assert found.headline.startswith(f"{found.value} can best be the bridge from ")
    assert f"in {percent(often[found.value])} of futures" in found.headline
    assert (found.low, found.high) == (None, None)
    assert found.interval_note
    assert found.run == find(name).brokerage.run_id


def test_who_sends_and_who_is_addressed_are_the_camps_of_the_scenario(find: Find) -> None:
    assert "from Hovan and the League to Patronia" in answer(find).headline
    cells = {"engines/brokerage/camp": "hovan"}
    assert "from Hovan to Patronia" in answer(find, set=cells).headline


def test_each_camp_is_told_its_own_best(find: Find) -> None:
    result = find(PARIS).brokerage.result
    titles = find(PARIS).titles
    (said,) = [s for s in answer(find, PARIS).more if s.startswith("Camp by camp")]
    for side, camp in enumerate(result.sides[1:], start=1):
        best = titles[result.candidate_codes[result.order(side)[0]]]
        words = f"for {find(PARIS).as_set.titles('camps')[camp]} {best} ("
        assert words in said


def test_the_ties_that_carry_it_are_those_with_most_flow(find: Find) -> None:
    found = answer(find)
    table = found.tables["bridge_carriers"].filter(pl.col("delegation") == found.value)
    first = table.filter(pl.col("flow") == "from it").sort("current_share", descending=True)
    (said,) = [s for s in found.more if s.startswith("Of all that flows")]
    assert f"{percent(float(first['current_share'].sum()))} passes through {found.value}" in said
    assert f"mostly by {first['tie_kind'][0]} with {first['partner'][0]}" in said


def test_a_leader_gone_is_told_with_who_is_best_then(find: Find) -> None:
    found = answer(find)
    gone = found.tables["bridge_gone"].filter(pl.col("leader_gone") == found.value)
    (said,) = [s for s in found.more if s.startswith("If the personal ties of")]
    assert f"{gone['delegation'][0]} in {percent(gone['best_if_gone_share'][0])}" in said


def test_ties_with_the_adversary_are_told_and_carry_nothing(find: Find) -> None:
    (said,) = [s for s in answer(find).more if s.startswith("Tied to the adversary")]
    assert said.startswith("Tied to the adversary as well: Brekland.")


def test_what_changes_where_the_assumptions_stand_is_named(find: Find) -> None:
    from dataclasses import replace  # noqa: PLC0415

    result = find().brokerage.result
    best = result.order(result.side)[0]
    other = next(p for p in range(len(result.candidates)) if p != best)
    changed = replace(
        result,
        raised=(Raised(0, 1, "format", 0.1, 0.2, other), Raised(0, 1, "trade", 0.1, 0.2, NOBODY)),
        left_out=(LeftOut("format", NOBODY, 0.0),),
    )
    names = Names(find().as_set, changed)
    said = raised_words(changed, names)
    assert f"formats shared of Aldmark and Brekland (then {names.candidate(other)})" in said
    assert "trade of Aldmark and Brekland (then nobody)" in said
    assert "nobody without formats shared" in kind_sentence(changed, names)[0]
    same = replace(result, left_out=(LeftOut("format", best, 0.5),))
    assert "stays the best" in kind_sentence(same, names)[0]


def test_what_drives_it_is_of_ties_alone(find: Find) -> None:
    drivers = answer(find, PARIS, draws=120).drivers
    assert drivers
    for driver in drivers:
        table, key, _ = driver.cell.split("/")
        assert table in ("ties", "tie_kinds", "principals") or key == Brokerage.name
        assert driver.effect_name == "lead_share"
        assert "habit of serving" not in driver.title


def test_it_rests_on_every_tie_and_says_that_they_are_judged(find: Find) -> None:
    found, scenario = answer(find, PARIS), find(PARIS).as_set
    rows = {row for row in found.rows if row.startswith("ties/")}
    assert len(rows) == len(scenario.ties)
    assert "judgement-ties" in found.sources
    assert any("judged" in text for text in found.cannot_say)


@pytest.mark.parametrize("name", ["minimal", PARIS])
def test_no_key_stands_where_a_reader_looks(find: Find, name: str) -> None:
    found = answer(find, name)
    kinds = {row.kind for row in find(name).as_set.tie_kinds if "_" in row.kind}
    text = " ".join([found.headline, *found.more, *found.assumes])
    assert not [kind for kind in kinds if kind in text]
    assert json.loads(json.dumps(found.to_json()))["kind"] == "choice"
    assert np.isfinite(list(found.shares.values())).all()


def test_sentences_hold_at_a_single_draw(find: Find) -> None:
    findings = find("minimal", draws=1)
    result = findings.brokerage.result
    assert len(sentences(result, Names(findings.as_set, result))) >= 6

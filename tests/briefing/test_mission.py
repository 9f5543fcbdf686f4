"""The mission statement: each number is that of the game, and no mission stands without its war."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from foedus.briefing.answer import Answer
from foedus.briefing.consent import MISSION_WORDS
from foedus.briefing.findings import Findings
from foedus.briefing.mission import answer_mission, best_share_of_draws
from foedus.briefing.sentences import percent
from foedus.engines.deterrence.inputs import WITH
from foedus.scenario.deterrence import LOCATIONS, MISSIONS

Find = Callable[..., Findings]

PARIS = "paris-2025"
LINE = {"options/rear-8k-backed/location": "line"}


def answer(find: Find, name: str = "minimal", **words: Any) -> Answer:
    return answer_mission(find(name, **words), "Which mission?")


@pytest.mark.parametrize("name", ["minimal", PARIS])
def test_shares_say_in_how_many_draws_the_governments_fare_best(find: Find, name: str) -> None:
    found, result = answer(find, name), find(name).guarantee.result
    points = result.governments_points[:, :, result.own[1], WITH]
    often = np.zeros(len(MISSIONS))
    for row in points:
        best = np.flatnonzero(row >= row.max() - 1e-9)
        often[best] += 1 / best.size
    often /= len(points)
    assert found.kind == "choice"
    assert dict(found.shares) == pytest.approx(
        {MISSION_WORDS[mission]: often[m] for m, mission in enumerate(MISSIONS)}
    )
    assert found.value == MISSION_WORDS[MISSIONS[int(np.argmax(often))]]


def test_missions_that_do_as_well_share_a_draw(find: Find) -> None:
    from dataclasses import replace  # noqa: PLC0415

    result = find().guarantee.result
    points = result.governments_points.copy()
    points[:, :2, result.own[1], WITH] = 5.0
    points[:, 2, result.own[1], WITH] = 4.0
    shared = best_share_of_draws(replace(result, governments_points=points))
    assert np.unique(shared, axis=0).tolist() == [[0.5, 0.5, 0.0]]


@pytest.mark.parametrize("words", [{}, {"set": LINE}], ids=["rear", "line"])
def test_every_mission_stands_with_deterrence_and_direct_war_beside_it(
    find: Find, words: dict[str, Any]
) -> None:
    found, result = answer(find, **words), find(**words).guarantee.result
    here = result.own[1]
    for m, mission in enumerate(MISSIONS):
        held = result.deterred_prob[:, m, here, WITH].mean()
        war = result.direct_war_prob[:, m, here, WITH].mean()
        said = (
            f"with the mission to {MISSION_WORDS[mission]} (deterred {percent(float(held))}, "
            f"direct war {percent(float(war))})"
        )
        assert said in found.headline


def test_the_place_is_that_of_the_option(find: Find) -> None:
    assert answer(find).headline.startswith("Behind the line ")
    assert answer(find, set=LINE).headline.startswith("On the line ")


def test_regret_is_what_each_draw_s_best_would_have_saved(find: Find) -> None:
    found, result = answer(find, PARIS), find(PARIS).guarantee.result
    points = result.governments_points[:, :, result.own[1], WITH]
    lost = (points.max(axis=1, keepdims=True) - points).mean(axis=0)
    (said,) = [text for text in found.more if text.startswith("Against the best")]
    for m, mission in enumerate(MISSIONS):
        assert f"{lost[m]:.0f} with the mission to {MISSION_WORDS[mission]}" in said
    table = found.tables["mission_here"]
    in_table = dict(zip(table["mission"], table["regret_points"], strict=True))
    assert in_table == pytest.approx(
        {MISSION_WORDS[mission]: lost[m] for m, mission in enumerate(MISSIONS)}
    )


def test_what_tells_futures_apart_is_told_in_words_and_with_medians(find: Find) -> None:
    asked = {"draws": 300}  # so that something does
    found, result = answer(find, PARIS, **asked), find(PARIS, **asked).guarantee.result
    table = found.tables["mission_apart"]
    assert table.height > 0
    assert not [name for name in table["input"] if "/" in name or "_" in name]
    is_best = best_share_of_draws(result)[result.is_searched] > 0
    row = table.row(0, named=True)
    m = list(MISSION_WORDS.values()).index(row["mission"])
    medians = [
        (np.median(values[is_best[:, m]]), np.median(values[~is_best[:, m]]))
        for values in result.input_values.T
    ]
    assert (row["when_best_value"], row["otherwise_value"]) in medians
    assert "What tells most where each is best" in " ".join(found.more)


def test_who_joins_is_told_of_options_there_are_and_of_no_other(find: Find) -> None:
    found, findings = answer(find, PARIS), find(PARIS)
    table = found.tables["mission_joined"].rows_by_key("option", named=True, unique=True)
    assert list(table) == [option.option for option in findings.as_set.options]
    for runs in findings.options[:2]:
        joined = np.sort(runs.consent.result.joins.sum(axis=1))
        assert table[runs.option]["joiners_count"] == joined[(joined.size - 1) // 2]
    none = next(text for text in answer(find).more if text.startswith("No option has"))
    assert none == (
        "No option has the mission to observe and report or to fight back beside the host, so who "
        "would join under it is not told."
    )


def test_no_table_has_deterrence_without_direct_war(find: Find) -> None:
    for table in answer(find).tables.values():
        held = [name for name in table.columns if "deterred_prob" in name]
        assert [name.replace("deterred", "direct_war") in table.columns for name in held] == [
            True for _ in held
        ]


def test_the_grid_has_every_mission_at_every_place_and_the_option_s_own_is_marked(
    find: Find,
) -> None:
    table = answer(find).tables["mission_grid"]
    assert table.height == len(MISSIONS) * len(LOCATIONS)
    assert table.filter("is_option")["mission"].to_list() == ["defend itself"]
    assert table.filter("is_option")["location"].to_list() == ["behind the line"]


def test_it_holds_at_a_single_draw_and_without_a_baseline(find: Find) -> None:
    json.dumps(answer(find, draws=1).to_json(), allow_nan=False)
    findings = find(draws=20)
    rates = tuple(row for row in findings.scenario.base_rates if row.role == "check")
    bare = findings.scenario.model_copy(update={"base_rates": rates})
    found = answer_mission(Findings(bare, findings.request), "Which mission?")
    assert found.tables["mission_here"]["violation_in_24_months_prob"].null_count() == 3
    assert not any("Within so many months" in text for text in found.assumes)

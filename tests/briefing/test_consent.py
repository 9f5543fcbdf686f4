"""Who would join: counts, chances with and without backing, what unlocks, who matters."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from tests.kept import FEW

from foedus.briefing import Answer
from foedus.briefing.consent import elections_before, unlock_table, what_ifs
from foedus.briefing.findings import Findings
from foedus.engines import Consent
from foedus.runs import make_request, run
from foedus.scenario import Scenario

Find = Callable[..., Findings]
Asked = Callable[..., Answer]


@pytest.mark.parametrize(
    ("settings", "way"),
    [
        ({"options/*/us_backing_prob": 1}, 1),
        ({"options/*/us_backing_prob": 0}, -1),
        ({"stances/*/willingness_score": 100, "options/*/legal_mandate": "un"}, 1),
        ({"stances/*/willingness_score": 0}, -1),
        ({"consent/*/level": 5}, 1),
        ({"options/*/location": "line"}, -1),
    ],
    ids=str,
)
def test_how_many_join_follows_what_is_set(
    asked: Asked, find: Find, settings: dict[str, Any], way: int
) -> None:
    before, after = (
        found.consent.joins.sum(axis=1).mean() for found in (find(), find(set=settings))
    )
    assert way * (after - before) > 0
    answer = asked("consent", set=settings)
    assert answer.headline != asked("consent").headline
    assert answer.headline.startswith(f"{answer.value:.0f} of 5 contributors ")


def test_counts_are_those_of_draws(asked: Asked, find: Find) -> None:
    joins = np.sort(find().consent.joins.sum(axis=1))
    answer = asked("consent")
    assert answer.value == joins[FEW // 2 - 1]  # the 30th of 60
    assert (answer.low, answer.high) == (joins[2], joins[56])
    assert f"(90 %: {answer.low:.0f} to {answer.high:.0f})" in answer.headline


def test_who_is_more_likely_than_not_to_join_is_named(asked: Asked) -> None:
    answer = asked("consent")
    named = answer.headline.partition("more likely than not: ")[2]
    for row in answer.tables["consent"].iter_rows(named=True):
        assert (row["title"] in named) == (row["join_prob"] > 0.5)
    nobody = asked("consent", set={"consent/*/level": 0})
    assert nobody.headline == (
        "0 of 5 contributors (90 %: 0 to 0) would join behind the line; none is more likely than "
        "not to."
    )


@pytest.mark.parametrize(("column", "prob"), [("backed_prob", 1.0), ("unbacked_prob", 0.0)])
def test_chances_with_and_without_backing_are_those_of_certain_backing(
    asked: Asked, minimal: Scenario, column: str, prob: float
) -> None:
    certain = run(
        minimal, Consent(), draws=FEW, set={"options/rear-8k-backed/us_backing_prob": prob}
    ).result
    table = asked("consent").tables["consent"]
    chances = dict(zip(certain.codes, certain.join_chance.mean(axis=0), strict=True))
    for row in table.iter_rows(named=True):
        assert row[column] == pytest.approx(chances[row["delegation"]])
    assert f"{sum(chances.values()):.1f}" in asked("consent").more[0]


def test_backing_that_changes_nothing_is_said_to(asked: Asked) -> None:
    answer = asked("consent", set={"stances/*/us_reliance_score": 0})
    assert answer.more[0].startswith("With or without the guarantor's backing, ")


def test_polls_are_counted_and_a_public_that_is_against_is_named(asked: Asked, find: Find) -> None:
    says = asked("consent").more[1]
    assert says.startswith("Public opinion rests on 3 results of polls in 3 countries")
    assert "the other 2 take the topic's mean" in says
    assert "against" not in says
    opposed = asked("consent", set={"polls/*/support_share": 0.1, "polls/*/oppose_share": 0.7})
    assert opposed.more[1].endswith("polled and against: Aldmark, Castria and Elmland.")
    assert find().consent.poll_count == 3


def test_without_polls_publics_are_drawn_around_even(asked: Asked) -> None:
    answer = asked("consent", set={"polls/*/topic": "fishing"})
    assert answer.more[1] == (
        "No poll on the topic 'troops' is known: publics are drawn around even."
    )


def test_waiting_matters_where_somebody_waits(asked: Asked, find: Find) -> None:
    found = find().consent
    least, greatest = found.joins.sum(axis=1).mean(), found.joins_greatest.sum(axis=1).mean()
    assert f"move last, {least:.1f} join" in asked("consent").more[2]
    assert f"trust each other, {greatest:.1f} (" in asked("consent").more[2]
    alone = asked("consent", set={"consent/*/level": 5})
    assert "hardly matters" in alone.more[2]


def test_conditions_that_are_met_are_no_what_ifs(minimal: Scenario) -> None:
    option = minimal.option("rear-8k-backed")
    fields = [field for _, field, _ in what_ifs(minimal, option)]
    assert fields == ["us_backing_prob", "legal_mandate", "mission", "location"]
    met = option.model_copy(
        update={"us_backing_prob": 1.0, "us_blessing": False, "legal_mandate": "un"}
    )
    assert [field for _, field, _ in what_ifs(minimal, met)] == [
        "us_blessing",
        "mission",
        "location",
    ]


def test_a_chain_that_no_government_asks_for_is_no_what_if(find: Find) -> None:
    for name, asks in (("minimal", False), ("paris-2025", True)):
        findings = find(name, draws=20)
        asked = {word for row in findings.as_set.stances for word in row.conditions}
        assert ("nato_command" in asked) == asks
        conditions = unlock_table(findings)["condition"].to_list()
        assert ("it stands in NATO's chain of command" in conditions) == asks


def test_what_a_condition_unlocks_is_the_difference_of_two_runs(
    asked: Asked, minimal: Scenario
) -> None:
    table = asked("consent").tables["unlocks"]
    before = run(minimal, Consent(), draws=FEW).result.join_chance.mean(axis=0)
    for row in table.iter_rows(named=True):
        cell, _, value = row["cell"].partition("=")
        after = run(minimal, Consent(), draws=FEW, set={cell: value}).result.join_chance.mean(
            axis=0
        )
        assert row["added_joiners_count"] == pytest.approx(float((after - before).sum()))
    assert table["added_joiners_count"].is_sorted(descending=True)
    best = table.row(0, named=True)
    assert any(f"if {best['condition']}, " in sentence for sentence in asked("consent").more)


def test_the_weight_of_a_nation_is_the_force_with_it_less_the_force_without(
    asked: Asked, find: Find
) -> None:
    table = asked("consent").tables["weights"]
    found = find()
    for row in table.iter_rows(named=True):
        inside, outside = (
            found.force_with(row["delegation"], level).standing_balanced_persons.mean()
            for level in (4, 0)
        )
        assert row["added_persons"] == pytest.approx(inside - outside)
        assert row["balanced_in_persons"] == pytest.approx(inside)
        assert inside >= outside
    assert f"is {table['title'][0]}:" in asked("consent").more[-1]


def test_an_option_without_land_weighs_nobody(asked: Asked) -> None:
    answer = asked("consent", option="air-sea-backed")
    assert answer.tables["weights"].is_empty()
    assert not any("could send most" in sentence for sentence in answer.more)


def test_the_option_is_told_in_words(asked: Asked) -> None:
    assert asked("consent").assumes[0] == (
        "The force is to defend itself, behind the line, at the host's invitation, decided on "
        "2030-10-01."
    )


def test_chances_of_levels_sum_to_one(asked: Asked) -> None:
    table = asked("consent").tables["consent"]
    levels = [name for name in table.columns if name.startswith("level_")]
    assert len(levels) == 6
    for row in table.iter_rows(named=True):
        assert sum(row[name] for name in levels) == pytest.approx(1)
        assert row["join_prob"] == pytest.approx(row["level_rear_prob"] + row["level_line_prob"])


def test_elections_before_the_decision_are_named_where_no_other_government_is_played(
    minimal: Scenario,
) -> None:
    soon = tuple(
        row.model_copy(update={"next_election": minimal.about.date + timedelta(days=1)})
        for row in minimal.approvals
    )
    scenario = minimal.replace(approvals=soon)
    named = elections_before(Findings(scenario, make_request(scenario, draws=2)))
    played = {principal.delegation for principal in minimal.principals}
    for delegation in minimal.delegations:
        voting = delegation.delegation in {row.delegation for row in soon} - played
        assert (delegation.title in " ".join(named)) == voting
    never = tuple(row.model_copy(update={"next_election": None}) for row in minimal.approvals)
    quiet = minimal.replace(approvals=never)
    assert elections_before(Findings(quiet, make_request(quiet, draws=2))) == ()

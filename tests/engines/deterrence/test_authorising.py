"""Whether a chain of command authorises: by a look at every vote, and by the voting rules."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.deterrence.authorising import Rule, authorise_prob
from foedus.engines.voting.leanings import chances
from foedus.engines.voting.rules import weighted

contributors = st.lists(
    st.tuples(st.floats(0, 1) | st.sampled_from([0.0, 1.0]), st.integers(0, 9)),
    min_size=1,
    max_size=6,
)


def passes(rule: Rule, yes: tuple[bool, ...], weights: list[int]) -> bool:
    """Whether a vote lets the force fight, as the rule is told."""
    there = [i for i, weight in enumerate(weights) if weight > 0]
    say = [i for i in there if yes[i]]
    match rule:
        case "consensus":
            return say == there
        case "heads":
            return 2 * len(say) > len(there)
        case "persons":
            return 2 * sum(weights[i] for i in say) > sum(weights)
        case "lead":
            return yes[weights.index(max(weights))]


@given(contributors, st.sampled_from(["consensus", "heads", "persons", "lead"]))
def test_it_is_the_chance_of_the_votes_that_pass(
    members: list[tuple[float, int]], rule: Rule
) -> None:
    prob, weights = [p for p, _ in members], [w for _, w in members]
    expected = 0.0
    for yes in product([False, True], repeat=len(members)):
        chance = float(np.prod([p if says else 1 - p for p, says in zip(prob, yes, strict=True)]))
        expected += chance * passes(rule, yes, weights)
    if not any(weights):
        expected = 1.0
    assert authorise_prob([prob], [weights], rule)[0] == pytest.approx(expected, abs=1e-12)


@given(contributors.filter(lambda members: any(w for _, w in members)))
def test_the_engine_of_votes_finds_the_same(members: list[tuple[float, int]]) -> None:
    prob, weights = [[p for p, _ in members]], [w for _, w in members]
    heads = [int(w > 0) for w in weights]
    for rule, counted, quota in (
        ("persons", weights, sum(weights) // 2 + 1),
        ("heads", heads, sum(heads) // 2 + 1),
        ("consensus", heads, sum(heads)),
    ):
        theirs = chances(weighted(counted, quota), prob).pass_prob
        ours = authorise_prob(prob, [weights], rule)  # type: ignore[arg-type]
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


@given(contributors, st.sampled_from(["consensus", "heads", "persons", "lead"]))
def test_a_mind_that_warms_never_makes_it_less_likely(
    members: list[tuple[float, int]], rule: Rule
) -> None:
    prob, weights = np.array([[p for p, _ in members]]), [[w for _, w in members]]
    warmer = prob + (1 - prob) / 2
    before, after = (authorise_prob(p, weights, rule)[0] for p in (prob, warmer))
    assert after >= before - 1e-12


def test_draws_go_one_by_one_and_one_serves_all() -> None:
    prob = np.array([[0.5, 0.9], [0.2, 0.4]])
    weight = np.array([[1, 2], [3, 0]])
    one_by_one = [
        authorise_prob(prob[i : i + 1], weight[i : i + 1], "persons")[0] for i in range(2)
    ]
    assert authorise_prob(prob, weight, "persons").tolist() == one_by_one == [0.9, 0.2]
    assert authorise_prob(prob, weight[:1], "persons") == pytest.approx([0.9, 0.4])


def test_the_lead_nation_may_be_named() -> None:
    assert authorise_prob([[0.3, 0.8]], [[1, 5]], "lead", lead=0).tolist() == [0.3]
    assert authorise_prob([[0.3, 0.8]], [[5, 5]], "lead").tolist() == [0.3]


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        (([[0.5, 0.5]], [[1]], "heads"), "by draw and contributor"),
        (([[1.5]], [[1]], "heads"), "yes_prob must be from 0 to 1"),
        (([[0.5]], [[0.5]], "persons"), "whole numbers"),
        (([[0.5]], [[10**7]], "persons"), "take a larger unit"),
        (([[0.5]], [[1]], "dice"), "no rule 'dice'"),
        (([[0.5]], [[1]], "lead", 1), "no contributor 1"),
        (([[0.5, 0.5]], [[0, 1]], "lead", 0), "contributor 0 leads and is not in the force"),
    ],
)
def test_what_it_cannot_take_is_refused(numbers: tuple[Any, ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        authorise_prob(*numbers)

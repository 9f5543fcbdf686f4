"""A claim holds if every value of its range does, does not if none does, and is open otherwise."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kept import FEW

from foedus.briefing import QUESTIONS, Brief
from foedus.briefing.check_claims import check_claims
from foedus.briefing.claims import Verdict, compared, joined, point, verdicts
from foedus.briefing.findings import Findings
from foedus.briefing.measures import AnswerBook, Measured, Span
from foedus.briefing.questions import why_unanswered, write_answer
from foedus.errors import MissingDataError, SettingsError
from foedus.scenario import Scenario
from foedus.scenario.claims import QUESTION_IDS, Claim, Comparison

Find = Callable[..., Findings]
Briefed = Callable[..., Brief]

COMPARISONS: tuple[Comparison, ...] = ("about", "at_least", "at_most", "above", "below")
WHOLE = st.integers(-6, 6)


def spans() -> st.SearchStrategy[Span]:
    def made(ends: tuple[int, int, int]) -> Span:
        low, value, high = sorted(ends)
        return Span(value, low, high)

    return st.tuples(WHOLE, WHOLE, WHOLE).map(made)


def satisfied(comparison: str, value: float, other: float, tolerance: float) -> bool:
    """Say of two numbers what the comparison says, one case at a time."""
    return {
        "about": abs(value - other) <= tolerance,
        "at_least": value >= other,
        "at_most": value <= other,
        "above": value > other,
        "below": value < other,
    }[comparison]


def grid(span: Span) -> list[float]:
    """Return the values of a range at a step of a half, its ends included."""
    return [half / 2 for half in range(int(2 * span.low), int(2 * span.high) + 1)]


@given(st.sampled_from(COMPARISONS), spans(), spans(), st.integers(0, 5))
def test_the_verdict_is_that_of_every_pair_of_values(
    comparison: Comparison, span: Span, against: Span, tolerance: float
) -> None:
    assert span.low <= span.value <= span.high
    pairs = [
        satisfied(comparison, value, other, tolerance)
        for value in grid(span)
        for other in grid(against)
    ]
    assert compared(comparison, span, against, tolerance) == (all(pairs), not any(pairs))


@given(st.sampled_from(COMPARISONS), spans(), spans(), st.integers(0, 5))
def test_a_wider_range_never_settles_what_was_open(
    comparison: Comparison, span: Span, against: Span, tolerance: float
) -> None:
    wider = Span(span.value, span.low - 1, span.high + 1)
    narrow = compared(comparison, span, against, tolerance)
    wide = compared(comparison, wider, against, tolerance)
    assert all(before or not after for before, after in zip(narrow, wide, strict=True))


@given(spans(), spans())
def test_above_is_the_mirror_of_below_and_the_opposite_of_at_most(span: Span, other: Span) -> None:
    above, at_most = (compared(c, span, other, 0.0) for c in ("above", "at_most"))
    assert compared("below", other, span, 0.0) == above
    assert at_most == above[::-1]


def test_a_tolerance_is_met_at_its_edge_whatever_binary_fractions_say() -> None:
    assert abs(0.0475 - 0.0447) > 0.0028
    assert compared("about", point(0.0475), point(0.0447), 0.0028) == (True, False)
    assert compared("about", point(0.04751), point(0.0447), 0.0028) == (False, True)


def measured(value: float, low: float | None = None, high: float | None = None) -> Measured:
    ends = (value if low is None else low, value if high is None else high)
    return Measured(
        address="a/b/c_km", label="b", quantity="c_km", value=value, low=ends[0], high=ends[1]
    )


NUMBERS = [measured(3.0, 1.0, 9.0), measured(4.0), measured(8.0, 2.0, 10.0)]


@pytest.mark.parametrize(
    ("statistic", "span"),
    [
        ("median", Span(4.0, 2.0, 9.0)),
        ("mean", Span(5.0, 7 / 3, 23 / 3)),
        ("sum", Span(15.0, 7.0, 23.0)),
        ("least", Span(3.0, 1.0, 4.0)),
        ("most", Span(8.0, 4.0, 10.0)),
    ],
)
def test_several_numbers_become_one_with_the_range_of_their_ends(
    statistic: Any, span: Span
) -> None:
    found = joined(NUMBERS, statistic)
    assert (found.value, found.low, found.high) == pytest.approx((span.value, span.low, span.high))


def test_one_number_is_its_own_statistic() -> None:
    assert joined(NUMBERS[:1], "each") == Span(3.0, 1.0, 9.0)


def verdict_of(findings: Findings, **changes: Any) -> Verdict:
    """Return the verdict on one claim that is made for the test."""
    fields: dict[str, Any] = {
        "claim": "made",
        "who": "somebody",
        "kind": "figure",
        "statement": "It is so.",
        "checked_by": "size",
        "comparison": "above",
        "claimed_value": 0.0,
        "verified": "assumed",
        "source": "invented",
    }
    claim = Claim.model_validate(fields | changes)
    (found,) = verdicts(AnswerBook(findings, write_answer, why_unanswered), [claim])
    return found


def test_each_of_several_must_hold(find: Find) -> None:
    measure = "polls/league-2030-05:*/support_share"
    words = [
        verdict_of(find(), measure=measure, claimed_value=mark).verdict for mark in (0.4, 0.5, 0.6)
    ]
    assert words == ["holds", "cannot tell", "does not hold"]


def test_what_is_set_decides_the_verdict(find: Find) -> None:
    cell = "delegations/BRK/adversary_border_km"
    assert verdict_of(find(), measure=cell).verdict == "holds"
    assert verdict_of(find(set={cell: 0}), measure=cell).verdict == "does not hold"


def test_a_claim_that_was_set_is_held_as_it_was_set(find: Find) -> None:
    findings = find(set={"claims/brekland-near/claimed_value": 180})
    book = AnswerBook(findings, write_answer, why_unanswered)
    assert verdicts(book)[0].verdict == "does not hold"


def test_two_ranges_that_meet_settle_nothing(find: Find) -> None:
    cells = "dependence/{}:us_intelligence_integration/dependence_value"
    one = verdict_of(
        find(),
        measure=cells.format("ALD"),
        comparison="above",
        claimed_value=None,
        claimed_of=cells.format("CST"),
    )
    assert one.verdict == "cannot tell"
    assert one.claimed == Span(0.5, 0.35, 0.65)
    assert "Castria" in one.says


def test_two_ranges_apart_do(find: Find) -> None:
    found = verdict_of(
        find(),
        measure="dependence/sead:us_share/dependence_value",
        claimed_value=None,
        claimed_of="dependence/CST:us_intelligence_integration/dependence_value",
    )
    assert found.verdict == "holds"
    assert set(found.grounds.rows) == {
        "dependence/sead:us_share",
        "dependence/CST:us_intelligence_integration",
    }


def test_a_verdict_names_rows_sources_and_how_far_they_were_checked(find: Find) -> None:
    grounds = verdict_of(find(), measure="polls/*/n_persons").grounds
    assert len(grounds.rows) == 4
    assert grounds.sources == ("invented",)
    assert grounds.verified == {"assumed": 4}
    assert grounds.later == ("polls/elm-2030-07:ELM",)
    assert grounds.says == "Rests on 4 rows (assumed; 1 known only later †)."


def test_where_it_was_said_is_named_beside_what_it_rests_on(find: Find) -> None:
    found = verdict_of(find(), measure="polls/*/n_persons", source="a-page;assumed")
    assert found.named_sources == ("a-page", "invented")
    assert found.grounds.sources == ("invented",)


def test_each_of_several_is_compared_with_one_number_and_not_with_several(find: Find) -> None:
    several = "polls/league-2030-05:*/support_share"
    open_ = verdict_of(find(), measure=several, claimed_value=None, claimed_of=several)
    assert (open_.verdict, open_.span) == ("cannot tell", None)
    assert open_.says == f"Cannot tell: {several} names several numbers."


def test_a_verdict_on_an_answer_names_its_run_and_option(find: Find) -> None:
    found = verdict_of(find(), measure="answers/size/value", option="rear-8k-alone")
    answer = write_answer("size", find(option="rear-8k-alone"))
    assert found.span is not None
    assert (found.span.value, found.span.low) == (answer.value, answer.low)
    assert found.span.high == answer.high
    assert found.grounds.option == "rear-8k-alone"
    assert found.grounds.answers == ("size",)
    assert len(found.grounds.runs) == 1
    assert found.grounds.rows == ()
    assert sum(found.grounds.verified.values()) == len(answer.rows)


def test_strictness_takes_away_what_was_known_only_later(minimal: Scenario, find: Find) -> None:
    measure = "polls/elm-2030-07:ELM/support_share"
    with_later = verdict_of(find(), measure=measure, claimed_value=0.5)
    assert (with_later.verdict, with_later.is_later) == ("holds", True)
    strict = Findings(minimal.strict(), find().request)
    without = verdict_of(strict, measure=measure, claimed_value=0.5)
    assert (without.verdict, without.is_later, without.numbers) == ("cannot tell", False, ())
    assert without.says.startswith("Cannot tell: no row elm-2030-07:ELM of polls.csv was known by")


def test_a_claim_without_a_measure_says_which_question_speaks_to_it(find: Find) -> None:
    bare = {"measure": "", "comparison": None, "claimed_value": None}
    assert verdict_of(find(), **bare, checked_by="spending-pledge").says == (
        "Cannot tell: nothing here measures it, and the question 'spending-pledge' needs positions "
        "on the issue spending in positions.csv."
    )
    assert verdict_of(find(), **bare, checked_by="duration").says == (
        "Cannot tell: no number measures it; see what the answer to 'duration' says."
    )


def test_the_brief_has_a_verdict_a_claim_in_the_scenarios_order(
    briefed: Briefed, minimal: Scenario
) -> None:
    made = briefed()
    assert [v.claim for v in made.claims] == list(minimal.claims)
    assert [v.verdict for v in made.claims] == [
        *("holds", "does not hold", "cannot tell", "cannot tell"),
    ]


def test_the_brief_and_the_claims_alone_agree(briefed: Briefed, minimal: Scenario) -> None:
    alone = check_claims(minimal, draws=FEW)
    assert [v.to_json() for v in alone.claims] == [v.to_json() for v in briefed().claims]
    other = briefed(option="rear-8k-alone")
    alone = check_claims(minimal, draws=FEW, option="rear-8k-alone")
    assert [v.to_json() for v in alone.claims] == [v.to_json() for v in other.claims]


def test_the_runs_behind_the_verdicts_are_kept(briefed: Briefed) -> None:
    made = briefed(option="rear-8k-alone")
    assert {run for verdict in made.claims for run in verdict.grounds.runs} <= set(made.runs)


def test_only_the_questions_that_claims_need_are_answered(minimal: Scenario) -> None:
    assert check_claims(minimal, ["brekland-near"], draws=20).answers == ()
    found = check_claims(minimal, ["eight-thousand", "brekland-near"], draws=20)
    assert [answer.id for answer in found.answers] == ["size"]
    assert [v.claim.claim for v in found.claims] == ["brekland-near", "eight-thousand"]


def test_progress_goes_from_nothing_to_all(minimal: Scenario) -> None:
    told: list[float] = []
    check_claims(minimal, ["brekland-near"], draws=20, progress=lambda _, part: told.append(part))
    assert told == [0.0, 1.0]


def test_an_unknown_claim_is_refused_with_the_nearest(minimal: Scenario) -> None:
    with pytest.raises(SettingsError, match="Did you mean brekland-near"):
        check_claims(minimal, ["breckland-near"], draws=20)


def test_a_scenario_without_claims_is_told_what_to_add(minimal: Scenario) -> None:
    with pytest.raises(MissingDataError, match=r"Add claims\.csv"):
        check_claims(minimal.replace(claims=()), draws=20)


def test_claims_on_cells_need_no_model(minimal: Scenario) -> None:
    absent = dict.fromkeys(("units", "stances", "capabilities", "uncertainties"), ())
    bare = minimal.model_copy(update=absent)
    found = check_claims(bare, ["brekland-near"], draws=20)
    assert found.claims[0].verdict == "holds"
    assert (
        check_claims(bare, ["eight-thousand"], draws=20)
        .claims[0]
        .says.startswith("Cannot tell: the question 'size' needs")
    )


def test_every_question_that_is_answered_may_be_named_by_a_claim() -> None:
    assert {question.id for question in QUESTIONS} <= set(QUESTION_IDS)


class TestParis:
    """The claims of the article are all there, and every measure of them measures."""

    MEASURED: ClassVar = {
        "poland-447": "does not hold",
        "uk-below-25": "holds",
        "total-100k": "cannot tell",
        "total-100k-kept": "does not hold",
        "uk-worn-out": "holds",
        "italy-50": "holds",
        "backstop-first": "holds",
        "france-untied": "holds",
        "bridge-meloni": "holds",
        "bridge-starmer": "holds",
        "military-weight": "holds",
        "rear-not-line": "cannot tell",
        "three-messages": "holds",
        "war-if-broken": "holds",
        "invaluable-partner": "does not hold",
        "weak-hand": "holds",
        "exposed-neighbours": "holds",
    }

    def test_every_measure_finds_a_number(self, briefed: Briefed) -> None:
        found = briefed("paris-2025")
        assert {v.claim.claim: v.verdict for v in found.claims if v.claim.measure} == self.MEASURED
        assert [v.says for v in found.claims if v.claim.measure and not v.numbers] == []
        assert {v.verdict for v in found.claims if not v.claim.measure} == {"cannot tell"}

    def test_no_claim_is_measured_by_the_row_that_it_comes_from(self, paris: Scenario) -> None:
        own = {"polls/italy-arms-2025:ITA", "estimates/size_dannatt"}
        cells = {a.rpartition("/")[0] for row in paris.claims for a in row.measure}
        assert own.isdisjoint(cells)
        assert all(paris.row(*address.split("/")) for address in own)

    def test_strictness_leaves_no_mark_of_later(self, paris: Scenario) -> None:
        names = ["backstop-first", "france-untied", "poland-447"]
        found = check_claims(paris, names, draws=20, strict=True)
        assert [v.is_later for v in found.claims] == [False] * 3
        assert 1 < len(found.claims[1].numbers) < len(paris.stances)

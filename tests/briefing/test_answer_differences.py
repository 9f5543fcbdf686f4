"""Answers are compared by what they say, and ranked by how far apart they lie."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from foedus.briefing import Brief
from foedus.briefing.answer_differences import (
    AnswerDifference,
    answer_difference,
    answer_differences,
    claim_differences,
    option_differences,
)
from foedus.documents import plain

Briefed = Callable[..., Brief]
Document = dict[str, Any]


def answer(kind: str, value: Any, **changed: Any) -> Document:
    return {
        "id": "x",
        "question": "How?",
        "kind": kind,
        "headline": f"It is {value}.",
        "value": value,
        "unit": "soldiers",
        "low": None,
        "high": None,
        "shares": {},
        "never_prob": None,
        "always_prob": None,
        "tables": {},
        **changed,
    }


def both(a: Document, b: Document) -> AnswerDifference:
    """Compare, and hold the law that the sides can be changed."""
    there, back = answer_difference(a, b), answer_difference(b, a)
    assert there.size == back.size
    assert (there.value is None) == (back.value is None)
    if there.value and back.value:
        assert (there.value.a, there.value.b) == (back.value.b, back.value.a)
    assert [(r.place, r.a, r.b) for r in there.rows] == [(r.place, r.b, r.a) for r in back.rows]
    assert {(p.place, p.size) for p in there.parts} == {(p.place, p.size) for p in back.parts}
    return there


def test_a_number_is_told_with_both_values_and_the_difference() -> None:
    there = both(answer("number", 12300.0), answer("number", 8900.0))
    assert there.says == "Soldiers: 12,300 in A against 8,900 in B (3,400 fewer)."
    assert there.size == pytest.approx(3400 / 12300)
    assert there.to_json()["value"]["difference"] == -3400


def test_a_probability_is_told_in_points() -> None:
    there = both(
        answer("probability", 0.5, unit="chance of peace", low=0.4, high=0.6),
        answer("probability", 0.25, unit="chance of peace", low=0.15, high=0.35),
    )
    assert there.says == (
        "Chance of peace: 50 % (40 % to 60 %) in A against 25 % (15 % to 35 %) in B "
        "(25 points less)."
    )
    assert there.size == pytest.approx(0.25)


def test_a_threshold_that_hardly_ever_exists_weighs_little() -> None:
    seldom = {"never_prob": 0.99, "always_prob": 0.0, "unit": "months"}
    often = {"never_prob": 0.01, "always_prob": 0.0, "unit": "months"}
    small = both(answer("threshold", 6.0, **seldom), answer("threshold", 12.0, **seldom))
    large = both(answer("threshold", 6.0, **often), answer("threshold", 12.0, **often))
    assert small.size == pytest.approx(0.5 * 0.01)
    assert large.size == pytest.approx(0.5 * 0.99)


def test_a_threshold_that_vanishes_is_told_as_none() -> None:
    there = both(
        answer("threshold", 9.0, never_prob=0.98, always_prob=0.0, unit="months"),
        answer("threshold", None, never_prob=1.0, always_prob=0.0, unit="months"),
    )
    assert there.says == (
        "Months: 9 in A against none in B; never reached, chance: 98 % in A against 100 % in B "
        "(2 points more)."
    )
    assert there.size == pytest.approx(0.02)


def test_a_choice_that_falls_on_another_name_is_a_whole_difference() -> None:
    there = both(
        answer("choice", "Italy", unit="bridge", shares={"Italy": 0.6, "Poland": 0.4}),
        answer("choice", "Poland", unit="bridge", shares={"Italy": 0.3, "Poland": 0.7}),
    )
    assert there.size == 1.0
    assert there.says.startswith("Bridge: Italy in A against Poland in B; ")
    assert {part.place for part in there.parts} == {"x/Italy", "x/Poland"}
    kept = both(
        answer("choice", "Italy", shares={"Italy": 0.6}),
        answer("choice", "Italy", shares={"Italy": 0.5, "Poland": 0.1}),
    )
    assert kept.size == pytest.approx(0.1)


def table(**sent: float | None) -> Document:
    rows = [
        {"title": name, "fair_share": 0.5, "sent_persons": value, "sent_persons_low": value}
        | {"sent_persons_high": value}
        for name, value in sent.items()
    ]
    return answer("table", rows[0] if rows else {}, tables={"who": rows})


def test_a_table_is_told_row_by_row_the_furthest_apart_first() -> None:
    there = both(
        table(Aldmark=100.0, Brekland=400.0, Castria=50.0, Dunmere=10.0, Elm=7.0),
        table(Aldmark=110.0, Brekland=100.0, Castria=None, Dunmere=30.0, Elm=7.0),
    )
    assert [row.place for row in there.rows] == [
        *("x/Brekland", "x/Castria", "x/Dunmere", "x/Aldmark"),
    ]
    assert there.says == (
        "Soldiers: Brekland 400 in A against 100 in B (300 fewer); Castria 50 in A against none in "
        "B; Dunmere 10 in A against 30 in B (20 more); and 1 more."
    )
    assert there.size == pytest.approx((10 + 300 + 50 + 20) / 567)


def test_a_row_that_only_one_side_has_counts_as_nothing_on_the_other() -> None:
    there = both(table(Aldmark=100.0), table(Brekland=300.0))
    assert there.size == pytest.approx(400 / 300)
    assert len(there.rows) == 2


def test_a_value_that_stays_while_a_table_moves_is_told() -> None:
    there = both(
        answer("number", 5.0, tables={"by_month": [{"m": 1, "n": 2.0}], "same": []}),
        answer("number", 5.0, tables={"by_month": [{"m": 1, "n": 3.0}], "same": []}),
    )
    assert (there.size, there.value, there.tables) == (0.0, None, ("by_month",))
    assert there.says == "Soldiers: the same in both; what differs is in by_month."


def test_an_empty_table_is_no_fault() -> None:
    assert both(table(), table(Aldmark=3.0)).size == 1.0
    assert both(table(), answer("table", {}, headline="other")).size == 0.0


def test_how_an_answer_came_about_is_no_difference(briefed: Briefed) -> None:
    document = plain(briefed(draws=120, plan=True).to_json())
    assert any(each["drivers"] for each in document["answers"])
    other = json.loads(json.dumps(document))
    for each in other["answers"]:
        each.update(run="000000000000", drivers=[])
    assert answer_differences(document, other) == ()
    other["answers"][0]["value"] += 1
    assert [each.id for each in answer_differences(document, other)] == ["size"]


def test_the_furthest_apart_comes_first(briefed: Briefed) -> None:
    a = plain(briefed().to_json())
    b = plain(briefed(set={"options/*/us_backing_prob": 0}).to_json())
    sizes = [each.size for each in answer_differences(a, b)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 0.05


def test_options_are_compared_cell_by_cell_where_both_have_them() -> None:
    one = {"option": "a", "title": "A", "n_count": 2.0, "n_count_low": 1.0, "n_count_high": 3.0}
    other = {**one, "title": "B", "n_count_high": 9.0}
    (found,) = option_differences({"options": [one, {"option": "b"}]}, {"options": [other]})
    assert (found.place, found.difference) == ("a/n_count", 0.0)


def test_verdicts_on_claims_are_compared() -> None:
    one = {"claim": "c", "verdict": "holds", "value": 3.0, "low": None, "high": None, "runs": ["1"]}
    other = {**one, "verdict": "cannot tell", "runs": ["2"]}
    (found,) = claim_differences({"claims": [one]}, {"claims": [other]})
    assert (found.place, found.a.value, found.b.value) == ("c/verdict", "holds", "cannot tell")
    assert claim_differences({"claims": [one]}, {"claims": [{**one, "runs": []}]}) == ()

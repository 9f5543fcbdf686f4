"""A number is found by its address, with its range; where there is none, the reason is told."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from foedus.briefing import Answer
from foedus.briefing.findings import Findings
from foedus.briefing.measures import AnswerBook, UntoldError, measure, row_names
from foedus.briefing.questions import why_unanswered, write_answer
from foedus.scenario import Scenario
from foedus.scenario.claims import Claim

Find = Callable[..., Findings]
FORCE = pl.DataFrame(
    {
        "title": ["Aldmark", "Brekland"],
        "delegation": ["ALD", "BRK"],
        "sent_persons": [900.0, None],
        "sent_persons_low": [700.0, None],
        "sent_persons_high": [1000.0, None],
        "fair_persons": [500.0, 80.0],
        "us_share †": [0.5, float("nan")],
    }
)
MONTHS = pl.DataFrame({"mission_month": [0, 6], "balanced_persons": [0.0, 850.0]})


def made(**changes: Any) -> Answer:
    fields: dict[str, Any] = {
        "id": "size",
        "question": "How large?",
        "kind": "number",
        "headline": "So large.",
        "value": 850.0,
        "unit": "soldiers in balance",
        "low": 400.0,
        "high": 900.0,
        "assumes": ("a",),
        "cannot_say": ("b",),
        "sources": ("invented",),
        "rows": ("polls/elm-2030-07:ELM", "stances/ALD:ALD"),
        "tables": {"force": FORCE, "months": MONTHS},
        "run": "0123456789ab",
    }
    return Answer(**(fields | changes))


def book_of(findings: Findings, *answers: Answer) -> AnswerBook:
    return AnswerBook(findings, write_answer, why_unanswered, answers)


@pytest.fixture
def book(find: Find) -> AnswerBook:
    return book_of(find(), made())


def spans(found: list[Any]) -> list[tuple[float, float, float]]:
    return [(number.value, number.low, number.high) for number in found]


def test_a_cell_is_a_point_where_its_row_has_no_range(book: AnswerBook) -> None:
    (found,) = measure("delegations/BRK/adversary_border_km", book)
    assert spans([found]) == [(180.0, 180.0, 180.0)]
    assert (found.label, found.row) == ("Brekland", "delegations/BRK")


def test_a_cell_has_the_range_beside_it(book: AnswerBook) -> None:
    assert spans(measure("ceilings/ALD:2030-06-01/ceiling_persons", book)) == [(5500, 4000, 7000)]


def test_a_score_has_its_printed_range_though_the_engine_draws_it(book: AnswerBook) -> None:
    assert spans(measure("stances/BRK:BRK/willingness_score", book)) == [(50.0, 25.3, 74.7)]


def test_what_the_table_of_uncertainties_says_of_a_cell_wins(find: Find, minimal: Scenario) -> None:
    row = minimal.uncertainties[0].model_copy(
        update={
            "table": "ceilings",
            "cell_key": "ALD:2030-06-01",
            "field": "ceiling_persons",
            "distribution": "uniform",
            "low_value": 5000.0,
            "mode_value": None,
            "high_value": 6000.0,
        }
    )
    scenario = minimal.replace(uncertainties=(*minimal.uncertainties, row))
    findings = Findings(scenario, find().request)
    found = measure("ceilings/ALD:2030-06-01/ceiling_persons", book_of(findings))
    assert spans(found) == [(5500, 5000, 6000)]


@pytest.mark.parametrize(
    ("prob", "ends"), [(0.3, (0.0, 1.0)), (0.0, (0.0, 0.0)), (1.0, (1.0, 1.0))]
)
def test_an_event_may_or_may_not_be_unless_it_is_certain(
    find: Find, minimal: Scenario, prob: float, ends: tuple[float, float]
) -> None:
    address = "ceilings/ALD:2030-06-01/ceiling_persons"
    row = minimal.uncertainties[0].model_copy(
        update={
            "table": "ceilings",
            "cell_key": "ALD:2030-06-01",
            "field": "ceiling_persons",
            "distribution": "bernoulli",
            "low_value": 0.2,
            "mode_value": prob,
            "high_value": 0.4,
        }
    )
    scenario = minimal.replace(uncertainties=(*minimal.uncertainties, row))
    (found,) = measure(address, book_of(Findings(scenario, find().request)))
    assert (found.low, found.high) == ends


def test_a_cell_that_was_set_is_a_point_as_it_was_set(find: Find) -> None:
    cell = "ceilings/ALD:2030-06-01/ceiling_persons"
    found = measure(cell, book_of(find(set={cell: 4100})))
    assert spans(found) == [(4100, 4100, 4100)]


def test_empty_cells_are_left_out_and_labels_tell_rows_apart(book: AnswerBook) -> None:
    found = measure("polls/league-2030-05:*/support_share", book)
    assert [number.label for number in found] == ["Aldmark", "Castria"]
    assert spans(found)[1] == (0.45, 0.45, 0.45)
    numbers = measure("polls/*/n_persons", book)
    assert len(numbers) == len([p for p in book.findings.scenario.polls if p.n_persons])
    assert len({number.label for number in numbers}) == len(numbers)


def test_nothing_measures_where_every_cell_is_empty(book: AnswerBook) -> None:
    with pytest.raises(UntoldError, match="cst-2030-03:CST/n_persons is empty"):
        measure("polls/cst-2030-03:CST/n_persons", book)


def test_a_row_that_strictness_left_out_measures_nothing(find: Find, minimal: Scenario) -> None:
    strict = Findings(minimal.strict(), find().request)
    with pytest.raises(UntoldError, match=r"no row elm-2030-07:ELM .* was known by 2030-06-05"):
        measure("polls/elm-2030-07:ELM/support_share", book_of(strict))


def test_a_table_without_rows_measures_nothing(find: Find, minimal: Scenario) -> None:
    empty = Findings(minimal.model_copy(update={"polls": ()}), find().request)
    with pytest.raises(UntoldError, match=r"the scenario has no row of polls\.csv"):
        measure("polls/elm-2030-07:ELM/support_share", book_of(empty))


def test_the_value_of_an_answer_has_its_range(book: AnswerBook) -> None:
    (found,) = measure("answers/size/value", book)
    assert spans([found]) == [(850.0, 400.0, 900.0)]
    assert (found.unit, found.quantity) == ("soldiers in balance", "value_persons")
    assert found.answer is not None


def test_an_answer_without_a_range_is_a_point(find: Find) -> None:
    found = measure("answers/size/value", book_of(find(), made(low=None, high=None)))
    assert spans(found) == [(850.0, 850.0, 850.0)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": None}, "is no number; its tables are force, months"),
        ({"value": {"title": "Aldmark"}}, "is a row of a table or a name, no number"),
        ({"value": "Aldmark"}, "is a row of a table or a name, no number"),
        ({"value": float("nan")}, "is not finite"),
        ({"high": float("inf")}, "is not finite"),
        ({"never_prob": 0.5, "always_prob": 0.1}, "in 60 % of futures there is no such number"),
    ],
)
def test_an_answer_whose_value_is_no_number_says_so(
    find: Find, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(UntoldError, match=reason):
        measure("answers/size/value", book_of(find(), made(**changes)))


def test_a_threshold_that_is_seldom_missing_still_counts(find: Find) -> None:
    answer = made(never_prob=0.03, always_prob=0.01)
    assert spans(measure("answers/size/value", book_of(find(), answer))) == [(850.0, 400.0, 900.0)]


def test_a_column_of_a_table_has_the_range_beside_it(book: AnswerBook) -> None:
    (found,) = measure("answers/size/force/ALD/sent_persons", book)
    assert spans([found]) == [(900.0, 700.0, 1000.0)]
    assert found.label == "Aldmark"
    assert spans(measure("answers/size/force/BRK/fair_persons", book)) == [(80.0, 80.0, 80.0)]


def test_a_star_takes_every_row_that_holds_a_number(book: AnswerBook) -> None:
    assert spans(measure("answers/size/force/*/fair_persons", book)) == [
        (500.0, 500.0, 500.0),
        (80.0, 80.0, 80.0),
    ]
    assert len(measure("answers/size/force/*/sent_persons", book)) == 1
    assert len(measure("answers/size/force/*/us_share", book)) == 1


@pytest.mark.parametrize("end", [float("inf"), float("nan")])
def test_a_range_without_an_end_measures_nothing(find: Find, end: float) -> None:
    force = pl.DataFrame(
        {"delegation": ["ALD"], "cost": [1.0], "cost_low": [0.5], "cost_high": [end]}
    )
    answer = made(tables={"force": force})
    with pytest.raises(UntoldError, match="the range of answers/size/force/ALD:1/cost has no end"):
        measure("answers/size/force/ALD:1/cost", book_of(find(), answer))


def test_a_table_without_names_is_addressed_by_its_first_column(book: AnswerBook) -> None:
    assert spans(measure("answers/size/months/6/balanced_persons", book)) == [(850.0,) * 3]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("answers/size/forces/ALD/sent_persons", r"no table 'forces' \(did you mean force\?\)"),
        ("answers/size/force/ALX/sent_persons", r"no row 'ALX' \(did you mean ALD\?\)"),
        ("answers/size/force/ALD/sent_person", r"in 'sent_person' \(did you mean sent_persons"),
        ("answers/size/force/ALD/title", "has no numbers in 'title'"),
        ("answers/size/force/BRK/sent_persons", "is empty for this option"),
        ("answers/reply/value", "the value of the answer to 'reply' is a row of a table"),
    ],
)
def test_a_number_that_is_not_there_is_told_with_the_nearest(
    book: AnswerBook, address: str, reason: str
) -> None:
    with pytest.raises(UntoldError, match=reason):
        measure(address, book)


def test_a_question_without_its_tables_is_told_what_it_needs(find: Find, minimal: Scenario) -> None:
    bare = Findings(minimal.model_copy(update={"units": (), "stances": ()}), find().request)
    with pytest.raises(UntoldError, match=r"'size' needs stances\.csv and units\.csv"):
        measure("answers/size/value", book_of(bare))


def test_rows_are_named_by_all_columns_that_name() -> None:
    table = pl.DataFrame({"delegation": ["ALD"], "nation": ["Aldmark"], "capability": ["fires"]})
    assert row_names(table) == ["ALD:fires"]
    assert row_names(pl.DataFrame({"condition": ["a mandate"], "x_count": [1.0]})) == ["a mandate"]


def test_an_answer_is_written_once_and_for_the_option_that_is_meant(find: Find) -> None:
    written = []

    def write(question: str, findings: Findings) -> Answer:
        written.append((question, findings.request.option))
        return made(value=1.0 + len(written))

    book = AnswerBook(find(), write, lambda *_: "")
    values = [
        measure("answers/size/value", book, option)[0].value for option in OPTIONS for _ in "ab"
    ]
    assert written == [("size", option) for option in OPTIONS]
    assert values == [2.0, 2.0, 3.0, 3.0]


OPTIONS = ("rear-8k-backed", "rear-8k-alone")


@pytest.mark.parametrize("question", ["size", "contributions", "exposure", "consent"])
def test_another_option_is_answered_as_if_it_were_the_briefs(find: Find, question: str) -> None:
    own = write_answer(question, find(option="rear-8k-alone"))
    other = book_of(find()).answer(question, "rear-8k-alone")
    assert (other.value, other.low, other.high) == (own.value, own.low, own.high)
    assert other.headline == own.headline


def test_the_comparison_of_options_is_used_where_it_was_made(find: Find) -> None:
    findings = find()
    compared = {runs.option: runs for runs in findings.options}
    book = book_of(findings)
    assert book.at_once("rear-8k-alone") is compared["rear-8k-alone"]
    fresh = book_of(Findings(findings.scenario, findings.request)).at_once("rear-8k-alone")
    assert fresh.forces.run_id == compared["rear-8k-alone"].forces.run_id


def test_duration_of_another_option_has_strength_by_length(find: Find) -> None:
    book = book_of(find())
    own = write_answer("duration", find(option="rear-8k-alone"))
    assert book.answer("duration", "rear-8k-alone").headline == own.headline


def test_a_claim_names_measures_by_semicolons() -> None:
    claim = Claim.model_validate(
        {
            "claim": "x",
            "who": "y",
            "kind": "figure",
            "statement": "z",
            "checked_by": "size",
            "measure": "a/b/c; d/e/f",
            "source": "assumed",
        }
    )
    assert claim.measure == ("a/b/c", "d/e/f")


def test_rows_of_one_name_are_labelled_by_what_tells_them_apart(find: Find) -> None:
    table = pl.DataFrame(
        {
            "camp": ["the north", "the south"],
            "delegation": ["ALD", "ALD"],
            "best_share": [0.9, 0.8],
        }
    )
    book = book_of(find(), made(tables={"envoys": table}))
    found = measure("answers/size/envoys/ALD/best_share", book)
    assert [number.label for number in found] == ["the north", "the south"]

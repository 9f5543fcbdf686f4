"""A verdict is a sentence that can be quoted: number, unit and range, and what was claimed."""

from typing import Any

import pytest

from foedus.briefing.claim_words import Sayings, Word, in_list, words_of
from foedus.briefing.measures import Measured, Span
from foedus.scenario.claims import Claim


def claim(**changes: Any) -> Claim:
    fields: dict[str, Any] = {
        "claim": "made",
        "who": "somebody",
        "kind": "figure",
        "statement": "It is so.",
        "checked_by": "size",
        "measure": "t/k/f",
        "comparison": "below",
        "claimed_value": 0.025,
        "source": "invented",
    }
    return Claim.model_validate(fields | changes)


def number(
    value: float,
    quantity: str = "defence_share",
    low: float | None = None,
    high: float | None = None,
    **more: Any,
) -> Measured:
    ends = {"low": value if low is None else low, "high": value if high is None else high}
    return Measured(
        **({"address": "t/k/f", "label": "Aldmark"} | more | ends), quantity=quantity, value=value
    )


def says(one: Measured, word: Word = "holds", against: Span | float = 0.025, **changes: Any) -> str:
    span = against if isinstance(against, Span) else Span(against, against, against)
    return Sayings(claim(**changes), [one], [], span).one(word, one.span)


ANSWER: Any = object()  # that a number is one of an answer is all that its words ask


def test_a_share_is_printed_with_the_decimals_that_tell_it_from_the_claim() -> None:
    assert says(number(0.0233)) == "Holds: the defence share of Aldmark is 2.33 %, below 2.5 %."


def test_whole_per_cents_have_no_decimals() -> None:
    text = says(number(0.51), "does not hold", 0.5)
    assert text == "Does not hold: the defence share of Aldmark is 51 %, not below 50 %."


def test_a_verdict_on_a_close_number_prints_two_different_numbers() -> None:
    for value in (0.02496, 0.024996):
        text = says(number(value, answer=ANSWER))
        shown, claimed = text.removesuffix(" %.").split(" %, below ")
        assert shown.rsplit(" ", 1)[1] != claimed


@pytest.mark.parametrize(
    ("word", "comparison", "relation"),
    [
        ("holds", "at_least", "at least 100"),
        ("does not hold", "at_least", "below 100"),
        ("holds", "at_most", "at most 100"),
        ("does not hold", "at_most", "above 100"),
        ("holds", "above", "above 100"),
        ("does not hold", "above", "not above 100"),
        ("holds", "below", "below 100"),
        ("does not hold", "below", "not below 100"),
        ("holds", "about", "equal to 100"),
        ("does not hold", "about", "not equal to 100"),
    ],
)
def test_the_relation_is_said_as_it_is_found(word: Word, comparison: str, relation: str) -> None:
    text = says(number(180.0, "adversary_border_km"), word, 100.0, comparison=comparison)
    assert text.endswith(f"the adversary border of Aldmark is 180 km, {relation}.")
    assert text.startswith("Holds: " if word == "holds" else "Does not hold: ")


def test_what_cannot_be_told_says_what_is_open() -> None:
    text = says(number(11000.0, "x_persons", 0.0, 21600.0), "cannot tell", 15000.0)
    assert text == (
        "Cannot tell: the x of Aldmark is 11,000 persons (0 to 21,600), and may or may not be "
        "below 15,000."
    )


def test_people_of_an_answer_are_rounded_and_their_range_is_said_to_be_one_of_draws() -> None:
    one = number(11043.2, "value_persons", 12.0, 21640.0, unit="soldiers in balance", answer=ANSWER)
    text = says(one, "does not hold", 100000.0, comparison="at_least", subject="the force")
    assert text == (
        "Does not hold: the force is 11,000 soldiers in balance (90 %: 10 to 21,600), below "
        "100,000."
    )


def test_a_tolerance_is_said_in_points_or_in_the_unit() -> None:
    changes: dict[str, Any] = {"comparison": "about", "tolerance_value": 0.00005, "subject": "it"}
    assert says(number(0.047), "does not hold", 0.0447, **changes) == (
        "Does not hold: it is 4.7 %, not within 0.005 points of 4.47 %."
    )
    changes["tolerance_value"] = 10000
    assert says(number(95000.0, "estimate_value", unit="troops"), "holds", 1e5, **changes) == (
        "Holds: it is 95,000 troops, within 10,000 of 100,000."
    )


def test_another_measure_is_named_with_its_range() -> None:
    one, other = number(0.45, "tie_value", 0.3, 0.6), number(0.95, "tie_value", 0.9, 1.0)
    made = Sayings(claim(subject="the tie"), [one], [other], other.span)
    assert made.one("holds", one.span) == (
        "Holds: the tie is 0.45 (0.3 to 0.6), below that of Aldmark, 0.95 (0.9 to 1)."
    )
    fair = number(10400.0, "fair_persons", answer=ANSWER)
    sent = number(7070.0, "sent_persons", 5800.0, 8100.0, answer=ANSWER)
    made = Sayings(claim(), [sent], [fair], fair.span)
    assert made.affirmed == "below the fair share of Aldmark, 10,400"


def test_a_statistic_is_named_with_how_many_it_is_of() -> None:
    numbers = [number(value, "us_reliance_score") for value in (40.0, 70.0, 90.0)]
    found = Sayings(
        claim(statistic="median", comparison="at_least", subject="reliance"),
        numbers,
        [],
        Span(50.0, 50.0, 50.0),
    )
    assert found.one("holds", Span(70.0, 70.0, 70.0)) == (
        "Holds: reliance, the median of 3, is 70 points, at least 50."
    )


def several(words: list[Word], word: Word, **changes: Any) -> str:
    values = [(55.0, "Aldmark"), (45.0, "Castria"), (50.0, "Dunmere")]
    numbers = [number(value, "x_km", value - 2, value + 2, label=label) for value, label in values][
        : len(words)
    ]
    against = Span(50.0, 50.0, 50.0)
    made = Sayings(claim(comparison="above", subject="it", **changes), numbers, [], against)
    return made.several(word, words)


def test_of_several_it_is_said_which_hold_and_which_do_not() -> None:
    assert several(["holds", "does not hold", "cannot tell"], "cannot tell") == (
        "Cannot tell: it is above 50 km for Aldmark (55; 53 to 57); it is not for Castria (45; 43 "
        "to 47); it may or may not be for Dunmere (50; 48 to 52)."
    )
    assert several(["holds", "holds"], "holds", option="an-option") == (
        "Holds: it is above 50 km for Aldmark (55; 53 to 57) and Castria (45; 43 to 47) (option "
        "an-option)."
    )
    assert several(["does not hold"] * 2, "does not hold").startswith(
        "Does not hold: it is not above 50 km for Aldmark"
    )
    assert several(["does not hold", "cannot tell"], "cannot tell").endswith(
        "it may or may not be above 50 km for Castria (45; 43 to 47)."
    )


def test_of_many_rows_only_some_are_named() -> None:
    assert in_list([f"r{i} (1)" for i in range(20)]) == "20, such as r0 (1), r1 (1) and r2 (1)"


def test_the_ends_of_several_numbers_stand_for_them() -> None:
    numbers = [number(value, "x_km") for value in (294.0, 906.0, 375.0)]
    made = Sayings(claim(), numbers, [], Span(0.0, 0.0, 0.0))
    assert made.number == "3 numbers, 294 to 906 km"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("us_reliance_score", "reliance on the guarantor"),
        ("gdp_usd_bn", "GDP USD bn"),
        ("sent_persons", "sends"),
        ("dependence_value", "dependence"),
    ],
)
def test_columns_are_named_in_words(name: str, words: str) -> None:
    assert words_of(name) == words

"""What a seat is worth: the same views in one room after another."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from foedus.briefing.answer import Answer
from foedus.briefing.findings import Findings
from foedus.briefing.seat import answer_seat, seats_of
from foedus.briefing.sentences import percent

Find = Callable[..., Findings]

PARIS = "paris-2025"


def answer(find: Find, name: str = "minimal", **words: Any) -> Answer:
    return answer_seat(find(name, **words), "What is a seat worth?")


@pytest.mark.parametrize("name", ["minimal", PARIS])
def test_the_value_is_how_far_the_best_seat_moves_outcomes(find: Find, name: str) -> None:
    found, result = answer(find, name), find(name).bargaining.result
    best = seats_of(result)[0]
    both = result.is_dealt[best.smaller] & result.is_dealt[best.larger]
    mean = result.room_mean_value
    moved = np.abs(mean[:, best.larger] - mean[:, best.smaller])[:, both]
    worth = (moved / result.width_value[both]).mean(axis=1)
    assert found.value == pytest.approx(np.median(worth))
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(worth, [0.05, 0.95])))
    assert f"shift by {percent(found.value)} of their scale" in found.headline


def test_larger_rooms_hold_all_of_the_smaller(find: Find) -> None:
    result = find(PARIS).bargaining.result
    pairs = {(result.formats[s.smaller], result.formats[s.larger]) for s in seats_of(result)}
    assert ("us-russia", "us-russia-europe") in pairs
    assert ("us-russia", "us-russia-ukraine") in pairs
    assert not any("form" in pair for pair in pairs)
    for smaller, larger in pairs:
        few, many = (result.at_table(result.formats.index(name)) for name in (smaller, larger))
        assert few < many


def test_the_seats_of_europe_and_of_ukraine_are_told(find: Find) -> None:
    found = answer(find, PARIS)
    said = " ".join([found.headline, *found.more])
    assert "United States, Russia and Europe in the place of United States and Russia" in said
    assert "(with Ukraine)" in said


def test_the_form_is_told_beside_the_meeting(find: Find) -> None:
    result = find(PARIS).bargaining.result
    near = float(np.nanmean(result.pair_share[:, result.formats.index("form")]))
    said = next(s for s in answer(find, PARIS).more if s.startswith("Where all answer alone"))
    assert f"{percent(near)} of pairs already accept" in said
    assert "Paris, 17 February finds a deal on" in said


def test_formats_are_told_in_the_order_of_rounds(find: Find) -> None:
    said = next(s for s in answer(find, PARIS).more if s.startswith("Issues on which each"))
    names = ["Paris, 17 February", "Paris, 19 February", "European Council"]
    places = [said.index(name) for name in names]
    assert places == sorted(places)
    assert "The form" not in said


def test_where_no_format_holds_another_nothing_is_compared(find: Find) -> None:
    scenario = find().scenario
    one = scenario.replace(
        formats=scenario.formats[:1],
        attendance=tuple(row for row in scenario.attendance if row.format == "summit"),
    )
    found = answer_seat(Findings(one, find().request), "What is a seat worth?")
    assert found.value is None
    assert "no seat can be compared" in found.headline

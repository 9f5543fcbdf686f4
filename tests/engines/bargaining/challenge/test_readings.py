import pytest

from foedus.engines.bargaining.challenge.readings import (
    BDM_INTENT,
    READINGS,
    SCHOLZ_AS_CODED,
    Reading,
    reading_named,
)


def test_three_readings_go_by_their_names() -> None:
    assert list(READINGS) == ["scholz-as-coded", "scholz-paper", "bdm-intent"]
    assert all(reading.name == name for name, reading in READINGS.items())
    assert reading_named("bdm-intent") is BDM_INTENT
    assert reading_named(SCHOLZ_AS_CODED) is SCHOLZ_AS_CODED


def test_no_two_readings_choose_alike() -> None:
    choices = {
        (reading.chance, reading.votes, reading.extrema, reading.capitulates, reading.choice)
        for reading in READINGS.values()
    }
    assert len(choices) == len(READINGS)


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'bdm'.*scholz-as-coded, scholz-paper, bdm-intent"):
        reading_named("bdm")


def test_all_that_is_wrong_with_a_reading_is_named() -> None:
    with pytest.raises(ValueError, match=r"chance is 'none'.*choice is 'first'") as caught:
        Reading(
            name="x",
            chance="none",  # type: ignore[arg-type]
            votes="linear",
            extrema="actors",
            capitulates=True,
            choice="first",  # type: ignore[arg-type]
        )
    assert "votes" not in str(caught.value)


def test_security_by_position_needs_chances_of_two_sides() -> None:
    with pytest.raises(ValueError, match='"positions" needs chance "two-sides"'):
        Reading(
            name="x",
            chance="all-pairs",
            votes="linear",
            extrema="positions",
            capitulates=True,
            choice="nearest",
        )

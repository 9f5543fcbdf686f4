"""For how long: thresholds, first shortages and turns, against slow counts."""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from foedus.briefing import Answer
from foedus.briefing.duration import (
    duration_steps,
    ends_note,
    first_short,
    first_short_table,
    kept_months,
    rotation_table,
    strength_at,
    strength_by_duration,
    turns_table,
)
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import percent, persons

Find = Callable[..., Findings]
Asked = Callable[..., Answer]

WILLING: dict[str, Any] = {"consent/*/level": 5}
OPTIONS = ["rear-8k-backed", "air-sea-backed"]


@pytest.mark.parametrize("option", OPTIONS)
def test_the_longest_mission_is_the_last_for_which_all_is_kept_up(find: Find, option: str) -> None:
    found = find(option=option, set=WILLING)
    result = found.forces
    asked = np.flatnonzero(found.asked_groups)
    for draw, kept in enumerate(kept_months(found)):
        longest = 0
        for place, months in enumerate(result.durations):
            if found.asks_land:
                holds = result.duration_share[draw, place] >= 1
            else:
                holds = all(result.duration_fill[draw, place, group] >= 1 for group in asked)
            longest = int(months) if holds else longest
        assert kept == longest


@pytest.mark.parametrize("option", OPTIONS)
def test_a_longer_mission_is_never_stronger(find: Find, option: str) -> None:
    strength = strength_by_duration(find(option=option, set=WILLING))
    assert (np.diff(strength, axis=1) <= 1e-9).all()


@pytest.mark.parametrize("option", OPTIONS)
def test_value_and_range_are_over_the_draws_in_which_a_threshold_exists(
    asked: Asked, find: Find, option: str
) -> None:
    answer, found = asked("duration", option=option, set=WILLING), find(option=option, set=WILLING)
    kept = kept_months(found)
    longest = found.forces.durations[-1]
    ends = kept[(kept > 0) & (kept < longest)]
    assert ends.size > 1
    assert (answer.value, answer.low, answer.high) == pytest.approx(
        tuple(np.quantile(ends, [0.5, 0.05, 0.95]))
    )
    assert answer.never_prob == np.mean(kept == 0)
    assert answer.always_prob == np.mean(kept == longest)
    assert f"the {ends.size} draws in which" in answer.interval_note


@pytest.mark.parametrize("option", OPTIONS)
def test_the_first_to_be_short_is_the_emptiest_at_the_first_shortage(
    find: Find, option: str
) -> None:
    found = find(option=option, set=WILLING)
    result = found.forces
    counts = result.groups.is_critical if found.asks_land else found.asked_groups
    first, month = first_short(found)
    for draw in range(first.shape[0]):
        when = None
        for place in range(result.durations.size):
            short = {
                group: result.duration_fill[draw, place, group]
                for group in np.flatnonzero(counts)
                if result.duration_fill[draw, place, group] < 1
            }
            if short:
                when = result.durations[place]
                emptiest = [g for g, fill in short.items() if fill == min(short.values())]
                assert np.flatnonzero(first[draw]).tolist() == emptiest
                assert first[draw].sum() == pytest.approx(1)
                break
        if when is None:
            assert np.isnan(month[draw])
            assert first[draw].sum() == 0
        else:
            assert month[draw] == when


@pytest.mark.parametrize("option", OPTIONS)
def test_shares_of_first_shortages_and_of_none_sum_to_one(find: Find, option: str) -> None:
    found = find(option=option, set=WILLING)
    table = first_short_table(found)
    _, month = first_short(found)
    assert float(table["first_short_share"].sum()) + np.isnan(month).mean() == pytest.approx(1)
    assert table["first_short_share"].is_sorted(descending=True)


@pytest.mark.parametrize("length", [1, 3, 7.5, 24, 48, 60])
def test_the_headline_speaks_of_the_length_of_the_option(
    asked: Asked, find: Find, length: float
) -> None:
    settings = {**WILLING, "options/*/duration_months": length}
    answer, found = asked("duration", set=settings), find(set=settings)
    strength = strength_by_duration(found)
    kept = float(np.median(strength_at(found.forces, length, strength)))
    place = int(np.ceil(length)) - 1
    assert kept == np.median(strength[:, place])
    assert answer.headline.startswith(f"For {length:g} month{'' if length == 1 else 's'} ")
    assert persons(kept) in answer.headline
    assert ("for a single month" in answer.headline) == (length > 1)


@pytest.mark.parametrize(("option", "length"), [("rear-8k-backed", 24), ("air-sea-backed", 8)])
def test_how_often_all_is_kept_up_so_long_is_said(
    asked: Asked, find: Find, option: str, length: int
) -> None:
    settings = {**WILLING, "options/*/duration_months": length}
    kept = kept_months(find(option=option, set=settings))
    answer = asked("duration", option=option, set=settings)
    long_enough = float(np.mean([months >= length for months in kept]))
    assert f"that long with probability {percent(long_enough)}" in answer.headline
    assert f"in {percent(float(np.mean(kept == 0)))} of futures" in answer.headline
    assert answer.tables["headline_numbers"]["long_enough_prob"].to_list() == [long_enough]


def test_a_month_that_is_begun_counts_whole(find: Find) -> None:
    result = find().forces
    by_length = result.durations[None, :].astype(np.float64)
    lengths = {0.5: 1, 1: 1, 7: 7, 7.5: 8, 24: 24}
    assert {x: strength_at(result, x, by_length)[0] for x in lengths} == lengths


def test_drivers_are_those_of_what_is_lost_to_length(asked: Asked, find: Find) -> None:
    found = find(set=WILLING, draws=120)
    strength = strength_by_duration(found)
    lost = strength[:, 0] - strength[:, 23]
    drivers = asked("duration", set=WILLING, draws=120).drivers
    assert drivers
    expected = found.drivers.strongest(lost, "lost_persons")
    assert [(d.cell, d.effect) for d in drivers] == [(d.cell, d.effect) for d in expected]
    assert all(d.compares.startswith("lost between one month and 24; ") for d in drivers)


def test_longer_rests_and_higher_floors_shorten_the_mission(asked: Asked) -> None:
    def long_enough(**settings: float) -> float:
        cells = {f"engines/forces/{name}": value for name, value in settings.items()}
        answer = asked("duration", option="air-sea-backed", set={**WILLING, **cells})
        return float(answer.tables["headline_numbers"]["long_enough_prob"][0])

    assert long_enough(dwell_scale_ratio=0.1) > long_enough(dwell_scale_ratio=2)
    assert long_enough(home_floor_ratio=0) > long_enough(home_floor_ratio=1.3)


def test_what_turns_cost_is_what_would_stand_for_one_month_less_what_stands(find: Find) -> None:
    found = find(set=WILLING)
    table = rotation_table(found)
    assert len(table)
    for row in table.iter_rows(named=True):
        assert row["one_tour_persons"] == pytest.approx(
            row["standing_persons"] + row["turns_cost_persons"]
        )
        assert row["turns_cost_persons"] >= 1
    single = find(set={**WILLING, "options/*/duration_months": 1}).forces
    land = single.groups.on_land
    place = single.codes.index(table["delegation"][0])
    mean = single.standing_persons[:, place][:, land].sum(axis=1).mean()
    assert table["one_tour_persons"][0] == pytest.approx(mean)


def test_only_lengths_at_which_something_changes_are_kept_and_the_longest() -> None:
    table = pl.DataFrame(
        {
            "duration_months": [1, 2, 3, 4, 5],
            "balanced_persons": [9.0, 9.0, 7.0, 7.0, 7.0],
            "balanced_persons_low": [5.0, 5.0, 5.0, 4.0, 4.0],
            "binding": ["a", "b", "b", "b", "b"],
            "binding_share": [0.5, 0.6, 0.6, 0.6, 0.6],
        }
    )
    assert duration_steps(table)["duration_months"].to_list() == [1, 3, 4, 5]
    assert duration_steps(table.head(1))["duration_months"].to_list() == [1]
    assert duration_steps(table.clear()).is_empty()


def test_an_option_without_land_has_its_fill_by_length(asked: Asked) -> None:
    answer = asked("duration", option="air-sea-backed")
    assert answer.tables["duration"].columns == [
        "duration_months",
        "filled_share",
        "filled_share_low",
        "filled_share_high",
    ]
    assert "balance" not in answer.headline


def test_a_note_says_why_there_is_no_range() -> None:
    assert ends_note(np.zeros(0), 48).startswith("There is no draw in which")
    assert ends_note(np.array([8.0]), 48).startswith("The one draw in which")
    assert ends_note(np.array([8.0, 9.0]), 48).startswith("5 % and 95 % points over the 2 draws")


def test_the_rules_of_turns_say_how_many_units_one_place_ties_up(
    find: Callable[..., Findings],
) -> None:
    findings = find(set={"units/ALD:*/tour_months": 6, "units/ALD:*/dwell_ratio": 4})
    turns = turns_table(findings)
    (row,) = turns.filter(pl.col("delegation") == "ALD").to_dicts()
    # Six months out, four times as long at home, four tours in two years; reliefs beside them.
    assert (row["tour_months"], row["dwell_ratio"]) == (6, 4)
    assert row["units_per_slot_ratio"] == pytest.approx(4 + 0.75 / 6)


def test_the_rules_of_turns_are_those_of_the_units_that_may_be_sent(find: Find) -> None:
    kinds = {
        kind
        for option in ("rear-8k-backed", "air-sea-backed")
        for kind in turns_table(find(option=option)).select("delegation", "kinds").iter_rows()
    }
    assert ("PTN", "Air defence battery") in kinds
    assert ("PTN", "Tanker aircraft") in kinds
    assert ("AIRPOOL", "Tanker aircraft") in kinds
    air = turns_table(find(option="air-sea-backed"))["kinds"].to_list()
    assert set(air) == {"Fighter detachment", "Tanker aircraft"}
    paris = find("paris-2025")
    lent = {row.title for row in paris.scenario.capabilities if row.is_enabler}
    own = turns_table(paris).filter(pl.col("delegation") == "USA")["kinds"].to_list()
    assert own
    assert {kind for text in own for kind in text.split(", ")} <= lent

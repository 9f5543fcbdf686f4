"""What the answers on the force share: one number for its size, and words for it."""

from collections.abc import Callable

import numpy as np
import polars as pl

from foedus.briefing.findings import Findings
from foedus.briefing.strength import (
    NOTHING_ASKED,
    binding_words,
    force_name,
    force_number,
    force_unit,
    named,
    one_row,
    show_force,
    tell,
    within_range,
)

Find = Callable[..., Findings]


def test_a_force_on_land_is_counted_in_soldiers_in_balance(find: Find) -> None:
    found = find()
    size = force_number(found, found.forces)
    np.testing.assert_array_equal(size, found.forces.standing_balanced_persons)
    assert force_unit(found) == "soldiers in balance"
    assert force_name(found, "lost") == "lost_persons"
    assert show_force(found, 1234.0) == "1,200"


def test_a_force_in_the_air_is_counted_by_how_far_its_kinds_of_unit_are_filled(find: Find) -> None:
    found = find(option="air-sea-backed")
    result = found.forces
    sent = result.sent_persons.sum(axis=1)
    kinds = [
        i
        for i, name in enumerate(result.groups.names)
        if name in ("fighter_squadron", "tanker_aircraft")
    ]
    fills = [sent[:, i] / result.required_persons[:, i] for i in kinds]
    np.testing.assert_allclose(force_number(found, result), np.mean(fills, axis=0))
    assert force_unit(found).startswith("share ")
    assert force_name(found, "lost") == "lost_share"
    assert show_force(found, 0.25) == "25 %"


def test_where_nothing_is_asked_for_there_is_no_number(find: Find) -> None:
    found = find(set={"requirement/*/needed_count": 0})
    assert tell(found, force_number(found, found.forces)) == (None, None, None, NOTHING_ASKED)


def test_what_binds_is_named_with_how_often_the_most_often_first(find: Find) -> None:
    result = find().forces
    shares = np.zeros(len(result.groups.names))
    shares[[1, 2, 0]] = 0.6, 0.3, 0.04
    first, second = (result.groups.titles[i].lower() for i in (1, 2))
    assert binding_words(result, shares) == (
        f"{first} (60 % of futures) and {second} (30 % of futures)"
    )
    assert binding_words(result, np.zeros_like(shares)) == ""


def test_ranges_of_settings_are_those_of_the_scenario(find: Find) -> None:
    assert within_range(find(), "home_floor_ratio") == "between 0.85 and 1.15 times"
    assert within_range(find(), "share_key") == ""
    fixed = find(set={"engines/forces/home_floor_ratio": 1.0})
    assert within_range(fixed, "home_floor_ratio") == ""


def test_names_stand_before_codes(find: Find) -> None:
    table = pl.DataFrame({"capability": ["manoeuvre", "logistics", "unheard-of"]})
    assert named(table, find()).rows() == [
        ("Manoeuvre", "manoeuvre"),
        ("Logistic battalion", "logistics"),
        ("unheard-of", "unheard-of"),
    ]


def test_numbers_of_a_headline_are_one_row() -> None:
    table = one_row(asked_persons=1.0, settled_month=None)
    assert table.to_dicts() == [{"asked_persons": 1.0, "settled_month": None}]

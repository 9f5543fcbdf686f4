"""Who bares its own flank: what is held and kept, counted by hand, and what floors cost."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import polars as pl
import pytest

from foedus.briefing import Answer
from foedus.briefing.exposure import (
    Holding,
    answer_exposure,
    exposure_table,
    holdings,
    kept_share,
    posture_sentence,
)
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import percent, persons
from foedus.scenario import Scenario

Find = Callable[..., Findings]
Asked = Callable[..., Answer]

BY_HAND = {
    # Battlegroups are the brigades' soldiers where there are brigades: two nations have none.
    "ALD": Holding(
        held=6 * 4000 + 5 * 120 + 10 * 700 + 6 * 150 + 4 * 300,
        kept=2 * 4000 + 1 * 120 + 2 * 700 + 2 * 150 + 1 * 300,
        promised=0.5 * 1000,
    ),
    "BRK": Holding(held=2 * 3500 + 120 + 2 * 700, kept=2 * 3500 + 120 + 700),
    "CST": Holding(
        held=4 * 4000 + 3 * 120 + 6 * 700 + 6 * 150, kept=4000 + 120 + 2 * 700 + 2 * 150
    ),
    "DUN": Holding(held=2 * 800 + 2 * 150),
    "ELM": Holding(held=600 + 2 * 300),
}

EMPTY = {f"units/*/{name}_count": 0 for name in ("held", "home_floor", "available")}


def test_what_is_held_kept_and_promised_is_as_counted_by_hand(find: Find) -> None:
    found = holdings(find())
    assert {code: found[code] for code in BY_HAND} == BY_HAND


def test_shares_that_stay_at_home_are_those_of_the_sums(asked: Asked) -> None:
    whole = sum(h.kept for h in BY_HAND.values()) / sum(h.held for h in BY_HAND.values())
    border = BY_HAND["BRK"].kept / BY_HAND["BRK"].held
    answer = asked("exposure")
    assert answer.headline.startswith(
        f"Home floors keep {percent(whole)} of contributors' land strength at home "
        f"({percent(border)} in states that border the adversary); "
    )


def test_what_is_set_is_counted(find: Find) -> None:
    found = find(
        set={
            "units/ELM:signals/home_floor_count": 1,
            "units/ELM:signals/held_count": 4,
            "commitments/island-watch/until": "2030-09-30",
            "engines/forces/strength_ratio": 2,
        }
    )
    assert holdings(found)["ELM"] == Holding(held=2 * (600 + 4 * 300), kept=2 * 300)
    assert holdings(found)["ALD"].promised == 0
    doubled = find(set={"engines/forces/home_floor_ratio": 2})
    assert holdings(doubled)["BRK"].kept == BY_HAND["BRK"].held
    assert holdings(doubled)["CST"].kept == 2 * BY_HAND["CST"].kept


@pytest.mark.parametrize("option", ["rear-8k-backed", "air-sea-backed"])
def test_the_cost_of_floors_is_the_force_without_them_less_the_force(
    asked: Asked, find: Find, option: str
) -> None:
    answer, found = asked("exposure", option=option), find(option=option)
    free = find(option=option).without_floors.result
    if found.asks_land:
        cost = free.balanced_persons[:, -1] - found.forces.balanced_persons[:, -1]
    else:
        cost = (free.fill_share - found.forces.fill_share)[:, found.asked_groups].mean(axis=1)
    assert (cost > -1e-9).all()
    assert (answer.value, answer.low, answer.high) == pytest.approx(
        tuple(np.quantile(cost, [0.5, 0.05, 0.95])), abs=1e-6
    )


def test_a_cost_that_most_futures_are_spared_is_said_on_average(asked: Asked, find: Find) -> None:
    found = find()
    cost = found.without_floors.result.standing_balanced_persons
    mean = float((cost - found.forces.standing_balanced_persons).mean())
    assert asked("exposure").value == 0
    assert asked("exposure").headline.endswith(f", {persons(mean)} on average.")


@pytest.mark.parametrize(
    ("settings", "ending"),
    [
        ({"units/*/home_floor_count": 0}, "No home floor keeps a unit on land at home."),
        (EMPTY, "No contributor holds a unit on land, so none stays at home."),
        ({"units/*/available_count": 0}, "would be no larger in any future drawn."),
        (
            {"requirement/*/needed_count": 0},
            "no unit is asked for, so they cost the force nothing.",
        ),
    ],
    ids=str,
)
def test_costs_of_nothing_are_said_in_words(
    asked: Asked, settings: dict[str, Any], ending: str
) -> None:
    assert asked("exposure", set=settings).headline.endswith(ending)


def test_higher_floors_keep_more_and_cost_more(asked: Asked) -> None:
    def with_floors(ratio: float) -> tuple[float, float]:
        answer = asked("exposure", set={"engines/forces/home_floor_ratio": ratio})
        table = answer.tables["headline_numbers"]
        return kept_share(answer.tables["exposure"]), table["mean_cost_persons"][0]

    low, high = with_floors(0.5), with_floors(1.5)
    assert low[0] < high[0]
    assert low[1] < high[1]


def test_states_at_the_border_are_named_and_one_is_not_many(asked: Asked, paris: Scenario) -> None:
    (one,) = [text for text in asked("exposure").more if "ground it uses" in text]
    assert one.startswith("Contributor that borders the adversary or ground it uses: Brekland")
    assert "; it sends " in one
    (many,) = [t for t in asked("exposure", "paris-2025").more if "ground it uses" in t]
    assert many.startswith("Contributors that border the adversary or ground it uses: Finland")
    assert "; together they send " in many
    for row in paris.delegations:
        if row.role == "contributor":
            assert (f"{row.title} (" in many) == (row.adversary_border_km > 0)
    far = asked("exposure", set={"delegations/*/adversary_border_km": 0})
    assert not any("ground it uses" in text for text in far.more)
    assert "border the adversary" not in far.headline


def test_the_table_has_the_nearest_first_and_shares_of_what_is_held(find: Find) -> None:
    table = exposure_table(find())
    assert table["delegation"].to_list() == ["BRK", "ALD", "CST", "DUN", "ELM"]
    for row in table.iter_rows(named=True):
        assert row["kept_share"] == pytest.approx(row["kept_persons"] / row["held_persons"])
        assert row["sent_of_held_share"] == pytest.approx(
            row["expected_persons"] / row["held_persons"]
        )
        assert 0 <= row["kept_share"] <= 1


def test_the_dearest_floor_frees_what_would_stand_without_it(asked: Asked, find: Find) -> None:
    found = find()
    result, free = found.forces, found.without_floors.result
    place = result.codes.index("ALD")
    land = result.groups.on_land
    freed = (free.standing_persons - result.standing_persons)[:, place][:, land].sum(axis=1).mean()
    (says,) = [text for text in asked("exposure").more if "costs most" in text]
    assert says.startswith("The floor that costs most is that of Aldmark: ")
    assert f"{persons(float(freed))} more of its people" in says


def test_an_option_without_land_has_its_cost_in_points(asked: Asked) -> None:
    answer = asked("exposure", option="air-sea-backed")
    assert answer.unit.startswith("share ")
    assert f"by {100 * answer.value:.0f} point" in answer.headline
    assert answer.tables["exposure"]["sent_of_held_share"].null_count() == 5


def test_posture_is_told_with_the_guarantor_in_the_room_and_without(find: Find) -> None:
    found = answer_exposure(find("paris-2025"), "?")
    table, result = found.tables["exposure_posture"], find("paris-2025").bargaining.result
    with_it = set(table.filter(has_guarantor=True)["format"])
    assert {"All NATO allies", "United States and Russia"} <= with_it
    assert "Paris, 17 February" not in with_it
    row = table.filter(format="United States and Russia", title="Estonia").row(0, named=True)
    place, at = result.formats.index("us-russia"), result.issues.index("flank_posture")
    assert row["distance_value"] > row["wanted_value"] - row["outcome_value"] - 5
    assert row["outcome_value"] == np.median(result.room_mean_value[:, place, at])
    assert any(sentence.startswith("Posture on the eastern flank") for sentence in found.more)
    assert "positions/flank_posture:EST:EST" in found.rows
    assert any(row.startswith("uncertainties/engines:bargaining") for row in found.rows)
    assert not any("posture" in line for line in found.cannot_say)


def test_of_rooms_that_are_as_far_the_same_is_named_whatever_their_order(find: Find) -> None:
    rooms = [("a", 1.0), ("b", 1.0), ("c", 2.0), ("d", 2.0)]
    said = {
        posture_sentence(
            find("paris-2025"),
            pl.DataFrame(
                [
                    {"title": "x", "format": room, "has_guarantor": True, "distance_value": far}
                    for room, far in order
                ]
            ),
        )
        for order in permutations(rooms)
    }
    assert len(said) == 1
    assert "1 (a) to 2 points (d) in rooms with it" in said.pop()[0]


def test_without_such_an_issue_nothing_is_said_of_posture(find: Find) -> None:
    found = answer_exposure(find(), "?")
    assert "exposure_posture" not in found.tables
    assert any("posture at their borders" in line for line in found.cannot_say)
    assert not any(row.startswith("positions/") for row in found.rows)

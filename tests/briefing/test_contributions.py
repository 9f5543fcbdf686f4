"""Who should, can and would send how many: sums, conditions and words."""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from foedus.briefing import Answer
from foedus.briefing.contributions import (
    contribution_table,
    heavy_sentence,
    missing_sentence,
    unit_rows,
)
from foedus.briefing.findings import Findings
from foedus.briefing.sentences import percent, percent_range, persons
from foedus.scenario import Scenario

Find = Callable[..., Findings]
Asked = Callable[..., Answer]

CASES = [
    ("minimal", "rear-8k-backed"),
    ("minimal", "air-sea-backed"),
    ("paris-2025", "rear-30k-us"),
]


@pytest.mark.parametrize(("name", "option"), CASES)
def test_fair_shares_sum_to_all_and_to_what_is_asked_for(
    find: Find, name: str, option: str
) -> None:
    found = find(name, option=option)
    table = contribution_table(found)
    assert len(table) == len(found.scenario.of_role("contributor"))
    assert table["fair_share"].sum() == pytest.approx(1)
    assert table["fair_persons"].sum() == pytest.approx(found.asked_persons)


@pytest.mark.parametrize(("name", "option"), CASES)
def test_what_is_expected_is_what_is_sent_by_those_who_join_times_how_often_they_do(
    find: Find, name: str, option: str
) -> None:
    found = find(name, option=option)
    result, consent = found.forces, found.consent
    for row in contribution_table(found).iter_rows(named=True):
        code = row["delegation"]
        joins = consent.joins[:, consent.codes.index(code)]
        sent = result.sent_persons[:, result.codes.index(code)][:, found.counted_groups].sum(axis=1)
        assert (sent[~joins] == 0).all()
        if joins.any():
            assert row["sent_persons"] == pytest.approx(np.median(sent[joins]))
            assert row["expected_persons"] == pytest.approx(joins.mean() * sent[joins].mean())
        else:
            assert row["sent_persons"] is None
            assert row["expected_persons"] == 0


@pytest.mark.parametrize(("name", "option"), CASES)
def test_nobody_sends_more_than_it_could_in_that_draw(find: Find, name: str, option: str) -> None:
    found = find(name, option=option)
    everyone = found.everyone.result
    counted = found.counted_groups
    could = everyone.standing_persons[:, :, counted].sum(axis=2)
    if found.asks_land:
        could = np.minimum(could, everyone.ceiling_persons)
    assert (found.forces.sent_persons[:, :, counted].sum(axis=2) <= could + 1e-6).all()


def test_what_a_nation_could_send_does_not_hang_on_whether_it_joins(find: Find) -> None:
    for settings in ({"consent/ALD/level": 0}, {"consent/*/level": 5}):
        table = contribution_table(find(set=settings)).sort("delegation")
        assert table["can_persons"].to_list() == pytest.approx(
            contribution_table(find()).sort("delegation")["can_persons"].to_list()
        )


def test_the_first_row_is_the_headline(asked: Asked) -> None:
    answer = asked("contributions")
    lead = answer.tables["contributions"].row(0, named=True)
    assert answer.value == lead
    assert (answer.low, answer.high) == (lead["sent_persons_low"], lead["sent_persons_high"])
    assert answer.headline.startswith(f"{lead['title']} would carry most, ")
    for name in ("expected_persons", "sent_persons", "fair_persons"):
        assert persons(lead[name]) in answer.headline
    assert percent(lead["join_prob"]) in answer.headline
    assert answer.tables["contributions"]["expected_persons"].is_sorted(descending=True)


@pytest.mark.parametrize(
    ("settings", "lead"),
    [
        ({"consent/ALD/level": 0}, "Castria"),
        ({"consent/*/level": 0, "consent/ELM/level": 5}, "Elmland"),
        ({"ceilings/ALD:2030-06-01/ceiling_persons": 0}, "Castria"),
    ],
    ids=str,
)
def test_the_headline_follows_who_can_and_would(
    asked: Asked, settings: dict[str, Any], lead: str
) -> None:
    assert asked("contributions", set=settings).headline.startswith(f"{lead} would carry most")


def test_where_nobody_joins_nobody_is_named(asked: Asked) -> None:
    answer = asked("contributions", set={"consent/*/level": 0})
    assert answer.headline == "In no future drawn does a contributor send soldiers on land."
    assert (answer.low, answer.high) == (None, None)
    assert answer.interval_note.startswith("No range")


def test_home_floors_up_to_all_leave_nothing_to_send(asked: Asked, minimal: Scenario) -> None:
    keeps: dict[str, Any] = {
        f"units/{row.key}/home_floor_count": row.held_count
        for row in minimal.units
        if row.delegation == "ALD"
    }
    keeps["engines/forces/home_floor_ratio"] = 1.0
    rows = (
        asked("contributions", set=keeps)
        .tables["contributions"]
        .rows_by_key("delegation", named=True)
    )
    assert rows["ALD"][0]["expected_persons"] == 0
    assert rows["ALD"][0]["can_persons"] == 0


@pytest.mark.parametrize("option", ["rear-8k-backed", "air-sea-backed"])
def test_how_far_the_requirement_is_filled_counts_pools_and_the_guarantor(
    asked: Asked, find: Find, option: str
) -> None:
    found = find(option=option, draws=120)
    counted = found.asked_groups
    sent = found.forces.sent_persons[:, :, counted].sum(axis=(1, 2))
    required = found.forces.required_persons[:, counted].sum(axis=1)
    filled = percent_range(sent / required)
    assert (
        f"is filled to {filled}"
        in asked("contributions", option=option, draws=120, plan=True).more[0]
    )


def row(title: str, burden: float | None, sent: float | None, joins: float) -> dict[str, Any]:
    return {
        "title": title,
        "delegation": title[:3].upper(),
        "burden_ratio": burden,
        "sent_persons": sent,
        "join_prob": joins,
        "fair_persons": 1000.0,
        "expected_persons": (sent or 0.0) * joins,
    }


def test_only_who_joins_and_sends_some_carries_too_much() -> None:
    table = pl.DataFrame(
        [
            row("Ireland", 3.0, 3000.0, 0.5),
            row("Malta", 9.0, 40.0, 0.5),
            row("Serbia", 9.0, 4000.0, 0.05),
            row("Cyprus", None, None, 0.0),
            row("Spain", 1.4, 4000.0, 0.9),
        ]
    )
    assert heavy_sentence(table) == (
        "If it joins, Ireland (3.0 times) carries far more than a fair share.",
    )
    more = pl.concat([table, pl.DataFrame([row("Latvia", 2.0, 400.0, 0.5)])])
    (both,) = heavy_sentence(more)
    assert both.startswith("If they join, Ireland (3.0 times) and Latvia (2.0 times) carry far ")
    assert heavy_sentence(table.filter(pl.col("title") == "Spain")) == ()


def test_only_who_is_below_a_fair_share_is_said_to_be() -> None:
    table = pl.DataFrame([row("Ireland", 3.0, 3000.0, 0.5), row("Malta", 0.4, 400.0, 0.5)])
    assert missing_sentence(table) == (
        "Furthest below a fair share, over all futures: Malta (1,000 fair, 200 expected).",
    )
    assert missing_sentence(table.head(1)) == ()


def test_what_is_sent_by_capability_sums_to_what_is_sent(find: Find, asked: Asked) -> None:
    found = find()
    table = asked("contributions").tables["contributions_by_capability"]
    land = [n for n, on in zip(found.forces.groups.names, found.counted_groups, strict=True) if on]
    by_nation = (
        table.filter(pl.col("capability").is_in(land))
        .group_by("delegation")
        .agg(pl.col("expected_persons").sum())
    )
    whole = contribution_table(found)
    joined = whole.join(by_nation, on="delegation", suffix="_parts")
    assert len(joined) > 1
    for each in joined.iter_rows(named=True):
        assert each["expected_persons_parts"] == pytest.approx(each["expected_persons"], abs=1)


def test_units_are_named_by_the_group_that_they_serve(find: Find) -> None:
    assert unit_rows(find(), "ALD", "manoeuvre") == ["units/ALD:battlegroup", "units/ALD:brigade"]
    assert unit_rows(find(), "ALD", "medical") == ["units/ALD:medical"]


def test_headquarters_stand_as_often_as_enough_are_sent(asked: Asked, find: Find) -> None:
    result = find().forces
    (only,) = asked("contributions").tables["headquarters"].to_dicts()
    assert only["enough_prob"] == np.mean(result.hq_sent_count >= result.hq_needed_count)
    assert only["title"] == "Division headquarters"


def test_an_option_without_land_counts_people_in_the_air_and_at_sea(asked: Asked) -> None:
    answer = asked("contributions", option="air-sea-backed")
    assert answer.unit == "people in the air and at sea if it joins"
    assert answer.value["expected_persons"] > 0
    assert "people in the air and at sea" in answer.headline

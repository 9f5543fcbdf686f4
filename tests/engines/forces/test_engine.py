import math
import os
from collections.abc import Mapping
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.examples import few
from tests.shipped import load

from foedus.engines.arrays import FloatArray
from foedus.engines.forces.engine import ForceResult, SustainedForce
from foedus.engines.forces.standing import standing_persons
from foedus.runs import run
from foedus.scenario.draws import draw_block, stream
from foedus.scenario.forces import Unit
from foedus.scenario.scenario import ORDERED, TABLES, Scenario

MINIMAL: Final = load("minimal")
PARIS: Final = load("paris-2025")
GOLDEN: Final = Path(__file__).with_name("golden_minimal.csv")
OPTION: Final = "rear-8k-backed"

WHOLE: Final = SustainedForce()
AT_ONCE: Final = SustainedForce(longest_months=0, by_month=False)
# A run takes milliseconds where a kernel takes microseconds.
ROUNDING: Final = 1e-9

UNIT_KEYS: Final = sorted(row.key for row in MINIMAL.units)
LAND_KEYS: Final = [row.key for row in MINIMAL.units if row.capability != "division_hq"]


def forces(
    changes: Mapping[str, Any] | None = None,
    engine: SustainedForce = AT_ONCE,
    scenario: Scenario = MINIMAL,
    **wanted: Any,
) -> ForceResult:
    return run(scenario, engine, seed=5, set=changes, **wanted).result


def option(**changes: Any) -> dict[str, Any]:
    return {f"options/{OPTION}/{name}": value for name, value in changes.items()}


def persons(result: ForceResult, code: str, group: str) -> float:
    """Return what stands of a nation and group in the only draw."""
    assert result.standing_persons.shape[0] == 1
    place = result.codes.index(code), result.groups.names.index(group)
    return float(result.standing_persons[0, *place])


def at_end(result: ForceResult, name: str) -> float:
    return float(result.outcomes()[name][0])


def more_unit(capability: str, code: str, **changes: Any) -> Unit:
    """Return the unit of Aldmark's of a kind, for another nation."""
    row = MINIMAL.row("units", f"ALD:{capability}")
    changed: Unit = row.model_copy(
        update={
            "delegation": code,
            "available_count_low": None,
            "available_count_high": None,
            **changes,
        }
    )
    return changed


def rising() -> Scenario:
    """Return `minimal` in which every ceiling is lifted in the course of a year."""
    later = tuple(
        row.model_copy(
            update={
                "valid_from": date(2031, 6, 1),
                "ceiling_persons": 8000.0,
                "ceiling_persons_low": None,
                "ceiling_persons_high": None,
            }
        )
        for row in MINIMAL.ceilings[:5]
    )
    return MINIMAL.replace(ceilings=(*MINIMAL.ceilings[:5], *later))


# By hand, for 24 months behind the line with everybody in: units of each nation that stand, from
# the rows of `minimal`. Four tours of six months with three times as long at home are four deep,
# with twice as long three deep; each relief of 0.75 months adds its part of a tour.
DEEP_4: Final = 4 + 0.75 / 6
DEEP_3: Final = 3 + 0.75 / 6
BY_HAND: Final[dict[str, dict[str, float]]] = {
    "ALD": {
        # Six brigades less a floor of two, four deep, are less than the one that is ready; the
        # battlegroups (four, half a one promised) are made of them and fewer.
        "manoeuvre": max(4 / DEEP_4 * 4000, min(1, 3.5 / DEEP_4) * 1000),
        "air_defence": 1 * 120,
        "logistics": 8 / DEEP_4 * 700,
        "medical": 4 / DEEP_4 * 150,
        "signals": 0.5 * 300,
    },
    "BRK": {
        "manoeuvre": max(0, 2 / DEEP_4 * 800),
        "air_defence": 0,
        "logistics": 1 / DEEP_4 * 700,
        "medical": 0,
        "signals": 0,
    },
    "CST": {
        "manoeuvre": max(0.5 * 4000, 4 / DEEP_4 * 1000),
        "air_defence": 0.5 * 120,
        "logistics": 4 / DEEP_4 * 700,
        "medical": 4 / DEEP_4 * 150,
        "signals": 0,
    },
    "DUN": {
        "manoeuvre": 2 / DEEP_4 * 800,
        "air_defence": 0,
        "logistics": 0,
        "medical": 2 / DEEP_4 * 150,
        "signals": 0,
    },
    "ELM": {
        "manoeuvre": 1 / DEEP_4 * 600,
        "air_defence": 0,
        "logistics": 0,
        "medical": 0,
        "signals": 2 / DEEP_4 * 300,
    },
    # Lent in full: three batteries less than 20 held stay, nine-month tours are three deep.
    "PTN": {"manoeuvre": 0, "air_defence": 3 / (3 + 0.75 / 9) * 120, "logistics": 0, "medical": 0,
            "signals": 0},
}  # fmt: skip
NEEDED: Final = {
    "manoeuvre": 1 * 4000 + 2 * 1000,
    "air_defence": 3 * 120,
    "logistics": 2 * 700,
    "medical": 2 * 150,
    "signals": 1 * 300,
}
CRITICAL: Final = ("manoeuvre", "air_defence", "logistics", "medical")
CEILINGS: Final = {"ALD": 5500, "BRK": 500, "CST": 3500, "DUN": 700, "ELM": 500}


def balanced_by_hand(nations: tuple[str, ...]) -> tuple[float, tuple[str, ...]]:
    """Look at every set of critical groups; a ceiling is shared with what is not critical."""
    part = sum(NEEDED[group] for group in CRITICAL) / sum(NEEDED.values())
    ratios = {}
    for size in range(1, len(CRITICAL) + 1):
        for members in combinations(CRITICAL, size):
            sent = sum(
                min(
                    CEILINGS.get(nation, math.inf) * part,
                    sum(BY_HAND[nation][group] for group in members),
                )
                for nation in nations
            )
            ratios[members] = sent / sum(NEEDED[group] for group in members)
    binds = min(ratios, key=ratios.__getitem__)
    return ratios[binds], binds


class TestByHand:
    def test_what_stands_of_every_nation(self) -> None:
        result = forces()
        for code, groups in BY_HAND.items():
            for group, expected in groups.items():
                assert persons(result, code, group) == pytest.approx(expected, rel=1e-12)

    def test_the_requirement_in_soldiers(self) -> None:
        required = dict(zip(forces().groups.names, forces().required_persons[0], strict=True))
        assert required == NEEDED | {"fighter_squadron": 400, "tanker_aircraft": 120}

    def test_gross_strength_sums_all_on_land_under_their_ceilings(self) -> None:
        expected = sum(
            min(sum(groups.values()), CEILINGS.get(code, math.inf))
            for code, groups in BY_HAND.items()
        )
        assert at_end(forces(), "gross_persons") == pytest.approx(expected, rel=1e-12)

    def test_balanced_strength_with_and_without_the_guarantor(self) -> None:
        result = forces()
        names = np.array(result.groups.names)
        for nations, share, binding in (
            (tuple(BY_HAND), result.balanced_share[0, -1], result.binding[0]),
            (tuple(CEILINGS), result.alone_share[0], result.alone_binding[0]),
        ):
            expected, binds = balanced_by_hand(nations)
            assert share == pytest.approx(expected, rel=1e-12)
            assert set(names[[bool(binding >> k & 1) for k in range(len(names))]]) == set(binds)
        share, _ = balanced_by_hand(tuple(BY_HAND))
        critical = sum(NEEDED[group] for group in CRITICAL)
        room = 1 - critical / sum(NEEDED.values())
        signals = min(
            share * NEEDED["signals"],
            sum(
                min(groups["signals"], CEILINGS.get(code, math.inf) * room)
                for code, groups in BY_HAND.items()
            ),
        )
        expected = share * critical + signals
        assert at_end(result, "balanced_persons") == pytest.approx(expected, rel=1e-12)

    def test_balance_never_counts_more_soldiers_than_there_are(self) -> None:
        for scenario, name in ((MINIMAL, None), (PARIS, "rear-30k-us"), (PARIS, "tripwire-10k-us")):
            result = run(scenario, SustainedForce(longest_months=0), option=name, draws=200).result
            assert (result.balanced_persons <= result.gross_persons + 1e-9).all()
            assert (result.balanced_persons > 0).any()

    def test_aircraft_stand_beside_it(self) -> None:
        result = forces()
        # Six detachments less three, three deep at four months; two of four with Castria.
        deep = 3 + 0.75 / 4
        expected = {"ALD": 3 / deep * 200, "CST": 0.5 * 200}
        for code, fighters in expected.items():
            assert persons(result, code, "fighter_squadron") == pytest.approx(fighters)
        assert persons(result, "AIRPOOL", "tanker_aircraft") == pytest.approx(3 / deep * 40)
        assert persons(result, "PTN", "tanker_aircraft") == pytest.approx(3 * 40)

    def test_turns_take_what_more_would_stand_for_a_single_tour(self) -> None:
        result = forces(engine=SustainedForce(longest_months=1, by_month=False))
        group = result.groups.names.index("logistics")
        # Two battalions of Aldmark are ready at once; taking turns they are 8 / 4.125.
        taken = result.rotation_persons[0, result.codes.index("ALD"), group]
        assert taken == pytest.approx((2 - 8 / DEEP_4) * 700)

    def test_what_is_sent_fills_the_requirement_as_far_as_soldiers_stand(self) -> None:
        sent = dict(zip(forces().groups.names, forces().sent_persons[0].sum(axis=0), strict=True))
        for group in ("air_defence", "logistics", "medical"):
            stands = sum(BY_HAND[code][group] for code in BY_HAND)
            assert sent[group] == pytest.approx(min(NEEDED[group], stands))


class TestMonths:
    """Notice to move: 20 and 30 days are a month, 45 days two; ceilings change with the date."""

    def test_strength_rises_as_units_arrive(self) -> None:
        result = forces(engine=WHOLE)
        assert result.months.tolist() == list(range(25))
        assert result.gross_persons[0, 0] == 0
        # In month 1 the brigades of Castria and the battlegroups of Dunmere are still to come, and
        # Castria's battlegroups stand in for the brigades that they are made of.
        castria = BY_HAND["CST"] | {"manoeuvre": 4 / DEEP_4 * 1000}
        dunmere = BY_HAND["DUN"] | {"manoeuvre": 0}
        early = BY_HAND | {"CST": castria, "DUN": dunmere}
        ceilings = CEILINGS | {"ELM": 300}
        expected = sum(
            min(sum(there.values()), ceilings.get(code, math.inf)) for code, there in early.items()
        )
        assert result.gross_persons[0, 1] == pytest.approx(expected, rel=1e-12)
        full = sum(
            min(sum(there.values()), ceilings.get(code, math.inf))
            for code, there in BY_HAND.items()
        )
        assert result.gross_persons[0, 2] == pytest.approx(full, rel=1e-12)

    def test_a_balanced_force_waits_for_the_last_capability(self) -> None:
        late = {"units/*:medical/notice_days": 180}
        result = forces(late, WHOLE)
        assert (result.balanced_persons[0, :6] == 0).all()
        assert (result.balanced_persons[0, 6:] > 0).all()
        assert result.gross_persons[0, 5] > 0

    def test_a_later_ceiling_holds_from_its_day(self) -> None:
        # 243 days after the decision Elmland's ceiling rises from 300 to 500.
        large = {"units/ELM:battlegroup/held_count": 40, "units/ELM:battlegroup/available_count": 9}
        result = forces(large, WHOLE)
        steps = np.diff(result.gross_persons[0])
        assert steps[7] == pytest.approx(200)
        assert not steps[2:7].any()
        assert not steps[8:].any()
        # What is sent for the whole mission keeps to the lowest.
        assert result.ceiling_persons[0, result.codes.index("ELM")] == 300

    def test_only_the_last_month_is_the_same_number(self) -> None:
        by_month, once = forces(engine=WHOLE, draws=40), forces(draws=40)
        for name in ("gross_persons", "balanced_share", "balanced_persons"):
            assert getattr(by_month, name)[:, -1:].tolist() == getattr(once, name).tolist()
        assert by_month.binding.tolist() == once.binding.tolist()

    def test_strength_never_falls_while_ceilings_stand(self) -> None:
        scenario = MINIMAL.replace(ceilings=MINIMAL.ceilings[:5])
        result = forces(engine=WHOLE, scenario=scenario, draws=60)
        assert (np.diff(result.gross_persons, axis=1) >= 0).all()
        assert (np.diff(result.balanced_persons, axis=1) >= 0).all()


class TestDurations:
    def test_longer_missions_have_never_more(self) -> None:
        result = forces(engine=WHOLE, draws=60)
        assert (np.diff(result.duration_share, axis=1) <= 0).all()
        assert (np.diff(result.duration_fill, axis=1) <= 0).all()

    @pytest.mark.parametrize("dwell_scale_ratio", [0.0, 0.4, 1.0])
    def test_each_length_is_what_a_mission_of_that_length_finds(
        self, dwell_scale_ratio: float
    ) -> None:
        constant = MINIMAL.replace(ceilings=MINIMAL.ceilings[:5])
        engine = SustainedForce(dwell_scale_ratio=dwell_scale_ratio, overlap_months=1.0)
        ready = {"units/ALD:logistics/available_count": 10}
        curve = forces(ready, engine, constant)
        for months in (2, 4, 6, 7, 9, 12, 13, 18, 24, 25, 30, 48):
            alone = forces(ready | option(duration_months=months), engine, constant)
            assert alone.balanced_share[0, -1] == curve.duration_share[0, months - 1]
            fill = alone.standing_persons[0].sum(axis=0) / alone.required_persons[0]
            assert curve.duration_fill[0, months - 1].tolist() == fill.tolist()
        # From the seventh month on there is a relief, also where nobody rests.
        logistics = curve.duration_fill[0, :, curve.groups.names.index("logistics")]
        assert logistics[6] < logistics[5] == logistics[0]

    def test_fill_is_supply_over_requirement(self) -> None:
        result = forces(engine=WHOLE)
        for group, needed in NEEDED.items():
            stands = sum(BY_HAND[code][group] for code in BY_HAND)
            place = result.groups.names.index(group)
            assert result.duration_fill[0, 23, place] == pytest.approx(stands / needed)


UP: Final = ("gross_persons", "balanced_share", "alone_persons")


class TestLaws:
    @few
    @given(st.sampled_from(LAND_KEYS), st.integers(1, 40), st.sampled_from([24, 12, 3]))
    def test_more_units_never_mean_less_strength(self, key: str, more: int, months: int) -> None:
        row = MINIMAL.row("units", key)
        duration = option(duration_months=months)
        richer = {
            f"units/{key}/held_count": row.held_count + more,
            f"units/{key}/available_count": row.available_count + more / 2,
        }
        before, after = forces(duration), forces(duration | richer)
        for name in UP:
            assert at_end(after, name) >= at_end(before, name)

    @few
    @given(st.sampled_from(UNIT_KEYS), st.floats(0, 1))
    def test_a_higher_floor_never_means_more(self, key: str, part: float) -> None:
        row = MINIMAL.row("units", key)
        floor = row.home_floor_count + part * (row.held_count - row.home_floor_count)
        before, after = forces(), forces({f"units/{key}/home_floor_count": floor})
        for name in UP:
            assert at_end(after, name) <= at_end(before, name)

    @few
    @given(st.floats(0, 2), st.floats(0, 2))
    def test_all_floors_and_rests_together_never_mean_more(self, one: float, other: float) -> None:
        low, high = sorted([one, other])
        for name in ("home_floor_ratio", "dwell_scale_ratio", "overlap_months"):
            less, more = (forces({f"engines/forces/{name}": value}) for value in (low, high))
            for outcome in UP:
                assert at_end(more, outcome) <= at_end(less, outcome)

    @few
    @given(st.floats(0, 6), st.floats(0, 6))
    def test_a_higher_commitment_never_means_more(self, one: float, other: float) -> None:
        less, more = (
            forces({"commitments/island-watch/committed_count": count})
            for count in sorted([one, other])
        )
        for name in UP:
            assert at_end(more, name) <= at_end(less, name)
        assert persons(more, "ALD", "manoeuvre") <= persons(less, "ALD", "manoeuvre")

    @few
    @given(st.integers(2, 60), st.integers(2, 60))
    def test_a_longer_mission_never_means_more(self, one: int, other: int) -> None:
        constant = MINIMAL.replace(ceilings=MINIMAL.ceilings[:5])
        short, long = (
            forces(option(duration_months=months), scenario=constant)
            for months in sorted([one, other])
        )
        for name in UP:
            assert at_end(long, name) <= at_end(short, name)

    @few
    @given(
        st.lists(st.integers(0, 9000), min_size=6, max_size=6),
        st.floats(0, 1),
        st.floats(0.2, 4),
    )
    def test_nobody_sends_more_than_it_may_has_or_is_asked_for(
        self, most: list[int], lent: float, scale: float
    ) -> None:
        changes = {
            f"ceilings/{row.key}/ceiling_persons": ceiling
            for row, ceiling in zip(MINIMAL.ceilings, most, strict=True)
        }
        result = forces(changes | option(us_enablers_share=lent, scale_ratio=scale), draws=8)
        room = 1 + ROUNDING
        assert (result.sent_land_persons <= result.ceiling_persons * room).all()
        assert (result.sent_persons <= result.standing_persons * room).all()
        assert (result.sent_persons.sum(axis=1) <= result.required_persons * room).all()
        assert (result.fill_share <= room).all()
        found = result.outcomes()
        # In the last month the later of Elmland's two ceilings holds.
        highest = sum(most) - most[4]
        lends = result.codes.index("PTN")
        lent_land = result.standing_persons[:, lends, result.groups.on_land].sum(axis=1)
        assert (found["gross_persons"] <= (highest + lent_land) * room).all()
        assert (found["filled_persons"] <= result.required_land_persons * room).all()

    @few
    @given(st.sampled_from([0, 1]), st.floats(2, 40), st.integers(0, 3000))
    def test_with_no_enablers_lent_the_force_stands_alone(
        self, blessing: int, months: float, ceiling: int
    ) -> None:
        # Also where ceilings rise during the mission.
        result = forces(
            option(us_enablers_share=0, us_blessing=blessing, duration_months=months)
            | {"ceilings/*:2030-06-01/ceiling_persons": ceiling},
            scenario=rising(),
            draws=20,
        )
        found = result.outcomes()
        assert found["balanced_persons"].tolist() == found["alone_persons"].tolist()
        assert result.binding.tolist() == result.alone_binding.tolist()
        assert result.service_fill_share.tolist() == result.service_alone_share.tolist()
        assert (found["own_share"] == 1).all()

    @few
    @given(st.data())
    def test_the_order_of_rows_changes_no_bit(self, data: st.DataObject) -> None:
        moved = {
            name: tuple(data.draw(st.permutations(MINIMAL.table(name))))
            for name in TABLES
            if name not in ORDERED
        }
        engine = SustainedForce(longest_months=3)
        one = run(MINIMAL, engine, draws=30, seed=5)
        other = run(MINIMAL.replace(**moved), engine, draws=30, seed=5)
        assert one.run_id == other.run_id
        for name in ("gross_persons", "balanced_share", "sent_persons", "duration_share"):
            assert getattr(one.result, name).tolist() == getattr(other.result, name).tolist()

    def test_the_order_of_capabilities_changes_no_strength(self) -> None:
        turned = MINIMAL.replace(capabilities=MINIMAL.capabilities[::-1])
        one, other = forces(draws=40), forces(draws=40, scenario=turned)
        assert one.groups.names == other.groups.names[::-1]
        for name in ("gross_persons", "balanced_persons", "alone_persons"):
            np.testing.assert_allclose(other.outcomes()[name], one.outcomes()[name], rtol=1e-12)


def largest_share(supply: FloatArray, ceiling: FloatArray, required: FloatArray) -> float:
    """Maximise the share by a linear programme, with a flow from every nation to every group."""
    nations, groups = supply.shape
    held = np.isfinite(ceiling)
    by_nation = np.kron(np.eye(nations), np.ones(groups))[held]
    by_group = np.kron(np.ones(nations), np.eye(groups))
    rows = np.vstack(
        [
            np.column_stack([by_nation, np.zeros(held.sum())]),
            np.column_stack([-by_group, required]),
        ]
    )
    limits = np.concatenate([ceiling[held], np.zeros(groups)])
    goal = np.append(np.zeros(nations * groups), -1.0)
    bounds = [(0.0, most) for most in supply.ravel()] + [(0.0, None)]
    solution = linprog(goal, A_ub=rows, b_ub=limits, bounds=bounds, method="highs")
    assert solution.status == 0
    return float(solution.x[-1])


class TestLinearProgramme:
    @pytest.mark.parametrize("ceiling", [None, 1200])
    @pytest.mark.parametrize(("scenario", "draws"), [(MINIMAL, 8), (PARIS, 3)])
    def test_the_balanced_share_is_the_largest_that_can_flow(
        self, scenario: Scenario, draws: int, ceiling: int | None
    ) -> None:
        engine = SustainedForce(longest_months=24, by_month=False)
        tight = {} if ceiling is None else {"ceilings/*/ceiling_persons": ceiling}
        result = forces(tight, engine, scenario, draws=draws)
        critical, land = result.groups.is_critical, result.groups.on_land
        own = np.array([role != "guarantor" for role in result.roles])
        for draw in range(draws):
            required = result.required_persons[draw]
            # Room is left under a ceiling for what is required on land beside the critical.
            part = required[critical].sum() / required[land].sum()
            assert part < 1
            room = result.ceiling_persons[draw] * part
            supply = result.standing_persons[draw][:, critical]
            expected = largest_share(supply, room, required[critical])
            assert result.duration_share[draw, 23] == pytest.approx(expected, rel=1e-7)
            alone = largest_share(supply * own[:, None], room, required[critical])
            if scenario is PARIS or ceiling is not None:  # where no ceiling changes on the way
                assert result.balanced_share[draw, -1] == pytest.approx(expected, rel=1e-7)
                assert result.alone_share[draw] == pytest.approx(alone, rel=1e-7)


class TestWhoGives:
    def test_the_guarantor_lends_enablers_and_never_land_combat(self) -> None:
        armed = MINIMAL.replace(
            units=(
                *MINIMAL.units,
                more_unit("brigade", "PTN", available_count=6.0, home_floor_count=0.0),
                more_unit("fighter_squadron", "PTN", available_count=6.0, home_floor_count=0.0),
                more_unit("logistics", "PTN", available_count=10.0, home_floor_count=0.0),
            )
        )
        full = forces(scenario=armed)
        assert persons(full, "PTN", "manoeuvre") == 0
        assert persons(full, "PTN", "fighter_squadron") == 0
        assert persons(full, "PTN", "logistics") == pytest.approx(10 / DEEP_4 * 700)
        for lent in (0.0, 0.25, 1.0):
            part = forces(option(us_enablers_share=lent), scenario=armed)
            for group in full.groups.names:
                whole = persons(full, "PTN", group)
                assert persons(part, "PTN", group) == pytest.approx(lent * whole)

    def test_lending_adds_the_units_that_are_lent(self) -> None:
        none, full = (forces(option(us_enablers_share=lent)) for lent in (0, 1))
        lent = sum(BY_HAND["PTN"].values())
        gained = at_end(full, "gross_persons") - at_end(none, "gross_persons")
        assert gained == pytest.approx(lent)
        assert at_end(none, "balanced_persons") < at_end(full, "balanced_persons")
        assert at_end(none, "alone_persons") == at_end(full, "alone_persons")

    @pytest.mark.parametrize("joining", [(), ("ALD",), ("ALD", "ELM"), ("ALD", "CST", "ELM")])
    def test_members_free_their_part_of_a_pool(self, joining: tuple[str, ...]) -> None:
        levels = {f"consent/{code}/level": 2 if code in joining else 1 for code in CEILINGS}
        full = persons(forces(), "AIRPOOL", "tanker_aircraft")
        found = persons(forces(levels), "AIRPOOL", "tanker_aircraft")
        assert found == pytest.approx(full * len(joining) / 3)

    @pytest.mark.parametrize("blessing", [0, 1])
    def test_a_blessing_frees_all_of_a_pool_of_consensus(self, blessing: int) -> None:
        changes = {"delegations/AIRPOOL/freed_by": "blessing", "consent/*/level": 0}
        full = persons(forces(), "AIRPOOL", "tanker_aircraft")
        found = forces(changes | option(us_blessing=blessing))
        assert persons(found, "AIRPOOL", "tanker_aircraft") == blessing * full

    @pytest.mark.parametrize(
        ("location", "land_from"), [("air_sea", 6), ("reserve", 3), ("rear", 4), ("line", 5)]
    )
    def test_land_units_come_from_the_level_that_the_location_asks(
        self, location: str, land_from: int
    ) -> None:
        for level in range(6):
            changes = {"consent/ALD/level": level} | option(location=location)
            result = forces(changes)
            gives_land = persons(result, "ALD", "logistics") > 0
            flies = persons(result, "ALD", "fighter_squadron") > 0
            assert (gives_land, flies) == (level >= land_from, level >= 2)

    def test_who_stays_away_sends_nothing(self) -> None:
        result = forces({"consent/ALD/level": 1})
        place = result.codes.index("ALD")
        assert not result.standing_persons[0, place].any()
        assert not result.sent_persons[0, place].any()
        assert result.hq_sent_count.tolist() == [[0]]


class TestRequirement:
    def test_a_scale_multiplies_every_line_but_headquarters(self) -> None:
        plain, triple = forces(), forces(option(scale_ratio=3))
        assert triple.required_persons.tolist() == (3 * plain.required_persons).tolist()
        assert triple.hq_needed_count.tolist() == plain.hq_needed_count.tolist() == [[1]]
        assert at_end(triple, "balanced_share") == pytest.approx(
            at_end(plain, "balanced_share") / 3
        )

    def test_a_substitution_group_is_one_requirement(self) -> None:
        groups = forces().groups
        assert groups.names.count("manoeuvre") == 1
        assert not {"brigade", "battlegroup"} & set(groups.names)
        apart = {"capabilities/battlegroup/substitution_group": ""}
        names = forces(apart).groups.names
        assert {"manoeuvre", "battlegroup"} <= set(names)

    def test_either_the_brigade_or_its_battlegroups_count(self) -> None:
        many = {"units/ALD:battlegroup/held_count": 40, "units/ALD:battlegroup/available_count": 9}
        assert persons(forces(many), "ALD", "manoeuvre") == 9 * 1000
        both = many | {"units/ALD:battlegroup/is_detached": 0}
        expected = 9 * 1000 + 4 / DEEP_4 * 4000
        assert persons(forces(both), "ALD", "manoeuvre") == pytest.approx(expected)

    def test_sectors_in_the_air_ask_for_no_land_force(self) -> None:
        for scenario, name in ((MINIMAL, "air-sea-backed"), (PARIS, "air-sea-us")):
            result = run(scenario, AT_ONCE, option=name, draws=10, seed=1).result
            assert not result.required_land_persons.any()
            assert not result.sent_land_persons.any()
            found = result.outcomes()
            for outcome in ("gross_persons", "balanced_persons", "balanced_share", "alone_persons"):
                assert not found[outcome].any()
            assert result.sent_persons.any()

    def test_where_nothing_critical_is_asked_for_no_balance_is_kept(self) -> None:
        result = forces({"capabilities/*/is_critical": 0})
        assert at_end(result, "balanced_persons") == 0
        assert at_end(result, "gross_persons") > 0
        assert at_end(result, "filled_persons") > 0
        assert result.binding.tolist() == [0]

    def test_priorities_come_before_fair_shares(self) -> None:
        # Only Aldmark may send, and no more than 1,000: the brigade of the first priority takes it.
        only = {f"consent/{code}/level": 0 for code in ("BRK", "CST", "DUN", "ELM")}
        tight = only | {"ceilings/ALD:2030-06-01/ceiling_persons": 1000}
        result = forces(tight)
        sent = dict(
            zip(result.groups.names, result.sent_persons[0, result.codes.index("ALD")], strict=True)
        )
        assert sent["manoeuvre"] == pytest.approx(1000)
        assert not any(sent[group] for group in ("air_defence", "logistics", "medical"))
        # Put last, it leaves the others to be filled in their order, a battery first.
        result = forces(tight | {"requirement/s-02/fill_priority": 9})
        sent = dict(
            zip(result.groups.names, result.sent_persons[0, result.codes.index("ALD")], strict=True)
        )
        assert sent["air_defence"] == pytest.approx(120)
        assert sent["logistics"] == pytest.approx(880)
        assert not any(sent[group] for group in ("manoeuvre", "medical", "signals"))


class TestHeadquarters:
    @pytest.mark.parametrize(("ready", "count"), [(0.0, 0), (0.4, 0), (0.5, 1), (1.0, 1)])
    def test_a_headquarters_is_ready_or_not(self, ready: float, count: int) -> None:
        result = forces({"units/ALD:division_hq/available_count": ready})
        assert result.hq_sent_count.tolist() == [[count]]

    def test_a_pool_too_small_for_its_turns_sends_none(self) -> None:
        # For four years a tour of twelve months with twice as long at home is three deep.
        long = option(duration_months=48)
        assert forces(long).hq_sent_count.tolist() == [[1]]
        small = long | {"units/ALD:division_hq/held_count": 3}
        assert forces(small).hq_sent_count.tolist() == [[0]]

    def test_nations_take_turns_with_each_other(self) -> None:
        partner = more_unit("division_hq", "CST", held_count=2.0, available_count=1.0)
        shared = MINIMAL.replace(units=(*MINIMAL.units, partner))
        small = option(duration_months=48) | {"units/ALD:division_hq/held_count": 3}
        assert forces(small, scenario=shared).hq_sent_count.tolist() == [[1]]
        # Not while the partner has none ready.
        tired = small | {"units/CST:division_hq/available_count": 0}
        assert forces(tired, scenario=shared).hq_sent_count.tolist() == [[0]]

    def test_no_more_are_sent_than_are_needed(self) -> None:
        many = {
            "units/ALD:division_hq/held_count": 40,
            "units/ALD:division_hq/available_count": 9,
        }
        assert forces(many).hq_sent_count.tolist() == [[1]]
        two = many | {"requirement/s-01/needed_count": 2}
        assert forces(two).hq_sent_count.tolist() == [[2]]

    def test_counts_are_whole_in_every_draw(self) -> None:
        result = forces(scenario=PARIS, draws=60)
        for counts in (result.hq_needed_count, result.hq_sent_count):
            assert (counts == np.round(counts)).all()
        assert (result.hq_sent_count <= result.hq_needed_count).all()
        assert result.hq_sent_count.any()


class TestServices:
    def test_what_is_not_the_guarantors_is_there_and_the_rest_is_lent(self) -> None:
        # 0.85 of the pictures and 0.9 of the suppression are the guarantor's; half of the latter
        # is needed.
        for lent, pictures, suppression in (
            (0.0, 0.15, 0.1 / 0.5),
            (0.4, 1 - 0.85 * 0.6, (1 - 0.9 * 0.6) / 0.5),
            (1.0, 1.0, 1.0),
        ):
            result = forces(option(us_enablers_share=lent))
            assert result.services == ("space_pictures", "sead")
            assert result.service_fill_share[0].tolist() == pytest.approx([pictures, suppression])
            assert result.service_alone_share[0].tolist() == pytest.approx([0.15, 0.2])

    def test_fighting_back_needs_all_of_a_service(self) -> None:
        result = forces(option(mission="fight_back", us_enablers_share=0))
        assert result.service_need_share.tolist() == [1, 1]
        assert result.service_fill_share[0].tolist() == pytest.approx([0.15, 0.1])

    @pytest.mark.parametrize(("needed_from", "need"), [(8360, 1), (8361, 0)])
    def test_a_small_land_force_may_do_without(self, needed_from: int, need: int) -> None:
        changes = {"capabilities/space_pictures/needed_from_persons": needed_from}
        result = forces(changes | option(us_enablers_share=0))
        assert result.service_need_share[0] == need
        assert result.service_fill_share[0, 0] == pytest.approx(0.15 if need else 1)
        # The need is that of the requirement as it stands, and not of any block of draws.
        assert forces(changes, draws=3).service_need_share[0] == need


class TestFairShares:
    @pytest.mark.parametrize(
        ("key", "share"),
        [
            ("gdp", {"ALD": 0.5, "CST": 0.3, "ELM": 0.025}),
            ("population", {"ALD": 60 / 124, "CST": 40 / 124, "ELM": 3 / 124}),
            ("mix", {"ALD": 0.25 + 30 / 124, "CST": 0.15 + 20 / 124, "ELM": 0.0125 + 1.5 / 124}),
        ],
    )
    def test_fair_shares_follow_the_key(self, key: str, share: dict[str, float]) -> None:
        result = forces(engine=SustainedForce(share_key=key, longest_months=0))
        found = dict(zip(result.codes, result.key_share, strict=True))
        for code, expected in share.items():
            assert found[code] == pytest.approx(expected)
        assert found["AIRPOOL"] == found["PTN"] == 0
        assert result.key_share.sum() == pytest.approx(1)

    def test_the_key_decides_who_sends_how_much(self) -> None:
        # Two nations with plenty share the hospitals as the key says: 5 to 3, or 3 to 2.
        plenty = {
            f"units/{code}:medical/{column}": 400
            for code in ("ALD", "CST")
            for column in ("held_count", "available_count")
        } | {"consent/DUN/level": 0, "requirement/s-06/fill_priority": 1}
        loose = plenty | {"ceilings/*/ceiling_persons": 1_000_000, "consent/BRK/level": 0}
        only = loose | {f"requirement/s-0{k}/needed_count": 0 for k in (2, 3, 4, 5, 7)}
        for key, ratio in (("gdp", 5 / 3), ("population", 3 / 2)):
            result = forces(only, SustainedForce(share_key=key, longest_months=0))
            sent = result.sent_land_persons[0]
            ald, cst = (sent[result.codes.index(code)] for code in ("ALD", "CST"))
            assert ald + cst == pytest.approx(300)
            assert ald / cst == pytest.approx(ratio)


class TestTables:
    def test_there_is_a_row_for_each_draw_and_blocks_are_put_end_to_end(self) -> None:
        whole = run(MINIMAL, AT_ONCE, draws=4096 + 20, seed=9).result
        assert whole.gross_persons.shape == (4116, 1)
        rest = draw_block(MINIMAL, OPTION, seed=9, block=1, n=20, fixed={})
        second = AT_ONCE.solve(
            AT_ONCE.inputs(MINIMAL.in_key_order, rest), stream(9, 1, AT_ONCE.name)
        )
        for name in ("gross_persons", "balanced_share", "sent_persons", "binding"):
            assert getattr(whole, name)[4096:].tolist() == getattr(second, name).tolist()

    def test_standing_soldiers_of_a_draw_are_those_of_its_cells(self) -> None:
        draws = draw_block(MINIMAL, OPTION, seed=5, block=0, n=6, fixed={})
        inputs = AT_ONCE.inputs(MINIMAL.in_key_order, draws)
        found = standing_persons(inputs.contingents, 24.0, group_count=7)
        assert forces(draws=6).standing_persons.tolist() == found.tolist()
        assert np.ptp(found, axis=0).any()

    def test_strength_by_month_is_the_middle_of_the_draws(self) -> None:
        result = forces(engine=WHOLE, draws=101)
        table = result.strength_table()
        assert table["mission_month"].to_list() == list(range(25))
        middle = np.sort(result.balanced_persons, axis=0)[50]
        assert table["balanced_persons"].to_list() == middle.tolist()
        for name in ("gross_persons", "balanced_persons"):
            assert (table[f"{name}_low"] <= table[name]).all()
            assert (table[name] <= table[f"{name}_high"]).all()

    def test_strength_by_duration_names_what_binds_most_often(self) -> None:
        result = forces(engine=WHOLE, draws=50)
        table = result.duration_table()
        names = np.array(result.groups.names)
        for row, bits in zip(table.iter_rows(named=True), result.duration_binding.T, strict=True):
            shares = [(bits >> k & 1).mean() for k in range(len(names))]
            assert row["binding"] == names[int(np.argmax(shares))]
            assert row["binding_share"] == max(shares)

    def test_capabilities_that_are_not_asked_for_are_left_out(self) -> None:
        everything = forces().capability_table()["capability"].to_list()
        assert everything == [*NEEDED, "fighter_squadron", "tanker_aircraft"]
        rear = forces(option(sectors="rear")).capability_table()["capability"].to_list()
        assert rear == ["logistics", "signals"]

    def test_whoever_sends_something_has_a_row(self) -> None:
        result = forces()
        table = result.sent_table()
        rows = {(row[0], row[1]): row[2] for row in table.iter_rows()}
        for i, code in enumerate(result.codes):
            for j, group in enumerate(result.groups.names):
                sent = result.sent_persons[0, i, j]
                assert rows.get((code, group), 0.0) == (sent if sent > 0.5 else 0.0)

    def test_services_that_are_needed_have_a_row(self) -> None:
        table = forces().service_table()
        assert table["service"].to_list() == ["space_pictures", "sead"]
        assert table["alone_share"].to_list() == pytest.approx([0.15, 0.2])

    def test_every_table_and_outcome_is_there_at_a_point_and_over_draws(self) -> None:
        for draws in (0, 7):
            result = forces(engine=WHOLE, draws=draws)
            names = {"strength", "duration", "capabilities", "sent", "services"}
            assert set(result.tables()) == names
            assert set(result.outcomes()) == {outcome.name for outcome in WHOLE.follows}
            assert all(len(v) == max(draws, 1) for v in result.outcomes().values())

    def test_own_share_leaves_out_what_the_guarantor_sends(self) -> None:
        result = forces()
        total = result.sent_persons.sum()
        guarantor = result.sent_persons[0, result.codes.index("PTN")].sum()
        assert 0 < guarantor < total
        assert at_end(result, "own_share") == pytest.approx(1 - guarantor / total)


def test_outcomes_of_minimal_are_those_on_record() -> None:
    """`FOEDUS_RENEW_GOLDEN=1 pytest` writes the record anew; look at what changed, and say why."""
    found = pl.DataFrame(run(MINIMAL, WHOLE, draws=500, seed=7).result.outcomes())
    if os.environ.get("FOEDUS_RENEW_GOLDEN") == "1":
        found.write_csv(GOLDEN)
    recorded = pl.read_csv(GOLDEN)
    assert recorded.columns == found.columns
    np.testing.assert_allclose(found.to_numpy(), recorded.to_numpy(), rtol=1e-9, atol=1e-9)

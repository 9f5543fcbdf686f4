from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pytest
from tests.shipped import load

from foedus.engines.forces.engine import SustainedForce
from foedus.engines.forces.inputs import ForcesInputs, months_after
from foedus.errors import ScenarioError, SettingsError
from foedus.runs import run
from foedus.scenario.cells import Cell, read_settings, with_cells
from foedus.scenario.draws import draw_block, point
from foedus.scenario.scenario import Scenario
from foedus.scenario.uncertainties import Uncertainty

MINIMAL: Final = load("minimal")
OPTION: Final = "rear-8k-backed"


def read(
    changes: Mapping[str, Any] | None = None, scenario: Scenario = MINIMAL, **settings: Any
) -> ForcesInputs:
    """Return the inputs at a point, as a run gives them to the engine."""
    fixed = read_settings(scenario, changes or {})
    seen = with_cells(scenario.in_key_order, fixed)
    return SustainedForce(**settings).inputs(seen, point(OPTION, fixed))


def drawn(scenario: Scenario = MINIMAL, n: int = 200) -> ForcesInputs:
    draws = draw_block(scenario, OPTION, seed=1, block=0, n=n, fixed={})
    return SustainedForce().inputs(scenario.in_key_order, draws)


def option(**changes: Any) -> dict[str, Any]:
    return {f"options/{OPTION}/{name}": value for name, value in changes.items()}


def of(inputs: ForcesInputs, name: str, code: str, capability: str) -> float:
    """Return a number of the contingents at a point."""
    place = inputs.codes.index(code), inputs.capabilities.index(capability)
    return float(getattr(inputs.contingents, name)[(0, *place)])


def steps_of(inputs: ForcesInputs) -> list[tuple[str, float]]:
    names = [inputs.groups.names[group] for group in inputs.step_group]
    return list(zip(names, inputs.step_persons[0].tolist(), strict=True))


def uncertain(table: str, key: str, field: str, low: float, mode: float, high: float) -> Scenario:
    """Return `minimal` with one more uncertain cell."""
    row = Uncertainty(
        table=table,
        cell_key=key,
        field=field,
        distribution="triangular",
        low_value=low,
        mode_value=mode,
        high_value=high,
        source=("assumed",),
    )
    return MINIMAL.replace(uncertainties=(*MINIMAL.uncertainties, row))


class TestUnits:
    def test_those_who_may_send_are_sorted_by_code(self) -> None:
        inputs = read()
        assert inputs.codes == ("AIRPOOL", "ALD", "BRK", "CST", "DUN", "ELM", "PTN")
        assert inputs.roles[0] == "pool"
        assert inputs.roles[-1] == "guarantor"

    def test_a_contributor_without_units_has_its_place(self) -> None:
        scenario = MINIMAL.replace(
            units=tuple(row for row in MINIMAL.units if row.delegation not in ("ELM", "PTN"))
        )
        assert read(scenario=scenario).codes == ("AIRPOOL", "ALD", "BRK", "CST", "DUN", "ELM")

    def test_the_pool_is_what_is_held_less_floor_less_promises(self) -> None:
        inputs = read()
        assert of(inputs, "pool_count", "ALD", "brigade") == 6 - 2
        assert of(inputs, "pool_count", "ALD", "battlegroup") == 4 - 0 - 0.5
        assert of(inputs, "available_count", "ALD", "battlegroup") == 1

    def test_a_pool_that_is_promised_twice_is_empty(self) -> None:
        changes = {"commitments/island-watch/committed_count": 50}
        assert of(read(changes), "pool_count", "ALD", "battlegroup") == 0

    def test_what_a_nation_does_not_hold_is_none(self) -> None:
        inputs = read()
        for name in ("available_count", "pool_count", "strength_persons"):
            assert of(inputs, name, "DUN", "brigade") == 0
        assert of(inputs, "tour_months", "DUN", "brigade") == 1

    @pytest.mark.parametrize(
        ("until", "counts"),
        [("2030-09-30", False), ("2030-10-01", True), ("2030", True), ("2029", False)],
    )
    def test_a_promise_counts_until_its_last_day(self, until: str, counts: bool) -> None:
        inputs = read({"commitments/island-watch/until": until})
        assert of(inputs, "pool_count", "ALD", "battlegroup") == (3.5 if counts else 4)

    def test_promises_of_the_same_units_add_up_in_every_draw(self) -> None:
        first = MINIMAL.commitments[0]
        more = first.model_copy(
            update={
                "commitment": "coast-watch",
                "committed_count": 1.0,
                "committed_count_low": None,
                "committed_count_high": None,
            }
        )
        scenario = uncertain("commitments", first.key, "committed_count", 0.1, 0.5, 2.0)
        inputs = drawn(scenario.replace(commitments=(more, first)))
        place = inputs.codes.index("ALD"), inputs.capabilities.index("battlegroup")
        cell = Cell("commitments", first.key, "committed_count")
        promised = draw_block(scenario, OPTION, seed=1, block=0, n=200, fixed={}).drawn[cell]
        assert np.ptp(promised) > 0
        expected = np.maximum(4 - (1.0 + promised), 0.0)
        found = inputs.contingents.pool_count[:, *place]
        np.testing.assert_allclose(found, expected, rtol=1e-15)

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"available_count": -1.0}, "available_count holds -1"),
            ({"tour_months": 0.0}, "tour_months holds 0"),
            ({"dwell_ratio": np.inf}, "dwell_ratio holds inf"),
        ],
    )
    def test_a_number_that_no_kernel_takes_is_refused(
        self, change: dict[str, float], says: str
    ) -> None:
        # No file gets that far; this is for scenarios that are put together in code.
        row = MINIMAL.units[0].model_copy(update=change)
        wrong = MINIMAL.model_copy(update={"units": (row, *MINIMAL.units[1:])})
        with pytest.raises(ValueError, match=says):
            SustainedForce().inputs(wrong, point(OPTION, {}))

    def test_an_open_promise_counts(self) -> None:
        row = MINIMAL.commitments[0].model_copy(update={"until": None})
        inputs = read(scenario=MINIMAL.replace(commitments=(row,)))
        assert of(inputs, "pool_count", "ALD", "battlegroup") == 3.5

    def test_multipliers_act_on_all_floors_strengths_and_rests(self) -> None:
        inputs = read(home_floor_ratio=1.5, strength_ratio=0.5, dwell_scale_ratio=2.0)
        assert of(inputs, "pool_count", "ALD", "brigade") == 6 - 3
        assert of(inputs, "strength_persons", "ALD", "brigade") == 4000
        assert of(inputs, "dwell_ratio", "ALD", "brigade") == 3
        assert inputs.contingents.strength_ratio.tolist() == [0.5]
        assert inputs.contingents.dwell_scale_ratio.tolist() == [2.0]
        assert inputs.contingents.overlap_months.tolist() == [0.75]

    def test_detached_units_are_marked(self) -> None:
        inputs = read()
        battlegroup = inputs.capabilities.index("battlegroup")
        marked = inputs.contingents.is_detached
        nations = [code for i, code in enumerate(inputs.codes) if marked[i, battlegroup]]
        assert nations == ["ALD", "BRK", "CST", "DUN", "ELM"]
        assert marked.sum() == 5

    def test_notice_is_in_months(self) -> None:
        inputs = read()
        row = inputs.notice_months[inputs.codes.index("ALD")]
        assert dict(zip(inputs.capabilities, row.tolist(), strict=True)) == {
            "division_hq": 2,
            "brigade": 1,
            "battlegroup": 1,
            "air_defence": 1,
            "logistics": 1,
            "medical": 1,
            "signals": 1,
            "fighter_squadron": 1,
            "tanker_aircraft": 0,
        }

    def test_draws_move_what_is_uncertain_and_nothing_else(self) -> None:
        inputs = drawn()
        for name in ("available_count", "pool_count", "strength_ratio", "dwell_scale_ratio"):
            assert np.ptp(getattr(inputs.contingents, name), axis=0).any()
        assert inputs.contingents.tour_months.shape[0] == 1


class TestGroups:
    def test_capabilities_of_a_group_stand_in_for_each_other(self) -> None:
        inputs = read()
        assert inputs.groups.names == (
            *("manoeuvre", "air_defence", "logistics", "medical", "signals"),
            *("fighter_squadron", "tanker_aircraft"),
        )
        assert inputs.groups.of_capability.tolist() == [-1, 0, 0, 1, 2, 3, 4, 5, 6]
        assert inputs.groups.is_critical.tolist() == [True] * 4 + [False] * 3
        assert inputs.groups.on_land.tolist() == [True] * 5 + [False] * 2
        assert inputs.groups.titles[:2] == ("Manoeuvre", "Air defence battery")

    def test_more_critical_groups_than_can_be_weighed_are_refused(self) -> None:
        more = tuple(
            MINIMAL.row("capabilities", "medical").model_copy(update={"capability": f"kind_{k}"})
            for k in range(9)
        )
        scenario = MINIMAL.replace(capabilities=(*MINIMAL.capabilities, *more))
        with pytest.raises(ScenarioError, match="13 groups of capabilities are critical") as caught:
            run(scenario, SustainedForce())
        assert caught.value.problems[0].path == "minimal/capabilities.csv"
        assert caught.value.problems[0].field == "is_critical"


class TestRequirement:
    def test_steps_go_by_priority_and_critical_first(self) -> None:
        assert steps_of(read()) == [
            *(("manoeuvre", 4000), ("air_defence", 360), ("logistics", 1400), ("medical", 300)),
            ("fighter_squadron", 400),
            *(("manoeuvre", 2000), ("signals", 300), ("tanker_aircraft", 120)),
        ]

    def test_what_is_not_critical_waits_within_its_priority(self) -> None:
        plain = {f"capabilities/{name}/is_critical": 0 for name in ("brigade", "battlegroup")}
        assert [name for name, _ in steps_of(read(plain))][:5] == [
            *("air_defence", "logistics", "medical", "manoeuvre", "fighter_squadron")
        ]

    def test_lines_of_one_priority_and_group_are_one_step(self) -> None:
        merged = read({"requirement/s-03/fill_priority": 1})
        assert steps_of(merged)[0] == ("manoeuvre", 6000)
        assert len(steps_of(merged)) == 7

    def test_only_lines_of_the_sectors_count(self) -> None:
        assert steps_of(read(option(sectors="north"))) == [
            ("manoeuvre", 4000),
            ("air_defence", 360),
            ("medical", 300),
        ]
        both = read(option(sectors="air;south"))
        assert [name for name, _ in steps_of(both)] == [
            *("fighter_squadron", "manoeuvre", "tanker_aircraft")
        ]
        assert read(option(sectors="north")).hq_needed_count.tolist() == [[0]]

    def test_a_statement_may_ask_for_headquarters_alone(self) -> None:
        row = MINIMAL.requirement[0].model_copy(update={"requirement": "staff"})
        scenario = MINIMAL.replace(requirement=(*MINIMAL.requirement[1:], row))
        inputs = read(option(requirement="staff"), scenario)
        assert inputs.required_persons.tolist() == [[0] * 7]
        assert inputs.hq_needed_count.tolist() == [[1]]

    def test_required_soldiers_are_counted_at_reference_strength(self) -> None:
        changes = {"capabilities/brigade/reference_strength_persons": 3000}
        assert steps_of(read(changes))[0] == ("manoeuvre", 3000)
        # The strength of the units themselves plays no part.
        assert steps_of(read(strength_ratio=0.5))[0] == ("manoeuvre", 4000)

    def test_reference_strength_may_be_uncertain(self) -> None:
        key = ("capabilities", "brigade", "reference_strength_persons")
        inputs = drawn(uncertain(*key, 3000, 4000, 5000))
        first = inputs.step_persons[:, 0]
        assert 3000 <= first.min() < 3500
        assert 4500 < first.max() <= 5000

    def test_needed_headquarters_are_whole_in_every_draw(self) -> None:
        scenario = uncertain("requirement", "s-01", "needed_count", 0.6, 1.0, 2.4)
        counts = drawn(scenario).hq_needed_count
        assert set(counts[:, 0].tolist()) == {1.0, 2.0}


class TestCeilings:
    def test_the_month_of_a_day_is_counted_from_the_decision(self) -> None:
        day = date(2030, 10, 1)
        assert months_after(day, date(2030, 10, 1)) == 0
        assert months_after(day, date(2030, 10, 2)) == 1
        assert months_after(day, date(2031, 6, 1)) == 8
        assert months_after(day, date(2029, 1, 1)) == 0

    def test_a_later_row_of_a_nation_holds_from_its_day(self) -> None:
        inputs = read()
        assert inputs.epoch_month.tolist() == [0, 8]
        ceilings = dict(zip(inputs.codes, inputs.ceiling_persons[0].tolist(), strict=True))
        assert ceilings["ELM"] == [300, 500]
        assert ceilings["ALD"] == [5500, 5500]

    def test_of_two_rows_before_the_decision_the_later_holds(self) -> None:
        inputs = read(option(decision_date="2031-07-01"))
        assert inputs.epoch_month.tolist() == [0]
        assert inputs.ceiling_persons[0, inputs.codes.index("ELM")].tolist() == [500]

    def test_pools_and_the_guarantor_have_none(self) -> None:
        inputs = read()
        for code in ("AIRPOOL", "PTN"):
            assert np.isinf(inputs.ceiling_persons[0, inputs.codes.index(code)]).all()
        free = read(scenario=MINIMAL.replace(ceilings=(), uncertainties=()))
        assert np.isinf(free.ceiling_persons).all()


class TestWhatMustBeOneValue:
    @pytest.mark.parametrize(
        ("table", "key", "field"),
        [
            ("options", OPTION, "duration_months"),
            ("units", "ALD:brigade", "notice_days"),
            ("share_keys", "gdp:ALD", "size_weight"),
        ],
    )
    def test_a_cell_of_which_strength_needs_one_value_is_not_drawn(
        self, table: str, key: str, field: str
    ) -> None:
        scenario = uncertain(table, key, field, 6, 24, 36)
        with pytest.raises(SettingsError, match=f"{table}/{key}/{field} is uncertain"):
            run(scenario, SustainedForce(longest_months=0), draws=10)
        # At a point nothing is drawn, and what is set is not drawn either.
        run(scenario, SustainedForce(longest_months=0))
        run(scenario, SustainedForce(longest_months=0), draws=10, set={f"{table}/{key}/{field}": 9})

    def test_the_length_of_another_option_may_be_uncertain(self) -> None:
        scenario = uncertain("options", "rear-8k-alone", "duration_months", 6, 24, 36)
        assert drawn(scenario, n=3).duration_months == 24


class TestShareKeys:
    def test_an_unknown_key_is_refused_with_those_there_are(self) -> None:
        with pytest.raises(SettingsError, match=r"'gnp'.*Keys there are: gdp, population"):
            read(share_key="gnp")

    def test_a_mix_needs_both_of_its_keys(self) -> None:
        only_gdp = tuple(row for row in MINIMAL.share_keys if row.share_key == "gdp")
        with pytest.raises(SettingsError, match=r"'mix' needs .* by 'population'"):
            read(scenario=MINIMAL.replace(share_keys=only_gdp, payers=()))
        scenario = MINIMAL.replace(share_keys=only_gdp, payers=())
        assert read(scenario=scenario, share_key="gdp").key_share.any()

    def test_a_key_without_sizes_is_refused(self) -> None:
        sizes = {"share_keys/gdp:*/size_weight": 0}
        with pytest.raises(SettingsError, match="'gdp' needs sizes of contributors"):
            read(sizes, scenario=MINIMAL.replace(payers=()), share_key="gdp")

    def test_a_nation_without_a_size_has_no_fair_share(self) -> None:
        rows = tuple(row for row in MINIMAL.share_keys if row.delegation != "ALD")
        inputs = read(scenario=MINIMAL.replace(share_keys=rows, payers=(), positions=()))
        assert inputs.key_share[inputs.codes.index("ALD")] == 0
        assert inputs.key_share.sum() == pytest.approx(1)


class TestServices:
    def test_need_and_the_guarantors_share_by_service(self) -> None:
        inputs = read()
        assert inputs.services == ("space_pictures", "sead")
        assert inputs.service_need_share.tolist() == [1, 0.5]
        assert inputs.service_us_share.tolist() == [[0.85, 0.9]]

    def test_a_service_that_hangs_on_nobody_is_there(self) -> None:
        own = {"capabilities/sead/us_dependence": ""}
        assert read(own).service_us_share.tolist() == [[0.85, 0]]

    def test_only_soldiers_on_land_decide_whether_a_service_is_needed(self) -> None:
        # 8,360 on land; aircraft and ships are no part of it, whatever their number.
        changes = {
            "capabilities/sead/needed_from_persons": 8361,
            "requirement/s-08/needed_count": 90,
        }
        assert read(changes).service_need_share.tolist() == [1, 0]

    def test_there_may_be_no_service(self) -> None:
        units = tuple(row for row in MINIMAL.capabilities if row.domain != "service")
        inputs = read(scenario=MINIMAL.replace(capabilities=units))
        assert inputs.services == ()
        assert inputs.service_us_share.shape == (1, 0)

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pytest

from foedus.engines.spending.engine import Spending
from foedus.engines.spending.inputs import SpendingInputs
from foedus.errors import MissingDataError, ScenarioError, SettingsError
from foedus.scenario.addresses import Cell
from foedus.scenario.cells import read_settings, with_cells
from foedus.scenario.draws import draw_block, point
from foedus.scenario.scenario import Scenario
from foedus.scenario.uncertainties import Uncertainty

OPTION: Final = "rear-8k-backed"
AT_2035: Final = Spending(target_year=2035)


def read(
    scenario: Scenario, changes: Mapping[str, Any] | None = None, engine: Spending = AT_2035
) -> SpendingInputs:
    """Return the inputs at a point, as a run gives them to the engine."""
    fixed = read_settings(scenario, changes or {})
    return engine.inputs(with_cells(scenario.in_key_order, fixed), point(OPTION, fixed))


def without(scenario: Scenario, table: str, *keys: str) -> Scenario:
    """Return a scenario some rows of which are gone, as no check would let it be loaded."""
    rows = tuple(row for row in scenario.table(table) if row.key not in keys)
    fields = {name: getattr(scenario, name) for name in Scenario.model_fields}
    return Scenario.model_construct(**{**fields, table: rows})


def change(scenario: Scenario, table: str, key: str, **values: Any) -> Scenario:
    """Return a scenario in which one row differs, checked or not."""
    rows = tuple(
        row.model_copy(update=values) if row.key == key else row for row in scenario.table(table)
    )
    fields = {name: getattr(scenario, name) for name in Scenario.model_fields}
    return Scenario.model_construct(**{**fields, table: rows})


def at(inputs: SpendingInputs, values: Any, code: str) -> float:
    return float(values[0, inputs.codes.index(code)])


class TestNations:
    def test_contributors_and_the_guarantor_with_a_budget_are_sorted(
        self, league: Scenario
    ) -> None:
        inputs = read(league)
        assert inputs.codes == ("ALD", "BRK", "CST", "DUN", "ELM", "PTN")
        assert inputs.contributes.tolist() == [True] * 5 + [False]
        assert "BRK" not in read(without(league, "budgets", "BRK")).codes

    def test_years_run_from_that_of_the_scenario(self, league: Scenario) -> None:
        inputs = read(league)
        assert inputs.years.tolist() == list(range(2030, 2040))
        assert inputs.target_year == 2035
        one = read(league, engine=Spending(target_year=2030, horizon_years_count=1))
        assert one.years.tolist() == [2030]
        assert one.target_year == 2030

    @pytest.mark.parametrize(
        ("count", "year"), [(10, 2035), (6, 2035), (5, 2034), (3, 2032), (1, 2030)]
    )
    def test_without_a_year_the_fifth_after_the_first_is_looked_at_or_the_last(
        self, league: Scenario, count: int, year: int
    ) -> None:
        inputs = read(league, engine=Spending(horizon_years_count=count))
        assert inputs.target_year == year
        # Targets of all are due then; what Aldmark's law names is due as it says.
        assert set(inputs.targets.due_year[:, :-1].ravel().tolist()) == {year}
        assert inputs.targets.due_year[0, -1] == 2032

    @pytest.mark.parametrize("year", [2029, 2040, 1])
    def test_a_year_that_is_none_of_them_is_refused_with_those_there_are(
        self, league: Scenario, year: int
    ) -> None:
        with pytest.raises(SettingsError, match=rf"target_year: {year} is .* 2030 to 2039"):
            read(league, engine=Spending(target_year=year))

    def test_gdp_is_carried_to_the_year_before_the_first(self, league: Scenario) -> None:
        inputs = read(league)
        assert at(inputs, inputs.economies.gdp_usd_bn, "ALD") == pytest.approx(2000)
        older = change(league, "budgets", "ALD", data_year=2027)
        older = change(older, "deflators", "USD:2029", data_year=2027, deflator_value=80.0)
        older = change(older, "budgets", "PTN", data_year=2030)
        moved = read(without(older, "budgets", "BRK", "CST", "DUN", "ELM"))
        # Prices rose by a quarter since 2027, and the economy by 1 % twice.
        expected = 2000 / 0.8 * 1.01**2
        assert at(moved, moved.economies.gdp_usd_bn, "ALD") == pytest.approx(expected)
        assert at(moved, moved.economies.gdp_usd_bn, "PTN") == pytest.approx(20000 / 1.02)

    def test_one_setting_multiplies_all_ramps(self, league: Scenario) -> None:
        inputs = read(league, engine=Spending(target_year=2035, ramp_ratio=0.5))
        ramps = inputs.economies.ramp_share[0].tolist()
        assert ramps == pytest.approx([0.04, 0.075, 0.05, 0.005, 0.05, 0.025])

    def test_what_is_uncertain_is_drawn_and_nothing_else(self, league: Scenario) -> None:
        draws = draw_block(league, OPTION, seed=1, block=0, n=200, fixed={})
        them = AT_2035.inputs(league.in_key_order, draws).economies
        assert np.ptp(them.growth_share, axis=0).nonzero()[0].tolist() == [0]
        assert np.ptp(them.ramp_share, axis=0).all()
        assert them.today_share.shape[0] == 1

    def test_an_economy_that_vanishes_is_refused_by_name(self, league: Scenario) -> None:
        with pytest.raises(ScenarioError, match="economy of CST would vanish") as caught:
            read(change(league, "budgets", "CST", growth_share=-1.0))
        assert caught.value.problems[0].path == "minimal/budgets.csv"

    def test_a_scenario_of_the_guarantor_alone_is_refused(self, league: Scenario) -> None:
        with pytest.raises(MissingDataError, match="no row of a contributor"):
            read(without(league, "budgets", "ALD", "BRK", "CST", "DUN", "ELM"))


class TestPrices:
    def test_without_a_price_year_nothing_can_be_told(self, league: Scenario) -> None:
        about = league.about.model_copy(update={"price_year": None})
        fields = {name: getattr(league, name) for name in Scenario.model_fields}
        with pytest.raises(MissingDataError, match="has no price_year"):
            read(Scenario.model_construct(**{**fields, "about": about}))

    @pytest.mark.parametrize(
        ("key", "asked_by"),
        [
            ("USD:2029", "budgets/ALD/gdp_usd_bn"),
            ("USD:2030", "budgets/ALD/gdp_usd_bn"),
            ("EUR:2028", "costs/rebuild"),
            ("EUR:2030", "costs/land-start"),
        ],
    )
    def test_a_missing_row_is_named_with_what_needs_it(
        self, league: Scenario, key: str, asked_by: str
    ) -> None:
        with pytest.raises(MissingDataError, match=f"no row {key}, which {asked_by} needs"):
            read(without(league, "deflators", key))

    def test_amounts_are_told_in_dollars_of_the_price_year(self, league: Scenario) -> None:
        inputs = read(league)
        # 10,000 euros at 1.10; 400 bn of 2028 are 500 of 2030 at 1.10.
        assert inputs.force.set_up_usd[0].tolist() == pytest.approx([11_000, 0, 0])
        assert inputs.programmes.total_usd_bn[0].tolist() == pytest.approx([550])

    def test_a_deflator_can_be_set(self, league: Scenario) -> None:
        inputs = read(league, {"deflators/EUR:2030/usd_value": 1.0})
        assert inputs.programmes.total_usd_bn[0].tolist() == pytest.approx([500])


class TestTargets:
    def test_everybody_is_asked_the_same_and_its_own(self, league: Scenario) -> None:
        targets = read(league).targets
        assert targets.names == ("2", "2_5", "3", "3_5", "5", "own")
        assert targets.titles == ("2 %", "2.5 %", "3 %", "3.5 %", "5 %", "own")
        assert targets.target_share[0, :, :5].tolist() == [[0.02, 0.025, 0.03, 0.035, 0.05]] * 6
        assert (targets.due_year[:, :5] == 2035).all()
        assert targets.has_target[:, :5].all()

    def test_one_more_can_be_asked(self, league: Scenario) -> None:
        targets = read(league, engine=Spending(target_year=2035, further_share=0.0275)).targets
        assert targets.titles[5:] == ("2.75 %", "own")
        assert targets.names[5] == "further"
        assert (targets.target_share[0, :, 5] == 0.0275).all()
        same = read(league, engine=Spending(target_year=2035, further_share=0.035)).targets
        assert same.titles[4:] == ("5 %", "own")

    def test_the_law_counts_before_an_ambition(self, league: Scenario) -> None:
        inputs = read(league)
        targets = inputs.targets
        own = dict(zip(inputs.codes, targets.target_share[0, :, -1].tolist(), strict=True))
        assert own["ALD"] == 0.025
        assert own["CST"] == 0.02
        assert targets.due_year[:, -1].tolist() == [2032, 2035, 2045, 2035, 2035, 2035]
        assert targets.has_target[:, -1].tolist() == [True, False, True, False, False, False]
        # Who has set itself none keeps today's share.
        assert own["BRK"] == 0.04

    def test_what_was_announced_counts_before_an_ambition(self, league: Scenario) -> None:
        changed = change(league, "targets", "ALD:act", status="announced")
        assert at_own(read(changed), "ALD") == 0.025

    def test_of_one_status_the_one_due_last_counts_and_then_the_highest(
        self, league: Scenario
    ) -> None:
        both = change(league, "targets", "ALD:wish", status="law")
        # Without a year it is due in the year that is looked at.
        assert at_own(read(both), "ALD") == 0.05
        assert at_own(read(both, engine=Spending(target_year=2031)), "ALD") == 0.025
        tied = change(both, "targets", "ALD:wish", target_year=2032)
        assert at_own(read(tied), "ALD") == 0.05

    def test_what_became_known_later_is_no_target(self, league: Scenario) -> None:
        later = change(league, "targets", "ALD:act", later=True)
        assert at_own(read(later), "ALD") == 0.05
        nothing = without(league, "targets", "ALD:act", "ALD:wish", "CST:plan")
        assert not read(nothing).targets.has_target[:, -1].any()


def at_own(inputs: SpendingInputs, code: str) -> float:
    return float(inputs.targets.target_share[0, inputs.codes.index(code), -1])


class TestForce:
    def test_nobody_sends_anybody_where_nothing_is_linked(self, league: Scenario) -> None:
        force = read(league).force
        assert force.senders == ("AIRPOOL", "ALD", "BRK", "CST", "DUN", "ELM", "PTN")
        assert not force.persons.any()

    def test_soldiers_come_by_domain_and_by_draw(self, league: Scenario) -> None:
        cell = Cell("forces", "ALD", "sent_air_persons")
        draws = draw_block(league, OPTION, seed=1, block=0, n=3, fixed={})
        linked = draws.with_links({cell: np.array([1.0, 2.0, 3.0])})
        persons = AT_2035.inputs(league.in_key_order, linked).force.persons
        assert persons[:, 1].tolist() == [[0, 1, 0], [0, 2, 0], [0, 3, 0]]
        assert not persons[:, [0, 2, 3, 4, 5, 6]].any()

    def test_nations_pay_for_themselves_and_owners_for_a_pool(self, league: Scenario) -> None:
        force = read(league).force
        assert force.pays_for[1:].tolist() == np.eye(6, dtype=bool).tolist()
        assert force.pays_for[0].tolist() == [True, False, True, False, True, False]
        assert force.is_common.tolist() == [True] * 6 + [False]

    def test_a_pool_that_nobody_owns_is_paid_by_all_contributors(self, league: Scenario) -> None:
        free = change(league, "delegations", "AIRPOOL", members=())
        assert read(free).force.pays_for[0].tolist() == [True] * 5 + [False]

    def test_who_sends_soldiers_needs_a_budget(self, league: Scenario) -> None:
        poor = without(league, "budgets", "BRK")
        read(poor)
        with pytest.raises(MissingDataError, match=r"budgets.csv has no row of BRK, which sends"):
            read(poor, {"forces/BRK/sent_land_persons": 1})

    def test_soldiers_need_a_cost(self, league: Scenario) -> None:
        cheap = without(league, "costs", "sea-year", "land-start")
        read(cheap, {"forces/BRK/sent_land_persons": 1})
        with pytest.raises(MissingDataError, match="no row of the kind deployed for sea"):
            read(cheap, {"forces/BRK/sent_sea_persons": 1})

    def test_months_are_counted_from_the_day_of_decision(self, league: Scenario) -> None:
        force = read(league).force
        assert force.first_year == 2030
        assert force.months[0, :4].tolist() == [3, 12, 9, 0]
        late = read(league, {f"options/{OPTION}/decision_date": "2039-07-01"}).force
        assert late.months[0].tolist() == [0] * 9 + [6]


class TestProgrammes:
    def test_a_body_splits_its_part_by_its_key(self, league: Scenario) -> None:
        inputs = read(league)
        shares = inputs.programmes.shares
        parts = dict(zip(inputs.codes, shares.nations[0, :, 0].tolist(), strict=True))
        # Half by GDP of 2,000, 1,200 and 100; a tenth by the guarantor; the rest is open.
        assert parts["ALD"] == pytest.approx(0.5 * 2000 / 3300)
        assert parts["CST"] == pytest.approx(0.5 * 1200 / 3300)
        assert parts["ELM"] == pytest.approx(0.5 * 100 / 3300)
        assert parts["PTN"] == pytest.approx(0.1)
        assert parts["BRK"] == 0
        assert shares.open[0, 0] == pytest.approx(0.4)
        assert shares.others[0, 0] == pytest.approx(0)

    def test_a_payer_without_a_budget_is_one_of_the_others(self, league: Scenario) -> None:
        poor = read(without(league, "budgets", "CST", "PTN")).programmes.shares
        assert poor.others[0, 0] == pytest.approx(0.5 * 1200 / 3300 + 0.1)

    def test_a_programme_is_paid_in_its_years(self, league: Scenario) -> None:
        programmes = read(league).programmes
        assert programmes.over_count.tolist() == [10]
        assert programmes.is_paid[0].tolist() == [False] + [True] * 9

    def test_without_years_of_its_own_it_is_paid_from_the_first_of_the_run_to_the_last(
        self, league: Scenario
    ) -> None:
        (key,) = (row.key for row in league.costs if row.kind == "programme")
        late = change(league, "costs", key, over_years_count=None)
        programmes = read(late).programmes
        assert programmes.over_count.tolist() == [9]
        assert programmes.is_paid[0].tolist() == [False] + [True] * 9
        whole = change(late, "costs", key, start_year=None)
        assert read(whole).programmes.over_count.tolist() == [10]
        assert read(whole).programmes.is_paid.all()

    def test_a_member_without_a_size_is_named(self, league: Scenario) -> None:
        unknown = without(league, "share_keys", "gdp:CST")
        with pytest.raises(MissingDataError, match=r"no row gdp:CST, .* LEAGUE share rebuild"):
            read(unknown)

    def test_sizes_that_are_drawn_are_refused(self, league: Scenario) -> None:
        row = Uncertainty(
            table="share_keys", cell_key="gdp:ALD", field="size_weight", distribution="uniform",
            low_value=1, high_value=2, source=("assumed",),
        )  # fmt: skip
        unsure = league.replace(uncertainties=(row,))
        draws = draw_block(unsure, OPTION, seed=1, block=0, n=5, fixed={})
        with pytest.raises(SettingsError, match="size_weight is uncertain"):
            AT_2035.inputs(unsure.in_key_order, draws)

    def test_there_may_be_no_costs_at_all(self, league: Scenario) -> None:
        bare = league.replace(costs=(), payers=())
        assert read(bare).programmes.names == ()
        assert read(bare).programmes.shares.nations.shape == (1, 6, 0)


class TestFinances:
    def test_of_several_years_the_last_counts(self, league: Scenario) -> None:
        inputs = read(league)
        finances = inputs.finances
        assert at(inputs, finances.debt_share, "ALD") == 0.58
        assert at(inputs, finances.balance_share, "ALD") == -0.025
        assert at(inputs, finances.outlays_share, "ALD") == 0.5
        assert np.isnan(at(inputs, finances.outlays_share, "DUN"))
        assert np.isnan(at(inputs, finances.debt_share, "CST"))

    def test_who_is_bound_by_no_rule_has_no_limit(self, league: Scenario) -> None:
        finances = read(league).finances
        bound = ~np.isnan(finances.debt_limit_share[0])
        assert bound.tolist() == [True, False, True, False, False, False]
        assert bound.tolist() == (~np.isnan(finances.deficit_limit_share[0])).tolist()

    def test_they_may_be_unknown(self, league: Scenario) -> None:
        assert np.isnan(read(league.replace(finances=())).finances.debt_share).all()


class TestFairShares:
    def test_they_are_those_of_the_nations_that_pay(self, league: Scenario) -> None:
        fair = {
            "forces/ALD/fair_land_persons": 4000,
            "forces/ELM/fair_land_persons": 500,
            "forces/ELM/fair_sea_persons": 30,
            "forces/AIRPOOL/fair_air_persons": 90,
        }
        inputs = read(league, fair)
        found = dict(zip(inputs.codes, inputs.force.fair_persons[0].tolist(), strict=True))
        assert found["ALD"] == [4000, 0, 0]
        assert found["ELM"] == [500, 0, 30]
        assert found["BRK"] == found["PTN"] == [0, 0, 0]
        assert inputs.force.fair_persons.shape == (1, 6, 3)
        assert not inputs.force.persons.any()

    def test_who_has_no_budget_has_no_place_among_them(self, league: Scenario) -> None:
        poor = without(league, "budgets", "ELM")
        inputs = read(poor, {"forces/*/fair_land_persons": 100})
        assert inputs.codes == ("ALD", "BRK", "CST", "DUN", "PTN")
        assert inputs.force.fair_persons[0, :, 0].tolist() == [100] * 5

    def test_what_is_asked_for_has_to_have_a_cost_though_nobody_sends_it(
        self, league: Scenario
    ) -> None:
        cheap = without(league, "costs", "sea-year")
        assert read(cheap).force.person_year_usd[0].tolist() == [150_000, 200_000, 0]
        with pytest.raises(MissingDataError, match=r"deployed for sea, and soldiers .* asked for"):
            read(cheap, {"forces/ALD/fair_sea_persons": 50})

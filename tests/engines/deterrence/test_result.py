"""Tables of the guarantee: what must stand together, add up, and name its row."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from tests.shipped import load

from foedus.chain import OptionRuns, run_guarantee, run_option, without_guarantor
from foedus.engines import Guarantee, SustainedForce
from foedus.engines.deterrence.backing import backing_prob
from foedus.engines.deterrence.guarantee import FAMILIES
from foedus.engines.deterrence.inputs import WITH, WITHOUT
from foedus.engines.deterrence.result import (
    HORIZON_MONTHS,
    OFFERS_MADE,
    GuaranteeResult,
    mean_range,
    met,
    middle_range,
    points_of,
)
from foedus.errors import SettingsError
from foedus.quantities import SUFFIXES, suffix_of
from foedus.runs import make_request
from foedus.scenario.deterrence import LOCATIONS, MISSIONS, PARAMETERS, TARGETS

MINIMAL = load("minimal")
DRAWS = 300


@pytest.fixture(scope="module")
def runs() -> tuple[OptionRuns, OptionRuns]:
    request = make_request(MINIMAL, draws=DRAWS, seed=2)
    engine = SustainedForce(longest_months=0, by_month=False)
    return (
        run_option(MINIMAL, request, forces=engine),
        run_option(MINIMAL, without_guarantor(MINIMAL, request), forces=engine),
    )


@pytest.fixture(scope="module")
def result(runs: tuple[OptionRuns, OptionRuns]) -> GuaranteeResult:
    request = make_request(MINIMAL, draws=DRAWS, seed=2)
    return run_guarantee(MINIMAL, request, *runs, Guarantee(authorisation="always")).result


@pytest.fixture(scope="module")
def tables(result: GuaranteeResult) -> dict[str, pl.DataFrame]:
    return result.tables()


class TestTables:
    def test_deterrence_never_stands_without_war(self, tables: dict[str, pl.DataFrame]) -> None:
        holding = [name for name, table in tables.items() if "deterred_prob" in table.columns]
        assert set(holding) == {"grid", "thresholds", "ladder", "regret"}
        for name in holding:
            columns = tables[name].columns
            assert columns.index("direct_war_prob") == columns.index("deterred_prob") + 1

    def test_every_number_has_a_unit(self, tables: dict[str, pl.DataFrame]) -> None:
        for name, table in tables.items():
            for column, kind in table.schema.items():
                if kind.is_numeric():
                    assert suffix_of(column) in SUFFIXES, f"{name}: {column}"

    def test_a_row_for_every_cell_and_one_of_them_is_the_option(
        self, tables: dict[str, pl.DataFrame]
    ) -> None:
        for name, rows in (("grid", 24), ("ladder", 24), ("regret", 24), ("thresholds", 12)):
            table = tables[name]
            assert len(table) == rows
            own = table.filter("is_option").select("mission", "location").unique().rows()
            assert own == [("self_defence", "rear")]
        assert set(tables["grid"]["mission"]) == set(MISSIONS)
        assert set(tables["grid"]["location"]) == set(LOCATIONS)

    def test_the_ladder_adds_up_with_and_without_a_violation(
        self, tables: dict[str, pl.DataFrame]
    ) -> None:
        ladder = tables["ladder"]
        rungs = ("unanswered", "stopped", "war_backed", "war_alone")
        all_of_it = ladder["complied_prob"] + sum(ladder[f"{rung}_prob"] for rung in rungs)
        np.testing.assert_allclose(all_of_it, 1)
        given = sum(ladder[f"{rung}_given_violation_prob"] for rung in rungs)
        np.testing.assert_allclose(given, 1)
        war = ladder["war_backed_prob"] + ladder["war_alone_prob"]
        np.testing.assert_allclose(war, ladder["direct_war_prob"])
        alone = ladder.filter(guarantor="without")
        assert alone["war_backed_prob"].to_list() == [0.0] * 12
        assert (ladder.filter(guarantor="with")["war_backed_prob"] > 0).all()

    def test_equilibria_add_up_and_steadfast_is_counted_beside_them(
        self, tables: dict[str, pl.DataFrame]
    ) -> None:
        table = tables["equilibria"]
        selected = table.filter("is_selected")
        assert set(selected["equilibrium"]) == set(FAMILIES)
        sums = selected.group_by("mission", "location", "guarantor").agg(pl.sum("draws_share"))
        np.testing.assert_allclose(sums["draws_share"], 1)
        assert set(table.filter(~pl.col("is_selected"))["equilibrium"]) == {"steadfast"}
        # A target with no violation at all may be planned for where another is violated.
        grid = tables["grid"].sort("mission", "location", "guarantor")
        held = table.filter(equilibrium="deterred").sort("mission", "location", "guarantor")
        np.testing.assert_allclose(held["draws_share"], grid["deterred_prob"], atol=1e-12)

    def test_every_draw_plans_for_one_target(self, tables: dict[str, pl.DataFrame]) -> None:
        table = tables["targets"]
        assert set(table["target"]) == set(TARGETS)
        sums = table.group_by("mission", "location", "guarantor").agg(
            pl.sum("planned_prob", "violation_prob", "direct_war_prob")
        )
        np.testing.assert_allclose(sums["planned_prob"], 1)
        keys = ["mission", "location", "guarantor"]
        both = sums.join(tables["grid"], on=keys, suffix="_grid")
        np.testing.assert_allclose(both["violation_prob"], both["violation_prob_grid"])
        np.testing.assert_allclose(both["direct_war_prob"], both["direct_war_prob_grid"])
        reserve = table.filter(location="reserve", target="force")
        assert reserve["planned_prob"].to_list() == [0.0] * 6

    def test_a_cell_opens_to_every_number_that_it_is_played_with(
        self, tables: dict[str, pl.DataFrame]
    ) -> None:
        table = tables["cells"]
        known = {f"disputes/{row.key}": row for row in MINIMAL.disputes}
        for row in table.to_dicts():
            about = known[row["row"]]
            assert (row["parameter"], row["at"]) == (about.parameter, about.at)
            assert row["parameter_value"] == about.parameter_value
            assert row["parameter_value_low"] == about.parameter_value_low
            assert row["source"] == ";".join(about.source)
        for mission in MISSIONS:
            for location in LOCATIONS:
                cell = table.filter(mission=mission, location=location)
                assert cell["row"].n_unique() == len(cell)
                told = set(cell["parameter"])
                wanted = {n for n, p in PARAMETERS["ceasefire"].items() if not p.is_optional}
                assert wanted | {"authorise_prob"} == told
                tied = cell.filter(parameter="tied_points")["at"].to_list()
                assert len(tied) == 5
                assert all(at.startswith(f"{mission}.") for at in tied)
                assert cell.filter(parameter="presence_ratio")["at"].to_list() == [location]

    def test_a_number_that_is_not_read_in_a_cell_does_not_move_it(
        self, runs: tuple[OptionRuns, OptionRuns], tables: dict[str, pl.DataFrame]
    ) -> None:
        """Whatever a cell does not list, it does not hang on."""
        cell = {"mission": "self_defence", "location": "rear"}
        listed = set(tables["cells"].filter(**cell)["row"])
        others = {
            f"disputes/{row.key}/parameter_value": row.parameter_value * 0.9
            for row in MINIMAL.disputes
            if row.dispute == "ceasefire"
            and f"disputes/{row.key}" not in listed
            and row.parameter in ("contact_prob", "presence_ratio")
        }
        assert len(others) == 9
        request = make_request(MINIMAL, draws=50, seed=2, set=others)
        plain = make_request(MINIMAL, draws=50, seed=2)
        moved, as_it_was = (run_guarantee(MINIMAL, r, *runs).result for r in (request, plain))
        np.testing.assert_array_equal(
            moved.of("governments_points"), as_it_was.of("governments_points")
        )
        assert not np.array_equal(moved.governments_points, as_it_was.governments_points)


class TestRegret:
    def test_it_is_what_the_best_of_the_draw_brings_more(
        self, result: GuaranteeResult, tables: dict[str, pl.DataFrame]
    ) -> None:
        points = result.governments_points
        row = tables["regret"].filter(
            mission="fight_back", location="line", guarantor="with"
        ).row(0, named=True)  # fmt: skip
        regret = points[:, :, 3, WITH].max(axis=1) - points[:, 2, 3, WITH]
        assert row["regret_points"] == pytest.approx(regret.mean())
        assert row["best_share"] == pytest.approx((regret <= 1e-9).mean())
        grid = points[..., WITH].max(axis=(1, 2)) - points[:, 2, 3, WITH]
        assert row["grid_regret_points"] == pytest.approx(grid.mean())
        assert (tables["regret"]["regret_points"] <= tables["regret"]["grid_regret_points"]).all()

    def test_what_tells_the_best_apart_is_named_by_its_row(
        self, result: GuaranteeResult, tables: dict[str, pl.DataFrame]
    ) -> None:
        table = tables["best_when"]
        assert not table.is_empty()
        rows = {f"disputes/{row.key}" for row in MINIMAL.disputes}
        linked = {"force_persons", *(f"authorise_prob/{mission}" for mission in MISSIONS)}
        assert set(table["input"]) <= rows | linked
        first = table.row(0, named=True)
        values = result.input_values[:, result.input_names.index(first["input"])]
        points = result.governments_points[result.is_searched, :, :, WITH]
        place = MISSIONS.index(first["mission"]), LOCATIONS.index(first["location"])
        best = points[:, *place] >= points.max(axis=(1, 2)) - 1e-9
        assert first["when_best_value"] == pytest.approx(np.median(values[best]))
        own, others = values[best][:, None], values[~best]
        pairs = (own > others).mean() + 0.5 * (own == others).mean()
        assert first["larger_when_best_prob"] == pytest.approx(pairs)


class TestMonths:
    def test_a_hazard_is_the_baseline_times_the_ratio_to_no_force(
        self, result: GuaranteeResult, tables: dict[str, pl.DataFrame]
    ) -> None:
        ratio = result.of("violation_prob").mean()
        by_hand = 1 - (1 - result.baseline_prob * ratio) ** 24
        np.testing.assert_allclose(result.outcomes()["violation_in_24_months_prob"], by_hand)
        row = tables["months"].filter(is_option=True, guarantor="with", horizon_months=24)
        assert row["violation_prob"][0] == pytest.approx(points_of(by_hand)[1])
        assert row["violation_prob_high"][0] == pytest.approx(points_of(by_hand)[2])

    def test_the_longer_the_likelier_and_no_force_is_the_baseline(
        self, result: GuaranteeResult, tables: dict[str, pl.DataFrame]
    ) -> None:
        months = tables["months"]
        assert len(months) == 3 * 25
        none = months.filter(mission="none")
        assert none["direct_war_prob"].to_list() == [0.0] * 3
        middle = points_of(result.baseline_prob)[1]
        assert middle is not None
        expected = [1 - (1 - middle) ** months for months in HORIZON_MONTHS]
        np.testing.assert_allclose(none["violation_prob"], expected)
        for _, rows in months.group_by("mission", "location", "guarantor"):
            assert rows["violation_prob"].is_sorted()
            assert (rows["direct_war_prob"] <= rows["violation_prob"]).all()

    def test_hazards_that_multiply_past_one_are_refused(self, result: GuaranteeResult) -> None:
        past = replace(
            result,
            baseline_prob=np.full(result.draws, 0.9),
            no_force_violation_prob=np.full(result.draws, 0.3),
        )
        with pytest.raises(SettingsError, match=r"base_rates: a hazard of 0.9 times .* past 1"):
            past.outcomes()


class TestBacking:
    def test_enough_backing_is_told_by_promises_kept_and_by_share(
        self, result: GuaranteeResult, tables: dict[str, pl.DataFrame]
    ) -> None:
        own = tables["thresholds"].filter("is_option").row(0, named=True)
        needed = result.needed_backing_prob[:, 1, 2]
        assert own["kept_enough_prob"] == pytest.approx((result.prior_prob >= needed).mean())
        today = tables["burden"].row(0, named=True)
        # Today's share is where backing is as promises were kept.
        assert today["backing_enough_prob"] == pytest.approx(own["kept_enough_prob"])
        share = result.needed_share(needed)
        assert share is not None
        at_it = np.isfinite(share) & (share > 0)
        assert at_it.sum() > 20
        guarantor = (result.advantage_points, result.slope_points, result.shock_points)
        backing = backing_prob(share[at_it], *(values[at_it] for values in guarantor))
        np.testing.assert_allclose(backing, needed[at_it])
        assert tables["burden"]["backing_prob"][1:].is_sorted()

    def test_backing_that_never_deters_is_told_as_1_and_counted(
        self, result: GuaranteeResult
    ) -> None:
        found = result.outcomes()
        never = np.isinf(result.needed_backing_prob[:, 1, 2])
        assert 0 < never.sum() < DRAWS
        assert (found["needed_backing_prob"][never] == 1).all()
        assert found["no_backing_enough_prob"].tolist() == never.tolist()
        assert all(np.isfinite(values).all() for values in found.values())

    def test_every_outcome_that_is_followed_is_there(self, result: GuaranteeResult) -> None:
        outcomes = result.outcomes()
        assert list(outcomes) == [outcome.name for outcome in Guarantee.follows]
        assert {len(values) for values in outcomes.values()} == {DRAWS}
        np.testing.assert_array_equal(
            outcomes["alone_direct_war_prob"], result.of("direct_war_prob", WITHOUT)
        )


class TestLeverage:
    def test_offers_are_told_alone_and_last(
        self, result: GuaranteeResult, tables: dict[str, pl.DataFrame]
    ) -> None:
        table = tables["leverage"]
        assert tuple(table["offers"]) == OFFERS_MADE
        seated = dict(zip(OFFERS_MADE, result.is_seated.mean(axis=0).tolist(), strict=True))
        for row in tables["offers"].to_dicts():
            offer = row["offer"]
            assert row["alone_seated_added_prob"] == pytest.approx(seated[offer] - seated["none"])
            assert row["last_seated_added_prob"] == pytest.approx(
                seated["all"] - seated[f"all but {offer}"]
            )
            # What is offered is worth more, and harder to withhold.
            assert row["alone_needed_added_prob"] < 0
            assert row["alone_credible_added_prob"] < 0


class TestNumbers:
    def test_points_are_values_that_occur_and_infinite_ones_are_none(self) -> None:
        values = np.array([3.0, 1.0, 2.0, np.inf])
        assert points_of(values) == [1.0, 2.0, None]
        assert middle_range("x", values) == {"x": 2.0, "x_low": 1.0, "x_high": None}
        assert mean_range("x", values[:3])["x"] == 2.0
        for size in (1, 7, 20, 100):
            some = np.random.default_rng(size).random(size)
            assert points_of(some) == [
                float(np.quantile(some, q, method="inverted_cdf")) for q in (0.05, 0.5, 0.95)
            ]

    def test_met_counts_both_ends(self) -> None:
        assert met("x", np.array([0.0, 0.5, np.inf, np.inf])) == {
            "no_x_needed_prob": 0.25,
            "no_x_enough_prob": 0.5,
        }

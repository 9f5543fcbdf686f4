"""The guarantee as an engine: cell by cell the games themselves, repeatable, and its rules."""

import csv
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from tests.shipped import load

import foedus.chain
from foedus.chain import (
    READ_BY_GUARANTEE,
    OptionRuns,
    force_link,
    run_guarantee,
    run_option,
    without_guarantor,
)
from foedus.engines import Guarantee, SustainedForce
from foedus.engines.deterrence import thresholds
from foedus.engines.deterrence.dispute import game_at
from foedus.engines.deterrence.engine import point_game
from foedus.engines.deterrence.guarantee import FAMILIES, solve
from foedus.engines.deterrence.inputs import SITUATIONS, WITH, WITHOUT, GuaranteeInputs
from foedus.engines.deterrence.result import GuaranteeResult
from foedus.engines.deterrence.situations import columns_of, dispute_at, situation
from foedus.errors import MissingDataError, SettingsError
from foedus.runs import Request, make_request, run, run_request
from foedus.scenario import Scenario
from foedus.scenario.deterrence import LOCATIONS, MISSIONS
from foedus.scenario.draws import BLOCK, Draws, draw_block, point

GOLDEN: Final = Path(__file__).with_name("golden_minimal.csv")
MINIMAL: Final = load("minimal")
AT_ONCE: Final = SustainedForce(longest_months=0, by_month=False)
BACKED: Final = "options/rear-8k-backed/us_backing_prob"


def asked(scenario: Scenario = MINIMAL, *, draws: int = 60, **changes: Any) -> Request:
    return make_request(scenario, draws=draws, seed=5, set=changes)


@cache
def chained(draws: int = 60) -> tuple[OptionRuns, OptionRuns]:
    """Return the force of the headline option, with the guarantor and without."""
    request = asked(draws=draws)
    helped = run_option(MINIMAL, request, forces=AT_ONCE)
    return helped, run_option(MINIMAL, without_guarantor(MINIMAL, request), forces=AT_ONCE)


def found(
    engine: Guarantee | None = None,
    *,
    scenario: Scenario = MINIMAL,
    draws: int = 60,
    fewer: int = 60,
    changes: dict[str, Any] | None = None,
) -> GuaranteeResult:
    request = asked(scenario, draws=draws, **(changes or {}))
    return run_guarantee(scenario, request, *chained(fewer), engine).result


def inputs_of(scenario: Scenario = MINIMAL, **changes: Any) -> GuaranteeInputs:
    request = asked(scenario, **changes)
    option = request.option
    drawn = draw_block(scenario.in_key_order, option, seed=5, block=0, n=60, fixed=request.fixed)
    links = force_link(scenario, request, *chained())
    filled = drawn.with_links({cell: values[0:60] for cell, values in links.items()})
    return Guarantee().inputs(scenario.in_key_order, filled)


def arrays_of(result: GuaranteeResult) -> Iterator[tuple[str, Any]]:
    for about in fields(result):
        if about.metadata.get("drawn"):
            yield about.name, getattr(result, about.name)


def test_outcomes_of_minimal_are_those_that_were_stored() -> None:
    """Written once by `found(draws=12)`; a change of these numbers must be meant."""
    outcomes = found(draws=12).outcomes()
    with GOLDEN.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(outcomes)
    for name, values in outcomes.items():
        stored = [float(row[name]) for row in rows]
        np.testing.assert_allclose(values, stored, rtol=1e-9, err_msg=name)


class TestAgainstTheGames:
    """Each cell is the game of its own dispute, found by the functions that take one game."""

    @pytest.mark.parametrize("rule", ["lead", "always"])
    def test_every_cell_is_the_game_solved_by_itself(self, rule: Any) -> None:
        inputs = inputs_of()
        result = found(Guarantee(authorisation=rule))
        situations = tuple(situation(inputs, place, rule) for place in (WITH, WITHOUT))
        columns = columns_of(inputs, situations)
        for m, at, s in product(range(3), range(4), (WITH, WITHOUT)):
            dispute = dispute_at(columns, MISSIONS[m], LOCATIONS[at], SITUATIONS[s])
            game = game_at(dispute, situations[s].force_persons)
            play = solve(game)
            cell = (slice(None), m, at, s)
            assert result.holds[cell].tolist() == play.is_deterred.tolist()
            assert result.steadfast[cell].tolist() == play.is_steadfast.tolist()
            assert result.family[cell].tolist() == play.family.tolist()
            assert result.target[cell].tolist() == play.target.tolist()
            for name, values in {
                "violation_prob": 1 - play.outcome_prob[:, 0],
                "direct_war_prob": play.outcome_prob[:, 3:].sum(axis=1),
                "fight_given_violation_prob": play.fight_given_violation_prob,
                "war_given_violation_prob": play.war_given_violation_prob,
                "adversary_points": play.adversary_points,
                "governments_points": play.governments_points,
            }.items():
                np.testing.assert_allclose(
                    getattr(result, name)[cell], values, rtol=1e-9, atol=1e-9, err_msg=name
                )
            if s == WITH:
                least = thresholds.least_backing(game).least
                np.testing.assert_allclose(result.needed_backing_prob[:, m, at], least, rtol=1e-9)
            force = thresholds.least_force(dispute, 1_000_000.0).least
            np.testing.assert_allclose(result.needed_force_persons[cell], force, atol=1.01)

    def test_the_games_are_not_all_alike(self) -> None:
        """What the test above compares has every kind of end in it."""
        result = found(Guarantee(authorisation="always"), draws=400)
        assert set(np.unique(result.family)) == set(range(len(FAMILIES)))
        assert set(np.unique(result.target)) == {0, 1, 2}
        assert 0 < result.holds.mean() < 1
        assert 0 < np.isinf(result.needed_backing_prob).mean() < 1

    def test_the_least_backing_is_where_the_option_begins_to_deter(self) -> None:
        needed = found(Guarantee(authorisation="always")).needed_backing_prob[:, 1, 2]
        for backing in (0.25, 0.75, 1.0):
            at = found(Guarantee(authorisation="always"), changes={BACKED: backing})
            assert at.holds[:, 1, 2, WITH].tolist() == (needed <= backing).tolist()
        assert 0 < (needed <= 0.75).mean() < 1


class TestDraws:
    def test_the_same_request_gives_the_same_numbers_and_another_seed_others(self) -> None:
        one, again = found(), found()
        for name, values in arrays_of(one):
            np.testing.assert_array_equal(values, getattr(again, name), err_msg=name)
        other = replace(asked(), seed=6)
        changed = run_guarantee(MINIMAL, other, *chained()).result
        assert not np.array_equal(one.prior_prob, changed.prior_prob)
        assert not np.array_equal(one.governments_points, changed.governments_points)

    def test_a_shorter_run_is_the_beginning_of_a_longer_one(self) -> None:
        long, short = found(draws=BLOCK + 40), found(draws=150)
        for name, values in arrays_of(short):
            np.testing.assert_array_equal(getattr(long, name)[: len(values)], values, err_msg=name)

    def test_blocks_side_by_side_give_what_they_give_one_after_another(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        both = found(draws=2 * BLOCK + 10)
        monkeypatch.setattr(foedus.chain, "BLOCKS_AT_A_TIME", 1)
        for name, values in arrays_of(found(draws=2 * BLOCK + 10)):
            np.testing.assert_array_equal(getattr(both, name), values, err_msg=name)
        assert both.is_searched.sum() == 2 * 256 + 10

    def test_cells_of_tables_that_are_not_read_need_not_be_drawn(self) -> None:
        request = asked()
        drawn = run_request(
            MINIMAL, Guarantee(), request, links=force_link(MINIMAL, request, *chained())
        ).result
        for name, values in arrays_of(found()):
            np.testing.assert_array_equal(getattr(drawn, name), values, err_msg=name)

    def test_no_other_table_is_read_of_which_cells_are_drawn(self) -> None:
        class Watched(Draws):
            read: set[str] = set()  # noqa: RUF012 - one set for the whole test

            def settled(self, scenario: Scenario, table: str, column: str) -> Any:
                self.read.add(table)
                return super().settled(scenario, table, column)

            def setting(self, engine: str, name: str, value: float) -> Any:
                self.read.add("engines")
                return super().setting(engine, name, value)

        minimal = MINIMAL.in_key_order
        Guarantee().inputs(minimal, Watched(minimal.headline_option))
        assert Watched.read == READ_BY_GUARANTEE

    def test_no_draws_are_refused(self) -> None:
        with pytest.raises(SettingsError, match="draws: 0"):
            run_guarantee(MINIMAL, asked(draws=0), *chained())


class TestRules:
    def test_nobody_fights_where_nobody_is_sent(self) -> None:
        alone = run(MINIMAL, Guarantee(authorisation="always"), draws=30, seed=5).result
        assert not alone.force_persons.any()
        assert not alone.fight_given_violation_prob.any()
        assert (alone.violation_prob == 1).all()
        assert np.isinf(alone.needed_backing_prob).all()

    def test_all_must_agree_less_often_than_one_and_nobody_asked_is_always(self) -> None:
        by_rule = {
            rule: found(Guarantee(authorisation=rule)).authorise_prob
            for rule in ("always", "lead", "heads", "persons", "consensus")
        }
        assert set(np.unique(by_rule["always"])) <= {0.0, 1.0}
        for rule in ("heads", "persons", "lead"):
            assert (by_rule["consensus"] <= by_rule[rule] + 1e-12).all()
            assert (by_rule[rule] <= by_rule["always"]).all()
        assert not np.allclose(by_rule["heads"], by_rule["persons"])

    def test_the_lead_is_who_sends_most_and_agrees_as_far_as_it_would_go(self) -> None:
        result = found(changes={"consent/ALD/level": 3, "forces/ALD/sent_land_persons": 90_000})
        row = MINIMAL.row("disputes", "ceasefire:authorise_prob:fight_back.reserve")
        assert (result.authorise_prob[:, 2, :] == row.parameter_value).all()

    def test_without_the_guarantor_its_backing_is_0_and_the_force_its_own(self) -> None:
        result = found()
        helped, alone = chained()
        own = [role != "guarantor" for role in helped.forces.result.roles]
        for place, runs in enumerate((helped, alone)):
            sent = runs.forces.result.sent_land_persons[:, own].sum(axis=1)
            np.testing.assert_allclose(result.force_persons[:, place], sent)
        assert not result.backing_prob[:, WITHOUT].any()
        assert (result.backing_prob[:, WITH] == 0.5).all()
        assert result.force_persons[:, WITH].mean() > result.force_persons[:, WITHOUT].mean()

    def test_choices_that_follow_payoffs_closely_are_those_of_the_closed_form(self) -> None:
        exact, loose = found(), found(Guarantee(lambda_ratio=0.05))
        close = found(Guarantee(lambda_ratio=20.0))
        gap = np.abs(close.violation_prob - exact.violation_prob)
        assert np.quantile(gap, 0.9) < 1e-3
        assert np.abs(loose.violation_prob - exact.violation_prob).mean() > 0.02
        np.testing.assert_array_equal(loose.governments_points, exact.governments_points)
        np.testing.assert_array_equal(loose.deterred_prob, 1 - loose.violation_prob)
        assert (loose.no_force_violation_prob < 1).all()

    def test_numbers_that_make_no_game_cannot_be_set(self) -> None:
        cell = "disputes/ceasefire:clash_cost_points:all/parameter_value"
        with pytest.raises(SettingsError, match="clash_cost_points < governments_war_cost_points"):
            found(changes={cell: 30})


class TestWhatIsMissing:
    def test_a_row_that_the_game_needs_is_named(self) -> None:
        rows = tuple(r for r in MINIMAL.disputes if r.key != "ceasefire:stop_cost_points:all")
        with pytest.raises(
            MissingDataError, match=r"no row ceasefire:stop_cost_points:all\. Add it"
        ):
            found(scenario=MINIMAL.model_copy(update={"disputes": rows}))

    def test_without_leverage_the_rest_is_played(self) -> None:
        rows = tuple(r for r in MINIMAL.disputes if r.dispute == "ceasefire")
        result = found(scenario=MINIMAL.replace(disputes=rows))
        assert not result.has_leverage
        assert result.leverage_table().is_empty()
        assert result.offer_table().is_empty()
        np.testing.assert_array_equal(result.violation_prob, found().violation_prob)

    def test_without_base_rates_nothing_is_said_of_months_or_promises(self) -> None:
        result = found(scenario=MINIMAL.replace(base_rates=()))
        assert not result.has_hazard
        assert not result.has_prior
        for name in ("months", "burden", "base_rates"):
            assert result.tables()[name].is_empty()
        assert np.isnan(result.outcomes()["violation_in_24_months_prob"]).all()
        assert result.threshold_table()["needed_share"].null_count() == 12


def test_a_point_of_the_option_is_the_game_with_the_numbers_as_they_stand() -> None:
    minimal = MINIMAL.in_key_order
    inputs = Guarantee().inputs(minimal, point(minimal.headline_option, {}))
    game = point_game(inputs, 6000.0, 0.5)
    assert np.asarray(game.prize_points).tolist() == [[20, 100, 40]]
    assert np.asarray(game.authorise_prob).tolist() == [[0.5]]
    # 6,000 where half is felt at 2,000
    assert np.asarray(game.tied_contact_points)[0].tolist() == pytest.approx([11.25, 33.75, 45])

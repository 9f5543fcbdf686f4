"""Forecasts are scored against outcomes as the definitions say, and nothing leaks into them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.backtest import (
    BASELINE,
    MODELS,
    Backtest,
    Case,
    ExpertError,
    backtest,
    crps,
    difference,
    summary,
)
from foedus.engines.bargaining.challenge.play import challenge
from foedus.engines.bargaining.result import MODELS as FORECAST_MODELS

SCORES = st.floats(0, 100).map(lambda score: round(score, 3))
QUICK = ExpertError(draws=40)


def settled(issue: str = "tax", **changes: Any) -> Case:
    """Return an invented issue: two that want little and do not care, two that want much."""
    given_: dict[str, Any] = {
        "issue": issue,
        "proposal": "budget",
        "position_score": np.array([0.0, 20.0, 80.0, 100.0]),
        "salience_share": np.array([0.1, 0.2, 0.6, 0.4]),
        "capability_weight": np.ones(4),
        "outcome_score": 60.0,
        "reference_score": 10.0,
    }
    return Case(**given_ | changes)


def found_by_hand(errors: dict[str, list[float]], proposals: list[str]) -> Backtest:
    """Return a backtest of which only the errors matter; outcomes are all 0."""
    forecast = np.array(list(errors.values()))
    return Backtest(
        models=tuple(errors),
        issues=tuple(str(i) for i in range(forecast.shape[1])),
        proposals=tuple(proposals),
        outcome_score=np.zeros(forecast.shape[1]),
        forecast_score=forecast,
        low_score=forecast - 1,
        high_score=forecast + 1,
        crps_score=forecast / 2,
    )


class TestByHand:
    def test_the_mean_and_the_guesses_of_one_issue(self) -> None:
        """Mean (0 + 4 + 48 + 40) / 1.3, plain mean 50, no change 10."""
        found = backtest([settled()], expert=QUICK)
        at = dict(zip(found.models, found.forecast_score[:, 0], strict=True))
        assert at["mean"] == pytest.approx(92 / 1.3)
        assert at["median"] == 80
        assert at["plain_mean"] == 50
        assert at["no_change"] == 10
        np.testing.assert_allclose(found.error_score[:, 0], np.abs(found.forecast_score[:, 0] - 60))

    def test_nash_rests_at_the_reference_where_some_want_more_and_some_less(self) -> None:
        found = backtest([settled()], ["nash_reference"], QUICK)
        assert found.forecast_score[1, 0] == 10

    def test_the_challenge_model_is_played_on_the_whole_scale(self) -> None:
        case = settled()
        found = backtest([case], ["challenge_paper"], QUICK)
        played = challenge(
            case.position_score[None] / 100,
            case.capability_weight[None],
            case.salience_share[None],
            scale_width=1.0,
            reading="scholz-paper",
        )
        assert found.forecast_score[1, 0] == pytest.approx(100 * played.forecast[0], abs=1e-6)

    def test_the_summary_of_three_errors(self) -> None:
        found = found_by_hand({"mean": [0.0, 3.0, 9.0]}, ["a", "b", "c"])
        told = summary(found, "mean")
        assert told.issues_count == 3
        assert told.mean_error_score == 4
        assert told.median_error_score == 3
        assert told.root_mean_square_score == pytest.approx(np.sqrt(30))
        assert told.mean_crps_score == 2
        assert told.covered_share == pytest.approx(1 / 3)

    def test_the_crps_of_a_pair_of_draws(self) -> None:
        """Mean distance 20, less half of the mean distance 20 / 2 of pairs."""
        assert crps([[40.0], [60.0]], [70.0]).tolist() == [15.0]

    def test_a_difference_is_taken_over_the_issues_of_both(self) -> None:
        errors = {"mean": [1.0, 2.0, 3.0], "median": [5.0, np.nan, 3.0]}
        told = difference(found_by_hand(errors, ["a", "b", "c"]), "median")
        assert (told.issues_count, told.proposals_count) == (2, 2)
        assert told.difference_score == 2
        assert told.better_share == 0.25
        assert (told.low_score, told.high_score) == (0, 4)

    def test_issues_of_one_proposal_are_drawn_together(self) -> None:
        """With two proposals a sample is the first twice, the second twice, or both."""
        errors = {"mean": [0.0] * 4, "median": [4.0, 4.0, 4.0, 0.0]}
        told = difference(found_by_hand(errors, ["a", "a", "a", "b"]), "median")
        assert (told.low_score, told.difference_score, told.high_score) == (0, 3, 4)

    def test_one_proposal_gives_no_interval(self) -> None:
        told = difference(found_by_hand({"mean": [1.0], "median": [3.0]}, ["a"]), "median")
        assert told.difference_score == 2
        assert np.isnan([told.low_score, told.high_score]).all()


class TestLaws:
    @given(
        drawn=st.lists(st.lists(SCORES, min_size=2, max_size=2), min_size=1, max_size=8),
        outcome=st.lists(SCORES, min_size=2, max_size=2),
    )
    def test_the_crps_is_the_area_between_two_step_functions(
        self, drawn: list[list[float]], outcome: list[float]
    ) -> None:
        """Slow oracle: the integral of (F(x) - [x >= y])^2, piece by piece."""
        draws = np.array(drawn)
        for case, happened in enumerate(outcome):
            ends = np.unique([*draws[:, case], happened])
            below = (draws[:, case][:, None] <= ends[:-1]).mean(axis=0)
            area = (np.square(below - (happened <= ends[:-1])) * np.diff(ends)).sum()
            assert crps(draws, outcome)[case] == pytest.approx(area, abs=1e-9)

    @given(forecast=SCORES, outcome=SCORES)
    def test_the_crps_of_a_single_number_is_its_error(
        self, forecast: float, outcome: float
    ) -> None:
        assert crps([[forecast]], [outcome])[0] == pytest.approx(abs(forecast - outcome))

    def test_without_expert_error_the_spread_is_the_forecast(self) -> None:
        sure = ExpertError(position_sd_score=0, salience_sd_share=0, draws=5)
        found = backtest([settled()], expert=sure)
        np.testing.assert_array_equal(found.low_score, found.high_score)
        np.testing.assert_allclose(found.low_score, found.forecast_score)
        np.testing.assert_allclose(found.crps_score, found.error_score)

    def test_more_expert_error_makes_wider_intervals(self) -> None:
        """The spread of a mean of numbers that stay on the scale is in proportion to theirs."""
        inner = settled(position_score=np.array([40.0, 45.0, 55.0, 60.0]))
        widths = []
        for sd in (1.0, 3.0):
            expert = ExpertError(position_sd_score=sd, salience_sd_share=0, draws=60)
            found = backtest([inner], ["mean"], expert)
            widths.append(found.high_score[0, 0] - found.low_score[0, 0])
        assert widths[1] == pytest.approx(3 * widths[0])

    def test_no_model_is_told_the_outcome(self) -> None:
        one, other = (
            backtest([settled(outcome_score=outcome)], expert=QUICK) for outcome in (0.0, 100.0)
        )
        np.testing.assert_array_equal(one.forecast_score, other.forecast_score)
        np.testing.assert_array_equal(one.low_score, other.low_score)

    def test_what_is_drawn_for_an_issue_depends_on_no_other(self) -> None:
        alone = backtest([settled("tax")], ["median"], QUICK)
        beside = backtest([settled("quota"), settled("tax")], ["median"], QUICK, threads=2)
        np.testing.assert_array_equal(alone.low_score[:, 0], beside.low_score[:, 1])
        np.testing.assert_array_equal(alone.crps_score[:, 0], beside.crps_score[:, 1])
        assert not np.array_equal(beside.crps_score[:, 0], beside.crps_score[:, 1])

    def test_the_seed_explains_every_draw(self) -> None:
        by_seed = [
            backtest([settled()], ["mean"], ExpertError(draws=20, seed=seed)).crps_score[0, 0]
            for seed in (1, 1, 2)
        ]
        assert by_seed[0] == by_seed[1]
        assert by_seed[0] != by_seed[2]

    def test_every_forecast_stays_on_the_scale_and_within_the_positions(self) -> None:
        found = backtest([settled()], expert=ExpertError(position_sd_score=80, draws=60))
        for block in (found.low_score, found.high_score):
            assert ((block >= 0) & (block <= 100)).all()

    def test_turning_the_scale_round_turns_the_mean_round(self) -> None:
        turned = settled(position_score=100 - settled().position_score)
        there, back = (
            backtest([case], ["nash_zero"], QUICK).forecast_score for case in (settled(), turned)
        )
        np.testing.assert_allclose(there, 100 - back, atol=1e-9)

    def test_only_ratios_of_capability_matter(self) -> None:
        one, other = (
            backtest([settled(capability_weight=np.array([1.0, 2, 3, 4]) * size)], expert=QUICK)
            for size in (1.0, 70.0)
        )
        np.testing.assert_allclose(one.forecast_score, other.forecast_score, atol=1e-6)

    def test_who_does_not_care_at_all_keeps_a_draw_from_being_void(self) -> None:
        """Both draws of salience often fall to 0 together; the recorded ones then stand."""
        nearly = settled(
            position_score=np.array([0.0, 100.0]),
            salience_share=np.array([0.0, 1e-6]),
            capability_weight=np.array([1.0, 1.0]),
        )
        found = backtest([nearly], ["mean"], ExpertError(draws=100))
        assert np.isfinite(found.crps_score).all()


class TestEdges:
    def test_models_without_a_reference_point_say_nothing(self) -> None:
        found = backtest([settled(), settled("quota", reference_score=np.nan)], expert=QUICK)
        quiet = {
            name
            for name, scored in zip(found.models, found.is_scored, strict=True)
            if not scored[1]
        }
        assert quiet == {"nash_reference", "no_change"}
        assert summary(found, "no_change").issues_count == 1
        with pytest.raises(ValueError, match="had nothing to say"):
            summary(backtest([settled(reference_score=np.nan)], expert=QUICK), "no_change")

    def test_the_baseline_is_there_unasked_and_first(self) -> None:
        assert backtest([settled()], ["median", "mean"], QUICK).models == (BASELINE, "median")

    def test_models_have_the_names_that_forecasts_have(self) -> None:
        assert set(MODELS) - set(FORECAST_MODELS) == {"plain_mean", "no_change"}
        assert BASELINE == next(iter(MODELS)) == next(iter(FORECAST_MODELS))

    def test_all_at_one_point_is_forecast_as_that_point(self) -> None:
        models = [name for name in MODELS if not MODELS[name].needs_reference]
        sure = ExpertError(position_sd_score=0, salience_sd_share=0, draws=2)
        found = backtest([settled(position_score=np.full(4, 30.0))], models, sure)
        np.testing.assert_allclose(found.forecast_score, 30)

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"position_score": np.array([0.0, 20.0, 80.0, 120.0])}, "position_score holds 120"),
            ({"position_score": np.array([0.0, 20.0, 80.0, np.nan])}, "position_score holds nan"),
            ({"salience_share": np.array([0.1, 0.2, 0.6, 40])}, "salience_share holds 40"),
            ({"salience_share": np.ones(3)}, r"has shape \(3,\)"),
            ({"capability_weight": np.array([1, 1, 1, np.inf])}, "capability_weight holds inf"),
            ({"capability_weight": np.zeros(4)}, "nobody has any weight"),
            ({"outcome_score": np.nan}, "outcome_score holds nan"),
            ({"reference_score": -1.0}, "reference_score holds -1"),
        ],
    )
    def test_a_case_with_a_fault_is_refused(self, changes: dict[str, Any], says: str) -> None:
        with pytest.raises(ValueError, match=says):
            settled(**changes)

    def test_a_single_actor_has_nobody_to_bargain_with(self) -> None:
        lone = np.array([50.0])
        with pytest.raises(ValueError, match="it has 1 actors"):
            settled(position_score=lone, salience_share=lone / 100, capability_weight=lone)

    def test_what_cannot_be_asked_is_told_at_once(self) -> None:
        with pytest.raises(ValueError, match="no model 'oracle'; issue tax stands twice"):
            backtest([settled(), settled()], ["oracle"])
        with pytest.raises(ValueError, match="there is no issue to score"):
            backtest([])
        with pytest.raises(ValueError, match=r"-1.*-2.*draws is 0.*seed is -1"):
            ExpertError(position_sd_score=-1, salience_sd_share=-2, draws=0, seed=-1)

    @pytest.mark.parametrize(
        ("drawn", "outcome"),
        [
            (np.zeros((0, 1)), np.zeros(1)),
            (np.zeros((2, 1)), np.zeros(2)),
            (np.full((2, 1), np.nan), np.zeros(1)),
        ],
    )
    def test_the_crps_refuses_what_is_no_forecast(
        self, drawn: FloatArray, outcome: FloatArray
    ) -> None:
        with pytest.raises(ValueError, match="draw"):
            crps(drawn, outcome)

    def test_a_model_that_was_not_asked_is_told(self) -> None:
        found = found_by_hand({"mean": [1.0, np.nan], "median": [np.nan, 1.0]}, ["a", "b"])
        with pytest.raises(ValueError, match="exchange was not asked: mean, median"):
            summary(found, "exchange")
        with pytest.raises(ValueError, match="share no issue"):
            difference(found, "median")

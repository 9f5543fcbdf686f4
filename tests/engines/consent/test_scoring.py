import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.consent.scoring import (
    FloatArray,
    brier_score,
    calibration_table,
    log_score,
    skill,
)

CASES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=12)
HALVES = np.array([0.0, 0.5, 1.0])


def columns(cases: list[tuple[float, bool]]) -> tuple[FloatArray, FloatArray]:
    prob, outcome = np.array(cases, dtype=np.float64).T
    return prob, outcome


class TestPublishedAndHandWorkedValues:
    @pytest.mark.parametrize(
        ("prob", "outcome", "score"), [(0.7, 1, 0.09), (0.3, 1, 0.49), (0.5, 0, 0.25), (1, 1, 0)]
    )
    def test_brier_score_of_one_forecast(self, prob: float, outcome: float, score: float) -> None:
        assert brier_score(np.array([prob]), np.array([outcome])) == pytest.approx(score)

    def test_brier_score_of_ten_forecasts_of_rain(self) -> None:
        """The ten of Brier (1950), recalled and not checked; his 0.19 sums both classes."""
        prob = np.array([0.7, 0.9, 0.8, 0.4, 0.2, 0, 0, 0, 0, 0.1])
        rain = np.array([0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
        assert 2 * brier_score(prob, rain) == pytest.approx(0.19)

    def test_log_score_is_the_mean_of_logarithms(self) -> None:
        """-(ln 0.8 + ln 0.75) / 2 = (0.2231436 + 0.2876821) / 2."""
        found = log_score(np.array([0.8, 0.25]), np.array([1, 0]))
        assert found == pytest.approx(0.25541281, abs=1e-8)

    def test_wilson_interval_of_6_in_32(self) -> None:
        """As R prints it for the cars of `mtcars` with 25 miles a gallon or more."""
        outcome = np.array([1.0] * 6 + [0.0] * 26)
        table = calibration_table(np.full(32, 0.2), outcome, np.array([0.0, 1.0]), confidence=0.95)
        assert table.observed_low_share[0] == pytest.approx(0.08889545, abs=1e-8)
        assert table.observed_high_share[0] == pytest.approx(0.35309155, abs=1e-8)

    def test_calibration_table_by_hand(self) -> None:
        prob = np.array([0.0, 0.1, 0.25, 0.3, 0.5, 0.9, 1.0])
        outcome = np.array([0, 1, 0, 1, 1, 1, 1])
        table = calibration_table(prob, outcome, np.array([0.0, 0.25, 0.5, 0.75, 1.0]))
        assert table.low_prob.tolist() == [0.0, 0.25, 0.5, 0.75]
        assert table.high_prob.tolist() == [0.25, 0.5, 0.75, 1.0]
        assert table.case_count.tolist() == [2, 2, 1, 2]
        np.testing.assert_allclose(table.mean_prob, [0.05, 0.275, 0.5, 0.95])
        np.testing.assert_allclose(table.observed_share, [0.5, 0.5, 1.0, 1.0])

    def test_skill_is_the_part_of_the_error_done_away_with(self) -> None:
        assert skill(0.05, 0.25) == pytest.approx(0.8)
        assert skill(0.5, 0.25) == -1
        assert skill(np.inf, 0.7) == -np.inf


@given(CASES, st.floats(0, 1))
def test_no_constant_forecast_beats_the_observed_share(
    cases: list[tuple[float, bool]], other: float
) -> None:
    _, outcome = columns(cases)
    share, constant = np.full_like(outcome, outcome.mean()), np.full_like(outcome, other)
    assert brier_score(share, outcome) <= brier_score(constant, outcome) + 1e-12
    assert log_score(share, outcome) <= log_score(constant, outcome) + 1e-12


@given(CASES)
def test_scores_do_not_depend_on_which_side_is_called_the_event(
    cases: list[tuple[float, bool]],
) -> None:
    prob, outcome = columns(cases)
    assert brier_score(1 - prob, 1 - outcome) == pytest.approx(brier_score(prob, outcome))
    # One less a chance near 0 rounds to 1, so the tails are clipped on both sides.
    mirrored = log_score(1 - prob, 1 - outcome, clip=1e-6)
    assert mirrored == pytest.approx(log_score(prob, outcome, clip=1e-6), rel=1e-6)


@given(CASES)
def test_the_log_score_is_at_least_the_brier_score(cases: list[tuple[float, bool]]) -> None:
    """-ln p is at least 1 - p, and that at least its square."""
    prob, outcome = columns(cases)
    assert log_score(prob, outcome) >= brier_score(prob, outcome) - 1e-12


@given(CASES)
def test_the_brier_score_is_the_mean_over_bins_if_forecasts_are_the_bins(
    cases: list[tuple[float, bool]],
) -> None:
    """Murphy's parting for three forecast values: reliability - resolution + uncertainty."""
    prob, outcome = columns(cases)
    values = np.array([0.2, 0.5, 0.8])
    prob = values[np.digitize(prob, [1 / 3, 2 / 3])]
    table = calibration_table(prob, outcome, np.array([0.0, 1 / 3, 2 / 3, 1.0]))
    filled = table.case_count > 0
    weight = table.case_count[filled] / len(prob)
    observed, base = table.observed_share[filled], outcome.mean()
    reliability = weight @ np.square(table.mean_prob[filled] - observed)
    resolution = weight @ np.square(observed - base)
    parted = reliability - resolution + base * (1 - base)
    assert brier_score(prob, outcome) == pytest.approx(parted, abs=1e-12)


@given(CASES)
def test_every_case_is_in_one_bin(cases: list[tuple[float, bool]]) -> None:
    prob, outcome = columns(cases)
    table = calibration_table(prob, outcome, np.linspace(0, 1, 6))
    assert table.case_count.sum() == len(prob)
    filled = table.case_count > 0
    assert np.isnan(table.observed_share[~filled]).all()
    assert np.isnan(table.mean_prob[~filled]).all()
    assert np.isnan(table.observed_low_share[~filled]).all()
    total = table.case_count[filled] @ table.observed_share[filled]
    assert total == pytest.approx(outcome.sum())
    inside = slice(None) if filled.all() else filled
    assert (table.mean_prob[inside] >= table.low_prob[inside] - 1e-12).all()
    assert (table.mean_prob[inside] <= table.high_prob[inside] + 1e-12).all()
    low, high = table.observed_low_share[inside], table.observed_high_share[inside]
    assert (low >= 0).all()
    assert (high <= 1).all()
    assert (low <= table.observed_share[inside] + 1e-12).all()
    assert (table.observed_share[inside] <= high + 1e-12).all()


def test_a_wider_confidence_gives_a_wider_interval() -> None:
    prob, outcome = np.full(10, 0.6), np.array([1] * 7 + [0] * 3)
    narrow = calibration_table(prob, outcome, HALVES)
    wide = calibration_table(prob, outcome, HALVES, confidence=0.99)
    assert wide.observed_low_share[1] < narrow.observed_low_share[1]
    assert wide.observed_high_share[1] > narrow.observed_high_share[1]


def test_false_certainty_costs_everything_unless_it_is_clipped() -> None:
    prob, outcome = np.array([1.0, 0.5]), np.array([0.0, 1.0])
    assert log_score(prob, outcome) == np.inf
    assert log_score(prob, outcome, clip=0.01) == pytest.approx(-np.log([0.01, 0.5]).mean())


def test_true_certainty_costs_nothing() -> None:
    prob = np.array([1.0, 0.0])
    assert str(log_score(prob, prob)) == "0.0"
    assert brier_score(prob, prob) == 0


@pytest.mark.parametrize(
    ("prob", "outcome", "says"),
    [
        ([0.5], [np.nan], "outcome holds a number that is neither 0 nor 1"),
        ([0.5], [0.5], "outcome holds"),
        ([np.nan], [1.0], "prob holds"),
        ([1.1], [1.0], "prob holds"),
        ([], [], "no case"),
        ([0.5, 0.5], [1.0], "shape"),
        ([[0.5]], [[1.0]], "shape"),
    ],
)
def test_cases_that_cannot_be_scored_are_refused(
    prob: list[float], outcome: list[float], says: str
) -> None:
    forecast, happened = np.array(prob), np.array(outcome)
    with pytest.raises(ValueError, match=says):
        brier_score(forecast, happened)
    with pytest.raises(ValueError, match=says):
        log_score(forecast, happened)
    with pytest.raises(ValueError, match=says):
        calibration_table(forecast, happened, HALVES)


@pytest.mark.parametrize("clip", [0.0, 0.5, -0.1])
def test_a_clip_out_of_range_is_refused(clip: float) -> None:
    with pytest.raises(ValueError, match="clip"):
        log_score(np.array([0.5]), np.array([1.0]), clip=clip)


@pytest.mark.parametrize(
    ("edges", "says"),
    [
        ([0.0, 0.5, 0.5, 1.0], "ascend"),
        ([], "ascend"),
        ([0.0], "not from 0 to 1"),
        ([0.1, 1.0], "not from 0 to 1"),
        ([0.0, 0.9], "not from 0 to 1"),
    ],
)
def test_edges_that_leave_a_gap_are_refused(edges: list[float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        calibration_table(np.array([0.5]), np.array([1.0]), np.array(edges))


def test_a_confidence_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="confidence"):
        calibration_table(np.array([0.5]), np.array([1.0]), HALVES, confidence=1.0)


@pytest.mark.parametrize(
    ("score", "baseline", "says"),
    [
        (0.1, 0.0, "baseline"),
        (0.1, np.inf, "baseline"),
        (np.nan, 0.2, "score"),
        (-0.1, 0.2, "score"),
    ],
)
def test_a_skill_without_measure_is_refused(score: float, baseline: float, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        skill(score, baseline)

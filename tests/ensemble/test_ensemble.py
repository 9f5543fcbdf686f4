"""What is told of an ensemble: points with the error of having drawn so few."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from foedus.ensemble.ensemble import Ensemble, differences, point_error, summarise, told
from foedus.errors import SettingsError
from foedus.provenance import Identity

IDENTITY = Identity(
    foedus="1", engine="ensemble", settings={"design": "sobol"}, scenario="a" * 64,
    option="x", set={}, seed=0, draws=4,
)  # fmt: skip


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_mean_and_points_are_those_of_numpy(numbers: list[float]) -> None:
    values = np.array(numbers)
    about = told(np.append(values, np.nan))
    assert about["draws_count"] == len(values)
    assert about["mean"] == pytest.approx(values.mean(), abs=1e-6)
    assert about["mean_error"] == pytest.approx(values.std(ddof=1) / np.sqrt(len(values)))
    points = [about["low"], about["median"], about["high"]]
    assert points == pytest.approx(np.quantile(values, [0.05, 0.5, 0.95]).tolist())


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_the_error_of_a_point_is_how_far_it_moves_from_sample_to_sample(share: float) -> None:
    """Against the spread over 400 samples, and the formula for a normal distribution."""
    chance = np.random.default_rng(1)
    samples = np.sort(chance.standard_normal((400, 2000)), axis=1)
    moved = np.quantile(samples, share, axis=1).std()
    stated = np.mean([point_error(sample, share) or 0.0 for sample in samples])
    by_formula = np.sqrt(share * (1 - share) / 2000) / norm.pdf(norm.ppf(share))
    assert stated == pytest.approx(moved, rel=0.1)
    assert stated == pytest.approx(by_formula, rel=0.05)


def test_the_mean_lies_within_two_errors_of_the_truth_as_often_as_it_should() -> None:
    samples = np.random.default_rng(2).random((500, 300))
    about = [told(sample) for sample in samples]
    within = [abs(one["mean"] - 0.5) < 1.96 * one["mean_error"] for one in about]  # type: ignore[operator]
    assert 0.92 < np.mean(within) < 0.98


def test_of_too_few_draws_no_error_is_made_up() -> None:
    about = told(np.array([1.0, 2.0]))
    assert about["low_error"] is None
    assert told(np.array([1.0]))["mean_error"] is None
    assert told(np.array([np.nan]))["mean"] is None


def test_what_happens_or_does_not_is_marked() -> None:
    assert told(np.array([0.0, 1.0, np.nan]))["is_event"] is True
    assert told(np.array([0.0, 0.5]))["is_event"] is False


def test_failed_draws_are_counted_and_in_no_number() -> None:
    rows = pl.DataFrame(
        {
            "draw": range(4),
            "forces/x_persons": [1.0, 3.0, float("nan"), 5.0],
            "cell:units/A:b/held_count": [0.0] * 4,
            "status": ["ok", "ok", "no", "ok"],
        }
    )
    summary, statuses = summarise(rows.lazy())
    assert summary["outcome"].to_list() == ["forces/x_persons"]
    assert summary["mean"].to_list() == [3.0]
    assert statuses.rows() == [("ok", 3), ("no", 1)]
    found = Ensemble(IDENTITY, summary, statuses)
    assert (found.failed_count, found.failed_share) == (1, 0.25)
    assert found.outcomes == ("forces/x_persons",)
    assert found.inputs == ()
    with pytest.raises(SettingsError, match="not kept"):
        found.scan()


def test_a_difference_names_what_differs_and_both_values() -> None:
    other = Identity(**{**vars(IDENTITY), "seed": 7, "scenario": "b" * 64, "set": {"a/b/c": 1.0}})
    assert differences(IDENTITY, IDENTITY) == []
    assert differences(other, IDENTITY) == [
        "scenario is bbbbbbbbbbbb and was aaaaaaaaaaaa",
        "set a/b/c is 1.0 and was not set",
        "seed is 7 and was 0",
    ]

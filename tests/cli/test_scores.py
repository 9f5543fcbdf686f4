"""Scores of the chances of joining are those of the literature."""

import numpy as np
import pytest

import foedus as fd
from foedus.cli.scores import Score, reasons_unscored, score
from foedus.errors import SettingsError


def scored(chances: list[float], outcomes: list[int], stated: list[float]) -> Score:
    return Score(
        delegations=tuple("ABCDEFGH"[: len(chances)]),
        unscored={},
        outcome=np.array(outcomes, dtype=np.float64),
        join_prob=np.array(chances),
        stated_score=np.array(stated),
    )


def test_scores_are_those_computed_by_hand() -> None:
    """Brier: (0.04 + 0.04) / 2; log: -ln 0.8 twice; one half would earn 0.25 and ln 2."""
    found = {
        row["forecast"]: row
        for row in scored([0.8, 0.2], [1, 0], [50, 50]).scores().iter_rows(named=True)
    }
    assert found["foedus"]["brier_ratio"] == pytest.approx(0.04)
    assert found["foedus"]["log_ratio"] == pytest.approx(-np.log(0.8))
    assert found["stated score / 100"]["brier_ratio"] == pytest.approx(0.25)
    assert found["stated score / 100"]["brier_skill_ratio"] == pytest.approx(1 - 0.04 / 0.25)
    assert found["stated score at least 50"]["brier_ratio"] == pytest.approx(0.5)
    assert found["foedus"]["brier_skill_ratio"] is None


def test_a_perfect_baseline_leaves_no_skill_to_measure() -> None:
    table = scored([0.8, 0.2], [1, 0], [100, 0]).scores()
    assert table["brier_skill_ratio"].to_list()[1:] == [None, None]


def test_certainty_that_goes_wrong_has_a_finite_price() -> None:
    table = scored([1.0, 0.0], [0, 1], [50, 50]).scores()
    assert table["log_ratio"][0] == pytest.approx(-np.log(0.01))


def test_every_case_stands_in_one_bin_of_the_calibration() -> None:
    table = scored([0.0, 0.1, 0.5, 1.0], [0, 0, 1, 1], [0, 0, 0, 0]).calibration()
    assert table["cases"].to_list() == [2, 1, 1]
    assert table["joined_share"].to_list() == [0, 1, 1]
    low, middle, high = (table[f"joined_share{end}"] for end in ("_low", "", "_high"))
    assert ((low - 1e-12 <= middle) & (middle <= high + 1e-12)).all()


def test_who_cannot_be_scored_is_named_with_the_reason() -> None:
    minimal = fd.load("minimal")
    without = [row for row in minimal.stances if row.delegation not in ("BRK", "ELM")]
    strict = minimal.replace(stances=tuple(without))
    whole = minimal.replace(stances=tuple(r for r in minimal.stances if r.delegation != "BRK"))
    reasons = reasons_unscored(whole, strict)
    assert reasons == {
        "BRK": "it has no stance",
        "ELM": "its stance became known only later",
    }
    result = fd.run(strict, fd.Consent(), draws=20).result
    found = score(result, {"ELM": 1, "ALD": 1}, reasons)
    assert found.delegations == ("ALD",)
    assert found.unscored == {"ELM": "its stance became known only later"}
    with pytest.raises(SettingsError, match="none of the delegations"):
        score(result, {"ELM": 1}, reasons)

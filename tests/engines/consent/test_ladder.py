from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import multivariate_normal, norm

from foedus.engines.consent.ladder import (
    FloatArray,
    JointStances,
    Level,
    LevelArray,
    ascending_cuts,
    drop_without_backing,
    fall_prob,
    joint_levels,
    level_of,
    mix_backing,
    reach_prob,
    without_backing,
)
from foedus.engines.consent.willingness import correlated_normals

CUTS = np.array([[8.0, 35.0, 40.0, 52.0, 80.0]])
SCORES = st.floats(-50, 150)
CUT_LISTS = st.lists(st.floats(0, 100), min_size=5, max_size=5)


def drawn_levels(stances: JointStances, draws: int, rng: np.random.Generator) -> LevelArray:
    """Draw the normals and hand them to the kernel."""
    own = rng.standard_normal((draws, stances.mean_score.shape[1]))
    return joint_levels(stances, own, rng.standard_normal(draws))


def level_by_words(willingness: float, cuts: list[float]) -> int:
    """The definition: climb while the next cut-point is reached."""
    level = 0
    for cut in cuts:
        if willingness < cut:
            break
        level += 1
    return level


def stances(rows: int, delegations: int, seed: int) -> JointStances:
    rng = np.random.default_rng(seed)
    return JointStances(
        mean_score=rng.uniform(0, 100, (rows, delegations)),
        sd_score=rng.uniform(0, 30, (rows, delegations)),
        cuts=ascending_cuts(CUTS + rng.uniform(-5, 5, (rows, 5))),
        shift_score=rng.uniform(-3, 3, rows),
        correlation=rng.uniform(0, 1, rows),
    )


class TestHandWorkedValues:
    def test_levels_at_and_around_the_cut_points(self) -> None:
        words = np.array([[7.999, 8.0, 34.9, 35.0, 40.0, 51.9, 52.0, 79.9, 80.0, 120.0, -5.0]])
        assert level_of(words, CUTS).tolist() == [[0, 1, 1, 2, 3, 3, 4, 4, 5, 5, 0]]

    def test_chances_from_the_table_of_the_normal(self) -> None:
        """A mean of 60 with an sd of 20: distances 2.6, 1.25, 1, 0.4 and -1."""
        expected = [[[1, 0.9953388, 0.8943502, 0.8413447, 0.6554217, 0.1586553]]]
        found = reach_prob(np.array([[60.0]]), np.array([[20.0]]), CUTS)
        np.testing.assert_allclose(found, expected, atol=5e-8)

    def test_falls_at_the_reference_reliance_and_at_half_of_it(self) -> None:
        reliance = np.array([[0.0, 47.5, 95.0]])
        np.testing.assert_allclose(fall_prob(reliance, 0.9, 1.0), [[0, 0.45, 0.9]], rtol=1e-15)
        np.testing.assert_allclose(fall_prob(reliance, 0.9, 2.0), [[0, 0.225, 0.9]], rtol=1e-15)

    def test_a_fall_is_never_more_than_certain(self) -> None:
        assert fall_prob(np.array([[100.0]]), 0.99, 2.0).tolist() == [[1.0]]

    def test_a_fully_reliant_delegation_keeps_a_tenth_of_what_is_above_outside(self) -> None:
        reach = np.array([[[1.0, 0.9, 0.8, 0.7, 0.6, 0.2]]])
        unbacked = without_backing(reach, np.array([[95.0]]), 0.9, 1.5)
        np.testing.assert_allclose(unbacked, [[[1.0, 0.9, 0.08, 0.07, 0.06, 0.02]]], rtol=1e-14)


class TestCuts:
    def test_a_cut_point_that_crosses_is_raised_to_the_one_before(self) -> None:
        crossing = np.array([[8.0, 39.0, 36.0, 38.0, 80.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
        raised = [[8.0, 39.0, 39.0, 39.0, 80.0], [1.0, 2.0, 3.0, 4.0, 5.0]]
        assert ascending_cuts(crossing).tolist() == raised

    def test_levels_between_tied_cut_points_are_skipped(self) -> None:
        tied = np.array([[8.0, 39.0, 39.0, 39.0, 80.0]])
        assert level_of(np.array([[38.9, 39.0]]), tied).tolist() == [[1, 4]]

    @given(CUT_LISTS, st.lists(SCORES, min_size=1, max_size=4))
    def test_the_level_is_how_far_one_climbs(self, drawn: list[float], words: list[float]) -> None:
        raised = ascending_cuts(np.array([drawn]))
        climbed = [level_by_words(w, drawn) for w in words]
        assert level_of(np.array([words]), raised).tolist() == [climbed]

    @pytest.mark.parametrize(
        "cuts",
        [CUTS[:, ::-1], CUTS[:, :4], CUTS[0], np.array([[8.0, 35.0, np.nan, 52.0, 80.0]])],
        ids=["falling", "four", "no draw axis", "NaN"],
    )
    def test_cut_points_that_make_no_ladder_are_refused(self, cuts: FloatArray) -> None:
        with pytest.raises(ValueError, match="cuts"):
            level_of(np.array([[50.0]]), cuts)
        with pytest.raises(ValueError, match="cuts"):
            reach_prob(np.array([[50.0]]), np.array([[5.0]]), cuts)


class TestReachProb:
    @given(SCORES, st.floats(0, 60), CUT_LISTS)
    def test_a_higher_level_is_never_likelier(
        self, m: float, sd: float, drawn: list[float]
    ) -> None:
        reach = reach_prob(np.array([[m]]), np.array([[sd]]), ascending_cuts(np.array([drawn])))
        assert reach.shape == (1, 1, 6)
        assert reach[0, 0, 0] == 1
        assert (np.diff(reach) <= 0).all()

    @given(SCORES, st.floats(0, 20), st.floats(0, 60))
    def test_more_willingness_never_makes_a_level_less_likely(
        self, m: float, rise: float, sd: float
    ) -> None:
        both = reach_prob(np.array([[m, m + rise]]), np.array([[sd, sd]]), CUTS)[0]
        assert (both[1] >= both[0]).all()

    @given(st.one_of(SCORES, st.sampled_from([8.0, 35.0, 40.0, 52.0, 80.0])))
    def test_without_spread_it_is_the_level_itself(self, m: float) -> None:
        level = level_of(np.array([[m]]), CUTS).item()
        reach = reach_prob(np.array([[m]]), np.array([[0.0]]), CUTS)
        assert reach[0, 0].tolist() == [float(step <= level) for step in Level]

    def test_a_vanishing_spread_tends_to_none(self) -> None:
        reach = reach_prob(np.array([[50.0]]), np.array([[5e-324]]), CUTS)
        assert reach[0, 0].tolist() == [1, 1, 1, 1, 0, 0]

    def test_one_row_of_means_serves_many_draws_of_cut_points(self) -> None:
        cuts = np.vstack([CUTS, CUTS - 5])
        reach = reach_prob(np.array([[52.0, 47.0]]), np.array([[10.0, 0.0]]), cuts)
        assert reach.shape == (2, 2, 6)
        assert reach[:, :, Level.REAR].tolist() == [[0.5, 0.0], [ndtr(0.5), 1.0]]

    def test_one_row_of_cut_points_serves_many_draws_of_spread(self) -> None:
        reach = reach_prob(np.array([[52.0]]), np.array([[0.0], [10.0]]), CUTS)
        assert reach[:, 0, Level.REAR].tolist() == [1.0, 0.5]

    @pytest.mark.parametrize("sd", [-1.0, np.nan, np.inf])
    def test_a_spread_that_is_none_is_refused(self, sd: float) -> None:
        with pytest.raises(ValueError, match="sd_score"):
            reach_prob(np.array([[50.0]]), np.array([[sd]]), CUTS)

    def test_an_unknown_mean_is_refused(self) -> None:
        with pytest.raises(ValueError, match="mean_score"):
            reach_prob(np.array([[np.nan]]), np.array([[1.0]]), CUTS)


class TestBacking:
    @given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 1), st.floats(1, 2))
    def test_more_reliance_never_falls_less(
        self, one: float, other: float, base: float, exponent: float
    ) -> None:
        low, high = fall_prob(np.array([sorted([one, other])]), base, exponent)[0]
        assert 0 <= low <= high <= 1

    @given(SCORES, st.floats(0, 40), st.floats(0, 100), st.floats(0, 1))
    def test_losing_backing_only_lowers_and_only_above_outside(
        self, m: float, sd: float, reliance: float, backing: float
    ) -> None:
        backed = reach_prob(np.array([[m]]), np.array([[sd]]), CUTS)
        unbacked = without_backing(backed, np.array([[reliance]]), 0.9, 1.5)
        mixed = mix_backing(backed, unbacked, backing)
        assert (unbacked[..., :2] == backed[..., :2]).all()
        assert (np.diff(unbacked) <= 0).all()
        assert (unbacked - 1e-15 <= mixed).all()
        assert (mixed <= backed + 1e-15).all()

    def test_certain_backing_and_none_are_the_two_ends(self) -> None:
        backed, unbacked = np.full((1, 1, 6), 0.7), np.full((1, 1, 6), 0.1)
        ends = mix_backing(backed, unbacked, np.array([1.0, 0.0]))
        assert (ends[0] == 0.7).all()
        assert (ends[1] == 0.1).all()

    def test_each_draw_has_its_own_base_and_exponent(self) -> None:
        falls = fall_prob(np.array([[47.5]]), np.array([0.8, 0.4]), np.array([1.0, 2.0]))
        np.testing.assert_allclose(falls, [[0.4], [0.1]], rtol=1e-15)

    def test_dropping_leaves_those_at_outside_or_below(self) -> None:
        levels = np.arange(6, dtype=np.int8)[None]
        dropped = drop_without_backing(levels, np.ones((1, 6), dtype=np.bool_))
        assert dropped.tolist() == [[0, 1, 1, 1, 1, 1]]
        assert dropped.dtype == np.int8

    def test_dropping_drawn_levels_agrees_with_the_chances(self) -> None:
        rng = np.random.default_rng(5)
        draws = 100_000
        mean, sd = np.array([[45.0, 60.0, 75.0]]), np.array([[20.0, 15.0, 0.0]])
        reliance = np.array([[90.0, 50.0, 95.0]])
        levels = level_of(mean + sd * rng.standard_normal((draws, 3)), CUTS)
        falls = rng.random((draws, 3)) < fall_prob(reliance, 0.9, 1.5)
        dropped = drop_without_backing(levels, falls)
        found = (dropped[..., None] >= np.arange(6)).mean(axis=0)
        prob = without_backing(reach_prob(mean, sd, CUTS), reliance, 0.9, 1.5)[0]
        assert (np.abs(found - prob) <= 4 * np.sqrt(prob * (1 - prob) / draws)).all()

    @pytest.mark.parametrize(
        ("reliance", "base", "exponent", "name"),
        [
            (101.0, 0.9, 1.0, "reliance_score"),
            (np.nan, 0.9, 1.0, "reliance_score"),
            (50.0, -0.1, 1.0, "base"),
            (50.0, 0.9, 0.0, "exponent"),
        ],
    )
    def test_a_fall_out_of_range_is_refused(
        self, reliance: float, base: float, exponent: float, name: str
    ) -> None:
        with pytest.raises(ValueError, match=f"{name} holds"):
            fall_prob(np.array([[reliance]]), base, exponent)

    def test_a_chance_of_backing_out_of_range_is_refused(self) -> None:
        with pytest.raises(ValueError, match="backing_prob"):
            mix_backing(np.zeros((1, 1, 6)), np.zeros((1, 1, 6)), 1.5)


class TestJointDraw:
    @pytest.mark.parametrize(
        ("rows", "draws", "delegations"), [(1, 1, 1), (7, 7, 3), (1, 501, 40), (501, 501, 40)]
    )
    def test_one_pass_has_the_same_bits_as_the_plain_steps(
        self, rows: int, draws: int, delegations: int
    ) -> None:
        given_stances = stances(rows, delegations, seed=draws)
        rng = np.random.default_rng(1)
        own, common = rng.standard_normal((draws, delegations)), rng.standard_normal(draws)
        normals = correlated_normals(own, common, given_stances.correlation)
        moved = given_stances.mean_score + given_stances.shift_score[:, None]
        plain = level_of(moved + given_stances.sd_score * normals, given_stances.cuts)
        assert np.array_equal(joint_levels(given_stances, own, common), plain)

    def test_a_willingness_exactly_at_a_cut_point_has_reached_it(self) -> None:
        at_cuts = JointStances(
            mean_score=CUTS - 2,
            sd_score=np.zeros((1, 5)),
            cuts=CUTS,
            shift_score=np.array([2.0]),
            correlation=np.array([0.5]),
        )
        assert joint_levels(at_cuts, np.ones((1, 5)), np.ones(1)).tolist() == [[1, 2, 3, 4, 5]]

    def test_shares_agree_with_the_closed_form_to_four_standard_errors(self) -> None:
        one_row = stances(1, 6, seed=3)
        draws = 200_000
        levels = drawn_levels(one_row, draws, np.random.default_rng(17))
        prob = reach_prob(
            one_row.mean_score + one_row.shift_score[:, None], one_row.sd_score, one_row.cuts
        )[0]
        found = (levels[..., None] >= np.arange(6)).mean(axis=0)
        assert (np.abs(found - prob) <= 4 * np.sqrt(prob * (1 - prob) / draws) + 1e-15).all()

    def test_pairs_agree_with_the_bivariate_normal(self) -> None:
        pair = JointStances(
            mean_score=np.array([[50.0, 60.0]]),
            sd_score=np.array([[10.0, 20.0]]),
            cuts=CUTS,
            shift_score=np.zeros(1),
            correlation=np.array([0.5]),
        )
        draws = 200_000
        levels = drawn_levels(pair, draws, np.random.default_rng(23))
        both = float((levels >= Level.REAR).all(axis=1).mean())
        # P(both above) is P(both below) of the mirrored normals: distances -0.2 and 0.4.
        prob = float(multivariate_normal.cdf([-0.2, 0.4], cov=[[1, 0.5], [0.5, 1]]))
        assert both == pytest.approx(prob, abs=4 * np.sqrt(prob * (1 - prob) / draws))
        assert abs(both - norm.cdf(-0.2) * norm.cdf(0.4)) > 0.05

    def test_two_threads_give_what_one_gives(self) -> None:
        one_row = stances(1, 40, seed=9)

        def block(number: int) -> LevelArray:
            seed = np.random.SeedSequence(7, spawn_key=(number,))
            return drawn_levels(one_row, 512, np.random.default_rng(seed))

        with ThreadPoolExecutor(2) as threads:
            together = list(threads.map(block, range(8)))
        assert all(np.array_equal(block(i), levels) for i, levels in enumerate(together))

    @pytest.mark.parametrize(
        ("field", "value", "says"),
        [
            ("mean_score", np.array([[np.nan, 1.0]]), "mean_score"),
            ("mean_score", np.zeros((1, 3)), "3 delegations, sd_score 2"),
            ("sd_score", np.array([[-1.0, 1.0]]), "sd_score"),
            ("sd_score", np.ones((3, 2)), r"\[2, 3\] rows"),
            ("cuts", CUTS[:, ::-1], "cuts do not ascend"),
            ("shift_score", np.array([np.inf]), "shift_score"),
            ("correlation", np.array([-0.2]), "correlation"),
        ],
    )
    def test_stances_that_make_no_sense_are_refused(
        self, field: str, value: FloatArray, says: str
    ) -> None:
        sound = {
            "mean_score": np.zeros((1, 2)),
            "sd_score": np.ones((1, 2)),
            "cuts": CUTS,
            "shift_score": np.zeros(2),
            "correlation": np.zeros(1),
        }
        with pytest.raises(ValueError, match=says):
            JointStances(**{**sound, field: value})

    @pytest.mark.parametrize(
        ("own", "common", "says"),
        [
            (np.zeros((2, 3)), np.zeros(2), "own has shape"),
            (np.zeros((2, 2)), np.zeros(3), "common"),
            (np.zeros((3, 2)), np.zeros(3), "2 rows of stances for 3 draws"),
            (np.array([[0.0, np.nan], [0.0, 0.0]]), np.zeros(2), "not finite"),
            (np.zeros((2, 2)), np.array([np.inf, -np.inf]), "not finite"),
        ],
    )
    def test_normals_that_do_not_fit_are_refused(
        self, own: FloatArray, common: FloatArray, says: str
    ) -> None:
        two_draws = stances(2, 2, seed=1)
        with pytest.raises(ValueError, match=says):
            joint_levels(two_draws, own, common)


def test_an_unknown_willingness_is_refused() -> None:
    with pytest.raises(ValueError, match="willingness holds NaN"):
        level_of(np.array([[np.nan]]), CUTS)

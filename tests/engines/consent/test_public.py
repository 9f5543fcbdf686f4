from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.consent import public
from foedus.engines.consent.public import (
    FloatArray,
    IntArray,
    PollEffects,
    Polls,
    fill_sides,
    margin_sampling_variance,
    pooled_margins,
)

NATIONS = 4
SURVEYS = 3


@dataclass(frozen=True)
class Case:
    """Polls of one draw as plain lists, easy to add to and take from."""

    nation: list[int]
    survey: list[int]
    margin: list[float]
    sd: list[float]
    age: list[float]

    def polls(self) -> Polls:
        return Polls(
            nation=np.array(self.nation, dtype=np.int64),
            survey=np.array(self.survey, dtype=np.int64),
            margin_share=np.array([self.margin]),
            sampling_variance=np.array([self.sd]) ** 2,
            age_months=np.array([self.age]),
        )


@st.composite
def cases(draw: st.DrawFn, least: int = 1, most: int = 7) -> Case:
    count = draw(st.integers(least, most))

    def column(values: st.SearchStrategy[float]) -> list[float]:
        return draw(st.lists(values, min_size=count, max_size=count))

    return Case(
        draw(st.lists(st.integers(0, NATIONS - 1), min_size=count, max_size=count)),
        draw(st.lists(st.integers(0, SURVEYS - 1), min_size=count, max_size=count)),
        column(st.floats(-0.9, 0.9)),
        column(st.floats(0.01, 0.1)),
        column(st.floats(0, 24)),
    )


EFFECTS = st.builds(
    PollEffects,
    house_sd=st.floats(0, 0.15),
    between_sd=st.floats(0.01, 0.4),
    half_life_months=st.floats(12, 48),
)


def pool(case: Case, effects: PollEffects) -> tuple[FloatArray, FloatArray]:
    mean, sd = pooled_margins(case.polls(), effects, NATIONS, no_poll_sd=0.5)
    return mean[0], sd[0]


def error_covariance(case: Case, effects: PollEffects) -> FloatArray:
    """Errors of the polls by their definition, row by row."""
    count = len(case.nation)
    covariance = np.zeros((count, count))
    for j in range(count):
        for k in range(count):
            younger = min(case.age[j], case.age[k])
            if case.survey[j] == case.survey[k]:
                covariance[j, k] += float(effects.house_sd) ** 2 * 2 ** (
                    younger / float(effects.half_life_months)
                )
            if j == k:
                covariance[j, k] += case.sd[j] ** 2 * 2 ** (
                    case.age[j] / float(effects.half_life_months)
                )
    return covariance


def condition_by_brute_force(
    case: Case, effects: PollEffects, mean_sd: float
) -> tuple[FloatArray, FloatArray]:
    """Write down the joint normal of nations and polls and condition on the polls."""
    between = float(effects.between_sd) ** 2
    nations = mean_sd**2 + between * np.eye(NATIONS)
    asked = np.eye(NATIONS)[case.nation]
    cross = nations @ asked.T
    gain = np.linalg.solve(asked @ cross + error_covariance(case, effects), cross.T).T
    left = nations - gain @ cross.T
    return gain @ np.array(case.margin), np.sqrt(left.diagonal())


class TestHandWorkedValues:
    def test_one_poll_in_one_nation(self) -> None:
        """Errors 0.03 and 0.04 make 0.05; a second nation adds 0.12 of its own: 0.13."""
        case = Case([0], [0], [0.2], [0.03], [0.0])
        mean, sd = pool(case, PollEffects(house_sd=0.04, between_sd=0.12, half_life_months=6.0))
        np.testing.assert_allclose(mean, 0.2, rtol=1e-12)
        np.testing.assert_allclose(sd[0], 0.05, rtol=1e-12)
        np.testing.assert_allclose(sd[1:], np.hypot(0.05, np.hypot(0.12, 0.12)), rtol=1e-12)

    def test_one_poll_a_half_life_old_has_twice_the_variance(self) -> None:
        case = Case([0], [0], [0.2], [0.03], [6.0])
        _, sd = pool(case, PollEffects(house_sd=0.04, between_sd=0.12, half_life_months=6.0))
        np.testing.assert_allclose(sd[0], 0.05 * np.sqrt(2), rtol=1e-12)

    def test_two_nations_in_two_surveys_shrink_to_their_mean(self) -> None:
        """Margins 0 and 0.4, error and spread equal: each goes half way to 0.2."""
        case = Case([0, 1], [0, 1], [0.0, 0.4], [0.1, 0.1], [0.0, 0.0])
        effects = PollEffects(house_sd=0.0, between_sd=0.1, half_life_months=np.inf)
        mean, sd = pool(case, effects)
        np.testing.assert_allclose(mean[:3], [0.1, 0.3, 0.2], atol=1e-12)
        # Mean: variance 0.02 / 2 = 0.01. Nation: 0.01 - 0.005 + 0.01 / 4. Third: 0.01 + 0.01.
        np.testing.assert_allclose(np.square(sd[:3]), [0.0075, 0.0075, 0.02], rtol=1e-12)

    def test_a_survey_does_not_average_its_own_wording_away(self) -> None:
        """Fifteen nations in one survey: the mean keeps the whole wording error of 0.06."""
        polls = Polls(
            nation=np.arange(15),
            survey=np.zeros(15, dtype=np.int64),
            margin_share=np.full((1, 15), 0.1),
            sampling_variance=np.full((1, 15), 0.03**2),
            age_months=np.zeros((1, 15)),
        )
        effects = PollEffects(house_sd=0.06, between_sd=0.1, half_life_months=12.0)
        _, sd = pooled_margins(polls, effects, 16, no_poll_sd=0.5)
        mean_variance = 0.06**2 + (0.1**2 + 0.03**2) / 15
        np.testing.assert_allclose(sd[0, 15], np.sqrt(0.1**2 + mean_variance), rtol=1e-12)

    def test_no_poll_at_all_says_nothing_but_the_stated_width(self) -> None:
        mean, sd = pool(
            Case([], [], [], [], []),
            PollEffects(house_sd=0.06, between_sd=0.1, half_life_months=12.0),
        )
        assert mean.tolist() == [0.0] * NATIONS
        assert sd.tolist() == [0.5] * NATIONS


@given(cases(), EFFECTS)
def test_it_is_conditioning_under_a_very_wide_mean(case: Case, effects: PollEffects) -> None:
    mean, sd = pool(case, effects)
    slow_mean, slow_sd = condition_by_brute_force(case, effects, mean_sd=1000.0)
    np.testing.assert_allclose(mean, slow_mean, atol=1e-6)
    np.testing.assert_allclose(sd, slow_sd, atol=1e-6)


@given(cases(), EFFECTS)
def test_nobody_is_known_worse_than_a_nation_without_polls(
    case: Case, effects: PollEffects
) -> None:
    polls = case.polls()
    mean, sd = pooled_margins(polls, effects, NATIONS + 1, no_poll_sd=0.5)
    assert (sd[0, :NATIONS] <= sd[0, NATIONS] + 1e-12).all()
    unasked = np.setdiff1d(np.arange(NATIONS + 1), polls.nation)
    np.testing.assert_allclose(sd[0, unasked], sd[0, NATIONS], rtol=1e-12)
    np.testing.assert_allclose(mean[0, unasked], mean[0, NATIONS], atol=1e-12)


@given(cases(least=2), EFFECTS)
def test_more_polls_never_widen(case: Case, effects: PollEffects) -> None:
    fewer = Case(case.nation[:-1], case.survey[:-1], case.margin[:-1], case.sd[:-1], case.age[:-1])
    assert (pool(case, effects)[1] <= pool(fewer, effects)[1] + 1e-12).all()


@given(cases(), EFFECTS, st.floats(0, 24))
def test_an_older_poll_of_its_own_survey_has_less_weight_everywhere(
    case: Case, effects: PollEffects, older: float
) -> None:
    def weights(age: float) -> FloatArray:
        """How much each nation's mean moves when the last poll's margin moves."""

        def mean_at(margin: float) -> FloatArray:
            return pool(
                Case(
                    [*case.nation, 0],
                    [*case.survey, SURVEYS],
                    [*case.margin, margin],
                    [*case.sd, 0.03],
                    [*case.age, age],
                ),
                effects,
            )[0]

        return np.abs(mean_at(0.5) - mean_at(-0.5))

    assert (weights(older) <= weights(0.0) + 1e-9).all()


@given(cases(), EFFECTS)
def test_polls_that_agree_are_believed_by_all(case: Case, effects: PollEffects) -> None:
    same = Case(case.nation, case.survey, [0.3] * len(case.nation), case.sd, case.age)
    np.testing.assert_allclose(pool(same, effects)[0], 0.3, atol=1e-9)


@given(cases(), EFFECTS, st.randoms(use_true_random=False))
def test_the_order_of_the_polls_does_not_matter(
    case: Case, effects: PollEffects, random: Random
) -> None:
    order = list(range(len(case.nation)))
    random.shuffle(order)
    shuffled = Case(
        [case.nation[j] for j in order],
        [case.survey[j] for j in order],
        *([column[j] for j in order] for column in (case.margin, case.sd, case.age)),
    )
    for found, expected in zip(pool(shuffled, effects), pool(case, effects), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-9)


class TestDraws:
    CASE = Case([0, 1, 1], [0, 0, 1], [0.1, 0.3, -0.2], [0.03, 0.04, 0.05], [0.0, 3.0, 9.0])
    HOUSE = np.array([0.02, 0.06, 0.10])
    BETWEEN = np.array([0.1, 0.2, 0.3])

    @pytest.mark.parametrize("entries", [1, 50, 4_000_000])
    def test_many_draws_are_as_one_at_a_time_whatever_the_chunk(
        self, monkeypatch: pytest.MonkeyPatch, entries: int
    ) -> None:
        monkeypatch.setattr(public, "CHUNK_ENTRIES", entries)
        effects = PollEffects(house_sd=self.HOUSE, between_sd=self.BETWEEN, half_life_months=12.0)
        mean, sd = pooled_margins(self.CASE.polls(), effects, NATIONS, no_poll_sd=0.5)
        assert mean.shape == sd.shape == (3, NATIONS)
        for draw, (house, between) in enumerate(zip(self.HOUSE, self.BETWEEN, strict=True)):
            one = PollEffects(house_sd=house, between_sd=between, half_life_months=12.0)
            mean_of_one, sd_of_one = pool(self.CASE, one)
            np.testing.assert_allclose(mean[draw], mean_of_one, rtol=1e-12)
            np.testing.assert_allclose(sd[draw], sd_of_one, rtol=1e-12)

    def test_margins_may_differ_by_draw(self) -> None:
        polls = self.CASE.polls()
        margins = np.vstack([polls.margin_share, -polls.margin_share])
        two = Polls(
            nation=polls.nation,
            survey=polls.survey,
            margin_share=margins,
            sampling_variance=polls.sampling_variance,
            age_months=polls.age_months,
        )
        effects = PollEffects(house_sd=0.06, between_sd=0.2, half_life_months=12.0)
        mean, sd = pooled_margins(two, effects, NATIONS, no_poll_sd=0.5)
        np.testing.assert_allclose(mean[1], -mean[0], rtol=1e-12)
        np.testing.assert_allclose(sd[1], sd[0], rtol=1e-12)

    def test_rows_that_do_not_go_together_are_refused(self) -> None:
        effects = PollEffects(
            house_sd=self.HOUSE, between_sd=self.BETWEEN[:2], half_life_months=12.0
        )
        with pytest.raises(ValueError, match="broadcast"):
            pooled_margins(self.CASE.polls(), effects, NATIONS, no_poll_sd=0.5)


class TestMargins:
    def test_variance_of_two_candidates_in_one_sample(self) -> None:
        """46.8 and 42.7 % of 1,000: 0.895 less 0.041 squared, by the thousand."""
        variance = margin_sampling_variance(np.array([0.468]), np.array([0.427]), 1000.0)
        np.testing.assert_allclose(variance, [0.000893319], rtol=1e-12)

    @given(st.floats(0, 1), st.floats(0, 1))
    def test_variance_is_that_of_plus_one_minus_one_or_nothing(
        self, one: float, two: float
    ) -> None:
        support, oppose = one * (1 - two), one * two
        answers, chances = np.array([1, -1, 0]), np.array([support, oppose, 1 - support - oppose])
        by_definition = chances @ np.square(answers - chances @ answers)
        variance = margin_sampling_variance(np.array([support]), np.array([oppose]), 1.0)
        np.testing.assert_allclose(variance, by_definition, atol=1e-12)

    def test_a_side_not_published_is_what_the_other_and_the_undecided_leave(self) -> None:
        support = np.array([0.53, np.nan, 0.5])
        oppose = np.array([np.nan, 0.85, 0.3])
        filled = fill_sides(support, oppose, np.array([0.1, 0.2]))
        np.testing.assert_allclose(filled[0], [[0.53, 0.05, 0.5], [0.53, 0, 0.5]], atol=1e-15)
        np.testing.assert_allclose(filled[1], [[0.37, 0.85, 0.3], [0.27, 0.85, 0.3]], atol=1e-15)
        own = fill_sides(support, oppose, np.array([[0.2, 0.1, 0.0]]))
        np.testing.assert_allclose(own[0], [[0.53, 0.05, 0.5]], atol=1e-15)
        np.testing.assert_allclose(own[1], [[0.27, 0.85, 0.3]], atol=1e-15)

    @pytest.mark.parametrize(
        ("support", "oppose", "undecided", "says"),
        [
            (np.nan, np.nan, 0.1, "neither support nor opposition"),
            (0.7, 0.4, 0.1, "exceed 1 together"),
            (52.0, 0.4, 0.1, "not between 0 and 1"),
            (0.5, 0.4, 1.1, "undecided_share"),
        ],
    )
    def test_shares_that_cannot_be_are_refused(
        self, support: float, oppose: float, undecided: float, says: str
    ) -> None:
        with pytest.raises(ValueError, match=says):
            fill_sides(np.array([support]), np.array([oppose]), undecided)

    @pytest.mark.parametrize(
        ("support", "n", "says"), [(np.nan, 1000.0, "share"), (0.5, 0.0, "n_persons")]
    )
    def test_a_variance_of_nothing_known_is_refused(
        self, support: float, n: float, says: str
    ) -> None:
        with pytest.raises(ValueError, match=says):
            margin_sampling_variance(np.array([support]), np.array([0.2]), n)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("survey", np.array([0]), "nation has shape"),
        ("margin_share", np.array([0.1, 0.2]), "margin_share has shape"),
        ("margin_share", np.array([[0.1, np.nan]]), "margin_share holds"),
        ("sampling_variance", np.array([[0.1, 0.0]]), "sampling_variance holds"),
        ("age_months", np.array([[-1.0, 0.0]]), "age_months holds"),
    ],
)
def test_polls_that_make_no_sense_are_refused(
    field: str, value: FloatArray | IntArray, says: str
) -> None:
    sound: dict[str, Any] = {
        "nation": np.array([0, 1]),
        "survey": np.array([0, 0]),
        "margin_share": np.array([[0.1, 0.2]]),
        "sampling_variance": np.array([[0.001, 0.001]]),
        "age_months": np.array([[0.0, 0.0]]),
    }
    with pytest.raises(ValueError, match=says):
        Polls(**{**sound, field: value})


@pytest.mark.parametrize(
    ("house", "between", "half_life", "says"),
    [
        (-0.1, 0.1, 12.0, "house_sd"),
        (0.1, np.nan, 12.0, "between_sd"),
        (0.1, 0.1, 0.0, "half_life_months"),
    ],
)
def test_effects_that_make_no_sense_are_refused(
    house: float, between: float, half_life: float, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        PollEffects(house_sd=house, between_sd=between, half_life_months=half_life)


@pytest.mark.parametrize(
    ("nations", "half_life", "width", "says"),
    [
        (1, 12.0, 0.5, "not between 0 and 0"),
        (2, 12.0, 0.0, "no_poll_sd"),
        (2, 0.001, 0.5, "half-lives old"),
    ],
)
def test_a_pool_that_cannot_be_made_is_refused(
    nations: int, half_life: float, width: float, says: str
) -> None:
    case = Case([1], [0], [0.1], [0.03], [6.0])
    effects = PollEffects(house_sd=0.06, between_sd=0.1, half_life_months=half_life)
    with pytest.raises(ValueError, match=says):
        pooled_margins(case.polls(), effects, nations, no_poll_sd=width)

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.voting.sharing.bankruptcy import bankruptcy_game, talmud_shares
from foedus.engines.voting.sharing.least_core import is_in_core
from foedus.engines.voting.sharing.nucleolus import nucleolus

CLAIMS = st.lists(st.integers(0, 12), min_size=1, max_size=5).filter(any)
PART = st.sampled_from([0.0, 0.1, 1 / 3, 0.5, 0.6, 0.9, 1.0])


def contested_garment(estate: float, first: float, second: float) -> tuple[float, float]:
    """Give each what the other concedes, and half of what both claim."""
    conceded_to_first, conceded_to_second = max(0, estate - second), max(0, estate - first)
    contested = (estate - conceded_to_first - conceded_to_second) / 2
    return conceded_to_first + contested, conceded_to_second + contested


@pytest.mark.parametrize(
    ("estate", "shares"),
    [(100, [100 / 3] * 3), (200, [50, 75, 75]), (300, [50, 100, 150])],
)
def test_the_estates_of_the_mishnah_are_shared_as_it_says(
    estate: float, shares: list[float]
) -> None:
    claims = [[100, 200, 300]]
    assert talmud_shares([estate], claims)[0] == pytest.approx(shares)
    assert nucleolus(bankruptcy_game([estate], claims)[0]) == pytest.approx(shares, abs=1e-7)


def test_one_who_claims_all_of_a_garment_and_one_who_claims_half() -> None:
    assert talmud_shares([1], [[1, 0.5]]).tolist() == [[0.75, 0.25]]


@given(CLAIMS, PART)
def test_the_rule_is_the_nucleolus_of_what_others_leave(claims: list[int], part: float) -> None:
    estate = part * sum(claims)
    game = bankruptcy_game([estate], [claims])[0]
    shares = talmud_shares([estate], [claims])[0]
    assert nucleolus(game) == pytest.approx(shares, abs=1e-7)
    assert is_in_core(game, shares)


@given(CLAIMS, PART)
def test_any_two_share_what_they_have_as_a_contested_garment(
    claims: list[int], part: float
) -> None:
    shares = talmud_shares([part * sum(claims)], [claims])[0]
    for one, other in combinations(range(len(claims)), 2):
        pair = contested_garment(shares[one] + shares[other], claims[one], claims[other])
        assert (shares[one], shares[other]) == pytest.approx(pair, abs=1e-9)


@given(CLAIMS, PART)
def test_awards_and_losses_mirror_each_other(claims: list[int], part: float) -> None:
    total = sum(claims)
    shares = talmud_shares([part * total, total - part * total], [claims])
    assert shares.sum(axis=0) == pytest.approx(claims)
    assert shares[0].sum() == pytest.approx(part * total)
    assert (shares >= 0).all()
    assert (shares <= claims).all()


def test_a_coalition_is_worth_what_is_left_when_others_are_paid() -> None:
    game = bankruptcy_game([200], [[100, 200, 300]])
    assert game.tolist() == [[0, 0, 0, 0, 0, 0, 100, 200]]
    assert bankruptcy_game([50, 60], [[60, 30]]).tolist() == [[0, 20, 0, 50], [0, 30, 0, 60]]


def test_amounts_that_are_none_are_refused() -> None:
    for estate, claims, told in (
        ([5.0], [[1.0, 2.0]], "covers more than the claims"),
        ([-1.0], [[1.0]], "negative"),
        ([1.0], [[2.0, -1.0]], "negative"),
        ([np.nan], [[2.0]], "not finite"),
        ([1.0, 1.0], [[2.0]] * 3, "differ in their count of draws"),
        (1.0, [[2.0]], "axis draw"),
        ([0.0], np.zeros((1, 0)), "not empty"),
    ):
        with pytest.raises(ValueError, match=told):
            talmud_shares(estate, claims)
    with pytest.raises(ValueError, match="16 players"):
        bankruptcy_game([0.0], np.zeros((1, 16)))

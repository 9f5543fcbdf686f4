import csv
from fractions import Fraction
from math import comb
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import few

from foedus.engines.voting import many
from foedus.engines.voting.counting import Counts, swing_counts
from foedus.engines.voting.indices import power_indices
from foedus.engines.voting.many import SwingCounts, count_swings, count_swings_by_size
from foedus.engines.voting.rules import VotingRule, WeightedGame

# Of the states and the district after the census of 1990.
with Path(__file__).with_name("published_electors_1996.csv").open(encoding="utf-8") as file:
    ELECTORS = sorted((int(row["electors"]) for row in csv.DictReader(file)), reverse=True)


@st.composite
def games(draw: st.DrawFn, most: int = 8) -> WeightedGame:
    """Draw games with ties, voters without weight and voters that win alone."""
    weight = st.sampled_from([0, 0, 1, 1, 2, 3, 4, 6, 9, 30])
    weights = draw(st.lists(weight, min_size=1, max_size=most).filter(any))
    return WeightedGame(tuple(weights), draw(st.integers(1, sum(weights))))


def as_lists(counts: Counts) -> tuple[list[int], list[list[int]]]:
    return counts.winning_count.tolist(), counts.swings_count.tolist()


def without_sizes(counts: Counts) -> SwingCounts:
    winning, swings = as_lists(counts)
    everybody = 2 ** len(swings)
    return SwingCounts(sum(winning), everybody - sum(winning), tuple(map(sum, swings)))


def counted_one_by_one(game: WeightedGame) -> tuple[list[int], list[list[int]]]:
    """Look at every coalition: winning ones by size, and swings by voter and size."""
    voters = range(len(game.weights))
    winning = [0] * (len(voters) + 1)
    swings = [[0] * (len(voters) + 1) for _ in voters]
    for place in range(2 ** len(voters)):
        coalition = {voter for voter in voters if place >> voter & 1}
        if not game.wins(coalition):
            continue
        winning[len(coalition)] += 1
        for voter in coalition:
            swings[voter][len(coalition)] += not game.wins(coalition - {voter})
    return winning, swings


def coefficients(weights: list[int], *, width: int, step: int) -> list[int]:
    """Multiply 1 + y x^w over all voters: the polynomial is one whole number.

    Coefficients take so many bytes each; x is so many places, y is one.
    """
    number = 1
    for weight in weights:
        number += number << 8 * width * (weight * step + (step > 1))
    digits = number.to_bytes(width * step * (sum(weights) + 1), "little")
    return [
        int.from_bytes(digits[at : at + width], "little") for at in range(0, len(digits), width)
    ]


def counted_by_polynomial(game: WeightedGame, voter: int) -> tuple[list[int], list[int]]:
    """Count winning coalitions, and the swings of a voter, by size."""
    voters = len(game.weights)
    others = [*game.weights[:voter], *game.weights[voter + 1 :]]
    width, step = voters // 8 + 1, voters + 1
    of_all = coefficients(list(game.weights), width=width, step=step)
    of_others = coefficients(others, width=width, step=step)
    low = max(0, game.quota - game.weights[voter])
    winning = [sum(of_all[size::step][game.quota :]) for size in range(step)]
    swings = [sum(of_others[size::step][low : game.quota]) for size in range(voters)]
    return winning, [0, *swings]


def counted_by_short_polynomial(game: WeightedGame, voter: int) -> tuple[int, int]:
    """Do the same without sizes, for many voters."""
    others = [*game.weights[:voter], *game.weights[voter + 1 :]]
    width = len(game.weights) // 8 + 1
    of_all = coefficients(list(game.weights), width=width, step=1)
    of_others = coefficients(others, width=width, step=1)
    low = max(0, game.quota - game.weights[voter])
    return sum(of_all[game.quota :]), sum(of_others[low : game.quota])


def heavy_tailed(voters: int, total: int, first_share: float) -> WeightedGame:
    """Return a fund of one large voter and many small ones, decided by more than half."""
    rest = [1 / (place + 3) for place in range(voters - 1)]
    unit = total * (1 - first_share) / sum(rest)
    weights = [round(total * first_share), *(max(1, round(share * unit)) for share in rest)]
    return WeightedGame(tuple(weights), sum(weights) // 2 + 1)


def test_the_electoral_college_of_the_nineties_is_as_published() -> None:
    game = WeightedGame(tuple(ELECTORS), 270)
    assert (len(ELECTORS), sum(ELECTORS)) == (51, 538)
    counts = count_swings(game)
    assert counts.swings_count[0] / 2**50 == pytest.approx(0.466454, abs=5e-7)
    assert counts.winning_count / 2**51 == pytest.approx(0.496192, abs=5e-7)
    assert counts.winning_count == pytest.approx(1.1173e15, rel=5e-5)
    index = power_indices(count_swings_by_size(game)).shapley_shubik.rounded
    assert index[0] == pytest.approx(0.108125, abs=5e-7)
    assert min(index) == pytest.approx(0.0054055, abs=5e-8)


def test_the_security_council_is_as_published() -> None:
    game = WeightedGame((7,) * 5 + (1,) * 10, 39)
    counts = count_swings_by_size(game)
    assert without_sizes(counts).winning_count == 848
    assert without_sizes(counts).swings_count == (848,) * 5 + (84,) * 10
    index = power_indices(counts).shapley_shubik.exact
    assert index == (Fraction(421, 2145),) * 5 + (Fraction(4, 2145),) * 10


@pytest.mark.parametrize("voters", [1, 2, 62, 63, 64, 65, 66, 127, 128, 129, 191, 192, 193])
def test_equal_voters_swing_as_binomials_say_on_either_side_of_a_limb(voters: int) -> None:
    for quota in {1, voters // 3 + 1, voters // 2 + 1, voters}:
        game = WeightedGame((1,) * voters, quota)
        counts = count_swings(game)
        assert counts.swings_count == (comb(voters - 1, quota - 1),) * voters
        assert counts.winning_count == sum(comb(voters, k) for k in range(quota, voters + 1))
        sized = count_swings_by_size(game)
        assert without_sizes(sized) == counts
        assert sized.winning_count[quota - 1 : quota + 1].tolist() == [0, comb(voters, quota)]


@given(games())
def test_counts_are_those_of_looking_at_every_coalition(game: WeightedGame) -> None:
    counts = count_swings_by_size(game)
    assert as_lists(counts) == counted_one_by_one(game)
    assert count_swings(game) == without_sizes(counts)


@given(games(14))
def test_counts_are_those_of_any_rule(game: WeightedGame) -> None:
    expected = swing_counts(VotingRule(any_of=((game,),)))
    counts = count_swings_by_size(game)
    assert as_lists(counts) == as_lists(expected)
    assert counts.swings_count.dtype == expected.swings_count.dtype


def test_twelve_voters_are_counted_as_one_by_one() -> None:
    game = WeightedGame((31, 29, 17, 17, 8, 8, 8, 3, 2, 1, 0, 5), 71)
    assert as_lists(count_swings_by_size(game)) == counted_one_by_one(game)


@few
@given(st.integers(10, 60), st.integers(0, 10**6))
def test_sizes_of_up_to_sixty_voters_are_those_of_the_polynomial(voters: int, seed: int) -> None:
    random = Random(seed)
    weights = [1, *random.choices([0, 1, 2, 3, 5, 8, 13], k=voters - 1)]
    game = WeightedGame(tuple(weights), random.randint(1, sum(weights)))
    counts = count_swings_by_size(game)
    voter = random.randrange(voters)
    winning, swings = counted_by_polynomial(game, voter)
    assert list(counts.winning_count) == winning
    assert list(counts.swings_count[voter]) == swings


@pytest.mark.parametrize("share", [0.5, 0.7, 0.85])
def test_190_voters_pass_what_64_bits_hold_and_stay_exact(share: float) -> None:
    weights = heavy_tailed(190, 3_700, 0.16).weights
    game = WeightedGame(weights, int(sum(weights) * share) + 1)
    counts = count_swings(game)
    for voter in (0, 1, 50, 189):
        winning, swings = counted_by_short_polynomial(game, voter)
        assert counts.winning_count == winning
        assert counts.swings_count[voter] == swings
    assert counts.swings_count[0] > 2**64
    assert without_sizes(count_swings_by_size(game)) == counts


@pytest.mark.parametrize("seed", range(6))
def test_voters_that_go_down_a_long_table_together_do_not_meet(seed: int) -> None:
    random = Random(seed)
    weights = [random.randrange(1, 10 ** random.randint(1, 5)) for _ in range(18)]
    weights += [many.BLOCK, many.BLOCK, many.TOGETHER, many.TOGETHER + 1]
    game = WeightedGame(tuple(weights), random.randint(sum(weights) // 4, sum(weights) // 2))
    expected = swing_counts(VotingRule(any_of=((game,),)))
    assert count_swings(game) == without_sizes(expected)


def test_190_voters_with_single_votes_are_counted() -> None:
    game = heavy_tailed(190, 3_700_000, 0.16)
    counts = count_swings(game)
    assert counts.winning_count + counts.losing_count == 2**190
    # The voters with and without the first: P(win | in) - P(win | out) is its absolute index.
    assert 0.7 < counts.swings_count[0] / 2**189 < 0.9
    coarse = count_swings(WeightedGame(tuple(round(w / 100) for w in game.weights), 18_501))
    for exact, rounded in zip(counts.swings_count, coarse.swings_count, strict=True):
        assert exact / 2**189 == pytest.approx(rounded / 2**189, abs=2e-4)


@given(games(), st.integers(2, 10**12))
def test_the_unit_of_the_weights_does_not_matter(game: WeightedGame, unit: int) -> None:
    scaled = tuple(weight * unit for weight in game.weights)
    same = WeightedGame(scaled, game.quota * unit - unit // 2)
    assert as_lists(count_swings_by_size(same)) == as_lists(count_swings_by_size(game))
    assert count_swings(same) == count_swings(game)


@given(games(12))
def test_a_game_and_its_dual_have_the_same_swings(game: WeightedGame) -> None:
    dual = WeightedGame(game.weights, sum(game.weights) - game.quota + 1)
    one, other = count_swings(game), count_swings(dual)
    assert one.swings_count == other.swings_count
    assert one.winning_count == other.losing_count


@given(games(12))
def test_pivots_add_up_to_all_orders_and_only_a_veto_is_in_all_winning_coalitions(
    game: WeightedGame,
) -> None:
    indices = power_indices(count_swings_by_size(game))
    assert sum(indices.shapley_shubik.exact) == 1
    for weight, dummy, veto in zip(game.weights, indices.is_dummy, indices.has_veto, strict=True):
        assert weight > 0 or dummy
        assert veto == (sum(game.weights) - weight < game.quota)


def test_who_wins_alone_or_has_a_veto_may_have_any_weight() -> None:
    giant = 10**30
    assert count_swings(WeightedGame((giant, 3, 2), 4)).swings_count == (3, 1, 1)
    veto = WeightedGame((giant, 3, 2), giant + 4)
    assert count_swings(veto).swings_count == (1, 1, 1)
    assert without_sizes(count_swings_by_size(veto)) == count_swings(veto)


def test_what_is_too_large_is_refused_with_a_unit_that_is_not() -> None:
    game = heavy_tailed(190, 3_700_000, 0.16)
    with pytest.raises(ValueError, match=r"rounded to units of 100$"):
        count_swings_by_size(game)
    with pytest.raises(ValueError, match=r"rounded to units of 10,000$"):
        count_swings(WeightedGame((2**39 + 1, 2**39 - 1, 2**38), 2**39 + 3))


def test_memory_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    game = WeightedGame((5, 4, 3, 2, 1), 8)
    count_swings(game)
    monkeypatch.setattr(many, "WORDS_LIMIT", 7)
    with pytest.raises(ValueError, match="times larger than feasible"):
        count_swings(game)

from math import fsum, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.compromise import compromise_mean, weighted_spread
from foedus.engines.bargaining.zone import take_zone

NAN = float("nan")

# European Community, emission standards of cars, in years: capability, position and salience of ten
# members, from Bueno de Mesquita (1994) as printed by Scholz, Calbert and Smith (2011), table 1.
CAPABILITY = [0.08, 0.08, 0.03, 0.16, 0.16, 0.16, 0.16, 0.05, 0.05, 0.08]
POSITION = [4, 7, 4, 4, 10, 10, 10, 7, 4, 7]
SALIENCE = [0.8, 0.4, 0.2, 0.8, 0.6, 0.6, 0.9, 0.1, 1.0, 0.7]


@st.composite
def stances(draw: st.DrawFn, most: int = 7) -> tuple[FloatArray, FloatArray]:
    """Draw one row of positions and weights; who is absent has no position."""
    n = draw(st.integers(1, most))
    position = draw(st.lists(st.integers(0, 100).map(float), min_size=n, max_size=n))
    weight = draw(
        st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.5, 1.0, 3.0]), min_size=n, max_size=n).filter(
            any
        )
    )
    mass = np.array([weight])
    return np.where(mass > 0, position, NAN), mass


def slow_mean(position: FloatArray, weight: FloatArray) -> float:
    present = [(w, x) for w, x in zip(weight[0], position[0], strict=True) if w > 0]
    return fsum(w * x for w, x in present) / fsum(w for w, _ in present)


def test_the_emission_case_has_the_published_mean() -> None:
    weight = np.array([CAPABILITY]) * SALIENCE
    assert compromise_mean([POSITION], weight).item() == pytest.approx(7.38996, abs=5e-6)


@given(stances())
def test_it_is_the_mean_of_those_present(case: tuple[FloatArray, FloatArray]) -> None:
    assert compromise_mean(*case).item() == pytest.approx(slow_mean(*case), abs=1e-11)


@given(stances(), st.data())
def test_the_order_of_actors_plays_no_part(
    case: tuple[FloatArray, FloatArray], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(case[0].shape[1])))
    shuffled = [block[:, order] for block in case]
    assert compromise_mean(*shuffled).item() == pytest.approx(compromise_mean(*case).item())
    assert weighted_spread(*shuffled).item() == pytest.approx(
        weighted_spread(*case).item(), abs=1e-9
    )


@given(stances(), st.floats(-50, 50), st.floats(0.1, 10))
def test_a_moved_and_stretched_axis_moves_and_stretches_the_outcome(
    case: tuple[FloatArray, FloatArray], shift: float, factor: float
) -> None:
    position, weight = case
    moved = compromise_mean(shift + factor * position, weight).item()
    assert moved == pytest.approx(shift + factor * compromise_mean(*case).item(), abs=1e-9)
    spread = weighted_spread(shift + factor * position, weight).item()
    assert spread == pytest.approx(factor * weighted_spread(*case).item(), abs=1e-9)


@given(stances(), st.floats(0.01, 100))
def test_the_unit_of_the_weights_plays_no_part(
    case: tuple[FloatArray, FloatArray], factor: float
) -> None:
    position, weight = case
    same = compromise_mean(position, factor * weight).item()
    assert same == pytest.approx(compromise_mean(*case).item())


def test_one_with_nearly_all_of_the_weight_has_its_way() -> None:
    assert compromise_mean([[10.0, 90.0]], [[1e9, 1.0]]).item() == pytest.approx(10, abs=1e-6)


@given(st.floats(0, 100), st.integers(1, 9))
def test_all_at_one_point_agree_on_it_and_are_not_apart(place: float, n: int) -> None:
    position, weight = np.full((1, n), place), np.linspace(0.1, 1.0, n)[None]
    assert compromise_mean(position, weight).item() == pytest.approx(place)
    assert weighted_spread(position, weight).item() == pytest.approx(0, abs=1e-12)


@given(stances())
def test_a_position_without_weight_is_never_read(case: tuple[FloatArray, FloatArray]) -> None:
    position, weight = case
    filled = np.where(np.isnan(position), 1e300, position)
    assert compromise_mean(filled, weight).tolist() == compromise_mean(*case).tolist()
    assert weighted_spread(filled, weight).tolist() == weighted_spread(*case).tolist()


@given(stances(), st.floats(0, 100), st.floats(0, 100))
def test_within_a_zone_no_outcome_has_less_of_the_weighted_squares(
    case: tuple[FloatArray, FloatArray], one: float, other: float
) -> None:
    position, weight = case
    low, high = sorted((one, other))
    found = compromise_mean(position, weight, zone=take_zone(low, high)).item()

    def squares(x: float) -> float:
        return float(np.nansum(weight * (position - x) ** 2))

    assert low <= found <= high
    assert all(squares(found) <= squares(x) + 1e-6 for x in np.linspace(low, high, 25))


def test_an_empty_zone_has_no_compromise() -> None:
    found = compromise_mean([[10.0, 20.0]], [[1.0, 1.0]], zone=take_zone([0.0, 9.0], [5.0, 8.0]))
    assert found[0] == 5.0
    assert np.isnan(found[1])


@given(stances())
def test_the_spread_is_the_root_of_the_mean_square_around_the_mean(
    case: tuple[FloatArray, FloatArray],
) -> None:
    mean = slow_mean(*case)
    present = [(w, x) for w, x in zip(case[1][0], case[0][0], strict=True) if w > 0]
    squares = fsum(w * (x - mean) ** 2 for w, x in present) / fsum(w for w, _ in present)
    assert weighted_spread(*case).item() == pytest.approx(sqrt(squares), abs=1e-9)


def test_the_spread_keeps_its_digits_far_from_the_origin() -> None:
    assert weighted_spread([[1e9, 1e9 + 2.0]], [[1.0, 1.0]]).item() == 1.0


def test_draws_go_their_own_ways_and_one_row_serves_all() -> None:
    position = np.array([[0.0, 100.0], [50.0, 100.0], [NAN, 40.0]])
    weight = np.array([[1.0, 3.0], [1.0, 1.0], [0.0, 2.0]])
    assert compromise_mean(position, weight).tolist() == [75.0, 75.0, 40.0]
    assert compromise_mean(position[:1], weight).tolist() == [75.0, 50.0, 100.0]
    assert compromise_mean(position[:2], weight[:1]).tolist() == [75.0, 87.5]


def test_draws_without_any_weight_are_named() -> None:
    with pytest.raises(ValueError, match="all 0 in draws 1, 3"):
        compromise_mean([[1.0, 2.0]], [[1.0, 0.0], [0.0, 0.0]] * 2)

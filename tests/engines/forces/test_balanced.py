from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from scipy.optimize import linprog

from foedus.engines.forces.balanced import balanced_share, land_strength, narrowest_cut
from foedus.engines.forces.blocks import FloatArray

Case = tuple[FloatArray, FloatArray, FloatArray]


@st.composite
def cases(draw: st.DrawFn, *, draws: int = 1) -> Case:
    """Supply, ceiling and requirement in whole soldiers, so that sums are exact."""
    nations = draw(st.integers(1, 5))
    capabilities = draw(st.integers(1, 4))
    # Few values, so that ties between sets are frequent.
    persons = st.one_of(st.integers(0, 5), st.integers(0, 9000)).map(float)
    limit = st.one_of(persons, st.just(np.inf))
    return (
        draw(hnp.arrays(np.float64, (draws, nations, capabilities), elements=persons)),
        draw(hnp.arrays(np.float64, (draws, nations), elements=limit)),
        draw(hnp.arrays(np.float64, (draws, capabilities), elements=persons)),
    )


def solve(case: Case) -> tuple[float, int]:
    """Return share and binding set of a case of one draw."""
    share, binding = balanced_share(*case)
    return float(share[0]), int(binding[0])


def cut_ratio(case: Case, members: tuple[int, ...]) -> Fraction:
    """Return what nations can send into a set of capabilities over what the set needs."""
    supply, ceiling, required = (array[0] for array in case)
    sent = Fraction(0)
    for nation, most in zip(supply, ceiling, strict=True):
        whole = sum((Fraction(nation[k]) for k in members), Fraction(0))
        sent += whole if most == np.inf else min(whole, Fraction(most))
    return sent / sum((Fraction(required[k]) for k in members), Fraction(0))


def narrowest_by_fractions(case: Case) -> tuple[Fraction, int]:
    """Look at every set in exact numbers: the smallest ratio, then the fewest, then the mask."""
    asked = np.flatnonzero(case[2][0]).tolist()
    return min(
        (cut_ratio(case, members), size, sum(1 << k for k in members))
        for size in range(1, len(asked) + 1)
        for members in combinations(asked, size)
    )[::2]


def share_by_linear_programme(case: Case) -> float:
    """Maximise the share directly, with a flow from every nation to every capability."""
    supply, ceiling, required = (array[0] for array in case)
    nations, capabilities = supply.shape
    flows = nations * capabilities
    by_nation = np.kron(np.eye(nations), np.ones(capabilities))
    by_capability = np.kron(np.ones(nations), np.eye(capabilities))
    held = np.isfinite(ceiling)
    rows = np.vstack(
        [
            np.column_stack([by_nation[held], np.zeros(held.sum())]),
            np.column_stack([-by_capability, required]),
        ]
    )
    limits = np.concatenate([ceiling[held], np.zeros(capabilities)])
    goal = np.append(np.zeros(flows), -1.0)
    bounds = [(0.0, most) for most in supply.ravel()] + [(0.0, None)]
    solution = linprog(goal, A_ub=rows, b_ub=limits, bounds=bounds, method="highs")
    assert solution.status == 0
    return float(solution.x[-1])


def asks_for_something(case: Case) -> bool:
    return bool(case[2].any())


class TestHandChecked:
    def test_without_ceilings_the_scarcest_capability_binds(self) -> None:
        supply = np.array([[[9000.0, 200.0, 60.0], [3000.0, 100.0, 15.0]]])
        required = np.array([[12_000.0, 600.0, 100.0]])
        share, binding = solve((supply, np.full((1, 2), np.inf), required))
        assert (share, binding) == (300 / 600, 0b010)

    def test_ceilings_make_capabilities_bind_together(self) -> None:
        # 2,000 a nation for brigades and hospitals together: 4,000 of 10,300.
        supply = np.array([[[8000.0, 100.0], [4000.0, 50.0]]])
        share, binding = solve((supply, np.full((1, 2), 2000.0), np.array([[10_000.0, 300.0]])))
        assert share == pytest.approx(4000 / 10_300)
        assert binding == 0b11

    def test_one_nation_cannot_be_in_two_places(self) -> None:
        """The only nation with hospitals is also the one with brigades, and may send 1,000."""
        supply = np.array([[[5000.0, 500.0], [0.0, 0.0]]])
        case = (supply, np.array([[1000.0, 9000.0]]), np.array([[1500.0, 500.0]]))
        assert solve(case) == (0.5, 0b11)

    def test_share_is_not_capped_at_one(self) -> None:
        case = (np.array([[[900.0]]]), np.array([[np.inf]]), np.array([[600.0]]))
        assert solve(case) == (1.5, 0b1)

    def test_a_tie_names_the_smallest_set_then_the_lowest_mask(self) -> None:
        supply = np.array([[[300.0, 200.0, 200.0]]])
        required = np.array([[400.0, 400.0, 400.0]])
        assert solve((supply, np.array([[np.inf]]), required)) == (0.5, 0b010)
        # All sets tie when nothing is there at all.
        assert solve((0 * supply, np.array([[np.inf]]), required)) == (0.0, 0b001)

    def test_nothing_required_can_be_done_any_number_of_times(self) -> None:
        case = (np.array([[[5.0, 5.0]]]), np.array([[3.0]]), np.zeros((1, 2)))
        assert solve(case) == (np.inf, 0)


@given(cases().filter(asks_for_something))
def test_share_and_binding_set_agree_with_exact_fractions(case: Case) -> None:
    expected, mask = narrowest_by_fractions(case)
    share, binding = solve(case)
    assert share == pytest.approx(float(expected), rel=1e-12)
    assert binding == mask


@given(cases(), st.data())
def test_a_search_among_some_capabilities_does_not_see_the_others(
    case: Case, data: st.DataObject
) -> None:
    supply, ceiling, required = case
    capabilities = supply.shape[2]
    among = np.array(sorted(data.draw(st.sets(st.integers(0, capabilities - 1), min_size=1))))
    share, binding = narrowest_cut(supply, ceiling, required, among, len(supply))
    expected, bits = balanced_share(supply[:, :, among], ceiling, required[:, among])
    assert share.tolist() == expected.tolist()
    places = [[k for i, k in enumerate(among) if mask >> i & 1] for mask in bits]
    assert binding.tolist() == [sum(1 << int(k) for k in found) for found in places]


@given(cases().filter(asks_for_something))
def test_share_is_the_maximum_flow_of_the_linear_programme(case: Case) -> None:
    assert solve(case)[0] == pytest.approx(share_by_linear_programme(case), rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_large_cases_in_fractions_of_soldiers_agree_with_the_linear_programme(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = (
        rng.gamma(0.5, 800, (1, 35, 8)),
        rng.uniform(300, 3000, (1, 35)),
        rng.uniform(500, 6000, (1, 8)),
    )
    assert solve(case)[0] == pytest.approx(share_by_linear_programme(case), rel=1e-8)


@given(cases(), st.data())
def test_more_supply_or_a_higher_ceiling_never_lowers_the_share(
    case: Case, data: st.DataObject
) -> None:
    supply, ceiling, required = case
    nation = data.draw(st.integers(0, ceiling.size - 1))
    capability = data.draw(st.integers(0, required.size - 1))
    more = data.draw(st.integers(0, 3000))
    better_supply, better_ceiling = supply.copy(), ceiling.copy()
    better_supply[0, nation, capability] += more
    better_ceiling[0, nation] += more
    share = solve(case)[0]
    assert solve((better_supply, ceiling, required))[0] >= share
    assert solve((supply, better_ceiling, required))[0] >= share


@given(cases().filter(asks_for_something), st.floats(0.01, 100))
def test_a_requirement_s_times_as_large_is_filled_to_an_s_th_of_the_share(
    case: Case, scale: float
) -> None:
    supply, ceiling, required = case
    share = solve(case)[0]
    assert solve((supply, ceiling, scale * required))[0] * scale == pytest.approx(share, rel=1e-12)


@given(cases(), st.data(), st.sampled_from([1.0, 1 / 3]))
def test_the_order_of_nations_and_capabilities_changes_nothing(
    case: Case, data: st.DataObject, unit: float
) -> None:
    supply, ceiling, required = (unit * array for array in case)
    nations = data.draw(st.permutations(range(ceiling.size)))
    places = data.draw(st.permutations(range(required.size)))
    share, binding = solve((supply, ceiling, required))
    other_share, other_binding = solve((supply[:, nations], ceiling[:, nations], required))
    assert other_share == pytest.approx(share, rel=1e-12)
    assert other_binding == binding
    other_share, other_binding = solve((supply[:, :, places], ceiling, required[:, places]))
    assert other_share == pytest.approx(share, rel=1e-12)
    # A tie may be broken for another set then, but one of the same size that binds as well.
    assert other_binding.bit_count() == binding.bit_count()
    members = tuple(places[k] for k in range(required.size) if other_binding >> k & 1)
    if members:
        assert float(cut_ratio((supply, ceiling, required), members)) == pytest.approx(share)


@given(cases(), st.integers(0, 5), st.floats(0, np.inf))
def test_a_nation_without_supply_changes_nothing(case: Case, place: int, most: float) -> None:
    supply, ceiling, required = case
    at = min(place, ceiling.size)
    wider = (np.insert(supply, at, 0.0, axis=1), np.insert(ceiling, at, most, axis=1), required)
    assert solve(wider) == solve(case)


@given(cases(), st.integers(0, 4), st.floats(0, 1e6))
def test_a_capability_that_is_not_asked_for_changes_nothing(
    case: Case, place: int, spare: float
) -> None:
    supply, ceiling, required = case
    at = min(place, required.size)
    wider = (np.insert(supply, at, spare, axis=2), ceiling, np.insert(required, at, 0.0, axis=1))
    share, binding = solve(case)
    below = binding & ((1 << at) - 1)
    assert solve(wider) == (share, below | (binding - below) << 1)


@given(cases(draws=3))
def test_draws_do_not_know_each_other(case: Case) -> None:
    share, binding = balanced_share(*case)
    for draw in range(3):
        alone = solve(tuple(array[draw : draw + 1] for array in case))  # type: ignore[arg-type]
        assert alone == (share[draw], binding[draw])


@given(cases(draws=3))
def test_an_array_of_one_draw_serves_all_draws(case: Case) -> None:
    supply, ceiling, required = case
    share, _ = balanced_share(supply, ceiling[:1], required[:1])
    repeated, _ = balanced_share(supply, ceiling[[0, 0, 0]], required[[0, 0, 0]])
    assert share.tolist() == repeated.tolist()
    assert balanced_share(supply[:1], ceiling, required[:1])[0].shape == (3,)


@pytest.mark.parametrize(
    ("supply", "ceiling", "required", "says"),
    [
        (np.ones((2, 3)), np.ones((2, 3)), np.ones((2, 3)), "supply_persons has 2 axes"),
        (-np.ones((1, 1, 1)), np.ones((1, 1)), np.ones((1, 1)), "supply_persons holds -1"),
        (np.full((1, 1, 1), np.inf), np.ones((1, 1)), np.ones((1, 1)), "supply_persons holds inf"),
        (np.ones((1, 1, 1)), np.full((1, 1), np.nan), np.ones((1, 1)), "ceiling_persons holds nan"),
        (np.ones((1, 1, 1)), np.ones((1, 1)), np.full((1, 1), np.inf), "required_persons holds"),
        (np.ones((1, 2, 1)), np.ones((1, 3)), np.ones((1, 1)), "ceiling_persons has 3 nations"),
        (np.ones((1, 1, 2)), np.ones((1, 1)), np.ones((1, 3)), "required_persons has 3 cap"),
        (np.ones((4, 1, 1)), np.ones((5, 1)), np.ones((1, 1)), "differ in their count of draws"),
        (np.ones((1, 1, 13)), np.ones((1, 1)), np.ones((1, 13)), "13 capabilities: at most 12"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    supply: NDArray[np.float64],
    ceiling: NDArray[np.float64],
    required: NDArray[np.float64],
    says: str,
) -> None:
    with pytest.raises(ValueError, match=says):
        balanced_share(supply, ceiling, required)


class TestLandStrength:
    """Gross strength, and that of the force in balance, against plain numpy."""

    @given(st.integers(0, 10_000), st.integers(1, 3), st.integers(1, 4))
    def test_it_is_what_plain_steps_give_and_never_more_than_there_is(
        self, seed: int, draws: int, nations: int
    ) -> None:
        rng = np.random.default_rng(seed)
        critical = np.array([True, True, False, False, False])
        land = np.array([True, True, True, True, False])
        persons = rng.choice(np.array([0.0, 100.0, 800.0]), (draws, nations, 5))
        ceiling = rng.choice(np.array([0.0, 500.0, 2000.0, np.inf]), (draws, nations))
        required = rng.choice(np.array([0.0, 100.0, 400.0]), (1, 5))
        share = rng.choice(np.array([0.0, 0.5, 1.5, np.inf]), draws)
        gross, balanced = land_strength(persons, ceiling, required, share, critical, land)

        on_land = persons[:, :, land].sum(axis=2)
        np.testing.assert_allclose(gross, np.minimum(on_land, ceiling).sum(axis=1))
        asked, whole = required[0, critical].sum(), required[0, land].sum()
        part = np.where(np.isfinite(share), share, 0.0)
        others = persons[:, :, land & ~critical]
        left = 1 - asked / whole if asked > 0 else 0.0
        room = ceiling * left if left > 0 else np.zeros_like(ceiling)
        filled = np.minimum(
            np.minimum(others.sum(axis=1), part[:, None] * required[:, land & ~critical]).sum(
                axis=1
            ),
            np.minimum(others.sum(axis=2), room).sum(axis=1),
        )
        np.testing.assert_allclose(balanced, np.minimum(part * asked + filled, gross))
        assert (balanced <= gross).all()

import numpy as np
import pytest

from foedus.engines.forces.blocks import Rule, common_draws, packed, refuse_unless_fits


def test_a_packed_array_is_not_copied() -> None:
    numbers = np.ones((3, 2))
    assert packed(numbers, 2, "need_persons", "at least 0") is numbers


@pytest.mark.parametrize(
    "numbers", [np.ones((4, 6), order="F"), np.ones((4, 9))[:, ::3], np.ones((2, 2), dtype=int)]
)
def test_any_other_array_is_packed_and_keeps_its_numbers(numbers: np.ndarray) -> None:
    block = packed(numbers, 2, "need_persons", "at least 0")
    assert block.flags.c_contiguous
    assert block.dtype == np.float64
    assert block.tolist() == numbers.tolist()


def test_a_frozen_array_is_taken_and_stays_as_it_is() -> None:
    frozen = np.zeros((2, 2))
    frozen.setflags(write=False)
    block = packed(frozen, 2, "need_persons", "at least 0")
    block[:] = 1.0
    assert not frozen.any()


@pytest.mark.parametrize(
    ("rule", "sound", "unsound"),
    [
        ("at least 0", [0.0, 3.0, np.inf], [-1.0, -np.inf, np.nan]),
        ("finite and at least 0", [0.0, 3.0], [-1.0, np.inf, np.nan]),
        ("finite and more than 0", [1e-300, 3.0], [0.0, -1.0, np.inf, np.nan]),
    ],
)
def test_a_rule_lets_through_what_it_says(
    rule: Rule, sound: list[float], unsound: list[float]
) -> None:
    assert packed(sound, 1, "need_persons", rule).tolist() == sound
    for number in unsound:
        with pytest.raises(ValueError, match=f"need_persons holds {number:g}: it must be {rule}"):
            packed([*sound, number], 1, "need_persons", rule)


def test_an_array_without_numbers_breaks_no_rule() -> None:
    assert packed(np.empty((0, 3)), 2, "need_persons", "finite and more than 0").shape == (0, 3)


def test_another_count_of_axes_is_refused() -> None:
    with pytest.raises(ValueError, match="need_persons has 1 axes: it must have 2"):
        packed([1.0], 2, "need_persons", "at least 0")


def test_one_draw_goes_with_any_count() -> None:
    one, many = np.ones((1, 2)), np.ones((7, 2))
    assert common_draws(a=one, b=many) == 7
    assert common_draws(a=one, b=one) == 1
    assert common_draws(a=one, b=np.ones((0, 2))) == 0


def test_different_counts_of_draws_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="count of draws: supply_persons 7, key_share 5"):
        common_draws(supply_persons=np.ones((7, 2)), key_share=np.ones((5, 2)))


def test_a_wrong_axis_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="on_land has 4 groups: the other arrays have 3"):
        refuse_unless_fits(0, "groups", 3, step_group=np.ones(3), on_land=np.ones(4))

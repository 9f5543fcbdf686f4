import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.engines.spending.coordination import joint_saving

SHARES = st.floats(0, 1)


def saved(spending: float, *shares: float) -> float:
    return float(joint_saving(np.array([spending]), *(np.array([share]) for share in shares))[0])


def test_the_order_of_magnitude_by_hand() -> None:
    # 400 bn, three tenths equipment, 17 points more of it together, a fifth cheaper.
    assert saved(400, 0.3, 0.18, 0.35, 0.2) == pytest.approx(400 * 0.3 * 0.17 * 0.2)


@given(st.floats(0, 1e4), SHARES, SHARES, SHARES, SHARES)
def test_it_never_costs_and_never_saves_more_than_equipment(
    spending: float, equipment: float, now: float, goal: float, saving: float
) -> None:
    assert 0 <= saved(spending, equipment, now, goal, saving) <= spending * equipment + 1e-9
    assert saved(spending, equipment, goal, goal, saving) == 0


@given(st.floats(0, 1e4), SHARES, st.floats(0, 0.5), st.floats(0.5, 1), SHARES, st.floats(0, 5))
def test_it_grows_in_proportion_to_spending(
    spending: float, equipment: float, now: float, goal: float, saving: float, times: float
) -> None:
    rest = (equipment, now, goal, saving)
    assert saved(times * spending, *rest) == pytest.approx(times * saved(spending, *rest), abs=1e-9)

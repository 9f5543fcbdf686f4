"""Who governs: principals of a delegation, their chances, and who is in office in a draw."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.errors import SettingsError
from foedus.scenario import Scenario
from foedus.scenario.cells import read_settings
from foedus.scenario.draws import draw_block, point
from foedus.scenario.office import governs, office_prob, principals_of

OPTION = "rear-8k-backed"
GOVERNING = [["ALD"], ["CST", "CST_OPP"], ["DUN", "DUN_OPP"]]
CHANCES = st.lists(st.floats(0.01, 1), min_size=1, max_size=4)


class TestPrincipals:
    def test_the_sitting_government_comes_first_and_each_once(self, minimal: Scenario) -> None:
        assert principals_of(minimal, "CST") == ["CST", "CST_OPP"]
        assert principals_of(minimal, "CST", ["CST_ALT", "CST_OPP", "CST"]) == [
            *("CST", "CST_ALT", "CST_OPP")
        ]

    def test_without_an_election_the_sitting_government_stays(self, minimal: Scenario) -> None:
        assert principals_of(minimal, "ALD") == ["ALD"]


class TestChances:
    def test_they_are_those_of_the_table_scaled_to_one(self, minimal: Scenario) -> None:
        cells = read_settings(
            minimal,
            {"principals/CST/in_office_prob": 0.45, "principals/CST_OPP/in_office_prob": 0.55},
        )
        prob = office_prob(minimal, point(OPTION, cells), GOVERNING[:2])
        np.testing.assert_allclose(prob, np.array([[[1, 0], [0.45, 0.55]]]))

    def test_who_is_not_in_the_table_is_as_likely_as_one_of_chance_one(
        self, minimal: Scenario
    ) -> None:
        prob = office_prob(minimal, point(OPTION, {}), GOVERNING)
        np.testing.assert_allclose(prob[0, 2], [0.5, 0.5])

    def test_each_draw_sums_to_one(self, minimal: Scenario) -> None:
        draws = draw_block(minimal, OPTION, seed=1, block=0, n=50, fixed={})
        prob = office_prob(minimal, draws, GOVERNING)
        assert prob.shape == (50, 3, 2)
        np.testing.assert_allclose(prob.sum(axis=2), 1)
        assert len(set(prob[:, 1, 0])) == 50

    def test_nobody_in_office_is_refused_with_the_cells_to_set(self, minimal: Scenario) -> None:
        cells = read_settings(
            minimal,
            {"principals/CST/in_office_prob": 0, "principals/CST_OPP/in_office_prob": 0},
        )
        with pytest.raises(SettingsError, match=r"in_office_prob: the chances of CST are all 0"):
            office_prob(minimal, point(OPTION, cells), GOVERNING)

    def test_of_nobody_there_is_no_chance(self, minimal: Scenario) -> None:
        assert office_prob(minimal, point(OPTION, {}), []).shape == (1, 0, 1)


class TestWhoGoverns:
    def test_each_governs_as_often_as_its_chance(self) -> None:
        prob = np.array([[[0.6, 0.3, 0.1]]])
        uniform = np.linspace(0, 1, 1000, endpoint=False)[:, np.newaxis]
        counts = np.bincount(governs(np.repeat(prob, 1000, axis=0), uniform)[:, 0])
        assert counts.tolist() == [600, 300, 100]

    @given(CHANCES, st.floats(0, 1, exclude_max=True))
    def test_it_is_the_first_whose_chances_together_pass_the_number(
        self, chances: list[float], uniform: float
    ) -> None:
        prob = np.array(chances) / sum(chances)
        found = int(governs(prob[np.newaxis, np.newaxis], np.array([[uniform]]))[0, 0])
        assert 0 <= found < len(chances)
        assert found == 0 or prob[:found].sum() <= uniform + 1e-12
        assert found == len(chances) - 1 or uniform < prob[: found + 1].sum() + 1e-12

    @given(CHANCES)
    def test_who_has_no_chance_never_governs(self, chances: list[float]) -> None:
        prob = np.array([[[0.0, *chances, 0.0]]]) / sum(chances)
        uniform = np.linspace(0, 1, 100, endpoint=False)[:, np.newaxis]
        found = governs(prob, uniform)
        # The last may come up where rounding leaves the sum a hair below one, and never before.
        assert (found > 0).all()
        assert (found[:-1] <= len(chances)).all()

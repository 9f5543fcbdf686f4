"""Draws explain themselves: by seed, block and cell, and by nothing else."""

from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri
from tests.shipped import load

from foedus.scenario.addresses import Cell
from foedus.scenario.draws import (
    BLOCK,
    Draws,
    FloatArray,
    draw_block,
    draw_cells,
    group_factor,
    point,
    stream,
    uncertain_cells,
)
from foedus.scenario.scenario import ORDERED, TABLES, Scenario
from foedus.scenario.uncertainties import Uncertainty

OPTION = "rear-8k-backed"
BRIGADE = Cell("units", "ALD:brigade", "available_count")
SEEDS = st.integers(0, 2**64)


@cache
def small() -> Scenario:
    """Return the small scenario, for tests that are handed their examples and no fixture."""
    return load("minimal")


def drawn(scenario: Scenario, seed: int = 7, block: int = 0, n: int = 64) -> dict[Cell, FloatArray]:
    """Return what is drawn, computed anew."""
    return draw_cells.__wrapped__(scenario, seed, block, n)


def assert_same(one: dict[Cell, FloatArray], other: dict[Cell, FloatArray]) -> None:
    assert list(one) == list(other)
    for cell, values in one.items():
        np.testing.assert_array_equal(values, other[cell], strict=True)


def with_uncertain(scenario: Scenario, *rows: dict[str, Any]) -> Scenario:
    """Return a scenario whose `uncertainties.csv` holds these rows and no others."""
    made = tuple(Uncertainty.model_validate({"source": "assumed", **row}) for row in rows)
    return scenario.replace(uncertainties=made)


def a_row(
    key: str, distribution: str, low: float | None = None, high: float | None = None, **more: Any
) -> dict[str, Any]:
    row = {"table": "units", "cell_key": key, "field": "available_count", **more}
    return {**row, "distribution": distribution, "low_value": low, "high_value": high}


class TestWhichCellsAreUncertain:
    def test_a_cell_with_a_range_beside_it_is_drawn_in_it(self, minimal: Scenario) -> None:
        about = {about.cell: about for about in uncertain_cells(minimal)}
        row = about[Cell("approvals", "CST:CST", "gov_seats_share")]
        assert (row.distribution, row.low, row.mode, row.high) == ("range", 0.45, 0.47, 0.49)
        assert (row.group, row.correlation) == ("", 0)

    def test_a_range_without_width_is_no_uncertainty(self, minimal: Scenario) -> None:
        cells = {about.cell for about in uncertain_cells(minimal)}
        assert Cell("units", "ALD:division_hq", "available_count") not in cells
        assert Cell("requirement", "s-01", "needed_count") not in cells

    def test_what_an_engine_draws_itself_is_not_drawn_here(self, minimal: Scenario) -> None:
        assert "willingness_score" not in {about.cell.field for about in uncertain_cells(minimal)}

    def test_a_row_of_uncertainties_hangs_ranges_together(self, minimal: Scenario) -> None:
        about = {about.cell: about for about in uncertain_cells(minimal)}
        assert (about[BRIGADE].group, about[BRIGADE].correlation) == ("availability", 0.3)
        assert (about[BRIGADE].low, about[BRIGADE].mode, about[BRIGADE].high) == (0, 1, 1)

    def test_a_row_of_uncertainties_wins_over_the_range_of_the_cell(
        self, minimal: Scenario
    ) -> None:
        changed = with_uncertain(minimal, a_row("ALD:brigade", "uniform", 2, 3))
        about = {about.cell: about for about in uncertain_cells(changed)}
        assert (about[BRIGADE].distribution, about[BRIGADE].low, about[BRIGADE].high) == (
            *("uniform", 2),
            3,
        )

    def test_the_more_exact_row_wins_in_either_order(self, minimal: Scenario) -> None:
        rows = [
            a_row("*", "uniform", 0, 1),
            a_row("ALD:*", "uniform", 1, 2),
            a_row("ALD:brigade", "range"),
        ]
        for order in (rows, rows[::-1]):
            found = uncertain_cells.__wrapped__(with_uncertain(minimal, *order))
            about = {a.cell: a for a in found}
            assert (about[BRIGADE].distribution, about[BRIGADE].high) == ("range", 1)
            logistics = about[Cell("units", "ALD:logistics", "available_count")]
            assert (logistics.low, logistics.high) == (1, 2)
            assert about[Cell("units", "CST:brigade", "available_count")].low == 0

    def test_a_range_asked_of_a_cell_without_one_makes_it_certain(self, minimal: Scenario) -> None:
        rows = [a_row("*", "uniform", 0, 1), a_row("ALD:division_hq", "range")]
        cells = {about.cell for about in uncertain_cells(with_uncertain(minimal, *rows))}
        assert BRIGADE in cells
        assert Cell("units", "ALD:division_hq", "available_count") not in cells

    def test_cells_are_sorted(self, paris: Scenario) -> None:
        cells = [about.cell for about in uncertain_cells(paris)]
        assert all(one < other for one, other in pairwise(cells))


class TestTheSameDraws:
    @given(SEEDS)
    def test_a_seed_explains_every_bit(self, seed: int) -> None:
        assert_same(drawn(small(), seed), drawn(small(), seed))

    @given(SEEDS, st.integers(1, 63))
    def test_a_shorter_run_is_the_beginning_of_a_longer_one(self, seed: int, n: int) -> None:
        long = drawn(small(), seed)
        assert_same({cell: v[:n] for cell, v in long.items()}, drawn(small(), seed, n=n))

    def test_blocks_do_not_hang_on_their_order(self, minimal: Scenario) -> None:
        forwards = [drawn(minimal, block=block) for block in (0, 1, 2)]
        backwards = [drawn(minimal, block=block) for block in (2, 1, 0)]
        for one, other in zip(forwards, reversed(backwards), strict=True):
            assert_same(one, other)

    def test_seeds_blocks_and_cells_have_draws_of_their_own(self, minimal: Scenario) -> None:
        runs = [drawn(minimal, seed, block) for seed in (0, 1) for block in (0, 1)]
        columns = [tuple(values) for run in runs for values in run.values()]
        assert len(set(columns)) == len(columns)

    def test_no_two_names_of_the_shipped_scenarios_share_a_stream(
        self, minimal: Scenario, paris: Scenario
    ) -> None:
        for scenario in (minimal, paris):
            names = {str(about.cell) for about in uncertain_cells(scenario)}
            names |= {f"group/{about.group}" for about in uncertain_cells(scenario)}
            names |= {"consent", "forces"}
            firsts = {stream(0, 0, name).random() for name in names}
            assert len(firsts) == len(names)

    def test_the_order_of_rows_is_not_seen(self, minimal: Scenario, paris: Scenario) -> None:
        for scenario in (minimal, paris):
            shuffled = scenario.replace(
                **{
                    name: tuple(Random(3).sample(scenario.table(name), len(scenario.table(name))))
                    for name in TABLES
                    if name not in ORDERED
                }
            )
            assert shuffled.units != scenario.units
            assert shuffled.digest == scenario.digest
            assert uncertain_cells.__wrapped__(shuffled) == uncertain_cells.__wrapped__(scenario)
            assert_same(drawn(shuffled, n=8), drawn(scenario, n=8))

    def test_a_nation_that_is_added_leaves_all_other_draws_as_they_were(
        self, minimal: Scenario
    ) -> None:
        further = minimal.row("units", "DUN:medical").model_copy(update={"delegation": "ELM"})
        more = drawn(minimal.replace(units=(further, *minimal.units)))
        added = Cell("units", "ELM:medical", "available_count")
        assert more.pop(added).size == 64
        assert_same(more, drawn(minimal))

    def test_a_cell_that_is_fixed_leaves_all_other_draws_as_they_were(
        self, minimal: Scenario
    ) -> None:
        free = draw_block(minimal, OPTION, seed=7, block=0, n=64, fixed={})
        for cell in list(free.drawn)[::7]:
            held = draw_block(minimal, OPTION, seed=7, block=0, n=64, fixed={cell: 0.0})
            rest = {other: values for other, values in free.drawn.items() if other != cell}
            assert_same(dict(held.drawn), rest)

    def test_what_is_drawn_cannot_be_written_to(self, minimal: Scenario) -> None:
        values = draw_block(minimal, OPTION, seed=7, block=0, n=4, fixed={}).drawn[BRIGADE]
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 9.0


class TestTheDistribution:
    def test_every_value_lies_in_its_range(self, paris: Scenario) -> None:
        values = drawn(paris, n=500)
        for about in uncertain_cells(paris):
            assert about.low <= values[about.cell].min(), about
            assert values[about.cell].max() <= about.high, about
            assert np.ptp(values[about.cell]) > 0, about

    def test_the_mean_of_a_range_is_that_of_its_triangle(self, minimal: Scenario) -> None:
        values = drawn(minimal, n=BLOCK)
        for about in uncertain_cells(minimal):
            a, b, c = about.low, about.mode, about.high
            variance = (a * a + b * b + c * c - a * b - a * c - b * c) / 18
            error = np.sqrt(variance / BLOCK)
            mean = (a + b + c) / 3
            assert abs(values[about.cell].mean() - mean) < 4.5 * error, about

    def correlation(self, one: FloatArray, other: FloatArray) -> float:
        return float(np.corrcoef(normal_scores(one), normal_scores(other))[0, 1])

    @pytest.mark.parametrize("stated", [0.0, 0.3, 0.8, 1.0])
    def test_a_group_is_correlated_as_stated(self, minimal: Scenario, stated: float) -> None:
        both = {"group": "g", "group_correlation": stated}
        rows = [
            a_row("ALD:brigade", "uniform", 0, 1, **both),
            a_row("CST:brigade", "uniform", 2, 5, **both),
        ]
        values = drawn(with_uncertain(minimal, *rows), n=BLOCK)
        one, other = (
            values[Cell("units", f"{code}:brigade", "available_count")] for code in ("ALD", "CST")
        )
        error = (1 - stated**2) / np.sqrt(BLOCK)
        assert abs(self.correlation(one, other) - stated) <= 4 * error + 1e-6

    def test_groups_and_cells_of_none_are_not_correlated(self, minimal: Scenario) -> None:
        rows = [
            a_row("ALD:brigade", "uniform", 0, 1, group="g", group_correlation=1),
            a_row("CST:brigade", "uniform", 0, 1, group="h", group_correlation=1),
            a_row("ALD:logistics", "uniform", 0, 1),
        ]
        values = drawn(with_uncertain(minimal, *rows), n=BLOCK)
        columns = [
            values[Cell("units", key, "available_count")]
            for key in ("ALD:brigade", "CST:brigade", "ALD:logistics")
        ]
        for place, one in enumerate(columns):
            for other in columns[place + 1 :]:
                assert abs(self.correlation(one, other)) < 4 / np.sqrt(BLOCK)

    def test_a_cell_keeps_its_own_distribution_in_a_group(self, minimal: Scenario) -> None:
        row = a_row("ALD:brigade", "uniform", 0, 1, group="g", group_correlation=0.6)
        values = np.sort(drawn(with_uncertain(minimal, row), n=BLOCK)[BRIGADE])
        steps = (np.arange(BLOCK) + 0.5) / BLOCK
        assert np.abs(values - steps).max() < 1.95 / np.sqrt(BLOCK)  # Kolmogorov, 0.1 %

    def test_the_common_factor_is_the_one_that_was_used(self, minimal: Scenario) -> None:
        row = a_row("ALD:brigade", "uniform", 0, 1, group="g", group_correlation=1)
        values = drawn(with_uncertain(minimal, row), seed=3, n=100)[BRIGADE]
        factor = group_factor(3, 0, "g", 100)
        np.testing.assert_array_equal(np.argsort(values), np.argsort(factor))


def normal_scores(values: FloatArray) -> FloatArray:
    ranks = np.argsort(np.argsort(values))
    scores: FloatArray = ndtri((ranks + 0.5) / values.size)
    return scores


class TestColumns:
    def test_a_point_is_the_files(self, minimal: Scenario) -> None:
        draws = point(OPTION, {})
        for table, model in TABLES.items():
            for column, about in model.model_fields.items():
                if about.annotation in (float, int):
                    there = [[getattr(row, column) for row in minimal.table(table)]]
                    np.testing.assert_array_equal(draws.numbers(minimal, table, column), there)
                else:
                    values = [getattr(row, column) for row in minimal.table(table)]
                    assert draws.values(minimal, table, column) == values

    def test_an_empty_cell_is_not_a_number(self, minimal: Scenario) -> None:
        persons = point(OPTION, {}).numbers(minimal, "polls", "n_persons")
        assert np.isnan(persons[0]).tolist() == [row.n_persons is None for row in minimal.polls]
        assert np.isnan(persons).any()

    def test_only_drawn_cells_move_and_the_draw_axis_leads(self, minimal: Scenario) -> None:
        draws = draw_block(minimal, OPTION, seed=1, block=0, n=32, fixed={})
        column = draws.numbers(minimal, "units", "available_count")
        assert column.shape == (32, len(minimal.units))
        for place, row in enumerate(minimal.units):
            cell = Cell("units", row.key, "available_count")
            there = draws.drawn.get(cell, np.full(32, row.available_count))
            np.testing.assert_array_equal(column[:, place], there)
        assert draws.numbers(minimal, "units", "held_count").shape == (1, len(minimal.units))

    def test_a_column_is_what_is_settled_with_what_is_drawn_in_its_place(
        self, minimal: Scenario
    ) -> None:
        draws = draw_block(minimal, OPTION, seed=1, block=0, n=8, fixed={BRIGADE: 0.25})
        for column in ("available_count", "held_count"):
            settled, places, drawn = draws.settled_and_drawn(minimal, "units", column)
            assert drawn.shape == (len(places), 8)
            numbers = draws.numbers(minimal, "units", column)
            assert numbers[:, places].T.tolist() == drawn.tolist()[: len(places)]
            rest = np.setdiff1d(np.arange(len(minimal.units)), places)
            assert (numbers[:, rest] == settled[rest]).all()
        place = minimal.row_numbers["units"][BRIGADE.key]
        settled, places, _ = draws.settled_and_drawn(minimal, "units", "available_count")
        assert settled[place] == 0.25
        assert place not in places
        assert places

    def test_numbers_by_row_are_those_of_the_column_and_settled_ones_are_one(
        self, minimal: Scenario
    ) -> None:
        draws = draw_block(minimal, OPTION, seed=1, block=0, n=8, fixed={BRIGADE: 0.25})
        for column in ("available_count", "held_count"):
            numbers = draws.numbers(minimal, "units", column)
            by_row = draws.number_by_row(minimal, "units", column)
            assert len(by_row) == numbers.shape[1]
            for row, one in zip(minimal.units, by_row, strict=True):
                cell = Cell("units", row.key, column)
                assert one.shape == ((8,) if cell in draws.drawn else (1,))
            together = np.stack(np.broadcast_arrays(*by_row), axis=1)
            np.testing.assert_array_equal(np.broadcast_to(together, numbers.shape), numbers)
        assert any(one.size > 1 for one in draws.number_by_row(minimal, "units", "available_count"))

    def test_what_is_fixed_stands_in_every_draw(self, minimal: Scenario) -> None:
        fixed = {BRIGADE: 0.25, Cell("options", OPTION, "location"): "line"}
        draws = draw_block(minimal, OPTION, seed=1, block=0, n=8, fixed=fixed)
        place = minimal.row_numbers["units"]["ALD:brigade"]
        column = draws.numbers(minimal, "units", "available_count")
        assert (column[:, place] == 0.25).all()
        assert draws.of_option(minimal, "location") == "line"
        assert draws.number_of_option(minimal, "us_enablers_share").tolist() == [1.0]
        emptied = point(OPTION, {Cell("polls", minimal.polls[0].key, "n_persons"): None})
        assert np.isnan(emptied.numbers(minimal, "polls", "n_persons")[0, 0])

    def test_a_cell_can_be_fixed_later(self, minimal: Scenario) -> None:
        draws = draw_block(minimal, OPTION, seed=1, block=0, n=8, fixed={})
        held = draws.with_fixed({BRIGADE: 0.25})
        assert BRIGADE in draws.drawn
        assert BRIGADE not in held.drawn
        place = minimal.row_numbers["units"]["ALD:brigade"]
        assert (held.numbers(minimal, "units", "available_count")[:, place] == 0.25).all()

    def test_a_setting_is_drawn_or_fixed_or_as_given(self, minimal: Scenario) -> None:
        cell = Cell("engines", "consent", "drift_score")
        drawn_draws = draw_block(minimal, OPTION, seed=1, block=0, n=8, fixed={})
        np.testing.assert_array_equal(
            drawn_draws.setting("consent", "drift_score", 8.0), drawn_draws.drawn[cell]
        )
        assert drawn_draws.setting("consent", "unpolled_persons", 500.0).tolist() == [500.0]
        fixed = draw_block(minimal, OPTION, seed=1, block=0, n=8, fixed={cell: 3})
        assert fixed.setting("consent", "drift_score", 8.0).tolist() == [3.0]


class TestLevels:
    CODES = ("ALD", "BRK")
    ALD = Cell("consent", "ALD", "level")

    def test_all_join_at_the_default(self) -> None:
        assert point(OPTION, {}).levels(self.CODES, 5).tolist() == [[5.0, 5.0]]

    def test_a_link_is_read_draw_by_draw(self) -> None:
        draws = Draws(OPTION, n=3).with_links({self.ALD: np.array([0.0, 4.0, 5.0])})
        assert draws.levels(self.CODES, 2).tolist() == [[0, 2], [4, 2], [5, 2]]

    def test_what_is_set_wins_over_a_link(self) -> None:
        draws = Draws(OPTION, n=3, fixed={self.ALD: 1})
        linked = draws.with_links({self.ALD: np.array([0.0, 4.0, 5.0])})
        assert linked.levels(self.CODES, 2).tolist() == [[1, 2]]


class TestSent:
    CODES = ("AIRPOOL", "ALD")
    ALD = Cell("forces", "ALD", "sent_land_persons")

    def test_nobody_is_sent_where_nothing_is_linked(self) -> None:
        for domain in ("land", "air", "sea"):
            assert point(OPTION, {}).sent(self.CODES, domain).tolist() == [[0.0, 0.0]]

    def test_a_link_is_read_draw_by_draw_and_by_domain(self) -> None:
        draws = Draws(OPTION, n=3).with_links({self.ALD: np.array([0.0, 40.0, 50.0])})
        assert draws.sent(self.CODES, "land").tolist() == [[0, 0], [0, 40], [0, 50]]
        assert draws.sent(self.CODES, "sea").tolist() == [[0, 0]]

    def test_what_is_set_wins_over_a_link(self) -> None:
        draws = Draws(OPTION, n=2, fixed={self.ALD: 7.0})
        linked = draws.with_links({self.ALD: np.array([1.0, 2.0])})
        assert linked.sent(self.CODES, "land").tolist() == [[0, 7]]

    def test_fair_shares_are_linked_beside_what_is_sent(self) -> None:
        fair = Cell("forces", "ALD", "fair_land_persons")
        draws = Draws(OPTION, n=2).with_links({fair: np.array([5.0, 6.0])})
        assert draws.fair(self.CODES, "land").shape == (2, 2)
        assert draws.fair(self.CODES, "land").sum(axis=1).tolist() == [5, 6]
        assert draws.fair(self.CODES, "air").tolist() == [[0, 0]]
        assert not draws.sent(self.CODES, "land").any()
        fixed = draws.with_fixed({fair: 9.0})
        assert fixed.fair(self.CODES, "land").sum() == 9

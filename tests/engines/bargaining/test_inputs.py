from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from foedus.engines.arrays import FloatArray
from foedus.engines.bargaining.engine import Bargaining, drawn_views
from foedus.engines.bargaining.inputs import BargainingInputs, headline_room
from foedus.errors import MissingDataError, SettingsError
from foedus.runs import Seen, in_order, make_request, run
from foedus.scenario.bargaining import Position
from foedus.scenario.draws import stream, uncertain_cells
from foedus.scenario.load import load
from foedus.scenario.scenario import Scenario

kept = cache(load)


def read(
    scenario: Scenario,
    cells: Mapping[str, Any] | None = None,
    *,
    draws: int = 0,
    engine: Bargaining | None = None,
) -> BargainingInputs:
    request = make_request(scenario, draws=draws, set=cells or {})
    drawn = request.drawn(scenario, 0, max(draws, 1), request.fixed)
    return (engine or Bargaining()).inputs(in_order(Seen(scenario, request.fixed)), drawn)


def of(inputs: BargainingInputs, values: FloatArray, issue: str, code: str) -> float:
    return float(values[0, inputs.issues.index(issue), inputs.codes.index(code)])


def heard(inputs: BargainingInputs, room: str, issue: str) -> dict[str, float]:
    """Return who is heard in a room on an issue, and with which part of its weight."""
    seating = inputs.seating
    shares = seating.heard_share[seating.formats.index(room), inputs.issues.index(issue)]
    return {code: s for code, s in zip(inputs.codes, shares.tolist(), strict=True) if s > 0}


def asked(inputs: BargainingInputs, room: str, issue: str) -> set[str]:
    seating = inputs.seating
    row = seating.consents[seating.formats.index(room), inputs.issues.index(issue)]
    return {code for code, is_asked in zip(inputs.codes, row, strict=True) if is_asked}


def as_strict(scenario: Scenario) -> Scenario:
    """Return a scenario of which what came later is said to be left out."""
    return scenario.replace(about=scenario.about.model_copy(update={"later_left_out": True}))


@pytest.fixture
def minimal() -> Scenario:
    return kept("minimal")


class TestNumbers:
    def test_positions_are_put_on_a_scale_of_a_hundred(self, minimal: Scenario) -> None:
        inputs = read(minimal)
        views = inputs.by_principal[0]
        # 10 of 20 thousand soldiers; points are points.
        assert of(inputs, views.position_score, "force", "ALD") == 50
        assert of(inputs, views.position_score, "seat", "PTN") == 35
        assert np.isnan(of(inputs, views.position_score, "force", "HOV"))
        assert inputs.value(np.array([50.0, 35.0])).tolist() == [10.0, 35.0]

    def test_an_influence_that_is_written_comes_before_the_measure(self, minimal: Scenario) -> None:
        inputs = read(minimal)
        strong = inputs.by_principal[0].influence_score
        sizes = {r.delegation: r.size_weight for r in minimal.share_keys if r.share_key == "gdp"}
        assert of(inputs, strong, "force", "PTN") == 100
        for code in ("ALD", "BRK", "CST", "ELM"):
            expected = 100 * sizes[code] / max(sizes.values())
            assert of(inputs, strong, "force", code) == pytest.approx(expected)

    def test_equal_influence_reads_no_size(self, minimal: Scenario) -> None:
        strong = read(minimal).by_principal[0].influence_score[0, 1]
        assert set(strong[~np.isnan(strong)]) == {1.0}

    def test_a_size_that_is_set_moves_the_influence_of_its_owner_alone(
        self, minimal: Scenario
    ) -> None:
        before = read(minimal).by_principal[0].influence_score
        after = read(minimal, {"share_keys/gdp:ELM/size_weight": 1}).by_principal[0].influence_score
        inputs = read(minimal)
        assert of(inputs, after, "force", "ELM") < of(inputs, before, "force", "ELM")
        assert of(inputs, after, "force", "CST") == of(inputs, before, "force", "CST")

    def test_a_walk_away_that_is_judged_comes_before_the_rule(self, minimal: Scenario) -> None:
        inputs = read(minimal)
        reach = inputs.by_principal[0].reach_score
        assert of(inputs, reach, "force", "ALD") == 40
        # 15 for one who cares fully, and 60 more for one who does not care at all.
        assert of(inputs, reach, "force", "ELM") == pytest.approx(15 + 60 * (1 - 0.4))

    def test_the_rule_for_limits_follows_its_settings(self, minimal: Scenario) -> None:
        cells = {
            "engines/bargaining/least_reach_score": 5,
            "engines/bargaining/base_reach_score": 10,
        }
        inputs = read(minimal, cells)
        reach = inputs.by_principal[0].reach_score
        assert of(inputs, reach, "force", "ELM") == pytest.approx(5 + 10 * 0.6)
        assert of(inputs, reach, "force", "ALD") == 40

    def test_feasible_ends_and_what_holds_today_are_on_the_same_scale(
        self, minimal: Scenario
    ) -> None:
        inputs = read(minimal)
        assert inputs.feasible_to_score.tolist() == [[60.0, 100.0]]
        assert inputs.feasible_from_score.tolist() == [[0.0, 0.0]]
        assert inputs.reference_score.tolist() == [[0.0, 30.0]]

    @pytest.mark.parametrize("name", ["minimal", "paris-2025"])
    def test_every_uncertain_cell_of_positions_and_thresholds_is_read(self, name: str) -> None:
        scenario = kept(name)
        tables = ("positions", "thresholds")
        drawn = {
            str(about.cell) for about in uncertain_cells(scenario) if about.cell.table in tables
        }
        of_column = {(about.rsplit("/", 1)[-1]) for about in drawn}
        assert {"position_value", "salience_share", "threshold_value"} <= of_column
        inputs = read(scenario, draws=3)
        views = inputs.by_principal[0]
        assert np.ptp(views.position_score, axis=0)[~np.isnan(views.position_score[0])].max() > 0
        # Each drawn row of a sitting government has three values where it is read.
        for row in scenario.positions:
            if row.principal == row.delegation and f"positions/{row.key}/position_value" in drawn:
                at = inputs.issues.index(row.issue), inputs.codes.index(row.delegation)
                assert np.ptp(views.position_score[:, at[0], at[1]]) > 0, row.key
        assert np.ptp(inputs.threshold_value, axis=0).min() > 0


class TestPrincipals:
    def test_another_principal_wants_what_its_own_row_says(self, minimal: Scenario) -> None:
        inputs = read(minimal)
        sitting, other = inputs.by_principal
        assert of(inputs, sitting.position_score, "force", "CST") == 30
        assert of(inputs, other.position_score, "force", "CST") == 15

    def test_without_a_row_it_wants_what_the_sitting_government_does(
        self, minimal: Scenario
    ) -> None:
        inputs = read(minimal)
        sitting, other = inputs.by_principal
        assert of(inputs, other.position_score, "seat", "CST") == 60
        np.testing.assert_array_equal(
            np.delete(sitting.position_score, inputs.codes.index("CST"), axis=2),
            np.delete(other.position_score, inputs.codes.index("CST"), axis=2),
        )

    def test_one_government_sits_for_all_issues_of_a_draw(self, minimal: Scenario) -> None:
        # The one that may follow now has views on both, far from those of the sitting one.
        about = {
            "delegation": "CST", "principal": "CST_OPP", "salience_share": 0.5,
            "verified": "assumed", "source": ("invented",),
        }  # fmt: skip
        more = Position.model_validate({"issue": "seat", "position_value": 5, **about})
        scenario = minimal.replace(positions=(*minimal.positions, more))
        cells = {
            f"positions/{row.key}/position_value": row.position_value for row in scenario.positions
        }
        inputs = read(scenario, cells, draws=400)
        place = inputs.codes.index("CST")
        position = drawn_views(inputs, stream(1, 0, "test")).position_score[:, :, place]
        other = position[:, 0] == 15
        np.testing.assert_array_equal(other, position[:, 1] == 5)
        assert 0.25 < other.mean() < 0.55

    def test_at_a_point_the_sitting_governments_decide(self, minimal: Scenario) -> None:
        cells = {"principals/CST/in_office_prob": 0, "principals/CST_OPP/in_office_prob": 1}
        inputs = read(minimal, cells)
        views = drawn_views(inputs, stream(0, 0, "test"))
        assert of(inputs, views.position_score, "force", "CST") == 30

    def test_nobody_in_office_is_refused_with_the_cells_to_set(self, minimal: Scenario) -> None:
        cells = {"principals/CST/in_office_prob": 0, "principals/CST_OPP/in_office_prob": 0}
        with pytest.raises(SettingsError, match=r"in_office_prob.*CST are all 0"):
            read(minimal, cells)


class TestSeating:
    def test_members_and_guests_are_heard_and_observers_are_not(self, minimal: Scenario) -> None:
        inputs = read(minimal)
        assert heard(inputs, "with-patronia", "seat") == dict.fromkeys(
            ("ALD", "BRK", "CST", "HOV", "PTN"), 1.0
        )
        assert asked(inputs, "with-patronia", "seat") == {"ALD", "BRK", "CST", "PTN"}
        assert "LEAGUE" not in inputs.codes

    def test_who_is_spoken_for_is_heard_with_its_own_view_and_not_asked(
        self, minimal: Scenario
    ) -> None:
        assert heard(read(minimal), "summit", "force")["ELM"] == 1.0
        half = read(minimal, engine=Bargaining(spoken_share=0.5))
        assert heard(half, "summit", "force")["ELM"] == 0.5
        assert asked(half, "summit", "force") == {"ALD", "BRK", "CST"}
        # It has no view on the seat, so nobody carries one.
        assert "ELM" not in heard(half, "summit", "seat")

    def test_the_rule_of_an_issue_comes_before_that_of_the_room(self, minimal: Scenario) -> None:
        inputs = read(minimal)
        assert inputs.issues == ("force", "seat")
        assert inputs.seating.formats == ("summit", "with-patronia")
        assert inputs.seating.rules == (("consensus", "consensus"), ("majority", "consensus"))

    def test_on_a_form_nothing_is_agreed_whatever_an_issue_asks(self) -> None:
        inputs = read(kept("paris-2025"))
        form = inputs.seating.formats.index("form")
        assert set(inputs.seating.rules[form]) == {"alone"}

    def test_the_room_looked_at_is_the_first_in_which_anybody_meets(
        self, minimal: Scenario
    ) -> None:
        inputs = read(kept("paris-2025"))
        assert inputs.seating.formats[inputs.room] == "paris-table"
        assert inputs.seating.formats[0] == "form"
        named = read(minimal, engine=Bargaining(format="summit"))
        assert named.seating.formats[named.room] == "summit"
        first = minimal.replace(formats=minimal.formats[:1], attendance=minimal.attendance[:4])
        assert headline_room(read(first).seating) == 0


class TestRefusals:
    def test_a_room_that_is_unknown_is_named_with_those_there_are(self, minimal: Scenario) -> None:
        with pytest.raises(SettingsError, match=r"no format 'summitt'.*summit"):
            read(minimal, engine=Bargaining(format="summitt"))

    def test_a_room_in_which_nothing_can_be_talked_over_is_refused(self, minimal: Scenario) -> None:
        alone = tuple(row for row in minimal.attendance if row.delegation in ("ALD", "LEAGUE"))
        with pytest.raises(SettingsError, match=r"summit no issue has two parties.*attendance"):
            read(minimal.replace(attendance=alone), engine=Bargaining(format="summit"))

    def test_an_issue_with_one_party_is_left_out_and_none_left_is_refused(
        self, minimal: Scenario
    ) -> None:
        seat = tuple(r for r in minimal.positions if r.issue == "force" or r.delegation == "HOV")
        strict = as_strict(minimal)
        assert read(strict.replace(positions=seat)).issues == ("force",)
        one = tuple(row for row in minimal.positions if row.delegation == "ALD")
        with pytest.raises(MissingDataError, match=r"two delegations.*positions.csv"):
            read(strict.replace(positions=one))

    def test_who_has_no_influence_that_is_known_is_left_out(self, minimal: Scenario) -> None:
        sizes = tuple(row for row in minimal.share_keys if row.delegation != "ELM")
        inputs = read(as_strict(minimal).replace(share_keys=sizes, payers=()))
        assert "ELM" not in inputs.codes

    def test_tables_that_are_missing_are_named(self, minimal: Scenario) -> None:
        with pytest.raises(MissingDataError, match=r"attendance\.csv"):
            run(minimal.replace(attendance=(), formats=()), Bargaining())

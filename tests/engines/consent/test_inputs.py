import math
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pytest
from tests.shipped import load

from foedus.engines.consent.engine import Consent
from foedus.engines.consent.inputs import (
    ConsentInputs,
    months_between,
    shares_of_all,
    with_other_backing,
)
from foedus.engines.consent.ladder import Level
from foedus.scenario.cells import read_settings, with_cells
from foedus.scenario.draws import draw_block, point
from foedus.scenario.scenario import Scenario

MINIMAL: Final = load("minimal")
OPTION: Final = "rear-8k-backed"
MONTH: Final = 365.25 / 12
VOICES: Final = ("ALD", "BRK", "CST", "CST_OPP", "DUN", "ELM")


def read(
    scenario: Scenario = MINIMAL, changes: Mapping[str, Any] | None = None, **settings: Any
) -> ConsentInputs:
    """Return the inputs at a point, as a run gives them to the engine."""
    fixed = read_settings(scenario, changes or {})
    seen = with_cells(scenario.in_key_order, fixed)
    return Consent(**settings).inputs(seen, point(OPTION, fixed))


def drawn(scenario: Scenario = MINIMAL) -> ConsentInputs:
    draws = draw_block(scenario, OPTION, seed=1, block=0, n=300, fixed={})
    return Consent().inputs(scenario.in_key_order, draws)


def of(inputs: ConsentInputs, name: str) -> dict[str, float]:
    """Return a number by voice at a point."""
    row = np.broadcast_to(getattr(inputs, name), (1, len(inputs.voices)))[0]
    return dict(zip(inputs.voices, row.tolist(), strict=True))


def option(**changes: Any) -> dict[str, Any]:
    return {f"options/{OPTION}/{name}": value for name, value in changes.items()}


class TestVoices:
    def test_a_voice_is_a_stance_and_speaks_for_its_delegation(self) -> None:
        inputs = read()
        assert inputs.voices == VOICES
        assert [inputs.codes[i] for i in inputs.owner] == ["ALD", "BRK", "CST", "CST", "DUN", "ELM"]

    def test_without_principals_the_sitting_government_is_sure_of_office(self) -> None:
        assert of(read(), "office_prob") == dict(zip(VOICES, [1, 1, 0.6, 0.4, 1, 1], strict=True))

    def test_drawn_chances_of_office_sum_to_one(self) -> None:
        prob = drawn().office_prob
        assert prob.shape == (300, 6)
        assert np.ptp(prob[:, 2]) > 0.05
        np.testing.assert_allclose(prob[:, 2] + prob[:, 3], 1, rtol=1e-12)

    def test_chances_of_office_that_are_set_are_scaled_to_one(self) -> None:
        prob = of(read(changes={"principals/CST/in_office_prob": 0.1}), "office_prob")
        assert prob["CST"] == pytest.approx(0.1 / 0.5)
        assert prob["CST_OPP"] == pytest.approx(0.4 / 0.5)

    def test_the_stated_score_weighs_principals_by_their_chance(self) -> None:
        assert read().score.tolist() == [85, 50, 0.6 * 68 + 0.4 * 40, 55, 72]


class TestWillingness:
    def test_months_run_from_one_day_to_another_and_never_back(self) -> None:
        assert months_between(date(2030, 1, 1), date(2031, 1, 1)) == 365 / MONTH
        assert months_between(date(2031, 1, 1), date(2030, 1, 1)) == 0

    def test_the_error_follows_confidence_and_drift_the_months(self) -> None:
        sd = of(read(), "sd_score")
        days = {"ALD": 126, "BRK": 122, "CST_OPP": 139, "DUN": 124}
        errors = {"ALD": 10, "BRK": 15, "CST_OPP": 15, "DUN": 25}
        for voice, error in errors.items():
            assert sd[voice] == pytest.approx(math.sqrt(error**2 + 64 * days[voice] / MONTH))

    def test_a_stance_of_the_day_has_no_drift(self) -> None:
        changes = {"stances/ALD:ALD/as_of": "2030-10-01"}
        assert of(read(changes=changes), "sd_score")["ALD"] == 10

    def test_a_confidence_that_is_set_counts(self) -> None:
        changes = {"stances/ALD:ALD/confidence": "low", "stances/ALD:ALD/as_of": "2030-10-01"}
        assert of(read(changes=changes), "sd_score")["ALD"] == 25

    def test_blessing_lifts_and_unmet_conditions_lower_the_score(self) -> None:
        # Backed and by invitation: the opposition and the neutral ask for a mandate.
        expected = [85 + 3, 50 + 3, 68 + 3, 40 + 3 - 10, 55 + 3 - 10, 72 + 3]
        assert list(of(read(), "mean_score").values()) == expected
        without = read(changes=option(us_blessing=0), unmet_condition_score=20.0)
        assert list(of(without, "mean_score").values()) == [85, 50, 68, 20, 35, 72]

    @pytest.mark.parametrize(
        ("changes", "unmet"),
        [
            ({"legal_mandate": "un"}, {"un_mandate": 0, "international_mandate": 0}),
            ({"legal_mandate": "eu"}, {"un_mandate": 1, "international_mandate": 0}),
            ({"legal_mandate": "none"}, {"un_mandate": 1, "international_mandate": 1}),
            ({"location": "line"}, {"un_mandate": 1, "international_mandate": 1}),
            ({"location": "reserve"}, {"un_mandate": 0, "international_mandate": 0}),
            ({"location": "air_sea"}, {"un_mandate": 0, "international_mandate": 0}),
            ({"command": "nato"}, {"nato_command": 0}),
            ({"command": "eu"}, {"nato_command": 1}),
            ({"mission": "observe"}, {"clear_mission": 1}),
            ({"mission": "fight_back"}, {"clear_mission": 0}),
        ],
    )
    def test_what_the_option_is_meets_conditions_or_not(
        self, changes: dict[str, str], unmet: dict[str, int]
    ) -> None:
        for condition, count in unmet.items():
            asked = option(**changes) | {"stances/ELM:ELM/conditions": condition}
            assert of(read(changes=asked), "mean_score")["ELM"] == 75 - 10 * count

    def test_every_condition_counts(self) -> None:
        asked = {"stances/ELM:ELM/conditions": "un_mandate;nato_command;clear_mission"}
        assert of(read(changes=asked), "mean_score")["ELM"] == 75 - 20


class TestLadder:
    @pytest.mark.parametrize(
        ("mission", "shift"), [("observe", -5), ("self_defence", 0), ("fight_back", 10)]
    )
    def test_the_mission_moves_the_ladder(self, mission: str, shift: int) -> None:
        cuts = read(changes=option(mission=mission)).cuts
        assert cuts.tolist() == [[cut + shift for cut in (8, 35, 40, 52, 80)]]

    def test_cuts_that_cross_are_put_in_order(self) -> None:
        assert read(cut_reserve_score=30.0).cuts.tolist() == [[8, 35, 35, 52, 80]]
        assert (np.diff(drawn().cuts, axis=1) >= 0).all()

    @pytest.mark.parametrize(
        ("location", "level"),
        [
            ("air_sea", Level.AIR_AND_SEA),
            ("reserve", Level.RESERVE),
            ("rear", Level.REAR),
            ("line", Level.LINE),
        ],
    )
    def test_the_location_says_from_which_level_one_joins(
        self, location: str, level: Level
    ) -> None:
        assert read(changes=option(location=location)).option_level == level


class TestVotes:
    def test_who_decides_hangs_on_the_united_nations(self) -> None:
        by_invitation, under_un = read(), read(changes=option(legal_mandate="un"))
        assert by_invitation.needs_vote.tolist() == [False, True, True, True, True, True]
        assert by_invitation.is_barred.tolist() == [False, False, False, False, True, False]
        assert under_un.needs_vote.tolist() == [False, False, True, True, True, False]
        assert not under_un.is_barred.any()

    def test_a_new_government_brings_its_own_seats(self) -> None:
        inputs = read()
        assert of(inputs, "gov_share")["CST"] == 0.47
        assert of(inputs, "gov_share")["CST_OPP"] == 0.53
        assert of(inputs, "support_share")["CST"] == 0.08

    def test_a_government_without_a_row_takes_that_of_its_delegation(self) -> None:
        rows = tuple(row for row in MINIMAL.approvals if row.principal != "CST_OPP")
        assert of(read(MINIMAL.replace(approvals=rows)), "gov_share")["CST_OPP"] == 0.47

    def test_where_the_law_is_not_known_the_government_decides(self) -> None:
        inputs = read(MINIMAL.replace(approvals=()))
        assert not inputs.needs_vote.any()
        assert not inputs.is_barred.any()

    def test_seats_that_are_not_known_count_as_half(self) -> None:
        rows = tuple(row.model_copy(update={"gov_seats_share": None}) for row in MINIMAL.approvals)
        loose = tuple(
            row.model_copy(update={"gov_seats_share_low": None, "gov_seats_share_high": None})
            for row in rows
        )
        assert set(of(read(MINIMAL.replace(approvals=loose)), "gov_share").values()) == {0.5}

    def test_drawn_seats_never_exceed_the_house(self) -> None:
        rows = tuple(
            row.model_copy(
                update={
                    "support_seats_share": 0.4,
                    "support_seats_share_low": 0.2,
                    "support_seats_share_high": 0.9,
                }
            )
            for row in MINIMAL.approvals
        )
        inputs = drawn(MINIMAL.replace(approvals=rows))
        assert (inputs.gov_share + inputs.support_share <= 1 + 1e-12).all()
        assert np.ptp(inputs.support_share[:, 1]) > 0.1


class TestPublic:
    def test_the_mission_chooses_the_topic(self) -> None:
        peace, war = read(), read(changes=option(mission="fight_back"))
        assert (peace.topic, peace.poll_count) == ("troops", 3)
        assert (war.topic, war.poll_count) == ("troops-war", 2)
        assert peace.polled.tolist() == [True, False, True, False, True]
        assert war.polled.tolist() == [False, True, True, False, False]
        assert of(war, "margin_mean")["BRK"] < of(peace, "margin_mean")["BRK"]

    def test_a_single_poll_tells_what_it_tells_by_hand(self) -> None:
        scenario = MINIMAL.replace(polls=MINIMAL.polls[:1])
        inputs = read(scenario)
        # 55 for and 30 against of 1,000 on 14 May, for a decision on 1 October.
        grown = 2 ** (140 / MONTH / 6)
        error = math.sqrt(grown * (0.12**2 + (0.85 - 0.25**2) / 1000))
        assert of(inputs, "margin_mean")["ALD"] == pytest.approx(0.25)
        assert of(inputs, "margin_sd")["ALD"] == pytest.approx(error)
        # Whoever was not asked has the same mean, and differs from it by a spread of its own.
        wide = math.sqrt(error**2 + 2 * 0.24**2)
        assert of(inputs, "margin_mean")["DUN"] == pytest.approx(0.25)
        assert of(inputs, "margin_sd")["DUN"] == pytest.approx(wide)

    def test_a_new_government_faces_the_same_public(self) -> None:
        inputs = read()
        for name in ("margin_mean", "margin_sd"):
            assert of(inputs, name)["CST"] == of(inputs, name)["CST_OPP"]

    def test_where_no_public_was_asked_nothing_is_known(self) -> None:
        inputs = read(MINIMAL.replace(polls=()))
        assert set(of(inputs, "margin_mean").values()) == {0.0}
        assert set(of(inputs, "margin_sd").values()) == {0.5}
        assert inputs.poll_count == 0

    def test_a_poll_without_either_side_does_not_count(self) -> None:
        empty = MINIMAL.polls[0].model_copy(update={"support_share": None, "oppose_share": None})
        assert read(MINIMAL.replace(polls=(empty, *MINIMAL.polls[1:]))).poll_count == 2

    def test_a_side_that_was_not_printed_is_what_the_undecided_leave(self) -> None:
        half = MINIMAL.polls[0].model_copy(update={"oppose_share": None, "undecided_share": None})
        inputs = read(MINIMAL.replace(polls=(half,)), undecided_share=0.1)
        assert of(inputs, "margin_mean")["ALD"] == pytest.approx(0.55 - 0.35)


class TestWaitingAndSizes:
    def test_who_waits_for_how_many_and_for_whom(self) -> None:
        inputs = read()
        assert inputs.needs_count.tolist() == [0, 2, 0, 0, 0, 2]
        assert inputs.needs_named.sum() == 1
        assert bool(inputs.needs_named[VOICES.index("DUN"), inputs.codes.index("ALD")])

    def test_what_is_waited_for_can_be_set(self) -> None:
        changes = {"stances/BRK:BRK/needs_partners_count": 4, "stances/DUN:DUN/needs_partners": ""}
        inputs = read(changes=changes)
        assert inputs.needs_count.tolist() == [0, 4, 0, 0, 0, 2]
        assert not inputs.needs_named.any()

    def test_sizes_are_shares_of_all_contributors(self) -> None:
        sizes = read().sizes
        assert set(sizes) == {"gdp", "population"}
        assert sizes["gdp"].tolist() == [0.5, 0.075, 0.3, 0.1, 0.025]
        changed = read(changes={"share_keys/gdp:ALD/size_weight": 0}).sizes
        assert changed["gdp"].tolist() == [0, 0.15, 0.6, 0.2, 0.05]

    def test_a_measure_that_some_contributors_lack_is_no_share_of_all(self) -> None:
        bare = MINIMAL.replace(
            payers=(),
            share_keys=tuple(row for row in MINIMAL.share_keys if row.key != "population:DUN"),
        )
        everybody = MINIMAL.of_role("contributor")
        assert set(shares_of_all(MINIMAL, everybody)) == {"gdp", "population"}
        assert set(shares_of_all(bare, everybody)) == {"gdp"}
        # Of those who have a size in it, it is one.
        others = tuple(code for code in everybody if code != "DUN")
        assert set(shares_of_all(bare, others)) == {"gdp", "population"}

    def test_a_level_that_is_set_is_told_from_none(self) -> None:
        inputs = read(changes={"consent/CST/level": 0})
        assert inputs.forced_level.tolist() == [[-1, -1, 0, -1, -1]]


def test_other_backing_is_read_as_if_all_were_read_again() -> None:
    changes = {f"options/{OPTION}/us_backing_prob": 0.0, f"options/{OPTION}/us_blessing": 0}
    fixed = read_settings(MINIMAL, changes)
    seen = with_cells(MINIMAL.in_key_order, fixed)
    draws = draw_block(MINIMAL, OPTION, seed=1, block=0, n=300, fixed={}).with_fixed(fixed)
    again = vars(Consent().inputs(seen, draws))
    found = vars(with_other_backing(drawn(), Consent(), seen, draws))
    assert not np.array_equal(again["mean_score"], drawn().mean_score)
    for name, values in again.items():
        np.testing.assert_equal(found[name], values, err_msg=name)

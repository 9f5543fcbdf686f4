import csv
import math
import os
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import few
from tests.shipped import load

from foedus.engines.arrays import FloatArray
from foedus.engines.consent.engine import Consent, ConsentResult
from foedus.errors import SettingsError
from foedus.runs import run
from foedus.scenario.consent import Stance
from foedus.scenario.delegations import Delegation
from foedus.scenario.draws import draw_block, stream
from foedus.scenario.load import SHIPPED
from foedus.scenario.scenario import ORDERED, TABLES, Scenario

MINIMAL: Final = load("minimal")
PARIS: Final = load("paris-2025")
GOLDEN: Final = Path(__file__).with_name("golden_minimal.csv")

FEW: Final = Consent(least_futures=256)
MANY: Final = Consent(least_futures=20_000)

LEVELS: Final = 6
# A run takes milliseconds where a kernel takes microseconds.
SURE: Final = 1e-12


def at_a_point(scenario: Scenario, engine: Consent = FEW, **wanted: Any) -> ConsentResult:
    return run(scenario, engine, seed=5, **wanted).result


def chance_of(result: ConsentResult, code: str) -> float:
    """Return P(join), which is the same in every future of a point run."""
    column = result.join_chance[:, result.codes.index(code)]
    assert np.ptp(column) == 0
    return float(column[0])


def stance(code: str, **changes: Any) -> tuple[Stance, ...]:
    """Return the stances of `minimal` with one of them changed."""
    assert any(row.key == code for row in MINIMAL.stances)
    return tuple(
        row.model_copy(update=changes) if row.key == code else row for row in MINIMAL.stances
    )


# By hand: every step from the cells of the files and the settings, without the package's maths.


def cells(table: str, **key: str) -> dict[str, str]:
    """Return one row of a table of paris-2025 as it stands in the file."""
    with (SHIPPED / "paris-2025" / f"{table}.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if all(row[name] == key[name] for name in key)]
    assert len(rows) == 1
    return rows[0]


def normal_share_below(x: float) -> float:
    return math.erfc(-x / math.sqrt(2)) / 2


def months_until(decision: str, day: str) -> float:
    return (date.fromisoformat(decision) - date.fromisoformat(day)).days / (365.25 / 12)


def topic_margin(decision: str, nation: str) -> tuple[float, float]:
    """Return the public's margin and its error from the three polls known in the week."""
    names = [("forsa-2025-02", "DEU"), ("frontal-2025-02", "DEU"), ("yougov-gb-2025-01", "GBR")]
    polls = [cells("polls", poll=poll, delegation=code) for poll, code in names]
    house, between = 2 * 0.06, 2 * 0.12  # stated for support; a margin moves twice as far
    margin, covariance = np.zeros(3), np.zeros((3, 3))
    for i, one in enumerate(polls):
        support, oppose = float(one["support_share"]), float(one["oppose_share"])
        asked = float(one["n_persons"] or 1000)
        margin[i] = support - oppose
        grown = 2 ** (months_until(decision, one["fieldwork_end"]) / 6)
        sampling = (support + oppose - (support - oppose) ** 2) / asked
        covariance[i, i] = between**2 + grown * (house**2 + sampling)
        for j, other in enumerate(polls):
            if i != j and one["delegation"] == other["delegation"]:
                covariance[i, j] = between**2
    inverse = np.linalg.inv(covariance)
    precision = inverse.sum()
    mean = inverse.sum(axis=0) @ margin / precision
    tells = np.array([between**2 if poll["delegation"] == nation else 0.0 for poll in polls])
    found = mean + tells @ inverse @ (margin - mean)
    variance = between**2 - tells @ inverse @ tells
    variance += (1 - inverse.sum(axis=0) @ tells) ** 2 / precision
    return float(found), math.sqrt(variance)


def rear_by_hand(stance_key: str, option: dict[str, str], unmet_count: int) -> tuple[float, float]:
    """Return P(willing to send troops behind the line), and the share that falls unbacked."""
    delegation, principal = stance_key.split(":")
    said = cells("stances", delegation=delegation, principal=principal)
    error = {"high": 10, "medium": 15, "low": 25}[said["confidence"]]
    months = months_until(option["decision_date"], said["as_of"])
    spread = math.sqrt(error**2 + 8**2 * months)
    centre = float(said["willingness_score"]) + 3 * int(option["us_blessing"]) - 10 * unmet_count
    falls = 0.9 * (float(said["us_reliance_score"]) / 95) ** 1.5
    return normal_share_below((centre - 52) / spread), falls


def vote_by_hand(approval_key: str, option: dict[str, str]) -> float:
    """Return the chance that parliament says yes."""
    delegation, principal = approval_key.split(":")
    law = cells("approvals", delegation=delegation, principal=principal)
    seats = float(law["gov_seats_share"]) + float(law["support_seats_share"])
    lead = (seats - float(law["majority_share"])) / 0.06
    margin, error = topic_margin(option["decision_date"], delegation)
    return normal_share_below((lead + margin) / math.sqrt(1 + error**2))


class TestByHand:
    """Three delegations of Paris on what was known in the week, backing at one half."""

    OPTION = "rear-30k-us"
    # With three sure to join, no partner that the German chancellor waits for can be wanting.
    SURE_TO_JOIN: Final = {f"consent/{code}/level": 4 for code in ("GBR", "NLD", "SWE")}

    def found(self, **changes: Any) -> ConsentResult:
        changed = self.SURE_TO_JOIN | changes
        return at_a_point(PARIS.strict(), option=self.OPTION, set=changed)

    def test_france_decides_without_a_vote(self) -> None:
        option = cells("options", option=self.OPTION)
        willing, falls = rear_by_hand("FRA:FRA", option, unmet_count=0)
        backing = float(option["us_backing_prob"])
        assert cells("approvals", delegation="FRA")["decides"] == "parliament_informed"
        expected = backing * willing + (1 - backing) * willing * (1 - falls)
        result = self.found()
        assert chance_of(result, "FRA") == pytest.approx(expected, abs=1e-9)
        place = result.codes.index("FRA")
        assert result.reach_backed[0, place, 4] == pytest.approx(willing, abs=1e-9)
        assert result.reach_unbacked[0, place, 4] == pytest.approx(willing * (1 - falls), abs=1e-9)

    def test_ireland_is_barred_without_the_united_nations(self) -> None:
        assert cells("approvals", delegation="IRL")["decides"] == "triple_lock"
        assert chance_of(self.found(), "IRL") == 0

    def test_ireland_votes_under_a_mandate_of_the_united_nations(self) -> None:
        option = cells("options", option=self.OPTION)
        assert cells("stances", delegation="IRL")["conditions"] == "un_mandate"
        willing, falls = rear_by_hand("IRL:IRL", option, unmet_count=0)
        backed = willing * vote_by_hand("IRL:IRL", option)
        result = self.found(**{f"options/{self.OPTION}/legal_mandate": "un"})
        expected = 0.5 * backed + 0.5 * backed * (1 - falls)
        assert chance_of(result, "IRL") == pytest.approx(expected, abs=1e-9)

    def test_germany_is_two_governments_and_a_vote(self) -> None:
        option = cells("options", option=self.OPTION)
        assert option["legal_mandate"] == "invitation"
        expected = 0.0
        for principal, unmet_count in (("DEU", 0), ("DEU_CDU", 1)):
            office = float(cells("principals", principal=principal)["in_office_prob"])
            willing, falls = rear_by_hand(f"DEU:{principal}", option, unmet_count)
            backed = willing * vote_by_hand(f"DEU:{principal}", option)
            expected += office * (0.5 * backed + 0.5 * backed * (1 - falls))
        assert chance_of(self.found(), "DEU") == pytest.approx(expected, abs=1e-9)


class TestSampledAgainstClosedForm:
    """What futures show is what the formulas say, to four standard errors."""

    @staticmethod
    def assert_agree(result: ConsentResult, seen: FloatArray, chance: FloatArray) -> None:
        error = np.sqrt(chance * (1 - chance) / result.level.shape[0])
        # One future more, for chances that hardly ever come true.
        assert (np.abs(seen - chance) <= 4 * error + 1 / result.level.shape[0]).all()

    @pytest.mark.parametrize(
        ("scenario", "option"),
        [(MINIMAL, "rear-8k-backed"), (MINIMAL, "air-sea-backed"), (PARIS, "line-100k-us")],
    )
    def test_shares_of_every_level(self, scenario: Scenario, option: str) -> None:
        result = at_a_point(scenario, MANY, option=option)
        waits = {s.delegation for s in scenario.stances if s.needs_partners_count}
        waits |= {s.delegation for s in scenario.stances if s.needs_partners}
        free = np.array([code not in waits for code in result.codes])
        for level in range(LEVELS):
            seen = (result.level >= level).mean(axis=0)
            self.assert_agree(result, seen[free], result.reach[:, :, level].mean(axis=0)[free])

    @pytest.mark.parametrize("correlation", [0.0, 0.2, 0.9])
    @pytest.mark.parametrize(
        ("scenario", "option"), [(MINIMAL, "rear-8k-backed"), (PARIS, "rear-30k-us")]
    )
    def test_shares_that_join_waiting_and_shared_shocks_included(
        self, scenario: Scenario, option: str, correlation: float
    ) -> None:
        engine = Consent(least_futures=20_000, shock_correlation=correlation)
        result = at_a_point(scenario, engine, option=option)
        self.assert_agree(result, result.joins.mean(axis=0), result.join_chance.mean(axis=0))

    @pytest.mark.parametrize(("backing", "name"), [(1.0, "reach_backed"), (0.0, "reach_unbacked")])
    def test_shares_with_and_without_backing(self, backing: float, name: str) -> None:
        half = at_a_point(MINIMAL, MANY)
        sure = at_a_point(MINIMAL, MANY, set={"options/rear-8k-backed/us_backing_prob": backing})
        chance = getattr(half, name)[:, :, half.option_level].mean(axis=0)
        self.assert_agree(half, sure.joins.mean(axis=0), chance)

    def test_shares_of_governments_and_of_backing(self) -> None:
        result = at_a_point(MINIMAL, MANY, set={"options/rear-8k-backed/us_backing_prob": 0.3})
        opposition = result.voice[:, result.codes.index("CST")]
        self.assert_agree(result, np.array(opposition.mean()), np.array(0.4))
        self.assert_agree(result, np.array(result.backing.mean()), np.array(0.3))

    def test_over_draws_of_the_assumptions(self) -> None:
        result = run(MINIMAL, Consent(), draws=8192, seed=2).result
        assert np.ptp(result.join_chance[:, 0]) > 0.1
        self.assert_agree(result, result.joins.mean(axis=0), result.join_chance.mean(axis=0))


# Small made-up scenarios: the five of `minimal` with other stances and laws.

CODES: Final = ("ALD", "BRK", "CST", "DUN", "ELM")
DECIDERS: Final = ("government", "parliament_informed", "parliament_prior", "triple_lock")
CONDITIONS: Final = ("un_mandate", "international_mandate", "nato_command", "clear_mission")


@st.composite
def made_up(draw: st.DrawFn) -> Scenario:
    stances = tuple(
        row.model_copy(
            update={
                "willingness_score": float(draw(st.integers(0, 100))),
                "us_reliance_score": float(draw(st.integers(0, 100))),
                "confidence": draw(st.sampled_from(["high", "medium", "low"])),
                "conditions": draw(st.sampled_from([(), *((word,) for word in CONDITIONS)])),
                "needs_partners_count": draw(st.sampled_from([0, 0, 1, 2])),
                "needs_partners": (),
                "willingness_score_low": None,
                "willingness_score_high": None,
            }
        )
        for row in MINIMAL.stances
    )
    approvals = tuple(
        row.model_copy(
            update={"decides": draw(st.sampled_from(DECIDERS)), "decides_without_un": None}
        )
        for row in MINIMAL.approvals
    )
    option = MINIMAL.options[0].model_copy(
        update={
            "mission": draw(st.sampled_from(["observe", "self_defence", "fight_back"])),
            "location": draw(st.sampled_from(["air_sea", "reserve", "rear", "line"])),
            "legal_mandate": draw(st.sampled_from(["invitation", "eu", "un"])),
        }
    )
    return MINIMAL.replace(
        stances=stances, approvals=approvals, options=(option, *MINIMAL.options[1:])
    )


def waits_for_nobody(scenario: Scenario, codes: tuple[str, ...]) -> list[bool]:
    waits = {row.delegation for row in scenario.stances if row.needs_partners_count}
    return [code not in waits for code in codes]


def with_score(scenario: Scenario, place: int, **changes: Any) -> Scenario:
    rows = list(scenario.stances)
    rows[place] = rows[place].model_copy(update=changes)
    return scenario.replace(stances=tuple(rows))


LEVER = "options/rear-8k-backed/us_backing_prob"


@few
@given(made_up(), st.floats(0, 1), st.floats(0, 1))
def test_more_backing_never_lowers_anybodys_chance_or_level(
    scenario: Scenario, one: float, other: float
) -> None:
    less, more = (at_a_point(scenario, set={LEVER: u}) for u in sorted([one, other]))
    assert (more.join_chance >= less.join_chance - SURE).all()
    assert (more.reach >= less.reach - SURE).all()
    assert (more.reach_backed >= more.reach_unbacked).all()
    assert (more.level >= less.level).all()
    assert (more.level_greatest >= less.level_greatest).all()


@few
@given(made_up())
def test_blessing_never_lowers_a_level(scenario: Scenario) -> None:
    blessing = "options/rear-8k-backed/us_blessing"
    without, blessed = (at_a_point(scenario, set={blessing: flag}) for flag in (0, 1))
    assert (blessed.level >= without.level).all()


@few
@given(made_up(), st.integers(0, 5), st.integers(0, 100))
def test_a_higher_score_never_lowers_anything(scenario: Scenario, place: int, score: int) -> None:
    row = scenario.stances[place]
    higher = max(row.willingness_score, float(score))
    before = at_a_point(scenario)
    after = at_a_point(with_score(scenario, place, willingness_score=higher))
    assert (after.level >= before.level).all()
    free = waits_for_nobody(scenario, before.codes)
    assert (after.reach[:, free] >= before.reach[:, free]).all()


@few
@given(made_up(), st.integers(0, 5), st.sampled_from(CONDITIONS))
def test_one_more_condition_never_raises_anything(
    scenario: Scenario, place: int, condition: str
) -> None:
    row = scenario.stances[place]
    conditions = tuple(sorted({*row.conditions, condition}))
    before = at_a_point(scenario)
    after = at_a_point(with_score(scenario, place, conditions=conditions))
    assert (after.level <= before.level).all()
    free = waits_for_nobody(scenario, before.codes)
    assert (after.reach[:, free] <= before.reach[:, free]).all()


@few
@given(made_up())
def test_the_least_coalition_is_within_the_greatest(scenario: Scenario) -> None:
    result = at_a_point(scenario)
    assert (result.level <= result.level_greatest).all()
    found = result.outcomes()
    assert (found["joiners_count"] <= found["joiners_greatest_count"]).all()


@few
@given(made_up())
def test_chances_fall_from_level_to_level_and_sum_to_one(scenario: Scenario) -> None:
    result = at_a_point(scenario)
    assert (result.reach[:, :, 0] == 1).all()
    assert (np.diff(result.reach, axis=2) <= SURE).all()
    assert (result.reach >= 0).all()
    np.testing.assert_allclose(result.level_probs().sum(axis=1), 1, rtol=1e-12)


@few
@given(made_up(), st.data())
def test_the_order_of_rows_changes_no_bit(scenario: Scenario, data: st.DataObject) -> None:
    moved = {
        name: tuple(data.draw(st.permutations(scenario.table(name))))
        for name in TABLES
        if name not in ORDERED
    }
    one = run(scenario, FEW, draws=50, seed=5)
    other = run(scenario.replace(**moved), FEW, draws=50, seed=5)
    assert one.run_id == other.run_id
    assert one.result.reach.tolist() == other.result.reach.tolist()
    assert one.result.level.tolist() == other.result.level.tolist()
    assert one.result.tables()["consent"].equals(other.result.tables()["consent"])


class TestLaw:
    def test_a_triple_lock_bars_without_a_mandate_of_the_united_nations(self) -> None:
        for mandate in ("none", "invitation", "eu"):
            changed = {"options/rear-8k-backed/legal_mandate": mandate}
            result = at_a_point(MINIMAL, set=changed)
            assert chance_of(result, "DUN") == 0
            assert result.level[:, result.codes.index("DUN")].max() == 1

    def test_the_united_nations_lift_it(self) -> None:
        result = at_a_point(MINIMAL, set={"options/rear-8k-backed/legal_mandate": "un"})
        assert chance_of(result, "DUN") > 0.2
        assert result.joins[:, result.codes.index("DUN")].any()

    def test_a_president_decides_alone_only_under_the_united_nations(self) -> None:
        under_un, without = (
            at_a_point(MINIMAL, set={"options/rear-8k-backed/legal_mandate": mandate})
            for mandate in ("un", "invitation")
        )
        place = under_un.codes.index("BRK")
        # P(level >= air and sea) has no waiting in it: only the vote is between the two.
        assert under_un.reach_backed[0, place, 2] > without.reach_backed[0, place, 2]
        by_stance = at_a_point(MINIMAL.replace(approvals=()))
        assert under_un.reach_backed[0, place, 2] == by_stance.reach_backed[0, place, 2]


class TestWaiting:
    def test_nobody_joins_before_enough_others_have(self) -> None:
        result = at_a_point(MINIMAL, MANY)
        joins = result.joins
        for code in ("BRK", "ELM"):
            mine = joins[:, result.codes.index(code)]
            assert mine.any()
            assert (joins.sum(axis=1)[mine] >= 3).all()

    def test_nobody_joins_before_those_it_names(self) -> None:
        result = at_a_point(MINIMAL, MANY, set={"options/rear-8k-backed/legal_mandate": "un"})
        named, waits = (result.joins[:, result.codes.index(code)] for code in ("ALD", "DUN"))
        assert waits.any()
        assert not (waits & ~named).any()

    def test_who_waits_in_vain_stays_just_below(self) -> None:
        changed = {f"consent/{code}/level": 0 for code in ("ALD", "CST", "DUN", "BRK")}
        result = at_a_point(MINIMAL, set=changed)
        alone = result.level[:, result.codes.index("ELM")]
        assert alone.max() == result.option_level - 1
        assert chance_of(result, "ELM") == 0
        # Below the option's level nothing is taken away.
        without_needs = at_a_point(
            MINIMAL.replace(stances=stance("ELM:ELM", needs_partners_count=0)), set=changed
        )
        place = result.codes.index("ELM")
        assert result.reach[0, place, :4].tolist() == without_needs.reach[0, place, :4].tolist()
        assert chance_of(without_needs, "ELM") > 0.3


class TestLevelsThatAreSet:
    def test_a_level_that_is_set_holds_in_every_future(self) -> None:
        result = at_a_point(MINIMAL, set={"consent/BRK/level": 5, "consent/ALD/level": 1})
        for code, level in (("BRK", 5), ("ALD", 1)):
            place = result.codes.index(code)
            assert (result.level[:, place] == level).all()
            assert (result.level_greatest[:, place] == level).all()
            certain = [float(level >= at) for at in range(LEVELS)]
            for reach in (result.reach, result.reach_backed, result.reach_unbacked):
                assert (reach[:, place] == certain).all()

    def test_it_holds_whatever_the_delegation_waits_for(self) -> None:
        result = at_a_point(MINIMAL, set={"consent/DUN/level": 4, "consent/ALD/level": 0})
        assert (result.level[:, result.codes.index("DUN")] == 4).all()

    def test_others_see_who_is_in(self) -> None:
        changed = {f"consent/{code}/level": 4 for code in ("ALD", "CST")}
        before, after = at_a_point(MINIMAL), at_a_point(MINIMAL, set=changed)
        assert chance_of(after, "ELM") > chance_of(before, "ELM")
        without_needs = MINIMAL.replace(stances=stance("ELM:ELM", needs_partners_count=0))
        assert chance_of(after, "ELM") == chance_of(at_a_point(without_needs), "ELM")

    def test_it_leaves_the_chance_of_everybody_else_alone(self) -> None:
        before, after = at_a_point(MINIMAL), at_a_point(MINIMAL, set={"consent/ELM/level": 4})
        for code in ("ALD", "CST"):
            assert chance_of(after, code) == chance_of(before, code)


class TestWhatIsKnown:
    def test_strict_leaves_out_a_poll_that_came_too_late(self) -> None:
        open_, strict = at_a_point(MINIMAL), at_a_point(MINIMAL.strict())
        place = open_.codes.index("ELM")
        assert (open_.poll_count, strict.poll_count) == (3, 2)
        assert bool(open_.polled[place])
        assert not strict.polled[place]
        assert chance_of(open_, "CST") != chance_of(strict, "CST")

    def test_strict_leaves_out_a_stance_that_came_too_late(self) -> None:
        late = {"later": True, "known_from": date(2030, 7, 1)}
        scenario = MINIMAL.replace(stances=stance("DUN:DUN", **late))
        assert at_a_point(scenario).codes == CODES
        assert at_a_point(scenario.strict()).codes == ("ALD", "BRK", "CST", "ELM")

    def test_without_polls_a_vote_is_taken_in_the_dark(self) -> None:
        scenario = MINIMAL.replace(polls=())
        with_vote, without = at_a_point(scenario), at_a_point(scenario.replace(approvals=()))
        assert with_vote.poll_count == 0
        assert not with_vote.polled.any()
        # Elmland is told under the United Nations and votes otherwise: 0.6 of the seats.
        passes = normal_share_below((0.6 - 0.5) / 0.06 / math.sqrt(1 + 0.5**2))
        place = with_vote.codes.index("ELM")
        ratio = with_vote.reach_backed[0, place, 2] / without.reach_backed[0, place, 2]
        assert ratio == pytest.approx(passes, abs=1e-12)

    def test_stances_are_enough(self) -> None:
        sitting = tuple(row for row in MINIMAL.stances if row.principal != "CST_OPP")
        gone = ("approvals", "polls", "principals", "share_keys", "payers", "positions", "ties")
        scenario = MINIMAL.replace(stances=sitting, **dict.fromkeys(gone, ()))
        drawn = run(scenario, Consent(), draws=300, seed=1).result
        assert drawn.codes == CODES
        assert set(drawn.outcomes()) == {"joiners_count", "joiners_greatest_count"}
        # The blue flag is one condition that is not met; nobody else has any.
        result = at_a_point(scenario)
        months = (date(2030, 10, 1) - date(2030, 6, 1)).days / (365.25 / 12)
        spread = math.sqrt(15**2 + 8**2 * months)
        willing = normal_share_below((68 + 3 - 52) / spread)
        stays = 1 - 0.9 * (70 / 95) ** 1.5
        assert chance_of(result, "CST") == pytest.approx(willing * (1 + stays) / 2, abs=1e-12)

    def test_a_code_with_a_figure_keeps_its_own_stance(self) -> None:
        # As text, the key ALD1:ALD1 comes before ALD:ALD, though the code comes after.
        twin = Delegation(
            delegation="ALD1", title="New Aldmark", role="contributor", source=("invented",)
        )
        said = MINIMAL.stances[0].model_copy(
            update={
                "delegation": "ALD1",
                "principal": "ALD1",
                "willingness_score": 20.0,
                "willingness_score_low": None,
                "willingness_score_high": None,
            }
        )
        scenario = MINIMAL.replace(
            delegations=(*MINIMAL.delegations, twin), stances=(*MINIMAL.stances, said)
        )
        before, after = at_a_point(MINIMAL), at_a_point(scenario)
        assert after.codes == ("ALD", "ALD1", "BRK", "CST", "DUN", "ELM")
        assert after.score[:2].tolist() == [85, 20]
        assert chance_of(after, "ALD") == chance_of(before, "ALD")
        assert chance_of(after, "ALD1") < 0.1

    def test_a_changed_score_moves_the_baselines_too(self) -> None:
        result = at_a_point(MINIMAL, set={"stances/ALD:ALD/willingness_score": 30})
        row = result.join_prob.row(by_predicate=pl.col("delegation") == "ALD", named=True)
        assert (row["stated_score"], row["baseline_score_prob"]) == (30, 0.3)
        assert row["baseline_half_prob"] == 0

    def test_somebody_must_be_in_office(self) -> None:
        nobody = {"principals/*/in_office_prob": 0}
        with pytest.raises(SettingsError, match="chances of CST are all 0"):
            at_a_point(MINIMAL, set=nobody)


class TestBlocks:
    def test_there_is_one_future_for_each_draw(self) -> None:
        for draws in (1, 2, 4096, 4097):
            result = run(MINIMAL, Consent(), draws=draws, seed=1).result
            assert result.level.shape == (draws, 5)
            assert result.reach.shape == (draws, 5, LEVELS)
            assert result.outcomes()["joiners_count"].shape == (draws,)

    def test_a_point_is_played_as_often_as_the_engine_says(self) -> None:
        assert at_a_point(MINIMAL, Consent(least_futures=17)).level.shape == (17, 5)

    def test_blocks_are_put_end_to_end(self) -> None:
        engine, option = Consent(), "rear-8k-backed"
        whole = run(MINIMAL, engine, option=option, draws=4096 + 30, seed=9).result
        first = run(MINIMAL, engine, option=option, draws=4096, seed=9).result
        rest = draw_block(MINIMAL, option, seed=9, block=1, n=30, fixed={})
        second = engine.solve(engine.inputs(MINIMAL.in_key_order, rest), stream(9, 1, engine.name))
        for name in ("level", "level_greatest", "reach", "margin", "backing", "voice"):
            joined = np.concatenate([getattr(first, name), getattr(second, name)])
            assert getattr(whole, name).tolist() == joined.tolist()

    def test_a_seed_explains_every_draw(self) -> None:
        one, again, other = (
            run(MINIMAL, Consent(), draws=64, seed=seed).result for seed in (3, 3, 4)
        )
        assert one.level.tolist() == again.level.tolist()
        assert one.reach.tolist() == again.reach.tolist()
        assert one.level.tolist() != other.level.tolist()


class TestTables:
    def test_what_joiners_stand_for_is_summed_by_hand(self) -> None:
        result = run(MINIMAL, Consent(), draws=50, seed=1).result
        gdp = {"ALD": 2000, "BRK": 300, "CST": 1200, "DUN": 400, "ELM": 100}
        found = result.outcomes()
        for draw in range(50):
            inside = [code for i, code in enumerate(result.codes) if result.level[draw, i] >= 4]
            assert found["joiners_count"][draw] == len(inside)
            expected = sum(gdp[code] for code in inside) / 4000
            assert found["joiners_gdp_share"][draw] == pytest.approx(expected)

    def test_everything_that_is_followed_is_found(self) -> None:
        found = at_a_point(MINIMAL).outcomes()
        assert {outcome.name for outcome in Consent.follows} <= set(found)

    def test_the_table_is_sorted_and_its_ranges_hold_the_mean(self) -> None:
        table = run(MINIMAL, Consent(), draws=500, seed=1).result.join_prob
        chances = table["join_prob"].to_list()
        assert chances == sorted(chances, reverse=True)
        assert (table["join_prob_low"] <= table["join_prob"]).all()
        assert (table["join_prob"] <= table["join_prob_high"]).all()
        levels = table.select(pl.sum_horizontal("^level_.*_prob$")).to_series()
        np.testing.assert_allclose(levels, 1, rtol=1e-12)
        stated = dict(zip(table["delegation"], table["stated_score"], strict=True))
        assert stated["CST"] == 0.6 * 68 + 0.4 * 40

    def test_the_table_of_the_coalition_counts_futures(self) -> None:
        result = run(MINIMAL, Consent(), draws=200, seed=1).result
        table = result.tables()["coalition"]
        counts = result.outcomes()["joiners_count"]
        assert table["joiners_count"].to_list() == list(range(6))
        for count, share in zip(table["joiners_count"], table["least_prob"], strict=True):
            assert share == (counts == count).mean()
        assert table["greatest_prob"].sum() == pytest.approx(1)


def test_outcomes_of_minimal_are_those_on_record() -> None:
    """`FOEDUS_RENEW_GOLDEN=1 pytest` writes the record anew; look at what changed, and say why."""
    found = pl.DataFrame(run(MINIMAL, Consent(), draws=500, seed=7).result.outcomes())
    if os.environ.get("FOEDUS_RENEW_GOLDEN") == "1":
        found.write_csv(GOLDEN)
    recorded = pl.read_csv(GOLDEN)
    assert recorded.columns == found.columns
    np.testing.assert_allclose(found.to_numpy(), recorded.to_numpy(), rtol=1e-9, atol=1e-9)

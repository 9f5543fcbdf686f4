"""The guarantee game against its definition, the unilateral game and the laws it should keep."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.deterrence.guarantees import random_guarantees

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence import guarantee, unilateral
from foedus.engines.deterrence.guarantee import (
    ATTACK,
    BLUFF,
    BOTH_PRESS,
    DETERRED,
    FAMILIES,
    NEITHER_PRESSES,
    NORMAL,
    ORDERS,
    OUTCOMES,
    READINGS,
    SEPARATING,
    STATES,
    TYPES,
    GuaranteeGame,
    by_target,
    fight_limits,
    solve,
)
from foedus.engines.deterrence.threads import CHUNK

seeds = st.integers(0, 10_000)

# Alone war costs a Hard adversary 30 and a Soft one 80; Hard governments 25, Soft ones 80.
EXAMPLE = GuaranteeGame(
    prize_points=100,
    loss_points=30,
    tied_clear_points=0,
    tied_contact_points=60,
    contact_prob=0.5,
    stop_cost_points=60,
    clash_cost_points=5,
    alone_hard_points=-30,
    alone_soft_points=-80,
    backed_hard_points=-90,
    backed_soft_points=-140,
    alone_governments_hard_points=-25,
    alone_governments_soft_points=-80,
    backed_governments_hard_points=-20,
    backed_governments_soft_points=-70,
    adversary_hard_prob=0.4,
    governments_hard_prob=0.3,
    adversary_belief_prob=0.2,
    governments_belief_prob=0.2,
    backing_prob=0.2,
)


def row_of(game: GuaranteeGame, draw: int, target: int) -> dict[str, float]:
    """Return the numbers of one draw and target by name."""
    found = {}
    for name, value in game._asdict().items():
        column = np.asarray(value, dtype=float)
        rows = column if column.ndim == 2 else column.reshape(-1, 1)
        found[name] = float(rows[draw % rows.shape[0], target % rows.shape[1]])
    return found


def blend(alone: float, backed: float, belief: float) -> float:
    return (1 - belief) * alone + belief * backed


class SlowTarget:
    """One target of one draw, worked from the definition, a type and a state at a time."""

    def __init__(self, row: dict[str, float]) -> None:
        self.row = row
        self.wars = [
            blend(row[f"alone_{t}_points"], row[f"backed_{t}_points"], row["adversary_belief_prob"])
            for t in ("hard", "soft")
        ]
        self.e_wars = [
            blend(
                row[f"alone_governments_{t}_points"],
                row[f"backed_governments_{t}_points"],
                row["governments_belief_prob"],
            )
            for t in ("hard", "soft")
        ]
        self.types = [row["adversary_hard_prob"], 1 - row["adversary_hard_prob"]]
        self.e_types = [row["governments_hard_prob"], 1 - row["governments_hard_prob"]]
        self.states = [1 - row["contact_prob"], row["contact_prob"]]
        self.tied = [row["tied_clear_points"], row["tied_contact_points"]]
        self.presses = [war > -row["stop_cost_points"] for war in self.wars]

    def cells(self) -> list[tuple[int, int, float]]:
        return [(t, k, self.e_types[t] * self.states[k]) for t in range(2) for k in range(2)]

    def fought(self, fights: FloatArray) -> float:
        mean = sum(prob * fights[2 * t + k] for t, k, prob in self.cells())
        return float(self.row["authorise_prob"] * mean)

    def violation_gain(self, kind: int, fought: float) -> float:
        end = self.wars[kind] if self.presses[kind] else -self.row["stop_cost_points"]
        return (1 - fought) * self.row["prize_points"] + fought * end

    def fight_gain(self, kind: int, state: int, belief: float) -> float:
        """What fighting gains over conceding, given how likely the violation comes from Hard."""
        fight = sum(
            prob * (self.e_wars[kind] if presses else -self.row["clash_cost_points"])
            for prob, presses in zip((belief, 1 - belief), self.presses, strict=True)
        )
        return fight + self.row["loss_points"] + self.tied[state]

    def regret(self, violates: FloatArray, fights: FloatArray, belief: float) -> float:
        """The largest gain by one change of one type, weighed by nothing, on the path and off."""
        fought = self.fought(fights)
        gaps = [
            max(g, 0) - violates[t] * g for t in range(2) for g in [self.violation_gain(t, fought)]
        ]
        for t, k, prob in self.cells():
            gain = self.fight_gain(t, k, belief)
            if prob * self.row["authorise_prob"] > 0:
                gaps.append(max(gain, 0) - fights[2 * t + k] * gain)
        return float(max(gaps))

    def outcomes(self, violates: FloatArray, fights: FloatArray) -> dict[str, float]:
        row = self.row
        told = dict.fromkeys(OUTCOMES, 0.0)
        for a, prob_a in enumerate(self.types):
            told["complied"] += prob_a * (1 - violates[a])
            for t, k, prob in self.cells():
                fight = row["authorise_prob"] * fights[2 * t + k]
                here = prob_a * violates[a] * prob
                told["unanswered"] += here * (1 - fight)
                if self.presses[a]:
                    told["war_backed"] += here * fight * row["backing_prob"]
                    told["war_alone"] += here * fight * (1 - row["backing_prob"])
                else:
                    told["stopped"] += here * fight
        return told

    def governments_points(self, violates: FloatArray, fights: FloatArray) -> float:
        total = 0.0
        for a, prob_a in enumerate(self.types):
            for t, k, prob in self.cells():
                fight = self.row["authorise_prob"] * fights[2 * t + k]
                end = self.e_wars[t] if self.presses[a] else -self.row["clash_cost_points"]
                lost = self.row["loss_points"] + self.tied[k]
                total += prob_a * violates[a] * prob * (fight * end - (1 - fight) * lost)
        return total


@given(seeds)
def test_every_equilibrium_has_no_regret_on_and_off_the_path_and_beliefs_that_fit(
    seed: int,
) -> None:
    game = random_guarantees(seed, 20, 2)
    play = by_target(game)
    for draw in range(20):
        for target in range(2):
            slow = SlowTarget(row_of(game, draw, target))
            violates, fights = play.violate_prob[draw, target], play.fight_prob[draw, target]
            belief = play.belief_prob[draw, target]
            assert slow.regret(violates, fights, belief) < 1e-9
            mass = [p * x for p, x in zip(slow.types, violates, strict=True)]
            if sum(mass) > 0:
                assert belief == pytest.approx(mass[0] / sum(mass), abs=1e-9)
            else:
                # D1: off the path a violation is put down to Hard; with no Hard at all, its limit.
                assert belief == 1.0 or slow.types[0] == 0.0
            pressed = sum(
                prob for prob, does in zip((belief, 1 - belief), slow.presses, strict=True) if does
            )
            assert play.press_prob[draw, target] == pytest.approx(pressed, abs=1e-12)
            assert play.fought_prob[draw, target] == pytest.approx(slow.fought(fights), abs=1e-9)


@given(seeds)
def test_the_target_planned_for_is_worth_most_and_what_follows_is_what_its_play_gives(
    seed: int,
) -> None:
    game = random_guarantees(seed, 10, 3)
    play, each = solve(game), by_target(game)
    for draw in range(10):
        target = int(play.target[draw])
        slow = SlowTarget(row_of(game, draw, target))
        violates, fights = each.violate_prob[draw, target], each.fight_prob[draw, target]
        gains = []
        for other in range(3):
            there = SlowTarget(row_of(game, draw, other))
            fought = there.fought(each.fight_prob[draw, other])
            gains.append(
                sum(there.types[t] * max(there.violation_gain(t, fought), 0.0) for t in range(2))
            )
        assert gains[target] == pytest.approx(max(gains), abs=1e-9)
        assert play.adversary_points[draw] == pytest.approx(gains[target], abs=1e-9)
        told = slow.outcomes(violates, fights)
        assert play.outcome_prob[draw] == pytest.approx([told[n] for n in OUTCOMES], abs=1e-9)
        assert play.outcome_prob[draw].sum() == pytest.approx(1.0, abs=1e-12)
        expected = slow.governments_points(violates, fights)
        assert play.governments_points[draw] == pytest.approx(expected, abs=1e-9)
        assert play.is_deterred[draw] == (each.family[draw] == DETERRED).all()
        assert play.family[draw] == each.family[draw, target]
        some = 1 - told["complied"]
        if some > 1e-6:
            war = told["war_backed"] + told["war_alone"]
            assert play.war_given_violation_prob[draw] == pytest.approx(war / some)
            fight = (war + told["stopped"]) / some
            assert play.fight_given_violation_prob[draw] == pytest.approx(fight)


def test_every_family_and_order_is_met_in_the_draws() -> None:
    play = by_target(random_guarantees(1, 20_000, 1))
    assert (np.bincount(play.family.ravel(), minlength=4) > 200).all()
    assert (np.bincount(play.order.ravel(), minlength=3) > 1_000).all()
    assert play.is_steadfast.sum() > 500
    # With nobody left in doubt there is nothing to bluff with, nor a belief to hold on to.
    other = play.order != NORMAL
    assert (play.family[other] != BLUFF).all()
    assert not play.is_steadfast[other].any()
    assert len(FAMILIES) == 4
    assert set(READINGS) == {*FAMILIES, "steadfast"}
    assert len(ORDERS) == 3


@given(seeds)
def test_soft_violates_just_so_often_that_it_gains_nothing_by_more(seed: int) -> None:
    """A search over how often Soft violates finds the play of the closed form, in every family."""
    game = random_guarantees(seed, 20, 1)
    play = by_target(game)
    for draw in np.flatnonzero(play.order[:, 0] == NORMAL):
        slow = SlowTarget(row_of(game, int(draw), 0))
        p = slow.types[0]
        if not 0 < p < 1 or play.family[draw, 0] == DETERRED:
            continue
        low, high = 0.0, 1.0
        for _ in range(60):
            x = (low + high) / 2
            r = p / (p + (1 - p) * x)
            fights = np.array([slow.fight_gain(t, k, r) > 0 for t, k, _ in slow.cells()], float)
            if slow.violation_gain(1, slow.fought(fights)) > 0:
                low = x
            else:
                high = x
        assert play.violate_prob[draw, 0, 1] == pytest.approx(low, abs=1e-6)


@given(seeds)
def test_steadfast_holds_if_a_violation_is_put_down_to_soft_and_fails_if_to_hard(seed: int) -> None:
    game = random_guarantees(seed, 40, 1)
    play = by_target(game)
    assert not (play.is_steadfast & (play.family == DETERRED)).any()
    for draw in range(40):
        slow = SlowTarget(row_of(game, draw, 0))
        if play.order[draw, 0] != NORMAL or play.family[draw, 0] == DETERRED:
            continue
        gains = []
        for belief in (0.0, 1.0):
            fights = [slow.fight_gain(t, k, belief) >= 0 for t, k, _ in slow.cells()]
            gains.append(slow.violation_gain(0, slow.fought(np.array(fights, dtype=float))))
        assert play.is_steadfast[draw, 0] == (gains[0] <= 0)
        assert gains[1] > 0


payoffs = st.floats(0.5, 40)
shares = st.integers(0, 100).map(lambda percent: percent / 100)


@given(st.lists(payoffs, min_size=9, max_size=9), shares, shares, st.booleans(), shares)
def test_with_one_state_and_one_target_it_is_the_unilateral_game(
    steps: list[float], p: float, q: float, hit: bool, belief: float
) -> None:
    prize, hard, stop, soft = steps[0], -steps[1], -steps[1] - steps[2], 0.0
    soft = stop - steps[3]
    clash = -steps[4]
    e_hard = clash - steps[5]
    conceded = e_hard - steps[6]
    e_soft = conceded - steps[7]
    tied = min(steps[8], -conceded)
    game = GuaranteeGame(
        prize_points=prize,
        loss_points=-conceded - tied if hit else -conceded,
        tied_clear_points=0.0,
        tied_contact_points=tied,
        contact_prob=float(hit),
        stop_cost_points=-stop,
        clash_cost_points=-clash,
        alone_hard_points=hard,
        alone_soft_points=soft,
        backed_hard_points=hard,
        backed_soft_points=soft,
        alone_governments_hard_points=e_hard,
        alone_governments_soft_points=e_soft,
        backed_governments_hard_points=e_hard,
        backed_governments_soft_points=e_soft,
        adversary_hard_prob=p,
        governments_hard_prob=q,
        adversary_belief_prob=belief,
        governments_belief_prob=belief,
        backing_prob=belief,
    )
    twin = unilateral.UnilateralGame(
        prize, 0.0, hard, stop, soft, 0.0, clash, e_hard, conceded, e_soft, p, q
    )
    ours, theirs = solve(game), unilateral.solve(twin)
    names = [unilateral.FAMILIES[family] for family in theirs.family]
    assert [FAMILIES[family].replace("deterred", "certain") for family in ours.family] == names
    complied, unanswered, stopped, backed, alone = ours.outcome_prob[0]
    outcome = [complied, unanswered, stopped, backed + alone]
    assert outcome == pytest.approx(theirs.outcome_prob[0].tolist(), abs=1e-9)
    play = by_target(game)
    assert play.violate_prob[0, 0] == pytest.approx(theirs.play_prob[0, :2].tolist(), abs=1e-9)
    state = int(hit)
    fights = play.fight_prob[0, 0, [state, 2 + state]]
    # Where Hard governments are certain it does not matter what Soft ones would do.
    checked = slice(0, 1 if q == 1.0 else 2)
    assert fights[checked] == pytest.approx(theirs.play_prob[0, 2:][checked].tolist(), abs=1e-9)
    exists = unilateral.equilibria(twin).exists[0, unilateral.STEADFAST]
    assert bool(play.is_steadfast[0, 0]) == bool(exists)


@given(seeds, st.floats(0, 1), st.floats(0, 1))
def test_deterrence_never_falls_in_backing_that_both_believe_in(
    seed: int, one: float, other: float
) -> None:
    game = random_guarantees(seed, 200, 2)
    little, much = (
        by_target(game._replace(adversary_belief_prob=u, governments_belief_prob=u)).family
        == DETERRED
        for u in sorted((one, other))
    )
    assert (much | ~little).all()


@given(seeds, st.floats(1, 100))
def test_tying_hands_raises_what_a_violation_leads_to_and_never_undoes_deterrence(
    seed: int, more: float
) -> None:
    """A mission that fights back: the chance of a fight, and of war, given a violation, rises."""
    game = random_guarantees(seed, 200, 1)
    tied = game._replace(
        tied_clear_points=np.add(game.tied_clear_points, more),
        tied_contact_points=np.add(game.tied_contact_points, more),
    )
    before, after = solve(game), solve(tied)
    assert (after.war_given_violation_prob >= before.war_given_violation_prob - 1e-9).all()
    assert (after.is_deterred | ~before.is_deterred).all()


def test_fighting_back_deters_and_makes_war_likelier_if_it_fails_to() -> None:
    """By hand: Soft governments fight where they are hit. Tied everywhere, all fight: deterred."""
    back = EXAMPLE._replace(tied_clear_points=60)
    play = solve(EXAMPLE._replace(tied_clear_points=[0, 60]))
    assert [FAMILIES[family] for family in play.family] == ["separating", "deterred"]
    # 0.3 of governments always, the other 0.7 where hit: one half of the time.
    assert play.war_given_violation_prob == pytest.approx([0.65, 1.0])
    assert play.fight_given_violation_prob == pytest.approx([0.65, 1.0])
    assert solve(back).outcome_prob[0].tolist() == [1, 0, 0, 0, 0]


def test_limits_are_worked_by_hand() -> None:
    # War is worth -24 and -78 to the governments; conceding costs 30 or 90, a clash 5.
    expected = [25 / 19, 85 / 19, 25 / 73, 85 / 73]
    assert fight_limits(EXAMPLE)[0, 0] == pytest.approx(expected)
    least = by_target(EXAMPLE).least_fought_prob[0, 0]
    assert least == pytest.approx([100 / 142, 100 / 160])
    assert len(TYPES) * len(STATES) == 4


def test_the_four_families_are_worked_by_hand() -> None:
    """c_hard is 0.704 and c_soft 0.625; Soft governments not hit fight while r is below 0.342."""
    contact = np.array([0.9, 0.5, 0.3, 0.3])
    p = np.array([0.4, 0.4, 0.2, 0.4])
    play = by_target(EXAMPLE._replace(contact_prob=contact, adversary_hard_prob=p))
    assert play.family[:, 0].tolist() == [DETERRED, SEPARATING, BLUFF, ATTACK]
    step = 25 / 73
    bluff = 0.2 * (1 - step) / (step * 0.8)
    assert play.violate_prob[:, 0].ravel() == pytest.approx([0, 0, 1, 0, 1, bluff, 1, 1])
    # y(1) is 0.3 + 0.7 * 0.3; Soft ones not hit make up what is missing to 0.625.
    assert play.fight_prob[2, 0] == pytest.approx([1, 1, (0.625 - 0.51) / 0.49, 1])
    assert play.fought_prob[:, 0] == pytest.approx([0.93, 0.65, 0.625, 0.51])


@pytest.mark.parametrize(
    ("changes", "order", "family", "pressed"),
    [
        # Both would press: 0.65 deters Soft, whom war costs 92, not Hard.
        ({"stop_cost_points": 100}, BOTH_PRESS, SEPARATING, 1.0),
        # Neither would: the governments need not fear war, and all fight.
        ({"stop_cost_points": 20, "contact_prob": 0}, NEITHER_PRESSES, DETERRED, 0.0),
        # Nor do they need to care: where a clash costs more than giving in, nobody fights.
        (
            {"stop_cost_points": 20, "contact_prob": 0, "loss_points": 4},
            NEITHER_PRESSES,
            ATTACK,
            0.0,
        ),
    ],
)
def test_other_orders_of_payoffs_are_games_too(
    changes: dict[str, float], order: int, family: int, pressed: float
) -> None:
    play = by_target(EXAMPLE._replace(**changes))
    assert play.order[0, 0] == order
    assert play.family[0, 0] == family
    assert play.press_prob[0, 0] == pressed


def test_nothing_deters_an_adversary_that_gains_by_war() -> None:
    game = EXAMPLE._replace(
        alone_hard_points=5, adversary_belief_prob=0, contact_prob=1, governments_hard_prob=1
    )
    play = solve(game)
    assert FAMILIES[play.family[0]] == "separating"
    assert play.outcome_prob[0] == pytest.approx([0.6, 0, 0, 0.08, 0.32])
    assert np.isinf(by_target(game).least_fought_prob[0, 0, 0])


def test_beliefs_of_the_two_sides_work_apart() -> None:
    """What the adversary believes deters; what the governments believe makes them fight."""
    game = EXAMPLE._replace(
        contact_prob=0.6,
        loss_points=15,
        adversary_belief_prob=[0, 1, 0],
        governments_belief_prob=[0, 0, 1],
    )
    play = by_target(game)
    assert play.least_fought_prob[:, 0, 0] == pytest.approx([100 / 130, 100 / 160, 100 / 130])
    limits = fight_limits(game)[:, 0, 3]
    assert limits[0] == limits[1] == pytest.approx(70 / 75)
    assert limits[2] == pytest.approx(70 / 65)


def test_a_chain_that_does_not_authorise_is_a_concession() -> None:
    play = solve(EXAMPLE._replace(contact_prob=0.9, authorise_prob=[1.0, 0.9, 0.5, 0.0]))
    assert [FAMILIES[f] for f in play.family] == ["deterred", "deterred", "attack", "attack"]
    assert play.fight_given_violation_prob[[0, 1, 3]] == pytest.approx([0.93, 0.837, 0.0])
    assert play.outcome_prob[3].tolist() == [0, 1, 0, 0, 0]


def test_a_probe_below_the_mandate_is_bypassed_to() -> None:
    """The line is held; the adversary takes the rung that nobody answers."""
    game = EXAMPLE._replace(
        prize_points=[[10, 100, 60]],
        loss_points=[[3, 30, 30]],
        contact_prob=[[0, 0.9, 1.0]],
    )
    play = solve(game)
    assert play.target.tolist() == [0]
    assert play.outcome_prob[0].tolist() == [0, 1, 0, 0, 0]
    assert by_target(game).family[0].tolist() == [ATTACK, DETERRED, DETERRED]
    held = solve(game._replace(is_open=[[False, True, True]]))
    assert held.is_deterred.tolist() == [True]
    # What Hard would lose: 0.93 of 142 less 100 at the line; at the force 102 less 60.
    assert held.target.tolist() == [1]


def test_with_no_target_open_there_is_nothing_to_violate() -> None:
    play = solve(EXAMPLE._replace(is_open=[False, True]))
    assert play.target.tolist() == [-1, 0]
    assert play.is_deterred.tolist() == [True, False]
    assert play.outcome_prob[0].tolist() == [1, 0, 0, 0, 0]


def test_of_two_targets_worth_the_same_the_lower_is_planned_for() -> None:
    assert solve(EXAMPLE._replace(prize_points=[[100, 100]])).target.tolist() == [0]


def test_at_a_threshold_the_adversary_complies_and_sure_governments_fight() -> None:
    # c_hard is 1 for whom war is worth 0: only certain fighting deters.
    even = EXAMPLE._replace(alone_hard_points=0, backed_hard_points=0, contact_prob=1)
    assert solve(even).is_deterred.tolist() == [True]
    # Conceding costs Soft governments who are hit just what war costs them.
    same = EXAMPLE._replace(tied_contact_points=48, governments_belief_prob=0.2, contact_prob=1)
    assert fight_limits(same)[0, 0, 3] == 1.0
    assert solve(same).is_deterred.tolist() == [True]


def test_threads_share_the_draws_and_change_nothing() -> None:
    game = random_guarantees(2, 3 * CHUNK // 2, 2)
    one, two = solve(game), solve(game, threads=2)
    for ours, theirs in zip(one, two, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("prize_points", 0.0, "prize_points must be above 0: draw 0, target 0 has 0"),
        (
            "tied_contact_points",
            [[60, -1]],
            "tied_contact_points must be at least tied_clear_points: draw 0, target 1 has -1 and 0",
        ),
        (
            "alone_soft_points",
            [-80.0, -10.0],
            "alone_hard_points must be at least alone_soft_points: draw 1, target 0 has -30 and",
        ),
        ("backed_hard_points", 0.0, "alone_hard_points must be at least backed_hard_points"),
        (
            "clash_cost_points",
            20.0,
            "-clash_cost_points must be above backed_governments_hard_points",
        ),
        ("alone_governments_hard_points", -10.0, "alone_governments_hard_points: draw 0"),
        ("loss_points", np.inf, "loss_points must be finite"),
        ("contact_prob", np.nan, "contact_prob must be at least 0"),
        ("authorise_prob", 1.1, "authorise_prob must be at most 1: draw 0, target 0 has 1.1"),
    ],
)
def test_payoffs_out_of_order_are_refused_by_inequality_draw_and_target(
    name: str, value: Any, says: str
) -> None:
    for work in (solve, by_target, fight_limits):
        with pytest.raises(ValueError, match=says):
            work(EXAMPLE._replace(**{name: value}))


def test_the_places_that_compiled_code_reads_are_those_of_the_fields() -> None:
    places = {
        "prize_points": guarantee.PRIZE,
        "contact_prob": guarantee.CONTACT,
        "clash_cost_points": guarantee.CLASH_COST,
        "alone_hard_points": guarantee.ALONE_HARD,
        "backed_soft_points": guarantee.BACKED_SOFT,
        "backed_governments_soft_points": guarantee.E_BACKED_SOFT,
        "backing_prob": guarantee.U_TRUE,
        "is_open": guarantee.OPEN,
    }
    assert {name: GuaranteeGame._fields.index(name) for name in places} == places

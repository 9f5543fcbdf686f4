"""The spatial model of politics (SMP): actors challenge, propose and vote, turn by turn.

Actors stand at points of a space of one or more dimensions. In each turn every actor looks
for the other whom it gains most by challenging, and proposes a deal in which both move
towards each other; each actor then takes, of the deals that name it and of staying put, the
one most likely to win an election of all actors. The game ends when next to nothing moves.

This is the model of the KAPSARC toolkit (KTAB) with its usual settings. Sources: B. Efird,
L. Lester and B. Wise (2016), Analyzing coalitions in China's policy formulation, Journal of
East Asian Studies 16 (its DOI, 10.1017/jea.2015.4, is taken from a bibliography of others);
the public source of KTAB, MIT licence, read for its rules, from which no code is taken.
B. Wise, L. Lester and B. Efird (2015), KAPSARC discussion papers: recalled, not checked.

Where the papers leave a choice, or the program differs from what one would expect, this
module reads it so:

* Weights: salience enters an actor's distances; elections weigh by capability alone. In a
  challenge, however, every vote also counts the actor's summed salience.
* Risk: inferred each turn from an election among all actors' positions as they are, those
  that coincide counted as often as they are held. When all are equally likely, where the
  program would divide 0 by 0, all are neutral.
* A challenge is judged by the challenger's view alone: its own guess of every other's risk.
  It wins by strength against strength, whatever rule the elections use.
* One proposal goes into the queues of both partners, the challenger's view deciding its
  terms; each of the two takes it or not without regard to the other.
* The chances reported for a turn use the voting rule that was chosen; the program has the
  proportional one fixed there.
* Ties: the target listed first; staying put before a deal, and the deal of the challenger
  listed first.
* Deals are always taken by the highest chance, never drawn by lot.

The program refuses fewer than three actors, and actors without capability; nothing in the
rules needs that, and two actors, or a capability of 0, are taken here.
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np
from numba import njit

from foedus.engines.arrays import BoolArray, FloatArray, IntArray
from foedus.engines.bargaining.spatial.election import (
    ElectionRules,
    cast,
    fill_election,
    fill_pairwise,
    fill_strengths,
)

MOST_SCORE = 100.0

MOST_CAPABILITY = 100.0
"""Capabilities are scaled so that the largest is this, as in the published data."""

LEAST_BACKING = 1e-10
"""What both sides of a challenge have at least."""

LEAST_GAIN = 1e-5
"""A challenge must promise more than this."""

LEAST_PULL = 1e-6
"""Weight that each partner of a proposal adds to its own place, so that none is 0 / 0."""

PLACES = 10_000.0
"""Proposals are rounded to four decimals of a scale of 0 to 1."""

SAME_PLACE = 1e-3
"""Positions nearer to each other than this, on a scale of 0 to 1, are one outcome."""

LEAST_FIRST_MOVE = 1e-4
"""Added to the first turn's movement, with which later ones are compared."""

LEAST_SPREAD = 1e-12
"""Chances of positions nearer to each other than this are equal, and all actors neutral."""

SALIENCE_SLACK = 1e-9
"""How far above 1 rounding may take an actor's summed saliences."""


class Commitment(Enum):
    """Where a third party stands after a contest that it took part in."""

    NONE = 0
    """Where it stood."""
    SEMI = 1
    """Where it stood if its side won, at the winner's position if it lost."""
    FULL = 2
    """At the winner's position."""


class RiskRange(Enum):
    """The range over which risk attitudes are spread, from the weakest position to the strongest.

    The values are the least and the most.
    """

    SEEKING = (0.0, 1.0)
    USUAL = (-0.5, 1.0)
    SYMMETRIC = (-1.0, 1.0)


class Stop(Enum):
    """Why a game ended."""

    SETTLED = 0
    """The last turn moved the actors by less than `quiet_share` of the first."""
    TURNS = 1
    """The limit of turns was reached."""


@dataclass(frozen=True, kw_only=True)
class SpatialRules:
    """The rules of a game; the source's usual ones unless others are given.

    Raises ValueError if a share is not between 0 and 1 or the turns make no range.
    """

    election: ElectionRules = ElectionRules()  # noqa: RUF009 - frozen
    commitment: Commitment = Commitment.SEMI
    risk_range: RiskRange = RiskRange.USUAL
    own_risk_share: float = 2 / 3
    """Share of its own risk attitude in an actor's guess of another's."""
    turns_least_count: int = 2
    turns_most_count: int = 100
    quiet_share: float = 0.02
    """The game ends when a turn moves less than this share of what the first one moved."""

    def __post_init__(self) -> None:
        problems = [
            f"{name} is not between 0 and 1"
            for name in ("own_risk_share", "quiet_share")
            if not 0 <= getattr(self, name) <= 1
        ]
        if not 1 <= self.turns_least_count <= self.turns_most_count:
            problems.append("turns_least_count must be at least 1 and at most turns_most_count")
        if problems:
            raise ValueError("; ".join(problems))


@dataclass(frozen=True, kw_only=True)
class SpatialPath:
    """One game, turn by turn; row 0 of each array is the start."""

    position_score: FloatArray
    """Shape (turn + 1, actor, dimension); 0 to 100."""
    stands_with: IntArray
    """Shape (turn + 1, actor); the first actor whose position is this one's too."""
    prob: FloatArray
    """Shape (turn + 1, actor); chance of each outcome, at the first actor who stands there,
    0 for the others who do. Each row adds up to 1."""
    risk: FloatArray
    """Shape (turn + 1, actor); -1 (averse) to 1 (seeking)."""
    most_probable_score: FloatArray
    """Shape (dimension,); the likeliest outcome at the end."""
    expected_score: FloatArray
    """Shape (dimension,); the mean of the outcomes at the end."""
    turns_count: int
    stop: Stop


@dataclass(frozen=True, kw_only=True)
class SpatialOutcomes:
    """The ends of many games."""

    position_score: FloatArray
    """Shape (draw, actor, dimension); 0 to 100."""
    prob: FloatArray
    """Shape (draw, actor); chance of each outcome, as in `SpatialPath`."""
    most_probable_score: FloatArray
    """Shape (draw, dimension)."""
    expected_score: FloatArray
    """Shape (draw, dimension)."""
    turns_count: IntArray
    """Shape (draw,)."""
    is_settled: BoolArray
    """Shape (draw,); False where the limit of turns ended the game."""


class _Rules(NamedTuple):
    """`SpatialRules` as the compiled loops take them."""

    vote: int
    victory: int
    kind: int
    commitment: int
    own_risk_share: float
    risk_least: float
    risk_most: float
    turns_least: int
    quiet_share: float


def play(
    position_score: FloatArray,
    salience_share: FloatArray,
    capability: FloatArray,
    rules: SpatialRules | None = None,
) -> SpatialPath:
    """Play one game and return all its turns.

    Parameters
    ----------
    position_score : shape (actor, dimension)
        0 to 100.
    salience_share : shape (actor, dimension)
        How much of an actor's attention each dimension takes, not negative; each actor's
        add up to more than 0 and at most 1.
    capability : shape (actor,)
        Not negative, not all 0; only the ratios matter.
    rules
        The source's usual ones when None.

    Returns
    -------
    SpatialPath

    Raises
    ------
    ValueError
        All that is wrong with the arrays at once.

    Notes
    -----
    A turn costs about the cube of the number of actors. Measured on one core of a busy
    machine, in 2 dimensions: 0.04 ms a turn with 10 actors, 0.3 ms with 30, 5 ms with 100.

    Examples
    --------
    >>> path = play(
    ...     np.array([[20.0], [50.0], [90.0]]), np.full((3, 1), 0.8), np.array([60.0, 50.0, 40.0])
    ... )
    >>> path.stop
    <Stop.SETTLED: 0>
    >>> path.prob.sum(axis=1).round(12).tolist() == [1.0] * (path.turns_count + 1)
    True
    """
    rules = SpatialRules() if rules is None else rules
    _check(position_score[None], salience_share[None], capability[None])
    start = np.ascontiguousarray(position_score / MOST_SCORE)
    salience = np.ascontiguousarray(salience_share, dtype=np.float64)
    fixed = salience, _scaled(capability), _compiled(rules)
    places, is_settled = _play(start, *fixed, rules.turns_most_count)
    risks, firsts, chances = (
        np.stack(rows) for rows in zip(*(_forecast(place, *fixed) for place in places), strict=True)
    )
    position = MOST_SCORE * places
    return SpatialPath(
        position_score=position,
        stands_with=firsts,
        prob=chances,
        risk=risks,
        most_probable_score=position[-1, chances[-1].argmax()],
        expected_score=chances[-1] @ position[-1],
        turns_count=len(places) - 1,
        stop=Stop.SETTLED if is_settled else Stop.TURNS,
    )


def play_draws(
    position_score: FloatArray,
    salience_share: FloatArray,
    capability: FloatArray,
    rules: SpatialRules | None = None,
) -> SpatialOutcomes:
    """Play one game for each draw and return how each ends.

    Parameters
    ----------
    position_score : shape (draw, actor, dimension) or (1, actor, dimension)
        0 to 100.
    salience_share : same
        Each actor's add up to more than 0 and at most 1.
    capability : shape (draw, actor) or (1, actor)
        Not negative, not all 0 in a draw.
    rules
        The source's usual ones when None.

    Returns
    -------
    SpatialOutcomes

    Raises
    ------
    ValueError
        All that is wrong with the arrays at once.

    Notes
    -----
    Draws are played one after the other by compiled turns that hold no lock, so that parts of a
    batch may run in threads; a result does not depend on how it is parted. A game takes some 15
    to 35 turns, each as costly as in `play`: about 0.6 ms a game with 10 actors, 6 ms with 30.
    """
    rules = SpatialRules() if rules is None else rules
    _check(position_score, salience_share, capability)
    draws = max(len(position_score), len(salience_share), len(capability))
    start = np.ascontiguousarray(position_score / MOST_SCORE)
    salience = np.ascontiguousarray(salience_share, dtype=np.float64)
    weights, compiled = _scaled(capability), _compiled(rules)
    ends, chances = np.empty((draws, *start.shape[1:])), np.empty((draws, start.shape[1]))
    turns, is_settled = np.empty(draws, dtype=np.int64), np.empty(draws, dtype=np.bool_)
    for draw in range(draws):
        fixed = (
            salience[draw if len(salience) > 1 else 0],
            weights[draw if len(weights) > 1 else 0],
            compiled,
        )
        places, is_settled[draw] = _play(
            start[draw if len(start) > 1 else 0], *fixed, rules.turns_most_count
        )
        ends[draw], turns[draw] = places[-1], len(places) - 1
        chances[draw] = _forecast(places[-1], *fixed)[2]
    ends *= MOST_SCORE
    return SpatialOutcomes(
        position_score=ends,
        prob=chances,
        most_probable_score=ends[np.arange(draws), chances.argmax(axis=1)],
        expected_score=np.einsum("da,dak->dk", chances, ends),
        turns_count=turns,
        is_settled=is_settled,
    )


def _scaled(capability: FloatArray) -> FloatArray:
    """Return capabilities of which the largest is `MOST_CAPABILITY`."""
    highest = capability.max(axis=-1, keepdims=True)
    return np.ascontiguousarray(capability / highest * MOST_CAPABILITY)


def _compiled(rules: SpatialRules) -> _Rules:
    """Return rules as the compiled loops take them."""
    least, most = rules.risk_range.value
    return _Rules(
        vote=rules.election.vote.value,
        victory=rules.election.victory.value,
        kind=rules.election.kind.value,
        commitment=rules.commitment.value,
        own_risk_share=float(rules.own_risk_share),
        risk_least=least,
        risk_most=most,
        turns_least=rules.turns_least_count,
        quiet_share=float(rules.quiet_share),
    )


def _play(
    start: FloatArray, salience: FloatArray, weights: FloatArray, rules: _Rules, turns_most: int
) -> tuple[FloatArray, bool]:
    """Return where the actors stand at the start and after each turn, and whether it settled.

    The loop over turns is not compiled: a turn takes far longer than the call, and whatever calls a
    compiled function is compiled with all that lies below it.
    """
    places = [start]
    first = LEAST_FIRST_MOVE
    for turn in range(1, turns_most + 1):
        following = np.empty_like(start)
        _take_turn(places[-1], salience, weights, rules, following)
        moved = float(np.sqrt(np.square(following - places[-1]).sum(axis=1)).sum())
        places.append(following)
        if turn == 1:
            first += moved
        if turn >= rules.turns_least and moved < rules.quiet_share * first:
            return np.stack(places), True
    return np.stack(places), False


@njit(cache=True, nogil=True, error_model="numpy")
def _take_turn(
    place: FloatArray,
    salience: FloatArray,
    weights: FloatArray,
    rules: _Rules,
    following: FloatArray,
) -> None:
    """Put where the actors stand after a turn into `following`."""
    actors, dimensions = place.shape
    apart = _distances(place, salience)
    risks = _infer_risks(apart, weights, rules)
    targets, chances = _choose_targets(apart, risks, salience, weights, rules)
    # Proposals by challenger: where it would stand, and where its target would.
    own = np.empty((actors, dimensions))
    other = np.empty((actors, dimensions))
    # What each state is worth to whom: after the proposal of each challenger, and, last,
    # as things stand. The mean over actors of what their positions are worth.
    worth = np.empty((actors, actors + 1))
    total_worth = np.zeros(actors)
    for voter in range(actors):
        for actor in range(actors):
            total_worth[voter] += _utility(apart[voter, actor], risks[voter])
        worth[voter, actors] = total_worth[voter] / actors
    for i in range(actors):
        j = targets[i]
        if j < 0:
            continue
        _propose(place[i], salience[i], place[j], salience[j], chances[i], own[i], other[i])
        for voter in range(actors):
            risk = risks[voter]
            before = _utility(apart[voter, i], risk) + _utility(apart[voter, j], risk)
            after = _utility(_distance(place[voter], own[i], salience[voter]), risk)
            after += _utility(_distance(place[voter], other[i], salience[voter]), risk)
            worth[voter, i] = (total_worth[voter] - before + after) / actors
    for actor in range(actors):
        winner = _elect_deal(actor, targets, worth, weights, rules)
        # One number at a time: for whole rows the compiler would bring in checks of their shapes,
        # which take longer to compile than all else here.
        for k in range(dimensions):
            if winner == actors:
                following[actor, k] = place[actor, k]
            elif winner == actor:
                following[actor, k] = own[winner, k]
            else:
                following[actor, k] = other[winner, k]


@njit(cache=True, nogil=True, error_model="numpy")
def _elect_deal(
    actor: int, targets: IntArray, worth: FloatArray, weights: FloatArray, rules: _Rules
) -> int:
    """Return the challenger whose proposal an actor takes, or the count of actors for none."""
    actors = targets.size
    queue = np.empty(actors + 1, dtype=np.int64)
    queue[0] = actors
    count = 1
    for i in range(actors):
        if targets[i] == actor or (i == actor and targets[i] >= 0):
            queue[count] = i
            count += 1
    if count == 1:
        return actors
    utilities = np.empty((actors, count))
    for voter in range(actors):
        for place in range(count):
            utilities[voter, place] = worth[voter, queue[place]]
    return int(queue[np.argmax(_elect(weights, utilities, rules))])


@njit(cache=True, nogil=True, error_model="numpy")
def _choose_targets(
    apart: FloatArray,
    risks: FloatArray,
    salience: FloatArray,
    weights: FloatArray,
    rules: _Rules,
) -> tuple[IntArray, FloatArray]:
    """Return whom each actor challenges, -1 for nobody, and its guess of its chance."""
    actors = weights.size
    share = rules.own_risk_share
    targets = np.full(actors, -1)
    chances = np.zeros(actors)
    cares = np.empty(actors)
    for actor in range(actors):
        cares[actor] = np.sum(salience[actor])
    # Transposed, so that the loops over third parties run along memory: [position, actor].
    across = np.empty((actors, actors))
    for k in range(actors):
        for place in range(actors):
            across[place, k] = apart[k, place]
    worth = np.empty((actors, actors))
    guesses, strengths, votes = np.empty(actors), np.empty(actors), np.empty(actors)
    for k in range(actors):
        strengths[k] = cares[k] * weights[k]
    for i in range(actors):
        for k in range(actors):
            guesses[k] = share * risks[i] + (1.0 - share) * risks[k]
        for place in range(actors):
            for k in range(actors):
                worth[place, k] = _utility(across[place, k], guesses[k])
        best = LEAST_GAIN
        for j in range(actors):
            if j == i:
                continue
            chance = _chance(i, j, worth, strengths, rules, votes)
            # To i its own position is worth 1; a position counts once for each of the two
            # actors who stand there.
            loses = 2.0 * worth[j, i]
            contest = chance * 2.0 + (1.0 - chance) * loses
            gain = (1.0 - cares[j]) * 2.0 + cares[j] * contest - (1.0 + worth[j, i])
            if gain > best:
                best = gain
                targets[i] = j
                chances[i] = chance
    return targets, chances


@njit(cache=True, nogil=True, error_model="numpy")
def _chance(
    i: int,
    j: int,
    worth: FloatArray,
    strengths: FloatArray,
    rules: _Rules,
    votes: FloatArray,
) -> float:
    """Return the guess that i makes of its chance in a contest with j; `votes` is overwritten.

    `worth` is what each position is worth to whom in its eyes, shape (position, actor).
    """
    for_i = LEAST_BACKING + cast(rules.vote, strengths[i], 1.0 - worth[j, i])
    for_j = LEAST_BACKING + cast(rules.vote, strengths[j], 1.0 - worth[i, j])
    _fill_votes(rules, strengths, worth[i], worth[j], for_i, for_j, votes)
    votes[i], votes[j] = 0.0, 0.0
    all_i, all_j = for_i, for_j
    for k in range(votes.size):
        all_i += max(votes[k], 0.0)
        all_j -= min(votes[k], 0.0)
    return all_i / (all_i + all_j)


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_votes(
    rules: _Rules,
    strengths: FloatArray,
    at_i: FloatArray,
    at_j: FloatArray,
    for_i: float,
    for_j: float,
    votes: FloatArray,
) -> None:
    """Put into `votes` what everyone would cast as a third party for i against j.

    The usual rule has a loop without a choice in it, which takes several voters in a step.
    """
    rule, commitment = rules.vote, rules.commitment
    if rule == 0:
        for k in range(votes.size):
            votes[k] = _third_party(0, commitment, strengths[k], at_i[k], at_j[k], for_i, for_j)
    else:
        for k in range(votes.size):
            votes[k] = _third_party(rule, commitment, strengths[k], at_i[k], at_j[k], for_i, for_j)


@njit(cache=True, nogil=True, error_model="numpy")
def _third_party(
    rule: int,
    commitment: int,
    weight: float,
    at_i: float,
    at_j: float,
    for_i: float,
    for_j: float,
) -> float:
    """Return the votes of a third party for i against j; below 0 they are for j.

    It looks at the small contest of the two and itself, and compares siding with i to
    siding with j. Its own position is worth 1 to it.
    """
    first = cast(rule, weight, at_i - at_j)
    with_i = for_i + max(first, 0.0)
    with_j = for_j - min(first, 0.0)
    chance = with_i / (with_i + with_j)
    won_i = 2.0 * at_i + (at_i if commitment == 2 else 1.0)
    won_j = 2.0 * at_j + (at_j if commitment == 2 else 1.0)
    lost_to_j = 2.0 * at_j + (1.0 if commitment == 0 else at_j)
    lost_to_i = 2.0 * at_i + (1.0 if commitment == 0 else at_i)
    siding_with_i = chance * won_i + (1.0 - chance) * lost_to_j
    siding_with_j = chance * lost_to_i + (1.0 - chance) * won_j
    return cast(rule, weight, siding_with_i - siding_with_j)


@njit(cache=True, nogil=True, error_model="numpy")
def _propose(
    at_i: FloatArray,
    cares_i: FloatArray,
    at_j: FloatArray,
    cares_j: FloatArray,
    chance: float,
    own: FloatArray,
    other: FloatArray,
) -> None:
    """Put where i and j would stand after i's proposal into `own` and `other`."""
    for k in range(at_i.size):
        pull_i = (cares_i[k] * chance) ** 2
        pull_j = (cares_j[k] * (1.0 - chance)) ** 2
        total = pull_i + pull_j + LEAST_PULL
        middle = pull_i * at_i[k] + pull_j * at_j[k]
        own[k] = np.floor(0.5 + PLACES * (middle + LEAST_PULL * at_i[k]) / total) / PLACES
        other[k] = np.floor(0.5 + PLACES * (middle + LEAST_PULL * at_j[k]) / total) / PLACES


@njit(cache=True, nogil=True, error_model="numpy")
def _infer_risks(apart: FloatArray, weights: FloatArray, rules: _Rules) -> FloatArray:
    """Return the attitudes that fit the chances of the actors' positions."""
    chances = _elect(weights, 1.0 - apart, rules)
    lowest, highest = np.inf, -np.inf
    for chance in chances:
        lowest, highest = min(lowest, chance), max(highest, chance)
    risks = np.zeros(chances.size)
    if highest - lowest > LEAST_SPREAD:
        stretch = (rules.risk_most - rules.risk_least) / (highest - lowest)
        for actor in range(risks.size):
            risks[actor] = rules.risk_least + stretch * (chances[actor] - lowest)
    return risks


def _forecast(
    place: FloatArray, salience: FloatArray, weights: FloatArray, rules: _Rules
) -> tuple[FloatArray, IntArray, FloatArray]:
    """Return risks, who stands with whom, and the chance of each outcome."""
    apart = _distances(place, salience)
    risks = _infer_risks(apart, weights, rules)
    gaps = np.sqrt(np.square(place[:, np.newaxis] - place).sum(axis=2))
    firsts = np.arange(len(place))
    outcomes: list[int] = []
    for actor in range(len(place)):
        near = [known for known in outcomes if gaps[actor, known] < SAME_PLACE]
        if near:
            firsts[actor] = near[0]
        else:
            outcomes.append(actor)
    to_outcome = np.ascontiguousarray(apart[:, outcomes])
    # As `_utility`, of many at once.
    utilities = (1.0 - to_outcome) * (1.0 + to_outcome * risks[:, np.newaxis])
    chances = np.zeros(len(place))
    chances[outcomes] = _elect(weights, utilities, rules)
    return risks, firsts, chances


@njit(cache=True, nogil=True, error_model="numpy")
def _elect(weights: FloatArray, utilities: FloatArray, rules: _Rules) -> FloatArray:
    """Return the chance of each option."""
    options = utilities.shape[1]
    strengths, pairwise = np.empty((options, options)), np.empty((options, options))
    prob = np.empty(options)
    fill_strengths(rules.vote, weights, utilities, strengths)
    fill_pairwise(rules.victory, strengths, pairwise)
    fill_election(rules.kind, strengths, pairwise, prob)
    return prob


@njit(cache=True, nogil=True, error_model="numpy")
def _distances(place: FloatArray, salience: FloatArray) -> FloatArray:
    """Return how far each actor finds each other's position from its own; shape (actor, actor)."""
    actors = place.shape[0]
    apart = np.zeros((actors, actors))
    for i in range(actors):
        for j in range(actors):
            if i != j:
                apart[i, j] = _distance(place[i], place[j], salience[i])
    return apart


@njit(cache=True, nogil=True, error_model="numpy")
def _distance(own: FloatArray, other: FloatArray, salience: FloatArray) -> float:
    """Return the distance of two points to one who cares so much for each dimension.

    The root of the mean of squared differences, weighted by the squares of the saliences.
    """
    squares, total = 0.0, 0.0
    for k in range(own.size):
        weight = salience[k] * salience[k]
        squares += weight * (own[k] - other[k]) ** 2
        total += weight
    return min(float(np.sqrt(squares / total)), 1.0)


@njit(cache=True, nogil=True, error_model="numpy")
def _utility(distance: float, risk: float) -> float:
    """Return what a position at a distance is worth: 1 at none, 0 at the full one.

    A straight line for the neutral, above it for those who seek risk.
    """
    return (1.0 - distance) * (1.0 + distance * risk)


def _check(position: FloatArray, salience: FloatArray, capability: FloatArray) -> None:
    """Refuse arrays that make no game, with all that is wrong with them."""
    if position.ndim != 3 or salience.ndim != 3 or capability.ndim != 2:
        raise ValueError(
            "position_score and salience_share must have the axes actor and dimension, "
            "capability the axis actor, each after the draws where there are many"
        )
    problems = _wrong_with_shapes(position, salience, capability)
    if not ((position >= 0) & (position <= MOST_SCORE)).all():
        problems.append("position_score holds a number that is not between 0 and 100")
    if not (np.isfinite(salience) & (salience >= 0)).all():
        problems.append("salience_share holds a number that is negative or not finite")
    else:
        sums = salience.sum(axis=2)
        if (sums > 1 + SALIENCE_SLACK).any():
            problems.append("the saliences of an actor add up to more than 1")
        if (sums == 0).any():
            problems.append("the saliences of an actor are all 0")
    if not (np.isfinite(capability) & (capability >= 0)).all():
        problems.append("capability holds a number that is negative or not finite")
    elif not (capability.sum(axis=1) > 0).all():
        problems.append("the capabilities of a draw are all 0")
    if problems:
        raise ValueError("; ".join(problems))


def _wrong_with_shapes(
    position: FloatArray, salience: FloatArray, capability: FloatArray
) -> list[str]:
    """Return what does not go together among arrays that have the right axes."""
    problems = []
    actors = position.shape[1]
    if salience.shape[1:] != position.shape[1:] or capability.shape[1] != actors:
        problems.append(
            f"position_score has {position.shape[1:]} actors and dimensions, "
            f"salience_share {salience.shape[1:]}, capability {capability.shape[1]} actors"
        )
    counts = {len(x) for x in (position, salience, capability)} - {1}
    if len(counts) > 1:
        problems.append(f"the arrays differ in their count of draws: {sorted(counts)}")
    elif 0 in counts:
        problems.append("the arrays have no draw")
    if actors < 2:
        problems.append(f"a negotiation needs two actors, not {actors}")
    if not position.shape[2]:
        problems.append("position_score has no dimension")
    return problems

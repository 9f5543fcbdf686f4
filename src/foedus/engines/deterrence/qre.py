"""Agent logit quantal response equilibrium of any small game, and its limit.

At a precision lambda every information set plays each action with a probability proportional to
exp(lambda times what the action gives there), everybody knowing that everybody does: at 0 all
actions are equally likely, and the larger lambda is, the rarer are mistakes. The equilibria that
are joined to the one at 0 form the principal branch; generically it leads to one sequential
equilibrium, the limit.

McKelvey and Palfrey (1998), "Quantal response equilibria for extensive form games", *Experimental
Economics* 1, 9-41 (bibliographic data and abstract checked). The branch is followed in the logs of
the probabilities, as Turocy (2010), "Computing sequential equilibria using agent quantal response
equilibria", *Economic Theory* 42(1), 255-269 (abstract checked), with a step along its tangent and
Newton steps back to it; where the branch turns round, lambda falls for a while. Beliefs at rarely
reached information sets are worked out in logs too, so that nothing is lost to underflow.
"""

from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from foedus.engines.arrays import FloatArray, IntArray
from foedus.engines.deterrence.extensive import (
    ExtensiveGame,
    action_values,
    uniform_profile,
)
from foedus.errors import NotConvergedError

RESIDUAL: Final = 1e-8
"""At a given precision no equilibrium is given back that has more; a limit goes by its regret,
since rounding counts lambda times."""

_FIRST_STEP: Final = 0.05
_LEAST_STEP: Final = 1e-9
_MOST_STEPS: Final = 5_000
_NEWTON_STEPS: Final = 8
# Two tangents in a row must not differ by more: a longer step might leap to another branch.
_LEAST_COSINE: Final = 0.9
# A complex step this small gives derivatives to the last bit.
_TINY: Final = 1e-150

_Tree: TypeAlias = tuple[IntArray, IntArray, FloatArray, IntArray, FloatArray, IntArray]


class LogitEquilibrium(NamedTuple):
    """A logit equilibrium and how good it is."""

    profile: FloatArray
    """Shape (action,), in the order of the information sets of the game."""
    precision: float
    """The lambda of it, per unit of payoff."""
    residual: float
    """Largest gap between a probability and the logit response to the profile."""
    regret: float
    """Largest gain at an information set from one change of action, in payoff; falls to 0 along
    the branch."""
    steps: int
    """Steps that the branch took."""


def logit_response(game: ExtensiveGame, profile: ArrayLike, precision: float) -> FloatArray:
    """Return how each information set answers a profile with noise.

    Parameters
    ----------
    profile : shape (action,)
        Every probability above 0, so that every information set is reached.
    precision
        lambda, at least 0.

    Returns
    -------
    shape (action,)

    Examples
    --------
    At precision 0 every action is as likely as the next, and what others do does not matter:

    >>> from foedus.engines.deterrence.extensive import Decision, Move, Terminal
    >>> root = Decision(
    ...     "A", "a", (Move("x", Terminal("x", (9.0,))), Move("y", Terminal("y", (1.0,))))
    ... )
    >>> logit_response(ExtensiveGame("g", ("A",), root), [0.5, 0.5], 0.0).tolist()
    [0.5, 0.5]
    """
    values = action_values(game, profile)
    answer = np.empty_like(values)
    for members in game.sets:
        raised = precision * (values[members.at] - values[members.at].max())
        weight = np.exp(raised)
        answer[members.at] = weight / weight.sum()
    return answer


def logit_equilibrium(game: ExtensiveGame, precision: float) -> LogitEquilibrium:
    """Return the agent logit equilibrium at a precision, on the principal branch.

    Where the branch passes the precision more than once, the first time counts.

    Parameters
    ----------
    precision
        lambda, at least 0, per unit of payoff.

    Raises
    ------
    ValueError
        If the precision is negative or not finite.
    foedus.errors.NotConvergedError
        If the branch could not be followed so far, or the residual is above `RESIDUAL`.

    Examples
    --------
    A sure 1 against a sure 0 at precision 1 is taken with probability e / (1 + e):

    >>> from foedus.engines.deterrence.extensive import Decision, Move, Terminal
    >>> root = Decision(
    ...     "A", "a", (Move("x", Terminal("x", (1.0,))), Move("y", Terminal("y", (0.0,))))
    ... )
    >>> logit_equilibrium(ExtensiveGame("g", ("A",), root), 1.0).profile.round(4).tolist()
    [0.7311, 0.2689]
    """
    if not 0.0 <= precision < np.inf:
        raise ValueError(f"the precision is {precision:g}: it must be at least 0 and finite")
    found = _follow(_Branch(game), precision=precision, regret=-1.0)
    if found.residual > RESIDUAL:
        raise NotConvergedError(
            f"{game.title}: the logit equilibrium at precision {precision:g} has a residual of "
            f"{found.residual:.1e}. Ask for a smaller precision."
        )
    return found


def logit_limit(game: ExtensiveGame, regret_share: float = 1e-7) -> LogitEquilibrium:
    """Return the far end of the principal branch: the equilibrium that noise selects as it fades.

    Parameters
    ----------
    regret_share
        The branch is followed until no information set could gain more than this share of the
        width of all payoffs. A probability between 0 and 1 is reached like 1 / lambda, so that it
        is good to fewer digits than the regret.

    Raises
    ------
    ValueError
        If the share is not above 0.
    foedus.errors.NotConvergedError
        If the branch could not be followed so far.
    """
    if not regret_share > 0.0:
        raise ValueError(f"regret_share is {regret_share:g}: it must be above 0")
    branch = _Branch(game)
    return _follow(branch, precision=np.inf, regret=regret_share)


class _Branch:
    """The equations of the branch: z is the logs of the probabilities, then lambda.

    Payoffs are divided by their width, so that one step length serves every game.
    """

    def __init__(self, game: ExtensiveGame) -> None:
        layout = game.layout
        self.game = game
        self.width = float(np.ptp(layout.payoff, axis=0).max()) or 1.0
        self._tree: _Tree = (
            layout.parent,
            layout.action,
            np.log(layout.chance_prob),
            layout.information,
            layout.payoff / self.width,
            np.array([members.player for members in game.sets]),
        )
        self._first = np.array([members.first_action for members in game.sets])
        counts = [len(members.actions) for members in game.sets]
        self._set_of = np.repeat(np.arange(len(counts)), counts)
        self._first_of = self._first[self._set_of]

    def start(self) -> FloatArray:
        """Return where the branch begins."""
        return np.append(np.log(uniform_profile(self.game)), 0.0)

    def equations(self, z: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what must be 0, shape (action,), and its slopes, shape (action, action + 1).

        For the first action of an information set the equation says that the probabilities add up
        to 1, for each other one that its log odds are lambda times its gain over the first.
        """
        # A guess may lie far off the branch; what overflows there is no point of it.
        with np.errstate(over="ignore", invalid="ignore"):
            return self._equations(z)

    def _equations(self, z: FloatArray) -> tuple[FloatArray, FloatArray]:
        logs, precision = z[:-1], z[-1]
        gives, rise = _values(self._tree, logs, True)
        first, of = self._first, self._first_of
        gain = gives - gives[of]
        probs = np.exp(logs)
        gaps = logs - logs[of] - precision * gain
        gaps[first] = self._sums(probs) - 1.0
        one = np.eye(logs.size)
        slopes = np.empty((logs.size, z.size))
        slopes[:, :-1] = one - one[of] - precision * (rise - rise[of])
        slopes[first, :-1] = np.where(of == first[:, None], probs, 0.0)
        slopes[:, -1] = -gain
        return gaps, slopes

    def gaps(self, z: FloatArray) -> FloatArray:
        """Return how far each probability is from the logit response to all, shape (action,)."""
        gives, _ = _values(self._tree, z[:-1], False)
        weight = np.exp(z[-1] * (gives - self._tops(gives)[self._set_of]))
        answer = weight / self._sums(weight)[self._set_of]
        away: FloatArray = np.abs(answer - np.exp(z[:-1]))
        return away

    def regret(self, z: FloatArray) -> float:
        """Return the largest gain from one change of action, as a share of the width."""
        gives, _ = _values(self._tree, z[:-1], False)
        return float((self._tops(gives) - self._sums(np.exp(z[:-1]) * gives)).max())

    def scale(self, z: FloatArray) -> float:
        """Return how exactly the equations can be met.

        Beliefs rest on differences of logs, which grow with lambda where an action gets rare, and
        what beliefs are off by counts lambda times.
        """
        return 1e-11 + 1e-15 * abs(float(z[-1])) * (1.0 + float(np.abs(z[:-1]).max()))

    def told(self, z: FloatArray, steps: int) -> LogitEquilibrium:
        """Return a point of the branch in the units of the game."""
        profile = np.exp(z[:-1])
        profile /= self._sums(profile)[self._set_of]
        return LogitEquilibrium(
            profile,
            float(z[-1]) / self.width,
            float(self.gaps(z).max()),
            self.regret(z) * self.width,
            steps,
        )

    def _sums(self, each: FloatArray) -> FloatArray:
        """Return the sum over the actions of each information set."""
        total: FloatArray = np.add.reduceat(each, self._first)
        return total

    def _tops(self, each: FloatArray) -> FloatArray:
        """Return the largest over the actions of each information set."""
        top: FloatArray = np.maximum.reduceat(each, self._first)
        return top


class _Point(NamedTuple):
    """A point of the branch and where the branch goes on from there."""

    z: FloatArray
    tangent: FloatArray
    """Shape (action + 1,), of length 1."""
    turn: float
    """1 or -1: the sense of the tangent to the slopes, the same all along a branch."""
    newton: int
    """Steps that it took back to the branch."""


def _follow(branch: _Branch, *, precision: float, regret: float) -> LogitEquilibrium:
    """Follow the branch to a precision, or until no more is left than a regret, as a share."""
    target = precision * branch.width
    ahead = np.zeros(branch.start().size)
    ahead[-1] = 1.0
    point = _correct(branch, branch.start(), ahead, ahead)
    step = _FIRST_STEP
    for steps in range(_MOST_STEPS):
        if point is None or step < _LEAST_STEP or point.z[-1] < 0.0:
            break
        if point.z[-1] >= target or branch.regret(point.z) <= regret:
            return branch.told(point.z, steps)
        z, tangent = point.z, point.tangent
        is_last = tangent[-1] > 0.0 and z[-1] + step * tangent[-1] >= target
        if is_last:
            step = (target - z[-1]) / tangent[-1]
        guess = z + step * tangent
        if is_last:
            guess[-1] = target
        following = _correct(branch, guess, ahead if is_last else tangent, tangent)
        # A step that turns too far, strays too far or changes sense has left the branch.
        if (
            following is None
            or following.turn != point.turn
            or following.tangent @ tangent < _LEAST_COSINE
            or np.linalg.norm(following.z - guess) > step
        ):
            step /= 2.0
            continue
        point = following
        step *= 2.0 if following.newton <= 3 else 1.0
    reached = np.nan if point is None else point.z[-1] / branch.width
    raise NotConvergedError(
        f"{branch.game.title}: the logit branch could not be followed beyond precision {reached:g}"
    )


def _correct(
    branch: _Branch, guess: FloatArray, across: FloatArray, before: FloatArray
) -> _Point | None:
    """Return the point of the branch beside a guess, on the plane across; None if none is found."""
    z = guess
    try:
        for newton in range(_NEWTON_STEPS):
            gaps, slopes = branch.equations(z)
            if not (np.isfinite(gaps).all() and np.isfinite(slopes).all()):
                return None
            if np.abs(gaps).max() <= branch.scale(z):
                tangent = np.linalg.solve(
                    np.vstack([slopes, before]), np.append(np.zeros(gaps.size), 1.0)
                )
                tangent /= np.linalg.norm(tangent)
                turn = float(np.linalg.slogdet(np.vstack([slopes, tangent]))[0])
                return _Point(z, tangent, turn, newton)
            z = z - np.linalg.solve(np.vstack([slopes, across]), np.append(gaps, 0.0))
    except np.linalg.LinAlgError:
        return None
    return None


@njit(cache=True, nogil=True, error_model="numpy")
def _gives(tree: _Tree, logs: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Return what each action gives where it is taken, shape (action,)."""
    parent, action, chance, information, payoff, owner = tree
    count, players = payoff.shape
    step, reach = np.zeros(count, np.complex128), np.zeros(count, np.complex128)
    top, weight = np.full(owner.size, -np.inf), np.zeros(owner.size, np.complex128)
    value = payoff.astype(np.complex128)
    found = np.zeros(logs.size, np.complex128)
    for node in range(count):
        if node > 0:
            step[node] = logs[action[node]] if action[node] >= 0 else chance[node] + 0j
            reach[node] = reach[parent[node]] + step[node]
        if information[node] >= 0:
            top[information[node]] = max(top[information[node]], reach[node].real)
    for node in range(count - 1, 0, -1):
        prob = np.exp(step[node])
        for player in range(players):
            value[parent[node], player] += prob * value[node, player]
    for node in range(count):
        if information[node] >= 0:
            weight[information[node]] += np.exp(reach[node] - top[information[node]])
    for node in range(1, count):
        if action[node] >= 0:
            at = information[parent[node]]
            share = np.exp(reach[parent[node]] - top[at]) / weight[at]
            found[action[node]] += share * value[node, owner[at]]
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _values(tree: _Tree, logs: FloatArray, with_slopes: bool) -> tuple[FloatArray, FloatArray]:
    """Return what each action gives, and how that moves with each log.

    The derivative along a log is the imaginary part of what an imaginary step brings: no difference
    of near numbers is taken.

    Returns
    -------
    shape (action,) and shape (action, action), the second 0 if it is not asked for
    """
    gives, rise = np.zeros(logs.size), np.zeros((logs.size, logs.size))
    at = logs.astype(np.complex128)
    # The last round takes no step. One place calls, so that it is compiled in once.
    for k in range(0 if with_slopes else logs.size, logs.size + 1):
        if k < logs.size:
            at[k] += _TINY * 1j
        found = _gives(tree, at)
        if k < logs.size:
            at[k] = logs[k] + 0j
            rise[:, k] = found.imag / _TINY
        else:
            gives[:] = found.real
    return gives, rise

"""Games in extensive form: trees with chance, information sets and payoffs, and what play gives.

A game is a tree of three kinds of node. It is checked when it is made and never changes after. A
behaviour profile is one vector: the probability of every action of every information set, in the
order in which the tree first meets them (`ExtensiveGame.sets`).

Trees here are small: some hundred nodes. What is asked of millions of draws is worked out in the
modules of the named games, and held against these trees by the tests.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from foedus.engines.arrays import FloatArray, IntArray

# As far as the probabilities of one move may miss 1 together.
SUM_SLACK: Final = 1e-9
# Two payoffs nearer than this share of the larger are a tie.
TIE_SHARE: Final = 1e-12

Names: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terminal:
    """An end of the game."""

    outcome: str
    """What has come about; ends of one outcome may have different payoffs, for types differ."""
    payoffs: tuple[float, ...]
    """One for each player."""


class Branch(NamedTuple):
    """One way a chance move may go."""

    label: str
    prob: float
    """Above 0: what cannot happen is left out of the tree."""
    node: "Node"


class Move(NamedTuple):
    """One action and where it leads."""

    label: str
    node: "Node"


@dataclass(frozen=True, slots=True)
class Chance:
    """A move of chance."""

    name: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A node at which a player moves."""

    player: str
    information: str
    """Name of the information set: nodes that the mover cannot tell apart have the same."""
    moves: tuple[Move, ...]


Node: TypeAlias = Terminal | Chance | Decision


class InformationSet(NamedTuple):
    """Nodes that a player cannot tell apart."""

    name: str
    player: int
    actions: Names
    first_action: int
    """Place of the first of its actions in a profile."""
    nodes: tuple[int, ...]
    """Places of its nodes in the tree, counted from the root in the order of reading."""

    @property
    def at(self) -> slice:
        """Where its actions stand in a profile."""
        return slice(self.first_action, self.first_action + len(self.actions))


class Layout(NamedTuple):
    """The tree as arrays; a node stands after its parent."""

    parent: IntArray
    """Shape (node,); the root has -1."""
    action: IntArray
    """Shape (node,); place in a profile of the action that leads here, -1 if none does."""
    chance_prob: FloatArray
    """Shape (node,); probability of the branch that leads here, 1 if none does."""
    information: IntArray
    """Shape (node,); place of the information set, -1 for ends and for chance."""
    payoff: FloatArray
    """Shape (node, player); 0 where the game does not end."""


@dataclass(frozen=True)
class ExtensiveGame:
    """A game of perfect recall.

    Raises
    ------
    ValueError
        If a name is missing, doubled or holds a quotation mark, a node has no way on, payoffs do
        not fit the players or are not finite, a probability is not above 0 or those of a move do
        not add up to 1, nodes of an information set differ in mover or actions, or a player
        forgets what it knew or did.

    Examples
    --------
    >>> keep, fight = Terminal("kept", (0.0, 1.0)), Terminal("fought", (-1.0, -1.0))
    >>> yielded = Terminal("yielded", (1.0, 0.0))
    >>> answer = Decision("B", "answer", (Move("yield", yielded), Move("fight", fight)))
    >>> root = Decision("A", "demand", (Move("keep", keep), Move("demand", answer)))
    >>> game = ExtensiveGame("one demand", ("A", "B"), root)
    >>> backward_induction(game).outcome_prob
    {'kept': 0.0, 'yielded': 1.0, 'fought': 0.0}
    """

    title: str
    players: Names
    root: Node

    def __post_init__(self) -> None:
        """Check everything."""
        _check_names([self.title], "the title")
        _check_names(self.players, "players", distinct=True)
        for node in self.nodes:
            _check_node(node, self.players)
        self._check_information()

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes, the root first, each before what follows from it."""
        return tuple(node for node, _, _ in self._walk)

    @cached_property
    def sets(self) -> tuple[InformationSet, ...]:
        """The information sets in the order in which the tree first meets them."""
        members: dict[str, list[int]] = {}
        for place, node in enumerate(self.nodes):
            if isinstance(node, Decision):
                members.setdefault(node.information, []).append(place)
        sets, first = [], 0
        for name, places in members.items():
            node = self.nodes[places[0]]
            assert isinstance(node, Decision)
            actions = tuple(move.label for move in node.moves)
            player = self.players.index(node.player)
            sets.append(InformationSet(name, player, actions, first, tuple(places)))
            first += len(actions)
        return tuple(sets)

    @cached_property
    def layout(self) -> Layout:
        """The tree as arrays, for kernels."""
        count = len(self.nodes)
        layout = Layout(
            np.array([parent for _, parent, _ in self._walk]),
            np.full(count, -1),
            np.ones(count),
            np.full(count, -1),
            np.zeros((count, len(self.players))),
        )
        for place, members in enumerate(self.sets):
            layout.information[list(members.nodes)] = place
        for place, (node, parent, way) in enumerate(self._walk):
            if isinstance(node, Terminal):
                layout.payoff[place] = node.payoffs
            if parent >= 0:
                above = self.nodes[parent]
                if isinstance(above, Chance):
                    layout.chance_prob[place] = above.branches[way].prob
                else:
                    members = self.sets[layout.information[parent]]
                    layout.action[place] = members.first_action + way
        for block in layout:
            block.flags.writeable = False
        return layout

    @property
    def actions(self) -> int:
        """How many probabilities a profile has."""
        return sum(len(members.actions) for members in self.sets)

    @property
    def outcomes(self) -> Names:
        """Names of the outcomes in the order in which the tree first meets them."""
        return tuple(
            dict.fromkeys(node.outcome for node in self.nodes if isinstance(node, Terminal))
        )

    @property
    def has_perfect_information(self) -> bool:
        """Tell whether every mover knows where it is."""
        return all(len(members.nodes) == 1 for members in self.sets)

    def information_set(self, name: str) -> InformationSet:
        """Return the information set of a name; KeyError if there is none."""
        for members in self.sets:
            if members.name == name:
                return members
        raise KeyError(name)

    @cached_property
    def _walk(self) -> tuple[tuple[Node, int, int], ...]:
        """Each node, the place of its parent and which way of the parent leads to it."""
        return tuple(_walk_from(self.root))

    def _check_information(self) -> None:
        seen: dict[str, Decision] = {}
        for node in self.nodes:
            if isinstance(node, Decision):
                other = seen.setdefault(node.information, node)
                if (node.player, _labels(node)) != (other.player, _labels(other)):
                    raise ValueError(
                        f"information set {node.information!r}: its nodes differ in who moves "
                        "or in the actions"
                    )
        for members in self.sets:
            known = {self._memory(place, members.player) for place in members.nodes}
            if len(known) > 1:
                raise ValueError(
                    f"information set {members.name!r}: {self.players[members.player]} has "
                    "forgotten there what it knew or did"
                )

    def _memory(self, place: int, player: int) -> tuple[int, ...]:
        """Return the actions of a player on the way to a node."""
        layout, taken = self.layout, []
        while place > 0:
            parent = layout.parent[place]
            information = layout.information[parent]
            if information >= 0 and self.sets[information].player == player:
                taken.append(int(layout.action[place]))
            place = parent
        return tuple(taken)


class Play(NamedTuple):
    """What a behaviour profile comes to."""

    profile: FloatArray
    """Shape (action,)."""
    payoffs: FloatArray
    """Shape (player,); expected."""
    outcome_prob: dict[str, float]


def take_profile(
    game: ExtensiveGame, play: Mapping[str, ArrayLike | Mapping[str, float]]
) -> FloatArray:
    """Return the profile of a table: information set to the probabilities of its actions.

    Parameters
    ----------
    play
        For every information set either all probabilities in order, or those that are not 0 by
        name of the action.

    Returns
    -------
    shape (action,)

    Raises
    ------
    ValueError
        If an information set is missing or not in the game, or its probabilities are not ones.
    """
    names = {members.name for members in game.sets}
    if set(play) != names:
        missing, strange = sorted(names - set(play)), sorted(set(play) - names)
        raise ValueError(f"information sets missing: {missing}, not in the game: {strange}")
    profile = np.zeros(game.actions)
    for members in game.sets:
        given = play[members.name]
        if isinstance(given, Mapping):
            strange = sorted(set(given) - set(members.actions))
            if strange:
                raise ValueError(f"{members.name}: no action {', '.join(strange)}")
            given = [given.get(label, 0.0) for label in members.actions]
        profile[members.at] = given
    return _checked(game, profile)


def uniform_profile(game: ExtensiveGame) -> FloatArray:
    """Return the profile in which every action of an information set is as likely as another."""
    return np.concatenate(
        [np.full(len(members.actions), 1 / len(members.actions)) for members in game.sets]
    )


def reach_prob(game: ExtensiveGame, profile: ArrayLike) -> FloatArray:
    """Return the probability with which each node is reached, shape (node,)."""
    layout = game.layout
    step = _step_prob(game, _checked(game, profile))
    reach = np.ones(len(game.nodes))
    for node in range(1, reach.size):
        reach[node] = reach[layout.parent[node]] * step[node]
    return reach


def follow(game: ExtensiveGame, profile: ArrayLike) -> Play:
    """Return expected payoffs and the distribution of outcomes.

    Raises
    ------
    ValueError
        If the profile has the wrong length or its probabilities are not ones.
    """
    checked = _checked(game, profile)
    reach = reach_prob(game, checked)
    outcome_prob = dict.fromkeys(game.outcomes, 0.0)
    for node, prob in zip(game.nodes, reach, strict=True):
        if isinstance(node, Terminal):
            outcome_prob[node.outcome] += float(prob)
    return Play(checked, reach @ game.layout.payoff, outcome_prob)


def action_values(
    game: ExtensiveGame,
    profile: ArrayLike,
    beliefs: Mapping[str, ArrayLike] | None = None,
) -> FloatArray:
    """Return what each action gives its player once the information set is reached.

    Everybody plays the profile afterwards, the mover too.

    Parameters
    ----------
    profile : shape (action,)
    beliefs
        For information sets that are not reached: how likely each of their nodes is thought, in
        the order of the tree. Where the set is reached the profile says it, and what stands here
        is not read.

    Returns
    -------
    shape (action,)
        NaN at an information set that is not reached and has no belief.

    Raises
    ------
    ValueError
        As `follow`, or if a belief does not fit its information set.
    """
    layout = game.layout
    checked = _checked(game, profile)
    value = _node_values(game, checked)
    reach = reach_prob(game, checked)
    values = np.full(checked.size, np.nan)
    for members in game.sets:
        weight = reach[list(members.nodes)]
        if weight.sum() > 0.0:
            weight = weight / weight.sum()
        elif beliefs is not None and members.name in beliefs:
            weight = np.asarray(beliefs[members.name], dtype=np.float64)
            if weight.shape != (len(members.nodes),) or not _is_distribution(weight):
                raise ValueError(
                    f"the belief at {members.name} must be {len(members.nodes)} probabilities"
                )
        else:
            continue
        values[members.at] = 0.0
        thought = dict(zip(members.nodes, weight, strict=True))
        for node in np.flatnonzero(np.isin(layout.parent, members.nodes)):
            share = thought[int(layout.parent[node])]
            values[layout.action[node]] += share * value[node, members.player]
    return values


def agent_regret(
    game: ExtensiveGame,
    profile: ArrayLike,
    beliefs: Mapping[str, ArrayLike] | None = None,
) -> FloatArray:
    """Return what one change of action at each information set would gain there, at least 0.

    Parameters
    ----------
    profile, beliefs
        As `action_values`.

    Returns
    -------
    shape (information set,)
        In expected payoff given that the set is reached; NaN where nothing says what to expect.
        All 0 is what sequential rationality asks for.
    """
    checked = _checked(game, profile)
    values = action_values(game, checked, beliefs)
    regrets = [
        values[members.at].max() - checked[members.at] @ values[members.at] for members in game.sets
    ]
    return np.maximum(regrets, 0.0)


def regret(game: ExtensiveGame, profile: ArrayLike) -> FloatArray:
    """Return what each player would gain by its best strategy while others keep to the profile.

    Returns
    -------
    shape (player,)
        At least 0; all 0 is a Nash equilibrium.
    """
    checked = _checked(game, profile)
    kept = follow(game, checked).payoffs
    best = [_best_payoff(game, checked, player) for player in range(len(game.players))]
    return np.maximum(np.array(best) - kept, 0.0)


def backward_induction(game: ExtensiveGame) -> Play:
    """Return the subgame-perfect play of a game of perfect information.

    A mover that is indifferent takes the action that is named first. Named games put the action
    that keeps the peace first.

    Raises
    ------
    ValueError
        If somebody does not know where it is.
    """
    if not game.has_perfect_information:
        raise ValueError("backward induction needs a game of perfect information")
    layout = game.layout
    profile = np.zeros(game.actions)
    value = layout.payoff.copy()
    for node in range(len(game.nodes) - 1, -1, -1):
        children = np.flatnonzero(layout.parent == node)
        if layout.information[node] >= 0:
            gains = value[children, game.sets[layout.information[node]].player]
            slack = TIE_SHARE * np.abs(gains).max()
            chosen = children[np.argmax(gains >= gains.max() - slack)]
            profile[layout.action[chosen]] = 1.0
            value[node] = value[chosen]
        elif children.size:
            value[node] = layout.chance_prob[children] @ value[children]
    return follow(game, profile)


def _walk_from(root: Node) -> Iterator[tuple[Node, int, int]]:
    """Yield nodes in the order of reading; without recursion, so that depth costs nothing."""
    waiting: list[tuple[Node, int, int]] = [(root, -1, 0)]
    place = 0
    while waiting:
        node, parent, way = waiting.pop()
        yield node, parent, way
        ways = [below.node for below in _ways(node)]
        waiting.extend((below, place, k) for k, below in reversed(list(enumerate(ways))))
        place += 1


def _ways(node: Node) -> tuple[Branch, ...] | tuple[Move, ...]:
    if isinstance(node, Chance):
        return node.branches
    return node.moves if isinstance(node, Decision) else ()


def _labels(node: Chance | Decision) -> Names:
    return tuple(way.label for way in _ways(node))


def _check_names(names: Names | list[str], what: str, *, distinct: bool = False) -> None:
    if not names or not all(names) or any('"' in name or "\n" in name for name in names):
        raise ValueError(f"{what}: names must be there, on one line, without quotation marks")
    if distinct and len(set(names)) < len(names):
        raise ValueError(f"{what}: {', '.join(names)} are not all different")


def _check_node(node: Node, players: Names) -> None:
    if isinstance(node, Terminal):
        _check_names([node.outcome], "an outcome")
        if len(node.payoffs) != len(players) or not np.isfinite(node.payoffs).all():
            raise ValueError(
                f"outcome {node.outcome!r}: {len(players)} finite payoffs, not {node.payoffs}"
            )
        return
    name = node.name if isinstance(node, Chance) else node.information
    _check_names([name], "a node")
    _check_names(_labels(node), f"the ways on from {name!r}", distinct=True)
    if isinstance(node, Decision):
        if node.player not in players:
            raise ValueError(f"{name!r}: {node.player!r} is no player of the game")
        return
    probs = np.array([branch.prob for branch in node.branches])
    if not (probs > 0.0).all() or abs(probs.sum() - 1.0) > SUM_SLACK:
        raise ValueError(f"{name!r}: probabilities must be above 0 and add up to 1")


def _is_distribution(probs: NDArray[np.float64]) -> bool:
    return bool((probs >= 0.0).all() and abs(probs.sum() - 1.0) <= SUM_SLACK)


def _checked(game: ExtensiveGame, profile: ArrayLike) -> FloatArray:
    probs = np.asarray(profile, dtype=np.float64)
    if probs.shape != (game.actions,):
        raise ValueError(f"a profile of this game has shape ({game.actions},), not {probs.shape}")
    for members in game.sets:
        if not _is_distribution(probs[members.at]):
            raise ValueError(f"{members.name}: {probs[members.at]} are no probabilities")
    return probs


def _step_prob(game: ExtensiveGame, profile: FloatArray) -> FloatArray:
    """Return the probability of the step from its parent to each node, shape (node,)."""
    layout = game.layout
    step: FloatArray = np.where(layout.action >= 0, profile[layout.action], layout.chance_prob)
    return step


def _node_values(game: ExtensiveGame, profile: FloatArray) -> FloatArray:
    """Return the expected payoffs from each node on, shape (node, player)."""
    layout = game.layout
    step = _step_prob(game, profile)
    value = layout.payoff.copy()
    for node in range(len(game.nodes) - 1, 0, -1):
        value[layout.parent[node]] += step[node] * value[node]
    return value


def _best_payoff(game: ExtensiveGame, profile: FloatArray, player: int) -> float:
    """Return what the best strategy of a player gives it against a profile.

    Later information sets are settled before earlier ones, which perfect recall makes possible: the
    weights of the nodes of a set are the probabilities of others' moves alone.
    """
    layout = game.layout
    own = [members.player == player for members in game.sets]
    mine = np.array([place >= 0 and own[place] for place in layout.information])
    step = _step_prob(game, profile)
    others = np.ones(len(game.nodes))
    for node in range(1, others.size):
        parent = layout.parent[node]
        others[node] = others[parent] * (1.0 if mine[parent] else step[node])
    children = [np.flatnonzero(layout.parent == node) for node in range(others.size)]
    chosen: dict[int, int] = {}

    def best(node: int) -> float:
        if not children[node].size:
            return float(layout.payoff[node, player])
        if not mine[node]:
            return sum(float(step[child]) * best(int(child)) for child in children[node])
        return best(int(children[node][choice(int(layout.information[node]))]))

    def choice(information: int) -> int:
        if information not in chosen:
            members = game.sets[information]
            gains = [
                sum(others[node] * best(int(children[node][way])) for node in members.nodes)
                for way in range(len(members.actions))
            ]
            chosen[information] = int(np.argmax(gains))
        return chosen[information]

    return best(0)

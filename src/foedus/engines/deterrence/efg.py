"""Games as Gambit files (`.efg`), so that others can check them with tools of their own.

The format is "EFG 2 R" of the Gambit project (its documentation of game representation formats was
consulted). Numbers are written without exponents, probabilities as fractions that add up to 1
exactly, since readers may insist on it. Gambit wants the labels of outcomes to be unique, but here
one outcome may have several payoffs, one for each pair of types: the second and later ones are
labelled "war #2", "war #3", and reading takes the addition off again.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeVar

from foedus.engines.deterrence.extensive import (
    Branch,
    Chance,
    Decision,
    ExtensiveGame,
    Move,
    Node,
    Terminal,
)

Item = TypeVar("Item")

HEADER: Final = "EFG 2 R"

_TOKEN: Final = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([{}])|([^\s{}",]+)|(,))')
_NUMBERED: Final = re.compile(r" #\d+$")


def write_efg(game: ExtensiveGame) -> str:
    """Return the text of a Gambit file.

    Raises
    ------
    ValueError
        If the name of an outcome ends as the additions do that keep labels apart.

    Examples
    --------
    >>> answer = Decision(
    ...     "B",
    ...     "answer",
    ...     (Move("yield", Terminal("won", (1, -1))), Move("fight", Terminal("war", (-1.5, -2)))),
    ... )
    >>> print(write_efg(ExtensiveGame("threat", ("A", "B"), answer)))
    EFG 2 R "threat" { "A" "B" }
    ""
    <BLANKLINE>
    p "" 2 1 "answer" { "yield" "fight" } 0
    t "" 1 "won" { 1, -1 }
    t "" 2 "war" { -1.5, -2 }
    <BLANKLINE>
    """
    clashing = [name for name in game.outcomes if _NUMBERED.search(name)]
    if clashing:
        raise ValueError(f"{', '.join(clashing)}: the name of an outcome must not end so")
    players = " ".join(f'"{player}"' for player in game.players)
    lines = [f'{HEADER} "{game.title}" {{ {players} }}', '""', ""]
    chances = 0
    ends: dict[Terminal, str] = {}
    numbers = _set_numbers(game)
    for node in game.nodes:
        if isinstance(node, Terminal):
            lines.append(f't "" {_end(node, ends)}')
        elif isinstance(node, Chance):
            chances += 1
            ways = " ".join(
                f'"{branch.label}" {prob}'
                for branch, prob in zip(node.branches, _exact(node), strict=True)
            )
            lines.append(f'c "" {chances} "{node.name}" {{ {ways} }} 0')
        else:
            ways = " ".join(f'"{move.label}"' for move in node.moves)
            player = game.players.index(node.player) + 1
            number = numbers[node.information]
            lines.append(f'p "" {player} {number} "{node.information}" {{ {ways} }} 0')
    return "\n".join([*lines, ""])


def read_efg(text: str) -> ExtensiveGame:
    """Return the game of a Gambit file.

    Information sets without a label are named by player and number; so are two of one label.
    Each chance node is read as a move of its own.

    Raises
    ------
    ValueError
        If the text is not of this format, a payoff stands elsewhere than at an end, or the game is
        one that `ExtensiveGame` refuses.

    Examples
    --------
    >>> game = read_efg(
    ...     'EFG 2 R "t" { "A" } "" p "" 1 1 "go" { "x" "y" } 0 t "" 1 "o" { 1/4 } t ""'
    ...     ' 2 "q" { .5 }'
    ... )
    >>> [node.payoffs for node in game.nodes if isinstance(node, Terminal)]
    [(0.25,), (0.5,)]
    """
    return _Reader(text).game()


def _set_numbers(game: ExtensiveGame) -> dict[str, int]:
    """Return the number of each information set among those of its player, from 1."""
    numbers: dict[str, int] = {}
    counts = [0] * len(game.players)
    for members in game.sets:
        counts[members.player] += 1
        numbers[members.name] = counts[members.player]
    return numbers


def _end(node: Terminal, ends: dict[Terminal, str]) -> str:
    """Return number, label and payoffs of an end; the same for ends that are alike."""
    if node not in ends:
        like = 1 + sum(node.outcome == other.outcome for other in ends)
        label = node.outcome if like == 1 else f"{node.outcome} #{like}"
        payoffs = ", ".join(_decimal(payoff) for payoff in node.payoffs)
        ends[node] = f'{len(ends) + 1} "{label}" {{ {payoffs} }}'
    return ends[node]


def _decimal(number: float) -> str:
    """Return the shortest digits that read back as the same number, without an exponent."""
    shown = format(Decimal(repr(float(number))), "f")
    return shown.removesuffix(".0")


def _exact(node: Chance) -> list[Fraction]:
    """Return probabilities that add up to 1: the largest takes what rounding has left over."""
    probs = [Fraction(repr(float(branch.prob))) for branch in node.branches]
    largest = max(range(len(probs)), key=probs.__getitem__)
    probs[largest] += 1 - sum(probs)
    return probs


class _Reader:
    """Reads one file from its start to its end."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._players: list[str] = []
        self._sets: dict[tuple[int, str], str] = {}
        self._ends: dict[str, Terminal] = {}

    def game(self) -> ExtensiveGame:
        """Return the game."""
        if [self._take() for _ in range(3)] != HEADER.split():
            raise ValueError(f'a Gambit file of this kind begins with "{HEADER}"')
        title = self._take_text()
        self._players = self._listed(self._take_text)
        if self._at < len(self._tokens) and self._tokens[self._at].startswith('"'):
            self._take_text()
        root = self._node()
        if self._at < len(self._tokens):
            raise ValueError(f"{self._tokens[self._at]!r} follows after the end of the tree")
        return ExtensiveGame(title or "game", tuple(self._players), root)

    def _node(self) -> Node:
        kind = self._take()
        self._take_text()
        if kind == "t":
            return self._outcome()
        if kind not in {"c", "p"}:
            raise ValueError(f"a node begins with c, p or t, not {kind!r}")
        return self._chance() if kind == "c" else self._decision()

    def _chance(self) -> Chance:
        number = self._take()
        name = self._optional_text() or f"chance {number}"
        ways = self._listed(lambda: (self._take_text(), self._number()))
        self._no_payoff()
        return Chance(name, tuple(Branch(label, float(prob), self._node()) for label, prob in ways))

    def _decision(self) -> Decision:
        player = int(self._take())
        number = self._take()
        label = self._optional_text()
        if not 1 <= player <= len(self._players):
            raise ValueError(f"there is no player {player}")
        key = (player, number)
        if key not in self._sets:
            taken = not label or label in self._sets.values()
            self._sets[key] = f"({player},{number}) {label}".strip() if taken else label
        ways = self._listed(self._take_text)
        self._no_payoff()
        return Decision(
            self._players[player - 1],
            self._sets[key],
            tuple(Move(way, self._node()) for way in ways),
        )

    def _outcome(self) -> Terminal:
        number = self._take()
        if number == "0":
            return Terminal("no outcome", (0.0,) * len(self._players))
        if self._at < len(self._tokens) and self._tokens[self._at].startswith('"'):
            name = _NUMBERED.sub("", self._take_text()) or f"outcome {number}"
            payoffs = tuple(float(payoff) for payoff in self._listed(self._number))
            self._ends[number] = Terminal(name, payoffs)
        if number not in self._ends:
            raise ValueError(f"outcome {number} is not told")
        return self._ends[number]

    def _no_payoff(self) -> None:
        if self._take() != "0":
            raise ValueError("payoffs are read at the ends of a game only")

    def _listed(self, one: Callable[[], Item]) -> list[Item]:
        """Return what stands between two braces."""
        if self._take() != "{":
            raise ValueError("a list begins with a brace")
        items = []
        while self._peek() != "}":
            items.append(one())
        self._at += 1
        return items

    def _number(self) -> Fraction:
        token = self._take()
        try:
            return Fraction(token)
        except (ValueError, ZeroDivisionError) as fault:
            raise ValueError(f"{token!r} is not a number") from fault

    def _optional_text(self) -> str:
        return self._take_text() if self._peek().startswith('"') else ""

    def _take_text(self) -> str:
        token = self._take()
        if not token.startswith('"'):
            raise ValueError(f"{token!r} stands where a text in quotation marks must")
        return token[1:]

    def _take(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _peek(self) -> str:
        if self._at >= len(self._tokens):
            raise ValueError("the file ends before the tree does")
        return self._tokens[self._at]


def _tokens(text: str) -> Iterator[str]:
    """Yield words and braces; a text in quotation marks keeps the first of them as its sign."""
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(f"unreadable: {text[at : at + 20]!r}")
        at = found.end()
        quoted, brace, word, _comma = found.groups()
        if quoted is not None:
            yield f'"{quoted}'
        elif brace or word:
            yield brace or word

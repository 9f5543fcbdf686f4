"""What the tests of several games need: stored values of Gambit, and Gambit itself where it is."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.efg import write_efg
from foedus.engines.deterrence.extensive import ExtensiveGame, take_profile


class Gambit:
    """Games of ours in the hands of pygambit."""

    def __init__(self, module: Any) -> None:
        self.module = module

    def load(self, game: ExtensiveGame) -> Any:
        """Return the game as pygambit reads our file."""
        return self.module.read_efg(io.StringIO(write_efg(game)))

    def profile(self, game: ExtensiveGame, probs: FloatArray) -> Any:
        """Return a profile of ours as one of pygambit."""
        loaded = self.load(game)
        theirs = loaded.mixed_behavior_profile()
        for player in loaded.players:
            for members in player.infosets:
                own = probs[game.information_set(members.label).at]
                for action, prob in zip(members.actions, own, strict=True):
                    theirs[action] = float(prob)
        return theirs

    def logit_limit(self, game: ExtensiveGame) -> FloatArray:
        """Return the limit of the logit branch as pygambit traces it."""
        loaded = self.load(game)
        found = self.module.nash.logit_solve(loaded).equilibria[0]
        play = {
            members.label: [float(found[action]) for action in members.actions]
            for player in loaded.players
            for members in player.infosets
        }
        # Theirs add up to 1 to some seven digits.
        return take_profile(
            game, {name: [prob / sum(probs) for prob in probs] for name, probs in play.items()}
        )


@pytest.fixture(scope="session")
def gambit() -> Gambit:
    """Skip where pygambit is not installed: it is a peer, and never needed."""
    return Gambit(pytest.importorskip("pygambit"))


@pytest.fixture
def stored() -> Callable[[str], list[dict[str, str]]]:
    """Return the rows of a table of values made with pygambit; each names the version."""

    def read(name: str) -> list[dict[str, str]]:
        path = Path(__file__).parent / f"gambit_{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read

"""What the tests of several games need: stored values of Gambit, and Gambit itself where it is."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.efg import write_efg
from foedus.engines.deterrence.extensive import ExtensiveGame, take_profile
from foedus.engines.deterrence.guarantee import GuaranteeGame


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


@pytest.fixture(scope="session")
def random_guarantees() -> Callable[[int, int, int], GuaranteeGame]:
    """Return a maker of guarantee games of every kind: of a seed, so many draws and targets."""
    return _random_guarantees


def _random_guarantees(seed: int, draws: int, targets: int) -> GuaranteeGame:
    rng = np.random.default_rng(seed)
    shape = (draws, targets)

    def one(low: float, high: float) -> FloatArray:
        return rng.uniform(low, high, (draws, 1))

    def each(low: float, high: float) -> FloatArray:
        return rng.uniform(low, high, shape)

    def prob(size: tuple[int, int]) -> FloatArray:
        """Return probabilities, now and then 0 or 1."""
        return np.clip(rng.uniform(-0.1, 1.1, size), 0.0, 1.0)

    clash, clear = one(0, 15), each(0, 30) * rng.integers(0, 2, shape)
    hard = each(-120, 20)
    soft = hard - each(0, 120)
    backed = hard - each(0, 100)
    helped = -clash - each(1, 80)
    alone = helped - each(0, 60)
    helped_soft = helped - each(0, 80)
    return GuaranteeGame(
        prize_points=each(1, 100),
        loss_points=each(0, 60),
        tied_clear_points=clear,
        tied_contact_points=clear + each(0, 80),
        contact_prob=prob(shape),
        stop_cost_points=one(0, 100),
        clash_cost_points=clash,
        alone_hard_points=hard,
        alone_soft_points=soft,
        backed_hard_points=backed,
        backed_soft_points=np.minimum(backed, soft) - each(0, 60),
        alone_governments_hard_points=alone,
        alone_governments_soft_points=np.minimum(alone, helped_soft) - each(0, 40),
        backed_governments_hard_points=helped,
        backed_governments_soft_points=helped_soft,
        adversary_hard_prob=prob((draws, 1)),
        governments_hard_prob=prob((draws, 1)),
        adversary_belief_prob=prob((draws, 1)),
        governments_belief_prob=prob((draws, 1)),
        backing_prob=prob((draws, 1)),
        authorise_prob=np.where(rng.uniform(size=(draws, 1)) < 0.5, 1.0, prob((draws, 1))),
    )

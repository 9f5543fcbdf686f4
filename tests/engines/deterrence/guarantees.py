"""Random games of guarantee, which the tests of every part of that game draw on."""

import numpy as np

from foedus.engines.arrays import FloatArray
from foedus.engines.deterrence.guarantee import GuaranteeGame


def random_guarantees(seed: int, draws: int, targets: int) -> GuaranteeGame:
    """Return guarantee games of every kind: of a seed, so many draws and targets."""
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

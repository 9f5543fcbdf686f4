"""What a mission, a location and a size of force make of a dispute: the guarantee game it leads to.

The force works in three ways. It adds to the strength of those who would fight; being there, it may
be hit; and where it is, not acting costs its governments more. The last works through how large it
is: the tied prices are felt by F / (F + half_force_persons), so that a force of nobody ties no
hands. Where nobody is sent, nobody is hit, and a target that is the force itself is not there.

War is the contest of `contest`: host and force, and the guarantor if it comes in, against the
adversary, for the prize and the loss of that war.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from foedus.engines.deterrence.cells import (
    Inequality,
    costs,
    probabilities,
    refuse_disorder,
    take_cells,
)
from foedus.engines.deterrence.contest import war_payoffs, win_prob
from foedus.engines.deterrence.guarantee import GuaranteeGame


class Dispute(NamedTuple):
    """All but the size of the force. Each is one number, or of shape (draw,) or (draw, target)."""

    prize_points: ArrayLike
    """The adversary's gain from a violation that nobody answers; above 0."""
    loss_points: ArrayLike
    """The governments' loss then."""
    war_prize_points: ArrayLike
    """The adversary's gain if it wins the war that follows."""
    war_loss_points: ArrayLike
    """The governments' loss if the adversary wins it."""
    tied_clear_points: ArrayLike
    """What not acting costs governments of a large force that was not hit."""
    tied_contact_points: ArrayLike
    """The same if it was hit; no less."""
    contact_prob: ArrayLike
    """That a violation hits the force, if there is one."""
    half_force_persons: ArrayLike
    """The size at which half of the tied prices is felt."""
    stop_cost_points: ArrayLike
    clash_cost_points: ArrayLike
    """The governments' cost of a clash that the adversary does not press."""
    adversary_hard_cost_points: ArrayLike
    """What war costs a Hard adversary, whoever wins."""
    adversary_soft_cost_points: ArrayLike
    adversary_backed_cost_points: ArrayLike
    """What it costs the adversary on top if the guarantor comes in."""
    governments_hard_cost_points: ArrayLike
    """What war costs Hard governments, whoever wins; above the cost of a clash."""
    governments_soft_cost_points: ArrayLike
    adversary_hard_prob: ArrayLike
    governments_hard_prob: ArrayLike
    adversary_strength_persons: ArrayLike
    """Strengths are in persons of the host's kind."""
    host_strength_persons: ArrayLike
    presence_ratio: ArrayLike
    """How many of the host's persons one of the force stands for in this place."""
    guarantor_strength_persons: ArrayLike
    decisiveness_ratio: ArrayLike
    adversary_belief_prob: ArrayLike
    governments_belief_prob: ArrayLike
    backing_prob: ArrayLike
    authorise_prob: ArrayLike = 1.0
    is_open: ArrayLike = True
    """Whether the target is there."""
    needs_force: ArrayLike = False
    """Whether the target is there only if a force is."""


TINY: Final = np.finfo(np.float64).tiny

_RULES: Final = (
    *costs(("half_force_persons", "adversary_backed_cost_points", "presence_ratio")),
    *costs(("host_strength_persons", "guarantor_strength_persons")),
    *costs(("war_prize_points", "war_loss_points", "adversary_hard_cost_points")),
    *costs(("adversary_soft_cost_points", "governments_soft_cost_points")),
    Inequality("adversary_soft_cost_points", ">=", "adversary_hard_cost_points"),
    Inequality("governments_soft_cost_points", ">=", "governments_hard_cost_points"),
    Inequality("governments_hard_cost_points", ">", "clash_cost_points"),
    Inequality("adversary_strength_persons", ">", "0"),
    Inequality("decisiveness_ratio", ">", "0"),
    *probabilities(("needs_force",)),
)


def game_at(dispute: Dispute, force_persons: ArrayLike) -> GuaranteeGame:
    """Return the game to which a force of a size leads.

    Parameters
    ----------
    force_persons
        Persons on land in place; one number or shape (draw,) or (draw, target).

    Raises
    ------
    ValueError
        Naming every inequality that fails and where it first does. What the game itself asks for is
        checked when it is solved.

    Examples
    --------
    The same dispute with no force, and with one as large as the adversary's:

    >>> dispute = Dispute(
    ...     prize_points=100,
    ...     loss_points=40,
    ...     war_prize_points=100,
    ...     war_loss_points=40,
    ...     tied_clear_points=0,
    ...     tied_contact_points=30,
    ...     contact_prob=0.8,
    ...     half_force_persons=10_000,
    ...     stop_cost_points=60,
    ...     clash_cost_points=5,
    ...     adversary_hard_cost_points=60,
    ...     adversary_soft_cost_points=110,
    ...     adversary_backed_cost_points=50,
    ...     governments_hard_cost_points=20,
    ...     governments_soft_cost_points=60,
    ...     adversary_hard_prob=0.4,
    ...     governments_hard_prob=0.3,
    ...     adversary_strength_persons=90_000,
    ...     host_strength_persons=60_000,
    ...     presence_ratio=1,
    ...     guarantor_strength_persons=60_000,
    ...     decisiveness_ratio=1,
    ...     adversary_belief_prob=0.3,
    ...     governments_belief_prob=0.3,
    ...     backing_prob=0.3,
    ... )
    >>> game = game_at(dispute, [0, 90_000])
    >>> game.alone_hard_points.round(1).tolist(), game.tied_contact_points.round(1).tolist()
    ([[0.0], [-22.5]], [[0.0], [27.0]])
    >>> game.contact_prob.tolist()
    [[0.0], [0.8]]
    """
    cells = take_cells({**dispute._asdict(), "force_persons": force_persons})
    names = (*Dispute._fields, "force_persons")
    refuse_disorder(cells, names, (*_RULES, *costs(("force_persons",))))
    at = dict(zip(names, cells.columns, strict=True))
    force = at["force_persons"]
    there = force > 0.0
    # Where nobody is sent and none is needed for half, this keeps 0 / 0 away.
    felt = force / np.maximum(force + at["half_force_persons"], TINY)
    others = at["host_strength_persons"] + at["presence_ratio"] * force
    alone, backed = (
        war_payoffs(
            win_prob(at["adversary_strength_persons"], others + helped, at["decisiveness_ratio"]),
            at["war_prize_points"],
            at["war_loss_points"],
            (
                at["adversary_hard_cost_points"] + extra,
                at["adversary_soft_cost_points"] + extra,
            ),
            (at["governments_hard_cost_points"], at["governments_soft_cost_points"]),
        )
        for helped, extra in (
            (np.zeros((1, 1)), np.zeros((1, 1))),
            (at["guarantor_strength_persons"], at["adversary_backed_cost_points"]),
        )
    )
    return GuaranteeGame(
        prize_points=at["prize_points"],
        loss_points=at["loss_points"],
        tied_clear_points=felt * at["tied_clear_points"],
        tied_contact_points=felt * at["tied_contact_points"],
        contact_prob=np.where(there, at["contact_prob"], 0.0),
        stop_cost_points=at["stop_cost_points"],
        clash_cost_points=at["clash_cost_points"],
        alone_hard_points=alone.adversary_hard,
        alone_soft_points=alone.adversary_soft,
        backed_hard_points=backed.adversary_hard,
        backed_soft_points=backed.adversary_soft,
        alone_governments_hard_points=alone.governments_hard,
        alone_governments_soft_points=alone.governments_soft,
        backed_governments_hard_points=backed.governments_hard,
        backed_governments_soft_points=backed.governments_soft,
        adversary_hard_prob=at["adversary_hard_prob"],
        governments_hard_prob=at["governments_hard_prob"],
        adversary_belief_prob=at["adversary_belief_prob"],
        governments_belief_prob=at["governments_belief_prob"],
        backing_prob=at["backing_prob"],
        authorise_prob=at["authorise_prob"],
        is_open=at["is_open"] * (there | (at["needs_force"] <= 0.0)),
    )

"""Leverage: help that may be withheld, and whether that buys a seat at the table.

The guarantor seats the governments or leaves them out. Left out, they help all the same, with
money, troops, reconstruction, spending, or they withhold. It is the `asymmetric` game at another
table:

    guarantor     leaves out and is helped  +saved   >   seats 0   >   leaves out unhelped  -worth
    governments   seated 0    >    help unseated -unseated_loss    or    withhold -withholding_cost

The threat to withhold is meant if withholding costs less than helping unseated. That is not known
for sure: with a logistic shock on the difference it is meant with probability

    credible = 1 / (1 + exp(-(unseated_loss - withholding_cost) / shock)),

and the guarantor seats the governments if and only if credible >= saved / (saved + worth).

**An offer cuts both ways.** What is offered adds to the worth of help, so that less credibility is
needed; but what would be withheld is the governments' own security too, so the threat is believed
less.

Zagare and Kilgour (2000), *Perfect Deterrence*, section 3.4, doi:10.1017/CBO9780511491788 (as
`asymmetric`); the logistic shock and the offers are ours.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.deterrence.cells import (
    Inequality,
    costs,
    refuse_disorder,
    take_cells,
)


class LeverageGame(NamedTuple):
    """What is at stake, in points; of one currency for each side."""

    saved_points: ArrayLike
    """What the guarantor saves by leaving them out if they help; above 0. One number or (draw,)."""
    help_worth_points: ArrayLike
    """Worth of their help to the guarantor without any offer; at least 0."""
    withholding_cost_points: ArrayLike
    """What the governments lose themselves by withholding it; at least 0."""
    unseated_loss_points: ArrayLike
    """What they lose by helping though left out; at least 0."""
    shock_points: ArrayLike
    """Scale of what is not known of the two; above 0."""
    offer_worth_points: ArrayLike
    """Shape (draw, offer) or (1, offer): what each offer adds to the worth of help."""
    offer_cost_points: ArrayLike
    """The same: what each adds to the cost of withholding."""


class Leverage(NamedTuple):
    """What comes of it, for each set of offers. Arrays of shape (draw, set)."""

    needed_prob: FloatArray
    """Credibility that it takes to be seated."""
    credible_prob: FloatArray
    """That the threat to withhold is meant."""
    is_seated: BoolArray
    helps_unseated_prob: FloatArray
    """That they are left out and help."""
    withheld_prob: FloatArray
    """That they are left out and withhold."""
    guarantor_points: FloatArray
    governments_points: FloatArray
    """Expected, at the mean cost of withholding where they withhold."""

    @property
    def margin_prob(self) -> FloatArray:
        """Shape (draw, set): credibility above what is needed; below 0 where not seated."""
        margin: FloatArray = self.credible_prob - self.needed_prob
        return margin


def offer_sets(offers: int) -> BoolArray:
    """Return the sets by which offers are compared: none, each alone, all but each, all.

    Returns
    -------
    shape (2 * offers + 2, offer)

    Examples
    --------
    >>> offer_sets(2).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [0, 1], [1, 0], [1, 1]]
    """
    one = np.eye(offers, dtype=np.bool_)
    none = np.zeros((1, offers), dtype=np.bool_)
    return np.concatenate([none, one, ~one, ~none])


def solve(game: LeverageGame, sets: ArrayLike) -> Leverage:
    """Return what each set of offers brings. At equality the governments are seated.

    Parameters
    ----------
    sets : shape (set, offer)
        Which offers are made.

    Raises
    ------
    ValueError
        Naming every inequality that fails and where it first does, or if the sets do not fit.

    Examples
    --------
    Troops raise the worth of help from 10 to 60, and little is lost by not sending them:

    >>> game = LeverageGame(
    ...     saved_points=30,
    ...     help_worth_points=10,
    ...     withholding_cost_points=20,
    ...     unseated_loss_points=30,
    ...     shock_points=15,
    ...     offer_worth_points=[[50, 20]],
    ...     offer_cost_points=[[10, 40]],
    ... )
    >>> found = solve(game, [[0, 0], [1, 0], [0, 1]])
    >>> found.needed_prob.round(2).tolist(), found.credible_prob.round(2).tolist()
    ([[0.75, 0.33, 0.5]], [[0.66, 0.5, 0.12]])
    >>> found.is_seated.tolist()
    [[False, True, False]]
    """
    one, offers = LeverageGame._fields[:5], LeverageGame._fields[5:]
    cells = take_cells(game._asdict())
    refuse_disorder(
        cells,
        LeverageGame._fields,
        (
            *(Inequality(name, ">", "0") for name in ("saved_points", "shock_points")),
            *(Inequality("inf", ">", name) for name in ("saved_points", "shock_points")),
            *costs((*one[1:4], *offers)),
        ),
    )
    at = dict(zip(LeverageGame._fields, cells.columns, strict=True))
    wide = [name for name in one if at[name].shape[1] > 1]
    if wide:
        raise ValueError(f"{', '.join(wide)}: one number, or one a draw")
    made = np.asarray(sets, dtype=np.float64)
    if made.ndim != 2 or made.shape[1] != cells.targets or not np.isin(made, (0, 1)).all():
        raise ValueError(
            f"sets must hold truth values of the shape (set, {cells.targets}), not {made.shape}"
        )
    added = [np.broadcast_to(at[name], (len(at[name]), cells.targets)) @ made.T for name in offers]
    worth = at["help_worth_points"] + added[0]
    cost = at["withholding_cost_points"] + added[1]
    saved, unseated = at["saved_points"], at["unseated_loss_points"]
    shape = (cells.draws, len(made))
    needed = np.broadcast_to(saved / (saved + worth), shape).copy()
    credible = np.broadcast_to(expit((unseated - cost) / at["shock_points"]), shape).copy()
    seated = credible >= needed
    return Leverage(
        needed,
        credible,
        seated,
        np.where(seated, 0.0, 1.0 - credible),
        np.where(seated, 0.0, credible),
        np.where(seated, 0.0, (1.0 - credible) * saved - credible * worth),
        np.where(seated, 0.0, -(1.0 - credible) * unseated - credible * cost),
    )

"""Ballots: who prefers a proposal to what holds if it fails, what passes, and whose vote stops it.

A voter whose position is x prefers the proposal p to the default d if it lies nearer to it,
|x - p| < |x - d|: a take-it-or-leave-it vote against a reversion point (Romer and Rosenthal 1978).
Who lies exactly between the two is opposed, for a change needs a reason; who has no position
abstains.
"""

from dataclasses import dataclass

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.voting.leanings import passes, pivotal
from foedus.engines.voting.rules import VotingRule


@dataclass(frozen=True)
class Votes:
    """How voters vote; who is in neither abstains."""

    yes: BoolArray
    """Shape (draw, voter)."""
    against: BoolArray
    """Shape (draw, voter)."""


@dataclass(frozen=True)
class Procedure:
    """A rule together with what votes against it do."""

    yes_rule: VotingRule | None
    """What those in favour must win; None where nobody can."""
    against_stops_count: int | None
    """Votes against that stop a measure; None where they do no more than abstentions."""


def prefers(
    position_value: FloatArray, proposal_value: FloatArray, default_value: FloatArray
) -> BoolArray:
    """Say who prefers a proposal to its default.

    Parameters
    ----------
    position_value
        Shape (draw, voter); NaN for a voter without a position, who prefers nothing.
    proposal_value, default_value
        Shape (draw or 1,).

    Returns
    -------
    array, shape (draw, voter)

    Examples
    --------
    >>> prefers(np.array([[60.0, 63.0, np.nan]]), np.array([75.0]), np.array([50.0])).tolist()
    [[False, True, False]]
    """
    to_proposal = np.abs(position_value - proposal_value[:, np.newaxis])
    to_default = np.abs(position_value - default_value[:, np.newaxis])
    nearer: BoolArray = to_proposal < to_default
    return nearer


def outcome(procedure: Procedure, votes: Votes) -> BoolArray:
    """Say whether a measure passes, shape (draw,).

    Examples
    --------
    Two of three in favour are enough, and one vote against stops it:

    >>> from foedus.engines.voting.rules import weighted
    >>> one_stops = Procedure(weighted([1, 1, 1], 2), against_stops_count=1)
    >>> yes = np.array([[True, True, False]] * 2)
    >>> against = np.array([[False, False, False], [False, False, True]])
    >>> outcome(one_stops, Votes(yes, against)).tolist()
    [True, False]
    """
    if procedure.yes_rule is None:
        return np.zeros(len(votes.yes), dtype=np.bool_)
    passed = passes(procedure.yes_rule, votes.yes)
    if procedure.against_stops_count is None:
        return passed
    stopped: BoolArray = votes.against.sum(axis=1) >= procedure.against_stops_count
    return passed & ~stopped


def blocks_alone(procedure: Procedure, votes: Votes) -> BoolArray:
    """Say whose vote in favour would have passed a measure that failed, shape (draw, voter).

    Examples
    --------
    >>> from foedus.engines.voting.rules import weighted
    >>> all_three = Procedure(weighted([1, 1, 1], 3), against_stops_count=None)
    >>> votes = Votes(np.array([[True, True, False]]), np.array([[False, False, True]]))
    >>> blocks_alone(all_three, votes).tolist()
    [[False, False, True]]
    """
    found = np.zeros_like(votes.yes)
    failed = np.flatnonzero(~outcome(procedure, votes))
    for voter in np.flatnonzero((~votes.yes[failed]).any(axis=0)).tolist():
        where = failed[~votes.yes[failed, voter]]
        yes, against = votes.yes[where].copy(), votes.against[where].copy()
        yes[:, voter], against[:, voter] = True, False
        found[where, voter] = outcome(procedure, Votes(yes, against))
    return found


def decides(procedure: Procedure, votes: Votes) -> BoolArray:
    """Say whose change of mind, with all others as they are, would change the outcome.

    Whoever is in favour is thought to vote against instead, and all others in favour.

    Returns
    -------
    array, shape (draw, voter)

    Examples
    --------
    >>> from foedus.engines.voting.rules import weighted
    >>> two_of_three = Procedure(weighted([1, 1, 1], 2), against_stops_count=None)
    >>> votes = Votes(np.array([[True, True, False]]), np.array([[False, False, True]]))
    >>> decides(two_of_three, votes).tolist()
    [[True, True, False]]
    """
    if procedure.against_stops_count is None and procedure.yes_rule is not None:
        return pivotal(procedure.yes_rule, votes.yes)
    before = outcome(procedure, votes)
    found = np.zeros_like(votes.yes)
    for voter in range(votes.yes.shape[1]):
        yes, against = votes.yes.copy(), votes.against.copy()
        yes[:, voter] = ~votes.yes[:, voter]
        against[:, voter] = votes.yes[:, voter]
        found[:, voter] = outcome(procedure, Votes(yes, against)) != before
    return found

"""A format held against what is wanted: what it lacks, what would mend it, what it could spare."""

from dataclasses import dataclass, replace

import numpy as np

from foedus.engines.arrays import BoolArray, FloatArray
from foedus.engines.voting.room.covering import HAIR, Cover, Rooms, smallest_rooms


@dataclass(frozen=True)
class Verdict:
    """What a format carries and what it does not."""

    seated: BoolArray
    """Shape (nation,): who sits there."""
    carried: BoolArray
    """Shape (nation,): whose part is carried, by itself or by another."""
    carried_share: FloatArray
    """Shape (measure,)."""
    short_share: FloatArray
    """Shape (measure,): what is missing of what is wanted; 0 where nothing is."""
    added: Rooms
    """Every choice of fewest seats that would mend it; one of no seats where nothing is short."""
    spared: BoolArray
    """Shape (nation,): who could leave by itself and no wanted share is lost, nor a short one made
    shorter."""
    spared_together: BoolArray
    """Shape (nation,): most that could leave at once so; of several choices the one that leaves
    most of the first measure."""
    is_only_choice: bool
    """Whether no other choice of as many could leave at once."""

    @property
    def is_carried(self) -> bool:
        """Whether nothing is short."""
        return not (self.short_share > 0).any()

    @property
    def least_share(self) -> float:
        """Share carried of the measure of which it carries least."""
        return float(self.carried_share.min(initial=1.0))


def judge(cover: Cover, seated: BoolArray, own: BoolArray, most_rooms: int) -> Verdict:
    """Hold a format against what is wanted.

    Parameters
    ----------
    cover
        What is wanted, and who carries whom wherever it may sit.
    seated : shape (nation,)
        Who sits in the format.
    own : shape (seat, nation)
        Who carries whom in this format. Whoever is added carries as in `cover`.
    most_rooms
        Choices of seats to add that are listed at most.

    Examples
    --------
    One of the two that sit there is needed, and the third would mend it:

    >>> share = np.array([[0.5, 0.0, 0.5], [0.4, 0.2, 0.4]])
    >>> alone = np.eye(3, dtype=np.bool_)
    >>> found = judge(Cover(share, np.array([0.9, 0.7]), alone), np.array([1, 1, 0]) > 0, alone, 5)
    >>> found.short_share.round(9).tolist(), found.added.seated.tolist()
    ([0.4, 0.1], [[False, False, True]])
    >>> found.spared.tolist()
    [False, False, False]
    """
    here = replace(cover, carries=np.where(seated[:, np.newaxis], own, cover.carries))
    carried = here.carried_share(seated)
    missing = cover.wanted_share - carried
    short = np.where(missing > HAIR, missing, 0.0)
    mended = smallest_rooms(here, most_rooms, fixed=seated)
    # Where it falls short already, nobody may leave who carries any of that.
    kept = replace(here, wanted_share=np.minimum(cover.wanted_share, carried.clip(0.0, 1.0)))
    without = seated & ~np.eye(len(seated), dtype=np.bool_)
    left = smallest_rooms(kept, 2, among=seated)
    return Verdict(
        seated=seated,
        carried=here.spoken_for(seated),
        carried_share=carried,
        short_share=short,
        added=Rooms(mended.seated & ~seated, mended.is_complete),
        spared=seated & kept.is_carried(without),
        spared_together=seated & ~left.seated[0],
        is_only_choice=len(left.seated) == 1,
    )

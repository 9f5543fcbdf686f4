"""Who is tied to whom, how much a kind of tie counts, and which camps would speak to each other."""

from typing import Final, Literal

from pydantic import Field

from foedus.scenario.rows import Code, Flag, Name, Row, Share, Words

TOGETHER: Final = "all"
"""Stands for all camps that send, so no camp has this name."""

Valence = Literal["positive", "neutral", "strained"]
"""`strained`: the tie is there and chafes, and carries only a part of what it else would."""
CampPart = Literal["sends", "addressed"]
"""`sends`: looks for somebody to speak for it; `addressed`: whom it would speak to."""


class TieKind(Row):
    """A kind of tie, and how much it counts for carrying a message."""

    key_fields = ("kind",)

    kind: Name
    title: str
    """Name as printed, in lower case within a sentence."""
    weight_share: Share
    """How much a tie of full strength counts: 1 as much as the kind that counts most."""
    weight_share_low: Share | None = None
    weight_share_high: Share | None = None
    is_personal: Flag = False
    """1 where the tie goes when the leader does."""
    is_one_sided: Flag = False
    """1 where a row says how much the tie is to the first of the two: then each side may have a
    row, and the mean of those there are counts."""


class Tie(Row):
    """A tie between two, of one kind. It carries both ways."""

    key_fields = ("delegation", "partner", "kind", "principal")

    delegation: Code
    """One of the two; the one whose side the row tells where the kind is one-sided."""
    partner: Code
    """The other."""
    kind: Name
    principal: Code
    """Under whose government the delegation has it: its own code for the sitting government. Where
    another principal has no row of the kind with the partner, it has that of the sitting
    government."""
    strength_share: Share
    """How strong it is among ties of its kind: 0 not at all, 1 as strong as any."""
    strength_share_low: Share | None = None
    strength_share_high: Share | None = None
    valence: Valence = "positive"
    evidence: str = ""
    """What was said or done, paraphrased."""


class Camp(Row):
    """Delegations that belong together when messages are carried between camps."""

    key_fields = ("camp",)

    camp: Name
    title: str
    """Name as printed."""
    part: CampPart
    members: Words = Field(min_length=1)
    """Codes of its delegations. Who stands in no camp may be sent all the same."""

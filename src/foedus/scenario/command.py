"""Who could command a force, and who is used to serving with whom."""

from typing import Annotated, Literal

from pydantic import Field

from foedus.scenario.rows import Code, Name, Row, Share, Size, Words

Echelon = Literal[
    "brigade", "division", "corps", "joint_command", "operation_hq", "component", "other"
]
"""`brigade`, `division`, `corps`: a land formation's own headquarters; `joint_command`: a joint
force command or the staff of a joint task force; `operation_hq`: runs operations from home;
`component`: commands what is on land, at sea or in the air; `other`: a framework, a task group, a
pool's command."""
Authority = Literal["OPCOM", "OPCON", "TACOM", "TACON"]
"""The most that nations give it over their units, from much to little: operational command,
operational control, tactical command, tactical control. Full command stays national."""
Chain = Literal["nato", "eu", "coalition", "national", "un"]
"""Whose chain of command a headquarters may stand in."""
PartnershipKind = Literal[
    "integration",
    "affiliation",
    "pool",
    "treaty",
    "framework",
    "standing_formation",
    "headquarters",
    "host",
    "deployment",
    "training",
    "past_operation",
    "cooperation",
    "practice",
]
"""`integration`: units stand under the partner for good; `affiliation`: a unit trains with a
formation of the partner; `pool`: means owned or flown together; `treaty`, `framework`: a force
agreed on, to be called together; `standing_formation`: a formation, task group or reaction force;
`headquarters`: posts in a standing staff; `host`: units of the partner's group stand in the
delegation's country; `deployment`: units sent into the partner's group; `training`: instructors in
one mission; `past_operation`: served together, over now; `cooperation`: common standards, exercises
or plans; `practice`: long years of operations under the partner's lead."""

Year = Annotated[int, Field(ge=1900, le=2200)]


class Headquarters(Row):
    """A headquarters that could command the force or a part of it."""

    key_fields = ("headquarters",)

    headquarters: Name
    title: str
    framework: Words = Field(min_length=1)
    """Codes of the nations that lead it, together or by turns, or of the body."""
    participants: Words = ()
    """Codes of others that give staff or units, as far as they are named."""
    echelon: Echelon
    span_count: Size
    """Brigades that it can command at once; 0 where it commands none."""
    span_count_low: Size | None = None
    span_count_high: Size | None = None
    staff_persons: Size
    """Posts of its staff, without troops that belong to it."""
    notice_days: Size
    """Notice to move, or to take command where it stays at home."""
    authority: Authority
    chains: Words = Field(min_length=1)
    """Chains of command that it may stand in, of `nato`, `eu`, `coalition`, `national`, `un`."""
    available_prob: Share
    """Chance that it is free for a coalition."""
    place: str = ""
    """Where it has its seat, in words."""
    latitude_deg: Annotated[float, Field(ge=-90, le=90)] | None = None
    """Latitude of its seat, north positive."""
    longitude_deg: Annotated[float, Field(ge=-180, le=180)] | None = None
    """Longitude of its seat, east positive."""


class Partnership(Row):
    """How a delegation is used to serving with another, in one formation."""

    key_fields = ("delegation", "partner", "formation")

    delegation: Code
    """Whose habit of serving the row speaks of."""
    partner: Code
    """With whom, or under whom."""
    formation: Name
    """What they do together."""
    title: str
    """The formation as printed."""
    framework: Words = ()
    """Codes of those that lead the formation, together or by turns; empty where nobody does, or the
    lead goes round among all."""
    kind: PartnershipKind
    strength_share: Share
    """How used the delegation is to serving there: 0 not at all, 1 as if it were one force. Of
    several formations under one lead the strongest counts."""
    strength_share_low: Share | None = None
    strength_share_high: Share | None = None
    since_year: Year | None = None
    """Year from which they did so, or else in which the formation began."""

"""Who is at the table, and who speaks for them."""

from typing import Literal

from pydantic import Field

from foedus.scenario.rows import Code, Flag, Row, Share, Size, Words

Role = Literal["contributor", "pool", "host", "guarantor", "adversary", "body", "observer"]
"""`contributor`: a state that may send units; `pool`: units owned together; `host`: where the force
stands; `guarantor`: whose backing is asked; `adversary`: who is to be deterred; `body`: an
organisation at the table; `observer`: at the table or asked, with nothing to send."""


class Delegation(Row):
    """A state, body or pool of units."""

    key_fields = ("delegation",)

    delegation: Code
    """Code, ISO 3166-1 alpha-3 for a state."""
    title: str
    """Name as printed."""
    role: Role
    """Part played in the scenario. Only contributors, pools and the guarantor have units."""
    at_table: Flag = False
    """1 if it sat at the summit."""
    adversary_border_km: Size = 0
    """Land border with the adversary and with states whose territory it uses."""
    host_border_km: Size = 0
    """Land border with the host."""
    members: Words = ()
    """For a pool: the codes of its owners; for a body: the states that belong to it."""
    freed_by: Literal["members", "blessing"] | None = None
    """For a pool: `members` frees the share of its units whose owners join at air and sea or above
    (owners fly their own hours); `blessing` frees all of it where the guarantor blesses the option
    (use by consensus)."""


class Principal(Row):
    """Who may hold office when the option is decided; an election makes a delegation a mixture."""

    key_fields = ("principal",)

    principal: Code
    """Code of the government or party; the sitting government has the delegation's own code."""
    delegation: Code
    """For whom it would speak."""
    title: str
    """Name as printed."""
    in_office_prob: Share
    """Chance that it decides at the option's decision date. Sums to 1 over a delegation; where the
    values are drawn they are scaled to do so."""
    in_office_prob_low: Share | None = None
    in_office_prob_high: Share | None = None


class ShareKey(Row):
    """How large a delegation is by one measure, from which fair shares are computed."""

    key_fields = ("share_key", "delegation")

    share_key: str = Field(pattern=r"^[a-z_]+$")
    """Measure: `gdp`, `population`, `active`, or another that the scenario names."""
    delegation: Code
    size_weight: Size
    """Size in the unit named beside it."""
    unit: str
    """Unit of the size."""

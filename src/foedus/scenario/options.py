"""Courses of action: the unit of analysis."""

from typing import Annotated, Literal

from pydantic import Field

from foedus.scenario.rows import Flag, Name, PartialDate, Row, Share, Words

Mission = Literal["observe", "self_defence", "fight_back"]
"""Mission statement: watch and report; defend itself; fight alongside the host if attacked."""
Location = Literal["air_sea", "reserve", "rear", "line"]
"""Where the force stands: air and sea only, on allied territory, behind the line, on the line."""
Mandate = Literal["none", "invitation", "eu", "un"]
"""Legal basis: none is needed or given; the host's invitation; an EU decision; the UN."""


class Option(Row):
    """A course of action, complete enough for every engine."""

    key_fields = ("option",)

    option: Name
    title: str
    """One line, as printed."""
    requirement: Name
    """Which statement of requirements of `requirement.csv` it asks for."""
    scale_ratio: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    """Multiplies the needed units of every line but headquarters."""
    sectors: Words = ("all",)
    """Sectors whose lines count, or `all`."""
    mission: Mission
    location: Location
    command: Literal["coalition", "nato", "eu"]
    """Whose chain of command."""
    duration_months: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    """How long the force is to stand."""
    decision_date: PartialDate
    """When governments decide; stances drift until then."""
    legal_mandate: Mandate
    us_enablers_share: Share
    """Share of the guarantor's enablers and services that it lends. A lever, not a forecast."""
    us_backing_prob: Share
    """Chance that the guarantor stands behind the force in war. A lever, not a forecast."""
    us_blessing: Flag
    """1 if the guarantor approves of the force."""
    is_headline: Flag = False
    """1 for the option that a brief answers first."""

"""What nations hold, what they keep at home, and what the force needs."""

from typing import Annotated, Literal

from pydantic import Field

from foedus.scenario.rows import Code, Flag, Name, Number, PartialDate, Row, Share, Size

Domain = Literal["hq", "land", "air", "sea", "service"]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Capability(Row):
    """A kind of unit or service."""

    key_fields = ("capability",)

    capability: Name
    title: str
    domain: Domain
    is_enabler: Flag
    """1 if it enables others; the guarantor lends enablers, never land combat."""
    is_critical: Flag
    """1 if a land force cannot do without it: it then bounds the balanced strength."""
    substitution_group: str = ""
    """Capabilities of one group may stand in for each other."""
    group_weight_ratio: Positive = 1.0
    """Worth of one unit in the group, in its largest members."""
    reference_strength_persons: Size | None = None
    """Strength at which a required unit is counted; empty for services."""
    us_dependence: str = ""
    """Key into `dependence.csv` of the guarantor's share of what would be used."""
    need_share: Share = 1.0
    """For a service: share of it that a force needs."""
    fight_back_need_share: Share = 1.0
    """The same where the mission is to fight back."""
    needed_from_persons: Size = 0
    """For a service: required land strength from which it is needed at all."""


class Unit(Row):
    """What one nation or pool holds of one capability."""

    key_fields = ("delegation", "capability")

    delegation: Code
    capability: Name
    unit_kind: str
    """What one unit is: brigade, regiment, battery, aircraft."""
    held_count: Size
    """Units in the order of battle."""
    strength_persons: Positive
    """People in one unit."""
    notice_days: Size
    """Notice to move."""
    tour_months: Positive
    dwell_ratio: Size
    """Months at home for each month away: dwell over tour."""
    home_floor_count: Size
    """Units that stay for home defence and pledged plans."""
    available_count: Size
    """Units that could be in theatre at the same time; already nets off rest."""
    available_count_low: Size | None = None
    available_count_high: Size | None = None
    is_detached: Flag = False
    """1 if its soldiers are those of the nation's larger units of the group: count either."""


class Commitment(Row):
    """What is promised elsewhere, on top of the home floor."""

    key_fields = ("commitment",)

    commitment: Name
    title: str
    delegation: Code
    capability: Name
    committed_count: Size
    committed_count_low: Size | None = None
    committed_count_high: Size | None = None
    until: PartialDate | None = None
    """Last day of the promise; empty for open-ended."""


class Ceiling(Row):
    """Most soldiers on land that a nation could have in theatre at once."""

    key_fields = ("delegation", "valid_from")

    delegation: Code
    valid_from: PartialDate
    """Day from which the ceiling holds, until a later row of the same nation."""
    ceiling_persons: Size
    ceiling_persons_low: Size | None = None
    ceiling_persons_high: Size | None = None


class RequirementLine(Row):
    """A line of a statement of requirements."""

    key_fields = ("line",)

    line: Name
    requirement: Name
    """The statement it belongs to."""
    capability: Name
    needed_count: Size
    needed_count_low: Size | None = None
    needed_count_high: Size | None = None
    fill_priority: Annotated[int, Field(ge=1, le=9)]
    """1 is filled first."""
    sector: str
    start_month: Annotated[int, Field(ge=0)] = 0
    """Month after the start of the mission in which the line is first needed."""


class Site(Row):
    """A place or a line on the map."""

    key_fields = ("site",)

    site: Name
    kind: Literal["line", "site", "support_site", "headquarters"]
    title: str
    latitude_deg: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude_deg: Annotated[float, Field(ge=-180, le=180)] | None = None
    length_km: Size | None = None
    length_km_low: Size | None = None
    length_km_high: Size | None = None


class Dependence(Row):
    """How far a capability or a nation hangs on the guarantor."""

    key_fields = ("scope", "indicator")

    scope: str
    """A capability key, a nation's code or a region."""
    scope_kind: Literal["capability", "nation", "region"]
    indicator: Name
    dependence_value: Number
    dependence_value_low: Number | None = None
    dependence_value_high: Number | None = None
    unit: str
    alternative: str = ""
    """What could stand in."""

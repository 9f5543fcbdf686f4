"""What is negotiated, who wants what, and who is in the room.

Numbers that end in `_value` are in the unit of their issue; those that end in `_score` are on one
scale for every issue.
"""

from typing import Annotated, Final, Literal

from pydantic import Field

from foedus.scenario.rows import Code, Flag, Name, Number, Row, Score, Share, Size, Words

EQUAL: Final = "equal"
"""Influence by heads: every delegation that holds a position has the same."""
STATED: Final = "stated"
"""Influence as it stands in `influence_score`, in any unit that all rows of the issue share."""

ConsentRule = Literal["alone", "consensus", "majority"]
"""`alone`: each answers for itself and nothing is agreed; `consensus`: nothing is agreed that a
member would rather do without; `majority`: more than half of the members, by heads, can live with
it."""
Part = Literal["member", "guest", "observer"]
"""`member`: its view weighs and its consent counts; `guest`: its view weighs, and nothing waits for
its consent; `observer`: in the room, and neither."""


class Issue(Row):
    """One thing to be agreed on, with the scale on which positions are placed."""

    key_fields = ("issue",)

    issue: Name
    title: str
    """Name as printed."""
    question: str
    """What is decided, in words."""
    unit: str
    """Unit of the scale, and of every value of the issue."""
    scale_from_value: Number
    """Lower end of the scale."""
    scale_to_value: Number
    """Upper end of the scale."""
    scale_from_means: str
    """What the lower end stands for."""
    scale_to_means: str
    """What the upper end stands for."""
    scale_between: str = ""
    """What marks between the ends stand for."""
    reference_value: Number | None = None
    """What holds if nothing is agreed; empty where nobody can say."""
    feasible_from_value: Number | None = None
    """Lowest outcome that could be carried out; empty for the end of the scale."""
    feasible_to_value: Number | None = None
    """Highest outcome that could be carried out; empty for the end of the scale."""
    influence_key: str = Field(pattern=r"^[a-z_]+$")
    """What gives influence on the issue: a measure of `share_keys.csv`; `stated` for the column
    `influence_score` of `positions.csv`; `equal` for the same to all."""
    rule: ConsentRule | None = None
    """Whose consent the issue needs in whatever format it is dealt with; empty for the rule of the
    format."""


class Position(Row):
    """What a delegation wants on an issue, how much it cares, and how strong it is there.

    Who has no row on an issue is no party to it.
    """

    key_fields = ("issue", "delegation", "principal")

    issue: Name
    delegation: Code
    principal: Code
    """The delegation's own code for the sitting government. Where another principal has no row on
    an issue, it wants what the sitting government does."""
    position_value: Number
    """The outcome that it would like best."""
    position_value_low: Number | None = None
    position_value_high: Number | None = None
    salience_share: Share
    """How much it cares: 0 not at all, 1 as for nothing else."""
    salience_share_low: Share | None = None
    salience_share_high: Share | None = None
    influence_score: Size | None = None
    """Influence, 100 being the largest size of the issue's measure in `share_keys.csv`. Empty where
    the measure itself says it: a body has no size there, and needs a score. Never read where
    influence is equal."""
    influence_score_low: Size | None = None
    influence_score_high: Size | None = None
    walk_away_score: Score | None = None
    """How far an outcome may lie from its position, in hundredths of the scale's width, before it
    would rather have no agreement. Empty where nobody has judged it."""
    walk_away_score_low: Score | None = None
    walk_away_score_high: Score | None = None
    evidence: str = ""
    """What was said or done, paraphrased."""


class Threshold(Row):
    """Which outcome on an issue an option needs; where there is no row it needs none."""

    key_fields = ("issue", "option")

    issue: Name
    option: Name
    threshold_value: Number
    """Lowest outcome that carries the option."""
    threshold_value_low: Number | None = None
    threshold_value_high: Number | None = None


class Format(Row):
    """A room, real or thinkable, in which issues are dealt with."""

    key_fields = ("format",)

    format: Name
    title: str
    """Name as printed."""
    rounds_before_count: Annotated[int, Field(ge=0)]
    """How many rounds were held before it. Formats of one number stand side by side, as
    alternatives or on other issues."""
    rule: ConsentRule
    """Whose consent an agreement takes, where the issue names no rule of its own."""
    is_hypothetical: Flag = False
    """1 for a room in which nobody had met."""


class Attendance(Row):
    """A delegation in a format."""

    key_fields = ("format", "delegation")

    format: Name
    delegation: Code
    part: Part = "member"
    """Whether its view weighs there, and whether its consent counts."""
    speaks_for: Words = ()
    """Codes of those who are not there and whose view it carries beside its own."""

"""What governments said, what voters say, and whom the law asks."""

from typing import Annotated, Literal

from pydantic import Field

from foedus.scenario.rows import Code, PartialDate, Row, Score, Share, Words

Condition = Literal["un_mandate", "international_mandate", "nato_command", "clear_mission"]
"""`un_mandate`: only with a UN mandate; `international_mandate`: a mandate of the UN or EU;
`nato_command`: in a NATO chain of command; `clear_mission`: a mission that says what it does when
attacked, so not mere observation."""
Decider = Literal[
    "government", "president", "parliament_informed", "parliament_prior", "triple_lock"
]
"""Whose consent the law asks before troops go: the government's or president's alone; parliament is
told; parliament must vote first; parliament and a UN mandate."""


class Stance(Row):
    """How willing a government is to send troops, by the scoring rule of the scenario."""

    key_fields = ("delegation", "principal")
    latent_fields = frozenset({"willingness_score"})

    delegation: Code
    principal: Code
    """The delegation's own code for the sitting government."""
    willingness_score: Score
    """0 categorical refusal; 10-20 help but no soldiers; 25-35 leans to no; 40-50 too early, not
    excluded; 55-65 open under named conditions; 70-85 ready; 90-100 committed with numbers. Read as
    willingness if its named conditions hold."""
    willingness_score_low: Score | None = None
    """Low end of the 90 % range that follows from the confidence; printed, drawn by the engine."""
    willingness_score_high: Score | None = None
    confidence: Literal["high", "medium", "low"]
    """Sets the error of the score."""
    us_reliance_score: Score
    """How far the stance hangs on the guarantor's backing: 0 not needed, 95 no part without it."""
    conditions: Annotated[Words, Field()] = ()
    """Named conditions, of: un_mandate, international_mandate, nato_command, clear_mission."""
    needs_partners_count: Annotated[int, Field(ge=0)] = 0
    """How many others must join before this one does."""
    needs_partners: Words = ()
    """Codes of those who must join before this one does."""
    as_of: PartialDate
    """Day from which the stance may have drifted."""
    evidence: str = ""
    """What was said, paraphrased."""


class Poll(Row):
    """One question put to one public."""

    key_fields = ("poll", "delegation")

    poll: str
    """The survey; one survey may ask in several countries."""
    delegation: Code
    topic: str
    """What it is about: `troops` for a peace force, `troops-war` for combat, and others."""
    question: str
    """The question, paraphrased."""
    support_share: Share | None = None
    oppose_share: Share | None = None
    undecided_share: Share | None = None
    n_persons: Annotated[int, Field(gt=0)] | None = None
    """Interviews; empty where not published."""
    fieldwork_start: PartialDate | None = None
    fieldwork_end: PartialDate
    pollster: str = ""


class Approval(Row):
    """Who must consent by law before troops go."""

    key_fields = ("delegation", "principal")

    delegation: Code
    principal: Code
    """The delegation's own code for the sitting government: a new one brings its own seats."""
    decides: Decider
    """Who decides under a UN mandate or in the plain case."""
    decides_without_un: Decider | None = None
    """Who decides without a UN mandate, where the law makes a difference."""
    majority_share: Share = 0.5
    """Share of the votes that parliament's consent takes."""
    gov_seats_share: Share | None = None
    """Seats of the governing parties."""
    gov_seats_share_low: Share | None = None
    gov_seats_share_high: Share | None = None
    support_seats_share: Share = 0
    """Seats outside the government that can be expected to vote with it on this matter."""
    support_seats_share_low: Share | None = None
    support_seats_share_high: Share | None = None
    next_election: PartialDate | None = None
    law: str = ""
    rule: str = ""
    """The rule in words."""

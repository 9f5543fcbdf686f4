"""By which rules bodies decide, and what is put to the vote.

A rule is passed if every game of one of its clauses is won, by those who vote for it: an OR of
ANDs. Numbers of a ballot that end in `_value` are in the unit of its issue.
"""

from typing import Annotated, Final, Literal

from pydantic import Field

from foedus.scenario.rows import Name, Number, Row, Share, Words

HEADS: Final = "heads"
"""Weight of a game in which every voter counts as one."""
PLEDGED: Final = "pledged_persons"
"""Weight of a game in which a voter counts by the soldiers that it sends to the option's force."""

QuotaKind = Literal["at_least_share", "more_than_share", "at_least", "more_than", "all_but"]
"""How much of the weight wins a game: `at_least_share`, `more_than_share`: a fraction of the total,
reached or passed; `at_least`, `more_than`: a weight, reached or passed; `all_but`: the total less
a weight."""
SHARES: Final[tuple[QuotaKind, ...]] = ("at_least_share", "more_than_share")
"""Kinds of quota that are a fraction of the total."""
STRICT: Final[tuple[QuotaKind, ...]] = ("more_than_share", "more_than")
"""Kinds of quota that must be passed: to reach them is not enough."""


class Rule(Row):
    """A rule by which a body, or any group of delegations, decides."""

    key_fields = ("rule",)

    rule: Name
    title: str
    """Name as printed."""
    voters: Words = Field(min_length=1)
    """Codes of those who vote: delegations, or bodies, for which their `members` do."""
    against_stops_count: Annotated[int, Field(ge=1)] | None = None
    """How many votes against stop it, whatever the games say: 1 for unanimity that an abstention
    does not break. Empty where only votes for it count, and an abstention is as good as a vote
    against."""


class RuleGame(Row):
    """A weighted game of a rule: who votes for it must reach the quota together."""

    key_fields = ("rule", "clause", "weight")

    rule: Name
    clause: Name
    """Name of the clause within the rule, such as `double-majority`. The rule is passed if every
    game of one clause is won."""
    weight: Name
    """What a voter counts by: `heads` for one each; a measure of `share_keys.csv`;
    `pledged_persons` for the soldiers that it sends to the option's force, as the forces engine
    finds; or a column of numbers of a table with one row for each delegation, such as
    `budgets.gdp_usd_bn`."""
    quota_kind: QuotaKind
    """How `quota_value` is meant."""
    quota_value: Number
    """Size of the quota: a fraction of 1, or a number in the unit of the weight. A fraction that
    lies within a thousand-millionth of one with a denominator of up to 100 stands for it exactly:
    0.666666667 is two thirds. It is law or a choice, and the same in all draws; set it to see what
    follows."""


class Ballot(Row):
    """A proposal put to the vote, and what holds if it fails.

    A voter prefers whichever of the two is nearer to its position on the issue: a take-it-or-
    leave-it vote against a reversion point, as in Romer and Rosenthal (1978), *Public Choice* 33,
    27-43 (title, journal and pages checked; doi:10.1007/BF03187594 recalled, not checked).
    """

    key_fields = ("ballot",)

    ballot: Name
    title: str
    """Name as printed."""
    issue: Name
    """The issue on whose scale it lies, and on which the voters have positions."""
    rule: Name
    """The rule by which it is decided."""
    compare_rules: Words = ()
    """Rules by which it is not decided, for comparison."""
    proposal_value: Number
    """What holds if it is passed."""
    proposal_value_low: Number | None = None
    proposal_value_high: Number | None = None
    default_value: Number
    """What holds if it fails."""
    default_value_low: Number | None = None
    default_value_high: Number | None = None
    means_passed: str
    """What it means that it is passed, in words."""
    means_failed: str
    """What it means that it fails, in words."""
    stop_when_opposed_prob: Share
    """How often a voter that prefers the default uses its vote to stop the proposal, where it could
    abstain or give in instead."""
    stop_when_opposed_prob_low: Share | None = None
    stop_when_opposed_prob_high: Share | None = None

"""Rules of votes worked out: who votes, what each counts, and how much wins.

All is exact. A number is taken as it is written in decimals, so that 0.55 is eleven twentieths and
not the binary number next to it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Final

from foedus.errors import MissingDataError
from foedus.scenario.rows import Row
from foedus.scenario.scenario import TABLES, Scenario
from foedus.scenario.voting import HEADS, PLEDGED, SHARES, STRICT, Ballot, QuotaKind, Rule

Column = Callable[[str, str], Sequence[Any]]
"""Gives a table's column, row by row: as it stands in the files, or as it is set for a run."""

OF_DELEGATIONS: Final = ("delegation",)
"""Key of a table that has one row for each delegation."""
PLAIN_DENOMINATOR: Final = 100
"""Largest denominator of a fraction for which decimals can stand."""
AS_GOOD_AS: Final = Fraction(1, 10**9)
"""How near decimals must come to such a fraction to stand for it."""


@dataclass(frozen=True)
class Quota:
    """How much of the weight wins a game."""

    level: Fraction
    """In the unit of the weights."""
    is_strict: bool
    """True where the level must be passed, and to reach it is not enough."""

    def is_met_by(self, weight: Fraction) -> bool:
        """Say whether a weight is enough."""
        return weight > self.level if self.is_strict else weight >= self.level


@dataclass(frozen=True)
class Game:
    """A weighted game, in the order of its rule's voters."""

    weight: str
    """What the voters count by, as `rule_games.csv` names it."""
    weights: tuple[Fraction, ...]
    quota: Quota


@dataclass(frozen=True)
class WorkedOut:
    """A rule as an OR of ANDs of games."""

    rule: str
    voters: tuple[str, ...]
    """Codes, sorted."""
    clauses: Mapping[str, tuple[Game, ...]]
    """By name of the clause; whoever wins every game of one passes the rule."""
    against_stops_count: int | None
    """Votes against that stop it; None where only votes for it count."""

    def if_nobody_abstains(self) -> Mapping[str, tuple[Game, ...]]:
        """Return the clauses of the rule between yes and no alone.

        Who does not vote for it then votes against it, so that too few of them must be left to stop
        it: a game of heads more in every clause. A priori power is measured on these.
        """
        if self.against_stops_count is None:
            return self.clauses
        heads = (Fraction(1),) * len(self.voters)
        fewer = Fraction(len(self.voters) - self.against_stops_count)
        unopposed = Game(HEADS, heads, Quota(fewer, is_strict=True))
        return {name: (*games, unopposed) for name, games in self.clauses.items()}


def worked_out(
    scenario: Scenario,
    rule: str,
    column: Column | None = None,
    pledged_persons: Mapping[str, float] | None = None,
) -> WorkedOut:
    """Return a rule with its voters and games.

    Parameters
    ----------
    rule
        Key of a row of `rules.csv`.
    column
        Where numbers are read; the files if left out. An engine gives
        `functools.partial(draws.values, scenario)`.
    pledged_persons
        Soldiers that each delegation sends to the force; who is not named sends none. Where nobody
        sends any, a game of them has a total of 0 and cannot be won.

    Raises
    ------
    SettingsError
        If there is no such rule.
    MissingDataError
        If nothing says how much a voter counts: a reading without what came later may lose a row.
    """
    about: Rule = scenario.row("rules", rule)
    column = column or of_files(scenario)
    voters = voters_of(scenario, about)
    clauses: dict[str, tuple[Game, ...]] = {}
    quotas = column("rule_games", "quota_value")
    for row, value in zip(scenario.rule_games, quotas, strict=True):
        if row.rule != rule:
            continue
        found = weights_of(scenario, row.weight, column, pledged_persons)
        if unknown := [code for code in voters if code not in found]:
            raise MissingDataError(
                f"{scenario.name}: {row.weight}, by which voters count in the rule {rule}, is not "
                f"known of {', '.join(unknown)}. Add the rows, or take them from its voters."
            )
        weights = tuple(found[code] for code in voters)
        quota = quota_of(row.quota_kind, value, sum(weights, Fraction(0)))
        clauses[row.clause] = (*clauses.get(row.clause, ()), Game(row.weight, weights, quota))
    stops = column("rules", "against_stops_count")[scenario.row_numbers["rules"][rule]]
    return WorkedOut(rule, voters, clauses, stops)


def ballots_of(scenario: Scenario, rule: str) -> tuple[Ballot, ...]:
    """Return the ballots that a rule decides or is compared on; all for no rule."""
    return tuple(
        row for row in scenario.ballots if not rule or rule in (row.rule, *row.compare_rules)
    )


def rules_of(ballots: Iterable[Ballot]) -> set[str]:
    """Return the rules by which ballots are decided or compared."""
    return {name for row in ballots for name in (row.rule, *row.compare_rules)}


def counts_pledges(scenario: Scenario, rules: Iterable[str]) -> bool:
    """Tell whether one of some rules counts the soldiers that voters send."""
    names = set(rules)
    return any(row.weight == PLEDGED and row.rule in names for row in scenario.rule_games)


def of_files(scenario: Scenario) -> Column:
    """Return what gives the columns of a scenario as they stand in its files."""

    def column(table: str, name: str) -> list[Any]:
        return [getattr(row, name) for row in scenario.table(table)]

    return column


def voters_of(scenario: Scenario, rule: Rule) -> tuple[str, ...]:
    """Return the codes of those who vote by a rule, sorted, each once; members for their bodies."""
    members = {row.delegation: row.members for row in scenario.delegations if row.role == "body"}
    return tuple(sorted({code for word in rule.voters for code in members.get(word, (word,))}))


def weights_of(
    scenario: Scenario,
    weight: str,
    column: Column | None = None,
    pledged_persons: Mapping[str, float] | None = None,
) -> dict[str, Fraction]:
    """Return how much each delegation counts by a weight; who is not in it has none known.

    By `heads` and `pledged_persons` everybody has one.

    Raises
    ------
    KeyError
        If the weight names no column of a table with one row for each delegation.
    """
    column = column or of_files(scenario)
    if weight == HEADS:
        return {row.delegation: Fraction(1) for row in scenario.delegations}
    if weight == PLEDGED:
        sent = pledged_persons or {}
        return {row.delegation: exact(sent.get(row.delegation, 0)) for row in scenario.delegations}
    if is_column(weight):
        table, name = parts_of(weight)
        codes = [row.delegation for row in scenario.table(table)]
        values = column(table, name)
    else:
        rows = [n for n, row in enumerate(scenario.share_keys) if row.share_key == weight]
        codes = [scenario.share_keys[n].delegation for n in rows]
        sizes = column("share_keys", "size_weight")
        values = [sizes[n] for n in rows]
    pairs = zip(codes, values, strict=True)
    return {code: exact(value) for code, value in pairs if value is not None}


def quota_of(kind: QuotaKind, value: float, total: Fraction) -> Quota:
    """Return how much of a total wins; of nothing, nothing is enough.

    Examples
    --------
    >>> quota_of("at_least_share", 0.55, Fraction(27)).level
    Fraction(297, 20)
    >>> quota_of("all_but", 3, Fraction(27)).level
    Fraction(24, 1)
    """
    if total == 0:
        return Quota(total, is_strict=True)
    if kind in SHARES:
        level = as_share(value) * total
    else:
        level = total - exact(value) if kind == "all_but" else exact(value)
    return Quota(level, is_strict=kind in STRICT)


def exact(value: float) -> Fraction:
    """Return a number as its decimals say.

    >>> exact(632.2)
    Fraction(3161, 5)
    """
    return Fraction(str(value))


def as_share(value: float) -> Fraction:
    """Return a fraction of 1; decimals that come near enough to a plain fraction stand for it.

    >>> as_share(0.65), as_share(0.666666667), as_share(0.6667)
    (Fraction(13, 20), Fraction(2, 3), Fraction(6667, 10000))
    """
    share = exact(value)
    plain = share.limit_denominator(PLAIN_DENOMINATOR)
    return plain if abs(share - plain) <= AS_GOOD_AS else share


def is_column(weight: str) -> bool:
    """Tell whether a weight is of the form of a column: `table.column`."""
    return "." in weight


def parts_of(weight: str) -> tuple[str, str]:
    """Return table and column of a weight that is of their form."""
    table, _, name = weight.partition(".")
    return table, name


@cache
def columns_of_delegations() -> Mapping[str, tuple[str, ...]]:
    """Return the columns of numbers of every table with one row for each delegation."""
    return {
        table: tuple(numeric_columns(model))
        for table, model in TABLES.items()
        if model.key_fields == OF_DELEGATIONS and issubclass(model, Row)
    }


def numeric_columns(model: type[Row]) -> Iterable[str]:
    """Return the columns of numbers of a row, without the ends of their ranges."""
    ends = {f"{name}{end}" for name in model.ranged_fields() for end in ("_low", "_high")}
    for name, about in model.model_json_schema()["properties"].items():
        kinds = {about.get("type"), *(each.get("type") for each in about.get("anyOf", ()))}
        if name not in ends and kinds & {"number", "integer"}:
            yield name

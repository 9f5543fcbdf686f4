"""All tables of one summit, frozen."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from foedus.errors import Problem, ScenarioError, SettingsError
from foedus.scenario.bargaining import Attendance, Format, Issue, Position, Threshold
from foedus.scenario.brokerage import Camp, Tie, TieKind
from foedus.scenario.claims import Claim
from foedus.scenario.command import Headquarters, Partnership
from foedus.scenario.consent import Approval, Poll, Stance
from foedus.scenario.delegations import Delegation, Principal, ShareKey
from foedus.scenario.deterrence import BaseRate, DisputeRow
from foedus.scenario.forces import (
    Capability,
    Ceiling,
    Commitment,
    Dependence,
    RequirementLine,
    Site,
    Unit,
)
from foedus.scenario.options import Option
from foedus.scenario.questionnaire import Point
from foedus.scenario.rows import PartialDate, Row
from foedus.scenario.sources import Source
from foedus.scenario.spending import (
    Budget,
    Cost,
    Deflator,
    Estimate,
    Finance,
    Hosting,
    Payer,
    Target,
)
from foedus.scenario.uncertainties import Uncertainty
from foedus.scenario.voting import Ballot, Rule, RuleGame

TABLES: Final[dict[str, type[Row] | type[Source]]] = {
    "delegations": Delegation,
    "principals": Principal,
    "share_keys": ShareKey,
    "options": Option,
    "stances": Stance,
    "polls": Poll,
    "approvals": Approval,
    "capabilities": Capability,
    "units": Unit,
    "commitments": Commitment,
    "ceilings": Ceiling,
    "requirement": RequirementLine,
    "sites": Site,
    "dependence": Dependence,
    "headquarters": Headquarters,
    "partnerships": Partnership,
    "budgets": Budget,
    "finances": Finance,
    "targets": Target,
    "costs": Cost,
    "payers": Payer,
    "deflators": Deflator,
    "hosting": Hosting,
    "estimates": Estimate,
    "issues": Issue,
    "positions": Position,
    "thresholds": Threshold,
    "formats": Format,
    "attendance": Attendance,
    "rules": Rule,
    "rule_games": RuleGame,
    "ballots": Ballot,
    "tie_kinds": TieKind,
    "ties": Tie,
    "camps": Camp,
    "disputes": DisputeRow,
    "base_rates": BaseRate,
    "questionnaire": Point,
    "claims": Claim,
    "uncertainties": Uncertainty,
    "sources": Source,
}
"""Every table by name, in the order in which they are read and printed; one CSV file each."""

ABOUT: Final = "scenario"
"""Name of the file of settings, beside the tables' names."""

ORDERED: Final = frozenset({"capabilities"})
"""Tables whose rows have an order that counts: printed tables keep it, and of two lines of equal
priority that of the earlier capability is filled first."""

ALWAYS_NEEDED: Final = ("delegations", "options", "sources")
"""Tables that no scenario can be without."""

TOPICS: Final[dict[str, tuple[str, ...]]] = {
    "all": (
        "delegations",
        "principals",
        "share_keys",
        "options",
        "claims",
        "uncertainties",
        "sources",
    ),
    "consent": ("stances", "polls", "approvals"),
    "forces": (
        "capabilities",
        "units",
        "commitments",
        "ceilings",
        "requirement",
        "sites",
        "dependence",
        "headquarters",
        "partnerships",
    ),
    "spending": (
        "budgets",
        "finances",
        "targets",
        "costs",
        "payers",
        "deflators",
        "hosting",
        "estimates",
    ),
    "bargaining": ("issues", "positions", "thresholds", "formats", "attendance"),
    "voting": ("rules", "rule_games", "ballots"),
    "brokerage": ("tie_kinds", "ties", "camps"),
    "deterrence": ("disputes", "base_rates"),
    "reply": ("questionnaire",),
}
"""Which tables belong to which topic."""


class About(BaseModel):
    """The few settings of a scenario: the contents of `scenario.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    title: str
    """Name as printed."""
    date: PartialDate
    """The day the scenario speaks of."""
    evidence_until: PartialDate
    """Last day whose knowledge counts as known at the table."""
    summary: str = ""
    """One paragraph for the first page of a report."""
    invented: bool = False
    """True for a scenario made up for teaching or tests."""
    later_left_out: bool = False
    """True in what `--strict` makes of a scenario: rows known only later are left out."""
    price_year: int | None = None
    """Year whose US dollars money is in."""
    engines: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    """Settings of engines that differ from their defaults, by engine name."""


class Scenario(BaseModel):
    """All tables of one summit, frozen. `replace` returns a changed one."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    name: str
    about: About
    delegations: tuple[Delegation, ...]
    principals: tuple[Principal, ...] = ()
    share_keys: tuple[ShareKey, ...] = ()
    options: tuple[Option, ...]
    stances: tuple[Stance, ...] = ()
    polls: tuple[Poll, ...] = ()
    approvals: tuple[Approval, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    units: tuple[Unit, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    requirement: tuple[RequirementLine, ...] = ()
    sites: tuple[Site, ...] = ()
    dependence: tuple[Dependence, ...] = ()
    headquarters: tuple[Headquarters, ...] = ()
    partnerships: tuple[Partnership, ...] = ()
    budgets: tuple[Budget, ...] = ()
    finances: tuple[Finance, ...] = ()
    targets: tuple[Target, ...] = ()
    costs: tuple[Cost, ...] = ()
    payers: tuple[Payer, ...] = ()
    deflators: tuple[Deflator, ...] = ()
    hosting: tuple[Hosting, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    issues: tuple[Issue, ...] = ()
    positions: tuple[Position, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    formats: tuple[Format, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    rules: tuple[Rule, ...] = ()
    rule_games: tuple[RuleGame, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    tie_kinds: tuple[TieKind, ...] = ()
    ties: tuple[Tie, ...] = ()
    camps: tuple[Camp, ...] = ()
    disputes: tuple[DisputeRow, ...] = ()
    base_rates: tuple[BaseRate, ...] = ()
    questionnaire: tuple[Point, ...] = ()
    claims: tuple[Claim, ...] = ()
    uncertainties: tuple[Uncertainty, ...] = ()
    sources: tuple[Source, ...] = ()

    def table(self, name: str) -> tuple[Any, ...]:
        """Return the rows of a table.

        Raises
        ------
        SettingsError
            If there is no table of this name.
        """
        if name not in TABLES:
            raise SettingsError(f"there is no table {name!r}. Tables: {', '.join(TABLES)}.")
        rows: tuple[Any, ...] = getattr(self, name)
        return rows

    @cached_property
    def row_numbers(self) -> dict[str, dict[str, int]]:
        """Place of every row in its table, by table and key."""
        return {name: {row.key: i for i, row in enumerate(self.table(name))} for name in TABLES}

    def row(self, table: str, key: str) -> Any:
        """Return one row.

        Raises
        ------
        SettingsError
            If the table has no row of this key.
        """
        rows = self.table(table)
        if key not in self.row_numbers[table]:
            raise SettingsError(unknown(f"{table}.csv has no row", key, self.row_numbers[table]))
        return rows[self.row_numbers[table][key]]

    def option(self, name: str) -> Option:
        """Return an option by name; raises SettingsError with the names there are."""
        if name not in self.row_numbers["options"]:
            raise SettingsError(unknown("there is no option", name, self.row_numbers["options"]))
        option: Option = self.row("options", name)
        return option

    @property
    def headline_option(self) -> str:
        """Name of the option that a brief answers first: the marked one, or else the first."""
        marked = [option.option for option in self.options if option.is_headline]
        return marked[0] if marked else self.options[0].option

    def of_role(self, *roles: str) -> tuple[str, ...]:
        """Return the codes of the delegations that play a role, sorted."""
        return tuple(sorted(d.delegation for d in self.delegations if d.role in roles))

    def titles(self, table: str) -> dict[str, str]:
        """Return the printed names of a table's rows, by key."""
        return {row.key: row.title for row in self.table(table)}

    def replace(self, **changes: Any) -> "Scenario":
        """Return a scenario with some fields changed; tables are checked as when they are loaded.

        Raises
        ------
        ScenarioError
            If the changed scenario does not hold together.
        """
        from foedus.scenario.checks import refuse_faults  # noqa: PLC0415 - checks read scenarios

        fields = {name: getattr(self, name) for name in type(self).model_fields}
        try:
            changed = Scenario(**{**fields, **changes})
        except ValidationError as error:
            raise ScenarioError(
                [
                    Problem(
                        self.name,
                        None,
                        ".".join(map(str, details["loc"])),
                        details["msg"],
                        f"fields are: {', '.join(fields)}; tables are tuples of their rows",
                    )
                    for details in error.errors()
                ]
            ) from None
        refuse_faults(changed)
        return changed

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, unchecked; what was worked out from the tables is worked out anew.

        Pydantic's own copy would keep the digest and the order of the old tables.
        """
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        copied = deepcopy(fields) if deep else fields
        return type(self).model_construct(**{**copied, **(update or {})})

    @cached_property
    def later_rows(self) -> tuple[tuple[str, str], ...]:
        """Table and key of every row known only after `evidence_until`."""
        return tuple(
            (name, row.key)
            for name in TABLES
            for row in self.table(name)
            if getattr(row, "later", False)
        )

    def strict(self) -> "Scenario":
        """Return the scenario as it was known on the date: rows marked `later` left out.

        A claim that is measured by such a row stays; it can then not be told.
        """
        if not self.later_rows:
            return self
        known = {
            name: tuple(row for row in self.table(name) if not getattr(row, "later", False))
            for name in TABLES
        }
        about = self.about.model_copy(update={"later_left_out": True})
        return self.replace(about=about, **known)

    @cached_property
    def in_key_order(self) -> "Scenario":
        """The same scenario with its rows sorted by key, where their order does not count.

        Sums over rows differ in their last bits when the rows change places; engines are given the
        rows in this order, so that what does not count cannot be seen.
        """
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        in_order = {
            name: tuple(sorted(self.table(name), key=lambda row: row.key))
            for name in TABLES
            if name not in ORDERED
        }
        return Scenario.model_construct(**{**fields, **in_order})

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.digest == other.digest

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all values.

        The name of the folder does not count, and the order of rows only where it is `ORDERED`.
        """
        content: dict[str, Any] = {ABOUT: self.about.model_dump(mode="json")}
        for name in TABLES:
            rows = [row.model_dump(mode="json") for row in self.table(name)]
            if name not in ORDERED:
                rows.sort(key=lambda row: json.dumps(row, sort_keys=True))
            content[name] = rows
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def near_names(name: str, known: Iterable[str]) -> str:
    """Ask whether a near name was meant, or say which there are.

    >>> near_names("consnt", ["consent", "forces"]), near_names("x", ["consent", "forces"])
    ('Did you mean consent?', 'There are: consent, forces.')
    """
    names = sorted(known)
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(names[:40])}."


def unknown(says: str, name: str, known: Iterable[str]) -> str:
    """Say that a name is unknown, with the nearest known ones."""
    return f"{says} {name!r}. {near_names(name, known)}"

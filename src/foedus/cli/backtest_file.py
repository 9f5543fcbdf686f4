"""A file of settled issues: who wanted what, how much it cared, and what was agreed.

Two layouts are read, told apart by the header:

`DEU III`
    A line an issue, as the data set has it (doi:10.34810/data53): `isnr` and `out`; for each actor
    a column `p` and one `s` with its code behind, such as `pfr` and `sfr`; `prnr`, the proposal,
    and `rp`, the reference point, may be there. So may a column `c` with the code behind, such as
    `cfr`, which the data set does not have: the actor's capability. Other columns are not read.
`long`
    A line an issue and actor: `issue`, `actor`, `position`, `salience` and `outcome`;
    `capability`, `reference` and `proposal` may be there. What holds for the issue need stand on
    one of its lines only.

Positions, salience, outcome and reference run from 0 to 100. A missing number is an empty cell, a
dot or `NA`, and in DEU III also 999; it never counts as 0: an actor without position or salience
is not there. The columns of DEU III, and 999, are taken from two public programs that read it and
from the header of a public copy; its own codebook was not at hand.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import numpy as np

from foedus.cli.csv_file import Fault, Record, read_records, refuse_file
from foedus.engines.bargaining.backtest import LEAST_ACTORS, Case
from foedus.errors import Problem, SettingsError

Layout = Literal["DEU III", "long"]

LONG_COLUMNS: Final = ("issue", "actor", "position", "salience", "outcome")
LONG_EXTRAS: Final = ("capability", "reference", "proposal", "note", "source")
DEU_COLUMNS: Final = ("isnr", "out")
LONG_WANTED: Final = f"write a header with {', '.join(LONG_COLUMNS)}"
ACTOR_COLUMN: Final = re.compile(r"[ps](?:[a-z]{2}|com)")
"""A name of DEU III that looks like an actor's position or salience."""

MISSING: Final = frozenset({"", ".", "na", "nan"})
DEU_MISSING: Final = MISSING | {"999", "999.0"}

NO_OUTCOME: Final = "it has no outcome"
TOO_FEW: Final = "fewer than two actors have a position and a salience"
NO_WEIGHT: Final = "nobody who has a position has any weight"


@dataclass(frozen=True)
class CaseFile:
    """The issues of a file."""

    layout: Layout
    cases: tuple[Case, ...]
    """Those that can be scored, in the order of the file."""
    unscored: dict[str, str]
    """Those that cannot, and why."""
    has_capability: bool
    """If not, all actors count the same."""
    left_out_count: int
    """Positions without a salience: nobody knows what they weigh, so they are left out."""


@dataclass
class Seen:
    """What the lines of one issue say, as they are read."""

    proposal: str
    actors: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    """Position, salience and capability; NaN where missing."""
    known: dict[str, tuple[str, float, int]] = field(default_factory=dict)
    """Outcome and reference: the cell, the number and the line where it stands."""


def read_cases(file: Path) -> CaseFile:
    """Read a file of settled issues.

    Raises
    ------
    SettingsError
        With everything that is wrong in the file, or if no issue in it can be scored.
    """
    problems: list[Problem] = []
    reader = Reader(str(file), problems)
    for line, record in read_records(file, problems, reader.begin):
        reader.read(line, record)
    if not problems and not reader.issues:
        fix = "write a line an issue and actor"
        problems.append(Problem(str(file), None, "", "it has no rows", fix))
    refuse_file(problems, "the file of settled issues")
    return gather(reader)


def gather(reader: "Reader") -> CaseFile:
    """Return the issues that can be scored, and why the others cannot.

    Raises
    ------
    SettingsError
        If none can.
    """
    cases: list[Case] = []
    unscored: dict[str, str] = {}
    left_out = 0
    for name, seen in reader.issues.items():
        numbers = np.array(list(seen.actors.values())).reshape(-1, 3)
        left_out += int((~np.isnan(numbers[:, 0]) & np.isnan(numbers[:, 1])).sum())
        position, salience, capability = numbers[~np.isnan(numbers[:, :2]).any(axis=1)].T
        if "outcome" not in seen.known:
            unscored[name] = NO_OUTCOME
        elif position.size < LEAST_ACTORS:
            unscored[name] = TOO_FEW
        elif not (salience * capability).sum() > 0:
            unscored[name] = NO_WEIGHT
        else:
            cases.append(
                Case(
                    issue=name,
                    proposal=seen.proposal or name,
                    position_score=position,
                    salience_share=salience / 100,
                    capability_weight=capability,
                    outcome_score=seen.known["outcome"][1],
                    reference_score=seen.known.get("reference", ("", math.nan, 0))[1],
                )
            )
    if not cases:
        why = sorted(set(unscored.values()))
        raise SettingsError(f"no issue in the file can be scored: {'; '.join(why)}.")
    return CaseFile(reader.layout, tuple(cases), unscored, reader.has_capability, left_out)


class Reader:
    """Takes lines of either layout, and keeps what they say and what is wrong with them."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self.issues: dict[str, Seen] = {}
        self.lines: dict[tuple[str, str], int] = {}
        """Where an issue, or an actor of one, stands."""
        self.layout: Layout = "long"
        self.codes: list[str] = []
        """Of the actors that have columns in DEU III."""
        self.has_capability = False

    def begin(self, header: list[str]) -> Iterator[Fault]:
        """Take the header, and find what is wrong with it."""
        self.layout = layout_of(header)
        if self.layout == "long":
            self.has_capability = "capability" in header
            return long_faults(header)
        self.codes = codes_of(header)
        self.has_capability = any("c" + code in header for code in self.codes)
        return deu_faults(header)

    def read(self, line: int, record: Record) -> None:
        """Take a line."""
        if self.layout == "long":
            self.read_long(line, record)
        else:
            self.read_deu(line, record)

    def read_long(self, line: int, record: Record) -> None:
        """Take a line of an issue and an actor."""
        issue, actor = record["issue"], record["actor"]
        for column in ("issue", "actor"):
            if not record[column]:
                self.fault(line, column, "the cell is empty", "write a name")
        is_new = bool(issue and actor) and self.is_new(line, "actor", issue, actor)
        seen = self.issues.setdefault(issue, Seen(record.get("proposal", "")))
        proposal = record.get("proposal", "")
        if proposal and seen.proposal and proposal != seen.proposal:
            says = f"{proposal!r}, but {issue} is of {seen.proposal!r} above"
            self.fault(line, "proposal", says, "write one proposal for an issue")
        seen.proposal = seen.proposal or proposal
        stance = self.stance(line, record, ("position", "salience", "capability"), MISSING)
        if is_new:
            seen.actors[actor] = stance
        for column in ("outcome", "reference"):
            self.keep(line, column, record.get(column, ""), seen, issue)

    def read_deu(self, line: int, record: Record) -> None:
        """Take a line of an issue."""
        issue = record["isnr"]
        if not issue:
            fix = "write the issue's number, or take the line out"
            self.fault(line, "isnr", "the cell is empty", fix)
            return
        if not self.is_new(line, "isnr", issue, ""):
            return
        seen = self.issues.setdefault(issue, Seen(record.get("prnr", "")))
        for code in self.codes:
            names = ("p" + code, "s" + code, "c" + code)
            seen.actors[code] = self.stance(line, record, names, DEU_MISSING)
        for column, kind in (("out", "outcome"), ("rp", "reference")):
            number = self.number(line, column, record.get(column, ""), DEU_MISSING)
            if not math.isnan(number):
                seen.known[kind] = (record[column], number, line)

    def stance(
        self, line: int, record: Record, columns: tuple[str, str, str], missing: frozenset[str]
    ) -> tuple[float, float, float]:
        """Return position, salience and capability of an actor; 1 where nobody has a capability."""
        position, salience = (
            self.number(line, column, record[column], missing) for column in columns[:2]
        )
        column = columns[2]
        if column not in record:
            # A column for some actors and none for others would compare what has no unit.
            is_lacking, capability = self.has_capability, 1.0
        else:
            # 999 is a size like any other here.
            capability = self.number(line, column, record[column], MISSING, math.inf)
            is_lacking = record[column].casefold() in MISSING
        if is_lacking and not (math.isnan(position) or math.isnan(salience)):
            self.fault(line, column, "the cell is empty", "write how strong it is")
        return position, salience, capability

    def is_new(self, line: int, column: str, issue: str, actor: str) -> bool:
        """Tell whether an issue, or an actor of it, stands here first; if not, say so."""
        first = self.lines.setdefault((issue, actor), line)
        if first == line:
            return True
        says = f"{actor or issue} stands in line {first} too"
        self.fault(line, column, says + (f" for {issue}" if actor else ""), "keep one of them")
        return False

    def keep(self, line: int, column: str, cell: str, seen: Seen, issue: str) -> None:
        """Keep what holds for an issue as a whole; it may not be said in two ways."""
        number = self.number(line, column, cell, MISSING)
        if math.isnan(number):
            return
        _, before, where = seen.known.setdefault(column, (cell, number, line))
        if before != number:
            says = f"{cell}, but line {where} says {seen.known[column][0]} for {issue}"
            self.fault(line, column, says, f"write one {column} for an issue")

    def number(
        self, line: int, column: str, cell: str, missing: frozenset[str], most: float = 100.0
    ) -> float:
        """Return a number from 0 on, NaN if it is missing, and NaN with a fault if it is wrong."""
        if cell.casefold() in missing:
            return math.nan
        span = "0 to 100" if most == 100.0 else "0 or more"
        fix = f"write a number, {span}, or leave the cell empty where it is not known"
        try:
            # Where the cells are not parted by commas, a comma may stand before the decimals.
            number = float(cell.replace(",", ".").replace("_", "?"))
        except ValueError:
            self.fault(line, column, f"{cell!r} is not a number", fix)
            return math.nan
        if not 0 <= number <= most or math.isinf(number):
            self.fault(line, column, f"{cell} is not {span}", fix)
            return math.nan
        return number

    def fault(self, line: int, column: str, says: str, fix: str) -> None:
        """Keep what is wrong in one cell."""
        self.problems.append(Problem(self.file, line, column, says, fix))


def layout_of(header: list[str]) -> Layout:
    """Tell the layouts apart; what is neither is taken for the plainer one."""
    return "DEU III" if "isnr" in header and "issue" not in header else "long"


def codes_of(header: list[str]) -> list[str]:
    """Return the codes of actors that have a position and a salience in DEU III.

    >>> codes_of(["prnr", "isnr", "pcom", "pfr", "sfr", "scom", "rp", "out"])
    ['com', 'fr']
    """
    names = set(header)
    return [name[1:] for name in header if name[:1] == "p" and "s" + name[1:] in names]


def deu_faults(header: list[str]) -> Iterator[Fault]:
    """Find what a header of DEU III lacks, and what stands twice in it."""
    codes = codes_of(header)
    for column in DEU_COLUMNS:
        if column not in header:
            yield column, "the column is missing", "take it over from DEU III"
    if not codes:
        says = "no actor has a position and a salience"
        yield "", says, "take over columns such as pfr and sfr from DEU III"
    for column in dict.fromkeys(header):
        if header.count(column) > 1 and (column in (*DEU_COLUMNS, "rp") or column[1:] in codes):
            yield column, "the column stands twice", "keep one of them"
        if codes and ACTOR_COLUMN.fullmatch(column) and column[1:] not in codes:
            other = ("s" if column[0] == "p" else "p") + column[1:]
            yield column, f"there is no {other} to it", f"add {other}, or take {column} out"


def long_faults(header: list[str]) -> Iterator[Fault]:
    """Find columns that are missing, stand twice or are not known in the long layout."""
    for column in LONG_COLUMNS:
        if column not in header:
            yield column, "the column is missing", LONG_WANTED
    for column in dict.fromkeys(header):
        if header.count(column) > 1:
            yield column, "the column stands twice", "keep one of them"
        if column and column not in (*LONG_COLUMNS, *LONG_EXTRAS):
            yield column, "the file has no such column", f"take it out, or {LONG_WANTED}"

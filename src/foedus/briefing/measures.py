"""Numbers by their addresses: cells of the scenario, and numbers of answers, with their ranges."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import polars as pl

from foedus.briefing.answer import Answer
from foedus.briefing.findings import AT_ONCE, Findings
from foedus.chain import OptionRuns, run_option
from foedus.errors import MissingDataError, SettingsError
from foedus.quantities import SUFFIXES, suffix_of
from foedus.scenario.cells import Cell, key_matches
from foedus.scenario.claim_checks import AnswerNumber, measured_cells, read_measure
from foedus.scenario.draws import Drawn, uncertain_cells
from foedus.scenario.rows import Row
from foedus.scenario.scenario import Scenario, near_names

NAMING: Final = ("delegation", "principal", "capability", "service", "option", "target", "cost")
"""Columns whose values name the rows of an answer's table, joined by `:` where there are several.
A table without one is named by its first column of text, or else by its first column."""

PRINTED_NAMES: Final = ("title", "nation", "capability_title")

PEOPLE: Final = ("soldiers", "people", "persons", "troops")

NOT_OF_LENGTH: Final = frozenset({"size", "contributions", "consent", "exposure"})
"""Questions whose answers ask for no strength by length of the mission. For another option than the
brief's they are answered from the run of the comparison of options, which has none."""

SELDOM: Final = 0.05
"""Of a threshold that is missing in more draws than this, the 90 % range says too little."""

Write = Callable[[str, Findings], Answer]
"""Writes the answer to a question, by its id."""
WhyNot = Callable[[str, Scenario], str]
"""Says why a question is not answered, as a clause; nothing where it is."""


class UntoldError(Exception):
    """Nothing measures it; the text is the reason, a clause of a sentence."""


@dataclass(frozen=True)
class Span:
    """A number with the ends of its range, which are the number itself where it is a point."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A number that a claim is held against."""

    address: str
    label: str
    """Which row it is of, in words."""
    quantity: str
    """Name whose ending says how it is printed."""
    unit: str = ""
    """What is printed behind the number, where that is not the unit of `quantity`."""
    value: float
    low: float
    """Equal to `value`, as `high` is, where it is a point."""
    high: float
    row: str = ""
    """Address of the row whose cell it is; empty for a number of an answer."""
    answer: Answer | None = None
    """The answer whose number it is."""

    @property
    def span(self) -> Span:
        """The number with its range."""
        return Span(self.value, self.low, self.high)


class AnswerBook:
    """Answers by question and option: each is written once, when a claim first asks for it."""

    def __init__(
        self, findings: Findings, write: Write, why_not: WhyNot, known: Iterable[Answer] = ()
    ) -> None:
        self.findings = findings
        self.write, self.why_not = write, why_not
        self.option = findings.request.option
        self.others: dict[tuple[str, bool], Findings] = {}
        """Runs of other options than the brief's, as claims asked for them; by option, and whether
        strength by length of the mission is among them."""
        self.answers: dict[tuple[str, str], Answer] = {
            (answer.id, self.option): answer for answer in known
        }

    def answer(self, question: str, option: str = "") -> Answer:
        """Return the answer to a question for an option; the brief's own if none is named.

        Raises
        ------
        UntoldError
            If the question is not answered.
        """
        option = option or self.option
        if why := self.why_not(question, self.findings.scenario):
            raise UntoldError(why)
        if (question, option) not in self.answers:
            try:
                found = self.findings_of(option, with_length=question not in NOT_OF_LENGTH)
                self.answers[question, option] = self.write(question, found)
            except MissingDataError as error:
                raise UntoldError(str(error).rstrip(".")) from None
        return self.answers[question, option]

    def findings_of(self, option: str, *, with_length: bool) -> Findings:
        """Return the runs of an option, on the same draws."""
        if option == self.option:
            return self.findings
        if (option, with_length) not in self.others:
            request = replace(self.findings.request, option=option)
            found = Findings(self.findings.scenario, request)
            found.coalitions = self.findings.coalitions
            if not with_length:
                found.headline = self.at_once(option)
            self.others[option, with_length] = found
        return self.others[option, with_length]

    def at_once(self, option: str) -> OptionRuns:
        """Return an option's runs as the comparison of options makes them, made once."""
        compared: tuple[OptionRuns, ...] = vars(self.findings).get("options", ())
        known = {runs.option: runs for runs in compared}
        if option in known:
            return known[option]
        request = replace(self.findings.request, option=option)
        forces = replace(AT_ONCE, by_month=True)
        joined = self.findings.coalitions
        return run_option(self.findings.scenario, request, consent=joined, forces=forces)

    @property
    def all_found(self) -> list[Findings]:
        """All runs, those of the brief's option first."""
        return [self.findings, *self.others.values()]

    @cached_property
    def ranges(self) -> dict[Cell, tuple[float, float]]:
        """Ends of every cell that is drawn, as its row or `uncertainties.csv` has them."""
        fixed = self.findings.request.fixed
        free = [a for a in uncertain_cells(self.findings.scenario) if a.cell not in fixed]
        return {about.cell: ends_of(about) for about in free}


def ends_of(about: Drawn) -> tuple[float, float]:
    """Return the ends between which a cell is drawn; an event may or may not be."""
    if about.distribution != "bernoulli":
        return about.low, about.high
    return float(about.mode >= 1), float(about.mode > 0)


def measure(address: str, book: AnswerBook, option: str = "") -> list[Measured]:
    """Return the numbers that an address names.

    Raises
    ------
    UntoldError
        If there is none; the reason names what there is.
    """
    found = read_measure(address)
    if isinstance(found, Cell):
        return measure_cells(found, book)
    answer = book.answer(found.question, option)
    return measure_table(found, answer) if found.table else [measure_value(found, answer)]


def measure_cells(cell: Cell, book: AnswerBook) -> list[Measured]:
    """Return the numbers that cells hold, as they were set; empty cells are left out."""
    scenario = book.findings.as_set
    if not scenario.table(cell.table):
        raise UntoldError(f"the scenario has no row of {cell.table}.csv")
    try:
        cells = measured_cells(scenario, cell)
    except SettingsError:  # checked when the scenario was read, so the row was left out since
        until = scenario.about.evidence_until
        raise UntoldError(f"no row {cell.key} of {cell.table}.csv was known by {until}") from None
    rows: list[tuple[Cell, Row]] = [(one, scenario.row(one.table, one.key)) for one in cells]
    filled = [(one, row) for one, row in rows if getattr(row, one.field) is not None]
    if not filled:
        raise UntoldError(f"{cell} is empty")
    labels = labels_of([row for _, row in filled], scenario)
    return [
        measured_cell(one, row, label, book)
        for (one, row), label in zip(filled, labels, strict=True)
    ]


def measured_cell(cell: Cell, row: Row, label: str, book: AnswerBook) -> Measured:
    """Return the number of a cell, with the range that it is drawn from or that stands beside."""
    value = float(getattr(row, cell.field))
    beside = tuple(getattr(row, f"{cell.field}_{end}", None) for end in ("low", "high"))
    low, high = book.ranges.get(cell, (value, value))
    if cell not in book.ranges and None not in beside:
        low, high = (float(end) for end in beside if end is not None)
    unit = str(getattr(row, "unit", "")) if suffix_of(cell.field) in ("value", "weight") else ""
    return Measured(
        address=str(cell),
        label=label,
        quantity=cell.field,
        unit=unit if unit[:1].isalpha() else "",
        value=value,
        low=low,
        high=high,
        row=f"{cell.table}/{cell.key}",
    )


def labels_of(rows: Sequence[Row], scenario: Scenario) -> list[str]:
    """Return a name for each row: its title, or those parts of its key that tell it from others.

    Words with which all names begin are left out, so that `size_one` and `size_two` are told apart
    by `one` and `two`.
    """
    titles = scenario.titles("principals") | scenario.titles("delegations")
    keys = [[str(getattr(row, field)) for field in type(row).key_fields] for row in rows]
    telling = [
        place
        for place in range(len(keys[0]))
        if len(keys) == 1 or len({key[place] for key in keys}) > 1
    ]
    labels = []
    for row, key in zip(rows, keys, strict=True):
        named = [titles.get(key[place], key[place].replace("_", " ")) for place in telling]
        labels.append(str(getattr(row, "title", "")) or ", ".join(dict.fromkeys(named)))
    while len(set(labels)) > 1 and len({label.partition(" ")[0] for label in labels}) == 1:
        if not all(" " in label for label in labels):
            break
        labels = [label.partition(" ")[2] for label in labels]
    return labels


def told_apart(numbers: Sequence[Measured], book: AnswerBook) -> list[Measured]:
    """Return cells of one table with labels that tell them from each other; others as they are."""
    places = [number.row.partition("/") for number in numbers]
    if not all(number.row for number in numbers) or len({table for table, _, _ in places}) > 1:
        return list(numbers)
    rows = [book.findings.as_set.row(table, key) for table, _, key in places]
    labels = labels_of(rows, book.findings.as_set)
    return [replace(n, label=label) for n, label in zip(numbers, labels, strict=True)]


def measure_value(found: AnswerNumber, answer: Answer) -> Measured:
    """Return the value of an answer with its 90 % range."""
    value = answer.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        says = "no number" if value is None else "a row of a table or a name, no number"
        raise UntoldError(
            f"the value of the answer to '{answer.id}' is {says}; its tables are "
            f"{', '.join(answer.tables)}"
        )
    missing = (answer.never_prob or 0.0) + (answer.always_prob or 0.0)
    if missing > SELDOM:
        raise UntoldError(
            f"in {100 * missing:.0f} % of futures there is no such number in the answer to "
            f"'{answer.id}'"
        )
    quantity, unit = quantity_of(answer)
    point = float(value)
    low, high = (point if end is None else end for end in (answer.low, answer.high))
    if not all(map(math.isfinite, (point, low, high))):
        raise UntoldError(f"the value of the answer to '{answer.id}' is not finite")
    return Measured(
        address=str(found),
        label=answer.question,
        quantity=quantity,
        unit=unit,
        value=point,
        low=low,
        high=high,
        answer=answer,
    )


def quantity_of(answer: Answer) -> tuple[str, str]:
    """Return a name whose ending is the unit of an answer's value, and what is printed behind."""
    first, _, rest = answer.unit.partition(" ")
    if answer.kind == "probability" or first in ("share", "probability"):
        return "value_share", rest
    if first in PEOPLE:
        return "value_persons", answer.unit
    return (f"value_{first}" if first in SUFFIXES else "value_count"), answer.unit


def measure_table(found: AnswerNumber, answer: Answer) -> list[Measured]:
    """Return the numbers of one column in the rows that an address names."""
    of = f"the answer to '{answer.id}'"
    if found.table not in answer.tables:
        raise UntoldError(reason(f"{of} has no table", found.table, answer.tables))
    table = answer.tables[found.table]
    columns = {name.removesuffix(" †"): name for name in table.columns}
    numeric = [name for name, full in columns.items() if table[full].dtype.is_numeric()]
    if found.column not in numeric:
        where = f"{of}, table {found.table}, has no numbers in"
        raise UntoldError(reason(where, found.column, numeric))
    names = row_names(table)
    places = [
        i for i, name in enumerate(names) if found.row == name or key_matches(found.row, name)
    ]
    if not places:
        where = f"{of}, table {found.table}, has no row"
        raise UntoldError(reason(where, found.row, dict.fromkeys(names)))
    rows = [(names[i], table.row(i, named=True)) for i in places]
    ends = tuple(columns.get(f"{found.column}_{end}", "") for end in ("low", "high"))
    for name, row in rows:  # an end beyond all numbers would settle nothing, and print as `nan`
        if any(row.get(end) is not None and not is_number(row[end]) for end in ends):
            raise UntoldError(f"the range of {replace(found, row=name)} has no end")
    labels = row_labels(rows)
    numbers = [
        Measured(
            address=str(replace(found, row=name)),
            label=label,
            quantity=found.column,
            value=float(value),
            low=float(value if row.get(ends[0]) is None else row[ends[0]]),
            high=float(value if row.get(ends[1]) is None else row[ends[1]]),
            answer=answer,
        )
        for (name, row), label in zip(rows, labels, strict=True)
        if is_number(value := row[columns[found.column]])
    ]
    if not numbers:
        raise UntoldError(f"{found} is empty for this option")
    return numbers


def row_labels(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """Return what to print for rows of a table: their names, or what tells rows of one name apart.

    >>> row_labels([("FRA", {"title": "France", "camp": "a"})])
    ['France']
    >>> row_labels([("FRA", {"place": "x", "camp": "a"}), ("FRA", {"place": "x", "camp": "b"})])
    ['a', 'b']
    """
    labels = [next((str(row[n]) for n in PRINTED_NAMES if row.get(n)), name) for name, row in rows]
    if len(rows) < 2 or len(set(labels)) > 1:
        return labels
    first = rows[0][1]
    telling = [
        column
        for column, cell in first.items()
        if isinstance(cell, str) and len({row[column] for _, row in rows}) > 1
    ]
    return (
        [", ".join(str(row[column]) for column in telling) for _, row in rows]
        if telling
        else labels
    )


def is_number(value: Any) -> bool:
    """Tell whether a cell of a table holds a number."""
    return value is not None and math.isfinite(value)


def row_names(table: pl.DataFrame) -> list[str]:
    """Return the name by which each row of an answer's table is addressed.

    >>> row_names(pl.DataFrame({"title": ["France"], "delegation": ["FRA"], "sent_persons": [9.0]}))
    ['FRA']
    >>> row_names(pl.DataFrame({"at_least_persons": [30000], "by_month_1_prob": [0.2]}))
    ['30000']
    """
    columns = [name for name in table.columns if name in NAMING]
    if not columns:
        texts = [name for name in table.columns if table[name].dtype == pl.String]
        columns = (texts or table.columns)[:1]
    return [":".join(map(as_name, row)) for row in table.select(columns).iter_rows()]


def as_name(value: Any) -> str:
    """Return a value as part of an address; a whole number without a point.

    >>> as_name(100000.0), as_name(0.5), as_name("FRA")
    ('100000', '0.5', 'FRA')
    """
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def reason(says: str, name: str, known: Iterable[str]) -> str:
    """Say that a name is unknown, with the nearest known ones, as a clause.

    >>> reason("the answer has no table", "strenth", ["strength", "services"])
    "the answer has no table 'strenth' (did you mean strength?)"
    """
    near = near_names(name, known).rstrip(".")
    return f"{says} {name!r} ({near[0].lower()}{near[1:]})"

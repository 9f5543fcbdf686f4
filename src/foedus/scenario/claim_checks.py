"""What must hold in `claims.csv`: measures that exist, and comparisons that are whole.

Which tables and rows an answer has is known only once it is written, so of a number of an answer
no more than its form and its question is checked here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Final, NamedTuple, Union, get_args, get_origin

from foedus.errors import SettingsError
from foedus.scenario.addresses import (
    ENGINES_TABLE,
    LINKED,
    OF_THE_FILES,
    Cell,
    expand,
    key_matches,
    parse_address,
)
from foedus.scenario.claims import QUESTION_IDS, Claim
from foedus.scenario.faults import Fault
from foedus.scenario.scenario import TABLES, Scenario, near_names, unknown
from foedus.scenario.wording import quoted

ANSWERS: Final = "answers"
"""First part of the address of an answer's number."""
VALUE: Final = "value"


class ClaimFault(NamedTuple):
    """Something that does not hold in one claim."""

    field: str
    says: str
    fix: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnswerNumber:
    """Address of a number of an answer: its value, or a column of one of its tables."""

    question: str
    table: str = ""
    """Empty: the answer's own value."""
    row: str = ""
    """Name of the row; parts joined by `:`, `*` for any."""
    column: str = ""

    def __str__(self) -> str:
        parts = (self.table, self.row, self.column) if self.table else (VALUE,)
        return "/".join((ANSWERS, self.question, *parts))


def read_measure(address: str) -> Cell | AnswerNumber:
    """Read the address of a cell or of a number of an answer.

    Raises
    ------
    SettingsError
        If it has neither form, or names a question that there is not.

    Examples
    --------
    >>> read_measure("answers/size/value")
    AnswerNumber(question='size', table='', row='', column='')
    >>> str(read_measure("answers/size/at_least/30000/by_month_6_prob"))
    'answers/size/at_least/30000/by_month_6_prob'
    >>> read_measure("delegations/BRK/adversary_border_km")
    Cell(table='delegations', key='BRK', field='adversary_border_km')
    """
    parts = address.strip().split("/")
    if parts[0] != ANSWERS:
        return parse_address(address)
    is_value = len(parts) == 3 and parts[2] == VALUE
    if not is_value and (len(parts) != 5 or not all(parts)):
        raise SettingsError(
            f"{quoted(address)} is no number of an answer. Write {ANSWERS}/QUESTION/{VALUE} or "
            f"{ANSWERS}/QUESTION/TABLE/ROW/COLUMN."
        )
    if parts[1] not in QUESTION_IDS:
        raise SettingsError(unknown("there is no question", parts[1], QUESTION_IDS))
    return AnswerNumber(parts[1], *parts[2:]) if not is_value else AnswerNumber(parts[1])


def measured_cells(scenario: Scenario, cell: Cell) -> list[Cell]:
    """Return the cells of numbers that an address names.

    Raises
    ------
    SettingsError
        If it names none, or a column that holds no numbers.
    """
    if cell.table in (ENGINES_TABLE, *LINKED, *OF_THE_FILES):
        raise SettingsError(f"{cell} is no fact: name a cell of another table")
    cells = expand(scenario, cell)
    model = TABLES[cell.table]
    if not holds_numbers(model.model_fields[cell.field].annotation):
        numeric = [n for n, about in model.model_fields.items() if holds_numbers(about.annotation)]
        raise SettingsError(
            f"{cell.table}.csv holds no numbers in {cell.field}. Numbers are in: "
            f"{', '.join(numeric) or 'none of its columns'}."
        )
    return cells


def may_be_missing(scenario: Scenario, cell: Cell) -> bool:
    """Tell whether a cell may be missing without a fault; a claim on it cannot be told.

    Its table may have no row yet, or its row may be one that `--strict` left out.
    """
    if cell.table not in TABLES or cell.field not in TABLES[cell.table].model_fields:
        return False
    if scenario.about.later_left_out:
        return not any(key_matches(cell.key, key) for key in scenario.row_numbers[cell.table])
    return not scenario.table(cell.table)


def holds_numbers(annotation: Any) -> bool:
    """Tell whether a column holds numbers, whatever is annotated or may be empty.

    >>> holds_numbers(float | None), holds_numbers(Annotated[int, "x"]), holds_numbers(bool)
    (True, True, False)
    """
    if get_origin(annotation) is Annotated:
        return holds_numbers(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return any(holds_numbers(part) for part in get_args(annotation))
    return annotation in (int, float)


def claims_fit(scenario: Scenario) -> Iterator[Fault]:
    """Check that every claim names what there is, and can be held against it."""
    for number, claim in enumerate(scenario.claims):
        for fault in (
            *question_faults(claim),
            *option_faults(scenario, claim),
            *measure_faults(scenario, claim),
            *comparison_faults(claim),
            *statistic_faults(scenario, claim),
        ):
            yield Fault("claims", number, *fault)


def question_faults(claim: Claim) -> Iterator[ClaimFault]:
    """Check that the question is one of those that there are, answered yet or not."""
    if claim.checked_by not in QUESTION_IDS:
        says = f"there is no question {claim.checked_by!r}"
        yield ClaimFault("checked_by", says, near_names(claim.checked_by, QUESTION_IDS))


def option_faults(scenario: Scenario, claim: Claim) -> Iterator[ClaimFault]:
    """Check that the option exists, and that an answer is asked for it."""
    if not claim.option:
        return
    names = {option.option for option in scenario.options}
    if claim.option not in names:
        says = f"{claim.option!r} is not in options.csv"
        yield ClaimFault("option", says, near_names(claim.option, names), ("options",))
    if not any(a.partition("/")[0] == ANSWERS for a in (*claim.measure, claim.claimed_of)):
        says = "an option is named, and no answer that would be asked for it"
        yield ClaimFault("option", says, "leave it empty: cells are the same for every option")


def measure_faults(scenario: Scenario, claim: Claim) -> Iterator[ClaimFault]:
    """Check that every address names a cell that holds a number, or may name one of an answer."""
    for field, addresses in (("measure", claim.measure), ("claimed_of", (claim.claimed_of,))):
        for address in filter(None, addresses):
            table = address.partition("/")[0]
            try:
                found = read_measure(address)
                if isinstance(found, Cell) and not may_be_missing(scenario, found):
                    measured_cells(scenario, found)
            except SettingsError as error:
                yield ClaimFault(
                    field,
                    str(error).rstrip("."),
                    "name a cell, TABLE/KEY/COLUMN, or a number of an answer",
                    (table,),
                )


def comparison_faults(claim: Claim) -> Iterator[ClaimFault]:
    """Check that measure, comparison and what is compared with stand together or not at all."""
    has_number = claim.claimed_value is not None
    if not claim.measure:
        for field in ("comparison", "claimed_value", "claimed_of", "subject"):
            if getattr(claim, field) not in (None, ""):
                says = f"there is a {field} and no measure"
                yield ClaimFault(field, says, "write the measure, or leave this empty")
        return
    if claim.comparison is None:
        says = "there is a measure and no comparison"
        fix = "write about, at_least, at_most, above or below"
        yield ClaimFault("comparison", says, fix)
    elif not has_number and not claim.claimed_of:
        says = f"the measure is compared ({claim.comparison}) with nothing"
        yield ClaimFault("claimed_value", says, "write the number, or a measure in claimed_of")
    if has_number and claim.claimed_of:
        says = "the measure is compared with a number and with another measure"
        yield ClaimFault("claimed_of", says, "keep claimed_value or claimed_of")
    if claim.tolerance_value and claim.comparison != "about":
        says = f"a tolerance has no meaning for the comparison {claim.comparison or 'left out'}"
        yield ClaimFault("tolerance_value", says, "leave it empty, or compare by about")
    if claim.claimed_value is not None and abs(claim.claimed_value) > 1:
        ends = [address.rpartition("/")[2] for address in claim.measure]
        if any(end.endswith(("_share", "_prob")) for end in ends):
            says = f"{claim.claimed_value:g} is compared with a fraction of 1"
            yield ClaimFault("claimed_value", says, f"write {claim.claimed_value / 100:g}")


def statistic_faults(scenario: Scenario, claim: Claim) -> Iterator[ClaimFault]:
    """Check that a statistic has several numbers, and that one number is compared with."""
    if claim.statistic != "each":
        is_one = claim.measure and how_many(scenario, claim.measure) == 1
        if is_one and not scenario.about.later_left_out:
            says = f"the {claim.statistic} is asked for, and the measure is one number"
            fix = "leave it empty, or name several cells: * in the key, or addresses with ; between"
            table = claim.measure[0].partition("/")[0]
            yield ClaimFault("statistic", says, fix, (table,))
    elif claim.claimed_of and (how_many(scenario, (claim.claimed_of,)) or 0) > 1:
        says = f"{claim.claimed_of} names several numbers, and a measure is compared with one"
        yield ClaimFault("claimed_of", says, "name one of them, or write a statistic")


def how_many(scenario: Scenario, addresses: tuple[str, ...]) -> int | None:
    """Return how many numbers addresses name; None where that cannot be seen without an answer.

    A `*` in the row of an answer's table counts as two. What is wrong with an address is said
    elsewhere.
    """
    if len(addresses) > 1:
        return len(addresses)
    try:
        found = read_measure(addresses[0])
        if isinstance(found, AnswerNumber):
            return 2 if "*" in found.row else 1
        return None if may_be_missing(scenario, found) else len(measured_cells(scenario, found))
    except SettingsError:
        return None

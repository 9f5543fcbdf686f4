"""What differs in the answers of two briefs, read from their JSON documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from foedus.briefing.differences import (
    Difference,
    Figure,
    apart,
    between,
    by_size,
    figures_of,
    is_fraction,
    is_number,
    row_differences,
    show,
)
from foedus.briefing.sentences import in_a_sentence

Document = Mapping[str, Any]

MOST_NAMED: Final = 3
"""Rows of a table that the sentence on it names."""
NONE: Final = "none"
OF_RUNS: Final = frozenset({"run", "drivers", "sources", "rows", "assumes", "cannot_say"})
"""Fields of an answer that say how it came about. They are not what it says."""


@dataclass(frozen=True, kw_only=True)
class AnswerDifference:
    """One question that is not answered alike."""

    id: str
    question: str
    kind: str
    unit: str
    value: Difference | None
    """Of the answer's own value; None where it is the same, or is the row of a table."""
    parts: tuple[Difference, ...]
    """Chances that a threshold never or always holds, or shares of the choices."""
    rows: tuple[Difference, ...]
    """Of a table or curve: its leading number row by row, the furthest apart first."""
    tables: tuple[str, ...]
    """Names of all its tables that differ in any cell."""
    headline_a: str
    headline_b: str
    size: float
    """How far apart: see `foedus.briefing.differences`. For a table the differences of all rows
    together over the larger sum of the two sides; a choice that falls on another name is 1; the
    value of a threshold counts by the larger chance that there is one."""
    says: str

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "id": self.id,
            "question": self.question,
            "kind": self.kind,
            "unit": self.unit,
            "size": self.size,
            "says": self.says,
            "value": None if self.value is None else self.value.to_json(),
            "parts": [part.to_json() for part in self.parts],
            "rows": [row.to_json() for row in self.rows],
            "tables": list(self.tables),
            "headline_a": self.headline_a,
            "headline_b": self.headline_b,
        }


def answer_differences(a: Document, b: Document) -> tuple[AnswerDifference, ...]:
    """Return the questions that both briefs answer and answer otherwise, the biggest first."""
    other = {answer["id"]: answer for answer in b["answers"]}
    found = [
        answer_difference(answer, other[answer["id"]])
        for answer in a["answers"]
        if answer["id"] in other and content(answer) != content(other[answer["id"]])
    ]
    return tuple(sorted(found, key=lambda each: -each.size))


def content(answer: Document) -> dict[str, Any]:
    """Return what an answer says, without how it came about."""
    return {name: value for name, value in answer.items() if name not in OF_RUNS}


def answer_difference(a: Document, b: Document) -> AnswerDifference:
    """Return how two answers to one question differ."""
    one, other = figure_of(a), figure_of(b)
    is_table = a["kind"] in ("table", "curve") or b["kind"] in ("table", "curve")
    name = name_of(a)
    value = None if is_table else between(a["id"], name, one, other)
    parts = by_size([*chances(a, b), *shares(a, b)])
    rows = row_by_row(a, b) if is_table else ()
    if is_table:
        size = size_of_table(a, b)
    else:
        # Where a threshold is reached in one draw of a thousand is no great difference.
        weight = max(reached_prob(a), reached_prob(b))
        size = max([0.0 if value is None else weight * value.size, *(part.size for part in parts)])
    tables = tuple(
        table
        for table in dict.fromkeys([*a["tables"], *b["tables"]])
        if a["tables"].get(table) != b["tables"].get(table)
    )
    says = sentence(a, value, parts, rows)
    if not says:
        where = f"; what differs is in {', '.join(tables)}" if tables else ""
        says = f"{a['unit'][:1].upper()}{a['unit'][1:]}: the same in both{where}."
    return AnswerDifference(
        id=a["id"],
        question=a["question"],
        kind=a["kind"],
        unit=a["unit"],
        value=value,
        parts=parts,
        rows=rows,
        tables=tables,
        headline_a=a["headline"],
        headline_b=b["headline"],
        size=size,
        says=says,
    )


def figure_of(answer: Document) -> Figure:
    """Return an answer's value with its range."""
    return Figure(answer["value"], answer["low"], answer["high"])


def name_of(answer: Document) -> str:
    """Return the name that says how an answer's number is printed."""
    return f"{answer['id']}_prob" if answer["kind"] == "probability" else str(answer["unit"])


def reached_prob(answer: Document) -> float:
    """Return the chance that a threshold exists; 1 for any other number."""
    return 1.0 - sum(answer[name] or 0.0 for name in ("never_prob", "always_prob"))


def chances(a: Document, b: Document) -> list[Difference]:
    """Return how far the chances differ that a threshold never and always holds."""
    found = [
        between(f"{a['id']}/{name}", name, Figure(a[name]), Figure(b[name]))
        for name in ("never_prob", "always_prob")
        if a[name] is not None and b[name] is not None
    ]
    return [each for each in found if each is not None]


def shares(a: Document, b: Document) -> list[Difference]:
    """Return how far the shares of draws differ in which each choice is best."""
    found = [
        between(
            f"{a['id']}/{choice}",
            "best_share",
            Figure(a["shares"].get(choice, 0.0)),
            Figure(b["shares"].get(choice, 0.0)),
        )
        for choice in dict.fromkeys([*a["shares"], *b["shares"]])
    ]
    return [each for each in found if each is not None]


def leading(a: Document, b: Document) -> tuple[str, dict[str, Figure], dict[str, Figure]]:
    """Return the leading number of two answers' first tables: its name, and its figures by row.

    That is the first column with a range, or else the first number; rows are named by the first
    text in front of it, or by their first cell.
    """
    ours, theirs = (list(next(iter(side["tables"].values()), [])) for side in (a, b))
    rows: list[Mapping[str, Any]] = [*ours, *theirs]
    columns = [name for name in rows[0] if all(name in row for row in rows)] if rows else []
    numbers = [name for name in columns if any(is_number(row[name]) for row in rows)]
    ranged = [name for name in numbers if f"{name}_low" in columns]
    lead = next(iter([*ranged, *(name for name in numbers if name != columns[0])]), "")
    if not lead:
        return "", {}, {}
    one, other = (
        {str(row[columns[0]]): figures_of(row)[lead] for row in side} for side in (ours, theirs)
    )
    return lead, one, other


def row_by_row(a: Document, b: Document) -> tuple[Difference, ...]:
    """Return how far the leading numbers of two tables differ, the furthest apart first."""
    name, one, other = leading(a, b)
    nothing = Figure(None)
    found = [
        between(f"{a['id']}/{key}", name, one.get(key, nothing), other.get(key, nothing))
        for key in dict.fromkeys([*one, *other])
    ]
    rows = [each for each in found if each is not None]
    return tuple(sorted(rows, key=lambda each: (-reach(each), each.place)))


def reach(found: Difference) -> float:
    """Return how far two numbers of one column differ; what is absent counts as nothing."""
    return abs(number(found.b) - number(found.a))


def number(figure: Figure) -> float:
    """Return a figure's value, or 0 where there is none."""
    return float(figure.value) if is_number(figure.value) else 0.0


def size_of_table(a: Document, b: Document) -> float:
    """Return the differences of all rows together, over the larger sum of the two sides.

    Shares are told apart in points, on average over the rows.
    """
    name, one, other = leading(a, b)
    keys = sorted({*one, *other})
    nothing = Figure(None)
    sum_apart = sum(
        abs(number(other.get(key, nothing)) - number(one.get(key, nothing))) for key in keys
    )
    if is_fraction(name):
        return sum_apart / max(1, len(keys))
    whole = max(sum(abs(number(side.get(key, nothing))) for key in keys) for side in (one, other))
    return sum_apart / whole if whole > 0 else 0.0


def sentence(
    answer: Document,
    value: Difference | None,
    parts: Sequence[Difference],
    rows: Sequence[Difference],
) -> str:
    """Return how two answers differ, in words; empty where none of their numbers does."""
    unit = f"{answer['unit'][:1].upper()}{answer['unit'][1:]}"
    clauses = []
    if value is not None:
        clauses.append(against(value))
    clauses += [f"{row.place.partition('/')[2]} {against(row)}" for row in rows[:MOST_NAMED]]
    if len(rows) > MOST_NAMED:
        clauses.append(f"and {len(rows) - MOST_NAMED:,} more")
    words = {"never_prob": "never reached, chance", "always_prob": "always reached, chance"}
    for part in parts[:MOST_NAMED]:
        what = part.place.partition("/")[2]
        lead = words.get(what, f"{in_a_sentence(what)} best in draws")
        clauses.append(f"{lead}: {against(part)}")
    return f"{unit}: {'; '.join(clauses)}." if clauses else ""


def against(found: Difference) -> str:
    """Return both figures as a clause.

    >>> a, b = Figure(12300.0), Figure(8900.0)
    >>> against(Difference(place="size", name="soldiers", a=a, b=b, size=0.28))
    '12,300 in A against 8,900 in B (3,400 fewer)'
    """
    more = apart(found)
    one, other = (
        NONE if figure.value is None else show(figure, found.name) for figure in (found.a, found.b)
    )
    return f"{one} in A against {other} in B{f' ({more})' if more else ''}"


def option_differences(a: Document, b: Document) -> tuple[Difference, ...]:
    """Return the cells in which the rows of options differ that both briefs have."""
    return by_size(
        each
        for one, other in common(a["options"], b["options"], "option")
        for each in row_differences(one["option"], bare(one), bare(other))
    )


def claim_differences(a: Document, b: Document) -> tuple[Difference, ...]:
    """Return how verdicts on claims and the numbers behind them differ."""
    return by_size(
        each
        for one, other in common(a["claims"], b["claims"], "claim")
        for each in row_differences(one["claim"], measured(one), measured(other))
    )


def measured(claim: Document) -> dict[str, Any]:
    """Return verdict, number and range of a claim as a row."""
    names = {"verdict": "verdict", "value": "value", "value_low": "low", "value_high": "high"}
    return {name: claim.get(field) for name, field in names.items()}


def common(a: Sequence[Document], b: Sequence[Document], key: str) -> list[tuple[Any, Any]]:
    """Return the rows that both have, side by side."""
    there = {row[key]: row for row in b}
    return [(row, there[row[key]]) for row in a if row[key] in there]


def bare(option: Document) -> dict[str, Any]:
    """Return the row of an option without what names it."""
    return {name: value for name, value in option.items() if name not in ("option", "title")}

"""Claims held against the numbers: holds, does not hold, or cannot be told, and why.

A measure is an interval: the range of a cell that is uncertain, the 90 % range of an answer, a
point where there is neither. A claim holds if every value of the interval satisfies the comparison,
it does not hold if none does, and cannot be told otherwise.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from foedus.briefing.claim_words import Sayings, Word
from foedus.briefing.measures import (
    AnswerBook,
    Measured,
    Span,
    UntoldError,
    measure,
    told_apart,
)
from foedus.briefing.sentences import count_of, listed
from foedus.scenario.claims import Claim, Comparison, Statistic
from foedus.scenario.sources import ASSUMED

SLACK: Final = 1e-9
"""A tolerance is met to within this part of the numbers: 4.475 lies half a hundredth from 4.47
whatever binary fractions make of it."""

VERIFIED_WORDS: Final[dict[str, str]] = {
    "found": "found",
    "found-rounded": "found, rounded",
    "memory": "recalled",
    "calc": "computed",
    "judgement": "judged",
    "assumed": "assumed",
}
"""How far a row was checked, in a word, surest first."""


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What a verdict rests on."""

    option: str = ""
    """Option whose answers it rests on; empty where it rests on cells alone."""
    answers: tuple[str, ...] = ()
    """Ids of the questions whose answers it takes numbers of."""
    runs: tuple[str, ...] = ()
    """Ids of the runs of these answers."""
    rows: tuple[str, ...] = ()
    """Addresses of the rows whose cells it takes, sorted; those behind an answer stand there."""
    sources: tuple[str, ...] = ()
    """Keys of the sources of rows and answers, sorted."""
    verified: Mapping[str, int] = field(default_factory=dict)
    """How many rows, those behind the answers included, were checked how far; surest first."""
    later: tuple[str, ...] = ()
    """Addresses of those rows that were known only later, sorted."""

    @property
    def says(self) -> str:
        """The grounds as a sentence; empty where nothing measures the claim."""
        count = sum(self.verified.values())
        if not count:
            return ""
        kinds = ", ".join(
            VERIFIED_WORDS[word] if number == count else f"{number:,} {VERIFIED_WORDS[word]}"
            for word, number in self.verified.items()
        )
        later = f"; {len(self.later):,} known only later †" if self.later else ""
        rows = f"{count_of(count, 'row')} ({kinds}{later})"
        if not self.answers:
            return f"Rests on {rows}."
        named = listed([f"'{answer}'" for answer in self.answers])
        asked = f"the answer{'s' if len(self.answers) > 1 else ''} to {named}"
        return f"Rests on {asked} for {self.option}, and so on {rows}."


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the numbers say of a claim."""

    claim: Claim
    verdict: Word
    says: str
    """The verdict as a sentence with its number, or with the reason why there is none."""
    number: str = ""
    """The number behind it, with unit and range; empty where there is none."""
    compared: str = ""
    """What the number has to be for the claim to hold, such as `below 2.5 %`."""
    unit: str = ""
    span: Span | None = None
    """The number; None where there is none, or several of which each is compared."""
    claimed: Span | None = None
    """The number it is compared with."""
    numbers: tuple[Measured, ...] = ()
    """Every number of the measure."""
    grounds: Grounds = Grounds()

    @property
    def named_sources(self) -> tuple[str, ...]:
        """Keys of the sources in which it was said and on which the verdict rests, sorted."""
        return tuple(sorted({*self.claim.source, *self.grounds.sources} - {ASSUMED}))

    @property
    def is_later(self) -> bool:
        """Whether it rests on what was known only later."""
        return bool(self.grounds.later)

    def to_json(self) -> dict[str, Any]:
        """Return the verdict in the shape of the published schema."""
        claim, grounds = self.claim, self.grounds
        return {
            "claim": claim.claim,
            "who": claim.who,
            "kind": claim.kind,
            "statement": claim.statement,
            "said_in": list(claim.source),
            "checked_by": claim.checked_by,
            "asks": claim.asks,
            "verdict": self.verdict,
            "says": self.says,
            "number": self.number,
            "unit": self.unit,
            **span_json(self.span),
            "measure": list(claim.measure),
            "statistic": claim.statistic,
            "comparison": claim.comparison,
            "compared": self.compared,
            "claimed": None if self.claimed is None else span_json(self.claimed),
            "claimed_of": claim.claimed_of,
            "tolerance_value": claim.tolerance_value,
            "numbers": [
                {"address": one.address, "label": one.label, **span_json(one.span)}
                for one in self.numbers
            ],
            "option": grounds.option,
            "answers": list(grounds.answers),
            "runs": list(grounds.runs),
            "rows": list(grounds.rows),
            "sources": list(grounds.sources),
            "verified": dict(grounds.verified),
            "later": list(grounds.later),
            "rests_on": grounds.says,
        }


def span_json(span: Span | None) -> dict[str, float | None]:
    """Return a number as value, low and high; no range where it is a point."""
    if span is None:
        return {"value": None, "low": None, "high": None}
    is_point = span.low == span.high
    return {
        "value": span.value,
        "low": None if is_point else span.low,
        "high": None if is_point else span.high,
    }


def verdicts(book: AnswerBook, claims: Sequence[Claim] | None = None) -> tuple[Verdict, ...]:
    """Hold claims against the numbers: all of the scenario, in its order, if none are given."""
    chosen = book.findings.as_set.claims if claims is None else claims
    return tuple(hold(claim, book) for claim in chosen)


def hold(claim: Claim, book: AnswerBook) -> Verdict:
    """Hold one claim against the numbers that it names."""
    try:
        if not claim.measure:
            raise UntoldError(unmeasured(claim, book))
        numbers = measured(claim.measure, claim, book)
        others = measured((claim.claimed_of,), claim, book) if claim.claimed_of else []
        if claim.statistic == "each" and len(others) > 1:
            raise UntoldError(f"{claim.claimed_of} names several numbers")
    except UntoldError as why:
        return Verdict(claim=claim, verdict="cannot tell", says=f"Cannot tell: {why}.")
    named = told_apart([*numbers, *others], book)
    numbers, others = named[: len(numbers)], named[len(numbers) :]
    against = joined(others, claim.statistic) if others else point(claim.claimed_value or 0.0)
    sayings = Sayings(claim, numbers, others, against)
    is_each = claim.statistic == "each" and len(numbers) > 1
    spans = [n.span for n in numbers] if is_each else [joined(numbers, claim.statistic)]
    words = [judge(claim, span, against) for span in spans]
    word: Word = words[0] if len(set(words)) == 1 else "cannot tell"
    return Verdict(
        claim=claim,
        verdict=word,
        says=sayings.several(word, words) if is_each else sayings.one(word, spans[0]),
        number=sayings.number if is_each else sayings.full(spans[0]),
        compared=sayings.affirmed,
        unit=sayings.unit,
        span=None if is_each else spans[0],
        claimed=against,
        numbers=tuple(numbers),
        grounds=grounds_of([*numbers, *others], claim, book),
    )


def measured(addresses: Sequence[str], claim: Claim, book: AnswerBook) -> list[Measured]:
    """Return the numbers that addresses name, those of answers for the claim's option."""
    return [number for address in addresses for number in measure(address, book, claim.option)]


def unmeasured(claim: Claim, book: AnswerBook) -> str:
    """Say why a claim without a measure cannot be told, and which question speaks to it."""
    why = book.why_not(claim.checked_by, book.findings.scenario)
    if why:
        return f"nothing here measures it, and {why}"
    return f"no number measures it; see what the answer to '{claim.checked_by}' says"


def judge(claim: Claim, span: Span, against: Span) -> Word:
    """Return whether a comparison holds for every value of a range, for none, or for some.

    Examples
    --------
    >>> claim = Claim(
    ...     claim="x",
    ...     who="",
    ...     kind="figure",
    ...     statement="",
    ...     checked_by="size",
    ...     measure="answers/size/value",
    ...     comparison="at_least",
    ...     claimed_value=10,
    ...     source="assumed",
    ... )
    >>> [judge(claim, Span(9, low, high), point(10)) for low, high in [(10, 12), (8, 9), (8, 12)]]
    ['holds', 'does not hold', 'cannot tell']
    """
    holds, fails = compared(claim.comparison or "about", span, against, claim.tolerance_value)
    return "holds" if holds else "does not hold" if fails else "cannot tell"


def compared(
    comparison: Comparison, span: Span, against: Span, tolerance: float
) -> tuple[bool, bool]:
    """Return whether every pair of values of two ranges satisfies a comparison, and whether none.

    >>> compared("above", Span(3, 2, 4), Span(1, 0, 2), 0.0)
    (False, False)
    """
    match comparison:
        case "at_least":
            return span.low >= against.high, span.high < against.low
        case "above":
            return span.low > against.high, span.high <= against.low
        case "at_most":
            return span.high <= against.low, span.low > against.high
        case "below":
            return span.high < against.low, span.low >= against.high
        case "about":
            enough = tolerance + SLACK * max(abs(against.low), abs(against.high))
            furthest = max(span.high - against.low, against.high - span.low)
            nearest = max(0.0, span.low - against.high, against.low - span.high)
            return furthest <= enough, nearest > enough


def joined(numbers: Sequence[Measured], statistic: Statistic) -> Span:
    """Make several numbers one; its range is that of the ends, as every statistic rises with each.

    The ends are those of numbers that all err the same way. Of means, sums and medians they are
    wider than where errors are apart; of the least and the most of many 90 % ranges they may be
    narrower.
    """
    if len(numbers) == 1:
        return numbers[0].span
    value, low, high = (
        reduce_(np.array([getattr(number, end) for number in numbers]), statistic)
        for end in ("value", "low", "high")
    )
    return Span(value, low, high)


def reduce_(values: np.ndarray[tuple[int], np.dtype[np.float64]], statistic: Statistic) -> float:
    """Return one number of several."""
    match statistic:
        case "median":
            return float(np.median(values))
        case "mean":
            return float(values.mean())
        case "sum":
            return float(values.sum())
        case "least":
            return float(values.min())
        case "most":
            return float(values.max())
        case "each":
            raise ValueError("each of several numbers is compared by itself")


def point(value: float) -> Span:
    """Return a number without a range."""
    return Span(value, value, value)


def grounds_of(numbers: Sequence[Measured], claim: Claim, book: AnswerBook) -> Grounds:
    """Collect rows, sources, answers and runs behind numbers."""
    scenario = book.findings.scenario
    answers = list({n.answer.id: n.answer for n in numbers if n.answer}.values())
    own = {number.row for number in numbers if number.row}
    behind = own.union(*(answer.rows for answer in answers))
    rows = [scenario.row(*address.split("/", maxsplit=1)) for address in behind]
    counts = Counter(row.verified for row in rows)
    sources = {key for address in own for key in scenario.row(*address.split("/", 1)).source}
    sources.update(*(answer.sources for answer in answers))
    return Grounds(
        option=(claim.option or book.option) if answers else "",
        answers=tuple(answer.id for answer in answers),
        runs=tuple(dict.fromkeys(answer.run for answer in answers)),
        rows=tuple(sorted(own)),
        sources=tuple(sorted(sources - {ASSUMED})),
        verified={word: counts[word] for word in VERIFIED_WORDS if counts[word]},
        later=tuple(
            sorted(
                address
                for address, row in zip(behind, rows, strict=True)
                if getattr(row, "later", False)
            )
        ),
    )

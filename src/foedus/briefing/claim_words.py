"""The sentences of a verdict, written from the claim's row and the numbers that were found."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from foedus.briefing.measures import Measured, Span
from foedus.briefing.sentences import in_a_sentence, listed, rounded
from foedus.briefing.wording import HEADINGS, PRINTED_WORDS
from foedus.quantities import SUFFIXES, show_number, suffix_of
from foedus.scenario.claims import Claim, Comparison, Statistic

Word = Literal["holds", "does not hold", "cannot tell"]

MOST_NAMED: Final = 8
"""Rows that a sentence names; of more it says how many there are."""
MOST_DIGITS: Final = 4

AFFIRMED: Final[dict[Comparison, str]] = {
    "at_least": "at least",
    "at_most": "at most",
    "above": "above",
    "below": "below",
}
NEGATED: Final[dict[Comparison, str]] = {
    "at_least": "below",
    "at_most": "above",
    "above": "not above",
    "below": "not below",
}
STATISTICS: Final[dict[Statistic, str]] = {
    "median": "the median",
    "mean": "the mean",
    "sum": "the sum",
    "least": "the least",
    "most": "the largest",
}


@dataclass(frozen=True)
class Sayings:
    """What there is to say of one claim that was measured."""

    claim: Claim
    numbers: Sequence[Measured]
    others: Sequence[Measured]
    """Numbers of the other measure that it is compared with; none where that is a number."""
    against: Span
    """What it is compared with."""

    @property
    def first(self) -> Measured:
        """A number whose unit is that of all."""
        return self.numbers[0]

    @property
    def is_exact(self) -> bool:
        """Whether the numbers stand in the scenario, rather than coming out of a model."""
        return all(number.answer is None for number in self.numbers)

    @cached_property
    def digits(self) -> int:
        """Decimals that it takes to print what is claimed, and to tell it from the numbers.

        Numbers of the scenario are printed as they stand, with no more than two decimals.
        """
        whole = [self.against.value, *([n.value for n in self.numbers] if self.is_exact else [])]
        scale = 100 if self.is_percent else 1
        least = next((d for d in range(2) if all(is_round(scale * v, d) for v in whole)), 2)
        for digits in range(least, MOST_DIGITS + 1):
            texts = {round(scale * number.value, digits) for number in self.numbers}
            claimed = round(scale * self.against.value, digits)
            differ = all(n.value == self.against.value for n in self.numbers)
            if differ or claimed not in texts:
                return digits
        return least

    @property
    def is_percent(self) -> bool:
        """Whether fractions are printed in per cent."""
        about = SUFFIXES.get(suffix_of(self.first.quantity))
        return about is not None and about.rule == "percent"

    @property
    def unit(self) -> str:
        """What is printed behind a number."""
        if self.first.unit:
            return self.first.unit
        about = SUFFIXES.get(suffix_of(self.first.quantity))
        return about.unit if about else ""

    def bare(self, value: float) -> str:
        """Print a number without its unit; people of a model's answer are rounded."""
        name = self.first.quantity
        about = SUFFIXES.get(suffix_of(name))
        rule = about.rule if about else "fine"
        if rule == "percent":
            return f"{trimmed(f'{100 * value:z,.{self.digits}f}')} %"
        if rule == "decimal":
            return trimmed(f"{value:z,.{max(1, self.digits)}f}")
        if suffix_of(name) == "persons" and not self.is_exact:
            value = rounded(value)
        return show_number(value, name) if about else f"{value:,.4g}"

    def with_unit(self, text: str) -> str:
        """Return a printed number with its unit behind."""
        return f"{text} {self.unit}" if self.unit else text

    def full(self, span: Span) -> str:
        """Print a number with its unit, and its range if it is uncertain."""
        return self.ranged(span, self.unit)

    def ranged(self, span: Span, unit: str = "") -> str:
        """Print a number, and its range if it is uncertain."""
        low, high = self.bare(span.low), self.bare(span.high)
        text = f"{self.bare(span.value)} {unit}".strip()
        if low == high:
            return text
        return f"{text} ({'' if self.is_exact else '90 %: '}{low} to {high})"

    @property
    def number(self) -> str:
        """Print several numbers by their ends."""
        ends = [self.bare(n(number.value for number in self.numbers)) for n in (min, max)]
        return f"{len(self.numbers)} numbers, {ends[0]} to {self.with_unit(ends[1])}"

    @property
    def claimed(self) -> str:
        """What the numbers are compared with; its unit is theirs and is not said again."""
        if not self.others:
            return self.bare(self.against.value)
        return f"{self.of_others}, {self.ranged(self.against)}"

    @property
    def of_others(self) -> str:
        """The other measure in words."""
        other = self.others[0]
        same = words_of(other.quantity) == words_of(self.first.quantity)
        what = "that" if same else f"the {words_of(other.quantity)}"
        if len(self.others) > 1:
            return f"{STATISTICS[self.claim.statistic]} of {len(self.others)} others"
        return f"{what} of {other.label}"

    @property
    def tolerance(self) -> str:
        """How far still counts as the same."""
        size = self.claim.tolerance_value
        if self.is_percent:
            points = f"{100 * size:.4g}"
            return f"{points} point{'' if points == '1' else 's'}"
        return self.bare(size)

    @property
    def affirmed(self) -> str:
        """What the number would have to be for the claim to hold."""
        comparison = self.claim.comparison or "about"
        if comparison != "about":
            return f"{AFFIRMED[comparison]} {self.claimed}"
        if not self.claim.tolerance_value:
            return f"equal to {self.claimed}"
        return f"within {self.tolerance} of {self.claimed}"

    @property
    def negated(self) -> str:
        """What the number is where the claim does not hold."""
        comparison = self.claim.comparison or "about"
        return (
            f"not {self.affirmed}"
            if comparison == "about"
            else f"{NEGATED[comparison]} {self.claimed}"
        )

    @property
    def subject(self) -> str:
        """The measure in words: those of the claim's row, or the names of column and row."""
        if self.claim.subject:
            return self.claim.subject
        if self.first.quantity.startswith("value_"):
            return f"the answer to '{self.first.answer.id}'" if self.first.answer else "it"
        what = f"the {words_of(self.first.quantity)}"
        return what if len(self.numbers) > 1 else f"{what} of {self.first.label}"

    @property
    def under(self) -> str:
        """Under which option an answer was given."""
        return f" (option {self.claim.option})" if self.claim.option else ""

    def one(self, word: Word, span: Span) -> str:
        """Return the sentence of one number, or of several that a statistic makes one."""
        how = STATISTICS.get(self.claim.statistic, "")
        what = f"{how} of {len(self.numbers):,}" if how else ""
        subject = f"{self.subject}, {what}," if what else self.subject
        number = f"{subject} is {self.full(span)}"
        if word == "cannot tell":
            return f"Cannot tell: {number}, and may or may not be {self.affirmed}{self.under}."
        relation = self.affirmed if word == "holds" else self.negated
        return f"{capital(word)}: {number}, {relation}{self.under}."

    def several(self, word: Word, words: Sequence[Word]) -> str:
        """Return the sentence of several numbers each of which must satisfy the comparison."""
        groups: dict[Word, list[str]] = {}
        for number, one in zip(self.numbers, words, strict=True):
            groups.setdefault(one, []).append(self.part(number))
        unit = f" {self.unit}" if self.unit else ""
        relations: dict[Word, str] = {
            "holds": f"is {self.affirmed}{unit}",
            "does not hold": f"is {self.negated}{unit}",
            "cannot tell": f"may or may not be {self.affirmed}{unit}",
        }
        if "holds" in groups:  # what the others are not, or may be, has then been said
            relations |= {"does not hold": "is not", "cannot tell": "may or may not be"}
        parts = [
            f"{'it' if i else self.subject} {relations[one]} for {in_list(groups[one])}"
            for i, one in enumerate(name for name in relations if name in groups)
        ]
        return f"{capital(word)}: {'; '.join(parts)}{self.under}."

    def part(self, number: Measured) -> str:
        """Return one of several numbers, with the row that it is of and its range."""
        value, low, high = (self.bare(v) for v in (number.value, number.low, number.high))
        ends = "" if low == high else f"; {low} to {high}"
        return f"{number.label} ({value}{ends})"


def in_list(parts: Sequence[str]) -> str:
    """Return parts as a list; of many only how many, and the first ones.

    >>> in_list(["Brekland (180)", "Elmland (90)"])
    'Brekland (180) and Elmland (90)'
    """
    if len(parts) <= MOST_NAMED:
        return listed(parts)
    return f"{len(parts)}, such as {listed(parts[:3])}"


def words_of(name: str) -> str:
    """Return the name of a column in words, without its unit.

    >>> words_of("adversary_border_km"), words_of("defence_share"), words_of("fair_persons")
    ('adversary border', 'defence share', 'fair share')
    """
    if name in HEADINGS:
        return in_a_sentence(HEADINGS[name].partition(" (")[0].partition(", ")[0])
    words = name.removeprefix("is_").split("_")
    if len(words) > 1 and words[-1] in ("km", "persons", "count", "months", "days", "value", "usd"):
        words.pop()
    return " ".join(PRINTED_WORDS.get(word, word) for word in words)


def trimmed(text: str) -> str:
    """Return a printed number without zeros at the end of its decimals.

    >>> trimmed("4.70"), trimmed("1,200.0"), trimmed("100")
    ('4.7', '1,200', '100')
    """
    return text.rstrip("0").rstrip(".") if "." in text else text


def capital(text: str) -> str:
    """Return text with a capital in front, the rest as it is."""
    return text[:1].upper() + text[1:]


def is_round(value: float, digits: int) -> bool:
    """Tell whether a number has no more decimals than these.

    >>> is_round(2.5, 1), is_round(2.33, 1), is_round(100 * 0.0447, 2)
    (True, False, True)
    """
    return abs(value - round(value, digits)) < 1e-9 * max(1.0, abs(value))

"""What is wrong with a value, and what to write instead, in the words of messages.

The loader says of a cell, `--set` of a change and an engine of a setting what pydantic found.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Final, Literal

from pydantic_core import ErrorDetails

DECIMAL_COMMA: Final = re.compile(r"^[+-]?\d+,\d+$")
THOUSANDS: Final = re.compile(r"^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$")
PERCENT: Final = re.compile(r"^[+-]?\d+([.,]\d+)?\s*%$")
FILE_REFERENCE: Final = "docs/reference/files.md"
LONGEST_QUOTE: Final = 60

KINDS: Final = {
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a whole number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "string_type": "text",
}
"""What a value is not, by the type of pydantic's fault."""

Thing = Literal["cell", "setting"]


def quoted(value: Any) -> str:
    """Return a value as a message shows it; a long one is cut.

    >>> quoted("NATO"), quoted(2.5), quoted("x" * 100)[-5:]
    ("'NATO'", '2.5', "xxx…'")
    """
    if isinstance(value, str) and len(value) > LONGEST_QUOTE:
        return repr(f"{value[:LONGEST_QUOTE]}…")
    text = repr(value)
    return text if isinstance(value, str) or len(text) <= LONGEST_QUOTE else f"{text[:60]}…"


def says(error: ErrorDetails, thing: Thing = "cell") -> str:
    """Say in one clause what is wrong with a value."""
    seen = error["input"]
    about = error.get("ctx", {})
    if error["type"] in KINDS:
        return f"{quoted(seen)} is not {KINDS[error['type']]}"
    match error["type"]:
        case "missing":
            return "the cell is empty" if thing == "cell" else "the setting is missing"
        case "too_short":
            return "the cell is empty"
        case "less_than_equal":
            return f"{str(seen)[:LONGEST_QUOTE]} is more than {about['le']:g}"
        case "greater_than_equal":
            return f"{str(seen)[:LONGEST_QUOTE]} is less than {about['ge']:g}"
        case "greater_than":
            return f"{str(seen)[:LONGEST_QUOTE]} is not more than {about['gt']:g}"
        case "string_pattern_mismatch":
            return f"{quoted(seen)} is not of the form {about['pattern']}"
        case "literal_error":
            return f"{quoted(seen)} is not one of {about['expected']}"
        case "extra_forbidden":
            return "no such setting is known"
        case "value_error":
            return str(about["error"])
        case _:
            return f"{error['msg']} (got {quoted(seen)})"


def fix(error: ErrorDetails, known: Iterable[str], *, reference: str | None = None) -> str:
    """Say what to write instead.

    Parameters
    ----------
    known
        Fields that there are, for a name that is near to one of them.
    reference
        Where the field is explained; in the file reference if None.
    """
    field = str(error["loc"][0]) if error["loc"] else ""
    about = error.get("ctx", {})
    see = (
        f"see `{field}` in the file reference ({FILE_REFERENCE})"
        if reference is None
        else reference
    )
    is_fraction = stem(field).endswith(("_share", "_prob"))
    match error["type"]:
        case "missing" | "too_short" if field == "source":
            return "name a key of sources.csv, or write 'assumed'"
        case "less_than_equal" if is_fraction and 1 < float(error["input"]) <= 100:
            share = float(error["input"]) / 100
            return f"shares and probabilities are fractions: write {share:g}"
        case "less_than_equal":
            return f"write {about['le']:g} or less"
        case "greater_than_equal":
            return f"write {about['ge']:g} or more"
        case "greater_than":
            return f"write more than {about['gt']:g}"
        case "float_parsing" | "int_parsing":
            return fix_of_number(str(error["input"]), is_fraction=is_fraction) or see
        case "literal_error":
            words = re.findall(r"'([^']*)'", about["expected"])
            near = get_close_matches(str(error["input"]), words, n=1, cutoff=0.6)
            return f"did you mean {near[0]}?" if near else see
        case "extra_forbidden":
            near = get_close_matches(field, list(known), n=1, cutoff=0.6)
            return f"did you mean {near[0]}?" if near else "take it out"
        case _:
            return see


def fix_of_number(seen: str, *, is_fraction: bool) -> str | None:
    """Say how to write a number that was written as spreadsheets and people do, if it was."""
    text = seen.strip()
    if PERCENT.match(text):
        bare = float(text.rstrip("% ").replace(",", "."))
        return f"write {bare / 100 if is_fraction else bare:g}"
    if THOUSANDS.match(text):  # 10,940 may be ten thousand, or a little under eleven
        return f"write {text.replace(',', '')}, without a separator of thousands"
    if DECIMAL_COMMA.match(text):
        return f"numbers have a decimal point: write {text.replace(',', '.')}"
    return None


def advice(says_: str, fix_: str) -> str:
    """Return what is wrong and what to write, as sentences of one line.

    >>> advice("5 is more than 1", "write 1 or less"), advice("no 'a'", "did you mean b?")
    ('5 is more than 1. Fix: write 1 or less.', "no 'a'. Fix: did you mean b?")
    """
    return f"{says_}. Fix: {fix_ if fix_.endswith(('.', '?')) else f'{fix_}.'}"


def stem(field: str) -> str:
    """Return a field's name without the word for the end of its range.

    >>> stem("needed_count_low"), stem("needed_count")
    ('needed_count', 'needed_count')
    """
    return field.removesuffix("_low").removesuffix("_high")

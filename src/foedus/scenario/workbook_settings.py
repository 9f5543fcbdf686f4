"""Names and values of settings as words in a sheet: what was written is read as it was.

A cell cannot tell the whole number 9 from 9.0, nor the word "true" from a truth value. A value that
would be read as another is written as TOML has it: `9.0`, `"true"`.
"""

import tomllib
from typing import Any

from foedus.scenario.save import toml_key, toml_text


def setting_path(name: str) -> tuple[str, ...] | None:
    """Return the parts of a setting's name; None if it is none.

    >>> setting_path("engines.consent.drift_score"), setting_path("two words")
    (('engines', 'consent', 'drift_score'), None)
    """
    try:
        found: Any = tomllib.loads(f"{name} = 0")
    except tomllib.TOMLDecodeError:
        return None
    path = []
    while isinstance(found, dict) and len(found) == 1:
        ((part, found),) = found.items()
        path.append(part)
    return tuple(path) if setting_name(*path) == name else None


def setting_name(*path: str) -> str:
    """Return the name of a setting from its parts; a part that holds a point stands in quotes.

    >>> setting_name("engines", "consent", "drift_score"), setting_name("a.b")
    ('engines.consent.drift_score', '"a.b"')
    """
    return ".".join(map(toml_key, path))


def read_words(text: str) -> str:
    r"""Return words as they are meant; quotes around the whole are those of TOML.

    >>> read_words("Paris"), read_words('"a\\tb"'), read_words('"A" and "B"')
    ('Paris', 'a\tb', '"A" and "B"')
    """
    if not text.startswith('"'):
        return text
    found = toml_scalar(text)
    return found if isinstance(found, str) else text


def read_scalar(text: str) -> bool | int | float | str:
    """Return the setting of an engine: a number, a truth value, or else words.

    >>> read_scalar("9"), read_scalar("9.0"), read_scalar("true"), read_scalar('"9"')
    (9, 9.0, True, '9')
    """
    found = toml_scalar(text)
    return found if isinstance(found, bool | int | float | str) else text


def toml_scalar(text: str) -> Any:
    """Return what TOML reads in one line; None if it is not TOML."""
    if "\n" in text:
        return None
    try:
        found = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return None
    return found["value"]


def words(text: str) -> str:
    r"""Return words as they are written, so that they are read as they are.

    >>> words("Paris"), words(" Paris"), words('"Paris"')
    ('Paris', '" Paris"', '"\\"Paris\\""')
    """
    is_plain = text == text.strip() and text.isprintable()
    return text if is_plain and read_words(text) == text else toml_text(text)


def scalar(value: bool | float | str) -> str | int | float:
    """Return the setting of an engine as it is written: a number as one, the rest as words.

    >>> scalar(9), scalar(9.0), scalar(0.5), scalar(True), scalar("true"), scalar("mix")
    (9, '9.0', 0.5, 'true', '"true"', 'mix')
    """
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return value if keeps(value) else str(value)
        case float():
            return value if keeps(value) and not value.is_integer() else repr(value)
        case _:
            plain = words(value)
            return plain if read_scalar(plain) == value else toml_text(value)


def keeps(value: float) -> bool:
    """Tell whether a spreadsheet keeps a number: it cuts what has more than fifteen digits.

    >>> keeps(0.1), keeps(1 / 3), keeps(10**20)
    (True, False, False)
    """
    return abs(value) < 1e15 and float(f"{value:.15g}") == value

"""Text of others in a report: what cannot be seen is written out, and only web addresses are links.

Every form of the report prints text through this one place.
"""

import re
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from markupsafe import Markup

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)
"""Characters that show nothing and change how others are shown, or that no page can hold."""


def visible(value: Any) -> Any:
    r"""Return text with every unseen character written out; anything else as it is.

    Marks that turn the direction of writing could make a sentence read as another one.

    >>> visible("abc\u202edef"), visible("Zürich"), visible(3)
    ('abc[U+202E]def', 'Zürich', 3)
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return UNSEEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", value)


def web_address(reference: str) -> str:
    """Return a reference if a browser may follow it, else nothing.

    >>> web_address("https://example.org/a"), web_address("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    if UNSEEN.search(reference) or any(letter.isspace() for letter in reference):
        return ""
    try:
        parts = urlsplit(reference)
    except ValueError:
        return ""
    return reference if parts.scheme in ("http", "https") and parts.netloc else ""


def day(value: date | None) -> str:
    """Return a day in words.

    >>> day(date(2025, 2, 17))
    '17 February 2025'
    """
    return "" if value is None else f"{value.day} {MONTHS[value.month - 1]} {value.year}"

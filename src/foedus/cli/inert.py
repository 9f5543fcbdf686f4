"""Text from files made harmless: what would steer a terminal is printed as its code."""

import unicodedata


def inert(text: str) -> str:
    r"""Return text in which nothing but line breaks can steer a terminal.

    Control characters, marks that turn the direction of writing, and other characters that are not
    printed are replaced by their codes.

    >>> inert("red \x1b[31m"), inert("abc\u202edef"), inert("Zürich, 2 %")
    ('red \\x1b[31m', 'abc\\u202edef', 'Zürich, 2 %')
    """
    if text.isprintable():
        return text
    return "".join(letter if is_harmless(letter) else code_of(letter) for letter in text)


def is_harmless(letter: str) -> bool:
    """Tell whether a terminal prints a character and does nothing else.

    Spaces of other widths are not `printable` to Python, and harmless all the same.
    """
    return letter.isprintable() or letter == "\n" or unicodedata.category(letter) == "Zs"


def code_of(letter: str) -> str:
    r"""Return the code of a character, as Python writes it.

    >>> code_of("\t"), code_of("\x9b"), code_of("\u2028")
    ('\\t', '\\x9b', '\\u2028')
    """
    return letter.encode("unicode_escape").decode("ascii")

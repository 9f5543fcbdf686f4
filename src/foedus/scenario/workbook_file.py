"""An .xlsx file as sheets of cells, with all of them known that hold no plain value.

Values are read by `python-calamine`. It does not tell a formula from its result, shows an error as
an empty cell and a date without the format in which it is shown: these are looked up in the file's
own XML. A file of others is not trusted: only the parts that are needed are unpacked, up to a
limit, none of them may declare entities, and a cell far outside everything is refused before room
is made for it.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, NoReturn
from xml.parsers import expat

from foedus.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Value = int | float | str | bool | date | datetime | time | timedelta
"""What stands in a cell; an empty text where nothing does."""
Place = tuple[int, int]
"""Row and column of a cell, from 0."""

LARGEST_FILE: Final = 64 * 2**20
"""Bytes of a workbook as it lies on the disk."""
LARGEST_CONTENT: Final = 256 * 2**20
"""Bytes of the needed parts, unpacked: a small file can be made that unpacks without end."""
MOST_CELLS: Final = 4_000_000
"""Rows times columns of one sheet, from its first cell to the last one that holds anything."""

OLD_FORMAT: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of an .xls file, and of any workbook that is locked by a password."""
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
"""Name of the part that only a locked workbook has."""
NEEDED: Final = re.compile(r"(\[content_types\]\.xml|_rels/\.rels|xl/(_rels/|worksheets/)?[^/]+)")
"""Parts with sheets and what they refer to: no pictures, charts or comments."""
MARKS: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]*)")
BLANK: Final = re.compile(rb"<c r=\"[A-Z]{1,3}[0-9]{1,7}\"[^<>]*/>")
"""A cell that has a format and holds nothing; there may be millions of them."""

BUILT_IN_DATES: Final[Mapping[int, str]] = {
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    22: "yyyy-mm-dd hh:mm",
}
"""Formats that a workbook names by number alone."""
NOT_OF_THE_CODE: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
"""Parts of a number format that are printed as they stand, or say a colour or a language."""

SAVE_AGAIN: Final = "open it in a spreadsheet program and save it again as .xlsx"


class Odd(NamedTuple):
    """Why a cell holds no plain value."""

    kind: Literal["formula", "error", "format"]
    """`format`: it may be a date, and is shown without its year, its month or its day."""
    text: str = ""
    """The formula, or the error."""


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet."""

    name: str
    rows: tuple[tuple[Value, ...], ...] = ()
    """From the first row and column of the sheet on, to the last that hold anything."""
    odd: Mapping[int, Mapping[int, Odd]] = field(default_factory=dict)
    """Cells that hold no plain value, by row and column from 0."""
    merged: tuple[str, ...] = ()
    """Ranges of merged cells, such as `A5:C5`."""


class Listed(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    part: str
    """Name of the part that holds it."""
    is_hidden: bool
    is_chart: bool


@dataclass(frozen=True)
class Workbook:
    """An open workbook."""

    shown: str
    """Its name in messages."""
    listed: tuple[Listed, ...]
    parts: Mapping[str, bytes]
    values: "CalamineWorkbook"
    partial_formats: frozenset[str]
    """Styles, by number, that show a date without its year, month or day, if it is one."""

    def read(self, listed: Listed) -> Sheet:
        """Read one sheet.

        Raises
        ------
        ScenarioError
            If it is damaged, or a cell lies so far out that the rest could not be held.
        """
        from python_calamine import CalamineError  # noqa: PLC0415 - an extra

        scan = Scan(self.partial_formats)
        try:
            walk(self.parts[listed.part], scan.start, scan.end, scan.text)
            if (scan.last_row + 1) * (scan.last_column + 1) > MOST_CELLS:
                cell = cell_name(scan.last_row, scan.last_column)
                says = "the cells reach further out than those of any table could"
                fix = "delete the rows and columns that stand far outside the table"
                problem = Problem(self.shown, None, "", says, fix, sheet=listed.name, cell=cell)
                raise ScenarioError([problem])
            sheet = self.values.get_sheet_by_name(listed.name)
            rows = sheet.to_python(skip_empty_area=False)
        except (KeyError, ValueError, expat.ExpatError, CalamineError) as error:
            says = f"it cannot be read ({first_line(error)})"
            problem = Problem(self.shown, None, "", says, SAVE_AGAIN, sheet=listed.name)
            raise ScenarioError([problem]) from None
        merged = tuple(
            f"{cell_name(*start)}:{cell_name(*end)}"
            for start, end in sheet.merged_cell_ranges or ()
        )
        return Sheet(listed.name, tuple(map(tuple, rows)), scan.odd, merged)


def open_workbook(file: Path, shown: str) -> Workbook:
    """Open a workbook.

    Raises
    ------
    ScenarioError
        If it cannot be read or is none, is locked by a password, or is too large; or if the
        package that reads workbooks is not installed.
    """
    try:
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - an extra
    except ImportError:
        says = "the package that reads workbooks is not installed"
        refuse(shown, says, "install it with: pip install 'foedus[xlsx]'")
    parts = unpack(read_bytes(file, shown), shown)
    try:
        listed = sheets_of(parts)
        partial = partial_formats(parts.get("xl/styles.xml"))
        walk(parts.get("xl/sharedStrings.xml", b"<sst/>"), lambda _name, _about: None)
        values = CalamineWorkbook.from_filelike(BytesIO(packed(parts)))
    except KeyError:
        refuse(shown, "there is no workbook in it", "name a workbook that was saved as .xlsx")
    except (ValueError, expat.ExpatError, CalamineError) as error:
        refuse(shown, f"it is damaged ({first_line(error)})", SAVE_AGAIN)
    return Workbook(shown, listed, parts, values, partial)


def refuse(shown: str, says: str, fix: str) -> NoReturn:
    """Raise ScenarioError for the workbook as a whole."""
    raise ScenarioError([Problem(shown, None, "", says, fix)]) from None


def first_line(error: Exception) -> str:
    """Return what an error says, in one line of bearable length."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def read_bytes(file: Path, shown: str) -> bytes:
    """Read a file that may be a workbook."""
    try:
        size = file.stat().st_size
        if size > LARGEST_FILE:
            says = f"it is {size / 2**20:,.0f} MB large, and may be {LARGEST_FILE / 2**20:.0f}"
            refuse(shown, says, "take out pictures and sheets that are no tables")
        return file.read_bytes()
    except PermissionError as error:
        fix = "close it in other programs, and make it a file that you may read"
        refuse(shown, f"it cannot be read ({error.strerror})", fix)
    except OSError as error:
        refuse(shown, f"it cannot be read ({error.strerror})", "name a file that is there")


def unpack(content: bytes, shown: str) -> dict[str, bytes]:
    """Return the parts of a workbook that are needed."""
    if not content:
        refuse(shown, "the file is empty", SAVE_AGAIN)
    if content.startswith(OLD_FORMAT):
        if ENCRYPTED in content:
            refuse(shown, "it is locked by a password", "save it as .xlsx without a password")
        refuse(shown, "it is of the old format .xls", "save it as .xlsx")
    if not content.startswith(b"PK"):
        refuse(shown, "it is no workbook", "name a workbook that was saved as .xlsx")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return unpacked(archive, shown)
    except RuntimeError:  # how `zipfile` says that a part is locked
        refuse(shown, "it is locked by a password", "save it as .xlsx without a password")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        refuse(shown, "it is cut off or damaged", "copy it again from where it is whole")


def unpacked(archive: zipfile.ZipFile, shown: str) -> dict[str, bytes]:
    """Return the needed parts of an archive.

    What a part claims to be in size is not exceeded, whatever it unpacks to.
    """
    needed = {
        info.filename: info
        for info in archive.infolist()
        if NEEDED.fullmatch(info.filename.lower()) and not info.is_dir()
    }
    if sum(info.file_size for info in needed.values()) > LARGEST_CONTENT:
        says = f"it unpacks to more than {LARGEST_CONTENT / 2**20:.0f} MB"
        refuse(shown, says, "copy the tables into a new workbook")
    parts = {}
    for name, info in needed.items():
        with archive.open(info) as part:
            parts[name] = BLANK.sub(b"", part.read(info.file_size + 1))
    return parts


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return the parts as an archive again: what was looked at is what is read, and no more."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def walk(
    xml: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read XML and tell of every element, without its prefix.

    Raises
    ------
    ValueError
        If it declares a document type, which no workbook does and with which a few lines can be
        made to fill the memory; or lacks what it must have.
    expat.ExpatError
        If it is not well formed.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = lambda name, about: start(name.rpartition(":")[2], about)
    if end is not None:
        ends = end
        parser.EndElementHandler = lambda name: ends(name.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(xml, True)
    except LookupError as error:  # no such encoding, or an attribute that must be there is not
        raise ValueError(f"{error} is missing or unknown") from None


def refuse_doctype(*_about: object) -> NoReturn:
    """Raise ValueError."""
    raise ValueError("it declares a document type")


def sheets_of(parts: Mapping[str, bytes]) -> tuple[Listed, ...]:
    """Return the sheets of a workbook in its order.

    Raises
    ------
    KeyError
        If it is no workbook.
    """
    targets: dict[str, tuple[str, bool]] = {}

    def relation(name: str, about: dict[str, str]) -> None:
        if name == "Relationship":
            target = about["Target"]
            path = target[1:] if target.startswith("/") else str(PurePosixPath("xl", target))
            targets[about["Id"]] = path, about.get("Type", "").endswith("/chartsheet")

    found: list[Listed] = []

    def sheet(name: str, about: dict[str, str]) -> None:
        if name == "sheet":
            identity = next((key for key in about if key.endswith(":id")), "id")
            part, is_chart = targets[about[identity]]
            is_hidden = about.get("state", "visible") != "visible"
            found.append(Listed(about["name"], part, is_hidden, is_chart))

    book = parts["xl/workbook.xml"]
    walk(parts["xl/_rels/workbook.xml.rels"], relation)
    walk(book, sheet)
    return tuple(found)


def partial_formats(xml: bytes | None) -> frozenset[str]:
    """Return the styles that show a date without its year, its month or its day.

    `Feb-25` is the first of February 2025 to a spreadsheet, whatever its writer meant.
    """
    if xml is None:
        return frozenset()
    codes = dict(BUILT_IN_DATES)
    styles: dict[str, list[int]] = {}
    section = ""

    def start(name: str, about: dict[str, str]) -> None:
        nonlocal section
        if name == "numFmt":
            codes[int(about["numFmtId"])] = about["formatCode"]
        elif name == "xf":
            styles.setdefault(section, []).append(int(about.get("numFmtId", "0")))
        elif name.endswith("Xfs"):
            section = name

    walk(xml, start)
    return frozenset(
        str(place)
        for place, number in enumerate(styles.get("cellXfs", ()))
        if is_partial(codes.get(number, ""))
    )


def is_partial(code: str) -> bool:
    """Tell whether a number format shows some of year, month and day, and not all.

    >>> [is_partial(code) for code in ("yyyy-mm-dd", "[$-407]d. mmm yy;@", "0.00", "General")]
    [False, False, False, False]
    >>> [is_partial(code) for code in ("mmm-yy", "yyyy", 'mmm yy" day"')]
    [True, True, True]
    """
    letters = NOT_OF_THE_CODE.sub("", code).lower()
    return 0 < sum(letter in letters for letter in "ymd") < 3


class Scan:
    """What a sheet's XML tells beside the values of its cells."""

    def __init__(self, partial_formats: frozenset[str]) -> None:
        self.partial_formats = partial_formats
        self.odd: dict[int, dict[int, Odd]] = {}
        self.last_row = self.last_column = -1
        self.row = self.column = -1
        self.is_within = False
        self.about: dict[str, str] = {}
        self.formula: str | None = None
        self.collected: list[str] | None = None

    def start(self, name: str, about: dict[str, str]) -> None:
        """Take the beginning of an element; only cells count, and not what is said below them."""
        if name == "sheetData":
            self.is_within = True
        if not self.is_within:
            return
        match name:
            case "row":
                self.row = int(about["r"]) - 1 if "r" in about else self.row + 1
                self.column = -1
            case "c":
                self.about, self.formula = about, None
                self.row, self.column = place_of(about, self.row, self.column + 1)
            case "f":
                self.formula, self.collected = "", []
                self.grow()
                if about.get("t") in ("array", "dataTable") and "ref" in about:
                    self.mark_range(about["ref"])
            case "v" | "is":
                self.collected = []
                self.grow()

    def end(self, name: str) -> None:
        """Take the end of an element."""
        match name:
            case "sheetData":
                self.is_within = False
            case "f":
                self.formula = "".join(self.collected or ())
            case "v" if self.about.get("t") == "e":
                self.mark(Odd("error", "".join(self.collected or ())))
            case "c" if self.formula is not None:
                self.mark(Odd("formula", self.formula))
            case "c" if self.about.get("s", "0") in self.partial_formats:
                self.odd.setdefault(self.row, {}).setdefault(self.column, Odd("format"))
        if name in ("f", "v", "is"):
            self.collected = None

    def text(self, text: str) -> None:
        """Take text."""
        if self.collected is not None:
            self.collected.append(text)

    def mark(self, odd: Odd) -> None:
        """Note why the present cell holds no plain value."""
        self.odd.setdefault(self.row, {})[self.column] = odd

    def grow(self) -> None:
        """Note that the present cell holds something."""
        self.last_row = max(self.last_row, self.row)
        self.last_column = max(self.last_column, self.column)

    def mark_range(self, cells: str) -> None:
        """Note that one formula fills a range of cells."""
        first, _, last = cells.partition(":")
        (top, left), (bottom, right) = (split_name(part) for part in (first, last or first))
        if (bottom - top + 1) * (right - left + 1) > MOST_CELLS:
            raise ValueError(f"a formula fills the cells {cells}")
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self.odd.setdefault(row, {})[column] = Odd("formula")


def place_of(about: Mapping[str, str], row: int, column: int) -> Place:
    """Return where a cell stands: as it says, or else behind the one before it."""
    return split_name(about["r"]) if "r" in about else (row, column)


def split_name(cell: str) -> Place:
    """Return the row and column of a cell, from 0.

    Raises
    ------
    ValueError
        If it is no cell.

    Examples
    --------
    >>> split_name("A1"), split_name("AB14")
    ((0, 0), (13, 27))
    """
    found = MARKS.fullmatch(cell.replace("$", ""))
    if found is None:
        raise ValueError(f"{cell!r} is no cell")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell from its row and column, from 0.

    >>> cell_name(0, 0), cell_name(13, 27)
    ('A1', 'AB14')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"

"""Write a scenario as one workbook: a sheet for the settings, one a table, and a guide to them.

Text is written as text: a cell that begins with `=` is no formula, and `2025-02` no month. What a
spreadsheet would cut, a number of more than fifteen digits, is text too. The same scenario makes
the same bytes.
"""

import math
import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from foedus.errors import SettingsError
from foedus.scenario.folders import draft_folder
from foedus.scenario.load import WORKBOOK
from foedus.scenario.save import as_cell, column_order, refuse_difference
from foedus.scenario.scenario import ABOUT, ALWAYS_NEEDED, TABLES, TOPICS, About, Scenario
from foedus.scenario.workbook_columns import (
    GUIDE,
    SETTING_HEADER,
    Holds,
    holds,
    meaning_of,
    plain,
    points_to,
    unit_of,
)
from foedus.scenario.workbook_file import cell_name
from foedus.scenario.workbook_settings import keeps, scalar, setting_name, words

MADE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - written into every workbook alike
LONGEST_CELL: Final = 32_767
"""Characters that a cell of a workbook can hold, as its format counts them: in UTF-16."""
AS_TEXT: Final = 49
"""The number of the format `@`: what is typed into such a cell stays as it is typed."""
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML holds."""
CODES: Final = re.compile(r"(_x[0-9a-fA-F]{4}){2}_")
"""Words that a workbook takes for the codes of two characters, and its writers get wrong."""
ROWS_TO_FILL: Final = 2_000
"""Rows below the last one for which drop-downs and colours are ready."""
LONGEST_LIST: Final = 255
"""Characters of all words of a drop-down."""
NARROWEST, WIDEST, LIST, PROSE = 9, 32, 40, 70
"""Widths of columns in characters; prose and lists with longer cells are wrapped."""
LONG: Final = 40
LOST_AT_ENDS: Final = 1.05
"""Room that wrapped text takes, as words are not parted, over what it would fill."""
MOST_FROZEN: Final = 2
"""Columns of keys that stay in sight."""
NEEDED_TAB, GUIDE_TAB = "#5B9BD5", "#A5A5A5"
"""Colours of the tabs of sheets that are always needed, and of the guide."""
LAST_ROW: Final = 1_048_575
"""Last row that a sheet can have, from 0."""
LINE_HEIGHT, HIGHEST = 15, 405
"""Height of a line, and of the highest row there can be, in points."""

MARKS: Final[Mapping[str, tuple[str, str]]] = {
    "later": ("#D9D9D9", "known only later (later is 1): left out by --strict and every score"),
    "own": ("#FCE4D6", "nobody published it (verified is judgement or assumed)"),
    "memory": ("#FFF2CC", "recalled with a public source, not checked again (verified is memory)"),
}
"""Colour and meaning of rows, the first that fits; `verified` and `later` say the same."""

LEGEND: Final = """\
Row 1 of every sheet names its columns and is what foedus reads. A column without * below, whose \
heading is pale, may be left out, or its cells left empty; a sheet whose tab is not blue too. Rows \
may be added, sorted and filtered; hidden ones count.
This sheet is not read, nor is one whose name begins with _, nor a chart. Any other sheet of a \
name that no table has is refused.
Shares and probabilities are fractions: 0.25, not 25 %. Flags are 0 or 1. Lists are words \
separated by semicolons. Dates are text, or true dates that show year, month and day; 2025 and \
2025-02 count as their last day.
A formula is refused: copy it, and paste its value in place. So are merged cells, hidden sheets, \
errors such as #N/A, and line breaks.
The column verified says how far a row was checked. found: in a public page; found-rounded: the \
page shows it rounded; memory: recalled with a public source, not checked again; calc: computed \
from other rows; judgement: nobody published it, a stated rule was followed; assumed: a choice of \
the authors.
The column source names rows of the sheet sources, or says assumed.
A judged number x has x_low and x_high beside it, and is drawn between them.
"""
"""First lines of the guide."""

GUIDE_WIDTHS: Final = (16, 32, 44, 40, 110)
GUIDE_HEADER: Final = ("sheet", "column", "holds", "unit", "meaning")
"""Header of the list of all columns."""


def save_workbook(scenario: Scenario, file: str | Path) -> None:
    """Write a scenario to a new workbook: whole, or not at all.

    What was written is read back before it is put in place, so that no cell says something else
    than the scenario.

    Raises
    ------
    SettingsError
        If the file exists, does not end in `.xlsx`, cannot be written, or a cell cannot hold what
        it should; or if the package that writes workbooks is not installed.
    """
    target = Path(file)
    refuse_target(target)
    refuse_unwritable(scenario, target)
    try:
        with draft_folder(target) as temporary:
            draft = temporary / target.name
            write_workbook(scenario, draft)
            refuse_difference(scenario, draft, target, lambda name: f"the sheet {name}")
            refuse_target(target)
            shutil.move(draft, target)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(f"{target}: cannot be written ({reason}).") from None


def refuse_target(target: Path) -> None:
    """Raise SettingsError for a file that must not be written."""
    if target.suffix.lower() != WORKBOOK:
        raise SettingsError(f"{target}: name a file that ends in {WORKBOOK}.")
    if target.exists() or target.is_symlink():
        raise SettingsError(f"{target}: it exists already. Name a file that does not exist.")


def refuse_unwritable(scenario: Scenario, target: Path) -> None:
    """Raise SettingsError for cells that no workbook can hold, all of them at once."""
    faults = []
    for address, text in texts_of(scenario):
        if (length := utf16_length(text)) > LONGEST_CELL:
            faults.append(
                f"{target}: {address} holds {length:,} characters, and a cell of a workbook at "
                f"most {LONGEST_CELL:,}. Shorten it."
            )
        elif found := UNWRITABLE.search(text):
            faults.append(
                f"{target}: {address} holds the character U+{ord(found[0]):04X}, which no "
                "workbook can hold. Take it out."
            )
        elif found := CODES.search(text):
            faults.append(
                f"{target}: {address} holds {found[0]}, which a workbook takes for the codes of "
                "characters. Write it in another way."
            )
    if faults:
        raise SettingsError("\n".join(faults))


def texts_of(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Return every text that is to be written, with the address of its cell."""
    for name, value in setting_rows(scenario.about):
        yield f"{ABOUT}/{name}", name
        yield f"{ABOUT}/{name}", str(value)
    for table in TABLES:
        for row in scenario.table(table):
            for field, value in row.model_dump(mode="json").items():
                if isinstance(value, str):
                    yield f"{table}/{row.key}/{field}", value


def utf16_length(text: str) -> int:
    """Return the length of a text as spreadsheets count it.

    >>> utf16_length("Zürich"), utf16_length("😀")
    (6, 2)
    """
    return len(text) + sum(letter > "\uffff" for letter in text)


def setting_rows(about: About) -> Iterator[tuple[str, str | int | float]]:
    """Return every setting, as its row of the sheet has it.

    Raises
    ------
    SettingsError
        If a setting of an engine is neither one number nor one word.
    """
    for name, value in about.model_dump(mode="json").items():
        if name == "engines":
            continue
        is_number = isinstance(value, int) and not isinstance(value, bool)
        yield name, value if is_number else words(as_cell(value))
    for engine, settings in about.engines.items():
        if not settings:
            yield setting_name("engines", engine), ""
        for name, value in settings.items():
            if not isinstance(value, bool | int | float | str):
                raise SettingsError(f"{value!r} is not one number or word.")
            yield setting_name("engines", engine, name), scalar(value)


def write_workbook(scenario: Scenario, file: Path) -> None:
    """Write all sheets of a scenario.

    Raises
    ------
    SettingsError
        If the package that writes workbooks is not installed.
    OSError
        If the file cannot be written.
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - an extra
        from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415 - an extra
    except ImportError:
        raise SettingsError(
            "the package that writes workbooks is not installed. "
            "Install it with: pip install 'foedus[xlsx]'."
        ) from None
    try:
        with xlsxwriter.Workbook(str(file), {"in_memory": True}) as book:
            book.set_properties({"title": scenario.about.title[:250], "created": MADE})
            Writer(book, scenario).write()
    except FileCreateError as error:  # the package's own name for a disk that is full
        raise next((each for each in error.args if isinstance(each, OSError)), OSError()) from None


class Writer:
    """Writes the sheets of one scenario into a workbook."""

    def __init__(self, book: Any, scenario: Scenario) -> None:
        self.book = book
        self.scenario = scenario
        top = {"valign": "top"}
        bold = {"bold": True, "bottom": 1, **top}
        self.heading = book.add_format({"bg_color": "#DDEBF7", **bold})
        self.needed_heading = book.add_format({"bg_color": "#9DC3E6", **bold})
        # Away from the text of the next column, which begins at its left edge.
        self.number = book.add_format({"align": "right", "indent": 1, **top})
        self.number_in_prose = book.add_format({"align": "left", **top})
        self.text = book.add_format({"num_format": AS_TEXT, **top})
        self.prose = book.add_format({"num_format": AS_TEXT, "text_wrap": True, **top})
        self.marks = {
            name: book.add_format({"bg_color": colour}) for name, (colour, _) in MARKS.items()
        }

    def write(self) -> None:
        """Write every sheet: settings, tables, guide."""
        self.write_settings()
        for name, model in TABLES.items():
            self.write_table(name, model)
        self.write_guide()

    def sheet(
        self, name: str, header: tuple[str, ...], needed: Collection[str], keys_count: int
    ) -> Any:
        """Return a new sheet with its header, which stays in sight with its columns of keys."""
        sheet = self.book.add_worksheet(name)
        for column, title in enumerate(header):
            form = self.needed_heading if title in needed else self.heading
            sheet.write_string(0, column, title, form)
        sheet.freeze_panes(1, keys_count)
        # Years and codes are text on purpose, and no mistake to be marked in every cell.
        sheet.ignore_errors({"number_stored_as_text": f"A1:{cell_name(LAST_ROW, len(header) - 1)}"})
        if name in (ABOUT, *ALWAYS_NEEDED):
            sheet.set_tab_color(NEEDED_TAB)
        lay_out(sheet)
        sheet.repeat_rows(0)
        return sheet

    def put(
        self, sheet: Any, row: int, column: int, value: Any, form: Any, number: Any = None
    ) -> None:
        """Write one value; a number that a spreadsheet would cut becomes text."""
        if isinstance(value, int | float) and not isinstance(value, bool) and keeps(value):
            sheet.write_number(row, column, value, number or self.number)
        elif (text := as_cell(value)) != "":
            sheet.write_string(row, column, text, form)

    def write_settings(self) -> None:
        """Write the sheet of settings."""
        sheet = self.sheet(ABOUT, SETTING_HEADER, SETTING_HEADER[:2], 1)
        self.write_comment(sheet, 0, f"The sheet {GUIDE}, the last, explains sheets and colours.")
        sheet.set_column(0, 0, WIDEST, self.text)
        sheet.set_column(1, 2, PROSE, self.prose)
        for row, (name, value) in enumerate(setting_rows(self.scenario.about), start=1):
            sheet.write_string(row, 0, name, self.text)
            self.put(sheet, row, 1, value, self.prose, self.number_in_prose)
            if name in About.model_fields:
                means = f"{meaning_of(About, name)} ({holds(About, name)})"
            else:
                means = "Setting of an engine that differs from its default."
            sheet.write_string(row, 2, means, self.prose)
            fit_height(sheet, row, [(as_cell(value), PROSE), (means, PROSE)])

    def write_table(self, name: str, model: type[BaseModel]) -> None:
        """Write the sheet of one table: every column, whether it holds anything or not."""
        rows = self.scenario.table(name)
        columns = column_order(model)
        needed = {field for field in columns if model.model_fields[field].is_required()}
        keys_count = next(i for i, field in enumerate(columns) if field not in key_fields(model))
        sheet = self.sheet(name, tuple(columns), needed, min(keys_count, MOST_FROZEN))
        wrapped: dict[str, int] = {}
        dump = [row.model_dump(mode="json") for row in rows]
        for column, field in enumerate(columns):
            about = holds(model, field)
            longest = max((len(as_cell(values[field])) for values in dump), default=0)
            width = min(max(longest, len(field), NARROWEST) + 3, WIDEST)
            if is_prose := about.kind in ("text", "list") and longest > LONG:
                width = wrapped[field] = PROSE if about.kind == "text" else LIST
            form = self.prose if is_prose else self.text if about.is_text else self.number
            sheet.set_column(column, column, width, form)
            for row, values in enumerate(dump, start=1):
                value = values[field]
                plain = int(value) if isinstance(value, bool) else value
                self.put(sheet, row, column, plain, self.prose if is_prose else self.text)
            self.write_note(sheet, column, model, field)
            self.offer_choices(sheet, (name, field, column), about, len(rows))
        for row, values in enumerate(dump, start=1):
            fit_height(sheet, row, [(as_cell(values[name]), w) for name, w in wrapped.items()])
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        self.mark_rows(sheet, columns, len(rows))

    def write_note(self, sheet: Any, column: int, model: type[BaseModel], field: str) -> None:
        """Write the meaning of a column as the note of its heading."""
        self.write_comment(sheet, column, note_of(model, field))

    def write_comment(self, sheet: Any, column: int, text: str) -> None:
        """Write the note of a heading, large enough to be read without scrolling."""
        height = 20 * (2 + len(text) // 42)
        sheet.write_comment(
            0, column, text, {"author": "foedus", "width": 300, "height": height, "visible": False}
        )

    def offer_choices(
        self, sheet: Any, place: tuple[str, str, int], about: Holds, count: int
    ) -> None:
        """Offer the words of a closed choice, and the keys of the table that a column names."""
        table, field, column = place
        cells = (1, column, count + ROWS_TO_FILL, column)
        target = points_to(table, field)
        if about.kind == "flag":
            offer = {"source": ["0", "1"], "error_message": "Write 0 or 1."}
        elif about.kind == "choice" and len(",".join(about.choices)) <= LONGEST_LIST:
            message = f"Write one of: {', '.join(about.choices)}."[:LONGEST_LIST]
            offer = {"source": list(about.choices), "error_message": message}
        elif target is not None:
            last = len(self.scenario.table(target)) + 1 + ROWS_TO_FILL
            message = f"This is not yet in the sheet {target}."
            offer = {
                "source": f"={target}!$A$2:$A${last}",
                "error_type": "warning",
                "error_message": message,
            }
        else:
            return
        sheet.data_validation(*cells, {"validate": "list", **offer})

    def mark_rows(self, sheet: Any, columns: list[str], count: int) -> None:
        """Colour the rows of which a reader should know, those to be written too."""
        if "verified" not in columns:
            return
        verified = f"${column_of(columns, 'verified')}2"
        tests = {
            "own": f'=OR({verified}="judgement",{verified}="assumed")',
            "memory": f'={verified}="memory"',
        }
        if "later" in columns:
            tests = {"later": f"=${column_of(columns, 'later')}2=1", **tests}
        for name, test in tests.items():
            sheet.conditional_format(
                1,
                0,
                count + ROWS_TO_FILL,
                len(columns) - 1,
                {
                    "type": "formula",
                    "criteria": test,
                    "format": self.marks[name],
                    "stop_if_true": True,
                },
            )

    def write_guide(self) -> None:
        """Write the sheet that explains the others."""
        sheet = self.book.add_worksheet(GUIDE)
        sheet.set_tab_color(GUIDE_TAB)
        lay_out(sheet)
        for column, width in enumerate(GUIDE_WIDTHS):
            sheet.set_column(column, column, width, self.prose)
        row = 0
        for line in LEGEND.splitlines():
            sheet.merge_range(row, 0, row, 4, "", self.prose)
            sheet.write_string(row, 0, line, self.prose)
            fit_height(sheet, row, [(line, sum(GUIDE_WIDTHS))])
            row += 1
        for name, (_, means) in MARKS.items():
            sheet.write_string(row, 0, "this colour", self.marks[name])
            sheet.merge_range(row, 1, row, 4, "", self.prose)
            sheet.write_string(row, 1, means, self.prose)
            row += 1
        row += 1
        for column, title in enumerate(GUIDE_HEADER):
            sheet.write_string(row, column, title, self.heading)
        top = row
        for cells in guide_rows():
            row += 1
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell, self.prose)
            fit_height(sheet, row, list(zip(cells, GUIDE_WIDTHS, strict=True)))
        sheet.autofilter(top, 0, row, len(GUIDE_HEADER) - 1)


def lay_out(sheet: Any) -> None:
    """Let a sheet be printed with all columns side by side."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&F, &A&R&P of &N")


def fit_height(sheet: Any, row: int, texts: list[tuple[str, int]]) -> None:
    """Make a row as high as its wrapped texts need, given with the widths of their columns."""
    lines = max((math.ceil(len(text) * LOST_AT_ENDS / width) for text, width in texts), default=1)
    if lines > 1:
        sheet.set_row(row, min(lines * LINE_HEIGHT, HIGHEST))


def key_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the columns whose values name a row."""
    return tuple(getattr(model, "key_fields", ()))


def column_of(columns: list[str], name: str) -> str:
    """Return the letters of a column."""
    return cell_name(0, columns.index(name))[:-1]


def note_of(model: type[BaseModel], field: str) -> str:
    """Return what a heading's note says of its column.

    >>> print(note_of(TABLES["units"], "notice_days"))
    Notice to move.
    Holds: number, 0 or more
    Unit: calendar days
    Must be filled.
    """
    parts = [
        meaning_of(model, field),
        f"Holds: {holds(model, field)}",
        f"Unit: {unit}" if (unit := unit_of(model, field)) else "",
        "Must be filled." if model.model_fields[field].is_required() else "",
    ]
    return "\n".join(part for part in parts if part)


def guide_rows() -> Iterator[tuple[str, ...]]:
    """Return the rows of the guide: what each sheet is, and what each of its columns holds."""
    yield ABOUT, "", "always needed", "", "One row is: A setting of the scenario, and its value."
    for name, model in TABLES.items():
        topic = next(topic for topic, tables in TOPICS.items() if name in tables)
        needed = "always needed" if name in ALWAYS_NEEDED else f"topic {topic}, may be empty"
        yield name, "", needed, "", f"One row is: {plain(model.__doc__ or '')}"
        for field in column_order(model):
            star = " *" if model.model_fields[field].is_required() else ""
            about = str(holds(model, field))
            yield name, f"{field}{star}", about, unit_of(model, field), meaning_of(model, field)

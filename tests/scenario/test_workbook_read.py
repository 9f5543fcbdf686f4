"""Every kind of bad cell is named with sheet, cell, field and what to write instead."""

import copy
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from foedus.errors import Problem, ScenarioError
from foedus.scenario import load
from foedus.scenario.load import LONGEST_CELL

WORKBOOKS = Path(__file__).parent / "workbooks"

SHEETS: dict[str, list[list[Any]]] = {
    "scenario": [
        ["setting", "value"],
        ["title", "Tiny"],
        ["date", "2030-06-01"],
        ["evidence_until", "2030-06-05"],
    ],
    "delegations": [
        ["delegation", "title", "role", "adversary_border_km", "source"],
        ["ALD", "Aldmark", "contributor", 0, "assumed"],
        ["BRK", "Brekland", "contributor", 180.5, "assumed"],
        ["HOV", "Hovany", "host", 420, "assumed"],
    ],
    "options": [
        [
            *("option", "title", "requirement", "mission", "location", "command"),
            *("duration_months", "decision_date", "legal_mandate", "us_enablers_share"),
            *("us_backing_prob", "us_blessing", "source"),
        ],
        [
            *("rear", "A force", "small", "self_defence", "rear", "coalition"),
            *(24, "2030-10", "none", 1, 0.5, 1, "assumed"),
        ],
    ],
    "polls": [
        [
            *("poll", "delegation", "topic", "question", "support_share", "n_persons"),
            *("fieldwork_end", "note", "source"),
        ],
        ["spring", "ALD", "troops", "Soldiers?", 0.52, 1000, "2030-05-14", None, "assumed"],
    ],
    "capabilities": [
        [
            *("capability", "title", "domain", "is_enabler", "is_critical"),
            *("reference_strength_persons", "source"),
        ],
        ["brigade", "Brigade", "land", 0, 1, 4000, "assumed"],
    ],
    "units": [
        [
            *("delegation", "capability", "unit_kind", "held_count", "strength_persons"),
            *("notice_days", "tour_months", "dwell_ratio", "home_floor_count"),
            *("available_count", "source"),
        ],
        ["ALD", "brigade", "brigade", 6, 4000, 30, 6, 3, 2, 1, "assumed"],
        ["BRK", "brigade", "brigade", 2, 3500, 45, 6, 3, 2, 0, "assumed"],
    ],
    "sources": [["source", "title", "note"], ["press", "A newspaper", None]],
}
Sheets = dict[str, list[list[Any]]]
Change = Callable[[Any, dict[str, Any]], None]
Make = Callable[..., Path]


class Formula(str):
    """A formula that shows 7."""

    __slots__ = ()


class Shown:
    """A date, or a number, with the format in which it is shown."""

    def __init__(self, value: Any, form: str) -> None:
        self.value, self.form = value, form


def put(book: Any, sheet: Any, row: int, column: int, value: Any) -> None:
    match value:
        case None:
            pass
        case Formula():
            sheet.write_formula(row, column, str(value), None, 7)
        case Shown():
            form = book.add_format({"num_format": value.form})
            if isinstance(value.value, date):
                sheet.write_datetime(row, column, value.value, form)
            else:
                sheet.write_number(row, column, value.value, form)
        case str() if value.startswith("#"):
            sheet.write_formula(row, column, f"={value}", None, value)
        case bool():
            sheet.write_boolean(row, column, value)
        case str():
            sheet.write_string(row, column, value)
        case _:
            sheet.write_number(row, column, value)


@pytest.fixture
def sheets() -> Sheets:
    return copy.deepcopy(SHEETS)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write sheets to a workbook; `change` may do to it what a table of values cannot."""

    def written(sheets: Sheets, change: Change | None = None) -> Path:
        file = tmp_path / "tiny.xlsx"
        with xlsxwriter.Workbook(str(file)) as book:
            made = {}
            for name, rows in sheets.items():
                made[name] = book.add_worksheet(name)
                for place, row in enumerate(rows):
                    for column, value in enumerate(row):
                        put(book, made[name], place, column, value)
            if change is not None:
                change(book, made)
        return file

    return written


def problems(file: Path) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        load(file)
    return list(caught.value.problems)


def seen(file: Path) -> list[tuple[str, str, str, str, str]]:
    found = problems(file)
    assert {p.path for p in found} == {str(file)}
    return [(p.sheet, p.cell, p.field, p.says, p.fix) for p in found]


def test_the_tiny_workbook_is_sound_and_every_cell_arrives(make: Make, sheets: Sheets) -> None:
    scenario = load(make(sheets))
    assert scenario.name == "tiny"
    assert scenario.about.date == date(2030, 6, 1)
    assert [row.delegation for row in scenario.delegations] == ["ALD", "BRK", "HOV"]
    assert scenario.delegations[1].adversary_border_km == 180.5
    assert scenario.options[0].us_blessing is True
    assert scenario.options[0].decision_date == date(2030, 10, 31)
    assert scenario.polls[0].n_persons == 1000
    assert scenario.stances == ()


def test_a_problem_reads_as_book_sheet_cell_and_field(make: Make, sheets: Sheets) -> None:
    sheets["units"][2][8] = -1
    file = make(sheets)
    (problem,) = problems(file)
    assert str(problem) == (
        f"{file}, sheet units, cell I3 (home_floor_count): -1 is less than 0\n"
        "    fix: write 0 or more"
    )


ROLES = "'contributor', 'pool', 'host', 'guarantor', 'adversary', 'body' or 'observer'"

BAD_CELLS: list[tuple[str, str, Any, str, str, str]] = [
    # sheet, cell, what is written there, field, what is said, what to write
    ("polls", "E2", 52, "support_share", "52 is more than 1",
     "shares and probabilities are fractions: write 0.52"),
    ("polls", "E2", "52 %", "support_share", "'52 %' is not a number", "write 0.52"),
    ("polls", "E2", "0,52", "support_share", "'0,52' is not a number",
     "numbers have a decimal point: write 0.52"),
    ("polls", "F2", "1.234,5", "n_persons", "'1.234,5' is not a whole number",
     "the cell takes: whole number, more than 0"),
    ("polls", "F2", "1,234", "n_persons", "'1,234' is not a whole number",
     "write 1234, without a separator of thousands"),
    ("polls", "F2", True, "n_persons", "the cell became the truth value TRUE",
     "format the cell as a number, and write it again: whole number, more than 0"),
    ("delegations", "A2", "AL🪖", "delegation",
     "'AL🪖' is not of the form ^[A-Z][A-Z0-9_]{1,15}$",
     "the cell takes: code in capitals: A to Z, 0 to 9 and _"),
    ("polls", "F2", "NaN", "n_persons", "'NaN' is not a whole number",
     "the cell takes: whole number, more than 0"),
    ("polls", "A2", False, "poll", "the cell became the truth value FALSE",
     "format the cell as text, and write it again: text"),
    ("polls", "E2", Formula("=1/2"), "support_share",
     "the cell holds a formula =1/2, which shows 7.0", "copy it, and paste it in place as a value"),
    ("polls", "H2", Formula("=A2&B2"), "note",
     "the cell holds a formula =A2&B2, which shows 7.0",
     "copy it, and paste it in place as a value"),
    ("polls", "G2", "14/05/2030", "fieldwork_end",
     "'14/05/2030' is not a date like 2025, 2025-02 or 2025-02-17",
     "write it as 2025-02-17, or partly, as 2025-02 or 2025"),
    ("polls", "G2", "14.05.2030", "fieldwork_end",
     "'14.05.2030' is not a date like 2025, 2025-02 or 2025-02-17",
     "write it as 2025-02-17, or partly, as 2025-02 or 2025"),
    ("polls", "G2", "May 14, 2030", "fieldwork_end",
     "'May 14, 2030' is not a date like 2025, 2025-02 or 2025-02-17",
     "write it as 2025-02-17, or partly, as 2025-02 or 2025"),
    ("polls", "G2", 47617, "fieldwork_end",
     "'47617' is not a date like 2025, 2025-02 or 2025-02-17",
     "format the cell as a date with year, month and day, or write it as 2025-02-17"),
    ("polls", "G2", Shown(date(2030, 5, 1), "mmm-yy"), "fieldwork_end",
     "the cell became the date 2030-05-01 and does not show its year, month and day",
     "format it as text, and write 2030-05, 2030 or 2030-05-01"),
    ("polls", "G2", Shown(date(2030, 5, 1), "d-mmm"), "fieldwork_end",
     "the cell became the date 2030-05-01 and does not show its year, month and day",
     "format it as text, and write 2030-05, 2030 or 2030-05-01"),
    ("polls", "G2", Shown(datetime(2030, 5, 14, 18, 30), "yyyy-mm-dd hh:mm"), "fieldwork_end",  # noqa: DTZ001
     "the cell holds a time of day, 2030-05-14 18:30:00", "write 2030-05-14"),
    ("polls", "G2", Shown(0.5, "hh:mm"), "fieldwork_end",
     "the cell became a time of day, 12:00:00",
     "format the cell as text, and write it again: date: 2025, 2025-02 or 2025-02-17"),
    ("polls", "E2", Shown(date(2030, 5, 14), "yyyy-mm-dd"), "support_share",
     "the cell became a date, 2030-05-14",
     "format the cell as a number, and write it again: number, 0 to 1"),
    ("polls", "A2", Shown(date(2030, 5, 14), "yyyy-mm-dd"), "poll",
     "the cell became a date, 2030-05-14", "format the cell as text, and write it again: text"),
    ("polls", "H2", "two\nlines", "note", "the cell holds a line break", "write it in one line"),
    ("polls", "H2", "x" * (LONGEST_CELL + 1), "note", "the cell holds 20,001 characters",
     "shorten it to 20,000"),
    ("polls", "B2", "ALX", "delegation", "'ALX' is not in the sheet delegations",
     "Did you mean ALD?"),
    ("polls", "I2", "pres", "source", "'pres' is not in the sheet sources", "Did you mean press?"),
    ("polls", "J2", "scribble", "", "a cell stands in a column without a name",
     "name the column in the first row, or clear the cell"),
    ("delegations", "C3", "contributer", "role",
     f"'contributer' is not one of {ROLES}", "did you mean contributor?"),
    ("scenario", "B3", "tomorrow", "date",
     "'tomorrow' is not a date like 2025, 2025-02 or 2025-02-17",
     "write it as 2025-02-17, or partly, as 2025-02 or 2025"),
    ("scenario", "B3", Formula("=TODAY()"), "date",
     "the cell holds a formula =TODAY(), which shows 7.0",
     "copy it, and paste it in place as a value"),
    ("scenario", "A2", "titel", "titel", "no such setting is known", "did you mean title?"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "cell", "value", "field", "says", "fix"), BAD_CELLS)
def test_a_bad_cell_is_named_with_its_place_and_what_to_write(
    sheet: str, cell: str, value: Any, field: str, says: str, fix: str, make: Make, sheets: Sheets
) -> None:
    row, column = int(cell[1:]) - 1, ord(cell[0]) - ord("A")
    line = sheets[sheet][row]
    line += [None] * (column + 1 - len(line))
    line[column] = value
    if value == "titel":
        cell = "B2"
    assert (sheet, cell, field, says, fix) in seen(make(sheets))


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#NAME?"])
def test_an_error_is_no_empty_cell(error: str, make: Make, sheets: Sheets) -> None:
    file = make(sheets, lambda _book, made: made["polls"].write_formula("H2", "=X", None, error))
    ((sheet, cell, field, says, _fix),) = seen(file)
    assert (sheet, cell, field) == ("polls", "H2", "note")
    assert says.startswith("the cell holds a formula =X")


class TestWhatASpreadsheetWritesInItsOwnWay:
    @pytest.mark.parametrize(
        "form", ["yyyy-mm-dd", "dd/mm/yyyy", "d. mmm yy", "[$-407]dddd, d. mmmm yyyy;@", "m/d/yy"]
    )
    def test_a_true_date_that_shows_its_day_is_a_date(
        self, form: str, make: Make, sheets: Sheets
    ) -> None:
        sheets["polls"][1][6] = Shown(date(2030, 5, 14), form)
        sheets["scenario"][2][1] = Shown(date(2030, 6, 1), form)
        scenario = load(make(sheets))
        assert scenario.polls[0].fieldwork_end == date(2030, 5, 14)
        assert scenario.about.date == date(2030, 6, 1)

    def test_a_date_of_a_book_that_counts_from_1904_is_the_same_date(
        self, sheets: Sheets, tmp_path: Path
    ) -> None:
        file = tmp_path / "mac.xlsx"
        sheets["polls"][1][6] = Shown(date(2030, 5, 14), "yyyy-mm-dd")
        with xlsxwriter.Workbook(str(file), {"date_1904": True}) as book:
            for name, rows in sheets.items():
                sheet = book.add_worksheet(name)
                for place, row in enumerate(rows):
                    for column, value in enumerate(row):
                        put(book, sheet, place, column, value)
        assert load(file).polls[0].fieldwork_end == date(2030, 5, 14)

    def test_numbers_as_text_are_numbers(self, make: Make, sheets: Sheets) -> None:
        sheets["polls"][1][4:6] = ["0.52", " 1000 "]
        assert load(make(sheets)) == load(make(SHEETS))

    def test_a_number_with_a_format_is_its_value(self, make: Make, sheets: Sheets) -> None:
        sheets["polls"][1][4:6] = [Shown(0.52, "0%"), Shown(1000, "#,##0")]
        assert load(make(sheets)) == load(make(SHEETS))

    def test_a_number_in_a_column_of_words_is_the_word(self, make: Make, sheets: Sheets) -> None:
        sheets["polls"][1][0] = 2030
        assert load(make(sheets)).polls[0].poll == "2030"

    def test_a_year_may_be_a_number(self, make: Make, sheets: Sheets) -> None:
        sheets["options"][1][7] = 2031
        assert load(make(sheets)).options[0].decision_date == date(2031, 12, 31)

    def test_a_truth_value_is_a_flag(self, make: Make, sheets: Sheets) -> None:
        sheets["options"][1][11] = True
        assert load(make(sheets)) == load(make(SHEETS))

    def test_codes_that_look_like_numbers_are_kept(self, make: Make, sheets: Sheets) -> None:
        for code in ("007", "1E5", "TRUE", "2025-02", "=1+1", "+1", "-1", "@x", "'x", "1/2"):
            sheets["polls"][1][2] = code
            assert load(make(sheets)).polls[0].topic == code

    def test_spaces_at_the_ends_do_not_count(self, make: Make, sheets: Sheets) -> None:
        sheets["delegations"][1][1] = "  Aldmark\u00a0"
        sheets["delegations"][0][1] = " title "
        assert load(make(sheets)) == load(make(SHEETS))


class TestRowsAndColumns:
    def test_empty_rows_and_columns_are_passed_over(self, make: Make, sheets: Sheets) -> None:
        rows = sheets["units"]
        sheets["units"] = [[], *rows[:2], [], [None, " "], *rows[2:]]

        def formats_only(book: Any, made: dict[str, Any]) -> None:
            form = book.add_format({"bold": True})
            for row in range(8, 400):
                for column in range(30):
                    made["units"].write_blank(row, column, None, form)

        assert load(make(sheets, formats_only)) == load(make(SHEETS))

    def test_a_line_is_the_row_of_the_sheet(self, make: Make, sheets: Sheets) -> None:
        sheets["units"] = [[], *sheets["units"][:2], [], *sheets["units"][2:]]
        sheets["units"][4][3] = -2
        (problem,) = problems(make(sheets))
        assert (problem.line, problem.cell) == (5, "D5")

    def test_hidden_rows_and_columns_count(self, make: Make, sheets: Sheets) -> None:
        def hide(_book: Any, made: dict[str, Any]) -> None:
            made["units"].set_row(2, None, None, {"hidden": True})
            made["units"].set_column(3, 4, None, None, {"hidden": True})

        assert load(make(sheets, hide)) == load(make(SHEETS))

    def test_the_order_of_columns_and_sheets_does_not_count(
        self, make: Make, sheets: Sheets
    ) -> None:
        turned = {name: [row[::-1] for row in rows] for name, rows in sheets.items()}
        turned["scenario"] = sheets["scenario"]
        for name in ("polls", "sources"):  # a note that is not filled shortens its row
            turned[name] = [[*row] for row in turned[name]]
        assert load(make(dict(reversed(turned.items())))) == load(make(SHEETS))

    def test_a_column_without_a_name_may_stay_empty(self, make: Make, sheets: Sheets) -> None:
        sheets["units"] = [[*row[:3], None, *row[3:]] for row in sheets["units"]]
        assert load(make(sheets)) == load(make(SHEETS))

    def test_a_doubled_column_is_refused_where_it_stands_again(
        self, make: Make, sheets: Sheets
    ) -> None:
        sheets["sources"][0][2] = "title"
        assert seen(make(sheets)) == [
            ("sources", "C1", "title", "the column stands twice", "keep one of them")
        ]

    def test_an_unknown_column_is_refused_with_the_near_one(
        self, make: Make, sheets: Sheets
    ) -> None:
        sheets["delegations"][0][3] = "adversary_border"
        assert seen(make(sheets)) == [
            ("delegations", "D1", "adversary_border", "the table has no such column",
             "rename it to adversary_border_km")
        ]  # fmt: skip

    def test_a_missing_column_is_told_once(self, make: Make, sheets: Sheets) -> None:
        sheets["units"] = [row[:-1] for row in sheets["units"]]
        assert seen(make(sheets)) == [
            ("units", "", "source", "the column is missing", "add it to the header")
        ]

    def test_a_header_that_comes_again_is_refused(self, make: Make, sheets: Sheets) -> None:
        sheets["units"].insert(2, list(sheets["units"][0]))
        (problem,) = problems(make(sheets))
        assert (problem.sheet, problem.line, problem.says) == ("units", 3, "it repeats the header")
        assert "sheet units, row 3: it repeats the header" in str(problem)

    def test_a_table_without_header_is_refused_once(self, make: Make, sheets: Sheets) -> None:
        del sheets["units"][0]
        (problem,) = problems(make(sheets))
        assert (problem.sheet, problem.line) == ("units", 1)
        assert problem.says == "its first row is no header: it names no column of the table"

    def test_an_empty_sheet_is_refused_with_its_columns(self, make: Make, sheets: Sheets) -> None:
        sheets["stances"] = []
        ((sheet, cell, _, says, fix),) = seen(make(sheets))
        assert (sheet, cell, says) == ("stances", "", "the sheet is empty")
        assert fix.startswith("write the header into row 1, or delete the sheet; columns are: del")

    def test_a_header_alone_is_a_table_without_rows(self, make: Make, sheets: Sheets) -> None:
        sheets["stances"] = [
            *[["delegation", "principal", "willingness_score", "confidence"]],
        ]
        sheets["stances"][0] += ["us_reliance_score", "as_of", "source"]
        assert load(make(sheets)) == load(make(SHEETS))

    def test_merged_cells_are_refused_with_their_range(self, make: Make, sheets: Sheets) -> None:
        file = make(sheets, lambda _b, made: made["units"].merge_range("A2:A3", "ALD"))
        (problem,) = problems(file)
        assert (problem.sheet, problem.cell) == ("units", "A2:A3")
        assert f"{file}, sheet units, cells A2:A3: cells are merged" in str(problem)


class TestSheets:
    def test_sheets_of_the_analyst_and_charts_are_passed_over(
        self, make: Make, sheets: Sheets
    ) -> None:
        sheets |= {"_mine": [["anything", Formula("=1")]], "guide": [["words"]]}

        def chart(book: Any, _made: dict[str, Any]) -> None:
            drawn = book.add_chart({"type": "line"})
            drawn.add_series({"values": "=units!$D$2:$D$3"})
            book.add_chartsheet("a picture").set_chart(drawn)

        assert load(make(sheets, chart)) == load(make(SHEETS))

    def test_a_hidden_sheet_of_the_analyst_is_passed_over(self, make: Make, sheets: Sheets) -> None:
        sheets["_mine"] = [["x"]]
        assert load(make(sheets, lambda _b, made: made["_mine"].hide())) == load(make(SHEETS))

    @pytest.mark.parametrize("how", ["hide", "very_hidden"])
    def test_a_hidden_table_is_refused(self, how: str, make: Make, sheets: Sheets) -> None:
        file = make(sheets, lambda _b, made: getattr(made["units"], how)())
        ((sheet, _, _, says, _),) = seen(file)
        assert (sheet, says) == (
            "units",
            "the sheet is hidden, and what nobody sees must not count",
        )

    @pytest.mark.parametrize(
        ("name", "fix"),
        [
            ("unit", "rename it to units, or begin its name with _ if it is your own: _unit"),
            ("Polls", "rename it to polls, or begin its name with _ if it is your own: _Polls"),
            ("Sheet1", "begin its name with _ if it is your own: _Sheet1"),
        ],
    )
    def test_a_sheet_that_no_table_has_is_refused(
        self, name: str, fix: str, make: Make, sheets: Sheets
    ) -> None:
        sheets.pop("polls")
        sheets[name] = []
        assert seen(make(sheets)) == [(name, "", "", "no table has this name", fix)]

    def test_what_points_to_a_sheet_of_a_wrong_name_is_not_a_problem_too(
        self, make: Make, sheets: Sheets
    ) -> None:
        sheets["Capability"] = sheets.pop("capabilities")
        fix = "rename it to capabilities, or begin its name with _ if it is your own: _Capability"
        assert seen(make(sheets)) == [("Capability", "", "", "no table has this name", fix)]

    @pytest.mark.parametrize("name", ["scenario", "delegations", "options", "sources"])
    def test_a_missing_sheet_is_told_and_not_what_follows_from_it(
        self, name: str, make: Make, sheets: Sheets
    ) -> None:
        del sheets[name]
        assert seen(make(sheets)) == [
            (name, "", "", "the sheet is missing", f"add a sheet of the name {name}")
        ]

    def test_all_problems_come_at_once_in_the_order_of_the_tables(
        self, make: Make, sheets: Sheets
    ) -> None:
        sheets["units"][2][3] = -2
        sheets["units"][1][3] = Formula("=1")
        sheets["units"][1][4] = "many"
        sheets["delegations"][1][2] = "guest"
        sheets["scenario"][2][1] = "soon"
        sheets["notes"] = []
        assert [(p.sheet, p.cell) for p in problems(make(sheets))] == [
            ("notes", ""),
            ("scenario", "B3"),
            ("delegations", "C2"),
            ("units", "D2"),
            ("units", "E2"),
            ("units", "D3"),
        ]


class TestSettings:
    def test_settings_of_engines_keep_their_kind(self, make: Make, sheets: Sheets) -> None:
        sheets["scenario"] += [
            ["engines.consent.drift_score", 9],
            ["engines.consent.war_topic", "troops"],
            ["engines.consent.x", "9.0"],
            ["engines.forces.y", True],
            ["engines.forces.z", 0.5],
            ["engines.empty", None],
        ]
        engines = load(make(sheets)).about.engines
        assert engines == {
            "consent": {"drift_score": 9, "war_topic": "troops", "x": 9.0},
            "forces": {"y": True, "z": 0.5},
            "empty": {},
        }
        assert isinstance(engines["consent"]["drift_score"], int)
        assert isinstance(engines["consent"]["x"], float)

    def test_a_setting_without_a_value_is_not_given(self, make: Make, sheets: Sheets) -> None:
        sheets["scenario"] += [["price_year", None], ["summary", ""], ["invented", 1]]
        about = load(make(sheets)).about
        assert (about.price_year, about.summary, about.invented) == (None, "", True)

    @pytest.mark.parametrize(
        ("row", "cell", "says"),
        [
            (["date", "2030"], "B5", "the setting date stands twice"),
            (["two words", 1], "A5", "this is not the name of a setting"),
            ([None, 1], "A5", "this is not the name of a setting"),
            (["engines", 1], "B5", "this names no setting of an engine"),
            (["engines.consent", 1], "B5", "this names no setting of an engine"),
            (["engines.consent.drift_score.x", 1], "B5", "this names no setting of an engine"),
            (["engines.consent.drift_score", None], "B5", "the setting has no value"),
            (["price_year", "soon"], "B5", "'soon' is not a whole number"),
        ],
    )
    def test_a_bad_setting_is_named_with_its_cell(
        self, row: list[Any], cell: str, says: str, make: Make, sheets: Sheets
    ) -> None:
        sheets["scenario"].append(row)
        ((sheet, at, _, said, _),) = seen(make(sheets))
        assert (sheet, at, said) == ("scenario", cell, says)

    def test_a_missing_setting_is_told(self, make: Make, sheets: Sheets) -> None:
        del sheets["scenario"][2]
        ((sheet, cell, field, says, _),) = seen(make(sheets))
        assert (sheet, cell, field, says) == ("scenario", "", "date", "the setting is missing")

    def test_a_sheet_without_its_two_columns_is_refused(self, make: Make, sheets: Sheets) -> None:
        del sheets["scenario"][0]
        ((sheet, _, _, says, _),) = seen(make(sheets))
        assert sheet == "scenario"
        assert says == "its first row does not begin with the columns setting and value"


def of_another_program() -> Sheets:
    """Return what another program was given to open and to save again."""
    sheets = copy.deepcopy(SHEETS)
    sheets["polls"][1][2:4] = ["2025-02", "_x0041_ <&> é😀"]
    sheets["polls"][1][7] = "=1+1"
    sheets["share_keys"] = [
        ["share_key", "delegation", "size_weight", "unit", "source"],
        ["gdp", "ALD", "0.30000000000000004", "007", "assumed"],
        ["gdp", "BRK", 1e-7, "TRUE", "assumed"],
    ]
    sheets["scenario"].append(["engines.consent.drift_score", "9.0"])
    return sheets


def test_a_workbook_that_libreoffice_saved_is_the_same_scenario(make: Make) -> None:
    """The file was made of these sheets with LibreOffice Calc 7.4, opened and saved."""
    saved = load(WORKBOOKS / "libreoffice.xlsx")
    assert saved == load(make(of_another_program()))
    assert saved.polls[0].note == "=1+1"
    assert saved.share_keys[0].size_weight == 0.1 + 0.2

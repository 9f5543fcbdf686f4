"""Every kind of bad input is named with file, line, field and what to write instead."""

from datetime import date
from pathlib import Path

import pytest

from foedus.errors import Problem, ScenarioError
from foedus.scenario.load import LONGEST_CELL, SETTINGS_FILE, SHIPPED, find, load, shipped

FILES = {
    "scenario.toml": 'title = "Tiny"\ndate = "2030-06-01"\nevidence_until = "2030-06-05"\n',
    "delegations.csv": """\
delegation,title,role,adversary_border_km,source
ALD,Aldmark,contributor,0,assumed
BRK,Brekland,contributor,180.5,assumed
HOV,Hovany,host,420,assumed
""",
    "options.csv": """\
option,title,requirement,mission,location,command,duration_months,decision_date,legal_mandate,\
us_enablers_share,us_backing_prob,us_blessing,source
rear,A force,small,self_defence,rear,coalition,24,2030-10,none,1,0.5,1,assumed
""",
    "polls.csv": """\
poll,delegation,topic,question,support_share,n_persons,fieldwork_end,note,source
spring,ALD,troops,Soldiers?,0.52,1000,2030-05-14,,assumed
""",
    "capabilities.csv": """\
capability,title,domain,is_enabler,is_critical,reference_strength_persons,source
brigade,Brigade,land,0,1,4000,assumed
""",
    "units.csv": """\
delegation,capability,unit_kind,held_count,strength_persons,notice_days,tour_months,dwell_ratio,\
home_floor_count,available_count,source
ALD,brigade,brigade,6,4000,30,6,3,2,1,assumed
BRK,brigade,brigade,2,3500,45,6,3,2,0,assumed
""",
    "sources.csv": "source,title,note\npress,A newspaper,\n",
}
Seen = tuple[str, int | None, str, str, str]


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def problems(folder: Path | str) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        load(folder)
    return list(caught.value.problems)


def seen(folder: Path) -> list[Seen]:
    return [
        (p.path.removeprefix(f"{folder}/"), p.line, p.field, p.says, p.fix)
        for p in problems(folder)
    ]


def test_the_tiny_scenario_is_sound_and_every_cell_arrives(tiny: Path) -> None:
    scenario = load(tiny)
    assert scenario.name == "tiny"
    assert [row.delegation for row in scenario.delegations] == ["ALD", "BRK", "HOV"]
    assert scenario.delegations[1].adversary_border_km == 180.5
    assert scenario.options[0].us_blessing is True
    assert scenario.options[0].decision_date == date(2030, 10, 31)
    assert scenario.polls[0].source == ("assumed",)
    assert scenario.stances == ()


class TestWhereAScenarioIs:
    def test_a_shipped_name_is_a_scenario(self) -> None:
        assert shipped() == ("minimal", "paris-2025", "sfor-1998")
        assert find("minimal") == (SHIPPED / "minimal", "minimal")

    def test_a_shipped_name_wins_over_a_folder(
        self, tiny: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tiny.parent)
        tiny.rename(tiny.parent / "minimal")
        assert load("minimal").about.title != "Tiny"
        assert load("./minimal").about.title == "Tiny"

    def test_the_present_folder_has_its_own_name(
        self, tiny: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tiny)
        assert load(".").name == "tiny"
        assert load("../tiny/").name == "tiny"

    def test_a_near_name_is_offered(self) -> None:
        (problem,) = problems("paris-2024")
        assert problem.says == "there is no shipped scenario and no folder of this name"
        assert problem.fix == "did you mean paris-2025?"

    def test_without_a_near_name_all_are_listed(self) -> None:
        (problem,) = problems("zzz")
        assert problem.fix == "shipped are: minimal, paris-2025, sfor-1998"

    def test_a_folder_without_settings_is_no_scenario(self, tmp_path: Path) -> None:
        (problem,) = problems(tmp_path)
        assert (problem.path, problem.line) == (str(tmp_path), None)
        assert problem.says == f"the folder has no {SETTINGS_FILE}, so it is not a scenario"
        assert "foedus new" in problem.fix

    def test_a_file_is_no_scenario(self, tiny: Path) -> None:
        (problem,) = problems(tiny / "units.csv")
        assert problem.says == "this is a file, and a scenario is a folder"

    def test_a_name_that_no_disk_takes_is_refused_in_words(self) -> None:
        (problem,) = problems("x" * 5_000)
        assert "cannot be read" in problem.says


BAD_CELLS: list[tuple[str, str, str, int, str, str, str]] = [
    # file, what stands there, what is written, line, field, what is said, what to write
    ("polls.csv", "0.52", "52", 2, "support_share", "52 is more than 1",
     "shares and probabilities are fractions: write 0.52"),
    ("polls.csv", "0.52", "52 %", 2, "support_share", "'52 %' is not a number", "write 0.52"),
    ("polls.csv", "0.52", '"52,5%"', 2, "support_share", "'52,5%' is not a number", "write 0.525"),
    ("polls.csv", "0.52", '"0,52"', 2, "support_share", "'0,52' is not a number",
     "numbers have a decimal point: write 0.52"),
    ("polls.csv", "0.52", "-0.1", 2, "support_share", "-0.1 is less than 0", "write 0 or more"),
    ("polls.csv", "0.52", "5200", 2, "support_share", "5200 is more than 1", "write 1 or less"),
    ("polls.csv", "1000", '"1,000"', 2, "n_persons", "'1,000' is not a whole number",
     "write 1000, without a separator of thousands"),
    ("polls.csv", "1000", "0", 2, "n_persons", "0 is not more than 0", "write more than 0"),
    ("polls.csv", "1000", "999.5", 2, "n_persons", "'999.5' is not a whole number",
     "see `n_persons` in the file reference (docs/reference/files.md)"),
    ("delegations.csv", "180.5", "nan", 3, "adversary_border_km", "'nan' is not a number",
     "see `adversary_border_km` in the file reference (docs/reference/files.md)"),
    ("delegations.csv", "180.5", "-1", 3, "adversary_border_km", "-1 is less than 0",
     "write 0 or more"),
    ("units.csv", "brigade,6,4000", "brigade,-6,4000", 2, "held_count", "-6 is less than 0",
     "write 0 or more"),
    ("delegations.csv", "host", "hosts", 4, "role",
     ("'hosts' is not one of 'contributor', 'pool', 'host', 'guarantor', 'adversary', 'body' or "
     "'observer'"), "did you mean host?"),
    ("options.csv", "none", "NATO", 2, "legal_mandate",
     "'NATO' is not one of 'none', 'invitation', 'eu' or 'un'",
     "see `legal_mandate` in the file reference (docs/reference/files.md)"),
    ("options.csv", "0.5,1,", "0.5,yes,", 2, "us_blessing", "'yes' is neither 0 nor 1",
     "see `us_blessing` in the file reference (docs/reference/files.md)"),
    ("delegations.csv", "HOV", "Hovany", 4, "delegation",
     "'Hovany' is not of the form ^[A-Z][A-Z0-9_]{1,15}$",
     "see `delegation` in the file reference (docs/reference/files.md)"),
    ("options.csv", "2030-10", "2030-13", 2, "decision_date",
     "'2030-13' is not a date: there is no month 13",
     "see `decision_date` in the file reference (docs/reference/files.md)"),
    ("options.csv", "2030-10", "2031-02-30", 2, "decision_date",
     "'2031-02-30' is not a date of the calendar",
     "see `decision_date` in the file reference (docs/reference/files.md)"),
    ("options.csv", "2030-10", "01.10.2030", 2, "decision_date",
     "'01.10.2030' is not a date like 2025, 2025-02 or 2025-02-17",
     "see `decision_date` in the file reference (docs/reference/files.md)"),
    ("options.csv", "A force", "", 2, "title", "the cell is empty",
     "see `title` in the file reference (docs/reference/files.md)"),
    ("polls.csv", ",,assumed", ",,", 2, "source", "the cell is empty",
     "name a key of sources.csv, or write 'assumed'"),
    ("polls.csv", ",,assumed", ",,;", 2, "source", "the cell is empty",
     "name a key of sources.csv, or write 'assumed'"),
    ("polls.csv", "Soldiers?", '"Soldiers\nor ships?"', 2, "question",
     "the cell holds a line break", "write it in one line, and close its quotes"),
    ("polls.csv", "Soldiers?", "x" * (LONGEST_CELL + 1), 2, "question",
     "the cell holds 20,001 characters", "shorten it to 20,000"),
    ("units.csv", "3,2,0,assumed", "3,2,0,assumed,much,more", 3, "",
     "2 more cells than the header has columns",
     "put text that holds a comma in double quotes"),
    ("units.csv", "3,2,0,assumed", "3,2,assumed", 3, "",
     "the row has 10 of the 11 cells of the header",
     "write a separator for every empty cell too"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line", "field", "says", "fix"), BAD_CELLS)
def test_a_bad_cell_is_named_with_its_place_and_mended(
    tiny: Path, file: str, old: str, new: str, line: int, field: str, says: str, fix: str
) -> None:
    edit(tiny, file, old, new)
    assert seen(tiny) == [(file, line, field, says, fix)]


def test_a_cell_of_the_greatest_length_is_taken(tiny: Path) -> None:
    edit(tiny, "polls.csv", "Soldiers?", "x" * LONGEST_CELL)
    assert len(load(tiny).polls[0].question) == LONGEST_CELL


def test_a_long_cell_is_not_quoted_in_full(tiny: Path) -> None:
    edit(tiny, "options.csv", "2030-10", "9" * 15_000)
    (problem,) = problems(tiny)
    assert len(problem.says) < 200


def test_all_problems_are_told_at_once_in_the_order_of_the_files(tiny: Path) -> None:
    edit(tiny, "units.csv", "ALD,brigade,brigade,6", "ALD,brigade,brigade,-6")
    edit(tiny, "units.csv", "3500", "many")
    edit(tiny, "polls.csv", "0.52", "52")
    edit(tiny, "scenario.toml", 'date = "2030-06-01"\n', "")
    edit(tiny, "sources.csv", "press,A newspaper,", "press,A newspaper,\npress,Another,")
    edit(tiny, "delegations.csv", "host", "hosts")
    (tiny / "polling.csv").write_text("poll\n", encoding="utf-8")
    assert [place[:3] for place in seen(tiny)] == [
        ("scenario.toml", None, "date"),
        ("polling.csv", None, ""),
        ("delegations.csv", 4, "role"),
        ("polls.csv", 2, "support_share"),
        ("units.csv", 2, "held_count"),
        ("units.csv", 3, "strength_persons"),
        ("sources.csv", 3, "source"),
    ]


def test_a_row_that_cannot_be_read_does_not_set_off_what_points_to_it(tiny: Path) -> None:
    edit(tiny, "delegations.csv", "ALD,Aldmark,contributor", "ALD,Aldmark,contributer")
    edit(tiny, "polls.csv", "spring,ALD", "spring,XXX")
    assert [place[:3] for place in seen(tiny)] == [("delegations.csv", 2, "role")]
    edit(tiny, "delegations.csv", "contributer", "contributor")
    assert [place[:3] for place in seen(tiny)] == [("polls.csv", 2, "delegation")]


def test_without_readable_settings_no_row_is_called_too_late_or_too_early(tiny: Path) -> None:
    header, row = FILES["polls.csv"].splitlines()
    text = f"{header},known_from,later\n{row},2030-05-16,1\n"
    (tiny / "polls.csv").write_text(text, encoding="utf-8")
    (tiny / "scenario.toml").write_text("title =", encoding="utf-8")
    assert {place[0] for place in seen(tiny)} == {"scenario.toml"}


class TestFilesOfSpreadsheets:
    def test_a_byte_order_mark_is_understood(self, tiny: Path) -> None:
        plain = load(tiny).digest
        for name, text in FILES.items():
            (tiny / name).write_text(text, encoding="utf-8-sig")
        assert load(tiny).digest == plain

    def test_semicolons_with_decimal_commas_are_understood(self, tiny: Path) -> None:
        plain = load(tiny).digest
        for name, text in FILES.items():
            if name.endswith(".csv"):
                exported = text.replace(",", ";").replace(".", ",")
                (tiny / name).write_text(exported, encoding="utf-8")
        assert load(tiny).digest == plain

    @pytest.mark.parametrize("ending", ["\r\n", "\r"])
    def test_line_ends_of_other_systems_are_understood(self, tiny: Path, ending: str) -> None:
        plain = load(tiny).digest
        for name, text in FILES.items():
            if name.endswith(".csv"):
                (tiny / name).write_bytes(text.replace("\n", ending).encode())
        assert load(tiny).digest == plain
        edit_bytes(tiny / "units.csv", b"3500", b"many")
        assert seen(tiny)[0][:3] == ("units.csv", 3, "strength_persons")

    def test_empty_lines_and_columns_without_names_do_no_harm(self, tiny: Path) -> None:
        plain = load(tiny).digest
        header, *rows = FILES["units.csv"].splitlines()
        text = "\n".join(["", f"{header},,", ",,,", *(f"{row},," for row in rows), "", ""])
        (tiny / "units.csv").write_text(text, encoding="utf-8")
        assert load(tiny).digest == plain

    def test_lines_are_counted_over_empty_ones(self, tiny: Path) -> None:
        text = FILES["units.csv"].replace("\nBRK", "\n\n\nBRK").replace("3500", "many")
        (tiny / "units.csv").write_text(text, encoding="utf-8")
        assert seen(tiny)[0][:3] == ("units.csv", 5, "strength_persons")

    def test_a_cell_in_a_column_without_a_name_is_refused(self, tiny: Path) -> None:
        edit(tiny, "sources.csv", "source,title,note", "source,title,,note")
        edit(tiny, "sources.csv", "press,A newspaper,", "press,A newspaper,stray,")
        assert seen(tiny) == [
            ("sources.csv", 2, "", "a cell stands in a column without a name", "name it")
        ]

    def test_spaces_around_cells_do_not_count(self, tiny: Path) -> None:
        plain = load(tiny).digest
        edit(tiny, "delegations.csv", "ALD,Aldmark,contributor", " ALD , Aldmark , contributor")
        assert load(tiny).digest == plain

    def test_leavings_of_spreadsheets_are_passed_over(self, tiny: Path) -> None:
        for name in (".~lock.units.csv#", "._units.csv", "~$units.csv"):
            (tiny / name).write_bytes(b"\xff\0")
        assert load(tiny).name == "tiny"

    @pytest.mark.parametrize("name", ["scenario.toml", "units.csv"])
    def test_utf_16_is_refused(self, tiny: Path, name: str) -> None:
        (tiny / name).write_text(FILES[name], encoding="utf-16")
        problem = seen(tiny)[0]
        assert problem[:4] == (name, 1, "", "it is not UTF-8")
        assert "UTF-8" in problem[4]

    def test_utf_16_without_a_mark_is_refused(self, tiny: Path) -> None:
        (tiny / "units.csv").write_text(FILES["units.csv"], encoding="utf-16-le")
        assert seen(tiny)[0][:4] == ("units.csv", 1, "", "it holds NUL bytes, so it is not text")

    def test_a_windows_code_page_is_refused_at_its_line(self, tiny: Path) -> None:
        text = FILES["delegations.csv"].replace("Brekland", "Brückland")
        (tiny / "delegations.csv").write_text(text, encoding="cp1252")
        assert seen(tiny) == [
            ("delegations.csv", 3, "", "it is not UTF-8",
             "save it as 'CSV UTF-8 (comma delimited)'")
        ]  # fmt: skip

    def test_a_nul_byte_is_refused_at_its_line(self, tiny: Path) -> None:
        edit_bytes(tiny / "units.csv", b"3500", b"35\x0000")
        assert seen(tiny)[0][:4] == ("units.csv", 3, "", "it holds NUL bytes, so it is not text")


def edit_bytes(file: Path, old: bytes, new: bytes) -> None:
    content = file.read_bytes()
    assert content.count(old) == 1
    file.write_bytes(content.replace(old, new))


class TestTables:
    @pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
    def test_an_empty_file_is_refused(self, tiny: Path, text: str) -> None:
        (tiny / "units.csv").write_text(text, encoding="utf-8")
        assert seen(tiny) == [
            ("units.csv", None, "", "the file is empty", "write at least the header")
        ]

    def test_a_header_alone_is_an_empty_table(self, tiny: Path) -> None:
        header = FILES["units.csv"].splitlines()[0]
        (tiny / "units.csv").write_text(header, encoding="utf-8")
        assert load(tiny).units == ()

    def test_a_table_that_no_engine_needs_may_be_absent(self, tiny: Path) -> None:
        (tiny / "polls.csv").unlink()
        assert load(tiny).polls == ()

    @pytest.mark.parametrize("name", ["delegations.csv", "options.csv", "sources.csv"])
    def test_a_table_that_all_need_is_missed_and_nothing_else_is_said(
        self, tiny: Path, name: str
    ) -> None:
        (tiny / name).unlink()
        assert seen(tiny) == [(name, None, "", "the table is missing", f"add {name}")]

    def test_a_file_of_an_unknown_name_is_refused_with_the_near_one(self, tiny: Path) -> None:
        (tiny / "units.csv").rename(tiny / "unit.csv")
        assert seen(tiny) == [
            ("unit.csv", None, "", "no table has this name", "rename it to units.csv")
        ]

    def test_a_name_in_capitals_is_not_passed_over(self, tiny: Path) -> None:
        (tiny / "polls.csv").rename(tiny / "Polls.CSV")
        assert seen(tiny) == [
            ("Polls.CSV", None, "", "no table has this name", "rename it to polls.csv")
        ]

    def test_a_file_of_a_strange_name_is_refused_with_all_names(self, tiny: Path) -> None:
        (tiny / "weather2030.csv").write_text("a\n", encoding="utf-8")
        (place,) = seen(tiny)
        assert place[4].startswith("tables are: delegations, principals, ")

    def test_other_files_may_lie_beside_the_tables(self, tiny: Path) -> None:
        (tiny / "README.txt").write_text("mine", encoding="utf-8")
        assert load(tiny).name == "tiny"

    def test_a_folder_in_place_of_a_table_is_refused(self, tiny: Path) -> None:
        (tiny / "units.csv").unlink()
        (tiny / "units.csv").mkdir()
        (place,) = seen(tiny)
        assert place[3].startswith("it cannot be read (")

    def test_a_doubled_column_is_refused(self, tiny: Path) -> None:
        edit(tiny, "sources.csv", "source,title,note", "source,title,title")
        assert seen(tiny) == [
            ("sources.csv", 1, "title", "the column stands twice", "keep one of them")
        ]

    def test_an_unknown_column_is_refused_with_the_near_one(self, tiny: Path) -> None:
        edit(tiny, "delegations.csv", "adversary_border_km", "adversary_border")
        assert seen(tiny) == [
            ("delegations.csv", 1, "adversary_border", "the table has no such column",
             "rename it to adversary_border_km")
        ]  # fmt: skip

    def test_a_strange_column_is_refused_with_all_names(self, tiny: Path) -> None:
        edit(tiny, "sources.csv", "source,title,note", "source,title,zzz")
        (place,) = seen(tiny)
        assert place[4].startswith("columns are: source, title, publisher, ")

    def test_columns_are_named_as_they_stand_in_a_file(self, tiny: Path) -> None:
        edit(tiny, "units.csv", "tour_months", "zzz")
        (fix,) = (place[4] for place in seen(tiny) if place[2] == "zzz")
        assert fix.startswith("columns are: delegation, capability, unit_kind, ")
        assert fix.endswith(", note, known_from, later, verified, source")

    def test_a_column_in_capitals_is_recognised(self, tiny: Path) -> None:
        edit(tiny, "units.csv", "tour_months", "TOUR_MONTHS")
        assert ("units.csv", 1, "TOUR_MONTHS", "the table has no such column",
                "rename it to tour_months") in seen(tiny)  # fmt: skip

    def test_what_points_to_a_table_of_a_wrong_name_is_not_a_problem_too(self, tiny: Path) -> None:
        (tiny / "capabilities.csv").rename(tiny / "Capability.csv")
        (place,) = seen(tiny)
        assert place[0] == "Capability.csv"
        assert place[4] == "rename it to capabilities.csv"

    def test_a_missing_column_is_told_once_and_not_for_every_row(self, tiny: Path) -> None:
        header, *rows = FILES["units.csv"].splitlines()
        text = "\n".join([header.replace(",source", ""), *(r.rsplit(",", 1)[0] for r in rows)])
        (tiny / "units.csv").write_text(text, encoding="utf-8")
        assert seen(tiny) == [
            ("units.csv", 1, "source", "the column is missing", "add it to the header")
        ]

    def test_a_quote_that_is_not_closed_is_told_where_it_opens(self, tiny: Path) -> None:
        edit(tiny, "units.csv", "BRK,brigade,brigade", 'BRK,brigade,"brigade')
        place = seen(tiny)[0]
        assert place[:2] == ("units.csv", 3)

    def test_a_field_beyond_all_measure_is_no_crash(self, tiny: Path) -> None:
        edit(tiny, "polls.csv", "Soldiers?", "x" * 200_000)
        (place,) = seen(tiny)
        assert place[:3] == ("polls.csv", 2, "")
        assert "not CSV" in place[3]


class TestSettingsFile:
    def test_broken_toml_is_refused_at_its_line(self, tiny: Path) -> None:
        edit(tiny, "scenario.toml", '"2030-06-01"', "2030-06-0")
        ((path, line, _, says, fix),) = seen(tiny)
        assert (path, line) == ("scenario.toml", 2)
        assert says.startswith("it is not TOML (")
        assert 'title = "My summit"' in fix

    def test_an_unknown_setting_is_refused_with_the_near_one(self, tiny: Path) -> None:
        edit(tiny, "scenario.toml", "title =", "titel =")
        assert seen(tiny) == [
            ("scenario.toml", None, "title", "the setting is missing",
             "see `title` in the file reference (docs/reference/files.md)"),
            ("scenario.toml", None, "titel", "no such setting is known", "did you mean title?"),
        ]  # fmt: skip

    def test_a_missing_date_is_told(self, tiny: Path) -> None:
        edit(tiny, "scenario.toml", 'date = "2030-06-01"\n', "")
        assert seen(tiny)[0][:4] == ("scenario.toml", None, "date", "the setting is missing")

    @pytest.mark.parametrize("text", ['"2030-06"', "2030-06-30"])
    def test_a_date_may_be_partial_or_of_toml(self, tiny: Path, text: str) -> None:
        edit(tiny, "scenario.toml", '"2030-06-01"', text)
        assert load(tiny).about.date == date(2030, 6, 30)

    def test_a_year_without_quotes_is_the_year_and_no_time_stamp(self, tiny: Path) -> None:
        edit(tiny, "scenario.toml", '"2030-06-01"', "2029")
        assert load(tiny).about.date == date(2029, 12, 31)

    def test_a_number_that_is_no_year_is_refused(self, tiny: Path) -> None:
        edit(tiny, "scenario.toml", '"2030-06-01"', "864000000")
        assert seen(tiny)[0][2] == "date"

    def test_settings_of_engines_are_read(self, tiny: Path) -> None:
        with (tiny / "scenario.toml").open("a", encoding="utf-8") as file:
            file.write("[engines.consent]\ndrift_score = 9\n")
        assert load(tiny).about.engines == {"consent": {"drift_score": 9}}

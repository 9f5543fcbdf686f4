"""A file of what happened is read whole, or refused with everything that is wrong in it."""

from pathlib import Path

import pytest

import foedus as fd
from foedus.cli.score_file import read_outcomes
from foedus.errors import SettingsError


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "happened.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_outcomes_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "outcome,delegation,note\n1,ELM,\n0,ALD,never said\n"
    found = read_outcomes(written(tmp_path, text), fd.load("minimal"))
    assert list(found.items()) == [("ELM", 1), ("ALD", 0)]


def test_a_file_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "delegation;outcome\r\nALD;1\r\n;\r\n", "utf-8-sig")
    assert read_outcomes(path, fd.load("minimal")) == {"ALD": 1}


@pytest.mark.parametrize(
    ("text", "says", "fix"),
    [
        ("", "1: delegation: the column is missing", "header with delegation and outcome"),
        ("delegation\nALD\n", "1: outcome: the column is missing", "header with delegation"),
        (
            "delegation,outcome,extra\nALD,1,x\n",
            "1: extra: the file has no such column",
            "take it out",
        ),
        ("delegation,outcome\n", "it has no rows", "write a line a delegation"),
        ("delegation,outcome\nALX,1\n", "2: delegation: 'ALX' is not in", "did you mean ALD?"),
        ("delegation,outcome\nHOV,1\n", "2: delegation: HOV is host", "take the line out"),
        ("delegation,outcome\nALD,2\n", "2: outcome: '2' is neither 0 nor 1", "write 1 if"),
        ("delegation,outcome\nALD,\n", "2: outcome: the cell is empty", "write 1 if"),
        ("delegation,outcome\n,1\n", "2: delegation: the cell is empty", "write a code"),
        ("delegation,outcome\nALD,1\n\nALD,0\n", "4: delegation: ALD stands in line 2", "keep one"),
        ('delegation,outcome\nALD,1\nBRK,"0\n', "it is not CSV", "mend the quotes"),
        (
            "delegation,outcome,outcome\nALD,1,1\n",
            "1: outcome: the column stands twice",
            "keep one",
        ),
        ("delegation,outcome\nALD,1,0\n", "2: 1 more cells than the header", "double quotes"),
    ],
)
def test_a_fault_is_told_with_its_line_and_fix(
    text: str, says: str, fix: str, tmp_path: Path
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        read_outcomes(path, fd.load("minimal"))
    told = str(caught.value)
    assert says in told
    assert str(path) in told
    assert fix in told[told.index("fix: ") :]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "delegation,outcome\nALX,2\nHOV,\n")
    with pytest.raises(SettingsError, match="4 problems in the score file"):
        read_outcomes(path, fd.load("minimal"))


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "delegation,outcome\nÅLD,1\n", "latin-1")
    with pytest.raises(SettingsError, match="it is not UTF-8"):
        read_outcomes(path, fd.load("minimal"))

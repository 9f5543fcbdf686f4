"""Files come into place together, or what was there stays."""

import csv
import errno
from collections.abc import Callable
from pathlib import Path

import pytest

import foedus
from foedus import Brief, SettingsError
from foedus.report import script
from foedus.report.files import put_in_place

FIRST = {
    "report.html": b"first",
    "tables/a.csv": b"a1",
    "tables/old.csv": b"old",
    "tables/contents.csv": b"file,what\na.csv,A\nold.csv,O\n../kept.txt,no\ngone.csv,G\n",
}
SECOND = {
    "report.html": b"second",
    "tables/a.csv": b"a2",
    "tables/new.csv": b"new",
    "tables/contents.csv": b"file,what\na.csv,A\nnew.csv,N\n",
}


def put(out: Path, contents: dict[str, bytes]) -> list[Path]:
    return put_in_place(out, contents, folder="tables")


def found(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, hidden ones too; folders as None are left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def failing_at(
    monkeypatch: pytest.MonkeyPatch, method: str, call: int, fault: BaseException
) -> None:
    """Make the given call of a method of Path fail, and every other succeed."""
    really: Callable[..., object] = getattr(Path, method)
    calls = iter(range(1000))

    def perhaps(self: Path, *args: object, **named: object) -> object:
        if next(calls) == call:
            raise fault
        return really(self, *args, **named)

    monkeypatch.setattr(Path, method, perhaps)


def test_files_are_written_into_a_new_folder_and_named(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    assert put(out, FIRST) == [out / name for name in FIRST]
    assert found(out) == FIRST


def test_a_second_run_replaces_the_first_and_leaves_other_files_alone(tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    (tmp_path / "kept.txt").write_bytes(b"mine")
    (tmp_path / "tables" / "mine.csv").write_bytes(b"mine")
    put(tmp_path, SECOND)
    assert found(tmp_path) == {**SECOND, "kept.txt": b"mine", "tables/mine.csv": b"mine"}


@pytest.mark.parametrize("fault", [OSError(errno.EIO, "I/O error"), KeyboardInterrupt()])
@pytest.mark.parametrize("call", range(8))
def test_a_fault_at_any_move_puts_everything_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int, fault: BaseException
) -> None:
    put(tmp_path, FIRST)
    failing_at(monkeypatch, "replace", call, fault)
    with pytest.raises((SettingsError, KeyboardInterrupt)):
        put(tmp_path, SECOND)
    assert found(tmp_path) == FIRST


def test_those_are_all_the_moves_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, FIRST)
    failing_at(monkeypatch, "replace", 8, KeyboardInterrupt())
    put(tmp_path, SECOND)
    assert found(tmp_path) == SECOND


@pytest.mark.parametrize("call", range(4))
def test_a_full_disk_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    put(tmp_path, FIRST)
    failing_at(monkeypatch, "write_bytes", call, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(SettingsError, match=r"No space left on device.*make room"):
        put(tmp_path, SECOND)
    assert found(tmp_path) == FIRST


def test_a_fault_takes_away_the_folders_it_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_at(monkeypatch, "write_bytes", 1, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(SettingsError):
        put(tmp_path / "a" / "b", FIRST)
    assert list(tmp_path.iterdir()) == []


def test_what_stands_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(SettingsError, match=r"file: this is a file.*Name another folder"):
        put(tmp_path / "file", FIRST)
    with pytest.raises(SettingsError, match=r"below: the report cannot be written \("):
        put(tmp_path / "file" / "below", FIRST)
    (tmp_path / "tables").write_bytes(b"x")
    with pytest.raises(SettingsError, match=r"tables: this is a file"):
        put(tmp_path, FIRST)
    (tmp_path / "other" / "report.html").mkdir(parents=True)
    with pytest.raises(SettingsError, match=r"report\.html: this is a folder"):
        put(tmp_path / "other", FIRST)
    assert found(tmp_path) == {"file": b"x", "tables": b"x"}


def test_a_folder_that_may_not_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_at(monkeypatch, "mkdir", 0, PermissionError(errno.EACCES, "Permission denied"))
    with pytest.raises(SettingsError, match=r"out: .*Permission denied.*may write to"):
        put(tmp_path / "out", FIRST)
    assert found(tmp_path) == {}


def test_a_report_is_written_whole_and_the_same_however_its_script_is_made(
    tmp_path: Path, brief: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = foedus.report.write(brief, tmp_path)
    assert paths[0] == tmp_path / "report.html"
    assert {path.relative_to(tmp_path).as_posix() for path in paths} == set(found(tmp_path))
    with (tmp_path / "tables" / "contents.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = {f"tables/{line['file']}" for line in csv.DictReader(file)}
    assert listed < set(found(tmp_path))
    before = found(tmp_path)
    monkeypatch.setattr(script, "MAKES", "raise SystemExit(1)")  # so that it is made here
    foedus.report.write(brief, str(tmp_path))
    assert found(tmp_path) == before

"""What goes wrong becomes a message on stderr and an exit code, never a trace."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import polars as pl
import pytest
from click.testing import Result
from tests import kept

from foedus.errors import SettingsError

Foedus = Callable[..., Result]


def raises(error: BaseException) -> Callable[..., NoReturn]:
    def raise_it(*_values: object, **_named: object) -> NoReturn:
        raise error

    return raise_it


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, foedus: Foedus) -> Callable[..., Result]:
    """Call `foedus brief minimal` while the brief raises an error."""
    monkeypatch.delenv("FOEDUS_DEBUG", raising=False)

    def call(error: BaseException, *words: object) -> Result:
        monkeypatch.setattr("foedus.briefing.brief", raises(error))
        return foedus("brief", "minimal", *words)

    return call


def test_a_bug_is_called_one_without_a_trace(failing: Foedus) -> None:
    outcome = failing(ZeroDivisionError("division by zero"))
    assert outcome.exit_code == 3
    assert outcome.stdout == ""
    assert "this is a bug in foedus" in outcome.stderr
    assert "ZeroDivisionError: division by zero" in outcome.stderr
    assert "--debug" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_bug_shows_its_trace_when_asked(failing: Foedus) -> None:
    outcome = failing(ZeroDivisionError(), "--debug")
    assert outcome.exit_code == 3
    assert "Traceback (most recent call last)" in outcome.stderr


@pytest.mark.parametrize(("value", "is_shown"), [("1", True), ("0", False), ("", False)])
def test_the_environment_may_ask_for_the_trace(
    value: str, is_shown: bool, failing: Foedus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOEDUS_DEBUG", value)
    assert ("Traceback" in failing(ZeroDivisionError()).stderr) is is_shown


def test_debug_may_stand_before_the_verb(foedus: Foedus) -> None:
    outcome = foedus("--debug", "show", "minimal", "unit")
    assert outcome.exit_code == 1
    assert "Traceback" in outcome.stderr


def test_a_fault_of_the_user_is_told_in_its_own_words(failing: Foedus) -> None:
    outcome = failing(SettingsError("place: what is wrong. What to write."))
    assert outcome.exit_code == 1
    assert outcome.stderr == "place: what is wrong. What to write.\n"


def test_what_a_message_quotes_cannot_steer_the_terminal(failing: Foedus) -> None:
    outcome = failing(SettingsError("column \x1b[31m\u202e"))
    assert outcome.stderr == "column \\x1b[31m\\u202e\n"


def test_little_memory_is_no_bug(failing: Foedus) -> None:
    outcome = failing(MemoryError())
    assert outcome.exit_code == 1
    assert "--draws" in outcome.stderr


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_full_or_locked_disk_is_no_bug(number: int, failing: Foedus) -> None:
    outcome = failing(OSError(number, os.strerror(number), "out"))
    assert outcome.exit_code == 1
    assert f"out: {os.strerror(number)}" in outcome.stderr


def test_another_fault_of_the_system_is_a_bug(failing: Foedus) -> None:
    assert failing(FileNotFoundError(errno.ENOENT, "No such file", "inner")).exit_code == 3


def test_an_interruption_says_that_nothing_was_written(failing: Foedus, tmp_path: Path) -> None:
    out = tmp_path / "out"
    outcome = failing(KeyboardInterrupt(), "--out", out)
    assert outcome.exit_code == 130
    assert outcome.stdout == ""
    assert outcome.stderr.strip() == "interrupted. Nothing was written."
    assert not out.exists()


def test_an_interruption_after_the_report_says_what_was_kept(
    foedus: Foedus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One answer is enough of a brief for a report."""
    whole, out = kept.brief(), tmp_path / "out"
    short = replace(whole, answers=(whole["duration"],), options=pl.DataFrame(), claims=())
    monkeypatch.setattr("foedus.briefing.brief", lambda *_, **__: short)
    monkeypatch.setattr("foedus.cli.brief.put_brief", raises(KeyboardInterrupt()))
    outcome = foedus("brief", "minimal", "--out", out)
    assert outcome.exit_code == 130
    assert f"interrupted. Kept: {out / 'report.html'}" in outcome.stderr
    assert (out / "report.html").is_file()


def test_a_true_interruption_ends_with_130_and_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = (
        "import os, signal, time, foedus.briefing\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def pressed(*_, **__):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    time.sleep(60)\n"
        "foedus.briefing.brief = pressed\n"
        "from foedus.cli import main\n"
        f"main(['brief', 'minimal', '--out', {str(out)!r}], prog_name='foedus')"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, encoding="utf-8"
    )
    assert process.returncode == 130 == 128 + signal.SIGINT
    assert process.stdout == ""
    assert process.stderr.strip() == "interrupted. Nothing was written."
    assert not out.exists()


@pytest.mark.parametrize("buffered", [True, False])
def test_a_full_disk_behind_stdout_is_no_bug(buffered: bool) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            [sys.executable, "-m", "foedus", "scenarios"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            encoding="utf-8",
            env={**os.environ, "PYTHONUNBUFFERED": "" if buffered else "1"},
        )
    assert process.returncode == 1
    assert "No space left on device" in process.stderr
    assert "Traceback" not in process.stderr

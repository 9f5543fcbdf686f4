"""Progress is shown on a terminal only, and only of what takes a while."""

import io

import pytest

from foedus.cli.progress import Bar, shown_progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_nothing_is_reported_where_stderr_is_no_terminal() -> None:
    with shown_progress() as progress:
        assert progress is None


def test_quick_work_shows_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    with shown_progress() as progress:
        assert progress is not None
        progress("half", 0.5)
    assert screen.getvalue() == ""


def test_a_bar_appears_once_patience_is_over_and_is_gone_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    bar = Bar(patience_seconds=0)
    bar.timer.join()
    bar("who joins\x1b[31m", 0.5)
    bar.progress.refresh()
    assert "who joins" in screen.getvalue()
    assert "\\x1b[31m" in screen.getvalue()
    bar.close()
    assert screen.getvalue().rstrip("\r\n").endswith("\x1b[2K")


def test_no_bar_is_left_where_the_work_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", Terminal())
    work = shown_progress()
    bar = work.__enter__()
    assert isinstance(bar, Bar)
    assert not work.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    bar.timer.join()
    assert bar.is_closed
    assert not bar.progress.live.is_started


def test_a_bar_that_is_late_stays_away(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    bar = Bar(patience_seconds=1000)
    bar.close()
    bar.appear()
    assert not bar.progress.live.is_started

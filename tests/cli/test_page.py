"""A page is plain where it is piped, and weighted where it is read on a terminal."""

import pytest

from foedus.briefing.wording import Column
from foedus.cli.page import NARROWEST, STRONG, WHEN_PIPED, WIDEST, Page, page_width


@pytest.mark.parametrize(
    ("columns", "width"), [("40", NARROWEST), ("100", 100), ("300", WIDEST), (None, WHEN_PIPED)]
)
def test_the_width_is_that_of_the_terminal_within_bounds(
    columns: str | None, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    assert page_width() == width


def test_a_piped_page_is_plain(capsys: pytest.CaptureFixture[str]) -> None:
    page = Page(80)
    page.title("A summit")
    page.put("told", STRONG)
    page.show()
    assert capsys.readouterr().out == "A summit\n========\ntold\n"


def test_a_page_on_a_terminal_has_weight(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    page = Page(80)
    page.put("told", STRONG)
    page.show()
    assert capsys.readouterr().out == "\x1b[1mtold\x1b[0m\n"


def test_what_looks_like_markup_is_printed_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    page = Page(80)
    page.bullets(["[bold red]now[/] :warning: [link=https://example.org]here[/link] \x1b]8;;"])
    page.show()
    out = capsys.readouterr().out
    assert out == (
        "  - [bold red]now[/] :warning: [link=https://example.org]here[/link] \\x1b]8;;\n"
    )


def test_a_long_line_is_not_broken_again(capsys: pytest.CaptureFixture[str]) -> None:
    page = Page(80)
    page.put("x" * 500)
    page.show()
    assert capsys.readouterr().out == "x" * 500 + "\n"


def test_a_table_in_brief_says_how_many_columns_it_leaves_out() -> None:
    page = Page(80)
    columns = [Column("Nation", ["a"], False)]
    columns += [Column(f"Number {i}", ["1,000,000,000"], True) for i in range(8)]
    left = page.table_in_brief(columns)
    shown = page.lines[-1].plain.count("1,000,000,000")
    assert left == 8 - shown
    assert left > 0


def test_gaps_do_not_add_up() -> None:
    page = Page(80)
    page.gap()
    page.put("a")
    page.gap()
    page.gap()
    page.label("b")
    assert [line.plain for line in page.lines] == ["a", "", "b"]

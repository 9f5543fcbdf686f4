"""Whatever stands in a scenario is shown as text in the report, and does nothing there."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser
from tests.browser.watched import MANY, SILENT, WIDTHS, WIDTHS_UNFOLDED, Written, enlivened, opened

import foedus
from foedus import Scenario, report
from foedus.cli import main
from foedus.scenario.save import save

MARKUP: Final = "<script>alert(1)</script>\"><img src=x onerror=alert(2)>'--><svg onload=alert(3)>"
FORMULA: Final = '=HYPERLINK("https://example.org/","read me")'
RICH: Final = "[bold red]loud[/bold red] [link=https://example.org/]here[/link]"
TURNED: Final = "safe\u202eevil\u2066 \x1b[31mred\x07"
LONG: Final = "x" * 10_000
TEMPLATE: Final = "{{ 7 * 7 }} {% raw %} ${7*7}"
KINDS: Final = (MARKUP, FORMULA, "+1+1", "-2+3", "@SUM(1)", RICH, TURNED, TEMPLATE, LONG)


def hostile(scenario: Scenario) -> Scenario:
    """Return a scenario whose free text is what nobody would want to read."""

    def spoiled(table: str, **fields: int) -> tuple[Any, ...]:
        rows = scenario.table(table)
        return tuple(
            row.model_copy(
                update={name: KINDS[(n + at) % len(KINDS)] for name, at in fields.items()}
            )
            for n, row in enumerate(rows)
        )

    tables = {
        "delegations": spoiled("delegations", title=0, note=1),
        "options": spoiled("options", title=0, note=2),
        "capabilities": spoiled("capabilities", title=3, note=4),
        "sources": spoiled("sources", title=6, publisher=0, note=5),
        "claims": spoiled("claims", statement=0, who=1, asks=2, note=3),
        "stances": spoiled("stances", note=0),
    }
    about = scenario.about.model_copy(update={"title": f"{MARKUP} {TURNED}", "summary": RICH})
    return scenario.model_copy(update={**tables, "about": about})


@dataclass(frozen=True)
class Poisoned:
    """A report of such a scenario."""

    scenario: Scenario
    page: Written


@pytest.fixture(scope="module")
def poisoned(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Poisoned:
    assert browser.is_connected()
    scenario = hostile(foedus.load("minimal"))
    made = foedus.brief(scenario, draws=MANY)
    assert any(answer.drivers for answer in made.answers)
    path = report.write(made, tmp_path_factory.mktemp("hostile"))[0]
    return Poisoned(scenario, Written(made, path))


@pytest.mark.parametrize(("width", "has_policy"), [(WIDTHS[0], True), (WIDTHS[1], False)])
def test_nothing_runs_and_everything_is_shown(
    browser: Browser, poisoned: Poisoned, width: int, has_policy: bool
) -> None:
    with opened(browser, poisoned.page, width=width, bypass_csp=not has_policy) as watched:
        page = watched.page
        enlivened(page)
        assert page.evaluate(SILENT) == []
        assert watched.said == []
        assert watched.asked == [poisoned.page.address]
        figures = page.locator("figure.chart").count()
        assert page.locator("script").count() == figures + 2
        assert page.locator("img, iframe, object, svg [onload], [onerror]").count() == 0
        assert max(page.evaluate(WIDTHS_UNFOLDED)) <= width
        text = page.locator("body").inner_text()
        for shown in (MARKUP, FORMULA, "+1+1", "@SUM(1)", RICH, TEMPLATE, LONG[:1000]):
            assert shown in text
        assert "safe[U+202E]evil[U+2066] [U+001B][31mred[U+0007]" in text
        html = page.content()
        assert not set("\u202e\u2066\x1b\x07") & set(html)


def test_tables_begin_no_cell_as_a_formula(poisoned: Poisoned) -> None:
    cells = [
        cell
        for file in (poisoned.page.path.parent / report.TABLES_FOLDER).glob("*.csv")
        for line in csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""))
        for cell in line
    ]
    assert f"'{FORMULA}" in cells
    armed = [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]
    assert armed == []
    assert all(is_number(cell) for cell in cells if cell.startswith("-"))


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_a_terminal_is_shown_text_and_no_order(poisoned: Poisoned, tmp_path: Path) -> None:
    """Without what a file of a scenario cannot hold: control characters."""
    about = poisoned.scenario.about.model_copy(update={"title": MARKUP})
    options = tuple(
        row.model_copy(update={"title": RICH, "note": ""}) for row in poisoned.scenario.options
    )
    plain = foedus.load("minimal")
    save(plain.model_copy(update={"about": about, "options": options}), tmp_path / "loud")
    shown = CliRunner().invoke(main, ["brief", str(tmp_path / "loud"), "--draws", "20"])
    assert shown.exit_code == 0, shown.output
    flat = " ".join(shown.stdout.split())
    assert RICH in flat
    assert MARKUP in flat
    assert "\x1b" not in shown.output

"""A page of text for the terminal: plain when it is piped, with weight and colour when not."""

import io
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Final

import click
from rich.console import Console
from rich.text import Text

from foedus.briefing.wording import Column
from foedus.cli.inert import inert
from foedus.cli.layout import block_lines, blocks, lay_out, wrap

NARROWEST: Final = 80
WIDEST: Final = 120
WHEN_PIPED: Final = 100

STRONG: Final = "bold"
WARNING: Final = "yellow"
FAINT: Final = "dim"


def page_width() -> int:
    """Return the width to print at: that of the terminal within bounds, or of `COLUMNS`."""
    columns = shutil.get_terminal_size((WHEN_PIPED, 24)).columns
    return min(max(columns, NARROWEST), WIDEST)


class Page:
    """Lines of text that are printed at once; everything put on it is made inert."""

    def __init__(self, width: int | None = None) -> None:
        self.width = width or page_width()
        self.lines: list[Text] = []

    def put(self, line: str = "", style: str = "") -> None:
        """Add a line as it is."""
        self.lines.append(Text(inert(line), style))

    def gap(self) -> None:
        """Add an empty line, unless there is one."""
        if self.lines and self.lines[-1].plain:
            self.put()

    def title(self, text: str) -> None:
        """Add the title of the page."""
        self.underlined(text, "=")

    def heading(self, text: str) -> None:
        """Add the heading of a section."""
        self.gap()
        self.underlined(text, "-")

    def underlined(self, text: str, rule: str) -> None:
        """Add text with a rule below, so that it stands out without weight or colour."""
        lines = wrap(text, self.width)
        for line in lines:
            self.put(line, STRONG)
        self.put(rule * max(map(len, lines), default=0), FAINT)

    def label(self, text: str) -> None:
        """Add the heading of a list or table within a section."""
        self.gap()
        self.put(text, STRONG)

    def paragraph(self, text: str, style: str = "", indent: int = 0) -> None:
        """Add text, broken into lines."""
        for line in wrap(text, self.width - indent):
            self.put(" " * indent + line, style)

    def bullets(self, items: Iterable[str], style: str = "", mark: str = "-") -> None:
        """Add a list."""
        for item in items:
            first, *more = wrap(item, self.width - 4) or [""]
            self.put(f"  {mark} {first}", style)
            for line in more:
                self.put(f"    {line}", style)

    def table(self, columns: Sequence[Column]) -> None:
        """Add a table whole; columns that do not fit go on below."""
        for line in lay_out(columns, self.width - 2):
            self.put(f"  {line}" if line else "")

    def table_in_brief(self, columns: Sequence[Column]) -> int:
        """Add only the columns of a table that fit side by side; return how many are left out."""
        shown = blocks(columns, self.width - 2)[0]
        for line in block_lines(shown, self.width - 2):
            self.put(f"  {line}")
        return len(columns) - len(shown)

    def show(self) -> None:
        """Print the page on stdout."""
        is_terminal = sys.stdout.isatty()
        out = io.StringIO()
        # Lines are broken already: the console only turns styles into what the terminal knows.
        console = Console(file=out, force_terminal=is_terminal, width=10_000, highlight=False)
        for line in self.lines:
            console.print(line, soft_wrap=True)
        click.echo(out.getvalue(), nl=False, color=is_terminal)

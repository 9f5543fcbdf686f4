"""Make a page of every notebook: its words, its code, and what it prints and draws when it is run.

Notebooks are kept without outputs, so that none can be stale. Run as part of `docs/generate.py`.
"""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any, Final

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

ROOT: Final = Path(__file__).parents[1]
NOTEBOOKS: Final = ROOT / "notebooks"
TUTORIALS: Final = ROOT / "docs" / "tutorials"
MOST_SECONDS: Final = 600
"""For one cell. A stop against what hangs, not a measure."""
FIRST: Final = "import warnings\nwarnings.simplefilter('error')"
"""Run before a notebook: what warns a reader would be a fault here."""
LAST: Final = (
    "import warnings\nwarnings.simplefilter('ignore')\n"
    "import polars\npolars.Config.restore_defaults()\n"
    "%reset -f"
)
"""Run after it: how a kernel shuts itself down is not the notebook's affair, and the next one finds
no name and no form of tables that it has not made itself."""
SVG: Final = "image/svg+xml"
PAPER: Final = '<rect width="100%" height="100%" fill="#ffffff" />'
"""Lies under a chart, whose ink is dark: a page may be dark too."""
LABEL: Final = re.compile(r'<svg[^>]* aria-label="([^"]*)"')


@dataclass
class Page:
    """A notebook as a page, and the charts that it shows."""

    name: str
    text: str = ""
    charts: dict[str, str] = field(default_factory=dict)
    """SVG by name of the file, beside the page."""


def notebooks() -> list[Path]:
    """Return all notebooks."""
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def run(*notebooks: Path) -> list[Any]:
    """Return notebooks of one folder with the outputs of their cells.

    One kernel runs them all, since starting it and loading what they import takes longer than most
    of what they do. It forgets the names of one before it runs the next.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails, or warns.
    """
    read = [nbformat.read(notebook, as_version=4) for notebook in notebooks]
    whole = nbformat.v4.new_notebook(
        cells=[
            cell
            for one in read
            for cell in (
                nbformat.v4.new_code_cell(FIRST),
                *one.cells,
                nbformat.v4.new_code_cell(LAST),
            )
        ]
    )
    for number, cell in enumerate(whole.cells):
        cell.id = f"cell-{number}"  # two notebooks may have given one id; no page shows it
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            whole,
            timeout=MOST_SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": str(notebooks[0].parent)}},
            # Sockets of this machine, so that nothing of it goes over a network.
            config=Config(
                {"AsyncKernelManager": {"transport": "ipc", "ip": str(Path(folder) / "kernel")}}
            ),
        )
        client.execute()
    return read


def page_of(name: str, done: Any) -> Page:
    """Return the page of a notebook that was run.

    Raises
    ------
    ValueError
        If a cell wrote to the error stream, or its output has no form that a page can take.
    """
    page = Page(name)
    parts = []
    for cell in done.cells:
        if cell.cell_type == "markdown":
            # Links are written as seen from the notebook, and the page lies elsewhere.
            parts.append(cell.source.replace("](../docs/", "](../"))
            continue
        parts.append(f"```py\n{cell.source}\n```")
        parts += [part for output in joined(cell.outputs) for part in shown(page, output)]
    made_from = f"*This page is the notebook `notebooks/{name}.ipynb`, run as it stands.*"
    first, *rest = parts
    title, _, below = first.partition("\n")
    page.text = "\n\n".join([title, made_from, below.strip(), *rest]).rstrip() + "\n"
    return page


def joined(outputs: list[Any]) -> list[Any]:
    """Return outputs in which what was printed in a row is one piece.

    How a kernel cuts it into pieces depends on the time that printing takes.
    """
    whole: list[Any] = []
    for output in outputs:
        last = whole[-1] if whole else None
        if last and last.output_type == output.output_type == "stream" and last.name == output.name:
            last.text += output.text
        else:
            whole.append(output.copy())
    return whole


def shown(page: Page, output: Any) -> Iterator[str]:
    """Yield what a page shows of an output; a chart is put beside the page."""
    if output.output_type == "stream":
        if output.name != "stdout":
            raise ValueError(f"{page.name}: a cell wrote to {output.name}: {output.text}")
        yield fenced(output.text)
        return
    data = output.get("data", {})
    plain = data.get("text/plain", "")
    if SVG in data:
        drawing = data[SVG]
        label = LABEL.search(drawing)
        if label is None:
            raise ValueError(f"{page.name}: a chart has no text alternative")
        file = f"{page.name}-{len(page.charts) + 1}.svg"
        head, _, rest = drawing.rstrip().partition(">")
        page.charts[file] = f"{head}>{PAPER}{rest}\n"
        says = unescape(label[1]).replace("[", "(").replace("]", ")").replace("\n", " ")
        yield f"![{says}]({file})"
    elif plain.startswith("|"):
        yield tidy(plain)  # a table that is Markdown already
    elif plain:
        yield fenced(plain)
    else:
        raise ValueError(f"{page.name}: an output of {sorted(data)} cannot be shown")


def fenced(text: str) -> str:
    """Return text as it was printed."""
    return f"```text\n{tidy(text)}\n```"


def tidy(text: str) -> str:
    """Return text without blanks at the ends of its lines, nor empty lines around it."""
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def files_of(page: Page) -> dict[Path, str]:
    """Return a page and its charts by path."""
    charts = {TUTORIALS / file: drawing for file, drawing in page.charts.items()}
    return {TUTORIALS / f"{page.name}.md": page.text, **charts}


def notebook_pages() -> dict[Path, str]:
    """Run every notebook; return all pages and charts by path."""
    files: dict[Path, str] = {}
    found = notebooks()
    for notebook, done in zip(found, run(*found), strict=True):
        files |= files_of(page_of(notebook.stem, done))
    return files

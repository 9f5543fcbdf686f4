"""Every notebook runs without a warning, is kept without outputs, and is shown as it runs."""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
nbformat: Any = importlib.import_module("nbformat")  # its functions have no types
AGAIN = "Run python docs/generate.py, and look at what has changed."


def maker() -> ModuleType:
    """Load what makes the pages, which lies beside them and in no package."""
    if "docs.notebook_pages" not in sys.modules:
        about = importlib.util.spec_from_file_location(
            "docs.notebook_pages", ROOT / "docs" / "notebook_pages.py"
        )
        assert about is not None
        assert about.loader is not None
        module = importlib.util.module_from_spec(about)
        sys.modules["docs.notebook_pages"] = module
        about.loader.exec_module(module)
    return sys.modules["docs.notebook_pages"]


PAGES = maker()


@cache
def pages() -> dict[Path, Any]:
    """Return the pages of all notebooks, which are run once for all tests."""
    done = zip(NOTEBOOKS, PAGES.run(*NOTEBOOKS), strict=True)
    return {path: PAGES.page_of(path.stem, one) for path, one in done}


def output(kind: str, **about: Any) -> Any:
    return nbformat.v4.new_output(kind, **about)


def notebook_of(*cells: Any) -> Any:
    return nbformat.v4.new_notebook(cells=list(cells))


def code(source: str, *outputs: Any) -> Any:
    return nbformat.v4.new_code_cell(source, outputs=list(outputs))


TITLE = nbformat.v4.new_markdown_cell("# A title\n\nWords, and [a link](../docs/models/forces.md).")


def test_there_is_one_for_an_analyst_a_lecturer_and_a_critic() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["analyst", "critic", "lecture"]
    assert PAGES.notebooks() == NOTEBOOKS


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(notebook: Path) -> None:
    kept = nbformat.read(notebook, as_version=4)
    nbformat.validate(kept)
    assert [cell for cell in kept.cells if cell.get("outputs") or cell.get("execution_count")] == []
    assert kept.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_its_page_shows_what_it_prints(notebook: Path) -> None:
    made = pages()[notebook]
    kept = ROOT / "docs" / "tutorials" / f"{notebook.stem}.md"
    assert made.text == kept.read_text(encoding="utf-8"), AGAIN


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_its_charts_are_those_beside_the_page(notebook: Path) -> None:
    folder = ROOT / "docs" / "tutorials"
    text, made = pages()[notebook].text, pages()[notebook].charts
    assert made
    assert {path.name for path in folder.glob(f"{notebook.stem}-*.svg")} == set(made)
    for name in made:
        assert f"]({name})" in text


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_its_links_lead_to_pages(notebook: Path) -> None:
    words = [
        cell.source
        for cell in nbformat.read(notebook, as_version=4).cells
        if cell.cell_type == "markdown"
    ]
    targets = [part.partition(")")[0].partition("#")[0] for part in "".join(words).split("](")[1:]]
    assert targets
    assert [name for name in targets if not (notebook.parent / name).is_file()] == []


def test_a_notebook_that_warns_fails(tmp_path: Path) -> None:
    warns = tmp_path / "warns.ipynb"
    nbformat.write(notebook_of(TITLE, code("warnings.warn('old')")), warns)
    with pytest.raises(Exception, match="UserWarning"):
        PAGES.run(warns)


def test_a_notebook_knows_nothing_of_the_one_before(tmp_path: Path) -> None:
    loads = "from polars import Config\n"
    sets, reads = tmp_path / "sets.ipynb", tmp_path / "reads.ipynb"
    nbformat.write(notebook_of(code(f"{loads}Config.set_tbl_rows(1)\nown = 1")), sets)
    told = "print(Config.state()['POLARS_FMT_MAX_ROWS'], 'own' in globals())"
    nbformat.write(notebook_of(code(loads + told)), reads)
    _, after = PAGES.run(sets, reads)
    (shown,) = after.cells[0].outputs
    assert shown.text == "None False\n"


def test_links_are_turned_to_where_the_page_lies() -> None:
    text = PAGES.page_of("small", notebook_of(TITLE)).text
    assert text.startswith("# A title\n\n*This page is the notebook `notebooks/small.ipynb`")
    assert "[a link](../models/forces.md)" in text


def test_what_is_printed_in_pieces_is_one_block() -> None:
    pieces = [output("stream", name="stdout", text=text) for text in ("one \n", "two\n")]
    text = PAGES.page_of("small", notebook_of(TITLE, code("tell()", *pieces))).text
    assert text.endswith("```py\ntell()\n```\n\n```text\none\ntwo\n```\n")


def test_a_table_that_is_markdown_stays_a_table() -> None:
    shown = output("execute_result", data={"text/plain": "| a |\n|---|\n| 1 |"})
    assert PAGES.page_of("small", notebook_of(TITLE, code("t", shown))).text.endswith(
        "\n\n| a |\n|---|\n| 1 |\n"
    )


def test_a_chart_is_shown_with_its_text_alternative() -> None:
    drawing = '<svg viewBox="0 0 1 1" aria-label="1 &lt; 2"><g/></svg>'
    shown = output("execute_result", data={"image/svg+xml": drawing, "text/plain": "<SVG>"})
    made = PAGES.page_of("small", notebook_of(TITLE, code("draw()", shown)))
    assert made.text.endswith("\n\n![1 < 2](small-1.svg)\n")
    (chart,) = made.charts.values()
    assert chart.startswith('<svg viewBox="0 0 1 1" aria-label="1 &lt; 2"><rect ')
    assert {path.name for path in PAGES.files_of(made)} == {"small.md", "small-1.svg"}


@pytest.mark.parametrize(
    "shown",
    [
        output("stream", name="stderr", text="oh"),
        output("display_data", data={"image/svg+xml": "<svg><g/></svg>"}),
        output("display_data", data={"image/png": "AAAA"}),
    ],
    ids=["error stream", "chart without words", "picture"],
)
def test_what_no_page_can_take_is_refused(shown: Any) -> None:
    with pytest.raises(ValueError, match="small"):
        PAGES.page_of("small", notebook_of(TITLE, code("x", shown)))

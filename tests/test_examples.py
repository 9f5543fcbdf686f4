"""Every example runs, and prints what the pages show."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("[0-9]*.py"))
AGAIN = "Run python docs/generate.py, and look at what has changed."


def generator() -> ModuleType:
    """Load the generator, which lies beside the pages and in no package.

    Once for all tests: it keeps what commands print.
    """
    if "docs.generate" not in sys.modules:
        about = importlib.util.spec_from_file_location(
            "docs.generate", ROOT / "docs" / "generate.py"
        )
        assert about is not None
        assert about.loader is not None
        module = importlib.util.module_from_spec(about)
        about.loader.exec_module(module)
        sys.modules["docs.generate"] = module
    return sys.modules["docs.generate"]


GENERATE = generator()


def test_examples_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:2]) for path in EXAMPLES] == list(range(1, len(EXAMPLES) + 1))


@pytest.mark.parametrize("script", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_prints_what_the_pages_show(script: Path) -> None:
    kept = ROOT / "examples" / "output" / f"{script.stem}.txt"
    assert GENERATE.output_of_example(script) == kept.read_text(encoding="utf-8"), AGAIN


@pytest.mark.parametrize("name", GENERATE.COMMANDS)
def test_a_command_prints_what_the_pages_show(name: str) -> None:
    kept = ROOT / "examples" / "output" / f"{name}.txt"
    assert GENERATE.output_named(name) == kept.read_text(encoding="utf-8"), AGAIN


def test_claims_by_themselves_print_the_table_that_a_brief_prints() -> None:
    """So what is kept of one may be shown for the other."""
    alone, within = (
        GENERATE.section_of(GENERATE.output_of_command((verb, "minimal")), "What was claimed")
        for verb in ("claims", "brief")
    )
    table = GENERATE.first_block(within)
    assert table.count("\n") > 3
    assert GENERATE.first_block(alone) == table


def test_no_output_is_kept_of_what_is_no_longer_run() -> None:
    kept = {path.stem for path in (ROOT / "examples" / "output").iterdir()}
    assert kept == {*(path.stem for path in EXAMPLES), *GENERATE.COMMANDS}


@pytest.mark.parametrize("script", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_says_what_it_is_and_stays_on_one_page(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert len(text.splitlines()) <= 80


@pytest.mark.parametrize("script", EXAMPLES, ids=lambda path: path.stem)
def test_every_marked_part_of_an_example_is_shown_somewhere(script: Path) -> None:
    shown = "".join(
        page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs").rglob("*.md"))
    )
    marks = [
        line.split("start:")[1].rstrip("]\n")
        for line in script.read_text(encoding="utf-8").splitlines()
        if "--8<-- [start:" in line
    ]
    assert marks
    assert [m for m in marks if f"examples/{script.name}:{m}\n" not in shown] == []

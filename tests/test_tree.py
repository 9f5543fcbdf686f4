"""The tree says where everything lives: names, tests and docstrings keep to it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "foedus"
TESTS = ROOT / "tests"

MODULES = sorted(PACKAGE.rglob("*.py"))
TEST_FILES = sorted(TESTS.rglob("test_*.py"))

# These hold the project as a whole and mirror no single module.
OF_THE_WHOLE = {
    *("test_docs", "test_examples", "test_house", "test_notebooks", "test_surface", "test_tree")
}

IN_A_BROWSER = TESTS / "browser"
"""Tests of whole reports, as a reader opens them."""

# `base_rates` is a term of the field, so these are refused as whole names only.
VAGUE_NAMES = {
    *("abstract", "base", "bases", "core", "data", "descriptors", "functions", "general"),
    *("lib", "main", "manager", "managers", "misc", "shared", "stuff", "things", "tools", "types"),
}
VAGUE_WORDS = {"common", "commons", "helper", "helpers", "util", "utilities", "utility", "utils"}


SAYING = re.compile(r'r?"""\s*[^\s"]')
"""How a module begins that says what it is."""


def is_vague(name: str) -> bool:
    """Tell whether a module or package name leaves open what it holds."""
    return name in VAGUE_NAMES or not VAGUE_WORDS.isdisjoint(name.split("_"))


def mirrored(test_file: Path) -> list[Path]:
    """Return the places of which a test file may be the mirror: a module, a package, a scenario."""
    subject = test_file.stem.removeprefix("test_")
    folder = PACKAGE / test_file.parent.relative_to(TESTS)
    return [folder / f"{subject}.py", folder / subject, folder / subject.replace("_", "-")]


def test_a_vague_name_is_known_when_seen() -> None:
    assert [name for name in ("core", "file_utils", "base_rates", "forces") if is_vague(name)] == [
        "core",
        "file_utils",
    ]


def test_no_module_has_a_vague_name() -> None:
    names = {part for path in MODULES for part in path.relative_to(PACKAGE).with_suffix("").parts}
    assert sorted(filter(is_vague, names)) == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if not SAYING.match(path.read_text(encoding="utf-8"))
    ]
    assert silent == []
    assert not SAYING.match('""""""\n"x"')
    assert not SAYING.match("import ast\n")


def test_every_test_file_mirrors_a_module() -> None:
    strays = [
        str(path.relative_to(ROOT))
        for path in TEST_FILES
        if not (path.parent == TESTS and path.stem in OF_THE_WHOLE)
        and path.parent != IN_A_BROWSER
        and not any(place.exists() for place in mirrored(path))
    ]
    assert strays == []


def test_test_files_are_named_as_pytest_finds_them() -> None:
    """A file of tests under another name would never run."""
    allowed = {*TEST_FILES, *TESTS.rglob("conftest.py")}
    unseen = [
        str(path.relative_to(ROOT))
        for path in sorted({*TESTS.rglob("*.py")} - allowed)
        if any(
            isinstance(node, ast.FunctionDef) and node.name.startswith("test")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]
    assert unseen == []


def test_conftest_stays_short() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in TESTS.rglob("conftest.py")
    }
    assert {name: lines for name, lines in lengths.items() if lines >= 80} == {}

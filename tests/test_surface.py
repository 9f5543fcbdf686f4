"""The public surface is what `foedus.__all__` says, and asking for help costs nothing."""

import json
import subprocess
import sys

import click
import pytest

import foedus
from foedus.cli import main
from foedus.engines import ENGINES

NUMBERS = {"altair", "numba", "numpy", "polars", "pydantic", "scipy"}
SCREENS = {"jinja2", "rich"}

IMPORT = "import foedus"
MODULE_HELP = """
import runpy
sys.argv = ["foedus", "--help"]
try:
    runpy.run_module("foedus", run_name="__main__", alter_sys=True)
except SystemExit as leaving:
    assert not leaving.code, leaving.code
"""
SCRIPT_HELP = """
from importlib.metadata import entry_points
(script,) = entry_points(group="console_scripts", name="foedus")
sys.argv = ["foedus", "--help"]
try:
    script.load()()
except SystemExit as leaving:
    assert not leaving.code, leaving.code
"""


def fresh(code: str) -> tuple[str, set[str]]:
    """Run code in a new interpreter; return what it printed and the top-level modules it loaded."""
    told = "\nprint(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    process = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{code}{told}"],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert process.returncode == 0, process.stderr
    *printed, loaded = process.stdout.splitlines()
    return "\n".join(printed), set(json.loads(loaded))


def test_the_surface_is_sorted_and_names_nothing_twice() -> None:
    assert list(foedus.__all__) == sorted(set(foedus.__all__))


@pytest.mark.parametrize("name", foedus.__all__)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(foedus, name) is not None
    assert name in dir(foedus)


def test_the_surface_is_complete() -> None:
    """Whatever of its own the package holds without an underscore is listed."""
    for name in foedus.__all__:
        getattr(foedus, name)
    held = {
        name
        for name, value in vars(foedus).items()
        if not name.startswith("_") and str(getattr(value, "__module__", "")).startswith("foedus")
    }
    assert held <= set(foedus.__all__)


def test_every_engine_is_public() -> None:
    assert {engine.__name__ for engine in ENGINES.values()} <= set(foedus.__all__)


def test_a_star_import_brings_in_the_surface() -> None:
    names: dict[str, object] = {}
    exec("from foedus import *", names)
    assert set(foedus.__all__) <= set(names)


def test_an_unknown_name_is_refused_by_name() -> None:
    name = "no_such_name"
    with pytest.raises(AttributeError, match=name):
        getattr(foedus, name)


def test_the_command_line_is_a_group_of_verbs() -> None:
    assert isinstance(main, click.Group)
    assert "brief" in main.list_commands(click.Context(main))


def test_importing_foedus_loads_no_numbers_and_no_screen() -> None:
    _, loaded = fresh(IMPORT)
    assert "foedus" in loaded
    assert loaded & (NUMBERS | SCREENS | {"click"}) == set()


@pytest.mark.parametrize("code", [MODULE_HELP, SCRIPT_HELP], ids=["module", "script"])
def test_help_loads_no_numbers_and_no_screen(code: str) -> None:
    printed, loaded = fresh(code)
    assert printed.startswith("Usage: foedus")
    assert loaded & (NUMBERS | SCREENS) == set()


def test_importing_numpy_would_be_noticed() -> None:
    _, loaded = fresh("import numpy")
    assert "numpy" in loaded

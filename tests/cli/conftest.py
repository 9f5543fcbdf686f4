"""What the tests of the command line share: a caller, and scenarios that may be spoiled."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.few import few_tables

from foedus.cli import main
from foedus.scenario import Scenario
from foedus.scenario.load import SHIPPED, load_folder

Foedus = Callable[..., Result]
Spoil = Callable[[str, str, str], int]

read_once = cache(load_folder)


@pytest.fixture(autouse=True, scope="session")
def _page_of_a_hundred_columns() -> Iterator[None]:
    """Print as into a pipe; a test runner's workers may name another width."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "100")
        yield


@pytest.fixture(autouse=True, scope="module")
def _shipped_scenarios_are_read_once() -> Iterator[None]:
    """Give every call the same frozen scenario; any other folder is read each time."""

    def read(folder: Path, shown: str) -> Scenario:
        return (read_once if folder.parent == SHIPPED else load_folder)(folder, shown)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("foedus.scenario.load"), "load_folder", read)
        yield


@pytest.fixture
def foedus() -> Foedus:
    """Call the command line in this process; stdout and stderr are kept apart."""

    def call(*words: object) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], prog_name="foedus")

    return call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped scenario `minimal`."""
    return shutil.copytree(SHIPPED / "minimal", tmp_path / "summit")


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Return a scenario of which a brief is quick: it answers six questions."""
    return few_tables(tmp_path / "few")


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Replace text in one file of the copy; return the line on which it stands."""

    def replace(file: str, old: str, new: str) -> int:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return replace

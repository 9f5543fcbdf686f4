"""The group lists its verbs in order, loads them when called, and refuses what it does not know."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module

import click
import pytest
from click.testing import CliRunner, Result

from foedus.cli import COMMANDS, main

Foedus = Callable[..., Result]

VERBS = [name for name, _ in COMMANDS]


def command(name: str) -> click.Command:
    found = main.get_command(click.Context(main), name)
    assert found is not None
    return found


def test_help_lists_the_verbs_in_their_order(foedus: Foedus) -> None:
    outcome = foedus("--help")
    assert outcome.exit_code == 0
    section = outcome.stdout.split("Commands:")[1]
    listed = [line.split()[0] for line in section.splitlines() if line[:3].strip()]
    assert listed == VERBS
    first = ["brief", "ask", "scenarios", "new", "check", "show", "plan", "spend", "consent"]
    decided = ["bargain", "power", "room", "bridge", "guarantee"]
    rest = ["ensemble", "sensitivity", "claims", "compare", "verify"]
    assert [*first, *decided, *rest] == VERBS


@pytest.mark.parametrize(("name", "short"), COMMANDS)
def test_the_list_says_of_a_verb_what_its_own_help_says_first(name: str, short: str) -> None:
    written = command(name).help
    assert written is not None
    assert written.splitlines()[0] == short


def test_help_loads_no_verb() -> None:
    code = (
        "import sys\nfrom foedus.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"loaded = [name for name in {VERBS} if f'foedus.cli.{{name}}' in sys.modules]\n"
        "print(loaded, file=sys.stderr)"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert process.stderr.decode().strip() == "[]"


def test_what_a_verb_loads_is_not_looked_through_for_garbage_and_the_rest_is() -> None:
    code = (
        "import click, gc\nfrom foedus.cli import main\n"
        "before = gc.get_freeze_count()\n"
        "main.get_command(click.Context(main), 'scenarios')\n"
        "kept = gc.get_freeze_count()\n"
        "main.get_command(click.Context(main), 'scenarios')\n"
        "print(before, kept > 10_000, gc.get_freeze_count() == kept, gc.isenabled())"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert process.stdout.decode().split() == ["0", "True", "True", "True"]


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_is_its_own_module_and_can_be_asked_for_json(name: str) -> None:
    found = command(name)
    assert found is getattr(import_module(f"foedus.cli.{name}"), name)
    assert "--json" in [text for param in found.params for text in param.opts]


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_explains_itself(name: str, foedus: Foedus) -> None:
    outcome = foedus(name, "--help")
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith(f"Usage: foedus {name}")
    assert "--debug" not in outcome.stdout


def test_an_unknown_verb_is_refused_with_the_nearest_known(foedus: Foedus) -> None:
    outcome = foedus("breif", "minimal")
    assert outcome.exit_code == 2
    assert "there is no command 'breif'. Did you mean brief?" in outcome.stderr


def test_a_verb_like_none_is_refused_with_the_list(foedus: Foedus) -> None:
    outcome = foedus("xyz")
    assert outcome.exit_code == 2
    assert "There are: brief, ask, " in outcome.stderr


def test_the_version_is_told(foedus: Foedus) -> None:
    outcome = foedus("--version")
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("foedus ")


def test_a_letter_that_the_terminal_lacks_is_printed_as_its_code() -> None:
    outcome = CliRunner(charset="latin-1").invoke(main, ["show", "minimal", "polls"])
    assert outcome.exit_code == 0, outcome.stderr
    assert b"elm-2030-07 \\u2020" in outcome.stdout_bytes


def test_a_reader_that_leaves_early_is_no_fault() -> None:
    reading, writing = os.pipe()
    os.close(reading)  # nobody reads from the start
    with os.fdopen(writing, "wb") as closed:
        process = subprocess.run(
            [sys.executable, "-m", "foedus", "show", "paris-2025", "units", "--csv"],
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert process.stderr == b""
    assert process.returncode != 3

"""The options that verbs share, and what they come to."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, Literal

import click

from foedus.cli.engine_faults import engine_problems
from foedus.cli.faults import debug_option, say_fault
from foedus.errors import ScenarioError
from foedus.scenario import Scenario, load, with_tables
from foedus.scenario.cells import read_settings
from foedus.scenario.load import find

OPTION_HELP: Final = "Option to run; if not given, the scenario's headline option."
DRAWS_HELP: Final = "Futures to draw, in which the uncertain cells vary."
SEED_HELP: Final = "Explains every draw: the same seed, the same numbers."
SET_HELP: Final = "Change a cell for this run: TABLE/KEY/FIELD=VALUE, * for any key. Repeatable."

TABLE_HELP: Final = (
    "Take a table from a file of your own, CSV or .xlsx, in the place of the scenario's; rows of "
    "sources are added. Repeatable."
)

Wanted = Literal["set", "strict", "json", "run", "tables"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the user asks of a scenario, beside the verb's own options."""

    scenario: str = ""
    """As written: a shipped name or a folder; empty for a verb that takes none."""
    strict: bool = False
    set: dict[str, str] = field(default_factory=dict)
    option: str | None = None
    draws: int = 0
    seed: int = 0
    json: bool = False
    tables: dict[str, str] = field(default_factory=dict)
    """Files from which tables are taken, by the table's name."""

    def load(self) -> Scenario:
        """Load the scenario with the tables given; under `--strict` without the later rows.

        Raises
        ------
        ScenarioError
            With everything that is wrong in it.
        """
        scenario = load(self.scenario)
        if find(self.scenario)[0].is_file() and (
            problems := engine_problems(scenario, self.scenario)
        ):  # what runs a workbook knows no cells of it any more
            raise ScenarioError(problems)
        scenario = self.with_tables(scenario)
        if not self.strict:
            return scenario
        left = len(scenario.later_rows)
        until = scenario.about.evidence_until
        say(f"strict: {counted(left, 'row')} known only after {until} left out")
        return scenario.strict()

    def with_tables(self, scenario: Scenario) -> Scenario:
        """Return the scenario with the tables that were given, and say so.

        Raises
        ------
        ScenarioError
            With everything that is wrong in them.
        """
        if not self.tables:
            return scenario
        changed = with_tables(scenario, self.tables)
        for name, file in self.tables.items():
            say(f"{name}: {counted(len(changed.table(name)), 'row')} with {file}")
        return changed

    def checked(self, scenario: Scenario) -> None:
        """Check the cells that are set, before anything is computed.

        Raises
        ------
        SettingsError
            With every cell that cannot be set.
        """
        read_settings(scenario, self.set)

    def run_arguments(self) -> dict[str, Any]:
        """Return what a run is asked to do, as the library names it."""
        return {"option": self.option, "draws": self.draws, "seed": self.seed, "set": self.set}

    def again(self, verb: str, option: str, *more: str) -> str:
        """Return the command line that repeats a run."""
        words = ["foedus", verb, self.scenario, *more, "--option", option]
        words += ["--draws", str(self.draws), "--seed", str(self.seed)]
        for name, file in self.tables.items():
            words += ["--table", f"{name}={file}"]
        for address, value in self.set.items():
            words += ["--set", f"{address}={value}"]
        return shlex.join([*words, *(["--strict"] if self.strict else [])])


def verb(
    *wanted: Wanted, draws: int = 0, on_scenario: bool = True
) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command of a function that takes `asked` and its own arguments.

    SCENARIO and the wanted shared options are put in front of the function's own.

    Parameters
    ----------
    wanted
        `set`, `tables`, `strict`, `json`; `run` stands for option, draws and seed.
    draws
        How many are made unless asked otherwise.
    on_scenario
        Whether SCENARIO is the first argument.
    """

    def decorate(function: Callable[..., None]) -> click.Command:
        @wraps(function)
        def call(**values: Any) -> None:
            names = Asked.__dataclass_fields__
            asked = Asked(**{name: values.pop(name) for name in names if name in values})
            function(asked=asked, **values)

        command: Callable[..., Any] = call
        for option in reversed([*shared_options(wanted, draws)]):
            command = option(command)
        if on_scenario:
            command = click.argument("scenario")(command)
        made = click.command(name=function.__name__)(command)
        made.params.append(debug_option())
        return made

    return decorate


def shared_options(wanted: tuple[Wanted, ...], draws: int) -> list[Callable[..., Any]]:
    """Return the shared options that a verb wants, in the order of its help."""
    options: list[Callable[..., Any]] = []
    if "run" in wanted:
        options += [
            click.option("--option", metavar="NAME", help=OPTION_HELP),
            click.option("--draws", type=int, default=draws, show_default=True, help=DRAWS_HELP),
            click.option("--seed", type=int, default=0, show_default=True, help=SEED_HELP),
        ]
    if "set" in wanted:
        options.append(
            click.option(
                "--set",
                "set",
                multiple=True,
                metavar="CELL=VALUE",
                callback=read_changes,
                help=SET_HELP,
            )
        )
    if "tables" in wanted:
        options.append(
            click.option(
                "--table",
                "tables",
                multiple=True,
                metavar="NAME=FILE",
                callback=read_tables,
                help=TABLE_HELP,
            )
        )
    if "strict" in wanted:
        text = "Leave out what was known only after the scenario's date."
        options.append(click.option("--strict", is_flag=True, help=text))
    if "json" in wanted:
        text = "Print one JSON document and nothing else."
        options.append(click.option("--json", is_flag=True, help=text))
    return options


def read_changes(
    _ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    """Read `TABLE/KEY/FIELD=VALUE`, once for each cell.

    Raises
    ------
    click.BadParameter
        If there is no equals sign, or an address stands twice.
    """
    changes: dict[str, str] = {}
    for text in given:
        address, equals, value = text.partition("=")
        address = address.strip()
        if not equals:
            raise click.BadParameter(f"{text!r} has no value. Write TABLE/KEY/FIELD=VALUE.")
        if address in changes:
            raise click.BadParameter(f"{address} is set twice. Keep one of them.")
        changes[address] = value.strip()
    return changes


def read_tables(
    _ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    """Read `NAME=FILE`, once for each table.

    Raises
    ------
    click.BadParameter
        If there is no equals sign or no file, or a table stands twice.
    """
    tables: dict[str, str] = {}
    for text in given:
        name, _, file = text.partition("=")
        name = name.strip()
        if not name or not file.strip():
            raise click.BadParameter(f"{text!r} names no file. Write NAME=FILE.")
        if name in tables:
            raise click.BadParameter(f"{name} is given twice. Keep one of them.")
        tables[name] = file.strip()
    return tables


def say(text: str) -> None:
    """Say on stderr what is done."""
    say_fault(text)


def counted(number: int, thing: str) -> str:
    """Return a number and what is counted.

    >>> counted(1, "row"), counted(1200, "row"), counted(2, "delegation")
    ('1 row', '1,200 rows', '2 delegations')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"

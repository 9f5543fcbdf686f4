"""`foedus new`: a scenario to start from."""

import shlex
import shutil
import tempfile
from pathlib import Path
from typing import Final

import click

from foedus.cli.documents import print_json
from foedus.cli.faults import keep
from foedus.cli.options import Asked, say, verb
from foedus.errors import SettingsError
from foedus.scenario import Scenario, load, save, shipped

PATTERN: Final = "minimal"
"""The shipped scenario that a new one starts from."""

README: Final = """\
{title}
{rule}

A scenario for foedus: one file, scenario.toml, and a table in each CSV file. It starts as a copy of
an invented summit; replace its rows by yours.

1. scenario.toml: title, date, and evidence_until, the last day whose knowledge counts as known.
   Write invented = false once the rows speak of the real world.
2. delegations.csv: who is at the table, and in which role. Every other table names these codes.
3. options.csv: the courses of action. Mark one with is_headline = 1.
4. The tables of the questions that you ask. For consent: stances, polls, approvals, principals.
   For the force: capabilities, units, requirement, share_keys, ceilings, commitments, dependence.
   For money: budgets, finances, targets, costs, payers, deflators, hosting; all money becomes
   dollars of the price_year of scenario.toml.
   For votes: rules, rule_games, ballots, beside issues and positions.
   For the guarantee: disputes, base_rates.
   A table that you do not need may be taken out, with the rows of others that name its own.
   claims.csv holds what was claimed, and the cell or answer that each claim is held against.
5. sources.csv: where the rows come from. Every row names keys of it in its column source, or says
   assumed. A number that is a judgement has its range beside it, in columns ending in _low, _high.

Any spreadsheet can edit the tables: save them as CSV UTF-8, or make one workbook of them all with
foedus show {folder} --xlsx {book}. Shares and probabilities are fractions
of 1, dates are written 2025-02-17, flags 0 or 1.

    foedus check {folder}      every problem, with file, line and what to write instead
    foedus show {folder}       what the tables hold
    foedus brief {folder}      the answers
"""


@verb("json", on_scenario=False)
@click.argument("name", type=click.Path(path_type=Path, readable=False))
def new(asked: Asked, name: Path) -> None:
    """Make a scenario of your own: a folder of tables to fill in.

    NAME is the folder to make. It starts as a copy of the shipped scenario `minimal`, sound as it
    stands, with a README.txt that says what to replace.
    """
    scenario = fresh(name)
    make(scenario, name)
    keep(str(name))
    shown = as_argument(name)
    if asked.json:
        print_json({"folder": str(name), "title": scenario.about.title, "digest": scenario.digest})
        return
    say(f"made {name}")
    click.echo(
        f"{scenario.about.title}: a copy of {PATTERN} in {name}\n"
        f"Next: read {name / 'README.txt'}, replace the rows by yours, and run\n"
        f"  foedus check {shown}\n  foedus brief {shown}"
    )


def fresh(folder: Path) -> Scenario:
    """Return the scenario to start from, under a title of its own."""
    pattern = load(PATTERN)
    words = folder.absolute().name.replace("-", " ").replace("_", " ").strip()
    about = {"title": f"{words[:1].upper()}{words[1:]}", "invented": True}
    return pattern.replace(
        name=folder.absolute().name, about=pattern.about.model_copy(update=about)
    )


def as_argument(folder: Path) -> str:
    """Return a folder as it is written as SCENARIO; a shipped name would win over a folder's."""
    text = f"./{folder}" if str(folder) in shipped() else str(folder)
    return shlex.quote(text)


def make(scenario: Scenario, folder: Path) -> None:
    """Write scenario and README into a new folder: whole, or not at all.

    Raises
    ------
    SettingsError
        If the folder exists and is not empty, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingsError(f"{folder}: it exists already. Name a folder that does not exist.")
    title = scenario.about.title
    readme = README.format(
        title=title,
        rule="=" * len(title),
        folder=as_argument(folder),
        book=shlex.quote(f"{folder.absolute().name}.xlsx"),
    )
    parent = folder.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=parent, prefix=".foedus-") as temporary:
            draft = Path(temporary) / folder.absolute().name
            save(scenario, draft)
            (draft / "README.txt").write_text(readme, encoding="utf-8")
            if folder.exists():
                folder.rmdir()
            shutil.move(draft, folder)
    except OSError as error:
        raise SettingsError(f"{folder}: cannot be written ({error.strerror}).") from None

"""The command line: `foedus VERB SCENARIO`. A verb's module is loaded only when it is called."""

import os
from typing import Final

import click

from foedus.cli.group import LazyGroup

# Kernels bring their own threads; those of linear algebra would only wait for each other. Must be
# said before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

COMMANDS: Final[tuple[tuple[str, str], ...]] = (
    ("brief", "Answer every question for an option, and compare the options."),
    ("ask", "Answer one question in full."),
    ("scenarios", "List the scenarios that come with foedus."),
    ("new", "Make a scenario of your own: a folder of tables to fill in."),
    ("check", "Tell whether a scenario is sound, and list every problem in it."),
    ("show", "Print a scenario's tables, or the rows of one."),
    ("plan", "Plan the force of an option: who sends which units when, under whose lead."),
    ("spend", "Find what targets of defence spending cost, and what an option adds."),
    ("consent", "Find who would join an option, and score that against what happened."),
    ("bargain", "Forecast what a room agrees on, and score such forecasts."),
    ("power", "Tell who decides under a rule, and what would pass."),
    ("room", "Find who must be in the room so that an option can be carried out."),
    ("bridge", "Find who can be the bridge to those addressed: whom to send."),
    ("guarantee", "Find whether the force deters, and what follows if the ceasefire breaks."),
    ("ensemble", "Draw an option many times through the chain, and tell how its outcomes spread."),
    ("sensitivity", "Find what an outcome of the whole chain hangs on."),
    ("claims", "Hold what was claimed against the numbers: holds, does not hold, cannot tell."),
    ("compare", "Tell how two scenarios, options or saved briefs differ, biggest first."),
    ("verify", "Repeat a saved brief and compare it bit by bit."),
)
"""Every verb in the order of `--help`, with the first line of its help."""

HELP = """Answer what a security summit leaves open: who would join, what they can send, how long.

SCENARIO is the name of a shipped scenario, or a folder or workbook of yours. Every number comes
from sourced rows or from a row that says it is assumed; one seed explains every draw.

Exit codes: 0 done, 1 a fault you can mend, 2 usage, 3 a bug, 130 interrupted.
"""


def show_version(ctx: click.Context, _param: click.Parameter, is_asked: bool) -> None:
    """Print the version and leave."""
    if is_asked and not ctx.resilient_parsing:
        from foedus.provenance import foedus_version  # noqa: PLC0415 - costs time that help need not

        click.echo(f"foedus {foedus_version()}")
        ctx.exit()


main = LazyGroup(
    name="foedus",
    verbs=COMMANDS,
    help=HELP,
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=show_version,
            help="Print the version and leave.",
        )
    ],
)

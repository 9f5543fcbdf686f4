"""The group of verbs: loads a verb when it is called, and turns what it raises into exit codes."""

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from foedus.cli.faults import debug_option, explain


@contextmanager
def all_kept() -> Iterator[None]:
    """Look for no garbage while modules are loaded, nor among them later: they stay to the end.

    Looking through them time and again takes about a tenth of the time of loading them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own, named as they are."""

    def __init__(self, *, verbs: Sequence[tuple[str, str]], **settings: Any) -> None:
        super().__init__(**settings)
        self.verbs = dict(verbs)
        """First line of help by verb, in the order in which they are listed."""
        self.params.append(debug_option())

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the verbs in their order."""
        return list(self.verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a verb's module; its command has the verb's name."""
        if cmd_name not in self.verbs:
            return None
        name = f"foedus.cli.{cmd_name}"
        with nullcontext() if name in sys.modules else all_kept():
            module = import_module(name)
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called; an unknown one is refused with the nearest known."""
        name = args[0]
        if name not in self.verbs and not name.startswith("-"):
            near = get_close_matches(name, self.verbs, n=2, cutoff=0.6)
            hint = f"Did you mean {' or '.join(near)}?" if near else f"There are: {self.listed}."
            ctx.fail(f"there is no command {name!r}. {hint}")
        return super().resolve_command(ctx, args)

    @property
    def listed(self) -> str:
        """The verbs as a phrase."""
        return ", ".join(self.verbs)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of verbs without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.verbs.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Call the verb. What it raises becomes a message on stderr and an exit code."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                # A terminal that cannot print a letter gets its code, never a crash.
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last place to say what happened
            ctx.exit(explain(error, ctx))

"""What the command line says and returns when something goes wrong.

0 done, 1 a fault that the user can mend, 2 usage (click's own), 3 a bug, 130 interrupted.
"""

import errno
import os
import sys
import traceback
from typing import Final

import click

from foedus.cli.inert import inert
from foedus.errors import FoedusError

MENDABLE: Final = 1
BUG: Final = 3
INTERRUPTED: Final = 130

OF_THE_MACHINE: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}
)
"""Faults of disk and rights, which are no bugs."""

KEPT: Final = "foedus.kept"
DEBUG: Final = "foedus.debug"


def debug_option() -> click.Option:
    """Return the hidden switch that shows a trace; every command has it, so it may stand last."""
    return click.Option(
        ["--debug"], is_flag=True, hidden=True, expose_value=False, callback=remember_debug
    )


def remember_debug(ctx: click.Context, _param: click.Parameter, is_asked: bool) -> None:
    """Note that a trace is wanted."""
    if is_asked:
        ctx.meta[DEBUG] = True


def keep(what: str) -> None:
    """Note what stays behind if the user stops the command from here on."""
    click.get_current_context().meta.setdefault(KEPT, []).append(what)


def explain(error: BaseException, ctx: click.Context) -> int:
    """Say on stderr what happened, without a trace unless one is wanted; return the exit code.

    Raises
    ------
    OSError
        A pipe whose reader has gone, for click, which then leaves quietly.
    """
    if ctx.meta.get(DEBUG) or os.environ.get("FOEDUS_DEBUG", "") not in ("", "0"):
        click.echo(inert("".join(traceback.format_exception(error))), err=True)
    match error:
        case KeyboardInterrupt():
            kept = ctx.meta.get(KEPT)
            left = f"Kept: {', '.join(kept)}." if kept else "Nothing was written."
            say_fault(f"\ninterrupted. {left}")
            return INTERRUPTED
        case FoedusError():
            say_fault(str(error))
            return MENDABLE
        case MemoryError():
            say_fault("the memory does not suffice. Ask for fewer draws with --draws.")
            return MENDABLE
        case OSError() if error.errno == errno.EPIPE:
            raise error
        case OSError() if error.errno in OF_THE_MACHINE:
            where = f"{error.filename}: " if error.filename else ""
            say_fault(f"{where}{error.strerror}. Mend the disk or its rights, and run it again.")
            drop_unprinted()
            return MENDABLE
        case _:
            say_bug(error)
            return BUG


def drop_unprinted() -> None:
    """Let go of what stdout still holds, if it cannot be written.

    Python would try once more when it leaves, fail again, and return 120 whatever was said here.
    """
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say_fault(text: str) -> None:
    """Print a message on stderr; what it quotes from files stays inert."""
    click.echo(inert(text), err=True)


def say_bug(error: BaseException) -> None:
    """Say that it is a bug, and how to see more."""
    from foedus.provenance import foedus_version  # noqa: PLC0415 - only on the way to an error

    name = type(error).__name__
    says = f"{name}: {error}" if str(error) else name
    say_fault(
        f"this is a bug in foedus {foedus_version()}, not in your scenario.\n    {says}\n"
        "Run the same command with --debug at its end to see the trace, and report both."
    )

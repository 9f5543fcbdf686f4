"""The script that makes the report's charts answer to a pointer, as one text without a network.

It is made anew for each report and kept nowhere else. Making it takes a processor for one to two
seconds and lets no other thread of Python run meanwhile, so a process of its own makes it while
this one draws the charts: on two processors that costs a report no time. Shipping it instead would
put 0.9 MB of others' code, of one version, into the package.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import IO, Final

from foedus.plots.render import vegalite

SNIPPET: Final = "window.foedusEmbed = vegaEmbed;"
"""All that the page calls by name. What the bundle names `vega` is empty in some versions."""

MAKES: Final = """\
import sys, vl_convert
script = vl_convert.javascript_bundle(sys.argv[1], vl_version=sys.argv[2])
sys.stdout.buffer.write(script.encode())
"""

PATIENCE_SECONDS: Final = 60.0
"""A process that takes longer has got stuck."""

NOTICE: Final = (
    "Charts are drawn by Vega, Vega-Lite and Vega-Embed (BSD 3-Clause licence, University of "
    "Washington Interactive Data Lab and contributors) and D3 (ISC licence, Mike Bostock)."
)
"""Whose code the script is: a page that holds it has to say so."""


@cache
def made() -> str:
    """Return the script: Vega, Vega-Lite and Vega-Embed with all they need."""
    import vl_convert  # noqa: PLC0415 - starts an engine for JavaScript

    return inline(vl_convert.javascript_bundle(SNIPPET, vl_version=vegalite()))


def inline(script: str) -> str:
    r"""Return a script as it may stand within a page, where `</script` would end it.

    In words and patterns of JavaScript a stroke behind a backslash is the stroke itself.

    >>> print(inline("x = '</script>'; y = '<!--'"))
    x = '<\/script>'; y = '<\!--'
    """
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


@contextmanager
def made_beside() -> Iterator[Callable[[], str]]:
    """Begin to make the script in a process of its own; hand out what waits for it.

    Where no process can be had, or it fails or gets stuck, the script is made here when it is asked
    for.
    """
    with tempfile.TemporaryFile() as file:
        try:
            child = subprocess.Popen(
                [sys.executable, "-P", "-c", MAKES, SNIPPET, vegalite()],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            yield made
            return
        try:
            yield lambda: read_from(child, file)
        finally:
            child.kill()
            child.wait()


def read_from(child: subprocess.Popen[bytes], file: IO[bytes]) -> str:
    """Return what the process wrote once it has ended, or make it here if it failed or is stuck."""
    try:
        if child.wait(PATIENCE_SECONDS) != 0:
            return made()
    except subprocess.TimeoutExpired:
        return made()
    file.seek(0)
    return inline(file.read().decode())

"""Which tests run together on one worker, and which come first."""

import pytest

ORDER = (
    "tests/briefing/",
    "tests/browser/",
    # Needs no kernel, so that those which the tests of the briefing compile are not compiled twice.
    "tests/scenario/",
    "tests/engines/forces/plan/",
    "tests/engines/",
)
"""What is run first; the rest follows as it is found. What takes long must not come last, where one
worker would do it while others have nothing to do."""
TOGETHER = {
    "tests/briefing/": "briefs that are kept",
    "tests/cli/": "briefs that are kept",
    "tests/test_docs.py": "briefs that are kept",
    "tests/test_examples.py": "briefs that are kept",
    "tests/browser/": "reports that are kept",
    "tests/report/": "reports that are kept",
    "tests/plots/": "reports that are kept",
    "tests/test_plots.py": "reports that are kept",
    "tests/scenario/": "scenarios that are kept",
    "tests/engines/forces/plan/": "plans that are kept",
    "src/": "examples in docstrings",
}
"""Tests that one worker runs, because they share what is costly; other files by themselves."""


def part_of(nodeid: str) -> str:
    """Return the part of all tests that a test is run with, by one worker."""
    parts = (part for place, part in TOGETHER.items() if nodeid.startswith(place))
    return next(parts, nodeid.partition("::")[0])


def turn_of(item: pytest.Item) -> int:
    """Return where a test stands in the order."""
    return next((n for n, place in enumerate(ORDER) if item.nodeid.startswith(place)), len(ORDER))

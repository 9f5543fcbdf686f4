"""Time left is told by part of the work, and not before it can be known."""

from collections.abc import Iterator

import pytest

from foedus.cli.sensitivity_progress import with_time_left


def test_the_time_left_is_that_of_the_part_that_is_being_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock: Iterator[float] = iter([0.0, 3.0, 3.5, 7.0, 23.0, 24.0, 26.0])
    monkeypatch.setattr("foedus.cli.sensitivity_progress.monotonic", lambda: next(clock))
    told: list[tuple[str, float]] = []
    tell = with_time_left(lambda what, part: told.append((what, part)))
    tell("screening", 0.0)
    tell("chance", 0.1)
    tell("a", 0.2)
    tell("b", 1.0)
    tell("options", 0.5)
    tell("options", 1.0)
    assert told == [
        ("screening", 0.0),
        ("chance", 0.1),
        ("a, about 16 s left", 0.2),
        ("b, about 0 s left", 1.0),
        ("options, about 1 s left", 0.5),
        ("options, about 0 s left", 1.0),
    ]

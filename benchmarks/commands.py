"""How long a user waits: `foedus --help`, `foedus check` and a whole brief, with the machine.

Run as `python benchmarks/commands.py`. Each command runs in a process of its own, start-up and all:
once to warm the compiled kernels, then `REPEATS` times. The table gives the best and the median by
the clock; rows with a bar say whether the best met it.
"""

import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

REPEATS: Final = 5


@dataclass(frozen=True)
class Command:
    """One line of the table."""

    words: tuple[str, ...]
    bar_seconds: float | None = None


def seconds_of(words: tuple[str, ...], folder: str) -> float:
    """Run a command once and return the seconds it took."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "foedus", *words], cwd=folder, check=True, capture_output=True
    )
    return time.perf_counter() - started


def machine() -> str:
    """Return the machine in one line."""
    models = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    load = ", ".join(f"{part:.2f}" for part in os.getloadavg())
    return f"{models[0]}, {len(models)} cores, Python {platform.python_version()}, load {load}"


def main() -> None:
    """Print the table."""
    commands = (
        Command(("--help",), bar_seconds=0.3),
        Command(("scenarios",)),
        Command(("check", "paris-2025")),
        Command(("brief", "minimal", "--out", "out")),
        Command(("brief", "paris-2025"), bar_seconds=10.0),
        Command(("brief", "paris-2025", "--out", "out")),
    )
    print(machine())
    print(f"{'foedus':<34}{'best s':>8}{'median s':>10}{'bar s':>8}")
    for command in commands:
        with TemporaryDirectory() as folder:
            seconds_of(command.words, folder)
            times = [seconds_of(command.words, folder) for _ in range(REPEATS)]
        bar = ""
        if command.bar_seconds is not None:
            met = "met" if min(times) <= command.bar_seconds else "MISSED"
            bar = f"{command.bar_seconds:>8.1f} {met}"
        name = " ".join(command.words)
        print(f"{name:<34}{min(times):>8.2f}{statistics.median(times):>10.2f}{bar}")


if __name__ == "__main__":
    main()

"""How long a workbook takes: read and check, write, and against the folder of CSV files.

Run as `python benchmarks/spreadsheets.py`. Every line is the best and the median of `REPEATS`
times; the first also counts what has to be imported, in a process of its own. Rows with a bar say
whether the best met it.
"""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import xlsxwriter

from foedus.errors import ScenarioError
from foedus.scenario import TABLES, load
from foedus.scenario.workbook_write import save_workbook

NAME: Final = "paris-2025"
REPEATS: Final = 5
BAR_SECONDS: Final = 2.0
EMPTY_ROWS: Final = 100_000
EMPTY_COLUMNS: Final = 10


def times_of(work: Callable[[int], object]) -> list[float]:
    """Return the seconds of every repeat; work is told which one it is."""
    times = []
    for repeat in range(REPEATS):
        started = time.perf_counter()
        work(repeat)
        times.append(time.perf_counter() - started)
    return times


def run_check(scenario: str | Path) -> None:
    """Run `foedus check` in a process of its own."""
    words = [sys.executable, "-m", "foedus", "check", str(scenario)]
    subprocess.run(words, check=True, capture_output=True)


def write_empty(file: Path) -> None:
    """Write a workbook of one table whose rows have a format and hold nothing."""
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet("units")
        form = book.add_format({"bold": True})
        for row in range(EMPTY_ROWS):
            for column in range(EMPTY_COLUMNS):
                sheet.write_blank(row, column, None, form)


def read_refused(file: Path) -> None:
    """Read a workbook that is no whole scenario."""
    try:
        load(file)
    except ScenarioError:
        return
    raise AssertionError("it should have been refused")


def machine() -> str:
    """Return the machine in one line."""
    models = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    load_ = ", ".join(f"{part:.2f}" for part in os.getloadavg())
    return f"{models[0]}, {len(models)} cores, Python {platform.python_version()}, load {load_}"


def main() -> None:
    """Print the table."""
    scenario = load(NAME)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        writing = times_of(lambda repeat: save_workbook(scenario, folder / f"{repeat}.xlsx"))
        book, empty = folder / "0.xlsx", folder / "empty.xlsx"
        write_empty(empty)
        reading = times_of(lambda _: load(book))
        folder_reading = times_of(lambda _: load(NAME))
        lines = [
            (f"foedus check {NAME}.xlsx", times_of(lambda _: run_check(book)), BAR_SECONDS),
            (f"foedus check {NAME}", times_of(lambda _: run_check(NAME)), None),
            ("read and check the workbook", reading, BAR_SECONDS),
            ("read and check the folder", folder_reading, None),
            ("write the workbook and read it back", writing, None),
            (
                f"read {EMPTY_ROWS:,} empty rows of {EMPTY_COLUMNS} columns",
                times_of(lambda _: read_refused(empty)),
                None,
            ),
        ]
        size = book.stat().st_size
    print(machine())
    print(f"{'':<44}{'best s':>8}{'median s':>10}{'bar s':>8}")
    for name, times, bar in lines:
        verdict = "" if bar is None else f"{bar:>8.1f} {'met' if min(times) <= bar else 'MISSED'}"
        print(f"{name:<44}{min(times):>8.2f}{statistics.median(times):>10.2f}{verdict}")
    rows = sum(len(scenario.table(name)) for name in TABLES)
    print(f"{NAME}: {size / 1024:,.0f} kB, {rows:,} rows")
    print(f"workbook over folder, best of each: {min(reading) / min(folder_reading):.1f}")


if __name__ == "__main__":
    main()

"""Put files in place together, so that an interrupted run leaves what was there before."""

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from foedus.errors import SettingsError

CONTENTS_FILE: Final = "contents.csv"
"""In the folder of tables: what each file is. The next run removes what an earlier one listed."""


def put_in_place(out: Path, contents: Mapping[str, bytes], *, folder: str) -> list[Path]:
    """Write files into a folder: first under temporary names beside it, then moved together.

    A fault or an interruption at any step puts back what was there. Only a process that is killed
    between two of the last moves can leave files of two runs.

    Parameters
    ----------
    out
        The folder; made if it does not exist.
    contents
        What to write, by path below `out`.
    folder
        The folder below `out` whose `contents.csv` tells what an earlier run wrote.

    Raises
    ------
    SettingsError
        If a file or folder cannot be written.
    """
    refuse_obstacles(out, folder, contents)
    try:
        with ExitStack() as stack:
            stack.enter_context(new_folders(out))
            stack.enter_context(new_folders(out / folder))
            name = stack.enter_context(tempfile.TemporaryDirectory(dir=out, prefix=".foedus-"))
            drafts, former = Path(name) / "new", Path(name) / "former"
            for path, content in contents.items():
                draft = drafts / path
                draft.parent.mkdir(parents=True, exist_ok=True)
                draft.write_bytes(content)
            stale = left_over(out, folder, contents)
            with moved_back_on_fault(out, drafts, former) as begun:
                for path in [*contents, *stale]:
                    begun[path] = path in contents
                    move(out, drafts, former, path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(
            f"{out}: the report cannot be written ({reason}). Name a folder that you may write to, "
            "or make room in this one."
        ) from None
    return [out / path for path in contents]


def refuse_obstacles(out: Path, folder: str, contents: Mapping[str, bytes]) -> None:
    """Raise SettingsError where a file stands in the place of a folder, or a folder in a file's."""
    for place in (out, out / folder):
        if place.exists() and not place.is_dir():
            raise SettingsError(
                f"{place}: this is a file, and the report needs a folder of this name. Name "
                "another folder, or move the file away."
            )
    for path in contents:
        if (out / path).is_dir():
            raise SettingsError(
                f"{out / path}: this is a folder, and the report needs a file of this name. Name "
                "another folder to write to, or move this one away."
            )


@contextmanager
def new_folders(folder: Path) -> Iterator[None]:
    """Make a folder and those above it; take away again what was made if what follows fails."""
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        with suppress(OSError):
            for place in made:
                place.rmdir()
        raise


@contextmanager
def moved_back_on_fault(out: Path, drafts: Path, former: Path) -> Iterator[dict[str, bool]]:
    """Hand out a record of moves begun, by path, with whether a draft goes there; undo on a fault.

    What is undone is read from the files themselves, as a fault may come between two moves.
    """
    begun: dict[str, bool] = {}
    try:
        yield begun
    except BaseException:
        for path, has_draft in begun.items():
            if (former / path).exists():
                (former / path).replace(out / path)
            elif has_draft and not (drafts / path).exists():
                (out / path).unlink(missing_ok=True)
        raise


def move(out: Path, drafts: Path, former: Path, path: str) -> None:
    """Move what is in place aside and the draft, if there is one, into its place."""
    aside = former / path
    aside.parent.mkdir(parents=True, exist_ok=True)
    if (out / path).exists():
        (out / path).replace(aside)
    if (drafts / path).exists():
        (drafts / path).replace(out / path)


def left_over(out: Path, folder: str, contents: Mapping[str, bytes]) -> list[str]:
    """Return the files that an earlier run listed and this one does not write."""
    try:
        text = (out / folder / CONTENTS_FILE).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return []
    listed = [f"{folder}/{line.get('file', '')}" for line in csv.DictReader(io.StringIO(text))]
    return [
        path
        for path in dict.fromkeys(listed)
        if path not in contents and Path(path).parent == Path(folder) and (out / path).is_file()
    ]

"""Folders that are written whole or not at all, with a manifest by which a change is found.

Checksums and seal tell damage and changes by mistake. Whoever means to deceive can compute them
anew: what then tells is doing the work again.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from foedus.errors import SettingsError

MANIFEST_FILE: Final = "manifest.json"
FORMAT: Final = 1
"""Version of the layout of saved folders. A reader refuses what is newer than itself."""
TEXTS: Final = frozenset({".csv", ".json", ".toml"})
"""Endings of files whose line ends do not count: some systems rewrite them on the way."""
AGAIN: Final = "Take the folder again from where it was saved."


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Hand out an empty folder, and put it in place of the target once all is written.

    On a fault or an interruption nothing is left behind, neither the folder nor those above it.

    Raises
    ------
    SettingsError
        If the target exists and is not an empty folder, or cannot be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise SettingsError(f"{target}: it exists already. Name a new folder.")
    try:
        with draft_folder(target) as place:
            draft = place / "new"
            draft.mkdir()
            try:
                yield draft
            except SettingsError as error:  # a place that is gone in a moment helps nobody
                raise SettingsError(str(error).replace(str(draft), str(target))) from None
            if target.exists():
                target.rmdir()
            draft.rename(target)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(f"{target}: cannot be written ({reason}).") from None


@contextmanager
def draft_folder(target: Path) -> Iterator[Path]:
    """Hand out an empty folder beside a target, from which it can be moved into place.

    The folder is gone afterwards; on a fault or an interruption those above it too that were made
    for it.
    """
    above = target.absolute().parent
    missing = [place for place in (above, *above.parents) if not place.exists()]
    try:
        above.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=above, prefix=".foedus-") as name:
            yield Path(name)
    except BaseException:
        with suppress(OSError):
            for place in missing:
                place.rmdir()
        raise


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Write the manifest of a folder in which all other files stand already."""
    files = {
        path.relative_to(folder).as_posix(): checksum(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    manifest = {"format": FORMAT, **content, "files": files}
    text = json.dumps({**manifest, "seal": seal(manifest)}, indent=2, ensure_ascii=False)
    (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder.

    Raises
    ------
    SettingsError
        If it cannot be read, was changed, or is of a newer format than this foedus knows.
    """
    place = folder / MANIFEST_FILE
    try:
        manifest = json.loads(place.read_bytes())
    except OSError as error:
        raise SettingsError(f"{place}: it cannot be read ({error.strerror}).") from None
    except ValueError:
        raise SettingsError(
            f"{place}: it is no JSON; it was cut short or changed. {AGAIN}"
        ) from None
    number = manifest.get("format") if isinstance(manifest, dict) else None
    if not isinstance(manifest, dict) or not isinstance(number, int):
        raise SettingsError(f"{place}: it is no manifest of a saved brief or run.")
    if number > FORMAT:
        raise SettingsError(
            f"{place}: it has format {number}, and this foedus knows {FORMAT} at most. It was "
            f"saved by foedus {manifest.get('foedus', '(unnamed)')}: install that or a newer one."
        )
    sealed = manifest.pop("seal", None)
    if sealed != seal(manifest):
        raise SettingsError(f"{place}: it was changed after it was saved. {AGAIN}")
    return manifest


def changes(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the files that a manifest lists, a sentence each."""
    found = []
    for name, expected in files.items():
        place = folder / name
        try:
            if checksum(place) != expected:
                found.append(f"{place}: it was changed or cut short after it was saved.")
        except FileNotFoundError:
            found.append(f"{place}: it is missing.")
        except OSError as error:
            found.append(f"{place}: it cannot be read ({error.strerror}).")
    return found


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file; of a text whatever its line ends."""
    content = path.read_bytes()
    if path.suffix in TEXTS:
        content = content.replace(b"\r\n", b"\n")
    return hashlib.sha256(content).hexdigest()


def seal(manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a manifest's content, as JSON with sorted keys."""
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

"""The house around the package: licence, lock, and nothing of one machine in what is shared."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

# Left out where there is no checkout to ask for what is tracked.
MADE_HERE = {"out", "site", "dist", "__pycache__"}

# Each begins with a plain character, for which a search is several times faster.
MACHINE_PATH = re.compile(r"/(?<![\w.~-]/)(?:root|home|Users|work)/\w|:(?<=[A-Z]:)\\Users")
REGISTRY = re.compile(r"py[p]i\.org|python[h]osted|npm[j]s\.|inde[x]-url|find-link[s]")


def is_of_one_machine(text: str) -> bool:
    """Tell whether a text names a path of a machine or a registry."""
    return bool(MACHINE_PATH.search(text) or REGISTRY.search(text.lower()))


def locked() -> list[str]:
    """Return the requirements of the lock, each on one line with its hashes."""
    lines = LOCK.replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def locked_versions() -> dict[str, set[str]]:
    """Return the locked versions by package; more than one where they differ by Python."""
    versions: dict[str, set[str]] = {}
    for line in locked():
        name, version = re.split(r"==", line.split(";")[0].split("--hash")[0].strip())
        versions.setdefault(canonicalize_name(name), set()).add(version.strip())
    return versions


def declared() -> list[str]:
    """Return every requirement of pyproject.toml: to run, to develop, to build, and the extras."""
    project = PROJECT["project"]
    groups = [
        project["dependencies"],
        *project.get("optional-dependencies", {}).values(),
        *PROJECT["dependency-groups"].values(),
        PROJECT["build-system"]["requires"],
    ]
    return [requirement for group in groups for requirement in group]


def shared_files() -> Iterator[Path]:
    """Yield the files that belong to the project: tracked, or about to be."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listing = subprocess.run(
            [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            encoding="utf-8",
        ).stdout
        paths = [ROOT / name for name in listing.split("\0") if name]
    else:
        paths = [
            path
            for path in ROOT.rglob("*")
            if not any(
                part in MADE_HERE or (part.startswith(".") and part != ".ci")
                for part in path.relative_to(ROOT).parts
            )
        ]
    yield from (path for path in paths if path.is_file())


def test_every_locked_requirement_has_a_version_and_a_hash() -> None:
    form = re.compile(r"[\w.-]+==[\w.+!-]+(?: *;[^\\]*?)?(?: +--hash=sha256:[0-9a-f]{64})+ *")
    assert len(locked()) > 1
    assert [line[:80] for line in locked() if not form.fullmatch(line)] == []


def test_the_lock_names_no_address() -> None:
    assert "://" not in LOCK
    assert [line for line in LOCK.splitlines() if line.startswith("-")] == []


@pytest.mark.parametrize("requirement", declared())
def test_every_declared_requirement_is_locked_in_a_version_it_allows(requirement: str) -> None:
    wanted = Requirement(requirement)
    versions = locked_versions().get(canonicalize_name(wanted.name), set())
    assert versions, f"{wanted.name} is not in requirements.lock"
    assert all(wanted.specifier.contains(version) for version in versions)


def test_the_licence_is_apache_2_in_full() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert all(f"\n   {number}. " in text for number in range(1, 10))
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_citation_has_the_version_of_the_package() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {PROJECT['project']['version']}\n" in citation


def test_the_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make brief" in readme
    assert "make test" in readme


def test_a_machine_path_and_a_registry_are_known_when_seen() -> None:
    assert is_of_one_machine("see " + "/home" + "/anna/foedus")
    assert is_of_one_machine("/root" + "/foedus")
    assert is_of_one_machine("in C:" + "\\Users")
    assert is_of_one_machine("https://" + "Pypi" + ".org/simple")
    assert not is_of_one_machine("https://example.org/home/page and ~/work/it, c:\\Users")


def test_no_shared_file_names_a_machine_path_or_a_registry() -> None:
    found = []
    read = 0
    for path in shared_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a picture or another binary file
            continue
        read += 1
        if not is_of_one_machine(text):  # no line is either
            continue
        found += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
            for number, line in enumerate(text.splitlines(), start=1)
            if is_of_one_machine(line)
        ]
    assert read > 10
    assert found == []

"""The script of the charts is made beside the report, whole, or here where that fails."""

import subprocess
import sys
from typing import Any

import pytest

from foedus.report import script


def test_a_process_beside_makes_the_same_script() -> None:
    with script.made_beside() as made:
        found = made()
    assert found == script.made()
    assert "foedusEmbed" in found
    assert len(found) > 500_000


def test_nothing_in_the_script_can_end_its_element() -> None:
    found = script.made()
    assert "</script" not in found
    assert "<!--" not in found


@pytest.mark.parametrize(
    "fails", ["raise SystemExit(1)", "import nothing_of_this_name", "import time; time.sleep(60)"]
)
def test_where_the_process_fails_or_is_stuck_the_script_is_made_here(
    monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    monkeypatch.setattr(script, "MAKES", fails)
    monkeypatch.setattr(script, "PATIENCE_SECONDS", 2.0)
    monkeypatch.setattr(script, "made", lambda: "made here")
    with script.made_beside() as made:
        assert made() == "made here"


def test_where_no_process_can_be_had_the_script_is_made_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    monkeypatch.setattr(script, "made", lambda: "made here")
    with script.made_beside() as made:
        assert made() == "made here"


def test_a_report_that_fails_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[bytes]] = []
    really = subprocess.Popen

    def begin(*words: Any, **named: Any) -> subprocess.Popen[bytes]:
        begun.append(really(*words, **named))
        return begun[-1]

    monkeypatch.setattr(script, "MAKES", "import time; time.sleep(60)")
    monkeypatch.setattr(subprocess, "Popen", begin)
    with pytest.raises(KeyboardInterrupt), script.made_beside():
        raise KeyboardInterrupt
    (child,) = begun
    assert child.poll() is not None

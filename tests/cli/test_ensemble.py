"""`foedus ensemble` draws an option through the chain, keeps the draws, and goes on later."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import Result

import foedus as fd
from foedus.cli import ensemble as verb
from foedus.cli.ensemble_progress import ensemble_progress
from foedus.ensemble.running import run_ensemble
from foedus.runs import make_request

Foedus = Callable[..., Result]

QUICK = ("ensemble", "minimal", "--draws", 200)


def test_the_page_has_every_engine_with_errors_and_how_to_repeat_it(foedus: Foedus) -> None:
    outcome = foedus(*QUICK, "--seed", 2)
    assert outcome.exit_code == 0
    for text in (
        *("Domestic consent", "Sustained force", "Spending", "Bargaining", "The guarantee"),
        *("Balanced strength on land (persons)", "At least 10,000 in balance", " ± "),
        "foedus ensemble minimal --option rear-8k-backed --draws 200 --seed 2",
    ):
        assert text in outcome.stdout
    assert "200 draws, seed 2, monte-carlo" in outcome.stderr


def test_the_document_is_the_run(foedus: Foedus) -> None:
    document = json.loads(foedus(*QUICK, "--seed", 2, "--json").stdout)
    scenario = fd.load("minimal")
    found = run_ensemble(scenario, make_request(scenario, draws=200, seed=2))
    assert document["run"] == found.run_id
    assert (document["draws"], document["failed_count"]) == (200, 0)
    assert document["settings"]["design"] == "monte-carlo"
    assert document["statuses"] == [{"status": "ok", "draws_count": 200}]
    assert [row["outcome"] for row in document["tables"]["summary"]] == list(found.outcomes)
    medians = dict(found.summary.select("outcome", "median").iter_rows())
    assert document["outcomes"] == medians
    assert document["outcomes"]["forces/balanced_persons"] > 0
    assert [source["source"] for source in document["sources"]] == ["invented"]


def test_the_draws_are_kept_and_gone_on_with(foedus: Foedus, tmp_path: Path) -> None:
    out = tmp_path / "draws"
    design = ("--design", "latin-hypercube")
    first = foedus(*QUICK, "--out", out, *design)
    assert first.exit_code == 0
    assert "--design latin-hypercube" in first.stdout
    assert pl.read_parquet(out / "blocks" / "*.parquet").height == 200
    refused = foedus(*QUICK, "--out", out)
    assert refused.exit_code == 1
    assert "--resume" in refused.stderr
    other = foedus(*QUICK, "--out", out, "--resume")
    assert other.exit_code == 1
    assert "design is monte-carlo and was latin-hypercube" in other.stderr
    assert foedus(*QUICK, "--out", out, *design, "--resume").stdout == first.stdout


def test_stopped_by_hand_it_says_what_is_kept(
    foedus: Foedus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*words: Any, **more: Any) -> None:
        def report(done: int, _of: int) -> None:
            if done:
                raise KeyboardInterrupt

        run_ensemble(*words, **{**more, "report": report})

    monkeypatch.setattr(verb, "run_ensemble", stopped)
    many = ("ensemble", "minimal", "--draws", 5000)
    outcome = foedus(*many, "--out", tmp_path / "draws")
    assert outcome.exit_code == 130
    assert "4,096 of 5,000 draws in" in outcome.stderr
    assert "--resume" in outcome.stderr
    unkept = foedus(*many)
    assert unkept.exit_code == 130
    assert "Nothing was written" in unkept.stderr


def test_failed_draws_are_told_with_their_reason(
    foedus: Foedus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*words: Any, **more: Any) -> Any:
        found = run_ensemble(*words, **more)
        statuses = pl.DataFrame({"status": ["ok", "no force"], "draws_count": [190, 10]})
        return type(found)(found.identity, found.summary, statuses)

    monkeypatch.setattr(verb, "run_ensemble", failing)
    page = foedus(*QUICK).stdout
    assert "10 of 200 draws failed" in page
    assert "10: no force" in page


def test_what_cannot_be_asked_is_said(foedus: Foedus) -> None:
    for words, says in (
        (("--design", "sobol"), "power of two"),
        (("--resume",), "no folder"),
        (("--scheduler", "nonsense://x"), "scheduler: nonsense://x"),
    ):
        outcome = foedus(*QUICK, *words)
        assert outcome.exit_code == 1, outcome.stderr
        assert says in outcome.stderr
    assert foedus(*QUICK, "--workers", 0).exit_code == 2


def test_progress_tells_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, float]] = []
    times = iter([0.0, 0.0, 10.0])
    monkeypatch.setattr("foedus.cli.ensemble_progress.monotonic", lambda: next(times))

    class Shown:
        def __enter__(self) -> Any:
            return lambda text, share: told.append((text, share))

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr("foedus.cli.ensemble_progress.shown_progress", Shown)
    with ensemble_progress() as report:
        assert report is not None
        report(4096, 16384)
        report(8192, 16384)
    assert told == [
        ("4,096 of 16,384 draws", 0.25),
        ("8,192 of 16,384 draws, about 20 s left", 0.5),
    ]


@pytest.mark.parametrize(
    ("draws", "processors", "begun"),
    [(200, 8, 1), (100_000, 2, 2), (100_000, 8, 4), (20_000, 8, 1), (100_000, None, 1)],
)
def test_processes_are_begun_unasked_where_there_is_work_enough(
    draws: int, processors: int | None, begun: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    assert verb.usual_workers(make_request(fd.load("minimal"), draws=draws)) == begun

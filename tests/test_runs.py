"""Runs: what is asked is checked, what decided the numbers is recorded, and blocks are one run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random
from time import sleep
from typing import Annotated, Any, ClassVar

import numpy as np
import polars as pl
import pytest
from annotated_types import Ge

from foedus.engines import ENGINES, Consent, SustainedForce
from foedus.engines.arrays import FloatArray
from foedus.engines.protocol import Outcome, drawn
from foedus.errors import MissingDataError, SettingsError
from foedus.runs import (
    MOST_DRAWS,
    Run,
    Seen,
    check_needs,
    in_blocks,
    in_order,
    make_request,
    run,
    run_request,
)
from foedus.scenario import Scenario, load
from foedus.scenario.addresses import Cell
from foedus.scenario.draws import BLOCK, Draws, draw_block, stream
from foedus.scenario.scenario import ORDERED, TABLES
from foedus.scenario.uncertainties import Uncertainty

OPTION = "rear-8k-backed"
BACKING = f"options/{OPTION}/us_backing_prob"


@dataclass(frozen=True)
class Heard:
    """What an engine was told, draw by draw."""

    option: str
    units: tuple[str, ...]
    needs: tuple[float, ...]
    backing_prob: FloatArray = drawn()
    ratio: FloatArray = drawn()
    level: FloatArray = drawn()
    chance: FloatArray = drawn()
    """Shape (draw, 2)."""

    def outcomes(self) -> dict[str, FloatArray]:
        return {"backing_prob": self.backing_prob, "echo_ratio": self.ratio}

    def tables(self) -> dict[str, pl.DataFrame]:
        return {"chance": pl.DataFrame(self.chance, schema=["one", "two"])}


def heard(n: int, value: float) -> Heard:
    """Return what could have been heard in a block: one value everywhere."""
    column = np.full(n, value)
    return Heard("", (), (), column, column, column, np.full((n, 2), value))


@dataclass(frozen=True)
class Told:
    n: int
    result: Heard


@dataclass(frozen=True, kw_only=True)
class Echo:
    """An engine that returns what it was told: small, and with something of every kind."""

    name: ClassVar[str] = "echo"
    title: ClassVar[str] = "Echo"
    needs: ClassVar[tuple[str, ...]] = ("stances", "capabilities")
    follows: ClassVar[tuple[Outcome, ...]] = (Outcome("echo_ratio", "Echo"),)

    echo_ratio: Annotated[float, Ge(0)] = 1.0
    word: str = "hello"

    def inputs(self, scenario: Scenario, draws: Draws, /) -> Told:
        def wide(values: FloatArray) -> FloatArray:
            return np.broadcast_to(values, (draws.n,))

        result = Heard(
            option=draws.option,
            units=tuple(row.key for row in scenario.units),
            # Read row by row, as an engine may: not through the draws.
            needs=tuple(row.need_share for row in scenario.capabilities),
            backing_prob=wide(draws.number_of_option(scenario, "us_backing_prob")),
            ratio=wide(draws.setting(self.name, "echo_ratio", self.echo_ratio)),
            level=wide(draws.levels(["ALD"], default=-1)[:, 0]),
            chance=np.zeros((draws.n, 2)),
        )
        return Told(draws.n, result)

    def solve(self, inputs: Told, rng: np.random.Generator, /) -> Heard:
        return replace(inputs.result, chance=rng.random((inputs.n, 2)))


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "echo", Echo)


@pytest.fixture(scope="module")
def minimal() -> Scenario:
    return load("minimal")


def uncertain(scenario: Scenario) -> Scenario:
    """Return a scenario in which the backing and the setting are drawn."""
    rows = [
        {"table": "options", "cell_key": "*", "field": "us_backing_prob"},
        {"table": "engines", "cell_key": "echo", "field": "echo_ratio"},
    ]
    ends = {"distribution": "uniform", "low_value": 0.25, "high_value": 0.75, "source": "assumed"}
    made = tuple(Uncertainty.model_validate({**row, **ends}) for row in rows)
    return scenario.replace(uncertainties=made)


def with_toml(scenario: Scenario, **echo: Any) -> Scenario:
    return scenario.replace(about=scenario.about.model_copy(update={"engines": {"echo": echo}}))


def assert_same_bits(one: Run[Any], other: Run[Any]) -> None:
    there = other.result.outcomes()
    assert list(one.result.outcomes()) == list(there)
    for name, values in one.result.outcomes().items():
        np.testing.assert_array_equal(values, there[name], strict=True)
    tables = other.result.tables()
    for name, table in one.result.tables().items():
        assert table.equals(tables[name]), name


class TestWhatIsAsked:
    def test_the_headline_option_is_run_where_none_is_named(self, minimal: Scenario) -> None:
        assert make_request(minimal).option == OPTION
        assert make_request(minimal, option="rear-8k-alone").option == "rear-8k-alone"

    @pytest.mark.parametrize(
        ("asked", "says"),
        [
            ({"option": "rear-8k"}, "there is no option 'rear-8k'. Did you mean rear-8k-alone"),
            ({"draws": -1}, "draws: -1 is not between 0 and 2,000,000."),
            ({"draws": MOST_DRAWS + 1}, "draws: 2000001 is not between 0 and 2,000,000."),
            ({"draws": 10.0}, "draws: 10.0 is not a whole number."),
            ({"draws": "10"}, "draws: '10' is not a whole number."),
            ({"seed": -1}, "seed: -1 is negative. Write 0 or more."),
            ({"seed": 0.5}, "seed: 0.5 is not a whole number."),
            ({"set": {"unit/x/y": 1}}, "there is no table 'unit'. Did you mean units?"),
            ({"set": {"engines/ecko/word": 1}}, "engines/ecko/word: there is no engine 'ecko'."),
            ({"set": {"engines/echo/echo_ratio": -1}}, "engines/echo/echo_ratio: -1 is less"),
        ],
    )
    def test_what_cannot_be_run_is_refused(
        self, minimal: Scenario, asked: dict[str, Any], says: str
    ) -> None:
        with pytest.raises(SettingsError) as caught:
            make_request(minimal, **asked)
        assert str(caught.value).startswith(says)

    def test_an_uncertain_setting_that_no_engine_has_is_refused(self, minimal: Scenario) -> None:
        changed = uncertain(minimal)
        first, second = changed.uncertainties
        wrong = second.model_copy(update={"field": "ecko_ratio"})
        with pytest.raises(SettingsError) as caught:
            run(changed.replace(uncertainties=(first, wrong)), Echo())
        assert str(caught.value) == (
            "minimal/uncertainties.csv: row engines:echo:ecko_ratio: the engine echo has no "
            "setting 'ecko_ratio'. Did you mean echo_ratio?"
        )

    @pytest.mark.parametrize(
        ("draws", "sizes"),
        [
            (0, [1]),
            (1, [1]),
            (BLOCK, [BLOCK]),
            (BLOCK + 1, [BLOCK, 1]),
            (3 * BLOCK - 1, [BLOCK, BLOCK, BLOCK - 1]),
        ],
    )
    def test_draws_come_in_blocks(self, minimal: Scenario, draws: int, sizes: list[int]) -> None:
        blocks = make_request(minimal, draws=draws).blocks()
        assert [n for _, n in blocks] == sizes
        assert [block for block, _ in blocks] == list(range(len(sizes)))

    def test_values_are_recorded_as_they_were_read(self, minimal: Scenario) -> None:
        asked = {
            f" {BACKING}": "0.5",
            "units/ALD:*/tour_months": 4,
            f"options/{OPTION}/decision_date": "2031",
            "consent/ALD/level": "3",
            "engines/echo/echo_ratio": "2",
        }
        assert make_request(minimal, set=asked).asked == {
            BACKING: 0.5,
            "units/ALD:*/tour_months": 4.0,
            f"options/{OPTION}/decision_date": date(2031, 12, 31),
            "consent/ALD/level": 3,
            "engines/echo/echo_ratio": 2.0,
        }

    def test_an_engine_without_its_tables_is_not_run(self, minimal: Scenario) -> None:
        silent = minimal.replace(stances=(), principals=(), approvals=(), positions=(), ties=())
        with pytest.raises(MissingDataError) as caught:
            run(silent, Echo())
        assert str(caught.value) == "minimal: echo needs stances.csv. Add the table."

    def test_every_table_that_is_missing_is_named(self, minimal: Scenario) -> None:
        fields: dict[str, Any] = dict.fromkeys(TABLES, ())
        fields |= {"name": "bare", "about": minimal.about, "options": minimal.options}
        bare = Scenario.model_construct(**fields)
        with pytest.raises(MissingDataError) as caught:
            check_needs(bare, Echo())
        assert str(caught.value) == (
            "bare: echo needs stances.csv, capabilities.csv. Add the tables."
        )


class TestTheSameRequest:
    @pytest.mark.parametrize("draws", [0, 50])
    @pytest.mark.parametrize("engine", [Consent, SustainedForce])
    def test_gives_the_same_bits_and_the_same_id(
        self, minimal: Scenario, engine: type[Any], draws: int
    ) -> None:
        one, other = (run(minimal, engine(), draws=draws, seed=5) for _ in range(2))
        assert one.run_id == other.run_id
        assert_same_bits(one, other)

    @pytest.mark.parametrize("engine", [Consent, SustainedForce])
    def test_gives_the_same_bits_whatever_the_order_of_rows(
        self, minimal: Scenario, engine: type[Any]
    ) -> None:
        shuffled = minimal.replace(
            **{
                name: tuple(Random(2).sample(minimal.table(name), len(minimal.table(name))))
                for name in TABLES
                if name not in ORDERED
            }
        )
        one = run(minimal, engine(), option=OPTION, draws=50, seed=5)
        other = run(shuffled, engine(), option=OPTION, draws=50, seed=5)
        assert one.run_id == other.run_id
        assert_same_bits(one, other)

    def test_has_the_same_id_however_it_was_written(self, minimal: Scenario) -> None:
        written: list[Mapping[str, Any]] = [
            {BACKING: 0.5, "engines/echo/echo_ratio": 2.0},
            {BACKING: "0.50", "engines/echo/echo_ratio": "2"},
            {"engines/echo/echo_ratio": 2, f" {BACKING} ": "0.5"},
        ]
        draws: Any = np.int64(5)
        seed: Any = np.uint8(3)
        runs = [run(minimal, Echo(), draws=draws, seed=seed, set=asked) for asked in written]
        runs.append(run(minimal, Echo(), draws=5, seed=3, set=written[0]))
        assert len({found.run_id for found in runs}) == 1

    def test_has_the_same_numbers_in_any_order_of_what_is_set(self, minimal: Scenario) -> None:
        asked = {"options/*/us_backing_prob": 0.25, BACKING: 0.75}
        one, other = (
            run(minimal, Echo(), set=asked),
            run(minimal, Echo(), set=dict(reversed(asked.items()))),
        )
        assert one.run_id == other.run_id
        assert one.result.backing_prob.tolist() == other.result.backing_prob.tolist() == [0.75]

    def test_is_not_told_from_another_by_when_it_ran(self, minimal: Scenario) -> None:
        one, other = run(minimal, Echo()), run(minimal, Echo())
        assert one.provenance == other.provenance
        assert one.provenance.circumstance is not other.provenance.circumstance


class TestTheIdentity:
    def ids(self, *runs: Run[Any]) -> int:
        return len({found.run_id for found in runs})

    def test_every_part_of_a_request_counts(self, minimal: Scenario) -> None:
        changed = uncertain(minimal)
        runs: list[Run[Any]] = [
            run(minimal, Echo()),
            run(minimal, Echo(), seed=1),
            run(minimal, Echo(), draws=1),
            run(minimal, Echo(), draws=2),
            run(minimal, Echo(), option="rear-8k-alone"),
            run(minimal, Echo(), set={BACKING: 0.4}),
            run(minimal, Echo(), set={BACKING: 0.3}),
            run(minimal, Echo(), set={"consent/ALD/level": 3}),
            run(minimal, Echo(echo_ratio=2)),
            run(minimal, Echo(word="bye")),
            run(changed, Echo()),
            run(with_toml(minimal, echo_ratio=2), Echo()),
            run_request(minimal, Echo(), make_request(minimal), fed_by=("0123456789ab",)),
            run(minimal, SustainedForce()),
        ]
        assert self.ids(*runs) == len(runs)

    def test_a_setting_that_is_held_is_told_from_one_that_is_drawn(self, minimal: Scenario) -> None:
        """Both have the value 2 in the record of settings, and other numbers."""
        scenario = with_toml(uncertain(minimal), echo_ratio=2)
        free, held = (run(scenario, engine, draws=9) for engine in (Echo(), Echo(echo_ratio=2)))
        assert free.provenance.identity.settings == held.provenance.identity.settings
        assert np.ptp(free.result.ratio) > 0
        assert held.result.ratio.tolist() == [2.0] * 9
        assert held.provenance.identity.held == ("echo_ratio",)
        assert self.ids(free, held) == 2

    def test_it_records_what_was_run(self, minimal: Scenario) -> None:
        found = run(minimal, Echo(word="bye"), draws=3, seed=4, set={BACKING: "0.5"})
        identity = found.provenance.identity
        assert (identity.engine, identity.option, identity.draws, identity.seed) == (
            *("echo", OPTION),
            *(3, 4),
        )
        assert identity.scenario == minimal.digest
        assert identity.settings == {"echo_ratio": 1.0, "word": "bye"}
        assert identity.set == {BACKING: 0.5}
        assert found.run_id == identity.run_id


class TestBlocks:
    @pytest.mark.parametrize("further", [1, 5, BLOCK])
    def test_joined_they_are_each_alone(self, minimal: Scenario, further: int) -> None:
        scenario = uncertain(minimal)
        whole = run(scenario, Echo(), draws=BLOCK + further, seed=3).result
        first = run(scenario, Echo(), draws=BLOCK, seed=3).result
        assert whole.option == first.option
        for name in ("backing_prob", "ratio", "level", "chance"):
            there = getattr(whole, name)
            assert there.shape[0] == BLOCK + further
            np.testing.assert_array_equal(there[:BLOCK], getattr(first, name))
        draws = draw_block(scenario, OPTION, seed=3, block=1, n=further, fixed={})
        np.testing.assert_array_equal(
            whole.backing_prob[BLOCK:], draws.number_of_option(scenario, "us_backing_prob")
        )
        chance = stream(3, 1, "echo").random((further, 2))
        np.testing.assert_array_equal(whole.chance[BLOCK:], chance)

    @pytest.mark.parametrize("engine", [Consent, SustainedForce])
    def test_of_the_real_engines_join_too(self, minimal: Scenario, engine: type[Any]) -> None:
        whole = run(minimal, engine(), draws=BLOCK + 1, seed=3).result.outcomes()
        first = run(minimal, engine(), draws=BLOCK, seed=3).result.outcomes()
        for name, values in whole.items():
            assert values.shape == (BLOCK + 1,)
            np.testing.assert_array_equal(values[:BLOCK], first[name])

    def test_without_anything_uncertain_every_draw_is_there(self, minimal: Scenario) -> None:
        certain = {
            name: tuple(
                row.model_copy(
                    update={
                        f"{field}{end}": None
                        for field in row.ranged_fields()
                        for end in ("_low", "_high")
                    }
                )
                for row in minimal.table(name)
            )
            for name in TABLES
            # How often promises are kept is a range by its nature.
            if name not in ("uncertainties", "base_rates")
        }
        bare = minimal.replace(uncertainties=(), **certain)
        outcomes = run(bare, SustainedForce(), draws=BLOCK + 3).result.outcomes()
        assert {values.shape for values in outcomes.values()} == {(BLOCK + 3,)}
        assert np.ptp(outcomes["gross_persons"]) == 0

    @pytest.mark.parametrize("at_a_time", [1, 2, 5])
    def test_they_stand_in_their_order_however_many_are_worked_on(self, at_a_time: int) -> None:
        def part(block: int, n: int) -> Heard:
            return heard(n, float(block))

        blocks = [(0, 3), (1, 3), (2, 3), (3, 1)]
        joined = in_blocks(part, blocks, at_a_time)
        assert joined.chance[:, 0].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]

    @pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
    def test_none_is_begun_after_one_that_failed(self, error: type[BaseException]) -> None:
        begun = []

        def part(block: int, n: int) -> Heard:
            begun.append(block)
            if block == 0:
                raise error
            sleep(0.02)
            return heard(n, 0.0)

        with pytest.raises(error):
            in_blocks(part, [(block, 1) for block in range(200)], 2)
        assert len(begun) < 100

    def test_none_is_begun_after_two_that_do_not_go_together(self) -> None:
        begun = []

        def part(block: int, n: int) -> Heard:
            begun.append(block)
            sleep(0.02)
            return replace(heard(n, 0.0), chance=np.zeros((n, 2 + block)))

        with pytest.raises(ValueError, match="broadcast"):
            in_blocks(part, [(block, 1) for block in range(200)], 2)
        assert len(begun) < 100

    def test_links_are_cut_to_their_blocks(self, minimal: Scenario) -> None:
        levels = np.arange(BLOCK + 3, dtype=np.float64) % 6
        links = {Cell("consent", "ALD", "level"): levels}
        request = make_request(minimal, draws=BLOCK + 3)
        linked = run_request(minimal, Echo(), request, links=links)
        np.testing.assert_array_equal(linked.result.level, levels)
        held = replace(request, fixed={Cell("consent", "ALD", "level"): 2})
        np.testing.assert_array_equal(
            run_request(minimal, Echo(), held, links=links).result.level, 2.0
        )


class TestWhatEnginesSee:
    def test_rows_in_one_order(self, minimal: Scenario) -> None:
        turned = minimal.replace(units=minimal.units[::-1])
        for scenario in (minimal, turned):
            seen = run(scenario, Echo()).result.units
            assert seen == tuple(sorted(row.key for row in minimal.units))

    def test_cells_that_are_set_also_where_rows_are_read(self, minimal: Scenario) -> None:
        before = run(minimal, Echo()).result.needs
        after = run(minimal, Echo(), set={"capabilities/sead/need_share": 0.25}).result.needs
        place = [row.capability for row in minimal.capabilities].index("sead")
        assert before[place] == 0.5
        assert after == (*before[:place], 0.25, *before[place + 1 :])

    def test_draws_of_other_cells_as_they_were(self, minimal: Scenario) -> None:
        scenario = uncertain(minimal)
        free = run(scenario, Echo(), draws=20, seed=1).result
        held = run(scenario, Echo(), draws=20, seed=1, set={BACKING: 0.5}).result
        assert held.backing_prob.tolist() == [0.5] * 20
        np.testing.assert_array_equal(held.ratio, free.ratio)

    def test_a_point_has_the_values_of_the_files(self, minimal: Scenario) -> None:
        heard = run(uncertain(minimal), Echo()).result
        assert (heard.backing_prob.tolist(), heard.ratio.tolist()) == ([0.5], [1.0])

    def test_is_made_once_for_runs_that_see_the_same(self, minimal: Scenario) -> None:
        cell = Cell("units", "ALD:brigade", "held_count")
        setting = Cell("engines", "forces", "strength_ratio")
        once = in_order(Seen(minimal, {cell: 3.0}))
        assert in_order(Seen(minimal, {cell: 3.0, setting: 0.5})) is once
        assert once.row("units", "ALD:brigade").held_count == 3
        assert [row.key for row in once.units] == sorted(row.key for row in minimal.units)
        for other in ({}, {cell: 4.0}, {cell: 3}):
            assert in_order(Seen(minimal, other)) is not once
        renamed = minimal.replace(name="another")
        assert in_order(Seen(renamed, {cell: 3.0})).name == "another"


class TestSettings:
    @pytest.mark.parametrize(
        ("toml", "asked", "engine", "ratio"),
        [
            ({}, {}, Echo(), 1.0),
            ({"echo_ratio": 2}, {}, Echo(), 2.0),
            ({"echo_ratio": 2}, {"engines/echo/echo_ratio": "3"}, Echo(), 3.0),
            ({"echo_ratio": 2}, {"engines/echo/echo_ratio": "3"}, Echo(echo_ratio=4), 4.0),
            ({}, {"engines/echo/echo_ratio": 1}, Echo(), 1.0),
        ],
    )
    def test_caller_over_set_over_file_over_default(
        self, minimal: Scenario, toml: dict[str, Any], asked: dict[str, Any], engine: Echo,
        ratio: float,
    ) -> None:  # fmt: skip
        scenario = with_toml(minimal, **toml)
        found = run(scenario, engine, set=asked, draws=2)
        assert found.provenance.identity.settings["echo_ratio"] == ratio
        assert found.result.ratio.tolist() == [ratio] * 2

    def test_an_uncertain_setting_is_drawn(self, minimal: Scenario) -> None:
        ratio = run(uncertain(minimal), Echo(), draws=50).result.ratio
        assert len(set(ratio)) == 50
        assert 0.25 <= ratio.min() <= ratio.max() <= 0.75

    def test_one_that_the_caller_or_set_fixed_is_not(self, minimal: Scenario) -> None:
        scenario = uncertain(minimal)
        by_caller = run(scenario, Echo(echo_ratio=4), draws=5).result
        by_set = run(scenario, Echo(), draws=5, set={"engines/echo/echo_ratio": "1"}).result
        assert by_caller.ratio.tolist() == [4.0] * 5
        assert by_set.ratio.tolist() == [1.0] * 5

    def test_the_settings_file_moves_the_point_and_leaves_the_draws(
        self, minimal: Scenario
    ) -> None:
        scenario = with_toml(uncertain(minimal), echo_ratio=2)
        assert run(scenario, Echo()).result.ratio.tolist() == [2.0]
        assert run(scenario, Echo(), draws=5).result.ratio.max() <= 0.75


class TestSave:
    def test_provenance_outcomes_and_tables_are_written(
        self, minimal: Scenario, tmp_path: Path
    ) -> None:
        found = run(minimal, Echo(), draws=4, set={f"options/{OPTION}/decision_date": "2031"})
        found.save(f"{tmp_path}/a/run")
        folder = tmp_path / "a" / "run"
        assert sorted(path.name for path in folder.iterdir()) == [
            *("chance.csv", "outcomes.csv", "provenance.json")
        ]
        saved = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
        assert saved["identity"]["engine"] == "echo"
        assert saved["identity"]["set"] == {f"options/{OPTION}/decision_date": "2031-12-31"}
        outcomes = pl.read_csv(folder / "outcomes.csv")
        assert outcomes.columns == ["backing_prob", "echo_ratio"]
        chance = pl.read_csv(folder / "chance.csv")
        np.testing.assert_array_equal(chance.to_numpy(), found.result.chance)

    def test_a_folder_that_holds_files_or_a_file_is_left_alone(
        self, minimal: Scenario, tmp_path: Path
    ) -> None:
        found = run(minimal, Echo())
        (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
        for target in (tmp_path, tmp_path / "letter.txt"):
            with pytest.raises(SettingsError, match=r"it exists already\. Name a new folder"):
                found.save(target)
        with pytest.raises(SettingsError, match="cannot be written"):
            found.save(tmp_path / "letter.txt" / "run")
        assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]

    def test_an_empty_folder_is_filled(self, minimal: Scenario, tmp_path: Path) -> None:
        run(minimal, Echo()).save(tmp_path)
        assert (tmp_path / "provenance.json").is_file()

    def test_with_its_scenario_it_holds_all_it_takes_to_do_it_again(
        self, minimal: Scenario, tmp_path: Path
    ) -> None:
        found = run(minimal, Echo(), draws=4)
        found.save(tmp_path / "run", minimal)
        folder = tmp_path / "run"
        assert load(folder / "scenario") == minimal
        kept = pl.read_parquet(folder / "outcomes" / f"{found.run_id}.parquet")
        for name, values in found.result.outcomes().items():
            assert kept[name].to_numpy().tobytes() == values.tobytes()
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["kind"] == "run"
        assert [each["run"] for each in manifest["runs"]] == [found.run_id]
        assert {"outcomes.csv", "provenance.json", "chance.csv"} <= set(manifest["files"])

    def test_another_scenario_than_its_own_is_refused(
        self, minimal: Scenario, tmp_path: Path
    ) -> None:
        found = run(minimal, Echo())
        with pytest.raises(SettingsError, match="Give the scenario that it was made on"):
            found.save(tmp_path / "run", with_toml(minimal, echo_ratio=2))
        assert list(tmp_path.iterdir()) == []

    def test_a_run_that_others_fed_cannot_be_saved_to_be_repeated_by_itself(
        self, minimal: Scenario, tmp_path: Path
    ) -> None:
        fed = run_request(minimal, Echo(), make_request(minimal), fed_by=("0123456789ab",))
        with pytest.raises(SettingsError, match="was fed by 0123456789ab"):
            fed.save(tmp_path / "run", minimal)
        fed.save(tmp_path / "run")
        assert (tmp_path / "run" / "outcomes.csv").is_file()

"""Settings of engines: who wins, what is allowed, and that none is named in vain."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

import numpy as np
import pytest
from annotated_types import Ge, Le
from tests.shipped import load

from foedus.engines import ENGINES, Consent, SustainedForce
from foedus.engines.protocol import Outcome
from foedus.engines.settings import (
    allowed,
    chosen_by_caller,
    configured,
    engine_of,
    read_engine_settings,
    setting_faults,
    settings_of,
)
from foedus.errors import SettingsError
from foedus.scenario import Scenario
from foedus.scenario.addresses import Cell
from foedus.scenario.draws import Draws
from foedus.scenario.uncertainties import Uncertainty


@dataclass(frozen=True, kw_only=True)
class Probe:
    """An engine that has one setting of each kind, and finds nothing."""

    name: ClassVar[str] = "probe"
    title: ClassVar[str] = "Probe"
    needs: ClassVar[tuple[str, ...]] = ()
    follows: ClassVar[tuple[Outcome, ...]] = ()

    depth_months: Annotated[float, Ge(0), Le(12)] = 6.0
    spread_ratio: float = 1.0
    futures: Annotated[int, Ge(1)] = 10
    by_month: bool = True
    topic: str = "troops"

    def inputs(self, _scenario: Scenario, _draws: Draws, /) -> None:
        """Read nothing."""

    def solve(self, _inputs: None, _rng: np.random.Generator, /) -> Any:
        """Find nothing."""


DEFAULTS: Final = settings_of(Probe())


@pytest.fixture(scope="module")
def minimal() -> Scenario:
    return load("minimal")


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "probe", Probe)


def with_toml(scenario: Scenario, **engines: Any) -> Scenario:
    return scenario.replace(about=scenario.about.model_copy(update={"engines": engines}))


def with_row(scenario: Scenario, key: str, field: str, **values: Any) -> Scenario:
    row = {"table": "engines", "cell_key": key, "field": field, "distribution": "triangular"}
    numbers = {"low_value": 1, "mode_value": 2, "high_value": 3}
    made = Uncertainty.model_validate({**row, **numbers, "source": "assumed", **values})
    return scenario.replace(uncertainties=(made,))


def cell(field: str, engine: str = "probe") -> Cell:
    return Cell("engines", engine, field)


def test_settings_are_the_fields_of_the_engine() -> None:
    assert DEFAULTS == {
        "depth_months": 6.0,
        "spread_ratio": 1.0,
        "futures": 10,
        "by_month": True,
        "topic": "troops",
    }
    assert chosen_by_caller(Probe()) == {}
    assert chosen_by_caller(Probe(futures=3, topic="troops")) == {"futures": 3}


class TestWhoWins:
    def test_the_default_stands_where_nobody_says_otherwise(self, minimal: Scenario) -> None:
        assert configured(Probe(), minimal, {}) == Probe()

    def test_each_wins_over_the_one_before(self, minimal: Scenario) -> None:
        names = ("depth_months", "spread_ratio", "futures", "topic")
        by_toml = with_toml(
            minimal, probe=dict(zip(names, (1, 1.5, 11, "toml"), strict=True)), consent={}
        )
        by_set = {cell("spread_ratio"): 2.0, cell("futures"): 22, cell("topic"): "set"}
        by_caller = Probe(futures=33, topic="caller")
        assert settings_of(configured(by_caller, by_toml, by_set)) == {
            "depth_months": 1.0,
            "spread_ratio": 2.0,
            "futures": 33,
            "by_month": True,
            "topic": "caller",
        }

    def test_settings_of_another_engine_are_not_taken(self, minimal: Scenario) -> None:
        fixed = {cell("drift_score", "consent"): 3.0, Cell("units", "probe", "futures"): 3}
        assert configured(Probe(), minimal, fixed) == Probe()


class TestAllowed:
    def test_values_are_read_as_the_types_of_the_fields(self) -> None:
        read = allowed(Probe, {"depth_months": "3", "futures": "4", "by_month": "0", "topic": "x"})
        assert read == {"depth_months": 3.0, "futures": 4, "by_month": False, "topic": "x"}
        assert [type(value) for value in read.values()] == [float, int, bool, str]

    @pytest.mark.parametrize(
        ("field", "value", "says"),
        [
            ("depth_months", 13, "13 is more than 12. Fix: write 12 or less."),
            ("depth_months", "-1", "-1 is less than 0. Fix: write 0 or more."),
            ("depth_months", "six", "'six' is not a number. Fix: see the settings"),
            ("depth_months", "6,5", "'6,5' is not a number. Fix: numbers have a decimal point: "),
            ("futures", 2.5, "2.5 is not a whole number."),
            ("futures", 0, "0 is less than 1. Fix: write 1 or more."),
            ("by_month", "often", "'often' is not true or false."),
            ("topic", 7, "7 is not text."),
            ("spread_ratio", "inf", "inf is not a number."),
            ("spread_ratio", float("nan"), "nan is not a number."),
        ],
    )
    def test_what_a_field_does_not_take_is_refused(
        self, field: str, value: object, says: str
    ) -> None:
        with pytest.raises(SettingsError) as caught:
            allowed(Probe, {field: value})
        assert str(caught.value).startswith(f"engines/probe/{field}: {says}")

    def test_an_unknown_setting_is_refused_with_what_is_near(self) -> None:
        with pytest.raises(SettingsError) as caught:
            allowed(Probe, {"depth_month": 3})
        assert str(caught.value) == (
            "the engine probe has no setting 'depth_month'. Did you mean depth_months or by_month?"
        )

    def test_every_fault_is_told_at_once(self) -> None:
        with pytest.raises(SettingsError) as caught:
            allowed(Probe, {"depht": 3, "futures": 0, "depth_months": 99, "topic": "x"})
        assert len(str(caught.value).splitlines()) == 3

    def test_a_value_that_the_caller_wrote_is_checked_too(self, minimal: Scenario) -> None:
        with pytest.raises(SettingsError, match="99 is more than 12"):
            configured(Probe(depth_months=99), minimal, {})


class TestNamedInVain:
    def test_the_shipped_scenarios_name_what_there_is(self, minimal: Scenario) -> None:
        for scenario in (minimal, load("paris-2025")):
            assert list(setting_faults(scenario)) == []

    def test_an_unknown_engine_is_refused_with_what_is_near(self) -> None:
        assert engine_of("consent") is Consent
        with pytest.raises(SettingsError, match=r"no engine 'force'\. Did you mean forces\?"):
            engine_of("force")

    @pytest.mark.parametrize(
        ("engine", "field", "value", "says"),
        [
            ("consnt", "drift_score", 3,
             "engines/consnt/drift_score: there is no engine 'consnt'. Did you mean consent?"),
            ("*", "drift_score", 3, "engines/*/drift_score: there is no engine '*'."),
            ("consent", "drift", 3,
             "engines/consent/drift: the engine consent has no setting 'drift'. Did you mean"),
            ("consent", "drift_score", 300, "engines/consent/drift_score: 300 is more than 100."),
        ],
    )  # fmt: skip
    def test_a_cell_that_is_set_must_be_one_that_its_engine_takes(
        self, minimal: Scenario, engine: str, field: str, value: object, says: str
    ) -> None:
        with pytest.raises(SettingsError) as caught:
            read_engine_settings(minimal, {cell(field, engine): value})
        assert str(caught.value).startswith(says)

    def test_cells_that_are_set_are_read_as_their_types(self, minimal: Scenario) -> None:
        row = Cell("units", "ALD:brigade", "held_count")
        fixed = {cell("futures"): "3", cell("depth_months"): 2, row: 4.0}
        read = read_engine_settings(minimal, fixed)
        assert read == {cell("futures"): 3, cell("depth_months"): 2.0, row: 4.0}
        assert type(read[cell("depth_months")]) is float

    @pytest.mark.parametrize(
        ("engines", "says"),
        [
            ({"consnt": {"drift_score": 3}}, ("minimal/scenario.toml: [engines.consnt]: there is "
             "no engine 'consnt'. Did you mean consent?")),
            ({"consent": {"drift": 3}}, ("minimal/scenario.toml: [engines.consent]: the engine "
             "consent has no setting 'drift'.")),
            ({"consent": {"drift_score": -3}}, ("minimal/scenario.toml: [engines.consent]: "
             "engines/consent/drift_score: -3 is less than 0.")),
        ],
    )  # fmt: skip
    def test_a_table_of_the_settings_file_must_be_one_that_its_engine_takes(
        self, minimal: Scenario, engines: dict[str, Any], says: str
    ) -> None:
        (fault,) = setting_faults(with_toml(minimal, **engines))
        assert fault.startswith(says)

    @pytest.mark.parametrize(
        ("key", "field", "values", "says"),
        [
            ("consnt", "drift_score", {}, "there is no engine 'consnt'. Did you mean consent?"),
            ("*", "drift_score", {}, "there is no engine '*'."),
            ("consent", "drift", {}, "the engine consent has no setting 'drift'. Did you mean"),
            ("probe", "futures", {}, "futures is not a measured number, and is not drawn."),
            ("consent", "peace_topic", {}, "peace_topic is not a measured number"),
            ("probe", "by_month", {}, "by_month is not a measured number, and is not drawn."),
            ("probe", "depth_months", {"high_value": 13},
             "engines/probe/depth_months: 13.0 is more than 12."),
            ("probe", "depth_months", {"low_value": -1},
             "engines/probe/depth_months: -1.0 is less than 0."),
        ],
    )  # fmt: skip
    def test_an_uncertain_setting_must_be_one_that_its_engine_can_draw(
        self, minimal: Scenario, key: str, field: str, values: dict[str, Any], says: str
    ) -> None:
        (fault,) = setting_faults(with_row(minimal, key, field, **values))
        place = f"minimal/uncertainties.csv: row engines:{key}:{field}: "
        assert fault.startswith(f"{place}{says}")

    def test_all_of_them_are_told_at_once(self, minimal: Scenario) -> None:
        broken = with_row(with_toml(minimal, nobody={}, consent={"x": 1}), "nobody", "x")
        with pytest.raises(SettingsError) as caught:
            read_engine_settings(broken, {cell("x", "forces"): 1, cell("futures"): 0})
        assert len(str(caught.value).splitlines()) == 5


@pytest.mark.parametrize("engine", [Consent, SustainedForce])
def test_the_defaults_of_an_engine_are_allowed(engine: type[Any]) -> None:
    defaults = settings_of(engine())
    assert allowed(engine, defaults) == defaults

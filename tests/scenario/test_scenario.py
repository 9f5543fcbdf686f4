"""All tables of one summit: frozen, compared by what they hold, changed only as a whole."""

import pickle
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from foedus.errors import ScenarioError, SettingsError
from foedus.scenario import TABLES, TOPICS, Scenario
from foedus.scenario.scenario import ALWAYS_NEEDED, ORDERED, near_names, unknown


def shuffled(scenario: Scenario, *tables: str) -> Scenario:
    return scenario.replace(
        **{
            name: tuple(Random(1).sample(scenario.table(name), len(scenario.table(name))))
            for name in tables
        }
    )


class TestLookingUp:
    @pytest.mark.parametrize("table", list(TABLES))
    def test_every_row_is_found_by_its_key(self, minimal: Scenario, table: str) -> None:
        for row in minimal.table(table):
            assert minimal.row(table, row.key) is row

    def test_an_unknown_table_row_or_option_is_refused_with_what_is_near(
        self, minimal: Scenario
    ) -> None:
        with pytest.raises(SettingsError, match="there is no table 'unit'"):
            minimal.table("unit")
        with pytest.raises(SettingsError, match=r"no row 'ALD:brigad'\. Did you mean ALD:brigade"):
            minimal.row("units", "ALD:brigad")
        with pytest.raises(
            SettingsError, match=r"no option 'rear-8k'\. Did you mean rear-8k-alone"
        ):
            minimal.option("rear-8k")

    def test_an_option_is_a_row(self, minimal: Scenario) -> None:
        assert minimal.option("rear-8k-alone") is minimal.options[1]

    def test_the_marked_option_comes_first_in_a_brief(self, minimal: Scenario) -> None:
        assert minimal.headline_option == "rear-8k-backed"
        options = [row.model_copy(update={"is_headline": False}) for row in minimal.options]
        assert minimal.replace(options=tuple(options)).headline_option == "rear-8k-backed"
        options[2] = options[2].model_copy(update={"is_headline": True})
        assert minimal.replace(options=tuple(options)).headline_option == "air-sea-backed"

    def test_roles_are_sorted_and_joined(self, minimal: Scenario) -> None:
        assert minimal.of_role("contributor") == ("ALD", "BRK", "CST", "DUN", "ELM")
        assert minimal.of_role("pool", "guarantor") == ("AIRPOOL", "PTN")
        assert minimal.of_role("observer") == ()

    def test_titles_are_by_key(self, minimal: Scenario) -> None:
        assert minimal.titles("capabilities")["sead"] == "Suppression of air defences"


class TestFrozen:
    def test_nothing_can_be_assigned(self, minimal: Scenario) -> None:
        with pytest.raises(ValidationError, match="frozen"):
            minimal.units = ()
        with pytest.raises(ValidationError, match="frozen"):
            minimal.about.title = "Other"

    def test_tables_are_tuples_of_frozen_rows(self, minimal: Scenario) -> None:
        for name in TABLES:
            assert isinstance(minimal.table(name), tuple)
            assert all(type(row).model_config["frozen"] for row in minimal.table(name))


class TestReplace:
    def test_a_changed_scenario_is_another_one(self, minimal: Scenario) -> None:
        before = minimal.digest
        changed = minimal.replace(polls=minimal.polls[:2])
        assert len(changed.polls) == 2
        assert len(minimal.polls) == 5
        assert changed.digest != before == minimal.digest
        assert "brek-2030-04:BRK" not in changed.row_numbers["polls"]

    def test_a_broken_one_is_refused_with_every_problem(self, minimal: Scenario) -> None:
        with pytest.raises(ScenarioError) as caught:
            minimal.replace(sources=(), polls=(*minimal.polls, minimal.polls[0]))
        rows = sum(len(minimal.table(name)) for name in TABLES if name != "sources")
        assumed = sum("assumed" in row.source for row in minimal.uncertainties)
        assert len(caught.value.problems) == rows + 2 - assumed

    def test_what_is_no_table_is_refused(self, minimal: Scenario) -> None:
        with pytest.raises(ScenarioError) as caught:
            minimal.replace(unit=(), polls=("spring",))
        assert {problem.field for problem in caught.value.problems} == {"unit", "polls.0"}
        assert {problem.path for problem in caught.value.problems} == {"minimal"}


class TestStrict:
    def test_rows_known_only_later_are_left_out(self, minimal: Scenario) -> None:
        assert minimal.later_rows == (("polls", "elm-2030-07:ELM"),)
        strict = minimal.strict()
        assert strict.later_rows == ()
        assert strict.polls == minimal.polls[:4]
        assert strict.digest != minimal.digest

    def test_a_scenario_without_such_rows_is_itself(self, minimal: Scenario) -> None:
        strict = minimal.strict()
        assert strict.strict() is strict

    def test_a_scenario_that_falls_apart_without_them_is_refused(self, minimal: Scenario) -> None:
        late = minimal.row("delegations", "ELM").model_copy(update={"later": True})
        rows = tuple(late if row.key == "ELM" else row for row in minimal.delegations)
        with pytest.raises(ScenarioError, match=r"'ELM' is not in delegations\.csv"):
            minimal.replace(delegations=rows).strict()


class TestDigest:
    def test_it_is_that_of_the_values(self, minimal: Scenario) -> None:
        assert len(minimal.digest) == 64
        again = Scenario(**{name: getattr(minimal, name) for name in Scenario.model_fields})
        assert again is not minimal
        assert again == minimal
        assert hash(again) == hash(minimal)
        assert pickle.loads(pickle.dumps(minimal)) == minimal

    @pytest.mark.parametrize("table", sorted(set(TABLES) - ORDERED))
    def test_the_order_of_rows_does_not_count(self, minimal: Scenario, table: str) -> None:
        assert shuffled(minimal, table) == minimal

    @pytest.mark.parametrize("table", sorted(ORDERED))
    def test_an_order_that_is_kept_in_print_counts(self, minimal: Scenario, table: str) -> None:
        other = shuffled(minimal, table)
        assert other.table(table) != minimal.table(table)
        assert other != minimal

    def test_the_name_of_the_folder_does_not_count(self, minimal: Scenario) -> None:
        assert minimal.replace(name="other") == minimal

    def test_every_table_and_setting_counts(self, minimal: Scenario) -> None:
        for name in TABLES:
            row = minimal.table(name)[0]
            changed = row.model_copy(update={"note": f"{row.note}!"})
            assert minimal.replace(**{name: (changed, *minimal.table(name)[1:])}) != minimal, name
        about: list[dict[str, Any]] = [
            *({"title": "Other"}, {"summary": ""}, {"invented": False}),
            {"engines": {"consent": {"drift_score": 9}}},
        ]
        for values in about:
            changed = minimal.about.model_copy(update=values)
            assert minimal.replace(about=changed) != minimal, values
        unpriced = dict.fromkeys(TOPICS["spending"], ()) | {"claims": ()}
        kept = tuple(row for row in minimal.uncertainties if row.table not in TOPICS["spending"])
        bare = minimal.replace(**unpriced, uncertainties=kept)
        other = bare.replace(about=bare.about.model_copy(update={"price_year": 1999}))
        assert other != bare

    def test_a_scenario_is_equal_to_nothing_else(self, minimal: Scenario) -> None:
        assert minimal != minimal.digest

    def test_a_copy_with_other_tables_has_a_digest_of_its_own(self, minimal: Scenario) -> None:
        assert minimal.digest  # worked out, and kept
        assert minimal.in_key_order == minimal
        fewer = minimal.model_copy(update={"polls": ()})
        assert fewer.digest != minimal.digest
        assert fewer.in_key_order.polls == ()
        assert minimal.model_copy(deep=True) == minimal


class TestInKeyOrder:
    def test_rows_are_sorted_where_their_order_does_not_count(self, minimal: Scenario) -> None:
        in_order = shuffled(minimal, *(set(TABLES) - ORDERED)).in_key_order
        assert in_order == minimal
        for name in TABLES:
            keys = [row.key for row in in_order.table(name)]
            if name in ORDERED:
                assert keys == [row.key for row in minimal.table(name)]
            else:
                assert keys == sorted(keys)
        for key, place in in_order.row_numbers["units"].items():
            assert in_order.units[place].key == key


def test_every_table_has_one_topic() -> None:
    named = [name for names in TOPICS.values() for name in names]
    assert sorted(named) == sorted(TABLES)
    assert set(ALWAYS_NEEDED) <= set(TABLES)


def test_every_table_is_a_field_of_its_model() -> None:
    tables = [name for name in Scenario.model_fields if name not in ("name", "about")]
    assert tables == list(TABLES)
    required = {name for name in tables if Scenario.model_fields[name].is_required()}
    assert required == set(ALWAYS_NEEDED) - {"sources"}


def test_of_many_names_the_near_ones_are_offered() -> None:
    assert near_names("forcs", ["forces", "consent"]) == "Did you mean forces?"
    many = [f"name{number:02}" for number in range(60)]
    assert near_names("x", many).count(",") == 39
    assert unknown("there is no", "a. b", ["a. c"]) == "there is no 'a. b'. Did you mean a. c?"

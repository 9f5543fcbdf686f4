"""The pages keep step with the code: whatever has a name has its place in them."""

import importlib.util
import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from tests import kept

import foedus
from foedus import errors
from foedus.briefing import QUESTIONS
from foedus.briefing.questions import answerable
from foedus.cli import main
from foedus.documents import plain
from foedus.engines import ENGINES
from foedus.quantities import SUFFIXES
from foedus.scenario import TABLES
from foedus.scenario.cells import read_settings
from foedus.scenario.rows import Row

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))

Document = dict[str, Any]


def generator() -> Any:
    """Load the generator, which lies beside the pages and in no package.

    Once for all tests: it keeps what commands print.
    """
    if "docs.generate" not in sys.modules:
        about = importlib.util.spec_from_file_location("docs.generate", DOCS / "generate.py")
        assert about is not None
        assert about.loader is not None
        module = importlib.util.module_from_spec(about)
        about.loader.exec_module(module)
        sys.modules["docs.generate"] = module
    return sys.modules["docs.generate"]


GENERATE = generator()


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def sections(text: str) -> dict[str, str]:
    """Return the text below each heading of the second level."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def fenced(language: str) -> list[tuple[str, str]]:
    """Return every fenced block of a language, with the page that it stands on."""
    block = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [
        (str(path.relative_to(DOCS)), body)
        for path in PAGES
        for body in block.findall(path.read_text(encoding="utf-8"))
    ]


class TestGeneratedParts:
    @pytest.fixture(scope="class")
    @staticmethod
    def made() -> dict[Path, str]:
        pages: dict[Path, str] = GENERATE.pages()
        return pages

    def test_they_are_what_the_generator_would_write(self, made: dict[Path, str]) -> None:
        assert len(made) > 5
        stale = [
            str(path.relative_to(ROOT))
            for path, text in made.items()
            if path.read_text(encoding="utf-8") != text
        ]
        assert stale == [], "Run python docs/generate.py."

    def test_a_change_by_hand_would_be_noticed(self) -> None:
        text = "<!-- generated: x -->\nby hand\n<!-- end -->\n"
        assert GENERATE.filled(text, {"x": "made"}) != text

    def test_every_engine_and_question_has_its_part(self, made: dict[Path, str]) -> None:
        asked = {mark for text in made.values() for mark in GENERATE.MARKED.findall(text)}
        assert {f"assumptions of {topic}" for topic in ENGINES} <= asked
        assert {f"question {question.id}" for question in QUESTIONS} <= asked


class TestFiles:
    def test_every_table_has_its_section(self) -> None:
        assert set(TABLES) <= set(sections(page("reference/files.md")))

    @pytest.mark.parametrize("table", TABLES)
    def test_every_column_has_its_entry_and_a_meaning(self, table: str) -> None:
        model = TABLES[table]
        shared = set() if not issubclass(model, Row) else set(Row.model_fields)
        text = sections(page("reference/files.md"))[table]
        for column in set(model.model_fields) - shared:
            rows = (line for line in text.splitlines() if line.startswith("| "))
            lines = [line for line in rows if f"`{column}`" in line.split(" | ")[0]]
            assert len(lines) == 1, column
            assert len(lines[0].split(" | ")[-1].strip(" |")) > 5, column

    def test_every_column_of_all_tables_has_its_entry(self) -> None:
        text = sections(page("reference/files.md"))["Columns of every table"]
        assert [column for column in Row.model_fields if f"| `{column}` |" not in text] == []

    def test_every_ending_has_its_unit(self) -> None:
        text = page("reference/quantities.md")
        assert [ending for ending in SUFFIXES if f"| `_{ending}` |" not in text] == []


PARTS_OF_A_TOPIC = {"plan": "forces", "room": "voting"}
"""Engines that stand within the folder of another, and read its tables."""


def missing_of_engine(topic: str) -> list[str]:
    """Return what the project lacks of an engine on a topic."""
    whole = PARTS_OF_A_TOPIC.get(topic, topic)
    place = topic if whole == topic else f"{whole}/{topic}"
    wanted = [
        f"src/foedus/engines/{place}/engine.py",
        f"src/foedus/scenario/{whole}.py",
        f"docs/models/{topic}.md",
        f"benchmarks/{topic}.py",
    ]
    missing = [path for path in wanted if not (ROOT / path).is_file()]
    if not list((ROOT / "tests" / "engines" / place).glob("test_*.py")):
        missing.append(f"tests/engines/{place}/")
    return missing


class TestEngines:
    @pytest.mark.parametrize("topic", ENGINES)
    def test_an_engine_has_all_its_files(self, topic: str) -> None:
        assert missing_of_engine(topic) == []

    def test_an_engine_without_files_would_be_noticed(self) -> None:
        assert len(missing_of_engine("astrology")) == 5

    @pytest.mark.parametrize("topic", ENGINES)
    def test_its_model_page_answers_what_such_a_page_must(self, topic: str) -> None:
        wanted = {
            "The maths",
            "Every assumption",
            "Readings that were taken",
            "What it cannot say",
            "How it is tested",
            "Speed",
            "Sources",
        }
        assert wanted <= set(sections(page(f"models/{topic}.md")))

    @pytest.mark.parametrize("topic", ENGINES)
    def test_its_settings_are_listed(self, topic: str) -> None:
        text = sections(page("reference/settings.md"))[topic]
        names = vars(ENGINES[topic])["__dataclass_fields__"]
        listed = [name for name, about in names.items() if about._field_type.name == "_FIELD"]
        assert listed
        assert [name for name in listed if f"| `{name}` |" not in text] == []


class TestNames:
    def test_every_verb_has_its_section(self) -> None:
        verbs = main.list_commands(click.Context(main))
        assert [v for v in verbs if f"foedus {v}" not in sections(page("reference/cli.md"))] == []

    def test_every_question_has_its_section(self) -> None:
        text = sections(page("reference/questions.md"))
        assert [question.id for question in QUESTIONS if question.id not in text] == []

    def test_every_error_is_on_the_page_on_python(self) -> None:
        raised = [
            name
            for name, value in vars(errors).items()
            if isinstance(value, type) and issubclass(value, errors.FoedusError)
        ]
        assert len(raised) > 3
        text = page("reference/python.md")
        assert [name for name in raised if f"::: foedus.errors.{name}\n" not in text] == []

    def test_every_public_name_is_on_the_page_on_python(self) -> None:
        text = page("reference/python.md")
        listed = set(re.findall(r"foedus\.(\w+)", text))
        assert set(foedus.__all__) <= listed

    def test_every_decision_is_in_the_list(self) -> None:
        text = page("decisions/index.md")
        records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
        for number, path in enumerate(records, start=1):
            title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
            assert title.startswith(f"{number:04}: ")
            assert f"| {number:04} | [{title[6:]}]({path.name}) |" in text

    def test_every_page_is_in_the_navigation(self) -> None:
        text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
        navigation = text[text.index("\nnav:") : text.index("\nvalidation:")]
        listed = re.findall(r"([\w./-]+\.md)$", navigation, re.MULTILINE)
        assert sorted(listed) == sorted(str(path.relative_to(DOCS)) for path in PAGES)


def command_lines() -> list[tuple[str, str]]:
    """Return every command line of foedus that the pages show."""
    return [
        (where, line)
        for where, body in fenced("sh")
        for line in body.splitlines()
        if line.startswith("foedus ")
    ]


class TestShownCode:
    def test_python_is_cut_from_files_that_tests_run(self) -> None:
        blocks = fenced("python")
        assert len(blocks) > 5
        cut = re.compile(r"--8<--\n(examples/\d\d_\w+\.py:\w+\n)+--8<--\n")
        assert [where for where, body in blocks if not cut.fullmatch(body)] == []

    def test_command_lines_are_found(self) -> None:
        assert len(command_lines()) > 20

    @pytest.mark.parametrize(("where", "line"), command_lines())
    def test_a_command_line_is_understood(self, where: str, line: str) -> None:
        _, verb, *words = shlex.split(line, comments=True)
        command = main.get_command(click.Context(main), verb)
        assert command is not None, f"{where}: {line}"
        parsed = command.make_context(verb, ["..." if w == "…" else w for w in words])
        name = parsed.params.get("scenario")
        if name in foedus.shipped():
            scenario = kept.scenario(name)
            read_settings(scenario, parsed.params.get("set") or {})
            table, key = parsed.params.get("table"), parsed.params.get("key")
            assert table is None or key is None or scenario.table(table)

    def test_a_command_line_that_is_wrong_would_be_noticed(self) -> None:
        command = main.get_command(click.Context(main), "brief")
        assert command is not None
        with pytest.raises(click.NoSuchOption):
            command.make_context("brief", ["minimal", "--no-such-option"])


def printed(*words: str, draws: int = 200) -> Document:
    """Return the JSON document that a command line prints."""
    found = CliRunner().invoke(main, [*words, "--draws", str(draws), "--json"])
    assert found.exit_code == 0, found.stderr
    document: Document = json.loads(found.stdout)
    return document


SCHEMAS = {
    name: json.loads(page(f"reference/{name}.schema.json"))
    for name in ("brief", "run", "sensitivity")
}
REGISTRY = Registry().with_resources(
    [(schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()]
)
BRIEF, RUN, SENSITIVITY = (
    Draft202012Validator(SCHEMAS[name], registry=REGISTRY) for name in SCHEMAS
)


def faults(validator: Draft202012Validator, document: Document) -> list[str]:
    """Return what is wrong with a document."""
    return [
        f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)
    ]


@pytest.fixture(scope="module")
def brief() -> Document:
    return printed("brief", "minimal")


@pytest.fixture(scope="module")
def part(brief: Document) -> Document:
    """Return a brief with little of everything that it holds, which is quickly validated."""
    answers = [
        {
            **found,
            "rows": found["rows"][:2],
            "tables": {name: rows[:2] for name, rows in found["tables"].items()},
        }
        for found in (answer(brief, name) for name in ("size", "contributions", "duration"))
    ]
    few = {name: brief[name][:2] for name in ("claims", "sources", "options")}
    return {**brief, **few, "answers": answers}


def answer(document: Document, question: str) -> Document:
    found: Document = next(a for a in document["answers"] if a["id"] == question)
    return found


Spoil = Callable[[Document], object]

SPOILT: dict[str, Spoil] = {
    "no version": lambda d: d.pop("version"),
    "another version": lambda d: d.update(version=1),
    "a field beside": lambda d: d.update(score=0.5),
    "no answers and no claims": lambda d: d.update(answers=[], claims=[]),
    "no draws": lambda d: d["settings"].update(draws=0),
    "a setting beside": lambda d: d["settings"].update(workers=2),
    "a cell without a column": lambda d: d["settings"]["set"].update({"options/x": 1}),
    "a short digest": lambda d: d["scenario"].update(digest="05c18d47"),
    "a claim without a verdict": lambda d: d["claims"].append({"claim": "x"}),
    "an unknown verdict": lambda d: d["claims"][0].update(verdict="perhaps"),
    "a verdict without a number": lambda d: d["claims"][0].update(numbers=[]),
    "a claim with half a range": lambda d: d["claims"][0].update(low=1.0),
    "a claim beside its fields": lambda d: d["claims"][0].update(score=1),
    "a claim checked by rumour": lambda d: d["claims"][0].update(verified={"rumour": 1}),
    "a source beside its fields": lambda d: d["sources"][0].update(url="x"),
    "a source checked by rumour": lambda d: d["sources"][0].update(verified="rumour"),
    "an option without a name": lambda d: d["options"][0].pop("option"),
    "an option that is not flat": lambda d: d["options"][0].update(joiners_count=[1]),
    "an empty warning": lambda d: d["warnings"].append(""),
    "an answer without limits": lambda d: answer(d, "size").update(cannot_say=[]),
    "an answer without a headline": lambda d: answer(d, "size").update(headline=""),
    "an answer beside its fields": lambda d: answer(d, "size").update(confidence="high"),
    "an unknown kind": lambda d: answer(d, "size").update(kind="guess"),
    "a number that is none": lambda d: answer(d, "size").update(value="many"),
    "a number that is missing": lambda d: answer(d, "size").update(value=None),
    "half a range": lambda d: answer(d, "size").update(low=None),
    "no range and no reason": lambda d: answer(d, "size").update(
        low=None, high=None, interval_note=""
    ),
    "shares where nothing is chosen": lambda d: answer(d, "size").update(shares={"a": 1.0}),
    "a threshold that is none": lambda d: answer(d, "size").update(never_prob=0.5),
    "a threshold without its chances": lambda d: answer(d, "duration").update(never_prob=None),
    "a chance above one": lambda d: answer(d, "duration").update(always_prob=1.5),
    "a choice without shares": lambda d: answer(d, "size").update(kind="choice", value="a"),
    "a probability above one": lambda d: answer(d, "size").update(kind="probability"),
    "a table whose value is a number": lambda d: answer(d, "contributions").update(value=3),
    "a table that is not a list": lambda d: answer(d, "size")["tables"].update(x={"a": 1}),
    "a row that is not flat": lambda d: answer(d, "size")["tables"].update(x=[{"a": {"b": 1}}]),
    "a row twice": lambda d: answer(d, "size")["rows"].append(answer(d, "size")["rows"][0]),
    "a run without an id": lambda d: answer(d, "size").update(run="latest"),
    "a driver without an address": lambda d: answer(d, "size")["drivers"][0].pop("cell"),
    "a driver beside its fields": lambda d: answer(d, "size")["drivers"][0].update(rank=1),
    "a correlation above one": lambda d: answer(d, "size")["drivers"][0].update(
        rank_correlation=1.1
    ),
}


def properties_of(schema: Any) -> set[str]:
    """Return the names of all properties that a schema lists, at any depth."""
    if isinstance(schema, list):
        return {name for part in schema for name in properties_of(part)}
    if not isinstance(schema, dict):
        return set()
    own = {name for name in schema.get("properties", {}) if "const" not in schema["properties"]}
    return own | {name for part in schema.values() for name in properties_of(part)}


class TestJson:
    @pytest.mark.parametrize("name", SCHEMAS)
    def test_a_schema_is_a_schema(self, name: str) -> None:
        Draft202012Validator.check_schema(SCHEMAS[name])

    def test_the_schema_has_the_version_of_the_code(self, brief: Document) -> None:
        assert SCHEMAS["brief"]["properties"]["version"]["const"] == brief["version"]

    def test_the_brief_on_the_small_scenario_fits(self, brief: Document) -> None:
        assert faults(BRIEF, brief) == []

    def test_the_brief_on_paris_fits(self) -> None:
        document = plain(kept.brief("paris-2025").to_json())
        assert len(document["answers"]) > 15
        assert faults(BRIEF, document) == []

    def test_an_answer_on_paris_with_cells_that_are_set_and_what_drives_it_fits(self) -> None:
        words = ("--strict", "--set", "options/rear-30k-us/us_backing_prob=0.9")
        # As many draws as it takes to tell what drives an answer.
        document = printed("ask", "paris-2025", "size", "--no-plan", *words, draws=100)
        assert answer(document, "size")["drivers"]
        assert document["settings"]["set"]
        assert faults(BRIEF, document) == []

    def test_an_option_without_a_land_force_fits(self) -> None:
        document = printed("brief", "minimal", "--option", "air-sea-backed", draws=20)
        assert faults(BRIEF, document) == []

    @pytest.mark.parametrize("question", [q.id for q in answerable(kept.scenario("minimal"))])
    def test_every_question_by_itself_fits(self, question: str) -> None:
        document = printed("ask", "minimal", question, draws=20)
        assert faults(BRIEF, document) == []
        assert document["options"] == []

    def test_a_part_of_a_brief_fits(self, part: Document) -> None:
        assert faults(BRIEF, part) == []

    @pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
    def test_what_breaks_the_contract_is_refused(self, part: Document, spoil: Spoil) -> None:
        spoilt = json.loads(json.dumps(part))
        spoil(spoilt)
        assert spoilt != part
        assert faults(BRIEF, spoilt) != []

    @pytest.mark.parametrize("kind", ["probability", "choice", "curve"])
    def test_kinds_that_no_question_has_yet_are_taken(self, part: Document, kind: str) -> None:
        document = json.loads(json.dumps(part))
        values: dict[str, Document] = {
            "probability": {"value": 0.4, "low": 0.2, "high": 0.7},
            "choice": {"value": "a", "shares": {"a": 0.7, "b": 0.3}, "low": None, "high": None},
            "curve": {"value": {"month": 3, "persons": 100.0}},
        }
        answer(document, "size").update(kind=kind, **values[kind])
        assert faults(BRIEF, document) == []

    @pytest.mark.parametrize(
        "words",
        [
            ("plan", "minimal"),
            ("plan", "minimal", "--everyone"),
            ("bargain", "minimal"),
            ("spend", "minimal"),
            ("spend", "minimal", "--no-options"),
            ("consent", "minimal"),
            ("consent", "minimal", "--score", str(ROOT / "examples" / "outcomes.csv")),
            ("power", "minimal"),
            ("room", "minimal"),
            ("bridge", "minimal"),
            ("guarantee", "minimal"),
            ("ensemble", "minimal"),
        ],
        ids=" ".join,
    )
    def test_a_run_fits(self, words: tuple[str, ...]) -> None:
        document = printed(*words, draws=50)
        assert faults(RUN, document) == []
        assert ("score" in document) == ("--score" in words)
        assert ("failed_count" in document) == ("ensemble" in words)

    def test_a_run_that_breaks_the_contract_is_refused(self) -> None:
        document = printed("consent", "minimal")
        for field in SCHEMAS["run"]["required"]:
            assert faults(RUN, {name: v for name, v in document.items() if name != field}) != []
        assert faults(RUN, {**document, "fed_by": ["somebody"]}) != []
        assert faults(RUN, {**document, "extra": 1}) != []

    @pytest.mark.parametrize(
        "words",
        [(), ("--method", "morris"), ("--method", "tornado", "--across")],
        ids=" ".join,
    )
    def test_a_sensitivity_fits(self, words: tuple[str, ...]) -> None:
        document = printed("sensitivity", "minimal", *words, draws=20)
        assert faults(SENSITIVITY, document) == []
        assert (document["named"] is None) == ("--across" not in words)

    def test_a_question_to_a_sensitivity_fits_and_what_breaks_the_contract_is_refused(self) -> None:
        asks = "forces/balanced_persons < 3000"
        document = printed(
            "sensitivity", "minimal", "--method", "tornado", "--discover", asks, draws=60
        )
        assert document["question"]["asks"] == asks
        assert faults(SENSITIVITY, document) == []
        for field in SCHEMAS["sensitivity"]["required"]:
            less = {name: v for name, v in document.items() if name != field}
            assert faults(SENSITIVITY, less) != []
        changes: list[Document] = [
            {"method": "guess"},
            {"extra": 1},
            {"question": {**document["question"], "cases_share": 1.5}},
            {"tables": {"factors": []}},
        ]
        for spoilt in changes:
            assert faults(SENSITIVITY, {**document, **spoilt}) != []

    def test_rows_of_a_table_have_the_same_keys(self, brief: Document) -> None:
        tables = [t for a in brief["answers"] for t in a["tables"].values()]
        assert len(tables) > 10
        for table in [*tables, brief["options"]]:
            assert len({tuple(row) for row in table}) <= 1

    def test_every_property_is_on_the_page(self) -> None:
        text = page("reference/json.md")
        for schema in SCHEMAS.values():
            assert [name for name in properties_of(schema) if f"`{name}`" not in text] == []

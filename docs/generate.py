"""Write the parts of these pages that the code knows better than any author.

Run as `python docs/generate.py`; a test compares what it would write with what is there. Made is
what stands between two marks, and nothing else:

    <!-- generated: NAME -->
    <!-- end -->

So is everything in `examples/output/`: what the examples and the commands of the pages print. The
pages of notebooks are made by `notebook_pages.py`, beside this file.
"""

import ast
import inspect
import io
import re
import runpy
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import fields
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import click
from annotated_types import Ge, Gt, Le, Lt
from click.testing import CliRunner
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import foedus
from foedus.briefing.questions import QUESTIONS
from foedus.briefing.sentences import listed
from foedus.briefing.wording import heading
from foedus.cli import main as command_line
from foedus.engines import ENGINES
from foedus.engines.protocol import AnyEngine
from foedus.engines.spending.key_fit import share_key_fit
from foedus.quantities import SUFFIXES, suffix_of
from foedus.scenario import (
    bargaining,
    brokerage,
    claims,
    command,
    consent,
    delegations,
    deterrence,
    forces,
    options,
    rows,
    sources,
    spending,
    uncertainties,
    voting,
)
from foedus.scenario.checks import REFERENCES
from foedus.scenario.rows import Row
from foedus.scenario.scenario import ALWAYS_NEEDED, TABLES, TOPICS, About

ROOT: Final = Path(__file__).parents[1]
DOCS: Final = ROOT / "docs"
EXAMPLES: Final = ROOT / "examples"
OUTPUT: Final = EXAMPLES / "output"

HELP_WIDTH: Final = 80
MARKED: Final = re.compile(r"<!-- generated: ([^>]+?) -->\n.*?<!-- end -->", re.DOTALL)

REFERENCE: Final = "paris-2025"
"""Scenario whose ranges the pages on models print."""
SMALL: Final = "minimal"
"""Scenario from which the tables of answers are listed."""
FEW: Final = 20
"""Draws of what is made for the columns of its tables, which hang on no number."""

COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "check_minimal": ("check", "minimal"),
    "show_minimal_stances": ("show", "minimal", "stances"),
    "brief_paris": ("brief", "paris-2025", "--no-plan"),
    "brief_minimal": ("brief", "minimal"),
    "brief_minimal_size": ("brief", "minimal"),
    "brief_minimal_sure": (
        *("brief", "minimal"),
        *("--set", "options/rear-8k-backed/us_backing_prob=1"),
    ),
    "spend_minimal": (
        *("spend", "minimal", "--nation", "ALD", "--nation", "BRK"),
        *("--target", "3", "--target", "own", "--no-options"),
    ),
    # Every brief holds the claims too: `foedus claims` by itself would run it all again.
    "claims_paris": ("brief", "paris-2025", "--no-plan"),
    "compare_minimal": ("compare", "minimal@rear-8k-backed", "minimal@rear-8k-alone"),
}
"""Command lines whose output the pages show, by the name of the file that keeps it."""

SECTIONS: Final[dict[str, str]] = {
    "brief_paris": "The answers in short",
    "brief_minimal": "The answers in short",
    "brief_minimal_size": "size: ",
    "brief_minimal_sure": "The answers in short",
    "spend_minimal": "What shares of GDP cost",
    "claims_paris": "What was claimed",
    "compare_minimal": "What differs in the answers",
}
"""The section of the output that is kept, by how its heading begins; else all of it is."""

TABLES_ONLY: Final = frozenset({"claims_paris"})
"""Outputs of which no more is kept than what comes before the first empty line."""

RULES: Final[dict[str, str]] = {
    "whole": "whole numbers, thousands set apart",
    "percent": "per cent: 0.25 as 25 %",
    "decimal": "one decimal",
    "fine": "three significant figures",
    "fine_percent": "per cent, three significant figures: 0.0233 as 2.33 %",
    "money": "three significant figures, no more than two decimals",
    "plain": "whole numbers",
}

MODULES: Final = (
    bargaining,
    brokerage,
    claims,
    command,
    consent,
    delegations,
    deterrence,
    forces,
    options,
    rows,
    sources,
    spending,
    uncertainties,
    voting,
)

UNSAID: Final[dict[str, str]] = {
    "approvals.law": "The law that says so.",
    "capabilities.domain": "Headquarters, a unit on land, in the air or at sea, or a service.",
    "ceilings.ceiling_persons": "The ceiling.",
    "commitments.committed_count": "Units promised.",
    "costs.currency": "Currency of the amount, by ISO 4217; `deflators.csv` prices it.",
    "deflators.currency": "Currency, by ISO 4217.",
    "deflators.data_year": "Year of price level and rate.",
    "finances.data_year": "Year of the figures; of several the last counts.",
    "polls.pollster": "Who asked.",
    "polls.support_share": "For, of all who were asked.",
    "polls.oppose_share": "Against, of all who were asked.",
    "polls.undecided_share": "Neither; printed, not used by a model.",
    "polls.fieldwork_start": "First day of the interviews.",
    "polls.fieldwork_end": "Last day of the interviews, from which the poll ages.",
    "approvals.next_election": "Next regular election; for the reader.",
    "requirement.needed_count": "Units asked for.",
    "requirement.sector": "Where, such as `north` or `air`; an option may ask for some only.",
    "sites.kind": "What stands there.",
    "sites.length_km": "Length, for a line.",
    "sites.latitude_deg": "Latitude, north positive.",
    "sites.longitude_deg": "Longitude, east positive.",
    "dependence.scope_kind": "What the scope names.",
    "dependence.indicator": "What is measured; `us_share` of a capability is read by the force.",
    "dependence.dependence_value": "The size, in the unit beside it.",
    "dependence.unit": "What the value counts, such as a fraction or a score.",
    "sources.publisher": "Who published it.",
    "sources.note": "What a reader should know of it.",
    "units.tour_months": "Length of one tour in theatre.",
    "uncertainties.low_value": "Low end or 5 % point, by distribution.",
    "uncertainties.mode_value": "Most likely value, median or probability, by distribution.",
    "uncertainties.high_value": "High end or 95 % point, by distribution.",
    "consent.error_medium_score": "The same for a score of medium confidence.",
    "consent.error_low_score": "The same for a score of low confidence.",
    "*.title": "Name as printed.",
}
"""Meanings of fields whose declaration says nothing; used only as long as that is so."""


def one_line(text: str) -> str:
    """Return text fit for a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def table_of(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *body]
    return "".join(f"| {' | '.join(one_line(cell) for cell in line)} |\n" for line in lines)


def docs_of_assignments(source: str) -> dict[str, str]:
    """Return the text below each assignment of a module or class, by the name assigned to."""
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", [])
        for one, after in pairwise(body) if isinstance(body, list) else ():
            target = one.targets[0] if isinstance(one, ast.Assign) else getattr(one, "target", None)
            if (
                isinstance(target, ast.Name)
                and isinstance(after, ast.Expr)
                and isinstance(after.value, ast.Constant)
                and isinstance(after.value.value, str)
            ):
                found[target.id] = inspect.cleandoc(after.value.value)
    return found


def docs_of_choices() -> dict[Any, str]:
    """Return the text of every named choice of words, such as `Mission`, by its type."""
    found: dict[Any, str] = {}
    for module in MODULES:
        texts = docs_of_assignments(inspect.getsource(module))
        found |= {
            get_args(value): texts[name]
            for name, value in vars(module).items()
            if get_origin(value) is Literal and name in texts
        }
    return found


CHOICES: Final = docs_of_choices()


def unwrapped(annotation: Any, metadata: Sequence[Any]) -> tuple[Any, list[Any]]:
    """Return a type without `| None` and `Annotated`, and what was said of it."""
    said = list(metadata)
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            said += [part for item in more for part in getattr(item, "metadata", [item])]
        elif get_origin(annotation) in (Union, UnionType):
            annotation = next(part for part in get_args(annotation) if part is not type(None))
        else:
            return annotation, said


def kind_of(annotation: Any, metadata: Sequence[Any] = ()) -> str:
    """Return what a cell or a setting holds, in words."""
    kind, said = unwrapped(annotation, metadata)
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(f"`{word}`" for word in get_args(kind))
    if get_origin(kind) is tuple:
        return "list of words"
    if kind is str:
        pattern = next((p for item in said if (p := getattr(item, "pattern", None))), "")
        kinds = {"": "text", "^[A-Z": "code", "^[a-z": "key", "^[1-9": "number in text"}
        return kinds[pattern[:5]]
    if kind in (int, float):
        word = "whole number" if kind is int else "number"
        return f"{word}{bounds(said)}"
    words = {"bool": "0 or 1", "date": "date"}
    return words.get(kind.__name__, "settings by engine")


def bounds(said: Iterable[Any]) -> str:
    """Return the limits of a number, in words."""
    low = high = ""
    for limit in said:
        match limit:
            case Ge(ge=value):
                low = f"from {value:g}"
            case Gt(gt=value):
                low = f"above {value:g}"
            case Le(le=value):
                high = f"to {value:g}"
            case Lt(lt=value):
                high = f"below {value:g}"
    return f", {' '.join(filter(None, (low, high)))}" if low or high else ""


def unit_of(name: str, kind: str) -> str:
    """Return the unit of a number by the last word of its name; nothing for other cells."""
    ending = suffix_of(name)
    if "number" not in kind or ending not in SUFFIXES:
        return ""
    about = SUFFIXES[ending]
    return about.unit or about.meaning.split(",")[0]


def meaning_of(table: str, name: str, text: str, kind: Any = None) -> str:
    """Return what a field means: its own text, what its words mean, or the row that it names."""
    own = text or UNSAID.get(f"{table}.{name}", UNSAID.get(f"*.{name}", ""))
    targets = [target for t, field, target in REFERENCES if (t, field) == (table, name)]
    if not own and not targets and table in TABLES and (name,) == TABLES[table].key_fields:
        own = "Name of the row, by which others refer to it."
    named = f"Names a row of `{targets[0]}.csv`." if targets and not own else ""
    words = CHOICES.get(get_args(kind), "")
    if name == "verified":
        own = ""  # the words say it again, and more
    if words and not words.startswith("`"):
        words = words[:1].upper() + words[1:]
    return " ".join(filter(None, (own, named, words)))


def default_of(info: FieldInfo) -> str:
    """Return whether a cell must be filled, and what an empty one stands for."""
    if info.is_required():
        return "yes"
    value = info.get_default(call_default_factory=True)
    match value:
        case None | "" | ():
            return "no"
        case bool():
            return f"no (`{int(value)}`)"
        case int() | float():
            return f"no (`{value:g}`)"
        case tuple():
            return f"no (`{';'.join(value)}`)"
        case str():
            return f"no (`{value}`)"
        case _:
            return "no"


def field_rows(table: str, model: type[BaseModel], names: Iterable[str]) -> list[list[str]]:
    """Return a line for each field; the two ends of a range share one."""
    lines = []
    for name in names:
        info = model.model_fields[name]
        stem = name.removesuffix("_low").removesuffix("_high")
        if stem != name and stem in model.model_fields:
            if name.endswith("_low"):
                lines.append(range_row(model, stem))
            continue
        kind, _ = unwrapped(info.annotation, info.metadata)
        words = kind_of(info.annotation, info.metadata)
        meaning = meaning_of(table, name, info.description or "", kind)
        lines.append([f"`{name}`", words, unit_of(name, words), default_of(info), meaning])
    return lines


def range_row(model: type[BaseModel], stem: str) -> list[str]:
    """Return the line of `x_low` and `x_high`."""
    info = model.model_fields[f"{stem}_low"]
    words = kind_of(info.annotation, info.metadata)
    latent = stem in getattr(model, "latent_fields", ())
    own = f"Range of `{stem}`: both ends or neither."
    if latent:
        own = info.description or f"Range of `{stem}`, which is not drawn: both ends or neither."
    return [f"`{stem}_low`, `{stem}_high`", words, unit_of(stem, words), "no", own]


HEAD: Final = ("column", "holds", "unit", "must be filled", "meaning")


def about_part() -> str:
    """Return the settings of `scenario.toml`."""
    return table_of(("setting", *HEAD[1:]), field_rows("about", About, About.model_fields))


def common_part() -> str:
    """Return the columns that all tables have."""
    return table_of(HEAD, field_rows("row", Row, Row.model_fields))


def tables_part() -> str:
    """Return the list of tables, and a section with the columns of each."""
    topics = {name: topic for topic, names in TOPICS.items() for name in names}
    lines = [
        [f"[`{name}.csv`](#{name})", topics[name], needed_by(name), about_table(model)]
        for name, model in TABLES.items()
    ]
    parts = [table_of(("table", "topic", "needed", "one row is"), lines)]
    for name, model in TABLES.items():
        own = [field for field in model.model_fields if field not in Row.model_fields]
        listed = own if issubclass(model, Row) else list(model.model_fields)
        key = ":".join(model.key_fields)
        parts.append(f"\n## {name}\n\n{about_table(model)} Key: `{key}`. {needed_by(name)}.\n\n")
        parts.append(table_of(HEAD, field_rows(name, model, listed)))
    return "".join(parts)


def about_table(model: type[BaseModel]) -> str:
    """Return the first line of what a row says of itself."""
    return inspect.getdoc(model).split("\n\n")[0] if model.__doc__ else ""  # type: ignore[union-attr]


def needed_by(table: str) -> str:
    """Return which engines cannot do without a table."""
    if table in ALWAYS_NEEDED:
        return "Always needed"
    engines = [f"`{name}`" for name, engine in ENGINES.items() if table in engine.needs]
    return f"Needed by {' and '.join(engines)}" if engines else "May be absent"


def quantities_part() -> str:
    """Return the list of endings and their units."""
    lines = [
        [f"`_{ending}`", about.unit, about.meaning, RULES[about.rule]]
        for ending, about in SUFFIXES.items()
    ]
    return table_of(("ending", "unit", "meaning", "printed as"), lines)


def settings_part() -> str:
    """Return a section on the settings and outcomes of every engine."""
    parts = []
    better = {True: "more", False: "less", None: ""}
    for name, engine in ENGINES.items():
        needs = ", ".join(f"[`{table}`](files.md#{table})" for table in engine.needs)
        about = inspect.getdoc(engine) or ""
        parts.append(f"\n## {name}\n\n{engine.title}, `foedus.{engine.__name__}`. {about}\n\n")
        parts.append(f"Needs the tables {needs}. The model: [{name}](../models/{name}.md).\n\n")
        head = ("setting", "default", "holds", "unit", "meaning")
        parts.append(table_of(head, setting_rows(engine)))
        parts.append("\nOutcomes, one number for each draw:\n\n")
        lines = [[f"`{o.name}`", o.title, better[o.more_is_better]] for o in engine.follows]
        parts.append(table_of(("outcome", "meaning", "better is"), lines))
    return "".join(parts)


loaded: Final = cache(foedus.load)


@cache
def setting_rows(engine: type[AnyEngine]) -> list[list[str]]:
    """Return a line for each setting of an engine."""
    texts = docs_of_assignments(inspect.getsource(engine))
    hints = get_type_hints(engine, include_extras=True)
    lines = []
    for about in fields(engine):  # type: ignore[arg-type]
        words = kind_of(hints[about.name])
        text = texts.get(about.name, "")
        meaning = meaning_of(engine.name, about.name, text)
        default = f"`{setting_text(about.default)}`"
        lines.append([f"`{about.name}`", default, words, unit_of(about.name, words), meaning])
    return lines


def setting_text(value: Any) -> str:
    """Return a default as it is written in `scenario.toml`."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"


def assumptions_of(engine: str) -> str:
    """Return the settings of an engine with their ranges in the reference scenario."""
    scenario = loaded(REFERENCE)
    ranged = {
        row.field: row
        for row in scenario.uncertainties
        if (row.table, row.cell_key) == ("engines", engine)
    }
    lines = []
    for name, default, _, _, meaning in setting_rows(ENGINES[engine]):
        row = ranged.get(name.strip("`"))
        drawn = f"{row.low_value:g} to {row.high_value:g}" if row is not None else "held"
        why = row.note if row is not None else ""
        lines.append([name, default.strip("`"), drawn, meaning, why])
    return table_of(("setting", "default", "drawn from", "meaning", "why"), lines)


def groups_of_reference() -> str:
    """Return which cells of the reference scenario move together."""
    scenario = loaded(REFERENCE)
    lines = [
        [
            f"`{row.table}/{row.cell_key}/{row.field}`",
            f"`{row.group}`",
            f"{row.group_correlation:g}",
            row.note,
        ]
        for row in scenario.uncertainties
        if row.group
    ]
    return table_of(("cells", "group", "correlation", "why"), lines)


def tables_of_answers() -> Mapping[str, str]:
    """Return the tables of every answer with their columns, by question."""
    brief = foedus.brief(loaded(SMALL), draws=FEW)
    engines = {question.id: question.engines for question in QUESTIONS}
    told = {answer.id for answer in brief.answers}
    large = loaded(REFERENCE)
    more = [foedus.ask(large, name, draws=FEW)[name] for name in engines if name not in told]
    found = {}
    for answer in (*brief.answers, *more):
        lines = [
            [f"`{name}`" if first else "", f"`{column}`", words]
            for name, table in answer.tables.items()
            for first, (column, words) in zip(
                [True] + [False] * table.width, columns_of(table.columns), strict=False
            )
        ]
        models = listed([f"[{name}](../models/{name}.md)" for name in engines[answer.id]])
        head = (
            f"*{answer.question}* Kind `{answer.kind}`; the value is in {answer.unit}. "
            f"Models: {models}.\n\n"
        )
        found[f"question {answer.id}"] = head + table_of(("table", "column", "as printed"), lines)
    lines = [[f"`{column}`", words] for column, words in columns_of(brief.options.columns)]
    found["options"] = table_of(("column", "as printed"), lines)
    return found


def columns_of(names: Sequence[str]) -> list[tuple[str, str]]:
    """Return columns with their headings; the two ends of a range are said of their number."""
    ends = {f"{name}{end}" for name in names for end in ("_low", "_high")}
    return [
        (name, f"{heading(name)}{', with its range' if f'{name}_low' in names else ''}")
        for name in names
        if name not in ends
    ]


def commands_part() -> str:
    """Return the help of the command line and of every verb."""
    parent = click.Context(command_line, info_name="foedus")
    parts = [f"```text\n{help_of(command_line, 'foedus')}```\n"]
    for verb in command_line.list_commands(parent):
        command = command_line.get_command(parent, verb)
        if command is None:
            raise LookupError(f"the command line lists {verb} and does not have it")
        text = help_of(command, f"foedus {verb}")
        parts.append(f"\n## foedus {verb}\n\n```text\n{text}```\n")
    return "".join(parts)


def help_of(command: click.Command, name: str) -> str:
    """Return a command's help at a fixed width."""
    context = click.Context(
        command, info_name=name, terminal_width=HELP_WIDTH, max_content_width=HELP_WIDTH
    )
    return command.get_help(context).rstrip() + "\n"


def output_of_example(script: Path) -> str:
    """Return what an example prints."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        runpy.run_path(str(script), run_name="__main__")
    return tidy(printed.getvalue())


@cache
def output_of_command(words: tuple[str, ...]) -> str:
    """Return what a command line prints; several pages may show parts of one output."""
    found = CliRunner().invoke(command_line, list(words), env={"COLUMNS": str(HELP_WIDTH)})
    if found.exit_code != 0:
        raise RuntimeError(f"foedus {' '.join(words)} ended with {found.exit_code}: {found.stderr}")
    return tidy(found.stdout)


@cache
def output_named(name: str) -> str:
    """Return what is kept of the output of a command of the pages."""
    text = output_of_command(COMMANDS[name])
    kept = section_of(text, SECTIONS[name]) if name in SECTIONS else text
    return first_block(kept) if name in TABLES_ONLY else kept


def code_of_example(script: str, part: str) -> str:
    """Return the code of an example between the marks of one of its parts."""
    text = (EXAMPLES / script).read_text(encoding="utf-8")
    begins, ends = (f"# --8<-- [{end}:{part}]\n" for end in ("start", "end"))
    return text[text.index(begins) + len(begins) : text.index(ends)]


def tidy(text: str) -> str:
    """Return text without blanks at the ends of lines, and without the ids of runs.

    An id holds the version of foedus, so it is another one in every release.
    """
    lines = [f"{line.rstrip()}\n" for line in text.splitlines()]
    return re.sub(r"\brun [0-9a-f]{12}\b", "run …", "".join(lines))


def section_of(text: str, begins: str) -> str:
    """Return one section of a printed page, without the rule below its heading."""
    headings = list(re.finditer(r"^(\S.*)\n[-=]{3,}\n", text, re.MULTILINE))
    for found, after in zip(headings, [*headings[1:], None], strict=True):
        if found[1].startswith(begins):
            return text[found.end() : after.start() if after else len(text)].strip("\n") + "\n"
    raise LookupError(f"the printed page has no section that begins with {begins!r}")


def first_block(text: str) -> str:
    """Return what comes before the first empty line."""
    return text.partition("\n\n")[0].rstrip("\n") + "\n"


def parts() -> dict[str, str]:
    """Return every generated part by its name."""
    return {
        "settings of a scenario": about_part(),
        "common columns": common_part(),
        "tables": tables_part(),
        "quantities": quantities_part(),
        "settings": settings_part(),
        "commands": commands_part(),
        "groups": groups_of_reference(),
        "share_key_fit": share_key_fit(DOCS / "data"),
        "brief of Paris": f"```text\n{output_named('brief_paris')}```",
        "first example": f"```python\n{code_of_example('01_first_brief.py', 'brief')}```",
        **{f"assumptions of {engine}": assumptions_of(engine) for engine in ENGINES},
        **tables_of_answers(),
    }


def pages() -> dict[Path, str]:
    """Return every page that has generated parts, with these made anew, by path."""
    made = parts()
    files = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    texts = {page: page.read_text(encoding="utf-8") for page in files}
    return {page: filled(text, made) for page, text in texts.items() if MARKED.search(text)}


def filled(text: str, made: Mapping[str, str]) -> str:
    """Return a page with the parts between its marks made anew."""

    def fill(found: re.Match[str]) -> str:
        return f"<!-- generated: {found[1]} -->\n\n{made[found[1]].strip()}\n\n<!-- end -->"

    return MARKED.sub(fill, text)


def outputs() -> dict[Path, str]:
    """Return what every example and every command of the pages prints, by path."""
    made = {
        OUTPUT / f"{script.stem}.txt": output_of_example(script)
        for script in sorted(EXAMPLES.glob("[0-9]*.py"))
    }
    return made | {OUTPUT / f"{name}.txt": output_named(name) for name in COMMANDS}


def write() -> list[Path]:
    """Write all that differs from what is there; return what was written."""
    written = []
    notebooks = runpy.run_path(str(DOCS / "notebook_pages.py"))["notebook_pages"]()
    for path, text in {**pages(), **outputs(), **notebooks}.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


if __name__ == "__main__":
    changed = [f"wrote {path.relative_to(ROOT)}\n" for path in write()]
    sys.stdout.writelines(changed or ["nothing to write\n"])

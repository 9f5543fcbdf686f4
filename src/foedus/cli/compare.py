"""`foedus compare`: two briefs against each other, the biggest differences first."""

import shlex
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import click

from foedus.briefing import comparing
from foedus.briefing.comparing import Comparison, Side
from foedus.briefing.differences import Difference, Figure, show, signed
from foedus.briefing.wording import Column, heading
from foedus.cli.documents import print_json
from foedus.cli.options import DRAWS_HELP, SEED_HELP, Asked, counted, read_changes, say, verb
from foedus.cli.page import FAINT, STRONG, WARNING, Page
from foedus.cli.progress import shown_progress
from foedus.cli.sections import DIGEST_DIGITS
from foedus.provenance import foedus_version

MOST_CELLS: Final = 8
"""Cells of a table that are printed, rows on one side, and remarks; `--json` has all."""
MOST_OPTION_CELLS: Final = 15
LONGEST_TEXT: Final = 50


@verb("set", "strict", "json", on_scenario=False)
@click.argument("a")
@click.argument("b")
@click.option(
    "--option", metavar="NAME", help="Option for sides that name none; else the headline option."
)
@click.option(
    "--draws", "many", type=int, help=f"{DRAWS_HELP}  [default: as a saved side has, or 2000]"
)
@click.option(
    "--seed", "start", type=int, help=f"{SEED_HELP}  [default: as a saved side has, or 0]"
)
@click.option(
    "--set-a",
    multiple=True,
    metavar="CELL=VALUE",
    callback=read_changes,
    help="As --set, for A alone; it wins over --set.",
)
@click.option(
    "--set-b",
    multiple=True,
    metavar="CELL=VALUE",
    callback=read_changes,
    help="As --set, for B alone; it wins over --set.",
)
def compare(
    asked: Asked,
    a: str,
    b: str,
    many: int | None,
    start: int | None,
    set_a: dict[str, str],
    set_b: dict[str, str],
) -> None:
    """Tell how two scenarios, options or saved briefs differ, biggest first.

    A and B each are a shipped name, a folder or a workbook, also with an option, as in
    paris-2025@rear-100k-us, or a folder that `foedus brief --save` wrote. Both are briefed on the
    same draws; differences are B less A.
    """
    started = time.monotonic()
    with shown_progress() as progress:
        found = comparing.compare(
            a,
            b,
            option=asked.option,
            draws=many,
            seed=start,
            set=asked.set,
            set_a=set_a,
            set_b=set_b,
            strict=asked.strict,
            progress=progress,
        )
    say(f"compared in {time.monotonic() - started:.1f} s")
    if asked.json:
        print_json(found.to_json())
        return
    page = Page()
    put_comparison(page, found)
    put_again(page, found, asked, {"--set-a": set_a, "--set-b": set_b})
    page.show()


def put_comparison(page: Page, found: Comparison) -> None:
    """Put a whole comparison on a page."""
    page.title(f"{found.a.name} against {found.b.name}")
    for label, side in (("A", found.a), ("B", found.b)):
        page.paragraph(f"{label}: {described(side)}")
    page.paragraph(f"Compared by foedus {foedus_version()}.", FAINT)
    page.gap()
    page.paragraph(verdict(found), STRONG)
    if found.is_same:
        return
    for note in (found.chance, found.versions):
        if note:
            page.paragraph(note, "" if found.has_common_chance else WARNING)
    put_inputs(page, found)
    put_answers(page, found)
    put_options(page, found.options)
    put_claims(page, found.claims)
    put_one_sided(page, found)


def described(side: Side) -> str:
    """Return what a side is, in a line."""
    setup, scenario = side.setup, side.document["scenario"]
    parts = [
        f"scenario {scenario['name']}, digest {scenario['digest'][:DIGEST_DIGITS]}",
        f"option {setup.option}",
        *(f"{address}={value}" for address, value in setup.set.items()),
        *(["strict"] if setup.strict else []),
        *(["saved before"] if side.is_saved else []),
    ]
    return "; ".join(parts)


def verdict(found: Comparison) -> str:
    """Say in a sentence how much differs."""
    if found.is_same:
        return "No difference, neither in the inputs nor in the answers."
    shared = len({a["id"] for a in found.a.document["answers"]} - set(found.only_a))
    inputs = (
        "No input differs" if not found.inputs.count else f"{found.inputs.count:,} inputs differ"
    )
    if found.inputs.count == 1:
        inputs = "1 input differs"
    if found.says_the_same:
        return f"{inputs}, and no answer does."
    most = f", most of all {found.answers[0].id}" if found.answers else ""
    return f"{inputs}, and {len(found.answers)} of {counted(shared, 'answer')}{most}."


def put_inputs(page: Page, found: Comparison) -> None:
    """Put what differs in what the briefs were made from."""
    inputs = found.inputs
    if not inputs.count:
        return
    page.heading("What differs in the inputs")
    if inputs.settings:
        page.label("Settings")
        page.table(table_of(inputs.settings, "Setting", strip=""))
    for label, rows in (("Rows only in A", inputs.only_a), ("Rows only in B", inputs.only_b)):
        if rows:
            page.label(f"{label} ({len(rows):,})")
            page.bullets(by_table(rows))
    for table in dict.fromkeys(each.place.split("/")[0] for each in inputs.cells):
        cells = [each for each in inputs.cells if each.place.startswith(f"{table}/")]
        page.label(f"{table} ({counted(len(cells), 'cell')})")
        page.table(table_of(cells[:MOST_CELLS], "Cell", strip=f"{table}/"))
        put_rest(page, len(cells), MOST_CELLS)
    if inputs.remarks:
        page.gap()
        cells_ = counted(len(inputs.remarks), "cell")
        page.paragraph(
            f"{cells_} of titles, notes and sources differ, which move no number: --json.", FAINT
        )


def by_table(addresses: Iterable[str]) -> list[str]:
    """Return addresses as a line a table, with the first keys of it.

    >>> by_table(["size", "options/a", "options/b"])
    ['size', 'options (2): a, b']
    """
    keys: dict[str, list[str]] = {}
    for address in addresses:
        table, _, key = address.partition("/")
        keys.setdefault(table, []).append(key)
    lines = []
    for table, found in keys.items():
        more = f" and {len(found) - MOST_CELLS:,} more" if len(found) > MOST_CELLS else ""
        named = f" ({len(found):,}): {', '.join(found[:MOST_CELLS])}{more}"
        lines.append(f"{table}{named}" if any(found) else table)
    return lines


def put_answers(page: Page, found: Comparison) -> None:
    """Put the answers that differ, the furthest apart first."""
    if not found.answers:
        return
    page.heading("What differs in the answers")
    for answer in found.answers:
        page.put(f"{answer.id}: {answer.question}", STRONG)
        page.paragraph(answer.says, indent=2)
        page.gap()


def put_options(page: Page, options: Sequence[Difference]) -> None:
    """Put the cells of the table of options that differ."""
    if not options:
        return
    page.heading("What differs in the options side by side")
    shown = options[:MOST_OPTION_CELLS]
    names = [each.place.partition("/")[0] for each in shown]
    what = [heading(each.name) for each in shown]
    _, *rest = table_of(shown, "", strip="")
    page.table([Column("Option", names, False), Column("What", what, False), *rest])
    put_rest(page, len(options), MOST_OPTION_CELLS)


def put_claims(page: Page, claims: Sequence[Difference]) -> None:
    """Put claims whose verdicts differ, and how many rest on other numbers."""
    if not claims:
        return
    page.heading("What differs in the verdicts on claims")
    flipped = [each for each in claims if each.name == "verdict"]
    if flipped:
        page.table(table_of(flipped, "Claim", strip="")[:-1])
    numbers = len(claims) - len(flipped)
    if numbers:
        page.paragraph(f"{counted(numbers, 'number')} behind verdicts differ: --json.", FAINT)


def put_one_sided(page: Page, found: Comparison) -> None:
    """Put what only one of the two says anything of."""
    for label, names in (("Only A answers", found.only_a), ("Only B answers", found.only_b)):
        if names:
            page.label(f"{label} ({len(names):,})")
            page.bullets(by_table(names))


def put_again(
    page: Page, found: Comparison, asked: Asked, own: Mapping[str, Mapping[str, str]]
) -> None:
    """Put the command line that compares again."""
    words = ["foedus", "compare", found.a.name, found.b.name]
    words += ["--option", asked.option] if asked.option else []
    fresh = [side.setup for side in (found.a, found.b) if not side.is_saved]
    if fresh:
        words += ["--draws", str(fresh[0].draws), "--seed", str(fresh[0].seed)]
    for option, cells in {"--set": asked.set, **own}.items():
        for address, value in cells.items():
            words += [option, f"{address}={value}"]
    page.heading("To repeat this")
    page.paragraph(shlex.join([*words, *(["--strict"] if asked.strict else [])]), indent=2)


def table_of(differences: Iterable[Difference], name: str, *, strip: str) -> list[Column]:
    """Return differences as columns: what, A, B, and B less A."""
    found = list(differences)
    return [
        Column(name, [each.place.removeprefix(strip) for each in found], False),
        Column("A", [text_of(each.a, each.name) for each in found], False),
        Column("B", [text_of(each.b, each.name) for each in found], False),
        Column("Difference", [signed(each) for each in found], True),
    ]


def text_of(figure: Figure, name: str) -> str:
    """Return a figure as a cell of a table; long text is cut.

    >>> text_of(Figure(0.25, 0.1, 0.5), "us_backing_prob")
    '25 % (10 % to 50 %)'
    """
    text = show(figure, name)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def put_rest(page: Page, count: int, shown: int) -> None:
    """Say how many are not printed."""
    if count > shown:
        page.put(f"  {count - shown:,} more: --json", FAINT)

"""The report as one page of HTML that needs nothing but itself."""

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from foedus.briefing.wording import heading
from foedus.provenance import foedus_version
from foedus.report import anchors
from foedus.report.printed_tables import linked
from foedus.report.script import NOTICE, made
from foedus.report.sections import CHECKED, WHAT_IT_IS_NOT, PlacedFigure, Report
from foedus.report.words import day, visible, web_address

TEMPLATES: Final = Path(__file__).parent / "templates"
STYLE_FILE: Final = "report.css"
START_FILE: Final = "report.js"
"""The page's own few lines, which hand each figure to the libraries."""


def environment() -> Environment:
    """Return the templates' environment: text is always escaped, an unknown name is a fault."""
    made_here = Environment(
        autoescape=True,
        finalize=visible,
        loader=FileSystemLoader(TEMPLATES),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    made_here.filters |= {
        "address": web_address,
        "day": day,
        "heading": heading,
        "number": lambda number: f"{number:,}",
    }
    return made_here


def render(
    report: Report,
    *,
    files: frozenset[str] = frozenset(),
    script: Callable[[], str] = made,
) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    report
        All parts, as `report_of` returns them.
    files
        Names of the CSV files written beside it, to which its tables link.
    script
        Returns the libraries that the charts need to answer to a pointer; asked last, and only
        where there are charts.
    """
    brief, annex = report.brief, report.annex
    style = text_of(STYLE_FILE)
    figures = {figure.id: shown(figure) for figure in report.figures}
    scripts = [script(), text_of(START_FILE)] if figures else []
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            brief=brief,
            about=brief.scenario.about,
            annex=annex,
            figures=figures,
            checked=CHECKED,
            what_it_is_not=WHAT_IT_IS_NOT,
            anchors=anchors,
            linked=lambda text: linked(text, annex),
            files=files,
            version=foedus_version(),
            notice=NOTICE,
            style=Markup(style),
            scripts=[Markup(text) for text in scripts],
            policy=policy(style, scripts),
        )
    )


def text_of(file: str) -> str:
    """Return the text of a file beside the templates."""
    return (TEMPLATES / file).read_text(encoding="utf-8")


def policy(style: str, scripts: list[str]) -> str:
    """Return what the page allows a browser: this style and these scripts, to the letter.

    >>> policy("", []).split("; ")[:2]
    ["default-src 'none'", "style-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"]
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src {hash_of(style)}",
            *([f"script-src {' '.join(map(hash_of, scripts))}"] if scripts else []),
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def hash_of(text: str) -> str:
    """Return the hash by which a policy knows a style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def shown(placed: PlacedFigure) -> dict[str, Any]:
    """Return a figure as it stands in the page: drawn, and what a script draws it from again.

    As wide as a page; for a telephone there is only what a script needs, as drawing takes the most
    time of all.
    """
    return {
        "placed": placed,
        "svg": Markup(placed.svg),
        "specs": data({"wide": placed.spec, "narrow": placed.narrow_spec}),
    }


def data(value: Any) -> Markup:
    r"""Return a value as JSON that may stand within a page.

    >>> print(data({"a": "</script><!-- é"}))
    {"a":"\u003c/script\u003e\u003c!-- \u00e9"}
    """
    text = json.dumps(value, separators=(",", ":"))
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)

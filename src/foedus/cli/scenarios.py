"""`foedus scenarios`: what comes with foedus."""

from typing import Any

from foedus.briefing.wording import Column
from foedus.cli.documents import print_json
from foedus.cli.options import Asked, verb
from foedus.cli.page import Page
from foedus.scenario import TABLES, load, shipped


@verb("json", on_scenario=False)
def scenarios(asked: Asked) -> None:
    """List the scenarios that come with foedus.

    Any of these names, or a folder of yours, is the SCENARIO of the other commands.
    """
    found = [summary(name) for name in shipped()]
    if asked.json:
        print_json({"scenarios": found})
        return
    page = Page()
    page.table(
        [
            Column("Name", [about["name"] for about in found], False),
            Column("Title", [about["title"] for about in found], False),
            Column("Date", [about["date"].isoformat() for about in found], False),
            *(
                Column(thing.capitalize(), [f"{about[thing]:,}" for about in found], True)
                for thing in ("options", "tables", "rows")
            ),
        ]
    )
    page.gap()
    page.paragraph("See one: foedus show NAME. Answer its questions: foedus brief NAME.")
    page.show()


def summary(name: str) -> dict[str, Any]:
    """Return what a shipped scenario is and how much it holds."""
    scenario = load(name)
    sizes = [len(scenario.table(table)) for table in TABLES]
    return {
        "name": name,
        "title": scenario.about.title,
        "date": scenario.about.date,
        "invented": scenario.about.invented,
        "options": len(scenario.options),
        "tables": sum(size > 0 for size in sizes),
        "rows": sum(sizes),
        "digest": scenario.digest,
    }

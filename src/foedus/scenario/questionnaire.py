"""A form that was sent out: points that each government is asked to write on by itself."""

from typing import Annotated, Final

from pydantic import Field

from foedus.scenario.rows import Code, Name, PartialDate, Row

TOPICS_OF_POINTS: Final[dict[str, str]] = {
    "guarantee": "which guarantee would be enough, and how likely it deters",
    "participants": "who would take part, and who is indispensable",
    "force": "how large the force is, by when, where and for how long",
    "response": "what follows if the force is attacked",
    "us-support": "what is needed of the guarantor, at once and for long",
    "capabilities-sanctions": "what can be given beside the force, and who tightens sanctions",
}
"""Topics of points, and what of the models fills each. A point of another topic is refused: nothing
would fill it in."""


class Point(Row):
    """A point of the form."""

    key_fields = ("point",)

    point: Annotated[str, Field(pattern=r"^[1-9][0-9]*$")]
    """Its place on the form: 1, 2, 3 and so on, none left out."""
    topic: Name
    """What fills it in: `guarantee`, `participants`, `force`, `response`, `us-support` or
    `capabilities-sanctions`. Several points may have one topic."""
    question: str
    """What is asked, paraphrased."""
    asked_by: Code
    """The delegation that asks."""
    asked_on: PartialDate
    """When it was sent; a month counts as its last day."""
    asked_of: str = ""
    """The format of `formats.csv` whose members are asked. Empty: every contributor."""

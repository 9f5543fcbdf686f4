"""When is it so? A question about an outcome, and boxes of inputs in which its cases lie.

Boxes are found on every other draw and measured on those between, so that what is said of them is
not what chance made of the draws that chose them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.ensemble.discovery import Box, Fit, fit, paste, peel, quasi_p
from foedus.ensemble.screening import moves, strongest
from foedus.errors import SettingsError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

Sign = Literal["<", "<=", ">", ">="]

FORM: Final = re.compile(r"\s*([\w/]+)\s*(<=|>=|<|>)\s*([+-]?[\d.,_]+(?:e[+-]?\d+)?)\s*(%?)\s*")
MOST_BOXES: Final = 3
MOST_INPUTS: Final = 16
FEWEST_CASES: Final = 25
"""In the draws on which boxes are found there must be so many cases, and so many others."""
LEAST_LEFT_SHARE: Final = 0.1
"""No further box is looked for where fewer of all cases are still in none."""
LEAST_LIFT: Final = 1.2
"""A box is told where cases are so many times as dense in it as in the draws it is cut from, or
others so many times as thin."""
MOST_QUASI_P: Final = 0.05
"""A limit that chance would have made so good more easily than this is left out."""


@dataclass(frozen=True)
class Question:
    """When an outcome is below or above a limit, such as a force below 30,000."""

    outcome: str
    sign: Sign
    limit: float

    def cases(self, outcome: FloatArray) -> BoolArray:
        """Tell for which draws it is so; never where there is no number."""
        match self.sign:
            case "<":
                cases = outcome < self.limit
            case "<=":
                cases = outcome <= self.limit
            case ">":
                cases = outcome > self.limit
            case ">=":
                cases = outcome >= self.limit
        return cases

    @property
    def is_above(self) -> bool:
        """Whether large outcomes are the cases."""
        return self.sign.startswith(">")

    def __str__(self) -> str:
        return f"{self.outcome} {self.sign} {str(self.limit).removesuffix('.0')}"


def parse_question(text: str) -> Question:
    """Read a question.

    Raises
    ------
    SettingsError
        If it is none.

    Examples
    --------
    >>> parse_question("forces/balanced_persons < 30,000")
    Question(outcome='forces/balanced_persons', sign='<', limit=30000.0)
    >>> parse_question("deterrence/violation_prob>=20 %").limit
    0.2
    """
    found = FORM.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        outcome, sign, number, percent = found.groups()
        limit = float(number.replace(",", "").replace("_", "")) / (100 if percent else 1)
    except ValueError:
        raise SettingsError(
            f"{text!r} is no question about an outcome. Write such as "
            "'forces/balanced_persons < 30000'."
        ) from None
    signs: dict[str, Sign] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}
    return Question(outcome, signs[sign], limit)


@dataclass(frozen=True)
class Limit:
    """What a box asks of one input."""

    name: str
    low: float | None
    """None where it is open."""
    high: float | None
    quasi_p: float
    """How easily chance would make the box as dense without it, on draws that did not choose it."""


@dataclass(frozen=True)
class FoundBox:
    """A box, and how well it fits draws that it was not found on."""

    limits: tuple[Limit, ...]
    fit: Fit
    """On draws that are in none of the boxes before it; cases are counted in all draws."""


@dataclass(frozen=True)
class Discovery:
    """Boxes of a question."""

    question: Question
    draws_count: int
    """Draws with a number, on which all was found and measured."""
    cases_share: float
    boxes: tuple[FoundBox, ...]
    coverage_share: float
    """Part of the cases, among draws that chose no box, that lie in any of the boxes."""
    density_share: float
    """Part of what lies in any of them that are cases; NaN without boxes."""
    looked_at: tuple[str, ...]
    """Inputs that stood out, the strongest first: no others could be limited."""
    says: str
    """Why there is no box; empty where there is one."""

    def table(self) -> pl.DataFrame:
        """Return a row for each limit of each box."""
        rows = [
            {
                "box": number,
                "input": limit.name,
                "low_value": limit.low,
                "high_value": limit.high,
                "quasi_prob": limit.quasi_p,
                "coverage_share": box.fit.coverage_share,
                "density_share": box.fit.density_share,
                "mass_share": box.fit.mass_share,
            }
            for number, box in enumerate(self.boxes, start=1)
            for limit in box.limits
        ]
        names = ("low_value", "high_value", "quasi_prob", "coverage_share", "density_share")
        schema = {"box": pl.Int64, "input": pl.String}
        return pl.DataFrame(
            rows, schema=schema | dict.fromkeys((*names, "mass_share"), pl.Float64)
        ).with_columns(pl.selectors.float().fill_nan(None))


def discover(
    question: Question,
    outcome: FloatArray,
    inputs: Mapping[str, FloatArray],
    *,
    most_boxes: int = MOST_BOXES,
    most_inputs: int = MOST_INPUTS,
) -> Discovery:
    """Return up to three boxes in which the cases of a question lie.

    Parameters
    ----------
    question
        What makes a draw a case.
    outcome : shape (draw,)
        NaN where the run failed; such draws are left out.
    inputs
        Shape (draw,) each, finite; an event is 0 or 1.
    most_boxes, most_inputs
        How many are told, and how many inputs may be limited: those that by themselves move most
        how often it is so.

    Notes
    -----
    Of a peeling the box is taken that tells cases best from others: whose coverage less its part of
    the others is largest. It is then widened where that costs no density, and limits go that chance
    would make as good (quasi p above 0.05). Further boxes are looked for in what is left.
    """
    fine = ~np.isnan(outcome)
    cases = question.cases(outcome)[fine]
    find = np.arange(cases.size) % 2 == 0
    if not cases.any() or cases.all():
        return without_boxes(question, cases, "There is nothing to tell apart.")
    if min(cases[find].sum(), (~cases[find]).sum()) < FEWEST_CASES:
        rare = "of these" if cases.mean() < 0.5 else "others"
        few = f"Too few {rare} to tell them apart: ask for more draws."
        return without_boxes(question, cases, few)
    names = list(inputs)
    x = np.stack([inputs[name][fine] for name in names], axis=1)
    found = moves(x[find], cases[find].astype(np.float64))
    places = strongest(found.alone_share[None], found.stands_out[None], most_inputs)
    if not places:
        return without_boxes(question, cases, "No input by itself changes how often it is so.")
    x, names = x[:, places], [names[place] for place in places]
    boxes: list[FoundBox] = []
    left = np.ones(cases.size, dtype=np.bool_)
    for _ in range(most_boxes):
        here = find & left
        if cases[here].sum() < max(FEWEST_CASES, LEAST_LEFT_SHARE * cases[find].sum()):
            break
        box = best_box(x[here], cases[here])
        there = ~find & left
        if box is None or not box.holds(x[there]).any():
            break
        measured = fit(x[there], cases[there], box)
        if not is_denser(measured.density_share, float(cases[there].mean())):
            break
        chances = quasi_p(x[there], cases[there], box)
        boxes.append(
            FoundBox(
                tuple(
                    Limit(names[i], end(box.low[i]), end(box.high[i]), float(chances[i]))
                    for i in np.flatnonzero(box.restricted)
                ),
                Fit(
                    measured.inside_count,
                    measured.inside_cases_count,
                    int((~find).sum()),
                    int(cases[~find].sum()),
                ),
            )
        )
        left &= ~box.holds(x)
    inside, of_cases = int((~find & ~left).sum()), int((~find & ~left & cases).sum())
    return Discovery(
        question=question,
        draws_count=int(cases.size),
        cases_share=float(cases.mean()),
        boxes=tuple(boxes),
        coverage_share=of_cases / int(cases[~find].sum()),
        density_share=of_cases / inside if inside else np.nan,
        looked_at=tuple(names),
        says="" if boxes else "No box of inputs holds cases much more densely than all draws do.",
    )


def best_box(x: FloatArray, cases: BoolArray) -> Box | None:
    """Return the box that tells cases best from others, None where there is nothing to tell.

    Parameters
    ----------
    x : shape (draw, input)
    cases : shape (draw,)
    """
    if not cases.any() or cases.all():
        return None
    trajectory = peel(x, cases)
    others = trajectory.inside_count - trajectory.inside_cases_count
    apart = trajectory.coverage_share - others / others[0]
    step = int(np.argmax(apart))
    if step == 0:
        return None
    box = paste(x, cases, trajectory.box(step))
    while box.restricted.any():
        chances = quasi_p(x, cases, box)
        worst = int(np.nanargmax(chances))
        if chances[worst] <= MOST_QUASI_P:
            return box
        low, high = box.low.copy(), box.high.copy()
        low[worst], high[worst] = -np.inf, np.inf
        box = Box(low, high)
    return None


def is_denser(density_share: float, before_share: float) -> bool:
    """Tell whether a box holds cases clearly more densely than the draws it is cut from.

    >>> is_denser(0.5, 0.2), is_denser(0.99, 0.9), is_denser(0.61, 0.6), is_denser(0.1, 0.2)
    (True, True, False, False)
    """
    others, others_before = 1 - density_share, 1 - before_share
    return density_share > before_share and (
        density_share >= LEAST_LIFT * before_share or others_before >= LEAST_LIFT * others
    )


def end(limit: float) -> float | None:
    """Return a limit, None where the box is open."""
    return float(limit) if np.isfinite(limit) else None


def without_boxes(question: Question, cases: BoolArray, says: str) -> Discovery:
    """Return a discovery without boxes, with the reason."""
    share = float(cases.mean()) if cases.size else np.nan
    return Discovery(question, int(cases.size), share, (), 0.0, np.nan, (), says)

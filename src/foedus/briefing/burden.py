"""Burdens side by side: troops, money, hosting and duty at the front, never summed."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from foedus.briefing.findings import Findings
from foedus.briefing.reads import BURDEN_KEYS
from foedus.briefing.sentences import listed, persons, usd_bn
from foedus.engines.spending.burden import (
    concentration,
    fair_key,
    gini,
    hoover,
    kakwani,
    owed,
    shares,
    spearman,
)
from foedus.quantities import LEAST_FIGURE

FloatArray = NDArray[np.float64]

MIX: Final[dict[str, float]] = {"gdp": 0.5, "population": 0.5}
MOST_NAMED: Final = 3
FEWEST_RANKED: Final = 3
"""Of fewer nations no order is told."""


def payers(findings: Findings) -> tuple[str, ...]:
    """Return the contributors whose money is known."""
    result = findings.spending.result
    return tuple(c for c, own in zip(result.codes, result.contributes, strict=True) if own)


def key_shares(findings: Findings) -> dict[str, FloatArray]:
    """Return each payer's part by every measure that all of them have a size in, shape (payer,)."""
    codes = payers(findings)
    sizes: dict[str, dict[str, float]] = {}
    for row in findings.as_set.share_keys:
        sizes.setdefault(row.share_key, {})[row.delegation] = row.size_weight
    known: dict[str, FloatArray] = {
        key: np.array([sizes[key][code] for code in codes])
        for key in BURDEN_KEYS
        if key in sizes and all(code in sizes[key] for code in codes)
    }
    keys: dict[str, FloatArray] = {
        key: shares(size) for key, size in known.items() if size.sum() > 0
    }
    if MIX.keys() <= keys.keys():
        keys["mix"] = fair_key({key: known[key] for key in MIX}, MIX)
    return keys


def defence_usd_bn(findings: Findings) -> FloatArray:
    """Return what each payer spends on defence today, in medians, shape (payer,)."""
    result = findings.spending.result
    spent = np.median(result.today_share * result.gdp_usd_bn, axis=0)
    own: FloatArray = spent[result.contributes]
    return own


def sent_persons(findings: Findings) -> FloatArray:
    """Return the people each payer sends on average over all futures, shape (payer,)."""
    forces = findings.forces
    mean = dict(zip(forces.codes, forces.sent_persons.sum(axis=2).mean(axis=0), strict=True))
    return np.array([mean.get(code, 0.0) for code in payers(findings)])


def burden_table(findings: Findings) -> pl.DataFrame:
    """Return a row a contributor: troops, money, hosting and front, and what each owes by GDP.

    What is owed is the nation's part by GDP of what all together send or spend, less its own; a
    nation that is owed has a negative number. A nation without a row in `hosting.csv` hosts a
    number that is not known.
    """
    scenario, result = findings.as_set, findings.spending.result
    codes = payers(findings)
    place = [result.codes.index(code) for code in codes]
    hosted = {row.delegation: row.hosted_persons for row in scenario.hosting}
    border = {row.delegation: row.adversary_border_km for row in scenario.delegations}
    spent, sent = defence_usd_bn(findings), sent_persons(findings)
    keys = key_shares(findings)
    columns: dict[str, object] = {
        "title": [findings.titles[code] for code in codes],
        "delegation": codes,
        "today_share": np.median(result.today_share, axis=0)[place],
        "defence_usd_bn": spent,
        "expected_persons": sent,
        "force_yearly_usd_bn": result.force_yearly_usd_bn.mean(axis=0)[place],
        "programmes_yearly_usd_bn": result.programme_yearly_usd_bn.mean(axis=0).sum(axis=1)[place],
        "hosted_persons": pl.Series([hosted.get(code) for code in codes], dtype=pl.Float64),
        "adversary_border_km": [border[code] for code in codes],
    }
    if "gdp" in keys:
        columns["gdp_key_share"] = keys["gdp"]
        columns["owes_persons"] = owed(sent.sum(), keys["gdp"], sent)
        columns["owes_defence_usd_bn"] = owed(spent.sum(), keys["gdp"], spent)
    return pl.DataFrame(columns).sort(["defence_usd_bn", "delegation"], descending=[True, False])


def measures_table(findings: Findings) -> pl.DataFrame:
    """Return, for defence spending and for troops, how unequal they are and how each key fits.

    Gini needs no key; Hoover is the part that would have to change hands to fit the key;
    concentration and Kakwani compare with the order and the inequality of the key; Spearman is
    between the key and the burden for each unit of it (a positive one: the great carry more).
    """
    rows = []
    for burden, carried in (
        ("defence spending", defence_usd_bn(findings)),
        ("troops sent", sent_persons(findings)),
    ):
        if not carried.sum() > 0:
            continue
        for key, key_share in key_shares(findings).items():
            rows.append(
                {
                    "burden": burden,
                    "share_key": key,
                    "hoover_share": float(hoover(shares(carried), key_share)),
                    "gini_ratio": float(gini(carried)),
                    "concentration_ratio": float(concentration(carried, key_share)),
                    "kakwani_ratio": float(kakwani(carried, key_share)),
                    "rank_correlation": rank_correlation(carried, key_share),
                }
            )
    numbers = ("hoover_share", "gini_ratio", "concentration_ratio", "kakwani_ratio")
    schema = {
        "burden": pl.String,
        "share_key": pl.String,
        **dict.fromkeys((*numbers, "rank_correlation"), pl.Float64),
    }
    return pl.DataFrame(rows, schema=schema)


def rank_correlation(carried: FloatArray, key_share: FloatArray) -> float | None:
    """Return Spearman's correlation of size and burden for its size; None where it has none."""
    has_size = key_share > 0
    if has_size.sum() < 2:
        return None
    found = float(spearman(key_share[has_size], carried[has_size] / key_share[has_size]))
    return found if np.isfinite(found) else None


def burden_sentences(findings: Findings) -> tuple[str, ...]:
    """Say whether the great carry more for their size, and who owes or is owed most by GDP."""
    table = burden_table(findings)
    if "owes_defence_usd_bn" not in table.columns:
        return ()
    said = []
    ranks = rank_correlation(defence_usd_bn(findings), key_shares(findings)["gdp"])
    if ranks is not None and len(table) >= FEWEST_RANKED:
        lean = (
            "the larger economies spend the larger share of it"
            if ranks > SIGN
            else "the smaller economies spend the larger share of it"
            if ranks < -SIGN
            else "large and small economies spend much the same share of it"
        )
        said.append(
            f"Ranked by GDP, {lean} on defence (Spearman {ranks:.2f} over "
            f"{len(table)} contributors)."
        )
    by_money = most_owing(table, "owes_defence_usd_bn", LEAST_FIGURE)
    by_troops = most_owing(table, "owes_persons", LEAST_PERSONS)
    parts = []
    if by_money:
        names = [f"{row['title']} ({usd_bn(row['owes_defence_usd_bn'])})" for row in by_money]
        parts.append(f"in money {listed(names)}")
    if by_troops:
        names = [f"{row['title']} ({persons(row['owes_persons'])})" for row in by_troops]
        parts.append(f"in troops {listed(names)}")
    if parts:
        said.append(
            "By GDP alone, furthest below a fair part of what all spend and send: "
            f"{'; '.join(parts)}. Hosting and the front are not in that."
        )
    return tuple(said)


SIGN: Final = 0.2
"""A rank correlation closer to none than this is not given a direction in words."""
LEAST_PERSONS: Final = 5.0
"""Fewer soldiers than these print as none."""


def most_owing(table: pl.DataFrame, column: str, least: float) -> list[dict[str, float]]:
    """Return the rows that owe most, at most three; none where nobody owes as much as the least."""
    owing = table.filter(pl.col(column) > least)
    most = owing.sort([column, "delegation"], descending=[True, False])
    return most.head(MOST_NAMED).to_dicts()

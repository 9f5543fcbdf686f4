"""How good the chances of joining were, in the light of what happened."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from foedus.engines.arrays import FloatArray
from foedus.engines.consent.engine import ConsentResult
from foedus.engines.consent.scoring import brier_score, calibration_table, log_score, skill
from foedus.errors import SettingsError
from foedus.scenario import Scenario

CERTAINTY: Final = 0.01
"""For the log score chances are kept this far from 0 and 1: a forecast that is certain and wrong
would cost an infinite score, and the baseline of yes or no is always certain."""

EDGES: Final = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])


@dataclass(frozen=True)
class Score:
    """Chances of joining against what happened."""

    delegations: tuple[str, ...]
    """Those that are scored, in the order of the file."""
    unscored: dict[str, str]
    """Those that are not, and why."""
    outcome: FloatArray
    """Shape (case,): 1 where it joined."""
    join_prob: FloatArray
    """Shape (case,)."""
    stated_score: FloatArray
    """Shape (case,): of the stance, 0 to 100."""

    def forecasts(self) -> dict[str, FloatArray]:
        """Return the chances that are scored, by their names: foedus and its baselines."""
        return {
            "foedus": self.join_prob,
            "stated score / 100": self.stated_score / 100,
            "stated score at least 50": (self.stated_score >= 50).astype(np.float64),
        }

    def scores(self) -> pl.DataFrame:
        """Return the scores of each forecast, and the skill of foedus over each baseline."""
        rows = []
        own = {name: self.both_scores(self.join_prob)[name] for name in ("brier", "log")}
        for forecast, chance in self.forecasts().items():
            found = self.both_scores(chance)
            gains = {
                f"{name}_skill_ratio": skill(own[name], found[name])
                if forecast != "foedus" and found[name] > 0
                else None
                for name in found
            }
            rows.append(
                {
                    "forecast": forecast,
                    "brier_ratio": found["brier"],
                    "log_ratio": found["log"],
                    **gains,
                }
            )
        floats = ("brier_ratio", "log_ratio", "brier_skill_ratio", "log_skill_ratio")
        return pl.DataFrame(
            rows, schema={"forecast": pl.String, **dict.fromkeys(floats, pl.Float64)}
        )

    def both_scores(self, chance: FloatArray) -> dict[str, float]:
        """Return Brier and log score of a forecast; 0 is perfect in both."""
        return {
            "brier": brier_score(chance, self.outcome),
            "log": log_score(chance, self.outcome, clip=CERTAINTY),
        }

    def calibration(self) -> pl.DataFrame:
        """Return how many joined among those of about the same chance; empty bins are left out."""
        table = calibration_table(self.join_prob, self.outcome, EDGES)
        return pl.DataFrame(
            {
                "from_prob": table.low_prob,
                "to_prob": table.high_prob,
                "cases": table.case_count,
                "mean_prob": table.mean_prob,
                "joined_share": table.observed_share,
                "joined_share_low": table.observed_low_share,
                "joined_share_high": table.observed_high_share,
            }
        ).filter(pl.col("cases") > 0)

    def cases(self) -> pl.DataFrame:
        """Return each delegation's chance beside what happened."""
        return pl.DataFrame(
            {
                "delegation": self.delegations,
                "join_prob": self.join_prob,
                "stated_score": self.stated_score,
                "joined": self.outcome == 1,
            }
        )

    def to_json(self, file: str) -> dict[str, Any]:
        """Return the score as JSON."""
        return {
            "file": file,
            "log_score_certainty_prob": CERTAINTY,
            "scores": self.scores(),
            "calibration": self.calibration(),
            "cases": self.cases(),
            "unscored": self.unscored,
        }


def score(result: ConsentResult, outcomes: dict[str, int], reasons: dict[str, str]) -> Score:
    """Score chances of joining against what happened.

    Parameters
    ----------
    outcomes
        1 or 0 by delegation, in the order of the file.
    reasons
        Why a delegation has no chance of joining, by delegation.

    Raises
    ------
    SettingsError
        If no delegation can be scored.
    """
    place = {code: i for i, code in enumerate(result.codes)}
    scored = tuple(code for code in outcomes if code in place)
    if not scored:
        raise SettingsError("none of the delegations in the file has a stance known on the date.")
    order = [place[code] for code in scored]
    return Score(
        delegations=scored,
        unscored={code: reasons[code] for code in outcomes if code not in place},
        outcome=np.array([outcomes[code] for code in scored], dtype=np.float64),
        join_prob=result.join_chance.mean(axis=0)[order],
        stated_score=result.score[order],
    )


def reasons_unscored(whole: Scenario, strict: Scenario) -> dict[str, str]:
    """Return why a contributor has no chance of joining: no stance, or only a later one."""
    known = {row.delegation for row in strict.stances}
    later = {row.delegation for row in whole.stances}
    return {
        code: "its stance became known only later" if code in later else "it has no stance"
        for code in whole.of_role("contributor")
        if code not in known
    }
